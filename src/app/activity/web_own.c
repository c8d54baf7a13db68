/* web_own -- signing up, and what is one's own: by the secret link, or by number and word. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/class_pages.h"
#include "base/id.h"
#include "activity.html.h"

enum { HEADS_AS_CHIPS = 6 };

/* ---- signing up ---- */

static enum err draw_join(struct cx *cx, const struct req *rq, struct reply *rp,
                          const struct activity *a, const struct activity_join *j)
{
    struct activity_join_view v = {.rq = rq, .a = *a, .j = *j};
    struct fault fault = cx->fault;
    activity_list later = {0};
    int64_t heads = j->heads ? j->heads : 1;
    cx->fault = (struct fault){0};
    if (a->series_id) {
        const struct activity_filter f = {
            .series_id = a->series_id, .from_at = a->from_at + 1, .limit = 1};
        TRY(activity_find(cx, &f, &later));
    }
    cx->fault = fault;
    v.has_series = later.n > 0;
    v.when = activity_when(cx, a);
    v.may_join = activity_may_join(cx, a);
    v.is_full = v.may_join && a->taken >= a->capacity;
    v.is_group = a->party_most > HEADS_AS_CHIPS || a->guides;
    v.is_staff = cx->who.person_id != 0;
    v.j.heads = heads;
    for (int64_t n = 1; n <= a->party_most && a->party_most <= HEADS_AS_CHIPS; n++)
        *PUSH(cx->mem, &v.heads) = (struct activity_choice){
            n, arena_printf(cx->mem, "%lld 个人", (long long)n), n == heads};
    v.page = activity_page(rq, S("报名"));
    v.page.back = activity_path(cx, a->id).p;
    v.page.here = arena_printf(cx->mem, "/e/%lld/join", (long long)a->id);
    v.page.has_foot = true;
    activity_join_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err find_one(struct cx *cx, const struct req *rq, struct activity *a)
{
    int64_t id;
    TRY(req_id(cx, rq, "activity", &id));
    return activity_get(cx, id, a);
}

enum err activity_join_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity a;
    const struct activity_join j = {.heads = 1};
    TRY(find_one(cx, rq, &a));
    if (!activity_may_join(cx, &a))
        return reply_goto(cx, rp, "/e/%lld", (long long)a.id);
    return draw_join(cx, rq, rp, &a, &j);
}

enum err activity_join_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity a;
    struct activity_join j = {0};
    struct activity_party p;
    activity_seat_list seats = {0};
    struct str key = S("");
    bool again = false;
    TRY(find_one(cx, rq, &a));
    enum err e = req_record(cx, rq, &activity_join_shape, &j);
    if (e == ERR_INPUT) /* all that is wrong is told at once */
        need_contact_check(cx, "contact", j.contact);
    j.activity_id = a.id;
    j.client_key = req_field(rq, "key");
    j.channel = str_is(req_field(rq, "channel"), "phone") ? S("phone") : S("counter");
    if (e == OK)
        e = activity_sign_up(cx, &j, &p, &key, &seats, &again);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_join(cx, rq, rp, &a, &j));
    TRY(e);
    if (again)
        return reply_goto(cx, rp, "/find?again=1&n=%.*s&w=%.*s", STR(p.number), STR(p.word));
    return reply_goto(cx, rp, "/joined/%lld?k=%.*s&new=1", (long long)p.id, STR(key));
}

/* ---- one's own page ---- */

static void waiting_words(struct cx *cx, struct activity_own_seat *o, int64_t ahead)
{
    o->head = arena_printf(cx->mem, "候补第 %lld", (long long)ahead + 1);
    o->level = "a";
    o->icon = "clock";
    if (cx->now > o->a.to_at) {
        o->head = S("没有轮到");
        o->level = "";
        o->text = S("这一场已经办完了，这次没有轮到您。想参加，看看别的场次。");
        return;
    }
    o->text = cx->now < o->a.from_at - ACTIVITY_RISE_HOURS * MS_HOUR
                  ? S("轮到了在这里看得到，留了电话的会告诉您。位置有了再来，不用一直等着。")
                  : S("快开始了，不再按候补轮。想来就直接来看看，有空位就能进。");
}

