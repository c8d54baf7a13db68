/* pdf_test -- a page is the same twice, its text can be read out of it, its font is inside, and
 * what does not fit or is not text does no harm; and whatever happens to the process that draws,
 * one sentence comes of it. This program is also such processes: see main(). */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit.h"
#include "print/pdf_own.h"
#include "base/box.h"
#include "base/env.h"
#include "base/out.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MADE INT64_C(1790000000000)

static struct arena mem;
static struct cx context;

static int set_up(void **state)
{
    arena_init(&mem, 64 << 20);
    cx_init(&context, &mem, &env_system);
    *state = &context;
    return 0;
}

static int tear_down(void **state)
{
    cx_end(*state);
    arena_free(&mem);
    return 0;
}

#define PAPER(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

static struct str page(struct cx *cx, struct str text, double *height)
{
    struct pdf *p;
    struct str bytes;
    struct pdf_box box = {.x = 20, .y = 30, .width = 100, .size = 7, .indent = 14, .ink = PDF_INK};
    assert_int_equal(pdf_new(cx, 297, 210, S("志愿服务证书"), MADE, &p), OK);
    pdf_frame(p, 9, 9, 279, 192, 0.5, PDF_GOLD);
    pdf_line(p, 20, 120, 120, 120, 0.3, PDF_INK_2);
    *height = pdf_text(p, &box, text);
    assert_float_equal(*height, pdf_measure(p, &box, text), 1e-9);
    assert_true(pdf_qr(p, 24, 160, 22, S("https://linli.example.cn/verify/C-2026-000001-7")));
    pdf_page(p);
    box.bold = true;
    box.align = PDF_CENTRE;
    box.spacing = 3;
    pdf_text(p, &box, S("第二页"));
    assert_int_equal(pdf_end(p, &bytes), OK);
    return bytes;
}

/* What a command of poppler-utils says of the document. */
static const char *ask(struct cx *cx, struct str pdf, const char *command)
{
    char path[] = "/tmp/linghang-pdf-XXXXXX", line[200];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "wb");
    assert_int_equal(fwrite(pdf.p, 1, pdf.n, f), pdf.n);
    assert_int_equal(fclose(f), 0);
    snprintf(line, sizeof line, command, path);
    FILE *answer = popen(line, "r");
    assert_non_null(answer);
    char *text = arena_alloc(cx->mem, 20000);
    size_t n = fread(text, 1, 19999, answer);
    text[n] = 0;
    assert_int_equal(pclose(answer), 0);
    remove(path);
    return text;
}

static void text_can_be_read_and_the_font_is_inside(void **state)
{
    struct cx *cx = *state;
    double one, more;
    struct str bytes = page(cx, S("周建国同志：帮邻居修水管"), &one);
    assert_true(str_starts(bytes, S("%PDF-1.5")));
    assert_true(bytes.n < 100000);
    const char *text = ask(cx, bytes, "pdftotext -layout %s -");
    assert_non_null(strstr(text, "周建国同志：帮邻居修水管"));
    assert_non_null(strstr(text, "\f")); /* there is a second page */
    const char *fonts = ask(cx, bytes, "pdffonts %s");
    assert_non_null(strstr(fonts, "WenQuanYiMicroHei"));
    assert_non_null(strstr(fonts, "yes yes yes")); /* embedded, subset, with a map to Unicode */
    assert_null(strstr(fonts, " no "));
    page(cx, S("周建国同志：帮邻居修水管，修了电灯，又陪老人去了一趟医院，前后花了半天。"), &more);
    assert_true(more > 1.5 * one);
}

static void the_same_calls_give_the_same_bytes(void **state)
{
    double h;
    struct str a = page(*state, S("同一份"), &h), b = page(*state, S("同一份"), &h);
    assert_true(str_eq(a, b));
    assert_false(str_eq(a, page(*state, S("另一份"), &h)));
}

static void what_is_not_text_does_no_harm(void **state)
{
    static char large[2000];
    struct cx *cx = *state;
    struct pdf *p;
    struct str bytes;
    double h;
    memset(large, 'x', sizeof large);
    assert_true(page(cx, S("a\x01\x7f\tb"), &h).n > 0);
    assert_int_equal(pdf_new(cx, 210, 297, S(""), MADE, &p), OK);
    assert_false(pdf_qr(p, 0, 0, 20, str_n(large, sizeof large)));
    assert_int_equal(pdf_end(p, &bytes), OK);
    assert_int_equal(pdf_new(cx, 210, 297, S(""), MADE, &p), OK); /* left open: closed with cx */
}

static void put_character(struct out *o, uint32_t c)
{
    if (c < 0x80)
        out_printf(o, "%c", (int)c);
    else if (c < 0x800)
        out_printf(o, "%c%c", (int)(0xc0 | c >> 6), (int)(0x80 | (c & 63)));
    else if (c < 0x10000)
        out_printf(o, "%c%c%c", (int)(0xe0 | c >> 12), (int)(0x80 | (c >> 6 & 63)),
                   (int)(0x80 | (c & 63)));
    else
        out_printf(o, "%c%c%c%c", (int)(0xf0 | c >> 18), (int)(0x80 | (c >> 12 & 63)),
                   (int)(0x80 | (c >> 6 & 63)), (int)(0x80 | (c & 63)));
}

