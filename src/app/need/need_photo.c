/* need_photo -- photos of a need: read before the transaction, stored within it, shown to whoever
 * may read the need's text. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_own.h"
#include "app/need/pages.h"
#include "base/id.h"
#include "base/time.h"
#include "image/image.h"
#include "need.html.h"
#include "need.sql.h"
#include <string.h>

static const struct field photo_fields[] = {
    FIELD(struct need_photo, id, "编号", .is_id = true, .data = DATA_PUBLIC),
    FIELD(struct need_photo, need_id, "哪件", .is_id = true, .data = DATA_PUBLIC),
    FIELD(struct need_photo, width, "宽", .data = DATA_PUBLIC),
    FIELD(struct need_photo, height, "高", .data = DATA_PUBLIC),
    FIELD(struct need_photo, by_person, "谁加的", .is_id = true, .data = DATA_PUBLIC),
    FIELD(struct need_photo, at, "时间", .data = DATA_PUBLIC),
};
const struct shape need_photo_shape = SHAPE("need_photo", struct need_photo, photo_fields);

struct jpeg {
    struct str jpeg;
};
static const struct field jpeg_fields[] = {FIELD(struct jpeg, jpeg, "照片")};
static const struct shape jpeg_shape = SHAPE("jpeg", struct jpeg, jpeg_fields);

/* ---- before the transaction ---- */

struct picture {
    struct image large, small;
    struct str hash;
};
struct taken {
    LIST(struct picture) good;
    need_photo_whys why;
};

enum err need_photos_prepare(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct taken *t = NULL;
    const struct upload *u;
    (void)rp;
    for (size_t i = 0; (u = req_upload(rq, "photo", i)) != NULL; i++) {
        struct picture p;
        if (!t)
            t = arena_alloc(cx->mem, sizeof *t);
        if (i == NEED_PHOTOS_MOST) { /* not looked at: each may take seconds */
            *PUSH(cx->mem, &t->why) = (struct need_photo_why){.code = 'm'};
            break;
        }
        if (req_is_late(rq) && req_is_api(rq)) /* a phone keeps it, and comes again */
            return fail(cx, ERR_BUSY, "现在传照片的人多，请过一会儿再试");
        if (req_is_late(rq)) {
            *PUSH(cx->mem, &t->why) = (struct need_photo_why){(int)i + 1, 't'};
            continue;
        }
        enum image_verdict v = image_shrink(cx, u->data, &p.large, &p.small);
        if (v == IMAGE_BUSY && req_is_api(rq))
            return fail(cx, ERR_BUSY, "现在传照片的人多，请过一会儿再试");
        p.hash = id_secret_hash(cx, u->data);
        if (v == IMAGE_OK)
            *PUSH(cx->mem, &t->good) = p;
        else
            *PUSH(cx->mem, &t->why) = (struct need_photo_why){(int64_t)i + 1, "-ublt"[v]};
    }
    req_keep(rq, t);
    return OK;
}

/* ---- stored ---- */

static enum err put(struct cx *cx, const struct need *n, const struct picture *p, int64_t *stored)
{
    int64_t same, id = id_new(cx), need_id = n->id;
    int64_t by_person = n->is_secret ? 0 : cx->who.person_id;
    TRY(db_number(cx, &need_sql_photo_same, &same,
                  ARGS(A(need_id), AS("hash", value_blob(p->hash)))));
    if (same)
        return OK;
    (*stored)++;
    return db_run(cx, &need_sql_photo_insert,
                  ARGS(A(id), A(need_id), A(by_person), AS("hash", value_blob(p->hash)),
                       AS("width", p->large.width), AS("height", p->large.height),
                       AS("bytes", value_blob(p->large.bytes)),
                       AS("small", value_blob(p->small.bytes))),
                  NULL);
}

/* A line of the history: whoever works on it sees that there is something new to look at. */
static enum err tell(struct cx *cx, const struct need *n, const char *words, int64_t count,
                     bool by_resident)
{
    return need_say(cx, n,
                    &(struct need_said){
                        .step = "photo",
                        .by_resident = by_resident,
                        .from = n->state,
                        .text = arena_printf(cx->mem, "%s %lld 张照片", words, (long long)count),
                        .is_public = true});
}

/* Whose picture it is would tell who wrote it down, or complains. */
static enum err tell_added(struct cx *cx, const struct need *n, int64_t count)
{
    return tell(cx, n, "加了", count, cx->who.person_id == 0 || n->is_secret);
}

/* What was prepared goes to `n`; `*stored` of it was new. */
static enum err take_in(struct cx *cx, const struct req *rq, const struct need *n,
                        need_photo_whys *why, int64_t *stored)
{
    const struct taken *t = req_kept(rq);
    need_photo_list all = {0};
    int64_t need_id = n->id;
    *stored = 0;
    if (!t)
        return OK;
    for (size_t i = 0; i < t->why.n; i++)
        *PUSH(cx->mem, why) = t->why.at[i];
    TRY(db_all(cx, &need_sql_photos, &need_photo_shape, &all, ARGS(A(need_id))));
    for (size_t i = 0; i < t->good.n; i++) {
        if ((int64_t)all.n + *stored >= NEED_PHOTOS_MOST) {
            *PUSH(cx->mem, why) = (struct need_photo_why){.code = 'f'};
            break;
        }
        TRY(put(cx, n, &t->good.at[i], stored));
    }
    return OK;
}

