/* helpers -- the volunteers of the sample: 1,400 people and teams, 43 units and some merchants, as
 * they would have come over half a year. What is offered is skewed otherwise than what is asked
 * for: a few things many can do, some that everybody needs and few can. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/sample/town.h"
#include "base/time.h"
#include "base/utf8.h"
#include <math.h>

enum { PEOPLE = 1400, TEAMS = 36, UNITS = 43, MERCHANTS = 24, DAYS = 170, STALE = 30 };

struct crowd {
    struct town *t;
    struct cx *cx;
    double share[TOWN_SKILLS]; /* summed up: chance of an offer to be this one or one before */
    int first_unit;            /* skills from here on are what units give */
};

/* ---- what is offered ---- */

/* Zipf's law for what is asked for; supply follows it weakly, with luck in it. */
static void weigh(struct crowd *c)
{
    double sum = 0;
    c->first_unit = TOWN_SKILLS;
    for (int i = 0; i < TOWN_SKILLS; i++) {
        bool unit = str_is(str_c(town_skills_of[i].group), "unit");
        double demand = 1 / pow(i + 1, 0.9);
        double luck = (double)town_pick(c->t, 1000) / 1000 - 0.5;
        if (unit && i < c->first_unit)
            c->first_unit = i;
        sum += unit ? 0 : pow(demand, 0.75) * exp(0.9 * luck);
        c->share[i] = sum;
    }
    for (int i = 0; i < TOWN_SKILLS; i++)
        c->share[i] /= sum;
}

static int pick_skill(struct crowd *c, bool unit)
{
    if (unit && town_pick(c->t, 10) < 6)
        return c->first_unit + (int)town_pick(c->t, TOWN_SKILLS - c->first_unit);
    double r = (double)town_pick(c->t, 1000000) / 1000000;
    int i = 0;
    while (i < c->first_unit - 1 && c->share[i] < r)
        i++;
    return i;
}

static volunteer_code_list pick_skills(struct crowd *c, int n, bool unit, bool minor)
{
    volunteer_code_list out = {0};
    for (int tries = 0; (int)out.n < n && tries < 30; tries++) {
        const struct town_skill *s = &town_skills_of[pick_skill(c, unit)];
        size_t k = 0;
        while (k < out.n && !str_is(out.at[k], s->code))
            k++;
        if (k < out.n || (minor && (s->demands & TOWN_ADULTS)))
            continue;
        *PUSH(c->cx->mem, &out) = str_c(s->code);
    }
    if (!out.n)
        *PUSH(c->cx->mem, &out) = S("homework");
    return out;
}

/* ---- when ---- */

static struct str pick_week(struct crowd *c, bool unit)
{
    static const int parts[3][2] = {{18, 24}, {28, 36}, {38, 42}};
    struct week w = {{0}};
    if (unit) {
        week_choose(&w, "work_day");
        if (town_chance(c->t, 250))
            week_choose(&w, "end_day");
        return week_text(c->cx, &w);
    }
    for (int64_t n = 3 + town_pick(c->t, 8); n > 0; n--) {
        const int *part = parts[town_pick(c->t, 3)];
        week_set(&w, (int)town_pick(c->t, 7), part[0], part[1], true);
    }
    return week_text(c->cx, &w);
}

/* ---- who ---- */

static void clock_to(struct crowd *c, int64_t at)
{
    c->t->env.at = at;
    c->cx->now = at;
}

static struct volunteer start(struct crowd *c, const char *kind, struct str name, int64_t place_id)
{
    return (struct volunteer){.kind = str_c(kind),
                              .name = name,
                              .contact = town_phone(c->t),
                              .place_id = place_id,
                              .agrees_match = true,
                              .checked = S("self")};
}

static const struct town_spot *pick_home(struct crowd *c)
{
    return &c->t->homes.at[town_pick(c->t, (int64_t)c->t->homes.n)];
}

