/*
 * fill -- for rotate.py: puts needs with known names, numbers, doors and notes into a store, as the
 * server would, and looks later whether each of them still opens and says the same.
 *
 *   fill put URL KEYFILE N       N values (a need has four), beside what is there
 *   fill check URL KEYFILE       prints "values V lost L wrong W kids K...": of which keys they are
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "app/need/need.h"
#include "base/env.h"
#include "base/id.h"
#include "main/boot.h"
#include "main/commands.h"
#include "keyring.sql.h"
#include "need.sql.h"
#include <stdlib.h>
#include <string.h>

enum { EACH = 4, BATCH = 2000, KIDS = 65536 };

#define MARK "fill-" /* of its source numbers, which tell what each need says */

static void say(struct cx *cx, int64_t i, struct need *n)
{
    n->source_number = arena_printf(cx->mem, MARK "%lld", (long long)i);
    n->name = arena_printf(cx->mem, "某%lld", (long long)i);
    n->contact = arena_printf(cx->mem, "139%08lld", (long long)(i % 100000000));
    n->door = arena_printf(cx->mem, "%lld", (long long)(101 + i % 4000));
    n->note = arena_printf(cx->mem, "腿脚不便%lld", (long long)i);
}

static enum err put_some(struct cx *cx, const struct need *like, int64_t from, int64_t to)
{
    TRY(db_begin(cx, true));
    for (int64_t i = from; i < to; i++) {
        struct need n = *like;
        say(cx, i, &n);
        n.id = id_new(cx);
        n.number = n.source_number;
        n.word = n.client_key = S("");
        TRY(db_put(cx, &need_sql_insert, &need_shape, &n,
                   ARGS(AS("client_key", (struct value){.type = VALUE_NULL}),
                        AS("key_hash", value_blob(id_secret_hash(cx, n.number))))));
    }
    return db_commit(cx);
}

static enum err put(struct cx *cx, int64_t values)
{
    need_list some = {0};
    int64_t n = values / EACH;
    TRY(db_begin(cx, false));
    enum err e = db_all(cx, &need_sql_open_ids, &need_shape, &some,
                        ARGS(AS("after", (int64_t)0), AS("most", (int64_t)1)));
    db_rollback(cx);
    for (int64_t i = 0; i < n && e == OK; i += BATCH) {
        struct arena_mark mark = arena_mark(cx->mem);
        e = put_some(cx, &some.at[0], i, i + BATCH < n ? i + BATCH : n);
        if (e == OK)
            arena_rewind(cx->mem, mark);
    }
    return e;
}

struct found {
    int64_t values, lost, wrong, kid[KIDS];
};

static void count(struct found *f, struct str envelope)
{
    const unsigned char *p = (const unsigned char *)envelope.p;
    if (vault_is_sealed(envelope))
        f->kid[p[1] << 8 | p[2]]++;
}

/* Keys of notes, which are turned instead of the notes. */
static enum err count_own(struct cx *cx, const need_list *rows, struct found *f)
{
    for (size_t i = 0; i < rows->n; i++) {
        struct own {
            int64_t id;
            struct str about, key;
            int64_t about_id;
        } own = {0};
        static const struct field fields[] = {
            FIELD(struct own, id, ""), FIELD(struct own, about, ""),
            FIELD(struct own, about_id, ""), FIELD(struct own, key, "")};
        static const struct shape shape = SHAPE("own", struct own, fields);
        bool found;
        TRY(db_find(cx, &keyring_sql_own, &shape, &own, &found,
                    ARGS(AS("about", "need"), AS("about_id", rows->at[i].id))));
        count(f, own.key);
    }
    return OK;
}

/* What it does not open it leaves empty or as words; both are wrong. `rows` have what is turned
 * with them, here comes the note. */
static enum err look(struct cx *cx, need_list *rows, struct found *f)
{
    struct str *source = arena_array(cx->mem, rows->n, sizeof *source);
    for (size_t i = 0; i < rows->n; i++) {
        struct need *n = &rows->at[i], full;
        count(f, n->name);
        count(f, n->contact);
        count(f, n->door);
        TRY(db_one(cx, &need_sql_load, &need_shape, &full, ARGS(AS("id", n->id))));
        n->note = full.note;
        source[i] = full.source_number;
    }
    TRY(count_own(cx, rows, f));
    TRY(shape_open(cx, &need_shape, rows->at, rows->n, NULL));
    for (size_t i = 0; i < rows->n; i++) {
        struct need want = {0}, n = rows->at[i];
        int64_t nth;
        bool ours = str_starts(source[i], S(MARK)) &&
                    str_int(str_cut(source[i], sizeof MARK - 1, 40), &nth);
        const struct str all[] = {n.name, n.contact, n.door, n.note};
        if (ours)
            say(cx, nth, &want);
        const struct str wanted[] = {want.name, want.contact, want.door, want.note};
        for (size_t k = 0; k < COUNT(all); k++) {
            f->values += ours || all[k].n;
            f->lost += str_is(all[k], "打不开") || str_is(all[k], "已销毁");
            f->wrong += ours && !str_eq(all[k], wanted[k]);
        }
    }
    return OK;
}

static enum err check(struct cx *cx)
{
    struct found *f = NEW(cx->mem, struct found);
    enum err e = OK;
    int64_t after = 0;
    for (bool more = true; more && e == OK;) {
        struct arena_mark mark = arena_mark(cx->mem);
        need_list rows = {0};
        TRY(db_begin(cx, false));
        e = db_all(cx, &need_sql_sealed_some, &need_shape, &rows,
                   ARGS(A(after), AS("most", (int64_t)BATCH)));
        if (e == OK)
            e = look(cx, &rows, f);
        more = rows.n == BATCH;
        after = rows.n ? rows.at[rows.n - 1].id : after;
        db_rollback(cx);
        if (e == OK)
            arena_rewind(cx->mem, mark);
    }
    printf("values %lld lost %lld wrong %lld kids", (long long)f->values, (long long)f->lost,
           (long long)f->wrong);
    for (int k = 0; k < KIDS; k++)
        if (f->kid[k])
            printf(" %d:%lld", k, (long long)f->kid[k]);
    printf("\n");
    return e;
}

int main(int argc, char **argv)
{
    struct boot b = {0};
    int status = 1;
    if (argc > 1 && strcmp(argv[1], "keymgr") == 0) /* the process with the keys, started below */
        return command_find("keymgr")->run(argc - 1, argv + 1);
    if (argc < 4)
        return 2;
    const char *args[] = {argv[0], "--db", argv[2], NULL};
    if (boot(&b, 3, (char **)(uintptr_t)args)) {
        struct cx *cx = &b.cx;
        account_nobody(cx, 1);
        enum err e = db_begin(cx, false);
        if (e == OK)
            e = keyring_open(cx, argv[3], S(""), SEAL_NO_QUOTA, &b.keyring);
        db_rollback(cx);
        cx->vault = e == OK ? keyring_vault(b.keyring) : NULL;
        if (e == OK)
            e = strcmp(argv[1], "put") == 0 ? put(cx, argc > 4 ? strtoll(argv[4], NULL, 10) : 0)
                                            : check(cx);
        status = e == OK ? 0 : boot_fault(cx);
    }
    boot_end(&b);
    return status;
}
