/* fake_test -- a server whose hooks are fakes and whose feature tries everything: what one asks of
 * it, and what they are to do, are plain variables. For one test program. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_FAKE_TEST_H
#define WEB_FAKE_TEST_H

#include "tests/unit.h"
#include "web/inner.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

/* What the fake hooks saw, and what they are to do. */
struct fake {
    _Atomic int begins, ends, kept, undone, busy_seen, refused, recorded, told;
    int busy_for;         /* handlers of /busy fail so often */
    bool lasts;           /* and say that trying again would not end it */
    enum err commit_says; /* instead of OK */
    long commit_ns;       /* how long a commit takes */
    bool poisoned;        /* the next job_end loses the transaction */
    bool shut;            /* nothing is written down */
    bool fills;           /* pages of errors take all memory that there is */
    int64_t waits_ms;     /* for the store, each begin */
    int kept_status;
    size_t kept_bytes;
};
static struct fake fake;

/* ---- a feature for the tests ---- */
struct note {
    int64_t id;
    struct str title;
    bool urgent;
    int64_t count;
};
static const struct field note_fields[] = {
    FIELD(struct note, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct note, title, "标题", .data = DATA_PUBLIC, .ask = true, .required = true,
          .max = 10),
    FIELD(struct note, urgent, "急", .data = DATA_PUBLIC, .ask = true),
    FIELD(struct note, count, "件数", .data = DATA_PUBLIC, .ask = true),
};
static const struct shape note_shape = SHAPE("note", struct note, note_fields);

static enum err show(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    out_printf(reply_html(rp), "<p>note %lld q=%.*s c=%.*s", (long long)id, STR(req_query(rq, "q")),
               STR(req_cookie(rq, "b")));
    return OK;
}

static enum err word(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)cx;
    out_str(reply_html(rp), req_part(rq, "word"));
    return OK;
}

static enum err fresh(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)cx;
    (void)rq;
    out_c(reply_html(rp), "new");
    return OK;
}

static enum err save(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct note n = {.id = 7, .urgent = true};
    enum err e = req_record(cx, rq, &note_shape, &n);
    if (e == ERR_INPUT && !req_is_api(rq))
        out_printf(reply_html(rp), "<form>%.*s %s", STR(req_field(rq, "title")),
                   cx->fault.fields.at[0].message.p);
    TRY(e);
    if (req_is_api(rq)) {
        reply_status(rp, 201);
        return reply_record(cx, rp, &note_shape, &n);
    }
    reply_cookie(rp, "b", S("v"), 60);
    return reply_goto(cx, rp, "/n/%.*s/%d", STR(n.title), n.urgent);
}

static enum err upload(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)cx;
    const struct upload *u = req_upload(rq, "file", 0);
    out_printf(reply_json(rp), "%zu %.*s %zu %.*s", req_field_count(rq, "tag"),
               STR(req_field_nth(rq, "tag", 1)), u ? u->data.n : 0, STR(u ? u->filename : S("-")));
    return OK;
}

static enum err big(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)rq;
    (void)rp;
    for (int i = 0; i < 1000; i++)
        arena_alloc(cx->mem, 1 << 20);
    return OK;
}

/* Nearly all that a route of 40 MiB may have, far beyond what others may. */
static enum err report(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)rq;
    for (int i = 0; i < 39; i++)
        arena_alloc(cx->mem, 1 << 20);
    out_c(reply_html(rp), "whole");
    return OK;
}

static enum err busy(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)rq;
    arena_alloc(cx->mem, 7 << 20); /* a try that kept the memory of those before would be full */
    if (atomic_fetch_add(&fake.busy_seen, 1) < fake.busy_for) {
        cx->fault.lasts = fake.lasts;
        return fail(cx, ERR_BUSY, "again");
    }
    out_c(reply_html(rp), "got it");
    return OK;
}

/* Answered in part when it turned out that it cannot be. */
static enum err half(struct cx *cx, const struct req *rq, struct reply *rp)
{
    out_c(reply_json(rp), "{\"a\":");
    if (str_is(req_field(rq, "v"), "limit"))
        rq->task->refused = 429;
    return fail(cx, rq->task->refused ? ERR_BUSY : ERR_INPUT, "no more");
}

static enum err where_to(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return reply_goto(cx, rp, "%.*s", STR(req_query(rq, "to")));
}

static enum err events(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)cx;
    (void)rq;
    reply_stream(rp, "need");
    return OK;
}

