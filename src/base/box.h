/*
 * box -- a process of ours that may do little: this program again, started with three streams and
 * no other open file, which gives up what it does not need before it looks at anything from
 * outside. Three walls, one behind the other: limits, Landlock (no file is opened, no port
 * reached), seccomp (arithmetic, memory, reading and writing what is open; anything else ends the
 * process).
 *
 * Linux 5.13 and later has Landlock, 6.7 also for ports, 6.12 for signals; older ones have what
 * they have. Without seccomp nothing is started. Sources: landlock(7), seccomp(2), prctl(2).
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_BOX_H
#define BASE_BOX_H

#include "base/arena.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* ---- inside ---- */

struct box {
    size_t memory;  /* bytes of data at most */
    size_t written; /* bytes of a file at most */
    int seconds;    /* of the processor, 0 = as long as it lives */
    int files;      /* descriptors: the three streams are 3 */
};

/* False in a build with sanitizers, which open files themselves: then there are limits alone. */
extern const bool box_has_walls;

/* All three walls. False when the system refuses one that it has: then read nothing. `*landlock`
 * (may be NULL) is the version of Landlock in force, 0 = none. No thread may run besides. */
bool box_lock(const struct box *b, int *landlock);

/* One by one, for tests that look at each alone. */
bool box_limit(const struct box *b); /* no core dump, no look from other processes either */
int box_landlock(void);              /* version in force, 0 = this kernel has none, -1 = refused */
bool box_filter(void);               /* seccomp; what is not on its list kills the process */

/* Exactly so many bytes of the standard input, to the standard output. False: nobody is there. */
bool box_read(void *to, size_t n);
bool box_write(const void *from, size_t n);
/* A frame of a talk (below): its length, and its bytes in two parts. */
bool box_answer(const void *head, size_t nhead, struct str rest);

/* ---- around the server itself ---- */

/* What a path, with all that lies below it, may be used for. */
enum box_may { BOX_READ = 1, BOX_RUN = 2, BOX_WRITE = 4 }; /* RUN and WRITE: also read */
struct box_path {
    const char *path; /* what is not there is left out */
    enum box_may may;
};

/* Before any thread: from here on, for all threads and processes to come, no file but those,
 * waiting for connections on `port` alone, no memory that is written and run, no more power than it
 * has, no look into other processes, and of the system the calls that a server and its helpers
 * need; any other ends it. Left open, with the reason: connecting anywhere (adapters and databases
 * are data), starting programs (helpers are this one; Landlock allows what is RUN), changing to a
 * lesser user (the process with the keys does). False, with errno: the system refuses; `*landlock`
 * as in box_lock(). */
bool box_serve(const struct box_path *paths, size_t n, int port, int *landlock);

/* ---- outside ---- */

/* Starts this program with `argv` (ended by NULL) and an empty environment; `err` -1 = /dev/null.
 * -1: it could not be started. */
pid_t box_start(const char *const *argv, int in, int out, int err);
/* Waits for its end, at most so long; then it is ended. True: by itself, with status 0. That its
 * walls ended it stands in the log as an error. False for what never started (`pid` -1). */
bool box_wait(pid_t pid, int64_t ms);

/* A talk with one over its standard streams, in frames: a length (uint32_t) and so many bytes. It
 * has a time in which it must be over; whatever is not done by then fails at once. */
struct box_talk {
    pid_t pid;
    int fd;
    int64_t until; /* of the system's monotonic clock, ms */
};
/* Starts `linghang COMMAND`. False: there is no process or descriptor to spare. */
bool box_call(struct box_talk *t, const char *command, int64_t ms);
bool box_say(struct box_talk *t, const void *head, size_t nhead, struct str rest);
/* The next frame, of `most` bytes at most, into `mem`. False: none came, or, with `*no_room`, the
 * arena is full. */
bool box_hear(struct box_talk *t, struct arena *mem, size_t most, struct str *out, bool *no_room);
/* Hangs up; it is given the rest of its time to end, or none when `kill`. As box_wait(). */
bool box_hang_up(struct box_talk *t, bool kill);

#endif
