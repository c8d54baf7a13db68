/* image -- see image.h: both sides of one question. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "image/image.h"
#include "image/image_own.h"
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>
#include <unistd.h>

enum { WAIT_MS = 10000 };

/* ---- behind the wall ---- */

static unsigned char *read_all(size_t *n)
{
    unsigned char *p = malloc(IMAGE_BYTES_MAX + 1);
    ssize_t got = 1;
    *n = 0;
    while (p && got > 0 && *n <= IMAGE_BYTES_MAX) {
        got = read(0, p + *n, IMAGE_BYTES_MAX + 1 - *n);
        *n += got > 0 ? (size_t)got : 0;
    }
    return p;
}

static bool write_all(const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    while (n) {
        ssize_t done = write(1, p, n);
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
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
    size_t size;
    warm_up();
    if (!image_lock())
        return 1;
    unsigned char *file = read_all(&size);
    if (!file)
        return 1;
    a.verdict =
        size > IMAGE_BYTES_MAX ? IMAGE_TOO_LARGE : image_decode(file, size, IMAGE_SIDE, &in);
    if (a.verdict == IMAGE_OK &&
        (!image_encode(&in, IMAGE_SIDE, &large, &n[0], &a.width[0], &a.height[0]) ||
         !image_encode(&in, IMAGE_SMALL_SIDE, &small, &n[1], &a.width[1], &a.height[1])))
        return 1;
    a.bytes[0] = (uint32_t)n[0];
    a.bytes[1] = (uint32_t)n[1];
    bool done = write_all(&a, sizeof a) && write_all(large, n[0]) && write_all(small, n[1]);
    tjFree(large);
    tjFree(small);
    free(in.p);
    free(file);
    return done ? 0 : 1;
}

/* ---- in the server ---- */

const char *image_words(enum image_verdict v)
{
    static const char *const words[] = {"", "这个文件不是照片，请换成 JPG、PNG 或 WebP",
                                        "这张照片打不开，请重新拍一张再试",
                                        "这张照片太大，请截图发来，或者把相机的像素调小再拍"};
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
    /* whatever a file does to its reader, it is the file that is broken */
    return image_run(cx, "image", file, WAIT_MS, &out) ? image_take(out, large, small)
                                                       : IMAGE_BROKEN;
}
