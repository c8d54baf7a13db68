/* metrics -- counters as Prometheus text. Numbers of the machine, never of people. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"

void count_reply(struct task *t, int status, int64_t ms)
{
    struct row *row = t->rq.route ? router_row(&t->sv->router, t->rq.route) : NULL;
    size_t class = status >= 100 && status < 600 ? (size_t)status / 100 : 5;
    atomic_fetch_add(row ? &row->by_class[class] : &t->sv->count.other[class], 1);
    if (row)
        atomic_fetch_add(&row->total_ms, (uint64_t)(ms > 0 ? ms : 0));
}

static void gauge(struct out *o, const char *name, const char *help, uint64_t v)
{
    out_printf(o, "# HELP linghang_%s %s\n# TYPE linghang_%s gauge\nlinghang_%s %llu\n", name, help,
               name, name, (unsigned long long)v);
}

static void total(struct out *o, const char *name, const char *help, uint64_t v)
{
    out_printf(o, "# HELP linghang_%s %s\n# TYPE linghang_%s counter\nlinghang_%s %llu\n", name,
               help, name, name, (unsigned long long)v);
}

static void requests(struct server *sv, struct out *o)
{
    out_c(o, "# HELP linghang_http_requests_total Requests by route and class of status.\n"
             "# TYPE linghang_http_requests_total counter\n");
    for (size_t i = 0; i < sv->router.n; i++)
        for (size_t k = 1; k < 6; k++) {
            struct row *row = &sv->router.rows[i];
            uint64_t n = atomic_load(&row->by_class[k]);
            if (n)
                out_printf(o,
                           "linghang_http_requests_total{method=\"%s\",route=\"%s\","
                           "status=\"%zuxx\"} %llu\n",
                           row->route->method, row->route->path, k, (unsigned long long)n);
        }
    for (size_t k = 1; k < 6; k++)
        out_printf(o, "linghang_http_requests_total{route=\"-\",status=\"%zuxx\"} %llu\n", k,
                   (unsigned long long)atomic_load(&sv->count.other[k]));
    out_c(o, "# HELP linghang_http_request_ms_total Milliseconds spent, by route.\n"
             "# TYPE linghang_http_request_ms_total counter\n");
    for (size_t i = 0; i < sv->router.n; i++) {
        struct row *row = &sv->router.rows[i];
        uint64_t ms = atomic_load(&row->total_ms);
        if (ms)
            out_printf(o, "linghang_http_request_ms_total{method=\"%s\",route=\"%s\"} %llu\n",
                       row->route->method, row->route->path, (unsigned long long)ms);
    }
}

static void batches(struct server *sv, struct out *o)
{
    uint64_t sum = 0;
    out_c(o, "# HELP linghang_write_batch_jobs Requests stored by one commit.\n"
             "# TYPE linghang_write_batch_jobs histogram\n");
    for (size_t k = 0; k < COUNT(sv->count.batch_le); k++) {
        sum += atomic_load(&sv->count.batch_le[k]);
        out_printf(o, "linghang_write_batch_jobs_bucket{le=\"%d\"} %llu\n", 1 << k,
                   (unsigned long long)sum);
    }
    out_printf(o,
               "linghang_write_batch_jobs_bucket{le=\"+Inf\"} %llu\n"
               "linghang_write_batch_jobs_sum %llu\nlinghang_write_batch_jobs_count %llu\n",
               (unsigned long long)sum, (unsigned long long)atomic_load(&sv->count.jobs),
               (unsigned long long)atomic_load(&sv->count.batches));
}

void web_metrics(struct server *sv, struct out *o)
{
    requests(sv, o);
    batches(sv, o);
    gauge(o, "pool_queue", "Requests that wait for a thread.", queue_length(&sv->pool));
    gauge(o, "file_queue", "Requests with files that wait for a thread.", queue_length(&sv->files));
    gauge(o, "large_bodies_bytes", "Memory of bodies beyond 8 KiB.", atomic_load(&sv->large));
    gauge(o, "write_queue", "Requests that wait for the writer.", queue_length(&sv->writing));
    gauge(o, "connections", "Open connections.", guard_count(sv));
    gauge(o, "streams", "Open event streams.", streams_count(sv));
    total(o, "write_reruns_total", "Batches lost by the store and run one by one.",
          atomic_load(&sv->count.reruns));
    total(o, "late_connections_total", "Connections cut because they were too slow.",
          atomic_load(&sv->count.late));
    total(o, "kept_pages_total", "Pages shown again without asking the store.",
          atomic_load(&sv->count.again));
    total(o, "events_total", "Events published.", atomic_load(&sv->count.events));
    total(o, "dropped_streams_total", "Event readers cut because they were behind.",
          atomic_load(&sv->count.dropped));
}
