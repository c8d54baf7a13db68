/*
 * audit -- who did what: one record for each act that changed something, written in the
 * transaction of the act, and chained: h[n] = SM3(record n, h[n-1]). Owns audit, audit_inbox,
 * audit_detail; nothing else writes them, and the store refuses to change or delete a record.
 *
 * The road of a request writes the record (main/hooks.c), the job queue that of a job: no feature
 * has to think of it, and none can forget it. A request that stores nothing (a larger type, a
 * preview) is no act, unless its feature gives a reason. That somebody who is signed in was refused
 * is written a moment later (main/noted.h). A feature only says why (audit_why()) and
 * what is worth keeping beside (audit_detail()). No record holds what residents typed; a resident
 * has neither name nor address in it.
 *
 * One writer (SQLite): the record is chained in the same transaction. Where many write at once
 * (PostgreSQL) it is written to the inbox in the same transaction and chained by one thread within
 * milliseconds: a chain has one end, and all writers would meet there (docs/adr/0011).
 *
 * What the chain cannot tell by itself, that its end was cut off, signed checkpoints tell: see
 * main/checkpoint.h. GB/T 22239-2019 8.1.4.3; GB/T 32905-2016 (SM3).
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_H
#define AUDIT_H

#include "db/db.h"
#include "web/web.h"

struct audit_record {
    int64_t seq; /* 1, 2, 3, ...; 0 = not chained yet */
    int64_t id, at;
    int64_t person_id, post_id;
    struct str role; /* code; "" of a resident (audit_by_resident() too), "system" of a job */
    int64_t session_id;
    struct str action; /* POST /d/need/{need}/accept; job need.clock; refused GET /a/audit */
    struct str object; /* the path, or the number of a job's subject */
    struct str reason;
    int64_t outcome;
    struct str detail_hash; /* SM3, hex */
    struct str h;           /* SM3, hex */
    struct str detail;      /* may have been erased */
    struct str person_name; /* as he is called now; only in audit_page() */
};
typedef LIST(struct audit_record) audit_record_list;
extern const struct shape audit_record_shape;

/* What an action begins with that somebody who is signed in was not allowed (main/noted.h). */
#define AUDIT_REFUSED "refused "

/* Why the caller does what he is doing (the purpose he chose), for the record that will be written;
 * the last one counts. Lives as long as cx->mem. */
void audit_why(struct cx *cx, struct str reason);
/* What is kept beside the record and may be erased; the record has its hash. */
void audit_detail(struct cx *cx, struct str text);

/* The caller acts as a resident: by the key of a matter, or complaining for himself. Whoever of the
 * staff is signed in meanwhile stands as little in the record as any other resident. */
void audit_by_resident(struct cx *cx);

/* The act failed: what was said of it here is of no other. */
void audit_forget(struct cx *cx);

/* Writes the record of an act of cx->who. Once for each act, inside its transaction, after all
 * else.
 */
enum err audit_put(struct cx *cx, struct str action, struct str object, int64_t outcome);
/* Chains up to `most` records of the inbox of this community; `*done` says how many. In a writing
 * transaction of its own. ERR_BUSY or ERR_CONFLICT: somebody else was chaining. */
enum err audit_chain(struct cx *cx, int64_t most, int64_t *done);
/* The detail of a record is forgotten; the chain still holds. */
enum err audit_erase(struct cx *cx, int64_t id);

/* ---- reading ---- */

enum { AUDIT_KINDS = 4 };
struct audit_filter {
    bool people; /* what jobs did is left out; else as the others say */
    int64_t person_id;
    struct str object; /* begins with: /d/need/7310 */
    /* LIKE one of these actions: POST /d/export%; first "" = any, a later one = no more */
    struct str kinds[AUDIT_KINDS];
    struct str ends; /* or its object LIKE this one: %/open. Where one route has all steps */
    bool no_logins;  /* signing in and out and changing the post are left out */
    int64_t after;   /* seq; those behind it */
    int64_t before;  /* seq; 0 = from the newest */
    int64_t most;
};
/* Newest first; those that wait to be chained (seq 0) stand before the others. */
enum err audit_page(struct cx *cx, const struct audit_filter *f, audit_record_list *out);
/* When the newest record was made; 0 = there is none. */
enum err audit_newest(struct cx *cx, int64_t *at);
/* The last record before that moment; 0 = there is none. The chain has no gap and stands in the
 * order of time, so a few looks find it: O(log n). */
enum err audit_seq_before(struct cx *cx, int64_t at, int64_t *seq);

/* ---- the chain ---- */

enum { AUDIT_HASH = 64 }; /* hex digits */

/* What a checkpoint says of one record. */
struct audit_mark {
    int64_t seq;
    char h[AUDIT_HASH + 1];
};
typedef LIST(struct audit_mark) audit_mark_list;

/* A walk along the chain, from its beginning or from a link that is known. */
struct audit_walk {
    int64_t community, seq; /* of the last record that was right; 0 = none yet */
    char h[AUDIT_HASH + 1];
    const char *why;                /* what is wrong with the record after it; NULL = nothing */
    const struct audit_mark *marks; /* rising; those behind seq must be met; may be NULL */
    size_t nmarks, met;
};
void audit_walk_begin(struct audit_walk *w, int64_t community);
/* True: `r` is the next record and unchanged. False: w->why says what is wrong; seq stays. */
bool audit_walk_step(struct cx *cx, struct audit_walk *w, const struct audit_record *r);
/* The h that `r` must have behind `before` (AUDIT_HASH digits). */
struct str audit_link(struct cx *cx, int64_t community, const struct audit_record *r,
                      const char *before);

/* The end of what there is: wrong if a mark was not met, the chain has been cut off before it. */
bool audit_walk_end(struct audit_walk *w);

/* Walks the community's chain from w->seq to its end; w->why tells the first record that is wrong,
 * w->seq the last one that is right. Also wrong: records that have waited in the inbox for more
 * than AUDIT_INBOX_MS. Memory does not grow with the chain. */
enum { AUDIT_INBOX_MS = 60000 };
enum err audit_verify(struct cx *cx, struct audit_walk *w);

extern const struct feature audit_feature;

#endif
