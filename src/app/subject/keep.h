/*
 * keep -- what is forgotten when its time is over, by the classes of the register; what may not be
 * touched meanwhile (a hold); what was forgotten in which month. Owns keep_hold, keep_done.
 *
 * A room hands over a rule for each class it has rows of. Once a night all rules run. What a room
 * forgets by jobs of its own, on the day, has a rule without a statement, so that no class is
 * without an owner. Figures stay as they were: rules empty what was said and who it was, not what
 * is counted. PIPL 19, 47.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef KEEP_H
#define KEEP_H

#include "app/consent/consent.h"
#include "db/db.h"

enum { KEEP_MOST = 2000 }; /* rows of a rule a night */

struct keep_line {
    const struct keep_rule *rule;
    const struct keep_class *keep;
    int64_t due; /* rows whose time is over and that no hold keeps; what a run would forget */
};
typedef LIST(struct keep_line) keep_lines;
enum err keep_look(struct cx *cx, keep_lines *out); /* a dry run: changes nothing */
enum err keep_night(struct cx *cx);                 /* runs all rules; each night */

/* Something that must stay although its time is over: a dispute, a court. */
struct keep_hold {
    int64_t id;
    struct str subject;
    int64_t subject_id;
    struct str number, reason, by_name;
    int64_t at, ended_at;
    struct str ended_name;
};
typedef LIST(struct keep_hold) keep_hold_list;
extern const struct shape keep_hold_shape;
enum err keep_holds(struct cx *cx, keep_hold_list *out); /* the newest first */
enum err keep_hold_put(struct cx *cx, const struct keep_hold *h);
enum err keep_hold_end(struct cx *cx, int64_t id);
enum err keep_held(struct cx *cx, const char *subject, int64_t id, bool *yes);
/* The one way in which a room keeps what a hold keeps: whoever would take it away by now (its time
 * is over, he leaves, he takes back what it was kept for) asks here first. While it is held, the
 * room's job `job` on `job_id` is put for the next day; it asks here again, so that all of it goes
 * by itself when the hold ends. What was withdrawn ends at once all the same: he reads KEEP_WAITS.
 */
enum err keep_wait(struct cx *cx, const char *subject, int64_t id, const char *job, int64_t job_id,
                   struct str arg, bool *held);
#define KEEP_WAITS "有一件争议还没有了结，您的资料先封存着，不再使用；了结以后自动删掉"

/* How many rows were forgotten in a month, by class. */
struct keep_sum {
    int64_t month; /* YYYYMM */
    struct str keep, label;
    int64_t n;
};
typedef LIST(struct keep_sum) keep_sums;
extern const struct shape keep_sum_shape;
enum err keep_report(struct cx *cx, keep_sums *out); /* of twelve months, the newest first */

/* Once, at start, before threads. */
void keep_rules_set(const struct keep_rule *const *at, size_t n);
const struct keep_rule *keep_rule_nth(size_t i); /* NULL behind the last */

#endif
