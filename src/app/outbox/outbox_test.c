/* outbox_test -- what is put, claimed, settled, tried again and given up; what an adapter may be.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/account/account.h"
#include "app/outbox/outbox.h"
#include "base/time.h"
#include <string.h>

static struct adapter gateway(void)
{
    return (struct adapter){.kind = ADAPTER_HTTP,
                            .name = S("短信网关"),
                            .url = S("https://sms.example.com/in?k=1"),
                            .secret = S("t0ken"),
                            .topics = S("need.*，outbox.x")};
}

static struct cx *begin(struct adapter *a)
{
    struct cx *cx = test_cx();
    *a = gateway();
    MUST(cx, adapter_save(cx, a));
    MUST(cx, adapter_switch(cx, a->id, true));
    return cx;
}

static struct parcel claim(struct cx *cx, int64_t adapter_id, bool want)
{
    struct parcel p;
    bool found;
    MUST(cx, outbox_claim(cx, adapter_id, &p, &found));
    assert_int_equal(found, want);
    test_commit(cx);
    return p;
}

static void settle(struct cx *cx, const struct parcel *p, struct net_answer a)
{
    MUST(cx, outbox_settle(cx, p, &a));
    test_commit(cx);
}

static size_t ready(struct cx *cx)
{
    outbox_turn_list all = {0};
    size_t here = 0;
    MUST(cx, outbox_ready(cx, &all));
    for (size_t i = 0; i < all.n; i++)
        here += all.at[i].community_id == cx->community;
    return here;
}

static outbox_list rows(struct cx *cx, enum outbox_state state)
{
    outbox_list all = {0};
    MUST(cx, outbox_find(cx, state, 100, &all));
    return all;
}

#define AGAIN ((struct net_answer){.end = NET_AGAIN, .status = 500, .why = S("对方这会儿收不了")})

static void topics_are_matched(void **state)
{
    (void)state;
    assert_true(outbox_match(S("*"), S("need.opened")));
    assert_true(outbox_match(S("x, need.*"), S("need.opened")));
    assert_true(outbox_match(S("need.closed,need.opened"), S("need.opened")));
    assert_false(outbox_match(S("need.opened"), S("need.open")));
    assert_false(outbox_match(S("need*"), S("need.opened")));
    assert_false(outbox_match(S(""), S("need.opened")));
}

static void off_by_default(void **state)
{
    struct cx *cx = test_cx();
    struct adapter a = gateway();
    (void)state;
    MUST(cx, outbox_put(cx, "need.opened", 1, S("x")));
    MUST(cx, adapter_save(cx, &a)); /* a new one is paused */
    MUST(cx, outbox_put(cx, "need.opened", 1, S("x")));
    assert_int_equal(rows(cx, OUTBOX_WAITING).n, 0);
    MUST(cx, adapter_switch(cx, a.id, true));
    MUST(cx, outbox_put(cx, "other.topic", 1, S("x")));
    MUST(cx, outbox_put(cx, "need.opened", 1, S("x")));
    assert_int_equal(rows(cx, OUTBOX_WAITING).n, 1);
    assert_int_equal(ready(cx), 1);
    MUST(cx, adapter_switch(cx, a.id, false));
    assert_int_equal(ready(cx), 0); /* what waits stays */
    MUST(cx, adapter_try(cx, a.id));
    assert_int_equal(ready(cx), 1); /* a trial goes out all the same, and it alone */
    struct parcel p = claim(cx, a.id, true);
    assert_true(str_is(p.topic, "outbox.try"));
    test_end();
}

static void sent_once(void **state)
{
    struct adapter a;
    struct cx *cx = begin(&a);
    (void)state;
    MUST(cx, outbox_put(cx, "need.opened", 77, S("新诉求 H-1")));
    test_commit(cx);
    struct parcel p = claim(cx, a.id, true);
    assert_int_equal(p.subject_id, 77);
    assert_int_equal(p.tries, 1);
    assert_true(str_is(p.text, "新诉求 H-1"));
    assert_true(str_is(p.url, "https://sms.example.com/in?k=1"));
    assert_true(str_is(p.secret, "t0ken"));
    assert_int_equal(p.kind, ADAPTER_HTTP);
    claim(cx, a.id, false); /* leased */
    assert_int_equal(ready(cx), 0);
    settle(cx, &p, (struct net_answer){.end = NET_DONE, .status = 200});
    outbox_list sent = rows(cx, OUTBOX_SENT);
    assert_int_equal(sent.n, 1);
    assert_int_equal(sent.at[0].ended_at, cx->now);
    assert_int_equal(sent.at[0].failed.n, 0);
    assert_int_equal(ready(cx), 0);
    EXPECT(cx, outbox_retry(cx, p.id), ERR_CONFLICT);
    EXPECT(cx, outbox_drop(cx, p.id), ERR_CONFLICT);
    EXPECT(cx, outbox_drop(cx, p.id + 1), ERR_MISSING);
    test_advance(OUTBOX_KEEP_DAYS * MS_DAY);
    MUST(cx, outbox_clean(cx));
    assert_int_equal(rows(cx, OUTBOX_SENT).n, 1);
    test_advance(1);
    MUST(cx, outbox_clean(cx));
    assert_int_equal(rows(cx, OUTBOX_SENT).n, 0);
    test_end();
}

