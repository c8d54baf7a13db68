/* match_own -- what the files of this folder share; no other folder includes it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MATCH_OWN_H
#define MATCH_OWN_H

#include "app/match/match.h"
#include "app/subject/subject.h"
#include "db/db.h"
#include "solve/solve.h"

enum {
    POINT = 100,           /* scores are hundredths of a point */
    MATCH_SHOWN = 4,       /* proposals of one need */
    MATCH_EDGES = 24,      /* candidates of one need that enter a run */
    MATCH_DAYS = 14,       /* so far ahead a common time is looked for */
    MATCH_LEAD_HOURS = 4,  /* nobody is asked for the next hours */
    MATCH_LOAD_DAYS = 28,  /* fairness looks back so far */
    MATCH_WORKER_MOST = 5, /* open needs in his hands: nobody is sent to look at one more */
    MATCH_LEADER_MOST = 3,
    MATCH_PEOPLE_MAX = 10,
    MATCH_AHEAD_DAYS = 3,  /* so long before its day the next time is asked for */
    MATCH_STALE_DAYS = 30, /* "still wanted?" */
    MATCH_SILENT_DAYS = 14,
    MATCH_ODDS_DAYS = 90,   /* after that who said no is forgotten */
    MATCH_AFTER_DAYS = 3,   /* a visit that nobody spoke of again */
    MATCH_OPEN_DAYS = 7,    /* after he said it is done his link still opens door and phone */
    MATCH_MEMORY = 64 << 20 /* of a run on demand, and of a trial: two problems side by side */
};

#define ROLES_ASK    (ROLE_DISPATCHER | ROLE_DUTY_LEAD | ROLE_HANDLER)
#define ROLES_HELP   (ROLES_ASK | ROLE_CLERK | ROLE_AREA_STAFF | ROLE_GRID_WORKER | ROLE_GRID_DEPUTY)
#define ROLES_MATCH  (ROLES_HELP | ROLE_LEADER | ROLE_VERIFIER)
#define ROLES_RULES  (ROLE_DUTY_LEAD | ROLE_LEADER)
#define ROLES_FIGURE (ROLES_RULES | ROLE_DISPATCHER | ROLE_AREA_STAFF)

/* ---- rows that a run reads ---- */

/* A need that waits. */
struct match_wait {
    int64_t id;
    struct str skill_code;
    int64_t people;
    struct str week;
    int64_t halves, from_day, to_day, turn;
    bool two_first;
    int64_t again_id, since_at, grid_id, place_id;
    struct str level;
    int64_t owner_org, above_id;
    struct str place_path;
    int64_t duty_id;
    bool is_unsent;  /* received or accepted: somebody can still be sent */
    struct str text; /* while it has no row of the catalogue; else empty */
};
typedef LIST(struct match_wait) match_wait_list;
struct match_pair {
    int64_t need_id, volunteer_id;
    struct str state;
};
typedef LIST(struct match_pair) match_pair_list;
struct match_usage {
    int64_t volunteer_id, asked, open_asks, taken, load, last_at;
};
typedef LIST(struct match_usage) match_usage_list;
struct match_visit {
    int64_t volunteer_id, visit_at, leave_at;
};
typedef LIST(struct match_visit) match_visit_list;
/* Who is sent and not asked, because it is his post: the grid's worker and the building's leader,
 * who go and have a look; the unit that leads such a matter by the duty catalogue. */
struct match_hand {
    int64_t id;              /* of the post, or of the unit */
    struct str target;       /* worker, leader, org */
    struct str kind;         /* org: what it does, as duty.lead_kind */
    int64_t grid_id;         /* worker: of his grid */
    struct str place_path;   /* leader, org: what they serve; "" = everything */
    int64_t org_id;          /* where the need goes; 0 = nowhere: nobody can be sent */
    int64_t person_id, load; /* open needs */
};
typedef LIST(struct match_hand) match_hand_list;
struct match_price {
    int64_t id, run_id, price;
};
typedef LIST(struct match_price) match_price_list;
extern const struct shape match_wait_shape, match_pair_shape, match_usage_shape, match_visit_shape,
    match_hand_shape, match_price_shape;

/* ---- the problem: match_build.c ---- */

/* Why somebody fits, in the order shown. */
enum match_term_kind {
    TERM_SKILL,
    TERM_NEAR,
    TERM_TIMELY,
    TERM_RESTED,
    TERM_AGAIN,
    TERM_URGENT,
    TERM_WAIT,
    TERM_KEEP,
    TERMS
};
extern const char *const match_term_codes[];
extern const char *const match_term_labels[];

