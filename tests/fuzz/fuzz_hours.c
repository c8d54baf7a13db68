/* fuzz_hours -- what hours reads from outside: day and clock, the digits of a certificate's hash,
 * the number of a paper, the lines of a certificate. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "app/hours/hours_own.h"
#include "base/html.h"
#include <string.h>

/* What was read is said again the same way, to the minute. */
static void check_clock(struct cx *cx, struct str s)
{
    struct str day;
    int64_t at, again;
    if (!str_split(&s, '\n', &day) || !hours_clock(cx, day, s, &at))
        return;
    struct str said = filter_time(cx, at);
    must(hours_clock(cx, str_cut(said, 0, 10), str_cut(said, 11, 5), &again));
    must(again <= at && at - again < 60000);
}

static void check_hash(struct cx *cx, struct str s)
{
    struct str one = cert_clean_hash(cx, s);
    must(one.n <= 65 && str_find(one, S(" ")) < 0 && str_find(one, S("-")) < 0);
    must(str_eq(cert_clean_hash(cx, one), one));
}

static void check_papers(struct cx *cx, struct str s)
{
    struct str one, two;
    bool plain = cert_clean_papers(cx, s, &one);
    must(one.n <= s.n && cert_clean_papers(cx, one, &two) == plain && str_eq(one, two));
    must(!cert_is_identity(one) || (plain && one.n == 18));
}

static void check_lines(struct cx *cx, struct str s)
{
    cert_line_list lines = {0};
    cert_read_lines(cx, s, &lines);
    for (size_t i = 0; i < lines.n; i++) {
        struct str what = lines.at[i].what;
        must(what.n < s.n && !memchr(what.p, '\t', what.n) && !memchr(what.p, '\n', what.n));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct str s = str_n((const char *)data, n);
    struct cx *cx = fuzz_begin(&f);
    check_clock(cx, s);
    check_hash(cx, s);
    check_papers(cx, s);
    check_lines(cx, s);
    return fuzz_end(&f);
}
