/* over -- a backup brought back over a store that is in use: only with a proposal that two people
 * made (app/twice), and what was there stays beside it. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_OVER_H
#define MAIN_OVER_H

#include "app/subject/subject.h"
#include "main/boot.h"

/* The backup b->options.from replaces the SQLite store of `b`, which is closed. `approved` is the
 * number of a proposal TWICE_RESTORE whose object is the backup's file name. `*aside` is where the
 * old store lies. What was erased in the old store at somebody's wish is erased in the new one.
 * ERR_DENIED: not approved; ERR_CONFLICT: a server has the store open. Nothing changed then. The
 * act stands in the chains of both stores. */
enum err over_restore(struct boot *b, const char **aside, struct subject_again *again);

#endif
