/* fuzz_calendar -- a list of holidays as an administrator may paste it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/clock/clock.h"
#include "base/env.h"
#include "base/time.h"
#include "base/utf8.h"
#include <stdlib.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct env_fake world;
    struct arena mem;
    struct cx cx;
    calendar_change_list all = {0};
    env_fake_init(&world, INT64_C(1773626400000), 1);
    arena_init(&mem, 16 << 20);
    cx_init(&cx, &mem, &world.env);
    enum err e = clock_read_changes(&cx, str_n((const char *)data, n), &all);
    must(e == OK ? all.n > 0 : e == ERR_INPUT && cx.fault.fields.n == 1);
    must(all.n <= CLOCK_CHANGES_MAX);
    for (size_t i = 0; i < all.n; i++) {
        int year = time_civil(time_day_start(all.at[i].day)).year;
        must(year >= CLOCK_FIRST_YEAR && year <= 2026 + CLOCK_YEARS_AHEAD);
        must(utf8_valid(all.at[i].name) && all.at[i].name.n > 0);
    }
    arena_free(&mem);
    return 0;
}
