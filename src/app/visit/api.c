/* api -- visits as JSON under /api/v1: what a phone takes along in the morning, and what it hands
 * in. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/visit/visit_own.h"

enum { JOBS_MOST = 30 };

/* ---- what is handed in ---- */

static void write_needs(struct cx *cx, struct out *o, const need_list *needs)
{
    for (size_t i = 0; i < needs->n; i++) {
        const struct need *n = &needs->at[i];
        out_printf(o, "%s{\"id\":\"%lld\",\"number\":", i ? "," : "", (long long)n->id);
        out_json(o, n->number);
        out_c(o, ",\"word\":");
        out_json(o, n->word);
        out_c(o, ",\"text\":");
        out_json(o, n->text);
        out_c(o, "}");
    }
    (void)cx;
}

static void write_saved(struct cx *cx, struct reply *rp, const struct visit_saved *s)
{
    struct out *o = reply_json(rp);
    out_c(o, "{\"visit\":");
    shape_json(cx, o, &visit_shape, &s->v);
    out_c(o, ",\"needs\":[");
    write_needs(cx, o, &s->needs);
    out_c(o, "],\"notes\":[");
    for (size_t i = 0; i < s->notes.n; i++) {
        out_c(o, i ? "," : "");
        out_json(o, s->notes.at[i]);
    }
    out_printf(o, "],\"again\":%s}", s->again ? "true" : "false");
}

static enum err api_save(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct visit_said said = {0};
    struct visit_saved saved;
    struct str key = req_header(rq, "Idempotency-Key");
    TRY(visit_read_said(cx, rq, &said));
    if (!key.n)
        return fail(cx, ERR_INPUT, "请带上 Idempotency-Key：手机给这次走访的编号，重发时不变");
    TRY(visit_save(cx, key, &said, &saved));
    TRY(visit_photos(cx, rq, &saved));
    reply_status(rp, saved.again ? 200 : 201);
    write_saved(cx, rp, &saved);
    return OK;
}

/* ---- what is taken along ---- */

static void write_line(struct out *o, const char *name, struct str value)
{
    out_printf(o, ",\"%s\":", name);
    out_json(o, value);
}

/* A need in the pack: what was asked and where it stands; no person, no number to call. */
static void write_few(struct out *o, const char *name, const need_list *needs)
{
    out_printf(o, ",\"%s\":[", name);
    for (size_t i = 0; i < needs->n; i++) {
        const struct need *n = &needs->at[i];
        out_printf(o, "%s{\"id\":\"%lld\"", i ? "," : "", (long long)n->id);
        write_line(o, "number", n->number);
        write_line(o, "text", n->title.n ? n->title : n->text);
        write_line(o, "state", str_c(need_state_labels[n->state]));
        write_line(o, "answer", n->answer);
        out_c(o, "}");
    }
    out_c(o, "]");
}

static void write_stop(struct out *o, const struct visit_stop *s)
{
    const struct door *d = &s->d;
    out_printf(o, "{\"visit_id\":\"%lld\",\"door_id\":\"%lld\",\"rev\":%lld,\"floor\":%lld",
               (long long)s->v.id, (long long)d->id, (long long)d->rev,
               (long long)door_floor(d->door));
    write_line(o, "place", d->place_text);
    write_line(o, "door", d->door);
    write_line(o, "why", str_c(flow_label(visit_reasons, s->v.reason)));
    write_line(o, "state", str_c(visit_state_codes[s->v.state]));
    write_line(o, "promise", d->promise);
    out_printf(o, ",\"tries\":%lld,\"quiet_until\":%lld,\"next_day\":%lld", (long long)s->v.tries,
               (long long)d->quiet_until, (long long)d->next_day);
    write_few(o, "raised", &s->raised);
    write_few(o, "answers", &s->answers);
    out_c(o, "}");
}

static enum err write_jobs(struct cx *cx, struct out *o)
{
    struct need_filter f = {
        .state = S("open"), .owner_person = cx->who.person_id, .limit = JOBS_MOST};
    need_list jobs = {0};
    struct str next;
    TRY(need_search(cx, &f, &jobs, &next));
    for (size_t i = 0; i < jobs.n; i++) {
        const struct need *n = &jobs.at[i];
        out_printf(o, "%s{\"id\":\"%lld\",\"due_at\":%lld", i ? "," : "", (long long)n->id,
                   (long long)n->due_at);
        write_line(o, "number", n->number);
        write_line(o, "text", n->title.n ? n->title : n->text);
        write_line(o, "place", n->place_text);
        out_c(o, "}");
    }
    return OK;
}

