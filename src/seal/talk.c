/* talk -- the bytes between the server and the process with the keys. Numbers are big endian, texts
 * have their length (4) before them. Whatever comes is checked to its last byte.
 *
 *   question  version 1 | op 1 | community 8 | session 8 | kid 8 | suite 1 | what the op wants
 *   answer    version 1 | answer 1 | what the op gives
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal_own.h"
#include <poll.h>
#include <string.h>
#include <unistd.h>

/* ---- writing ---- */

static void put(struct out *o, uint64_t v, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--) {
        char c = (char)(v >> (8 * i));
        out_raw(o, &c, 1);
    }
}

static void put_str(struct out *o, struct str s)
{
    put(o, s.n, 4);
    out_str(o, s);
}

static void put_rows(struct out *o, const struct seal_key_row *rows, size_t n)
{
    put(o, n, 4);
    for (size_t i = 0; i < n; i++) {
        put(o, (uint64_t)rows[i].community_id, 8);
        put(o, (uint64_t)rows[i].kid, 8);
        put(o, rows[i].purpose, 1);
        put(o, rows[i].state, 1);
        put(o, (uint64_t)rows[i].suite, 1);
        put(o, (uint64_t)rows[i].created_at, 8);
        put(o, rows[i].verdict, 1);
        put_str(o, rows[i].wrapped);
    }
}

static void put_items(struct out *o, const struct seal_item *items, size_t n)
{
    put(o, n, 4);
    for (size_t i = 0; i < n; i++) {
        const struct seal_column *c = items[i].column;
        put_str(o, str_c(c->table));
        put_str(o, str_c(c->column));
        put(o, c->purpose, 1);
        put(o, c->pad, 1);
        put(o, (uint64_t)items[i].row, 8);
        put(o, (uint64_t)items[i].person_id, 8);
        put_str(o, items[i].person);
        put_str(o, items[i].in);
    }
}

/* Which parts travel with which question: one table for both sides. */
static const struct {
    bool lock, passphrase, sheets, rows, items, label, area;
} parts[OP_END] = {
    [OP_UNLOCK] = {.lock = true, .passphrase = true},
    [OP_LOAD] = {.rows = true},
    [OP_MAKE] = {.rows = true},
    [OP_TURN] = {.rows = true},
    [OP_SEAL] = {.items = true},
    [OP_OPEN] = {.items = true},
    [OP_MASK] = {.items = true},
    [OP_INDEX] = {.items = true, .label = true},
    [OP_REINDEX] = {.items = true, .label = true, .area = true},
    [OP_RESEAL] = {.items = true},
    [OP_PERSON] = {.items = true},
    [OP_FOUND] = {.passphrase = true},
    [OP_RECOVER] = {.lock = true, .sheets = true},
};

void talk_ask(struct out *o, const struct seal_message *m)
{
    put(o, TALK_VERSION, 1);
    put(o, m->op, 1);
    put(o, (uint64_t)m->community, 8);
    put(o, m->session, 8);
    put(o, (uint64_t)m->kid, 8);
    put(o, (uint64_t)m->suite, 1);
    if (parts[m->op].lock)
        put_str(o, m->lock);
    if (parts[m->op].passphrase)
        put_str(o, m->passphrase);
    for (int i = 0; parts[m->op].sheets && i < 2; i++)
        put_str(o, m->sheets[i]);
    if (parts[m->op].label)
        put_str(o, m->label);
    if (parts[m->op].area)
        put_str(o, m->area);
    if (parts[m->op].rows)
        put_rows(o, m->rows, m->nrows);
    if (parts[m->op].items)
        put_items(o, m->items, m->nitems);
}

static void put_status(struct out *o, const struct seal_status *s)
{
    const int64_t all[] = {s->unlocked,      s->all_locked,     s->own_user,     s->landlock,
                           s->keys,          s->count.sealed,   s->count.opened, s->count.masked,
                           s->count.indexed, s->count.resealed, s->count.slowed, s->count.unopened};
    for (size_t i = 0; i < COUNT(all); i++)
        put(o, (uint64_t)all[i], 8);
}

void talk_answer(struct out *o, enum seal_answer a, const struct seal_message *m)
{
    put(o, TALK_VERSION, 1);
    put(o, a, 1);
    if (a != SEAL_ANSWERED)
        return;
    if (m->op == OP_STATUS)
        put_status(o, &m->status);
    if (m->op == OP_FOUND) {
        put_str(o, m->lock);
        for (int i = 0; i < SEAL_SHEETS; i++)
            put_str(o, m->sheets[i]);
    }
    if (parts[m->op].rows || m->op == OP_FOUND)
        put_rows(o, m->rows, m->nrows);
    for (size_t i = 0; parts[m->op].items && i < m->nitems; i++) {
        put(o, m->items[i].verdict, 1);
        put_str(o, m->items[i].out);
    }
}

