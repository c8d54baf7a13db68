/* fuzz_csv -- a spreadsheet's bytes into rows: whatever they are, cells are clean text, limits
 * hold, and writing the rows again gives the same rows; as a file for a spreadsheet as well, but
 * that no cell of it is a formula. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "base/utf8.h"
#include "text/csv.h"
#include <string.h>

static void check_cells(struct cx *cx, const csv_rows *rows)
{
    must(rows->n <= CSV_ROWS_MAX + 1);
    for (size_t i = 0; i < rows->n; i++) {
        must(rows->at[i].cells.n >= 1 && rows->at[i].cells.n <= CSV_CELLS_MAX);
        for (size_t k = 0; k < rows->at[i].cells.n; k++) {
            struct str s = rows->at[i].cells.at[k];
            must(utf8_valid(s));
            must(!s.n || (!memchr(s.p, '\n', s.n) && !memchr(s.p, 0, s.n)));
            must(csv_header(cx, s).n <= s.n);
        }
    }
}

static bool is_formula(struct str s)
{
    return s.n && (strchr("=+-@\t\r\n", s.p[0]) || str_starts(s, S("＝")) ||
                   str_starts(s, S("＋")) || str_starts(s, S("－")) || str_starts(s, S("＠")));
}

static void check_again(struct cx *cx, const csv_rows *rows, struct str text, bool is_file)
{
    csv_rows again = {0};
    if (text.n > CSV_BYTES_MAX) /* quotes made it longer */
        return;
    must(csv_read(cx, text, false, &again) == OK);
    must(again.n == rows->n);
    for (size_t i = 0; i < rows->n; i++) {
        must(is_file || again.at[i].number == rows->at[i].number);
        must(again.at[i].cells.n == rows->at[i].cells.n);
        for (size_t k = 0; k < rows->at[i].cells.n; k++) {
            struct str was = rows->at[i].cells.at[k], is = again.at[i].cells.at[k];
            bool marked = is_file && is_formula(was);
            must(!is_file || !is_formula(is));
            must(str_eq(marked ? str_cut(is, 1, is.n - 1) : is, was));
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    csv_rows rows = {0};
    struct cx *cx = fuzz_begin(&f);
    if (csv_read(cx, str_n((const char *)data, n), false, &rows) == OK) {
        check_cells(cx, &rows);
        check_again(cx, &rows, csv_text(cx, &rows), false);
        check_again(cx, &rows, csv_file(cx, &rows), true);
    }
    return fuzz_end(&f);
}
