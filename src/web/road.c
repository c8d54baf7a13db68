/*
 * road -- one request, one direction:
 *
 *   head -> body -> [prepare] -> [sealed] -> begin
 *        -> who -> access -> csrf -> handler -> end -> reply
 *
 * It is walked in pieces, because the pieces run on different threads (http.c, pool.c, writer.c).
 * Retry, rollback and a full arena are dealt with here and nowhere else.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include "base/log.h"
#include "base/vault.h"
#include <setjmp.h>
#include <string.h>
#include <time.h>

/* For a turn and for the store; then no further try. A page is perhaps shown by another server; a
 * write would wait there once more, and who sent it has all that he typed. */
enum { QUERY_MAX = 64, WAITED_MAX_MS = 8000, WAITED_MAX_WRITE_MS = 6000 };

/* The jump crosses only our own frames: steps that call other libraries take their memory first. */
enum err road_guarded(struct task *t, size_t limit, enum err (*step)(struct task *t))
{
    jmp_buf full;
    enum err e;
    size_t was = t->mem.limit;
    t->mem.limit = limit;
    t->mem.on_full = &full;
    if (setjmp(full) == 0) {
        e = step(t);
    } else {
        t->full = true;
        e = ERR_BUSY;
    }
    t->mem.on_full = NULL;
    t->mem.limit = was;
    return e;
}

/* ---- the head ---- */

static enum err bad_request(struct task *t, const char *why)
{
    t->refused = 400;
    return fail(&t->cx, ERR_INPUT, "%s", why);
}

/* A proxy that writes a line of its own (HAProxy) puts it below those that the client sent. */
static struct str last_line(const struct req *rq, const char *name)
{
    for (size_t i = rq->headers.n; i-- > 0;)
        if (str_same_letters(rq->headers.at[i].name, str_c(name)))
            return rq->headers.at[i].value;
    return (struct str){NULL, 0};
}

/* X-Forwarded-*: only of the one machine that we were told to trust, and only what it added last.
 */
static void read_proxy(struct task *t)
{
    struct req *rq = &t->rq;
    rq->secure = rq->tls;
    if (!t->sv->opt.trusted_proxy || !str_is(rq->peer, t->sv->opt.trusted_proxy))
        return;
    struct str chain = last_line(rq, "X-Forwarded-For"), part;
    rq->proxied = true;
    rq->secure |= str_is(last_line(rq, "X-Forwarded-Proto"), "https");
    while (str_split(&chain, ',', &part)) {
        part = str_trim(part);
        if (part.n && part.n < 64)
            rq->peer = part;
    }
}

size_t road_body_max(const struct task *t)
{
    const struct route *route = t->rq.route;
    return route && route->body_max ? route->body_max : BODY_DEFAULT;
}

static enum err too_large(struct task *t)
{
    size_t max = road_body_max(t);
    t->refused = 413;
    t->rp.close = true;
    if (max >= 1 << 20)
        return fail(&t->cx, ERR_INPUT, "一次最多传 %zu MB，请少选几张照片或文件再提交", max >> 20);
    return fail(&t->cx, ERR_INPUT, "内容太大：最多 %zu KB", max >> 10);
}

/* A body is in memory as a whole: of large ones there are only so many at a time. */
static enum err take_room(struct task *t, size_t max)
{
    size_t n = t->rq.length < 0 ? max : (size_t)t->rq.length;
    if (n <= BODY_LARGE)
        return OK;
    t->large = n;
    size_t limit = t->sv->opt.large_limit;
    if (atomic_fetch_add(&t->sv->large, n) + n <= (t->known ? limit : limit / 2))
        return OK;
    t->rp.close = true;
    return fail(&t->cx, ERR_BUSY, "现在传照片和文件的人多，请过一会儿再试");
}

