/* hooks -- see hooks.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/hooks.h"
#include "app/account/account.h"
#include "app/audit/audit.h"
#include "app/idem/idem.h"
#include "app/need/need.h"
#include "app/shell/shell.h"
#include "main/gather.h"
#include "main/noted.h"
#include "main/watch.h"
#include <assert.h>
#include <pthread.h>

enum { IDLE_MAX = 64 };

/* Idle connections, last used first: its caches are warm. */
struct idle {
    struct conn *at[IDLE_MAX];
    size_t n;
};

/* A lock that serves in the order of asking. A mutex would let the job thread, which asks again at
 * once, pass a waiting request over and over while a backlog of jobs is worked off. */
struct turns {
    pthread_mutex_t lock;
    pthread_cond_t next;
    uint64_t given, served;
};

struct hooks {
    struct store *store;
    struct vault *vault;
    struct server *server;
    const struct watch *watch; /* NULL: not yet */
    struct noted *noted;
    community_list communities;
    pthread_mutex_t lock;    /* of idle[] */
    struct turns writing;    /* SQLite has one writer: requests and jobs take turns */
    struct idle idle[2];     /* [0] reading, [1] writing; PostgreSQL uses [1] for both */
    void (*told)(void *arg); /* hooks_on_commit() */
    void *told_arg;
};

static void turn_take(struct turns *t)
{
    pthread_mutex_lock(&t->lock);
    uint64_t mine = t->given++;
    while (t->served != mine)
        pthread_cond_wait(&t->next, &t->lock);
    pthread_mutex_unlock(&t->lock);
}

static void turn_give(struct turns *t)
{
    pthread_mutex_lock(&t->lock);
    t->served++;
    pthread_cond_broadcast(&t->next);
    pthread_mutex_unlock(&t->lock);
}

static struct idle *idle_of(struct hooks *h, bool write)
{
    return &h->idle[write || store_engine(h->store) == ENGINE_PGSQL];
}

bool hooks_has_one_writer(const struct hooks *h)
{
    return store_engine(h->store) == ENGINE_SQLITE;
}

static enum err take(struct hooks *h, struct cx *cx, bool write)
{
    struct idle *idle = idle_of(h, write);
    cx->vault = h->vault;
    pthread_mutex_lock(&h->lock);
    cx->db = idle->n ? idle->at[--idle->n] : NULL;
    pthread_mutex_unlock(&h->lock);
    if (cx->db)
        return OK;
    return store_connect(cx, h->store, idle == &h->idle[1], &cx->db);
}

static void give(struct hooks *h, struct cx *cx, bool write)
{
    struct conn *c = cx->db;
    struct idle *idle = idle_of(h, write);
    cx->db = NULL;
    if (!c)
        return;
    pthread_mutex_lock(&h->lock);
    if (idle->n < IDLE_MAX && !conn_is_broken(c)) {
        idle->at[idle->n++] = c;
        c = NULL;
    }
    pthread_mutex_unlock(&h->lock);
    if (c)
        conn_close(c);
}

static enum err hooks_begin(struct hooks *h, struct cx *cx, bool write)
{
    bool alone = write && hooks_has_one_writer(h);
    if (alone)
        turn_take(&h->writing);
    enum err e = take(h, cx, write);
    if (e == OK)
        e = db_begin(cx, write);
    if (e == OK)
        return OK;
    give(h, cx, write);
    if (alone)
        turn_give(&h->writing);
    return e;
}

static enum err hooks_end(struct hooks *h, struct cx *cx, bool write, bool commit)
{
    enum err e = OK;
    if (commit)
        e = db_commit(cx);
    if (db_in_transaction(cx))
        db_rollback(cx);
    give(h, cx, write);
    if (write && hooks_has_one_writer(h))
        turn_give(&h->writing);
    return e;
}

struct inside {
    struct cx *cx;
    enum err (*act)(struct cx *cx, void *arg);
    void *arg;
    enum err e;
};

static void run_inside(void *arg)
{
    struct inside *i = arg;
    i->e = i->act(i->cx, i->arg);
}

