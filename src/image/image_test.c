/* image_test -- pictures turned, made smaller, refused; and that whoever reads them can do nothing
 * else. This program is also the process behind the wall: see main(). */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit.h"
#include "image/image_own.h"
#include "base/box.h"
#include "base/out.h"
#include "base/env.h"
#include <fcntl.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <turbojpeg.h>
#include <unistd.h>
#include <webp/encode.h>
#include <zlib.h>

enum { W = 640, H = 400 };

static struct arena mem;
static struct cx cx;

/* Left half red, right half blue, the upper left corner white. */
static unsigned char *paint(int w, int h)
{
    unsigned char *p = malloc((size_t)w * (size_t)h * 4);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            unsigned char *at = p + 4 * ((size_t)y * (size_t)w + (size_t)x);
            bool corner = x < w / 8 && y < h / 8;
            at[0] = corner || x >= w / 2 ? 255 : 0;
            at[1] = corner ? 255 : 0;
            at[2] = corner || x < w / 2 ? 255 : 0;
            at[3] = 255;
        }
    return p;
}

static struct str jpeg(int w, int h, int turn)
{
    unsigned char *p = paint(w, h), *made = NULL;
    unsigned long n = 0;
    tjhandle t = tjInitCompress();
    assert_int_equal(tjCompress2(t, p, w, w * 4, h, TJPF_BGRX, &made, &n, TJSAMP_444, 90, 0), 0);
    unsigned char exif[] = "\xFF\xE1\x00\x22"
                           "Exif\0\0"
                           "MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x00\0\0\0\0\0\0";
    size_t head = turn ? 36 : 0;
    exif[29] = (unsigned char)turn;
    char *out = arena_alloc(&mem, n + head);
    memcpy(out, made, 2);
    memcpy(out + 2, exif, head);
    memcpy(out + 2 + head, made + 2, n - 2);
    tjFree(made);
    tjDestroy(t);
    free(p);
    return str_n(out, n + head);
}

static struct str png(int w, int h)
{
    unsigned char *p = paint(w, h);
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)w,
                       .height = (png_uint_32)h,
                       .format = PNG_FORMAT_BGRA};
    png_alloc_size_t n = 0;
    memset(p + 4 * (w / 2), 0, 16); /* four points that are not there */
    png_image_write_to_memory(&image, NULL, &n, 0, p, 0, NULL);
    char *out = arena_alloc(&mem, n);
    png_image_write_to_memory(&image, out, &n, 0, p, 0, NULL);
    free(p);
    return str_n(out, n);
}

static struct str webp(int w, int h)
{
    unsigned char *p = paint(w, h);
    uint8_t *made = NULL;
    size_t n = WebPEncodeBGRA(p, w, h, w * 4, 90, &made);
    struct str out = str_n(memcpy(arena_alloc(&mem, n), made, n), n);
    WebPFree(made);
    free(p);
    return out;
}

/* One point of what came out: 'r' red, 'b' blue, 'w' white, '?' else. */
static char point(const struct image *i, int x, int y)
{
    struct pixels p;
    assert_int_equal(image_decode((const unsigned char *)i->bytes.p, i->bytes.n, IMAGE_SIDE, &p),
                     IMAGE_OK);
    assert_int_equal(p.width, i->width);
    assert_int_equal(p.height, i->height);
    const unsigned char *at = p.p + 4 * ((size_t)y * (size_t)p.width + (size_t)x);
    char c = at[0] > 180 && at[1] > 180 && at[2] > 180 ? 'w'
             : at[2] > 180 && at[0] < 80               ? 'r'
             : at[0] > 180 && at[2] < 80               ? 'b'
                                                       : '?';
    free(p.p);
    return c;
}

static void shrink(struct str file, struct image *large, struct image *small)
{
    enum image_verdict v = image_shrink(&cx, file, large, small);
    if (v != IMAGE_OK)
        fail_msg("%s", image_words(v));
}

