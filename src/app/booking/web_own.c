/* web_own -- what is one's own: by the secret link, or by number and word. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/pages.h"
#include "app/number/number.h"
#include "base/id.h"
#include "booking.html.h"

enum { FULL_MOST = 2 /* more than that are folded */ };

/* ---- what a booking means ---- */

static void plain(struct booking_own_row *o, const char *level, const char *icon)
{
    o->level = level;
    o->icon = icon;
}

static enum err say_waiting(struct cx *cx, struct booking_own_row *o)
{
    int64_t ahead;
    TRY(booking_ahead(cx, &o->b, &ahead));
    plain(o, "a", "clock");
    o->head = arena_printf(cx->mem, "候补第 %lld", (long long)ahead + 1);
    o->text = cx->now < o->b.from_at - BOOKING_RISE_HOURS * MS_HOUR
                  ? S("轮到了在这里看得到，留了电话的会告诉您。")
                  : S("快开始了，不再按候补轮。空着的话直接来用就行。");
    return OK;
}

/* Of a state that is not over. */
static enum err say_open(struct cx *cx, struct booking_own_row *o)
{
    const struct booking *b = &o->b;
    bool at_once;
    switch (b->state) {
    case BOOKING_BOOKED:
        plain(o, "g", "check");
        o->head = S("订好了");
        break;
    case BOOKING_REVIEW:
        plain(o, "a", "clock");
        o->text =
            arena_printf(cx->mem, "时间给您留着。%.*s 前答复您。", STR(filter_when(cx, b->due_at)));
        break;
    case BOOKING_WAITING:
        return say_waiting(cx, o);
    case BOOKING_OFFERED:
        plain(o, "a", "bell");
        o->head = S("轮到您了");
        TRY(booking_had_at_once(cx, b, &at_once));
        o->text = arena_printf(cx->mem, "%.*s 前回个话；不回话就给下一位。%s",
                               STR(filter_when(cx, b->offer_until)),
                               at_once ? "" : "说了要，时间先给您留着，工作人员看过再答复您。");
        break;
    case BOOKING_DRAWING:
        plain(o, "a", "clock");
        o->text = S("抽完在这里看得到，留了电话的会告诉您。");
        break;
    default:
        break;
    }
    return OK;
}

static enum err say(struct cx *cx, struct booking_own_row *o)
{
    const struct booking *b = &o->b;
    unsigned in = BOOKING_IN(b->state);
    bool before = cx->now < b->from_at;
    struct booking_rule r;
    TRY(booking_rule_of(cx, b->site_id, &r));
    *o = (struct booking_own_row){.b = *b,
                                  .when = booking_when(cx, b->from_at, b->to_at),
                                  .head = str_c(booking_state_labels[b->state]),
                                  .level = "",
                                  .icon = "info"};
    o->may_confirm = b->state == BOOKING_OFFERED && cx->now < b->offer_until;
    o->may_give = before && (steps_find(&booking_steps, S("give"))->from & in);
    o->may_move = before && (steps_find(&booking_steps, S("move"))->from & in) &&
                  !(b->series_asked && b->state == BOOKING_REVIEW);
    o->may_come = cx->now >= b->from_at - r.early_minutes * MS_MINUTE && cx->now < b->to_at &&
                  (b->state == BOOKING_BOOKED || b->state == BOOKING_OFFERED);
    o->may_leave = b->state == BOOKING_USING;
    if (b->state == BOOKING_SHUT)
        plain(o, "x", "warn");
    if (b->state == BOOKING_USING || b->state == BOOKING_DONE || b->state == BOOKING_CLOSED)
        plain(o, "g", "check");
    if (b->reason.n)
        o->text = b->reason;
    return say_open(cx, o);
}

/* ---- the page ---- */

/* Three other times for the first one that has none, or that may be had at another time. */
static enum err find_others(struct cx *cx, struct booking_own_view *v)
{
    for (size_t i = 0; i < v->all.n; i++) {
        const struct booking *b = &v->all.at[i].b;
        struct booking_space s;
        struct booking_plan p;
        booking_choice_list others = {0};
        bool found;
        if (!v->all.at[i].may_move || b->state == BOOKING_BOOKED || b->state == BOOKING_REVIEW)
            continue;
        TRY(booking_space_find(cx, b->space_id, &s, &found));
        if (!found)
            continue;
        TRY(booking_plan(cx, &s, 0, &p));
        TRY(booking_others(cx, &p, b->from_at, b->to_at, b->heads, &others));
        booking_other_buttons(cx, &others, b->space_id, &v->others);
        v->others_of = b->id;
        return OK;
    }
    return OK;
}

