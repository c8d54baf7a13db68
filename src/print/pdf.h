/*
 * pdf -- paper as PDF: pages in millimetres, Chinese text that can be selected and searched, lines,
 * QR codes. The font is WenQuanYi Micro Hei (Debian: fonts-wqy-microhei), of which only the glyphs
 * used go into the file. The same calls give the same bytes.
 *
 * It is laid out here and drawn in a process of its own (`linghang pdf`, the same program) behind
 * the walls of base/box.h: cairo and pango end a process whose memory fails, and what they draw has
 * been typed by anybody. Some 60 ms to start, then 0.1 ms for a piece of text: not in a writing
 * transaction; a route's `prepare` is the place. When the process fails, heights are 0 from then on
 * and pdf_end() says so. A document belongs to its cx and is closed with it.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRINT_PDF_H
#define PRINT_PDF_H

#include "base/cx.h"

struct pdf;

enum pdf_align { PDF_LEFT, PDF_CENTRE, PDF_RIGHT };

#define PDF_INK   0x1a1714u
#define PDF_INK_2 0x4a433cu
#define PDF_RED   0xa8201au
#define PDF_GOLD  0x8a6416u

/* Where and how a piece of text stands: millimetres from the top left corner. */
struct pdf_box {
    double x, y, width;
    double size;    /* height of the type, mm */
    double leading; /* line height as a multiple of `size`; 0 = 1.5 */
    double spacing; /* added between characters, mm */
    double indent;  /* of the first line, mm */
    uint32_t ink;   /* 0xRRGGBB */
    enum pdf_align align;
    bool bold;
};

/* A document of pages of this size, the first of them begun. `made_at` stands in it as its date.
 * ERR_STORE when the font is not installed, ERR_BUSY when there is no process to spare. */
enum err pdf_new(struct cx *cx, double width, double height, struct str title, int64_t made_at,
                 struct pdf **out);
void pdf_page(struct pdf *p); /* the next page */
/* Breaks lines within the box; returns the height used, mm. Control characters become blanks, what
 * no font has a 〓. */
double pdf_text(struct pdf *p, const struct pdf_box *box, struct str text);
/* The same without drawing. */
double pdf_measure(struct pdf *p, const struct pdf_box *box, struct str text);
void pdf_frame(struct pdf *p, double x, double y, double width, double height, double line,
               uint32_t ink);
void pdf_line(struct pdf *p, double x, double y, double to_x, double to_y, double line,
              uint32_t ink);
/* A QR code with its quiet zone inside the square. False when the text does not fit. */
bool pdf_qr(struct pdf *p, double x, double y, double side, struct str text);
/* The bytes of the document, 4 MiB at most, which ends with it. ERR_BUSY when it could not be made:
 * the message says what to do. */
enum err pdf_end(struct pdf *p, struct str *out);

/* The other side: what main() does for the command `pdf`. Its value is the exit status. */
int pdf_worker(void);

#endif
