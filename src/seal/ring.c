/* ring -- the keys: in memory that is not swapped out, with guard pages around, wiped when they go.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal_own.h"
#include <sodium.h>
#include <string.h>

enum { KID_MAX = 65535 };

struct seal_ring *seal_ring_new(size_t cap)
{
    struct seal_ring *r = NULL;
    if (sodium_init() >= 0)
        r = sodium_malloc((sizeof *r + (cap + 1) * sizeof r->at[0] + 63) / 64 *
                          64); /* keeps it aligned */
    if (r) {
        memset(r, 0, sizeof *r);
        r->cap = cap;
    }
    return r;
}

void seal_ring_free(struct seal_ring *r)
{
    sodium_free(r);
}

void seal_ring_clear(struct seal_ring *r)
{
    seal_wipe(r->at, r->n * sizeof r->at[0]);
    seal_wipe(&r->kek, sizeof r->kek);
    r->n = 0;
    r->unlocked = false;
}

/* The first place that is not before (community, kid). */
static size_t place_of(const struct seal_ring *r, int64_t community, int kid)
{
    size_t from = 0, to = r->n;
    while (from < to) {
        size_t mid = (from + to) / 2;
        const struct seal_key *k = &r->at[mid];
        bool before = k->community < community || (k->community == community && k->kid < kid);
        from = before ? mid + 1 : from;
        to = before ? to : mid;
    }
    return from;
}

struct seal_key *seal_ring_kid(struct seal_ring *r, int64_t community, int kid)
{
    size_t i = place_of(r, community, kid);
    return i < r->n && r->at[i].community == community && r->at[i].kid == kid ? &r->at[i] : NULL;
}

struct seal_key *seal_ring_active(struct seal_ring *r, int64_t community, enum seal_purpose p)
{
    for (size_t i = place_of(r, community, 0); i < r->n && r->at[i].community == community; i++)
        if (r->at[i].purpose == p && r->at[i].state == SEAL_ACTIVE)
            return &r->at[i];
    return NULL;
}

/* Room at its place; NULL when all is taken. */
static struct seal_key *insert(struct seal_ring *r, int64_t community, int kid)
{
    size_t i = place_of(r, community, kid);
    if (r->n == r->cap)
        return NULL;
    memmove(&r->at[i + 1], &r->at[i], (r->n - i) * sizeof r->at[0]);
    r->n++;
    memset(&r->at[i], 0, sizeof r->at[i]);
    r->at[i].community = community;
    r->at[i].kid = kid;
    return &r->at[i];
}

/* All columns but `wrapped`; the names of codes, not their numbers, since those may be ordered
 * anew. */
static struct seal_where where_of(struct cx *cx, const struct seal_key_row *row)
{
    struct str column = arena_printf(cx->mem, "%s,%lld,%s,%lld", seal_purpose_codes[row->purpose],
                                     (long long)row->suite, seal_state_codes[row->state],
                                     (long long)row->created_at);
    return (struct seal_where){row->community_id, S("keyring"), column, row->kid};
}

static bool is_sound(const struct seal_key_row *row)
{
    return row->kid >= 1 && row->kid <= KID_MAX && row->purpose < SEAL_PURPOSES &&
           row->state <= SEAL_DESTROYED;
}

/* A destroyed key is an envelope of nothing: nobody can pass off an old row as the newer. */
enum seal_verdict seal_ring_load(struct cx *cx, struct sealer *t, struct seal_ring *r,
                                 const struct seal_key_row *row)
{
    struct str dek;
    const struct seal_suite *suite = sealer_suite(t, (int)row->suite);
    if (!is_sound(row) || !suite ||
        !seal_get(cx, t, &r->kek, where_of(cx, row), row->wrapped, false, &dek) ||
        dek.n != (row->state == SEAL_DESTROYED ? 0 : SEAL_KEY_BYTES))
        return SEAL_BROKEN;
    struct seal_key made = {.community = row->community_id,
                            .created_at = row->created_at,
                            .kid = (int)row->kid,
                            .purpose = row->purpose,
                            .state = row->state,
                            .suite = suite};
    struct seal_key *k = seal_ring_kid(r, row->community_id, (int)row->kid);
    struct seal_key *active = seal_ring_active(r, row->community_id, row->purpose);
    if (row->state == SEAL_ACTIVE && active && active != k)
        return SEAL_BROKEN; /* two would seal */
    memcpy(made.dek, dek.p, dek.n);
    seal_wipe((char *)(uintptr_t)dek.p, dek.n);
    bool done = row->state == SEAL_DESTROYED || suite->prepare(t, &made);
    if (!k && done)
        k = insert(r, row->community_id, (int)row->kid);
    if (k && done)
        *k = made;
    seal_wipe(&made, sizeof made);
    return k && done ? SEAL_DONE : SEAL_NO_KEY;
}

/* A wrapped row of `k` as if its state were `state`. */
static struct seal_key_row wrap(struct cx *cx, struct sealer *t, const struct seal_key *kek,
                                const struct seal_key *k, enum seal_state state)
{
    struct seal_key_row row = {.community_id = k->community,
                               .kid = k->kid,
                               .purpose = k->purpose,
                               .state = state,
                               .suite = k->suite->id,
                               .created_at = k->created_at};
    size_t n = state == SEAL_DESTROYED ? 0 : SEAL_KEY_BYTES;
    row.wrapped = seal_put(cx, t, kek, where_of(cx, &row), seal_bytes(k->dek, n), false);
    return row;
}

struct seal_key_row seal_ring_row(struct cx *cx, struct sealer *t, const struct seal_key *kek,
                                  const struct seal_key *k)
{
    return wrap(cx, t, kek, k, k->state);
}

bool seal_ring_turn(struct cx *cx, struct sealer *t, struct seal_ring *r, struct seal_key_row *row)
{
    const struct seal_key *k = seal_ring_kid(r, row->community_id, (int)row->kid);
    if (!k || (int)row->state != (int)k->state + 1)
        return false;
    *row = wrap(cx, t, &r->kek, k, row->state);
    return row->wrapped.n > 0;
}

bool seal_ring_make(struct cx *cx, struct sealer *t, struct seal_ring *r, struct seal_key_row *row)
{
    struct seal_key made = {.community = row->community_id,
                            .created_at = row->created_at,
                            .kid = (int)row->kid,
                            .purpose = row->purpose,
                            .suite = r->kek.suite};
    if (!is_sound(row) || seal_ring_kid(r, row->community_id, (int)row->kid))
        return false;
    cx->env->random(cx->env, made.dek, sizeof made.dek);
    if (!made.suite->prepare(t, &made))
        return false;
    *row = wrap(cx, t, &r->kek, &made, SEAL_ACTIVE);
    seal_wipe(&made, sizeof made);
    return row->wrapped.n > 0;
}
