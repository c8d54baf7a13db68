/* pages -- what the pages of spaces share among themselves; for this folder only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOOKING_PAGES_H
#define BOOKING_PAGES_H

#include "app/booking/booking_own.h"
#include "app/shell/shell.h"

/* ---- what everybody reads ---- */

/* What a form or a row of days chooses from. */
struct booking_option {
    struct str value, label;
    bool is_on;
};
typedef LIST(struct booking_option) booking_options;
/* Whether one of them is on. */
bool booking_has_chosen(const booking_options *all);
/* ?d= of a page: a day from today on, not later than `most` days; today when it is none. */
int64_t booking_day_asked(struct cx *cx, const struct req *rq, int64_t most);
struct str booking_iso_day(struct cx *cx, int64_t day);   /* 2026-03-14 */
struct str booking_iso(struct cx *cx, int64_t at);        /* 2026-03-14T14:00 */
struct str booking_path(struct cx *cx, int64_t space_id); /* /book/1 */

/* A stretch of a day as it is shown, with the times at which one may begin. */
struct booking_piece {
    struct booking_stretch s;
    struct str hours, words; /* 14:00–16:00; 订了, 停用：换灯管 */
    booking_options starts;
};
typedef LIST(struct booking_piece) booking_pieces;
/* A space in the list of its site. */
struct booking_row {
    struct booking_space space;
    struct str hours;          /* 8:00–14:00，16:00–21:00; "" = nothing that day */
    bool is_free_now, is_shut; /* is_shut: not open that day, or over by now */
};
typedef LIST(struct booking_row) booking_rows;
/* A site that has spaces. */
struct booking_place {
    struct str code, name;
    struct site_now now;
    int64_t spaces, capacity; /* of the largest */
};
typedef LIST(struct booking_place) booking_places;
/* Another time, as a button: "SPACE,MS". */
struct booking_other {
    struct str value, when, where; /* where: another space, or "" */
};
typedef LIST(struct booking_other) booking_others_list;
void booking_other_buttons(struct cx *cx, const booking_choice_list *all, int64_t space_id,
                           booking_others_list *out);
/* Reads such a button. False when nothing was picked, or it is none. */
bool booking_picked(const struct req *rq, int64_t *space_id, int64_t *from_at);
/* "on" and "from" of a form: a day and an hour. ERR_INPUT under `name`. */
enum err booking_clock(struct cx *cx, const struct req *rq, const char *on, const char *from,
                       int64_t *out);

/* Fields of which another time may have a fault beside day and hour: the form has a place for it.
 */
typedef LIST(const char *const) booking_names;
booking_names booking_move_faults(void);

/* ---- one's own ---- */

/* Who it is, as a form brings it along: by key, or by number and word. */
struct booking_pass {
    struct str key, number, word;
};
/* A booking as its party reads it. */
struct booking_own_row {
    struct booking b;
    struct str when, head, text;
    const char *level, *icon;
    bool may_confirm, may_give, may_move, may_come, may_leave;
    bool is_typed; /* the form of another time that came back is this one's */
};
typedef LIST(struct booking_own_row) booking_own_rows;

/* ---- staff ---- */

/* One thing in a calendar. */
struct booking_item {
    int64_t space_id, id; /* id 0 = free, or closed: no page of its own */
    int64_t from_at;
    struct str hours, who, tag, at; /* at: free, from when one books */
    const char *level;
    bool is_free;
};
typedef LIST(struct booking_item) booking_items;
struct booking_cell {
    struct str label; /* of the day */
    booking_items items;
};
typedef LIST(struct booking_cell) booking_cells;
struct booking_lane {
    struct booking_space space;
    booking_items items; /* of a day */
    booking_cells days;  /* of a week */
};
typedef LIST(struct booking_lane) booking_lanes;
struct booking_staff_row {
    struct booking b;
    struct str when;
    const char *level;
};
typedef LIST(struct booking_staff_row) booking_staff_rows;
struct booking_series_row {
    struct booking_series s;
    struct str when; /* 每周四 14:00–16:00 */
    bool is_ending;
};
typedef LIST(struct booking_series_row) booking_series_rows;
struct booking_block_row {
    struct booking_block b;
    struct str when;
};
typedef LIST(struct booking_block_row) booking_block_rows;
struct booking_window_row {
    struct booking_window w;
    struct str when;
};
typedef LIST(struct booking_window_row) booking_window_rows;
struct booking_hours_field {
    const char *name, *label;
    struct str typed;
    bool may_follow;
};
typedef LIST(struct booking_hours_field) booking_hours_fields;
typedef LIST(const struct flow_reason) booking_purpose_rows;
booking_purpose_rows booking_opening_purposes(void);
const char *booking_step_label(struct str code);
struct shell_page booking_staff_page(const struct cx *cx, const struct req *rq, struct str title);
struct str booking_series_when(struct cx *cx, const struct booking_series *s);
/* The site of {code}, within the reach. */
enum err booking_site_own(struct cx *cx, const struct req *rq, struct site *out);

/* ---- handlers ---- */

enum err booking_list_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_rooms_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_space_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_new_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_new_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_lot_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_lot_new_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_lot_new_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_find_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_find_do(struct cx *cx, const struct req *rq, struct reply *rp);
/* For the page that looks up any number: see `show` of struct feature. */
enum err booking_show(struct cx *cx, const struct req *rq, struct reply *rp, struct str number,
                      struct str word);
enum err booking_own_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_own_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_ics(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_own_ics(struct cx *cx, const struct req *rq, struct reply *rp);

enum err booking_desk_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_calendar_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_keep_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_keep_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_series_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_series_do(struct cx *cx, const struct req *rq, struct reply *rp);

enum err booking_edit_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_edit_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_plan_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_plan_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_hours_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_rules_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_rules_do(struct cx *cx, const struct req *rq, struct reply *rp);

extern const struct shape booking_booked_shape, booking_stretch_shape;
enum err booking_api_spaces(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_api_free(struct cx *cx, const struct req *rq, struct reply *rp);
enum err booking_api_book(struct cx *cx, const struct req *rq, struct reply *rp);

#endif
