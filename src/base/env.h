/* env -- the seam to the world: clock and randomness. Tests own both; nothing else reads them. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include <stddef.h>
#include <stdint.h>

struct env {
    int64_t (*now)(struct env *);       /* ms since 1970 UTC */
    int64_t (*monotonic)(struct env *); /* ms that never run backwards */
    void (*random)(struct env *, void *p, size_t n);
};

extern struct env env_system; /* the real clock, getrandom(2) */

/* A world that a test turns by hand: `now` stands still, randomness comes from a seed. */
struct env_fake {
    struct env env; /* first: a struct env_fake * is a struct env * */
    int64_t at;
    uint64_t seed;
};
void env_fake_init(struct env_fake *e, int64_t at, uint64_t seed);

#endif
