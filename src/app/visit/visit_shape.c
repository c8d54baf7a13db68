/* visit_shape -- the records of this folder as tables of fields, their code lists, and the steps of
 * a visit as one table with its drawing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/visit/visit_own.h"
#include "base/out.h"

const struct flow_reason visit_reasons[] = {{"invited", "约一次走访"},
                                            {"asked", "居民请来的"},
                                            {"again", "说好再来"},
                                            {"answer", "带个回音"},
                                            {NULL, NULL}};
const struct flow_reason visit_outcomes[] = {{"well", "都好"},
                                             {"needs", "有需求"},
                                             {"away", "没人在家"},
                                             {"quiet", "不便打扰"},
                                             {NULL, NULL}};
const struct flow_reason visit_kepts[] = {
    {"done", "办好了"}, {"not_yet", "还没有"}, {"dropped", "不要了"}, {NULL, NULL}};

const char *const visit_state_codes[] = {"none",      "planned",  "offered",    "accepted",
                                         "away",      "follow",   "done",       "declined",
                                         "no_answer", "not_home", "called_off", NULL};
const char *const visit_state_labels[] = {"还没有",   "排上了",     "约了",     "说好了",
                                          "没碰上",   "要回访",     "走访过了", "不用来",
                                          "没有回音", "两次没碰上", "不去了",   NULL};

#define SEEN(T, m, label) FIELD(struct T, m, label, .data = DATA_PUBLIC)
#define SAID(T, m, label, ...)                                                                     \
    FIELD(struct T, m, label, .ask = true, .data = DATA_TEXT, __VA_ARGS__)

static const struct field door_fields[] = {
    SEEN(door, id, "门"),
    SEEN(door, place_id, "单元"),
    FIELD(struct door, place_path, "位置"),
    SEEN(door, place_text, "在哪里"),
    SEEN(door, grid_id, "网格"),
    FIELD(struct door, door, "门牌", .data = DATA_TEXT),
    FIELD(struct door, quiet_until, "到哪天不用上门", .data = DATA_TEXT),
    FIELD(struct door, next_day, "哪天再来", .data = DATA_TEXT),
    FIELD(struct door, promise, "上次说好的", .data = DATA_TEXT),
    FIELD(struct door, promised_at, "什么时候说的", .data = DATA_TEXT),
    FIELD(struct door, quiet_rev, "心愿的版本"),
    FIELD(struct door, next_rev, "下次的版本"),
    SEEN(door, rev, "版本"),
    FIELD(struct door, quiet_by, "谁记的心愿", .data = DATA_WORK),
    FIELD(struct door, next_by, "谁记的下次", .data = DATA_WORK),
    SEEN(door, changed_at, "什么时候改的"),
};
const struct shape door_shape = SHAPE("door", struct door, door_fields);

static const struct field wish_fields[] = {
    SAID(door_wish, place, "在哪里", .required = true, .max = 40,
         .hint = "楼道牌子上的编号，或者小区和楼号"),
    SAID(door_wish, door, "门牌", .required = true, .max = 20, .hint = "比如 502"),
    SAID(door_wish, want, "想怎么样", .max = 10),
    SAID(door_wish, until_day, "到哪天为止不用来"),
    SAID(door_wish, plan_day, "哪天来方便"),
    SAID(door_wish, text, "想说的事", .max = 200, .lines = true),
};
const struct shape door_wish_shape = SHAPE("door_wish", struct door_wish, wish_fields);

static const struct field hint_fields[] = {
    SEEN(door_hint, id, "两个说法"),
    SEEN(door_hint, door_id, "门"),
    SEEN(door_hint, field, "哪一项"),
    FIELD(struct door_hint, ours, "后来说的", .data = DATA_TEXT),
    FIELD(struct door_hint, by_name, "谁说的", .data = DATA_WORK),
    FIELD(struct door_hint, theirs, "现在记着的", .data = DATA_TEXT),
    FIELD(struct door_hint, their_name, "谁记的", .data = DATA_WORK),
    SEEN(door_hint, at, "什么时候"),
    SEEN(door_hint, settled_at, "什么时候定的"),
};
const struct shape door_hint_shape = SHAPE("door_hint", struct door_hint, hint_fields);

static const struct field visit_fields[] = {
    SEEN(visit, id, "走访"),
    SEEN(visit, door_id, "门"),
    FIELD(struct visit, place_path, "位置"),
    SEEN(visit, grid_id, "网格"),
    SEEN(visit, reason, "为什么去"),
    FIELD(struct visit, state, "状态", .codes = visit_state_codes, .labels = visit_state_labels,
          .data = DATA_PUBLIC),
    SEEN(visit, version, "版本"),
    SEEN(visit, plan_day, "排在哪天"),
    SEEN(visit, offered_by, "怎么约的"),
    SEEN(visit, tries, "没碰上几次"),
    FIELD(struct visit, outcome, "这次怎么样", .data = DATA_TEXT),
    FIELD(struct visit, kept, "上次说好的怎么样了", .data = DATA_TEXT),
    FIELD(struct visit, promise, "这次说好的", .data = DATA_TEXT),
    FIELD(struct visit, person_id, "谁去的", .data = DATA_WORK),
    FIELD(struct visit, person_name, "谁去的", .data = DATA_WORK),
    FIELD(struct visit, device_at, "手机上的时间", .data = DATA_WORK),
    FIELD(struct visit, device_skew, "手机快多少毫秒", .data = DATA_WORK),
    SEEN(visit, visited_at, "什么时候去的"),
    SEEN(visit, follow_at, "什么时候回访"),
    SEEN(visit, created_at, "什么时候排的"),
    SEEN(visit, changed_at, "什么时候改的"),
    SEEN(visit, closed_at, "什么时候完的"),
};
const struct shape visit_shape = SHAPE("visit", struct visit, visit_fields);

static const struct field said_fields[] = {
    SAID(visit_said, visit_id, "哪次走访"),
    SAID(visit_said, door_id, "哪扇门"),
    SAID(visit_said, outcome, "今天怎么样", .required = true, .max = 10),
    SAID(visit_said, kept, "上次说好的", .max = 10),
    SAID(visit_said, promise, "这次说好的", .max = 100, .hint = "下次来先问这一句；没有就不填"),
    SAID(visit_said, needs, "要帮什么", .max = 6 * 1001, .lines = true, .hint = "一件一行"),
    SAID(visit_said, slips, "纸条编号", .max = 6 * 20,
         .hint = "给了印好的纸条才填；几件就按先后写几个，空一格"),
    SAID(visit_said, job_id, "说的是哪件"),
    SAID(visit_said, job_text, "说了什么", .max = 200),
    SAID(visit_said, contact, "电话", .max = 40, .hint = "办得怎样好告诉他；不愿留可以不留"),
    SAID(visit_said, name, "称呼", .max = 20),
    SAID(visit_said, agrees_match, "可以请志愿者帮忙"),
    SAID(visit_said, agrees_share, "可以转给能办的单位"),
    SAID(visit_said, base_rev, "手机上的版本"),
    SAID(visit_said, says_quiet, "说了要不要上门"),
    SAID(visit_said, says_next, "说了哪天再来"),
    SAID(visit_said, quiet_until, "到哪天不用上门"),
    SAID(visit_said, next_day, "哪天再来"),
    SAID(visit_said, device_at, "手机上的时间"),
    SAID(visit_said, device_skew, "手机快多少毫秒"),
};
const struct shape visit_said_shape = SHAPE("visit_said", struct visit_said, said_fields);

static const struct field event_fields[] = {
    SEEN(visit_event, id, "一笔"),
    SEEN(visit_event, visit_id, "走访"),
    SEEN(visit_event, step, "做了什么"),
    SEEN(visit_event, from_state, "从"),
    SEEN(visit_event, to_state, "到"),
    FIELD(struct visit_event, text, "说明", .data = DATA_TEXT),
    FIELD(struct visit_event, by_person, "谁", .is_id = true, .data = DATA_WORK),
    FIELD(struct visit_event, by_name, "谁", .data = DATA_WORK),
    SEEN(visit_event, at, "什么时候"),
};
const struct shape visit_event_shape = SHAPE("visit_event", struct visit_event, event_fields);

static const struct field need_fields[] = {SEEN(visit_need, id, "需求"),
                                           SEEN(visit_need, door_id, "门"),
                                           SEEN(visit_need, told_at, "什么时候告诉的")};
const struct shape visit_need_shape = SHAPE("visit_need", struct visit_need, need_fields);

/* ---- the steps ---- */

