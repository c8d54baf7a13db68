/*
 * idem -- answers kept by Idempotency-Key, so that a request sent twice is carried out once
 * and gets the same answer. Written in the transaction of the act itself. Owns the table idem;
 * rows live 90 days.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IDEM_H
#define IDEM_H

#include "app/account/account.h"

struct idem {
    int64_t id;
    struct str idem_key;
    int64_t person_id;
    struct str hash; /* of method, path and body, hex */
    int64_t status;
    struct str body;
    int64_t at;
};

/* The answer kept under `key` for this caller. `*found` false: go on. ERR_INPUT when the key was
 * used for another request (422, as the draft standard on Idempotency-Key says). */
enum err idem_find(struct cx *cx, struct str key, struct str hash, struct idem *out, bool *found);
/* Keeps an answer. ERR_BUSY when the same key is being answered at this moment: run again. */
enum err idem_keep(struct cx *cx, struct str key, struct str hash, int status, struct str body);
/* BLAKE2b of what was asked, in hex. */
struct str idem_hash(struct cx *cx, struct str method, struct str path, struct str body);

extern const struct feature idem_feature;

#endif
