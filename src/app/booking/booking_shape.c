/* booking_shape -- the records of this folder as tables of fields, their code lists, and the steps
 * of a booking as one table with its drawing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_own.h"
#include "base/out.h"

const char *const booking_window_codes[] = {"team", "lot", NULL};
const char *const booking_window_labels[] = {"留给团队和单位", "抽签", NULL};
const char *const booking_state_codes[] = {"none",    "review", "booked", "waiting", "offered",
                                           "drawing", "using",  "done",   "closed",  "absent",
                                           "refused", "given",  "lapsed", "shut",    NULL};
const char *const booking_state_labels[] = {"没有",     "等答复", "订好了", "候补",     "轮到了",
                                            "等抽签",   "在用",   "用完了", "看过了",   "没有来",
                                            "没有同意", "退了",   "过时",   "站里取消", NULL};
const char *const booking_kind_codes[] = {"person", "team", "unit", NULL};
const char *const booking_kind_labels[] = {"个人", "团队", "单位", NULL};
const char *const booking_purpose_codes[] = {"meeting", "class", "rehearsal", "sport",
                                             "party",   "other", NULL};
const char *const booking_purpose_labels[] = {"开会议事", "上课学习", "排练", "锻炼打球",
                                              "聚会联欢", "别的",     NULL};
const char *const booking_series_codes[] = {"asked", "on", "ended", NULL};
const char *const booking_series_labels[] = {"等答复", "在用", "结束了", NULL};
const char *const booking_block_codes[] = {"closed", "event", NULL};
const char *const booking_block_labels[] = {"停用", "公共活动用", NULL};
const char *const booking_lot_codes[] = {"open", "drawn", "off", NULL};
const char *const booking_lot_labels[] = {"等抽签", "抽过了", "不抽了", NULL};

#define SEEN(T, m, label) FIELD(struct T, m, label, .data = DATA_PUBLIC)
#define ASKED(T, m, label, ...)                                                                    \
    FIELD(struct T, m, label, .ask = true, .data = DATA_PUBLIC, __VA_ARGS__)
#define SAID(T, m, label, ...)                                                                     \
    FIELD(struct T, m, label, .ask = true, .data = DATA_TEXT, __VA_ARGS__)
#define CODE(T, m, label, c, ...)                                                                  \
    FIELD(struct T, m, label, .codes = c##_codes, .labels = c##_labels, .data = DATA_PUBLIC,       \
          __VA_ARGS__)

static const struct field space_fields[] = {
    SEEN(booking_space, id, "编号"),
    SEEN(booking_space, site_id, "服务点"),
    SEEN(booking_space, part_id, "其中哪一处"),
    FIELD(struct booking_space, place_path, "位置"),
    ASKED(booking_space, name, "叫什么", .required = true, .max = 30),
    ASKED(booking_space, floor, "在哪里", .max = 30, .hint = "比如：三楼东侧"),
    ASKED(booking_space, about, "什么样，适合做什么", .max = 300, .lines = true),
    ASKED(booking_space, equipment, "有什么设备", .max = 100, .hint = "投影、音响、钢琴、轮椅坡道"),
    ASKED(booking_space, fee, "收费", .max = 60, .hint = "不收费就不填；收费的写明价目"),
    ASKED(booking_space, rules, "用的时候要注意", .max = 300, .lines = true,
          .hint = "收拾干净、损坏怎么办"),
    ASKED(booking_space, capacity, "能坐多少人"),
    ASKED(booking_space, least_minutes, "一次最少几分钟"),
    ASKED(booking_space, most_minutes, "一次最多几分钟"),
    ASKED(booking_space, ahead_days, "最多提前几天订"),
    ASKED(booking_space, auto_heads, "多少人以下不用等答复", .hint = "0 = 每次都要有人看过"),
    ASKED(booking_space, auto_minutes, "多少分钟以下不用等答复"),
    FIELD(struct booking_space, door_code, "屋里纸上的码", .ask = true, .max = 8, .data = DATA_WORK,
          .hint = "到了的人填它签到，四到八位字母数字；不填就由工作人员签"),
    ASKED(booking_space, version, "版本"),
    SEEN(booking_space, changed_at, "改动时间"),
    FIELD(struct booking_space, changed_name, "谁改的", .data = DATA_STAFF),
    SEEN(booking_space, site_code, "服务点代码"),
    SEEN(booking_space, site_name, "服务点名称"),
};
const struct shape booking_space_shape = SHAPE("booking_space", struct booking_space, space_fields);

static const struct field window_fields[] = {
    SEEN(booking_window, id, "编号"),
    SEEN(booking_window, space_id, "场地"),
    CODE(booking_window, kind, "怎么用", booking_window, .ask = true),
    ASKED(booking_window, weekday, "星期几"),
    SEEN(booking_window, from_minute, "从"),
    SEEN(booking_window, till_minute, "到"),
};
const struct shape booking_window_shape =
    SHAPE("booking_window", struct booking_window, window_fields);

static const struct field rule_fields[] = {
    SEEN(booking_rule, site_id, "服务点"),
    ASKED(booking_rule, per_month, "一个电话一个月订几次", .hint = "0 = 不限"),
    ASKED(booking_rule, early_minutes, "提前几分钟可以进"),
    ASKED(booking_rule, free_hours, "提前几小时退不算次数"),
    ASKED(booking_rule, idle_hours, "空到开始前几小时就谁都能用", .hint = "不算次数，不用等答复"),
    ASKED(booking_rule, confirm_hours, "候补轮到后几小时内要回话"),
    ASKED(booking_rule, draw_days, "提前几天抽签"),
    ASKED(booking_rule, absences, "几次订了没来"),
    ASKED(booking_rule, absence_days, "在多少天里"),
    ASKED(booking_rule, phone_days, "就有多少天只能打电话订"),
    ASKED(booking_rule, version, "版本"),
};
const struct shape booking_rule_shape = SHAPE("booking_rule", struct booking_rule, rule_fields);

static const struct field party_fields[] = {
    SEEN(booking_party, id, "预订"),
    SEEN(booking_party, number, "编号"),
    FIELD(struct booking_party, word, "四位数字"),
    CODE(booking_party, kind, "谁用", booking_kind),
    FIELD(struct booking_party, name, "怎么称呼", .data = DATA_CONTACT, .seal = VAULT_CONTACT,
          .pad = true),
    FIELD(struct booking_party, contact, "电话", .data = DATA_CONTACT, .seal = VAULT_CONTACT,
          .index = "contact_key"),
    FIELD(struct booking_party, group_name, "团队或单位", .data = DATA_TEXT),
    SEEN(booking_party, channel, "怎么订的"),
    FIELD(struct booking_party, entered_by, "谁录的", .is_id = true, .data = DATA_WORK),
    SEEN(booking_party, created_at, "什么时候订的"),
    SEEN(booking_party, forgotten_at, "什么时候删的"),
    FIELD(struct booking_party, client_key, "表单"),
};
const struct shape booking_party_shape = SHAPE("booking_party", struct booking_party, party_fields);

static const struct field booking_fields[] = {
    SEEN(booking, id, "编号"),
    SEEN(booking, party_id, "预订"),
    SEEN(booking, space_id, "场地"),
    SEEN(booking, site_id, "服务点"),
    FIELD(struct booking, place_path, "位置"),
    SEEN(booking, series_id, "系列"),
    FIELD(struct booking, series_asked, "系列还没有答复"),
    SEEN(booking, lot_id, "抽签"),
    SEEN(booking, from_at, "从"),
    SEEN(booking, to_at, "到"),
    FIELD(struct booking, purpose, "做什么", .codes = booking_purpose_codes,
          .labels = booking_purpose_labels, .data = DATA_TEXT),
    FIELD(struct booking, title, "说明", .data = DATA_TEXT),
    FIELD(struct booking, heads, "几个人", .data = DATA_TEXT),
    FIELD(struct booking, wish, "要什么设备和方便", .data = DATA_TEXT),
    FIELD(struct booking, has_minors, "有未成年人", .data = DATA_TEXT),
    FIELD(struct booking, adult, "负责的大人", .data = DATA_CONTACT, .seal = VAULT_CONTACT,
          .pad = true),
    CODE(booking, state, "状态", booking_state),
    SEEN(booking, version, "版本"),
    FIELD(struct booking, rank, "先后"),
    SEEN(booking, offer_until, "到什么时候要回话"),
    SEEN(booking, due_at, "到什么时候答复"),
    SEEN(booking, tell, "要告诉他"),
    FIELD(struct booking, reason, "为什么", .data = DATA_TEXT),
    SEEN(booking, is_idle, "空档"),
    FIELD(struct booking, is_late, "退晚了", .data = DATA_TEXT),
    FIELD(struct booking, came_at, "什么时候到的", .data = DATA_TEXT),
    FIELD(struct booking, condition_note, "用完的样子", .data = DATA_WORK),
    SEEN(booking, created_at, "什么时候订的"),
    SEEN(booking, changed_at, "什么时候改的"),
    SEEN(booking, number, "编号"),
    FIELD(struct booking, name, "怎么称呼", .data = DATA_CONTACT, .seal = VAULT_CONTACT,
          .pad = true, .of = &booking_party_shape, .by = "party_id"),
    FIELD(struct booking, group_name, "团队或单位", .data = DATA_TEXT),
    SEEN(booking, channel, "怎么订的"),
    CODE(booking, kind, "谁用", booking_kind),
    SEEN(booking, space_name, "哪个场地"),
    SEEN(booking, floor, "在哪里"),
    SEEN(booking, site_code, "服务点代码"),
    SEEN(booking, site_name, "服务点名称"),
};
const struct shape booking_shape = SHAPE("booking", struct booking, booking_fields);

static const struct field ask_fields[] = {
    FIELD(struct booking_ask, space_id, "场地", .data = DATA_PUBLIC),
    ASKED(booking_ask, from_at, "从"),
    ASKED(booking_ask, to_at, "到"),
    CODE(booking_ask, kind, "谁用", booking_kind, .ask = true),
    FIELD(struct booking_ask, name, "怎么称呼您", .ask = true, .max = 20, .data = DATA_CONTACT,
          .hint = "开门时叫一声用，用完 30 天自动删掉"),
    FIELD(struct booking_ask, contact, "电话", .ask = true, .max = 40, .data = DATA_CONTACT,
          .hint = "只用来告诉您改时间、取消、轮到了；谁看过您查得到"),
    SAID(booking_ask, group_name, "团队或单位的名字", .max = 40),
    FIELD(struct booking_ask, purpose, "做什么", .ask = true, .codes = booking_purpose_codes,
          .labels = booking_purpose_labels, .data = DATA_TEXT),
    SAID(booking_ask, title, "说一句做什么", .max = 60, .hint = "比如：合唱队排练；只给工作人员看"),
    SAID(booking_ask, heads, "一共几个人"),
    SAID(booking_ask, wish, "要什么设备和方便", .max = 100, .hint = "投影、音响、轮椅坡道"),
    SAID(booking_ask, has_minors, "有未成年人参加"),
    FIELD(struct booking_ask, adult, "负责的大人怎么称呼", .ask = true, .max = 20,
          .data = DATA_CONTACT),
    SAID(booking_ask, weeks, "隔几周一次"),
    SAID(booking_ask, part, "有几次被别人订了也行，其余的先订上"),
    SAID(booking_ask, wait, "被订走了就排候补"),
    FIELD(struct booking_ask, channel, "怎么订的", .data = DATA_PUBLIC),
    FIELD(struct booking_ask, client_key, "表单"),
};
const struct shape booking_ask_shape = SHAPE("booking_ask", struct booking_ask, ask_fields);

static const struct field move_fields[] = {
    SAID(booking_move, text, "说明", .max = 200, .lines = true),
    SAID(booking_move, code, "屋里纸上的码", .max = 10),
    SAID(booking_move, space_id, "换到哪个场地", .max = 20),
    SAID(booking_move, from_at, "从"),
    SAID(booking_move, to_at, "到"),
    SAID(booking_move, version, "版本"),
    SAID(booking_move, key, "链接里的钥匙", .max = 64),
    SAID(booking_move, number, "编号", .max = 30),
    SAID(booking_move, word, "四位数字", .max = 10),
};
const struct shape booking_move_shape = SHAPE("booking_move", struct booking_move, move_fields);

static const struct field event_fields[] = {
    SEEN(booking_event, id, "一笔"),
    SEEN(booking_event, booking_id, "预订"),
    SEEN(booking_event, step, "做了什么"),
    SEEN(booking_event, from_state, "从"),
    SEEN(booking_event, to_state, "到"),
    FIELD(struct booking_event, text, "说明", .data = DATA_TEXT),
    FIELD(struct booking_event, by_person, "谁", .is_id = true, .data = DATA_WORK),
    FIELD(struct booking_event, by_name, "谁", .data = DATA_STAFF),
    SEEN(booking_event, at, "什么时候"),
};
const struct shape booking_event_shape = SHAPE("booking_event", struct booking_event, event_fields);

static const struct field series_fields[] = {
    SEEN(booking_series, id, "编号"),
    SEEN(booking_series, party_id, "预订"),
    SEEN(booking_series, space_id, "场地"),
    SEEN(booking_series, site_id, "服务点"),
    FIELD(struct booking_series, place_path, "位置"),
    SEEN(booking_series, weeks, "隔几周一次"),
    SEEN(booking_series, first_day, "从哪天"),
    SEEN(booking_series, until_day, "到哪天"),
    SEEN(booking_series, from_minute, "几点"),
    SEEN(booking_series, minutes, "几分钟"),
    CODE(booking_series, state, "状态", booking_series),
    SEEN(booking_series, version, "版本"),
    SEEN(booking_series, created_at, "什么时候订的"),
    SEEN(booking_series, changed_at, "什么时候改的"),
    FIELD(struct booking_series, changed_name, "谁改的", .data = DATA_STAFF),
    SEEN(booking_series, number, "编号"),
    FIELD(struct booking_series, name, "怎么称呼", .data = DATA_CONTACT, .seal = VAULT_CONTACT,
          .pad = true, .of = &booking_party_shape, .by = "party_id"),
    FIELD(struct booking_series, group_name, "团队或单位", .data = DATA_TEXT),
    SEEN(booking_series, space_name, "哪个场地"),
    SEEN(booking_series, site_name, "服务点名称"),
    FIELD(struct booking_series, held, "还有几次", .data = DATA_WORK),
    FIELD(struct booking_series, came, "用了几次", .data = DATA_WORK),
    FIELD(struct booking_series, given, "退了几次", .data = DATA_WORK),
    FIELD(struct booking_series, absent, "没来几次", .data = DATA_WORK),
};
const struct shape booking_series_shape =
    SHAPE("booking_series", struct booking_series, series_fields);

static const struct field block_fields[] = {
    SEEN(booking_block, id, "编号"),
    SEEN(booking_block, space_id, "场地"),
    SEEN(booking_block, from_at, "从"),
    SEEN(booking_block, to_at, "到"),
    CODE(booking_block, kind, "为了什么", booking_block, .ask = true),
    ASKED(booking_block, reason, "原因", .required = true, .max = 60,
          .hint = "写给大家看，比如：换灯管；重阳节汇演"),
    SEEN(booking_block, created_at, "什么时候定的"),
    SEEN(booking_block, ended_at, "什么时候撤的"),
    FIELD(struct booking_block, by_name, "谁定的", .data = DATA_STAFF),
};
const struct shape booking_block_shape = SHAPE("booking_block", struct booking_block, block_fields);

static const struct field lot_fields[] = {
    SEEN(booking_lot, id, "编号"),
    SEEN(booking_lot, space_id, "场地"),
    SEEN(booking_lot, window_id, "哪个时段"),
    SEEN(booking_lot, from_at, "从"),
    SEEN(booking_lot, to_at, "到"),
    SEEN(booking_lot, draw_at, "什么时候抽"),
    SEEN(booking_lot, seed, "种子"),
    SEEN(booking_lot, seed_hash, "种子的指纹"),
    CODE(booking_lot, state, "状态", booking_lot),
    SEEN(booking_lot, entries, "几份"),
    SEEN(booking_lot, drawn_at, "什么时候抽的"),
    SEEN(booking_lot, space_name, "哪个场地"),
    SEEN(booking_lot, site_code, "服务点代码"),
    SEEN(booking_lot, site_name, "服务点名称"),
};
const struct shape booking_lot_shape = SHAPE("booking_lot", struct booking_lot, lot_fields);

/* ---- the steps of a booking ---- */

