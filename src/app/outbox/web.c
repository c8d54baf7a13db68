/* web -- the administrator's pages: what waits, what was sent, what failed, and where it goes. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "app/keyring/keyring.h"
#include "app/outbox/pages.h"
#include "outbox.html.h"
#include "outbox.sql.h"

enum { RECENT_MAX = 20 };

const char *outbox_state_class(enum outbox_state s)
{
    static const char *const classes[] = {
        [OUTBOX_WAITING] = "a", [OUTBOX_SENT] = "g", [OUTBOX_FAILED] = "x", [OUTBOX_DROPPED] = ""};
    return classes[s];
}

/* ---- what pages and API share ---- */

/* Check boxes come as many values, a JSON text as one; in a form none of them is none. */
static struct str typed_topics(struct cx *cx, const struct req *rq, struct str stored)
{
    size_t n = req_field_count(rq, "topics");
    struct out o;
    out_init(&o, cx->mem);
    if (n == 0)
        return req_is_api(rq) ? stored : S("");
    for (size_t i = 0; i < n; i++) {
        out_c(&o, i ? "," : "");
        out_str(&o, req_field_nth(rq, "topics", i));
    }
    return out_text(&o);
}

enum err adapter_read(struct cx *cx, const struct req *rq, struct adapter *a)
{
    bool is_kind_open = !a->id && !req_field_count(rq, "kind");
    a->topics = typed_topics(cx, rq, a->topics);
    struct str topics = a->topics;
    enum err e = req_record(cx, rq, &adapter_shape, a);
    a->topics = topics;
    if (is_kind_open)
        return fail_field(cx, "kind", "请选一个种类");
    TRY(e);
    return adapter_save(cx, a);
}

enum err adapter_step(struct cx *cx, int64_t id, struct str step)
{
    if (str_is(step, "pause"))
        return adapter_switch(cx, id, false);
    if (str_is(step, "resume"))
        return adapter_switch(cx, id, true);
    if (str_is(step, "try"))
        return adapter_try(cx, id);
    return fail(cx, ERR_MISSING, "没有这一步");
}

enum err outbox_step(struct cx *cx, int64_t id, struct str step)
{
    if (str_is(step, "retry"))
        return outbox_retry(cx, id);
    if (str_is(step, "drop"))
        return outbox_drop(cx, id);
    return fail(cx, ERR_MISSING, "没有这一步");
}

/* ---- messages ---- */

/* What was just done, for the bar on top. */
static struct str done_text(const struct req *rq)
{
    static const struct {
        const char *code, *text;
    } done[] = {
        {"retry", "已经排上队，马上再发。过几秒刷新这一页看结果。"},
        {"drop", "这一条不再发了。"},
        {"try", "试发的一条已经排上队。过几秒刷新这一页看结果。"},
        {"pause", "停用了：新消息不再交给它。"},
        {"resume", "启用了：以后的消息会发给它。"},
        {"save", "存好了。先发一条试试，再启用。"},
    };
    for (size_t i = 0; i < COUNT(done); i++)
        if (str_is(req_query(rq, "done"), done[i].code))
            return str_c(done[i].text);
    return S("");
}

static struct shell_page page_of(const struct req *rq, struct str title)
{
    struct shell_page page = shell_page(rq, SHELL_DESK, title, "outbox");
    page.notice = done_text(rq);
    page.notice_level = "g";
    return page;
}

static enum err messages_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct outbox_messages_view v = {.page = page_of(rq, S("外发消息"))};
    adapter_list all = {0};
    TRY(adapter_all(cx, &all));
    v.adapters = (int64_t)all.n;
    for (size_t i = 0; i < all.n; i++)
        v.active += all.at[i].active;
    TRY(outbox_counts(cx, &v.count));
    TRY(outbox_find(cx, OUTBOX_FAILED, OUTBOX_ROWS_MAX, &v.failed));
    TRY(outbox_find(cx, OUTBOX_WAITING, OUTBOX_ROWS_MAX, &v.waiting));
    TRY(outbox_find(cx, OUTBOX_SENT, RECENT_MAX, &v.sent));
    TRY(outbox_find(cx, OUTBOX_DROPPED, RECENT_MAX, &v.dropped));
    outbox_messages_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err message_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str step = req_part(rq, "step");
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(outbox_step(cx, id, step));
    return reply_goto(cx, rp, "/a/outbox?done=%.*s", STR(step));
}

/* ---- adapters ---- */

