/* req -- the request as a handler reads it; nothing here parses. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include "base/time.h"
#include <string.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_same_letters(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

struct str pair_get(const pair_list *list, struct str name, bool ignore_case)
{
    for (size_t i = 0; i < list->n; i++) {
        struct str has = list->at[i].name;
        if (ignore_case ? str_same_letters(has, name) : str_eq(has, name))
            return list->at[i].value;
    }
    return (struct str){NULL, 0};
}

struct str req_method(const struct req *rq)
{
    return rq->method;
}

struct str req_pattern(const struct req *rq)
{
    return rq->route ? str_c(rq->route->path) : S("");
}

struct str req_path(const struct req *rq)
{
    return rq->path;
}

uint32_t req_roles(const struct req *rq)
{
    return rq->route ? rq->route->roles : 0;
}

struct str req_header(const struct req *rq, const char *name)
{
    return pair_get(&rq->headers, str_c(name), true);
}

struct str req_query(const struct req *rq, const char *name)
{
    return pair_get(&rq->query, str_c(name), false);
}

struct str req_part(const struct req *rq, const char *name)
{
    return pair_get(&rq->parts, str_c(name), false);
}

struct str req_body(const struct req *rq)
{
    return rq->body;
}

struct str req_peer(const struct req *rq)
{
    return rq->peer;
}

bool req_is_api(const struct req *rq)
{
    return str_starts(rq->path, S("/api/"));
}

bool req_secure(const struct req *rq)
{
    return rq->secure;
}

struct str req_site(struct cx *cx, const struct req *rq)
{
    struct str host = req_header(rq, "Host");
    for (size_t i = 0; i < host.n; i++) {
        char c = host.p[i];
        bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '.' || c == '-' || c == ':' || c == '[' || c == ']';
        if (!fits || host.n > 100)
            return S("");
    }
    return arena_printf(cx->mem, "%s://%.*s", rq->secure ? "https" : "http", STR(host));
}

/* Cookie: a=1; b=2, one line (guard.c). The first of a name wins. Quotes around a value are
 * dropped.
 */
struct str req_cookie(const struct req *rq, const char *name)
{
    struct str want = str_c(name), rest = req_header(rq, "Cookie"), part;
    while (str_split(&rest, ';', &part)) {
        struct str has;
        part = str_trim(part);
        if (!str_split(&part, '=', &has) || !str_eq(has, want))
            continue;
        if (part.n >= 2 && part.p[0] == '"' && part.p[part.n - 1] == '"')
            part = str_cut(part, 1, part.n - 2);
        return part;
    }
    return (struct str){NULL, 0};
}

enum err req_id(struct cx *cx, const struct req *rq, const char *name, int64_t *out)
{
    struct str s = req_part(rq, name);
    if (!s.n)
        s = req_query(rq, name);
    if (str_int(s, out) && *out > 0)
        return OK;
    return fail(cx, ERR_MISSING, "没有这个编号");
}

struct str req_field(const struct req *rq, const char *name)
{
    return pair_get(&rq->fields, str_c(name), false);
}

enum err req_day(struct cx *cx, const struct req *rq, const char *name, int64_t *day)
{
    struct str s = str_trim(req_field(rq, name));
    *day = 0;
    if (!s.n || time_read_date(s, day))
        return OK;
    return fail_field(cx, name, "日期写成 2026-03-14 这样");
}

size_t req_field_count(const struct req *rq, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < rq->fields.n; i++)
        n += str_is(rq->fields.at[i].name, name);
    return n;
}

bool req_is_essential(const struct req *rq)
{
    return rq->route && rq->route->essential;
}

bool req_each_field(const struct req *rq, size_t i, struct str *name, struct str *value)
{
    if (i >= rq->fields.n)
        return false;
    *name = rq->fields.at[i].name;
    *value = rq->fields.at[i].value;
    return true;
}

struct str req_field_nth(const struct req *rq, const char *name, size_t nth)
{
    for (size_t i = 0; i < rq->fields.n; i++)
        if (str_is(rq->fields.at[i].name, name) && nth-- == 0)
            return rq->fields.at[i].value;
    return (struct str){NULL, 0};
}

const struct upload *req_upload(const struct req *rq, const char *name, size_t nth)
{
    for (size_t i = 0; i < rq->uploads.n; i++)
        if (str_is(rq->uploads.at[i].field, name) && nth-- == 0)
            return &rq->uploads.at[i];
    return NULL;
}

void req_keep(const struct req *rq, void *p)
{
    rq->task->kept = p;
}

void *req_kept(const struct req *rq)
{
    return rq->task->kept;
}

bool req_is_late(const struct req *rq)
{
    return task_is_late(rq->task);
}

bool req_is_stale(const struct req *rq)
{
    return rq->task->stale;
}

/* JSON names that the record does not take are told, or an integrator believes they were stored. */
static bool refuse_unknown(struct cx *cx, const struct req *rq, const struct shape *s)
{
    bool refused = false;
    for (size_t i = 0; i < rq->fields.n; i++) {
        struct str name = rq->fields.at[i].name;
        const struct field *f = shape_field(s, name);
        if ((f && f->ask) || str_is(name, "csrf"))
            continue;
        fail_field(cx, arena_cstr(cx->mem, name), f ? "这一项由系统填写，不能提交" : "没有这一项");
        refused = true;
    }
    return refused;
}

static bool was_sent(const struct req *rq, const char *name)
{
    return req_field_count(rq, name) > 0;
}

/* What could not be read is empty in the record: "wrong" was said, "missing" would confuse. */
static void say_once(struct cx *cx, size_t told)
{
    size_t n = told;
    for (size_t i = told; i < cx->fault.fields.n; i++) {
        bool again = false;
        for (size_t k = 0; k < told && !again; k++)
            again = strcmp(cx->fault.fields.at[k].field, cx->fault.fields.at[i].field) == 0;
        if (!again)
            cx->fault.fields.at[n++] = cx->fault.fields.at[i];
    }
    cx->fault.fields.n = n;
}

enum err req_record(struct cx *cx, const struct req *rq, const struct shape *s, void *rec)
{
    bool bad = rq->json && refuse_unknown(cx, rq, s);
    for (size_t i = 0; i < s->nfields; i++) {
        const struct field *f = &s->fields[i];
        if (!f->ask)
            continue;
        if (was_sent(rq, f->name))
            bad |= field_read(cx, f, rec, req_field(rq, f->name)) != OK;
        else if (f->type == FIELD_BOOL && !rq->json)
            field_set_int(f, rec, 0);
    }
    size_t told = cx->fault.fields.n;
    if (shape_check(cx, s, rec) != OK)
        bad = true;
    say_once(cx, told);
    return bad ? ERR_INPUT : OK;
}

const char *web_title(const struct server *sv, struct str route)
{
    for (size_t i = 0; i < sv->router.n; i++) {
        const struct route *r = sv->router.rows[i].route;
        size_t method = strlen(r->method);
        bool is_it = str_starts(route, str_c(r->method)) && route.n > method &&
                     route.p[method] == ' ' &&
                     str_is(str_cut(route, method + 1, route.n - method - 1), r->path);
        if (is_it)
            return r->title;
    }
    return NULL;
}

struct server *req_server(const struct req *rq)
{
    return rq->task->sv;
}
