/* city -- see city.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/perf/city.h"
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { SKILLS = 24, GRID_METRES = 250, SLOTS = 21, LEAST = 8, MOST = 32, NOISE = 601 };

struct making {
    uint64_t seed;
    int side;                           /* the city is side x side grids */
    double *upto;                       /* share of people in grids 0 .. k */
    double wanted[SKILLS], had[SKILLS]; /* shares of skills, summed up */
};

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double chance(struct making *m)
{
    return (double)(mix(m->seed += 0x9e3779b97f4a7c15u) >> 11) * 0x1p-53;
}

static uint32_t dice(struct making *m, uint32_t sides)
{
    return (uint32_t)(chance(m) * sides);
}

/* First k with upto[k] > r. */
static uint32_t pick(const double *upto, uint32_t n, double r)
{
    uint32_t low = 0, high = n - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (upto[middle] > r)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void sum_up(double *share, uint32_t n)
{
    double all = 0, so_far = 0;
    for (uint32_t k = 0; k < n; k++)
        all += share[k];
    for (uint32_t k = 0; k < n; k++) {
        so_far += share[k] / all;
        share[k] = so_far;
    }
}

static void prepare(struct cx *cx, struct making *m, uint32_t needs)
{
    m->side = (int)ceil(sqrt(needs * 67.0 / 1500));
    uint32_t grids = (uint32_t)(m->side * m->side);
    m->upto = arena_array(cx->mem, grids, sizeof *m->upto);
    for (uint32_t k = 0; k < grids; k++) {
        double bell = -3;
        for (int i = 0; i < 6; i++)
            bell += chance(m);
        m->upto[k] = exp(bell);
    }
    sum_up(m->upto, grids);
    for (int k = 0; k < SKILLS; k++) {
        m->wanted[k] = pow(k + 1, -0.9);
        m->had[k] = pow(m->wanted[k], 0.75) * exp(0.9 * (chance(m) - 0.5));
    }
    sum_up(m->wanted, SKILLS);
    sum_up(m->had, SKILLS);
}

/* One of sixteen buildings of a grid, and a few metres beside it. */
static void settle(struct making *m, int32_t *x, int32_t *y)
{
    uint32_t grid = pick(m->upto, (uint32_t)(m->side * m->side), chance(m)), house = dice(m, 16);
    *x = (int32_t)(grid % (uint32_t)m->side) * GRID_METRES + (int32_t)(house % 4) * 62 + 20 +
         (int32_t)dice(m, 25);
    *y = (int32_t)(grid / (uint32_t)m->side) * GRID_METRES + (int32_t)(house / 4) * 62 + 20 +
         (int32_t)dice(m, 25);
}

/* Place along a Hilbert curve over squares of 32 metres. */
static uint64_t along(int32_t x, int32_t y)
{
    uint64_t d = 0;
    uint32_t a = (uint32_t)x / 32, b = (uint32_t)y / 32;
    for (uint32_t s = 1u << 15; s; s >>= 1) {
        uint32_t right = (a & s) > 0, low = (b & s) > 0;
        d += (uint64_t)s * s * ((3 * right) ^ low);
        if (!low) {
            if (right) {
                a = 0xffff - a;
                b = 0xffff - b;
            }
            uint32_t t = a;
            a = b;
            b = t;
        }
    }
    return d;
}

struct spot {
    uint64_t key;
    int32_t x, y;
};

static int by_key(const void *a, const void *b)
{
    uint64_t x = ((const struct spot *)a)->key, y = ((const struct spot *)b)->key;
    return (x > y) - (x < y);
}

static struct spot *spots(struct cx *cx, struct making *m, uint32_t n)
{
    struct spot *s = arena_array(cx->mem, (size_t)n + 1, sizeof *s);
    for (uint32_t k = 0; k < n; k++) {
        settle(m, &s[k].x, &s[k].y);
        s[k].key = along(s[k].x, s[k].y);
    }
    qsort(s, n, sizeof *s, by_key);
    return s;
}

static uint32_t some_slots(struct making *m, uint32_t n)
{
    uint32_t slots = 0;
    while (n--)
        slots |= 1u << dice(m, SLOTS);
    return slots;
}

/* 1 to 4, mostly 1 or 2. */
static uint32_t one_or_more(struct making *m)
{
    return 1u + (dice(m, 10) < 5) + (dice(m, 10) < 3) + (dice(m, 10) < 1);
}

static void provider(struct making *m, struct city *c, uint32_t j, const struct spot *at,
                     enum city_kind kind)
{
    bool unit = kind != SINGLE && dice(m, 36) == 0; /* a company, a school, a clinic */
    double places = unit ? 5 + dice(m, 36) : one_or_more(m);
    uint32_t had = unit ? 2 + dice(m, 4) : one_or_more(m);
    uint32_t slots = unit ? (1u << SLOTS) - 1 : some_slots(m, 3 + dice(m, 8)), seen = 0;
    int32_t accepts = unit ? 95 : 30 + (int32_t)dice(m, 70);
    places *= kind == SCARCE ? 0.4 : 1;
    uint32_t whole = (uint32_t)places + (chance(m) < places - floor(places));
    if (kind == SCARCE && whole == 0)
        whole = chance(m) < 0.4;
    c->capacity[j] = kind == SINGLE ? 1 : whole;
    for (uint32_t k = 0; k < had; k++) {
        uint16_t skill = (uint16_t)pick(m->had, SKILLS, chance(m));
        if (seen >> skill & 1)
            continue;
        seen |= 1u << skill;
        c->entries[c->nentries++] = (struct nearby_entry){
            at->x, at->y,           slots, j, 400 * (1 + (int32_t)dice(m, 5)) + 10 * accepts,
            skill, unit ? 250 : 100};
    }
}

static void need(struct making *m, struct city *c, uint32_t i, const struct spot *at,
                 enum city_kind kind)
{
    double r = chance(m);
    c->urgency[i] = r < 0.5 ? 0 : r < 0.8 ? 1 : r < 0.95 ? 2 : 3;
    r = chance(m);
    c->wanted[i] = kind == SINGLE || r < 0.92 ? 1 : r < 0.98 ? 2 : 3;
    c->asks[i] = (struct nearby_query){.x = at->x,
                                       .y = at->y,
                                       .slots = some_slots(m, 1 + dice(m, 4)),
                                       .reach = (4u + 2u * c->urgency[i]) * GRID_METRES,
                                       .points = 3000,
                                       .skill = (uint16_t)pick(m->wanted, SKILLS, chance(m)),
                                       .best = (uint16_t)(LEAST + dice(m, MOST - LEAST + 1))};
}

/* Somebody of the same corner who has the skill. */
static void acquaintance(struct cx *cx, struct making *m, struct city *c, uint32_t i)
{
    size_t from = (size_t)((double)c->nentries * i / c->needs);
    if (dice(m, 4))
        return;
    for (size_t k = from; k < from + 200 && k < c->nentries; k++) {
        const struct nearby_entry *e = &c->entries[k];
        if (e->skill != c->asks[i].skill)
            continue;
        struct nearby_favour *f = NEW(cx->mem, struct nearby_favour);
        *f = (struct nearby_favour){e->id, e->x, e->y, 800};
        c->asks[i].favours = f;
        c->asks[i].nfavours = 1;
        return;
    }
}

void city_people(struct cx *cx, struct city *c, enum city_kind kind, uint32_t needs, uint64_t seed)
{
    struct making m = {.seed = mix(seed + 1)};
    uint32_t providers = kind == SINGLE ? needs : (uint32_t)(needs * 1443.0 / 1500 + 0.5);
    *c = (struct city){.needs = needs, .providers = providers, .skills = SKILLS};
    prepare(cx, &m, needs);
    c->entries = arena_array(cx->mem, (size_t)providers * 5 + 1, sizeof *c->entries);
    c->capacity = arena_array(cx->mem, (size_t)providers + 1, sizeof *c->capacity);
    c->wanted = arena_array(cx->mem, (size_t)needs + 1, sizeof *c->wanted);
    c->asks = arena_array(cx->mem, (size_t)needs + 1, sizeof *c->asks);
    c->urgency = arena_alloc(cx->mem, needs);
    struct spot *s = spots(cx, &m, providers);
    for (uint32_t j = 0; j < providers; j++)
        provider(&m, c, j, &s[j], kind);
    s = spots(cx, &m, needs);
    for (uint32_t i = 0; i < needs; i++)
        need(&m, c, i, &s[i], kind);
    for (uint32_t i = 0; i < needs; i++)
        acquaintance(cx, &m, c, i);
}

static int by_weight(const void *a, const void *b)
{
    const struct solve_edge *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return (x->provider > y->provider) - (x->provider < y->provider);
}

enum err city_problem(struct cx *cx, const struct city *c, const struct nearby *nb,
                      struct solve_problem *out)
{
    static const int32_t urgent[] = {500, 1500, 3000, 6000};
    size_t most = 0, found;
    for (uint32_t i = 0; i < c->needs; i++)
        most += c->asks[i].best;
    uint64_t *first = arena_array(cx->mem, (size_t)c->needs + 1, sizeof *first);
    struct solve_edge *edges = arena_array(cx->mem, most + MOST, sizeof *edges);
    for (uint32_t i = 0; i < c->needs; i++) {
        struct solve_edge *e = edges + first[i];
        TRY(nearby_best(cx, nb, &c->asks[i], e, &found));
        for (size_t k = 0; k < found; k++) /* what no index knows: a little of everything */
            e[k].weight +=
                urgent[c->urgency[i]] + (int32_t)(mix((uint64_t)i << 32 | e[k].provider) % NOISE);
        qsort(e, found, sizeof *e, by_weight);
        first[i + 1] = first[i] + found;
    }
    *out = (struct solve_problem){c->needs,  c->providers, first, edges,
                                  c->wanted, c->capacity,  NULL,  0};
    return OK;
}

/* ---- files ---- */

static void must(bool holds, const char *what)
{
    if (holds)
        return;
    perror(what);
    exit(2);
}

void city_write(const struct solve_problem *p, const char *path)
{
    uint64_t head[4] = {p->needs, p->providers, p->first[p->needs], 0};
    FILE *f = fopen(path, "wb");
    must(f != NULL, path);
    must(fwrite(head, sizeof head, 1, f) == 1 &&
             fwrite(p->first, sizeof *p->first, head[0] + 1, f) == head[0] + 1 &&
             fwrite(p->edges, sizeof *p->edges, head[2], f) == head[2] &&
             fwrite(p->wanted, sizeof *p->wanted, head[0], f) == head[0] &&
             fwrite(p->capacity, sizeof *p->capacity, head[1], f) == head[1] && fclose(f) == 0,
         path);
}

struct solve_problem city_map(const char *path)
{
    int fd = open(path, O_RDONLY);
    struct stat st;
    must(fd >= 0 && fstat(fd, &st) == 0, path);
    const char *at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    must(at != MAP_FAILED, path);
    close(fd);
    const uint64_t *head = (const uint64_t *)(const void *)at;
    const uint64_t *first = head + 4;
    const struct solve_edge *edges = (const void *)(first + head[0] + 1);
    const uint32_t *wanted = (const void *)(edges + head[2]);
    return (struct solve_problem){
        (uint32_t)head[0], (uint32_t)head[1], first, edges, wanted, wanted + head[0], NULL, 0};
}

double city_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double city_wall(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}
