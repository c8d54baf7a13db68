/* box -- see box.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "base/box.h"
#include "base/env.h"
#include "base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <poll.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

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

const bool box_has_walls = !IS_SANITIZED;

/* ---- inside ---- */

static bool limit(int what, rlim_t most)
{
    const struct rlimit r = {most, most};
    return setrlimit(what, &r) == 0;
}

bool box_limit(const struct box *b)
{
    bool done = limit(RLIMIT_CORE, 0) && limit(RLIMIT_FSIZE, b->written) &&
                (b->seconds == 0 || limit(RLIMIT_CPU, (rlim_t)b->seconds)) &&
                prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
    if (!box_has_walls)
        return done;
    return done && limit(RLIMIT_NOFILE, (rlim_t)b->files) && limit(RLIMIT_DATA, b->memory);
}

/* struct landlock_ruleset_attr as kernels of version 6 know it; Debian's header is older. */
struct rules {
    uint64_t files, ports, scopes;
};

/* What each version can refuse, all of it: landlock(7). Nothing is then allowed again. */
static size_t all_of(int version, struct rules *r)
{
    enum { FILES = 13, FILES_REFER = 14, FILES_TRUNCATE = 15, FILES_IOCTL = 16, BOTH = 3 };
    int files = version >= 5   ? FILES_IOCTL
                : version >= 3 ? FILES_TRUNCATE
                : version >= 2 ? FILES_REFER
                               : FILES;
    *r = (struct rules){.files = (UINT64_C(1) << files) - 1,
                        .ports = version >= 4 ? BOTH : 0,   /* bind and connect of TCP */
                        .scopes = version >= 6 ? BOTH : 0}; /* abstract sockets, signals */
    return version >= 6 ? sizeof *r : version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

int box_landlock(void)
{
    struct rules r;
    int version =
        (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return 0; /* too old, switched off, or a container keeps it from us */
    size_t size = all_of(version, &r);
    int fd = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
    bool done = fd >= 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    if (fd >= 0)
        close(fd);
    return done ? version : -1;
}

/* What streams, arithmetic, malloc and the end of a process need. Memory never becomes code. */
static bool allow(scmp_filter_ctx f)
{
    static const int calls[] = {
        SCMP_SYS(read),       SCMP_SYS(write),         SCMP_SYS(poll),
        SCMP_SYS(ppoll),      SCMP_SYS(brk),           SCMP_SYS(munmap),
        SCMP_SYS(mremap),     SCMP_SYS(madvise),       SCMP_SYS(exit),
        SCMP_SYS(exit_group), SCMP_SYS(futex),         SCMP_SYS(rt_sigreturn),
        SCMP_SYS(getrandom),  SCMP_SYS(clock_gettime), SCMP_SYS(restart_syscall),
        SCMP_SYS(munlock)};
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        if (seccomp_rule_add(f, SCMP_ACT_ALLOW, calls[i], 0) != 0)
            return false;
    return seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
           seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                            SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0;
}

bool box_filter(void)
{
    scmp_filter_ctx f = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool done = f && allow(f) && seccomp_load(f) == 0;
    if (f)
        seccomp_release(f);
    return done;
}

bool box_lock(const struct box *b, int *landlock)
{
    int version = box_has_walls ? box_landlock() : 0;
    if (landlock)
        *landlock = version;
    return version >= 0 && box_limit(b) && (!box_has_walls || box_filter());
}

bool box_read(void *to, size_t n)
{
    for (char *p = to; n;) {
        ssize_t got = read(0, p, n);
        if (got <= 0)
            return false;
        p += got;
        n -= (size_t)got;
    }
    return true;
}

bool box_write(const void *from, size_t n)
{
    for (const char *p = from; n;) {
        ssize_t done = write(1, p, n);
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

bool box_answer(const void *head, size_t nhead, struct str rest)
{
    uint32_t n = (uint32_t)(nhead + rest.n);
    return box_write(&n, sizeof n) && box_write(head, nhead) && box_write(rest.p, rest.n);
}

/* ---- around the server ---- */

/* Of struct landlock_path_beneath_attr and landlock_net_port_attr. */
enum { RULE_PATH = 1, RULE_PORT = 2, BIND = 1 };

static const uint64_t read_rights = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
                      write_rights = LANDLOCK_ACCESS_FS_WRITE_FILE |
                                     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
                                     UINT64_C(1) << 14, /* truncate */
    file_rights = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE |
                  LANDLOCK_ACCESS_FS_WRITE_FILE | UINT64_C(1) << 14;

static bool allow_path(int rules, const struct rules *known, const struct box_path *p)
{
    struct stat s;
    int fd = open(p->path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == EACCES;
    struct landlock_path_beneath_attr a = {
        .allowed_access = known->files & (read_rights | (p->may & BOX_WRITE ? write_rights : 0) |
                                          (p->may & BOX_RUN ? LANDLOCK_ACCESS_FS_EXECUTE : 0)),
        .parent_fd = fd};
    bool done = fstat(fd, &s) == 0;
    if (done && !S_ISDIR(s.st_mode))
        a.allowed_access &= file_rights;
    done = done && syscall(SYS_landlock_add_rule, rules, RULE_PATH, &a, 0) == 0;
    close(fd);
    return done;
}

/* As box_landlock(), but for these paths and this port. */
static int landlock_but(const struct box_path *paths, size_t n, int port)
{
    struct rules r;
    int version =
        (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (version < 1)
        return 0;
    size_t size = all_of(version, &r);
    const uint64_t port_rule[] = {BIND, (uint64_t)port};
    r.ports &= BIND;
    int fd = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
    bool done = fd >= 0;
    for (size_t i = 0; i < n && done; i++)
        done = allow_path(fd, &r, &paths[i]);
    if (r.ports)
        done = done && syscall(SYS_landlock_add_rule, fd, RULE_PORT, port_rule, 0) == 0;
    done = done && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    if (fd >= 0)
        close(fd);
    return done ? version : -1;
}

/* Of files that are allowed anyway, memory, time, threads, connections; and what helpers need to
 * start and to lock themselves in. */
static const int of_server[] = {
    /* what is open */
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(pread64),
    SCMP_SYS(pwrite64), SCMP_SYS(preadv), SCMP_SYS(pwritev), SCMP_SYS(lseek), SCMP_SYS(close),
    SCMP_SYS(close_range), SCMP_SYS(dup), SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(fcntl),
    SCMP_SYS(ioctl), SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(ftruncate), SCMP_SYS(fallocate),
    SCMP_SYS(fadvise64), SCMP_SYS(flock), SCMP_SYS(fchown), SCMP_SYS(fchmod), SCMP_SYS(pipe),
    SCMP_SYS(pipe2), SCMP_SYS(eventfd2), SCMP_SYS(sendfile),
    /* files by name */
    SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(fstat),
    SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(rename),
    SCMP_SYS(renameat), SCMP_SYS(renameat2), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(link),
    SCMP_SYS(chmod), SCMP_SYS(umask), SCMP_SYS(utimensat),
    /* memory */
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(mincore),
    SCMP_SYS(mlock), SCMP_SYS(mlock2), SCMP_SYS(munlock), SCMP_SYS(mlockall), SCMP_SYS(membarrier),
    /* waiting, time, chance */
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select), SCMP_SYS(pselect6), SCMP_SYS(epoll_create1),
    SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(futex),
    SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(getrandom),
    /* connections */
    SCMP_SYS(connect), SCMP_SYS(bind), SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4),
    SCMP_SYS(shutdown), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(recvfrom),
    SCMP_SYS(recvmsg), SCMP_SYS(recvmmsg), SCMP_SYS(setsockopt), SCMP_SYS(getsockopt),
    SCMP_SYS(getsockname), SCMP_SYS(getpeername),
    /* threads, helpers, ends */
    SCMP_SYS(execve), SCMP_SYS(vfork), SCMP_SYS(wait4), SCMP_SYS(waitid), SCMP_SYS(pidfd_open),
    SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(kill), SCMP_SYS(tgkill), SCMP_SYS(gettid),
    SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(set_tid_address), SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq), SCMP_SYS(arch_prctl), SCMP_SYS(prctl), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_getparam), SCMP_SYS(sched_getscheduler),
    SCMP_SYS(sched_setscheduler), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigtimedwait), SCMP_SYS(sigaltstack),
    SCMP_SYS(restart_syscall), SCMP_SYS(prlimit64), SCMP_SYS(getrlimit), SCMP_SYS(setrlimit),
    SCMP_SYS(getrusage), SCMP_SYS(uname), SCMP_SYS(sysinfo), SCMP_SYS(times),
    /* who it is, and to become less */
    SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(setgroups),
    SCMP_SYS(setresuid), SCMP_SYS(setresgid), SCMP_SYS(capget), SCMP_SYS(capset), SCMP_SYS(seccomp),
    SCMP_SYS(landlock_create_ruleset), SCMP_SYS(landlock_add_rule),
    SCMP_SYS(landlock_restrict_self)};

/* Where an argument decides. */
static bool allow_some(scmp_filter_ctx f)
{
    enum { RUN = PROT_EXEC, BOTH = PROT_EXEC | PROT_WRITE };
    static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK}; /* getaddrinfo: last */
    const uint64_t spaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                            CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
    bool done = seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                                 SCMP_A2(SCMP_CMP_MASKED_EQ, RUN, 0)) == 0 &&
                /* libraries of helpers and of name look-ups */
                seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                                 SCMP_A2(SCMP_CMP_MASKED_EQ, BOTH, RUN),
                                 SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0)) == 0 &&
                seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                                 SCMP_A2(SCMP_CMP_MASKED_EQ, RUN, 0)) == 0 &&
                seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                                 SCMP_A0(SCMP_CMP_MASKED_EQ, spaces, 0)) == 0 &&
                /* its flags lie in memory; the C library then takes clone */
                seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
                seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 1,
                                 SCMP_A0(SCMP_CMP_EQ, AF_UNIX)) == 0;
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        done = done && seccomp_rule_add(f, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                                        SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)families[i])) == 0;
    return done;
}

