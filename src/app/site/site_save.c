/* site_save -- what changes a site: itself, its parts, hours and notices. Every change moves the
 * site's version and says who made it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/site_own.h"
#include "base/id.h"
#include "base/out.h"
#include "base/time.h"
#include "site.sql.h"

enum { NOTICE_MAX_DAYS = 366 };

/* A clearer sentence than the store's. */
static enum err or_faster(struct cx *cx, enum err e)
{
    if (e != ERR_CONFLICT)
        return e;
    fault_clear(cx);
    return fail(cx, ERR_CONFLICT, "别人刚刚先改了一步，请刷新看看再改");
}

static enum err reach(struct cx *cx, int64_t site_id, struct site *out)
{
    TRY(site_get(cx, site_id, out));
    return site_reach(cx, out);
}

static enum err touch(struct cx *cx, int64_t site_id)
{
    return db_change(cx, &site_sql_touch,
                     ARGS(AS("id", site_id), AS("changed_name", cx->who.name)));
}

/* ---- what others have there ---- */

static struct {
    const struct site_ties *const *at;
    size_t n;
} ties; /* breach: of the whole process, set once before threads */

void site_ties_set(const struct site_ties *const *at, size_t n)
{
    ties.at = at;
    ties.n = n;
}

enum err site_busy(struct cx *cx, int64_t id, struct shell_offers *out)
{
    for (size_t i = 0; i < ties.n; i++)
        if (ties.at[i]->busy)
            TRY(ties.at[i]->busy(cx, id, out));
    return OK;
}

static enum err moved(struct cx *cx, const struct site *s)
{
    for (size_t i = 0; i < ties.n; i++)
        if (ties.at[i]->moved)
            TRY(ties.at[i]->moved(cx, s->id, s->path));
    return OK;
}

static enum err shut(struct cx *cx, int64_t id, const struct site_notice *n, bool dry,
                     int64_t *lost)
{
    *lost = 0;
    for (size_t i = 0; i < ties.n; i++)
        if (ties.at[i]->shut)
            TRY(ties.at[i]->shut(cx, id, n, dry, lost));
    return OK;
}

enum err site_lost(struct cx *cx, int64_t site_id, const struct site_notice *n, int64_t *lost)
{
    return shut(cx, site_id, n, true, lost);
}

/* ---- the site ---- */

static bool is_code(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c == '-' && i > 0)))
            return false;
    }
    return s.n >= 2;
}

static enum err check(struct cx *cx, const struct site *s)
{
    site_tier_list tiers = {0};
    bool is_tier = false;
    TRY(site_tiers(cx, &tiers));
    for (size_t i = 0; i < tiers.n; i++)
        is_tier |= tiers.at[i].depth == s->tier;
    enum err e = shape_check(cx, &site_shape, s);
    if (!is_tier)
        e = fail_field(cx, "tier", "请选一下是哪一级");
    if (s->code.n && !is_code(s->code))
        e = fail_field(cx, "code", "代码用大写字母、数字和短横，至少两位");
    if (s->area_m2 < 0 || s->area_m2 > 1000000)
        e = fail_field(cx, "area_m2", "面积请填 0 到 1000000 的数，不清楚就填 0");
    return e;
}

enum err site_put(struct cx *cx, struct site *s)
{
    struct place p;
    struct site old;
    int64_t taken;
    TRY(place_get(cx, s->place_id, &p));
    s->path = p.path;
    TRY(site_reach(cx, s));
    s->code = site_code(cx, s->code);
    s->changed_name = cx->who.name;
    TRY(check(cx, s));
    if (s->id) {
        TRY(reach(cx, s->id, &old));
        TRY(or_faster(cx, db_save(cx, &site_sql_save, &site_shape, s, NO_ARGS)));
        return moved(cx, s); /* or has moved before: then copies that stayed behind follow */
    }
    TRY(db_number(cx, &site_sql_code_taken, &taken, ARGS(AS("code", s->code))));
    if (taken)
        return fail_field(cx, "code", "这个代码有别的服务点在用，或者用过，请换一个");
    s->id = id_new(cx);
    return or_faster(cx, db_put(cx, &site_sql_add, &site_shape, s, NO_ARGS));
}

enum err site_end(struct cx *cx, int64_t id)
{
    struct site s;
    struct shell_offers busy = {0};
    struct out o;
    TRY(reach(cx, id, &s));
    TRY(site_busy(cx, id, &busy));
    out_init(&o, cx->mem);
    for (size_t i = 0; i < busy.n; i++)
        out_printf(&o, "%s%.*s", i ? "、" : "", STR(busy.at[i].title));
    if (busy.n)
        return fail(cx, ERR_CONFLICT, "这里还有%.*s；办完、取消或者改到别处以后才能撤并",
                    STR(out_text(&o)));
    return or_faster(cx,
                     db_change(cx, &site_sql_end, ARGS(A(id), AS("changed_name", cx->who.name))));
}

/* ---- parts ---- */

