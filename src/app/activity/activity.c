/* activity -- programmes and dates: reading them, planning, changing, cancelling, what was said. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/activity.h"
#include "app/activity/activity_own.h"
#include "base/env.h"
#include "base/id.h"
#include "base/utf8.h"
#include "activity.sql.h"

enum {
    SEED = 32,
    PROGRAMMES_MOST = 40,
    LONGEST_DAYS = 3, /* of one date */
    AHEAD_DAYS = 400, /* nothing is planned later than this */
    GUIDES_MOST = 20,
    HELP_MOST = 200,
    CONFIRM_MOST = 7 * 24,
    REMIND_HOUR = 17 /* of the day before */
};

/* A clearer sentence than the store's. */
static enum err or_faster(struct cx *cx, enum err e)
{
    if (e != ERR_CONFLICT)
        return e;
    fault_clear(cx);
    return fail(cx, ERR_CONFLICT, "别人刚刚先改了一步，请刷新看看再改");
}

/* ---- programmes ---- */

enum err activity_programmes(struct cx *cx, bool also_off, activity_programme_list *out)
{
    return db_all(cx, &activity_sql_programmes, &activity_programme_shape, out, ARGS(A(also_off)));
}

enum err activity_programme_by_code(struct cx *cx, struct str code, struct activity_programme *out)
{
    bool found;
    TRY(db_find(cx, &activity_sql_programme_by_code, &activity_programme_shape, out, &found,
                ARGS(A(code))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这个项目，所有的活动在“活动”里");
}

static bool is_code(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') ||
              (s.p[i] == '-' && i > 0)))
            return false;
    return s.n >= 2;
}

enum err activity_programme_put(struct cx *cx, struct activity_programme *p)
{
    activity_programme_list all = {0};
    if (!(cx->who.role & ROLES_PROGRAMME))
        return fail(cx, ERR_DENIED, "项目由值班长或社区负责人来定");
    enum err e = shape_check(cx, &activity_programme_shape, p);
    if (p->code.n && !is_code(p->code))
        e = fail_field(cx, "code", "代码用小写字母、数字和短横，至少两位");
    TRY(e);
    if (p->id)
        return or_faster(
            cx, db_save(cx, &activity_sql_programme_save, &activity_programme_shape, p, NO_ARGS));
    TRY(activity_programmes(cx, true, &all));
    for (size_t i = 0; i < all.n; i++)
        if (str_eq(all.at[i].code, p->code))
            return fail_field(cx, "code", "这个代码“%.*s”在用，请换一个", STR(all.at[i].name));
    if (all.n >= PROGRAMMES_MOST)
        return fail(cx, ERR_INPUT, "最多 %d 个项目", PROGRAMMES_MOST);
    p->id = id_new(cx);
    p->active = true;
    return db_put(cx, &activity_sql_programme_add, &activity_programme_shape, p, NO_ARGS);
}

/* ---- reading dates ---- */