/* ---- reading ---- */

/* It waits by poll(): a read that waits is woken, for nothing, whenever the other side takes what
 * was said to it. An answer is mostly there after some 20 us, while to sleep and be woken takes up
 * to 100: whoever waits for one looks a few times before. Who waits for ever, for a question,
 * sleeps at once. */
static bool wait_for(int fd, int ms)
{
    enum { LOOKS = 100 };
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int there = 0;
    for (int i = 0; ms > 0 && i < LOOKS && !there; i++)
        there = poll(&p, 1, 0);
    return there == 1 || (there == 0 && poll(&p, 1, ms) == 1);
}

bool talk_read(int fd, char *to, size_t room, int ms, struct str *frame)
{
    const unsigned char *head = (const unsigned char *)to;
    size_t have = 0, want = TALK_LENGTH;
    while (have < want && want <= room) {
        ssize_t got = wait_for(fd, ms) ? read(fd, to + have, room - have) : -1;
        if (got <= 0)
            return false;
        have += (size_t)got;
        if (have >= TALK_LENGTH)
            want = TALK_LENGTH +
                   ((size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3]);
    }
    *frame = str_n(to + TALK_LENGTH, want - TALK_LENGTH);
    return have == want;
}

struct reader {
    struct str rest;
    bool bad;
};

static uint64_t take(struct reader *r, size_t bytes)
{
    uint64_t v = 0;
    if (r->rest.n < bytes) {
        r->bad = true;
        return 0;
    }
    for (size_t i = 0; i < bytes; i++)
        v = v << 8 | (unsigned char)r->rest.p[i];
    r->rest = str_cut(r->rest, bytes, r->rest.n - bytes);
    return v;
}

static struct str take_str(struct reader *r)
{
    size_t n = (size_t)take(r, 4);
    if (r->rest.n < n) {
        r->bad = true;
        return S("");
    }
    struct str s = str_cut(r->rest, 0, n);
    r->rest = str_cut(r->rest, n, r->rest.n - n);
    return s;
}

/* At most `most`; anything else makes the message bad. */
static int take_code(struct reader *r, int most)
{
    int v = (int)take(r, 1);
    if (v > most)
        r->bad = true;
    return v > most ? 0 : v;
}

static size_t take_count(struct reader *r, size_t most)
{
    size_t n = (size_t)take(r, 4);
    if (n > most)
        r->bad = true;
    return n > most ? 0 : n;
}

static struct seal_key_row take_row(struct reader *r)
{
    struct seal_key_row row = {0};
    row.community_id = (int64_t)take(r, 8);
    row.kid = (int64_t)take(r, 8);
    row.purpose = (enum seal_purpose)take_code(r, SEAL_PURPOSES - 1);
    row.state = (enum seal_state)take_code(r, SEAL_DESTROYED);
    row.suite = (int64_t)take(r, 1);
    row.created_at = (int64_t)take(r, 8);
    row.verdict = (enum seal_verdict)take_code(r, SEAL_VERDICTS - 1);
    row.wrapped = take_str(r);
    return row;
}

