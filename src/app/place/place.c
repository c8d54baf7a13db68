/* place -- reading and laying out the tree of places and the grids. The proof: coverage.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/place/place.h"
#include "app/place/outline.h"
#include "base/id.h"
#include "base/utf8.h"
#include "place.sql.h"
#include <math.h>

static const struct field community_fields[] = {
    FIELD(struct community, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct community, code, "代码", .data = DATA_PUBLIC),
    FIELD(struct community, name, "名称", .data = DATA_PUBLIC),
    FIELD(struct community, short_name, "简称", .data = DATA_PUBLIC),
    FIELD(struct community, phone, "服务电话", .data = DATA_PUBLIC),
    FIELD(struct community, hours, "工作时间", .data = DATA_PUBLIC),
    FIELD(struct community, is_sample, "示例", .data = DATA_PUBLIC),
};
static const struct shape community_shape = SHAPE("community", struct community, community_fields);

static const struct field place_fields[] = {
    FIELD(struct place, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct place, parent_id, "属于", .data = DATA_PUBLIC),
    FIELD(struct place, tier, "层级", .data = DATA_PUBLIC),
    FIELD(struct place, kind, "种类", .data = DATA_PUBLIC),
    FIELD(struct place, code, "牌上的码", .data = DATA_PUBLIC),
    FIELD(struct place, name, "名称", .data = DATA_PUBLIC),
    FIELD(struct place, full_name, "全名", .data = DATA_PUBLIC),
    FIELD(struct place, path, "路径"),
    FIELD(struct place, doors, "户数", .data = DATA_PUBLIC),
    FIELD(struct place, gb_code, "国标代码", .data = DATA_PUBLIC),
};
const struct shape place_shape = SHAPE("place", struct place, place_fields);

static const struct field grid_fields[] = {
    FIELD(struct grid, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct grid, area_id, "居民区", .data = DATA_PUBLIC),
    FIELD(struct grid, org_id, "网格党支部", .data = DATA_PUBLIC),
    FIELD(struct grid, number, "网格号", .data = DATA_PUBLIC),
    FIELD(struct grid, name, "名称", .data = DATA_PUBLIC),
    FIELD(struct grid, kind, "种类", .data = DATA_PUBLIC),
    FIELD(struct grid, gb_code, "国标代码", .data = DATA_PUBLIC),
    FIELD(struct grid, outline, "边界", .data = DATA_PUBLIC),
};
const struct shape grid_shape = SHAPE("grid", struct grid, grid_fields);

/* ---- reading ---- */

/* A clearer sentence than the store's "no such row". */
static enum err or_missing(struct cx *cx, enum err e, const char *what)
{
    if (e != ERR_MISSING)
        return e;
    fault_clear(cx);
    return fail(cx, ERR_MISSING, "%s", what);
}

enum err place_community(struct cx *cx, struct community *out)
{
    enum err e = db_one(cx, &place_sql_community, &community_shape, out, NO_ARGS);
    return or_missing(cx, e, "没有这个社区");
}

enum err place_communities(struct cx *cx, community_list *out)
{
    return db_all(cx, &place_sql_communities, &community_shape, out, NO_ARGS);
}

enum err place_get(struct cx *cx, int64_t id, struct place *out)
{
    enum err e = db_one(cx, &place_sql_get, &place_shape, out, ARGS(A(id)));
    return or_missing(cx, e, "没有这个地点");
}

/* What was typed as it stands on the board: capitals, ASCII, hyphens, no blanks. */
static struct str code_of(struct cx *cx, struct str typed)
{
    char *p = arena_alloc(cx->mem, typed.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < typed.n;) {
        uint32_t c = utf8_next(typed, &i);
        if (c >= 0xff01 && c <= 0xff5e)
            c -= 0xfee0;
        if (c == 0x2010 || c == 0x2011 || c == 0x2013 || c == 0x2014 || c == 0x2212 || c == 0x30fc)
            c = '-';
        if (c >= 'a' && c <= 'z')
            c -= 'a' - 'A';
        if (c > ' ' && c < 0x7f)
            p[n++] = (char)c;
    }
    return str_n(p, n);
}

enum err place_by_code(struct cx *cx, struct str code, struct place *out)
{
    struct str clean = code_of(cx, code);
    enum err e = db_one(cx, &place_sql_by_code, &place_shape, out, ARGS(AS("code", clean)));
    return or_missing(cx, e, "没找到这个码，请照着楼道牌上的码再看一遍");
}

