/* web_need -- one need on the desk and on the phone of who works on it: the page, its steps, the
 * opening of a contact. What the page shows is read in web_case.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/desk/pages.h"
#include "base/id.h"
#include "base/time.h"
#include "desk.html.h"

#define WORK_BASE "/w/order/"
#define DESK_BASE "/d/need/"

static const char *base_of(const struct req *rq)
{
    return str_starts(req_path(rq), S(WORK_BASE)) ? WORK_BASE : DESK_BASE;
}

/* A path of this site that the form came from. */
static struct str back_of(const struct req *rq)
{
    struct str back = req_field(rq, "back");
    return str_starts(back, S("/")) ? back : S("");
}

static struct str own_page(struct cx *cx, const struct req *rq, int64_t id)
{
    return arena_printf(cx->mem, "%s%lld", base_of(rq), (long long)id);
}

/* Where his list is. */
static const char *list_of(const struct cx *cx)
{
    return cx->who.role == ROLE_HANDLER                                  ? "/u/today"
           : cx->who.role & (ROLES_FIELD | ROLE_AREA_STAFF | ROLE_CLERK) ? "/w/today"
                                                                         : "/d/board";
}

int64_t desk_sent(const struct req *rq)
{
    int64_t id = 0;
    return str_int(req_query(rq, "sent"), &id) ? id : 0;
}

/* What went to whom, and by when: the board shows the next one already. "" when it cannot be read
 * any more. */
static struct str sent_words(struct cx *cx, const struct req *rq)
{
    int64_t id = desk_sent(rq);
    struct need n = {0};
    struct org org;
    if (!id && !str_int(req_part(rq, "id"), &id))
        return S("");
    if (need_get(cx, id, &n) != OK || n.must_declare || !n.owner_org ||
        org_get(cx, n.owner_org, &org) != OK) {
        fault_clear(cx);
        return S("");
    }
    struct str unit = org.short_name.n ? org.short_name : org.name;
    struct civil c = time_civil(n.promise_at);
    struct str by =
        n.promise_at ? arena_printf(cx->mem, "，%d 月 %d 日前办好", c.month, c.day) : S("");
    return arena_printf(cx->mem, "“%.*s”派给了 %.*s%.*s", STR(desk_subject(cx, &n)), STR(unit),
                        STR(by));
}

struct str desk_done(struct cx *cx, const struct req *rq)
{
    const struct flow_step *s = flow_find(req_query(rq, "done"));
    if (str_is(req_query(rq, "done"), "quick") || str_is(req_query(rq, "done"), "dispatch")) {
        struct str sent = sent_words(cx, rq);
        if (sent.n)
            return sent;
    }
    if (str_is(req_query(rq, "done"), "quick"))
        return S("受理好了，也派出去了。居民能看到哪天前办好");
    if (str_is(req_query(rq, "done"), "declare"))
        return S("记下了，这件由别人来办，您的清单里没有它了");
    if (str_is(req_query(rq, "done"), "guard"))
        return S("定好了");
    if (str_is(req_query(rq, "done"), "helper_ask"))
        return S("问出去了，等他回话");
    if (str_is(req_query(rq, "done"), "helper_said"))
        return S("记下了，居民在进度页看得到");
    if (str_is(req_query(rq, "done"), "photo"))
        return req_query(rq, "why").n ? need_photo_said(cx, rq) : S("照片改好了");
    return s ? arena_printf(cx->mem, "“%s”记下了%s", s->label,
                            s->done ? "，居民在进度页看得到" : "")
             : S("");
}

/* ---- the page ---- */

static void draw_work(struct cx *cx, struct reply *rp, struct desk_case *c)
{
    struct desk_order_view v = {.c = c};
    v.page = shell_page(c->rq, SHELL_WORK, c->subject, "today");
    v.page.back = list_of(cx);
    v.page.notice = desk_done(cx, c->rq);
    v.page.notice_level = "g";
    v.page.here = own_page(cx, c->rq, c->n.id);
    desk_order_html(reply_html(rp), cx, &v);
}

void desk_draw(struct cx *cx, struct reply *rp, struct desk_case *c)
{
    reply_header(rp, "Cache-Control", S("no-store"));
    if (str_is(str_c(c->base), WORK_BASE)) {
        draw_work(cx, rp, c);
        return;
    }
    struct desk_need_view v = {.c = c};
    v.page = shell_page(c->rq, SHELL_DESK, c->subject, "board");
    v.page.notice = desk_done(cx, c->rq);
    v.page.notice_level = "g";
    v.page.here = own_page(cx, c->rq, c->n.id);
    desk_need_html(reply_html(rp), cx, &v);
}