static struct volunteer person(struct crowd *c, int nth)
{
    static const char *const channels_of[] = {"web", "web",   "web",   "web",     "web",
                                              "web", "paper", "paper", "counter", "meeting"};
    static const char *const reaches_of[] = {"grid", "grid", "grid", "area", "area", "community"};
    static const char *const names_of[] = {"师傅", "阿姨", "老师", "大姐", "同学"};
    struct cx *cx = c->cx;
    bool minor = town_chance(c->t, 30);
    struct str first = utf8_head(town_name(c->t), 1);
    const char *title = minor ? "同学" : names_of[town_pick(c->t, 4)];
    bool team = nth < TEAMS;
    struct str name = team ? arena_printf(cx->mem, "%.*s%s帮帮团（示例）", STR(first), title)
                           : arena_printf(cx->mem, "%.*s%s（示例）", STR(first), title);
    struct volunteer v = start(c, team ? "team" : "person", name, pick_home(c)->place_id);
    v.channel = str_c(channels_of[town_pick(c->t, COUNT(channels_of))]);
    v.reach = str_c(team ? "area" : reaches_of[town_pick(c->t, COUNT(reaches_of))]);
    v.week = pick_week(c, false);
    v.week_max = team
                     ? 4 + town_pick(c->t, 4)
                     : 1 + town_chance(c->t, 500) + town_chance(c->t, 300) + town_chance(c->t, 100);
    v.agrees_board = town_chance(c->t, 400);
    v.agrees_phone = v.agrees_board && c->t->phones % 2;
    v.agrees_match = !town_chance(c->t, 30);
    if (minor && !team) {
        v.birth_year = time_civil(cx->now).year - 14 - town_pick(c->t, 3);
        v.guardian_name = arena_printf(cx->mem, "%.*s女士（示例）", STR(first));
        v.guardian_contact = town_phone(c->t);
        v.guardian_agreed_at = cx->now;
    }
    if (town_chance(c->t, 80))
        v.dialects = S("合肥话");
    if (town_chance(c->t, 60))
        v.wont = S("不爬高，不进厨房（示例）");
    return v;
}

/* ---- papers ---- */

static const struct town_skill *find_skill(struct str code)
{
    size_t i = 0;
    while (i + 1 < TOWN_SKILLS && !str_is(code, town_skills_of[i].code))
        i++;
    return &town_skills_of[i];
}

/* What the clerk has seen of it: most papers, not all. */
static enum err show_papers(struct crowd *c, int64_t id, const volunteer_code_list *codes)
{
    struct cx *cx = c->cx;
    bool insured = town_chance(c->t, 700), wants = false;
    TRY(account_wear(cx, &c->t->clerk));
    for (size_t i = 0; i < codes->n; i++) {
        unsigned demands = find_skill(codes->at[i])->demands;
        wants |= (demands & TOWN_INSURANCE) != 0;
        if ((demands & (TOWN_CREDENTIAL | TOWN_TRAINING)) && town_chance(c->t, 650))
            TRY(volunteer_verify(cx, id, codes->at[i],
                                 town_chance(c->t, 500) ? cx->now + 400 * MS_DAY : 0));
    }
    return wants && insured ? volunteer_insure(cx, id, cx->now + 365 * MS_DAY) : OK;
}

/* Some say how good they are at it. */
static enum err say_how_good(struct crowd *c, int64_t id, struct str key,
                             const volunteer_code_list *codes)
{
    int64_t *how_good = arena_array(c->cx->mem, codes->n, sizeof *how_good);
    for (size_t i = 0; i < codes->n; i++)
        how_good[i] = 1 + town_pick(c->t, 3);
    return volunteer_set_skills(c->cx, id, key, codes, how_good);
}

static enum err enter(struct crowd *c, struct volunteer *v, const volunteer_code_list *codes)
{
    struct cx *cx = c->cx;
    struct str key;
    bool again;
    if (str_is(v->channel, "web"))
        account_nobody(cx, cx->community);
    else
        TRY(account_wear(cx, &c->t->clerk));
    TRY(volunteer_add(cx, v, codes, &key, &again));
    if (town_chance(c->t, 450))
        TRY(say_how_good(c, v->id, key, codes));
    TRY(show_papers(c, v->id, codes));
    if (v->state == VOLUNTEER_APPLIED && town_chance(c->t, 700))
        TRY(volunteer_step(cx, v->id, S(""), S("accept"), 0, v));
    if (v->state == VOLUNTEER_ACTIVE && str_is(v->kind, "person") &&
        c->t->nhelpers < COUNT(c->t->helpers))
        c->t->helpers[c->t->nhelpers++] = v->id;
    if (v->state == VOLUNTEER_ACTIVE && town_chance(c->t, 40))
        TRY(volunteer_step(cx, v->id, S(""), S("pause"), 0, v));
    return OK;
}

