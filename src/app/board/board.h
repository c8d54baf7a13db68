/*
 * board -- notice boards 公示栏: what stands on the wall of a stairwell, an estate, a station or a
 * stall, the same as a page and on paper; zones and pledges that somebody takes on; print runs and
 * which of them are old. Owns board, board_print, zone, zone_claim.
 *
 * One record, struct board_face, is what a board shows. Pages, PDF, the list of what changed and
 * the hash of a print run all read that record, so nothing can be printed that does not make its
 * paper old when it changes. Whether a paper is old is asked, never stored.
 *
 * A face is the same whoever asks: names and numbers only by the consents of each (org, volunteer),
 * no address of anybody, no count of what anybody did.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOARD_H
#define BOARD_H

#include "app/need/need.h"
#include "app/org/org.h"
#include "app/site/site.h"
#include "app/volunteer/volunteer.h"

/* Who prints and hangs boards, each in his reach. */
#define ROLES_WALL                                                                                 \
    (ROLES_FIELD | ROLE_AREA_STAFF | ROLE_CLERK | ROLE_DISPATCHER | ROLE_DUTY_LEAD | ROLE_LEADER)

/* A place that has paper on the wall. Places without one have their page too. */
struct board {
    int64_t id, place_id;
    struct str kind;   /* "stairwell" "estate" "station" "stall" */
    struct str duties; /* what is done here, one thing a line */
    struct str phone;  /* service and supervision; empty = the community's */
    int64_t version;
    struct str code, full_name, path; /* of the place */
};
typedef LIST(struct board) board_list;
extern const struct shape board_shape;

enum board_part { BOARD_HEAD, BOARD_PEOPLE, BOARD_NEIGHBOURS, BOARD_ZONES, BOARD_ABOUT };
extern const char *const board_part_codes[];
/* One thing that stands on a board. */
struct board_item {
    enum board_part part;
    int64_t subject_id;     /* post, volunteer, zone, board: makes a key with the part */
    struct str label;       /* 网格员, 责任区: never a person */
    struct str name, phone; /* by consent, else empty; phone: his own */
    struct str shared;      /* the number that stands there without his own */
    struct str text;
    bool is_vacant, is_grid;
    bool names; /* its text has somebody's name, by consent: for the lines of a print run alone */
};
typedef LIST(struct board_item) board_item_list;
extern const struct shape board_item_shape;

struct board_face {
    struct board board; /* id 0 = there is no board here, only the page */
    struct place place;
    struct grid grid;
    struct str where; /* 南艳湖居民区 · 第 23 网格 */
    board_item_list items;
    struct str phone;      /* service and supervision */
    struct str station;    /* the nearest one and when it is open, see site_brief(); may be empty */
    struct str grid_phone; /* of who serves the grid; may be empty */
    struct str hash;       /* of the items: 64 hex digits; its first 8 are the version on paper */
    struct str lines;      /* key and hash of each item, for board_print.lines */
    int64_t month;         /* YYYYMM of the figures, the month before this */
    struct need_month sums; /* of the building when the place is a stairwell; not in the hash */
};

/* ERR_MISSING when there is no such place. */
enum err board_face(struct cx *cx, struct str code, struct board_face *out);
enum err board_face_of(struct cx *cx, const struct board *b, struct board_face *out);

/* New at this place (id 0), or changed: duties, phone, kind. Within reach. */
enum err board_put(struct cx *cx, struct board *b);
enum err board_at(struct cx *cx, int64_t place_id, struct board *out); /* id 0 = none */
/* Boards within the caller's reach, in walking order; of one grid if grid_id. At most 2,000. */
enum err board_all(struct cx *cx, int64_t grid_id, board_list *out);
/* ERR_MISSING unless the caller's post reaches the place. */
enum err board_reach(struct cx *cx, const struct place *p);

/* ---- paper ---- */

struct board_print {
    int64_t id, board_id, number;
    struct str size, hash, lines;
    int64_t month;
    struct str printed_name, hung_name;
    int64_t printed_at, hung_at; /* hung_at 0 = not yet */
};
typedef LIST(struct board_print) board_print_list;
extern const struct shape board_print_shape;
/* Registers a print run of what the board shows now: from here on that is what the paper says. */
enum err board_print_add(struct cx *cx, const struct board_face *f, struct str size,
                         struct board_print *out);
/* Hung by `name` (empty = the caller) at `at` (0 = now). ERR_CONFLICT when it hangs already. */
enum err board_hang(struct cx *cx, int64_t board_id, int64_t number, struct str name, int64_t at);
enum err board_prints(struct cx *cx, int64_t board_id, board_print_list *out); /* newest first */
/* The newest run; id 0 = was never printed. */
enum err board_last(struct cx *cx, int64_t board_id, struct board_print *out);
/* The run whose hash begins so; id 0 = none. */
enum err board_print_of(struct cx *cx, int64_t board_id, struct str version,
                        struct board_print *out);
enum paper { PAPER_NONE, PAPER_FRESH, PAPER_OLD };
enum paper board_paper(const struct board_face *f, const struct board_print *last);
/* What is different now from what was printed: 网格员：改了. Names nobody. */
typedef LIST(struct str) board_change_list;
/* What changed, without how: 楼栋长 of 楼栋长：改了. */
struct str board_change_of(struct str change);
enum err board_changes(struct cx *cx, const struct board_face *f, struct str printed_lines,
                       board_change_list *out);
/* Boards whose newest paper shows this post or volunteer with "name" or "phone". */
enum err board_showing(struct cx *cx, enum board_part part, int64_t subject_id, struct str what,
                       board_list *out);

/* ---- zones ---- */

struct zone {
    int64_t id, place_id;
    struct str kind; /* "zone" 责任区, "post" 示范岗, "pledge" 承诺 */
    struct str title, duties, pledge;
    int64_t claims;       /* people who have taken it on now */
    struct str full_name; /* of the place */
};
typedef LIST(struct zone) zone_list;
extern const struct shape zone_shape;
const char *zone_kind_label(struct str kind);
enum err zone_add(struct cx *cx, struct zone *z); /* fills id; within reach */
enum err zone_end(struct cx *cx, int64_t id);     /* and all claims of it */
/* Of the place and of those above it. */
enum err zones_of(struct cx *cx, int64_t place_id, zone_list *out);
/* A volunteer takes it on, or no longer does; twice is OK. By his key, or by staff within reach.
 * His name stands beside it on the board only by his consent. */
enum err zone_claim(struct cx *cx, int64_t zone_id, int64_t volunteer_id, struct str key,
                    bool takes);
enum err zones_taken(struct cx *cx, int64_t volunteer_id, zone_list *out);

/* ---- as PDF: text can be selected, fonts are inside ---- */

/* A poster a page; `site` begins the address in the QR codes. */
enum err board_pdf(struct cx *cx, const struct board_face *const *faces, size_t n, struct str size,
                   struct str site, struct str *out);
/* "cards": ten visit cards of 90 x 54 mm on A4; "slips": eight slips; "plate": A5 lying, for a
 * stall. */
enum err board_plate_pdf(struct cx *cx, const struct board_face *f, struct str kind,
                         struct str site, struct str *out);

extern const struct feature board_feature;

#endif
