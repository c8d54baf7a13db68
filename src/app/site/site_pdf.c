/* site_pdf -- the sheet for the door: name, ordinary hours, what is inside, how to reach it, and a
 * code that leads to what holds today. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/pages.h"
#include "print/pdf.h"
#include <sodium.h>

enum { WIDE = 210, HIGH = 297, EDGE = 18, INNER = WIDE - 2 * EDGE, VERSION = 8, SIDE = 62 };

static void add_line(struct cx *cx, site_line_list *all, const char *days, struct str text)
{
    if (text.n)
        *PUSH(cx->mem, all) = (struct site_line){str_c(days), text};
}

static struct str within_reach(struct cx *cx, const struct site *s)
{
    const struct {
        bool has;
        const char *word;
    } all[] = {{s->has_ramp, "坡道"},
               {s->has_lift, "电梯"},
               {s->has_toilet, "无障碍厕所"},
               {s->has_low_desk, "低位窗口"},
               {s->has_nursery, "母婴室"}};
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < COUNT(all); i++)
        if (all[i].has)
            out_printf(&o, "%s%s", o.n ? "、" : "", all[i].word);
    return out_text(&o);
}

/* A part's hours stand there when they are its own. */
static struct str part_text(struct cx *cx, const struct site_view *whole, const struct site_view *v)
{
    struct out o;
    site_line_list own = {0}, of_site = {0};
    bool same;
    out_init(&o, cx->mem);
    out_str(&o, v->part.floor);
    site_week_lines(cx, &v->plan.week, &own);
    site_week_lines(cx, &whole->plan.week, &of_site);
    same = own.n == of_site.n;
    for (size_t i = 0; same && i < own.n; i++)
        same = str_eq(own.at[i].days, of_site.at[i].days) &&
               str_eq(own.at[i].hours, of_site.at[i].hours);
    for (size_t i = 0; !same && i < own.n; i++)
        out_printf(&o, "%s%.*s %.*s", o.n ? "；" : "", STR(own.at[i].days), STR(own.at[i].hours));
    return o.n ? out_text(&o) : S("随服务点开放");
}

/* All that the paper says: drawn from here, and its version is made of it. */
struct sheet {
    site_line_list hours, parts, facts;
};

static struct sheet sheet_of(struct cx *cx, const struct site_view *v, const site_view_list *parts)
{
    struct sheet s = {0};
    site_week_lines(cx, &v->plan.week, &s.hours);
    for (size_t i = 0; i < parts->n; i++)
        *PUSH(cx->mem, &s.parts) =
            (struct site_line){parts->at[i].part.name, part_text(cx, v, &parts->at[i])};
    add_line(cx, &s.facts, "地址", v->site.address);
    add_line(cx, &s.facts, "怎么走", v->site.way);
    add_line(cx, &s.facts, "电话", v->site.phone.n ? v->site.phone : shell_community(cx)->phone);
    add_line(cx, &s.facts, "方便进出", within_reach(cx, &v->site));
    return s;
}

static void out_lines(struct out *o, const site_line_list *lines)
{
    for (size_t i = 0; i < lines->n; i++) {
        out_str(o, lines->at[i].days);
        out_raw(o, "\x1f", 1);
        out_str(o, lines->at[i].hours);
        out_raw(o, "\x1e", 1);
    }
}

struct str site_paper_version(struct cx *cx, const struct site_view *v, const site_view_list *parts)
{
    struct sheet s = sheet_of(cx, v, parts);
    unsigned char sum[crypto_hash_sha256_BYTES];
    char *hex = arena_alloc(cx->mem, 2 * sizeof sum + 1);
    struct out o;
    out_init(&o, cx->mem);
    out_str(&o, v->site.name);
    out_lines(&o, &s.hours);
    out_lines(&o, &s.parts);
    out_lines(&o, &s.facts);
    crypto_hash_sha256(sum, (const unsigned char *)o.p, o.n);
    sodium_bin2hex(hex, 2 * sizeof sum + 1, sum, sizeof sum);
    return str_n(hex, VERSION);
}

