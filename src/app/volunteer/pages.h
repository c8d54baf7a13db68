/* pages -- what the pages of this room share among themselves; for this folder only. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VOLUNTEER_PAGES_H
#define VOLUNTEER_PAGES_H

#include "app/shell/shell.h"
#include "app/volunteer/volunteer_own.h"

typedef LIST(const struct volunteer_code) volunteer_codes;
/* A code list as something a template can walk. */
volunteer_codes volunteer_choices(const struct volunteer_code *list);

typedef LIST(struct volunteer_code) volunteer_code_rows;

/* ---- ticking what one can do ---- */

struct skill_choice {
    struct skill skill;
    bool is_on, is_verified;
    int64_t level, expires_at;
};
typedef LIST(struct skill_choice) skill_choice_list;
struct skill_group {
    struct skill group;
    skill_choice_list of;
    bool any; /* one of them is ticked */
};
typedef LIST(struct skill_group) skill_group_list;
/* The taxonomy by groups; ticked are those of the form when it was sent, else `has`. */
enum err volunteer_groups(struct cx *cx, const struct req *rq, const volunteer_skill_list *has,
                          skill_group_list *out);
/* Those of `groups` that he has, in their order: for choosing levels. */
skill_choice_list volunteer_mine(struct cx *cx, const volunteer_skill_list *has,
                                 const skill_group_list *groups);
/* 要看证件、要有保险: what a leaf demands; empty when nothing. */
struct str skill_demands(struct cx *cx, const struct skill *s);
/* Codes ticked in the form, in its order; `levels` (may be NULL) from the fields level-CODE. */
void volunteer_ticked(struct cx *cx, const struct req *rq, volunteer_code_list *codes,
                      int64_t **levels);

/* ---- when ---- */

struct week_tick {
    const struct week_choice *choice;
    bool is_on;
};
typedef LIST(struct week_tick) week_ticks;
week_ticks volunteer_week_ticks(struct cx *cx, const struct req *rq, const struct week *w);
/* Ticked choices of the form as a week. */
struct week volunteer_week_of(const struct req *rq);

struct half_tick {
    int half; /* value DAY-HALF */
    struct str label;
    bool is_on;
};
typedef LIST(struct half_tick) half_ticks;
struct day_ticks {
    int day;
    const char *name;
    struct str words; /* 19:00–21:00 or 没空 */
    half_ticks halves;
};
typedef LIST(struct day_ticks) day_tick_list;

day_tick_list volunteer_days(struct cx *cx, const struct week *w);
/* Ticks of the fine table laid over `old`: what the table does not show stays as it was. */
enum err volunteer_fine_week(struct cx *cx, const struct req *rq, const struct week *old,
                             struct week *out);

/* ---- where ---- */

struct grid_tick {
    struct grid grid;
    bool is_on;
};
typedef LIST(struct grid_tick) grid_ticks;
struct area_ticks {
    struct place area;
    grid_ticks grids;
    bool any; /* one of them is ticked */
};
typedef LIST(struct area_ticks) area_tick_list;
/* The grids of each area but his own, which goes without saying; ticked are those of the form when
 * it was sent, else his. */
enum err volunteer_areas(struct cx *cx, const struct req *rq, const struct volunteer *v,
                         area_tick_list *out);
void volunteer_ticked_grids(struct cx *cx, const struct req *rq, volunteer_id_list *out);

struct volunteer_where {
    struct place place;
    bool has_place;
    struct str where;
    place_list choices;
};
/* The place of the form, by code or by words; ERR_INPUT with what to do when it is not one. */
enum err volunteer_find_place(struct cx *cx, const struct req *rq, struct volunteer_where *out);
/* Somebody was faster: what he agrees to is ticked in `v` as it holds now, not as it was typed. */
void volunteer_tick(struct volunteer *v, const struct volunteer *now);

/* ---- registering, by himself or by a clerk ---- */

struct volunteer_form {
    const struct req *rq;
    bool is_staff;
    struct volunteer_where at;
    skill_group_list groups;
    week_ticks times;
    struct volunteer v;
};
enum err volunteer_form_fill(struct cx *cx, const struct req *rq, struct volunteer_form *f);
/* Reads the form and registers. On ERR_INPUT and ERR_CONFLICT `f` is ready to be shown again. */
enum err volunteer_form_do(struct cx *cx, const struct req *rq, struct volunteer_form *f,
                           struct str *key, bool *again);

/* ---- one volunteer as a list shows him ---- */

struct volunteer_item {
    struct volunteer v;
    struct str skills, when;
    bool is_minor;
};
typedef LIST(struct volunteer_item) volunteer_items;

struct volunteer_act {
    struct str what, who, text;
    int64_t at;
};
typedef LIST(struct volunteer_act) volunteer_acts;
enum err volunteer_story(struct cx *cx, int64_t id, volunteer_acts *out); /* newest first */
struct str volunteer_skill_words(struct cx *cx, const volunteer_skill_list *l); /* 修水管、陪聊天 */
struct str volunteer_day_text(struct cx *cx, int64_t day);                      /* 2026-03-14 */
const char *volunteer_state_class(enum volunteer_state s);
/* "/v/ID/tail?k=KEY" */
/* Field staff hold a phone, the others sit at a desk. */
struct shell_page volunteer_staff_page(const struct cx *cx, const struct req *rq, struct str title);
struct str volunteer_link(struct cx *cx, int64_t id, const char *tail, struct str key);
/* A day of the form as the ms of its 00:00; 0 when it is empty. */
enum err volunteer_read_day(struct cx *cx, const struct req *rq, const char *field, int64_t *at);

/* A row of the taxonomy as its keeper sees it. */
struct taxonomy_row {
    struct skill skill;
    struct str demands;
    int64_t offers;
};
typedef LIST(struct taxonomy_row) taxonomy_rows;

/* ---- handlers ---- */

enum err volunteer_give_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_give_do(struct cx *cx, const struct req *rq, struct reply *rp);

enum err volunteer_own_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_slip_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_times_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_times_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_away_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_back_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_skills_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_skills_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_grids_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_grids_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_edit_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_edit_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_step_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_step_do(struct cx *cx, const struct req *rq, struct reply *rp);

enum err volunteer_list_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_card_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_card_open(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_card_verify(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_card_insure(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_told_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_told_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_card_step(struct cx *cx, const struct req *rq, struct reply *rp);

enum err volunteer_entry_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_entry_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_paper_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_receipt_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_import_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_import_prepare(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_import_do(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_import_back(struct cx *cx, const struct req *rq, struct reply *rp);

enum err volunteer_taxonomy_page(struct cx *cx, const struct req *rq, struct reply *rp);
enum err volunteer_taxonomy_do(struct cx *cx, const struct req *rq, struct reply *rp);

#endif
