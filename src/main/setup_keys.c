/* setup_keys -- the master key of a new store, its three sheets, and the proof that two of them
 * bring it back. Until then a mark lies beside the key file, and nothing goes on. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/setup.h"
#include "app/keyring/keyring.h"
#include "base/env.h"
#include "base/out.h"
#include "base/utf8.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WORDS_LINES = SEAL_SHEET_WORDS, PASSPHRASE_LEAST = 12 };

static const char *beside(struct setup *s, const char *tail)
{
    return arena_printf(s->cx->mem, "%s%s", s->key, tail).p;
}

static const char *mark(struct setup *s)
{
    return beside(s, ".unproven");
}

/* A mark or a key to try with, nothing that is kept: one of a run that was cut off may be there,
 * and is not for writing. */
static enum err write_file(struct setup *s, const char *file, struct str bytes)
{
    unlink(file);
    int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
    if (fd < 0)
        return fail(s->cx, ERR_STORE, "写不了 %s：%s", file, strerror(errno));
    bool done = write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n && fsync(fd) == 0;
    return close(fd) == 0 && done ? OK : fail(s->cx, ERR_STORE, "写不完 %s", file);
}

enum err setup_end(struct setup *s, enum err e)
{
    if (e == OK)
        e = db_commit(s->cx);
    if (db_in_transaction(s->cx))
        db_rollback(s->cx);
    return e;
}

/* ---- a new one ---- */

/* Twice the same, and not what is tried first; "" = none is wanted. */
enum err setup_choose(struct setup *s, struct str community, struct str *passphrase)
{
    printf("钥匙文件被人拷走，没有口令也打不开。设了口令，每次开服务要有人输入，或者交给 systemd "
           "保管；不设，放钥匙文件的盘必须加密。\n");
    for (;;) {
        *passphrase = setup_ask(s, "开锁口令，至少 12 个字，直接回车就不设：", true);
        if (s->over)
            return setup_stopped(s);
        if (!passphrase->n)
            return OK;
        if (utf8_count(*passphrase) < PASSPHRASE_LEAST ||
            password_is_weak(s->cx, *passphrase, S(""), community)) {
            printf("太容易猜了：至少 %d 个字，不要用常见的词、连着的键和社区的名字。\n",
                   PASSPHRASE_LEAST);
            continue;
        }
        struct str again = setup_ask(s, "再输一遍：", true);
        if (s->over)
            return setup_stopped(s);
        if (str_eq(again, *passphrase))
            return OK;
        printf("两遍不一样，请重来。\n");
    }
}

/* The papers and the mark are there before the key holds. */
static enum err found(struct setup *s, struct str community)
{
    struct str sheets[SEAL_SHEETS], passphrase;
    TRY(setup_choose(s, community, &passphrase));
    TRY(db_begin(s->cx, true));
    enum err e = keyring_found_sheets(s->cx, s->key, passphrase, sheets);
    s->b.passphrase = passphrase; /* of add_keys(), which comes next */
    s->b.has_asked = true;
    for (int i = 0; e == OK && i < SEAL_SHEETS; i++)
        e = setup_sheet(s, i + 1, community, seal_sheet_words(s->cx, sheets[i]));
    if (e == OK)
        e = write_file(s, mark(s), S(""));
    return setup_end(s, e);
}

/* ---- the proof ---- */

/* One sheet: lines until all its words are there, or an empty one. */
bool setup_type_sheet(struct setup *s, const char *which, struct str *sheet)
{
    struct str fault;
    printf("请照着%s恢复单，把词输进来，输完空一行：\n", which);
    for (;;) {
        struct out o;
        out_init(&o, s->cx->mem);
        for (int i = 0; i < WORDS_LINES && !s->over; i++) {
            struct str line = setup_ask(s, "> ", false);
            if (!line.n)
                break;
            out_str(&o, line);
            out_c(&o, " ");
        }
        if (seal_sheet_read(s->cx, out_text(&o), sheet, &fault))
            return true;
        if (s->over)
            return false;
        printf("%.*s。请重输这一张：\n", STR(fault));
    }
}

/* In a process of its own, with a key file that has nothing to do with this one. */
static enum err try_sheets(struct setup *s, struct str lock, struct str one, struct str other)
{
    char key[SEAL_KEY_BYTES];
    const char *file = beside(s, ".try");
    const struct keys_options o = {.key_file = file, .quota = SEAL_QUOTA, .setup = true};
    struct keys *k;
    s->cx->env->random(s->cx->env, key, sizeof key);
    TRY(write_file(s, file, str_n(key, sizeof key)));
    enum err e = keys_new(s->cx, &o, &k);
    if (e == OK) {
        enum seal_answer a = keys_recover(s->cx, k, lock, one, other);
        e = a == SEAL_ANSWERED ? OK : fail(s->cx, ERR_INPUT, "%s", seal_words(a));
        keys_free(k);
    }
    unlink(file);
    return e;
}

enum err setup_proof(struct setup *s, struct str lock)
{
    struct str one, other;
    printf("\n现在试一次恢复：不用钥匙文件，只用纸上的两张。试成了才往下走。\n");
    for (;;) {
        if (!setup_type_sheet(s, "一张", &one) || !setup_type_sheet(s, "另一张", &other))
            return fail(
                s->cx, ERR_MISSING, "%s",
                s->stopped ? s->stopped
                           : "恢复还没有试成，不能往下走。再运行一次 linghang setup，从这里接着来");
        enum err e = try_sheets(s, lock, one, other);
        if (e != ERR_INPUT)
            return e;
        printf("%.*s。请拿两张不一样的再试。\n", STR(s->cx->fault.message));
        fault_clear(s->cx);
    }
}

/* The community's own keys, one for each purpose. */
static enum err add_keys(struct setup *s, struct str lock)
{
    key_row_list rows = {0};
    TRY(db_begin(s->cx, false));
    enum err e = keyring_rows(s->cx, &rows);
    db_rollback(s->cx);
    if (e != OK || rows.n)
        return e;
    if (seal_lock_asks(lock) && !s->b.passphrase.n)
        s->b.passphrase = setup_ask(s, "开锁口令：", true);
    s->b.has_asked = true;
    TRY(boot_keys(&s->b));
    if (keyring_is_locked(s->cx, s->b.keyring))
        return setup_stopped(s);
    TRY(db_begin(s->cx, true));
    return setup_end(s, keyring_add(s->cx, s->b.keyring));
}

static enum err read_lock(struct setup *s, struct str *lock)
{
    TRY(db_begin(s->cx, false));
    enum err e = keyring_lock(s->cx, lock);
    db_rollback(s->cx);
    return e;
}

enum err setup_keys(struct setup *s, struct str community)
{
    struct str lock;
    TRY(read_lock(s, &lock));
    if (lock.n && access(mark(s), F_OK) != 0) {
        printf("\n三、主密钥：已经有了，恢复也试过。\n");
        return add_keys(s, lock);
    }
    printf("\n三、主密钥和三张恢复单\n钥匙文件 %s；任何两张恢复单能找回，一张不能。\n", s->key);
    if (!lock.n)
        TRY(found(s, community));
    TRY(read_lock(s, &lock));
    printf("恢复单在 %s/sheet-1、2、3（.pdf 和 .txt），请印出来。\n", s->dir);
    TRY(setup_proof(s, lock));
    TRY(add_keys(s, lock));
    if (unlink(mark(s)) != 0)
        return fail(s->cx, ERR_STORE, "删不掉 %s：%s", mark(s), strerror(errno));
    printf("恢复成功。\n");
    return OK;
}
