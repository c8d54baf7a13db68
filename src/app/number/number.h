/*
 * number -- the numbers that people carry on paper (H-261128-0012-3), the four digits that go with
 * them, and wrong ones counted. Owns day_count and word_try.
 *
 * A number is of its day and letter, and is given once; who has both number and digits is it. After
 * NUMBER_TRIES wrong ones within an hour the number opens nothing until the next hour. Numbers
 * follow each other: whoever is not signed in and was wrong NUMBER_TRIES_CALLER times, with
 * whatever numbers, opens none until the next hour (cx->who.from); somebody who mistypes his own is
 * wrong ten times.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NUMBER_H
#define NUMBER_H

#include "db/db.h"
#include "web/web.h"

enum { NUMBER_TRIES = 10, NUMBER_TRIES_CALLER = 30 /* many share the address of a carrier */ };

/* The next number of today with this letter. In the transaction that stores it. */
enum err number_next(struct cx *cx, char letter, struct str *out);
/* Four digits by chance. */
struct str number_word(struct cx *cx);
/* The number as typed, in its one form. ERR_INPUT, with a sentence, when a digit is wrong. */
enum err number_read(struct cx *cx, struct str typed, struct str *out);
/* ERR_DENIED after too many wrong ones in this hour. */
enum err number_tries_left(struct cx *cx, struct str number);
/* Counts a wrong one: kept only when the request ends with OK. */
enum err number_wrong(struct cx *cx, struct str number);
/* Counts of hours that are over are forgotten. */
enum err number_clean(struct cx *cx);
/* The secret of a link as it was typed: letters and digits of id_secret(); else "", which opens
 * nothing. */
struct str number_key(struct str typed);

extern const struct feature number_feature;

#endif
