/* qr_test -- the picture holds exactly the modules of the code, at level Q, with its quiet zone. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit.h"
#include "print/qr.h"
#include "base/env.h"
#include <qrencode.h>
#include <stdio.h>
#include <string.h>

enum { SIDE_MAX = 177 + 8 };

static struct env_fake world;
static struct arena memory;
static struct cx context;

static int setup(void **state)
{
    env_fake_init(&world, 0, 7);
    arena_init(&memory, 4 << 20);
    cx_init(&context, &memory, &world.env);
    *state = &context;
    return 0;
}

static int teardown(void **state)
{
    cx_end(*state);
    arena_free(&memory);
    return 0;
}

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
    struct str svg = qr_svg(*state, text, S("进度<码>")).s;
    const char *z = arena_cstr(&memory, svg);
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
        cmocka_unit_test_setup_teardown(the_picture_is_the_code, setup, teardown),
        cmocka_unit_test_setup_teardown(what_does_not_fit_is_left_out, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
