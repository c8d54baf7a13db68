/* volunteer_consent -- what a volunteer agrees to beside registering, each by itself. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/volunteer_own.h"
#include "app/job/job.h"
#include "volunteer.sql.h"

static const struct consent_purpose purposes[] = {
    {"match", "有合适的事来问", "不再来问，答应过的事先问您"},
    {"board", "公示栏写称呼", "网上马上不写，墙上的纸换新的"},
    {"phone", "公示栏写电话", "网上马上不写，墙上的纸换新的"},
    {"guardian", "监护人同意未成年人来帮", "不再来问，约好的也不用去了，等监护人再说"},
};

/* What hangs on a board is public, and only as long as he agrees to it. */
static enum err show(struct cx *cx, struct volunteer *v)
{
    TRY(volunteer_show_number(cx, v));
    return db_run(cx, &volunteer_sql_shown_put,
                  ARGS(AS("id", v->id), AS("shown_contact", v->shown_contact)), NULL);
}

enum err volunteer_show_again(struct cx *cx, int64_t id)
{
    struct volunteer v;
    TRY(volunteer_load(cx, id, &v));
    return show(cx, &v);
}

static enum err show_number(struct cx *cx, int64_t id, bool agrees)
{
    struct volunteer v;
    TRY(volunteer_load(cx, id, &v));
    v.agrees_board = v.agrees_phone = agrees;
    return show(cx, &v);
}

static enum err follow(struct cx *cx, int64_t id, struct str purpose, bool agrees);
/* As the record says it: whoever saves that has a new version already. */
static const struct consent_kind with_record = {"volunteer", "志愿服务", purposes, COUNT(purposes),
                                                follow};

/* He is asked no more, and goes nowhere. Matching stands below: it is told by a job. */
static enum err stay_home(struct cx *cx, int64_t id)
{
    const struct consent_how how = {0};
    struct volunteer v;
    TRY(volunteer_load(cx, id, &v));
    if (!volunteer_is_minor(cx, &v))
        return OK;
    TRY(consent_set(cx, &with_record, id, "match", false, &how));
    return job_put(cx, "match.gone",
                   arena_printf(cx->mem, "match.gone %lld %lld", (long long)id, (long long)cx->now),
                   id, S(""), cx->now);
}

enum err volunteer_may_go(struct cx *cx, int64_t id, bool *yes)
{
    struct volunteer v;
    bool found;
    TRY(db_find(cx, &volunteer_sql_load, &volunteer_shape, &v, &found, ARGS(A(id))));
    *yes =
        found && v.state != VOLUNTEER_LEFT && (!volunteer_is_minor(cx, &v) || v.guardian_agreed_at);
    return OK;
}

/* What else holds no longer. */
static enum err follow(struct cx *cx, int64_t id, struct str purpose, bool agrees)
{
    const struct consent_how how = {0};
    if (str_is(purpose, "phone"))
        return show_number(cx, id, agrees);
    if (agrees)
        return OK;
    if (str_is(purpose, "board")) /* a number never stands there without a name */
        return consent_set(cx, &with_record, id, "phone", false, &how);
    return str_is(purpose, "guardian") ? stay_home(cx, id) : OK;
}

/* Said beside the record: a form that was opened before has old ticks, and must not bring back what
 * was taken back since. */
static enum err changed(struct cx *cx, int64_t id, struct str purpose, bool agrees)
{
    TRY(db_change(cx, &volunteer_sql_touch, ARGS(A(id))));
    return follow(cx, id, purpose, agrees);
}
const struct consent_kind volunteer_consents = {"volunteer", "志愿服务", purposes, COUNT(purposes),
                                                changed};

enum err volunteer_agree(struct cx *cx, const struct volunteer *v, struct str channel)
{
    const struct consent_how how = {.channel = consent_channel(cx, channel)};
    const struct consent_how guardian = {.channel = how.channel, .is_guardian = true};
    TRY(consent_set(cx, &with_record, v->id, "match", v->agrees_match, &how));
    TRY(consent_set(cx, &with_record, v->id, "board", v->agrees_board, &how));
    TRY(consent_set(cx, &with_record, v->id, "phone", v->agrees_phone && v->agrees_board, &how));
    return consent_set(cx, &with_record, v->id, "guardian", v->guardian_agreed_at != 0, &guardian);
}
