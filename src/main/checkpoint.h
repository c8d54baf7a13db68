/*
 * checkpoint -- the end of an audit chain, signed by somebody who cannot write the chain: a line of
 * a file that lies elsewhere, DIR/COMMUNITY.checkpoints.
 *
 *   SEQ H MS SIGNATURE\n      H in hex, SIGNATURE in base64, one line each time
 *
 * over the text "linghang audit checkpoint 1\nCOMMUNITY\nSEQ\nH\nMS\n" (seal_sign()).
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_CHECKPOINT_H
#define MAIN_CHECKPOINT_H

#include "app/audit/audit.h"

/* No file is an empty list. ERR_CONFLICT names the first line that is broken, not rising or not
 * signed by the owner of `public_key`. */
enum err checkpoints_read(struct cx *cx, const char *dir, int64_t community, struct str public_key,
                          audit_mark_list *out);
/* Signs what `w` has reached and adds the line; it is on the disk when this returns OK. */
enum err checkpoint_add(struct cx *cx, const char *dir, const struct audit_walk *w,
                        struct str private_key);

#endif
