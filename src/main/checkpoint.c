/* checkpoint -- see checkpoint.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/checkpoint.h"
#include "seal/seal.h"
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
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

enum err checkpoints_read(struct cx *cx, const char *dir, int64_t community, struct str public_key,
                          audit_mark_list *out)
{
    const char *file = file_of(cx, dir, community);
    char line[LINE_SIZE];
    int64_t last = 0;
    enum err e = OK;
    FILE *in = fopen(file, "re");
    if (!in)
        return errno == ENOENT ? OK : fail(cx, ERR_STORE, "读不了 %s：%s", file, strerror(errno));
    while (e == OK && fgets(line, sizeof line, in)) {
        struct audit_mark m = {0};
        if (!read_line(cx, line, community, public_key, &m) || m.seq <= last)
            e = fail(cx, ERR_CONFLICT, "%s 第 %zu 行不对：改过，或者不是这把钥匙签的", file,
                     out->n + 1);
        else
            *PUSH(cx->mem, out) = m;
        last = m.seq;
    }
    fclose(in);
    return e;
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
    FILE *out = fopen(file, "ae");
    if (!out)
        return fail(cx, ERR_STORE, "写不了 %s：%s", file, strerror(errno));
    fprintf(out, "%lld %s %lld %s\n", (long long)w->seq, w->h, (long long)cx->now, base64);
    bool ok = fflush(out) == 0 && fdatasync(fileno(out)) == 0;
    return fclose(out) == 0 && ok ? OK : fail(cx, ERR_STORE, "写不完 %s", file);
}
