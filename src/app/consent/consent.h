/*
 * consent -- what people agreed to: one ledger, read by whoever acts on it, written by one
 * function. Also the register of personal fields (field.h) and the notice of privacy that is made
 * of it. Owns consent and notice; the views need_said, volunteer_said ... give records with what
 * holds now, so that a consent that is taken back is gone everywhere at once.
 *
 * A row has no name of whose it is: it says which record (a need, a volunteer, a child), what for,
 * which text was read (SM3), how it was said and who noted it. Rows are added and ended, never
 * rewritten; consent_drop() alone takes them away. PIPL 13 to 16, 23, 25, 29, 31.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSENT_H
#define CONSENT_H

#include "app/consent/field.h"
#include "db/db.h"
#include "web/web.h"

struct consent_purpose {
    const char *code;  /* "match": stored */
    const char *label; /* 请邻居、志愿者来帮 */
    const char *after; /* what becomes of it when it is taken back: 不再找人，约好的会告诉他们 */
};
/* What a room asks people to agree to. */
struct consent_kind {
    const char *subject; /* "need": stored */
    const char *label;   /* 诉求 */
    const struct consent_purpose *purposes;
    size_t n;
    /* What else must happen at once, in the same transaction, when one was given or taken back; may
     * be NULL. */
    enum err (*changed)(struct cx *cx, int64_t subject_id, struct str purpose, bool agrees);
};
/* NULL when the kind does not ask for it. */
const struct consent_purpose *consent_purpose_of(const struct consent_kind *kind, struct str code);

/* How it was said. */
struct consent_how {
    struct str channel;   /* "self" "face" "phone" "paper" "system"; "" = self, or face when staff
                             notes it */
    bool is_guardian;     /* a guardian spoke for a child */
    struct str text_hash; /* of what was read; "" = the notice in force */
};
/* 本人在网上办的; NULL when there is no such channel. */
const char *consent_channel_label(struct str channel);
/* What a record's channel (web, phone, paper, visit ...) means for a consent that comes with it. */
struct str consent_channel(const struct cx *cx, struct str channel);

/* Agrees, or no longer does. Nothing happens when it is so already. ERR_INPUT under "what" and
 * "channel" for words that are not known. */
enum err consent_set(struct cx *cx, const struct consent_kind *kind, int64_t subject_id,
                     const char *purpose, bool agrees, const struct consent_how *how);
enum err consent_holds(struct cx *cx, const struct consent_kind *kind, int64_t subject_id,
                       const char *purpose, bool *yes);

/* A row of the ledger. */
struct consent {
    int64_t id, subject_id;
    struct str subject, purpose, text_hash, channel;
    bool is_guardian;
    struct str by_name; /* who noted it; "" = himself */
    int64_t at, ended_at;
    struct str ended_channel, ended_name;
};
typedef LIST(struct consent) consent_list;
extern const struct shape consent_shape;
/* The newest first; whose they are was checked by the caller. */
enum err consents_of(struct cx *cx, const struct consent_kind *kind, int64_t subject_id,
                     consent_list *out);
/* One saying: each row is one, and one more when it has ended. The newest first. */
struct consent_saying {
    struct str purpose;
    bool agrees;
    struct str channel, by_name;
    int64_t at;
};
typedef LIST(struct consent_saying) consent_sayings;
enum err consent_history(struct cx *cx, const struct consent_kind *kind, int64_t subject_id,
                         consent_sayings *out);
/* All that hold end (somebody has left, objects, is forgotten); `*ended` may be NULL. */
enum err consent_end_all(struct cx *cx, const struct consent_kind *kind, int64_t subject_id,
                         struct str channel, int64_t *ended);
/* The record was entered by mistake and is taken back whole, as if it had never been: so is what
 * stands here of it. */
enum err consent_drop(struct cx *cx, const struct consent_kind *kind, int64_t subject_id);

/* ---- the notice of privacy ---- */

struct notice {
    int64_t id; /* 1, 2, ... */
    struct str hash, text;
    int64_t at;
};
typedef LIST(struct notice) notice_list;
extern const struct shape notice_shape;
/* The text as this program would say it: a line each, "# " begins a heading, "- " an item. */
struct str notice_text(struct cx *cx);
/* Stores a version when the text differs from the newest one; at start, in a writing transaction.
 */
enum err notice_keep(struct cx *cx);
/* id 0 = the newest; ERR_MISSING when there is none. */
enum err notice_get(struct cx *cx, int64_t id, struct notice *out);

/* Once, at start, before threads: the kinds that main has gathered. The array must outlive the
 * server. */
void consent_kinds_set(const struct consent_kind *const *at, size_t n);
const struct consent_kind *consent_kind_of(struct str subject); /* NULL when no room has it */
const struct consent_kind *consent_kind_nth(size_t i);          /* NULL behind the last */

extern const struct feature consent_feature;

#endif
