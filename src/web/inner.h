/*
 * inner -- what the files of src/web share and no feature sees: the request and the reply laid
 * open, the task that carries both between threads, the server.
 *
 * A task is one request: taken from a free list when the head of a request is complete, given back
 * when the last byte of the answer has left. One thread owns it at a time; it changes hands only
 * through a queue (pool.c, writer.c) and through task->wake.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WEB_INNER_H
#define WEB_INNER_H

#include "base/env.h"
#include "web/web.h"
#include <pthread.h>
#include <stdatomic.h>
#include <sys/types.h>

enum {
    HEADERS_MAX = 64,
    FIELDS_MAX = 512, /* of a form or a JSON object, repeated names counted */
    NAME_MAX_BYTES = 100,
    UPLOADS_MAX = 32,
    BODY_DEFAULT = 64 << 10,
    MEM_DEFAULT = 16 << 20,
    MEM_RESERVE = 1 << 20, /* of each arena: for begin, end and the error page, when it is full */
    TRIES = 3,             /* of a transaction that the store calls busy */
    TRIES_MANY = 10,       /* ... where many write at once, with pauses between */
    TRIES_TOGETHER = 1,    /* of these beside other writers; then alone, see turn.c */
    BATCH_MAX = 256,
    FILE_THREADS = 2,     /* that prepare what came with files */
    BODY_LARGE = 8 << 10, /* bodies beyond this share opt.large_limit */
    IDLE_ARENAS = 64,     /* tasks of the free list that keep their first block of memory */
};

struct pair {
    struct str name, value;
};
typedef LIST(struct pair) pair_list;
typedef LIST(struct upload) upload_list;

struct task;

struct req {
    struct task *task;
    const struct route *route; /* NULL: an asset, or nothing was found */
    struct str method, path, query_text, body, peer;
    pair_list headers, query, parts, fields;
    upload_list uploads;
    bool unsafe;    /* not GET or HEAD */
    bool json;      /* the body is a JSON object */
    bool secure;    /* see req_secure() */
    bool http10;    /* the client speaks HTTP/1.0 */
    bool tls;       /* came by TLS of our own */
    bool proxied;   /* the peer is the trusted proxy: its X-Forwarded-* were believed */
    int64_t length; /* Content-Length; -1 = not said */
};

struct reply {
    struct req *rq;
    struct arena *mem;
    int status;
    const char *type;
    struct out body;
    bool written;          /* somebody asked for the body buffer */
    pair_list headers;     /* names and values end with NUL */
    struct stream *stream; /* events follow */
    struct str sent;       /* after reply_seal(): the bytes that leave */
    bool close;            /* the connection ends with this reply */
    bool forever;          /* an asset: cached for a year */
};

struct guard_slot;
struct stream;

struct task {
    struct server *sv;
    struct req rq;
    struct reply rp;
    struct cx cx;
    struct arena mem;
    size_t limit;            /* of mem, while a handler runs; beyond it is MEM_RESERVE */
    struct arena_mark start; /* everything behind it belongs to one try */
    char id[20];             /* the request id */
    int64_t began_ms, queued_ms;
    int64_t waited_ms;            /* cx.waited_ms of all tries */
    enum err err;                 /* what the road ended with */
    int refused;                  /* a status that no enum err has: 400 403 405 413 429; else 0 */
    bool stale;                   /* refused for its token alone: a fresh one would do */
    bool full;                    /* the arena was full */
    bool bucket_paid, place_paid; /* the anonymous limits were asked already */
    bool known;                   /* somebody signed in sends it: it has a lane of its own */
    bool changed;                 /* a commit wrote */
    bool again;                   /* the reply is a kept one: sealed already */
    uint64_t seen;                /* cache_seen() before the transaction began */
    bool finished;                /* road_finish() ran */
    void *kept;                   /* req_keep() */
    struct vault_ahead *ahead;    /* sealed.c, or NULL */
    struct task *next;            /* of a queue or the free list */
    void (*wake)(struct task *t); /* called by the thread that is done with it */
    size_t large;                 /* bytes of sv->large that are this task's */
    bool dispatched;
    _Atomic bool done;
    void *wake_arg;    /* http.c: the connection; server.c: who waits */
    struct out upload; /* http.c: the body as it comes, and the piece that came last */
    struct str piece;
    struct guard_slot *slot; /* of the connection */
};

