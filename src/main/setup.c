/* setup -- see setup.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/setup.h"
#include "app/audit/audit.h"
#include "app/org/org.h"
#include "base/utf8.h"
#include "main/commands.h"
#include "main/unlock.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STOPPED = 3 };

/* Monday to Friday, 8:30-12:00 and 14:00-17:30: changed at /a/calendar. */
#define HOURS "[[510,720],[840,1050]]"

/* ---- asking ---- */

struct str setup_ask(struct setup *s, const char *question, bool hidden)
{
    printf("%s", question);
    fflush(stdout);
    struct str text = S("");
    s->over = s->over || !unlock_line(s->cx, hidden, &text);
    return text;
}

/* Asks until there is an answer of at most `most` characters; "" when the input ended. */
static struct str must_ask(struct setup *s, const char *question, size_t most)
{
    struct str a = S("");
    while (!s->over && !a.n) {
        a = setup_ask(s, question, false);
        if (utf8_count(a) > most) {
            printf("太长了，最多 %zu 个字。\n", most);
            a = S("");
        }
    }
    return a;
}

enum err setup_stopped(struct setup *s)
{
    return fail(s->cx, ERR_MISSING, "%s",
                s->stopped ? s->stopped
                           : "还没有做完。再运行一次 linghang setup，从停下的地方接着来");
}

static enum err kept(struct setup *s, const char *what, struct str object, enum err e)
{
    struct cx *cx = s->cx;
    if (e == OK)
        e = audit_put(cx, arena_printf(cx->mem, "job setup.%s", what), object, 0);
    if (e == OK)
        e = db_commit(cx);
    if (db_in_transaction(cx))
        db_rollback(cx);
    return e;
}

/* ---- 1: the community ---- */

static enum err add_community(struct cx *cx, struct community *c)
{
    static const struct {
        const char *code, *name;
    } tiers[] = {{"community", "社区"},
                 {"area", "居民区"},
                 {"estate", "小区"},
                 {"building", "楼栋"},
                 {"stairwell", "单元"}};
    struct place top = {.tier = S("community"),
                        .kind = S("community"),
                        .code = c->code,
                        .name = c->name,
                        .full_name = c->name,
                        .gb_code = S("")};
    TRY(place_community_add(cx, c));
    for (size_t i = 0; i < COUNT(tiers); i++)
        TRY(place_tier_add(cx, "place", (int64_t)i, str_c(tiers[i].code), str_c(tiers[i].name)));
    return place_add(cx, &top);
}

static bool is_code(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < 'A' || s.p[i] > 'Z')
            return false;
    return s.n >= 2 && s.n <= 8;
}

static enum err ask_community(struct setup *s, struct community *c)
{
    struct str tail = S("社区");
    printf("\n一、社区\n");
    *c = (struct community){.id = 1, .hours = S(HOURS)};
    c->name = must_ask(s, "社区叫什么（比如 海恒社区）：", 30);
    c->short_name = str_ends(c->name, tail) && c->name.n > tail.n
                        ? str_cut(c->name, 0, c->name.n - tail.n)
                        : c->name;
    while (!s->over && !is_code(c->code))
        c->code = must_ask(s, "代码，2 到 8 个大写字母，印在牌子上（比如 HH）：", 8);
    c->phone = must_ask(s, "服务电话：", 30);
    return s->over ? setup_stopped(s) : OK;
}

static enum err the_community(struct setup *s, struct community *c)
{
    struct cx *cx = s->cx;
    community_list all = {0};
    TRY(db_begin(cx, false));
    enum err e = place_communities(cx, &all);
    db_rollback(cx);
    TRY(e);
    if (all.n) {
        *c = all.at[0];
        account_nobody(cx, c->id);
        if (c->is_sample)
            return fail(cx, ERR_CONFLICT,
                        "这个库里是示例社区。正式用请换一个空库，例如 --db "
                        "sqlite:/var/lib/linghang/linghang.db");
        printf("\n一、社区：已经有了，%.*s。\n", STR(c->name));
        return OK;
    }
    TRY(ask_community(s, c));
    account_nobody(cx, c->id);
    TRY(db_begin(cx, true));
    return kept(s, "community", c->code, add_community(cx, c));
}

