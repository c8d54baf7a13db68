/*
 * need -- what a resident asks for, from the first sentence to the rating: the loop.
 *
 * A need is opened by anybody who says one sentence and a place; it ends only with an answer
 * text and a code that says how. Its states and the steps between them stand in one table
 * (flow.h); what is not in that table is refused. This folder owns need, need_event, need_assist,
 * need_clock, need_paper, duty and is the only one that writes them.
 *
 * Every function takes the caller's `struct cx`: scope is bound into the statements, so a need
 * outside the caller's reach is ERR_MISSING, as if it were not there.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NEED_H
#define NEED_H

#include "app/account/account.h"
#include "app/clock/clock.h"
#include "app/consent/consent.h"
#include "app/need/flow.h"
#include "app/org/org.h"
#include "app/outbox/outbox.h"
#include "app/seen/seen.h"
#include "app/shield/shield.h"

struct need {
    int64_t id;
    struct str number;
    enum need_state state;
    int64_t version;
    struct str channel;
    struct str source_number; /* of the system it came from (12345); "" = none */
    struct str kind, category;
    int64_t duty_id;
    struct str level; /* L0..L4, "" before acceptance */
    int64_t place_id;
    struct str place_path;
    int64_t grid_id;
    struct str place_text;
    struct str door;
    struct str text;  /* the resident's own words */
    struct str title; /* one line, no names: what neighbours may see; made at acceptance */
    struct str name, contact, note;
    bool is_secret, agrees_match, agrees_share;
    bool agrees_note; /* when it is opened with a note: to that alone (PIPL 29); the ledger keeps it
                       */
    int64_t entered_by;
    int64_t owner_org, owner_post, owner_person, handler_person;
    int64_t returns;
    bool final_owner;
    int64_t redos, reworks;
    bool extended, supervised;
    int64_t merged_into;
    struct str answer, answer_code, refer_number;
    struct str rating, rating_note, rated_by;
    int64_t promise_at, due_at, contacted_at, review_at;
    int64_t created_at, changed_at, closed_at;
    struct str client_key;
    struct str word;   /* 4 digits: phone and paper look-up together with the number */
    bool must_declare; /* guarded: the caller has not said yet whether he has a part in it. Not
                          stored */
    struct str covered_text; /* of the key holder: his words as others read them; "" = the same */
    struct str paper; /* number of a slip printed in advance that it goes onto; empty = none. Only
                         for need_open(), not stored */
};
typedef LIST(struct need) need_list;
extern const struct shape need_shape;

struct need_event {
    int64_t id, need_id;
    struct str step, from_state, to_state, reason, text;
    bool is_public;
    int64_t by_person;
    struct str by_name, by_role;
    int64_t to_org, to_person, promise_at, at;
};
typedef LIST(struct need_event) need_event_list;
extern const struct shape need_event_shape;

/* A row of the duty catalogue 派单目录 (domain.md 14.1): who leads, by when, when it is closed. */
struct duty {
    int64_t id;
    struct str code, category, name, lead_kind, assist_kind, level;
    int64_t contact_amount;
    struct str contact_unit;
    int64_t done_amount;
    struct str done_unit;
    struct str filing, closing, basis, answer_hint, not_ours;
    bool may_publish;
    struct str contact_plain, words;
};
typedef LIST(struct duty) duty_list;
extern const struct shape duty_shape;

/* ---- opening ---- */

/* Opens `n` (place_id, text, and what else the form gave). Fills id, number, word; `*key` is the
 * secret of the link, shown once. The same client_key again gives the same need and an empty
 * key... unless the same content: then `*again` is true and nothing is stored twice; other content
 * under the same key is ERR_CONFLICT. The first clock (dispatch) starts. */
enum err need_open(struct cx *cx, struct need *n, struct str *key, bool *again);
/* Was something entered already under the other system's number of `n`? ERR_INPUT under
 * source_number that names it, unless `anyway`: a person looked and says it is another matter. The
 * same form sent again is no second entry. Only a warning: two who enter at once both get through.
 */
