/* guide -- guides: reading, searching by everyday words, keeping. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/service_own.h"
#include "base/id.h"
#include "base/out.h"
#include "base/time.h"
#include "base/utf8.h"
#include "service.sql.h"
#include "text/rank.h"
#include "text/words.h"
#include <string.h>

enum { WORK_DAYS_MAX = 400, PAGE = 50, PAGE_MAX = 200 };

/* ---- lines ---- */

/* What stands in front of a numbered line: 1. 1、 （1） (1) ① – · */
static struct str without_number(struct str line)
{
    size_t i = 0, after = 0;
    uint32_t c = 0;
    if (line.n)
        c = utf8_next(line, &i);
    bool open = c == '(' || c == 0xFF08;
    if ((c >= 0x2460 && c <= 0x2473) || c == 0x00B7 || c == 0x2022 || c == '-' || c == 0x2013)
        return str_trim(str_cut(line, i, line.n - i));
    if (!open)
        i = 0;
    size_t digits = 0;
    while (i < line.n && line.p[i] >= '0' && line.p[i] <= '9' && digits < 2) {
        i++;
        digits++;
    }
    if (!digits || i >= line.n)
        return line;
    after = i;
    c = utf8_next(line, &after);
    bool closes = open ? c == ')' || c == 0xFF09
                       : c == 0x3001 || c == '.' || c == 0xFF0E || c == ')' || c == 0xFF09;
    bool is_decimal = c == '.' && after < line.n && line.p[after] >= '0' && line.p[after] <= '9';
    return closes && !is_decimal ? str_trim(str_cut(line, after, line.n - after)) : line;
}

void service_lines_of(struct cx *cx, struct str text, service_lines *out)
{
    struct str line;
    while (str_split(&text, '\n', &line)) {
        line = without_number(str_trim(line));
        if (line.n)
            *PUSH(cx->mem, out) = line;
    }
}

static struct str joined(struct cx *cx, struct str text)
{
    service_lines lines = {0};
    struct out o;
    out_init(&o, cx->mem);
    service_lines_of(cx, text, &lines);
    for (size_t i = 0; i < lines.n; i++)
        out_printf(&o, "%s%.*s", i ? "\n" : "", STR(lines.at[i]));
    return out_text(&o);
}

struct str service_takes(struct cx *cx, const struct service *s)
{
    if (s->takes.n)
        return s->takes;
    if (!s->work_days)
        return S("当场办好");
    return arena_printf(cx->mem, "受理后 %lld 个工作日", (long long)s->work_days);
}

/* ---- reading ---- */

