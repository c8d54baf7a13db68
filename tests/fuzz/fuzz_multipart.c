/* fuzz_multipart -- multipart/form-data: the first line is the Content-Type, the rest the body. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/fuzz/fuzz.h"
#include "base/utf8.h"
#include "web/inner.h"

static bool stands_inside(struct str part, struct str whole)
{
    return part.p >= whole.p && part.p + part.n <= whole.p + whole.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct fuzz f;
    pair_list fields = {0};
    upload_list uploads = {0};
    struct str body = str_n((const char *)data, n), type;
    if (!str_split(&body, '\n', &type) || !body.n)
        return 0;
    struct cx *cx = fuzz_begin(&f);
    if (multipart_read(cx, type, body, &fields, &uploads) == OK) {
        must(fields.n <= FIELDS_MAX && uploads.n <= UPLOADS_MAX);
        for (size_t i = 0; i < fields.n; i++)
            must(fields.at[i].name.n && utf8_valid(fields.at[i].name) &&
                 utf8_valid(fields.at[i].value));
        for (size_t i = 0; i < uploads.n; i++) {
            must(utf8_valid(uploads.at[i].filename) && stands_inside(uploads.at[i].data, body));
            must(str_find(uploads.at[i].filename, S("/")) < 0);
        }
    } else {
        must(cx->fault.err == ERR_INPUT && cx->fault.message.n);
    }
    return fuzz_end(&f);
}
