/*
 * booking -- spaces of a site 场地, who has which when: rooms, courts, the stage. Owns booking*.
 *
 * No space is ever booked twice. That is a key of the store, not a look before the write: of a
 * space and a quarter of an hour there is one row in booking_slot, with whoever holds it: a
 * booking, a closure, a lot that is still to be drawn. Whoever finds a quarter taken gets none of
 * his time, and reads what else is free (docs/adr/0008).
 *
 * Who books is a party: a person, a team, a unit. It has no account; a number with four digits, or
 * a secret link, is its. A party has one booking, or a series of them until the end of a quarter.
 * Who finds no room waits, and is moved up by itself when it falls free.
 *
 * Staying away is written down at the site alone: its staff and the party itself see it, nobody
 * else. Name and contact are forgotten BOOKING_KEPT_DAYS after the last date.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOOKING_H
#define BOOKING_H

#include "app/account/account.h"
#include "app/need/need.h"
#include "app/seen/seen.h"
#include "app/site/site.h"
#include "base/steps.h"

/* Who answers, opens the door and keeps the spaces of his reach. */
#define ROLES_BOOKING                                                                              \
    (ROLE_AREA_STAFF | ROLE_CLERK | ROLE_DISPATCHER | ROLE_DUTY_LEAD | ROLE_LEADER)
/* Who says what spaces there are and which limits hold. */
#define ROLES_BOOKING_PLAN (ROLE_AREA_STAFF | ROLE_DUTY_LEAD | ROLE_LEADER)

enum {
    BOOKING_SLOT_MINUTES = 15, /* every time begins and ends on one */
    BOOKING_SPACES_MOST = 60,  /* of a site; of all sites BOOKING_ALL_MOST */
    BOOKING_ALL_MOST = 400,
    BOOKING_WINDOWS_MOST = 40,   /* of a space */
    BOOKING_DATES_MOST = 28,     /* of a series: two quarters of weeks */
    BOOKING_BLOCK_DAYS = 100,    /* of one closure */
    BOOKING_STAFF_DAYS = 400,    /* staff book no later than this */
    BOOKING_OTHERS = 3,          /* "here are three other times" */
    BOOKING_RISE_HOURS = 3,      /* nobody is moved up later than this before it begins ... */
    BOOKING_ANSWER_HOURS = 2,    /* ... and has said yes by this long before */
    BOOKING_ABSENT_MINUTES = 15, /* after the beginning; before, nobody has stayed away */
    BOOKING_KEPT_DAYS = 30,      /* name and contact, after the last date */
    BOOKING_COUNTED_DAYS = 130,  /* the hash that absences are counted by */
    BOOKING_RENEW_DAYS = 30,     /* before a series ends somebody looks whether it goes on */
    BOOKING_SHORT_DAYS = 21 /* a series asked for so late in a quarter lasts through the next */
};

/* ---- spaces ---- */

struct booking_space {
    int64_t id, site_id, part_id; /* part_id 0 = of the site itself */
    struct str place_path;
    struct str name, floor, about, equipment;
    struct str fee; /* "" = free of charge */
    struct str rules;
    int64_t capacity;
    int64_t least_minutes, most_minutes;
    int64_t ahead_days;
    int64_t auto_heads, auto_minutes; /* nobody has to look at what stays below; 0 = at each */
    struct str door_code;             /* staff */
    int64_t version, changed_at;
    struct str changed_name;
    struct str site_code, site_name; /* of the site */
};
typedef LIST(struct booking_space) booking_space_list;
extern const struct shape booking_space_shape;

/* By site, floor and name. site_id 0 = of all sites. */
enum err booking_spaces(struct cx *cx, int64_t site_id, booking_space_list *out);
enum err booking_space_get(struct cx *cx, int64_t id, struct booking_space *out);
/* Staff, within the reach: else ERR_MISSING. */
enum err booking_space_own(struct cx *cx, int64_t id, struct booking_space *out);
/* New (id 0: fills id) or changed. */
enum err booking_space_put(struct cx *cx, struct booking_space *s);
/* No longer there. ERR_CONFLICT while somebody has it booked. */
enum err booking_space_end(struct cx *cx, int64_t id);