/* One row of the router's table; see router.c. */
struct row {
    const struct route *route;
    struct str segments[12];
    size_t nsegments;
    _Atomic uint64_t by_class[6]; /* replies by status / 100 */
    _Atomic uint64_t total_ms;
};

struct router {
    struct row *rows; /* by number of segments, then most literal first */
    size_t n;
    size_t first[14]; /* first[k]..first[k+1]: rows of k segments */
};

enum { LANE_OTHERS, LANE_KNOWN, LANES };

/* Those who are signed in do not stand behind those who are not, who for their part do not wait for
 * ever. */
struct queue {
    pthread_mutex_t lock;
    pthread_cond_t some, known; /* `known`: for the thread that takes nothing else */
    struct lane {
        struct task *head, *tail;
        size_t n;
    } lanes[LANES];
    size_t limit; /* of each lane */
    int in_a_row; /* taken of LANE_KNOWN alone while others waited */
    bool closed;
};

struct counters {
    _Atomic uint64_t batches, jobs, reruns;
    _Atomic uint64_t batch_le[9]; /* batches of up to 1, 2, 4 ... 256 jobs */
    _Atomic uint64_t other[6];    /* replies without a route, by status / 100 */
    _Atomic uint64_t late;        /* connections cut by the guard */
    _Atomic uint64_t again;       /* kept pages shown */
    _Atomic uint64_t events, dropped;
};

struct bucket {
    uint64_t who; /* salted hash of the address; 0 = free */
    int64_t at_ms;
    int64_t milli; /* thousandths of a token */
    int64_t burst, per_hour;
};

struct guard;
struct streams;
struct cache;

struct server {
    struct web_options opt;
    struct web_hooks hooks;
    struct arena mem; /* what grows after the start: tasks; under task_lock */
    pthread_mutex_t task_lock;
    struct task *free_tasks;
    size_t nfree, ntasks, busy;
    pthread_cond_t idle;  /* busy became 0 */
    pthread_cond_t rouse; /* `quiet` or `stopping` was set: the sweeper need not sleep out */
    struct router router;
    struct queue pool, files, writing;
    pthread_rwlock_t turn; /* turn.c */
    pthread_t *threads;    /* pool */
    int nthreads;
    pthread_t file_threads[FILE_THREADS];
    int nfile_threads;
    _Atomic size_t large; /* bytes of large bodies in work, announced or here */
    pthread_t writer, sweeper;
    struct arena batch_mem, ahead_mem;
    pthread_mutex_t bucket_lock;
    struct bucket *buckets;
    _Atomic uint64_t *lanes; /* lane.c */
    uint64_t salt;           /* of server_hash() */
    struct guard *guard;
    struct streams *streams;
    struct cache *cache;
    struct counters count;
    void *daemon; /* http.c */
    int listen_fd, port;
    bool handed;           /* see listen_open() */
    _Atomic bool draining; /* each reply is the last one of its connection */
    struct str tls_cert, tls_key;
    _Atomic bool quiet; /* nothing more is accepted; replies are still leaving */
    _Atomic bool stopping;
    bool writes, sweeping; /* the thread was started */
};

/* ---- server.c ---- */
/* FNV-1a from a secret start, so that nobody can aim at a place of a table. Never 0. */
uint64_t server_hash(const struct server *sv, const void *p, size_t n);

/* ---- task.c ---- */
struct task *task_take(struct server *sv); /* NULL: as many as there may be are in work */
void task_give(struct task *t);

/* ---- req.c ---- */
struct str pair_get(const pair_list *list, struct str name, bool ignore_case);
bool str_same_letters(struct str a, struct str b); /* ASCII case does not matter */

/* ---- router.c ---- */
enum err router_make(struct cx *cx, struct router *r, const struct feature *const *features,
                     size_t n);
