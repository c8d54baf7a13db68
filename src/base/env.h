/* env -- the seam to the world: clock and randomness. Tests own both; nothing else reads them. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct env {
    int64_t (*now)(struct env *);       /* ms since 1970 UTC */
    int64_t (*monotonic)(struct env *); /* ms that never run backwards */
    void (*random)(struct env *, void *p, size_t n);
    /* Sleeps on `cond`, whose `lock` is held, until it is signalled (true, also for no reason) or
     * `monotonic` has come to `until` (false): a clock that is set back must not hold anybody up.
     */
    bool (*wait)(struct env *, pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until);
};

/* The wait of env_system, also where a test has put its own clock there: for what sleeps for real.
 */
bool env_wait(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until);
extern struct env env_system; /* the real clock, getrandom(2) */

/* A world that a test turns by hand: `now` stands still but for a wait, which is over at once;
 * randomness comes from a seed. */
struct env_fake {
    struct env env; /* first: a struct env_fake * is a struct env * */
    int64_t at;
    uint64_t seed;
};
void env_fake_init(struct env_fake *e, int64_t at, uint64_t seed);

#endif
