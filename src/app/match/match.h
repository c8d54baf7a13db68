/*
 * match -- precise matching 精准匹配: which of those who offer help fits which need, who was asked,
 * who comes. The machine proposes, with reasons; a person asks; whoever is asked is free to say no,
 * at no cost and without a mark.
 *
 * A need of the loop whose asker agreed to it has a match_help: the part that people can help with.
 * A run builds one problem of all that wait (on the other side volunteers, teams, units, merchants,
 * and those whose post it is: grid workers, building leaders, units by the duty catalogue), lets
 * solve/ find the best matching with its proof, and writes for each need at most four proposals. A
 * new need, a decline and the night start a run; each takes some milliseconds for a community, so
 * that nothing is kept between them but the prices.
 *
 * An offer is one question to one helper; its states stand in one table (offer_steps). Contact is
 * given only after both said yes, in one act that is logged. Owns all tables match_*. Stands below
 * need and volunteer; need tells it of new and moved needs by jobs "match.*".
 *
 * Functions for staff bind the caller's scope as need's do.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MATCH_H
#define MATCH_H

#include "app/need/need.h"
#include "app/outbox/outbox.h"
#include "app/volunteer/volunteer.h"

/* ---- what is asked for ---- */

struct match_help {
    int64_t id; /* the need's */
    struct str skill_code;
    int64_t people;
    struct str week; /* when it suits: week_read(); empty week = not said, to be arranged */
    int64_t halves;  /* how long, in half-hours: 1 .. 16 */
    int64_t from_day, to_day; /* days since 1970; 0 = open */
    struct str every;         /* "" once, "week", "fortnight", "month" */
    int64_t turn;             /* which time of a recurring need, from 0 */
    struct str access;        /* what to know at the door; the helper reads it with the words */
    bool two_first;   /* two come together the first time: a person decides it, no trait says it */
    bool relay;       /* calls go through the centre; else the helper sees the phone */
    int64_t again_id; /* an earlier need whose helper was liked */
    int64_t rung, asked_at, confirmed_at;
    bool is_paused; /* nobody has said for long that it is still wanted */
    int64_t version, entered_by, created_at, changed_at;
};
extern const struct shape match_help_shape;
extern const struct flow_reason match_every[]; /* codes of `every` */

/* Staff reads; ERR_MISSING when the need has none (its asker did not agree, or nobody set it). */
enum err match_help_get(struct cx *cx, int64_t need_id, struct match_help *out);
/* Staff sets or changes it (.ask fields; `version` 0 = new or not checked). The need must be open
 * and its asker agree to be matched. A leaf that needs two, and two_first, want people >= 2 by
 * themselves. Starts a run. */
enum err match_help_put(struct cx *cx, int64_t need_id, struct match_help *h);

/* ---- the rules as data ---- */

/* Points of 0 .. 100 each; a sum of points is what candidates are compared by. */
struct match_weights {
    int64_t id;     /* version; 0 = built in, before anybody set any */
    int64_t skill;  /* level, and whether a paper was seen */
    int64_t near;   /* same building, grid, else falling to 0 at far_m */
    int64_t timely; /* a time that suits both */
    int64_t rested; /* has not been asked to do anything lately */
    int64_t again;  /* was there before and both liked it */
    int64_t urgent; /* by level of the need: decides which need is served, not by whom */
    int64_t wait;   /* one a day of waiting, up to this */
    int64_t fair;   /* taken off for each time of the last four weeks, once more for each new one */
    int64_t keep;   /* for who is asked already: a run does not change a question for nothing */
    int64_t look;   /* the grid's worker or the building's leader, who goes and looks first */
    int64_t lead;   /* the unit that leads such a matter by the duty catalogue */
    int64_t far_m;  /* metres: 200 .. 20000 */
    int64_t offer_hours; /* an offer waits so long: 1 .. 168; of level L1 a quarter of it */
    int64_t asks_most;   /* asked at once for one place: 1 .. 5 */
    int64_t certain;     /* wanted certainty that one says yes, in percent: 50 .. 99 */
    int64_t odds;        /* how often people say yes before we know, in percent: 5 .. 95 */
    int64_t tried, others, served_now, served_new; /* what its trial said when it was made */
    struct str note;                               /* why it was changed; a trial needs none */
    int64_t by_person;
    struct str by_name;
    int64_t at;
};
typedef LIST(struct match_weights) match_weights_list;
extern const struct shape match_weights_shape;
enum err match_weights_now(struct cx *cx, struct match_weights *out);
enum err match_weights_all(struct cx *cx, match_weights_list *out); /* newest first, 50 */
/* Duty lead and leader. Tries it, and keeps what the trial said with the new version and the
 * caller's name; ERR_CONFLICT when w->id is not the version that holds (somebody was faster).
 * Starts a run. */
