/* nearby -- see nearby.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/nearby.h"
#include "solve/inner.h"
#include <math.h>
#include <string.h>

enum { PER_CELL = 8, LEAST_ROOM = 4, LEAST_GRID = 64 };

struct cell {
    uint32_t first, n, room;
};

struct grid {
    int32_t left, top, size; /* of a cell */
    int32_t columns, rows;
    int32_t best_base; /* nobody is better; may be too high after removals */
    uint32_t most_stretch;
    size_t n, built_for;
    struct pool entries, cells;
};

struct nearby {
    struct arena self;
    uint16_t skills;
    struct grid *grid;
};

/* ---- scores ---- */

static uint32_t distance(int64_t dx, int64_t dy)
{
    return (uint32_t)sqrt((double)(dx * dx + dy * dy)); /* exact: below 2^53, IEEE rounds right */
}

static int64_t near_points(const struct nearby_query *q, uint32_t d)
{
    return d < q->reach ? (int64_t)q->points * (q->reach - d) / q->reach : 0;
}

static bool too_far(const struct nearby_query *q, uint32_t d, uint32_t stretch)
{
    return (uint64_t)d * 100 > (uint64_t)q->reach * stretch;
}

int64_t nearby_score(const struct nearby_query *q, const struct nearby_entry *e)
{
    if (q->slots && !(q->slots & e->slots))
        return -1;
    uint32_t d = distance((int64_t)e->x - q->x, (int64_t)e->y - q->y);
    if (too_far(q, d, e->stretch))
        return -1;
    int64_t score = e->base + near_points(q, d);
    for (size_t k = 0; k < q->nfavours; k++)
        if (q->favours[k].id == e->id)
            score += q->favours[k].points;
    return score;
}

/* ---- grids ---- */

static int32_t clamp(int32_t v, int32_t low, int32_t high)
{
    return v < low ? low : v > high ? high : v;
}

static int32_t column_of(const struct grid *g, int32_t x)
{
    return clamp((int32_t)floor(((double)x - g->left) / g->size), 0, g->columns - 1);
}

static int32_t row_of(const struct grid *g, int32_t y)
{
    return clamp((int32_t)floor(((double)y - g->top) / g->size), 0, g->rows - 1);
}

/* Who lives outside belongs to the nearest cell at the border. */
static struct cell *cell_at(const struct grid *g, int32_t column, int32_t row)
{
    return (struct cell *)g->cells.at + (size_t)row * g->columns + column;
}

static struct nearby_entry *entries_of(const struct grid *g, const struct cell *c)
{
    return (struct nearby_entry *)g->entries.at + c->first;
}

/* Best base first; among equals the lower id. */
static bool stands_before(const struct nearby_entry *a, const struct nearby_entry *b)
{
    return a->base != b->base ? a->base > b->base : a->id < b->id;
}

static void put(struct grid *g, struct cell *c, const struct nearby_entry *e)
{
    struct nearby_entry *list = entries_of(g, c);
    uint32_t at = c->n++;
    for (; at > 0 && stands_before(e, &list[at - 1]); at--)
        list[at] = list[at - 1];
    list[at] = *e;
    g->best_base = e->base > g->best_base ? e->base : g->best_base;
    g->most_stretch = e->stretch > g->most_stretch ? e->stretch : g->most_stretch;
    g->n++;
}

/* Lays a grid over what is in `list`; cells have room for exactly that. */
static void lay(struct grid *g, const struct nearby_entry *list, size_t n)
{
    int32_t left = n ? list[0].x : 0, right = left, top = n ? list[0].y : 0, bottom = top;
    for (size_t k = 0; k < n; k++) {
        left = list[k].x < left ? list[k].x : left;
        right = list[k].x > right ? list[k].x : right;
        top = list[k].y < top ? list[k].y : top;
        bottom = list[k].y > bottom ? list[k].y : bottom;
    }
    double width = (double)right - left + 1, height = (double)bottom - top + 1;
    double cells = (double)n / PER_CELL + 1, size = sqrt(width * height / cells);
    double longest = width > height ? width : height;
    size =
        size < longest / cells ? longest / cells : size; /* a street: not more cells than wanted */
    size = size < 1 ? 1 : ceil(size);
    pool_close(&g->entries);
    pool_close(&g->cells);
    *g = (struct grid){.left = left,
                       .top = top,
                       .size = (int32_t)size,
                       .columns = (int32_t)(width / size) + 1,
                       .rows = (int32_t)(height / size) + 1,
                       .built_for = n};
    pool_open(&g->entries, sizeof(struct nearby_entry));
    pool_open(&g->cells, sizeof(struct cell));
    pool_reserve(&g->cells, (size_t)g->columns * g->rows);
    pool_reserve(&g->entries, n);
    g->cells.n = (size_t)g->columns * g->rows;
    g->entries.n = n;
    for (size_t k = 0; k < n; k++)
        cell_at(g, column_of(g, list[k].x), row_of(g, list[k].y))->room++;
    uint32_t first = 0;
    for (size_t k = 0; k < g->cells.n; k++) {
        struct cell *c = (struct cell *)g->cells.at + k;
        c->first = first;
        first += c->room;
    }
    for (size_t k = 0; k < n; k++)
        put(g, cell_at(g, column_of(g, list[k].x), row_of(g, list[k].y)), &list[k]);
}

