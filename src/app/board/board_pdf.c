/* board_pdf -- the board on A3 or A4: readable from two metres, in black and white too. What is on
 * it are the items of the face and nothing else that could change, but for the month's figures.
 * When much stands on it, all below the head is made smaller until it fits. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/board/board_own.h"
#include "base/out.h"
#include "base/time.h"
#include "print/pdf.h"

/* All in mm of A3; A4 is the same times 210/297. */
#define WIDTH    297.0
#define HEIGHT   420.0
#define LEFT     18.0
#define RIGHT    (WIDTH - LEFT)
#define TOP      17.0
#define END      413.5 /* of what printers reach */
#define FOOT_GAP 2.5
#define GAP      7.0
#define RULE     0xcfc6bau
#define TINT     0x8a8378u

enum { COLUMNS = 3 };

/* A page being drawn, or only measured. */
struct sheet {
    struct pdf *p;
    struct cx *cx;
    double scale; /* of the paper */
    double fit;   /* of what is below the head: 1, or smaller to make it fit */
    bool dry;
    double y; /* where the next thing goes */
};

struct type {
    double size;
    bool bold;
    uint32_t ink;
    enum pdf_align align;
    double leading;
};

/* Returns the height in mm of A3. */
static double write_at(struct sheet *s, double x, double y, double width, struct type t,
                       struct str text)
{
    struct pdf_box box = {.x = x * s->scale,
                          .y = y * s->scale,
                          .width = width * s->scale,
                          .size = t.size * s->scale,
                          .leading = t.leading > 0 ? t.leading : 1.3,
                          .ink = t.ink,
                          .align = t.align,
                          .bold = t.bold};
    if (!text.n)
        return 0;
    return (s->dry ? pdf_measure(s->p, &box, text) : pdf_text(s->p, &box, text)) / s->scale;
}

static void rule(struct sheet *s, double x, double y, double to_x, double to_y, double line,
                 uint32_t ink)
{
    if (!s->dry)
        pdf_line(s->p, x * s->scale, y * s->scale, to_x * s->scale, to_y * s->scale,
                 line * s->scale, ink);
}

static void frame(struct sheet *s, double x, double y, double width, double height, uint32_t ink)
{
    if (!s->dry)
        pdf_frame(s->p, x * s->scale, y * s->scale, width * s->scale, height * s->scale,
                  0.3 * s->scale, ink);
}

static void heading(struct sheet *s, struct str text)
{
    s->y += GAP * s->fit;
    s->y += write_at(s, LEFT, s->y, RIGHT - LEFT,
                     (struct type){.size = 8.4 * s->fit, .bold = true, .ink = PDF_INK}, text);
    rule(s, LEFT, s->y + 1.2, RIGHT, s->y + 1.2, 0.7, PDF_RED);
    s->y += 1.2 + 3.5 * s->fit;
}

/* The room for a photograph that is glued in; nobody's picture is kept. */
static void photo(struct sheet *s, double x, double y, double width, double height)
{
    frame(s, x, y, width, height, RULE);
    write_at(s, x, y + height / 2 - width / 8, width,
             (struct type){.size = width / 6, .ink = TINT, .align = PDF_CENTRE}, S("照片"));
}

static struct str number_of(const struct board_item *i)
{
    return i->phone.n ? i->phone : i->shared;
}

/* ---- the head ---- */

/* 依澜雅居 on a line of its own: a name is not broken within 单元. */
static struct str in_lines(struct cx *cx, struct str name)
{
    struct str text = arena_copy(cx->mem, name);
    ptrdiff_t blank = str_find(text, S(" "));
    if (blank > 0)
        ((char *)text.p)[blank] = '\n';
    return text;
}

