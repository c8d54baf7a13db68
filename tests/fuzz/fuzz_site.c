/* fuzz_site -- opening hours as somebody may type them, and as they may stand in a store; what is
 * read is written and read again as the same. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/site_hours.h"
#include "base/env.h"
#include "base/utf8.h"
#include <stdlib.h>
#include <string.h>

static void must(bool holds)
{
    if (!holds)
        abort();
}

static void is_a_day(const struct site_day *d)
{
    must(d->nspans >= 0 && d->nspans <= SITE_SPANS_MAX);
    for (int i = 0; i < d->nspans; i++) {
        must(d->spans[i].from >= 0 && d->spans[i].from < 1440);
        must(d->spans[i].till > d->spans[i].from && d->spans[i].till <= d->spans[i].from + 1440);
        must(i == 0 || d->spans[i].from >= d->spans[i - 1].till);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct env_fake world;
    struct arena mem;
    struct cx cx;
    struct site_day d, again;
    struct str text = str_n((const char *)data, n);
    env_fake_init(&world, INT64_C(1773626400000), 1);
    arena_init(&mem, 16 << 20);
    cx_init(&cx, &mem, &world.env);
    if (site_day_read(text, true, &d)) {
        is_a_day(&d);
        must(!d.as_weekday || !d.nspans);
        must(utf8_valid(site_day_text(&cx, &d)));
        must(site_day_load(site_day_stored(&cx, &d), &again));
        again.as_weekday = d.as_weekday;
        must(!memcmp(&d, &again, sizeof d));
        must(site_day_read(site_day_text(&cx, &d), true, &again) && !memcmp(&d, &again, sizeof d));
    }
    if (site_day_load(text, &d))
        is_a_day(&d);
    arena_free(&mem);
    return 0;
}
