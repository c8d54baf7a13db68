/* need_assist -- units that help the leading one: asked to help, whistled to the place (吹哨);
 * their answers; and what both sides of a whistle say of each other, once each. Nothing is summed
 * up. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_rule.h"
#include "base/id.h"
#include "base/time.h"
#include "base/utf8.h"
#include "need.sql.h"

enum { WHISTLES_MAX = 100 };

enum err need_assists(struct cx *cx, int64_t need_id, need_assist_list *out)
{
    return db_all(cx, &need_sql_assists, &need_assist_shape, out, ARGS(A(need_id)));
}

enum err need_helps(struct cx *cx, int64_t id, need_assist_list *out)
{
    struct need n;
    TRY(need_load_scoped(cx, id, &n));
    TRY(need_cleared(cx, &n));
    if (cx->who.sees[DATA_WORK] == SEE_NONE)
        return OK;
    return need_assists(cx, id, out);
}

/* Whoever may not read the matter, or not yet, reads nothing of who was called to it either. */
static enum err is_open(struct cx *cx, int64_t need_id, bool *yes)
{
    struct need n;
    size_t one = 1;
    TRY(need_load(cx, need_id, &n));
    TRY(need_gates(cx, &n, &one));
    *yes = one && !n.must_declare;
    return OK;
}

enum err need_whistles(struct cx *cx, int64_t since, int limit, need_assist_list *out)
{
    int64_t most = limit < 1 || limit > WHISTLES_MAX ? WHISTLES_MAX : limit;
    size_t kept = out->n;
    if (cx->who.sees[DATA_WORK] == SEE_NONE)
        return OK;
    TRY(db_all(cx, &need_sql_whistles, &need_assist_shape, out, ARGS(A(since), A(most))));
    for (size_t i = kept; i < out->n; i++) {
        bool yes;
        TRY(is_open(cx, out->at[i].need_id, &yes));
        if (yes)
            out->at[kept++] = out->at[i];
    }
    out->n = kept;
    return OK;
}

bool need_is_whistle(const struct need_assist *a)
{
    return str_is(a->kind, "whistle");
}

/* ---- which request a step is about ---- */

static bool takes_ack(const struct need_assist *a, int64_t my_org)
{
    return need_is_whistle(a) && a->org_id == my_org && a->acked_at == 0;
}

static bool takes_answer(const struct need_assist *a, int64_t my_org)
{
    return a->org_id == my_org && a->answered_at == 0;
}

/* Nobody judges the help of his own unit, and none before it could come. */
static bool takes_help_rating(const struct cx *cx, const struct need_assist *a, int64_t my_org)
{
    return need_is_whistle(a) && a->org_id != my_org && a->help_rating.n == 0 &&
           (a->acked_at != 0 || a->due_at <= cx->now);
}

static bool takes_call_rating(const struct need_assist *a, int64_t my_org)
{
    return need_is_whistle(a) && a->org_id == my_org && a->acked_at != 0 && a->call_rating.n == 0;
}

static bool fits(const struct cx *cx, struct str step, const struct need_assist *a, int64_t my_org)
{
    if (str_is(step, "whistle_rate"))
        return takes_help_rating(cx, a, my_org);
    if (my_org == 0)
        return false;
    if (str_is(step, "whistle_ack"))
        return takes_ack(a, my_org);
    if (str_is(step, "whistle_back"))
        return takes_call_rating(a, my_org);
    return takes_answer(a, my_org);
}

enum err need_assist_open(struct cx *cx, int64_t need_id, struct str step, need_assist_list *out)
{
    need_assist_list all = {0};
    int64_t org;
    TRY(need_my_org(cx, &org));
    TRY(need_assists(cx, need_id, &all));
    for (size_t i = 0; i < all.n; i++)
        if (fits(cx, step, &all.at[i], org))
            *PUSH(cx->mem, out) = all.at[i];
    return OK;
}

bool need_assist_is_step(struct str step)
{
    return str_is(step, "whistle_ack") || str_is(step, "help_answer") ||
           str_is(step, "whistle_rate") || str_is(step, "whistle_back");
}

