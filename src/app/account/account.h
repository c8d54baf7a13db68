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

/* A session that was used goes on until `till` (cx->who.session_till, which account_who() fills in
 * now and then). In a writing transaction; one that is over stays so. */
enum err account_used(struct cx *cx, int64_t session_id, int64_t till);

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

/* ---- keeping persons (administration) ---- */

/* By a part of the name, login or number ("" = all), at most `limit`; with those who left if
 * `all`. */
enum err account_people(struct cx *cx, struct str text, bool all, int limit, person_list *out);
/* Name, duty phone and login of p->id. ERR_INPUT under "login" when another person has it. */
enum err account_change(struct cx *cx, const struct person *p);
/* ERR_INPUT under "login" when somebody but `but` has it. Looked up first: a refusal by the store
 * would end a transaction on PostgreSQL. */
enum err account_login_free(struct cx *cx, struct str login, int64_t but);
enum err account_of_login(struct cx *cx, struct str login, struct person *out, bool *found);
/* How a person signs in. Deliberately without "last seen". */
struct access {
    bool has_password, has_totp, must_change;
    int64_t codes;    /* of the ten on paper, unused */
    int64_t sessions; /* browsers and tokens that are signed in */
};
enum err account_access(struct cx *cx, int64_t id, struct access *out);
/* Somebody who left can no longer sign in: his sessions and tokens end, and login, password, codes
 * and duty phone go. `active` true lets him back, to be given new ones. Posts are org's: org_end().
 */
enum err account_set_active(struct cx *cx, int64_t id, bool active);
/* What he signed in with, and his duty phone: gone at once with the former, and of those whose last
 * post is over by the rules of the night, which stand in app/subject (consent stands below this
 * room, and with it what a rule is). The name stays: records of duty are his. */
extern const struct query account_sql_left_old, account_sql_left_forget,
    account_sql_left_passwords_old, account_sql_left_passwords_forget, account_sql_left_codes_old,
    account_sql_left_codes_forget, account_sql_sessions_old, account_sql_sessions_forget;
/* Ends all sessions and tokens of a person but one (0 = none stays). */
enum err account_sessions_end(struct cx *cx, int64_t id, int64_t but);
/* A new one-time password, "4FQK-8ZTN-W2HJ"; its hash is for account_set_password(). */
struct str account_one_time(struct cx *cx);
/* `by_other`: set by an administrator; the person may do nothing but change it. All his other
 * sessions end. */
enum err account_set_password(struct cx *cx, int64_t id, struct str hash, bool by_other);

/* ---- the second factor ---- */

enum { PAPER_CODES = 10 };
typedef LIST(struct str) paper_code_list;
/* A new secret for the authenticator of a person is thought up; the old one, if there is one, holds
 * until account_totp_on(). */
enum err account_totp_start(struct cx *cx, int64_t id);
/* What is being set up: `*secret` in base32, `*link` an otpauth: URI for a QR code; both "" when
 * nothing is. For the person himself alone. */
enum err account_totp_shown(struct cx *cx, int64_t id, struct str *secret, struct str *link);
/* A code of it was typed, so it works: it holds from now on. Ten codes for paper, shown once; those
 * before are void. ERR_INPUT under "code"; ERR_CONFLICT: nothing is being set up. */
enum err account_totp_on(struct cx *cx, int64_t id, struct str code, paper_code_list *out);
/* Neither authenticator nor paper; all sessions end. Two people want it: app/twice. */
enum err account_totp_off(struct cx *cx, int64_t id);

/* Must those whose role asks for it (ROLES_SECOND_FACTOR) use it? A community that nobody changed
 * says yes; the sample says no. */
struct sign_in_rule {
    bool second_factor;
    struct str by_name;
    int64_t at;
};
enum err account_rule(struct cx *cx, struct sign_in_rule *out);
/* How many would have to set it up first, were the rule made now. */
enum err account_rule_hits(struct cx *cx, int64_t *people);
enum err account_rule_put(struct cx *cx, bool second_factor);
/* Must a person set it up before he acts in a post of this role? */
enum err account_lacks_second(struct cx *cx, struct str role, bool has_totp, bool *lacks);

/* ---- signing in ---- */

/* argon2id t=2 m=19 MiB: about 20 ms of a core; never inside a write transaction. Two run at a
 * time in this process, others wait, too many are ERR_BUSY. */
enum err account_hash_password(struct cx *cx, struct str password, struct str *out);
/* Is this what `hash` was made of? As slow; never when `hash` is empty. For other secret words than
 * passwords too, whose tries somebody else counts. */
