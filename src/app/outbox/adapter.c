/* adapter -- where messages go: what an administrator may set, and what is checked. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/outbox/outbox_own.h"
#include "base/id.h"
#include "outbox.sql.h"

enum { TOPICS_MAX = 60, TOPICS_BYTES = 1000, RECEIVERS_MAX = 10 };

const char *const adapter_kind_codes[] = {[ADAPTER_WECOM] = "wecom",
                                          [ADAPTER_DINGTALK] = "dingtalk",
                                          [ADAPTER_HTTP] = "http",
                                          [ADAPTER_SMTP] = "smtp",
                                          NULL};
const char *const adapter_kind_labels[] = {[ADAPTER_WECOM] = "企业微信群机器人",
                                           [ADAPTER_DINGTALK] = "钉钉群机器人",
                                           [ADAPTER_HTTP] = "通用接口（短信网关等）",
                                           [ADAPTER_SMTP] = "邮件",
                                           NULL};

static const struct field adapter_fields[] = {
    FIELD(struct adapter, id, "编号", .data = DATA_ADMIN),
    FIELD(struct adapter, kind, "种类", .codes = adapter_kind_codes, .labels = adapter_kind_labels,
          .ask = true, .required = true, .data = DATA_ADMIN),
    FIELD(struct adapter, name, "名称", .ask = true, .required = true, .max = 40,
          .data = DATA_ADMIN, .hint = "自己看得懂就行，例如“值班群”"),
    FIELD(struct adapter, url, "网址", .ask = true, .max = 500, .data = DATA_ADMIN,
          .seal = VAULT_NAME, .hint = "只写不读"),
    FIELD(struct adapter, secret, "密钥", .ask = true, .max = 200, .data = DATA_ADMIN,
          .seal = VAULT_NAME, .hint = "只写不读"),
    FIELD(struct adapter, drop_secret, "把原来的密钥删掉", .ask = true, .data = DATA_ADMIN),
    FIELD(struct adapter, sender, "发件邮箱", .ask = true, .max = 254, .data = DATA_ADMIN),
    FIELD(struct adapter, receiver, "收件邮箱", .ask = true, .max = 500, .data = DATA_ADMIN,
          .hint = "几个就用逗号隔开，最多 10 个"),
    FIELD(struct adapter, topics, "发哪些消息", .ask = true, .required = true, .max = 1000,
          .data = DATA_ADMIN,
          .hint = "代码用逗号隔开，例如 need.opened,need.escalate；need.* 是诉求的全部，* 是全部"),
    FIELD(struct adapter, active, "在用", .data = DATA_ADMIN),
    FIELD(struct adapter, address, "发到哪里", .data = DATA_ADMIN),
    FIELD(struct adapter, has_secret, "设了密钥", .data = DATA_ADMIN),
    FIELD(struct adapter, waiting, "等着发的条数", .data = DATA_ADMIN),
    FIELD(struct adapter, failed, "没发成的条数", .data = DATA_ADMIN),
};
const struct shape adapter_shape = SHAPE("adapter", struct adapter, adapter_fields);

enum err adapter_all(struct cx *cx, adapter_list *out)
{
    return db_all(cx, &outbox_sql_adapters, &adapter_shape, out, NO_ARGS);
}

enum err adapter_get(struct cx *cx, int64_t id, struct adapter *out)
{
    bool found;
    TRY(db_find(cx, &outbox_sql_adapter, &adapter_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这个外发接口");
}

/* ---- what was typed ---- */

