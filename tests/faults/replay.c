/*
 * replay -- builds what a disk may hold after the power went, from the log of the shim, and asks
 * SQLite what it makes of it. One image is: what was synced, any subset of what was not, torn at
 * 512 bytes, and names in the directory as they were unless the directory was synced.
 *
 *   replay LOG BASE FOLDER IMAGES SEED      BASE = the main file before the server started
 *
 * Prints one line. moved = writes into the main file, so checkpoints were among it; acks = needs
 * that an image had to hold; lost = those it did not, or in an older version; torn = images that
 * hold half an act.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "tests/faults/board.h"
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAMES = 3, SECTOR = 512, PAGE = 4096, ENTRIES_MAX = 64 };

/* ---- small things ---- */

static void *need_memory(void *p)
{
    if (!p) {
        fprintf(stderr, "replay: out of memory\n");
        exit(2);
    }
    return p;
}

static uint64_t dice_state;

static uint64_t dice(uint64_t sides)
{
    dice_state ^= dice_state << 13;
    dice_state ^= dice_state >> 7;
    dice_state ^= dice_state << 17;
    return dice_state % sides;
}

struct bytes {
    unsigned char *p;
    size_t n, room;
};

static void resize(struct bytes *b, size_t n)
{
    if (n > b->room) {
        b->room = n + n / 2 + PAGE;
        b->p = need_memory(realloc(b->p, b->room));
    }
    if (n > b->n)
        memset(b->p + b->n, 0, n - b->n);
    b->n = n;
}

static void put(struct bytes *b, size_t at, const unsigned char *from, size_t n)
{
    if (at + n > b->n)
        resize(b, at + n);
    memcpy(b->p + at, from, n);
}

static void copy(struct bytes *to, const struct bytes *from)
{
    to->n = 0;
    resize(to, from->n);
    if (from->n)
        memcpy(to->p, from->p, from->n);
}

static struct bytes read_file(const char *path)
{
    struct bytes b = {0};
    FILE *f = fopen(path, "rb");
    unsigned char part[65536];
    size_t n;
    if (!f) {
        perror(path);
        exit(2);
    }
    while ((n = fread(part, 1, sizeof part, f)) > 0)
        put(&b, b.n, part, n);
    fclose(f);
    return b;
}

/* ---- the log ---- */

struct event {
    struct record head;
    const unsigned char *data;
    int64_t id, version; /* of OP_SENT that acknowledges a need; else 0 */
};

static struct event *events;
static size_t nevents;

static int64_t number_after(const char *text, const char *name)
{
    const char *p = strstr(text, name);
    return p ? strtoll(p + strlen(name), NULL, 10) : 0;
}

/* What a client was told: 201 for a new need, 200 with the version for a step of one. */
static void read_ack(struct event *e)
{
    char text[8193];
    memcpy(text, e->data, e->head.size);
    text[e->head.size] = '\0';
    const char *body = strstr(text, "\r\n\r\n{\"id\":\"");
    if (!body || (strncmp(text, "HTTP/1.1 201", 12) != 0 && strncmp(text, "HTTP/1.1 200", 12) != 0))
        return;
    int64_t version = number_after(body, "\"version\":");
    if (!version && text[11] != '1')
        return;
    e->id = number_after(body, "\"id\":\"");
    e->version = version ? version : 1;
}

static void read_log(const char *path)
{
    static struct bytes log;
    log = read_file(path);
    size_t room = 0, at = 0;
    while (at + sizeof(struct record) <= log.n) {
        struct record head;
        memcpy(&head, log.p + at, sizeof head);
        at += sizeof head;
        if (at + head.size > log.n)
            break; /* the server was killed while it wrote this one */
        if (nevents == room) {
            room = room ? 2 * room : 65536;
            events = need_memory(realloc(events, room * sizeof *events));
        }
        struct event *e = &events[nevents++];
        *e = (struct event){head, log.p + at, 0, 0};
        if (head.op == OP_SENT)
            read_ack(e);
        at += head.size;
    }
}

