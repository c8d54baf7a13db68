/*
 * shim -- loaded into the real server by LD_PRELOAD: stands between it and the C library. It writes
 * down what happens to the files of the store and what clients are sent, lets the n-th call fail,
 * and can put mistakes into the server that a harness must find. The server knows nothing of it.
 *
 *   FAULTS_STORE  path of the store's main file
 *   FAULTS_LOG    where to write the records of board.h; unset = no log
 *   FAULTS_BOARD  the switchboard of board.h; unset = nothing fails
 *   FAULTS_PLANT  a mistake: off, normal (synchronous=...), early (acknowledged before COMMIT),
 *                 half (no transaction around an act), deaf (a COMMIT that failed is taken for
 *                 done)
 *   FAULTS_PROBE  set = a request "GET /probe/NAME" is not the server's: the thread that received
 *                 it tries NAME of tests/probe.h and says "got" or "refused"
 */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#undef _FILE_OFFSET_BITS /* open() and open64() are two names here, both are called */
#include "tests/faults/board.h"
#include "tests/probe.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { FDS = 4096, SENT_MAX = 8192 };

static struct {
    struct board *board;
    const char *store, *plant, *probe;
    char directory[512];
    int log;
    pthread_mutex_t lock; /* of the log */
    uint64_t records;
    _Atomic unsigned char file_of[FDS]; /* enum store_file + 1; 0 = none of ours */
    pthread_mutex_t pending_lock;
    sqlite3 *pending; /* "early": told to be committed, not yet so */
} shim = {.log = -1, .lock = PTHREAD_MUTEX_INITIALIZER, .pending_lock = PTHREAD_MUTEX_INITIALIZER};

__attribute__((constructor)) static void begin(void)
{
    const char *log = getenv("FAULTS_LOG"), *board = getenv("FAULTS_BOARD");
    shim.store = getenv("FAULTS_STORE");
    shim.plant = getenv("FAULTS_PLANT");
    shim.probe = getenv("FAULTS_PROBE");
    if (shim.store) {
        const char *slash = strrchr(shim.store, '/');
        size_t n = slash ? (size_t)(slash - shim.store) : 0;
        if (n < sizeof shim.directory)
            memcpy(shim.directory, shim.store, n);
    }
    if (log)
        shim.log = (int)syscall(SYS_openat, AT_FDCWD, log,
                                O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (!board)
        return;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, board, O_RDWR | O_CLOEXEC, 0);
    void *p = (void *)syscall(SYS_mmap, NULL, 4096L, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0L);
    if (p == MAP_FAILED)
        abort();
    shim.board = p;
    syscall(SYS_close, fd);
}

/* ---- the log ---- */

static uint64_t note(enum op op, unsigned file, uint64_t offset, const void *data, size_t size)
{
    if (shim.log < 0 || file == FILE_SHM || file == FILE_OTHER)
        return 0;
    struct record r = {op, file, offset, (uint32_t)size, 0};
    struct iovec parts[] = {{&r, sizeof r}, {(void *)(uintptr_t)data, size}};
    pthread_mutex_lock(&shim.lock);
    if (syscall(SYS_writev, shim.log, parts, 2L) != (long)(sizeof r + size))
        abort();
    uint64_t n = ++shim.records;
    pthread_mutex_unlock(&shim.lock);
    return n;
}

static uint64_t records(void)
{
    pthread_mutex_lock(&shim.lock);
    uint64_t n = shim.records;
    pthread_mutex_unlock(&shim.lock);
    return n;
}

static enum store_file file_at(const char *path)
{
    static const char *const tails[] = {"", "-wal", "-journal", NULL, "-shm"};
    if (!shim.store)
        return FILE_OTHER;
    if (strcmp(path, shim.directory) == 0)
        return FILE_DIRECTORY;
    size_t n = strlen(shim.store);
    if (strncmp(path, shim.store, n) != 0)
        return FILE_OTHER;
    for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
        if (tails[i] && strcmp(path + n, tails[i]) == 0)
            return i;
    return FILE_OTHER;
}

static enum store_file file_of(int fd)
{
    unsigned char known = fd >= 0 && fd < FDS ? shim.file_of[fd] : 0;
    return known ? known - 1 : FILE_OTHER;
}

/* ---- what fails ---- */

static bool fails(enum call call)
{
    struct board *b = shim.board;
    if (!b)
        return false;
    int64_t n = atomic_fetch_add(&b->count[call], 1) + 1;
    if (atomic_load(&b->armed) != call || (b->forever ? n < b->nth : n != b->nth))
        return false;
    atomic_fetch_add(&b->fired, 1);
    errno = b->error > 0 ? (int)b->error : EIO;
    return true;
}

