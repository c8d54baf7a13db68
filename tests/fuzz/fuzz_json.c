/* fuzz_json -- JSON bodies: what is taken is flat, clean text; what is refused says so. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "base/utf8.h"
#include "web/inner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    pair_list fields = {0};
    struct cx *cx = fuzz_begin(&f);
    if (json_read(cx, str_n((const char *)data, n), &fields) == OK) {
        size_t bytes = 0;
        must(fields.n <= FIELDS_MAX);
        for (size_t i = 0; i < fields.n; i++) {
            must(fields.at[i].name.n && utf8_valid(fields.at[i].name));
            must(utf8_valid(fields.at[i].value));
            bytes += fields.at[i].value.n;
        }
        must(bytes <= n);
    } else {
        must(cx->fault.err == ERR_INPUT && cx->fault.message.n);
    }
    return fuzz_end(&f);
}