enum err hooks_run(struct hooks *h, struct cx *cx, bool write,
                   enum err (*act)(struct cx *cx, void *arg), void *arg)
{
    struct inside i = {cx, act, arg, OK};
    TRY(hooks_begin(h, cx, write));
    if (!arena_catch(cx->mem, run_inside, &i))
        i.e = fail(cx, ERR_BUSY, "内存不够，等一会儿再来");
    enum err ended = hooks_end(h, cx, write, write && i.e == OK);
    return i.e == OK ? ended : i.e;
}

static enum err on_begin(void *arg, struct cx *cx, bool write)
{
    return hooks_begin(arg, cx, write);
}

static enum err on_end(void *arg, struct cx *cx, bool write, bool commit)
{
    return hooks_end(arg, cx, write, commit);
}

static enum err on_job_begin(void *arg, struct cx *cx)
{
    (void)arg;
    return db_savepoint(cx);
}

static enum err on_job_end(void *arg, struct cx *cx, bool keep)
{
    (void)arg;
    return db_release(cx, keep);
}

/* ?c=CODE or the cookie of an earlier visit names the community; else it is the first. */
static int64_t community_of(const struct hooks *h, const struct req *rq)
{
    struct str code = req_query(rq, "c");
    if (!code.n)
        code = req_cookie(rq, "community");
    for (size_t i = 0; i < h->communities.n; i++)
        if (str_eq(h->communities.at[i].code, code))
            return h->communities.at[i].id;
    return h->communities.n ? h->communities.at[0].id : 0;
}

static struct vault *on_vault(void *arg, const struct req *rq, int64_t *community)
{
    struct hooks *h = arg;
    *community = community_of(h, rq);
    return h->vault;
}

void hooks_watch(struct hooks *h, const struct watch *w)
{
    h->watch = w;
}

static const char *on_shut(void *arg, const struct req *rq, bool has_files)
{
    const struct hooks *h = arg;
    return h->watch ? watch_shut(h->watch, req_is_essential(rq), has_files) : NULL;
}

static void say_state(const struct hooks *h, struct cx *cx)
{
    cx->state = h->watch ? watch_says(h->watch, cx) : S("");
}

static enum err on_who(void *arg, struct cx *cx, const struct req *rq)
{
    struct hooks *h = arg;
    cx->vault = h->vault; /* the connection of a batch was taken for all its requests */
    account_nobody(cx, community_of(h, rq));
    shell_mode(cx, rq);
    cx->mark = S("");
    enum err e = account_who(cx, rq);
    cx->who.from = cx->who.person_id ? 0 : req_caller(rq);
    noted_use(h->noted, cx);
    say_state(h, cx);
    return e;
}

enum { NAMED_MAX = 4 };

/* Whose page it is: whoever came to the wrong one knows whom to ask. */
static void say_for_whom(struct cx *cx, const struct req *rq)
{
    uint32_t meant = req_roles(rq);
    struct out o;
    int n = 0;
    if (!cx->who.role || !meant || (meant & cx->who.role))
        return;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < ROLE_BITS; i++)
        if (roles[i].bit & meant)
            out_printf(&o, "%s%s", n++ ? "、" : "", roles[i].label);
    if (n <= NAMED_MAX)
        cx->fault.message = arena_printf(cx->mem, "您现在是“%.*s”，这里是给%.*s用的",
                                         STR(cx->who.role_label), STR(out_text(&o)));
}

static void on_error(void *arg, struct cx *cx, const struct req *rq, int status, struct reply *rp)
{
    struct hooks *h = arg;
    if (!cx->community) /* the fault came before anybody was asked who he is */
        account_nobody(cx, community_of(h, rq));
    shell_mode(cx, rq);
    cx->mark = S("");
    say_state(h, cx);
    if (status == 403)
        say_for_whom(cx, rq);
    shell_error(cx, rq, status, rp);
}

static void on_refused(void *arg, const struct cx *cx, const struct req *rq)
{
    noted_refusal(((struct hooks *)arg)->noted, cx, rq);
}

static void publish(struct hooks *h, int64_t community)
{
    if (h->server)
        web_publish(h->server, community, "need", S("need"));
}

static void on_committed(void *arg, int64_t community)
{
    struct hooks *h = arg;
    publish(h, community);
    if (h->told)
        h->told(h->told_arg);
}

