/* pool -- bounded queues of requests whose connections are parked, and the threads that work on
 * them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"

enum {
    WAIT_MAX_MS = 10000,     /* who waited longer has gone or tries again */
    WAIT_MAX_MANY_MS = 5000, /* ... where the store may let wait as well: 10 s in all */
    OTHERS_BESIDE = 4,       /* strangers in a batch that somebody signed in waits for */
    KNOWN_IN_A_ROW = 8       /* taken before strangers who wait; then one of these has his turn */
};

bool task_is_late(const struct task *t)
{
    struct env *env = t->sv->opt.env;
    int64_t most = t->sv->hooks.one_writer ? WAIT_MAX_MS : WAIT_MAX_MANY_MS;
    return t->queued_ms && env->monotonic(env) - t->queued_ms > most;
}

void queue_init(struct queue *q, size_t limit)
{
    *q = (struct queue){.limit = limit};
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->some, NULL);
    pthread_cond_init(&q->known, NULL);
}

bool queue_put(struct queue *q, struct task *t)
{
    struct lane *lane = &q->lanes[t->known ? LANE_KNOWN : LANE_OTHERS];
    pthread_mutex_lock(&q->lock);
    bool takes = !q->closed && lane->n < q->limit;
    if (takes) {
        t->next = NULL;
        if (lane->tail)
            lane->tail->next = t;
        else
            lane->head = t;
        lane->tail = t;
        lane->n++;
        pthread_cond_signal(&q->some);
        if (t->known)
            pthread_cond_signal(&q->known);
    }
    pthread_mutex_unlock(&q->lock);
    return takes;
}

static size_t lane_take(struct lane *lane, struct task **out, size_t max)
{
    size_t n = 0;
    while (lane->n && n < max) {
        struct task *t = lane->head;
        lane->head = t->next;
        if (!lane->head)
            lane->tail = NULL;
        lane->n--;
        out[n++] = t;
    }
    return n;
}

size_t queue_take(struct queue *q, struct task **out, size_t max)
{
    struct lane *known = &q->lanes[LANE_KNOWN], *others = &q->lanes[LANE_OTHERS];
    pthread_mutex_lock(&q->lock);
    while (!known->n && !others->n && !q->closed)
        pthread_cond_wait(&q->some, &q->lock);
    bool waiting = others->n > 0, their_turn = waiting && q->in_a_row >= KNOWN_IN_A_ROW;
    size_t n = their_turn ? 0 : lane_take(known, out, max), most = n ? OTHERS_BESIDE : max;
    size_t beside = lane_take(others, out + n, most < max - n ? most : max - n);
    q->in_a_row = waiting && !beside ? q->in_a_row + 1 : 0;
    n += beside;
    pthread_mutex_unlock(&q->lock);
    return n;
}

bool queue_gives_way(struct queue *q, struct task *const *rest, size_t n)
{
    struct lane *others = &q->lanes[LANE_OTHERS];
    pthread_mutex_lock(&q->lock);
    bool waits = q->lanes[LANE_KNOWN].n > 0;
    for (size_t i = n; waits && i-- > 0;) {
        rest[i]->next = others->head;
        others->head = rest[i];
        if (!others->tail)
            others->tail = rest[i];
        others->n++;
    }
    pthread_mutex_unlock(&q->lock);
    return waits;
}

bool queue_take_known(struct queue *q, struct task **out)
{
    pthread_mutex_lock(&q->lock);
    while (!q->lanes[LANE_KNOWN].n && !q->closed)
        pthread_cond_wait(&q->known, &q->lock);
    bool one = lane_take(&q->lanes[LANE_KNOWN], out, 1) == 1;
    pthread_mutex_unlock(&q->lock);
    return one;
}

void queue_close(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    q->closed = true;
    pthread_cond_broadcast(&q->some);
    pthread_cond_broadcast(&q->known);
    pthread_mutex_unlock(&q->lock);
}

size_t queue_length(struct queue *q)
{
    pthread_mutex_lock(&q->lock);
    size_t n = q->lanes[LANE_OTHERS].n + q->lanes[LANE_KNOWN].n;
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
    struct env *env = t->sv->opt.env;
    t->waited_ms = env->monotonic(env) - t->queued_ms; /* of what a request may wait altogether */
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

/* However many strangers ask for what takes long (a password is hashed for a tenth of a second),
 * this thread is free for the staff. */
void *pool_run_known(void *server)
{
    struct task *t;
    while (queue_take_known(&((struct server *)server)->pool, &t))
        work(t);
    return NULL;
}

/* Looking at files takes as long as who sent them likes: whoever sent none does not wait for it. */
void *files_run(void *server)
{
    return run(&((struct server *)server)->files);
}