enum err match_weights_put(struct cx *cx, struct match_weights *w);

/* What would be different: last 30 days' needs against today's library, both rules side by side.
 * Nothing is written. */
struct match_trial {
    int64_t needs, wanted;
    int64_t served_now, served_new;         /* needs with all their people */
    int64_t urgent, urgent_now, urgent_new; /* the same of those of level L1 */
    int64_t worst_now, worst_new;   /* people found where fewest are, in 1/1000: of grids that want
                                       three or more; 1000 when there is none */
    int64_t used_now, used_new;     /* volunteers with work */
    int64_t gini_now, gini_new;     /* of their load, in 1/1000 */
    int64_t metres_now, metres_new; /* mean way */
    int64_t others;                 /* needs that would get other people */
    int64_t gap;                    /* of both proofs together: 0 */
};
extern const struct shape match_trial_shape;
/* A need that would get other people: who goes and who comes; who stays is not told. */
struct match_other {
    int64_t need_id;
    volunteer_id_list now, then;
};
typedef LIST(struct match_other) match_other_list;
/* `others` may be NULL. Duty lead and leader. */
enum err match_try(struct cx *cx, const struct match_weights *w, struct match_trial *out,
                   match_other_list *others);

/* ---- runs and proposals ---- */

struct match_run {
    int64_t id;
    struct str reason; /* night, demand, new, declined, changed */
    int64_t weights_id, needs, wanted, providers, edges, matched, served, changed, objective, gap,
        used, gini, took_us, at;
};
typedef LIST(struct match_run) match_run_list;
extern const struct shape match_run_shape;
extern const struct flow_reason match_reasons[];
/* One run over all that nobody has accepted yet, in the caller's transaction. Proposals that stay
 * the same are left alone. */
enum err match_solve(struct cx *cx, const char *reason, struct match_run *out);
enum err match_run_get(struct cx *cx, int64_t id, struct match_run *out); /* 0 = the last */
enum err match_runs(struct cx *cx,
                    match_run_list *out); /* 60: at night and on demand first, newest in front */

struct match_part {
    struct str kind, code; /* level L1; skill code; grid id; miss reason: needs without a helper */
    int64_t wanted, served;
};
typedef LIST(struct match_part) match_part_list;
extern const struct shape match_part_shape;
/* Of a run at night or on demand; the others keep their totals alone. */
bool match_run_is_full(const struct match_run *r);
enum err match_parts(struct cx *cx, int64_t run_id, match_part_list *out);

struct match_proposal {
    int64_t id, run_id, need_id, turn, place;
    struct str target; /* volunteer, worker (post), leader (post), org */
    int64_t target_id;
    bool is_pick;
    int64_t score, price; /* hundredths of a point */
    struct str terms;     /* a line each: code, points, + or -, words; match_terms() */
    int64_t runner_id, runner_score, runner_price; /* of the next helper in line; id 0 = none */
    int64_t visit_at, leave_at, weights_id, at, until_at;
};
typedef LIST(struct match_proposal) match_proposal_list;
extern const struct shape match_proposal_shape;
struct match_term {
    struct str code;
    int64_t points; /* hundredths */
    bool is_doubt;
    struct str words;
};
typedef LIST(struct match_term) match_term_list;
void match_terms(struct cx *cx, struct str terms, match_term_list *out);
/* Those that hold (`all` false), or all there ever were, newest first. Within scope. */
enum err match_proposals(struct cx *cx, int64_t need_id, bool all, match_proposal_list *out);

struct match_miss {
    int64_t id, run_id, need_id;
    struct str reason; /* skill, far, time, full, price */
    int64_t able;
    struct str others; /* ids of needs that were served instead */
    int64_t at, until_at;
};
typedef LIST(struct match_miss) match_miss_list;
extern const struct shape match_miss_shape;
enum err match_misses(struct cx *cx, int64_t need_id, match_miss_list *out); /* newest first */
struct str match_miss_words(struct cx *cx, const struct match_miss *m);

