/* image -- see image.h: both sides of one question. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "image/image.h"
#include "image/image_own.h"
#include "base/box.h"
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

enum { WAIT_MS = 10000 };

/* ---- behind the wall ---- */

static unsigned char *read_file(uint32_t *n)
{
    unsigned char *p = NULL;
    if (!box_read(n, sizeof *n) || *n > IMAGE_BYTES_MAX || !(p = malloc(*n ? *n : 1)))
        return NULL;
    if (box_read(p, *n))
        return p;
    free(p);
    return NULL;
}

/* cairo looks at the processor once; that must be over before the door closes. */
static void warm_up(void)
{
    unsigned char dot[4] = {0}, *p = NULL;
    unsigned long n;
    int w, h;
    const struct pixels in = {.width = 1, .height = 1, .turn = 1, .p = dot};
    if (image_encode(&in, 1, &p, &n, &w, &h))
        tjFree(p);
}

int image_worker(void)
{
    struct image_answer a = {0};
    struct pixels in = {0};
    unsigned char *large = NULL, *small = NULL;
    unsigned long n[2] = {0};
    uint32_t size;
    warm_up();
    if (!image_lock())
        return 1;
    unsigned char *file = read_file(&size);
    if (!file)
        return 1;
    a.verdict = image_decode(file, size, IMAGE_SIDE, &in);
    if (a.verdict == IMAGE_OK &&
        (!image_encode(&in, IMAGE_SIDE, &large, &n[0], &a.width[0], &a.height[0]) ||
         !image_encode(&in, IMAGE_SMALL_SIDE, &small, &n[1], &a.width[1], &a.height[1])))
        return 1;
    a.bytes[0] = (uint32_t)n[0];
    a.bytes[1] = (uint32_t)n[1];
    uint32_t all = (uint32_t)(sizeof a + n[0] + n[1]);
    bool done = box_write(&all, sizeof all) && box_write(&a, sizeof a) && box_write(large, n[0]) &&
                box_write(small, n[1]);
    tjFree(large);
    tjFree(small);
    free(in.p);
    free(file);
    return done ? 0 : 1;
}

/* ---- in the server ---- */

const char *image_words(enum image_verdict v)
{
    static const char *const words[] = {
        "", "这个文件不是照片，请换成 JPG、PNG 或 WebP", "这张照片打不开，请重新拍一张再试",
        "这张照片太大，请截图发来，或者把相机的像素调小再拍", "现在传照片的人多，请过一会儿再加"};
    return words[v];
}

static bool is_picture(struct image *i, struct str bytes, int width, int height, int side)
{
    *i = (struct image){bytes, width, height};
    return width >= 1 && width <= side && height >= 1 && height <= side &&
           str_starts(bytes, S("\xFF\xD8\xFF"));
}

enum image_verdict image_take(struct str out, struct image *large, struct image *small)
{
    struct image_answer a;
    if (out.n < sizeof a)
        return IMAGE_BROKEN;
    memcpy(&a, out.p, sizeof a);
    if (a.verdict != IMAGE_OK)
        return a.verdict <= IMAGE_TOO_LARGE ? (enum image_verdict)a.verdict : IMAGE_BROKEN;
    if (out.n != sizeof a + (size_t)a.bytes[0] + a.bytes[1])
        return IMAGE_BROKEN;
    struct str first = str_cut(out, sizeof a, a.bytes[0]);
    struct str second = str_cut(out, sizeof a + a.bytes[0], a.bytes[1]);
    return is_picture(large, first, a.width[0], a.height[0], IMAGE_SIDE) &&
                   is_picture(small, second, a.width[1], a.height[1], IMAGE_SMALL_SIDE)
               ? IMAGE_OK
               : IMAGE_BROKEN;
}

enum image_verdict image_shrink(struct cx *cx, struct str file, struct image *large,
                                struct image *small)
{
    struct str out = {0};
    if (file.n > IMAGE_BYTES_MAX)
        return IMAGE_TOO_LARGE;
    bool busy;
    if (image_run(cx, "image", file, WAIT_MS, &out, &busy))
        return image_take(out, large, small);
    return busy ? IMAGE_BUSY : IMAGE_BROKEN; /* whatever a file does to its reader, it is broken */
}
