/*
 * alike -- how much each of some short Chinese texts speaks of the same matter as one of them.
 *
 * The terms of a text are its Han characters and the pairs of neighbouring characters (letters and
 * digits in pairs only). A term that f of the n texts have weighs ln((n + 1) / (f + 1/2)): what
 * everybody nearby says tells least. Two texts are alike by what the terms that both have weigh, as
 * a share of all terms of the one that has less (the overlap coefficient of Szymkiewicz and
 * Simpson, weighted): whoever says only 灯不亮 is like whoever tells the same at length. Fewer than
 * five terms count less: a greeting is in many texts.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEXT_ALIKE_H
#define TEXT_ALIKE_H

#include "base/cx.h"

enum { ALIKE_CHARS = 200 }; /* what a text has beyond them is not looked at */

/* `out[i]` of 0 (nothing in common) to 1 says how much `others[i]` is like `text`, for each of n;
 * by terms of all these texts, so do not compare it with another call's. A text without a term is
 * like nothing. O(c log c) for c characters of all. */
void alike(struct cx *cx, struct str text, const struct str *others, size_t n, double *out);

/* From there on most are the same matter (README.md: measured). */
#define ALIKE_SAME 0.25

#endif