static void tried_eight_times(void **state)
{
    struct adapter a;
    struct cx *cx = begin(&a);
    (void)state;
    MUST(cx, outbox_put(cx, "need.opened", 1, S("x")));
    test_commit(cx);
    for (int64_t i = 1; i < OUTBOX_TRIES; i++) {
        struct parcel p = claim(cx, a.id, true);
        assert_int_equal(p.tries, i);
        settle(cx, &p, AGAIN);
        outbox_list waiting = rows(cx, OUTBOX_WAITING);
        assert_int_equal(waiting.n, 1);
        assert_int_equal(waiting.at[0].send_at, cx->now + (MS_MINUTE << (i - 1)));
        assert_true(waiting.at[0].failed.n > 0);
        test_advance((MS_MINUTE << (i - 1)) - 1);
        assert_int_equal(ready(cx), 0);
        test_advance(1);
    }
    struct parcel last = claim(cx, a.id, true);
    settle(cx, &last, AGAIN);
    assert_int_equal(rows(cx, OUTBOX_WAITING).n, 0);
    outbox_list failed = rows(cx, OUTBOX_FAILED);
    assert_int_equal(failed.n, 1);
    assert_int_equal(failed.at[0].tries, OUTBOX_TRIES);
    struct outbox_counts n = {0};
    MUST(cx, outbox_counts(cx, &n));
    assert_int_equal(n.failed, 1);
    assert_int_equal(n.waiting, 0);
    /* somebody presses 再发一次: as if it were new, at once */
    MUST(cx, outbox_retry(cx, last.id));
    last = claim(cx, a.id, true);
    assert_int_equal(last.tries, 1);
    test_end();
}

static void refused_is_final(void **state)
{
    struct adapter a;
    struct cx *cx = begin(&a);
    (void)state;
    MUST(cx, outbox_put(cx, "need.opened", 1, S("first")));
    MUST(cx, outbox_put(cx, "need.opened", 2, S("second")));
    test_commit(cx);
    struct parcel p = claim(cx, a.id, true);
    settle(cx, &p, (struct net_answer){.end = NET_REFUSED, .why = S("对方不收（HTTP 404）")});
    outbox_list failed = rows(cx, OUTBOX_FAILED);
    assert_int_equal(failed.n, 1);
    assert_true(str_is(failed.at[0].failed, "对方不收（HTTP 404）"));
    p = claim(cx, a.id, true); /* the others pass */
    assert_true(str_is(p.text, "second"));
    MUST(cx, outbox_drop(cx, failed.at[0].id));
    assert_int_equal(rows(cx, OUTBOX_FAILED).n, 0);
    assert_int_equal(rows(cx, OUTBOX_DROPPED).n, 1);
    test_end();
}

static void asked_to_wait(void **state)
{
    struct adapter a;
    struct cx *cx = begin(&a);
    (void)state;
    MUST(cx, outbox_put(cx, "need.opened", 1, S("first")));
    MUST(cx, outbox_put(cx, "need.opened", 2, S("second")));
    test_commit(cx);
    struct parcel p = claim(cx, a.id, true);
    struct net_answer wait = AGAIN;
    wait.wait_ms = 10 * MS_MINUTE;
    settle(cx, &p, wait);
    test_advance(10 * MS_MINUTE - 1);
    assert_int_equal(ready(cx), 0); /* the whole adapter rests */
    test_advance(1);
    p = claim(cx, a.id, true);
    assert_true(str_is(p.text, "second")); /* due before the one that failed */
    test_end();
}

