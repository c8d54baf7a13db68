/* db -- named statements bound by name, rows bound to records; see db.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db.h"
#include "db/engine.h"
#include "base/out.h"
#include "base/utf8.h"
#include <assert.h>
#include <string.h>

enum { ROWS_MAX = 100000, LIKE_MAX = 40 };

struct value value_int(int64_t i)
{
    return (struct value){.type = VALUE_INT, .i = i};
}

struct value value_bool(bool b)
{
    return value_int(b);
}

struct value value_str(struct str s)
{
    return (struct value){.type = VALUE_TEXT, .s = s};
}

struct value value_c(const char *z)
{
    return value_str(str_c(z));
}

struct value value_blob(struct str s)
{
    return (struct value){.type = VALUE_BLOB, .s = s};
}

struct value value_same(struct value v)
{
    return v;
}

/* ---- parameters ---- */

static bool of_args(struct args args, const char *name, struct value *out)
{
    for (size_t i = 0; i < args.n; i++)
        if (strcmp(args.at[i].name, name) == 0) {
            *out = args.at[i].value;
            return true;
        }
    return false;
}

static struct str some(struct str s)
{
    return s.p ? s : S("");
}

static bool of_record(const struct shape *s, const void *rec, const char *name, struct value *out)
{
    const struct field *f = rec ? shape_field(s, str_c(name)) : NULL;
    if (!f)
        return false;
    if (f->seal || shape_indexed_by(s, name))
        *out = value_blob(some(field_get_str(f, rec))); /* "", or as it was read */
    else if (f->type == FIELD_STR)
        *out = value_str(field_get_str(f, rec));
    else if (f->type == FIELD_CODE)
        *out = value_str(field_code(f, rec));
    else
        *out = value_int(field_get_int(f, rec));
    return true;
}

/* ---- sealed fields of a record: one question a statement, and one for its indexes ---- */

enum { SEALED_MAX = 12 };

struct sealing {
    struct vault_item item[2 * SEALED_MAX]; /* texts, then indexes */
    const char *param[2 * SEALED_MAX];
    size_t texts, indexes;
};

static void seal_later(struct sealing *to, const char *param, const struct shape *s,
                       const void *rec)
{
    const struct field *f = shape_field(s, str_c(param)), *g = shape_indexed_by(s, param);
    if (!g && (!f || !f->seal))
        return;
    struct vault_item item = shape_item(s, g ? g : f, rec, g != NULL);
    if (vault_is_sealed(item.in) || (!g && item.in.n == 0))
        return; /* as it was read, its index too */
    size_t i = g ? SEALED_MAX + to->indexes : to->texts;
    assert((g ? to->indexes : to->texts) < SEALED_MAX);
    to->item[i] = item;
    to->param[i] = param;
    *(g ? &to->indexes : &to->texts) += 1;
}

static enum err seal_record(struct cx *cx, const struct query *q, const struct shape *s,
                            const void *rec, struct args args, struct sealing *to)
{
    struct value given;
    to->texts = to->indexes = 0;
    for (int i = 0; i < q->nparams && rec; i++)
        if (!of_args(args, q->params[i], &given))
            seal_later(to, q->params[i], s, rec);
    TRY(vault_ask(cx, VAULT_SEAL, to->item, to->texts));
    return vault_ask(cx, VAULT_INDEX, to->item + SEALED_MAX, to->indexes);
}

static bool of_sealing(const struct sealing *from, const char *name, struct value *out)
{
    for (size_t i = 0; i < SEALED_MAX + from->indexes; i++)
        if ((i < from->texts || i >= SEALED_MAX) && strcmp(from->param[i], name) == 0) {
            *out = value_blob(some(from->item[i].out));
            return true;
        }
    return false;
}

/* What every context carries. */
static bool of_context(const struct cx *cx, const char *name, struct value *out)
{
    const struct arg carried[] = {
        AS("community_id", cx->community),  AS("now", cx->now),
        AS("who_id", cx->who.person_id),    AS("scope_lo", cx->who.scope_lo),
        AS("scope_hi", cx->who.scope_hi),   AS("scope_grid", cx->who.scope_grid),
        AS("scope_org", cx->who.scope_org),
    };
    return of_args((struct args){carried, COUNT(carried)}, name, out);
}

static enum err bind_all(struct cx *cx, struct stmt *st, const struct shape *s, const void *rec,
                         struct args args, const struct sealing *sealed)
{
    for (int i = 0; i < st->query->nparams; i++) {
        const char *name = st->query->params[i];
        struct value v = {0};
        bool known = of_args(args, name, &v) || of_sealing(sealed, name, &v) ||
                     of_record(s, rec, name, &v) || of_context(cx, name, &v);
        assert(known && "a parameter of the statement was not given");
        TRY(cx->db->engine->bind(cx, cx->db, st, i, v));
    }
    return OK;
}

