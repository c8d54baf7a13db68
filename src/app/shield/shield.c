/* shield -- see shield.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/shield/shield.h"
#include "app/subject/subject.h"
#include "base/id.h"
#include "shield.sql.h"
#include "text/cover.h"

static const struct field identity_fields[] = {
    FIELD(struct shield_identity, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct shield_identity, name, "怎么称呼", .data = DATA_COMPLAINT, .seal = VAULT_CONTACT,
          .own = true, .pad = true),
    FIELD(struct shield_identity, contact, "联系方式", .data = DATA_COMPLAINT,
          .seal = VAULT_CONTACT, .own = true),
    FIELD(struct shield_identity, door, "门牌", .data = DATA_COMPLAINT, .seal = VAULT_DOOR,
          .own = true),
    FIELD(struct shield_identity, note, "身体情况", .seal = VAULT_TEXT, .own = true),
    FIELD(struct shield_identity, text, "原话", .data = DATA_COMPLAINT, .seal = VAULT_TEXT,
          .own = true),
    FIELD(struct shield_identity, place_id, "地点"),
    FIELD(struct shield_identity, place_text, "在哪里", .data = DATA_COMPLAINT),
    FIELD(struct shield_identity, entered_by, "代录人"),
    FIELD(struct shield_identity, at, "什么时候", .data = DATA_PUBLIC),
};
const struct shape shield_identity_shape =
    SHAPE("shield_identity", struct shield_identity, identity_fields);

static const struct field answer_fields[] = {
    FIELD(struct shield_answer, id, "编号", .data = DATA_WORK),
    FIELD(struct shield_answer, need_id, "诉求", .data = DATA_WORK),
    FIELD(struct shield_answer, person_id, "谁", .data = DATA_WORK),
    FIELD(struct shield_answer, person_name, "谁", .data = DATA_WORK),
    FIELD(struct shield_answer, role, "身份", .data = DATA_WORK),
    FIELD(struct shield_answer, found, "系统已知", .data = DATA_WORK),
    FIELD(struct shield_answer, answer, "怎么说的", .data = DATA_WORK),
    FIELD(struct shield_answer, at, "时间", .data = DATA_WORK),
};
const struct shape shield_answer_shape =
    SHAPE("shield_answer", struct shield_answer, answer_fields);

/* ---- identity ---- */

enum err shield_put(struct cx *cx, const struct shield_identity *i)
{
    return db_put(cx, &shield_sql_put, &shield_identity_shape, i, NO_ARGS);
}

enum err shield_fix(struct cx *cx, int64_t id, struct str field, struct str value)
{
    static const struct {
        const char *field;
        const struct query *save;
    } fixes[] = {{"name", &shield_sql_fix_name},
                 {"contact", &shield_sql_fix_contact},
                 {"door", &shield_sql_fix_door},
                 {"note", &shield_sql_fix_note}};
    struct shield_identity i = {.id = id};
    for (size_t k = 0; k < COUNT(fixes); k++) {
        if (!str_is(field, fixes[k].field))
            continue;
        field_set_str(shape_field(&shield_identity_shape, field), &i, value);
        enum err e = db_save(cx, fixes[k].save, &shield_identity_shape, &i, NO_ARGS);
        if (e != ERR_CONFLICT)
            return e;
        fault_clear(cx);
        return fail(cx, e, "已经删了，改不了；请写明原因答复");
    }
    return fail(cx, ERR_CONFLICT, "这一项改不了");
}

enum err shield_find(struct cx *cx, int64_t id, struct shield_identity *out, bool *found)
{
    TRY(db_find(cx, &shield_sql_identity, &shield_identity_shape, out, found, ARGS(A(id))));
    return *found ? shape_open(cx, &shield_identity_shape, out, 1, NULL) : OK;
}

enum err shield_words(struct cx *cx, int64_t id, struct str text, struct str *out)
{
    struct shield_identity i = {0};
    bool found;
    TRY(shield_find(cx, id, &i, &found));
    const struct str his[] = {i.name, i.contact, i.door};
    *out = cover(cx, text, his, found ? COUNT(his) : 0);
    return OK;
}

enum err shield_keeper(struct cx *cx)
{
    const struct role *role = role_of_bit(ROLE_PRIVACY_OFFICER);
    int64_t n;
    if (cx->who.role != ROLE_PRIVACY_OFFICER)
        return fail(cx, ERR_DENIED, "是谁提的，只有个人信息保护负责人和一位副手能看");
    TRY(db_number(cx, &shield_sql_keepers, &n, ARGS(AS("role", role->code))));
    return n <= SHIELD_KEEPERS
               ? OK
               : fail(cx, ERR_DENIED,
                      "能看是谁提的最多 %d 个人，现在有 %lld 个人担任%s，请管理员先调整岗位",
                      SHIELD_KEEPERS, (long long)n, role->label);
}

/* ---- has he a part in it? ---- */

static const struct {
    const char *code, *label;
} answers[] = {{"none", "和我没有关系"},
               {"subject", "反映的就是我"},
               {"unit", "反映的是我的单位或同事"},
               {"neighbour", "我和提的人、被反映的人是邻居或亲友"},
               {"other", "有别的关系，不方便由我办"}};

