/* keyfile -- pairs of keys of the notary and of backups, one line of base64 in a file each. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_KEYFILE_H
#define MAIN_KEYFILE_H

#include "seal/seal.h"

/* FILE, which its owner alone may read, and FILE.pub: both or neither. ERR_CONFLICT when either is
 * there already: where FILE.pub is, its private half was carried away, and a new one would be taken
 * for it. */
enum err keyfile_pair(struct cx *cx, const char *file);
/* `how` says how to make one, for the sentence when it cannot be read. */
enum err keyfile_read(struct cx *cx, const char *file, const char *how, struct str *out);
/* The same of what stands in it. */
enum err keyfile_take(struct cx *cx, struct str text, const char *file, const char *how,
                      struct str *out);

#endif