/* Hours of its own; NULL: those of its part or site hold. Notices of the site hold in any case. */
enum err booking_week_put(struct cx *cx, int64_t space_id, const struct site_week *w);
/* The same without cancelling what lies outside of them, see site_week_try(). */
enum err booking_week_try(struct cx *cx, int64_t space_id, const struct site_week *w,
                          int64_t *lost);
enum err booking_week_of(struct cx *cx, int64_t space_id, struct site_week *out, bool *has_own);

enum booking_window_kind {
    BOOKING_TEAM, /* for teams and units; open to all once it stands idle */
    BOOKING_LOT   /* drawn among those who want it */
};
extern const char *const booking_window_codes[], *const booking_window_labels[];
struct booking_window {
    int64_t id, space_id;
    enum booking_window_kind kind;
    int64_t weekday; /* 0 = Sunday */
    int64_t from_minute, till_minute;
};
typedef LIST(struct booking_window) booking_window_list;
extern const struct shape booking_window_shape;
enum err booking_windows(struct cx *cx, int64_t space_id, booking_window_list *out);
/* Fills id. Of a window that is drawn, the lots of the coming weeks are opened. */
enum err booking_window_put(struct cx *cx, struct booking_window *w);
/* Lots of it that nobody entered are given up; the others are still drawn. */
enum err booking_window_end(struct cx *cx, int64_t id);

/* Limits of a site. */
struct booking_rule {
    int64_t site_id;
    int64_t per_month, early_minutes, free_hours, idle_hours, confirm_hours, draw_days;
    int64_t absences, absence_days, phone_days;
    int64_t version; /* 0 = nobody has changed them yet */
};
extern const struct shape booking_rule_shape;
enum err booking_rule_of(struct cx *cx, int64_t site_id, struct booking_rule *out);
enum err booking_rule_put(struct cx *cx, const struct booking_rule *r);

/* ---- when it is free ---- */

/* All that is needed to say whether a time could be booked. */
struct booking_plan {
    struct booking_space space;
    struct booking_rule rule;
    struct site_plan hours;
    booking_window_list windows;
};
enum err booking_plan(struct cx *cx, const struct booking_space *s, int64_t since_day,
                      struct booking_plan *out);

/* What is held, without a gap: what the store says. */
struct booking_run {
    int64_t space_id, holder_id, from_at, to_at;
};
typedef LIST(struct booking_run) booking_run_list;
/* Those that touch [from_at, to_at), by time; cut at its ends. */
enum err booking_runs(struct cx *cx, int64_t space_id, int64_t from_at, int64_t to_at,
                      booking_run_list *out);
/* Of all spaces of a site, by space and time. */
enum err booking_site_runs(struct cx *cx, int64_t site_id, int64_t from_at, int64_t to_at,
                           booking_run_list *out);

/* A stretch of a day: free, or not. */
struct booking_stretch {
    int64_t from_at, to_at;
    bool is_free;
    bool is_kept;    /* free, for teams and units only */
    int64_t lot_id;  /* it is drawn */
    struct str what; /* closed: why; "" otherwise */
};
typedef LIST(struct booking_stretch) booking_stretch_list;
/* The opening hours of a day cut into stretches; what is over is left out. */
enum err booking_day(struct cx *cx, const struct booking_plan *p, int64_t day,
                     booking_stretch_list *out);
/* The same of all spaces of a site, in as many questions whatever their number. */
struct booking_space_day {
    struct booking_plan plan;
    booking_stretch_list stretches;
};
typedef LIST(struct booking_space_day) booking_space_days;
enum err booking_site_day(struct cx *cx, int64_t site_id, int64_t day, booking_space_days *out);

/* A time that one could have. */
struct booking_choice {
    struct booking_space space;
    int64_t from_at, to_at;
};
typedef LIST(struct booking_choice) booking_choice_list;
/* At most BOOKING_OTHERS other times for so many heads: another space of the site at the same time,
 * the same space at another hour of the day, on another day. Bounded whatever is booked. */
