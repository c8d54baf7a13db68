/* volunteer_shape -- the records of this folder as tables of fields, and their code lists. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/volunteer_own.h"

const char *const volunteer_state_codes[] = {"applied", "active", "paused", "left", NULL};
const char *const volunteer_state_labels[] = {"待核实", "愿意帮", "歇一歇", "已退出", NULL};

const struct volunteer_code volunteer_kinds[] = {{"person", "个人"},
                                                 {"team", "志愿队"},
                                                 {"unit", "共建单位"},
                                                 {"merchant", "商户"},
                                                 {NULL, NULL}};
const struct volunteer_code volunteer_reaches_of[] = {
    {"grid", "只在自己网格"}, {"area", "本居民区都行"}, {"community", "全社区都行"}, {NULL, NULL}};
const struct volunteer_code volunteer_channels[] = {
    {"web", "网上自己登记"}, {"counter", "窗口"},       {"paper", "纸质表"}, {"phone", "电话"},
    {"import", "名单导入"},  {"grid_worker", "网格员"}, {"meeting", "会上"}, {NULL, NULL}};
const struct volunteer_code volunteer_purposes[] = {
    {"ask", "请他帮忙"},        {"confirm", "问还愿不愿意"}, {"check", "核实身份或证件"},
    {"guardian", "联系监护人"}, {"safety", "安全原因"},      {NULL, NULL}};
const struct volunteer_code volunteer_levels[] = {
    {"1", "会一点"}, {"2", "拿手"}, {"3", "本行，能教人"}, {NULL, NULL}};
const struct volunteer_code volunteer_steps[] = {{"apply", "登记"},
                                                 {"edit", "改了登记"},
                                                 {"show", "公示栏写什么"},
                                                 {"skills", "改了会做的事"},
                                                 {"times", "改了时间"},
                                                 {"grids", "改了愿意去的网格"},
                                                 {"pause", "歇一歇"},
                                                 {"resume", "接着帮"},
                                                 {"confirm", "还愿意帮"},
                                                 {"leave", "退出"},
                                                 {"accept", "核实了监护人同意"},
                                                 {"seen", "当面核对了身份"},
                                                 {"verify", "核验了证件或培训"},
                                                 {"insure", "登记了保险"},
                                                 {"asked", "问还愿不愿意帮"},
                                                 {"silent", "没有回音，先歇一歇"},
                                                 {"back", "歇够了，接着帮"},
                                                 {NULL, NULL}};

const char *volunteer_label(const struct volunteer_code *list, struct str code)
{
    for (; list->code; list++)
        if (str_is(code, list->code))
            return list->label;
    return "";
}

static const struct field skill_fields[] = {
    FIELD(struct skill, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct skill, code, "代码", .ask = true, .max = 20, .data = DATA_PUBLIC),
    FIELD(struct skill, parent_code, "大类", .ask = true, .max = 20, .data = DATA_PUBLIC),
    FIELD(struct skill, name, "名称", .ask = true, .required = true, .max = 20,
          .data = DATA_PUBLIC),
    FIELD(struct skill, words, "常用说法", .ask = true, .max = 200, .data = DATA_PUBLIC,
          .hint = "用空格隔开；需求里提到就会想到这一项"),
    FIELD(struct skill, needs_credential, "要看证件", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct skill, needs_insurance, "要有保险", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct skill, needs_two, "要两个人一起", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct skill, adults_only, "成年人才行", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct skill, needs_training, "要先培训", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct skill, risk, "风险", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct skill, active, "在用", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct skill, sort, "顺序", .ask = true, .data = DATA_PUBLIC),
};
const struct shape skill_shape = SHAPE("skill", struct skill, skill_fields);

static const struct field volunteer_fields[] = {
    FIELD(struct volunteer, id, "编号", .data = DATA_TEXT),
    FIELD(struct volunteer, number, "登记编号", .data = DATA_TEXT),
    FIELD(struct volunteer, kind, "谁来帮", .ask = true, .max = 20, .data = DATA_TEXT),
    FIELD(struct volunteer, org_id, "单位", .data = DATA_TEXT),
    FIELD(struct volunteer, name, "怎么称呼", .ask = true, .required = true, .max = 30,
          .data = DATA_CARD, .seal = VAULT_NAME, .pad = true, .hint = "真名、昵称都行"),
    FIELD(struct volunteer, contact, "电话", .ask = true, .required = true, .max = 60,
          .data = DATA_CONTACT, .seal = VAULT_CONTACT, .index = "contact_index",
          .hint = "有合适的事才问您；谁打开过您能查到"),
    FIELD(struct volunteer, contact_index, "电话的记号"),
    FIELD(struct volunteer, shown_contact, "公示的电话"),
    FIELD(struct volunteer, birth_year, "哪年出生", .ask = true, .data = DATA_WISH,
          .hint = "只用来看是不是成年；成年人可不填"),
    FIELD(struct volunteer, guardian_name, "监护人怎么称呼", .ask = true, .max = 30,
          .data = DATA_CONTACT, .seal = VAULT_CONTACT, .pad = true),
    FIELD(struct volunteer, guardian_contact, "监护人电话", .ask = true, .max = 60,
          .data = DATA_CONTACT, .seal = VAULT_CONTACT),
    FIELD(struct volunteer, guardian_agreed_at, "监护人同意时间", .data = DATA_TEXT),
    FIELD(struct volunteer, place_id, "住哪里", .ask = true, .data = DATA_TEXT),
    FIELD(struct volunteer, place_path, "地点路径"),
    FIELD(struct volunteer, grid_id, "网格", .data = DATA_TEXT),
    FIELD(struct volunteer, place_text, "住哪里", .data = DATA_TEXT),
    FIELD(struct volunteer, reach, "愿意去多远", .ask = true, .max = 20, .data = DATA_TEXT),
    FIELD(struct volunteer, week, "空闲时间", .ask = true, .max = 84, .data = DATA_TEXT,
          .hint = "84 位十六进制：每天 12 位，每位两小时，周一在前"),
    FIELD(struct volunteer, week_max, "一周最多几次", .ask = true, .data = DATA_TEXT),
    FIELD(struct volunteer, ask_max, "一周最多问几次", .ask = true, .data = DATA_TEXT),
    FIELD(struct volunteer, dialects, "会哪些方言、外语、手语", .ask = true, .max = 60,
          .data = DATA_TEXT),
    FIELD(struct volunteer, wont, "哪些事不做", .ask = true, .max = 200, .lines = true,
          .data = DATA_WISH, .hint = "只有您和派单的人看得到"),
    FIELD(struct volunteer, state, "状态", .codes = volunteer_state_codes,
          .labels = volunteer_state_labels, .data = DATA_TEXT),
    FIELD(struct volunteer, paused_until, "歇到哪天", .data = DATA_TEXT),
    FIELD(struct volunteer, checked, "身份核对", .data = DATA_TEXT),
    FIELD(struct volunteer, channel, "怎么登记的", .ask = true, .max = 20, .data = DATA_TEXT),
    FIELD(struct volunteer, entered_by, "代录人", .is_id = true, .data = DATA_WORK),
    FIELD(struct volunteer, import_id, "名单", .data = DATA_WORK),
    FIELD(struct volunteer, agrees_match, "同意有合适的事来问", .ask = true, .data = DATA_TEXT),
    FIELD(struct volunteer, agrees_board, "同意上公示栏", .ask = true, .data = DATA_TEXT),
    FIELD(struct volunteer, agrees_phone, "同意公示电话", .ask = true, .data = DATA_TEXT),
    FIELD(struct volunteer, agreed_at, "同意时间", .data = DATA_TEXT),
    FIELD(struct volunteer, confirmed_at, "上次说愿意", .data = DATA_TEXT),
    FIELD(struct volunteer, asked_at, "问过还愿不愿意", .data = DATA_TEXT),
    FIELD(struct volunteer, insured_until, "保险到哪天", .data = DATA_TEXT),
    FIELD(struct volunteer, version, "版本", .data = DATA_TEXT),
    FIELD(struct volunteer, created_at, "登记时间", .data = DATA_TEXT),
    FIELD(struct volunteer, changed_at, "变动时间", .data = DATA_TEXT),
    FIELD(struct volunteer, client_key, "表单号"),
    FIELD(struct volunteer, word, "口令"),
};
const struct shape volunteer_shape = SHAPE("volunteer", struct volunteer, volunteer_fields);

static const struct field volunteer_skill_fields[] = {
    FIELD(struct volunteer_skill, id, "编号", .data = DATA_TEXT),
    FIELD(struct volunteer_skill, volunteer_id, "志愿者", .data = DATA_TEXT),
    FIELD(struct volunteer_skill, skill_code, "代码", .data = DATA_TEXT),
    FIELD(struct volunteer_skill, name, "会做的事", .data = DATA_TEXT),
    FIELD(struct volunteer_skill, level, "程度", .data = DATA_TEXT),
    FIELD(struct volunteer_skill, is_verified, "核验过", .data = DATA_TEXT),
    FIELD(struct volunteer_skill, verified_by, "谁核验的", .is_id = true, .data = DATA_WORK),
    FIELD(struct volunteer_skill, verified_at, "核验时间", .data = DATA_TEXT),
    FIELD(struct volunteer_skill, expires_at, "有效期到", .data = DATA_TEXT),
};
const struct shape volunteer_skill_shape =
    SHAPE("volunteer_skill", struct volunteer_skill, volunteer_skill_fields);

static const struct field event_fields[] = {
    FIELD(struct volunteer_event, id, "编号", .data = DATA_TEXT),
    FIELD(struct volunteer_event, volunteer_id, "志愿者", .data = DATA_TEXT),
    FIELD(struct volunteer_event, step, "步骤", .data = DATA_TEXT),
    FIELD(struct volunteer_event, text, "说明", .data = DATA_TEXT),
    FIELD(struct volunteer_event, by_person, "谁", .is_id = true, .data = DATA_WORK),
    FIELD(struct volunteer_event, by_name, "谁", .data = DATA_TEXT),
    FIELD(struct volunteer_event, at, "时间", .data = DATA_TEXT),
};
const struct shape volunteer_event_shape =
    SHAPE("volunteer_event", struct volunteer_event, event_fields);

static const struct field supply_fields[] = {
    FIELD(struct skill_supply, skill_code, "会做的事", .data = DATA_PUBLIC),
    FIELD(struct skill_supply, offers, "多少人", .data = DATA_PUBLIC),
    FIELD(struct skill_supply, verified, "核验过的", .data = DATA_PUBLIC),
};
const struct shape skill_supply_shape = SHAPE("skill_supply", struct skill_supply, supply_fields);
