/*
 * class -- the 4:30 class 四点半课堂: children who do homework at a site until somebody fetches
 * them. A face of app/activity; owns the tables class_*.
 *
 * A guardian asks for a place in a term, signs the agreement (its text is kept as a hash, so that
 * both know what was signed), and says who may fetch the child: a label and a word for each. Words
 * are hashed like passwords. A child is expected, signed in, signed out to who said the word.
 *
 * Only who is on duty that day sees children by name: being on the rota, which somebody else has
 * made, is the approval (Regulations on the protection of minors in cyberspace, 36); opening
 * telephone, health note or record is an act with a purpose, which the guardian reads. A health
 * note is sealed: the store alone cannot open it, only with the word on the duty card, which hangs
 * in the room and is stored nowhere.
 *
 * Three late pick-ups or three absences without a word make a talk between people. Nothing follows
 * by itself. Thirty days after a term everything about children is deleted; heads stay.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLASS_H
#define CLASS_H

#include "app/account/account.h"
#include "app/need/need.h"
#include "app/seen/seen.h"
#include "app/site/site.h"

/* Who plans terms, makes the rota, gives places. Sees no child by name. */
#define ROLES_TERM (ROLE_AREA_STAFF | ROLE_DUTY_LEAD | ROLE_LEADER)
/* Who may be on duty; what he sees is decided by the rota of the day. */
#define ROLES_CLASS (ROLE_CLASS_TEACHER | ROLE_AREA_STAFF)

enum {
    CLASS_PICKUPS = 4,        /* people who may fetch a child */
    CLASS_LATE_MINUTES = 20,  /* not there so long after the beginning: the guardian is called */
    CLASS_LEFT_MINUTES = 15,  /* not fetched so long after the end: called, a second adult stays */
    CLASS_TALK = 3,           /* late pick-ups, absences without a word */
    CLASS_KEPT_DAYS = 30,     /* after the term */
    CLASS_CONFIRM_HOURS = 48, /* who is moved up may think so long */
    CLASS_PLACES_MOST = 60,
    CLASS_CARD_LETTERS = 16 /* of the word on the duty card */
};

/* ---- terms ---- */

enum class_term_state { TERM_DRAFT, TERM_OPEN, TERM_FORGOTTEN };
extern const char *const class_term_codes[], *const class_term_labels[];

struct class_term {
    int64_t id, site_id;
    struct str place_path;
    struct str name, room, about;
    int64_t from_day, to_day;
    int64_t weekdays; /* bit 0 = Sunday */
    int64_t from_minute, to_minute;
    int64_t places, taken;
    struct str agreement, agreement_hash;
    struct str lock_public, lock_private;
    enum class_term_state state;
    int64_t version, changed_at;
    struct str changed_name;
    struct str site_code, site_name;
};
typedef LIST(struct class_term) class_term_list;
extern const struct shape class_term_shape;

/* Open ones that are not over, for everybody; ERR_MISSING for a draft. */
enum err class_terms(struct cx *cx, class_term_list *out);
enum err class_term_get(struct cx *cx, int64_t id, struct class_term *out);
/* Of the caller's reach, the newest first; 50. */
enum err class_terms_own(struct cx *cx, class_term_list *out);
enum err class_term_own(struct cx *cx, int64_t id, struct class_term *out);
/* New (id 0: a draft; `*card` is the word for the duty card, shown once; ERR_CONFLICT when there is
 * one just like it) or changed. An agreement
 * that somebody has signed does not change any more. More places move children up. */
enum err class_term_put(struct cx *cx, struct class_term *t, struct str *card);
enum err class_term_publish(struct cx *cx, int64_t id, struct class_term *out);
/* A new duty card: notes that are there can no longer be opened, and are deleted; their guardians
 * read that they should write them anew. ERR_CONFLICT unless `version` is the term's: the page that
 * shows the card, loaded again, makes no other. */
enum err class_card(struct cx *cx, int64_t id, int64_t version, struct str *card);
/* Is there class on this day? Within the term, on its weekdays, and no holiday. */
bool class_is_day(const struct class_term *t, const struct worktime *calendar, int64_t day);
int64_t class_begins(const struct class_term *t, int64_t day); /* ms */
int64_t class_ends(const struct class_term *t, int64_t day);
/* The first class day at `day` or later; 0 = none. */
int64_t class_next_day(const struct class_term *t, const struct worktime *calendar, int64_t day);
/* 周一至周五 16:00–18:30 as people say it. */
struct str class_when(struct cx *cx, const struct class_term *t);