static bool fails_on(enum call call, int fd)
{
    return file_of(fd) != FILE_OTHER && fails(call);
}

static bool is_half(void)
{
    return shim.board && shim.board->error < 0;
}

/* ---- files ---- */

static int open_at(const char *path, int flags, mode_t mode)
{
    enum store_file file = file_at(path);
    if (file != FILE_OTHER && fails(CALL_OPEN))
        return -1;
    bool fresh = file != FILE_OTHER && (flags & O_CREAT) &&
                 syscall(SYS_faccessat, AT_FDCWD, path, F_OK) != 0;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    if (fd < 0)
        return -1;
    if (fd < FDS)
        shim.file_of[fd] = file == FILE_OTHER ? 0 : (unsigned char)(file + 1);
    if (fresh)
        note(OP_CREATE, file, 0, NULL, 0);
    return fd;
}

int open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open_at(path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    return open_at(path, flags, mode);
}

int close(int fd)
{
    if (fd >= 0 && fd < FDS)
        shim.file_of[fd] = 0;
    return (int)syscall(SYS_close, fd);
}

ssize_t pread64(int fd, void *to, size_t n, off64_t at)
{
    if (fails_on(CALL_READ, fd)) {
        if (!is_half())
            return -1;
        n = n / 2 ? n / 2 : 1;
    }
    return syscall(SYS_pread64, fd, to, n, at);
}

ssize_t pwrite64(int fd, const void *from, size_t n, off64_t at)
{
    if (fails_on(CALL_WRITE, fd)) {
        if (!is_half())
            return -1;
        n = n / 2 ? n / 2 : 1;
    }
    note(OP_WRITE, file_of(fd), (uint64_t)at, from, n);
    return syscall(SYS_pwrite64, fd, from, n, at);
}

static int sync_of(int fd, long how)
{
    if (fails_on(CALL_SYNC, fd))
        return -1;
    uint64_t before = records();
    int e = (int)syscall(how, fd);
    if (e == 0)
        note(OP_SYNC, file_of(fd), before, NULL, 0);
    return e;
}

int fsync(int fd)
{
    return sync_of(fd, SYS_fsync);
}

int fdatasync(int fd)
{
    return sync_of(fd, SYS_fdatasync);
}

int ftruncate64(int fd, off64_t size)
{
    if (fails_on(CALL_TRUNCATE, fd))
        return -1;
    note(OP_TRUNCATE, file_of(fd), (uint64_t)size, NULL, 0);
    return (int)syscall(SYS_ftruncate, fd, size);
}

int unlink(const char *path)
{
    enum store_file file = file_at(path);
    if (file != FILE_OTHER && fails(CALL_UNLINK))
        return -1;
    if (syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0)
        note(OP_DELETE, file, 0, NULL, 0);
    return (int)syscall(SYS_unlink, path);
}

int fstat64(int fd, struct stat64 *to)
{
    if (fails_on(CALL_STAT, fd))
        return -1;
    return (int)syscall(SYS_fstat, fd, to);
}

void *mmap64(void *at, size_t n, int protection, int flags, int fd, off64_t from)
{
    if (fails_on(CALL_MAP, fd))
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, at, n, protection, flags, fd, from);
}

int fcntl64(int fd, int what, ...)
{
    va_list args;
    va_start(args, what);
    void *arg = va_arg(args, void *);
    va_end(args);
    const struct flock *lock = arg; /* giving one back does not fail on any system */
    if (what == F_SETLK && lock->l_type != F_UNLCK && fails_on(CALL_LOCK, fd))
        return -1;
    return (int)syscall(SYS_fcntl, fd, what, arg);
}

/* ---- sockets ---- */

int accept4(int fd, struct sockaddr *restrict who, socklen_t *restrict n, int flags)
{
    return fails(CALL_ACCEPT) ? -1 : (int)syscall(SYS_accept4, fd, who, n, flags);
}

/* What the server is sent that it never sees: it is told that the client has hung up. */
static bool is_probe(int fd, const char *data, size_t n)
{
    static const char words[] = "GET /probe/";
    const size_t at = sizeof words - 1;
    char name[16] = {0};
    if (!shim.probe || n < at + sizeof name || memcmp(data, words, at) != 0)
        return false;
    memcpy(name, data + at, strcspn(data + at, " ") % sizeof name);
    const char *told = probe_try(name) ? "got" : "refused";
    syscall(SYS_sendto, fd, told, strlen(told), MSG_NOSIGNAL, NULL, 0L);
    return true;
}

ssize_t recv(int fd, void *to, size_t n, int flags)
{
    if (fails(CALL_RECV)) {
        if (!is_half())
            return -1;
        n = n / 2 ? n / 2 : 1;
    }
    ssize_t got = syscall(SYS_recvfrom, fd, to, n, flags, NULL, NULL);
    return got > 0 && is_probe(fd, to, (size_t)got) ? 0 : got;
}

