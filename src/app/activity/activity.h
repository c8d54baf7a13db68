/*
 * activity -- what happens at the sites 活动: programmes, dates, who comes, who waits; what was
 * said there afterwards. Owns the tables activity*. The 4:30 class of the same folder is class.h.
 *
 * Who comes is a party: whoever signs up and those he brings. He has no account; a number with four
 * digits, or a secret link, is his. A party has a seat at each date that it signed up for. A place
 * is taken in the store (activity.taken, with a CHECK), never by a look before the write: of fifty
 * who want the last one, one gets it and the others wait in the order of asking. When a place falls
 * free, the next who fits is offered it and has a clock to say yes; after that it is the next
 * one's.
 *
 * Nobody is counted who did not come, nothing follows from staying away. Name and contact are
 * forgotten ACTIVITY_KEPT_DAYS after the last date.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ACTIVITY_H
#define ACTIVITY_H

#include "app/account/account.h"
#include "app/activity/class.h"
#include "app/need/need.h"
#include "app/seen/seen.h"
#include "app/site/site.h"
#include "base/steps.h"

/* Who plans dates and keeps the list of who comes, within his reach. */
#define ROLES_ACTIVITY                                                                             \
    (ROLE_AREA_STAFF | ROLE_CLERK | ROLE_DISPATCHER | ROLE_DUTY_LEAD | ROLE_LEADER)
/* Who names programmes. */
#define ROLES_PROGRAMME (ROLE_DUTY_LEAD | ROLE_LEADER)

enum {
    ACTIVITY_SERIES_MOST = 60,   /* dates of a series */
    ACTIVITY_PARTY_MOST = 60,    /* heads that may be let into one party */
    ACTIVITY_HEADS_MOST = 5000,  /* capacity */
    ACTIVITY_RISE_HOURS = 3,     /* nobody is moved up later than this before it begins */
    ACTIVITY_ANSWER_HOURS = 2,   /* who was moved up has said yes by this long before it begins */
    ACTIVITY_KEPT_DAYS = 30,     /* name and contact, after the last date */
    ACTIVITY_CODE_MINUTES = 10,  /* a check-in code is shown so long, and good as long again */
    ACTIVITY_EARLY_MINUTES = 60, /* one checks in from so long before it begins ... */
    ACTIVITY_LATE_MINUTES = 60,  /* ... until so long after it is over */
    ACTIVITY_SHOWN_MOST = 60,    /* dates on one page */
    ACTIVITY_FEED_MOST = 400,    /* dates in one calendar */
    ACTIVITY_SMALL = 5           /* fewer ratings than this are not told */
};

/* ---- programmes ---- */

struct activity_programme {
    int64_t id;
    struct str code; /* in addresses: jiangren */
    int64_t ordinal;
    struct str name, about;
    bool active;
    int64_t version;
};
typedef LIST(struct activity_programme) activity_programme_list;
extern const struct shape activity_programme_shape;
enum err activity_programmes(struct cx *cx, bool also_off, activity_programme_list *out);
enum err activity_programme_by_code(struct cx *cx, struct str code, struct activity_programme *out);
/* New (id 0: fills id) or changed. */
enum err activity_programme_put(struct cx *cx, struct activity_programme *p);

/* ---- dates ---- */

enum activity_state { ACTIVITY_DRAFT, ACTIVITY_OPEN, ACTIVITY_CANCELLED };
extern const char *const activity_state_codes[], *const activity_state_labels[];

struct activity {
    int64_t id;
    int64_t programme_id, series_id, site_id, part_id; /* part_id 0 = the site itself */
    struct str place_path;
    struct str room; /* 三楼报告厅 */
    struct str title, about, host, for_whom, bring;
    bool for_children; /* a guardian signs up, and agrees */
    int64_t from_at, to_at, close_at;
    int64_t capacity; /* heads; 0 = nobody signs up */
    int64_t taken;
    int64_t party_most;
    int64_t guides, guides_taken;
    int64_t confirm_hours;
    enum activity_state state;
    int64_t version;
    struct str reason, instead;
    struct str said;
    int64_t said_at;
    int64_t walk_ins, counted_at;
    int64_t help_need; /* by which helpers are looked for; 0 = none */
    int64_t created_at, changed_at;
    struct str changed_name;
    struct str programme_code, programme_name, site_code, site_name; /* of programme and site */
};
typedef LIST(struct activity) activity_list;
extern const struct shape activity_shape;

