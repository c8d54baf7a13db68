/* booking -- booking a time: who may, for how long, at once or after somebody has looked; a series
 * until the quarter ends; whose it is. Steps afterwards: booking_step.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking.h"
#include "app/booking/booking_own.h"
#include "base/env.h"
#include "base/id.h"
#include "base/utf8.h"
#include "booking.sql.h"

enum { DIGITS_LEAST = 7, DAY_MINUTES = 24 * 60, WEEK = 7 };

/* ---- rows ---- */

enum err booking_load(struct cx *cx, int64_t id, struct booking *out)
{
    bool found;
    TRY(db_find(cx, &booking_sql_one, &booking_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这个预订");
}

enum err booking_party_load(struct cx *cx, int64_t id, struct booking_party *out)
{
    bool found;
    TRY(db_find(cx, &booking_sql_party, &booking_party_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这个预订");
}

enum err booking_loads(struct cx *cx, const struct query *q, struct args args, booking_list *out)
{
    return db_all(cx, q, &booking_shape, out, args);
}

static enum err write_event(struct cx *cx, const struct booking *b, const char *step,
                            enum booking_state from, unsigned by, struct str text)
{
    struct str by_name = by == BOOKING_BY_SYSTEM  ? S("系统")
                         : by == BOOKING_BY_PARTY ? S("本人")
                                                  : cx->who.name;
    return db_run(cx, &booking_sql_event_put,
                  ARGS(AS("id", id_new(cx)), AS("booking_id", b->id), A(step),
                       AS("from_state", booking_state_codes[from]),
                       AS("to_state", booking_state_codes[b->state]), A(text), A(by_name)),
                  NULL);
}

enum err booking_remark(struct cx *cx, struct booking *b, const char *step, unsigned by,
                        struct str text)
{
    enum booking_state from = b->state;
    enum err e = db_save(cx, &booking_sql_save, &booking_shape, b, NO_ARGS);
    if (e == ERR_CONFLICT) {
        fault_clear(cx);
        return fail(cx, ERR_CONFLICT, "刚刚有别的变动，请刷新看看再点");
    }
    TRY(e);
    b->version++;
    b->changed_at = cx->now;
    return write_event(cx, b, step, from, by, text);
}

enum err booking_go(struct cx *cx, struct booking *b, const char *step, unsigned by,
                    struct str text)
{
    const struct step *st = steps_find(&booking_steps, str_c(step));
    enum booking_state from = b->state;
    if (!st || !(st->by & by))
        return fail(cx, ERR_DENIED, "这一步不由您来点");
    if (!(st->from & BOOKING_IN(from)))
        return fail(cx, ERR_CONFLICT, "现在是“%s”，不能“%s”；请刷新再看",
                    booking_state_labels[from], st->label);
    b->state = st->to;
    enum err e = db_save(cx, &booking_sql_save, &booking_shape, b, NO_ARGS);
    if (e == ERR_CONFLICT) {
        fault_clear(cx);
        return fail(cx, ERR_CONFLICT, "刚刚有别的变动，请刷新看看再点");
    }
    TRY(e);
    b->version++;
    b->changed_at = cx->now;
    return write_event(cx, b, step, from, by, text);
}

enum err booking_leave(struct cx *cx, struct booking *b, const char *step, unsigned by,
                       struct str text)
{
    bool held = BOOKING_HOLDING & BOOKING_IN(b->state);
    TRY(booking_go(cx, b, step, by, text));
    if (!held)
        return OK;
    TRY(booking_let_go(cx, b->space_id, b->from_at, b->to_at, b->id));
    return booking_rise(cx, b->space_id, b->from_at, b->to_at);
}

enum err booking_leave_or_stay(struct cx *cx, struct booking *b, const char *step, unsigned by,
                               struct str text)
{
    const struct step *st = steps_find(&booking_steps, str_c(step));
    if (!(BOOKING_HOLDING & BOOKING_IN(st->to)))
        return booking_leave(cx, b, step, by, text);
    TRY(booking_go(cx, b, step, by, text));
    return booking_plan_jobs(cx, b);
}

/* ---- who may ---- */

/* Staff of this space: whoever serves elsewhere books here as everybody does. */
static bool is_staff(const struct cx *cx, const struct booking_space *s)
{
    return cx->who.person_id && booking_in_reach(cx, s->place_path);
}

/* Numbers alone count: the same one is written in many ways. */
static struct str digits_of(struct cx *cx, struct str contact)
{
    char *digits = arena_alloc(cx->mem, contact.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < contact.n; i++)
        if ((contact.p[i] >= '0' && contact.p[i] <= '9') || (contact.p[i] == '+' && n == 0))
            digits[n++] = contact.p[i];
    return str_n(digits, n);
}

enum err booking_contact_key(struct cx *cx, struct str contact, struct str *out)
{
    const struct field *f = shape_field(&booking_party_shape, S("contact"));
    struct str digits = digits_of(cx, contact);
    *out = S("");
    return digits.n < DIGITS_LEAST ? OK : shape_index(cx, &booking_party_shape, f, digits, out);
}

static struct str open_words(struct cx *cx, const struct booking_plan *p, int64_t day)
{
    struct site_day d = site_day_of(&p->hours, day);
    return d.nspans ? arena_printf(cx->mem, "那天开放 %.*s", STR(site_day_text(cx, &d)))
                    : S("那天不开放");
}

static void check_length(struct cx *cx, const struct booking_plan *p, const struct booking_ask *ask)
{
    int64_t minutes = (ask->to_at - ask->from_at) / MS_MINUTE;
    bool staff = is_staff(cx, &p->space);
    if (ask->from_at % BOOKING_SLOT || ask->to_at % BOOKING_SLOT)
        fail_field(cx, "from_at", "场地按刻钟排，请选整点、一刻、半点或三刻");
    else if (minutes <= 0)
        fail_field(cx, "to_at", "结束要在开始后面，请看一下两个时间");
    else if (minutes > (staff ? DAY_MINUTES : p->space.most_minutes))
        fail_field(cx, "to_at", "一次最多 %lld 小时 %lld 分，长的请分开订，或打电话来说",
                   (long long)p->space.most_minutes / 60, (long long)p->space.most_minutes % 60);
    else if (!staff && minutes < p->space.least_minutes)
        fail_field(cx, "to_at", "一次最少 %lld 分钟", (long long)p->space.least_minutes);
}

static void check_time(struct cx *cx, const struct booking_plan *p, const struct booking_ask *ask)
{
    bool staff = is_staff(cx, &p->space);
    int64_t now = staff ? cx->now - cx->now % BOOKING_SLOT : cx->now + 1;
    int64_t ahead = staff ? BOOKING_STAFF_DAYS : p->space.ahead_days;
    check_length(cx, p, ask);
    if (cx->fault.fields.n)
        return;
    if (ask->from_at < now)
        fail_field(cx, "from_at", "这个时间已经过了，请选后面的时间");
    else if (ask->from_at > cx->now + ahead * MS_DAY)
        fail_field(cx, "from_at", "最多提前 %lld 天订", (long long)ahead);
    else if (!p->hours.is_known || !site_is_open(&p->hours, ask->from_at, ask->to_at))
        fail_field(cx, "from_at", "这个时间不开放：%.*s",
                   STR(open_words(cx, p, time_day(ask->from_at))));
    else if (!staff && ask->kind == BOOKING_PERSON &&
             booking_kept(p, cx->now, ask->from_at, ask->to_at))
        fail_field(cx, "from_at", "这个时段先留给团队和单位；到开始前 %lld 小时还空着，谁都能订",
                   (long long)p->rule.idle_hours);
}

static void check_who(struct cx *cx, const struct booking_plan *p, const struct booking_ask *ask)
{
    bool staff = is_staff(cx, &p->space);
    need_contact_check(cx, "contact", ask->contact);
    if (!ask->name.n && !(staff && str_is(ask->channel, "walkin")))
        fail_field(cx, "name", "请填一个称呼");
    if (!staff && !cx->fault.fields.n && !need_contact_calls(ask->contact))
        fail_field(cx, "contact", "请留一个电话，改时间、取消的时候要告诉您");
    if (ask->kind != BOOKING_PERSON && !ask->group_name.n)
        fail_field(cx, "group_name", "请填团队或单位的名字");
    if (ask->has_minors && !ask->adult.n)
        fail_field(cx, "adult", "有未成年人参加，请填负责的大人");
    if (ask->client_key.n && !id_is_uuid(ask->client_key))
        fail_field(cx, "client_key", "表单号不对，请重新打开页面");
}

static void check_what(struct cx *cx, const struct booking_plan *p, const struct booking_ask *ask)
{
    if (ask->heads < 1 || ask->heads > p->space.capacity)
        fail_field(cx, "heads", "%.*s能坐 %lld 人，请填 1 到 %lld", STR(p->space.name),
                   (long long)p->space.capacity, (long long)p->space.capacity);
    if (ask->purpose == BOOKING_OTHER && !ask->title.n)
        fail_field(cx, "title", "请说一句做什么");
    if (ask->weeks < 0 || ask->weeks > 2)
        fail_field(cx, "weeks", "请选每周一次，或者隔周一次");
    else if (ask->weeks && ask->kind == BOOKING_PERSON)
        fail_field(cx, "weeks", "固定时间给团队和单位用，个人请一次一次订");
}

/* The same words for whoever has had his share and for whoever is to call: so typing a number of
 * somebody else tells nothing about him. */
static enum err check_share(struct cx *cx, const struct booking_plan *p,
                            const struct booking_ask *ask)
{
    struct civil c = time_civil(ask->from_at);
    struct str key;
    struct booking_absences gone = {0};
    int64_t n = 0, from_at = time_of(c.year, c.month, 1, 0, 0);
    int64_t to_at = time_of(c.month == 12 ? c.year + 1 : c.year, c.month % 12 + 1, 1, 0, 0);
    if (is_staff(cx, &p->space))
        return OK;
    TRY(booking_contact_key(cx, ask->contact, &key));
    if (!key.n)
        return OK;
    bool counts =
        p->rule.per_month && !ask->weeks && ask->from_at - cx->now > p->rule.idle_hours * MS_HOUR;
    if (counts)
        TRY(db_number(cx, &booking_sql_in_month, &n,
                      ARGS(AS("contact_key", value_blob(key)), AS("site_id", p->space.site_id),
                           A(from_at), A(to_at))));
    TRY(booking_absences_by(cx, key, &p->rule, &gone));
    if ((counts && n >= p->rule.per_month) || gone.by_phone_till > cx->now)
        return fail_field(cx, "contact",
                          "这个电话暂时不能在网上再订%.*s的场地；要用请打 %.*s，工作人员帮您订",
                          STR(p->space.site_name), STR(shell_community(cx)->phone));
    return OK;
}

static void trim(struct booking_ask *ask)
{
    ask->name = str_trim(ask->name);
    ask->contact = str_trim(ask->contact);
    ask->group_name = str_trim(ask->group_name);
    ask->title = str_trim(ask->title);
    ask->wish = str_trim(ask->wish);
    ask->adult = str_trim(ask->adult);
    if (ask->kind == BOOKING_PERSON)
        ask->group_name = S("");
    if (!ask->has_minors)
        ask->adult = S("");
    if (!ask->heads)
        ask->heads = 1;
}

enum err booking_check(struct cx *cx, const struct booking_plan *p, struct booking_ask *ask)
{
    trim(ask);
    shape_check(cx, &booking_ask_shape, ask);
    check_time(cx, p, ask);
    check_who(cx, p, ask);
    check_what(cx, p, ask);
    if (cx->fault.fields.n)
        return ERR_INPUT;
    return check_share(cx, p, ask);
}

enum err booking_check_again(struct cx *cx, const struct booking_plan *p, struct booking_ask *ask)
{
    check_time(cx, p, ask);
    check_what(cx, p, ask);
    return cx->fault.fields.n ? ERR_INPUT : check_share(cx, p, ask);
}

bool booking_by_rule(const struct booking_plan *p, int64_t now, const struct booking_ask *ask)
{
    if (ask->from_at - now <= p->rule.idle_hours * MS_HOUR)
        return true;
    return !ask->weeks && ask->purpose != BOOKING_OTHER && ask->heads <= p->space.auto_heads &&
           ask->to_at - ask->from_at <= p->space.auto_minutes * MS_MINUTE;
}

enum err booking_due(struct cx *cx, int64_t from_at, int64_t *due_at)
{
    const struct worktime *calendar;
    TRY(clock_calendar(cx, &calendar));
    *due_at = limit_due(calendar, cx->now, (struct limit){1, LIMIT_WORK_DAYS});
    if (*due_at > from_at)
        *due_at = from_at;
    return OK;
}

/* ---- parties ---- */

enum err booking_add_party(struct cx *cx, const struct booking_space *s,
                           const struct booking_ask *ask, struct booking_party *p, struct str *key)
{
    *p = (struct booking_party){
        .id = id_new(cx),
        .word = number_word(cx),
        .kind = ask->kind,
        .name = ask->name,
        .contact = ask->contact,
        .group_name = ask->group_name,
        .channel = is_staff(cx, s) && ask->channel.n ? ask->channel : S("web"),
        .entered_by = cx->who.person_id,
        .created_at = cx->now,
        .client_key = ask->client_key,
    };
    TRY(number_next(cx, 'B', &p->number));
    *key = id_secret(cx, 16);
    struct value client_key =
        p->client_key.n ? value_str(p->client_key) : (struct value){.type = VALUE_NULL};
    struct str contact_key;
    TRY(booking_contact_key(cx, p->contact, &contact_key));
    return db_put(cx, &booking_sql_party_add, &booking_party_shape, p,
                  ARGS(A(client_key), AS("key_hash", value_blob(id_secret_hash(cx, *key))),
                       AS("contact_key", value_blob(contact_key))));
}

enum err booking_sent_before(struct cx *cx, const struct booking_ask *ask,
                             struct booking_party *out, bool *again)
{
    booking_list old = {0};
    *again = false;
    if (!ask->client_key.n)
        return OK;
    TRY(db_find(cx, &booking_sql_party_by_client, &booking_party_shape, out, again,
                ARGS(AS("client_key", ask->client_key))));
    if (!*again)
        return OK;
    TRY(shape_open(cx, &booking_party_shape, out, 1, NULL));
    TRY(booking_of_party(cx, out->id, &old));
    bool same = str_eq(out->name, ask->name) && str_eq(out->contact, ask->contact) && old.n;
    for (size_t i = 0; same && i < old.n; i++)
        if (old.at[i].space_id == ask->space_id && old.at[i].from_at == ask->from_at)
            return OK;
    return fail(cx, ERR_CONFLICT, "这张表单已经订过一次了，要另订请重新打开页面");
}

enum err booking_add(struct cx *cx, const struct booking_space *s, const struct booking_ask *ask,
                     const struct booking_party *party, struct booking *b)
{
    static const char *const steps[BOOKING_STATES] = {[BOOKING_BOOKED] = "book",
                                                      [BOOKING_REVIEW] = "ask",
                                                      [BOOKING_WAITING] = "queue",
                                                      [BOOKING_DRAWING] = "enter"};
    unsigned by = is_staff(cx, s) ? BOOKING_BY_STAFF : BOOKING_BY_PARTY;
    b->party_id = party->id;
    b->space_id = s->id;
    b->site_id = s->site_id;
    b->place_path = s->place_path;
    b->purpose = ask->purpose;
    b->title = ask->title;
    b->heads = ask->heads;
    b->wish = ask->wish;
    b->has_minors = ask->has_minors;
    b->adult = ask->adult;
    b->version = 1;
    b->created_at = b->changed_at = cx->now;
    b->number = party->number;
    b->name = party->name;
    b->group_name = party->group_name;
    b->channel = party->channel;
    b->kind = party->kind;
    b->space_name = s->name;
    b->floor = s->floor;
    b->site_code = s->site_code;
    b->site_name = s->site_name;
    if (b->state == BOOKING_REVIEW)
        TRY(booking_due(cx, b->from_at, &b->due_at));
    TRY(db_put(cx, &booking_sql_add, &booking_shape, b, NO_ARGS));
    TRY(write_event(cx, b, steps[b->state], BOOKING_NONE, by, S("")));
    return booking_plan_jobs(cx, b);
}

/* ---- one date ---- */

/* Nobody waits in front of those who enter a lot. */
static enum err check_lots(struct cx *cx, const struct booking_plan *p,
                           const struct booking_ask *ask)
{
    booking_lot_list lots = {0};
    TRY(booking_lots(cx, p->space.id, &lots));
    for (size_t i = 0; i < lots.n; i++)
        if (lots.at[i].from_at < ask->to_at && lots.at[i].to_at > ask->from_at)
            return fail(cx, ERR_CONFLICT, "%.*s 想用的人多，要抽签；%.*s 抽，请去报名抽签",
                        STR(booking_when(cx, lots.at[i].from_at, lots.at[i].to_at)),
                        STR(filter_when(cx, lots.at[i].draw_at)));
    return OK;
}

static enum err tell_taken(struct cx *cx, const struct booking_plan *p,
                           const struct booking_ask *ask)
{
    booking_choice_list others = {0};
    TRY(booking_others(cx, p, ask->from_at, ask->to_at, ask->heads, &others));
    if (!others.n)
        return fail(cx, ERR_CONFLICT, "这个时间已经有人订了，附近的时间也都满了；可以排候补");
    return fail(cx, ERR_CONFLICT, "这个时间已经有人订了。还空着的：%.*s。也可以排候补",
                STR(booking_other_words(cx, &others, p->space.id)));
}

static enum err book_one(struct cx *cx, const struct booking_plan *p, const struct booking_ask *ask,
                         struct booking_party *party, struct str *key, booking_list *out)
{
    struct booking b = {.id = id_new(cx), .from_at = ask->from_at, .to_at = ask->to_at};
    bool taken;
    TRY(booking_claim(cx, p->space.id, b.from_at, b.to_at, b.id, &taken));
    if (!taken)
        TRY(check_lots(cx, p, ask));
    if (!taken && !ask->wait)
        return tell_taken(cx, p, ask);
    bool at_once = is_staff(cx, &p->space) || booking_by_rule(p, cx->now, ask);
    b.rank = b.id;
    b.state = !taken ? BOOKING_WAITING : at_once ? BOOKING_BOOKED : BOOKING_REVIEW;
    b.is_idle = b.from_at - cx->now <= p->rule.idle_hours * MS_HOUR;
    TRY(booking_add_party(cx, &p->space, ask, party, key));
    TRY(booking_add(cx, &p->space, ask, party, &b));
    *PUSH(cx->mem, out) = b;
    return OK;
}

/* ---- a series ---- */

static int64_t quarter_end(int64_t day)
{
    struct civil c = time_civil(time_day_start(day));
    int next = (c.month - 1) / 3 * 3 + 4; /* first month of the next quarter */
    return time_day(time_of(next > 12 ? c.year + 1 : c.year, next > 12 ? 1 : next, 1, 0, 0)) - 1;
}

int64_t booking_series_until(int64_t day)
{
    int64_t end = quarter_end(day);
    return end - day >= BOOKING_SHORT_DAYS ? end : quarter_end(end + 1);
}

enum err booking_claim_dates(struct cx *cx, const struct booking_plan *p, int64_t weeks,
                             const struct booking_choice *first, int64_t until_day,
                             booking_list *got, booking_days *taken)
{
    for (int64_t k = 0; k < BOOKING_DATES_MOST; k++) {
        int64_t by = k * weeks * WEEK * MS_DAY;
        struct booking b = {.id = id_new(cx),
                            .from_at = first->from_at + by,
                            .to_at = first->to_at + by,
                            .state = BOOKING_REVIEW};
        bool is_free = site_is_open(&p->hours, b.from_at, b.to_at);
        if (time_day(b.from_at) > until_day)
            break;
        if (is_free)
            TRY(booking_claim(cx, p->space.id, b.from_at, b.to_at, b.id, &is_free));
        if (is_free)
            *PUSH(cx->mem, got) = b;
        else
            *PUSH(cx->mem, taken) = time_day(b.from_at);
    }
    return OK;
}

/* Nothing is held by those that were claimed. */
static enum err drop_dates(struct cx *cx, const struct booking_space *s, booking_list *got)
{
    for (size_t i = 0; i < got->n; i++)
        TRY(booking_let_go(cx, s->id, got->at[i].from_at, got->at[i].to_at, got->at[i].id));
    got->n = 0;
    return OK;
}

enum err booking_dates_or_none(struct cx *cx, const struct booking_plan *p, bool part,
                               booking_list *got, const booking_days *taken)
{
    struct out o;
    if (!taken->n || (part && got->n))
        return OK;
    size_t would = got->n;
    TRY(drop_dates(cx, &p->space, got));
    out_init(&o, cx->mem);
    for (size_t i = 0; i < taken->n; i++) {
        out_c(&o, i ? "、" : "");
        out_str(&o, site_days_text(cx, taken->at[i], taken->at[i]));
    }
    return fail(cx, ERR_CONFLICT, "有 %zu 次被别人订了或者不开放：%.*s。其余 %zu 次空着", taken->n,
                STR(out_text(&o)), would);
}

static enum err book_series(struct cx *cx, const struct booking_plan *p,
                            const struct booking_ask *ask, struct booking_party *party,
                            struct str *key, booking_list *out, booking_days *taken)
{
    const struct booking_choice first = {p->space, ask->from_at, ask->to_at};
    int64_t day = time_day(ask->from_at);
    bool on = is_staff(cx, &p->space);
    TRY(booking_claim_dates(cx, p, ask->weeks, &first, booking_series_until(day), out, taken));
    TRY(booking_dates_or_none(cx, p, ask->part, out, taken));
    TRY(booking_add_party(cx, &p->space, ask, party, key));
    struct booking_series s = {
        .id = id_new(cx),
        .party_id = party->id,
        .space_id = p->space.id,
        .site_id = p->space.site_id,
        .place_path = p->space.place_path,
        .weeks = ask->weeks,
        .first_day = day,
        .until_day = booking_series_until(day),
        .from_minute = (ask->from_at - time_day_start(day)) / MS_MINUTE,
        .minutes = (ask->to_at - ask->from_at) / MS_MINUTE,
        .state = on ? BOOKING_SERIES_ON : BOOKING_SERIES_ASKED,
        .changed_name = on ? cx->who.name : S(""),
    };
    TRY(db_put(cx, &booking_sql_series_add, &booking_series_shape, &s, NO_ARGS));
    for (size_t i = 0; i < out->n; i++) {
        out->at[i].series_id = s.id;
        out->at[i].rank = out->at[i].id;
        out->at[i].state = on ? BOOKING_BOOKED : BOOKING_REVIEW;
        TRY(booking_add(cx, &p->space, ask, party, &out->at[i]));
    }
    return booking_job_put(cx, "booking.renew", s.id, s.until_day,
                           time_day_start(s.until_day - BOOKING_RENEW_DAYS));
}

enum err booking_book(struct cx *cx, const struct booking_ask *typed, struct booking_party *party,
                      struct str *key, booking_list *out, booking_days *taken, bool *again)
{
    struct booking_ask ask = *typed;
    struct booking_space space;
    struct booking_plan plan;
    *key = S("");
    trim(&ask);
    TRY(booking_sent_before(cx, &ask, party, again));
    if (*again)
        return booking_of_party(cx, party->id, out);
    TRY(booking_space_get(cx, ask.space_id, &space));
    TRY(booking_plan(cx, &space, 0, &plan));
    TRY(booking_check(cx, &plan, &ask));
    return ask.weeks ? book_series(cx, &plan, &ask, party, key, out, taken)
                     : book_one(cx, &plan, &ask, party, key, out);
}

/* ---- whose it is ---- */

enum err booking_by_key(struct cx *cx, int64_t party_id, struct str key, struct booking_party *out)
{
    int64_t n = 0;
    if (key.n && key.n <= 64)
        TRY(db_number(
            cx, &booking_sql_key_of, &n,
            ARGS(AS("id", party_id), AS("key_hash", value_blob(id_secret_hash(cx, key))))));
    if (n != 1)
        return fail(cx, ERR_MISSING, "链接不对，或者已经失效；可以用编号和四位数字查");
    return booking_party_load(cx, party_id, out);
}

enum err booking_by_word(struct cx *cx, struct str typed, struct str word,
                         struct booking_party *out)
{
    struct str number;
    bool found;
    TRY(number_read(cx, typed, &number));
    TRY(number_tries_left(cx, number));
    TRY(db_find(cx, &booking_sql_party_by_number, &booking_party_shape, out, &found,
                ARGS(A(number))));
    if (found && out->word.n && str_same_secret(out->word, str_trim(word)))
        return OK;
    *out = (struct booking_party){0};
    TRY(number_wrong(cx, number));
    return fail(cx, ERR_MISSING, "编号和四位数字对不上");
}

enum err booking_of_party(struct cx *cx, int64_t party_id, booking_list *out)
{
    booking_list last = {0};
    TRY(booking_loads(cx, &booking_sql_of_party,
                      ARGS(A(party_id), AS("most", (int64_t)BOOKING_DATES_MOST)), &last));
    for (size_t i = last.n; i-- > 0;)
        *PUSH(cx->mem, out) = last.at[i];
    return OK;
}

enum err booking_ahead(struct cx *cx, const struct booking *b, int64_t *out)
{
    return db_number(cx, &booking_sql_ahead, out,
                     ARGS(AS("space_id", b->space_id), AS("rank", b->rank),
                          AS("from_at", b->from_at), AS("to_at", b->to_at)));
}

/* ---- who stayed away ---- */

enum err booking_absences_by(struct cx *cx, struct str contact_key, const struct booking_rule *r,
                             struct booking_absences *out)
{
    struct when {
        int64_t at;
    };
    static const struct field fields[] = {FIELD(struct when, at, "什么时候")};
    static const struct shape shape = SHAPE("absence", struct when, fields);
    LIST(struct when) all = {0};
    size_t many = (size_t)r->absences;
    int64_t since = cx->now - (r->absence_days + r->phone_days) * MS_DAY;
    *out = (struct booking_absences){0};
    if (!contact_key.n)
        return OK;
    TRY(db_all(
        cx, &booking_sql_absences, &shape, &all,
        ARGS(AS("contact_key", value_blob(contact_key)), AS("site_id", r->site_id), A(since))));
    for (size_t i = 0; i < all.n; i++)
        out->count += all.at[i].at >= cx->now - r->absence_days * MS_DAY;
    if (all.n >= many && all.at[0].at - all.at[many - 1].at <= r->absence_days * MS_DAY)
        out->by_phone_till = all.at[0].at + r->phone_days * MS_DAY;
    if (out->by_phone_till <= cx->now)
        out->by_phone_till = 0;
    return OK;
}

enum err booking_absences_of(struct cx *cx, int64_t party_id, int64_t site_id,
                             struct booking_absences *out)
{
    struct key {
        struct str text;
    } row;
    static const struct field fields[] = {FIELD(struct key, text, "电话的记号")};
    static const struct shape shape = SHAPE("contact_key", struct key, fields);
    struct booking_rule r;
    TRY(db_one(cx, &booking_sql_contact_key, &shape, &row, ARGS(AS("id", party_id))));
    TRY(booking_rule_of(cx, site_id, &r));
    return booking_absences_by(cx, row.text, &r, out);
}
