/* web -- my data: what is held, a copy, consents taken back at one tap, requests. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/audit/audit.h"
#include "app/keyring/keyring.h"
#include "app/number/number.h"
#include "app/org/org.h"
#include "app/outbox/outbox.h"
#include "app/subject/pages.h"
#include "subject.html.h"
#include "subject.sql.h"
#include <string.h>

/* ---- who it is ---- */

static enum err check_pass(struct cx *cx, struct subject_pass *p)
{
    int64_t id;
    if (!p->kind)
        return fail(cx, ERR_MISSING, "没有这一种资料");
    if (p->key.n)
        return p->kind->by_key ? p->kind->by_key(cx, p->id, p->key)
                               : fail(cx, ERR_MISSING, "这一种没有链接");
    if (!p->number.n || !p->kind->by_word)
        return fail(cx, ERR_MISSING, "请从“我的数据”进来，写编号和四位数字");
    enum err e = p->kind->by_word(cx, p->number, p->word, &id);
    if (e != ERR_MISSING && (e != OK || id == p->id))
        return e;
    fault_clear(cx); /* the same for both, or a word is known as right from another record */
    return fail(cx, ERR_MISSING, "编号和四位数字对不上");
}

/* Whoever shows nothing that fits reads why, and `*in` is false: the handler ends there, and well,
 * since the wrong try has been counted and the count is kept only then. */
static enum err let_in(struct cx *cx, const struct req *rq, struct reply *rp,
                       struct subject_pass *p, bool *in)
{
    *p = (struct subject_pass){.kind = subject_kind_of(req_part(rq, "subject")),
                               .key = req_field(rq, "k"),
                               .number = req_field(rq, "number"),
                               .word = req_field(rq, "word")};
    TRY(req_id(cx, rq, "id", &p->id));
    enum err e = check_pass(cx, p);
    *in = e == OK;
    if (p->key.n || !p->number.n || (e != ERR_MISSING && e != ERR_DENIED))
        return e;
    shell_error(cx, rq, e == ERR_DENIED ? 429 : 404, rp);
    return OK;
}

/* ---- the page ---- */

static void add_cards(struct cx *cx, const subject_lines *all, subject_cards *out)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct subject_line *l = &all->at[i];
        struct subject_card *card = NULL;
        if (!l->said.n)
            continue;
        for (size_t k = 0; k < out->n && !card; k++)
            if (out->at[k].field == l->field)
                card = &out->at[k];
        if (!card) {
            card = PUSH(cx->mem, out);
            *card = (struct subject_card){.field = l->field, .until = l->until};
        }
        *PUSH(cx->mem, &card->lines) = *l;
    }
}

