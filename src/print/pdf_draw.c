/* pdf_draw -- the process that draws documents: cairo and pango, which end a process when memory
 * fails, behind the walls of base/box.h. Fonts are opened before; afterwards none can be.
 *
 * All text is laid out in one size and drawn to scale, so that pango asks fontconfig, which reads
 * files and starts threads, for two fonts only, and only once. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "print/pdf_own.h"
#include "base/box.h"
#include "base/env.h"
#include "base/out.h"
#include "print/qr.h"
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdlib.h>
#include <string.h>

#define FONT   "WenQuanYi Micro Hei"
#define POINTS (72 / 25.4) /* a millimetre */
#define EM     64          /* points, of all text as it is laid out */

enum { MEMORY = 192 << 20, SECONDS = 60, ARENA = 4 * PDF_BYTES_MAX, CHARACTERS = 0x110000 };

struct drawing {
    struct arena bytes_mem, mem; /* of the document; of one call */
    struct cx cx;                /* over `mem` */
    struct out bytes;
    bool too_long, has_font;
    cairo_surface_t *surface;
    cairo_t *pen;
    PangoContext *context;
    PangoFontset *fonts[2];          /* as it is, bold */
    unsigned char known[CHARACTERS]; /* is_drawable() */
};

/* ---- fonts ---- */

static PangoFontDescription *describe(bool bold)
{
    PangoFontDescription *f = pango_font_description_new();
    pango_font_description_set_family_static(f, FONT);
    pango_font_description_set_absolute_size(f, EM * PANGO_SCALE);
    pango_font_description_set_weight(f, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    return f;
}

/* Fontconfig would take another font without a word, perhaps one without Chinese. */
static bool is_ours(PangoFont *font)
{
    PangoFontDescription *got = pango_font_describe(font);
    bool is_there = strcmp(pango_font_description_get_family(got), FONT) == 0;
    pango_font_description_free(got);
    return is_there;
}

/* Our font, and for the rare characters of names whichever the machine has for their blocks. */
static PangoFontset *find_fonts(struct drawing *d, bool bold)
{
    static const gunichar blocks[] = {0x4e00,  0x3400,  0x9fa6,  0x20000, 0x2a700,
                                      0x2b740, 0x2b820, 0x2ceb0, 0x30000};
    PangoLanguage *chinese = pango_language_from_string("zh-CN");
    PangoFontDescription *f = describe(bold);
    PangoFontset *all = pango_context_load_fontset(d->context, f, chinese);
    PangoFontsetSimple *few = pango_fontset_simple_new(chinese);
    pango_font_description_free(f);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        PangoFont *font = pango_fontset_get_font(all, blocks[i]);
        if (i == 0)
            d->has_font = font && is_ours(font);
        if (font && (i == 0 || pango_font_has_char(font, blocks[i])))
            pango_fontset_simple_append(few, font);
    }
    return PANGO_FONTSET(few);
}

static bool is_drawable(struct drawing *d, gunichar c)
{
    enum { UNKNOWN, NO, YES };
    if (d->known[c] == UNKNOWN) {
        PangoFont *font = pango_fontset_get_font(d->fonts[0], c);
        d->known[c] = font && pango_font_has_char(font, c) ? YES : NO;
        g_clear_object(&font);
    }
    return d->known[c] == YES;
}

/* Whatever pango wants, it gets of what is open. */
static PangoFontset *give_fonts(PangoFontMap *map, PangoContext *context,
                                const PangoFontDescription *f, PangoLanguage *language)
{
    PangoFontset *const *fonts = g_object_get_data(G_OBJECT(map), "fonts");
    (void)context;
    (void)language;
    return g_object_ref(fonts[pango_font_description_get_weight(f) > PANGO_WEIGHT_NORMAL]);
}

static PangoFont *give_font(PangoFontMap *map, PangoContext *context, const PangoFontDescription *f)
{
    PangoFontset *set = give_fonts(map, context, f, NULL);
    PangoFont *font = pango_fontset_get_font(set, 0x4e00);
    g_object_unref(set);
    return font;
}

/* ---- text ---- */

/* A character that no font has is written as printers do: with the sign of a missing sort. */
static struct str plain(struct drawing *d, struct str text)
{
    char *p = arena_alloc(&d->mem, 3 * text.n + 4), *to = p;
    const char *end = text.p + text.n;
    for (const char *at = text.p; at < end;) {
        gunichar c = g_utf8_get_char_validated(at, end - at);
        bool good = c < CHARACTERS;
        at = good ? g_utf8_next_char(at) : at + 1;
        if (good && c < ' ' && c != '\n')
            c = ' ';
        if (good && c != '\n' && !is_drawable(d, c) && g_unichar_iszerowidth(c))
            continue;
        to += g_unichar_to_utf8(good && (c == '\n' || is_drawable(d, c)) ? c : 0x3013, to);
    }
    return str_n(p, (size_t)(to - p));
}

