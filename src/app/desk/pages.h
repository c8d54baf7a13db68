/* pages -- what the pages of the staff share among themselves; for this folder only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DESK_PAGES_H
#define DESK_PAGES_H

#include "app/desk/desk.h"
#include "app/match/match.h"
#include "app/visit/visit.h"

#define ROLES_BOARD  (ROLES_CENTRE | ROLE_LEADER)
#define ROLES_SEARCH (ROLES_BOARD | ROLE_CLERK | ROLE_AREA_STAFF)
#define ROLES_TODAY  (ROLES_FIELD | ROLE_HANDLER | ROLE_AREA_STAFF | ROLE_CLERK)
#define ROLES_INTAKE (ROLE_CLERK | ROLE_DISPATCHER | ROLE_DUTY_LEAD)
#define ROLES_CALL   (ROLES_CENTRE | ROLE_CLERK | ROLE_AREA_STAFF)
#define ROLES_DECIDE (ROLE_DUTY_LEAD | ROLE_LEADER)

enum { DESK_LIST_MAX = 100 }; /* rows of one list; more is reached by searching */

/* ---- choices of a form ---- */

struct desk_choice {
    struct str value, label;
};
typedef LIST(struct desk_choice) desk_choice_list;

struct desk_group {
    struct str label;
    desk_choice_list of;
};
typedef LIST(struct desk_group) desk_group_list;

typedef LIST(const struct flow_reason) desk_reason_list;
/* A code list of flow.h as something a template can walk; NULL is empty. */
desk_reason_list desk_reasons(const struct flow_reason *list);

/* ---- one need in a list ---- */

struct desk_item {
    struct need n;
    struct str subject; /* the title, or the beginning of the resident's words */
    struct str words;   /* those words again when the subject is a title, else empty */
    struct str link;    /* where a click leads */
    struct str owner;   /* short name of the unit; empty before dispatch */
    const char *due;    /* 前派出 前联系 前办好: what the clock waits for */
    bool is_current, is_mine;
};
typedef LIST(struct desk_item) desk_item_list;

struct str desk_subject(struct cx *cx, const struct need *n);
const char *desk_due(const struct need *n);
/* "电话", "12345 转来" */
struct str desk_channel(const struct need *n);
/* Class of the tag of a state: t works, a waits, g done, "" else. */
const char *desk_state_class(enum need_state s);
/* `base` is "/d/need/" or "/w/order/". Names of units are looked up once each. */
enum err desk_items(struct cx *cx, const need_list *needs, const char *base, desk_item_list *out);
/* All open needs in reach that fit `f`, most urgent first, at most `most` of them. */
enum err desk_all(struct cx *cx, struct need_filter f, size_t most, need_list *out);
/* "open" or "closed": his own, his unit's and those in his reach, at most `most` of each. His own
 * are asked for, not looked for: where the reach is the community they may lie behind hundreds that
 * others do. */
enum err desk_work(struct cx *cx, const char *state, size_t most, need_list *out);

/* A column of the board: what waits for the same kind of doing. */
struct desk_lane {
    const char *code, *label;
    struct str note;
    int64_t count;
    bool is_hot;
};
typedef LIST(struct desk_lane) desk_lane_list;

/* ---- one need with all that can be done with it ---- */

/* A step as a form. */
struct desk_step_view {
    const struct flow_step *step;
    const struct need *n;
    const struct desk_case *c; /* choices, what was typed, where to go */
    struct str pre;            /* in front of field ids, so that many forms stand on one page */
    bool is_open, is_bad;      /* unfolded; came back with faults */
    desk_group_list orgs;      /* the units that this step may name */
    desk_reason_list answers;
};
typedef LIST(struct desk_step_view) desk_step_list;

/* A proposed unit, who of it could handle the need, and who gets it when nobody is chosen. */
struct desk_unit {
    struct need_proposal proposal;
    post_card_list people;
    const struct post_card *person; /* NULL = the unit divides the work */
    const char *field;              /* of the choice of a person */
};
typedef LIST(struct desk_unit) desk_unit_list;

/* Accepting and dispatching with one key, or dispatching alone. */
struct desk_send {
    bool is_shown, has_duty, is_bad;
    struct str action, title, level, kind;
    struct str pre;  /* in front of field ids, as of a step */
    struct str look; /* the same page with another row chosen: "...?duty_id=" */
    int64_t duty_id; /* chosen */
    duty_fit_list fits;
    desk_unit_list units;
};

struct desk_fact {
    const char *label;
    struct str text;
};
typedef LIST(struct desk_fact) desk_fact_list;

struct desk_event {
    struct str what, why, text, who;
    int64_t at;
    bool is_public;
};
typedef LIST(struct desk_event) desk_event_list;

struct desk_case {
    struct need n;
    const struct req *rq;
    const char *base;
    struct str back, subject;
    desk_fact_list facts;
    desk_event_list events;
    desk_item_list same;
    struct need_event asked; /* an unanswered request to park; id 0 = none */
    desk_step_list steps;
    struct desk_send send;
    desk_group_list duties, orgs; /* for selects; empty when no step wants them */
    struct str faster;            /* who moved it first; empty = nobody */
    struct str kept;              /* what was typed into a form that is gone */
    bool may_open_contact, may_open_door;
    bool is_opened; /* name, contact or door of `n` stand in plain: this showing was logged */
    struct str tel; /* of an opened contact, when it is a phone number */
    bool may_merge;
    bool has_keys; /* the board: show letter keys */
    struct need_photo_card photos;
    /* of a guarded one: the unit that it is about, who said what, what may be settled */
    struct str about, about_id;
    shield_answer_list answers;
    place_list line;
    desk_choice_list parts;
    bool may_guard, may_declare;
    const struct match_panel *match; /* people who could help; NULL = not a matter for them */
};

