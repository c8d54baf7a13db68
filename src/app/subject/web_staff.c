/* web_staff -- requests about data at the desk, and what is forgotten when its time is over. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/audit/audit.h"
#include "app/number/number.h"
#include "app/subject/pages.h"
#include "base/time.h"
#include "subject.html.h"

/* ---- the list, and entering one for somebody ---- */

/* As staff read it: 居民提的事, where he reads 您提的事. */
static void put_asked(struct cx *cx, const struct subject_request *r, subject_askeds *out)
{
    const struct subject_kind *kind = subject_kind_of(r->subject);
    subject_put_asked(cx, r, out);
    if (kind && kind->staff_label)
        out->at[out->n - 1].kind = str_c(kind->staff_label);
}

static enum err draw_desk(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_desk_view v = {.rq = rq,
                                  .whats = subject_whats,
                                  .checks = subject_checks,
                                  .what = req_field(rq, "what"),
                                  .field = req_field(rq, "field"),
                                  .checked = req_field(rq, "checked")};
    subject_request_list open = {0}, closed = {0};
    struct fault fault = cx->fault;
    fault_clear(cx);
    TRY(subject_open(cx, &open));
    TRY(subject_closed(cx, &closed));
    for (size_t i = 0; i < open.n; i++)
        put_asked(cx, &open.at[i], &v.open);
    for (size_t i = 0; i < closed.n; i++)
        put_asked(cx, &closed.at[i], &v.closed);
    cx->fault = fault;
    v.page = shell_page(rq, SHELL_DESK, S("资料请求"), "mydata");
    v.page.here = S("/d/mydata");
    reply_header(rp, "Cache-Control", S("no-store"));
    subject_desk_html(reply_html(rp), cx, &v);
    return OK;
}

enum err subject_desk_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_desk(cx, rq, rp);
}

/* The thing that has this number, whatever its kind. */
static enum err find_thing(struct cx *cx, struct str typed, struct str *kind, int64_t *id)
{
    struct str number;
    const struct subject_kind *k;
    TRY(number_read(cx, typed, &number));
    for (size_t i = 0; (k = subject_kind_nth(i)); i++) {
        if (!k->find)
            continue; /* it has no number */
        TRY(db_number(cx, k->find, id, ARGS(A(number))));
        *kind = str_c(k->code);
        if (*id)
            return OK;
    }
    return fail_field(cx, "number", "没有这个编号，请对照纸条再看一遍");
}

/* By his link or his digits, which nobody else says for him. */
static bool is_by_himself(struct str checked)
{
    return str_is(checked, "key") || str_is(checked, "word");
}

enum err subject_desk_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_request r = {0};
    enum err e = req_record(cx, rq, &subject_request_shape, &r);
    if (e == OK)
        e = find_thing(cx, req_field(rq, "number"), &r.subject, &r.subject_id);
    if (e == OK && is_by_himself(r.checked))
        e = fail_field(cx, "checked", "请选您是怎么核对的");
    if (e == OK)
        e = subject_ask(cx, &r);
    if (e == ERR_INPUT)
        TRY(draw_desk(cx, rq, rp));
    TRY(e);
    return reply_goto(cx, rp, "/d/mydata/%lld?new=1", (long long)r.id);
}

/* ---- one ---- */

/* ERR_DENIED with a sentence when others alone deal with it; `only`: few people do. */
static enum err may_deal(struct cx *cx, const struct subject_request *r, bool *only)
{
    const struct subject_kind *kind = subject_kind_of(r->subject);
    *only = false;
    return kind && kind->keepers ? kind->keepers(cx, r->subject_id, only) : OK;
}

static enum err may_print(struct cx *cx, const struct subject_request *r)
{
    bool only;
    TRY(may_deal(cx, r, &only));
    return only || cx->who.role == ROLE_CLERK ? OK : fail(cx, ERR_DENIED, "由窗口的人印给他");
}

/* What few people may know of it: nothing of his words, or, by one of them and logged, all. */
static enum err put_wall(struct cx *cx, struct subject_case_view *v, bool is_read)
{
    struct subject_request *r = &v->a.r;
    enum err e = may_deal(cx, r, &v->is_apart);
    if (e != OK && e != ERR_DENIED)
        return e;
    v->shut = e == OK ? S("") : cx->fault.message;
    fault_clear(cx);
    v->is_read = v->is_apart && is_read && e == OK;
    v->has_read = v->is_apart && e == OK && (is_read || req_field(v->rq, "read").n);
    v->is_blind = v->is_apart ? !v->is_read && (r->text.n || r->value.n || r->answer.n)
                              : subject_is_blind(cx, r);
    if (v->is_read)
        return shape_open(cx, &subject_request_shape, r, 1, NULL);
    if (v->is_apart)
        r->value = r->text = r->answer = S("");
    shape_hide(cx, &subject_request_shape, r, 1);
    return OK;
}

