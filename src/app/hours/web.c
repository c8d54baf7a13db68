/* web -- the room's routes, what its pages share, and staff's pages of records. Link holders:
 * web_own.c; certificates: web_cert.c; JSON: api.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/pages.h"
#include "app/keyring/keyring.h"
#include "base/id.h"
#include "base/time.h"
#include "hours.html.h"
#include "hours.sql.h"

enum { SHEET_MAX = 50 };

/* ---- shared ---- */

struct shell_page hours_page(const struct req *rq, struct reply *rp, enum shell_layout layout,
                             const char *title, const char *tab)
{
    reply_header(rp, "Cache-Control", S("no-store"));
    return shell_page(rq, layout, str_c(title), tab);
}

struct str hours_link(struct cx *cx, const char *base, int64_t id, struct str tail, struct str key)
{
    struct out o;
    out_init(&o, cx->mem);
    out_printf(&o, "%s/%lld%.*s?k=", base, (long long)id, STR(tail));
    out_url(&o, key);
    return out_text(&o);
}

struct str hours_when(struct cx *cx, int64_t from_at, int64_t to_at)
{
    struct civil a = time_civil(from_at), b = time_civil(to_at);
    if (!from_at)
        return S("还没写时间");
    return arena_printf(cx->mem, "%d 年 %d 月 %d 日 %d:%02d–%d:%02d", a.year, a.month, a.day,
                        a.hour, a.minute, b.hour, b.minute);
}

struct hours_row hours_row(struct cx *cx, const struct hours *h)
{
    return (struct hours_row){.h = *h,
                              .when = hours_when(cx, h->started_at, h->ended_at),
                              .hours = hours_words(cx, h->minutes)};
}

struct cert_row cert_row(struct cx *cx, const struct cert *c, struct str key)
{
    struct str print = arena_printf(cx->mem, "/print/cert/%lld", (long long)c->id);
    return (struct cert_row){
        .c = *c,
        .span = arena_printf(cx->mem, "%.*s到 %.*s", STR(hours_day_words(cx, c->from_day)),
                             STR(hours_day_words(cx, c->to_day))),
        .hours = hours_words(cx, c->minutes),
        .print = key.n ? hours_link(cx, "/print/cert", c->id, S(""), key) : print};
}

struct hours_typed hours_typed(struct cx *cx, const struct req *rq, int64_t from_at, int64_t to_at)
{
    struct str from = filter_time(cx, from_at), to = filter_time(cx, to_at); /* 2026-03-14 15:40 */
    if (!str_is(req_method(rq), "GET"))
        return (struct hours_typed){req_field(rq, "day"), req_field(rq, "started_at"),
                                    req_field(rq, "ended_at")};
    if (!from_at)
        return (struct hours_typed){str_cut(filter_time(cx, cx->now), 0, 10), S(""), S("")};
    return (struct hours_typed){str_cut(from, 0, 10), str_cut(from, 11, 5), str_cut(to, 11, 5)};
}

bool hours_clock(struct cx *cx, struct str day, struct str typed, int64_t *at)
{
    return typed.n >= 4 && time_read(arena_printf(cx->mem, "%.*s %.*s", STR(day), STR(typed)), at);
}

static enum err read_clock(struct cx *cx, const struct req *rq, const char *name, int64_t *at)
{
    struct str day = req_field(rq, "day"), typed = req_field(rq, name);
    *at = 0;
    if (!typed.n && !day.n)
        return OK; /* this form has no times */
    if (!hours_clock(cx, day, typed, at))
        return fail_field(cx, name, "请写哪一天、几点，比如 2026-03-14 和 15:00");
    return OK;
}

enum err hours_read_form(struct cx *cx, const struct req *rq, struct hours_said *said)
{
    static const char *const names[] = {"minutes", "word", "paper_number", "thanks",
                                        "text",    "what", "skill_code",   "version"};
    enum err e = read_clock(cx, rq, "started_at", &said->started_at);
    if (read_clock(cx, rq, "ended_at", &said->ended_at) != OK)
        e = ERR_INPUT;
    for (size_t i = 0; i < COUNT(names); i++) {
        struct str typed = req_field(rq, names[i]);
        const struct field *f = shape_field(&hours_said_shape, str_c(names[i]));
        if (typed.n && field_read(cx, f, said, typed) != OK)
            e = ERR_INPUT;
    }
    said->again = req_field(rq, "again").n > 0;
    return e;
}

