/* web_posts -- the organisation with its posts, one post with all who held it, appointing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/admin/pages.h"
#include "app/board/board.h"
#include "base/time.h"
#include "admin.html.h"

/* ---- lists ---- */

/* Cards of one post stand behind each other: its holder and his deputy become one row. */
static void gather(struct cx *cx, const post_card_list *cards, const org_line_list *orgs,
                   admin_post_list *out)
{
    for (size_t i = 0; i < cards->n; i++) {
        const struct post_card *c = &cards->at[i];
        struct admin_post *p = out->n ? &out->at[out->n - 1] : NULL;
        if (!p || p->id != c->post_id) {
            p = PUSH(cx->mem, out);
            *p = (struct admin_post){.id = c->post_id,
                                     .title = c->title,
                                     .role = admin_role(c->role),
                                     .vacant_at = c->vacant_at};
            for (size_t k = 0; k < orgs->n; k++)
                if (orgs->at[k].id == c->org_id)
                    p->org = orgs->at[k].name;
        }
        if (c->person_id)
            *(c->is_deputy ? &p->deputy : &p->holder) = *c;
    }
}

/* What stands below `at` (NULL = the top), with the sums of all below each: the levels of the
 * organisation, and apart from them the many units that belong to no level. */
static void below(struct cx *cx, const org_line_list *all, const struct org_line *at,
                  struct admin_posts_view *v)
{
    int64_t parent = at ? at->id : 0;
    struct admin_org *last = NULL;
    for (size_t i = 0; i < all->n; i++) {
        const struct org_line *l = &all->at[i];
        if (l->parent_id == parent) {
            last = PUSH(cx->mem, l->tier_name.n ? &v->below : &v->units);
            *last = (struct admin_org){.line = *l};
        }
        if (last && str_starts(l->path, last->line.path)) {
            last->posts += l->posts;
            last->vacant += l->vacant;
        }
    }
}

static const struct org_line *line_of(const org_line_list *all, int64_t id)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].id == id)
            return &all->at[i];
    return NULL;
}

/* From the top down to `at` itself: all whose path begins its path. */
static void way(struct cx *cx, const org_line_list *all, const struct org_line *at,
                org_line_list *out)
{
    for (size_t i = 0; at && i < all->n; i++)
        if (str_starts(at->path, all->at[i].path))
            *PUSH(cx->mem, out) = all->at[i];
}

enum err admin_posts_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct admin_posts_view v = {.q = str_trim(req_query(rq, "q")),
                                 .vacant = req_query(rq, "vacant").n > 0};
    org_line_list all = {0};
    post_card_list cards = {0};
    int64_t org = 0;
    if (req_query(rq, "org").n)
        TRY(req_id(cx, rq, "org", &org));
    TRY(org_outline(cx, &all));
    const struct org_line *at = line_of(&all, org);
    if (org && !at)
        return fail(cx, ERR_MISSING, "没有这个单位或组织");
    v.is_search = v.q.n || v.vacant;
    if (v.is_search) {
        TRY(org_posts_found(cx, v.q, v.vacant, ADMIN_ROWS_MAX, &cards));
        v.has_more = cards.n == ADMIN_ROWS_MAX;
    } else {
        TRY(org_posts(cx, org, &cards));
        below(cx, &all, at, &v);
        way(cx, &all, at, &v.way);
    }
    gather(cx, &cards, &all, &v.posts);
    v.title = at ? at->name : S("岗位和人");
    v.tier = at ? at->tier_name : S("");
    v.phone = at ? at->phone : S("");
    v.page = shell_page(rq, SHELL_DESK, v.title, "posts");
    admin_posts_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- one post ---- */

static enum err reach_of(struct cx *cx, const struct post *post, const struct org *org,
                         struct str *out)
{
    const struct role *r = role_of_code(post->role);
    struct grid g;
    struct place p;
    *out = S("");
    if (r && r->reach == REACH_COMMUNITY)
        *out = S("全社区");
    else if (r && r->reach == REACH_ORG)
        *out = org->name;
    else if (r && r->reach == REACH_GRID && post->grid_id) {
        TRY(place_grid(cx, post->grid_id, &g));
        *out = g.name;
    } else if (post->place_id) {
        TRY(place_get(cx, post->place_id, &p));
        *out = p.full_name;
    }
    return OK;
}

static enum err count_papers(struct cx *cx, const struct holding *h, int64_t *n)
{
    board_list on = {0};
    if (!h->show_name)
        TRY(board_showing(cx, BOARD_PEOPLE, h->post_id, S("name"), &on));
    if (!on.n && !h->show_phone)
        TRY(board_showing(cx, BOARD_PEOPLE, h->post_id, S("phone"), &on));
    *n = (int64_t)on.n;
    return OK;
}

enum err admin_held(struct cx *cx, const holding_list *all, admin_held_list *out)
{
    static const struct {
        const char *label, *tag;
    } words[] = {[HOLDING_OVER] = {"卸任", ""},
                 [HOLDING_NOW] = {"在任", "g"},
                 [HOLDING_LATER] = {"已定，还没到日子", "t"},
                 [HOLDING_OFF] = {"取消了", ""}};
    for (size_t i = 0; i < all->n; i++) {
        enum holding_when when = holding_when(cx, &all->at[i]);
        struct admin_held *h = PUSH(cx->mem, out);
        *h = (struct admin_held){
            .h = all->at[i], .when = when, .label = words[when].label, .tag = words[when].tag};
        if (when == HOLDING_NOW)
            TRY(count_papers(cx, &h->h, &h->papers));
    }
    return OK;
}