static enum err head_step(struct task *t)
{
    struct req *rq = &t->rq;
    rq->unsafe = !str_is(rq->method, "GET") && !str_is(rq->method, "HEAD");
    const char *wrong = guard_head(rq);
    if (wrong) {
        t->rp.close = true;
        return bad_request(t, wrong);
    }
    read_proxy(t);
    t->known = lane_is_known(t);
    if (form_read(&t->cx, rq->query_text, QUERY_MAX, &rq->query) != OK) {
        t->refused = 400;
        return ERR_INPUT;
    }
    if (static_is(rq->path) && !rq->unsafe)
        return OK;
    TRY(router_find(&t->cx, &t->sv->router, rq));
    size_t max = road_body_max(t);
    t->limit = (rq->route->mem_max ? rq->route->mem_max : MEM_DEFAULT) + 2 * max;
    if (rq->length > 0 && (uint64_t)rq->length > max)
        return too_large(t);
    TRY(same_origin(&t->cx, rq));
    if (rq->unsafe && !req_header(rq, "Cookie").n && !req_header(rq, "Authorization").n)
        TRY(bucket_pay(&t->cx, t));
    return rq->unsafe ? take_room(t, max) : OK;
}

bool road_head(struct task *t)
{
    t->err = road_guarded(t, t->limit, head_step);
    t->mem.limit = t->limit + MEM_RESERVE; /* of the route that was found, if one was */
    return t->err == OK;
}

/* ---- the body ---- */

static enum err body_step(struct task *t)
{
    if (t->rq.body.n > road_body_max(t))
        return too_large(t);
    if (body_read(&t->cx, &t->rq) != OK) {
        t->refused = 400;
        return ERR_INPUT;
    }
    const struct web_hooks *h = &t->sv->hooks;
    const char *why = t->rq.unsafe && h->shut ? h->shut(h->arg, &t->rq, t->rq.uploads.n > 0) : NULL;
    if (!why)
        return OK;
    t->refused = 503;
    return fail(&t->cx, ERR_BUSY, "%s", why);
}

static enum err again_step(struct task *t)
{
    cache_show(t);
    return OK;
}

bool road_body(struct task *t)
{
    t->err = road_guarded(t, t->limit, body_step);
    t->start = arena_mark(&t->mem);
    if (t->err == OK)
        t->err = road_guarded(t, t->limit, again_step);
    return t->err == OK && !t->again;
}

enum where road_where(const struct task *t)
{
    const struct route *route = t->rq.route;
    bool one = t->sv->hooks.one_writer;
    if (!route || (one && !t->rq.unsafe && route->kind == ROUTE_INLINE))
        return AT_ONCE;
    if (route->prepare)
        return t->rq.uploads.n ? WITH_FILES : IN_POOL;
    return one && t->rq.unsafe ? IN_WRITER : IN_POOL;
}

/* ---- the transaction ---- */

void road_again(struct task *t)
{
    cx_end(&t->cx);
    arena_rewind(&t->mem, t->start);
    cx_init(&t->cx, &t->mem, t->sv->opt.env);
    t->cx.request_id = t->id;
    t->cx.ahead = t->ahead;
    if (t->ahead)
        t->ahead->is_used = false;
    t->err = OK;
    t->refused = 0;
    t->stale = false;
    reply_init(&t->rp, &t->rq, &t->mem);
}

static enum err access_check(struct cx *cx, const struct req *rq)
{
    uint32_t roles = rq->route->roles;
    if (!roles || (roles & cx->who.role))
        return OK;
    if (!cx->who.person_id && !cx->who.role)
        return fail(cx, ERR_DENIED, "请先登录");
    return fail(cx, ERR_DENIED, "您现在是“%.*s”，这里归别的岗位", STR(cx->who.role_label));
}

