/* sealed_test -- what is sealed before the transaction: how often the vault is asked, and when what
 * it said is not taken. With one writer and with many. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/vault.h"
#include "tests/unit.h"
#include "web/inner.h"
#include <stdio.h>
#include <string.h>

enum { OTHER_COMMUNITY = 2, ENVELOPE = 35 };

static struct {
    struct arena mem, answers;
    struct cx cx;
    struct server *sv;
    struct vault vault;
    _Atomic int ahead, inside,
        items; /* questions before and inside a transaction; items of the former */
    bool locked, guesses_wrong, turns, changes, again;
    int busy_for;
    int64_t rows[4];
    int nrows;
} here;

struct slip {
    int64_t id;
    struct str name, door, note, title;
};
static const struct field slip_fields[] = {
    FIELD(struct slip, id, "编号"),
    FIELD(struct slip, name, "称呼", .ask = true, .max = 30, .seal = VAULT_CONTACT, .pad = true),
    FIELD(struct slip, door, "门牌", .ask = true, .max = 20, .seal = VAULT_DOOR),
    FIELD(struct slip, note, "身体", .ask = true, .max = 90, .seal = VAULT_TEXT, .own = true),
    FIELD(struct slip, title, "标题", .ask = true, .max = 30),
};
static const struct shape slip_shape = SHAPE("slip", struct slip, slip_fields);

/* Looks like an envelope, and says which row it was made for. */
static enum err ask(struct vault *v, struct cx *cx, enum vault_act act, struct vault_item *at,
                    size_t n)
{
    (void)v;
    atomic_fetch_add(act == VAULT_AHEAD ? &here.ahead : &here.inside, 1);
    if (act == VAULT_AHEAD)
        atomic_fetch_add(&here.items, (int)n);
    for (size_t i = 0; i < n; i++) {
        at[i].lost = act == VAULT_AHEAD && here.locked;
        at[i].out = arena_printf(cx->mem, "\1%lld %s %.*s %0*d", (long long)at[i].row, at[i].column,
                                 STR(at[i].in), ENVELOPE, 0);
    }
    return OK;
}

static enum err seal(struct cx *cx, struct slip *s, struct str *out)
{
    struct vault_item items[3];
    size_t n = 0;
    for (size_t i = 0; i < slip_shape.nfields; i++)
        if (slip_fields[i].seal && field_get_str(&slip_fields[i], s).n)
            items[n++] = shape_item(&slip_shape, &slip_fields[i], s, false);
    TRY(vault_ask(cx, VAULT_SEAL, items, n));
    *out = n ? items[0].out : S("");
    return OK;
}

static enum err put(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct slip s = {0};
    struct str envelope;
    TRY(req_record(cx, rq, &slip_shape, &s));
    s.id = vault_row(cx);
    here.rows[here.nrows++] = s.id;
    if (here.turns)
        atomic_fetch_add(&here.vault.turns, 1);
    if (here.changes)
        s.name = S("别人");
    TRY(seal(cx, &s, &envelope));
    if (here.again) {
        here.rows[here.nrows++] = s.id = vault_row(cx);
        TRY(seal(cx, &s, &envelope));
    }
    if (here.busy_for-- > 0)
        return fail_at(cx, ERR_BUSY, __FILE__, __LINE__, "again");
    out_str(reply_html(rp), envelope);
    return OK;
}

static enum err plain(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)rq;
    here.rows[here.nrows++] = vault_row(cx);
    out_c(reply_html(rp), "a");
    return OK;
}

static const struct route routes[] = {
    {"POST", "/slip", put, .title = "a", .in = &slip_shape, .seals = &slip_shape},
    {"POST", "/plain", plain, .title = "a"},
};
static const struct feature feature = {"test", routes, COUNT(routes)};
static const struct feature *const features[] = {&feature};

static enum err on_who(void *arg, struct cx *cx, const struct req *rq)
{
    (void)arg;
    (void)rq;
    cx->vault = &here.vault;
    cx->community = 1;
    return OK;
}

static struct vault *on_vault(void *arg, const struct req *rq, int64_t *community)
{
    (void)arg;
    *community = here.guesses_wrong || req_cookie(rq, "other").n ? OTHER_COMMUNITY : 1;
    return req_cookie(rq, "none").n ? NULL : &here.vault;
}

static int start(bool one_writer)
{
    struct web_options opt = {.features = features,
                              .nfeatures = 1,
                              .connection_limit = 20,
                              .anonymous_burst = -1,
                              .env = &env_system};
    struct web_hooks hooks = {.who = on_who, .vault = on_vault, .one_writer = one_writer};
    memset(&here, 0, sizeof here);
    here.vault.ask = ask;
    arena_init(&here.mem, 16 << 20);
    arena_init(&here.answers, 16 << 20);
    cx_init(&here.cx, &here.mem, &env_system);
    return web_start(&here.cx, &opt, &hooks, &here.sv) != OK;
}

static int one_writer(void **state)
{
    (void)state;
    return start(true);
}

static int many_writers(void **state)
{
    (void)state;
    return start(false);
}

static int stop(void **state)
{
    (void)state;
    web_stop(here.sv);
    arena_free(&here.mem);
    arena_free(&here.answers);
    return 0;
}

