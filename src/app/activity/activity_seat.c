/* activity_seat -- who comes and who waits: signing up, giving back, moving up by itself, opening a
 * contact. A place is taken and given by one statement each, so no two have the same. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/activity_own.h"
#include "base/env.h"
#include "base/id.h"
#include "base/utf8.h"
#include "activity.sql.h"

enum { RATED_DAYS = 30 };

/* ---- rows ---- */

enum err seat_load(struct cx *cx, int64_t id, struct activity_seat *out)
{
    bool found;
    TRY(db_find(cx, &activity_sql_seat, &activity_seat_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这个报名");
}

enum err party_load(struct cx *cx, int64_t id, struct activity_party *out)
{
    bool found;
    TRY(db_find(cx, &activity_sql_party, &activity_party_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这个报名");
}

static enum err write_event(struct cx *cx, const struct activity_seat *s, const char *step,
                            enum seat_state from, unsigned by, struct str text)
{
    struct str by_name = by == SEAT_BY_SYSTEM  ? S("系统")
                         : by == SEAT_BY_PARTY ? S("本人")
                                               : cx->who.name;
    return db_run(cx, &activity_sql_event_put,
                  ARGS(AS("id", id_new(cx)), AS("seat_id", s->id), A(step),
                       AS("from_state", seat_state_codes[from]),
                       AS("to_state", seat_state_codes[s->state]), A(text), A(by_name)),
                  NULL);
}

static enum err save(struct cx *cx, struct activity_seat *s)
{
    enum err e = db_save(cx, &activity_sql_seat_save, &activity_seat_shape, s, NO_ARGS);
    if (e == ERR_CONFLICT) {
        fault_clear(cx);
        return fail(cx, ERR_CONFLICT, "刚刚有别的变动，请刷新看看再点");
    }
    s->version++;
    s->changed_at = cx->now;
    return e;
}

enum err seat_go(struct cx *cx, struct activity_seat *s, const char *step, unsigned by,
                 struct str text)
{
    const struct step *st = steps_find(&seat_steps, str_c(step));
    enum seat_state from = s->state;
    if (!st || !(st->by & by))
        return fail(cx, ERR_DENIED, "这一步不由您来点");
    if (!(st->from & SEAT_IN(from)))
        return fail(cx, ERR_CONFLICT, "现在是“%s”，不能“%s”；请刷新再看", seat_state_labels[from],
                    st->label);
    s->state = st->to;
    TRY(save(cx, s));
    return write_event(cx, s, step, from, by, text);
}

/* ---- places ---- */

enum err activity_take(struct cx *cx, int64_t id, const struct activity_seat *s, bool *taken)
{
    int64_t changed = 0, guide = s->wants_guide;
    TRY(db_run(cx, &activity_sql_take, ARGS(A(id), AS("heads", s->heads), A(guide)), &changed));
    *taken = changed == 1;
    return OK;
}

enum err activity_release(struct cx *cx, const struct activity_seat *s)
{
    int64_t guide = s->wants_guide;
    if (!(SEATS_TAKING & SEAT_IN(s->state)))
        return OK;
    return db_change(cx, &activity_sql_give,
                     ARGS(AS("id", s->activity_id), AS("heads", s->heads), A(guide)));
}

/* Leaves its place, and the next ones move up. */
static enum err leave(struct cx *cx, struct activity_seat *s, const char *step, unsigned by,
                      struct str text)
{
    TRY(activity_release(cx, s));
    TRY(seat_go(cx, s, step, by, text));
    return activity_rise(cx, s->activity_id);
}

/* One party is offered a place and told. */
static enum err rise_one(struct cx *cx, const struct activity *a, int64_t seat_id)
{
    struct activity_seat s;
    bool taken;
    int64_t latest = a->from_at - ACTIVITY_ANSWER_HOURS * MS_HOUR;
    TRY(seat_load(cx, seat_id, &s));
    TRY(activity_take(cx, a->id, &s, &taken));
    if (!taken)
        return fail(cx, ERR_BUSY, "现在人多，请再试一次");
    s.offer_until = cx->now + a->confirm_hours * MS_HOUR;
    if (s.offer_until > latest)
        s.offer_until = latest;
    s.tell = true;
    TRY(seat_go(cx, &s, "rise", SEAT_BY_SYSTEM, S("")));
    TRY(job_put(cx, "activity.lapse",
                arena_printf(cx->mem, "activity.lapse %lld %lld", (long long)s.id,
                             (long long)s.offer_until),
                s.id, S(""), s.offer_until));
    return activity_tell(cx, "activity.moved", a, "候补轮到 %.*s，请在 %.*s 前回话", STR(s.number),
                         STR(filter_when(cx, s.offer_until)));
}

enum err activity_rise(struct cx *cx, int64_t id)
{
    struct activity a;
    TRY(activity_load(cx, id, &a));
    while (a.state == ACTIVITY_OPEN && cx->now < a.from_at - ACTIVITY_RISE_HOURS * MS_HOUR) {
        int64_t next;
        enum err e = db_number(cx, &activity_sql_next_up, &next, ARGS(A(id)));
        if (e == ERR_MISSING) {
            fault_clear(cx);
            return OK;
        }
        TRY(e);
        TRY(rise_one(cx, &a, next));
    }
    return OK;
}

/* ---- signing up ---- */

static enum err check_open(struct cx *cx, const struct activity *a)
{
    if (a->state == ACTIVITY_CANCELLED)
        return fail(cx, ERR_CONFLICT, "这一场取消了：%.*s", STR(a->reason));
    if (a->state != ACTIVITY_OPEN)
        return fail(cx, ERR_MISSING, "没有这个活动");
    if (!a->capacity)
        return fail(cx, ERR_CONFLICT, "这一场不用报名，直接来就行");
    if (cx->now >= a->close_at)
        return fail(cx, ERR_CONFLICT, "这一场的报名截止了；想知道有没有空位，请打服务电话");
    return OK;
}

static enum err check_join(struct cx *cx, const struct activity *a, struct activity_join *j)
{
    j->name = str_trim(j->name);
    j->contact = str_trim(j->contact);
    j->group_name = str_trim(j->group_name);
    j->wish = str_trim(j->wish);
    if (!j->heads)
        j->heads = 1;
    enum err e = shape_check(cx, &activity_join_shape, j);
    need_contact_check(cx, "contact", j->contact);
    if (j->heads < 1 || j->heads > a->party_most)
        e = fail_field(cx, "heads", "一次最多报 %lld 个人，多的请分开报，或打服务电话",
                       (long long)a->party_most);
    if (j->wants_guide && !a->guides)
        j->wants_guide = false;
    if (a->for_children && !j->guardian)
        e = fail_field(cx, "guardian", "孩子参加，请监护人看过以后在这里点一下");
    if (j->client_key.n && !id_is_uuid(j->client_key))
        e = fail_field(cx, "client_key", "表单号不对，请重新打开页面");
    return cx->fault.fields.n ? ERR_INPUT : e;
}

/* The same form sent twice is one party. */
static enum err sent_before(struct cx *cx, const struct activity_join *j,
                            struct activity_party *out, bool *again)
{
    struct activity_party old;
    struct activity_seat seat;
    bool same;
    *again = false;
    if (!j->client_key.n)
        return OK;
    TRY(db_find(cx, &activity_sql_party_by_client, &activity_party_shape, &old, again,
                ARGS(AS("client_key", j->client_key))));
    if (!*again)
        return OK;
    TRY(shape_open(cx, &activity_party_shape, &old, 1, NULL));
    TRY(db_find(cx, &activity_sql_seat_of, &activity_seat_shape, &seat, &same,
                ARGS(AS("party_id", old.id), AS("activity_id", j->activity_id))));
    if (!same || !str_eq(old.name, j->name) || !str_eq(old.contact, j->contact) ||
        seat.heads != j->heads)
        return fail(cx, ERR_CONFLICT, "这张表单已经报过一次名了，要另报请重新打开页面");
    *out = old;
    return OK;
}

static enum err add_party(struct cx *cx, const struct activity *a, const struct activity_join *j,
                          struct activity_party *p, struct str *key)
{
    *p = (struct activity_party){
        .id = id_new(cx),
        .word = number_word(cx),
        .name = j->name,
        .contact = j->contact,
        .group_name = j->group_name,
        .wish = j->wish,
        .guardian_at = a->for_children ? cx->now : 0,
        .channel = cx->who.person_id && j->channel.n ? j->channel : S("web"),
        .entered_by = cx->who.person_id,
        .created_at = cx->now,
        .client_key = j->client_key,
    };
    TRY(number_next(cx, 'E', &p->number));
    *key = id_secret(cx, 16);
    struct value client_key =
        p->client_key.n ? value_str(p->client_key) : (struct value){.type = VALUE_NULL};
    TRY(db_put(cx, &activity_sql_party_add, &activity_party_shape, p,
               ARGS(A(client_key), AS("key_hash", value_blob(id_secret_hash(cx, *key))))));
    return consent_set(
        cx, &activity_consents, p->id, "guardian", a->for_children,
        &(struct consent_how){.channel = consent_channel(cx, p->channel), .is_guardian = true});
}

/* A place, or one in the queue. */
static enum err add_seat(struct cx *cx, const struct activity *a, const struct activity_join *j,
                         const struct activity_party *p, struct activity_seat *s)
{
    bool taken;
    unsigned by = cx->who.person_id ? SEAT_BY_STAFF : SEAT_BY_PARTY;
    *s = (struct activity_seat){.id = id_new(cx),
                                .party_id = p->id,
                                .activity_id = a->id,
                                .heads = j->heads,
                                .wants_guide = j->wants_guide && a->guides > 0,
                                .version = 1,
                                .created_at = cx->now,
                                .number = p->number,
                                .name = p->name};
    s->rank = s->id;
    TRY(activity_take(cx, a->id, s, &taken));
    s->state = taken ? SEAT_HELD : SEAT_WAITING;
    TRY(db_put(cx, &activity_sql_seat_add, &activity_seat_shape, s, NO_ARGS));
    return write_event(cx, s, taken ? "join" : "queue", SEAT_NONE, by, S(""));
}

/* Nothing but the guide lacks: without one there would be a place. */
static enum err check_guide(struct cx *cx, const struct activity *a, const struct activity_join *j)
{
    if (j->wants_guide && a->guides_taken >= a->guides && a->taken + j->heads <= a->capacity)
        return fail_field(cx, "wants_guide", "讲解约满了。不要讲解就有位置，请把这一项去掉再报");
    return OK;
}

static enum err join_series(struct cx *cx, const struct activity *a, const struct activity_join *j,
                            const struct activity_party *p, activity_seat_list *seats)
{
    activity_list later = {0};
    const struct activity_filter f = {
        .series_id = a->series_id, .from_at = a->from_at + 1, .limit = ACTIVITY_SERIES_MOST};
    TRY(activity_find(cx, &f, &later));
    for (size_t i = 0; i < later.n; i++) {
        const struct activity *b = &later.at[i];
        if (b->state == ACTIVITY_OPEN && b->capacity && cx->now < b->close_at &&
            j->heads <= b->party_most)
            TRY(add_seat(cx, b, j, p, PUSH(cx->mem, seats)));
    }
    return OK;
}

enum err activity_sign_up(struct cx *cx, const struct activity_join *typed,
                          struct activity_party *party, struct str *key, activity_seat_list *seats,
                          bool *again)
{
    struct activity a;
    struct activity_join j = *typed;
    *key = S("");
    TRY(activity_load(cx, j.activity_id, &a));
    if (a.state == ACTIVITY_DRAFT)
        return fail(cx, ERR_MISSING, "没有这个活动");
    TRY(check_join(cx, &a, &j));
    TRY(sent_before(cx, &j, party, again));
    if (*again)
        return activity_seats_of(cx, party->id, seats);
    TRY(check_open(cx, &a));
    TRY(check_guide(cx, &a, &j));
    TRY(add_party(cx, &a, &j, party, key));
    TRY(add_seat(cx, &a, &j, party, PUSH(cx->mem, seats)));
    return j.series && a.series_id ? join_series(cx, &a, &j, party, seats) : OK;
}

/* ---- whose it is ---- */

enum err activity_by_key(struct cx *cx, int64_t party_id, struct str key,
                         struct activity_party *out)
{
    int64_t n = 0;
    if (key.n && key.n <= 64)
        TRY(db_number(
            cx, &activity_sql_key_of, &n,
            ARGS(AS("id", party_id), AS("key_hash", value_blob(id_secret_hash(cx, key))))));
    if (n != 1)
        return fail(cx, ERR_MISSING, "链接不对，或者已经失效；可以用编号和四位数字查");
    return party_load(cx, party_id, out);
}

enum err activity_by_word(struct cx *cx, struct str typed, struct str word,
                          struct activity_party *out)
{
    struct str number;
    bool found;
    TRY(number_read(cx, typed, &number));
    TRY(number_tries_left(cx, number));
    TRY(db_find(cx, &activity_sql_party_by_number, &activity_party_shape, out, &found,
                ARGS(A(number))));
    if (found && out->word.n && str_same_secret(out->word, str_trim(word)))
        return OK;
    *out = (struct activity_party){0};
    TRY(number_wrong(cx, number));
    return fail(cx, ERR_MISSING, "编号和四位数字对不上");
}

enum err activity_seats_of(struct cx *cx, int64_t party_id, activity_seat_list *out)
{
    return db_all(cx, &activity_sql_seats_of_party, &activity_seat_shape, out, ARGS(A(party_id)));
}

enum err activity_ahead(struct cx *cx, const struct activity_seat *s, int64_t *out)
{
    return db_number(cx, &activity_sql_ahead, out,
                     ARGS(AS("activity_id", s->activity_id), AS("rank", s->rank)));
}

/* ---- steps of a seat ---- */

static enum err confirm(struct cx *cx, struct activity_seat *s, unsigned by)
{
    if (s->state == SEAT_OFFERED && cx->now >= s->offer_until)
        return fail(cx, ERR_CONFLICT, "回话的时间过了，位置让给下一位了；可以再排候补");
    s->tell = false;
    return seat_go(cx, s, "confirm", by, S(""));
}

static enum err give(struct cx *cx, const struct activity *a, struct activity_seat *s, unsigned by,
                     struct str text)
{
    if (cx->now >= a->from_at)
        return fail(cx, ERR_CONFLICT, "已经开始了，不来也没关系，不用再退");
    s->tell = false;
    return leave(cx, s, "give", by, text);
}

static enum err again(struct cx *cx, const struct activity *a, struct activity_seat *s, unsigned by)
{
    bool taken;
    TRY(check_open(cx, a));
    if (!(steps_find(&seat_steps, S("rejoin"))->from & SEAT_IN(s->state)))
        return fail(cx, ERR_CONFLICT, "现在是“%s”，不用再报", seat_state_labels[s->state]);
    TRY(activity_take(cx, a->id, s, &taken));
    s->rank = id_new(cx);
    s->offer_until = 0;
    return seat_go(cx, s, taken ? "rejoin" : "requeue", by, S(""));
}

static enum err check_window(struct cx *cx, const struct activity *a, unsigned by)
{
    if (a->state != ACTIVITY_OPEN || cx->now < a->from_at - ACTIVITY_EARLY_MINUTES * MS_MINUTE)
        return fail(cx, ERR_CONFLICT, "还没到签到的时候，开始前一小时起可以签到");
    if (by == SEAT_BY_PARTY && cx->now > a->to_at + ACTIVITY_LATE_MINUTES * MS_MINUTE)
        return fail(cx, ERR_CONFLICT, "活动已经结束了，补签请找现场的工作人员");
    return OK;
}

static enum err come(struct cx *cx, const struct activity *a, struct activity_seat *s, unsigned by,
                     int64_t heads, const char *how)
{
    TRY(check_window(cx, a, by));
    if (heads < 0 || heads > s->heads)
        return fail_field(cx, "heads", "报了 %lld 个人，请填 1 到 %lld；多来的人请告诉工作人员",
                          (long long)s->heads, (long long)s->heads);
    s->came = heads ? heads : s->heads;
    s->came_at = cx->now;
    s->came_how = str_c(how);
    s->tell = false;
    return seat_go(cx, s, "come", by, S(""));
}

static enum err come_by_code(struct cx *cx, const struct activity *a, struct activity_seat *s,
                             const struct seat_move *m)
{
    struct str seed;
    if (s->state == SEAT_CAME) /* pressed twice */
        return OK;
    TRY(check_window(cx, a, SEAT_BY_PARTY));
    TRY(number_tries_left(cx, s->number));
    TRY(activity_seed(cx, a->id, &seed));
    if (!activity_code_fits(cx, a->id, seed, m->code)) {
        TRY(number_wrong(cx, s->number));
        return fail(cx, ERR_MISSING, "签到码不对，请看现场屏幕或签到纸上现在的这一个");
    }
    return come(cx, a, s, SEAT_BY_PARTY, m->heads, "code");
}

static enum err rate(struct cx *cx, const struct activity *a, struct activity_seat *s,
                     const struct seat_move *m)
{
    bool known = false;
    if (!(SEAT_IN(s->state) & (SEAT_IN(SEAT_CAME) | SEAT_IN(SEAT_HELD))) || cx->now < a->from_at ||
        cx->now > a->to_at + RATED_DAYS * MS_DAY)
        return fail(cx, ERR_CONFLICT, "来过以后 30 天里可以评");
    if (s->rated_at)
        return fail(cx, ERR_CONFLICT, "您已经评过了，谢谢");
    for (size_t i = 0; i < 5; i++)
        known |= str_is(m->rating, ratings[i].code);
    if (!known)
        return fail_field(cx, "rating", "请选一个");
    s->rating = m->rating;
    s->rating_note = str_trim(m->text);
    s->rated_at = cx->now;
    TRY(save(cx, s));
    return write_event(cx, s, "rate", s->state, SEAT_BY_PARTY, S(""));
}

static enum err same_version(struct cx *cx, const struct activity_seat *s,
                             const struct seat_move *m)
{
    if (!m->version || m->version == s->version)
        return OK;
    return fail(cx, ERR_CONFLICT, "刚刚有别的变动，请刷新看看再点");
}

enum err activity_party_step(struct cx *cx, const struct activity_party *p, int64_t seat_id,
                             struct str step, const struct seat_move *m, struct activity_seat *out)
{
    struct activity a;
    TRY(seat_load(cx, seat_id, out));
    if (out->party_id != p->id)
        return fail(cx, ERR_MISSING, "没有这个报名");
    TRY(same_version(cx, out, m));
    TRY(activity_load(cx, out->activity_id, &a));
    if (str_is(step, "confirm"))
        return confirm(cx, out, SEAT_BY_PARTY);
    if (str_is(step, "give"))
        return give(cx, &a, out, SEAT_BY_PARTY, S(""));
    if (str_is(step, "again"))
        return again(cx, &a, out, SEAT_BY_PARTY);
    if (str_is(step, "come"))
        return come_by_code(cx, &a, out, m);
    if (str_is(step, "rate"))
        return rate(cx, &a, out, m);
    return fail(cx, ERR_MISSING, "没有这一步");
}

/* What changes no state. */
static enum err remark(struct cx *cx, struct activity_seat *s, const char *step, struct str text)
{
    TRY(save(cx, s));
    return write_event(cx, s, step, s->state, SEAT_BY_STAFF, text);
}

static enum err set_guide(struct cx *cx, struct activity_seat *s, struct str name)
{
    if (!s->wants_guide)
        return fail(cx, ERR_CONFLICT, "这一组没有要讲解");
    if (utf8_count(name) > 20)
        return fail_field(cx, "text", "最多 20 字");
    s->guide = str_trim(name);
    return remark(cx, s, "guide", s->guide);
}

enum err activity_staff_step(struct cx *cx, int64_t seat_id, struct str step,
                             const struct seat_move *m, struct activity_seat *out)
{
    struct activity a;
    TRY(seat_load(cx, seat_id, out));
    TRY(activity_own(cx, out->activity_id, &a));
    TRY(same_version(cx, out, m));
    if (str_is(step, "confirm"))
        return confirm(cx, out, SEAT_BY_STAFF);
    if (str_is(step, "give"))
        return give(cx, &a, out, SEAT_BY_STAFF, str_trim(m->text));
    if (str_is(step, "again"))
        return again(cx, &a, out, SEAT_BY_STAFF);
    if (str_is(step, "come"))
        return come(cx, &a, out, SEAT_BY_STAFF, m->heads, "staff");
    if (str_is(step, "absent")) {
        out->came = out->came_at = 0;
        return seat_go(cx, out, "absent", SEAT_BY_STAFF, S(""));
    }
    if (str_is(step, "guide"))
        return set_guide(cx, out, m->text);
    if (!str_is(step, "told"))
        return fail(cx, ERR_MISSING, "没有这一步");
    out->tell = false;
    return remark(cx, out, "told", str_trim(m->text));
}

/* ---- for staff ---- */

enum err activity_seats(struct cx *cx, int64_t activity_id, activity_seat_list *out)
{
    struct activity a;
    TRY(activity_own(cx, activity_id, &a));
    TRY(db_all(cx, &activity_sql_seats, &activity_seat_shape, out, ARGS(A(activity_id))));
    shape_hide(cx, &activity_seat_shape, out->at, out->n);
    return OK;
}

static const char *what(struct str code)
{
    return str_is(code, "contact") ? "电话和称呼" : "";
}

static const char *why(struct str purpose)
{
    return flow_label(opening_purposes, purpose);
}

const struct seen_kind activity_seen = {"activity", "活动报名", what, why};

enum err activity_open(struct cx *cx, int64_t seat_id, struct str purpose,
                       struct activity_party *out)
{
    struct activity_seat s;
    struct activity a;
    TRY(seat_load(cx, seat_id, &s));
    TRY(activity_own(cx, s.activity_id, &a));
    if (cx->who.sees[DATA_CONTACT] < SEE_LOGGED)
        return fail(cx, ERR_DENIED, "您的岗位不能看联系方式");
    TRY(opening_put(
        cx, &activity_seen,
        &(struct seen_look){.subject_id = s.party_id, .what = S("contact"), .purpose = purpose}));
    TRY(party_load(cx, s.party_id, out));
    TRY(shape_open(cx, &activity_party_shape, out, 1, NULL));
    out->word = S("");
    return OK;
}

enum err activity_story(struct cx *cx, int64_t seat_id, activity_event_list *out)
{
    return db_all(cx, &activity_sql_events, &activity_event_shape, out, ARGS(A(seat_id)));
}

/* A line of a sum by state. */
struct sum {
    struct str state;
    int64_t heads, parties, came, tell, guides;
};
typedef LIST(struct sum) sum_list;
static const struct field sum_fields[] = {
    FIELD(struct sum, state, "状态"),  FIELD(struct sum, heads, "人数"),
    FIELD(struct sum, parties, "组"),  FIELD(struct sum, came, "来了"),
    FIELD(struct sum, tell, "要告诉"), FIELD(struct sum, guides, "要讲解")};
static const struct shape sum_shape = SHAPE("sum", struct sum, sum_fields);

static enum err count_ratings(struct cx *cx, int64_t activity_id, struct activity_counts *out)
{
    sum_list all = {0};
    TRY(db_all(cx, &activity_sql_ratings, &sum_shape, &all, ARGS(A(activity_id))));
    for (size_t i = 0; i < all.n; i++)
        for (size_t k = 0; k < COUNT(out->ratings); k++)
            if (str_is(all.at[i].state, ratings[k].code)) {
                out->ratings[k] = all.at[i].heads;
                out->rated += all.at[i].heads;
            }
    for (size_t k = 0; k < COUNT(out->ratings) && out->rated < ACTIVITY_SMALL; k++)
        out->ratings[k] = 0;
    return OK;
}

enum err activity_count(struct cx *cx, int64_t activity_id, struct activity_counts *out)
{
    sum_list all = {0};
    *out = (struct activity_counts){0};
    TRY(db_all(cx, &activity_sql_counts, &sum_shape, &all, ARGS(A(activity_id))));
    for (size_t i = 0; i < all.n; i++) {
        const struct sum *s = &all.at[i];
        int64_t *to = str_is(s->state, "held")      ? &out->held
                      : str_is(s->state, "offered") ? &out->offered
                      : str_is(s->state, "waiting") ? &out->waiting
                      : str_is(s->state, "absent")  ? &out->absent
                      : str_is(s->state, "came")    ? NULL
                                                    : &out->lost;
        if (to)
            *to += s->heads;
        out->came += s->came;
        out->parties += s->parties;
        out->groups += s->guides;
        out->tell += s->tell;
    }
    return count_ratings(cx, activity_id, out);
}
