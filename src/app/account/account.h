/*
 * account -- people who hold posts, how they sign in, and what a caller may do.
 *
 * Owns the tables person, session. Who holds which post is org's (org.h); what a role sees is
 * role.h. Residents have no account: the holder of a need's key is known to app/need alone.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include "app/account/role.h"
#include "db/db.h"
#include "web/web.h"

struct person {
    int64_t id;
    struct str name;
    struct str duty_phone;
    struct str login;
    bool active;
    int64_t created_at;
};
typedef LIST(struct person) person_list;
extern const struct shape person_shape;

/* A post that a person holds now: what a session acts as. */
struct hat {
    int64_t post_id;
    int64_t person_id;
    struct str name;  /* of the person */
    struct str role;  /* code */
    struct str title; /* 第 23 网格网格员 */
    int64_t org_id, place_id, grid_id;
    struct str place_path;
    bool is_deputy;
};
typedef LIST(struct hat) hat_list;

/* Fills cx->community (by the cookie's prefix) and cx->who from the session cookie or the bearer
 * token of a request. No cookie, or one that has ended: cx stays as it is, an anonymous caller
 * of the default community, and OK; a token that has ended is ERR_DENIED. Runs in the request's
 * transaction; never writes. */
enum err account_who(struct cx *cx, const struct req *rq);

/* Makes cx->who act as this hat (sessions, jobs, tests, the access matrix). A hat whose reach is
 * not filled in reaches nothing. */
enum err account_wear(struct cx *cx, const struct hat *hat);
/* An anonymous caller of a community: cx->who with public_sees. */
void account_nobody(struct cx *cx, int64_t community);

enum err account_person(struct cx *cx, int64_t id, struct person *out);
/* Posts held now, own ones before those held as a deputy. */
enum err account_hats(struct cx *cx, int64_t person_id, hat_list *out);
/* Adds a person; `hash` may be empty (cannot sign in). For sample data and administration. Fills
 * p->id if it is 0. A login that is taken is ERR_CONFLICT. */
enum err account_add(struct cx *cx, struct person *p, struct str hash);

/* ---- signing in ---- */

/* argon2id t=2 m=19 MiB: about 20 ms of a core; never inside a write transaction. Two run at a
 * time in this process, others wait, too many are ERR_BUSY. */
enum err account_hash_password(struct cx *cx, struct str password, struct str *out);

/* What a person typed to sign in. `peer` is the address it came from. */
struct sign_in {
    struct str login, password, code; /* code: six digits of a TOTP, if the person uses one */
    struct str peer;
};
/* Slow and only reading: who is it? The same sentence and the same time whatever was wrong
 * (ERR_INPUT). After five faults a pair of login and address waits, 5 s at first, 5 min at most;
 * the same login from another address does not, so nobody is locked out by a stranger. */
enum err account_check(struct cx *cx, const struct sign_in *typed, int64_t *person_id);
/* Opens a session of a person who was checked; `*cookie` is its value, shown once. */
enum err account_sign_in(struct cx *cx, int64_t person_id, struct str *cookie, int64_t *ends_at);
/* Ends the session that cx->who acts in. */
enum err account_sign_out(struct cx *cx);
/* The session acts in another post that its person holds; ERR_DENIED if he does not. */
enum err account_switch(struct cx *cx, int64_t post_id);
/* A bearer token of `person_id` acting in `post_id`; shown once, stored hashed. */
enum err account_token(struct cx *cx, int64_t person_id, int64_t post_id, struct str label,
                       int64_t ends_at, struct str *token);

/* RFC 6238 with HMAC-SHA1, 30 s, six digits; one step early or late is fine. */
bool account_totp_fits(struct str secret, struct str code, int64_t at);

/* The cookie's name: "__Host-linghang" by TLS, "linghang" without (a browser would drop the
 * former). */
const char *account_cookie(const struct req *rq);

extern const struct feature account_feature;

#endif
