/* web_admin -- for the administrator: messages that wait to leave the house. Nothing of a need's
 * content stands here. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/desk/pages.h"
#include "desk.html.h"

enum { ROWS_MAX = 100 };

enum err desk_outbox_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct desk_outbox_view v = {0};
    TRY(outbox_due(cx, ROWS_MAX, &v.rows));
    for (size_t i = 0; i < v.rows.n; i++)
        v.failed += v.rows.at[i].tries > 0;
    v.page = shell_page(rq, SHELL_DESK, S("外发消息"), "outbox");
    desk_outbox_html(reply_html(rp), cx, &v);
    return OK;
}
