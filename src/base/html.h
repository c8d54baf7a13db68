/* html -- what templates are made of: escaping is decided by the C type. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_HTML_H
#define BASE_HTML_H

#include "base/out.h"

struct cx;

/* Markup that is already right. Only a function that builds one may skip escaping. */
struct html {
    struct str s;
};

void html_put_str(struct out *o, struct str s);
void html_put_c(struct out *o, const char *z);
void html_put_html(struct out *o, struct html h);
void html_put_int(struct out *o, int64_t v);
void html_put_bool(struct out *o, bool v); /* 是 / 否 */

#define HTML(o, x)                                                                                 \
    _Generic((x),                                                                                  \
        struct str: html_put_str,                                                                  \
        struct html: html_put_html,                                                                \
        char *: html_put_c,                                                                        \
        const char *: html_put_c,                                                                  \
        bool: html_put_bool,                                                                       \
        default: html_put_int)((o), (x))

/* A whole URL made by the program, for href="{{ url(x) }}": only a path of this site, or tel:,
 * mailto:, otpauth: (his authenticator); anything else becomes "#". */
struct str url(struct str s);

/* Filters of templates: {{ x | when }}. Times are read in Beijing time. */
struct str filter_when(struct cx *cx,
                       int64_t at); /* 今天 15:40, 昨天 09:05, 12 月 18 日 周五 9:00 */
struct str filter_date(struct cx *cx, int64_t at); /* 2026 年 3 月 14 日（周六） */
struct str filter_time(struct cx *cx, int64_t at); /* 2026-03-14 15:40 */
struct str filter_ago(struct cx *cx, int64_t at); /* 刚刚, 5 分钟前, 3 小时前, then as `when` */
/* Clocks. One rule here and in assets/app.js: a time left or passed is rounded down, so that no
 * more is shown than there is, but is at least 1 分; minutes below an hour, hours below two days,
 * then days. At its due time a clock is late. Level: x late or 10 minutes left, a one hour left,
 * else g. tests/clock_words.h has the edges and is tried in both. */
struct str filter_left(struct cx *cx, int64_t due_at);     /* 还剩 26 分, 超时 2 小时 */
struct str filter_level(struct cx *cx, int64_t due_at);    /* class of a clock: g a x */
struct str filter_iso(struct cx *cx, int64_t at);          /* for <time datetime> */
struct str filter_phone(struct cx *cx, struct str s);      /* 138 0000 0001 */
struct str filter_max(struct cx *cx, struct str s, int n); /* n characters, then … */
struct str filter_id(struct cx *cx, int64_t id);           /* ids are text outside */

#endif
