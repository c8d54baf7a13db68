/* journal -- the files of a mirror and their records; see mirror.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "db/mirror.h"
#include "base/log.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEAD = 48, HASHED = 32, HASH = 16, BUFFER = 64 << 10, EXIT_DISK = 9 };
static const uint32_t MARK = 0x314a484c; /* "LHJ1" */
static const int64_t SEGMENT_MAX = 64 << 20;

struct head {
    uint32_t mark, id, kind, zero;
    int64_t seq, n;
};

_Noreturn void mirror_end(const char *why)
{
    log_bad("mirror: %s", why);
    _exit(EXIT_DISK);
}

/* ---- numbers ---- */

static void put_number(unsigned char *to, uint64_t v, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        to[i] = (unsigned char)(v >> 8 * i);
}

static uint64_t get_number(const unsigned char *from, size_t bytes)
{
    uint64_t v = 0;
    for (size_t i = 0; i < bytes; i++)
        v |= (uint64_t)from[i] << 8 * i;
    return v;
}

static void put_head(unsigned char to[HASHED], const struct head *h)
{
    put_number(to, h->mark, 4);
    put_number(to + 4, h->id, 4);
    put_number(to + 8, h->kind, 4);
    put_number(to + 12, h->zero, 4);
    put_number(to + 16, (uint64_t)h->seq, 8);
    put_number(to + 24, (uint64_t)h->n, 8);
}

static struct head get_head(const unsigned char from[HASHED])
{
    return (struct head){(uint32_t)get_number(from, 4),     (uint32_t)get_number(from + 4, 4),
                         (uint32_t)get_number(from + 8, 4), (uint32_t)get_number(from + 12, 4),
                         (int64_t)get_number(from + 16, 8), (int64_t)get_number(from + 24, 8)};
}

/* ---- files ---- */

bool journal_keep(const char *dir, const char *file)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC), at = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool kept = fd >= 0 && at >= 0 && fsync(fd) == 0 && fsync(at) == 0;
    if (fd >= 0)
        close(fd);
    if (at >= 0)
        close(at);
    return kept;
}

