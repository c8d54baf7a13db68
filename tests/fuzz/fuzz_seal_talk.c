/* fuzz_seal_talk -- any bytes as a question to the process with the keys, and as an answer of it.
 * What it says back is always an answer, and nothing it was asked changes a key of the ring but
 * those it was handed. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz_seal.h"

static struct seal_counter *counter(void)
{
    static struct seal_counter c = {.quota = {200, 60, 12000, 30}};
    if (!c.ring) {
        c.tools = fuzz_tools();
        c.ring = seal_ring_new(16);
        must(c.ring != NULL);
    }
    c.setup = false; /* founding takes 64 MB: fuzz_seal_keyring has its parsers */
    seal_ring_clear(c.ring);
    c.ring->kek = fuzz_key(&seal_suite_sm, 0);
    c.ring->unlocked = true;
    for (int p = 0; p < SEAL_PURPOSES; p++) {
        c.ring->at[p] = fuzz_key(&seal_suite_sm, p + 1);
        c.ring->at[p].purpose = (enum seal_purpose)p;
    }
    c.ring->n = SEAL_PURPOSES;
    return &c;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    struct cx *cx = fuzz_begin(&f);
    struct str s = str_n((const char *)data, n);
    struct seal_counter *c = counter();
    struct seal_message m, again;
    struct out o, back;
    out_init(&o, cx->mem);
    if (talk_asked(cx, s, &m)) {
        talk_ask(&o, &m);
        must(str_eq(out_text(&o), s)); /* one way to say it */
    }
    out_init(&back, cx->mem);
    counter_answer(cx, c, s, &back);
    if (talk_asked(cx, s, &again)) {
        enum seal_answer a = talk_answered(cx, out_text(&back), &again, NULL);
        must(a != SEAL_DOWN && (a == SEAL_ANSWERED) == (back.p[1] == SEAL_ANSWERED));
    } else {
        must(back.p[1] == SEAL_REFUSED);
    }
    must(c->ring->n >= SEAL_PURPOSES && c->ring->n <= 16);
    for (int op = OP_STATUS; op < OP_END; op++) {
        struct seal_item items[2] = {0};
        struct seal_key_row rows[2] = {0};
        seal_key_row_list all = {0};
        m = (struct seal_message){
            .op = (enum seal_op)op, .items = items, .nitems = 2, .rows = rows, .nrows = 2};
        talk_answered(cx, s, &m, &all);
    }
    return fuzz_end(&f);
}