enum err hours_read_days(struct cx *cx, const struct req *rq, struct cert_asked *a)
{
    if (!time_read_date(req_field(rq, "from_day"), &a->from_day))
        return fail_field(cx, "from_day", "请选一个日期");
    if (!time_read_date(req_field(rq, "to_day"), &a->to_day))
        return fail_field(cx, "to_day", "请选一个日期");
    return OK;
}

/* ---- lists ---- */

/* Who it was, as far as the caller sees it. */
static struct str name_of(struct cx *cx, int64_t volunteer_id)
{
    struct volunteer v = {0};
    struct fault fault = cx->fault;
    if (volunteer_get(cx, volunteer_id, &v) != OK)
        v.name = S("");
    cx->fault = fault;
    return v.name.n ? v.name : v.number;
}

static enum err add_rows(struct cx *cx, const char *list, hours_rows *out)
{
    hours_list all = {0};
    TRY(hours_find(cx, str_c(list), &all));
    for (size_t i = 0; i < all.n; i++) {
        struct hours_row *r = PUSH(cx->mem, out);
        *r = hours_row(cx, &all.at[i]);
        r->who = name_of(cx, r->h.volunteer_id);
    }
    return OK;
}

static enum err list_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct hours_list_view v = {.may_add = (cx->who.role & ROLES_CHECK) != 0};
    TRY(add_rows(cx, "flagged", &v.flagged));
    TRY(add_rows(cx, "waiting", &v.waiting));
    TRY(hours_total(cx, cx->now - 30 * MS_DAY, cx->now + 1, &v.sum));
    v.total = hours_words(cx, v.sum.minutes);
    v.page = hours_page(rq, rp, SHELL_DESK, "服务时长", "hours");
    if (str_is(req_query(rq, "done"), "added"))
        v.page.notice = S("签到表录好了，每一位都算上了");
    v.page.notice_level = "g";
    hours_list_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- one record ---- */

static enum err find_story(struct cx *cx, int64_t id, hours_acts *out)
{
    static const struct flow_reason steps[] = {{"said", "志愿者说"},          {"other", "居民说"},
                                               {"differs", "两边说的不一样"}, {"confirmed", "算数"},
                                               {"corrected", "更正为"},       {"refused", "不计"},
                                               {"entered", "录签到表"},       {NULL, NULL}};
    static const struct flow_reason sides[] = {
        {"volunteer", "志愿者"}, {"resident", "居民"}, {"system", "系统"}, {NULL, NULL}};
    hours_event_list all = {0};
    TRY(hours_story(cx, id, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct hours_event *e = &all.at[i];
        *PUSH(cx->mem, out) = (struct hours_act){
            flow_label(steps, e->step),
            e->started_at ? hours_when(cx, e->started_at, e->ended_at) : S(""), e->text,
            e->by_name.n ? e->by_name : str_c(flow_label(sides, e->by_kind)), e->at};
    }
    return OK;
}

static enum err draw_record(struct cx *cx, const struct req *rq, struct reply *rp, int64_t id)
{
    struct hours_record_view v = {.may_act = (cx->who.role & ROLES_HOURS) != 0};
    struct hours h;
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(hours_get(cx, id, &h));
    TRY(find_story(cx, id, &v.story));
    v.r = hours_row(cx, &h);
    v.r.who = name_of(cx, h.volunteer_id);
    cx->fault = fault;
    v.may_confirm = h.state == HOURS_WAITING || (h.state == HOURS_CONFIRMED && h.is_flagged);
    v.may_change = h.state != HOURS_REFUSED;
    v.may_refuse = v.may_change || h.is_flagged;
    v.is_wrong = fault.fields.n > 0;
    v.typed = hours_typed(cx, rq, h.started_at, h.ended_at);
    v.page = hours_page(rq, rp, SHELL_DESK, "一次服务", "hours");
    v.page.back = "/d/hours";
    hours_record_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err record_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "hours", &id));
    return draw_record(cx, rq, rp, id);
}

