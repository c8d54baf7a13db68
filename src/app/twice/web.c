/* web -- the page on which two people meet. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/twice/pages.h"
#include "twice.html.h"
#include "twice.sql.h"

/* What each kind asks for and what a yes does: read beside the button, by both. */
static const struct {
    const char *object, *hint, *effect;
} words[TWICE_KINDS] = {
    [TWICE_EXPORT] = {"", "", "同意以后，他能把这些带出去一次。"},
    [TWICE_KEYS] = {"密钥的号", "只写数字；linghang keys list 列出每一把",
                    "用这把密钥封的东西，连同旧备份里的，以后谁也打不开，找不回来。"},
    [TWICE_LOGS] = {"改成留几天", "只写数字；网络安全法要求至少半年",
                    "同意就改；改短了，过了日子的记录当晚就删，找不回来。"},
    [TWICE_RESTORE] = {"备份的文件名", "和恢复的时候要写的一模一样",
                       "在用的库整个换成备份：备份以后登记的、办过的都没有了。"},
    [TWICE_TOTP] = {"谁的登录名", "人员里查得到",
                    "同意就作废他现在的动态码和备用码，登录着的都退出；他要重新开通。"},
};

/* A login is told with whose it is: whoever decides may know him by name alone. */
static struct str object_of(struct cx *cx, const struct twice *t)
{
    struct person p;
    if (t->kind != TWICE_TOTP)
        return t->object;
    if (account_person(cx, t->object_id, &p) != OK) {
        fault_clear(cx);
        return t->object;
    }
    return arena_printf(cx->mem, "%.*s，登录名 %.*s", STR(p.name), STR(t->object));
}

static void add_row(struct cx *cx, const struct twice *t, twice_row_list *out)
{
    static const char *const levels[] = {"a", "g", "x", "", ""};
    bool is_over = twice_is_over(cx, t);
    bool is_live = !is_over && (t->state == TWICE_OPEN || t->state == TWICE_APPROVED);
    *PUSH(cx->mem, out) = (struct twice_row){
        .t = *t,
        .label = str_c(twice_kind_label(t->kind)),
        .object = object_of(cx, t),
        .effect = words[t->kind].effect,
        .state =
            is_over ? S("过期了") : str_c(shape_field(&twice_shape, S("state"))->labels[t->state]),
        .level = is_over ? "" : levels[t->state],
        .is_live = is_live,
        .may_decide = twice_may_decide(cx, t),
        .may_withdraw = is_live && t->by_person == cx->who.person_id};
}

/* An export is proposed where it is made. */
static struct twice_choice choice_of(enum twice_kind k)
{
    const struct field *f = shape_field(&twice_shape, S("kind"));
    return (struct twice_choice){f->codes[k], f->labels[k], words[k].object, words[k].hint,
                                 words[k].effect};
}

static void add_choices(struct cx *cx, twice_choice_list *out)
{
    for (enum twice_kind k = TWICE_KEYS; k < TWICE_KINDS; k++)
        if (twice_may_propose(cx, k))
            *PUSH(cx->mem, out) = choice_of(k);
}

/* `wrong`: the proposal whose sentence was refused; `form`: as somebody typed it, or NULL. */
static enum err draw(struct cx *cx, const struct req *rq, struct reply *rp, int64_t wrong,
                     const struct twice *form)
{
    struct twice_page_view v = {.rq = rq, .wrong = wrong};
    struct fault fault = cx->fault;
    twice_list all = {0};
    fault_clear(cx);
    v.form = form ? *form : (struct twice){.object = S(""), .why = S("")};
    TRY(twice_all(cx, &all));
    for (size_t i = 0; i < all.n; i++)
        add_row(cx, &all.at[i], &v.rows);
    add_choices(cx, &v.choices);
    v.is_chosen = v.form.kind != TWICE_EXPORT && twice_may_propose(cx, v.form.kind);
    v.chosen = choice_of(v.form.kind);
    cx->fault = fault;
    v.page = shell_page(rq, SHELL_DESK, S("双人审批"), "twice");
    v.page.here = S("/a/twice");
    if (req_query(rq, "done").n) {
        v.page.notice = S("记下了");
        v.page.notice_level = "g";
    }
    reply_header(rp, "Cache-Control", S("no-store"));
    twice_page_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    const struct field *kind = shape_field(&twice_shape, S("kind"));
    struct twice t = {.object = req_query(rq, "object"), .why = S("")};
    field_set_code(kind, &t,
                   req_query(rq, "kind")); /* a link from where somebody's sign-in is kept */
    return draw(cx, rq, rp, 0, &t);
}

