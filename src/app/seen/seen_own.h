/* seen_own -- what the files of this feature share. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SEEN_OWN_H
#define SEEN_OWN_H

#include "app/seen/seen.h"

/* After an opening by the caller: when today's number goes over the rule, somebody is told. */
enum err seen_watch(struct cx *cx);

#endif
