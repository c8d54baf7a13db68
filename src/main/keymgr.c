/* keymgr -- see keymgr.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "main/keymgr.h"
#include "base/box.h"
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The user of no name: from the range that systemd lends to services, so nobody else's. */
enum {
    MEMORY = 192 << 20,
    BOOT_MEMORY = 4 << 20,
    ASK_MEMORY = 16 << 20,
    FRAME_MAX = SEAL_FRAME_MAX + TALK_LENGTH,
    NAMELESS = 61666
};

static bool told(bool done, const char *what)
{
    if (!done)
        perror(what);
    return done;
}

static bool read_file(const char *path, struct seal_ring *r)
{
    struct stat st;
    if (!*path)
        return true;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool done = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (st.st_mode & 077) == 0 &&
                st.st_size == SEAL_KEY_BYTES && read(fd, r->file, SEAL_KEY_BYTES) == SEAL_KEY_BYTES;
    r->has_file = done;
    if (fd >= 0)
        close(fd);
    return done;
}

/* Of root's powers one stays, that of locking memory: a passphrase takes 64 MB. */
static bool keep_locking(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {0};
    data[0].permitted = data[0].effective = 1u << CAP_IPC_LOCK;
    return syscall(SYS_capset, &head, data) == 0;
}

/* Root becomes `name`, and can never be anything else again. */
static bool change_user(const char *name, bool *own_user)
{
    const struct passwd *p = getpwnam(name);
    uid_t uid = p ? p->pw_uid : NAMELESS;
    gid_t gid = p ? p->pw_gid : NAMELESS;
    *own_user = false;
    if (geteuid() != 0)
        return true;
    *own_user = setgroups(0, NULL) == 0 && setresgid(gid, gid, gid) == 0 &&
                prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) == 0 && setresuid(uid, uid, uid) == 0;
    return *own_user;
}

/* Without the power, and with less than a passphrase needs, only the keys are locked
 * (sodium_malloc). */
static bool lock_memory(bool has_power)
{
    struct rlimit r;
    bool plenty = getrlimit(RLIMIT_MEMLOCK, &r) == 0 &&
                  (r.rlim_cur == RLIM_INFINITY || r.rlim_cur >= MEMORY * 2ull);
    return (has_power || plenty) && mlockall(MCL_CURRENT | MCL_FUTURE) == 0;
}

static bool read_quota(const char *text, struct seal_quota *q)
{
    struct str rest = str_c(text), part;
    int *to[] = {&q->opens, &q->indexes, &q->masks, &q->sessions};
    for (size_t i = 0; i < COUNT(to); i++) {
        int64_t v;
        if (!str_split(&rest, ',', &part) || !str_int(part, &v) || v < 0 || v > 1000000)
            return false;
        *to[i] = (int)v;
    }
    return rest.n == 0;
}

/* Whatever is looked up, made ready or read once, while files can still be opened. */
static bool warm_up(struct cx *cx, struct seal_counter *c)
{
    unsigned char hash[HASH_BYTES];
    c->ring = seal_ring_new(SEAL_KEYS_MAX);
    return c->ring && sealer_new(cx, NULL, &c->tools) == OK &&
           seal_hash_of(SEAL_SHA256, S(""), hash) && seal_hash_of(SEAL_SM3, S(""), hash);
}

bool keymgr_open(struct keymgr *k, int argc, char **argv, bool walls)
{
    int landlock = 0;
    bool own_user;
    if (argc != 5) {
        fputs("linghang keymgr 由服务自己启动\n", stderr);
        return false;
    }
    signal(SIGINT, SIG_IGN); /* it ends when the server does, not before */
    signal(SIGTERM, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    arena_init(&k->boot, BOOT_MEMORY);
    arena_init(&k->mem, ASK_MEMORY);
    cx_init(&k->cx, &k->boot, &env_system);
    struct seal_counter *c = k->counter = NEW(&k->boot, struct seal_counter);
    k->frame = arena_alloc(&k->boot, FRAME_MAX);
    c->setup = strcmp(argv[4], "setup") == 0;
    if (!told(warm_up(&k->cx, c), "keymgr: OpenSSL") ||
        !told(read_quota(argv[3], &c->quota), "keymgr: quota") ||
        !told(read_file(argv[1], c->ring), "keymgr: key file") ||
        !told(change_user(argv[2], &own_user), "keymgr: user"))
        return false;
    c->status.own_user = own_user;
    c->status.all_locked = lock_memory(keep_locking());
    const struct box box = {.memory = MEMORY, .files = 3};
    if (walls && !told(box_lock(&box, &landlock), "keymgr: walls"))
        return false;
    c->status.landlock = landlock;
    return true;
}

static bool write_all(struct str s)
{
    while (s.n) {
        ssize_t n = write(1, s.p, s.n);
        if (n <= 0)
            return false;
        s = str_cut(s, (size_t)n, s.n - (size_t)n);
    }
    return true;
}

/* One question; what it was about is wiped before the next. */
static bool answer_one(struct keymgr *k)
{
    struct cx cx;
    struct out o;
    struct str frame;
    if (!talk_read(0, k->frame, FRAME_MAX, -1, &frame))
        return false;
    cx_init(&cx, &k->mem, k->cx.env);
    out_init(&o, cx.mem);
    out_raw(&o, "\0\0\0", TALK_LENGTH);
    counter_answer(&cx, k->counter, frame, &o);
    for (int i = 0; i < TALK_LENGTH; i++)
        o.p[i] = (char)((o.n - TALK_LENGTH) >> (24 - 8 * i));
    bool done = write_all(out_text(&o));
    cx_end(&cx);
    arena_wipe(&k->mem);
    seal_wipe(k->frame, TALK_LENGTH + frame.n);
    return done;
}

int keymgr_answer(struct keymgr *k)
{
    while (answer_one(k))
        continue;
    seal_ring_free(k->counter->ring);
    return 0;
}

int command_keymgr(int argc, char **argv)
{
    struct keymgr k = {0};
    return keymgr_open(&k, argc, argv, true) ? keymgr_answer(&k) : 1;
}
