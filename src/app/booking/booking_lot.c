/* booking_lot -- a time that many want is drawn. A lot holds its time in the rows of the rule until
 * then. The seed is made when the lot is opened and its SHA-256 is shown at once, the seed itself
 * after the draw: whoever has the numbers works out the same order. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_own.h"
#include "base/id.h"
#include "booking.sql.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { DRAW_HOUR = 12, SEED_BYTES = 16, WEEK = 7 };

static struct str sha256(struct cx *cx, struct str text)
{
    unsigned char sum[crypto_hash_sha256_BYTES];
    char *hex = arena_alloc(cx->mem, 2 * sizeof sum + 1);
    crypto_hash_sha256(sum, (const unsigned char *)text.p, text.n);
    sodium_bin2hex(hex, 2 * sizeof sum + 1, sum, sizeof sum);
    return str_n(hex, 2 * sizeof sum);
}

/* ---- reading ---- */

enum err booking_lot_get(struct cx *cx, int64_t id, struct booking_lot *out)
{
    bool found;
    TRY(db_find(cx, &booking_sql_lot, &booking_lot_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这次抽签");
}

enum err booking_lots(struct cx *cx, int64_t space_id, booking_lot_list *out)
{
    return db_all(cx, &booking_sql_lots, &booking_lot_shape, out, ARGS(A(space_id)));
}

struct entry {
    int64_t id;
    struct str number, hash;
    enum booking_state state;
};
typedef LIST(struct entry) entry_list;
static const struct field entry_fields[] = {
    FIELD(struct entry, id, "预订"),
    FIELD(struct entry, number, "编号"),
    FIELD(struct entry, state, "状态", .codes = booking_state_codes,
          .labels = booking_state_labels),
};
static const struct shape entry_shape = SHAPE("booking_entry", struct entry, entry_fields);

static int by_hash(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int diff = memcmp(x->hash.p, y->hash.p, x->hash.n);
    return diff ? diff : (x->id > y->id) - (x->id < y->id);
}

/* In the order that the seed gives; without a seed in the order of entering. */
static enum err entries(struct cx *cx, int64_t lot_id, struct str seed, bool drawing,
                        entry_list *out)
{
    TRY(db_all(cx, &booking_sql_lot_entries, &entry_shape, out, ARGS(A(lot_id), A(drawing))));
    for (size_t i = 0; i < out->n; i++)
        out->at[i].hash =
            seed.n
                ? sha256(cx, arena_printf(cx->mem, "%.*s:%.*s", STR(seed), STR(out->at[i].number)))
                : S("");
    if (seed.n && out->n)
        qsort(out->at, out->n, sizeof *out->at, by_hash);
    return OK;
}

enum err booking_lot_order(struct cx *cx, const struct booking_lot *l, booking_drawn_list *out)
{
    entry_list all = {0};
    TRY(entries(cx, l->id, l->seed, l->state == BOOKING_LOT_OPEN, &all));
    for (size_t i = 0; i < all.n; i++)
        *PUSH(cx->mem, out) = (struct booking_drawn){
            .number = all.at[i].number, .hash = all.at[i].hash, .state = all.at[i].state};
    return OK;
}

/* ---- opening ---- */

static enum err open_one(struct cx *cx, const struct booking_plan *p,
                         const struct booking_window *w, int64_t day)
{
    int64_t start = time_day_start(day), changed = 0;
    bool taken;
    struct booking_lot l = {
        .id = id_new(cx),
        .space_id = w->space_id,
        .window_id = w->id,
        .from_at = start + w->from_minute * MS_MINUTE,
        .to_at = start + w->till_minute * MS_MINUTE,
        .draw_at = time_day_start(day - p->rule.draw_days) + DRAW_HOUR * MS_HOUR,
        .seed = id_secret(cx, SEED_BYTES),
    };
    if (l.draw_at <= cx->now || !site_is_open(&p->hours, l.from_at, l.to_at))
        return OK;
    TRY(booking_claim(cx, l.space_id, l.from_at, l.to_at, l.id, &taken));
    if (!taken) /* somebody had it before, or it stands open already */
        return OK;
    l.seed_hash = sha256(cx, l.seed);
    TRY(db_run(cx, &booking_sql_lot_add,
               ARGS(AS("id", l.id), AS("space_id", l.space_id), AS("window_id", l.window_id),
                    AS("from_at", l.from_at), AS("to_at", l.to_at), AS("draw_at", l.draw_at),
                    AS("seed", l.seed), AS("seed_hash", l.seed_hash)),
               &changed));
    if (!changed) /* it was drawn already */
        return booking_let_go(cx, l.space_id, l.from_at, l.to_at, l.id);
    return booking_job_put(cx, "booking.draw", l.id, l.draw_at, l.draw_at);
}

enum err booking_lots_open(struct cx *cx, const struct booking_window *w)
{
    struct booking_space s;
    struct booking_plan p;
    bool found;
    int64_t today = time_day(cx->now);
    int64_t next = today + WEEK - (time_civil(cx->now).weekday + WEEK - 1) % WEEK; /* Monday */
    TRY(booking_space_find(cx, w->space_id, &s, &found));
    if (!found)
        return OK;
    TRY(booking_plan(cx, &s, 0, &p));
    for (int64_t day = today; day <= today + s.ahead_days + WEEK; day++)
        if (time_civil(time_day_start(day)).weekday == w->weekday)
            TRY(open_one(cx, &p, w, day));
    return booking_job_put(cx, "booking.lots", w->id, next, time_day_start(next));
}

enum err booking_lots_week(struct cx *cx, int64_t window_id)
{
    struct booking_window w;
    bool found;
    TRY(db_find(cx, &booking_sql_window, &booking_window_shape, &w, &found,
                ARGS(AS("id", window_id))));
    return found ? booking_lots_open(cx, &w) : OK;
}

enum err booking_lots_of(struct cx *cx, int64_t space_id)
{
    booking_window_list all = {0};
    TRY(booking_windows(cx, space_id, &all));
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].kind == BOOKING_LOT)
            TRY(booking_lots_open(cx, &all.at[i]));
    return OK;
}

