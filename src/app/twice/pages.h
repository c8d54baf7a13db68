/* pages -- what the page of this room shows. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TWICE_PAGES_H
#define TWICE_PAGES_H

#include "app/shell/shell.h"
#include "app/twice/twice.h"

struct twice_row {
    struct twice t;
    struct str label, state; /* 重设动态码, 等第二个人 */
    struct str object;       /* as people read it: a login with its name */
    const char *effect;      /* what a yes does; "" */
    const char *level;       /* of the tag */
    bool is_live, may_decide, may_withdraw;
};
typedef LIST(struct twice_row) twice_row_list;

/* What the caller may propose here; the others are proposed where they are done. */
struct twice_choice {
    const char *code, *label;
    const char *object, *hint; /* what its object is called, how it is written */
    const char *effect;
};
typedef LIST(struct twice_choice) twice_choice_list;

#endif
