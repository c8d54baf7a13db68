/*
 * router -- method and path to a route. The table is made once, rows of equal length stand
 * together, the most literal first, so the first row that fits is the one meant: /need/new before
 * /need/{id}.
 *
 * Two routes of one method that fit the same path, and neither of which is the more literal one
 * ("/a/{x}/c" and "/a/b/{y}"), are ambiguous: the program does not start.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include "base/utf8.h"
#include <string.h>

enum { SEGMENTS_MAX = COUNT(((struct row *)0)->segments) };

static bool is_wild(struct str s)
{
    return s.n > 2 && s.p[0] == '{' && s.p[s.n - 1] == '}';
}

static struct str wild_name(struct str s)
{
    return str_cut(s, 1, s.n - 2);
}

/* "/" has no segments, "/a/" has an empty second one. False when there are too many or the path
 * does not start with a slash. */
static bool split(struct str path, struct str *segments, size_t *n)
{
    struct str part;
    *n = 0;
    if (!path.n || path.p[0] != '/')
        return false;
    if (path.n == 1)
        return true;
    path = str_cut(path, 1, path.n - 1);
    while (str_split(&path, '/', &part)) {
        if (*n == SEGMENTS_MAX)
            return false;
        segments[(*n)++] = part;
    }
    return true;
}

static bool good_name(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
              s.p[i] == '_'))
            return false;
    return s.n > 0;
}

static const char *path_fault(const struct row *row)
{
    for (size_t i = 0; i < row->nsegments; i++) {
        struct str s = row->segments[i];
        if (!s.n)
            return "empty segment";
        if (is_wild(s) && !good_name(wild_name(s)))
            return "a {name} is of a-z 0-9 _";
        for (size_t k = 0; k < s.n && !is_wild(s); k++)
            if (strchr("{}%?#\\ ", s.p[k]) || (unsigned char)s.p[k] >= 0x7f)
                return "a literal segment is plain ASCII";
        for (size_t k = 0; k < i && is_wild(s); k++)
            if (str_eq(s, row->segments[k]))
                return "the same {name} twice";
    }
    return NULL;
}

static const char *route_fault(const struct route *r)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "DELETE"};
    bool known = false, get = false;
    for (size_t i = 0; i < COUNT(methods) && r->method; i++)
        if (strcmp(r->method, methods[i]) == 0) {
            known = true;
            get = i == 0;
        }
    if (!known)
        return "method is GET, POST, PUT or DELETE";
    if (!r->handler)
        return "no handler";
    if (!r->title || !*r->title)
        return "no title";
    if (r->kind == ROUTE_STREAM && !get)
        return "a stream is a GET";
    if (get && (r->keeps || r->prepare || r->body_max || r->seals))
        return "a GET neither keeps answers, nor prepares, nor has a body";
    if (r->seals && !shape_field(r->seals, S("id")))
        return "what is sealed ahead needs an id";
    if (r->open_key && r->roles)
        return "open_key is for routes without roles";
    if (static_is(str_c(r->path)))
        return "/s/NAME.EXT belongs to the assets";
    return NULL;
}

/* -1: a is the more literal at the first place where they differ; +1: b; 0: same literals. */
static int order(const struct row *a, const struct row *b)
{
    if (a->nsegments != b->nsegments)
        return a->nsegments < b->nsegments ? -1 : 1;
    for (size_t i = 0; i < a->nsegments; i++)
        if (is_wild(a->segments[i]) != is_wild(b->segments[i]))
            return is_wild(a->segments[i]) ? 1 : -1;
    return 0;
}

enum overlap { APART, NESTED, CROSSED };

/* NESTED: every path of one is a path of the other, so "most literal first" decides. */
static enum overlap overlap(const struct row *a, const struct row *b)
{
    bool a_wider = false, b_wider = false;
    if (a->nsegments != b->nsegments)
        return APART;
    for (size_t i = 0; i < a->nsegments; i++) {
        bool wa = is_wild(a->segments[i]), wb = is_wild(b->segments[i]);
        if (!wa && !wb && !str_eq(a->segments[i], b->segments[i]))
            return APART;
        a_wider |= wa && !wb;
        b_wider |= wb && !wa;
    }
    return a_wider == b_wider ? CROSSED : NESTED;
}

static void sort(struct row *rows, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t k = i; k > 0 && order(&rows[k - 1], &rows[k]) > 0; k--) {
            struct row was = rows[k];
            rows[k] = rows[k - 1];
            rows[k - 1] = was;
        }
}

static enum err check_pairs(struct cx *cx, const struct router *r)
{
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = i + 1; k < r->n; k++) {
            const struct route *a = r->rows[i].route, *b = r->rows[k].route;
            if (strcmp(a->method, b->method) == 0 && overlap(&r->rows[i], &r->rows[k]) == CROSSED)
                return fail(cx, ERR_INPUT, "routes %s %s and %s are the same or ambiguous",
                            a->method, a->path, b->path);
        }
    return OK;
}

