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

/* Never over one that is there, nor through a link that somebody laid. */
static enum err begin(struct cx *cx, const char *file, int mode, const char *there, int *fd)
{
    *fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (*fd >= 0)
        return OK;
    return errno == EEXIST ? fail(cx, ERR_CONFLICT, "%s 已经有了，没有动它。%s", file, there)
                           : fail(cx, ERR_STORE, "写不了 %s：%s", file, strerror(errno));
}

static enum err write_key(struct cx *cx, int fd, const char *file, struct str key)
{
    size_t n = sodium_base64_encoded_len(key.n, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(cx->mem, n);
    sodium_bin2base64(text, n, (const unsigned char *)key.p, key.n, sodium_base64_VARIANT_ORIGINAL);
    text[n - 1] = '\n';
    bool done = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
    return done ? OK : fail(cx, ERR_STORE, "写不完 %s：%s", file, strerror(errno));
}

/* The public half has its name first: where it is, the private one was made and carried away, and
 * another one left in its place would open nothing. */
static enum err write_pair(struct cx *cx, const char *file, const char *pub, struct str private_key,
                           struct str public_key)
{
    int of_pub, of_file;
    TRY(begin(cx, pub, 0644,
              "它的私钥在拿走的地方，备份和检查点认的就是那一把，不用再生成；真要换一对，请换一个"
              "文件名",
              &of_pub));
    enum err e =
        begin(cx, file, 0600, "钥匙不会盖掉另一把；真要一对新的，请换一个文件名", &of_file);
    bool mine = e == OK;
    if (mine) {
        e = write_key(cx, of_file, file, private_key);
        close(of_file);
    }
    if (e == OK)
        e = write_key(cx, of_pub, pub, public_key);
    close(of_pub);
    if (e == OK && !disk_keep_name(cx->mem, file))
        e = fail(cx, ERR_STORE, "写不完 %s：%s", file, strerror(errno));
    if (e != OK) /* half a pair is worse than none */
        unlink(pub);
    if (e != OK && mine)
        unlink(file);
    return e;
}

enum err keyfile_pair(struct cx *cx, const char *file)
{
    struct str public_key, private_key;
    if (!file)
        return fail(cx, ERR_INPUT, "请写明 --key 存到哪个文件");
    if (!seal_pair(cx, SEAL_SM, &public_key, &private_key))
        return fail(cx, ERR_STORE, "这台机器的密码库不能生成 SM2 钥匙");
    return write_pair(cx, file, arena_printf(cx->mem, "%s.pub", file).p, private_key, public_key);
}

enum err keyfile_take(struct cx *cx, struct str text, const char *file, const char *how,
                      struct str *out)
{
    unsigned char *key = arena_alloc(cx->mem, TEXT_MAX);
    size_t n = 0;
    if (sodium_base642bin(key, TEXT_MAX, text.p, text.n, "\n", &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        !n)
        return fail(cx, ERR_INPUT, "%s 里没有钥匙；用 %s 生成", file, how);
    *out = str_n((const char *)key, n);
    return OK;
}

enum err keyfile_read(struct cx *cx, const char *file, const char *how, struct str *out)
{
    char text[TEXT_MAX];
    FILE *in = file ? fopen(file, "re") : NULL;
    if (!in)
        return fail(cx, ERR_INPUT, "读不了钥匙 %s", file ? file : "（请写明 --key 文件）");
    size_t got = fread(text, 1, sizeof text, in);
    fclose(in);
    return keyfile_take(cx, str_n(text, got), file, how, out);
}
