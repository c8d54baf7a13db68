/* html2c_code -- reads the C between {{ }} and {% %}: where it ends, what it is. Not a C parser. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HTML2C_CODE_H
#define HTML2C_CODE_H

#include "tools/kit.h"

/* Part of a template, and the line at which it begins. */
struct span {
    const char *at, *end;
    int line;
};
#define SPAN(s) (int)((s).end - (s).at), (s).at /* for %.*s */

/* Line ends between. */
int count_lines(const char *p, const char *end);
/* Without the blanks on both sides. */
struct span trim(struct span s);
/* The byte behind a C string or a comment at `p`; `p` if there is none. */
const char *skip(const struct where *w, const char *p, const char *end);
/* The first `what` in C code, outside strings, comments and brackets. NULL if there is none. */
const char *seek(const struct where *w, const char *p, const char *end, const char *what);
/* An expression: something, and only one thing. */
struct span expression(const struct where *w, struct span s);
/* A C name of at most 40 bytes. */
bool is_name(struct span s);
/* Is all of `s` one call of url() or asset_url()? They give a whole URL that is safe. */
bool is_url_call(const struct where *w, struct span s);
/* `a | b | c(d)` as filter_c(cx, filter_b(cx, a), d). */
void put_filters(const struct where *w, struct buf *b, struct span s);

#endif
