/* site_plan -- hours and notices of sites and their parts put together; the state that is shown
 * wherever one is named. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/site_own.h"
#include "base/time.h"
#include "site.sql.h"

struct hours_row {
    int64_t site_id, part_id, day;
    struct str spans;
};
typedef LIST(struct hours_row) hours_rows;
static const struct field hours_fields[] = {
    FIELD(struct hours_row, site_id, "服务点"),
    FIELD(struct hours_row, part_id, "其中哪一处"),
    FIELD(struct hours_row, day, "哪天"),
    FIELD(struct hours_row, spans, "开放时间"),
};
static const struct shape hours_shape = SHAPE("site_hours", struct hours_row, hours_fields);

/* ---- plans ---- */

static struct site_week empty_week(void)
{
    struct site_week w = {0};
    w.days[SITE_HOLIDAY].as_weekday = w.days[SITE_MAKEUP].as_weekday = true;
    return w;
}

/* The rows of one site or part; false when it has none. */
static bool week_from(const hours_rows *rows, int64_t site_id, int64_t part_id,
                      struct site_week *out)
{
    bool any = false;
    *out = empty_week();
    for (size_t i = 0; i < rows->n; i++) {
        const struct hours_row *r = &rows->at[i];
        if (r->site_id != site_id || r->part_id != part_id || r->day < 0 ||
            r->day >= SITE_DAY_KINDS)
            continue;
        site_day_load(r->spans, &out->days[r->day]); /* unreadable: closed from there on */
        any = true;
    }
    return any;
}

static void take(struct cx *cx, const site_notice_list *all, int64_t site_id, int64_t part_id,
                 site_notice_list *out)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].site_id == site_id && all->at[i].part_id == part_id && !all->at[i].ended_at)
            *PUSH(cx->mem, out) = all->at[i];
}

/* What plans are made of: read once, however many there are. */
struct source {
    const struct worktime *calendar;
    hours_rows rows;
    site_notice_list notices;
};

/* A part without hours of its own follows the site: what is announced for the site holds for it as
 * if it were its own. */
static struct site_plan plan_from(struct cx *cx, const struct source *from, int64_t site_id,
                                  int64_t part_id)
{
    struct site_plan p = {.calendar = from->calendar};
    struct site_week own;
    p.is_known = week_from(&from->rows, site_id, 0, &p.week);
    if (!part_id) {
        take(cx, &from->notices, site_id, 0, &p.notices);
        return p;
    }
    if (week_from(&from->rows, site_id, part_id, &own)) {
        p.week = own;
        p.is_known = true;
    } else {
        take(cx, &from->notices, site_id, 0, &p.notices);
    }
    take(cx, &from->notices, site_id, part_id, &p.notices);
    take(cx, &from->notices, site_id, 0, &p.over);
    return p;
}

/* Of one site with its parts (kind ""), or of all sites with their parts of one kind. Days that
 * began yesterday may still be open. */
static enum err read_source(struct cx *cx, int64_t site_id, const char *kind, int64_t since,
                            struct source *out)
{
    *out = (struct source){0};
    TRY(clock_calendar(cx, &out->calendar));
    if (site_id)
        TRY(db_all(cx, &site_sql_hours, &hours_shape, &out->rows, ARGS(A(site_id))));
    else
        TRY(db_all(cx, &site_sql_hours_all, &hours_shape, &out->rows, ARGS(A(kind))));
    return site_notices(cx, site_id, since ? since : time_day(cx->now) - 1, false, &out->notices);
}

enum err site_plan(struct cx *cx, int64_t site_id, int64_t part_id, int64_t since,
                   struct site_plan *out)
{
    struct source from;
    TRY(read_source(cx, site_id, "", since, &from));
    *out = plan_from(cx, &from, site_id, part_id);
    return OK;
}

enum err site_week_of(struct cx *cx, int64_t site_id, int64_t part_id, struct site_week *out,
                      bool *has_own)
{
    hours_rows rows = {0};
    TRY(db_all(cx, &site_sql_hours, &hours_shape, &rows, ARGS(A(site_id))));
    *has_own = week_from(&rows, site_id, part_id, out);
    if (!*has_own && part_id)
        week_from(&rows, site_id, 0, out);
    return OK;
}

/* ---- where a site is named ---- */

