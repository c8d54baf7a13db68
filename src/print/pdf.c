/* pdf -- see pdf.h: the side of the server, which says what stands where. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "print/pdf.h"
#include "print/pdf_own.h"
#include "base/box.h"
#include "base/html.h"
#include <string.h>

enum { WAIT_MS = 60000 };

struct pdf {
    struct cx *cx;
    struct box_talk talk;
    bool broken, no_room; /* what is said from then on is not heard */
};

static void close_document(void *arg)
{
    struct pdf *d = arg;
    box_hang_up(&d->talk, true);
}

static enum err not_drawn(struct pdf *d)
{
    return fail(d->cx, ERR_BUSY,
                "这一份现在排不出来。请过一会儿再试，或者回到网页上，用浏览器的“打印”印出来");
}

static void say(struct pdf *d, const struct pdf_call *c, struct str text)
{
    if (text.n > PDF_TEXT_MAX || (!d->broken && !box_say(&d->talk, c, sizeof *c, text)))
        d->broken = true;
}

/* What it says of the call; all zero once it is gone. */
static struct pdf_told ask(struct pdf *d, const struct pdf_call *c, struct str text,
                           struct str *bytes)
{
    struct pdf_told told = {0};
    struct str answer = {0};
    say(d, c, text);
    if (!d->broken)
        d->broken = !box_hear(&d->talk, d->cx->mem, sizeof told + (bytes ? PDF_BYTES_MAX : 0),
                              &answer, &d->no_room) ||
                    answer.n < sizeof told;
    if (d->broken)
        return told;
    memcpy(&told, answer.p, sizeof told);
    if (bytes)
        *bytes = str_cut(answer, sizeof told, answer.n - sizeof told);
    return told;
}

enum err pdf_open(struct cx *cx, const char *command, int64_t ms, double width, double height,
                  struct str title, int64_t made_at, struct pdf **out)
{
    struct pdf *d = NEW(cx->mem, struct pdf);
    struct pdf_call c = {.what = PDF_NEW, .box = {.width = width}, .height = height};
    struct str at = filter_iso(cx, made_at);
    d->cx = cx;
    if (!box_call(&d->talk, command, ms))
        return not_drawn(d);
    cx_defer(cx, close_document, d);
    memcpy(c.made_at, at.p, at.n < sizeof c.made_at ? at.n : sizeof c.made_at - 1);
    bool done = ask(d, &c, title, NULL).done;
    if (d->broken)
        return not_drawn(d);
    if (!done)
        return fail(cx, ERR_STORE, "服务器上没有中文字体，请管理员装上 fonts-wqy-microhei 再试");
    *out = d;
    return OK;
}

enum err pdf_new(struct cx *cx, double width, double height, struct str title, int64_t made_at,
                 struct pdf **out)
{
    return pdf_open(cx, "pdf", WAIT_MS, width, height, title, made_at, out);
}

void pdf_page(struct pdf *d)
{
    say(d, &(struct pdf_call){.what = PDF_PAGE}, S(""));
}

double pdf_measure(struct pdf *d, const struct pdf_box *b, struct str text)
{
    return ask(d, &(struct pdf_call){.what = PDF_MEASURE, .box = *b}, text, NULL).height;
}

double pdf_text(struct pdf *d, const struct pdf_box *b, struct str text)
{
    return ask(d, &(struct pdf_call){.what = PDF_TEXT, .box = *b}, text, NULL).height;
}

void pdf_frame(struct pdf *d, double x, double y, double width, double height, double line,
               uint32_t ink)
{
    const struct pdf_box b = {.x = x, .y = y, .width = width, .ink = ink};
    say(d, &(struct pdf_call){.what = PDF_FRAME, .box = b, .height = height, .line = line}, S(""));
}

void pdf_line(struct pdf *d, double x, double y, double to_x, double to_y, double line,
              uint32_t ink)
{
    const struct pdf_box b = {.x = x, .y = y, .width = to_x, .ink = ink};
    say(d, &(struct pdf_call){.what = PDF_LINE, .box = b, .height = to_y, .line = line}, S(""));
}

bool pdf_qr(struct pdf *d, double x, double y, double side, struct str text)
{
    const struct pdf_box b = {.x = x, .y = y, .width = side};
    return ask(d, &(struct pdf_call){.what = PDF_QR, .box = b}, text, NULL).done;
}

/* What comes back is sent on as a file of ours: it must at least be of its kind. */
enum err pdf_end(struct pdf *d, struct str *out)
{
    struct str bytes = {0};
    bool done = ask(d, &(struct pdf_call){.what = PDF_END}, S(""), &bytes).done;
    bool ended = box_hang_up(&d->talk, !done);
    if (!done || !ended || !str_starts(bytes, S("%PDF-")))
        return not_drawn(d);
    *out = bytes;
    return OK;
}
