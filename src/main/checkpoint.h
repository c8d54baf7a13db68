/*
 * checkpoint -- the end of an audit chain, signed by somebody who cannot write the chain: a line of
 * a file that lies elsewhere, DIR/COMMUNITY.checkpoints.
 *
 *   SEQ H MS SIGNATURE\n      H in hex, SIGNATURE in base64, one line each time
 *
 * over the text "linghang audit checkpoint 1\nCOMMUNITY\nSEQ\nH\nMS\n" (seal_sign()).
 *
 * A last line without its end was cut off while it was written (no room, no power): it counts for
 * nothing, and the next one takes its place.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_CHECKPOINT_H
#define MAIN_CHECKPOINT_H

#include "app/audit/audit.h"
#include <stdio.h>

/* No file is an empty list. ERR_CONFLICT names the first line that is broken, not rising or not
 * signed by the owner of `public_key`; `*cut`: the last one was cut off. */
enum err checkpoints_read(struct cx *cx, const char *dir, int64_t community, struct str public_key,
                          audit_mark_list *out, bool *cut);
/* The same of a file that is open; `name` stands in the sentence. */
enum err checkpoints_take(struct cx *cx, FILE *in, const char *name, int64_t community,
                          struct str public_key, audit_mark_list *out, bool *cut);
/* The communities that have a file in the folder. ERR_INPUT: there is no such folder. */
typedef LIST(int64_t) checkpoint_owners;
enum err checkpoints_owners(struct cx *cx, const char *dir, checkpoint_owners *out);
/* Signs what `w` has reached and adds the line; it is on the disk when this returns OK, and the
 * file as it was when not. */
enum err checkpoint_add(struct cx *cx, const char *dir, const struct audit_walk *w,
                        struct str private_key);

#endif
