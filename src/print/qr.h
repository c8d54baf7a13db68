/* qr -- a text as a QR code, drawn in SVG for boards and slips, or module by module. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRINT_QR_H
#define PRINT_QR_H

#include "base/cx.h"
#include "base/html.h"

/* Light modules that must stand on each side. */
enum { QR_QUIET = 4 };

/* Error level Q (a quarter of the code may be damaged), byte mode: ISO/IEC 18004. Lives as long as
 * the cx. */
struct qr {
    int side;                   /* modules, without the quiet zone */
    const unsigned char *cells; /* side * side, row by row; lowest bit set = dark */
};
/* False when the text is empty or does not fit into a code (more than 1,663 bytes). */
bool qr_make(struct cx *cx, struct str text, struct qr *out);
bool qr_dark(const struct qr *q, int x, int y);

/* With the quiet zone around. The size on paper is the style sheet's. `label` is read aloud in
 * place of the picture. Empty when the text does not fit. */
struct html qr_svg(struct cx *cx, struct str text, struct str label);

#endif
