/* keys -- commands: the keys of sealed fields, from the console. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "app/audit/audit.h"
#include "app/place/place.h"
#include "app/twice/twice.h"
#include "base/env.h"
#include "base/time.h"
#include "main/boot.h"
#include "main/commands.h"
#include "main/unlock.h"
#include "main/upkeep.h"
#include <string.h>

/* An act says what it did in `said`, which is printed once it is committed. */
typedef enum err (*key_act)(struct cx *cx, struct boot *b, struct out *said);

/* Of each community in turn, in one writing transaction. */
static enum err each(struct cx *cx, struct boot *b, struct out *said, key_act act)
{
    community_list all = {0};
    TRY(place_communities(cx, &all));
    enum err e = OK;
    for (size_t i = 0; i < all.n && e == OK; i++) {
        account_nobody(cx, all.at[i].id);
        e = act(cx, b, said);
    }
    return e;
}

/* Indexes have a key of their own, which is not turned here: a look-up would have to know both. */
static enum err turn_all(struct cx *cx, struct boot *b, struct out *said)
{
    int64_t kid = 0;
    for (int p = 0; p < SEAL_PURPOSES; p++)
        if (p != SEAL_INDEX)
            TRY(keyring_turn(cx, b->keyring, (enum seal_purpose)p, &kid));
    out_printf(said, "community %lld: key %lld\n", (long long)cx->community, (long long)kid);
    TRY(audit_put(cx, S("job keys.turn"), arena_printf(cx->mem, "%lld", (long long)kid), 0));
    return upkeep_reseal(cx, kid);
}

static enum err turn(struct cx *cx, struct boot *b, struct out *said)
{
    return each(cx, b, said, turn_all);
}

static enum err list_all(struct cx *cx, struct boot *b, struct out *said)
{
    key_row_list rows = {0};
    (void)b;
    TRY(keyring_rows(cx, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct seal_key_row *r = &rows.at[i];
        const struct civil c = time_civil(r->created_at);
        int64_t n = 0;
        TRY(upkeep_under(cx, r->kid, &n));
        out_printf(said, "community %lld: key %lld %s %s %04d-%02d-%02d, %lld fields\n",
                   (long long)cx->community, (long long)r->kid, seal_purpose_codes[r->purpose],
                   seal_state_codes[r->state], c.year, c.month, c.day, (long long)n);
    }
    return OK;
}

static enum err list(struct cx *cx, struct boot *b, struct out *said)
{
    return each(cx, b, said, list_all);
}

/* Two people said so, and nothing is under it: looked at in the transaction that destroys it. */
static enum err destroy(struct cx *cx, struct boot *b, struct out *said)
{
    int64_t kid = b->options.kid, n = 0;
    (void)said;
    struct str object = arena_printf(cx->mem, "%lld", (long long)kid);
    if (!b->options.approved || kid < 1)
        return fail(cx, ERR_INPUT, "请写明 --kid 哪一把，--approved 双人审批的编号");
    TRY(twice_use_anywhere(cx, TWICE_KEYS, kid, object, str_c(b->options.approved)));
    TRY(keyring_destroy(cx, b->keyring, kid));
    TRY(upkeep_under(cx, kid, &n));
    if (n)
        return fail(
            cx, ERR_CONFLICT,
            "还有 %lld 处是这把钥匙封的，没有销毁；等后台重新封存完再来（linghang keys list）",
            (long long)n);
    TRY(audit_put(cx, S("job keys.destroy"), object, 0));
    return upkeep_reload(cx, kid);
}

/* Beside a running server on PostgreSQL somebody else may write the same rows. */
static enum err run(struct boot *b, key_act act)
{
    enum { TRIES = 10 };
    struct cx *cx = &b->cx;
    struct out said;
    enum err e = ERR_BUSY;
    TRY(boot_keys(b));
    for (int i = 0; i < TRIES && e == ERR_BUSY && !cx->fault.lasts; i++) {
        fault_clear(cx);
        out_init(&said, cx->mem);
        TRY(db_begin(cx, true));
        e = act(cx, b, &said);
        if (e == OK)
            e = db_commit(cx);
        if (db_in_transaction(cx))
            db_rollback(cx);
    }
    if (e == OK)
        fwrite(said.p, 1, said.n, stdout);
    return e;
}

static const struct {
    const char *name;
    key_act act;
} acts[] = {{"turn", turn}, {"list", list}, {"destroy", destroy}};

/* Of a server that runs: no store is opened here. */
static enum err unlock(struct boot *b)
{
    struct cx *cx = &b->cx;
    struct str said, passphrase = unlock_ask(cx, "开锁口令：");
    if (!passphrase.n)
        return fail(cx, ERR_INPUT, "没有输入口令，什么也没有做");
    enum err e = unlock_tell(cx, boot_unlock(b), passphrase, &said);
    unlock_wipe(passphrase);
    TRY(e);
    return said.n ? fail(cx, ERR_DENIED, "%.*s", STR(said)) : OK;
}

static int command_unlock(int argc, char **argv)
{
    enum { MEMORY = 1 << 20 };
    struct boot b = {0};
    int status = 1;
    if (options_read(&b.options, argc, argv)) {
        arena_init(&b.mem, MEMORY);
        cx_init(&b.cx, &b.mem, &env_system);
        status = unlock(&b) == OK ? 0 : boot_fault(&b.cx);
        if (status == 0)
            puts("开了锁。");
    }
    boot_end(&b);
    return status;
}

int command_keys(int argc, char **argv)
{
    struct boot b = {0};
    int status = 1;
    size_t i = 0;
    if (argc > 1 && strcmp(argv[1], "unlock") == 0)
        return command_unlock(argc - 1, argv + 1);
    if (argc > 1 && (strcmp(argv[1], "recover") == 0 || strcmp(argv[1], "sheets") == 0))
        return command_rekey(argc - 1, argv + 1);
    while (argc > 1 && i < COUNT(acts) && strcmp(argv[1], acts[i].name) != 0)
        i++;
    if (argc < 2 || i == COUNT(acts))
        fputs("用法：linghang keys unlock | turn | list | destroy --kid N --approved NUMBER | "
              "recover | sheets [--to DIR] [--db URL] [--key-file FILE] [--unlock FILE]\n",
              stderr);
    else if (boot(&b, argc - 1, argv + 1))
        status = run(&b, acts[i].act) == OK ? 0 : boot_fault(&b.cx);
    boot_end(&b);
    return status;
}
