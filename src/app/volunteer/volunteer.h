/*
 * volunteer -- the volunteer and resource library 志愿者资源库: who offers which help, when, where
 * and how much; and the one taxonomy of help that needs name too. The other half of 双征双建.
 *
 * People, teams, units and merchants stand in one table. Nobody needs an account: a secret link, or
 * number and four digits, open what is one's own. Owns skill and every table volunteer*; no other
 * folder writes them. Stands above need: a need may name a skill's code.
 *
 * What is never stored: refusals, scores, when somebody was last seen, religion, politics, health.
 * Age is a birth year, only to know who is grown up; others read 成年 or 未成年.
 *
 * Functions for staff bind the caller's scope: a volunteer whose home lies outside is ERR_MISSING.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VOLUNTEER_H
#define VOLUNTEER_H

#include "app/account/account.h"
#include "app/consent/consent.h"
#include "app/place/place.h"
#include "app/seen/seen.h"
#include "app/volunteer/week.h"

/* Who reads the library, each in his reach. */
#define ROLES_LIBRARY                                                                              \
    (ROLES_FIELD | ROLE_CLERK | ROLE_DISPATCHER | ROLE_DUTY_LEAD | ROLE_AREA_STAFF | ROLE_LEADER)

/* ---- the taxonomy ---- */

struct skill {
    int64_t id;
    struct str code, parent_code; /* parent "" = a group; groups are not offered themselves */
    struct str name;
    struct str words; /* everyday words, blanks between: 修水管 漏水 */
    bool needs_credential, needs_insurance, needs_two, adults_only, needs_training;
    int64_t risk; /* 0 none, 1 ordinary, 2 insurance, 3 agreement + insurance + trained only */
    bool active;
    int64_t sort;
};
typedef LIST(struct skill) skill_list;
extern const struct shape skill_shape;

/* Groups and leaves, each group before its leaves, by `sort`; switched-off ones only if asked. */
enum err skill_all(struct cx *cx, bool also_off, skill_list *out);
enum err skill_get(struct cx *cx, struct str code, struct skill *out);
/* New (id 0) or changed. The code is a key of other rows and never changes. Groups demand nothing;
 * a leaf's parent must be a group; risk 2 and 3 demand insurance, 3 also training. */
enum err skill_put(struct cx *cx, struct skill *s);
/* Leaves whose name or everyday words stand in `text`, best first; `why` as 提到“漏水”. */
struct skill_fit {
    struct skill skill;
    struct str why;
    int score;
};
typedef LIST(struct skill_fit) skill_fit_list;
enum err skill_suggest(struct cx *cx, struct str text, int limit, skill_fit_list *out);

/* ---- a volunteer ---- */

enum volunteer_state { VOLUNTEER_APPLIED, VOLUNTEER_ACTIVE, VOLUNTEER_PAUSED, VOLUNTEER_LEFT };
extern const char *const volunteer_state_codes[];
extern const char *const volunteer_state_labels[];

struct volunteer {
    int64_t id;
    struct str number;
    struct str kind; /* person team unit merchant */
    int64_t org_id;
    struct str name, contact, contact_index, shown_contact;
    int64_t birth_year;
    struct str guardian_name, guardian_contact;
    int64_t guardian_agreed_at;
    int64_t place_id;
    struct str place_path;
    int64_t grid_id;
    struct str place_text;
    struct str reach; /* grid: home grid and those of volunteer_grid; area; community */
    struct str week;  /* week_read() */
    int64_t week_max; /* times a week, at least 1 */
    int64_t ask_max;  /* asks a week, at least 1 */
    struct str dialects;
    struct str wont; /* private: his own words about what he will not do */
    enum volunteer_state state;
    int64_t paused_until; /* 0 = open */
    struct str checked;   /* self, seen */
    struct str channel;   /* web counter paper import phone grid_worker */
    int64_t entered_by, import_id;
    bool agrees_match; /* may be asked for help that fits; without it no offer is ever made */
    bool agrees_board; /* may stand on the board by name */
    bool agrees_phone; /* ... and, asked for by itself, with his number */
    int64_t agreed_at, confirmed_at, asked_at, insured_until;
    int64_t version, created_at, changed_at;
    struct str client_key, word;
};
typedef LIST(struct volunteer) volunteer_list;
extern const struct shape volunteer_shape;

