/* sheet -- what the rows of a spreadsheet mean: headers in many spellings, each row checked as a
 * form would be, then all good ones registered at once, and taken back while nobody touched them.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/volunteer_own.h"
#include "app/job/job.h"
#include "base/id.h"
#include "base/out.h"
#include "base/utf8.h"
#include "text/words.h"
#include "volunteer.sql.h"

enum column {
    COLUMN_NAME,
    COLUMN_CONTACT,
    COLUMN_SKILLS,
    COLUMN_PLACE,
    COLUMN_TIMES,
    COLUMN_WEEK_MAX,
    COLUMN_BIRTH,
    COLUMN_GUARDIAN,
    COLUMN_GUARDIAN_CONTACT,
    COLUMN_KIND,
    COLUMN_DIALECTS,
    COLUMN_WONT,
    COLUMNS
};

/* The first spelling is the one of our own blank table. */
static const char *const spellings[COLUMNS][9] = {
    [COLUMN_NAME] = {"姓名", "名字", "称呼", "怎么称呼", "志愿者", "志愿者姓名", "单位名称",
                     "名称"},
    [COLUMN_CONTACT] = {"电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "电话号码"},
    [COLUMN_SKILLS] = {"会做的事", "技能", "特长", "能帮什么", "服务", "服务项目", "服务类型",
                       "擅长"},
    [COLUMN_PLACE] = {"楼栋", "住址", "地址", "小区", "地点", "住哪里", "楼道编号", "小区楼栋"},
    [COLUMN_TIMES] = {"空闲时间", "时间", "什么时候有空", "服务时间", "可服务时间"},
    [COLUMN_WEEK_MAX] = {"一周几次", "每周次数", "一周最多几次", "次数"},
    [COLUMN_BIRTH] = {"出生年", "出生年份", "哪年出生"},
    [COLUMN_GUARDIAN] = {"监护人", "监护人姓名", "家长"},
    [COLUMN_GUARDIAN_CONTACT] = {"监护人电话", "家长电话"},
    [COLUMN_KIND] = {"类型", "谁来帮", "身份"},
    [COLUMN_DIALECTS] = {"方言", "语言", "方言外语"},
    [COLUMN_WONT] = {"不做的事", "哪些事不做"},
};

static int column_of(struct cx *cx, struct str header)
{
    struct str s = csv_header(cx, header);
    for (int c = 0; c < COLUMNS; c++)
        for (size_t k = 0; k < COUNT(spellings[c]) && spellings[c][k]; k++)
            if (str_is(s, spellings[c][k]))
                return c;
    return -1;
}

static enum err find_columns(struct cx *cx, const csv_cells *head, int at[COLUMNS],
                             csv_cells *unknown)
{
    static const enum column musts[] = {COLUMN_NAME, COLUMN_CONTACT, COLUMN_SKILLS};
    for (int c = 0; c < COLUMNS; c++)
        at[c] = -1;
    for (size_t i = 0; i < head->n; i++) {
        int c = column_of(cx, head->at[i]);
        if (c >= 0 && at[c] < 0)
            at[c] = (int)i;
        else if (head->at[i].n)
            *PUSH(cx->mem, unknown) = head->at[i];
    }
    for (size_t i = 0; i < COUNT(musts); i++)
        if (at[musts[i]] < 0)
            return fail(cx, ERR_INPUT, "第一行要写列名，没有找到“%s”这一列",
                        spellings[musts[i]][0]);
    return OK;
}

/* ---- cells ---- */

static struct str cell(const csv_cells *row, const int at[COLUMNS], enum column c)
{
    return at[c] >= 0 && (size_t)at[c] < row->n ? row->at[at[c]] : S("");
}

/* By name, by code, or by one of its everyday words when only one leaf has it. */
static const struct skill *skill_of(const skill_list *all, struct str word)
{
    const struct skill *found = NULL;
    for (size_t i = 0; i < all->n; i++) {
        const struct skill *s = &all->at[i];
        if (s->parent_code.n && (str_eq(s->name, word) || str_eq(s->code, word)))
            return s;
    }
    for (size_t i = 0; i < all->n; i++) {
        struct str rest = all->at[i].words, one;
        while (all->at[i].parent_code.n && str_split(&rest, ' ', &one))
            if (one.n && str_eq(one, word)) {
                if (found && found != &all->at[i])
                    return NULL;
                found = &all->at[i];
            }
    }
    return found;
}

static void read_skills(struct cx *cx, const skill_list *all, struct str text,
                        struct volunteer_line *l)
{
    struct str word;
    struct out names;
    out_init(&names, cx->mem);
    while (words_next(&text, &word)) {
        const struct skill *s = skill_of(all, word);
        if (!s) {
            l->why = arena_printf(cx->mem, "不认识“%.*s”，请照“会做的事”表里的名字写",
                                  STR(utf8_head(word, 20)));
            l->kept = "会做的事不认识";
            return;
        }
        *PUSH(cx->mem, &l->skills) = s->code;
        out_printf(&names, "%s%.*s", names.n ? "、" : "", STR(s->name));
    }
    l->skill_names = out_text(&names);
}

static void read_times(struct cx *cx, struct str text, struct volunteer_line *l)
{
    static const struct {
        const char *word, *codes[4];
    } known[] = {
        {"平日白天", {"work_day"}},
        {"平日晚上", {"work_eve"}},
        {"周末白天", {"end_day"}},
        {"周末晚上", {"end_eve"}},
        {"平日", {"work_day", "work_eve"}},
        {"工作日", {"work_day", "work_eve"}},
        {"周末", {"end_day", "end_eve"}},
        {"双休日", {"end_day", "end_eve"}},
        {"白天", {"work_day", "end_day"}},
        {"晚上", {"work_eve", "end_eve"}},
        {"都行", {"work_day", "work_eve", "end_day", "end_eve"}},
        {"随时", {"work_day", "work_eve", "end_day", "end_eve"}},
    };
    struct week w = {{0}};
    struct str word;
    while (words_next(&text, &word)) {
        size_t k = 0;
        while (k < COUNT(known) && !str_is(word, known[k].word))
            k++;
        if (k == COUNT(known)) {
            l->why = arena_printf(cx->mem,
                                  "时间“%.*s”看不懂，请写平日白天、平日晚上、周末白天、周末晚上",
                                  STR(utf8_head(word, 20)));
            l->kept = "空闲时间看不懂";
            return;
        }
        for (size_t i = 0; i < COUNT(known[k].codes) && known[k].codes[i]; i++)
            week_choose(&w, known[k].codes[i]);
    }
    l->v.week = week_text(cx, &w);
    l->times = week_words(cx, &w);
}

/* A place that a row named: the next rows of a list mostly name the same ones. */
struct named {
    struct str text;
    struct place place;
    bool found, several;
};
typedef LIST(struct named) named_list;

static enum err look_up(struct cx *cx, struct str text, named_list *known, struct named *out)
{
    place_list choices = {0};
    for (size_t i = 0; i < known->n; i++)
        if (str_eq(known->at[i].text, text)) {
            *out = known->at[i];
            return OK;
        }
    *out = (struct named){.text = text};
    TRY(volunteer_place_named(cx, text, &out->place, &out->found, &choices));
    out->several = choices.n > 0;
    *PUSH(cx->mem, known) = *out;
    return OK;
}

static enum err read_place(struct cx *cx, struct str text, named_list *known,
                           struct volunteer_line *l)
{
    struct named p;
    if (!text.n)
        return OK; /* the community itself */
    TRY(look_up(cx, text, known, &p));
    if (p.found) {
        l->v.place_id = p.place.id;
        l->v.place_text = p.place.full_name;
        return OK;
    }
    l->why = arena_printf(cx->mem,
                          p.several ? "“%.*s”不止一处，请写到楼号，或写楼道牌子上的编号"
                                    : "没有找到“%.*s”，请写小区和楼号，或写楼道牌子上的编号",
                          STR(utf8_head(text, 30)));
    l->kept = p.several ? "住址不止一处" : "住址没找到";
    return OK;
}

static int64_t number_in(struct str s)
{
    int64_t n = 0;
    size_t i = 0;
    while (i < s.n && (s.p[i] < '0' || s.p[i] > '9'))
        i++;
    for (int digits = 0; i < s.n && s.p[i] >= '0' && s.p[i] <= '9' && digits < 6; i++, digits++)
        n = n * 10 + (s.p[i] - '0');
    return n;
}

static struct str kind_of(struct str text)
{
    for (const struct volunteer_code *k = volunteer_kinds; k->code; k++)
        if (str_is(text, k->label) || str_is(text, k->code))
            return str_c(k->code);
    return str_find(text, S("队")) >= 0     ? S("team")
           : str_find(text, S("单位")) >= 0 ? S("unit")
           : str_find(text, S("商")) >= 0   ? S("merchant")
                                            : S("person");
}

/* ---- rows ---- */

/* Of a long list that is only looked at, the last ones may be more than a session may ask for in a
 * minute: those are looked up when they are taken. */
static enum err is_here(struct cx *cx, const struct volunteer *v, int64_t *there)
{
    const struct field *f = shape_field(&volunteer_shape, S("contact"));
    struct str contact_index;
    enum err e = shape_index(cx, &volunteer_shape, f, v->contact, &contact_index);
    if (e == ERR_BUSY && cx->who.session_id) {
        fault_clear(cx);
        *there = 0;
        return OK;
    }
    TRY(e);
    volunteer_list same = {0};
    TRY(db_all(cx, &volunteer_sql_by_contact, &volunteer_shape, &same,
               ARGS(AS("contact_index", value_blob(contact_index)))));
    TRY(shape_open(cx, &volunteer_shape, same.at, same.n, NULL));
    *there = 0;
    for (size_t i = 0; i < same.n; i++)
        *there += str_eq(same.at[i].name, v->name);
    return OK;
}

/* The checks of a form; what they noted becomes the sentence of the row. */
static enum err check_line(struct cx *cx, const skill_list *all, struct volunteer_line *l)
{
    struct volunteer v = l->v;
    skill_list skills = {0};
    int64_t there = 0;
    enum err e = volunteer_check(cx, &v);
    if (e == OK)
        e = volunteer_check_skills(cx, &v, all, &l->skills, &skills);
    if (e != OK && e != ERR_INPUT)
        return e;
    if (cx->fault.fields.n) {
        l->why = cx->fault.fields.at[0].message;
        l->kept = "填得不对或者不全";
        fault_clear(cx);
        return OK;
    }
    l->v = v;
    TRY(is_here(cx, &v, &there));
    if (there) {
        l->kept = "库里已经有同名同电话的，不再登记一遍";
        l->why = str_c(l->kept);
    }
    return OK;
}

static bool is_twice(const volunteer_line_list *lines, const struct volunteer *v)
{
    for (size_t i = 0; i < lines->n; i++)
        if (!lines->at[i].why.n && str_eq(lines->at[i].v.name, v->name) &&
            str_eq(lines->at[i].v.contact, v->contact))
            return true;
    return false;
}

static enum err read_line(struct cx *cx, const skill_list *all, const csv_cells *row,
                          const int at[COLUMNS], named_list *known, struct volunteer_line *l)
{
    l->v = (struct volunteer){.name = utf8_head(cell(row, at, COLUMN_NAME), 30),
                              .contact = utf8_head(cell(row, at, COLUMN_CONTACT), 60),
                              .week_max = number_in(cell(row, at, COLUMN_WEEK_MAX)),
                              .birth_year = number_in(cell(row, at, COLUMN_BIRTH)),
                              .guardian_name = utf8_head(cell(row, at, COLUMN_GUARDIAN), 30),
                              .guardian_contact =
                                  utf8_head(cell(row, at, COLUMN_GUARDIAN_CONTACT), 60),
                              .kind = kind_of(cell(row, at, COLUMN_KIND)),
                              .dialects = utf8_head(cell(row, at, COLUMN_DIALECTS), 60),
                              .wont = utf8_head(cell(row, at, COLUMN_WONT), 200),
                              .channel = S("import"),
                              .agrees_match = true,
                              /* the list is only taken with everybody's word: see the page */
                              .guardian_agreed_at = cx->now};
    read_times(cx, cell(row, at, COLUMN_TIMES), l);
    if (!l->why.n)
        read_skills(cx, all, cell(row, at, COLUMN_SKILLS), l);
    if (!l->why.n)
        TRY(read_place(cx, cell(row, at, COLUMN_PLACE), known, l));
    return l->why.n ? OK : check_line(cx, all, l);
}

enum err volunteer_read_sheet(struct cx *cx, const csv_rows *rows, struct volunteer_sheet *out)
{
    skill_list all = {0};
    named_list known = {0};
    int at[COLUMNS];
    *out = (struct volunteer_sheet){0};
    if (rows->n < 2)
        return fail(cx, ERR_INPUT, "表里没有人：第一行写列名，从第二行起一行一个人");
    TRY(find_columns(cx, &rows->at[0].cells, at, &out->unknown));
    TRY(skill_all(cx, false, &all));
    for (size_t i = 1; i < rows->n; i++) {
        struct volunteer_line l = {.number = rows->at[i].number};
        TRY(read_line(cx, &all, &rows->at[i].cells, at, &known, &l));
        if (!l.why.n && is_twice(&out->lines, &l.v)) {
            l.kept = "表里前面已经有这个人";
            l.why = str_c(l.kept);
        }
        out->good += l.why.n == 0;
        out->bad += l.why.n != 0;
        *PUSH(cx->mem, &out->lines) = l;
    }
    return OK;
}

/* ---- taking ---- */

static const struct field import_fields[] = {
    FIELD(struct volunteer_import, id, "编号"),
    FIELD(struct volunteer_import, name, "名单"),
    FIELD(struct volunteer_import, rows_in, "登记"),
    FIELD(struct volunteer_import, rows_bad, "没收"),
    FIELD(struct volunteer_import, problems, "为什么没收"),
    FIELD(struct volunteer_import, by_person, "谁"),
    FIELD(struct volunteer_import, by_name, "谁"),
    FIELD(struct volunteer_import, at, "时间"),
    FIELD(struct volunteer_import, undone_at, "撤回"),
    FIELD(struct volunteer_import, untouched, "没人动过"),
    FIELD(struct volunteer_import, waiting, "还没登记"),
};
static const struct shape import_shape =
    SHAPE("volunteer_import", struct volunteer_import, import_fields);

/* A portion that waits: its rows as a table of their own. */
struct part {
    int64_t id, import_id, people;
    struct str rows;
};
static const struct field part_fields[] = {
    FIELD(struct part, id, "编号"),
    FIELD(struct part, import_id, "导入"),
    FIELD(struct part, people, "人"),
    FIELD(struct part, rows, "名单", .seal = VAULT_TEXT),
};
const struct shape volunteer_part_shape = SHAPE("volunteer_import_part", struct part, part_fields);

static enum err put_part(struct cx *cx, int64_t import_id, const csv_rows *rows)
{
    const struct part p = {.id = id_new(cx),
                           .import_id = import_id,
                           .people = (int64_t)rows->n - 1, /* without the headers */
                           .rows = csv_text(cx, rows)};
    return db_put(cx, &volunteer_sql_import_part_put, &volunteer_part_shape, &p, NO_ARGS);
}

/* The good rows of the table, cut into portions. */
static enum err put_parts(struct cx *cx, int64_t import_id, const csv_rows *rows,
                          const struct volunteer_sheet *sheet)
{
    csv_rows part = {0};
    for (size_t i = 0; i < sheet->lines.n; i++) {
        if (sheet->lines.at[i].why.n)
            continue;
        if (!part.n)
            *PUSH(cx->mem, &part) = rows->at[0];
        *PUSH(cx->mem, &part) = rows->at[i + 1]; /* a line for each row below the headers */
        if (part.n > LIST_PORTION) {
            TRY(put_part(cx, import_id, &part));
            part.n = 0;
        }
    }
    return part.n ? put_part(cx, import_id, &part) : OK;
}

static enum err add_lines(struct cx *cx, int64_t import_id, const struct volunteer_sheet *sheet,
                          struct str *problems)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < sheet->lines.n; i++) {
        const struct volunteer_line *l = &sheet->lines.at[i];
        struct volunteer v = l->v;
        struct str key;
        bool again;
        v.import_id = import_id;
        if (l->why.n)
            out_printf(&o, "第 %d 行：%s；", l->number, l->kept);
        else
            TRY(volunteer_add(cx, &v, &l->skills, &key, &again));
    }
    *problems = out_text(&o);
    return OK;
}

