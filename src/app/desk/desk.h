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

/* Its menu stands before those of other features: there are the pages one comes back to. */
extern const struct feature desk_feature;

#endif
