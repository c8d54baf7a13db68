/* watch -- see watch.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/watch.h"
#include "app/account/account.h"
#include "app/audit/audit.h"
#include "app/outbox/outbox.h"
#include "app/shell/shell.h"
#include "base/env.h"
#include "base/log.h"
#include "base/time.h"
#include "main/unlock.h"
#include <fcntl.h>
#include <stdatomic.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { ALARM = 1, NO_FILES = 2, NO_WRITES = 4, ORDERED = 8, REPLICA = 16, LOCKED = 32, DOWN = 64 };
enum { NO_KEYS = LOCKED | DOWN };
enum {
    PARTS = 1000,
    A_PERCENT = PARTS / 100,
    STUCK_TRIES = 3,
    STUCK_SEEN = 20,
    LOOK_MEMORY = 8 << 20
};
#define LOOK_AT_MESSAGES_MS (60 * MS_SECOND)
#define LOOK_AT_VERSIONS_MS (2 * MS_SECOND)

struct watch {
    struct store *store;
    struct hooks *hooks;
    struct keyring *keys; /* NULL: not yet */
    struct unlock *unlock;
    const char *reserve;   /* path of the file; NULL: there is no disk of ours */
    const char *places[2]; /* the store's file, the mirror's folder or NULL */
    int64_t reserve_bytes;
    int limits[3]; /* percent: ALARM, NO_FILES, NO_WRITES */
    bool has_reserve, is_told;
    int64_t messages_ms;     /* when the messages were looked at */
    int64_t versions_ms;     /* when the keys in the store were */
    int64_t *versions;       /* by community: of the keys that were handed over */
    _Atomic int state, left; /* left: parts of PARTS, of the fuller disk */
    _Atomic bool *stuck;     /* by community: messages do not leave */
};

/* ---- room ---- */

/* In parts of PARTS; without the reserve, whether it is laid in or not. */
static int room_of(const struct watch *w, const char *path, bool holds_reserve)
{
    struct statvfs v;
    if (statvfs(path, &v) != 0 || !v.f_blocks)
        return PARTS;
    int64_t room = (int64_t)v.f_bavail * (int64_t)v.f_frsize;
    if (holds_reserve && !w->has_reserve)
        room -= w->reserve_bytes;
    return room <= 0 ? 0 : (int)(room / (int64_t)v.f_frsize * PARTS / (int64_t)v.f_blocks);
}

static int room(const struct watch *w)
{
    int left = PARTS;
    for (size_t i = 0; i < COUNT(w->places); i++) {
        int here = w->places[i] ? room_of(w, w->places[i], i == 0) : PARTS;
        left = here < left ? here : left;
    }
    return left;
}

/* What was shut opens a percent later, so that a page does not open and shut all the time. */
static int level(const struct watch *w, int left)
{
    int was = atomic_load(&w->state), now = 0;
    for (int i = 0; i < 3; i++)
        if (left < (w->limits[i] + (was >> i & 1)) * A_PERCENT)
            now |= 1 << i;
    return now;
}

