/* pool -- bounded queues of requests whose connections are parked, and the threads that work on
 * them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"

enum { WAIT_MAX_MS = 10000 }; /* who waited longer has gone or tries again */

bool task_is_late(const struct task *t)
{
    struct env *env = t->sv->opt.env;
    return t->queued_ms && env->monotonic(env) - t->queued_ms > WAIT_MAX_MS;
}

void queue_init(struct queue *q, size_t limit)
{
    *q = (struct queue){.limit = limit};
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->some, NULL);
}

bool queue_put(struct queue *q, struct task *t)
{
    pthread_mutex_lock(&q->lock);
    bool takes = !q->closed && q->n < q->limit;
    if (takes) {
        t->next = NULL;
        if (q->tail)
            q->tail->next = t;
        else
            q->head = t;
        q->tail = t;
        q->n++;
        pthread_cond_signal(&q->some);
    }
    pthread_mutex_unlock(&q->lock);
    return takes;
}

size_t queue_take(struct queue *q, struct task **out, size_t max)
{
    size_t n = 0;
    pthread_mutex_lock(&q->lock);
    while (!q->n && !q->closed)
        pthread_cond_wait(&q->some, &q->lock);
    while (q->n && n < max) {
        struct task *t = q->head;
        q->head = t->next;
        if (!q->head)
            q->tail = NULL;
        q->n--;
        out[n++] = t;
    }
    pthread_mutex_unlock(&q->lock);
    return n;
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    pthread_cond_broadcast(&q->some);
    pthread_mutex_unlock(&q->lock);
}

size_t queue_length(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    size_t n = q->n;
    pthread_mutex_unlock(&q->lock);
    return n;
}

void task_send(struct task *t, enum where where)
{
    struct server *sv = t->sv;
    t->queued_ms = sv->opt.env->monotonic(sv->opt.env);
    if (queue_put(where == IN_WRITER    ? &sv->writing
                  : where == WITH_FILES ? &sv->files
                                        : &sv->pool,
                  t))
        return;
    road_refuse_busy(t, "现在办理的人太多，请过几秒再试");
    t->wake(t);
}

static void work(struct task *t)
{
    if (task_is_late(t) && road_where(t) != WITH_FILES) { /* those leave out their files */
        road_refuse_busy(t, "现在办理的人太多，请过几秒再试");
    } else if (t->rq.unsafe && t->sv->hooks.one_writer) {
        road_prepare(t);
        if (t->err == OK) {
            task_send(t, IN_WRITER);
            return;
        }
    } else {
        road_work(t);
    }
    if (!t->rp.stream) /* that one may still be refused: too many of them */
        road_finish(t);
    t->wake(t);
}

static void *run(struct queue *q)
{
    struct task *t;
    while (queue_take(q, &t, 1))
        work(t);
    return NULL;
}

void *pool_run(void *server)
{
    return run(&((struct server *)server)->pool);
}

/* Looking at files takes as long as who sent them likes: whoever sent none does not wait for it. */
void *files_run(void *server)
{
    return run(&((struct server *)server)->files);
}
