/* server -- starting and stopping all of it, and the road without a socket. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STOP_WAIT_S = 5 };

static int or_else(int v, int fallback)
{
    return v ? v : fallback;
}

static void set_options(struct server *sv, const struct web_options *opt)
{
    int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
    int each = sv->hooks.one_writer ? 2 : 4; /* writers that wait for the store hold a thread */
    struct web_options *o = &sv->opt;
    *o = *opt;
    o->io_threads = or_else(o->io_threads, cores > 0 ? cores : 1);
    o->pool_threads = or_else(o->pool_threads, cores > 1 ? each * cores : 2 * each);
    o->connection_limit = or_else(o->connection_limit, 8192);
    o->queue_limit = or_else(o->queue_limit, 1024);
    o->stream_limit = or_else(o->stream_limit, 512);
    if (!o->large_limit)
        o->large_limit = 256 << 20;
    o->head_ms = or_else(o->head_ms, 10000);
    o->body_ms = or_else(o->body_ms, 15000);
    o->anonymous_burst = or_else(o->anonymous_burst, 60);
    o->anonymous_per_minute = or_else(o->anonymous_per_minute, 60);
    o->anonymous_per_place = or_else(o->anonymous_per_place, 60);
}

uint64_t server_hash(const struct server *sv, const void *p, size_t n)
{
    const unsigned char *c = p;
    uint64_t h = sv->salt ^ UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++)
        h = (h ^ c[i]) * UINT64_C(0x100000001b3);
    h ^= h >> 29;
    return h ? h : 1;
}

static enum err make(struct cx *cx, struct server *sv)
{
    size_t tasks = (size_t)sv->opt.connection_limit + 64;
    arena_init(&sv->mem, tasks * (sizeof(struct task) + 64) + (1 << 20));
    arena_init(&sv->batch_mem, MEM_DEFAULT);
    arena_init(&sv->ahead_mem, MEM_DEFAULT);
    sv->opt.env->random(sv->opt.env, &sv->salt, sizeof sv->salt);
    turn_new(sv);
    pthread_mutex_init(&sv->task_lock, NULL);
    pthread_cond_init(&sv->idle, NULL);
    pthread_cond_init(&sv->rouse, NULL);
    queue_init(&sv->pool, (size_t)sv->opt.queue_limit);
    queue_init(&sv->files, (size_t)sv->opt.queue_limit);
    queue_init(&sv->writing, (size_t)sv->opt.queue_limit);
    TRY(router_make(cx, &sv->router, sv->opt.features, sv->opt.nfeatures));
    TRY(guard_new(cx, sv));
    TRY(streams_new(cx, sv));
    TRY(bucket_new(cx, sv));
    TRY(lane_new(cx, sv));
    TRY(cache_new(cx, sv));
    if (!sv->opt.tls_cert != !sv->opt.tls_key)
        return fail(cx, ERR_INPUT, "TLS 要同时给出证书和私钥两个文件");
    if (sv->opt.tls_cert) {
        TRY(listen_read_file(cx, sv->opt.tls_cert, &sv->tls_cert));
        TRY(listen_read_file(cx, sv->opt.tls_key, &sv->tls_key));
    }
    return sv->opt.listen ? listen_open(cx, sv->opt.listen, &sv->listen_fd, &sv->port, &sv->handed)
                          : OK;
}

static enum err start_threads(struct cx *cx, struct server *sv)
{
    sv->threads = arena_array(cx->mem, (size_t)sv->opt.pool_threads, sizeof *sv->threads);
    if (pthread_create(&sv->sweeper, NULL, guard_sweep, sv) != 0)
        return fail(cx, ERR_STORE, "线程不够");
    sv->sweeping = true;
    if (pthread_create(&sv->writer, NULL, writer_run, sv) != 0)
        return fail(cx, ERR_STORE, "线程不够");
    sv->writes = true;
    while (sv->nthreads < sv->opt.pool_threads) {
        void *(*run)(void *) = sv->nthreads               ? pool_run
                               : sv->opt.pool_threads > 1 ? pool_run_known
                                                          : pool_run;
        if (pthread_create(&sv->threads[sv->nthreads], NULL, run, sv) != 0)
            return fail(cx, ERR_STORE, "线程不够");
        sv->nthreads++;
    }
    while (sv->nfile_threads < FILE_THREADS) {
        if (pthread_create(&sv->file_threads[sv->nfile_threads], NULL, files_run, sv) != 0)
            return fail(cx, ERR_STORE, "线程不够");
        sv->nfile_threads++;
    }
    return sv->opt.listen ? http_start(cx, sv) : OK;
}

enum err web_start(struct cx *cx, const struct web_options *opt, const struct web_hooks *hooks,
                   struct server **out)
{
    struct server *sv = NEW(cx->mem, struct server);
    sigset_t all, was;
    sv->hooks = *hooks;
    set_options(sv, opt);
    sv->listen_fd = -1;
    enum err e = make(cx, sv);
    if (e == OK) {
        sigfillset(&all); /* signals belong to the thread that called us */
        pthread_sigmask(SIG_SETMASK, &all, &was);
        e = start_threads(cx, sv);
        pthread_sigmask(SIG_SETMASK, &was, NULL);
    }
    if (e != OK)
        web_stop(sv);
    else
        *out = sv;
    return e;
}

int web_port(const struct server *sv)
{
    return sv->port;
}

