/* visit_own -- what the files of this folder share; no other folder includes it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VISIT_OWN_H
#define VISIT_OWN_H

#include "app/visit/visit.h"
#include "app/subject/subject.h"
#include "base/time.h"
#include "db/db.h"
#include "web/web.h"

struct visit_need {
    int64_t id, door_id, told_at;
};
typedef LIST(struct visit_need) visit_need_list;
extern const struct shape visit_need_shape;

/* The door of a place, made if it is not known yet; the place must be a stairwell or a building. */
enum err door_make(struct cx *cx, const struct place *p, struct str door, struct door *out);
enum err door_load(struct cx *cx, int64_t id, struct door *out);
enum err door_keep(struct cx *cx, struct door *d); /* ERR_CONFLICT: somebody was faster */
/* A year from today, or as long as they said before: "no" is never shorter than what stands. */
int64_t door_quiet_year(const struct cx *cx, const struct door *d);
/* Notes the wish and calls off what was planned until then. Who is not signed in cannot make what
 * stands shorter. */
enum err door_quieten(struct cx *cx, struct door *d, int64_t until_day, struct str by);

enum { VISIT_AWAY_DAYS = 2 }; /* nobody at home: so many days later again */

enum err visit_load(struct cx *cx, int64_t id, struct visit *out);
enum err visit_keep(struct cx *cx, struct visit *v);
enum err visit_add(struct cx *cx, struct visit *v, const struct door *d);
/* Takes `step` from v->state; ERR_CONFLICT with a sentence when it does not lead on from there. */
enum err visit_go(struct cx *cx, struct visit *v, const char *step, unsigned by, struct str text);
/* The same, by what a phone handed in under `save_key`: stored once. */
enum err visit_go_saved(struct cx *cx, struct visit *v, const char *step, unsigned by,
                        struct str text, struct str save_key);
/* Nobody at home where something was to be told: it is to be told still, some days later. */
enum err visit_not_back(struct cx *cx, struct visit *v, struct str text, struct str save_key);
/* Is there anything to tell about it at the door? Of what joined another, when that one is. */
enum err visit_is_answered(struct cx *cx, const struct need *n, bool *yes);
/* The day to come back on: tomorrow at the earliest, not before the day they wished. */
int64_t visit_back_day(struct cx *cx, const struct door *d, int64_t at);
enum err visit_open_of(struct cx *cx, int64_t door_id, struct visit *out, bool *found);
/* Photos that came with a visit go to the first need that it raised; what was not taken is a note.
 */
enum err visit_photos(struct cx *cx, const struct req *rq, struct visit_saved *s);
/* A form or JSON body: dates as a person types them, or days. */
enum err visit_read_said(struct cx *cx, const struct req *rq, struct visit_said *out);
/* Who acts, in words: the member of staff, or the household. */
struct str visit_actor(const struct cx *cx);

/* What is held of people, for their own page. */
extern const struct subject_part visit_parts[1];
extern const struct keep_rule visit_keeps[6];

#endif