static enum err record_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct hours_said said = {0};
    struct hours h;
    int64_t id;
    TRY(req_id(cx, rq, "hours", &id));
    enum err e = hours_read_form(cx, rq, &said);
    if (e == OK)
        e = hours_step(cx, id, req_part(rq, "step"), &said, &h);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_record(cx, rq, rp, id));
    TRY(e);
    return reply_goto(cx, rp, "/d/hours/%lld", (long long)id);
}

/* ---- a sheet of paper ---- */

static enum err draw_new(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct hours_new_view v = {.typed = hours_typed(cx, rq, 0, 0),
                               .numbers = req_field(rq, "numbers"),
                               .what = req_field(rq, "what"),
                               .paper_number = req_field(rq, "paper_number")};
    v.page = hours_page(rq, rp, SHELL_DESK, "录签到表", "hours");
    v.page.back = "/d/hours";
    hours_new_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err new_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_new(cx, rq, rp);
}

/* One of the sheet; what is wrong with him is told under the numbers. */
static enum err add_one(struct cx *cx, struct str line, struct hours_said *said)
{
    struct volunteer v;
    struct hours h;
    enum err e = volunteer_by_number(cx, line, &v);
    if (e == OK) {
        said->volunteer_id = v.id;
        e = hours_add(cx, said, &h);
    }
    if (e != ERR_MISSING && e != ERR_INPUT)
        return e;
    struct str why = cx->fault.fields.n ? cx->fault.fields.at[0].message : cx->fault.message;
    if (cx->fault.fields.n && str_is(str_c(cx->fault.fields.at[0].field), "what"))
        return e;
    fault_clear(cx);
    return fail_field(cx, "numbers", "%.*s：%.*s。整张都还没有录，改好再来", STR(line), STR(why));
}

static enum err add_sheet(struct cx *cx, const struct req *rq)
{
    struct hours_said said = {0};
    struct str rest = req_field(rq, "numbers"), line;
    int n = 0;
    TRY(hours_read_form(cx, rq, &said));
    while (str_split(&rest, '\n', &line)) {
        line = str_trim(line);
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        if (!line.n)
            continue;
        if (++n > SHEET_MAX)
            return fail_field(cx, "numbers", "一次最多 50 位，请分两次录");
        TRY(add_one(cx, line, &said));
    }
    return n ? OK : fail_field(cx, "numbers", "请写上来了哪几位，一行一个编号");
}

static enum err new_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    enum err e = add_sheet(cx, rq);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_new(cx, rq, rp));
    TRY(e);
    return reply_goto(cx, rp, "/d/hours?done=added");
}

/* ---- the sample ---- */

static enum err draw_calls(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct hours_calls_view v = {.may_act = (cx->who.role & ROLES_HOURS) != 0};
    hours_call_list all = {0};
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    enum err e = hours_calls(cx, 0, &v.d, &all);
    if (e != OK && e != ERR_MISSING)
        return e;
    cx->fault = fault;
    v.has_draw = e == OK;
    for (size_t i = 0; i < all.n; i++)
        *PUSH(cx->mem, &v.rows) = (struct hours_call_row){
            all.at[i], filter_date(cx, all.at[i].started_at), hours_words(cx, all.at[i].minutes),
            !all.at[i].outcome.n || str_is(all.at[i].outcome, "not_reached")};
    v.page = hours_page(rq, rp, SHELL_DESK, "每月抽查", "hours");
    v.page.back = "/d/hours";
    hours_calls_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err calls_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_calls(cx, rq, rp);
}

static enum err calls_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct hours_call said = {0}, out;
    int64_t id;
    TRY(req_id(cx, rq, "call", &id));
    enum err e = req_record(cx, rq, &hours_call_shape, &said);
    if (e == OK)
        e = hours_called(cx, id, &said, &out);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_calls(cx, rq, rp));
    TRY(e);
    return reply_goto(cx, rp, "/d/hours/calls");
}

/* ---- the table ---- */

