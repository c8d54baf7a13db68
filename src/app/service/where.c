/* where -- at which sites something is done, and whether it can be done there now. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/service_own.h"
#include "base/time.h"
#include "service.sql.h"

enum { EVERY_DAY = 127, WEEK = 7 };

struct at_site {
    int64_t id, days;
};
typedef LIST(struct at_site) at_site_list;
static const struct field at_site_fields[] = {
    FIELD(struct at_site, id, "服务点"),
    FIELD(struct at_site, days, "哪几天"),
};
static const struct shape at_site_shape = SHAPE("service_site", struct at_site, at_site_fields);

/* The part of a site where papers are taken; 0 = the site itself. */
static int64_t part_of(const site_part_list *parts, int64_t site_id)
{
    for (size_t i = 0; i < parts->n; i++)
        if (parts->at[i].site_id == site_id)
            return parts->at[i].id;
    return 0;
}

enum err service_plan(struct cx *cx, int64_t site_id, struct site_plan *out)
{
    site_part_list parts = {0};
    TRY(site_parts_of(cx, SITE_SERVICE, &parts));
    return site_plan(cx, site_id, part_of(&parts, site_id), 0, out);
}

enum err service_site(struct cx *cx, int64_t site_id, struct site *out)
{
    TRY(site_get(cx, site_id, out));
    return site_reach(cx, out);
}

bool service_done_on(int64_t days, int64_t at)
{
    return days >> time_civil(at).weekday & 1;
}

enum err service_days(struct cx *cx, int64_t service_id, int64_t site_id, int64_t *days)
{
    at_site_list at = {0};
    *days = service_id ? 0 : EVERY_DAY;
    if (!service_id)
        return OK;
    TRY(db_all(cx, &service_sql_sites, &at_site_shape, &at, ARGS(A(service_id))));
    for (size_t i = 0; i < at.n; i++)
        if (at.at[i].id == site_id)
            *days = at.at[i].days;
    return OK;
}

/* When it is done there next, at `at` or later: within a week of openings, else false. */
static bool next_of(const struct site_plan *plan, int64_t days, int64_t at,
                    struct site_opening *out)
{
    for (int tries = 0; tries < 2 * WEEK; tries++) {
        if (!site_opening_after(plan, at, out))
            return false;
        if (service_done_on(days, out->from_at > at ? out->from_at : at))
            return true;
        at = out->to_at;
    }
    return false;
}

static void say(struct cx *cx, const struct site_plan *plan, struct service_where *w)
{
    struct site_opening next;
    w->now = site_open_now(plan, cx->now);
    w->words = site_words(cx, &w->now);
    bool is_open = w->now.is_open && service_done_on(w->days, cx->now);
    w->is_today = is_open || (!w->now.is_open && w->now.next_at &&
                              time_day(w->now.next_at) == time_day(cx->now) &&
                              service_done_on(w->days, cx->now));
    if (w->days == EVERY_DAY || is_open || !plan->is_known)
        return;
    if (w->is_today)
        return;
    w->now.is_open = false; /* here, for this */
    w->words =
        next_of(plan, w->days, cx->now, &next)
            ? arena_printf(cx->mem, "今天不办，%.*s 起办", STR(filter_when(cx, next.from_at)))
            : S("今天不办");
}

/* Open ones, then those of today, then the others; each in the order of the sites. */
static int rank_of(const struct service_where *w)
{
    return w->now.is_open ? 0 : w->is_today ? 1 : 2;
}

static void sort(service_where_list *l)
{
    for (size_t i = 1; i < l->n; i++)
        for (size_t k = i; k > 0 && rank_of(&l->at[k - 1]) > rank_of(&l->at[k]); k--) {
            struct service_where w = l->at[k];
            l->at[k] = l->at[k - 1];
            l->at[k - 1] = w;
        }
}

static enum err add_where(struct cx *cx, const struct site *site, const site_part_list *parts,
                          int64_t days, service_where_list *out)
{
    struct site_plan plan;
    struct service_where *w = PUSH(cx->mem, out);
    *w = (struct service_where){.site = *site, .days = days};
    TRY(site_plan(cx, site->id, part_of(parts, site->id), 0, &plan));
    say(cx, &plan, w);
    return OK;
}

enum err service_where(struct cx *cx, int64_t service_id, service_where_list *out)
{
    at_site_list at = {0};
    site_list sites = {0};
    site_part_list parts = {0};
    TRY(db_all(cx, &service_sql_sites, &at_site_shape, &at, ARGS(A(service_id))));
    if (!at.n)
        return OK;
    TRY(site_all(cx, &sites));
    TRY(site_parts_of(cx, SITE_SERVICE, &parts));
    for (size_t i = 0; i < sites.n; i++)
        for (size_t k = 0; k < at.n; k++)
            if (at.at[k].id == sites.at[i].id)
                TRY(add_where(cx, &sites.at[i], &parts, at.at[k].days, out));
    sort(out);
    return OK;
}

enum err service_where_all(struct cx *cx, int64_t service_id, service_where_list *out)
{
    at_site_list at = {0};
    site_list sites = {0};
    TRY(db_all(cx, &service_sql_sites, &at_site_shape, &at, ARGS(A(service_id))));
    TRY(site_all(cx, &sites));
    for (size_t i = 0; i < sites.n; i++) {
        struct service_where *w = PUSH(cx->mem, out);
        *w = (struct service_where){.site = sites.at[i]};
        for (size_t k = 0; k < at.n; k++)
            if (at.at[k].id == sites.at[i].id)
                w->days = at.at[k].days;
    }
    return OK;
}

enum err service_where_put(struct cx *cx, int64_t service_id, const int64_t *site_ids,
                           const int64_t *days, size_t n)
{
    struct service s;
    struct site site;
    if (!(cx->who.role & ROLES_GUIDE))
        return fail(cx, ERR_DENIED, "办事指南由窗口和值班长来改");
    TRY(service_load(cx, service_id, &s));
    TRY(db_run(cx, &service_sql_sites_drop, ARGS(A(service_id)), NULL));
    for (size_t i = 0; i < n; i++) {
        if (days[i] < 1 || days[i] > EVERY_DAY)
            return fail_field(cx, "site", "请选哪几天办");
        TRY(site_get(cx, site_ids[i], &site));
        TRY(db_run(cx, &service_sql_site_put,
                   ARGS(A(service_id), AS("site_id", site_ids[i]), AS("days", days[i])), NULL));
    }
    return OK;
}
