/*
 * cx -- the context that every function of the house takes first: who asks, what time it is,
 * which store, which memory, and what went wrong. One per request, job or command; there is no
 * other state.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_CX_H
#define BASE_CX_H

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/sees.h"

struct conn;  /* db/ */
struct env;   /* base/env.h: clock and randomness, owned by tests when they like */
struct vault; /* base/vault.h: whom to ask about sealed fields */
struct vault_ahead;

/* Who acts. Filled by app/account from a session or token; an anonymous caller is all zero but
 * `sees`. A person who holds several posts acts in one of them at a time. */
struct who {
    int64_t person_id; /* 0 = not signed in */
    int64_t post_id;
    uint32_t role; /* one bit, see app/account/role.h; 0 = anybody */
    struct str name;
    struct str role_label;
    /* Scope, bound by name in every statement that needs it: places whose path is in
     * [scope_lo, scope_hi), and, when scope_grid is not 0, that grid only; scope_org likewise. */
    struct str scope_lo, scope_hi;
    int64_t scope_grid;
    int64_t scope_org;
    enum seen sees[DATA_KINDS]; /* the row of the permission matrix that applies */
    struct str csrf;            /* what an unsafe form must carry; empty = none needed */
    int64_t session_id;
    int64_t session_till; /* it is used, so that it ends then: main/noted.h; 0 = as it is stored */
    uint64_t from;        /* of who is not signed in: where he asks from (web: req_caller()) */
};

struct field_fault {
    const char *field;
    struct str message;
};

struct fault {
    enum err err;
    struct str message; /* for the person, in Chinese */
    const char *title;  /* what the error page is headed with; NULL: as its status is called */
    bool lasts;         /* an ERR_BUSY that trying again at once does not end: keys are locked */
    const char *file;   /* for the log */
    int line;
    LIST(struct field_fault) fields; /* shown under the fields of the form */
};

struct cx_closer {
    void (*fn)(void *);
    void *arg;
    struct cx_closer *next;
};

struct cx {
    struct arena *mem;
    struct conn *db;
    struct env *env;
    struct vault *vault;       /* NULL: sealed fields can neither be written nor read */
    struct vault_ahead *ahead; /* what was sealed before it is handled, or NULL */
    int64_t now;               /* ms since 1970 UTC, read once per request */
    int64_t community;         /* bound as :community_id in every statement */
    struct who who;
    struct fault fault;
    struct cx_closer *closers;
    struct str why, detail; /* of the act, for its record (app/audit/audit.h); may be empty */
    bool by_resident;       /* the record names nobody, whoever is signed in (app/audit/audit.h) */
    struct str mark;  /* lies over every page from now on: somebody was shown in plain (app/seen) */
    struct str state; /* what of the whole system does not work now; may be empty */
    const char *request_id;  /* in the log and on the error page */
    int64_t waited_ms;       /* for the store, in this request with all its tries */
    bool elder, extra_large; /* how pages are shown */
};

/* Starts a context over `mem`; reads the clock of `env`. */
void cx_init(struct cx *cx, struct arena *mem, struct env *env);
/* Runs `fn(arg)` at cx_end, last first. */
void cx_defer(struct cx *cx, void (*fn)(void *), void *arg);
/* Runs what was deferred since cx->closers was `mark`, last first: before memory is rewound. */
void cx_close_to(struct cx *cx, struct cx_closer *mark);
void cx_end(struct cx *cx); /* closers, then the fault is forgotten; the arena is the caller's */

#endif
