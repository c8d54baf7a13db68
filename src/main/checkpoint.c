/* checkpoint -- see checkpoint.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/checkpoint.h"
#include "base/disk.h"
#include "seal/seal.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_SIZE = 512, SIGNATURE_TEXT = 256 };

static struct str signed_text(struct cx *cx, int64_t community, int64_t seq, const char *h,
                              int64_t at)
{
    return arena_printf(cx->mem, "linghang audit checkpoint 1\n%lld\n%lld\n%s\n%lld\n",
                        (long long)community, (long long)seq, h, (long long)at);
}

static const char *file_of(struct cx *cx, const char *dir, int64_t community)
{
    return arena_printf(cx->mem, "%s/%lld.checkpoints", dir, (long long)community).p;
}

/* One line; false when anything about it is wrong. */
static bool read_line(struct cx *cx, const char *line, int64_t community, struct str public_key,
                      struct audit_mark *out)
{
    char base64[SIGNATURE_TEXT + 1];
    unsigned char bytes[SIGNATURE_TEXT];
    int64_t at;
    size_t n = 0;
    int used = 0;
    if (sscanf(line, "%" SCNd64 " %64[0-9a-f] %" SCNd64 " %256[A-Za-z0-9+/=]%n", &out->seq, out->h,
               &at, base64, &used) != 4 ||
        line[used] != '\n' || strlen(out->h) != AUDIT_HASH)
        return false;
    return sodium_base642bin(bytes, sizeof bytes, base64, strlen(base64), NULL, &n, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0 &&
           seal_is_signed(public_key, signed_text(cx, community, out->seq, out->h, at),
                          str_n((const char *)bytes, n));
}

enum err checkpoints_take(struct cx *cx, FILE *in, const char *name, int64_t community,
                          struct str public_key, audit_mark_list *out, bool *cut)
{
    char line[LINE_SIZE];
    int64_t last = 0;
    *cut = false;
    while (fgets(line, sizeof line, in)) {
        struct audit_mark m = {0};
        *cut = feof(in) != 0; /* a line that has its end stops there */
        if (*cut)
            break;
        if (!read_line(cx, line, community, public_key, &m) || m.seq <= last)
            return fail(cx, ERR_CONFLICT, "%s 第 %zu 行不对：改过，或者不是这把钥匙签的", name,
                        out->n + 1);
        *PUSH(cx->mem, out) = m;
        last = m.seq;
    }
    return OK;
}

enum err checkpoints_read(struct cx *cx, const char *dir, int64_t community, struct str public_key,
                          audit_mark_list *out, bool *cut)
{
    const char *file = file_of(cx, dir, community);
    FILE *in = fopen(file, "re");
    *cut = false;
    if (!in)
        return errno == ENOENT ? OK : fail(cx, ERR_STORE, "读不了 %s：%s", file, strerror(errno));
    enum err e = checkpoints_take(cx, in, file, community, public_key, out, cut);
    fclose(in);
    return e;
}

enum err checkpoints_owners(struct cx *cx, const char *dir, checkpoint_owners *out)
{
    DIR *d = opendir(dir);
    if (!d)
        return fail(cx, ERR_INPUT, "存检查点的目录 %s 打不开：%s", dir, strerror(errno));
    for (struct dirent *e; (e = readdir(d));) {
        int64_t id;
        int used = 0;
        if (sscanf(e->d_name, "%" SCNd64 ".checkpoints%n", &id, &used) == 1 && used &&
            !e->d_name[used])
            *PUSH(cx->mem, out) = id;
    }
    closedir(d);
    return OK;
}

/* Where the last line that has its end ends; -1: it cannot be told. */
static off_t whole_lines(int fd)
{
    char tail[LINE_SIZE];
    struct stat st;
    if (fstat(fd, &st) != 0)
        return -1;
    off_t from = st.st_size > LINE_SIZE ? st.st_size - LINE_SIZE : 0;
    ssize_t n = pread(fd, tail, sizeof tail, from);
    if (n != st.st_size - from)
        return -1;
    while (n > 0 && tail[n - 1] != '\n')
        n--;
    return n || !from ? from + n : -1;
}

/* Half a line is not left behind: nobody could tell it from one that was changed. */
static bool put_line(int fd, struct str line)
{
    off_t end = whole_lines(fd);
    if (end < 0 || ftruncate(fd, end) != 0)
        return false;
    if (pwrite(fd, line.p, line.n, end) == (ssize_t)line.n && fdatasync(fd) == 0)
        return true;
    int why = errno;
    if (ftruncate(fd, end) == 0)
        fdatasync(fd);
    errno = why;
    return false;
}

enum err checkpoint_add(struct cx *cx, const char *dir, const struct audit_walk *w,
                        struct str private_key)
{
    char base64[SIGNATURE_TEXT];
    const char *file = file_of(cx, dir, w->community);
    struct str s = seal_sign(cx, private_key, signed_text(cx, w->community, w->seq, w->h, cx->now));
    if (!s.n)
        return fail(cx, ERR_STORE, "签不了字：这把钥匙只有公开的一半？");
    sodium_bin2base64(base64, sizeof base64, (const unsigned char *)s.p, s.n,
                      sodium_base64_VARIANT_ORIGINAL);
    int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return fail(cx, ERR_STORE, "写不了 %s：%s", file, strerror(errno));
    enum err e = OK;
    if (!put_line(fd, arena_printf(cx->mem, "%lld %s %lld %s\n", (long long)w->seq, w->h,
                                   (long long)cx->now, base64)))
        e = fail(cx, ERR_STORE, "写不完 %s：%s", file, strerror(errno));
    close(fd);
    TRY(e);
    return disk_keep_folder(dir) ? OK : fail(cx, ERR_STORE, "%s 没有写到盘上", dir);
}