/* The envelope of its name that the handler got. */
static struct str sent(const char *path, const char *body)
{
    static const char *const headers[] = {"Host", "localhost", "Content-Type",
                                          "application/x-www-form-urlencoded", NULL};
    struct web_call c = {"POST", path, headers, str_c(body)};
    struct str head, text;
    int status;
    here.nrows = 0;
    atomic_store(&here.ahead, 0);
    atomic_store(&here.inside, 0);
    atomic_store(&here.items, 0);
    web_call(here.sv, &here.answers, &c, &status, &head, &text);
    assert_int_equal(status, 200);
    return text;
}

static const char form[] = "name=%E5%BC%A0&door=1-302&title=b"; /* 张 */

static bool is_of_row(struct str envelope, int64_t row, const char *name)
{
    struct str want = arena_printf(&here.answers, "\1%lld name %s ", (long long)row, name);
    return str_starts(envelope, want);
}

static void a_form_is_sealed_before(void **state)
{
    (void)state;
    struct str envelope = sent("/slip", form);
    assert_int_equal(here.ahead, 1);
    assert_int_equal(here.items, 2);
    assert_int_equal(here.inside, 0);
    assert_true(is_of_row(envelope, here.rows[0], "张"));
    sent("/slip", "title=b"); /* nothing to seal: nobody is asked */
    assert_int_equal(here.ahead, 0);
    assert_int_equal(here.inside, 0);
    assert_true(here.rows[0] > 0);
}

static void each_try_has_the_same_row(void **state)
{
    (void)state;
    here.busy_for = 2;
    struct str envelope = sent("/slip", form);
    assert_int_equal(here.nrows, 3);
    assert_int_equal(here.rows[0], here.rows[1]);
    assert_int_equal(here.rows[0], here.rows[2]);
    assert_int_equal(here.ahead, 1);
    assert_int_equal(here.inside, 0);
    assert_true(is_of_row(envelope, here.rows[0], "张"));
}

static void a_second_row_is_another(void **state)
{
    (void)state;
    here.again = true;
    struct str envelope = sent("/slip", form);
    assert_int_equal(here.nrows, 2);
    assert_int_not_equal(here.rows[0], here.rows[1]);
    assert_int_equal(here.inside, 1);
    assert_true(is_of_row(envelope, here.rows[1], "张"));
    int64_t last = here.rows[1];
    sent("/plain", ""); /* nor is the next request's the one before's */
    assert_true(here.rows[0] > last);
    assert_int_equal(here.ahead, 0);
}

/* The first row of this request, for a name. */
static bool is_right(const char *body, const char *name)
{
    struct str envelope = sent("/slip", body);
    return is_of_row(envelope, here.rows[0], name);
}

/* What is not the same is asked for where it always was, and is right. */
static void what_differs_is_asked_for(void **state)
{
    const struct {
        bool *differs;
        const char *name;
    } rows[] = {{&here.changes, "别人"},
                {&here.turns, "张"},
                {&here.locked, "张"},
                {&here.guesses_wrong, "张"}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        *rows[i].differs = true;
        assert_true(is_right(form, rows[i].name));
        assert_int_equal(here.inside, 1);
        *rows[i].differs = false;
    }
    assert_true(is_right("name=%E5%BC%A0&note=abc", "张"));
    assert_int_equal(here.items, 1); /* a key of its own is in the store */
    assert_int_equal(here.inside, 1);
}

static struct task *task_of(const char *cookie, const char *name)
{
    struct task *t = task_take(here.sv);
    t->rq.route = &routes[0];
    if (cookie)
        *PUSH(&t->mem, &t->rq.headers) = (struct pair){S("Cookie"), str_c(cookie)};
    *PUSH(&t->mem, &t->rq.fields) = (struct pair){S("name"), str_c(name)};
    return t;
}

static void a_batch_asks_once_for_each_community(void **state)
{
    static const char *const cookies[] = {NULL, "other=1", NULL, "none=1", "other=1", NULL};
    struct task *at[COUNT(cookies)];
    (void)state;
    for (size_t i = 0; i < COUNT(at); i++)
        at[i] = task_of(cookies[i], "a");
    at[5]->full = true; /* will not be handled */
    sealed_ahead(here.sv, &here.answers, at, COUNT(at));
    assert_int_equal(here.ahead, 2);
    assert_int_equal(here.items, 4);
    for (size_t i = 0; i < COUNT(at); i++) {
        struct vault_ahead *a = at[i]->ahead;
        if (i == 3 || i == 5) {
            assert_null(a);
        } else {
            assert_int_equal(a->community, cookies[i] ? OTHER_COMMUNITY : 1);
            assert_int_equal(a->n, 1);
            assert_true(is_of_row(a->at[0].out, a->row, "a"));
        }
        task_give(at[i]);
    }
}

/* Without room nothing is made ahead, and nothing of the last time is left. */
static void without_memory_it_waits(void **state)
{
    struct arena small;
    struct task *t = task_of(NULL, "a");
    (void)state;
    arena_init(&small, 64);
    t->ahead = (struct vault_ahead *)(void *)&small;
    sealed_ahead(here.sv, &small, &t, 1);
    assert_null(t->ahead);
    arena_free(&small);
    task_give(t);
}

#define BOTH(f)                                                                                    \
    cmocka_unit_test_setup_teardown(f, one_writer, stop),                                          \
        cmocka_unit_test_setup_teardown(f, many_writers, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(a_form_is_sealed_before), BOTH(each_try_has_the_same_row),
        BOTH(a_second_row_is_another), BOTH(what_differs_is_asked_for),
        BOTH(without_memory_it_waits), BOTH(a_batch_asks_once_for_each_community),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
