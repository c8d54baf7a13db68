/* image_write -- pixels upright, smaller, and as JPEG. Runs behind the wall, and in the fuzzer. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "image/image_own.h"
#include <cairo.h>
#include <turbojpeg.h>

/* From the picture as it lies to the picture as it stands: EXIF orientation 1 .. 8. */
static cairo_matrix_t upright(int turn, double w, double h)
{
    static const signed char axes[9][4] = {
        {0},          {1, 0, 0, 1},  {-1, 0, 0, 1},  {-1, 0, 0, -1}, {1, 0, 0, -1},
        {0, 1, 1, 0}, {0, 1, -1, 0}, {0, -1, -1, 0}, {0, -1, 1, 0}};
    const signed char *a = axes[turn];
    cairo_matrix_t m;
    /* whatever went to the left of the page or above it comes back */
    cairo_matrix_init(&m, a[0], a[1], a[2], a[3], (a[0] < 0 ? w : 0) + (a[2] < 0 ? h : 0),
                      (a[1] < 0 ? w : 0) + (a[3] < 0 ? h : 0));
    return m;
}

static void draw(const struct pixels *in, cairo_surface_t *from, cairo_surface_t *to, double scale)
{
    cairo_matrix_t m = upright(in->turn, in->width, in->height);
    cairo_t *c = cairo_create(to);
    cairo_scale(c, scale, scale);
    cairo_transform(c, &m);
    cairo_set_source_surface(c, from, 0, 0);
    cairo_pattern_set_filter(cairo_get_source(c), CAIRO_FILTER_GOOD);
    cairo_pattern_set_extend(cairo_get_source(c), CAIRO_EXTEND_PAD);
    cairo_paint(c);
    cairo_destroy(c);
}

static bool compress(cairo_surface_t *s, unsigned char **p, unsigned long *n)
{
    tjhandle t = tjInitCompress();
    *p = NULL;
    cairo_surface_flush(s);
    bool done =
        t && tjCompress2(t, cairo_image_surface_get_data(s), cairo_image_surface_get_width(s),
                         cairo_image_surface_get_stride(s), cairo_image_surface_get_height(s),
                         TJPF_BGRX, p, n, TJSAMP_420, IMAGE_QUALITY, 0) == 0;
    if (t)
        tjDestroy(t);
    return done;
}

bool image_encode(const struct pixels *in, int side, unsigned char **p, unsigned long *n, int *w,
                  int *h)
{
    bool is_across = in->turn >= 5;
    int width = is_across ? in->height : in->width, height = is_across ? in->width : in->height;
    int longer = width > height ? width : height;
    double scale = longer > side ? (double)side / longer : 1;
    *w = (int)(width * scale + 0.5) > 1 ? (int)(width * scale + 0.5) : 1;
    *h = (int)(height * scale + 0.5) > 1 ? (int)(height * scale + 0.5) : 1;
    cairo_surface_t *from = cairo_image_surface_create_for_data(
        in->p, CAIRO_FORMAT_RGB24, in->width, in->height, in->width * 4);
    cairo_surface_t *to = cairo_image_surface_create(CAIRO_FORMAT_RGB24, *w, *h);
    bool done = cairo_surface_status(from) == CAIRO_STATUS_SUCCESS &&
                cairo_surface_status(to) == CAIRO_STATUS_SUCCESS;
    if (done) {
        draw(in, from, to, scale);
        done = compress(to, p, n);
    }
    cairo_surface_destroy(from);
    cairo_surface_destroy(to);
    return done;
}