enum err need_source_check(struct cx *cx, const struct need *n, bool anyway);
/* A mobile number with a digit lost calls nobody: a fault under `field`. Other numbers, and other
 * words to reach somebody by, are taken as they are. */
void need_contact_check(struct cx *cx, const char *field, struct str contact);
/* May it be a number that can be called: has it the seven digits of the shortest landline? */
bool need_contact_calls(struct str contact);
/* Where somebody is going to call: the same, and what is given must be such a number. */
void need_phone_check(struct cx *cx, const char *field, struct str phone);
/* Does the caller's post reach this place: by its path, and by its grid when he has one? */
enum err need_reaches(struct cx *cx, const struct place *p, bool *yes);

/* ---- slips printed in advance, for where there is no net ---- */

struct need_paper {
    struct str number, word;
    int64_t need_id; /* 0 = not used yet */
};
typedef LIST(struct need_paper) need_paper_list;
extern const struct shape need_paper_shape;
enum { NEED_PAPER_MOST = 24 };
/* New ones; the words are shown now and never again. ERR_INPUT under `count`: 1 to NEED_PAPER_MOST.
 */
enum err need_paper_make(struct cx *cx, int count, need_paper_list *out);
/* ERR_INPUT under `paper` when it was read wrong, ERR_MISSING when it was never printed. */
enum err need_paper_find(struct cx *cx, struct str typed, struct need_paper *out);

/* ---- photos: always optional, never asked for ----
 *
 * Whoever may read the text of a need may see its photos; neighbours, boards, feeds and helpers may
 * not. What is kept is a picture written anew (image/image.h), in the store itself, so that a need
 * and its photos are one transaction; it is forgotten as the register says (class need_who). */

enum {
    NEED_PHOTOS_MOST = 3, /* of one need */
    NEED_PHOTO_BODY =
        24 << 20 /* route.body_max of a form that takes photos: as a phone makes them */
};
struct need_photo {
    int64_t id, need_id, width, height;
    int64_t by_person; /* 0 = the resident */
    int64_t at;
};
typedef LIST(struct need_photo) need_photo_list;
extern const struct shape need_photo_shape;

/* A route's `prepare`: the uploads named "photo" become pictures that travel by req_keep(). It
 * never fails for a picture's sake: whatever cannot be read is said by need_photos_add(). */
enum err need_photos_prepare(struct cx *cx, const struct req *rq, struct reply *rp);
/* Why one was not taken: u no picture, b broken, l too large, t no time (the nth); m more than may
 * come at once, f more than a need may have, n none was chosen, x there was no need to put it to.
 */
struct need_photo_why {
    int nth;
    char code;
};
typedef LIST(struct need_photo_why) need_photo_whys;
/* What was prepared goes to this need; the caller has proved that he may write to it. The same file
 * is stored once. */
enum err need_photos_add(struct cx *cx, const struct req *rq, int64_t need_id,
                         need_photo_whys *why);
/* As a sentence; as "&why=..." to go on to a page; there as a sentence again. Empty when none. */
struct str need_photo_words(struct cx *cx, const need_photo_whys *why);
struct str need_photo_query(struct cx *cx, const need_photo_whys *why);
struct str need_photo_said(struct cx *cx, const struct req *rq);
/* By the key of the link, or, when that is empty, by the caller's post. No rows for who may not
 * read the text. */
enum err need_photos(struct cx *cx, int64_t need_id, struct str key, need_photo_list *out);

/* May the caller take one away, of those that need_photos() shows him? Not when it is answered; of
 * what is kept secret only the holder of the key, and who wrote it down for him. */
enum err need_photos_may_go(struct cx *cx, const struct need *n, struct str key, bool *yes);

