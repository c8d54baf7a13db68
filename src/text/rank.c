/* rank -- see rank.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "text/rank.h"
#include "base/utf8.h"
#include "text/words.h"
#include <math.h>

/* What one pair or character is worth beside others: found by trying (README.md). */
#define K1     1.2
#define B      0.75
#define SINGLE 0.2

enum { TABLE = 512 }; /* open addressing, more than twice RANK_TERMS_MAX */

struct term {
    uint64_t key; /* 0 = none; a pair, or one character with nothing before it */
    bool is_pair;
    int64_t texts; /* that hold it */
};
struct counted {
    float times[RANK_TERMS_MAX]; /* small: a row for each text */
    double length, more;
};
struct rank {
    struct cx *cx;
    struct term terms[RANK_TERMS_MAX];
    size_t nterms;
    uint16_t table[TABLE]; /* term + 1 */
    LIST(struct counted) texts;
    double length; /* of all texts */
};

static size_t slot_of(const struct rank *r, uint64_t key)
{
    size_t at = (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) % TABLE;
    while (r->table[at] && r->terms[r->table[at] - 1].key != key)
        at = (at + 1) % TABLE;
    return at;
}

static void add_term(struct rank *r, uint64_t key, bool is_pair)
{
    size_t at = slot_of(r, key);
    if (r->table[at] || r->nterms == RANK_TERMS_MAX)
        return;
    r->terms[r->nterms] = (struct term){.key = key, .is_pair = is_pair};
    r->table[at] = (uint16_t)++r->nterms;
}

struct rank *rank_new(struct cx *cx, struct str question)
{
    struct rank *r = NEW(cx->mem, struct rank);
    uint32_t before = 0;
    r->cx = cx;
    for (int pairs = 1; pairs >= 0;
         pairs--) /* pairs first: they say more, should there be too many */
        for (size_t i = 0; i < question.n;) {
            uint32_t c = words_letter(utf8_next(question, &i));
            if (pairs && c && before)
                add_term(r, (uint64_t)before << 32 | c, true);
            if (!pairs && c >= 0x80)
                add_term(r, c, false);
            before = c;
        }
    return r;
}

bool rank_is_empty(const struct rank *r)
{
    return r->nterms == 0;
}

void rank_text(struct rank *r)
{
    (void)PUSH(r->cx->mem, &r->texts);
}

static void count(struct rank *r, struct counted *t, uint64_t key, int weight)
{
    size_t at = slot_of(r, key);
    if (!r->table[at])
        return;
    float *times = &t->times[r->table[at] - 1];
    if (*times <= 0)
        r->terms[r->table[at] - 1].texts++;
    *times += (float)weight;
}

void rank_part(struct rank *r, struct str part, int weight)
{
    struct counted *t = &r->texts.at[r->texts.n - 1];
    uint32_t before = 0;
    for (size_t i = 0; i < part.n;) {
        uint32_t c = words_letter(utf8_next(part, &i));
        if (c && before)
            count(r, t, (uint64_t)before << 32 | c, weight);
        if (c >= 0x80)
            count(r, t, c, weight);
        t->length += c != 0;
        r->length += c != 0;
        before = c;
    }
}

void rank_more(struct rank *r, double points)
{
    r->texts.at[r->texts.n - 1].more += points;
}

static struct ranked score(const struct rank *r, size_t text)
{
    const struct counted *t = &r->texts.at[text];
    struct ranked out = {.text = text, .score = t->more};
    double all = (double)r->texts.n, mean = r->length / all;
    double norm = K1 * (1 - B + B * t->length / (mean > 0 ? mean : 1));
    for (size_t k = 0; k < r->nterms; k++) {
        const struct term *term = &r->terms[k];
        double n = (double)term->texts, times = t->times[k];
        double rare = log(1 + (all - n + 0.5) / (n + 0.5));
        out.of += term->is_pair;
        out.found += term->is_pair && times > 0;
        out.score += (term->is_pair ? 1 : SINGLE) * rare * times * (K1 + 1) / (times + norm);
    }
    return out;
}

void rank_best(struct rank *r, size_t limit, ranked_list *out)
{
    for (size_t i = 0; i < r->texts.n; i++) {
        struct ranked one = score(r, i);
        size_t at = out->n; /* insertion keeps the best first */
        if (one.score <= 0)
            continue;
        while (at > 0 && out->at[at - 1].score < one.score)
            at--;
        if (at >= limit)
            continue;
        if (out->n < limit)
            (void)PUSH(r->cx->mem, out);
        for (size_t k = out->n - 1; k > at; k--)
            out->at[k] = out->at[k - 1];
        out->at[at] = one;
    }
}
