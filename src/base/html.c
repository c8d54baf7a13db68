/* html -- see html.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/html.h"
#include "base/cx.h"
#include "base/time.h"
#include "base/utf8.h"
#include <string.h>

void html_put_str(struct out *o, struct str s)
{
    out_html(o, s);
}

void html_put_c(struct out *o, const char *z)
{
    out_html(o, str_c(z));
}

void html_put_html(struct out *o, struct html h)
{
    out_str(o, h.s);
}

void html_put_int(struct out *o, int64_t v)
{
    out_int(o, v);
}

void html_put_bool(struct out *o, bool v)
{
    out_c(o, v ? "是" : "否");
}

struct str url(struct str s)
{
    bool here = str_starts(s, S("/")) && !str_starts(s, S("//")) && !str_starts(s, S("/\\"));
    bool app = str_starts(s, S("tel:")) || str_starts(s, S("mailto:")) ||
               str_starts(s, S("otpauth://totp/"));
    if (!here && !app)
        return S("#");
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '\\')
            return S("#");
    return s;
}

static const char *const weekdays[] = {"周日", "周一", "周二", "周三", "周四", "周五", "周六"};

struct str filter_when(struct cx *cx, int64_t at)
{
    if (at == 0)
        return S("");
    struct civil c = time_civil(at), now = time_civil(cx->now);
    int64_t days = time_day(at) - time_day(cx->now);
    static const char *const near[] = {"昨天", "今天", "明天"};
    if (days >= -1 && days <= 1)
        return arena_printf(cx->mem, "%s %02d:%02d", near[days + 1], c.hour, c.minute);
    if (c.year == now.year)
        return arena_printf(cx->mem, "%d 月 %d 日 %s %02d:%02d", c.month, c.day,
                            weekdays[c.weekday], c.hour, c.minute);
    return arena_printf(cx->mem, "%d 年 %d 月 %d 日", c.year, c.month, c.day);
}

struct str filter_date(struct cx *cx, int64_t at)
{
    if (at == 0)
        return S("");
    struct civil c = time_civil(at);
    return arena_printf(cx->mem, "%d 年 %d 月 %d 日（%s）", c.year, c.month, c.day,
                        weekdays[c.weekday]);
}

struct str filter_time(struct cx *cx, int64_t at)
{
    if (at == 0)
        return S("");
    struct civil c = time_civil(at);
    return arena_printf(cx->mem, "%04d-%02d-%02d %02d:%02d", c.year, c.month, c.day, c.hour,
                        c.minute);
}

/* 26 分, 3 小时, 2 天 */
static struct str span(struct cx *cx, int64_t ms)
{
    int64_t minutes = ms < MS_MINUTE ? 1 : ms / MS_MINUTE;
    if (ms < MS_HOUR)
        return arena_printf(cx->mem, "%lld 分", (long long)minutes);
    if (ms < 2 * MS_DAY)
        return arena_printf(cx->mem, "%lld 小时", (long long)(minutes / 60));
    return arena_printf(cx->mem, "%lld 天", (long long)(minutes / (24 * 60)));
}

struct str filter_ago(struct cx *cx, int64_t at)
{
    int64_t ms = cx->now - at;
    if (at == 0)
        return S("");
    if (ms < MS_MINUTE && ms > -MS_MINUTE)
        return S("刚刚");
    if (ms < 0 || ms >= 12 * MS_HOUR)
        return filter_when(cx, at);
    if (ms < MS_HOUR)
        return arena_printf(cx->mem, "%lld 分钟前", (long long)(ms / MS_MINUTE));
    return arena_printf(cx->mem, "%lld 小时前", (long long)(ms / MS_HOUR));
}

struct str filter_left(struct cx *cx, int64_t due_at)
{
    if (due_at == 0)
        return S("");
    int64_t left = due_at - cx->now;
    struct str words = span(cx, left > 0 ? left : -left);
    return arena_printf(cx->mem, "%s %.*s", left > 0 ? "还剩" : "超时", STR(words));
}

struct str filter_level(struct cx *cx, int64_t due_at)
{
    int64_t left = due_at - cx->now;
    if (due_at == 0)
        return S("");
    return left > MS_HOUR ? S("g") : left > 10 * MS_MINUTE ? S("a") : S("x");
}

struct str filter_iso(struct cx *cx, int64_t at)
{
    if (at == 0)
        return S("");
    struct civil c = time_civil(at);
    return arena_printf(cx->mem, "%04d-%02d-%02dT%02d:%02d:%02d+08:00", c.year, c.month, c.day,
                        c.hour, c.minute, c.second);
}

struct str filter_phone(struct cx *cx, struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return s; /* grouped already, masked, or no phone */
    if (s.n == 11 && s.p[0] == '1')
        return arena_printf(cx->mem, "%.3s %.4s %.4s", s.p, s.p + 3, s.p + 7);
    if (s.n >= 11 && s.p[0] == '0')
        return arena_printf(cx->mem, "%.4s-%.4s %.*s", s.p, s.p + 4, (int)s.n - 8, s.p + 8);
    return s;
}

struct str filter_max(struct cx *cx, struct str s, int n)
{
    struct str head = utf8_head(s, (size_t)n);
    return head.n == s.n ? s : arena_printf(cx->mem, "%.*s…", STR(head));
}

struct str filter_id(struct cx *cx, int64_t id)
{
    return arena_printf(cx->mem, "%lld", (long long)id);
}
