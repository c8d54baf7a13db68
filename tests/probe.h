/* probe -- what a process that was taken over would try: each asks the system for one thing. Used
 * behind walls, where none may be had, and in front of them, where each must be: a probe that never
 * gets anything proves nothing. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_PROBE_H
#define TESTS_PROBE_H

#include "base/box.h"
#include "base/str.h"
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum probe_end { PROBE_GOT, PROBE_KILLED, PROBE_REFUSED, PROBE_ODD };

/* The names, NULL-ended. */
static const char *const probes[] = {"open",   "create", "socket", "connect", "execve",
                                     "ptrace", "start",  "code",   "signal",  NULL};

static inline bool probe_connect(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t n = sizeof a;
    int s = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0);
    return s >= 0 && c >= 0 && bind(s, (struct sockaddr *)&a, n) == 0 && listen(s, 1) == 0 &&
           getsockname(s, (struct sockaddr *)&a, &n) == 0 &&
           connect(c, (struct sockaddr *)&a, n) == 0;
}

/* True: it was had. execve does not come back then, but ends with status 0 as well. */
static inline bool probe_try(const char *what)
{
    char *argv[] = {"true", NULL}, *environment[] = {NULL};
    if (strcmp(what, "open") == 0)
        return open("/etc/hostname", O_RDONLY) >= 0;
    if (strcmp(what, "create") == 0)
        return open("/tmp", O_TMPFILE | O_RDWR, 0600) >= 0;
    if (strcmp(what, "socket") == 0)
        return socket(AF_INET, SOCK_STREAM, 0) >= 0;
    if (strcmp(what, "connect") == 0)
        return probe_connect();
    if (strcmp(what, "execve") == 0)
        return execve("/bin/true", argv, environment) == 0;
    if (strcmp(what, "ptrace") == 0)
        return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
    if (strcmp(what, "start") == 0)
        return fork() >= 0;
    if (strcmp(what, "code") == 0)
        return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                    0) != MAP_FAILED;
    if (strcmp(what, "signal") == 0)
        return kill(getpid(), 0) == 0;
    return false;
}

/* Runs this program with `argv` and says how it ended. */
static inline enum probe_end probe_run(const char *const *argv)
{
    int status = 0, null = open("/dev/null", O_RDWR | O_CLOEXEC);
    pid_t pid = box_start(argv, null, null, -1);
    close(null);
    while (pid > 0 && waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return PROBE_ODD;
    if (pid > 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
        return PROBE_KILLED;
    if (pid <= 0 || !WIFEXITED(status) || WEXITSTATUS(status) > 1)
        return PROBE_ODD;
    return WEXITSTATUS(status) == 0 ? PROBE_GOT : PROBE_REFUSED;
}

#endif
