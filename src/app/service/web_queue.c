/* web_queue -- staff at the counter: one's own counter by keyboard, what is to be handed back,
 * asking how it was, setting the queues up, how many came. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/pages.h"
#include "base/out.h"
#include "base/time.h"
#include "base/utf8.h"
#include "print/qr.h"
#include "service.html.h"

enum { SERVED_SHOWN = 8, MONTHS_BACK = 24 };

static int64_t number_in(struct str s)
{
    int64_t n = 0;
    return str_int(s, &n) ? n : 0;
}

/* What the address or the form says, the form first. */
static int64_t number_of(const struct req *rq, const char *name)
{
    return number_in(req_field(rq, name).n ? req_field(rq, name) : req_query(rq, name));
}

static struct shell_page page_of(const struct req *rq, struct reply *rp, struct str title)
{
    reply_header(rp, "Cache-Control", S("no-store"));
    struct shell_page p = shell_page(rq, SHELL_DESK, title, "queue");
    p.notice_level = "g";
    return p;
}

/* ---- which counter ---- */

counter_list counters_of(struct cx *cx, const struct lane *l)
{
    counter_list out = {0};
    for (int64_t c = 1; c <= l->counters; c++)
        *PUSH(cx->mem, &out) = c;
    return out;
}

static enum err pick_counter(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_counters_view v = {0};
    site_list sites = {0};
    TRY(site_all(cx, &sites));
    for (size_t i = 0; i < sites.n; i++) {
        struct site_lanes s = {.site = sites.at[i]};
        bool reached = site_reach(cx, &s.site) == OK;
        fault_clear(cx);
        if (reached)
            TRY(lanes_of(cx, s.site.id, &s.lanes));
        if (s.lanes.n)
            *PUSH(cx->mem, &v.sites) = s;
    }
    v.page = page_of(rq, rp, S("窗口"));
    service_counters_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- several forms on a page ---- */

bool step_again(const struct req *rq, const char *step)
{
    return rq && !str_is(req_method(rq), "GET") && str_is(req_part(rq, "step"), step);
}

bool step_of_ticket(const struct req *rq, int64_t id)
{
    int64_t sent;
    return rq && !str_is(req_method(rq), "GET") && str_int(req_part(rq, "ticket"), &sent) &&
           sent == id;
}

struct str step_typed(const struct req *rq, const char *step, const char *field, struct str stored)
{
    return step_again(rq, step) ? shell_typed(rq, field, stored) : stored;
}

struct str step_id(struct cx *cx, const struct req *rq, const char *step, const char *field)
{
    return step_again(rq, step) ? str_c(field) : arena_printf(cx->mem, "%s-%s", step, field);
}

/* ---- my counter ---- */

static enum err find_current(struct cx *cx, struct service_queue_view *v)
{
    ticket_list now = {0};
    TRY(ticket_now(cx, 0, v->lane.id, SERVED_SHOWN * 4, &now));
    for (size_t i = 0; i < now.n; i++)
        if (now.at[i].counter == v->counter)
            return ticket_get(cx, now.at[i].id, &v->t);
    return OK;
}

static enum err fill_guide(struct cx *cx, struct service_queue_view *v)
{
    struct service s;
    if (!v->t.service_id)
        return service_all(cx, S(""), &v->guides);
    TRY(service_or_none(cx, v->t.service_id, &s));
    service_lines_of(cx, s.bring, &v->bring);
    v->work_days = s.work_days;
    v->slug = s.slug;
    return OK;
}

static enum err draw_queue(struct cx *cx, const struct req *rq, struct reply *rp,
                           struct service_queue_view *v)
{
    struct fault fault = cx->fault;
    fault_clear(cx);
    v->rq = rq;
    TRY(lane_get(cx, v->lane.id, &v->lane));
    TRY(service_site(cx, v->lane.site_id, &v->site));
    TRY(find_current(cx, v));
    if (v->t.id)
        TRY(fill_guide(cx, v));
    TRY(ticket_queue(cx, v->lane.id, &v->waiting));
    TRY(visitors_count(cx, v->lane.id, time_day(cx->now), &v->sum));
    v->last_id = number_of(rq, "last");
    if (v->last_id && ticket_get(cx, v->last_id, &v->last) != OK)
        v->last = (struct ticket){0};
    fault_clear(cx);
    v->word = req_query(rq, "w");
    v->page = page_of(
        rq, rp,
        arena_printf(cx->mem, "%lld 号窗口 · %.*s", (long long)v->counter, STR(v->lane.name)));
    v->page.is_live = true;
    if (str_is(req_query(rq, "done"), "none"))
        v->page.notice = S("现在没有人在等");
    cx->fault = fault;
    service_queue_html(reply_html(rp), cx, v);
    return OK;
}

enum err counter_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_queue_view v = {.lane = {.id = number_of(rq, "lane")},
                                   .counter = number_of(rq, "c")};
    if (!v.lane.id || !v.counter)
        return pick_counter(cx, rq, rp);
    return draw_queue(cx, rq, rp, &v);
}

