/* store -- from a URL to connections. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db.h"
#include "db/engine.h"
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
}

enum engine_kind store_engine(const struct store *st)
{
    return st->engine->kind;
}

enum err store_connect(struct cx *cx, struct store *st, bool write, struct conn **out)
{
    struct arena mem;
    arena_init(&mem, CONN_MEMORY);
    struct conn *c = NEW(&mem, struct conn);
    c->mem = mem; /* the connection lives in its own arena */
    c->engine = st->engine;
    enum err e = st->engine->open(cx, st->address, write, c);
    if (e == OK)
        *out = c;
    else
        conn_close(c);
    return e;
}

void conn_close(struct conn *c)
{
    c->engine->close(c);
    struct arena mem = c->mem;
    arena_free(&mem);
}

enum engine_kind conn_engine(const struct conn *c)
{
    return c->engine->kind;
}
