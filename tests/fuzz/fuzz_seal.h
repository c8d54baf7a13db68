/* fuzz_seal -- tools that are looked up once, and a key, for the drivers of src/seal. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_FUZZ_FUZZ_SEAL_H
#define TESTS_FUZZ_FUZZ_SEAL_H

#include "tests/fuzz/fuzz.h"
#include "seal/seal_own.h"
#include <string.h>

/* For as long as the program runs; the fuzzer has one thread. */
static inline struct sealer *fuzz_tools(void)
{
    static struct fuzz boot;
    static struct sealer *t;
    if (!t)
        must(sealer_new(fuzz_begin(&boot), NULL, &t) == OK);
    return t;
}

static inline struct seal_key fuzz_key(const struct seal_suite *suite, int kid)
{
    struct seal_key k = {
        .community = 1, .kid = kid, .suite = suite, .dek = "thirty-two bytes, for tests ok"};
    must(suite->prepare(fuzz_tools(), &k));
    return k;
}

#endif
