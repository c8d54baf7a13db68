/* unlock -- see unlock.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/unlock.h"
#include "base/log.h"
#include "base/utf8.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

enum { LINE = 1000, PATIENCE_S = 5, ARGON_S = 60 };

void unlock_wipe(struct str passphrase)
{
    if (passphrase.n)
        explicit_bzero((char *)(uintptr_t)passphrase.p, passphrase.n);
}

/* The first line, cleaned as what people type: the one copy, nothing is left where it was. */
static struct str cleaned(struct cx *cx, char *line)
{
    struct str text = str_n(line, strcspn(line, "\r\n"));
    struct str out = utf8_valid(text) ? utf8_clean(cx->mem, text, true) : S("");
    explicit_bzero(line, strlen(line));
    return out;
}

static struct str of_credential(struct cx *cx)
{
    char line[LINE] = "";
    const char *dir = getenv("CREDENTIALS_DIRECTORY");
    FILE *f = dir ? fopen(arena_printf(cx->mem, "%s/linghang-passphrase", dir).p, "re") : NULL;
    if (!f)
        return S("");
    setvbuf(f, NULL, _IONBF, 0);
    if (!fgets(line, sizeof line, f))
        line[0] = 0;
    fclose(f);
    return cleaned(cx, line);
}

void unlock_signals(sigset_t *ends)
{
    static const int all[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    sigemptyset(ends);
    for (size_t i = 0; i < COUNT(all); i++)
        sigaddset(ends, all[i]);
}

static bool echo(bool on)
{
    struct termios t;
    if (tcgetattr(STDIN_FILENO, &t) != 0)
        return false;
    t.c_lflag = on ? t.c_lflag | ECHO : t.c_lflag & ~(tcflag_t)ECHO;
    return tcsetattr(STDIN_FILENO, TCSAFLUSH, &t) == 0;
}

enum { ENDED = -1, STOPPED = -2 };

/* Read as it comes: what a FILE has read ahead it keeps for its whole life. STOPPED: a signal wants
 * the program to end. */
static int next_byte(int signals)
{
    unsigned char c;
    struct pollfd at[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                          {.fd = signals, .events = POLLIN}};
    int n;
    do
        n = poll(at, COUNT(at), -1);
    while (n < 0 && errno == EINTR);
    if (n > 0 && at[1].revents)
        return STOPPED;
    return n > 0 && read(STDIN_FILENO, &c, 1) == 1 ? c : ENDED;
}

static bool type(char *line, size_t most, int signals)
{
    size_t n = 0;
    int c = 0;
    while (n < most - 1 && c != '\n' && (c = next_byte(signals)) >= 0)
        line[n++] = (char)c;
    line[n] = 0;
    return n > 0 && c != STOPPED;
}

/* Signals that end a program wait until the terminal shows again what is typed; then they do. Where
 * the caller has blocked them the input has ended instead, and he clears up. */
bool unlock_line(struct cx *cx, bool hidden, struct str *out)
{
    char line[LINE];
    sigset_t ends, before;
    unlock_signals(&ends);
    pthread_sigmask(SIG_BLOCK, &ends, &before);
    int signals = signalfd(-1, &ends, SFD_CLOEXEC);
    bool dark = hidden && echo(false), got = type(line, sizeof line, signals);
    if (dark && echo(true))
        fputs("\n", stderr);
    *out = got ? cleaned(cx, line) : S("");
    explicit_bzero(line, sizeof line);
    if (signals >= 0)
        close(signals);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return got;
}

struct str unlock_ask(struct cx *cx, const char *question)
{
    struct str text;
    if (isatty(STDIN_FILENO))
        fputs(question, stderr);
    return unlock_line(cx, true, &text) ? text : S("");
}

struct str unlock_get(struct cx *cx)
{
    struct str given = of_credential(cx);
    if (given.n || !isatty(STDIN_FILENO))
        return given;
    return unlock_ask(cx, "开锁口令（直接回车就先锁着开服务，以后用 linghang keys unlock 开）：");
}

/* ---- the socket ---- */

static bool address(const char *path, struct sockaddr_un *a)
{
    *a = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof a->sun_path)
        return false;
    memcpy(a->sun_path, path, strlen(path) + 1);
    return true;
}

