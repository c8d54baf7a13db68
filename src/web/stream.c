/*
 * stream -- server-sent events. Each reader has a small ring of bytes in its request's arena; an
 * event is copied into the rings of its topic and the parked connections are woken. Nobody waits
 * for a reader: whose ring is full is cut off, and his browser comes back by itself.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include <string.h>

enum {
    ROOM = 16 << 10,
    LIFE_MS = 15 * 60 * 1000, /* then the browser comes back, and access is checked again */
    ADDRESSES = 2, /* so many take all that strangers may have: a hall may be one of them */
    EVENT_MAX = 4096
};

struct stream {
    struct task *task;
    int64_t community, until_ms;
    uint64_t stranger; /* whose address; 0 = somebody who is signed in */
    const char *topic;
    void (*park)(struct task *), (*unpark)(struct task *);
    bool open, parked, ended;
    size_t at;       /* place in streams->at */
    size_t start, n; /* of the bytes in the ring */
    char ring[ROOM];
};

struct streams {
    pthread_mutex_t lock;
    struct stream **at;
    size_t n, max;
    bool closed;
};

void reply_stream(struct reply *rp, const char *topic)
{
    struct stream *s = NEW(rp->mem, struct stream);
    s->topic = arena_cstr(rp->mem, str_c(topic));
    s->community = rp->rq->task->cx.community;
    s->task = rp->rq->task;
    rp->stream = s;
    rp->type = "text/event-stream";
    rp->written = true;
}

enum err streams_new(struct cx *cx, struct server *sv)
{
    struct streams *all = NEW(cx->mem, struct streams);
    all->max = (size_t)sv->opt.stream_limit;
    all->at = arena_array(cx->mem, all->max, sizeof(struct stream *));
    pthread_mutex_init(&all->lock, NULL);
    sv->streams = all;
    return OK;
}

static void wake(struct stream *s)
{
    if (!s->parked)
        return;
    s->parked = false;
    s->unpark(s->task);
}

/* All or nothing: half an event would be worse than none. */
static void put(struct server *sv, struct stream *s, struct str text)
{
    if (s->ended)
        return;
    if (text.n > ROOM - s->n) {
        s->ended = true;
        atomic_fetch_add(&sv->count.dropped, 1);
        guard_cut(sv, s->task->slot);
    } else {
        for (size_t i = 0; i < text.n; i++)
            s->ring[(s->start + s->n + i) % ROOM] = text.p[i];
        s->n += text.n;
    }
    wake(s);
}

/* Of those that nobody is signed in for there is half of all at most, so that staff always have the
 * other half, and of one address a part of that: one ticket can be followed from many tabs. */
static bool is_room(const struct streams *all, uint64_t stranger)
{
    size_t strangers = 0, same = 0, most = all->max / 2;
    for (size_t i = 0; stranger && i < all->n; i++) {
        strangers += all->at[i]->stranger != 0;
        same += all->at[i]->stranger == stranger;
    }
    return all->n < all->max && (!stranger || (strangers < most && same <= most / ADDRESSES));
}

bool stream_open(struct task *t, void (*park)(struct task *), void (*unpark)(struct task *))
{
    struct streams *all = t->sv->streams;
    struct stream *s = t->rp.stream;
    struct env *env = t->sv->opt.env;
    s->park = park;
    s->unpark = unpark;
    s->until_ms = env->monotonic(env) + LIFE_MS;
    s->stranger = t->cx.who.person_id ? 0 : bucket_of(t->sv, t->rq.peer) | 1;
    pthread_mutex_lock(&all->lock);
    s->open = !all->closed && is_room(all, s->stranger);
    if (s->open) {
        s->at = all->n;
        all->at[all->n++] = s;
        put(t->sv, s, S("retry: 3000\n: ok\n\n"));
    }
    pthread_mutex_unlock(&all->lock);
    return s->open;
}

void stream_close(struct task *t)
{
    struct streams *all = t->sv->streams;
    struct stream *s = t->rp.stream;
    if (!s || !s->open)
        return;
    pthread_mutex_lock(&all->lock);
    struct stream *last = all->at[--all->n];
    all->at[s->at] = last;
    last->at = s->at;
    s->open = false;
    pthread_mutex_unlock(&all->lock);
}

ssize_t stream_read(struct task *t, char *buf, size_t max)
{
    struct streams *all = t->sv->streams;
    struct stream *s = t->rp.stream;
    ssize_t got = -1;
    pthread_mutex_lock(&all->lock);
    if (s->n) {
        size_t n = s->n < max ? s->n : max;
        for (size_t i = 0; i < n; i++)
            buf[i] = s->ring[(s->start + i) % ROOM];
        s->start = (s->start + n) % ROOM;
        s->n -= n;
        got = (ssize_t)n;
    } else if (!s->ended && !all->closed) {
        s->parked = true; /* under the lock: an event cannot slip in before the park */
        s->park(t);
        got = 0;
    }
    pthread_mutex_unlock(&all->lock);
    return got;
}

void web_publish(struct server *sv, int64_t community, const char *topic, struct str data)
{
    char event[EVENT_MAX];
    size_t n = 0;
    struct str line;
    while (str_split(&data, '\n', &line)) {
        if (n + line.n + 9 > sizeof event)
            return; /* a notice, not a document: readers fetch what they need */
        memcpy(event + n, "data: ", 6);
        memcpy(event + n + 6, line.n ? line.p : "", line.n);
        event[n + 6 + line.n] = '\n';
        n += line.n + 7;
    }
    if (!n)
        return;
    event[n++] = '\n';
    pthread_mutex_lock(&sv->streams->lock);
    for (size_t i = 0; i < sv->streams->n; i++) {
        struct stream *s = sv->streams->at[i];
        if (s->community == community && strcmp(s->topic, topic) == 0)
            put(sv, s, str_n(event, n));
    }
    pthread_mutex_unlock(&sv->streams->lock);
    atomic_fetch_add(&sv->count.events, 1);
}

void streams_ping(struct server *sv)
{
    int64_t now = sv->opt.env->monotonic(sv->opt.env);
    pthread_mutex_lock(&sv->streams->lock);
    for (size_t i = 0; i < sv->streams->n; i++) {
        struct stream *s = sv->streams->at[i];
        if (s->until_ms <= now)
            s->ended = true;
        put(sv, s, S(": ping\n\n"));
        wake(s);
    }
    pthread_mutex_unlock(&sv->streams->lock);
}

void streams_end(struct server *sv)
{
    pthread_mutex_lock(&sv->streams->lock);
    sv->streams->closed = true;
    for (size_t i = 0; i < sv->streams->n; i++)
        wake(sv->streams->at[i]);
    pthread_mutex_unlock(&sv->streams->lock);
}

size_t streams_count(struct server *sv)
{
    pthread_mutex_lock(&sv->streams->lock);
    size_t n = sv->streams->n;
    pthread_mutex_unlock(&sv->streams->lock);
    return n;
}
