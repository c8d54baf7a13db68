/* sender -- see sender.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/sender.h"
#include "app/account/account.h"
#include "app/outbox/outbox.h"
#include "base/env.h"
#include "base/log.h"
#include <time.h>

static const char *const ends[] = {[NET_DONE] = "done",
                                   [NET_AGAIN] = "again",
                                   [NET_REFUSED] = "refused",
                                   [NET_STOPPED] = "stopped"};

static void tell(const struct cx *cx, const char *what)
{
    log_warn("outbox of community %lld, %s: err=%d at=%s:%d", (long long)cx->community, what,
             cx->fault.err, cx->fault.file ? cx->fault.file : "", cx->fault.line);
}

static void start(struct cx *cx, struct arena *mem, int64_t community)
{
    cx_init(cx, mem, &env_system);
    account_nobody(cx, community);
}

static enum err ready(struct cx *cx, void *arg)
{
    return outbox_ready(cx, arg);
}

/* One message on its way. */
struct trip {
    struct cx *cx;
    struct net *net;
    int64_t adapter_id;
    struct parcel parcel;
    struct net_answer answer;
    bool found;
};

static enum err claim(struct cx *cx, void *arg)
{
    struct trip *t = arg;
    return outbox_claim(cx, t->adapter_id, &t->parcel, &t->found);
}

static enum err settle(struct cx *cx, void *arg)
{
    struct trip *t = arg;
    return outbox_settle(cx, &t->parcel, &t->answer);
}

static void deliver(void *arg)
{
    struct trip *t = arg;
    outbox_deliver(t->cx, t->net, &t->parcel, &t->answer);
}

/* What came of it must be written down, or it is sent again: on PostgreSQL a transaction may have
 * to run several times before it meets no other. */
static enum err settle_surely(struct hooks *hooks, struct cx *cx, struct trip *t)
{
    enum { PATIENCE = 10, PAUSE_NS = 20 * 1000 * 1000 };
    enum err e = ERR_BUSY;
    for (int i = 0; i < PATIENCE && e == ERR_BUSY; i++) {
        struct timespec pause = {.tv_nsec = i * PAUSE_NS};
        nanosleep(&pause, NULL);
        fault_clear(cx);
        cx->now = cx->env->now(cx->env); /* the other side may have taken its time */
        e = hooks_run(hooks, cx, true, settle, t);
    }
    return e;
}

/* Another sender may have been faster: then it has the message. */
static bool send_one(struct hooks *hooks, struct net *net, struct cx *cx, int64_t adapter_id)
{
    struct trip t = {.cx = cx, .net = net, .adapter_id = adapter_id};
    enum err e = hooks_run(hooks, cx, true, claim, &t);
    if (e != OK && e != ERR_BUSY)
        tell(cx, "claim");
    fault_clear(cx);
    if (e != OK || !t.found)
        return false;
    if (!arena_catch(cx->mem, deliver, &t))
        t.answer = (struct net_answer){.end = NET_AGAIN, .why = S("内存不够")};
    log_info("outbox id=%lld tries=%lld end=%s reply=%lld", (long long)t.parcel.id,
             (long long)t.parcel.tries, ends[t.answer.end], (long long)t.answer.status);
    if (settle_surely(hooks, cx, &t) != OK)
        tell(cx, "settle"); /* the lease runs out, and it is sent once more */
    return true;
}

size_t sender_pass(struct hooks *hooks, struct net *net, struct arena *mem, size_t seat,
                   size_t seats)
{
    outbox_turn_list all = {0};
    struct cx cx;
    size_t sent = 0;
    arena_reset(mem);
    start(&cx, mem, 0);
    enum err e = hooks_run(hooks, &cx, false, ready, &all);
    if (e != OK)
        tell(&cx, "ready");
    for (size_t i = 0; e == OK && i < all.n && !net_is_stopped(net); i++) {
        const struct outbox_turn *turn = &all.at[(i + seat * all.n / seats) % all.n];
        struct arena_mark mark = arena_mark(mem);
        struct cx one;
        start(&one, mem, turn->community_id);
        sent += send_one(hooks, net, &one, turn->adapter_id);
        cx_end(&one);
        arena_rewind(mem, mark);
    }
    cx_end(&cx);
    return sent;
}