#define NONE     VISIT_IN(VISIT_NONE)
#define PLANNED  VISIT_IN(VISIT_PLANNED)
#define OFFERED  VISIT_IN(VISIT_OFFERED)
#define ACCEPTED VISIT_IN(VISIT_ACCEPTED)
#define AWAY     VISIT_IN(VISIT_AWAY)
#define FOLLOW   VISIT_IN(VISIT_FOLLOW)
/* Nobody was there yet. */
#define AHEAD (PLANNED | OFFERED | ACCEPTED | AWAY)

static const struct step steps[] = {
    {"plan", "排一次走访", NONE, VISIT_PLANNED, VISIT_BY_STAFF},
    {"ask", "请人上门", NONE, VISIT_ACCEPTED, VISIT_BY_DOOR | VISIT_BY_STAFF},
    {"again", "回访一次", NONE, VISIT_ACCEPTED, VISIT_BY_STAFF},
    {"answered", "有了答复，去告诉一声", NONE, VISIT_FOLLOW, VISIT_BY_SYSTEM},
    {"offer", "约一约", PLANNED, VISIT_OFFERED, VISIT_BY_STAFF},
    {"accept", "可以来", PLANNED | OFFERED, VISIT_ACCEPTED, VISIT_BY_DOOR | VISIT_BY_STAFF},
    {"decline", "不用来", PLANNED | OFFERED | ACCEPTED, VISIT_DECLINED,
     VISIT_BY_DOOR | VISIT_BY_STAFF},
    {"no_answer", "没有回音", OFFERED, VISIT_NO_ANSWER, VISIT_BY_SYSTEM},
    {"not_home", "没人在家", PLANNED | OFFERED | ACCEPTED, VISIT_AWAY, VISIT_BY_STAFF},
    {"not_home_again", "又没人在家", AWAY, VISIT_NOT_HOME, VISIT_BY_STAFF},
    {"visit", "走访，没有要办的", AHEAD, VISIT_DONE, VISIT_BY_STAFF},
    {"visit_more", "走访，有要回访的", AHEAD, VISIT_FOLLOW, VISIT_BY_STAFF},
    {"told", "当面告诉了", FOLLOW, VISIT_DONE, VISIT_BY_STAFF},
    {"not_back", "回访时没人在家", FOLLOW, VISIT_FOLLOW, VISIT_BY_STAFF},
    {"call_off", "不去了", AHEAD | FOLLOW, VISIT_CALLED_OFF,
     VISIT_BY_DOOR | VISIT_BY_STAFF | VISIT_BY_SYSTEM},
};

static const struct step_who who[] = {
    {VISIT_BY_DOOR, "住户"}, {VISIT_BY_STAFF, "工作人员"}, {VISIT_BY_SYSTEM, "系统"}};
const struct steps visit_steps = {.at = steps,
                                  .n = COUNT(steps),
                                  .codes = visit_state_codes,
                                  .labels = visit_state_labels,
                                  .nstates = VISIT_STATES,
                                  .who = who,
                                  .nwho = COUNT(who)};

bool visit_is_closed(enum visit_state s)
{
    return s >= VISIT_DONE;
}