static void draw_head(struct sheet *s, const struct board_face *f, struct str url)
{
    double y = TOP, size = 20;
    const double width = 176;
    const bool is_home = !str_is(f->board.kind, "stall") && !str_is(f->board.kind, "station");
    struct type big = {.bold = true, .ink = PDF_INK, .leading = 1.15};
    struct str title = in_lines(s->cx, f->place.full_name);
    y += write_at(s, LEFT, y, width, (struct type){.size = 6.2, .bold = true, .ink = PDF_RED},
                  is_home ? S("党旗飘楼栋　服务百姓家") : S("有求必应　就在身边"));
    for (bool dry = s->dry; size > 9; size -= 1) {
        s->dry = true;
        big.size = size;
        double height = write_at(s, LEFT, y, width, big, title);
        s->dry = dry;
        if (height < 50)
            break;
    }
    y += 2 + write_at(s, LEFT, y + 2, width, big, title);
    y +=
        4 + write_at(s, LEFT, y + 4, width, (struct type){.size = 6.6, .ink = PDF_INK_2}, f->where);
    if (!s->dry)
        pdf_qr(s->p, 211 * s->scale, 14 * s->scale, 66 * s->scale, url);
    write_at(s, 205, 81, 78,
             (struct type){.size = 9.5, .bold = true, .ink = PDF_INK, .align = PDF_CENTRE},
             S("有事扫一扫"));
    write_at(s, 205, 93.5, 78, (struct type){.size = 5.4, .ink = PDF_INK_2, .align = PDF_CENTRE},
             S("微信就能扫，不用登录"));
    s->y = y > 102 ? y : 102;
}

/* ---- people ---- */

/* The first one, large: whom to call. */
static void draw_first(struct sheet *s, const struct board_item *i)
{
    const double k = s->fit, x = LEFT + 34 * k + 8, tel = 98 * k;
    double y = s->y + 2 * k;
    photo(s, LEFT, s->y, 34 * k, 43 * k);
    y += write_at(s, x, y, RIGHT - x - tel,
                  (struct type){.size = 13 * k, .bold = true, .ink = PDF_INK, .leading = 1.2},
                  i->name.n ? i->name : i->label);
    if (i->name.n)
        y += write_at(s, x, y + k, RIGHT - x - tel, (struct type){.size = 6.6 * k, .ink = PDF_INK},
                      i->label);
    y += write_at(s, x, y + k, RIGHT - x - tel, (struct type){.size = 5.8 * k, .ink = PDF_INK_2},
                  i->text);
    write_at(s, RIGHT - tel, s->y + 14 * k, tel,
             (struct type){
                 .size = 11 * k, .bold = true, .ink = PDF_INK, .align = PDF_RIGHT, .leading = 1.15},
             number_of(i));
    s->y = y > s->y + 43 * k ? y : s->y + 43 * k;
}

/* Three in a row; a row is as high as its highest. */
static double draw_small(struct sheet *s, const struct board_item *i, int column)
{
    const double k = s->fit, wide = (RIGHT - LEFT - 12) / COLUMNS, x = LEFT + column * (wide + 6);
    const double text = x + 18 * k + 4, room = wide - 18 * k - 4;
    double y = s->y;
    photo(s, x, s->y, 18 * k, 23 * k);
    y += write_at(s, text, y, room,
                  (struct type){.size = 7 * k, .bold = true, .ink = PDF_INK, .leading = 1.2},
                  i->name.n ? i->name : i->label);
    if (i->name.n)
        y += write_at(s, text, y, room, (struct type){.size = 5 * k, .ink = PDF_INK_2}, i->label);
    y += write_at(s, text, y, room, (struct type){.size = 5 * k, .ink = PDF_INK_2}, i->text);
    y += write_at(s, text, y, room, (struct type){.size = 5.6 * k, .bold = true, .ink = PDF_INK},
                  number_of(i));
    return y > s->y + 23 * k ? y : s->y + 23 * k;
}

static void draw_rows(struct sheet *s, const struct board_face *f, enum board_part part,
                      const struct board_item *but)
{
    double end = s->y;
    int column = 0;
    for (size_t k = 0; k < f->items.n; k++) {
        const struct board_item *i = &f->items.at[k];
        if (i->part != part || i == but)
            continue;
        if (column == COLUMNS) {
            s->y = end + 3.5 * s->fit;
            column = 0;
        }
        double y = draw_small(s, i, column++);
        end = y > end ? y : end;
    }
    s->y = end;
}

static bool has_part(const struct board_face *f, enum board_part part)
{
    for (size_t k = 0; k < f->items.n; k++)
        if (f->items.at[k].part == part)
            return true;
    return false;
}

