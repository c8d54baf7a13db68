/* booking_step -- what becomes of a booking: moving up by itself, giving back, another time,
 * coming, staying away; staff's answers; opening a contact. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_own.h"
#include "base/id.h"
#include "booking.sql.h"

enum { RISE_MOST = 20, ABSENT_DAYS = 2, TELL_DAYS = 7 /* after it was to begin */ };

/* ---- moving up ---- */

static enum err offer(struct cx *cx, const struct booking_rule *r, struct booking *b)
{
    int64_t latest = b->from_at - BOOKING_ANSWER_HOURS * MS_HOUR;
    b->offer_until = cx->now + r->confirm_hours * MS_HOUR;
    if (b->offer_until > latest)
        b->offer_until = latest;
    b->tell = true;
    TRY(booking_go(cx, b, "rise", BOOKING_BY_SYSTEM, S("")));
    TRY(booking_job_put(cx, "booking.lapse", b->id, b->offer_until, b->offer_until));
    return booking_tell(cx, "booking.moved", b, "候补轮到了，请在 %.*s 前回话",
                        STR(filter_when(cx, b->offer_until)));
}

/* The first of those whose time is free; `*n` = how many there were, `*risen` = who got it. */
static enum err rise_some(struct cx *cx, const struct booking_plan *p, int64_t from_at,
                          int64_t to_at, size_t *n, size_t *risen)
{
    LIST(struct booking) next = {0};
    int64_t space_id = p->space.id, soonest = cx->now + BOOKING_RISE_HOURS * MS_HOUR;
    *risen = 0;
    TRY(db_all(cx, &booking_sql_next_up, &booking_shape, &next,
               ARGS(A(space_id), A(from_at), A(to_at), A(soonest))));
    *n = next.n;
    for (size_t i = 0; i < next.n; i++) {
        struct booking b;
        bool taken;
        TRY(booking_load(cx, next.at[i].id, &b));
        if (!site_is_open(&p->hours, b.from_at, b.to_at))
            continue;
        TRY(booking_claim(cx, space_id, b.from_at, b.to_at, b.id, &taken));
        if (!taken) /* of those before him one got it */
            continue;
        TRY(offer(cx, &p->rule, &b));
        ++*risen;
    }
    return OK;
}

enum err booking_rise(struct cx *cx, int64_t space_id, int64_t from_at, int64_t to_at)
{
    struct booking_space s;
    struct booking_plan p;
    size_t n = RISE_MOST, risen = 1;
    bool found;
    if (to_at <= cx->now)
        return OK;
    TRY(booking_space_find(cx, space_id, &s, &found));
    if (!found)
        return OK;
    TRY(booking_plan(cx, &s, 0, &p));
    while (n == RISE_MOST && risen)
        TRY(rise_some(cx, &p, from_at, to_at, &n, &risen));
    return OK;
}

/* ---- steps that both may take ---- */

enum err booking_had_at_once(struct cx *cx, const struct booking *b, bool *yes)
{
    struct booking_space s;
    struct booking_plan p;
    const struct booking_ask ask = {
        .from_at = b->from_at, .to_at = b->to_at, .purpose = b->purpose, .heads = b->heads};
    bool found;
    TRY(booking_space_find(cx, b->space_id, &s, &found));
    *yes = b->lot_id || !found;
    if (*yes)
        return OK;
    TRY(booking_plan(cx, &s, 0, &p));
    *yes = booking_by_rule(&p, cx->now, &ask);
    return OK;
}

/* Who waited is looked at as if he had come first. */
static enum err confirm(struct cx *cx, struct booking *b, unsigned by)
{
    bool at_once = true;
    if (b->state == BOOKING_OFFERED && cx->now >= b->offer_until)
        return fail(cx, ERR_CONFLICT, "回话的时间过了，让给下一位了；可以再排候补");
    if (b->state == BOOKING_OFFERED && by == BOOKING_BY_PARTY)
        TRY(booking_had_at_once(cx, b, &at_once));
    if (!at_once)
        TRY(booking_due(cx, b->from_at, &b->due_at));
    b->tell = false;
    TRY(booking_go(cx, b, at_once ? "confirm" : "confirm_ask", by, S("")));
    return booking_plan_jobs(cx, b);
}

static enum err give(struct cx *cx, struct booking *b, unsigned by, struct str text)
{
    struct booking_rule r;
    if (cx->now >= b->from_at)
        return fail(cx, ERR_CONFLICT, "时间已经到了，不用再退；没去成的话告诉工作人员一声就行");
    TRY(booking_rule_of(cx, b->site_id, &r));
    b->is_late = b->state == BOOKING_BOOKED && b->from_at - cx->now < r.free_hours * MS_HOUR;
    b->tell = false;
    return booking_leave(cx, b, "give", by, text);
}