static enum err find_absences(struct cx *cx, struct booking_own_view *v)
{
    struct booking_rule r;
    bool any = false;
    for (size_t i = 0; i < v->all.n && !any; i++)
        any = v->all.at[i].b.state == BOOKING_ABSENT;
    if (!any)
        return OK;
    TRY(booking_rule_of(cx, v->all.at[0].b.site_id, &r));
    TRY(booking_absences_of(cx, v->p.id, r.site_id, &v->absences));
    v->absence_most = r.absences;
    v->absence_days = r.absence_days;
    v->phone_days = r.phone_days;
    return OK;
}

static struct str missed_words(struct cx *cx, struct str days)
{
    struct out o;
    struct str part;
    int64_t day;
    const char *sep = "这几次被别人订了或者不开放，没订上：";
    out_init(&o, cx->mem);
    while (str_split(&days, ',', &part))
        if (str_int(part, &day) && day > 0 && day < INT32_MAX) {
            out_c(&o, sep);
            out_str(&o, site_days_text(cx, day, day));
            sep = "、";
        }
    return out_text(&o);
}

static void tell(struct cx *cx, const struct req *rq, struct booking_own_view *v)
{
    struct str missed = missed_words(cx, req_query(rq, "miss"));
    if (str_is(req_query(rq, "done"), "1")) {
        v->page.notice = S("好，记下了");
        v->page.notice_level = "g";
    }
    if (missed.n) {
        v->page.notice = missed;
        v->page.notice_level = "";
    }
}

static enum err draw_own(struct cx *cx, const struct req *rq, struct reply *rp,
                         const struct booking_party *p, const struct booking_pass *pass)
{
    static const char *const his_name[] = {"name", NULL};
    struct booking_own_view v = {.rq = rq, .p = *p, .pass = *pass};
    struct fault fault = cx->fault;
    booking_list all = {0};
    cx->fault = (struct fault){0};
    shape_show(cx, &booking_party_shape, &v.p, 1, his_name);
    TRY(booking_of_party(cx, p->id, &all));
    int64_t typed = 0;
    if (str_is(req_part(rq, "step"), "move"))
        str_int(req_field(rq, "booking"), &typed);
    for (size_t i = 0; i < all.n; i++) {
        struct booking_own_row *o = PUSH(cx->mem, &v.all);
        o->b = all.at[i];
        TRY(say(cx, o));
        o->is_typed = o->may_move && o->b.id == typed && fault.err != OK;
        v.next += v.next == i && all.at[i].to_at <= cx->now; /* the first that is not over */
    }
    TRY(openings_told(cx, &booking_seen, p->id, &v.seen));
    TRY(find_others(cx, &v));
    TRY(find_absences(cx, &v));
    cx->fault = fault;
    v.is_new = req_query(rq, "new").n > 0 && v.all.n > 0;
    v.is_folded = v.all.n > FULL_MOST;
    v.phone = shell_community(cx)->phone;
    v.page = shell_page(rq, SHELL_PHONE, S("我订的场地"), "home");
    v.page.back = "/book";
    v.page.is_private = true;
    v.page.here =
        pass->key.n ? arena_printf(cx->mem, "/booked/%lld?k=%.*s", (long long)p->id, STR(pass->key))
                    : S("/book/find");
    tell(cx, rq, &v);
    reply_header(rp, "Cache-Control", S("no-store"));
    booking_own_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err party_of(struct cx *cx, const struct req *rq, const struct booking_pass *pass,
                         struct booking_party *p)
{
    int64_t id;
    TRY(req_id(cx, rq, "party", &id));
    if (pass->key.n || !pass->number.n)
        return booking_by_key(cx, id, pass->key, p);
    TRY(booking_by_word(cx, pass->number, pass->word, p));
    return p->id == id ? OK : fail(cx, ERR_MISSING, "没有这个预订");
}

enum err booking_own_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_party p;
    const struct booking_pass pass = {.key = number_key(req_query(rq, "k"))};
    TRY(party_of(cx, rq, &pass, &p));
    return draw_own(cx, rq, rp, &p, &pass);
}

/* ---- steps ---- */

