/* box_test -- each wall alone, all together, and none: what a process gets that was taken over.
 * This program is also that process: see main(). */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "tests/unit.h"
#include "tests/probe.h"
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>

static const struct box small = {.memory = 64 << 20, .written = 1 << 20, .files = 3};

static enum probe_end behind(const char *walls, const char *what)
{
    return probe_run((const char *const[]){"box", walls, what, NULL});
}

static void expect(const char *walls, const char *what, enum probe_end want)
{
    static const char *const names[] = {"got", "killed", "refused", "odd"};
    enum probe_end e = behind(walls, what);
    if (e != want)
        fail_msg("%s behind %s: %s, not %s", what, walls, names[e], names[want]);
}

/* The planted fault: no walls, and every probe gets what it asks for. */
static void without_walls_everything_is_had(void **state)
{
    (void)state;
    for (const char *const *p = probes; *p; p++)
        expect("none", *p, PROBE_GOT);
}

static void behind_the_filter_it_ends(void **state)
{
    (void)state;
    if (!box_has_walls)
        skip();
    for (const char *const *p = probes; *p; p++) {
        expect("filter", *p, PROBE_KILLED);
        expect("all", *p, PROBE_KILLED);
    }
    expect("all", "calm", PROBE_GOT); /* it is the walls that end the others */
}

/* Should the filter once have a hole. */
static void landlock_alone_keeps_files_and_ports(void **state)
{
    (void)state;
    if (!box_has_walls || behind("landlock", "version") != PROBE_GOT)
        skip();
    expect("landlock", "open", PROBE_REFUSED);
    expect("landlock", "create", PROBE_REFUSED);
    expect("landlock", "execve", PROBE_REFUSED);
    expect("landlock", "calm", PROBE_GOT);
    if (behind("landlock", "ports") == PROBE_GOT)
        expect("landlock", "connect", PROBE_REFUSED);
}

static void limits_hold(void **state)
{
    (void)state;
    expect("limits", "core", PROBE_GOT);
    if (!box_has_walls)
        skip();
    expect("none", "memory", PROBE_GOT);
    expect("limits", "memory", PROBE_REFUSED);
    expect("limits", "open", PROBE_REFUSED); /* no fourth file */
}

static void who_does_not_end_is_ended(void **state)
{
    (void)state;
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    assert_false(box_wait(
        box_start((const char *const[]){"box", "none", "hang", NULL}, null, null, -1), 50));
    assert_false(box_wait(-1, 0)); /* nobody is ended for one that was never started */
    assert_true(box_wait(
        box_start((const char *const[]){"box", "none", "calm", NULL}, null, null, -1), 5000));
    assert_false(box_wait(
        box_start((const char *const[]){"box", "none", "never heard of", NULL}, null, null, -1),
        5000));
    close(null);
}

/* What is around the server: what it needs is had, nothing more. `what` of a path of its own, of
 * its port, of its helpers is in extra(). */
static void around_the_server(void **state)
{
    static const char *const killed[] = {"ptrace", "code", "namespace", "mount", "keys", "packet"};
    static const char *const needed[] = {"calm", "start", "signal", "thread", "file", "helper"};
    static const char *const refused[] = {"open", "create", "execve"};
    (void)state;
    if (!box_has_walls)
        skip();
    for (size_t i = 0; i < sizeof killed / sizeof *killed; i++) {
        expect("none", killed[i], PROBE_GOT);
        expect("server", killed[i], PROBE_KILLED);
    }
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        expect("server", needed[i], PROBE_GOT);
    if (behind("landlock", "version") != PROBE_GOT)
        skip();
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        expect("server", refused[i], PROBE_REFUSED); /* all are had without: see above */
    if (behind("landlock", "ports") == PROBE_GOT)
        expect("server", "connect", PROBE_REFUSED); /* it waits on a port of its own choice */
    expect("none", "outside", PROBE_GOT);
    if (behind("landlock", "signals") == PROBE_GOT)
        expect("server", "outside", PROBE_REFUSED);
}

