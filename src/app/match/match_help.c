/* match_help -- what a need asks of people, and the two lists side by side. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/job/job.h"
#include "app/match/match_own.h"
#include "base/id.h"
#include "base/time.h"
#include "match.sql.h"
#include <stdlib.h>

/* A leaf is looked for when it was asked for at least so often in so many days: one asker alone is
 * not pointed at. */
enum { WANT_DAYS = 28, WANT_LEAST = 2, WANTS_MAX = 6 };

/* ---- what is asked for ---- */

enum err match_help_load(struct cx *cx, int64_t need_id, struct match_help *out, bool *found)
{
    return db_find(cx, &match_sql_help, &match_help_shape, out, found, ARGS(AS("id", need_id)));
}

bool match_is_over(const struct need *n, const struct match_help *h)
{
    bool goes_on = h->every.n && n->state == NEED_DONE && str_is(n->answer_code, "scheduled");
    return need_is_closed(n->state) && !goes_on;
}

enum err match_help_save(struct cx *cx, struct match_help *h)
{
    int64_t changed = 0;
    TRY(db_run(cx, &match_sql_help_save,
               ARGS(AS("id", h->id), AS("version", h->version), AS("skill_code", h->skill_code),
                    AS("people", h->people), AS("week", h->week), AS("halves", h->halves),
                    AS("from_day", h->from_day), AS("to_day", h->to_day), AS("every", h->every),
                    AS("turn", h->turn), AS("access", h->access), AS("two_first", h->two_first),
                    AS("relay", h->relay), AS("again_id", h->again_id), AS("rung", h->rung),
                    AS("asked_at", h->asked_at), AS("confirmed_at", h->confirmed_at),
                    AS("is_paused", h->is_paused)),
               &changed));
    if (changed != 1)
        return fail(cx, ERR_CONFLICT, "别人刚刚改过这一件要的帮助，请刷新看看再改");
    h->version++;
    return OK;
}

enum err match_help_get(struct cx *cx, int64_t need_id, struct match_help *out)
{
    struct need n;
    bool found;
    TRY(need_get(cx, need_id, &n));
    TRY(match_help_load(cx, need_id, out, &found));
    return found ? OK : fail(cx, ERR_MISSING, "这一件还没有填要什么帮助");
}

static void check_numbers(struct cx *cx, const struct match_help *h)
{
    struct week w;
    if (h->people < 1 || h->people > MATCH_PEOPLE_MAX)
        fail_field(cx, "people", "请填 1 到 %d 个人", MATCH_PEOPLE_MAX);
    if (h->halves < 1 || h->halves > 16)
        fail_field(cx, "halves", "最短半小时，最长 8 小时：请填 1 到 16");
    if (h->week.n && !week_read(h->week, &w))
        fail_field(cx, "week", "时间表不对，请重新勾选");
    if (h->to_day && h->to_day < h->from_day)
        fail_field(cx, "to_day", "到哪天止要在从哪天起之后");
    if (h->to_day && h->to_day < time_day(cx->now))
        fail_field(cx, "to_day", "这一天已经过了");
    bool known = false;
    for (const struct flow_reason *e = match_every; e->code; e++)
        known |= str_is(h->every, e->code);
    if (!known)
        fail_field(cx, "every", "请选常不常来");
}

/* `was` as it is stored: it may go on where a closed need has no help. */
static enum err check_help(struct cx *cx, const struct need *n, const struct match_help *was,
                           struct match_help *h, struct skill *leaf)
{
    if (h->halves == 0)
        h->halves = 2;
    if (h->people == 0)
        h->people = 1;
    check_numbers(cx, h);
    enum err e = h->skill_code.n ? skill_get(cx, h->skill_code, leaf) : ERR_MISSING;
    if (e != OK && e != ERR_MISSING)
        return e;
    if (e == ERR_MISSING || leaf->parent_code.n == 0 || !leaf->active) {
        if (cx->fault.err == ERR_MISSING)
            fault_clear(cx);
        fail_field(cx, "skill_code", "请选要什么帮助");
    }
    if (cx->fault.fields.n)
        return ERR_INPUT;
    TRY(shape_check(cx, &match_help_shape, h));
    if (!n->agrees_match)
        return fail(cx, ERR_CONFLICT, "本人没有同意找志愿者；要先问过本人");
    if (match_is_over(n, was))
        return fail(cx, ERR_CONFLICT, "这件已经答复了，不用再找人");
    if (str_is(n->kind, "complaint") || str_is(n->kind, "report"))
        return fail(cx, ERR_CONFLICT, "投诉和举报不交给志愿者");
    if ((h->two_first || leaf->needs_two) && h->people < 2)
        h->people = 2;
    return OK;
}

