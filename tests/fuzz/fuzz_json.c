/* fuzz_json -- JSON bodies: what is taken is flat, clean text; what is refused says so. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"
#include "web/inner.h"
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
    pair_list fields = {0};
    env_fake_init(&world, 1, 1);
    arena_init(&mem, 64 << 20);
    cx_init(&cx, &mem, &world.env);
    if (json_read(&cx, str_n((const char *)data, n), &fields) == OK) {
        size_t bytes = 0;
        must(fields.n <= FIELDS_MAX);
        for (size_t i = 0; i < fields.n; i++) {
            must(fields.at[i].name.n && utf8_valid(fields.at[i].name));
            must(utf8_valid(fields.at[i].value));
            bytes += fields.at[i].value.n;
        }
        must(bytes <= n);
    } else {
        must(cx.fault.err == ERR_INPUT && cx.fault.message.n);
    }
    cx_end(&cx);
    arena_free(&mem);
    return 0;
}
