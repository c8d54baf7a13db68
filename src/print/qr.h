/* qr -- a text as a QR code drawn in SVG, for boards and slips. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRINT_QR_H
#define PRINT_QR_H

#include "base/cx.h"
#include "base/html.h"

/* Error level Q (a quarter of the code may be damaged), byte mode, four light modules around it:
 * ISO/IEC 18004. The size on paper is the style sheet's. `label` is read aloud in place of the
 * picture. Empty when the text does not fit into a code (more than 1,663 bytes). */
struct html qr_svg(struct cx *cx, struct str text, struct str label);

#endif
