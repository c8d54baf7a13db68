/* activity_shape -- the records of dates and who comes as tables of fields, their code lists, and
 * the steps of a seat as one table with its drawing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/activity_own.h"
#include "base/out.h"

const char *const activity_state_codes[] = {"draft", "open", "cancelled", NULL};
const char *const activity_state_labels[] = {"草稿", "公布了", "取消了", NULL};
const char *const seat_state_codes[] = {"none",   "held",  "waiting", "offered", "came",
                                        "absent", "given", "lapsed",  "off",     NULL};
const char *const seat_state_labels[] = {"没有",   "有位置", "候补", "轮到了",   "来了",
                                         "没有来", "退了",   "过时", "活动取消", NULL};

#define SEEN(T, m, label) FIELD(struct T, m, label, .data = DATA_PUBLIC)
#define ASKED(T, m, label, ...)                                                                    \
    FIELD(struct T, m, label, .ask = true, .data = DATA_PUBLIC, __VA_ARGS__)
#define SAID(T, m, label, ...)                                                                     \
    FIELD(struct T, m, label, .ask = true, .data = DATA_TEXT, __VA_ARGS__)

static const struct field programme_fields[] = {
    SEEN(activity_programme, id, "编号"),
    ASKED(activity_programme, code, "代码", .required = true, .max = 20,
          .hint = "小写字母、数字和短横，用在地址里，定了就不改"),
    ASKED(activity_programme, ordinal, "排在第几", .max = 4),
    ASKED(activity_programme, name, "叫什么", .required = true, .max = 20),
    ASKED(activity_programme, about, "介绍", .max = 300, .lines = true),
    ASKED(activity_programme, active, "还在办"),
    ASKED(activity_programme, version, "版本"),
};
const struct shape activity_programme_shape =
    SHAPE("activity_programme", struct activity_programme, programme_fields);

static const struct field activity_fields[] = {
    SEEN(activity, id, "编号"),
    ASKED(activity, programme_id, "哪个项目", .max = 20),
    SEEN(activity, series_id, "系列"),
    ASKED(activity, site_id, "在哪个服务点", .max = 20),
    ASKED(activity, part_id, "其中哪一处", .max = 20),
    FIELD(struct activity, place_path, "位置"),
    ASKED(activity, room, "哪一间", .max = 40, .hint = "比如：三楼报告厅"),
    ASKED(activity, title, "叫什么", .required = true, .max = 40),
    ASKED(activity, about, "讲什么、做什么", .max = 800, .lines = true),
    ASKED(activity, host, "谁来讲", .max = 40, .hint = "单位和称呼；要本人同意才写名字"),
    ASKED(activity, for_whom, "给谁", .max = 60, .hint = "比如：60 岁以上；6 到 12 岁，家长陪同"),
    ASKED(activity, bring, "要带什么", .max = 100),
    ASKED(activity, for_children, "孩子参加", .hint = "由监护人报名，并且看过、同意"),
    ASKED(activity, from_at, "什么时候开始"),
    ASKED(activity, to_at, "什么时候结束"),
    ASKED(activity, close_at, "报名到什么时候", .hint = "不填就是到开始"),
    ASKED(activity, capacity, "能来多少人", .hint = "0 = 不用报名，直接来"),
    SEEN(activity, taken, "有位置的人"),
    ASKED(activity, party_most, "一次最多报几个人", .hint = "连本人在内；团体参观可以多填"),
    ASKED(activity, guides, "能讲解几个团", .hint = "0 = 没有讲解"),
    SEEN(activity, guides_taken, "约了讲解的团"),
    ASKED(activity, confirm_hours, "候补轮到后几小时内要回话"),
    FIELD(struct activity, state, "状态", .codes = activity_state_codes,
          .labels = activity_state_labels, .data = DATA_PUBLIC),
    ASKED(activity, version, "版本"),
    SEEN(activity, reason, "为什么取消"),
    SEEN(activity, instead, "换成什么"),
    SEEN(activity, said, "讲了什么"),
    SEEN(activity, said_at, "什么时候写的"),
    FIELD(struct activity, walk_ins, "没报名来的人", .data = DATA_WORK),
    FIELD(struct activity, counted_at, "什么时候点的数", .data = DATA_WORK),
    FIELD(struct activity, help_need, "找帮手的那件事", .is_id = true, .data = DATA_WORK),
    SEEN(activity, created_at, "什么时候排的"),
    SEEN(activity, changed_at, "什么时候改的"),
    FIELD(struct activity, changed_name, "谁改的", .data = DATA_STAFF),
    SEEN(activity, programme_code, "项目代码"),
    SEEN(activity, programme_name, "项目"),
    SEEN(activity, site_code, "服务点代码"),
    SEEN(activity, site_name, "服务点"),
};
const struct shape activity_shape = SHAPE("activity", struct activity, activity_fields);

static const struct field move_fields[] = {
    ASKED(activity_move, reason, "为什么取消", .max = 60, .hint = "写给报了名的人看"),
    ASKED(activity_move, instead, "换成什么", .max = 100,
          .hint = "改到哪天、去哪里能补上；没有就不填"),
    ASKED(activity_move, text, "讲了什么", .max = 2000, .lines = true,
          .hint = "写给没能来的人看；写到某个人，要他同意"),
    ASKED(activity_move, walk_ins, "没报名来的人"),
    ASKED(activity_move, series, "这个系列后面的也一样"),
    ASKED(activity_move, version, "版本"),
};
const struct shape activity_move_shape = SHAPE("activity_move", struct activity_move, move_fields);

static const struct field party_fields[] = {
    SEEN(activity_party, id, "报名"),
    SEEN(activity_party, number, "编号"),
    FIELD(struct activity_party, word, "四位数字"),
    FIELD(struct activity_party, name, "怎么称呼", .data = DATA_CONTACT, .seal = VAULT_CONTACT,
          .pad = true),
    FIELD(struct activity_party, contact, "电话", .data = DATA_CONTACT, .seal = VAULT_CONTACT),
    FIELD(struct activity_party, group_name, "单位或团体", .data = DATA_TEXT),
    FIELD(struct activity_party, wish, "要什么方便", .data = DATA_TEXT),
    FIELD(struct activity_party, guardian_at, "监护人什么时候同意", .data = DATA_TEXT),
    SEEN(activity_party, channel, "怎么报的"),
    FIELD(struct activity_party, entered_by, "谁录的", .is_id = true, .data = DATA_WORK),
    SEEN(activity_party, created_at, "什么时候报的"),
    SEEN(activity_party, forgotten_at, "什么时候删的"),
    FIELD(struct activity_party, client_key, "表单"),
};
const struct shape activity_party_shape =
    SHAPE("activity_party", struct activity_party, party_fields);

static const struct field seat_fields[] = {
    SEEN(activity_seat, id, "位置"),
    SEEN(activity_seat, party_id, "报名"),
    SEEN(activity_seat, activity_id, "活动"),
    SEEN(activity_seat, heads, "几个人"),
    SEEN(activity_seat, wants_guide, "要讲解"),
    SEEN(activity_seat, guide, "谁讲解"),
    FIELD(struct activity_seat, state, "状态", .codes = seat_state_codes,
          .labels = seat_state_labels, .data = DATA_PUBLIC),
    SEEN(activity_seat, version, "版本"),
    FIELD(struct activity_seat, rank, "先后"),
    SEEN(activity_seat, offer_until, "到什么时候要回话"),
    SEEN(activity_seat, tell, "要告诉他"),
    SEEN(activity_seat, came, "来了几个人"),
    SEEN(activity_seat, came_at, "什么时候到的"),
    SEEN(activity_seat, came_how, "怎么签到的"),
    FIELD(struct activity_seat, rating, "满意吗", .data = DATA_TEXT),
    FIELD(struct activity_seat, rating_note, "想说的", .data = DATA_TEXT),
    SEEN(activity_seat, rated_at, "什么时候评的"),
    SEEN(activity_seat, created_at, "什么时候报的"),
    SEEN(activity_seat, changed_at, "什么时候改的"),
    SEEN(activity_seat, number, "编号"),
    FIELD(struct activity_seat, name, "怎么称呼", .data = DATA_CONTACT, .seal = VAULT_CONTACT,
          .pad = true, .of = &activity_party_shape, .by = "party_id"),
    FIELD(struct activity_seat, group_name, "单位或团体", .data = DATA_TEXT),
    FIELD(struct activity_seat, wish, "要什么方便", .data = DATA_TEXT),
    SEEN(activity_seat, channel, "怎么报的"),
};
const struct shape activity_seat_shape = SHAPE("activity_seat", struct activity_seat, seat_fields);

static const struct field join_fields[] = {
    FIELD(struct activity_join, activity_id, "活动", .data = DATA_PUBLIC),
    FIELD(struct activity_join, name, "怎么称呼您", .ask = true, .required = true, .max = 20,
          .data = DATA_CONTACT, .hint = "签到时叫一声用，活动完 30 天自动删掉"),
    FIELD(struct activity_join, contact, "电话", .ask = true, .max = 40, .data = DATA_CONTACT,
          .hint = "只用来告诉您轮到了、改时间、取消；不留就自己来看"),
    SAID(activity_join, group_name, "单位或团体", .max = 40, .hint = "一个人来的不用填"),
    SAID(activity_join, wish, "要什么方便", .max = 100,
         .hint = "比如轮椅位、大字的讲义；不用写为什么"),
    SAID(activity_join, heads, "一共几个人", .hint = "连您在内"),
    SAID(activity_join, wants_guide, "要讲解员"),
    SAID(activity_join, guardian, "我是孩子的监护人，看过上面写的，同意孩子参加"),
    SAID(activity_join, series, "这个系列后面的几次也报上"),
    FIELD(struct activity_join, channel, "怎么报的", .data = DATA_PUBLIC),
    FIELD(struct activity_join, client_key, "表单"),
};
const struct shape activity_join_shape = SHAPE("activity_join", struct activity_join, join_fields);

static const struct field seat_move_fields[] = {
    SAID(seat_move, code, "签到码", .max = 10),
    SAID(seat_move, rating, "满意吗", .max = 10),
    SAID(seat_move, text, "想说的", .max = 200, .lines = true),
    SAID(seat_move, heads, "来了几个人"),
    SAID(seat_move, version, "版本"),
    SAID(seat_move, key, "链接里的钥匙", .max = 64),
    SAID(seat_move, number, "编号", .max = 30),
    SAID(seat_move, word, "四位数字", .max = 10),
};
const struct shape seat_move_shape = SHAPE("seat_move", struct seat_move, seat_move_fields);

static const struct field event_fields[] = {
    SEEN(activity_event, id, "一笔"),
    SEEN(activity_event, seat_id, "位置"),
    SEEN(activity_event, step, "做了什么"),
    SEEN(activity_event, from_state, "从"),
    SEEN(activity_event, to_state, "到"),
    FIELD(struct activity_event, text, "说明", .data = DATA_TEXT),
    FIELD(struct activity_event, by_person, "谁", .is_id = true, .data = DATA_WORK),
    FIELD(struct activity_event, by_name, "谁", .data = DATA_STAFF),
    SEEN(activity_event, at, "什么时候"),
};
const struct shape activity_event_shape =
    SHAPE("activity_event", struct activity_event, event_fields);

/* ---- the steps of a seat ---- */

