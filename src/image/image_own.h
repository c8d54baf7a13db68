/* image_own -- between the two sides of the wall. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IMAGE_IMAGE_OWN_H
#define IMAGE_IMAGE_OWN_H

#include "image/image.h"

/* What the process writes: this, then the bytes of the large and of the small picture. */
struct image_answer {
    uint32_t verdict;
    int32_t width[2], height[2];
    uint32_t bytes[2];
};

/* The answer as the server takes it: of the other side nothing is believed, since a file may have
 * taken it over. */
enum image_verdict image_take(struct str out, struct image *large, struct image *small);

/* Pixels as cairo and libjpeg-turbo both have them: B G R X, rows one after the other. */
struct pixels {
    int width, height, turn; /* turn: EXIF orientation 1 .. 8 */
    unsigned char *p;        /* malloc */
};

/* Reads a file; IMAGE_OK leaves pixels to be freed. What is far larger than `side` comes smaller.
 */
enum image_verdict image_decode(const unsigned char *p, size_t n, int side, struct pixels *out);
/* False when a chunk of a PNG says it is longer than what is left of the file; what follows IEND is
 * not looked at. libpng takes memory for a chunk as long as it says before it reads on.
 */
bool image_png_is_whole(const unsigned char *p, size_t n);
/* EXIF orientation of a JPEG, 1 when it does not say (CIPA DC-008, tag 0x0112). */
int image_turn(const unsigned char *p, size_t n);
/* Upright and no longer than `side`, as JPEG; the bytes are malloc's (tjFree). False: no memory. */
bool image_encode(const struct pixels *in, int side, unsigned char **p, unsigned long *n, int *w,
                  int *h);

/* Gives up what decoding does not need. False when the system refuses: then nothing is read. */
bool image_lock(void);
/* Runs this program with `command` over `file`; `ms` at most. False: it did not end well. */
bool image_run(struct cx *cx, const char *command, struct str file, int64_t ms, struct str *out,
               bool *busy);

#endif