/* A name of ours: letters and '_', so that what it is bound to reads one way only. */
static const char *take_name(struct cx *cx, struct reader *r)
{
    enum { NAME_MAX_BYTES = 40 };
    struct str s = take_str(r);
    bool good = s.n >= 1 && s.n <= NAME_MAX_BYTES;
    for (size_t i = 0; good && i < s.n; i++)
        good = (s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_';
    if (!good)
        r->bad = true;
    return arena_cstr(cx->mem, good ? s : S(""));
}

/* Lists mostly ask for one or two columns: the last one is looked at before a new one is made. */
static const struct seal_column *take_column(struct cx *cx, struct reader *r,
                                             const struct seal_column *last)
{
    struct seal_column *c = NEW(cx->mem, struct seal_column);
    struct arena_mark mark = arena_mark(cx->mem);
    c->table = take_name(cx, r);
    c->column = take_name(cx, r);
    c->purpose = (enum seal_purpose)take_code(r, SEAL_PURPOSES - 1);
    c->pad = take_code(r, 1);
    if (!last || strcmp(last->table, c->table) != 0 || strcmp(last->column, c->column) != 0 ||
        last->purpose != c->purpose || last->pad != c->pad)
        return c;
    arena_rewind(cx->mem, mark);
    return last;
}

static void take_items(struct cx *cx, struct reader *r, struct seal_message *m)
{
    const struct seal_column *last = NULL;
    size_t n = take_count(r, SEAL_ITEMS_MAX);
    m->items = arena_array(cx->mem, n + 1, sizeof *m->items);
    for (; m->nitems < n && !r->bad; m->nitems++) {
        struct seal_item *i = &m->items[m->nitems];
        i->column = last = take_column(cx, r, last);
        i->row = (int64_t)take(r, 8);
        i->person_id = (int64_t)take(r, 8);
        i->person = take_str(r);
        i->in = take_str(r);
    }
}

bool talk_asked(struct cx *cx, struct str frame, struct seal_message *m)
{
    struct reader r = {.rest = frame};
    *m = (struct seal_message){0};
    if (take(&r, 1) != TALK_VERSION)
        return false;
    m->op = (enum seal_op)take_code(&r, OP_END - 1);
    m->community = (int64_t)take(&r, 8);
    m->session = take(&r, 8);
    m->kid = (int64_t)take(&r, 8);
    m->suite = (int64_t)take(&r, 1);
    if (parts[m->op].lock)
        m->lock = take_str(&r);
    if (parts[m->op].passphrase)
        m->passphrase = take_str(&r);
    for (int i = 0; parts[m->op].sheets && i < 2; i++)
        m->sheets[i] = take_str(&r);
    if (parts[m->op].label)
        m->label = str_c(take_name(cx, &r));
    if (parts[m->op].area)
        m->area = take_str(&r);
    if (parts[m->op].rows) {
        size_t n = take_count(&r, SEAL_ITEMS_MAX);
        m->rows = arena_array(cx->mem, n + 1, sizeof *m->rows);
        for (; m->nrows < n && !r.bad; m->nrows++)
            m->rows[m->nrows] = take_row(&r);
    }
    if (parts[m->op].items)
        take_items(cx, &r, m);
    return !r.bad && r.rest.n == 0 && m->op != 0;
}

static void take_status(struct reader *r, struct seal_status *s)
{
    int64_t all[12];
    for (size_t i = 0; i < COUNT(all); i++)
        all[i] = (int64_t)take(r, 8);
    *s = (struct seal_status){.unlocked = all[0] != 0,
                              .all_locked = all[1] != 0,
                              .own_user = all[2] != 0,
                              .landlock = all[3],
                              .keys = all[4],
                              .count = {all[5], all[6], all[7], all[8], all[9], all[10], all[11]}};
}

/* Rows into those of the question, and all of them into the list. */
static void take_rows(struct cx *cx, struct reader *r, struct seal_message *m,
                      seal_key_row_list *rows)
{
    size_t n = take_count(r, SEAL_KEYS_MAX);
    if (m->op != OP_FOUND && n != m->nrows)
        r->bad = true;
    for (size_t i = 0; i < n && !r->bad; i++) {
        struct seal_key_row row = take_row(r);
        if (m->op != OP_FOUND)
            m->rows[i] = row;
        else if (rows)
            *PUSH(cx->mem, rows) = row;
    }
}

enum seal_answer talk_answered(struct cx *cx, struct str frame, struct seal_message *m,
                               seal_key_row_list *rows)
{
    struct reader r = {.rest = frame};
    if (take(&r, 1) != TALK_VERSION)
        return SEAL_DOWN;
    enum seal_answer a = (enum seal_answer)take_code(&r, SEAL_ANSWERS - 1);
    if (r.bad || a != SEAL_ANSWERED)
        return r.bad || r.rest.n ? SEAL_DOWN : a;
    if (m->op == OP_STATUS)
        take_status(&r, &m->status);
    if (m->op == OP_FOUND) {
        m->lock = take_str(&r);
        for (int i = 0; i < SEAL_SHEETS; i++)
            m->sheets[i] = take_str(&r);
    }
    if (parts[m->op].rows || m->op == OP_FOUND)
        take_rows(cx, &r, m, rows);
    for (size_t i = 0; parts[m->op].items && i < m->nitems && !r.bad; i++) {
        m->items[i].verdict = (enum seal_verdict)take_code(&r, SEAL_VERDICTS - 1);
        m->items[i].out = take_str(&r);
    }
    return r.bad || r.rest.n ? SEAL_DOWN : SEAL_ANSWERED;
}