#define NONE    SEAT_IN(SEAT_NONE)
#define HELD    SEAT_IN(SEAT_HELD)
#define WAITING SEAT_IN(SEAT_WAITING)
#define OFFERED SEAT_IN(SEAT_OFFERED)
#define CAME    SEAT_IN(SEAT_CAME)
#define ABSENT  SEAT_IN(SEAT_ABSENT)
#define LEFT    (SEAT_IN(SEAT_GIVEN) | SEAT_IN(SEAT_LAPSED))
#define BOTH    (SEAT_BY_PARTY | SEAT_BY_STAFF)

static const struct step steps[] = {
    {"join", "报上", NONE, SEAT_HELD, BOTH},
    {"queue", "排候补", NONE, SEAT_WAITING, BOTH},
    {"rejoin", "又报上", LEFT, SEAT_HELD, BOTH},
    {"requeue", "又排候补", LEFT, SEAT_WAITING, BOTH},
    {"rise", "轮到了", WAITING, SEAT_OFFERED, SEAT_BY_SYSTEM},
    {"confirm", "来", OFFERED, SEAT_HELD, BOTH},
    {"lapse", "没有回话", OFFERED, SEAT_LAPSED, SEAT_BY_SYSTEM},
    {"give", "不来了", HELD | WAITING | OFFERED, SEAT_GIVEN, BOTH},
    {"off", "活动取消", HELD | WAITING | OFFERED, SEAT_OFF, SEAT_BY_SYSTEM},
    {"come", "到了", HELD | OFFERED | ABSENT, SEAT_CAME, BOTH},
    {"absent", "没有来", HELD | CAME, SEAT_ABSENT, SEAT_BY_STAFF},
    {"count", "点数时不在", HELD | OFFERED, SEAT_ABSENT, SEAT_BY_SYSTEM},
};

static const struct step_who who[] = {
    {SEAT_BY_PARTY, "本人"}, {SEAT_BY_STAFF, "工作人员"}, {SEAT_BY_SYSTEM, "系统"}};
const struct steps seat_steps = {.at = steps,
                                 .n = COUNT(steps),
                                 .codes = seat_state_codes,
                                 .labels = seat_state_labels,
                                 .nstates = SEAT_STATES,
                                 .who = who,
                                 .nwho = COUNT(who)};