static bool is_topic(struct str s)
{
    if (str_is(s, "*"))
        return true;
    if (str_ends(s, S(".*")))
        s.n -= 2;
    for (size_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_' || (s.p[i] == '.' && i)))
            return false;
    return s.n > 0 && s.p[s.n - 1] != '.';
}

/* People write both commas. */
static struct str one_comma(struct cx *cx, struct str s)
{
    struct str wide = S("，");
    struct out o;
    out_init(&o, cx->mem);
    for (ptrdiff_t at; (at = str_find(s, wide)) >= 0;) {
        out_str(&o, str_cut(s, 0, (size_t)at));
        out_c(&o, ",");
        s = str_cut(s, (size_t)at + wide.n, s.n);
    }
    out_str(&o, s);
    return out_text(&o);
}

static enum err check_topics(struct cx *cx, struct adapter *a)
{
    struct str rest, one;
    size_t n = 0;
    a->topics = one_comma(cx, a->topics);
    for (rest = a->topics; str_split(&rest, ',', &one);) {
        one = str_trim(one);
        n += one.n > 0; /* a comma too many harms nobody */
        if (one.n && !is_topic(one))
            return fail_field(cx, "topics",
                              "看不懂“%.*s”，写成 need.opened 或 need.* 这样，用逗号隔开",
                              STR(one));
    }
    return n > 0 && n <= TOPICS_MAX && a->topics.n <= TOPICS_BYTES
               ? OK
               : fail_field(cx, "topics", "选 1 到 %d 项", TOPICS_MAX);
}

static enum err check_mail(struct cx *cx, struct adapter *a)
{
    struct str rest, one;
    size_t n = 0;
    enum err e = OK;
    if (a->kind != ADAPTER_SMTP) {
        a->sender = a->receiver = S("");
        return OK;
    }
    if (!net_is_mailbox(a->sender))
        e = fail_field(cx, "sender", "发件邮箱写成 name@example.com 这样");
    a->receiver = one_comma(cx, a->receiver);
    for (rest = a->receiver; str_split(&rest, ',', &one); n++)
        if (!net_is_mailbox(str_trim(one)))
            return fail_field(cx, "receiver", "收件邮箱写成 name@example.com 这样，用逗号隔开");
    if (n == 0 || n > RECEIVERS_MAX)
        e = fail_field(cx, "receiver", "收件邮箱填 1 到 %d 个", RECEIVERS_MAX);
    return e;
}

/* `was` is what stands in the store, id 0 = nothing. */
static enum err check_url(struct cx *cx, struct adapter *a, const struct adapter *was)
{
    enum net_family family = a->kind == ADAPTER_SMTP ? NET_MAIL : NET_WEB;
    if (!a->url.n && was->id)
        return OK;
    if (!a->url.n)
        return fail_field(cx, "url", "网址还没填");
    const char *wrong = net_url_fault(cx, a->url, family, &a->address);
    return wrong ? fail_field(cx, "url", "%s", wrong) : OK;
}

static enum err check_secret(struct cx *cx, struct adapter *a, const struct adapter *was)
{
    for (size_t i = 0; i < a->secret.n; i++)
        if (a->secret.p[i] <= ' ' || a->secret.p[i] > '~')
            return fail_field(cx, "secret", "密钥里只能有英文字母、数字和符号，中间没有空格");
    if (a->secret.n && a->kind == ADAPTER_WECOM)
        return fail_field(cx, "secret", "企业微信的密钥就在网址里，这一栏不用填");
    bool moves = a->url.n && !str_eq(a->address, was->address);
    if (was->has_secret && moves && !a->secret.n && !a->drop_secret)
        return fail_field(cx, "secret", "换了服务器，密钥请重新填；不要密钥就勾选“删掉”");
    return OK;
}

static enum err check(struct cx *cx, struct adapter *a, const struct adapter *was)
{
    enum err e = OK;
    if (was->id && a->kind != was->kind)
        e = fail_field(cx, "kind", "种类定了不能改，请另加一个接口");
    if (check_url(cx, a, was) != OK)
        e = ERR_INPUT;
    if (check_secret(cx, a, was) != OK)
        e = ERR_INPUT;
    if (check_mail(cx, a) != OK)
        e = ERR_INPUT;
    if (check_topics(cx, a) != OK)
        e = ERR_INPUT;
    return e;
}

enum err adapter_save(struct cx *cx, struct adapter *a)
{
    struct adapter was = {0};
    int64_t n = 0;
    if (a->id)
        TRY(adapter_get(cx, a->id, &was));
    TRY(check(cx, a, &was));
    if (a->id) {
        TRY(db_put(cx, &outbox_sql_adapter_change, &adapter_shape, a,
                   ARGS(AS("new_url", a->url.n > 0),
                        AS("new_secret", a->secret.n > 0 || a->drop_secret))));
        return db_run(cx, &outbox_sql_turn_now, ARGS(AS("id", a->id)), NULL);
    }
    TRY(db_number(cx, &outbox_sql_adapter_count, &n, NO_ARGS));
    if (n >= ADAPTERS_MAX)
        return fail(cx, ERR_INPUT, "接口最多 %d 个，请改一个不用的", ADAPTERS_MAX);
    a->id = id_new(cx);
    TRY(db_put(cx, &outbox_sql_adapter_add, &adapter_shape, a, NO_ARGS));
    return db_run(cx, &outbox_sql_turn_add, ARGS(AS("id", a->id)), NULL);
}

enum err adapter_switch(struct cx *cx, int64_t id, bool active)
{
    int64_t changed;
    TRY(db_run(cx, &outbox_sql_adapter_switch, ARGS(A(id), A(active)), &changed));
    return changed ? OK : fail(cx, ERR_MISSING, "没有这个外发接口");
}

enum err adapter_try(struct cx *cx, int64_t id)
{
    struct adapter a = {0};
    TRY(adapter_get(cx, id, &a));
    TRY(outbox_write(
        cx, id, TOPIC_TRY, 0,
        arena_printf(cx->mem, "这是试发的一条，收到就说明外发接口“%.*s”能用", STR(a.name))));
    return db_run(cx, &outbox_sql_turn_now, ARGS(A(id)), NULL);
}
