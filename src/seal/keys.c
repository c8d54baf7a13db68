/* keys -- asking the process that has the keys: started, asked, started again. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal_own.h"
#include "base/box.h"
#include "base/log.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

/* A passphrase takes a second, more on a busy machine; a thousand items take some milliseconds.
 * Longer than that nobody who holds a transaction open should wait. */
enum {
    WAIT_S = 5,
    WAIT_PASSPHRASE_S = 60,
    STARTS = 6,
    MINUTE = 60000,
    END_MS = 1000,
    WRAPPED_MAX = 512
};

/* What it was handed: it forgets when it dies. Nothing here is secret. */
struct kept {
    struct seal_key_row row;
    char wrapped[WRAPPED_MAX];
};

struct keys {
    pthread_mutex_t lock;
    struct env *env;
    const char *key_file, *user, *quota;
    bool setup;
    pid_t pid;
    int fd;
    int64_t
        starts[STARTS]; /* when the last ones were; the first only, not an accident, counts too */
    size_t nstarts;
    struct arena
        mem; /* for what is said under the lock: a full arena of a request would jump out */
    char master[SEAL_LOCK_BYTES];
    bool unattended; /* opened without a passphrase: so it is again */
    struct kept *rows;
    size_t nrows;
};

const char *seal_words(enum seal_answer a)
{
    static const char *const words[SEAL_ANSWERS] = {
        [SEAL_ANSWERED] = "",
        [SEAL_LOCKED] = "姓名、电话和门牌现在锁着，请安全管理员开锁；编号、进度和派单照常",
        [SEAL_SLOWER] = "一分钟里看得太多了，请过一会儿再看",
        [SEAL_DOWN] = "姓名和电话这会儿存不了，过一会儿再试；一直这样请告诉管理员",
        [SEAL_REFUSED] = "这一步不能在这里做，请在服务器的控制台上用 linghang setup",
        [SEAL_WRONG] = "口令不对，或者这两张恢复单不是一起印的，请再看一遍",
    };
    return words[a];
}

/* ---- the process ---- */

static void end(struct keys *k)
{
    if (k->fd >= 0)
        close(k->fd); /* it ends when nobody can ask any more */
    if (k->pid > 0)
        box_wait(k->pid, END_MS);
    k->fd = -1;
    k->pid = 0;
}

/* No more than STARTS a minute: what dies at each question would otherwise be started for ever. */
static bool may_start(struct keys *k)
{
    int64_t now = k->env->monotonic(k->env), *first = &k->starts[k->nstarts % STARTS];
    if (k->nstarts >= STARTS && now - *first < MINUTE)
        return false;
    *first = now;
    k->nstarts++;
    return true;
}

