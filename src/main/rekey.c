/*
 * rekey -- another master key in place of the one that is: `linghang keys recover`, by two recovery
 * sheets, when the key file is lost or the passphrase forgotten; `linghang keys sheets`, with the
 * key file, when sheets are lost or who had them has left.
 *
 * Both end with a new key file, a passphrase if one is wanted, three new sheets, two of which were
 * typed in, and the store's keys wrapped anew in one transaction. Until then nothing has changed.
 * Backups from before open with what was before: the old key file stays beside the new one.
 *
 *   FILE.new           while it is being made: no store was ever changed for it
 *   FILE.next, .locks  from just before that transaction until it has its name: the lock that the
 *                      store had and the one it is to have tell whoever comes next how it ended
 *   FILE.before        what was FILE
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/audit/audit.h"
#include "app/place/place.h"
#include "base/disk.h"
#include "main/commands.h"
#include "main/setup.h"
#include "main/unlock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct rekey {
    struct setup s;
    bool by_sheets;
    struct str name; /* of the community, on the papers */
    const char *fresh, *next, *locks, *before;
    struct str was; /* lock and rows as they were read; then what the store is to have */
    struct str lock;
    struct str pair[2]; /* two sheets of it */
    key_row_list rows_were, rows;
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
    r->was = r->lock;
    r->rows_were = r->rows;
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
    enum err e = keyring_lock_change(s->cx, r->lock, &r->rows_were, &r->rows);
    if (e == OK)
        e = noted(r);
    return setup_end(s, e);
}

/* ---- its file ---- */

static bool is_there(const char *file)
{
    return access(file, F_OK) == 0;
}

/* Whoever has it locked is at it; nobody has what a run that was ended left. */
static enum err held(struct rekey *r, const char *file, int *fd)
{
    *fd = open(file, O_RDONLY | O_CLOEXEC);
    if (*fd >= 0 && flock(*fd, LOCK_EX | LOCK_NB) == 0)
        return OK;
    int why = errno;
    if (*fd >= 0)
        close(*fd);
    return why == EWOULDBLOCK
               ? fail(r->s.cx, ERR_CONFLICT, "另一个窗口正在换这把钥匙（%s），请等它做完", file)
               : fail(r->s.cx, ERR_STORE, "打不开 %s：%s", file, strerror(why));
}

/* Whose file the service reads: the key's, and if that is lost the store's. */
static bool old_owner(const struct rekey *r, struct stat *st)
{
    static const struct str sqlite = S("sqlite:");
    const char *db = r->s.b.options.db;
    if (stat(r->s.key, st) == 0)
        return true;
    return str_starts(str_c(db), sqlite) && stat(db + sqlite.n, st) == 0;
}

/* Root makes files that the service could not read. */
static enum err given(struct rekey *r, int fd)
{
    struct stat st;
    if (geteuid() != 0)
        return OK;
    if (!old_owner(r, &st)) {
        printf("新的钥匙文件归 root；服务由别的用户来跑，就把它改成那个用户的。\n");
        return OK;
    }
    return fchown(fd, st.st_uid, st.st_gid) == 0
               ? OK
               : fail(r->s.cx, ERR_STORE, "%s 改不成原来那个用户的：%s", r->fresh, strerror(errno));
}

static enum err keep_names(struct rekey *r)
{
    return disk_keep_name(r->s.cx->mem, r->s.key)
               ? OK
               : fail(r->s.cx, ERR_STORE, "%s 所在的目录没有写到盘上：%s", r->s.key,
                      strerror(errno));
}

