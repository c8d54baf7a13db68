/* export_own -- what the files of this folder share. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef EXPORT_OWN_H
#define EXPORT_OWN_H

#include "app/export/export.h"

/* What may be taken out. A proposal names it by its place here: new ones go to the end. */
enum { EXPORT_SHEETS = 2 };
extern const struct export_sheet {
    const char *code, *label;
} export_sheets[EXPORT_SHEETS];

/* Headers first, then at most EXPORT_MOST + 1 rows, as the caller sees them; the first cell is the
 * number that a row is known by. */
enum err export_rows(struct cx *cx, const struct export_ask *ask, csv_rows *out);
/* Sorts the rows behind the headers by their first cell, then turns pairs round as `salt` says. */
void export_order(struct cx *cx, struct str salt, csv_rows *rows);
/* Does the row of the greater number come first, of these two? */
bool export_is_turned(struct cx *cx, struct str salt, struct str less, struct str greater);

#endif
