/* counter -- where questions are answered, by the process that has the keys. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal_own.h"
#include "base/shape.h"
#include <string.h>

/* What is left is kept in parts so small that a millisecond fills in whole ones. */
enum { MINUTE = 60000, ONE = MINUTE, COST_KIB = 64 << 10, COST_PASSES = 3 };

/* ---- how much a session may ask ---- */

static int64_t filled(int64_t left, int64_t a_minute, int64_t ms)
{
    int64_t most = a_minute * ONE, now = left + a_minute * ms;
    return now > most ? most : now;
}

static void fill(struct seal_bucket *b, const struct seal_quota *q, int64_t times, int64_t now)
{
    int64_t ms = now - b->at < 0 ? 0 : now - b->at > MINUTE ? MINUTE : now - b->at;
    b->opens = filled(b->opens, q->opens * times, ms);
    b->indexes = filled(b->indexes, q->indexes * times, ms);
    b->masks = filled(b->masks, q->masks * times, ms);
    b->at = now;
}

static int64_t *left_of(struct seal_bucket *b, enum seal_op op)
{
    return op == OP_OPEN ? &b->opens : op == OP_INDEX ? &b->indexes : &b->masks;
}

/* The one of this session, or one that nobody has used for a minute: it would be full again anyway.
 * NULL: more sessions at once than there is room for. */
static struct seal_bucket *bucket_of(struct seal_counter *c, int64_t now, uint64_t session)
{
    struct seal_bucket *idle = NULL;
    for (size_t i = 0; i < SESSIONS_MAX; i++) {
        struct seal_bucket *b = &c->of[i];
        if (b->at && b->session == session)
            return b;
        if (!idle && (!b->at || now - b->at >= MINUTE))
            idle = b;
    }
    if (idle)
        *idle = (struct seal_bucket){.session = session,
                                     .at = now,
                                     .opens = (int64_t)c->quota.opens * ONE,
                                     .indexes = (int64_t)c->quota.indexes * ONE,
                                     .masks = (int64_t)c->quota.masks * ONE};
    return idle;
}

bool quota_take(struct seal_counter *c, int64_t now, enum seal_op op, uint64_t session, size_t n)
{
    enum { BEGIN_WITH = 10 };
    const struct seal_quota *q = &c->quota;
    int64_t want = (int64_t)n * ONE, share = (int64_t)q->sessions * ONE / BEGIN_WITH;
    if (!c->all.at) /* started anew is not started afresh: nobody gains by a crash */
        c->all = (struct seal_bucket){.at = now,
                                      .opens = q->opens * share,
                                      .indexes = q->indexes * share,
                                      .masks = q->masks * share};
    fill(&c->all, q, q->sessions, now);
    int64_t *all = left_of(&c->all, op), *own = NULL;
    if (session) {
        struct seal_bucket *b = bucket_of(c, now, session);
        if (b)
            fill(b, q, 1, now);
        own = b ? left_of(b, op) : NULL;
    }
    if (*all < want || (session && (!own || *own < want)))
        return false;
    *all -= want;
    if (own)
        *own -= want;
    return true;
}

/* ---- one item ---- */

static const struct seal_column person_column = {"subject_key", "key", SEAL_CONTACT, false};

static struct seal_where where_of(const struct seal_message *m, const struct seal_item *i)
{
    return (struct seal_where){m->community, str_c(i->column->table), str_c(i->column->column),
                               i->row};
}

/* The key that an envelope names, if it is one for this column. */
static enum seal_verdict key_for(struct seal_counter *c, const struct seal_message *m,
                                 enum seal_purpose purpose, struct str envelope,
                                 struct seal_key **out)
{
    struct seal_parts e;
    if (!seal_parts_read(envelope, &e))
        return SEAL_BROKEN;
    struct seal_key *k = seal_ring_kid(c->ring, m->community, e.kid);
    if (!k)
        return SEAL_NO_KEY;
    if (k->state == SEAL_DESTROYED)
        return SEAL_GONE;
    *out = k;
    return k->purpose == purpose ? SEAL_DONE : SEAL_BROKEN;
}

