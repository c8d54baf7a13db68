/*
 * desk -- the pages of the staff: the dispatcher's board, one need with every step that may be
 * taken now, the day of a grid worker or a handling unit, the decisions of those on duty, the
 * counter. It owns no table and knows no rule: what may be done stands in need/flow.h, what is
 * done is done by need_step(). Residents' pages are need's own.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef DESK_H
#define DESK_H

#include "app/need/need.h"
#include "app/shell/shell.h"

extern const struct feature desk_feature;

/* What this feature puts into the navigation, in the order of the bars. Main hands it to
 * shell_menu_set(), with the entries of other features behind it. */
extern const struct shell_menu desk_menu[];
extern const size_t desk_menu_count;

#endif