bool box_serve(const struct box_path *paths, size_t n, int port, int *landlock)
{
    *landlock = 0;
    if (!box_has_walls)
        return true;
    scmp_filter_ctx f = NULL;
    bool done = limit(RLIMIT_CORE, 0) && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
                (*landlock = landlock_but(paths, n, port)) >= 0 &&
                (f = seccomp_init(SCMP_ACT_KILL_PROCESS)) != NULL && allow_some(f);
    for (size_t i = 0; i < sizeof of_server / sizeof *of_server && done; i++)
        done = of_server[i] < 0 || /* another kind of processor has no such call */
               seccomp_rule_add(f, SCMP_ACT_ALLOW, of_server[i], 0) == 0;
    done = done && seccomp_load(f) == 0;
    if (f)
        seccomp_release(f);
    return done;
}

/* ---- outside ---- */

pid_t box_start(const char *const *argv, int in, int out, int err)
{
    char *environment[] = {NULL};
    posix_spawn_file_actions_t a;
    pid_t pid = -1;
    if (posix_spawn_file_actions_init(&a) != 0)
        return -1;
    bool done = posix_spawn_file_actions_adddup2(&a, in, 0) == 0 &&
                posix_spawn_file_actions_adddup2(&a, out, 1) == 0 &&
                (err >= 0 ? posix_spawn_file_actions_adddup2(&a, err, 2)
                          : posix_spawn_file_actions_addopen(&a, 2, "/dev/null", 1, 0)) == 0 &&
                posix_spawn_file_actions_addclosefrom_np(&a, 3) == 0 &&
                posix_spawn(&pid, "/proc/self/exe", &a, NULL, (char *const *)(uintptr_t)argv,
                            environment) == 0;
    posix_spawn_file_actions_destroy(&a);
    return done ? pid : -1;
}