/* Once, a month after the last word; the job looks whether somebody spoke meanwhile. */
enum err match_watch_stale(struct cx *cx, const struct match_help *h)
{
    struct str at = arena_printf(cx->mem, "%lld", (long long)h->confirmed_at);
    struct str key = arena_printf(cx->mem, "match.stale %lld %.*s", (long long)h->id, STR(at));
    return job_put(cx, "match.stale", key, h->id, at, h->confirmed_at + MATCH_STALE_DAYS * MS_DAY);
}

enum err match_wanted(struct cx *cx, struct match_help *h)
{
    h->asked_at = 0;
    h->is_paused = false;
    h->confirmed_at = cx->now;
    TRY(match_help_save(cx, h));
    return match_watch_stale(cx, h);
}

int64_t match_turn_at(const struct match_help *h)
{
    bool is_next = h->every.n && h->turn > 0;
    return is_next ? time_day_start(h->from_day) - MATCH_AHEAD_DAYS * MS_DAY : 0;
}

enum err match_put_turn(struct cx *cx, const struct match_help *h, bool again)
{
    int64_t ahead = match_turn_at(h);
    struct str key =
        arena_printf(cx->mem, "match.turn %lld %lld", (long long)h->id, (long long)h->turn);
    if (again && (ahead == 0 || ahead > cx->now))
        return OK; /* a person asks; or the first job is still to run */
    if (again)
        key = arena_printf(cx->mem, "%.*s %lld", STR(key), (long long)cx->now);
    return job_put(cx, "match.turn", key, h->id, arena_printf(cx->mem, "%lld", (long long)h->turn),
                   ahead > cx->now ? ahead : cx->now);
}

static struct str or_empty(struct str s)
{
    return s.p ? s : S("");
}

static enum err insert(struct cx *cx, struct match_help *h)
{
    TRY(db_run(cx, &match_sql_help_insert,
               ARGS(AS("id", h->id), AS("skill_code", h->skill_code), AS("people", h->people),
                    AS("week", or_empty(h->week)), AS("halves", h->halves),
                    AS("from_day", h->from_day), AS("to_day", h->to_day),
                    AS("every", or_empty(h->every)), AS("access", or_empty(h->access)),
                    AS("two_first", h->two_first), AS("relay", h->relay),
                    AS("again_id", h->again_id), AS("entered_by", cx->who.person_id)),
               NULL));
    h->version = 1;
    return job_put(
        cx, "match.stale",
        arena_printf(cx->mem, "match.stale %lld %lld", (long long)h->id, (long long)cx->now), h->id,
        arena_printf(cx->mem, "%lld", (long long)cx->now), cx->now + MATCH_STALE_DAYS * MS_DAY);
}

enum err match_help_put(struct cx *cx, int64_t need_id, struct match_help *h)
{
    struct need n;
    struct skill leaf = {0};
    struct match_help was = {0};
    bool found;
    TRY(need_get(cx, need_id, &n));
    if ((cx->who.role & ROLES_HELP) == 0)
        return fail(cx, ERR_DENIED, "您的岗位不能填要什么帮助");
    TRY(match_help_load(cx, need_id, &was, &found));
    TRY(check_help(cx, &n, &was, h, &leaf));
    if (found && h->version && h->version != was.version)
        return fail(cx, ERR_CONFLICT, "您打开这一页以后，别人改过，请刷新看看再改");
    h->id = need_id;
    if (!found) {
        TRY(insert(cx, h));
    } else {
        h->turn = was.turn;
        h->rung = 0;
        h->version = was.version;
        h->week = or_empty(h->week);
        h->every = or_empty(h->every);
        h->access = or_empty(h->access);
        TRY(match_wanted(cx, h));
        if (was.is_paused)
            TRY(match_put_turn(cx, h, true));
        if (match_is_over(&n, h)) /* it does not come again any more */
            TRY(match_release(cx, need_id, false));
    }
    return match_later(cx, need_id, found ? "changed" : "new");
}

