/* over -- see over.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/over.h"
#include "app/account/account.h"
#include "app/audit/audit.h"
#include "app/twice/twice.h"
#include "base/time.h"
#include "main/backup.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct str file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return str_c(slash ? slash + 1 : path);
}

static enum err record(struct cx *cx, struct str object)
{
    return audit_put(cx, S("job restore.over"), object, 0);
}

static enum err approved(struct cx *cx, struct str object, const char *number, bool keep)
{
    TRY(db_begin(cx, true));
    enum err e = twice_use_anywhere(cx, TWICE_RESTORE, 0, object, str_c(number));
    if (e == OK)
        e = record(cx, object);
    if (e == OK && keep)
        e = db_commit(cx);
    if (db_in_transaction(cx))
        db_rollback(cx);
    return e;
}

static void shut(struct boot *b)
{
    conn_close(b->cx.db);
    store_close(b->store);
    b->cx.db = NULL;
    b->store = NULL;
}

/* The last one who closes a store takes its journal away: if it is there, somebody has it open, or
 * could not bring all of it into the file. */
static bool is_open(struct boot *b, const char *file)
{
    return access(arena_printf(&b->mem, "%s-wal", file).p, F_OK) == 0;
}

static void removed(struct boot *b, const char *file)
{
    static const char *const tails[] = {"", "-wal", "-shm", "-journal"};
    for (size_t i = 0; i < COUNT(tails); i++)
        unlink(arena_printf(&b->mem, "%s%s", file, tails[i]).p);
}

/* Empty, and of the same owner: at the console it is root, and the service somebody else. */
static enum err made_like(struct boot *b, const char *file, const char *fresh)
{
    struct stat st;
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool done = fd >= 0 && stat(file, &st) == 0 && fchmod(fd, st.st_mode & 0777) == 0 &&
                (geteuid() != 0 || fchown(fd, st.st_uid, st.st_gid) == 0);
    if (fd >= 0)
        done = close(fd) == 0 && done;
    return done ? OK : fail(&b->cx, ERR_STORE, "写不了 %s：%s", fresh, strerror(errno));
}

/* Into a new file; the act is the last record of its chain. */
static enum err bring_back(struct boot *b, const char *file, int64_t community, struct str object,
                           struct subject_again *again)
{
    struct cx cx;
    struct store *store = NULL;
    cx_init(&cx, &b->mem, b->cx.env);
    enum err e = boot_store(&cx, arena_printf(&b->mem, "sqlite:%s", file).p, NULL, &store, NULL);
    if (e == OK)
        e = backup_restore(&cx, b->options.from, b->options.keys_from, b->options.key, &b->cx,
                           again);
    if (e == OK)
        e = db_begin(&cx, true);
    if (e == OK) {
        account_nobody(&cx, community);
        e = record(&cx, object);
        e = e == OK ? db_commit(&cx) : e;
    }
    if (e != OK)
        (void)fail(&b->cx, e, "%.*s", STR(cx.fault.message));
    if (cx.db)
        conn_close(cx.db);
    if (store)
        store_close(store);
    cx_end(&cx);
    if (e == OK && is_open(b, file))
        return fail(&b->cx, ERR_STORE, "恢复出来的 %s 没有写完就关上了，库一点没有动", file);
    return e;
}

/* At every moment the store's name leads to a store: without one the next start would begin a new
 * one. */
static enum err swap(struct boot *b, const char *file, const char *fresh, const char **aside)
{
    struct civil c = time_civil(b->cx.now);
    *aside = arena_printf(&b->mem, "%s.before-%04d%02d%02d-%02d%02d%02d", file, c.year, c.month,
                          c.day, c.hour, c.minute, c.second)
                 .p;
    if (is_open(b, file) || is_open(b, fresh))
        return fail(&b->cx, ERR_CONFLICT,
                    "还有程序开着 %s 或 %s，没有换；请都停下，重新提一次、批一次再来", file, fresh);
    if (link(file, *aside) != 0 || rename(fresh, file) != 0)
        return fail(&b->cx, ERR_STORE, "换不了 %s：%s。它还是原来的库，恢复出来的是 %s", file,
                    strerror(errno), fresh);
    sync();
    return OK;
}

/* Up to the moment when the store has been told that the proposal is used. */
static enum err prepared(struct boot *b, const char *file, const char *fresh, struct str object,
                         struct subject_again *again)
{
    struct cx *cx = &b->cx;
    int64_t community = cx->community;
    TRY(made_like(b, file, fresh));
    TRY(bring_back(b, fresh, community, object, again));
    shut(b);
    if (is_open(b, file))
        return fail(cx, ERR_CONFLICT, "服务还开着这个库，一点没有动；请先停服务");
    TRY(boot_store(cx, b->options.db, &b->options, &b->store, NULL));
    TRY(approved(cx, object, b->options.approved, true));
    shut(b);
    return OK;
}

enum err over_restore(struct boot *b, const char **aside, struct subject_again *again)
{
    static const char sqlite[] = "sqlite:";
    struct cx *cx = &b->cx;
    if (!b->options.from)
        return fail(cx, ERR_INPUT, "请写明 --from 哪一份备份");
    if (store_engine(b->store) != ENGINE_SQLITE)
        return fail(cx, ERR_INPUT, "PostgreSQL 请恢复进一个新的空库，再把 LINGHANG_DB 指过去");
    struct str object = file_name(b->options.from);
    const char *file = b->options.db + sizeof sqlite - 1;
    const char *fresh = arena_printf(&b->mem, "%s.again", file).p;
    TRY(approved(cx, object, b->options.approved, false)); /* before the work, and again after it */
    removed(b, fresh);                                     /* of a run that was killed */
    enum err e = prepared(b, file, fresh, object, again);
    if (e != OK)
        removed(b, fresh);
    TRY(e);
    TRY(db_mirror_pass_on(cx, file, fresh));
    TRY(swap(b, file, fresh, aside));
    if (!b->options.mirror)
        return OK;
    TRY(boot_store(cx, b->options.db, &b->options, &b->store, NULL)); /* its mirror begins anew */
    shut(b);
    return OK;
}
