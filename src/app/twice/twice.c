/* twice -- see twice.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/twice/twice.h"
#include "app/audit/audit.h"
#include "app/consent/consent.h"
#include "app/number/number.h"
#include "app/place/place.h"
#include "base/id.h"
#include "base/time.h"
#include "twice.sql.h"

static const char *const kind_codes[] = {"export", "keys", "logs", "restore", "totp", NULL};
static const char *const kind_labels[] = {"大份导出",       "销毁密钥",   "改日志保存多久",
                                          "恢复覆盖在用库", "重设动态码", NULL};
static const char *const state_codes[] = {"open", "approved", "refused", "withdrawn", "used", NULL};
static const char *const state_labels[] = {"等第二个人", "同意了", "没同意",
                                           "撤回了",     "办过了", NULL};

/* Who decides on lists stands in posts that the system administrator does not fill, as he fills
 * those of who proposes: two people whom he invents are not two. */
static const struct {
    uint32_t propose, decide;
    bool at_console; /* done where nobody is signed in */
} kinds[TWICE_KINDS] = {
    [TWICE_EXPORT] = {ROLES_EXPORT, ROLE_PRIVACY_OFFICER | ROLE_SECURITY, false},
    [TWICE_KEYS] = {ROLE_SECURITY, ROLE_ADMIN | ROLE_AUDITOR, true},
    [TWICE_LOGS] = {ROLE_SECURITY, ROLE_AUDITOR, false},
    [TWICE_RESTORE] = {ROLE_ADMIN, ROLE_SECURITY | ROLE_AUDITOR, true},
    [TWICE_TOTP] = {ROLES_ADMINS, ROLES_ADMINS, false},
};

#define TOLD(m, label) FIELD(struct twice, m, label, .data = DATA_STAFF)
static const struct field twice_fields[] = {
    FIELD(struct twice, id, "编号", .data = DATA_STAFF),
    TOLD(number, "号"),
    FIELD(struct twice, kind, "要做什么", .codes = kind_codes, .labels = kind_labels, .ask = true,
          .required = true, .data = DATA_STAFF),
    FIELD(struct twice, object_id, "对象", .data = DATA_STAFF),
    FIELD(
        struct twice, object, "对什么做", .max = 200, .ask = true, .required = true,
        .data = DATA_STAFF,
        .hint =
            "备份的文件名、密钥的号（只写数字）、日志改成留几天（只写数字）、谁的登录名；做的时候要和这里一模一样"),
    FIELD(struct twice, why, "为什么", .max = 200, .ask = true, .required = true,
          .data = DATA_STAFF, .hint = "给第二个人看，也留在审计里"),
    FIELD(struct twice, by_person, "提出的人", .is_id = true, .data = DATA_STAFF),
    TOLD(by_name, "谁提出"),
    TOLD(at, "什么时候提出"),
    TOLD(until_at, "到什么时候"),
    FIELD(struct twice, state, "怎么样", .codes = state_codes, .labels = state_labels,
          .data = DATA_STAFF),
    FIELD(struct twice, decided_by, "决定的人", .is_id = true, .data = DATA_STAFF),
    TOLD(decided_name, "谁决定"),
    TOLD(said, "怎么说"),
    TOLD(decided_at, "什么时候决定"),
    TOLD(used_at, "什么时候办"),
};
const struct shape twice_shape = SHAPE("twice", struct twice, twice_fields);

const char *twice_kind_label(enum twice_kind kind)
{
    return kind_labels[kind];
}

bool twice_is_over(const struct cx *cx, const struct twice *t)
{
    return (t->state == TWICE_OPEN || t->state == TWICE_APPROVED) && t->until_at <= cx->now;
}

bool twice_may_propose(const struct cx *cx, enum twice_kind kind)
{
    return cx->who.role & kinds[kind].propose;
}

static bool is_about(const struct twice *t, int64_t person_id)
{
    return t->kind == TWICE_TOTP && t->object_id == person_id;
}

bool twice_may_decide(const struct cx *cx, const struct twice *t)
{
    return t->state == TWICE_OPEN && !twice_is_over(cx, t) &&
           (cx->who.role & kinds[t->kind].decide) && t->by_person != cx->who.person_id &&
           !is_about(t, cx->who.person_id);
}

/* ---- proposing ---- */

