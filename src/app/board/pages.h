/* pages -- what the pages of boards share among themselves; for this folder only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOARD_PAGES_H
#define BOARD_PAGES_H

#include "app/board/board_own.h"
#include "app/shell/shell.h"

/* The number that stands beside an item. */
static inline struct str board_number(const struct board_item *i)
{
    return i->phone.n ? i->phone : i->shared;
}
/* The name, or the post of who did not agree to his. */
static inline struct str board_who(const struct board_item *i)
{
    return i->name.n ? i->name : i->label;
}

/* One board in staff's list. */
struct board_row {
    struct board b;
    struct board_print last; /* id 0 = never printed */
    enum paper paper;
    bool is_last_month; /* the paper's figures are of another month than the last one */
    board_change_list changes;
    struct str seen; /* id and version: what would be printed now, for the form that registers it */
};
typedef LIST(struct board_row) board_rows;
/* The same as JSON. */
struct board_paper_line {
    int64_t id;
    struct str code, full_name, kind;
    int64_t number, printed_at, hung_at;
    bool is_stale;
    struct str changes; /* 网格员：改了；… */
};
typedef LIST(struct board_paper_line) board_paper_list;
extern const struct shape board_paper_shape;
enum err board_row(struct cx *cx, const struct board *b, struct board_row *out);
struct str board_seen(struct cx *cx, const struct board_face *f);

/* A post of who is signed in, and what stands of him on paper that hangs. */
struct board_mine {
    struct holding h;
    consent_sayings consents;
    board_list name_on, phone_on; /* papers that show it although he took it back */
};
typedef LIST(struct board_mine) board_mines;

/* What neighbours see of the needs of a place, newest first; each list at most so long. */
enum err board_needs(struct cx *cx, const struct place *place, need_line_list *open, size_t nopen,
                     need_line_list *closed, size_t nclosed);
/* The code of a path's last part, without ".pdf" behind it. */
struct str board_code(const struct req *rq);

/* feed.c */
enum err board_atom(struct cx *cx, const struct req *rq, struct reply *rp);
enum err board_json(struct cx *cx, const struct req *rq, struct reply *rp);
/* web_staff.c */
enum err board_list_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err board_list_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err board_wall_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err board_wall_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err board_poster(struct cx *cx, const struct req *rq, struct reply *rp);
enum err board_posters(struct cx *cx, const struct req *rq, struct reply *rp);
enum err board_plate(struct cx *cx, const struct req *rq, struct reply *rp);
enum err board_api_list(struct cx *cx, const struct req *rq, struct reply *rp);
/* web_own.c */
enum err board_me_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err board_me_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err board_own_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err board_own_do(struct cx *cx, const struct req *rq, struct reply *rp);

#endif
