/* pdf -- see pdf.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "print/pdf.h"
#include "base/html.h"
#include "base/out.h"
#include "base/utf8.h"
#include "print/qr.h"
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <string.h>

#define FONT   "WenQuanYi Micro Hei"
#define POINTS (72 / 25.4) /* a millimetre */

enum { BYTES_MAX = 4 << 20 };

struct pdf {
    struct cx *cx;
    struct out bytes;
    cairo_surface_t *surface;
    cairo_t *pen;
    PangoFontMap *fonts;
    PangoContext *context;
};

/* ---- opening and closing ---- */

static cairo_status_t take(void *arg, const unsigned char *p, unsigned int n)
{
    struct pdf *d = arg;
    if (d->bytes.n + n > BYTES_MAX)
        return CAIRO_STATUS_WRITE_ERROR;
    out_raw(&d->bytes, (const char *)p, n);
    return CAIRO_STATUS_SUCCESS;
}

static void close_document(void *arg)
{
    struct pdf *d = arg;
    if (d->context)
        g_object_unref(d->context);
    if (d->fonts)
        g_object_unref(d->fonts);
    if (d->pen)
        cairo_destroy(d->pen);
    if (d->surface)
        cairo_surface_destroy(d->surface);
    d->context = NULL;
    d->fonts = NULL;
    d->pen = NULL;
    d->surface = NULL;
}

static PangoFontDescription *describe(double size, bool bold)
{
    PangoFontDescription *f = pango_font_description_new();
    pango_font_description_set_family_static(f, FONT);
    pango_font_description_set_absolute_size(f, size * POINTS * PANGO_SCALE);
    pango_font_description_set_weight(f, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    return f;
}

/* Fontconfig would take another font without a word, perhaps one without Chinese. */
static bool has_font(struct pdf *d)
{
    bool is_there = false;
    PangoFontDescription *wanted = describe(5, false);
    PangoFont *font = pango_context_load_font(d->context, wanted);
    pango_font_description_free(wanted);
    if (!font)
        return false;
    PangoFontDescription *got = pango_font_describe(font);
    is_there = strcmp(pango_font_description_get_family(got), FONT) == 0;
    pango_font_description_free(got);
    g_object_unref(font);
    return is_there;
}

static void write_about(struct pdf *d, struct str title, int64_t made_at)
{
    cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_TITLE,
                                   arena_cstr(d->cx->mem, title));
    cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_CREATE_DATE,
                                   arena_cstr(d->cx->mem, filter_iso(d->cx, made_at)));
}

enum err pdf_new(struct cx *cx, double width, double height, struct str title, int64_t made_at,
                 struct pdf **out)
{
    struct pdf *d = NEW(cx->mem, struct pdf);
    d->cx = cx;
    out_init(&d->bytes, cx->mem);
    cx_defer(cx, close_document, d);
    d->surface = cairo_pdf_surface_create_for_stream(take, d, width * POINTS, height * POINTS);
    cairo_pdf_surface_restrict_to_version(d->surface, CAIRO_PDF_VERSION_1_5);
    write_about(d, title, made_at);
    d->pen = cairo_create(d->surface);
    d->fonts = pango_cairo_font_map_new(); /* of its own: threads share none */
    d->context = pango_font_map_create_context(d->fonts);
    pango_cairo_update_context(d->pen, d->context);
    pango_context_set_language(d->context, pango_language_from_string("zh-CN"));
    if (!has_font(d))
        return fail(cx, ERR_STORE, "服务器上没有中文字体，请管理员装上 fonts-wqy-microhei 再试");
    *out = d;
    return OK;
}

void pdf_page(struct pdf *d)
{
    cairo_show_page(d->pen);
}

enum err pdf_end(struct pdf *d, struct str *out)
{
    cairo_surface_finish(d->surface);
    cairo_status_t pen = cairo_status(d->pen), surface = cairo_surface_status(d->surface);
    close_document(d);
    if (pen != CAIRO_STATUS_SUCCESS || surface != CAIRO_STATUS_SUCCESS)
        return fail(d->cx, ERR_STORE, "这一份没能排出来，请再试一次（%s）",
                    cairo_status_to_string(pen != CAIRO_STATUS_SUCCESS ? pen : surface));
    *out = out_text(&d->bytes);
    return OK;
}

/* ---- text ---- */

