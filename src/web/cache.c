/*
 * cache -- pages that are the same for everybody who is not signed in (route.shared), kept sealed
 * as they left. A kept page is shown again only while nothing was committed in its community since
 * before its transaction began, and for opt.keep_ms at most: another process may write too, and
 * pages say "3 分钟前".
 *
 * Sets of WAYS slots found by a hash of what the page depends on; the one used longest ago gives
 * way. A slot's memory is taken at its first use and kept, so the whole is SETS * WAYS * SLOT_MAX
 * bytes at most (6 MiB), whatever addresses strangers make up.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include <string.h>

enum { SETS = 64, WAYS = 4, SLOT_MAX = 24 << 10, KEY_MAX = 1 << 10, COUNTERS = 256 };

struct slot {
    uint64_t hash; /* 0 = empty */
    uint64_t seen; /* changes counted when the page's transaction had not begun yet */
    uint64_t used;
    int64_t community, until_ms;
    size_t key_n, body_n, nheaders, n;
    char *bytes; /* n of them: key, body, then name NUL value NUL of each header */
};

struct cache {
    pthread_mutex_t lock; /* of all but the counters */
    struct arena mem;
    uint64_t clock; /* uses counted: orders slot.used */
    struct slot slots[SETS][WAYS];
    _Atomic uint64_t changes;        /* commits of all communities */
    _Atomic uint64_t last[COUNTERS]; /* `changes` at the last commit of a community, by its id */
};

enum err cache_new(struct cx *cx, struct server *sv)
{
    struct cache *c = NEW(cx->mem, struct cache);
    pthread_mutex_init(&c->lock, NULL);
    arena_init(&c->mem, SETS * WAYS * (SLOT_MAX + 64));
    sv->cache = c;
    return OK;
}

void cache_free(struct server *sv)
{
    if (sv->cache)
        arena_free(&sv->cache->mem);
}

/* ---- what has changed ---- */

static _Atomic uint64_t *last_of(struct cache *c, int64_t community)
{
    return &c->last[(uint64_t)community % COUNTERS];
}

uint64_t cache_seen(const struct server *sv)
{
    return atomic_load(&sv->cache->changes);
}

void web_changed(struct server *sv, int64_t community)
{
    _Atomic uint64_t *last = last_of(sv->cache, community);
    uint64_t now = atomic_fetch_add(&sv->cache->changes, 1) + 1, was = atomic_load(last);
    while (was < now && !atomic_compare_exchange_weak(last, &was, now))
        continue;
}

/* ---- what a page depends on ---- */

/* Into `to` of KEY_MAX bytes; 0 = not to be kept. The Host is part of it, since pages give their
 * own address by req_site(): who makes up names pushes out others' pages, as with queries, but none
 * of his is shown to them. */
static size_t key_of(const struct task *t, char *to)
{
    const struct req *rq = &t->rq;
    const struct str parts[] = {rq->path,
                                rq->query_text,
                                req_header(rq, "Host"),
                                req_header(rq, "Cookie"),
                                reply_accepts_gzip(rq) ? S("gzip") : S(""),
                                rq->secure ? S("tls") : S("")};
    size_t n = 0;
    if (!t->sv->opt.keep_ms || !rq->route || !rq->route->shared || !str_is(rq->method, "GET") ||
        req_header(rq, "Authorization").n)
        return 0;
    for (size_t i = 0; i < COUNT(parts); i++) {
        if (parts[i].n >= KEY_MAX - n)
            return 0;
        memcpy(to + n, parts[i].n ? parts[i].p : "", parts[i].n);
        n += parts[i].n;
        to[n++] = '\n';
    }
    return n;
}

static struct slot *slot_of(struct cache *c, uint64_t hash, const char *key, size_t n)
{
    struct slot *set = c->slots[hash % SETS];
    for (size_t i = 0; i < WAYS; i++)
        if (set[i].hash == hash && set[i].key_n == n && memcmp(set[i].bytes, key, n) == 0)
            return &set[i];
    return NULL;
}

