/* web_guard -- complaints: the page of those two who may open who asked, and, for programs, saying
 * whether one has a part in it. Rules are in need_guard.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/pages.h"
#include "base/id.h"
#include "need.html.h"
#include "need.sql.h"

struct need_declared {
    struct str answer;
};
static const struct field declared_fields[] = {
    FIELD(struct need_declared, answer, "和您有没有关系", .ask = true, .required = true, .max = 20,
          .data = DATA_WORK, .hint = "none、subject、unit、neighbour、other"),
};
static const struct shape need_declared_shape =
    SHAPE("need_declared", struct need_declared, declared_fields);

need_reason_list need_reasons(const struct flow_reason *list)
{
    need_reason_list out = {.at = list};
    while (list && list[out.n].code)
        out.n++;
    return out;
}

/* ---- the page ---- */

static enum err draw(struct cx *cx, const struct req *rq, struct reply *rp, struct str typed,
                     int64_t wrong)
{
    struct need_guard_view v = {.rq = rq, .q = typed, .wrong = wrong};
    struct fault fault = cx->fault;
    struct str number = S("");
    fault_clear(cx);
    bool known = !typed.n || id_number_read(cx, typed, &number);
    if (known)
        TRY(need_guarded(cx, number, &v.all));
    else
        TRY(shield_keeper(cx));
    for (size_t i = 0; i < v.all.n; i++)
        TRY(openings_told(cx, &need_seen, v.all.at[i].id, &PUSH(cx->mem, &v.seen)->lines));
    cx->fault = fault;
    v.page = shell_page(rq, SHELL_DESK, S("保密的诉求"), "guarded");
    v.page.here = S("/a/guarded");
    reply_header(rp, "Cache-Control", S("no-store"));
    need_guard_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err list_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw(cx, rq, rp, str_trim(req_query(rq, "q")), 0);
}

static enum err open_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need_guarded_view v = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    enum err e = need_open_identity(cx, id, req_field(rq, "purpose"), &v.who);
    if (e == ERR_INPUT)
        TRY(draw(cx, rq, rp, S(""), id));
    TRY(e);
    TRY(need_peek(cx, id, &v.n));
    v.page = shell_page(rq, SHELL_DESK, S("是谁提的"), "guarded");
    v.page.here = S("/a/guarded");
    v.page.back = "/a/guarded";
    reply_header(rp, "Cache-Control", S("no-store"));
    need_guarded_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- JSON ---- */

static enum err api_declare(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct need_declared said = {0};
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(req_record(cx, rq, &need_declared_shape, &said));
    TRY(need_declare(cx, id, said.answer));
    return reply_record(cx, rp, &need_declared_shape, &said);
}

static const struct route routes[] = {
    {"GET", "/a/guarded", list_page, ROLE_PRIVACY_OFFICER, "保密的诉求（看不到是谁）"},
    {"POST", "/a/guarded/{id}/open", open_do, ROLE_PRIVACY_OFFICER, "看是谁提的（留痕）"},
    {"POST", "/api/v1/needs/{id}/declare", api_declare, ROLES_NEED, "这件和我有没有关系",
     .in = &need_declared_shape, .out = &need_declared_shape},
};

static const struct shape *const shapes[] = {&need_declared_shape};

static const struct shell_menu menu[] = {
    {"guarded", "/a/guarded", "保密的诉求", "lock", ROLE_PRIVACY_OFFICER}};

const struct feature need_guard_feature = {.name = "need_guard",
                                           .routes = routes,
                                           .nroutes = COUNT(routes),
                                           .shapes = shapes,
                                           .nshapes = COUNT(shapes),
                                           .queries = need_sql_all,
                                           .nqueries = &need_sql_count,
                                           .menu = menu,
                                           .nmenu = COUNT(menu)};
