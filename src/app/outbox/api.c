/* api -- adapters and messages as JSON under /api/v1. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/outbox/outbox_own.h"
#include "app/account/account.h"

enum { LIST_MAX = 100 };

/* The record as it stands now: what was typed into url and secret never comes back. */
static enum err reply_adapter(struct cx *cx, struct reply *rp, int64_t id)
{
    struct adapter a = {0};
    TRY(adapter_get(cx, id, &a));
    return reply_record(cx, rp, &adapter_shape, &a);
}

static enum err api_adapters(struct cx *cx, const struct req *rq, struct reply *rp)
{
    adapter_list all = {0};
    (void)rq;
    TRY(adapter_all(cx, &all));
    return reply_list(cx, rp, &adapter_shape, &all, S(""));
}

static enum err api_adapter(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    return reply_adapter(cx, rp, id);
}

static enum err api_adapter_add(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct adapter a = {0};
    TRY(adapter_read(cx, rq, &a));
    reply_status(rp, 201);
    return reply_adapter(cx, rp, a.id);
}

static enum err api_adapter_change(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct adapter a = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(adapter_get(cx, id, &a));
    TRY(adapter_read(cx, rq, &a));
    return reply_adapter(cx, rp, id);
}

static enum err api_adapter_step(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(adapter_step(cx, id, req_part(rq, "step")));
    return reply_adapter(cx, rp, id);
}

/* ?state=failed, the default; waiting, sent, dropped */
static enum err api_messages(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str code = req_query(rq, "state");
    outbox_list all = {0};
    for (int s = OUTBOX_WAITING; s <= OUTBOX_DROPPED; s++)
        if (str_is(code.n ? code : S("failed"), outbox_state_codes[s])) {
            TRY(outbox_find(cx, (enum outbox_state)s, LIST_MAX, &all));
            return reply_list(cx, rp, &outbox_shape, &all, S(""));
        }
    return fail_field(cx, "state", "state 写 waiting、sent、failed 或 dropped");
}

static enum err api_message_step(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(outbox_step(cx, id, req_part(rq, "step")));
    reply_status(rp, 204);
    return OK;
}

static const struct route routes[] = {
    {"GET", "/api/v1/adapters", api_adapters, ROLE_ADMIN, "外发接口", .out = &adapter_shape},
    {"POST", "/api/v1/adapters", api_adapter_add, ROLE_ADMIN, "加外发接口", .in = &adapter_shape,
     .out = &adapter_shape, .keeps = true},
    {"GET", "/api/v1/adapters/{id}", api_adapter, ROLE_ADMIN, "一个外发接口",
     .out = &adapter_shape},
    {"POST", "/api/v1/adapters/{id}", api_adapter_change, ROLE_ADMIN, "改外发接口",
     .in = &adapter_shape, .out = &adapter_shape},
    {"POST", "/api/v1/adapters/{id}/{step}", api_adapter_step, ROLE_ADMIN, "停用、启用、试发",
     .out = &adapter_shape},
    {"GET", "/api/v1/outbox", api_messages, ROLE_ADMIN, "外发消息", .out = &outbox_shape},
    {"POST", "/api/v1/outbox/{id}/{step}", api_message_step, ROLE_ADMIN, "再发或不再发"},
};

const struct feature outbox_api_feature = {
    .name = "outbox_api", .routes = routes, .nroutes = COUNT(routes)};
