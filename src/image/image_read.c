/* image_read -- bytes of a file into pixels. Runs behind the wall, and in the fuzzer. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "image/image_own.h"
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>
#include <webp/decode.h>

/* ---- which way up ---- */

static unsigned read_u16(const unsigned char *p, bool is_little)
{
    return is_little ? p[0] | (unsigned)p[1] << 8 : (unsigned)p[0] << 8 | p[1];
}

static size_t read_u32(const unsigned char *p, bool is_little)
{
    unsigned a = read_u16(p, is_little), b = read_u16(p + 2, is_little);
    return is_little ? (size_t)b << 16 | a : (size_t)a << 16 | b;
}

/* The TIFF part of an APP1 segment. */
static int turn_of(const unsigned char *p, size_t n)
{
    if (n < 8 || (memcmp(p, "II*\0", 4) != 0 && memcmp(p, "MM\0*", 4) != 0))
        return 1;
    bool is_little = p[0] == 'I';
    size_t at = read_u32(p + 4, is_little);
    if (at > n - 2)
        return 1;
    unsigned count = read_u16(p + at, is_little);
    for (at += 2; count-- > 0 && at + 12 <= n; at += 12)
        if (read_u16(p + at, is_little) == 0x0112) {
            unsigned turn = read_u16(p + at + 8, is_little);
            return turn >= 1 && turn <= 8 ? (int)turn : 1;
        }
    return 1;
}

int image_turn(const unsigned char *p, size_t n)
{
    size_t at = 2;
    while (at + 4 <= n && p[at] == 0xFF) {
        size_t length = (size_t)p[at + 2] << 8 | p[at + 3];
        if (p[at + 1] == 0xDA || length < 2 || length + 2 > n - at)
            return 1;
        if (p[at + 1] == 0xE1 && length >= 8 && memcmp(p + at + 4, "Exif\0\0", 6) == 0)
            return turn_of(p + at + 10, length - 8);
        at += 2 + length;
    }
    return 1;
}

/* ---- the three kinds ---- */

static enum image_verdict measure(struct pixels *out, int64_t most)
{
    if (out->width < 1 || out->height < 1)
        return IMAGE_BROKEN;
    if ((int64_t)out->width * out->height > most)
        return IMAGE_TOO_LARGE;
    return IMAGE_OK;
}

static bool take_memory(struct pixels *out)
{
    out->p = calloc((size_t)out->width * (size_t)out->height, 4); /* what is missing is black */
    return out->p != NULL;
}

/* Of a large photo no more is read than is shown: eighths of its size. */
static void choose_scale(struct pixels *out, int side)
{
    int n, longer = out->width > out->height ? out->width : out->height;
    tjscalingfactor *f = tjGetScalingFactors(&n), best = {1, 1};
    for (int i = 0; f && i < n; i++)
        if (TJSCALED(longer, f[i]) >= side && f[i].num * best.denom < best.num * f[i].denom)
            best = f[i];
    out->width = TJSCALED(out->width, best);
    out->height = TJSCALED(out->height, best);
}

static enum image_verdict read_jpeg(const unsigned char *p, size_t n, int side, struct pixels *out)
{
    int sub, space;
    tjhandle t = tjInitDecompress();
    enum image_verdict v = IMAGE_BROKEN;
    if (t && tjDecompressHeader3(t, p, n, &out->width, &out->height, &sub, &space) == 0) {
        v = measure(out, IMAGE_PIXELS_MAX);
        choose_scale(out, side);
        if (v == IMAGE_OK && !take_memory(out))
            v = IMAGE_TOO_LARGE;
        /* a photo whose end is missing is shown as far as it goes: libjpeg calls that a warning;
         * one that is drawn over more than 500 times is none: that takes a second for each 100 KB
         */
        if (v == IMAGE_OK &&
            tjDecompress2(t, p, n, out->p, out->width, 0, out->height, TJPF_BGRX,
                          TJFLAG_LIMITSCANS) != 0 &&
            tjGetErrorCode(t) != TJERR_WARNING)
            v = IMAGE_BROKEN;
        out->turn = image_turn(p, n);
    }
    if (t)
        tjDestroy(t);
    return v;
}

bool image_png_is_whole(const unsigned char *p, size_t n)
{
    enum { SIGNATURE = 8, AROUND = 12 }; /* length, name and checksum of a chunk */
    for (size_t at = SIGNATURE; n - at >= AROUND;) {
        size_t length = read_u32(p + at, false);
        if (length > n - at - AROUND)
            return false;
        if (memcmp(p + at + 4, "IEND", 4) == 0)
            return true; /* what follows is not looked at */
        at += AROUND + length;
    }
    return true;
}

static enum image_verdict read_png(const unsigned char *p, size_t n, struct pixels *out)
{
    png_image png = {.version = PNG_IMAGE_VERSION};
    png_color white = {255, 255, 255};
    enum image_verdict v = IMAGE_BROKEN;
    if (image_png_is_whole(p, n) && png_image_begin_read_from_memory(&png, p, n)) {
        out->width = (int)png.width;
        out->height = (int)png.height;
        png.format = PNG_FORMAT_BGR;
        v = measure(out, IMAGE_PLAIN_MAX);
        if (v == IMAGE_OK && !take_memory(out))
            v = IMAGE_TOO_LARGE;
        if (v == IMAGE_OK && !png_image_finish_read(&png, &white, out->p, 0, NULL))
            v = IMAGE_BROKEN;
        /* three bytes become four, from the end */
        for (size_t i = (size_t)out->width * (size_t)out->height; v == IMAGE_OK && i-- > 0;) {
            unsigned char b = out->p[3 * i], g = out->p[3 * i + 1], r = out->p[3 * i + 2];
            memcpy(out->p + 4 * i, (unsigned char[4]){b, g, r, 255}, 4);
        }
    }
    png_image_free(&png);
    return v;
}

static unsigned char over_white(unsigned char c, unsigned char alpha)
{
    return (unsigned char)((c * alpha + 255 * (255 - alpha) + 127) / 255);
}

static enum image_verdict read_webp(const unsigned char *p, size_t n, struct pixels *out)
{
    if (!WebPGetInfo(p, n, &out->width, &out->height))
        return IMAGE_BROKEN;
    enum image_verdict v = measure(out, IMAGE_PLAIN_MAX);
    if (v != IMAGE_OK)
        return v;
    if (!take_memory(out))
        return IMAGE_TOO_LARGE;
    size_t size = (size_t)out->width * (size_t)out->height * 4;
    if (!WebPDecodeBGRAInto(p, n, out->p, size, out->width * 4))
        return IMAGE_BROKEN;
    for (size_t i = 0; i < size; i += 4)
        for (int k = 0; k < 3; k++)
            out->p[i + (size_t)k] = over_white(out->p[i + (size_t)k], out->p[i + 3]);
    return IMAGE_OK;
}

enum image_verdict image_decode(const unsigned char *p, size_t n, int side, struct pixels *out)
{
    *out = (struct pixels){.turn = 1};
    enum image_verdict v = IMAGE_UNKNOWN;
    if (n > 4 && memcmp(p, "\xFF\xD8\xFF", 3) == 0)
        v = read_jpeg(p, n, side, out);
    else if (n > 8 && memcmp(p, "\x89PNG\r\n\x1A\n", 8) == 0)
        v = read_png(p, n, out);
    else if (n > 12 && memcmp(p, "RIFF", 4) == 0 && memcmp(p + 8, "WEBP", 4) == 0)
        v = read_webp(p, n, out);
    if (v != IMAGE_OK) {
        free(out->p);
        out->p = NULL;
    }
    return v;
}
