/*
 * steps -- how something goes from state to state, as one table: what is not in it cannot be done.
 * Pages, histories, tests and the drawing in a README.md all read it.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_STEPS_H
#define BASE_STEPS_H

#include "base/out.h"

/* State 0 is "not there yet"; at most 32 states. */
#define STEP_IN(state) (1u << (state))

struct step {
    const char *code, *label;
    unsigned from; /* STEP_IN(state) | ... */
    unsigned to;   /* a state */
    unsigned by;   /* bits of `who` */
};
struct step_who {
    unsigned bit;
    const char *label;
};
struct steps {
    const struct step *at;
    size_t n;
    const char *const *codes, *const *labels; /* of states */
    int nstates;
    const struct step_who *who;
    size_t nwho;
};

const struct step *steps_find(const struct steps *all, struct str code); /* NULL if unknown */
/* A state diagram for Mermaid, and the table of steps; README.md holds this text. */
void steps_draw(struct out *o, const struct steps *all);

#endif
