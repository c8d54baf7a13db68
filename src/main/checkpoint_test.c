/* checkpoint_test -- a line that could not be written whole is not taken for one that was changed.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit.h"
#include "main/checkpoint.h"
#include "base/env.h"
#include "seal/seal.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COMMUNITY = 3 };

static struct {
    char dir[64], file[96];
    struct env_fake env;
    struct arena mem;
    struct cx cx;
    struct str public_key, private_key;
    audit_mark_list marks;
    bool cut;
} world;

static int setup(void **state)
{
    (void)state;
    snprintf(world.dir, sizeof world.dir, "/tmp/checkpoint-test-XXXXXX");
    assert_non_null(mkdtemp(world.dir));
    snprintf(world.file, sizeof world.file, "%s/%d.checkpoints", world.dir, COMMUNITY);
    env_fake_init(&world.env, TEST_NOW, 7);
    arena_init(&world.mem, 1 << 20);
    cx_init(&world.cx, &world.mem, &world.env.env);
    assert_true(seal_pair(&world.cx, SEAL_SM, &world.public_key, &world.private_key));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(world.file);
    rmdir(world.dir);
    cx_end(&world.cx);
    arena_free(&world.mem);
    return 0;
}

static enum err add(int64_t seq)
{
    struct audit_walk w = {.community = COMMUNITY, .seq = seq};
    memset(w.h, 'a', AUDIT_HASH);
    return checkpoint_add(&world.cx, world.dir, &w, world.private_key);
}

static enum err look(void)
{
    world.marks = (audit_mark_list){0};
    return checkpoints_read(&world.cx, world.dir, COMMUNITY, world.public_key, &world.marks,
                            &world.cut);
}

static off_t size(void)
{
    struct stat st;
    assert_int_equal(stat(world.file, &st), 0);
    return st.st_size;
}

static void put(const char *bytes, size_t n)
{
    FILE *out = fopen(world.file, "ae");
    assert_true(out && fwrite(bytes, 1, n, out) == n && fclose(out) == 0);
}

static void no_file_is_an_empty_list(void **state)
{
    (void)state;
    assert_int_equal(look(), OK);
    assert_int_equal(world.marks.n, 0);
    assert_int_equal(checkpoints_read(&world.cx, "/dev/null", COMMUNITY, world.public_key,
                                      &world.marks, &world.cut),
                     ERR_STORE);
    fault_clear(&world.cx);
}

static void no_room_leaves_no_half_line(void **state)
{
    struct rlimit before, small;
    (void)state;
    assert_int_equal(add(5), OK);
    off_t whole = size();
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){(rlim_t)whole + 40, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum err e = add(9);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(e, ERR_STORE);
    fault_clear(&world.cx);
    assert_int_equal(size(), whole);
    assert_int_equal(look(), OK);
    assert_true(world.marks.n == 1 && !world.cut);
}

/* The power went: half a line, or room for one that was never filled. */
static void a_line_without_its_end_is_told_and_replaced(void **state)
{
    static const struct str halves[] = {S("9 aaaa"), S("9 \0\0\0\0"), S("\0\0\0")};
    (void)state;
    for (size_t i = 0; i < COUNT(halves); i++) {
        int64_t seq = 10 * ((int64_t)i + 1);
        assert_int_equal(add(seq), OK);
        put(halves[i].p, halves[i].n);
        assert_int_equal(look(), OK);
        assert_true(world.marks.n == 2 * i + 1 && world.cut);
        assert_int_equal(add(seq + 1), OK);
        assert_int_equal(look(), OK);
        assert_true(world.marks.n == 2 * i + 2 && !world.cut);
    }
}

static void a_line_that_somebody_wrote_is_refused(void **state)
{
    (void)state;
    assert_int_equal(add(5), OK);
    put("9 aaaa\n", 7);
    assert_int_equal(look(), ERR_CONFLICT);
    fault_clear(&world.cx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_file_is_an_empty_list, setup, teardown),
        cmocka_unit_test_setup_teardown(no_room_leaves_no_half_line, setup, teardown),
        cmocka_unit_test_setup_teardown(a_line_without_its_end_is_told_and_replaced, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_line_that_somebody_wrote_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
