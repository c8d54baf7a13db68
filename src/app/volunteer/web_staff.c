/* web_staff -- the library as staff read it, and one card of it: what may be seen goes by the
 * matrix, names and contacts open with a purpose. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/pages.h"
#include "base/time.h"
#include "volunteer.html.h"
#include "volunteer.sql.h"

struct shell_page volunteer_staff_page(const struct cx *cx, const struct req *rq, struct str title)
{
    bool field = cx->who.role & (ROLES_FIELD | ROLE_AREA_STAFF);
    return shell_page(rq, field ? SHELL_WORK : SHELL_DESK, title, "volunteers");
}

static struct shell_page page_of(struct cx *cx, const struct req *rq, struct reply *rp,
                                 const char *title)
{
    reply_header(rp, "Cache-Control", S("no-store"));
    return volunteer_staff_page(cx, rq, str_c(title));
}

/* ---- the list ---- */

struct counts {
    int64_t active, applied, paused, asked;
};
static const struct field counts_fields[] = {
    FIELD(struct counts, active, "愿意帮"),
    FIELD(struct counts, applied, "待核实"),
    FIELD(struct counts, paused, "歇一歇"),
    FIELD(struct counts, asked, "等回音"),
};
static const struct shape counts_shape = SHAPE("volunteer_counts", struct counts, counts_fields);

static enum err items_of(struct cx *cx, const volunteer_list *found, volunteer_items *out)
{
    for (size_t i = 0; i < found->n; i++) {
        volunteer_skill_list few = {0};
        struct week w;
        TRY(db_all(cx, &volunteer_sql_skills_few, &volunteer_skill_shape, &few,
                   ARGS(AS("id", found->at[i].id))));
        week_read(found->at[i].week, &w);
        *PUSH(cx->mem, out) =
            (struct volunteer_item){.v = found->at[i],
                                    .skills = volunteer_skill_words(cx, &few),
                                    .when = week_words(cx, &w),
                                    .is_minor = found->at[i].guardian_agreed_at != 0};
    }
    return OK;
}

static struct str next_link(struct cx *cx, const struct req *rq, struct str next)
{
    static const char *const kept[] = {"q", "state", "skill", "kind", "grid"};
    struct out o;
    out_init(&o, cx->mem);
    out_c(&o, "/d/volunteers?after=");
    out_url(&o, next);
    for (size_t i = 0; i < COUNT(kept); i++)
        if (req_query(rq, kept[i]).n) {
            out_printf(&o, "&%s=", kept[i]);
            out_url(&o, req_query(rq, kept[i]));
        }
    return out_text(&o);
}

enum err volunteer_list_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer_list_view v = {.q = str_trim(req_query(rq, "q")),
                                    .state = req_query(rq, "state"),
                                    .skill = req_query(rq, "skill"),
                                    .kind = req_query(rq, "kind"),
                                    .is_next = req_query(rq, "after").n > 0};
    volunteer_list found = {0};
    struct counts counts;
    struct str next;
    if (req_query(rq, "grid").n)
        TRY(req_id(cx, rq, "grid", &v.grid));
    struct volunteer_filter f = {.skill = v.skill,
                                 .state = v.state,
                                 .kind = v.kind,
                                 .text = v.q,
                                 .grid_id = v.grid,
                                 .after = req_query(rq, "after")};
    TRY(volunteer_search(cx, &f, &found, &next));
    TRY(items_of(cx, &found, &v.items));
    TRY(db_one(cx, &volunteer_sql_counts, &counts_shape, &counts, NO_ARGS));
    TRY(volunteer_groups(cx, NULL, NULL, &v.groups));
    if (!cx->who.scope_grid)
        TRY(place_grids(cx, &v.grids));
    v.active = counts.active;
    v.applied = counts.applied;
    v.paused = counts.paused;
    v.asked = counts.asked;
    v.next = next.n ? next_link(cx, rq, next) : S("");
    v.may_enter = (cx->who.role & ROLES_VERIFY) != 0;
    v.may_sort = (cx->who.role & ROLES_SKILLS) != 0;
    v.may_print = (cx->who.role & ROLES_KEEP) != 0;
    v.page = page_of(cx, rq, rp, "志愿者库");
    volunteer_list_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- one card ---- */

static const struct volunteer_code done_words[] = {{"accept", "核实好了，他可以参加了"},
                                                   {"seen", "记下了：当面核对过身份"},
                                                   {"verify", "记下了核验"},
                                                   {"insure", "记下了保险"},
                                                   {"pause", "先替他歇着"},
                                                   {"resume", "恢复了"},
                                                   {"confirm", "记下了：他还愿意"},
                                                   {"leave", "已退出，个人信息删掉了"},
                                                   {"kept", "已退出，不再来问他。" KEEP_WAITS},
                                                   {"change", "改好了"},
                                                   {NULL, NULL}};