void hooks_on_commit(struct hooks *h, void (*told)(void *arg), void *arg)
{
    h->told = told;
    h->told_arg = arg;
}

void hooks_changed(struct hooks *h, int64_t community)
{
    if (h->server)
        web_changed(h->server, community);
    publish(h, community);
}

static struct str key_of(const struct req *rq)
{
    return req_header(rq, "Idempotency-Key");
}

static struct str hash_of(struct cx *cx, const struct req *rq)
{
    return idem_hash(cx, req_method(rq), req_path(rq), req_body(rq));
}

static enum err on_replay(void *arg, struct cx *cx, const struct req *rq, struct reply *rp,
                          bool *found)
{
    struct idem_answer kept;
    (void)arg;
    *found = false;
    if (!key_of(rq).n)
        return OK;
    TRY(idem_find(cx, key_of(rq), hash_of(cx, rq), &kept, found));
    if (*found) {
        reply_status(rp, (int)kept.status);
        out_str(reply_json(rp), kept.body);
    }
    return OK;
}

static enum err on_keep(void *arg, struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)arg;
    if (!key_of(rq).n)
        return OK;
    return idem_keep(cx, key_of(rq), hash_of(cx, rq), reply_status_of(rp), reply_body_of(rp));
}

static enum err on_record(void *arg, struct cx *cx, const struct req *rq, const struct reply *rp)
{
    (void)arg;
    bool is_told = cx->why.n || cx->detail.n; /* its feature says that it is an act */
    if (!db_wrote(cx) && !is_told)
        return OK;
    return audit_put(cx,
                     arena_printf(cx->mem, "%.*s %.*s", STR(req_method(rq)), STR(req_pattern(rq))),
                     req_path(rq), reply_status_of(rp));
}

struct web_hooks hooks_web(struct hooks *h)
{
    return (struct web_hooks){.arg = h,
                              .begin = on_begin,
                              .end = on_end,
                              .job_begin = on_job_begin,
                              .job_end = on_job_end,
                              .shut = on_shut,
                              .vault = on_vault,
                              .who = on_who,
                              .error_page = on_error,
                              .refused = on_refused,
                              .committed = on_committed,
                              .replay = on_replay,
                              .keep = on_keep,
                              .record = on_record,
                              .one_writer = hooks_has_one_writer(h)};
}

/* What heads and error pages need of each community, without asking the store. */
static void tell_shell(struct cx *cx, const community_list *all)
{
    struct shell_community *c = arena_array(cx->mem, all->n, sizeof *c);
    for (size_t i = 0; i < all->n; i++)
        c[i] = (struct shell_community){.id = all->at[i].id,
                                        .name = all->at[i].name,
                                        .short_name = all->at[i].short_name,
                                        .phone = all->at[i].phone,
                                        .is_sample = all->at[i].is_sample};
    shell_communities(c, all->n);
}

enum err hooks_new(struct cx *cx, struct store *store, struct hooks **out)
{
    struct hooks *h = NEW(cx->mem, struct hooks);
    h->store = store;
    h->vault = cx->vault;
    pthread_mutex_init(&h->lock, NULL);
    pthread_mutex_init(&h->writing.lock, NULL);
    pthread_cond_init(&h->writing.next, NULL);
    noted_new(cx, &h->noted);
    TRY(db_begin(cx, false));
    enum err e = place_communities(cx, &h->communities);
    db_rollback(cx);
    if (e == OK && !h->communities.n)
        e = fail(cx, ERR_MISSING, "库里还没有社区；先运行 linghang demo 生成示例社区");
    tell_shell(cx, &h->communities);
    gather(cx);
    *out = h;
    return e;
}

struct noted *hooks_noted(struct hooks *h)
{
    return h->noted;
}

void hooks_server(struct hooks *h, struct server *sv)
{
    h->server = sv;
}

void hooks_free(struct hooks *h)
{
    for (size_t kind = 0; kind < 2; kind++)
        while (h->idle[kind].n)
            conn_close(h->idle[kind].at[--h->idle[kind].n]);
}

const community_list *hooks_communities(const struct hooks *h)
{
    return &h->communities;
}
