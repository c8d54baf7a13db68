/* web -- the room's routes, and the page where somebody offers help. What is his own: web_own.c;
 * the library: web_staff.c; the counter: web_entry.c; the taxonomy: web_skill.c; JSON: api.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/keyring/keyring.h"
#include "app/volunteer/pages.h"
#include "volunteer.html.h"
#include "volunteer.sql.h"

enum { WANTED_MAX = 6, LIST_BODY = 8 << 20, LIST_MEMORY = 192 << 20 };

/* ---- offering help ---- */

/* What is more asked for than offered in a grid (0 = the community). Where nobody has asked yet:
 * leaves with the fewest offers. */
static enum err find_wanted(struct cx *cx, int64_t grid_id, skill_list *out)
{
    skill_list all = {0};
    skill_supply_list supply = {0};
    volunteer_want_list wants = {0};
    TRY(skill_all(cx, false, &all));
    TRY(volunteer_wants(cx, grid_id, WANTED_MAX, &wants));
    for (size_t i = 0; i < wants.n; i++)
        for (size_t k = 0; k < all.n; k++)
            if (str_eq(wants.at[i].skill_code, all.at[k].code))
                *PUSH(cx->mem, out) = all.at[k];
    if (out->n)
        return OK;
    TRY(volunteer_supply(cx, grid_id, &supply));
    for (int64_t most = 0; most < 3; most++)
        for (size_t i = 0; i < all.n && out->n < WANTED_MAX; i++) {
            int64_t offers = 0;
            for (size_t k = 0; k < supply.n; k++)
                if (str_eq(supply.at[k].skill_code, all.at[i].code))
                    offers = supply.at[k].offers;
            if (all.at[i].parent_code.n && offers == most)
                *PUSH(cx->mem, out) = all.at[i];
        }
    return OK;
}

static enum err draw_give(struct cx *cx, const struct req *rq, struct reply *rp,
                          struct volunteer_give_view *v)
{
    struct grid grid = {0};
    struct fault fault = cx->fault;
    if (v->form.at.has_place)
        TRY(place_grid_of(cx, v->form.at.place.id, &grid));
    TRY(find_wanted(cx, grid.id, &v->wanted));
    cx->fault = fault;
    v->near = grid.id ? grid.name : S("社区");
    v->community = shell_community(cx);
    v->page = shell_page(rq, SHELL_PHONE, S("我能帮一把"), "home");
    v->page.has_foot = true;
    v->page.back = "/";
    if (req_query(rq, "left").n) {
        v->page.notice = str_is(req_query(rq, "left"), "kept")
                             ? S("已经退出，谢谢您帮过大家。" KEEP_WAITS)
                             : S("已经退出，您的登记删掉了。谢谢您帮过大家");
        v->page.notice_level = "g";
    }
    volunteer_give_html(reply_html(rp), cx, v);
    return OK;
}

enum err volunteer_give_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer_give_view v = {0};
    if (req_query(rq, "b").n) {
        v.form.at.has_place = place_by_code(cx, req_query(rq, "b"), &v.form.at.place) == OK;
        fault_clear(cx); /* an old code: the form asks for the place */
    }
    TRY(volunteer_form_fill(cx, rq, &v.form));
    return draw_give(cx, rq, rp, &v);
}

enum err volunteer_give_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer_give_view v = {0};
    struct str key;
    bool again = false;
    enum err e = volunteer_form_do(cx, rq, &v.form, &key, &again);
    if (e == ERR_CONFLICT) { /* came back to a form that was sent, and wrote somebody else */
        v.form.rq = NULL;    /* a key of its own, so that the next press is another person */
        fault_clear(cx);
        fail(cx, e, "刚才用这一页已经登记过一位。要另登记这一位，请再点一次“我来帮”");
    }
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_give(cx, rq, rp, &v));
    TRY(e);
    if (again)
        return reply_goto(cx, rp, "/find?n=%.*s&w=%.*s", STR(v.form.v.number), STR(v.form.v.word));
    return reply_goto(cx, rp, "%.*s&new=1", STR(volunteer_link(cx, v.form.v.id, "", key)));
}

/* ---- the table ---- */

