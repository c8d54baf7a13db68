/*
 * guard -- what the HTTP library does not watch over: slow clients, and framing that two parsers
 * in a row would read differently (request smuggling).
 *
 * A slot per connection holds a deadline; one thread looks at all of them and shuts down the
 * sockets that are late. The library then sees the end of the connection and cleans up. A socket
 * is never shut down after its slot was left, so a number that was used again is safe. When three
 * quarters of all connections are taken, strangers who move nothing for three seconds make room.
 *
 * Lines that are folded, end without CR or hold a NUL are not seen here any more: http.c refuses
 * them.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include <string.h>
#include <sys/socket.h>

enum {
    RATE_BYTES = 4096, /* a body or a reply must move at least so fast, a second */
    REPLY_MS = 30000,
    IDLE_MS = 30000, /* between two requests of a connection */
    PING_MS = 20000,
    CROWD_MS = 3000, /* who moves nothing for so long makes room in a crowd */
};

struct guard_slot {
    int fd;
    size_t at; /* place in guard->used */
    int64_t body_since;
    size_t body_got;
    _Atomic int64_t deadline; /* 0 = none */
    _Atomic bool receiving;   /* a body is awaited */
    _Atomic int64_t moved;    /* when it began to wait, or a piece of a body came */
    _Atomic bool known;       /* somebody signed in */
    struct guard_slot *next;
};

struct guard {
    pthread_mutex_t lock;
    struct guard_slot *slots, *spare;
    struct guard_slot **used;
    size_t nused, crowd; /* so many are a crowd */
};

static int64_t clock_of(const struct server *sv)
{
    return sv->opt.env->monotonic(sv->opt.env);
}

enum err guard_new(struct cx *cx, struct server *sv)
{
    size_t n = (size_t)sv->opt.connection_limit + 64;
    struct guard *g = NEW(cx->mem, struct guard);
    g->slots = arena_array(cx->mem, n, sizeof *g->slots);
    g->used = arena_array(cx->mem, n, sizeof *g->used);
    for (size_t i = 0; i < n; i++) {
        g->slots[i].next = g->spare;
        g->spare = &g->slots[i];
    }
    g->crowd = (size_t)sv->opt.connection_limit / 4 * 3;
    pthread_mutex_init(&g->lock, NULL);
    sv->guard = g;
    return OK;
}

static void wait_until(struct server *sv, struct guard_slot *slot, int64_t deadline)
{
    atomic_store(&slot->moved, clock_of(sv));
    atomic_store(&slot->deadline, deadline);
}

struct guard_slot *guard_enter(struct server *sv, int fd)
{
    struct guard *g = sv->guard;
    pthread_mutex_lock(&g->lock);
    struct guard_slot *slot = g->spare;
    if (slot) {
        g->spare = slot->next;
        slot->fd = fd;
        slot->at = g->nused;
        wait_until(sv, slot, clock_of(sv) + sv->opt.head_ms);
        atomic_store(&slot->receiving, false);
        atomic_store(&slot->known, false);
        g->used[g->nused++] = slot;
    }
    pthread_mutex_unlock(&g->lock);
    return slot;
}

void guard_leave(struct server *sv, struct guard_slot *slot)
{
    struct guard *g = sv->guard;
    if (!slot)
        return;
    pthread_mutex_lock(&g->lock);
    struct guard_slot *last = g->used[--g->nused];
    g->used[slot->at] = last;
    last->at = slot->at;
    slot->next = g->spare;
    g->spare = slot;
    pthread_mutex_unlock(&g->lock);
}

/* The time a body may take grows with what has come, not with what was announced. */
void guard_body(struct server *sv, struct guard_slot *slot, size_t got)
{
    if (!slot)
        return;
    if (!got) {
        slot->body_since = clock_of(sv);
        slot->body_got = 0;
    }
    atomic_store(&slot->receiving, true);
    slot->body_got += got;
    int64_t extra = (int64_t)(slot->body_got / RATE_BYTES) * 1000;
    wait_until(sv, slot, slot->body_since + sv->opt.body_ms + extra);
}

void guard_reply(struct server *sv, struct guard_slot *slot, size_t n)
{
    if (!slot)
        return;
    int64_t extra = (int64_t)(n / RATE_BYTES) * 1000;
    atomic_store(&slot->receiving, false);
    wait_until(sv, slot, n ? clock_of(sv) + REPLY_MS + extra : 0);
}

void guard_work(struct guard_slot *slot)
{
    if (!slot)
        return;
    atomic_store(&slot->receiving, false);
    atomic_store(&slot->deadline, 0);
}

void guard_know(struct guard_slot *slot)
{
    if (slot)
        atomic_store(&slot->known, true);
}

void guard_next(struct server *sv, struct guard_slot *slot)
{
    if (slot)
        wait_until(sv, slot, clock_of(sv) + IDLE_MS + sv->opt.head_ms);
}

/* Only while the connection is open: between enter and leave of its slot. */
void guard_cut(struct server *sv, struct guard_slot *slot)
{
    if (!slot)
        return;
    pthread_mutex_lock(&sv->guard->lock);
    shutdown(slot->fd, SHUT_RDWR);
    pthread_mutex_unlock(&sv->guard->lock);
}

