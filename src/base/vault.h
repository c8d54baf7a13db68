/*
 * vault -- what features know of sealed fields: that a field is one (base/shape.h, `.seal`), and
 * whom to ask. Kits do not include each other, so a context carries this table; app/keyring fills
 * it in over the process that has the keys (seal/seal.h).
 *
 * A sealed field holds a text before it is stored and an envelope after it was read: db seals what
 * it binds, shape_hide() opens or masks what leaves. Who forgets to call it shows bytes, never a
 * number. "" is stored as "" (nobody said anything: that is no secret).
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_VAULT_H
#define BASE_VAULT_H

#include "base/cx.h"
#include "base/str.h"
#include <stdatomic.h>

/* One key for each community and purpose, so that one can be changed or destroyed alone. Names that
 * lists show as they are, and addresses that each message asks for (VAULT_NAME), are bounded like
 * masks, all else like openings. */
enum vault_key { VAULT_NONE, VAULT_CONTACT, VAULT_NAME, VAULT_DOOR, VAULT_TEXT, VAULT_FILE };

enum vault_act {
    VAULT_SEAL,
    VAULT_OPEN,
    VAULT_MASK,   /* the masked text alone: mask_text() of base/shape.h */
    VAULT_INDEX,  /* 16 bytes that are the same for the same number, however it was written */
    VAULT_RESEAL, /* an envelope under the key that is active now */
    VAULT_AHEAD   /* VAULT_SEAL before the row is there: neither asks the store nor notes a fault;
                     what   cannot be sealed at once is `lost` */
};

struct vault_item {
    const char *table, *column; /* what the envelope is bound to, with `row` and cx->community */
    enum vault_key key;
    bool pad; /* its length is hidden as well */
    bool own; /* sealed with the key of this row alone, which is made with it and goes with it */
    int64_t row;
    struct str in, out;
    bool lost; /* its key is gone, or it was changed: `out` is what is shown in its place */
};

struct vault {
    /* At most VAULT_ITEMS of one community. Too fast (ERR_BUSY), locked or out of reach
     * (ERR_BUSY that lasts, see vault_is_shut(); ERR_INPUT at the field when somebody's form is to
     * be sealed): notes the fault, and each `out` is what is shown in its place. */
    enum err (*ask)(struct vault *v, struct cx *cx, enum vault_act act, struct vault_item *at,
                    size_t n);
    _Atomic uint64_t turns; /* how often keys were handed over anew: another one may be active */
};

/* Sealed before the request is handled, with many others in one question (web/sealed.c), so that
 * the one writer need not wait for each answer. */
struct vault_ahead {
    int64_t community, row;
    uint64_t turns; /* vault.turns when it was asked for */
    struct vault_item *at;
    size_t n;
    bool is_used; /* vault_row() gave the row */
};

enum { VAULT_ITEMS = 1000, VAULT_BYTES = 384 << 10 /* of one question */ };

/* The id of a new row: the one whose fields were sealed ahead (cx->ahead), once in a transaction;
 * else a new one. A wrong guess costs a question, nothing else: vault_ask() takes an envelope that
 * was made ahead only for the same text of the same column and row under keys that have not been
 * turned since. */
int64_t vault_row(struct cx *cx);

/* Asks cx->vault, in as many questions as it takes; the arena is wiped when it is reset. Without a
 * vault ERR_STORE: nothing is ever stored as it is. */
enum err vault_ask(struct cx *cx, enum vault_act act, struct vault_item *at, size_t n);

/* Was this answer of reading "locked or out of reach"? Who can go on without the text does: clears
 * the fault and shows what stands in its place. */
bool vault_is_shut(const struct cx *cx, enum err e);

/* Is it an envelope? Those begin with the number of a suite, which no clean text does. */
bool vault_is_sealed(struct str s);

#endif