/* ---- the process ---- */

enum { OWN_PORT = 9345 };

static const struct box_path own[] = {
    {"/usr", BOX_READ},          {"/lib", BOX_READ},       {"/lib64/ld-linux-x86-64.so.2", BOX_RUN},
    {"/proc/self/exe", BOX_RUN}, {"/dev/null", BOX_WRITE}, {"/dev/shm", BOX_WRITE},
    {"/nowhere", BOX_READ}};

static void *nothing(void *arg)
{
    return arg;
}

static bool in_own_folder(void)
{
    char path[] = "/dev/shm/linghang-box.XXXXXX";
    int fd = mkstemp(path);
    bool done = fd >= 0 && write(fd, "x", 1) == 1 && ftruncate(fd, 0) == 0;
    return unlink(path) == 0 && done;
}

static bool one_more(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    return box_wait(box_start((const char *const[]){"box", "all", "calm", NULL}, null, null, -1),
                    5000);
}

/* What only the walls around the server tell apart. */
static bool around(const char *what)
{
    pthread_t t;
    if (strcmp(what, "thread") == 0)
        return pthread_create(&t, NULL, nothing, NULL) == 0 && pthread_join(t, NULL) == 0;
    if (strcmp(what, "file") == 0)
        return in_own_folder();
    if (strcmp(what, "helper") == 0)
        return one_more();
    if (strcmp(what, "outside") == 0)
        return kill(getppid(), 0) == 0;
    if (strcmp(what, "namespace") == 0)
        return syscall(SYS_unshare, 0) == 0;
    if (strcmp(what, "mount") == 0)
        return syscall(SYS_mount, NULL, NULL, NULL, 0, NULL) != 0;
    if (strcmp(what, "keys") == 0)
        return syscall(SYS_add_key, NULL, NULL, NULL, 0, 0) != 0;
    if (strcmp(what, "packet") == 0)
        return socket(AF_VSOCK, SOCK_STREAM, 0) != -2;
    return false;
}

static bool extra(const char *what, int version)
{
    struct rlimit r;
    if (strcmp(what, "calm") == 0)
        return true;
    if (strcmp(what, "hang") == 0)
        for (volatile bool on = true; on;)
            continue;
    if (strcmp(what, "version") == 0)
        return version >= 1;
    if (strcmp(what, "ports") == 0)
        return version >= 4;
    if (strcmp(what, "signals") == 0)
        return version >= 6;
    if (strcmp(what, "core") == 0)
        return getrlimit(RLIMIT_CORE, &r) == 0 && r.rlim_max == 0;
    if (strcmp(what, "memory") == 0)
        return mmap(NULL, 128 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
               MAP_FAILED;
    return probe_try(what) || around(what);
}

static int inside(const char *walls, const char *what)
{
    int version = 0;
    bool up = strcmp(walls, "none") == 0;
    if (strcmp(walls, "all") == 0)
        up = box_lock(&small, &version);
    else if (strcmp(walls, "filter") == 0)
        up = box_filter();
    else if (strcmp(walls, "limits") == 0)
        up = box_limit(&small);
    else if (strcmp(walls, "server") == 0)
        up = box_serve(own, sizeof own / sizeof *own, OWN_PORT, &version);
    else if (strcmp(walls, "landlock") == 0)
        up = (version = box_landlock()) >= 0;
    if (!up)
        _exit(3);
    _exit(extra(what, version) ? 0 : 1);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_walls_everything_is_had),
        cmocka_unit_test(behind_the_filter_it_ends),
        cmocka_unit_test(landlock_alone_keeps_files_and_ports),
        cmocka_unit_test(limits_hold),
        cmocka_unit_test(around_the_server),
        cmocka_unit_test(who_does_not_end_is_ended),
    };
    return argc == 3 ? inside(argv[1], argv[2]) : cmocka_run_group_tests(tests, NULL, NULL);
}
