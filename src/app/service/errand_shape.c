/* errand_shape -- errands as fields, and their steps as one table with its drawing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/service_own.h"

const char *const errand_state_codes[] = {"none",      "asked",     "authorised", "holding",
                                          "submitted", "fetched",   "recalled",   "returned",
                                          "closed",    "withdrawn", "refused",    NULL};
const char *const errand_state_labels[] = {"还没有",         "等人来电",           "委托好了",
                                           "材料在我们这里", "交到窗口了",         "办好取回了",
                                           "要把材料退回",   "材料还给本人了",     "完了",
                                           "不办了",         "办不了，说明了原因", NULL};
const struct flow_reason errand_agreed[] = {
    {"paper", "纸上签了委托书"}, {"face", "当面说的，委托书当场签"}, {NULL, NULL}};
const struct flow_reason errand_outcomes[] = {
    {"done", "办好了"}, {"cannot", "没办成"}, {NULL, NULL}};

#define SEEN(T, m, label) FIELD(struct T, m, label, .data = DATA_PUBLIC)

static const struct field errand_fields[] = {
    SEEN(errand, id, "帮办"),
    SEEN(errand, number, "编号"),
    SEEN(errand, service_id, "办什么"),
    SEEN(errand, title, "办什么"),
    FIELD(struct errand, state, "状态", .codes = errand_state_codes, .labels = errand_state_labels,
          .data = DATA_PUBLIC),
    SEEN(errand, version, "版本"),
    FIELD(struct errand, name, "称呼", .ask = true, .max = 20, .data = DATA_CONTACT,
          .seal = VAULT_CONTACT, .pad = true),
    FIELD(struct errand, contact, "电话", .ask = true, .required = true, .max = 40,
          .data = DATA_CONTACT, .seal = VAULT_CONTACT,
          .hint = "约时间、取材料要用；办完 90 天后删掉"),
    SEEN(errand, place_id, "住在"),
    FIELD(struct errand, place_path, "位置"),
    SEEN(errand, grid_id, "网格"),
    SEEN(errand, place_text, "住在"),
    FIELD(struct errand, door, "门牌", .ask = true, .max = 20, .data = DATA_DOOR,
          .seal = VAULT_DOOR, .hint = "要上门取材料才写"),
    SEEN(errand, agreed_how, "怎么委托的"),
    SEEN(errand, agreed_at, "什么时候委托的"),
    SEEN(errand, until_day, "委托到哪天"),
    FIELD(struct errand, helper_id, "谁来办", .data = DATA_WORK),
    FIELD(struct errand, helper_name, "谁来办", .data = DATA_STAFF),
    SEEN(errand, promise_at, "哪天前"),
    SEEN(errand, outcome, "结果"),
    FIELD(struct errand, said, "说明", .data = DATA_TEXT),
    FIELD(struct errand, need_id, "成了哪件诉求", .data = DATA_WORK),
    FIELD(struct errand, rating, "评价", .data = DATA_TEXT),
    SEEN(errand, rated_at, "什么时候评的"),
    SEEN(errand, created_at, "什么时候提的"),
    SEEN(errand, changed_at, "什么时候改的"),
    SEEN(errand, closed_at, "什么时候完的"),
};
const struct shape errand_shape = SHAPE("service_errand", struct errand, errand_fields);

static const struct field paper_fields[] = {
    SEEN(errand_paper, id, "材料"),
    SEEN(errand_paper, errand_id, "帮办"),
    FIELD(struct errand_paper, name, "材料", .data = DATA_TEXT),
    SEEN(errand_paper, received_at, "收到"),
    SEEN(errand_paper, returned_at, "还了"),
};
const struct shape errand_paper_shape =
    SHAPE("service_errand_paper", struct errand_paper, paper_fields);

static const struct field event_fields[] = {
    SEEN(errand_event, id, "一笔"),
    SEEN(errand_event, errand_id, "帮办"),
    SEEN(errand_event, step, "做了什么"),
    SEEN(errand_event, from_state, "从"),
    SEEN(errand_event, to_state, "到"),
    FIELD(struct errand_event, text, "说明", .data = DATA_TEXT),
    FIELD(struct errand_event, by_person, "谁", .is_id = true, .data = DATA_WORK),
    FIELD(struct errand_event, by_name, "谁", .data = DATA_STAFF),
    SEEN(errand_event, at, "什么时候"),
};
const struct shape errand_event_shape =
    SHAPE("service_errand_event", struct errand_event, event_fields);

#define TOLD(m, label, ...)                                                                        \
    FIELD(struct errand_move, m, label, .ask = true, .data = DATA_TEXT, __VA_ARGS__)
static const struct field move_fields[] = {
    TOLD(version, "版本"),
    TOLD(agreed_how, "怎么委托的", .max = 10),
    TOLD(until_day, "委托到哪天"),
    TOLD(papers, "交哪些材料", .max = 1000, .lines = true, .hint = "一样一行；写清原件还是复印件"),
    TOLD(said, "说给他听的", .max = 500, .lines = true),
    TOLD(outcome, "结果", .max = 10),
    TOLD(work_days, "几个工作日有结果"),
    TOLD(is_signed, "本人签收了"),
};
const struct shape errand_move_shape =
    SHAPE("service_errand_move", struct errand_move, move_fields);

/* ---- the steps ---- */

