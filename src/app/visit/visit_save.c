/* visit_save -- what was found at a door, from a form or from a phone that was without a net:
 * stored once, beside whatever happened meanwhile. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/visit/visit_own.h"
#include "base/html.h"
#include "base/id.h"
#include "base/utf8.h"
#include "visit.sql.h"
#include <string.h>

enum { NEED_LEAST = 2, NEED_MOST = 1000, NEXT_MOST = 400 };

/* A visit on its way into the store. */
struct saving {
    struct cx *cx;
    const struct visit_said *said;
    LIST(struct str) needs, slips;
    struct door d;
    struct visit_saved *out;
    struct str flag; /* for the history that both workers read; empty = as usual */
};

static void note(struct saving *s, struct str text)
{
    *PUSH(s->cx->mem, &s->out->notes) = text;
}

/* ---- what was said ---- */

static bool is_code(const struct flow_reason *list, struct str code)
{
    return code.n && flow_label(list, code)[0];
}

/* One wrong digit is told before anything is stored; whether the slip is free, only afterwards. */
static void read_slips(struct saving *s)
{
    struct cx *cx = s->cx;
    struct str all = s->said->slips;
    size_t from = 0;
    for (size_t i = 0; i <= all.n; i++) {
        if (i < all.n && !strchr(" \t\r\n,;", all.p[i]))
            continue;
        struct str one = str_cut(all, from, i - from), number;
        from = i + 1;
        if (!one.n)
            continue;
        if (id_number_read(cx, one, &number) && number.p[0] == 'H')
            *PUSH(cx->mem, &s->slips) = number;
        else
            fail_field(cx, "slips", "纸条编号 %.*s 不对，请对照纸条再看一遍",
                       STR(utf8_head(one, 20)));
    }
    if (s->slips.n > s->needs.n)
        fail_field(cx, "slips", "纸条有 %zu 张，要办的只有 %zu 件，请一件一张", s->slips.n,
                   s->needs.n);
}

static enum err check(struct saving *s)
{
    struct cx *cx = s->cx;
    const struct visit_said *said = s->said;
    struct str rest = said->needs, line;
    int64_t today = time_day(cx->now);
    if (!is_code(visit_outcomes, said->outcome))
        fail_field(cx, "outcome", "请选一样：今天怎么样");
    if (said->kept.n && !is_code(visit_kepts, said->kept))
        fail_field(cx, "kept", "请选一样：上次说好的怎么样了");
    while (str_split(&rest, '\n', &line))
        if (str_trim(line).n)
            *PUSH(cx->mem, &s->needs) = str_trim(line);
    if (str_is(said->outcome, "needs") && s->needs.n == 0)
        fail_field(cx, "needs", "请写下要帮什么，一件一句");
    if (s->needs.n > VISIT_NEEDS_MOST)
        fail_field(cx, "needs", "一次最多记 %d 件，先记要紧的", VISIT_NEEDS_MOST);
    for (size_t i = 0; i < s->needs.n; i++)
        if (utf8_count(s->needs.at[i]) < NEED_LEAST || utf8_count(s->needs.at[i]) > NEED_MOST)
            fail_field(cx, "needs", "每件写 %d 到 %d 个字", NEED_LEAST, NEED_MOST);
    read_slips(s);
    if (said->job_id && !str_trim(said->job_text).n)
        fail_field(cx, "job_text", "请写一句说了什么");
    if (said->says_quiet && said->quiet_until > today + VISIT_QUIET_MOST)
        fail_field(cx, "quiet_until", "请写十年以内的日子");
    if (said->says_next && said->next_day > today + NEXT_MOST)
        fail_field(cx, "next_day", "请写一年以内的日子");
    return cx->fault.fields.n ? ERR_INPUT : OK;
}

/* ---- which door ---- */

/* The door may have moved to another grid since the phone took it along: whoever works in the same
 * area may still hand in what he saw. */
static enum err reaches(struct cx *cx, const struct door *d)
{
    return str_starts(d->place_path, cx->who.scope_lo)
               ? OK
               : fail(cx, ERR_MISSING, "没有这一户，或者不归您这里");
}

static enum err note_grid(struct saving *s)
{
    struct cx *cx = s->cx;
    struct grid now;
    TRY(place_grid_of(cx, s->d.place_id, &now));
    s->d.grid_id = s->out->v.grid_id = now.id;
    if (!cx->who.scope_grid || !now.id || now.id == cx->who.scope_grid)
        return OK;
    note(s, arena_printf(cx->mem, "这一户现在归第 %lld 网格，记录收下了，那边也看得到",
                         (long long)now.number));
    s->flag = arena_printf(cx->mem, "记的时候，这一户已经划到第 %lld 网格，两边都看一眼",
                           (long long)now.number);
    return OK;
}

