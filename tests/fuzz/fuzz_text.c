/* fuzz_text -- what every word from outside goes through: reading, cleaning, escaping. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "base/id.h"
#include "base/out.h"
#include "base/time.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct str s = str_n((const char *)data, n), got;
    struct out o;
    int64_t v;
    struct cx *cx = fuzz_begin(&f);

    out_init(&o, cx->mem);
    out_html(&o, s);
    must(utf8_valid(out_text(&o)));
    must(str_find(out_text(&o), S("<")) < 0 && str_find(out_text(&o), S("\"")) < 0);
    out_init(&o, cx->mem);
    out_json(&o, s);
    must(utf8_valid(out_text(&o)) && str_find(out_text(&o), S("\n")) < 0);
    must(utf8_count(s) <= s.n);
    must(utf8_head(s, 3).n <= s.n && utf8_count(utf8_head(s, 3)) <= 3);
    if (utf8_valid(s)) {
        struct str plain = utf8_plain(cx->mem, s);
        must(str_eq(utf8_plain(cx->mem, plain), plain));
        struct str once = utf8_clean(cx->mem, s, true);
        must(utf8_valid(once) && str_find(once, S("\n")) < 0 && once.n <= s.n);
        must(str_eq(utf8_clean(cx->mem, once, true), once)); /* clean stays clean */
    }
    if (id_number_read(cx, s, &got)) {
        struct str again;
        must(id_number_read(cx, got, &again) && str_eq(got, again));
    }
    str_int(s, &v);
    time_read_date(s, &v);
    return fuzz_end(&f);
}