static struct desk_case case_of(const struct req *rq, const struct need *n)
{
    return (struct desk_case){.n = *n, .rq = rq, .base = base_of(rq), .back = back_of(rq)};
}

/* A complaint that he has not said a word about yet. */
static void draw_declare(struct cx *cx, const struct req *rq, struct reply *rp,
                         const struct need *n)
{
    struct desk_declare_view v = {.n = *n, .base = base_of(rq)};
    bool works = str_is(str_c(v.base), WORK_BASE);
    desk_parts(cx, true, &v.parts);
    v.page = shell_page(rq, works ? SHELL_WORK : SHELL_DESK, S("看之前，请先说一句"),
                        works ? "today" : "board");
    v.page.back = works ? list_of(cx) : NULL;
    v.page.here = own_page(cx, rq, n->id);
    reply_header(rp, "Cache-Control", S("no-store"));
    desk_declare_html(reply_html(rp), cx, &v);
}

enum err desk_need_declare(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need n;
    int64_t id;
    struct str answer = req_field(rq, "answer");
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_get(cx, id, &n));
    enum err e = need_declare(cx, id, answer);
    if (e == ERR_INPUT)
        draw_declare(cx, rq, rp, &n);
    TRY(e);
    if (str_is(answer, "none"))
        return reply_goto(cx, rp, "%.*s", STR(own_page(cx, rq, id)));
    return reply_goto(cx, rp, "%s?done=declare", list_of(cx));
}

enum err desk_need_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need n;
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_get(cx, id, &n));
    if (n.must_declare) {
        draw_declare(cx, rq, rp, &n);
        return OK;
    }
    struct desk_case c = case_of(rq, &n);
    TRY(desk_case(cx, NULL, &c));
    desk_draw(cx, rp, &c);
    return OK;
}

/* ---- steps ---- */

/* A need that is named by its number in place of a click. */
static enum err read_target(struct cx *cx, const struct req *rq, struct need_move *m)
{
    struct str number;
    need_list found = {0};
    struct str next, typed = req_field(rq, "target_number");
    if (!typed.n || m->target_id)
        return OK;
    if (!id_number_read(cx, typed, &number))
        return fail_field(cx, "target_number", "编号里有一位不对，请再看一遍");
    struct need_filter f = {.text = number, .limit = 1};
    TRY(need_search(cx, &f, &found, &next));
    if (!found.n || !str_eq(found.at[0].number, number))
        return fail_field(cx, "target_number", "没找到 %.*s 这一件", STR(number));
    m->target_id = found.at[0].id;
    return OK;
}

/* A day without an hour means the end of the working day: the 18th is not over when it begins. */
static void read_day(const struct req *rq, struct need_move *m)
{
    int64_t day;
    if (time_read_date(str_trim(req_field(rq, "until_at")), &day))
        m->until_at = time_day_start(day) + 17 * MS_HOUR + 30 * MS_MINUTE;
}

/* Who of the unit: each unit of the form has a choice of its own. */
static enum err read_person(struct cx *cx, const struct req *rq, struct need_move *m)
{
    struct str typed = m->org_id ? req_field(rq, desk_person_field(cx, m->org_id)) : S("");
    if (m->person_id || !typed.n)
        return OK;
    return str_int(typed, &m->person_id) ? OK : fail_field(cx, "person_id", "请选这个单位的人");
}

/* The unit comes from the button of a proposal, or from the list of all units. */
static enum err read_move(struct cx *cx, const struct req *rq, struct need_move *m)
{
    struct duty duty;
    TRY(req_record(cx, rq, &need_move_shape, m));
    TRY(read_target(cx, rq, m));
    read_day(rq, m);
    if (!m->org_id && req_field(rq, "other_org").n &&
        !str_int(req_field(rq, "other_org"), &m->org_id))
        return fail_field(cx, "org_id", "请选单位");
    TRY(read_person(cx, rq, m));
    if (m->duty_id && !m->level.n) {
        if (duty_get(cx, m->duty_id, &duty) != OK) {
            fault_clear(cx);
            return fail_field(cx, "duty_id", "请选派单目录里的一条");
        }
        m->level = duty.level;
    }
    return OK;
}

static enum err go_on(struct cx *cx, const struct req *rq, struct reply *rp, int64_t id,
                      struct str done)
{
    struct str to = back_of(rq).n ? back_of(rq) : own_page(cx, rq, id);
    const char *glue = str_find(to, S("?")) >= 0 ? "&" : "?";
    bool sends = str_is(done, "quick") || str_is(done, "dispatch");
    if (sends && back_of(rq).n) /* a page that does not know which one it was */
        return reply_goto(cx, rp, "%.*s%sdone=%.*s&sent=%lld", STR(to), glue, STR(done),
                          (long long)id);
    return reply_goto(cx, rp, "%.*s%sdone=%.*s", STR(to), glue, STR(done));
}

