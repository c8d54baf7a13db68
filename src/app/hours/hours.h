/*
 * hours -- hours of volunteer service 志愿服务时长, confirmed from both sides, and certificates of
 * them 志愿服务记录证明 (domain: Rules for records and certificates of volunteer service, 2020, and
 * the guidance of 2015 on what a certificate holds).
 *
 * A record is one service. The helper says from when to when, the other side agrees: by the link of
 * the need, by its four digits told at the door, on a paper that is filed, by phone, or, for what
 * was no offer, a member of staff. When the two differ by more than half an hour a person looks.
 * Nothing is overwritten: a correction is one more row, and the last one counts.
 *
 * An offer of matching and its hours are one form: hours_say() takes the offer to "served",
 * hours_agree() to "confirmed". What goes through match's own doors arrives by the job
 * "hours.moved".
 *
 * There are no points, no ranks, no stars. An identity number is never stored here: it passes from
 * a form into one PDF. Staff who work here have the whole community in reach, so no scope is bound.
 * Owns the tables hours*, cert*. Stands below match.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOURS_H
#define HOURS_H

#include "app/match/match.h"

#define ROLES_HOURS  (ROLE_CLERK | ROLE_DISPATCHER | ROLE_DUTY_LEAD | ROLE_VERIFIER)
#define ROLES_LEDGER (ROLES_HOURS | ROLE_LEADER)                     /* reads them */
#define ROLES_CHECK  (ROLE_CLERK | ROLE_DISPATCHER | ROLE_DUTY_LEAD) /* 经办人 */
#define ROLES_CERT   (ROLES_CHECK | ROLE_LEADER)

enum {
    HOURS_MOST_MINUTES = 12 * 60, /* of one record */
    HOURS_DIFFER_MINUTES = 30,    /* more than this between both sides is looked at */
    HOURS_OLD_DAYS = 400,         /* a helper's own word goes back so far */
    HOURS_OLD_YEARS = 10,         /* staff, who have the papers: what is older is a slip */
    HOURS_DRAWN_PERCENT = 3,
    CERT_SHOWN_DAYS = 7 /* within the team, before it holds */
};

/* ---- records ---- */

enum hours_state {
    HOURS_OPEN,      /* a service without times yet: the helper is asked for them */
    HOURS_WAITING,   /* the helper has said; the other side has not agreed */
    HOURS_CONFIRMED, /* counts, unless it is flagged */
    HOURS_REFUSED    /* staff, with a reason that the helper reads */
};
extern const char *const hours_state_codes[], *const hours_state_labels[];
extern const struct flow_reason hours_kinds[]; /* of confirmation: link code paper call staff */

struct hours {
    int64_t id;
    struct str origin; /* offer, own, team */
    int64_t offer_id, need_id, volunteer_id;
    struct str skill_code, what;
    int64_t started_at, ended_at, minutes, other_minutes;
    enum hours_state state;
    bool is_flagged;
    struct str confirm_kind, paper_number, thanks;
    int64_t version, entered_by, confirmed_at, created_at, changed_at;
};
typedef LIST(struct hours) hours_list;
extern const struct shape hours_shape;

/* What somebody says; which members count is told at each function. */
struct hours_said {
    int64_t started_at, ended_at;
    int64_t minutes;         /* the other side: how long it was; 0 = as the helper says */
    struct str word;         /* the need's four digits, told at the door */
    struct str paper_number; /* 存档号 of the signed paper */
    struct str thanks, text;
    bool again; /* would like the same next time */
    int64_t volunteer_id;
    struct str what, skill_code;
    int64_t version; /* 0 = not checked */
    struct str key;  /* of the link, when a JSON body carries it */
};
extern const struct shape hours_said_shape;

/* The helper (`by` = OFFER_BY_HELPER with the volunteer's key) or staff who was told
 * (OFFER_BY_STAFF) says from when to when: started_at, ended_at, again, and a word or a
 * paper_number if there is one. The offer becomes "served". A right word agrees at once, and the
 * offer is confirmed; a wrong one is counted (need_by_word), the times are kept, and the record
 * waits: out->state says so. A paper agrees at once when staff, who has it, enters it. Saying again
 * while it waits adds a row and counts. ERR_INPUT: in the future, longer than 12 h, ends before it
 * begins; overlapping another record of his. */
enum err hours_say(struct cx *cx, int64_t offer_id, uint32_t by, const struct hours_said *said,
                   struct hours *out);
/* The resident with the need's key: minutes (0 = as the helper says), thanks, again. The offer
 * becomes "confirmed". Before the helper has said anything the record is open and keeps it. */
enum err hours_agree(struct cx *cx, int64_t offer_id, const struct hours_said *said,
                     struct hours *out);
/* What was no offer: what, skill_code, started_at, ended_at. By the volunteer's key it waits for
 * staff; by staff it needs the paper_number of the sheet and counts at once. */
