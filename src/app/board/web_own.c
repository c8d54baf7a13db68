/* web_own -- what stands of somebody on boards, by himself: who holds a post, signed in, and a
 * volunteer by the secret of his link. Name and number are agreed to apart and taken back with one
 * press; papers that still show it are named here until they are printed anew. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/board/pages.h"
#include "board.html.h"

/* ---- who holds a post ---- */

static enum err draw_me(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct board_me_view v = {0};
    holding_list all = {0};
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(org_held(cx, cx->who.person_id, &all));
    for (size_t i = 0; i < all.n; i++) {
        enum holding_when when = holding_when(cx, &all.at[i]);
        if (when != HOLDING_NOW && when != HOLDING_LATER)
            continue;
        struct board_mine *m = PUSH(cx->mem, &v.posts);
        *m = (struct board_mine){.h = all.at[i]};
        TRY(consent_history(cx, &holding_consents, m->h.id, &m->consents));
        if (!m->h.show_name)
            TRY(board_showing(cx, BOARD_PEOPLE, m->h.post_id, S("name"), &m->name_on));
        if (!m->h.show_phone)
            TRY(board_showing(cx, BOARD_PEOPLE, m->h.post_id, S("phone"), &m->phone_on));
    }
    cx->fault = fault;
    v.page = shell_page(rq, SHELL_WORK, S("公示栏上的我"), "today");
    v.page.back = "/hat";
    reply_header(rp, "Cache-Control", S("no-store"));
    board_me_html(reply_html(rp), cx, &v);
    return OK;
}

enum err board_me_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_me(cx, rq, rp);
}

static enum err agree(struct cx *cx, const struct req *rq)
{
    struct holding h;
    int64_t id;
    struct str agrees = req_field(rq, "agrees");
    if (!str_int(req_field(rq, "holding"), &id))
        return fail(cx, ERR_INPUT, "页面不完整，请刷新再办");
    TRY(org_holding(cx, id, &h));
    if (h.person_id != cx->who.person_id)
        return fail(cx, ERR_MISSING, "这不是您的岗位，请刷新看看");
    if (!str_is(agrees, "0") && !str_is(agrees, "1"))
        return fail(cx, ERR_INPUT, "请点“同意”或者“不写了”");
    return org_show(cx, id, req_field(rq, "what"), str_is(agrees, "1"), S("self"));
}

enum err board_me_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    enum err e = agree(cx, rq);
    if (e == ERR_INPUT)
        TRY(draw_me(cx, rq, rp));
    TRY(e);
    return reply_goto(cx, rp, "/me/board");
}

/* ---- a volunteer ---- */

/* Whoever never agreed to it stands on no paper, whoever else is named beside his zone. */
static enum err has_agreed(struct cx *cx, int64_t volunteer_id, bool *yes)
{
    consent_list all = {0};
    *yes = false;
    TRY(consents_of(cx, &volunteer_consents, volunteer_id, &all));
    for (size_t i = 0; i < all.n && !*yes; i++)
        *yes = str_is(all.at[i].purpose, "board");
    return OK;
}

/* Papers that show him: among the neighbours, or beside a zone that he took on. */
static enum err papers_of(struct cx *cx, int64_t volunteer_id, const zone_list *zones,
                          struct board_own_view *v)
{
    bool agreed;
    TRY(has_agreed(cx, volunteer_id, &agreed));
    if (!agreed)
        return OK;
    TRY(board_showing(cx, BOARD_NEIGHBOURS, volunteer_id, S("name"), &v->name_on));
    TRY(board_showing(cx, BOARD_NEIGHBOURS, volunteer_id, S("phone"), &v->phone_on));
    for (size_t i = 0; i < zones->n; i++) {
        board_list more = {0};
        TRY(board_showing(cx, BOARD_ZONES, zones->at[i].id, S("name"), &more));
        for (size_t k = 0; k < more.n; k++) {
            bool is_new = true;
            for (size_t n = 0; n < v->name_on.n; n++)
                is_new = is_new && v->name_on.at[n].id != more.at[k].id;
            if (is_new)
                *PUSH(cx->mem, &v->name_on) = more.at[k];
        }
    }
    return OK;
}

static struct str key_of(const struct req *rq)
{
    return str_is(req_method(rq), "GET") ? req_query(rq, "k") : req_field(rq, "k");
}

static enum err draw_own(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct board_own_view v = {.key = key_of(rq)};
    zone_list near = {0};
    struct fault fault = cx->fault;
    int64_t id;
    cx->fault = (struct fault){0};
    TRY(req_id(cx, rq, "id", &id));
    TRY(volunteer_by_key(cx, id, v.key, &v.who));
    TRY(zones_taken(cx, id, &v.taken));
    TRY(zones_of(cx, v.who.place_id, &near));
    for (size_t i = 0; i < near.n; i++) {
        bool has = false;
        for (size_t k = 0; k < v.taken.n; k++)
            has |= v.taken.at[k].id == near.at[i].id;
        if (!has)
            *PUSH(cx->mem, &v.open) = near.at[i];
    }
    TRY(papers_of(cx, id, &v.taken, &v));
    cx->fault = fault;
    v.page = shell_page(rq, SHELL_PHONE, S("公示栏上的我"), "find");
    v.page.here = arena_printf(cx->mem, "/v/%lld?k=%.*s", (long long)id, STR(v.key));
    v.page.back = arena_cstr(cx->mem, v.page.here);
    v.page.is_private = true;
    reply_header(rp, "Cache-Control", S("no-store"));
    board_own_html(reply_html(rp), cx, &v);
    return OK;
}

enum err board_own_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_own(cx, rq, rp);
}

static enum err change_own(struct cx *cx, const struct req *rq, int64_t id)
{
    struct str key = key_of(rq), agrees = req_field(rq, "agrees");
    int64_t zone;
    struct volunteer v;
    TRY(volunteer_by_key(cx, id, key, &v));
    if (!str_is(agrees, "0") && !str_is(agrees, "1"))
        return fail(cx, ERR_INPUT, "页面不完整，请刷新再点一次");
    if (!req_field(rq, "zone").n)
        return volunteer_show(cx, id, key, req_field(rq, "what"), str_is(agrees, "1"));
    if (!str_int(req_field(rq, "zone"), &zone))
        return fail(cx, ERR_INPUT, "页面不完整，请刷新再点一次");
    return zone_claim(cx, zone, id, key, str_is(agrees, "1"));
}

enum err board_own_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    enum err e = change_own(cx, rq, id);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_own(cx, rq, rp));
    TRY(e);
    return reply_goto(cx, rp, "/v/%lld/board?k=%.*s", (long long)id, STR(key_of(rq)));
}