enum err service_load(struct cx *cx, int64_t id, struct service *out)
{
    bool found;
    TRY(db_find(cx, &service_sql_load, &service_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这一项服务");
}

enum err service_or_none(struct cx *cx, int64_t id, struct service *out)
{
    bool found;
    TRY(db_find(cx, &service_sql_load, &service_shape, out, &found, ARGS(A(id))));
    if (!found)
        *out = (struct service){.slug = S(""), .title = S(""), .bring = S("")};
    return OK;
}

enum err service_get(struct cx *cx, int64_t id, struct service *out)
{
    if (!(cx->who.role & ROLES_STAFF))
        return fail(cx, ERR_DENIED, "这页只给工作人员看");
    return service_load(cx, id, out);
}

enum err service_by_slug(struct cx *cx, struct str slug, struct service *out)
{
    bool found;
    TRY(db_find(cx, &service_sql_by_slug, &service_shape, out, &found, ARGS(A(slug))));
    if (!found || (out->state == SERVICE_DRAFT && !(cx->who.role & ROLES_GUIDE)))
        return fail(cx, ERR_MISSING, "没有这一项服务，可能改了名字，请从“办事”里找");
    return OK;
}

enum err service_all(struct cx *cx, struct str event, service_list *out)
{
    return db_all(cx, &service_sql_shown, &service_shape, out, ARGS(A(event)));
}

enum err service_count(struct cx *cx, service_counts *out)
{
    service_list rows = {0};
    size_t known = 0;
    TRY(db_all(cx, &service_sql_counts, &service_shape, &rows, NO_ARGS));
    for (const struct service_event *e = service_events; e->code; e++, known++)
        *PUSH(cx->mem, out) = 0;
    for (size_t i = 0; i < rows.n; i++) {
        size_t k = 0;
        while (k + 1 < known && !str_is(rows.at[i].event, service_events[k].code))
            k++;
        out->at[k] += rows.at[i].work_days; /* the number, see counts in service.sql */
    }
    return OK;
}

/* What a question is made of beside its matter. */
static struct str without_filler(struct cx *cx, struct str question)
{
    static const char *const fillers[] = {
        "怎么办", "怎么",   "如何", "请问", "哪里", "哪儿", "去哪", "我想", "我要", "想要", "可以",
        "能不能", "有没有", "需要", "什么", "手续", "办理", "吗",   "呢",   "？",   "?"};
    char *p = arena_alloc(cx->mem, question.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < question.n;) {
        size_t k = 0;
        struct str rest = str_cut(question, i, question.n - i);
        while (k < COUNT(fillers) && !str_starts(rest, str_c(fillers[k])))
            k++;
        if (k < COUNT(fillers)) {
            p[n++] = ' ';
            i += strlen(fillers[k]);
        } else {
            p[n++] = question.p[i++];
        }
    }
    return str_trim(str_n(p, n));
}

/* Weights found by trying: README.md. A whole everyday word says more than its pairs. */
static void rank_service(struct cx *cx, struct rank *r, const struct service *s,
                         struct str question)
{
    struct str why;
    rank_text(r);
    rank_part(r, s->title, 3);
    rank_part(r, s->words, 3);
    rank_part(r, s->dept, 1);
    rank_part(r, str_c(service_event_label(s->event)), 1);
    rank_more(r, 2.0 * words_fit(cx, s->words, question, &why));
}

/* An everyday word of it, two pairs, or half of the question: tried with the sentences of
 * guide_test.c, where one pair of many is what any two sentences share. */
static bool is_meant(struct cx *cx, const struct service *s, const struct ranked *r,
                     struct str matter)
{
    struct str why;
    return r->found >= 2 || 2 * r->found >= r->of || words_fit(cx, s->words, matter, &why) > 0;
}

/* The best first; `*sure`: it is meant. Else all of them only share a word with it. */
static void pick(struct cx *cx, const service_list *all, struct str question, size_t limit,
                 bool *sure, service_list *out)
{
    ranked_list best = {0};
    *sure = false;
    struct str matter = without_filler(cx, question);
    matter = matter.n ? matter : question;
    struct rank *r = rank_new(cx, matter);
    if (rank_is_empty(r))
        return;
    for (size_t i = 0; i < all->n; i++)
        rank_service(cx, r, &all->at[i], matter);
    rank_best(r, limit, &best);
    *sure = best.n && is_meant(cx, &all->at[best.at[0].text], &best.at[0], matter);
    for (size_t i = 0; i < best.n; i++) /* a far second is noise, and so are single characters */
        if (best.at[i].score * 6 >= best.at[0].score && (*sure || best.at[i].found))
            *PUSH(cx->mem, out) = all->at[best.at[i].text];
}

enum err service_search(struct cx *cx, struct str question, size_t limit, bool *sure,
                        service_list *out)
{
    service_list all = {0};
    TRY(service_all(cx, S(""), &all));
    pick(cx, &all, question, limit, sure, out);
    return OK;
}

/* "AT.ID" of the last row of a page. */
static void read_cursor(struct str after, int64_t *at, int64_t *id)
{
    struct str first;
    *at = *id = INT64_MAX;
    if (str_split(&after, '.', &first) && (!str_int(first, at) || !str_int(after, id)))
        *at = *id = INT64_MAX;
}

enum err service_find(struct cx *cx, const struct service_filter *f, service_list *out,
                      struct str *next)
{
    int64_t at, id, most = f->limit < 1 ? PAGE : f->limit > PAGE_MAX ? PAGE_MAX : f->limit;
    bool is_stale = str_is(f->state, "stale");
    size_t before = out->n;
    *next = S("");
    if (f->text.n) {
        service_list all = {0};
        TRY(db_all(cx, &service_sql_everything, &service_shape, &all, NO_ARGS));
        bool sure;
        pick(cx, &all, f->text, (size_t)most, &sure, out);
        return OK;
    }
    read_cursor(f->after, &at, &id);
    TRY(db_all(cx, &service_sql_find, &service_shape, out,
               ARGS(AS("state", is_stale ? S("") : f->state),
                    AS("stale", is_stale ? cx->now - SERVICE_STALE_DAYS * MS_DAY : 0), A(at), A(id),
                    AS("most", most + 1))));
    if ((int64_t)(out->n - before) <= most)
        return OK;
    out->n--;
    const struct service *last = &out->at[out->n - 1];
    *next = arena_printf(cx->mem, "%lld.%lld", (long long)last->changed_at, (long long)last->id);
    return OK;
}

/* ---- keeping ---- */

static bool is_slug(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && i && i + 1 < s.n)))
            return false;
    }
    return s.n > 1 && !str_is(s, "all"); /* /s/all is the whole catalogue */
}

static bool is_link(struct str s)
{
    if (!str_starts(s, S("https://")) && !str_starts(s, S("http://")))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || strchr("\"'<>\\`", s.p[i]))
            return false;
    return true;
}

