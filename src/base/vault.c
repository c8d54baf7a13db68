/* vault -- see vault.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/vault.h"
#include "base/id.h"
#include <string.h>

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

int64_t vault_row(struct cx *cx)
{
    struct vault_ahead *a = cx->ahead;
    if (!a || a->is_used || a->community != cx->community)
        return id_new(cx);
    a->is_used = true;
    return a->row;
}

static bool is_same(const struct vault_item *a, const struct vault_item *b)
{
    return a->row == b->row && a->key == b->key && a->pad == b->pad && !a->own && !b->own &&
           strcmp(a->column, b->column) == 0 && strcmp(a->table, b->table) == 0 &&
           str_eq(a->in, b->in);
}

static const struct vault_item *find(const struct vault_ahead *a, const struct vault_item *item)
{
    for (size_t i = 0; i < a->n; i++)
        if (!a->at[i].lost && is_same(&a->at[i], item))
            return &a->at[i];
    return NULL;
}

/* All of them, or none: then they are asked for. */
static bool take_ahead(struct cx *cx, struct vault_item *at, size_t n)
{
    const struct vault_ahead *a = cx->ahead;
    if (!a || !cx->vault || a->community != cx->community ||
        a->turns != atomic_load(&cx->vault->turns))
        return false;
    for (size_t i = 0; i < n; i++) {
        const struct vault_item *made = find(a, &at[i]);
        if (!made)
            return false;
        at[i].out = made->out;
        at[i].lost = false;
    }
    return true;
}

enum err vault_ask(struct cx *cx, enum vault_act act, struct vault_item *at, size_t n)
{
    enum err e = OK;
    if (n && !cx->vault)
        e = fail(cx, ERR_STORE, "这条命令没有钥匙，读写不了姓名、电话和门牌");
    if (act == VAULT_SEAL || act == VAULT_OPEN || act == VAULT_AHEAD)
        cx->mem->secret = true;
    if (act == VAULT_SEAL && n && take_ahead(cx, at, n))
        return OK;
    for (size_t done, i = 0; i < n && cx->vault; i += done) {
        done = some(at + i, n - i);
        enum err one = cx->vault->ask(cx->vault, cx, act, at + i, done);
        e = e == OK ? one : e;
    }
    return e;
}
