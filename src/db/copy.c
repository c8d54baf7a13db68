/* copy -- all rows of one store into another, whatever their engines; many rows a statement. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db.h"
#include "db/engine.h"
#include "base/out.h"
#include "copy.sql.h"

struct table {
    struct str name;
};
typedef LIST(struct table) table_list;
static const struct field table_fields[] = {
    FIELD(struct table, name, "表"),
};
static const struct shape table_shape = SHAPE("table", struct table, table_fields);

/* A statement that is made here lives as long as the connection that keeps it prepared. Both
 * engines number $1, $2 … in order of appearance alike. */
static const struct query *statement_of(struct conn *c, struct out *text, int nparams, bool write)
{
    struct query *q = NEW(&c->mem, struct query);
    out_raw(text, "", 1);
    *q = (struct query){.name = "copy",
                        .file = __FILE__,
                        .text = {text->p, text->p},
                        .nparams = nparams,
                        .write = write};
    return q;
}

static const struct query *select_of(struct conn *c, struct str table)
{
    struct out o;
    out_init(&o, &c->mem);
    out_printf(&o, "SELECT * FROM %.*s", STR(table));
    return statement_of(c, &o, 0, false);
}

static const struct query *insert_of(struct conn *c, struct str table, struct conn *from,
                                     struct stmt *read, int rows)
{
    int n = from->engine->columns(read);
    struct out o;
    out_init(&o, &c->mem);
    out_printf(&o, "INSERT INTO %.*s (", STR(table));
    for (int i = 0; i < n; i++)
        out_printf(&o, "%s%s", i ? ", " : "", from->engine->column_name(read, i));
    for (int i = 0; i < rows * n; i++)
        out_printf(&o, "%s$%d", i == 0 ? ") VALUES (" : i % n ? ", " : "), (", i + 1);
    out_c(&o, ")");
    return statement_of(c, &o, rows * n, true);
}

static enum err write_rows(struct cx *cx, const struct query *q, const struct value *values)
{
    struct stmt *st;
    bool row;
    TRY(stmt_start(cx, q, &st));
    enum err e = OK;
    for (int i = 0; i < q->nparams && e == OK; i++)
        e = cx->db->engine->bind(cx, cx->db, st, i, values[i]);
    if (e == OK)
        e = cx->db->engine->step(cx, cx->db, st, &row);
    stmt_stop(cx->db, st);
    return e;
}

/* One row into `values`; its texts are copied, for the next step forgets them. */
static enum err read_row(struct cx *from, struct stmt *read, struct value *values, int n)
{
    for (int i = 0; i < n; i++) {
        values[i] = from->db->engine->column(read, i);
        if (values[i].type == VALUE_UNREAD)
            return no_memory(from);
        values[i].s = arena_copy(from->mem, values[i].s);
    }
    return OK;
}

static enum err copy_rows(struct cx *from, struct stmt *read, struct cx *to, struct str table)
{
    const struct engine *e = from->db->engine;
    const struct query *insert = NULL;
    struct value values[PARAMETERS_MAX];
    bool more;
    TRY(e->step(from, from->db, read, &more));
    int n = e->columns(read), most = PARAMETERS_MAX / n;
    if (most == 0)
        return fail(to, ERR_STORE, "表 %.*s 的列太多，搬不了", STR(table));
    while (more) {
        struct arena_mark here = arena_mark(from->mem), there = arena_mark(to->mem);
        int rows = 0;
        while (more && rows < most) {
            TRY(read_row(from, read, values + rows++ * n, n));
            TRY(e->step(from, from->db, read, &more));
        }
        if (!insert || rows < most)
            insert = insert_of(to->db, table, from->db, read, rows);
        TRY(write_rows(to, insert, values));
        arena_rewind(to->mem, there);
        arena_rewind(from->mem, here);
    }
    return OK;
}

/* PostgreSQL makes its plans by the number of rows that it last counted; SQLite does not. */
static enum err count_rows(struct cx *cx, struct str table)
{
    if (cx->db->engine->kind != ENGINE_PGSQL)
        return OK;
    return cx->db->engine->script(cx, cx->db, arena_printf(cx->mem, "ANALYZE %.*s", STR(table)).p);
}

static enum err copy_table(struct cx *from, struct cx *to, struct str table)
{
    struct stmt *read;
    TRY(stmt_start(from, select_of(from->db, table), &read));
    read->stream = true;
    enum err e = copy_rows(from, read, to, table);
    stmt_stop(from->db, read);
    return e == OK ? count_rows(to, table) : e;
}

static bool is_of(const struct db_part *part, struct str table)
{
    const char *const *name = part ? part->names : NULL;
    while (name && *name && !str_is(table, *name))
        name++;
    return !part || (*name != NULL) != part->others;
}

enum err db_tables(struct cx *cx, const struct db_part *part, table_name_list *out)
{
    table_list all = {0};
    TRY(db_all(cx, &copy_sql_tables, &table_shape, &all, NO_ARGS));
    for (size_t i = 0; i < all.n; i++)
        if (is_of(part, all.at[i].name))
            *PUSH(cx->mem, out) = all.at[i].name;
    return OK;
}

enum err db_copy(struct cx *from, struct cx *to, const struct db_part *part)
{
    table_name_list tables = {0};
    if (to->db->engine->no_hurry)
        TRY(to->db->engine->no_hurry(to, to->db));
    enum err e = db_tables(from, part, &tables);
    for (size_t i = 0; i < tables.n && e == OK; i++)
        e = copy_table(from, to, tables.at[i]);
    if (to->fault.err == OK)
        to->fault = from->fault;
    return e;
}
