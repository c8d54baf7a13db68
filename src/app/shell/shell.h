/*
 * shell -- the frame of every page: head, navigation, error pages, the shared small pieces of
 * markup, and how a page is shown (elder mode). The only HTML that other features include.
 *
 * A page template is written so:
 *     {% view struct need_list_view { struct shell_page page; need_list needs; } %}
 *     {% do shell_head(o, cx, &v->page) %} ... {% do shell_foot(o, cx, &v->page) %}
 *
 * What the head has already opened, and the foot closes:
 * - PHONE, WIDE, NARROW, WORK: <main id="main" class="wrap ..."> with the top bar in it; the page
 *   goes on with its <h1>;
 * - DESK: header and <main id="main" class="pd">; the page goes on with its <h1>;
 * - BOARD: a header with the title as <h1>; the lanes and <main id="main" class="cols">...</main>
 *   are the page's own;
 * - PRINT: <body>; <main id="main" class="sheet">...</main> is the page's own.
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

/* An entry of the navigation of those who are signed in. main hands over the whole table once, in
 * the order of the bars: field staff see the entries of their role as tabs (WORK), the others in
 * the header (DESK, BOARD). The entry whose tab is "search" becomes the search box of the header: a
 * GET form to its path with the field "q", its label as placeholder. Residents' tabs are shell's
 * own; entries with roles 0 stand on the residents' first page (shell_links()). */
struct shell_menu {
    const char *tab, *path, *label, *icon;
    uint32_t roles; /* bits of app/account/role.h */
    /* What one needs less often: a tab that elder mode, where a bar has three, leaves out; an entry
     * that stands behind 更多 when a header has more than one row holds. */
    bool is_extra;
};
typedef LIST(struct shell_menu) shell_menu_list;

struct shell_page {
    struct str title; /* before the community's name */
    enum shell_layout layout;
    const char
        *tab; /* which entry of the menu is current: "home" "help" "mine" "today" "board" ... */
    const char *back;     /* path of the back button, or NULL */
    const struct req *rq; /* for the path of the mode switch */
    struct str here;      /* path with query to come back to; empty = the path of rq */
    struct str place;     /* code of the place the page is about: the tab of asking carries it on */
    struct str notice;    /* shown in a bar on top: what just happened */
    const char *notice_level; /* "" amber, "t" info, "g" done, "x" hot */
    bool has_foot;            /* page ends in a sticky foot: no tabs, no footer, class pf */
    bool has_hero;            /* no top bar: the page writes it with shell_top() inside its hero */
    bool is_private;          /* opened by a secret link: search engines keep out */
    bool is_live; /* DESK: has live regions or letter keys (board.js); others: follows one
                   * thing by a stream of its own (live.js) */
};

/* A page as features start it: layout, title and request filled in. */
struct shell_page shell_page(const struct req *rq, enum shell_layout layout, struct str title,
                             const char *tab);
void shell_head(struct out *o, struct cx *cx, const struct shell_page *p);
void shell_foot(struct out *o, struct cx *cx, const struct shell_page *p);
/* <div class="top">: the community's name, read aloud, size of type. */
void shell_top(struct out *o, struct cx *cx, const struct shell_page *p);

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
/* Has the field a fault? In the tag of its input a template writes
 *     {% if shell_is_wrong(cx, "name") %} aria-invalid="true" aria-describedby="name-e"{% end %} */
bool shell_is_wrong(const struct cx *cx, const char *field);
/* The same two attributes for components written in C. */
struct html shell_invalid(struct cx *cx, const char *field);
/* The bar in front of a form that came back: each fault as a link to #FIELD, or the one message.
 * Empty when nothing is wrong. */
struct html shell_faults(struct cx *cx);
/* The first character of a name for the round avatar. */
struct str shell_initial(struct str name);
/* What the person typed into `field`, or, on the first showing, `stored`. */
struct str shell_typed(const struct req *rq, const char *field, struct str stored);
/* A whole field of a form from its description: label, input (text, number, date, textarea, select
 * or chips for codes), hint, fault, value as typed (or `rec`'s when rq has none). */
struct html shell_field(struct cx *cx, const struct req *rq, const struct shape *s,
                        const char *field, const void *rec);
/* The same; with `must` it cannot be left out here, though its shape lets others leave it out. */
struct html shell_field_must(struct cx *cx, const struct req *rq, const struct shape *s,
                             const char *field, const void *rec, bool must);

/* Reads elder mode from the cookie "mode" or ?m=elder into cx. Called by main for each request. */
void shell_mode(struct cx *cx, const struct req *rq);
/* Keeps ?m= of this request in the cookie, for pages that boards and posters point to. */
void shell_mode_keep(struct cx *cx, const struct req *rq, struct reply *rp);
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
/* Both once, at start, before threads; the tables must outlive the server. */
void shell_communities(const struct shell_community *at, size_t n);
void shell_menu_set(const struct shell_menu *at, size_t n);

/* ---- what features offer to pages that do not know them (web.h: .menu, .news, .near, .here) ----
 */

/* A line that a feature offers. */
struct shell_offer {
    struct str title, text, href;
    const char *icon;
    struct str tag;    /* 开着，到 17:30; may be empty */
    const char *level; /* of the tag: "" "g" "a" "x" "t" */
    int64_t at;        /* when it happens, or begins to hold */
    struct str path;   /* of the place it is about; "" = the whole community */
    const void *from;  /* filled by shell */
};
struct shell_offers {
    struct shell_offer *at;
    size_t n, cap;
};
enum { SHELL_NEWS_MAX = 3, SHELL_NEAR_MAX = 3 };
/* The nearest things that matter in the coming week around `path`: those of one's own estate, then
 * of the area, then the rest, each by time; at most two of one feature while others have some. What
 * lies in another area is left out when `path` is given. */
enum err shell_news(struct cx *cx, struct str path, struct shell_offers *out);
/* Where one can go from there now: in the order in which features say it. */
enum err shell_near(struct cx *cx, struct str path, struct shell_offers *out);
/* What one finds at a site. */
enum err shell_here(struct cx *cx, int64_t site_id, struct shell_offers *out);
/* A card of such lines; the page writes the heading. */
void shell_offers_show(struct out *o, struct cx *cx, const struct shell_offers *all);
/* The entries of the caller's menu that find no room in the tabs of field staff: the page of his
 * posts has them. */
void shell_more(struct cx *cx, shell_menu_list *out);
/* The entries of the menu that are for residents. */
void shell_links(struct cx *cx, shell_menu_list *out);
/* Shows what a number on paper is the number of, to who has its four digits: by its letter; without
 * one (`any`) by all in turn. ERR_MISSING when no feature knows the two together. */
enum err shell_show_number(struct cx *cx, const struct req *rq, struct reply *rp, struct str number,
                           struct str word, bool any);
/* Once, at start, before threads; the arrays must outlive the server. */
typedef enum err (*shell_offering_fn)(struct cx *cx, struct str path, struct shell_offers *out);
typedef enum err (*shell_here_fn)(struct cx *cx, int64_t site_id, struct shell_offers *out);
struct shell_number {
    char letter;
    enum err (*show)(struct cx *cx, const struct req *rq, struct reply *rp, struct str number,
                     struct str word);
};
struct shell_offering {
    shell_offering_fn *news, *near;
    shell_here_fn *here;
    size_t nnews, nnear, nhere;
    struct shell_number *numbers;
    size_t nnumbers;
};
void shell_offering_set(const struct shell_offering *all);

extern const struct feature shell_feature; /* POST /mode */

#endif
