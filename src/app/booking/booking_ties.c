/* booking_ties -- what becomes of bookings when their site changes: it moves, it shuts, it is to
 * end.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking_own.h"
#include "booking.sql.h"

static enum err busy(struct cx *cx, int64_t site_id, struct shell_offers *out)
{
    int64_t n, since = cx->now - MS_DAY; /* none lasts longer */
    TRY(db_number(cx, &booking_sql_at_site_coming, &n, ARGS(A(site_id), A(since))));
    if (n)
        *PUSH(cx->mem, out) =
            (struct shell_offer){.title = arena_printf(cx->mem, "订着的场地 %lld 个", (long long)n),
                                 .text = S("等到用完，或者换到别处、告诉他们取消"),
                                 .href = S("/w/rooms"),
                                 .icon = "cal"};
    return OK;
}

const struct site_ties booking_ties = {.busy = busy};