enum err need_photos_add(struct cx *cx, const struct req *rq, int64_t need_id, need_photo_whys *why)
{
    int64_t stored;
    struct need n;
    if (!req_kept(rq))
        return OK;
    TRY(need_load(cx, need_id, &n));
    TRY(take_in(cx, rq, &n, why, &stored));
    return stored ? tell_added(cx, &n, stored) : OK;
}

/* ---- shown ---- */

/* May the caller see what was said? Not who holds no link and whose post reads no texts. */
static enum err may_see(struct cx *cx, int64_t need_id, struct str key, bool *yes)
{
    struct need n;
    *yes = true;
    if (key.n)
        return need_key_check(cx, need_id, key);
    TRY(need_get(cx, need_id, &n));
    *yes = cx->who.sees[DATA_TEXT] == SEE_PLAIN && !n.must_declare;
    return OK;
}

enum err need_photos(struct cx *cx, int64_t need_id, struct str key, need_photo_list *out)
{
    bool yes;
    TRY(may_see(cx, need_id, key, &yes));
    return yes ? db_all(cx, &need_sql_photos, &need_photo_shape, out, ARGS(A(need_id))) : OK;
}

/* The caller holds the link; or wrote down what is kept secret, where the history names neither. */
static enum err is_his(struct cx *cx, const struct need *n, struct str key, bool *yes)
{
    *yes = key.n > 0;
    return *yes || !n->is_secret ? OK : need_guard_entered(cx, n, yes);
}

enum err need_photos_may_go(struct cx *cx, const struct need *n, struct str key, bool *yes)
{
    bool his;
    TRY(is_his(cx, n, key, &his));
    *yes = !need_is_closed(n->state) && (his || !n->is_secret);
    return OK;
}

/* Of what is kept secret nobody else takes his evidence away, and the history says who did it. */
static enum err take_away(struct cx *cx, const struct need *n, struct str key, int64_t id)
{
    int64_t gone, need_id = n->id;
    bool his;
    if (need_is_closed(n->state))
        return fail(cx, ERR_CONFLICT, "这件已经答复了，照片留着备查，到了日子会删掉");
    TRY(is_his(cx, n, key, &his));
    if (n->is_secret && !his)
        return fail(cx, ERR_DENIED, "这件要保密，照片由本人用自己的链接来删");
    TRY(db_run(cx, &need_sql_photo_delete, ARGS(A(need_id), A(id)), &gone));
    return gone ? tell(cx, n, "删掉了", gone, his) : OK; /* at the second click it is gone */
}

static enum err show_photo(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct jpeg j;
    int64_t need_id, id;
    bool yes, found = false, is_small = req_query(rq, "s").n > 0;
    TRY(req_id(cx, rq, "id", &need_id));
    TRY(req_id(cx, rq, "photo", &id));
    TRY(may_see(cx, need_id, req_query(rq, "k"), &yes));
    if (yes)
        TRY(db_find(cx, is_small ? &need_sql_photo_small : &need_sql_photo_bytes, &jpeg_shape, &j,
                    &found, ARGS(A(need_id), A(id))));
    if (!found)
        return fail(cx, ERR_MISSING, "没有这张照片，可能已经删掉了");
    reply_header(rp, "Cache-Control", S("no-store"));
    out_str(reply_bytes(rp, "image/jpeg"), j.jpeg);
    return OK;
}

/* ---- the card ---- */

static struct str photo_link(struct cx *cx, const struct need_photo_card *c, int64_t id,
                             bool is_small)
{
    struct out o;
    out_init(&o, cx->mem);
    out_printf(&o, "/photo/%lld/%lld%s", (long long)c->need_id, (long long)id,
               is_small ? "?s=1" : "");
    if (c->key.n) {
        out_c(&o, is_small ? "&k=" : "?k=");
        out_url(&o, c->key);
    }
    return out_text(&o);
}

void need_photos_draw(struct out *o, struct cx *cx, const struct need_photo_card *c)
{
    struct need_photos_view v = {.c = *c, .most = NEED_PHOTOS_MOST};
    for (size_t i = 0; i < c->all.n; i++) {
        const struct need_photo *p = &c->all.at[i];
        bool is_wide = p->width >= p->height;
        int64_t longer = is_wide ? p->width : p->height, most = IMAGE_SMALL_SIDE;
        int64_t side = longer < most ? longer : most;
        *PUSH(cx->mem, &v.all) = (struct need_photo_row){.id = p->id,
                                                         .link = photo_link(cx, c, p->id, false),
                                                         .small = photo_link(cx, c, p->id, true),
                                                         .width = p->width * side / longer,
                                                         .height = p->height * side / longer};
    }
    need_photos_html(o, cx, &v);
}