/* ---- shown again ---- */

static bool is_fresh(const struct task *t, const struct slot *s)
{
    return s->until_ms > t->began_ms && atomic_load(last_of(t->sv->cache, s->community)) <= s->seen;
}

static void show(struct task *t, const char *all, const struct slot *s)
{
    struct reply *rp = &t->rp;
    const char *p = all + s->body_n;
    for (size_t i = 0; i < s->nheaders; i++) {
        const char *value = p + strlen(p) + 1;
        reply_put_header(rp, p, value);
        p = value + strlen(value) + 1;
    }
    rp->sent = str_n(all, s->body_n);
    t->again = true;
}

bool cache_show(struct task *t)
{
    struct cache *c = t->sv->cache;
    char key[KEY_MAX];
    size_t n = key_of(t, key);
    if (!n)
        return false;
    uint64_t hash = server_hash(t->sv, key, n);
    pthread_mutex_lock(&c->lock);
    struct slot *s = slot_of(c, hash, key, n), found;
    char *all = s && is_fresh(t, s) ? arena_try(t->rp.mem, s->n - s->key_n) : NULL;
    if (all) {
        s->used = ++c->clock;
        found = *s; /* another page may take the place once the lock is open */
        memcpy(all, s->bytes + s->key_n, s->n - s->key_n);
    }
    pthread_mutex_unlock(&c->lock);
    if (!all)
        return false;
    show(t, all, &found);
    atomic_fetch_add(&t->sv->count.again, 1);
    return true;
}

/* ---- kept ---- */

/* Bytes of the reply's headers, 0 = a reply that is for one person. */
static size_t headers_size(const struct reply *rp)
{
    size_t n = 0;
    for (size_t i = 0; i < rp->headers.n; i++) {
        if (str_same_letters(rp->headers.at[i].name, S("Set-Cookie")))
            return 0;
        n += rp->headers.at[i].name.n + rp->headers.at[i].value.n + 2;
    }
    return n;
}

static struct slot *oldest_of(struct cache *c, uint64_t hash)
{
    struct slot *set = c->slots[hash % SETS], *oldest = set;
    for (size_t i = 1; i < WAYS; i++)
        if (set[i].used < oldest->used)
            oldest = &set[i];
    return oldest;
}

static char *put(char *to, struct str s)
{
    memcpy(to, s.n ? s.p : "", s.n);
    return to + s.n;
}

static void fill(struct slot *s, const struct reply *rp, struct str key)
{
    char *p = put(put(s->bytes, key), rp->sent);
    for (size_t i = 0; i < rp->headers.n; i++) {
        p = put(put(p, rp->headers.at[i].name), str_n("", 1));
        p = put(put(p, rp->headers.at[i].value), str_n("", 1));
    }
    s->key_n = key.n;
    s->body_n = rp->sent.n;
    s->nheaders = rp->headers.n;
    s->n = (size_t)(p - s->bytes);
}

void cache_keep(struct task *t)
{
    struct cache *c = t->sv->cache;
    const struct reply *rp = &t->rp;
    const struct who *who = &t->cx.who;
    char key[KEY_MAX];
    if (t->err != OK || t->refused || rp->status != 200 || who->person_id || who->role)
        return;
    size_t n = key_of(t, key), headers = n ? headers_size(rp) : 0;
    if (!headers || n + rp->sent.n + headers > SLOT_MAX)
        return;
    uint64_t hash = server_hash(t->sv, key, n);
    pthread_mutex_lock(&c->lock);
    struct slot *s = slot_of(c, hash, key, n);
    if (!s)
        s = oldest_of(c, hash);
    if (!s->bytes)
        s->bytes = arena_try(&c->mem, SLOT_MAX);
    if (s->bytes) {
        fill(s, rp, str_n(key, n));
        s->hash = hash;
        s->seen = t->seen;
        s->used = ++c->clock;
        s->community = t->cx.community;
        s->until_ms = t->began_ms + t->sv->opt.keep_ms;
    }
    pthread_mutex_unlock(&c->lock);
}
