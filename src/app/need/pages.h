/* pages -- what the pages of residents share among themselves: words for states, small lists; for
 * this folder only. Rules are in need.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NEED_PAGES_H
#define NEED_PAGES_H

#include "app/need/need.h"
#include "app/shell/shell.h"

struct rate_month {
    struct str name; /* 2026 年 3 月 */
    struct need_rates sum;
    need_rate_list rows;
};
typedef LIST(struct rate_month) rate_month_list;

/* One line of a need's history, newest first. */
struct story {
    struct str what, text;
    int64_t at;
};
typedef LIST(struct story) story_list;

/* Of each need of a list: who opened something of it. */
struct seen_lines {
    seen_line_list lines;
};
typedef LIST(struct seen_lines) seen_lines_list;

/* The sentence on top of a need: never a status code. */
struct str need_headline(struct cx *cx, const struct need *n, struct str owner);

struct need_photo_row {
    int64_t id, width, height; /* as shown */
    struct str link, small;
};
typedef LIST(struct need_photo_row) need_photo_rows;

/* A code list as something a template can walk. */
typedef LIST(const struct flow_reason) need_reason_list;
need_reason_list need_reasons(const struct flow_reason *list);

/* web_need.c */
enum err need_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err need_step_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err need_step_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err need_slip_page(struct cx *cx, const struct req *rq, struct reply *rp);
/* Draws the page of a need that the caller has proved to be his: by `key`, or, when that is empty,
 * by number and word (then nothing can be done on it but reading). */
enum err need_show(struct cx *cx, const struct req *rq, struct reply *rp, const struct need *n,
                   struct str key);

#endif
