/* fuzz_guide -- a guide as somebody typed it: no line is empty or holds a break, and what is
 * checked has no more blanks than a form may have. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "app/service/pages.h"
#include "base/out.h"
#include "base/utf8.h"
#include <string.h>

static void join(struct cx *cx, const service_lines *lines, struct out *o)
{
    out_init(o, cx->mem);
    for (size_t i = 0; i < lines->n; i++) {
        out_c(o, i ? "\n" : "");
        out_str(o, lines->at[i]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct cx *cx = fuzz_begin(&f);
    struct str text = str_n((const char *)data, n);
    service_lines lines = {0};
    guide_blanks blanks = {0};
    struct out o;
    if (utf8_valid(text)) {
        text = utf8_clean(cx->mem, text, false);
        service_lines_of(cx, text, &lines);
        for (size_t i = 0; i < lines.n; i++)
            must(lines.at[i].n && !memchr(lines.at[i].p, '\n', lines.at[i].n) &&
                 utf8_valid(lines.at[i]));
        join(cx, &lines, &o);
        must(out_text(&o).n <= text.n);
        struct service s = {.title = utf8_head(text, 120),
                            .bring = text,
                            .steps = text,
                            .fields = text,
                            .form_name = text,
                            .link = text,
                            .slug = text};
        service_check(cx, &s);
        guide_blanks_of(cx, NULL, &s, &blanks);
        must(blanks.n <= SERVICE_FIELDS_MAX);
    }
    return fuzz_end(&f);
}