/* `object_id` days; both people read from how many to how many. */
static enum err check_days(struct cx *cx, struct twice *t)
{
    int64_t now;
    TRY(keep_days(cx, keep_class_of(S(KEEP_LOGS)), &now));
    if (t->object_id < KEEP_LOGS_LEAST || t->object_id > KEEP_LOGS_MOST)
        return fail_field(cx, "object",
                          "请写改成留几天，只写数字：%d 到 %d（网络安全法要求至少半年）",
                          KEEP_LOGS_LEAST, KEEP_LOGS_MOST);
    if (t->object_id == now)
        return fail_field(cx, "object", "现在就是 %lld 天，不用改", (long long)now);
    t->object = arena_printf(cx->mem, "谁看过、审计细节：从 %lld 天改成 %lld 天", (long long)now,
                             (long long)t->object_id);
    return OK;
}

enum err twice_propose(struct cx *cx, enum twice_kind kind, int64_t object_id, struct str object,
                       struct str why, struct twice *out)
{
    *out = (struct twice){.kind = kind,
                          .object_id = object_id,
                          .object = str_trim(object),
                          .why = str_trim(why),
                          .by_person = cx->who.person_id,
                          .by_name = cx->who.name,
                          .at = cx->now,
                          .until_at = cx->now + TWICE_DECIDE_HOURS * MS_HOUR};
    if (!twice_may_propose(cx, kind))
        return fail(cx, ERR_DENIED, "“%s”不归这个岗位提出", kind_labels[kind]);
    if (is_about(out, cx->who.person_id))
        return fail_field(cx, "object", "自己的动态码不能自己提出重设，请另外两位管理员来办");
    if (kind == TWICE_LOGS)
        TRY(check_days(cx, out));
    TRY(shape_check(cx, &twice_shape, out));
    TRY(number_next(cx, 'S', &out->number));
    out->id = id_new(cx);
    audit_why(cx, out->why);
    return db_put(cx, &twice_sql_add, &twice_shape, out, NO_ARGS);
}

enum err twice_withdraw(struct cx *cx, int64_t id)
{
    int64_t changed;
    TRY(db_run(cx, &twice_sql_withdraw, ARGS(A(id)), &changed));
    return changed ? OK : fail(cx, ERR_CONFLICT, "只有提出的人能撤回，而且要在办之前");
}

/* ---- deciding ---- */

typedef LIST(int64_t) people;

static bool has(const people *all, int64_t id)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i] == id)
            return true;
    return false;
}

/* He, who appointed him since then, who appointed those, and so on. */
static enum err line_of(struct cx *cx, int64_t person_id, int64_t since, people *out)
{
    *PUSH(cx->mem, out) = person_id;
    for (size_t i = 0; i < out->n; i++) {
        people by = {0};
        TRY(db_all(cx, &twice_sql_appointers, &db_id_shape, &by,
                   ARGS(AS("person_id", out->at[i]), A(since))));
        for (size_t k = 0; k < by.n; k++)
            if (!has(out, by.at[k]))
                *PUSH(cx->mem, out) = by.at[k];
    }
    return OK;
}

static enum err are_two(struct cx *cx, const struct twice *t)
{
    int64_t since = id_before(cx->now - TWICE_STRANGER_DAYS * MS_DAY);
    people his = {0}, others = {0};
    TRY(line_of(cx, cx->who.person_id, since, &his));
    TRY(line_of(cx, t->by_person, since, &others));
    for (size_t i = 0; i < his.n; i++)
        if (has(&others, his.at[i]))
            return fail(cx, ERR_DENIED,
                        "您和提出的人，有一个的岗位是另一个任命的，或者都是同一个人任命的，还不到 "
                        "%d 天：请另一位有权决定的人来办",
                        TWICE_STRANGER_DAYS);
    return OK;
}

static enum err may_decide(struct cx *cx, const struct twice *t)
{
    if (t->state != TWICE_OPEN)
        return fail(cx, ERR_CONFLICT, "%.*s 已经有结果了，请刷新再看", STR(t->number));
    if (twice_is_over(cx, t))
        return fail(cx, ERR_CONFLICT, "%.*s 过了 %d 小时没人决定，已经作废；还要办请重新提出",
                    STR(t->number), TWICE_DECIDE_HOURS);
    if (t->by_person == cx->who.person_id)
        return fail(cx, ERR_DENIED, "这是您自己提出的，要另一个人来决定");
    if (is_about(t, cx->who.person_id))
        return fail(cx, ERR_DENIED, "这是您自己的动态码，要另外两位管理员来办");
    if (!twice_may_decide(cx, t))
        return fail(cx, ERR_DENIED, "“%s”不归这个岗位决定", kind_labels[t->kind]);
    return are_two(cx, t);
}

