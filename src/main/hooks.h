/*
 * hooks -- what web asks of the rest of the house: connections and transactions, who a caller
 * is, error pages, answers kept by key. The only place where web, db and account meet.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAIN_HOOKS_H
#define MAIN_HOOKS_H

#include "app/place/place.h"
#include "web/web.h"

struct hooks;

/* Reads the communities once and prepares `out`; every transaction gets cx->vault. Lives in
 * cx->mem, which must outlast the server.
 */
enum err hooks_new(struct cx *cx, struct store *store, struct hooks **out);
struct web_hooks hooks_web(struct hooks *h);
/* Events of committed acts are published on this server from now on. */
void hooks_server(struct hooks *h, struct server *sv);
/* What it says stands on every page, what it shuts is refused. Before the server starts. */
struct watch;
void hooks_watch(struct hooks *h, const struct watch *w);
struct noted;
struct noted *hooks_noted(struct hooks *h); /* what requests saw and could not write */
/* Called after each commit of a request, on its thread: must be short. Once, before the server
 * starts. */
void hooks_on_commit(struct hooks *h, void (*told)(void *arg), void *arg);
/* Closes the connections that are not in use; call after web_stop(). */
void hooks_free(struct hooks *h);
const community_list *hooks_communities(const struct hooks *h);
bool hooks_has_one_writer(const struct hooks *h); /* SQLite: writers take turns */
/* A transaction of a job or of the sender goes through the same doors as a request's: act(cx, arg)
 * inside of one, committed when it writes and all went well. Out of memory is ERR_BUSY. */
enum err hooks_run(struct hooks *h, struct cx *cx, bool write,
                   enum err (*act)(struct cx *cx, void *arg), void *arg);
/* Jobs changed something: open boards fetch again, kept pages are old. After the commit. */
void hooks_changed(struct hooks *h, int64_t community);

#endif