/* ---- offers ---- */

enum offer_state {
    OFFER_NONE, /* before the question */
    OFFER_ASKED,
    OFFER_ACCEPTED,   /* he said yes; the resident is told */
    OFFER_INTRODUCED, /* the resident said yes too: contact may be opened */
    OFFER_SERVED,     /* he says it is done */
    OFFER_CONFIRMED,  /* the resident says so too */
    OFFER_DECLINED,
    OFFER_EXPIRED,
    OFFER_RELEASED, /* not needed any more, or another is wanted, or he cannot come after all */
    OFFER_STATES
};
extern const char *const offer_state_codes[];
extern const char *const offer_state_labels[];

#define OFFER_IN(s)     (1u << (s))
#define OFFER_BY_HELPER 1u /* holds the volunteer's link */
#define OFFER_BY_ASKER  2u /* holds the need's link */
#define OFFER_BY_STAFF  4u /* said by phone: the centre, the counter */
#define OFFER_BY_SYSTEM 8u
struct offer_step {
    const char *code, *label;
    uint32_t from; /* OFFER_IN(...) */
    enum offer_state to;
    uint32_t by;
    const char *told; /* what the need's history says; NULL = nothing. %s = what he is called */
};
extern const struct offer_step offer_steps[];
extern const size_t offer_step_count;
struct out;
void offer_draw(struct out *o); /* README.md holds this text */

struct match_offer {
    int64_t id, need_id, turn, volunteer_id, proposal_id;
    enum offer_state state;
    int64_t version, visit_at, leave_at;
    struct str shown_name;
    bool relay;
    int64_t asked_by;
    struct str asked_name;
    int64_t asked_at, due_at, answered_at, introduced_at, served_at, ended_at;
    bool again_resident, again_volunteer;
};
typedef LIST(struct match_offer) match_offer_list;
extern const struct shape match_offer_shape;

/* Asks `volunteer_id`, or, when 0, the best `first` of the proposals that hold (1 .. asks_most; 0 =
 * the smallest number that reaches the wanted certainty). A need that was only received is accepted
 * by its best catalogue row, and one that has no owner goes to the volunteers' team, in the same
 * act. Caps are checked by the statement that writes: ERR_CONFLICT with a sentence when nobody
 * could be asked. */
struct match_ask {
    int64_t volunteer_id, first;
    int64_t visit_at; /* 0 = as proposed */
};
extern const struct shape match_ask_shape;
enum err match_ask(struct cx *cx, int64_t need_id, const struct match_ask *a,
                   match_offer_list *out);
/* For staff, newest turn first: all of the turn that holds, of those before it only who said yes.
 * How a question ended is not told: who said no, who did not answer and who was not needed read the
 * same, OFFER_RELEASED. */
enum err match_offers(struct cx *cx, int64_t need_id, match_offer_list *out);
/* Offers in the caller's reach that wait for a yes of either side, soonest first; then those of
 * which nobody has said how it was: the hour is past, or the resident has not said so too. 100. */
enum err match_waiting(struct cx *cx, match_offer_list *out);
/* Sends it, without asking, to him who has the post: "worker" (the grid's own, who has a look),
 * "leader" (of the building, the same), "org" (the unit that leads such a matter by the catalogue
 * and serves the place). A need that was only received is accepted before. `target_id` is the post
 * or unit that was shown: ERR_CONFLICT when it is another one now; 0 = whoever it is. ERR_CONFLICT
 * also when there is none, or the need is with somebody. */
enum err match_send(struct cx *cx, int64_t need_id, struct str target, int64_t target_id);
/* Who leads the building of a place; person_id 0 = nobody. */
enum err match_leader(struct cx *cx, int64_t place_id, struct post_card *out);
/* "Not this one for this need"; no reason is asked or kept. */
enum err match_bar(struct cx *cx, int64_t need_id, int64_t volunteer_id);

/* The asker says by his link that help is still wanted: it is looked for again. */
enum err match_still(struct cx *cx, int64_t need_id, struct str key);

/* One step of an offer. Who moves it is `by`: OFFER_BY_HELPER with the volunteer's key, _ASKER with
 * the need's, _STAFF with the caller's role. `again`: would like the same next time. A yes that
 * comes when others were faster, or beyond his own cap, is ERR_CONFLICT with a thank-you. */
