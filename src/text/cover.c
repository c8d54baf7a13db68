/* cover -- see cover.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "text/cover.h"
#include "base/out.h"
#include "base/utf8.h"

enum { NEAR = 12 }; /* characters behind 我住 in which a door stands */

static int digit_of(uint32_t c)
{
    if (c >= '0' && c <= '9')
        return (int)(c - '0');
    return c >= 0xFF10 && c <= 0xFF19 ? (int)(c - 0xFF10) : -1;
}

static bool joins(uint32_t c)
{
    return c == ' ' || c == '-' || c == 0x3000 || c == 0xFF0D || c == 0x2014;
}

/* Digits in a row, one blank or hyphen between two of them allowed. */
struct run {
    size_t from, to;  /* bytes; to = behind the last digit */
    int digits, head; /* head: the first two as a number */
    bool is_split, is_zero;
};

static bool read_run(struct str s, size_t at, bool joined, struct run *r)
{
    size_t i = at;
    bool gap = false;
    *r = (struct run){.from = at, .to = at};
    while (i < s.n) {
        uint32_t c = utf8_next(s, &i);
        int d = digit_of(c);
        if (d < 0) {
            if (gap || !joined || !joins(c) || !r->digits)
                break;
            gap = true;
            continue;
        }
        r->is_split |= gap;
        gap = false;
        r->is_zero |= r->digits == 0 && d == 0;
        if (r->digits < 2)
            r->head = r->head * 10 + d;
        r->digits++;
        r->to = i;
    }
    return r->digits > 0;
}

/* Takes the check character of an identity card along. */
static bool names_somebody(struct str s, struct run *r)
{
    size_t i = r->to;
    uint32_t next = i < s.n ? utf8_next(s, &i) : 0;
    if (r->digits == 17 && (next == 'X' || next == 'x' || next == 0xFF38)) {
        r->to = i;
        return true;
    }
    if (r->digits == 18 || (r->digits == 15 && !r->is_split))
        return true;
    if (r->digits == 11 && r->head >= 13 && r->head <= 19)
        return true;
    if (r->digits == 13 && r->head == 86) /* +86 */
        return true;
    if (r->is_zero)
        return r->digits >= 10 && r->digits <= 12;
    return (r->digits == 7 || r->digits == 8) && !r->is_split;
}

/* A number of somebody that begins here: with its hyphens, else its first piece alone. */
static bool number_at(struct str s, size_t at, struct run *r)
{
    return (read_run(s, at, true, r) && names_somebody(s, r)) ||
           (read_run(s, at, false, r) && names_somebody(s, r));
}

bool cover_has_number(struct str text)
{
    struct run r;
    bool after_digit = false;
    for (size_t i = 0; i < text.n;) {
        if (!after_digit && number_at(text, i, &r))
            return true;
        after_digit = digit_of(utf8_next(text, &i)) >= 0;
    }
    return false;
}

/* ---- words ---- */

static bool all_digits(struct str w)
{
    for (size_t i = 0; i < w.n;)
        if (digit_of(utf8_next(w, &i)) < 0)
            return false;
    return true;
}

/* Bytes of the longest of the words that stands here; 0 = none. */
static size_t word_at(struct str s, size_t at, bool after_digit, const struct str *words, size_t n)
{
    struct str rest = str_cut(s, at, s.n - at);
    size_t best = 0;
    for (size_t k = 0; k < n; k++) {
        size_t next = at + words[k].n;
        if (utf8_count(words[k]) < 2 || words[k].n <= best || !str_starts(rest, words[k]))
            continue;
        if (all_digits(words[k]) &&
            (after_digit || (next < s.n && digit_of(utf8_next(s, &next)) >= 0)))
            continue;
        best = words[k].n;
    }
    return best;
}

struct lead {
    const char *words;
    int name; /* so many characters behind it are a name; 0 = digits near it are a door */
};

static const struct lead *lead_at(struct str s, size_t at)
{
    static const struct lead all[] = {{"我叫", 3},   {"我姓", 1}, {"本人姓", 1}, {"我的名字是", 3},
                                      {"名字叫", 3}, {"我住", 0}, {"我家", 0},   {"家住", 0},
                                      {"本人住", 0}, {"住在", 0}};
    struct str rest = str_cut(s, at, s.n - at);
    for (size_t k = 0; k < COUNT(all); k++)
        if (str_starts(rest, str_c(all[k].words)))
            return &all[k];
    return NULL;
}

static bool is_han(uint32_t c)
{
    return c >= 0x4E00 && c <= 0x9FFF;
}

/* Up to `most` characters of a name; where it ends. */
static size_t name_end(struct str s, size_t at, int most)
{
    while (most-- > 0 && at < s.n) {
        size_t next = at;
        if (!is_han(utf8_next(s, &next)))
            break;
        at = next;
    }
    return at;
}

struct covering {
    struct str s;
    struct out *o;
    size_t kept; /* written up to here */
    bool after_digit;
    int near; /* characters left in which digits are a door */
};

static void drop(struct covering *c, size_t from, size_t to)
{
    out_str(c->o, str_cut(c->s, c->kept, from - c->kept));
    out_c(c->o, COVERED);
    c->kept = to;
}

/* One character, number or word; where the next begins. */
static size_t pass(struct covering *c, size_t i, const struct str *words, size_t n)
{
    struct run r;
    size_t len = word_at(c->s, i, c->after_digit, words, n);
    const struct lead *lead = len ? NULL : lead_at(c->s, i);
    c->near--;
    if (len) {
        drop(c, i, i + len);
        return i + len;
    }
    if (lead) {
        size_t at = i + str_c(lead->words).n, end = name_end(c->s, at, lead->name);
        if (end > at)
            drop(c, at, end);
        c->near = lead->name ? 0 : NEAR;
        return end;
    }
    if (!c->after_digit && number_at(c->s, i, &r)) {
        drop(c, r.from, r.to);
        return r.to;
    }
    size_t next = i;
    uint32_t ch = utf8_next(c->s, &next);
    c->after_digit = digit_of(ch) >= 0;
    if (ch == 0x3002 || ch == 0xFF0C || ch == '\n')
        c->near = 0;
    if (c->after_digit && c->near > 0) {
        while (next < c->s.n) { /* the digits of one door */
            size_t more = next;
            if (digit_of(utf8_next(c->s, &more)) < 0)
                break;
            next = more;
        }
        drop(c, i, next);
    }
    return next;
}

struct str cover(struct cx *cx, struct str text, const struct str *words, size_t n)
{
    struct out o;
    struct covering c = {.s = text, .o = &o};
    out_init(&o, cx->mem);
    for (size_t i = 0; i < text.n;)
        i = pass(&c, i, words, n);
    if (!c.kept)
        return text;
    out_str(&o, str_cut(text, c.kept, text.n - c.kept));
    return out_text(&o);
}