static const struct route routes[] = {
    {"GET", "/v/{id}/task/{offer}/hours", hours_task_page, .title = "办好了，从几点到几点",
     .open_key = true},
    {"POST", "/v/{id}/task/{offer}/hours", hours_task_do, .title = "办好了，从几点到几点",
     .open_key = true},
    {"GET", "/n/{id}/help/{offer}/hours", hours_help_page, .title = "居民点头", .open_key = true},
    {"POST", "/n/{id}/help/{offer}/hours", hours_help_do, .title = "居民点头", .open_key = true},
    {"GET", "/v/{id}/hours", hours_mine_page, .title = "我的服务时长", .open_key = true},
    {"POST", "/v/{id}/hours", hours_mine_do, .title = "补记一次服务", .open_key = true},
    {"POST", "/v/{id}/cert", hours_cert_do, .title = "申请服务证明", .open_key = true},
    {"POST", "/v/{id}/unnamed", hours_unname_do, .title = "公示证明时不再写称呼", .open_key = true},
    {"GET", "/v/{id}/shown", cert_shown_page, .title = "队里正在公示的证明", .open_key = true},
    {"POST", "/v/{id}/shown", cert_shown_do, .title = "对公示的证明提意见", .open_key = true},
    {"GET", "/d/hours", list_page, ROLES_LEDGER, "服务时长"},
    {"GET", "/d/hours/new", new_page, ROLES_CHECK, "录签到表"},
    {"POST", "/d/hours/new", new_do, ROLES_CHECK, "录签到表"},
    {"GET", "/d/hours/calls", calls_page, ROLES_LEDGER, "每月抽查"},
    {"POST", "/d/hours/calls/{call}", calls_do, ROLES_HOURS, "抽查电话的结果"},
    {"GET", "/d/hours/{hours}", record_page, ROLES_LEDGER, "一次服务"},
    {"POST", "/d/hours/{hours}/{step}", record_do, ROLES_HOURS, "核、更正或不计"},
    {"GET", "/d/certs", cert_list_page, ROLES_CERT, "服务证明"},
    {"POST", "/d/certs", cert_list_do, ROLES_CHECK, "替志愿者申请证明"},
    {"GET", "/d/cert/{cert}", cert_page, ROLES_CERT, "一份服务证明"},
    {"POST", "/d/cert/{cert}/{step}", cert_page_do, ROLES_CERT,
     "核对、签发、不开、回复意见、更正或作废"},
    {"GET", "/verify", cert_verify_page, .title = "查证书真伪"},
    {"GET", "/verify/{number}", cert_verify_page, .title = "查证书真伪"},
    {"GET", "/print/cert/{cert}", cert_print_page, .title = "打印服务证书", .open_key = true},
    {"POST", "/print/cert/{cert}/certificate.pdf", cert_print_do, .title = "服务证书 PDF",
     .open_key = true, .prepare = cert_print_prepare},
};

static const struct shape *const shapes[] = {
    &hours_shape,       &hours_said_shape, &hours_event_shape,  &hours_sum_shape,
    &hours_total_shape, &hours_draw_shape, &hours_call_shape,   &cert_shape,
    &cert_asked_shape,  &cert_line_shape,  &cert_checked_shape, &cert_objection_shape};

static void topics(struct cx *cx, struct outbox_topics *out)
{
    static const struct outbox_topic all[] = {{S("cert.asked"), "有人申请志愿服务证明"},
                                              {S("cert.objected"), "公示中的服务证明有人提意见"}};
    for (size_t i = 0; i < COUNT(all); i++)
        *PUSH(cx->mem, out) = all[i];
}

static const struct sealed_table sealed[] = {
    {&cert_shape, &hours_sql_sealed_some, &hours_sql_sealed_put}};

const struct feature hours_feature = {.name = "hours",
                                      .sealed = sealed,
                                      .nsealed = COUNT(sealed),
                                      .consents = &cert_consents,
                                      .subject_parts = hours_parts,
                                      .nsubject_parts = COUNT(hours_parts),
                                      .routes = routes,
                                      .nroutes = COUNT(routes),
                                      .shapes = shapes,
                                      .nshapes = COUNT(shapes),
                                      .queries = hours_sql_all,
                                      .nqueries = &hours_sql_count,
                                      .jobs = "hours.",
                                      .job = hours_job,
                                      .topics = topics};
