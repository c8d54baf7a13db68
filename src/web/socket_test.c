/* socket_test -- the server at a real socket: slow clients, framing, streams, batches of writes. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit.h"
#include "web/inner.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { WRITERS = 64, HEAD_MS = 700, STREAMS = 3, LARGE = 24 << 20 };

/* ---- a feature and a store that counts ---- */

static struct {
    _Atomic int begins, commits, inside, early;
    _Atomic int written;   /* by handlers, not yet committed */
    _Atomic int held;      /* prepare() of files that wait for... */
    _Atomic bool open;     /* ... this */
    _Atomic int64_t ahead; /* of the clock, ms */
} fake;

static enum err hello(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)cx;
    out_printf(reply_html(rp), "hello %.*s|%.*s", STR(req_query(rq, "a b")), STR(req_peer(rq)));
    return OK;
}

static enum err events(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)cx;
    (void)rq;
    reply_stream(rp, "need");
    return OK;
}

/* The reply says how many commits there were when it was written: it must not arrive before the
 * next. */
static enum err save(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)cx;
    atomic_fetch_add(&fake.written, 1);
    out_printf(reply_json(rp), "%sseen=%d v=%.*s", req_kept(rq) ? "late " : "",
               atomic_load(&fake.commits), STR(req_field(rq, "v")));
    return OK;
}

static enum err hold(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)rp;
    if (!req_upload(rq, "f", 0))
        return OK;
    if (req_is_late(rq)) {
        req_keep(rq, &fake);
        return OK;
    }
    arena_alloc(cx->mem, 4 << 20); /* what is made of it takes room as well */
    atomic_fetch_add(&fake.held, 1);
    while (!atomic_load(&fake.open))
        poll(NULL, 0, 1);
    return OK;
}

static const struct route routes[] = {
    {"GET", "/pool", hello, .title = "pool"},
    {"GET", "/inline", hello, .title = "inline", .kind = ROUTE_INLINE},
    {"GET", "/events", events, .title = "events", .kind = ROUTE_STREAM},
    {"POST", "/save", save, .title = "save"},
    {"POST", "/file", save, .title = "file", .prepare = hold, .body_max = LARGE},
};
static const struct feature feature = {"test", routes, COUNT(routes)};
static const struct feature *const features[] = {&feature};

static enum err on_begin(void *arg, struct cx *cx, bool write)
{
    (void)arg;
    cx->community = 1;
    atomic_fetch_add(&fake.begins, write);
    return OK;
}

static enum err on_end(void *arg, struct cx *cx, bool write, bool commit)
{
    struct timespec fsync_takes = {.tv_nsec = 20 * 1000 * 1000};
    (void)arg;
    (void)cx;
    if (!write)
        return OK;
    nanosleep(&fsync_takes, NULL);
    atomic_fetch_add(&fake.commits, commit);
    return OK;
}

static enum err on_who(void *arg, struct cx *cx, const struct req *rq)
{
    (void)arg;
    cx->community = 1;
    cx->who.person_id = req_cookie(rq, "in").n ? 1 : 0;
    return OK;
}

/* The machine's, with a clock that may be put forward. */
static int64_t monotonic(struct env *env)
{
    (void)env;
    return env_system.monotonic(&env_system) + atomic_load(&fake.ahead);
}
static struct env clocked;

static struct place {
    struct arena mem;
    struct cx cx;
    struct server *sv;
} here;

static int setup(void **state)
{
    struct web_hooks hooks = {.begin = on_begin, .end = on_end, .who = on_who, .one_writer = true};
    struct web_options opt = {.listen = "127.0.0.1:0",
                              .features = features,
                              .nfeatures = 1,
                              .connection_limit = 200,
                              .large_limit = 3 * LARGE, /* strangers: half */
                              .head_ms = HEAD_MS,
                              .body_ms = HEAD_MS,
                              .stream_limit = STREAMS,
                              .anonymous_burst = -1,
                              .env = &clocked};
    memset(&fake, 0, sizeof fake);
    clocked = env_system;
    clocked.monotonic = monotonic;
    arena_init(&here.mem, 64 << 20);
    cx_init(&here.cx, &here.mem, &env_system);
    if (web_start(&here.cx, &opt, &hooks, &here.sv) != OK)
        fail_msg("%.*s", STR(here.cx.fault.message));
    *state = &here;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    web_stop(here.sv);
    arena_free(&here.mem);
    return 0;
}

/* ---- a client ---- */

static int dial(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)web_port(here.sv))};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
    return fd;
}

