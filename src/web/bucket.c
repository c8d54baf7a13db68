/*
 * bucket -- how many unsafe requests an address may send, and how many needs may be reported of a
 * place, that nobody is signed in for. A table of fixed size: a key lands in one of four cells, the
 * fullest (oldest) of them makes room, so a flood from many addresses forgets innocents, never
 * blocks them, and takes no memory.
 *
 * The numbers: behind one address may be a whole building (NAT, one access point): a hundred
 * households of which each reports the same lift. 60 at once and one a second lets all of them
 * through in a minute. One place is reported by whoever lives there: all of them, twice, in an
 * hour.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include "base/peer.h"

enum { BUCKETS = 4096, PLACES = 4, HOUR_MS = 3600000 };

/* So much at once, and so much more in an hour. */
struct pace {
    int64_t burst, per_hour;
};

/* The table lives in server.c's arena. */
enum err bucket_new(struct cx *cx, struct server *sv)
{
    sv->buckets = arena_array(cx->mem, BUCKETS, sizeof *sv->buckets);
    pthread_mutex_init(&sv->bucket_lock, NULL);
    return OK;
}

uint64_t bucket_of(const struct server *sv, struct str peer)
{
    char room[PEER_ROOM];
    struct str owner = peer_owner(peer, room);
    return server_hash(sv, owner.p, owner.n);
}

uint64_t req_caller(const struct req *rq)
{
    return bucket_of(rq->task->sv, rq->peer);
}

static void fill(struct bucket *b, int64_t now)
{
    int64_t top = b->burst * 1000, gone = now - b->at_ms;
    if (gone > 0 && b->milli < top) {
        int64_t more = gone < HOUR_MS ? gone * b->per_hour / (HOUR_MS / 1000) : top;
        b->milli = b->milli + more < top ? b->milli + more : top;
    }
    b->at_ms = now;
}

static struct bucket *cell_of(struct server *sv, uint64_t who, struct pace p, int64_t now)
{
    struct bucket *best = NULL;
    for (uint64_t i = 0; i < PLACES; i++) {
        struct bucket *b = &sv->buckets[(who + i * 977) % BUCKETS];
        if (b->who == who)
            return b;
        if (b->who)
            fill(b, now);
        if (!best || !b->who || (best->who && b->milli > best->milli))
            best = b;
    }
    *best = (struct bucket){who, now, p.burst * 1000, p.burst, p.per_hour};
    return best;
}

static bool pays(struct server *sv, uint64_t who, struct pace p)
{
    int64_t now = sv->opt.env->monotonic(sv->opt.env);
    pthread_mutex_lock(&sv->bucket_lock);
    struct bucket *b = cell_of(sv, who, p, now);
    fill(b, now);
    bool enough = b->milli >= 1000;
    if (enough)
        b->milli -= 1000;
    pthread_mutex_unlock(&sv->bucket_lock);
    return enough;
}

enum err bucket_pay(struct cx *cx, struct task *t)
{
    struct server *sv = t->sv;
    struct pace p = {sv->opt.anonymous_burst, (int64_t)sv->opt.anonymous_per_minute * 60};
    if (t->bucket_paid || p.burst < 0 || !t->rq.peer.n)
        return OK;
    t->bucket_paid = true;
    if (pays(sv, bucket_of(sv, t->rq.peer), p))
        return OK;
    t->refused = 429;
    return fail(cx, ERR_BUSY,
                "这个网络里一下子提交得太多，请过一分钟再试，写好的退回上一页还在；"
                "急事请直接打电话，也可以写纸条交给楼栋长或网格员");
}

enum err req_place_pays(struct cx *cx, const struct req *rq, int64_t place_id, int64_t doors)
{
    struct task *t = rq->task;
    struct server *sv = t->sv;
    int64_t key[] = {cx->community, place_id}, most = sv->opt.anonymous_per_place;
    if (t->place_paid || most < 0 || !rq->peer.n || cx->who.person_id || cx->who.role)
        return OK;
    t->place_paid = true;
    if (2 * doors > most)
        most = 2 * doors;
    if (pays(sv, server_hash(sv, key, sizeof key), (struct pace){most, most}))
        return OK;
    t->refused = 429;
    return fail(cx, ERR_BUSY,
                "这一处一小时里提的事太多，先不再收网上的了。急事请直接打电话，"
                "也可以写纸条交给楼栋长或网格员；不急的请过一会儿再提，写好的都还在");
}
