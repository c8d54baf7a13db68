/* disk -- names of files that outlast a power cut. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_DISK_H
#define BASE_DISK_H

#include "base/arena.h"

/* The folder in which `file` lies, "." when no other is named. */
const char *disk_folder(struct arena *a, const char *file);
/* What this folder has made, renamed or deleted is on the disk when it returns true. */
bool disk_keep_folder(const char *folder);
/* The same of the folder of `file`. */
bool disk_keep_name(struct arena *a, const char *file);

#endif
