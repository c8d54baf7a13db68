/*
 * place -- the tree of places (community, area, estate, building, stairwell), the grids that lie
 * across it, and the proof that they cover it. Owns community, tier, place, grid, grid_shape,
 * grid_place.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLACE_H
#define PLACE_H

#include "db/db.h"
#include "web/web.h"

struct community {
    int64_t id;                        /* = community_id */
    struct str code, name, short_name; /* column short: AS short_name in place.sql */
    struct str phone;
    struct str hours; /* JSON, see app/clock */
    bool is_sample;
};
typedef LIST(struct community) community_list;

struct place {
    int64_t id, parent_id;
    struct str tier; /* code of a tier: "community" "area" "estate" "building" "stairwell" are the
                        sample's */
    struct str kind; /* "home" "park" "market" "stall" "public" */
    struct str code; /* on the board: YLYJ-07-2; what people type, upper case */
    struct str name, full_name; /* 2 单元; 依澜雅居 7 栋 2 单元 */
    struct str path;
    int64_t doors;
    struct str gb_code;
};
typedef LIST(struct place) place_list;
extern const struct shape place_shape;

struct grid {
    int64_t id, area_id, org_id, number;
    struct str name, kind, gb_code;
    struct str outline; /* GeoJSON, only from place_grid() */
};
typedef LIST(struct grid) grid_list;
extern const struct shape grid_shape;

enum err place_community(struct cx *cx, struct community *out); /* of cx->community */
enum err place_communities(struct cx *cx, community_list *out);
enum err place_get(struct cx *cx, int64_t id, struct place *out);
/* By what stands on the board; any case, full-width letters too. ERR_MISSING with a sentence. */
enum err place_by_code(struct cx *cx, struct str code, struct place *out);
enum err place_children(struct cx *cx, int64_t parent_id, place_list *out); /* 0 = the top */
/* Asks in advance (db_ahead) for the line, the children and, for two who will ask, the grid. */
enum err place_ahead(struct cx *cx, int64_t id);
/* Adds the whole community to what somebody may choose from: the words of his need say where. */
enum err place_none_of_these(struct cx *cx, place_list *choices);
/* What has doors and nothing below it, a stairwell, becomes what it is in: who lives there is told
 * by the one and not by the other. Others stay. */
enum err place_coarse(struct cx *cx, struct place *p);
/* From the top down to `id` itself. */
enum err place_line(struct cx *cx, int64_t id, place_list *out);
/* Places whose full name or code holds `text`, of one tier or any (""), at most `limit`. */
enum err place_search(struct cx *cx, struct str text, struct str tier, int limit, place_list *out);
/* What words found, for somebody to choose from: of more than PLACE_CHOICES only the buildings, so
 * that his own is among them. True: he is to say which building first. */
enum { PLACE_FOUND = 200, PLACE_CHOICES = 12, PLACE_BUILDINGS = 40 };
bool place_to_choose(place_list *found);
/* The grid that serves a place today: of itself or of the nearest place above. id 0 = none. */
enum err place_grid_of(struct cx *cx, int64_t place_id, struct grid *out);
enum err place_grid(struct cx *cx, int64_t id, struct grid *out); /* with outline */
enum err place_grids(struct cx *cx, grid_list *out);

/* Where grids lie, on a flat map: the middle of each outline's box, in metres east and north of the
 * lowest corner of all outlines. A grid without an outline stands in the middle of the others. In
 * the order of place_grids(). Good to some metres within a city. */
struct grid_point {
    int64_t grid_id, area_id, x, y;
};
typedef LIST(struct grid_point) grid_point_list;
enum err place_grid_points(struct cx *cx, grid_point_list *out);

/* ---- laying out a community (sample data, import, administration) ---- */

/* Makes `c->id` the context's community. ERR_CONFLICT if it is there. */
enum err place_community_add(struct cx *cx, const struct community *c);
/* A name for one depth of a tree ("place", "org" or "site"): names and number of tiers are data. */
enum err place_tier_add(struct cx *cx, const char *tree, int64_t depth, struct str code,
                        struct str name);
/* Below p->parent_id (0 = top): fills id and path. */
enum err place_add(struct cx *cx, struct place *p);
/* Fills id; outline, if there is one, becomes its first version. */
enum err place_grid_add(struct cx *cx, struct grid *g);
/* From now on the grid serves the place and everything below it. */
enum err place_grid_serves(struct cx *cx, int64_t grid_id, int64_t place_id);
/* "0A." for the 10th child: two digits to base 36, so that paths stay short and in order. `parent`
 * is the path above. ERR_INPUT when a place would have more than 1,295 children. */
enum err place_path(struct cx *cx, struct str parent, int64_t nth, struct str *out);

/* ---- the proof ---- */

/* What is wrong with the coverage. Empty = 横向到边、纵向到底. */
struct coverage_fault {
    struct str kind;    /* "gap" "overlap" "no_worker" "no_deputy" "no_leader" "outline_overlap" */
    struct str subject; /* code or number */
    struct str text;    /* the sentence */
};
typedef LIST(struct coverage_fault) coverage_list;
extern const struct shape coverage_fault_shape;
struct coverage {
    int64_t grids, areas, buildings, stairwells, doors;
    int64_t vacancies; /* buildings whose leader's post is marked vacant: told, no fault */
    coverage_list faults;
};
/* Buildings, stalls, parks and public places lie in exactly one grid (their own or that of a place
 * above), stairwells follow their building; every grid has a worker and a deputy; every home
 * building has a leader's post; outlines of grids do not overlap. At most 1,000 faults of a kind
 * are told. */
enum err place_coverage(struct cx *cx, struct coverage *out);

extern const struct feature place_feature;

#endif
