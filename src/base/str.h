/* str -- a piece of UTF-8 text: pointer and length, never owned, not NUL-terminated. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct str {
    const char *p; /* may be NULL when n is 0 */
    size_t n;
};

/* A string literal as a str: S("办好了"). */
#define S(lit)   ((struct str){"" lit, sizeof(lit) - 1})
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Arguments for "%.*s": printf("%.*s", STR(x)) -- so a str needs no copy to be printed. */
#define STR(s) (int)(s).n, (s).p

struct str str_c(const char *z); /* NULL gives the empty str */
struct str str_n(const char *p, size_t n);
bool str_eq(struct str a, struct str b);
bool str_is(struct str a, const char *z);
bool str_starts(struct str a, struct str head);
bool str_ends(struct str a, struct str tail);
/* Position of `needle`, or -1. O(a.n * needle.n), for short text. */
ptrdiff_t str_find(struct str a, struct str needle);
struct str str_cut(struct str a, size_t from, size_t n); /* clamped */
struct str str_trim(struct str a);                       /* ASCII blanks and U+3000 */
/* Splits off what stands before the first `sep`, which is dropped; false at the end. */
bool str_split(struct str *rest, char sep, struct str *part);
/* Whole text is a decimal int64; no blanks, no plus sign. */
bool str_int(struct str a, int64_t *out);
/* Same bytes in the same time whatever they are: for secrets. An empty one is the same as nothing:
 * what was erased opens to nobody. */
bool str_same_secret(struct str a, struct str b);

#endif