static const struct route routes[] = {
    {"GET", "/give", volunteer_give_page, .title = "我能帮一把", .kind = ROUTE_INLINE},
    {"POST", "/give", volunteer_give_do, .title = "登记做志愿者", .in = &volunteer_shape},
    {"GET", "/v/{id}", volunteer_own_page, .title = "自己的志愿登记", .kind = ROUTE_INLINE,
     .open_key = true},
    {"GET", "/v/{id}/slip", volunteer_slip_page, .title = "登记纸条", .kind = ROUTE_INLINE,
     .open_key = true},
    {"GET", "/v/{id}/times", volunteer_times_page, .title = "什么时候有空", .kind = ROUTE_INLINE,
     .open_key = true},
    {"POST", "/v/{id}/times", volunteer_times_do, .title = "改空闲时间", .open_key = true},
    {"POST", "/v/{id}/away", volunteer_away_do, .title = "写哪几天出门", .open_key = true},
    {"POST", "/v/{id}/back", volunteer_back_do, .title = "不出门了", .open_key = true},
    {"GET", "/v/{id}/skills", volunteer_skills_page, .title = "能帮什么", .kind = ROUTE_INLINE,
     .open_key = true},
    {"POST", "/v/{id}/skills", volunteer_skills_do, .title = "改能帮的事", .open_key = true},
    {"GET", "/v/{id}/grids", volunteer_grids_page, .title = "还愿意去哪里", .kind = ROUTE_INLINE,
     .open_key = true},
    {"POST", "/v/{id}/grids", volunteer_grids_do, .title = "改愿意去的网格", .open_key = true},
    {"GET", "/v/{id}/edit", volunteer_edit_page, .title = "改登记", .kind = ROUTE_INLINE,
     .open_key = true},
    {"POST", "/v/{id}/edit", volunteer_edit_do, .title = "改登记", .in = &volunteer_shape,
     .open_key = true},
    {"GET", "/v/{id}/{step}", volunteer_step_page, .title = "歇一歇、退出", .kind = ROUTE_INLINE,
     .open_key = true},
    {"POST", "/v/{id}/{step}", volunteer_step_do, .title = "歇一歇、接着帮、退出",
     .open_key = true},

    {"GET", "/d/volunteers", volunteer_list_page, ROLES_LIBRARY, "志愿者库"},
    {"GET", "/d/volunteer/{id}", volunteer_card_page, ROLES_LIBRARY, "一位志愿者"},
    {"POST", "/d/volunteer/{id}/open", volunteer_card_open, ROLES_LIBRARY,
     "查看志愿者的联系方式（留痕）"},
    {"POST", "/d/volunteer/{id}/verify", volunteer_card_verify, ROLES_VERIFY, "核验证件或培训"},
    {"POST", "/d/volunteer/{id}/insure", volunteer_card_insure, ROLES_VERIFY, "登记保险"},
    {"GET", "/d/volunteer/{id}/edit", volunteer_told_page, ROLES_KEEP, "替他改登记"},
    {"POST", "/d/volunteer/{id}/edit", volunteer_told_do, ROLES_KEEP, "替他改登记",
     .in = &volunteer_shape},
    {"GET", "/d/volunteer/{id}/away", volunteer_times_page, ROLES_KEEP, "他哪几天出门"},
    {"POST", "/d/volunteer/{id}/away", volunteer_away_do, ROLES_KEEP, "替他写哪几天出门"},
    {"POST", "/d/volunteer/{id}/back", volunteer_back_do, ROLES_KEEP, "替他去掉出门的日子"},
    {"POST", "/d/volunteer/{id}/{step}", volunteer_card_step, ROLES_KEEP,
     "替他歇一歇、恢复、退出，核实身份"},

    {"GET", "/k/volunteer", volunteer_entry_page, ROLES_VERIFY, "代录一位志愿者"},
    {"POST", "/k/volunteer", volunteer_entry_do, ROLES_VERIFY, "代录一位志愿者",
     .in = &volunteer_shape},
    {"GET", "/k/volunteer/paper", volunteer_paper_page, ROLES_KEEP, "空白登记表（A4）"},
    {"GET", "/k/volunteer/{id}/receipt", volunteer_receipt_page, ROLES_VERIFY, "志愿者回执"},
    {"GET", "/k/volunteers/import", volunteer_import_page, ROLES_VERIFY, "导入名单"},
    {"POST", "/k/volunteers/import", volunteer_import_do, ROLES_VERIFY, "看名单、导入名单",
     .prepare = volunteer_import_prepare, .body_max = LIST_BODY, .mem_max = LIST_MEMORY},
    {"POST", "/k/volunteers/import/{id}/undo", volunteer_import_back, ROLES_VERIFY, "撤回名单"},

    {"GET", "/a/skills", volunteer_taxonomy_page, ROLES_SKILLS, "能帮的事有哪些"},
    {"POST", "/a/skills", volunteer_taxonomy_do, ROLES_SKILLS, "加一项、改一项",
     .in = &skill_shape},
};

static const struct shape *const shapes[] = {&skill_shape, &volunteer_shape, &volunteer_skill_shape,
                                             &volunteer_event_shape, &skill_supply_shape};

static const struct sealed_table sealed[] = {
    {&volunteer_shape, &volunteer_sql_sealed_some, &volunteer_sql_sealed_put},
    {&volunteer_part_shape, &volunteer_sql_part_sealed_some, &volunteer_sql_part_sealed_put}};

const struct feature volunteer_feature = {.name = "volunteer",
                                          .seen = &volunteer_seen,
                                          .consents = &volunteer_consents,
                                          .subject = &volunteer_subject,
                                          .subject_parts = volunteer_parts,
                                          .nsubject_parts = COUNT(volunteer_parts),
                                          .keeps = volunteer_keeps,
                                          .nkeeps = COUNT(volunteer_keeps),
                                          .routes = routes,
                                          .nroutes = COUNT(routes),
                                          .shapes = shapes,
                                          .nshapes = COUNT(shapes),
                                          .queries = volunteer_sql_all,
                                          .nqueries = &volunteer_sql_count,
                                          .sealed = sealed,
                                          .nsealed = COUNT(sealed),

                                          .jobs = "volunteer.",
                                          .job = volunteer_job,
                                          .letters = "V",
                                          .show = volunteer_show_by_word};
