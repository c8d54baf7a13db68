/* web -- the worker's pages: a door and what was found there, planning, wishes of the grid. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/visit/pages.h"
#include "base/utf8.h"
#include "visit.html.h"
#include "visit.sql.h"

enum { PLANNED_MOST = 200 };

struct str visit_day_words(struct cx *cx, int64_t day)
{
    return day ? filter_date(cx, time_day_start(day)) : S("没有说");
}

visit_code_rows visit_kept_rows(void)
{
    size_t n = 0;
    while (visit_kepts[n].code)
        n++;
    return (visit_code_rows){.at = visit_kepts, .n = n, .cap = n};
}

const char *visit_step_label(struct str code)
{
    const struct step *s = steps_find(&visit_steps, code);
    return s ? s->label : "";
}

bool visit_is_picked(const struct req *rq, int64_t job_id)
{
    int64_t id;
    return str_int(req_field(rq, "job_id"), &id) && id == job_id;
}

/* ---- a door ---- */

/* What is asked for at doors; each becomes a need of its own. */
static const struct flow_reason chips[] = {{"clinic", "陪同看病"},   {"meal", "买菜送餐"},
                                           {"repair", "修修补补"},   {"talk", "说说话"},
                                           {"policy", "问政策补贴"}, {NULL, NULL}};

enum err visit_read_said(struct cx *cx, const struct req *rq, struct visit_said *out)
{
    enum err e = req_record(cx, rq, &visit_said_shape, out);
    if (req_is_api(rq))
        return e;
    enum err quiet = req_day(cx, rq, "quiet_on", &out->quiet_until);
    enum err next = req_day(cx, rq, "next_on", &out->next_day);
    out->says_quiet = out->quiet_until != 0;
    out->says_next = out->next_day != 0;
    return e != OK ? e : quiet != OK ? quiet : next;
}

/* One line for each chip, with the words beside it; words alone are as they were typed. */
static struct str needs_of(struct cx *cx, const struct req *rq)
{
    struct out o;
    struct str text = str_trim(req_field(rq, "text"));
    struct str words = utf8_clean(cx->mem, text, true);
    size_t n = req_field_count(rq, "chip");
    out_init(&o, cx->mem);
    for (size_t i = 0; i < n; i++) {
        const char *label = flow_label(chips, req_field_nth(rq, "chip", i));
        if (label[0] && words.n)
            out_printf(&o, "%s：%.*s\n", label, STR(words));
        else if (label[0])
            out_printf(&o, "走访时说想要%s\n", label);
    }
    return n ? out_text(&o) : text;
}

static enum err find_hints(struct cx *cx, int64_t door_id, hint_words_list *out)
{
    door_hint_list open = {0};
    TRY(visit_hints(cx, door_id, &open));
    for (size_t i = 0; i < open.n; i++)
        *PUSH(cx->mem, out) = (struct hint_words){
            open.at[i], str_is(open.at[i].field, "next_day") ? S("哪天再来") : S("到哪天不用上门"),
            visit_day_words(cx, open.at[i].ours), visit_day_words(cx, open.at[i].theirs)};
    return OK;
}

