/* pdf_test -- a page is the same twice, its text can be read out of it, its font is inside, and
 * what does not fit or is not text does no harm. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plain.h"
#include "print/pdf.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MADE INT64_C(1790000000000)

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAIN(text_can_be_read_and_the_font_is_inside),
        PLAIN(the_same_calls_give_the_same_bytes),
        PLAIN(what_is_not_text_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
