/*
 * writer -- the one thread that writes to a store with one writer (SQLite): it takes all requests
 * that wait, up to 256, runs each inside a savepoint of one transaction, and lets the replies go
 * when the commit is safe. While it commits, the next batch gathers. Many writes, one fsync. A
 * batch of strangers ends early when somebody signed in comes.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include "base/log.h"

struct batch {
    struct server *sv;
    struct cx cx; /* holds the connection; its memory is sv->batch_mem */
    struct task *at[BATCH_MAX];
    size_t n;
    size_t sealed; /* so many have been through sealed_ahead() */
};

/* Strangers who give way soon after were not sealed in vain, nor held up anybody. */
enum { SEALED_AT_ONCE = 32 };

/* How a try of a batch went. */
enum outcome {
    DONE,  /* committed: every reply may go */
    LOST,  /* the store lost the transaction in the middle: nothing is stored */
    FAILED /* begin or commit said no: cx.fault tells why */
};

static enum err job_begin(struct batch *b, struct task *t)
{
    struct web_hooks *h = &b->sv->hooks;
    return h->job_begin ? h->job_begin(h->arg, &t->cx) : OK;
}

static enum err job_end(struct batch *b, struct task *t, bool keep)
{
    struct web_hooks *h = &b->sv->hooks;
    return h->job_end ? h->job_end(h->arg, &t->cx, keep) : OK;
}

/* False: the whole transaction is lost. A job that the store calls busy is tried again by itself.
 */
static bool run_job(struct batch *b, struct task *t)
{
    for (int i = 0; i < TRIES; i++) {
        road_again(t);
        t->cx.db = b->cx.db;
        if (job_begin(b, t) != OK)
            return false;
        t->err = road_inside(t, b->cx.db);
        if (job_end(b, t, t->err == OK) != OK)
            return false;
        t->cx.db = NULL;
        if (t->err != ERR_BUSY || t->full || t->refused || t->cx.fault.lasts)
            break;
    }
    return true;
}

/* What was made for another batch is gone with it. */
static void seal_none(struct batch *b)
{
    b->sealed = 0;
    for (size_t i = 0; i < b->n; i++)
        b->at[i]->ahead = NULL;
}

static void seal_some(struct batch *b, size_t from)
{
    size_t n = b->n - from < SEALED_AT_ONCE ? b->n - from : SEALED_AT_ONCE;
    sealed_ahead(b->sv, &b->sv->ahead_mem, b->at + from, n);
    b->sealed = from + n;
}

static enum outcome run_once(struct batch *b, enum err *e)
{
    struct web_hooks *h = &b->sv->hooks;
    cx_end(&b->cx);
    arena_reset(&b->sv->batch_mem);
    cx_init(&b->cx, &b->sv->batch_mem, b->sv->opt.env);
    *e = h->begin ? h->begin(h->arg, &b->cx, true) : OK;
    if (*e != OK)
        return FAILED;
    bool kept = false, lost = false;
    for (size_t i = 0; i < b->n && !lost; i++) {
        if (b->at[i]->full)
            continue; /* it would be full again */
        if (i && !b->at[i]->known && !b->at[0]->known &&
            queue_gives_way(&b->sv->writing, b->at + i, b->n - i)) {
            b->n = i;
            break;
        }
        if (i >= b->sealed)
            seal_some(b, i);
        lost = !run_job(b, b->at[i]);
        kept |= b->at[i]->err == OK;
    }
    for (size_t i = 0; i < b->n; i++)
        b->at[i]->cx.db = NULL;
    enum err ended = h->end ? h->end(h->arg, &b->cx, true, kept && !lost) : OK;
    if (lost)
        return LOST;
    *e = kept ? ended : OK;
    return *e == OK ? DONE : FAILED;
}

/* What was decided inside the batch, errors too, may rest on rows that were never stored. */
static void give_all(struct batch *b, enum err e)
{
    const struct fault *f = &b->cx.fault;
    for (size_t i = 0; i < b->n; i++) {
        struct task *t = b->at[i];
        if (t->full)
            continue;
        road_again(t);
        t->err = fail(&t->cx, e, "%.*s", STR(f->message));
        t->cx.fault.file = f->file;
        t->cx.fault.line = f->line;
    }
}

static void tell_committed(struct batch *b)
{
    int64_t told = -1;
    for (size_t i = 0; i < b->n; i++) {
        struct task *t = b->at[i];
        if (t->err != OK)
            continue;
        t->changed = true;
        if (t->cx.community != told)
            road_changed(t);
        told = t->cx.community;
    }
}

static enum outcome run_batch(struct batch *b)
{
    enum outcome outcome = FAILED;
    enum err e = OK;
    for (int i = 0; i < TRIES; i++) {
        outcome = run_once(b, &e);
        if (outcome != FAILED || e != ERR_BUSY)
            break;
    }
    if (outcome == DONE)
        tell_committed(b);
    else if (outcome == FAILED)
        give_all(b, e);
    return outcome;
}

/* One job poisoned the batch: each gets a transaction of its own, so that only it pays. */
static void run_singly(struct batch *b)
{
    atomic_fetch_add(&b->sv->count.reruns, 1);
    log_warn("writer: a batch of %zu was lost, its jobs run one by one", b->n);
    size_t n = b->n;
    struct task *first = b->at[0];
    b->n = 1;
    for (size_t i = 0; i < n; i++) {
        b->at[0] = i ? b->at[i] : first;
        if (run_batch(b) != LOST)
            continue;
        struct task *t = b->at[0];
        enum err e = t->cx.fault.err != OK ? t->cx.fault.err : ERR_STORE;
        t->err = fail(&t->cx, e, "没有存下任何改动");
    }
    b->at[0] = first;
    b->n = n;
}

static void count_batch(struct server *sv, size_t n)
{
    size_t k = 0;
    while ((size_t)1 << k < n)
        k++;
    atomic_fetch_add(&sv->count.batch_le[k], 1);
    atomic_fetch_add(&sv->count.batches, 1);
    atomic_fetch_add(&sv->count.jobs, n);
}

void *writer_run(void *server)
{
    struct batch b = {.sv = server};
    struct server *sv = server;
    cx_init(&b.cx, &sv->batch_mem, sv->opt.env);
    while ((b.n = queue_take(&sv->writing, b.at, BATCH_MAX))) {
        seal_none(&b);
        if (run_batch(&b) == LOST)
            run_singly(&b);
        count_batch(sv, b.n); /* it may have become less: strangers give way */
        /* Pages of errors are drawn and bytes are packed by the threads that send them. */
        seal_none(&b);
        for (size_t i = 0; i < b.n; i++)
            b.at[i]->wake(b.at[i]);
        arena_reset(&sv->ahead_mem);
    }
    cx_end(&b.cx);
    return NULL;
}