static enum err count(struct cx *cx, const struct req *rq, struct reply *rp)
{
    if (str_is(req_field(rq, "v"), "bad"))
        return fail(cx, ERR_CONFLICT, "somebody was faster");
    if (str_is(req_field(rq, "v"), "poison"))
        fake.poisoned = true;
    out_printf(reply_json(rp), "{\"ends\":%d}", atomic_load(&fake.ends));
    return OK;
}

static enum err hash(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)rp;
    if (!str_is(req_field(rq, "password"), "right"))
        return fail(cx, ERR_DENIED, "wrong password");
    req_keep(rq, (void *)(uintptr_t)arena_cstr(cx->mem, S("hashed")));
    return OK;
}

static enum err sign_in(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)cx;
    out_c(reply_html(rp), req_kept(rq));
    return OK;
}

static enum err many(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)rq;
    LIST(struct note) notes = {0};
    for (int i = 1; i < 40; i++)
        *PUSH(cx->mem, &notes) = (struct note){.id = i, .title = S("灯")};
    return reply_list(cx, rp, &note_shape, &notes, S("n\"1"));
}

static const struct route test_routes[] = {
    {"GET", "/", fresh, .title = "front"},
    {"GET", "/n/{id}", show, .title = "one", .kind = ROUTE_INLINE},
    {"GET", "/n/new", fresh, .title = "form"},
    {"GET", "/w/{word}", word, .title = "word"},
    {"POST", "/n", save, .title = "save"},
    {"POST", "/api/n", save, .title = "save", .keeps = true},
    {"GET", "/api/n", many, .title = "list"},
    {"POST", "/upload", upload, .title = "file", .body_max = 4096},
    {"GET", "/staff", fresh, .roles = 2, .title = "staff"},
    {"GET", "/api/staff", fresh, .roles = 2, .title = "staff"},
    {"POST", "/staff", fresh, .roles = 2, .title = "staff"},
    {"GET", "/big", big, .title = "big"},
    {"GET", "/report", report, .title = "report", .mem_max = 40 << 20},
    {"GET", "/busy", busy, .title = "busy"},
    {"GET", "/to", where_to, .title = "goto"},
    {"GET", "/events", events, .title = "events", .kind = ROUTE_STREAM},
    {"POST", "/count", count, .title = "count"},
    {"POST", "/half", half, .title = "half"},
    {"POST", "/login", sign_in, .title = "login", .prepare = hash},
};
static const struct shape *const shapes[] = {&note_shape};
static const struct feature test_feature = {
    .name = "test", .routes = test_routes, .nroutes = COUNT(test_routes), shapes, COUNT(shapes)};
static const struct feature *const test_features[] = {&test_feature};

/* ---- fake hooks ---- */
static enum err on_begin(void *arg, struct cx *cx, bool write)
{
    (void)arg;
    atomic_fetch_add(&fake.begins, 1);
    cx->db = (struct conn *)(write ? &fake.begins : &fake.ends);
    cx->waited_ms += fake.waits_ms;
    return OK;
}

static enum err on_end(void *arg, struct cx *cx, bool write, bool commit)
{
    struct timespec pause = {.tv_nsec = fake.commit_ns};
    (void)arg;
    if (write)
        nanosleep(&pause, NULL);
    atomic_fetch_add(&fake.ends, 1);
    if (commit && fake.commit_says != OK)
        return fail(cx, fake.commit_says, "commit failed");
    return OK;
}

static enum err on_job_begin(void *arg, struct cx *cx)
{
    (void)arg;
    assert_ptr_equal(cx->db, (struct conn *)&fake.begins);
    return OK;
}

static enum err on_job_end(void *arg, struct cx *cx, bool keep)
{
    (void)arg;
    atomic_fetch_add(keep ? &fake.kept : &fake.undone, 1);
    bool lost = fake.poisoned;
    fake.poisoned = false;
    return lost ? fail(cx, ERR_STORE, "lost") : OK;
}

static enum err on_who(void *arg, struct cx *cx, const struct req *rq)
{
    (void)arg;
    cx->community = 1;
    cx->who.sees[DATA_PUBLIC] = SEE_PLAIN;
    struct str who = req_cookie(rq, "who"), token = req_header(rq, "Authorization");
    if (str_is(who, "staff") || str_is(who, "resident")) {
        cx->who.person_id = 5;
        cx->who.role = str_is(who, "staff") ? 2 : 1;
        cx->who.csrf = S("token-of-form");
    } else if (str_is(token, "Bearer t")) {
        cx->who.role = 2;
    } else if (str_is(token, "Bearer other")) {
        cx->who.role = 1; /* a program's: no person is behind it */
    }
    return OK;
}

