/* pages -- what the page of this feature shows. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_PAGES_H
#define AUDIT_PAGES_H

#include "app/audit/audit.h"
#include "app/shell/shell.h"

struct audit_line {
    struct audit_record r;
    struct str who, role, label;
};
typedef LIST(struct audit_line) audit_line_list;

#endif
