/*
 * bucket -- how many unsafe requests an address may send that nobody is signed in for. A table of
 * fixed size: an address lands in one of four places, the fullest (oldest) of them makes room, so
 * a flood from many addresses forgets innocents, never blocks them, and takes no memory.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include <arpa/inet.h>
#include <string.h>

enum { BUCKETS = 4096, PLACES = 4 };

/* The table lives in server.c's arena. */
enum err bucket_new(struct cx *cx, struct server *sv)
{
    sv->buckets = arena_array(cx->mem, BUCKETS, sizeof *sv->buckets);
    pthread_mutex_init(&sv->bucket_lock, NULL);
    return OK;
}

/* An IPv6 caller owns a whole /64. */
static uint64_t hash(const struct server *sv, struct str peer)
{
    char text[64];
    struct in6_addr six;
    if (peer.n < sizeof text && memchr(peer.p, ':', peer.n)) {
        memcpy(text, peer.p, peer.n);
        text[peer.n] = '\0';
        if (inet_pton(AF_INET6, text, &six) == 1 && !IN6_IS_ADDR_V4MAPPED(&six))
            return server_hash(sv, six.s6_addr, 8);
    }
    return server_hash(sv, peer.p, peer.n);
}

static void fill(const struct server *sv, struct bucket *b, int64_t now)
{
    int64_t top = (int64_t)sv->opt.anonymous_burst * 1000, gone = now - b->at_ms;
    if (gone > 0 && b->milli < top) {
        int64_t more = gone < 3600000 ? gone * sv->opt.anonymous_per_minute / 60 : top;
        b->milli = b->milli + more < top ? b->milli + more : top;
    }
    b->at_ms = now;
}

static struct bucket *place_of(struct server *sv, uint64_t who, int64_t now)
{
    struct bucket *best = NULL;
    for (uint64_t i = 0; i < PLACES; i++) {
        struct bucket *b = &sv->buckets[(who + i * 977) % BUCKETS];
        if (b->who == who)
            return b;
        if (b->who)
            fill(sv, b, now);
        if (!best || !b->who || (best->who && b->milli > best->milli))
            best = b;
    }
    *best = (struct bucket){who, now, (int64_t)sv->opt.anonymous_burst * 1000};
    return best;
}

enum err bucket_pay(struct cx *cx, struct task *t)
{
    struct server *sv = t->sv;
    int64_t now = sv->opt.env->monotonic(sv->opt.env);
    if (t->bucket_paid || sv->opt.anonymous_burst < 0 || !t->rq.peer.n)
        return OK;
    pthread_mutex_lock(&sv->bucket_lock);
    struct bucket *b = place_of(sv, hash(sv, t->rq.peer), now);
    fill(sv, b, now);
    bool pays = b->milli >= 1000;
    if (pays)
        b->milli -= 1000;
    pthread_mutex_unlock(&sv->bucket_lock);
    t->bucket_paid = true;
    if (pays)
        return OK;
    t->refused = 429;
    return fail(cx, ERR_BUSY, "提交得太快了，请过一分钟再试；急事请直接打电话");
}