enum err activity_seat_say(struct cx *cx, struct activity_own_seat *o)
{
    const struct activity_seat *s = &o->s;
    int64_t ahead = 0;
    bool before = cx->now < o->a.from_at;
    o->when = activity_when(cx, &o->a);
    o->head = str_c(seat_state_labels[s->state]);
    o->level = "";
    o->icon = "info";
    o->text = S("");
    o->may_give = before && (steps_find(&seat_steps, S("give"))->from & SEAT_IN(s->state));
    o->may_again = activity_may_join(cx, &o->a) &&
                   (steps_find(&seat_steps, S("rejoin"))->from & SEAT_IN(s->state));
    o->may_come = cx->now >= o->a.from_at - ACTIVITY_EARLY_MINUTES * MS_MINUTE &&
                  cx->now <= o->a.to_at + ACTIVITY_LATE_MINUTES * MS_MINUTE &&
                  (SEAT_IN(s->state) & (SEAT_IN(SEAT_HELD) | SEAT_IN(SEAT_OFFERED)));
    o->may_rate =
        !s->rated_at && !before && (SEAT_IN(s->state) & (SEAT_IN(SEAT_HELD) | SEAT_IN(SEAT_CAME)));
    switch (s->state) {
    case SEAT_HELD:
        o->head = S("有您的位置");
        o->level = "g";
        o->icon = "check";
        break;
    case SEAT_WAITING:
        TRY(activity_ahead(cx, s, &ahead));
        waiting_words(cx, o, ahead);
        break;
    case SEAT_OFFERED:
        o->may_confirm = cx->now < s->offer_until;
        o->head = S("轮到您了");
        o->level = "a";
        o->icon = "bell";
        o->text = arena_printf(cx->mem, "%.*s 前回个话；不回话，位置就给下一位。",
                               STR(filter_when(cx, s->offer_until)));
        break;
    case SEAT_OFF:
        o->level = "x";
        o->text = arena_printf(cx->mem, "%.*s%s%.*s", STR(o->a.reason), o->a.instead.n ? "。" : "",
                               STR(o->a.instead));
        break;
    case SEAT_CAME:
        o->level = "g";
        o->icon = "check";
        break;
    default:
        break;
    }
    return OK;
}

static enum err find_seats(struct cx *cx, struct activity_own_view *v)
{
    activity_seat_list all = {0};
    TRY(activity_seats_of(cx, v->p.id, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct activity_own_seat *o = PUSH(cx->mem, &v->seats);
        o->s = all.at[i];
        TRY(activity_load(cx, o->s.activity_id, &o->a));
        TRY(activity_seat_say(cx, o));
    }
    return OK;
}

enum err activity_draw_own(struct cx *cx, const struct req *rq, struct reply *rp,
                           const struct activity_party *p, const struct activity_pass *pass)
{
    static const char *const his_name[] = {"name", NULL};
    struct activity_own_view v = {.rq = rq, .p = *p, .pass = *pass};
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    shape_show(cx, &activity_party_shape, &v.p, 1, his_name);
    TRY(find_seats(cx, &v));
    TRY(openings_told(cx, &activity_seen, p->id, &v.seen));
    v.is_new = req_query(rq, "new").n > 0 && v.seats.n > 0;
    for (size_t i = 0; i < v.seats.n && !v.others.n; i++)
        if (v.seats.at[i].s.state == SEAT_WAITING || v.seats.at[i].s.state == SEAT_OFF)
            TRY(activity_others(cx, &v.seats.at[i].a, &v.others));
    cx->fault = fault;
    v.phone = shell_community(cx)->phone;
    v.page = activity_page(rq, S("我报的名"));
    v.page.is_private = true;
    v.page.here =
        pass->key.n ? arena_printf(cx->mem, "/joined/%lld?k=%.*s", (long long)p->id, STR(pass->key))
                    : S("/find");
    if (str_is(req_query(rq, "done"), "1")) {
        v.page.notice = S("好，记下了");
        v.page.notice_level = "g";
    }
    reply_header(rp, "Cache-Control", S("no-store"));
    activity_own_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err party_of(struct cx *cx, const struct req *rq, const struct activity_pass *pass,
                         struct activity_party *p)
{
    int64_t id;
    TRY(req_id(cx, rq, "party", &id));
    if (pass->key.n || !pass->number.n)
        return activity_by_key(cx, id, pass->key, p);
    TRY(activity_by_word(cx, pass->number, pass->word, p));
    return p->id == id ? OK : fail(cx, ERR_MISSING, "没有这个报名");
}

enum err activity_own_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_party p;
    const struct activity_pass pass = {.key = number_key(req_query(rq, "k"))};
    TRY(party_of(cx, rq, &pass, &p));
    return activity_draw_own(cx, rq, rp, &p, &pass);
}

/* ---- a wrong try has been counted: the count is kept only when this ends well ---- */

void activity_end_try(struct cx *cx, struct reply *rp, enum err e)
{
    fault_clear(cx);
    reply_status(rp, e == ERR_DENIED ? 429 : 422);
}

enum err activity_own_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_party p;
    struct activity_seat s;
    struct seat_move m = {0};
    const struct activity_pass pass = {number_key(req_field(rq, "k")), req_field(rq, "number"),
                                       req_field(rq, "word")};
    struct str step = req_part(rq, "step");
    int64_t seat = 0;
    enum err e = party_of(cx, rq, &pass, &p);
    if (e == ERR_MISSING && !pass.key.n && pass.number.n) { /* counted */
        reply_status(rp, 404);
        shell_error(cx, rq, 404, rp);
        return OK;
    }
    TRY(e);
    e = req_record(cx, rq, &seat_move_shape, &m);
    if (!str_int(req_field(rq, "seat"), &seat))
        return fail(cx, ERR_MISSING, "没有这个报名");
    if (e == OK)
        e = activity_party_step(cx, &p, seat, step, &m, &s);
    bool counted = str_is(step, "come") && (e == ERR_MISSING || e == ERR_DENIED);
    if (e == ERR_INPUT || e == ERR_CONFLICT || counted)
        TRY(activity_draw_own(cx, rq, rp, &p, &pass));
    if (counted) {
        activity_end_try(cx, rp, e);
        return OK;
    }
    TRY(e);
    if (pass.key.n)
        return reply_goto(cx, rp, "/joined/%lld?k=%.*s&done=1", (long long)p.id, STR(pass.key));
    return activity_draw_own(cx, rq, rp, &p, &pass);
}

