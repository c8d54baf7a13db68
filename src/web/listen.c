/* listen -- "HOST:PORT" to a socket that listens, and the two files of TLS. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 8192, FILE_MAX_BYTES = 256 << 10, HANDED_FD = 3 };

/* "[::1]:80" -> "::1", "80". */
static bool split(struct arena *a, struct str s, const char **host, const char **port)
{
    size_t colon = s.n;
    while (colon > 0 && s.p[colon - 1] != ':')
        colon--;
    if (colon < 2 || colon == s.n)
        return false;
    struct str h = str_cut(s, 0, colon - 1);
    if (h.n > 2 && h.p[0] == '[' && h.p[h.n - 1] == ']')
        h = str_cut(h, 1, h.n - 2);
    *host = arena_cstr(a, h);
    *port = arena_cstr(a, str_cut(s, colon, s.n));
    return true;
}

static int try_address(const struct addrinfo *ai)
{
    int on = 1, off = 0;
    int fd = socket(ai->ai_family, ai->ai_socktype, ai->ai_protocol);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (ai->ai_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0 &&
        fcntl(fd, F_SETFL, O_NONBLOCK) == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static int port_of(int fd)
{
    struct sockaddr_storage sa;
    socklen_t n = sizeof sa;
    if (getsockname(fd, (struct sockaddr *)&sa, &n) != 0)
        return 0;
    if (sa.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&sa)->sin6_port);
    return ntohs(((struct sockaddr_in *)&sa)->sin_port);
}

/* The first one that systemd (or whoever speaks its language, sd_listen_fds(3)) hands over: it goes
 * on listening while one server ends and the next one starts. -1 = none. */
static int handed(void)
{
    const char *pid = getenv("LISTEN_PID"), *n = getenv("LISTEN_FDS");
    int listens = 0;
    socklen_t size = sizeof listens;
    if (!pid || !n || strtol(pid, NULL, 10) != getpid() || strtol(n, NULL, 10) < 1 ||
        getsockopt(HANDED_FD, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || !listens ||
        fcntl(HANDED_FD, F_SETFL, O_NONBLOCK) != 0 || fcntl(HANDED_FD, F_SETFD, FD_CLOEXEC) != 0)
        return -1;
    return HANDED_FD;
}

enum err listen_open(struct cx *cx, const char *where, int *fd, int *port, bool *is_handed)
{
    const char *host, *service;
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    struct addrinfo *all, *ai;
    *fd = handed();
    *is_handed = *fd >= 0;
    if (*is_handed) {
        *port = port_of(*fd);
        return OK;
    }
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    if (!split(cx->mem, str_c(where), &host, &service))
        return fail(cx, ERR_INPUT, "监听地址 %s 要写成 主机:端口，例如 127.0.0.1:8080", where);
    int wrong = getaddrinfo(host, service, &hints, &all);
    if (wrong)
        return fail(cx, ERR_INPUT, "监听地址 %s 不能用：%s", where, gai_strerror(wrong));
    *fd = -1;
    for (ai = all; ai && *fd < 0; ai = ai->ai_next)
        *fd = try_address(ai);
    int why = errno;
    freeaddrinfo(all);
    if (*fd < 0)
        return fail(cx, ERR_INPUT, "不能监听 %s：%s", where, strerror(why));
    *port = port_of(*fd);
    return OK;
}

enum err listen_read_file(struct cx *cx, const char *path, struct str *out)
{
    char *p = arena_alloc(cx->mem, FILE_MAX_BYTES);
    FILE *f = fopen(path, "rb");
    if (!f)
        return fail(cx, ERR_INPUT, "读不到文件 %s：%s", path, strerror(errno));
    size_t n = fread(p, 1, FILE_MAX_BYTES - 1, f);
    bool whole = feof(f) && !ferror(f);
    fclose(f);
    if (!whole || !n)
        return fail(cx, ERR_INPUT, "文件 %s 是空的、太大或读不完", path);
    *out = str_n(p, n); /* NUL stands behind: the arena is zeroed */
    return OK;
}
