/* fuzz_seal_words -- what people type: sheets of words, telephone numbers, names. What is read as a
 * sheet is written the same; a normal form is its own. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz_seal.h"
#include "base/utf8.h"

static void sheet(struct cx *cx, struct str s)
{
    struct str got, again, fault;
    if (seal_sheet_read(cx, s, &got, &fault)) {
        must(got.n == SHEET_BYTES && fault.n == 0);
        must(seal_sheet_read(cx, seal_sheet_words(cx, got), &again, &fault) && str_eq(got, again));
    } else {
        must(got.n == 0 && fault.n > 0);
    }
    unsigned char key[SEAL_KEY_BYTES] = {0}, secret[SEAL_KEY_BYTES] = {0};
    unsigned char sheets[SEAL_SHEETS][SHEET_BYTES];
    must(!seal_join(s, s, key)); /* a sheet with itself is no two */
    memcpy(secret, s.n ? s.p : "", s.n < sizeof secret ? s.n : sizeof secret);
    seal_split(cx, secret, sheets);
    must(seal_join(seal_bytes(sheets[0], SHEET_BYTES), seal_bytes(sheets[2], SHEET_BYTES), key));
    must(memcmp(key, secret, sizeof key) == 0);
    must(!seal_join(seal_bytes(sheets[0], SHEET_BYTES), s, key));
    sheets[1][s.n % SHEET_BYTES] ^= 1;
    must(!seal_join(seal_bytes(sheets[0], SHEET_BYTES), seal_bytes(sheets[1], SHEET_BYTES), key));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct cx *cx = fuzz_begin(&f);
    struct str s = str_n((const char *)data, n), once, twice;
    sheet(cx, s);
    if (seal_phone(cx, s, S("0551"), &once)) {
        must(once.n >= 3 && once.n <= 16);
        for (size_t i = once.p[0] == '+'; i < once.n; i++)
            must(once.p[i] >= '0' && once.p[i] <= '9');
        must(seal_phone(cx, once, S("010"), &twice) && str_eq(once, twice));
    } else {
        must(once.n == 0);
    }
    once = seal_plain(cx, s);
    twice = seal_plain(cx, once);
    if (utf8_valid(s))
        must(str_eq(once, twice) && utf8_valid(once) && utf8_valid(seal_normal(cx, s, S(""))));
    return fuzz_end(&f);
}
