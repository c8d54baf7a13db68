/* fuzz_seal_keyring -- rows of the keyring and locks as a store might give them: none is taken that
 * was not wrapped; and wrapped ones of any content, as a broken process might have written them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz_seal.h"

static int64_t number(struct str *s)
{
    uint64_t v = 0;
    for (size_t i = 0; i < 8 && i < s->n; i++)
        v = v << 8 | (unsigned char)s->p[i];
    *s = str_cut(*s, 8, s->n);
    return (int64_t)v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct cx *cx = fuzz_begin(&f);
    struct str s = str_n((const char *)data, n);
    struct seal_ring *r = seal_ring_new(4);
    struct seal_lock lock;
    must(r != NULL);
    r->kek = fuzz_key(&seal_suite_sm, 0);
    r->unlocked = true;
    if (seal_lock_read(s, &lock)) {
        must(str_eq(seal_lock_bytes(cx, &lock), s));
        must(!seal_lock_fits(fuzz_tools(), &lock, &r->kek));
    }
    if (n >= SEAL_LOCK_BYTES) { /* a lock of the process's own, with these numbers in it */
        struct seal_key made;
        unsigned char lock_text[SEAL_LOCK_BYTES];
        struct str word = data[2] % 2 ? str_cut(s, 0, 4) : S("");
        memcpy(lock_text, data, sizeof lock_text);
        lock_text[0] = 1;
        lock_text[1] = 1 + data[1] % 3;
        lock_text[2] = data[2] >> 1 & 1;
        memcpy(lock_text + 3, (unsigned char[]){1, 0, 0, 0, 8}, 5);
        must(seal_lock_read(seal_bytes(lock_text, sizeof lock_text), &lock));
        if (seal_lock_key(fuzz_tools(), &lock, r->kek.dek, word, &made)) {
            must(seal_lock_sign(fuzz_tools(), &lock, &made));
            must(seal_lock_fits(fuzz_tools(), &lock, &made));
            must(!seal_lock_fits(fuzz_tools(), &lock, &r->kek));
        }
    }
    struct seal_key_row row = {.community_id = number(&s), .kid = number(&s) & 0x1ffff};
    row.created_at = number(&s);
    unsigned code = s.n ? (unsigned char)s.p[0] : 0;
    row.purpose = (enum seal_purpose)(code & 7);
    row.state = (enum seal_state)(code >> 3 & 3);
    row.suite = code >> 5;
    row.wrapped = s;
    must(seal_ring_load(cx, fuzz_tools(), r, &row) == SEAL_BROKEN && r->n == 0);
    /* what make says is good is good, and may be turned */
    if (seal_ring_make(cx, fuzz_tools(), r, &row)) {
        must(seal_ring_load(cx, fuzz_tools(), r, &row) == SEAL_DONE && r->n == 1);
        struct seal_key_row second = row;
        second.kid = row.kid == 1 ? 2 : 1;
        if (seal_ring_make(cx, fuzz_tools(), r, &second)) /* two would seal */
            must(seal_ring_load(cx, fuzz_tools(), r, &second) == SEAL_BROKEN && r->n == 1);
        row.state = SEAL_RETIRING;
        must(seal_ring_turn(cx, fuzz_tools(), r, &row));
        must(seal_ring_load(cx, fuzz_tools(), r, &row) == SEAL_DONE && r->n == 1);
        row.created_at ^= 1;
        must(seal_ring_load(cx, fuzz_tools(), r, &row) == SEAL_BROKEN);
    }
    seal_ring_free(r);
    return fuzz_end(&f);
}
