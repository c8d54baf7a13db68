/*
 * sample -- a whole invented community to try the program on: the places, grids, organisation,
 * people, catalogue and two years of needs of a town like that of the newspaper article. Everything
 * in it is marked as a sample and no phone in it can be dialled.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SAMPLE_H
#define SAMPLE_H

#include "app/place/place.h"
#include "db/db.h"

/* Writes the community with this id into a writing transaction that it begins at the end, since a
 * store ends one that stands idle while a slow machine plays; it is the caller's to commit or undo.
 * cx->vault has keys for the community already, in the store. The town is played in a store in
 * memory, made by the migrations given, and copied from there: a quarter of a million small
 * questions, none of which goes over a network; then `seal` seals each sealed field of
 * cx->community anew (upkeep_reseal_now()). The same seed at the same time gives the same town.
 * `progress` may be NULL; it is told in percent. About 3 s. Leaves cx->community set and nobody
 * signed in. ERR_CONFLICT if the community is there. */
enum err sample_load(struct cx *cx, const struct migration *m, size_t n, int64_t community,
                     uint64_t seed, enum err (*seal)(struct cx *cx),
                     void (*progress)(const char *text, int percent));

struct sample_account {
    struct str role, login, password;
};
typedef LIST(struct sample_account) sample_account_list;

/* One account for each role of cx->community, and some stairwells and a stall to ask from; nothing
 * if the community is not a sample. */
enum err sample_accounts(struct cx *cx, sample_account_list *accounts, place_list *places);

#endif
