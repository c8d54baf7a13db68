/* keymgr_test -- the process with the keys as the server meets it: founded, unlocked, asked by
 * many, killed, looked at from outside, and taken over. This program is also that process: see
 * main(). */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "main/keymgr_test.h"
#include "tests/probe.h"
#include <pthread.h>
#include <sys/resource.h>

enum { LIST = 200, PLANTED = 1000 };

static const struct seal_column contact = {"need", "contact", SEAL_CONTACT, false},
                                name = {"need", "name", SEAL_CONTACT, true},
                                index_of = {"need", "contact", SEAL_INDEX, false};

static void loaded(struct keys *k, const struct kept *s)
{
    struct seal_key_row rows[2];
    memcpy(rows, s->rows, sizeof rows);
    assert_int_equal(keys_load(&cx, k, rows, COUNT(rows)), SEAL_ANSWERED);
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(rows[i].verdict, SEAL_DONE);
}

static struct keys *unlocked(const struct kept *s, struct str passphrase, struct seal_quota quota)
{
    struct keys *k = start(false, quota);
    assert_int_equal(keys_unlock(&cx, k, s->lock, passphrase), SEAL_ANSWERED);
    loaded(k, s);
    return k;
}

static struct seal_item one(struct str in)
{
    return (struct seal_item){.column = &contact, .row = 7, .in = in};
}

static struct str sealed(struct keys *k, struct str text)
{
    struct seal_item i = one(text);
    assert_int_equal(keys_seal(&cx, k, &i, 1), SEAL_ANSWERED);
    assert_int_equal(i.verdict, SEAL_DONE);
    return i.out;
}

/* Dead for certain, so that the next question meets nobody. */
static void kill_it(void)
{
    pid_t pid = child();
    assert_true(pid > 0 && kill(pid, SIGKILL) == 0);
    while (number_in(pid, "status", "State:\tZ", 10) < 0)
        continue;
}

/* ---- tests ---- */

static void a_server_without_a_master_key_goes_on(void **state)
{
    struct keys *k = start(false, plenty);
    struct seal_item i = one(S("13800000001"));
    struct seal_status s;
    (void)state;
    assert_int_equal(keys_status(&cx, k, &s), SEAL_ANSWERED);
    assert_false(s.unlocked);
    assert_int_equal(keys_seal(&cx, k, &i, 1), SEAL_LOCKED);
    assert_int_equal(keys_open(&cx, k, 1, &i, 1), SEAL_LOCKED);
    assert_non_null(strstr(seal_words(SEAL_LOCKED), "锁着"));
    keys_free(k);
}

static void a_list_of_two_hundred_is_one_question(void **state)
{
    struct kept s = found(S(""));
    struct keys *k = unlocked(&s, S(""), plenty);
    struct seal_item all[LIST];
    struct seal_status status;
    (void)state;
    for (int i = 0; i < LIST; i++)
        all[i] = (struct seal_item){.column = i % 2 ? &name : &contact,
                                    .row = i,
                                    .in = i % 2 ? S("张三") : arena_printf(&mem, "1380000%04d", i)};
    assert_int_equal(keys_seal(&cx, k, all, LIST), SEAL_ANSWERED);
    for (int i = 0; i < LIST; i++)
        all[i].in = all[i].out;
    assert_int_equal(keys_mask(&cx, k, 1, all, LIST), SEAL_ANSWERED);
    for (int i = 0; i < LIST; i++)
        assert_true(str_eq(all[i].out, i % 2 ? S("张**") : arena_printf(&mem, "138****%04d", i)));
    assert_int_equal(keys_open(&cx, k, 1, all, LIST), SEAL_ANSWERED);
    for (int i = 0; i < LIST; i++)
        assert_true(str_eq(all[i].out, i % 2 ? S("张三") : arena_printf(&mem, "1380000%04d", i)));
    assert_int_equal(keys_status(&cx, k, &status), SEAL_ANSWERED);
    assert_int_equal(status.count.masked, LIST);
    struct seal_item find = {.column = &index_of, .in = S("13800000000")};
    struct seal_item again = all[0];
    assert_int_equal(keys_index(&cx, k, 1, "contact", 0, &find, 1), SEAL_ANSWERED);
    assert_int_equal(keys_reindex(&cx, k, "contact", S("0551"), 2, &again, 1), SEAL_REFUSED);
    keys_free(k);
    k = start(true, plenty); /* at the console */
    assert_int_equal(keys_unlock(&cx, k, s.lock, S("")), SEAL_ANSWERED);
    loaded(k, &s);
    assert_int_equal(keys_reindex(&cx, k, "contact", S("0551"), 2, &again, 1), SEAL_ANSWERED);
    assert_true(find.out.n == SEAL_INDEX_BYTES && str_eq(find.out, again.out));
    keys_free(k);
}

