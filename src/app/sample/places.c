/* places -- areas, estates, buildings, stairwells, stalls, and which grid serves them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/sample/town.h"

/* Walk-ups, middle and high houses: what stands in one grid of about 375 doors. */
struct style {
    int buildings, stairwells; /* per grid; per building */
    int doors[3];              /* of a stairwell, one of them */
};
static const struct style styles[] = {
    ['m'] = {10, 3, {12, 12, 14}}, ['x'] = {4, 2, {44, 48, 48}}, ['h'] = {2, 2, {88, 96, 96}}};

/* Invented names, except those of the newspaper article. In the order of the grids. */
static const struct plan {
    int area, grids;
    char style;
    const char *code, *name;
} plans[] = {
    {0, 3, 'm', "GYHY", "耕云花园"},   {0, 2, 'x', "GYNY", "耕云南苑"},
    {0, 2, 'h', "CWL", "翠微里"},      {0, 2, 'h', "YGJY", "云谷佳园"},
    {0, 1, 'm', "QHY", "青禾苑"},      {0, 1, 'm', "MQXQ", "明桥小区"},
    {0, 1, 'h', "SXY", "书香院"},      {1, 2, 'm', "YHCX", "艳湖春晓"},
    {1, 2, 'x', "LHY", "临湖苑"},      {1, 2, 'h', "TLL", "听澜里"},
    {1, 1, 'h', "HFY", "荷风苑"},      {1, 1, 'm', "HPRJ", "湖畔人家"},
    {1, 1, 'm', "NHXC", "南湖新村"},   {1, 2, 'x', "YLYJ", "依澜雅居"},
    {2, 3, 'm', "XYJY", "习友佳苑"},   {2, 2, 'h', "SJY", "盛景苑"},
    {2, 1, 'x', "YXL", "银杏里"},      {2, 2, 'm', "ZYXC", "朝阳新村"},
    {2, 2, 'h', "XFHY", "学府花园"},   {2, 1, 'h', "WLY", "文澜苑"},
    {3, 2, 'm', "KLXQ", "康利小区"},   {3, 2, 'x', "KLXY", "康利新苑"},
    {3, 3, 'h', "NHCC", "南湖春城"},   {3, 1, 'm', "JHY", "家和苑"},
    {3, 1, 'm', "CQL", "长青里"},      {3, 1, 'h', "XGL", "星光里"},
    {3, 1, 'h', "HYF", "和悦府"},      {4, 2, 'm', "FLYD", "福禄园东区"},
    {4, 2, 'm', "FLYX", "福禄园西区"}, {4, 2, 'h', "YHGD", "御湖观邸"},
    {4, 1, 'h', "GYL", "桂语里"},      {4, 1, 'm', "AHJY", "安和家园"},
    {5, 2, 'm', "JCY1", "近春园一期"}, {5, 2, 'x', "JCY2", "近春园二期"},
    {5, 1, 'm', "XLY", "杏林苑"},      {5, 2, 'h', "CFL", "春风里"},
    {5, 1, 'm', "HPXC", "和平新村"},   {5, 1, 'h', "QXY", "清溪苑"},
    {5, 1, 'm', "JCHY", "锦程苑"},     {5, 1, 'h', "TLY", "桃李园"},
};

/* The last grid of three areas is for a park or the market alone. */
static const struct special {
    int area;
    const char *code, *name, *kind;
    int parts; /* buildings of a park, stalls of the market */
} specials[] = {
    {2, "SCY", "双创园", "park", 6},
    {3, "HHSC", "海恒菜市场", "market", 189},
    {5, "ZZY", "海恒智造园", "park", 5},
};

/* Public places, served by a grid of homes beside them. */
static const struct square {
    int area;
    const char *code, *name;
} squares[] = {{1, "SJGC", "新时代文明实践广场"}, {4, "SHY", "韶华园党建主题广场"}};

static const struct {
    const char *tree, *code, *name;
    int depth;
} tiers[] = {
    {"place", "community", "社区", 0},       {"place", "area", "居民区", 1},
    {"place", "estate", "小区", 2},          {"place", "building", "楼栋", 3},
    {"place", "stairwell", "单元", 4},       {"place", "stall", "摊位", 3},
    {"org", "committee", "社区党委", 0},     {"org", "general_branch", "居民区党总支", 1},
    {"org", "grid_branch", "网格党支部", 2}, {"org", "building_group", "楼栋党小组", 3},
};

