/*
 * web -- what a feature sees of HTTP: routes as data, a request that is already parsed, a reply
 * that is written once. Knows neither the store nor people: main/serve.c hands over hooks.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_WEB_H
#define WEB_WEB_H

#include "base/html.h"
#include "base/shape.h"
#include "web/asset.h"

struct req;
struct reply;

typedef enum err (*web_handler)(struct cx *cx, const struct req *rq, struct reply *rp);

enum route_kind {
    ROUTE_POOL,   /* default: a thread that may block (reports, password hashing, PostgreSQL) */
    ROUTE_INLINE, /* bounded indexed reads: on the I/O thread when the store is SQLite */
    ROUTE_STREAM  /* server-sent events: the connection stays open, see reply_stream() */
};

struct route {
    const char *method; /* "GET" or "POST" (also "PUT" "DELETE"): GET never writes */
    const char *path;   /* "/n/{id}/rate": a {name} is one segment */
    web_handler handler;
    uint32_t roles;    /* 0 = anybody; else bits of app/account/role.h, one must match */
    const char *title; /* Chinese, for API documents, menu and the access test */
    enum route_kind kind;
    uint32_t body_max;            /* bytes; 0 = 64 KiB */
    const struct shape *in, *out; /* records read and written, for documents and checks */
    bool open_key; /* roles empty but a secret link, token or number is needed: the access test must
                      try */
    /* GET: for whoever is not signed in, the page depends on address, cookies and what is stored
     * for the community alone, so that it may be shown again until something changes there. */
    bool shared;
    bool keeps; /* answers of an unsafe route are stored under Idempotency-Key (API) */
    /* For an unsafe route with slow work (password hashing): runs on a pool thread (with files: on
     * one of two threads that do nothing else), inside a transaction that only reads, after access
     * and csrf were checked. OK: its reply is dropped and `handler` runs in the writing transaction
     * (who, access and csrf checked again; run again when the store is busy). What was found out
     * travels by req_keep() / req_kept(). Any error ends the request as it would from `handler`.
     * NULL = none. */
    web_handler prepare;
    /* The handler makes a row of this shape, with the id of vault_row(), from fields sent under
     * their names: what is sealed of them is so before, with others'. NULL = none. */
    const struct shape *seals;
    bool essential;   /* unsafe, yet goes on when hardly anything may be written any more */
    uint32_t mem_max; /* bytes of memory the request may use; 0 = 16 MiB; reports ask for more */
};

struct shell_menu;
struct shell_offers;
struct site_ties;
struct outbox_topics;
struct sealed_table;
struct seen_kind;
struct consent_kind;
struct subject_kind;
struct subject_part;
struct keep_rule;

/* One feature as main sees it: a row in main/features.c. */
struct feature {
    const char *name;
    const struct route *routes;
    size_t nroutes;
    const struct shape *const *shapes;
    size_t nshapes;
    const struct query *const *queries; /* x_sql_all */
    const size_t *nqueries;             /* &x_sql_count */

    /* What it offers to rooms that do not know it. Web does not look at these: main/gather.c hands
     * them on. Each may be left out. */
    const struct shell_menu *menu; /* entries for staff, and for residents (roles 0) */
    size_t nmenu;
    /* Work for later whose kind begins with this ("need."), done by `job` (app/job/job.h). */
    const char *jobs;
    enum err (*job)(struct cx *cx, struct str kind, int64_t subject_id, struct str arg);
    void (*topics)(struct cx *cx, struct outbox_topics *out); /* app/outbox/outbox.h */
    const struct seen_kind *seen;        /* what it lets be opened, and why (app/seen/seen.h) */
    const struct consent_kind *consents; /* what it asks to agree to (app/consent/consent.h) */
    const struct sealed_table *sealed;   /* with sealed fields (app/keyring/keyring.h) */
    size_t nsealed;
    /* What it holds of people and what of it is forgotten when (app/subject/subject.h, keep.h). */
    const struct subject_kind *subject;
    const struct subject_part *subject_parts;
    const struct keep_rule *keeps;
    size_t nsubject_parts, nkeeps;
    /* What matters in the coming week around the place at `path` ("" = not known), and where one
     * can go from there now: a few lines each, from a bounded question (app/shell/shell.h). */
    enum err (*news)(struct cx *cx, struct str path, struct shell_offers *out);
    enum err (*near)(struct cx *cx, struct str path, struct shell_offers *out);
    /* What one finds at a site (its id, app/site/site.h): for its page. A line or two. */
    enum err (*here)(struct cx *cx, int64_t site_id, struct shell_offers *out);
    const struct site_ties *ties; /* what it has at a site that changes (app/site/site.h) */
    /* Numbers that it gives out begin with one of these letters ("H": H-261128-0001-5). `show`
     * answers whoever brings such a number with its four digits; ERR_MISSING, after counting the
     * try, when the two do not belong together (app/shell/shell.h). */
    const char *letters;
    enum err (*show)(struct cx *cx, const struct req *rq, struct reply *rp, struct str number,
                     struct str word);
};

