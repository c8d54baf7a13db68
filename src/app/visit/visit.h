/*
 * visit -- home visits 网格家访: by invitation or because somebody asked; what was promised, what
 * was raised, and that it is told at the door what became of it. Owns door, door_hint, visit,
 * visit_event, visit_need.
 *
 * A door holds its address, the wish about visits, what was promised last time and the needs raised
 * there. It holds no person and no trait; there is no quota, no track, no photo. "Asked not to be
 * visited" keeps a door out of every plan, pack and list of what is due, until the day passes.
 *
 * A visit may be saved on a phone without a net and arrive much later, more than once, and beside
 * another's: see visit_save().
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VISIT_H
#define VISIT_H

#include "app/account/account.h"
#include "app/need/need.h"
#include "base/steps.h"

#define ROLES_VISIT (ROLE_GRID_WORKER | ROLE_GRID_DEPUTY | ROLE_AREA_STAFF)
/* Who writes down what a resident says about visits. */
#define ROLES_WISH (ROLES_VISIT | ROLE_CLERK | ROLE_DISPATCHER | ROLE_DUTY_LEAD)

enum {
    VISIT_PACK_MOST = 30,    /* doors that a phone takes along */
    VISIT_YEAR_MOST = 2,     /* invited so often in a year; who asks is not counted */
    VISIT_QUIET_DAYS = 365,  /* after "no": not asked again so long, unless they ask */
    VISIT_QUIET_MOST = 3660, /* the longest wish */
    VISIT_ANSWER_DAYS = 7,   /* an invitation waits so long */
    VISIT_FOLLOW_DAYS = 7,   /* after a promise or a need somebody comes back to it */
    VISIT_ASKED_DAYS = 3,    /* who asks is on the list from the day after at the latest */
    VISIT_TRIES = 2,         /* nobody at home */
    VISIT_NEEDS_MOST = 6     /* raised at one visit */
};

/* ---- doors ---- */

struct door {
    int64_t id, place_id;
    struct str place_path, place_text;
    int64_t grid_id;
    struct str door;
    int64_t quiet_until, next_day; /* days since 1970, 0 = not said */
    struct str promise;
    int64_t promised_at;
    int64_t quiet_rev, next_rev, rev;
    struct str quiet_by, next_by;
    int64_t changed_at;
};
typedef LIST(struct door) door_list;
extern const struct shape door_shape;

/* 5 of 502, 12 of 1203; 0 when the door does not say. */
int64_t door_floor(struct str door);
/* Does it wish to be left alone on `day`? */
bool door_is_quiet(const struct door *d, int64_t day);

/* A wish about visits: from a resident's page (nobody signed in) or written down by staff. */
struct door_wish {
    struct str place; /* code on the board, or words that name one place */
    struct str door;
    struct str want;   /* "visit": please come; "quiet": nobody until `until_day` */
    int64_t until_day; /* quiet only; 0 = a year */
    int64_t plan_day;  /* visit only; 0 = within three days */
    struct str text;   /* visit only: about what; becomes the promise to come back to */
};
extern const struct shape door_wish_shape;
/* "visit" plans an asked-for visit and ends a wish to be left alone; "quiet" calls off what was
 * planned. `*out` is the door afterwards. ERR_INPUT with faults under the fields. Asking twice is
 * one visit. */
enum err visit_wish(struct cx *cx, const struct door_wish *w, struct door *out);
/* Doors of the caller's reach that wish to be left alone today, or wished another day; 500. */
enum err visit_doors(struct cx *cx, door_list *out);
enum err visit_door(struct cx *cx, int64_t id, struct door *out);

/* Two said different things about a door. */
struct door_hint {
    int64_t id, door_id;
    struct str field;
    int64_t ours;
    struct str by_name;
    int64_t theirs;
    struct str their_name;
    int64_t at, settled_at;
};
typedef LIST(struct door_hint) door_hint_list;
extern const struct shape door_hint_shape;
enum err visit_hints(struct cx *cx, int64_t door_id, door_hint_list *out); /* open ones */
/* "ours": what came later counts; "theirs": what stands stays. Settled once; again is OK. */
enum err visit_settle(struct cx *cx, int64_t hint_id, struct str choice);

/* ---- visits ---- */

enum visit_state {
    VISIT_NONE,
    VISIT_PLANNED,
    VISIT_OFFERED,
    VISIT_ACCEPTED,
    VISIT_AWAY,   /* nobody at home once */
    VISIT_FOLLOW, /* was there; a promise or a need is to be come back to */
    VISIT_DONE,
    VISIT_DECLINED,
    VISIT_NO_ANSWER,
    VISIT_NOT_HOME, /* twice */
    VISIT_CALLED_OFF,
    VISIT_STATES
};
extern const char *const visit_state_codes[], *const visit_state_labels[];
#define VISIT_IN(s) (1u << (s))
bool visit_is_closed(enum visit_state s);

struct visit {
    int64_t id;
    int64_t door_id;
    struct str place_path;
    int64_t grid_id;
    struct str reason; /* invited, asked, again, answer */
    enum visit_state state;
    int64_t version, plan_day;
    struct str offered_by;
    int64_t tries;
    struct str outcome, kept, promise;
    int64_t person_id;
    struct str person_name;
    int64_t device_at, device_skew, visited_at, follow_at, created_at, changed_at, closed_at;
};
typedef LIST(struct visit) visit_list;
extern const struct shape visit_shape;
extern const struct flow_reason visit_reasons[], visit_outcomes[], visit_kepts[];

