/* class_shape -- the records of the 4:30 class as tables of fields, and their code lists. What is
 * known of a child has the class DATA_NOTE, which no role reads; pages of who is on duty are filled
 * by class_today() and class_open() alone. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/class_own.h"

const char *const class_term_codes[] = {"draft", "open", "forgotten", NULL};
const char *const class_term_labels[] = {"草稿", "开着", "删掉了", NULL};
const char *const class_state_codes[] = {"waiting", "offered", "placed", "lapsed", "left", NULL};
const char *const class_state_labels[] = {"候补", "轮到了", "有位置", "过时", "退了", NULL};
const char *const class_day_codes[] = {"expected", "in", "out", "excused", "absent", NULL};
const char *const class_day_labels[] = {"还没到", "在班里", "接走了", "请假", "没有来", NULL};

const struct flow_reason class_purposes[] = {
    {"late", "过点没到，联系家长"}, {"left", "没人接，联系家长"}, {"unwell", "不舒服、受伤"},
    {"talk", "和家长谈一谈"},       {"start", "开班前熟悉情况"},  {NULL, NULL}};
const struct flow_reason class_whats[] = {{"contact", "电话"}, {"note", "健康情况"}, {NULL, NULL}};

#define SEEN(T, m, label) FIELD(struct T, m, label, .data = DATA_PUBLIC)
#define ASKED(T, m, label, ...)                                                                    \
    FIELD(struct T, m, label, .ask = true, .data = DATA_PUBLIC, __VA_ARGS__)
#define OWN(T, m, label) FIELD(struct T, m, label, .data = DATA_NOTE)
#define SEALED(T, m, label, ...)                                                                   \
    FIELD(struct T, m, label, .data = DATA_NOTE, .seal = VAULT_CONTACT, .own = true, __VA_ARGS__)
#define NAME(T, label, ...)                                                                        \
    FIELD(struct T, name, label, .data = DATA_NOTE, .seal = VAULT_NAME, .pad = true, __VA_ARGS__)
#define SAID(T, m, label, ...)                                                                     \
    FIELD(struct T, m, label, .ask = true, .data = DATA_NOTE, __VA_ARGS__)

static const struct field term_fields[] = {
    SEEN(class_term, id, "编号"),
    ASKED(class_term, site_id, "在哪个服务点", .max = 20),
    FIELD(struct class_term, place_path, "位置"),
    ASKED(class_term, name, "叫什么", .required = true, .max = 30, .hint = "比如：2026 年秋季班"),
    ASKED(class_term, room, "哪一间", .max = 40),
    ASKED(class_term, about, "要知道的", .max = 600, .lines = true,
          .hint = "做什么、不做什么、要带什么；居民看得到"),
    ASKED(class_term, from_day, "从哪天"),
    ASKED(class_term, to_day, "到哪天"),
    ASKED(class_term, weekdays, "周几"),
    ASKED(class_term, from_minute, "几点开始"),
    ASKED(class_term, to_minute, "几点结束"),
    ASKED(class_term, places, "能来几个孩子"),
    SEEN(class_term, taken, "有位置的孩子"),
    ASKED(class_term, agreement, "约定", .required = true, .max = 2000, .lines = true,
          .hint = "监护人报名时要看、要同意；有人同意过就不再改"),
    FIELD(struct class_term, agreement_hash, "约定的指纹"),
    FIELD(struct class_term, lock_public, "锁"),
    FIELD(struct class_term, lock_private, "锁着的钥匙"),
    FIELD(struct class_term, state, "状态", .codes = class_term_codes, .labels = class_term_labels,
          .data = DATA_PUBLIC),
    ASKED(class_term, version, "版本"),
    SEEN(class_term, changed_at, "什么时候改的"),
    FIELD(struct class_term, changed_name, "谁改的", .data = DATA_STAFF),
    SEEN(class_term, site_code, "服务点代码"),
    SEEN(class_term, site_name, "服务点"),
};
const struct shape class_term_shape = SHAPE("class_term", struct class_term, term_fields);

static const struct field duty_fields[] = {
    SEEN(class_duty, id, "编号"),
    SEEN(class_duty, term_id, "班"),
    SEEN(class_duty, day, "哪天"),
    FIELD(struct class_duty, person_id, "谁", .data = DATA_WORK),
    FIELD(struct class_duty, person_name, "谁", .data = DATA_STAFF),
    FIELD(struct class_duty, by_name, "谁排的", .data = DATA_STAFF),
    SEEN(class_duty, at, "什么时候排的"),
};
const struct shape class_duty_shape = SHAPE("class_duty", struct class_duty, duty_fields);

static const struct field child_fields[] = {
    SEEN(class_child, id, "报名"),
    SEEN(class_child, term_id, "班"),
    SEEN(class_child, number, "编号"),
    FIELD(struct class_child, word, "四位数字"),
    FIELD(struct class_child, state, "状态", .codes = class_state_codes,
          .labels = class_state_labels, .data = DATA_PUBLIC),
    SEEN(class_child, version, "版本"),
    FIELD(struct class_child, rank, "先后"),
    SEEN(class_child, offer_until, "到什么时候要回话"),
    NAME(class_child, "孩子怎么叫"),
    OWN(class_child, grade, "几年级"),
    SEALED(class_child, guardian, "监护人", .pad = true),
    SEALED(class_child, contact, "电话"),
    SEALED(class_child, second, "另一位", .pad = true),
    SEALED(class_child, second_contact, "另一位的电话"),
    FIELD(struct class_child, note, "封着的健康情况"),
    OWN(class_child, note_at, "健康情况什么时候写的"),
    OWN(class_child, agreed_at, "什么时候同意的约定"),
    FIELD(struct class_child, agreed_hash, "同意的约定的指纹"),
    SEEN(class_child, channel, "怎么报的"),
    FIELD(struct class_child, entered_by, "谁录的", .is_id = true, .data = DATA_WORK),
    SEEN(class_child, created_at, "什么时候报的"),
    SEEN(class_child, changed_at, "什么时候改的"),
    FIELD(struct class_child, client_key, "表单"),
};
const struct shape class_child_shape = SHAPE("class_child", struct class_child, child_fields);

static const struct field pickup_fields[] = {
    SEEN(class_pickup, id, "编号"),
    SEEN(class_pickup, child_id, "孩子"),
    OWN(class_pickup, label, "谁来接"),
    FIELD(struct class_pickup, word, "暗号"),
    FIELD(struct class_pickup, word_hash, "暗号的指纹"),
    SEEN(class_pickup, ended_at, "到什么时候"),
};
const struct shape class_pickup_shape = SHAPE("class_pickup", struct class_pickup, pickup_fields);

static const struct field join_fields[] = {
    SEEN(class_join, term_id, "班"),
    SAID(class_join, name, "孩子怎么叫", .required = true, .max = 20,
         .hint = "小名就行，不用写全名"),
    SAID(class_join, grade, "几年级", .max = 20),
    SAID(class_join, guardian, "怎么称呼您", .required = true, .max = 20,
         .hint = "您是孩子的监护人"),
    SAID(class_join, contact, "您的电话", .required = true, .max = 40,
         .hint = "孩子没到、没人接的时候打；别的事不打"),
    SAID(class_join, second, "打不通您，还能找谁", .max = 20),
    SAID(class_join, second_contact, "他的电话", .max = 40),
    SAID(class_join, note, "身体上要老师留意的", .max = 300, .lines = true,
         .hint = "过敏、哮喘、吃药这类；没有就不写"),
    SAID(class_join, agrees, "我是孩子的监护人，看过上面的约定，同意"),
    SAID(class_join, agrees_note, "我同意当班老师在孩子需要时看这一条",
         .hint = "单独的同意。写的内容锁起来存，要现场的值班卡才打得开；打开一次您看得到一次"),
    FIELD(struct class_join, channel, "怎么报的", .data = DATA_PUBLIC),
    FIELD(struct class_join, client_key, "表单"),
};
const struct shape class_join_shape = SHAPE("class_join", struct class_join, join_fields);

static const struct field day_fields[] = {
    SEEN(class_day, id, "编号"),
    SEEN(class_day, child_id, "孩子"),
    SEEN(class_day, term_id, "班"),
    SEEN(class_day, day, "哪天"),
    FIELD(struct class_day, state, "状态", .codes = class_day_codes, .labels = class_day_labels,
          .data = DATA_NOTE),
    SEEN(class_day, version, "版本"),
    OWN(class_day, in_at, "什么时候到的"),
    OWN(class_day, in_by, "谁送来的"),
    OWN(class_day, out_at, "什么时候走的"),
    OWN(class_day, out_by, "谁接走的"),
    OWN(class_day, out_how, "怎么对上的"),
    OWN(class_day, alarm, "提醒"),
    OWN(class_day, alarm_at, "什么时候提醒的"),
    OWN(class_day, called, "打电话说了什么"),
    OWN(class_day, called_at, "什么时候打的"),
    FIELD(struct class_day, called_name, "谁打的", .data = DATA_STAFF),
};
const struct shape class_day_shape = SHAPE("class_day", struct class_day, day_fields);

static const struct field act_fields[] = {
    ASKED(class_act, how, "怎么来的", .max = 10),
    SAID(class_act, text, "电话里怎么说的", .max = 100),
    SAID(class_act, second, "还有谁在场", .max = 20),
    ASKED(class_act, version, "版本"),
};
const struct shape class_act_shape = SHAPE("class_act", struct class_act, act_fields);

static const struct field talk_fields[] = {
    SEEN(class_talk, id, "编号"),
    SEEN(class_talk, child_id, "孩子"),
    SEEN(class_talk, term_id, "班"),
    SEEN(class_talk, kind, "为什么谈"),
    SEEN(class_talk, at, "从什么时候"),
    SEEN(class_talk, done_at, "什么时候谈的"),
    FIELD(struct class_talk, done_name, "谁谈的", .data = DATA_STAFF),
    OWN(class_talk, text, "怎么说的"),
    NAME(class_talk, "孩子", .of = &class_child_shape, .by = "child_id"),
    SEEN(class_talk, number, "编号"),
};
const struct shape class_talk_shape = SHAPE("class_talk", struct class_talk, talk_fields);

static const struct field sum_fields[] = {
    FIELD(struct class_sum, id, "哪天", .data = DATA_PUBLIC),
    SEEN(class_sum, term_id, "班"),
    SEEN(class_sum, expected, "该来"),
    SEEN(class_sum, came, "来了"),
    SEEN(class_sum, excused, "请假"),
    SEEN(class_sum, absent, "没有来"),
    SEEN(class_sum, late, "晚接"),
};
const struct shape class_sum_shape = SHAPE("class_sum", struct class_sum, sum_fields);
