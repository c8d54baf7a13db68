/* pages -- what the page of this feature shows. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef AUDIT_PAGES_H
#define AUDIT_PAGES_H

#include "app/account/account.h"
#include "app/audit/audit.h"
#include "app/shell/shell.h"

struct audit_line {
    struct audit_record r;
    struct str who, role, label;
    struct str number; /* of the need it was done to; "" */
};
typedef LIST(struct audit_line) audit_line_list;

/* A kind of act that one looks for. */
struct audit_kind {
    const char *code, *label;
    const char *actions[AUDIT_KINDS], *ends; /* as in struct audit_filter */
};
typedef LIST(const struct audit_kind) audit_kind_list;

#endif