static void pictures_of_three_kinds_come_out_as_jpeg(void **state)
{
    const struct str files[] = {jpeg(W, H, 0), png(W, H), webp(W, H)};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct image large, small;
        shrink(files[i], &large, &small);
        assert_int_equal(large.width, W);
        assert_int_equal(large.height, H);
        assert_int_equal(small.width, IMAGE_SMALL_SIDE);
        assert_int_equal(small.height, IMAGE_SMALL_SIDE * H / W);
        assert_memory_equal(large.bytes.p, "\xFF\xD8\xFF", 3);
        assert_int_equal(point(&large, 10, 10), 'w');
        assert_int_equal(point(&large, 10, H - 10), 'r');
        assert_int_equal(point(&large, W - 10, 10), 'b');
        assert_int_equal(point(&small, 10, 10), 'w');
    }
}

/* Where the white corner stands once the picture is upright: EXIF 2.32, 4.6.4. */
static void it_stands_upright_and_says_nothing_else(void **state)
{
    static const struct {
        bool across, right, below;
    } want[] = {{0, 0, 0}, {0, 1, 0}, {0, 1, 1}, {0, 0, 1},
                {1, 0, 0}, {1, 1, 0}, {1, 1, 1}, {1, 0, 1}};
    (void)state;
    for (int turn = 1; turn <= 8; turn++) {
        struct image large, small;
        struct str file = jpeg(W, H, turn);
        assert_int_equal(image_turn((const unsigned char *)file.p, file.n), turn);
        shrink(file, &large, &small);
        int w = want[turn - 1].across ? H : W, h = want[turn - 1].across ? W : H;
        assert_int_equal(large.width, w);
        assert_int_equal(large.height, h);
        assert_int_equal(
            point(&large, want[turn - 1].right ? w - 10 : 10, want[turn - 1].below ? h - 10 : 10),
            'w');
        assert_true(str_find(large.bytes, S("Exif")) < 0);
    }
}

static void a_large_one_comes_smaller(void **state)
{
    struct image large, small;
    (void)state;
    shrink(jpeg(4000, 3000, 6), &large, &small);
    assert_int_equal(large.height, IMAGE_SIDE);
    assert_int_equal(large.width, IMAGE_SIDE * 3 / 4);
    assert_int_equal(small.height, IMAGE_SMALL_SIDE);
    shrink(jpeg(1, 1, 0), &large, &small);
    assert_int_equal(large.width, 1);
    shrink(jpeg(3000, 2, 0), &large, &small);
    assert_int_equal(large.width, IMAGE_SIDE);
    assert_int_equal(small.height, 1);
}

static void refused(struct str file, const char *word)
{
    struct image large, small;
    const char *words = image_words(image_shrink(&cx, file, &large, &small));
    if (!strstr(words, word))
        fail_msg("%s", words);
}

static void what_is_no_picture_is_said(void **state)
{
    struct str file = jpeg(W, H, 0), bomb = png(W, H);
    char *big = memcpy(arena_alloc(&mem, bomb.n), bomb.p, bomb.n);
    (void)state;
    refused(S(""), "不是照片");
    refused(S("%PDF-1.7 这不是照片"), "不是照片");
    refused(str_cut(file, 0, 20), "打不开");
    refused(str_cut(bomb, 0, bomb.n / 2), "打不开");
    refused(str_cut(webp(W, H), 0, 40), "打不开");
    refused((struct str){arena_alloc(&mem, IMAGE_BYTES_MAX + 1), IMAGE_BYTES_MAX + 1}, "太大");
    /* 50,000 x 50,000 points in some hundred bytes: the header is believed, and refused */
    memcpy(big + 16, "\0\0\xC3\x50\0\0\xC3\x50", 8);
    unsigned long crc = crc32(0, (const unsigned char *)big + 12, 17);
    for (int i = 0; i < 4; i++)
        big[29 + i] = (char)(crc >> (24 - 8 * i));
    refused(str_n(big, bomb.n), "太大");
}

