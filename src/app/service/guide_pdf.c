/* guide_pdf -- the whole catalogue as a booklet on A4: contents, then a block for each guide that
 * does not break across pages unless it is longer than one. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/pages.h"
#include "base/out.h"
#include "print/pdf.h"

enum { WIDTH = 210, HEIGHT = 297, LEFT = 18, INNER = WIDTH - 2 * LEFT, TOP = 18, FOOT = 278 };

struct book {
    struct cx *cx;
    struct pdf *p;
    double y;
    int page;
    struct str name;
};

static void number_page(struct book *b)
{
    pdf_text(b->p,
             &(struct pdf_box){.x = LEFT,
                               .y = 284,
                               .width = INNER,
                               .size = 3.4,
                               .ink = PDF_INK_2,
                               .align = PDF_CENTRE},
             arena_printf(b->cx->mem, "%.*s · 第 %d 页", STR(b->name), b->page));
}

static void next_page(struct book *b)
{
    number_page(b);
    pdf_page(b->p);
    b->page++;
    b->y = TOP;
}

static struct pdf_box box_of(const struct book *b, double size, bool bold, double indent)
{
    return (struct pdf_box){.x = LEFT + indent,
                            .y = b->y,
                            .width = INNER - indent,
                            .size = size,
                            .leading = 1.4,
                            .ink = PDF_INK,
                            .bold = bold};
}

/* Lines of a block, drawn one by one so that a long block goes on over the page. */
struct piece {
    double size, indent, above;
    bool bold;
    struct str text;
};
typedef LIST(struct piece) piece_list;

static double height_of(struct book *b, const struct piece *p)
{
    struct pdf_box box = box_of(b, p->size, p->bold, p->indent);
    return p->above + pdf_measure(b->p, &box, p->text);
}

static void draw_piece(struct book *b, const struct piece *p)
{
    if (b->y + height_of(b, p) > FOOT)
        next_page(b);
    b->y += p->above;
    struct pdf_box box = box_of(b, p->size, p->bold, p->indent);
    b->y += pdf_text(b->p, &box, p->text);
}

static void add(struct book *b, piece_list *l, struct piece p)
{
    if (p.text.n)
        *PUSH(b->cx->mem, l) = p;
}

static void add_lines(struct book *b, piece_list *l, const char *head, struct str text)
{
    service_lines lines = {0};
    service_lines_of(b->cx, text, &lines);
    if (!lines.n)
        return;
    add(b, l, (struct piece){.size = 3.7, .above = 1, .bold = true, .text = str_c(head)});
    for (size_t i = 0; i < lines.n; i++)
        add(b, l,
            (struct piece){.size = 3.7,
                           .indent = 4,
                           .text = arena_printf(b->cx->mem, "· %.*s", STR(lines.at[i]))});
}

static void add_fact(struct book *b, piece_list *l, const char *head, struct str text)
{
    if (text.n)
        add(b, l,
            (struct piece){.size = 3.7,
                           .above = 0.6,
                           .text = arena_printf(b->cx->mem, "%s：%.*s", head, STR(text))});
}

static enum err draw_guide(struct book *b, const struct service *listed)
{
    piece_list l = {0};
    struct service s;
    double height = 0;
    TRY(service_load(b->cx, listed->id, &s));
    add(b, &l, (struct piece){.size = 4.8, .above = 4, .bold = true, .text = s.title});
    add_lines(b, &l, "要带什么", s.bring);
    add_lines(b, &l, "怎么办", s.steps);
    add_fact(b, &l, "多久", service_takes(b->cx, &s));
    add_fact(b, &l, "收费", s.fee);
    add_fact(b, &l, "谁能办", s.who_may);
    add_fact(b, &l, "问谁", s.contact);
    for (size_t i = 0; i < l.n; i++)
        height += height_of(b, &l.at[i]);
    if (b->y + height > FOOT && height < FOOT - TOP)
        next_page(b);
    for (size_t i = 0; i < l.n; i++)
        draw_piece(b, &l.at[i]);
    return OK;
}

static void draw_cover(struct book *b, const guide_groups *groups, struct str site)
{
    const struct shell_community *c = shell_community(b->cx);
    struct pdf_box box = box_of(b, 11, true, 0);
    b->y += pdf_text(b->p, &box, b->name);
    box = box_of(b, 4.4, false, 0);
    b->y += 2 + pdf_text(b->p, &box,
                         arena_printf(b->cx->mem,
                                      "%.*s印%s。办事的规定会变，以窗口说的为准；不清楚就打 %.*s。",
                                      STR(filter_date(b->cx, b->cx->now)),
                                      c->is_sample ? "（示例）" : "", STR(c->phone)));
    (void)pdf_qr(b->p, WIDTH - LEFT - 34, TOP, 34, arena_printf(b->cx->mem, "%.*s/s", STR(site)));
    b->y = b->y > TOP + 40 ? b->y : TOP + 40;
    for (size_t i = 0; i < groups->n; i++)
        draw_piece(b, &(struct piece){.size = 4.4,
                                      .above = 1,
                                      .text = arena_printf(b->cx->mem, "%s　%lld 件",
                                                           groups->at[i].event->label,
                                                           (long long)groups->at[i].n)});
}

enum err guide_book_pdf(struct cx *cx, const guide_groups *groups, struct str site, struct str *out)
{
    struct book b = {.cx = cx, .y = TOP, .page = 1};
    b.name = arena_printf(cx->mem, "%.*s办事指南", STR(shell_community(cx)->name));
    TRY(pdf_new(cx, WIDTH, HEIGHT, b.name, cx->now, &b.p));
    draw_cover(&b, groups, site);
    for (size_t i = 0; i < groups->n; i++) {
        next_page(&b);
        draw_piece(&b, &(struct piece){
                           .size = 7, .bold = true, .text = str_c(groups->at[i].event->label)});
        for (size_t k = 0; k < groups->at[i].guides.n; k++)
            TRY(draw_guide(&b, &groups->at[i].guides.at[k]));
    }
    number_page(&b);
    return pdf_end(b.p, out);
}
