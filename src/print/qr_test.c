/* qr_test -- the picture holds exactly the modules of the code, at level Q, with its quiet zone. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plain.h"
#include "print/qr.h"
#include <qrencode.h>
#include <stdio.h>
#include <string.h>

enum { SIDE_MAX = 177 + 8 };

/* Paints "M5 4h7v1h-7z..." into a grid; returns how many modules are dark. */
static int paint(const char *path, unsigned char grid[SIDE_MAX][SIDE_MAX])
{
    int x, y, n, back, used, dark = 0;
    while (sscanf(path, "M%d %dh%dv1h-%dz%n", &x, &y, &n, &back, &used) == 4) {
        assert_int_equal(n, back);
        assert_true(x >= 4 && y >= 4 && x + n <= SIDE_MAX && y < SIDE_MAX);
        for (int i = 0; i < n; i++, dark++)
            grid[y][x + i]++;
        path += used;
    }
    assert_true(strncmp(path, "\"/></svg>", 9) == 0);
    return dark;
}

static void the_picture_is_the_code(void **state)
{
    static unsigned char grid[SIDE_MAX][SIDE_MAX];
    struct str text = S("https://linli.example.cn/n/7310000000000000001?k=ABCDEFGH2345");
    struct cx *cx = *state;
    struct str svg = qr_svg(cx, text, S("进度<码>")).s;
    const char *z = arena_cstr(cx->mem, svg);
    QRcode *code = QRcode_encodeData((int)text.n, (const unsigned char *)text.p, 0, QR_ECLEVEL_Q);
    char box[64];
    int dark = 0;
    assert_non_null(code);
    snprintf(box, sizeof box, "viewBox=\"0 0 %d %d\"", code->width + 8, code->width + 8);
    assert_non_null(strstr(z, box));
    assert_non_null(strstr(z, "aria-label=\"进度&lt;码&gt;\""));
    int painted = paint(strstr(z, "d=\"M") + 3, grid);
    for (int y = 0; y < code->width; y++)
        for (int x = 0; x < code->width; x++) {
            int want = code->data[y * code->width + x] & 1;
            assert_int_equal(grid[y + 4][x + 4], want);
            dark += want;
        }
    assert_int_equal(painted, dark);
    QRcode_free(code);
}

static void what_does_not_fit_is_left_out(void **state)
{
    static char long_text[1664];
    memset(long_text, 'x', sizeof long_text);
    assert_true(qr_svg(*state, str_n(long_text, 1663), S("码")).s.n > 0);
    assert_int_equal(qr_svg(*state, str_n(long_text, 1664), S("码")).s.n, 0);
    assert_int_equal(qr_svg(*state, S(""), S("码")).s.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAIN(the_picture_is_the_code),
        PLAIN(what_does_not_fit_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
