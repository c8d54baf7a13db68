/*
 * feed -- news for feed readers: RFC 4287 (Atom) and JSON Feed 1.1, of the same entries.
 *
 *     struct out *o = reply_bytes(rp, FEED_ATOM_TYPE);
 *     feed_atom(o, cx, &(struct feed){...});
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRINT_FEED_H
#define PRINT_FEED_H

#include "base/cx.h"
#include "base/out.h"

#define FEED_ATOM_TYPE "application/atom+xml; charset=utf-8"
#define FEED_JSON_TYPE "application/feed+json; charset=utf-8"

struct feed_entry {
    struct str id;  /* the same for as long as the entry is known: an address */
    struct str url; /* where it is read */
    struct str title, text;
    int64_t updated_at;
};
struct feed {
    struct str title, author;
    struct str home; /* address of the page with the same lines; its id as well */
    struct str self; /* where this feed is: of both formats without .xml, .json */
    LIST(struct feed_entry) entries;
};

/* Markup in a text is text. Updated when its newest entry was, or now if there is none. */
void feed_atom(struct out *o, struct cx *cx, const struct feed *f);
void feed_json(struct out *o, struct cx *cx, const struct feed *f);

/* The part of an address between :// and the end, for uids of calendars; "site" when there is none.
 */
struct str feed_host(struct str site);

#endif