/* The same entries over a new grid. */
static void lay_again(struct grid *g)
{
    struct pool old = g->entries, cells = g->cells, list;
    pool_open(&list, sizeof(struct nearby_entry));
    pool_reserve(&list, g->n);
    for (size_t k = 0; k < cells.n; k++) {
        const struct cell *c = (const struct cell *)cells.at + k;
        memcpy((struct nearby_entry *)list.at + list.n, (struct nearby_entry *)old.at + c->first,
               c->n * sizeof(struct nearby_entry));
        list.n += c->n;
    }
    lay(g, list.at, list.n);
    pool_close(&list);
}

static bool on_map(int32_t v)
{
    return v >= -NEARBY_MAX_PLACE && v <= NEARBY_MAX_PLACE;
}

static enum err check(struct cx *cx, uint16_t skills, const struct nearby_entry *e, size_t at)
{
    if (e->skill >= skills)
        return fail(cx, ERR_INPUT, "第 %zu 条技能号是 %u，一共 %u 种", at + 1, e->skill, skills);
    if (!on_map(e->x) || !on_map(e->y))
        return fail(cx, ERR_INPUT, "第 %zu 条的位置太远", at + 1);
    if (e->base < 0 || e->base > NEARBY_MAX_POINTS || e->stretch > NEARBY_MAX_STRETCH)
        return fail(cx, ERR_INPUT, "第 %zu 条的分数或范围不对", at + 1);
    return OK;
}

enum err nearby_open(struct cx *cx, uint16_t skills, const struct nearby_entry *entries, size_t n,
                     struct nearby **out)
{
    *out = NULL;
    if (n >= NOBODY)
        return fail(cx, ERR_INPUT, "服务者的技能太多，不能超过 %u 条", NOBODY - 1);
    for (size_t k = 0; k < n; k++)
        TRY(check(cx, skills, &entries[k], k));
    struct arena self;
    arena_init(&self, SIZE_MAX / 2);
    struct nearby *nb = NEW(&self, struct nearby);
    nb->skills = skills;
    nb->grid = arena_array(&self, skills, sizeof *nb->grid);
    nb->self = self;
    /* Counting sort by skill. */
    struct arena_mark start = arena_mark(cx->mem);
    size_t *first = arena_array(cx->mem, (size_t)skills + 2, sizeof *first);
    struct nearby_entry *sorted = arena_array(cx->mem, n + 1, sizeof *sorted);
    for (size_t k = 0; k < n; k++)
        first[entries[k].skill + 2]++;
    for (uint16_t k = 0; k < skills; k++)
        first[k + 2] += first[k + 1];
    for (size_t k = 0; k < n; k++)
        sorted[first[entries[k].skill + 1]++] = entries[k];
    for (uint16_t k = 0; k < skills; k++) {
        pool_open(&nb->grid[k].entries, sizeof(struct nearby_entry));
        pool_open(&nb->grid[k].cells, sizeof(struct cell));
        lay(&nb->grid[k], sorted + first[k], first[k + 1] - first[k]);
    }
    arena_rewind(cx->mem, start);
    *out = nb;
    return OK;
}

void nearby_close(struct nearby *n)
{
    if (!n)
        return;
    for (uint16_t k = 0; k < n->skills; k++) {
        pool_close(&n->grid[k].entries);
        pool_close(&n->grid[k].cells);
    }
    struct arena self = n->self;
    arena_free(&self);
}

/* ---- one more, one less ---- */

