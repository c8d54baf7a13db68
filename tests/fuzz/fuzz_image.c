/* fuzz_image -- bytes of a file into pixels and out again, without the wall around: whatever they
 * are, sizes hold, and what was read can be written and read once more. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "image/image_own.h"
#include <turbojpeg.h>

enum { SIDE = 64 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct pixels in, again;
    unsigned char *made = NULL;
    unsigned long bytes = 0;
    int w, h;
    must(image_turn(data, n) >= 1 && image_turn(data, n) <= 8);
    if (image_decode(data, n, SIDE, &in) != IMAGE_OK)
        return 0;
    must(in.width > 0 && in.height > 0);
    if (image_encode(&in, SIDE, &made, &bytes, &w, &h)) {
        must(w <= SIDE && h <= SIDE);
        must(image_decode(made, bytes, SIDE, &again) == IMAGE_OK);
        must(again.width == w && again.height == h && again.turn == 1);
        free(again.p);
    }
    tjFree(made);
    free(in.p);
    return 0;
}