/* A wrong try has been counted: the count is kept only when this ends well. */
static void end_try(struct cx *cx, struct reply *rp, enum err e)
{
    fault_clear(cx);
    reply_status(rp, e == ERR_DENIED ? 429 : 422);
}

static enum err read_move(struct cx *cx, const struct req *rq, struct booking_move *m)
{
    TRY(req_record(cx, rq, &booking_move_shape, m));
    if (!str_is(req_part(rq, "step"), "move"))
        return OK;
    m->to_at = 0; /* as long as it was */
    if (booking_picked(rq, &m->space_id, &m->from_at))
        return OK;
    m->space_id = 0;
    return booking_clock(cx, rq, "on", "from", &m->from_at);
}

/* The booking that a button names: "booking". */
static enum err act(struct cx *cx, const struct req *rq, const struct booking_party *p,
                    bool *counted)
{
    struct booking b;
    struct booking_move m = {0};
    struct str step = req_part(rq, "step");
    int64_t id = 0;
    *counted = false;
    if (!str_int(req_field(rq, "booking"), &id))
        return fail(cx, ERR_MISSING, "没有这个预订");
    TRY(read_move(cx, rq, &m));
    enum err e = booking_party_step(cx, p, id, step, &m, &b);
    *counted = str_is(step, "come") && (e == ERR_MISSING || e == ERR_DENIED);
    return e;
}

enum err booking_own_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_party p;
    const struct booking_pass pass = {number_key(req_field(rq, "k")), req_field(rq, "number"),
                                      req_field(rq, "word")};
    bool counted;
    enum err e = party_of(cx, rq, &pass, &p);
    if (e == ERR_MISSING && !pass.key.n && pass.number.n) { /* counted */
        reply_status(rp, 404);
        shell_error(cx, rq, 404, rp);
        return OK;
    }
    TRY(e);
    e = act(cx, rq, &p, &counted);
    if (e == ERR_INPUT || e == ERR_CONFLICT || counted)
        TRY(draw_own(cx, rq, rp, &p, &pass));
    if (counted) {
        end_try(cx, rp, e);
        return OK;
    }
    TRY(e);
    if (pass.key.n)
        return reply_goto(cx, rp, "/booked/%lld?k=%.*s&done=1", (long long)p.id, STR(pass.key));
    return draw_own(cx, rq, rp, &p, &pass);
}

/* ---- by number and word ---- */

static void draw_find(struct cx *cx, const struct req *rq, struct reply *rp, struct str number,
                      struct str word)
{
    struct booking_find_view v = {
        .number = number, .word = word, .phone = shell_community(cx)->phone};
    v.page = shell_page(rq, SHELL_PHONE, S("我订的场地"), "home");
    v.page.back = "/book";
    v.is_again = req_query(rq, "again").n > 0;
    booking_find_html(reply_html(rp), cx, &v);
}

enum err booking_find_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    draw_find(cx, rq, rp, req_query(rq, "n"), req_query(rq, "w"));
    return OK;
}

/* Faults of number and word under their fields. */
static enum err check_pass(struct cx *cx, const struct booking_pass *pass)
{
    struct str read;
    enum err e = OK;
    if (!id_number_read(cx, pass->number, &read))
        e = fail_field(cx, "number", "编号里有一位不对，请对照着再看一遍");
    if (str_trim(pass->word).n != 4)
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

enum err booking_show(struct cx *cx, const struct req *rq, struct reply *rp, struct str number,
                      struct str word)
{
    struct booking_party p;
    const struct booking_pass pass = {S(""), number, word};
    TRY(booking_by_word(cx, number, word, &p));
    return draw_own(cx, rq, rp, &p, &pass);
}

enum err booking_find_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct booking_party p;
    const struct booking_pass pass = {S(""), req_field(rq, "number"), req_field(rq, "word")};
    enum err e = check_pass(cx, &pass);
    if (e == OK)
        e = booking_by_word(cx, pass.number, pass.word, &p);
    if (e == OK)
        return draw_own(cx, rq, rp, &p, &pass);
    bool counted = e == ERR_MISSING || e == ERR_DENIED;
    if (counted)
        under_word(cx, e);
    if (counted || e == ERR_INPUT)
        draw_find(cx, rq, rp, pass.number, pass.word);
    if (!counted)
        return e;
    end_try(cx, rp, e);
    return OK;
}
