/* fuzz_csv -- a spreadsheet's bytes into rows: whatever they are, cells are clean text, limits
 * hold, and writing the rows again gives the same rows. */
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

static void check_again(struct cx *cx, const csv_rows *rows)
{
    csv_rows again = {0};
    struct str text = csv_text(cx, rows);
    if (text.n > CSV_BYTES_MAX) /* quotes made it longer */
        return;
    must(csv_read(cx, text, false, &again) == OK);
    must(again.n == rows->n);
    for (size_t i = 0; i < rows->n; i++) {
        must(again.at[i].number == rows->at[i].number);
        must(again.at[i].cells.n == rows->at[i].cells.n);
        for (size_t k = 0; k < rows->at[i].cells.n; k++)
            must(str_eq(again.at[i].cells.at[k], rows->at[i].cells.at[k]));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    csv_rows rows = {0};
    struct cx *cx = fuzz_begin(&f);
    if (csv_read(cx, str_n((const char *)data, n), false, &rows) == OK) {
        check_cells(cx, &rows);
        check_again(cx, &rows);
    }
    return fuzz_end(&f);
}
