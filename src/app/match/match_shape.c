/* match_shape -- the records of this folder as tables of fields, and their code lists. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/match_own.h"

const struct flow_reason match_every[] = {
    {"", "就这一次"}, {"week", "每周"}, {"fortnight", "每两周"}, {"month", "每月"}, {NULL, NULL}};
const struct flow_reason match_reasons[] = {{"night", "每晚一次"},     {"demand", "有人让重排"},
                                            {"new", "来了新需求"},     {"declined", "有人不方便"},
                                            {"changed", "需求有变动"}, {NULL, NULL}};
const char *const match_term_codes[] = {"skill",  "near", "timely", "rested", "again",
                                        "urgent", "wait", "keep",   NULL};
const char *const match_term_labels[] = {"技能",       "距离",       "空闲",
                                         "少派累的人", "上回也是他", "这件有多急",
                                         "等了多久",   "已经在问他", NULL};

const char *const offer_state_codes[] = {"none",     "asked",     "accepted", "introduced",
                                         "served",   "confirmed", "declined", "expired",
                                         "released", NULL};
const char *const offer_state_labels[] = {"还没问",     "等他回话",   "他答应了", "约好了",
                                          "他说办好了", "居民说好了", "不方便",   "没有回话",
                                          "不用了",     NULL};

static const struct field help_fields[] = {
    FIELD(struct match_help, id, "需求", .data = DATA_PUBLIC),
    FIELD(struct match_help, skill_code, "要会什么", .ask = true, .required = true, .max = 20,
          .data = DATA_PUBLIC),
    FIELD(struct match_help, people, "要几个人", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct match_help, week, "哪些时间合适", .ask = true, .max = 84, .data = DATA_PUBLIC,
          .hint = "本人说的；没说就留空，约的时候再定"),
    FIELD(struct match_help, halves, "要多久", .ask = true, .data = DATA_PUBLIC,
          .hint = "按半小时算，2 就是一个小时"),
    FIELD(struct match_help, from_day, "从哪天起", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct match_help, to_day, "到哪天止", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct match_help, every, "要不要常来", .ask = true, .max = 10, .data = DATA_PUBLIC),
    FIELD(struct match_help, turn, "第几回", .data = DATA_PUBLIC),
    FIELD(struct match_help, access, "上门要知道的", .ask = true, .max = 100, .data = DATA_TEXT,
          .hint = "比如没电梯、有狗；两边约好了，来的人才看得到"),
    FIELD(struct match_help, two_first, "头一回两个人一起去", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct match_help, relay, "电话由中心转接", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct match_help, again_id, "上回那件", .ask = true, .data = DATA_TEXT),
    FIELD(struct match_help, rung, "找到哪一层", .data = DATA_WORK),
    FIELD(struct match_help, asked_at, "问还要不要", .data = DATA_WORK),
    FIELD(struct match_help, confirmed_at, "最近说要", .data = DATA_WORK),
    FIELD(struct match_help, is_paused, "先停一停", .data = DATA_PUBLIC),
    FIELD(struct match_help, version, "版本", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct match_help, entered_by, "谁填的", .is_id = true, .data = DATA_WORK),
    FIELD(struct match_help, created_at, "什么时候填的", .data = DATA_PUBLIC),
    FIELD(struct match_help, changed_at, "什么时候改的", .data = DATA_PUBLIC),
};
const struct shape match_help_shape = SHAPE("match_help", struct match_help, help_fields);

#define POINTS(m, label, note)                                                                     \
    FIELD(struct match_weights, m, label, .ask = true, .data = DATA_PUBLIC, .hint = note)
static const struct field weights_fields[] = {
    FIELD(struct match_weights, id, "版本", .ask = true, .data = DATA_PUBLIC),
    POINTS(skill, "技能", "会得多好，证件核验过没有"),
    POINTS(near, "距离", "同一栋、同一网格最好，越远越少"),
    POINTS(timely, "空闲", "两边都方便的时间"),
    POINTS(rested, "少派累的人", "最近没帮过忙的先问"),
    POINTS(again, "上回也是他", "上回两边都说还愿意"),
    POINTS(urgent, "这件有多急", "只定先帮哪一件，不定谁去"),
    POINTS(wait, "等了多久", "一天一分，最多这么多"),
    POINTS(fair, "每多派一次减", "近四周每帮过一次减这么多"),
    POINTS(keep, "已经在问的", "没有更好的就不换人"),
    POINTS(look, "先去看看", "没有合适的人时，网格员、楼栋长去看一眼"),
    POINTS(lead, "主办单位来办", "没有合适的人时，按派单目录归谁就请谁"),
    POINTS(far_m, "多远算远", "米，200 到 20000"),
    POINTS(offer_hours, "等回话多久", "小时，1 到 168；急的只等四分之一"),
    POINTS(asks_most, "一次最多问几位", "1 到 5"),
    POINTS(certain, "要多大把握", "百分之 50 到 99；问够人就不再多问"),
    POINTS(odds, "估计有几成答应", "百分之 5 到 95；问得多了按实际算"),
    FIELD(struct match_weights, tried, "试过的需求", .data = DATA_PUBLIC),
    FIELD(struct match_weights, others, "其中换了人的", .data = DATA_PUBLIC),
    FIELD(struct match_weights, served_now, "改前人手够的", .data = DATA_PUBLIC),
    FIELD(struct match_weights, served_new, "改后人手够的", .data = DATA_PUBLIC),
    FIELD(struct match_weights, note, "为什么改", .ask = true, .max = 100, .data = DATA_PUBLIC,
          .hint = "只试一试不用写；真要改，写一句给大家看"),
    FIELD(struct match_weights, by_person, "谁改的", .is_id = true, .data = DATA_STAFF),
    FIELD(struct match_weights, by_name, "谁改的", .data = DATA_STAFF),
    FIELD(struct match_weights, at, "什么时候", .data = DATA_PUBLIC),
};
const struct shape match_weights_shape =
    SHAPE("match_weights", struct match_weights, weights_fields);

#define COUNTED(T, m, label) FIELD(struct T, m, label, .data = DATA_PUBLIC)
static const struct field trial_fields[] = {
    COUNTED(match_trial, needs, "需求"),
    COUNTED(match_trial, wanted, "要的人次"),
    COUNTED(match_trial, served_now, "现在能办的"),
    COUNTED(match_trial, served_new, "改后能办的"),
    COUNTED(match_trial, urgent, "急的需求"),
    COUNTED(match_trial, urgent_now, "现在能办的急事"),
    COUNTED(match_trial, urgent_new, "改后能办的急事"),
    COUNTED(match_trial, worst_now, "现在最差的网格"),
    COUNTED(match_trial, worst_new, "改后最差的网格"),
    COUNTED(match_trial, used_now, "现在用到的人"),
    COUNTED(match_trial, used_new, "改后用到的人"),
    COUNTED(match_trial, gini_now, "现在忙闲不均"),
    COUNTED(match_trial, gini_new, "改后忙闲不均"),
    COUNTED(match_trial, metres_now, "现在平均路程"),
    COUNTED(match_trial, metres_new, "改后平均路程"),
    COUNTED(match_trial, others, "换了人的需求"),
    COUNTED(match_trial, gap, "离最好差多少"),
};
const struct shape match_trial_shape = SHAPE("match_trial", struct match_trial, trial_fields);

static const struct field run_fields[] = {
    COUNTED(match_run, id, "编号"),
    COUNTED(match_run, reason, "为什么排"),
    FIELD(struct match_run, weights_id, "规则版本", .data = DATA_PUBLIC),
    COUNTED(match_run, needs, "需求"),
    COUNTED(match_run, wanted, "要的人次"),
    COUNTED(match_run, providers, "能帮的人"),
    COUNTED(match_run, edges, "能成的搭配"),
    COUNTED(match_run, matched, "排上的人次"),
    COUNTED(match_run, served, "人手够的需求"),
    COUNTED(match_run, changed, "换了建议的需求"),
    COUNTED(match_run, objective, "总分"),
    COUNTED(match_run, gap, "离最好差多少"),
    COUNTED(match_run, used, "用到的人"),
    COUNTED(match_run, gini, "忙闲不均"),
    COUNTED(match_run, took_us, "用了多少微秒"),
    COUNTED(match_run, at, "什么时候"),
};
const struct shape match_run_shape = SHAPE("match_run", struct match_run, run_fields);

static const struct field part_fields[] = {
    COUNTED(match_part, kind, "按什么分"),
    COUNTED(match_part, code, "哪一类"),
    COUNTED(match_part, wanted, "要的人次"),
    COUNTED(match_part, served, "排上的人次"),
};
const struct shape match_part_shape = SHAPE("match_part", struct match_part, part_fields);

#define WORK(T, m, label, ...) FIELD(struct T, m, label, .data = DATA_WORK, __VA_ARGS__)
static const struct field proposal_fields[] = {
    WORK(match_proposal, id, "编号"),
    WORK(match_proposal, run_id, "哪一次排的"),
    WORK(match_proposal, need_id, "需求"),
    WORK(match_proposal, turn, "第几回"),
    WORK(match_proposal, place, "列在第几"),
    WORK(match_proposal, target, "哪一类"),
    WORK(match_proposal, target_id, "谁"),
    WORK(match_proposal, is_pick, "全盘排下来给了他"),
    WORK(match_proposal, score, "得分"),
    WORK(match_proposal, price, "别处也要他"),
    WORK(match_proposal, terms, "理由", .max = 2000, .lines = true),
    WORK(match_proposal, runner_id, "下一位"),
    WORK(match_proposal, runner_score, "下一位得分"),
    WORK(match_proposal, runner_price, "下一位别处也要"),
    WORK(match_proposal, visit_at, "约在"),
    WORK(match_proposal, leave_at, "到"),
    WORK(match_proposal, weights_id, "规则版本"),
    WORK(match_proposal, at, "什么时候"),
    WORK(match_proposal, until_at, "用到什么时候"),
};
const struct shape match_proposal_shape =
    SHAPE("match_proposal", struct match_proposal, proposal_fields);

static const struct field miss_fields[] = {
    WORK(match_miss, id, "编号"),      WORK(match_miss, run_id, "哪一次排的"),
    WORK(match_miss, need_id, "需求"), WORK(match_miss, reason, "为什么没人"),
    WORK(match_miss, able, "会的人"),  WORK(match_miss, others, "先帮了哪些", .max = 200),
    WORK(match_miss, at, "什么时候"),  WORK(match_miss, until_at, "用到什么时候"),
};
const struct shape match_miss_shape = SHAPE("match_miss", struct match_miss, miss_fields);

static const struct field ask_fields[] = {
    FIELD(struct match_ask, volunteer_id, "问谁", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct match_ask, first, "先问前几位", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct match_ask, visit_at, "约在", .ask = true, .data = DATA_PUBLIC),
};
const struct shape match_ask_shape = SHAPE("match_ask", struct match_ask, ask_fields);

static const struct field offer_fields[] = {
    FIELD(struct match_offer, id, "编号", .data = DATA_TEXT),
    FIELD(struct match_offer, need_id, "需求", .data = DATA_TEXT),
    FIELD(struct match_offer, turn, "第几回", .data = DATA_TEXT),
    WORK(match_offer, volunteer_id, "谁"),
    WORK(match_offer, proposal_id, "哪条建议"),
    FIELD(struct match_offer, state, "到哪一步", .codes = offer_state_codes,
          .labels = offer_state_labels, .data = DATA_TEXT),
    FIELD(struct match_offer, version, "版本", .data = DATA_TEXT),
    FIELD(struct match_offer, visit_at, "约在", .data = DATA_TEXT),
    FIELD(struct match_offer, leave_at, "到", .data = DATA_TEXT),
    FIELD(struct match_offer, shown_name, "怎么称呼", .data = DATA_TEXT),
    FIELD(struct match_offer, relay, "电话由中心转接", .data = DATA_TEXT),
    WORK(match_offer, asked_by, "谁问的", .is_id = true),
    WORK(match_offer, asked_name, "谁问的"),
    FIELD(struct match_offer, asked_at, "什么时候问的", .data = DATA_TEXT),
    FIELD(struct match_offer, due_at, "等到什么时候", .data = DATA_TEXT),
    FIELD(struct match_offer, answered_at, "答应的时候", .data = DATA_TEXT),
    FIELD(struct match_offer, introduced_at, "约好的时候", .data = DATA_TEXT),
    FIELD(struct match_offer, served_at, "办好的时候", .data = DATA_TEXT),
    WORK(match_offer, ended_at, "结束的时候"),
    FIELD(struct match_offer, again_resident, "居民还想请他", .data = DATA_INNER),
    FIELD(struct match_offer, again_volunteer, "他还愿意去", .data = DATA_INNER),
};
const struct shape match_offer_shape = SHAPE("match_offer", struct match_offer, offer_fields);

static const struct field move_fields[] = {
    FIELD(struct offer_move, again, "下回还愿意", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct offer_move, version, "版本", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct offer_move, key, "链接里的钥匙", .ask = true, .max = 64, .data = DATA_PUBLIC),
};
const struct shape offer_move_shape = SHAPE("offer_move", struct offer_move, move_fields);

static const struct field task_fields[] = {
    COUNTED(match_task, id, "编号"),
    FIELD(struct match_task, state, "到哪一步", .codes = offer_state_codes,
          .labels = offer_state_labels, .data = DATA_PUBLIC),
    COUNTED(match_task, version, "版本"),
    COUNTED(match_task, what, "什么事"),
    COUNTED(match_task, where, "哪里"),
    COUNTED(match_task, words, "居民的话"),
    COUNTED(match_task, access, "上门要知道的"),
    COUNTED(match_task, visit_at, "约在"),
    COUNTED(match_task, leave_at, "到"),
    COUNTED(match_task, due_at, "等到什么时候"),
    COUNTED(match_task, people, "要几个人"),
    COUNTED(match_task, relay, "电话由中心转接"),
    COUNTED(match_task, every, "常不常来"),
    COUNTED(match_task, is_own, "说好了先问他"),
    COUNTED(match_task, again, "他说下回还愿意"),
};
const struct shape match_task_shape = SHAPE("match_task", struct match_task, task_fields);

static const struct field gap_fields[] = {
    COUNTED(match_gap, skill_code, "代码"),  COUNTED(match_gap, name, "什么帮助"),
    COUNTED(match_gap, asked, "要的"),       COUNTED(match_gap, filled, "人手够了的"),
    COUNTED(match_gap, waiting, "还在等的"), COUNTED(match_gap, people, "还要几个人"),
    COUNTED(match_gap, offered, "能帮的"),   COUNTED(match_gap, verified, "证件核验过的"),
};
const struct shape match_gap_shape = SHAPE("match_gap", struct match_gap, gap_fields);

static const struct field event_fields[] = {
    WORK(match_event, id, "编号"),       WORK(match_event, offer_id, "哪一问"),
    WORK(match_event, need_id, "需求"),  WORK(match_event, step, "步骤"),
    WORK(match_event, from_state, "从"), WORK(match_event, to_state, "到"),
    WORK(match_event, by_kind, "谁"),    WORK(match_event, by_person, "谁", .is_id = true),
    WORK(match_event, by_name, "谁"),    WORK(match_event, at, "什么时候"),
};
const struct shape match_event_shape = SHAPE("match_event", struct match_event, event_fields);

/* ---- read inside only ---- */

