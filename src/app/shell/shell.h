/*
 * shell -- the frame of every page: head, navigation, error pages, the shared small pieces of
 * markup, and how a page is shown (elder mode). The only HTML that other features include.
 *
 * A page template is written so:
 *     {% view struct need_list_view { struct shell_page page; need_list needs; } %}
 *     {% do shell_head(o, cx, &v->page) %} ... {% do shell_foot(o, cx, &v->page) %}
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SHELL_H
#define SHELL_H

#include "web/web.h"

enum shell_layout {
    SHELL_PHONE,  /* one column, resident's tab bar */
    SHELL_WIDE,   /* phone column that becomes two on a desktop */
    SHELL_NARROW, /* sign-in */
    SHELL_WORK,   /* phone column, tab bar of field staff */
    SHELL_DESK,   /* full width with the desk's header menu; loads desk.css */
    SHELL_BOARD,  /* the dispatcher's board; loads desk.css and board.js */
    SHELL_PRINT   /* print.css only, no navigation */
};

struct shell_page {
    struct str title;       /* before the community's name */
    enum shell_layout layout;
    const char *tab;        /* which entry of the menu is current: "home" "help" "mine" "today" "board" ... */
    const char *back;       /* path of the back button, or NULL */
    const char *csrf;       /* not set by callers */
    const struct req *rq;   /* for the path of the mode switch */
    struct str notice;      /* shown in a bar on top: what just happened */
    const char *notice_level; /* "" amber, "t" info, "g" done, "x" hot */
    bool has_foot;          /* page ends in a sticky foot */
};

/* A page as features start it: layout, title and request filled in. */
struct shell_page shell_page(const struct req *rq, enum shell_layout layout, struct str title,
                             const char *tab);
void shell_head(struct out *o, struct cx *cx, const struct shell_page *p);
void shell_foot(struct out *o, struct cx *cx, const struct shell_page *p);

/* <svg class="i"><use href="…#name"/></svg> */
struct html shell_icon(struct cx *cx, const char *name);
/* The hidden csrf field of a form; empty for the anonymous. */
struct html shell_csrf(struct cx *cx);
/* A hidden idempotency key: what the form was sent with, or a new UUID. */
struct html shell_key(struct cx *cx, const struct req *rq);
/* <time data-due> with words and level; empty when due_at is 0. */
struct html shell_clock(struct cx *cx, int64_t due_at);
/* Five dashes of progress, step 1..5; `done` green. */
struct html shell_progress(struct cx *cx, int step, bool done);
/* The fault under one field, id NAME-e; empty when there is none. */
struct html shell_fault(struct cx *cx, const char *field);
/* aria-invalid and aria-describedby for the input of a field that has a fault. */
struct html shell_invalid(struct cx *cx, const char *field);
/* The first character of a name for the round avatar. */
struct str shell_initial(struct str name);
/* A whole field of a form from its description: label, input (text, number, date, textarea, select or
 * chips for codes), hint, fault, value as typed (or `rec`'s when rq has none). */
struct html shell_field(struct cx *cx, const struct req *rq, const struct shape *s,
                        const char *field, const void *rec);

/* Reads elder mode from the cookie "mode" or ?m=elder into cx. Called by main for each request. */
void shell_mode(struct cx *cx, const struct req *rq);
/* The error page for a fault: what happened, what to do, whom to call, reference number. */
void shell_error(struct cx *cx, const struct req *rq, int status, struct reply *rp);

/* Set in the `community` slot for heads and errors: name and service phone. Filled by main once. */
struct shell_community {
    int64_t id;
    struct str name, short_name, phone;
    bool is_sample;
};
/* Found by cx->community in the table that main keeps; never NULL. */
const struct shell_community *shell_community(struct cx *cx);
void shell_communities(const struct shell_community *at, size_t n); /* once, at start, before threads */

extern const struct feature shell_feature; /* POST /mode */

#endif