enum err match_still(struct cx *cx, int64_t need_id, struct str key)
{
    struct need n;
    struct match_help h;
    bool found;
    TRY(need_by_key(cx, need_id, key, &n));
    TRY(match_help_load(cx, need_id, &h, &found));
    if (!found || match_is_over(&n, &h))
        return fail(cx, ERR_CONFLICT, "这件已经答复了；还需要，请再提一次");
    bool was_paused = h.is_paused;
    h.rung = 0;
    TRY(match_wanted(cx, &h));
    TRY(need_remark(cx, need_id, S("您说还需要，接着找人"), true));
    if (was_paused)
        TRY(match_put_turn(cx, &h, true));
    return match_later(cx, need_id, "changed");
}

/* ---- the two lists side by side ---- */

static struct match_gap *gap_of(struct cx *cx, match_gap_list *out, struct str code)
{
    for (size_t i = 0; i < out->n; i++)
        if (str_eq(out->at[i].skill_code, code))
            return &out->at[i];
    struct match_gap *g = PUSH(cx->mem, out);
    *g = (struct match_gap){.skill_code = code, .name = code};
    return g;
}

static int by_waiting(const void *a, const void *b)
{
    const struct match_gap *x = a, *y = b;
    if (x->waiting != y->waiting)
        return x->waiting > y->waiting ? -1 : 1;
    if (x->asked != y->asked)
        return x->asked > y->asked ? -1 : 1;
    return x->offered > y->offered ? -1 : x->offered < y->offered;
}

enum err match_gaps(struct cx *cx, int64_t grid_id, int64_t from_day, int64_t to_day,
                    match_gap_list *out)
{
    skill_supply_list supply = {0};
    skill_list skills = {0};
    int64_t from_at = time_day_start(from_day), to_at = time_day_start(to_day + 1);
    TRY(db_all(cx, &match_sql_gaps, &match_gap_shape, out, ARGS(A(grid_id), A(from_at), A(to_at))));
    TRY(volunteer_supply(cx, grid_id, &supply));
    TRY(skill_all(cx, true, &skills));
    for (size_t i = 0; i < supply.n; i++) {
        struct match_gap *g = gap_of(cx, out, supply.at[i].skill_code);
        g->offered = supply.at[i].offers;
        g->verified = supply.at[i].verified;
    }
    for (size_t i = 0; i < out->n; i++) {
        struct match_gap *g = &out->at[i];
        g->name = g->skill_code;
        for (size_t k = 0; k < skills.n; k++)
            if (str_eq(skills.at[k].code, g->skill_code))
                g->name = skills.at[k].name;
    }
    if (out->n)
        qsort(out->at, out->n, sizeof *out->at, by_waiting);
    return OK;
}

/* Asked for in WANT_DAYS days, by how many are there to do it. */
static int by_want(const void *a, const void *b)
{
    const struct match_gap *x = a, *y = b;
    int64_t l = x->asked * (y->offered + 1), r = y->asked * (x->offered + 1);
    return l != r ? (l < r) - (l > r) : by_waiting(a, b);
}

static enum err add_wants(struct cx *cx, int64_t grid_id, volunteer_want_list *out)
{
    match_gap_list gaps = {0};
    int64_t today = time_day(cx->now);
    TRY(match_gaps(cx, grid_id, today - WANT_DAYS + 1, today, &gaps));
    if (gaps.n)
        qsort(gaps.at, gaps.n, sizeof gaps.at[0], by_want);
    size_t n = 0;
    for (size_t i = 0; i < gaps.n && n < WANTS_MAX; i++)
        if (gaps.at[i].asked >= WANT_LEAST && gaps.at[i].asked > gaps.at[i].offered) {
            *PUSH(cx->mem, out) = (struct volunteer_want){grid_id, gaps.at[i].skill_code};
            n++;
        }
    return OK;
}

enum err match_tell_wants(struct cx *cx)
{
    grid_list grids = {0};
    volunteer_want_list wants = {0};
    TRY(place_grids(cx, &grids));
    TRY(add_wants(cx, 0, &wants));
    for (size_t i = 0; i < grids.n; i++)
        TRY(add_wants(cx, grids.at[i].id, &wants));
    return volunteer_wants_put(cx, &wants);
}
