/*
 * http -- libmicrohttpd behind our seam; no other file knows it. A request is three kinds of calls
 * of on_request: the head, pieces of the body, the end. Then it is answered at once, or its
 * connection is parked until another thread is done, and on_request is called once more.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include "base/log.h"
#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    CONNECTION_MEM = 16 << 10,
    EARNEST = 4 << 10, /* bytes of a body after which the rest is believed to come */
    /* A hundred households behind one address, three connections each, and as many again. Behind a
     * proxy all come from its address: there it is the proxy that counts. */
    OF_ONE_ADDRESS = 512,
    TIMEOUT_S = 30,
    STREAM_BLOCK = 4096
};

/* ---- what the library knows about a request, put into ours ---- */

struct filling {
    pair_list *into;
    size_t max;
};

/* Called by the library: takes no memory. */
static enum MHD_Result on_pair(void *arg, enum MHD_ValueKind kind, const char *name, size_t name_n,
                               const char *value, size_t value_n)
{
    struct filling *f = arg;
    (void)kind;
    if (f->into->n == f->max)
        return MHD_NO;
    f->into->at[f->into->n++] =
        (struct pair){str_n(name, name ? name_n : 0), str_n(value, value ? value_n : 0)};
    return MHD_YES;
}

static bool read_pairs(struct task *t, enum MHD_ValueKind kind, size_t max, pair_list *out)
{
    int n = MHD_get_connection_values(t->wake_arg, kind, NULL, NULL);
    if (n < 0 || (size_t)n > max)
        return false;
    struct filling f = {out, (size_t)n};
    out->at = arena_array(&t->mem, (size_t)n + 1, sizeof *out->at);
    out->cap = (size_t)n + 1;
    MHD_get_connection_values_n(t->wake_arg, kind, on_pair, &f);
    return true;
}

/* The library hands out names and values where they lie in its buffer: name, colon, blanks, value,
 * CR LF, the line ends as NUL. Where they lie otherwise a line was folded, ended without CR, or
 * held a NUL that cut it short: whoever stands before us may have read it differently. */
static bool lie_as_sent(const pair_list *headers)
{
    enum { BLANKS = 64 };
    for (size_t i = 0; i < headers->n; i++) {
        const struct pair *h = &headers->at[i];
        const char *colon = h->name.p + h->name.n, *end = h->value.p + h->value.n;
        uintptr_t gap = (uintptr_t)h->value.p - (uintptr_t)colon;
        if (!h->value.p || gap < 1 || gap > BLANKS)
            return false;
        for (uintptr_t k = 1; k < gap; k++)
            if (colon[k] != ' ' && colon[k] != '\t')
                return false;
        if (end[0] || end[1] || (i + 1 < headers->n && headers->at[i + 1].name.p != end + 2))
            return false;
    }
    return true;
}

/* The library has cut the query at & and = but, by keep_escapes, decoded nothing: put together
 * again it goes through the same strict reader as a form. */
static struct str join_query(struct task *t, const pair_list *args)
{
    struct out o;
    out_init(&o, &t->mem);
    for (size_t i = 0; i < args->n; i++) {
        out_str(&o, args->at[i].name);
        out_c(&o, "=");
        out_str(&o, args->at[i].value);
        out_c(&o, "&");
    }
    return out_text(&o);
}

static size_t keep_escapes(void *arg, struct MHD_Connection *c, char *s)
{
    (void)arg;
    (void)c;
    return strlen(s);
}

static struct str peer_of(struct task *t)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(t->wake_arg, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    if (!info || !info->client_addr)
        return S("");
    if (info->client_addr->sa_family == AF_INET) {
        const struct sockaddr_in *four = (const void *)info->client_addr;
        inet_ntop(AF_INET, &four->sin_addr, text, sizeof text);
    } else if (info->client_addr->sa_family == AF_INET6) {
        const struct sockaddr_in6 *six = (const void *)info->client_addr;
        if (IN6_IS_ADDR_V4MAPPED(&six->sin6_addr))
            inet_ntop(AF_INET, &six->sin6_addr.s6_addr[12], text, sizeof text);
        else
            inet_ntop(AF_INET6, &six->sin6_addr, text, sizeof text);
    }
    return arena_copy(&t->mem, str_c(text));
}

static enum err fill_step(struct task *t)
{
    struct req *rq = &t->rq;
    pair_list args = {0};
    if (!read_pairs(t, MHD_HEADER_KIND, HEADERS_MAX, &rq->headers) ||
        !read_pairs(t, MHD_GET_ARGUMENT_KIND, FIELDS_MAX, &args)) {
        t->refused = 400;
        t->rp.close = true;
        return fail(&t->cx, ERR_INPUT, "请求头或地址里的项目太多");
    }
    if (!lie_as_sent(&rq->headers)) {
        t->refused = 400;
        t->rp.close = true;
        return fail(&t->cx, ERR_INPUT, "请求头的行写得不合规矩");
    }
    rq->query_text = join_query(t, &args);
    rq->peer = peer_of(t);
    rq->tls = t->sv->tls_cert.n > 0;
    struct str length = req_header(rq, "Content-Length");
    if (!str_int(length, &rq->length))
        rq->length = -1;
    return OK;
}

