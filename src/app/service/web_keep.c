/* web_keep -- staff's pages of guides: the list, one guide, where it is done, lists from a
 * spreadsheet: shown first, then taken, then taken back as long as nobody touched them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/pages.h"
#include "base/out.h"
#include "service.html.h"

enum { LINES_SHOWN = 200, EVERY_DAY = 127 };

static struct shell_page page_of(const struct req *rq, struct reply *rp, struct str title)
{
    reply_header(rp, "Cache-Control", S("no-store"));
    struct shell_page p = shell_page(rq, SHELL_DESK, title, "keep");
    p.notice_level = "g";
    return p;
}

/* ---- the list ---- */

enum err keep_list_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_keep_view v = {.q = str_trim(req_query(rq, "q")),
                                  .state = req_query(rq, "state")};
    struct service_filter f = {.text = v.q, .state = v.state, .after = req_query(rq, "after")};
    TRY(service_find(cx, &f, &v.guides, &v.next));
    v.page = page_of(rq, rp, S("办事指南"));
    service_keep_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- one guide ---- */

/* The days ticked for a site; none = whenever it is open. */
static int64_t days_of(struct cx *cx, const struct req *rq, int64_t site_id)
{
    int64_t days = 0;
    for (int day = 0; day < 7; day++) {
        struct str name = arena_printf(cx->mem, "d%lld_%d", (long long)site_id, day);
        if (req_field(rq, arena_cstr(cx->mem, name)).n)
            days |= 1 << day;
    }
    return days ? days : EVERY_DAY;
}

/* The sites as they were ticked, when the form comes back. */
static void tick(struct cx *cx, const struct req *rq, service_where_list *where)
{
    for (size_t i = 0; i < where->n && req_field(rq, "version").n; i++) {
        int64_t id = 0, site_id = where->at[i].site.id;
        where->at[i].days = 0;
        for (size_t k = 0; k < req_field_count(rq, "site"); k++)
            if (str_int(req_field_nth(rq, "site", k), &id) && id == site_id)
                where->at[i].days = days_of(cx, rq, site_id);
    }
}

static const char *notice_of(struct str done)
{
    static const char *const words[][2] = {{"new", "记下了，还没上架"},
                                           {"saved", "改好了"},
                                           {"on", "上架了，大家看得到了"},
                                           {"off", "标成不办了"},
                                           {"checked", "记下了，今天核过"}};
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_is(done, words[i][0]))
            return words[i][1];
    return NULL;
}

static enum err draw_edit(struct cx *cx, const struct req *rq, struct reply *rp,
                          struct service_edit_view *v)
{
    static const char *const days[] = {"周日", "周一", "周二", "周三", "周四", "周五", "周六"};
    struct fault fault = cx->fault;
    fault_clear(cx);
    v->rq = rq;
    for (const struct service_event *k = service_events; k->code; k++)
        *PUSH(cx->mem, &v->events) = (struct flow_reason){k->code, k->label};
    for (const struct flow_reason *k = service_lanes; k->code; k++)
        *PUSH(cx->mem, &v->lanes) = *k;
    for (size_t i = 0; i < COUNT(days); i++)
        *PUSH(cx->mem, &v->days) = str_c(days[i]);
    TRY(service_where_all(cx, v->s.id, &v->where));
    tick(cx, rq, &v->where);
    v->page = page_of(rq, rp, v->s.id ? v->s.title : S("写一份办事指南"));
    v->page.back = "/k/services";
    v->page.notice = str_c(notice_of(req_query(rq, "done")));
    cx->fault = fault;
    service_edit_html(reply_html(rp), cx, v);
    return OK;
}

static enum err guide_asked(struct cx *cx, const struct req *rq, struct service *out)
{
    int64_t id;
    *out = (struct service){.event = S("other"), .lane = S("general")};
    if (str_is(req_part(rq, "service"), "new"))
        return OK;
    TRY(req_id(cx, rq, "service", &id));
    return service_get(cx, id, out);
}

enum err keep_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_edit_view v = {0};
    TRY(guide_asked(cx, rq, &v.s));
    return draw_edit(cx, rq, rp, &v);
}

static enum err put_sites(struct cx *cx, const struct req *rq, int64_t service_id)
{
    int64_t ids[SITES_MAX], days[SITES_MAX];
    size_t n = 0;
    for (size_t k = 0; k < req_field_count(rq, "site") && n < SITES_MAX; k++) {
        if (!str_int(req_field_nth(rq, "site", k), &ids[n]))
            continue;
        days[n] = days_of(cx, rq, ids[n]);
        n++;
    }
    return service_where_put(cx, service_id, ids, days, n);
}