struct volunteer_skill {
    int64_t id, volunteer_id;
    struct str skill_code, name; /* name of the leaf, read with it */
    int64_t level;               /* 1 can, 2 good at it, 3 trade or teacher; self-said */
    bool is_verified;
    int64_t verified_by, verified_at, expires_at;
};
typedef LIST(struct volunteer_skill) volunteer_skill_list;
extern const struct shape volunteer_skill_shape;

struct volunteer_away {
    int64_t id, volunteer_id, from_day, to_day; /* both included */
};
typedef LIST(struct volunteer_away) volunteer_away_list;

typedef LIST(struct str) volunteer_code_list;
typedef LIST(int64_t) volunteer_id_list;

/* Under 18 by the year alone: who may still be 17 this year is taken as a minor. 0 = grown up. */
bool volunteer_is_minor(const struct cx *cx, const struct volunteer *v);
/* Who is born in this year or later is a minor at `at`. */
int64_t volunteer_minor_from(int64_t at);
/* Whether he may be sent to anybody, he is still here, and no minor whose guardian does not
 * agree any more. When a guardian takes his yes back, job "match.gone" is put. */
enum err volunteer_may_go(struct cx *cx, int64_t id, bool *yes);

/* Registers `v` with leaf codes. Fills id, number, word, state: a grown-up is active at once, a
 * minor is applied until somebody has talked to the guardian. `*key` is the secret of the link,
 * shown once. The same client_key again: `*again`, nothing stored twice, empty key. A minor needs
 * guardian_name, guardian_contact and guardian_agreed_at != 0, and no leaf for grown-ups only. */
enum err volunteer_add(struct cx *cx, struct volunteer *v, const volunteer_code_list *skills,
                       struct str *key, bool *again);

/* ---- reading ---- */

enum err volunteer_get(struct cx *cx, int64_t id, struct volunteer *out); /* staff; masked */
/* The whole name, to be written down somewhere else: the caller knows that it may. */
enum err volunteer_name(struct cx *cx, int64_t id, struct str *out);
/* Free hours of a field called week in words; "" of any other (struct subject_table, .said). */
struct str volunteer_said(struct cx *cx, const struct field *f, const void *rec);
/* By the secret of the link, or by number and word; sees as himself. As need_by_word: a wrong word
 * is counted in the caller's transaction, which must end well. */
enum err volunteer_by_key(struct cx *cx, int64_t id, struct str key, struct volunteer *out);
enum err volunteer_by_word(struct cx *cx, struct str number, struct str word,
                           struct volunteer *out);
enum err volunteer_skills(struct cx *cx, int64_t id, volunteer_skill_list *out);
enum err volunteer_aways(struct cx *cx, int64_t id, volunteer_away_list *out); /* not over yet */
enum err volunteer_grids(struct cx *cx, int64_t id, volunteer_id_list *out);   /* further grids */

struct volunteer_filter {
    struct str skill; /* a leaf's or a group's code */
    struct str state; /* a state's code, "asked" = waits for "still willing?", "" = all but left */
    struct str kind;
    struct str text; /* in number or place; a name only where the caller sees names */
    int64_t grid_id;
    struct str after; /* cursor from the last page */
    int limit;        /* 0 = 20, at most 100 */
};
enum err volunteer_search(struct cx *cx, const struct volunteer_filter *f, volunteer_list *out,
                          struct str *next);

/* Somebody by his number as it was typed, with or without its letter; as staff sees him. */
enum err volunteer_by_number(struct cx *cx, struct str typed, struct volunteer *out);

/* Who stands on a board by name: active, grown up, agreed to it; nearest place first. `number` is
 * empty without the second consent. The same for every caller. */
