/*
 * watch -- what of the whole system does not work just now: room on the disks, a store that can
 * only be read, messages that do not leave. It looks every second, says so on every page, and keeps
 * out what would fail.
 *
 *   room left    below   what happens
 *   alarm        10 %    administrators read it on every page; a message system.disk
 *   files         5 %    photos and files are not taken
 *   writes        2 %    only essential routes (web.h) go on: signing in and out, opening a contact
 *
 * of the disk with the store and of the one with its mirror, whichever has less. STORE.reserve
 * holds 64 MB that the essential routes get when writes stop; it counts as full, and is laid in
 * again when there is room. Files come back at 6 %, writes at 3 %.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_WATCH_H
#define MAIN_WATCH_H

#include "main/clerk.h"
#include "main/options.h"

struct watch;
struct keyring;
struct unlock;

/* Takes the first look. It lives in cx->mem, as long as the server. */
enum err watch_new(struct cx *cx, const struct options *options, struct store *store,
                   struct hooks *hooks, struct watch **out);
/* Once, before the first pass: whether the keys are locked is looked at as well, and who comes to
 * unlock them is let in. Both live as long as the server. */
void watch_keys(struct watch *w, struct keyring *keys, struct unlock *unlock);
void watch_pass(struct clerk *k, struct arena *mem); /* of a clerk, whose `watch` it is */
/* Why an unsafe request is not taken, NULL = it is. From any thread. */
const char *watch_shut(const struct watch *w, bool is_essential, bool has_files);
/* A sentence for the top of a page that cx->who reads; empty = all works. From any thread. */
struct str watch_says(const struct watch *w, struct cx *cx);

#endif
