/* admin -- a change of a post or of the calendar together with what follows from it. No HTTP here.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/admin/admin.h"
#include "app/job/job.h"

static const struct field turn_fields[] = {
    FIELD(struct admin_turn, post_id, "岗位", .data = DATA_ADMIN),
    FIELD(struct admin_turn, begins_at, "从什么时候起", .data = DATA_ADMIN),
    FIELD(struct admin_turn, to_person, "转给接手的人的件数", .data = DATA_ADMIN),
    FIELD(struct admin_turn, to_unit, "留给本单位的件数", .data = DATA_ADMIN),
    FIELD(struct admin_turn, raised, "转给上级或值班台的件数", .data = DATA_ADMIN),
};
const struct shape admin_turn_shape = SHAPE("admin_turn", struct admin_turn, turn_fields);

static enum err turn(struct cx *cx, struct admin_turn *t)
{
    struct need_handed told;
    if (t->begins_at > cx->now) {
        struct str key = arena_printf(cx->mem, "post.turn:%lld:%lld", (long long)t->post_id,
                                      (long long)t->begins_at);
        return job_put(cx, "post.turn", key, t->post_id, S(""), t->begins_at);
    }
    TRY(need_handover(cx, t->post_id, &told));
    t->to_person = told.to_person;
    t->to_unit = told.to_unit;
    t->raised = told.raised;
    return OK;
}

enum err admin_job(struct cx *cx, struct str kind, int64_t post_id, struct str arg)
{
    struct need_handed told;
    (void)arg;
    if (!str_is(kind, "post.turn"))
        return fail(cx, ERR_INPUT, "没有这种任务");
    return need_handover(cx, post_id, &told);
}

static bool watches(struct str code)
{
    const struct role *role = role_of_code(code);
    return role && (role->bit & (ROLES_ADMINS | ROLE_PRIVACY_OFFICER));
}

/* The system administrator fills every post but those that watch him: these are given and taken by
 * the security administrator. */
static enum err may_fill(struct cx *cx, int64_t post_id)
{
    struct post post;
    TRY(org_post(cx, post_id, &post));
    bool is_watch = watches(post.role);
    if (is_watch == (cx->who.role == ROLE_SECURITY))
        return OK;
    return fail(cx, ERR_DENIED,
                is_watch ? "管理员和个人信息保护负责人的岗位，由安全管理员安排"
                         : "这个岗位由系统管理员安排");
}

/* Whoever has somebody's password is that person: it goes with filling his posts, those that begin
 * later too. Of who has posts of both kinds, the one that watches counts. */
enum err admin_keeps(struct cx *cx, int64_t person_id)
{
    holding_list held = {0};
    bool is_watch = false;
    TRY(org_held(cx, person_id, &held));
    for (size_t i = 0; i < held.n; i++) {
        enum holding_when when = holding_when(cx, &held.at[i]);
        is_watch |= (when == HOLDING_NOW || when == HOLDING_LATER) && watches(held.at[i].role);
    }
    if (is_watch == (cx->who.role == ROLE_SECURITY))
        return OK;
    return fail(cx, ERR_DENIED,
                is_watch ? "管理员和个人信息保护负责人的登录名、密码，由安全管理员来给"
                         : "这个人的登录名、密码，由系统管理员来给");
}

enum err admin_appoint(struct cx *cx, const struct appointment *a, struct admin_turn *out)
{
    *out = (struct admin_turn){.post_id = a->post_id};
    TRY(may_fill(cx, a->post_id));
    TRY(org_appoint_from(cx, a, &out->begins_at));
    return turn(cx, out);
}

static enum err end(struct cx *cx, const struct holding *h, int64_t at, struct admin_turn *out)
{
    *out = (struct admin_turn){.post_id = h->post_id};
    TRY(org_end(cx, h->id, at, &out->begins_at));
    return turn(cx, out);
}

enum err admin_end(struct cx *cx, int64_t holding_id, int64_t at, struct admin_turn *out)
{
    struct holding h;
    TRY(org_holding(cx, holding_id, &h));
    TRY(may_fill(cx, h.post_id));
    if (h.person_id == cx->who.person_id && cx->who.role == ROLE_SECURITY)
        return fail(cx, ERR_DENIED, "这是您自己的管理岗位。请先任命接手的人，由他来办");
    return end(cx, &h, at, out);
}

enum err admin_leave(struct cx *cx, int64_t person_id, admin_turn_list *out)
{
    holding_list held = {0};
    if (person_id == cx->who.person_id)
        return fail(cx, ERR_DENIED, "不能给自己办离岗，请另一位管理员来办");
    TRY(org_held(cx, person_id, &held));
    for (size_t i = 0; i < held.n; i++) {
        enum holding_when when = holding_when(cx, &held.at[i]);
        struct admin_turn t;
        if (when != HOLDING_NOW && when != HOLDING_LATER)
            continue;
        TRY(may_fill(cx, held.at[i].post_id));
        TRY(end(cx, &held.at[i], 0, &t));
        *PUSH(cx->mem, out) = t;
    }
    return account_set_active(cx, person_id, false);
}

enum err admin_calendar(struct cx *cx, const calendar_change_list *changes, int64_t *moved)
{
    TRY(clock_change(cx, changes));
    return need_recompute(cx, moved);
}
