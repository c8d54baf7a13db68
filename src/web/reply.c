/* reply -- what a handler writes, and the sealing of it: security headers and compression. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include "base/log.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

enum { GZIP_FROM = 1024, GZIP_LEVEL = 2, BODY_MAX = 128 << 20 };

void reply_init(struct reply *rp, struct req *rq, struct arena *mem)
{
    *rp = (struct reply){.rq = rq, .mem = mem, .status = 200, .type = "text/html; charset=utf-8"};
    out_init(&rp->body, mem);
    rp->body.max = BODY_MAX; /* the arena's limit is the nearer one */
}

void reply_status(struct reply *rp, int status)
{
    rp->status = status;
}

void reply_put_header(struct reply *rp, const char *name, const char *value)
{
    *PUSH(rp->mem, &rp->headers) = (struct pair){str_c(name), str_c(value)};
}

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
    return true;
}

void reply_header(struct reply *rp, const char *name, struct str value)
{
    if (!is_plain(value)) {
        log_bad("reply header %s dropped: control characters", name);
        return;
    }
    reply_put_header(rp, name, arena_cstr(rp->mem, value));
}

void reply_cookie(struct reply *rp, const char *name, struct str value, int64_t max_age_s)
{
    struct out o;
    out_init(&o, rp->mem);
    if (memchr(value.n ? value.p : "", ';', value.n) || !is_plain(value)) {
        log_bad("cookie %s dropped: not a cookie value", name);
        return;
    }
    out_printf(&o, "%s=%.*s; Path=/; HttpOnly; SameSite=Lax", name, STR(value));
    if (max_age_s >= 0)
        out_printf(&o, "; Max-Age=%lld", (long long)max_age_s);
    if (rp->rq->secure)
        out_c(&o, "; Secure");
    reply_header(rp, "Set-Cookie", out_text(&o));
}

struct out *reply_bytes(struct reply *rp, const char *content_type)
{
    rp->type = content_type;
    rp->written = true;
    return &rp->body;
}

struct out *reply_html(struct reply *rp)
{
    return reply_bytes(rp, "text/html; charset=utf-8");
}

struct out *reply_json(struct reply *rp)
{
    return reply_bytes(rp, "application/json");
}

/* A backslash is a slash for browsers: "/\evil" would be another host. */
static bool is_own_path(struct str s)
{
    return s.n && s.p[0] == '/' && !(s.n > 1 && (s.p[1] == '/' || s.p[1] == '\\')) && is_plain(s);
}

enum err reply_goto(struct cx *cx, struct reply *rp, const char *format, ...)
{
    static const char hex[] = "0123456789ABCDEF";
    va_list args;
    char path[2048];
    struct out o;
    va_start(args, format);
    int n = vsnprintf(path, sizeof path, format, args);
    va_end(args);
    bool own = n > 0 && (size_t)n < sizeof path && is_own_path(str_n(path, (size_t)n));
    struct str to = own ? str_n(path, (size_t)n) : S("/");
    out_init(&o, cx->mem);
    for (size_t i = 0; i < to.n; i++) {
        unsigned char c = (unsigned char)to.p[i];
        if (c > 0x20 && c < 0x7f && !strchr("\"<>\\^`{|}", c))
            out_raw(&o, &to.p[i], 1);
        else
            out_raw(&o, (char[]){'%', hex[c >> 4], hex[c & 15]}, 3);
    }
    rp->status = 303;
    rp->written = true;
    reply_put_header(rp, "Location", arena_cstr(cx->mem, out_text(&o)));
    return OK;
}

enum err reply_record(struct cx *cx, struct reply *rp, const struct shape *s, const void *rec)
{
    shape_json(cx, reply_json(rp), s, rec);
    return OK;
}

enum err reply_list(struct cx *cx, struct reply *rp, const struct shape *s, const void *list,
                    struct str next)
{
    const struct list_any *all = list;
    struct out *o = reply_json(rp);
    out_c(o, "{\"items\":[");
    for (size_t i = 0; i < all->n; i++) {
        out_c(o, i ? "," : "");
        shape_json(cx, o, s, (const char *)all->at + i * s->size);
    }
    out_c(o, "],\"next\":");
    if (next.n)
        out_json(o, next);
    else
        out_c(o, "null");
    out_c(o, "}");
    return OK;
}

