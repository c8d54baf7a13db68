/* web_told -- a whole entry changed by staff at the volunteer's word: at the counter, by phone, on
 * paper. What staff may not read (number, guardian, what he will not do) stays blank on the page;
 * a blank is as it was. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/pages.h"
#include "volunteer.html.h"
#include <stddef.h>

/* The plain entry, and the same as the caller may see it. */
static enum err load(struct cx *cx, const struct req *rq, struct volunteer *plain,
                     struct volunteer *shown)
{
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(volunteer_load_for(cx, id, S(""), ROLES_KEEP, plain));
    if (plain->state == VOLUNTEER_LEFT)
        return fail(cx, ERR_MISSING, "已经退出了；想再帮忙，请重新登记");
    return volunteer_get(cx, id, shown);
}

static void put_channels(struct cx *cx, const struct req *rq, struct volunteer_told_view *view)
{
    for (size_t i = 0; volunteer_told_by[i]; i++)
        *PUSH(cx->mem, &view->channels) = (struct volunteer_code){
            volunteer_told_by[i], volunteer_label(volunteer_channels, str_c(volunteer_told_by[i]))};
    view->channel = req_field(rq, "channel");
    view->agrees = req_field(rq, "word").n > 0;
    view->clears = req_field(rq, "clear_wont").n > 0;
}

/* `v` holds what may be shown, with what was typed over it. */
static enum err draw(struct cx *cx, const struct req *rq, struct reply *rp,
                     const struct volunteer *v, const struct volunteer_where *at,
                     const struct week *w)
{
    struct volunteer_told_view view = {.rq = rq, .v = *v, .at = *at};
    volunteer_skill_list has = {0};
    struct fault fault = cx->fault;
    TRY(volunteer_skills(cx, v->id, &has));
    TRY(volunteer_groups(cx, rq, &has, &view.groups));
    view.mine = volunteer_mine(cx, &has, &view.groups);
    TRY(volunteer_areas(cx, rq, v, &view.areas));
    cx->fault = fault;
    view.days = volunteer_days(cx, w);
    view.when = week_words(cx, w);
    view.times = volunteer_week_ticks(cx, rq, &(struct week){{0}});
    put_channels(cx, rq, &view);
    bool field = cx->who.role & (ROLES_FIELD | ROLE_AREA_STAFF);
    view.page = shell_page(rq, field ? SHELL_WORK : SHELL_DESK, S("替他改登记"), "volunteers");
    view.page.back =
        arena_cstr(cx->mem, arena_printf(cx->mem, "/d/volunteer/%lld", (long long)v->id));
    reply_header(rp, "Cache-Control", S("no-store"));
    volunteer_told_html(reply_html(rp), cx, &view);
    return OK;
}

enum err volunteer_told_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer plain, shown;
    struct volunteer_where nowhere = {0};
    struct week w;
    TRY(load(cx, rq, &plain, &shown));
    week_read(plain.week, &w);
    return draw(cx, rq, rp, &shown, &nowhere, &w);
}

/* What the page leaves blank because the caller may not read it. */
static void read_blanks(const struct req *rq, struct volunteer *v)
{
    static const struct {
        const char *field;
        size_t at;
    } blanks[] = {{"new_name", offsetof(struct volunteer, name)},
                  {"new_contact", offsetof(struct volunteer, contact)},
                  {"new_guardian_name", offsetof(struct volunteer, guardian_name)},
                  {"new_guardian_contact", offsetof(struct volunteer, guardian_contact)},
                  {"new_wont", offsetof(struct volunteer, wont)}};
    int64_t year;
    if (req_field(rq, "clear_wont").n)
        v->wont = S("");
    for (size_t i = 0; i < COUNT(blanks); i++) {
        struct str typed = str_trim(req_field(rq, blanks[i].field));
        if (typed.n)
            *(struct str *)(void *)((char *)v + blanks[i].at) = typed;
    }
    if (str_int(req_field(rq, "new_birth_year"), &year))
        v->birth_year = year;
}

static enum err read_told(struct cx *cx, const struct req *rq, struct volunteer_where *at,
                          struct volunteer_told *t)
{
    struct week old = t->week, coarse = volunteer_week_of(rq);
    int64_t version = 0, place = t->v.place_id;
    enum err e = req_record(cx, rq, &volunteer_shape, &t->v);
    read_blanks(rq, &t->v);
    t->v.place_id = place;
    t->v.version = str_int(req_field(rq, "version"), &version) ? version : 0;
    if (req_field(rq, "guardian_agrees").n)
        t->v.guardian_agreed_at = cx->now;
    if (req_field(rq, "place").n || req_field(rq, "where").n) {
        enum err moved = volunteer_find_place(cx, rq, at);
        e = e != OK ? e : moved;
        if (at->has_place)
            t->v.place_id = at->place.id;
    }
    enum err times = volunteer_fine_week(cx, rq, &old, &t->week);
    if (week_count(&coarse))
        t->week = coarse;
    t->channel = req_field(rq, "channel");
    t->agrees = req_field(rq, "word").n > 0;
    return e != OK ? e : times;
}

enum err volunteer_told_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer plain, shown;
    struct volunteer_where at = {0};
    volunteer_code_list codes = {0};
    volunteer_id_list grids = {0};
    int64_t *levels;
    TRY(load(cx, rq, &plain, &shown));
    struct volunteer_told t = {.v = plain, .skills = &codes, .grids = &grids};
    week_read(plain.week, &t.week);
    volunteer_ticked(cx, rq, &codes, &levels);
    t.levels = levels;
    volunteer_ticked_grids(cx, rq, &grids);
    enum err e = read_told(cx, rq, &at, &t);
    if (e == OK)
        e = volunteer_retell(cx, &t);
    if (e == ERR_INPUT || e == ERR_CONFLICT) {
        struct fault fault = cx->fault; /* what is wrong with hidden fields was already told */
        req_record(cx, rq, &volunteer_shape, &shown);
        cx->fault = fault;
        shown.version = plain.version; /* pressed again, it is meant */
        if (e == ERR_CONFLICT)
            volunteer_tick(&shown, &plain);
        TRY(draw(cx, rq, rp, &shown, &at, &t.week));
    }
    TRY(e);
    return reply_goto(cx, rp, "/d/volunteer/%lld?done=change", (long long)plain.id);
}
