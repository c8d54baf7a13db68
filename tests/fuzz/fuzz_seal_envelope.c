/* fuzz_seal_envelope -- any bytes as an envelope: they do not open; as a text: they come back, and
 * after a change that the bytes choose they do not. Both suites. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz_seal.h"

static const struct seal_where here = {1, {"need", 4}, {"contact", 7}, 42};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct cx *cx = fuzz_begin(&f);
    struct str s = str_n((const char *)data, n), plain, back;
    struct seal_parts parts;
    bool has_parts = seal_parts_read(s, &parts);
    must(!has_parts || HEAD + IV + parts.text.n + TAG == n);
    must(seal_kid(s) == (has_parts ? parts.kid : -1));
    static struct seal_key made[2]; /* once: it takes a fifth of the time */
    if (!made[0].suite) {
        made[0] = fuzz_key(&seal_suite_sm, 0);
        made[1] = fuzz_key(&seal_suite_aes, 0);
    }
    for (size_t i = 0; i < 2 && n; i++) {
        bool pad = data[0] & 1;
        struct seal_key k = made[i];
        k.kid = data[0] << 8 | data[n - 1];
        must(!seal_get(cx, fuzz_tools(), &k, here, s, pad, &plain));
        struct str e = seal_put(cx, fuzz_tools(), &k, here, s, pad);
        must(seal_get(cx, fuzz_tools(), &k, here, e, pad, &back) && str_eq(back, s));
        ((char *)(uintptr_t)e.p)[data[n / 2] % e.n] ^= (char)(1 << data[n - 1] % 8);
        must(!seal_get(cx, fuzz_tools(), &k, here, e, pad, &back) && back.n == 0);
        struct str unpadded = seal_put(cx, fuzz_tools(), &k, here, s, false);
        if (seal_get(cx, fuzz_tools(), &k, here, unpadded, true, &back))
            must(back.n < n && str_starts(s, back)); /* bytes that look like padding */
    }
    return fuzz_end(&f);
}
