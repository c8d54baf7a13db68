/* vault -- see vault.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/vault.h"
#include "tests/unit.h"
#include "app/keyring/keyring.h"
#include "seal/seal_own.h"

enum { KEYS = 256, MEMORY = 64 << 20, PLENTY = 1000000 };

static struct {
    struct vault vault;
    struct arena mem;
    struct cx cx;
    struct seal_counter counter;
    int64_t kids;
    bool locked;
} house;

/* A question and its answer, as they would travel. */
static void say(struct cx *cx, struct seal_message *m)
{
    struct out asked, answered;
    out_init(&asked, cx->mem);
    out_init(&answered, cx->mem);
    talk_ask(&asked, m);
    counter_answer(cx, &house.counter, out_text(&asked), &answered);
    assert_int_equal(talk_answered(cx, out_text(&answered), m, NULL), SEAL_ANSWERED);
}

static void make_keys(struct cx *cx)
{
    for (int p = 0; p < SEAL_PURPOSES; p++) {
        struct seal_key_row row = {.community_id = cx->community,
                                   .kid = ++house.kids,
                                   .purpose = (enum seal_purpose)p,
                                   .created_at = 1};
        say(cx, &(struct seal_message){.op = OP_MAKE, .rows = &row, .nrows = 1});
        say(cx, &(struct seal_message){.op = OP_LOAD, .rows = &row, .nrows = 1});
    }
}

static enum err ask(struct vault *v, struct cx *cx, enum vault_act act, struct vault_item *at,
                    size_t n)
{
    static const enum seal_op ops[] = {
        [VAULT_SEAL] = OP_SEAL,   [VAULT_OPEN] = OP_OPEN,     [VAULT_MASK] = OP_MASK,
        [VAULT_INDEX] = OP_INDEX, [VAULT_RESEAL] = OP_RESEAL, [VAULT_AHEAD] = OP_SEAL};
    struct seal_column *columns = arena_array(cx->mem, n, sizeof *columns);
    struct seal_message m = {.op = ops[act],
                             .community = cx->community,
                             .items = arena_array(cx->mem, n, sizeof *m.items),
                             .nitems = n};
    (void)v;
    if (!seal_ring_active(house.counter.ring, cx->community, SEAL_CONTACT))
        make_keys(cx);
    TRY(keyring_items(cx, act, at, n, columns, m.items));
    if (house.locked && act == VAULT_AHEAD) {
        keyring_answers(m.items, n, "", at);
        return OK;
    }
    if (house.locked) {
        keyring_answers(m.items, n, "（锁着）", at);
        cx->fault.lasts = true;
        return fail_at(cx, ERR_BUSY, __FILE__, __LINE__, "锁着");
    }
    if (act == VAULT_INDEX)
        m.label = arena_printf(cx->mem, "%s_%s", at[0].table, at[0].column);
    say(cx, &m);
    keyring_answers(m.items, n, NULL, at);
    return OK;
}

struct vault *test_vault(void)
{
    struct seal_counter *c = &house.counter;
    if (house.vault.ask)
        return &house.vault;
    arena_init(&house.mem, MEMORY);
    cx_init(&house.cx, &house.mem, &env_system);
    house.vault.ask = ask;
    c->ring = seal_ring_new(KEYS);
    assert_int_equal(sealer_new(&house.cx, NULL, &c->tools), OK);
    c->quota = (struct seal_quota){PLENTY, PLENTY, PLENTY, PLENTY};
    c->setup = c->ring->has_file = true; /* of 32 zeros */
    say(&house.cx, &(struct seal_message){.op = OP_FOUND, .suite = SEAL_SM});
    return &house.vault;
}

void test_vault_lock(bool locked)
{
    house.locked = locked;
}

int64_t test_vault_opened(void)
{
    return house.counter.status.count.opened;
}
