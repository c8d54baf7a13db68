/* send -- one message on its way: taken, handed to its adapter, settled. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/outbox/outbox_own.h"
#include "app/shell/shell.h"
#include "base/time.h"
#include "base/utf8.h"
#include "outbox.sql.h"
#include <jansson.h>
#include <sodium.h>
#include <stdio.h>

enum {
    ROBOT_BYTES = 2000, /* WeCom takes 2,048 bytes of text */
    SUBJECT_CHARS = 40,
    WAIT_MAX_MS = 3600 * 1000 /* an adapter rests no longer, whatever its server says */
};

static const struct field parcel_fields[] = {
    FIELD(struct parcel, id, "编号"),
    FIELD(struct parcel, adapter_id, "接口"),
    FIELD(struct parcel, subject_id, "对象"),
    FIELD(struct parcel, topic, "主题"),
    FIELD(struct parcel, text, "内容"),
    FIELD(struct parcel, created_at, "写下的时间"),
    FIELD(struct parcel, tries, "次数"),
    FIELD(struct parcel, kind, "种类", .codes = adapter_kind_codes),
    FIELD(struct parcel, url, "网址", .seal = VAULT_NAME, .of = &adapter_shape, .by = "adapter_id"),
    FIELD(struct parcel, secret, "密钥", .seal = VAULT_NAME, .of = &adapter_shape,
          .by = "adapter_id"),
    FIELD(struct parcel, sender, "发件邮箱"),
    FIELD(struct parcel, receiver, "收件邮箱"),
};
const struct shape parcel_shape = SHAPE("parcel", struct parcel, parcel_fields);

static const struct field turn_fields[] = {
    FIELD(struct outbox_turn, community_id, "社区"),
    FIELD(struct outbox_turn, adapter_id, "接口"),
};
static const struct shape turn_shape = SHAPE("outbox_turn", struct outbox_turn, turn_fields);

/* ---- taking ---- */

enum err outbox_ready(struct cx *cx, outbox_turn_list *out)
{
    return db_all(cx, &outbox_sql_ready, &turn_shape, out, NO_ARGS);
}

enum err outbox_claim(struct cx *cx, int64_t adapter_id, struct parcel *out, bool *found)
{
    int64_t until = cx->now + OUTBOX_LEASE_MS, taken = 0;
    *found = false;
    *out = (struct parcel){0};
    TRY(db_run(cx, &outbox_sql_take, ARGS(A(adapter_id), A(until)), &taken));
    if (!taken)
        return OK;
    TRY(db_find(cx, &outbox_sql_first, &parcel_shape, out, found, ARGS(A(adapter_id))));
    TRY(shape_open(cx, &parcel_shape, out, 1, NULL));
    out->adapter_id = adapter_id;
    out->taken_until = until;
    if (*found && out->tries < OUTBOX_TRIES) {
        out->tries++;
        return db_change(cx, &outbox_sql_trying, ARGS(AS("id", out->id), AS("tries", out->tries)));
    }
    /* Nothing to send after all, or a last try whose end nobody wrote down. */
    if (*found)
        TRY(db_run(cx, &outbox_sql_failed,
                   ARGS(AS("id", out->id), AS("tries", out->tries),
                        AS("why", "最后一次发的时候停了机，不知道到没到")),
                   NULL));
    *found = false;
    return db_run(cx, &outbox_sql_give,
                  ARGS(A(adapter_id), AS("taken_until", until), AS("next_at", 0)), NULL);
}

/* ---- handing over ---- */

/* 【海恒】H-260316-0001-4 超时：the community's name in front, as receivers of many expect it. */
static struct str signed_text(struct cx *cx, const struct parcel *p)
{
    return arena_printf(cx->mem, "【%.*s】%.*s", STR(shell_community(cx)->short_name),
                        STR(p->text));
}