static enum err add_agreed(struct cx *cx, const struct subject_pass *p, subject_agreeds *out)
{
    consent_list all = {0};
    if (!p->kind->consents)
        return OK;
    TRY(consents_of(cx, p->kind->consents, p->id, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct consent *c = &all.at[i];
        const char *how = consent_channel_label(c->channel);
        const struct consent_purpose *purpose = consent_purpose_of(p->kind->consents, c->purpose);
        if (purpose && !c->ended_at)
            *PUSH(cx->mem, out) = (struct subject_agreed){
                *c, purpose,
                arena_printf(cx->mem, "%.*s，%s", STR(filter_date(cx, c->at)), how ? how : "")};
    }
    return OK;
}

void subject_put_asked(struct cx *cx, const struct subject_request *r, subject_askeds *out)
{
    const struct subject_kind *kind = subject_kind_of(r->subject);
    const char *what = subject_what_label(r->what);
    *PUSH(cx->mem, out) = (struct subject_asked){*r, str_c(what), str_c(kind ? kind->label : ""),
                                                 !r->closed_at && r->due_at < cx->now};
}

static enum err draw(struct cx *cx, const struct req *rq, struct reply *rp,
                     const struct subject_pass *p, const char *notice)
{
    struct subject_mine_view v = {.rq = rq, .pass = *p};
    struct fault fault = cx->fault;
    subject_lines lines = {0};
    subject_request_list asked = {0};
    fault_clear(cx);
    TRY(subject_tell(cx, p->kind, p->id, &lines));
    add_cards(cx, &lines, &v.cards);
    v.number = subject_number(&lines);
    TRY(add_agreed(cx, p, &v.agreed));
    TRY(subject_requests_of(cx, p->kind, p->id, &asked));
    for (size_t i = 0; i < asked.n; i++)
        subject_put_asked(cx, &asked.at[i], &v.asked);
    cx->fault = fault;
    v.what = req_field(rq, "what");
    v.is_revoked = str_is(req_query(rq, "done"), "revoked");
    v.fixes = (subject_fixes){p->kind->fixes, p->kind->nfixes};
    v.page = shell_page(rq, SHELL_PHONE, S("我的数据"), "mine");
    v.page.is_private = true;
    v.page.here = S("/mydata");
    v.page.back = "/mydata";
    v.page.notice = str_c(notice);
    v.page.notice_level = "g";
    reply_header(rp, "Cache-Control", S("no-store"));
    subject_mine_html(reply_html(rp), cx, &v);
    return OK;
}

/* What he reads once a consent is withdrawn. */
static enum err revoked(struct cx *cx, const struct subject_pass *p, const char **notice)
{
    bool held;
    TRY(keep_held(cx, p->kind->code, p->id, &held));
    *notice = held ? "收回了，从现在起不再这样用。" KEEP_WAITS : "收回了，从现在起不再这样用";
    return OK;
}

static enum err mine_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_pass p = {.kind = subject_kind_of(req_part(rq, "subject")),
                             .key = req_query(rq, "k")};
    TRY(req_id(cx, rq, "id", &p.id));
    TRY(check_pass(cx, &p));
    const char *notice = "";
    if (str_is(req_query(rq, "done"), "revoked"))
        TRY(revoked(cx, &p, &notice));
    return draw(cx, rq, rp, &p, notice);
}

/* Staff hold what they are signed in with. */
static enum err me_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_pass p = {.kind = subject_kind_of(S("person")), .id = cx->who.person_id};
    return p.kind ? draw(cx, rq, rp, &p, "") : fail(cx, ERR_MISSING, "没有这一种资料");
}

/* ---- looking up ---- */

static void draw_find(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_find_view v = {.number = req_field(rq, "number"),
                                  .word = req_field(rq, "word"),
                                  .phone = shell_community(cx)->phone};
    if (!v.number.n)
        v.number = req_query(rq, "n");
    v.page = shell_page(rq, SHELL_PHONE, S("我的数据"), "mine");
    v.page.back = "/";
    subject_find_html(reply_html(rp), cx, &v);
}

static enum err find_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    draw_find(cx, rq, rp);
    return OK;
}

/* The kind whose numbers begin with this letter. */
static const struct subject_kind *kind_of_number(struct str number)
{
    static const char *const codes[] = {"H",       "need", "V",        "volunteer", "B",
                                        "booking", "E",    "activity", "K",         "child"};
    for (size_t i = 0; i < COUNT(codes); i += 2)
        if (str_starts(number, str_c(codes[i])))
            return subject_kind_of(str_c(codes[i + 1]));
    return NULL;
}

static enum err find_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_pass p = {.word = str_trim(req_field(rq, "word"))};
    enum err e = number_read(cx, req_field(rq, "number"), &p.number);
    if (e == OK) {
        p.kind = kind_of_number(p.number);
        e = p.kind ? p.kind->by_word(cx, p.number, p.word, &p.id)
                   : fail_field(cx, "number", "这个编号不在这里查；代办的资料请到窗口看");
    }
    if (e == OK)
        return draw(cx, rq, rp, &p, "");
    if (e == ERR_INPUT)
        draw_find(cx, rq, rp);
    if (e != ERR_MISSING && e != ERR_DENIED && e != ERR_CONFLICT)
        return e;
    /* the wrong try has been counted: it is kept only when this ends well */
    struct str why = cx->fault.message;
    fault_clear(cx);
    fail_field(cx, "word", "%.*s", STR(why));
    draw_find(cx, rq, rp);
    fault_clear(cx);
    reply_status(rp, e == ERR_DENIED ? 429 : 422);
    return OK;
}

