/* drawing -- a table of states is drawn in the README.md beside its test. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TESTS_DRAWING_H
#define TESTS_DRAWING_H

#include "tests/unit.h"
#include "base/out.h"
#include <stdio.h>
#include <string.h>

/* `test` is __FILE__ of the test, which the compiler gives relative to where tests run. */
static inline void readme_holds(const char *test, struct str drawing)
{
    static char text[64 << 10];
    char name[512];
    const char *slash = strrchr(test, '/');
    snprintf(name, sizeof name, "%.*sREADME.md", slash ? (int)(slash - test + 1) : 0, test);
    FILE *f = fopen(name, "rb");
    if (!f)
        fail_msg("cannot open %s", name);
    size_t n = fread(text, 1, sizeof text, f);
    fclose(f);
    if (str_find(str_n(text, n), drawing) < 0) {
        printf("%.*s", STR(drawing)); /* whole: print_message() cuts */
        fflush(stdout);
        fail_msg("%s does not hold this drawing", name);
    }
}

#endif