static enum err draw_door(struct cx *cx, const struct req *rq, struct reply *rp,
                          const struct visit_stop *s)
{
    struct visit_door_view v = {.rq = rq, .s = *s, .typed = str_is(req_method(rq), "POST")};
    struct fault fault = cx->fault;
    for (const struct flow_reason *c = chips; c->code; c++) {
        struct visit_chip chip = {c->code, c->label, false};
        for (size_t i = 0; i < req_field_count(rq, "chip"); i++)
            chip.is_on |= str_is(req_field_nth(rq, "chip", i), c->code);
        *PUSH(cx->mem, &v.chips) = chip;
    }
    for (size_t i = 0; i < s->raised.n; i++)
        if (s->raised.at[i].owner_person && s->raised.at[i].owner_person == cx->who.person_id)
            *PUSH(cx->mem, &v.jobs) = s->raised.at[i];
    v.outcome = req_field(rq, "outcome");
    TRY(find_hints(cx, s->d.id, &v.hints));
    TRY(visit_story(cx, s->d.id, &v.story));
    cx->fault = fault;
    v.is_follow = s->v.state == VISIT_FOLLOW;
    v.is_open =
        !visit_is_closed(s->v.state) && (!v.is_follow || s->v.plan_day <= time_day(cx->now));
    v.page = shell_page(rq, SHELL_WORK,
                        arena_printf(cx->mem, "%.*s %.*s", STR(s->d.place_text), STR(s->d.door)),
                        "today");
    v.page.back = "/w/today";
    v.page.has_foot = v.is_open;
    v.page.here = arena_printf(cx->mem, "/w/visit/%lld", (long long)s->v.id);
    reply_header(rp, "Cache-Control", S("no-store"));
    visit_door_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err find_stop(struct cx *cx, const struct req *rq, struct visit_stop *s)
{
    int64_t id;
    TRY(req_id(cx, rq, "visit", &id));
    return visit_stop(cx, id, s);
}

/* Numbers and words to be copied out for the resident, once: the answer itself has them, so no
 * address does. Sent again, it is the same visit, without the words. */
static enum err draw_saved(struct cx *cx, const struct req *rq, struct reply *rp,
                           const struct visit_stop *s, const struct visit_saved *saved)
{
    struct visit_saved_view v = {.d = s->d, .saved = *saved};
    v.page = shell_page(rq, SHELL_WORK, S("记下了"), "today");
    v.page.back = "/w/today";
    v.page.here = arena_printf(cx->mem, "/w/visit/%lld", (long long)saved->v.id);
    reply_header(rp, "Cache-Control", S("no-store"));
    visit_saved_html(reply_html(rp), cx, &v);
    return OK;
}

enum err visit_door_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct visit_stop s;
    TRY(find_stop(cx, rq, &s));
    return draw_door(cx, rq, rp, &s);
}

enum err visit_photos(struct cx *cx, const struct req *rq, struct visit_saved *s)
{
    need_photo_whys why = {0};
    if (s->again || !req_kept(rq))
        return OK;
    if (s->needs.n)
        TRY(need_photos_add(cx, rq, s->needs.at[0].id, &why));
    else
        *PUSH(cx->mem, &why) = (struct need_photo_why){.code = 'x'};
    if (why.n)
        *PUSH(cx->mem, &s->notes) = need_photo_words(cx, &why);
    return OK;
}

enum err visit_door_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct visit_stop s;
    struct visit_said said = {0};
    struct visit_saved saved;
    TRY(find_stop(cx, rq, &s));
    enum err e = visit_read_said(cx, rq, &said);
    said.visit_id = s.v.id;
    said.door_id = 0;
    bool is_met = str_is(said.outcome, "well") || str_is(said.outcome, "needs");
    said.needs = is_met ? needs_of(cx, rq) : S("");
    if (is_met && said.needs.n)
        said.outcome = S("needs");
    if (e == OK)
        e = visit_save(cx, req_field(rq, "key"), &said, &saved);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_door(cx, rq, rp, &s));
    TRY(e);
    TRY(visit_photos(cx, rq, &saved));
    return draw_saved(cx, rq, rp, &s, &saved);
}

/* Steps that are not said at the door: the offer, a yes by phone, called off. */
enum err visit_step_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct visit v;
    struct str key, step = req_part(rq, "step");
    int64_t id, version = 0;
    TRY(req_id(cx, rq, "visit", &id));
    if (!str_int(req_field(rq, "version"), &version))
        version = 0;
    TRY(visit_move(cx, id, step, req_field(rq, "how"), version, &v, &key));
    if (key.n)
        return reply_goto(cx, rp, "/w/visit/%lld/slip?k=%.*s", (long long)id, STR(key));
    if (visit_is_closed(v.state))
        return reply_goto(cx, rp, "/w/today");
    return reply_goto(cx, rp, "/w/visit/%lld", (long long)id);
}

enum err visit_told_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id, need;
    TRY(req_id(cx, rq, "visit", &id));
    if (!str_int(req_field(rq, "need"), &need))
        return fail(cx, ERR_MISSING, "没有这一件");
    TRY(visit_told(cx, need));
    return reply_goto(cx, rp, "/w/visit/%lld", (long long)id);
}