/* Letters of every script, signs, pictures, and what no font has: the process has opened all that
 * it will ever want, or it would be ended here. */
static void any_text_is_drawn(void **state)
{
    enum { EACH = 13, AT_ONCE = 2000 };
    struct cx *cx = *state;
    struct pdf *p;
    struct str bytes;
    struct pdf_box box = {.width = 280, .size = 2};
    struct out text;
    assert_int_equal(pdf_new(cx, 297, 210, S("全部"), MADE, &p), OK);
    out_init(&text, cx->mem);
    for (uint32_t c = ' ', n = 0; c < 0x32000; c += c >= 0x2000 && c < 0x2c00 ? 1 : EACH) {
        if (c >= 0xd800 && c < 0xe000)
            c = 0xe000;
        put_character(&text, c);
        if (++n % AT_ONCE == 0) {
            box.bold = !box.bold;
            assert_true(pdf_text(p, &box, out_text(&text)) > 0);
            text.n = 0;
        }
    }
    assert_true(pdf_text(p, &box, S("👩\u200d🔧 ❤\ufe0f 𠮷 ا ก 한 \xff\xfe")) > 0);
    assert_int_equal(pdf_end(p, &bytes), OK);
}

static void what_no_font_has_is_a_sign(void **state)
{
    struct cx *cx = *state;
    struct pdf *p;
    struct str bytes;
    const struct pdf_box box = {.x = 10, .y = 10, .width = 100, .size = 5};
    assert_int_equal(pdf_new(cx, 210, 297, S("一"), MADE, &p), OK);
    pdf_text(p, &box, S("甲\U0010fffd乙"));
    assert_int_equal(pdf_end(p, &bytes), OK);
    assert_non_null(strstr(ask(cx, bytes, "pdftotext %s -"), "甲〓乙"));
}

/* ---- the process fails ---- */

/* A page of small print. */
static enum err drawn_by(struct cx *cx, const char *command, int64_t ms, uint32_t characters)
{
    struct pdf *p;
    struct str bytes;
    struct out text;
    const struct pdf_box box = {.x = 10, .y = 10, .width = 100, .size = 1};
    enum err e = pdf_open(cx, command, ms, 210, 297, S("一"), MADE, &p);
    if (e != OK)
        return e;
    out_init(&text, cx->mem);
    for (uint32_t c = 0; c < characters; c++)
        put_character(&text, 0x4e00 + c % 6000);
    pdf_text(p, &box, out_text(&text));
    return pdf_end(p, &bytes);
}

static void is_said(struct cx *cx)
{
    assert_non_null(strstr(arena_cstr(cx->mem, cx->fault.message), "浏览器的“打印”"));
    fault_clear(cx);
}

static void without_memory_it_says_so(void **state)
{
    struct cx *cx = *state;
    enum { MANY = 250000 }; /* what is left of the start is enough for a few pages */
    int said = 0;
    if (!box_has_walls)
        skip();
    for (int mib = 1; mib <= 64; mib *= 8) {
        char command[20];
        snprintf(command, sizeof command, "%d", mib);
        if (drawn_by(cx, command, 20000, MANY) != OK) {
            is_said(cx);
            said++;
        }
    }
    assert_true(said);
    assert_int_equal(drawn_by(cx, "pdf", 20000, MANY), OK);
}

static void one_that_breaks_off_says_so(void **state)
{
    static const char *const ways[] = {"hang", "end", "lie", "abort"};
    struct cx *cx = *state;
    for (size_t i = 0; i < COUNT(ways); i++) {
        assert_int_equal(drawn_by(cx, ways[i], 300, 10), ERR_BUSY);
        is_said(cx);
    }
}

static int broken(const char *way)
{
    uint32_t n = 1u << 31;
    int64_t mib = 0;
    if (strcmp(way, "hang") == 0)
        for (volatile bool on = true; on;)
            continue;
    if (strcmp(way, "lie") == 0) /* an answer longer than any */
        return box_write(&n, sizeof n) ? 0 : 1;
    if (strcmp(way, "abort") == 0)
        abort();
    return str_int(str_c(way), &mib) ? pdf_draw((size_t)mib << 20) : 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        PAPER(text_can_be_read_and_the_font_is_inside),
        PAPER(the_same_calls_give_the_same_bytes),
        PAPER(what_is_not_text_does_no_harm),
        PAPER(any_text_is_drawn),
        PAPER(what_no_font_has_is_a_sign),
        PAPER(without_memory_it_says_so),
        PAPER(one_that_breaks_off_says_so),
    };
    return argc == 2 ? broken(argv[1]) : cmocka_run_group_tests(tests, NULL, NULL);
}
