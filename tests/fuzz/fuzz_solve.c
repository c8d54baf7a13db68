/* fuzz_solve -- text files with matching problems: refused by line, or solved and certified. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/env.h"
#include "solve/file.h"
#include <ctype.h>
#include <stdlib.h>

enum { DIGITS = 5 }; /* a longer number asks for memory that a fuzzer does not have */

static bool modest(const uint8_t *data, size_t n)
{
    size_t digits = 0;
    for (size_t k = 0; k < n; k++) {
        digits = isdigit(data[k]) ? digits + 1 : 0;
        if (digits > DIGITS)
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct env_fake world;
    struct arena mem;
    struct cx cx;
    struct solve_file f;
    struct solve_result r;
    int64_t objective;
    if (!modest(data, n))
        return 0;
    env_fake_init(&world, 1, 1);
    arena_init(&mem, 256 << 20);
    cx_init(&cx, &mem, &world.env);
    struct solve_reader *reader = solve_reader_new(&cx);
    enum err e = solve_reader_feed(&cx, reader, str_n((const char *)data, n / 3));
    if (e == OK)
        e = solve_reader_feed(&cx, reader, str_n((const char *)data + n / 3, n - n / 3));
    enum err end = solve_reader_end(&cx, reader, &f);
    if (e == OK && end == OK &&
        solve_file_run(&cx, &f, &(struct solve_options){0}, &r, &objective) == OK) {
        struct solve_proof proof = solve_certify(&mem, &f.p, &r);
        if (proof.faults || (!f.slots && !proof.optimal) || proof.bound < proof.objective)
            abort();
    }
    cx_end(&cx);
    arena_free(&mem);
    return 0;
}