/* The key of a person, out of its envelope: it seals in software, with kid 0. */
static enum seal_verdict person_key(struct cx *cx, struct seal_counter *c,
                                    const struct seal_message *m, const struct seal_item *i,
                                    struct seal_key *out)
{
    struct seal_key *k = NULL;
    struct str dek;
    struct seal_where where = {m->community, str_c(person_column.table),
                               str_c(person_column.column), i->person_id};
    enum seal_verdict v = key_for(c, m, person_column.purpose, i->person, &k);
    if (v != SEAL_DONE)
        return v;
    if (!seal_get(cx, c->tools, k, where, i->person, false, &dek) || dek.n != SEAL_KEY_BYTES)
        return SEAL_BROKEN;
    *out = (struct seal_key){.suite = k->suite->id == SEAL_AES ? &seal_suite_aes : &seal_suite_sm};
    memcpy(out->dek, dek.p, SEAL_KEY_BYTES);
    return out->suite->prepare(c->tools, out) ? SEAL_DONE : SEAL_BROKEN;
}

static enum seal_verdict seal_one(struct cx *cx, struct seal_counter *c,
                                  const struct seal_message *m, struct seal_item *i)
{
    struct seal_key *k = seal_ring_active(c->ring, m->community, i->column->purpose), own = {0};
    enum seal_verdict v = k ? SEAL_DONE : SEAL_NO_KEY;
    if (i->person.n)
        v = person_key(cx, c, m, i, &own);
    if (v == SEAL_DONE)
        i->out =
            seal_put(cx, c->tools, i->person.n ? &own : k, where_of(m, i), i->in, i->column->pad);
    seal_wipe(&own, sizeof own);
    return v == SEAL_DONE && i->out.n == 0 ? SEAL_BROKEN : v;
}

static enum seal_verdict open_one(struct cx *cx, struct seal_counter *c,
                                  const struct seal_message *m, struct seal_item *i)
{
    struct seal_key *k = NULL, own = {0};
    enum seal_verdict v =
        i->person.n ? person_key(cx, c, m, i, &own) : key_for(c, m, i->column->purpose, i->in, &k);
    if (v == SEAL_DONE && !seal_get(cx, c->tools, i->person.n ? &own : k, where_of(m, i), i->in,
                                    i->column->pad, &i->out))
        v = SEAL_BROKEN;
    seal_wipe(&own, sizeof own);
    return v;
}

static enum seal_verdict mask_one(struct cx *cx, struct seal_counter *c,
                                  const struct seal_message *m, struct seal_item *i)
{
    enum seal_verdict v = open_one(cx, c, m, i);
    i->out = mask_text(cx, i->out);
    return v;
}

static enum seal_verdict reseal_one(struct cx *cx, struct seal_counter *c,
                                    const struct seal_message *m, struct seal_item *i)
{
    enum seal_verdict v = open_one(cx, c, m, i);
    if (v != SEAL_DONE)
        return v;
    struct seal_item again = *i;
    again.in = i->out;
    v = seal_one(cx, c, m, &again);
    i->out = again.out;
    return v;
}

static enum seal_verdict index_one(struct cx *cx, struct seal_counter *c,
                                   const struct seal_message *m, struct seal_item *i)
{
    struct seal_key *k = m->kid ? seal_ring_kid(c->ring, m->community, (int)m->kid)
                                : seal_ring_active(c->ring, m->community, SEAL_INDEX);
    unsigned char *p = arena_alloc(cx->mem, SEAL_INDEX_BYTES);
    if (!k || k->purpose != SEAL_INDEX)
        return SEAL_NO_KEY;
    if (k->state == SEAL_DESTROYED)
        return SEAL_GONE;
    if (!seal_index_of(c->tools, k, m->community, cx, m->label, i->in, p))
        return SEAL_BROKEN;
    i->out = seal_bytes(p, SEAL_INDEX_BYTES);
    return SEAL_DONE;
}

static enum seal_verdict reindex_one(struct cx *cx, struct seal_counter *c,
                                     const struct seal_message *m, struct seal_item *i)
{
    enum seal_verdict v = open_one(cx, c, m, i);
    struct seal_item text = {.in = seal_normal(cx, i->out, m->area)};
    if (v == SEAL_DONE)
        v = index_one(cx, c, m, &text);
    i->out = text.out;
    return v;
}

static enum seal_verdict person_one(struct cx *cx, struct seal_counter *c,
                                    const struct seal_message *m, struct seal_item *i)
{
    unsigned char key[SEAL_KEY_BYTES] = {0};
    struct seal_item one = {
        .column = &person_column, .row = i->row, .in = seal_bytes(key, sizeof key)};
    cx->env->random(cx->env, key, sizeof key);
    enum seal_verdict v = seal_one(cx, c, m, &one);
    i->out = one.out;
    seal_wipe(key, sizeof key);
    return v;
}

