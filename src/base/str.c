/* str -- see str.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"
#include <string.h>

struct str str_c(const char *z)
{
    return (struct str){z, z ? strlen(z) : 0};
}

struct str str_n(const char *p, size_t n)
{
    return (struct str){p, n};
}

bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_is(struct str a, const char *z)
{
    return (a.n == 0 || *a.p == *z) && str_eq(a, str_c(z)); /* most differ in the first letter */
}

bool str_starts(struct str a, struct str head)
{
    return a.n >= head.n && str_eq(str_n(a.p, head.n), head);
}

bool str_ends(struct str a, struct str tail)
{
    return a.n >= tail.n && str_eq(str_n(a.p + (a.n - tail.n), tail.n), tail);
}

ptrdiff_t str_find(struct str a, struct str needle)
{
    for (size_t i = 0; i + needle.n <= a.n; i++)
        if (needle.n == 0 || memcmp(a.p + i, needle.p, needle.n) == 0)
            return (ptrdiff_t)i;
    return -1;
}

struct str str_cut(struct str a, size_t from, size_t n)
{
    if (from >= a.n)
        return (struct str){0};
    return str_n(a.p + from, n < a.n - from ? n : a.n - from);
}

/* Length of the blank that stands at the start, 0 if none. */
static size_t blank_at_start(struct str a)
{
    if (str_starts(a, S("\u3000")))
        return strlen("\u3000");
    return a.n && strchr(" \t\r\n", a.p[0]) && a.p[0] ? 1 : 0;
}

static size_t blank_at_end(struct str a)
{
    if (str_ends(a, S("\u3000")))
        return strlen("\u3000");
    return a.n && strchr(" \t\r\n", a.p[a.n - 1]) && a.p[a.n - 1] ? 1 : 0;
}

struct str str_trim(struct str a)
{
    for (size_t n; (n = blank_at_start(a)) != 0;)
        a = str_n(a.p + n, a.n - n);
    for (size_t n; (n = blank_at_end(a)) != 0;)
        a.n -= n;
    return a;
}

bool str_split(struct str *rest, char sep, struct str *part)
{
    if (!rest->p)
        return false;
    const char *at = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
    if (!at) {
        *part = *rest;
        *rest = (struct str){0};
        return true;
    }
    *part = str_n(rest->p, (size_t)(at - rest->p));
    *rest = str_n(at + 1, rest->n - part->n - 1);
    return true;
}

bool str_int(struct str a, int64_t *out)
{
    bool minus = a.n && a.p[0] == '-';
    int64_t v = 0;
    if (a.n == (size_t)minus)
        return false;
    for (size_t i = minus; i < a.n; i++) {
        if (a.p[i] < '0' || a.p[i] > '9')
            return false;
        int digit = a.p[i] - '0';
        if (__builtin_mul_overflow(v, 10, &v) ||
            __builtin_add_overflow(v, minus ? -digit : digit, &v))
            return false;
    }
    *out = v;
    return true;
}

bool str_same_secret(struct str a, struct str b)
{
    unsigned char differs = a.n != b.n || a.n == 0;
    for (size_t i = 0; i < a.n && i < b.n; i++)
        differs |= (unsigned char)(a.p[i] ^ b.p[i]);
    return !differs;
}
