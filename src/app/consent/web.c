/* web -- the notice of privacy in its versions, and the whole register. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/consent/pages.h"
#include "consent.html.h"
#include "consent.sql.h"

#include <string.h>

static void read_blocks(struct cx *cx, struct str text, notice_blocks *out)
{
    struct notice_block *b = NULL;
    struct str line;
    while (str_split(&text, '\n', &line)) {
        bool is_part = str_starts(line, S("## "));
        if (is_part || str_starts(line, S("# "))) {
            b = PUSH(cx->mem, out);
            *b = (struct notice_block){.heading = str_cut(line, is_part ? 3 : 2, line.n),
                                       .is_part = is_part};
        } else if (b && str_starts(line, S("- "))) {
            *PUSH(cx->mem, &b->items) = str_cut(line, 2, line.n);
        }
    }
}

static enum err notice_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct consent_notice_view v = {0};
    int64_t id = 0;
    if (req_part(rq, "version").n)
        TRY(req_id(cx, rq, "version", &id));
    TRY(notice_get(cx, id, &v.n));
    TRY(db_all(cx, &consent_sql_notices, &notice_shape, &v.versions, NO_ARGS));
    v.is_old = v.versions.n && v.versions.at[0].id != v.n.id;
    read_blocks(cx, v.n.text, &v.blocks);
    v.page = shell_page(rq, SHELL_PHONE, S("个人信息怎么用"), "mine");
    v.page.back = "/";
    consent_notice_html(reply_html(rp), cx, &v);
    return OK;
}

static void add_line(struct cx *cx, struct field_group *g, const struct person_field *f)
{
    *PUSH(cx->mem, &g->lines) = (struct field_line){
        f, arena_printf(cx->mem, "%s（第十三条第一款第 %d 项）", f->basis->words, f->basis->item),
        keep_words(cx, f->keep), field_readers(cx, f),
        arena_printf(cx->mem, "%s：%s", strcmp(f->table, "*") ? f->table : "各表", f->columns)};
}

static enum err fields_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct consent_fields_view v = {.is_staff = cx->who.person_id != 0};
    for (size_t i = 0; i <= field_part_count; i++) {
        const char *code = i < field_part_count ? field_parts[i].code : "";
        struct field_group *g = PUSH(cx->mem, &v.groups);
        g->label = i < field_part_count ? field_parts[i].label : "哪里都有的";
        for (size_t k = 0; k < person_field_count; k++)
            if (!strcmp(person_fields[k].part, code))
                add_line(cx, g, &person_fields[k]);
    }
    v.page = shell_page(rq, v.is_staff ? SHELL_DESK : SHELL_PHONE, S("记了哪些"), "mine");
    v.page.back = "/privacy";
    consent_fields_html(reply_html(rp), cx, &v);
    return OK;
}

static const struct route routes[] = {
    {"GET", "/privacy", notice_page, .title = "个人信息怎么用"},
    {"GET", "/privacy/fields", fields_page, .title = "记了哪些、谁看得到"},
    {"GET", "/privacy/version/{version}", notice_page, .title = "个人信息怎么用（从前的一版）"},
};

static const struct shape *const shapes[] = {&consent_shape, &notice_shape};

static const struct keep_rule rules[] = {
    {"consent", "停了的同意", &consent_sql_old, &consent_sql_forget}};

const struct feature consent_feature = {.name = "consent",
                                        .routes = routes,
                                        .nroutes = COUNT(routes),
                                        .shapes = shapes,
                                        .nshapes = COUNT(shapes),
                                        .queries = consent_sql_all,
                                        .nqueries = &consent_sql_count,
                                        .keeps = rules,
                                        .nkeeps = COUNT(rules)};