enum err nearby_add(struct cx *cx, struct nearby *n, const struct nearby_entry *e)
{
    TRY(check(cx, n->skills, e, 0));
    struct grid *g = &n->grid[e->skill];
    struct cell *c = cell_at(g, column_of(g, e->x), row_of(g, e->y));
    if (c->n == c->room) {
        uint32_t room = c->room < LEAST_ROOM ? LEAST_ROOM : 2 * c->room;
        if (g->entries.n + room >= NOBODY)
            return fail(cx, ERR_INPUT, "服务者的技能太多，不能超过 %u 条", NOBODY - 1);
        pool_reserve(&g->entries, room);
        uint32_t first = (uint32_t)g->entries.n;
        memcpy((struct nearby_entry *)g->entries.at + first, entries_of(g, c), c->n * sizeof *e);
        g->entries.n += room;
        c->first = first;
        c->room = room;
    }
    put(g, c, e);
    if (g->n > 4 * g->built_for + LEAST_GRID || g->entries.n > 8 * g->n + LEAST_GRID)
        lay_again(g);
    return OK;
}

enum err nearby_remove(struct cx *cx, struct nearby *n, const struct nearby_entry *e)
{
    TRY(check(cx, n->skills, e, 0));
    struct grid *g = &n->grid[e->skill];
    struct cell *c = cell_at(g, column_of(g, e->x), row_of(g, e->y));
    struct nearby_entry *list = entries_of(g, c);
    uint32_t at = 0;
    while (at < c->n && list[at].id != e->id)
        at++;
    if (at == c->n)
        return fail(cx, ERR_MISSING, "这里没有第 %u 位服务者", e->id + 1);
    memmove(list + at, list + at + 1, (c->n - at - 1) * sizeof *list);
    c->n--;
    g->n--;
    if (4 * g->n + LEAST_GRID < g->built_for)
        lay_again(g);
    return OK;
}

/* ---- asking ---- */

/* The best so far, the poorest on top. A key is score and id, so that it alone decides. */
struct best {
    uint64_t key[NEARBY_MAX_BEST];
    size_t n, most;
    int64_t least; /* what a newcomer must at least score: -1 while there is room */
};

static uint64_t key_of(int64_t score, uint32_t id)
{
    return (uint64_t)score << 32 | (UINT32_MAX - id);
}

static void keep(struct best *b, uint64_t key)
{
    uint64_t *h = b->key;
    size_t at = 0;
    if (b->n < b->most) {
        for (at = b->n++; at > 0 && h[(at - 1) / 2] > key; at = (at - 1) / 2)
            h[at] = h[(at - 1) / 2];
    } else {
        if (key <= h[0])
            return;
        for (size_t down; (down = 2 * at + 1) < b->n; at = down) {
            if (down + 1 < b->n && h[down + 1] < h[down])
                down++;
            if (h[down] >= key)
                break;
            h[at] = h[down];
        }
    }
    h[at] = key;
    if (b->n == b->most)
        b->least = (int64_t)(h[0] >> 32);
}

static bool is_favoured(const struct nearby_query *q, uint32_t id)
{
    for (size_t k = 0; k < q->nfavours; k++)
        if (q->favours[k].id == id)
            return true;
    return false;
}

/* The favoured come first, by name: then nobody else can score more than base and distance. */
static void ask_favoured(const struct grid *g, const struct nearby_query *q, struct best *b)
{
    for (size_t k = 0; k < q->nfavours; k++) {
        const struct nearby_favour *f = &q->favours[k];
        const struct cell *c = cell_at(g, column_of(g, f->x), row_of(g, f->y));
        const struct nearby_entry *e = entries_of(g, c);
        for (uint32_t i = 0; i < c->n; i++) {
            int64_t score = e[i].id == f->id ? nearby_score(q, &e[i]) : -1;
            if (score >= 1)
                keep(b, key_of(score, f->id));
        }
    }
}

/* Distance from v to [from, from + size), on one axis. */
static int64_t outside(int32_t v, int64_t from, int32_t size)
{
    return v < from ? from - v : v >= from + size ? v - (from + size - 1) : 0;
}

/* px, py: the query's place, drawn into the grid. An entry is at least as far from the query as
 * its cell is from there, even if either lives outside: drawing two points into a rectangle never
 * moves them apart. */
