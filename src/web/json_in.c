/*
 * json_in -- a JSON body as fields: one object of scalars and arrays of scalars. Numbers stay whole
 * int64; fractions, nested objects, duplicate keys and other nonsense are refused with a word about
 * it.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include "base/utf8.h"
#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 2 };
static const char too_many[] = "一次提交的项目太多";

/* Before the parser sees it, whose tree is many times as large: how deep does it go, how many
 * values can it hold (one more than commas, also with arrays in it)? Signs inside strings do not
 * count. */
static const char *too_much(struct str s, size_t *most)
{
    int depth = 0;
    size_t commas = 0;
    bool text = false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (text && c == '\\')
            i++;
        else if (c == '"')
            text = !text;
        else if (!text && (c == '{' || c == '['))
            depth++;
        else if (!text && (c == '}' || c == ']'))
            depth--;
        else if (!text && c == ',')
            commas++;
        if (depth > DEPTH_MAX)
            return "JSON 只能有一层：对象里是文字、整数、是否，或它们的数组";
        if (commas >= FIELDS_MAX)
            return too_many;
    }
    *most = commas + 1;
    return NULL;
}

/* Values are copied into `room`, which was taken before: no jump out of a full arena may leave
 * the parser's tree behind. Decoded text is never longer than its source, so body.n is enough. */
struct copy {
    struct pair *at;
    size_t n, most;
    char *room;
    const char *wrong;
};

static struct str put(struct copy *c, const char *p, size_t n)
{
    struct str s = str_n(c->room, n);
    memcpy(c->room, p, n);
    c->room += n;
    return s;
}

static void take(struct copy *c, struct str name, json_t *v)
{
    char number[24];
    if (c->n == c->most) {
        c->wrong = too_many;
        return;
    }
    struct pair *p = &c->at[c->n];
    p->name = name;
    if (json_is_string(v)) {
        p->value = put(c, json_string_value(v), json_string_length(v));
    } else if (json_is_integer(v)) {
        int n = snprintf(number, sizeof number, "%lld", (long long)json_integer_value(v));
        p->value = put(c, number, (size_t)n);
    } else if (json_is_boolean(v)) {
        p->value = json_is_true(v) ? S("1") : S("0");
    } else if (json_is_null(v)) {
        p->value = S("");
    } else {
        c->wrong = json_is_real(v) ? "数字要是整数" : "每一项只能是文字、整数、是否，或它们的数组";
        return;
    }
    c->n++;
}

static void take_all(struct copy *c, json_t *root)
{
    const char *key;
    json_t *value, *item;
    size_t i;
    json_object_foreach(root, key, value)
    {
        struct str name = put(c, key, strlen(key));
        if (!json_is_array(value))
            take(c, name, value);
        else
            json_array_foreach(value, i, item) take(c, name, item);
        if (c->wrong)
            return;
    }
}

enum err json_read(struct cx *cx, struct str body, pair_list *fields)
{
    json_error_t error;
    struct copy c = {0};
    const char *much = too_much(body, &c.most);
    if (much)
        return fail(cx, ERR_INPUT, "%s", much);
    c.at = arena_array(cx->mem, c.most, sizeof *c.at);
    c.room = arena_alloc(cx->mem, body.n + 1);
    json_t *root = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, &error);
    if (!root && !error.text[0]) /* no memory: nothing is wrong with it, and no code is set then */
        return fail(cx, ERR_BUSY, "系统忙，请稍后再试");
    if (!root)
        return fail(cx, ERR_INPUT, "JSON 读不懂，在第 %d 行第 %d 列附近", error.line, error.column);
    if (json_is_object(root))
        take_all(&c, root);
    else
        c.wrong = "JSON 最外层要是对象 {…}";
    json_decref(root);
    if (c.wrong)
        return fail(cx, ERR_INPUT, "%s", c.wrong);
    for (size_t i = 0; i < c.n; i++)
        TRY(form_add(cx, fields, c.at[i].name, c.at[i].value));
    return OK;
}
