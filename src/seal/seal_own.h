/* seal_own -- inside: the tools, the suites, the keys in memory, and the words between both sides.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SEAL_SEAL_OWN_H
#define SEAL_SEAL_OWN_H

#include "base/env.h"
#include "base/out.h"
#include "seal/seal.h"

enum { HASH_BYTES = 32, HEAD = 3, IV = 16, TAG = 16 };

/* ---- tools.c: what OpenSSL lends, found once, before the walls go up ---- */

enum seal_hash { SEAL_SM3, SEAL_SHA256 };

struct sealer; /* for one thread at a time */
struct seal_suite;

/* Room for four suites at most: ours, and those of hardware (or NULL). Closed with the cx. */
enum err sealer_new(struct cx *cx, const struct seal_suite *module, struct sealer **out);
const struct seal_suite *sealer_suite(const struct sealer *t, int id); /* NULL if there is none */
bool seal_mac(struct sealer *t, enum seal_hash hash, struct str key, const struct str *parts,
              size_t nparts, unsigned char out[HASH_BYTES]);
bool seal_hkdf(struct sealer *t, enum seal_hash hash, struct str secret, struct str salt,
               struct str info, unsigned char *out, size_t n);
bool seal_hash_of(enum seal_hash hash, struct str s, unsigned char out[HASH_BYTES]);
bool seal_ctr(struct sealer *t, const unsigned char key[16], const unsigned char iv[16],
              struct str in, unsigned char *out);
/* `iv` of any length; `tag` is written, or compared. */
bool seal_gcm(struct sealer *t, bool seal, const unsigned char key[32], struct str iv,
              struct str bound, struct str in, unsigned char *out, unsigned char tag[TAG]);
bool seal_same(const unsigned char *a, const unsigned char *b, size_t n); /* in the same time */
void seal_wipe(void *p, size_t n);
static inline struct str seal_bytes(const void *p, size_t n)
{
    return str_n(p, n);
}

/* ---- suite.c ---- */

struct seal_key {
    int64_t community, created_at;
    int kid;
    enum seal_purpose purpose;
    enum seal_state state;
    const struct seal_suite *suite;
    unsigned char dek[SEAL_KEY_BYTES];              /* of a module: what it knows the key by */
    unsigned char enc[HASH_BYTES], mac[HASH_BYTES]; /* made of it by prepare() */
};

/* A way of sealing. A module of hardware (GM/T 0018) fills in one of these and is handed to
 * sealer_new(); `own` is its handle. What is not for it to do, it gives back false. */
struct seal_suite {
    int id;
    const char *name;
    enum seal_hash hash;
    void *own;
    /* Makes what the others need from k->dek. */
    bool (*prepare)(struct sealer *t, struct seal_key *k);
    /* `head` is suite and kid, `bound` what the envelope is bound to. */
    bool (*seal)(struct sealer *t, const struct seal_key *k, struct str head, struct str bound,
                 const unsigned char iv[IV], struct str plain, unsigned char *text,
                 unsigned char tag[TAG]);
    /* Proves first; without proof `plain` holds nothing of the text. */
    bool (*open)(struct sealer *t, const struct seal_key *k, struct str head, struct str bound,
                 const unsigned char iv[IV], struct str text, const unsigned char tag[TAG],
                 unsigned char *plain);
    bool (*index)(struct sealer *t, const struct seal_key *k, struct str label, struct str text,
                  unsigned char out[SEAL_INDEX_BYTES]);
};

extern const struct seal_suite seal_suite_sm, seal_suite_aes;

/* ---- envelope.c ---- */

struct seal_where {
    int64_t community;
    struct str table, column;
    int64_t row;
};

struct seal_parts {
    int suite, kid;
    struct str head, iv, text, tag;
};

bool seal_parts_read(struct str envelope, struct seal_parts *out);
/* Empty when the tools fail. */
struct str seal_put(struct cx *cx, struct sealer *t, const struct seal_key *k,
                    struct seal_where where, struct str plain, bool pad);
bool seal_get(struct cx *cx, struct sealer *t, const struct seal_key *k, struct seal_where where,
              struct str envelope, bool pad, struct str *plain);
bool seal_index_of(struct sealer *t, const struct seal_key *k, int64_t community,
                   const struct cx *cx, struct str label, struct str normal,
                   unsigned char out[SEAL_INDEX_BYTES]);

/* ---- lock.c: the master key ---- */

struct seal_lock {
    int suite;
    bool has_passphrase;
    uint32_t memory_kib;
    int passes;
    unsigned char salt[16], check[16];
};

bool seal_lock_read(struct str bytes, struct seal_lock *out);
struct str seal_lock_bytes(struct cx *cx, const struct seal_lock *l);
/* The master key of both parts; takes a second and 64 MB when there is a passphrase. */
bool seal_lock_key(struct sealer *t, const struct seal_lock *l,
                   const unsigned char file[SEAL_KEY_BYTES], struct str passphrase,
                   struct seal_key *out);
