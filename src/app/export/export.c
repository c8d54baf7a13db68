/* export -- see export.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/export/export.h"
#include "app/audit/audit.h"
#include "app/export/export_own.h"
#include "app/twice/twice.h"
#include "base/id.h"
#include "base/time.h"
#include "base/utf8.h"
#include "export.sql.h"
#include "seal/seal.h"

enum { KNOWN = 2000 }; /* exports that a trace looks through */

static const struct field ask_fields[] = {
    FIELD(struct export_ask, sheet, "哪一份", .ask = true, .required = true, .max = 20,
          .data = DATA_WORK),
    FIELD(struct export_ask, purpose, "做什么用", .ask = true, .required = true, .max = 20,
          .data = DATA_WORK),
    FIELD(struct export_ask, why, "具体说一句", .ask = true, .required = true, .max = 100,
          .data = DATA_WORK, .hint = "给谁、做什么；写在表的最后一行，也留在审计里"),
};
const struct shape export_ask_shape = SHAPE("export_ask", struct export_ask, ask_fields);

#define TOLD(m, label) FIELD(struct export, m, label, .data = DATA_WORK)
static const struct field export_fields[] = {
    TOLD(id, "编号"),
    TOLD(sheet, "哪一份"),
    TOLD(object, "范围"),
    TOLD(purpose, "做什么用"),
    TOLD(why, "具体说的"),
    TOLD(rows_count, "几行"),
    TOLD(twice_number, "第二个人的同意"),
    TOLD(hash, "文件指纹"),
    FIELD(struct export, salt, "行序"),
    FIELD(struct export, by_person, "谁", .is_id = true, .data = DATA_WORK),
    TOLD(by_name, "谁"),
    TOLD(role, "身份"),
    TOLD(at, "什么时候"),
    TOLD(ends_at, "取到什么时候"),
};
const struct shape export_shape = SHAPE("export", struct export, export_fields);

static const struct export_purpose purposes[] = {{"report", "上级要的报表"},
                                                 {"meeting", "开会用"},
                                                 {"check", "核对、查漏"},
                                                 {"handover", "交接工作"}};

export_purpose_list export_purposes(void)
{
    return (export_purpose_list){.at = purposes, .n = COUNT(purposes), .cap = COUNT(purposes)};
}

const char *export_purpose_label(struct str purpose)
{
    for (size_t i = 0; i < COUNT(purposes); i++)
        if (str_is(purpose, purposes[i].code))
            return purposes[i].label;
    return "";
}

/* ---- making one ---- */

static enum err check(struct cx *cx, const struct export_ask *ask)
{
    if ((cx->who.role & ROLES_EXPORT) == 0)
        return fail(cx, ERR_DENIED, "您的岗位不能把表格带走；要用，请社区负责人或值班长来做");
    if (!*export_sheet_label(ask->sheet))
        fail_field(cx, "sheet", "请选哪一份");
    if (!*export_purpose_label(ask->purpose))
        fail_field(cx, "purpose", "请选做什么用");
    if (utf8_count(ask->why) < 2)
        fail_field(cx, "why", "请写一句：给谁、做什么");
    if (ask->from_on && ask->to_on && ask->from_on > ask->to_on)
        fail_field(cx, "to_on", "要晚于开始的那一天");
    return cx->fault.fields.n ? ERR_INPUT : OK;
}

static struct str day_text(struct cx *cx, int64_t day, const char *none)
{
    return day ? filter_date(cx, time_day_start(day)) : str_c(none);
}

static struct str object_of(struct cx *cx, const struct export_ask *ask)
{
    const char *label = export_sheet_label(ask->sheet);
    if (!str_is(ask->sheet, "needs"))
        return str_c(label);
    return arena_printf(cx->mem, "%s，%.*s到%.*s提的", label,
                        STR(day_text(cx, ask->from_on, "开始")),
                        STR(day_text(cx, ask->to_on, "现在")));
}

/* Many small ones are one large one: what he took alone in a day counts together. */
static enum err is_too_much(struct cx *cx, const struct export *e, bool *yes)
{
    int64_t before;
    TRY(db_number(cx, &export_sql_alone, &before,
                  ARGS(AS("since", cx->now - EXPORT_ALONE_HOURS * MS_HOUR))));
    *yes = before + e->rows_count > EXPORT_ALONE;
    return OK;
}

