/* role -- the permission matrix as data: one row per role, one column per class of data. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/role.h"

/* What everybody sees; a row below names only what it sees beyond that. */
#define ANYBODY [DATA_PUBLIC] = SEE_PLAIN, [DATA_STAFF] = SEE_PLAIN

const enum seen public_sees[DATA_KINDS] = {ANYBODY};

const enum seen resident_sees[DATA_KINDS] = {
    ANYBODY,
    [DATA_TEXT] = SEE_PLAIN,
    [DATA_CONTACT] = SEE_PLAIN,
    [DATA_DOOR] = SEE_PLAIN,
    [DATA_NOTE] = SEE_PLAIN,
    [DATA_COMPLAINT] = SEE_PLAIN,
    [DATA_CARD] = SEE_PLAIN,
    [DATA_WISH] = SEE_PLAIN,
};

/* Nobody but the resident reads DATA_NOTE: staff get the line that the need is about, no more. */
const struct role roles[ROLE_BITS] = {
    {.bit = ROLE_GRID_WORKER,
     .code = "grid_worker",
     .label = "网格员",
     .reach = REACH_GRID,
     .home = "/w/today",
     .sees = {ANYBODY, [DATA_TEXT] = SEE_PLAIN, [DATA_CONTACT] = SEE_LOGGED,
              [DATA_DOOR] = SEE_LOGGED, [DATA_WORK] = SEE_PLAIN, [DATA_CARD] = SEE_LOGGED}},
    {.bit = ROLE_GRID_DEPUTY,
     .code = "grid_deputy",
     .label = "副网格员",
     .reach = REACH_GRID,
     .home = "/w/today",
     .sees = {ANYBODY, [DATA_TEXT] = SEE_PLAIN, [DATA_CONTACT] = SEE_LOGGED,
              [DATA_DOOR] = SEE_LOGGED, [DATA_WORK] = SEE_PLAIN, [DATA_CARD] = SEE_LOGGED}},
    /* A neighbour: reads what is passed on, never who asked or where he lives. */
    {.bit = ROLE_BUILDING_LEADER,
     .code = "building_leader",
     .label = "楼栋长",
     .reach = REACH_PLACE,
     .home = "/w/today",
     .sees = {ANYBODY, [DATA_TEXT] = SEE_PLAIN, [DATA_CARD] = SEE_MASKED}},
    /* The subject of a complaint may be the handler himself: no DATA_COMPLAINT, ever, for nobody
     * of those who work on it: two people open it, by name (app/shield). */
    {.bit = ROLE_HANDLER,
     .code = "handler",
     .label = "承办单位",
     .reach = REACH_ORG,
     .home = "/w/today",
     .sees = {ANYBODY, [DATA_TEXT] = SEE_PLAIN, [DATA_CONTACT] = SEE_LOGGED,
              [DATA_DOOR] = SEE_LOGGED, [DATA_WORK] = SEE_PLAIN}},
    {.bit = ROLE_CLERK,
     .code = "clerk",
     .label = "窗口工作人员",
     .reach = REACH_COMMUNITY,
     .home = "/k/intake",
     .sees = {ANYBODY, [DATA_TEXT] = SEE_PLAIN, [DATA_CONTACT] = SEE_LOGGED,
              [DATA_WORK] = SEE_PLAIN, [DATA_CARD] = SEE_PLAIN}},
    {.bit = ROLE_DISPATCHER,
     .code = "dispatcher",
     .label = "派遣员",
     .reach = REACH_COMMUNITY,
     .home = "/d/board",
     .sees =
         {ANYBODY, [DATA_TEXT] = SEE_PLAIN, [DATA_CONTACT] = SEE_LOGGED, [DATA_DOOR] = SEE_LOGGED,
          [DATA_WORK] = SEE_PLAIN, [DATA_CARD] = SEE_PLAIN, [DATA_WISH] = SEE_PLAIN}},
    {.bit = ROLE_DUTY_LEAD,
     .code = "duty_lead",
     .label = "值班长",
     .reach = REACH_COMMUNITY,
     .home = "/d/board",
     .sees =
         {ANYBODY, [DATA_TEXT] = SEE_PLAIN, [DATA_CONTACT] = SEE_LOGGED, [DATA_DOOR] = SEE_LOGGED,
          [DATA_WORK] = SEE_PLAIN, [DATA_CARD] = SEE_PLAIN, [DATA_WISH] = SEE_PLAIN}},
    /* Calls everybody back; who complained reads and answers on his own page. */
    {.bit = ROLE_VERIFIER,
     .code = "verifier",
     .label = "核查回访员",
     .reach = REACH_COMMUNITY,
     .home = "/d/callback",
     .sees = {ANYBODY, [DATA_TEXT] = SEE_PLAIN, [DATA_CONTACT] = SEE_LOGGED,
              [DATA_DOOR] = SEE_LOGGED, [DATA_WORK] = SEE_PLAIN}},
    {.bit = ROLE_AREA_STAFF,
     .code = "area_staff",
     .label = "居民区工作人员",
     .reach = REACH_PLACE,
     .home = "/w/today",
     .sees = {ANYBODY, [DATA_TEXT] = SEE_PLAIN, [DATA_CONTACT] = SEE_LOGGED,
              [DATA_DOOR] = SEE_LOGGED, [DATA_WORK] = SEE_PLAIN, [DATA_CARD] = SEE_LOGGED}},
    {.bit = ROLE_LEADER,
     .code = "leader",
     .label = "社区负责人",
     .reach = REACH_COMMUNITY,
     .home = "/l/board",
     .sees = {ANYBODY, [DATA_TEXT] = SEE_PLAIN, [DATA_CONTACT] = SEE_LOGGED,
              [DATA_WORK] = SEE_PLAIN, [DATA_CARD] = SEE_PLAIN}},
    {.bit = ROLE_BRANCH_SECRETARY,
     .code = "branch_secretary",
     .label = "支部书记",
     .reach = REACH_ORG,
     .home = "/",
     .sees = {ANYBODY}},
    {.bit = ROLE_UNIT_LIAISON,
     .code = "unit_liaison",
     .label = "共建单位联络员",
     .reach = REACH_ORG,
     .home = "/",
     .sees = {ANYBODY}},
    {.bit = ROLE_MERCHANT,
     .code = "merchant",
     .label = "商户",
     .reach = REACH_NONE,
     .home = "/",
     .sees = {ANYBODY}},
    {.bit = ROLE_VOLUNTEER,
     .code = "volunteer",
     .label = "志愿者",
     .reach = REACH_NONE,
     .home = "/",
     .sees = {ANYBODY}},
    {.bit = ROLE_TEAM_LEADER,
     .code = "team_leader",
     .label = "志愿队负责人",
     .reach = REACH_ORG,
     .home = "/",
     .sees = {ANYBODY}},
    {.bit = ROLE_REVIEWER,
     .code = "reviewer",
     .label = "评审人",
     .reach = REACH_NONE,
     .home = "/",
     .sees = {ANYBODY}},
    {.bit = ROLE_CLASS_TEACHER,
     .code = "class_teacher",
     .label = "课堂老师",
     .reach = REACH_ORG,
     .home = "/k/class",
     .sees = {ANYBODY}},
    {.bit = ROLE_PRIVACY_OFFICER,
     .code = "privacy_officer",
     .label = "个人信息保护负责人",
     .reach = REACH_COMMUNITY,
     .home = "/a/seen",
     .sees = {ANYBODY, [DATA_COMPLAINT] = SEE_LOGGED}},
    {.bit = ROLE_AUDITOR,
     .code = "auditor",
     .label = "审计管理员",
     .reach = REACH_COMMUNITY,
     .home = "/a/audit",
     .sees = {ANYBODY, [DATA_ADMIN] = SEE_PLAIN}},
    /* Keeps accounts and places; the content of needs is none of his business. */
    {.bit = ROLE_ADMIN,
     .code = "admin",
     .label = "系统管理员",
     .reach = REACH_COMMUNITY,
     .home = "/a",
     .sees = {ANYBODY, [DATA_ADMIN] = SEE_PLAIN}},
    {.bit = ROLE_SECURITY,
     .code = "security",
     .label = "安全管理员",
     .reach = REACH_COMMUNITY,
     .home = "/a/twice",
     .sees = {ANYBODY, [DATA_ADMIN] = SEE_PLAIN}},
};

const struct role *role_of_code(struct str code)
{
    for (size_t i = 0; i < ROLE_BITS; i++)
        if (str_is(code, roles[i].code))
            return &roles[i];
    return NULL;
}

const struct role *role_of_bit(uint32_t bit)
{
    for (size_t i = 0; i < ROLE_BITS; i++)
        if (roles[i].bit == bit)
            return &roles[i];
    return NULL;
}