/* The newest request to the caller's unit that the step is about. */
static enum err my_request(struct moving *v, struct need_assist *out)
{
    need_assist_list open = {0};
    TRY(need_assist_open(v->cx, v->n->id, str_c(v->step->code), &open));
    if (open.n == 0)
        return fail(v->cx, ERR_DENIED, "没有请您的单位，或者已经答复过");
    *out = open.at[open.n - 1];
    v->said.to_org = out->org_id;
    return OK;
}

/* ---- asking ---- */

static enum err ask_unit(struct moving *v, const char *kind, int64_t due_at)
{
    struct cx *cx = v->cx;
    need_assist_list all = {0};
    int64_t id = id_new(cx), need_id = v->n->id, org_id = v->org.id;
    struct str asked = v->said.text;
    if (org_id == v->n->owner_org)
        return fail_field(cx, "org_id", "它就是主办单位");
    TRY(need_assists(cx, need_id, &all));
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].org_id == org_id && str_is(all.at[i].kind, kind))
            return fail_field(cx, "org_id", "这个单位已经请过了");
    v->said.to_org = org_id;
    TRY(db_run(cx, &need_sql_assist_put,
               ARGS(A(id), A(need_id), A(org_id), A(kind), A(asked), A(due_at)), NULL));
    struct str job = arena_printf(cx->mem, "need.%s", kind);
    return need_job_put(cx, arena_cstr(cx->mem, job), v->n,
                        arena_printf(cx->mem, "%lld", (long long)id), due_at);
}

enum err need_apply_ask_help(struct moving *v)
{
    int64_t due = v->clocks.at[CLOCK_DONE].due_at;
    return ask_unit(v, "assist", due > v->cx->now ? due : v->cx->now);
}

enum err need_apply_whistle(struct moving *v)
{
    return ask_unit(v, "whistle", worktime_add_days(v->clocks.cal, v->cx->now, 1));
}

/* ---- answering ---- */

enum err need_apply_whistle_ack(struct moving *v)
{
    struct need_assist a = {0};
    TRY(my_request(v, &a));
    return db_change(v->cx, &need_sql_assist_ack, ARGS(AS("id", a.id)));
}

enum err need_apply_help_answer(struct moving *v)
{
    struct need_assist a = {0};
    TRY(my_request(v, &a));
    return db_change(v->cx, &need_sql_assist_answer,
                     ARGS(AS("id", a.id), AS("answer", v->said.text)));
}

/* ---- what both sides say ---- */

/* The first code of a list is the good one; whoever chooses another says why. */
static enum err want_why(struct moving *v)
{
    if (!str_is(v->m->reason, v->step->reasons[0].code) && utf8_count(v->said.text) < 2)
        return fail_field(v->cx, "text", "请写一句为什么");
    return OK;
}

static enum err rate(struct moving *v, const struct query *q, const struct need_assist *a)
{
    TRY(want_why(v));
    return db_change(v->cx, q,
                     ARGS(AS("id", a->id), AS("rating", v->m->reason), AS("note", v->said.text)));
}

enum err need_apply_whistle_rate(struct moving *v)
{
    struct cx *cx = v->cx;
    need_assist_list open = {0}, all = {0};
    v->said.to_org = v->org.id;
    TRY(need_assist_open(cx, v->n->id, str_c(v->step->code), &open));
    for (size_t i = 0; i < open.n; i++)
        if (open.at[i].org_id == v->org.id)
            return rate(v, &need_sql_assist_rate_help, &open.at[i]);
    TRY(need_assists(cx, v->n->id, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct need_assist *a = &all.at[i];
        if (!need_is_whistle(a) || a->org_id != v->org.id)
            continue;
        if (a->help_rating.n)
            return fail(cx, ERR_CONFLICT, "这个单位的应哨已经评价过了");
        return a->acked_at || a->due_at <= cx->now
                   ? fail(cx, ERR_DENIED, "自己的单位应哨，要由别的单位来评价")
                   : fail(cx, ERR_CONFLICT, "这个单位还没有应哨，等应哨或过了期限再评价");
    }
    return fail_field(cx, "org_id", "没有对这个单位吹过哨");
}

enum err need_apply_whistle_back(struct moving *v)
{
    struct need_assist a = {0};
    TRY(my_request(v, &a));
    return rate(v, &need_sql_assist_rate_call, &a);
}
