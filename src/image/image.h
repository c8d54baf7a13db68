/*
 * image -- pictures that people send: read in a process of its own that can do nothing else, and
 * written anew, so that what is kept is a picture and nothing but a picture. Where it was taken, by
 * which device and when are gone with everything else that stood in the file.
 *
 * The process is this program again (`linghang image`, or a test that calls image_worker()): it has
 * is sent the bytes and has no file open, little memory, some seconds, and of the
 * system only what arithmetic needs (seccomp). Whatever a file makes a decoder do, nobody else is
 * touched. About 15 ms to start, then some 70 ms for a photo of 12 megapixels: not in a writing
 * transaction; a route's `prepare` is the place.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include "base/cx.h"

enum {
    IMAGE_SIDE = 1600,      /* pixels of the longer side at most */
    IMAGE_SMALL_SIDE = 320, /* of the one for lists */
    IMAGE_QUALITY = 75,     /* of JPEG, 4:2:0 */
    IMAGE_BYTES_MAX = 12 << 20,
    IMAGE_PIXELS_MAX = 50 * 1000 * 1000, /* a JPEG is read at an eighth to the whole of its size */
    IMAGE_PLAIN_MAX = 16 * 1000 * 1000,  /* PNG and WebP are read whole */
};

/* JPEG, baseline, upright, without metadata. Lives as long as the cx. */
struct image {
    struct str bytes;
    int width, height;
};

/* IMAGE_BUSY: nobody looked, the machine has no memory or no process to spare now. */
enum image_verdict { IMAGE_OK, IMAGE_UNKNOWN, IMAGE_BROKEN, IMAGE_TOO_LARGE, IMAGE_BUSY };

/* JPEG (turned as its EXIF says), PNG or WebP, told by content and never by name. What is
 * transparent is white. `large` is not made bigger than what came. */
enum image_verdict image_shrink(struct cx *cx, struct str file, struct image *large,
                                struct image *small);

/* What is the matter with a file, and what to do. */
const char *image_words(enum image_verdict v);

/* The other side: what main() does for the command `image`. Never returns to the caller's work:
 * its value is the exit status. */
int image_worker(void);

#endif