static void ask_cell(const struct grid *g, const struct nearby_query *q, int32_t column,
                     int32_t row, int32_t px, int32_t py, struct best *b)
{
    const struct cell *c = cell_at(g, column, row);
    if (c->n == 0)
        return;
    uint32_t nearest = distance(outside(px, g->left + (int64_t)column * g->size, g->size),
                                outside(py, g->top + (int64_t)row * g->size, g->size));
    if (too_far(q, nearest, g->most_stretch))
        return;
    const struct nearby_entry *e = entries_of(g, c), *end = e + c->n;
    int64_t most_near = near_points(q, nearest);
    for (; e < end; e++) {
        if (e->base + most_near < b->least)
            return; /* nor can those behind it, which have a lower base */
        if (q->slots && !(q->slots & e->slots))
            continue;
        uint32_t d = distance((int64_t)e->x - q->x, (int64_t)e->y - q->y);
        if (too_far(q, d, e->stretch))
            continue;
        int64_t score = e->base + near_points(q, d);
        if (score < 1 || score < b->least || (q->nfavours && is_favoured(q, e->id)))
            continue;
        keep(b, key_of(score, e->id));
    }
}

static int32_t least_of(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static void ask_grid(const struct grid *g, const struct nearby_query *q, struct best *b)
{
    int32_t px = clamp(q->x, g->left, g->left + g->columns * g->size - 1);
    int32_t py = clamp(q->y, g->top, g->top + g->rows * g->size - 1);
    int32_t cx = column_of(g, px), cy = row_of(g, py);
    int32_t dx = px - (g->left + cx * g->size), dy = py - (g->top + cy * g->size);
    int32_t margin = least_of(least_of(dx, g->size - 1 - dx), least_of(dy, g->size - 1 - dy));
    int32_t rings = g->columns > g->rows ? g->columns : g->rows;
    for (int32_t r = 0; r < rings; r++) {
        int64_t away = r ? (int64_t)(r - 1) * g->size + margin + 1 : 0;
        if (too_far(q, (uint32_t)away, g->most_stretch) ||
            g->best_base + near_points(q, (uint32_t)away) < b->least)
            return;
        int32_t top = cy - r > 0 ? cy - r : 0, bottom = least_of(cy + r, g->rows - 1);
        int32_t left = cx - r > 0 ? cx - r : 0, right = least_of(cx + r, g->columns - 1);
        for (int32_t y = top; y <= bottom; y++) {
            if (y == cy - r || y == cy + r) {
                for (int32_t x = left; x <= right; x++)
                    ask_cell(g, q, x, y, px, py, b);
                continue;
            }
            if (cx - r >= 0)
                ask_cell(g, q, cx - r, y, px, py, b);
            if (cx + r < g->columns)
                ask_cell(g, q, cx + r, y, px, py, b);
        }
    }
}

enum err nearby_best(struct cx *cx, const struct nearby *n, const struct nearby_query *q,
                     struct solve_edge *out, size_t *found)
{
    struct best b = {.most = q->best, .least = -1};
    *found = 0;
    if (q->skill >= n->skills || q->best < 1 || q->best > NEARBY_MAX_BEST)
        return fail(cx, ERR_INPUT, "没有第 %u 种技能，或者一次要的人数不在 1 到 %d 之间",
                    q->skill + 1u, NEARBY_MAX_BEST);
    if (!on_map(q->x) || !on_map(q->y) || q->reach < 1 || q->reach > NEARBY_MAX_PLACE ||
        q->points < 0 || q->points > NEARBY_MAX_POINTS)
        return fail(cx, ERR_INPUT, "需求的位置、范围或分数不对");
    for (size_t k = 0; k < q->nfavours; k++)
        if (q->favours[k].points < 0 || q->favours[k].points > NEARBY_MAX_POINTS)
            return fail(cx, ERR_INPUT, "给熟人加的分不对");
    const struct grid *g = &n->grid[q->skill];
    ask_favoured(g, q, &b);
    ask_grid(g, q, &b);
    for (size_t k = 1; k < b.n; k++) { /* a few: by insertion, falling */
        uint64_t key = b.key[k];
        size_t at = k;
        for (; at > 0 && b.key[at - 1] < key; at--)
            b.key[at] = b.key[at - 1];
        b.key[at] = key;
    }
    for (size_t k = 0; k < b.n; k++)
        out[k] = (struct solve_edge){UINT32_MAX - (uint32_t)b.key[k], (int32_t)(b.key[k] >> 32)};
    *found = b.n;
    return OK;
}
