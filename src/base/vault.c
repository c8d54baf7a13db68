/* vault -- see vault.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/vault.h"

enum { OVERHEAD = 35, FIRST_TEXT = 0x20 };

bool vault_is_sealed(struct str s)
{
    unsigned char first = s.n ? (unsigned char)s.p[0] : FIRST_TEXT;
    return s.n >= OVERHEAD && first < FIRST_TEXT && first != '\t' && first != '\n' && first != '\r';
}

bool vault_is_shut(const struct cx *cx, enum err e)
{
    return e == ERR_BUSY && cx->fault.lasts;
}

/* How many of them fit into one question. */
static size_t some(const struct vault_item *at, size_t n)
{
    size_t bytes = 0, k = 0;
    while (k < n && k < VAULT_ITEMS && (k == 0 || bytes + at[k].in.n <= VAULT_BYTES))
        bytes += at[k++].in.n;
    return k;
}

enum err vault_ask(struct cx *cx, enum vault_act act, struct vault_item *at, size_t n)
{
    enum err e = OK;
    if (n && !cx->vault)
        e = fail(cx, ERR_STORE, "这条命令没有钥匙，读写不了姓名、电话和门牌");
    if (act == VAULT_SEAL || act == VAULT_OPEN)
        cx->mem->secret = true;
    for (size_t done, i = 0; i < n && cx->vault; i += done) {
        done = some(at + i, n - i);
        enum err one = cx->vault->ask(cx->vault, cx, act, at + i, done);
        e = e == OK ? one : e;
    }
    return e;
}