/* A key has a number, logs have days; an authenticator is somebody's: `object` is his login. */
static enum err find_object(struct cx *cx, const struct twice *t, int64_t *id)
{
    struct person p;
    bool found;
    *id = 0;
    if (t->kind == TWICE_KEYS && (!str_int(t->object, id) || *id < 1))
        return fail_field(cx, "object", "请写密钥的号，只写数字；linghang keys list 列出每一把");
    if (t->kind == TWICE_LOGS && !str_int(t->object, id))
        *id = 0; /* what is wrong with it is said where days are checked */
    if (t->kind != TWICE_TOTP)
        return OK;
    TRY(account_of_login(cx, t->object, &p, &found));
    *id = p.id;
    return found ? OK : fail_field(cx, "object", "没有这个登录名，请到人员里查一查");
}

static enum err propose_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct twice t = {.object = S(""), .why = S("")}, made;
    int64_t id;
    enum err e = req_record(cx, rq, &twice_shape, &t);
    if (e == OK)
        e = find_object(cx, &t, &id);
    if (e == OK)
        e = twice_propose(cx, t.kind, id, t.object, t.why, &made);
    if (e == ERR_INPUT)
        TRY(draw(cx, rq, rp, 0, &t));
    TRY(e);
    return reply_goto(cx, rp, "/a/twice?done=1");
}

static enum err decide_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "twice", &id));
    enum err e = OK;
    struct str yes = req_field(rq, "yes");
    if (!str_is(yes, "1") && !str_is(yes, "0"))
        e = fail(cx, ERR_INPUT, "请选同意还是不同意");
    else
        e = twice_decide(cx, id, str_is(yes, "1"), req_field(rq, "said"));
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw(cx, rq, rp, id, NULL));
    TRY(e);
    return reply_goto(cx, rp, "/a/twice?done=1");
}

static enum err withdraw_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "twice", &id));
    enum err e = twice_withdraw(cx, id);
    if (e == ERR_CONFLICT)
        TRY(draw(cx, rq, rp, id, NULL));
    TRY(e);
    return reply_goto(cx, rp, "/a/twice?done=1");
}

static const struct route routes[] = {
    {"GET", "/a/twice", page, ROLES_TWICE, "双人审批"},
    {"POST", "/a/twice", propose_do, ROLES_TWICE, "提出要双人审批的事", .in = &twice_shape},
    {"POST", "/a/twice/{twice}/decide", decide_do, ROLES_TWICE, "第二个人同意或不同意"},
    {"POST", "/a/twice/{twice}/withdraw", withdraw_do, ROLES_TWICE, "撤回自己提出的"},
};

static const struct shell_menu menu[] = {
    {"twice", "/a/twice", "双人审批", "users", ROLES_TWICE, .is_extra = true}};

static const struct shape *const shapes[] = {&twice_shape};

const struct feature twice_feature = {.name = "twice",
                                      .routes = routes,
                                      .nroutes = COUNT(routes),
                                      .shapes = shapes,
                                      .nshapes = COUNT(shapes),
                                      .queries = twice_sql_all,
                                      .nqueries = &twice_sql_count,
                                      .menu = menu,
                                      .nmenu = COUNT(menu)};