static enum err draw_case(struct cx *cx, const struct req *rq, struct reply *rp,
                          const struct subject_request *r, bool is_read)
{
    struct subject_case_view v = {.rq = rq, .checks = subject_checks};
    struct fault fault = cx->fault;
    subject_askeds one = {0};
    fault_clear(cx);
    put_asked(cx, r, &one);
    v.a = one.at[0];
    TRY(put_wall(cx, &v, is_read));
    TRY(subject_thing(cx, r, &v.thing));
    /* with number and digits one reads it as he does: they are for who wrote it down to pass on */
    v.is_new = req_query(rq, "new").n > 0 && r->entered_by == cx->who.person_id;
    if (r->state == SUBJECT_CHECKED && subject_kind_of(r->subject)) {
        v.may_print = may_print(cx, r) == OK;
        v.no_print = cx->fault.message;
        fault_clear(cx);
    }
    TRY(subject_history(cx, r->id, &v.events));
    TRY(keep_held(cx, arena_cstr(cx->mem, r->subject), r->subject_id, &v.is_held));
    cx->fault = fault;
    v.page = shell_page(rq, SHELL_DESK, r->number, "mydata");
    v.page.back = "/d/mydata";
    v.page.here = arena_printf(cx->mem, "/d/mydata/%lld", (long long)r->id);
    reply_header(rp, "Cache-Control", S("no-store"));
    subject_case_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err load(struct cx *cx, const struct req *rq, struct subject_request *r)
{
    int64_t id;
    TRY(req_id(cx, rq, "request", &id));
    return subject_get(cx, id, r);
}

enum err subject_case_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_request r;
    TRY(load(cx, rq, &r));
    return draw_case(cx, rq, rp, &r, false);
}

/* One click, one line in who looked at his. */
enum err subject_case_read(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_request r;
    bool only;
    TRY(load(cx, rq, &r));
    TRY(may_deal(cx, &r, &only));
    if (!only)
        return fail(cx, ERR_CONFLICT, "这一件不用另外打开");
    TRY(opening_put_request(cx, r.subject, r.subject_id));
    return draw_case(cx, rq, rp, &r, true);
}

/* Who deals with it; what is carried out is read before, and what cannot be brought back is meant.
 */
static enum err may_step(struct cx *cx, const struct req *rq, const struct subject_request *r)
{
    bool only;
    TRY(may_deal(cx, r, &only));
    if (str_is(req_part(rq, "step"), "check") && is_by_himself(str_trim(req_field(rq, "text"))))
        return fail_field(cx, "text", "请选怎么核对的");
    if (!str_is(req_part(rq, "step"), "do") || r->state != SUBJECT_CHECKED)
        return OK;
    if (only && (r->text.n || r->value.n) && !req_field(rq, "read").n)
        return fail(cx, ERR_CONFLICT, "请先看他写的，再照办");
    if (!only && subject_is_blind(cx, r))
        return fail(cx, ERR_DENIED, "他写的您看不到，这件由窗口办");
    return str_is(r->what, "delete") && !req_field(rq, "sure").n
               ? fail_field(cx, "sure", "删了找不回来；确定要删，请勾上再提交")
               : OK;
}

enum err subject_case_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_request r;
    TRY(load(cx, rq, &r));
    enum err e = may_step(cx, rq, &r);
    if (e == OK)
        e = subject_step(cx, &r, req_part(rq, "step"), req_field(rq, "text"), SUBJECT_BY_STAFF);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_case(cx, rq, rp, &r, false));
    TRY(e);
    return reply_goto(cx, rp, "/d/mydata/%lld", (long long)r.id);
}

/* Who prints it sees none of it on his screen: he hands it over, and that is logged. */
enum err subject_case_copy(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_request r;
    struct str pdf;
    TRY(load(cx, rq, &r));
    const struct subject_kind *kind = subject_kind_of(r.subject);
    if (r.state != SUBJECT_CHECKED || !kind)
        return fail(cx, ERR_CONFLICT, "先核对是本人，再替他印");
    TRY(may_print(cx, &r));
    TRY(subject_printed(cx, &r));
    TRY(subject_pdf(cx, kind, r.subject_id, &pdf));
    reply_header(rp, "Cache-Control", S("no-store"));
    reply_header(rp, "Content-Disposition", S("attachment; filename=\"data.pdf\""));
    out_str(reply_bytes(rp, "application/pdf"), pdf);
    return OK;
}

/* ---- forgetting ---- */

static enum err draw_keep(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_keep_view v = {.rq = rq};
    struct fault fault = cx->fault;
    fault_clear(cx);
    TRY(keep_look(cx, &v.lines));
    TRY(keep_holds(cx, &v.holds));
    TRY(keep_report(cx, &v.sums));
    cx->fault = fault;
    v.page = shell_page(rq, SHELL_DESK, S("到期删除"), "keep");
    v.page.here = S("/a/keep");
    reply_header(rp, "Cache-Control", S("no-store"));
    subject_keep_html(reply_html(rp), cx, &v);
    return OK;
}

enum err subject_keep_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_keep(cx, rq, rp);
}

enum err subject_hold_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct keep_hold h = {0};
    enum err e = req_record(cx, rq, &keep_hold_shape, &h);
    if (e == OK)
        e = find_thing(cx, h.number, &h.subject, &h.subject_id);
    if (e == OK)
        e = keep_hold_put(cx, &h);
    if (e == ERR_INPUT)
        TRY(draw_keep(cx, rq, rp));
    TRY(e);
    return reply_goto(cx, rp, "/a/keep");
}

enum err subject_hold_end_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "hold", &id));
    TRY(keep_hold_end(cx, id));
    return reply_goto(cx, rp, "/a/keep");
}
