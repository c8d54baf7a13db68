/*
 * load -- makes a store as a release left it: the migrations of that time, then its rows.
 *
 *   load URL LAST [FILE]      the first LAST migrations, the rows of tests/released/VERSION.sql
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/env.h"
#include "base/out.h"
#include "db/engine.h"
#include "main/boot.h"
#include "main/migrations.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY = 64 << 20 };

/* @X'hex' is what the engines write each in its own way. */
static const char *in_words_of(struct cx *cx, enum engine_kind kind, struct str text)
{
    static const char mark[] = "@X'";
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < text.n; i++) {
        if (strncmp(text.p + i, mark, sizeof mark - 1) == 0) {
            out_c(&o, kind == ENGINE_SQLITE ? "X'" : "'\\x");
            i += sizeof mark - 2;
        } else {
            out_raw(&o, text.p + i, 1);
        }
    }
    out_raw(&o, "", 1);
    return o.p;
}

static enum err rows(struct cx *cx, const char *file)
{
    char *text = arena_alloc(cx->mem, MEMORY / 8);
    FILE *in = fopen(file, "re");
    size_t n = in ? fread(text, 1, MEMORY / 8 - 1, in) : 0;
    text[n] = 0;
    if (in)
        fclose(in);
    if (!n || n == MEMORY / 8 - 1)
        return fail(cx, ERR_INPUT, "cannot read %s", file);
    TRY(db_begin(cx, true));
    TRY(cx->db->engine->script(cx, cx->db, in_words_of(cx, conn_engine(cx->db), str_n(text, n))));
    return db_commit(cx);
}

int main(int argc, char **argv)
{
    struct arena mem;
    struct cx cx;
    struct store *store = NULL;
    int last = argc < 3 ? 0 : atoi(argv[2]);
    if (last < 1 || (size_t)last > migration_count)
        return fputs("usage: load URL LAST [FILE]\n", stderr), 2;
    arena_init(&mem, MEMORY);
    cx_init(&cx, &mem, &env_system);
    enum err e = store_open(&cx, argv[1], &store);
    if (e == OK)
        e = store_connect(&cx, store, true, &cx.db);
    if (e == OK)
        e = db_migrate(&cx, migrations, (size_t)last, NULL);
    if (e == OK && argc > 3)
        e = rows(&cx, argv[3]);
    if (e != OK)
        boot_fault(&cx);
    if (cx.db)
        conn_close(cx.db);
    if (store)
        store_close(store);
    cx_end(&cx);
    arena_free(&mem);
    return e == OK ? 0 : 1;
}
