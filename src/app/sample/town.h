/* town -- the sample community in memory while it is being written; for the files of this folder.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_TOWN_H
#define SAMPLE_TOWN_H

#include "app/clock/clock.h"
#include "app/match/match.h"
#include "app/need/need.h"
#include "app/org/org.h"
#include "app/sample/sample.h"
#include "app/shell/shell.h"
#include "app/volunteer/volunteer.h"
#include "base/env.h"

enum { AREAS = 6, GRIDS = 67, COLUMNS = 9, ROWS = 8, TOWN_SKILL_GROUPS = 12, TOWN_SKILLS = 64 };

/* The clock stands where the writer puts it; randomness comes from the seed. */
struct town_env {
    struct env env; /* first: a struct town_env * is a struct env * */
    struct env *real;
    int64_t at;
    uint64_t seed;
};

struct town_area {
    const char *code, *name;
    int first_grid, ngrids; /* of town.grids */
    int64_t place_id;
    struct str path;
    int64_t branch, centre; /* orgs */
    struct hat staff;
};

struct town_grid {
    int64_t id, number;
    int area;
    const char *kind;
    int64_t branch;
    struct str outline;
    struct hat worker;
};

struct town_estate {
    int area, first_grid, ngrids;
    struct str code, name;
    int64_t place_id;
    struct str path;
    int64_t groups[2]; /* orgs: 楼栋党小组, the second may be 0 */
};
typedef LIST(struct town_estate) town_estate_list;

/* A building that a leader's post is made for. */
struct town_building {
    int64_t place_id, estate; /* estate: index */
    struct str path, full_name, code;
    struct hat leader; /* person_id 0 = vacant */
};
typedef LIST(struct town_building) town_building_list;

/* Where needs come from. */
struct town_spot {
    int64_t place_id, area_place;
    int grid;         /* index */
    int64_t building; /* index, -1 = none */
    bool is_stall;
};
typedef LIST(struct town_spot) town_spot_list;

/* A unit that leads needs, and who acts for it. */
struct town_unit {
    int64_t org_id, place_id;
    struct str kind, name;
    struct hat hat;
};
typedef LIST(struct town_unit) town_unit_list;

struct town {
    struct cx *cx;
    struct town_env env;
    uint64_t seed; /* of the town; env.seed moves on with every draw */
    struct town_area areas[AREAS];
    struct town_grid grids[GRIDS];
    int64_t place_id;             /* of the community */
    struct shell_community shown; /* while the town is made: the notice of privacy names it */
    int64_t committee, centre;    /* orgs */
    int64_t market, parks[2];     /* places */
    town_estate_list estates;
    town_building_list buildings;
    town_spot_list homes, stalls;
    town_unit_list units;
    struct hat dispatchers[2], verifiers[2], duty_lead, leader, clerk;
    struct str password_hash;
    int phones;            /* given out so far */
    int64_t helpers[2000]; /* people who help, by id */
    size_t nhelpers;
    void (*progress)(const char *text, int percent);
};

/* ---- chance: the same for the same seed ---- */
uint64_t town_random(struct town *t);
int64_t town_pick(struct town *t, int64_t n);         /* 0..n-1 */
bool town_chance(struct town *t, int percent_tenths); /* of a thousand */
struct str town_name(struct town *t);                 /* an invented name */
struct str town_phone(struct town *t);

/* ---- the parts, in this order ---- */
void town_outlines(struct town *t);                    /* map.c */
enum err town_areas(struct town *t);                   /* places.c: tiers, community, areas */
enum err town_branches(struct town *t);                /* orgs.c: committee, branches */
enum err town_places(struct town *t);                  /* places.c: grids, estates and all below */
enum err town_units(struct town *t);                   /* orgs.c: groups, centres, units */
enum err town_staff(struct town *t);                   /* staff.c: people and posts */
enum err town_catalogue(struct town *t);               /* catalogue.c */
enum err town_skills(struct town *t);                  /* skills.c: the taxonomy of help */
enum err sample_needs(struct town *t, int64_t end);    /* sample_need.c: two years of needs */
enum err town_helpers(struct town *t, int64_t end);    /* helpers.c: volunteers and units */
enum err town_hours(struct town *t, int64_t end);      /* hours.c: two years of service */
enum err town_boards(struct town *t, int64_t end);     /* boards.c: what hangs on the walls */
enum err town_sites(struct town *t, int64_t end);      /* sites.c: centres and stations */
enum err town_visits(struct town *t, int64_t now);     /* visits.c: a year of visits, and today's */
enum err town_services(struct town *t, int64_t end);   /* services.c: guides */
enum err town_spaces(struct town *t, int64_t end);     /* spaces.c: rooms, and who has them */
enum err town_activities(struct town *t, int64_t end); /* activities.c: what is on there */
enum err town_class(struct town *t, int64_t end);      /* class.c: the 4:30 class */

/* A leaf of the taxonomy; skills.c, what is asked for most first. */
enum town_demand {
    TOWN_CREDENTIAL = 1,
    TOWN_INSURANCE = 2,
    TOWN_TWO = 4,
    TOWN_ADULTS = 8,
    TOWN_TRAINING = 16
};
struct town_skill {
    const char *code, *group, *name, *words;
    unsigned demands; /* of town_demand */
    int risk;
};
extern const struct town_skill town_skills_of[];

/* What people say, by the code of the catalogue row; texts.c. */
struct town_words {
    const char *duty; /* catalogue code */
    const char *kind;
    const char *title;  /* what neighbours may read */
    const char *text;   /* the resident's words */
    const char *answer; /* how it ended */
};
extern const struct town_words town_words[];
extern const size_t town_word_count;

#endif
