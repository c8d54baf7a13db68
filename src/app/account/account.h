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
    struct str role;  /* code */
    struct str title; /* 第 23 网格网格员 */
    int64_t org_id, place_id, grid_id;
    struct str place_path;
    bool is_deputy;
};
typedef LIST(struct hat) hat_list;

/* Fills cx->community (when `community` is 0: by the cookie's prefix) and cx->who from the session
 * cookie or the bearer token of a request. No cookie, or one that has ended: an anonymous caller of
 * the default community, and OK. Runs in the request's transaction; never writes. */
enum err account_who(struct cx *cx, const struct req *rq);

/* Makes cx->who act as this hat (sessions, jobs, tests, the access matrix). */
enum err account_wear(struct cx *cx, const struct hat *hat);
/* An anonymous caller of a community: cx->who with public_sees. */
void account_nobody(struct cx *cx, int64_t community);

enum err account_person(struct cx *cx, int64_t id, struct person *out);
enum err account_hats(struct cx *cx, int64_t person_id, hat_list *out);
/* A bearer token of `person_id` acting in `post_id`; shown once, stored hashed. */
enum err account_token(struct cx *cx, int64_t person_id, int64_t post_id, struct str label,
                       int64_t ends_at, struct str *token);
/* argon2id t=2 m=19 MiB: about 20 ms of a core; never inside a write transaction. */
enum err account_hash_password(struct cx *cx, struct str password, struct str *out);
/* Adds a person; `hash` may be empty (cannot sign in). For sample data and administration. */
enum err account_add(struct cx *cx, struct person *p, struct str hash);

extern const struct feature account_feature;

#endif
