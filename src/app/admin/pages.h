/* pages -- what the administrator's pages share among themselves; for this folder only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ADMIN_PAGES_H
#define ADMIN_PAGES_H

#include "app/admin/admin.h"
#include "app/shell/shell.h"

enum { ADMIN_ROWS_MAX = 60, ADMIN_FOUND_MAX = 12 };

/* A post in a list, with its holder and his deputy; empty names = there is none. */
struct admin_post {
    int64_t id;
    struct str title, role, org;
    struct post_card holder, deputy;
    int64_t vacant_at;
};
typedef LIST(struct admin_post) admin_post_list;

/* An organisation below the one that is shown; counts are of all below it too. */
struct admin_org {
    struct org_line line;
    int64_t posts, vacant;
};
typedef LIST(struct admin_org) admin_org_list;

struct admin_held {
    struct holding h;
    enum holding_when when;
    const char *label, *tag; /* 在任, class of its tag */
    int64_t papers;          /* on the wall that show what he took back */
};
typedef LIST(struct admin_held) admin_held_list;
/* Only of what is not over: papers are counted for those. */
enum err admin_held(struct cx *cx, const holding_list *all, admin_held_list *out);

/* A day of the year's table, or one that is about to change. */
struct admin_day {
    int64_t at;
    struct str date, name;
    const char *what, *tag;
    bool is_own;
};
typedef LIST(struct admin_day) admin_day_list;

/* "安排好了。7 件未办结已转给王芳。" from ?done=… of the page after a change; empty when there is
 * none. `to`: who acts for the post now; may be empty. */
struct str admin_done(struct cx *cx, const struct req *rq, struct str to);
/* Redirects to `path` with what happened. */
enum err admin_goto(struct cx *cx, struct reply *rp, struct str path, const char *done,
                    const struct admin_turn *t);
/* Label of a role's code. */
struct str admin_role(struct str code);

enum err admin_posts_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err admin_post_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err admin_post_appoint(struct cx *cx, const struct req *rq, struct reply *rp);
enum err admin_holding_end(struct cx *cx, const struct req *rq, struct reply *rp);
enum err admin_holding_name(struct cx *cx, const struct req *rq, struct reply *rp);

enum err admin_people_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err admin_person_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err admin_person_save(struct cx *cx, const struct req *rq, struct reply *rp);
enum err admin_password_prepare(struct cx *cx, const struct req *rq, struct reply *rp);
enum err admin_person_password(struct cx *cx, const struct req *rq, struct reply *rp);
enum err admin_person_leave(struct cx *cx, const struct req *rq, struct reply *rp);
enum err admin_person_back(struct cx *cx, const struct req *rq, struct reply *rp);

enum err admin_calendar_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err admin_calendar_do(struct cx *cx, const struct req *rq, struct reply *rp);

#endif