/* ---- drawing ---- */

static double text_at(struct pdf *p, double x, double y, double width, double size, bool bold,
                      uint32_t ink, struct str text)
{
    const struct pdf_box box = {
        .x = x, .y = y, .width = width, .size = size, .leading = 1.35, .ink = ink, .bold = bold};
    return text.n ? pdf_text(p, &box, text) : 0;
}

/* Until `end` is reached: what finds no room there is behind the code. */
static double rows_at(struct pdf *p, double y, double end, double size, double label,
                      const site_line_list *all)
{
    for (size_t i = 0; i < all->n; i++) {
        if (y + 3 * size > end) {
            text_at(p, EDGE, y, INNER, size, false, PDF_INK_2, S("还有的，扫码看"));
            return end;
        }
        double a = text_at(p, EDGE, y, label - 4, size, true, PDF_INK_2, all->at[i].days);
        double b =
            text_at(p, EDGE + label, y, INNER - label, size, false, PDF_INK, all->at[i].hours);
        y += (a > b ? a : b) + size * 0.5;
    }
    return y;
}

static void draw(struct pdf *p, struct cx *cx, const struct site_view *v,
                 const site_view_list *parts, struct str host)
{
    struct sheet s = sheet_of(cx, v, parts);
    struct str version = site_paper_version(cx, v, parts);
    double y = EDGE, foot = HIGH - EDGE - SIDE;
    y += text_at(p, EDGE, y, INNER, 12, true, PDF_INK, v->site.name);
    y += 3 + text_at(p, EDGE, y + 1, INNER, 5, false, PDF_INK_2, v->site.tier_name);
    pdf_line(p, EDGE, y, WIDE - EDGE, y, 0.6, PDF_RED);
    y = rows_at(p, y + 5, foot, 7, 42, &s.hours);
    pdf_line(p, EDGE, y + 1, WIDE - EDGE, y + 1, 0.2, PDF_INK_2);
    y = rows_at(p, y + 4, foot, 4.6, 26, &s.facts);
    if (s.parts.n) {
        pdf_line(p, EDGE, y + 1, WIDE - EDGE, y + 1, 0.2, PDF_INK_2);
        rows_at(p, y + 4, foot, s.parts.n > 8 ? 3.6 : 4.6, 52, &s.parts);
    }
    pdf_qr(
        p, EDGE - 6, foot, SIDE,
        arena_printf(cx->mem, "%.*s/site/%.*s?v=%.*s", STR(host), STR(v->site.code), STR(version)));
    text_at(p, EDGE + SIDE, foot + 8, INNER - SIDE, 7, true, PDF_INK, S("今天开不开，扫一扫"));
    text_at(p, EDGE + SIDE, foot + 20, INNER - SIDE, 4.6, false, PDF_INK_2,
            S("节假日、检修临时停开，都在上面。不用登录。\n也可以打上面的电话。"));
    text_at(
        p, EDGE + SIDE, HIGH - EDGE - 8, INNER - SIDE, 3.4, false, PDF_INK_2,
        arena_printf(cx->mem, "%.*s印，版本 %.*s", STR(filter_date(cx, cx->now)), STR(version)));
}

enum err site_paper(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct site s;
    struct site_view v;
    site_view_list parts = {0};
    struct pdf *p;
    struct str bytes, code = req_part(rq, "code");
    if (str_ends(code, S(".pdf")))
        code = str_cut(code, 0, code.n - 4);
    TRY(site_by_code(cx, code, &s));
    TRY(site_reach(cx, &s));
    TRY(site_whole(cx, &s, &v, &parts));
    TRY(pdf_new(cx, WIDE, HIGH, s.name, cx->now, &p));
    draw(p, cx, &v, &parts, req_site(cx, rq));
    TRY(pdf_end(p, &bytes));
    reply_header(rp, "Cache-Control", S("no-store"));
    reply_header(rp, "Content-Disposition", S("inline; filename=\"site.pdf\""));
    out_str(reply_bytes(rp, "application/pdf"), bytes);
    return OK;
}