static enum err add_feature(struct cx *cx, struct router *r, const struct feature *f)
{
    for (size_t i = 0; i < f->nshapes; i++) {
        const char *wrong = shape_fault(f->shapes[i]);
        if (wrong)
            return fail(cx, ERR_INPUT, "feature %s, shape %s: %s", f->name, f->shapes[i]->name,
                        wrong);
    }
    for (size_t i = 0; i < f->nroutes; i++) {
        const struct route *route = &f->routes[i];
        struct row *row = &r->rows[r->n++];
        const char *wrong = route_fault(route);
        row->route = route;
        if (!wrong && !split(str_c(route->path), row->segments, &row->nsegments))
            wrong = "a path starts with / and has at most 12 segments";
        if (!wrong)
            wrong = path_fault(row);
        if (wrong)
            return fail(cx, ERR_INPUT, "feature %s, route %s: %s", f->name,
                        route->path ? route->path : "?", wrong);
    }
    return OK;
}

enum err router_make(struct cx *cx, struct router *r, const struct feature *const *features,
                     size_t n)
{
    size_t total = 0;
    for (size_t i = 0; i < n; i++)
        total += features[i]->nroutes;
    *r = (struct router){.rows = arena_array(cx->mem, total + 1, sizeof *r->rows)};
    for (size_t i = 0; i < n; i++)
        TRY(add_feature(cx, r, features[i]));
    sort(r->rows, r->n);
    for (size_t k = 0; k < COUNT(r->first); k++)
        while (r->first[k] < r->n && r->rows[r->first[k]].nsegments < k)
            r->first[k]++;
    return check_pairs(cx, r);
}

struct row *router_row(struct router *r, const struct route *route)
{
    for (size_t i = 0; i < r->n; i++)
        if (r->rows[i].route == route)
            return &r->rows[i];
    return NULL;
}

static bool fits(const struct row *row, const struct str *segments)
{
    for (size_t i = 0; i < row->nsegments; i++)
        if (is_wild(row->segments[i]) ? !segments[i].n : !str_eq(row->segments[i], segments[i]))
            return false;
    return true;
}

/* The parts decoded: a slash or a control character hidden behind %XX is no part of a name. */
static bool take_parts(struct cx *cx, const struct row *row, const struct str *segments,
                       struct req *rq)
{
    for (size_t i = 0; i < row->nsegments; i++) {
        struct str value;
        if (!is_wild(row->segments[i]))
            continue;
        if (!form_decode(cx->mem, segments[i], false, &value))
            return false;
        for (size_t k = 0; k < value.n; k++)
            if (value.p[k] == '/' || (unsigned char)value.p[k] < 0x20 || value.p[k] == 0x7f)
                return false;
        *PUSH(cx->mem, &rq->parts) = (struct pair){wild_name(row->segments[i]), value};
    }
    return true;
}

/* 405 tells what the path can do. */
static enum err wrong_method(struct cx *cx, const struct router *r, const struct str *segments,
                             size_t n, struct req *rq)
{
    struct out allow;
    out_init(&allow, cx->mem);
    for (size_t i = r->first[n]; i < r->first[n + 1]; i++) {
        const char *method = r->rows[i].route->method;
        if (!fits(&r->rows[i], segments) || str_find(out_text(&allow), str_c(method)) >= 0)
            continue;
        out_c(&allow, allow.n ? ", " : "");
        out_c(&allow, method);
        if (strcmp(method, "GET") == 0)
            out_c(&allow, ", HEAD");
    }
    rq->task->refused = 405;
    reply_put_header(&rq->task->rp, "Allow", arena_cstr(cx->mem, out_text(&allow)));
    return fail(cx, ERR_INPUT, "这个地址不接受 %.*s 请求", STR(str_cut(rq->method, 0, 16)));
}

static enum err missing(struct cx *cx)
{
    return fail(cx, ERR_MISSING, "网址可能少抄了一段，或者牌子上的码停用了");
}

enum err router_find(struct cx *cx, const struct router *r, struct req *rq)
{
    struct str segments[SEGMENTS_MAX];
    size_t n;
    bool other = false;
    struct str method = str_is(rq->method, "HEAD") ? S("GET") : rq->method;
    if (!split(rq->path, segments, &n))
        return missing(cx);
    for (size_t i = r->first[n]; i < r->first[n + 1]; i++) {
        const struct row *row = &r->rows[i];
        if (!fits(row, segments))
            continue;
        other = true;
        if (!str_is(method, row->route->method))
            continue;
        rq->route = row->route;
        if (take_parts(cx, row, segments, rq))
            return OK;
        return missing(cx);
    }
    return other ? wrong_method(cx, r, segments, n, rq) : missing(cx);
}
