/*
 * org -- the organisation beside the places: committees, branches, building groups, centres,
 * handling units; posts, who holds them from when to when, deputies and vacancies. Owns org, post,
 * holding.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ORG_H
#define ORG_H

#include "app/account/account.h"
#include "app/place/place.h"

struct org {
    int64_t id, parent_id;
    struct str
        tier; /* "committee" "general_branch" "grid_branch" "building_group", or "" for units */
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
 * the name of a holder who did not agree to stand on the board by name is empty. */
struct post_card {
    int64_t post_id, person_id;
    struct str role, title, person_name, duty_phone;
    bool is_deputy, show_name;
    int64_t from_at;
};
typedef LIST(struct post_card) post_card_list;
extern const struct shape post_card_shape;

enum err org_get(struct cx *cx, int64_t id, struct org *out);
enum err org_children(struct cx *cx, int64_t parent_id, org_list *out);
/* Units of a kind that serve a place: those whose own place is nearest above it come first, those
 * without a place serve everywhere and come last. */
enum err org_serving(struct cx *cx, struct str kind, int64_t place_id, org_list *out);
/* Who serves this place, for the board: grid worker, deputy, building leader, area staff; vacant
 * posts too. */
enum err org_people_of(struct cx *cx, int64_t place_id, post_card_list *out);
/* Who holds posts of a role whose reach holds this place, nearest first: escalation and reminders.
 */
enum err org_holders(struct cx *cx, const char *role, int64_t place_id, post_card_list *out);
enum err org_posts(struct cx *cx, int64_t org_id, post_card_list *out);

enum err org_add(struct cx *cx, struct org *o);       /* fills id and path */
enum err org_post_add(struct cx *cx, struct post *p); /* fills id */
/* From now on `person_id` holds the post (0 = nobody); the former holder's ends. A deputy stands
 * in beside the holder and takes over only from another deputy. Open work stays
 * with the post: see need_handover() in app/need, which main calls in the same transaction. */
enum err org_appoint(struct cx *cx, int64_t post_id, int64_t person_id, bool is_deputy,
                     bool show_name);

extern const struct feature org_feature;

#endif