/* Parts of a path end in '.'. */
static int shared(struct str a, struct str b)
{
    int parts = 0;
    for (size_t i = 0; i < a.n && i < b.n && a.p[i] == b.p[i]; i++)
        parts += a.p[i] == '.';
    return parts;
}

static struct site_view view_from(struct cx *cx, const struct source *from, const struct site *s,
                                  const struct site_part *part, struct str path)
{
    struct site_view v = {.site = *s, .near = shared(path, s->path)};
    if (part)
        v.part = *part;
    v.plan = plan_from(cx, from, s->id, v.part.id);
    v.now = site_open_now(&v.plan, cx->now);
    v.words = site_words(cx, &v.now);
    return v;
}

/* Insertion: they come sorted by tier and path, and there are few. */
static void sort_by_near(site_view_list *all)
{
    for (size_t i = 1; i < all->n; i++) {
        struct site_view v = all->at[i];
        size_t k = i;
        for (; k > 0 && all->at[k - 1].near < v.near; k--)
            all->at[k] = all->at[k - 1];
        all->at[k] = v;
    }
}

enum err site_of_place(struct cx *cx, struct str path, struct site *out, bool *found)
{
    enum { COMMUNITY = 1 }; /* levels that all places of a community share */
    site_list all = {0};
    int most = COMMUNITY;
    TRY(site_all(cx, &all));
    for (size_t i = 0; i < all.n; i++) {
        int near = shared(path, all.at[i].path);
        if (near <= most)
            continue;
        most = near;
        *out = all.at[i];
    }
    *found = most > COMMUNITY;
    return OK;
}

enum err site_brief(struct cx *cx, const struct site *s, struct str *out)
{
    struct site_week week;
    struct out o;
    site_line_list lines = {0};
    bool is_known;
    *out = S("");
    TRY(site_week_of(cx, s->id, 0, &week, &is_known));
    if (!is_known)
        return OK;
    site_week_lines(cx, &week, &lines);
    out_init(&o, cx->mem);
    out_printf(&o, "%.*s，%.*s", STR(s->name), STR(s->address));
    for (size_t i = 0; i < lines.n; i++)
        out_printf(&o, "%s%.*s %.*s", i ? "；" : "，", STR(lines.at[i].days),
                   STR(lines.at[i].hours));
    *out = out_text(&o);
    return OK;
}

enum err site_views(struct cx *cx, struct str path, site_view_list *out)
{
    site_list sites = {0};
    struct source from;
    TRY(site_all(cx, &sites));
    TRY(read_source(cx, 0, "", 0, &from));
    for (size_t i = 0; i < sites.n; i++)
        *PUSH(cx->mem, out) = view_from(cx, &from, &sites.at[i], NULL, path);
    sort_by_near(out);
    return OK;
}

enum err site_part_views(struct cx *cx, enum site_part_kind kind, struct str path,
                         site_view_list *out)
{
    site_list sites = {0};
    site_part_list parts = {0};
    struct source from;
    TRY(site_all(cx, &sites));
    TRY(site_parts_of(cx, kind, &parts));
    TRY(read_source(cx, 0, site_part_codes[kind], 0, &from));
    for (size_t i = 0; i < sites.n; i++)
        for (size_t k = 0; k < parts.n; k++)
            if (parts.at[k].site_id == sites.at[i].id)
                *PUSH(cx->mem, out) = view_from(cx, &from, &sites.at[i], &parts.at[k], path);
    sort_by_near(out);
    return OK;
}

enum err site_whole(struct cx *cx, const struct site *s, struct site_view *out,
                    site_view_list *parts)
{
    struct source from;
    site_part_list all = {0};
    TRY(read_source(cx, s->id, "", 0, &from));
    *out = view_from(cx, &from, s, NULL, S(""));
    if (parts)
        TRY(site_parts(cx, s->id, &all));
    for (size_t i = 0; i < all.n; i++)
        *PUSH(cx->mem, parts) = view_from(cx, &from, s, &all.at[i], S(""));
    return OK;
}

const char *site_level(const struct site_now *now)
{
    return now->is_open ? "g" : now->why ? "a" : "";
}

struct html site_state(struct cx *cx, const struct site_now *now)
{
    struct out o;
    const char *level = site_level(now);
    out_init(&o, cx->mem);
    out_printf(&o, "<span class=\"tag%s%s\">", *level ? " " : "", level);
    out_html(&o, site_words(cx, now));
    out_c(&o, "</span>");
    return (struct html){out_text(&o)};
}