static void a_robot_takes_twenty_a_minute(void **state)
{
    struct cx *cx = test_cx();
    struct adapter a = {.kind = ADAPTER_WECOM,
                        .name = S("值班群"),
                        .url = S("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k"),
                        .topics = S("*")};
    int sent = 0;
    (void)state;
    MUST(cx, adapter_save(cx, &a));
    MUST(cx, adapter_switch(cx, a.id, true));
    for (int i = 0; i < 30; i++)
        MUST(cx, outbox_put(cx, "need.opened", i, S("x")));
    test_commit(cx);
    for (int64_t at = 0; at < MS_MINUTE; at += 100, test_advance(100))
        if (ready(cx)) {
            struct parcel p = claim(cx, a.id, true);
            settle(cx, &p, (struct net_answer){.end = NET_DONE});
            sent++;
        }
    assert_int_equal(sent, 20);
    test_end();
}

/* A sender that died after it claimed: the message goes out once more, and the late one may still
 * write down what it knows without harm. */
static void the_lease_runs_out(void **state)
{
    struct adapter a;
    struct cx *cx = begin(&a);
    (void)state;
    MUST(cx, outbox_put(cx, "need.opened", 1, S("x")));
    test_commit(cx);
    struct parcel dead = claim(cx, a.id, true);
    test_advance(OUTBOX_LEASE_MS - 1);
    claim(cx, a.id, false);
    test_advance(1);
    struct parcel heir = claim(cx, a.id, true);
    assert_int_equal(heir.id, dead.id);
    assert_int_equal(heir.tries, 2);
    settle(cx, &dead, AGAIN); /* neither the message nor the lease of the heir changes */
    claim(cx, a.id, false);
    assert_int_equal(rows(cx, OUTBOX_WAITING).at[0].tries, 2);
    settle(cx, &heir, (struct net_answer){.end = NET_DONE});
    assert_int_equal(rows(cx, OUTBOX_SENT).n, 1);
    test_end();
}

/* A last try whose end nobody wrote down must not go on for ever. */
static void the_last_try_is_the_last(void **state)
{
    struct adapter a;
    struct cx *cx = begin(&a);
    (void)state;
    MUST(cx, outbox_put(cx, "need.opened", 1, S("x")));
    test_commit(cx);
    for (int i = 0; i < OUTBOX_TRIES; i++) {
        claim(cx, a.id, true);
        test_advance(OUTBOX_LEASE_MS);
    }
    claim(cx, a.id, false);
    outbox_list failed = rows(cx, OUTBOX_FAILED);
    assert_int_equal(failed.n, 1);
    assert_true(str_find(failed.at[0].failed, S("停了机")) >= 0);
    test_end();
}

static void stopping_is_no_try(void **state)
{
    struct adapter a;
    struct cx *cx = begin(&a);
    (void)state;
    MUST(cx, outbox_put(cx, "need.opened", 1, S("x")));
    test_commit(cx);
    struct parcel p = claim(cx, a.id, true);
    settle(cx, &p, (struct net_answer){.end = NET_STOPPED, .why = S("停机时还没发完")});
    p = claim(cx, a.id, true);
    assert_int_equal(p.tries, 1);
    test_end();
}

/* What a person decides while the message is under way stands, unless it did arrive. */
static void decided_meanwhile(void **state)
{
    struct adapter a;
    struct cx *cx = begin(&a);
    (void)state;
    MUST(cx, outbox_put(cx, "need.opened", 1, S("x")));
    test_commit(cx);
    struct parcel p = claim(cx, a.id, true);
    MUST(cx, outbox_drop(cx, p.id));
    settle(cx, &p, AGAIN);
    assert_int_equal(rows(cx, OUTBOX_DROPPED).n, 1);
    assert_int_equal(rows(cx, OUTBOX_WAITING).n, 0);
    settle(cx, &p, (struct net_answer){.end = NET_DONE});
    assert_int_equal(rows(cx, OUTBOX_SENT).n, 1);
    test_end();
}

/* Two server processes over one store: a message is one sender's. */
static void two_senders(void **state)
{
    struct adapter a;
    struct cx *cx = begin(&a);
    struct parcel p, q;
    bool found;
    (void)state;
    MUST(cx, outbox_put(cx, "need.opened", 1, S("x")));
    MUST(cx, db_commit(cx));
    struct cx *other = test_other();
    MUST(cx, db_begin(cx, true));
    MUST(cx, outbox_claim(cx, a.id, &p, &found));
    assert_true(found);
    MUST(cx, db_commit(cx));
    MUST(other, db_begin(other, true));
    MUST(other, outbox_claim(other, a.id, &q, &found));
    assert_false(found);
    test_end();
}

