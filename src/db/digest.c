/* digest -- what a store holds, table by table, so that two stores can be compared: rows and a sum
 * of their hashes, which does not depend on their order. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db.h"
#include "db/engine.h"
#include "base/out.h"
#include <sodium.h>
#include <string.h>

enum { HASH = 32, LIMBS = HASH / 8 };

static void add_value(crypto_generichash_state *h, struct value v)
{
    unsigned char head[9] = {(unsigned char)v.type};
    uint64_t n = v.type == VALUE_INT ? (uint64_t)v.i : v.s.n;
    for (size_t i = 0; i < 8; i++)
        head[i + 1] = (unsigned char)(n >> 8 * i);
    crypto_generichash_update(h, head, sizeof head);
    if (v.type == VALUE_TEXT || v.type == VALUE_BLOB)
        crypto_generichash_update(h, (const unsigned char *)v.s.p, v.s.n);
}

static void add_row(const struct engine *e, struct stmt *st, int columns, uint64_t sum[LIMBS])
{
    crypto_generichash_state h;
    uint64_t row[LIMBS];
    crypto_generichash_init(&h, NULL, 0, HASH);
    for (int i = 0; i < columns; i++)
        add_value(&h, e->column(st, i));
    crypto_generichash_final(&h, (unsigned char *)row, HASH);
    for (size_t i = 0; i < LIMBS; i++)
        sum[i] += row[i];
}

static enum err walk(struct cx *cx, struct stmt *st, struct db_table *t)
{
    const struct engine *e = cx->db->engine;
    uint64_t sum[LIMBS] = {0};
    char *hex = arena_alloc(cx->mem, 2 * HASH + 1);
    bool more;
    TRY(e->step(cx, cx->db, st, &more));
    for (int n = e->columns(st); more; t->rows++) {
        struct arena_mark mark = arena_mark(cx->mem);
        add_row(e, st, n, sum);
        TRY(e->step(cx, cx->db, st, &more));
        arena_rewind(cx->mem, mark);
    }
    sodium_bin2hex(hex, 2 * HASH + 1, (const unsigned char *)sum, sizeof sum);
    t->digest = str_n(hex, 2 * HASH);
    return OK;
}

static enum err digest_of(struct cx *cx, struct str table, struct db_table *t)
{
    struct query *q = NEW(&cx->db->mem, struct query);
    struct stmt *st;
    struct out o;
    out_init(&o, &cx->db->mem); /* a statement lives as long as its connection */
    out_printf(&o, "SELECT * FROM %.*s", STR(table));
    out_raw(&o, "", 1);
    *q = (struct query){.name = "digest", .file = __FILE__, .text = {o.p, o.p}};
    *t = (struct db_table){.name = table};
    TRY(stmt_start(cx, q, &st));
    st->stream = true;
    enum err e = walk(cx, st, t);
    stmt_stop(cx->db, st);
    return e;
}

enum err db_digest(struct cx *cx, const struct db_part *part, db_table_list *out)
{
    table_name_list tables = {0};
    TRY(db_tables(cx, part, &tables));
    for (size_t i = 0; i < tables.n; i++)
        TRY(digest_of(cx, tables.at[i], PUSH(cx->mem, out)));
    return OK;
}
