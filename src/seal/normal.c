/* normal -- one way of writing for what people write in many: a blind index finds only what is the
 * same to the byte. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal.h"
#include "base/out.h"
#include "base/utf8.h"
#include <string.h>

enum { DIGITS_MAX = 24, AREA_MIN = 3, AREA_MAX = 4 };

/* Full width to ASCII: what NFKC does to the signs that keyboards here make. */
static uint32_t plain(uint32_t c)
{
    enum { WIDE_FIRST = 0xff01, WIDE_LAST = 0xff5e, WIDE_BLANK = 0x3000, SHIFT = 0xfee0 };
    if (c >= WIDE_FIRST && c <= WIDE_LAST)
        return c - SHIFT;
    return c == WIDE_BLANK || c == 0xa0 ? ' ' : c;
}

static bool is_one_of(uint32_t c, const uint32_t *list)
{
    for (; *list; list++)
        if (c == *list)
            return true;
    return false;
}

/* What stands between the digits of a number without meaning anything: blanks, brackets, strokes.
 */
static bool is_gap(uint32_t c)
{
    static const uint32_t gaps[] = {' ',    '\t',   '-',    '(',    ')',    '.',    '/',
                                    '_',    '~',    0x2010, 0x2011, 0x2012, 0x2013, 0x2014,
                                    0x2015, 0x2212, 0x3010, 0x3011, 0x2500, 0x4e00, 0};
    return is_one_of(c, gaps); /* 0x4e00: 一, typed for a stroke */
}

/* The rest is the number of a desk behind the line: 转 8012, x8012, #8012. */
static bool is_extension(uint32_t c)
{
    static const uint32_t signs[] = {0x8f6c, 0x5206, '#', 'x', 'X', '*', 0}; /* 转, 分(机) */
    return is_one_of(c, signs);
}

/* "电话：", "手机" before it. */
static bool is_word(uint32_t c)
{
    static const uint32_t words[] = {0x7535, 0x8bdd, 0x624b, 0x673a, 0x5ea7,
                                     0x53f7, 0x7801, ':',    0};
    return is_one_of(c, words);
}

/* All digits up to an extension. `*plus`: it begins with +. False: other signs, or too many. */
static bool digits_of(struct str typed, char out[DIGITS_MAX], size_t *n, bool *plus)
{
    *n = 0;
    *plus = false;
    for (size_t i = 0; i < typed.n;) {
        uint32_t c = plain(utf8_next(typed, &i));
        if (c >= '0' && c <= '9' && *n < DIGITS_MAX)
            out[(*n)++] = (char)c;
        else if (c == '+' && *n == 0 && !*plus)
            *plus = true;
        else if (*n && is_extension(c))
            return true;
        else if (!is_gap(c) && (*n || !is_word(c)))
            return false;
    }
    return true;
}

static bool is_mobile(struct str d)
{
    return d.n == 11 && d.p[0] == '1' && d.p[1] >= '3';
}

/* 10, 20 .. 29 have two digits behind the 0 (GB/T 2659 aside, the national numbering plan). */
static size_t area_of(struct str d)
{
    return d.n > 1 && d.p[0] == '0' && (d.p[1] == '1' || d.p[1] == '2') ? AREA_MIN : AREA_MAX;
}

/* 0, area code, seven or eight digits that begin with 2 .. 8. */
static bool is_landline(struct str d)
{
    size_t area = area_of(d);
    return d.n >= area + 7 && d.n <= area + 8 && d.p[0] == '0' && d.p[1] >= '1' &&
           d.p[area] >= '2' && d.p[area] <= '8';
}

/* 110, 12345, 95588, 9510 1234: no area, none but themselves. 400 and 800 lines have ten. */
static bool is_service(struct str d)
{
    if (str_starts(d, S("400")) || str_starts(d, S("800")))
        return d.n == 10;
    return d.n >= 3 && d.n <= 8 && (d.p[0] == '1' || d.p[0] == '9');
}

static bool is_local(struct str d)
{
    return (d.n == 7 || d.n == 8) && d.p[0] >= '2'; /* 1 and 9 begin the services above */
}

bool seal_phone(struct cx *cx, struct str typed, struct str area, struct str *out)
{
    char digits[DIGITS_MAX] = "";
    size_t n;
    bool plus;
    *out = S("");
    if (!digits_of(typed, digits, &n, &plus))
        return false;
    struct str d = str_n(digits, n);
    bool abroad = plus || str_starts(d, S("00"));
    if (!plus && abroad)
        d = str_cut(d, 2, d.n);
    if (abroad && !str_starts(d, S("86"))) {
        bool good = d.n >= 7 && d.n <= 15 && d.p[0] != '0'; /* ITU-T E.164 */
        *out = good ? arena_printf(cx->mem, "+%.*s", STR(d)) : S("");
        return good;
    }
    bool ours = abroad || (str_starts(d, S("86")) && d.n >= 12); /* 86 138...: who drops the + */
    if (ours)
        d = str_cut(d, 2, d.n);
    if (is_mobile(d) || is_landline(d) || is_service(d)) {
        *out = arena_copy(cx->mem, d);
    } else if (d.n > 1 && d.p[0] == '0' && is_mobile(str_cut(d, 1, d.n))) {
        *out = arena_copy(cx->mem, str_cut(d, 1, d.n)); /* 0138...: dialled long-distance */
    } else if (ours && d.n && d.p[0] != '0') {
        struct str with = arena_printf(cx->mem, "0%.*s", STR(d)); /* +86 551 6366 0000 */
        *out = is_landline(with) ? with : S("");
    } else if (is_local(d) && area.n) {
        *out = arena_printf(cx->mem, "%.*s%.*s", STR(area), STR(d));
    }
    return out->n > 0;
}

struct str seal_plain(struct cx *cx, struct str typed)
{
    static const uint32_t dots[] = {0xb7, 0x2022, 0x2027, 0x22c5, 0x30fb, 0xff65, 0};
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < typed.n;) {
        size_t from = i;
        uint32_t c = utf8_next(typed, &i), p = plain(c);
        if (p == ' ' || p == '\t' || p == '\n' || p == '\r')
            continue;
        if (is_one_of(c, dots)) {
            out_c(&o, "·");
        } else if (p < 0x80) {
            char small = (char)(p >= 'A' && p <= 'Z' ? p + 'a' - 'A' : p);
            out_raw(&o, &small, 1);
        } else {
            out_str(&o, str_cut(typed, from, i - from));
        }
    }
    return out_text(&o);
}

struct str seal_normal(struct cx *cx, struct str typed, struct str area)
{
    struct str number;
    return seal_phone(cx, typed, area, &number) ? number : seal_plain(cx, typed);
}