/* ---- the answer ---- */

static void park(struct task *t)
{
    MHD_suspend_connection(t->wake_arg);
}

static void unpark(struct task *t)
{
    MHD_resume_connection(t->wake_arg);
}

/* After this the task may be gone at any time. */
static void on_done(struct task *t)
{
    struct MHD_Connection *c = t->wake_arg;
    atomic_store(&t->done, true);
    MHD_resume_connection(c);
}

static ssize_t on_read(void *arg, uint64_t at, char *buf, size_t max)
{
    (void)at;
    ssize_t n = stream_read(arg, buf, max);
    return n < 0 ? MHD_CONTENT_READER_END_OF_STREAM : n;
}

static struct MHD_Response *response_of(struct task *t)
{
    const struct reply *rp = &t->rp;
    if (rp->stream && t->err == OK)
        return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK, on_read, t, NULL);
    return MHD_create_response_from_buffer(rp->sent.n, (void *)(uintptr_t)rp->sent.p,
                                           MHD_RESPMEM_PERSISTENT);
}

/* A reply that lost one of its headers for want of memory is none: whoever it was for sees the
 * connection end, and asks again. */
static bool put_headers(const struct task *t, struct MHD_Response *r)
{
    const struct reply *rp = &t->rp;
    for (size_t i = 0; i < rp->headers.n; i++)
        if (MHD_add_response_header(r, rp->headers.at[i].name.p, rp->headers.at[i].value.p) !=
            MHD_YES)
            return false;
    return !(rp->close || atomic_load(&t->sv->stopping)) ||
           MHD_add_response_header(r, "Connection", "close") == MHD_YES;
}

static enum MHD_Result answer(struct task *t)
{
    struct reply *rp = &t->rp;
    if (rp->stream && t->err == OK && !stream_open(t, park, unpark))
        road_refuse_busy(t, "同时看着的人太多，稍后会自动再试");
    road_finish(t);
    struct MHD_Response *r = response_of(t);
    if (!r)
        return MHD_NO;
    enum MHD_Result sent = MHD_NO;
    if (put_headers(t, r)) {
        guard_reply(t->sv, t->slot, rp->stream ? 0 : rp->sent.n + 1);
        sent = MHD_queue_response(t->wake_arg, (unsigned)rp->status, r);
    }
    MHD_destroy_response(r);
    return sent;
}

/* ---- the three calls ---- */

static enum MHD_Result no_room(struct MHD_Connection *c)
{
    static char text[] = "busy\n";
    struct MHD_Response *r =
        MHD_create_response_from_buffer(sizeof text - 1, text, MHD_RESPMEM_PERSISTENT);
    if (!r)
        return MHD_NO;
    MHD_add_response_header(r, "Retry-After", "3");
    MHD_add_response_header(r, "Connection", "close");
    enum MHD_Result sent = MHD_queue_response(c, 503, r);
    MHD_destroy_response(r);
    return sent;
}

static enum MHD_Result begin(struct server *sv, struct MHD_Connection *c, const char *path,
                             const char *method, const char *version, void **request)
{
    struct task *t = task_take(sv);
    if (!t)
        return no_room(c);
    *request = t;
    t->wake = on_done;
    t->wake_arg = c;
    t->slot = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    t->rq.method = str_c(method);
    t->rq.path = str_c(path);
    t->rq.http10 = strcmp(version, "HTTP/1.0") == 0;
    out_init(&t->upload, &t->mem);
    guard_body(sv, t->slot, 0);
    t->err = road_guarded(t, t->limit, fill_step);
    if (t->err != OK || !road_head(t))
        return answer(t);
    if (t->known)
        guard_know(t->slot);
    t->upload.max = road_body_max(t) + 1;
    return MHD_YES;
}

/* What was announced gets one piece of memory once some of it has come: of thousands who announce
 * much and send it byte by byte, each takes what he sent. */
static enum err append_step(struct task *t)
{
    size_t come = t->upload.n + t->piece.n, all = t->rq.length > 0 ? (size_t)t->rq.length : 0;
    t->mem.secret = true; /* people type names and numbers */
    if (t->upload.cap < all && (come >= EARNEST || come >= all)) {
        char *p = arena_alloc(&t->mem, all);
        if (t->upload.n)
            memcpy(p, t->upload.p, t->upload.n);
        t->upload.p = p;
        t->upload.cap = all;
    }
    out_str(&t->upload, t->piece);
    return OK;
}