/* Somebody who can help: a volunteer of any kind, or one who is sent. */
struct provider {
    struct str target; /* volunteer, worker, leader, org */
    int64_t id;
    const struct volunteer_offer *offer; /* any row of his; NULL: he is `hand` */
    const struct match_hand *hand;
    struct match_usage usage;
    struct week week;
    bool said_week;             /* he told when he is free */
    size_t grids_at, grids_n;   /* further grids: in build.reaches */
    size_t visits_at, visits_n; /* in build.visits */
    uint32_t capacity;
};

struct candidate {
    uint32_t provider;
    const struct volunteer_offer *offer; /* the row of the leaf; NULL for one who is sent */
    int32_t points[TERMS];
    int32_t score; /* their sum, at least 1 */
    int64_t metres, visit_at, leave_at;
    bool is_asked, is_liked;
};

/* One need with those who can help, best first. */
struct wanting {
    const struct match_wait *wait;
    struct week week;
    bool said_week;
    int64_t x, y, area_id;
    const struct duty *duty; /* by which a unit leads; NULL = unknown, or volunteers do */
    bool is_guessed;         /* by the need's words: it was not accepted yet */
    uint32_t wanted;         /* people still missing, those asked included */
    struct candidate *at;
    size_t n;
    /* how many were left after each filter */
    int64_t able, near, timely, open;
};

struct build {
    struct match_weights weights;
    bool is_trial;
    match_wait_list waits;
    volunteer_offer_list offers;
    volunteer_reach_list reaches;
    match_pair_list pairs, liked;
    match_usage_list usages;
    match_visit_list visits;
    match_hand_list hands; /* none in a trial, or when only one need is checked */
    duty_list duties;
    grid_point_list points;
    struct provider *providers; /* volunteers by id, then `hands` */
    uint32_t nproviders;
    struct wanting *needs;
    uint32_t nneeds;
    size_t edges;
};
/* Reads all that waits and who could help (or `only` that need and its helpers, nobody to be sent);
 * `most` candidates of a need are kept. `since_at` not 0: needs that came in since then, whatever
 * became of them, as if nobody had been asked, while their askers agree: a trial. */
enum err match_build(struct cx *cx, const struct match_weights *w, int64_t only, size_t most,
                     int64_t since_at, struct build *out);
/* Adds who could be sent to `n` behind its candidates, at most one of each kind; there is room for
 * MATCH_HANDS more. Left out: who has enough in hand, whose post has no unit; all, once the need is
 * with somebody. match_hand.c */
enum { MATCH_HANDS = 3 };
void match_add_hands(struct cx *cx, const struct build *b, struct wanting *n);
/* Reads `hands` and `duties`. */
enum err match_read_hands(struct cx *cx, struct build *b);
/* Lines of reasons and doubts of one who is sent. */
void match_hand_terms(struct cx *cx, struct out *o, const struct build *b, const struct wanting *n,
                      const struct candidate *c);
/* A line of match_proposal.terms; nothing without points and words. */
void match_term_line(struct out *o, enum match_term_kind t, int32_t points, bool is_doubt,
                     struct str words);
/* Until when he may do it: what insurance and credential that the leaf wants allow; 0 = no such
 * end. */
int64_t match_until(const struct volunteer_offer *o);
/* The first common time within the next days that lasts `halves`, is not promised yet, and ends by
 * `until` (0 = open). */
bool match_meet(const struct week *both, const struct match_wait *n, const struct match_visit *busy,
                size_t nbusy, int64_t until, int64_t now, int64_t *from_at, int64_t *to_at);
/* Lines for match_proposal.terms. */
struct str match_write_terms(struct cx *cx, const struct build *b, const struct wanting *n,
                             const struct candidate *c);

/* ---- solved: match_run.c ---- */

/* Gives the pairs of a matching their hours, so that nobody is wanted twice at once: the pair with
 * more points keeps the earliest common hour, the next takes the next. If one finds none, *clashes
 * and *clash is that pair; nothing is changed then. A trial has no hours. match_time.c,
 * O(pairs * log pairs + hours looked at). */
enum err match_agree_times(struct cx *cx, const struct build *b, const struct solve_result *r,
                           struct solve_pair *clash, bool *clashes);

struct solved {
    uint32_t *count; /* by need: helpers found; who is sent is no helper */
    bool *is_pick;   /* by candidate, as they follow each other */
    const int32_t *price;
    size_t matched; /* helpers found */
    int64_t objective;
    int64_t gap; /* what the hours may have cost at most; 0 = nothing is better, proved */
    int64_t used, gini, metres;
};
/* The problem as `solve` takes it; `edges` has room for b->edges. */
void match_lay_out(struct cx *cx, const struct build *b, struct solve_edge *edges,
                   struct solve_problem *p);