/* The grid's worker, else the first who is there. */
static const struct board_item *first_of(const struct board_face *f)
{
    const struct board_item *first = NULL;
    for (size_t k = 0; k < f->items.n; k++) {
        const struct board_item *i = &f->items.at[k];
        if (i->part == BOARD_PEOPLE && (!first || (first->is_vacant && !i->is_vacant)))
            first = i;
    }
    return first;
}

static void draw_people(struct sheet *s, const struct board_face *f)
{
    const struct board_item *first = first_of(f);
    heading(s, S("有事先找"));
    if (first)
        draw_first(s, first);
    else
        s->y += write_at(
            s, LEFT, s->y, RIGHT - LEFT, (struct type){.size = 7 * s->fit, .ink = PDF_INK},
            arena_printf(s->cx->mem, "这里的服务人员正在落实，有事先打 %.*s", STR(f->phone)));
    s->y += 3.5 * s->fit;
    draw_rows(s, f, BOARD_PEOPLE, first);
    if (!has_part(f, BOARD_NEIGHBOURS))
        return;
    heading(s, S("这些邻居愿意搭把手"));
    draw_rows(s, f, BOARD_NEIGHBOURS, NULL);
}

/* ---- the rest ---- */

static void draw_zones(struct sheet *s, const struct board_face *f)
{
    if (!has_part(f, BOARD_ZONES))
        return;
    heading(s, S("责任区和承诺"));
    for (size_t k = 0; k < f->items.n; k++) {
        const struct board_item *i = &f->items.at[k];
        if (i->part != BOARD_ZONES)
            continue;
        double label =
            write_at(s, LEFT, s->y, 80 * s->fit,
                     (struct type){.size = 5.6 * s->fit, .bold = true, .ink = PDF_INK},
                     arena_printf(s->cx->mem, "%.*s · %.*s", STR(i->label), STR(i->name)));
        double text = write_at(s, LEFT + 84 * s->fit, s->y, RIGHT - LEFT - 84 * s->fit,
                               (struct type){.size = 5.6 * s->fit, .ink = PDF_INK}, i->text);
        s->y += (label > text ? label : text) + 1.2 * s->fit;
    }
}

static void draw_month(struct sheet *s, const struct board_face *f)
{
    const struct need_month *m = &f->sums;
    struct cx *cx = s->cx;
    const double wide = (RIGHT - LEFT) / 4, k = s->fit;
    const struct {
        struct str number;
        const char *label;
    } cells[] = {{arena_printf(cx->mem, "%lld", (long long)m->opened), "提了几件事"},
                 {arena_printf(cx->mem, "%lld", (long long)m->answered), "有了答复"},
                 {arena_printf(cx->mem, "%lld", (long long)m->done), "办好了"},
                 {m->rated ? arena_printf(cx->mem, "%lld／%lld", (long long)m->satisfied,
                                          (long long)m->rated)
                           : S("—"),
                  "满意／评价了的"}};
    heading(s, arena_printf(cx->mem, "%lld 年 %lld 月，这里的事办得怎么样",
                            (long long)(f->month / 100), (long long)(f->month % 100)));
    if (!m->opened && !m->answered && !m->done && !m->rated) { /* four noughts say less */
        s->y += write_at(s, LEFT, s->y, RIGHT - LEFT,
                         (struct type){.size = 5.8 * k, .ink = PDF_INK}, S("这个月还没人提事"));
        s->y += 2 * k;
        return;
    }
    for (int i = 0; i < 4; i++) {
        write_at(
            s, LEFT + i * wide, s->y, wide,
            (struct type){
                .size = 12 * k, .bold = true, .ink = PDF_INK, .align = PDF_CENTRE, .leading = 1.15},
            cells[i].number);
        write_at(s, LEFT + i * wide, s->y + 15 * k, wide,
                 (struct type){.size = 5.4 * k, .ink = PDF_INK_2, .align = PDF_CENTRE},
                 str_c(cells[i].label));
        if (i)
            rule(s, LEFT + i * wide, s->y, LEFT + i * wide, s->y + 21 * k, 0.3, RULE);
    }
    s->y += 22 * k;
}