#define NONE       ERRAND_IN(ERRAND_NONE)
#define ASKED      ERRAND_IN(ERRAND_ASKED)
#define AUTHORISED ERRAND_IN(ERRAND_AUTHORISED)
#define HOLDING    ERRAND_IN(ERRAND_HOLDING)
#define SUBMITTED  ERRAND_IN(ERRAND_SUBMITTED)
#define FETCHED    ERRAND_IN(ERRAND_FETCHED)
#define RECALLED   ERRAND_IN(ERRAND_RECALLED)
#define RETURNED   ERRAND_IN(ERRAND_RETURNED)
#define GUEST      ERRAND_BY_GUEST
#define STAFF      ERRAND_BY_STAFF

static const struct step steps[] = {
    {"ask", "请人代办", NONE, ERRAND_ASKED, GUEST | STAFF},
    {"authorise", "委托书签好了", ASKED, ERRAND_AUTHORISED, STAFF},
    {"refuse", "办不了，说明原因", ASKED, ERRAND_REFUSED, STAFF},
    {"receive", "收到材料，给收条", AUTHORISED, ERRAND_HOLDING, STAFF},
    {"renew", "又签了一份委托书", AUTHORISED, ERRAND_AUTHORISED, STAFF},
    {"prolong", "材料在这里，又签了一份委托书", HOLDING, ERRAND_HOLDING, STAFF},
    {"submit", "交到窗口", HOLDING, ERRAND_SUBMITTED, STAFF},
    {"fetch", "取回来了", SUBMITTED, ERRAND_FETCHED, STAFF},
    {"return", "还给本人，签收", FETCHED | RECALLED, ERRAND_RETURNED, STAFF},
    {"close", "完了", RETURNED, ERRAND_CLOSED, STAFF | ERRAND_BY_SYSTEM},
    {"withdraw", "不办了", ASKED | AUTHORISED, ERRAND_WITHDRAWN, GUEST | STAFF},
    {"recall", "不办了，退回材料", HOLDING | SUBMITTED | FETCHED, ERRAND_RECALLED, GUEST | STAFF},
};

static const struct step_who who[] = {
    {ERRAND_BY_GUEST, "本人"}, {ERRAND_BY_STAFF, "工作人员"}, {ERRAND_BY_SYSTEM, "系统"}};
const struct steps errand_steps = {.at = steps,
                                   .n = COUNT(steps),
                                   .codes = errand_state_codes,
                                   .labels = errand_state_labels,
                                   .nstates = ERRAND_STATES,
                                   .who = who,
                                   .nwho = COUNT(who)};

bool errand_is_closed(enum errand_state s)
{
    return s >= ERRAND_CLOSED;
}
