/* site -- the records of this folder as tables of fields; reading
 * sites, parts, notices. When they are open: site_plan.c; changing them: site_save.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/site.h"
#include "app/site/site_own.h"
#include "base/time.h"
#include "site.sql.h"

const char *const site_operator_codes[] = {"public", "contracted", "merchant", NULL};
const char *const site_operator_labels[] = {"社区自办", "委托运营", "商户经营", NULL};
const char *const site_part_codes[] = {"party", "service", "culture", "sport",    "health", "elder",
                                       "child", "canteen", "shop",    "business", "other",  NULL};
const char *const site_part_labels[] = {"党群", "政务", "文化", "体育", "医疗", "养老",
                                        "儿童", "食堂", "超市", "商业", "其他", NULL};

static const struct field site_fields[] = {
    FIELD(struct site, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct site, place_id, "所在地点", .data = DATA_PUBLIC),
    FIELD(struct site, tier, "哪一级", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct site, code, "代码", .ask = true, .required = true, .max = 20, .data = DATA_PUBLIC,
          .hint = "大写字母、数字和短横，印在二维码里，定了就不改，比如 HH-ZX"),
    FIELD(struct site, name, "名称", .ask = true, .required = true, .max = 40, .data = DATA_PUBLIC),
    FIELD(struct site, address, "地址", .ask = true, .required = true, .max = 80,
          .data = DATA_PUBLIC, .hint = "路名门牌，或者“某小区东门旁”"),
    FIELD(struct site, way, "怎么走", .ask = true, .max = 200, .data = DATA_PUBLIC,
          .hint = "公交、入口、停车；轮椅从哪个门进"),
    FIELD(struct site, phone, "电话", .ask = true, .max = 30, .data = DATA_PUBLIC,
          .hint = "不填就写社区的电话"),
    FIELD(struct site, about, "介绍", .ask = true, .max = 400, .lines = true, .data = DATA_PUBLIC),
    FIELD(struct site, operator, "谁在办", .ask = true, .codes = site_operator_codes,
          .labels = site_operator_labels, .data = DATA_PUBLIC),
    FIELD(struct site, operator_name, "承办单位", .ask = true, .max = 40, .data = DATA_PUBLIC,
          .hint = "社区自办的不用填"),
    FIELD(struct site, area_m2, "面积（平方米）", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct site, has_ramp, "有坡道", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct site, has_lift, "有电梯", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct site, has_toilet, "有无障碍厕所", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct site, has_low_desk, "有低位窗口", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct site, has_nursery, "有母婴室", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct site, version, "版本", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct site, changed_at, "改动时间", .data = DATA_PUBLIC),
    FIELD(struct site, changed_name, "谁改的", .data = DATA_STAFF),
    FIELD(struct site, tier_name, "级别", .data = DATA_PUBLIC),
    FIELD(struct site, place_code, "地点代码", .data = DATA_PUBLIC),
    FIELD(struct site, place_name, "地点名称", .data = DATA_PUBLIC),
    FIELD(struct site, path, "路径"),
};
const struct shape site_shape = SHAPE("site", struct site, site_fields);

static const struct field part_fields[] = {
    FIELD(struct site_part, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct site_part, site_id, "服务点", .data = DATA_PUBLIC),
    FIELD(struct site_part, kind, "哪一类", .ask = true, .codes = site_part_codes,
          .labels = site_part_labels, .data = DATA_PUBLIC),
    FIELD(struct site_part, name, "叫什么", .ask = true, .required = true, .max = 40,
          .data = DATA_PUBLIC),
    FIELD(struct site_part, floor, "在哪里", .ask = true, .max = 40, .data = DATA_PUBLIC,
          .hint = "比如：一楼东侧"),
    FIELD(struct site_part, phone, "电话", .ask = true, .max = 30, .data = DATA_PUBLIC,
          .hint = "不填就是服务点的电话"),
    FIELD(struct site_part, note, "要知道的", .ask = true, .max = 300, .lines = true,
          .data = DATA_PUBLIC, .hint = "收费的写明价目；给谁用、怎么用"),
    FIELD(struct site_part, operator, "谁在办", .ask = true, .codes = site_operator_codes,
          .labels = site_operator_labels, .data = DATA_PUBLIC),
    FIELD(struct site_part, operator_name, "承办单位", .ask = true, .max = 40, .data = DATA_PUBLIC),
    FIELD(struct site_part, version, "版本", .ask = true, .data = DATA_PUBLIC),
};
const struct shape site_part_shape = SHAPE("site_part", struct site_part, part_fields);

static const struct field notice_fields[] = {
    FIELD(struct site_notice, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct site_notice, site_id, "服务点", .data = DATA_PUBLIC),
    FIELD(struct site_notice, part_id, "其中哪一处", .data = DATA_PUBLIC),
    FIELD(struct site_notice, from_day, "从哪天", .data = DATA_PUBLIC),
    FIELD(struct site_notice, to_day, "到哪天", .data = DATA_PUBLIC),
    FIELD(struct site_notice, spans, "开放时间", .data = DATA_PUBLIC),
    FIELD(struct site_notice, reason, "为什么", .ask = true, .required = true, .max = 60,
          .data = DATA_PUBLIC, .hint = "写给居民看，比如：设备检修"),
    FIELD(struct site_notice, late_why, "为什么没能提前七天说", .ask = true, .max = 100,
          .data = DATA_PUBLIC, .hint = "按规定停开要提前七天公布；来不及的写明原因，居民看得到"),
    FIELD(struct site_notice, announced_at, "公布时间", .data = DATA_PUBLIC),
    FIELD(struct site_notice, ended_at, "撤回时间", .data = DATA_PUBLIC),
    FIELD(struct site_notice, by_name, "谁公布的", .data = DATA_STAFF),
};
const struct shape site_notice_shape = SHAPE("site_notice", struct site_notice, notice_fields);

static const struct field tier_fields[] = {
    FIELD(struct site_tier, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct site_tier, depth, "第几级", .data = DATA_PUBLIC),
    FIELD(struct site_tier, name, "名称", .data = DATA_PUBLIC),
};
static const struct shape tier_shape = SHAPE("site_tier", struct site_tier, tier_fields);

/* ---- sites ---- */