/* ---- 2: three administrators ---- */

static const struct seat {
    uint32_t bit;
    const char *login, *does;
} seats[] = {
    {ROLE_ADMIN, "admin", "管人员、岗位、地点、日历、外发接口"},
    {ROLE_SECURITY, "security", "管登录规矩、密钥，安排管理员岗位，做第二个点头的人"},
    {ROLE_AUDITOR, "audit", "看谁做了什么，核对审计链"},
};

static enum err who_sits(struct setup *s, const struct role *role, const struct community *c,
                         post_card_list *out)
{
    struct cx *cx = s->cx;
    struct place top;
    TRY(db_begin(cx, false));
    enum err e = place_by_code(cx, c->code, &top);
    if (e == OK)
        e = org_holders(cx, role->code, top.id, out);
    db_rollback(cx);
    return e;
}

static enum err ask_person(struct setup *s, const struct seat *seat, struct person *p)
{
    struct cx *cx = s->cx;
    enum err e = ERR_INPUT;
    *p = (struct person){.duty_phone = S(""), .active = true};
    p->name = must_ask(s, "姓名：", 30);
    while (e == ERR_INPUT && !s->over) {
        p->login = setup_ask(s, arena_printf(cx->mem, "登录名（直接回车就用 %s）：", seat->login).p,
                             false);
        if (!p->login.n)
            p->login = str_c(seat->login);
        TRY(db_begin(cx, false));
        e = account_login_free(cx, p->login, 0);
        db_rollback(cx);
        if (e == ERR_INPUT)
            printf("这个登录名有人用了，请换一个。\n");
        fault_clear(cx);
    }
    return s->over ? setup_stopped(s) : e;
}

static enum err add_person(struct cx *cx, const struct role *role, struct person *p,
                           struct str hash)
{
    struct post post = {.role = str_c(role->code), .title = str_c(role->label)};
    TRY(account_add(cx, p, S("")));
    TRY(account_set_password(cx, p->id, hash, true));
    TRY(org_post_add(cx, &post));
    TRY(org_appoint(cx, post.id, p->id, false, false));
    return account_totp_start(cx, p->id);
}

/* The codes of the paper are in the slip before they hold. */
static enum err code_typed(struct setup *s, const char *file, struct setup_slip *slip, int64_t id,
                           struct str code)
{
    struct cx *cx = s->cx;
    slip->codes.n = 0;
    TRY(db_begin(cx, true));
    enum err e = account_totp_on(cx, id, code, &slip->codes);
    if (e == OK)
        e = setup_slip(s, file, slip);
    return kept(s, "totp", slip->login, e);
}

static enum err scan(struct setup *s, const char *file, struct setup_slip *slip, int64_t id)
{
    struct cx *cx = s->cx;
    struct str secret, link;
    enum err e = ERR_INPUT;
    TRY(db_begin(cx, false));
    e = account_totp_shown(cx, id, &secret, &link);
    db_rollback(cx);
    TRY(e);
    printf("请本人用手机上的验证器扫，或者手工输入 %.*s：\n\n", STR(secret));
    setup_qr(cx, link);
    for (e = ERR_INPUT; e == ERR_INPUT;) {
        struct str code =
            setup_ask(s, "手机上现在的六位数（人不在就直接回车，第一次登录时再开通）：", false);
        if (!code.n)
            return s->over ? setup_stopped(s) : OK;
        e = code_typed(s, file, slip, id, code);
        if (e == ERR_INPUT) {
            printf("没对上，请再看一遍手机；一直不对，请校准手机和这台机器的时间。\n");
            fault_clear(cx);
        }
    }
    return e;
}