/* The card of a need's photos: seen, taken away, added. */
struct need_photo_card {
    int64_t need_id;
    struct str key;    /* of the resident's link; empty for staff */
    struct str action; /* where the form goes */
    need_photo_list all;
    bool may_add, may_remove;
};
void need_photos_draw(struct out *o, struct cx *cx, const struct need_photo_card *c);
/* What the card's form asks: photos that were prepared are added, or one is taken away.
 * ERR_CONFLICT when the need has ended. The photo of the holder of the key answers a question of
 * the desk, as step clarify does. `*query` as need_photo_query(). */
enum err need_photos_do(struct cx *cx, const struct req *rq, int64_t need_id, struct str key,
                        struct str *query);
/* An input for photos within another form, which must be multipart. When the form is shown again
 * because something in it is wrong (`rq`, else NULL), it says that photos must be chosen again. */
void need_photo_field(struct out *o, struct cx *cx, const struct req *rq);

/* ---- reading; all within the caller's scope, masked by his row of the matrix ---- */

enum err need_get(struct cx *cx, int64_t id, struct need *out);
/* By the secret of the link: any caller; sees as the resident. cx->who is not changed. */
enum err need_by_key(struct cx *cx, int64_t id, struct str key, struct need *out);
/* By number and word (phone, paper): as need_by_key. Wrong ten times in an hour: refused till later
 * (ERR_DENIED). A slip whose need has not come in yet: ERR_CONFLICT. A wrong word is counted in the
 * caller's transaction: a handler that shows "not found" must end with OK, or the count is lost. */
enum err need_by_word(struct cx *cx, struct str number, struct str word, struct need *out);
enum err need_history(struct cx *cx, int64_t id, bool public_only, need_event_list *out);

struct need_filter {
    struct str state; /* a state's code, or "open" / "closed" / "" */
    struct str category;
    struct str text; /* in title, number, place, number of the other system; of what must be
                      * declared first in number and place alone */
    int64_t place_id, grid_id, owner_org, owner_person;
    bool overdue, supervised;
    int64_t promised_to; /* of open ones: promised between now and then; 0 = any */
    struct str after;    /* cursor from the last page */
    int limit;           /* 0 = 20, at most 100 */
};
enum err need_search(struct cx *cx, const struct need_filter *f, need_list *out, struct str *next);
/* What waits for a person, the longest first, a page from the cursor `after` on. After the answer:
 * somebody calls him who has not rated it; the leader decides what was put to him; each for 15
 * days, then nobody may any more. Before it: the leader decides whether it may be parked. */
enum need_wait { NEED_WAITS_CALL, NEED_WAITS_LEADER, NEED_WAITS_PARK };
enum err need_waiting(struct cx *cx, enum need_wait what, struct str after, int limit,
                      need_list *out, struct str *next);
/* Where it is, down to the building: what leaves the house and what a stranger reads tells no
 * stairwell. */
enum err need_where(struct cx *cx, const struct need *n, struct str *out);
/* Public: titles and states of a place and below (NULL = everywhere), newest first; no person
 * appears. */
enum err need_public(struct cx *cx, const struct place *place, int limit, need_list *out);
/* Likely the same matter as `n`, which may be masked: same category or shared words, near place,
 * last 30 days, open. */
enum err need_likely_same(struct cx *cx, const struct need *n, int limit, need_list *out);

struct need_counts { /* of what is open */
    int64_t state[NEED_STATES], overdue, due_soon;
};
/* Of a place and below; NULL = everywhere. About 0.3 ms for each 1,000 that are open. Of less than
 * the whole community without complaints and what is kept secret, as need_public(); for staff
 * without what need_search() keeps from him. */
enum err need_count(struct cx *cx, const struct place *place, struct need_counts *out);
/* A month of a place and below, for its board: no person, no text; what counts as need_count(). */
struct need_month {
    int64_t opened, answered, done; /* asked; of all: got an answer, got done in this month */
    int64_t satisfied, rated;       /* both 0 while too few have rated to say anything */
};
enum err need_month(struct cx *cx, const struct place *place, int64_t from_at, int64_t to_at,
                    struct need_month *out);

