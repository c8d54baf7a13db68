/* board_plate -- what is smaller than a board: visit cards, slips under a door, the plate of a
 * stall. Each shows a part of the same face. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/board/board_own.h"
#include "print/pdf.h"

#define THIN 0xcfc6bau

enum { CARD_WIDE = 90, CARD_HIGH = 54 };

/* Whom the paper names: the grid's worker, else nobody. */
static const struct board_item *worker_of(const struct board_face *f)
{
    for (size_t i = 0; i < f->items.n; i++)
        if (f->items.at[i].part == BOARD_PEOPLE && f->items.at[i].is_grid &&
            !f->items.at[i].is_vacant)
            return &f->items.at[i];
    return NULL;
}

static double line_at(struct pdf *p, double x, double y, double width, double size, bool bold,
                      uint32_t ink, struct str text)
{
    const struct pdf_box box = {
        .x = x, .y = y, .width = width, .size = size, .leading = 1.3, .ink = ink, .bold = bold};
    return text.n ? pdf_text(p, &box, text) : 0;
}

static void draw_card(struct pdf *p, struct cx *cx, const struct board_face *f, double x, double y,
                      struct str url)
{
    const struct board_item *w = worker_of(f);
    struct str name = w ? (w->name.n ? w->name : w->label) : S("社区网格服务");
    struct str number = w ? (w->phone.n ? w->phone : w->shared) : f->phone;
    pdf_frame(p, x, y, CARD_WIDE, CARD_HIGH, 0.1, THIN);
    double at = y + 6;
    at += line_at(p, x + 6, at, 46, 6.5, true, PDF_INK, name);
    if (w && w->name.n)
        at += line_at(p, x + 6, at, 46, 3.6, false, PDF_INK, w->label);
    at += line_at(p, x + 6, at, 46, 3.2, false, PDF_INK_2, f->where);
    line_at(p, x + 6, at + 1, 46, 5.2, true, PDF_INK, number);
    line_at(p, x + 6, y + CARD_HIGH - 9, 50, 3, false, PDF_INK_2,
            arena_printf(cx->mem, "服务和监督电话 %.*s", STR(f->phone)));
    pdf_qr(p, x + 56, y + 6, 31, url);
    line_at(p, x + 59, y + 38, 28, 3, false, PDF_INK_2, S("有事扫一扫\n不用登录"));
}

static void draw_cards(struct pdf *p, struct cx *cx, const struct board_face *f, struct str url)
{
    for (int i = 0; i < 10; i++)
        draw_card(p, cx, f, 15 + i % 2 * CARD_WIDE, 13.5 + (double)(i / 2) * CARD_HIGH, url);
}

/* Slips to cut: the code, the number, and where it is from. */
static void draw_slips(struct pdf *p, struct cx *cx, const struct board_face *f, struct str url)
{
    for (int i = 0; i < 8; i++) {
        double x = i % 2 * 105.0, y = (double)(i / 2) * 74.25;
        pdf_frame(p, x, y, 105, 74.25, 0.1, THIN);
        pdf_qr(p, x + 5, y + 8, 44, url);
        double at = y + 10;
        at += line_at(p, x + 52, at, 48, 6, true, PDF_INK, S("有事扫一扫"));
        at += 1 + line_at(p, x + 52, at + 1, 48, 4, false, PDF_INK, f->place.full_name);
        line_at(p, x + 52, at + 1, 48, 4, false, PDF_INK_2,
                arena_printf(cx->mem, "也可以打\n%.*s",
                             STR(f->grid_phone.n ? f->grid_phone : f->phone)));
        line_at(p, x + 7, y + 58, 92, 3.4, false, PDF_INK_2,
                S("说一句就行，给您一个编号，办到哪一步随时能看。"));
    }
}

static void draw_plate(struct pdf *p, struct cx *cx, const struct board_face *f, struct str url)
{
    double y = 12;
    pdf_frame(p, 5, 5, 200, 138.5, 0.5, PDF_RED);
    y += line_at(p, 14, y, 122, 13, true, PDF_INK, f->place.full_name);
    y += 2 + line_at(p, 14, y + 2, 122, 4.6, false, PDF_INK_2, f->where);
    y += 3;
    for (size_t i = 0; i < f->items.n; i++) {
        const struct board_item *z = &f->items.at[i];
        if (z->part != BOARD_ZONES || y > 104)
            continue;
        y += line_at(p, 14, y, 122, 5.4, true, PDF_RED,
                     arena_printf(cx->mem, "%.*s · %.*s", STR(z->label), STR(z->name)));
        y += 1 + line_at(p, 14, y, 122, 4.8, false, PDF_INK, z->text);
    }
    pdf_qr(p, 142, 12, 54, url);
    line_at(p, 148, 68, 46, 6, true, PDF_INK, S("有事扫一扫"));
    line_at(p, 14, 128, 180, 5, false, PDF_INK,
            arena_printf(cx->mem, "服务和监督电话 %.*s", STR(f->phone)));
}

enum err board_plate_pdf(struct cx *cx, const struct board_face *f, struct str kind,
                         struct str site, struct str *out)
{
    static const struct {
        const char *kind, *title;
        double width, height;
        void (*draw)(struct pdf *p, struct cx *cx, const struct board_face *f, struct str url);
    } plates[] = {{"cards", "走访名片", 210, 297, draw_cards},
                  {"slips", "扫码纸条", 210, 297, draw_slips},
                  {"plate", "门牌", 210, 148.5, draw_plate}};
    struct pdf *p;
    for (size_t i = 0; i < COUNT(plates); i++)
        if (str_is(kind, plates[i].kind)) {
            TRY(pdf_new(cx, plates[i].width, plates[i].height, str_c(plates[i].title), cx->now,
                        &p));
            plates[i].draw(p, cx, f, board_url(cx, f, site));
            return pdf_end(p, out);
        }
    return fail(cx, ERR_MISSING, "没有这一种");
}