static enum err decided(struct cx *cx, const struct twice *t, bool approves, struct str said)
{
    const char *state = state_codes[approves ? TWICE_APPROVED : TWICE_REFUSED];
    int64_t until_at = approves ? cx->now + TWICE_USE_HOURS * MS_HOUR : t->until_at, changed;
    audit_why(cx, said.n ? said : t->why);
    TRY(db_run(
        cx, &twice_sql_decide,
        ARGS(AS("id", t->id), A(state), AS("decided_name", cx->who.name), A(said), A(until_at)),
        &changed));
    return changed ? OK : fail(cx, ERR_CONFLICT, "%.*s 已经有结果了，请刷新再看", STR(t->number));
}

enum err twice_decide(struct cx *cx, int64_t id, bool approves, struct str said)
{
    struct twice t;
    TRY(twice_get(cx, id, &t));
    TRY(may_decide(cx, &t));
    said = str_trim(said);
    if (!approves && !said.n)
        return fail_field(cx, "said", "不同意，请写一句为什么");
    TRY(decided(cx, &t, approves, said));
    if (!approves || (t.kind != TWICE_TOTP && t.kind != TWICE_LOGS))
        return OK;
    TRY(t.kind == TWICE_TOTP ? account_totp_off(cx, t.object_id) : keep_logs_set(cx, t.object_id));
    return db_change(cx, &twice_sql_use, ARGS(A(id)));
}

/* ---- doing ---- */

static enum err no_proposal(struct cx *cx, struct str number)
{
    return fail(cx, ERR_DENIED, "没有编号 %.*s 的双人审批，请核对", STR(number));
}

enum err twice_use(struct cx *cx, enum twice_kind kind, int64_t object_id, struct str object,
                   struct str number)
{
    struct twice t;
    bool found;
    struct str read;
    int64_t changed;
    if (!id_number_read(cx, number, &read))
        return no_proposal(cx, read);
    TRY(db_find(cx, &twice_sql_by_number, &twice_shape, &t, &found, ARGS(AS("number", read))));
    if (!found)
        return no_proposal(cx, read);
    if (t.kind != kind || t.object_id != object_id || !str_eq(t.object, str_trim(object)))
        return fail(cx, ERR_DENIED, "%.*s 批的是“%s：%.*s”，不是这件事", STR(read),
                    kind_labels[t.kind], STR(t.object));
    if (!kinds[kind].at_console && t.by_person != cx->who.person_id)
        return fail(cx, ERR_DENIED, "%.*s 是%.*s提出的，只能由他自己来办", STR(read),
                    STR(t.by_name));
    if (t.state == TWICE_USED)
        return fail(cx, ERR_DENIED, "%.*s 已经用过一次，再办要重新提出", STR(read));
    if (t.state != TWICE_APPROVED)
        return fail(cx, ERR_DENIED, "%.*s 还没有第二个人同意", STR(read));
    audit_why(cx, t.why);
    TRY(db_run(cx, &twice_sql_use, ARGS(AS("id", t.id)), &changed));
    return changed ? OK
                   : fail(cx, ERR_DENIED, "%.*s 同意以后过了 %d 小时，已经作废；请重新提出",
                          STR(read), TWICE_USE_HOURS);
}

enum err twice_use_anywhere(struct cx *cx, enum twice_kind kind, int64_t object_id,
                            struct str object, struct str number)
{
    community_list all = {0};
    enum err e = ERR_DENIED;
    TRY(place_communities(cx, &all));
    for (size_t i = 0; i < all.n && e == ERR_DENIED; i++) {
        fault_clear(cx);
        account_nobody(cx, all.at[i].id);
        e = twice_use(cx, kind, object_id, object, number);
    }
    return e;
}

/* ---- reading ---- */

enum err twice_get(struct cx *cx, int64_t id, struct twice *out)
{
    bool found;
    TRY(db_find(cx, &twice_sql_get, &twice_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这一条");
}

enum err twice_of(struct cx *cx, enum twice_kind kind, int64_t object_id, struct str object,
                  struct twice *out, bool *found)
{
    return db_find(
        cx, &twice_sql_live, &twice_shape, out, found,
        ARGS(AS("kind", kind_codes[kind]), A(object_id), AS("object", str_trim(object))));
}

enum err twice_all(struct cx *cx, twice_list *out)
{
    twice_list all = {0};
    TRY(db_all(cx, &twice_sql_newest, &twice_shape, &all, NO_ARGS));
    for (size_t i = 0; i < all.n; i++) {
        const struct twice *t = &all.at[i];
        if (cx->who.role & (kinds[t->kind].propose | kinds[t->kind].decide | ROLE_AUDITOR))
            *PUSH(cx->mem, out) = *t;
    }
    return OK;
}