/* ---- what pages of other folders show of needs to neighbours ---- */

/* A need as neighbours see it. */
struct need_line {
    int64_t id, changed_at;
    struct str title, tag;
    const char *tag_class;
    struct str note; /* when it was asked, how long it took */
    int step;
    bool is_done;
};
typedef LIST(struct need_line) need_line_list;
struct need_line need_line(struct cx *cx, const struct need *n);
/* What people ask most. */
struct phrase {
    const char *icon, *label, *text; /* text: what the form starts with */
};
typedef LIST(const struct phrase) phrase_list;
phrase_list need_asked_most(void);
/* Clauses that do not break inside: <span class="ph">修好了，</span><span class="ph">… */
struct html need_phrases(struct cx *cx, struct str sentence);
/* 2 天 3 小时, 20 小时 40 分, 26 分 */
struct str need_took(struct cx *cx, int64_t ms);

/* Their questions in advance, see db_ahead(). */
enum err need_public_ahead(struct cx *cx, const struct place *place, int limit);
enum err need_month_ahead(struct cx *cx, const struct place *place, int64_t from_at, int64_t to_at);

/* The three rates 三率 with numerators and denominators, of needs closed in [from, to); for who
 * reaches less than the community without complaints and what is kept secret. */
struct need_rates {
    int64_t received, dispatched, closed, on_time, contacted, contacted_on_time;
    int64_t solved, solvable; /* answered done or partly / of those that could be */
    int64_t satisfied, rated; /* basically satisfied or better / of those who rated */
    int64_t returned, redone, merged, withdrawn, refused, referred, cannot;
};
extern const struct shape need_rates_shape;
enum err need_rates(struct cx *cx, int64_t from_at, int64_t to_at, struct need_rates *out);
/* One of the three rates as it is shown. */
struct need_rate {
    const char *name, *formula;
    int64_t part, whole;
    struct str percent; /* 97.3%, or why there is none */
};
typedef LIST(struct need_rate) need_rate_list;
void need_three_rates(struct cx *cx, const struct need_rates *r, need_rate_list *out);
/* One digit behind the point; words when there is nothing yet, or too little to say anything. */
struct str need_percent(struct cx *cx, int64_t part, int64_t whole);

/* The organisation the caller acts for; 0 = none. */
enum err need_my_org(struct cx *cx, int64_t *org_id);

/* ---- the catalogue ---- */

enum err duty_all(struct cx *cx, duty_list *out);
enum err duty_get(struct cx *cx, int64_t id, struct duty *out);
enum err duty_add(struct cx *cx, struct duty *d);
/* Rows that fit the words of a need, best first, at most `limit`: everyday words of the row found
 * in the text. Reasons are the words. O(rows x words). */
struct duty_fit {
    struct duty duty;
    struct str why; /* 提到“电梯”“困住” */
    int score;
};
typedef LIST(struct duty_fit) duty_fit_list;
enum err duty_suggest(struct cx *cx, struct str text, int limit, duty_fit_list *out);
/* The first of these suggestions among `all` of duty_all(); NULL = none of them fits. */
const struct duty *duty_best(struct cx *cx, const duty_list *all, struct str text);

/* ---- moving: one function, one table ---- */

/* What a step may need; flow.h says which of them each step wants. */
struct need_move {
    struct str reason;      /* a code of the step's reason list */
    struct str text;        /* note to the history or words to the resident */
    struct str answer_code; /* of answer codes */
    struct str kind;        /* of a need, when it is classified; "" = as it is */
    struct str level;       /* L0..L4 */
    int64_t duty_id, org_id, person_id,
        target_id;      /* catalogue row, unit, person, need to merge into */
    int64_t until_at;   /* new promise, review date */
    struct str outcome; /* of a contact: reached, no_answer, left_word */
    struct str rating, refer_number;
    int64_t version; /* what the form showed; 0 = do not check (API without it) */
    struct str key;  /* the resident's secret when a JSON body carries it; no rule reads it */
};
extern const struct shape need_move_shape;