static enum err back_to(struct cx *cx, struct reply *rp, int64_t lane_id, int64_t counter,
                        const char *more)
{
    return reply_goto(cx, rp, "/k/queue?lane=%lld&c=%lld%s", (long long)lane_id, (long long)counter,
                      more);
}

enum err counter_next(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_queue_view v = {.lane = {.id = number_of(rq, "lane")},
                                   .counter = number_of(rq, "c")};
    struct ticket t;
    bool found = false;
    enum err e = ticket_call_next(cx, v.lane.id, v.counter, &t, &found);
    if (e == ERR_CONFLICT || e == ERR_INPUT)
        TRY(draw_queue(cx, rq, rp, &v));
    TRY(e);
    return back_to(cx, rp, v.lane.id, v.counter, found ? "" : "&done=none");
}

/* For who has no phone: the paper is printed here. */
enum err counter_take(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct ticket t;
    struct lane l;
    struct site site;
    struct str key = req_field(rq, "key");
    TRY(lane_get(cx, number_of(rq, "lane"), &l));
    TRY(service_site(cx, l.site_id, &site));
    TRY(ticket_take(cx, l.id, 0, S("clerk"), &t, &key));
    return reply_goto(cx, rp, "%.*s", STR(ticket_link(cx, t.id, "/slip", key)));
}

/* Papers ticked and papers written, a line for each. */
static struct str missing_of(struct cx *cx, const struct req *rq)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < req_field_count(rq, "lack"); i++)
        out_printf(&o, "%.*s\n", STR(req_field_nth(rq, "lack", i)));
    out_str(&o, req_field(rq, "missing"));
    return str_trim(utf8_head(out_text(&o), 1000));
}

static enum err move_of(struct cx *cx, const struct req *rq, struct ticket_move *m)
{
    m->work_days = -1;
    TRY(req_record(cx, rq, &ticket_move_shape, m));
    m->counter = number_of(rq, "c");
    m->missing = missing_of(cx, rq);
    return OK;
}

static enum err draw_accepted(struct cx *cx, const struct req *rq, struct reply *rp);

enum err counter_step(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_queue_view v = {.lane = {.id = number_of(rq, "lane")},
                                   .counter = number_of(rq, "c")};
    struct ticket_move m = {0};
    struct ticket t;
    struct need need = {0};
    struct str step = req_part(rq, "step");
    int64_t id;
    TRY(req_id(cx, rq, "ticket", &id));
    enum err e = move_of(cx, rq, &m);
    if (e == OK)
        e = ticket_move(cx, id, step, &m, &t, &need);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(v.lane.id ? draw_queue(cx, rq, rp, &v) : draw_accepted(cx, rq, rp));
    TRY(e);
    struct str more = arena_printf(cx->mem, "&last=%lld%s%.*s", (long long)id, need.id ? "&w=" : "",
                                   STR(need.word));
    if (v.lane.id)
        return back_to(cx, rp, v.lane.id, v.counter, arena_cstr(cx->mem, more));
    if (need.id)
        return reply_goto(cx, rp, "/k/receipt/%lld?w=%.*s", (long long)need.id, STR(need.word));
    return reply_goto(cx, rp, "/k/accepted?done=1");
}

