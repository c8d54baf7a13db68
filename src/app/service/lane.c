/* lane -- queues of a site, the times that may be booked, the link of its wall display. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/service_own.h"
#include "base/id.h"
#include "base/time.h"
#include "service.sql.h"

enum {
    COUNTERS_MAX = 40,
    SLOT_LEAST = 5,
    SLOT_MOST = 120,
    PLACES_MAX = 20,
    DAYS_MAX = 14,
    SLOTS_MAX = 1500 /* looked at: two weeks of five minutes */
};

enum err lane_get(struct cx *cx, int64_t id, struct lane *out)
{
    bool found;
    TRY(db_find(cx, &service_sql_lane, &lane_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这个窗口");
}

enum err lanes_of(struct cx *cx, int64_t site_id, lane_list *out)
{
    return db_all(cx, &service_sql_lanes, &lane_shape, out, ARGS(A(site_id)));
}

enum err lane_for(struct cx *cx, int64_t site_id, struct str code, struct lane *out)
{
    bool found;
    *out = (struct lane){0};
    TRY(db_find(cx, &service_sql_lane_for, &lane_shape, out, &found, ARGS(A(site_id), A(code))));
    if (!found && !str_is(code, "general")) /* the general counter takes what has none of its own */
        TRY(db_find(cx, &service_sql_lane_for, &lane_shape, out, &found,
                    ARGS(A(site_id), AS("code", S("general")))));
    if (!found)
        *out = (struct lane){0};
    return OK;
}

/* ---- keeping ---- */

static void check_slots(struct cx *cx, struct lane *l)
{
    if (!l->slot_minutes || !l->slot_places) { /* not booked at all */
        l->slot_minutes = l->slot_places = l->book_days = 0;
        return;
    }
    if (l->slot_minutes < SLOT_LEAST || l->slot_minutes > SLOT_MOST)
        fail_field(cx, "slot_minutes", "请写 %d 到 %d，不能预约写 0", SLOT_LEAST, SLOT_MOST);
    if (l->slot_places < 0 || l->slot_places > PLACES_MAX)
        fail_field(cx, "slot_places", "请写 1 到 %d", PLACES_MAX);
    if (l->book_days < 1 || l->book_days > DAYS_MAX)
        fail_field(cx, "book_days", "请写 1 到 %d", DAYS_MAX);
}

static enum err check_others(struct cx *cx, const struct lane *l)
{
    lane_list all = {0};
    TRY(lanes_of(cx, l->site_id, &all));
    for (size_t i = 0; i < all.n; i++) {
        if (all.at[i].id == l->id)
            continue;
        if (str_eq(all.at[i].code, l->code))
            fail_field(cx, "code", "这里已经有办这类事的窗口：%.*s", STR(all.at[i].name));
        if (str_eq(all.at[i].letter, l->letter))
            fail_field(cx, "letter", "这个字母 %.*s 用着了", STR(all.at[i].name));
    }
    return OK;
}

static enum err check(struct cx *cx, struct lane *l)
{
    l->letter = l->letter.p ? l->letter : S("");
    l->name = l->name.n ? l->name : str_c(service_lane_label(l->code));
    if (!*service_lane_label(l->code))
        fail_field(cx, "code", "请从单子里选一类");
    if (l->letter.n == 1 && *l->letter.p >= 'a' && *l->letter.p <= 'z')
        l->letter = arena_printf(cx->mem, "%c", *l->letter.p - 'a' + 'A');
    if (l->letter.n != 1 || *l->letter.p < 'A' || *l->letter.p > 'Z')
        fail_field(cx, "letter", "请写一个字母，A 到 Z");
    if (l->counters < 1 || l->counters > COUNTERS_MAX)
        fail_field(cx, "counters", "请写 1 到 %d", COUNTERS_MAX);
    check_slots(cx, l);
    TRY(check_others(cx, l));
    return cx->fault.fields.n ? ERR_INPUT : OK;
}

enum err lane_put(struct cx *cx, struct lane *l)
{
    struct site site;
    struct lane old = {0};
    if (!(cx->who.role & ROLES_COUNTER))
        return fail(cx, ERR_DENIED, "窗口和叫号由窗口工作人员来设");
    if (l->id) {
        TRY(lane_get(cx, l->id, &old));
        l->site_id = old.site_id; /* neither moves: numbers were given out */
        l->code = old.code;
        if (l->version && l->version != old.version)
            return fail(cx, ERR_CONFLICT, "别人刚改过，请刷新再改");
        l->version = old.version;
    }
    TRY(service_site(cx, l->site_id, &site));
    TRY(check(cx, l));
    if (l->id)
        return db_save(cx, &service_sql_lane_save, &lane_shape, l, NO_ARGS);
    l->id = id_new(cx);
    return db_put(cx, &service_sql_lane_insert, &lane_shape, l, NO_ARGS);
}

/* ---- times that may be booked ---- */

static const struct field slot_fields[] = {
    FIELD(struct slot, at, "几点"),
    FIELD(struct slot, left, "还有几位"),
};
static const struct shape slot_shape = SHAPE("service_slot", struct slot, slot_fields);

static int64_t held(const slot_list *all, int64_t at)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].at == at)
            return all->at[i].left;
    return 0;
}

enum err lane_slots(struct cx *cx, const struct lane *l, int64_t service_id, size_t most,
                    slot_list *out)
{
    int64_t days;
    struct site_plan plan;
    struct site_opening open;
    slot_list taken = {0};
    const int64_t step = l->slot_minutes * MS_MINUTE;
    int64_t at = cx->now, end = time_day_start(time_day(cx->now) + l->book_days + 1);
    if (!l->slot_minutes || !l->is_open)
        return OK;
    TRY(service_days(cx, service_id, l->site_id, &days));
    TRY(service_plan(cx, l->site_id, &plan));
    TRY(db_all(cx, &service_sql_slots_held, &slot_shape, &taken,
               ARGS(AS("lane_id", l->id), AS("from_at", cx->now))));
    for (int looked = 0; out->n < most && site_opening_after(&plan, at, &open);) {
        if (open.from_at >= end)
            break;
        for (int64_t s = open.from_at; s + step <= open.to_at && out->n < most; s += step) {
            if (s >= end || ++looked > SLOTS_MAX)
                return OK;
            int64_t left = l->slot_places - held(&taken, s);
            if (s > cx->now && left > 0 && service_done_on(days, s))
                *PUSH(cx->mem, out) = (struct slot){s, left};
        }
        at = open.to_at;
    }
    return OK;
}

/* ---- the wall display ---- */

enum err screen_make(struct cx *cx, int64_t site_id, struct str *key)
{
    struct site site;
    if (!(cx->who.role & ROLES_COUNTER))
        return fail(cx, ERR_DENIED, "叫号屏由窗口工作人员来开");
    TRY(service_site(cx, site_id, &site));
    *key = id_secret(cx, 16);
    return db_run(cx, &service_sql_screen_put,
                  ARGS(A(site_id), AS("key_hash", value_blob(id_secret_hash(cx, *key))),
                       AS("made_name", cx->who.name)),
                  NULL);
}

enum err screen_check(struct cx *cx, int64_t site_id, struct str key)
{
    int64_t n = 0;
    if (key.n)
        TRY(db_number(cx, &service_sql_screen_check, &n,
                      ARGS(A(site_id), AS("key_hash", value_blob(id_secret_hash(cx, key))))));
    return n ? OK : fail(cx, ERR_MISSING, "这块屏的链接换过了，请窗口再开一次");
}