/* ---- by number and word ---- */

/* Faults of number and word under their fields. */
static enum err check_pass(struct cx *cx, struct str number, struct str word)
{
    struct str read;
    enum err e = OK;
    if (!id_number_read(cx, number, &read))
        e = fail_field(cx, "number", "编号里有一位不对，请对照着再看一遍");
    if (str_trim(word).n != 4)
        e = fail_field(cx, "word", "请填四位数字，和编号写在一起的");
    return e;
}

static void under_word(struct cx *cx, enum err e)
{
    struct str why =
        e == ERR_DENIED ? cx->fault.message : S("编号和四位数字对不上，请对照着再看一遍");
    fault_clear(cx);
    fail_field(cx, "word", "%.*s", STR(why));
}

enum err activity_show_number(struct cx *cx, const struct req *rq, struct reply *rp,
                              struct str number, struct str word)
{
    struct activity_party p;
    const struct activity_pass pass = {S(""), number, word};
    TRY(activity_by_word(cx, number, word, &p));
    return activity_draw_own(cx, rq, rp, &p, &pass);
}

/* ---- checking in ---- */

static void draw_in(struct cx *cx, const struct req *rq, struct reply *rp, const struct activity *a)
{
    struct activity_in_view v = {.rq = rq, .a = *a, .when = activity_when(cx, a)};
    bool posted = str_is(req_method(rq), "POST");
    v.is_done = !posted && req_query(rq, "done").n > 0;
    v.code = posted ? req_field(rq, "code") : req_query(rq, "c");
    v.number = req_field(rq, "number");
    v.word = req_field(rq, "word");
    v.page = activity_page(rq, S("签到"));
    v.page.back = activity_path(cx, a->id).p;
    v.page.here = arena_printf(cx->mem, "/e/%lld/in", (long long)a->id);
    activity_in_html(reply_html(rp), cx, &v);
}

enum err activity_in_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity a;
    TRY(find_one(cx, rq, &a));
    draw_in(cx, rq, rp, &a);
    return OK;
}

/* The seat of a party at this date. */
static enum err seat_here(struct cx *cx, const struct activity_party *p, int64_t activity_id,
                          int64_t *seat)
{
    activity_seat_list all = {0};
    TRY(activity_seats_of(cx, p->id, &all));
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].activity_id == activity_id) {
            *seat = all.at[i].id;
            return OK;
        }
    return fail_field(cx, "number", "这个编号报的不是这一场，请看一下是哪天的");
}

enum err activity_in_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity a;
    struct activity_party p;
    struct activity_seat s;
    struct seat_move m = {0};
    int64_t seat = 0;
    TRY(find_one(cx, rq, &a));
    enum err e = check_pass(cx, req_field(rq, "number"), req_field(rq, "word"));
    enum err typed = req_record(cx, rq, &seat_move_shape, &m);
    e = e == OK ? typed : e;
    if (e == OK)
        e = activity_by_word(cx, m.number, m.word, &p);
    bool counted = e == ERR_MISSING || e == ERR_DENIED;
    if (counted)
        under_word(cx, e);
    if (e == OK)
        e = seat_here(cx, &p, a.id, &seat);
    if (e == OK) {
        e = activity_party_step(cx, &p, seat, S("come"), &m, &s);
        counted = e == ERR_MISSING || e == ERR_DENIED;
        if (counted) {
            struct str why = cx->fault.message;
            fault_clear(cx);
            fail_field(cx, "code", "%.*s", STR(why));
        }
    }
    if (e == OK)
        return reply_goto(cx, rp, "/e/%lld/in?done=1", (long long)a.id);
    if (counted || e == ERR_INPUT || e == ERR_CONFLICT)
        draw_in(cx, rq, rp, &a);
    if (!counted)
        return e;
    activity_end_try(cx, rp, e);
    return OK;
}
