/*
 * net -- one message to somebody else's server: an HTTP POST or a mail. Blocking, for a thread that
 * may wait; never inside a transaction, never on a thread that serves requests.
 *
 * What it holds to, whatever the address says: certificates are checked (TLS 1.2 at least), no
 * redirect is followed, no proxy of the environment is used, 5 s to connect and 15 s for all, at
 * most 16 KiB of an answer are read. Without encryption it speaks to this machine alone. Nothing of
 * an address, a header or a body is ever logged: they hold keys.
 *
 * Sources: RFC 9110 (status, Retry-After), RFC 5321 (reply codes), RFC 5322, 2047, 2045 (mail).
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_NET_H
#define NET_NET_H

#include "base/cx.h"
#include "base/str.h"

enum { NET_WAIT_MS = 15 * 1000, NET_ANSWER_MAX = 16 << 10 };

/* Addresses are of two families. */
enum net_family {
    NET_WEB, /* https://…, on loopback also http:// */
    NET_MAIL /* smtps://…, smtp://… with STARTTLS, on loopback also without */
};

/* NULL when an address may be used, else what to do about it, a whole Chinese sentence. `*shown` is
 * then scheme, host and port: what may be shown to people, for the rest may hold a key. */
const char *net_url_fault(struct cx *cx, struct str url, enum net_family family, struct str *shown);
/* One mailbox, name@host in ASCII: nothing that could end a header line or hold a second address.
 */
bool net_is_mailbox(struct str s);

enum net_end {
    NET_DONE,    /* the other side took it */
    NET_AGAIN,   /* not now: try later; it may have arrived all the same */
    NET_REFUSED, /* trying again would not help */
    NET_STOPPED  /* net_stop() was called meanwhile */
};

struct net_answer {
    enum net_end end;
    int64_t status;      /* of HTTP, or the reply code of SMTP; 0 = none came */
    int64_t wait_ms;     /* Retry-After: how long the other side asks to wait, 0 = not said */
    struct str why;      /* for people, Chinese; empty when done */
    struct str body;     /* what an HTTP server answered, NET_ANSWER_MAX at most */
    bool body_cut_short; /* there was more */
};

struct net_post {
    struct str url, type, body; /* type: "application/json" */
    struct str idempotency_key; /* header of that name, empty = none */
    struct str bearer;          /* Authorization: Bearer …, empty = none */
};

struct net_mail {
    struct str url;
    struct str user, password; /* empty password = no sign-in */
    struct str from, to;       /* mailboxes; `to` may be several with commas */
    struct str subject, text;  /* UTF-8 */
    struct str id;             /* the same for each try of one mail: letters and digits */
};

struct net; /* the switch that ends waiting, and what the library keeps for the process */

/* Once a process; lives in cx->mem. */
enum err net_new(struct cx *cx, struct net **out);
/* From any thread: what is under way ends with NET_STOPPED within about a second, and so does
 * whatever is begun after it. */
void net_stop(struct net *net);
bool net_is_stopped(const struct net *net);

/* Both fill `*a` in cx->mem, whatever happens; nothing is noted in cx->fault. The addresses must
 * have passed net_url_fault(). */
void net_post(struct cx *cx, struct net *net, const struct net_post *p, struct net_answer *a);
void net_mail(struct cx *cx, struct net *net, const struct net_mail *m, struct net_answer *a);

/* What a mail looks like on the wire, headers and body, lines closed by CRLF. */
struct str net_mail_text(struct cx *cx, const struct net_mail *m);
/* What a status of HTTP means for a message: DONE, AGAIN (408, 425, 429, 5xx) or REFUSED. */
enum net_end net_status_means(int64_t status);

#endif
