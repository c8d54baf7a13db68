/* activity_pdf -- the poster of a date on A4: what, when, where, and a code that leads to signing
 * up. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/activity_own.h"
#include "base/utf8.h"
#include "print/pdf.h"

enum { WIDE = 210, HIGH = 297, LEFT = 18, TEXT_WIDE = WIDE - 2 * LEFT, ABOUT_MOST = 260 };

static double put(struct pdf *p, double y, double size, bool bold, uint32_t ink, struct str text)
{
    const struct pdf_box box = {.x = LEFT,
                                .y = y,
                                .width = TEXT_WIDE,
                                .size = size,
                                .leading = 1.35,
                                .ink = ink,
                                .bold = bold};
    return text.n ? pdf_text(p, &box, text) : 0;
}

/* A label and what it says, side by side. */
static double fact(struct pdf *p, double y, const char *label, struct str text)
{
    struct pdf_box box = {
        .x = LEFT, .y = y, .width = 26, .size = 6.4, .leading = 1.35, .ink = PDF_INK_2};
    if (!text.n)
        return 0;
    pdf_text(p, &box, str_c(label));
    box.x = LEFT + 28;
    box.width = TEXT_WIDE - 28;
    box.ink = PDF_INK;
    box.bold = true;
    return pdf_text(p, &box, text) + 2.4;
}

static struct str where(struct cx *cx, const struct activity *a, const struct site *s)
{
    return arena_printf(cx->mem, "%.*s%s%.*s\n%.*s", STR(s->name), a->room.n ? " " : "",
                        STR(a->room), STR(s->address));
}

static void put_foot(struct pdf *p, struct cx *cx, const struct activity *a, const struct site *s,
                     struct str url)
{
    const struct shell_community *c = shell_community(cx);
    struct str phone = s->phone.n ? s->phone : c->phone;
    struct pdf_box box = {
        .x = LEFT, .y = 226, .width = 104, .size = 9, .leading = 1.3, .ink = PDF_RED, .bold = true};
    double y = 226 + pdf_text(p, &box, a->capacity ? S("扫码报名") : S("不用报名，直接来"));
    box = (struct pdf_box){
        .x = LEFT, .y = y + 2, .width = 104, .size = 5, .leading = 1.4, .ink = PDF_INK};
    y +=
        2 + pdf_text(p, &box,
                     a->capacity ? arena_printf(cx->mem,
                                                "名额 %lld 人，满了排候补。不用登录，留个称呼就行。"
                                                "不会扫码，打电话或到窗口报。",
                                                (long long)a->capacity)
                                 : S("扫码看有没有变动。"));
    box.y = y + 2;
    pdf_text(p, &box, arena_printf(cx->mem, "电话 %.*s", STR(phone)));
    pdf_qr(p, WIDE - LEFT - 62, 218, 62, url);
    box = (struct pdf_box){.x = LEFT, .y = 284, .width = TEXT_WIDE, .size = 3.4, .ink = PDF_INK_2};
    pdf_text(p, &box,
             arena_printf(cx->mem, "%.*s%s　%.*s", STR(c->name), c->is_sample ? "（示例）" : "",
                          STR(url)));
}

enum err activity_poster(struct cx *cx, const struct activity *a, struct str site, struct str *out)
{
    struct pdf *p;
    struct site s;
    struct str url = arena_printf(cx->mem, "%.*s/e/%lld", STR(site), (long long)a->id);
    TRY(site_was(cx, a->site_id, &s));
    TRY(pdf_new(cx, WIDE, HIGH, a->title, cx->now, &p));
    pdf_frame(p, 8, 8, WIDE - 16, HIGH - 16, 0.6, PDF_RED);
    double y = 22;
    y += 4 + put(p, y, 8, true, PDF_RED, a->programme_name);
    y += 8 + put(p, y, 19, true, PDF_INK, a->title);
    if (a->state == ACTIVITY_CANCELLED)
        y +=
            4 + put(p, y, 10, true, PDF_RED, arena_printf(cx->mem, "取消了：%.*s", STR(a->reason)));
    y += fact(p, y, "时间", activity_when(cx, a));
    y += fact(p, y, "地点", where(cx, a, &s));
    y += fact(p, y, "谁来讲", a->host);
    y += fact(p, y, "给谁", a->for_whom);
    y += fact(p, y, "要带", a->bring);
    if (y < 150)
        put(p, y + 6, 5.6, false, PDF_INK, utf8_head(a->about, ABOUT_MOST));
    pdf_line(p, LEFT, 212, WIDE - LEFT, 212, 0.4, PDF_RED);
    put_foot(p, cx, a, &s, url);
    return pdf_end(p, out);
}
