/* board_own -- what the files of this folder share; no other folder includes it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BOARD_OWN_H
#define BOARD_OWN_H

#include "app/board/board.h"
#include "app/subject/subject.h"

/* Items of zones, appended to a face. */
enum err zone_items(struct cx *cx, int64_t place_id, board_item_list *out);
/* The first and the last instant of the month before `now`, and its number YYYYMM. */
struct board_month {
    int64_t from_at, to_at, number;
};
struct board_month board_month(int64_t now);
/* 3f2a9c1d: what stands on paper and in the QR code. */
struct str board_version(const struct board_face *f);
struct str board_url(struct cx *cx, const struct board_face *f, struct str site);

/* What is held of people, for their own page. */
extern const struct subject_part board_parts[1];

#endif