/* ---- acknowledged so far: the newest version of each need ---- */

struct told {
    int64_t id, version;
};

static struct told *told;
static size_t ntold, told_room;

static struct told *told_of(int64_t id)
{
    size_t i = (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15) % told_room;
    while (told[i].id && told[i].id != id)
        i = (i + 1) % told_room;
    return &told[i];
}

static void tell(const struct event *e)
{
    struct told *t = told_of(e->id);
    ntold += t->id == 0;
    t->id = e->id;
    if (e->version > t->version)
        t->version = e->version;
}

/* ---- the disk ---- */

/* A file, apart from its name: what is on the disk for sure, and the events that may be. */
struct inode {
    struct bytes safe;
    size_t *waiting, n, room; /* events since */
};

/* A name: the file it leads to for sure, and what became of it since; NULL = no file. */
struct name {
    struct inode *safe, *now;
    struct inode *since[ENTRIES_MAX];
    size_t n;
};

static struct name names[NAMES];

static void change(struct inode *f, struct bytes *to, const struct event *e, bool torn)
{
    const struct record *r = &e->head;
    (void)f;
    if (r->op == OP_TRUNCATE) {
        resize(to, r->offset);
        return;
    }
    for (size_t at = 0; at < r->size;) {
        size_t n = torn ? SECTOR - (r->offset + at) % SECTOR : r->size;
        n = n < r->size - at ? n : r->size - at;
        if (!torn || dice(2))
            put(to, r->offset + at, e->data + at, n);
        at += n;
    }
}

static void wait_for_sync(struct inode *f, size_t event)
{
    if (f->n == f->room) {
        f->room = f->room ? 2 * f->room : 256;
        f->waiting = need_memory(realloc(f->waiting, f->room * sizeof *f->waiting));
    }
    f->waiting[f->n++] = event;
}

/* All that had been written before the sync began is on the disk now. */
static void sync_file(struct inode *f, uint64_t began)
{
    size_t done = 0;
    while (done < f->n && f->waiting[done] < began)
        change(f, &f->safe, &events[f->waiting[done++]], false);
    memmove(f->waiting, f->waiting + done, (f->n - done) * sizeof *f->waiting);
    f->n -= done;
}

static void lead_to(struct name *name, struct inode *f)
{
    if (name->n == ENTRIES_MAX) {
        fprintf(stderr, "replay: a name changes too often without a sync of its directory\n");
        exit(2);
    }
    name->now = name->since[name->n++] = f;
}

static void happen(size_t i)
{
    const struct event *e = &events[i];
    struct name *name = e->head.file < NAMES ? &names[e->head.file] : NULL;
    if (e->head.op == OP_SENT) {
        if (e->id)
            tell(e);
    } else if (e->head.op == OP_SYNC && e->head.file == FILE_DIRECTORY) {
        for (size_t k = 0; k < NAMES; k++) {
            names[k].safe = names[k].now;
            names[k].n = 0;
        }
    } else if (!name) {
        return;
    } else if (e->head.op == OP_CREATE) {
        lead_to(name, need_memory(calloc(1, sizeof(struct inode))));
    } else if (e->head.op == OP_DELETE) {
        lead_to(name, NULL);
    } else if (name->now && e->head.op == OP_SYNC) {
        sync_file(name->now, e->head.offset);
    } else if (name->now) {
        wait_for_sync(name->now, i);
    }
}

/* ---- one image ---- */

enum policy { NOTHING, SOME, TORN, ALL, ALL_BUT_ONE, POLICIES };