struct offer_move {
    bool again;
    int64_t version; /* 0 = not checked */
    struct str key;
    bool has_word; /* for OFFER_BY_ASKER instead of a key: the caller has checked the need's four
                      digits (need_by_word); no form or JSON sets it */
};
extern const struct shape offer_move_shape;
enum err offer_move(struct cx *cx, int64_t id, struct str step, uint32_t by,
                    const struct offer_move *m, struct match_offer *out);
/* Afterwards, by his link (`by` = OFFER_BY_HELPER or _ASKER with its key): he would like the same
 * next time (once it is done; ERR_CONFLICT before), or no longer. What both would like is kept for
 * a need that comes again: its next time he is asked first. No reason is asked. */
enum err match_wish(struct cx *cx, int64_t offer_id, uint32_t by, struct str key, bool again,
                    struct match_offer *out);
/* Whom the next time of a need is offered first, because both liked it. */
enum err match_adopters(struct cx *cx, int64_t need_id, volunteer_id_list *out);
/* An offer as the volunteer reads it: nothing that leads to a person before both said yes. */
struct match_task {
    int64_t id;
    enum offer_state state;
    int64_t version;
    struct str what, where; /* kind of help, or the line neighbours see; down to the building */
    struct str words;  /* the resident's own, once both said yes, while he agrees to be helped */
    struct str access; /* the same */
    bool is_open;      /* door and phone can be opened: match_contact() */
    int64_t visit_at, leave_at, due_at, people;
    bool relay;
    struct str every; /* it comes again: match_every */
    bool is_own;      /* both liked it: he is asked first */
    bool again;       /* he has said that he would do it again */
};
typedef LIST(struct match_task) match_task_list;
extern const struct shape match_task_shape;
/* Of a volunteer by his key: what waits for him first, 50. */
enum err match_tasks(struct cx *cx, int64_t volunteer_id, struct str key, match_task_list *out);
enum err match_task_get(struct cx *cx, int64_t volunteer_id, struct str key, int64_t offer_id,
                        struct match_task *out);
/* Contact and door for the helper, once both said yes, until the need is closed (one that comes
 * again goes on) or a week after he said it is done; logged as an opening of the need, and with
 * relay the centre's number only. */
enum err match_contact(struct cx *cx, int64_t offer_id, struct str key, struct need *out);

/* For features below: as stored, whoever asks. */
enum err match_offer_load(struct cx *cx, int64_t id, struct match_offer *out);
enum err match_help_load(struct cx *cx, int64_t need_id, struct match_help *out, bool *found);

/* ---- the two lists side by side ---- */

struct match_gap {
    struct str skill_code, name;
    int64_t asked, filled, waiting; /* needs of the weeks: all, with all their people, still open */
    int64_t offered, verified;      /* who offers it today */
    int64_t people;                 /* wanted by those that wait */
};
typedef LIST(struct match_gap) match_gap_list;
extern const struct shape match_gap_shape;
/* Leaves that were asked for or are offered, most waiting first; grid 0 = all; days included. */
enum err match_gaps(struct cx *cx, int64_t grid_id, int64_t from_day, int64_t to_day,
                    match_gap_list *out);

/* ---- on the board ---- */

/* The part of a need's page where people are proposed, or nothing when it has no such part. */
struct match_panel;
enum err match_panel(struct cx *cx, const struct need *n, struct str back, bool has_keys,
                     const struct match_panel **out);
void match_panel_draw(struct out *o, struct cx *cx, const struct match_panel *p);

/* ---- by itself ----
 * Kinds "match.new" (a need came in), "match.moved" (it went on), "match.gone" (a helper may not
 * come any more), "match.run" (again, soon), "match.night" (every night at 2), "match.due" (an
 * offer's time is over), "match.turn" (the next time of a recurring need), "match.stale" and
 * "match.silent" (still wanted?). For main's table.
 * Puts "hours.moved" with "helper", "asker" or "staff" when an offer was served or confirmed. */
enum err match_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg);

/* The topics of the messages that matching puts into the outbox, with what people call them. */
void match_topics(struct cx *cx, outbox_topic_list *out);

extern const struct feature match_feature;     /* pages: web.c */
extern const struct feature match_api_feature; /* JSON: api.c */

#endif
