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
        if (t->good.n == NEED_PHOTOS_MOST) {
            *PUSH(cx->mem, &t->why) =
                arena_printf(cx->mem, "照片最多 %d 张，多的没有收", NEED_PHOTOS_MOST);
            break;
        }
        if (image_shrink(cx, u->data, &p.large, &p.small) == OK) {
            p.hash = id_secret_hash(cx, u->data);
            *PUSH(cx->mem, &t->good) = p;
            continue;
        }
        *PUSH(cx->mem, &t->why) =
            arena_printf(cx->mem, "第 %zu 张没有收：%.*s", i + 1, STR(cx->fault.message));
        fault_clear(cx);
    }
    req_keep(rq, t);
    return OK;
}

/* ---- stored ---- */

static enum err put(struct cx *cx, int64_t need_id, const struct picture *p, int64_t *stored)
{
    int64_t same, id = id_new(cx);
    TRY(db_number(cx, &need_sql_photo_same, &same,
                  ARGS(A(need_id), AS("hash", value_blob(p->hash)))));
    if (same)
        return OK;
    (*stored)++;
    return db_run(cx, &need_sql_photo_insert,
                  ARGS(A(id), A(need_id), AS("hash", value_blob(p->hash)),
                       AS("width", p->large.width), AS("height", p->large.height),
                       AS("bytes", value_blob(p->large.bytes)),
                       AS("small", value_blob(p->small.bytes))),
                  NULL);
}

/* A line of the history: whoever works on it sees that there is something new to look at. */
static enum err tell(struct cx *cx, int64_t need_id, int64_t stored)
{
    struct need n;
    TRY(need_load(cx, need_id, &n));
    return need_say(
        cx, &n,
        &(struct need_said){.step = "photo",
                            .by_resident = cx->who.person_id == 0,
                            .from = n.state,
                            .text = arena_printf(cx->mem, "加了 %lld 张照片", (long long)stored),
                            .is_public = true});
}

enum err need_photos_add(struct cx *cx, const struct req *rq, int64_t need_id, need_photo_whys *why)
{
    const struct taken *t = req_kept(rq);
    need_photo_list all = {0};
    int64_t stored = 0;
    if (!t)
        return OK;
    for (size_t i = 0; i < t->why.n; i++)
        *PUSH(cx->mem, why) = t->why.at[i];
    TRY(db_all(cx, &need_sql_photos, &need_photo_shape, &all, ARGS(A(need_id))));
    for (size_t i = 0; i < t->good.n; i++) {
        if ((int64_t)all.n + stored >= NEED_PHOTOS_MOST) {
            *PUSH(cx->mem, why) =
                arena_printf(cx->mem, "照片最多 %d 张，多的没有收；可以先删一张", NEED_PHOTOS_MOST);
            break;
        }
        TRY(put(cx, need_id, &t->good.at[i], &stored));
    }
    return stored ? tell(cx, need_id, stored) : OK;
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
    *yes = cx->who.sees[DATA_TEXT] == SEE_PLAIN;
    return OK;
}

enum err need_photos(struct cx *cx, int64_t need_id, struct str key, need_photo_list *out)
{
    bool yes;
    TRY(may_see(cx, need_id, key, &yes));
    return yes ? db_all(cx, &need_sql_photos, &need_photo_shape, out, ARGS(A(need_id))) : OK;
}

enum err need_photo_remove(struct cx *cx, int64_t need_id, struct str key, int64_t photo_id)
{
    bool yes;
    TRY(may_see(cx, need_id, key, &yes));
    if (!yes)
        return fail(cx, ERR_DENIED, "您的岗位不看照片");
    return db_run(cx, &need_sql_photo_delete, ARGS(A(need_id), AS("id", photo_id)), NULL);
}

enum err need_photos_forget(struct cx *cx)
{
    return db_run(cx, &need_sql_photos_forget,
                  ARGS(AS("before", cx->now - NEED_PHOTO_DAYS * MS_DAY)), NULL);
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
    reply_header(rp, "Cache-Control", S("private, max-age=3600"));
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

void need_photo_field(struct out *o, struct cx *cx)
{
    const struct need_photo_field_view v = {.most = NEED_PHOTOS_MOST};
    need_photo_field_html(o, cx, &v);
}

struct str need_photo_words(struct cx *cx, const need_photo_whys *why)
{
    struct out all, o;
    out_init(&all, cx->mem);
    out_init(&o, cx->mem);
    for (size_t i = 0; i < why->n; i++)
        out_printf(&all, "%s%.*s", i ? "；" : "", STR(why->at[i]));
    out_url(&o, out_text(&all));
    return out_text(&o);
}

enum err need_photos_do(struct cx *cx, const struct req *rq, int64_t need_id, struct str key,
                        struct str *why)
{
    need_photo_whys list = {0};
    int64_t id;
    bool yes;
    TRY(may_see(cx, need_id, key, &yes));
    if (!yes)
        return fail(cx, ERR_DENIED, "您的岗位不看照片");
    if (str_int(req_field(rq, "remove"), &id))
        return need_photo_remove(cx, need_id, key, id);
    TRY(need_photos_add(cx, rq, need_id, &list));
    if (!req_kept(rq))
        *PUSH(cx->mem, &list) = S("没有选照片，请先选一张");
    *why = need_photo_words(cx, &list);
    return OK;
}

static enum err do_own(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str key = req_field(rq, "k"), why = S("");
    struct out o;
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_key_check(cx, id, key));
    TRY(need_photos_do(cx, rq, id, key, &why));
    out_init(&o, cx->mem);
    out_printf(&o, "/n/%lld?k=", (long long)id);
    out_url(&o, key);
    return reply_goto(cx, rp, "%.*s&done=photo%s%.*s", STR(out_text(&o)), why.n ? "&why=" : "",
                      STR(why));
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