/* How unequal loads are: 0 all the same, 1000 all on one. Sorts them. */
int64_t match_gini(int64_t *load, size_t n);
enum err match_find(struct cx *cx, const struct build *b, struct solved *out);

/* ---- offers ---- */

enum err match_help_save(struct cx *cx, struct match_help *h);
/* Nobody comes for it any more: it is closed. One that comes again and was answered with a date
 * goes on after its end. */
bool match_is_over(const struct need *n, const struct match_help *h);
/* The row of the catalogue by which a need that was only received is accepted: the best by its
 * words, else the first that volunteers lead. */
enum err match_find_row(struct cx *cx, const struct need *n, struct need_move *m);
/* Puts the job that asks "still wanted?" a month after h->confirmed_at. */
enum err match_watch_stale(struct cx *cx, const struct match_help *h);
/* It is wanted as of now (who asked has spoken, or somebody was there): it is looked for, and only
 * a month from now is it asked about. Saves `h`. */
enum err match_wanted(struct cx *cx, struct match_help *h);
/* When the turn that holds is asked for: some days ahead of it; 0 = it is no next time. */
int64_t match_turn_at(const struct match_help *h);
/* The job that asks for the turn that holds, ahead of its day; `again`: its time has come already,
 * but nobody was asked while it rested. */
enum err match_put_turn(struct cx *cx, const struct match_help *h, bool again);
/* Asks among the proposals that hold: at most `most` of a kind ("" any, "group" = team, unit or
 * merchant). `*asked` of them. */
enum err match_ask_some(struct cx *cx, const struct match_help *h, const struct need *n,
                        const struct match_ask *a, const char *kind, match_offer_list *out);
/* So many questions at once reach the wanted certainty of one yes, by how often people said yes to
 * such help; at most w->asks_most. */
enum err match_enough(struct cx *cx, const struct match_weights *w, const struct match_help *h,
                      int64_t *count);
/* After a question ended without a yes: next ones, then a team, then the duty desk. */
enum err match_fall(struct cx *cx, int64_t need_id);
/* A run soon, in a transaction of its own, and after a no match_fall() of that need. need_id 0: a
 * run of all at the end of this second. */
enum err match_later(struct cx *cx, int64_t need_id, const char *reason);
/* A line of an offer's story; `by` = OFFER_BY_..., staff and system told apart by cx->who. */
/* Tells who was asked that he need not come; the second time it is not said as if it were the
 * first.
 */
enum err match_thank(struct cx *cx, const struct match_offer *o);
enum err match_say(struct cx *cx, const struct match_offer *o, const char *step,
                   enum offer_state from, uint32_t by);
/* Looks again at `at` whether the offer still stands where it stands now. */
enum err match_watch(struct cx *cx, const struct match_offer *o, int64_t at);
/* Time for an answer. */
int64_t match_due(const struct cx *cx, const struct match_weights *w, const struct need *n);
/* Monday 0:00 of the week that holds `at`, Beijing. */
int64_t match_week_from(int64_t at);
bool offer_is_yes(enum offer_state s);
/* He said yes to an hour that is past: nobody can agree to it any more. */
bool offer_is_late(const struct match_offer *o, int64_t now);
const struct offer_step *offer_find_step(struct str code);
/* The offers that nobody needs any more end with a thank-you. */
enum err match_release(struct cx *cx, int64_t need_id, bool asked_only);
/* A step without asking who may: for jobs and for what follows from another step. */
enum err offer_go(struct cx *cx, struct match_offer *o, const char *step, uint32_t by, bool again);
/* All people of this turn were there, by the word of both, or by theirs alone for some days: the
 * next one of a need that recurs. */
enum err match_next_turn(struct cx *cx, const struct match_offer *o);
enum err match_tell_desk(struct cx *cx, int64_t need_id, struct str text, bool is_public);

struct match_event {
    int64_t id, offer_id, need_id;
    struct str step, from_state, to_state, by_kind;
    int64_t by_person;
    struct str by_name;
    int64_t at;
};
typedef LIST(struct match_event) match_event_list;
extern const struct shape match_event_shape;

/* Of offers asked in the last weeks. */
struct match_figures {
    int64_t asks, yes, wait_ms, repeats, same;
};
extern const struct shape match_figures_shape;
enum err match_figures(struct cx *cx, int64_t since_at, struct match_figures *out);

/* Tells the page of offering help what is more asked for than offered, grid by grid. */
enum err match_tell_wants(struct cx *cx);

/* What is held of people, for their own page. */
extern const struct subject_part match_held[2];
extern const struct keep_rule match_keeps[5];

#endif
