/* html2c_code -- see html2c_code.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/html2c_code.h"

#include <ctype.h>
#include <string.h>

enum { MAX_DEPTH = 32 }; /* of brackets */

int count_lines(const char *p, const char *end)
{
    int n = 0;
    for (; p < end; p++)
        n += *p == '\n';
    return n;
}

struct span trim(struct span s)
{
    while (s.at < s.end && isspace((unsigned char)*s.at))
        s.line += *s.at++ == '\n';
    while (s.end > s.at && isspace((unsigned char)s.end[-1]))
        s.end--;
    return s;
}

const char *skip(const struct where *w, const char *p, const char *end)
{
    const char *q = p + 1;
    if (*p == '"' || *p == '\'') {
        for (; q < end && *q != *p && *q != '\n'; q++)
            if (*q == '\\' && q + 1 < end)
                q++;
        if (q >= end || *q != *p)
            die(w, "a %c is not closed", *p);
        return q + 1;
    }
    if (*p == '/' && q < end && *q == '/')
        die(w, "'//' in template code: write /* */");
    if (*p == '/' && q < end && *q == '*') {
        for (q++; q + 1 < end; q++)
            if (q[0] == '*' && q[1] == '/')
                return q + 2;
        die(w, "a comment is not closed");
    }
    return p;
}

const char *seek(const struct where *w, const char *p, const char *end, const char *what)
{
    char stack[MAX_DEPTH];
    size_t depth = 0, n = strlen(what);
    while (p < end) {
        const char *next = skip(w, p, end);
        if (next != p) {
            p = next;
            continue;
        }
        if (!depth && *what == '|' && end - p > 1 && p[0] == '|' && p[1] == '|') {
            p += 2; /* or, not a filter */
            continue;
        }
        if (!depth && (size_t)(end - p) >= n && memcmp(p, what, n) == 0)
            return p;
        if (strchr("([{", *p)) {
            if (depth == sizeof stack)
                die(w, "brackets are nested too deep");
            stack[depth++] = *p == '(' ? ')' : *p == '[' ? ']' : '}';
        } else if (strchr(")]}", *p)) {
            if (!depth || stack[--depth] != *p)
                die(w, "'%c' without its opening bracket", *p);
        }
        p++;
    }
    if (depth)
        die(w, "'%c' is missing", stack[depth - 1]);
    return NULL;
}

struct span expression(const struct where *w, struct span s)
{
    s = trim(s);
    if (s.at == s.end)
        die(w, "an expression is missing");
    if (seek(w, s.at, s.end, ";"))
        die(w, "';' in an expression");
    return s;
}

bool is_name(struct span s)
{
    if (s.at == s.end || isdigit((unsigned char)*s.at) || s.end - s.at > 40)
        return false;
    for (const char *p = s.at; p < s.end; p++)
        if (!word_char(*p))
            return false;
    return true;
}

bool is_url_call(const struct where *w, struct span s)
{
    static const char *const calls[] = {"url(", "asset_url(", NULL};
    for (int i = 0; calls[i]; i++) {
        size_t n = strlen(calls[i]);
        if ((size_t)(s.end - s.at) > n && memcmp(s.at, calls[i], n) == 0)
            return seek(w, s.at + n, s.end, ")") == s.end - 1;
    }
    return false;
}

void put_filters(const struct where *w, struct buf *b, struct span s)
{
    const char *bar = NULL, *p = s.at;
    for (; (p = seek(w, p, s.end, "|")); p++)
        bar = p; /* the last filter is the outermost call */
    if (!bar) {
        s = expression(w, s);
        if (seek(w, s.at, s.end, ","))
            die(w, "',' in an expression");
        put(b, s.at, (size_t)(s.end - s.at));
        return;
    }
    struct span call = trim((struct span){bar + 1, s.end, 0}), name = call,
                args = {call.end, call.end, 0};
    const char *open = memchr(call.at, '(', (size_t)(call.end - call.at));
    if (open) {
        name = trim((struct span){call.at, open, 0});
        if (seek(w, open + 1, call.end, ")") != call.end - 1)
            die(w, "text behind the arguments of a filter");
        args = trim((struct span){open + 1, call.end - 1, 0});
    }
    if (!is_name(name))
        die(w, "a filter is written | name or | name(arguments)");
    putf(b, "filter_%.*s(cx, ", SPAN(name));
    put_filters(w, b, (struct span){s.at, bar, s.line});
    putf(b, "%s%.*s)", args.at < args.end ? ", " : "", SPAN(args));
}
