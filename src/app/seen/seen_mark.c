/* seen_mark -- the mark that lies over a page which shows somebody in plain, and whose page it was.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/seen/seen.h"
#include "base/time.h"
#include "base/utf8.h"
#include "seen.sql.h"
#include <string.h>

enum { BITS = 5, WHEN = 6, WHO_MASK = 0x3FF };

static const char letters[] = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/* 10 bits of a number whose low bits count up. */
static int64_t fold(int64_t id)
{
    uint64_t x = (uint64_t)id * 0x9E3779B97F4A7C15u;
    return (int64_t)(x >> 54) & WHO_MASK;
}

static int64_t epoch(void)
{
    return time_of(2020, 1, 1, 0, 0);
}

struct str seen_mark(struct cx *cx, int64_t at, int64_t person_id)
{
    char text[SEEN_MARK + 1];
    uint64_t bits = (uint64_t)((at - epoch()) / 1000) << (2 * BITS) | (uint64_t)fold(person_id);
    for (int i = SEEN_MARK; i-- > 0; bits >>= BITS)
        text[i] = letters[bits & 31];
    text[SEEN_MARK] = 0;
    return arena_printf(cx->mem, "%s", text);
}

static bool read_mark(struct str s, int64_t *at, int64_t *who)
{
    uint64_t bits = 0;
    if (s.n != SEEN_MARK)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        const char *p = s.p[i] ? strchr(letters, s.p[i]) : NULL;
        if (!p)
            return false;
        bits = bits << BITS | (uint64_t)(p - letters);
    }
    *who = (int64_t)(bits & WHO_MASK);
    *at = (int64_t)(bits >> (2 * BITS)) * 1000 + epoch();
    return true;
}

enum err seen_mark_find(struct cx *cx, struct str typed, opening_list *out)
{
    opening_list all = {0};
    int64_t from_at, who;
    if (!read_mark(utf8_plain(cx->mem, typed), &from_at, &who))
        return fail_field(cx, "mark", "水印上的记号是 %d 个字母和数字，请对照照片再看一遍",
                          SEEN_MARK);
    TRY(db_all(cx, &seen_sql_openings_at, &opening_shape, &all,
               ARGS(AS("day", time_day(from_at)), A(from_at), AS("to_at", from_at + 1000),
                    AS("most", (int64_t)OPENINGS_MOST))));
    for (size_t i = 0; i < all.n; i++)
        if (fold(all.at[i].person_id) == who)
            *PUSH(cx->mem, out) = all.at[i];
    return OK;
}