static void check_codes(struct cx *cx, struct service *s)
{
    const struct service_event *e = service_events;
    if (!s->event.n)
        s->event = S("other");
    if (!s->lane.n)
        s->lane = S("general");
    while (e->code && !str_is(s->event, e->code))
        e++;
    if (!e->code)
        fail_field(cx, "event", "没有这一类，请从单子里选");
    if (!*service_lane_label(s->lane))
        fail_field(cx, "lane", "没有这种窗口，请从单子里选");
}

static void check_fields(struct cx *cx, const struct service *s)
{
    service_lines blanks = {0};
    service_lines_of(cx, s->fields, &blanks);
    if (blanks.n > SERVICE_FIELDS_MAX)
        fail_field(cx, "fields", "一张表最多 %d 空", SERVICE_FIELDS_MAX);
    for (size_t i = 0; i < blanks.n; i++)
        if (utf8_count(blanks.at[i]) > 40)
            fail_field(cx, "fields", "第 %zu 空的名字太长，最多 40 字", i + 1);
    if (blanks.n && !s->form_name.n)
        fail_field(cx, "form_name", "写了表上的空，也请写表的名字");
}

void service_check(struct cx *cx, struct service *s)
{
    for (size_t i = 0; i < service_shape.nfields; i++) { /* NULL texts become empty ones */
        const struct field *f = &service_shape.fields[i];
        if (f->type == FIELD_STR && field_get_str(f, s).p == NULL)
            field_set_str(f, s, S(""));
    }
    (void)shape_check(cx, &service_shape, s);
    check_codes(cx, s);
    if (s->slug.n && !is_slug(s->slug))
        fail_field(cx, "slug", "只用小写字母、数字和横线，比如 elder-card");
    if (s->work_days < 0 || s->work_days > WORK_DAYS_MAX)
        fail_field(cx, "work_days", "请写 0 到 %d", WORK_DAYS_MAX);
    if (s->link.n && !is_link(s->link))
        fail_field(cx, "link", "网址要从 https:// 开始，中间没有空格");
    s->bring = joined(cx, s->bring);
    s->steps = joined(cx, s->steps);
    s->fields = joined(cx, s->fields);
    check_fields(cx, s);
}

enum err service_write(struct cx *cx, struct service *s)
{
    if (s->version) {
        TRY(db_save(cx, &service_sql_save, &service_shape, s, NO_ARGS));
        s->version++;
        s->changed_at = cx->now;
        return OK;
    }
    s->id = id_new(cx);
    if (!s->slug.n)
        s->slug = arena_printf(cx->mem, "g%llx", (long long)s->id);
    TRY(db_put(cx, &service_sql_insert, &service_shape, s, NO_ARGS));
    s->version = 1;
    s->created_at = s->changed_at = cx->now;
    return OK;
}

/* Looked up first: a refusal by the store would end a transaction on PostgreSQL. */
static enum err check_slug_free(struct cx *cx, const struct service *s)
{
    struct service other;
    bool found = false;
    if (s->slug.n)
        TRY(db_find(cx, &service_sql_by_slug, &service_shape, &other, &found,
                    ARGS(AS("slug", s->slug))));
    if (found && other.id != s->id)
        fail_field(cx, "slug", "这个名字“%.*s”用着了", STR(utf8_head(other.title, 20)));
    return OK;
}

static enum err may_keep(struct cx *cx)
{
    return cx->who.role & ROLES_GUIDE ? OK : fail(cx, ERR_DENIED, "办事指南由窗口和值班长来改");
}

enum err service_put(struct cx *cx, struct service *s)
{
    struct service old = {0};
    TRY(may_keep(cx));
    if (s->id) {
        TRY(service_load(cx, s->id, &old));
        if (s->version && s->version != old.version)
            return fail(cx, ERR_CONFLICT, "别人刚改过这一项，请看看改了什么再改");
        s->slug = old.slug;
        s->state = old.state;
    }
    service_check(cx, s);
    TRY(check_slug_free(cx, s));
    if (cx->fault.fields.n)
        return ERR_INPUT;
    s->version = old.version;
    s->checked_at = cx->now; /* who writes it down has looked */
    s->checked_name = cx->who.name;
    return service_write(cx, s);
}

enum err service_step(struct cx *cx, int64_t id, struct str step, int64_t version,
                      struct service *out)
{
    TRY(may_keep(cx));
    TRY(service_load(cx, id, out));
    if (version && version != out->version)
        return fail(cx, ERR_CONFLICT, "别人刚改过这一项，请刷新再看");
    if (str_is(step, "on") && !out->bring.n)
        return fail(cx, ERR_INPUT, "“要带什么”还没写，写好再上架；什么都不用带就写“不用带”");
    if (str_is(step, "on"))
        out->state = SERVICE_ON;
    else if (str_is(step, "off"))
        out->state = SERVICE_OFF;
    else if (!str_is(step, "checked"))
        return fail(cx, ERR_MISSING, "没有这一步");
    out->checked_at = cx->now;
    out->checked_name = cx->who.name;
    return service_write(cx, out);
}