/* False: the name leads nowhere. */
static bool survive(const struct name *name, enum policy policy, struct bytes *out)
{
    struct inode *f = name->safe;
    size_t kept = policy == NOTHING ? 0 : policy >= ALL ? name->n : dice(name->n + 1);
    if (kept)
        f = name->since[kept - 1];
    if (!f)
        return false;
    copy(out, &f->safe);
    size_t missing = f->n ? dice(f->n) : 0;
    for (size_t i = 0; i < f->n; i++) {
        bool stays = policy == ALL || (policy == ALL_BUT_ONE && i != missing) ||
                     ((policy == SOME || policy == TORN) && dice(2));
        if (stays)
            change(f, out, &events[f->waiting[i]], policy == TORN);
    }
    return true;
}

struct sums {
    long images, acks, lost, corrupt, torn;
};

static const char *const tails[NAMES] = {"", "-wal", "-journal"};

/* Pages that stand there already are not written again: the main file hardly changes. */
static void lay_out(FILE *f, const struct bytes *want, struct bytes *there)
{
    for (size_t at = 0; at < want->n; at += PAGE) {
        size_t n = want->n - at < PAGE ? want->n - at : PAGE;
        if (at + n <= there->n && memcmp(there->p + at, want->p + at, n) == 0)
            continue;
        if (fseek(f, (long)at, SEEK_SET) != 0 || fwrite(want->p + at, 1, n, f) != n) {
            perror("replay: image");
            exit(2);
        }
    }
    if (fflush(f) != 0 || ftruncate(fileno(f), (off_t)want->n) != 0) {
        perror("replay: image");
        exit(2);
    }
    copy(there, want);
}

static uint64_t main_hash; /* of the image that is laid out */

static uint64_t hash_of(uint64_t h, const unsigned char *p, size_t n)
{
    uint64_t word;
    for (size_t i = 0; i + sizeof word <= n; i += sizeof word) {
        memcpy(&word, p + i, sizeof word);
        h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        h ^= h >> 32;
    }
    return h;
}

static void lay_image(const char *folder, enum policy policy)
{
    static struct bytes want, there[NAMES];
    char path[512];
    for (size_t k = 0; k < NAMES; k++) {
        snprintf(path, sizeof path, "%s/image%s", folder, tails[k]);
        if (!survive(&names[k], policy, &want)) {
            unlink(path);
            there[k].n = 0;
            continue;
        }
        FILE *f = fopen(path, access(path, F_OK) == 0 ? "r+b" : "w+b");
        if (!f) {
            perror(path);
            exit(2);
        }
        lay_out(f, &want, &there[k]);
        fclose(f);
        if (k == FILE_MAIN)
            main_hash = hash_of(want.n + 1, want.p, want.n);
    }
    snprintf(path, sizeof path, "%s/image-shm", folder);
    unlink(path);
}

static bool is_whole(sqlite3 *db)
{
    sqlite3_stmt *q;
    bool ok = sqlite3_prepare_v2(db, "PRAGMA integrity_check(1)", -1, &q, NULL) == SQLITE_OK &&
              sqlite3_step(q) == SQLITE_ROW &&
              strcmp((const char *)sqlite3_column_text(q, 0), "ok") == 0;
    sqlite3_finalize(q);
    return ok;
}

static long lost_in(sqlite3 *db)
{
    sqlite3_stmt *q;
    size_t there = 0;
    if (sqlite3_prepare_v2(db, "SELECT id, version FROM need", -1, &q, NULL) == SQLITE_OK)
        while (sqlite3_step(q) == SQLITE_ROW) {
            const struct told *t = told_of(sqlite3_column_int64(q, 0));
            there += t->id && sqlite3_column_int64(q, 1) >= t->version;
        }
    sqlite3_finalize(q);
    return (long)(ntold - there);
}

