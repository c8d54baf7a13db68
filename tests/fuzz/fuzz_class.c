/* fuzz_class -- what is typed or scanned at a door: code words, door codes and the duty card in
 * whatever form. A word is the same however it is written. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz_class.h"

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
    }
    return fuzz_end(&f);
}