enum err hours_add(struct cx *cx, const struct hours_said *said, struct hours *out);
/* Staff: "confirm" (paper_number if on paper), "correct" (times and text; counts from then on),
 * "refuse" (text; once more when a call found fault with what was refused before). All take the
 * flag away. */
enum err hours_step(struct cx *cx, int64_t id, struct str step, const struct hours_said *said,
                    struct hours *out);

enum err hours_get(struct cx *cx, int64_t id, struct hours *out); /* staff */
/* The record of an offer, as whoever the caller has checked may read it; found false = none. */
enum err hours_of_offer(struct cx *cx, int64_t offer_id, struct hours *out, bool *found);
/* Staff's lists: "waiting" (what needs a person: no offer, on paper, a week without a word),
 * "flagged", "all". 200. */
enum err hours_find(struct cx *cx, struct str list, hours_list *out);

struct hours_event {
    int64_t id, hours_id;
    struct str step;
    int64_t started_at, ended_at, minutes;
    struct str text, by_kind;
    int64_t by_person;
    struct str by_name;
    int64_t at;
};
typedef LIST(struct hours_event) hours_event_list;
extern const struct shape hours_event_shape;
enum err hours_story(struct cx *cx, int64_t id, hours_event_list *out);

/* A volunteer's own, by his key: newest first, 500; sum of what counts. */
struct hours_sum {
    int64_t minutes, times;
};
extern const struct shape hours_sum_shape;
/* Why staff corrected or refused, the last word of each of his records. */
enum err hours_reasons(struct cx *cx, int64_t volunteer_id, struct str key, hours_event_list *out);
enum err hours_mine(struct cx *cx, int64_t volunteer_id, struct str key, hours_list *out,
                    struct hours_sum *sum);
/* Of the community between two times: minutes and times that count, and how many people. */
struct hours_total {
    int64_t minutes, times, people;
};
extern const struct shape hours_total_shape;
enum err hours_total(struct cx *cx, int64_t from_at, int64_t to_at, struct hours_total *out);
/* 1.5: minutes as hours with one decimal, rounded to nearest. */
struct str hours_words(struct cx *cx, int64_t minutes);
/* 1 小时 30 分, for parts whose sum must be right. */
struct str hours_exact(struct cx *cx, int64_t minutes);

/* ---- the monthly sample ----
 * On the first of a month 3 % (at least one) of what was confirmed in the month before are drawn
 * for a call. Rule, which anybody can repeat: of all records, those with the smallest BLAKE2b-128
 * over "SEED ID"; the seed is drawn with them and published. */
struct hours_draw {
    int64_t id; /* YYYYMM */
    struct str seed;
    int64_t total, picked, at;
};
extern const struct shape hours_draw_shape;
struct hours_call {
    int64_t id, month, hours_id;
    struct str outcome, note; /* "" not called yet, agreed, not_reached, differs */
    int64_t by_person;
    struct str by_name;
    int64_t at;
    /* of the record */
    int64_t need_id, started_at, minutes;
    struct str what;
};
typedef LIST(struct hours_call) hours_call_list;
extern const struct shape hours_call_shape;
extern const struct flow_reason hours_outcomes[];
/* Draws once; another time changes nothing. */
enum err hours_draw_month(struct cx *cx, int64_t month);
/* month 0 = the last one drawn; ERR_MISSING when none was. */
enum err hours_calls(struct cx *cx, int64_t month, struct hours_draw *draw, hours_call_list *out);
/* "differs" flags the record. Calling again is fine until it is agreed or differs. */
enum err hours_called(struct cx *cx, int64_t id, const struct hours_call *said,
                      struct hours_call *out);

/* ---- certificates ---- */

enum cert_state {
    CERT_REQUESTED,
    CERT_CHECKED, /* contents are fixed by the handler */
    CERT_ISSUED,
    CERT_CORRECTED, /* another one stands in its place */
    CERT_REVOKED,
    CERT_REFUSED
};
extern const char *const cert_state_codes[], *const cert_state_labels[];

struct cert {
    int64_t id;
    struct str number;
    enum cert_state state;
    int64_t version, volunteer_id;
    struct str volunteer_number, name;
    int64_t from_day, to_day, minutes, times;
    struct str lines;
    struct str issuer, phone;
    int64_t handler_id;
    struct str handler_name;
    int64_t head_id;
    struct str head_name;
    int64_t issued_at;
    struct str hash;
    int64_t follows_id, next_id;
    struct str reason;
    int64_t asked_by;
    int64_t team_id;     /* whom it is shown to: the volunteer's org_id */
    bool agrees_shown;   /* with his name; else by his number alone */
    int64_t shown_until; /* of an issued one: holds from then on */
    int64_t objections;  /* that nobody has answered: it does not hold while there is one */
    int64_t created_at, changed_at;
};
typedef LIST(struct cert) cert_list;
extern const struct shape cert_shape;

