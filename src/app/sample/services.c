/* services -- guides to what can be done in the sample, at its sites. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/sample/guides.h"
#include "app/sample/town.h"
#include "app/service/service.h"
#include "base/time.h"

enum { EVERY_DAY = 127, CHECKED_DAYS_AGO = 40 };

static struct str text_of(const char *z)
{
    return z ? str_c(z) : S("");
}

static bool is_done_at(const struct sample_guide *g, const struct site *s)
{
    return g->where == EVERYWHERE || s->tier == 0 || (g->where == AT_AREAS && s->tier == 1);
}

static enum err put_where(struct town *t, const struct sample_guide *g, int64_t service_id,
                          const site_list *sites)
{
    int64_t ids[SITES_MAX], days[SITES_MAX];
    size_t n = 0;
    for (size_t i = 0; i < sites->n && n < SITES_MAX; i++)
        if (is_done_at(g, &sites->at[i])) {
            ids[n] = sites->at[i].id;
            days[n++] = g->weekdays ? g->weekdays : EVERY_DAY;
        }
    return service_where_put(t->cx, service_id, ids, days, n);
}

static enum err add_guides(struct town *t, const struct sample_guide *all, size_t n,
                           const site_list *sites)
{
    for (size_t i = 0; i < n; i++) {
        const struct sample_guide *g = &all[i];
        struct service s = {.slug = str_c(g->slug),
                            .title = str_c(g->title),
                            .event = str_c(g->event),
                            .lane = str_c(g->lane),
                            .words = text_of(g->words),
                            .dept = text_of(g->dept),
                            .who_may = text_of(g->who),
                            .bring = text_of(g->bring),
                            .steps = text_of(g->steps),
                            .takes = text_of(g->takes),
                            .work_days = g->work_days,
                            .fee = text_of(g->fee),
                            .basis = text_of(g->basis),
                            .note = text_of(g->note),
                            .form_name = text_of(g->form),
                            .fields = text_of(g->fields),
                            .has_errand = !g->no_errand,
                            .contact = S("0551-0000 0000（示例）")};
        TRY(service_put(t->cx, &s));
        TRY(service_step(t->cx, s.id, S("on"), s.version, &s));
        TRY(put_where(t, g, s.id, sites));
    }
    return OK;
}

enum err town_services(struct town *t, int64_t end)
{
    struct cx *cx = t->cx;
    site_list sites = {0};
    t->env.at = cx->now = end - CHECKED_DAYS_AGO * MS_DAY;
    TRY(account_wear(cx, &t->clerk));
    TRY(site_all(cx, &sites));
    TRY(add_guides(t, sample_guides_people, sample_guides_people_count, &sites));
    TRY(add_guides(t, sample_guides_life, sample_guides_life_count, &sites));
    t->env.at = cx->now = end;
    account_nobody(cx, cx->community);
    return OK;
}
