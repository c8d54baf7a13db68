/*
 * idem -- answers kept by Idempotency-Key, so that a request sent twice is carried out once
 * and gets the same answer. Written in the transaction of the act itself. Owns the table idem;
 * rows live 90 days.
 *
 * An answer may hold a secret (the key of a link, the four digits beside a number), and so may the
 * request that it was kept for. At rest neither can be read: an answer is sealed with a key that is
 * derived from the caller's Idempotency-Key, and of that one only a hash is stored. What the
 * request was is bound into the seal: under another request it does not open. So a copy of the
 * store opens for nobody but the one who sent the request, as long as his keys cannot be guessed
 * (UUIDs cannot).
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef IDEM_H
#define IDEM_H

#include "app/account/account.h"

/* The answer kept under `key` for this caller: its status and its bytes, in the request's memory.
 * `*found` false: go on. `asked` is idem_hash() of this request. ERR_INPUT when the key was used
 * for another request (422, as the draft standard on Idempotency-Key says). */
struct idem_answer {
    int64_t status;
    struct str body;
};
enum err idem_find(struct cx *cx, struct str key, struct str asked, struct idem_answer *out,
                   bool *found);
/* Keeps an answer. ERR_BUSY when the same key is being answered at this moment: run again. */
enum err idem_keep(struct cx *cx, struct str key, struct str asked, int status, struct str body);
/* Forgets what is older than 90 days. */
enum err idem_clean(struct cx *cx);
/* BLAKE2b of what was asked: 32 bytes. */
struct str idem_hash(struct cx *cx, struct str method, struct str path, struct str body);

extern const struct feature idem_feature;

#endif
