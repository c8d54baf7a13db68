/* reseal -- envelopes of a table under the keys that are active now, some rows at a time; no text
 * is seen here. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/keyring/keyring_own.h"

enum { COUNTED = 500 };

static enum err all_rows(struct cx *cx, const struct sealed_table *t, struct list_any *rows,
                         int64_t *lost)
{
    const struct shape *s = t->shape;
    LIST(struct vault_item) items = {0};
    LIST(const struct field *) fields = {0};
    for (size_t i = 0; i < s->nfields; i++)
        if (s->fields[i].seal && !s->fields[i].own && !s->fields[i].of)
            *PUSH(cx->mem, &fields) = &s->fields[i];
    for (size_t k = 0; k < rows->n; k++)
        for (size_t i = 0; i < fields.n; i++)
            *PUSH(cx->mem, &items) =
                shape_item(s, fields.at[i], (char *)rows->at + k * s->size, false);
    TRY(vault_ask(cx, VAULT_RESEAL, items.at, items.n));
    for (size_t k = 0; k < items.n; k++) {
        const struct vault_item *i = &items.at[k];
        *lost += i->in.n && i->lost;
        field_set_str(fields.at[k % fields.n], (char *)rows->at + k / fields.n * s->size,
                      i->lost ? i->in : i->out);
    }
    return OK;
}

enum err keyring_reseal(struct cx *cx, const struct sealed_table *t, int64_t most, int64_t *after,
                        int64_t *n, int64_t *lost)
{
    struct list_any rows = {0};
    const struct field *id = shape_field(t->shape, S("id"));
    TRY(db_all(cx, t->some, t->shape, &rows, ARGS(AS("after", *after), A(most))));
    TRY(all_rows(cx, t, &rows, lost));
    for (size_t k = 0; k < rows.n; k++) {
        const void *rec = (char *)rows.at + k * t->shape->size;
        TRY(db_put(cx, t->put, t->shape, rec, NO_ARGS));
        *after = field_get_int(id, rec);
    }
    *n = (int64_t)rows.n;
    return OK;
}

static int64_t under(const struct shape *s, const void *rec, int64_t kid)
{
    int64_t n = 0;
    for (size_t i = 0; i < s->nfields; i++)
        n += s->fields[i].seal && !s->fields[i].own &&
             seal_kid(field_get_str(&s->fields[i], rec)) == kid;
    return n;
}

enum err keyring_count(struct cx *cx, const struct sealed_table *t, int64_t kid, int64_t *n)
{
    const struct field *id = shape_field(t->shape, S("id"));
    int64_t after = 0;
    struct list_any rows;
    do {
        struct arena_mark mark = arena_mark(cx->mem);
        rows = (struct list_any){0};
        TRY(db_all(cx, t->some, t->shape, &rows, ARGS(A(after), AS("most", (int64_t)COUNTED))));
        for (size_t k = 0; k < rows.n; k++) {
            const void *rec = (char *)rows.at + k * t->shape->size;
            *n += under(t->shape, rec, kid);
            after = field_get_int(id, rec);
        }
        arena_rewind(cx->mem, mark);
    } while (rows.n == COUNTED);
    return OK;
}