/* Every reply has left, or the time is up. */
static void wait_idle(struct server *sv)
{
    int64_t until = env_system.monotonic(&env_system) + STOP_WAIT_S * 1000;
    pthread_mutex_lock(&sv->task_lock);
    while (sv->busy && env_wait(&sv->idle, &sv->task_lock, until))
        continue;
    pthread_mutex_unlock(&sv->task_lock);
}

static void announce(struct server *sv, _Atomic bool *what)
{
    pthread_mutex_lock(&sv->task_lock);
    atomic_store(what, true);
    pthread_cond_signal(&sv->rouse);
    pthread_mutex_unlock(&sv->task_lock);
}

/* Somebody else takes new connections soon; those that this server has taken get their answer. One
 * that was taken just now has sent nothing yet: it has DRAIN_MS, then again as long after each
 * request. */
static void drain(struct server *sv)
{
    enum { DRAIN_MS = 300, LOOK_MS = 20 };
    int64_t now = sv->opt.env->monotonic(sv->opt.env), calm = now, last = now + STOP_WAIT_S * 1000;
    atomic_store(&sv->draining, true);
    while (now - calm < DRAIN_MS && now < last) {
        nanosleep(&(struct timespec){.tv_nsec = LOOK_MS * 1000000}, NULL);
        now = sv->opt.env->monotonic(sv->opt.env);
        size_t streams = streams_count(sv);
        pthread_mutex_lock(&sv->task_lock);
        if (sv->busy > streams)
            calm = now;
        pthread_mutex_unlock(&sv->task_lock);
    }
}

void web_stop(struct server *sv)
{
    if (sv->daemon)
        http_quiet(sv);
    if (sv->daemon && sv->handed)
        drain(sv);
    queue_close(&sv->pool);
    queue_close(&sv->files);
    for (int i = 0; i < sv->nthreads; i++)
        pthread_join(sv->threads[i], NULL);
    for (int i = 0; i < sv->nfile_threads; i++)
        pthread_join(sv->file_threads[i], NULL);
    queue_close(&sv->writing); /* after those that prepare for the writer */
    if (sv->writes)
        pthread_join(sv->writer, NULL);
    if (sv->streams)
        streams_end(sv);
    announce(sv, &sv->quiet);
    wait_idle(sv);
    announce(sv, &sv->stopping);
    if (sv->sweeping)
        pthread_join(sv->sweeper, NULL);
    http_stop(sv);
    for (struct task *t = sv->free_tasks; t; t = t->next)
        arena_free(&t->mem);
    cache_free(sv);
    arena_free(&sv->batch_mem);
    arena_free(&sv->ahead_mem);
    arena_free(&sv->mem);
}

/* ---- the road without a socket ---- */

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t some;
    bool done;
};

static void on_done(struct task *t)
{
    struct waiter *w = t->wake_arg;
    pthread_mutex_lock(&w->lock);
    w->done = true;
    pthread_cond_signal(&w->some);
    pthread_mutex_unlock(&w->lock);
}

static void send_and_wait(struct task *t)
{
    struct waiter w = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    t->wake = on_done;
    t->wake_arg = &w;
    task_send(t, IN_WRITER);
    pthread_mutex_lock(&w.lock);
    while (!w.done)
        pthread_cond_wait(&w.some, &w.lock);
    pthread_mutex_unlock(&w.lock);
    pthread_cond_destroy(&w.some);
    pthread_mutex_destroy(&w.lock);
}

static bool fill(struct task *t, const struct web_call *call)
{
    struct req *rq = &t->rq;
    struct str target = str_c(call->target);
    if (call->body.n > t->limit / 2)
        return false;
    rq->method = str_c(call->method);
    str_split(&target, '?', &rq->path);
    rq->query_text = target;
    for (size_t i = 0; call->headers && call->headers[i]; i += 2)
        *PUSH(&t->mem, &rq->headers) =
            (struct pair){str_c(call->headers[i]), str_c(call->headers[i + 1])};
    if (!req_header(rq, "Host").n)
        *PUSH(&t->mem, &rq->headers) = (struct pair){S("Host"), S("localhost")};
    rq->body = arena_copy(&t->mem, call->body);
    rq->length = (int64_t)call->body.n;
    return true;
}

static void walk(struct task *t)
{
    if (!road_head(t) || !road_body(t) || !t->rq.route)
        return;
    if (t->rq.unsafe && t->sv->hooks.one_writer) {
        if (t->rq.route->prepare)
            road_prepare(t);
        if (t->err == OK)
            send_and_wait(t);
    } else {
        road_work(t);
    }
}

enum err web_call(struct server *sv, struct arena *mem, const struct web_call *call, int *status,
                  struct str *head, struct str *body)
{
    struct task *t = task_take(sv);
    if (!t)
        return ERR_BUSY;
    if (fill(t, call))
        walk(t);
    else
        road_refuse_busy(t, "内容太大");
    road_finish(t);
    struct out o;
    out_init(&o, mem);
    for (size_t i = 0; i < t->rp.headers.n; i++)
        out_printf(&o, "%s: %s\n", t->rp.headers.at[i].name.p, t->rp.headers.at[i].value.p);
    *status = t->rp.status;
    *head = arena_copy(mem, out_text(&o));
    *body = arena_copy(mem, str_is(t->rq.method, "HEAD") ? S("") : t->rp.sent);
    enum err e = t->err;
    task_give(t);
    return e;
}
