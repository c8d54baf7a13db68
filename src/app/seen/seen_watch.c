/* seen_watch -- how many openings there were, what is more than the rule says, and who is told. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/outbox/outbox.h"
#include "app/seen/seen_own.h"
#include "base/id.h"
#include "base/time.h"
#include "seen.sql.h"

#define TOLD(T, m, label) FIELD(struct T, m, label, .data = DATA_STAFF)
#define ASKED(T, m, label, ...)                                                                    \
    FIELD(struct T, m, label, .ask = true, .data = DATA_STAFF, __VA_ARGS__)

static const struct field rule_fields[] = {
    ASKED(seen_rule, most, "一个人一天打开超过几次就提醒", .required = true,
          .hint = "电话、门牌、健康情况各算一次"),
    ASKED(seen_rule, aside, "其中已经办结、又不归他办的（替人印一整份也算）超过几次就提醒",
          .required = true),
    TOLD(seen_rule, by_name, "谁定的"),
    TOLD(seen_rule, at, "什么时候"),
};
const struct shape seen_rule_shape = SHAPE("seen_rule", struct seen_rule, rule_fields);

static const struct field day_fields[] = {
    TOLD(seen_day, day, "哪天"),
    FIELD(struct seen_day, person_id, "谁", .data = DATA_STAFF),
    TOLD(seen_day, person_name, "谁"),
    TOLD(seen_day, times, "打开几次"),
    TOLD(seen_day, things, "几件事上"),
    TOLD(seen_day, aside, "办结又不归他的"),
    TOLD(seen_day, last_at, "最近一次"),
};
static const struct shape day_shape = SHAPE("seen_day", struct seen_day, day_fields);

static const struct field part_fields[] = {
    TOLD(seen_part, day, "哪天"),    FIELD(struct seen_part, person_id, "谁"),
    TOLD(seen_part, role, "身份"),   TOLD(seen_part, subject, "哪一种"),
    TOLD(seen_part, what, "看什么"), TOLD(seen_part, purpose, "为什么"),
    TOLD(seen_part, times, "几次"),
};
static const struct shape part_shape = SHAPE("seen_part", struct seen_part, part_fields);

static const struct field usual_fields[] = {
    FIELD(struct seen_usual, person_id, "谁"),
    TOLD(seen_usual, times, "几次"),
    TOLD(seen_usual, days, "几天"),
};
static const struct shape usual_shape = SHAPE("seen_usual", struct seen_usual, usual_fields);

static const struct field alert_fields[] = {
    TOLD(seen_alert, id, "编号"),
    TOLD(seen_alert, day, "哪天"),
    FIELD(struct seen_alert, person_id, "谁", .data = DATA_STAFF),
    TOLD(seen_alert, person_name, "谁"),
    TOLD(seen_alert, at, "什么时候"),
    TOLD(seen_alert, times, "打开几次"),
    TOLD(seen_alert, things, "几件事上"),
    TOLD(seen_alert, aside, "办结又不归他的"),
    TOLD(seen_alert, closed_at, "什么时候看过"),
    TOLD(seen_alert, closed_name, "谁看过"),
    TOLD(seen_alert, said, "怎么回事"),
};
const struct shape seen_alert_shape = SHAPE("seen_alert", struct seen_alert, alert_fields);

static const struct field close_fields[] = {
    ASKED(seen_close, said, "怎么回事", .required = true, .max = 200,
          .hint = "比如：停水那天，逐户打电话通知"),
};
const struct shape seen_close_shape = SHAPE("seen_close", struct seen_close, close_fields);

/* ---- the rule ---- */

enum { RULE_MAX = 1000 };

static enum err only_officer(struct cx *cx)
{
    if (cx->who.role != ROLE_PRIVACY_OFFICER)
        return fail(cx, ERR_DENIED, "这一页归个人信息保护负责人");
    return OK;
}

enum err seen_rule_get(struct cx *cx, struct seen_rule *out)
{
    bool found;
    TRY(db_find(cx, &seen_sql_rule, &seen_rule_shape, out, &found, NO_ARGS));
    if (!found)
        *out = (struct seen_rule){.most = SEEN_MOST, .aside = SEEN_ASIDE, .by_name = S("")};
    return OK;
}