/* ---- what goes home with him ---- */

enum err counter_paper(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_receipt_view v = {.community = shell_community(cx),
                                     .site_url = req_site(cx, rq)};
    struct str word = req_query(rq, "w");
    int64_t id, n;
    TRY(req_id(cx, rq, "ticket", &id));
    TRY(ticket_get(cx, id, &v.t));
    TRY(site_was(cx, v.t.site_id, &v.site));
    service_lines_of(cx, v.t.missing, &v.missing);
    if (v.t.service_id) {
        TRY(service_or_none(cx, v.t.service_id, &v.s));
        service_lines_of(cx, v.s.bring, &v.bring);
    }
    if (v.t.need_id)
        TRY(need_peek(cx, v.t.need_id, &v.need));
    v.word = word.n == 4 && str_int(word, &n) ? word : S("");
    v.label = ticket_label(cx, &v.t);
    v.qr = qr_svg(cx,
                  v.s.id ? arena_printf(cx->mem, "%.*s/s/%.*s", STR(v.site_url), STR(v.s.slug))
                         : arena_printf(cx->mem, "%.*s/s", STR(v.site_url)),
                  S("办事指南的二维码"));
    v.page = shell_page(rq, SHELL_PRINT, v.label, "queue");
    reply_header(rp, "Cache-Control", S("no-store"));
    service_receipt_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- accepted, and asking how it was ---- */

static enum err draw_accepted(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_accepted_view v = {.rq = rq};
    struct fault fault = cx->fault;
    fault_clear(cx);
    TRY(ticket_accepted(cx, &v.tickets));
    v.page = page_of(rq, rp, S("收下的，等结果"));
    v.page.back = "/k/queue";
    if (req_query(rq, "done").n)
        v.page.notice = S("记下了");
    cx->fault = fault;
    service_accepted_html(reply_html(rp), cx, &v);
    return OK;
}

enum err accepted_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_accepted(cx, rq, rp);
}

static enum err draw_ask(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_ask_view v = {0};
    struct fault fault = cx->fault;
    fault_clear(cx);
    TRY(ticket_to_ask(cx, &v.tickets));
    for (int i = 0; i < 5; i++)
        *PUSH(cx->mem, &v.grades) = ratings[i];
    v.page = page_of(rq, rp, S("问一声办得怎么样"));
    v.page.back = "/k/queue";
    if (req_query(rq, "done").n)
        v.page.notice = S("记下了");
    cx->fault = fault;
    service_ask_html(reply_html(rp), cx, &v);
    return OK;
}

enum err ask_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_ask(cx, rq, rp);
}

enum err ask_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct ticket t;
    int64_t id;
    TRY(req_id(cx, rq, "ticket", &id));
    enum err e = ticket_rate(cx, id, S(""), req_field(rq, "rating"), &t);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_ask(cx, rq, rp));
    TRY(e);
    return reply_goto(cx, rp, "/k/ask?done=1");
}

/* ---- setting up ---- */

static enum err draw_lanes(struct cx *cx, const struct req *rq, struct reply *rp,
                           struct service_lanes_view *v)
{
    struct fault fault = cx->fault;
    fault_clear(cx);
    v->rq = rq;
    TRY(site_by_code(cx, req_part(rq, "code"), &v->site));
    TRY(site_reach(cx, &v->site));
    TRY(lanes_of(cx, v->site.id, &v->lanes));
    for (const struct flow_reason *k = service_lanes; k->code; k++)
        *PUSH(cx->mem, &v->codes) = *k;
    if (v->screen.n)
        v->qr = qr_svg(cx, v->screen, S("叫号屏的二维码"));
    v->page = page_of(rq, rp, arena_printf(cx->mem, "%.*s的窗口", STR(v->site.name)));
    v->page.back = "/k/queue";
    if (req_query(rq, "done").n)
        v->page.notice = S("记下了");
    cx->fault = fault;
    service_lanes_html(reply_html(rp), cx, v);
    return OK;
}