void need_photo_field(struct out *o, struct cx *cx, const struct req *rq)
{
    const struct need_photo_field_view v = {.most = NEED_PHOTOS_MOST,
                                            .is_lost = rq && req_upload(rq, "photo", 0)};
    need_photo_field_html(o, cx, &v);
}

/* ---- what was not taken ---- */

static enum image_verdict verdict_of(char code)
{
    return code == 'u'   ? IMAGE_UNKNOWN
           : code == 'b' ? IMAGE_BROKEN
           : code == 'l' ? IMAGE_TOO_LARGE
           : code == 't' ? IMAGE_BUSY
                         : IMAGE_OK;
}

static void say_why(struct out *o, struct need_photo_why w)
{
    enum image_verdict v = verdict_of(w.code);
    if (v != IMAGE_OK)
        out_printf(o, "第 %d 张没有收：%s", w.nth, image_words(v));
    else if (w.code == 'm')
        out_printf(o, "照片最多 %d 张，多的没有收", NEED_PHOTOS_MOST);
    else if (w.code == 'f')
        out_printf(o, "照片最多 %d 张，多的没有收；可以先删一张", NEED_PHOTOS_MOST);
    else
        out_c(o, w.code == 'n' ? "没有选照片，请先选一张" : "没有要办的事，照片没有收");
}

struct str need_photo_words(struct cx *cx, const need_photo_whys *why)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < why->n; i++) {
        out_c(&o, i ? "；" : "");
        say_why(&o, why->at[i]);
    }
    return out_text(&o);
}

struct str need_photo_query(struct cx *cx, const need_photo_whys *why)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < why->n; i++)
        out_printf(&o, "%s%d%c", i ? "." : "&why=", why->at[i].nth, why->at[i].code);
    return out_text(&o);
}

/* Whoever writes an address may not put words of his own on our page. */
struct str need_photo_said(struct cx *cx, const struct req *rq)
{
    struct str rest = req_query(rq, "why"), one;
    need_photo_whys why = {0};
    while (why.n < 2 * NEED_PHOTOS_MOST && str_split(&rest, '.', &one))
        if (one.n == 2 && one.p[0] >= '0' && one.p[0] <= '0' + NEED_PHOTOS_MOST &&
            strchr("ubltmfnx", one.p[1]))
            *PUSH(cx->mem, &why) = (struct need_photo_why){one.p[0] - '0', one.p[1]};
    return need_photo_words(cx, &why);
}

/* ---- the card's form ---- */

/* The desk asked, and he shows it: his photo is the answer, and the line that tells of it. */
static enum err answer(struct cx *cx, int64_t need_id, struct str key, int64_t count)
{
    const struct need_move m = {.text =
                                    arena_printf(cx->mem, "加了 %lld 张照片", (long long)count)};
    struct need after;
    return need_resident_step(cx, need_id, key, S("clarify"), &m, &after);
}

enum err need_photos_do(struct cx *cx, const struct req *rq, int64_t need_id, struct str key,
                        struct str *query)
{
    need_photo_whys why = {0};
    struct need n;
    int64_t id, stored;
    bool yes;
    TRY(may_see(cx, need_id, key, &yes));
    if (!yes)
        return fail(cx, ERR_DENIED, "您的岗位不看照片");
    TRY(need_load(cx, need_id, &n));
    if (str_int(req_field(rq, "remove"), &id))
        return take_away(cx, &n, key, id);
    if (need_is_closed(n.state))
        return fail(cx, ERR_CONFLICT, "这件已经答复了，照片加不上；还有没办好的，请重新说一件");
    TRY(take_in(cx, rq, &n, &why, &stored));
    if (stored)
        TRY(key.n && n.state == NEED_CLARIFY ? answer(cx, need_id, key, stored)
                                             : tell_added(cx, &n, stored));
    if (!req_kept(rq))
        *PUSH(cx->mem, &why) = (struct need_photo_why){.code = 'n'};
    *query = need_photo_query(cx, &why);
    return OK;
}

static enum err do_own(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str key = req_field(rq, "k"), query = S("");
    struct out o;
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_key_check(cx, id, key));
    TRY(need_photos_do(cx, rq, id, key, &query));
    out_init(&o, cx->mem);
    out_printf(&o, "/n/%lld?k=", (long long)id);
    out_url(&o, key);
    return reply_goto(cx, rp, "%.*s&done=photo%.*s", STR(out_text(&o)), STR(query));
}

static const struct route routes[] = {
    {"GET", "/photo/{id}/{photo}", show_photo, .title = "一张照片", .kind = ROUTE_INLINE,
     .open_key = true},
    {"POST", "/n/{id}/photo", do_own, .title = "加一张照片，或删掉", .open_key = true,
     .prepare = need_photos_prepare, .body_max = NEED_PHOTO_BODY},
};
static const struct shape *const shapes[] = {&need_photo_shape};

const struct feature need_photo_feature = {.name = "need_photo",
                                           .routes = routes,
                                           .nroutes = COUNT(routes),
                                           .shapes = shapes,
                                           .nshapes = COUNT(shapes)};
