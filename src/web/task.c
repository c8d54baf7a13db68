/* task -- the free list of requests in work; their number is bounded by the connections. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include <string.h>

struct task *task_take(struct server *sv)
{
    pthread_mutex_lock(&sv->task_lock);
    struct task *t = sv->free_tasks;
    if (t) {
        sv->free_tasks = t->next;
        sv->nfree--;
    } else if (sv->ntasks < (size_t)sv->opt.connection_limit + 64) {
        t = arena_try(&sv->mem, sizeof *t);
        if (t) {
            arena_init(&t->mem, MEM_DEFAULT);
            sv->ntasks++;
        }
    }
    if (t)
        sv->busy++;
    pthread_mutex_unlock(&sv->task_lock);
    if (!t)
        return NULL;
    struct arena mem = t->mem;
    memset(t, 0, sizeof *t);
    t->mem = mem;
    t->limit = MEM_DEFAULT;
    t->mem.limit = t->limit + MEM_RESERVE;
    t->mem.on_full = NULL;
    t->sv = sv;
    t->rq.task = t;
    t->rq.length = -1;
    t->began_ms = sv->opt.env->monotonic(sv->opt.env);
    t->start = arena_mark(&t->mem);
    cx_init(&t->cx, &t->mem, sv->opt.env);
    reply_init(&t->rp, &t->rq, &t->mem);

    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";
    unsigned char random[12];
    sv->opt.env->random(sv->opt.env, random, sizeof random);
    for (size_t i = 0; i < sizeof random; i++)
        t->id[i] = letters[random[i] % (sizeof letters - 1)];
    t->cx.request_id = t->id;
    return t;
}

void task_give(struct task *t)
{
    struct server *sv = t->sv;
    cx_end(&t->cx);
    arena_reset(&t->mem);
    atomic_fetch_sub(&sv->large, t->large);
    pthread_mutex_lock(&sv->task_lock);
    if (sv->nfree >= IDLE_ARENAS)
        arena_free(&t->mem);
    t->next = sv->free_tasks;
    sv->free_tasks = t;
    sv->nfree++;
    if (--sv->busy == 0)
        pthread_cond_broadcast(&sv->idle);
    pthread_mutex_unlock(&sv->task_lock);
}
