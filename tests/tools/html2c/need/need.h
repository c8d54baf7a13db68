/* need.h -- what the templates beside it are compiled against in tests; no real need. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NEED_H
#define NEED_H

#include "base/html.h"
#include "base/list.h"
#include "web/asset.h"

struct need {
    int64_t id;
    int64_t opened_at;
    struct str body;
};
typedef LIST(struct need) need_list;

struct html bold(struct str s);
void shell_icon(struct out *o, const char *name);

#endif
