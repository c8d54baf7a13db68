/* mirror_apart_test -- a second disk that is not mounted leaves an empty folder on the first one:
 * it is not taken for a new mirror. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit.h"
#include "db/db.h"
#include "base/env.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_mounted;

/* Stands for the second disk: what ends so lies on it. */
int stat(const char *file, struct stat *out)
{
    int done = fstatat(AT_FDCWD, file, out, 0);
    if (is_mounted && str_ends(str_c(file), S("/second")))
        out->st_dev++;
    return done;
}

static enum err opened(const char *folder, const char *mirror, const char *says)
{
    struct env_fake env;
    struct arena mem;
    struct cx cx;
    struct store *store;
    env_fake_init(&env, TEST_NOW, 7);
    arena_init(&mem, 16 << 20);
    cx_init(&cx, &mem, &env.env);
    assert_int_equal(store_open(&cx, arena_printf(&mem, "sqlite:%s/a.db", folder).p, &store), OK);
    if (strcmp(mirror, "off") != 0)
        mirror = arena_printf(&mem, "%s/%s", folder, mirror).p;
    assert_int_equal(store_mirror(&cx, store, mirror), OK);
    enum err e = store_connect(&cx, store, true, &cx.db);
    if (e == OK)
        conn_close(cx.db);
    else
        assert_true(str_find(cx.fault.message, str_c(says)) >= 0);
    store_close(store);
    cx_end(&cx);
    arena_free(&mem);
    return e;
}

static void an_empty_place_to_mount_is_no_mirror(void **state)
{
    char folder[] = "/tmp/mirror-apart-test-XXXXXX", remove[64];
    (void)state;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(opened(folder, "beside", NULL), OK); /* to try it out */
    assert_int_equal(opened(folder, "beside-too", NULL), OK);
    is_mounted = true;
    assert_int_equal(opened(folder, "second", NULL), OK);
    assert_int_equal(opened(folder, "second", NULL), OK);
    is_mounted = false;
    assert_int_equal(opened(folder, "beside-again", "第二块盘多半没有挂上"), ERR_INPUT);
    is_mounted = true;
    assert_int_equal(opened(folder, "second", NULL), OK); /* nothing has changed */
    assert_int_equal(opened(folder, "off", NULL), OK);
    assert_int_equal(opened(folder, "beside-again", NULL), OK); /* it is wanted so */
    snprintf(remove, sizeof remove, "rm -r %s", folder);
    assert_int_equal(system(remove), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_empty_place_to_mount_is_no_mirror)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
