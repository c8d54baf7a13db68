/* need_own -- what the files of this folder share; no other folder includes it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NEED_OWN_H
#define NEED_OWN_H

#include "app/clock/clock.h"
#include "app/need/need.h"
#include "app/subject/subject.h"
#include "db/db.h"

enum {
    NEED_RETURNS_MAX = 2, /* after so many the duty lead designates */
    NEED_PARK_DAYS = 90,
    NEED_REDO_DAYS = 15,   /* after closing: "not solved" makes it be done again */
    NEED_LEADER_DAYS = 15, /* what was put to the leader: then the answer stands */
    NEED_LEADER_SOON = 3,  /* so many days before he is reminded */
    NEED_REPLY_DAYS = 7,   /* a question to the resident waits so long */
    NEED_ACK_MINUTES = 30  /* L0: somebody takes it within ... */
};

/* ---- rows ---- */

struct need_clock {
    int64_t id, need_id;
    struct str kind; /* dispatch, contact, done */
    int64_t amount;
    struct str unit;
    int64_t extra;
    int64_t started_at, paused_at;
    int64_t pause_ms, pause_work_ms, pause_work_days, pause_days;
    int64_t due_at, stopped_at;
};
typedef LIST(struct need_clock) need_clock_list;
extern const struct shape need_clock_shape;

/* All of a need, whoever asks. */
enum err need_assists(struct cx *cx, int64_t need_id, need_assist_list *out);

/* As stored: no scope, no masks. For steps, jobs and key holders. */
enum err need_load(struct cx *cx, int64_t id, struct need *out);
/* The same within the caller's scope. */
enum err need_load_scoped(struct cx *cx, int64_t id, struct need *out);
/* Is this the secret of the need's link? */
enum err need_key_check(struct cx *cx, int64_t id, struct str key);
/* Masks for cx->who, and leaves out those that he has a part in: `*count` may shrink. */
enum err need_hide(struct cx *cx, struct need *n, size_t *count);
/* The masks alone, of those that went through need_gates(). */
void need_mask(struct cx *cx, struct need *n, size_t count);

/* ---- complaints: need_guard.c ---- */

#define NEED_SELF "居民本人" /* who did it, in the history, when it was the resident */
/* Before it is stored: who asked goes to app/shield when it is one of those. n->id is set. */
enum err need_guard_new(struct cx *cx, struct need *n);
/* The same of a stored one whose kind has just become one of those. */
enum err need_guard_late(struct cx *cx, struct need *n);
/* Puts right, at his wish, what stands behind the wall; nothing of it comes back into `n`. */
enum err need_guard_fix(struct cx *cx, struct need *n, struct str field, struct str value);
/* For the holder of the key: what is his own, back in its fields. */
enum err need_whole(struct cx *cx, struct need *n); /* vault_is_shut(): words in their place */
/* Sets must_declare; takes those out that the caller has a part in. */
enum err need_gates(struct cx *cx, struct need *n, size_t *count);
void need_hide_undeclared(struct need *n);
/* Did the caller write it down for who complains? */
enum err need_guard_entered(struct cx *cx, const struct need *n, bool *yes);
/* Speaks anything against this person? False for nobody (0), and of what is no complaint. */
enum err need_guard_bars(struct cx *cx, const struct need *n, int64_t person_id, bool *barred);
/* The first of them who is there and has no part in it; NULL = none. */
enum err need_guard_first(struct cx *cx, const struct need *n, const post_card_list *cards,
                          const struct post_card **out);
/* ERR_DENIED while he has not said whether he has a part in it. */
enum err need_cleared(struct cx *cx, const struct need *n);
/* Writes all that may change, guarded by the version read; ERR_CONFLICT when somebody was faster.
 */
enum err need_save(struct cx *cx, struct need *n);

/* Number and word of the slip n->paper, which is used up by n->id; ERR_INPUT under `paper`. */
enum err need_paper_take(struct cx *cx, struct need *n);

struct need_said {
    const char *step;
    enum need_state from; /* the state before; the need holds the one after */
    struct str reason, text;
    bool is_public;
    int64_t to_org, to_person;
    bool by_resident;
};
/* The history as stored, whoever asks. */
enum err need_events(struct cx *cx, int64_t need_id, need_event_list *out);
enum err need_say(struct cx *cx, const struct need *n, const struct need_said *e);

