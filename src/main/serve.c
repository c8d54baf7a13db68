/* serve -- the server: web, jobs and the senders, until a signal says stop. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "app/job/job.h"
#include "base/env.h"
#include "base/log.h"
#include "main/boot.h"
#include "main/clerk.h"
#include "main/commands.h"
#include "main/features.h"
#include "main/gather.h"
#include "main/hooks.h"
#include "main/sender.h"
#include "main/upkeep.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

/* Pages of residents are shown again so long: on PostgreSQL other servers may write too. */
enum { JOBS_AT_ONCE = 20, JOB_TRIES = 50, KEEP_MS = 20000, KEEP_MS_MANY = 2000 };

/* At most so many in a transaction of their own. */
static enum err run_batch(struct clerk *k, struct arena *mem, int64_t community, int most,
                          int *done)
{
    struct cx cx;
    job_kind_list kinds = {0};
    arena_reset(mem);
    cx_init(&cx, mem, &env_system);
    account_nobody(&cx, community);
    gather_jobs(&cx, &kinds);
    enum err e = hooks_begin(k->hooks, &cx, true);
    if (e == OK) {
        e = job_run(&cx, kinds.at, kinds.n, most, done);
        enum err ended = hooks_end(k->hooks, &cx, true, e == OK);
        e = e == OK ? ended : e;
    }
    if (e == OK && *done)
        hooks_changed(k->hooks, community);
    if (e != OK)
        log_warn("jobs of community %lld: %.*s", (long long)community, STR(cx.fault.message));
    cx_end(&cx);
    return e;
}

/* Until less than a batch is left. On PostgreSQL somebody else may write the same rows: then once
 * more at once, like a request, and one by one, so that what is in the way holds up nobody else;
 * what fails again and again waits for the next look. */
static void run_jobs_of(struct clerk *k, struct arena *mem, int64_t community)
{
    int most, done, tries = 0;
    enum err e;
    do {
        most = tries ? 1 : JOBS_AT_ONCE;
        e = run_batch(k, mem, community, most, &done);
        tries = e == OK ? 0 : tries + 1;
    } while (e == OK ? done == most : e == ERR_BUSY && tries < JOB_TRIES);
}

static void run_jobs(struct clerk *k, struct arena *mem)
{
    const community_list *all = hooks_communities(k->hooks);
    for (size_t i = 0; i < all->n; i++)
        run_jobs_of(k, mem, all->at[i].id);
}

/* Until nothing is left: one message of each adapter in turn. */
static void send_all(struct clerk *k, struct arena *mem)
{
    while (!net_is_stopped(k->net) && sender_pass(k->hooks, k->net, mem, k->seat, SENDERS) > 0)
        ;
}

/* Signals are taken by this thread alone; the others are started with them blocked. */
static void wait_for_signal(const sigset_t *stop)
{
    int signal;
    sigwait(stop, &signal);
}

static enum err serve(struct boot *b)
{
    struct cx *cx = &b->cx;
    struct hooks *hooks;
    struct server *sv;
    struct net *net;
    struct clerk jobs = {.pass = run_jobs}, senders[SENDERS];
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);

    TRY(boot_sample(b));
    TRY(boot_verify(cx));
    TRY(upkeep_plan_all(cx));
    TRY(hooks_new(cx, b->store, &hooks));
    TRY(net_new(cx, &net));
    conn_close(cx->db); /* from here on hooks owns the connections */
    cx->db = NULL;
    struct web_options options = {.listen = b->options.listen,
                                  .tls_cert = b->options.tls_cert,
                                  .tls_key = b->options.tls_key,
                                  .trusted_proxy = b->options.trusted_proxy,
                                  .pool_threads = b->options.threads,
                                  .keep_ms = store_engine(b->store) == ENGINE_SQLITE ? KEEP_MS
                                                                                     : KEEP_MS_MANY,
                                  .features = features,
                                  .nfeatures = feature_count,
                                  .env = &env_system};
    struct web_hooks web = hooks_web(hooks);
    clerk_new(&jobs, hooks);
    hooks_on_commit(hooks, clerk_rouse, &jobs);
    TRY(web_start(cx, &options, &web, &sv));
    hooks_server(hooks, sv);
    clerk_start(&jobs);
    for (size_t i = 0; i < SENDERS; i++) {
        senders[i] = (struct clerk){.pass = send_all, .net = net, .seat = i};
        clerk_new(&senders[i], hooks);
        clerk_start(&senders[i]);
    }
    log_info("serving port %d on %s", web_port(sv), b->options.listen);
    wait_for_signal(&stop);
    net_stop(net);
    for (size_t i = 0; i < SENDERS; i++)
        clerk_stop(&senders[i]);
    clerk_stop(&jobs);
    web_stop(sv);
    hooks_free(hooks);
    return OK;
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