/* The whole of it in a number, so that it can be made from the proposal alone: sheet, purpose, two
 * days. */
enum { DAY_BITS = 24, DAY_OFF = 1 << 23, PURPOSE_BITS = 3 };

static int64_t packed(const struct export_ask *ask)
{
    int64_t sheet = 0, purpose = 0;
    for (size_t i = 0; i < EXPORT_SHEETS; i++)
        if (str_is(ask->sheet, export_sheets[i].code))
            sheet = (int64_t)i;
    for (size_t i = 0; i < COUNT(purposes); i++)
        if (str_is(ask->purpose, purposes[i].code))
            purpose = (int64_t)i;
    int64_t head = sheet << PURPOSE_BITS | purpose;
    return ((head << DAY_BITS) + DAY_OFF + ask->from_on) * (INT64_C(1) << DAY_BITS) + DAY_OFF +
           ask->to_on;
}

static bool unpack(int64_t n, struct export_ask *out)
{
    int64_t mask = (INT64_C(1) << DAY_BITS) - 1, head = n >> (2 * DAY_BITS);
    size_t sheet = (size_t)(head >> PURPOSE_BITS),
           purpose = (size_t)(head & ((1 << PURPOSE_BITS) - 1));
    if (n <= 0 || sheet >= EXPORT_SHEETS || purpose >= COUNT(purposes))
        return false;
    *out = (struct export_ask){.sheet = str_c(export_sheets[sheet].code),
                               .purpose = str_c(purposes[purpose].code),
                               .from_on = ((n >> DAY_BITS) & mask) - DAY_OFF,
                               .to_on = (n & mask) - DAY_OFF,
                               .why = S("")};
    return true;
}

/* As the second person reads it; with `why` left out, the part before those words. */
static struct str proposal_of(struct cx *cx, const struct export_ask *ask, struct str why)
{
    return arena_printf(cx->mem, "%.*s。%s：%.*s", STR(object_of(cx, ask)),
                        export_purpose_label(ask->purpose), STR(str_trim(why)));
}

/* A second yes of exactly this for exactly this purpose; or it is asked for. */
static enum err second_yes(struct cx *cx, const struct export_ask *ask, struct export *e,
                           bool *waits)
{
    struct str all = proposal_of(cx, ask, ask->why);
    int64_t what = packed(ask);
    struct twice t;
    bool found;
    TRY(twice_of(cx, TWICE_EXPORT, what, all, &t, &found));
    if (!found) {
        struct str why = arena_printf(cx->mem, "%.*s（现在是 %lld 行）", STR(str_trim(ask->why)),
                                      (long long)e->rows_count);
        TRY(twice_propose(cx, TWICE_EXPORT, what, all, why, &t));
    }
    e->twice_number = t.number;
    *waits = !found || t.state != TWICE_APPROVED;
    return *waits ? OK : twice_use(cx, TWICE_EXPORT, what, all, t.number);
}

static bool is_own(const struct cx *cx, const struct twice *t)
{
    return t->kind == TWICE_EXPORT && t->by_person == cx->who.person_id &&
           (t->state == TWICE_OPEN || t->state == TWICE_APPROVED) && !twice_is_over(cx, t);
}

