/* out -- see out.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/out.h"
#include "base/utf8.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { OUT_MAX = 8 << 20 };

void out_init(struct out *o, struct arena *mem)
{
    *o = (struct out){.mem = mem, .max = OUT_MAX};
}

void out_raw(struct out *o, const char *p, size_t n)
{
    size_t max = o->max ? o->max : OUT_MAX;
    if (n > o->cap - o->n) {
        size_t cap = o->cap ? o->cap : 1024;
        while (cap - o->n < n && cap < max)
            cap *= 2;
        cap = cap < max ? cap : max;
        if (cap - o->n < n)
            cap = o->mem->limit + 1; /* over the maximum: let the arena say so */
        char *wider = arena_alloc(o->mem, cap);
        if (o->n)
            memcpy(wider, o->p, o->n);
        o->p = wider;
        o->cap = cap;
    }
    if (n)
        memcpy(o->p + o->n, p, n);
    o->n += n;
}

void out_str(struct out *o, struct str s)
{
    out_raw(o, s.p, s.n);
}

void out_c(struct out *o, const char *z)
{
    out_raw(o, z, strlen(z));
}

void out_int(struct out *o, int64_t v)
{
    out_printf(o, "%lld", (long long)v);
}

void out_printf(struct out *o, const char *format, ...)
{
    char few[512], *text = few;
    va_list once, again;
    va_start(once, format);
    va_copy(again, once);
    int n = vsnprintf(few, sizeof few, format, once);
    va_end(once);
    assert(n >= 0);
    if ((size_t)n >= sizeof few) { /* somebody wrote much */
        text = arena_alloc(o->mem, (size_t)n + 1);
        vsnprintf(text, (size_t)n + 1, format, again);
    }
    va_end(again);
    out_raw(o, text, (size_t)n);
}

/* Runs of plain bytes are copied whole; `special` writes what must change. */
static void out_escaped(struct out *o, struct str s,
                        const char *(*special)(uint32_t c, char room[8]))
{
    size_t from = 0;
    for (size_t i = 0; i < s.n;) {
        size_t at = i;
        char room[8];
        uint32_t c = utf8_next(s, &i);
        bool bad = c == 0xfffd && i - at == 1;
        const char *instead = bad ? "\xef\xbf\xbd" : special(c, room);
        if (instead) {
            out_raw(o, s.p + from, at - from);
            out_c(o, instead);
            from = i;
        }
    }
    if (from < s.n)
        out_raw(o, s.p + from, s.n - from);
}

static const char *html_special(uint32_t c, char room[8])
{
    (void)room;
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7f ? "\xef\xbf\xbd" : NULL;
    }
}

static const char *json_special(uint32_t c, char room[8])
{
    if (c == '"')
        return "\\\"";
    if (c == '\\')
        return "\\\\";
    if (c == '\n')
        return "\\n";
    /* < too: JSON may be looked at by a browser that guesses; U+2028 breaks old parsers. */
    if (c >= 0x20 && c != 0x7f && c != '<' && c != 0x2028 && c != 0x2029)
        return NULL;
    snprintf(room, 8, "\\u%04x", (unsigned)c & 0xffffu);
    return room;
}

void out_html(struct out *o, struct str s)
{
    out_escaped(o, s, html_special);
}

void out_json(struct out *o, struct str s)
{
    out_c(o, "\"");
    out_escaped(o, s, json_special);
    out_c(o, "\"");
}

void out_url(struct out *o, struct str s)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] && strchr(plain, s.p[i]))
            out_raw(o, s.p + i, 1);
        else
            out_printf(o, "%%%02X", (unsigned char)s.p[i]);
}

struct str out_text(const struct out *o)
{
    return str_n(o->p, o->n);
}