int reply_status_of(const struct reply *rp)
{
    return rp->status;
}

struct str reply_header_of(const struct reply *rp, const char *name)
{
    return pair_get(&rp->headers, str_c(name), true);
}

struct str reply_body_of(const struct reply *rp)
{
    return out_text(&rp->body);
}

/* ---- sealing ---- */

bool reply_accepts_gzip(const struct req *rq)
{
    struct str rest = req_header(rq, "Accept-Encoding"), part;
    while (str_split(&rest, ',', &part)) {
        struct str coding;
        str_split(&part, ';', &coding);
        if (str_same_letters(str_trim(coding), S("gzip")))
            return !str_starts(str_trim(part), S("q=0")) || str_find(part, S("0.")) >= 0;
    }
    return false;
}

static bool is_text(const char *type)
{
    return strncmp(type, "text/", 5) == 0 || strncmp(type, "application/json", 16) == 0 ||
           strncmp(type, "application/problem+json", 24) == 0 || strstr(type, "+xml");
}

/* Room is taken before the library starts: nothing jumps out of its frames. */
static bool gzip(struct arena *mem, struct str in, struct str *out)
{
    z_stream z = {0};
    if (deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    uLong room = deflateBound(&z, (uLong)in.n);
    deflateEnd(&z);
    if (mem->limit < mem->used || mem->limit - mem->used < room + (64 << 10))
        return false; /* better a big reply than none: what it says has been stored */
    char *p = arena_alloc(mem, room);
    if (deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    z.next_in = (Bytef *)(uintptr_t)in.p;
    z.avail_in = (uInt)in.n;
    z.next_out = (Bytef *)p;
    z.avail_out = (uInt)room;
    bool done = deflate(&z, Z_FINISH) == Z_STREAM_END;
    *out = str_n(p, room - z.avail_out);
    deflateEnd(&z);
    return done && out->n < in.n;
}

static void security_headers(struct task *t)
{
    struct reply *rp = &t->rp;
    /* same-origin, not no-referrer: the latter makes browsers send "Origin: null" with our own
     * forms, which same_origin() could not tell from a stranger's. Keys in URLs leave to nobody
     * with either. */
    static const char *const always[][2] = {
        {"Content-Security-Policy",
         "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; "
         "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
        {"X-Content-Type-Options", "nosniff"},
        {"Referrer-Policy", "same-origin"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(self), geolocation=(self), microphone=(), payment=()"},
    };
    for (size_t i = 0; i < COUNT(always); i++)
        reply_put_header(rp, always[i][0], always[i][1]);
    if (t->rq.secure)
        reply_put_header(rp, "Strict-Transport-Security", "max-age=31536000");
}

static void cache_header(struct task *t)
{
    const struct who *who = &t->cx.who;
    bool private = who->person_id || who->role || t->rq.unsafe ||
                   (t->rq.route && t->rq.route->open_key) || t->err != OK;
    if (reply_header_of(&t->rp, "Cache-Control").n)
        return;
    const char *how = t->rp.forever ? "public, max-age=31536000, immutable"
                      : private     ? "no-store"
                                    : "no-cache";
    reply_put_header(&t->rp, "Cache-Control", how);
}

void reply_seal(struct task *t)
{
    struct reply *rp = &t->rp;
    if (!rp->sent.n)
        rp->sent = out_text(&rp->body);
    security_headers(t);
    cache_header(t);
    if (rp->stream)
        reply_put_header(rp, "X-Accel-Buffering", "no"); /* a proxy must not hold events back */
    if (rp->status != 303 && rp->status != 204 && rp->status != 304)
        reply_put_header(rp, "Content-Type", rp->type);
    if (rp->forever || rp->stream || !is_text(rp->type) || rp->sent.n < GZIP_FROM)
        return;
    reply_put_header(rp, "Vary", "Accept-Encoding");
    struct str small;
    if (reply_accepts_gzip(&t->rq) && gzip(t->rp.mem, rp->sent, &small)) {
        rp->sent = small;
        reply_put_header(rp, "Content-Encoding", "gzip");
    }
}

void reply_bare(struct task *t)
{
    reply_init(&t->rp, &t->rq, &t->mem);
    t->rp.status = 503;
    t->rp.type = "text/plain; charset=utf-8";
    t->rp.sent = S("系统忙，请稍后再试。\n");
    t->rp.close = true;
}
