/*
 * rank -- which of some thousand short Chinese texts a question means: BM25 (Robertson, Walker et
 * al. 1994; k1 = 1.2, b = 0.75) over pairs of neighbouring characters, single characters counting
 * little, with whole words of Latin letters and digits. No dictionary, no index, nothing kept:
 *
 *     struct rank *r = rank_new(cx, question);
 *     for each text { rank_text(r); rank_part(r, title, 3); rank_part(r, body, 1); }
 *     rank_best(r, 10, &found);
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEXT_RANK_H
#define TEXT_RANK_H

#include "base/cx.h"

struct rank;

enum { RANK_TERMS_MAX = 120 }; /* what a question has beyond them is not looked at */

/* Signs and blanks of the question are passed over, full-width letters and capitals are small ones.
 */
struct rank *rank_new(struct cx *cx, struct str question);
/* Has the question nothing to look for? */
bool rank_is_empty(const struct rank *r);
void rank_text(struct rank *r); /* the next text begins, numbered from 0 */
/* A part of that text; what is found in it counts `weight` times. O(characters). */
void rank_part(struct rank *r, struct str part, int weight);
/* What else speaks for that text, in points beside those of its parts: a rare pair is worth some 5.
 */
void rank_more(struct rank *r, double points);

struct ranked {
    size_t text;
    double score;
    int found, of; /* pairs of the question that stand in the text, and how many it has */
};
typedef LIST(struct ranked) ranked_list;
/* The best, at most `limit`, best first; equal ones in the order they came. None that has nothing
 * of the question. O(texts x terms). */
void rank_best(struct rank *r, size_t limit, ranked_list *out);

#endif
