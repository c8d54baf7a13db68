/*
 * rekey -- another master key in place of the one that is: `linghang keys recover`, by two recovery
 * sheets, when the key file is lost or the passphrase forgotten; `linghang keys sheets`, with the
 * key file, when sheets are lost or who had them has left.
 *
 * Both end with a new key file, a passphrase if one is wanted, three new sheets, two of which were
 * typed in, and the store's keys wrapped anew in one transaction. Until then nothing has changed.
 * Backups from before open with what was before: the old key file stays beside the new one.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/audit/audit.h"
#include "app/place/place.h"
#include "main/commands.h"
#include "main/setup.h"
#include "main/unlock.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct rekey {
    struct setup s;
    bool by_sheets;
    struct str name;    /* of the community, on the papers */
    const char *next;   /* the new key file, until it holds */
    struct str lock;    /* what the store has, then what it is to have */
    struct str pair[2]; /* two sheets of it */
    key_row_list rows;  /* likewise */
};

static enum err ask_keys(struct setup *s, const char *file, struct keys **k)
{
    return keys_new(
        s->cx, &(struct keys_options){.key_file = file, .quota = SEAL_QUOTA, .setup = true}, k);
}

static enum err answered(struct cx *cx, enum seal_answer a)
{
    return a == SEAL_ANSWERED ? OK : fail(cx, ERR_INPUT, "%s", seal_words(a));
}

static enum err read_store(struct rekey *r)
{
    struct cx *cx = r->s.cx;
    community_list all = {0};
    TRY(db_begin(cx, false));
    enum err e = keyring_lock(cx, &r->lock);
    if (e == OK)
        e = keyring_all_rows(cx, &r->rows);
    if (e == OK)
        e = place_communities(cx, &all);
    db_rollback(cx);
    TRY(e);
    if (!r->lock.n || !all.n)
        return fail(cx, ERR_MISSING, "这个库还没有主密钥，请先运行 linghang setup");
    r->name = all.at[0].name;
    return OK;
}

/* ---- who may ---- */

/* With the key file: sheets that nobody ever prints carry its master key over to the new file. */
static enum err by_file(struct rekey *r)
{
    struct setup *s = &r->s;
    struct keys *k;
    struct str passphrase = S(""), lock, sheets[SEAL_SHEETS];
    key_row_list wrapped = {0};
    if (seal_lock_asks(r->lock))
        passphrase = setup_ask(s, "现在的开锁口令：", true);
    if (s->over)
        return setup_stopped(s);
    TRY(ask_keys(s, s->key, &k));
    enum seal_answer a = keys_unlock(s->cx, k, r->lock, passphrase);
    enum err e =
        a == SEAL_WRONG
            ? fail(s->cx, ERR_INPUT,
                   "口令不对，或者钥匙文件不是这个库的；都没有了，用 linghang keys recover")
            : answered(s->cx, a);
    if (e == OK)
        e = keyring_found_anew(s->cx, k, &r->rows, S(""), &lock, sheets, &wrapped);
    keys_free(k);
    unlock_wipe(passphrase);
    TRY(e);
    r->lock = lock;
    r->rows = wrapped;
    r->pair[0] = sheets[0];
    r->pair[1] = sheets[1];
    return OK;
}

/* Until two of them fit: they are looked at in the process that will have the new key file. */
static enum err unlocked(struct rekey *r, struct keys *k)
{
    struct setup *s = &r->s;
    for (;;) {
        if (r->by_sheets && (!setup_type_sheet(s, "一张", &r->pair[0]) ||
                             !setup_type_sheet(s, "另一张", &r->pair[1])))
            return setup_stopped(s);
        enum seal_answer a = keys_recover(s->cx, k, r->lock, r->pair[0], r->pair[1]);
        if (a != SEAL_WRONG || !r->by_sheets)
            return answered(s->cx, a);
        printf(
            "这两张合不起来，或者不是这个库现在的恢复单。请拿两张不一样的、最近一次印的再试。\n");
    }
}

/* ---- the new one ---- */

static enum err papers(struct rekey *r, struct str sheets[SEAL_SHEETS])
{
    struct setup *s = &r->s;
    for (int i = 0; i < SEAL_SHEETS; i++)
        TRY(setup_sheet(s, i + 1, r->name, seal_sheet_words(s->cx, sheets[i])));
    printf("\n新的恢复单在 %s/sheet-1、2、3（.pdf 和 .txt），请印出来。\n", s->dir);
    return OK;
}