/* ---- statements ---- */

enum err no_memory(struct cx *cx)
{
    return fail(cx, ERR_BUSY, "系统忙，请稍后再试");
}

static struct stmt **slot_of(struct conn *c, const struct query *q)
{
    return &c->slots[(uint64_t)(uintptr_t)q * UINT64_C(0x9e3779b97f4a7c15) >> 56 &
                     (STMT_SLOTS - 1)];
}

static enum err statement(struct cx *cx, const struct query *q, struct stmt **out)
{
    struct stmt **slot = slot_of(cx->db, q);
    for (*out = *slot; *out; *out = (*out)->next)
        if ((*out)->query == q)
            return OK;
    struct arena_mark before = arena_mark(&cx->db->mem);
    struct stmt *s = arena_try(&cx->db->mem, sizeof *s);
    if (!s)
        return no_memory(cx);
    s->query = q;
    enum err e = cx->db->engine->prepare(cx, cx->db, s);
    if (e != OK) {
        arena_rewind(&cx->db->mem, before); /* it may be refused again and again */
        return e;
    }
    s->next = *slot;
    *slot = s;
    *out = s;
    return OK;
}

void stmt_stop(struct conn *c, struct stmt *st)
{
    c->engine->reset(st);
    c->wrote |= st->changed > 0;
    st->busy = false;
    c->busy--;
}

/* A handler that ran out of memory jumped over its stmt_stop(): what it left running must neither
 * hold the transaction nor show its rows to the next one who asks. */
static void stop_all(struct conn *c)
{
    for (size_t i = 0; i < STMT_SLOTS && c->busy; i++)
        for (struct stmt *st = c->slots[i]; st; st = st->next)
            if (st->busy)
                stmt_stop(c, st);
}

static enum err gone(struct cx *cx)
{
    return fail(cx, ERR_STORE, "没有存上，什么都没有改");
}

enum err stmt_start(struct cx *cx, const struct query *q, struct stmt **out)
{
    struct conn *c = cx->db;
    if (c->lost)
        return gone(cx);
    assert(c->in_transaction && "statements run inside a transaction");
    assert(c->writing || !q->write);
    TRY(statement(cx, q, out));
    struct stmt *st = *out;
    assert(!st->busy && "a row function of db_each must not run the statement that calls it");
    st->changed = 0;
    st->map = NULL;
    st->stream = false;
    st->busy = true;
    c->busy++;
    return OK;
}

/* Prepared, bound, not yet stepped. */
static enum err start(struct cx *cx, const struct query *q, const struct shape *s, const void *rec,
                      struct args args, struct stmt **out)
{
    struct sealing sealed;
    TRY(seal_record(cx, q, s, rec, args, &sealed));
    TRY(stmt_start(cx, q, out));
    enum err e = bind_all(cx, *out, s, rec, args, &sealed);
    if (e != OK)
        stmt_stop(cx->db, *out);
    return e;
}

/* ---- rows ---- */

static enum err map_columns(struct cx *cx, struct stmt *st, const struct shape *s)
{
    struct conn *c = cx->db;
    for (st->map = st->maps; st->map; st->map = st->map->next)
        if (st->map->shape == s)
            return OK;
    size_t n = (size_t)c->engine->columns(st);
    struct arena_mark before = arena_mark(&c->mem);
    struct map *m = arena_try(&c->mem, sizeof *m);
    const struct field **fields = m ? arena_try(&c->mem, n * sizeof *fields) : NULL;
    bool known = fields != NULL;
    for (size_t i = 0; known && i < n; i++) {
        const char *name = c->engine->column_name(st, (int)i);
        known = name != NULL;
        fields[i] = known ? shape_field(s, str_c(name)) : NULL;
    }
    if (!known) {
        arena_rewind(&c->mem, before);
        return no_memory(cx);
    }
    *m = (struct map){s, fields, st->maps};
    st->map = st->maps = m;
    return OK;
}

static enum err read_column(struct cx *cx, struct stmt *st, int i, struct value *out)
{
    *out = cx->db->engine->column(st, i);
    return out->type == VALUE_UNREAD ? no_memory(cx) : OK;
}

static bool is_right_type(const struct field *f, struct value v)
{
    bool text = f->type == FIELD_STR || f->type == FIELD_CODE;
    return v.type == VALUE_NULL || text == (v.type != VALUE_INT);
}

