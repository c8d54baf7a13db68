/* activity_code -- the code that is shown at the door: made of the date's seed and the ten minutes
 * it is shown in, so that nothing is stored when it changes and a sheet can be printed before. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/activity_own.h"
#include "base/utf8.h"
#include <sodium.h>
#include <string.h>

enum { LETTERS = 6, CODES_MOST = 100 };
#define STEP (ACTIVITY_CODE_MINUTES * MS_MINUTE)

static struct str code_of(struct cx *cx, int64_t id, struct str seed, int64_t window)
{
    static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"; /* no 0 1 O I */
    unsigned char sum[crypto_generichash_BYTES_MIN];
    int64_t of[] = {cx->community, id, window};
    char *code = arena_alloc(cx->mem, LETTERS + 1);
    crypto_generichash(sum, sizeof sum, (const unsigned char *)of, sizeof of,
                       (const unsigned char *)seed.p, seed.n);
    for (int i = 0; i < LETTERS; i++)
        code[i] = letters[sum[i] % (sizeof letters - 1)];
    return str_n(code, LETTERS);
}

struct str activity_plain(struct cx *cx, struct str typed)
{
    struct str s = utf8_plain(cx->mem, typed);
    char *p = arena_alloc(cx->mem, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '-')
            p[n++] = s.p[i];
    return str_n(p, n);
}

bool activity_code_fits(struct cx *cx, int64_t activity_id, struct str seed, struct str code)
{
    int64_t now = cx->now / STEP;
    struct str typed = activity_plain(cx, code);
    return str_same_secret(typed, code_of(cx, activity_id, seed, now)) ||
           str_same_secret(typed, code_of(cx, activity_id, seed, now - 1));
}

enum err activity_code(struct cx *cx, int64_t id, int64_t at, struct activity_code *out)
{
    struct activity a;
    struct str seed;
    TRY(activity_own(cx, id, &a));
    TRY(activity_seed(cx, id, &seed));
    int64_t window = at / STEP;
    *out =
        (struct activity_code){window * STEP, (window + 1) * STEP, code_of(cx, id, seed, window)};
    return OK;
}

enum err activity_codes(struct cx *cx, int64_t id, activity_code_list *out)
{
    struct activity a;
    struct str seed;
    TRY(activity_own(cx, id, &a));
    TRY(activity_seed(cx, id, &seed));
    int64_t first = (a.from_at - ACTIVITY_EARLY_MINUTES * MS_MINUTE) / STEP;
    for (int64_t w = first; w * STEP < a.to_at && w - first < CODES_MOST; w++)
        *PUSH(cx->mem, out) =
            (struct activity_code){w * STEP, (w + 1) * STEP, code_of(cx, id, seed, w)};
    return OK;
}
