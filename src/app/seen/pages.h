/* pages -- what the pages of this feature show. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SEEN_PAGES_H
#define SEEN_PAGES_H

#include "app/seen/seen.h"
#include "app/shell/shell.h"

/* 诉求的电话和称呼：约定上门，20 次. */
struct seen_part_line {
    struct str subject, what, why;
    int64_t times;
};
typedef LIST(struct seen_part_line) seen_part_lines;

struct seen_row {
    struct seen_day d;
    struct str roles; /* 派遣员、值班长 */
    struct str text;  /* 今天打开了 34 次，在 20 件事上；平常一天 6 次 */
    struct str over;  /* why it is unusual; "" = it is not */
    seen_part_lines parts;
};
typedef LIST(struct seen_row) seen_rows;

struct seen_day_card {
    struct str title; /* 今天 */
    bool is_today;
    int64_t over; /* so many of its rows are unusual */
    seen_rows rows;
};
typedef LIST(struct seen_day_card) seen_day_cards;

struct seen_alert_row {
    struct seen_alert a;
    struct str text, over;
};
typedef LIST(struct seen_alert_row) seen_alert_rows;

#endif