/* A need is stored with the first line of its history and the answer kept for its key, or not. */
static bool is_half_done(sqlite3 *db)
{
    static const char sql[] =
        "SELECT EXISTS (SELECT 1 FROM need n WHERE NOT EXISTS (SELECT 1 FROM need_event e"
        " WHERE e.community_id = n.community_id AND e.need_id = n.id)"
        " OR (SELECT count(*) FROM need_event e WHERE e.community_id = n.community_id"
        "  AND e.need_id = n.id) < n.version)";
    sqlite3_stmt *q;
    bool half = sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK ||
                sqlite3_step(q) != SQLITE_ROW || sqlite3_column_int(q, 0);
    sqlite3_finalize(q);
    return half;
}

/* Most images come to one of a few thousand states of the store, for what was not synced is mostly
 * not believed: each state is looked through once. A state is the main file and the journal as far
 * as SQLite took it, which the head of its index says with a checksum over all of that. */
struct state {
    uint64_t hash;
    bool whole, half_done;
};

/* After the first question of `db`. */
static struct state look_through(sqlite3 *db, const char *folder)
{
    enum { HEAD = 48, TAKEN = 16 }; /* sqlite.org/walformat.html: mxFrame, nPage, checksum, salt */
    static struct state known[1 << 16];
    char path[512];
    unsigned char head[HEAD] = {0};
    snprintf(path, sizeof path, "%s/image-shm", folder);
    FILE *f = fopen(path, "rb");
    bool read = f && fread(head, 1, HEAD, f) == HEAD;
    if (f)
        fclose(f);
    uint64_t hash = hash_of(main_hash, head + TAKEN, 24);
    struct state *s = &known[hash >> 48];
    if (!read)
        return (struct state){hash, is_whole(db), is_half_done(db)};
    if (s->hash != hash)
        *s = (struct state){hash, is_whole(db), is_half_done(db)};
    return *s;
}

static void judge(const char *folder, struct sums *sums)
{
    char path[512];
    sqlite3 *db;
    snprintf(path, sizeof path, "%s/image", folder);
    sums->images++;
    sums->acks += (long)ntold;
    bool opened = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK;
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    long lost = opened ? lost_in(db) : (long)ntold;
    struct state state = opened ? look_through(db, folder) : (struct state){0};
    sums->lost += lost;
    sums->corrupt += !state.whole;
    sums->torn += state.whole && state.half_done;
    sqlite3_close(db);
}

/* ---- all images, in the order of their instants ---- */

static int by_size(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    if (argc != 6) {
        fprintf(stderr, "replay LOG BASE FOLDER IMAGES SEED\n");
        return 2;
    }
    size_t images = strtoul(argv[4], NULL, 10);
    dice_state = strtoull(argv[5], NULL, 10) * 2654435761u + 88172645463325252u;
    read_log(argv[1]);
    size_t *at = need_memory(calloc(images + 1, sizeof *at));
    for (size_t i = 0; i < images && nevents; i++)
        at[i] = 1 + dice(nevents);
    qsort(at, images, sizeof *at, by_size);
    for (size_t i = 0; i < nevents; i++)
        told_room += events[i].id != 0;
    told_room = 2 * told_room + 16;
    told = need_memory(calloc(told_room, sizeof *told));
    names[FILE_MAIN].safe = names[FILE_MAIN].now = need_memory(calloc(1, sizeof(struct inode)));
    names[FILE_MAIN].safe->safe = read_file(argv[2]);

    struct sums sums = {0};
    size_t now = 0;
    for (size_t i = 0; i < images; i++) {
        while (now < at[i])
            happen(now++);
        lay_image(argv[3], dice(POLICIES));
        judge(argv[3], &sums);
    }
    size_t moved = 0;
    for (size_t i = 0; i < nevents; i++)
        moved += events[i].head.op == OP_WRITE && events[i].head.file == FILE_MAIN;
    printf("events=%zu moved=%zu told=%zu images=%ld acks=%ld lost=%ld corrupt=%ld torn=%ld\n",
           nevents, moved, ntold, sums.images, sums.acks, sums.lost, sums.corrupt, sums.torn);
    return 0;
}