static enum err or_missing(struct cx *cx, enum err e, const char *what)
{
    if (e != ERR_MISSING)
        return e;
    fault_clear(cx);
    return fail(cx, ERR_MISSING, "%s", what);
}

enum err site_all(struct cx *cx, site_list *out)
{
    return db_all(cx, &site_sql_list, &site_shape, out, NO_ARGS);
}

enum err site_get(struct cx *cx, int64_t id, struct site *out)
{
    enum err e = db_one(cx, &site_sql_get, &site_shape, out, ARGS(A(id)));
    return or_missing(cx, e, "没有这个服务点，可能已经撤并了");
}

enum err site_was(struct cx *cx, int64_t id, struct site *out)
{
    enum err e = db_one(cx, &site_sql_was, &site_shape, out, ARGS(A(id)));
    return or_missing(cx, e, "没有这个服务点");
}

enum err site_by_code(struct cx *cx, struct str code, struct site *out)
{
    code = site_code(cx, code);
    enum err e = db_one(cx, &site_sql_by_code, &site_shape, out, ARGS(A(code)));
    return or_missing(cx, e, "没有这个服务点，可能已经撤并了；所有的服务点在“服务点”里");
}

struct str site_code(struct cx *cx, struct str typed)
{
    char *p = arena_alloc(cx->mem, typed.n + 1);
    for (size_t i = 0; i < typed.n; i++)
        p[i] = (char)(typed.p[i] >= 'a' && typed.p[i] <= 'z' ? typed.p[i] - 32 : typed.p[i]);
    return str_n(p, typed.n);
}

enum err site_tiers(struct cx *cx, site_tier_list *out)
{
    return db_all(cx, &site_sql_tiers, &tier_shape, out, NO_ARGS);
}

enum err site_parts(struct cx *cx, int64_t site_id, site_part_list *out)
{
    return db_all(cx, &site_sql_parts, &site_part_shape, out, ARGS(A(site_id)));
}

enum err site_part_get(struct cx *cx, int64_t id, struct site_part *out)
{
    enum err e = db_one(cx, &site_sql_part, &site_part_shape, out, ARGS(A(id)));
    return or_missing(cx, e, "这里没有这一处，可能已经撤了");
}

enum err site_parts_of(struct cx *cx, enum site_part_kind kind, site_part_list *out)
{
    return db_all(cx, &site_sql_parts_of_kind, &site_part_shape, out,
                  ARGS(AS("kind", site_part_codes[kind])));
}

enum err site_kinds(struct cx *cx, site_part_list *out)
{
    site_part_list there = {0};
    TRY(db_all(cx, &site_sql_kinds, &site_part_shape, &there, NO_ARGS));
    for (int kind = 0; site_part_codes[kind]; kind++)
        for (size_t i = 0; i < there.n; i++)
            if ((int)there.at[i].kind == kind)
                *PUSH(cx->mem, out) = there.at[i];
    return OK;
}

enum err site_reach(struct cx *cx, const struct site *s)
{
    const struct who *w = &cx->who;
    if (w->scope_hi.n > 0 && str_starts(s->path, w->scope_lo))
        return OK;
    return fail(cx, ERR_MISSING, "您的岗位管不到这个服务点");
}

/* ---- notices ---- */

enum err site_notices(struct cx *cx, int64_t site_id, int64_t from_day, bool with_ended,
                      site_notice_list *out)
{
    size_t from = out->n;
    TRY(db_all(cx, &site_sql_notices, &site_notice_shape, out,
               ARGS(A(site_id), A(from_day), A(with_ended))));
    for (size_t i = from; i < out->n; i++)
        site_day_load(out->at[i].spans, &out->at[i].hours);
    return OK;
}
