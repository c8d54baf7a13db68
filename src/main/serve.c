/* serve -- the server: web, jobs and the senders, until a signal says stop. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "app/audit/audit.h"
#include "app/job/job.h"
#include "base/env.h"
#include "base/log.h"
#include "main/boot.h"
#include "main/clerk.h"
#include "main/clock_guard.h"
#include "main/noted.h"
#include "main/commands.h"
#include "main/features.h"
#include "main/gather.h"
#include "main/hooks.h"
#include "main/sender.h"
#include "main/unlock.h"
#include "main/upkeep.h"
#include "main/walls.h"
#include "main/watch.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

/* Pages of residents are shown again so long: on PostgreSQL other servers may write too. */
enum {
    CHAINED_AT_ONCE = 200,
    PASS_MEMORY = 16 << 20,
    JOBS_AT_ONCE = 20,
    JOB_TRIES = 10,
    JOBS_PUT_OFF = 20, /* in a pass, of a community */
    KEEP_MS = 20000,
    KEEP_MS_MANY = 2000
};

struct batch {
    int most, done;
};

static enum err run_due(struct cx *cx, void *arg)
{
    struct batch *b = arg;
    job_kind_list kinds = {0};
    gather_jobs(cx, &kinds);
    return job_run(cx, kinds.at, kinds.n, b->most, &b->done);
}

static enum err put_off(struct cx *cx, void *arg)
{
    (void)arg;
    return job_put_off(cx);
}

/* In a transaction of its own. */
static enum err in_community(struct clerk *k, struct arena *mem, int64_t community,
                             enum err (*act)(struct cx *, void *), void *arg)
{
    struct cx cx;
    arena_reset(mem);
    cx_init(&cx, mem, &env_system);
    account_nobody(&cx, community);
    enum err e = hooks_run(k->hooks, &cx, true, act, arg);
    if (e != OK)
        log_warn("jobs of community %lld: %.*s", (long long)community, STR(cx.fault.message));
    cx_end(&cx);
    return e;
}

/* Until less than a batch is left. On PostgreSQL somebody else may write the same rows: then once
 * more at once, like a request, and one by one; where one writes, the second time says as much. The
 * job that is busy again and again is put off, so that it holds up nobody else. */
static void run_jobs_of(struct clerk *k, struct arena *mem, int64_t community)
{
    int tries = 0, waiting = 0, enough = hooks_has_one_writer(k->hooks) ? 2 : JOB_TRIES;
    while (waiting < JOBS_PUT_OFF && !clerk_is_stopped(k)) {
        struct batch b = {.most = tries ? 1 : JOBS_AT_ONCE};
        enum err e = in_community(k, mem, community, run_due, &b);
        tries = e == OK ? 0 : tries + 1;
        if (e == OK && b.done)
            hooks_changed(k->hooks, community);
        if (e == OK ? b.done < b.most : e != ERR_BUSY)
            return;
        if (tries < enough)
            continue;
        if (in_community(k, mem, community, put_off, NULL) != OK)
            return;
        tries = 0;
        waiting++;
    }
}

static void run_jobs(struct clerk *k, struct arena *mem)
{
    if (!clock_went_on(&k->seen_at, env_system.now(&env_system))) {
        log_bad("the clock has leapt by more than %d days: no job is done until it is put right or "
                "the server is started anew",
                CLOCK_AHEAD_DAYS);
        return;
    }
    const community_list *all = hooks_communities(k->hooks);
    for (size_t i = 0; i < all->n; i++)
        run_jobs_of(k, mem, all->at[i].id);
}

/* Where many write at once, records wait to be chained: one thread does it (app/audit/audit.h).
 * What a server that ends leaves, its next start chains. */
static enum err chain_due(struct cx *cx, void *arg)
{
    return audit_chain(cx, CHAINED_AT_ONCE, arg);
}

static enum err chain_some(struct clerk *k, struct arena *mem, int64_t community, int64_t *done)
{
    struct cx cx;
    arena_reset(mem);
    cx_init(&cx, mem, &env_system);
    account_nobody(&cx, community);
    *done = 0;
    enum err e = hooks_run(k->hooks, &cx, true, chain_due, done);
    if (e != OK && e != ERR_BUSY && e != ERR_CONFLICT)
        log_warn("audit of community %lld: %.*s", (long long)community, STR(cx.fault.message));
    cx_end(&cx);
    return e;
}

static void chain_all(struct clerk *k, struct arena *mem)
{
    const community_list *all = hooks_communities(k->hooks);
    int64_t done;
    for (size_t i = 0; i < all->n; i++)
        while (!clerk_is_stopped(k) && chain_some(k, mem, all->at[i].id, &done) == OK &&
               done == CHAINED_AT_ONCE)
            continue;
}

/* With one writer, who writes a record chains it. */
static void chain_new(struct clerk *k, struct arena *mem)
{
    if (!hooks_has_one_writer(k->hooks))
        chain_all(k, mem);
}

/* In this thread, before the clerk has begun or after it has ended. */
static void pass_once(struct clerk *k, void (*pass)(struct clerk *k, struct arena *mem))
{
    struct arena mem;
    arena_init(&mem, PASS_MEMORY);
    pass(k, &mem);
    arena_free(&mem);
}

/* Until nothing is left: one message of each adapter in turn. */
static void send_all(struct clerk *k, struct arena *mem)
{
    while (!net_is_stopped(k->net) && sender_pass(k->hooks, k->net, mem, k->seat, SENDERS) > 0)
        ;
}