enum err activity_load(struct cx *cx, int64_t id, struct activity *out)
{
    bool found;
    TRY(db_find(cx, &activity_sql_one, &activity_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这个活动");
}

static bool is_in_reach(const struct cx *cx, const struct activity *a)
{
    return (cx->who.role & ROLES_ACTIVITY) && cx->who.scope_hi.n > 0 &&
           str_starts(a->place_path, cx->who.scope_lo);
}

enum err activity_get(struct cx *cx, int64_t id, struct activity *out)
{
    TRY(activity_load(cx, id, out));
    if (out->state == ACTIVITY_DRAFT && !is_in_reach(cx, out))
        return fail(cx, ERR_MISSING, "没有这个活动");
    return OK;
}

enum err activity_own(struct cx *cx, int64_t id, struct activity *out)
{
    TRY(activity_load(cx, id, out));
    return is_in_reach(cx, out) ? OK : fail(cx, ERR_MISSING, "没有这个活动，或者不归您这里");
}

enum err activity_find(struct cx *cx, const struct activity_filter *f, activity_list *out)
{
    int64_t to_at = f->to_at ? f->to_at : INT64_MAX;
    /* Never before from_at: SQLite may begin its search there, among all that has been. */
    struct activity after = {.from_at = f->backwards || f->said ? to_at : f->from_at - 1};
    int64_t most = f->limit > 0 ? f->limit : ACTIVITY_SHOWN_MOST;
    const struct query *q =
        f->said        ? (f->programme_id ? &activity_sql_find_said_of : &activity_sql_find_said)
        : f->backwards ? &activity_sql_find_back
                       : &activity_sql_find;
    if (f->after_id)
        TRY(activity_get(cx, f->after_id, &after));
    return db_all(cx, q, &activity_shape, out,
                  ARGS(AS("programme_id", f->programme_id), AS("site_id", f->site_id),
                       AS("series_id", f->series_id), AS("from_at", f->from_at), A(to_at),
                       AS("over_at", f->over_at), AS("drafts", f->drafts),
                       AS("after_at", after.from_at), AS("after_id", after.id), A(most)));
}

struct str activity_when(struct cx *cx, const struct activity *a)
{
    struct civil from = time_civil(a->from_at), to = time_civil(a->to_at);
    struct str day = site_days_text(cx, time_day(a->from_at), time_day(a->from_at));
    if (time_day(a->from_at) == time_day(a->to_at))
        return arena_printf(cx->mem, "%.*s %d:%02d–%d:%02d", STR(day), from.hour, from.minute,
                            to.hour, to.minute);
    struct str end = site_days_text(cx, time_day(a->to_at), time_day(a->to_at));
    return arena_printf(cx->mem, "%.*s %d:%02d 到 %.*s %d:%02d", STR(day), from.hour, from.minute,
                        STR(end), to.hour, to.minute);
}

/* ---- planning ---- */

static enum err check_times(struct cx *cx, const struct activity *a, const struct activity *old)
{
    bool moved = a->from_at != old->from_at || a->to_at != old->to_at;
    enum err e = OK;
    if (a->to_at <= a->from_at)
        e = fail_field(cx, "to_at", "结束要在开始后面，请看一下两个时间");
    else if (a->to_at - a->from_at > LONGEST_DAYS * MS_DAY)
        e = fail_field(cx, "to_at", "一场最多 %d 天，长的请分成几场", LONGEST_DAYS);
    if (moved && a->from_at <= cx->now)
        e = fail_field(cx, "from_at", "这个时间已经过了，请填以后的时间");
    if (a->from_at > cx->now + AHEAD_DAYS * MS_DAY)
        e = fail_field(cx, "from_at", "最多提前 %d 天排", AHEAD_DAYS);
    if (a->close_at > a->to_at)
        e = fail_field(cx, "close_at", "报名截止要在活动结束前");
    return e;
}

static enum err check_numbers(struct cx *cx, const struct activity *a, const struct activity *old)
{
    enum err e = OK;
    if (a->capacity < 0 || a->capacity > ACTIVITY_HEADS_MOST)
        e = fail_field(cx, "capacity", "请填 0 到 %d 的数", ACTIVITY_HEADS_MOST);
    else if (a->capacity && a->capacity < old->taken)
        e = fail_field(cx, "capacity", "已经有 %lld 个人有位置了，不能比这个少",
                       (long long)old->taken);
    if (!a->capacity && old->taken)
        e = fail_field(cx, "capacity", "已经有人报了名，不能改成不用报名");
    if (a->party_most < 1 || a->party_most > ACTIVITY_PARTY_MOST ||
        (a->capacity && a->party_most > a->capacity))
        e = fail_field(cx, "party_most", "请填 1 到 %d 的数，不能比能来的人多",
                       ACTIVITY_PARTY_MOST);
    if (a->guides < old->guides_taken || a->guides > GUIDES_MOST)
        e = fail_field(cx, "guides", "请填 %lld 到 %d 的数", (long long)old->guides_taken,
                       GUIDES_MOST);
    if (a->confirm_hours < 1 || a->confirm_hours > CONFIRM_MOST)
        e = fail_field(cx, "confirm_hours", "请填 1 到 %d 的数", CONFIRM_MOST);
    return e;
}

/* The site is open all the time, and the part is one of its parts. */
static enum err check_place(struct cx *cx, struct activity *a, bool anyway)
{
    struct site s;
    struct site_part part;
    struct site_plan plan;
    TRY(site_get(cx, a->site_id, &s));
    TRY(site_reach(cx, &s));
    a->place_path = s.path;
    if (a->part_id) {
        TRY(site_part_get(cx, a->part_id, &part));
        if (part.site_id != a->site_id)
            return fail_field(cx, "part_id", "这一处不在这个服务点里，请重新选");
    }
    if (anyway)
        return OK;
    TRY(site_plan(cx, a->site_id, a->part_id, 0, &plan));
    if (plan.is_known && !site_is_open(&plan, a->from_at, a->to_at))
        return fail_field(cx, "from_at", "%.*s那时候不开门；确实要办，就勾上“不开门也办”",
                          STR(s.name));
    return OK;
}

static enum err check(struct cx *cx, struct activity *a, const struct activity *old, bool anyway)
{
    activity_programme_list all = {0};
    bool known = false;
    TRY(activity_programmes(cx, true, &all));
    for (size_t i = 0; i < all.n; i++)
        known |= all.at[i].id == a->programme_id;
    enum err shape = shape_check(cx, &activity_shape, a);
    enum err times = check_times(cx, a, old), numbers = check_numbers(cx, a, old);
    if (!known)
        shape = fail_field(cx, "programme_id", "请选属于哪个项目");
    if (shape != OK || times != OK || numbers != OK)
        return ERR_INPUT;
    return check_place(cx, a, anyway);
}

static enum err insert(struct cx *cx, struct activity *a)
{
    char *seed = arena_alloc(cx->mem, SEED);
    cx->env->random(cx->env, seed, SEED);
    a->id = id_new(cx);
    a->changed_name = cx->who.name;
    return db_put(cx, &activity_sql_add, &activity_shape, a,
                  ARGS(AS("code_seed", value_blob(str_n(seed, SEED)))));
}

static enum err save(struct cx *cx, struct activity *a)
{
    a->changed_name = cx->who.name;
    TRY(or_faster(cx, db_save(cx, &activity_sql_save, &activity_shape, a, NO_ARGS)));
    a->version++;
    a->changed_at = cx->now;
    return OK;
}

enum err activity_seed(struct cx *cx, int64_t id, struct str *out)
{
    struct seed {
        struct str text;
    } row;
    static const struct field fields[] = {FIELD(struct seed, text, "签到码的来源")};
    static const struct shape shape = SHAPE("seed", struct seed, fields);
    TRY(db_one(cx, &activity_sql_seed, &shape, &row, ARGS(A(id))));
    *out = row.text;
    return OK;
}

/* Everybody who comes, or waits, reads it on his page; whom nobody told stands on the list. */
static enum err tell_changed(struct cx *cx, const struct activity *a)
{
    TRY(db_run(cx, &activity_sql_tell_all, ARGS(AS("activity_id", a->id)), NULL));
    return activity_tell(cx, "activity.changed", a, "时间或地点改了，现在是 %.*s，%.*s%s%.*s",
                         STR(activity_when(cx, a)), STR(a->site_name), a->room.n ? " " : "",
                         STR(a->room));
}

/* The need for helpers ends with the date it was for: it is taken back in the name of who asked,
 * where the caller may do that; else nobody is asked any more, and the desk reads why. */
static enum err drop_help(struct cx *cx, const struct activity *a, struct str why)
{
    struct need n;
    const struct need_move m = {.text = arena_printf(cx->mem, "活动取消了，不用再找帮手%s%.*s",
                                                     why.n ? "：" : "", STR(utf8_head(why, 100)))};
    if (!a->help_need)
        return OK;
    TRY(need_peek(cx, a->help_need, &n));
    if (need_is_closed(n.state))
        return OK;
    enum err e = need_step(cx, n.id, S("withdraw"), &m, &n);
    if (e != ERR_DENIED && e != ERR_MISSING && e != ERR_CONFLICT)
        return e;
    fault_clear(cx);
    TRY(consent_set(cx, &need_consents, a->help_need, "match", false, &(struct consent_how){0}));
    return need_remark(cx, a->help_need, m.text, true);
}

/* Who helps, or is asked to, reads when and where it is now. */
static enum err move_help(struct cx *cx, const struct activity *a)
{
    struct need n;
    if (!a->help_need)
        return OK;
    TRY(need_peek(cx, a->help_need, &n));
    if (need_is_closed(n.state))
        return OK;
    return need_remark(cx, a->help_need,
                       arena_printf(cx->mem, "活动改了时间或地点，现在是 %.*s，%.*s%s%.*s",
                                    STR(activity_when(cx, a)), STR(a->site_name),
                                    a->room.n ? " " : "", STR(a->room)),
                       true);
}

static enum err change(struct cx *cx, struct activity *a, bool anyway)
{
    struct activity old;
    TRY(activity_own(cx, a->id, &old));
    if (a->version && a->version != old.version)
        return fail(cx, ERR_CONFLICT, "别人刚刚先改了一步，请刷新看看再改");
    if (old.state == ACTIVITY_CANCELLED)
        return fail(cx, ERR_CONFLICT, "已经取消的活动不再改，请另排一场");
    bool same_time = a->from_at == old.from_at && a->to_at == old.to_at;
    TRY(check(cx, a, &old, anyway || (same_time && a->site_id == old.site_id)));
    a->version = old.version;
    TRY(save(cx, a));
    TRY(activity_load(cx, a->id, a));
    bool moved = !same_time || a->site_id != old.site_id || !str_eq(a->room, old.room);
    if (moved)
        TRY(move_help(cx, a));
    if (a->state != ACTIVITY_OPEN)
        return OK;
    TRY(activity_plan_jobs(cx, a));
    if (moved)
        TRY(tell_changed(cx, a));
    return activity_rise(cx, a->id);
}

enum err activity_put(struct cx *cx, struct activity *a, bool anyway)
{
    const struct activity none = {0};
    if (!(cx->who.role & ROLES_ACTIVITY))
        return fail(cx, ERR_DENIED, "您的岗位不排活动");
    if (!a->close_at)
        a->close_at = a->from_at;
    if (a->id)
        return change(cx, a, anyway);
    TRY(check(cx, a, &none, anyway));
    TRY(insert(cx, a));
    return activity_load(cx, a->id, a);
}

enum err activity_repeat(struct cx *cx, int64_t id, int64_t days, int64_t until_day,
                         activity_days *made, activity_days *skipped)
{
    struct activity a;
    struct site_plan plan;
    TRY(activity_own(cx, id, &a));
    if (a.series_id)
        return fail(cx, ERR_CONFLICT, "它已经是一个系列里的了");
    if (a.state == ACTIVITY_CANCELLED)
        return fail(cx, ERR_CONFLICT, "已经取消的活动不再接着排");
    int64_t first = time_day(a.from_at);
    if (days < 1 || days > 31)
        return fail_field(cx, "days", "请选隔几天一次");
    if (until_day <= first || until_day > time_day(cx->now) + AHEAD_DAYS)
        return fail_field(cx, "until_on", "请填这一场以后的日期，最多提前 %d 天", AHEAD_DAYS);
    if ((until_day - first) / days >= ACTIVITY_SERIES_MOST)
        return fail_field(cx, "until_on", "一个系列最多 %d 场", ACTIVITY_SERIES_MOST);
    a.series_id = id;
    TRY(save(cx, &a));
    TRY(site_plan(cx, a.site_id, a.part_id, 0, &plan));
    for (int64_t day = first + days; day <= until_day; day += days) {
        struct activity next = a;
        int64_t by = (day - first) * MS_DAY;
        next.from_at += by;
        next.to_at += by;
        next.close_at += by;
        if (plan.is_known && !site_is_open(&plan, next.from_at, next.to_at)) {
            *PUSH(cx->mem, skipped) = day;
            continue;
        }
        TRY(insert(cx, &next));
        *PUSH(cx->mem, made) = day;
    }
    return OK;
}

/* ---- steps ---- */

enum err activity_plan_jobs(struct cx *cx, const struct activity *a)
{
    int64_t remind = time_day_start(time_day(a->from_at) - 1) + REMIND_HOUR * MS_HOUR;
    int64_t forget = a->to_at + ACTIVITY_KEPT_DAYS * MS_DAY;
    struct str arg = arena_printf(cx->mem, "%lld", (long long)a->from_at);
    if (remind > cx->now)
        TRY(job_put(cx, "activity.remind",
                    arena_printf(cx->mem, "activity.remind %lld %.*s", (long long)a->id, STR(arg)),
                    a->id, arg, remind));
    /* by its end: the same date that ends later is forgotten later */
    return job_put(cx, "activity.forget",
                   arena_printf(cx->mem, "activity.forget %lld %.*s %lld", (long long)a->id,
                                STR(arg), (long long)a->to_at),
                   a->id, arg, forget);
}

static enum err publish(struct cx *cx, struct activity *a)
{
    if (a->state != ACTIVITY_DRAFT)
        return fail(cx, ERR_CONFLICT, "这一场已经公布过了");
    if (a->from_at <= cx->now)
        return fail(cx, ERR_INPUT, "%.*s 已经过了，请先改时间", STR(activity_when(cx, a)));
    a->state = ACTIVITY_OPEN;
    TRY(save(cx, a));
    return activity_plan_jobs(cx, a);
}

/* Ends what waits for a date: `step` is "off" or "count". */
static enum err end_seats(struct cx *cx, const struct activity *a, const char *step, bool tell,
                          bool gives_back)
{
    struct only {
        int64_t id;
    };
    static const struct field fields[] = {FIELD(struct only, id, "编号")};
    static const struct shape shape = SHAPE("seat", struct only, fields);
    LIST(struct only) all = {0};
    TRY(db_all(cx, &activity_sql_seats_open, &shape, &all, ARGS(AS("activity_id", a->id))));
    for (size_t i = 0; i < all.n; i++) {
        struct activity_seat s;
        TRY(seat_load(cx, all.at[i].id, &s));
        if (!(steps_find(&seat_steps, str_c(step))->from & SEAT_IN(s.state)))
            continue;
        if (gives_back)
            TRY(activity_release(cx, &s));
        s.tell = tell;
        TRY(seat_go(cx, &s, step, SEAT_BY_SYSTEM, S("")));
    }
    return OK;
}

static enum err cancel(struct cx *cx, struct activity *a, const struct activity_move *m)
{
    if (a->state == ACTIVITY_DRAFT) { /* nobody has seen it */
        TRY(drop_help(cx, a, str_trim(m->reason)));
        return db_change(cx, &activity_sql_drop, ARGS(AS("id", a->id)));
    }
    if (a->state != ACTIVITY_OPEN)
        return fail(cx, ERR_CONFLICT, "这一场已经取消了");
    if (a->to_at <= cx->now)
        return fail(cx, ERR_CONFLICT, "这一场已经办完了，不能再取消");
    if (!str_trim(m->reason).n)
        return fail_field(cx, "reason", "请写为什么取消，报了名的人要看");
    a->state = ACTIVITY_CANCELLED;
    a->reason = str_trim(m->reason);
    a->instead = str_trim(m->instead);
    TRY(save(cx, a));
    TRY(end_seats(cx, a, "off", true, true));
    TRY(drop_help(cx, a, a->reason));
    return activity_tell(cx, "activity.cancelled", a, "取消了：%.*s%s%.*s", STR(a->reason),
                         a->instead.n ? "。" : "", STR(a->instead));
}

static enum err say(struct cx *cx, struct activity *a, const struct activity_move *m)
{
    if (a->state != ACTIVITY_OPEN || a->from_at > cx->now)
        return fail(cx, ERR_CONFLICT, "活动开始以后才写讲了什么");
    a->said = str_trim(m->text);
    a->said_at = a->said.n ? (a->said_at ? a->said_at : cx->now) : 0;
    return save(cx, a);
}

static enum err count(struct cx *cx, struct activity *a, const struct activity_move *m)
{
    if (a->state != ACTIVITY_OPEN || a->from_at > cx->now)
        return fail(cx, ERR_CONFLICT, "活动开始以后才点数");
    if (m->walk_ins < 0 || m->walk_ins > ACTIVITY_HEADS_MOST)
        return fail_field(cx, "walk_ins", "请填 0 到 %d 的数", ACTIVITY_HEADS_MOST);
    a->walk_ins = m->walk_ins;
    a->counted_at = cx->now;
    TRY(save(cx, a));
    return end_seats(cx, a, "count", false, false);
}

/* Helpers are looked for as for any need: proposed with reasons, asked, free to say no. */
static enum err ask_help(struct cx *cx, struct activity *a, const struct activity_move *m)
{
    struct need n = {.channel = S("meeting"),
                     .kind = S("wish"),
                     .category = S("culture"),
                     .agrees_match = true,
                     .name = cx->who.name};
    struct site s;
    struct str key, what = str_trim(m->text);
    bool again;
    if (a->state == ACTIVITY_CANCELLED || a->from_at <= cx->now)
        return fail(cx, ERR_CONFLICT, "已经开始或取消的活动不再找帮手");
    if (a->help_need)
        return fail(cx, ERR_CONFLICT, "已经在找帮手了");
    if (utf8_count(what) < 4 || utf8_count(what) > HELP_MOST)
        return fail_field(cx, "text", "请写要几个人、做什么，4 到 %d 字", HELP_MOST);
    TRY(site_get(cx, a->site_id, &s));
    n.place_id = s.place_id;
    n.text = arena_printf(cx->mem, "活动“%.*s”（%.*s，%.*s）想请志愿者：%.*s", STR(a->title),
                          STR(activity_when(cx, a)), STR(a->site_name), STR(what));
    TRY(need_open(cx, &n, &key, &again));
    a->help_need = n.id;
    return save(cx, a);
}

/* The later ones of its series, or itself alone. */
static enum err those_meant(struct cx *cx, const struct activity *a, bool series,
                            activity_list *out)
{
    const struct activity_filter f = {.series_id = a->series_id,
                                      .from_at = a->from_at,
                                      .drafts = true,
                                      .limit = ACTIVITY_SERIES_MOST};
    if (series && a->series_id)
        return activity_find(cx, &f, out);
    *PUSH(cx->mem, out) = *a;
    return OK;
}

enum err activity_step(struct cx *cx, int64_t id, struct str step, const struct activity_move *m,
                       struct activity *out)
{
    static const struct {
        const char *code;
        enum err (*one)(struct cx *cx, struct activity *a, const struct activity_move *m);
    } alone[] = {{"say", say}, {"count", count}, {"help", ask_help}};
    activity_list all = {0};
    TRY(activity_own(cx, id, out));
    if (m->version && m->version != out->version)
        return fail(cx, ERR_CONFLICT, "别人刚刚先改了一步，请刷新看看再改");
    for (size_t i = 0; i < COUNT(alone); i++)
        if (str_is(step, alone[i].code))
            return alone[i].one(cx, out, m);
    bool is_publish = str_is(step, "publish");
    if (!is_publish && !str_is(step, "cancel"))
        return fail(cx, ERR_MISSING, "没有这一步");
    TRY(those_meant(cx, out, m->series, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct activity *a = &all.at[i];
        bool due = is_publish ? a->state == ACTIVITY_DRAFT : a->state != ACTIVITY_CANCELLED;
        if (a->id != out->id && !due)
            continue;
        TRY(is_publish ? publish(cx, a) : cancel(cx, a, m));
        if (a->id == out->id)
            *out = *a;
    }
    return OK;
}
