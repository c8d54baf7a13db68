/* migrate -- brings a store up to the program's schema, one numbered file after the other. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "db/db.h"
#include "db/engine.h"
#include "base/out.h"
#include "migrate.sql.h"
#include <string.h>

struct applied {
    int64_t id;
    struct str name, checksum;
    int64_t at;
};
static const struct field applied_fields[] = {
    FIELD(struct applied, id, "序号"),
    FIELD(struct applied, name, "名称"),
    FIELD(struct applied, checksum, "指纹"),
    FIELD(struct applied, at, "时间"),
};
static const struct shape applied_shape = SHAPE("migration", struct applied, applied_fields);

static const char table[] = "CREATE TABLE IF NOT EXISTS migration (community_id @INT NOT NULL,"
                            " id @INT NOT NULL, name TEXT NOT NULL, checksum TEXT NOT NULL,"
                            " at @INT NOT NULL, PRIMARY KEY (community_id, id)) @OPT";

/* Behind "@APPEND_ONLY" or "@OWN_KEY", "table column;" at `p`: the engine's statements for it.
 * Returns what follows. */
static const char *rule(struct out *o, const char *statements, const char *p)
{
    const char *end = strchr(p, ';');
    struct str column = str_trim(str_n(p, end ? (size_t)(end - p) : strlen(p))), name;
    (void)str_split(&column, ' ', &name);
    for (const char *q = statements; *q; q++) {
        if (*q == '$' || *q == '%')
            out_str(o, *q == '$' ? name : column);
        else
            out_raw(o, q, 1);
    }
    return end ? end + 1 : p + strlen(p);
}

/* Replaces @INT @JSON @BLOB @KEY @OPT by the engine's words, and @APPEND_ONLY and @OWN_KEY. */
static const char *in_words_of(struct cx *cx, const struct engine *e, const char *text)
{
    static const char *const marks[] = {"@INT", "@JSON", "@BLOB", "@KEY", "@OPT"};
    static const char only[] = "\n@APPEND_ONLY ", own[] = "\n@OWN_KEY ";
    struct out o;
    out_init(&o, cx->mem);
    for (const char *p = text; *p;) {
        size_t k = 0;
        while (k < COUNT(marks) && strncmp(p, marks[k], strlen(marks[k])) != 0)
            k++;
        if (strncmp(p, only, sizeof only - 1) == 0) {
            p = rule(&o, e->append_only, p + sizeof only - 1);
        } else if (strncmp(p, own, sizeof own - 1) == 0) {
            p = rule(&o, e->own_key, p + sizeof own - 1);
        } else if (k < COUNT(marks)) {
            out_c(&o, e->words[k]);
            p += strlen(marks[k]);
        } else {
            out_raw(&o, p++, 1);
        }
    }
    out_raw(&o, "", 1);
    return o.p;
}

/* FNV-1a, 64 bits: tells a changed file from the same one, protects from nobody. */
static struct str checksum(struct cx *cx, const char *text)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (const char *p = text; *p; p++)
        h = (h ^ (unsigned char)*p) * UINT64_C(0x100000001b3);
    return arena_printf(cx->mem, "%016llx", (unsigned long long)h);
}

static enum err apply(struct cx *cx, const struct migration *m, int64_t id, int *applied)
{
    struct applied a;
    bool found;
    struct str name = str_c(m->name), sum = checksum(cx, m->text);
    TRY(db_find(cx, &migrate_sql_find, &applied_shape, &a, &found, ARGS(A(id))));
    if (found && !str_eq(a.checksum, sum))
        return fail(cx, ERR_STORE, "迁移 %s 和库里执行过的不一样：已发布的迁移不能改，请加新的",
                    m->name);
    if (found)
        return OK;
    TRY(cx->db->engine->script(cx, cx->db, in_words_of(cx, cx->db->engine, m->text)));
    TRY(db_run(cx, &migrate_sql_put, ARGS(A(id), A(name), AS("checksum", sum)), NULL));
    if (applied)
        ++*applied;
    return OK;
}

/* Ends the transaction of one step as it deserves. */
static enum err end(struct cx *cx, enum err e)
{
    if (e == OK)
        return db_commit(cx);
    db_rollback(cx);
    return e;
}

enum err db_migrated(struct cx *cx, int64_t *last)
{
    TRY(db_begin(cx, false));
    enum err e = db_number(cx, &migrate_sql_last, last, NO_ARGS);
    db_rollback(cx);
    return e;
}

enum err db_keep_old(struct cx *cx, int64_t last)
{
    const struct engine *e = cx->db->engine;
    return e->keep_old ? e->keep_old(cx, cx->db, last)
                       : fail(cx, ERR_INPUT, "这种库不能拷成一个文件");
}

static enum err migrate_alone(struct cx *cx, const struct migration *m, size_t n,
                              struct db_before before, int *applied)
{
    int64_t last = 0;
    TRY(db_begin(cx, true));
    TRY(end(cx, cx->db->engine->script(cx, cx->db, in_words_of(cx, cx->db->engine, table))));
    enum err e = db_migrated(cx, &last);
    if (e == OK && last > (int64_t)n)
        e = fail(cx, ERR_STORE, "库比程序新（库到第 %lld 号，程序到第 %zu 号），请用新的程序",
                 (long long)last, n);
    if (e == OK && last && last < (int64_t)n && before.ask)
        e = before.ask(cx, last, before.arg);
    for (size_t i = 0; i < n && e == OK; i++) {
        e = db_begin(cx, true);
        if (e == OK)
            e = end(cx, apply(cx, &m[i], (int64_t)i + 1, applied));
    }
    return e;
}

enum err db_upgrade(struct cx *cx, const struct migration *m, size_t n, struct db_before before,
                    int *applied)
{
    if (applied)
        *applied = 0;
    enum err e = cx->db->engine->migrating(cx, cx->db, true);
    if (e == OK)
        e = migrate_alone(cx, m, n, before, applied);
    enum err ended = cx->db->engine->migrating(cx, cx->db, false);
    return e == OK ? ended : e;
}

enum err db_migrate(struct cx *cx, const struct migration *m, size_t n, int *applied)
{
    return db_upgrade(cx, m, n, (struct db_before){0}, applied);
}