enum err lanes_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_lanes_view v = {0};
    int64_t id = number_of(rq, "lane");
    if (id)
        TRY(lane_get(cx, id, &v.edit));
    return draw_lanes(cx, rq, rp, &v);
}

enum err lanes_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_lanes_view v = {0};
    struct site site;
    int64_t id = number_of(rq, "lane"), version = number_of(rq, "version");
    TRY(site_by_code(cx, req_part(rq, "code"), &site));
    if (id)
        TRY(lane_get(cx, id, &v.edit));
    enum err e = req_record(cx, rq, &lane_shape, &v.edit);
    v.edit.site_id = id ? v.edit.site_id : site.id;
    v.edit.version = id ? version : 0;
    if (e == OK)
        e = lane_put(cx, &v.edit);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_lanes(cx, rq, rp, &v));
    TRY(e);
    return reply_goto(cx, rp, "/k/counters/%.*s?done=1", STR(site.code));
}

enum err screen_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_lanes_view v = {0};
    struct site site;
    struct str key;
    TRY(site_by_code(cx, req_part(rq, "code"), &site));
    TRY(screen_make(cx, site.id, &key));
    v.screen = arena_printf(cx->mem, "%.*s/queue/%.*s/wall?k=%.*s&m=xl", STR(req_site(cx, rq)),
                            STR(site.code), STR(key));
    return draw_lanes(cx, rq, rp, &v);
}

/* ---- how many came ---- */

static int64_t month_day(int64_t now, int back)
{
    struct civil c = time_civil(now);
    int months = c.year * 12 + c.month - 1 - back;
    return time_day(time_of(months / 12, months % 12 + 1, 1, 0, 0));
}

static enum err read_month(struct cx *cx, const struct req *rq, struct service_visitors_view *v)
{
    v->back = number_of(rq, "back");
    v->back = v->back < 0 ? 0 : v->back > MONTHS_BACK ? MONTHS_BACK : v->back;
    v->from_day = month_day(cx->now, (int)v->back);
    v->to_day = month_day(cx->now, (int)v->back - 1) - 1;
    if (req_query(rq, "site").n) {
        TRY(site_by_code(cx, req_query(rq, "site"), &v->site));
        TRY(site_reach(cx, &v->site));
    }
    TRY(visitors_days(cx, v->site.id, v->from_day, v->to_day, &v->days));
    return visitors_sum(cx, v->site.id, v->from_day, v->to_day, &v->sum);
}

enum err visitors_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_visitors_view v = {0};
    TRY(read_month(cx, rq, &v));
    TRY(visitors_items(cx, v.site.id, v.from_day, v.to_day, &v.items));
    TRY(visitors_sum(cx, v.site.id, 0, time_day(cx->now), &v.ever));
    TRY(site_all(cx, &v.sites));
    v.page = page_of(rq, rp, S("来了多少人"));
    v.page.back = "/k/queue";
    service_visitors_html(reply_html(rp), cx, &v);
    return OK;
}

enum err visitors_csv(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_visitors_view v = {0};
    csv_rows rows = {0};
    TRY(read_month(cx, rq, &v));
    for (size_t i = 0; i <= v.days.n; i++) {
        struct csv_row *row = PUSH(cx->mem, &rows);
        row->number = (int)i + 1;
        for (size_t k = 0; k < visitors_shape.nfields; k++) {
            const struct field *f = &visitors_shape.fields[k];
            if (f->offset < offsetof(struct visitors, day))
                continue;
            *PUSH(cx->mem, &row->cells) =
                !i ? str_c(f->label)
                : str_is(str_c(f->name), "day")
                    ? str_cut(filter_time(cx, time_day_start(v.days.at[i - 1].day)), 0, 10)
                    : field_text(cx, f, &v.days.at[i - 1]);
        }
    }
    reply_header(rp, "Content-Disposition", S("attachment; filename=\"visitors.csv\""));
    out_str(reply_bytes(rp, "text/csv; charset=utf-8"), csv_file(cx, &rows));
    return OK;
}
