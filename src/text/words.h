/* words -- lists of everyday words in one text, and which of them a sentence speaks of. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEXT_WORDS_H
#define TEXT_WORDS_H

#include "base/cx.h"

/* Small, half-width; 0 for what is no letter, digit or Han character. */
uint32_t words_letter(uint32_t c);
/* The next word of a list, split off from `rest`; blanks, line breaks and , ; / | 、 ， ； part
 * them. False at the end. */
bool words_next(struct str *rest, struct str *word);
/* The characters of all `words` that stand in `text`, since a longer word says more; 0 = none does.
 * `*why` names them: 提到“电梯”“困住”. O(words x text). */
int words_fit(struct cx *cx, struct str words, struct str text, struct str *why);

#endif
