/* sheet -- a list of guides from a spreadsheet: headers in many spellings, each row checked and
 * compared, then taken in portions, and taken back as long as nobody touched it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/job/job.h"
#include "app/service/service_own.h"
#include "base/id.h"
#include "base/out.h"
#include "base/utf8.h"
#include "service.sql.h"

/* Headers of each field; our own label is always one. Fields of the shape that no form may set are
 * not read from a list either. */
static const struct {
    const char *field, *spellings[10];
} columns[] = {
    {"title",
     {"事项名称", "事项", "办事事项", "服务事项", "服务名称", "项目名称", "名称", "办什么",
      "name"}},
    {"slug", {"代码", "编码", "slug"}},
    {"event", {"分类", "类别", "主题", "大项", "事项类别", "main_item"}},
    {"words", {"关键词", "别名", "俗称", "常见说法"}},
    {"dept", {"部门", "主管部门", "实施部门", "办理部门", "实施机构", "责任单位", "department"}},
    {"who_may", {"服务对象", "办理对象", "受理条件", "办理条件", "申请条件"}},
    {"bring", {"所需材料", "申请材料", "申报材料", "办理材料", "材料", "带什么"}},
    {"steps", {"办理流程", "流程", "办理程序", "办事流程"}},
    {"takes", {"办理时限", "办结时限", "时限", "承诺时限"}},
    {"work_days", {"工作日", "承诺工作日", "办理天数"}},
    {"fee", {"收费标准", "收费情况", "是否收费", "费用"}},
    {"basis", {"设定依据", "政策依据", "法律依据", "办理依据"}},
    {"contact", {"咨询电话", "联系电话", "电话", "咨询方式"}},
    {"link", {"网址", "链接", "网上办理", "办理网址", "link"}},
    {"note", {"备注", "注意事项", "温馨提示", "说明"}},
    {"form_name", {"表格", "申请表", "表名"}},
    {"fields", {"表格栏目", "填写项"}},
    {"lane", {"窗口", "办理窗口"}},
    {"has_errand", {"代办", "帮办代办", "可代办"}},
};

/* Where each field of the shape stands in the table; -1 = nowhere. */
struct columns {
    int at[64];
};

static const struct field *field_of(struct str header)
{
    for (size_t i = 0; i < service_shape.nfields; i++) {
        const struct field *f = &service_shape.fields[i];
        if (f->ask && (str_is(header, f->label) || str_is(header, f->name)))
            return f;
    }
    for (size_t i = 0; i < COUNT(columns); i++)
        for (size_t k = 0; k < COUNT(columns[i].spellings) && columns[i].spellings[k]; k++)
            if (str_is(header, columns[i].spellings[k]))
                return shape_field(&service_shape, str_c(columns[i].field));
    return NULL;
}

static size_t place_of(const char *name)
{
    return (size_t)(shape_field(&service_shape, str_c(name)) - service_shape.fields);
}

static enum err find_columns(struct cx *cx, const csv_cells *head, struct columns *c,
                             csv_cells *unknown)
{
    for (size_t i = 0; i < COUNT(c->at); i++)
        c->at[i] = -1;
    for (size_t i = 0; i < head->n; i++) {
        const struct field *f = field_of(csv_header(cx, head->at[i]));
        size_t k = f ? (size_t)(f - service_shape.fields) : 0;
        if (f && c->at[k] < 0)
            c->at[k] = (int)i;
        else if (head->at[i].n)
            *PUSH(cx->mem, unknown) = head->at[i];
    }
    if (c->at[place_of("title")] < 0)
        return fail(cx, ERR_INPUT, "第一行要写列名，没有找到“事项名称”这一列");
    return OK;
}

/* ---- one row ---- */

static bool is_no(struct str s)
{
    static const char *const words[] = {"否", "不", "不可", "不能", "无", "没有", "0", "×"};
    for (size_t i = 0; i < COUNT(words); i++)
        if (str_is(s, words[i]))
            return true;
    return false;
}

/* A code as it is, or by its label; what is neither stays out and is no mistake: other people's
 * lists have groups of their own. */
static struct str event_named(struct str s)
{
    for (const struct service_event *e = service_events; e->code; e++)
        if (str_is(s, e->code) || str_is(s, e->label))
            return str_c(e->code);
    return S("other");
}

static struct str lane_named(struct str s)
{
    for (const struct flow_reason *l = service_lanes; l->code; l++)
        if (str_is(s, l->code) || str_is(s, l->label))
            return str_c(l->code);
    return S("general");
}