static struct str robot_body(struct cx *cx, const struct parcel *p)
{
    struct str text = signed_text(cx, p);
    struct out o;
    out_init(&o, cx->mem);
    for (size_t n = utf8_count(text); text.n > ROBOT_BYTES; n--)
        text = utf8_head(text, n);
    out_c(&o, "{\"msgtype\":\"text\",\"text\":{\"content\":");
    out_json(&o, text);
    out_c(&o, "}}");
    return out_text(&o);
}

static struct str gateway_body(struct cx *cx, const struct parcel *p)
{
    struct out o;
    out_init(&o, cx->mem);
    out_c(&o, "{\"id\":");
    out_json(&o, filter_id(cx, p->id));
    out_c(&o, ",\"topic\":");
    out_json(&o, p->topic);
    out_c(&o, ",\"subject\":");
    if (p->subject_id)
        out_json(&o, filter_id(cx, p->subject_id));
    else
        out_c(&o, "null");
    out_c(&o, ",\"text\":");
    out_json(&o, p->text);
    out_c(&o, ",\"community\":");
    out_json(&o, shell_community(cx)->name);
    out_c(&o, ",\"at\":");
    out_json(&o, filter_iso(cx, p->created_at));
    out_c(&o, "}");
    return out_text(&o);
}

struct str outbox_signed_url(struct cx *cx, struct str url, struct str secret, int64_t at)
{
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(sizeof mac, sodium_base64_VARIANT_ORIGINAL)];
    crypto_auth_hmacsha256_state state;
    struct str what = arena_printf(cx->mem, "%lld\n%.*s", (long long)at, STR(secret));
    struct out o;
    crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret.p, secret.n);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)what.p, what.n);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_bin2base64(text, sizeof text, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
    out_init(&o, cx->mem);
    out_str(&o, url);
    out_printf(&o, "%stimestamp=%lld&sign=", str_find(url, S("?")) < 0 ? "?" : "&", (long long)at);
    out_url(&o, str_c(text));
    return out_text(&o);
}

/* Codes of WeCom and DingTalk that pass by themselves or that an administrator can mend. */
static const struct robot_code {
    long long code;
    int64_t wait_ms; /* 0 = trying again does not help */
    const char *why;
} robot_codes[] = {
    {-1, MS_MINUTE, "对方系统忙"},
    {45009, MS_MINUTE, "发得太快，对方要等一等"},
    {45033, MS_MINUTE, "对方同时收得太多"},
    {90030, 10 * MS_MINUTE, "发得太快，对方要等一等"},
    {130101, 10 * MS_MINUTE, "发得太快，对方要等一等"},
    {93000, 0, "机器人的网址不对，或机器人已移出群"},
    {93004, 0, "机器人已停用"},
    {93008, 0, "机器人不在群里"},
    {300001, 0, "机器人的网址不对"},
    {310000, 0, "钉钉的安全设置没通过：核对加签密钥、关键词和出口 IP"},
};

static bool read_errcode(struct str body, long long *code)
{
    json_error_t error;
    json_t *root = json_loadb(body.p ? body.p : "", body.n, 0, &error);
    const json_t *value = json_object_get(root, "errcode");
    bool good = json_is_integer(value);
    *code = good ? json_integer_value(value) : 0;
    json_decref(root);
    return good;
}

void outbox_robot_answer(struct cx *cx, struct net_answer *a)
{
    long long code;
    if (a->end != NET_DONE)
        return;
    if (!read_errcode(a->body, &code)) {
        a->end = NET_AGAIN;
        a->why = S("对方的回答看不懂，不像群机器人");
        return;
    }
    if (code == 0)
        return;
    a->end = NET_REFUSED;
    a->why = arena_printf(cx->mem, "对方不收（错误码 %lld）", code);
    for (size_t i = 0; i < COUNT(robot_codes); i++)
        if (robot_codes[i].code == code) {
            a->end = robot_codes[i].wait_ms ? NET_AGAIN : NET_REFUSED;
            a->wait_ms = robot_codes[i].wait_ms;
            a->why = arena_printf(cx->mem, "%s（错误码 %lld）", robot_codes[i].why, code);
        }
}