enum err visit_hint_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id, hint;
    TRY(req_id(cx, rq, "visit", &id));
    if (!str_int(req_field(rq, "hint"), &hint))
        return fail(cx, ERR_MISSING, "没有这一条");
    TRY(visit_settle(cx, hint, req_field(rq, "choice")));
    return reply_goto(cx, rp, "/w/visit/%lld", (long long)id);
}

/* ---- planning ---- */

static enum err draw_plan(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct visit_plan_view v = {.rq = rq, .place = req_field(rq, "place")};
    struct fault fault = cx->fault;
    visit_list ahead = {0};
    int64_t day = time_day(cx->now);
    if (!v.place.n)
        v.place = req_query(rq, "b");
    TRY(db_all(cx, &visit_sql_planned, &visit_shape, &ahead,
               ARGS(A(day), AS("most", PLANNED_MOST))));
    for (size_t i = 0; i < ahead.n; i++) {
        struct visit_stop s = {.v = ahead.at[i]};
        TRY(door_load(cx, s.v.door_id, &s.d));
        *PUSH(cx->mem, &v.ahead) = s;
    }
    TRY(visit_doors(cx, &v.wishing));
    cx->fault = fault;
    v.today = day;
    v.page = shell_page(rq, SHELL_WORK, S("排走访"), "today");
    v.page.back = "/w/today";
    reply_header(rp, "Cache-Control", S("no-store"));
    visit_plan_html(reply_html(rp), cx, &v);
    return OK;
}

enum err visit_plan_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_plan(cx, rq, rp);
}

enum err visit_plan_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct visit visit;
    int64_t day;
    enum err e = req_day(cx, rq, "plan_on", &day);
    if (e == OK)
        e = visit_plan(cx, req_field(rq, "place"), req_field(rq, "door"), day, &visit);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_plan(cx, rq, rp));
    TRY(e);
    return reply_goto(cx, rp, "/w/visit/%lld", (long long)visit.id);
}

/* ---- the table ---- */

static const struct route routes[] = {
    {"GET", "/w/plan", visit_plan_page, ROLES_VISIT, "排走访"},
    {"POST", "/w/plan", visit_plan_do, ROLES_VISIT, "排一次走访"},
    {"GET", "/w/slips", visit_slips_page, ROLES_VISIT, "印纸条"},
    {"POST", "/w/slips", visit_slips_do, ROLES_VISIT, "编号，印纸条"},
    {"GET", "/w/visit/{visit}", visit_door_page, ROLES_VISIT, "一扇门"},
    {"POST", "/w/visit/{visit}", visit_door_do, ROLES_VISIT, "记一次走访", .in = &visit_said_shape,
     .prepare = need_photos_prepare, .body_max = NEED_PHOTO_BODY},
    {"GET", "/w/visit/{visit}/slip", visit_slip_page, ROLES_VISIT, "约走访的纸条"},
    {"POST", "/w/visit/{visit}/told", visit_told_do, ROLES_VISIT, "当面告诉了办得怎样"},
    {"POST", "/w/visit/{visit}/hint", visit_hint_do, ROLES_VISIT, "两个说法选一个"},
    {"POST", "/w/visit/{visit}/{step}", visit_step_do, ROLES_VISIT, "约一约、可以来、不去了"},
    {"GET", "/visit", visit_ask_page, .title = "请人上门，或近期不用上门"},
    {"POST", "/visit", visit_ask_do, .title = "请人上门，或近期不用上门", .in = &door_wish_shape},
    {"GET", "/visit/{visit}", visit_answer_page, .title = "约走访，您看行不行", .open_key = true},
    {"POST", "/visit/{visit}/{step}", visit_answer_do, .title = "可以来，或不用来",
     .open_key = true},
};

const struct feature visit_feature = {.name = "visit",
                                      .subject_parts = visit_parts,
                                      .nsubject_parts = COUNT(visit_parts),
                                      .keeps = visit_keeps,
                                      .nkeeps = COUNT(visit_keeps),
                                      .routes = routes,
                                      .nroutes = COUNT(routes),
                                      .queries = visit_sql_all,
                                      .nqueries = &visit_sql_count,
                                      .jobs = "visit.",
                                      .job = visit_job};