/* What each question does with an item, and where it is counted. */
static const struct {
    enum seal_verdict (*one)(struct cx *, struct seal_counter *, const struct seal_message *,
                             struct seal_item *);
    size_t count;
    bool bounded;
} acts[OP_END] = {
    [OP_SEAL] = {seal_one, offsetof(struct seal_count, sealed), false},
    [OP_OPEN] = {open_one, offsetof(struct seal_count, opened), true},
    [OP_MASK] = {mask_one, offsetof(struct seal_count, masked), true},
    [OP_INDEX] = {index_one, offsetof(struct seal_count, indexed), true},
    [OP_REINDEX] = {reindex_one, offsetof(struct seal_count, indexed), false},
    [OP_RESEAL] = {reseal_one, offsetof(struct seal_count, resealed), false},
    [OP_PERSON] = {person_one, offsetof(struct seal_count, sealed), false},
};

/* A key of indexes seals nothing, and the other way round. A person's key is sealed anew, never
 * handed out. Indexes of envelopes are for the console: whoever may seal any number and have its
 * index goes through the phone book past the quota. */
static bool may_ask(const struct seal_counter *c, enum seal_op op, const struct seal_column *column)
{
    bool is_key = str_is(str_c(person_column.table), column->table) &&
                  str_is(str_c(person_column.column), column->column);
    return (column->purpose == SEAL_INDEX) == (op == OP_INDEX) && (!is_key || op == OP_RESEAL) &&
           (op != OP_REINDEX || c->setup);
}

/* Names that lists show in the open are counted as masks, eight as one: a search by name opens all
 * of a community. What is not sealed as a name does not open as one: key_for(). */
static bool quota_of_all(struct seal_counter *c, int64_t now, const struct seal_message *m)
{
    enum { NAMES_A_MASK = 8 };
    size_t names = 0;
    for (size_t i = 0; i < m->nitems; i++)
        names += m->op == OP_OPEN && m->items[i].column->purpose == SEAL_NAME;
    size_t masks = (names + NAMES_A_MASK - 1) / NAMES_A_MASK;
    return (names == m->nitems || quota_take(c, now, m->op, m->session, m->nitems - names)) &&
           (!masks || quota_take(c, now, OP_MASK, m->session, masks));
}

static enum seal_answer do_items(struct cx *cx, struct seal_counter *c, struct seal_message *m)
{
    struct seal_count *count = &c->status.count;
    if (!c->ring->unlocked)
        return SEAL_LOCKED;
    for (size_t i = 0; i < m->nitems; i++)
        if (!may_ask(c, m->op, m->items[i].column))
            return SEAL_REFUSED;
    if (acts[m->op].bounded && !quota_of_all(c, cx->env->monotonic(cx->env), m)) {
        count->slowed++;
        return SEAL_SLOWER;
    }
    for (size_t i = 0; i < m->nitems; i++) {
        struct seal_item *item = &m->items[i];
        item->verdict = acts[m->op].one(cx, c, m, item);
        if (item->verdict != SEAL_DONE) {
            item->out = S("");
            count->unopened++;
        }
    }
    *(int64_t *)(void *)((char *)count + acts[m->op].count) += (int64_t)m->nitems;
    return SEAL_ANSWERED;
}

/* ---- the keyring and the master key ---- */

static enum seal_answer do_unlock(struct seal_counter *c, const struct seal_message *m)
{
    struct seal_lock lock;
    struct seal_ring *r = c->ring;
    if (!seal_lock_read(m->lock, &lock))
        return SEAL_REFUSED;
    struct seal_key *kek = &r->at[r->cap]; /* locked memory for one that is tried */
    bool good = r->has_file && seal_lock_key(c->tools, &lock, r->file, m->passphrase, kek) &&
                seal_lock_fits(c->tools, &lock, kek);
    if (good) {
        seal_ring_clear(r);
        r->kek = *kek;
        r->unlocked = true;
    }
    seal_wipe(kek, sizeof *kek);
    return good ? SEAL_ANSWERED : SEAL_WRONG;
}

