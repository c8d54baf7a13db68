/* hours_shape -- the records of this folder as tables of fields, and their code lists. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/hours_own.h"

const char *const hours_state_codes[] = {"open", "waiting", "confirmed", "refused", NULL};
const char *const hours_state_labels[] = {"还没写时间", "等另一边点头", "两边说好了", "不计", NULL};
const struct flow_reason hours_kinds[] = {
    {"link", "居民在进度页点头"}, {"code", "居民当面报了四位数字"}, {"paper", "纸上签过字"},
    {"call", "电话里问过居民"},   {"staff", "工作人员核过"},        {NULL, NULL}};
const struct flow_reason hours_outcomes[] = {
    {"agreed", "对得上"}, {"not_reached", "没打通"}, {"differs", "对不上"}, {NULL, NULL}};
const char *const cert_state_codes[] = {"requested", "checked", "issued", "corrected",
                                        "revoked",   "refused", NULL};
const char *const cert_state_labels[] = {"等经办人核", "等负责人签发", "已签发", "已更正",
                                         "已作废",     "没有开",       NULL};

#define SEEN(T, m, label) FIELD(struct T, m, label, .data = DATA_PUBLIC)

static const struct field hours_fields[] = {
    SEEN(hours, id, "时长记录"),
    SEEN(hours, origin, "怎么来的"),
    SEEN(hours, offer_id, "哪一次帮忙"),
    FIELD(struct hours, need_id, "哪件需求", .data = DATA_WORK),
    SEEN(hours, volunteer_id, "志愿者"),
    SEEN(hours, skill_code, "哪样帮助"),
    SEEN(hours, what, "做了什么"),
    SEEN(hours, started_at, "从"),
    SEEN(hours, ended_at, "到"),
    SEEN(hours, minutes, "分钟"),
    SEEN(hours, other_minutes, "另一边说的分钟"),
    FIELD(struct hours, state, "状态", .codes = hours_state_codes, .labels = hours_state_labels,
          .data = DATA_PUBLIC),
    SEEN(hours, is_flagged, "要人看一看"),
    SEEN(hours, confirm_kind, "怎么确认的"),
    SEEN(hours, paper_number, "存档号"),
    /* for the helper alone, as the resident is told: no role reads DATA_NOTE */
    FIELD(struct hours, thanks, "居民的话", .data = DATA_NOTE),
    SEEN(hours, version, "版本"),
    FIELD(struct hours, entered_by, "谁录的", .is_id = true, .data = DATA_WORK),
    SEEN(hours, confirmed_at, "什么时候确认的"),
    SEEN(hours, created_at, "什么时候记的"),
    SEEN(hours, changed_at, "什么时候改的"),
};
const struct shape hours_shape = SHAPE("hours", struct hours, hours_fields);

#define TYPED(T, m, label, ...)                                                                    \
    FIELD(struct T, m, label, .ask = true, .data = DATA_PUBLIC, __VA_ARGS__)

static const struct field said_fields[] = {
    TYPED(hours_said, started_at, "从几点"),
    TYPED(hours_said, ended_at, "到几点"),
    TYPED(hours_said, minutes, "一共多少分钟"),
    TYPED(hours_said, word, "居民报的四位数字", .max = 10),
    TYPED(hours_said, paper_number, "存档号", .max = 40),
    TYPED(hours_said, thanks, "想对他说的话", .max = 200),
    TYPED(hours_said, text, "为什么", .max = 200),
    TYPED(hours_said, again, "下回还愿意"),
    TYPED(hours_said, volunteer_id, "志愿者"),
    TYPED(hours_said, what, "做了什么", .max = 40),
    TYPED(hours_said, skill_code, "哪样帮助", .max = 20),
    TYPED(hours_said, version, "版本"),
    TYPED(hours_said, key, "链接里的钥匙", .max = 64),
};
const struct shape hours_said_shape = SHAPE("hours_said", struct hours_said, said_fields);

static const struct field event_fields[] = {
    SEEN(hours_event, id, "记录"),
    SEEN(hours_event, hours_id, "时长记录"),
    SEEN(hours_event, step, "步骤"),
    SEEN(hours_event, started_at, "从"),
    SEEN(hours_event, ended_at, "到"),
    SEEN(hours_event, minutes, "分钟"),
    FIELD(struct hours_event, text, "说明", .data = DATA_TEXT),
    SEEN(hours_event, by_kind, "哪一边"),
    FIELD(struct hours_event, by_person, "谁", .is_id = true, .data = DATA_STAFF),
    FIELD(struct hours_event, by_name, "谁", .data = DATA_STAFF),
    SEEN(hours_event, at, "什么时候"),
};
const struct shape hours_event_shape = SHAPE("hours_event", struct hours_event, event_fields);

static const struct field sum_fields[] = {
    SEEN(hours_sum, minutes, "分钟"),
    SEEN(hours_sum, times, "次数"),
};
const struct shape hours_sum_shape = SHAPE("hours_sum", struct hours_sum, sum_fields);

static const struct field total_fields[] = {
    SEEN(hours_total, minutes, "分钟"),
    SEEN(hours_total, times, "次数"),
    SEEN(hours_total, people, "人数"),
};
const struct shape hours_total_shape = SHAPE("hours_total", struct hours_total, total_fields);

static const struct field draw_fields[] = {
    SEEN(hours_draw, id, "月份"),     SEEN(hours_draw, seed, "种子"),
    SEEN(hours_draw, total, "总数"),  SEEN(hours_draw, picked, "抽中"),
    SEEN(hours_draw, at, "什么时候"),
};
const struct shape hours_draw_shape = SHAPE("hours_draw", struct hours_draw, draw_fields);