static enum err add(struct town *t, struct place *p)
{
    if (!p->gb_code.p)
        p->gb_code = S("");
    return place_add(t->cx, p);
}

enum err town_areas(struct town *t)
{
    struct cx *cx = t->cx;
    struct community c;
    TRY(place_community(cx, &c));
    struct place top = {.tier = S("community"),
                        .kind = S("community"),
                        .code = c.code,
                        .name = c.name,
                        .full_name = c.name};
    for (size_t i = 0; i < COUNT(tiers); i++)
        TRY(place_tier_add(cx, tiers[i].tree, tiers[i].depth, str_c(tiers[i].code),
                           str_c(tiers[i].name)));
    TRY(add(t, &top));
    t->place_id = top.id;
    for (int a = 0; a < AREAS; a++) {
        struct town_area *area = &t->areas[a];
        struct str name = arena_printf(cx->mem, "%s居民区", area->name);
        struct place p = {.parent_id = top.id,
                          .tier = S("area"),
                          .kind = S("area"),
                          .code = str_c(area->code),
                          .name = name,
                          .full_name = name};
        TRY(add(t, &p));
        area->place_id = p.id;
        area->path = p.path;
    }
    return OK;
}

static enum err add_grids(struct town *t)
{
    struct cx *cx = t->cx;
    for (int i = 0; i < GRIDS; i++) {
        struct town_grid *g = &t->grids[i];
        struct grid row = {.area_id = t->areas[g->area].place_id,
                           .org_id = g->branch,
                           .number = i + 1,
                           .kind = str_c(g->kind),
                           .gb_code = S(""),
                           .name = arena_printf(cx->mem, "第 %d 网格", i + 1),
                           .outline = g->outline};
        TRY(place_grid_add(cx, &row));
        g->id = row.id;
        g->number = row.number;
    }
    return OK;
}

static enum err add_stairwell(struct town *t, const struct place *building, const char *estate,
                              int nth, int64_t doors, int grid)
{
    struct cx *cx = t->cx;
    struct place p = {.parent_id = building->id,
                      .tier = S("stairwell"),
                      .kind = S("home"),
                      .code = arena_printf(cx->mem, "%.*s-%d", STR(building->code), nth),
                      .name = arena_printf(cx->mem, "%d 单元", nth),
                      .doors = doors};
    p.full_name = arena_printf(cx->mem, "%s %.*s %.*s", estate, STR(building->name), STR(p.name));
    TRY(add(t, &p));
    *PUSH(cx->mem, &t->homes) =
        (struct town_spot){.place_id = p.id,
                           .area_place = t->areas[t->grids[grid].area].place_id,
                           .grid = grid,
                           .building = (int64_t)t->buildings.n - 1};
    return OK;
}

static enum err add_building(struct town *t, const struct town_estate *e, const struct plan *plan,
                             int nth, int grid)
{
    struct cx *cx = t->cx;
    const struct style *style = &styles[(int)plan->style];
    struct place p = {.parent_id = e->place_id,
                      .tier = S("building"),
                      .kind = S("home"),
                      .code = arena_printf(cx->mem, "%.*s-%02d", STR(e->code), nth),
                      .name = arena_printf(cx->mem, "%d 栋", nth),
                      .full_name = arena_printf(cx->mem, "%s %d 栋", plan->name, nth)};
    TRY(add(t, &p));
    TRY(place_grid_serves(cx, t->grids[grid].id, p.id));
    *PUSH(cx->mem, &t->buildings) = (struct town_building){.place_id = p.id,
                                                           .estate = (int64_t)t->estates.n - 1,
                                                           .path = p.path,
                                                           .full_name = p.full_name,
                                                           .code = p.code};
    for (int s = 1; s <= style->stairwells; s++)
        TRY(add_stairwell(t, &p, plan->name, s, style->doors[town_pick(t, 3)], grid));
    return OK;
}

