/* need_rule -- one step on its way: between need_step.c, which runs the table, and need_rule.c,
 * which holds what each step checks and changes beyond it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NEED_RULE_H
#define NEED_RULE_H

#include "app/need/need_own.h"

struct moving {
    struct cx *cx;
    const struct flow_step *step;
    const struct need_move *m;
    struct need *n;     /* as it becomes */
    struct need before; /* as it was read */
    struct need_clocks clocks;
    struct duty duty; /* of m->duty_id, else of the need; id 0 = none */
    struct org org;   /* of m->org_id */
    bool resident, system;
    struct need_said said;
    struct str slip;        /* why the promise moves, for the resident */
    struct str slip_reason; /* a code; empty = the move's reason, else the step */
    bool first_promise;     /* the first date of an answer: no slip */
};

struct need_rule {
    const char *step;
    enum err (*apply)(struct moving *v); /* checks and changes v->n; NULL = nothing special */
    enum err (*after)(struct moving *v); /* when all is stored */
};
extern const struct need_rule need_rules[];
extern const size_t need_rule_count;

/* Why the step is barred for this need whoever asks, from its flags alone; NULL = it is not. */
const char *need_barred(struct cx *cx, const struct need *n, const struct flow_step *step);
bool need_rating_is_grade(struct str rating);
/* Steps about a request to help are offered only where there is one: need_assist.c. */
bool need_assist_is_step(struct str step);
enum err need_apply_ask_help(struct moving *v);
enum err need_apply_whistle(struct moving *v);
enum err need_apply_whistle_ack(struct moving *v);
enum err need_apply_help_answer(struct moving *v);
enum err need_apply_whistle_rate(struct moving *v);
enum err need_apply_whistle_back(struct moving *v);
/* Of a complaint (need_guard.c): ERR_INPUT when v->org is the unit that is complained about; words
 * that tell who asked are covered in `covered`, which v->m is then. */
enum err need_guard_unit(struct moving *v);
enum err need_guard_words(struct moving *v, struct need_move *covered);
/* May it be with this unit? Not when it is about the unit, nor when all who handle needs there have
 * a part in it: then nobody could bring it to an answer. */
enum err need_guard_may(struct cx *cx, const struct need *n, int64_t org_id, bool *yes);
/* Whoever is still not content after it was done again asks the leader (need_leader.c), who decides
 * only what was put to him: ERR_CONFLICT when nothing was, or when it is decided, or too late. */
enum err need_ask_leader(struct cx *cx, struct need *n);
enum err need_put_to_leader(struct moving *v);
/* Sends the answer of a closed need to those that joined it. */
enum err need_pass_on(struct cx *cx, const struct need *n);
/* What the resident is to be told, by the clocks as they are now. */
int64_t need_promise_of(const struct moving *v);
/* Tells the resident that the promise moved, and why; nothing when it did not. */
enum err need_say_slip(struct moving *v);
/* Joiners never get an earlier date than the main need has. */
enum err need_joiners_follow(struct cx *cx, const struct need *n, struct str why);

#endif