static void range(struct cx *cx, const char *field, int64_t v)
{
    if (v < 1 || v > RULE_MAX)
        fail_field(cx, field, "请填 1 到 %d 的数", RULE_MAX);
}

enum err seen_rule_put(struct cx *cx, const struct seen_rule *r)
{
    TRY(only_officer(cx));
    range(cx, "most", r->most);
    range(cx, "aside", r->aside);
    if (cx->fault.fields.n)
        return ERR_INPUT;
    return db_run(cx, &seen_sql_rule_put,
                  ARGS(AS("id", id_new(cx)), AS("most", r->most), AS("aside", r->aside),
                       AS("by_name", cx->who.name)),
                  NULL);
}

/* ---- numbers ---- */

enum err seen_days(struct cx *cx, seen_day_list *out)
{
    return db_all(cx, &seen_sql_days, &day_shape, out,
                  ARGS(AS("from_day", time_day(cx->now) - SEEN_DAYS + 1)));
}

enum err seen_parts(struct cx *cx, seen_part_list *out)
{
    return db_all(cx, &seen_sql_parts, &part_shape, out,
                  ARGS(AS("from_day", time_day(cx->now) - SEEN_DAYS + 1)));
}

enum err seen_usual(struct cx *cx, seen_usual_list *out)
{
    return db_all(cx, &seen_sql_usual, &usual_shape, out,
                  ARGS(AS("from_day", time_day(cx->now) - SEEN_USUAL_DAYS)));
}

static enum err day_of(struct cx *cx, int64_t day, int64_t person_id, struct seen_day *out)
{
    bool found;
    *out = (struct seen_day){.day = day, .person_id = person_id, .person_name = S("")};
    return db_find(cx, &seen_sql_day_of_person, &day_shape, out, &found,
                   ARGS(A(day), A(person_id)));
}

/* ---- alerts ---- */

static bool is_over(const struct seen_day *d, const struct seen_rule *r)
{
    return d->times > r->most || d->aside > r->aside;
}

/* The alert, and one message while none is open. Two at once on PostgreSQL do not count each
 * other's; the next one counts both. */
enum err seen_watch(struct cx *cx)
{
    struct seen_rule rule;
    struct seen_day d;
    int64_t day = time_day(cx->now), open, added;
    TRY(seen_rule_get(cx, &rule));
    TRY(day_of(cx, day, cx->who.person_id, &d));
    if (!is_over(&d, &rule))
        return OK;
    TRY(db_number(cx, &seen_sql_alerts_open_count, &open, NO_ARGS));
    TRY(db_run(cx, &seen_sql_alert_put,
               ARGS(AS("id", id_new(cx)), A(day), AS("person_id", d.person_id),
                    AS("person_name", d.person_name)),
               &added));
    if (!added || open)
        return OK;
    return outbox_put(
        cx, "privacy.unusual", 0,
        S("有人今天打开居民联系方式的次数超过了提醒线，请个人信息保护负责人登录后看“谁看过”这一页，问一问是怎么回事。"));
}

enum err seen_alerts(struct cx *cx, bool closed, seen_alert_list *out)
{
    if (!closed)
        return db_all(cx, &seen_sql_alerts_open, &seen_alert_shape, out, NO_ARGS);
    return db_all(cx, &seen_sql_alerts_closed, &seen_alert_shape, out,
                  ARGS(AS("from_day", time_day(cx->now) - SEEN_USUAL_DAYS)));
}

enum err seen_alert_close(struct cx *cx, int64_t id, const struct seen_close *c)
{
    int64_t there, changed;
    TRY(only_officer(cx));
    TRY(shape_check(cx, &seen_close_shape, c));
    TRY(db_run(cx, &seen_sql_alert_close,
               ARGS(A(id), AS("closed_name", cx->who.name), AS("said", c->said)), &changed));
    if (changed)
        return OK;
    TRY(db_number(cx, &seen_sql_alert_there, &there, ARGS(A(id))));
    return there ? fail(cx, ERR_CONFLICT, "这一条已经有人看过了，请刷新再看")
                 : fail(cx, ERR_MISSING, "没有这一条");
}