bool box_wait(pid_t pid, int64_t ms)
{
    if (pid <= 0) /* to kill(), those are many */
        return false;
    int status = 0, fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (fd < 0 || poll(&p, 1, (int)ms) != 1)
        kill(pid, SIGKILL);
    if (fd >= 0)
        close(fd);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return false;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        log_bad("process %d was ended by its walls", (int)pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- a talk ---- */

static int64_t left(const struct box_talk *t)
{
    int64_t ms = t->until - env_system.monotonic(&env_system);
    return ms > 0 ? ms : 0;
}

static bool is_ready(const struct box_talk *t, short what)
{
    struct pollfd p = {.fd = t->fd, .events = what};
    int n;
    while ((n = poll(&p, 1, (int)left(t))) < 0 && errno == EINTR)
        continue;
    return n == 1;
}

/* True: try again. */
static bool may_go_on(const struct box_talk *t, short what)
{
    return errno == EINTR || (errno == EAGAIN && is_ready(t, what));
}

static bool receive(struct box_talk *t, char *p, size_t n)
{
    while (n) {
        ssize_t got = recv(t->fd, p, n, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && !may_go_on(t, POLLIN)))
            return false;
        p += got > 0 ? got : 0;
        n -= got > 0 ? (size_t)got : 0;
    }
    return true;
}

bool box_call(struct box_talk *t, const char *command, int64_t ms)
{
    int pair[2];
    *t = (struct box_talk){.pid = -1, .fd = -1, .until = env_system.monotonic(&env_system) + ms};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    t->fd = pair[0];
    t->pid = box_start((const char *const[]){"linghang", command, NULL}, pair[1], pair[1], -1);
    close(pair[1]);
    if (t->pid > 0)
        return true;
    close(t->fd);
    t->fd = -1;
    return false;
}

bool box_say(struct box_talk *t, const void *head, size_t nhead, struct str rest)
{
    uint32_t n = (uint32_t)(nhead + rest.n);
    struct iovec parts[] = {
        {&n, sizeof n}, {(void *)(uintptr_t)head, nhead}, {(void *)(uintptr_t)rest.p, rest.n}};
    struct msghdr m = {.msg_iov = parts, .msg_iovlen = sizeof parts / sizeof *parts};
    for (size_t todo = sizeof n + n; todo;) {
        ssize_t done = sendmsg(t->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (done < 0 && !may_go_on(t, POLLOUT))
            return false;
        todo -= done > 0 ? (size_t)done : 0;
        for (size_t gone = done > 0 ? (size_t)done : 0; gone;) {
            size_t some = gone < m.msg_iov->iov_len ? gone : m.msg_iov->iov_len;
            m.msg_iov->iov_base = (char *)m.msg_iov->iov_base + some;
            m.msg_iov->iov_len -= some;
            gone -= some;
            if (m.msg_iov->iov_len == 0 && m.msg_iovlen > 1) {
                m.msg_iov++;
                m.msg_iovlen--;
            }
        }
    }
    return true;
}

bool box_hear(struct box_talk *t, struct arena *mem, size_t most, struct str *out, bool *no_room)
{
    uint32_t n;
    *no_room = false;
    if (!receive(t, (char *)&n, sizeof n) || n > most)
        return false;
    char *p = arena_try(mem, n);
    *no_room = !p;
    if (!p || !receive(t, p, n))
        return false;
    *out = str_n(p, n);
    return true;
}

bool box_hang_up(struct box_talk *t, bool kill)
{
    if (t->pid <= 0)
        return false;
    close(t->fd);
    bool done = box_wait(t->pid, kill ? 0 : left(t));
    *t = (struct box_talk){.pid = -1, .fd = -1};
    return done;
}