static enum err take_part(struct cx *cx, int64_t import_id, struct part *p)
{
    csv_rows rows = {0};
    struct volunteer_sheet sheet;
    struct str problems;
    TRY(shape_open(cx, &volunteer_part_shape, p, 1, NULL));
    TRY(csv_read(cx, p->rows, false, &rows));
    TRY(volunteer_read_sheet(cx, &rows, &sheet));
    TRY(add_lines(cx, import_id, &sheet, &problems));
    TRY(db_run(cx, &volunteer_sql_import_counts,
               ARGS(AS("id", import_id), AS("good", sheet.good), AS("bad", sheet.bad), A(problems)),
               NULL));
    return db_run(cx, &volunteer_sql_import_part_drop, ARGS(AS("id", p->id)), NULL);
}

enum err volunteer_import_go_on(struct cx *cx, int64_t import_id)
{
    struct volunteer_import i;
    struct part part;
    bool found;
    TRY(db_find(cx, &volunteer_sql_import_get, &import_shape, &i, &found,
                ARGS(AS("id", import_id))));
    if (found)
        TRY(db_find(cx, &volunteer_sql_import_part, &volunteer_part_shape, &part, &found,
                    ARGS(A(import_id))));
    if (!found)
        return OK; /* done, or taken back */
    struct who caller = cx->who;
    cx->who.person_id = i.by_person; /* who took the list has entered these people */
    cx->who.name = i.by_name;
    enum err e = take_part(cx, import_id, &part);
    cx->who = caller;
    TRY(e);
    TRY(db_find(cx, &volunteer_sql_import_part, &volunteer_part_shape, &part, &found,
                ARGS(A(import_id))));
    if (!found)
        return OK;
    struct str key = arena_printf(cx->mem, "volunteer.import %lld", (long long)part.id);
    return job_put(cx, "volunteer.import", key, import_id, S("0"), cx->now);
}