/* Something that only a person on duty can decide. */
struct desk_decision {
    struct desk_item item;
    const char *what;    /* 申请退回 */
    struct str who, why; /* who asked, and with which words */
    int64_t at;
    const char *waits_for; /* whose decision it is when not the caller's */
    const struct desk_case *c;
};
typedef LIST(struct desk_decision) desk_decision_list;

/* A whistle of the last days, for those on duty: in the order of time, never of merit. */
struct desk_whistle {
    struct need_assist a;
    struct str subject, unit, words;
};
typedef LIST(struct desk_whistle) desk_whistle_list;

/* Which form came back and how. */
struct desk_bad {
    struct str step; /* "" = none; "quick"; "open" */
    enum err err;
};

/* Starts a case: n, rq, base and back of `out` are set by the caller; `n` is masked as he may see
 * it, or opened. Fills the steps that may be taken now, with the choices that they want. `only`
 * names the steps that are asked for, NULL-ended; NULL = all. */
enum err desk_case_steps(struct cx *cx, const char *const *only, const struct desk_bad *bad,
                         struct desk_case *out);
/* The same with all that the page of one need shows. */
enum err desk_case(struct cx *cx, const struct desk_bad *bad, struct desk_case *out);
/* What one may say of a complaint and himself; `all`: that he has no part in it, too. */
void desk_parts(struct cx *cx, bool all, desk_choice_list *out);
/* 陈芳（派遣员）; and the label of a reason as people read it. */
struct str desk_who(struct cx *cx, const struct need_event *e);
struct str desk_why(const struct need_event *e);
/* What was asked of a unit and what became of it, both sides' words of a whistle too. */
struct str desk_whistle_words(struct cx *cx, const struct need_assist *a);

/* base, id, tail: "/d/need/1/merge" */
struct str desk_path(struct cx *cx, const char *base, int64_t id, const char *tail);
/* "person-17": who of unit 17 gets it. */
const char *desk_person_field(struct cx *cx, int64_t org_id);
struct str desk_step_path(struct cx *cx, const struct desk_step_view *v);
struct str desk_look(struct cx *cx, const struct desk_send *s, int64_t duty_id);
/* Words of a form. */
const char *desk_text_label(const struct flow_step *s);
const char *desk_date_label(const struct flow_step *s);
struct str desk_key(struct cx *cx, const char *key); /* "A" */
/* The text a form starts with: as typed, or the answer of the need for a step that closes it. */
struct str desk_text(const struct desk_step_view *v);
struct str desk_value(const struct desk_step_view *v, const char *field, struct str stored);
bool desk_is(const struct desk_step_view *v, const char *field, struct str value,
             struct str stored);
/* tel: link of a contact that is a number, else empty. */
struct str desk_tel(struct cx *cx, struct str contact);

/* The page of one need in the frame that fits its base. */
void desk_draw(struct cx *cx, struct reply *rp, struct desk_case *c);
/* A notice of what was just done: ?done=accept. */
struct str desk_done(struct cx *cx, const struct req *rq);
int64_t desk_sent(const struct req *rq); /* the one that was just dispatched from a list; 0 */

/* ---- the parts of the board, each fetched by itself too ---- */

struct desk_lanes_view {
    desk_lane_list lanes;
    struct str lane;
};

struct desk_list_view {
    struct str lane, id;
    const char *label, *empty;
    desk_item_list items, urgent;
    bool has_more;
};

struct desk_detail_view {
    const struct desk_case *c; /* NULL = nothing to choose */
    struct str notice;
    int64_t sent; /* which one it tells of; 0 = the one below, or none */
};

/* ---- handlers ---- */

enum err desk_need_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err desk_need_step(struct cx *cx, const struct req *rq, struct reply *rp);
enum err desk_need_photo(struct cx *cx, const struct req *rq, struct reply *rp);
enum err desk_need_quick(struct cx *cx, const struct req *rq, struct reply *rp);
enum err desk_need_open(struct cx *cx, const struct req *rq, struct reply *rp);
enum err desk_need_declare(struct cx *cx, const struct req *rq, struct reply *rp);
enum err desk_need_guard(struct cx *cx, const struct req *rq, struct reply *rp);

enum err desk_board_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err desk_part_lanes(struct cx *cx, const struct req *rq, struct reply *rp);
enum err desk_part_list(struct cx *cx, const struct req *rq, struct reply *rp);

enum err desk_today_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err desk_note_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err desk_note_do(struct cx *cx, const struct req *rq, struct reply *rp);

enum err desk_lead_page(struct cx *cx, const struct req *rq, struct reply *rp);

enum err desk_intake_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err desk_intake_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err desk_receipt_page(struct cx *cx, const struct req *rq, struct reply *rp);

/* ---- entering a need for somebody ---- */

struct desk_entry {
    struct place place;
    bool has_place;
    struct str where;
    place_list choices;
};
/* The place of the form, by code or by words; ERR_INPUT with what to do when it is not one place.
 * `own_only`: within the caller's reach; else the whole community is offered too, for what has no
 * place that fits. */
enum err desk_find_place(struct cx *cx, const struct req *rq, bool own_only,
                         struct desk_entry *out);

#endif
