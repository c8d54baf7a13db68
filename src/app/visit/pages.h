/* pages -- what the templates of this folder are filled with. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VISIT_PAGES_H
#define VISIT_PAGES_H

#include "app/need/need.h"
#include "app/shell/shell.h"
#include "app/visit/visit_own.h"

/* The doors of one place, in walking order. */
struct visit_street {
    struct str place;
    bool is_down; /* from the top floor down */
    visit_stop_list stops;
};
typedef LIST(struct visit_street) visit_street_list;

struct visit_panel {
    visit_street_list streets;
    visit_stop_list saved; /* today; those that are on the way again stand only there */
    int64_t doors, done;
};

/* A sort of help that is often asked for at a door: a chip that becomes a need of its own. */
struct visit_chip {
    const char *code, *label;
    bool is_on;
};
typedef LIST(struct visit_chip) visit_chip_list;

/* A slip printed in advance. */
struct visit_paper {
    struct need_paper p;
    struct html qr;
};
typedef LIST(struct visit_paper) visit_paper_list;

struct hint_words {
    struct door_hint h;
    struct str what, ours, theirs;
};
typedef LIST(struct hint_words) hint_words_list;

/* The codes of what became of a promise. */
typedef LIST(const struct flow_reason) visit_code_rows;
visit_code_rows visit_kept_rows(void);
/* Was this job chosen in the form? */
bool visit_is_picked(const struct req *rq, int64_t job_id);
/* What a step is called. */
const char *visit_step_label(struct str code);
/* 2026 年 3 月 14 日（周六）, or "没说" for 0. */
struct str visit_day_words(struct cx *cx, int64_t day);

enum err visit_slips_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visit_slips_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visit_door_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visit_door_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visit_step_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visit_told_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visit_hint_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visit_slip_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visit_plan_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visit_plan_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visit_ask_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visit_ask_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visit_answer_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err visit_answer_do(struct cx *cx, const struct req *rq, struct reply *rp);

#endif
