/* image_box -- the process that reads a picture: started, watched, and locked in. */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "image/image_own.h"
#include <errno.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MEMORY = 192 << 20, SECONDS = 4, ANSWER_MAX = 4 << 20 };

#if defined(__SANITIZE_ADDRESS__)
#define IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

const bool image_has_filter = !IS_SANITIZED;

/* ---- inside ---- */

static bool limit(int what, rlim_t most)
{
    const struct rlimit r = {most, most};
    return setrlimit(what, &r) == 0;
}

/* What arithmetic, malloc and the end of a process need. Memory never becomes code. */
static bool allow(scmp_filter_ctx f)
{
    static const int calls[] = {
        SCMP_SYS(read),           SCMP_SYS(write),      SCMP_SYS(brk),
        SCMP_SYS(munmap),         SCMP_SYS(mremap),     SCMP_SYS(madvise),
        SCMP_SYS(exit),           SCMP_SYS(exit_group), SCMP_SYS(futex),
        SCMP_SYS(rt_sigreturn),   SCMP_SYS(getrandom),  SCMP_SYS(clock_gettime),
        SCMP_SYS(restart_syscall)};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0) != 0)
            return false;
    return seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
           seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

bool image_lock(void)
{
    bool done =
        limit(RLIMIT_CORE, 0) && limit(RLIMIT_CPU, SECONDS) && limit(RLIMIT_FSIZE, ANSWER_MAX);
    if (!image_has_filter)
        return done;
    done = done && limit(RLIMIT_NOFILE, 3);
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
    done = done && limit(RLIMIT_DATA, MEMORY) && f && allow(f) && seccomp_load(f) == 0;
    if (f)
        seccomp_release(f);
    return done;
}

/* ---- outside ---- */

static int make_memory(const char *name)
{
    return memfd_create(name, MFD_CLOEXEC);
}

static bool write_all(int fd, struct str s)
{
    while (s.n) {
        ssize_t n = write(fd, s.p, s.n);
        if (n <= 0)
            return false;
        s = str_cut(s, (size_t)n, s.n - (size_t)n);
    }
    return lseek(fd, 0, SEEK_SET) == 0;
}

/* Its three streams and nothing else: no socket of ours, no store. */
static pid_t start(const char *command, int in, int out)
{
    char name[32], *argv[] = {"linghang", name, NULL}, *environment[] = {NULL};
    posix_spawn_file_actions_t a;
    pid_t pid = -1;
    strncpy(name, command, sizeof name - 1);
    name[sizeof name - 1] = 0;
    if (posix_spawn_file_actions_init(&a) != 0)
        return -1;
    bool done = posix_spawn_file_actions_adddup2(&a, in, 0) == 0 &&
                posix_spawn_file_actions_adddup2(&a, out, 1) == 0 &&
                posix_spawn_file_actions_addopen(&a, 2, "/dev/null", 1, 0) == 0 &&
                posix_spawn_file_actions_addclosefrom_np(&a, 3) == 0 &&
                posix_spawn(&pid, "/proc/self/exe", &a, NULL, argv, environment) == 0;
    posix_spawn_file_actions_destroy(&a);
    return done ? pid : -1;
}

/* Waits for the end, at most so long; then it is ended. */
static bool wait_for(pid_t pid, int64_t ms)
{
    int status = 0, fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (fd < 0 || poll(&p, 1, (int)ms) != 1)
        kill(pid, SIGKILL);
    if (fd >= 0)
        close(fd);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool read_back(struct cx *cx, int fd, struct str *out)
{
    off_t size = lseek(fd, 0, SEEK_END);
    if (size <= 0 || size > ANSWER_MAX)
        return false;
    char *p = arena_alloc(cx->mem, (size_t)size);
    *out = str_n(p, (size_t)size);
    return pread(fd, p, (size_t)size, 0) == size;
}

bool image_run(struct cx *cx, const char *command, struct str file, int64_t ms, struct str *out)
{
    int in = make_memory("picture"), answer = make_memory("answer");
    pid_t pid = -1;
    if (in >= 0 && answer >= 0 && write_all(in, file))
        pid = start(command, in, answer);
    bool done = pid > 0 && wait_for(pid, ms) && read_back(cx, answer, out);
    if (in >= 0)
        close(in);
    if (answer >= 0)
        close(answer);
    return done;
}
