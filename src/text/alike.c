/* alike -- see alike.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "text/alike.h"
#include "base/utf8.h"
#include "text/words.h"
#include <math.h>
#include <stdlib.h>

enum { FEW = 5 }; /* terms, as 灯不亮 has: 灯 alone, or 你好, says less by itself */

/* A character, or a pair: the first one in the upper half. */
typedef LIST(uint64_t) term_list;
struct span {
    size_t at, n; /* of the terms of one text, rising, each once */
    double weight;
};
struct texts {
    struct cx *cx;
    term_list terms; /* of one text after the other */
    uint64_t *all;   /* the same, rising */
    size_t n;
};

static int by_key(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static struct span take(struct texts *t, struct str text)
{
    struct span s = {.at = t->terms.n};
    uint32_t before = 0;
    text = utf8_head(text, ALIKE_CHARS);
    for (size_t i = 0; i < text.n;) {
        uint32_t c = words_letter(utf8_next(text, &i));
        if (c && before)
            *PUSH(t->cx->mem, &t->terms) = (uint64_t)before << 32 | c;
        if (c >= 0x80)
            *PUSH(t->cx->mem, &t->terms) = c;
        before = c;
    }
    size_t n = t->terms.n - s.at;
    uint64_t *own = n ? t->terms.at + s.at : NULL;
    if (n)
        qsort(own, n, sizeof *own, by_key);
    for (size_t i = 0; i < n; i++)
        if (!s.n || own[s.n - 1] != own[i])
            own[s.n++] = own[i];
    t->terms.n = s.at + s.n;
    t->n++;
    return s;
}

static void sort_all(struct texts *t)
{
    size_t n = t->terms.n;
    t->all = arena_array(t->cx->mem, n, sizeof *t->all);
    for (size_t i = 0; i < n; i++)
        t->all[i] = t->terms.at[i];
    if (n)
        qsort(t->all, n, sizeof *t->all, by_key);
}

/* How many of all terms are less than `key`. */
static size_t below(const struct texts *t, uint64_t key)
{
    size_t lo = 0, hi = t->terms.n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (t->all[mid] < key)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

static double weight(const struct texts *t, uint64_t key)
{
    double have = (double)(below(t, key + 1) - below(t, key));
    return log(((double)t->n + 1) / (have + 0.5));
}

static void weigh(const struct texts *t, struct span *s)
{
    for (size_t i = 0; i < s->n; i++)
        s->weight += weight(t, t->terms.at[s->at + i]);
}

static double shared(const struct texts *t, const struct span *a, const struct span *b)
{
    double sum = 0;
    for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
        uint64_t x = t->terms.at[a->at + i], y = t->terms.at[b->at + k];
        if (x == y)
            sum += weight(t, x);
        i += x <= y;
        k += y <= x;
    }
    return sum;
}

static double likeness(const struct texts *t, const struct span *a, const struct span *b)
{
    const struct span *less = a->weight < b->weight ? a : b;
    if (!less->n)
        return 0;
    double share = shared(t, a, b) / less->weight;
    return less->n < FEW ? share * (double)less->n / FEW : share;
}

void alike(struct cx *cx, struct str text, const struct str *others, size_t n, double *out)
{
    struct texts t = {.cx = cx};
    struct span one = take(&t, text), *each = arena_array(cx->mem, n, sizeof *each);
    for (size_t i = 0; i < n; i++)
        each[i] = take(&t, others[i]);
    sort_all(&t);
    weigh(&t, &one);
    for (size_t i = 0; i < n; i++) {
        weigh(&t, &each[i]);
        out[i] = likeness(&t, &one, &each[i]);
    }
}
