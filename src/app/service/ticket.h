/*
 * ticket -- the queue at the counters 窗口 of a site: numbers taken there or times booked before,
 * one queue for both, what came of each, how it was, and how many came. A face of service, which
 * service.h names.
 *
 * A ticket has no name and no number to call: whoever holds its link or stands there with the paper
 * is it. At the end of a day tickets become numbers in service_day, and after SERVICE_KEEP_DAYS
 * they are forgotten.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TICKET_H
#define TICKET_H

#include "app/need/need.h"
#include "app/site/site.h"
#include "base/steps.h"

/* Who serves at a counter, each in his reach; who sets the queues up. */
#define ROLES_COUNTER (ROLE_CLERK | ROLE_AREA_STAFF | ROLE_DUTY_LEAD)

enum {
    TICKET_KEEP_DAYS = 90,
    TICKET_GRACE_MINUTES = 10, /* who booked keeps his turn so long after his time */
    TICKET_BACK_PLACES = 3,    /* who missed his call comes after so many */
    TICKET_LANES_MAX = 60
};

/* ---- queues ---- */

/* Counters of a site that do one sort of thing. */
struct lane {
    int64_t id, site_id;
    struct str code; /* of service_lanes */
    struct str letter, name;
    int64_t counters;
    int64_t slot_minutes, slot_places; /* 0 = cannot be booked */
    int64_t book_days;
    bool is_open;
    int64_t version, changed_at;
    /* as it is now; only in lanes_of() and lane_get() */
    int64_t waiting, serving;
};
typedef LIST(struct lane) lane_list;
extern const struct shape lane_shape;

enum err lane_get(struct cx *cx, int64_t id, struct lane *out);
/* Of a site (0 = of all), by letter. */
enum err lanes_of(struct cx *cx, int64_t site_id, lane_list *out);
/* The lane of a site where a guide's matter is done; id 0 = none. */
enum err lane_for(struct cx *cx, int64_t site_id, struct str code, struct lane *out);
/* New (id 0) or changed, guarded by version; within reach of ROLES_COUNTER. */
enum err lane_put(struct cx *cx, struct lane *l);

/* A time that may be booked. */
struct slot {
    int64_t at, left; /* left: places that nobody has */
};
typedef LIST(struct slot) slot_list;
/* The times of a lane from now on that still have a place, as long as the counters are open and the
 * matter of a guide (0 = any) is done there; at most `most`. Bounded by book_days. */
enum err lane_slots(struct cx *cx, const struct lane *l, int64_t service_id, size_t most,
                    slot_list *out);

/* ---- tickets ---- */

enum ticket_state {
    TICKET_NONE,
    TICKET_BOOKED,
    TICKET_WAITING,
    TICKET_CALLED,
    TICKET_SERVING,
    TICKET_ABSENT,   /* was called and not there */
    TICKET_ACCEPTED, /* papers taken in; has an answer to come */
    TICKET_DONE,
    TICKET_MISSING, /* went home with a list of what is still to be brought */
    TICKET_REFERRED,
    TICKET_CANNOT, /* has become a need */
    TICKET_LEFT,
    TICKET_MISSED, /* booked, and did not come */
    TICKET_STATES
};
extern const char *const ticket_state_codes[], *const ticket_state_labels[];
#define TICKET_IN(s) (1u << (s))
bool ticket_is_closed(enum ticket_state s);

struct ticket {
    int64_t id, lane_id, site_id, day, number;
    struct str booking;
    int64_t service_id;
    struct str origin; /* screen, phone, clerk */
    enum ticket_state state;
    int64_t version;
    int64_t slot_at, slot_no, turn_at;
    int64_t counter, calls, served_by;
    struct str said, missing;
    int64_t due_at, need_id;
    struct str rating, rated_how;
    int64_t rated_at;
    int64_t taken_at, called_at, served_at, ended_at, created_at, changed_at;
    struct str letter, lane_name, title; /* of its lane and guide */
};
typedef LIST(struct ticket) ticket_list;
extern const struct shape ticket_shape;
struct str ticket_label(struct cx *cx, const struct ticket *t); /* A012; 约 before it has one */

/* Steps as one table; README.md holds its drawing. */
enum { TICKET_BY_GUEST = 1, TICKET_BY_STAFF = 2, TICKET_BY_SYSTEM = 4 };
extern const struct steps ticket_steps;

/* Takes a number now. `*key` is the secret of the link: the UUID of the form that was sent, so that
 * the same form sent twice is one ticket (ERR_CONFLICT when it asks for something else); a new one
 * when it is empty. ERR_INPUT when the lane is shut; whether the site is open is for the page to
 * say. */
enum err ticket_take(struct cx *cx, int64_t lane_id, int64_t service_id, struct str origin,
                     struct ticket *out, struct str *key);
/* Books a time of lane_slots(). ERR_CONFLICT when its last place has just gone: of many at once as
 * many get one as there are places, whatever the engine. */
