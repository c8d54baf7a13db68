/* ticket -- one at the counter: taken or booked, called, served, and what came of it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/ticket.h"
#include "app/clock/clock.h"
#include "app/job/job.h"
#include "app/number/number.h"
#include "app/service/service_own.h"
#include "base/id.h"
#include "base/time.h"
#include "service.sql.h"

enum { QUEUE_MAX = 200, WORK_DAYS_MAX = 400 };

/* Who booked and is there stands before all who came without, from his time on: see queue in
 * service.sql. */
#define BOOKED_LEAD (12 * MS_HOUR)
/* Booked times so near that they count as before somebody who waits. */
#define SOON (15 * MS_MINUTE)

/* ---- reading ---- */

static enum err load(struct cx *cx, int64_t id, struct ticket *out)
{
    bool found;
    TRY(db_find(cx, &service_sql_ticket, &ticket_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这个号");
}

enum err ticket_get(struct cx *cx, int64_t id, struct ticket *out)
{
    struct site site;
    if (!(cx->who.role & ROLES_COUNTER))
        return fail(cx, ERR_DENIED, "这页只给窗口工作人员看");
    TRY(load(cx, id, out));
    TRY(site_was(cx, out->site_id, &site)); /* what was accepted there is answered all the same */
    return site_reach(cx, &site);
}

enum err ticket_by_key(struct cx *cx, int64_t id, struct str key, struct ticket *out)
{
    int64_t n = 0;
    if (key.n)
        TRY(db_number(cx, &service_sql_ticket_key, &n,
                      ARGS(A(id), AS("key_hash", value_blob(id_secret_hash(cx, key))))));
    return n ? load(cx, id, out) : fail(cx, ERR_MISSING, "没有这个号，请看看链接是不是全的");
}

struct str ticket_label(struct cx *cx, const struct ticket *t)
{
    if (!t->number)
        return S("约");
    return arena_printf(cx->mem, "%.*s%03lld", STR(t->letter), (long long)t->number);
}

enum err ticket_queue(struct cx *cx, int64_t lane_id, ticket_list *out)
{
    return db_all(cx, &service_sql_queue, &ticket_shape, out,
                  ARGS(A(lane_id), AS("most", QUEUE_MAX)));
}

enum err ticket_now(struct cx *cx, int64_t site_id, int64_t lane_id, int64_t most, ticket_list *out)
{
    return db_all(cx, &service_sql_now, &ticket_shape, out,
                  ARGS(AS("day", time_day(cx->now)), A(site_id), A(lane_id), A(most)));
}

enum err ticket_accepted(struct cx *cx, ticket_list *out)
{
    return db_all(cx, &service_sql_accepted, &ticket_shape, out, NO_ARGS);
}

enum err ticket_to_ask(struct cx *cx, ticket_list *out)
{
    return db_all(cx, &service_sql_to_ask, &ticket_shape, out, ARGS(AS("day", time_day(cx->now))));
}

enum err ticket_ahead(struct cx *cx, const struct ticket *t, struct ticket_ahead *out)
{
    struct visitors pace; /* tickets, their ms together, counters: see pace in service.sql */
    *out = (struct ticket_ahead){.minutes = -1};
    if (t->state != TICKET_WAITING)
        return OK;
    TRY(db_number(cx, &service_sql_before, &out->before,
                  ARGS(AS("lane_id", t->lane_id), AS("turn_at", t->turn_at), AS("id", t->id),
                       AS("soon", cx->now + SOON))));
    TRY(db_one(cx, &service_sql_pace, &visitors_shape, &pace,
               ARGS(AS("lane_id", t->lane_id), AS("day", time_day(cx->now)))));
    if (pace.taken >= 3 && pace.booked)
        out->minutes =
            (out->before + 1) * (pace.wait_minutes / pace.taken) / (pace.booked * MS_MINUTE);
    return OK;
}

/* ---- its site is to end ---- */

static enum err busy(struct cx *cx, int64_t site_id, struct shell_offers *out)
{
    int64_t accepted, open, today = time_day(cx->now);
    TRY(db_number(cx, &service_sql_at_site_accepted, &accepted, ARGS(A(site_id))));
    if (accepted)
        *PUSH(cx->mem, out) = (struct shell_offer){
            .title = arena_printf(cx->mem, "收下还没有结果的事 %lld 件", (long long)accepted),
            .text = S("每一件都记上结果，来的人才看得到"),
            .href = S("/k/accepted"),
            .icon = "list"};
    TRY(db_number(cx, &service_sql_at_site_open, &open, ARGS(A(site_id), A(today))));
    if (open)
        *PUSH(cx->mem, out) = (struct shell_offer){
            .title = arena_printf(cx->mem, "窗口排着、约着的号 %lld 个", (long long)open),
            .text = S("先停掉取号和预约，等这些办完"),
            .href = S("/k/queue"),
            .icon = "clock"};
    return OK;
}

const struct site_ties service_ties = {.busy = busy};

/* ---- beginning ---- */

static enum err next_number(struct cx *cx, int64_t lane_id, int64_t day, int64_t *out)
{
    return db_number(cx, &service_sql_count_up, out, ARGS(A(lane_id), A(day)));
}

/* The day is summed up when it is over. */
static enum err plan_end_of(struct cx *cx, int64_t day)
{
    return job_put(cx, "service.day", arena_printf(cx->mem, "service.day %lld", (long long)day),
                   day, S("0"), time_day_start(day + 1) + 10 * MS_MINUTE);
}

static enum err check_service(struct cx *cx, int64_t service_id)
{
    struct service s;
    return service_id ? service_load(cx, service_id, &s) : OK;
}

/* The same form was sent before, for the same. */
static enum err known(struct cx *cx, struct str *key, const struct ticket *asked,
                      struct ticket *out, bool *yes)
{
    struct ticket named = {0};
    *yes = false;
    if (!id_is_uuid(*key)) {
        *key = id_secret(cx, 16);
        return OK;
    }
    TRY(db_find(cx, &service_sql_ticket_of_key, &ticket_shape, &named, yes,
                ARGS(AS("key_hash", value_blob(id_secret_hash(cx, *key))))));
    if (!*yes)
        return OK;
    TRY(load(cx, named.id, &named));
    /* a matter that the form did not name may have been written down since */
    if (named.lane_id != asked->lane_id || named.slot_at != asked->slot_at ||
        (asked->service_id && named.service_id != asked->service_id))
        return fail(cx, ERR_CONFLICT, FORM_USED);
    *out = named;
    return OK;
}

static enum err insert(struct cx *cx, struct ticket *t, struct str key, bool *there)
{
    int64_t n = 0;
    struct arg hash = AS("key_hash", value_blob(id_secret_hash(cx, key)));
    t->id = id_new(cx);
    t->booking = t->booking.p ? t->booking : S("");
    TRY(db_put(cx, &service_sql_ticket_insert, &ticket_shape, t, ARGS(hash)));
    TRY(db_number(cx, &service_sql_ticket_key, &n, ARGS(AS("id", t->id), hash)));
    *there = n > 0;
    return plan_end_of(cx, t->day);
}

static enum err lane_in_use(struct cx *cx, int64_t lane_id, struct lane *out)
{
    TRY(lane_get(cx, lane_id, out));
    return out->is_open ? OK : fail(cx, ERR_INPUT, "这个窗口现在不取号，请问一下导服台");
}

enum err ticket_take(struct cx *cx, int64_t lane_id, int64_t service_id, struct str origin,
                     struct ticket *out, struct str *key)
{
    struct lane l;
    bool there;
    const struct ticket asked = {.lane_id = lane_id, .service_id = service_id};
    TRY(known(cx, key, &asked, out, &there));
    if (there)
        return OK;
    TRY(lane_in_use(cx, lane_id, &l));
    TRY(check_service(cx, service_id));
    *out = (struct ticket){.lane_id = l.id,
                           .site_id = l.site_id,
                           .day = time_day(cx->now),
                           .service_id = service_id,
                           .origin = origin,
                           .state = TICKET_WAITING,
                           .turn_at = cx->now,
                           .taken_at = cx->now};
    TRY(next_number(cx, l.id, out->day, &out->number));
    TRY(insert(cx, out, *key, &there));
    return there ? load(cx, out->id, out) : fail(cx, ERR_BUSY, "取号的人多，请再点一次");
}

/* The lowest place of a time that nobody holds; 0 = all are held. */
static enum err place_of(struct cx *cx, const struct lane *l, int64_t slot_at, int64_t *out)
{
    LIST(struct ticket) held = {0};
    TRY(db_all(cx, &service_sql_slot_numbers, &ticket_shape, &held,
               ARGS(AS("lane_id", l->id), A(slot_at))));
    for (*out = 1; *out <= l->slot_places; ++*out) {
        size_t i = 0;
        while (i < held.n && held.at[i].slot_no != *out)
            i++;
        if (i == held.n)
            return OK;
    }
    *out = 0;
    return OK;
}

static enum err is_slot(struct cx *cx, const struct lane *l, int64_t service_id, int64_t at,
                        bool *yes)
{
    int64_t days;
    struct site_plan plan;
    struct site_opening open;
    const int64_t step = l->slot_minutes * MS_MINUTE;
    *yes = false;
    if (!step || at <= cx->now || time_day(at) > time_day(cx->now) + l->book_days)
        return OK;
    TRY(service_days(cx, service_id, l->site_id, &days));
    if (!service_done_on(days, at))
        return OK;
    TRY(service_plan(cx, l->site_id, &plan));
    *yes = site_opening_after(&plan, at, &open) && open.from_at <= at && at + step <= open.to_at &&
           (at - open.from_at) % step == 0;
    return OK;
}

#define GONE "这个时间刚刚约满了，请换一个"

enum err ticket_book(struct cx *cx, int64_t lane_id, int64_t service_id, int64_t slot_at,
                     struct ticket *out, struct str *key)
{
    struct lane l;
    bool good;
    const struct ticket asked = {.lane_id = lane_id, .service_id = service_id, .slot_at = slot_at};
    TRY(known(cx, key, &asked, out, &good));
    if (good)
        return OK;
    TRY(lane_in_use(cx, lane_id, &l));
    TRY(check_service(cx, service_id));
    TRY(is_slot(cx, &l, service_id, slot_at, &good));
    if (!good)
        return fail_field(cx, "slot_at", "请选一个还能约的时间");
    *out = (struct ticket){.lane_id = l.id,
                           .site_id = l.site_id,
                           .day = time_day(slot_at),
                           .service_id = service_id,
                           .origin = S("phone"),
                           .state = TICKET_BOOKED,
                           .slot_at = slot_at,
                           .turn_at = slot_at};
    TRY(place_of(cx, &l, slot_at, &out->slot_no));
    if (!out->slot_no)
        return fail(cx, ERR_CONFLICT, GONE);
    TRY(number_next(cx, 'Q', &out->booking));
    TRY(insert(cx, out, *key, &good)); /* the store has the last word about the place */
    return good ? load(cx, out->id, out) : fail(cx, ERR_CONFLICT, GONE);
}

/* ---- steps ---- */

static enum err save(struct cx *cx, struct ticket *t)
{
    TRY(db_save(cx, &service_sql_ticket_save, &ticket_shape, t, NO_ARGS));
    t->version++;
    t->changed_at = cx->now;
    return OK;
}

static enum err go(struct cx *cx, struct ticket *t, const char *step, unsigned by)
{
    const struct step *s = steps_find(&ticket_steps, str_c(step));
    if (!s || !(s->by & by))
        return fail(cx, ERR_DENIED, "这一步不由您来走");
    if (!(s->from & TICKET_IN(t->state)))
        return fail(cx, ERR_CONFLICT, "这个号现在是“%s”，不能“%s”；可能别人刚记过，请刷新再看",
                    ticket_state_labels[t->state], s->label);
    t->state = s->to;
    if (s->to >= TICKET_ACCEPTED && !t->ended_at)
        t->ended_at = cx->now;
    return OK;
}

static enum err arrive(struct cx *cx, struct ticket *t, unsigned by)
{
    TRY(go(cx, t, "arrive", by));
    if (t->day != time_day(cx->now))
        return fail(cx, ERR_INPUT, "约的是%.*s，那天再来报到", STR(filter_date(cx, t->slot_at)));
    TRY(next_number(cx, t->lane_id, t->day, &t->number));
    t->taken_at = cx->now;
    bool is_late = cx->now > t->slot_at + TICKET_GRACE_MINUTES * MS_MINUTE;
    t->turn_at = is_late ? cx->now : t->slot_at - BOOKED_LEAD;
    return OK;
}

enum err ticket_arrive(struct cx *cx, int64_t site_id, struct str typed, struct ticket *out)
{
    struct str booking;
    int64_t id = 0;
    bool found = false;
    struct ticket named = {0};
    if (!id_number_read(cx, typed, &booking))
        return fail_field(cx, "booking", "预约号里有一位不对，请对照短信或纸条再看一遍");
    booking = str_cut(booking, 1, booking.n); /* who leaves the letter out means this one */
    booking = arena_printf(cx->mem, "Q%.*s", STR(booking));
    TRY(db_find(cx, &service_sql_ticket_booked, &ticket_shape, &named, &found,
                ARGS(A(site_id), AS("day", time_day(cx->now)), A(booking))));
    if (!found)
        return fail_field(cx, "booking", "今天这里没有这个预约，请看看日期和地点");
    id = named.id;
    TRY(load(cx, id, out));
    if (out->state == TICKET_WAITING) /* typed twice */
        return OK;
    TRY(arrive(cx, out, TICKET_BY_GUEST));
    return save(cx, out);
}

/* Behind the next few of those who are there. */
static enum err come_back(struct cx *cx, struct ticket *t, unsigned by)
{
    struct ticket before = {0};
    bool found;
    TRY(go(cx, t, "back", by));
    TRY(db_find(cx, &service_sql_back_turn, &ticket_shape, &before, &found,
                ARGS(AS("lane_id", t->lane_id), AS("places", TICKET_BACK_PLACES - 1))));
    t->turn_at = found ? before.id + 1 : cx->now; /* see back_turn in service.sql */
    return OK;
}

static enum err leave(struct cx *cx, struct ticket *t, unsigned by)
{
    TRY(go(cx, t, "leave", by));
    t->slot_no = 0; /* somebody else may have the time */
    return OK;
}

enum err ticket_own(struct cx *cx, int64_t id, struct str key, struct str step, struct ticket *out)
{
    TRY(ticket_by_key(cx, id, key, out));
    if (str_is(step, "arrive"))
        TRY(arrive(cx, out, TICKET_BY_GUEST));
    else if (str_is(step, "back"))
        TRY(come_back(cx, out, TICKET_BY_GUEST));
    else if (str_is(step, "leave"))
        TRY(leave(cx, out, TICKET_BY_GUEST));
    else
        return fail(cx, ERR_MISSING, "没有这一步");
    return save(cx, out);
}

/* A day is over and this one has no end yet. */
enum err ticket_shut(struct cx *cx, int64_t id)
{
    struct ticket t;
    TRY(load(cx, id, &t));
    TRY(go(cx, &t,
           t.state == TICKET_BOOKED    ? "miss"
           : t.state == TICKET_SERVING ? "close"
                                       : "leave",
           TICKET_BY_SYSTEM));
    t.slot_no = 0;
    return save(cx, &t);
}

/* ---- at the counter ---- */

static void call(struct cx *cx, struct ticket *t, int64_t counter)
{
    t->counter = counter;
    t->calls++;
    t->called_at = t->called_at ? t->called_at : cx->now;
    t->served_by = cx->who.person_id;
}

static enum err counter_is_free(struct cx *cx, const struct lane *l, int64_t counter)
{
    struct ticket there = {0};
    bool found;
    if (counter < 1 || counter > l->counters)
        return fail_field(cx, "counter", "这里是 1 到 %lld 号窗口", (long long)l->counters);
    TRY(db_find(cx, &service_sql_at_counter, &ticket_shape, &there, &found,
                ARGS(AS("lane_id", l->id), A(counter))));
    if (!found)
        return OK;
    TRY(load(cx, there.id, &there));
    return fail(cx, ERR_CONFLICT, "%lld 号窗口的 %.*s 还没有记结果，先记一下", (long long)counter,
                STR(ticket_label(cx, &there)));
}

enum err ticket_call_next(struct cx *cx, int64_t lane_id, int64_t counter, struct ticket *out,
                          bool *found)
{
    struct lane l;
    struct site site;
    ticket_list next = {0};
    *found = false;
    if (!(cx->who.role & ROLES_COUNTER))
        return fail(cx, ERR_DENIED, "叫号由窗口工作人员来叫");
    TRY(lane_get(cx, lane_id, &l));
    TRY(service_site(cx, l.site_id, &site));
    TRY(counter_is_free(cx, &l, counter));
    TRY(db_all(cx, &service_sql_queue, &ticket_shape, &next, ARGS(A(lane_id), AS("most", 1))));
    if (!next.n)
        return OK;
    *out = next.at[0];
    TRY(go(cx, out, "call", TICKET_BY_STAFF));
    call(cx, out, counter);
    *found = true;
    return save(cx, out);
}

/* What could not be done has a number of its own, and somebody who answers. */
static enum err raise(struct cx *cx, struct ticket *t, const struct ticket_move *m,
                      struct need *need)
{
    struct site site;
    struct str key;
    bool again;
    if (!m->said.n)
        return fail_field(cx, "said", "请写为什么没办成，来的人和接着办的人都要看");
    TRY(site_was(cx, t->site_id, &site));
    *need = (struct need){.place_id = site.place_id,
                          .channel = S("counter"),
                          .kind = S("help"),
                          .category = S("other"),
                          .name = m->name,
                          .contact = m->contact};
    need->text = arena_printf(cx->mem, "在%.*s窗口没办成：%.*s。原因：%.*s", STR(site.name),
                              STR(t->title.n ? t->title : t->lane_name), STR(m->said));
    TRY(need_open(cx, need, &key, &again));
    t->need_id = need->id;
    t->said = m->said;
    return OK;
}

static enum err accept(struct cx *cx, struct ticket *t, const struct ticket_move *m)
{
    const struct worktime *cal;
    struct service s = {0};
    int64_t days = m->work_days;
    if (t->service_id)
        TRY(service_or_none(cx, t->service_id, &s));
    if (days < 0)
        days = s.work_days;
    if (days < 1 || days > WORK_DAYS_MAX)
        return fail_field(cx, "work_days", "请写几个工作日有结果，1 到 %d", WORK_DAYS_MAX);
    TRY(clock_calendar(cx, &cal));
    t->due_at = limit_due(cal, cx->now, (struct limit){(int)days, LIMIT_WORK_DAYS});
    t->said = m->said;
    return OK;
}

/* What the step wants beside the table. */
static enum err apply(struct cx *cx, struct ticket *t, struct str step, const struct ticket_move *m,
                      struct need *need)
{
    if (str_is(step, "recall") || str_is(step, "call"))
        call(cx, t, m->counter ? m->counter : t->counter);
    if (str_is(step, "serve"))
        t->served_at = cx->now;
    if (str_is(step, "accept"))
        return accept(cx, t, m);
    if (str_is(step, "cannot") || str_is(step, "result_no"))
        return raise(cx, t, m, need);
    if (str_is(step, "missing")) {
        service_lines lines = {0};
        service_lines_of(cx, m->missing, &lines);
        if (!lines.n)
            return fail_field(cx, "missing", "请勾上或写上还缺什么，一次说全");
        t->missing = m->missing;
    }
    if (str_is(step, "refer") && !m->said.n)
        return fail_field(cx, "said", "请写去哪里办、找谁、电话多少");
    if (str_is(step, "missing") || str_is(step, "refer") || str_is(step, "done") ||
        str_is(step, "result"))
        t->said = m->said;
    return OK;
}

enum err ticket_move(struct cx *cx, int64_t id, struct str step, const struct ticket_move *m,
                     struct ticket *out, struct need *need)
{
    const struct step *s = steps_find(&ticket_steps, step);
    struct lane l;
    *need = (struct need){0};
    TRY(ticket_get(cx, id, out));
    if (m->version && m->version != out->version)
        return fail(cx, ERR_CONFLICT, "别人刚刚先记了一步，请刷新看看再记");
    if (!s || s->from == TICKET_IN(TICKET_NONE))
        return fail(cx, ERR_MISSING, "没有这一步");
    if (m->service_id && !out->service_id) {
        TRY(check_service(cx, m->service_id));
        out->service_id = m->service_id;
    }
    if (str_is(step, "arrive"))
        TRY(arrive(cx, out, TICKET_BY_STAFF));
    else if (str_is(step, "back"))
        TRY(come_back(cx, out, TICKET_BY_STAFF));
    else if (str_is(step, "leave"))
        TRY(leave(cx, out, TICKET_BY_STAFF));
    else
        TRY(go(cx, out, s->code, TICKET_BY_STAFF));
    if (str_is(step, "call")) {
        TRY(lane_get(cx, out->lane_id, &l));
        TRY(counter_is_free(cx, &l, m->counter));
    }
    struct ticket_move told = *m; /* NULL texts become empty ones */
    told.said = m->said.p ? m->said : S("");
    told.missing = m->missing.p ? m->missing : S("");
    TRY(apply(cx, out, step, &told, need));
    TRY(save(cx, out));
    return load(cx, id, out);
}

/* ---- how it was ---- */

static bool is_grade(struct str code)
{
    for (int i = 0; i < 5; i++) /* the five grades come first */
        if (str_is(code, ratings[i].code))
            return true;
    return false;
}

enum err ticket_rate(struct cx *cx, int64_t id, struct str key, struct str grade,
                     struct ticket *out)
{
    bool by_slip = key.n > 0;
    TRY(by_slip ? ticket_by_key(cx, id, key, out) : ticket_get(cx, id, out));
    if (!is_grade(grade))
        return fail_field(cx, "rating", "请从五档里选一档");
    if (out->state < TICKET_ACCEPTED || out->state == TICKET_LEFT || out->state == TICKET_MISSED)
        return fail(cx, ERR_CONFLICT, "办完了再评");
    if (out->rating.n)
        return fail(cx, ERR_CONFLICT, "这一次已经评过了，谢谢");
    if (!by_slip && out->served_by == cx->who.person_id)
        return fail(cx, ERR_DENIED, "自己办的请别人来问");
    out->rating = grade;
    out->rated_how = by_slip ? S("slip") : S("asked");
    out->rated_at = cx->now;
    return save(cx, out);
}
