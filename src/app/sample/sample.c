/* sample -- puts the town together; the parts are in the other files of this folder. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/sample/sample.h"
#include "app/sample/town.h"
#include "base/time.h"
#include "sample.sql.h"
#include <string.h>

/* One word for all accounts of all samples: it is printed by `linghang demo` and protects nothing.
 */
#define PASSWORD "haiheng-2026"

#define OPENED (760 * MS_DAY)

/* ---- chance ---- */

uint64_t town_random(struct town *t)
{
    uint64_t v = t->env.seed += 0x9e3779b97f4a7c15u; /* splitmix64, Steele et al. 2014 */
    v = (v ^ v >> 30) * 0xbf58476d1ce4e5b9u;
    v = (v ^ v >> 27) * 0x94d049bb133111ebu;
    return v ^ v >> 31;
}

int64_t town_pick(struct town *t, int64_t n)
{
    return (int64_t)(town_random(t) % (uint64_t)n);
}

bool town_chance(struct town *t, int percent_tenths)
{
    return town_pick(t, 1000) < percent_tenths;
}

struct str town_name(struct town *t)
{
    static const char *const first[] = {
        "赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "蒋", "沈", "韩", "杨", "朱",
        "秦", "许", "何", "吕", "张", "孔", "曹", "严", "金", "魏", "陶", "姜", "谢", "邹", "苏",
        "潘", "葛", "范", "彭", "鲁", "方", "袁", "柳", "唐", "薛", "贺", "汤", "罗", "郝", "安"};
    static const char *const given[] = {
        "敏",   "桂兰", "建国", "志强", "秀英", "晓燕", "文博", "明",   "丽",
        "海涛", "玉梅", "国庆", "春花", "立新", "雪",   "思远", "婷",   "德胜",
        "红",   "金凤", "家宝", "俊",   "淑珍", "永福", "静",   "长河", "小满",
        "云",   "爱华", "向东", "芳",   "子涵", "大勇", "美玲", "平",   "兰香"};
    return arena_printf(t->cx->mem, "%s%s", first[town_pick(t, COUNT(first))],
                        given[town_pick(t, COUNT(given))]);
}

/* 0551-0000 nnnn: no such numbers exist, and they look it. */
struct str town_phone(struct town *t)
{
    return arena_printf(t->cx->mem, "0551-0000 %04d", ++t->phones % 10000);
}

/* ---- the world while the town is written ---- */

static int64_t world_now(struct env *e)
{
    return ((struct town_env *)e)->at;
}

static int64_t world_monotonic(struct env *e)
{
    struct env *real = ((struct town_env *)e)->real;
    return real->monotonic(real);
}

static void world_random(struct env *e, void *p, size_t n)
{
    struct town t = {.env = *(struct town_env *)e};
    unsigned char *bytes = p;
    for (size_t i = 0; i < n; i++)
        bytes[i] = (unsigned char)town_random(&t);
    ((struct town_env *)e)->seed = t.env.seed;
}

static const struct {
    const char *code, *name;
    int ngrids;
    bool dedicated; /* its last grid is a park's or the market's */
} areas[AREAS] = {{"GY", "耕云", 12, false},   {"NYH", "南艳湖", 11, false},
                  {"XY", "习友", 12, true},    {"KL", "康利", 12, true},
                  {"FLY", "福禄园", 8, false}, {"JCY", "近春园", 12, true}};

static void number_grids(struct town *t)
{
    int next = 0;
    for (int a = 0; a < AREAS; a++) {
        t->areas[a] = (struct town_area){.code = areas[a].code,
                                         .name = areas[a].name,
                                         .first_grid = next,
                                         .ngrids = areas[a].ngrids};
        for (int g = 0; g < areas[a].ngrids; g++)
            t->grids[next++] = (struct town_grid){.area = a, .kind = "basic"};
        if (areas[a].dedicated)
            t->grids[next - 1].kind = "dedicated";
    }
}

