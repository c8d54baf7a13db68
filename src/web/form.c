/* form -- query strings and x-www-form-urlencoded bodies: strict percent-decoding, strict UTF-8. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include "base/utf8.h"
#include <string.h>

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool form_decode(struct arena *a, struct str s, bool plus, struct str *out)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '+' && plus) {
            c = ' ';
        } else if (c == '%') {
            int high = s.n - i > 2 ? hex(s.p[i + 1]) : -1;
            int low = s.n - i > 2 ? hex(s.p[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        }
        if (c == '\0')
            return false;
        p[n++] = c;
    }
    *out = str_n(p, n);
    return utf8_valid(*out);
}

/* Any text from outside enters a request through here. */
enum err form_add(struct cx *cx, pair_list *out, struct str name, struct str value)
{
    if (out->n >= FIELDS_MAX)
        return fail(cx, ERR_INPUT, "一次提交的栏目太多（最多 %d 项）", (int)FIELDS_MAX);
    if (!name.n || name.n > NAME_MAX_BYTES)
        return fail(cx, ERR_INPUT, "有一项的名字是空的或太长");
    if (!utf8_valid(name) || !utf8_valid(value) || memchr(name.p, 0, name.n) ||
        (value.n && memchr(value.p, 0, value.n)))
        return fail(cx, ERR_INPUT, "提交的文字不是 UTF-8 编码");
    struct pair *p = PUSH(cx->mem, out);
    p->name = name;
    p->value = utf8_clean(cx->mem, value, false);
    return OK;
}

enum err form_read(struct cx *cx, struct str text, size_t max, pair_list *out)
{
    struct str part;
    while (str_split(&text, '&', &part)) {
        struct str name, value;
        if (!part.n)
            continue;
        if (out->n >= max)
            return fail(cx, ERR_INPUT, "一次提交的栏目太多（最多 %d 项）", (int)max);
        str_split(&part, '=', &name);
        if (!form_decode(cx->mem, name, true, &name) || !form_decode(cx->mem, part, true, &value))
            return fail(cx, ERR_INPUT, "提交的文字不是 UTF-8 编码");
        TRY(form_add(cx, out, name, value));
    }
    return OK;
}

/* Walks "x/y; a=b; c=\"d;\\\"e\"": quoted strings may hold semicolons. */
struct str header_param(struct arena *a, struct str value, const char *name)
{
    size_t i = 0;
    while (i < value.n) {
        while (i < value.n && value.p[i] != ';')
            i++;
        i++;
        size_t from = i;
        while (i < value.n && value.p[i] != '=' && value.p[i] != ';')
            i++;
        struct str key = str_trim(str_cut(value, from, i - from));
        if (i >= value.n || value.p[i] == ';')
            continue;
        char *text = arena_alloc(a, value.n - i + 1);
        size_t n = 0;
        i++;
        if (i < value.n && value.p[i] == '"') {
            for (i++; i < value.n && value.p[i] != '"'; i++) {
                if (value.p[i] == '\\' && i + 1 < value.n && strchr("\"\\", value.p[i + 1]))
                    i++;
                text[n++] = value.p[i];
            }
        } else {
            for (; i < value.n && value.p[i] != ';'; i++)
                text[n++] = value.p[i];
        }
        if (str_same_letters(key, str_c(name)))
            return str_trim(str_n(text, n));
    }
    return (struct str){NULL, 0};
}

static struct str media_type(struct str value)
{
    struct str type;
    return str_split(&value, ';', &type) ? str_trim(type) : value;
}

enum err body_read(struct cx *cx, struct req *rq)
{
    struct str content = req_header(rq, "Content-Type");
    struct str type = media_type(content);
    struct str charset = header_param(cx->mem, content, "charset");
    bool form = str_same_letters(type, S("application/x-www-form-urlencoded"));
    bool parts = str_same_letters(type, S("multipart/form-data"));
    bool json = str_same_letters(type, S("application/json"));
    if (!rq->unsafe || !rq->body.n || !(form || parts || json))
        return OK;
    if (charset.n && !str_same_letters(charset, S("utf-8")) &&
        !str_same_letters(charset, S("utf8")))
        return fail(cx, ERR_INPUT, "提交的文字不是 UTF-8 编码");
    if (form)
        return form_read(cx, rq->body, FIELDS_MAX, &rq->fields);
    if (parts)
        return multipart_read(cx, content, rq->body, &rq->fields, &rq->uploads);
    rq->json = true;
    return json_read(cx, rq->body, &rq->fields);
}
