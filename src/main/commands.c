/* commands -- the table of commands, and the small ones. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/commands.h"
#include "app/account/account.h"
#include "app/place/place.h"
#include "app/sample/sample.h"
#include "image/image.h"
#include "main/boot.h"
#include "main/keymgr.h"
#include "main/migrations.h"
#include "print/pdf.h"
#include <string.h>

/* Runs `act` for every community of the store in a read-only transaction. */
static int each_community(int argc, char **argv, bool sample,
                          enum err (*act)(struct cx *cx, int *status))
{
    struct boot b;
    int status = 1;
    if (boot(&b, argc, argv)) {
        struct cx *cx = &b.cx;
        community_list all = {0};
        status = 0;
        enum err e = sample ? boot_keys(&b) : OK;
        if (e == OK && sample)
            e = boot_sample(&b);
        if (e == OK)
            e = db_begin(cx, false);
        if (e == OK)
            e = place_communities(cx, &all);
        for (size_t i = 0; i < all.n && e == OK; i++) {
            account_nobody(cx, all.at[i].id);
            e = act(cx, &status);
        }
        if (e != OK)
            status = boot_fault(cx);
        if (db_in_transaction(cx))
            db_rollback(cx);
    }
    boot_end(&b);
    return status;
}

static enum err print_demo(struct cx *cx, int *status)
{
    (void)status;
    sample_account_list accounts = {0};
    place_list places = {0};
    TRY(sample_accounts(cx, &accounts, &places));
    for (size_t i = 0; i < places.n; i++)
        printf("place %.*s\n", STR(places.at[i].code));
    for (size_t i = 0; i < accounts.n; i++)
        printf("account %.*s %.*s %.*s\n", STR(accounts.at[i].role), STR(accounts.at[i].login),
               STR(accounts.at[i].password));
    return OK;
}

static int command_demo(int argc, char **argv)
{
    return each_community(argc, argv, true, print_demo);
}

static enum err print_coverage(struct cx *cx, int *status)
{
    struct coverage c = {0};
    TRY(place_coverage(cx, &c));
    printf("areas %lld\ngrids %lld\nbuildings %lld\nstairwells %lld\ndoors %lld\nvacant %lld\n",
           (long long)c.areas, (long long)c.grids, (long long)c.buildings, (long long)c.stairwells,
           (long long)c.doors, (long long)c.vacancies);
    for (size_t i = 0; i < c.faults.n; i++) {
        const struct coverage_fault *f = &c.faults.at[i];
        printf("%.*s %.*s %.*s\n", STR(f->kind), STR(f->subject), STR(f->text));
    }
    printf("faults %zu\n", c.faults.n);
    if (c.faults.n)
        *status = 1;
    return OK;
}

static int command_coverage(int argc, char **argv)
{
    return each_community(argc, argv, false, print_coverage);
}

static int command_migrate(int argc, char **argv)
{
    struct boot b;
    int status = 1;
    if (boot(&b, argc, argv)) {
        printf("applied %d\n", b.applied);
        status = boot_verify(&b.cx) == OK ? 0 : boot_fault(&b.cx);
    }
    boot_end(&b);
    return status;
}

static enum err copy_all(struct cx *from, struct cx *to)
{
    TRY(db_begin(from, false));
    TRY(db_begin(to, true));
    TRY(db_copy(from, to, NULL));
    return db_commit(to);
}

/* All or nothing: what `to` held before it holds afterwards, if anything goes wrong. */
static enum err copy_from(struct cx *to, const char *url)
{
    struct cx from;
    struct store *store = NULL;
    if (!url)
        return fail(to, ERR_INPUT, "请写明从哪个库搬，例如 --from sqlite:data/linghang.db");
    cx_init(&from, to->mem, to->env);
    int applied = 0;
    enum err e = boot_store(&from, url, NULL, &store, &applied);
    if (e == OK && applied == (int)migration_count)
        e = fail(&from, ERR_MISSING, "%s 里什么也没有，请看看地址写对了没有", url);
    if (e == OK)
        e = copy_all(&from, to);
    if (e == ERR_CONFLICT) {
        fault_clear(to);
        e = fail(to, e, "要搬进的库里已经有这个社区，一点没有动；请换一个空库");
    }
    if (e != OK && to->fault.err == OK)
        to->fault = from.fault;
    if (from.db)
        conn_close(from.db);
    if (store)
        store_close(store);
    cx_end(&from);
    return e;
}

static int command_copy(int argc, char **argv)
{
    struct boot b;
    int status = 1;
    if (boot(&b, argc, argv))
        status = copy_from(&b.cx, b.options.from) == OK ? 0 : boot_fault(&b.cx);
    boot_end(&b);
    return status;
}

