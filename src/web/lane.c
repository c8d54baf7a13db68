/*
 * lane -- whose requests need not stand behind those of strangers. Who somebody is, is only known
 * inside a transaction, too late for a queue: so it is remembered which cookie or token stood for
 * somebody the last time. Nobody enters the table without having been signed in, so a flood cannot
 * push others out of it; who is pushed out, or has just signed in, stands with the strangers once.
 *
 * It decides about nothing but the order: each request is asked again who it is.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"

enum { KNOWN = 8192, CELLS = 4, STRIDE = 977 };

enum err lane_new(struct cx *cx, struct server *sv)
{
    sv->lanes = arena_array(cx->mem, KNOWN, sizeof *sv->lanes);
    return OK;
}

/* 0: it brought nothing. */
static uint64_t brought(const struct task *t)
{
    struct str cookie = req_header(&t->rq, "Cookie"), token = req_header(&t->rq, "Authorization");
    uint64_t both[] = {cookie.n ? server_hash(t->sv, cookie.p, cookie.n) : 0,
                       token.n ? server_hash(t->sv, token.p, token.n) : 0};
    return both[0] || both[1] ? server_hash(t->sv, both, sizeof both) : 0;
}

static _Atomic uint64_t *cell(const struct task *t, uint64_t who, size_t i)
{
    return &t->sv->lanes[(who + i * STRIDE) % KNOWN];
}

bool lane_is_known(const struct task *t)
{
    uint64_t who = brought(t);
    for (size_t i = 0; who && i < CELLS; i++)
        if (atomic_load(cell(t, who, i)) == who)
            return true;
    return false;
}

void lane_learn(const struct task *t)
{
    uint64_t who = brought(t);
    bool is_in = t->cx.who.person_id || t->cx.who.role;
    _Atomic uint64_t *into = who ? cell(t, who, who >> 32 & (CELLS - 1)) : NULL;
    if (!who || (is_in && t->known))
        return;
    for (size_t i = 0; i < CELLS; i++) {
        uint64_t has = atomic_load(cell(t, who, i));
        if (has == who && !is_in)
            atomic_store(cell(t, who, i), 0);
        else if (!has)
            into = cell(t, who, i);
    }
    if (is_in)
        atomic_store(into, who);
}