/* The newest of each kind that is not over: what an appointment follows. */
static void find_last(struct admin_post_view *v)
{
    for (size_t i = v->holdings.n; i-- > 0;) {
        const struct admin_held *h = &v->holdings.at[i];
        bool is_live = h->when == HOLDING_NOW || h->when == HOLDING_LATER;
        if (is_live)
            *(h->h.is_deputy ? &v->last_deputy : &v->last_holder) = h->h.id;
        if (h->when == HOLDING_NOW && !h->h.is_deputy)
            v->is_held = true;
        v->is_live |= is_live;
    }
}

static enum err show_post(struct cx *cx, const struct req *rq, struct reply *rp, int64_t id)
{
    struct admin_post_view v = {.rq = rq, .q = str_trim(req_field(rq, "q"))};
    holding_list all = {0};
    post_card_list cards = {0};
    struct post_card acting;
    struct org org = {0};
    TRY(org_post(cx, id, &v.post));
    if (v.post.org_id)
        TRY(org_get(cx, v.post.org_id, &org));
    TRY(reach_of(cx, &v.post, &org, &v.reach));
    TRY(org_holdings(cx, id, &all));
    TRY(admin_held(cx, &all, &v.holdings));
    TRY(need_count_of_post(cx, id, &v.open));
    TRY(org_posts(cx, v.post.org_id, &cards));
    for (size_t i = 0; i < cards.n; i++)
        if (cards.at[i].post_id == id)
            v.vacant_at = cards.at[i].vacant_at;
    if (!v.q.n)
        v.q = str_trim(req_query(rq, "q"));
    if (v.q.n)
        TRY(account_people(cx, v.q, false, ADMIN_FOUND_MAX, &v.found));
    find_last(&v);
    TRY(org_acting(cx, &v.post, &acting));
    v.org = org.name;
    v.role = admin_role(v.post.role);
    v.page = shell_page(rq, SHELL_DESK, v.post.title, "posts");
    v.page.here = arena_printf(cx->mem, "/a/post/%lld", (long long)id);
    v.page.notice = admin_done(cx, rq, acting.person_name);
    v.page.notice_level = "g";
    admin_post_html(reply_html(rp), cx, &v);
    return OK;
}

enum err admin_post_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "post", &id));
    return show_post(cx, rq, rp, id);
}

/* ---- appointing ---- */

/* Somebody who is not known yet: registered with a name and the phone of his duty. */
static enum err add_person(struct cx *cx, const struct req *rq, int64_t *id)
{
    struct person p = {.active = true};
    TRY(req_record(cx, rq, &person_shape, &p));
    p.active = true; /* not of this form */
    p.login = S("");
    TRY(account_add(cx, &p, S("")));
    *id = p.id;
    return OK;
}

static enum err appoint(struct cx *cx, const struct req *rq, struct admin_turn *t)
{
    struct appointment a = {0};
    TRY(req_id(cx, rq, "post", &a.post_id));
    TRY(req_record(cx, rq, &appointment_shape, &a));
    const char *follows = a.is_deputy ? "follows_deputy" : "follows_holder";
    if (req_field_count(rq, follows) && !str_int(req_field(rq, follows), &a.follows_id))
        return fail(cx, ERR_INPUT, "页面不完整，请刷新再办");
    if (!req_field(rq, "person_id").n)
        return fail_field(cx, "person_id", "请选一个人，或者选“新来的同志”");
    if (!a.person_id)
        TRY(add_person(cx, rq, &a.person_id));
    return admin_appoint(cx, &a, t);
}

enum err admin_post_appoint(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct admin_turn t;
    enum err e = appoint(cx, rq, &t);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(admin_post_page(cx, rq, rp));
    TRY(e);
    struct str path = arena_printf(cx->mem, "/a/post/%lld", (long long)t.post_id);
    return admin_goto(cx, rp, path, "appoint", &t);
}

static enum err end_holding(struct cx *cx, const struct req *rq, int64_t id, struct admin_turn *t)
{
    int64_t day;
    TRY(req_day(cx, rq, "to_at", &day));
    if (!req_field(rq, "sure").n)
        return fail_field(cx, "sure", "请勾选“确定结束”，再提交一次");
    return admin_end(cx, id, day ? time_day_start(day) : 0, t);
}

enum err admin_holding_end(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct admin_turn t;
    struct holding h;
    int64_t id;
    TRY(req_id(cx, rq, "holding", &id));
    TRY(org_holding(cx, id, &h));
    enum err e = end_holding(cx, rq, id, &t);
    if (e == ERR_INPUT)
        TRY(show_post(cx, rq, rp, h.post_id));
    TRY(e);
    struct str path = arena_printf(cx->mem, "/a/post/%lld", (long long)t.post_id);
    return admin_goto(cx, rp, path, "end", &t);
}

enum err admin_holding_name(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct holding h;
    int64_t id;
    TRY(req_id(cx, rq, "holding", &id));
    TRY(org_holding(cx, id, &h));
    if (!req_field(rq, "agrees").n)
        return fail(cx, ERR_INPUT, "请说明本人同意还是不同意");
    struct str channel = req_field(rq, "channel");
    if (str_is(channel, "self") || str_is(channel, "system"))
        channel = S(""); /* nobody says here that the holder did it himself */
    TRY(org_show(cx, id, req_field(rq, "what"), str_is(req_field(rq, "agrees"), "1"), channel));
    struct str path = arena_printf(cx->mem, "/a/post/%lld", (long long)h.post_id);
    return admin_goto(cx, rp, path, "name", NULL);
}