struct volunteer_neighbour {
    int64_t id;
    struct str name, number, can; /* can: 修水电、陪聊天 */
    int64_t birth_year;
    bool agrees_phone;
};
typedef LIST(struct volunteer_neighbour) volunteer_neighbour_list;
/* Whose home is at or below `path`, at most `limit`. */
enum err volunteer_neighbours(struct cx *cx, struct str path, int limit,
                              volunteer_neighbour_list *out);
/* One person as a board would show him; *found false = he does not stand on any. */
enum err volunteer_neighbour(struct cx *cx, int64_t id, struct volunteer_neighbour *out,
                             bool *found);
/* He agrees to stand on boards with "name" or "phone", or no longer does; by his key, or noted by
 * staff within reach. The event says what, and what he said. A number without a name is ERR_INPUT;
 * who takes back the name takes back the number too. */
enum err volunteer_show(struct cx *cx, int64_t id, struct str key, struct str what, bool agrees);
/* Supply: active ones with consent by leaf, in the caller's reach. For the two lists side by side.
 */
struct skill_supply {
    struct str skill_code;
    int64_t offers, verified;
};
typedef LIST(struct skill_supply) skill_supply_list;
extern const struct shape skill_supply_shape;
enum err volunteer_supply(struct cx *cx, int64_t grid_id, skill_supply_list *out); /* 0 = all */

/* What help is looked for: leaves of a grid (0 = the community) that are more asked for than
 * offered, the scarcest first. Whoever knows what is asked for lays them down, all at once, over
 * those of before; the page of offering help shows them. */
struct volunteer_want {
    int64_t grid_id;
    struct str skill_code;
};
typedef LIST(struct volunteer_want) volunteer_want_list;
enum err volunteer_wants_put(struct cx *cx, const volunteer_want_list *wants);
/* Those of one grid, at most `most`. */
enum err volunteer_wants(struct cx *cx, int64_t grid_id, int64_t most, volunteer_want_list *out);

/* ---- for the matcher ----
 * One row per volunteer and leaf he may do today: active, agrees_match, not away on `day`, grown up
 * where the leaf wants it, credential verified and not expired where the leaf wants one, insured
 * where it wants that. Ordered by leaf, volunteer. Read with the rights of the system: no name, no
 * contact. 1,400 volunteers give about 2,500 rows. */
struct volunteer_offer {
    int64_t volunteer_id;
    struct str skill_code, kind;
    int64_t level;
    bool is_verified;
    int64_t org_id, place_id, grid_id;
    int64_t area_id;  /* of the home grid; 0 = of the whole community, then grid_id too */
    struct str reach; /* grid, area, community */
    int64_t x, y;     /* metres, see place_grid_points(); of the home grid, or the middle of all */
    int64_t week_max, ask_max;
    struct str week;
    /* Where the leaf wants insurance, a credential or training: he may do it until then; else 0. */
    int64_t insured_until, expires_at;
    uint64_t slots; /* week_slots() */
};
typedef LIST(struct volunteer_offer) volunteer_offer_list;
enum err volunteer_offers(struct cx *cx, int64_t day, volunteer_offer_list *out);
/* The same for these leaves alone, in the order of `codes`. */
enum err volunteer_offers_of(struct cx *cx, int64_t day, const volunteer_code_list *codes,
                             volunteer_offer_list *out);
/* Days away of active volunteers that are not over before `day`, ordered by volunteer: who is there
 * today may be away on the day that he would be asked for. */
enum err volunteer_aways_all(struct cx *cx, int64_t day, volunteer_away_list *out);
/* All pairs (volunteer, further grid) of active volunteers, ordered by volunteer. */
struct volunteer_reach {
    int64_t volunteer_id, grid_id;
};
typedef LIST(struct volunteer_reach) volunteer_reach_list;
enum err volunteer_reaches(struct cx *cx, volunteer_reach_list *out);

/* ---- changing: by the holder of the link or by staff in reach ----
 * Who changes is `key` (his own), or, when it is empty, the caller. Each change is guarded by
 * `version` (0 = not checked; ERR_CONFLICT when somebody was faster) and leaves an event. A change
 * made by himself also counts as "still willing". */