static bool is_back_day(const struct saving *s, const struct visit *v)
{
    return v->state == VISIT_FOLLOW && v->plan_day <= time_day(s->cx->now);
}

/* Nobody was spoken with, or they did not want to: nothing was told. */
static bool is_unheard(const struct saving *s)
{
    return str_is(s->said->outcome, "away") || str_is(s->said->outcome, "quiet");
}

/* Somebody is back at the door on the day that was set for it, and spoke with them: what was to be
 * come back to is. */
static enum err come_back(struct saving *s, struct visit *v)
{
    struct cx *cx = s->cx;
    if (!is_back_day(s, v) || is_unheard(s))
        return OK;
    TRY(visit_go(cx, v, "told", VISIT_BY_STAFF, S("")));
    return visit_keep(cx, v);
}

static bool is_still_ahead(const struct saving *s, const struct visit *v)
{
    if (v->state == VISIT_FOLLOW)
        return is_back_day(s, v) && is_unheard(s);
    return !visit_is_closed(v->state);
}

/* The plan it belongs to, or a new visit beside what is closed. */
static enum err find_visit(struct saving *s)
{
    struct cx *cx = s->cx;
    struct visit *v = &s->out->v;
    bool found = false;
    if (s->said->visit_id) {
        TRY(visit_load(cx, s->said->visit_id, v));
        TRY(door_load(cx, v->door_id, &s->d));
        TRY(reaches(cx, &s->d));
        bool is_back = is_back_day(s, v);
        found = is_still_ahead(s, v);
        TRY(come_back(s, v));
        if (!is_back && !found && v->visited_at)
            note(s, arena_printf(cx->mem, "%.*s已经记过一次，两笔都留着", STR(v->person_name)));
        else if (!is_back && !found)
            note(s, S("这一次走访先前已经结了，这一笔另外记着"));
    } else {
        TRY(door_load(cx, s->said->door_id, &s->d));
        TRY(reaches(cx, &s->d));
        TRY(visit_open_of(cx, s->d.id, v, &found));
        if (found)
            TRY(come_back(s, v));
        found = found && is_still_ahead(s, v);
    }
    TRY(note_grid(s));
    if (found)
        return OK;
    *v = (struct visit){.reason = S("again"), .plan_day = time_day(cx->now)};
    TRY(visit_add(cx, v, &s->d));
    return visit_go(cx, v, "again", VISIT_BY_STAFF, S(""));
}

/* ---- the door's own fields ---- */

/* What came later stays beside what stands. True = the two say different things. */
static enum err both_kept(struct saving *s, const char *field, int64_t ours, int64_t theirs,
                          struct str their_name)
{
    struct cx *cx = s->cx;
    struct door_hint h = {.id = id_new(cx),
                          .door_id = s->d.id,
                          .field = str_c(field),
                          .ours = ours,
                          .by_name = cx->who.name,
                          .theirs = theirs,
                          .their_name = their_name};
    note(s, arena_printf(cx->mem, "“%s”您和%.*s记得不一样，两个都留着，请当面问了再选一个",
                         str_is(str_c(field), "next_day") ? "哪天再来" : "到哪天不用上门",
                         STR(their_name)));
    return db_put(cx, &visit_sql_hint_put, &door_hint_shape, &h, NO_ARGS);
}

/* Untouched since the phone took it along, or touched with the same value: it counts. */
static bool counts(const struct saving *s, int64_t rev, int64_t stands, int64_t ours)
{
    return !s->said->base_rev || rev <= s->said->base_rev || stands == ours;
}

static enum err put_wishes(struct saving *s, bool *quiet)
{
    struct cx *cx = s->cx;
    const struct visit_said *said = s->said;
    struct door *d = &s->d;
    *quiet = false;
    if (said->says_next && counts(s, d->next_rev, d->next_day, said->next_day)) {
        d->next_day = said->next_day;
        d->next_rev = d->rev + 1;
        d->next_by = cx->who.name;
    } else if (said->says_next) {
        TRY(both_kept(s, "next_day", said->next_day, d->next_day, d->next_by));
    }
    if (said->says_quiet && counts(s, d->quiet_rev, d->quiet_until, said->quiet_until))
        *quiet = true;
    else if (said->says_quiet)
        TRY(both_kept(s, "quiet_until", said->quiet_until, d->quiet_until, d->quiet_by));
    return OK;
}

