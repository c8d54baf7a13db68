/*
 * seen -- who looked: every opening of a contact, a door, a sensitive line is one row, written in
 * the transaction that shows it, with the purpose that was chosen by one click. Whom it is about
 * reads the rows on his page and on paper; whoever answers for privacy reads how many there were.
 * Owns opening, seen_rule, seen_alert.
 *
 * A room that keeps something masked says once what can be opened and why (struct seen_kind, in
 * its struct feature), calls opening_put() where it shows it, and shows openings_told() to the one
 * it is about. PIPL 44, 45, 51, 54; GB/T 35273-2020 7.1 c, 7.2, 11.7.
 *
 * No score, no ranking: more in a day than the rule says means that somebody looks, no more.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SEEN_H
#define SEEN_H

#include "app/account/account.h"
#include "db/db.h"
#include "web/web.h"

/* What a room lets be opened, and what for. Both words are "" for a code that is not in its list.
 */
struct seen_kind {
    const char *subject;                  /* "need": stored; also what the list is read by */
    const char *label;                    /* 诉求 */
    const char *(*what)(struct str code); /* "contact" -> 电话和称呼 */
    const char *(*why)(struct str code);  /* "visit" -> 约定上门 */
};

struct opening {
    int64_t id;
    struct str subject;
    int64_t subject_id;
    int64_t person_id;            /* only in seen_mark_find() */
    struct str what, purpose;     /* codes of the kind */
    struct str person_name, role; /* role: code of app/account/role.h; "volunteer" of a helper */
    int64_t at;
};
typedef LIST(struct opening) opening_list;
extern const struct shape opening_shape;

/* An act of opening. */
struct seen_look {
    int64_t subject_id;
    struct str what, purpose;
    struct str name;  /* of a helper who comes by his key; "" = the caller */
    int64_t under_id; /* what it is forgotten with (the term of a child); 0 = it is kept */
    bool aside;       /* is closed, and not the caller's to do */
};
/* Writes it; the audit's record of the act gets the purpose. ERR_INPUT under "purpose" when it is
 * none of the kind. More of them today than the rule says: an alert, and a message without a name
 * (topic "privacy.unusual") unless one is open already. */
enum err opening_put(struct cx *cx, const struct seen_kind *kind, const struct seen_look *look);

/* All of it on paper, for whom it is about: stands with the others of the thing, whatever its kind,
 * and counts as one that is aside, since it is of all.
 * ERR_MISSING for a subject that is no kind. */
enum err opening_put_copy(struct cx *cx, struct str subject, int64_t subject_id);
/* What he wrote to have it put right, where that tells who he is; otherwise the same. */
enum err opening_put_request(struct cx *cx, struct str subject, int64_t subject_id);

enum { OPENINGS_MOST = 200 };
/* The latest first, OPENINGS_MOST of them. Whose it is was checked by the caller. */
enum err openings_of(struct cx *cx, const struct seen_kind *kind, int64_t subject_id,
                     opening_list *out);
/* Those of all that is forgotten together: how many, and away with them. */
enum err openings_count(struct cx *cx, const struct seen_kind *kind, int64_t under_id,
                        int64_t *out);
enum err openings_forget(struct cx *cx, const struct seen_kind *kind, int64_t under_id);

/* As one reads it: 网格员王五，看了电话和称呼：约定上门. */
struct seen_line {
    struct str who, what, why;
    int64_t at;
};
typedef LIST(struct seen_line) seen_line_list;
/* The i-th of them, with whatever else was opened with it; false: one before it tells of both. */
bool opening_line(struct cx *cx, const struct seen_kind *kind, const opening_list *all, size_t i,
                  struct seen_line *out);
enum err openings_told(struct cx *cx, const struct seen_kind *kind, int64_t subject_id,
                       seen_line_list *out);
/* The list, or that nobody looked yet; the page writes the heading. */
void seen_show(struct out *o, struct cx *cx, const seen_line_list *lines);
/* The same for paper: nothing when there is none. */
void seen_print(struct out *o, struct cx *cx, const seen_line_list *lines);

