/* cert_pdf -- the certificate on A4, lying: what the guidance of 2015 asks for, a QR code to the
 * page that says whether it holds. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/hours_own.h"
#include "base/out.h"
#include "base/time.h"
#include "print/pdf.h"

enum { WIDTH = 297, HEIGHT = 210, LEFT = 36, INNER = WIDTH - 2 * LEFT };
#define TEXT_SIZE 6.2
#define TEXT_ROOM 58.0 /* mm for what was done */

static void draw_frame(struct pdf *p)
{
    pdf_frame(p, 9, 9, WIDTH - 18, HEIGHT - 18, 0.5, PDF_GOLD);
    pdf_frame(p, 11, 11, WIDTH - 22, HEIGHT - 22, 0.2, PDF_GOLD);
}

/* The first `n` kinds of help. */
static struct str body(struct cx *cx, const struct cert *c, const cert_line_list *lines, size_t n)
{
    struct out o;
    out_init(&o, cx->mem);
    out_printf(&o,
               "自 %.*s至 %.*s，参加志愿服务 %lld 次，共计 %.*s 小时（不含路上时间）。服务内容：",
               STR(hours_day_words(cx, c->from_day)), STR(hours_day_words(cx, c->to_day)),
               (long long)c->times, STR(hours_words(cx, c->minutes)));
    for (size_t i = 0; i < n; i++)
        out_printf(&o, "%s%.*s %.*s", i ? "、" : "", STR(lines->at[i].what),
                   STR(hours_exact(cx, lines->at[i].minutes)));
    if (n < lines->n)
        out_printf(&o, "，等 %zu 类", lines->n);
    out_c(&o, "。\n　　以上时长由服务和被服务两边确认。特此证明。");
    return out_text(&o);
}

static void draw_body(struct pdf *p, struct cx *cx, const struct cert *c, double y)
{
    struct pdf_box box = {.x = LEFT,
                          .y = y,
                          .width = INNER,
                          .size = TEXT_SIZE,
                          .leading = 1.75,
                          .indent = 2 * TEXT_SIZE,
                          .ink = PDF_INK};
    cert_line_list lines = {0};
    cert_read_lines(cx, c->lines, &lines);
    size_t n = lines.n;
    while (n > 1 && pdf_measure(p, &box, body(cx, c, &lines, n)) > TEXT_ROOM)
        n--;
    box.indent = 0;
    pdf_text(p, &box, arena_printf(cx->mem, "　　%.*s", STR(body(cx, c, &lines, n))));
}

/* Who he is. Without a number there is a line to fill in. */
static void draw_who(struct pdf *p, struct cx *cx, const struct cert *c,
                     const struct cert_papers *papers)
{
    struct pdf_box box = {
        .x = LEFT, .y = 60, .width = INNER, .size = 9, .ink = PDF_INK, .bold = true};
    pdf_text(p, &box, arena_printf(cx->mem, "%.*s 同志：", STR(c->name)));
    box = (struct pdf_box){.x = LEFT, .y = 75, .width = INNER, .size = 4.6, .ink = PDF_INK_2};
    if (papers->number.n) {
        pdf_text(p, &box,
                 arena_printf(cx->mem, "志愿者编号 %.*s　　%.*s %.*s", STR(c->volunteer_number),
                              STR(papers->kind), STR(papers->number)));
        return;
    }
    pdf_text(p, &box,
             arena_printf(cx->mem, "志愿者编号 %.*s　　证件名称和号码", STR(c->volunteer_number)));
    pdf_line(p, LEFT + 102, 81, LEFT + 190, 81, 0.2, PDF_INK_2);
}

static void draw_issuer(struct pdf *p, struct cx *cx, const struct cert *c)
{
    struct pdf_box box = {.x = 168,
                          .y = 158,
                          .width = 96,
                          .size = 5,
                          .leading = 1.6,
                          .align = PDF_CENTRE,
                          .ink = PDF_INK};
    pdf_text(p, &box,
             arena_printf(cx->mem, "%.*s（盖章）\n负责人 %.*s　　经办人 %.*s\n联系电话 %.*s\n%.*s",
                          STR(c->issuer), STR(c->head_name), STR(c->handler_name), STR(c->phone),
                          STR(hours_day_words(cx, time_day(c->issued_at)))));
}

static struct str in_fours(struct cx *cx, struct str hash)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < hash.n; i += 4) {
        out_str(&o, str_cut(hash, i, 4));
        out_c(&o, i % 16 == 12 ? "\n" : " ");
    }
    return str_trim(out_text(&o));
}

static void draw_check(struct pdf *p, struct cx *cx, const struct cert *c, struct str site)
{
    struct str url = arena_printf(cx->mem, "%.*s/verify/%.*s?h=%.*s", STR(site), STR(c->number),
                                  STR(str_cut(c->hash, 0, 16)));
    struct pdf_box box = {.x = 56, .y = 158, .width = 90, .size = 4, .ink = PDF_INK_2};
    pdf_qr(p, 22, 156, 32, url);
    box.y += pdf_text(p, &box,
                      arena_printf(cx->mem, "证书编号 %.*s\n扫码或到 %.*s/verify 查真伪",
                                   STR(c->number), STR(site)));
    if (!cert_holds(cx, c)) /* printed early: the paper says so itself */
        box.y += pdf_text(p, &box,
                          arena_printf(cx->mem, "队内公示到 %.*s，没有异议才生效",
                                       STR(hours_day_words(cx, time_day(c->shown_until)))));
    box.size = 3;
    pdf_text(p, &box, arena_printf(cx->mem, "校验码\n%.*s", STR(in_fours(cx, c->hash))));
}

enum err cert_pdf(struct cx *cx, const struct cert *c, const struct cert_papers *papers,
                  struct str site, struct str *out)
{
    struct pdf *p;
    if (c->state != CERT_ISSUED)
        return fail(cx, ERR_CONFLICT, "这份现在是“%s”，有效的才能打印",
                    cert_state_labels[c->state]);
    TRY(pdf_new(cx, WIDTH, HEIGHT, S("志愿服务证书"), c->issued_at, &p));
    draw_frame(p);
    pdf_text(p,
             &(struct pdf_box){.x = 20,
                               .y = 27,
                               .width = WIDTH - 40,
                               .size = 16,
                               .spacing = 5,
                               .align = PDF_CENTRE,
                               .ink = PDF_RED,
                               .bold = true},
             S("志愿服务证书"));
    draw_who(p, cx, c, papers);
    draw_body(p, cx, c, 90);
    draw_check(p, cx, c, site);
    draw_issuer(p, cx, c);
    return pdf_end(p, out);
}