/* ---- what one can do ---- */

static enum err copy_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_pass p;
    struct str pdf;
    bool in;
    TRY(let_in(cx, rq, rp, &p, &in));
    if (!in)
        return OK;
    reply_header(rp, "Cache-Control", S("no-store"));
    if (str_is(req_field(rq, "as"), "json")) {
        reply_header(rp, "Content-Disposition", S("attachment; filename=\"my-data.json\""));
        return subject_json(cx, p.kind, p.id, reply_json(rp));
    }
    TRY(subject_pdf(cx, p.kind, p.id, &pdf));
    reply_header(rp, "Content-Disposition", S("attachment; filename=\"my-data.pdf\""));
    out_str(reply_bytes(rp, "application/pdf"), pdf);
    return OK;
}

static enum err consent_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_pass p;
    const struct consent_how how = {.channel = S("self")};
    bool in;
    TRY(let_in(cx, rq, rp, &p, &in));
    if (!in)
        return OK;
    if (!p.kind->consents)
        return fail(cx, ERR_MISSING, "这里没有要收回的");
    const char *what = arena_cstr(cx->mem, req_field(rq, "what"));
    TRY(consent_set(cx, p.kind->consents, p.id, what, false, &how));
    if (p.key.n) {
        struct out key;
        out_init(&key, cx->mem);
        out_url(&key, p.key);
        return reply_goto(cx, rp, "/mydata/%s/%lld?k=%.*s&done=revoked", p.kind->code,
                          (long long)p.id, STR(out_text(&key)));
    }
    const char *notice;
    TRY(revoked(cx, &p, &notice));
    return draw(cx, rq, rp, &p, notice);
}

static enum err ask_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_pass p;
    struct subject_request r = {0};
    bool in;
    TRY(let_in(cx, rq, rp, &p, &in));
    if (!in)
        return OK;
    enum err e = req_record(cx, rq, &subject_request_shape, &r);
    r.subject = str_c(p.kind->code);
    r.subject_id = p.id;
    r.checked = p.key.n ? S("key") : S("word");
    if (e == OK)
        e = subject_ask(cx, &r);
    if (e == ERR_INPUT)
        TRY(draw(cx, rq, rp, &p, ""));
    TRY(e);
    return draw(cx, rq, rp, &p, "收到了，编号和答复的日子在下面");
}

static enum err withdraw_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct subject_pass p;
    struct subject_request r;
    int64_t id;
    bool in;
    TRY(let_in(cx, rq, rp, &p, &in));
    if (!in)
        return OK;
    if (!str_int(req_field(rq, "request"), &id))
        return fail(cx, ERR_MISSING, "没有这一件");
    TRY(subject_get(cx, id, &r));
    if (!str_is(r.subject, p.kind->code) || r.subject_id != p.id)
        return fail(cx, ERR_MISSING, "没有这一件");
    TRY(subject_step(cx, &r, S("withdraw"), S(""), SUBJECT_BY_SELF));
    return draw(cx, rq, rp, &p, "好的，这一件不办了");
}

