/* keyring_own -- what the files of this folder share; no other folder includes it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYRING_OWN_H
#define KEYRING_OWN_H

#include "app/keyring/keyring.h"

struct keyring {
    struct vault vault; /* first: cx->vault of a server is its keyring */
    struct keys *keys;
    struct str lock;
};

extern const struct shape keyring_own_shape;
extern const struct sealed_table keyring_own_table;

/* Fills in the keys of those of the items that have one of their own; makes what is missing when
 * something is to be sealed. */
enum err keyring_own_keys(struct cx *cx, struct keys *keys, enum vault_act act,
                          const struct vault_item *at, size_t n, struct seal_item *out,
                          enum seal_answer *a);

/* As struct vault wants it. */
enum err keyring_ask(struct vault *v, struct cx *cx, enum vault_act act, struct vault_item *at,
                     size_t n);

#endif
