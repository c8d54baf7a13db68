/* sheet -- the master key on three sheets of paper, any two of which give it back (Shamir 1979). */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal_own.h"
#include "base/utf8.h"
#include <string.h>

enum { KIND = 0x10, CHECK_AT = SHARE_AT + SEAL_KEY_BYTES, WORDS_IN_LINE = 4 };

/* In GF(2^8) with x^8 + x^4 + x^3 + x + 1; no table and no branch on what is multiplied. */
static unsigned char times(unsigned char a, unsigned char b)
{
    unsigned char out = 0;
    for (int i = 0; i < 8; i++) {
        out ^= (unsigned char)(-(b & 1) & a);
        a = (unsigned char)(a << 1 ^ (-(a >> 7) & 0x1b));
        b >>= 1;
    }
    return out;
}

/* a^254 = 1/a; of numbers of sheets, which are no secret. */
static unsigned char inverse(unsigned char a)
{
    unsigned char out = 1;
    for (int i = 0; i < 254; i++)
        out = times(out, a);
    return out;
}

static bool sign(const unsigned char *sheet, unsigned char out[SHEET_BYTES - CHECK_AT])
{
    unsigned char hash[HASH_BYTES];
    bool done = seal_hash_of(SEAL_SHA256, seal_bytes(sheet, CHECK_AT), hash);
    if (done)
        memcpy(out, hash, SHEET_BYTES - CHECK_AT);
    return done;
}

static int number_of(const unsigned char *sheet)
{
    return sheet[0] & 0x0f;
}

/* Each byte of the key is where a line of its own meets 0; sheet x is all lines at x. */
bool seal_split(struct cx *cx, const unsigned char secret[SEAL_KEY_BYTES],
                unsigned char sheets[SEAL_SHEETS][SHEET_BYTES])
{
    unsigned char slope[SEAL_KEY_BYTES], set[4];
    bool done = true;
    cx->env->random(cx->env, slope, sizeof slope);
    cx->env->random(cx->env, set, sizeof set);
    for (unsigned char x = 1; x <= SEAL_SHEETS; x++) {
        unsigned char *s = sheets[x - 1];
        s[0] = KIND | x;
        memcpy(s + 1, set, sizeof set);
        for (size_t i = 0; i < SEAL_KEY_BYTES; i++)
            s[SHARE_AT + i] = secret[i] ^ times(slope[i], x);
        done &= sign(s, s + CHECK_AT);
    }
    seal_wipe(slope, sizeof slope);
    return done;
}

static bool is_sheet(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    unsigned char check[SHEET_BYTES - CHECK_AT];
    return s.n == SHEET_BYTES && (p[0] & 0xf0) == KIND && number_of(p) >= 1 &&
           number_of(p) <= SEAL_SHEETS && sign(p, check) &&
           memcmp(check, p + CHECK_AT, sizeof check) == 0;
}

bool seal_join(struct str one, struct str other, unsigned char secret[SEAL_KEY_BYTES])
{
    const unsigned char *a = (const unsigned char *)one.p, *b = (const unsigned char *)other.p;
    if (!is_sheet(one) || !is_sheet(other) || number_of(a) == number_of(b) ||
        memcmp(a + 1, b + 1, SHARE_AT - 1) != 0)
        return false;
    unsigned char x = (unsigned char)number_of(a), y = (unsigned char)number_of(b);
    unsigned char over = inverse(x ^ y);
    for (size_t i = 0; i < SEAL_KEY_BYTES; i++)
        secret[i] = times(over, times(a[SHARE_AT + i], y) ^ times(b[SHARE_AT + i], x));
    return true;
}

/* ---- words ---- */

struct str seal_sheet_words(struct cx *cx, struct str sheet)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < sheet.n; i++) {
        out_c(&o, seal_sheet_list[(unsigned char)sheet.p[i]]);
        if (i + 1 < sheet.n)
            out_c(&o, i % WORDS_IN_LINE == WORDS_IN_LINE - 1 ? "\n" : " ");
    }
    return out_text(&o);
}

/* The number of a word, -1 if it is none; `*near` is one of which a character is right, or NULL. */
static int find_word(struct str word, const char **near)
{
    size_t half = word.n / 2;
    *near = NULL;
    for (int i = 0; i < 256; i++) {
        const char *w = seal_sheet_list[i];
        if (str_is(word, w))
            return i;
        if (memcmp(word.p, w, half) == 0 || memcmp(word.p + half, w + half, half) == 0)
            *near = w;
    }
    return -1;
}

/* Two characters of the words; false at the end. Numbers, blanks and signs are passed over. */
static bool next_word(struct str typed, size_t *at, struct str *word)
{
    enum { FIRST = 0x4e00, LAST = 0x9fff, BYTES = 3 };
    size_t from = 0;
    int have = 0;
    while (*at < typed.n && have < 2) {
        size_t start = *at;
        uint32_t c = utf8_next(typed, at);
        if (c < FIRST || c > LAST) {
            have = 0; /* the two stand side by side */
            continue;
        }
        if (have == 0)
            from = start;
        have++;
    }
    *word = str_cut(typed, from, 2 * BYTES);
    return have == 2;
}

bool seal_sheet_read(struct cx *cx, struct str typed, struct str *sheet, struct str *fault)
{
    unsigned char *p = arena_alloc(cx->mem, SHEET_BYTES);
    struct str word;
    size_t at = 0, n = 0;
    *fault = *sheet = S("");
    while (next_word(typed, &at, &word)) {
        const char *near;
        int byte = find_word(word, &near);
        if (byte < 0 && near)
            *fault = arena_printf(cx->mem, "第 %zu 个词“%.*s”不在词表里，是不是“%s”", n + 1,
                                  STR(word), near);
        else if (byte < 0)
            *fault = arena_printf(cx->mem, "第 %zu 个词“%.*s”不在词表里，请对着纸再看一遍", n + 1,
                                  STR(word));
        if (byte < 0)
            return false;
        if (n < SHEET_BYTES)
            p[n] = (unsigned char)byte;
        n++;
    }
    if (n != SHEET_BYTES)
        *fault = arena_printf(cx->mem, "一张纸上有 %d 个词，现在读到 %zu 个", SHEET_BYTES, n);
    else if (!is_sheet(seal_bytes(p, SHEET_BYTES)))
        *fault = S("词都认识，但合起来不对：请看看有没有两个词写反、有没有串行");
    *sheet = fault->n ? S("") : seal_bytes(p, SHEET_BYTES);
    return fault->n == 0;
}