static enum err add_community(struct town *t, int64_t id)
{
    static const char *const names[] = {"海恒社区", "清溪社区", "望湖社区", "松岭社区"};
    static const char *const codes[] = {"HH", "QX", "WH", "SL"};
    struct cx *cx = t->cx;
    struct community c = {.id = id,
                          .phone = S("0551-0000 0000"),
                          .is_sample = true,
                          .hours = S("[[510,720],[840,1050]]")};
    bool known = id >= 1 && id <= (int64_t)COUNT(names);
    c.code = known ? str_c(codes[id - 1]) : arena_printf(cx->mem, "S%lld", (long long)id);
    c.name = known ? str_c(names[id - 1]) : arena_printf(cx->mem, "示例社区 %lld", (long long)id);
    c.short_name = known ? str_cut(c.name, 0, c.name.n - 6) : c.name; /* without 社区 */
    TRY(place_community_add(cx, &c));
    t->shown = (struct shell_community){c.id, c.name, c.short_name, c.phone, c.is_sample};
    shell_communities(&t->shown, 1);
    return account_rule_put(cx, false); /* its passwords are printed: nobody would have the codes */
}

static void tell(struct town *t, const char *text, int percent)
{
    if (t->progress)
        t->progress(text, percent);
}

static enum err write_town(struct town *t, int64_t community, int64_t now)
{
    TRY(account_hash_password(t->cx, S(PASSWORD), &t->password_hash));
    tell(t, "居民区和网格", 2);
    TRY(add_community(t, community));
    number_grids(t);
    town_outlines(t);
    TRY(town_areas(t));
    TRY(town_branches(t));
    TRY(town_places(t));
    tell(t, "组织和人", 10);
    TRY(town_units(t));
    TRY(town_staff(t));
    TRY(town_catalogue(t));
    TRY(town_skills(t));
    TRY(sample_needs(t, now));
    tell(t, "志愿者", 99);
    TRY(town_helpers(t, now));
    TRY(town_hours(t, now));
    TRY(town_visits(t, now));
    TRY(town_sites(t, now));
    TRY(town_boards(t, now));
    TRY(town_services(t, now));
    TRY(town_spaces(t, now));
    TRY(town_activities(t, now));
    TRY(town_class(t, now));
    return match_job(t->cx, S("match.night"), 0, S(""));
}

/* The town in `cx`, a store of its own. */
static enum err write_store(struct cx *cx, int64_t community, uint64_t seed,
                            void (*progress)(const char *text, int percent))
{
    struct town *t = NEW(cx->mem, struct town);
    struct env *real = cx->env;
    int64_t now = cx->now;
    t->cx = cx;
    t->seed = seed;
    t->progress = progress;
    t->env = (struct town_env){.env = {world_now, world_monotonic, world_random},
                               .real = real,
                               .at = now - OPENED,
                               .seed = seed};
    account_nobody(cx, community);
    cx->env = &t->env.env;
    cx->now = t->env.at; /* the town is older than its needs */
    enum err e = write_town(t, community, now);
    shell_communities(NULL, 0);
    cx->env = real;
    return e;
}

static void close_store(void *arg)
{
    store_close(arg);
}

static void close_conn(void *arg)
{
    conn_close(arg);
}

static enum err open_memory(struct cx *cx, const struct migration *m, size_t n)
{
    struct store *store;
    TRY(store_open(cx, "sqlite::memory:", &store));
    cx_defer(cx, close_store, store);
    TRY(store_connect(cx, store, true, &cx->db));
    cx_defer(cx, close_conn, cx->db);
    TRY(db_migrate(cx, m, n, NULL));
    return db_begin(cx, true);
}

/* Each step of the play reads what it did, and nobody looks at it; what it writes is sealed when
 * the play is over, hundreds in one question. Until then it stands, in memory, behind what makes it
 * look like an envelope. Only what has a key of its own, which is never turned, is sealed at once.
 */
struct unread {
    struct vault vault;
    struct vault *real;
};

enum { NOT_YET = 64 };

static enum err seal_later(struct vault *real, struct cx *cx, struct vault_item *at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (at[i].own) {
            TRY(real->ask(real, cx, VAULT_SEAL, &at[i], 1));
            continue;
        }
        char *p = arena_alloc(cx->mem, NOT_YET + at[i].in.n);
        memset(p, 0, NOT_YET);
        p[0] = 1;
        memcpy(p + NOT_YET, at[i].in.p, at[i].in.n);
        at[i].out = str_n(p, NOT_YET + at[i].in.n);
    }
    return OK;
}

