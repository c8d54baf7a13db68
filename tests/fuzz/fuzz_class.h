/* fuzz_class -- for the drivers of what is typed at a door. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FUZZ_FUZZ_CLASS_H
#define TESTS_FUZZ_FUZZ_CLASS_H

#include "tests/fuzz/fuzz.h"
#include "app/activity/class_own.h"
#include "base/out.h"
#include "base/utf8.h"

/* As somebody else may type it: wide letters, small ones, blanks and hyphens between. */
static inline struct str otherwise(struct cx *cx, struct str s)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < s.n;) {
        size_t from = i;
        uint32_t c = utf8_next(s, &i);
        if (c > ' ' && c < 0x7f) {
            c += 0xfee0; /* U+FF01 … U+FF5E are all of three bytes */
            out_printf(&o, "　%c%c%c - ", (char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 63)),
                       (char)(0x80 | (c & 63)));
        } else {
            out_str(&o, str_cut(s, from, i - from));
        }
    }
    return out_text(&o);
}

#endif