static enum err an_administrator(struct setup *s, const struct community *c,
                                 const struct seat *seat)
{
    struct cx *cx = s->cx;
    const struct role *role = role_of_bit(seat->bit);
    const char *file = arena_printf(cx->mem, "slip-%s", role->code).p;
    struct person p;
    struct str hash;
    post_card_list there = {0};
    TRY(who_sits(s, role, c, &there));
    if (there.n) {
        printf("%s：已经有了，%.*s。\n", role->label, STR(there.at[0].person_name));
        return OK;
    }
    printf("\n%s：%s；看不到居民的内容。\n", role->label, seat->does);
    TRY(ask_person(s, seat, &p));
    struct setup_slip slip = {.community = c->name,
                              .role = str_c(role->label),
                              .name = p.name,
                              .login = p.login,
                              .password = account_one_time(cx),
                              .address = str_c(s->b.options.listen)};
    TRY(account_hash_password(cx, slip.password, &hash));
    TRY(setup_slip(s, file, &slip)); /* a password that holds is on paper */
    TRY(db_begin(cx, true));
    TRY(kept(s, "administrator", p.login, add_person(cx, role, &p, hash)));
    printf("登录条在 %s/%s.pdf。\n", s->dir, file);
    return scan(s, file, &slip, p.id);
}

/* ---- 4: the service ---- */

static enum err the_service(struct setup *s)
{
    const char *file = arena_printf(s->cx->mem, "%s/linghang.env", s->dir).p;
    int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    /* the address of a PostgreSQL store may have its password in it; one of an earlier version is
     * closed before anything is written into it */
    bool alone = fd >= 0 && fchmod(fd, 0600) == 0 && ftruncate(fd, 0) == 0;
    FILE *out = alone ? fdopen(fd, "w") : NULL;
    if (!out) {
        (void)fail(s->cx, ERR_STORE, "写不了 %s：%s", file, strerror(errno));
        if (fd >= 0)
            close(fd);
        return ERR_STORE;
    }
    fprintf(
        out,
        "LINGHANG_DB=%s\nLINGHANG_LISTEN=%s\nLINGHANG_KEY_FILE=%s\nLINGHANG_UNLOCK=/run/linghang/unlock\n",
        s->b.options.db, s->b.options.listen, s->key);
    if (fclose(out) != 0)
        return fail(s->cx, ERR_STORE, "写不完 %s", file);
    printf("\n四、服务的设置写在 %s。\n", file);
    return OK;
}

static void what_next(const struct setup *s)
{
    printf(
        "\n五、接下来\n"
        "  1. 把程序放到 /usr/local/bin/linghang，deploy/linghang.service 放到 "
        "/etc/systemd/system/，%s/linghang.env 放到 /etc/linghang/（归 root，权限还是 600：里面可能有库的"
        "口令）\n"
        "  2. systemctl enable --now linghang\n"
        "  3. 三位管理员照登录条登录，先换密码；系统管理员到“岗位”安排其他人\n"
        "  4. linghang backup new --key 钥匙，私钥拿走，公钥留下，定时备份（docs/operate.md）\n"
        "  5. 三张恢复单交给三个人，分开锁；钥匙文件 %s 不要和库、备份放在一块盘上，那块盘要加密\n",
        s->dir, s->key);
}

/* ---- all of it ---- */

static enum err walk(struct setup *s)
{
    struct community c;
    TRY(the_community(s, &c));
    printf("\n二、三位管理员，三个人，谁也不能兼另一个\n");
    for (size_t i = 0; i < COUNT(seats); i++)
        TRY(an_administrator(s, &c, &seats[i]));
    TRY(setup_keys(s, c.name));
    TRY(the_service(s));
    TRY(setup_papers_done(s));
    what_next(s);
    return OK;
}

int command_setup(int argc, char **argv)
{
    struct setup s = {0};
    int status = 1;
    if (boot(&s.b, argc, argv)) {
        s.cx = &s.b.cx;
        s.dir = s.b.options.to ? s.b.options.to : ".";
        s.key = boot_key_file(&s.b);
        printf("领航安装向导。随时可以停下，再运行一次就接着来。\n");
        enum err e = walk(&s);
        status = e == OK ? 0 : s.over ? STOPPED : 1;
        if (e != OK)
            fprintf(stderr, "\n%.*s\n", STR(s.cx->fault.message));
    }
    boot_end(&s.b);
    return status;
}