/* Everybody sees what is open or cancelled; staff his drafts. ERR_MISSING otherwise. */
enum err activity_get(struct cx *cx, int64_t id, struct activity *out);
/* Staff, within the reach: else ERR_MISSING. */
enum err activity_own(struct cx *cx, int64_t id, struct activity *out);

struct activity_filter {
    int64_t programme_id, site_id, series_id; /* 0 = any */
    int64_t from_at, to_at;                   /* begin in [from_at, to_at) */
    int64_t over_at;                          /* are not over by then; 0 = also what is */
    bool backwards;                           /* the last first */
    bool said;                                /* only those of which it was written what was said */
    bool drafts;      /* staff's list: drafts too, only what is in his reach */
    int64_t after_id; /* of the last of the page before; 0 = the first page */
    int limit;        /* 0 = ACTIVITY_SHOWN_MOST */
};
/* By beginning. Bounded by `limit` whatever the years hold. */
enum err activity_find(struct cx *cx, const struct activity_filter *f, activity_list *out);

/* New (id 0: a draft; fills id) or changed. Changed time or room of an open one marks everybody who
 * comes as to be told; more capacity moves people up. ERR_INPUT with faults of fields: over before
 * it begins, in the past, more taken than capacity; the site is closed then, unless `anyway`. */
enum err activity_put(struct cx *cx, struct activity *a, bool anyway);
/* The same every `days` days until `until_day`, as drafts of one series; the first is `a` itself,
 * which is stored. Days on which the site is closed are left out and told in `skipped` (days). */
typedef LIST(int64_t) activity_days;
enum err activity_repeat(struct cx *cx, int64_t id, int64_t days, int64_t until_day,
                         activity_days *made, activity_days *skipped);
/* Steps of staff: "publish" a draft, or all drafts of its series with `series`; "cancel" (reason;
 * instead: what there is in its place), all later ones of its series with `series`; "say" (text:
 * what was said, for everybody, once it has begun); "help" (text: what helpers are needed for:
 * opens a need at the site that may be matched, once); "count" (walk_ins: how many came without
 * signing up). */
struct activity_move {
    struct str reason, instead, text;
    int64_t walk_ins;
    bool series;
    int64_t version; /* 0 = not checked */
};
extern const struct shape activity_move_shape;
enum err activity_step(struct cx *cx, int64_t id, struct str step, const struct activity_move *m,
                       struct activity *out);

/* What people came to. */
struct activity_counts {
    int64_t held, offered, waiting, came, absent, lost; /* heads */
    int64_t parties, groups, tell;                      /* parties; to be told something */
    int64_t ratings[5]; /* from the best; all 0 while there are few */
    int64_t rated;
};
enum err activity_count(struct cx *cx, int64_t id, struct activity_counts *out);

/* ---- parties and their seats ---- */

enum seat_state {
    SEAT_NONE,
    SEAT_HELD,
    SEAT_WAITING,
    SEAT_OFFERED, /* moved up: has a place until offer_until */
    SEAT_CAME,
    SEAT_ABSENT,
    SEAT_GIVEN,  /* given back */
    SEAT_LAPSED, /* was offered, and said nothing */
    SEAT_OFF,    /* the date was cancelled */
    SEAT_STATES
};
extern const char *const seat_state_codes[], *const seat_state_labels[];
#define SEAT_IN(s) (1u << (s))
/* States in which heads are counted in activity.taken. */
#define SEATS_TAKING                                                                               \
    (SEAT_IN(SEAT_HELD) | SEAT_IN(SEAT_OFFERED) | SEAT_IN(SEAT_CAME) | SEAT_IN(SEAT_ABSENT))

struct activity_party {
    int64_t id;
    struct str number, word;
    struct str name, contact, group_name, wish;
    int64_t guardian_at;
    struct str channel;
    int64_t entered_by, created_at, forgotten_at;
    struct str client_key;
};
extern const struct shape activity_party_shape;

struct activity_seat {
    int64_t id, party_id, activity_id;
    int64_t heads;
    bool wants_guide;
    struct str guide;
    enum seat_state state;
    int64_t version, rank, offer_until;
    bool tell;
    int64_t came, came_at;
    struct str came_how;
    struct str rating, rating_note;
    int64_t rated_at, created_at, changed_at;
    struct str number, name, group_name, wish, channel; /* of the party; masked for staff */
};
typedef LIST(struct activity_seat) activity_seat_list;
extern const struct shape activity_seat_shape;