static void draw_duties(struct sheet *s, const struct board_face *f)
{
    for (size_t k = 0; k < f->items.n; k++) {
        const struct board_item *i = &f->items.at[k];
        if (i->part != BOARD_ABOUT || i->subject_id != 1)
            continue;
        heading(s, S("我们做什么"));
        s->y +=
            write_at(s, LEFT, s->y, RIGHT - LEFT,
                     (struct type){.size = 5.8 * s->fit, .ink = PDF_INK, .leading = 1.45}, i->text);
    }
}

static void draw_steps(struct sheet *s)
{
    static const char *const steps[][2] = {{"1　扫码或打电话", "说一句话就行，不会打字可以说"},
                                           {"2　有人接", "网格员或邻居志愿者"},
                                           {"3　随时看进度", "扫同一个码就能看到"},
                                           {"4　您说好才算好", "不满意，有人回电话再办"}};
    const double wide = (RIGHT - LEFT - 15) / 4, k = s->fit;
    double end = s->y;
    heading(s, S("怎么用"));
    for (int i = 0; i < 4; i++) {
        double x = LEFT + i * (wide + 5), y = s->y;
        y += write_at(s, x, y, wide, (struct type){.size = 5.6 * k, .bold = true, .ink = PDF_INK},
                      str_c(steps[i][0]));
        y += write_at(s, x, y, wide, (struct type){.size = 5.2 * k, .ink = PDF_INK_2},
                      str_c(steps[i][1]));
        end = y > end ? y : end;
    }
    s->y = end;
}

enum { FOOT_WIDE = 190 };
static const struct type foot_type = {.size = 5, .ink = PDF_INK_2};

static struct str foot_text(struct sheet *s, const struct board_face *f)
{
    return arena_printf(s->cx->mem, "%.*s%s服务和监督电话 %.*s", STR(f->station),
                        f->station.n ? "\n" : "", STR(f->phone));
}

/* Where the line above the foot is: hours may take two lines. */
static double foot_top(struct sheet *s, const struct board_face *f)
{
    bool was = s->dry;
    s->dry = true;
    double high = write_at(s, LEFT, 0, FOOT_WIDE, foot_type, foot_text(s, f));
    s->dry = was;
    return END - high - FOOT_GAP;
}

static void draw_foot(struct sheet *s, const struct board_face *f)
{
    double top = foot_top(s, f);
    rule(s, LEFT, top, RIGHT, top, 0.3, RULE);
    write_at(s, LEFT, top + FOOT_GAP, FOOT_WIDE, foot_type, foot_text(s, f));
    write_at(s, RIGHT - 70, top + FOOT_GAP, 70,
             (struct type){.size = 5, .ink = PDF_INK_2, .align = PDF_RIGHT},
             arena_printf(s->cx->mem, "%.*s\n版本 %.*s", STR(filter_date(s->cx, s->cx->now)),
                          STR(board_version(f))));
}

static void draw_body(struct sheet *s, const struct board_face *f)
{
    draw_people(s, f);
    draw_zones(s, f);
    draw_duties(s, f);
    draw_month(s, f);
    draw_steps(s);
}

static void draw(struct sheet *s, const struct board_face *f, struct str url)
{
    s->fit = 1;
    draw_head(s, f, url);
    const double top = s->y, low = foot_top(s, f) - 3;
    s->dry = true;
    for (draw_body(s, f); s->y > low && s->fit > 0.4; draw_body(s, f)) {
        s->fit -= 0.05;
        s->y = top;
    }
    s->dry = false;
    s->y = top;
    draw_body(s, f);
    draw_foot(s, f);
}

enum err board_pdf(struct cx *cx, const struct board_face *const *faces, size_t n, struct str size,
                   struct str site, struct str *out)
{
    struct sheet s = {.cx = cx, .scale = str_is(size, "a4") ? 210 / WIDTH : 1};
    TRY(pdf_new(cx, WIDTH * s.scale, HEIGHT * s.scale, S("公示栏"), cx->now, &s.p));
    for (size_t i = 0; i < n; i++) {
        if (i)
            pdf_page(s.p);
        draw(&s, faces[i], board_url(cx, faces[i], site));
    }
    return pdf_end(s.p, out);
}