/* Fills rq->route and rq->parts. ERR_MISSING, or ERR_INPUT with task->refused = 405. */
enum err router_find(struct cx *cx, const struct router *r, struct req *rq);
struct row *router_row(struct router *r, const struct route *route);

/* ---- guard.c ---- */
/* Framing that two parsers may read differently. NULL, or what is wrong. */
const char *guard_head(const struct req *rq);
enum err guard_new(struct cx *cx, struct server *sv);
struct guard_slot *guard_enter(struct server *sv, int fd); /* a connection was accepted */
void guard_leave(struct server *sv, struct guard_slot *slot);
void guard_body(struct server *sv, struct guard_slot *slot, size_t got); /* the body is awaited */
void guard_reply(struct server *sv, struct guard_slot *slot,
                 size_t n);               /* n bytes leave; 0 = stream */
void guard_work(struct guard_slot *slot); /* no deadline: we are at work */
void guard_know(struct guard_slot *slot); /* who is signed in may be slow also in a crowd */
void guard_next(struct server *sv, struct guard_slot *slot); /* the next head is awaited */
void guard_cut(struct server *sv, struct guard_slot *slot);  /* ends the connection now */
/* Sends what fits without waiting, around the library: only before it has written a byte. */
void guard_tell(struct server *sv, struct guard_slot *slot, const char *text);
size_t guard_count(struct server *sv);
void *guard_sweep(void *server); /* the thread */

/* ---- form.c, multipart.c, json_in.c: all give ERR_INPUT for what is not well made ---- */
enum err form_read(struct cx *cx, struct str text, size_t max, pair_list *out);
bool form_decode(struct arena *a, struct str s, bool plus,
                 struct str *out); /* %XX, UTF-8, no NUL */
enum err form_add(struct cx *cx, pair_list *out, struct str name, struct str value);
enum err multipart_read(struct cx *cx, struct str type, struct str body, pair_list *fields,
                        upload_list *uploads);
enum err json_read(struct cx *cx, struct str body, pair_list *fields);
/* A parameter of a header: header_param(S("a/b; x=\"1\""), "x") is 1. */
struct str header_param(struct arena *a, struct str value, const char *name);
/* The body of a request into its fields, by content type. */
enum err body_read(struct cx *cx, struct req *rq);

/* ---- csrf.c, bucket.c, lane.c ---- */
enum err lane_new(struct cx *cx, struct server *sv);
bool lane_is_known(const struct task *t);
void lane_learn(const struct task *t); /* cx.who is whom its cookie or token stands for */
enum err same_origin(struct cx *cx, const struct req *rq);
enum err csrf_check(struct cx *cx, const struct req *rq);
enum err bucket_new(struct cx *cx, struct server *sv);
enum err bucket_pay(struct cx *cx, struct task *t);           /* task->refused = 429 */
uint64_t bucket_of(const struct server *sv, struct str peer); /* salted; the same for one caller */

/* ---- road.c ---- */
/* The parts of the road. Each may be called on another thread; none blocks but road_work. */
bool road_head(struct task *t); /* head complete: framing, route, limits. false: answer now */
bool road_body(struct task *t); /* body complete: fields. false: answer now */
enum where { AT_ONCE, IN_POOL, WITH_FILES, IN_WRITER };
enum where road_where(const struct task *t);
void road_prepare(struct task *t); /* t->err != OK: answer now */
void road_work(struct task *t);    /* in a transaction of its own */
/* Runs the transaction's inside on a cx whose db is open; used by road_work and the writer. */
enum err road_inside(struct task *t, struct conn *db);
void road_again(struct task *t);   /* forgets a try: arena, cx, reply */
void road_changed(struct task *t); /* what it wrote is committed: tells whoever waits for that */
void road_finish(struct task *t);  /* the reply is drawn, sealed, counted, logged */
/* Runs `step` with a full arena caught: ERR_BUSY and t->full. */
enum err road_guarded(struct task *t, size_t limit, enum err (*step)(struct task *t));
size_t road_body_max(const struct task *t);
void road_refuse_busy(struct task *t, const char *why);

