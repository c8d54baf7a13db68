/* machine -- see machine.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/machine.h"
#include "main/features.h"
#include "main/openapi.h"
#include "main/upkeep.h"

/* Answers only when the store did: the road has begun a transaction before it comes here. */
static enum err get_health(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)cx;
    (void)rq;
    out_c(reply_json(rp), "{\"status\":\"ok\"}");
    return OK;
}

static enum err get_metrics(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)cx;
    web_metrics(req_server(rq), reply_bytes(rp, "text/plain; version=0.0.4; charset=utf-8"));
    return OK;
}

static enum err get_openapi(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)cx;
    (void)rq;
    openapi_write(reply_json(rp), features, feature_count);
    return OK;
}

static const struct route routes[] = {
    {"GET", "/healthz", get_health, .title = "活着吗", .kind = ROUTE_INLINE},
    {"GET", "/metrics", get_metrics, .title = "运行指标", .kind = ROUTE_INLINE},
    {"GET", "/openapi.json", get_openapi, .title = "接口说明", .kind = ROUTE_POOL},
};

const struct feature machine_feature = {.name = "machine",
                                        .routes = routes,
                                        .nroutes = COUNT(routes),
                                        .jobs = UPKEEP_JOBS,
                                        .job = upkeep_job};
