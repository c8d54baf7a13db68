/* audit -- commands of whoever looks afterwards: verify the audit chain, sign its end as another
 * user, and whose a leaked file is. All only read the store. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account.h"
#include "app/export/export.h"
#include "app/place/place.h"
#include "base/env.h"
#include "main/checkpoint.h"
#include "main/commands.h"
#include "main/keyfile.h"
#include "main/options.h"
#include "main/boot.h"
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#define HOW "linghang notary new --key 文件"

struct reader {
    struct options options;
    struct arena mem;
    struct cx cx;
    struct store *store;
    struct str public_key, private_key;
};

static bool reader_open(struct reader *r, int argc, char **argv)
{
    enum { MEMORY = 64 << 20 };
    *r = (struct reader){0};
    if (!options_read(&r->options, argc, argv))
        return false;
    arena_init(&r->mem, MEMORY);
    cx_init(&r->cx, &r->mem, &env_system);
    return true;
}

static enum err reader_connect(struct reader *r)
{
    TRY(store_open(&r->cx, r->options.db, &r->store));
    TRY(store_connect(&r->cx, r->store, false, &r->cx.db));
    return db_begin(&r->cx, false);
}

static void reader_close(struct reader *r)
{
    if (r->cx.db) {
        if (db_in_transaction(&r->cx))
            db_rollback(&r->cx);
        conn_close(r->cx.db);
    }
    if (r->store)
        store_close(r->store);
    if (r->cx.mem) {
        cx_end(&r->cx);
        arena_free(&r->mem);
    }
}

/* One community: marks, walk, a line about it. True = the chain holds, as far as its records tell;
 * `w->nmarks` = how many checkpoints it was held against. */
static enum err walk(struct reader *r, int64_t community, struct audit_walk *w, bool *holds)
{
    struct cx *cx = &r->cx;
    const char *dir = r->options.checkpoints;
    audit_mark_list marks = {0};
    bool cut = false;
    account_nobody(cx, community);
    audit_walk_begin(w, community);
    if (dir)
        TRY(checkpoints_read(cx, dir, community, r->public_key, &marks, &cut));
    if (cut)
        printf("community %lld: the last checkpoint was cut off while it was written and does not "
               "count\n",
               (long long)community);
    w->marks = marks.at;
    w->nmarks = marks.n;
    TRY(audit_verify(cx, w));
    *holds = !w->why;
    if (!*holds)
        printf("community %lld: record %lld: %s\n", (long long)community, (long long)w->seq + 1,
               w->why);
    else if (!dir)
        printf("community %lld: %lld records, no checkpoints asked for, ok\n", (long long)community,
               (long long)w->seq);
    else if (marks.n)
        printf("community %lld: %lld records, %zu checkpoints, ok\n", (long long)community,
               (long long)w->seq, marks.n);
    else
        printf("community %lld: %lld records, but no checkpoint of it in %s: whether its end was "
               "cut off cannot be told\n",
               (long long)community, (long long)w->seq, dir);
    return OK;
}

/* What was signed of a community that is no longer in the store has been taken out whole. */
static enum err none_is_gone(struct reader *r, const community_list *all, bool *good)
{
    checkpoint_owners owners = {0};
    TRY(checkpoints_owners(&r->cx, r->options.checkpoints, &owners));
    for (size_t i = 0; i < owners.n; i++) {
        bool there = false;
        for (size_t k = 0; k < all->n; k++)
            there |= all->at[k].id == owners.at[i];
        *good &= there;
        if (!there)
            printf(
                "community %lld: there are checkpoints of it in %s, and it is not in the store\n",
                (long long)owners.at[i], r->options.checkpoints);
    }
    return OK;
}

static enum err verify_all(struct reader *r, bool *all_hold)
{
    community_list all = {0};
    bool looks = r->options.checkpoints != NULL;
    if (looks)
        TRY(keyfile_read(&r->cx, r->options.key, HOW, &r->public_key));
    TRY(reader_connect(r));
    TRY(place_communities(&r->cx, &all));
    *all_hold = true;
    if (looks)
        TRY(none_is_gone(r, &all, all_hold));
    for (size_t i = 0; i < all.n; i++) {
        struct audit_walk w;
        bool holds;
        TRY(walk(r, all.at[i].id, &w, &holds));
        *all_hold &= holds && (w.nmarks || !looks);
    }
    return OK;
}

int command_audit(int argc, char **argv)
{
    struct reader r;
    bool holds = false;
    if (argc < 2 || strcmp(argv[1], "verify") != 0) {
        fputs("用法：linghang audit verify [--db 库] [--checkpoints 目录 --key 公钥]\n", stderr);
        return 2;
    }
    if (!reader_open(&r, argc - 1, argv + 1))
        return 2;
    int status = 2;
    if (!r.options.checkpoints != !r.options.key) {
        /* of half a question the answer would be "ok", and nobody had looked at a checkpoint */
        fprintf(stderr,
                "只写了 --%s，检查点没有核对：--checkpoints 目录 和 --key 公钥 "
                "要一起写（LINGHANG_CHECKPOINTS、LINGHANG_KEY 也算）\n",
                r.options.key ? "key" : "checkpoints");
    } else {
        enum err e = verify_all(&r, &holds);
        status = e != OK ? boot_fault(&r.cx) : holds ? 0 : 1;
    }
    reader_close(&r);
    return status;
}

/* ---- whose is this file? ---- */