/* The process in which a picture is read: started by the server, not by people. */
static int command_image(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return image_worker();
}

/* The same for a document that is drawn. */
static int command_pdf(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return pdf_worker();
}

static const struct command commands[] = {
    {"serve", command_serve,
     "[--db URL] [--key-file FILE] [--mirror DIR] [--listen HOST:PORT] "
     "[--tls-cert FILE --tls-key FILE] [--trusted-proxy ADDRESS] [--per-place NEEDS] "
     "[--unlock FILE] [--read-only] [--clock-right] [--walls off]",
     "开服务；库里没有社区时先生成示例社区"},
    {"setup", command_setup, "[--db URL] [--key-file FILE] [--to DIR]",
     "安装向导：社区、三位管理员、主密钥和恢复单；随时可停，再运行就接着来"},
    {"demo", command_demo, "[--db URL] [--communities N] [--seed N]",
     "列出示例社区的楼栋码和每种岗位的一个账号；没有就先生成"},
    {"coverage", command_coverage, "[--db URL]", "查网格覆盖：有空缺、重叠时列出来，退出码 1"},
    {"routes", command_routes, "", "列出每个地址和谁能用"},
    {"copy", command_copy, "--from URL [--db URL]",
     "把一个库里的全部内容搬进另一个库，例如从 SQLite 到 PostgreSQL；要么全搬，要么一点不动"},
    {"solve", command_solve, "FILE [--lambda N] [--threads N] [--slots]",
     "算一个撮合问题（p bmatch、DIMACS asn 或 min，可以是 .gz），并证明是最好的"},
    {"migrate", command_migrate, "[--db URL] [--key FILE.pub --to DIR] [--no-copy]",
     "把库升到这个版本，并核对每条语句；要动的库先拷一份（PostgreSQL：封成备份，要 --key 和 --to）"},
    {"backup", command_backup, "new --key FILE | [--db URL] --key FILE.pub --to DIR",
     "把整个库封成一个文件，钥匙另成一个、三十天后删，开着服务也行；new 先生成一对钥匙，私钥拿走，机器上只留公钥"},
    {"restore", command_restore,
     "--from FILE --key FILE [--keys-from FILE] [--db URL] [--approved NUMBER] | --mirror DIR --db URL",
     "把一份备份恢复进一个空库；要么全恢复，要么一点不动；覆盖在用的库要双人审批的编号。或者从第二块盘上的镜像恢复到最后一笔"},
    {"erase-again", command_erase_again, "--keys-from FILE.keys --key FILE [--db URL]",
     "库不是用 restore 恢复的（回到某一刻、整机还原）：照最新钥匙里的名单，把应本人要求删掉的再删一遍"},
    {"drill", command_drill, "--from DIR --key FILE",
     "演练：打开最新的备份，逐表和备份时核对，走一遍审计链；不一样就退出码 1"},
    {"audit", command_audit, "verify [--db URL] [--checkpoints DIR --key FILE.pub]",
     "沿着审计链从头走一遍；哪一条被改过、少了、换了，说出第几条，退出码 1"},
    {"notary", command_notary,
     "new --key FILE | sign [--db URL] --key FILE --checkpoints DIR [--first]",
     "公证：另一个用户身份走一遍审计链，给末尾签字存到别处；发现改写就不签，退出码 1"},
    {"keys", command_keys,
     "unlock | turn | list | destroy --kid N --approved NUMBER | recover | sheets [--to DIR] [--db URL] [--key-file FILE]",
     "unlock 给在运行的服务开锁；turn 换钥匙：旧的退下，服务在后台把姓名、电话和门牌重新封存，开着服务也行；退下的、没有东西用的，双人审批以后可以销毁；"
     "recover 钥匙文件没了、口令忘了：照两张恢复单找回来；sheets 换三张新的恢复单和口令"},
    {"export", command_export, "trace --from FILE [--db URL]",
     "一份流出去的表格是谁带走的：先认指纹，再认行的次序，缺了几行也认得出"},
    {"keymgr", command_keymgr, "", "服务自己用：在隔开的进程里保管钥匙"},
    {"image", command_image, "", "服务自己用：在隔开的进程里读一张照片"},
    {"pdf", command_pdf, "", "服务自己用：在隔开的进程里排一份文件"},
};

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < COUNT(commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

void command_help(FILE *to)
{
    fputs("领航：社区居民说的每一件事都有回音\n\n", to);
    for (size_t i = 0; i < COUNT(commands); i++)
        fprintf(to, "  linghang %s %s\n      %s\n", commands[i].name, commands[i].usage,
                commands[i].help);
    fputs("\n库的地址：sqlite:文件 或 postgres://…；每个选项也可用环境变量 LINGHANG_… 给出\n", to);
}
