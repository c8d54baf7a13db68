/* board -- what a board shows, from posts, volunteers, zones and its own words. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/board/board.h"
#include "app/board/board_own.h"
#include "base/id.h"
#include "base/out.h"
#include "base/time.h"
#include "board.sql.h"
#include <sodium.h>

enum { NEIGHBOURS_MAX = 12, LINE_HASH = 16, VERSION = 8 };

static const char *const board_kinds[] = {"stairwell", "estate", "station", "stall"};
const char *const board_part_codes[] = {"head", "people", "neighbours", "zones", "about", NULL};

static const struct field board_fields[] = {
    FIELD(struct board, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct board, place_id, "地点", .data = DATA_PUBLIC),
    FIELD(struct board, kind, "哪一种", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct board, duties, "在这里做什么", .ask = true, .data = DATA_PUBLIC, .max = 400,
          .lines = true, .hint = "一行一件，比如：每周上门看一次"),
    FIELD(struct board, phone, "服务和监督电话", .ask = true, .data = DATA_PUBLIC, .max = 30,
          .hint = "不填就写社区的电话"),
    FIELD(struct board, version, "版本", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct board, code, "代码", .data = DATA_PUBLIC),
    FIELD(struct board, full_name, "地点名称", .data = DATA_PUBLIC),
    FIELD(struct board, path, "路径"),
};
const struct shape board_shape = SHAPE("board", struct board, board_fields);

static const struct field item_fields[] = {
    FIELD(struct board_item, part, "哪一栏", .codes = board_part_codes, .data = DATA_PUBLIC),
    FIELD(struct board_item, subject_id, "编号"),
    FIELD(struct board_item, label, "是什么", .data = DATA_PUBLIC),
    FIELD(struct board_item, name, "姓名", .data = DATA_PUBLIC),
    FIELD(struct board_item, phone, "电话", .data = DATA_PUBLIC),
    FIELD(struct board_item, shared, "值班电话", .data = DATA_PUBLIC),
    FIELD(struct board_item, text, "说明", .data = DATA_PUBLIC, .max = 1000, .lines = true),
    FIELD(struct board_item, is_vacant, "空缺", .data = DATA_PUBLIC),
    FIELD(struct board_item, is_grid, "网格员", .data = DATA_PUBLIC),
};
const struct shape board_item_shape = SHAPE("board_item", struct board_item, item_fields);

/* ---- rows ---- */

enum err board_reach(struct cx *cx, const struct place *p)
{
    bool yes;
    TRY(need_reaches(cx, p, &yes));
    return yes ? OK : fail(cx, ERR_MISSING, "您的岗位管不到这里的公示栏");
}

enum err board_at(struct cx *cx, int64_t place_id, struct board *out)
{
    bool found;
    *out = (struct board){0};
    return db_find(cx, &board_sql_at, &board_shape, out, &found, ARGS(A(place_id)));
}

enum err board_all(struct cx *cx, int64_t grid_id, board_list *out)
{
    if (cx->who.scope_grid)
        grid_id = cx->who.scope_grid;
    return db_all(cx, &board_sql_within, &board_shape, out, ARGS(A(grid_id)));
}

enum err board_put(struct cx *cx, struct board *b)
{
    struct place p;
    bool is_kind = false;
    TRY(place_get(cx, b->place_id, &p));
    TRY(board_reach(cx, &p));
    for (size_t i = 0; i < COUNT(board_kinds); i++)
        is_kind |= str_is(b->kind, board_kinds[i]);
    if (!is_kind)
        return fail_field(cx, "kind", "请选一下是哪一种公示栏");
    if (b->id) {
        if (db_change(cx, &board_sql_save,
                      ARGS(AS("id", b->id), AS("kind", b->kind), AS("duties", b->duties),
                           AS("phone", b->phone), AS("version", b->version))) == OK)
            return OK;
        fault_clear(cx);
        return fail(cx, ERR_CONFLICT, "别人刚刚先改了一步，请刷新看看再改");
    }
    b->id = id_new(cx);
    return db_put(cx, &board_sql_add, &board_shape, b, NO_ARGS);
}

/* ---- the face ---- */

