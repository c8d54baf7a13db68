/*
 * outbox -- messages that leave the house after commit (work chat, SMS gateway, mail). A feature
 * writes a row in the transaction of what it tells; a sender (main/sender.c) takes rows one by one
 * and hands them to the adapters. Owns the tables outbox, adapter, adapter_turn. No adapter is
 * there until an administrator sets one up, and a new one is paused: then nothing leaves at all.
 *
 * The text must never hold a resident's name, contact or door: it leaves the house.
 *
 * A message is sent outside of any transaction and its end written afterwards. When the process
 * dies in between, it goes out once more: at least once, never silently lost. The receiver can tell
 * by the id, which stays the same (header Idempotency-Key and "id" in the body; Message-ID of a
 * mail).
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef OUTBOX_H
#define OUTBOX_H

#include "db/db.h"
#include "net/net.h"
#include "web/web.h"

/* One row for every active adapter whose topics match: "need.opened,need.closed", "need.*", "*". */
enum err outbox_put(struct cx *cx, const char *topic, int64_t subject_id, struct str text);

/* Every message about it says this from now on, sent or not: what it said may not be known any
 * more. */
enum err outbox_reword(struct cx *cx, int64_t subject_id, struct str text);

/* Does a list of topics hold this one? */
bool outbox_match(struct str topics, struct str topic);

/* What a topic is called, for the form of an adapter. A feature that puts messages lists its own.
 */
struct outbox_topic {
    struct str code;
    const char *label;
};
struct outbox_topics {
    struct outbox_topic *at;
    size_t n, cap;
};
typedef struct outbox_topics outbox_topic_list; /* a LIST; by its name in web.h */
/* Once, at start, before threads; the list must outlive the server. Main hands over what it has
 * gathered from the features. */
void outbox_topics_set(const outbox_topic_list *all);

/* ---- adapters ---- */

enum adapter_kind {
    ADAPTER_WECOM,    /* robot of a WeCom group: the key stands in the address */
    ADAPTER_DINGTALK, /* robot of a DingTalk group; `secret` signs */
    ADAPTER_HTTP,     /* POST of JSON, for a gateway; `secret` is a bearer token */
    ADAPTER_SMTP      /* mail; `secret` is the password of `sender` */
};

/* As people see and set it. The address and the secret can be set and never be read again: here
 * they are always empty but in what somebody just typed, where empty means "as it is". */
struct adapter {
    int64_t id;
    enum adapter_kind kind; /* does not change */
    struct str name, url, secret;
    bool drop_secret;            /* forget it */
    struct str sender, receiver; /* mail only; `receiver` may be several with commas */
    struct str topics;
    bool active;
    struct str address; /* scheme and host of url */
    bool has_secret;
    int64_t waiting, failed; /* messages */
};
typedef LIST(struct adapter) adapter_list;
extern const struct shape adapter_shape;

enum { ADAPTERS_MAX = 50 };

enum err adapter_all(struct cx *cx, adapter_list *out);
enum err adapter_get(struct cx *cx, int64_t id, struct adapter *out);
/* Checks and stores what was typed; id 0 = a new one, paused. ERR_INPUT with faults of fields. A
 * new host must be given its secret anew: what was typed for one does not go to another. */
enum err adapter_save(struct cx *cx, struct adapter *a);
/* A paused adapter gets no new messages, and those that wait stay. */
enum err adapter_switch(struct cx *cx, int64_t id, bool active);
/* Puts a message that says it is a trial; goes out also while the adapter is paused. */
enum err adapter_try(struct cx *cx, int64_t id);

/* ---- messages ---- */

enum outbox_state { OUTBOX_WAITING, OUTBOX_SENT, OUTBOX_FAILED, OUTBOX_DROPPED };

struct outbox_row {
    int64_t id;
    struct str topic;
    int64_t subject_id, adapter_id;
    struct str adapter; /* its name */
    struct str text;
    enum outbox_state state;
    int64_t tries;
    int64_t send_at;   /* while it waits: not before */
    struct str failed; /* why the last try came to nothing; empty = it did not */
    int64_t created_at, ended_at;
};
typedef LIST(struct outbox_row) outbox_list;
extern const struct shape outbox_shape;
extern const char *const outbox_state_codes[], *const outbox_state_labels[];

struct outbox_counts {
    int64_t waiting, failed;
};
enum err outbox_counts(struct cx *cx, struct outbox_counts *out);
/* The newest first; those that wait by when they are due. */
enum err outbox_find(struct cx *cx, enum outbox_state state, int limit, outbox_list *out);
/* Tried at once, as if it were new: one that failed, was given up, or waits. ERR_CONFLICT when it
 * was sent. */
enum err outbox_retry(struct cx *cx, int64_t id);
/* Given up, waiting or failed. One that is under way may still arrive. ERR_CONFLICT when it was
 * sent. */
enum err outbox_drop(struct cx *cx, int64_t id);

/* ---- sending: ready, then for each adapter claim, deliver, settle ---- */

enum {
    OUTBOX_TRIES = 8,                /* after 1, 2, 4 ... 64 minutes; then it has failed */
    OUTBOX_LEASE_MS = 2 * 60 * 1000, /* an adapter is one sender's for so long: above NET_WAIT_MS */
    OUTBOX_REST_MS = 60 * 1000,      /* of an adapter after a try that came to nothing */
    OUTBOX_ROBOT_GAP_MS = 3100,      /* a robot takes 20 messages a minute */
    OUTBOX_KEEP_DAYS = 90            /* what ended longer ago is forgotten */
};

/* One message with what is needed to send it. */
struct parcel {
    int64_t id, adapter_id, subject_id;
    struct str topic, text;
    int64_t created_at, tries; /* this one counted */
    enum adapter_kind kind;
    struct str url, secret, sender, receiver;
    int64_t taken_until; /* the lease */
};

struct outbox_turn {
    int64_t community_id, adapter_id;
};
typedef LIST(struct outbox_turn) outbox_turn_list;
/* Adapters of all communities that may send now and have something to send. Only reads. */
enum err outbox_ready(struct cx *cx, outbox_turn_list *out);
/* In a writing transaction of its own: takes the adapter for OUTBOX_LEASE_MS and its first message.
 * `*found` false: nothing is left, or another sender has it. Commit before delivering. */
enum err outbox_claim(struct cx *cx, int64_t adapter_id, struct parcel *out, bool *found);
/* Without a transaction; blocks for NET_WAIT_MS at most. */
void outbox_deliver(struct cx *cx, struct net *net, const struct parcel *p, struct net_answer *a);
/* In a writing transaction of its own: the end of the try, the next one, and when the adapter may
 * be used again. Harmless when the lease has run out meanwhile. */
enum err outbox_settle(struct cx *cx, const struct parcel *p, const struct net_answer *a);
/* Forgets what ended more than OUTBOX_KEEP_DAYS ago: a job of the night. */
enum err outbox_clean(struct cx *cx);
/* What a robot's answer to a message means: the status is 200 whatever happened, the truth is in
 * "errcode". Sets end, why and wait_ms. */
void outbox_robot_answer(struct cx *cx, struct net_answer *a);
/* The address with time and signature, as DingTalk wants them: base64 of HMAC-SHA256 over
 * "MS\nSECRET" by SECRET. */
struct str outbox_signed_url(struct cx *cx, struct str url, struct str secret, int64_t at);

extern const struct feature outbox_feature, outbox_api_feature;

#endif
