/* store -- from a URL to connections. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db.h"
#include "db/engine.h"
#include "db/mirror.h"
#include "base/id.h"

static const struct engine *const engines[] = {&sqlite_engine, &pgsql_engine};

enum { CONN_MEMORY = 64 << 20 };

enum err store_open(struct cx *cx, const char *url, struct store **out)
{
    struct store *st = NEW(cx->mem, struct store);
    for (size_t i = 0; i < COUNT(engines); i++)
        if (str_starts(str_c(url), str_c(engines[i]->scheme)))
            st->engine = engines[i];
    if (!st->engine)
        return fail(cx, ERR_INPUT, "库的地址要写成 sqlite:文件 或 postgres://…，不是 %s", url);
    st->address = arena_cstr(cx->mem, str_cut(str_c(url), str_c(st->engine->scheme).n, SIZE_MAX));
    if (!*st->address) /* SQLite would take it for a file of one connection that vanishes */
        return fail(cx, ERR_INPUT, "库的地址 %s 后面没有写是哪一个库", url);
    *out = st;
    if (!str_is(str_c(st->address), ":memory:"))
        return OK;
    /* All connections of this store see one memory, and only they. */
    struct str name = id_uuid(cx);
    st->address = arena_printf(cx->mem, "file:%.*s?mode=memory&cache=shared", STR(name)).p;
    return store_connect(cx, st, true, &st->keeper);
}

void store_close(struct store *st)
{
    if (st->keeper)
        conn_close(st->keeper);
    if (st->mirror)
        journal_close(&st->mirror->journal);
}

const char *store_file(const struct store *st)
{
    return st->engine->kind == ENGINE_SQLITE && !st->keeper ? st->address : NULL;
}

bool store_only_reads(const struct store *st)
{
    return atomic_load(&st->only_reads);
}

enum err store_mirror(struct cx *cx, struct store *st, const char *dir)
{
    if (st->engine->kind != ENGINE_SQLITE || st->keeper)
        return fail(cx, ERR_INPUT, "--mirror 只用于存在文件里的 SQLite 库");
    struct mirror *m = NEW(cx->mem, struct mirror);
    m->store = st->address;
    m->off = str_is(str_c(dir), "off");
    m->journal.fd = m->journal.lock_fd = -1;
    st->mirror = m;
    return m->off ? OK : journal_open(cx, &m->journal, arena_cstr(cx->mem, str_c(dir)));
}

enum err store_mirror_tidy(struct cx *cx, struct store *st)
{
    return st->mirror && !st->mirror->off ? mirror_tidy(cx, st->mirror, false) : OK;
}

enum engine_kind store_engine(const struct store *st)
{
    return st->engine->kind;
}

enum err store_connect(struct cx *cx, struct store *st, bool write, struct conn **out)
{
    struct arena mem;
    arena_init(&mem, CONN_MEMORY);
    struct conn *c = arena_try(&mem, sizeof *c);
    if (!c)
        return no_memory(cx);
    c->mem = mem; /* the connection lives in its own arena */
    c->engine = st->engine;
    enum err e = st->engine->open(cx, st, write, c);
    if (e == OK)
        *out = c;
    else
        conn_close(c);
    return e;
}

void conn_close(struct conn *c)
{
    if (c->handle)
        c->engine->close(c);
    struct arena mem = c->mem;
    arena_free(&mem);
}

bool conn_is_broken(const struct conn *c)
{
    return c->broken;
}

enum engine_kind conn_engine(const struct conn *c)
{
    return c->engine->kind;
}
