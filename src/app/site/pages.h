/* pages -- what the pages of sites share among themselves; for this folder only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_PAGES_H
#define SITE_PAGES_H

#include "app/site/site_own.h"

/* ---- what the public pages show ---- */

/* A notice as people read it. */
struct site_told {
    int64_t id;
    struct str days, what, reason, late_why; /* 12 月 3 日 周四; 停开, 改为 9:00–12:00 */
    struct str where;                        /* name of the part; "" = the whole site */
    struct str announced;
    bool is_closed, is_ended;
};
typedef LIST(struct site_told) site_told_list;
/* Of `all`, those that are not over; `parts` have the names. */
void site_tell(struct cx *cx, const site_notice_list *all, const site_part_list *parts,
               site_told_list *out);

/* A day of the canteen's week. */
struct site_menu_day {
    int64_t day;
    struct str label, hours; /* 今天 11 月 28 日 周六; 11:00–13:00 */
    bool is_closed;
    site_menu_list meals; /* each of SITE_MEALS; dishes may be empty */
};
typedef LIST(struct site_menu_day) site_menu_days;
struct site_canteen {
    struct site_view v;
    site_menu_days days; /* today first */
    bool has_menu;       /* anything is said of these days */
    struct str ask;      /* what the form of asking begins with */
};
typedef LIST(struct site_canteen) site_canteens;
enum err site_menu_days_of(struct cx *cx, const struct site_view *v, int64_t from_day, int days,
                           site_menu_days *out);

/* What a sheet of paper on the door shows, as 8 hex digits: another sheet, another number. */
struct str site_paper_version(struct cx *cx, const struct site_view *v,
                              const site_view_list *parts);
/* Where somebody asks from: a code, or words that fit one place. `choices` when they fit several;
 * id 0 when nothing was found. */
enum err site_asker(struct cx *cx, struct str typed, struct place *out, place_list *choices);

/* ---- what staff's pages share ---- */

struct site_row {
    struct site_view v;
    int notices; /* that hold today or later */
};
typedef LIST(struct site_row) site_rows;
/* One day of the form of hours. */
struct site_hours_field {
    const char *name, *label; /* day1, 周一 */
    struct str typed;
    bool may_follow;
};
typedef LIST(struct site_hours_field) site_hours_fields;

/* web_staff.c: as field staff or the desk see it; says that something was done. */
struct shell_page site_page(const struct cx *cx, const struct req *rq, struct str title);
/* The form's field "place" into place_id. */
enum err site_read_place(struct cx *cx, const struct req *rq, struct site *s);

/* ---- handlers ---- */

/* site_feed.c, site_pdf.c */
enum err site_feed(struct cx *cx, const struct req *rq, struct reply *rp);
enum err site_paper(struct cx *cx, const struct req *rq, struct reply *rp);
/* web_staff.c */
enum err site_staff_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err site_new_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err site_new_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err site_items_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err site_items_do(struct cx *cx, const struct req *rq, struct reply *rp);
/* web_keep.c */
enum err site_keep_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err site_keep_do(struct cx *cx, const struct req *rq, struct reply *rp);

#endif