/* Steps as one table; README.md holds its drawing. */
enum { VISIT_BY_STAFF = 1, VISIT_BY_DOOR = 2, VISIT_BY_SYSTEM = 4 };
extern const struct steps visit_steps;

/* Plans an invitation to a door (`where` as in door_wish.place) within the caller's reach.
 * ERR_CONFLICT with a sentence when the door wishes to be left alone, was invited twice in a year,
 * or has a visit open already. */
enum err visit_plan(struct cx *cx, struct str where, struct str door, int64_t plan_day,
                    struct visit *out);
/* One step by staff: offer (`how`: slip, notice, phone), accept, decline, not_home, call_off,
 * follow (everything was come back to). "offer" by slip makes the secret of its link: `*key`, shown
 * once. */
enum err visit_move(struct cx *cx, int64_t id, struct str step, struct str how, int64_t version,
                    struct visit *out, struct str *key);
/* What the door says by the link of its slip: accept, decline. */
enum err visit_answer(struct cx *cx, int64_t id, struct str key, struct str step, struct visit *out,
                      struct door *door);
enum err visit_by_key(struct cx *cx, int64_t id, struct str key, struct visit *out,
                      struct door *door);
enum err visit_get(struct cx *cx, int64_t id, struct visit *out);

/* ---- at the door ---- */

/* What was found and said, from a form or a phone. */
struct visit_said {
    int64_t visit_id;   /* of the plan; 0 = door_id counts */
    int64_t door_id;    /* a door knocked on without a plan, because somebody called out */
    struct str outcome; /* well, needs, away, quiet */
    struct str kept, promise;
    struct str needs; /* what was asked for: a line each becomes a need of its own */
    struct str slips; /* numbers of printed slips that were handed over: the first for the first
                         need, and so on; may be fewer */
    struct str contact, name;        /* for the needs raised */
    bool agrees_match, agrees_share; /* of the same */
    int64_t job_id;                  /* a need raised here that the worker has in hand ... */
    struct str job_text;             /* ... and what he told about it */
    int64_t base_rev;                /* the door's rev that the phone knew; 0 = as it stands */
    bool says_quiet, says_next;      /* the two fields below were touched */
    int64_t quiet_until, next_day;
    int64_t device_at, device_skew;
};
extern const struct shape visit_said_shape;

/* A thing the worker should know, told once with the answer. */
typedef LIST(struct str) visit_notes;

struct visit_saved {
    struct visit v;
    need_list needs;   /* raised now, with number and word */
    visit_notes notes; /* sentences */
    bool again;        /* this key was stored before: nothing was done */
};
/*
 * Stores a visit under `key` (a UUID of the phone), once: the same key again gives the same answer
 * and stores nothing. Everything is one transaction: visit, needs, door. Rules of what happened
 * meanwhile, all of which accept the visit:
 *  - the plan was closed by another: the visit is stored beside it, with a note;
 *  - the door belongs to another grid now: stored, with a note; door and visit go to that grid, and
 *    the history that both workers read says so;
 *  - a field of the door was changed by another since base_rev: the same value is nothing; a
 *    different one keeps what stands and makes a door_hint, with a note;
 *  - a job in hand (job_id) was closed or given to another: what was told about it stands in its
 *    history, with a note who has it;
 *  - a slip was used for something else, or never printed: the need gets a number of its own, with
 * a note;
 *  - the phone's clock is wrong: the server's time counts for clocks, both are stored.
 * ERR_INPUT with faults under the fields: then nothing is stored and the phone holds it.
 */
enum err visit_save(struct cx *cx, struct str key, const struct visit_said *said,
                    struct visit_saved *out);

/* ---- the worker's day ---- */

/* A door of today, in walking order: by place, then from the top floor down. */
struct visit_stop {
    struct visit v;
    struct door d;
    need_list raised;  /* open, raised here */
    need_list answers; /* closed, not yet told in person */
};
typedef LIST(struct visit_stop) visit_stop_list;
/* What is due today and before in the caller's reach, without doors that wish to be left alone; at
 * most `most`. A door that only waits for an answer to be told is a stop as well. */
enum err visit_today(struct cx *cx, int most, visit_stop_list *out);
enum err visit_stop(struct cx *cx, int64_t visit_id, struct visit_stop *out);
/* Those saved today by the caller's reach, for "走过了". */
enum err visit_done_today(struct cx *cx, int64_t *count);
/* The last `most` of them; what was raised there is not asked for. */
enum err visit_saved_today(struct cx *cx, int most, visit_stop_list *out);
/* The answer of a need was told at the door. */
enum err visit_told(struct cx *cx, int64_t need_id);

struct visit_event {
    int64_t id, visit_id;
    struct str step, from_state, to_state, text;
    int64_t by_person;
    struct str by_name;
    int64_t at;
};
typedef LIST(struct visit_event) visit_event_list;
extern const struct shape visit_event_shape;
enum err visit_story(struct cx *cx, int64_t door_id, visit_event_list *out); /* newest first */

/* The part of the worker's page; NULL panel draws nothing. */
struct visit_panel;
enum err visit_panel(struct cx *cx, const struct visit_panel **out);
void visit_panel_draw(struct out *o, struct cx *cx, const struct visit_panel *p);

enum err visit_job(struct cx *cx, struct str kind, int64_t visit_id, struct str arg);

extern const struct feature visit_feature;
extern const struct feature visit_api_feature;

#endif