enum err booking_others(struct cx *cx, const struct booking_plan *p, int64_t from_at, int64_t to_at,
                        int64_t heads, booking_choice_list *out);

/* ---- bookings ---- */

enum booking_state {
    BOOKING_NONE,
    BOOKING_REVIEW, /* somebody looks at it until due_at */
    BOOKING_BOOKED,
    BOOKING_WAITING,
    BOOKING_OFFERED, /* moved up: has the time until offer_until */
    BOOKING_DRAWING,
    BOOKING_USING,
    BOOKING_DONE,
    BOOKING_CLOSED, /* how the room was left is noted */
    BOOKING_ABSENT,
    BOOKING_REFUSED,
    BOOKING_GIVEN, /* given back */
    BOOKING_LAPSED,
    BOOKING_SHUT, /* the centre took it back */
    BOOKING_STATES
};
extern const char *const booking_state_codes[], *const booking_state_labels[];
#define BOOKING_IN(s) (1u << (s))
/* States that hold the time in booking_slot, until it is over. */
#define BOOKING_HOLDING                                                                            \
    (BOOKING_IN(BOOKING_REVIEW) | BOOKING_IN(BOOKING_BOOKED) | BOOKING_IN(BOOKING_OFFERED) |       \
     BOOKING_IN(BOOKING_USING))

enum booking_kind { BOOKING_PERSON, BOOKING_GROUP, BOOKING_UNIT };
extern const char *const booking_kind_codes[], *const booking_kind_labels[];
enum booking_purpose {
    BOOKING_MEETING,
    BOOKING_CLASS,
    BOOKING_REHEARSAL,
    BOOKING_SPORT,
    BOOKING_PARTY,
    BOOKING_OTHER
};
extern const char *const booking_purpose_codes[], *const booking_purpose_labels[];

struct booking_party {
    int64_t id;
    struct str number, word;
    enum booking_kind kind;
    struct str name, contact, group_name;
    struct str channel;
    int64_t entered_by, created_at, forgotten_at;
    struct str client_key;
};
extern const struct shape booking_party_shape;

struct booking {
    int64_t id, party_id, space_id, site_id;
    struct str place_path;
    int64_t series_id, lot_id;
    bool series_asked; /* its series waits for an answer: this date is answered with it */
    int64_t from_at, to_at;
    enum booking_purpose purpose;
    struct str title;
    int64_t heads;
    struct str wish;
    bool has_minors;
    struct str adult;
    enum booking_state state;
    int64_t version, rank, offer_until, due_at;
    bool tell;
    struct str reason;
    bool is_idle, is_late;
    int64_t came_at;
    struct str condition_note;
    int64_t created_at, changed_at;
    struct str number, name, group_name, channel; /* of the party; masked for staff */
    enum booking_kind kind;
    struct str space_name, floor, site_code, site_name; /* of the space */
};
typedef LIST(struct booking) booking_list;
extern const struct shape booking_shape;

/* Steps as one table; README.md holds its drawing. */
enum { BOOKING_BY_PARTY = 1, BOOKING_BY_STAFF = 2, BOOKING_BY_SYSTEM = 4 };
extern const struct steps booking_steps;

/* What is typed to book. */
struct booking_ask {
    int64_t space_id;
    int64_t from_at, to_at;
    enum booking_kind kind;
    struct str name, contact, group_name;
    enum booking_purpose purpose;
    struct str title;
    int64_t heads;
    struct str wish;
    bool has_minors;
    struct str adult;
    int64_t weeks;      /* 0 = once; 1, 2 = every week, every second week until the quarter ends */
    bool part;          /* of a series: what is free, if not all is */
    bool wait;          /* wait if it is taken */
    struct str channel; /* by staff: counter, phone, walkin */
    struct str client_key;
};
extern const struct shape booking_ask_shape;
typedef LIST(int64_t) booking_days;