static void read_cells(struct cx *cx, const csv_cells *row, const struct columns *c,
                       struct service *s)
{
    for (size_t k = 0; k < service_shape.nfields; k++) {
        const struct field *f = &service_shape.fields[k];
        if (c->at[k] < 0 || (size_t)c->at[k] >= row->n)
            continue;
        struct str cell = row->at[c->at[k]];
        if (str_is(str_c(f->name), "event"))
            s->event = event_named(cell);
        else if (str_is(str_c(f->name), "lane"))
            s->lane = lane_named(cell);
        else if (f->type == FIELD_BOOL)
            field_set_int(f, s, cell.n && !is_no(cell));
        else if (f->lines || cell.n)
            (void)field_read(cx, f, s, f->lines ? cell : utf8_clean(cx->mem, cell, true));
    }
}

/* What there is already: by slug, else by title and department. */
static const struct service *known_of(const service_list *all, const struct service *s)
{
    for (size_t i = 0; i < all->n; i++) {
        const struct service *a = &all->at[i];
        if (s->slug.n ? str_eq(a->slug, s->slug)
                      : str_eq(a->title, s->title) && (!s->dept.n || str_eq(a->dept, s->dept)))
            return a;
    }
    return NULL;
}

/* The labels of what is different, 收费、要带什么; empty = nothing is. */
static struct str differences(struct cx *cx, const struct service *a, const struct service *b)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < service_shape.nfields; i++) {
        const struct field *f = &service_shape.fields[i];
        if (f->ask && !str_eq(field_text(cx, f, a), field_text(cx, f, b)))
            out_printf(&o, "%s%s", o.n ? "、" : "", f->label);
    }
    return out_text(&o);
}

static bool is_twice(const service_line_list *lines, const struct service *s)
{
    for (size_t i = 0; i < lines->n; i++) {
        const struct service_line *l = &lines->at[i];
        if (l->verdict != SHEET_BAD &&
            (s->slug.n && l->s.slug.n ? str_eq(l->s.slug, s->slug)
                                      : str_eq(l->s.title, s->title) && str_eq(l->s.dept, s->dept)))
            return true;
    }
    return false;
}

static void judge(struct cx *cx, const service_list *all, const service_line_list *lines,
                  struct service_line *l, const csv_cells *row, const struct columns *c)
{
    const struct service *known;
    struct service typed = {0};
    read_cells(cx, row, c, &typed);
    known = typed.title.n ? known_of(all, &typed) : NULL;
    l->s = known ? *known : (struct service){0};
    if (!cx->fault.fields.n)
        read_cells(cx, row, c, &l->s);
    if (known)
        l->s.slug = known->slug;
    if (!cx->fault.fields.n)
        service_check(cx, &l->s);
    if (cx->fault.fields.n) {
        l->s.title = typed.title;
        l->verdict = SHEET_BAD;
        l->why = cx->fault.fields.at[0].message;
        fault_clear(cx);
        return;
    }
    if (is_twice(lines, &l->s)) {
        l->verdict = SHEET_BAD;
        l->why = S("表里前面已经有这一项");
    } else if (known) {
        l->why = differences(cx, known, &l->s);
        l->verdict = l->why.n ? SHEET_CHANGED : SHEET_SAME;
    } else if (!l->s.bring.n) {
        l->why = S("没写要带什么：先收下，写好再上架");
    }
}

enum err service_read_sheet(struct cx *cx, const csv_rows *rows, struct service_sheet *out)
{
    service_list all = {0};
    struct columns c;
    *out = (struct service_sheet){0};
    if (rows->n < 2)
        return fail(cx, ERR_INPUT, "表里没有事项：第一行写列名，从第二行起一行一件事");
    TRY(find_columns(cx, &rows->at[0].cells, &c, &out->unknown));
    TRY(db_all(cx, &service_sql_everything, &service_shape, &all, NO_ARGS));
    for (size_t i = 1; i < rows->n; i++) {
        struct service_line l = {.number = rows->at[i].number};
        judge(cx, &all, &out->lines, &l, &rows->at[i].cells, &c);
        out->n[l.verdict]++;
        *PUSH(cx->mem, &out->lines) = l;
    }
    return OK;
}

/* ---- taking ---- */

static const struct field import_fields[] = {
    FIELD(struct service_import, id, "编号"),
    FIELD(struct service_import, name, "清单"),
    FIELD(struct service_import, rows_new, "新收"),
    FIELD(struct service_import, rows_changed, "更新"),
    FIELD(struct service_import, rows_bad, "没收"),
    FIELD(struct service_import, problems, "为什么没收"),
    FIELD(struct service_import, goes_on, "收下就上架"),
    FIELD(struct service_import, by_person, "谁"),
    FIELD(struct service_import, by_name, "谁"),
    FIELD(struct service_import, at, "时间"),
    FIELD(struct service_import, undone_at, "撤回"),
    FIELD(struct service_import, untouched, "没人动过"),
    FIELD(struct service_import, waiting, "还没收"),
};
static const struct shape import_shape =
    SHAPE("service_import", struct service_import, import_fields);