static enum err close_lot(struct cx *cx, const struct booking_lot *l, enum booking_lot_state state)
{
    TRY(db_change(cx, &booking_sql_lot_end,
                  ARGS(AS("id", l->id), AS("state", booking_lot_codes[state]))));
    return booking_let_go(cx, l->space_id, l->from_at, l->to_at, l->id);
}

enum err booking_lot_off(struct cx *cx, int64_t id)
{
    struct booking_lot l;
    entry_list all = {0};
    TRY(booking_lot_get(cx, id, &l));
    TRY(close_lot(cx, &l, BOOKING_LOT_OFF));
    TRY(entries(cx, id, S(""), true, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct booking b;
        TRY(booking_load(cx, all.at[i].id, &b));
        b.tell = true;
        b.reason = S("这次不抽签了");
        TRY(booking_go(cx, &b, "shut", BOOKING_BY_STAFF, b.reason));
    }
    return OK;
}

/* ---- entering ---- */

enum err booking_lot_enter(struct cx *cx, int64_t id, const struct booking_ask *typed,
                           struct booking_party *party, struct str *key, struct booking *out,
                           bool *again)
{
    struct booking_lot l;
    struct booking_space s;
    struct booking_plan p;
    struct booking_ask ask = *typed;
    booking_list old = {0};
    int64_t n = 0;
    *key = S("");
    TRY(booking_lot_get(cx, id, &l));
    ask.space_id = l.space_id;
    ask.from_at = l.from_at;
    ask.to_at = l.to_at;
    ask.weeks = 0;
    TRY(booking_sent_before(cx, &ask, party, again));
    if (*again) {
        TRY(booking_of_party(cx, party->id, &old));
        *out = old.at[0];
        return OK;
    }
    if (l.state != BOOKING_LOT_OPEN || l.draw_at <= cx->now)
        return fail(cx, ERR_CONFLICT, "这次抽签已经截止了");
    TRY(booking_space_get(cx, l.space_id, &s));
    TRY(booking_plan(cx, &s, 0, &p));
    p.space.most_minutes = (l.to_at - l.from_at) / MS_MINUTE; /* the time is what it is */
    p.space.ahead_days += WEEK;                               /* see booking_lots_open() */
    TRY(booking_check(cx, &p, &ask));
    struct str contact_key;
    TRY(booking_contact_key(cx, ask.contact, &contact_key));
    if (contact_key.n)
        TRY(db_number(cx, &booking_sql_lot_of, &n,
                      ARGS(AS("contact_key", value_blob(contact_key)), AS("lot_id", id))));
    if (n)
        return fail_field(cx, "contact", "这个电话不能再报这一次了；报过的请用编号和四位数字查");
    TRY(booking_or_faster(cx, db_change(cx, &booking_sql_lot_enter, ARGS(A(id)))));
    *out = (struct booking){.id = id_new(cx),
                            .lot_id = id,
                            .from_at = l.from_at,
                            .to_at = l.to_at,
                            .state = BOOKING_DRAWING};
    TRY(booking_add_party(cx, &s, &ask, party, key));
    return booking_add(cx, &s, &ask, party, out);
}

/* ---- drawing ---- */

static enum err seed_of(struct cx *cx, int64_t id, struct str *out)
{
    struct seed {
        struct str text;
    } row;
    static const struct field fields[] = {FIELD(struct seed, text, "种子")};
    static const struct shape shape = SHAPE("seed", struct seed, fields);
    TRY(db_one(cx, &booking_sql_lot_seed, &shape, &row, ARGS(A(id))));
    *out = row.text;
    return OK;
}

/* The first has it, the others wait in the order drawn. */
static enum err give_out(struct cx *cx, int64_t id, bool first)
{
    struct booking b;
    bool taken = false;
    TRY(booking_load(cx, id, &b));
    b.rank = id_new(cx);
    b.tell = true;
    if (first)
        TRY(booking_claim(cx, b.space_id, b.from_at, b.to_at, b.id, &taken));
    TRY(booking_go(cx, &b, taken ? "win" : "lose", BOOKING_BY_SYSTEM, S("")));
    return taken ? booking_plan_jobs(cx, &b) : OK;
}

enum err booking_lot_draw(struct cx *cx, int64_t id)
{
    struct booking_lot l;
    entry_list all = {0};
    struct str seed;
    TRY(booking_lot_get(cx, id, &l));
    if (l.state != BOOKING_LOT_OPEN) /* closed: the weeks after it are drawn all the same */
        return booking_lots_week(cx, l.window_id);
    TRY(seed_of(cx, id, &seed));
    TRY(entries(cx, id, seed, true, &all));
    TRY(close_lot(cx, &l, BOOKING_LOT_DRAWN));
    for (size_t i = 0; i < all.n; i++)
        TRY(give_out(cx, all.at[i].id, i == 0));
    TRY(booking_rise(cx, l.space_id, l.from_at, l.to_at));
    return booking_lots_week(cx, l.window_id);
}
