/* coverage -- the proof that grids, posts and places leave nobody out and serve nobody twice. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/place/outline.h"
#include "app/place/place.h"
#include "place.sql.h"

static const struct field coverage_fault_fields[] = {
    FIELD(struct coverage_fault, kind, "种类", .data = DATA_PUBLIC),
    FIELD(struct coverage_fault, subject, "哪里", .data = DATA_PUBLIC),
    FIELD(struct coverage_fault, text, "说明", .data = DATA_PUBLIC),
};
const struct shape coverage_fault_shape =
    SHAPE("coverage_fault", struct coverage_fault, coverage_fault_fields);

static const struct field coverage_fields[] = {
    FIELD(struct coverage, grids, "网格", .data = DATA_PUBLIC),
    FIELD(struct coverage, areas, "居民区", .data = DATA_PUBLIC),
    FIELD(struct coverage, buildings, "楼栋", .data = DATA_PUBLIC),
    FIELD(struct coverage, stairwells, "单元", .data = DATA_PUBLIC),
    FIELD(struct coverage, doors, "户", .data = DATA_PUBLIC),
    FIELD(struct coverage, vacancies, "楼栋长空缺", .data = DATA_PUBLIC),
};
static const struct shape coverage_shape = SHAPE("coverage", struct coverage, coverage_fields);

/* One row of any of the three questions; each fills the columns it has. */
struct row {
    struct str code, full_name, name;
    int64_t grids, first_number, last_number; /* of a place */
    int64_t number, workers, deputies;        /* of a grid */
    int64_t posts, held;                      /* of a building */
};
typedef LIST(struct row) row_list;
static const struct field row_fields[] = {
    FIELD(struct row, code, "码"),
    FIELD(struct row, full_name, "全名"),
    FIELD(struct row, name, "名称"),
    FIELD(struct row, grids, "网格数"),
    FIELD(struct row, first_number, "最小网格号"),
    FIELD(struct row, last_number, "最大网格号"),
    FIELD(struct row, number, "网格号"),
    FIELD(struct row, workers, "网格员"),
    FIELD(struct row, deputies, "副网格员"),
    FIELD(struct row, posts, "岗位"),
    FIELD(struct row, held, "在任"),
};
static const struct shape row_shape = SHAPE("coverage_row", struct row, row_fields);

static void add(struct cx *cx, struct coverage *c, const char *kind, struct str subject,
                struct str text)
{
    *PUSH(cx->mem, &c->faults) =
        (struct coverage_fault){.kind = str_c(kind), .subject = subject, .text = text};
}

static struct str number_text(struct cx *cx, int64_t n)
{
    return arena_printf(cx->mem, "%lld", (long long)n);
}

static enum err check_places(struct cx *cx, struct coverage *c)
{
    row_list rows = {0};
    TRY(db_all(cx, &place_sql_coverage_places, &row_shape, &rows, NO_ARGS));
    for (size_t i = 0; i < rows.n; i++) {
        const struct row *r = &rows.at[i];
        if (r->grids == 0)
            add(cx, c, "gap", r->code,
                arena_printf(cx->mem, "%.*s不在任何网格里", STR(r->full_name)));
        else
            add(cx, c, "overlap", r->code,
                arena_printf(cx->mem, "%.*s同时在 %lld 个网格里（第 %lld、%lld 网格）",
                             STR(r->full_name), (long long)r->grids, (long long)r->first_number,
                             (long long)r->last_number));
    }
    return OK;
}

static enum err check_grids(struct cx *cx, struct coverage *c)
{
    row_list rows = {0};
    TRY(db_all(cx, &place_sql_coverage_grids, &row_shape, &rows, NO_ARGS));
    for (size_t i = 0; i < rows.n; i++) {
        const struct row *r = &rows.at[i];
        if (!r->workers)
            add(cx, c, "no_worker", number_text(cx, r->number),
                arena_printf(cx->mem, "%.*s现在没有网格员", STR(r->name)));
        if (!r->deputies)
            add(cx, c, "no_deputy", number_text(cx, r->number),
                arena_printf(cx->mem, "%.*s现在没有副网格员", STR(r->name)));
    }
    return OK;
}

/* A vacancy is known and told; a building where nobody made a post is forgotten. */
static enum err check_leaders(struct cx *cx, struct coverage *c)
{
    row_list rows = {0};
    TRY(db_all(cx, &place_sql_coverage_leaders, &row_shape, &rows, NO_ARGS));
    for (size_t i = 0; i < rows.n; i++) {
        const struct row *r = &rows.at[i];
        if (r->posts)
            c->vacancies++;
        else
            add(cx, c, "no_leader", r->code,
                arena_printf(cx->mem, "%.*s没有设楼栋长岗位", STR(r->full_name)));
    }
    return OK;
}

static enum err check_outlines(struct cx *cx, struct coverage *c)
{
    grid_list grids = {0};
    TRY(db_all(cx, &place_sql_grids_drawn, &grid_shape, &grids, NO_ARGS));
    struct outline *outlines = arena_array(cx->mem, grids.n + 1, sizeof *outlines);
    for (size_t i = 0; i < grids.n; i++) {
        const struct grid *g = &grids.at[i];
        if (!outline_read(cx, g->outline, &outlines[i])) {
            add(cx, c, "outline_overlap", number_text(cx, g->number),
                arena_printf(cx->mem, "%.*s的边界读不懂，请重画", STR(g->name)));
            continue;
        }
        for (size_t k = 0; k < i; k++)
            if (grids.at[k].area_id == g->area_id && outlines[k].points.n &&
                outline_overlap(&outlines[i], &outlines[k]))
                add(cx, c, "outline_overlap", number_text(cx, g->number),
                    arena_printf(cx->mem, "%.*s和%.*s的边界有重叠", STR(g->name),
                                 STR(grids.at[k].name)));
    }
    return OK;
}

enum err place_coverage(struct cx *cx, struct coverage *out)
{
    *out = (struct coverage){0};
    TRY(db_one(cx, &place_sql_coverage_counts, &coverage_shape, out, NO_ARGS));
    TRY(check_places(cx, out));
    TRY(check_grids(cx, out));
    TRY(check_leaders(cx, out));
    return check_outlines(cx, out);
}