/* The .ask fields of the shape. A grown-up who becomes a minor needs the guardian. */
enum err volunteer_edit(struct cx *cx, struct str key, const struct volunteer *changed);
/* Codes of leaves with levels (NULL = all 1); verified ones that stay keep their verification. */
enum err volunteer_set_skills(struct cx *cx, int64_t id, struct str key,
                              const volunteer_code_list *codes, const int64_t *levels);
enum err volunteer_set_week(struct cx *cx, int64_t id, struct str key, const struct week *w);
enum err volunteer_add_away(struct cx *cx, int64_t id, struct str key, int64_t from_day,
                            int64_t to_day);
enum err volunteer_drop_away(struct cx *cx, int64_t id, struct str key, int64_t away_id);
enum err volunteer_set_grids(struct cx *cx, int64_t id, struct str key,
                             const volunteer_id_list *grids);
/* What a volunteer told staff by one of volunteer_told_by, without a phone of his own: the whole
 * entry at once, in one event that names the channel. It is his word, so it counts as "still
 * willing". ERR_INPUT without channel or `agrees` (his consent, as staff noted it); nothing is
 * changed unless all of it can be. */
struct volunteer_told {
    struct volunteer v; /* id, version read, the .ask fields; its week is not looked at */
    const volunteer_code_list *skills;
    const int64_t *levels;
    const volunteer_id_list *grids;
    struct week week;
    struct str channel;
    bool agrees;
};
extern const char *const volunteer_told_by[]; /* codes of channels, NULL at the end */
enum err volunteer_retell(struct cx *cx, const struct volunteer_told *t);
/* "pause" (until_at, 0 = open), "resume", "confirm" (still willing), "leave"; staff also "accept"
 * (a minor whose guardian was talked to) and "seen" (identity seen in person). Leaving takes name,
 * contact, guardian, place, words and grids away for good; the number stays, so that hours do. */
enum err volunteer_step(struct cx *cx, int64_t id, struct str key, struct str step,
                        int64_t until_at, struct volunteer *out);
/* Staff: a paper was seen. It is good before expires_at; 0 = it does not expire. Verifying twice
 * moves the date. */
enum err volunteer_verify(struct cx *cx, int64_t id, struct str skill_code, int64_t expires_at);
enum err volunteer_insure(struct cx *cx, int64_t id, int64_t until_at); /* 0 = no insurance */

/* He was asked, or has done something: the list that he came with cannot take him back any more.
 * For features below, in the act that makes it so. */
enum err volunteer_count_on(struct cx *cx, int64_t id);

struct volunteer_event {
    int64_t id, volunteer_id;
    struct str step, text;
    int64_t by_person;
    struct str by_name;
    int64_t at;
};
typedef LIST(struct volunteer_event) volunteer_event_list;
extern const struct shape volunteer_event_shape;
enum err volunteer_history(struct cx *cx, int64_t id, volunteer_event_list *out);

/* Opens name and contact in plain, with a purpose, logged in the same transaction; he reads who. */
enum err volunteer_open(struct cx *cx, int64_t id, struct str purpose, struct volunteer *out);
extern const struct consent_kind volunteer_consents; /* match, board, phone, guardian */
extern const struct seen_kind volunteer_seen;

enum { VOLUNTEER_ASKED_AFTER = 180 }; /* days without a word from him */

/* ---- by itself ----
 * Kinds "volunteer.stale": 180 days after the last confirmation, asks once by the channel he came
 * in; "volunteer.silent": 30 days later without an answer, pauses; "volunteer.back": a pause ends;
 * "volunteer.import": the next portion of a list.
 * For main's table of jobs. */
enum err volunteer_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg);

/* For the page of looking up: shows what number and word open. The wrong word ends as in
 * volunteer_by_word(). */
enum err volunteer_show_by_word(struct cx *cx, const struct req *rq, struct reply *rp,
                                struct str number, struct str word);

extern const struct feature volunteer_feature, volunteer_api_feature;

#endif
