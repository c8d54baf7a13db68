/* visit_move -- one step of a visit and what follows from it; what the household answers; what
 * comes by itself. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/job/job.h"
#include "app/visit/visit_own.h"
#include "base/id.h"
#include "visit.sql.h"

/* ---- rows ---- */

enum err visit_load(struct cx *cx, int64_t id, struct visit *out)
{
    bool found;
    TRY(db_find(cx, &visit_sql_visit, &visit_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这一次走访");
}

enum err visit_get(struct cx *cx, int64_t id, struct visit *out)
{
    bool found;
    TRY(db_find(cx, &visit_sql_visit_scoped, &visit_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这一次走访，或者不归您这里");
}

enum err visit_keep(struct cx *cx, struct visit *v)
{
    TRY(db_save(cx, &visit_sql_visit_save, &visit_shape, v, NO_ARGS));
    v->version++;
    v->changed_at = cx->now;
    return OK;
}

/* ---- one step ---- */

enum err visit_go(struct cx *cx, struct visit *v, const char *step, unsigned by, struct str text)
{
    return visit_go_saved(cx, v, step, by, text, S(""));
}

enum err visit_go_saved(struct cx *cx, struct visit *v, const char *step, unsigned by,
                        struct str text, struct str save_key)
{
    const struct step *s = steps_find(&visit_steps, str_c(step));
    if (!s || !(s->by & by))
        return fail(cx, ERR_DENIED, "这一步不由您来走");
    if (!(s->from & VISIT_IN(v->state)))
        return fail(cx, ERR_CONFLICT, "这一次现在是“%s”，不能“%s”；可能别人刚记过，请刷新再看",
                    visit_state_labels[v->state], s->label);
    int64_t id = id_new(cx), by_person = cx->who.person_id, visit_id = v->id;
    const char *from_state = visit_state_codes[v->state], *to_state = visit_state_codes[s->to];
    struct str by_name = by == VISIT_BY_SYSTEM ? S("系统") : visit_actor(cx);
    v->state = s->to;
    if (visit_is_closed(s->to))
        v->closed_at = cx->now;
    return db_run(cx, &visit_sql_event_put,
                  ARGS(A(id), A(visit_id), A(step), A(from_state), A(to_state), A(save_key),
                       A(text), A(by_person), A(by_name)),
                  NULL);
}

static enum err offer(struct cx *cx, struct visit *v, struct str how, struct str *key)
{
    if (!str_is(how, "slip") && !str_is(how, "notice") && !str_is(how, "phone"))
        return fail_field(cx, "how", "请选怎么约的：留纸条、贴通知，还是打电话");
    TRY(visit_go(cx, v, "offer", VISIT_BY_STAFF, how));
    v->offered_by = how;
    if (str_is(how, "slip")) {
        *key = id_secret(cx, 16);
        TRY(db_run(cx, &visit_sql_key_put,
                   ARGS(AS("id", v->id), AS("key_hash", value_blob(id_secret_hash(cx, *key)))),
                   NULL));
    }
    return job_put(cx, "visit.answer", arena_printf(cx->mem, "visit.answer %lld", (long long)v->id),
                   v->id, S(""), cx->now + VISIT_ANSWER_DAYS * MS_DAY);
}

enum err visit_not_back(struct cx *cx, struct visit *v, struct str text, struct str save_key)
{
    v->plan_day = time_day(cx->now) + VISIT_AWAY_DAYS;
    return visit_go_saved(cx, v, "not_back", VISIT_BY_STAFF, text, save_key);
}

static enum err not_home(struct cx *cx, struct visit *v)
{
    if (v->state == VISIT_FOLLOW)
        return visit_not_back(cx, v, S(""), S(""));
    v->tries++;
    v->plan_day = time_day(cx->now) + VISIT_AWAY_DAYS;
    return visit_go(cx, v, v->state == VISIT_AWAY ? "not_home_again" : "not_home", VISIT_BY_STAFF,
                    S(""));
}

/* "No" is honoured for a year, unless they ask. */
static enum err decline(struct cx *cx, struct visit *v, unsigned by)
{
    struct door d;
    TRY(visit_go(cx, v, "decline", by, S("")));
    TRY(visit_keep(cx, v));
    TRY(door_load(cx, v->door_id, &d));
    return door_quieten(cx, &d, door_quiet_year(cx, &d), visit_actor(cx));
}

enum err visit_move(struct cx *cx, int64_t id, struct str step, struct str how, int64_t version,
                    struct visit *out, struct str *key)
{
    static const char *const plain[] = {"accept", "call_off"};
    *key = S("");
    if (!(cx->who.role & ROLES_VISIT))
        return fail(cx, ERR_DENIED, "您的岗位不安排走访");
    TRY(visit_get(cx, id, out));
    if (version && version != out->version)
        return fail(cx, ERR_CONFLICT, "别人刚刚先记了一步，请刷新看看再记");
    if (str_is(step, "decline"))
        return decline(cx, out, VISIT_BY_STAFF);
    enum err e = ERR_MISSING;
    if (str_is(step, "offer"))
        e = offer(cx, out, how, key);
    else if (str_is(step, "not_home"))
        e = not_home(cx, out);
    else if (str_is(step, "follow"))
        e = visit_go(cx, out, "told", VISIT_BY_STAFF, S(""));
    for (size_t i = 0; i < COUNT(plain); i++)
        if (str_is(step, plain[i]))
            e = visit_go(cx, out, plain[i], VISIT_BY_STAFF, S(""));
    if (e == ERR_MISSING)
        return fail(cx, ERR_MISSING, "没有这一步");
    TRY(e);
    return visit_keep(cx, out);
}

/* ---- the household ---- */

enum err visit_by_key(struct cx *cx, int64_t id, struct str key, struct visit *out,
                      struct door *door)
{
    int64_t n = 0;
    if (key.n)
        TRY(db_number(cx, &visit_sql_key_of, &n,
                      ARGS(A(id), AS("key_hash", value_blob(id_secret_hash(cx, key))))));
    if (n == 0)
        return fail(cx, ERR_MISSING, "没有这一次走访，请看看链接是不是全的");
    TRY(visit_load(cx, id, out));
    return door_load(cx, out->door_id, door);
}

enum err visit_answer(struct cx *cx, int64_t id, struct str key, struct str step, struct visit *out,
                      struct door *door)
{
    TRY(visit_by_key(cx, id, key, out, door));
    if (str_is(step, "decline")) {
        TRY(decline(cx, out, VISIT_BY_DOOR));
        return door_load(cx, out->door_id, door);
    }
    if (!str_is(step, "accept"))
        return fail(cx, ERR_MISSING, "没有这一步");
    TRY(visit_go(cx, out, "accept", VISIT_BY_DOOR, S("")));
    return visit_keep(cx, out);
}

/* ---- by itself ---- */

int64_t visit_back_day(struct cx *cx, const struct door *d, int64_t at)
{
    int64_t day = time_day(at > cx->now ? at : cx->now + MS_DAY);
    return d->next_day > day ? d->next_day : day;
}

/* The door is on the list from today, unless another day was wished. */
static enum err bring_answer(struct cx *cx, const struct door *d)
{
    struct visit v;
    bool found;
    int64_t today = time_day(cx->now), day = d->next_day > today ? d->next_day : today;
    TRY(visit_open_of(cx, d->id, &v, &found));
    if (found && (v.state != VISIT_FOLLOW || v.plan_day <= day))
        return OK; /* somebody goes there anyway */
    if (!found) {
        v = (struct visit){.reason = S("answer")};
        TRY(visit_add(cx, &v, d));
        TRY(visit_go(cx, &v, "answered", VISIT_BY_SYSTEM, S("")));
    }
    v.plan_day = day;
    return visit_keep(cx, &v);
}

/* A need raised at a door has its answer. A door that wishes to be left alone is: its people read
 * the answer by their number, or are called, like everybody. */
static enum err answered(struct cx *cx, int64_t need_id)
{
    struct visit_need raised;
    struct need n;
    struct door d;
    bool found, is_answered;
    TRY(db_find(cx, &visit_sql_need_of, &visit_need_shape, &raised, &found,
                ARGS(AS("id", need_id))));
    if (!found) /* written down for somebody, but not at a visit */
        return OK;
    TRY(need_peek(cx, need_id, &n));
    TRY(visit_is_answered(cx, &n, &is_answered));
    if (!is_answered) /* taken up again meanwhile */
        return OK;
    if (n.state == NEED_WITHDRAWN) /* by themselves: there is nothing to tell */
        return db_run(cx, &visit_sql_need_told,
                      ARGS(AS("id", need_id), AS("told_by", cx->who.name)), NULL);
    TRY(db_run(cx, &visit_sql_need_untold, ARGS(AS("id", need_id)), NULL));
    TRY(door_load(cx, raised.door_id, &d));
    return door_is_quiet(&d, time_day(cx->now)) ? OK : bring_answer(cx, &d);
}

enum err visit_job(struct cx *cx, struct str kind, int64_t visit_id, struct str arg)
{
    struct visit v;
    (void)arg;
    if (str_is(kind, "visit.answered"))
        return answered(cx, visit_id);
    if (str_is(kind, "visit.guarded"))
        return db_run(cx, &visit_sql_need_forget, ARGS(AS("id", visit_id)), NULL);
    if (!str_is(kind, "visit.answer"))
        return fail(cx, ERR_MISSING, "没有这种任务");
    TRY(visit_load(cx, visit_id, &v));
    if (v.state != VISIT_OFFERED)
        return OK;
    TRY(visit_go(cx, &v, "no_answer", VISIT_BY_SYSTEM, S("")));
    return visit_keep(cx, &v);
}
