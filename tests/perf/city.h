/*
 * city -- seeded problems of the size and the unevenness of a city, for the figures of src/solve.
 *
 *   balanced  places 2.2 times what is wanted          1,500 needs = one community with 67 grids
 *   scarce    places about as many as are wanted
 *   single    as many providers as needs, one place each
 *
 * Uneven: skills by Zipf's law, offered otherwise than wanted; people in clusters of buildings; 21
 * slots a week; one in twelve needs wants several; one in four has somebody it knows. Both sides
 * are numbered along a Hilbert curve. 8 to 32 edges a need, 20 on average, from the index nearby.h.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_PERF_CITY_H
#define TESTS_PERF_CITY_H

#include "solve/nearby.h"

enum city_kind { BALANCED, SCARCE, SINGLE };

struct city {
    uint32_t needs, providers;
    uint16_t skills;
    struct nearby_entry *entries; /* by provider, one for each skill */
    size_t nentries;
    uint32_t *wanted, *capacity;
    struct nearby_query *asks; /* by need; .best = how many edges it gets */
    uint8_t *urgency;
};

void city_people(struct cx *cx, struct city *c, enum city_kind kind, uint32_t needs, uint64_t seed);
/* Candidates of every need, scored; lists fall in weight. */
enum err city_problem(struct cx *cx, const struct city *c, const struct nearby *nb,
                      struct solve_problem *out);

/* A problem as a file of arrays, mapped as it stands. Returned by value; exits when it cannot. */
void city_write(const struct solve_problem *p, const char *path);
struct solve_problem city_map(const char *path);
double city_seconds(void); /* of processor time of this process */
double city_wall(void);

#endif
