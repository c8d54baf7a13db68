/* keyfile -- see keyfile.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/keyfile.h"
#include "base/disk.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 4096 };

static enum err write_key(struct cx *cx, const char *file, int mode, struct str key)
{
    size_t n = sodium_base64_encoded_len(key.n, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(cx->mem, n);
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return fail(cx, errno == EEXIST ? ERR_CONFLICT : ERR_STORE, "写不了 %s：%s", file,
                    strerror(errno));
    sodium_bin2base64(text, n, (const unsigned char *)key.p, key.n, sodium_base64_VARIANT_ORIGINAL);
    text[n - 1] = '\n';
    bool done = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    return close(fd) == 0 && done ? OK : fail(cx, ERR_STORE, "写不完 %s", file);
}

enum err keyfile_pair(struct cx *cx, const char *file)
{
    struct str public_key, private_key;
    if (!file)
        return fail(cx, ERR_INPUT, "请写明 --key 存到哪个文件");
    if (!seal_pair(cx, SEAL_SM, &public_key, &private_key))
        return fail(cx, ERR_STORE, "这台机器的密码库不能生成 SM2 钥匙");
    TRY(write_key(cx, file, 0600, private_key));
    TRY(write_key(cx, arena_printf(cx->mem, "%s.pub", file).p, 0644, public_key));
    return disk_keep_name(cx->mem, file) ? OK : fail(cx, ERR_STORE, "写不完 %s", file);
}

enum err keyfile_read(struct cx *cx, const char *file, const char *how, struct str *out)
{
    char text[TEXT_MAX];
    unsigned char *key = arena_alloc(cx->mem, TEXT_MAX);
    size_t n = 0;
    FILE *in = file ? fopen(file, "re") : NULL;
    if (!in)
        return fail(cx, ERR_INPUT, "读不了钥匙 %s", file ? file : "（请写明 --key 文件）");
    size_t got = fread(text, 1, sizeof text, in);
    fclose(in);
    if (sodium_base642bin(key, TEXT_MAX, text, got, "\n", &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        !n)
        return fail(cx, ERR_INPUT, "%s 里没有钥匙；用 %s 生成", file, how);
    *out = str_n((const char *)key, n);
    return OK;
}