/* ---- the rota ---- */

struct class_duty {
    int64_t id, term_id, day, person_id;
    struct str person_name, by_name;
    int64_t at;
};
typedef LIST(struct class_duty) class_duty_list;
extern const struct shape class_duty_shape;
/* Of days from `from_day` on; 400. Staff of the reach, and whoever is on it. */
enum err class_rota(struct cx *cx, int64_t term_id, int64_t from_day, class_duty_list *out);
/* Those who may be on it: teachers and area staff of the place. */
enum err class_teachers(struct cx *cx, const struct class_term *t, post_card_list *out);
/* Somebody is there on all class days in [from_day, to_day], or no longer. Not the caller himself:
 * ERR_INPUT. */
enum err class_duty_put(struct cx *cx, int64_t term_id, int64_t person_id, int64_t from_day,
                        int64_t to_day, bool there);
/* The term in which the caller is on duty today; ERR_DENIED with a sentence when he is not. */
enum err class_on_duty(struct cx *cx, int64_t term_id);
/* Terms in which he is on duty today. */
enum err class_my_terms(struct cx *cx, class_term_list *out);

/* ---- asking for a place ---- */

enum class_state { CHILD_WAITING, CHILD_OFFERED, CHILD_PLACED, CHILD_LAPSED, CHILD_LEFT };
extern const char *const class_state_codes[], *const class_state_labels[];

struct class_child {
    int64_t id, term_id;
    struct str number, word;
    enum class_state state;
    int64_t version, rank, offer_until;
    struct str name, grade;
    struct str guardian, contact, second, second_contact;
    struct str note; /* sealed */
    int64_t note_at;
    int64_t agreed_at;
    struct str agreed_hash;
    struct str channel;
    int64_t entered_by, created_at, changed_at;
    struct str client_key;
};
typedef LIST(struct class_child) class_child_list;
extern const struct shape class_child_shape;

/* Who may fetch it. `hash` is made by class_hash_words() before the transaction. */
struct class_pickup {
    int64_t id, child_id;
    struct str label, word, word_hash;
    int64_t ended_at;
};
typedef LIST(struct class_pickup) class_pickup_list;
extern const struct shape class_pickup_shape;

/* What a guardian types. */
struct class_join {
    int64_t term_id;
    struct str name, grade;
    struct str guardian, contact, second, second_contact;
    struct str note; /* in the clear: sealed before it is stored */
    bool agrees, agrees_note;
    struct str channel, client_key;
};
extern const struct shape class_join_shape;
/* Faults under the fields label1, word1, …; drops rows that are empty. */
enum err class_check_words(struct cx *cx, class_pickup_list *all);
/* Some 20 ms each: in a route's `prepare`, and for nobody who has not got that far. */
enum err class_hash_words(struct cx *cx, class_pickup_list *all);
/* A place, or one in the queue. As activity_sign_up(). ERR_INPUT: no word for anybody, the
 * agreement not signed, a note without its own consent. */
enum err class_sign_up(struct cx *cx, const struct class_join *j, const class_pickup_list *pickups,
                       struct class_child *out, struct str *key, bool *again);
enum err class_by_key(struct cx *cx, int64_t child_id, struct str key, struct class_child *out);
/* As activity_by_word(). */
enum err class_by_word(struct cx *cx, struct str number, struct str word, struct class_child *out);
/* Are they this child's? Without counting, where nothing may be written. Nobody's after too many
 * wrong ones: a right one looks like those. */
enum err class_word_fits(struct cx *cx, int64_t child_id, struct str number, struct str word,
                         bool *yes);
enum err class_ahead(struct cx *cx, const struct class_child *c, int64_t *out);
enum err class_pickups(struct cx *cx, int64_t child_id,
                       class_pickup_list *out); /* without hashes */

/* ---- by the guardian, who has shown that the child is his ---- */

enum err class_confirm(struct cx *cx, struct class_child *c);
/* Not on this day: said before the class begins. */
enum err class_excuse(struct cx *cx, struct class_child *c, int64_t day);
/* From now on these may fetch it, and nobody else. */
enum err class_repick(struct cx *cx, struct class_child *c, const class_pickup_list *pickups);
/* Empty text: the note is deleted. */
enum err class_renote(struct cx *cx, struct class_child *c, struct str text, bool agrees);
/* Leaves: who it is, telephones, words and note are deleted at once; the next one moves up. A child
 * that is in the room now does not come any more from tomorrow on, and all that is deleted when it
 * has been fetched: whoever is on duty must find it, and know to whom it may go. */
