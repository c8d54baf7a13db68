/*
 * town -- `linghang serve` on a clock that a test turns: tests/loop/sim.py lives a year with it.
 *
 * The clock stands still. The first line on standard input is the time (ms since 1970) it begins
 * at. Each further one moves it there; it comes back on standard output when all that was due then
 * is done, that is when each clerk (jobs, senders) sleeps again. So the same acts give the same
 * year on any engine and machine. Moves of less than a second (clerk.c: LOOK_MS) may find a clerk
 * asleep.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/env.h"
#include "main/clerk.h"
#include "main/commands.h"
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One for each clerk, in the order of their first sleep. */
struct bed {
    pthread_cond_t *cond;
    pthread_mutex_t *lock;
    bool sleeps;
};

static struct {
    pthread_mutex_t lock; /* taken after a bed's own, never before it */
    pthread_cond_t still;
    int64_t at;
    struct bed beds[CLERKS];
    size_t nbeds;
} town = {.lock = PTHREAD_MUTEX_INITIALIZER, .still = PTHREAD_COND_INITIALIZER};

static int64_t town_now(struct env *e)
{
    (void)e;
    pthread_mutex_lock(&town.lock);
    int64_t at = town.at;
    pthread_mutex_unlock(&town.lock);
    return at;
}

/* Who sleeps by the turned clock counts by it as well; all others by the machine's. */
static _Thread_local bool is_clerk;
static int64_t (*of_machine)(struct env *e);

static int64_t town_monotonic(struct env *e)
{
    return is_clerk ? town_now(e) : of_machine(e);
}

static struct bed *bed_of(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    for (size_t i = 0; i < town.nbeds; i++)
        if (town.beds[i].cond == cond)
            return &town.beds[i];
    if (town.nbeds == CLERKS) {
        fputs("town: more clerks than CLERKS\n", stderr);
        abort();
    }
    town.beds[town.nbeds] = (struct bed){.cond = cond, .lock = lock};
    return &town.beds[town.nbeds++];
}

static bool town_wait(struct env *e, pthread_cond_t *cond, pthread_mutex_t *lock, int64_t until)
{
    (void)e;
    is_clerk =
        true; /* before its first sleep it counts by the machine's clock: that is over at once */
    pthread_mutex_lock(&town.lock);
    bool over = town.at >= until;
    if (!over) {
        bed_of(cond, lock)->sleeps = true;
        pthread_cond_signal(&town.still);
    }
    pthread_mutex_unlock(&town.lock);
    if (over)
        return false;
    pthread_cond_wait(cond, lock);
    return town_now(e) < until;
}

static bool all_sleep(void)
{
    size_t n = 0;
    for (size_t i = 0; i < town.nbeds; i++)
        n += town.beds[i].sleeps;
    return n == CLERKS;
}

/* Who sleeps is woken with his own lock held: he sleeps truly by then, or has not looked yet. */
static void turn(int64_t at)
{
    pthread_mutex_lock(&town.lock);
    while (!all_sleep())
        pthread_cond_wait(&town.still, &town.lock);
    town.at = at;
    for (size_t i = 0; i < CLERKS; i++)
        town.beds[i].sleeps = false;
    pthread_mutex_unlock(&town.lock);
    for (size_t i = 0; i < CLERKS; i++) {
        pthread_mutex_lock(town.beds[i].lock);
        pthread_cond_broadcast(town.beds[i].cond);
        pthread_mutex_unlock(town.beds[i].lock);
    }
    pthread_mutex_lock(&town.lock);
    while (!all_sleep())
        pthread_cond_wait(&town.still, &town.lock);
    pthread_mutex_unlock(&town.lock);
}

static void *hands(void *arg)
{
    int64_t at;
    (void)arg;
    while (scanf("%" SCNd64, &at) == 1) {
        turn(at);
        printf("%" PRId64 "\n", at);
        fflush(stdout);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    const struct command *c = argc > 1 ? command_find(argv[1]) : NULL;
    pthread_t thread;
    sigset_t all, was;
    if (c &&
        strcmp(argv[1], "keymgr") == 0) /* started by the server itself: asks its own questions */
        return c->run(argc - 1, argv + 1);
    if (!c || scanf("%" SCNd64, &town.at) != 1)
        return 2;
    of_machine = env_system.monotonic;
    env_system.now = town_now;
    env_system.monotonic = town_monotonic;
    env_system.wait = town_wait;
    sigfillset(&all); /* signals are for the server's own threads */
    pthread_sigmask(SIG_BLOCK, &all, &was);
    pthread_create(&thread, NULL, hands, NULL);
    pthread_sigmask(SIG_SETMASK, &was, NULL);
    return c->run(argc - 1, argv + 1);
}