static const char *on_shut(void *arg, const struct req *rq, bool files)
{
    (void)arg;
    (void)rq;
    (void)files;
    return fake.shut ? "not today" : NULL;
}

static void on_error(void *arg, struct cx *cx, const struct req *rq, int status, struct reply *rp)
{
    (void)arg;
    (void)rq;
    for (int i = 0; i < 1000 && fake.fills; i++)
        arena_alloc(cx->mem, 1 << 20);
    out_printf(reply_html(rp), "<h1>%d</h1>%.*s", status, STR(cx->fault.message));
}

static void on_refused(void *arg, const struct cx *cx, const struct req *rq)
{
    (void)arg;
    (void)rq;
    assert_true(cx->who.role && !cx->db);
    atomic_fetch_add(&fake.refused, 1);
}

static enum err on_replay(void *arg, struct cx *cx, const struct req *rq, struct reply *rp,
                          bool *found)
{
    (void)arg;
    (void)cx;
    *found = str_is(req_header(rq, "Idempotency-Key"), "seen");
    if (*found)
        out_c(reply_json(rp), "{\"again\":true}");
    return OK;
}

static enum err on_keep(void *arg, struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)arg;
    (void)cx;
    (void)rq;
    fake.kept_status = reply_status_of(rp);
    fake.kept_bytes = reply_body_of(rp).n;
    return OK;
}

static enum err on_record(void *arg, struct cx *cx, const struct req *rq, const struct reply *rp)
{
    (void)arg;
    (void)rq;
    (void)rp;
    assert_non_null(cx->db);
    atomic_fetch_add(&fake.recorded, 1);
    return OK;
}

static void on_committed(void *arg, int64_t community)
{
    (void)arg;
    assert_int_equal(community, 1);
    atomic_fetch_add(&fake.told, 1);
}

static struct web_hooks fake_hooks(bool one_writer)
{
    return (struct web_hooks){.begin = on_begin,
                              .end = on_end,
                              .job_begin = on_job_begin,
                              .job_end = on_job_end,
                              .who = on_who,
                              .shut = on_shut,
                              .error_page = on_error,
                              .refused = on_refused,
                              .committed = on_committed,
                              .record = on_record,
                              .replay = on_replay,
                              .keep = on_keep,
                              .one_writer = one_writer};
}

/* ---- one server for the calls ---- */
struct place {
    struct arena mem, answers;
    struct cx cx;
    struct server *sv;
    int status;
    struct str head, body;
};
static struct place here;

static int setup_kind(void **state, bool one_writer)
{
    struct web_hooks hooks = fake_hooks(one_writer);
    struct web_options opt = {.features = test_features,
                              .nfeatures = 1,
                              .connection_limit = 100,
                              .anonymous_burst = -1,
                              .env = &env_system};
    memset(&fake, 0, sizeof fake);
    memset(&here, 0, sizeof here);
    arena_init(&here.mem, 16 << 20);
    arena_init(&here.answers, 16 << 20);
    cx_init(&here.cx, &here.mem, &env_system);
    if (web_start(&here.cx, &opt, &hooks, &here.sv) != OK)
        fail_msg("%.*s", STR(here.cx.fault.message));
    *state = &here;
    return 0;
}

static int setup(void **state)
{
    return setup_kind(state, true);
}

static int setup_many_writers(void **state)
{
    return setup_kind(state, false);
}

static int teardown(void **state)
{
    (void)state;
    web_stop(here.sv);
    arena_free(&here.mem);
    arena_free(&here.answers);
    return 0;
}

static int call(const char *method, const char *target, const char *const *headers, struct str body)
{
    struct web_call c = {method, target, headers, body};
    web_call(here.sv, &here.answers, &c, &here.status, &here.head, &here.body);
    return here.status;
}

static int get(const char *target)
{
    return call("GET", target, NULL, S(""));
}

#define H(...) ((const char *const[]){__VA_ARGS__, NULL})
#define FORM   "Content-Type", "application/x-www-form-urlencoded"
#define JSON   "Content-Type", "application/json"

static int post(const char *target, const char *body)
{
    return call("POST", target, H(FORM), str_c(body));
}

static bool says(const char *text)
{
    return str_find(here.body, str_c(text)) >= 0;
}

static bool head_says(const char *text)
{
    return str_find(here.head, str_c(text)) >= 0;
}

#endif