enum err export_waiting(struct cx *cx, export_wait_list *out)
{
    twice_list all = {0};
    TRY(twice_all(cx, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct twice *t = &all.at[i];
        if (is_own(cx, t))
            *PUSH(cx->mem, out) = (struct export_wait){.id = t->id,
                                                       .number = t->number,
                                                       .object = t->object,
                                                       .decided_name = t->decided_name,
                                                       .is_approved = t->state == TWICE_APPROVED,
                                                       .until_at = t->until_at};
    }
    return OK;
}

enum err export_again(struct cx *cx, int64_t id, struct export_ask *out)
{
    struct twice t;
    TRY(twice_get(cx, id, &t));
    if (!is_own(cx, &t) || !unpack(t.object_id, out))
        return fail(cx, ERR_MISSING, "这一份过了时间，或者不是您提的；要用请重新提");
    struct str before = proposal_of(cx, out, S(""));
    if (!str_starts(t.object, before))
        return fail(cx, ERR_MISSING, "这一份认不出来了，请重新提");
    out->why = str_cut(t.object, before.n, t.object.n);
    return OK;
}

/* The mark that everybody sees. */
static void sign(struct cx *cx, const struct export *e, csv_rows *rows)
{
    const struct role *role = role_of_code(e->role);
    struct csv_row *row = PUSH(cx->mem, rows);
    *row = (struct csv_row){.number = (int)rows->n};
    *PUSH(cx->mem, &row->cells) = arena_printf(
        cx->mem,
        "%s%.*s %.*s 导出，%s：%.*s。共 %lld 行，编号 %lld。只作这一项用，用完删除，不转发",
        role ? role->label : "", STR(e->by_name), STR(filter_time(cx, e->at)),
        export_purpose_label(e->purpose), STR(e->why), (long long)e->rows_count, (long long)e->id);
}

enum err export_make(struct cx *cx, const struct export_ask *ask, struct export *out, bool *waits)
{
    const struct role *role = role_of_bit(cx->who.role);
    csv_rows rows = {0};
    bool is_much;
    *waits = false;
    TRY(check(cx, ask));
    TRY(export_rows(cx, ask, &rows));
    *out = (struct export){.id = id_new(cx),
                           .sheet = ask->sheet,
                           .object = object_of(cx, ask),
                           .purpose = ask->purpose,
                           .why = ask->why,
                           .rows_count = (int64_t)rows.n - 1,
                           .twice_number = S(""),
                           .salt = id_secret(cx, 16),
                           .by_person = cx->who.person_id,
                           .by_name = cx->who.name,
                           .role = str_c(role ? role->code : ""),
                           .at = cx->now,
                           .ends_at = cx->now + EXPORT_HOURS * MS_HOUR};
    if (!out->rows_count)
        return fail_field(cx, "sheet", "这一段没有可以带走的");
    if (out->rows_count > EXPORT_MOST)
        return fail_field(cx, "sheet", "超过 %d 行了，一次带不走；请把日子选短些", EXPORT_MOST);
    TRY(is_too_much(cx, out, &is_much));
    if (is_much)
        TRY(second_yes(cx, ask, out, waits));
    if (*waits)
        return OK;
    export_order(cx, out->salt, &rows);
    sign(cx, out, &rows);
    struct str bytes = csv_file(cx, &rows);
    out->hash = seal_sm3(cx, bytes);
    audit_why(cx, str_c(export_purpose_label(ask->purpose)));
    TRY(db_put(cx, &export_sql_put, &export_shape, out, NO_ARGS));
    return db_run(
        cx, &export_sql_file_put,
        ARGS(AS("id", out->id), AS("bytes", value_blob(bytes)), AS("ends_at", out->ends_at)), NULL);
}

/* ---- afterwards ---- */

enum err export_all(struct cx *cx, export_list *out)
{
    bool own = (cx->who.role & ROLES_EXPORT) != 0;
    return db_all(cx, &export_sql_newest, &export_shape, out,
                  ARGS(AS("person_id", own ? cx->who.person_id : 0),
                       AS("most", (int64_t)(cx->who.person_id ? 100 : KNOWN))));
}

struct file {
    struct str bytes;
};
static const struct field file_fields[] = {FIELD(struct file, bytes, "文件")};
static const struct shape file_shape = SHAPE("export_file", struct file, file_fields);

enum err export_file(struct cx *cx, int64_t id, struct str *bytes)
{
    struct file f = {.bytes = S("")};
    bool found;
    TRY(db_find(cx, &export_sql_file, &file_shape, &f, &found, ARGS(A(id))));
    *bytes = f.bytes;
    return found ? OK : fail(cx, ERR_MISSING, "这份表过了时间，或者不是您做的；要用请重新做一份");
}

enum err export_clean(struct cx *cx)
{
    return db_run(cx, &export_sql_files_forget, NO_ARGS, NULL);
}
