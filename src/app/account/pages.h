/* pages -- what the pages of this folder show and no other folder needs. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ACCOUNT_PAGES_H
#define ACCOUNT_PAGES_H

#include "base/list.h"

/* A community to sign in to. */
struct choice {
    int64_t id;
    struct str code, name;
};
typedef LIST(struct choice) choice_list;

#endif