/* ---- needs raised ---- */

/* The slip that was handed over for it, if it is free; else the need has a number of its own. */
static enum err put_on_slip(struct saving *s, size_t i, struct need *n)
{
    struct cx *cx = s->cx;
    struct need_paper p;
    if (i >= s->slips.n)
        return OK;
    enum err e = need_paper_find(cx, s->slips.at[i], &p);
    if (e == OK && !p.need_id) {
        n->paper = p.number;
        return OK;
    }
    if (e != OK && e != ERR_MISSING)
        return e;
    fault_clear(cx);
    note(s, arena_printf(cx->mem, "纸条 %.*s %s，“%.*s”另外编了号，请把新编号告诉他",
                         STR(s->slips.at[i]), e == OK ? "先前记过一件了" : "没有印过",
                         STR(utf8_head(n->text, 12))));
    return OK;
}

/* Each is a need like any other, with its own number; the visit's key has seen to it that a repeat
 * does not come here. */
static enum err open_needs(struct saving *s)
{
    struct cx *cx = s->cx;
    struct who caller = cx->who;
    cx->who.scope_grid = 0; /* of a door that moved to another grid as well */
    enum err e = OK;
    for (size_t i = 0; i < s->needs.n && e == OK; i++) {
        struct str secret;
        bool again = false;
        struct need n = {.place_id = s->d.place_id,
                         .channel = S("visit"),
                         .door = s->d.door,
                         .text = s->needs.at[i],
                         .name = s->said->name,
                         .contact = s->said->contact,
                         .agrees_match = s->said->agrees_match,
                         .agrees_share = s->said->agrees_share};
        e = put_on_slip(s, i, &n);
        if (e == OK)
            e = need_open(cx, &n, &secret, &again);
        if (n.paper.n)
            n.word = S(""); /* it stands on the slip */
        if (e == OK)
            e = db_run(cx, &visit_sql_need_put,
                       ARGS(AS("id", n.id), AS("visit_id", s->out->v.id), AS("door_id", s->d.id)),
                       NULL);
        if (e == OK)
            *PUSH(cx->mem, &s->out->needs) = n;
    }
    cx->who = caller;
    return e;
}

/* ---- a job in hand ---- */

/* The step by which the caller tells that he spoke with them; NULL when it is his no more. */
static enum err find_told_step(struct cx *cx, int64_t id, const char **step)
{
    struct need n;
    flow_step_list steps = {0};
    enum err e = need_get(cx, id, &n);
    *step = NULL;
    if (e == ERR_MISSING) {
        fault_clear(cx);
        return OK;
    }
    TRY(e);
    TRY(need_steps(cx, &n, false, &steps));
    for (size_t i = 0; i < steps.n && n.owner_person == cx->who.person_id; i++)
        if (strcmp(steps.at[i]->code, "contact") == 0 ||
            strcmp(steps.at[i]->code, "contact_again") == 0)
            *step = steps.at[i]->code;
    return OK;
}

static enum err note_job(struct saving *s, int64_t id)
{
    struct cx *cx = s->cx;
    struct need n;
    need_event_list events = {0};
    struct str by = S("同事");
    TRY(need_peek(cx, id, &n));
    enum err e = need_history(cx, id, false, &events);
    if (e == ERR_MISSING)
        fault_clear(cx);
    else if (e != OK)
        return e;
    if (events.n)
        by = events.at[events.n - 1].by_name;
    note(s, arena_printf(cx->mem, "“%.*s”这一单已由%.*s%s，您写的话记在它的经过里",
                         STR(utf8_head(n.title.n ? n.title : n.text, 20)), STR(by),
                         need_is_closed(n.state) ? "办结" : "接着办"));
    return need_remark(
        cx, id, arena_printf(cx->mem, "走访时当面说的：%.*s", STR(str_trim(s->said->job_text))),
        false);
}

static enum err tell_job(struct saving *s)
{
    struct cx *cx = s->cx;
    int64_t id = s->said->job_id;
    struct visit_need raised;
    struct need after;
    const char *step;
    bool found;
    if (!id)
        return OK;
    TRY(db_find(cx, &visit_sql_need_of, &visit_need_shape, &raised, &found, ARGS(A(id))));
    if (!found || raised.door_id != s->d.id)
        return fail_field(cx, "job_id", "这件不是在这一户提的，请重新选");
    TRY(find_told_step(cx, id, &step));
    if (!step)
        return note_job(s, id);
    const struct need_move m = {.outcome = S("reached"), .text = s->said->job_text};
    return need_step(cx, id, str_c(step), &m, &after);
}