enum err journal_open(struct cx *cx, struct journal *j, const char *dir)
{
    mkdir(dir, 0700);
    const char *lock = arena_printf(cx->mem, "%s/lock", dir).p;
    j->fd = -1;
    j->lock_fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (j->lock_fd < 0)
        return fail(cx, ERR_STORE, "镜像目录 %s 写不进去：%s", dir, strerror(errno));
    if (flock(j->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        close(j->lock_fd);
        j->lock_fd = -1;
        return fail(cx, ERR_CONFLICT, "镜像目录 %s 正被另一个领航进程用着，请先停下它", dir);
    }
    j->dir = dir;
    return OK;
}

void journal_close(struct journal *j)
{
    if (j->fd >= 0)
        close(j->fd);
    if (j->lock_fd >= 0)
        close(j->lock_fd);
    j->fd = j->lock_fd = -1;
}

struct file {
    int64_t seq, bytes;
    const char *path;
};
typedef LIST(struct file) file_list;

static int by_seq(const void *a, const void *b)
{
    int64_t x = ((const struct file *)a)->seq, y = ((const struct file *)b)->seq;
    return (x > y) - (x < y);
}

static void close_folder(void *arg)
{
    DIR **d = arg;
    if (*d)
        closedir(*d);
}

/* Of one kind ("base-%lld.db"), oldest first. */
static void files_of(struct cx *cx, const char *dir, const char *kind, const char *tail,
                     file_list *out)
{
    struct cx_closer *mark = cx->closers;
    DIR **d = NEW(cx->mem, DIR *);
    cx_defer(cx, close_folder, d);
    *d = opendir(dir);
    for (struct dirent *e; *d && (e = readdir(*d));) {
        struct str name = str_c(e->d_name);
        struct stat st;
        if (!str_starts(name, str_c(kind)) || !str_ends(name, str_c(tail)))
            continue;
        const char *path = arena_printf(cx->mem, "%s/%s", dir, e->d_name).p;
        if (stat(path, &st) == 0)
            *PUSH(cx->mem, out) =
                (struct file){strtoll(e->d_name + strlen(kind), NULL, 10), st.st_size, path};
    }
    cx_close_to(cx, mark);
    if (out->n)
        qsort(out->at, out->n, sizeof *out->at, by_seq);
}

/* ---- reading ---- */

/* Reads n bytes into the hash only. */
static bool hash_rest(FILE *f, crypto_generichash_state *h, int64_t n)
{
    unsigned char piece[BUFFER];
    while (n > 0) {
        size_t some = n < BUFFER ? (size_t)n : BUFFER;
        if (fread(piece, 1, some, f) != some)
            return false;
        crypto_generichash_update(h, piece, some);
        n -= (int64_t)some;
    }
    return true;
}

static bool fits(const struct head *h, int64_t left)
{
    return h->mark == MARK && !h->zero && h->n >= 0 && h->n <= left - HEAD;
}

/* False: there is no whole record here. */
static bool read_record(FILE *f, int64_t left, struct head *h)
{
    unsigned char bytes[HEAD], hash[HASH];
    crypto_generichash_state state;
    if (left < HEAD || fread(bytes, 1, HEAD, f) != HEAD)
        return false;
    *h = get_head(bytes);
    if (!fits(h, left))
        return false;
    crypto_generichash_init(&state, NULL, 0, HASH);
    crypto_generichash_update(&state, bytes, HASHED);
    if (!hash_rest(f, &state, h->n))
        return false;
    crypto_generichash_final(&state, hash, HASH);
    return memcmp(hash, bytes + HASHED, HASH) == 0;
}

/* What the last head from `at` on tells of, whole or not; 0: there is none. */
static int64_t last_seq(FILE *in, int64_t at, uint32_t id)
{
    unsigned char window[HASHED] = {0};
    int64_t seq = 0;
    (void)fseeko(in, at, SEEK_SET); /* where it does not, nothing is found */
    for (int c; (c = getc(in)) != EOF;) {
        memmove(window, window + 1, HASHED - 1);
        window[HASHED - 1] = (unsigned char)c;
        struct head h = get_head(window);
        if (h.mark == MARK && !h.zero && (!id || h.id == id))
            seq = h.kind == JOURNAL_VOID ? h.seq - 1 : h.seq;
    }
    return seq;
}

/* No whole record lies at `at`. The last one may be half, since nobody was told of it: anything
 * behind it says that it was whole once, and acknowledged. */
static void look_behind(struct journal_look *look, FILE *in, int64_t at, int64_t left,
                        const struct head *h)
{
    bool is_last = !fits(h, left) || h->n == left - HEAD;
    int64_t seq = last_seq(in, at + is_last, look->id);
    if (seq > look->base_seq)
        look->lost_to = seq;
}

/* Takes one record into the list; the order must have no gap. */
static enum err take(struct cx *cx, struct journal_look *look, const struct file *f, int64_t at,
                     const struct head *h, int64_t *last)
{
    if (look->id && h->id != look->id)
        return fail(cx, ERR_CONFLICT, "镜像 %s 里混着两个库的记录", f->path);
    look->id = h->id;
    look->highest = h->seq;
    if (h->kind == JOURNAL_VOID) {
        if (look->lost_to == h->seq)
            look->lost_to--;
        if (look->entries.n && look->entries.at[look->entries.n - 1].seq == h->seq)
            look->entries.n--;
        return OK;
    }
    if (h->kind != JOURNAL_CHANGE && h->kind != JOURNAL_SCHEMA)
        return fail(cx, ERR_CONFLICT, "镜像 %s 里有这个程序不认识的记录，请用新的程序", f->path);
    if (h->seq <= look->base_seq)
        return OK;
    if (look->lost_to || h->seq != *last + 1) {
        look->lost_to = h->seq;
        return OK;
    }
    *last = h->seq;
    *PUSH(cx->mem, &look->entries) = (struct journal_entry){f->path, h->kind, at, h->n, h->seq};
    return OK;
}

static enum err read_segment(struct cx *cx, struct journal_look *look, const struct file *f,
                             int64_t *last)
{
    struct head h = {0};
    enum err e = OK;
    int64_t at = 0;
    FILE *in = fopen(f->path, "re");
    if (!in)
        return fail(cx, ERR_STORE, "读不了 %s：%s", f->path, strerror(errno));
    while (e == OK && read_record(in, f->bytes - at, &h)) {
        e = take(cx, look, f, at + HEAD, &h, last);
        at += HEAD + h.n;
    }
    if (at < f->bytes)
        look_behind(look, in, at, f->bytes - at, &h);
    if (ferror(in)) /* it does not end here, it cannot be read */
        e = fail(cx, ERR_STORE, "读不了 %s：%s", f->path, strerror(errno));
    fclose(in);
    look->last = f->path;
    look->last_good = at;
    return e;
}

static void look_around(struct cx *cx, const char *dir, struct journal_look *out,
                        file_list *segments)
{
    file_list bases = {0};
    *out = (struct journal_look){0};
    files_of(cx, dir, "base-", ".db", &bases);
    files_of(cx, dir, "journal-", ".log", segments);
    if (bases.n) {
        const struct file *b = &bases.at[bases.n - 1];
        out->base = b->path;
        out->base_seq = b->seq;
        out->base_bytes = b->bytes;
    }
    for (size_t i = 0; i < segments->n; i++)
        out->journal_bytes += segments->at[i].bytes;
}

void journal_sizes(struct cx *cx, const char *dir, struct journal_look *out)
{
    file_list segments = {0};
    look_around(cx, dir, out, &segments);
}

enum err journal_read(struct cx *cx, const char *dir, struct journal_look *out)
{
    file_list segments = {0};
    look_around(cx, dir, out, &segments);
    int64_t last = out->base_seq;
    for (size_t i = 0; i < segments.n; i++) {
        if (i + 1 < segments.n && segments.at[i + 1].seq <= out->base_seq + 1)
            continue; /* all of it is in the base */
        TRY(read_segment(cx, out, &segments.at[i], &last));
    }
    return OK;
}

enum err journal_trim(struct cx *cx, const struct journal_look *look)
{
    if (!look->last)
        return OK;
    int fd = open(look->last, O_RDWR | O_CLOEXEC);
    bool done = fd >= 0 && ftruncate(fd, look->last_good) == 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return done ? OK : fail(cx, ERR_STORE, "写不了 %s：%s", look->last, strerror(errno));
}

enum err journal_content(struct cx *cx, const struct journal_entry *e, struct str *out)
{
    char *bytes = arena_alloc(cx->mem, (size_t)e->n + 1); /* first: it may jump */
    FILE *in = fopen(e->file, "re");
    bool whole =
        in && fseeko(in, e->at, SEEK_SET) == 0 && fread(bytes, 1, (size_t)e->n, in) == (size_t)e->n;
    if (in)
        fclose(in);
    *out = str_n(bytes, (size_t)e->n);
    return whole ? OK : fail(cx, ERR_STORE, "读不了 %s 的第 %lld 笔", e->file, (long long)e->seq);
}

/* ---- writing ---- */

static bool write_all(int fd, const void *bytes, size_t n)
{
    for (const char *p = bytes; n;) {
        ssize_t some = write(fd, p, n);
        if (some < 0 && errno == EINTR)
            continue;
        if (some <= 0)
            return false;
        p += some;
        n -= (size_t)some;
    }
    return true;
}

/* In a commit, where nobody catches a jump: nothing of the arena. */
static bool next_segment(struct journal *j, int64_t seq)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/journal-%020lld.log", j->dir, (long long)seq);
    if (j->fd >= 0)
        close(j->fd);
    j->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    j->size = j->fd < 0 ? 0 : lseek(j->fd, 0, SEEK_END);
    if (j->fd >= 0 && journal_keep(j->dir, path))
        return true;
    int why = errno;
    if (j->fd >= 0)
        close(j->fd); /* nothing may be confirmed in a file whose name is not on the disk */
    j->fd = -1;
    errno = why;
    return false;
}

