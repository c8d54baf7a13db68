/*
 * twice -- what takes two people: one proposes it and says why, another one who answers for it
 * approves or refuses, and only then it may be done, once, within a day. Owns the table twice.
 *
 * The room that does it asks for a proposal (twice_propose()), shows its number, and when it does
 * it calls twice_use() in the transaction of the deed: nothing but an approved proposal of exactly
 * this kind and object lets it pass. The store itself refuses a proposal that its proposer decided.
 * GB/T 22239-2019 8.1.4.2 d, 8.1.5.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWICE_H
#define TWICE_H

#include "app/account/account.h"
#include "db/db.h"
#include "web/web.h"

/* Who proposes and who decides each: the rows of kinds[] in twice.c. */
enum twice_kind {
    TWICE_EXPORT,  /* more than one may export alone; object: what is exported, its conditions,
                      what for */
    TWICE_KEYS,    /* destroying a key; object_id: its number */
    TWICE_LOGS,    /* how long logs are kept; object_id: days. Done when approved */
    TWICE_RESTORE, /* over the live store; object: the backup's file name */
    TWICE_TOTP,    /* a lost authenticator may be set anew; object_id: whose. Done when approved */
    TWICE_KINDS
};
/* TWICE_USED: it was done. One that nobody decided in time stays TWICE_OPEN, see twice_is_over().
 */
enum twice_state { TWICE_OPEN, TWICE_APPROVED, TWICE_REFUSED, TWICE_WITHDRAWN, TWICE_USED };

struct twice {
    int64_t id;
    struct str number; /* S-261128-0001-7 */
    enum twice_kind kind;
    int64_t object_id;
    struct str object, why;
    int64_t by_person;
    struct str by_name;
    int64_t at;
    int64_t until_at; /* decided by then, or used once it is approved */
    enum twice_state state;
    int64_t decided_by;
    struct str decided_name, said;
    int64_t decided_at, used_at;
};
typedef LIST(struct twice) twice_list;
extern const struct shape twice_shape;

enum {
    TWICE_DECIDE_HOURS = 72,
    TWICE_USE_HOURS = 24,
    TWICE_STRANGER_DAYS = 14 /* as long neither may owe the other his post */
};

/* The caller proposes. `object` is text that people read, at most 200 characters. ERR_DENIED when
 * his role does not propose this; ERR_INPUT under "why" or "object" when one is missing; for
 * TWICE_TOTP also when object_id is himself, for TWICE_LOGS when it is less than half a year (the
 * object is then made of it). The audit's record gets the reason. */
enum err twice_propose(struct cx *cx, enum twice_kind kind, int64_t object_id, struct str object,
                       struct str why, struct twice *out);
/* Another one decides; `said` may be empty when he approves. ERR_DENIED: it is his own, it is about
 * him, his role does not decide this, or within the last TWICE_STRANGER_DAYS one of the two
 * appointed the other, or both owe their posts to one person, by however many hands: who gives
 * posts and passwords would invent the second person, or both. After that the others have had time
 * to see him; for ever would leave a community nobody after one change. ERR_CONFLICT: decided,
 * withdrawn or too late. An approved TWICE_TOTP is done at once: that person's authenticator is off
 * and he sets up a new one; so is an approved TWICE_LOGS. */
enum err twice_decide(struct cx *cx, int64_t id, bool approves, struct str said);
/* The proposer takes it back, while nothing was done. */
enum err twice_withdraw(struct cx *cx, int64_t id);
/* In the transaction of the deed: the proposal is used up. `number` as typed or stored. ERR_DENIED,
 * with a sentence, when it is not approved, too old, used, of another kind, object_id or object (""
 * and 0 are compared like everything else); of a list, when somebody else proposed it. */
enum err twice_use(struct cx *cx, enum twice_kind kind, int64_t object_id, struct str object,
                   struct str number);

/* At the console: of whatever community; the context stays in that one. */
enum err twice_use_anywhere(struct cx *cx, enum twice_kind kind, int64_t object_id,
                            struct str object, struct str number);

enum err twice_get(struct cx *cx, int64_t id, struct twice *out);
/* The caller's newest one of this kind and object that is open or approved and not over; `*found`.
 */
enum err twice_of(struct cx *cx, enum twice_kind kind, int64_t object_id, struct str object,
                  struct twice *out, bool *found);
/* Those of the kinds that the caller proposes or decides (all for the auditor), newest first. */
enum err twice_all(struct cx *cx, twice_list *out);

bool twice_is_over(const struct cx *cx, const struct twice *t); /* its time has passed, unused */
bool twice_may_propose(const struct cx *cx, enum twice_kind kind);
/* May the caller decide it now? False for his own, and for one about himself. */
bool twice_may_decide(const struct cx *cx, const struct twice *t);
const char *twice_kind_label(enum twice_kind kind); /* 大份导出 */

/* Who meets in this room. */
#define ROLES_TWICE (ROLES_ADMINS | ROLES_EXPORT | ROLE_PRIVACY_OFFICER)

extern const struct feature twice_feature;

#endif