static bool is_of_staff(unsigned by)
{
    return by == BOOKING_BY_STAFF;
}

/* Those that did not count before are held against the share of the month now. */
static enum err check_move(struct cx *cx, const struct booking_plan *p, const struct booking *b,
                           const struct booking_move *m, struct booking_ask *ask)
{
    struct booking_party party;
    unsigned fresh =
        BOOKING_IN(BOOKING_WAITING) | BOOKING_IN(BOOKING_REFUSED) | BOOKING_IN(BOOKING_LAPSED);
    TRY(booking_party_load(cx, b->party_id, &party));
    TRY(shape_open(cx, &booking_party_shape, &party, 1, NULL));
    *ask = (struct booking_ask){.space_id = p->space.id,
                                .from_at = m->from_at,
                                .to_at = m->to_at ? m->to_at : m->from_at + b->to_at - b->from_at,
                                .kind = party.kind,
                                .name = party.name,
                                .contact = fresh & BOOKING_IN(b->state) ? party.contact : S(""),
                                .group_name = party.group_name,
                                .purpose = b->purpose,
                                .title = b->title,
                                .heads = b->heads,
                                .wish = b->wish,
                                .has_minors = b->has_minors,
                                .adult = b->adult,
                                .channel = S("walkin")};
    return booking_check_again(cx, p, ask);
}

static enum err taken_words(struct cx *cx, const struct booking_plan *p,
                            const struct booking_ask *ask)
{
    booking_choice_list others = {0};
    TRY(booking_others(cx, p, ask->from_at, ask->to_at, ask->heads, &others));
    return fail(cx, ERR_CONFLICT, "那个时间已经有人订了，您原来的没有动%s%.*s",
                others.n ? "。还空着的：" : "", STR(booking_other_words(cx, &others, p->space.id)));
}

static enum err move(struct cx *cx, struct booking *b, const struct booking_move *m, unsigned by)
{
    struct booking_space space;
    struct booking_plan p;
    struct booking_ask ask;
    bool held = BOOKING_HOLDING & BOOKING_IN(b->state), taken;
    const struct booking_choice from = {{.id = b->space_id}, b->from_at, b->to_at};
    if (!(steps_find(&booking_steps, S("move"))->from & BOOKING_IN(b->state)))
        return fail(cx, ERR_CONFLICT, "现在是“%s”，不能换时间；请刷新再看",
                    booking_state_labels[b->state]);
    if (b->series_asked && b->state == BOOKING_REVIEW) /* one by one, all of it would be had */
        return fail(cx, ERR_CONFLICT, "这个固定时间还没有答复，答复以后再换；这一次不要了可以先退");
    if (held && cx->now >= b->from_at)
        return fail(cx, ERR_CONFLICT, "时间已经到了，不能再换");
    TRY(booking_space_get(cx, m->space_id ? m->space_id : b->space_id, &space));
    if (is_of_staff(by) && !booking_in_reach(cx, space.place_path))
        return fail(cx, ERR_MISSING, "这个场地不归您这里管");
    TRY(booking_plan(cx, &space, 0, &p));
    TRY(check_move(cx, &p, b, m, &ask));
    const struct booking_choice to = {space, ask.from_at, ask.to_at};
    if (held)
        TRY(booking_shift(cx, b->id, &from, &to, &taken));
    else
        TRY(booking_claim(cx, space.id, ask.from_at, ask.to_at, b->id, &taken));
    if (!taken)
        return taken_words(cx, &p, &ask);
    bool refused = b->series_id && b->state == BOOKING_REFUSED; /* with the whole, or alone */
    bool at_once = is_of_staff(by) || b->state == BOOKING_SHUT ||
                   (!refused && booking_by_rule(&p, cx->now, &ask));
    struct str text = booking_when(cx, b->from_at, b->to_at);
    b->space_id = space.id;
    b->site_id = space.site_id;
    b->place_path = space.place_path;
    b->space_name = space.name;
    b->site_name = space.site_name;
    b->from_at = ask.from_at;
    b->to_at = ask.to_at;
    b->is_idle = ask.from_at - cx->now <= p.rule.idle_hours * MS_HOUR;
    b->tell = is_of_staff(by);
    b->reason = S("");
    b->due_at = 0;
    if (!at_once)
        TRY(booking_due(cx, b->from_at, &b->due_at));
    TRY(booking_go(cx, b, at_once ? "move" : "move_ask", by, text));
    TRY(booking_plan_jobs(cx, b));
    return held ? booking_rise(cx, from.space.id, from.from_at, from.to_at) : OK;
}

