/* noted -- see noted.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/noted.h"
#include "app/account/account.h"
#include "app/audit/audit.h"
#include "base/env.h"
#include "base/log.h"
#include "base/time.h"
#include <stdio.h>
#include <string.h>

enum { USES = 1024, REFUSALS = 256, ACTION_MAX = 120, OBJECT_MAX = 200, STATUS_REFUSED = 403 };

struct use {
    int64_t community, session, till;
};

/* It stays, written or not, until another takes its place, so that the same is not noted again. */
struct refusal {
    size_t id;
    int64_t community, person, post, session;
    int64_t seen_ms; /* monotonic: a clock that is set back would hide the next hour's */
    uint32_t role;
    bool waits;
    char action[ACTION_MAX], object[OBJECT_MAX];
};

struct noted {
    pthread_mutex_t lock;
    struct use uses[USES];
    struct refusal refusals[REFUSALS];
    size_t nuses, ids;
};

void noted_new(struct cx *cx, struct noted **out)
{
    *out = NEW(cx->mem, struct noted);
    pthread_mutex_init(&(*out)->lock, NULL);
}

/* When there is no room it is noted with the next page. */
void noted_use(struct noted *n, const struct cx *cx)
{
    const struct use u = {cx->community, cx->who.session_id, cx->who.session_till};
    size_t i = 0;
    if (!u.till)
        return;
    pthread_mutex_lock(&n->lock);
    while (i < n->nuses && n->uses[i].session != u.session)
        i++;
    if (i < USES)
        n->uses[i] = u;
    n->nuses += i == n->nuses && i < USES;
    pthread_mutex_unlock(&n->lock);
}

static bool is_known(const struct noted *n, const struct refusal *r)
{
    for (size_t i = 0; i < REFUSALS; i++) {
        const struct refusal *old = &n->refusals[i];
        if (old->person == r->person && old->community == r->community &&
            r->seen_ms - old->seen_ms < MS_MINUTE && strcmp(old->action, r->action) == 0)
            return true;
    }
    return false;
}

void noted_refusal(struct noted *n, const struct cx *cx, const struct req *rq)
{
    const struct who *w = &cx->who;
    struct refusal r = {.community = cx->community,
                        .person = w->person_id,
                        .post = w->post_id,
                        .session = w->session_id,
                        .role = w->role,
                        .seen_ms = cx->env->monotonic(cx->env),
                        .waits = true};
    if (!w->person_id || cx->by_resident)
        return;
    snprintf(r.action, sizeof r.action, AUDIT_REFUSED "%.*s %.*s", STR(req_method(rq)),
             STR(req_pattern(rq)));
    snprintf(r.object, sizeof r.object, "%.*s", STR(req_path(rq)));
    pthread_mutex_lock(&n->lock);
    if (!is_known(n, &r)) {
        struct refusal *oldest = &n->refusals[n->ids++ % REFUSALS];
        if (oldest->waits)
            log_warn("noted: a refusal was not written");
        r.id = n->ids;
        *oldest = r;
    }
    pthread_mutex_unlock(&n->lock);
}

/* ---- writing ---- */

/* What is due in one community. */
struct due {
    LIST(struct use) uses;
    LIST(struct refusal) refusals;
};

struct taking {
    struct noted *n;
    struct arena *mem;
    int64_t community;
    struct due due;
};

/* Changes nothing that is shared: it may run out of memory and jump. */
static void copy(void *arg)
{
    struct taking *t = arg;
    const struct noted *n = t->n;
    for (size_t i = 0; i < n->nuses; i++)
        if (n->uses[i].community == t->community)
            *PUSH(t->mem, &t->due.uses) = n->uses[i];
    for (size_t i = 0; i < REFUSALS; i++)
        if (n->refusals[i].waits && n->refusals[i].community == t->community)
            *PUSH(t->mem, &t->due.refusals) = n->refusals[i];
}

static void drop_uses(struct noted *n, int64_t community)
{
    size_t left = 0;
    for (size_t i = 0; i < n->nuses; i++)
        if (n->uses[i].community != community)
            n->uses[left++] = n->uses[i];
    n->nuses = left;
}

/* A use that is not written is noted again with the next page; a refusal waits until it is. A jump
 * would leave the lock shut, and every request after it waiting: it is caught here. */
static bool take(struct taking *t)
{
    pthread_mutex_lock(&t->n->lock);
    bool fits = arena_catch(t->mem, copy, t);
    if (fits)
        drop_uses(t->n, t->community);
    pthread_mutex_unlock(&t->n->lock);
    return fits;
}

static void are_written(struct noted *n, const struct due *due)
{
    pthread_mutex_lock(&n->lock);
    for (size_t i = 0; i < due->refusals.n; i++)
        for (size_t k = 0; k < REFUSALS; k++)
            if (n->refusals[k].id == due->refusals.at[i].id)
                n->refusals[k].waits = false;
    pthread_mutex_unlock(&n->lock);
}

static enum err write_refusal(struct cx *cx, const struct refusal *r)
{
    struct who nobody = cx->who;
    cx->who = (struct who){
        .person_id = r->person, .post_id = r->post, .session_id = r->session, .role = r->role};
    enum err e = audit_put(cx, str_c(r->action), str_c(r->object), STATUS_REFUSED);
    cx->who = nobody;
    return e;
}

static enum err write_all(struct cx *cx, void *arg)
{
    const struct due *due = arg;
    for (size_t i = 0; i < due->uses.n; i++)
        TRY(account_used(cx, due->uses.at[i].session, due->uses.at[i].till));
    for (size_t i = 0; i < due->refusals.n; i++)
        TRY(write_refusal(cx, &due->refusals.at[i]));
    return OK;
}

void noted_pass(struct clerk *k, struct arena *mem)
{
    struct noted *n = hooks_noted(k->hooks);
    const community_list *all = hooks_communities(k->hooks);
    for (size_t i = 0; i < all->n; i++) {
        struct taking t = {.n = n, .mem = mem, .community = all->at[i].id};
        struct cx cx;
        arena_reset(mem);
        bool fits = take(&t);
        if (!fits)
            log_warn("noted: no memory");
        if (!fits || (!t.due.uses.n && !t.due.refusals.n))
            continue;
        cx_init(&cx, mem, &env_system);
        account_nobody(&cx, all->at[i].id);
        if (hooks_run(k->hooks, &cx, true, write_all, &t.due) == OK)
            are_written(n, &t.due);
        else
            log_warn("noted: %.*s", STR(cx.fault.message));
        cx_end(&cx);
    }
}