static void a_passphrase_is_needed_after_each_start(void **state)
{
    struct kept s = found(S("four words of somebody"));
    struct keys *k = start(false, plenty);
    (void)state;
    assert_int_equal(keys_unlock(&cx, k, s.lock, S("three words of somebody")), SEAL_WRONG);
    assert_int_equal(keys_unlock(&cx, k, s.lock, S("")), SEAL_WRONG);
    assert_int_equal(keys_unlock(&cx, k, S("no lock"), S("four words of somebody")), SEAL_REFUSED);
    assert_int_equal(keys_unlock(&cx, k, s.lock, S("four words of somebody")), SEAL_ANSWERED);
    loaded(k, &s);
    struct seal_item i = one(sealed(k, S("13800000001")));
    kill_it();
    assert_int_equal(keys_open(&cx, k, 1, &i, 1), SEAL_LOCKED);
    assert_int_equal(keys_unlock(&cx, k, s.lock, S("four words of somebody")), SEAL_ANSWERED);
    assert_int_equal(keys_open(&cx, k, 1, &i, 1), SEAL_ANSWERED); /* and has its keys again */
    assert_true(str_is(i.out, "13800000001"));
    keys_free(k);
}

static void killed_it_is_there_again(void **state)
{
    struct kept s = found(S(""));
    struct keys *k = unlocked(&s, S(""), plenty);
    struct seal_item i = one(sealed(k, S("13800000001")));
    (void)state;
    for (int times = 0; times < 5; times++) {
        kill_it();
        assert_int_equal(keys_open(&cx, k, 1, &i, 1), SEAL_ANSWERED);
        assert_true(str_is(i.out, "13800000001"));
    }
    kill_it(); /* what dies again and again is not started for ever */
    assert_int_equal(keys_open(&cx, k, 1, &i, 1), SEAL_DOWN);
    assert_int_equal(child(), -1);
    keys_free(k);
}

/* Alive, but it does not answer: it is ended, and another one does. */
static void frozen_it_is_replaced(void **state)
{
    struct kept s = found(S(""));
    struct keys *k = unlocked(&s, S(""), plenty);
    struct seal_item i = one(sealed(k, S("13800000001")));
    pid_t pid = child();
    (void)state;
    assert_true(pid > 0 && kill(pid, SIGSTOP) == 0); /* never -1, which is everybody */
    assert_int_equal(keys_open(&cx, k, 1, &i, 1), SEAL_ANSWERED);
    assert_true(str_is(i.out, "13800000001"));
    assert_true(child() != pid && kill(pid, 0) != 0);
    keys_free(k);
}