static void lay_in(struct watch *w)
{
    int fd = open(w->reserve, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    w->has_reserve = fd >= 0 && posix_fallocate(fd, 0, w->reserve_bytes) == 0;
    if (fd >= 0)
        close(fd);
    if (!w->has_reserve)
        unlink(w->reserve);
}

static int look_at_disks(struct watch *w)
{
    int left = room(w), now = level(w, left);
    if (now & NO_WRITES && w->has_reserve) {
        log_bad("the disk is nearly full: writes stop, the reserve is given up");
        w->has_reserve = unlink(w->reserve) != 0;
    } else if (!(now & NO_WRITES) && !w->has_reserve && w->reserve_bytes) {
        lay_in(w);
    }
    atomic_store(&w->left, left);
    return now;
}

/* ---- messages ---- */

static enum err look_at_messages(struct cx *cx, void *arg)
{
    outbox_list all = {0};
    bool *stuck = arg;
    TRY(outbox_find(cx, OUTBOX_WAITING, STUCK_SEEN, &all));
    for (size_t i = 0; i < all.n; i++)
        *stuck |= all.at[i].tries >= STUCK_TRIES;
    return OK;
}

static enum err tell(struct cx *cx, void *arg)
{
    const struct watch *w = arg;
    return outbox_put(cx, "system.disk", 0,
                      arena_printf(cx->mem, "服务器的磁盘只剩 %d%% 了，请系统管理员尽快腾出地方。",
                                   atomic_load(&w->left) / A_PERCENT));
}

static enum err in_community(struct watch *w, struct arena *mem, int64_t community, bool write,
                             enum err (*act)(struct cx *, void *), void *arg)
{
    struct cx cx;
    arena_reset(mem);
    cx_init(&cx, mem, &env_system);
    account_nobody(&cx, community);
    enum err e = hooks_run(w->hooks, &cx, write, act, arg);
    cx_end(&cx);
    return e;
}

static void messages(struct watch *w, struct arena *mem)
{
    const community_list *all = hooks_communities(w->hooks);
    for (size_t i = 0; i < all->n; i++) {
        bool stuck = false;
        if (in_community(w, mem, all->at[i].id, false, look_at_messages, &stuck) == OK &&
            atomic_exchange(&w->stuck[i], stuck) != stuck)
            hooks_changed(w->hooks, all->at[i].id);
    }
}

/* ---- keys ---- */

static enum err unlocked(struct cx *cx, void *arg)
{
    (void)arg;
    return audit_put(cx, S("job keys.unlock"), S(""), 0);
}

struct turned {
    struct keyring *keys;
    int64_t *version;
};

static enum err take_turned(struct cx *cx, void *arg)
{
    struct turned *t = arg;
    int64_t version;
    TRY(keyring_version(cx, &version));
    if (version == *t->version)
        return OK;
    TRY(keyring_reload(cx, t->keys));
    *t->version = version;
    return OK;
}

/* Another server of the store may have turned or destroyed a key: what is sealed under one that is
 * gone nobody opens any more. */
static void look_at_versions(struct watch *w, struct arena *mem)
{
    const community_list *all = hooks_communities(w->hooks);
    for (size_t i = 0; i < all->n; i++) {
        struct turned t = {w->keys, &w->versions[i]};
        (void)in_community(w, mem, all->at[i].id, false, take_turned, &t);
    }
}

/* Whoever unlocked them was let in by the system, not by us: the chain says when. */
static void look_at_keys(struct watch *w, struct arena *mem)
{
    const community_list *all = hooks_communities(w->hooks);
    struct cx cx;
    arena_reset(mem);
    cx_init(&cx, mem, &env_system);
    bool now = unlock_look(&cx, w->unlock, w->keys);
    enum seal_answer a = keyring_state(&cx, w->keys);
    cx_end(&cx);
    int keys = a == SEAL_LOCKED ? LOCKED : a == SEAL_ANSWERED ? 0 : DOWN;
    int was = atomic_load(&w->state); /* only the clerk's thread changes it */
    atomic_store(&w->state, (was & ~NO_KEYS) | keys);
    for (size_t i = 0; now && i < all->n; i++)
        w->versions[i] = -1; /* what it kept is of before it was locked */
    if (now)
        look_at_versions(w, mem);
    for (size_t i = 0; now && !(was & (ORDERED | REPLICA)) && i < all->n; i++)
        (void)in_community(w, mem, all->at[i].id, true, unlocked, NULL);
}

void watch_keys(struct watch *w, struct keyring *keys, struct unlock *unlock)
{
    struct arena mem;
    w->keys = keys;
    w->unlock = unlock;
    arena_init(&mem, LOOK_MEMORY);
    look_at_keys(w, &mem);
    arena_free(&mem);
}

/* ---- the look ---- */

static void alarm_once(struct watch *w, struct arena *mem, int now)
{
    const community_list *all = hooks_communities(w->hooks);
    if (!(now & ALARM))
        w->is_told = false;
    if (w->is_told || !(now & ALARM) || now & (ORDERED | REPLICA))
        return;
    w->is_told = true;
    for (size_t i = 0; i < all->n; i++)
        w->is_told &= in_community(w, mem, all->at[i].id, true, tell, w) == OK;
}

static int look(struct watch *w)
{
    int now = atomic_load(&w->state) & (ORDERED | NO_KEYS);
    if (w->reserve)
        now |= look_at_disks(w);
    return store_only_reads(w->store) ? now | REPLICA : now;
}

void watch_pass(struct clerk *k, struct arena *mem)
{
    struct watch *w = k->watch;
    struct cx cx;
    int was = atomic_load(&w->state);
    look_at_keys(w, mem);
    int now = look(w);
    int64_t ms = env_system.monotonic(&env_system);
    atomic_store(&w->state, now);
    if (was != now) {
        const community_list *all = hooks_communities(w->hooks);
        log_warn("state %d, was %d: room %d of %d", now, was, atomic_load(&w->left), PARTS);
        for (size_t i = 0; i < all->n; i++)
            hooks_changed(w->hooks, all->at[i].id);
    }
    alarm_once(w, mem, now);
    if (ms - w->messages_ms >= LOOK_AT_MESSAGES_MS) {
        w->messages_ms = ms;
        messages(w, mem);
    }
    if (!hooks_has_one_writer(w->hooks) && ms - w->versions_ms >= LOOK_AT_VERSIONS_MS) {
        w->versions_ms = ms;
        look_at_versions(w, mem);
    }
    arena_reset(mem);
    cx_init(&cx, mem, &env_system);
    if (store_mirror_tidy(&cx, w->store) != OK)
        log_warn("mirror: %.*s", STR(cx.fault.message));
    cx_end(&cx);
}

enum err watch_new(struct cx *cx, const struct options *options, struct store *store,
                   struct hooks *hooks, struct watch **out)
{
    struct watch *w = *out = NEW(cx->mem, struct watch);
    const char *file = store_file(store);
    bool mirror = options->mirror && !str_is(str_c(options->mirror), "off");
    w->store = store;
    w->hooks = hooks;
    w->limits[0] = options->disk_alarm;
    w->limits[1] = options->disk_files;
    w->limits[2] = options->disk_writes;
    w->reserve_bytes = options->read_only ? 0 : (int64_t)options->disk_reserve << 20;
    w->stuck = arena_array(cx->mem, hooks_communities(hooks)->n, sizeof *w->stuck);
    w->versions = arena_array(cx->mem, hooks_communities(hooks)->n, sizeof *w->versions);
    w->places[0] = file;
    w->places[1] = mirror ? options->mirror : NULL;
    w->messages_ms = -LOOK_AT_MESSAGES_MS;
    atomic_store(&w->left, PARTS);
    if (file) {
        w->reserve = arena_printf(cx->mem, "%s.reserve", file).p;
        w->has_reserve = access(w->reserve, F_OK) == 0;
    }
    atomic_store(&w->state, options->read_only ? ORDERED : 0);
    atomic_store(&w->state, look(w));
    return OK;
}

/* ---- words ---- */

const char *watch_shut(const struct watch *w, bool is_essential, bool has_files)
{
    int now = atomic_load(&w->state);
    if (now & (ORDERED | REPLICA))
        return "现在只能看，不能提交。您写的没有存上，请先别关这一页；着急请打电话。";
    if (now & NO_WRITES && !is_essential)
        return "服务器的磁盘快满了，现在只能看，不能提交。您写的没有存上，请先别关这一页；着急请打电话。";
    if (now & NO_FILES && has_files)
        return "服务器的磁盘快满了，暂时不收照片和文件，请去掉照片再提交，或者打电话。";
    return NULL;
}

static bool is_stuck(const struct watch *w, int64_t community)
{
    const community_list *all = hooks_communities(w->hooks);
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].id == community)
            return atomic_load(&w->stuck[i]);
    return false;
}

