/* services -- guides to what can be done in the sample, its counters, and 240,000 visits to them as
 * the numbers that are left of them. */
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

/* ---- counters ---- */

enum { HISTORY_DAYS = 580, VISITS = 240000 };

static const struct {
    const char *code, *letter;
    int counters, minutes, places;
    int share; /* of the visits, in hundredths */
} lanes[] = {{"general", "A", 4, 20, 3, 34}, {"social", "B", 3, 20, 2, 26},
             {"civil", "C", 2, 30, 1, 14},   {"home", "D", 1, 30, 1, 8},
             {"police", "E", 2, 20, 2, 12},  {"tax", "F", 1, 30, 1, 6}};

static enum err add_lane(struct town *t, const struct site *s, size_t i, struct lane *out)
{
    *out = (struct lane){.site_id = s->id,
                         .code = str_c(lanes[i].code),
                         .letter = str_c(lanes[i].letter),
                         .counters = s->tier ? 2 : lanes[i].counters,
                         .slot_minutes = lanes[i].minutes,
                         .slot_places = lanes[i].places,
                         .book_days = 7,
                         .is_open = true};
    return lane_put(t->cx, out);
}

/* How it went on a day of so many visits; the same for every day and lane. */
static struct visitors day_of(const struct lane *l, int64_t day, int64_t taken)
{
    struct visitors v = {.lane_id = l->id, .site_id = l->site_id, .day = day, .taken = taken};
    v.booked = taken / 5;
    v.accepted = taken * 16 / 100;
    v.missing = taken * 9 / 100;
    v.referred = taken * 4 / 100;
    v.cannot = taken / 60;
    v.gone = taken * 3 / 100;
    v.missed = taken / 40;
    v.done = taken - v.accepted - v.missing - v.referred - v.cannot - v.gone;
    v.waited = taken - v.gone;
    v.wait_minutes = v.waited * (6 + day % 7);
    v.rated = taken * 22 / 100;
    v.satisfied = v.rated * 96 / 100;
    return v;
}

/* 240,000 visits as numbers of days: a little more on Mondays, none on Sundays and holidays. */
static enum err add_history(struct town *t, const struct lane *all, int64_t end)
{
    const struct worktime *cal;
    int64_t first = time_day(end) - HISTORY_DAYS, days = 0, left = VISITS;
    TRY(clock_calendar(t->cx, &cal));
    for (int64_t d = first; d < first + HISTORY_DAYS; d++)
        days += worktime_is_workday(cal, time_day_start(d));
    for (int64_t d = first; d < first + HISTORY_DAYS; d++) {
        if (!worktime_is_workday(cal, time_day_start(d)))
            continue;
        int64_t visits = left / days-- + (time_civil(time_day_start(d)).weekday == 1 ? 40 : 0);
        for (size_t i = 0; i < COUNT(lanes); i++) {
            int64_t taken = i + 1 < COUNT(lanes) ? visits * lanes[i].share / 100 : 0;
            for (size_t k = 0; i + 1 == COUNT(lanes) && k < i; k++)
                taken += visits * lanes[k].share / 100;
            taken = i + 1 < COUNT(lanes) ? taken : visits - taken;
            struct visitors v = day_of(&all[i], d, taken);
            TRY(visitors_put(t->cx, &v));
        }
        left -= visits;
    }
    return OK;
}

static enum err add_counters(struct town *t, const site_list *sites, int64_t end)
{
    for (size_t i = 0; i < sites->n; i++) {
        const struct site *s = &sites->at[i];
        struct lane all[COUNT(lanes)];
        if (s->tier == 1)
            TRY(add_lane(t, s, 0, &all[0]));
        for (size_t k = 0; s->tier == 0 && k < COUNT(lanes); k++)
            TRY(add_lane(t, s, k, &all[k]));
        if (s->tier == 0)
            TRY(add_history(t, all, end));
    }
    return OK;
}

/* ---- errands ---- */

/* How far each has come, by the steps that were taken. */
static const struct {
    const char *slug, *name;
    int days_ago;
    const char *steps[6];
} errands[] = {
    {"elder-money", "汪奶奶（示例）", 0, {NULL}},
    {"social-card-lost", "老周（示例）", 1, {"authorise", NULL}},
    {"disabled-aid", "小赵妈妈（示例）", 3, {"authorise", "receive", NULL}},
    {"health-chronic", "许爷爷（示例）", 6, {"authorise", "receive", "submit", NULL}},
    {"elder-card", "方奶奶（示例）", 12, {"authorise", "receive", "submit", "fetch", NULL}},
    {"relief-minimum",
     "陶先生（示例）",
     20,
     {"authorise", "receive", "submit", "fetch", "return", NULL}},
};

static enum err go_errand(struct town *t, size_t i, int64_t id)
{
    struct cx *cx = t->cx;
    struct errand out;
    for (size_t k = 0; errands[i].steps[k]; k++) {
        const struct errand_move m = {.agreed_how = S("paper"),
                                      .until_day = time_day(cx->now) + 30,
                                      .papers = S("身份证原件\n户口簿原件"),
                                      .outcome = S("done"),
                                      .said = S(""),
                                      .work_days = -1,
                                      .is_signed = true};
        t->env.at = cx->now += 2 * MS_HOUR;
        TRY(errand_move(cx, id, str_c(errands[i].steps[k]), &m, &out));
    }
    return OK;
}

static enum err add_errands(struct town *t, int64_t end)
{
    struct cx *cx = t->cx;
    for (size_t i = 0; i < COUNT(errands); i++) {
        struct service s;
        struct str key = S("");
        t->env.at = cx->now = end - errands[i].days_ago * MS_DAY - 20 * MS_HOUR;
        account_nobody(cx, cx->community);
        TRY(service_by_slug(cx, str_c(errands[i].slug), &s));
        struct errand e = {.service_id = s.id,
                           .place_id = t->buildings.at[i * 7 % t->buildings.n].place_id,
                           .name = str_c(errands[i].name),
                           .contact = arena_printf(cx->mem, "0551-0000 000%zu（示例）", i),
                           .door = S("")};
        TRY(errand_ask(cx, &e, &key));
        TRY(account_wear(cx, &t->clerk));
        TRY(go_errand(t, i, e.id));
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
    TRY(add_counters(t, &sites, end));
    TRY(add_errands(t, end));
    t->env.at = cx->now = end;
    account_nobody(cx, cx->community);
    return OK;
}