/* ---- what tells a photo of the screen ---- */

/* opening_put() sets cx->mark, and the frame of every page shows it from then on (app/shell): over
 * the whole page and on paper, with the caller's name and the time. */
enum { SEEN_MARK = 8 };
/* The second and whose page it was, as SEEN_MARK letters and digits (no 0 1 O I). */
struct str seen_mark(struct cx *cx, int64_t at, int64_t person_id);
/* What was opened in that second by whom such a mark fits. ERR_INPUT under "mark" when it was read
 * wrong. */
enum err seen_mark_find(struct cx *cx, struct str typed, opening_list *out);

/* ---- what is unusual ---- */

/* More than so many in a day by one person. Each change is a new row; the newest holds. */
struct seen_rule {
    int64_t most;  /* openings */
    int64_t aside; /* of what is closed and not his to do */
    struct str by_name;
    int64_t at; /* 0 = nobody changed it yet */
};
extern const struct shape seen_rule_shape;
enum { SEEN_MOST = 30, SEEN_ASIDE = 10 }; /* until somebody says otherwise */
enum err seen_rule_get(struct cx *cx, struct seen_rule *out);
/* ERR_DENIED but for whoever answers for privacy. */
enum err seen_rule_put(struct cx *cx, const struct seen_rule *r);

enum { SEEN_DAYS = 7, SEEN_USUAL_DAYS = 28 };

/* One person on one day. */
struct seen_day {
    int64_t day; /* time_day() */
    int64_t person_id;
    struct str person_name;
    int64_t times, things, aside; /* things: needs, children ... that it was about */
    int64_t last_at;
};
typedef LIST(struct seen_day) seen_day_list;
/* Of today and the days before, SEEN_DAYS; the newest first. Helpers are not in it: each door they
 * read was two people's yes. */
enum err seen_days(struct cx *cx, seen_day_list *out);

struct seen_part {
    int64_t day, person_id;
    struct str role, subject, what, purpose;
    int64_t times;
};
typedef LIST(struct seen_part) seen_part_list;
/* What they were made of, the most first. */
enum err seen_parts(struct cx *cx, seen_part_list *out);

/* What a person opens in SEEN_USUAL_DAYS, today included, and on how many of those days. */
struct seen_usual {
    int64_t person_id, times, days;
};
typedef LIST(struct seen_usual) seen_usual_list;
enum err seen_usual(struct cx *cx, seen_usual_list *out);

/* A person's day that went over the rule; somebody says what it was about, and it is closed. */
struct seen_alert {
    int64_t id, day, person_id;
    struct str person_name;
    int64_t at;
    int64_t times, things, aside; /* of that day, as they are now */
    int64_t closed_at;            /* 0 = nobody looked yet */
    struct str closed_name, said;
};
typedef LIST(struct seen_alert) seen_alert_list;
extern const struct shape seen_alert_shape;
/* Open ones, all days; or closed ones of SEEN_USUAL_DAYS. */
enum err seen_alerts(struct cx *cx, bool closed, seen_alert_list *out);

struct seen_close {
    struct str said; /* 看过了：… */
};
extern const struct shape seen_close_shape;
/* ERR_CONFLICT when it was closed already; ERR_DENIED as seen_rule_put(). */
enum err seen_alert_close(struct cx *cx, int64_t id, const struct seen_close *c);

/* Once, at start, before threads: the kinds that main has gathered. The array must outlive the
 * server. */
void seen_kinds_set(const struct seen_kind *const *at, size_t n);
/* NULL when no room has it. */
const struct seen_kind *seen_kind_of(struct str subject);
/* The words of a kind, and of what is of every kind; "" when it is neither. */
const char *seen_what(const struct seen_kind *kind, struct str code);
const char *seen_why(const struct seen_kind *kind, struct str code);

extern const struct feature seen_feature;

#endif
