/* class_own -- what the files of the 4:30 class share. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLASS_OWN_H
#define CLASS_OWN_H

#include "app/activity/activity_own.h"
#include "app/activity/class.h"
#include "app/subject/subject.h"

enum err class_term_load(struct cx *cx, int64_t id, struct class_term *out);
enum err class_child_load(struct cx *cx, int64_t id, struct class_child *out);
/* Stores c->state, rank, offer_until; ERR_CONFLICT when somebody was faster. */
enum err class_child_move(struct cx *cx, struct class_child *c, enum class_state to);
/* Who waits longest is offered a place while there is one. */
enum err class_rise(struct cx *cx, int64_t term_id);
/* What c has is free again. */
enum err class_release(struct cx *cx, const struct class_child *c);
/* Is it in the room at this moment? */
enum err class_is_here(struct cx *cx, const struct class_child *c, bool *here);
/* Today's row of a child, made (not stored) when there is none: id 0. */
enum err class_day_of(struct cx *cx, const struct class_child *c, int64_t day,
                      struct class_day *out);
enum err class_day_keep(struct cx *cx, struct class_day *d);
/* The third of its kind makes a talk. */
enum err class_maybe_talk(struct cx *cx, const struct class_day *d, const char *kind);
/* Puts the jobs of the next class day, and the one that forgets. */
enum err class_plan_jobs(struct cx *cx, const struct class_term *t, int64_t from_day);

/* ---- sealing ---- */

/* A new pair of keys: `pub`, and `priv` locked with the word of the card. */
void class_lock_make(struct cx *cx, struct str *card, struct str *pub, struct str *priv);
/* To whoever has the card, and bound to this child. "" stays "". */
struct str class_seal(struct cx *cx, struct str pub, int64_t child_id, struct str text);
/* False: the card is not this one, or the note is another child's. */
bool class_unseal(struct cx *cx, const struct class_term *t, struct str card, int64_t child_id,
                  struct str sealed, struct str *text);

/* What is known of a child that left and is not in the room any more, or the note that was agreed
 * to no longer, goes; under a hold nobody is shown it, and it goes when that ends. */
enum err class_wipe(struct cx *cx, int64_t child_id);
enum err class_drop_note(struct cx *cx, int64_t child_id);

/* What is held of people, for their own page. */
extern const struct subject_kind class_subject;
extern const struct subject_part class_parts[2];
extern const struct keep_rule class_keeps[1];

#endif
