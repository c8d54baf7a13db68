/* visit -- doors and their wishes, and what is planned. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/visit/visit.h"
#include "app/visit/visit_own.h"
#include "base/html.h"
#include "base/id.h"
#include "base/utf8.h"
#include "visit.sql.h"

enum { DOOR_MAX = 20, AHEAD_DAYS = 60, CHOICES = 12 };

/* ---- doors ---- */

int64_t door_floor(struct str door)
{
    int64_t n = 0, digits = 0;
    for (size_t i = 0; i < door.n && door.p[i] >= '0' && door.p[i] <= '9' && digits < 5; i++) {
        n = n * 10 + (door.p[i] - '0');
        digits++;
    }
    return digits >= 3 ? n / 100 : 0;
}

bool door_is_quiet(const struct door *d, int64_t day)
{
    return d->quiet_until >= day;
}

static enum err read_door(struct cx *cx, struct str typed, struct str *out)
{
    *out = str_trim(typed);
    if (!out->n)
        return fail_field(cx, "door", "请写门牌，比如 502");
    if (utf8_count(*out) > DOOR_MAX)
        return fail_field(cx, "door", "门牌最多 %d 个字", DOOR_MAX);
    return OK;
}

enum err door_make(struct cx *cx, const struct place *p, struct str typed, struct door *out)
{
    struct grid grid;
    struct str door;
    bool found;
    TRY(read_door(cx, typed, &door));
    if (p->doors <= 0 && !str_is(p->tier, "building") && !str_is(p->tier, "stairwell"))
        return fail_field(cx, "place", "请写到楼或者单元，%.*s太大了", STR(p->full_name));
    TRY(db_find(cx, &visit_sql_door_at, &door_shape, out, &found,
                ARGS(AS("place_id", p->id), A(door))));
    if (found)
        return OK;
    TRY(place_grid_of(cx, p->id, &grid));
    *out = (struct door){.id = id_new(cx),
                         .place_id = p->id,
                         .place_path = p->path,
                         .place_text = p->full_name,
                         .grid_id = grid.id,
                         .door = door,
                         .rev = 1,
                         .changed_at = cx->now};
    return db_put(cx, &visit_sql_door_insert, &door_shape, out, NO_ARGS);
}