/* What the lock says when it is this key; and whether it does. */
bool seal_lock_sign(struct sealer *t, struct seal_lock *l, const struct seal_key *kek);
bool seal_lock_fits(struct sealer *t, const struct seal_lock *l, const struct seal_key *kek);

/* ---- ring.c: keys in locked memory ---- */

struct seal_ring {
    struct seal_key kek;
    bool unlocked, has_file;
    unsigned char file[SEAL_KEY_BYTES];
    size_t n, cap;
    struct seal_key
        at[]; /* by community and kid; one more than `cap`, for a master key being tried */
};

struct seal_ring *seal_ring_new(size_t cap); /* NULL: no memory */
void seal_ring_free(struct seal_ring *r);    /* wiped first */
void seal_ring_clear(struct seal_ring *r);   /* locked again: nothing is left of any key */
struct seal_key *seal_ring_kid(struct seal_ring *r, int64_t community, int kid); /* or NULL */
struct seal_key *seal_ring_active(struct seal_ring *r, int64_t community, enum seal_purpose p);
/* Unwraps into the ring; a row with the kid of another replaces it. */
enum seal_verdict seal_ring_load(struct cx *cx, struct sealer *t, struct seal_ring *r,
                                 const struct seal_key_row *row);
/* The row of a key as it is to be stored under this master key. `wrapped` empty: the tools failed.
 */
struct seal_key_row seal_ring_row(struct cx *cx, struct sealer *t, const struct seal_key *kek,
                                  const struct seal_key *k);
/* A new key, and one with its next state: as rows alone. What the ring does with them it does once
 * they are stored and handed over; a key that only memory knows would be lost with what it sealed.
 * False: such a kid is there already, or no such step. */
bool seal_ring_make(struct cx *cx, struct sealer *t, struct seal_ring *r, struct seal_key_row *row);
bool seal_ring_turn(struct cx *cx, struct sealer *t, struct seal_ring *r, struct seal_key_row *row);

/* ---- sheet.c ---- */

enum { SHEET_BYTES = 40, SHARE_AT = 5 }; /* kind, set 4, share 32, check 3 */

extern const char *const seal_sheet_list[256];
/* False: the tools failed, and these are no sheets: nobody could read them back. */
bool seal_split(struct cx *cx, const unsigned char secret[SEAL_KEY_BYTES],
                unsigned char sheets[SEAL_SHEETS][SHEET_BYTES]);
bool seal_join(struct str one, struct str other, unsigned char secret[SEAL_KEY_BYTES]);

/* ---- talk.c: what both sides say. A frame is its length (4 bytes, big endian), then this many.
 * ---- */

enum { TALK_VERSION = 1, TALK_LENGTH = 4 };

enum seal_op {
    OP_STATUS = 1,
    OP_UNLOCK,
    OP_LOAD,
    OP_MAKE,
    OP_TURN,
    OP_SEAL,
    OP_OPEN,
    OP_MASK,
    OP_INDEX,
    OP_REINDEX,
    OP_RESEAL,
    OP_PERSON,
    OP_FOUND,
    OP_RECOVER,
    OP_END
};

/* What a message is about; which of it travels depends on the op. */
struct seal_message {
    enum seal_op op;
    int64_t community;
    uint64_t session;
    int64_t kid, suite;
    struct str label, area, lock, passphrase, sheets[SEAL_SHEETS];
    struct seal_key_row *rows;
    size_t nrows;
    struct seal_item *items;
    size_t nitems;
    struct seal_status status;
};

void talk_ask(struct out *o, const struct seal_message *m);
bool talk_asked(struct cx *cx, struct str frame,
                struct seal_message *m); /* columns, too, are made */
void talk_answer(struct out *o, enum seal_answer a, const struct seal_message *m);
/* Fills in what was asked for; items and rows of `m` are those of the question. */
/* Waits for one frame, at most `ms` for each part of it (-1: for ever), and reads it to `to`, which
 * has `room` for its length too. False: the other side is gone, silent, or says more than that. */
bool talk_read(int fd, char *to, size_t room, int ms, struct str *frame);
enum seal_answer talk_answered(struct cx *cx, struct str frame, struct seal_message *m,
                               seal_key_row_list *rows);

/* ---- counter.c: where questions are answered ---- */

enum { SESSIONS_MAX = 1024 };

struct seal_bucket {
    uint64_t session;
    int64_t at;                    /* when it was last filled; 0 = nobody's */
    int64_t opens, indexes, masks; /* parts of what is left: counter.c */
};

struct seal_counter {
    struct sealer *tools;
    struct seal_ring *ring;
    struct seal_quota quota;
    bool setup;
    struct seal_status status;
    struct seal_bucket all, of[SESSIONS_MAX];
};

/* One question in, one answer out, in the memory of `cx` (which the caller wipes). */
void counter_answer(struct cx *cx, struct seal_counter *c, struct str frame, struct out *answer);
/* Takes `n` from the session and from all; false and nothing taken when it is too much. */
bool quota_take(struct seal_counter *c, int64_t now, enum seal_op op, uint64_t session, size_t n);

#endif