enum err class_quit(struct cx *cx, struct class_child *c);

extern const struct flow_reason class_purposes[], class_whats[];
extern const struct consent_kind class_consents; /* class, health: a guardian's */
extern const struct seen_kind class_seen; /* the subject is the child; forgotten with the term */

/* ---- an afternoon ---- */

enum class_day_state { DAY_EXPECTED, DAY_IN, DAY_OUT, DAY_EXCUSED, DAY_ABSENT };
extern const char *const class_day_codes[], *const class_day_labels[];
struct class_day {
    int64_t id, child_id, term_id, day;
    enum class_day_state state;
    int64_t version, in_at;
    struct str in_by;
    int64_t out_at;
    struct str out_by, out_how;
    struct str alarm; /* "", late, left */
    int64_t alarm_at;
    struct str called;
    int64_t called_at;
    struct str called_name;
};
typedef LIST(struct class_day) class_day_list;
extern const struct shape class_day_shape;
/* Of one child, the newest first; 100. */
enum err class_days(struct cx *cx, int64_t child_id, class_day_list *out);

/* A child as who is on duty sees it. */
struct class_line {
    int64_t id;
    struct str number, name, grade;
    bool has_note;
    struct class_day day; /* id 0 = nothing yet: expected */
};
typedef LIST(struct class_line) class_lines;
/* Today's children of a term: alarms first. ERR_DENIED unless on duty. */
enum err class_today(struct cx *cx, int64_t term_id, class_lines *out);
enum err class_line_of(struct cx *cx, int64_t child_id, struct class_line *out);

/* Whose word is it? Slow, only reads: in `prepare`. id 0 = nobody's. */
enum err class_whose_word(struct cx *cx, int64_t child_id, struct str word,
                          struct class_pickup *out);
struct class_act {
    struct str how;    /* arrive: word, teacher (fetched by us), alone; collect: word, called */
    struct str text;   /* collect, called: who came and what the guardian said on the phone */
    struct str second; /* collect, called: the second adult who was there */
    int64_t version;
};
extern const struct shape class_act_shape;
/* `by` as class_whose_word() found it. A wrong word is ERR_MISSING and counted: the handler must
 * end with OK. */
enum err class_arrive(struct cx *cx, int64_t child_id, const struct class_act *a,
                      const struct class_pickup *by);
enum err class_collect(struct cx *cx, int64_t child_id, const struct class_act *a,
                       const struct class_pickup *by);
/* What the guardian said when called about an alarm. */
enum err class_called(struct cx *cx, int64_t child_id, struct str text);

/* Opens telephones (what = "contact"), or the health note too ("note": needs the word of the duty
 * card). Logged. */
struct class_record {
    struct class_child c;
    struct str note; /* in the clear; "" = none */
};
enum err class_open(struct cx *cx, int64_t child_id, struct str what, struct str purpose,
                    struct str card, struct class_record *out);

/* ---- talks, sums, forgetting ---- */

struct class_talk {
    int64_t id, child_id, term_id;
    struct str kind; /* late, absence */
    int64_t at, done_at;
    struct str done_name, text;
    struct str name, number; /* of the child; only for who is on duty */
};
typedef LIST(struct class_talk) class_talk_list;
extern const struct shape class_talk_shape;
enum err class_talks(struct cx *cx, int64_t term_id, class_talk_list *out); /* open ones; on duty */
enum err class_talked(struct cx *cx, int64_t id, struct str text);

struct class_sum {
    int64_t id, term_id; /* id = the day */
    int64_t expected, came, excused, absent, late;
};
typedef LIST(struct class_sum) class_sum_list;
extern const struct shape class_sum_shape;
enum err class_sums(struct cx *cx, int64_t term_id,
                    class_sum_list *out); /* the newest first; 400 */
/* Of children of a term: how many in each state, for staff of the reach. */
struct class_counts {
    int64_t waiting, offered, placed, left, lapsed, talks;
};
enum err class_count(struct cx *cx, int64_t term_id, struct class_counts *out);

/* What is, or would be (`dry`), deleted of a term. */
struct class_forgotten {
    int64_t children, pickups, days, openings, talks, duties;
};
enum err class_forget(struct cx *cx, int64_t term_id, bool dry, struct class_forgotten *out);

/* Kinds "class.*". */
enum err class_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg);

extern const struct feature class_feature;

#endif
