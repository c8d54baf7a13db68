/*
 * id -- 63-bit time-ordered ids (41 bits of ms since 2020, 10 bits of node, 12 bits of sequence),
 * and the numbers that people read over the phone. Ids are above 2^53: outside they are text.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ID_H
#define BASE_ID_H

#include "base/cx.h"

/* A new id: greater than every id made before by this process, lock-free. */
int64_t id_new(struct cx *cx);
/* What every id made at `at` (ms) or later is greater than: when a row was made, where no column
 * says so. */
int64_t id_before(int64_t at);
/* 64 random bits, once at start. Ten are the node; where two processes of a store have drawn the
 * same, all of them keep the sequences of a millisecond apart, but for one in thousands. */
void id_process(uint64_t random);

/* `n` random bytes in base32 (no 0 1 O I), for keys in links: 16 bytes = 26 characters. */
struct str id_secret(struct cx *cx, size_t n);
/* What the store keeps of a secret, to know it again: 32 bytes of BLAKE2b (RFC 7693). */
struct str id_secret_hash(struct cx *cx, struct str secret);
/* A UUID written with hyphens, lower case; true if `s` is one. */
bool id_is_uuid(struct str s);
struct str id_uuid(struct cx *cx);

/* H-YYMMDD-NNNN-C with C by Damm's quasigroup over the digits: every single wrong digit and every
 * swap of unlike neighbours, C included, is noticed when a number is read over the phone. `nth`
 * counts the day's, from 1; after 9999 it has five digits and more, and never a leading 0. */
struct str id_number(struct cx *cx, char prefix, int64_t day_at, int64_t nth);
/* C-YYYY-NNNNNN-C, for what is counted by the year (certificates: prefix C). */
struct str id_number_year(struct cx *cx, char prefix, int64_t day_at, int64_t nth);
/* Reads what a person typed: blanks, full-width characters, missing hyphens or prefix, small
 * letters. False when the check character is wrong; then `*out` is what was understood. */
bool id_number_read(struct cx *cx, struct str typed, struct str *out);

#endif