static enum err read_file(struct cx *cx, const char *path, struct str *out)
{
    char *bytes = arena_alloc(cx->mem, CSV_BYTES_MAX + 1);
    FILE *f = fopen(path, "rb");
    if (!f)
        return fail(cx, ERR_INPUT, "打不开 %s", path);
    size_t n = fread(bytes, 1, CSV_BYTES_MAX + 1, f);
    fclose(f);
    *out = str_n(bytes, n);
    return n <= CSV_BYTES_MAX ? OK : fail(cx, ERR_INPUT, "文件太大，不是这里导出的");
}

static enum err trace_all(struct reader *r, bool *known)
{
    struct cx *cx = &r->cx;
    community_list all = {0};
    struct str bytes;
    TRY(read_file(cx, r->options.from, &bytes));
    TRY(reader_connect(r));
    TRY(place_communities(cx, &all));
    for (size_t i = 0; i < all.n; i++) {
        export_trace_list found = {0};
        account_nobody(cx, all.at[i].id);
        TRY(export_trace(cx, bytes, &found));
        for (size_t k = 0; k < found.n; k++) {
            const struct export *e = &found.at[k].e;
            *known = true;
            printf("%.*s %.*s 导出：%.*s，%s：%.*s（编号 %lld）", STR(filter_time(cx, e->at)),
                   STR(e->by_name), STR(e->object), export_purpose_label(e->purpose), STR(e->why),
                   (long long)e->id);
            if (found.at[k].is_exact)
                printf("；文件一个字节不差\n");
            else
                printf("；%d 对行的次序都对得上，别的一份碰巧这样的机会是 2 的 %d 次方分之一\n",
                       found.at[k].pairs, found.at[k].pairs);
        }
    }
    if (!*known)
        printf("认不出：不是这里导出的，或者重新排过序、剩的行太少\n");
    return OK;
}

int command_export(int argc, char **argv)
{
    struct reader r;
    bool known = false;
    if (argc < 2 || strcmp(argv[1], "trace") != 0) {
        fputs("用法：linghang export trace --from 文件 [--db 库]\n", stderr);
        return 2;
    }
    if (!reader_open(&r, argc - 1, argv + 1))
        return 2;
    enum err e =
        r.options.from ? trace_all(&r, &known) : fail(&r.cx, ERR_INPUT, "请用 --from 说是哪个文件");
    int status = e != OK ? boot_fault(&r.cx) : known ? 0 : 1;
    reader_close(&r);
    return status;
}

/* ---- the notary ---- */

/* One notary at a time: two would both write behind the same line, and the second of them counts as
 * forged for ever. Held until the process ends. */
static enum err alone(struct reader *r)
{
    int fd = open(r->options.checkpoints, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return fd >= 0 && flock(fd, LOCK_EX) == 0
               ? OK
               : fail(&r->cx, ERR_INPUT, "存检查点的目录打不开：%s", r->options.checkpoints);
}

/* What was signed must still stand in the chain; then its new end is signed. Where nothing was
 * signed before, whatever is left of a chain would be taken for all of it: that a folder is the
 * right one, and this the first time, somebody must say. */
static enum err sign_one(struct reader *r, int64_t community, bool *good)
{
    struct audit_walk w;
    TRY(walk(r, community, &w, good));
    bool is_new = w.seq > (w.nmarks ? w.marks[w.nmarks - 1].seq : 0);
    if (!*good || !is_new)
        return OK;
    if (!w.nmarks && !r->options.first) {
        fprintf(stderr,
                "社区 %lld 已经有 %lld 条记录，%s 里却没有它的检查点，没有签。目录写对了吗，"
                "检查点是不是被拿走了？确实是头一回签，就加 --first 再运行一次\n",
                (long long)community, (long long)w.seq, r->options.checkpoints);
        *good = false;
        return OK;
    }
    TRY(checkpoint_add(&r->cx, r->options.checkpoints, &w, r->private_key));
    if (!w.nmarks)
        printf("community %lld: signed for the first time, up to record %lld\n",
               (long long)community, (long long)w.seq);
    return OK;
}

static enum err sign_all(struct reader *r, bool *all_good)
{
    community_list all = {0};
    if (!r->options.key || !r->options.checkpoints)
        return fail(&r->cx, ERR_INPUT, "请写明 --key 密钥文件 和 --checkpoints 存检查点的目录");
    TRY(keyfile_read(&r->cx, r->options.key, HOW, &r->private_key));
    TRY(keyfile_read(&r->cx, arena_printf(r->cx.mem, "%s.pub", r->options.key).p, HOW,
                     &r->public_key));
    TRY(alone(r));
    TRY(reader_connect(r));
    TRY(place_communities(&r->cx, &all));
    *all_good = true;
    TRY(none_is_gone(r, &all, all_good));
    for (size_t i = 0; i < all.n; i++) {
        bool good;
        TRY(sign_one(r, all.at[i].id, &good));
        *all_good &= good;
    }
    return OK;
}

int command_notary(int argc, char **argv)
{
    struct reader r;
    bool holds = false, is_new = argc > 1 && strcmp(argv[1], "new") == 0;
    if (argc < 2 || (!is_new && strcmp(argv[1], "sign") != 0)) {
        fputs("用法：linghang notary new --key 文件；linghang notary sign [--db 库] --key 文件 "
              "--checkpoints 目录 [--first]\n",
              stderr);
        return 2;
    }
    if (!reader_open(&r, argc - 1, argv + 1))
        return 2;
    enum err e = is_new ? keyfile_pair(&r.cx, r.options.key) : sign_all(&r, &holds);
    int status = e != OK ? boot_fault(&r.cx) : holds || is_new ? 0 : 1;
    reader_close(&r);
    return status;
}
