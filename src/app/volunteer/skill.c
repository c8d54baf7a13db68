/* skill -- the taxonomy of help: what can be asked for and offered, and what each thing demands. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/volunteer_own.h"
#include "base/id.h"
#include "base/utf8.h"
#include "volunteer.sql.h"

enum { RISK_MAX = 3, NAME_SCORE = 10, WORD_SCORE = 4 };

enum err skill_all(struct cx *cx, bool also_off, skill_list *out)
{
    return db_all(cx, &volunteer_sql_skills, &skill_shape, out, ARGS(A(also_off)));
}

enum err skill_get(struct cx *cx, struct str code, struct skill *out)
{
    bool found;
    TRY(db_find(cx, &volunteer_sql_skill, &skill_shape, out, &found, ARGS(A(code))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这一项：%.*s", STR(utf8_head(code, 20)));
}

/* ---- keeping it ---- */

static bool is_code(struct str code)
{
    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];
        if (!((c >= 'a' && c <= 'z') || (i && ((c >= '0' && c <= '9') || c == '_'))))
            return false;
    }
    return code.n > 0 && code.n <= 20;
}

static struct str some(struct str s)
{
    return s.p ? s : S("");
}

static enum err check_parent(struct cx *cx, const struct skill *s)
{
    struct skill parent;
    bool found;
    if (!s->parent_code.n)
        return OK;
    TRY(db_find(cx, &volunteer_sql_skill, &skill_shape, &parent, &found,
                ARGS(AS("code", s->parent_code))));
    if (!found || parent.parent_code.n)
        return fail_field(cx, "parent_code", "请选一个大类");
    return OK;
}

/* What a risk demands anyway; a group is no work and demands nothing. */
static void settle_demands(struct skill *s)
{
    if (!s->parent_code.n) {
        s->needs_credential = s->needs_insurance = s->needs_two = s->adults_only = false;
        s->needs_training = false;
        s->risk = 0;
        return;
    }
    s->needs_insurance |= s->risk >= 2;
    s->needs_training |= s->risk >= 3;
}

static enum err check(struct cx *cx, struct skill *s)
{
    s->code = some(s->code);
    s->parent_code = some(s->parent_code);
    s->words = some(s->words);
    s->name = str_trim(some(s->name));
    TRY(check_parent(cx, s));
    if (s->risk < 0 || s->risk > RISK_MAX)
        fail_field(cx, "risk", "风险分 0 到 3 级");
    settle_demands(s);
    TRY(shape_check(cx, &skill_shape, s));
    return cx->fault.fields.n ? ERR_INPUT : OK;
}

enum err skill_put(struct cx *cx, struct skill *s)
{
    struct skill old;
    bool found = false;
    TRY(check(cx, s));
    if (s->code.n) {
        if (!is_code(s->code))
            return fail_field(cx, "code", "代码用小写字母开头，后面是字母、数字、下划线");
        TRY(db_find(cx, &volunteer_sql_skill, &skill_shape, &old, &found,
                    ARGS(AS("code", s->code))));
    }
    if (s->id && (!found || old.id != s->id))
        return fail(cx, ERR_MISSING, "没有这一项，请刷新再看");
    if (s->id && !old.parent_code.n != !s->parent_code.n)
        return fail_field(cx, "parent_code", "大类和小项不能互相变，请新加一个");
    if (s->id)
        return db_put(cx, &volunteer_sql_skill_save, &skill_shape, s, NO_ARGS);
    if (found)
        return fail_field(cx, "code", "这个代码已经有了");
    s->id = id_new(cx);
    if (!s->code.n)
        s->code = arena_printf(cx->mem, "k%llx", (long long)s->id);
    TRY(db_number(cx, &volunteer_sql_skill_last, &s->sort,
                  ARGS(AS("parent_code", s->parent_code))));
    s->sort++;
    return db_put(cx, &volunteer_sql_skill_insert, &skill_shape, s, NO_ARGS);
}

/* ---- which leaf does a sentence speak of ---- */

static int fit(struct cx *cx, const struct skill *s, struct str text, struct str *why)
{
    struct str rest = s->words, word;
    int score = 0;
    *why = S("");
    if (s->name.n && str_find(text, s->name) >= 0) {
        score = NAME_SCORE;
        *why = arena_printf(cx->mem, "提到“%.*s”", STR(s->name));
    }
    while (str_split(&rest, ' ', &word)) {
        if (!word.n || str_find(text, word) < 0)
            continue;
        score += WORD_SCORE;
        *why = why->n ? arena_printf(cx->mem, "%.*s“%.*s”", STR(*why), STR(word))
                      : arena_printf(cx->mem, "提到“%.*s”", STR(word));
    }
    return score;
}

enum err skill_suggest(struct cx *cx, struct str text, int limit, skill_fit_list *out)
{
    skill_list all = {0};
    size_t most = limit < 1 ? 5 : limit > 50 ? 50 : (size_t)limit;
    TRY(skill_all(cx, false, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct skill_fit f = {.skill = all.at[i]};
        if (!f.skill.parent_code.n || !(f.score = fit(cx, &f.skill, text, &f.why)))
            continue;
        size_t at = out->n; /* insertion keeps the best first; equal ones in the list's order */
        while (at > 0 && out->at[at - 1].score < f.score)
            at--;
        if (at >= most)
            continue;
        if (out->n < most)
            (void)PUSH(cx->mem, out);
        for (size_t k = out->n - 1; k > at; k--)
            out->at[k] = out->at[k - 1];
        out->at[at] = f;
    }
    return OK;
}