static const struct field call_fields[] = {
    SEEN(hours_call, id, "抽查"),
    SEEN(hours_call, month, "月份"),
    SEEN(hours_call, hours_id, "时长记录"),
    TYPED(hours_call, outcome, "结果", .max = 20, .required = true),
    FIELD(struct hours_call, note, "说明", .ask = true, .max = 200, .data = DATA_WORK),
    FIELD(struct hours_call, by_person, "谁打的", .is_id = true, .data = DATA_STAFF),
    FIELD(struct hours_call, by_name, "谁打的", .data = DATA_STAFF),
    SEEN(hours_call, at, "什么时候"),
    FIELD(struct hours_call, need_id, "哪件需求", .data = DATA_WORK),
    SEEN(hours_call, started_at, "从"),
    SEEN(hours_call, minutes, "分钟"),
    SEEN(hours_call, what, "做了什么"),
};
const struct shape hours_call_shape = SHAPE("hours_call", struct hours_call, call_fields);

static const struct field cert_fields[] = {
    SEEN(cert, id, "证明"),
    SEEN(cert, number, "证书编号"),
    FIELD(struct cert, state, "状态", .codes = cert_state_codes, .labels = cert_state_labels,
          .data = DATA_PUBLIC),
    SEEN(cert, version, "版本"),
    SEEN(cert, volunteer_id, "志愿者"),
    SEEN(cert, volunteer_number, "志愿者编号"),
    FIELD(struct cert, name, "姓名", .data = DATA_CARD, .seal = VAULT_NAME, .pad = true),
    SEEN(cert, from_day, "从哪天"),
    SEEN(cert, to_day, "到哪天"),
    SEEN(cert, minutes, "分钟"),
    SEEN(cert, times, "次数"),
    SEEN(cert, lines, "服务内容"),
    SEEN(cert, issuer, "出具单位"),
    SEEN(cert, phone, "联系电话"),
    FIELD(struct cert, handler_id, "经办人", .data = DATA_STAFF),
    FIELD(struct cert, handler_name, "经办人", .data = DATA_STAFF),
    FIELD(struct cert, head_id, "负责人", .data = DATA_STAFF),
    FIELD(struct cert, head_name, "负责人", .data = DATA_STAFF),
    SEEN(cert, issued_at, "出具日期"),
    SEEN(cert, hash, "校验码"),
    SEEN(cert, follows_id, "更正的是"),
    SEEN(cert, next_id, "更正成"),
    FIELD(struct cert, reason, "原因", .data = DATA_TEXT),
    FIELD(struct cert, asked_by, "谁申请的", .is_id = true, .data = DATA_STAFF),
    SEEN(cert, team_id, "哪个单位"),
    SEEN(cert, agrees_shown, "公示可写称呼"),
    SEEN(cert, shown_until, "公示到"),
    SEEN(cert, objections, "没回复的意见"),
    SEEN(cert, created_at, "什么时候申请的"),
    SEEN(cert, changed_at, "什么时候改的"),
};
const struct shape cert_shape = SHAPE("cert", struct cert, cert_fields);

static const struct field asked_fields[] = {
    TYPED(cert_asked, volunteer_id, "志愿者"),
    TYPED(cert_asked, from_day, "从哪天"),
    TYPED(cert_asked, to_day, "到哪天"),
    TYPED(cert_asked, reason, "原因", .max = 200),
    TYPED(cert_asked, version, "版本"),
    TYPED(cert_asked, agrees_shown, "公示可写称呼"),
    TYPED(cert_asked, key, "链接里的钥匙", .max = 64),
};
const struct shape cert_asked_shape = SHAPE("cert_asked", struct cert_asked, asked_fields);

static const struct field objection_fields[] = {
    SEEN(cert_objection, id, "意见"),
    SEEN(cert_objection, cert_id, "证明"),
    FIELD(struct cert_objection, volunteer_id, "谁提的", .data = DATA_WORK),
    TYPED(cert_objection, text, "哪里不对", .max = 200, .required = true, .lines = true),
    SEEN(cert_objection, at, "什么时候"),
    SEEN(cert_objection, answer, "回复"),
    FIELD(struct cert_objection, by_person, "谁回复的", .data = DATA_STAFF),
    FIELD(struct cert_objection, by_name, "谁回复的", .data = DATA_STAFF),
    SEEN(cert_objection, answered_at, "什么时候回复的"),
};
const struct shape cert_objection_shape =
    SHAPE("cert_objection", struct cert_objection, objection_fields);

static const struct field line_fields[] = {
    SEEN(cert_line, what, "服务内容"),
    SEEN(cert_line, minutes, "分钟"),
    SEEN(cert_line, times, "次数"),
};
const struct shape cert_line_shape = SHAPE("cert_line", struct cert_line, line_fields);

static const struct field checked_fields[] = {
    SEEN(cert_checked, number, "证书编号"),
    SEEN(cert_checked, state, "状态"),
    SEEN(cert_checked, from_month, "从哪月"),
    SEEN(cert_checked, to_month, "到哪月"),
    SEEN(cert_checked, minutes, "分钟"),
    SEEN(cert_checked, issuer, "出具单位"),
    SEEN(cert_checked, next_number, "更正后的编号"),
    SEEN(cert_checked, issued_on, "出具日期"),
    SEEN(cert_checked, shown_until, "公示到"),
    SEEN(cert_checked, has_hash, "给了校验码"),
    SEEN(cert_checked, is_same, "校验码对得上"),
};
const struct shape cert_checked_shape = SHAPE("cert_checked", struct cert_checked, checked_fields);