static enum err come(struct cx *cx, struct booking *b, unsigned by)
{
    struct booking_rule r;
    bool taken = true;
    TRY(booking_rule_of(cx, b->site_id, &r));
    if (cx->now < b->from_at - r.early_minutes * MS_MINUTE)
        return fail(cx, ERR_CONFLICT, "还没到时间，提前 %lld 分钟可以进",
                    (long long)r.early_minutes);
    if (cx->now >= b->to_at)
        return fail(cx, ERR_CONFLICT, "时间已经过了，要接着用请另订");
    if (b->state == BOOKING_ABSENT) /* it had been given free */
        TRY(booking_claim(cx, b->space_id, b->from_at, b->to_at, b->id, &taken));
    if (!taken)
        return fail(cx, ERR_CONFLICT, "开始后没见到人，已经让给别人用了");
    b->came_at = cx->now;
    b->tell = false;
    return booking_go(cx, b, "come", by, S(""));
}

static struct str capitals(struct cx *cx, struct str s)
{
    char *p = arena_alloc(cx->mem, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        p[i] = (char)(s.p[i] >= 'a' && s.p[i] <= 'z' ? s.p[i] - 'a' + 'A' : s.p[i]);
    return str_n(p, s.n);
}

static enum err come_by_code(struct cx *cx, struct booking *b, struct str code)
{
    struct booking_space s;
    if (b->state == BOOKING_USING) /* pressed twice */
        return OK;
    TRY(booking_space_get(cx, b->space_id, &s));
    if (!s.door_code.n)
        return fail(cx, ERR_CONFLICT, "这里由工作人员签到，到了找他们说一声就行");
    TRY(number_tries_left(cx, b->number));
    if (!str_same_secret(capitals(cx, str_trim(code)), capitals(cx, s.door_code))) {
        TRY(number_wrong(cx, b->number));
        return fail(cx, ERR_MISSING, "码不对，请看屋里纸上的那一个");
    }
    return come(cx, b, BOOKING_BY_PARTY);
}

static enum err same_version(struct cx *cx, const struct booking *b, const struct booking_move *m)
{
    if (!m->version || m->version == b->version)
        return OK;
    return fail(cx, ERR_CONFLICT, "刚刚有别的变动，请刷新看看再点");
}

/* Those of both; `*known` false: it is none of them. */
static enum err common_step(struct cx *cx, struct booking *b, struct str step,
                            const struct booking_move *m, unsigned by, bool *known)
{
    *known = true;
    if (str_is(step, "confirm"))
        return confirm(cx, b, by);
    if (str_is(step, "give"))
        return give(cx, b, by, is_of_staff(by) ? str_trim(m->text) : S(""));
    if (str_is(step, "move"))
        return move(cx, b, m, by);
    if (str_is(step, "leave"))
        return booking_leave(cx, b, "leave", by, S(""));
    *known = false;
    return OK;
}

enum err booking_party_step(struct cx *cx, const struct booking_party *p, int64_t id,
                            struct str step, const struct booking_move *m, struct booking *out)
{
    bool known;
    TRY(booking_load(cx, id, out));
    if (out->party_id != p->id)
        return fail(cx, ERR_MISSING, "没有这个预订");
    TRY(same_version(cx, out, m));
    TRY(common_step(cx, out, step, m, BOOKING_BY_PARTY, &known));
    if (known)
        return OK;
    if (str_is(step, "come"))
        return come_by_code(cx, out, m->code);
    if (str_is(step, "give_all") && out->series_id)
        return booking_give_series(cx, out);
    return fail(cx, ERR_MISSING, "没有这一步");
}

/* ---- staff ---- */

static enum err approve(struct cx *cx, struct booking *b)
{
    b->tell = true;
    TRY(booking_go(cx, b, "approve", BOOKING_BY_STAFF, S("")));
    TRY(booking_plan_jobs(cx, b));
    return booking_tell(cx, "booking.answered", b, "同意了");
}

/* A reason for the party to read, kept with the booking. */
static enum err with_reason(struct cx *cx, struct booking *b, const char *step, struct str text)
{
    if (!str_trim(text).n)
        return fail_field(cx, "text", "请写为什么，订的人要看");
    b->reason = str_trim(text);
    b->tell = true;
    TRY(booking_leave(cx, b, step, BOOKING_BY_STAFF, b->reason));
    return booking_tell(cx, str_is(str_c(step), "shut") ? "booking.shut" : "booking.answered", b,
                        "%s", steps_find(&booking_steps, str_c(step))->label);
}

static enum err absent(struct cx *cx, struct booking *b)
{
    if (cx->now < b->from_at + BOOKING_ABSENT_MINUTES * MS_MINUTE)
        return fail(cx, ERR_CONFLICT, "开始 %d 分钟以后还没来，才算没有来", BOOKING_ABSENT_MINUTES);
    if (cx->now > b->to_at + ABSENT_DAYS * MS_DAY)
        return fail(cx, ERR_CONFLICT, "过了 %d 天就不再改了", ABSENT_DAYS);
    if (b->came_at)
        return fail(cx, ERR_CONFLICT, "他来过，不算没有来");
    return booking_leave(cx, b, "absent", BOOKING_BY_STAFF, S(""));
}

static enum err check_room(struct cx *cx, struct booking *b, struct str text)
{
    b->condition_note = str_trim(text);
    return booking_go(cx, b, "check", BOOKING_BY_STAFF, b->condition_note);
}

enum err booking_staff_step(struct cx *cx, int64_t id, struct str step,
                            const struct booking_move *m, struct booking *out)
{
    bool known;
    TRY(booking_load(cx, id, out));
    if (!booking_in_reach(cx, out->place_path))
        return fail(cx, ERR_MISSING, "没有这个预订，或者不归您这里");
    TRY(same_version(cx, out, m));
    TRY(common_step(cx, out, step, m, BOOKING_BY_STAFF, &known));
    if (known)
        return OK;
    if (out->series_asked && out->state == BOOKING_REVIEW && !str_is(step, "shut"))
        return fail(cx, ERR_CONFLICT, "这是固定时间里的一次，请在“固定时间”里一起答复");
    if (str_is(step, "approve"))
        return approve(cx, out);
    if (str_is(step, "refuse"))
        return with_reason(cx, out, "refuse", m->text);
    if (str_is(step, "shut"))
        return with_reason(cx, out, "shut", m->text);
    if (str_is(step, "come"))
        return come(cx, out, BOOKING_BY_STAFF);
    if (str_is(step, "absent"))
        return absent(cx, out);
    if (str_is(step, "excuse"))
        return booking_go(cx, out, "excuse", BOOKING_BY_STAFF, str_trim(m->text));
    if (str_is(step, "check"))
        return check_room(cx, out, m->text);
    if (!str_is(step, "told"))
        return fail(cx, ERR_MISSING, "没有这一步");
    out->tell = false;
    return booking_remark(cx, out, "told", BOOKING_BY_STAFF, str_trim(m->text));
}

/* ---- lists for staff ---- */

static enum err masked(struct cx *cx, enum err e, booking_list *out)
{
    if (e == OK)
        shape_hide(cx, &booking_shape, out->at, out->n);
    return e;
}

enum err booking_own(struct cx *cx, int64_t id, struct booking *out)
{
    TRY(booking_load(cx, id, out));
    if (!booking_in_reach(cx, out->place_path))
        return fail(cx, ERR_MISSING, "没有这个预订，或者不归您这里");
    shape_hide(cx, &booking_shape, out, 1);
    return OK;
}

enum err booking_to_review(struct cx *cx, booking_list *out)
{
    return masked(cx, booking_loads(cx, &booking_sql_to_review, NO_ARGS, out), out);
}

enum err booking_to_tell(struct cx *cx, booking_list *out)
{
    int64_t since = cx->now - TELL_DAYS * MS_DAY;
    return masked(cx, booking_loads(cx, &booking_sql_to_tell, ARGS(A(since)), out), out);
}

enum err booking_at_site(struct cx *cx, int64_t site_id, int64_t from_at, int64_t to_at,
                         booking_list *out)
{
    int64_t since = from_at - MS_DAY; /* none lasts longer */
    return masked(cx,
                  booking_loads(cx, &booking_sql_at_site,
                                ARGS(A(site_id), A(from_at), A(to_at), A(since)), out),
                  out);
}

enum err booking_waiting(struct cx *cx, int64_t space_id, booking_list *out)
{
    struct booking_space s;
    TRY(booking_space_own(cx, space_id, &s));
    return masked(cx, booking_loads(cx, &booking_sql_waiting, ARGS(A(space_id)), out), out);
}

enum err booking_story(struct cx *cx, int64_t id, booking_event_list *out)
{
    return db_all(cx, &booking_sql_events, &booking_event_shape, out, ARGS(AS("booking_id", id)));
}

static const char *what(struct str code)
{
    return str_is(code, "contact") ? "电话和称呼" : "";
}

static const char *why(struct str purpose)
{
    return flow_label(opening_purposes, purpose);
}

const struct seen_kind booking_seen = {"booking", "场地预订", what, why};

enum err booking_open(struct cx *cx, int64_t id, struct str purpose, struct booking_party *out)
{
    struct booking b;
    TRY(booking_own(cx, id, &b));
    if (cx->who.sees[DATA_CONTACT] < SEE_LOGGED)
        return fail(cx, ERR_DENIED, "您的岗位不能看联系方式");
    TRY(opening_put(
        cx, &booking_seen,
        &(struct seen_look){.subject_id = b.party_id, .what = S("contact"), .purpose = purpose}));
    TRY(booking_party_load(cx, b.party_id, out));
    TRY(shape_open(cx, &booking_party_shape, out, 1, NULL));
    out->word = S("");
    return OK;
}