enum err journal_append(struct cx *cx, struct journal *j, enum journal_kind kind, int64_t seq,
                        struct str content)
{
    unsigned char head[HEAD];
    crypto_generichash_state state;
    bool stays = kind == JOURNAL_VOID; /* beside what it takes back, however full the segment is */
    if ((j->fd < 0 || (j->size > SEGMENT_MAX && !stays)) && !next_segment(j, seq))
        return fail(cx, ERR_STORE, "镜像盘写不进去，这一次没有存上：%s", strerror(errno));
    put_head(head, &(struct head){MARK, j->id, kind, 0, seq, (int64_t)content.n});
    crypto_generichash_init(&state, NULL, 0, HASH);
    crypto_generichash_update(&state, head, HASHED);
    crypto_generichash_update(&state, (const unsigned char *)content.p, content.n);
    crypto_generichash_final(&state, head + HASHED, HASH);
    if (!write_all(j->fd, head, HEAD) || !write_all(j->fd, content.p, content.n)) {
        int why = errno;
        if (ftruncate(j->fd, j->size) != 0)
            mirror_end("half a record could not be taken back");
        return fail(cx, ERR_STORE, "镜像盘写不进去，这一次没有存上：%s", strerror(why));
    }
    if (fdatasync(j->fd) != 0) /* it may be there whole, and may not be taken back */
        mirror_end("the second disk did not confirm a write");
    j->size += HEAD + (int64_t)content.n;
    j->seq = seq;
    return OK;
}

void journal_drop(struct cx *cx, const char *dir, int64_t seq)
{
    file_list bases = {0}, segments = {0};
    files_of(cx, dir, "base-", ".db", &bases);
    files_of(cx, dir, "journal-", ".log", &segments);
    for (size_t i = 0; i < bases.n; i++)
        if (bases.at[i].seq < seq)
            unlink(bases.at[i].path);
    for (size_t i = 0; i + 1 < segments.n; i++)
        if (segments.at[i + 1].seq <= seq + 1)
            unlink(segments.at[i].path);
}
