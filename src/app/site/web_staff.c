/* web_staff -- the sites of one's reach, a new one, and what each should have. One site:
 * web_keep.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/pages.h"
#include "base/time.h"
#include "site.html.h"

struct shell_page site_page(const struct cx *cx, const struct req *rq, struct str title)
{
    bool field = cx->who.role & ROLE_AREA_STAFF;
    struct shell_page page = shell_page(rq, field ? SHELL_WORK : SHELL_DESK, title, "sites");
    if (req_query(rq, "done").n) {
        page.notice = S("记下来了，居民马上看得到");
        page.notice_level = "g";
    }
    return page;
}

static bool is_within(const struct cx *cx, const struct site *s)
{
    return cx->who.scope_hi.n > 0 && str_starts(s->path, cx->who.scope_lo);
}

enum err site_staff_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site_staff_view v = {.may_plan = (cx->who.role & ROLES_SITE_PLAN) != 0};
    site_view_list all = {0};
    site_notice_list notices = {0};
    TRY(site_views(cx, S(""), &all));
    TRY(site_lacking(cx, &v.lacking));
    TRY(site_notices(cx, 0, time_day(cx->now), false, &notices));
    for (size_t i = 0; i < all.n; i++) {
        if (!is_within(cx, &all.at[i].site))
            continue;
        struct site_row *row = PUSH(cx->mem, &v.rows);
        row->v = all.at[i];
        for (size_t k = 0; k < notices.n; k++)
            row->notices += notices.at[k].site_id == row->v.site.id;
    }
    v.page = site_page(cx, rq, S("服务点"));
    site_staff_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- a new one ---- */

static enum err draw_new(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site_new_view v = {.rq = rq};
    TRY(site_tiers(cx, &v.tiers));
    v.page = site_page(cx, rq, S("加一个服务点"));
    v.page.back = "/w/sites";
    v.page.here = S("/w/sites/new");
    site_new_html(reply_html(rp), cx, &v);
    return OK;
}

enum err site_new_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_new(cx, rq, rp);
}

enum err site_read_place(struct cx *cx, const struct req *rq, struct site *s)
{
    struct place p;
    place_list choices = {0};
    TRY(site_asker(cx, req_field(rq, "place"), &p, &choices));
    if (choices.n)
        return fail_field(cx, "place", "对得上的有 %zu 处，请写全，或者写楼道牌上的编号",
                          choices.n);
    if (!p.id)
        return fail_field(cx, "place", "没找到这个地方，请写小区、楼号，或者牌上的编号");
    s->place_id = p.id;
    return OK;
}

enum err site_new_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site s = {0};
    enum err place = site_read_place(cx, rq, &s);
    enum err e = req_record(cx, rq, &site_shape, &s);
    e = place != OK ? place : e;
    if (e == OK)
        e = site_put(cx, &s);
    if (e == ERR_INPUT)
        TRY(draw_new(cx, rq, rp));
    TRY(e);
    return reply_goto(cx, rp, "/w/site/%.*s/hours?done=1", STR(s.code));
}

/* ---- what each should have ---- */

static enum err draw_items(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site_items_view v = {.rq = rq, .one = {.active = true}};
    int64_t id = 0;
    TRY(site_items(cx, true, &v.items));
    if (!str_int(req_field(rq, "id"), &id))
        str_int(req_query(rq, "id"), &id);
    v.one.ordinal = (int64_t)v.items.n + 1;
    for (size_t i = 0; i < v.items.n; i++)
        if (v.items.at[i].id == id)
            v.one = v.items.at[i];
    v.page = site_page(cx, rq, S("服务点要有什么"));
    v.page.back = "/w/sites";
    v.page.here = S("/w/sites/items");
    site_items_html(reply_html(rp), cx, &v);
    return OK;
}

enum err site_items_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_items(cx, rq, rp);
}

enum err site_items_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site_item i = {0};
    str_int(req_field(rq, "id"), &i.id); /* 0 = a new one */
    enum err e = req_record(cx, rq, &site_item_shape, &i);
    if (e == OK)
        e = site_item_put(cx, &i);
    if (e == ERR_INPUT)
        TRY(draw_items(cx, rq, rp));
    TRY(e);
    return reply_goto(cx, rp, "/w/sites/items?done=1");
}