static enum err read_row(struct cx *cx, struct stmt *st, void *rec)
{
    int n = cx->db->engine->columns(st);
    for (int i = 0; i < n; i++) {
        const struct field *f = st->map->fields[i];
        if (!f)
            continue;
        struct value v;
        TRY(read_column(cx, st, i, &v));
        if (!is_right_type(f, v))
            return fail(cx, ERR_STORE, "%s 的 %s 读出来的类型和记录的不一样", st->query->name,
                        f->name);
        if (f->type == FIELD_STR)
            field_set_str(f, rec, v.s.n ? arena_copy(cx->mem, v.s) : S(""));
        else if (f->type != FIELD_CODE)
            field_set_int(f, rec, v.i);
        else if (v.type == VALUE_NULL)
            field_set_int(f, rec, 0);
        else if (!field_set_code(f, rec, v.s))
            return fail(cx, ERR_STORE, "%s 的 %s 存着程序不认识的值", st->query->name, f->name);
    }
    return OK;
}

/* Steps once and reads the row into `rec`, if there is one. */
static enum err next_row(struct cx *cx, struct stmt *st, const struct shape *s, void *rec,
                         bool *row)
{
    TRY(cx->db->engine->step(cx, cx->db, st, row));
    if (!*row)
        return OK;
    if (!st->map)
        TRY(map_columns(cx, st, s));
    return read_row(cx, st, rec);
}

/* Steps to the end, so that the whole effect of a statement has happened. */
static enum err finish(struct cx *cx, struct stmt *st)
{
    for (bool row = true; row;)
        TRY(cx->db->engine->step(cx, cx->db, st, &row));
    return OK;
}

/* ---- the six calls ---- */

static enum err execute(struct cx *cx, const struct query *q, const struct shape *s,
                        const void *rec, struct args args, int64_t *changed)
{
    struct stmt *st;
    TRY(start(cx, q, s, rec, args, &st));
    enum err e = finish(cx, st);
    if (changed)
        *changed = st->changed;
    stmt_stop(cx->db, st);
    return e;
}

enum err db_put(struct cx *cx, const struct query *q, const struct shape *s, const void *rec,
                struct args args)
{
    return execute(cx, q, s, rec, args, NULL);
}

enum err db_run(struct cx *cx, const struct query *q, struct args args, int64_t *changed)
{
    return execute(cx, q, NULL, NULL, args, changed);
}

enum err db_save(struct cx *cx, const struct query *q, const struct shape *s, const void *rec,
                 struct args args)
{
    int64_t changed = 0;
    TRY(execute(cx, q, s, rec, args, &changed));
    return changed == 1 ? OK : fail(cx, ERR_CONFLICT, "刚刚有人先动了这一条，请刷新后再看");
}

enum err db_change(struct cx *cx, const struct query *q, struct args args)
{
    return db_save(cx, q, NULL, NULL, args);
}

enum err db_find(struct cx *cx, const struct query *q, const struct shape *s, void *rec,
                 bool *found, struct args args)
{
    struct stmt *st;
    *found = false;
    TRY(start(cx, q, NULL, NULL, args, &st));
    enum err e = next_row(cx, st, s, rec, found);
    if (e == OK && *found && q->write)
        e = finish(cx, st);
    stmt_stop(cx->db, st);
    return e;
}

enum err db_one(struct cx *cx, const struct query *q, const struct shape *s, void *rec,
                struct args args)
{
    bool found;
    TRY(db_find(cx, q, s, rec, &found, args));
    return found ? OK : fail(cx, ERR_MISSING, "没有找到");
}

enum err db_all(struct cx *cx, const struct query *q, const struct shape *s, void *list,
                struct args args)
{
    struct stmt *st;
    struct list_any *rows = list;
    TRY(start(cx, q, NULL, NULL, args, &st));
    enum err e = OK;
    for (bool row = true; e == OK;) {
        void *rec = list_push(cx->mem, list, s->size);
        e = next_row(cx, st, s, rec, &row);
        if (e != OK || !row) {
            rows->n--; /* the place that was kept for a row that did not come */
            break;
        }
        if (rows->n > ROWS_MAX)
            e = fail(cx, ERR_INPUT, "一次最多取 %d 条，请缩小范围", ROWS_MAX);
    }
    stmt_stop(cx->db, st);
    return e;
}

enum err db_each(struct cx *cx, const struct query *q, const struct shape *s,
                 enum err (*row)(struct cx *cx, void *rec, void *arg), void *arg, struct args args)
{
    struct stmt *st;
    assert(!q->write);
    TRY(start(cx, q, NULL, NULL, args, &st));
    st->stream = true;
    void *rec = arena_alloc(cx->mem, s->size);
    const struct cx_closer *closers = cx->closers;
    struct arena_mark mark = arena_mark(cx->mem);
    enum err e;
    for (bool more;;) {
        memset(rec, 0, s->size);
        e = next_row(cx, st, s, rec, &more);
        if (e != OK || !more)
            break;
        e = row(cx, rec, arg);
        if (e != OK) /* its message lives behind the mark */
            break;
        if (cx->closers == closers) /* what was deferred in a row lives until the end */
            arena_rewind(cx->mem, mark);
    }
    stmt_stop(cx->db, st);
    return e;
}