/* As hooks_on_commit() wants it. */
static void rouse_all(void *clerks)
{
    for (struct clerk **k = clerks; *k; k++)
        clerk_rouse(*k);
}

/* Signals are taken by this thread alone; the others are started with them blocked. */
static void wait_for_signal(const sigset_t *stop)
{
    int signal;
    sigwait(stop, &signal);
}

/* Connections and the store need more files than the 1024 that a shell gives: when they run out,
 * nobody new is let in until somebody leaves. */
static void take_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

struct clerks {
    struct clerk at[CLERKS];
    size_t n;
    struct clerk *roused[3]; /* by commits; NULL ends them */
    struct clerk *noting;    /* NULL: nothing is written */
};

static struct clerk *clerk_add(struct clerks *all, struct hooks *hooks,
                               void (*pass)(struct clerk *k, struct arena *mem))
{
    struct clerk *k = &all->at[all->n++];
    *k = (struct clerk){.pass = pass};
    clerk_new(k, hooks);
    return k;
}

/* Where nothing is written there is only the watch. `all` must stay where it is. */
static enum err clerks_new(struct cx *cx, struct boot *b, struct hooks *hooks, struct net *net,
                           struct unlock *unlock, struct clerks *all)
{
    struct clerk *watch = clerk_add(all, hooks, watch_pass);
    TRY(watch_new(cx, &b->options, b->store, hooks, &watch->watch));
    watch_keys(watch->watch, b->keyring, unlock);
    hooks_watch(hooks, watch->watch);
    if (b->options.read_only)
        return OK;
    all->roused[0] = clerk_add(all, hooks, run_jobs);
    all->roused[1] = clerk_add(all, hooks, chain_new);
    pass_once(all->roused[1], chain_all); /* what a server that is gone, or a copied store, left */
    all->noting = clerk_add(all, hooks, noted_pass);
    hooks_on_commit(hooks, rouse_all, all->roused);
    for (size_t i = 0; i < SENDERS; i++) {
        struct clerk *k = clerk_add(all, hooks, send_all);
        k->net = net;
        k->seat = i;
    }
    return OK;
}

static enum err clerks_start(struct cx *cx, struct clerks *all)
{
    for (size_t i = 0; i < all->n; i++)
        TRY(clerk_start(cx, &all->at[i]));
    return OK;
}

static enum err guard_clock(struct cx *cx, struct hooks *hooks)
{
    const community_list *all = hooks_communities(hooks);
    for (size_t i = 0; i < all->n; i++) {
        account_nobody(cx, all->at[i].id);
        TRY(db_begin(cx, false));
        enum err e = clock_guard(cx);
        db_rollback(cx);
        TRY(e);
    }
    return OK;
}

static enum err serve(struct boot *b)
{
    struct cx *cx = &b->cx;
    struct hooks *hooks;
    struct server *sv;
    struct net *net;
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    take_files();

    struct unlock unlock = {.fd = -1};
    bool asks;
    TRY(boot_passphrase(b, &asks));
    if (asks)
        TRY(unlock_listen(cx, boot_unlock(b), &unlock));
    TRY(walls_up(b));
    TRY(boot_keys(b));
    if (!b->options.read_only)
        TRY(boot_sample(b));
    TRY(boot_verify(cx));
    TRY(hooks_new(cx, b->store, &hooks));
    if (!b->options.read_only && !b->options.clock_right)
        TRY(guard_clock(cx, hooks));
    if (!b->options.read_only)
        TRY(upkeep_plan_all(
            cx)); /* the notice names the community, and what all features ask for */
    TRY(net_new(cx, &net));
    conn_close(cx->db); /* from here on hooks owns the connections */
    cx->db = NULL;
    struct web_options options = {.listen = b->options.listen,
                                  .tls_cert = b->options.tls_cert,
                                  .tls_key = b->options.tls_key,
                                  .trusted_proxy = b->options.trusted_proxy,
                                  .pool_threads = b->options.threads,
                                  .anonymous_per_place = b->options.per_place,
                                  .keep_ms = store_engine(b->store) == ENGINE_SQLITE ? KEEP_MS
                                                                                     : KEEP_MS_MANY,
                                  .features = features,
                                  .nfeatures = feature_count,
                                  .env = &env_system};
    struct web_hooks web = hooks_web(hooks);
    struct clerks clerks = {0};
    TRY(clerks_new(cx, b, hooks, net, &unlock, &clerks));
    TRY(web_start(cx, &options, &web, &sv));
    hooks_server(hooks, sv);
    enum err e = clerks_start(cx, &clerks);
    if (e == OK) {
        log_info("serving port %d on %s", web_port(sv), b->options.listen);
        wait_for_signal(&stop);
    }
    net_stop(net);
    for (size_t i = clerks.n; i-- > 0;)
        clerk_stop(&clerks.at[i]);
    web_stop(sv);
    if (clerks.noting)
        pass_once(clerks.noting, noted_pass); /* the last requests too */
    hooks_free(hooks);
    return e;
}

int command_serve(int argc, char **argv)
{
    struct boot b;
    int status = 1;
    if (boot(&b, argc, argv))
        status = serve(&b) == OK ? 0 : boot_fault(&b.cx);
    boot_end(&b);
    return status;
}
