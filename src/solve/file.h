/*
 * file -- matching problems as text, for `linghang solve` and for comparing with other programs.
 *
 *     p bmatch N M E      needs 1..N, providers 1..M, E edges; then, in any order:
 *     n i b               need i wants b different providers (1 unless said)
 *     v j c               provider j can take c (1 unless said)
 *     e i j w             score w > 0
 *
 *     p asn N E           DIMACS assignment: `n i` on the left side, `a i j cost`; everybody on the
 *                         left gets one, at the least cost
 *     p min N E           DIMACS minimum cost flow: `n i flow`, `a i j low cap cost`, where it is a
 *                         matching: needs (flow > 0) -> providers -> one sink, with or without
 *                         need -> sink at cost 0 (may stay unmatched); or needs -> providers (flow
 * < 0). Also need -> slot -> provider -> sink: what is passed only by the first of those that come:
 * time windows.
 *
 * `c` lines are comments. DIMACS: The First DIMACS International Algorithm Implementation
 * Challenge, Rutgers 1991. Anything else is refused with the number of its line.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOLVE_FILE_H
#define SOLVE_FILE_H

#include "solve/solve.h"

struct solve_file {
    struct solve_problem p;   /* lists fall in weight: may be solved in place */
    struct solve_edge *edges; /* the same as p.edges */
    uint32_t *slots;          /* by edge; NULL without time windows */
    bool cost;                /* the file speaks of costs: objective = base - weight */
    bool complete;            /* every need must get all it wants */
    int64_t base;             /* weight + cost of one edge */
    int32_t cheapest, dearest;
};

struct solve_reader;

/* Reads the text in pieces of any length; memory is cx->mem. */
struct solve_reader *solve_reader_new(struct cx *cx);
enum err solve_reader_feed(struct cx *cx, struct solve_reader *r, struct str bytes);
/* The end of the text; gives back what the reading took. Call it also after a refusal. */
enum err solve_reader_end(struct cx *cx, struct solve_reader *r, struct solve_file *out);

/* Solves what was read. *objective in the file's own sense: a score, or a cost. A problem that must
 * be complete is solved with weights so high that completeness comes first. ERR_INPUT when it
 * cannot be complete. f->p may be weighed anew. */
enum err solve_file_run(struct cx *cx, struct solve_file *f, const struct solve_options *o,
                        struct solve_result *out, int64_t *objective);

#endif
