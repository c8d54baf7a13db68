/* liar_test -- the server and a process that stands in the place of the one with the keys: it lies,
 * dies at the wrong moment, is silent, or cannot be started as it is asked to. This program is also
 * that process: see main(). */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "main/keymgr_test.h"
#include "tests/probe.h"
#include <linux/sockios.h>
#include <sched.h>
#include <sys/ioctl.h>

static bool read_all(char *to, size_t n)
{
    ssize_t got = 1;
    for (; n && got > 0; to += got, n -= (size_t)got)
        got = read(0, to, n);
    return n == 0;
}

/* The rest once the first two bytes were taken. */
static bool in_two(const unsigned char *say, size_t n)
{
    int left = 1;
    if (write(1, say, 2) != 2)
        return false;
    while (left && ioctl(1, SIOCOUTQ, &left) == 0)
        sched_yield();
    return write(1, say + 2, n - 2) == (ssize_t)n - 2;
}

/* "long": more than anybody asked for; "cut": less than it says; "late": does what it is asked
 * until it gets rows after it was unlocked; "mute": says nothing to those and goes on; "torn": all
 * is well, in two parts. */
static int liar(const char *how)
{
    static const unsigned char endless[] = {255, 255, 255, 255, 1}, cut[] = {0, 0, 0, 9, 1};
    static char frame[SEAL_FRAME_MAX];
    unsigned char head[4], locked[] = {0, 0, 0, 2, 1, SEAL_LOCKED}, good[] = {0, 0, 0, 2, 1, 0};
    bool is_unlocked = false;
    while (read_all((char *)head, sizeof head)) {
        size_t n = (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
        if (n > sizeof frame || !read_all(frame, n))
            return 0;
        const unsigned char *say = strcmp(how, "long") == 0  ? endless
                                   : strcmp(how, "cut") == 0 ? cut
                                   : frame[1] == OP_UNLOCK   ? good
                                                             : locked;
        size_t most = strcmp(how, "late") == 0 ? sizeof good : sizeof cut;
        is_unlocked |= frame[1] == OP_UNLOCK;
        if (strcmp(how, "mute") == 0 && is_unlocked && frame[1] == OP_LOAD)
            continue;
        if (strcmp(how, "torn") == 0 || strcmp(how, "mute") == 0) {
            if (!in_two(say, sizeof good))
                return 0;
            continue;
        }
        if ((is_unlocked && frame[1] == OP_LOAD) || write(1, say, most) != (ssize_t)most ||
            strcmp(how, "cut") == 0)
            return 0;
    }
    return 0;
}

static void a_process_that_lies_is_ended(void **state)
{
    static const char *const ways[] = {"liar:long", "liar:cut"};
    struct kept s = found(S(""));
    struct seal_key_row rows[2];
    struct seal_status st;
    struct keys *k;
    (void)state;
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct keys_options o = {.key_file = key_file, .user = ways[i], .quota = plenty};
        assert_int_equal(keys_new(&cx, &o, &k), OK);
        assert_int_equal(keys_status(&cx, k, &st), SEAL_DOWN);
        assert_int_equal(child(), -1);
        keys_free(k);
    }
    struct keys_options torn = {.key_file = key_file, .user = "liar:torn", .quota = plenty};
    assert_int_equal(keys_new(&cx, &torn, &k), OK);
    assert_int_equal(keys_status(&cx, k, &st), SEAL_LOCKED); /* no lie: it came in two parts */
    keys_free(k);
    struct keys_options o = {.key_file = key_file, .user = "liar:late", .quota = plenty};
    memcpy(rows, s.rows, sizeof rows);
    assert_int_equal(keys_new(&cx, &o, &k), OK);
    assert_int_equal(keys_load(&cx, k, rows, 2), SEAL_LOCKED);
    assert_int_equal(keys_unlock(&cx, k, s.lock, S("")),
                     SEAL_DOWN); /* open, and without its keys */
    assert_int_equal(keys_status(&cx, k, &st), SEAL_DOWN);
    assert_int_equal(child(), -1);
    keys_free(k);
}

/* One that is slow over the rows may say so later: then nobody is there to take it for the answer
 * to something else. */
static void silent_over_its_rows_it_is_ended(void **state)
{
    struct kept s = found(S(""));
    struct seal_key_row rows[2];
    struct keys *k;
    struct keys_options o = {.key_file = key_file, .user = "liar:mute", .quota = plenty};
    (void)state;
    memcpy(rows, s.rows, sizeof rows);
    assert_int_equal(keys_new(&cx, &o, &k), OK);
    assert_int_equal(keys_load(&cx, k, rows, 2), SEAL_LOCKED);
    assert_int_equal(keys_unlock(&cx, k, s.lock, S("")), SEAL_DOWN);
    assert_int_equal(child(), -1);
    keys_free(k);
}

static void a_bad_start_is_said(void **state)
{
    static const char *const bad[][5] = {{"/nowhere", "linghang-key", "1,1,1,1", "serve"},
                                         {"", "linghang-key", "1,1,1", "serve"},
                                         {"", "linghang-key", "1,1,1,x", "serve"},
                                         {"", "linghang-key", "1,1,1,1,1", "serve"}};
    struct keys *k;
    struct keys_options o = {.key_file = "/nowhere", .quota = plenty};
    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(probe_run((const char *const[]){"linghang", "keymgr", bad[i][0], bad[i][1],
                                                         bad[i][2], bad[i][3], NULL}),
                         PROBE_REFUSED);
    assert_int_equal(probe_run((const char *const[]){"linghang", "keymgr", NULL}), PROBE_REFUSED);
    assert_int_equal(keys_new(&cx, &o, &k), ERR_INPUT);
    fault_clear(&cx);
    o.key_file = "/tmp"; /* no file */
    assert_int_equal(keys_new(&cx, &o, &k), ERR_INPUT);
    fault_clear(&cx);
    o.key_file = key_file;
    assert_int_equal(chmod(key_file, 0444), 0);
    assert_int_equal(keys_new(&cx, &o, &k), ERR_INPUT);
    assert_true(str_find(cx.fault.message, S("chmod")) > 0);
    fault_clear(&cx);
    assert_int_equal(chmod(key_file, 0600), 0);
    assert_int_equal(truncate(key_file, 31), 0);
    assert_int_equal(keys_new(&cx, &o, &k), ERR_INPUT);
    fault_clear(&cx);
}

static int run(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_process_that_lies_is_ended),
        cmocka_unit_test(silent_over_its_rows_it_is_ended),
        cmocka_unit_test(a_bad_start_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(int argc, char **argv)
{
    if (argc > 3 && strncmp(argv[3], "liar:", 5) == 0)
        return liar(argv[3] + 5);
    if (argc > 1)
        return command_keymgr(argc - 1, argv + 1);
    return with_key_file(run);
}