struct cert_asked {
    int64_t volunteer_id, from_day, to_day; /* days since 1970, both included */
    struct str reason;
    int64_t version;
    bool agrees_shown;
    struct str key;
};
extern const struct shape cert_asked_shape;

/* By the volunteer's key or staff. ERR_INPUT when nothing counts in that time, ERR_CONFLICT while
 * another request of his is under way. Free of charge. */
enum err cert_ask(struct cx *cx, const struct cert_asked *a, struct cert *out);
/* "check" (handler: takes what counts today and fixes it), "issue" (leader, another person than the
 * handler: number and hash; one that it follows becomes "corrected"), "refuse" (reason), "answer"
 * (of an issued one, to all open objections, in the field reason), "correct"
 * (of an issued one, with a reason: a new one, already checked), "revoke" (leader, reason). */
enum err cert_step(struct cx *cx, int64_t id, struct str step, const struct cert_asked *a,
                   struct cert *out);
enum err cert_get(struct cx *cx, int64_t id, struct str key, struct cert *out); /* "" = staff */
/* Issued, shown long enough, nothing open against it. */
bool cert_holds(const struct cx *cx, const struct cert *c);
/* 有效, 公示中, and so on. */
const char *cert_word(const struct cx *cx, const struct cert *c);
/* Staff: those of a state, newest first, 200. His own: by key. */
enum err cert_find(struct cx *cx, enum cert_state state, cert_list *out);
/* Staff: issued ones against which something was said that nobody has answered, the oldest first.
 */
enum err cert_objected(struct cx *cx, cert_list *out);
enum err cert_mine(struct cx *cx, int64_t volunteer_id, struct str key, cert_list *out);
/* What counts now in the certificate's time: another sum than in it means records were corrected.
 */
enum err cert_now(struct cx *cx, const struct cert *c, struct hours_sum *out);
/* ---- seven days within the team ----
 * A certificate that was issued is shown to the volunteers of the same unit for CERT_SHOWN_DAYS:
 * number, months, hours, and the name only with his consent. Any of them may object, in words that
 * staff alone read; it holds once the days are over and every objection has its answer. */
enum err cert_shown(struct cx *cx, int64_t volunteer_id, struct str key, cert_list *out);
/* He no longer wants his name to be read there: none of his certificates shows it, from now on. */
enum err cert_unname(struct cx *cx, int64_t volunteer_id, struct str key);
struct cert_objection {
    int64_t id, cert_id, volunteer_id;
    struct str text;
    int64_t at;
    struct str answer;
    int64_t by_person;
    struct str by_name;
    int64_t answered_at; /* 0 = open */
};
typedef LIST(struct cert_objection) cert_objection_list;
extern const struct shape cert_objection_shape;
/* ERR_MISSING: not shown to his team; ERR_INPUT: no word, or his own certificate; ERR_CONFLICT: he
 * has one open. */
enum err cert_object(struct cx *cx, int64_t cert_id, int64_t volunteer_id, struct str key,
                     struct str text);
/* Those of a certificate, for staff; what one of the team has said, with the answers, by his key.
 */
enum err cert_objections(struct cx *cx, int64_t cert_id, cert_objection_list *out);
enum err cert_objections_mine(struct cx *cx, int64_t volunteer_id, struct str key,
                              cert_objection_list *out);
/* What the hash is over: one line each, in the order of the struct; see README.md. */
struct str cert_contents(struct cx *cx, const struct cert *c);

/* What anybody may know of a certificate, by its number. */
struct cert_checked {
    struct str number, state;     /* valid, shown (not yet), corrected, revoked */
    int64_t from_month, to_month; /* YYYYMM */
    int64_t minutes;
    struct str issuer, next_number;
    int64_t issued_on;
    int64_t shown_until;
    bool has_hash, is_same; /* a hash was given; it is this certificate's */
};
extern const struct shape cert_checked_shape;
/* `hash`: "" or at least its first 16 hex digits, blanks ignored. ERR_MISSING: no such number, or
 * what is stored no longer fits its own hash. */
enum err cert_verify(struct cx *cx, struct str number, struct str hash, struct cert_checked *out);

/* The certificate as PDF. `papers` is put into this document and nowhere else; empty = a line to
 * fill in by hand. `site` for the QR code. Slow (some 10 ms): not in a writing transaction. */
struct cert_papers {
    struct str kind, number; /* 居民身份证; its number */
};
enum err cert_pdf(struct cx *cx, const struct cert *c, const struct cert_papers *papers,
                  struct str site, struct str *out);

/* Kinds "hours.moved" (match: an offer was served or confirmed), "hours.draw". For main's table. */
enum err hours_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg);

extern const struct consent_kind
    cert_consents;                             /* shown: with his name while the team looks at it */
extern const struct feature hours_feature;     /* pages: web.c */
extern const struct feature hours_api_feature; /* JSON: api.c */

#endif