enum err site_part_put(struct cx *cx, struct site_part *p)
{
    struct site s;
    TRY(reach(cx, p->site_id, &s));
    TRY(shape_check(cx, &site_part_shape, p));
    if (p->id) {
        struct site_part old;
        TRY(site_part_get(cx, p->id, &old));
        if (old.site_id != p->site_id)
            return fail(cx, ERR_MISSING, "这里没有这一处");
        TRY(or_faster(cx, db_save(cx, &site_sql_part_save, &site_part_shape, p, NO_ARGS)));
        return touch(cx, p->site_id);
    }
    site_part_list all = {0};
    TRY(site_parts(cx, p->site_id, &all));
    if (all.n >= SITE_PARTS_MAX)
        return fail(cx, ERR_INPUT, "一个服务点里最多 %d 处", SITE_PARTS_MAX);
    p->id = id_new(cx);
    TRY(db_put(cx, &site_sql_part_add, &site_part_shape, p, NO_ARGS));
    return touch(cx, p->site_id);
}

enum err site_part_end(struct cx *cx, int64_t id)
{
    struct site s;
    struct site_part p;
    TRY(site_part_get(cx, id, &p));
    TRY(reach(cx, p.site_id, &s));
    TRY(or_faster(cx, db_change(cx, &site_sql_part_end, ARGS(A(id)))));
    return touch(cx, p.site_id);
}

/* The part belongs to the site; 0 is the site itself. */
static enum err check_part(struct cx *cx, int64_t site_id, int64_t part_id)
{
    struct site_part p;
    if (!part_id)
        return OK;
    TRY(site_part_get(cx, part_id, &p));
    return p.site_id == site_id ? OK : fail(cx, ERR_MISSING, "这里没有这一处");
}

/* ---- hours ---- */

static enum err put_week(struct cx *cx, int64_t site_id, int64_t part_id, const struct site_week *w,
                         bool dry, int64_t *lost)
{
    struct site s;
    TRY(reach(cx, site_id, &s));
    TRY(check_part(cx, site_id, part_id));
    TRY(db_run(cx, &site_sql_hours_clear, ARGS(A(site_id), A(part_id)), NULL));
    for (int64_t day = 0; w && day < SITE_DAY_KINDS; day++) {
        if (w->days[day].as_weekday)
            continue;
        int64_t id = id_new(cx);
        struct str spans = site_day_stored(cx, &w->days[day]);
        TRY(db_run(cx, &site_sql_hours_add, ARGS(A(id), A(site_id), A(part_id), A(day), A(spans)),
                   NULL));
    }
    TRY(shut(cx, site_id, NULL, dry, lost));
    return touch(cx, site_id);
}

enum err site_week_put(struct cx *cx, int64_t site_id, int64_t part_id, const struct site_week *w)
{
    int64_t lost;
    return put_week(cx, site_id, part_id, w, false, &lost);
}

enum err site_week_try(struct cx *cx, int64_t site_id, int64_t part_id, const struct site_week *w,
                       int64_t *lost)
{
    return put_week(cx, site_id, part_id, w, true, lost);
}

/* ---- notices ---- */

static enum err check_notice(struct cx *cx, const struct site_notice *n)
{
    int64_t today = time_day(cx->now);
    enum err e = shape_check(cx, &site_notice_shape, n);
    if (n->to_day < n->from_day)
        return fail_field(cx, "to_day", "最后一天在第一天前面，请看一下两个日期");
    if (n->to_day < today)
        return fail_field(cx, "to_day", "这几天已经过去了，请填今天或以后");
    if (n->to_day - n->from_day >= NOTICE_MAX_DAYS || n->from_day > today + NOTICE_MAX_DAYS)
        return fail_field(cx, "from_day", "一次最多一年，也最多提前一年公布");
    if (!n->hours.nspans && n->from_day < today + SITE_NOTICE_DAYS && !n->late_why.n)
        return fail_field(cx, "late_why", "按规定停开要提前七天公布，来不及的请写明原因");
    return e;
}

enum err site_notice_put(struct cx *cx, struct site_notice *n)
{
    struct site s;
    int64_t lost;
    TRY(reach(cx, n->site_id, &s));
    TRY(check_part(cx, n->site_id, n->part_id));
    TRY(check_notice(cx, n));
    n->id = id_new(cx);
    n->spans = site_day_stored(cx, &n->hours);
    n->by_name = cx->who.name;
    n->announced_at = cx->now;
    TRY(db_put(cx, &site_sql_notice_add, &site_notice_shape, n, NO_ARGS));
    TRY(shut(cx, n->site_id, n, false, &lost));
    return touch(cx, n->site_id);
}

enum err site_notice_end(struct cx *cx, int64_t id)
{
    struct site s;
    struct site_notice n;
    TRY(db_one(cx, &site_sql_notice, &site_notice_shape, &n, ARGS(A(id))));
    TRY(reach(cx, n.site_id, &s));
    TRY(or_faster(cx, db_change(cx, &site_sql_notice_end, ARGS(A(id)))));
    return touch(cx, n.site_id);
}