enum err place_children(struct cx *cx, int64_t parent_id, place_list *out)
{
    return db_all(cx, &place_sql_children, &place_shape, out, ARGS(A(parent_id)));
}

enum err place_coarse(struct cx *cx, struct place *p)
{
    place_list below = {0};
    TRY(place_children(cx, p->id, &below));
    if (!str_is(p->kind, "home") || below.n || !p->parent_id)
        return OK;
    return place_get(cx, p->parent_id, p);
}

enum err place_none_of_these(struct cx *cx, place_list *choices)
{
    place_list top = {0};
    TRY(place_children(cx, 0, &top));
    if (!top.n)
        return OK;
    struct place *p = PUSH(cx->mem, choices);
    *p = top.at[0];
    p->full_name = S("都不是，地点写在那句话里");
    return OK;
}

enum err place_line(struct cx *cx, int64_t id, place_list *out)
{
    size_t before = out->n;
    TRY(db_all(cx, &place_sql_line, &place_shape, out, ARGS(A(id))));
    return out->n > before ? OK : fail(cx, ERR_MISSING, "没有这个地点");
}

/* %text% without blanks, with what LIKE would read as a sign made plain. */
static struct str like(struct cx *cx, struct str text)
{
    struct out o;
    out_init(&o, cx->mem);
    out_c(&o, "%");
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '%' || c == '_' || c == '!')
            out_c(&o, "!");
        if (c != ' ')
            out_raw(&o, &c, 1);
    }
    out_c(&o, "%");
    return out_text(&o);
}

/* Nothing of what was typed but blanks was lost on the way to a code. */
static bool is_code(struct str typed, struct str code)
{
    size_t n = 0;
    for (size_t i = 0; i < typed.n;) {
        uint32_t c = utf8_next(typed, &i);
        n += c != ' ' && c != 0x3000;
    }
    return code.n > 0 && code.n == n;
}

enum err place_search(struct cx *cx, struct str text, struct str tier, int limit, place_list *out)
{
    struct str code = code_of(cx, text);
    /* the 7 of 依澜雅居 7 栋 is no code: else every place with a 7 on its board would be found */
    struct str names = like(cx, text), codes = is_code(text, code) ? like(cx, code) : S("");
    if (!str_trim(text).n)
        return OK;
    return db_all(cx, &place_sql_search, &place_shape, out,
                  ARGS(A(tier), AS("like", names), AS("code_like", codes), A(limit)));
}

bool place_to_choose(place_list *found)
{
    place_list buildings = {0};
    if (found->n <= PLACE_CHOICES)
        return false;
    buildings.at = found->at; /* in its place: what is kept never stands behind what is read */
    for (size_t i = 0; i < found->n && buildings.n < PLACE_BUILDINGS; i++)
        if (str_is(found->at[i].tier, "building"))
            buildings.at[buildings.n++] = found->at[i];
    found->n = buildings.n ? buildings.n : PLACE_CHOICES;
    return buildings.n > 0;
}

enum err place_grid_of(struct cx *cx, int64_t place_id, struct grid *out)
{
    bool found;
    *out = (struct grid){0};
    return db_find(cx, &place_sql_grid_of, &grid_shape, out, &found, ARGS(A(place_id)));
}

enum err place_ahead(struct cx *cx, int64_t id)
{
    TRY(db_ahead(cx, &place_sql_line, ARGS(A(id))));
    TRY(db_ahead(cx, &place_sql_children, ARGS(AS("parent_id", id))));
    TRY(db_ahead(cx, &place_sql_grid_of, ARGS(AS("place_id", id))));
    return db_ahead(cx, &place_sql_grid_of, ARGS(AS("place_id", id)));
}

enum err place_grid(struct cx *cx, int64_t id, struct grid *out)
{
    enum err e = db_one(cx, &place_sql_grid, &grid_shape, out, ARGS(A(id)));
    return or_missing(cx, e, "没有这个网格");
}

enum err place_grids(struct cx *cx, grid_list *out)
{
    return db_all(cx, &place_sql_grids, &grid_shape, out, NO_ARGS);
}

/* ---- where grids lie ---- */

/* Sixths of a millionth of a degree (outline.h) to metres; a meridian has 111,320 m a degree. */
static int64_t metres(int64_t units, double shrink)
{
    return llround((double)units / 6e6 * 111320 * shrink);
}