/* Of the connection to the process with the keys; files are read by pread64(). */
ssize_t read(int fd, void *to, size_t n)
{
    int type;
    socklen_t size = sizeof type;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && fails(CALL_RECV)) {
        if (!is_half())
            return -1;
        n = n / 2 ? n / 2 : 1;
    }
    return syscall(SYS_read, fd, to, n);
}

ssize_t send(int fd, const void *from, size_t n, int flags)
{
    if (fails(CALL_SEND)) {
        if (!is_half())
            return -1;
        n = n / 2 ? n / 2 : 1;
    }
    note(OP_SENT, 0, (uint64_t)fd, from, n < SENT_MAX ? n : SENT_MAX);
    return syscall(SYS_sendto, fd, from, n, flags, NULL, 0L);
}

ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
    char sent[SENT_MAX];
    size_t n = 0;
    if (fails(CALL_SEND))
        return -1;
    for (size_t i = 0; shim.log >= 0 && i < m->msg_iovlen; i++) {
        size_t part = m->msg_iov[i].iov_len;
        part = part < sizeof sent - n ? part : sizeof sent - n;
        memcpy(sent + n, m->msg_iov[i].iov_base, part);
        n += part;
    }
    note(OP_SENT, 0, (uint64_t)fd, sent, n);
    return syscall(SYS_sendmsg, fd, m, flags);
}

/* ---- memory ---- */

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void *__libc_memalign(size_t align, size_t n);

static bool is_out_of_memory(void)
{
    if (!fails(CALL_MALLOC))
        return false;
    errno = ENOMEM;
    return true;
}

void *malloc(size_t n)
{
    return is_out_of_memory() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return is_out_of_memory() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    return is_out_of_memory() ? NULL : __libc_realloc(p, n);
}

void *memalign(size_t align, size_t n)
{
    return is_out_of_memory() ? NULL : __libc_memalign(align, n);
}

void *aligned_alloc(size_t align, size_t n)
{
    return memalign(align, n);
}

int posix_memalign(void **out, size_t align, size_t n)
{
    *out = memalign(align, n);
    return *out ? 0 : ENOMEM;
}

/* ---- planted mistakes ---- */

typedef int exec_fn(sqlite3 *, const char *, int (*)(void *, int, char **, char **), void *,
                    char **);

static exec_fn *real_exec(void)
{
    return (exec_fn *)dlsym(RTLD_NEXT, "sqlite3_exec");
}

static bool is_planted(const char *name)
{
    return shim.plant && strcmp(shim.plant, name) == 0;
}

/* What was told to be committed is so when any connection is used again, a moment later: another
 * thread is at it at once, and who kills the server would have to be lucky. */
static void end_pending(void)
{
    static const struct timespec moment = {0, 3000000};
    if (shim.pending)
        nanosleep(&moment, NULL);
    pthread_mutex_lock(&shim.pending_lock);
    if (shim.pending)
        real_exec()(shim.pending, "COMMIT", NULL, NULL, NULL);
    shim.pending = NULL;
    pthread_mutex_unlock(&shim.pending_lock);
}

/* "half": words of a transaction that is not there, so that each statement is one of its own. */
static bool is_dropped(sqlite3 *db, const char *sql)
{
    static const char *const words[] = {"BEGIN IMMEDIATE", "SAVEPOINT job", "RELEASE SAVEPOINT job",
                                        "COMMIT"};
    if (!is_planted("half") || !sqlite3_get_autocommit(db))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(sql, words[i]) == 0)
            return true;
    return false;
}

int sqlite3_exec(sqlite3 *db, const char *sql, int (*row)(void *, int, char **, char **), void *arg,
                 char **error)
{
    const char *words = sql ? sql : ""; /* NULL: SQLite itself, when it had no memory for them */
    bool commit = strcmp(words, "COMMIT") == 0;
    end_pending();
    if (is_dropped(db, words))
        return SQLITE_OK;
    if (commit && is_planted("early")) {
        shim.pending = db;
        return SQLITE_OK;
    }
    int e = real_exec()(db, sql, row, arg, error);
    if (commit && e != SQLITE_OK && is_planted("deaf")) {
        real_exec()(db, "ROLLBACK", NULL, NULL, NULL);
        return SQLITE_OK;
    }
    if (e == SQLITE_OK && strstr(sql, "synchronous=FULL")) {
        if (is_planted("off"))
            e = real_exec()(db, "PRAGMA synchronous=OFF", NULL, NULL, NULL);
        if (is_planted("normal"))
            e = real_exec()(db, "PRAGMA synchronous=NORMAL", NULL, NULL, NULL);
    }
    return e;
}