static PangoLayout *lay_out(struct drawing *d, const struct pdf_box *b, struct str text)
{
    static const PangoAlignment aligns[] = {PANGO_ALIGN_LEFT, PANGO_ALIGN_CENTER,
                                            PANGO_ALIGN_RIGHT};
    const double unit = EM * PANGO_SCALE / b->size; /* of pango, in a millimetre */
    PangoLayout *l = pango_layout_new(d->context);
    PangoFontDescription *f = describe(b->bold);
    struct str s = plain(d, text);
    pango_layout_set_font_description(l, f);
    pango_font_description_free(f);
    pango_layout_set_width(l, (int)(b->width * unit));
    pango_layout_set_indent(l, (int)(b->indent * unit));
    pango_layout_set_alignment(l, aligns[b->align]);
    pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_text(l, s.p, (int)s.n);
    PangoAttrList *attrs = pango_attr_list_new();
    int line = (int)((b->leading > 0 ? b->leading : 1.5) * EM * PANGO_SCALE);
    pango_attr_list_insert(attrs, pango_attr_line_height_new_absolute(line));
    if (b->spacing > 0)
        pango_attr_list_insert(attrs, pango_attr_letter_spacing_new((int)(b->spacing * unit)));
    pango_layout_set_attributes(l, attrs);
    pango_attr_list_unref(attrs);
    return l;
}

static void set_ink(struct drawing *d, uint32_t ink)
{
    cairo_set_source_rgb(d->pen, (ink >> 16 & 255) / 255.0, (ink >> 8 & 255) / 255.0,
                         (ink & 255) / 255.0);
}

/* The height used, mm. */
static double put_text(struct drawing *d, const struct pdf_box *b, struct str text, bool draw)
{
    int width, height;
    if (!(b->size > 0.01) || b->align > PDF_RIGHT || !(b->width < 10000))
        return 0;
    PangoLayout *l = lay_out(d, b, text);
    pango_layout_get_size(l, &width, &height);
    if (draw) {
        const double scale = b->size * POINTS / EM;
        cairo_save(d->pen);
        set_ink(d, b->ink);
        cairo_translate(d->pen, b->x * POINTS, b->y * POINTS);
        cairo_scale(d->pen, scale, scale);
        pango_cairo_show_layout(d->pen, l);
        cairo_restore(d->pen);
    }
    g_object_unref(l);
    return height * b->size / (EM * PANGO_SCALE);
}

/* ---- lines and codes ---- */

static void put_lines(struct drawing *d, const struct pdf_call *c)
{
    const struct pdf_box *b = &c->box;
    set_ink(d, b->ink);
    cairo_set_line_width(d->pen, c->line * POINTS);
    if (c->what == PDF_FRAME) {
        cairo_rectangle(d->pen, b->x * POINTS, b->y * POINTS, b->width * POINTS,
                        c->height * POINTS);
    } else {
        cairo_move_to(d->pen, b->x * POINTS, b->y * POINTS);
        cairo_line_to(d->pen, b->width * POINTS, c->height * POINTS);
    }
    cairo_stroke(d->pen);
}