static enum err show_number(struct cx *cx, const struct req *rq, struct reply *rp,
                            struct str number, struct str word)
{
    struct subject_answer_view v = {.kind = S("")};
    struct subject_request r;
    subject_askeds one = {0};
    TRY(subject_by_word(cx, number, word, &r));
    subject_put_asked(cx, &r, &one);
    v.a = one.at[0];
    TRY(subject_history(cx, r.id, &v.events));
    v.page = shell_page(rq, SHELL_PHONE, S("我的数据"), "mine");
    v.page.is_private = true;
    v.page.back = "/find";
    reply_header(rp, "Cache-Control", S("no-store"));
    subject_answer_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- the table ---- */

static const struct route routes[] = {
    {"GET", "/mydata", find_page, .title = "我的数据", .kind = ROUTE_INLINE},
    {"POST", "/mydata", find_do, .title = "凭编号看我的数据", .open_key = true},
    {"GET", "/mydata/{subject}/{id}", mine_page, .title = "我的数据", .open_key = true},
    {"POST", "/mydata/{subject}/{id}/copy", copy_do, .title = "我的数据：要一份", .open_key = true,
     .mem_max = 64u << 20},
    {"POST", "/mydata/{subject}/{id}/consent", consent_do, .title = "我的数据：收回同意",
     .open_key = true},
    {"POST", "/mydata/{subject}/{id}/ask", ask_do, .title = "我的数据：请改、请删、不同意",
     .open_key = true, .in = &subject_request_shape},
    {"POST", "/mydata/{subject}/{id}/withdraw", withdraw_do, .title = "我的数据：不用办了",
     .open_key = true},
    {"GET", "/me/mydata", me_page, ROLES_STAFF, "我的数据（工作人员自己的）"},
    {"GET", "/d/mydata", subject_desk_page, ROLES_SUBJECT, "要看、改、删自己资料的"},
    {"POST", "/d/mydata", subject_desk_do, ROLES_SUBJECT, "替人登记：看、改、删自己的资料",
     .in = &subject_request_shape},
    {"GET", "/d/mydata/{request}", subject_case_page, ROLES_SUBJECT, "一件资料请求"},
    {"POST", "/d/mydata/{request}/read", subject_case_read, ROLES_SUBJECT, "看他在资料请求里写的"},
    {"POST", "/d/mydata/{request}/copy", subject_case_copy, ROLES_SUBJECT, "按本人要求印一份资料",
     .mem_max = 64u << 20},
    {"POST", "/d/mydata/{request}/{step}", subject_case_do, ROLES_SUBJECT,
     "资料请求：核对、照办、办不到"},
    {"GET", "/a/keep", subject_keep_page, ROLE_PRIVACY_OFFICER, "到期删除"},
    {"POST", "/a/keep/hold", subject_hold_do, ROLE_PRIVACY_OFFICER, "有争议，先不删",
     .in = &keep_hold_shape},
    {"POST", "/a/keep/hold/{hold}/end", subject_hold_end_do, ROLE_PRIVACY_OFFICER,
     "了结了，照常删"},
};

static const struct shell_menu menu[] = {
    {"mydata", "/d/mydata", "资料请求", "user", ROLES_SUBJECT, .is_extra = true},
    {"keep", "/a/keep", "到期删除", "trash", ROLE_PRIVACY_OFFICER},
};

static const struct shape *const shapes[] = {&subject_request_shape, &subject_event_shape,
                                             &keep_hold_shape, &keep_sum_shape,
                                             &subject_erased_shape};

static void topics(struct cx *cx, struct outbox_topics *out)
{
    *PUSH(cx->mem, out) = (struct outbox_topic){S("mydata.asked"), "有人要看、改、删自己的资料"};
}

/* Who opened what and why, as the room that keeps it says it. */
static struct str opening_told(struct cx *cx, const struct list_any *rows, size_t k,
                               struct str *term)
{
    const opening_list all = {rows->at, rows->n, rows->cap};
    const struct seen_kind *kind = seen_kind_of(all.at[k].subject);
    struct seen_line line;
    if (!kind || !opening_line(cx, kind, &all, k, &line))
        return S("");
    *term = filter_when(cx, line.at);
    return arena_printf(cx->mem, "%.*s，看了%.*s：%.*s", STR(line.who), STR(line.what),
                        STR(line.why));
}

/* What was agreed to, and asked for. */
static struct str consent_said(struct cx *cx, const struct field *f, const void *rec)
{
    const struct consent *c = rec;
    const struct subject_kind *kind = subject_kind_of(c->subject);
    const struct consent_purpose *purpose =
        kind && kind->consents ? consent_purpose_of(kind->consents, c->purpose) : NULL;
    bool ended = !strcmp(f->name, "ended_channel");
    const char *how = consent_channel_label(ended ? c->ended_channel : c->channel);
    (void)cx;
    if (!strcmp(f->name, "subject"))
        return str_c(kind ? kind->label : "");
    if (!strcmp(f->name, "purpose"))
        return str_c(purpose ? purpose->label : "");
    return str_c((ended || !strcmp(f->name, "channel")) && how ? how : "");
}

static struct str request_said(struct cx *cx, const struct field *f, const void *rec)
{
    const struct subject_request *r = rec;
    const struct subject_kind *kind = subject_kind_of(r->subject);
    (void)cx;
    return !strcmp(f->name, "subject") ? str_c(kind ? kind->label : "")
           : !strcmp(f->name, "what")  ? str_c(subject_what_label(r->what))
           : !strcmp(f->name, "field") ? subject_fix_label(kind, r->field)
           : !strcmp(f->name, "checked")
               ? str_c(r->checked.n ? subject_checked_label(r->checked)
                       : r->word.n  ? "还没有核对"
                                    : "") /* forgotten, as the four digits */
               : S("");
}

static const struct subject_table own[] = {
    {"consent", &subject_sql_consent_rows, &consent_shape, consent_said},
    {"opening", &subject_sql_opening_rows, &opening_shape, .line = opening_told},
    {"outbox", &subject_sql_outbox_rows, &outbox_shape},
    {"subject_request", &subject_sql_of_subject, &subject_request_shape, request_said},
    {"subject_event", &subject_sql_event_rows, &subject_event_shape, .steps = &subject_steps},
    {"keep_hold", &subject_sql_hold_rows, &keep_hold_shape},
};
static const struct subject_table of_staff[] = {
    {"person", &subject_sql_person_rows, &person_shape},
    {"holding", &subject_sql_holding_rows, &holding_shape},
    {"session", &subject_sql_session_rows, &device_shape},
    {"audit", &subject_sql_audit_rows, &audit_record_shape},
    {"audit_inbox", &subject_sql_audit_inbox_rows, &audit_record_shape},
    {"audit_detail", &subject_sql_audit_detail_rows, &audit_record_shape},
    {"seen_alert", &subject_sql_seen_alert_rows, &seen_alert_shape},
    {"admin_seat", &subject_sql_seat_rows, NULL},
    {"password_old", &subject_sql_password_old_rows, NULL},
    {"recovery_code", &subject_sql_recovery_code_rows, NULL},
    {"twice", &subject_sql_twice_rows, NULL},
    {"export", &subject_sql_export_rows, NULL},
};
static const struct subject_part parts[] = {{"*", own, COUNT(own)},
                                            {"person", of_staff, COUNT(of_staff)}};
/* Whoever is signed in is it: no number, no link. */
static const struct subject_kind person = {
    .code = "person", .label = "工作人员", .since = &subject_sql_person_since};

static const struct keep_rule rules[] = {
    {"subject", "资料请求里的话", &subject_sql_old, &subject_sql_forget_old},
    {"subject", "资料请求的经过里的话", &subject_sql_events_old, &subject_sql_events_forget},
    {"sent", "发出去的提醒", NULL, NULL},
    {"staff", "离岗的人的登录名、口令、值班电话", &account_sql_left_old, &account_sql_left_forget},
    {"staff", "离岗的人用过的口令", &account_sql_left_passwords_old,
     &account_sql_left_passwords_forget},
    {"staff", "离岗的人的备用码", &account_sql_left_codes_old, &account_sql_left_codes_forget},
    {"session", "到期的登录", &account_sql_sessions_old, &account_sql_sessions_forget},
};

static const struct sealed_table sealed[] = {
    {&subject_request_shape, &subject_sql_sealed_some, &subject_sql_sealed_put}};

const struct feature subject_feature = {.name = "subject",
                                        .sealed = sealed,
                                        .nsealed = COUNT(sealed),
                                        .routes = routes,
                                        .nroutes = COUNT(routes),
                                        .shapes = shapes,
                                        .nshapes = COUNT(shapes),
                                        .queries = subject_sql_all,
                                        .nqueries = &subject_sql_count,
                                        .menu = menu,
                                        .nmenu = COUNT(menu),
                                        .topics = topics,
                                        .subject = &person,
                                        .subject_parts = parts,
                                        .nsubject_parts = COUNT(parts),
                                        .jobs = "subject.",
                                        .job = subject_job,
                                        .keeps = rules,
                                        .nkeeps = COUNT(rules),
                                        .letters = "D",
                                        .show = show_number};
