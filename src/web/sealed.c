/*
 * sealed -- what requests bring for sealed fields, sealed before they are handled: a question to
 * the process with the keys costs more than all that sealing a need is else (two threads wake each
 * other), and one question for many costs hardly more than for one.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include "base/id.h"
#include "base/vault.h"

struct asking {
    struct server *sv;
    struct cx cx;
    struct task *const *at;
    size_t n;
};

typedef LIST(struct vault_item) item_list;

static struct vault *vault_of(struct server *sv, const struct task *t, int64_t *community)
{
    struct web_hooks *h = &sv->hooks;
    bool seals = t->rq.route && t->rq.route->seals && h->vault && !t->full;
    return seals ? h->vault(h->arg, &t->rq, community) : NULL;
}

/* As its handler will read them; those with a key of their own wait, for that is in the store. */
static void fields_of(struct cx *cx, const struct task *t, int64_t row, item_list *items)
{
    const struct shape *s = t->rq.route->seals;
    void *rec = arena_alloc(cx->mem, s->size);
    field_set_int(shape_field(s, S("id")), rec, row);
    for (size_t i = 0; i < s->nfields; i++) {
        const struct field *f = &s->fields[i];
        if (f->seal && f->ask && !f->own &&
            field_read(cx, f, rec, req_field(&t->rq, f->name)) == OK && field_get_str(f, rec).n)
            *PUSH(cx->mem, items) = shape_item(s, f, rec, false);
    }
}

/* All requests of one community, from `first` on. */
static void ask(struct asking *a, struct vault *vault, int64_t community, size_t first)
{
    struct cx *cx = &a->cx;
    item_list items = {0};
    cx->vault = vault;
    cx->community = community;
    for (size_t i = first; i < a->n; i++) {
        struct task *t = a->at[i];
        int64_t its;
        if (t->ahead || !vault_of(a->sv, t, &its) || its != community)
            continue;
        size_t had = items.n;
        struct vault_ahead *made = NEW(cx->mem, struct vault_ahead);
        *made = (struct vault_ahead){
            .community = community, .row = id_new(cx), .turns = atomic_load(&vault->turns)};
        fields_of(cx, t, made->row, &items);
        made->n = items.n - had;
        t->ahead = made;
    }
    fault_clear(cx);
    if (!items.n)
        return;
    vault_ask(cx, VAULT_AHEAD, items.at, items.n);
    size_t used = 0;
    for (size_t i = first; i < a->n; i++) {
        struct vault_ahead *made = a->at[i]->ahead;
        if (!made || made->community != community)
            continue;
        made->at = items.at + used;
        used += made->n;
    }
}

static void ask_all(void *arg)
{
    struct asking *a = arg;
    for (size_t i = 0; i < a->n; i++) {
        int64_t community;
        struct vault *vault = a->at[i]->ahead ? NULL : vault_of(a->sv, a->at[i], &community);
        if (vault)
            ask(a, vault, community, i);
    }
}

void sealed_ahead(struct server *sv, struct arena *mem, struct task *const *at, size_t n)
{
    struct asking a = {.sv = sv, .at = at, .n = n};
    for (size_t i = 0; i < n; i++)
        at[i]->ahead = NULL;
    cx_init(&a.cx, mem, sv->opt.env);
    if (!arena_catch(mem, ask_all, &a))
        for (size_t i = 0; i < n; i++)
            at[i]->ahead = NULL;
}
