/* pages -- what the pages of matching share among themselves; for this folder only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MATCH_PAGES_H
#define MATCH_PAGES_H

#include "app/match/match_own.h"
#include "app/shell/shell.h"

/* Somebody proposed, as a dispatcher reads it. */
struct match_card {
    struct match_proposal p;
    struct str name;
    const char *kind;    /* 志愿者 志愿队 网格员 楼栋长 主办单位 ... */
    const char *fit;     /* 最合适 合适 可以 归它管 先去看看 */
    match_term_list why; /* 2 to 4 reasons and doubts that have words */
    bool may_ask;        /* a helper is asked ... */
    struct str send;     /* ... others are sent: what the form says then; empty = not now */
    const char *key;     /* letter key, or NULL */
};
typedef LIST(struct match_card) match_card_list;

/* Somebody who was asked. */
struct match_asked {
    struct match_offer o;
    struct str name;
    LIST(const struct offer_step *) steps; /* that staff may take on a word by phone */
    bool is_own, may_wish; /* he is asked first next time; the resident may say so */
};
typedef LIST(struct match_asked) match_asked_list;

struct match_panel {
    struct need n;
    struct match_help help;
    bool has_help;
    struct str skill, when;
    struct str own; /* who is asked first next time, because both liked it */
    match_card_list cards;
    match_asked_list asked;
    struct str miss; /* why nobody, in words; empty = somebody is proposed */
    struct match_weights weights;
    struct str back;
    struct str leader, send_leader; /* of the building, beside the four; send_leader empty = none */
    bool may_ask, may_set, has_keys;
    int64_t filled;
    int64_t askable, first; /* helpers among the four; how many to ask at once, 0 = one by one */
};

/* The same pieces for the page of one need. */
enum err match_fill_panel(struct cx *cx, const struct need *n, struct match_panel *out);
enum err match_card_of(struct cx *cx, const struct match_proposal *p, struct match_card *out);
/* Name and kind of who is proposed, as the caller may read them. */
struct str match_target_name(struct cx *cx, struct str target, int64_t id, const char **kind);
/* 周五 15:00–16:00, or 时间再约 */
struct str match_visit_words(struct cx *cx, int64_t from_at, int64_t to_at);
struct str match_path(struct cx *cx, const char *base, int64_t id, const char *tail);

/* ---- views ---- */

struct match_choice {
    struct str value, label;
    bool is_on;
};
typedef LIST(struct match_choice) match_choice_list;

struct match_past {
    struct match_card card;
    struct str by_run; /* why that run was made */
    struct str runner; /* who was next, and how much less he fitted */
};
typedef LIST(struct match_past) match_past_list;

struct match_line {
    struct str what;
    int64_t at;
};
typedef LIST(struct match_line) match_line_list;

struct match_served {
    struct str number;
    int64_t id;
};
typedef LIST(struct match_served) match_served_list;
struct match_why {
    struct match_miss m;
    struct str words;
    match_served_list others;
};
typedef LIST(struct match_why) match_why_list;

struct match_part_row {
    struct str name;
    int64_t wanted, served;
    bool is_worst;
};
typedef LIST(struct match_part_row) match_part_rows;
struct match_part_table {
    const char *title;
    match_part_rows rows;
};
typedef LIST(struct match_part_table) match_part_tables;

struct match_figure {
    const char *name;
    struct str value, about;
};
typedef LIST(struct match_figure) match_figure_list;

/* A need that would get other people under the rules that are tried. */
struct match_moved_row {
    int64_t id;
    struct str subject, now, then;
};
typedef LIST(struct match_moved_row) match_moved_rows;

/* An offer that waits, in a list. */
struct match_wait_row {
    struct match_offer o;
    struct str number, subject, place;
};
typedef LIST(struct match_wait_row) match_wait_rows;

struct match_task_row {
    struct match_task t;
    struct str when, link;
};
typedef LIST(struct match_task_row) match_task_rows;

/* ---- handlers ---- */

enum err match_tasks_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err match_task_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err match_task_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err match_mine_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err match_mine_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err match_still_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err match_run_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err match_run_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err match_weights_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err match_weights_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err match_gaps_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err match_gaps_csv(struct cx *cx, const struct req *rq, struct reply *rp);

#endif