/* ---- all of them ---- */

static enum err add_people(struct crowd *c, int64_t end)
{
    struct cx *cx = c->cx;
    for (int i = 0; i < PEOPLE; i++) {
        struct arena_mark mark = arena_mark(cx->mem);
        clock_to(c, end - DAYS * MS_DAY + (int64_t)i * DAYS * MS_DAY / PEOPLE);
        struct volunteer v = person(c, i);
        int n = 1 + town_chance(c->t, 500) + town_chance(c->t, 300) + town_chance(c->t, 100);
        volunteer_code_list codes = pick_skills(c, n, false, v.birth_year != 0);
        TRY(enter(c, &v, &codes));
        arena_rewind(cx->mem, mark);
    }
    return OK;
}

/* Those who came first and said nothing since: asked, and not answered yet. */
static enum err add_stale(struct crowd *c, int64_t end)
{
    struct cx *cx = c->cx;
    for (int i = 0; i < STALE; i++) {
        struct arena_mark mark = arena_mark(cx->mem);
        int64_t at = end - (VOLUNTEER_ASKED_AFTER + 5 + i % 20) * MS_DAY;
        clock_to(c, at);
        struct volunteer v = person(c, TEAMS);
        struct str key;
        bool again;
        volunteer_code_list codes = pick_skills(c, 2, false, true);
        v.birth_year = 0; /* a minor would still wait for his guardian */
        account_nobody(cx, cx->community);
        TRY(volunteer_add(cx, &v, &codes, &key, &again));
        clock_to(c, at + VOLUNTEER_ASKED_AFTER * MS_DAY);
        TRY(volunteer_job(cx, S("volunteer.stale"), v.id,
                          arena_printf(cx->mem, "%lld", (long long)at)));
        arena_rewind(cx->mem, mark);
    }
    return OK;
}

static enum err add_units(struct crowd *c, int64_t end)
{
    struct cx *cx = c->cx;
    int units = 0;
    clock_to(c, end - 20 * MS_DAY);
    for (size_t i = 0; i < c->t->units.n && units < UNITS; i++) {
        const struct town_unit *u = &c->t->units.at[i];
        if (!str_is(u->kind, "unit"))
            continue;
        struct volunteer v = start(c, "unit", u->name, u->place_id);
        v.org_id = u->org_id;
        v.channel = S("meeting");
        v.reach = S("community");
        v.week = pick_week(c, true);
        v.week_max = 5 + town_pick(c->t, 36);
        v.ask_max = 5;
        v.agrees_board = true;
        volunteer_code_list codes = pick_skills(c, 2 + (int)town_pick(c->t, 4), true, false);
        TRY(enter(c, &v, &codes));
        units++;
    }
    for (int i = 0; i < MERCHANTS && i < (int)c->t->stalls.n; i++) {
        struct volunteer v = start(c, "merchant", arena_printf(cx->mem, "%d 号摊（示例）", i + 1),
                                   c->t->stalls.at[i].place_id);
        v.channel = S("grid_worker");
        v.reach = S("area");
        v.week = pick_week(c, true);
        v.week_max = 3;
        volunteer_code_list codes = pick_skills(c, 1, true, false);
        TRY(enter(c, &v, &codes));
    }
    return OK;
}

enum err town_helpers(struct town *t, int64_t end)
{
    struct crowd c = {.t = t, .cx = t->cx};
    weigh(&c);
    TRY(add_stale(&c, end));
    TRY(add_people(&c, end));
    TRY(add_units(&c, end));
    clock_to(&c, end);
    account_nobody(t->cx, t->cx->community);
    return OK;
}
