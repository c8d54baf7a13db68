/*
 * keyring -- the rows of keys, and the vault of base/vault.h over the process that can use them
 * (seal/seal.h). Owns key_lock, keyring and subject_key. How it hangs together: docs/adr/0010.
 *
 * The process is asked for the session that cx->who names (who has
 * none asks as the record he holds; 0 = a job: bounded by what all may ask together). When it does
 * not know a key, another server has turned it: the rows are read again and it is asked once more.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEYRING_H
#define KEYRING_H

#include "base/vault.h"
#include "db/db.h"
#include "seal/seal.h"

struct keyring;

/* Makes the master key of a new store out of `key_file` and nothing else, in the caller's writing
 * transaction. The file is made when it is not there. ERR_CONFLICT when the store
 * has one already. */
enum err keyring_found(struct cx *cx, const char *key_file);
/* The same with a passphrase ("" = none) and its recovery sheets (seal_sheet_words()), any two of
 * which bring it back. */
enum err keyring_found_sheets(struct cx *cx, const char *key_file, struct str passphrase,
                              struct str sheets[SEAL_SHEETS]);
/* Another master key, at the console: `k` unlocks what the store has (keys_recover() or
 * keys_unlock()) and is handed all rows of all communities; it founds the new one, with a key file
 * of its own. Nothing is stored by the first two. */
typedef seal_key_row_list key_row_list;
enum err keyring_all_rows(struct cx *cx, key_row_list *out);
enum err keyring_found_anew(struct cx *cx, struct keys *k, const key_row_list *rows,
                            struct str passphrase, struct str *lock, struct str sheets[SEAL_SHEETS],
                            key_row_list *wrapped);
/* In the caller's writing transaction. ERR_CONFLICT: the rows are no longer those that
 * keyring_all_rows() gave as `old`. */
enum err keyring_lock_change(struct cx *cx, struct str lock, const key_row_list *old,
                             const key_row_list *wrapped);
/* The key file itself, when it is not there. */
enum err keyring_make_file(struct cx *cx, const char *path);
/* What proves the master key; "" = there is none yet. */
enum err keyring_lock(struct cx *cx, struct str *lock);
/* Starts the process and hands over what cx->db has, of all communities; within a transaction.
 * Lives in cx->mem until keyring_close(); any thread may ask its vault. A store with a passphrase
 * stays locked when none is given: keyring_unlock() later. ERR_MISSING: the store has no keys;
 * ERR_INPUT: the key file or passphrase is not the one: the message says what to do. */
enum err keyring_open(struct cx *cx, const char *key_file, struct str passphrase,
                      struct seal_quota quota, struct keyring **out);
/* From any thread. */
enum seal_answer keyring_unlock(struct cx *cx, struct keyring *r, struct str passphrase);
bool keyring_is_locked(struct cx *cx, struct keyring *r);
/* SEAL_ANSWERED: names and numbers can be read and stored. Else SEAL_LOCKED, SEAL_DOWN. */
enum seal_answer keyring_state(struct cx *cx, struct keyring *r);
/* Is it what stands in the place of a text that did not come? For what addresses people by it. */
bool keyring_is_instead(struct str s);
void keyring_close(struct keyring *r);
struct vault *keyring_vault(struct keyring *r);
struct keyring *keyring_of(struct cx *cx); /* whose vault cx has */
struct keys *keyring_keys(struct keyring *r);

/* Keys for cx->community, one for each purpose, if it has none. The process takes them at once:
 * when the caller's transaction is undone, the program must end. */
enum err keyring_add(struct cx *cx, struct keyring *r);
/* The active key of a purpose retires, a new one (*kid) takes its place. Rows alone: after the
 * commit, keyring_reload() wherever the vault is. */
enum err keyring_turn(struct cx *cx, struct keyring *r, enum seal_purpose purpose, int64_t *kid);
enum err keyring_rows(struct cx *cx, key_row_list *out); /* of cx->community */
/* Nobody opens what is under the key any more, in no backup either once its newest keys are those
 * of after. Rows alone, as above. ERR_CONFLICT with a sentence: there is no such key, it is not
 * retired, or was destroyed. Whether anything is under it the caller has asked (keyring_count()).
 */
enum err keyring_destroy(struct cx *cx, struct keyring *r, int64_t kid);
/* Hands over the rows of cx->community once more. */
enum err keyring_reload(struct cx *cx, struct keyring *r);
/* Grows with each change of the keys of cx->community: another server may have made it. */
enum err keyring_version(struct cx *cx, int64_t *version);

/* A table with sealed fields, for struct feature: `some` gives id and sealed fields of the rows
 * with id > :after, at most :most, by id; `put` writes those of a row. */
struct sealed_table {
    const struct shape *shape;
    const struct query *some, *put;
};
/* The next rows of a table, sealed anew under the keys that are active: *after moves on, *n = how
 * many there were, less than `most` at the end. What does not open stays as it is and is counted in
 * *lost. In the caller's writing transaction. */
enum err keyring_reseal(struct cx *cx, const struct sealed_table *t, int64_t most, int64_t *after,
                        int64_t *n, int64_t *lost);

/* How many fields of a table are under the key `kid`. Memory does not grow with rows. */
enum err keyring_count(struct cx *cx, const struct sealed_table *t, int64_t kid, int64_t *n);

/* A question of the vault as one to the process; `columns` has room for n. Of indexes each text is
 * brought into its normal form. */
enum err keyring_items(struct cx *cx, enum vault_act act, const struct vault_item *at, size_t n,
                       struct seal_column *columns, struct seal_item *out);
/* Its answers, or `words` for all of them. */
void keyring_answers(const struct seal_item *from, size_t n, const char *words,
                     struct vault_item *at);

extern const struct feature keyring_feature;

#endif