/* ---- the request ---- */

struct str req_method(const struct req *rq);
struct str req_path(const struct req *rq);
struct str req_pattern(const struct req *rq); /* of its route: /n/{id}; empty if it has none */
uint32_t req_roles(const struct req *rq); /* whom its route is for; 0 = anybody, or it has none */
struct str req_header(const struct req *rq, const char *name); /* empty if absent */
struct str req_cookie(const struct req *rq, const char *name);
struct str req_query(const struct req *rq, const char *name); /* decoded; empty if absent */
struct str req_part(const struct req *rq, const char *name);  /* the {name} of the path, decoded */
struct str req_body(const struct req *rq);
struct str
req_peer(const struct req *rq); /* client address; of X-Forwarded-For only behind a trusted proxy */
bool req_is_api(const struct req *rq); /* path starts with /api/ */
/* A {name} or query value as an id: ERR_MISSING when it is not one. */
enum err req_id(struct cx *cx, const struct req *rq, const char *name, int64_t *out);
/* One value of the form (x-www-form-urlencoded or multipart) or of the JSON object: cleaned UTF-8.
 * Bad encoding was refused before the handler ran. Empty if absent. */
struct str req_field(const struct req *rq, const char *name);
/* A date that was typed or chosen, as days since 1970; 0 when there is none. ERR_INPUT under
 * `name` when it is not a date. */
enum err req_day(struct cx *cx, const struct req *rq, const char *name, int64_t *day);
size_t req_field_count(const struct req *rq, const char *name); /* repeated check boxes */
struct str req_field_nth(const struct req *rq, const char *name, size_t i);
bool req_is_essential(const struct req *rq); /* see struct route */
/* Field by field, in the order of sending; false: there are no more. */
bool req_each_field(const struct req *rq, size_t i, struct str *name, struct str *value);
/* Fills the .ask fields of a record from the form or JSON body. ERR_INPUT with all field faults;
 * what was typed stays readable by req_field() so that the form is shown again with it. Fields that
 * are not .ask are refused in JSON (so that nobody thinks they were taken) and ignored in forms. A
 * field that was not sent keeps its value, but a BOOL of a form becomes false: browsers do not send
 * an empty check box. */
enum err req_record(struct cx *cx, const struct req *rq, const struct shape *s, void *rec);
/* Carries one pointer from `prepare` to `handler`; lives in the request's arena. */
void req_keep(const struct req *rq, void *p);
void *req_kept(const struct req *rq); /* NULL if nothing was kept */
/* In `prepare` of a request with files: it has waited and worked for ten seconds, because there are
 * too many. What can be left out of looking at them is left out; others wait as well. */
bool req_is_late(const struct req *rq);
/* On an error page: it came from our own pages, by whoever may, with the token of another session.
 * Sent again with the one of now it would have been taken. */
bool req_is_stale(const struct req *rq);

/* A file of a multipart form; the bytes are those of the body and live as long as the request. */
struct upload {
    struct str field, filename, type; /* as the client says: type is never to be believed */
    struct str data;
};
/* The i-th file sent under `name`; NULL when there are not so many. A file field that the person
 * left empty is not there. */
const struct upload *req_upload(const struct req *rq, const char *name, size_t i);

/* The caller's address as a number, salted by the process: the same for one caller, to whom a whole
 * /64 of IPv6 belongs. Never 0. */
uint64_t req_caller(const struct req *rq);
/* Before something is reported of a place, whose doors are so many: ERR_BUSY and 429 when strangers
 * reported too much there in the last hour. A page that the handler has written by then is shown.
 * Who is signed in is not asked. */
