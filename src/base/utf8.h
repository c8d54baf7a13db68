/* utf8 -- is it text? and the cleaning that every word from outside goes through. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/arena.h"

bool utf8_valid(struct str s);   /* strict: no overlong, no surrogate, <= U+10FFFF */
size_t utf8_count(struct str s); /* characters; every invalid byte counts as one */
/* Reads one character at *i and moves on; U+FFFD for an invalid byte. */
uint32_t utf8_next(struct str s, size_t *i);
struct str utf8_head(struct str s, size_t characters); /* the first so many */
/*
 * What a person meant: CRLF and CR become LF (or a blank when `one_line`), tabs a blank, control
 * characters, zero-width and direction marks (U+200B-200F, 202A-202E, 2060-206F, FEFF) are dropped,
 * but U+200D stays between emoji; outer blanks trimmed. `s` must be valid UTF-8.
 */
struct str utf8_clean(struct arena *a, struct str s, bool one_line);
/* For comparing what two people typed, or one twice: full-width as half-width, small ASCII letters
 * as capitals, no blanks. Not longer than `s`. */
struct str utf8_plain(struct arena *a, struct str s);

#endif