enum err account_same_password(struct cx *cx, struct str hash, struct str password, bool *same);

/* What a person typed to sign in. `peer` is the address it came from. */
struct sign_in {
    struct str login, password, code; /* code: six digits, or one of the paper, if he uses it */
    struct str peer;
};
/* Who was found to sign in, and by which code: a step of the authenticator or one on paper; both 0
 * when he uses none. */
struct checked {
    int64_t person_id, totp_step, paper_id;
    bool is_no_slip;  /* refused, ACCOUNT_SLIPS times in a row or more: that is worth a record */
    bool login_known; /* of one refused: may be named; else it may be a password */
};
enum { ACCOUNT_SLIPS = 5 };
/* Slow and only reading: who is it? The same sentence and the same time whatever was wrong
 * (ERR_INPUT), a code that was used before too. After five faults a pair of login and address
 * waits, 5 s at first, 5 min at most; the same login from another address does not, so nobody is
 * locked out by a stranger. Wrong codes with the right password wait from every address. */
enum err account_check(struct cx *cx, const struct sign_in *typed, struct checked *out);
/* Slow and only reading: is this the password of the person who is signed in? Waits as
 * account_check() does; ERR_INPUT under the field "old". */
enum err account_check_own(struct cx *cx, struct str password, struct str peer);
/* The same with the second factor, if he uses one: ERR_INPUT under "old" or "code". The code is
 * used up by account_use_up(). */
enum err account_check_both(struct cx *cx, struct str password, struct str code, struct str peer,
                            struct checked *out);
/* In a writing transaction: of two who bring the same code the second gets ERR_INPUT. */
enum err account_use_up(struct cx *cx, const struct checked *who);
/* Would it be among the first to be tried? What is left of it without common words, rows of keys
 * and the person's own names is too little. */
bool password_is_weak(struct cx *cx, struct str password, struct str login, struct str name);
/* What the caller's new password must be, else a fault under the field "password": 8 to 200
 * characters, not `old`, nothing that is tried first (words everybody takes, rows of keys, his own
 * name or login). */
enum err account_password_fits(struct cx *cx, struct str password, struct str old);
/* Slow and only reading: none of his last PASSWORDS_KEPT either. */
enum { PASSWORDS_KEPT = 5 };
enum err account_password_fresh(struct cx *cx, struct str password);
/* Opens a session of a person who was checked, on a `device` as people call it; `*cookie` is its
 * value, shown once, `*ends_at` its last moment, should it be used until then: an administrator's
 * ends after half an hour without, one at a desk after an hour, a worker's phone after seven days.
 * Uses up the code: of two who bring the same one, the second gets ERR_INPUT. */
enum err account_sign_in(struct cx *cx, const struct checked *who, struct str device,
                         struct str *cookie, int64_t *ends_at);
/* A browser that is signed in. */
struct device {
    int64_t id; /* of the session */
    struct str label;
    int64_t created_at, seen_at;
    int64_t ends_at; /* past: nobody used it, and it is signed out */
};
typedef LIST(struct device) device_list;
extern const struct shape device_shape;
/* The caller's own, newest first. */
enum err account_devices(struct cx *cx, device_list *out);
/* A lost phone: its session ends, and it is told to forget what it took along as soon as it asks.
 */
enum err account_lose(struct cx *cx, int64_t session_id);
/* What its API answers say then, with 401: assets/visit.js knows the words. */
#define ACCOUNT_LOST "这台设备已经停用，请重新登录；手机丢了请问管理员"
/* Ends the session that cx->who acts in. */
enum err account_sign_out(struct cx *cx);
/* The session acts in another post that its person holds; ERR_DENIED if he does not. */
enum err account_switch(struct cx *cx, int64_t post_id);
/* A bearer token of `person_id` acting in `post_id`; shown once, stored hashed. */
enum err account_token(struct cx *cx, int64_t person_id, int64_t post_id, struct str label,
                       int64_t ends_at, struct str *token);

/* RFC 6238 with HMAC-SHA1, 30 s, six digits; one step early or late is fine. The step that the
 * code belongs to, 0 when it fits none later than `after` (5.2: a code is good for one sign-in). */
int64_t account_totp_step(struct str secret, struct str code, int64_t at, int64_t after);

/* The cookie's name: "__Host-linghang" by TLS, "linghang" without (a browser would drop the
 * former). */
const char *account_cookie(const struct req *rq);

extern const struct feature account_feature;

#endif
