/* fuzz_class -- what is typed at a door: code words, door codes and the duty card in whatever form,
 * and sealed notes as they may stand in a store. A word is the same however it is written, a note
 * opens with its card for its child alone, and bytes that nobody sealed open nothing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "app/activity/class_own.h"
#include "base/out.h"
#include "base/utf8.h"
#include <string.h>

/* As somebody else may type it: wide letters, small ones, blanks and hyphens between. */
static struct str otherwise(struct cx *cx, struct str s)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < s.n;) {
        size_t from = i;
        uint32_t c = utf8_next(s, &i);
        if (c > ' ' && c < 0x7f) {
            c += 0xfee0; /* U+FF01 … U+FF5E are all of three bytes */
            out_printf(&o, "　%c%c%c - ", (char)(0xe0 | c >> 12), (char)(0x80 | (c >> 6 & 63)),
                       (char)(0x80 | (c & 63)));
        } else {
            out_str(&o, str_cut(s, from, i - from));
        }
    }
    return out_text(&o);
}

static void words_have_one_form(struct cx *cx, struct str text)
{
    struct str plain = activity_plain(cx, text);
    must(plain.n <= text.n && utf8_valid(plain));
    must(str_eq(activity_plain(cx, plain), plain));
    must(str_eq(activity_plain(cx, otherwise(cx, text)), plain));
}

/* Lines are labels and words in turn. */
static void who_may_fetch(struct cx *cx, struct str text)
{
    class_pickup_list all = {0};
    struct str label, word;
    while (all.n < CLASS_PICKUPS && str_split(&text, '\n', &label)) {
        if (!str_split(&text, '\n', &word))
            word = S("");
        *PUSH(cx->mem, &all) = (struct class_pickup){.label = label, .word = word};
    }
    if (class_check_words(cx, &all) != OK) {
        must(cx->fault.fields.n > 0);
        fault_clear(cx);
        return;
    }
    must(all.n > 0);
    for (size_t i = 0; i < all.n; i++) {
        struct str plain = activity_plain(cx, all.at[i].word);
        must(all.at[i].label.n && plain.n >= 4);
        must(str_find(plain, activity_plain(cx, all.at[i].label)) < 0);
    }
}

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
    if (utf8_valid(bytes)) {
        struct str text = utf8_clean(cx->mem, bytes, false);
        words_have_one_form(cx, text);
        who_may_fetch(cx, text);
        must(!activity_code_fits(cx, 1, S("seed"), text) || activity_plain(cx, text).n == 6);
        notes_open_for_their_child(cx, text, bytes);
    } else {
        notes_open_for_their_child(cx, S("花生过敏"), bytes);
    }
    return fuzz_end(&f);
}
