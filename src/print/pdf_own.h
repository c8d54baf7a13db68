/* pdf_own -- between the two sides of the wall: who lays out a document, and who draws it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRINT_PDF_OWN_H
#define PRINT_PDF_OWN_H

#include "print/pdf.h"

enum {
    PDF_BYTES_MAX = 4 << 20,
    PDF_TEXT_MAX = 1 << 20, /* bytes of one piece of text */
};

enum pdf_what { PDF_NEW, PDF_PAGE, PDF_TEXT, PDF_MEASURE, PDF_FRAME, PDF_LINE, PDF_QR, PDF_END };

/* A frame of the talk: this, then the text. All are answered but PAGE, FRAME and LINE. */
struct pdf_call {
    uint32_t what;
    struct pdf_box box; /* of LINE, the end is `width`, `height` */
    double height, line;
    char made_at[40]; /* of NEW, whose text is the title: ISO 8601 */
};

/* The answer: this, and of END the bytes of the document. */
struct pdf_told {
    uint32_t done;
    double height; /* of TEXT and MEASURE */
};

/* As pdf_new(), drawn by the process `command`, which has `ms`. */
enum err pdf_open(struct cx *cx, const char *command, int64_t ms, double width, double height,
                  struct str title, int64_t made_at, struct pdf **out);

/* Gives up what drawing does not need; `memory` in bytes. False: then nothing is drawn. */
bool pdf_lock(size_t memory);
/* pdf_worker() with so much memory. */
int pdf_draw(size_t memory);

#endif
