/*
 * org -- the organisation beside the places: committees, branches, building groups, centres,
 * handling units; posts, who holds them from when to when, deputies and vacancies. Owns org, post,
 * holding, holding_consent, admin_seat.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ORG_H
#define ORG_H

#include "app/account/account.h"
#include "app/consent/consent.h"
#include "app/place/place.h"

struct org {
    int64_t id, parent_id;
    /* "committee" "general_branch" "grid_branch" "building_group", or "" for units */
    struct str tier;
    /* What it does: "committee" "branch" "group" "centre" "property" "sanitation" "utility"
     * "market" "volunteers" "mediation" "clerk" "department" "unit": duty.lead_kind names one of
     * these. */
    struct str kind;
    struct str code, name, short_name, path;
    int64_t place_id;
    struct str phone;
};
typedef LIST(struct org) org_list;
extern const struct shape org_shape;

struct post {
    int64_t id;
    struct str role, title;
    int64_t org_id, place_id, grid_id;
};

/* A post as a board or a dispatcher sees it. person_id 0 = vacant. To a caller who is not signed in
 * the name of a holder who did not agree to stand on the board by name is empty, and so is his
 * number if he did not agree to that. */
struct post_card {
    int64_t post_id, person_id;
    struct str role, title, person_name, duty_phone;
    bool is_deputy, show_name, show_phone;
    int64_t from_at;
    int64_t org_id;
    struct str org_phone; /* of the post's organisation; only in org_people_of() */
    int64_t vacant_at;    /* since when nobody has it but a deputy; 0 = held, or not asked for */
};
typedef LIST(struct post_card) post_card_list;
extern const struct shape post_card_shape;

/* That somebody has, had or will have a post. Rows are only added to and ended, never rewritten. */
struct holding {
    int64_t id, post_id, person_id;
    struct str person_name;
    bool is_deputy, show_name, show_phone;
    int64_t from_at, to_at;         /* to_at 0 = no end set; equal to from_at = was called off */
    struct str by_name, ended_name; /* who appointed, who set the end; only in org_holdings() */
    struct str role, title;         /* of the post; only in org_held() */
};
typedef LIST(struct holding) holding_list;
extern const struct shape holding_shape;
enum holding_when { HOLDING_OVER, HOLDING_NOW, HOLDING_LATER, HOLDING_OFF };
enum holding_when holding_when(const struct cx *cx, const struct holding *h);

/* An organisation in the outline. `posts` and `vacant`: its own. */
struct org_line {
    int64_t id, parent_id;
    struct str name, path, phone, tier_name;
    int64_t posts, vacant;
};
typedef LIST(struct org_line) org_line_list;

enum err org_get(struct cx *cx, int64_t id, struct org *out);
enum err org_children(struct cx *cx, int64_t parent_id, org_list *out);
/* Units of a kind (empty = of every kind) that serve a place: those whose own place is nearest
 * above it come first, those without a place serve everywhere and come last. */
enum err org_serving(struct cx *cx, struct str kind, int64_t place_id, org_list *out);
/* Who serves this place, for the board: grid worker, deputy, building leader, area staff; vacant
 * posts too. */
enum err org_people_of(struct cx *cx, int64_t place_id, post_card_list *out);
/* The same as org_people_of(), `grid_id` known already, and nothing hidden: for the board, which
 * shows the same to every caller and itself goes by show_name and show_phone. */
enum err org_people_shown(struct cx *cx, int64_t place_id, int64_t grid_id, post_card_list *out);
/* Who holds posts of a role whose reach holds this place, nearest first: escalation and reminders.
 */
enum err org_holders(struct cx *cx, const char *role, int64_t place_id, post_card_list *out);
enum err org_posts(struct cx *cx, int64_t org_id, post_card_list *out); /* 0 = of no organisation */
/* Of the whole community, by a part of the title or of the holder's name ("" = all); only vacant
 * ones, longest vacant first, if `vacant`. At most `limit` rows. */
enum err org_posts_found(struct cx *cx, struct str text, bool vacant, int limit,
                         post_card_list *out);
enum err org_outline(struct cx *cx, org_line_list *out);
enum err org_post(struct cx *cx, int64_t id, struct post *out);
enum err org_holdings(struct cx *cx, int64_t post_id, holding_list *out); /* newest first */
enum err org_holding(struct cx *cx, int64_t id, struct holding *out);
enum err org_held(struct cx *cx, int64_t person_id, holding_list *out); /* newest first */
/* Who acts for a post now: its holder, else his deputy, else who holds the other post of the same
 * grid (out->post_id is that one then). person_id 0 = nobody. */
enum err org_acting(struct cx *cx, const struct post *post, struct post_card *out);
/* The organisation itself, or the nearest one above it, in which somebody holds a post of one of
 * `role_bits` now; out->id 0 = none. */
enum err org_staffed(struct cx *cx, int64_t org_id, uint32_t role_bits, struct org *out);

enum err org_add(struct cx *cx, struct org *o);       /* fills id and path */
enum err org_post_add(struct cx *cx, struct post *p); /* fills id */

/* A deputy stands in beside the holder, and follows only another deputy. */
struct appointment {
    int64_t post_id, person_id;
    bool is_deputy, show_name, show_phone; /* shown: this person's own consents */
    int64_t from_at;                       /* 0 or today = from now on */
    int64_t follows_id; /* the newest holding of this kind that is not over, as the caller saw it:
                           it ends when this one begins; 0 = there is none */
};
extern const struct shape appointment_shape;
/* `*begins_at` is when it begins: later than cx->now means that open work is handed over then.
 * ERR_CONFLICT when somebody else was appointed in the meantime. ERR_INPUT: a beginning in the past
 * of an existing holding; a person who left; the holder as his own deputy; an administrator
 * (system, security, audit) who is to be another one of the three as well. Open work is handed over
 * by need_handover() (app/need), in the same transaction or at `*begins_at`. */
enum err org_appoint_from(struct cx *cx, const struct appointment *a, int64_t *begins_at);
/* Ends a holding at the beginning of the day of `at`, or now (0, or today). One that has not begun
 * is called off, and whom it would have followed goes on. `*ends_at` as above. */
enum err org_end(struct cx *cx, int64_t holding_id, int64_t at, int64_t *ends_at);
/* What a holder agrees to, each by itself: name, phone stand on boards. */
extern const struct consent_kind holding_consents;
/* The holder agrees, or no longer does. ERR_INPUT when `what` or `channel` is none of those above.
 */
enum err org_show(struct cx *cx, int64_t holding_id, struct str what, bool agrees,
                  struct str channel);
/* From now on `person_id` holds the post (0 = nobody), whoever did so before, and agrees to be
 * `shown` with name and number, or to neither: for laying out a community. */
enum err org_appoint(struct cx *cx, int64_t post_id, int64_t person_id, bool is_deputy, bool shown);

extern const struct feature org_feature;

#endif
