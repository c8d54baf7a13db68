/* clock_guard -- a clock that cannot be right. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/clock_guard.h"
#include "app/audit/audit.h"
#include "base/str.h"
#include "base/html.h"
#include "base/time.h"

static const int64_t back = CLOCK_BACK_HOURS * MS_HOUR, ahead = CLOCK_AHEAD_DAYS * MS_DAY;

bool clock_went_on(int64_t *last, int64_t now)
{
    if (*last && now - *last > ahead)
        return false;
    *last = now;
    return true;
}

enum err clock_guard(struct cx *cx)
{
    int64_t newest;
    TRY(audit_newest(cx, &newest));
    if (newest && cx->now < newest - back)
        return fail(cx, ERR_CONFLICT,
                    "这台机器的时间是 %.*s，库里却有 %.*s 的记录：时钟多半慢了。请校准时钟再启动；"
                    "核对过没有错，加 --clock-right 启动一次",
                    STR(filter_date(cx, cx->now)), STR(filter_date(cx, newest)));
    if (newest && cx->now > newest + ahead)
        return fail(
            cx, ERR_CONFLICT,
            "这台机器的时间是 %.*s，库里最后一笔记录是 %.*s：时钟多半快了，照它办，到期的资料"
            "会被删掉。请校准时钟再启动；核对过没有错，加 --clock-right 启动一次",
            STR(filter_date(cx, cx->now)), STR(filter_date(cx, newest)));
    return OK;
}