static enum err api_pack(struct cx *cx, const struct req *rq, struct reply *rp)
{
    visit_stop_list stops = {0};
    int64_t today = time_day(cx->now);
    struct out *o = reply_json(rp);
    (void)rq;
    TRY(visit_today(cx, VISIT_PACK_MOST, &stops));
    reply_header(rp, "Cache-Control", S("no-store"));
    out_printf(o, "{\"day\":%lld,\"now\":%lld,\"wipe_at\":%lld", (long long)today,
               (long long)cx->now, (long long)time_day_start(today + 1));
    write_line(o, "name", cx->who.name);
    out_c(o, ",\"doors\":[");
    for (size_t i = 0; i < stops.n; i++) {
        out_c(o, i ? "," : "");
        write_stop(o, &stops.at[i]);
    }
    out_c(o, "],\"jobs\":[");
    TRY(write_jobs(cx, o));
    out_c(o, "]}");
    return OK;
}

/* ---- planning and wishes ---- */

static enum err api_wish(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct door_wish w = {0};
    struct door d;
    TRY(req_record(cx, rq, &door_wish_shape, &w));
    TRY(visit_wish(cx, &w, &d));
    reply_status(rp, 201);
    return reply_record(cx, rp, &door_shape, &d);
}

static enum err api_plan(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct door_wish w = {0};
    struct visit v;
    TRY(req_record(cx, rq, &door_wish_shape, &w));
    TRY(visit_plan(cx, w.place, w.door, w.plan_day, &v));
    reply_status(rp, 201);
    return reply_record(cx, rp, &visit_shape, &v);
}

static enum err api_doors(struct cx *cx, const struct req *rq, struct reply *rp)
{
    door_list all = {0};
    (void)rq;
    TRY(visit_doors(cx, &all));
    return reply_list(cx, rp, &door_shape, &all, S(""));
}

static enum err api_get(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct visit v;
    int64_t id;
    TRY(req_id(cx, rq, "visit", &id));
    TRY(visit_get(cx, id, &v));
    return reply_record(cx, rp, &visit_shape, &v);
}

static enum err api_told(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(visit_told(cx, id));
    out_c(reply_json(rp), "{\"told\":true}");
    return OK;
}

static enum err api_settle(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id;
    TRY(req_id(cx, rq, "hint", &id));
    TRY(visit_settle(cx, id, req_field(rq, "choice")));
    out_c(reply_json(rp), "{\"settled\":true}");
    return OK;
}

static const struct route routes[] = {
    {"GET", "/api/v1/pack", api_pack, ROLES_VISIT, "今天要走访的门，带上路"},
    {"POST", "/api/v1/visits", api_save, ROLES_VISIT, "交回一次走访", .in = &visit_said_shape,
     .out = &visit_shape, .keeps = true, .prepare = need_photos_prepare,
     .body_max = NEED_PHOTO_BODY},
    {"POST", "/api/v1/visits/plan", api_plan, ROLES_VISIT, "排一次走访", .in = &door_wish_shape,
     .out = &visit_shape, .keeps = true},
    {"GET", "/api/v1/visits/{visit}", api_get, ROLES_VISIT, "一次走访", .out = &visit_shape},
    {"POST", "/api/v1/needs/{id}/told", api_told, ROLES_VISIT, "当面告诉了办得怎样", .keeps = true},
    {"GET", "/api/v1/doors", api_doors, ROLES_VISIT, "说过心愿的门", .out = &door_shape},
    {"POST", "/api/v1/doors", api_wish, .title = "请人上门，或近期不用上门", .in = &door_wish_shape,
     .out = &door_shape, .keeps = true},
    {"POST", "/api/v1/doors/hints/{hint}", api_settle, ROLES_VISIT, "两个说法选一个",
     .keeps = true},
};
static const struct shape *const shapes[] = {&visit_shape,     &door_shape,
                                             &door_wish_shape, &visit_said_shape,
                                             &door_hint_shape, &visit_event_shape};

const struct feature visit_api_feature = {.name = "visit_api",
                                          .routes = routes,
                                          .nroutes = COUNT(routes),
                                          .shapes = shapes,
                                          .nshapes = COUNT(shapes)};
