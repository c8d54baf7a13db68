/* orgs -- the four tiers of the organisation, and the centres and units beside them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/sample/town.h"
#include <string.h>

static struct str nothing(struct str s)
{
    return s.p ? s : S("");
}

static enum err add(struct town *t, struct org *o)
{
    o->tier = nothing(o->tier);
    o->phone = town_phone(t);
    if (!o->short_name.p)
        o->short_name = o->name;
    return org_add(t->cx, o);
}

/* A unit that can lead needs; who acts for it is hired in staff.c. */
static enum err add_unit(struct town *t, const char *kind, struct str code, struct str name,
                         int64_t place_id)
{
    struct org o = {.kind = str_c(kind), .code = code, .name = name, .place_id = place_id};
    TRY(add(t, &o));
    *PUSH(t->cx->mem, &t->units) =
        (struct town_unit){.org_id = o.id, .place_id = place_id, .kind = o.kind, .name = o.name};
    return OK;
}

/* ---- the four tiers ---- */

static const int branches_of[AREAS] = {3, 3, 3, 3, 2, 2}; /* 16 grid branches */

/* Grids of parks and of the market are the last of their area. */
static bool is_special(const struct town *t, int grid)
{
    return strcmp(t->grids[grid].kind, "dedicated") == 0;
}

static enum err add_area_branches(struct town *t, int a)
{
    static const char *const nth[] = {"一", "二", "三"};
    struct cx *cx = t->cx;
    struct town_area *area = &t->areas[a];
    struct org general = {.parent_id = t->committee,
                          .tier = S("general_branch"),
                          .kind = S("branch"),
                          .place_id = area->place_id,
                          .code = arena_printf(cx->mem, "DZZ-%s", area->code),
                          .name = arena_printf(cx->mem, "%s居民区党总支", area->name)};
    TRY(add(t, &general));
    area->branch = general.id;
    int homes = area->ngrids - is_special(t, area->first_grid + area->ngrids - 1);
    for (int b = 0; b < branches_of[a]; b++) {
        struct org o = {.parent_id = general.id,
                        .tier = S("grid_branch"),
                        .kind = S("branch"),
                        .place_id = area->place_id,
                        .code = arena_printf(cx->mem, "DZB-%s-%d", area->code, b + 1),
                        .name = arena_printf(cx->mem, "%s第%s网格党支部", area->name, nth[b])};
        TRY(add(t, &o));
        for (int g = 0; g < homes; g++)
            if (g * branches_of[a] / homes == b)
                t->grids[area->first_grid + g].branch = o.id;
    }
    return OK;
}

static enum err add_special_branches(struct town *t)
{
    static const struct {
        int area;
        const char *code, *name;
    } own[] = {{2, "DZB-SCY", "双创园网格党支部"},
               {3, "DZB-SC", "海恒菜市场商圈党支部"},
               {5, "DZB-ZZY", "海恒智造园网格党支部"}};
    for (size_t i = 0; i < COUNT(own); i++) {
        const struct town_area *area = &t->areas[own[i].area];
        struct org o = {.parent_id = t->committee,
                        .tier = S("grid_branch"),
                        .kind = S("branch"),
                        .place_id = area->place_id,
                        .code = str_c(own[i].code),
                        .name = str_c(own[i].name)};
        TRY(add(t, &o));
        t->grids[area->first_grid + area->ngrids - 1].branch = o.id;
    }
    return OK;
}

enum err town_branches(struct town *t)
{
    struct community c;
    TRY(place_community(t->cx, &c));
    struct org top = {.tier = S("committee"),
                      .kind = S("committee"),
                      .code = S("DW"),
                      .place_id = t->place_id,
                      .name = arena_printf(t->cx->mem, "%.*s党委", STR(c.name))};
    TRY(add(t, &top));
    t->committee = top.id;
    for (int a = 0; a < AREAS; a++)
        TRY(add_area_branches(t, a));
    return add_special_branches(t);
}

/* 40 estates, 46 groups: the six estates with the most houses have two. */
static enum err add_groups(struct town *t)
{
    struct cx *cx = t->cx;
    int second = 46 - (int)t->estates.n;
    for (size_t i = 0; i < t->estates.n; i++) {
        struct town_estate *e = &t->estates.at[i];
        int n = e->ngrids > 1 && second > 0 ? 2 : 1;
        second -= n - 1;
        for (int g = 0; g < n; g++) {
            struct org o = {.parent_id = t->grids[e->first_grid].branch,
                            .tier = S("building_group"),
                            .kind = S("group"),
                            .place_id = e->place_id,
                            .code = arena_printf(cx->mem, "DXZ-%.*s-%d", STR(e->code), g + 1)};
            o.name =
                n == 1 ? arena_printf(cx->mem, "%.*s楼栋党小组", STR(e->name))
                       : arena_printf(cx->mem, "%.*s第%s楼栋党小组", STR(e->name), g ? "二" : "一");
            TRY(add(t, &o));
            e->groups[g] = o.id;
        }
    }
    return OK;
}

/* ---- 1 + 6 + N centres ---- */