/* A portion that waits, or a row as it was, as a table of their own. */
struct part {
    int64_t id, version;
    struct str rows;
};
static const struct field part_fields[] = {
    FIELD(struct part, id, "编号"),
    FIELD(struct part, version, "版本"),
    FIELD(struct part, rows, "清单"),
};
static const struct shape part_shape = SHAPE("service_import_part", struct part, part_fields);

/* A guide as a table of two rows: what a form may set, with its state and who made sure of it. */
static struct str row_of(struct cx *cx, const struct service *s)
{
    csv_rows rows = {0};
    for (int number = 1; number <= 2; number++) {
        struct csv_row *row = PUSH(cx->mem, &rows);
        row->number = number;
        for (size_t i = 0; i < service_shape.nfields; i++) {
            const struct field *f = &service_shape.fields[i];
            struct str name = str_c(f->name);
            bool kept = f->ask || str_is(name, "state") || str_starts(name, S("checked_"));
            if (kept)
                *PUSH(cx->mem, &row->cells) =
                    number == 1             ? name
                    : f->type == FIELD_CODE ? field_code(f, s)
                    : f->type == FIELD_STR
                        ? field_get_str(f, s)
                        : arena_printf(cx->mem, "%lld", (long long)field_get_int(f, s));
        }
    }
    return csv_text(cx, &rows);
}

static enum err row_back(struct cx *cx, struct str text, struct service *s)
{
    csv_rows rows = {0};
    TRY(csv_read(cx, text, true, &rows));
    if (rows.n != 2 || rows.at[0].cells.n != rows.at[1].cells.n)
        return fail(cx, ERR_STORE, "存下的旧样子读不出来");
    for (size_t i = 0; i < rows.at[0].cells.n; i++) {
        const struct field *f = shape_field(&service_shape, rows.at[0].cells.at[i]);
        struct str cell = rows.at[1].cells.at[i];
        int64_t n = 0;
        if (!f)
            continue; /* of an older version */
        if (f->type == FIELD_STR)
            field_set_str(f, s, cell);
        else if (f->type == FIELD_CODE)
            (void)field_set_code(f, s, cell);
        else if (str_int(cell, &n))
            field_set_int(f, s, n);
    }
    return OK;
}

static enum err put_part(struct cx *cx, int64_t import_id, const csv_rows *rows)
{
    int64_t guides = (int64_t)rows->n - 1; /* without the headers */
    return db_run(
        cx, &service_sql_import_part_put,
        ARGS(AS("id", id_new(cx)), A(import_id), AS("rows", csv_text(cx, rows)), A(guides)), NULL);
}

static bool is_taken(const struct service_line *l)
{
    return l->verdict == SHEET_NEW || l->verdict == SHEET_CHANGED;
}

static enum err put_parts(struct cx *cx, int64_t import_id, const csv_rows *rows,
                          const struct service_sheet *sheet)
{
    csv_rows part = {0};
    for (size_t i = 0; i < sheet->lines.n; i++) {
        if (!is_taken(&sheet->lines.at[i]))
            continue;
        if (!part.n)
            *PUSH(cx->mem, &part) = rows->at[0];
        *PUSH(cx->mem, &part) = rows->at[i + 1]; /* a line for each row below the headers */
        if (part.n > SHEET_PORTION) {
            TRY(put_part(cx, import_id, &part));
            part.n = 0;
        }
    }
    return part.n ? put_part(cx, import_id, &part) : OK;
}

static enum err take_line(struct cx *cx, const struct service_import *in,
                          const struct service_line *l)
{
    struct service s = l->s, old;
    struct str was = S("");
    if (s.version) {
        TRY(service_load(cx, s.id, &old));
        was = row_of(cx, &old);
    } else {
        s.state = in->goes_on && s.bring.n ? SERVICE_ON : SERVICE_DRAFT;
        s.checked_name = S("");
    }
    TRY(service_write(cx, &s));
    return db_run(
        cx, &service_sql_import_row,
        ARGS(AS("import_id", in->id), AS("service_id", s.id), AS("version", s.version), A(was)),
        NULL);
}

