/* file_inner -- between the reading of lines and the making of a problem out of a network. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SOLVE_FILE_INNER_H
#define SOLVE_FILE_INNER_H

#include "solve/file.h"
#include "solve/inner.h"

struct arc {
    uint32_t from, to; /* from 1 on, as in the file */
    int32_t cost;      /* a weight in bmatch */
    uint32_t cap;
    uint32_t line;
};

enum format { UNKNOWN, BMATCH, ASN, MIN };
struct solve_reader {
    enum format format;
    uint32_t line;
    char part[120]; /* of a line that is not complete yet */
    size_t part_n;
    bool comment; /* the rest of this line does not matter */
    bool refused;
    uint32_t nodes, providers;
    size_t arcs_told;
    struct pool arcs;
    struct pool flow; /* by node, int64; bmatch: wanted, then capacities. 0 = not said */
};

/* `n` of the format min or asn and the arcs, as a matching. */
enum err network_read(struct cx *cx, struct solve_reader *r, struct solve_file *out);

#endif