/* Books: one booking, or one for each date of a series. `party` gets number and word, `*key` the
 * secret of the link, shown once. The same client_key again gives the same party, an empty key and
 * `*again`. A team's series waits for staff as a whole.
 * ERR_CONFLICT: taken; the sentence names what else is free, `out` is empty, nothing is held. Of a
 * series: some dates are taken, they stand in `taken` (days), nothing is held unless `part`.
 * ERR_INPUT with faults of fields: too long, closed then, too many heads, ... */
enum err booking_book(struct cx *cx, const struct booking_ask *ask, struct booking_party *party,
                      struct str *key, booking_list *out, booking_days *taken, bool *again);
/* The dates that a series asked for on `day` would have: until the end of the quarter, or of the
 * next one if it is late in the quarter. */
int64_t booking_series_until(int64_t day);

/* By the secret of the link, or by number and word (as need_by_word: ERR_DENIED after too many
 * tries in an hour; a wrong word is counted, so that a handler must end with OK). */
enum err booking_by_key(struct cx *cx, int64_t party_id, struct str key, struct booking_party *out);
enum err booking_by_word(struct cx *cx, struct str number, struct str word,
                         struct booking_party *out);
/* By time; at most BOOKING_DATES_MOST of the last ones. */
enum err booking_of_party(struct cx *cx, int64_t party_id, booking_list *out);
/* How many wait before this one for a time that overlaps. */
enum err booking_ahead(struct cx *cx, const struct booking *b, int64_t *out);

struct booking_move {
    struct str text;  /* why; how the room was left */
    struct str code;  /* on the sheet inside */
    int64_t space_id; /* "move": where to; 0 = the same space */
    int64_t from_at, to_at;
    int64_t version;              /* 0 = not checked */
    struct str key, number, word; /* who it is, when a body carries it; no rule reads it */
};
extern const struct shape booking_move_shape;
/* A step of a party that has shown that it is its own: "confirm" (what nobody has to look at is
 * had, else it waits for its answer), "give" (back), "move" (to another time: nothing changes when
 * that is taken), "come" (code; a wrong one is ERR_MISSING and counted), "leave" (early: the rest
 * is free), "give_all" (this date of a series and the later ones). */
enum err booking_party_step(struct cx *cx, const struct booking_party *p, int64_t id,
                            struct str step, const struct booking_move *m, struct booking *out);
/* Staff within the reach: also "approve", "refuse" (text), "absent", "excuse", "check" (text),
 * "told". */
enum err booking_staff_step(struct cx *cx, int64_t id, struct str step,
                            const struct booking_move *m, struct booking *out);
/* ERR_MISSING unless the caller's post reaches it. Masked. */
enum err booking_own(struct cx *cx, int64_t id, struct booking *out);

/* Lists for staff, within the reach, masked, bounded. */
enum err booking_to_review(struct cx *cx, booking_list *out);
enum err booking_to_tell(struct cx *cx, booking_list *out);
/* Those of a site that touch [from_at, to_at) and hold it, wait for it or had it. */
enum err booking_at_site(struct cx *cx, int64_t site_id, int64_t from_at, int64_t to_at,
                         booking_list *out);
/* Who waits for a space, in order. */
enum err booking_waiting(struct cx *cx, int64_t space_id, booking_list *out);

/* What the party did not come to at this site: for its staff, and for the party itself. */
struct booking_absences {
    int64_t count;         /* within absence_days */
    int64_t by_phone_till; /* books by telephone until then; 0 = as everybody */
};
enum err booking_absences_of(struct cx *cx, int64_t party_id, int64_t site_id,
                             struct booking_absences *out);

/* Opens name and contact of a party: logged with its purpose; the party reads the log. */
enum err booking_open(struct cx *cx, int64_t id, struct str purpose, struct booking_party *out);
extern const struct seen_kind booking_seen; /* the subject is the party */

struct booking_event {
    int64_t id, booking_id;
    struct str step, from_state, to_state, text;
    int64_t by_person;
    struct str by_name;
    int64_t at;
};
typedef LIST(struct booking_event) booking_event_list;
extern const struct shape booking_event_shape;
enum err booking_story(struct cx *cx, int64_t id, booking_event_list *out);

/* ---- series ---- */