enum err req_place_pays(struct cx *cx, const struct req *rq, int64_t place_id, int64_t doors);

bool req_secure(const struct req *rq); /* came by TLS, or through a trusted proxy that says so */
/* What the browser called us by: https://host:port; empty when that holds other characters than a
 * host's, since it comes from outside and is printed. */
struct str req_site(struct cx *cx, const struct req *rq);

/* ---- the reply ----
 * A handler that returns an error answers with the error page or problem of that error and
 * nothing is stored. With ERR_INPUT and ERR_CONFLICT the page that it wrote is kept, so that a
 * form is shown again with what was typed; the status is still that of the error. */

void reply_status(struct reply *rp, int status); /* default 200 */
void reply_header(struct reply *rp, const char *name,
                  struct str value); /* a value with control characters is dropped and logged */
/* HttpOnly SameSite=Lax Path=/, Secure as fits. max_age_s: 0 deletes, below 0 = until the browser
 * closes. */
void reply_cookie(struct reply *rp, const char *name, struct str value, int64_t max_age_s);
struct out *reply_html(struct reply *rp); /* text/html; the buffer to write the page into */
struct out *reply_json(struct reply *rp); /* application/json */
struct out *reply_bytes(struct reply *rp, const char *content_type);
/* 303 to a path of this site; anything else (another host, "//") becomes "/". */
enum err reply_goto(struct cx *cx, struct reply *rp, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The record as JSON object through shape_json. */
enum err reply_record(struct cx *cx, struct reply *rp, const struct shape *s, const void *rec);
/* {"items":[…],"next":"cursor" or null}. `list` is a LIST of the shape's struct. */
enum err reply_list(struct cx *cx, struct reply *rp, const struct shape *s, const void *list,
                    struct str next);
/* Turns this reply into an event stream fed by web_publish() on `topic` of cx->community. */
void reply_stream(struct reply *rp, const char *topic);
/* What was written so far, for hooks.keep. */
int reply_status_of(const struct reply *rp);
struct str reply_header_of(const struct reply *rp, const char *name); /* empty if absent */
struct str reply_body_of(const struct reply *rp);

/* ---- the server ---- */

struct server;

struct web_hooks {
    void *arg;
    /* Called on the thread that will run the handler. `write` by method. begin gives cx->db.
     * end is called exactly once after each begin that was OK, and the transaction is over
     * whatever it returns. Only a commit may fail. NULL = there is no store. */
    enum err (*begin)(void *arg, struct cx *cx, bool write);
    enum err (*end)(void *arg, struct cx *cx, bool write, bool commit);
    /* Only with one_writer. The writer thread calls begin once for up to 256 requests, on a cx of
     * its own, and copies cx->db into the cx of each request. Around each of them it calls
     * job_begin (a savepoint) and job_end (keep it, or roll back to it). An error of either means
     * that the whole transaction is lost: the writer calls end(commit = false) and runs each
     * request again in a transaction of its own. Replies leave only after end(commit = true) said
     * OK; if it did not, every request of the batch gets that error (ERR_BUSY: the batch runs
     * again, 3 times at most). NULL = requests of a batch are not separated. */
    enum err (*job_begin)(void *arg, struct cx *cx);
    enum err (*job_end)(void *arg, struct cx *cx, bool keep);
    /* Asked of each unsafe request that was read, outside of a transaction: why it is not taken
     * (503, the words are shown and what was typed stays), NULL = it is. NULL = all are. */
    const char *(*shut)(void *arg, const struct req *rq, bool has_files);
    /* Whom to ask about what a request brings for sealed fields, and the community that it is most
     * likely of: outside of a transaction, from any thread. NULL (here too) = nothing is sealed
     * ahead. */
    struct vault *(*vault)(void *arg, const struct req *rq, int64_t *community);
    /* Cookie or token -> cx->who, cx->community; runs inside the transaction, before access. */
    enum err (*who)(void *arg, struct cx *cx, const struct req *rq);
    /* Draws an error page (HTML) for a fault: status, cx->fault, through reply_html() or
     * reply_goto(). No transaction is open; rq may have no route. JSON problems are web's own. */
    void (*error_page)(void *arg, struct cx *cx, const struct req *rq, int status,
                       struct reply *rp);
    /* Somebody who is signed in may not (403). No transaction is open. NULL = nobody is told. */
    void (*refused)(void *arg, const struct cx *cx, const struct req *rq);
    /* After a commit that wrote: lets main wake what waits (outbox, event streams). */
    void (*committed)(void *arg, int64_t community);
    /* Stored answers by Idempotency-Key, inside the transaction. found -> reply is filled. */
    enum err (*replay)(void *arg, struct cx *cx, const struct req *rq, struct reply *rp,
                       bool *found);
    enum err (*keep)(void *arg, struct cx *cx, const struct req *rq, struct reply *rp);
    /* After the handler of an unsafe route that was OK, inside the transaction: the record of the
     * act. NULL = none is kept. */
    enum err (*record)(void *arg, struct cx *cx, const struct req *rq, const struct reply *rp);
    bool one_writer; /* SQLite: unsafe routes go to the writer thread in batches */
};

struct web_options {
    const char *listen; /* "127.0.0.1:8080", "[::1]:0"; NULL = no socket, only web_call() */
    const char *tls_cert, *tls_key;
    const char *trusted_proxy;    /* address whose X-Forwarded-* are believed */
    int io_threads, pool_threads; /* 0 = by cores */
    int connection_limit;         /* 0 = 8192, and of one address 512 unless there is a proxy */
    int queue_limit;              /* requests that may wait for a thread; 0 = 1024 in each lane */
    int stream_limit;             /* open event streams, half of them of strangers; 0 = 512 */
    /* Bytes of all bodies beyond 8 KiB at a time, half of it for those who are not signed in;
     * 0 = 256 MiB. */
    size_t large_limit;
    int head_ms, body_ms; /* deadlines for slow clients; 0 = 10 s, 15 s + size by 4 KiB/s */
    /* Unsafe requests of one address (IPv6: of one /64) that nobody is signed in for: so many at
     * once, so many a minute. 0 = 60 and 60; burst below 0 = no limit. More is 429. */
    int anonymous_burst, anonymous_per_minute;
    /* So many of one place at once, and so many in an hour, by whoever is not signed in; never less
     * than two of each door. 0 = 60; below 0 = no limit. */
    int anonymous_per_place;
    /* How long a page of a shared route is shown again at most, in ms; 0 = never. A change made
     * through this server ends it at once, one of another process shows after this time. */
    int keep_ms;
    const struct feature *const *features;
    size_t nfeatures;
    struct env *env;
};

/* Checks routes and shapes, listens, starts the threads. The server lives in cx->mem, which must
 * outlive it, and so must `opt->features` and `hooks`' arg. ERR_INPUT: the fault says what is
 * wrong. */
enum err web_start(struct cx *cx, const struct web_options *opt, const struct web_hooks *hooks,
                   struct server **out);
int web_port(const struct server *sv);
void web_stop(struct server *sv); /* finishes what was accepted */
/* One event ("data: ...", a message for EventSource.onmessage) for every stream on `topic` of
 * `community`, from any thread, never blocking. A reader that is 16 KiB behind is dropped;
 * browsers come back by themselves. */
void web_publish(struct server *sv, int64_t community, const char *topic, struct str data);
/* Something of `community` was committed without a request (jobs): kept pages are old. */
void web_changed(struct server *sv, int64_t community);
/* Prometheus text of counters: requests by route and status, batch sizes, queue lengths. */
void web_metrics(struct server *sv, struct out *o);
/* The server that a request came to, for the page of its metrics. */
struct server *req_server(const struct req *rq);
/* What the route "POST /d/need/{need}/accept" is called; NULL when there is none. */
const char *web_title(const struct server *sv, struct str route);

/* Runs one request through the whole road without a socket (tests, fuzz, the access matrix) and
 * waits for the answer. `head` is "Name: value" lines; `head` and `body` are in `mem`. A Host
 * header is put in if there is none; the limit for anonymous callers does not apply. Returns what
 * the road ended with (OK for any reply the handler made).
 */
struct web_call {
    const char *method, *target; /* target with query */
    const char *const *headers;  /* name, value, ..., NULL */
    struct str body;
};
enum err web_call(struct server *sv, struct arena *mem, const struct web_call *call, int *status,
                  struct str *head, struct str *body);

#endif