static enum err admit(struct task *t)
{
    struct web_hooks *h = &t->sv->hooks;
    struct cx *cx = &t->cx;
    if (h->who)
        TRY(h->who(h->arg, cx, &t->rq));
    lane_learn(t);
    TRY(access_check(cx, &t->rq));
    TRY(csrf_check(cx, &t->rq));
    if (t->rq.unsafe && !cx->who.person_id && !cx->who.role)
        TRY(bucket_pay(cx, t));
    return OK;
}

static enum err inside(struct task *t)
{
    struct web_hooks *h = &t->sv->hooks;
    struct cx *cx = &t->cx;
    const struct route *route = t->rq.route;
    bool found = false, keeps = route->keeps; /* no GET does */
    TRY(admit(t));
    if (keeps && h->replay)
        TRY(h->replay(h->arg, cx, &t->rq, &t->rp, &found));
    if (found)
        return OK;
    TRY(route->handler(cx, &t->rq, &t->rp));
    if (t->rq.unsafe && h->record)
        TRY(h->record(h->arg, cx, &t->rq, &t->rp));
    if (keeps && h->keep)
        TRY(h->keep(h->arg, cx, &t->rq, &t->rp));
    return OK;
}

static enum err inside_prepare(struct task *t)
{
    TRY(admit(t));
    return t->rq.route->prepare(&t->cx, &t->rq, &t->rp);
}

/* One transaction of its own around `step`. */
static enum err once(struct task *t, bool write, enum err (*step)(struct task *t))
{
    struct web_hooks *h = &t->sv->hooks;
    struct cx *cx = &t->cx;
    road_again(t);
    t->seen = cache_seen(t->sv);
    cx->waited_ms = t->waited_ms;
    enum err begun = h->begin ? h->begin(h->arg, cx, write) : OK;
    t->waited_ms = cx->waited_ms;
    TRY(begun);
    enum err e = road_guarded(t, t->limit, step);
    if (h->end) {
        enum err ended = h->end(h->arg, cx, write, e == OK);
        e = e == OK ? ended : e;
    }
    cx->db = NULL;
    t->waited_ms = cx->waited_ms;
    t->changed = e == OK && write;
    return e;
}

/* Writers that met once would meet again if all came back at once: each waits a random part of
 * 1, 2, 4 ... 128 ms (exponential backoff with full jitter). Only pool threads come here. */
static void step_aside(struct task *t, int tried)
{
    uint16_t dice;
    struct env *env = t->sv->opt.env;
    env->random(env, &dice, sizeof dice);
    int64_t longest_us = INT64_C(1000) << (tried < 7 ? tried : 7);
    struct timespec pause = {.tv_nsec = (long)(longest_us * dice / UINT16_MAX * 1000)};
    nanosleep(&pause, NULL);
}

static void tries(struct task *t, bool write, enum err (*step)(struct task *t))
{
    for (int i = 0; i < (write ? TRIES_MANY : TRIES); i++) { /* with one writer, none writes here */
        bool taken = write && turn_take(t->sv, i >= TRIES_TOGETHER);
        t->err = once(t, write, step);
        turn_give(t->sv, taken);
        if (t->err != ERR_BUSY || t->full || t->refused || t->cx.fault.lasts ||
            t->waited_ms >= (write ? WAITED_MAX_WRITE_MS : WAITED_MAX_MS))
            return;
        if (write)
            step_aside(t, i);
    }
}

enum err road_inside(struct task *t, struct conn *db)
{
    t->cx.db = db;
    return road_guarded(t, t->limit, inside);
}

void road_prepare(struct task *t)
{
    tries(t, false, inside_prepare);
    if (t->err != OK)
        return;
    t->start = arena_mark(&t->mem); /* what was prepared outlives the tries to come */
}

void road_work(struct task *t)
{
    if (t->rq.route->prepare) {
        road_prepare(t);
        if (t->err != OK)
            return;
    }
    if (t->rq.unsafe) {
        sealed_ahead(t->sv, &t->mem, &t, 1);
        t->start = arena_mark(&t->mem);
    }
    tries(t, t->rq.unsafe, inside);
    if (t->changed)
        road_changed(t);
}

