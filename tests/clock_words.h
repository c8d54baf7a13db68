/* clock_words -- what a clock says `left` ms before its due time, and its level: the edges of the
 * rule in base/html.h, which the server (base_test.c) and the page's script (tests/browser/kit.mjs,
 * which reads these lines) both have to keep. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLOCK_WORDS_H
#define CLOCK_WORDS_H

/* clang-format off */
#define CLOCK_WORDS(EDGE) \
    EDGE(-172800000, "超时 2 天", "x") \
    EDGE(-172799999, "超时 47 小时", "x") \
    EDGE(-7200000, "超时 2 小时", "x") \
    EDGE(-3600000, "超时 1 小时", "x") \
    EDGE(-3599999, "超时 59 分", "x") \
    EDGE(-1, "超时 1 分", "x") \
    EDGE(0, "超时 1 分", "x") \
    EDGE(1, "还剩 1 分", "x") \
    EDGE(59999, "还剩 1 分", "x") \
    EDGE(119999, "还剩 1 分", "x") \
    EDGE(600000, "还剩 10 分", "x") \
    EDGE(600001, "还剩 10 分", "a") \
    EDGE(1560000, "还剩 26 分", "a") \
    EDGE(3599999, "还剩 59 分", "a") \
    EDGE(3600000, "还剩 1 小时", "a") \
    EDGE(3600001, "还剩 1 小时", "g") \
    EDGE(7199999, "还剩 1 小时", "g") \
    EDGE(86400000, "还剩 24 小时", "g") \
    EDGE(172799999, "还剩 47 小时", "g") \
    EDGE(172800000, "还剩 2 天", "g") \
    EDGE(259199999, "还剩 2 天", "g")
/* clang-format on */

#endif