struct board_month board_month(int64_t now)
{
    struct civil c = time_civil(now);
    int64_t months = c.year * 12 + c.month - 2; /* the one before, counted from 0 */
    int year = (int)(months / 12), month = (int)(months % 12) + 1;
    return (struct board_month){.from_at = time_of(year, month, 1, 0, 0),
                                .to_at = time_of(c.year, c.month, 1, 0, 0),
                                .number = year * 100 + month};
}

static struct board_item *add(struct cx *cx, struct board_face *f, enum board_part part,
                              int64_t subject_id, struct str label)
{
    struct board_item *i = PUSH(cx->mem, &f->items);
    const struct str none = S("");
    *i = (struct board_item){.part = part,
                             .subject_id = subject_id,
                             .label = label,
                             .name = none,
                             .phone = none,
                             .shared = none,
                             .text = none};
    return i;
}

/* 南艳湖居民区 · 第 23 网格 */
static enum err add_head(struct cx *cx, struct board_face *f)
{
    place_list line = {0};
    struct str area = S("");
    TRY(place_line(cx, f->place.id, &line));
    TRY(place_grid_of(cx, f->place.id, &f->grid));
    for (size_t i = 0; i + 1 < line.n; i++)
        if (i < 2) /* the nearest to the top that is not the community itself */
            area = line.at[i].name;
    f->where = f->grid.id ? arena_printf(cx->mem, "%.*s%s%.*s", STR(area), area.n ? " · " : "",
                                         STR(f->grid.name))
                          : area;
    struct board_item *i = add(cx, f, BOARD_HEAD, 0, S("地点"));
    i->name = f->place.full_name;
    i->text = f->where;
    return OK;
}

/* Who did not agree to stand here by name, and a post that nobody holds, go by the post; who did
 * not agree to his number, by the unit's. */
static void add_card(struct cx *cx, struct board_face *f, const struct post_card *p)
{
    const struct role *r = role_of_code(p->role);
    struct board_item *i = add(cx, f, BOARD_PEOPLE, p->post_id, str_c(r ? r->label : ""));
    i->is_grid = str_is(p->role, "grid_worker");
    i->is_vacant = !p->person_id;
    if (p->person_id && p->show_name)
        i->name = p->person_name;
    if (p->person_id && p->show_phone)
        i->phone = p->duty_phone;
    if (!i->phone.n)
        i->shared = p->org_phone.n ? p->org_phone : f->phone;
    if (i->is_vacant)
        i->text = arena_printf(cx->mem, "%.*s，正在补人", STR(p->title));
    else if (p->is_deputy)
        i->text = arena_printf(cx->mem, "%.*s，代理", STR(p->title));
    else if (!i->name.n || !str_ends(p->title, i->label)) /* the label says it already */
        i->text = p->title;
    if (i->is_grid && !f->grid_phone.n)
        f->grid_phone = i->phone.n ? i->phone : i->shared;
}

static enum err add_people(struct cx *cx, struct board_face *f)
{
    post_card_list cards = {0};
    TRY(org_people_shown(cx, f->place.id, f->grid.id, &cards));
    for (size_t i = 0; i < cards.n; i++)
        add_card(cx, f, &cards.at[i]);
    return OK;
}

/* A stairwell shows the building's: neighbours are few. */
static enum err whole_of(struct cx *cx, const struct place *p, struct place *out)
{
    *out = *p;
    return str_is(p->tier, "stairwell") && p->parent_id ? place_get(cx, p->parent_id, out) : OK;
}

static enum err add_neighbours(struct cx *cx, struct board_face *f, const struct place *whole)
{
    volunteer_neighbour_list list = {0};
    TRY(volunteer_neighbours(cx, whole->path, NEIGHBOURS_MAX, &list));
    for (size_t k = 0; k < list.n; k++) {
        struct board_item *i = add(cx, f, BOARD_NEIGHBOURS, list.at[k].id, S("志愿者"));
        i->name = list.at[k].name;
        i->phone = list.at[k].number;
        i->text = list.at[k].can;
    }
    return OK;
}

/* When the nearest station is open is entered with the station, not here. */
static enum err find_station(struct cx *cx, struct board_face *f)
{
    struct site site;
    bool found;
    f->station = S("");
    TRY(site_of_place(cx, f->place.path, &site, &found));
    return found ? site_brief(cx, &site, &f->station) : OK;
}