void road_changed(struct task *t)
{
    struct web_hooks *h = &t->sv->hooks;
    web_changed(t->sv, t->cx.community);
    if (h->committed)
        h->committed(h->arg, t->cx.community);
}

void road_refuse_busy(struct task *t, const char *why)
{
    t->err = fail(&t->cx, ERR_BUSY, "%s", why);
}

/* ---- the reply ---- */

/* An error's page. The Allow of a 405 was put before anybody could write. */
static void draw(struct task *t, int status)
{
    struct web_hooks *h = &t->sv->hooks;
    bool close = t->rp.close;
    struct str allow = reply_header_of(&t->rp, "Allow");
    reply_init(&t->rp, &t->rq, &t->mem);
    t->rp.close = close;
    if (t->refused == 405)
        reply_put_header(&t->rp, "Allow", allow.p);
    t->rp.status = status;
    if (!req_is_api(&t->rq) && h->error_page)
        h->error_page(h->arg, &t->cx, &t->rq, status, &t->rp);
    if (!t->rp.written)
        problem_write(t, status);
    if (t->rp.status != 303)
        t->rp.status = status;
}

static bool shows_form_again(const struct task *t)
{
    bool may = t->refused ? t->refused == 429 : t->err == ERR_INPUT || t->err == ERR_CONFLICT;
    return may && t->rp.body.n && strncmp(t->rp.type, "text/html", 9) == 0;
}

static void make_reply(struct task *t)
{
    if (!t->rq.route && t->err == OK)
        static_reply(t);
    int status = status_of(t);
    if (t->err != OK && shows_form_again(t))
        t->rp.status = status;
    else if (t->err != OK)
        draw(t, status);
    if (status == 503 || status == 429)
        reply_put_header(&t->rp, "Retry-After", status == 429 ? "60" : "3");
    reply_seal(t);
    cache_keep(t);
}

static enum err finish_step(struct task *t)
{
    if (!t->again)
        make_reply(t);
    reply_put_header(&t->rp, "X-Request-Id", t->id);
    return OK;
}

static void log_request(const struct task *t, int64_t ms)
{
    const struct fault *f = &t->cx.fault;
    const char *level = t->rp.status >= 500 ? "warn" : "info";
    const char *route = t->rq.route ? t->rq.route->path : static_is(t->rq.path) ? "/s/" : "-";
    const char *file = f->file ? f->file : "-";
    log_line(level, "request id=%s method=%.*s route=%s status=%d ms=%lld bytes=%zu at=%s:%d",
             t->id, STR(str_cut(t->rq.method, 0, 8)), route, t->rp.status, (long long)ms,
             t->rp.sent.n, file, f->line);
}

void road_finish(struct task *t)
{
    struct env *env = t->sv->opt.env;
    if (t->finished)
        return;
    t->finished = true;
    if (atomic_load(&t->sv->draining))
        t->rp.close = true;
    if (t->full) {
        road_again(t);
        t->err = fail(&t->cx, ERR_BUSY, "这次要处理的内容太多了，请分成几次");
    }
    bool was_full = t->full;
    t->full = false;
    (void)road_guarded(t, t->mem.limit, finish_step);
    if (t->full) {
        stream_close(t); /* before the reply that knows of it is gone */
        reply_bare(t);
    }
    t->full |= was_full;
    bool is_known = t->cx.who.person_id || t->cx.who.role;
    if (t->err == ERR_DENIED && !t->refused && is_known && t->sv->hooks.refused)
        t->sv->hooks.refused(t->sv->hooks.arg, &t->cx, &t->rq);
    int64_t ms = env->monotonic(env) - t->began_ms;
    count_reply(t, t->rp.status, ms);
    if (t->rq.route || t->rp.status >= 300)
        log_request(t, ms);
}