static bool put_qr(struct drawing *d, const struct pdf_box *b, struct str text)
{
    const double side = b->width * POINTS;
    struct qr q;
    if (!qr_make(&d->cx, text, &q))
        return false;
    double cell = side / (q.side + 2 * QR_QUIET);
    cairo_save(d->pen);
    cairo_translate(d->pen, b->x * POINTS, b->y * POINTS);
    set_ink(d, 0xffffff);
    cairo_rectangle(d->pen, 0, 0, side, side);
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

/* ---- a document ---- */

static cairo_status_t take(void *arg, const unsigned char *p, unsigned int n)
{
    struct drawing *d = arg;
    d->too_long = d->too_long || d->bytes.n + n > PDF_BYTES_MAX;
    if (d->too_long)
        return CAIRO_STATUS_WRITE_ERROR;
    out_raw(&d->bytes, (const char *)p, n);
    return CAIRO_STATUS_SUCCESS;
}

static void open_document(struct drawing *d, double width, double height, const char *title,
                          const char *made_at)
{
    out_init(&d->bytes, &d->bytes_mem);
    d->surface = cairo_pdf_surface_create_for_stream(take, d, width * POINTS, height * POINTS);
    cairo_pdf_surface_restrict_to_version(d->surface, CAIRO_PDF_VERSION_1_5);
    cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(d->surface, CAIRO_PDF_METADATA_CREATE_DATE, made_at);
    d->pen = cairo_create(d->surface);
}

static bool close_document(struct drawing *d)
{
    cairo_surface_finish(d->surface);
    bool good = cairo_status(d->pen) == CAIRO_STATUS_SUCCESS &&
                cairo_surface_status(d->surface) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(d->pen);
    cairo_surface_destroy(d->surface);
    d->pen = NULL;
    return good && !d->too_long;
}

/* Opens, reads and looks up all that a document will want, by making one. */
static void warm_up(struct drawing *d)
{
    const struct pdf_box box = {.width = 100, .size = 5};
    PangoFontMap *map = pango_cairo_font_map_new();
    setenv("TZ", "UTC0", 1); /* else each date is a look at a file */
    d->context = pango_font_map_create_context(map);
    pango_context_set_language(d->context, pango_language_from_string("zh-CN"));
    pango_context_set_round_glyph_positions(d->context, FALSE);
    for (int bold = 0; bold < 2; bold++)
        d->fonts[bold] = find_fonts(d, bold);
    g_object_set_data(G_OBJECT(map), "fonts", d->fonts);
    PANGO_FONT_MAP_GET_CLASS(map)->load_fontset = give_fonts;
    PANGO_FONT_MAP_GET_CLASS(map)->load_font = give_font;
    open_document(d, 100, 100, "", "2026-01-01T00:00:00Z");
    static const char all[] = "中 a1〓\n㐀龦𠀀𪜀𫝀𫠠𬺰𰀀";
    for (int bold = 0; bold < 2; bold++) {
        struct pdf_box b = box;
        b.bold = bold;
        put_text(d, &b, str_c(all), true);
        put_text(d, &b, S(""), true);
    }
    close_document(d);
    arena_reset(&d->mem);
    arena_reset(&d->bytes_mem);
}

/* ---- the process ---- */

bool pdf_lock(size_t memory)
{
    return box_lock(&(struct box){.memory = memory, .seconds = SECONDS, .files = 3}, NULL);
}

/* False: the talk is over. */
static bool obey(struct drawing *d, const struct pdf_call *c, struct str text)
{
    struct pdf_told told = {.done = true};
    if (!d->pen && c->what != PDF_NEW)
        return false;
    switch ((enum pdf_what)c->what) {
    case PDF_NEW:
        told.done = d->has_font;
        if (d->pen)
            return false;
        open_document(d, c->box.width, c->height, arena_cstr(&d->mem, text), c->made_at);
        break;
    case PDF_PAGE:
        cairo_show_page(d->pen);
        return true;
    case PDF_TEXT:
    case PDF_MEASURE:
        told.height = put_text(d, &c->box, text, c->what == PDF_TEXT);
        break;
    case PDF_FRAME:
    case PDF_LINE:
        put_lines(d, c);
        return true;
    case PDF_QR:
        told.done = put_qr(d, &c->box, text);
        break;
    case PDF_END:
        told.done = close_document(d);
        return box_answer(&told, sizeof told, told.done ? out_text(&d->bytes) : S(""));
    }
    return box_answer(&told, sizeof told, S(""));
}

static bool obey_next(struct drawing *d)
{
    struct pdf_call c;
    uint32_t n;
    if (!box_read(&n, sizeof n) || n < sizeof c || n > sizeof c + PDF_TEXT_MAX ||
        !box_read(&c, sizeof c))
        return false;
    n -= (uint32_t)sizeof c;
    char *text = arena_alloc(&d->mem, n + 1);
    c.made_at[sizeof c.made_at - 1] = 0;
    bool on = box_read(text, n) && obey(d, &c, str_n(text, n)) && c.what != PDF_END;
    arena_reset(&d->mem);
    return on;
}

int pdf_draw(size_t memory)
{
    struct arena boot;
    arena_init(&boot, 2 * sizeof(struct drawing));
    struct drawing *d = NEW(&boot, struct drawing);
    arena_init(&d->mem, ARENA);
    arena_init(&d->bytes_mem, ARENA);
    cx_init(&d->cx, &d->mem, &env_system);
    warm_up(d);
    if (!pdf_lock(memory))
        return 1;
    while (obey_next(d))
        continue;
    return 0; /* what it has is the system's again */
}

int pdf_worker(void)
{
    return pdf_draw(MEMORY);
}