enum err ticket_book(struct cx *cx, int64_t lane_id, int64_t service_id, int64_t slot_at,
                     struct ticket *out, struct str *key);
/* Who booked is there: he keeps his time if he is not late, else he comes now. By the number that
 * was given when it was booked, at this site and on this day. ERR_MISSING with a sentence. */
enum err ticket_arrive(struct cx *cx, int64_t site_id, struct str typed, struct ticket *out);

enum err ticket_get(struct cx *cx, int64_t id, struct ticket *out); /* staff, within reach */
enum err ticket_by_key(struct cx *cx, int64_t id, struct str key, struct ticket *out);
/* How many are called before it, and how long that takes by the last ones of today; 0 and -1 when
 * nothing can be said. */
struct ticket_ahead {
    int64_t before, minutes;
};
enum err ticket_ahead(struct cx *cx, const struct ticket *t, struct ticket_ahead *out);
/* Those of a lane who wait, in the order in which they will be called; at most 200. */
enum err ticket_queue(struct cx *cx, int64_t lane_id, ticket_list *out);
/* Called or served at this moment, by site (lane 0) or lane, newest call first; at most `most`. */
enum err ticket_now(struct cx *cx, int64_t site_id, int64_t lane_id, int64_t most,
                    ticket_list *out);
/* Accepted ones without an answer at the sites of the caller's reach, the earliest promise first;
 * at most 200. */
enum err ticket_accepted(struct cx *cx, ticket_list *out);
/* Ended there today, not yet rated, and not served by the caller: whom he may ask; at most 50. */
enum err ticket_to_ask(struct cx *cx, ticket_list *out);

/* Calls the next one of a lane to a counter: who booked, from his time on, before who came without;
 * these in the order they came; who booked for later only when nobody else waits. `*found` false =
 * nobody waits. Of two counters at once each gets another. */
enum err ticket_call_next(struct cx *cx, int64_t lane_id, int64_t counter, struct ticket *out,
                          bool *found);

/* What a step may need. */
struct ticket_move {
    int64_t version; /* what the page showed; 0 = not checked */
    int64_t counter;
    int64_t service_id; /* what it was about, when that was not said before */
    struct str said;    /* refer, cannot, result_no: must; else may */
    struct str missing; /* missing: must; a line for each paper */
    int64_t work_days;  /* accept: -1 = as the guide says */
    struct str name,
        contact; /* cannot, result_no: of who wants to hear the answer; go into the need */
};
extern const struct shape ticket_move_shape;
/* One step by staff within reach. What cannot be done becomes a need of its own; `*need` is it
 * (id 0 else), with its number and word. ERR_CONFLICT when somebody was faster. */
enum err ticket_move(struct cx *cx, int64_t id, struct str step, const struct ticket_move *m,
                     struct ticket *out, struct need *need);
/* "arrive", "back", "leave" by who holds the link. */
enum err ticket_own(struct cx *cx, int64_t id, struct str key, struct str step, struct ticket *out);
/* How it was, once, in one of the five grades of `ratings`: by the link, or asked by staff who did
 * not serve it (key empty). */
enum err ticket_rate(struct cx *cx, int64_t id, struct str key, struct str grade,
                     struct ticket *out);

/* ---- how many came ---- */

struct visitors {
    int64_t lane_id, site_id, day;
    int64_t taken, booked, done, accepted, missing, referred, cannot, gone, missed;
    int64_t waited, wait_minutes, rated, satisfied;
};
typedef LIST(struct visitors) visitors_list;
extern const struct shape visitors_shape;
/* Of a lane and day as the tickets say. */
enum err visitors_count(struct cx *cx, int64_t lane_id, int64_t day, struct visitors *out);
/* By day, all lanes of a site (0 = of all sites) together, [from, to]; the newest first, today
 * counted live. */
enum err visitors_days(struct cx *cx, int64_t site_id, int64_t from_day, int64_t to_day,
                       visitors_list *out);
enum err visitors_sum(struct cx *cx, int64_t site_id, int64_t from_day, int64_t to_day,
                      struct visitors *out);
/* For what they came, most first; at most 100. */
struct visitors_item {
    int64_t service_id, n;
    struct str title;
};
typedef LIST(struct visitors_item) visitors_item_list;
enum err visitors_items(struct cx *cx, int64_t site_id, int64_t from_day, int64_t to_day,
                        visitors_item_list *out);
/* A day as it was, for laying out a community. */
enum err visitors_put(struct cx *cx, const struct visitors *v);

/* ---- the wall display: read only, no names, by a link that staff make ---- */

/* A new link for a site; the one before no longer opens anything. */
enum err screen_make(struct cx *cx, int64_t site_id, struct str *key);
/* ERR_MISSING unless the key is that of the site's screen. */
enum err screen_check(struct cx *cx, int64_t site_id, struct str key);

/* A day is over (job "service.day"): what waits is ended, the day is counted, the old is forgotten.
 */
enum err ticket_day_over(struct cx *cx, int64_t day);

#endif