static void other_communities_are_not_seen(void **state)
{
    struct adapter a, seen;
    struct cx *cx = begin(&a);
    (void)state;
    MUST(cx, outbox_put(cx, "need.opened", 1, S("x")));
    cx->community = 2;
    assert_int_equal(ready(cx), 0);
    assert_int_equal(rows(cx, OUTBOX_WAITING).n, 0);
    EXPECT(cx, adapter_get(cx, a.id, &seen), ERR_MISSING);
    EXPECT(cx, adapter_switch(cx, a.id, true), ERR_MISSING);
    EXPECT(cx, adapter_try(cx, a.id), ERR_MISSING);
    MUST(cx, outbox_put(cx, "need.opened", 1, S("x")));
    assert_int_equal(rows(cx, OUTBOX_WAITING).n, 0);
    test_end();
}

/* ---- adapters ---- */

/* Sends `a` to be stored and expects a fault of this field. */
static void expect_fault(struct cx *cx, struct adapter a, const char *field)
{
    assert_int_equal(adapter_save(cx, &a), ERR_INPUT);
    bool told = false;
    for (size_t i = 0; i < cx->fault.fields.n; i++)
        told |= strcmp(cx->fault.fields.at[i].field, field) == 0;
    if (!told)
        fail_msg("no fault of %s", field);
    fault_clear(cx);
}

/* One change of a good one each; NULL = it is taken. */
static void what_is_refused(void **state)
{
    static const struct {
        const char *fault;
        enum adapter_kind kind;
        const char *url, *secret, *topics, *sender, *receiver;
    } rows[] = {
        {NULL, ADAPTER_HTTP, "https://a.cn/", "x", "need.opened,"},
        {"url", ADAPTER_HTTP, "", "x", "*"},
        {"url", ADAPTER_HTTP, "http://a.cn/", "x", "*"},
        {"secret", ADAPTER_HTTP, "https://a.cn/", "with blank", "*"},
        {"secret", ADAPTER_HTTP, "https://a.cn/", "汉字", "*"},
        {"secret", ADAPTER_WECOM, "https://a.cn/", "x", "*"},
        {"topics", ADAPTER_HTTP, "https://a.cn/", "x", "Need"},
        {"topics", ADAPTER_HTTP, "https://a.cn/", "x", ","},
        {"topics", ADAPTER_HTTP, "https://a.cn/", "x", ".x"},
        {"url", ADAPTER_SMTP, "https://a.cn/", "x", "*", "a@b.cn", "a@b.cn"},
        {"sender", ADAPTER_SMTP, "smtps://a.cn", "x", "*", "", "a@b.cn"},
        {"receiver", ADAPTER_SMTP, "smtps://a.cn", "x", "*", "a@b.cn", ""},
        {"receiver", ADAPTER_SMTP, "smtps://a.cn", "x", "*", "a@b.cn", "a@b.cn,<c@d.cn>"},
        {NULL, ADAPTER_SMTP, "smtps://a.cn", "x", "*", "a@b.cn", "a@b.cn，c@d.cn"},
    };
    struct cx *cx = test_cx();
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct adapter a = {.kind = rows[i].kind,
                            .name = S("甲"),
                            .url = str_c(rows[i].url),
                            .secret = str_c(rows[i].secret),
                            .topics = str_c(rows[i].topics),
                            .sender = str_c(rows[i].sender),
                            .receiver = str_c(rows[i].receiver)};
        if (rows[i].fault)
            expect_fault(cx, a, rows[i].fault);
        else
            MUST(cx, adapter_save(cx, &a));
    }
    test_end();
}

static void address_and_secret_are_never_read_again(void **state)
{
    struct adapter a, seen = {0};
    struct cx *cx = begin(&a);
    struct out o;
    adapter_list all = {0};
    (void)state;
    MUST(cx, adapter_get(cx, a.id, &seen));
    assert_int_equal(seen.url.n, 0);
    assert_int_equal(seen.secret.n, 0);
    assert_true(seen.has_secret && seen.active);
    assert_true(str_is(seen.address, "https://sms.example.com"));
    MUST(cx, adapter_all(cx, &all));
    account_nobody(cx, 1);
    cx->who.sees[DATA_ADMIN] = SEE_PLAIN;
    out_init(&o, cx->mem);
    shape_json(cx, &o, &adapter_shape, &all.at[0]);
    assert_true(str_find(out_text(&o), S("t0ken")) < 0);
    assert_true(str_find(out_text(&o), S("k=1")) < 0);
    assert_true(str_find(out_text(&o), S("\"has_secret\":true")) >= 0);
    test_end();
}