enum booking_series_state { BOOKING_SERIES_ASKED, BOOKING_SERIES_ON, BOOKING_SERIES_ENDED };
extern const char *const booking_series_codes[], *const booking_series_labels[];
struct booking_series {
    int64_t id, party_id, space_id, site_id;
    struct str place_path;
    int64_t weeks, first_day, until_day, from_minute, minutes;
    enum booking_series_state state;
    int64_t version, created_at, changed_at;
    struct str changed_name;
    struct str number, name, group_name; /* of the party; masked */
    struct str space_name, site_name;
    int64_t held, came, given, absent; /* its dates so far */
};
typedef LIST(struct booking_series) booking_series_list;
extern const struct shape booking_series_shape;
/* Of the caller's reach, those that end first; at most 100. */
enum err booking_series_all(struct cx *cx, booking_series_list *out);
enum err booking_series_get(struct cx *cx, int64_t id, struct booking_series *out);
/* "approve" or "refuse" (text) what was asked for; "renew" until the end of the next quarter:
 * ERR_CONFLICT with the dates that are taken in `taken`, unless `part`; "end" (text): dates from
 * tomorrow on are taken back, and the party is told. */
enum err booking_series_step(struct cx *cx, int64_t id, struct str step, bool part, struct str text,
                             booking_days *taken, struct booking_series *out);

/* ---- the centre keeps a time ---- */

enum booking_block_kind { BOOKING_CLOSURE, BOOKING_PUBLIC };
extern const char *const booking_block_codes[], *const booking_block_labels[];
struct booking_block {
    int64_t id, space_id;
    int64_t from_at, to_at;
    enum booking_block_kind kind;
    struct str reason; /* for everybody */
    int64_t created_at, ended_at;
    struct str by_name;
};
typedef LIST(struct booking_block) booking_block_list;
extern const struct shape booking_block_shape;
/* That are not over, and were not taken back. */
enum err booking_blocks(struct cx *cx, int64_t space_id, booking_block_list *out);
/* Closes a space for a time. Whoever has it then loses it and is to be told: his page offers three
 * other times. `*lost` says how many; with `dry` nothing is done but the counting. ERR_CONFLICT:
 * another closure, or somebody who is in there now. Fills id. */
enum err booking_block_put(struct cx *cx, struct booking_block *b, bool dry, int64_t *lost);
enum err booking_block_end(struct cx *cx, int64_t id);

/* ---- lots ---- */

enum booking_lot_state { BOOKING_LOT_OPEN, BOOKING_LOT_DRAWN, BOOKING_LOT_OFF };
extern const char *const booking_lot_codes[], *const booking_lot_labels[];
struct booking_lot {
    int64_t id, space_id, window_id;
    int64_t from_at, to_at, draw_at;
    struct str seed;      /* "" until it is drawn */
    struct str seed_hash; /* SHA-256 of the seed, in hex: known from the beginning */
    enum booking_lot_state state;
    int64_t entries, drawn_at;
    struct str space_name, site_code, site_name;
};
typedef LIST(struct booking_lot) booking_lot_list;
extern const struct shape booking_lot_shape;
enum err booking_lot_get(struct cx *cx, int64_t id, struct booking_lot *out);
/* That are open, of a space; of all with 0; by time, at most 100. */
enum err booking_lots(struct cx *cx, int64_t space_id, booking_lot_list *out);
/* Wants it, with what is typed to book; space and time are the lot's. */
enum err booking_lot_enter(struct cx *cx, int64_t id, const struct booking_ask *ask,
                           struct booking_party *party, struct str *key, struct booking *out,
                           bool *again);
/* Who entered, in the order drawn: SHA-256 of "SEED:NUMBER" in hex, the smallest first. */
struct booking_drawn {
    struct str number, hash;
    enum booking_state state;
};
typedef LIST(struct booking_drawn) booking_drawn_list;
enum err booking_lot_order(struct cx *cx, const struct booking_lot *l, booking_drawn_list *out);

/* Kinds "booking.*". */
enum err booking_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg);

extern const struct feature booking_feature;

#endif