static void sheets_bring_the_keys_back(void **state)
{
    struct kept s = found(S("four words of somebody")), other = found(S(""));
    struct keys *k = unlocked(&s, S("four words of somebody"), plenty);
    struct seal_item i = one(sealed(k, S("13800000001")));
    struct str sheet, fault, lock, sheets[SEAL_SHEETS];
    seal_key_row_list rows = {0};
    (void)state;
    keys_free(k);
    k = start(true, plenty);
    assert_int_equal(keys_recover(&cx, k, s.lock, s.sheets[0], s.sheets[0]), SEAL_WRONG);
    assert_int_equal(keys_recover(&cx, k, s.lock, s.sheets[0], other.sheets[1]), SEAL_WRONG);
    assert_int_equal(keys_recover(&cx, k, other.lock, s.sheets[0], s.sheets[1]), SEAL_WRONG);
    assert_true(seal_sheet_read(&cx, seal_sheet_words(&cx, s.sheets[2]), &sheet, &fault));
    assert_int_equal(keys_recover(&cx, k, s.lock, s.sheets[0], sheet), SEAL_ANSWERED);
    loaded(k, &s);
    assert_int_equal(keys_open(&cx, k, 1, &i, 1), SEAL_ANSWERED);
    assert_true(str_is(i.out, "13800000001"));
    /* with a new passphrase: the same keys, wrapped anew; the old rows and sheets are void */
    assert_int_equal(keys_found(&cx, k, SEAL_SM, S("quite other words"), &lock, sheets, &rows),
                     SEAL_ANSWERED);
    assert_int_equal(rows.n, COUNT(s.rows));
    keys_free(k);
    struct kept next = {.lock = lock};
    memcpy(next.rows, rows.at, sizeof next.rows);
    k = unlocked(&next, S("quite other words"), plenty);
    assert_int_equal(keys_open(&cx, k, 1, &i, 1), SEAL_ANSWERED);
    assert_true(str_is(i.out, "13800000001"));
    struct seal_key_row old = s.rows[0];
    assert_int_equal(keys_load(&cx, k, &old, 1), SEAL_ANSWERED);
    assert_int_equal(old.verdict, SEAL_BROKEN);
    keys_free(k);
    k = start(true, plenty);
    assert_int_equal(keys_recover(&cx, k, lock, s.sheets[0], s.sheets[1]), SEAL_WRONG);
    assert_int_equal(keys_recover(&cx, k, lock, sheets[1], sheets[2]), SEAL_ANSWERED);
    keys_free(k);
}

static void a_server_is_not_a_console(void **state)
{
    struct kept s = found(S(""));
    struct keys *k = unlocked(&s, S(""), plenty);
    struct str lock, sheets[SEAL_SHEETS];
    seal_key_row_list rows = {0};
    (void)state;
    assert_int_equal(keys_found(&cx, k, SEAL_SM, S(""), &lock, sheets, &rows), SEAL_REFUSED);
    assert_int_equal(keys_recover(&cx, k, s.lock, s.sheets[0], s.sheets[1]), SEAL_REFUSED);
    keys_free(k);
}

static void the_usual_quota_is_kept(void **state)
{
    struct kept s = found(S(""));
    struct keys *k = unlocked(&s, S(""), SEAL_QUOTA);
    struct seal_item all[LIST + 1];
    struct str e = sealed(k, S("13800000001"));
    (void)state;
    for (int i = 0; i <= LIST; i++)
        all[i] = one(e);
    assert_int_equal(keys_open(&cx, k, 5, all, LIST + 1), SEAL_SLOWER);
    assert_int_equal(keys_open(&cx, k, 5, all, LIST), SEAL_ANSWERED);
    assert_int_equal(keys_open(&cx, k, 5, all, LIST), SEAL_SLOWER);
    assert_int_equal(keys_open(&cx, k, 6, all, LIST), SEAL_ANSWERED);
    keys_free(k);
}

/* Whoever has the server has any session and can make the process crash: each time he gets a tenth.
 */
static void a_crash_is_no_new_minute(void **state)
{
    enum { TENTH = 100 };
    struct kept s = found(S(""));
    struct keys *k = unlocked(&s, S(""), (struct seal_quota){.opens = 10 * TENTH, .sessions = 1});
    struct seal_item all[TENTH];
    struct str e = sealed(k, S("13800000001"));
    (void)state;
    for (int i = 0; i < TENTH; i++)
        all[i] = one(e);
    for (uint64_t session = 1; session <= 3; session++) {
        assert_int_equal(keys_open(&cx, k, session, all, TENTH), SEAL_ANSWERED);
        assert_int_equal(keys_open(&cx, k, 10 + session, all, TENTH), SEAL_SLOWER); /* within 6 s */
        kill_it();
    }
    keys_free(k);
}