static enum seal_answer do_rows(struct cx *cx, struct seal_counter *c, struct seal_message *m)
{
    struct seal_ring *r = c->ring;
    if (!r->unlocked)
        return SEAL_LOCKED;
    if (m->op == OP_LOAD) {
        for (size_t i = 0; i < m->nrows; i++)
            m->rows[i].verdict = seal_ring_load(cx, c->tools, r, &m->rows[i]);
        return SEAL_ANSWERED;
    }
    if (m->nrows != 1)
        return SEAL_REFUSED;
    return (m->op == OP_MAKE ? seal_ring_make : seal_ring_turn)(cx, c->tools, r, &m->rows[0])
               ? SEAL_ANSWERED
               : SEAL_REFUSED;
}

/* Wraps all that is there anew, under the master key that is to come: all of it, or none. */
static bool all_rows(struct cx *cx, struct seal_counter *c, const struct seal_key *kek,
                     struct seal_message *m)
{
    bool done = true;
    m->rows = arena_array(cx->mem, c->ring->n + 1, sizeof *m->rows);
    m->nrows = c->ring->n;
    for (size_t i = 0; done && i < m->nrows; i++) {
        m->rows[i] = seal_ring_row(cx, c->tools, kek, &c->ring->at[i]);
        done = m->rows[i].wrapped.n > 0;
    }
    return done;
}

static enum seal_answer do_found(struct cx *cx, struct seal_counter *c, struct seal_message *m)
{
    struct seal_ring *r = c->ring;
    struct seal_lock lock = {.suite = (int)m->suite,
                             .has_passphrase = m->passphrase.n > 0,
                             .memory_kib = COST_KIB,
                             .passes = COST_PASSES};
    unsigned char(*sheets)[SHEET_BYTES] = arena_alloc(cx->mem, SEAL_SHEETS * SHEET_BYTES);
    if (!c->setup || !r->has_file || (m->passphrase.n && m->passphrase.n < SEAL_PASSPHRASE_MIN))
        return SEAL_REFUSED;
    struct seal_key *kek = &r->at[r->cap];
    cx->env->random(cx->env, lock.salt, sizeof lock.salt);
    bool good = seal_lock_key(c->tools, &lock, r->file, m->passphrase, kek) &&
                seal_lock_sign(c->tools, &lock, kek) && all_rows(cx, c, kek, m) &&
                seal_split(cx, kek->dek, sheets);
    if (good) {
        r->kek = *kek;
        r->unlocked = true;
        m->lock = seal_lock_bytes(cx, &lock);
        for (int i = 0; i < SEAL_SHEETS; i++)
            m->sheets[i] = seal_bytes(sheets[i], SHEET_BYTES);
    }
    seal_wipe(kek, sizeof *kek);
    return good ? SEAL_ANSWERED : SEAL_REFUSED;
}

static enum seal_answer do_recover(struct seal_counter *c, const struct seal_message *m)
{
    struct seal_lock lock;
    struct seal_ring *r = c->ring;
    const struct seal_suite *suite =
        seal_lock_read(m->lock, &lock) ? sealer_suite(c->tools, lock.suite) : NULL;
    if (!c->setup || !suite)
        return SEAL_REFUSED;
    struct seal_key *kek = &r->at[r->cap];
    *kek = (struct seal_key){.suite = suite};
    bool good = seal_join(m->sheets[0], m->sheets[1], kek->dek) && suite->prepare(c->tools, kek) &&
                seal_lock_fits(c->tools, &lock, kek);
    if (good) {
        seal_ring_clear(r);
        r->kek = *kek;
        r->unlocked = true;
    }
    seal_wipe(kek, sizeof *kek);
    return good ? SEAL_ANSWERED : SEAL_WRONG;
}

static enum seal_answer answer(struct cx *cx, struct seal_counter *c, struct seal_message *m)
{
    switch (m->op) {
    case OP_STATUS:
        m->status = c->status;
        m->status.unlocked = c->ring->unlocked;
        m->status.keys = (int64_t)c->ring->n;
        return SEAL_ANSWERED;
    case OP_UNLOCK:
        return do_unlock(c, m);
    case OP_LOAD:
    case OP_MAKE:
    case OP_TURN:
        return do_rows(cx, c, m);
    case OP_FOUND:
        return do_found(cx, c, m);
    case OP_RECOVER:
        return do_recover(c, m);
    default:
        return do_items(cx, c, m);
    }
}

void counter_answer(struct cx *cx, struct seal_counter *c, struct str frame, struct out *out)
{
    struct seal_message m;
    talk_answer(out, talk_asked(cx, frame, &m) ? answer(cx, c, &m) : SEAL_REFUSED, &m);
}
