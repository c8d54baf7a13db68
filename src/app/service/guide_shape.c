/* guide_shape -- guides as fields, and their code lists. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/service_own.h"

const char *const service_state_codes[] = {"draft", "on", "off", NULL};
const char *const service_state_labels[] = {"还没上架", "在用", "不办了", NULL};

const struct service_event service_events[] = {
    {"child", "生孩子、养孩子", "child"},
    {"school", "上学、资助", "book"},
    {"work", "找工作、技能", "tower"},
    {"social", "社保、退休", "shield"},
    {"health", "看病、医保", "med"},
    {"elder", "老人", "heart"},
    {"disabled", "残疾人", "hand"},
    {"relief", "遇到困难", "gift"},
    {"home", "住房、租房", "home"},
    {"papers", "户口、证件、证明", "doc"},
    {"family", "结婚、收养", "users"},
    {"soldier", "退役军人", "star"},
    {"last", "身后的事", "flag"},
    {"shop", "开店、经营", "store"},
    {"neighbour", "小区和邻里", "grid"},
    {"party", "党员服务", "award"},
    {"other", "其他", "more"},
    {NULL, NULL, NULL},
};

const struct flow_reason service_lanes[] = {{"general", "综合窗口"},
                                            {"social", "社保医保窗口"},
                                            {"civil", "民政优抚窗口"},
                                            {"home", "房管物业窗口"},
                                            {"police", "户籍窗口"},
                                            {"tax", "企业和税务窗口"},
                                            {NULL, NULL}};

static const struct service_event *event_of(struct str code)
{
    const struct service_event *e = service_events;
    while (e[1].code && !str_is(code, e->code))
        e++;
    return e; /* the last one is 其他 */
}

const char *service_event_label(struct str code)
{
    return event_of(code)->label;
}

const char *service_lane_label(struct str code)
{
    return flow_label(service_lanes, code);
}

#define SEEN(m, label) FIELD(struct service, m, label, .data = DATA_PUBLIC)
#define SAID(m, label, ...)                                                                        \
    FIELD(struct service, m, label, .ask = true, .data = DATA_PUBLIC, __VA_ARGS__)

static const struct field service_fields[] = {
    SEEN(id, "编号"),
    SAID(title, "办什么事", .required = true, .max = 120,
         .hint = "写成居民要办的一件事：给老人领高龄津贴"),
    SAID(slug, "网址里的名字", .max = 60,
         .hint = "小写字母、数字和横线；不写就自动编一个，以后不变"),
    SAID(event, "属于哪一类", .max = 20),
    SAID(words, "平常怎么说", .max = 200, .hint = "用空格隔开：老人钱 敬老卡 八十岁"),
    SAID(dept, "归哪里管", .max = 60),
    SAID(who_may, "谁能办", .max = 500, .lines = true),
    SAID(bring, "要带什么", .max = 2000, .lines = true,
         .hint = "一样一行；写清原件还是复印件、几份"),
    SAID(steps, "怎么办", .max = 2000, .lines = true, .hint = "一步一行"),
    SAID(takes, "多久办好", .max = 100, .hint = "不写就按下面的工作日说"),
    SAID(work_days, "受理后几个工作日", .hint = "0 = 当场办好"),
    SAID(fee, "收费", .max = 200),
    SAID(basis, "依据", .max = 500, .lines = true),
    SAID(contact, "问谁", .max = 200),
    SAID(link, "网上办的网址", .max = 400),
    SAID(note, "提醒", .max = 1000, .lines = true),
    SAID(form_name, "要填的表", .max = 60, .hint = "能在网上打好再印出来的表；没有就不写"),
    SAID(fields, "表上要填的", .max = 1000, .lines = true, .hint = "一空一行；一段话的后面加“：”"),
    SAID(lane, "在哪个窗口办", .max = 20),
    SAID(has_errand, "可以帮办代办"),
    FIELD(struct service, state, "状态", .codes = service_state_codes,
          .labels = service_state_labels, .data = DATA_PUBLIC),
    SEEN(checked_at, "什么时候核过"),
    FIELD(struct service, checked_name, "谁核的", .data = DATA_STAFF),
    SEEN(version, "版本"),
    SEEN(created_at, "什么时候写的"),
    SEEN(changed_at, "什么时候改的"),
};
const struct shape service_shape = SHAPE("service", struct service, service_fields);
