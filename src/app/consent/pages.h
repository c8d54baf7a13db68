/* pages -- what the pages of the notice and of the register show. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONSENT_PAGES_H
#define CONSENT_PAGES_H

#include "app/consent/consent.h"
#include "app/shell/shell.h"

/* A heading with its items, as the notice's text has them. */
struct notice_block {
    struct str heading;
    bool is_part; /* under the heading before it */
    LIST(struct str) items;
};
typedef LIST(struct notice_block) notice_blocks;

struct field_line {
    const struct person_field *f;
    struct str basis, keep, readers, columns;
};
struct field_group {
    const char *label;
    LIST(struct field_line) lines;
};
typedef LIST(struct field_group) field_groups;

#endif