/* One step of need `id`. ERR_DENIED if the caller's role may not, ERR_CONFLICT with a clear word if
 * somebody moved it first (version, or the state no longer allows the step), ERR_INPUT with field
 * faults when something the step wants is missing. On OK `*out` is the need after it. */
enum err need_step(struct cx *cx, int64_t id, struct str step, const struct need_move *m,
                   struct need *out);
/* The same by the resident, who holds the key: add, withdraw, rate, thank, clarify. While the desk
 * waits for an answer, add and relay_back are one, whoever takes his words: step clarify runs. */
enum err need_resident_step(struct cx *cx, int64_t id, struct str key, struct str step,
                            const struct need_move *m, struct need *out);
/* The steps the caller may take now, in the order of the table. */
typedef LIST(const struct flow_step *) flow_step_list;
enum err need_steps(struct cx *cx, const struct need *n, bool as_resident, flow_step_list *out);

/* A unit that was asked to help, or whistled to the place. */
struct need_assist {
    int64_t id, need_id, org_id;
    struct str kind; /* assist, whistle */
    struct str asked, answer;
    int64_t due_at, acked_at, answered_at, at;
    /* Of a whistle, each said once: by those who called, about the help; by the unit, about the
     * call. Codes of the steps whistle_rate and whistle_back. Nothing is summed up or compared. */
    struct str help_rating, help_note, call_rating, call_note;
};
typedef LIST(struct need_assist) need_assist_list;
extern const struct shape need_assist_shape;
bool need_is_whistle(const struct need_assist *a);
/* In the order of asking; none for a caller who reads no notes among staff. */
enum err need_helps(struct cx *cx, int64_t id, need_assist_list *out);
/* Those that the caller may take `step` about (whistle_ack, help_answer, whistle_rate,
 * whistle_back). */
enum err need_assist_open(struct cx *cx, int64_t id, struct str step, need_assist_list *out);
/* Whistles since a time in the caller's reach, newest first; at most `limit`, less those of matters
 * in which he has a part. */
enum err need_whistles(struct cx *cx, int64_t since, int limit, need_assist_list *out);

/* The request to park among these events that nobody has decided yet; id 0 = none. */
struct need_event need_asked_to_park(const need_event_list *events);

/* Those of a unit who can handle a need there, holders before deputies, one row for each post held.
 * `*first`, which points into `out`, gets it when nobody is named: who holds the post of the unit
 * that serves the place (his grid, his building), else the unit's one post for it; the deputy while
 * the post is vacant. NULL when there are several such posts, and the unit divides the work, or
 * none. */
enum err need_people(struct cx *cx, int64_t org_id, int64_t place_id, post_card_list *out,
                     const struct post_card **first);

/* Opens a contact, door or note in plain: an act with a purpose, logged in the same transaction. */
enum err need_open_contact(struct cx *cx, int64_t id, struct str what, struct str purpose,
                           struct need *out);
extern const struct consent_kind need_consents; /* match, share */
extern const struct seen_kind need_seen; /* openings_told(cx, &need_seen, id, ...): 谁看过 */

/* ---- complaints (need_guard.c) ----
 *
 * A need of kind complaint or report, and one whose asker wants to stay unnamed (is_secret), is
 * guarded from then on: name, contact, door, note, the exact place and his words as he wrote them
 * stand in app/shield; the need has covered words and the building. Only the holder of the key
 * reads his own, and the privacy officer or his deputy opens one by need_open_identity(). Whoever
 * could handle it says first whether he has a part in it (must_declare); until then he reads
 * neither text nor history, and when he has one it is not there for him. Words to and fro: steps
 * relay and relay_back. */

/* Says it: shield_declare(). Who has a part and had it gives it away: to another of his unit, or
 * back to the desk; so does the last of a unit who could have taken it. */
