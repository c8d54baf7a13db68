/* notice -- the notice of privacy: made of the register, stored in versions, known by its hash. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/consent/consent.h"
#include "app/shell/shell.h"
#include "consent.sql.h"
#include "seal/seal.h"

#include <string.h>

static const struct field notice_fields[] = {
    FIELD(struct notice, id, "第几版", .data = DATA_PUBLIC),
    FIELD(struct notice, hash, "指纹（SM3）", .data = DATA_PUBLIC),
    FIELD(struct notice, text, "全文", .data = DATA_PUBLIC),
    FIELD(struct notice, at, "从什么时候起", .data = DATA_PUBLIC),
};
const struct shape notice_shape = SHAPE("notice", struct notice, notice_fields);

static const char *const items[] = {"一", "二", "三", "四", "五", "六", "七"};

/* What residents are not asked to read line by line: who of the staff did what. */
static bool is_about_staff(const struct person_field *f)
{
    return !strcmp(f->readers, "staff") || !strcmp(f->readers, "admin") ||
           !strcmp(f->readers, "inner") || !*f->part || !strcmp(f->part, "staff");
}

static void add_field(struct cx *cx, struct out *o, const struct person_field *f)
{
    out_printf(o, "- %s：用来%s。依据是%s（个人信息保护法第十三条第一款第%s项）。%.*s%s。\n",
               f->label, f->purpose, f->basis->words, items[f->basis->item - 1],
               STR(keep_words(cx, f->keep)), f->keep->days ? "删掉" : "");
}

static void add_parts(struct cx *cx, struct out *o)
{
    for (size_t i = 0; i < field_part_count; i++) {
        bool begun = false;
        for (size_t k = 0; k < person_field_count; k++) {
            const struct person_field *f = &person_fields[k];
            if (is_about_staff(f) || strcmp(f->part, field_parts[i].code))
                continue;
            if (!begun)
                out_printf(o, "## %s\n", field_parts[i].label);
            begun = true;
            add_field(cx, o, f);
        }
    }
}

static void add_purposes(struct out *o)
{
    const struct consent_kind *kind;
    for (size_t i = 0; (kind = consent_kind_nth(i)) != NULL; i++) {
        out_printf(o, "## %s\n", kind->label);
        for (size_t k = 0; k < kind->n; k++)
            out_printf(o, "- %s。收回以后%s。\n", kind->purposes[k].label, kind->purposes[k].after);
    }
}

struct str notice_text(struct cx *cx)
{
    const struct shell_community *c = shell_community(cx);
    struct out o;
    out_init(&o, cx->mem);
    out_printf(
        &o,
        "# 谁在用您的信息\n- %.*s，电话 %.*s。有不明白的、想看想改想删的，打这个电话，或者点“我的数据”。\n",
        STR(c->name), STR(c->phone));
    out_c(&o,
          "# 您随时可以\n"
          "- 看我们记了您什么，拿走一份；写错了，请我们改；不用留了，请我们删；不愿意，说一声。\n"
          "- 收回同意：点一下，马上就停。收回以前做过的不受影响，照样给您办事。\n"
          "- 每一样请求都有编号，15 个工作日内答复；办不到的，写明为什么。\n"
          "- 看谁打开过您的电话和门牌，为什么。\n"
          "# 我们不做的\n"
          "- 不记行踪，不给人打分排名，不从别处要名单，不做广告，不卖给谁。\n"
          "- 您不写电话、不写姓名，公共地方的事照样可以说。\n"
          "- 未满 14 岁的孩子，监护人同意了才记。\n"
          "# 记什么，做什么用，留多久\n");
    add_parts(cx, &o);
    out_c(&o, "# 要另外问您同意的\n");
    add_purposes(&o);
    return out_text(&o);
}

enum err notice_keep(struct cx *cx)
{
    struct notice n = {0};
    bool found;
    struct str text = notice_text(cx), hash = seal_sm3(cx, text);
    TRY(db_find(cx, &consent_sql_notice_hash, &notice_shape, &n, &found, NO_ARGS));
    if (found && str_eq(n.hash, hash))
        return OK;
    return db_run(cx, &consent_sql_notice_add, ARGS(AS("id", n.id + 1), A(hash), A(text)), NULL);
}

enum err notice_get(struct cx *cx, int64_t id, struct notice *out)
{
    bool found;
    TRY(db_find(cx, id ? &consent_sql_notice : &consent_sql_notice_newest, &notice_shape, out,
                &found, id ? ARGS(A(id)) : NO_ARGS));
    return found ? OK : fail(cx, ERR_MISSING, "没有这一版");
}
