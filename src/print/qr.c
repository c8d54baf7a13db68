/* qr -- see qr.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "print/qr.h"
#include <qrencode.h>

static void free_code(void *code)
{
    QRcode_free(code);
}

bool qr_make(struct cx *cx, struct str text, struct qr *out)
{
    QRcode *code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_Q);
    if (!code)
        return false;
    cx_defer(cx, free_code, code);
    *out = (struct qr){.side = code->width, .cells = code->data};
    return true;
}

bool qr_dark(const struct qr *q, int x, int y)
{
    return q->cells[y * q->side + x] & 1;
}

/* One rectangle per run of dark modules in a row: a tenth of the bytes of one per module. */
static void put_row(struct out *o, const struct qr *q, int y)
{
    for (int x = 0; x < q->side; x++) {
        int from = x;
        while (x < q->side && qr_dark(q, x, y))
            x++;
        if (x > from)
            out_printf(o, "M%d %dh%dv1h-%dz", from + QR_QUIET, y + QR_QUIET, x - from, x - from);
    }
}

struct html qr_svg(struct cx *cx, struct str text, struct str label)
{
    struct out o;
    struct qr q;
    if (!qr_make(cx, text, &q))
        return (struct html){S("")};
    int side = q.side + 2 * QR_QUIET;
    out_init(&o, cx->mem);
    out_printf(&o, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"", side, side);
    out_html(&o, label);
    out_printf(&o,
               "\" shape-rendering=\"crispEdges\"><rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>"
               "<path fill=\"#000\" d=\"",
               side, side);
    for (int y = 0; y < q.side; y++)
        put_row(&o, &q, y);
    out_c(&o, "\"/></svg>");
    return (struct html){out_text(&o)};
}