static enum err draw_card(struct cx *cx, const struct req *rq, struct reply *rp,
                          const struct volunteer *v, bool is_opened)
{
    struct volunteer_card_view view = {.v = *v, .rq = rq, .is_opened = is_opened};
    volunteer_skill_list has = {0};
    struct fault fault = cx->fault;
    struct week w;
    bool here = v->state != VOLUNTEER_LEFT;
    week_read(v->week, &w);
    view.when = week_words(cx, &w);
    view.is_minor = v->guardian_agreed_at != 0;
    TRY(volunteer_skills(cx, v->id, &has));
    view.skills = has;
    TRY(volunteer_aways(cx, v->id, &view.aways));
    TRY(volunteer_story(cx, v->id, &view.story));
    TRY(openings_told(cx, &volunteer_seen, v->id, &view.seen));
    cx->fault = fault;
    view.may_open = here && !is_opened && cx->who.sees[DATA_CONTACT] >= SEE_LOGGED;
    view.may_keep = here && (cx->who.role & ROLES_KEEP) != 0;
    view.may_verify = here && (cx->who.role & ROLES_VERIFY) != 0;
    view.page = page_of(cx, rq, rp, "志愿者");
    view.page.back = "/d/volunteers";
    view.page.here = arena_printf(cx->mem, "/d/volunteer/%lld", (long long)v->id);
    view.page.notice = str_c(volunteer_label(done_words, req_query(rq, "done")));
    view.page.notice_level = "g";
    volunteer_card_html(reply_html(rp), cx, &view);
    return OK;
}

static enum err get_card(struct cx *cx, const struct req *rq, struct volunteer *v)
{
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    return volunteer_get(cx, id, v);
}

/* Ends an act: back to the card, or the card again with what was wrong. */
static enum err end(struct cx *cx, const struct req *rq, struct reply *rp, enum err e, int64_t id,
                    const char *done)
{
    struct volunteer v;
    if (e == ERR_INPUT || e == ERR_CONFLICT) {
        struct fault fault = cx->fault;
        TRY(volunteer_get(cx, id, &v));
        cx->fault = fault;
        TRY(draw_card(cx, rq, rp, &v, false));
    }
    TRY(e);
    return reply_goto(cx, rp, "/d/volunteer/%lld?done=%s", (long long)id, done);
}

enum err volunteer_card_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    TRY(get_card(cx, rq, &v));
    return draw_card(cx, rq, rp, &v, false);
}

/* The answer to this POST is the page itself: what is opened is shown once. */
enum err volunteer_card_open(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v, plain;
    TRY(get_card(cx, rq, &v));
    enum err e = volunteer_open(cx, v.id, req_field(rq, "purpose"), &plain);
    if (e != OK)
        return end(cx, rq, rp, e, v.id, "");
    return draw_card(cx, rq, rp, &plain, true);
}

/* The end of a day that is the last one; 0 = none was typed. */
static enum err read_last_day(struct cx *cx, const struct req *rq, const char *field, int64_t *end)
{
    enum err e = volunteer_read_day(cx, rq, field, end);
    if (e == OK && *end)
        *end += MS_DAY;
    return e;
}

enum err volunteer_card_verify(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    int64_t expires;
    TRY(get_card(cx, rq, &v));
    enum err e = read_last_day(cx, rq, "expires", &expires);
    if (e == OK)
        e = volunteer_verify(cx, v.id, req_field(rq, "skill"), expires);
    return end(cx, rq, rp, e, v.id, "verify");
}

enum err volunteer_card_insure(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v;
    int64_t until;
    TRY(get_card(cx, rq, &v));
    enum err e = read_last_day(cx, rq, "insured", &until);
    if (e == OK)
        e = volunteer_insure(cx, v.id, until);
    return end(cx, rq, rp, e, v.id, "insure");
}

enum err volunteer_card_step(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer v, after;
    struct str step = req_part(rq, "step");
    int64_t until;
    TRY(get_card(cx, rq, &v));
    enum err e = volunteer_read_day(cx, rq, "until", &until);
    if (e == OK && str_is(step, "leave") && !req_field(rq, "sure").n)
        e = fail_field(cx, "sure", "真要退出，请先点上这一行");
    if (e == OK)
        e = volunteer_step(cx, v.id, S(""), step, until, &after);
    if (e == OK && str_is(step, "leave"))
        return reply_goto(cx, rp, "/d/volunteers?done=%s", after.place_id ? "kept" : "leave");
    return end(cx, rq, rp, e, v.id, arena_cstr(cx->mem, step));
}
