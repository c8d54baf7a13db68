/*
 * seal -- personal fields that a stolen store does not show: envelopes, blind indexes, keys,
 * recovery sheets, sealed backups, and asking the process that alone has the keys (`struct keys`).
 *
 * The server never holds a key. It asks in batches, a list of 200 in one message, and what it gets
 * for lists is masked already. Two suites: SM4-CTR with HMAC-SM3 (encrypt, then MAC) and
 * AES-256-GCM; a hardware module is one more row of functions (struct seal_suite).
 *
 *   envelope v1   suite 1 | kid 2, big endian | iv 16, random | text, same length | tag 16
 *   bound to      "v1|community|table|column|row": moved to another place it does not open
 *   SM            k_enc = HKDF-SM3(key, "csp-field-v1", "enc")[16], k_mac = ... "mac" [32],
 *                 tag = HMAC-SM3(k_mac, suite kid | len32(bound) | bound | iv | text)[16]
 *   AES           the same with SHA-256, k_enc of 32 bytes, GCM over suite kid | len32(bound) |
 * bound blind index   HMAC(HKDF(index key, "csp-field-v1", "bidx:" label), "v1|community|label|"
 * normal)[16]
 *
 * Standards: GB/T 32905 (SM3), 32907 (SM4), 32918 (SM2), NIST SP 800-38D, RFC 2104, 5869, 9106.
 * How the parts hang together: docs/adr/0010.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SEAL_SEAL_H
#define SEAL_SEAL_H

#include "base/cx.h"

enum {
    SEAL_KEY_BYTES = 32,   /* of every key */
    SEAL_OVERHEAD = 35,    /* an envelope is so much longer than its text */
    SEAL_INDEX_BYTES = 16, /* of a blind index */
    SEAL_PAD = 16,         /* texts of padded columns come in multiples */
    SEAL_ITEMS_MAX = 1000, /* of one message */
    SEAL_FRAME_MAX = 1 << 20,
    SEAL_KEYS_MAX = 4096, /* of one process, all communities */
};

/* Byte 0 of an envelope. Modules count from SEAL_MODULE. */
enum { SEAL_SM = 1, SEAL_AES = 2, SEAL_MODULE = 0x10 };

/* One key for each community and purpose, so that one can be destroyed without the other. Names
 * that lists show in the open are counted as masks when they are opened, eight as one. */
enum seal_purpose {
    SEAL_CONTACT,
    SEAL_DOOR,
    SEAL_TEXT,
    SEAL_FILE,
    SEAL_INDEX,
    SEAL_NAME,
    SEAL_PURPOSES
};
extern const char *const seal_purpose_codes[]; /* "contact", ..., NULL */

/* Active: seals and opens. Retiring: only opens, until a job has sealed everything anew. */
enum seal_state { SEAL_ACTIVE, SEAL_RETIRING, SEAL_DESTROYED };
extern const char *const seal_state_codes[];

/* A column that is stored as envelopes. `pad` hides the length (names), at up to 16 bytes. */
struct seal_column {
    const char *table, *column; /* neither holds a '|' */
    enum seal_purpose purpose;
    bool pad;
};

/* ---- asking ---- */

enum seal_verdict {
    SEAL_DONE,
    SEAL_BROKEN, /* changed, moved, or of another key: never opens */
    SEAL_NO_KEY, /* this kid was never handed over */
    SEAL_GONE,   /* its key was destroyed: nobody opens it any more */
    SEAL_VERDICTS
};

struct seal_item {
    const struct seal_column *column;
    int64_t row;
    /* A key of one person, as keys_person() made it: once it is forgotten, so is what it sealed,
     * also in old backups. Empty = the community's key. */
    int64_t person_id;
    struct str person;
    struct str in;  /* text to be sealed, or an envelope */
    struct str out; /* lives as long as the cx; empty unless SEAL_DONE */
    enum seal_verdict verdict;
};

/* The key that an envelope names; -1 = it is none. */
int seal_kid(struct str envelope);

/* How a whole question ended. */
enum seal_answer {
    SEAL_ANSWERED, /* look at each verdict */
    SEAL_LOCKED,   /* the process has no master key: unlock it; everything else goes on without */
    SEAL_SLOWER,   /* the session has asked for too much: in a while */
    SEAL_DOWN,     /* no answer, started anew in vain: try later */
    SEAL_REFUSED,  /* the question makes no sense, or is not for a server to ask */
    SEAL_WRONG,    /* not the passphrase, not these sheets */
    SEAL_ANSWERS
};
/* For the person in front of the page: what is the matter and what to do. */
const char *seal_words(enum seal_answer a);