/* Boxes in the order of `grids`; `all` becomes the box of all, false when nothing is drawn. */
static enum err read_boxes(struct cx *cx, const grid_list *grids, struct outline *boxes,
                           struct outline *all, bool *any)
{
    grid_list drawn = {0};
    *any = false;
    TRY(db_all(cx, &place_sql_grids_drawn, &grid_shape, &drawn, NO_ARGS));
    for (size_t i = 0, k = 0; i < drawn.n; i++) { /* both lists are ordered by number */
        struct outline o;
        while (k < grids->n && grids->at[k].number < drawn.at[i].number)
            k++;
        if (k == grids->n || !outline_read(cx, drawn.at[i].outline, &o))
            continue;
        boxes[k] = o;
        if (!*any || o.low.x < all->low.x)
            all->low.x = o.low.x;
        if (!*any || o.low.y < all->low.y)
            all->low.y = o.low.y;
        if (!*any || o.high.x > all->high.x)
            all->high.x = o.high.x;
        if (!*any || o.high.y > all->high.y)
            all->high.y = o.high.y;
        *any = true;
    }
    return OK;
}

enum err place_grid_points(struct cx *cx, grid_point_list *out)
{
    grid_list grids = {0};
    struct outline all = {0};
    bool any;
    TRY(place_grids(cx, &grids));
    struct outline *boxes = arena_array(cx->mem, grids.n + 1, sizeof *boxes);
    TRY(read_boxes(cx, &grids, boxes, &all, &any));
    double middle = (double)(all.low.y + all.high.y) / 2 / 6e6;
    double shrink = cos(middle * 3.14159265358979323846 / 180);
    for (size_t i = 0; i < grids.n; i++) {
        const struct outline *o = boxes[i].points.n ? &boxes[i] : &all;
        *PUSH(cx->mem, out) = (struct grid_point){
            .grid_id = grids.at[i].id,
            .area_id = grids.at[i].area_id,
            .x = any ? metres((o->low.x + o->high.x) / 2 - all.low.x, shrink) : 0,
            .y = any ? metres((o->low.y + o->high.y) / 2 - all.low.y, 1) : 0};
    }
    return OK;
}

/* ---- laying out ---- */

enum err place_path(struct cx *cx, struct str parent, int64_t nth, struct str *out)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    if (nth < 1 || nth >= 36 * 36)
        return fail(cx, ERR_INPUT, "一个地点下面最多 1295 个");
    *out = arena_printf(cx->mem, "%.*s%c%c.", STR(parent), digits[nth / 36], digits[nth % 36]);
    return OK;
}

enum err place_community_add(struct cx *cx, const struct community *c)
{
    cx->community = c->id;
    return db_put(cx, &place_sql_community_add, &community_shape, c, NO_ARGS);
}

enum err place_tier_add(struct cx *cx, const char *tree, int64_t depth, struct str code,
                        struct str name)
{
    int64_t id = id_new(cx);
    return db_run(cx, &place_sql_tier_add, ARGS(A(id), A(tree), A(depth), A(code), A(name)), NULL);
}

enum err place_add(struct cx *cx, struct place *p)
{
    struct place parent = {0};
    int64_t before;
    if (p->parent_id)
        TRY(place_get(cx, p->parent_id, &parent));
    TRY(db_number(cx, &place_sql_child_count, &before, ARGS(AS("parent_id", p->parent_id))));
    TRY(place_path(cx, parent.path, before + 1, &p->path));
    p->id = id_new(cx);
    return db_put(cx, &place_sql_add, &place_shape, p, NO_ARGS);
}

enum err place_grid_add(struct cx *cx, struct grid *g)
{
    int64_t shape_id = id_new(cx);
    g->id = id_new(cx);
    TRY(db_put(cx, &place_sql_grid_add, &grid_shape, g, NO_ARGS));
    if (!g->outline.n)
        return OK;
    return db_put(cx, &place_sql_grid_shape_add, &grid_shape, g, ARGS(A(shape_id)));
}

enum err place_grid_serves(struct cx *cx, int64_t grid_id, int64_t place_id)
{
    int64_t id = id_new(cx);
    return db_run(cx, &place_sql_grid_place_add, ARGS(A(id), A(grid_id), A(place_id)), NULL);
}
