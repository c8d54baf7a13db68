/*
 * admin -- the pages of the administrator: posts and who holds them, people and how they sign in,
 * the calendar. It owns no table and keeps no rule: who may hold what stands in org.h, where open
 * work goes in need.h, what a day is in clock.h; here they are called in one transaction. The
 * content of needs is none of the administrator's business: only counts stand on these pages.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ADMIN_H
#define ADMIN_H

#include "app/need/need.h"

/* What follows from a change of a post. */
struct admin_turn {
    int64_t post_id;
    int64_t begins_at; /* later than now: open work is handed over then, by a job */
    int64_t to_person, to_unit, raised; /* as in need_handed; 0 until it is handed over */
};
extern const struct shape admin_turn_shape;

/* org_appoint_from() with what follows from it: open work goes along at once, or by a job on the
 * day on which it begins. ERR_DENIED: posts of the three administrators and of the privacy officer
 * are the security administrator's to fill, all others the system administrator's. */
enum err admin_appoint(struct cx *cx, const struct appointment *a, struct admin_turn *out);
/* How a person signs in is the caller's to keep: he fills the posts that the person holds or will
 * hold. ERR_DENIED with a sentence that says whose it is. */
enum err admin_keeps(struct cx *cx, int64_t person_id);
/* org_end() likewise. The security administrator's own post is ended by his successor only:
 * ERR_DENIED. */
enum err admin_end(struct cx *cx, int64_t holding_id, int64_t at, struct admin_turn *out);
/* A person leaves now: every holding ends or is called off, open work goes along, sessions and
 * tokens end, and he cannot sign in any more. Appends a turn for each post. Not oneself, and not
 * who still holds a post that the caller does not fill: ERR_DENIED. */
typedef LIST(struct admin_turn) admin_turn_list;
enum err admin_leave(struct cx *cx, int64_t person_id, admin_turn_list *out);
/* Stores the days that differ and reckons open needs anew; `*moved` = whose dates changed. */
enum err admin_calendar(struct cx *cx, const calendar_change_list *changes, int64_t *moved);

/* Jobs "post.turn": the day has come on which a post changes hands. */
enum err admin_job(struct cx *cx, struct str kind, int64_t post_id, struct str arg);

extern const struct feature admin_feature;     /* pages: web.c */
extern const struct feature admin_api_feature; /* JSON: api.c */

#endif
