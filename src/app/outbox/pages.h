/* pages -- what the pages of this folder show and no other folder needs. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OUTBOX_PAGES_H
#define OUTBOX_PAGES_H

#include "app/outbox/outbox_own.h"
#include "app/shell/shell.h"

enum { OUTBOX_ROWS_MAX = 100 }; /* of one list on the page */

/* A topic as a check box. */
struct outbox_choice {
    struct outbox_topic topic;
    int64_t n; /* makes the id of the box */
    bool is_on;
};
typedef LIST(struct outbox_choice) outbox_choice_list;

/* Class of the tag of a state. */
const char *outbox_state_class(enum outbox_state s);

#endif