/* A row of the keyring; the store keeps it, only the process can use it. */
struct seal_key_row {
    int64_t community_id, kid; /* 1 .. 65535, never used again */
    enum seal_purpose purpose;
    enum seal_state state;
    int64_t suite;
    int64_t created_at;
    struct str wrapped; /* envelope of the key, bound to all the other columns */
    enum seal_verdict verdict;
};

/* Per minute and session; session 0 (the house's own jobs) has only the bound of all, which is
 * `sessions` times as much. What is left grows evenly; a session begins with a full minute, all
 * together with a tenth. */
struct seal_quota {
    int opens, indexes, masks, sessions;
};
/* At the console, while a sample is written. */
#define SEAL_NO_QUOTA                                                                              \
    ((struct seal_quota){.opens = 1000000, .indexes = 1000000, .masks = 1000000, .sessions = 100})
#define SEAL_QUOTA                                                                                 \
    ((struct seal_quota){.opens = 200, .indexes = 600, .masks = 12000, .sessions = 30})

struct seal_count { /* since the process was started */
    int64_t sealed, opened, masked, indexed, resealed;
    int64_t slowed;   /* questions that came too fast */
    int64_t unopened; /* envelopes that did not open */
};

struct seal_status {
    bool unlocked;
    bool all_locked; /* in memory; false: the keys alone */
    bool own_user;
    int64_t landlock; /* version, 0 = none */
    int64_t keys;
    struct seal_count count;
};

struct keys;

struct keys_options {
    const char *key_file; /* 32 bytes, 0400, on another medium than the store */
    const char *user;     /* of the process when the server is root; NULL = "linghang-key" */
    struct seal_quota quota;
    bool setup; /* at the console: may found and recover a master key, see below */
};

/* Starts the process (`linghang keymgr`). Lives until keys_free(); any thread may ask. It is
 * started again when it dies, at most five times a minute, and gets back what it was handed; with a
 * passphrase it is locked then. ERR_INPUT: the key file cannot be used; the message says why. */
enum err keys_new(struct cx *cx, const struct keys_options *o, struct keys **out);
void keys_free(struct keys *k);

enum seal_answer keys_status(struct cx *cx, struct keys *k, struct seal_status *out);
/* Was it made with a passphrase? */
bool seal_lock_asks(struct str lock);
/* `lock` as it is stored; `passphrase` empty = none was set. */
enum seal_answer keys_unlock(struct cx *cx, struct keys *k, struct str lock, struct str passphrase);
/* Hands over rows of the keyring, whose verdicts are filled in; again with another state replaces.
 * At most SEAL_ITEMS_MAX of one community at once. */
enum seal_answer keys_load(struct cx *cx, struct keys *k, struct seal_key_row *rows, size_t n);
/* A new active key, and the next state (retiring, then destroyed) of one: for make the caller sets
 * community_id, kid, purpose and created_at, for turn community_id, kid and state. Nothing happens
 * but that `wrapped` is filled in: store the rows, commit, then keys_load() them (what retires
 * before what is active). So no text is ever sealed with a key that only memory knows. */
enum seal_answer keys_make(struct cx *cx, struct keys *k, struct seal_key_row *row);
enum seal_answer keys_turn(struct cx *cx, struct keys *k, struct seal_key_row *row);

/* The items of one community (cx->community), for one session. `out` is the envelope; the text; the
 * masked text (base/shape.h); the envelope under the key that is active now. */
enum seal_answer keys_seal(struct cx *cx, struct keys *k, struct seal_item *at, size_t n);
enum seal_answer keys_open(struct cx *cx, struct keys *k, uint64_t session, struct seal_item *at,
                           size_t n);
enum seal_answer keys_mask(struct cx *cx, struct keys *k, uint64_t session, struct seal_item *at,
                           size_t n);
enum seal_answer keys_reseal(struct cx *cx, struct keys *k, struct seal_item *at, size_t n);
/* The blind index of each `in`, a text in normal form; `label` names what is indexed ("contact").
 * item.column's purpose is SEAL_INDEX; its row is not looked at. `kid` 0 = the active key; while a
 * job goes from one key to the next, look for the indexes of both. */
enum seal_answer keys_index(struct cx *cx, struct keys *k, uint64_t session, const char *label,
                            int64_t kid, struct seal_item *at, size_t n);
