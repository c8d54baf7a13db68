/* web_skill -- keeping the taxonomy: add a leaf or a group, rename, say what it demands, switch
 * off. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/pages.h"
#include "volunteer.html.h"

static enum err draw(struct cx *cx, const struct req *rq, struct reply *rp, struct skill *s)
{
    struct volunteer_taxonomy_view v = {.s = *s};
    skill_list all = {0};
    skill_supply_list supply = {0};
    struct fault fault = cx->fault;
    TRY(skill_all(cx, true, &all));
    TRY(volunteer_supply(cx, 0, &supply));
    for (size_t i = 0; i < all.n; i++) {
        struct taxonomy_row *row = PUSH(cx->mem, &v.rows);
        *row = (struct taxonomy_row){.skill = all.at[i], .demands = skill_demands(cx, &all.at[i])};
        for (size_t k = 0; k < supply.n; k++)
            if (str_eq(supply.at[k].skill_code, all.at[i].code))
                row->offers = supply.at[k].offers;
        if (!all.at[i].parent_code.n)
            *PUSH(cx->mem, &v.groups) = all.at[i];
    }
    cx->fault = fault;
    v.page = shell_page(rq, SHELL_DESK, S("能帮的事"), "skills");
    v.page.notice = req_query(rq, "done").n ? S("记下来了") : S("");
    v.page.notice_level = "g";
    reply_header(rp, "Cache-Control", S("no-store"));
    volunteer_taxonomy_html(reply_html(rp), cx, &v);
    return OK;
}

/* ?code=x opens that row in the form; without it the form adds a new one. */
enum err volunteer_taxonomy_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct skill s = {.active = true};
    if (req_query(rq, "code").n)
        TRY(skill_get(cx, req_query(rq, "code"), &s));
    return draw(cx, rq, rp, &s);
}

enum err volunteer_taxonomy_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct skill s = {0};
    struct str code = req_field(rq, "code");
    if (code.n) /* an old one: what the form does not show stays */
        TRY(skill_get(cx, code, &s));
    enum err e = req_record(cx, rq, &skill_shape, &s);
    if (e == OK)
        e = skill_put(cx, &s);
    if (e == ERR_INPUT)
        TRY(draw(cx, rq, rp, &s));
    TRY(e);
    return reply_goto(cx, rp, "/a/skills?done=1");
}