#define NONE    BOOKING_IN(BOOKING_NONE)
#define REVIEW  BOOKING_IN(BOOKING_REVIEW)
#define BOOKED  BOOKING_IN(BOOKING_BOOKED)
#define WAITING BOOKING_IN(BOOKING_WAITING)
#define OFFERED BOOKING_IN(BOOKING_OFFERED)
#define DRAWING BOOKING_IN(BOOKING_DRAWING)
#define USING   BOOKING_IN(BOOKING_USING)
#define DONE    BOOKING_IN(BOOKING_DONE)
#define ABSENT  BOOKING_IN(BOOKING_ABSENT)
#define LOST    (BOOKING_IN(BOOKING_REFUSED) | BOOKING_IN(BOOKING_LAPSED) | BOOKING_IN(BOOKING_SHUT))
#define BOTH    (BOOKING_BY_PARTY | BOOKING_BY_STAFF)

static const struct step steps[] = {
    {"book", "订上", NONE, BOOKING_BOOKED, BOTH},
    {"ask", "申请", NONE, BOOKING_REVIEW, BOTH},
    {"queue", "排候补", NONE, BOOKING_WAITING, BOTH},
    {"enter", "参加抽签", NONE, BOOKING_DRAWING, BOTH},
    {"approve", "同意", REVIEW, BOOKING_BOOKED, BOOKING_BY_STAFF},
    {"refuse", "不同意", REVIEW, BOOKING_REFUSED, BOOKING_BY_STAFF},
    {"unanswered", "没来得及答复", REVIEW, BOOKING_REFUSED, BOOKING_BY_SYSTEM},
    {"win", "抽中了", DRAWING, BOOKING_BOOKED, BOOKING_BY_SYSTEM},
    {"lose", "没抽中，排候补", DRAWING, BOOKING_WAITING, BOOKING_BY_SYSTEM},
    {"rise", "轮到了", WAITING, BOOKING_OFFERED, BOOKING_BY_SYSTEM},
    {"confirm", "要", OFFERED, BOOKING_BOOKED, BOTH},
    {"confirm_ask", "要，等答复", OFFERED, BOOKING_REVIEW, BOOKING_BY_PARTY},
    {"lapse", "没有回话", OFFERED, BOOKING_LAPSED, BOOKING_BY_SYSTEM},
    {"pass", "没有轮到", WAITING | DRAWING, BOOKING_LAPSED, BOOKING_BY_SYSTEM},
    {"move", "换时间", REVIEW | BOOKED | WAITING | LOST, BOOKING_BOOKED, BOTH},
    {"move_ask", "换时间，等答复", REVIEW | BOOKED | WAITING | LOST, BOOKING_REVIEW, BOTH},
    {"give", "不用了", REVIEW | BOOKED | WAITING | OFFERED | DRAWING, BOOKING_GIVEN, BOTH},
    {"shut", "站里取消", REVIEW | BOOKED | WAITING | OFFERED | DRAWING, BOOKING_SHUT,
     BOOKING_BY_STAFF},
    {"come", "来了", BOOKED | OFFERED | ABSENT, BOOKING_USING, BOTH},
    {"leave", "用完走了", USING, BOOKING_DONE, BOTH},
    {"end", "时间到了", BOOKED | USING, BOOKING_DONE, BOOKING_BY_SYSTEM},
    {"absent", "没有来", BOOKED | DONE, BOOKING_ABSENT, BOOKING_BY_STAFF},
    {"excuse", "有原因", ABSENT, BOOKING_DONE, BOOKING_BY_STAFF},
    {"check", "看过屋子", DONE, BOOKING_CLOSED, BOOKING_BY_STAFF},
};

static const struct step_who who[] = {
    {BOOKING_BY_PARTY, "本人"}, {BOOKING_BY_STAFF, "工作人员"}, {BOOKING_BY_SYSTEM, "系统"}};
const struct steps booking_steps = {.at = steps,
                                    .n = COUNT(steps),
                                    .codes = booking_state_codes,
                                    .labels = booking_state_labels,
                                    .nstates = BOOKING_STATES,
                                    .who = who,
                                    .nwho = COUNT(who)};