static struct parcel as_sent(struct cx *cx, int64_t adapter_id)
{
    MUST(cx, adapter_try(cx, adapter_id));
    struct parcel p = claim(cx, adapter_id, true);
    settle(cx, &p, (struct net_answer){.end = NET_DONE});
    return p;
}

static void empty_means_as_it_is(void **state)
{
    struct adapter a, change = {0};
    struct cx *cx = begin(&a);
    (void)state;
    MUST(cx, adapter_get(cx, a.id, &change));
    change.name = S("新名字");
    MUST(cx, adapter_save(cx, &change));
    struct parcel p = as_sent(cx, a.id);
    assert_true(str_is(p.url, "https://sms.example.com/in?k=1"));
    assert_true(str_is(p.secret, "t0ken"));
    change.url = S("https://sms.example.com/other"); /* the same host may keep its secret */
    MUST(cx, adapter_save(cx, &change));
    p = as_sent(cx, a.id);
    assert_true(str_is(p.url, "https://sms.example.com/other"));
    assert_true(str_is(p.secret, "t0ken"));
    change.url = S("https://evil.example.com/"); /* another host may not */
    expect_fault(cx, change, "secret");
    change.drop_secret = true;
    MUST(cx, adapter_save(cx, &change));
    p = as_sent(cx, a.id);
    assert_true(str_is(p.url, "https://evil.example.com/"));
    assert_int_equal(p.secret.n, 0);
    change.kind = ADAPTER_DINGTALK;
    expect_fault(cx, change, "kind");
    test_end();
}

/* ---- what robots say ---- */

static struct net_answer robot(struct cx *cx, const char *body)
{
    struct net_answer a = {.end = NET_DONE, .status = 200, .body = str_c(body)};
    outbox_robot_answer(cx, &a);
    return a;
}

static void robots_tell_in_the_body(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    assert_int_equal(robot(cx, "{\"errcode\":0,\"errmsg\":\"ok\"}").end, NET_DONE);
    assert_int_equal(robot(cx, "{\"errcode\":93000,\"errmsg\":\"x\"}").end, NET_REFUSED);
    assert_int_equal(robot(cx, "{\"errcode\":310000}").end, NET_REFUSED);
    assert_int_equal(robot(cx, "{\"errcode\":12345}").end, NET_REFUSED);
    assert_int_equal(robot(cx, "{\"errcode\":45009}").end, NET_AGAIN);
    assert_int_equal(robot(cx, "{\"errcode\":130101}").wait_ms, 10 * MS_MINUTE);
    assert_int_equal(robot(cx, "{\"errcode\":-1}").end, NET_AGAIN);
    assert_int_equal(robot(cx, "").end, NET_AGAIN);
    assert_int_equal(robot(cx, "<html>").end, NET_AGAIN);
    assert_int_equal(robot(cx, "{\"errcode\":\"0\"}").end, NET_AGAIN);
    assert_int_equal(robot(cx, "[]").end, NET_AGAIN);
    struct net_answer told = robot(cx, "{\"errcode\":93000,\"errmsg\":\"<b>key=abc</b>\"}");
    assert_true(str_find(told.why, S("abc")) < 0); /* a foreign server's words are not shown */
    test_end();
}

/* Worked out with openssl: printf '1773626400000\nSEC1' | openssl dgst -sha256 -hmac SEC1 -binary
 */
static void a_signature(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    struct str url = outbox_signed_url(cx, S("https://oapi.dingtalk.com/robot/send?access_token=t"),
                                       S("SEC1"), TEST_NOW);
    assert_string_equal(
        arena_cstr(cx->mem, url),
        "https://oapi.dingtalk.com/robot/send?access_token=t&timestamp=1773626400000&sign=RodqjtZZH%2Bu2kKTPCD9SKlWsQcjzhuFkSXL7wBQZk04%3D");
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(topics_are_matched),
        cmocka_unit_test(off_by_default),
        cmocka_unit_test(sent_once),
        cmocka_unit_test(tried_eight_times),
        cmocka_unit_test(refused_is_final),
        cmocka_unit_test(asked_to_wait),
        cmocka_unit_test(a_robot_takes_twenty_a_minute),
        cmocka_unit_test(the_lease_runs_out),
        cmocka_unit_test(the_last_try_is_the_last),
        cmocka_unit_test(stopping_is_no_try),
        cmocka_unit_test(decided_meanwhile),
        cmocka_unit_test(two_senders),
        cmocka_unit_test(other_communities_are_not_seen),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(address_and_secret_are_never_read_again),
        cmocka_unit_test(empty_means_as_it_is),
        cmocka_unit_test(robots_tell_in_the_body),
        cmocka_unit_test(a_signature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