static enum err add_centres(struct town *t)
{
    struct cx *cx = t->cx;
    struct community c;
    TRY(place_community(cx, &c));
    struct org main_centre = {.kind = S("main_centre"),
                              .code = S("ZX"),
                              .place_id = t->place_id,
                              .name = arena_printf(cx->mem, "%.*s党群服务中心", STR(c.name))};
    struct org desk = {.kind = S("grid_centre"),
                       .code = S("WGZX"),
                       .place_id = t->place_id,
                       .name = S("网格化服务管理中心")};
    TRY(add(t, &main_centre));
    TRY(add(t, &desk));
    t->centre = desk.id;
    for (int a = 0; a < AREAS; a++) {
        struct town_area *area = &t->areas[a];
        TRY(add_unit(t, "centre", arena_printf(cx->mem, "ZX-%s", area->code),
                     arena_printf(cx->mem, "%s居民区党群服务中心", area->name), area->place_id));
        area->centre = t->units.at[t->units.n - 1].org_id;
    }
    struct org station = {.kind = S("station"),
                          .code = S("Z-SC"),
                          .place_id = t->market,
                          .name = S("海恒菜市场商圈党群服务站")};
    TRY(add(t, &station));
    station = (struct org){.kind = S("station"),
                           .code = S("Z-SCY"),
                           .place_id = t->parks[0],
                           .name = S("双创园党群服务站")};
    TRY(add(t, &station));
    for (size_t i = 0; i < t->estates.n; i++) {
        const struct town_estate *e = &t->estates.at[i];
        if (!str_is(e->name, "御湖观邸") && !str_is(e->name, "南湖春城"))
            continue;
        station = (struct org){.kind = S("station"),
                               .place_id = e->place_id,
                               .code = arena_printf(cx->mem, "Z-%.*s", STR(e->code)),
                               .name = arena_printf(cx->mem, "%.*s党群服务站", STR(e->name))};
        TRY(add(t, &station));
    }
    return OK;
}

/* ---- units ---- */

static const struct {
    const char *kind, *code, *name;
} town_wide[] = {
    {"sanitation", "HW", "环卫作业一队（示例）"},
    {"utility", "GS", "供水服务站（示例）"},
    {"utility", "GD", "供电服务站（示例）"},
    {"utility", "GQ", "燃气服务站（示例）"},
    {"utility", "GR", "供热服务站（示例）"},
    {"mediation", "TJ", "社区人民调解委员会"},
    {"clerk", "CK", "综合服务窗口"},
    {"department", "CG", "城市管理中队（示例）"},
    {"department", "JJ", "交警中队（示例）"},
    {"department", "SJ", "市场监管所（示例）"},
};

/* 43 units of the joint conference, invented. */
static enum err add_partners(struct town *t)
{
    static const char *const stems[] = {"晨光", "和风", "青云", "星河", "卓然", "明德",
                                        "安泰", "润泽", "同心", "启航", "远景"};
    static const char *const kinds_of[] = {"小学",     "幼儿园",      "卫生服务站", "银行支行",
                                           "科技公司", "机械公司",    "律师事务所", "物流公司",
                                           "药房",     "职业技术学校"};
    struct cx *cx = t->cx;
    for (int i = 0; i < 43; i++)
        TRY(add_unit(t, "unit", arena_printf(cx->mem, "GJ-%02d", i + 1),
                     arena_printf(cx->mem, "%s%s（示例）", stems[(size_t)i % COUNT(stems)],
                                  kinds_of[(size_t)i % COUNT(kinds_of)]),
                     t->place_id));
    return OK;
}

static enum err add_properties(struct town *t)
{
    struct cx *cx = t->cx;
    for (size_t i = 0; i < t->estates.n; i++) {
        const struct town_estate *e = &t->estates.at[i];
        TRY(add_unit(t, "property", arena_printf(cx->mem, "WY-%.*s", STR(e->code)),
                     arena_printf(cx->mem, "%.*s物业服务中心（示例）", STR(e->name)), e->place_id));
    }
    TRY(add_unit(t, "property", S("WY-SCY"), S("双创园物业服务中心（示例）"), t->parks[0]));
    TRY(add_unit(t, "property", S("WY-ZZY"), S("海恒智造园物业服务中心（示例）"), t->parks[1]));
    /* The market's office is also its property firm: lamps and lifts there are its own. */
    TRY(add_unit(t, "property", S("WY-SC"), S("海恒菜市场物业班（示例）"), t->market));
    return add_unit(t, "market", S("SC"), S("海恒菜市场管理办公室（示例）"), t->market);
}

enum err town_units(struct town *t)
{
    struct cx *cx = t->cx;
    TRY(add_groups(t));
    TRY(add_centres(t));
    TRY(add_properties(t));
    for (size_t i = 0; i < COUNT(town_wide); i++)
        TRY(add_unit(t, town_wide[i].kind, str_c(town_wide[i].code), str_c(town_wide[i].name),
                     t->place_id));
    for (int a = 0; a < AREAS; a++)
        TRY(add_unit(t, "volunteers", arena_printf(cx->mem, "ZY-%s", t->areas[a].code),
                     arena_printf(cx->mem, "%s志愿服务队", t->areas[a].name),
                     t->areas[a].place_id));
    return add_partners(t);
}
