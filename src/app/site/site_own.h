/* site_own -- what the files of this folder share; no other folder includes it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SITE_OWN_H
#define SITE_OWN_H

#include "app/site/site.h"

/* A code as it is stored: ASCII letters in capitals. */
struct str site_code(struct cx *cx, struct str typed);
/* The kinds of parts that there are anywhere: only `kind` is filled, in the order of
 * the enum. */
enum err site_kinds(struct cx *cx, site_part_list *out);

#endif