/* The first chunk behind the header says how long it is: at most to the end of the file. */
static void a_chunk_is_no_longer_than_its_file(void **state)
{
    enum { CHUNK = 33, AROUND = 12 };
    struct str file = png(W, H);
    unsigned char *p = memcpy(arena_alloc(&mem, file.n + 9), file.p, file.n);
    struct pixels out;
    size_t longest = file.n - CHUNK - AROUND;
    (void)state;
    assert_int_equal(image_decode(p, file.n, W, &out), IMAGE_OK);
    free(out.p);
    memset(p + file.n, 0xEE, 9); /* what stands behind the end is not asked */
    assert_int_equal(image_decode(p, file.n + 9, W, &out), IMAGE_OK);
    free(out.p);
    const size_t lengths[] = {longest, longest + 1, (size_t)INT32_MAX, UINT32_MAX};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        for (int k = 0; k < 4; k++)
            p[CHUNK + k] = (unsigned char)(lengths[i] >> (24 - 8 * k));
        assert_int_equal(image_png_is_whole(p, file.n), i == 0);
        assert_int_equal(image_decode(p, file.n, W, &out), IMAGE_BROKEN);
    }
    assert_true(image_png_is_whole(p, CHUNK));
    assert_true(image_png_is_whole(p, CHUNK + AROUND - 1));
}

/* Grey, 64 x 64, drawn `scans` times: each is some bytes that say "nothing here" of every block. */
static struct str drawn_over(int scans)
{
    static const unsigned char head[] = {
        0xFF, 0xC2, 0,    11,   8,    0,    64, 0, 64, 1, 1, 0x11, 0, /* progressive */
        0xFF, 0xC4, 0,    20,   0x00, 1,    0,  0, 0,  0, 0, 0,    0, 0, 0, 0, 0, 0, 0, 0, 0,
        0,    0xFF, 0xC4, 0,    20,   0x10, 1,  0, 0,  0, 0, 0,    0, 0, 0, 0, 0, 0, 0, 0, 0,
        0,    0x50, 0xFF, 0xDA, 0,    8,    1,  1, 0,  0, 0, 0,    0, 0, 0, 0, 0, 0, 0, 0};
    /* 0x50: the end of 32 blocks and of as many as five bits say, of 64 here: 0 11111 0 00000 */
    static const unsigned char scan[] = {0xFF, 0xDA, 0, 8, 1, 1, 0, 1, 63, 0, 0x7C, 0x0F};
    struct out o;
    out_init(&o, &mem);
    out_raw(&o, "\xFF\xD8\xFF\xDB\0\x43\0", 7);
    for (int i = 0; i < 64; i++)
        out_raw(&o, "\x10", 1);
    out_raw(&o, (const char *)head, sizeof head);
    for (int i = 0; i < scans; i++)
        out_raw(&o, (const char *)scan, sizeof scan);
    out_raw(&o, "\xFF\xD9", 2);
    return out_text(&o);
}

/* Few bytes that take as long as their sender likes: 400 KB of a large one were ten seconds. */
static void one_that_is_drawn_over_and_over_is_refused(void **state)
{
    struct image large, small;
    (void)state;
    shrink(drawn_over(400), &large, &small);
    assert_int_equal(large.width, 64);
    refused(drawn_over(600), "打不开");
}

/* A photo whose last bytes were lost on the way is shown as far as it goes. */
static void a_cut_photo_is_still_a_photo(void **state)
{
    struct image large, small;
    struct str file = jpeg(W, H, 0);
    (void)state;
    shrink(str_cut(file, 0, file.n - file.n / 4), &large, &small);
    assert_int_equal(point(&large, 10, 10), 'w');
}

/* ---- the wall ---- */

static enum image_verdict answered(struct image_answer a, struct str rest)
{
    struct image large, small;
    char *p = arena_alloc(&mem, sizeof a + rest.n);
    memcpy(p, &a, sizeof a);
    memcpy(p + sizeof a, rest.p, rest.n);
    return image_take(str_n(p, sizeof a + rest.n), &large, &small);
}

