/*
 * cover -- what in a text would tell who wrote it: numbers to reach him by, numbers of papers, and
 * words that are known to be his (name, door). Covered, the text still says what the matter is.
 *
 * Numbers, with blanks, hyphens and full-width digits: mobile ones (11 digits, 1[3-9]), landlines
 * (0 and 9 to 11 more digits, or 7 or 8 in one piece), numbers of identity cards (GB 11643, 15 or
 * 17 digits and a check character). A date or a number of this product is none of them.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEXT_COVER_H
#define TEXT_COVER_H

#include "base/cx.h"

#define COVERED "＊＊＊"

/* Is there such a number in it? O(characters). */
bool cover_has_number(struct str text);
/* Each of them, and each of the `words`, becomes COVERED, and so do the digits and the name behind
 * 我住, 我家, 我叫, 我姓 and the like. A word of one character, or of digits that are part of
 * a longer number, stays. `text` itself when nothing was there. O(characters x words). */
struct str cover(struct cx *cx, struct str text, const struct str *words, size_t n);

#endif
