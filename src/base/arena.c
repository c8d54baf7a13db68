/* arena -- see arena.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"
#include <assert.h>
#include <pthread.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BLOCK_EACH 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define BLOCK_EACH 1
#endif

/* Small at first: thousands of requests may wait for the rest of what is sent. */
enum { FIRST_BLOCK = 8 << 10, BLOCK = 64 << 10, SPARES = 64, ALIGN = alignof(max_align_t) };

/* The build with sanitizers gives each allocation a block of its own, as large as what was asked
 * for, so that one byte too many, and use after a rewind, are seen. */
#ifdef BLOCK_EACH
static const bool block_each = true;
#else
static const bool block_each = false;
#endif

/*
 *   arena -> newest block -> ... -> first block -> NULL
 *            [head|used bytes .....|free ]
 */
struct arena_block {
    struct arena_block *older;
    size_t size, at; /* of the bytes behind this head */
    alignas(max_align_t) char bytes[];
};

static void full(struct arena *a)
{
    if (a->on_full)
        longjmp(*a->on_full, 1);
    fprintf(stderr, "out of memory: more than %zu bytes asked of one arena\n", a->limit);
    abort();
}

void arena_init(struct arena *a, size_t limit)
{
    *a = (struct arena){.limit = limit};
}

/* Blocks of the usual size that nobody has: a request needs one for a moment, and what is allocated
 * in the meantime and stays would keep holes open between them. */
static struct {
    pthread_mutex_t lock;
    struct arena_block *first;
    size_t n;
} spares = {.lock = PTHREAD_MUTEX_INITIALIZER};

static struct arena_block *spare_take(void)
{
    pthread_mutex_lock(&spares.lock);
    struct arena_block *b = spares.first;
    if (b) {
        spares.first = b->older;
        spares.n--;
    }
    pthread_mutex_unlock(&spares.lock);
    return b;
}

static void spare_give(struct arena_block *b)
{
    pthread_mutex_lock(&spares.lock);
    bool keeps = spares.n < SPARES;
    if (keeps) {
        b->older = spares.first;
        spares.first = b;
        spares.n++;
    }
    pthread_mutex_unlock(&spares.lock);
    if (!keeps)
        free(b);
}

/* Frees blocks until `keep` is the newest. */
static void drop_to(struct arena *a, const struct arena_block *keep)
{
    while (a->blocks != keep) {
        struct arena_block *older = a->blocks->older;
        if (a->secret)
            explicit_bzero(a->blocks->bytes, a->blocks->at);
        if (a->blocks->size == BLOCK && !block_each)
            spare_give(a->blocks);
        else
            free(a->blocks);
        a->blocks = older;
    }
}

/* What the newest block holds from there on. */
static void wipe_from(struct arena *a, size_t at)
{
    if (a->secret && a->blocks)
        explicit_bzero(a->blocks->bytes + at, a->blocks->at - at);
}

void arena_free(struct arena *a)
{
    drop_to(a, NULL);
    a->used = 0;
}

void arena_reset(struct arena *a)
{
    struct arena_block *first = a->blocks;
    while (first && first->older)
        first = first->older;
    if (first && (first->size > FIRST_BLOCK || block_each))
        first = NULL; /* a request that began with a big one: not kept */
    drop_to(a, first);
    wipe_from(a, 0);
    if (first)
        first->at = 0;
    a->used = 0;
    a->secret = false;
}

void arena_wipe(struct arena *a)
{
    a->secret = true;
    arena_reset(a);
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->blocks, a->blocks ? a->blocks->at : 0, a->used};
}

void arena_rewind(struct arena *a, struct arena_mark m)
{
    drop_to(a, m.block);
    wipe_from(a, m.at);
    if (m.block)
        m.block->at = m.at;
    a->used = m.used;
}

/* `*zero` when the block is all zero: the system hands out large ones so, and pages that are never
 * used then cost nothing. False: the machine has no memory. */
static bool grow(struct arena *a, size_t size, bool *zero)
{
    bool own = size > BLOCK || block_each;
    size_t want = own ? size : a->blocks || size > FIRST_BLOCK ? BLOCK : FIRST_BLOCK;
    struct arena_block *b = !own && want == BLOCK ? spare_take() : NULL;
    if (!b)
        b = own ? calloc(1, sizeof *b + want) : malloc(sizeof *b + want);
    if (!b)
        return false;
    b->older = a->blocks;
    b->size = want;
    b->at = 0;
    a->blocks = b;
    *zero = own;
    return true;
}

void *arena_try(struct arena *a, size_t size)
{
    if (size > a->limit || a->used > a->limit - size)
        return NULL;
    if (!block_each)
        size = (size + ALIGN - 1) / ALIGN * ALIGN;
    bool zero = false;
    if ((!a->blocks || block_each || a->blocks->size - a->blocks->at < size) &&
        !grow(a, size, &zero))
        return NULL;
    assert(a->blocks->size - a->blocks->at >= size);
    void *p = a->blocks->bytes + a->blocks->at;
    a->blocks->at += size;
    a->used += size;
    return zero ? p : memset(p, 0, size);
}

void *arena_alloc(struct arena *a, size_t size)
{
    void *p = arena_try(a, size);
    if (!p)
        full(a);
    return p;
}

bool arena_catch(struct arena *a, void (*step)(void *arg), void *arg)
{
    jmp_buf full, *was = a->on_full;
    a->on_full = &full;
    bool fits = setjmp(full) == 0;
    if (fits)
        step(arg);
    a->on_full = was;
    return fits;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes))
        full(a);
    return arena_alloc(a, bytes);
}

struct str arena_copy(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    return str_n(p, s.n);
}

const char *arena_cstr(struct arena *a, struct str s)
{
    return arena_copy(a, s).p;
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
    va_list once, again;
    va_start(once, format);
    va_copy(again, once);
    int n = vsnprintf(NULL, 0, format, once);
    va_end(once);
    assert(n >= 0);
    char *p = arena_alloc(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return str_n(p, (size_t)n);
}