enum err need_declare(struct cx *cx, int64_t id, struct str answer);
struct need_guard {
    int64_t org_id;   /* that is complained about: gets it never; 0 = none */
    int64_t place_id; /* its place, or one above it: as exact as those who handle it may know */
};
/* ERR_INPUT under about_org, coarse. */
enum err need_guard_set(struct cx *cx, int64_t id, const struct need_guard *g);
/* The newest ones, or the one of a number; ERR_DENIED as shield_keeper(). Nothing of who asked. */
enum err need_guarded(struct cx *cx, struct str number, need_list *out);
/* An opening like every other, told to whom it is about. ERR_DENIED as shield_keeper(). */
enum err need_open_identity(struct cx *cx, int64_t id, struct str purpose,
                            struct shield_identity *out);
extern const struct flow_reason need_identity_purposes[];

/* ---- for features below (matching) ----
 * need_peek: whatever the scope, but without name, contact, door, note, word: for jobs.
 * need_remark: a line of another feature in the history (step "helper"), by whoever acts.
 * need_open_for: contact and door in plain for a helper to whom both sides said yes; logged like
 * every opening, under the name the resident knows him by. */
enum err need_peek(struct cx *cx, int64_t id, struct need *out);
/* The digits that go with its number, for a page that only who asked opens; "" = forgotten. */
enum err need_word(struct cx *cx, int64_t id, struct str *out);
enum err need_remark(struct cx *cx, int64_t id, struct str text, bool is_public);
enum err need_open_for(struct cx *cx, int64_t id, struct str name, bool contact, struct need *out);

/* Who is proposed to handle it by place and catalogue row, best first, with a sentence why. */
struct need_proposal {
    struct org org;
    struct str why;
    int64_t open_needs; /* what it carries now */
};
typedef LIST(struct need_proposal) need_proposal_list;
enum err need_propose(struct cx *cx, const struct need *n, int64_t duty_id, int limit,
                      need_proposal_list *out);

/* Where the open needs of a post went. Never nobody: `raised` ones are the duty desk's and under
 * supervision. */
struct need_handed {
    int64_t to_person; /* needs that the holder, or his deputy, has now */
    int64_t to_unit;   /* nobody holds the post: anybody of the unit may take them */
    int64_t raised; /* nobody of the unit is left: the unit above, else the duty desk, leads now */
    struct str person_name, above_name;
};
/* After a change of who holds a post, in the same transaction, or as the job of the day on which
 * it happens: each open need that the post took on belongs to somebody who holds the post now.
 * Those that do already stay as they are, so it may be called again. When the unit has lost its
 * last person, all its open needs go up. Each gets a line in its history that the resident reads.
 * The caller needs no reach over needs. */
enum err need_handover(struct cx *cx, int64_t post_id, struct need_handed *out);
/* Open needs that a post has taken on. */
enum err need_count_of_post(struct cx *cx, int64_t post_id, int64_t *count);

/* After a change of the calendar (clock_day_put): clocks of open needs are reckoned anew, in the
 * same transaction; a promise that moves is told to the resident with its reason. `*moved` (may be
 * NULL) = needs whose dates changed. About 0.1 ms for each open need. */
enum err need_recompute(struct cx *cx, int64_t *moved);
/* How many open needs would move if the calendar were `cal`; changes nothing. */
enum err need_would_move(struct cx *cx, const struct worktime *cal, int64_t *moved);

/* The topics of the messages that needs put into the outbox, with what people call them. */
void need_topics(struct cx *cx, outbox_topic_list *out);

/* ---- jobs of the loop: reminders, escalation, call-back, reviews; called by app/job ---- */

enum err need_job(struct cx *cx, struct str kind, int64_t need_id, struct str arg);

extern const struct feature need_feature;     /* pages: web.c */
extern const struct feature need_api_feature; /* JSON: api.c */
extern const struct feature need_photo_feature;
extern const struct feature need_guard_feature; /* web_guard.c */

#endif