enum err door_load(struct cx *cx, int64_t id, struct door *out)
{
    bool found;
    TRY(db_find(cx, &visit_sql_door, &door_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这一户");
}

enum err visit_door(struct cx *cx, int64_t id, struct door *out)
{
    bool found;
    TRY(db_find(cx, &visit_sql_door_scoped, &door_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这一户，或者不归您这里");
}

enum err door_keep(struct cx *cx, struct door *d)
{
    TRY(db_save(cx, &visit_sql_door_save, &door_shape, d, NO_ARGS));
    d->rev++;
    d->changed_at = cx->now;
    return OK;
}

enum err visit_doors(struct cx *cx, door_list *out)
{
    int64_t day = time_day(cx->now);
    return db_all(cx, &visit_sql_doors_wishing, &door_shape, out, ARGS(A(day)));
}

struct str visit_actor(const struct cx *cx)
{
    return cx->who.person_id ? cx->who.name : S("住户");
}

/* ---- wishes ---- */

int64_t door_quiet_year(const struct cx *cx, const struct door *d)
{
    int64_t year = time_day(cx->now) + VISIT_QUIET_DAYS;
    return d->quiet_until > year ? d->quiet_until : year;
}

enum err door_quieten(struct cx *cx, struct door *d, int64_t until_day, struct str by)
{
    visit_list open = {0};
    /* Nobody proves which door he speaks for: he may say longer, and not shorter. */
    bool stands = !cx->who.person_id && d->quiet_until > until_day;
    if (stands)
        until_day = d->quiet_until;
    TRY(db_all(cx, &visit_sql_open_of_door, &visit_shape, &open, ARGS(AS("door_id", d->id))));
    for (size_t i = 0; i < open.n; i++) {
        struct visit *v = &open.at[i];
        if (v->plan_day > until_day)
            continue;
        TRY(visit_go(cx, v, "call_off", cx->who.person_id ? VISIT_BY_STAFF : VISIT_BY_DOOR,
                     S("住户说不用来")));
        TRY(visit_keep(cx, v));
    }
    if (stands)
        return OK;
    d->quiet_until = until_day;
    d->quiet_rev = d->rev + 1;
    d->quiet_by = by;
    return door_keep(cx, d);
}

static enum err check_wish(struct cx *cx, struct door_wish *w)
{
    int64_t today = time_day(cx->now);
    bool visit = str_is(w->want, "visit");
    if (!visit && !str_is(w->want, "quiet"))
        return fail_field(cx, "want", "请选一样：想请人上门，还是近期不用上门");
    if (!w->until_day)
        w->until_day = today + VISIT_QUIET_DAYS;
    if (!w->plan_day)
        w->plan_day = today + 1;
    if (!visit && (w->until_day < today || w->until_day > today + VISIT_QUIET_MOST))
        return fail_field(cx, "until_day", "请写今天以后、十年以内的日子；不写就是一年");
    if (visit && (w->plan_day < today || w->plan_day > today + AHEAD_DAYS))
        return fail_field(cx, "plan_day", "请写今天起两个月以内的日子；不写就尽快来");
    return OK;
}

enum err visit_open_of(struct cx *cx, int64_t door_id, struct visit *out, bool *found)
{
    visit_list open = {0};
    TRY(db_all(cx, &visit_sql_open_of_door, &visit_shape, &open, ARGS(A(door_id))));
    *found = open.n > 0;
    if (*found)
        *out = open.at[0];
    return OK;
}

#define ASK_FIRST "先前说过不用上门，这次又请人来，先问一声是不是。"
#define HIS_WISH  "他请您来，想说："

/* What the worker promised stands; behind it what was said last, by whoever said it. */
static void add_wish(struct cx *cx, struct door *d, struct str text)
{
    ptrdiff_t at = str_find(d->promise, S(HIS_WISH));
    struct str own = at < 0 ? d->promise : str_cut(d->promise, 0, (size_t)at);
    bool ends = !own.n || str_ends(own, S("。")) || str_ends(own, S("；"));
    if (!own.n || str_is(own, ASK_FIRST))
        d->promised_at = cx->now;
    d->promise =
        arena_printf(cx->mem, "%.*s%s" HIS_WISH "%.*s", STR(own), ends ? "" : "；", STR(text));
}

/* Somebody comes, on a plan that is there already if there is one. */
static enum err ask_in(struct cx *cx, const struct door_wish *w, struct door *d)
{
    struct visit v;
    bool found;
    unsigned by = cx->who.person_id ? VISIT_BY_STAFF : VISIT_BY_DOOR;
    TRY(visit_open_of(cx, d->id, &v, &found));
    if (found && (v.state == VISIT_PLANNED || v.state == VISIT_OFFERED))
        TRY(visit_go(cx, &v, "accept", by, w->text));
    if (found) {
        v.plan_day = w->plan_day;
        TRY(visit_keep(cx, &v));
    } else {
        v = (struct visit){.reason = S("asked"), .plan_day = w->plan_day};
        TRY(visit_add(cx, &v, d));
        TRY(visit_go(cx, &v, "ask", by, w->text));
        TRY(visit_keep(cx, &v));
    }
    /* Nobody proves which door he speaks for: who undoes a wish is asked at the door. */
    bool is_doubted = str_starts(d->promise, S(ASK_FIRST)) ||
                      (door_is_quiet(d, time_day(cx->now)) && !cx->who.person_id);
    if (d->quiet_until) {
        d->quiet_until = 0;
        d->quiet_rev = d->rev + 1;
        d->quiet_by = visit_actor(cx);
    }
    if (w->text.n)
        add_wish(cx, d, w->text);
    if (is_doubted && !str_starts(d->promise, S(ASK_FIRST))) {
        d->promise = arena_printf(cx->mem, ASK_FIRST "%.*s", STR(d->promise));
        d->promised_at = cx->now;
    }
    return door_keep(cx, d);
}

/* A code on a board, or words that name one place. */
static enum err find_place(struct cx *cx, struct str typed, struct place *out)
{
    place_list found = {0};
    typed = str_trim(typed);
    if (!typed.n)
        return fail_field(cx, "place", "请写在哪里，楼道牌子上的编号最准");
    enum err e = place_by_code(cx, typed, out);
    if (e != ERR_MISSING)
        return e;
    fault_clear(cx);
    TRY(place_search(cx, typed, S(""), CHOICES, &found));
    for (size_t i = 0; i < found.n; i++) /* the name itself, not those below it */
        if (found.n == 1 || str_eq(found.at[i].full_name, typed)) {
            *out = found.at[i];
            return OK;
        }
    return fail_field(cx, "place", "%s",
                      found.n ? "对得上的不止一处，请写到单元，比如“依澜雅居 7 栋 2 单元”"
                              : "没找到这个地方，请照楼道牌子上的编号写");
}

static enum err own_reach(struct cx *cx, const struct place *p, const char *field)
{
    bool yes;
    TRY(need_reaches(cx, p, &yes));
    return yes ? OK : fail_field(cx, field, "%.*s 不在您服务的范围里", STR(p->full_name));
}

enum err visit_wish(struct cx *cx, const struct door_wish *wish, struct door *out)
{
    struct door_wish w = *wish;
    struct place p;
    if (cx->who.person_id && !(cx->who.role & ROLES_WISH))
        return fail(cx, ERR_DENIED, "您的岗位不能记走访的心愿");
    TRY(check_wish(cx, &w));
    TRY(find_place(cx, w.place, &p));
    if (cx->who.person_id)
        TRY(own_reach(cx, &p, "place"));
    TRY(door_make(cx, &p, w.door, out));
    if (str_is(w.want, "visit"))
        return ask_in(cx, &w, out);
    TRY(door_quieten(cx, out, w.until_day, visit_actor(cx)));
    if (!cx->who.person_id) /* what the household said before is not told to who comes along */
        out->quiet_until = w.until_day;
    return OK;
}

/* ---- two values for one thing ---- */

enum err visit_hints(struct cx *cx, int64_t door_id, door_hint_list *out)
{
    return db_all(cx, &visit_sql_hints_open, &door_hint_shape, out, ARGS(A(door_id)));
}

enum err visit_settle(struct cx *cx, int64_t hint_id, struct str choice)
{
    struct door_hint h;
    struct door d;
    bool found, ours = str_is(choice, "ours");
    if (!ours && !str_is(choice, "theirs"))
        return fail_field(cx, "choice", "请选一个");
    TRY(db_find(cx, &visit_sql_hint, &door_hint_shape, &h, &found, ARGS(AS("id", hint_id))));
    if (!found)
        return fail(cx, ERR_MISSING, "没有这一条");
    TRY(visit_door(cx, h.door_id, &d));
    if (h.settled_at)
        return OK;
    if (ours && str_is(h.field, "quiet_until")) {
        TRY(door_quieten(cx, &d, h.ours, h.by_name));
    } else if (ours) {
        d.next_day = h.ours;
        d.next_rev = d.rev + 1;
        d.next_by = h.by_name;
        TRY(door_keep(cx, &d));
    }
    return db_run(cx, &visit_sql_hint_settle, ARGS(AS("door_id", h.door_id), AS("field", h.field)),
                  NULL);
}

/* ---- planning ---- */

enum err visit_add(struct cx *cx, struct visit *v, const struct door *d)
{
    v->id = id_new(cx);
    v->door_id = d->id;
    v->place_path = d->place_path;
    v->grid_id = d->grid_id;
    v->version = 1;
    v->created_at = v->changed_at = cx->now;
    return db_put(cx, &visit_sql_visit_insert, &visit_shape, v,
                  ARGS(AS("key_hash", value_blob(S("")))));
}

enum err visit_plan(struct cx *cx, struct str where, struct str door, int64_t plan_day,
                    struct visit *out)
{
    struct place p;
    struct door d;
    bool found;
    int64_t invited = 0, today = time_day(cx->now);
    if (!(cx->who.role & ROLES_VISIT))
        return fail(cx, ERR_DENIED, "您的岗位不安排走访");
    if (!plan_day)
        plan_day = today;
    if (plan_day < today || plan_day > today + AHEAD_DAYS)
        return fail_field(cx, "plan_day", "请写今天起两个月以内的日子");
    TRY(find_place(cx, where, &p));
    TRY(own_reach(cx, &p, "place"));
    TRY(door_make(cx, &p, door, &d));
    if (door_is_quiet(&d, plan_day))
        return fail(cx, ERR_CONFLICT, "这一户说过，%.*s以前不用上门；他请您去，再排",
                    STR(filter_date(cx, time_day_start(d.quiet_until + 1))));
    if (d.next_day > plan_day)
        return fail(cx, ERR_CONFLICT, "这一户说过，%.*s再来；请排在那天，或者那天以后",
                    STR(filter_date(cx, time_day_start(d.next_day))));
    TRY(visit_open_of(cx, d.id, out, &found));
    if (found)
        return fail(cx, ERR_CONFLICT, "这一户已经排着一次，不用再排");
    TRY(db_number(cx, &visit_sql_invited_since, &invited,
                  ARGS(AS("door_id", d.id), AS("since_at", cx->now - 365 * MS_DAY))));
    if (invited >= VISIT_YEAR_MOST)
        return fail(cx, ERR_CONFLICT, "一年里约过 %d 次了，不再打扰；他请您去，随时可以去",
                    VISIT_YEAR_MOST);
    *out = (struct visit){.reason = S("invited"), .plan_day = plan_day};
    TRY(visit_add(cx, out, &d));
    TRY(visit_go(cx, out, "plan", VISIT_BY_STAFF, S("")));
    return visit_keep(cx, out);
}