enum err keep_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_edit_view v = {0};
    int64_t version = 0;
    TRY(guide_asked(cx, rq, &v.s));
    bool is_new = !v.s.id;
    enum err e = req_record(cx, rq, &service_shape, &v.s);
    if (str_int(req_field(rq, "version"), &version))
        v.s.version = version;
    if (e == OK)
        e = service_put(cx, &v.s);
    if (e == OK)
        e = put_sites(cx, rq, v.s.id);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_edit(cx, rq, rp, &v));
    TRY(e);
    return reply_goto(cx, rp, "/k/service/%lld?done=%s", (long long)v.s.id,
                      is_new ? "new" : "saved");
}

enum err keep_step(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_edit_view v = {0};
    struct str step = req_part(rq, "step");
    int64_t id, version = 0;
    TRY(req_id(cx, rq, "service", &id));
    (void)str_int(req_field(rq, "version"), &version);
    enum err e = service_step(cx, id, step, version, &v.s);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_edit(cx, rq, rp, &v));
    TRY(e);
    return reply_goto(cx, rp, "/k/service/%lld?done=%.*s", (long long)id, STR(step));
}

/* ---- lists ---- */

static enum err draw_import(struct cx *cx, const struct req *rq, struct reply *rp,
                            struct service_import_view *v)
{
    struct fault fault = cx->fault;
    fault_clear(cx);
    TRY(service_imports(cx, &v->before));
    cx->fault = fault;
    v->more = v->sheet.lines.n > LINES_SHOWN ? (int64_t)(v->sheet.lines.n - LINES_SHOWN) : 0;
    if (v->more)
        v->sheet.lines.n = LINES_SHOWN;
    v->page = page_of(rq, rp, S("导入办事清单"));
    v->page.back = "/k/services";
    if (str_is(req_query(rq, "done"), "in"))
        v->page.notice = S("清单收下了，收到哪里看下面");
    if (str_is(req_query(rq, "done"), "back"))
        v->page.notice = S("撤回了。有人改过的几项留着没动");
    service_import_html(reply_html(rp), cx, v);
    return OK;
}

enum err keep_import_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct service_import_view v = {0};
    return draw_import(cx, rq, rp, &v);
}

/* What somebody has to do something about stands first. */
static void in_order(struct cx *cx, service_line_list *lines)
{
    static const enum sheet_verdict order[] = {SHEET_BAD, SHEET_CHANGED, SHEET_NEW, SHEET_SAME};
    service_line_list sorted = {0};
    for (size_t k = 0; k < COUNT(order); k++)
        for (size_t i = 0; i < lines->n; i++)
            if (lines->at[i].verdict == order[k])
                *PUSH(cx->mem, &sorted) = lines->at[i];
    *lines = sorted;
}

/* What was made of a list, for the thread that writes. */
struct list_read {
    struct str name, page; /* page: the preview, nothing is to be taken yet */
    csv_rows rows;
    struct service_sheet sheet;
};

static enum err read_list(struct cx *cx, const struct req *rq, struct list_read *l)
{
    const struct upload *file = req_upload(rq, "file", 0);
    struct str text = req_field(rq, "rows");
    l->name = file ? file->filename : req_field(rq, "name");
    if (!file && !text.n)
        return fail_field(cx, "file", "请选一个 CSV 文件");
    TRY(csv_read(cx, file ? file->data : text, true, &l->rows));
    TRY(service_read_sheet(cx, &l->rows, &l->sheet));
    if (!file && !l->sheet.n[SHEET_NEW] && !l->sheet.n[SHEET_CHANGED])
        return fail(cx, ERR_INPUT, "没有一行要收：都有了，或者照每行写的原因改好再传");
    return OK;
}

/* Reading a long list takes time: on a thread that only reads, while others go on writing. */
enum err keep_import_prepare(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct list_read *l = NEW(cx->mem, struct list_read);
    enum err e = read_list(cx, rq, l);
    bool taking = e == OK && !req_upload(rq, "file", 0);
    if (e != OK && e != ERR_INPUT)
        return e;
    if (!taking) {
        struct service_import_view v = {.name = l->name, .sheet = l->sheet};
        v.rows = csv_text(cx, &l->rows);
        v.is_preview = v.sheet.lines.n > 0;
        v.good = v.sheet.n[SHEET_NEW] + v.sheet.n[SHEET_CHANGED];
        in_order(cx, &v.sheet.lines);
        TRY(draw_import(cx, rq, rp, &v));
        l->page = arena_copy(cx->mem, out_text(reply_html(rp)));
    }
    req_keep(rq, l);
    return e;
}

enum err keep_import_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    const struct list_read *l = req_kept(rq);
    int64_t id;
    if (l->page.n) {
        reply_header(rp, "Cache-Control", S("no-store"));
        out_str(reply_html(rp), l->page);
        return OK;
    }
    TRY(service_apply_sheet(cx, &l->rows, &l->sheet, l->name, req_field(rq, "goes_on").n > 0, &id));
    return reply_goto(cx, rp, "/k/services/import?done=in");
}

enum err keep_import_back(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id, back;
    TRY(req_id(cx, rq, "list", &id));
    TRY(service_import_undo(cx, id, &back));
    return reply_goto(cx, rp, "/k/services/import?done=back");
}