static enum err make(struct rekey *r, struct keys *k)
{
    struct setup *s = &r->s;
    struct str passphrase, sheets[SEAL_SHEETS];
    key_row_list wrapped = {0};
    TRY(unlocked(r, k));
    if (r->by_sheets)
        printf("找回来了。现在换成新的。\n");
    TRY(setup_choose(s, r->name, &passphrase));
    enum err e = keyring_found_anew(s->cx, k, &r->rows, passphrase, &r->lock, sheets, &wrapped);
    unlock_wipe(passphrase);
    TRY(e);
    r->rows = wrapped;
    return papers(r, sheets);
}

static enum err noted(struct rekey *r)
{
    struct cx *cx = r->s.cx;
    community_list all = {0};
    TRY(place_communities(cx, &all));
    for (size_t i = 0; i < all.n; i++) {
        account_nobody(cx, all.at[i].id);
        TRY(audit_put(cx, r->by_sheets ? S("job keys.recover") : S("job keys.sheets"),
                      S("key_lock"), 0));
    }
    return OK;
}

static enum err stored(struct rekey *r)
{
    struct setup *s = &r->s;
    TRY(db_begin(s->cx, true));
    enum err e = keyring_lock_change(s->cx, r->lock, &r->rows);
    if (e == OK)
        e = noted(r);
    return setup_end(s, e);
}

/* Should it end between the two, the new sheets find the store back again. */
static enum err named(struct rekey *r)
{
    struct setup *s = &r->s;
    const char *before = arena_printf(s->cx->mem, "%s.before", s->key).p;
    bool had = rename(s->key, before) == 0;
    if (rename(r->next, s->key) != 0)
        return fail(s->cx, ERR_STORE, "改不了名：%s。请把 %s 改名为 %s，服务才打得开",
                    strerror(errno), r->next, s->key);
    printf("换好了。旧的三张恢复单作废%s。\n请马上重启服务。", had ? "，旧的钥匙文件也是" : "");
    if (had)
        printf("三十天以后，更早的备份都没有了，再删掉 %s 和旧的恢复单。", before);
    printf("\n");
    return OK;
}

static enum err walk(struct rekey *r)
{
    struct setup *s = &r->s;
    struct keys *k;
    TRY(read_store(r));
    r->next = arena_printf(s->cx->mem, "%s.next", s->key).p;
    if (access(r->next, F_OK) == 0)
        return fail(s->cx, ERR_CONFLICT,
                    "上一次没有换完：%s 还在。把它改名为 %s，能开服务，就已经换好了；"
                    "不能，就删掉它再来",
                    r->next, s->key);
    if (access(arena_printf(s->cx->mem, "%s/sheet-1.txt", s->dir).p, F_OK) == 0)
        return fail(s->cx, ERR_CONFLICT, "%s 里还有恢复单，请先印出来，从盘上删掉", s->dir);
    if (!r->by_sheets)
        TRY(by_file(r));
    TRY(keyring_make_file(s->cx, r->next));
    enum err e = ask_keys(s, r->next, &k);
    if (e == OK) {
        e = make(r, k);
        keys_free(k);
    }
    if (e == OK)
        e = setup_proof(s, r->lock);
    if (e == OK)
        e = stored(r);
    if (e == OK)
        return named(r);
    if (e == ERR_UNKNOWN)
        return e; /* file and sheets are of a key that may hold */
    const struct fault why = s->cx->fault;
    unlink(r->next);
    TRY(setup_sheets_void(s)); /* of a key that does not hold */
    s->cx->fault = why;
    return e;
}

int command_rekey(int argc, char **argv)
{
    struct rekey r = {.by_sheets = strcmp(argv[0], "recover") == 0};
    struct setup *s = &r.s;
    int status = 1;
    if (boot(&s->b, argc, argv)) {
        s->cx = &s->b.cx;
        s->dir = s->b.options.to ? s->b.options.to : ".";
        s->key = boot_key_file(&s->b);
        s->stopped = "没有做完，什么也没有改。再运行一次，从头来";
        enum err e = walk(&r);
        if (e == OK)
            e = setup_papers_done(s);
        status = e == OK ? 0 : boot_fault(s->cx);
    }
    boot_end(&s->b);
    return status;
}