/* ---- reply.c, problem.c ---- */
void reply_init(struct reply *rp, struct req *rq, struct arena *mem);
int status_of(const struct task *t);
void problem_write(struct task *t, int status);
const char *problem_title(int status);
void reply_seal(struct task *t); /* security headers, compression */
bool reply_accepts_gzip(const struct req *rq);
void reply_bare(struct task *t); /* the last resort: text that needs no memory */
void reply_put_header(struct reply *rp, const char *name, const char *value);

/* ---- cache.c ---- */
enum err cache_new(struct cx *cx, struct server *sv);
void cache_free(struct server *sv);
/* How much has changed so far: to be asked before the transaction that fills a page begins. */
uint64_t cache_seen(const struct server *sv);
bool cache_show(struct task *t); /* a kept page is this request's sealed reply */
void cache_keep(struct task *t); /* the sealed reply, if it may be shown to others */

/* ---- static.c ---- */
bool static_is(struct str path);
void static_reply(struct task *t);

/* ---- pool.c, writer.c ---- */
void queue_init(struct queue *q, size_t limit);
bool queue_put(struct queue *q, struct task *t); /* false: full or closed */
/* Up to `max` tasks, waiting for the first; those of LANE_KNOWN first, and beside them only few
 * others: a batch is answered as a whole. After eight times without any of the others who wait,
 * it is theirs. 0 = closed and empty. */
size_t queue_take(struct queue *q, struct task **out, size_t max);
/* When somebody signed in waits, the `rest` that was taken, of LANE_OTHERS, goes back in front. */
bool queue_gives_way(struct queue *q, struct task *const *rest, size_t n);
/* One task of LANE_KNOWN. False = closed and none left. */
bool queue_take_known(struct queue *q, struct task **out);
void queue_close(struct queue *q);
size_t queue_length(struct queue *q);
void *pool_run(void *server);
void *pool_run_known(void *server); /* works for those who are signed in, and for nobody else */
void *files_run(void *server);
void *writer_run(void *server);
void task_send(struct task *t, enum where where); /* into the queue, or answered with 503 */
bool task_is_late(const struct task *t);          /* it waited too long for its turn */

/* ---- sealed.c ---- */
/* Sealed fields of requests that are about to be handled, in one question a community; what it
 * makes lives in `mem`. Neither asks the store nor fails: what is not sealed now is asked for
 * later. */
void sealed_ahead(struct server *sv, struct arena *mem, struct task *const *at, size_t n);

/* ---- turn.c ---- */
void turn_new(struct server *sv);
/* Waits until nobody runs alone, or, when `alone`, until nobody runs at all. False: waited long
 * enough, run anyway. What it says goes to turn_give(). */
bool turn_take(struct server *sv, bool alone);
void turn_give(struct server *sv, bool taken);

/* ---- stream.c ---- */
enum err streams_new(struct cx *cx, struct server *sv);
/* The stream that t's reply asked for starts. `park` and `unpark` stop and restart its connection.
 * False when there are too many. */
bool stream_open(struct task *t, void (*park)(struct task *), void (*unpark)(struct task *));
void stream_close(struct task *t); /* also when it was never opened */
/* Bytes to send: 0 = none yet, the connection has been parked; -1 = the end. */
ssize_t stream_read(struct task *t, char *buf, size_t max);
void streams_ping(struct server *sv);
void streams_end(struct server *sv); /* all of them, at stop */
size_t streams_count(struct server *sv);

/* ---- metrics.c ---- */
void count_reply(struct task *t, int status, int64_t ms);

/* ---- http.c, listen.c ---- */
/* `*handed`: the socket goes on listening when this server ends. */
enum err listen_open(struct cx *cx, const char *where, int *fd, int *port, bool *handed);
enum err listen_read_file(struct cx *cx, const char *path, struct str *out);
enum err http_start(struct cx *cx, struct server *sv);
void http_quiet(struct server *sv); /* accepts nothing more */
void http_stop(struct server *sv);

#endif