static void set_ink(struct pdf *d, uint32_t ink)
{
    cairo_set_source_rgb(d->pen, (ink >> 16 & 255) / 255.0, (ink >> 8 & 255) / 255.0,
                         (ink & 255) / 255.0);
}

static struct str plain(struct pdf *d, struct str text)
{
    char *p = arena_alloc(d->cx->mem, text.n + 1);
    for (size_t i = 0; i < text.n; i++)
        p[i] = (unsigned char)text.p[i] < ' ' && text.p[i] != '\n' ? ' ' : text.p[i];
    return str_n(p, text.n);
}

static PangoLayout *lay_out(struct pdf *d, const struct pdf_box *b, struct str text)
{
    static const PangoAlignment aligns[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER,
                                            PANGO_ALIGN_RIGHT};
    PangoLayout *l = pango_layout_new(d->context);
    PangoFontDescription *f = describe(b->size, b->bold);
    struct str s = plain(d, text);
    pango_layout_set_font_description(l, f);
    pango_font_description_free(f);
    pango_layout_set_width(l, (int)(b->width * POINTS * PANGO_SCALE));
    pango_layout_set_indent(l, (int)(b->indent * POINTS * PANGO_SCALE));
    pango_layout_set_alignment(l, aligns[b->align]);
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(l, s.p, (int)s.n);
    PangoAttrList *attrs = pango_attr_list_new();
    int line = (int)(b->size * (b->leading > 0 ? b->leading : 1.5) * POINTS * PANGO_SCALE);
    pango_attr_list_insert(attrs, pango_attr_line_height_new_absolute(line));
    if (b->spacing > 0)
        pango_attr_list_insert(
            attrs, pango_attr_letter_spacing_new((int)(b->spacing * POINTS * PANGO_SCALE)));
    pango_layout_set_attributes(l, attrs);
    pango_attr_list_unref(attrs);
    return l;
}

static double height_of(PangoLayout *l)
{
    int width, height;
    pango_layout_get_size(l, &width, &height);
    return height / (POINTS * PANGO_SCALE);
}

double pdf_measure(struct pdf *d, const struct pdf_box *b, struct str text)
{
    PangoLayout *l = lay_out(d, b, text);
    double height = height_of(l);
    g_object_unref(l);
    return height;
}

double pdf_text(struct pdf *d, const struct pdf_box *b, struct str text)
{
    PangoLayout *l = lay_out(d, b, text);
    set_ink(d, b->ink);
    cairo_move_to(d->pen, b->x * POINTS, b->y * POINTS);
    pango_cairo_show_layout(d->pen, l);
    double height = height_of(l);
    g_object_unref(l);
    return height;
}

/* ---- lines and codes ---- */

void pdf_frame(struct pdf *d, double x, double y, double width, double height, double line,
               uint32_t ink)
{
    set_ink(d, ink);
    cairo_set_line_width(d->pen, line * POINTS);
    cairo_rectangle(d->pen, x * POINTS, y * POINTS, width * POINTS, height * POINTS);
    cairo_stroke(d->pen);
}

void pdf_line(struct pdf *d, double x, double y, double to_x, double to_y, double line,
              uint32_t ink)
{
    set_ink(d, ink);
    cairo_set_line_width(d->pen, line * POINTS);
    cairo_move_to(d->pen, x * POINTS, y * POINTS);
    cairo_line_to(d->pen, to_x * POINTS, to_y * POINTS);
    cairo_stroke(d->pen);
}

bool pdf_qr(struct pdf *d, double x, double y, double side, struct str text)
{
    struct qr q;
    if (!qr_make(d->cx, text, &q))
        return false;
    double cell = side * POINTS / (q.side + 2 * QR_QUIET);
    cairo_save(d->pen);
    cairo_translate(d->pen, x * POINTS, y * POINTS);
    set_ink(d, 0xffffff);
    cairo_rectangle(d->pen, 0, 0, side * POINTS, side * POINTS);
    cairo_fill(d->pen);
    set_ink(d, 0);
    for (int row = 0; row < q.side; row++)
        for (int at = 0; at < q.side; at++) {
            int from = at;
            while (at < q.side && qr_dark(&q, at, row))
                at++;
            if (at > from)
                cairo_rectangle(d->pen, (from + QR_QUIET) * cell, (row + QR_QUIET) * cell,
                                (at - from) * cell, cell);
        }
    cairo_fill(d->pen);
    cairo_restore(d->pen);
    return true;
}