/* A file that has taken over its reader may answer what it likes. */
static void no_answer_is_believed(void **state)
{
    const struct str two = S("\xFF\xD8\xFF!\xFF\xD8\xFF!"), page = S("\xFF\xD8\xFF!<svg");
    struct image_answer good = {IMAGE_OK, {4, 2}, {3, 1}, {4, 4}}, a = good;
    (void)state;
    assert_int_equal(answered(good, two), IMAGE_OK);
    assert_int_equal(answered(good, page), IMAGE_BROKEN);
    assert_int_equal(answered(good, S("")), IMAGE_BROKEN);
    a.width[1] = 0;
    assert_int_equal(answered(a, two), IMAGE_BROKEN);
    a = good;
    a.height[0] = IMAGE_SIDE + 1;
    assert_int_equal(answered(a, two), IMAGE_BROKEN);
    a = good;
    a.height[0] = -3;
    assert_int_equal(answered(a, two), IMAGE_BROKEN);
    a = good;
    a.bytes[0] = UINT32_MAX;
    assert_int_equal(answered(a, two), IMAGE_BROKEN);
    a = good;
    a.bytes[0] = 0;
    a.bytes[1] = 8;
    assert_int_equal(answered(a, two), IMAGE_BROKEN);
    a.verdict = 99;
    assert_int_equal(answered(a, two), IMAGE_BROKEN);
}

static void nothing_else_can_be_done_behind_the_wall(void **state)
{
    struct str out;
    bool busy;
    (void)state;
    if (!box_has_walls)
        skip();
    assert_true(image_run(&cx, "calm", S("x"), 5000, &out,
                          &busy)); /* it is the wall that ends the others */
    assert_true(str_is(out, "done"));
    assert_false(image_run(&cx, "open", S("x"), 5000, &out, &busy));
    assert_false(image_run(&cx, "socket", S("x"), 5000, &out, &busy));
    assert_false(image_run(&cx, "start", S("x"), 5000, &out, &busy));
    assert_false(image_run(&cx, "memory", S("x"), 5000, &out, &busy));
    assert_false(image_run(&cx, "crash", S("x"), 5000, &out, &busy));
}

static void one_that_never_ends_is_ended(void **state)
{
    struct str out;
    bool busy;
    (void)state;
    assert_false(image_run(&cx, "hang", S("x"), 50, &out, &busy));
    assert_false(busy);
}

/* No file to spare: that is not the picture's fault, and is not said to be. */
static void a_machine_without_room_is_busy(void **state)
{
    struct rlimit was, none;
    struct image large, small;
    (void)state;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
    none = (struct rlimit){0, was.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    enum image_verdict v = image_shrink(&cx, S("x"), &large, &small);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
    assert_int_equal(v, IMAGE_BUSY);
}

/* Each asks the system for one thing behind the wall; whoever gets it says so. */
static int behind(const char *what)
{
    bool got = true;
    if (!image_lock())
        return 1;
    if (strcmp(what, "open") == 0)
        got = open("/etc/hostname", O_RDONLY) >= 0;
    else if (strcmp(what, "socket") == 0)
        got = socket(AF_INET, SOCK_STREAM, 0) >= 0;
    else if (strcmp(what, "start") == 0)
        got = fork() >= 0;
    else if (strcmp(what, "memory") == 0)
        got = malloc((size_t)1 << 30) != NULL;
    else if (strcmp(what, "crash") == 0)
        abort();
    else if (strcmp(what, "hang") == 0)
        for (volatile bool on = true; on;)
            continue;
    return got && box_answer("done", 4, S("")) ? 0 : 1;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pictures_of_three_kinds_come_out_as_jpeg),
        cmocka_unit_test(it_stands_upright_and_says_nothing_else),
        cmocka_unit_test(a_large_one_comes_smaller),
        cmocka_unit_test(what_is_no_picture_is_said),
        cmocka_unit_test(a_chunk_is_no_longer_than_its_file),
        cmocka_unit_test(one_that_is_drawn_over_and_over_is_refused),
        cmocka_unit_test(a_cut_photo_is_still_a_photo),
        cmocka_unit_test(no_answer_is_believed),
        cmocka_unit_test(nothing_else_can_be_done_behind_the_wall),
        cmocka_unit_test(one_that_never_ends_is_ended),
        cmocka_unit_test(a_machine_without_room_is_busy),
    };
    if (argc == 2)
        return strcmp(argv[1], "image") == 0 ? image_worker() : behind(argv[1]);
    arena_init(&mem, 256 << 20);
    cx_init(&cx, &mem, &env_system);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    cx_end(&cx);
    arena_free(&mem);
    return failed;
}
