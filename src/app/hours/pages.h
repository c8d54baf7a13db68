/* pages -- what the pages of hours and certificates share among themselves; for this folder only.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOURS_PAGES_H
#define HOURS_PAGES_H

#include "app/hours/hours_own.h"
#include "app/shell/shell.h"

/* A record with words around it. */
struct hours_row {
    struct hours h;
    struct str when, hours; /* 3 月 14 日 15:00–16:30; 1.5 */
    struct str who;         /* name, as the caller sees it */
    struct str link;        /* where its form is, or empty */
    struct str why;         /* it was corrected or refused; only on his own page */
};
typedef LIST(struct hours_row) hours_rows;
struct hours_row hours_row(struct cx *cx, const struct hours *h);

struct hours_act {
    const char *what;
    struct str times, text, who;
    int64_t at;
};
typedef LIST(struct hours_act) hours_acts;

struct cert_row {
    struct cert c;
    struct str span, hours, print; /* from to; 118.0; path of the print form, with key */
};
typedef LIST(struct cert_row) cert_rows;
struct cert_row cert_row(struct cx *cx, const struct cert *c, struct str key);

struct hours_call_row {
    struct hours_call c;
    struct str when, hours;
    bool is_open;
};
typedef LIST(struct hours_call_row) hours_call_rows;

/* What is in the boxes of a form: day, from and to, as typed or as proposed. */
struct hours_typed {
    struct str day, from, to;
};
struct hours_typed hours_typed(struct cx *cx, const struct req *rq, int64_t from_at, int64_t to_at);
/* The form into `said`; what is wrong is noted under its fields. */
enum err hours_read_form(struct cx *cx, const struct req *rq, struct hours_said *said);
enum err hours_read_days(struct cx *cx, const struct req *rq, struct cert_asked *a);
struct str hours_when(struct cx *cx, int64_t from_at, int64_t to_at);
struct str hours_link(struct cx *cx, const char *base, int64_t id, struct str tail, struct str key);
/* A page that nobody keeps. */
struct shell_page hours_page(const struct req *rq, struct reply *rp, enum shell_layout layout,
                             const char *title, const char *tab);

enum err hours_task_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err hours_task_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err hours_help_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err hours_help_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err hours_mine_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err hours_mine_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err hours_unname_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err hours_cert_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err cert_shown_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err cert_shown_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err cert_list_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err cert_list_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err cert_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err cert_page_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err cert_verify_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err cert_print_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err cert_print_prepare(struct cx *cx, const struct req *rq, struct reply *rp);
enum err cert_print_do(struct cx *cx, const struct req *rq, struct reply *rp);

#endif
