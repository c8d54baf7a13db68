/* fuzz_help -- what helpers and certificates are read from: weeks, reasons, lines of a certificate;
 * and what people wrote on its way into a calendar. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "app/hours/hours_own.h"
#include "app/match/match.h"
#include "app/volunteer/week.h"
#include "base/utf8.h"
#include "print/ics.h"

static void week(struct cx *cx, struct str s)
{
    struct week w, again;
    bool is_week = week_read(s, &w);
    must(is_week || week_count(&w) == 0);
    must(week_read(week_text(cx, &w), &again) && week_count(&again) == week_count(&w));
    must(utf8_valid(week_words(cx, &w)));
}

static void lines(struct cx *cx, struct str s)
{
    match_term_list terms = {0};
    cert_line_list parts = {0};
    match_terms(cx, s, &terms);
    cert_read_lines(cx, s, &parts);
    for (size_t i = 0; i < terms.n; i++)
        must(terms.at[i].code.n + terms.at[i].words.n <= s.n);
}

/* Nobody writes a line of his own into the calendar, and none is too long. */
static void calendar(struct cx *cx, struct str s)
{
    struct out o;
    struct str text, line;
    size_t begins = 0;
    out_init(&o, cx->mem);
    ics_begin(&o, s);
    ics_event(&o, &(struct ics_event){.uid = s, .title = s, .text = s, .where = s, .url = s});
    ics_end(&o);
    text = out_text(&o);
    must(utf8_valid(text) && str_ends(text, S("\r\n")));
    while (str_split(&text, '\n', &line)) {
        must(line.n <= 76 && (line.n == 0 || line.p[line.n - 1] == '\r'));
        begins += str_starts(line, S("BEGIN:"));
    }
    must(begins == 4);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct str s = str_n((const char *)data, n);
    struct cx *cx = fuzz_begin(&f);
    week(cx, s);
    lines(cx, s);
    calendar(cx, s);
    return fuzz_end(&f);
}