/* What waits to be sealed, without what stands before it; "" = it is sealed, or empty. */
static struct str unsealed(struct str s)
{
    static const char waits[NOT_YET] = {1};
    return str_starts(s, str_n(waits, NOT_YET)) ? str_cut(s, NOT_YET, SIZE_MAX) : S("");
}

static enum err seal_now(struct vault *real, struct cx *cx, struct vault_item *at, size_t n)
{
    struct vault_item *some = arena_array(cx->mem, n, sizeof *some);
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        some[used] = at[i];
        some[used].in = unsealed(at[i].in);
        used += some[used].in.n > 0;
    }
    TRY(used ? real->ask(real, cx, VAULT_SEAL, some, used) : OK);
    used = 0;
    for (size_t i = 0; i < n; i++)
        at[i].out = unsealed(at[i].in).n ? some[used++].out : at[i].in;
    return OK;
}

static enum err ask_unread(struct vault *v, struct cx *cx, enum vault_act act,
                           struct vault_item *at, size_t n)
{
    struct vault *real = ((struct unread *)(void *)v)->real;
    if (act == VAULT_INDEX)
        return real->ask(real, cx, act, at, n);
    if (act == VAULT_RESEAL)
        return seal_now(real, cx, at, n);
    if (act == VAULT_SEAL)
        return seal_later(real, cx, at, n);
    for (size_t i = 0; i < n; i++)
        at[i].out = S("**");
    return OK;
}

enum err sample_load(struct cx *cx, const struct migration *m, size_t n, int64_t community,
                     uint64_t seed, enum err (*seal)(struct cx *cx),
                     void (*progress)(const char *text, int percent))
{
    struct cx memory;
    struct unread unread = {{ask_unread}, cx->vault};
    cx_init(&memory, cx->mem, cx->env);
    memory.vault = &unread.vault;
    enum err e = open_memory(&memory, m, n);
    if (e == OK)
        e = write_store(&memory, community, seed, progress);
    if (e == OK)
        e = seal(&memory);
    if (e != OK)
        cx->fault = memory.fault;
    else
        e = db_begin(cx, true);
    if (e == OK)
        e = db_copy(&memory, cx, NULL);
    if (memory.db && db_in_transaction(&memory))
        db_rollback(&memory);
    cx_end(&memory);
    account_nobody(cx, community);
    if (e == OK && progress)
        progress("好了", 100);
    return e;
}

/* ---- who to sign in as ---- */

static const struct {
    const char *role, *login;
} shown[] = {
    {"grid_worker", "grid23"},
    {"grid_deputy", "deputy12"},
    {"building_leader", "building1"},
    {"handler", "handler1"},
    {"clerk", "clerk1"},
    {"dispatcher", "dispatch1"},
    {"duty_lead", "lead1"},
    {"verifier", "verify1"},
    {"area_staff", "area2"},
    {"leader", "leader1"},
    {"branch_secretary", "secretary1"},
    {"unit_liaison", "liaison1"},
    {"merchant", "merchant1"},
    {"volunteer", "volunteer1"},
    {"team_leader", "team1"},
    {"reviewer", "reviewer1"},
    {"class_teacher", "teacher1"},
    {"privacy_officer", "privacy1"},
    {"auditor", "audit1"},
    {"admin", "admin1"},
    {"security", "security1"},
};

static const char *const shown_places[] = {"NYH-YLYJ-07-2", "NYH-YLYJ-05-1", "GY-GYHY-01-1",
                                           "FLY-YHGD-01-1", "KL-NHCC-01-2",  "KL-HHSC-001"};

enum err sample_accounts(struct cx *cx, sample_account_list *accounts, place_list *places)
{
    struct community c;
    TRY(place_community(cx, &c));
    if (!c.is_sample)
        return OK;
    for (size_t i = 0; i < COUNT(shown); i++) {
        int64_t there;
        TRY(db_number(cx, &sample_sql_account, &there, ARGS(AS("login", shown[i].login))));
        if (there)
            *PUSH(cx->mem, accounts) = (struct sample_account){.role = str_c(shown[i].role),
                                                               .login = str_c(shown[i].login),
                                                               .password = S(PASSWORD)};
    }
    for (size_t i = 0; i < COUNT(shown_places); i++)
        TRY(place_by_code(cx, str_c(shown_places[i]), PUSH(cx->mem, places)));
    return OK;
}
