/* zone -- zones of responsibility, model posts and pledges 责任区、示范岗、承诺: posted by staff,
 * taken on by volunteers, shown on boards. A word about one is a need like any other, so that it
 * is answered. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/board/board_own.h"
#include "base/id.h"
#include "base/out.h"
#include "board.sql.h"

static const struct {
    const char *code, *label;
} zone_kinds[] = {{"zone", "责任区"}, {"post", "示范岗"}, {"pledge", "承诺"}};

static const struct field zone_fields[] = {
    FIELD(struct zone, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct zone, place_id, "地点", .data = DATA_PUBLIC),
    FIELD(struct zone, kind, "哪一种", .ask = true, .required = true, .data = DATA_PUBLIC),
    FIELD(struct zone, title, "叫什么", .ask = true, .required = true, .data = DATA_PUBLIC,
          .max = 24, .hint = "比如：楼道整洁、邻里调解"),
    FIELD(struct zone, duties, "做什么", .ask = true, .data = DATA_PUBLIC, .max = 80),
    FIELD(struct zone, pledge, "承诺的话", .ask = true, .data = DATA_PUBLIC, .max = 60),
    FIELD(struct zone, claims, "几个人认领", .data = DATA_PUBLIC),
    FIELD(struct zone, full_name, "地点名称", .data = DATA_PUBLIC),
};
const struct shape zone_shape = SHAPE("zone", struct zone, zone_fields);

struct claim {
    int64_t volunteer_id;
};
typedef LIST(struct claim) claim_list;
static const struct field claim_fields[] = {FIELD(struct claim, volunteer_id, "志愿者")};
static const struct shape claim_shape = SHAPE("zone_claim", struct claim, claim_fields);

const char *zone_kind_label(struct str kind)
{
    for (size_t i = 0; i < COUNT(zone_kinds); i++)
        if (str_is(kind, zone_kinds[i].code))
            return zone_kinds[i].label;
    return NULL;
}

static enum err zone_get(struct cx *cx, int64_t id, struct zone *out)
{
    enum err e = db_one(cx, &board_sql_zone_get, &zone_shape, out, ARGS(A(id)));
    if (e != ERR_MISSING)
        return e;
    fault_clear(cx);
    return fail(cx, ERR_MISSING, "没有这一项，可能已经撤了");
}

enum err zone_add(struct cx *cx, struct zone *z)
{
    struct place p;
    TRY(place_get(cx, z->place_id, &p));
    TRY(board_reach(cx, &p));
    if (!zone_kind_label(z->kind))
        return fail_field(cx, "kind", "请选一下是哪一种");
    z->id = id_new(cx);
    return db_put(cx, &board_sql_zone_add, &zone_shape, z, NO_ARGS);
}

enum err zone_end(struct cx *cx, int64_t id)
{
    struct zone z;
    struct place p;
    int64_t nobody = 0;
    TRY(zone_get(cx, id, &z));
    TRY(place_get(cx, z.place_id, &p));
    TRY(board_reach(cx, &p));
    TRY(db_run(cx, &board_sql_claims_end, ARGS(AS("zone_id", id), AS("volunteer_id", nobody)),
               NULL));
    return db_change(cx, &board_sql_zone_end, ARGS(A(id)));
}

enum err zones_of(struct cx *cx, int64_t place_id, zone_list *out)
{
    return db_all(cx, &board_sql_zones, &zone_shape, out, ARGS(A(place_id)));
}

enum err zones_taken(struct cx *cx, int64_t volunteer_id, zone_list *out)
{
    return db_all(cx, &board_sql_zones_taken, &zone_shape, out, ARGS(A(volunteer_id)));
}

enum err zone_claim(struct cx *cx, int64_t zone_id, int64_t volunteer_id, struct str key,
                    bool takes)
{
    struct zone z;
    struct place p;
    struct volunteer v;
    int64_t n, id = id_new(cx), by_person = key.n ? 0 : cx->who.person_id;
    TRY(zone_get(cx, zone_id, &z));
    if (key.n) {
        TRY(volunteer_by_key(cx, volunteer_id, key, &v));
    } else {
        TRY(place_get(cx, z.place_id, &p));
        TRY(board_reach(cx, &p));
        TRY(volunteer_get(cx, volunteer_id, &v));
    }
    if (takes && v.state != VOLUNTEER_ACTIVE)
        return fail(cx, ERR_CONFLICT, "现在是“%s”，不能认领", volunteer_state_labels[v.state]);
    if (!takes)
        return db_run(cx, &board_sql_claims_end, ARGS(A(zone_id), A(volunteer_id)), NULL);
    TRY(db_number(cx, &board_sql_claim_count, &n, ARGS(A(zone_id), A(volunteer_id))));
    return n ? OK
             : db_run(cx, &board_sql_claim_add,
                      ARGS(A(id), A(zone_id), A(volunteer_id), A(by_person)), NULL);
}

/* 认领：王师傅、一位邻居 */
static enum err who_took(struct cx *cx, int64_t zone_id, struct str *names, struct str *unnamed)
{
    claim_list claims = {0};
    struct out o;
    int64_t hidden = 0;
    out_init(&o, cx->mem);
    TRY(db_all(cx, &board_sql_claimed_by, &claim_shape, &claims, ARGS(A(zone_id))));
    for (size_t i = 0; i < claims.n; i++) {
        struct volunteer_neighbour v;
        bool found;
        TRY(volunteer_neighbour(cx, claims.at[i].volunteer_id, &v, &found));
        hidden += !found;
        if (found)
            out_printf(&o, "%s%.*s", o.n ? "、" : "", STR(v.name));
    }
    *names = out_text(&o);
    *unnamed = hidden
                   ? arena_printf(cx->mem, "%s%lld 位邻居", names->n ? "和" : "", (long long)hidden)
                   : S("");
    return OK;
}

enum err zone_items(struct cx *cx, int64_t place_id, board_item_list *out)
{
    zone_list zones = {0};
    TRY(zones_of(cx, place_id, &zones));
    for (size_t i = 0; i < zones.n; i++) {
        const struct zone *z = &zones.at[i];
        struct str names, unnamed;
        TRY(who_took(cx, z->id, &names, &unnamed));
        bool is_taken = names.n || unnamed.n;
        struct str who = is_taken
                             ? arena_printf(cx->mem, "，认领：%.*s%.*s", STR(names), STR(unnamed))
                         : str_is(z->kind, "pledge") ? S("")
                                                     : S("，等人认领");
        *PUSH(cx->mem, out) = (struct board_item){
            .part = BOARD_ZONES,
            .subject_id = z->id,
            .label = str_c(zone_kind_label(z->kind)),
            .name = z->title,
            .phone = S(""),
            .shared = S(""),
            .text = arena_printf(cx->mem, "%.*s%s%.*s%.*s", STR(z->duties),
                                 z->duties.n && z->pledge.n ? "。" : "", STR(z->pledge), STR(who)),
            .is_vacant = !is_taken,
            .names = names.n > 0};
    }
    return OK;
}