static void say(int fd, const char *text)
{
    (void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

/* What comes until `until` was seen, the end, or nothing more for `ms`. True if `until` was seen.
 */
static bool hear(int fd, const char *until, char *buf, size_t size, int ms, bool *ended)
{
    size_t n = 0;
    *ended = false;
    buf[0] = '\0';
    while (n + 1 < size && !(until && strstr(buf, until))) {
        struct pollfd p = {fd, POLLIN, 0};
        if (poll(&p, 1, ms) <= 0)
            break;
        ssize_t got = recv(fd, buf + n, size - 1 - n, 0);
        if (got <= 0) {
            *ended = true;
            break;
        }
        n += (size_t)got;
        buf[n] = '\0';
    }
    return until && strstr(buf, until);
}

static int status_in(const char *reply)
{
    int status = 0;
    sscanf(reply, "HTTP/1.1 %d", &status);
    return status;
}

/* Sends all of it; everything that comes back until the end or half a second of silence. */
static int ask(const char *request, char *buf, size_t size, bool *ended)
{
    int fd = dial();
    say(fd, request);
    hear(fd, NULL, buf, size, 500, ended);
    close(fd);
    return status_in(buf);
}

static int64_t now_ms(void)
{
    return env_system.monotonic(&env_system);
}

/* ---- tests ---- */

static void a_connection_is_kept(void **state)
{
    char buf[4096];
    bool ended;
    (void)state;
    int fd = dial();
    for (int i = 0; i < 6; i++) {
        say(fd, i % 2 ? "GET /pool?a+b=%E7%81%AF%2B+x HTTP/1.1\r\nHost: a\r\n\r\n"
                      : "GET /inline?x&a%20b=%E7%81%AF%2B+x HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_true(hear(fd, "|127.0.0.1", buf, sizeof buf, 2000, &ended));
        assert_int_equal(status_in(buf), 200);
        assert_non_null(strstr(buf, "hello 灯+ x|"));
    }
    close(fd);
}

static void framing_is_strict(void **state)
{
    static const char *const bad[] = {
        ("POST /save HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n"
         "\r\n0\r\n\r\nGET /inline HTTP/1.1\r\nHost: a\r\n\r\n"),
        "POST /save HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST /save HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nv=12",
        "POST /save HTTP/1.1\r\nHost: a\r\nContent-Length: +4\r\n\r\nv=12",
        "GET /inline HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET /inline HTTP/1.1\r\n\r\n",
        "GET /inline HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    };
    char buf[8192];
    bool ended;
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++) {
        int status = ask(bad[i], buf, sizeof buf, &ended);
        if (status != 400 || !ended || strstr(buf, "200 OK") || strstr(buf, "hello"))
            fail_msg("%s gave %d, %s", bad[i], status, ended ? buf : "left open");
    }
}

static void bodies_have_a_limit(void **state)
{
    char buf[8192];
    static char big[70000];
    bool ended;
    (void)state;
    assert_int_equal(ask("POST /save HTTP/1.1\r\nHost: a\r\nContent-Length: 65537\r\n\r\n", buf,
                         sizeof buf, &ended),
                     413);
    assert_true(ended);
    int n = snprintf(big, sizeof big,
                     "POST /save HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n",
                     65537);
    memset(big + n, 'a', 65537);
    assert_int_equal(ask(big, buf, sizeof buf, &ended), 413);
    assert_true(ended);
    assert_int_equal(ask("POST /file HTTP/1.1\r\nHost: a\r\nContent-Length: 25165825\r\n\r\n", buf,
                         sizeof buf, &ended),
                     413);
    assert_true(ended && strstr(buf, "24 MB"));
    assert_int_equal(
        ask("POST /save HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n"
            "Transfer-Encoding: chunked\r\n\r\n2\r\nv=\r\n3\r\n123\r\n0\r\n\r\n",
            buf, sizeof buf, &ended),
        200);
    assert_non_null(strstr(buf, "v=123"));
}

/* Announced or in chunks: what a route allows is taken, to the last byte. */
static void a_body_as_large_as_allowed_is_taken(void **state)
{
    static const char *const heads[] = {"Content-Length: 25165824\r\n\r\n",
                                        "Transfer-Encoding: chunked\r\n\r\n1800000\r\n"};
    static const char start[] = "--x\r\nContent-Disposition: form-data; name=\"f\"; "
                                "filename=\"f\"\r\n\r\n";
    char buf[8192], *body = arena_alloc(&here.mem, LARGE + 1);
    bool ended;
    (void)state;
    atomic_store(&fake.open, true);
    memset(body, 'a', LARGE);
    memcpy(body, start, sizeof start - 1);
    memcpy(body + LARGE - 7, "\r\n--x--", 8);
    for (size_t i = 0; i < COUNT(heads); i++) {
        int fd = dial();
        say(fd, "POST /file HTTP/1.1\r\nHost: a\r\n"
                "Content-Type: multipart/form-data; boundary=x\r\n");
        say(fd, heads[i]);
        say(fd, body);
        say(fd, "\r\n0\r\n\r\n");
        assert_true(hear(fd, " v=", buf, sizeof buf, 20000, &ended));
        assert_int_equal(status_in(buf), 200);
        close(fd);
        while (atomic_load(&here.sv->large))
            poll(NULL, 0, 1);
    }
    assert_int_equal(atomic_load(&fake.held), COUNT(heads));
}

/* Each is promised its whole memory before its first byte. */
static void large_bodies_share_their_memory(void **state)
{
    static const char more[] = "POST /file HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                               "Content-Length: 20000000\r\n\r\n";
    char buf[8192];
    bool ended;
    (void)state;
    int fd = dial();
    say(fd, more);
    assert_true(hear(fd, "100 Continue", buf, sizeof buf, 2000, &ended));
    assert_int_equal(ask(more, buf, sizeof buf, &ended), 503);
    assert_true(ended);
    static const char known[] = "Cookie: in=1\r\n", host[] = "POST /file HTTP/1.1\r\nHost: a\r\n";
    assert_int_equal(
        ask("GET /pool HTTP/1.1\r\nHost: a\r\nCookie: in=1\r\n\r\n", buf, sizeof buf, &ended), 200);
    int staff = dial();
    say(staff, host);
    say(staff, known);
    say(staff, more + sizeof host - 1);
    assert_true(hear(staff, "100 Continue", buf, sizeof buf, 2000, &ended)); /* half is theirs */
    close(staff);
    assert_int_equal(
        ask("POST /file HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", buf, sizeof buf, &ended),
        200); /* small ones are not asked */
    close(fd);
    while (atomic_load(&here.sv->large))
        poll(NULL, 0, 1);
    fd = dial();
    say(fd, more);
    assert_true(hear(fd, "100 Continue", buf, sizeof buf, 2000, &ended));
    close(fd);
}

static void slow_clients_are_cut(void **state)
{
    static const char *const begin[] = {
        "GET /inl", "GET /inline HTTP/1.1\r\nHost: a\r\nX: ",
        "POST /save HTTP/1.1\r\nHost: a\r\nContent-Length: 50000\r\n\r\nv="};
    char buf[4096];
    (void)state;
    for (size_t i = 0; i < COUNT(begin); i++) {
        int fd = dial();
        bool ended = false;
        int64_t from = now_ms();
        say(fd, begin[i]);
        while (!ended && now_ms() - from < 4000) {
            say(fd, "a"); /* a byte now and then: no timeout of idleness would see this */
            hear(fd, NULL, buf, sizeof buf, 100, &ended);
        }
        assert_true(ended);
        assert_in_range(now_ms() - from, HEAD_MS - 100, 2500);
        close(fd);
    }
}

static void a_late_second_head_is_cut(void **state)
{
    (void)state;
    int64_t from = now_ms();
    struct guard_slot *slot = guard_enter(here.sv, -1);
    guard_next(here.sv, slot); /* longer than the first: the connection may be idle before */
    assert_true(slot != NULL && now_ms() - from < 1000);
    guard_leave(here.sv, slot);
    assert_int_equal(guard_count(here.sv), 0);
}

/* Who is signed in may be idle as long as ever. */
static void in_a_crowd_silent_strangers_make_room(void **state)
{
    enum { STRANGERS = 160, SURE = 140 }; /* the last may just have been answered */
    static const char mine[] = "GET /pool HTTP/1.1\r\nHost: a\r\nCookie: in=1\r\n\r\n";
    char buf[4096];
    int others[STRANGERS], me = dial();
    bool ended;
    (void)state;
    for (int i = 0; i < 2; i++) { /* from the second on it is known */
        say(me, mine);
        assert_true(hear(me, "hello", buf, sizeof buf, 2000, &ended));
    }
    for (int i = 0; i < STRANGERS; i++) {
        others[i] = dial();
        say(others[i], "GET /inline HTTP/1.1\r\nHost: a\r\n\r\n");
        assert_true(hear(others[i], "hello", buf, sizeof buf, 2000, &ended));
    }
    atomic_store(&fake.ahead, 3500);
    for (int i = 0; i < STRANGERS; i++) {
        assert_false(hear(others[i], "hello", buf, sizeof buf, i < SURE ? 4000 : 0, &ended));
        assert_true(ended || i >= SURE);
        close(others[i]);
    }
    say(me, mine);
    assert_true(hear(me, "hello", buf, sizeof buf, 2000, &ended));
    close(me);
}

static int join_as(const char *cookie)
{
    char buf[4096], ask[128];
    bool ended;
    int fd = dial();
    snprintf(ask, sizeof ask, "GET /events HTTP/1.1\r\nHost: a\r\nCookie: %s=1\r\n\r\n", cookie);
    say(fd, ask);
    if (hear(fd, ": ok", buf, sizeof buf, 2000, &ended))
        return fd;
    assert_int_equal(status_in(buf), 503);
    close(fd);
    return -1;
}

static int join_stream(void)
{
    return join_as("in");
}

static void strangers_leave_streams_to_staff(void **state)
{
    int fd[STREAMS];
    (void)state;
    fd[0] = join_as("out");
    assert_true(fd[0] >= 0);
    assert_int_equal(join_as("out"), -1);
    for (int i = 1; i < STREAMS; i++)
        assert_true((fd[i] = join_stream()) >= 0);
    for (int i = 0; i < STREAMS; i++)
        close(fd[i]);
}

static void events_arrive(void **state)
{
    char buf[4096];
    bool ended;
    (void)state;
    int fd[STREAMS];
    for (int i = 0; i < STREAMS; i++)
        fd[i] = join_stream();
    assert_int_equal(join_stream(), -1); /* one too many */
    web_publish(here.sv, 2, "need", S("other community"));
    web_publish(here.sv, 1, "visit", S("other topic"));
    web_publish(here.sv, 1, "need", S("need\nvisit"));
    for (int i = 0; i < STREAMS; i++) {
        assert_true(hear(fd[i], "data: need\ndata: visit\n\n", buf, sizeof buf, 2000, &ended));
        assert_null(strstr(buf, "other"));
    }
    streams_ping(here.sv);
    assert_true(hear(fd[0], ": ping\n\n", buf, sizeof buf, 2000, &ended));
    close(fd[0]);
    for (int i = 0; i < 100 && streams_count(here.sv) == STREAMS; i++) {
        streams_ping(here.sv); /* writing is how a gone reader is noticed */
        poll(NULL, 0, 20);
    }
    assert_int_equal(streams_count(here.sv), STREAMS - 1);
    for (int i = 1; i < STREAMS; i++)
        close(fd[i]);
}

static void a_slow_reader_is_dropped(void **state)
{
    static char data[4000];
    (void)state;
    int fd = join_stream();
    memset(data, 'x', sizeof data);
    for (int i = 0; i < 5000 && streams_count(here.sv); i++) {
        web_publish(here.sv, 1, "need", str_n(data, sizeof data));
        if (i % 50 == 0)
            poll(NULL, 0, 5);
    }
    for (int i = 0; i < 100 && streams_count(here.sv); i++)
        poll(NULL, 0, 20);
    assert_int_equal(streams_count(here.sv), 0);
    assert_int_equal(atomic_load(&here.sv->count.dropped), 1);
    close(fd);
}

static void *post(void *arg)
{
    char buf[4096];
    bool ended;
    int fd = dial(), seen = -1;
    (void)arg;
    say(fd, "POST /save HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    hear(fd, " v=", buf, sizeof buf, 5000, &ended);
    int commits = atomic_load(&fake.commits);
    const char *at = strstr(buf, "seen=");
    if (status_in(buf) != 200 || !at || sscanf(at, "seen=%d", &seen) != 1 || commits <= seen)
        atomic_fetch_add(&fake.early, 1);
    close(fd);
    return NULL;
}

static void parallel_writes_share_a_commit(void **state)
{
    pthread_t threads[WRITERS];
    (void)state;
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, post, NULL), 0);
    for (int i = 0; i < WRITERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(atomic_load(&fake.early), 0);
    assert_int_equal(atomic_load(&fake.written), WRITERS);
    assert_int_equal(atomic_load(&fake.begins), atomic_load(&fake.commits));
    assert_in_range(atomic_load(&fake.commits), 1, WRITERS / 4);
}

static const char file[] =
    "POST /file HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=x\r\n"
    "Content-Length: 71\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"f\"; "
    "filename=\"f\"\r\n\r\n1\r\n--x--";

/* However many files are being looked at, a form without one goes past them. */
static void nobody_waits_for_the_files_of_others(void **state)
{
    char buf[4096];
    bool ended;
    int fd[12];
    (void)state;
    for (size_t i = 0; i < COUNT(fd); i++) {
        fd[i] = dial();
        say(fd[i], file);
    }
    while (atomic_load(&fake.held) < FILE_THREADS)
        poll(NULL, 0, 1);
    assert_int_equal(ask("GET /pool HTTP/1.1\r\nHost: a\r\n\r\n", buf, sizeof buf, &ended), 200);
    assert_int_equal(
        ask("POST /file HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", buf, sizeof buf, &ended),
        200);
    assert_int_equal(atomic_load(&fake.held), FILE_THREADS);
    atomic_store(&fake.open, true);
    for (size_t i = 0; i < COUNT(fd); i++) {
        assert_true(hear(fd[i], " v=", buf, sizeof buf, 5000, &ended));
        assert_int_equal(status_in(buf), 200);
        close(fd[i]);
    }
    assert_int_equal(atomic_load(&fake.held), COUNT(fd));
}

/* Who waited too long behind them is taken without his. */
static void what_is_late_is_taken_without_its_files(void **state)
{
    char buf[4096];
    bool ended;
    int fd[6], late = 0;
    (void)state;
    for (size_t i = 0; i < COUNT(fd); i++) {
        fd[i] = dial();
        say(fd[i], file);
    }
    while (atomic_load(&fake.held) < FILE_THREADS ||
           queue_length(&here.sv->files) < COUNT(fd) - FILE_THREADS)
        poll(NULL, 0, 1);
    atomic_store(&fake.ahead, 11000);
    atomic_store(&fake.open, true);
    for (size_t i = 0; i < COUNT(fd); i++) {
        assert_true(hear(fd[i], " v=", buf, sizeof buf, 5000, &ended));
        assert_int_equal(status_in(buf), 200);
        late += strstr(buf, "late ") != NULL;
        close(fd[i]);
    }
    assert_int_equal(late, COUNT(fd) - FILE_THREADS);
    assert_int_equal(atomic_load(&fake.held), FILE_THREADS);
}

static void stopping_finishes_what_was_accepted(void **state)
{
    char buf[4096];
    bool ended;
    int fd[8];
    (void)state;
    int stream = join_stream();
    for (size_t i = 0; i < COUNT(fd); i++) {
        fd[i] = dial();
        say(fd[i], "POST /save HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    }
    while (atomic_load(&fake.written) == 0)
        poll(NULL, 0, 1);
    poll(NULL, 0, 10);
    web_stop(here.sv);
    for (size_t i = 0; i < COUNT(fd); i++) {
        hear(fd[i], NULL, buf, sizeof buf, 1000, &ended);
        assert_true(status_in(buf) == 200 || status_in(buf) == 503);
        close(fd[i]);
    }
    hear(stream, NULL, buf, sizeof buf, 1000, &ended);
    assert_true(ended);
    close(stream);
    arena_free(&here.mem);
    setup(state);
}

static bool is_busy(void)
{
    pthread_mutex_lock(&here.sv->task_lock);
    bool busy = here.sv->busy > 0;
    pthread_mutex_unlock(&here.sv->task_lock);
    return busy;
}

/* Silent in the middle of a body, and no sign from the other side: not waited for. */
static void stopping_waits_for_no_unfinished_body(void **state)
{
    char buf[4096];
    bool ended;
    (void)state;
    int fd = dial();
    say(fd, "POST /save HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nv=");
    while (!is_busy())
        poll(NULL, 0, 1);
    web_stop(here.sv);
    assert_int_equal(atomic_load(&here.sv->count.late), 0); /* not by running out of its time */
    hear(fd, NULL, buf, sizeof buf, 1000, &ended);
    assert_true(ended);
    assert_int_equal(atomic_load(&fake.written), 0);
    close(fd);
    arena_free(&here.mem);
    setup(state);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_connection_is_kept),
        CASE(framing_is_strict),
        CASE(bodies_have_a_limit),
        CASE(a_body_as_large_as_allowed_is_taken),
        CASE(large_bodies_share_their_memory),
        CASE(slow_clients_are_cut),
        CASE(a_late_second_head_is_cut),
        CASE(in_a_crowd_silent_strangers_make_room),
        CASE(events_arrive),
        CASE(strangers_leave_streams_to_staff),
        CASE(a_slow_reader_is_dropped),
        CASE(parallel_writes_share_a_commit),
        CASE(nobody_waits_for_the_files_of_others),
        CASE(what_is_late_is_taken_without_its_files),
        CASE(stopping_finishes_what_was_accepted),
        CASE(stopping_waits_for_no_unfinished_body),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
