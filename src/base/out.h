/* out -- a growing byte buffer in an arena with a maximum: pages, JSON, logs are written to it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_OUT_H
#define BASE_OUT_H

#include "base/arena.h"

struct out {
    struct arena *mem;
    char *p;
    size_t n, cap;
    size_t max; /* 0 = 8 MiB; growing past it is "over the limit" of the arena */
};

void out_init(struct out *o, struct arena *mem);
void out_raw(struct out *o, const char *p, size_t n);
void out_str(struct out *o, struct str s);
void out_c(struct out *o, const char *z);
void out_int(struct out *o, int64_t v);
void out_printf(struct out *o, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* & < > " ' become entities; control characters but tab and newline, and lone bytes that are
 * not UTF-8, become U+FFFD. Right both in text and in a quoted attribute. */
void out_html(struct out *o, struct str s);
/* A JSON string with its quotes; invalid UTF-8 becomes U+FFFD. */
void out_json(struct out *o, struct str s);
/* Percent-encoding of everything but unreserved characters. */
void out_url(struct out *o, struct str s);
struct str out_text(const struct out *o);

#endif
