/* env -- see env.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* a wait by the monotonic clock */
#include "base/env.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t system_now(struct env *e)
{
    (void)e;
    return read_clock(CLOCK_REALTIME);
}

static int64_t system_monotonic(struct env *e)
{
    (void)e;
    return read_clock(CLOCK_MONOTONIC);
}

static void system_random(struct env *e, void *p, size_t n)
{
    (void)e;
    for (size_t done = 0; done < n;) {
        ssize_t got = getrandom((char *)p + done, n - done, 0);
        if (got < 0) {
            perror("getrandom"); /* without randomness no secret may be made */
            abort();
        }
        done += (size_t)got;
    }
}

bool env_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until)
{
    struct timespec t = {.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};
    return pthread_cond_clockwait(cond, lock, CLOCK_MONOTONIC, &t) == 0;
}

static bool system_wait(struct env *e, pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until)
{
    (void)e;
    return env_wait(cond, lock, until);
}

struct env env_system = {system_now, system_monotonic, system_random, system_wait};

static int64_t fake_now(struct env *e)
{
    return ((struct env_fake *)(void *)e)->at;
}

/* splitmix64 (Steele, Lea, Flood 2014): good enough to tell values apart, never for secrets. */
static uint64_t next(uint64_t *seed)
{
    uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void fake_random(struct env *e, void *p, size_t n)
{
    struct env_fake *f = (struct env_fake *)(void *)e;
    for (size_t i = 0; i < n; i++)
        ((unsigned char *)p)[i] = (unsigned char)next(&f->seed);
}

static bool fake_wait(struct env *e, pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until)
{
    struct env_fake *f = (struct env_fake *)(void *)e;
    (void)cond;
    (void)lock;
    if (f->at < until)
        f->at = until;
    return false;
}

void env_fake_init(struct env_fake *e, int64_t at, uint64_t seed)
{
    *e = (struct env_fake){{fake_now, fake_now, fake_random, fake_wait}, at, seed};
}
