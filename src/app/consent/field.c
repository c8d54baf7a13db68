/* field -- see field.h: reading the register. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/consent/field.h"
#include "app/consent/consent.h"
#include "base/id.h"
#include "base/out.h"
#include "consent.sql.h"

#include <string.h>

enum { DAYS_A_YEAR = 365 };

const struct keep_class *keep_class_of(struct str code)
{
    for (size_t i = 0; i < keep_class_count; i++)
        if (str_is(code, keep_classes[i].code))
            return &keep_classes[i];
    return NULL;
}

enum err keep_days(struct cx *cx, const struct keep_class *k, int64_t *days)
{
    int64_t set = 0;
    if (!strcmp(k->code, KEEP_LOGS))
        TRY(db_number(cx, &consent_sql_log_days, &set, NO_ARGS));
    *days = set ? set : k->days;
    return OK;
}

enum err keep_logs_set(struct cx *cx, int64_t days)
{
    TRY(db_run(cx, &consent_sql_log_days_put,
               ARGS(AS("id", id_new(cx)), A(days), AS("by_name", cx->who.name)), NULL));
    return notice_keep(cx);
}

struct str keep_words(struct cx *cx, const struct keep_class *k)
{
    int64_t days = k->days;
    if (keep_days(cx, k, &days) != OK)
        fault_clear(cx); /* as the register says */
    bool years = days % DAYS_A_YEAR == 0;
    return days ? arena_printf(cx->mem, "%s以后 %lld %s", k->since,
                               (long long)(years ? days / DAYS_A_YEAR : days), years ? "年" : "天")
                : str_c(k->since);
}

bool field_has(const char *list, struct str word)
{
    struct str rest = str_c(list), part;
    while (str_split(&rest, ' ', &part))
        if (str_eq(part, word))
            return true;
    return false;
}

const struct person_field *person_field_of(struct str column)
{
    struct str table, name = column;
    str_split(&name, '.', &table);
    for (size_t i = 0; i < person_field_count; i++)
        if (str_is(table, person_fields[i].table) && field_has(person_fields[i].columns, name))
            return &person_fields[i];
    return NULL;
}

static const struct {
    const char *word;
    enum data_kind kind;
} kinds[] = {{"text", DATA_TEXT}, {"contact", DATA_CONTACT}, {"door", DATA_DOOR},
             {"note", DATA_NOTE}, {"work", DATA_WORK},       {"admin", DATA_ADMIN},
             {"card", DATA_CARD}, {"wish", DATA_WISH}};

/* Those whom the matrix lets see it, in two groups: at once, or by an opening that is logged. */
static void add_roles(struct cx *cx, struct out *o, enum data_kind kind, bool logged)
{
    int n = 0;
    for (size_t i = 0; i < ROLE_BITS; i++) {
        enum seen s = roles[i].sees[kind];
        if (s == SEE_NONE || (s == SEE_PLAIN) == logged)
            continue;
        out_c(o, n++ ? "、" : o->n ? "；" : "");
        out_c(o, roles[i].label);
    }
    if (n && logged)
        out_c(o, "（平时遮住，看一次记一次）");
    (void)cx;
}

struct str field_readers(struct cx *cx, const struct person_field *f)
{
    struct out o;
    out_init(&o, cx->mem);
    if (!strcmp(f->readers, "inner"))
        return S("没有人，只给程序用");
    if (!strcmp(f->readers, "staff"))
        return S("都看得到，工作人员本来就要让人知道");
    for (size_t i = 0; i < COUNT(kinds); i++)
        if (!strcmp(f->readers, kinds[i].word)) {
            add_roles(cx, &o, kinds[i].kind, false);
            add_roles(cx, &o, kinds[i].kind, true);
            return o.n ? out_text(&o) : S("只有您自己");
        }
    return str_c(f->readers);
}