/* ---- what becomes of the visit ---- */

static void put_promise(struct saving *s)
{
    struct door *d = &s->d;
    if (s->said->promise.n) {
        d->promise = s->said->promise;
        d->promised_at = s->cx->now;
    } else if (str_is(s->said->kept, "done") || str_is(s->said->kept, "dropped")) {
        d->promise = S("");
        d->promised_at = 0;
    }
}

/* What was found at the visit before stands. */
static enum err end_follow(struct saving *s, struct str key)
{
    struct visit *v = &s->out->v;
    return str_is(s->said->outcome, "quiet")
               ? visit_go_saved(s->cx, v, "call_off", VISIT_BY_STAFF, S("当面说不便打扰"), key)
               : visit_not_back(s->cx, v, s->flag, key);
}

static enum err end_visit(struct saving *s, struct str key)
{
    struct cx *cx = s->cx;
    struct visit *v = &s->out->v;
    struct str outcome = s->said->outcome;
    bool is_wished = s->said->says_next && s->said->next_day > time_day(cx->now);
    bool more = s->needs.n || s->said->promise.n || is_wished || str_is(s->said->kept, "not_yet");
    if (v->state == VISIT_FOLLOW)
        return end_follow(s, key);
    v->outcome = outcome;
    v->kept = s->said->kept;
    v->promise = s->said->promise;
    v->person_id = cx->who.person_id;
    v->person_name = cx->who.name;
    v->device_at = s->said->device_at;
    v->device_skew = s->said->device_skew;
    if (str_is(outcome, "away")) {
        v->tries++;
        v->plan_day = time_day(cx->now) + VISIT_AWAY_DAYS;
        return visit_go_saved(cx, v, v->state == VISIT_AWAY ? "not_home_again" : "not_home",
                              VISIT_BY_STAFF, s->flag, key);
    }
    if (str_is(outcome, "quiet"))
        return visit_go_saved(cx, v, v->state == VISIT_AWAY ? "call_off" : "decline",
                              VISIT_BY_STAFF, S("当面说不便打扰"), key);
    v->visited_at = cx->now;
    if (more) {
        v->follow_at = cx->now + VISIT_FOLLOW_DAYS * MS_DAY;
        v->plan_day = time_day(v->follow_at);
        if (is_wished)
            v->plan_day = s->said->next_day;
    }
    return visit_go_saved(cx, v, more ? "visit_more" : "visit", VISIT_BY_STAFF, s->flag, key);
}

static enum err store(struct saving *s, struct str key)
{
    struct cx *cx = s->cx;
    bool quiet;
    int64_t until = s->said->quiet_until;
    TRY(find_visit(s));
    TRY(put_wishes(s, &quiet));
    put_promise(s);
    TRY(open_needs(s));
    TRY(tell_job(s));
    TRY(end_visit(s, key));
    TRY(visit_keep(cx, &s->out->v));
    if (str_is(s->said->outcome, "quiet") && !s->said->says_quiet) {
        quiet = true;
        until = door_quiet_year(cx, &s->d);
    }
    return quiet ? door_quieten(cx, &s->d, until, cx->who.name) : door_keep(cx, &s->d);
}

/* The same answer as the first time, whatever became of it since. */
static enum err again(struct cx *cx, const struct visit *v, struct visit_saved *out)
{
    visit_need_list raised = {0};
    out->v = *v;
    out->again = true;
    TRY(db_all(cx, &visit_sql_needs_of_visit, &visit_need_shape, &raised,
               ARGS(AS("visit_id", v->id))));
    for (size_t i = 0; i < raised.n; i++)
        TRY(need_peek(cx, raised.at[i].id, PUSH(cx->mem, &out->needs)));
    return OK;
}

enum err visit_save(struct cx *cx, struct str key, const struct visit_said *said,
                    struct visit_saved *out)
{
    struct saving s = {.cx = cx, .said = said, .out = out};
    struct visit old;
    bool found;
    *out = (struct visit_saved){0};
    if (!(cx->who.role & ROLES_VISIT))
        return fail(cx, ERR_DENIED, "您的岗位不记走访");
    if (!id_is_uuid(key))
        return fail(cx, ERR_INPUT, "缺少这次走访的编号，请重新打开页面");
    TRY(db_find(cx, &visit_sql_visit_of_save, &visit_shape, &old, &found,
                ARGS(AS("save_key", key))));
    if (found)
        return again(cx, &old, out);
    TRY(check(&s));
    return store(&s, key);
}