#define INNER(T, m) FIELD(struct T, m, "")
static const struct field wait_fields[] = {
    INNER(match_wait, id),        INNER(match_wait, skill_code), INNER(match_wait, people),
    INNER(match_wait, week),      INNER(match_wait, halves),     INNER(match_wait, from_day),
    INNER(match_wait, to_day),    INNER(match_wait, turn),       INNER(match_wait, two_first),
    INNER(match_wait, again_id),  INNER(match_wait, since_at),   INNER(match_wait, grid_id),
    INNER(match_wait, place_id),  INNER(match_wait, level),      INNER(match_wait, owner_org),
    INNER(match_wait, above_id),  INNER(match_wait, place_path), INNER(match_wait, duty_id),
    INNER(match_wait, is_unsent), INNER(match_wait, text),
};
const struct shape match_wait_shape = SHAPE("match_wait", struct match_wait, wait_fields);
static const struct field pair_fields[] = {
    INNER(match_pair, need_id), INNER(match_pair, volunteer_id), INNER(match_pair, state)};
const struct shape match_pair_shape = SHAPE("match_pair", struct match_pair, pair_fields);
static const struct field usage_fields[] = {
    INNER(match_usage, volunteer_id), INNER(match_usage, asked), INNER(match_usage, open_asks),
    INNER(match_usage, taken),        INNER(match_usage, load),  INNER(match_usage, last_at)};
const struct shape match_usage_shape = SHAPE("match_usage", struct match_usage, usage_fields);
static const struct field visit_fields[] = {
    INNER(match_visit, volunteer_id), INNER(match_visit, visit_at), INNER(match_visit, leave_at)};
const struct shape match_visit_shape = SHAPE("match_visit", struct match_visit, visit_fields);
static const struct field hand_fields[] = {
    INNER(match_hand, id),        INNER(match_hand, target),     INNER(match_hand, kind),
    INNER(match_hand, grid_id),   INNER(match_hand, place_path), INNER(match_hand, org_id),
    INNER(match_hand, person_id), INNER(match_hand, load)};
const struct shape match_hand_shape = SHAPE("match_hand", struct match_hand, hand_fields);
static const struct field price_fields[] = {INNER(match_price, id), INNER(match_price, run_id),
                                            INNER(match_price, price)};
const struct shape match_price_shape = SHAPE("match_price", struct match_price, price_fields);
static const struct field figures_fields[] = {
    INNER(match_figures, asks), INNER(match_figures, yes), INNER(match_figures, wait_ms),
    INNER(match_figures, repeats), INNER(match_figures, same)};
const struct shape match_figures_shape =
    SHAPE("match_figures", struct match_figures, figures_fields);
