/* utf8 -- see utf8.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

/* Length of the valid character at p (at most n bytes), 0 if there is none. Unicode 15, table 3-7.
 */
static size_t character(const unsigned char *p, size_t n, uint32_t *out)
{
    unsigned lead = p[0];
    size_t len = lead < 0x80   ? 1
                 : lead < 0xc2 ? 0
                 : lead < 0xe0 ? 2
                 : lead < 0xf0 ? 3
                 : lead < 0xf5 ? 4
                               : 0;
    if (!len || len > n)
        return 0;
    uint32_t c = len == 1 ? lead : lead & (0xffu >> (len + 1));
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3fu);
    }
    if ((len == 3 && (c < 0x800 || (c >= 0xd800 && c < 0xe000))) ||
        (len == 4 && (c < 0x10000 || c > 0x10ffff)))
        return 0;
    *out = c;
    return len;
}

uint32_t utf8_next(struct str s, size_t *i)
{
    uint32_t c = 0xfffd;
    size_t n = character((const unsigned char *)s.p + *i, s.n - *i, &c);
    *i += n ? n : 1;
    return n ? c : 0xfffd;
}

bool utf8_valid(struct str s)
{
    uint32_t c;
    for (size_t i = 0, n; i < s.n; i += n)
        if ((n = character((const unsigned char *)s.p + i, s.n - i, &c)) == 0)
            return false;
    return true;
}

size_t utf8_count(struct str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; n++)
        utf8_next(s, &i);
    return n;
}

struct str utf8_head(struct str s, size_t characters)
{
    size_t i = 0;
    while (i < s.n && characters-- > 0)
        utf8_next(s, &i);
    return str_n(s.p, i);
}

static bool is_mark(uint32_t c)
{
    return (c >= 0x200b && c <= 0x200f && c != 0x200d) || (c >= 0x202a && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

static bool is_emoji(uint32_t c)
{
    return c >= 0x1f000 || (c >= 0x2190 && c <= 0x2bff) || c == 0xfe0f;
}

struct str utf8_clean(struct arena *a, struct str s, bool one_line)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    uint32_t before = 0;
    for (size_t i = 0; i < s.n;) {
        size_t from = i, ahead;
        uint32_t c = utf8_next(s, &i);
        if (c == '\r') {
            if (i < s.n && s.p[i] == '\n')
                i++;
            c = '\n';
        }
        ahead = i;
        if (c == '\t' || (c == '\n' && one_line))
            p[n++] = ' ';
        else if (c == '\n')
            p[n++] = '\n';
        else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || is_mark(c) ||
                 (c == 0x200d &&
                  (!is_emoji(before) || i >= s.n || !is_emoji(utf8_next(s, &ahead)))))
            continue;
        else
            while (from < i)
                p[n++] = s.p[from++];
        before = c;
    }
    return str_trim(str_n(p, n));
}

struct str utf8_plain(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n;) {
        size_t from = i;
        uint32_t c = utf8_next(s, &i);
        if (c >= 0xff01 && c <= 0xff5e)
            c -= 0xfee0;
        if (c >= 'a' && c <= 'z')
            c -= 'a' - 'A';
        if (c == ' ' || c == 0x3000)
            continue;
        if (c < 0x80)
            p[n++] = (char)c;
        else
            while (from < i)
                p[n++] = s.p[from++];
    }
    return str_n(p, n);
}