/* EAGAIN: somebody listens, and others wait before us. */
static bool is_taken(const char *path)
{
    struct sockaddr_un a;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool taken = fd >= 0 && address(path, &a) &&
                 (connect(fd, (const struct sockaddr *)&a, sizeof a) == 0 || errno == EAGAIN);
    if (fd >= 0)
        close(fd);
    return taken;
}

enum err unlock_listen(struct cx *cx, const char *path, struct unlock *u)
{
    struct sockaddr_un a;
    *u = (struct unlock){.fd = -1};
    if (is_taken(path))
        return fail(cx, ERR_CONFLICT,
                    "已经有一个服务在 %s 等着开锁；要再开一个，请用 --unlock 另指一个", path);
    u->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    unlink(path); /* of a server that is gone */
    mode_t before = umask(0177);
    bool done = u->fd >= 0 && address(path, &a) &&
                bind(u->fd, (const struct sockaddr *)&a, sizeof a) == 0 && listen(u->fd, 1) == 0;
    umask(before);
    if (done)
        return OK;
    (void)fail(cx, ERR_STORE, "等人来开锁的地方 %s 建不了：%s；请用 --unlock 另指一个", path,
               strerror(errno));
    if (u->fd >= 0)
        close(u->fd);
    u->fd = -1;
    return ERR_STORE;
}

static void patience(int fd, int seconds)
{
    const struct timeval wait = {.tv_sec = seconds};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
}

/* Up to the end of the line. */
static bool read_line(int fd, char *line, size_t most)
{
    size_t n = 0;
    while (n < most - 1 && !memchr(line, '\n', n)) {
        ssize_t got = recv(fd, line + n, most - 1 - n, 0);
        if (got <= 0)
            return false;
        n += (size_t)got;
    }
    line[n] = 0;
    return memchr(line, '\n', n) != NULL;
}

static bool try(struct cx *cx, struct keyring *r, struct str passphrase, enum seal_answer *a)
{
    cx->mem->secret = true;
    *a = passphrase.n ? keyring_unlock(cx, r, passphrase) : SEAL_WRONG;
    unlock_wipe(passphrase);
    return *a == SEAL_ANSWERED;
}

static bool answer(struct cx *cx, int fd, struct keyring *r)
{
    char line[LINE];
    enum seal_answer a = SEAL_WRONG;
    patience(fd, PATIENCE_S);
    bool done = read_line(fd, line, sizeof line) && try(cx, r, cleaned(cx, line), &a);
    explicit_bzero(line, sizeof line);
    struct str said =
        done ? S("\n")
             : arena_printf(cx->mem, "%s\n", a == SEAL_WRONG ? "口令不对" : seal_words(a));
    if (!done)
        log_warn("keys: somebody tried to unlock them in vain");
    if (send(fd, said.p, said.n, MSG_NOSIGNAL) != (ssize_t)said.n)
        log_warn("keys: who unlocked them did not wait");
    return done;
}

bool unlock_look(struct cx *cx, struct unlock *u, struct keyring *r)
{
    enum seal_answer a;
    bool done = false, locked = keyring_is_locked(cx, r);
    if (locked && !u->tried)
        done = try(cx, r, of_credential(cx), &a);
    u->tried = locked && !done;
    int fd = u->fd >= 0 ? accept(u->fd, NULL, NULL) : -1;
    if (fd < 0)
        return done;
    done = answer(cx, fd, r) || done;
    close(fd);
    return done;
}

enum err unlock_tell(struct cx *cx, const char *path, struct str passphrase, struct str *said)
{
    char line[LINE];
    struct sockaddr_un a;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool there =
        fd >= 0 && address(path, &a) && connect(fd, (const struct sockaddr *)&a, sizeof a) == 0;
    patience(fd, ARGON_S);
    there = there && send(fd, passphrase.p, passphrase.n, MSG_NOSIGNAL) >= 0 &&
            send(fd, "\n", 1, MSG_NOSIGNAL) == 1 && read_line(fd, line, sizeof line);
    if (fd >= 0)
        close(fd);
    if (!there)
        return fail(
            cx, ERR_MISSING,
            "没有服务在 %s 等着开锁；服务要用口令时才等（--unlock 或 --key-file 写对了没有）",
            path);
    *said = str_trim(arena_copy(cx->mem, str_c(line)));
    return OK;
}