/* ---- many at once, and killed meanwhile ---- */

static struct {
    struct keys *k;
    int64_t wrong, done;
    bool stop;
} rush;

static void *ask_on(void *arg)
{
    struct arena own;
    struct cx c;
    int64_t row = *(const int64_t *)arg, wrong = 0;
    arena_init(&own, 64 << 20);
    while (!__atomic_load_n(&rush.stop, __ATOMIC_RELAXED)) {
        cx_init(&c, &own, &env_system);
        c.community = 1;
        struct seal_item i = {
            .column = &contact, .row = row, .in = arena_printf(&own, "%lld", (long long)row)};
        struct str text = i.in;
        wrong += keys_seal(&c, rush.k, &i, 1) != SEAL_ANSWERED || i.verdict != SEAL_DONE;
        i.in = i.out;
        wrong +=
            keys_open(&c, rush.k, (uint64_t)row, &i, 1) != SEAL_ANSWERED || !str_eq(i.out, text);
        __atomic_add_fetch(&rush.done, 1, __ATOMIC_RELAXED);
        cx_end(&c);
        arena_wipe(&own);
    }
    __atomic_add_fetch(&rush.wrong, wrong, __ATOMIC_RELAXED);
    arena_free(&own);
    return NULL;
}

static void many_ask_while_it_is_killed(void **state)
{
    enum { THREADS = 8, KILLS = 3 };
    struct kept s = found(S(""));
    pthread_t threads[THREADS];
    int64_t rows[THREADS];
    (void)state;
    rush.k = unlocked(&s, S(""), plenty);
    for (int i = 0; i < THREADS; i++) {
        rows[i] = 100 + i;
        assert_int_equal(pthread_create(&threads[i], NULL, ask_on, &rows[i]), 0);
    }
    for (int i = 0; i < KILLS; i++) {
        pid_t pid = child();
        int64_t done = __atomic_load_n(&rush.done, __ATOMIC_RELAXED);
        assert_true(pid > 0 && kill(pid, SIGKILL) == 0);
        /* all are served again before it is killed once more */
        while (__atomic_load_n(&rush.done, __ATOMIC_RELAXED) < done + 10 * THREADS)
            continue;
    }
    __atomic_store_n(&rush.stop, true, __ATOMIC_RELAXED);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    keys_free(rush.k);
    assert_int_equal(rush.wrong, 0);
}

/* ---- from outside ---- */

static size_t files_of(pid_t pid)
{
    char path[64];
    size_t n = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *d = opendir(path);
    for (struct dirent *e; d && (e = readdir(d));)
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}

static void it_has_nothing_but_its_streams(void **state)
{
    struct kept s = found(S(""));
    struct keys *k = unlocked(&s, S(""), plenty);
    struct seal_status status;
    pid_t pid = child();
    (void)state;
    assert_int_equal(keys_status(&cx, k, &status), SEAL_ANSWERED);
    if (box_has_walls) { /* sanitizers lock no memory either */
        assert_int_equal(number_in(pid, "status", "Seccomp:", 10), 2);
        assert_int_equal(number_in(pid, "status", "NoNewPrivs:", 10), 1);
        assert_true(number_in(pid, "status", "VmLck:", 10) > 0 || !status.all_locked);
    }
    if (geteuid() == 0) {
        assert_true(status.own_user);
        assert_true(status.all_locked);
        assert_true(number_in(pid, "status", "Uid:\t", 10) > 0);
        assert_true(number_in(pid, "status", "Gid:\t", 10) > 0);
        assert_int_equal(number_in(pid, "status", "CapEff:", 16), 1 << 14); /* CAP_IPC_LOCK */
        assert_int_equal(number_in(pid, "status", "CapPrm:", 16), 1 << 14);
        assert_int_equal(files_of(pid), 3);
    } else {
        assert_int_equal(files_of(pid), 0); /* not to be looked at */
    }
    keys_free(k);
    assert_int_equal(child(), -1);
}