/* Steps as one table; README.md holds its drawing. */
enum { SEAT_BY_PARTY = 1, SEAT_BY_STAFF = 2, SEAT_BY_SYSTEM = 4 };
extern const struct steps seat_steps;

/* What is typed to sign up. */
struct activity_join {
    int64_t activity_id;
    struct str name, contact, group_name, wish;
    int64_t heads;
    bool wants_guide;
    bool guardian;      /* I am the child's guardian, and agree */
    bool series;        /* also all later dates of the series that are open */
    struct str channel; /* web; counter, phone by staff */
    struct str client_key;
};
extern const struct shape activity_join_shape;
/* Signs up: a place, or one in the queue if there is none. `party` gets number and word, `*key` the
 * secret of the link, shown once; `seats` one for each date, the one asked for first. The same
 * client_key again gives the same party, an empty key and `*again`. ERR_CONFLICT: not open, closed
 * for signing up. ERR_INPUT with faults of fields. */
enum err activity_sign_up(struct cx *cx, const struct activity_join *j,
                          struct activity_party *party, struct str *key, activity_seat_list *seats,
                          bool *again);

/* By the secret of the link, or by number and word (as need_by_word: ERR_DENIED after too many
 * tries in an hour, a wrong word is counted). */
enum err activity_by_key(struct cx *cx, int64_t party_id, struct str key,
                         struct activity_party *out);
enum err activity_by_word(struct cx *cx, struct str number, struct str word,
                          struct activity_party *out);
/* Its seats by date. */
enum err activity_seats_of(struct cx *cx, int64_t party_id, activity_seat_list *out);
/* How many parties wait before this one. */
enum err activity_ahead(struct cx *cx, const struct activity_seat *s, int64_t *out);

/* A step of a party that the caller has shown to be his: "confirm", "give" (back), "again" (after
 * having given back or lapsed: a place or the queue), "come" (code; heads that came; a wrong code
 * is ERR_MISSING and counted, so that a handler must end with OK as after a wrong word), "rate". */
struct seat_move {
    struct str code, rating, text;
    int64_t heads;                /* that came; 0 = all */
    int64_t version;              /* 0 = not checked */
    struct str key, number, word; /* who it is, when a body carries it; no rule reads it */
};
extern const struct shape seat_move_shape;
enum err activity_party_step(struct cx *cx, const struct activity_party *p, int64_t seat_id,
                             struct str step, const struct seat_move *m, struct activity_seat *out);
/* The same by staff within the reach: "confirm", "give", "again", "come", "absent", "told"
 * (somebody told them), "guide" (text: who guides the group). */
enum err activity_staff_step(struct cx *cx, int64_t seat_id, struct str step,
                             const struct seat_move *m, struct activity_seat *out);
/* Who comes to a date, for staff: held and offered first, then who waits in order, then the rest.
 * Names masked. At most ACTIVITY_HEADS_MOST. */
enum err activity_seats(struct cx *cx, int64_t activity_id, activity_seat_list *out);
/* Opens name and contact of a party: logged with its purpose (opening_purposes of flow.h); the
 * party reads the log. */
enum err activity_open(struct cx *cx, int64_t seat_id, struct str purpose,
                       struct activity_party *out);
extern const struct consent_kind activity_consents; /* guardian */
extern const struct seen_kind activity_seen;        /* the subject is the party */

struct activity_event {
    int64_t id, seat_id;
    struct str step, from_state, to_state, text;
    int64_t by_person;
    struct str by_name;
    int64_t at;
};
typedef LIST(struct activity_event) activity_event_list;
extern const struct shape activity_event_shape;
enum err activity_story(struct cx *cx, int64_t seat_id, activity_event_list *out);

/* ---- checking in ---- */

/* The code that is shown at `at`: six characters that are hard to mix up, another every
 * ACTIVITY_CODE_MINUTES; for the screen at the door, or a sheet printed in advance. Staff. */
struct activity_code {
    int64_t from_at, to_at;
    struct str code;
};
typedef LIST(struct activity_code) activity_code_list;
enum err activity_code(struct cx *cx, int64_t id, int64_t at, struct activity_code *out);
/* All of one date, from ACTIVITY_EARLY_MINUTES before; at most 100. */
enum err activity_codes(struct cx *cx, int64_t id, activity_code_list *out);

/* ---- paper ---- */

/* A4 with a code to scan. `site` for the address. Slow (some 10 ms). */
enum err activity_poster(struct cx *cx, const struct activity *a, struct str site, struct str *out);

/* Kinds "activity.*". */
enum err activity_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg);

extern const struct feature activity_feature;

#endif