enum err volunteer_apply_sheet(struct cx *cx, const csv_rows *rows,
                               const struct volunteer_sheet *sheet, struct str name,
                               int64_t *import_id)
{
    int64_t id = id_new(cx);
    if (!sheet->good)
        return fail(cx, ERR_INPUT, "没有一行能登记，请照每行写的原因改好再传");
    TRY(db_run(cx, &volunteer_sql_import_put,
               ARGS(A(id), AS("name", utf8_head(name, 60)), AS("rows_bad", sheet->bad),
                    AS("by_name", cx->who.name)),
               NULL));
    TRY(put_parts(cx, id, rows, sheet));
    *import_id = id;
    return volunteer_import_go_on(cx, id);
}

enum err volunteer_imports(struct cx *cx, volunteer_import_list *out)
{
    return db_all(cx, &volunteer_sql_imports, &import_shape, out, NO_ARGS);
}

/* Who is not there any more has agreed to nothing. What a hold keeps is closed, and goes when that
 * ends. */
static enum err let_go(struct cx *cx, int64_t import_id)
{
    volunteer_list gone = {0};
    bool is_held;
    TRY(db_all(cx, &volunteer_sql_import_untouched, &volunteer_shape, &gone,
               ARGS(AS("id", import_id))));
    for (size_t i = 0; i < gone.n; i++) {
        TRY(keep_held(cx, volunteer_subject.code, gone.at[i].id, &is_held));
        TRY(is_held ? volunteer_take_back(cx, gone.at[i].id)
                    : consent_drop(cx, &volunteer_consents, gone.at[i].id));
    }
    return OK;
}

enum err volunteer_import_undo(struct cx *cx, int64_t id, int64_t *taken)
{
    int64_t changed = 0;
    TRY(db_run(cx, &volunteer_sql_import_undone, ARGS(A(id)), &changed));
    if (!changed)
        return fail(cx, ERR_MISSING, "没有这份名单，或者已经撤回了");
    TRY(db_run(cx, &volunteer_sql_import_parts_drop, ARGS(A(id)), NULL));
    TRY(let_go(cx, id));
    TRY(db_run(cx, &volunteer_sql_import_skills_drop, ARGS(A(id)), NULL));
    TRY(db_run(cx, &volunteer_sql_import_events_drop, ARGS(A(id)), NULL));
    return db_run(cx, &volunteer_sql_import_drop, ARGS(A(id)), taken);
}