static void deliver_mail(struct cx *cx, struct net *net, const struct parcel *p,
                         struct net_answer *a)
{
    struct str text = signed_text(cx, p);
    struct net_mail mail = {.url = p->url,
                            .user = p->sender,
                            .password = p->secret,
                            .from = p->sender,
                            .to = p->receiver,
                            .subject = filter_max(cx, text, SUBJECT_CHARS),
                            .text = text,
                            .id = arena_printf(cx->mem, "outbox.%lld", (long long)p->id)};
    net_mail(cx, net, &mail, a);
}

void outbox_deliver(struct cx *cx, struct net *net, const struct parcel *p, struct net_answer *a)
{
    bool robot = p->kind == ADAPTER_WECOM || p->kind == ADAPTER_DINGTALK;
    struct net_post post = {.url = p->url, .type = S("application/json")};
    if (p->kind == ADAPTER_SMTP) {
        deliver_mail(cx, net, p, a);
        return;
    }
    post.body = robot ? robot_body(cx, p) : gateway_body(cx, p);
    if (p->kind == ADAPTER_DINGTALK && p->secret.n)
        post.url = outbox_signed_url(cx, p->url, p->secret, cx->now);
    if (p->kind == ADAPTER_HTTP) {
        post.idempotency_key = filter_id(cx, p->id);
        post.bearer = p->secret;
    }
    net_post(cx, net, &post, a);
    if (robot)
        outbox_robot_answer(cx, a);
}

/* ---- settling ---- */

static int64_t backoff(int64_t tries)
{
    return MS_MINUTE << (tries - 1);
}

/* When the adapter may send its next message. */
static int64_t next_turn(const struct cx *cx, const struct parcel *p, const struct net_answer *a)
{
    bool robot = p->kind == ADAPTER_WECOM || p->kind == ADAPTER_DINGTALK;
    int64_t rest = robot ? OUTBOX_ROBOT_GAP_MS : 0;
    if (a->end == NET_AGAIN)
        rest = a->wait_ms > OUTBOX_REST_MS ? a->wait_ms : OUTBOX_REST_MS;
    if (rest > WAIT_MAX_MS)
        rest = WAIT_MAX_MS;
    return rest ? cx->now + rest : 0;
}

enum err outbox_settle(struct cx *cx, const struct parcel *p, const struct net_answer *a)
{
    int64_t id = p->id, adapter_id = p->adapter_id, tries = p->tries, taken_until = p->taken_until;
    int64_t next_at = next_turn(cx, p, a), now_tries = tries, send_at = cx->now;
    struct str why = a->why;
    if (a->end == NET_DONE) {
        TRY(db_run(cx, &outbox_sql_sent, ARGS(A(id)), NULL));
    } else if (a->end == NET_REFUSED || (a->end == NET_AGAIN && tries >= OUTBOX_TRIES)) {
        TRY(db_run(cx, &outbox_sql_failed, ARGS(A(id), A(tries), A(why)), NULL));
    } else {
        if (a->end == NET_STOPPED)
            now_tries--; /* we broke it off: that was no try */
        else
            send_at += a->wait_ms > backoff(tries) ? a->wait_ms : backoff(tries);
        TRY(db_run(cx, &outbox_sql_again, ARGS(A(id), A(tries), A(now_tries), A(send_at), A(why)),
                   NULL));
    }
    return db_run(cx, &outbox_sql_give, ARGS(A(adapter_id), A(taken_until), A(next_at)), NULL);
}

enum err outbox_clean(struct cx *cx)
{
    int64_t before = cx->now - OUTBOX_KEEP_DAYS * MS_DAY;
    return db_run(cx, &outbox_sql_clean, ARGS(A(before)), NULL);
}
