/* keyfile_test -- a pair of keys is there whole or not at all, and none that opens nothing is left
 * where somebody would take it for his own. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit.h"
#include "main/keyfile.h"
#include "base/env.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
    char dir[64], file[96], pub[104], stick[96];
    struct env_fake env;
    struct arena mem;
    struct cx cx;
} world;

static int setup(void **state)
{
    (void)state;
    snprintf(world.dir, sizeof world.dir, "/tmp/keyfile-test-XXXXXX");
    assert_non_null(mkdtemp(world.dir));
    snprintf(world.file, sizeof world.file, "%s/key", world.dir);
    snprintf(world.pub, sizeof world.pub, "%s.pub", world.file);
    snprintf(world.stick, sizeof world.stick, "%s/stick", world.dir);
    env_fake_init(&world.env, TEST_NOW, 7);
    arena_init(&world.mem, 1 << 20);
    cx_init(&world.cx, &world.mem, &world.env.env);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    unlink(world.file);
    unlink(world.pub);
    unlink(world.stick);
    rmdir(world.dir);
    cx_end(&world.cx);
    arena_free(&world.mem);
    return 0;
}

static bool is_there(const char *file)
{
    return access(file, F_OK) == 0;
}

static bool said(const char *what)
{
    return strstr(world.cx.fault.message.p, what) != NULL;
}

static struct str read_key(const char *file)
{
    struct str key = S("");
    assert_int_equal(keyfile_read(&world.cx, file, "", &key), OK);
    return key;
}

static void a_pair_is_two_files(void **state)
{
    (void)state;
    struct stat st;
    assert_int_equal(keyfile_pair(&world.cx, world.file), OK);
    assert_int_equal(stat(world.file, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    struct str text = S("一句话"), signature = seal_sign(&world.cx, read_key(world.file), text);
    assert_true(seal_is_signed(read_key(world.pub), text, signature));
}

static void no_name_of_a_file_is_told(void **state)
{
    (void)state;
    struct str key;
    assert_int_equal(keyfile_read(&world.cx, NULL, "", &key), ERR_INPUT);
    assert_true(said("--key"));
}

/* The private half was carried away, as one is told to. */
static void no_second_private_half(void **state)
{
    (void)state;
    assert_int_equal(keyfile_pair(&world.cx, world.file), OK);
    struct str before = read_key(world.pub);
    assert_int_equal(rename(world.file, world.stick), 0);
    assert_int_equal(keyfile_pair(&world.cx, world.file), ERR_CONFLICT);
    assert_true(said("key.pub 已经有了") && said("不用再生成"));
    fault_clear(&world.cx);
    assert_false(is_there(world.file));
    assert_true(str_eq(read_key(world.pub), before));
}

static void no_private_half_is_written_over(void **state)
{
    (void)state;
    assert_int_equal(keyfile_pair(&world.cx, world.file), OK);
    struct str before = read_key(world.file);
    assert_int_equal(unlink(world.pub), 0);
    assert_int_equal(keyfile_pair(&world.cx, world.file), ERR_CONFLICT);
    assert_true(said("key 已经有了"));
    fault_clear(&world.cx);
    assert_false(is_there(world.pub)); /* of another pair */
    assert_true(str_eq(read_key(world.file), before));
}

/* A disk that takes the first half, or a part of it. */
static void a_full_disk_keeps_neither(void **state)
{
    (void)state;
    static const rlim_t room[] = {0, 40, 180};
    struct rlimit was, little;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    for (size_t i = 0; i < COUNT(room); i++) {
        little = (struct rlimit){room[i], was.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
        enum err e = keyfile_pair(&world.cx, world.file);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
        assert_int_equal(e, ERR_STORE);
        fault_clear(&world.cx);
        assert_false(is_there(world.file) || is_there(world.pub));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_pair_is_two_files, setup, teardown),
        cmocka_unit_test_setup_teardown(no_name_of_a_file_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(no_second_private_half, setup, teardown),
        cmocka_unit_test_setup_teardown(no_private_half_is_written_over, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_keeps_neither, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
