/* boot -- see boot.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/boot.h"
#include "app/sample/sample.h"
#include "base/env.h"
#include "base/id.h"
#include "base/log.h"
#include "main/features.h"
#include "main/migrations.h"
#include <stdio.h>

enum { BOOT_MEMORY = 256 << 20 };

int boot_fault(struct cx *cx)
{
    fprintf(stderr, "%.*s\n", STR(cx->fault.message));
    if (cx->fault.file)
        fprintf(stderr, "    (%s:%d)\n", cx->fault.file, cx->fault.line);
    return 1;
}

enum err boot_verify(struct cx *cx)
{
    for (size_t i = 0; i < feature_count; i++) {
        const struct feature *f = features[i];
        for (size_t k = 0; k < f->nshapes; k++) {
            const char *wrong = shape_fault(f->shapes[k]);
            if (wrong)
                return fail(cx, ERR_STORE, "%s: %s", f->shapes[k]->name, wrong);
        }
        if (f->queries)
            TRY(db_verify(cx, f->queries, *f->nqueries));
    }
    return OK;
}

enum err boot_store(struct cx *cx, const char *url, struct store **store, int *applied)
{
    TRY(store_open(cx, url, store));
    TRY(store_connect(cx, *store, true, &cx->db));
    return db_migrate(cx, migrations, migration_count, applied);
}

bool boot(struct boot *b, int argc, char **argv)
{
    *b = (struct boot){0};
    if (!options_read(&b->options, argc, argv))
        return false;
    arena_init(&b->mem, BOOT_MEMORY);
    cx_init(&b->cx, &b->mem, &env_system);
    unsigned char node[2];
    env_system.random(&env_system, node, sizeof node);
    id_node((node[0] | (unsigned)node[1] << 8) & 1023);
    enum err e = boot_store(&b->cx, b->options.db, &b->store, &b->applied);
    if (e != OK)
        boot_fault(&b->cx);
    return e == OK;
}

void boot_end(struct boot *b)
{
    if (b->cx.db)
        conn_close(b->cx.db);
    if (b->store)
        store_close(b->store);
    if (b->cx.mem) {
        cx_end(&b->cx);
        arena_free(&b->mem);
    }
}

static void tell(const char *text, int percent)
{
    fprintf(stderr, "\r\033[K正在生成示例社区：%s %d%%%s", text, percent,
            percent >= 100 ? "\n" : "");
}

enum err boot_sample(struct boot *b)
{
    struct cx *cx = &b->cx;
    community_list there = {0};
    TRY(db_begin(cx, false));
    enum err e = place_communities(cx, &there);
    db_rollback(cx);
    if (e != OK || there.n)
        return e;
    for (int i = 1; i <= b->options.communities; i++) {
        struct arena_mark mark = arena_mark(cx->mem);
        TRY(db_begin(cx, true));
        e = sample_load(cx, migrations, migration_count, i,
                        (uint64_t)b->options.seed + (uint64_t)i - 1, tell);
        if (e != OK) {
            db_rollback(cx);
            return e;
        }
        TRY(db_commit(cx));
        arena_rewind(cx->mem, mark);
    }
    return OK;
}