/* The same of envelopes, without anybody seeing the text: its seal_normal() with `area`. For
 * changing the key of indexes, at the console only: it is not counted. */
enum seal_answer keys_reindex(struct cx *cx, struct keys *k, const char *label, struct str area,
                              int64_t kid, struct seal_item *at, size_t n);
/* A new key of a person, as it is to be stored, sealed by the key of contacts; item.row is the
 * person. Its envelope is of column "key" of "subject_key", should it be sealed anew. */
enum seal_answer keys_person(struct cx *cx, struct keys *k, struct seal_item *at, size_t n);

/* ---- the master key: at the console only (keys_options.setup) ---- */

enum { SEAL_SHEETS = 3, SEAL_SHEET_WORDS = 40, SEAL_LOCK_BYTES = 40, SEAL_PASSPHRASE_MIN = 8 };

/* A new master key of the key file and a passphrase ("" = none: then the disk must be encrypted),
 * under which all rows handed over are wrapped anew: they come back in `rows`, a list. `suite` is
 * SEAL_SM or SEAL_AES. Any two of the three sheets give the key back; those printed before are
 * void. */
typedef LIST(struct seal_key_row) seal_key_row_list;
enum seal_answer keys_found(struct cx *cx, struct keys *k, int suite, struct str passphrase,
                            struct str *lock, struct str sheets[SEAL_SHEETS],
                            seal_key_row_list *rows);
/* Unlocks by two sheets, without key file and passphrase; then found a new one. */
enum seal_answer keys_recover(struct cx *cx, struct keys *k, struct str lock, struct str one,
                              struct str other);

/* A sheet (40 bytes) as 40 words, and back. `*fault` is NULL or says which word is wrong and what
 * was perhaps meant. What people type may have blanks, numbers and signs between the words. */
struct str seal_sheet_words(struct cx *cx, struct str sheet);
bool seal_sheet_read(struct cx *cx, struct str typed, struct str *sheet, struct str *fault);

/* ---- normal forms for blind indexes: of valid UTF-8, as everything that comes in is ---- */

/* One telephone number, however it is written: a mobile as 11 digits, a landline as 0, area code
 * and number ("055163660000"; `area` "0551" is added when none was said), 400 and 800 lines, short
 * numbers as they are. +86, 0086, extensions, blanks and signs do not count. False: no number. */
bool seal_phone(struct cx *cx, struct str typed, struct str area, struct str *out);
/* Any other short text: full width becomes ASCII, small letters, one middle dot, no blanks. */
struct str seal_plain(struct cx *cx, struct str typed);

/* What an index of contacts is made of: the telephone number, or else the plain text. */
struct str seal_normal(struct cx *cx, struct str typed, struct str area);

/* ---- hashes and signatures ---- */

enum { SEAL_SM3_DIGITS = 64 };
/* SM3 in hex; "" when the library cannot. */
struct str seal_sm3(struct cx *cx, struct str text);
/* SM2 over SM3 (GB/T 32918.2, identity 1234567812345678) with a pair of seal_pair(SEAL_SM); "" =
 * not the private half of one. */
struct str seal_sign(struct cx *cx, struct str private_key, struct str text);
bool seal_is_signed(struct str public_key, struct str text, struct str signature);

/* ---- sealed backups: whoever writes them cannot read them ---- */

enum { SEAL_CHUNK = 64 << 10 };

/* Takes bytes somewhere, or gives some: the number given, 0 at the end, -1 = trouble. */
struct seal_pipe {
    bool (*put)(void *arg, struct str bytes);
    ptrdiff_t (*get)(void *arg, char *to, size_t most);
    void *arg;
};

/* A pair of keys for backups: SM2 (SubjectPublicKeyInfo, PKCS #8) or X25519 (32 bytes each). The
 * private one belongs on paper or a stick, never on this machine. */
bool seal_pair(struct cx *cx, int suite, struct str *public_key, struct str *private_key);
/* Reads `in` to its end; the key of this stream is random and sealed to the public key. ERR_INPUT:
 * not a key of this suite. ERR_STORE: a pipe failed. */
enum err seal_stream_write(struct cx *cx, int suite, struct str public_key,
                           const struct seal_pipe *in, const struct seal_pipe *out);
/* Nothing is put out that was not proven first, but what was put out is all of it only when this
 * ends with OK: ERR_INPUT for a wrong key, a changed, cut or lengthened stream. */
enum err seal_stream_read(struct cx *cx, struct str private_key, const struct seal_pipe *in,
                          const struct seal_pipe *out);

#endif