/* How often a text stands in what a process has in memory; root may look. */
static size_t seen_in(pid_t pid, const char *const *texts, size_t n)
{
    char path[64], line[512];
    size_t seen = 0;
    snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
    int fd = open(path, O_RDONLY);
    snprintf(path, sizeof path, "/proc/%d/maps", (int)pid);
    FILE *maps = fopen(path, "r");
    assert_true(fd >= 0 && maps);
    while (fgets(line, sizeof line, maps)) {
        unsigned long from, to;
        char how[8];
        if (sscanf(line, "%lx-%lx %7s", &from, &to, how) != 3 || how[1] != 'w')
            continue;
        struct arena_mark mark = arena_mark(&mem);
        char *p = arena_alloc(&mem, to - from);
        ssize_t got = pread(fd, p, to - from, (off_t)from);
        for (size_t i = 0; got > 0 && i < n; i++)
            seen += memmem(p, (size_t)got, texts[i], strlen(texts[i])) != NULL;
        arena_rewind(&mem, mark);
    }
    fclose(maps);
    close(fd);
    return seen;
}

static void nothing_is_left_of_what_it_was_asked(void **state)
{
    struct kept s = found(S("a passphrase to be found"));
    struct keys *k = start(true, plenty);
    const char *planted[PLANTED + 2];
    struct seal_item all[PLANTED];
    (void)state;
    if (geteuid() != 0 || !box_has_walls)
        skip(); /* not even we may look */
    assert_int_equal(keys_unlock(&cx, k, s.lock, S("a passphrase to be found")), SEAL_ANSWERED);
    loaded(k, &s);
    for (int i = 0; i < PLANTED; i++) {
        struct str text = arena_printf(&mem, "199%08d", 70000000 + i * 7919);
        planted[i] = text.p;
        all[i] = (struct seal_item){.column = &contact, .row = i, .in = text};
    }
    planted[PLANTED] = "a passphrase to be found";
    assert_int_equal(seen_in(getpid(), planted, 1) > 0, 1); /* it is not blind */
    assert_int_equal(keys_seal(&cx, k, all, PLANTED), SEAL_ANSWERED);
    for (int i = 0; i < PLANTED; i++)
        all[i].in = all[i].out;
    assert_int_equal(keys_open(&cx, k, 1, all, PLANTED), SEAL_ANSWERED);
    assert_true(str_is(all[3].out, planted[3]));
    assert_int_equal(keys_mask(&cx, k, 1, all, PLANTED), SEAL_ANSWERED);
    assert_int_equal(keys_reseal(&cx, k, all, PLANTED), SEAL_ANSWERED);
    assert_int_equal(keys_reindex(&cx, k, "contact", S(""), 0, all, PLANTED), SEAL_ANSWERED);
    struct seal_status
        status; /* it wipes once it has answered: before it takes the next question */
    assert_int_equal(keys_status(&cx, k, &status), SEAL_ANSWERED);
    assert_int_equal(seen_in(child(), planted, PLANTED + 1), 0);
    keys_free(k);
}

/* ---- taken over ---- */

static const char *argument(const char *walls, const char *what)
{
    return arena_printf(&mem, "%s:%s", walls, what).p;
}

static enum probe_end taken_over(const char *walls, const char *what)
{
    return probe_run((const char *const[]){"linghang", argument(walls, what), key_file,
                                           "linghang-key", "1,1,1,1", "serve", NULL});
}

static void taken_over_it_ends(void **state)
{
    (void)state;
    if (!box_has_walls)
        skip();
    for (const char *const *p = probes; *p; p++)
        if (taken_over("walls", *p) != PROBE_KILLED)
            fail_msg("%s is to be had", *p);
    assert_int_equal(taken_over("walls", "calm"), PROBE_GOT);
}

