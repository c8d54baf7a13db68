/*
 * outbox -- messages that leave the house after commit (SMS, work chat, a city platform). Written
 * in the transaction of what they tell, so that a retry never sends twice. Owns the tables
 * outbox, adapter. No adapter is active until somebody sets one up: then nothing leaves at all.
 *
 * The text must never hold a resident's name, contact or door: it leaves the house.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "db/db.h"

/* One row for every active adapter whose topics match: "need.opened,need.closed", "need.*", "*". */
enum err outbox_put(struct cx *cx, const char *topic, int64_t subject_id, struct str text);

/* Does a list of topics hold this one? */
bool outbox_match(struct str topics, struct str topic);

struct outbox_row {
    int64_t id;
    struct str topic;
    int64_t subject_id;
    struct str channel, target, body; /* kind and address of the adapter as they were then */
    int64_t send_at, tries;
};
typedef LIST(struct outbox_row) outbox_list;
/* Not sent yet and due, oldest first. */
enum err outbox_due(struct cx *cx, int limit, outbox_list *out);

extern const struct feature outbox_feature;

#endif
