/*
 * errand -- papers taken to a counter for somebody 帮办代办: asked for, one-time authority for
 * listed papers, received against a receipt, submitted, fetched, returned against a signature,
 * closed. A face of service, which service.h names.
 *
 * An authority is for one matter, for the papers that stand on it, until a day. No picture of a
 * paper is ever taken in: there is no field for one. Name, number and door are forgotten
 * ERRAND_KEEP_DAYS after the end.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ERRAND_H
#define ERRAND_H

#include "app/need/need.h"
#include "app/seen/seen.h"
#include "base/steps.h"

/* Who does errands, each in his reach. */
#define ROLES_ERRAND (ROLE_CLERK | ROLE_AREA_STAFF | ROLE_DUTY_LEAD)

enum {
    ERRAND_PAPERS_MAX = 20,
    ERRAND_DAYS_MAX = 60,   /* an authority holds at most so long */
    ERRAND_ANSWER_DAYS = 1, /* working days until somebody calls */
    ERRAND_CLOSE_DAYS = 7,  /* after the papers are back it closes by itself */
    ERRAND_KEEP_DAYS = 90
};

enum errand_state {
    ERRAND_NONE,
    ERRAND_ASKED,
    ERRAND_AUTHORISED,
    ERRAND_HOLDING,   /* the papers are here */
    ERRAND_SUBMITTED, /* the papers are at the counter */
    ERRAND_FETCHED,   /* papers and result are here again */
    ERRAND_RECALLED,  /* taken back by who asked: the papers go home */
    ERRAND_RETURNED,  /* signed for */
    ERRAND_CLOSED,
    ERRAND_WITHDRAWN, /* before any paper was handed over */
    ERRAND_REFUSED,
    ERRAND_STATES
};
extern const char *const errand_state_codes[], *const errand_state_labels[];
#define ERRAND_IN(s) (1u << (s))
bool errand_is_closed(enum errand_state s);

struct errand {
    int64_t id;
    struct str number;
    int64_t service_id;
    struct str title;
    enum errand_state state;
    int64_t version;
    struct str name, contact;
    int64_t place_id;
    struct str place_path;
    int64_t grid_id;
    struct str place_text, door;
    struct str agreed_how;
    int64_t agreed_at, until_day;
    int64_t helper_id;
    struct str helper_name;
    int64_t promise_at;
    struct str outcome, said;
    int64_t need_id;
    struct str rating;
    int64_t rated_at, created_at, changed_at, closed_at;
};
typedef LIST(struct errand) errand_list;
extern const struct shape errand_shape;

struct errand_paper {
    int64_t id, errand_id;
    struct str name;
    int64_t received_at, returned_at;
};
typedef LIST(struct errand_paper) errand_paper_list;
extern const struct shape errand_paper_shape;

struct errand_event {
    int64_t id, errand_id;
    struct str step, from_state, to_state, text;
    int64_t by_person;
    struct str by_name;
    int64_t at;
};
typedef LIST(struct errand_event) errand_event_list;
extern const struct shape errand_event_shape;

/* Steps as one table; README.md holds its drawing. */
enum { ERRAND_BY_GUEST = 1, ERRAND_BY_STAFF = 2, ERRAND_BY_SYSTEM = 4 };
extern const struct steps errand_steps;

/* Asks for an errand: e->service_id, place_id, name, contact (one of the last two must lead to
 * him), door. `*key` is the secret of the link, as in ticket_take(): other content under it is
 * ERR_CONFLICT. Fills e. ERR_INPUT with faults under the fields; a guide that may not be done for
 * another is one. */
enum err errand_ask(struct cx *cx, struct errand *e, struct str *key);

enum err errand_get(struct cx *cx, int64_t id, struct errand *out); /* staff within reach; masked */
/* Whoever holds the link; name, contact and door are as they are stored. */
enum err errand_by_key(struct cx *cx, int64_t id, struct str key, struct errand *out);
/* Within the caller's reach: open ones by promise, or (closed) the latest; at most 200. */
enum err errand_all(struct cx *cx, bool closed, errand_list *out);
enum err errand_papers(struct cx *cx, int64_t id, errand_paper_list *out);
enum err errand_history(struct cx *cx, int64_t id, errand_event_list *out);
/* Name, number and door in plain, as far as the caller's role may, with a purpose
 * (opening_purposes): logged, and he reads it. */
extern const struct seen_kind errand_seen;
enum err errand_open(struct cx *cx, int64_t id, struct str purpose, struct errand *out);

/* What a step may need. */
struct errand_move {
    int64_t version;
    struct str agreed_how; /* authorise, renew, prolong: paper, face */
    int64_t until_day;     /* likewise */
    struct str papers;     /* authorise: a line for each */
    struct str said;       /* refuse, submit, fetch: words to him */
    struct str outcome;    /* fetch: done, cannot */
    int64_t work_days;     /* submit: until there is a result; -1 = as the guide says */
    bool is_signed;        /* return: he signed for his papers */
};
extern const struct shape errand_move_shape;
enum err errand_move(struct cx *cx, int64_t id, struct str step, const struct errand_move *m,
                     struct errand *out);
/* "withdraw" by who holds the link: any time before the papers are back. */
enum err errand_own(struct cx *cx, int64_t id, struct str key, struct str step, struct errand *out);
enum err errand_rate(struct cx *cx, int64_t id, struct str key, struct str grade,
                     struct errand *out);

/* Jobs "service.errand": what is returned closes, what is closed is forgotten. */
enum err errand_job(struct cx *cx, int64_t id);

extern const struct flow_reason errand_agreed[], errand_outcomes[];

#endif
