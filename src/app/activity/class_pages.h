/* class_pages -- what the pages of the 4:30 class share among themselves. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLASS_PAGES_H
#define CLASS_PAGES_H

#include "app/activity/class_own.h"
#include "app/activity/pages.h"

/* A term as everybody reads it. */
struct class_offer {
    struct class_term t;
    struct str when, days, places;
    const char *level;
    struct site_now site;
    bool may_join;
};
typedef LIST(struct class_offer) class_offers;
struct class_offer class_offer(struct cx *cx, const struct class_term *t);

/* A row of the form of those who fetch: label1, word1. */
struct class_word_field {
    struct str label_name, word_name;
    struct str label, word; /* as typed */
};
typedef LIST(struct class_word_field) class_word_fields;
/* CLASS_PICKUPS rows, with what was typed. */
class_word_fields class_words(struct cx *cx, const struct req *rq);
/* Reads them; no check. */
void class_read_words(struct cx *cx, const struct req *rq, class_pickup_list *out);

/* A day as a guardian, or who is on duty, reads it: 16:05 到，外婆送来；18:00 外婆接走. */
struct class_told {
    struct str day, text;
    const char *level;
};
typedef LIST(struct class_told) class_tolds;
struct str class_day_text(struct cx *cx, const struct class_day *d);

/* A child on today's list. */
struct class_row {
    struct class_line l;
    struct str text;   /* class_day_text() */
    const char *level; /* of its tag */
    struct str alarm;  /* what to do now; "" = nothing */
};
typedef LIST(struct class_row) class_rows;
struct class_row class_row(struct cx *cx, const struct class_term *t, const struct class_line *l);
/* What a person may choose from, of a list that ends with NULL. */
activity_purpose_rows class_choices(const struct flow_reason *all);

/* One's own page; key "" when it was opened by number and word. */
enum err class_draw_own(struct cx *cx, const struct req *rq, struct reply *rp,
                        const struct class_child *c, const struct activity_pass *pass);

enum err class_list_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_join_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_join_prepare(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_join_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_own_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_own_prepare(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_own_do(struct cx *cx, const struct req *rq, struct reply *rp);

enum err class_today_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_child_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_child_prepare(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_child_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_talk_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_terms_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_edit_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_edit_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_term_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err class_term_do(struct cx *cx, const struct req *rq, struct reply *rp);

#endif
