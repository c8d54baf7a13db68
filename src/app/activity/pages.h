/* pages -- what the pages of activities share among themselves; for this folder only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ACTIVITY_PAGES_H
#define ACTIVITY_PAGES_H

#include "app/activity/activity_own.h"
#include "app/shell/shell.h"

/* ---- what everybody reads ---- */

/* A date in a list. */
struct activity_row {
    struct activity a;
    struct str day;       /* heading before it; "" = the same as of the row above */
    struct str hours;     /* 14:00–16:00 */
    struct str places;    /* 还有 3 个位置 */
    const char *level;    /* of its tag */
    bool is_shut;         /* staff: the site has announced that it is closed then */
    struct site_now site; /* of the site, now */
    bool is_today;        /* and not over: its site's state says something */
};
typedef LIST(struct activity_row) activity_rows;
/* Whether there is a place, as people say it. */
struct str activity_places(struct cx *cx, const struct activity *a, const char **level);
bool activity_may_join(const struct cx *cx, const struct activity *a);
/* The lines of a text, without the empty ones. */
typedef LIST(struct str) activity_line_list;
activity_line_list activity_lines(struct cx *cx, struct str text);
/* Dates with a day's heading where it changes, places and the site's state; as many questions to
 * the store whatever their number. */
enum err activity_rows_of(struct cx *cx, const activity_list *all, activity_rows *out);
/* Other dates of the same series or programme that one may still sign up for; few. */
enum err activity_others(struct cx *cx, const struct activity *a, activity_rows *out);
/* Shows the form of number and word again after a wrong try, which has been counted: the handler
 * ends with OK so that the count is kept. */
void activity_end_try(struct cx *cx, struct reply *rp, enum err e);
struct shell_page activity_page(const struct req *rq, struct str title);

/* ---- one's own ---- */

/* A seat as its party reads it. */
struct activity_own_seat {
    struct activity a;
    struct activity_seat s;
    struct str when;
    struct str head, text; /* 有您的位置 */
    const char *level, *icon;
    bool may_confirm, may_give, may_again, may_come, may_rate;
};
typedef LIST(struct activity_own_seat) activity_own_seats;
/* Fills in what the state of o->s, a seat of o->a, means, and what one may do about it. */
enum err activity_seat_say(struct cx *cx, struct activity_own_seat *o);
/* Who it is, as a form brings it along: by key, or by number and word. */
struct activity_pass {
    struct str key, number, word;
};
/* Draws one's own page; key "" when it was opened by number and word. */
enum err activity_draw_own(struct cx *cx, const struct req *rq, struct reply *rp,
                           const struct activity_party *p, const struct activity_pass *pass);

/* ---- staff ---- */

struct activity_staff_seat {
    struct activity_seat s;
    struct activity_party open; /* id 0 = not opened */
    struct str tel;
    const char *label, *level;
    bool may_come, may_absent, may_give, may_confirm, may_again;
};
typedef LIST(struct activity_staff_seat) activity_staff_seats;
/* What a form chooses from. */
struct activity_choice {
    int64_t id;
    struct str name;
    bool is_on;
};
typedef LIST(struct activity_choice) activity_choices;

typedef LIST(const struct flow_reason) activity_purpose_rows;
activity_purpose_rows activity_purposes(void);
/* What a line of the history is called. */
const char *activity_step_label(struct str code);
struct str activity_path(struct cx *cx, int64_t id); /* /e/1 */

enum err activity_list_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_one_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_join_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_join_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_in_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_in_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_show_number(struct cx *cx, const struct req *rq, struct reply *rp,
                              struct str number, struct str word);
enum err activity_own_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_own_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_ics(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_own_ics(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_atom(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_json(struct cx *cx, const struct req *rq, struct reply *rp);

extern const struct shape activity_joined_shape;
enum err activity_api_list(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_api_join(struct cx *cx, const struct req *rq, struct reply *rp);

enum err activity_staff_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_edit_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_edit_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_keep_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_keep_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_seat_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_seat_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_screen_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_codes_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_poster_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_programmes_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err activity_programmes_do(struct cx *cx, const struct req *rq, struct reply *rp);

#endif
