/* keymgr_test -- a key file, what is kept of its keys, and the child that has them, for the tests
 * of the process and of those that stand in its place. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_KEYMGR_TEST_H
#define MAIN_KEYMGR_TEST_H

#include "tests/unit.h"
#include "main/keymgr.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena mem;
static struct cx cx;
static char key_file[] = "/tmp/linghang-key.XXXXXX";

static const struct seal_quota plenty = {1000000, 1000000, 1000000, 1000};

static struct keys *start(bool setup, struct seal_quota quota)
{
    struct keys *k;
    const struct keys_options o = {.key_file = key_file, .quota = quota, .setup = setup};
    assert_int_equal(keys_new(&cx, &o, &k), OK);
    return k;
}

/* A store's worth: the lock, keys of community 1, three sheets. */
struct kept {
    struct str lock, sheets[SEAL_SHEETS];
    struct seal_key_row rows[2];
};

static struct kept found(struct str passphrase)
{
    struct keys *k = start(true, plenty);
    struct kept s = {.rows = {{.community_id = 1, .kid = 1, .purpose = SEAL_CONTACT},
                              {.community_id = 1, .kid = 2, .purpose = SEAL_INDEX}}};
    seal_key_row_list none = {0};
    assert_int_equal(keys_found(&cx, k, SEAL_SM, passphrase, &s.lock, s.sheets, &none),
                     SEAL_ANSWERED);
    assert_int_equal(none.n, 0);
    for (size_t i = 0; i < COUNT(s.rows); i++)
        assert_int_equal(keys_make(&cx, k, &s.rows[i]), SEAL_ANSWERED);
    keys_free(k);
    return s;
}

/* ---- finding it from outside ---- */

static long number_in(pid_t pid, const char *file, const char *after, int base)
{
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    int fd = open(path, O_RDONLY);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0)
        close(fd);
    text[n > 0 ? n : 0] = 0;
    const char *at = strstr(text, after);
    return at ? strtol(at + strlen(after), NULL, base) : -1;
}

/* The one child we have. */
static pid_t child(void)
{
    DIR *d = opendir("/proc");
    pid_t found = -1;
    for (struct dirent *e; (e = readdir(d));) {
        pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
        if (pid > 0 && number_in(pid, "status", "PPid:", 10) == getpid())
            found = pid;
    }
    closedir(d);
    return found;
}

static void make_key_file(void)
{
    static const char bytes[SEAL_KEY_BYTES] = "thirty-two bytes on a stick";
    int fd = mkstemp(key_file);
    assert_true(fd >= 0 && write(fd, bytes, sizeof bytes) == SEAL_KEY_BYTES);
    close(fd);
}

/* The tests of `run`, with memory, a context of community 1 and a key file. */
static int with_key_file(int (*run)(void))
{
    arena_init(&mem, (size_t)1 << 30);
    cx_init(&cx, &mem, &env_system);
    cx.community = 1;
    make_key_file();
    int failed = run();
    unlink(key_file);
    cx_end(&cx);
    arena_free(&mem);
    return failed;
}

#endif
