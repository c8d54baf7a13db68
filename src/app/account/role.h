/*
 * role -- who there is, and what each sees: the permission matrix of the product as one table.
 * Roles are bits so that a route names all that may use it.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ACCOUNT_ROLE_H
#define ACCOUNT_ROLE_H

#include "base/cx.h"

enum role_bit {
    ROLE_GRID_WORKER = 1u << 0,
    ROLE_GRID_DEPUTY = 1u << 1,
    ROLE_BUILDING_LEADER = 1u << 2,
    ROLE_HANDLER = 1u << 3, /* a unit that handles: property firm, contractor, department */
    ROLE_CLERK = 1u << 4,
    ROLE_DISPATCHER = 1u << 5,
    ROLE_DUTY_LEAD = 1u << 6,
    ROLE_VERIFIER = 1u << 7, /* checks what was reported done, and calls back */
    ROLE_AREA_STAFF = 1u << 8,
    ROLE_LEADER = 1u << 9,
    ROLE_BRANCH_SECRETARY = 1u << 10,
    ROLE_UNIT_LIAISON = 1u << 11,
    ROLE_MERCHANT = 1u << 12,
    ROLE_VOLUNTEER = 1u << 13,
    ROLE_TEAM_LEADER = 1u << 14,
    ROLE_REVIEWER = 1u << 15,
    ROLE_CLASS_TEACHER = 1u << 16,
    ROLE_PRIVACY_OFFICER = 1u << 17,
    ROLE_AUDITOR = 1u << 18,
    ROLE_ADMIN = 1u << 19,    /* accounts, places, settings; never the content of needs */
    ROLE_SECURITY = 1u << 20, /* who must sign in how; keys; the second yes */
    ROLE_BITS = 21
};

#define ROLES_FIELD  (ROLE_GRID_WORKER | ROLE_GRID_DEPUTY | ROLE_BUILDING_LEADER)
#define ROLES_CENTRE (ROLE_DISPATCHER | ROLE_DUTY_LEAD | ROLE_VERIFIER)
/* Whose units can lead a need and bring it to its end. */
#define ROLES_OWN (ROLES_FIELD | ROLE_HANDLER | ROLE_CLERK | ROLE_AREA_STAFF)
/* May read needs in their scope. */
#define ROLES_NEED                                                                                 \
    (ROLES_FIELD | ROLES_CENTRE | ROLE_HANDLER | ROLE_CLERK | ROLE_AREA_STAFF | ROLE_LEADER)
#define ROLES_STAFF ((1u << ROLE_BITS) - 1)
/* System, security, audit: nobody is two of them (org_appoint_from()), none reads what residents
 * wrote (the matrix). GB/T 22239-2019 8.1.5.1-3. */
#define ROLES_ADMINS (ROLE_ADMIN | ROLE_SECURITY | ROLE_AUDITOR)
/* May take lists of residents' data out of the house, as far as the room lets them. */
#define ROLES_EXPORT (ROLE_LEADER | ROLE_DUTY_LEAD)
/* Sign in with a second factor, unless the community's rule leaves it open. */
#define ROLES_SECOND_FACTOR (ROLES_ADMINS | ROLES_EXPORT | ROLE_PRIVACY_OFFICER)

/* What the reach of a role is, see post in account.h. */
enum role_reach { REACH_NONE, REACH_GRID, REACH_PLACE, REACH_ORG, REACH_COMMUNITY };

struct role {
    uint32_t bit;
    const char *code;  /* "grid_worker": stored, in the API, in `linghang demo` */
    const char *label; /* 网格员 */
    enum role_reach reach;
    enum seen sees[DATA_KINDS];
    const char *home; /* the page after signing in */
};

extern const struct role roles[ROLE_BITS];
extern const enum seen public_sees[DATA_KINDS];   /* anybody */
extern const enum seen resident_sees[DATA_KINDS]; /* the holder of a need's key */

const struct role *role_of_code(struct str code); /* NULL if unknown */
const struct role *role_of_bit(uint32_t bit);

#endif