void guard_tell(struct server *sv, struct guard_slot *slot, const char *text)
{
    (void)sv;
    if (slot)
        (void)send(slot->fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

size_t guard_count(struct server *sv)
{
    pthread_mutex_lock(&sv->guard->lock);
    size_t n = sv->guard->nused;
    pthread_mutex_unlock(&sv->guard->lock);
    return n;
}

/* Once nothing more is accepted, a body that is still on its way would be refused: it is not
 * waited for, whoever has vanished or takes his time. */
static void sweep(struct server *sv)
{
    struct guard *g = sv->guard;
    int64_t now = clock_of(sv);
    bool quiet = atomic_load(&sv->quiet);
    pthread_mutex_lock(&g->lock);
    bool crowd = g->nused >= g->crowd;
    for (size_t i = 0; i < g->nused; i++) {
        int64_t deadline = atomic_load(&g->used[i]->deadline);
        bool in_vain = quiet && atomic_load(&g->used[i]->receiving);
        if (crowd && deadline && !atomic_load(&g->used[i]->known) &&
            atomic_load(&g->used[i]->moved) + CROWD_MS < deadline)
            deadline = atomic_load(&g->used[i]->moved) + CROWD_MS;
        if (!in_vain && (!deadline || deadline > now))
            continue;
        shutdown(g->used[i]->fd, SHUT_RDWR);
        atomic_store(&g->used[i]->deadline, 0);
        atomic_store(&g->used[i]->receiving, false);
        atomic_fetch_add(&sv->count.late, !in_vain);
    }
    pthread_mutex_unlock(&g->lock);
}

/* Four times a second is often enough; a stop is not kept waiting for it. */
static void doze(struct server *sv)
{
    enum { EVERY_MS = 250 };
    int64_t until = env_system.monotonic(&env_system) + EVERY_MS;
    pthread_mutex_lock(&sv->task_lock);
    if (!atomic_load(&sv->stopping))
        env_wait(&sv->rouse, &sv->task_lock, until);
    pthread_mutex_unlock(&sv->task_lock);
}

void *guard_sweep(void *server)
{
    struct server *sv = server;
    int64_t pinged = clock_of(sv);
    while (!atomic_load(&sv->stopping)) {
        doze(sv);
        sweep(sv);
        if (clock_of(sv) - pinged < PING_MS)
            continue;
        streams_ping(sv);
        pinged = clock_of(sv);
    }
    return NULL;
}

/* ---- framing ---- */

static bool digits(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0 && s.n <= 18;
}

static const char *value_fault(struct str value)
{
    for (size_t i = 0; i < value.n; i++) {
        unsigned char c = (unsigned char)value.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return "请求头里有控制字符";
    }
    return NULL;
}

static bool is_token(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if (c <= 0x20 || c >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", c))
            return false;
    }
    return name.n > 0;
}

static bool good_host(struct str host)
{
    for (size_t i = 0; i < host.n; i++)
        if ((unsigned char)host.p[i] <= 0x20 || strchr("/\\@?#,\"<>", host.p[i]))
            return false;
    return host.n > 0 && host.n <= 255;
}

/* What is asked by its first line, or by all of them (cookies): who reads one and who reads the
 * other would see two requests, as the kept pages did. */
static bool says_twice(const struct req *rq)
{
    static const char *const once[] = {"Authorization",   "Content-Type", "Cookie",
                                       "Idempotency-Key", "Origin",       "Sec-Fetch-Site"};
    bool said[COUNT(once)] = {false};
    for (size_t i = 0; i < rq->headers.n; i++)
        for (size_t k = 0; k < COUNT(once); k++) {
            if (!str_same_letters(rq->headers.at[i].name, str_c(once[k])))
                continue;
            if (said[k])
                return true;
            said[k] = true;
        }
    return false;
}

const char *guard_head(const struct req *rq)
{
    size_t hosts = 0, lengths = 0, encodings = 0;
    for (size_t i = 0; i < rq->headers.n; i++) {
        const struct pair *h = &rq->headers.at[i];
        const char *wrong = is_token(h->name) ? value_fault(h->value) : "请求头的名字写得不对";
        if (wrong)
            return wrong;
        if (str_same_letters(h->name, S("Host"))) {
            hosts++;
            if (!good_host(h->value))
                return "Host 写得不对";
        } else if (str_same_letters(h->name, S("Content-Length"))) {
            lengths++;
            if (!digits(h->value))
                return "Content-Length 不是数字";
        } else if (str_same_letters(h->name, S("Transfer-Encoding"))) {
            encodings++;
            if (!str_same_letters(h->value, S("chunked")) || rq->http10)
                return "不认识的 Transfer-Encoding";
        }
    }
    if (lengths > 1 || encodings > 1 || (lengths && encodings))
        return "请求长度说法不一";
    if (hosts > 1 || (hosts == 0 && !rq->http10))
        return "请求头里要有且只有一个 Host";
    return says_twice(rq) ? "请求头里有一项写了两遍" : NULL;
}