static bool start(struct keys *k)
{
    const struct timeval wait = {.tv_sec = WAIT_S};
    int pair[2];
    if (!may_start(k) || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    const char *argv[] = {
        "linghang", "keymgr", k->key_file, k->user, k->quota, k->setup ? "setup" : "serve", NULL};
    k->pid = box_start(argv, pair[1], pair[1], 2);
    close(pair[1]);
    k->fd = pair[0];
    setsockopt(k->fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    if (k->pid > 0)
        return true;
    end(k);
    return false;
}

static bool send_all(int fd, struct str s)
{
    while (s.n) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        s = str_cut(s, (size_t)n, s.n - (size_t)n);
    }
    return true;
}

/* `ask` has its length before it. */
static bool exchange(struct keys *k, enum seal_op op, struct str ask, struct str room,
                     struct str *frame)
{
    bool slow = op == OP_UNLOCK || op == OP_FOUND;
    return send_all(k->fd, ask) && talk_read(k->fd, (char *)(uintptr_t)room.p, room.n,
                                             (slow ? WAIT_PASSPHRASE_S : WAIT_S) * 1000, frame);
}

/* A question with its length, written where it does not grow: no copy of a text stays behind. */
static struct str write_ask(struct arena *mem, const struct seal_message *m)
{
    enum { SMALL = 4096, EACH = 256 };
    struct out o;
    size_t room = SMALL + (m->nitems + m->nrows) * EACH + m->passphrase.n;
    for (size_t i = 0; i < m->nitems; i++)
        room += m->items[i].in.n + m->items[i].person.n;
    for (size_t i = 0; i < m->nrows; i++)
        room += m->rows[i].wrapped.n;
    out_init(&o, mem);
    o.p = arena_alloc(mem, room);
    o.cap = room;
    out_raw(&o, "\0\0\0", TALK_LENGTH);
    talk_ask(&o, m);
    size_t n = o.n - TALK_LENGTH;
    for (int i = 0; i < TALK_LENGTH; i++)
        o.p[i] = (char)(n >> (24 - 8 * i));
    return out_text(&o);
}

/* Room for its answer: envelopes are little longer than texts; whoever founds gets all rows. */
static struct str room_for(struct arena *mem, const struct seal_message *m, struct str ask,
                           size_t rows)
{
    enum { SMALL = 4096, EACH = 128 };
    size_t n = SMALL + ask.n + (m->nitems + m->nrows) * EACH +
               (m->op == OP_FOUND ? rows * sizeof(struct kept) : 0);
    return str_n(arena_alloc(mem, n), n);
}

/* ---- what it is handed again ---- */

static void keep(struct keys *k, const struct seal_key_row *row)
{
    size_t i = 0;
    while (i < k->nrows &&
           (k->rows[i].row.community_id != row->community_id || k->rows[i].row.kid != row->kid))
        i++;
    if (i == SEAL_KEYS_MAX || row->wrapped.n > WRAPPED_MAX)
        return;
    struct kept *to = &k->rows[i];
    to->row = *row;
    memcpy(to->wrapped, row->wrapped.p, row->wrapped.n);
    to->row.wrapped = str_n(to->wrapped, row->wrapped.n);
    k->nrows += i == k->nrows;
}

struct saying {
    struct keys *k;
    struct seal_message *m;
    enum seal_answer answer;
};

static void say_within(void *arg)
{
    struct saying *s = arg;
    struct keys *k = s->k;
    struct cx cx;
    struct str frame;
    cx_init(&cx, &k->mem, k->env);
    struct str ask = write_ask(&k->mem, s->m), room = room_for(&k->mem, s->m, ask, k->nrows);
    s->answer = exchange(k, s->m->op, ask, room, &frame) ? talk_answered(&cx, frame, s->m, NULL)
                                                         : SEAL_DOWN;
}

/* One question under the lock, in our own memory: when there is none it was not asked, or nobody
 * has heard the answer. */
static enum seal_answer say(struct keys *k, struct seal_message *m)
{
    struct saying s = {.k = k, .m = m};
    arena_wipe(&k->mem);
    return arena_catch(&k->mem, say_within, &s) ? s.answer : SEAL_DOWN;
}

static bool rows_again(struct keys *k)
{
    static const size_t at_once = SEAL_ITEMS_MAX;
    struct seal_key_row some[SEAL_ITEMS_MAX];
    for (size_t from = 0; from < k->nrows; from += at_once) {
        struct seal_message m = {.op = OP_LOAD, .rows = some};
        while (m.nrows < at_once && from + m.nrows < k->nrows) {
            some[m.nrows] = k->rows[from + m.nrows].row;
            m.nrows++;
        }
        if (say(k, &m) != SEAL_ANSWERED)
            return false;
    }
    return true;
}

/* Running, and as far open as it can be without anybody. */
static bool ready(struct keys *k)
{
    if (k->fd >= 0)
        return true;
    if (!start(k))
        return false;
    struct seal_message m = {.op = OP_UNLOCK, .lock = str_n(k->master, SEAL_LOCK_BYTES)};
    if (!k->unattended || (say(k, &m) == SEAL_ANSWERED && rows_again(k)))
        return true;
    end(k);
    return false;
}

/* ---- asking ---- */

/* Once more when it died over the question: none of them does anything twice. */
static enum seal_answer ask(struct cx *cx, struct keys *k, struct seal_message *m,
                            seal_key_row_list *rows)
{
    struct str question = write_ask(cx->mem, m), frame;
    bool done = false;
    if (m->nitems > SEAL_ITEMS_MAX || m->nrows > SEAL_ITEMS_MAX ||
        question.n > SEAL_FRAME_MAX + TALK_LENGTH)
        return SEAL_REFUSED;
    struct str room = room_for(cx->mem, m, question, SEAL_KEYS_MAX);
    pthread_mutex_lock(&k->lock);
    for (int tries = 0; !done && tries < 2; tries++) {
        done = ready(k) && exchange(k, m->op, question, room, &frame);
        if (!done)
            end(k);
    }
    pthread_mutex_unlock(&k->lock);
    seal_wipe((char *)(uintptr_t)question.p, question.n);
    return done ? talk_answered(cx, frame, m, rows) : SEAL_DOWN;
}

static const char *file_fault(const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return "钥匙文件找不到，请看看盘插好了没有";
    if (!S_ISREG(st.st_mode) || st.st_size != SEAL_KEY_BYTES)
        return "钥匙文件应当正好 32 字节，请看看是不是拿错了文件";
    return st.st_mode & 077 ? "钥匙文件别人也能读，请先 chmod 400" : NULL;
}

static void close_keys(void *arg)
{
    struct keys *k = arg;
    end(k);
    arena_free(&k->mem);
    pthread_mutex_destroy(&k->lock);
}

enum err keys_new(struct cx *cx, const struct keys_options *o, struct keys **out)
{
    enum { OWN_MEMORY = 16 << 20 };
    const char *fault = o->key_file ? file_fault(o->key_file) : NULL;
    if (fault)
        return fail(cx, ERR_INPUT, "%s（%s）", fault, o->key_file);
    struct keys *k = NEW(cx->mem, struct keys);
    const struct seal_quota *q = &o->quota;
    *k = (struct keys){
        .env = cx->env,
        .key_file = arena_cstr(cx->mem, str_c(o->key_file)),
        .user = arena_cstr(cx->mem, o->user ? str_c(o->user) : S("linghang-key")),
        .quota =
            arena_printf(cx->mem, "%d,%d,%d,%d", q->opens, q->indexes, q->masks, q->sessions).p,
        .setup = o->setup,
        .fd = -1,
        .rows = arena_array(cx->mem, SEAL_KEYS_MAX, sizeof *k->rows)};
    pthread_mutex_init(&k->lock, NULL);
    arena_init(&k->mem, OWN_MEMORY);
    *out = k;
    return OK;
}

void keys_free(struct keys *k)
{
    close_keys(k);
}

enum seal_answer keys_status(struct cx *cx, struct keys *k, struct seal_status *out)
{
    struct seal_message m = {.op = OP_STATUS};
    enum seal_answer a = ask(cx, k, &m, NULL);
    *out = m.status;
    return a;
}

enum seal_answer keys_unlock(struct cx *cx, struct keys *k, struct str lock, struct str passphrase)
{
    struct seal_message m = {.op = OP_UNLOCK, .lock = lock, .passphrase = passphrase};
    enum seal_answer a = ask(cx, k, &m, NULL);
    if (a != SEAL_ANSWERED)
        return a;
    pthread_mutex_lock(&k->lock);
    memcpy(k->master, lock.p, SEAL_LOCK_BYTES);
    k->unattended = passphrase.n == 0;
    bool again = rows_again(k);
    if (!again)
        end(k); /* what it may still say would be taken for the answer to the next question */
    pthread_mutex_unlock(&k->lock);
    return again ? SEAL_ANSWERED : SEAL_DOWN;
}

enum seal_answer keys_load(struct cx *cx, struct keys *k, struct seal_key_row *rows, size_t n)
{
    struct seal_message m = {.op = OP_LOAD, .rows = rows, .nrows = n};
    enum seal_answer a = ask(cx, k, &m, NULL);
    /* locked: kept all the same, for when it is unlocked */
    pthread_mutex_lock(&k->lock);
    for (size_t i = 0; i < n; i++)
        if (a == SEAL_LOCKED || (a == SEAL_ANSWERED && rows[i].verdict == SEAL_DONE))
            keep(k, &rows[i]);
    pthread_mutex_unlock(&k->lock);
    return a;
}

static enum seal_answer ask_row(struct cx *cx, struct keys *k, enum seal_op op,
                                struct seal_key_row *row)
{
    struct seal_message m = {.op = op, .rows = row, .nrows = 1};
    return ask(cx, k, &m, NULL);
}

enum seal_answer keys_make(struct cx *cx, struct keys *k, struct seal_key_row *row)
{
    return ask_row(cx, k, OP_MAKE, row);
}

enum seal_answer keys_turn(struct cx *cx, struct keys *k, struct seal_key_row *row)
{
    return ask_row(cx, k, OP_TURN, row);
}

static enum seal_answer ask_items(struct cx *cx, struct keys *k, enum seal_op op, uint64_t session,
                                  struct seal_item *at, size_t n)
{
    struct seal_message m = {
        .op = op, .community = cx->community, .session = session, .items = at, .nitems = n};
    return ask(cx, k, &m, NULL);
}

enum seal_answer keys_seal(struct cx *cx, struct keys *k, struct seal_item *at, size_t n)
{
    return ask_items(cx, k, OP_SEAL, 0, at, n);
}

enum seal_answer keys_open(struct cx *cx, struct keys *k, uint64_t session, struct seal_item *at,
                           size_t n)
{
    return ask_items(cx, k, OP_OPEN, session, at, n);
}

enum seal_answer keys_mask(struct cx *cx, struct keys *k, uint64_t session, struct seal_item *at,
                           size_t n)
{
    return ask_items(cx, k, OP_MASK, session, at, n);
}

enum seal_answer keys_reseal(struct cx *cx, struct keys *k, struct seal_item *at, size_t n)
{
    return ask_items(cx, k, OP_RESEAL, 0, at, n);
}

enum seal_answer keys_person(struct cx *cx, struct keys *k, struct seal_item *at, size_t n)
{
    return ask_items(cx, k, OP_PERSON, 0, at, n);
}

enum seal_answer keys_index(struct cx *cx, struct keys *k, uint64_t session, const char *label,
                            int64_t kid, struct seal_item *at, size_t n)
{
    struct seal_message m = {.op = OP_INDEX,
                             .community = cx->community,
                             .session = session,
                             .kid = kid,
                             .label = str_c(label),
                             .items = at,
                             .nitems = n};
    return ask(cx, k, &m, NULL);
}

enum seal_answer keys_reindex(struct cx *cx, struct keys *k, const char *label, struct str area,
                              int64_t kid, struct seal_item *at, size_t n)
{
    struct seal_message m = {.op = OP_REINDEX,
                             .community = cx->community,
                             .kid = kid,
                             .label = str_c(label),
                             .area = area,
                             .items = at,
                             .nitems = n};
    return ask(cx, k, &m, NULL);
}

enum seal_answer keys_found(struct cx *cx, struct keys *k, int suite, struct str passphrase,
                            struct str *lock, struct str sheets[SEAL_SHEETS],
                            seal_key_row_list *rows)
{
    struct seal_message m = {.op = OP_FOUND, .suite = suite, .passphrase = passphrase};
    enum seal_answer a = ask(cx, k, &m, rows);
    if (a != SEAL_ANSWERED)
        return a;
    *lock = m.lock;
    memcpy(sheets, m.sheets, sizeof m.sheets);
    pthread_mutex_lock(&k->lock);
    k->nrows = 0;
    k->unattended = false; /* what is founded must be stored before it is relied upon */
    pthread_mutex_unlock(&k->lock);
    return SEAL_ANSWERED;
}

enum seal_answer keys_recover(struct cx *cx, struct keys *k, struct str lock, struct str one,
                              struct str other)
{
    struct seal_message m = {.op = OP_RECOVER, .lock = lock, .sheets = {one, other}};
    enum seal_answer a = ask(cx, k, &m, NULL);
    return a;
}