static enum err write_locks(struct rekey *r)
{
    const struct str both = arena_printf(r->s.cx->mem, "%*s", 2 * SEAL_LOCK_BYTES, "");
    memcpy((char *)(uintptr_t)both.p, r->was.p, SEAL_LOCK_BYTES);
    memcpy((char *)(uintptr_t)both.p + SEAL_LOCK_BYTES, r->lock.p, SEAL_LOCK_BYTES);
    int fd = open(r->locks, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool done = fd >= 0 && write(fd, both.p, both.n) == (ssize_t)both.n && fsync(fd) == 0;
    if (fd >= 0)
        done = close(fd) == 0 && done;
    return done ? OK : fail(r->s.cx, ERR_STORE, "写不完 %s：%s", r->locks, strerror(errno));
}

/* From here on the store may want it. */
static enum err promised(struct rekey *r)
{
    TRY(write_locks(r));
    if (rename(r->fresh, r->next) != 0)
        return fail(r->s.cx, ERR_STORE, "改不了名 %s：%s", r->fresh, strerror(errno));
    return keep_names(r);
}

/* Should it end in the middle, the next run goes on here. */
static enum err named(struct rekey *r)
{
    struct setup *s = &r->s;
    bool had = rename(s->key, r->before) == 0;
    if (rename(r->next, s->key) != 0)
        return fail(s->cx, ERR_STORE, "%s 改不了名：%s。再运行一次就接着来", r->next,
                    strerror(errno));
    TRY(keep_names(r));
    unlink(r->locks);
    printf("换好了。旧的三张恢复单作废%s。\n请马上重启服务。", had ? "，旧的钥匙文件也是" : "");
    if (had)
        printf("三十天以后，更早的备份都没有了，再删掉 %s 和旧的恢复单。", r->before);
    printf("\n");
    return OK;
}

/* `file` is of a key that does not hold, and so are the sheets that were made after it. */
static enum err dropped(struct rekey *r, const char *file)
{
    TRY(setup_sheets_void(&r->s, file));
    if (unlink(file) != 0)
        return fail(r->s.cx, ERR_STORE, "删不掉 %s：%s", file, strerror(errno));
    unlink(r->locks);
    return OK;
}

/* ---- what the last run left ---- */

enum ending { HOLDS, HOLDS_NOT, WHO_KNOWS };

static enum ending how_it_ended(struct rekey *r)
{
    char both[2 * SEAL_LOCK_BYTES + 1];
    FILE *f = fopen(r->locks, "re");
    size_t n = f ? fread(both, 1, sizeof both, f) : 0;
    if (f)
        fclose(f);
    if (n != 2 * SEAL_LOCK_BYTES)
        return WHO_KNOWS;
    if (str_eq(r->was, str_n(both + SEAL_LOCK_BYTES, SEAL_LOCK_BYTES)))
        return HOLDS;
    return str_eq(r->was, str_n(both, SEAL_LOCK_BYTES)) ? HOLDS_NOT : WHO_KNOWS;
}

static enum err gone_on(struct rekey *r, const char *file, bool *done)
{
    struct setup *s = &r->s;
    enum ending how = file == r->fresh ? HOLDS_NOT : how_it_ended(r);
    if (how == HOLDS) {
        printf("上一次换的已经存进库里，只差新的钥匙文件改名，现在补上。\n");
        *done = true;
        return named(r);
    }
    if (how == WHO_KNOWS)
        return fail(s->cx, ERR_CONFLICT,
                    "上一次没有换完：%s 还在，看不出库现在用的是它还是 %s。两个都不要删。"
                    "用 linghang keys list --key-file 分别试一试，列得出来的就是库在用的，放在 %s；"
                    "另一个移到别的目录收好，再来一次",
                    r->next, s->key, s->key);
    printf("上一次没有做完，什么也没有改；现在从头来。\n");
    return dropped(r, file);
}

/* `*done`: that was all there was to do. */
static enum err last_run(struct rekey *r, bool *done)
{
    const char *const left[] = {r->fresh, r->next};
    int fd;
    for (size_t i = 0; i < COUNT(left) && !*done; i++) {
        if (!is_there(left[i]))
            continue;
        TRY(held(r, left[i], &fd));
        enum err e = gone_on(r, left[i], done);
        close(fd);
        TRY(e);
    }
    return OK;
}

/* ---- all of it ---- */

static enum err changed(struct rekey *r, int fd)
{
    struct setup *s = &r->s;
    struct keys *k;
    TRY(given(r, fd));
    TRY(ask_keys(s, r->fresh, &k));
    enum err e = make(r, k);
    keys_free(k);
    TRY(e);
    TRY(setup_proof(s, r->lock));
    TRY(promised(r));
    return stored(r);
}

static enum err walk(struct rekey *r)
{
    struct setup *s = &r->s;
    bool done = false;
    int fd;
    TRY(read_store(r));
    TRY(last_run(r, &done));
    if (done)
        return OK;
    if (is_there(arena_printf(s->cx->mem, "%s/sheet-1.txt", s->dir).p))
        return fail(s->cx, ERR_CONFLICT, "%s 里还有恢复单，请先印出来，从盘上删掉", s->dir);
    if (!r->by_sheets)
        TRY(by_file(r));
    TRY(keyring_make_file(s->cx, r->fresh));
    TRY(held(r, r->fresh, &fd));
    enum err e = changed(r, fd);
    const struct fault why = s->cx->fault;
    if (e == OK)
        e = named(r);
    else if (e != ERR_UNKNOWN) { /* then file and sheets are of a key that may hold */
        TRY(dropped(r, is_there(r->next) ? r->next : r->fresh));
        s->cx->fault = why;
    }
    close(fd);
    return e;
}

/* Whoever ends it is heard at the next question, and what is half made is cleared away. */
static void block_signals(void)
{
    sigset_t ends;
    unlock_signals(&ends);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
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
        r.fresh = arena_printf(s->cx->mem, "%s.new", s->key).p;
        r.next = arena_printf(s->cx->mem, "%s.next", s->key).p;
        r.locks = arena_printf(s->cx->mem, "%s.locks", r.next).p;
        r.before = arena_printf(s->cx->mem, "%s.before", s->key).p;
        block_signals();
        enum err e = walk(&r);
        if (e == OK)
            e = setup_papers_done(s);
        status = e == OK ? 0 : boot_fault(s->cx);
    }
    boot_end(&s->b);
    return status;
}