/* The planted fault: no walls. */
static void without_walls_it_would_not(void **state)
{
    (void)state;
    for (const char *const *p = probes; *p; p++)
        if (taken_over("none", *p) != PROBE_GOT)
            fail_msg("%s proves nothing", *p);
}

/* ---- what is too much, too early, too often ---- */

static void a_question_is_bounded(void **state)
{
    struct keys *k = start(false, plenty);
    struct seal_item *many = arena_array(&mem, SEAL_ITEMS_MAX + 1, sizeof *many);
    struct seal_key_row *rows = arena_array(&mem, SEAL_ITEMS_MAX + 1, sizeof *rows);
    struct seal_item big = one(str_n(arena_alloc(&mem, SEAL_FRAME_MAX), SEAL_FRAME_MAX));
    struct seal_status st;
    (void)state;
    for (size_t i = 0; i <= SEAL_ITEMS_MAX; i++)
        many[i] = one(S(""));
    assert_int_equal(keys_seal(&cx, k, many, SEAL_ITEMS_MAX + 1), SEAL_REFUSED);
    assert_int_equal(keys_load(&cx, k, rows, SEAL_ITEMS_MAX + 1), SEAL_REFUSED);
    assert_int_equal(keys_seal(&cx, k, &big, 1), SEAL_REFUSED);
    assert_int_equal(keys_status(&cx, k, &st), SEAL_ANSWERED);
    keys_free(k);
}

/* Rows that come while it is locked are its own once it is unlocked; what is no row of it, or more
 * than it can have, does no harm. */
static void what_comes_early_is_kept(void **state)
{
    struct kept s = found(S(""));
    struct keys *k = start(false, plenty);
    struct seal_key_row rows[2], *many = arena_array(&mem, SEAL_ITEMS_MAX, sizeof *many);
    struct seal_key_row huge = {.community_id = 9, .kid = 1};
    struct seal_status st;
    (void)state;
    memcpy(rows, s.rows, sizeof rows);
    huge.wrapped = str_n(arena_alloc(&mem, 600), 600);
    assert_int_equal(keys_load(&cx, k, &huge, 1), SEAL_LOCKED);
    for (int i = 0; i < 2; i++) /* again: they replace themselves */
        assert_int_equal(keys_load(&cx, k, rows, 2), SEAL_LOCKED);
    for (int64_t i = 0; i < 5; i++) {
        for (int64_t n = 0; n < SEAL_ITEMS_MAX; n++)
            many[n] = (struct seal_key_row){
                .community_id = 10 + i, .kid = 1 + n, .wrapped = S("no envelope")};
        assert_int_equal(keys_load(&cx, k, many, SEAL_ITEMS_MAX), SEAL_LOCKED);
    }
    assert_int_equal(keys_unlock(&cx, k, s.lock, S("")), SEAL_ANSWERED);
    assert_int_equal(keys_status(&cx, k, &st), SEAL_ANSWERED);
    assert_int_equal(st.keys, 2);
    sealed(k, S("13800000001"));
    rows[0].created_at++;
    assert_int_equal(keys_load(&cx, k, rows, 1), SEAL_ANSWERED);
    assert_int_equal(rows[0].verdict, SEAL_BROKEN);
    kill_it(); /* it comes back with what was good */
    sealed(k, S("13800000001"));
    keys_free(k);
}

static void without_its_stick_it_stays_locked(void **state)
{
    struct kept s = found(S(""));
    struct keys *k = unlocked(&s, S(""), plenty);
    struct seal_item i = one(sealed(k, S("13800000001")));
    char away[sizeof key_file + 5];
    (void)state;
    snprintf(away, sizeof away, "%s.away", key_file);
    assert_int_equal(rename(key_file, away), 0); /* pulled out */
    assert_int_equal(keys_open(&cx, k, 1, &i, 1), SEAL_ANSWERED);
    kill_it();
    assert_int_equal(keys_open(&cx, k, 1, &i, 1), SEAL_DOWN);
    assert_int_equal(rename(away, key_file), 0);
    assert_int_equal(keys_open(&cx, k, 1, &i, 1), SEAL_ANSWERED);
    keys_free(k);
    struct keys_options o = {.key_file = NULL, .user = "nobody", .quota = plenty};
    struct seal_status st;
    assert_int_equal(keys_new(&cx, &o, &k), OK);
    if (keys_status(&cx, k, &st) == SEAL_ANSWERED) /* to be recovered by sheets alone */
        assert_int_equal(keys_unlock(&cx, k, s.lock, S("")), SEAL_WRONG);
    keys_free(k);
}