static enum err add_estate(struct town *t, const struct plan *plan, int first_grid)
{
    struct cx *cx = t->cx;
    const struct style *style = &styles[(int)plan->style];
    struct str code = arena_printf(cx->mem, "%s-%s", t->areas[plan->area].code, plan->code);
    struct place p = {.parent_id = t->areas[plan->area].place_id,
                      .tier = S("estate"),
                      .kind = S("home"),
                      .code = code,
                      .name = str_c(plan->name),
                      .full_name = str_c(plan->name)};
    TRY(add(t, &p));
    struct town_estate *e = PUSH(cx->mem, &t->estates);
    *e = (struct town_estate){.area = plan->area,
                              .first_grid = first_grid,
                              .ngrids = plan->grids,
                              .code = code,
                              .name = p.name,
                              .place_id = p.id,
                              .path = p.path};
    struct town_estate here = *e;
    for (int g = 0, nth = 1; g < plan->grids; g++)
        for (int b = 0; b < style->buildings; b++)
            TRY(add_building(t, &here, plan, nth++, first_grid + g));
    return OK;
}

static enum err add_stall(struct town *t, const struct place *market, int nth, int grid)
{
    static const char *const rows[] = {"蔬菜区",   "水果区", "肉禽区", "水产区",
                                       "豆制品区", "熟食区", "干调区"};
    struct cx *cx = t->cx;
    struct str name = arena_printf(cx->mem, "%s %d 号摊", rows[(nth - 1) / 27], nth);
    struct place p = {.parent_id = market->id,
                      .tier = S("stall"),
                      .kind = S("stall"),
                      .code = arena_printf(cx->mem, "%.*s-%03d", STR(market->code), nth),
                      .name = name,
                      .full_name =
                          arena_printf(cx->mem, "%.*s %.*s", STR(market->name), STR(name))};
    TRY(add(t, &p));
    *PUSH(cx->mem, &t->stalls) =
        (struct town_spot){.place_id = p.id,
                           .area_place = t->areas[t->grids[grid].area].place_id,
                           .grid = grid,
                           .building = -1,
                           .is_stall = true};
    return OK;
}

static enum err add_special(struct town *t, const struct special *s)
{
    struct cx *cx = t->cx;
    const struct town_area *area = &t->areas[s->area];
    int grid = area->first_grid + area->ngrids - 1;
    bool market = s->parts > 100;
    struct place p = {.parent_id = area->place_id,
                      .tier = S("estate"),
                      .kind = str_c(s->kind),
                      .code = arena_printf(cx->mem, "%s-%s", area->code, s->code),
                      .name = str_c(s->name),
                      .full_name = str_c(s->name)};
    TRY(add(t, &p));
    TRY(place_grid_serves(cx, t->grids[grid].id, p.id));
    if (market)
        t->market = p.id;
    else
        t->parks[t->parks[0] != 0] = p.id;
    for (int i = 1; i <= s->parts; i++) {
        if (market) {
            TRY(add_stall(t, &p, i, grid));
            continue;
        }
        struct place b = {.parent_id = p.id,
                          .tier = S("building"),
                          .kind = S("park"),
                          .code = arena_printf(cx->mem, "%.*s-%02d", STR(p.code), i),
                          .name = arena_printf(cx->mem, "%d 号楼", i),
                          .full_name = arena_printf(cx->mem, "%s %d 号楼", s->name, i)};
        TRY(add(t, &b));
    }
    return OK;
}

static enum err add_square(struct town *t, const struct square *s)
{
    struct cx *cx = t->cx;
    const struct town_area *area = &t->areas[s->area];
    struct place p = {.parent_id = area->place_id,
                      .tier = S("estate"),
                      .kind = S("public"),
                      .code = arena_printf(cx->mem, "%s-%s", area->code, s->code),
                      .name = str_c(s->name),
                      .full_name = str_c(s->name)};
    TRY(add(t, &p));
    return place_grid_serves(cx, t->grids[area->first_grid].id, p.id);
}

enum err town_places(struct town *t)
{
    int next[AREAS];
    for (int a = 0; a < AREAS; a++)
        next[a] = t->areas[a].first_grid;
    TRY(add_grids(t));
    for (size_t i = 0; i < COUNT(plans); i++) {
        TRY(add_estate(t, &plans[i], next[plans[i].area]));
        next[plans[i].area] += plans[i].grids;
    }
    for (size_t i = 0; i < COUNT(specials); i++)
        TRY(add_special(t, &specials[i]));
    for (size_t i = 0; i < COUNT(squares); i++)
        TRY(add_square(t, &squares[i]));
    return OK;
}
