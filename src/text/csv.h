/*
 * csv -- bytes of a spreadsheet into rows of cells and back: encoding, separators, quotes. What the
 * cells mean is for who asked.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEXT_CSV_H
#define TEXT_CSV_H

#include "base/cx.h"

typedef LIST(struct str) csv_cells;
struct csv_row {
    int number; /* of the row as a spreadsheet counts it: empty ones too, the headers = 1 */
    csv_cells cells;
};
typedef LIST(struct csv_row) csv_rows;
enum { CSV_BYTES_MAX = 2 << 20, CSV_ROWS_MAX = 3000, CSV_CELLS_MAX = 60 };

/* Bytes of a CSV file: UTF-8 (with or without mark) or GB18030; comma, semicolon or tab, whichever
 * the first line has most of; quoted cells may hold all of them and line breaks, which become
 * blanks unless `lines`. Cells come back cleaned, empty lines are left out. ERR_INPUT with a
 * sentence: too big, too many rows, not text. */
enum err csv_read(struct cx *cx, struct str bytes, bool lines, csv_rows *out);
/* The same as CSV again, comma and quotes, each row at its number: what a form carries from the
 * preview to the end. */
struct str csv_text(struct cx *cx, const csv_rows *rows);
/* A file for spreadsheet programs: with the UTF-8 mark, lines ended by CRLF, each cell in quotes,
 * and none that a program takes for a formula: one that begins with = + - @, their full-width
 * forms, a tab or a line break has a ' in front. */
struct str csv_file(struct cx *cx, const csv_rows *rows);
/* A header without blanks, brackets and what stands in them, and the stars of required columns:
 * what is looked up among its spellings. */
struct str csv_header(struct cx *cx, struct str s);

#endif