/* ---- clocks ---- */

enum need_clock_kind { CLOCK_DISPATCH, CLOCK_CONTACT, CLOCK_DONE, CLOCK_KINDS };
extern const char *const need_clock_codes[];

struct need_clocks {
    const struct worktime *cal;
    struct need_clock at[CLOCK_KINDS], was[CLOCK_KINDS]; /* now; as it is stored */
    bool known[CLOCK_KINDS], changed[CLOCK_KINDS];
};
enum err need_clocks_load(struct cx *cx, int64_t need_id, struct need_clocks *c);
/* The same by a calendar that is at hand: for many needs, and for one that is only thought of. */
enum err need_clocks_load_by(struct cx *cx, const struct worktime *cal, int64_t need_id,
                             struct need_clocks *c);
/* Begins at cx->now, whatever was there before. */
void need_clock_start(struct cx *cx, struct need_clocks *c, enum need_clock_kind k, int64_t amount,
                      struct str unit);
void need_clock_stop(struct cx *cx, struct need_clocks *c, enum need_clock_kind k);
/* Other limit, same start. */
void need_clock_relimit(struct need_clocks *c, enum need_clock_kind k, int64_t amount,
                        struct str unit);
/* The clock does not stand and was not met: paused ones count. */
bool need_clock_lives(const struct need_clocks *c, enum need_clock_kind k);
/* Grows the limit by the fewest units that reach `until`; false if more than the original is
 * needed. */
bool need_clock_extend(struct need_clocks *c, int64_t until);
/* When the done clock would be due if the pause ended at `at`. */
int64_t need_clock_due_if(const struct need_clocks *c, enum need_clock_kind k, int64_t at);
/* The earliest due time of the clocks that run; 0 = none runs. */
int64_t need_clocks_due(const struct need_clocks *c);
/* Pauses, resumes or stops by the need's state, sets n->due_at, stores what changed and puts the
 * jobs of reminder, due and escalation for every due time that is new. */
enum err need_clocks_settle(struct cx *cx, struct need_clocks *c, struct need *n);
/* Limits of a level, overridden by the catalogue row when it is the row's own level. */
struct need_limits {
    int64_t dispatch_amount, contact_amount, done_amount;
    struct str dispatch_unit, contact_unit, done_unit;
};
struct need_limits need_limits_of(const struct duty *d, struct str level);

/* ---- steps ---- */

/* A step taken by the system: no role, no key; the table still holds. */
enum err need_system_step(struct cx *cx, int64_t id, const char *step, const struct need_move *m,
                          struct need *out);
/* Sets the flag 督办 with the reason why, once. `n` is saved by the caller if `save` is false. */
enum err need_supervise(struct cx *cx, struct need *n, const char *reason, struct str text);
enum err need_job_put(struct cx *cx, const char *kind, const struct need *n, struct str arg,
                      int64_t run_at);
/* The same beside one of the same argument that may have run already; `mark` tells them apart. */
enum err need_job_put_anew(struct cx *cx, const char *kind, const struct need *n, struct str arg,
                           int64_t run_at, int64_t mark);
/* Jobs of what was put to the leader at `asked_at`: he is reminded; the days are over. */
enum err need_leader_soon(struct cx *cx, struct need *n, int64_t asked_at);
enum err need_leader_over(struct cx *cx, struct need *n, int64_t asked_at);
/* What was raised at a door is told there: home visits stand below, so they are told by a job. */
enum err need_tell_door(struct cx *cx, const struct need *n);
/* What is held of an asker and what of it is forgotten when. */
extern const struct subject_kind need_subject;
extern const struct subject_part need_parts[1];
extern const struct keep_rule need_keeps[6];
/* Nobody writes it down for him, even if he is signed in: then he does so as a resident. */
bool need_asks_himself(const struct need *n);
/* What the form agreed to goes to the ledger. */
enum err need_agree(struct cx *cx, const struct need *n);
/* What it says of health is forgotten; while a hold keeps it, by job "need.note" when that ends. */
enum err need_note_drop(struct cx *cx, int64_t id);
/* He no longer agrees that it is kept: nobody reads or changes what a hold keeps of it. */
enum err need_note_gone(struct cx *cx, int64_t id, bool *yes);
/* 12 月 18 日 17:30 for sentences to the resident. */
struct str need_when(struct cx *cx, int64_t at);

#endif