/* The page again, with the fault, with what was typed, with what somebody else did meanwhile. */
static enum err again(struct cx *cx, const struct req *rq, struct reply *rp, const struct need *n,
                      struct str step, enum err e)
{
    struct desk_bad bad = {step, e};
    struct desk_case c = case_of(rq, n);
    if (e != ERR_INPUT && e != ERR_CONFLICT)
        return e;
    TRY(desk_case(cx, &bad, &c));
    desk_draw(cx, rp, &c);
    return e;
}

enum err desk_need_step(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need n, after;
    struct need_move m = {0};
    struct str step = req_part(rq, "step");
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_get(cx, id, &n));
    enum err e = read_move(cx, rq, &m);
    if (e == OK)
        e = need_step(cx, id, step, &m, &after);
    return e == OK ? go_on(cx, rq, rp, id, step) : again(cx, rq, rp, &n, step, e);
}

enum err desk_need_photo(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str query = S("");
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_photos_do(cx, rq, id, S(""), &query));
    return go_on(cx, rq, rp, id, arena_printf(cx->mem, "photo%.*s", STR(query)));
}

/* The unit that was chosen, or the first that the catalogue proposes. */
static enum err find_unit(struct cx *cx, const struct need *n, struct need_move *m)
{
    need_proposal_list proposals = {0};
    struct org org;
    if (m->org_id)
        return org_get(cx, m->org_id, &org);
    if (!m->duty_id)
        return fail_field(cx, "duty_id", "请选派单目录里的一条");
    TRY(need_propose(cx, n, m->duty_id, 1, &proposals));
    if (!proposals.n)
        return fail_field(cx, "org_id", "目录里这一类没有建议的单位，请选一个");
    m->org_id = proposals.at[0].org.id;
    return OK;
}

enum err desk_need_quick(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need n, after;
    struct need_move m = {0}, send = {0};
    bool accept_only = req_field(rq, "only").n > 0;
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_get(cx, id, &n));
    enum err e = read_move(cx, rq, &m);
    if (e == OK && !accept_only)
        e = find_unit(cx, &n, &m);
    if (e == OK)
        e = need_step(cx, id, S("accept"), &m, &after);
    if (e == OK && !accept_only) {
        send.org_id = m.org_id;
        send.person_id = m.person_id;
        e = need_step(cx, id, S("dispatch"), &send, &after);
    }
    if (e != OK)
        return again(cx, rq, rp, &n, S("quick"), e);
    return go_on(cx, rq, rp, id, accept_only ? S("accept") : S("quick"));
}

/* ---- opening a contact ---- */

/* The answer to this POST is the page itself: what is opened is shown once, to the one who gave a
 * purpose, and the next look is a new act with a line of its own. */
enum err desk_need_open(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need n, plain;
    struct str what = req_field(rq, "what"), purpose = req_field(rq, "purpose");
    bool both = str_is(what, "both");
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_get(cx, id, &n));
    enum err e = need_open_contact(cx, id, both ? S("contact") : what, purpose, &plain);
    if (e != OK)
        return again(cx, rq, rp, &n, S("open"), e);
    n.name = plain.name;
    n.contact = plain.contact;
    n.door = plain.door;
    if (both) {
        TRY(need_open_contact(cx, id, S("door"), purpose, &plain));
        n.door = plain.door;
    }
    struct desk_case c = case_of(rq, &n);
    TRY(desk_case(cx, NULL, &c));
    c.is_opened = true;
    c.tel = desk_tel(cx, n.contact);
    desk_draw(cx, rp, &c);
    return OK;
}

/* ---- a complaint: what the desk settles ---- */

enum err desk_need_guard(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need n;
    struct need_guard g = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_get(cx, id, &n));
    if (req_field(rq, "about_org").n && !str_int(req_field(rq, "about_org"), &g.org_id))
        return again(cx, rq, rp, &n, S("guard"), fail_field(cx, "about_org", "请选单位"));
    if (req_field(rq, "coarse").n && !str_int(req_field(rq, "coarse"), &g.place_id))
        return again(cx, rq, rp, &n, S("guard"), fail_field(cx, "coarse", "请选地点"));
    enum err e = need_guard_set(cx, id, &g);
    return e == OK ? go_on(cx, rq, rp, id, S("guard")) : again(cx, rq, rp, &n, S("guard"), e);
}
