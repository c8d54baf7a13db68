/* clerk -- see clerk.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/clerk.h"
#include "base/env.h"
#include "base/log.h"

enum { MEMORY = 64 << 20, LOOK_MS = 1000, REST_MS = 50 };

/* The lock is held. */
static void rest(struct clerk *k)
{
    struct env *env = &env_system;
    int64_t now = env->monotonic(env), soon = now + REST_MS, late = now + LOOK_MS;
    while (!k->stop && env->wait(env, &k->wake, &k->lock, soon))
        continue;
    while (!k->stop && !k->roused && env->wait(env, &k->wake, &k->lock, late))
        continue;
    k->roused = false;
}

void clerk_rouse(void *clerk)
{
    struct clerk *k = clerk;
    pthread_mutex_lock(&k->lock);
    k->roused = true;
    pthread_cond_signal(&k->wake);
    pthread_mutex_unlock(&k->lock);
}

struct shift {
    struct clerk *clerk;
    struct arena mem;
};

static void pass(void *arg)
{
    struct shift *s = arg;
    s->clerk->pass(s->clerk, &s->mem);
}

/* A pass that finds no memory is over; whatever is due is due at the next one. */
static void *work(void *arg)
{
    struct clerk *k = arg;
    struct shift s = {.clerk = k};
    arena_init(&s.mem, MEMORY);
    pthread_mutex_lock(&k->lock);
    while (!k->stop) {
        pthread_mutex_unlock(&k->lock);
        if (!arena_catch(&s.mem, pass, &s))
            log_warn("clerk: no memory");
        pthread_mutex_lock(&k->lock);
        rest(k);
    }
    pthread_mutex_unlock(&k->lock);
    arena_free(&s.mem);
    return NULL;
}

void clerk_new(struct clerk *k, struct hooks *hooks)
{
    k->hooks = hooks;
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->wake, NULL);
}

enum err clerk_start(struct cx *cx, struct clerk *k)
{
    k->runs = pthread_create(&k->thread, NULL, work, k) == 0;
    return k->runs ? OK
                   : fail(cx, ERR_STORE,
                          "线程不够，到点的事没人办：请放宽这台机器允许的线程数，再启动");
}

bool clerk_is_stopped(struct clerk *k)
{
    pthread_mutex_lock(&k->lock);
    bool stopped = k->stop;
    pthread_mutex_unlock(&k->lock);
    return stopped;
}

void clerk_stop(struct clerk *k)
{
    pthread_mutex_lock(&k->lock);
    k->stop = true;
    pthread_cond_signal(&k->wake);
    pthread_mutex_unlock(&k->lock);
    if (k->runs)
        pthread_join(k->thread, NULL);
}
