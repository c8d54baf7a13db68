/* qr -- see qr.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "print/qr.h"
#include <qrencode.h>

enum { QUIET = 4 };

static void free_code(void *code)
{
    QRcode_free(code);
}

/* One rectangle per run of dark modules in a row: a tenth of the bytes of one per module. */
static void put_row(struct out *o, const QRcode *code, int y)
{
    const unsigned char *row = code->data + y * code->width;
    for (int x = 0; x < code->width; x++) {
        int from = x;
        while (x < code->width && (row[x] & 1))
            x++;
        if (x > from)
            out_printf(o, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from, x - from);
    }
}

struct html qr_svg(struct cx *cx, struct str text, struct str label)
{
    struct out o;
    QRcode *code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_Q);
    if (!code)
        return (struct html){S("")};
    cx_defer(cx, free_code, code);
    int side = code->width + 2 * QUIET;
    out_init(&o, cx->mem);
    out_printf(&o, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", side, side);
    out_html(&o, label);
    out_printf(&o,
               "\" shape-rendering=\"crispEdges\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>"
               "<path fill=\"#000\" d=\"",
               side, side);
    for (int y = 0; y < code->width; y++)
        put_row(&o, code, y);
    out_c(&o, "\"/></svg>");
    return (struct html){out_text(&o)};
}