static void add_about(struct cx *cx, struct board_face *f)
{
    const struct board *b = &f->board;
    if (b->duties.n)
        add(cx, f, BOARD_ABOUT, 1, S("做什么"))->text = b->duties;
    if (f->station.n)
        add(cx, f, BOARD_ABOUT, 2, S("服务站"))->text = f->station;
    add(cx, f, BOARD_ABOUT, 3, S("服务和监督电话"))->shared = f->phone;
}

/* ---- hash ---- */

static struct str hex_of(struct cx *cx, struct str text, size_t digits)
{
    unsigned char sum[crypto_hash_sha256_BYTES];
    char *hex = arena_alloc(cx->mem, 2 * sizeof sum + 1);
    crypto_hash_sha256(sum, (const unsigned char *)text.p, text.n);
    sodium_bin2hex(hex, 2 * sizeof sum + 1, sum, sizeof sum);
    return str_n(hex, digits);
}

/* Every field of the item, as the shape has them: a new one is in the hash by itself. */
static struct str item_text(struct cx *cx, const struct board_item *i)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t k = 0; k < board_item_shape.nfields; k++) {
        out_str(&o, field_text(cx, &board_item_shape.fields[k], i));
        out_raw(&o, "\x1f", 1);
    }
    return out_text(&o);
}

/* |people 7310 n1p0 9c0f3a… 网格员 */
static void put_line(struct cx *cx, struct out *o, const struct board_item *i, bool named)
{
    out_printf(o, "|%s %lld n%dp%d %.*s %.*s\n", board_part_codes[i->part],
               (long long)i->subject_id, named, i->phone.n > 0,
               STR(hex_of(cx, item_text(cx, i), LINE_HASH)), STR(i->label));
}

/* The name of a zone is its title: n1 says of it that somebody is named beside. The hash was always
 * made as if each were, and stays so: papers that hang do not become old by it. */
static void seal(struct cx *cx, struct board_face *f)
{
    struct out lines, hashed;
    out_init(&lines, cx->mem);
    out_init(&hashed, cx->mem);
    for (size_t k = 0; k < f->items.n; k++) {
        const struct board_item *i = &f->items.at[k];
        put_line(cx, &lines, i, i->part == BOARD_ZONES ? i->names : i->name.n > 0);
        put_line(cx, &hashed, i, i->name.n > 0);
    }
    f->lines = out_text(&lines);
    f->hash = hex_of(cx, out_text(&hashed), 2 * crypto_hash_sha256_BYTES);
}

struct str board_version(const struct board_face *f)
{
    return str_cut(f->hash, 0, VERSION);
}

struct str board_url(struct cx *cx, const struct board_face *f, struct str site)
{
    return arena_printf(cx->mem, "%.*s/b/%.*s?v=%.*s", STR(site), STR(f->place.code),
                        STR(board_version(f)));
}

static enum err fill(struct cx *cx, struct board_face *f)
{
    struct place whole;
    struct board_month month = board_month(cx->now);
    struct community community;
    TRY(place_community(cx, &community));
    f->phone = f->board.phone.n ? f->board.phone : community.phone;
    f->grid_phone = S("");
    f->month = month.number;
    TRY(whole_of(cx, &f->place, &whole));
    TRY(add_head(cx, f));
    TRY(add_people(cx, f));
    TRY(add_neighbours(cx, f, &whole));
    TRY(zone_items(cx, f->place.id, &f->items));
    TRY(find_station(cx, f));
    add_about(cx, f);
    seal(cx, f);
    return need_month(cx, &whole, month.from_at, month.to_at, &f->sums);
}

enum err board_face_of(struct cx *cx, const struct board *b, struct board_face *out)
{
    *out = (struct board_face){.board = *b};
    TRY(place_get(cx, b->place_id, &out->place));
    return fill(cx, out);
}

enum err board_face(struct cx *cx, struct str code, struct board_face *out)
{
    *out = (struct board_face){0};
    TRY(place_by_code(cx, code, &out->place));
    TRY(board_at(cx, out->place.id, &out->board));
    return fill(cx, out);
}
