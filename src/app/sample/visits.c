/* visits -- a year of home visits in the sample: by invitation and asked for, a few wishes to be
 * left alone, what is to be come back to, and for each grid worker a handful of doors for today. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/sample/town.h"
#include "app/visit/visit.h"
#include "base/id.h"
#include "base/time.h"

enum { PAST = 4, TODAY = 4, SHOWN_TODAY = 8, DAYS_BACK = 300 };

static const char *const promises[] = {"问楼道扶手哪天装（示例）", "带一张食堂菜单来（示例）",
                                       "问居住证要带什么（示例）", "看看路灯修好没有（示例）",
                                       "问暑假班还有没有位子（示例）"};
static const char *const wanted[] = {"想有人陪着去医院复查（示例）", "楼道里的灯坏了（示例）",
                                     "想找人说说话（示例）", "水龙头关不紧（示例）"};

static void clock_to(struct town *t, int64_t at)
{
    t->env.at = at;
    t->cx->now = at;
}

/* 101 to 1804, as in a tower. */
static struct str some_door(struct town *t)
{
    return arena_printf(t->cx->mem, "%lld%02lld", (long long)(1 + town_pick(t, 11)),
                        (long long)(1 + town_pick(t, 4)));
}

/* One that was there: most are well, some ask for something, few want to be left alone. */
static enum err past_visit(struct town *t, struct str place, int64_t at)
{
    struct cx *cx = t->cx;
    struct visit v;
    struct visit_saved saved;
    int64_t luck = town_pick(t, 100);
    struct visit_said said = {.outcome = S("well")};
    clock_to(t, at);
    enum err e = visit_plan(cx, place, some_door(t), 0, &v);
    if (e == ERR_CONFLICT) { /* asked twice already, or wishes to be left alone */
        fault_clear(cx);
        return OK;
    }
    TRY(e);
    if (luck < 6)
        said.outcome = S("quiet");
    else if (luck < 20)
        said.outcome = S("away");
    said.visit_id = v.id;
    return visit_save(cx, id_uuid(cx), &said, &saved);
}

/* Heard and answered the day after: to be told at the door. */
static enum err answer(struct town *t, const struct need *n, int64_t at)
{
    struct cx *cx = t->cx;
    duty_fit_list fits = {0};
    duty_list all = {0};
    struct need after;
    struct who caller = cx->who;
    clock_to(t, at);
    TRY(duty_suggest(cx, n->text, 1, &fits));
    TRY(duty_all(cx, &all));
    const struct duty *d = fits.n ? &fits.at[0].duty : &all.at[0];
    for (size_t i = 0; i < all.n && !fits.n; i++)
        if (str_is(all.at[i].code, "0702")) /* company, errands */
            d = &all.at[i];
    const struct need_move accept = {.duty_id = d->id, .level = S("L2")};
    const struct need_move done = {.answer_code = S("done"),
                                   .text = S("已经联系过您，也安排好了（示例）")};
    TRY(account_wear(cx, &t->dispatchers[0]));
    TRY(need_step(cx, n->id, S("accept"), &accept, &after));
    TRY(need_step(cx, n->id, S("answer_now"), &done, &after));
    cx->who = caller;
    return OK;
}

/* A door of today: invited, asked for, or to be come back to. */
static enum err today_visit(struct town *t, struct str place, struct str door, int64_t now, int k)
{
    struct cx *cx = t->cx;
    struct visit v;
    struct visit_saved saved;
    struct door d;
    if (k % 4 == 1) {
        struct door_wish w = {.place = place,
                              .door = door,
                              .want = S("visit"),
                              .plan_day = time_day(now),
                              .text = S("想问加装电梯的事（示例）")};
        clock_to(t, now - 2 * MS_DAY);
        return visit_wish(cx, &w, &d);
    }
    clock_to(t, k % 4 == 2 ? now - VISIT_FOLLOW_DAYS * MS_DAY : now - MS_DAY);
    enum err e = visit_plan(cx, place, door, k % 4 == 2 ? 0 : time_day(now), &v);
    if (e == ERR_CONFLICT) {
        fault_clear(cx);
        return OK;
    }
    if (e != OK || k % 4 != 2)
        return e;
    struct visit_said said = {.visit_id = v.id,
                              .outcome = S("needs"),
                              .needs = str_c(wanted[town_pick(t, COUNT(wanted))]),
                              .promise = str_c(promises[town_pick(t, COUNT(promises))])};
    TRY(visit_save(cx, id_uuid(cx), &said, &saved));
    return answer(t, &saved.needs.at[0], cx->now + MS_DAY);
}

static enum err quiet_door(struct town *t, struct str place, int64_t now)
{
    struct door d;
    struct door_wish w = {.place = place, .door = some_door(t), .want = S("quiet")};
    clock_to(t, now - (10 + town_pick(t, 100)) * MS_DAY);
    return visit_wish(t->cx, &w, &d);
}

static enum err visit_grid(struct town *t, int g, struct str place, bool is_shown, int64_t now)
{
    static const char *const shown[] = {"602", "502", "401", "302", "201", "102", "1003", "703"};
    struct cx *cx = t->cx;
    TRY(account_wear(cx, &t->grids[g].worker));
    for (int i = 0; i < PAST; i++)
        TRY(past_visit(t, place, now - (DAYS_BACK - i * 60 - town_pick(t, 50)) * MS_DAY));
    TRY(quiet_door(t, place, now));
    for (int k = 0; k < (is_shown ? SHOWN_TODAY : TODAY); k++)
        TRY(today_visit(t, place, is_shown ? str_c(shown[k]) : some_door(t), now, k));
    clock_to(t, now);
    account_nobody(cx, cx->community);
    return OK;
}

enum err town_visits(struct town *t, int64_t now)
{
    bool seen[GRIDS] = {false};
    for (size_t i = 0; i < t->buildings.n; i++) {
        const struct town_building *b = &t->buildings.at[i];
        struct arena_mark mark = arena_mark(t->cx->mem);
        struct grid grid;
        bool is_shown = str_is(b->code, "NYH-YLYJ-07"); /* the one that people are shown around */
        int g = 0;
        TRY(place_grid_of(t->cx, b->place_id, &grid));
        while (g < GRIDS && t->grids[g].id != grid.id)
            g++;
        if (g == GRIDS || !t->grids[g].worker.person_id || (seen[g] && !is_shown))
            continue;
        struct str place = is_shown ? S("NYH-YLYJ-07-2") : b->code;
        TRY(visit_grid(t, g, place, is_shown, now));
        seen[g] = true;
        arena_rewind(t->cx->mem, mark);
    }
    return OK;
}
