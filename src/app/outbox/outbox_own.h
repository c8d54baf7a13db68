/* outbox_own -- what the files of this folder share among themselves. */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OUTBOX_OWN_H
#define OUTBOX_OWN_H

#include "app/outbox/outbox.h"

#define TOPIC_TRY "outbox.try" /* stands in outbox.sql too */

/* One message for one adapter, whatever its topics are. */
enum err outbox_write(struct cx *cx, int64_t adapter_id, const char *topic, int64_t subject_id,
                      struct str body);

/* Those that features have named, "*" in front. */
void outbox_topics(struct cx *cx, outbox_topic_list *out);

extern const char *const adapter_kind_codes[], *const adapter_kind_labels[];
extern const struct shape parcel_shape;

/* The record from a form or JSON, checked and stored. `a` holds what was there before. */
enum err adapter_read(struct cx *cx, const struct req *rq, struct adapter *a);
/* pause, resume, try; ERR_MISSING for another word. */
enum err adapter_step(struct cx *cx, int64_t id, struct str step);
/* retry, drop. */
enum err outbox_step(struct cx *cx, int64_t id, struct str step);

#endif