/* The library lets us answer before the body or after it. In the middle, for a body whose length
 * was not announced, the answer goes around it and the connection ends. */
static enum MHD_Result more(struct task *t, struct str piece)
{
    static const char too_large[] = "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\n"
                                    "Content-Length: 0\r\n\r\n";
    t->piece = piece;
    guard_body(t->sv, t->slot, piece.n);
    if (piece.n <= road_body_max(t) - t->upload.n && road_guarded(t, t->limit, append_step) == OK)
        return MHD_YES;
    if (!t->rq.tls)
        guard_tell(t->sv, t->slot, too_large);
    return MHD_NO;
}

static enum MHD_Result complete(struct task *t)
{
    t->dispatched = true;
    t->rq.body = out_text(&t->upload);
    guard_work(t->slot);
    if (!road_body(t))
        return answer(t);
    enum where where = road_where(t);
    if (where == AT_ONCE) {
        if (t->rq.route)
            road_work(t);
        return answer(t);
    }
    park(t);
    task_send(t, where);
    return MHD_YES;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *c, const char *path,
                                  const char *method, const char *version, const char *data,
                                  size_t *n, void **request)
{
    struct task *t = *request;
    if (!t)
        return begin(arg, c, path, method, version, request);
    if (*n) {
        struct str piece = str_n(data, *n);
        *n = 0;
        return more(t, piece);
    }
    if (!t->dispatched)
        return complete(t);
    return atomic_load(&t->done) ? answer(t) : MHD_YES;
}

static void on_completed(void *arg, struct MHD_Connection *c, void **request,
                         enum MHD_RequestTerminationCode why)
{
    struct task *t = *request;
    (void)arg;
    (void)c;
    (void)why;
    if (!t)
        return;
    *request = NULL;
    stream_close(t);
    guard_next(t->sv, t->slot);
    task_give(t);
}

static void on_connection(void *arg, struct MHD_Connection *c, void **slot,
                          enum MHD_ConnectionNotificationCode what)
{
    struct server *sv = arg;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        int fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        *slot = guard_enter(sv, fd);
    } else {
        guard_leave(sv, *slot);
        *slot = NULL;
    }
}

/* Why it did not start. Later it would quote addresses, and they may hold keys. */
static void on_log(void *arg, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
static void on_log(void *arg, const char *format, va_list args)
{
    const struct server *sv = arg;
    char text[512];
    int n = sv->daemon ? 0 : vsnprintf(text, sizeof text, format, args);
    if (n > 0)
        log_bad("http: %s", text);
}

/* ---- start and stop ---- */

enum err http_start(struct cx *cx, struct server *sv)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    unsigned limit = (unsigned)sv->opt.connection_limit;
    struct MHD_OptionItem tls[] = {
        {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)sv->tls_cert.p},
        {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)sv->tls_key.p},
        {MHD_OPTION_HTTPS_PRIORITIES, 0,
         (void *)(uintptr_t) "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
        {MHD_OPTION_END, 0, NULL},
    };
    struct MHD_OptionItem pool[] = {
        {MHD_OPTION_THREAD_POOL_SIZE, sv->opt.io_threads, NULL},
        {MHD_OPTION_END, 0, NULL},
    };
    if (sv->tls_cert.n)
        flags |= MHD_USE_TLS;
    if (sv->tls_cert.n && MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES)
        return fail(cx, ERR_INPUT, "这台机器的 libmicrohttpd 不支持 TLS");
    sv->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, sv, MHD_OPTION_EXTERNAL_LOGGER, on_log, sv,
        MHD_OPTION_LISTEN_SOCKET, sv->listen_fd, MHD_OPTION_ARRAY,
        sv->opt.io_threads > 1 ? pool : pool + 1, MHD_OPTION_ARRAY, sv->tls_cert.n ? tls : tls + 3,
        MHD_OPTION_CONNECTION_LIMIT, limit, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        sv->opt.trusted_proxy || limit < OF_ONE_ADDRESS ? limit : OF_ONE_ADDRESS,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEM, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)TIMEOUT_S, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_UNESCAPE_CALLBACK,
        keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, sv,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, sv, MHD_OPTION_END);
    if (!sv->daemon)
        return fail(cx, ERR_INPUT, "网页服务没能启动：监听、证书或线程有误，见日志");
    return OK;
}

void http_quiet(struct server *sv)
{
    sv->listen_fd = sv->daemon ? MHD_quiesce_daemon(sv->daemon) : -1;
}

void http_stop(struct server *sv)
{
    if (sv->daemon)
        MHD_stop_daemon(sv->daemon);
    sv->daemon = NULL;
    if (sv->listen_fd >= 0)
        close(sv->listen_fd);
    sv->listen_fd = -1;
}