struct str db_like(struct cx *cx, struct str text)
{
    struct str head = utf8_head(str_trim(text), LIKE_MAX);
    struct out o;
    if (!head.n)
        return S("");
    out_init(&o, cx->mem);
    out_c(&o, "%");
    for (size_t i = 0; i < head.n; i++) {
        if (head.p[i] == '%' || head.p[i] == '_' || head.p[i] == '!')
            out_c(&o, "!");
        out_raw(&o, &head.p[i], 1);
    }
    out_c(&o, "%");
    return out_text(&o);
}

struct only_id {
    int64_t id;
};
static const struct field only_id_fields[] = {FIELD(struct only_id, id, "编号")};
const struct shape db_id_shape = SHAPE("id", struct only_id, only_id_fields);

enum err db_number(struct cx *cx, const struct query *q, int64_t *out, struct args args)
{
    struct stmt *st;
    bool row;
    *out = 0;
    TRY(start(cx, q, NULL, NULL, args, &st));
    enum err e = cx->db->engine->step(cx, cx->db, st, &row);
    if (e == OK && row) {
        struct value v;
        e = read_column(cx, st, 0, &v);
        *out = v.i;
        if (e == OK && v.type != VALUE_INT && v.type != VALUE_NULL)
            e = fail(cx, ERR_STORE, "%s 的第一列不是数", q->name);
    } else if (e == OK)
        e = fail(cx, ERR_MISSING, "没有找到");
    stmt_stop(cx->db, st);
    return e;
}

enum err db_ahead(struct cx *cx, const struct query *q, struct args args)
{
    struct stmt *st;
    struct conn *c = cx->db;
    assert(!q->write && !c->busy);
    if (!c->engine->ahead)
        return OK;
    TRY(start(cx, q, NULL, NULL, args, &st));
    enum err e = c->engine->ahead(cx, c, st);
    stmt_stop(c, st);
    return e;
}

/* ---- transactions ---- */

enum err db_begin(struct cx *cx, bool write)
{
    struct conn *c = cx->db;
    assert(!c->in_transaction);
    c->lost = c->in_job = c->wrote = false;
    c->writing = write; /* the engine looks at it from the first word on */
    TRY(c->engine->begin(cx, c, write));
    c->in_transaction = true;
    return OK;
}

enum err db_commit(struct cx *cx)
{
    struct conn *c = cx->db;
    if (!c->in_transaction)
        return gone(cx);
    stop_all(c);
    enum err e = c->engine->commit(cx, c);
    if (e != OK)
        c->broken |= !c->engine->rollback(cx, c);
    c->in_transaction = c->writing = c->in_job = false;
    return e;
}

void db_rollback(struct cx *cx)
{
    struct conn *c = cx->db;
    stop_all(c);
    c->broken |= !c->engine->rollback(cx, c);
    c->in_transaction = c->writing = c->in_job = false;
}

enum err db_savepoint(struct cx *cx)
{
    if (cx->db->lost)
        return gone(cx);
    assert(cx->db->in_transaction && !cx->db->in_job);
    TRY(cx->db->engine->script(cx, cx->db, "SAVEPOINT job"));
    cx->db->in_job = true;
    cx->db->wrote = false;
    return OK;
}

bool db_wrote(const struct cx *cx)
{
    return cx->db->wrote;
}

enum err db_release(struct cx *cx, bool keep)
{
    cx->db->in_job = false;
    if (!keep)
        stop_all(cx->db);
    if (!cx->db->in_transaction)
        return gone(cx);
    return cx->db->engine->script(cx, cx->db,
                                  keep ? "RELEASE SAVEPOINT job"
                                       : "ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job");
}

bool db_in_transaction(struct cx *cx)
{
    return cx->db && cx->db->in_transaction;
}

enum err db_verify(struct cx *cx, const struct query *const *queries, size_t n)
{
    struct stmt *st;
    struct out wrong;
    out_init(&wrong, cx->mem);
    for (size_t i = 0; i < n; i++) {
        if (statement(cx, queries[i], &st) == OK)
            continue;
        out_c(&wrong, wrong.n ? "\n" : "");
        out_str(&wrong, cx->fault.message);
        fault_clear(cx);
    }
    return wrong.n ? fail(cx, ERR_STORE, "%.*s", STR(out_text(&wrong))) : OK;
}