const char *shield_answer_label(struct str answer)
{
    for (size_t i = 0; i < COUNT(answers); i++)
        if (str_is(answer, answers[i].code))
            return answers[i].label;
    return "";
}

struct known {
    int64_t id;
    struct str answer;
};
typedef LIST(struct known) known_list;
static const struct field known_fields[] = {FIELD(struct known, id, "诉求"),
                                            FIELD(struct known, answer, "怎么说的")};
static const struct shape known_shape = SHAPE("shield_known", struct known, known_fields);

static enum err known_of(struct cx *cx, int64_t person_id, int64_t lo, int64_t hi, known_list *out)
{
    return db_all(cx, &shield_sql_known, &known_shape, out, ARGS(A(person_id), A(lo), A(hi)));
}

static enum shield_gate gate_of(const struct cx *cx, const known_list *all, int64_t id)
{
    enum shield_gate gate = cx->who.role & ROLES_OWN ? SHIELD_ASK : SHIELD_CLEAR;
    for (size_t i = 0; i < all->n; i++) {
        if (all->at[i].id != id)
            continue;
        if (!str_is(all->at[i].answer, "none") && !str_is(all->at[i].answer, "entered"))
            return SHIELD_SHUT;
        gate = SHIELD_CLEAR;
    }
    return gate;
}

enum err shield_gates(struct cx *cx, const int64_t *ids, size_t n, enum shield_gate *out)
{
    known_list all = {0};
    int64_t lo = n ? ids[0] : 0, hi = lo;
    for (size_t i = 0; i < n; i++) {
        lo = ids[i] < lo ? ids[i] : lo;
        hi = ids[i] > hi ? ids[i] : hi;
    }
    if (n)
        TRY(known_of(cx, cx->who.person_id, lo, hi, &all));
    for (size_t i = 0; i < n; i++)
        out[i] = gate_of(cx, &all, ids[i]);
    return OK;
}

enum err shield_found(struct cx *cx, int64_t id, int64_t person_id, struct str *out)
{
    known_list all = {0};
    int64_t near;
    *out = S("");
    TRY(known_of(cx, person_id, id, id, &all));
    for (size_t i = 0; i < all.n; i++)
        if (!str_is(all.at[i].answer, "none") && !str_is(all.at[i].answer, "entered"))
            *out = all.at[i].answer;
    if (out->n)
        return OK;
    TRY(db_number(cx, &shield_sql_is_neighbour, &near, ARGS(A(id), A(person_id))));
    if (near)
        *out = S("neighbour");
    return OK;
}

enum err shield_declare(struct cx *cx, int64_t id, struct str answer)
{
    const struct role *role = role_of_bit(cx->who.role);
    struct str found;
    if (!*shield_answer_label(answer))
        return fail_field(cx, "answer", "请选一句：这件事和您有没有关系");
    TRY(shield_found(cx, id, cx->who.person_id, &found));
    return db_run(cx, &shield_sql_answer_put,
                  ARGS(AS("id", id_new(cx)), AS("need_id", id), AS("post_id", cx->who.post_id),
                       AS("person_name", cx->who.name), AS("role", role ? role->code : ""),
                       A(found), A(answer)),
                  NULL);
}

enum err shield_answers(struct cx *cx, int64_t need_id, shield_answer_list *out)
{
    return db_all(cx, &shield_sql_answers, &shield_answer_shape, out, ARGS(A(need_id)));
}

enum err shield_about(struct cx *cx, int64_t id, int64_t *org_id)
{
    return db_number(cx, &shield_sql_about, org_id, ARGS(A(id)));
}

enum err shield_is_about(struct cx *cx, int64_t id, int64_t org_id, bool *yes)
{
    int64_t n;
    TRY(db_number(cx, &shield_sql_is_about, &n, ARGS(A(id), A(org_id))));
    *yes = n > 0;
    return OK;
}

enum err shield_about_put(struct cx *cx, int64_t id, int64_t org_id)
{
    return db_run(cx, &shield_sql_about_put, ARGS(A(id), A(org_id)), NULL);
}

enum err shield_forget(struct cx *cx, int64_t id)
{
    return db_run(cx, &shield_sql_drop, ARGS(A(id)), NULL);
}

static const struct subject_table tables[] = {
    {"shield_identity", &shield_sql_identity, &shield_identity_shape},
    {"shield_answer", &shield_sql_mine_answers, &shield_answer_shape},
};
static const struct subject_part parts[] = {{"need", tables, COUNT(tables)}};
static const struct keep_rule rules[] = {
    {"need_who", "投诉的人是谁", &shield_sql_old, &shield_sql_forget}};

static const struct shape *const shapes[] = {&shield_identity_shape, &shield_answer_shape};

const struct feature shield_feature = {.name = "shield",
                                       .shapes = shapes,
                                       .nshapes = COUNT(shapes),
                                       .queries = shield_sql_all,
                                       .nqueries = &shield_sql_count,
                                       .subject_parts = parts,
                                       .nsubject_parts = COUNT(parts),
                                       .keeps = rules,
                                       .nkeeps = COUNT(rules)};
