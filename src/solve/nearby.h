/*
 * nearby -- who could serve a need: the best few of very many, exactly, without looking at all.
 *
 * For each skill a grid of its own whose cells hold about eight entries, so that rare skills get
 * large cells; in a cell the best base scores stand first; each entry has its free slots as bits.
 * A query goes outwards in rings and stops where nothing farther away can be among the best any
 * more. The answer is the same as that of looking at everybody.
 *
 * Score of a provider for a need, all integers:
 *
 *     base  +  points * (reach - distance) / reach    (rounded down; 0 beyond reach)  +  favour
 *
 * Only those with the skill, a common slot, and a distance of at most reach * stretch / 100.
 * Distances are in the unit of the coordinates, say metres, rounded down.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOLVE_NEARBY_H
#define SOLVE_NEARBY_H

#include "solve/solve.h"

enum {
    NEARBY_MAX_PLACE = 1 << 26,  /* of a coordinate, either sign */
    NEARBY_MAX_POINTS = 1 << 24, /* of base, points and favour */
    NEARBY_MAX_STRETCH = 10000,  /* percent */
    NEARBY_MAX_BEST = 64
};

/* A provider as holder of one skill; with several skills there are several entries. */
struct nearby_entry {
    int32_t x, y;
    uint32_t slots; /* when it has time */
    uint32_t id;    /* number of the provider, as in solve.h */
    int32_t base;   /* 0 .. NEARBY_MAX_POINTS: what speaks for it whatever the need */
    uint16_t skill;
    uint16_t stretch; /* 100: comes as far as the need looks; an organisation perhaps 250 */
};

/* Somebody who is worth more to this need: who came last time. Its place must be given. */
struct nearby_favour {
    uint32_t id;
    int32_t x, y, points;
};

struct nearby_query {
    int32_t x, y;
    uint32_t slots; /* when it could be; 0 = whenever */
    uint32_t reach; /* 1 .. NEARBY_MAX_PLACE */
    int32_t points; /* for distance 0 */
    uint16_t skill;
    uint16_t best; /* how many at most, up to NEARBY_MAX_BEST */
    const struct nearby_favour *favours;
    size_t nfavours;
};

struct nearby;

/* Memory of its own: 24 bytes an entry, about 2 more for its cell. ERR_INPUT names the entry that
 * is wrong. */
enum err nearby_open(struct cx *cx, uint16_t skills, const struct nearby_entry *entries, size_t n,
                     struct nearby **out);
void nearby_close(struct nearby *n); /* NULL is fine */

/* One more, one less. A grid is made anew when its skill has grown fourfold or shrunk to a
 * quarter: amortised O(1). An entry is found again by skill, place and id: ERR_MISSING if not. */
enum err nearby_add(struct cx *cx, struct nearby *n, const struct nearby_entry *e);
enum err nearby_remove(struct cx *cx, struct nearby *n, const struct nearby_entry *e);

/* The best by score, the lower id first among equals; scores below 1 are no edge. Writes up to
 * q->best edges, falling in weight, and how many. Reads only: several threads may ask at once. */
enum err nearby_best(struct cx *cx, const struct nearby *n, const struct nearby_query *q,
                     struct solve_edge *out, size_t *found);
/* What one entry would score; -1 if it may not come at all. */
int64_t nearby_score(const struct nearby_query *q, const struct nearby_entry *e);

#endif
