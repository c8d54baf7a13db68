/* fuzz_class_note -- sealed notes of a class as they may stand in a store: a note opens with its
 * card, however it is typed, for its child alone, and bytes that nobody sealed open nothing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz_class.h"

static void notes_open_for_their_child(struct cx *cx, struct str text, struct str bytes)
{
    struct class_term t = {0};
    struct str card, out, sealed;
    class_lock_make(cx, &card, &t.lock_public, &t.lock_private);
    must(card.n == CLASS_CARD_LETTERS);
    sealed = class_seal(cx, t.lock_public, 7, text);
    must(!text.n == !sealed.n);
    must(class_unseal(cx, &t, otherwise(cx, card), 7, sealed, &out) && str_eq(out, text));
    must(!text.n || !class_unseal(cx, &t, card, 8, sealed, &out));
    must(str_eq(activity_plain(cx, text), card) || !class_unseal(cx, &t, text, 7, sealed, &out));
    must(!bytes.n || !class_unseal(cx, &t, card, 7, bytes, &out));
    t.lock_private = bytes;
    must(!class_unseal(cx, &t, card, 7, sealed, &out) && !out.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct cx *cx = fuzz_begin(&f);
    struct str bytes = str_n((const char *)data, n);
    bool is_text = utf8_valid(bytes);
    notes_open_for_their_child(cx, is_text ? utf8_clean(cx->mem, bytes, false) : S("花生过敏"),
                               bytes);
    return fuzz_end(&f);
}