static enum err take_part(struct cx *cx, const struct service_import *in, const struct part *p)
{
    csv_rows rows = {0};
    struct service_sheet sheet;
    struct out problems;
    out_init(&problems, cx->mem);
    TRY(csv_read(cx, p->rows, true, &rows));
    TRY(service_read_sheet(cx, &rows, &sheet));
    for (size_t i = 0; i < sheet.lines.n; i++) {
        const struct service_line *l = &sheet.lines.at[i];
        if (l->verdict == SHEET_BAD)
            out_printf(&problems, "第 %d 行：%.*s；", l->number, STR(l->why));
        else if (is_taken(l))
            TRY(take_line(cx, in, l));
    }
    TRY(db_run(cx, &service_sql_import_counts,
               ARGS(AS("id", in->id), AS("n_new", sheet.n[SHEET_NEW]),
                    AS("n_changed", sheet.n[SHEET_CHANGED]), AS("n_bad", sheet.n[SHEET_BAD]),
                    AS("problems", out_text(&problems))),
               NULL));
    return db_run(cx, &service_sql_import_part_drop, ARGS(AS("id", p->id)), NULL);
}

enum err service_import_go_on(struct cx *cx, int64_t import_id)
{
    struct service_import in;
    struct part part;
    bool found;
    TRY(db_find(cx, &service_sql_import_get, &import_shape, &in, &found,
                ARGS(AS("id", import_id))));
    if (found)
        TRY(db_find(cx, &service_sql_import_part, &part_shape, &part, &found, ARGS(A(import_id))));
    if (!found)
        return OK; /* done, or taken back */
    TRY(take_part(cx, &in, &part));
    TRY(db_find(cx, &service_sql_import_part, &part_shape, &part, &found, ARGS(A(import_id))));
    if (!found)
        return OK;
    struct str key = arena_printf(cx->mem, "service.import %lld", (long long)part.id);
    return job_put(cx, "service.import", key, import_id, S("0"), cx->now);
}

enum err service_apply_sheet(struct cx *cx, const csv_rows *rows, const struct service_sheet *sheet,
                             struct str name, bool on, int64_t *import_id)
{
    int64_t id = id_new(cx);
    if (!(cx->who.role & ROLES_GUIDE))
        return fail(cx, ERR_DENIED, "办事指南由窗口和值班长来改");
    if (!sheet->n[SHEET_NEW] && !sheet->n[SHEET_CHANGED])
        return fail(cx, ERR_INPUT, "没有一行要收：都有了，或者照每行写的原因改好再传");
    TRY(db_run(cx, &service_sql_import_put,
               ARGS(A(id), AS("name", utf8_head(name, 60)), AS("rows_bad", sheet->n[SHEET_BAD]),
                    AS("goes_on", on), AS("by_name", cx->who.name)),
               NULL));
    TRY(put_parts(cx, id, rows, sheet));
    *import_id = id;
    return service_import_go_on(cx, id);
}

enum err service_imports(struct cx *cx, service_import_list *out)
{
    return db_all(cx, &service_sql_imports, &import_shape, out, NO_ARGS);
}

/* ---- taking back ---- */

typedef LIST(struct part) part_list;

static bool is_among(const part_list *all, int64_t id)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].id == id)
            return true;
    return false;
}

/* A guide that the list brought goes; one that somebody's ticket or errand names is no longer done
 * here, and its page says so. */
static enum err take_away(struct cx *cx, const struct part *r, bool is_used)
{
    struct service s;
    if (!is_used)
        return db_change(cx, &service_sql_drop, ARGS(AS("id", r->id), AS("version", r->version)));
    TRY(service_load(cx, r->id, &s));
    s.state = SERVICE_OFF;
    return service_write(cx, &s);
}

enum err service_import_undo(struct cx *cx, int64_t id, int64_t *back)
{
    part_list rows = {0}, used = {0};
    int64_t changed = 0;
    if (!(cx->who.role & ROLES_GUIDE))
        return fail(cx, ERR_DENIED, "办事指南由窗口和值班长来改");
    TRY(db_run(cx, &service_sql_import_undone, ARGS(A(id)), &changed));
    if (!changed)
        return fail(cx, ERR_MISSING, "没有这份清单，或者已经撤回了");
    TRY(db_run(cx, &service_sql_import_parts_drop, ARGS(AS("import_id", id)), NULL));
    TRY(db_all(cx, &service_sql_import_rows, &part_shape, &rows, ARGS(AS("import_id", id))));
    TRY(db_all(cx, &service_sql_used, &part_shape, &used, ARGS(AS("import_id", id))));
    *back = (int64_t)rows.n;
    for (size_t i = 0; i < rows.n; i++) {
        const struct part *r = &rows.at[i];
        struct service s;
        if (!r->rows.n) {
            TRY(take_away(cx, r, is_among(&used, r->id)));
            continue;
        }
        TRY(service_load(cx, r->id, &s));
        TRY(row_back(cx, r->rows, &s));
        TRY(service_write(cx, &s));
    }
    return OK;
}