static int64_t later;

static int64_t shifted(struct env *e)
{
    (void)e;
    return env_system.monotonic(&env_system) + later;
}

/* What dies again and again is left alone for a minute, not for ever. */
static void after_a_minute_it_is_tried_again(void **state)
{
    struct env own = env_system;
    struct seal_status st;
    (void)state;
    own.monotonic = shifted;
    cx.env = &own;
    struct keys *k = start(false, plenty);
    for (int i = 0; i < 6; i++) {
        assert_int_equal(keys_status(&cx, k, &st), SEAL_ANSWERED);
        kill_it();
    }
    assert_int_equal(keys_status(&cx, k, &st), SEAL_DOWN);
    later += 60000;
    assert_int_equal(keys_status(&cx, k, &st), SEAL_ANSWERED);
    keys_free(k);
    cx.env = &env_system;
}

/* A machine out of files: no answer, and one as soon as there are some. */
static void without_files_it_is_down(void **state)
{
    struct rlimit was, less;
    struct seal_status st;
    int first = dup(0), down = 0;
    (void)state;
    close(first);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
    for (rlim_t more = 0; more < 6; more++) {
        struct keys *k = start(false, plenty);
        less = was;
        less.rlim_cur = (rlim_t)first + more;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &less), 0);
        down += keys_status(&cx, k, &st) == SEAL_DOWN;
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
        assert_int_equal(keys_status(&cx, k, &st), SEAL_ANSWERED);
        keys_free(k);
    }
    assert_true(down >= 2);
}

/* A process that has been opened as ours is, and then does something else. */
static int evil(int argc, char **argv)
{
    struct keymgr k = {0};
    const char *colon = strchr(argv[0], ':');
    bool walls = strncmp(argv[0], "walls", 5) == 0;
    if (!keymgr_open(&k, argc, argv, walls))
        _exit(3);
    _exit(strcmp(colon + 1, "calm") == 0 || probe_try(colon + 1) ? 0 : 1);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_server_without_a_master_key_goes_on),
        cmocka_unit_test(a_list_of_two_hundred_is_one_question),
        cmocka_unit_test(a_passphrase_is_needed_after_each_start),
        cmocka_unit_test(killed_it_is_there_again),
        cmocka_unit_test(frozen_it_is_replaced),
        cmocka_unit_test(sheets_bring_the_keys_back),
        cmocka_unit_test(a_server_is_not_a_console),
        cmocka_unit_test(the_usual_quota_is_kept),
        cmocka_unit_test(a_crash_is_no_new_minute),
        cmocka_unit_test(many_ask_while_it_is_killed),
        cmocka_unit_test(it_has_nothing_but_its_streams),
        cmocka_unit_test(nothing_is_left_of_what_it_was_asked),
        cmocka_unit_test(taken_over_it_ends),
        cmocka_unit_test(without_walls_it_would_not),
        cmocka_unit_test(a_question_is_bounded),
        cmocka_unit_test(what_comes_early_is_kept),
        cmocka_unit_test(without_its_stick_it_stays_locked),
        cmocka_unit_test(after_a_minute_it_is_tried_again),
        cmocka_unit_test(without_files_it_is_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return strcmp(argv[1], "keymgr") == 0 ? command_keymgr(argc - 1, argv + 1)
                                              : evil(argc - 1, argv + 1);
    return with_key_file(run);
}