struct str watch_says(const struct watch *w, struct cx *cx)
{
    int now = atomic_load(&w->state), left = atomic_load(&w->left) / A_PERCENT;
    struct str phone = shell_community(cx)->phone;
    if (now & (ORDERED | REPLICA | NO_WRITES))
        return arena_printf(
            cx->mem,
            "系统在维护，现在只能看：查进度、看公示照常，提交和办理暂停。要办事请打电话%s%.*s。%s",
            phone.n ? " " : "", STR(phone),
            now & NO_WRITES && cx->who.role == ROLE_ADMIN ? "（磁盘快满了，请马上腾出地方）" : "");
    if (now & ALARM && cx->who.role == ROLE_ADMIN)
        return arena_printf(cx->mem, "磁盘只剩 %d%%，请尽快腾出地方%s。", left,
                            now & NO_FILES ? "；照片和文件已经暂时不收" : "");
    if (now & LOCKED && cx->who.person_id)
        return S(
            "钥匙锁着：姓名、电话和门牌看不到也存不了，编号、进度和派单照常。请安全管理员在服务器上"
            "运行 linghang keys unlock。");
    if (now & DOWN && cx->who.person_id)
        return S(
            "姓名、电话和门牌这会儿看不到也存不了，编号、进度和派单照常；一直这样请告诉管理员。");
    if (now & NO_KEYS)
        return arena_printf(
            cx->mem,
            "眼下存不了姓名、电话和门牌：提事请先空着这几栏，凭编号查进度；要留电话，"
            "请打%s%.*s。",
            phone.n ? " " : "服务电话", STR(phone));
    if (cx->who.person_id && is_stuck(w, cx->community))
        return S("外发消息现在发不出去，会自动再发；急事请直接打电话。");
    return S("");
}
