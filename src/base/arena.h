/*
 * arena -- memory that lives as long as a request (or the boot, or a job) and is given back
 * all at once. The only place of the tree that calls malloc.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"
#include <setjmp.h>
#include <stddef.h>

struct arena_block;

/* Allocation never returns NULL. Over `limit` bytes (or when the machine has none left) it
 * jumps to `on_full` if that is set, else ends the process with a message. The jump must
 * never cross a frame of another library: nothing is allocated inside their callbacks. */
struct arena {
    struct arena_block *blocks; /* newest first */
    size_t used;                /* bytes handed out since the last reset */
    size_t limit;
    jmp_buf *on_full;
    bool secret; /* what it gives back is wiped first, until the next reset */
};

struct arena_mark {
    struct arena_block *block;
    size_t at;
    size_t used;
};

void arena_init(struct arena *a, size_t limit);
void arena_free(struct arena *a);  /* gives everything back to the system */
void arena_reset(struct arena *a); /* keeps the first block, 8 KiB, for the next request */
void arena_wipe(struct arena *a);  /* reset, and nothing of what it held is left in memory */
struct arena_mark arena_mark(const struct arena *a);
void arena_rewind(struct arena *a, struct arena_mark m);

/* Zeroed, aligned for anything. */
void *arena_alloc(struct arena *a, size_t size);
/* The same, but NULL when there is no room: where a jump would leave something open (a lock, a
 * statement), and where nobody may be there to catch it. */
void *arena_try(struct arena *a, size_t size);
/* step(arg) with on_full set; false: it jumped. What it has open then is the caller's to close. */
bool arena_catch(struct arena *a, void (*step)(void *arg), void *arg);
/* n * size with overflow treated as "over the limit". */
void *arena_array(struct arena *a, size_t n, size_t size);
struct str arena_copy(struct arena *a, struct str s);  /* NUL stands behind the copy */
const char *arena_cstr(struct arena *a, struct str s); /* same, as a C string */
struct str arena_printf(struct arena *a, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define NEW(a, type) ((type *)arena_alloc((a), sizeof(type)))

#endif