/* Every topic that is known, and those of `chosen` that nobody knows (a feature that is gone). */
static void choices(struct cx *cx, struct str chosen, outbox_choice_list *out)
{
    outbox_topic_list known = {0};
    struct str one;
    outbox_topics(cx, &known);
    for (size_t i = 0; i < known.n; i++)
        *PUSH(cx->mem, out) = (struct outbox_choice){.topic = known.at[i], .n = (int64_t)i};
    while (str_split(&chosen, ',', &one)) {
        struct outbox_choice *same = NULL;
        one = str_trim(one);
        for (size_t i = 0; i < out->n && !same; i++)
            if (str_eq(out->at[i].topic.code, one))
                same = &out->at[i];
        if (!same && one.n) {
            same = PUSH(cx->mem, out);
            *same = (struct outbox_choice){.topic = {one, arena_cstr(cx->mem, one)},
                                           .n = (int64_t)out->n - 1};
        }
        if (same)
            same->is_on = true;
    }
}

/* 新诉求、督办 */
static struct str topic_labels(struct cx *cx, struct str topics)
{
    outbox_choice_list all = {0};
    const char *comma = "";
    struct out o;
    choices(cx, topics, &all);
    out_init(&o, cx->mem);
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].is_on) {
            out_c(&o, comma);
            out_c(&o, all.at[i].topic.label);
            comma = "、";
        }
    return out_text(&o);
}

static enum err adapters_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct outbox_adapters_view v = {.page = page_of(rq, S("外发接口"))};
    TRY(adapter_all(cx, &v.adapters));
    for (size_t i = 0; i < v.adapters.n; i++)
        v.adapters.at[i].topics = topic_labels(cx, v.adapters.at[i].topics);
    outbox_adapters_html(reply_html(rp), cx, &v);
    return OK;
}

/* `a` is what is stored; id 0 = a new one. What was typed comes from `rq`. */
static void draw_form(struct cx *cx, const struct req *rq, struct reply *rp,
                      const struct adapter *a)
{
    struct outbox_adapter_view v = {
        .page = page_of(rq, a->id ? S("改外发接口") : S("加外发接口")), .rq = rq, .a = *a};
    v.page.back = "/a/adapters";
    choices(cx, req_field_count(rq, "name") ? typed_topics(cx, rq, S("")) : a->topics, &v.topics);
    v.action =
        a->id ? arena_printf(cx->mem, "/a/adapters/%lld", (long long)a->id) : S("/a/adapters/new");
    v.is_mail = !a->id || a->kind == ADAPTER_SMTP;
    reply_header(rp, "Cache-Control", S("no-store"));
    outbox_adapter_html(reply_html(rp), cx, &v);
}

static enum err adapter_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct adapter a = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(adapter_get(cx, id, &a));
    draw_form(cx, rq, rp, &a);
    return OK;
}

static enum err new_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    draw_form(cx, rq, rp, &(struct adapter){0});
    return OK;
}

static enum err save(struct cx *cx, const struct req *rq, struct reply *rp, struct adapter was)
{
    struct adapter a = was;
    enum err e = adapter_read(cx, rq, &a);
    if (e == ERR_INPUT)
        draw_form(cx, rq, rp, &was);
    TRY(e);
    return reply_goto(cx, rp, "/a/adapters?done=save");
}

static enum err adapter_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct adapter a = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(adapter_get(cx, id, &a));
    return save(cx, rq, rp, a);
}

static enum err new_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return save(cx, rq, rp, (struct adapter){0});
}

static enum err step_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str step = req_part(rq, "step");
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(adapter_step(cx, id, step));
    return reply_goto(cx, rp, "/a/%s?done=%.*s", str_is(step, "try") ? "outbox" : "adapters",
                      STR(step));
}

static const struct route routes[] = {
    {"GET", "/a/outbox", messages_page, ROLE_ADMIN, "外发消息"},
    {"POST", "/a/outbox/{id}/{step}", message_do, ROLE_ADMIN, "再发或不再发"},
    {"GET", "/a/adapters", adapters_page, ROLE_ADMIN, "外发接口"},
    {"GET", "/a/adapters/new", new_page, ROLE_ADMIN, "加外发接口"},
    {"POST", "/a/adapters/new", new_do, ROLE_ADMIN, "加外发接口", .in = &adapter_shape},
    {"GET", "/a/adapters/{id}", adapter_page, ROLE_ADMIN, "改外发接口"},
    {"POST", "/a/adapters/{id}", adapter_do, ROLE_ADMIN, "改外发接口", .in = &adapter_shape},
    {"POST", "/a/adapters/{id}/{step}", step_do, ROLE_ADMIN, "停用、启用、试发"},
};

static const struct shape *const shapes[] = {&outbox_shape, &adapter_shape, &parcel_shape};

static const struct sealed_table sealed[] = {
    {&adapter_shape, &outbox_sql_sealed_some, &outbox_sql_sealed_put}};

const struct feature outbox_feature = {.name = "outbox",
                                       .sealed = sealed,
                                       .nsealed = COUNT(sealed),
                                       .routes = routes,
                                       .nroutes = COUNT(routes),
                                       .shapes = shapes,
                                       .nshapes = COUNT(shapes),
                                       .queries = outbox_sql_all,
                                       .nqueries = &outbox_sql_count};
