/* subject -- see subject.h: requests about what is held, from asking to the answer. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/subject/subject.h"
#include "app/clock/clock.h"
#include "app/number/number.h"
#include "app/outbox/outbox.h"
#include "app/subject/keep.h"
#include "base/id.h"
#include "base/utf8.h"
#include "subject.sql.h"

const char *const subject_state_codes[] = {"none",    "received",  "checked", "done",
                                           "refused", "withdrawn", NULL};
const char *const subject_state_labels[] = {"还没有", "等核对是谁", "正在办", "办好了",
                                            "办不到", "不用办了",   NULL};

#define HELD(m, label, ...) FIELD(struct subject_request, m, label, .data = DATA_TEXT, __VA_ARGS__)
/* Words of ours that he chose from: whoever decides on a request reads them. */
#define CODE(m, label, ...)                                                                        \
    FIELD(struct subject_request, m, label, .ask = true, .data = DATA_PUBLIC, __VA_ARGS__)
static const struct field request_fields[] = {
    FIELD(struct subject_request, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct subject_request, number, "受理号", .data = DATA_PUBLIC),
    HELD(word, "四位数字"),
    FIELD(struct subject_request, subject, "哪一种", .data = DATA_PUBLIC),
    FIELD(struct subject_request, subject_id, "哪一件", .data = DATA_PUBLIC),
    CODE(what, "要什么", .required = true, .max = 10),
    CODE(field, "改哪一项", .max = 30),
    FIELD(struct subject_request, value, "改成什么", .ask = true, .max = 300, .data = DATA_CONTACT,
          .seal = VAULT_CONTACT, .pad = true),
    HELD(text, "还想说的", .ask = true, .max = 500, .lines = true),
    FIELD(struct subject_request, state, "到哪一步", .codes = subject_state_codes,
          .labels = subject_state_labels, .data = DATA_PUBLIC),
    FIELD(struct subject_request, version, "第几次改动", .data = DATA_PUBLIC),
    CODE(checked, "怎么核对的", .max = 10),
    FIELD(struct subject_request, due_at, "哪天以前答复", .data = DATA_PUBLIC),
    HELD(answer, "答复"),
    FIELD(struct subject_request, entered_by, "代录人", .is_id = true, .data = DATA_WORK),
    FIELD(struct subject_request, created_at, "什么时候提的", .data = DATA_PUBLIC),
    FIELD(struct subject_request, changed_at, "变动时间", .data = DATA_PUBLIC),
    FIELD(struct subject_request, closed_at, "答复时间", .data = DATA_PUBLIC),
};
const struct shape subject_request_shape =
    SHAPE("subject_request", struct subject_request, request_fields);

static const struct field event_fields[] = {
    FIELD(struct subject_event, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct subject_event, request_id, "哪一件", .data = DATA_PUBLIC),
    FIELD(struct subject_event, step, "哪一步", .data = DATA_TEXT),
    FIELD(struct subject_event, text, "说了什么", .data = DATA_TEXT),
    FIELD(struct subject_event, by_name, "谁办的", .data = DATA_STAFF),
    FIELD(struct subject_event, at, "什么时候", .data = DATA_PUBLIC),
};
const struct shape subject_event_shape = SHAPE("subject_event", struct subject_event, event_fields);

/* ---- the table ---- */

#define IN STEP_IN
static const struct step steps[] = {
    {"file", "本人提出", IN(SUBJECT_NONE), SUBJECT_CHECKED, SUBJECT_BY_SELF},
    {"enter", "代为登记", IN(SUBJECT_NONE), SUBJECT_RECEIVED, SUBJECT_BY_STAFF},
    {"check", "核对是本人", IN(SUBJECT_RECEIVED), SUBJECT_CHECKED, SUBJECT_BY_STAFF},
    {"change", "又说了一次，照这一次的办", IN(SUBJECT_RECEIVED) | IN(SUBJECT_CHECKED),
     SUBJECT_CHECKED, SUBJECT_BY_SELF},
    {"copy", "本人要一份，替他印", IN(SUBJECT_CHECKED), SUBJECT_CHECKED, SUBJECT_BY_STAFF},
    {"do", "照办并答复", IN(SUBJECT_CHECKED), SUBJECT_DONE, SUBJECT_BY_STAFF},
    {"refuse", "办不到，写明为什么", IN(SUBJECT_RECEIVED) | IN(SUBJECT_CHECKED), SUBJECT_REFUSED,
     SUBJECT_BY_STAFF},
    {"withdraw", "不用办了", IN(SUBJECT_RECEIVED) | IN(SUBJECT_CHECKED), SUBJECT_WITHDRAWN,
     SUBJECT_BY_SELF},
};
static const struct step_who who[] = {{SUBJECT_BY_SELF, "本人"}, {SUBJECT_BY_STAFF, "工作人员"}};
const struct steps subject_steps = {.at = steps,
                                    .n = COUNT(steps),
                                    .codes = subject_state_codes,
                                    .labels = subject_state_labels,
                                    .nstates = SUBJECT_STATES,
                                    .who = who,
                                    .nwho = COUNT(who)};

static const struct subject_word whats[] = {{"copy", "要一份"},
                                            {"correct", "写错了，请改"},
                                            {"delete", "不用留了，请删"},
                                            {"object", "不同意这样用"},
                                            {"explain", "想问清楚"}},
                                 checks[] = {{"key", "有自己的链接"},
                                             {"word", "说得出编号和四位数字"},
                                             {"face", "当面核对过"},
                                             {"phone", "按留的电话打回去核对过"},
                                             {"paper", "纸条上的号和数字对得上"}};

enum { OWN_CHECKS = 2 };
const subject_words subject_whats = {whats, COUNT(whats)},
                    subject_checks = {checks + OWN_CHECKS, COUNT(checks) - OWN_CHECKS};

const char *subject_what_label(struct str what)
{
    for (size_t i = 0; i < COUNT(whats); i++)
        if (str_is(what, whats[i].code))
            return whats[i].label;
    return NULL;
}

const char *subject_checked_label(struct str checked)
{
    for (size_t i = 0; i < COUNT(checks); i++)
        if (str_is(checked, checks[i].code))
            return checks[i].label;
    return NULL;
}

/* ---- asking ---- */

static const struct subject_fix *fix_of(const struct subject_kind *kind, struct str field)
{
    for (size_t i = 0; i < kind->nfixes; i++)
        if (str_is(field, kind->fixes[i].field))
            return &kind->fixes[i];
    return NULL;
}

struct str subject_fix_label(const struct subject_kind *kind, struct str field)
{
    const struct subject_fix *fix = kind ? fix_of(kind, field) : NULL;
    return fix ? str_c(fix->label) : S("");
}

static enum err check_asked(struct cx *cx, const struct subject_kind *kind,
                            struct subject_request *r)
{
    if (!r->what.n || !subject_what_label(r->what))
        fail_field(cx, "what", "请选要什么");
    if (str_is(r->what, "correct")) {
        if (!fix_of(kind, r->field))
            fail_field(cx, "field", "请选改哪一项");
        else if (!utf8_count(r->value = str_trim(r->value)))
            fail_field(cx, "value", "请写改成什么");
    } else {
        r->field = r->value = S("");
    }
    if ((str_is(r->what, "object") || str_is(r->what, "explain")) && !r->text.n)
        fail_field(cx, "text", "请写一句，想问什么、不同意什么");
    if (r->checked.n && !subject_checked_label(r->checked))
        fail_field(cx, "checked", "请选怎么核对的");
    return cx->fault.fields.n ? ERR_INPUT : OK;
}

static enum err say(struct cx *cx, const struct subject_request *r, const char *step,
                    struct str text, unsigned by)
{
    return db_run(cx, &subject_sql_event_put,
                  ARGS(AS("id", id_new(cx)), AS("request_id", r->id), A(step), A(text),
                       AS("by_name", by == SUBJECT_BY_SELF ? S("本人") : cx->who.name)),
                  NULL);
}

static bool is_own(const struct subject_request *r)
{
    return str_is(r->checked, "key") || str_is(r->checked, "word");
}

/* Asked for again while `same` is being dealt with: of a correction the last value counts, and what
 * was said with it stands in the history. Whoever has shown now who he is need not show it again.
 */
static enum err ask_again(struct cx *cx, struct subject_request *same,
                          const struct subject_request *r)
{
    unsigned by = is_own(r) ? SUBJECT_BY_SELF : SUBJECT_BY_STAFF;
    struct subject_request was = *same;
    bool shown = r->checked.n && !same->checked.n,
         other = r->text.n && !str_eq(r->text, same->text);
    if (r->value.n) {
        TRY(shape_open(cx, &subject_request_shape, &was, 1, NULL));
        other = other || !str_eq(was.value, r->value);
    }
    if (!shown && !other)
        return OK;
    if (r->checked.n)
        same->checked = r->checked, same->state = SUBJECT_CHECKED;
    if (r->value.n)
        same->value = r->value;
    TRY(db_save(cx, &subject_sql_save, &subject_request_shape, same, NO_ARGS));
    same->version++;
    if (other)
        TRY(say(cx, same, "change", r->text, by));
    return shown ? say(cx, same, "check", r->checked, by) : OK;
}

enum err subject_ask(struct cx *cx, struct subject_request *r)
{
    const struct subject_kind *kind = subject_kind_of(r->subject);
    const struct worktime *cal;
    struct subject_request same;
    bool found, own = is_own(r);
    struct str *texts[] = {&r->field, &r->value, &r->text, &r->checked, &r->answer};
    if (!kind)
        return fail(cx, ERR_MISSING, "没有这一种资料");
    for (size_t i = 0; i < COUNT(texts); i++)
        if (!texts[i]->p)
            *texts[i] = S("");
    r->text = str_trim(r->text);
    TRY(check_asked(cx, kind, r));
    TRY(db_find(cx, &subject_sql_same, &subject_request_shape, &same, &found,
                ARGS(AS("subject", r->subject), AS("subject_id", r->subject_id),
                     AS("what", r->what), AS("field", r->field), AS("text", r->text),
                     AS("checked", r->checked))));
    if (found) {
        TRY(ask_again(cx, &same, r));
        *r = same;
        return OK;
    }
    TRY(clock_calendar(cx, &cal));
    r->due_at = worktime_add_days(cal, cx->now, SUBJECT_WORK_DAYS);
    r->id = id_new(cx);
    r->word = number_word(cx);
    r->state = r->checked.n ? SUBJECT_CHECKED : SUBJECT_RECEIVED;
    r->version = 1;
    r->created_at = r->changed_at = cx->now;
    TRY(number_next(cx, 'D', &r->number));
    TRY(db_put(cx, &subject_sql_insert, &subject_request_shape, r, NO_ARGS));
    TRY(say(cx, r, own ? "file" : "enter", S(""), own ? SUBJECT_BY_SELF : SUBJECT_BY_STAFF));
    if (!own && r->checked.n)
        TRY(say(cx, r, "check", r->checked, SUBJECT_BY_STAFF));
    return outbox_put(cx, "mydata.asked", r->id,
                      arena_printf(cx->mem, "有人要看、改、删自己的资料：%.*s", STR(r->number)));
}

/* ---- reading ---- */

enum err subject_requests_of(struct cx *cx, const struct subject_kind *kind, int64_t id,
                             subject_request_list *out)
{
    return db_all(cx, &subject_sql_of_subject, &subject_request_shape, out,
                  ARGS(AS("subject", kind->code), A(id)));
}

enum err subject_open(struct cx *cx, subject_request_list *out)
{
    return db_all(cx, &subject_sql_open, &subject_request_shape, out, NO_ARGS);
}

enum err subject_closed(struct cx *cx, subject_request_list *out)
{
    return db_all(cx, &subject_sql_closed, &subject_request_shape, out, NO_ARGS);
}

enum err subject_get(struct cx *cx, int64_t id, struct subject_request *out)
{
    bool found;
    TRY(db_find(cx, &subject_sql_get, &subject_request_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这一件");
}

struct thing {
    struct str number;
};
static const struct field thing_fields[] = {
    FIELD(struct thing, number, "编号", .data = DATA_PUBLIC)};
static const struct shape thing_shape = SHAPE("subject_thing", struct thing, thing_fields);

enum err subject_thing(struct cx *cx, const struct subject_request *r, struct str *number)
{
    const struct subject_kind *kind = subject_kind_of(r->subject);
    struct thing t = {.number = S("")};
    bool found;
    *number = S("");
    if (!kind || !kind->number)
        return OK;
    TRY(db_find(cx, kind->number, &thing_shape, &t, &found, ARGS(AS("id", r->subject_id))));
    *number = t.number;
    return OK;
}

bool subject_is_blind(struct cx *cx, const struct subject_request *r)
{
    struct subject_request seen = *r;
    shape_hide(cx, &subject_request_shape, &seen, 1);
    return (r->text.n && !seen.text.n) || (r->value.n && !seen.value.n);
}

enum err subject_by_word(struct cx *cx, struct str number, struct str word,
                         struct subject_request *out)
{
    bool found;
    TRY(number_tries_left(cx, number));
    TRY(db_find(cx, &subject_sql_by_number, &subject_request_shape, out, &found, ARGS(A(number))));
    if (found && out->word.n && str_same_secret(out->word, word))
        return OK;
    TRY(number_wrong(cx, number));
    return fail(cx, ERR_MISSING, "编号和四位数字对不上，请对照纸条再看一遍");
}

enum err subject_history(struct cx *cx, int64_t id, subject_event_list *out)
{
    return db_all(cx, &subject_sql_events, &subject_event_shape, out, ARGS(AS("request_id", id)));
}

/* ---- doing ---- */

static enum err correct(struct cx *cx, const struct subject_kind *kind,
                        const struct subject_request *r)
{
    const struct subject_fix *fix = fix_of(kind, r->field);
    if (!fix)
        return fail(cx, ERR_CONFLICT, "这一项改不了");
    bool done = false;
    struct subject_request open = *r;
    TRY(shape_open(cx, &subject_request_shape, &open, 1, NULL));
    if (kind->fix_apart)
        TRY(kind->fix_apart(cx, r->subject_id, r->field, open.value, &done));
    if (done)
        return OK;
    void *rec = arena_alloc(cx->mem, kind->shape->size);
    field_set_int(shape_field(kind->shape, S("id")), rec, r->subject_id);
    field_set_str(shape_field(kind->shape, str_c(fix->field)), rec, open.value);
    enum err e = db_save(cx, fix->save, kind->shape, rec, NO_ARGS);
    if (e == ERR_CONFLICT) {
        fault_clear(cx);
        return fail(cx, e, "已经办完或者删了，改不了；请写明原因答复");
    }
    TRY(e);
    return kind->fixed ? kind->fixed(cx, r->subject_id) : OK;
}

static enum err erase(struct cx *cx, const struct subject_kind *kind,
                      const struct subject_request *r)
{
    bool held;
    TRY(keep_held(cx, kind->code, r->subject_id, &held));
    if (held)
        return fail(cx, ERR_CONFLICT, "这一份有争议没有了结，先不能删；请写明原因答复");
    if (!kind->erase)
        return fail(cx, ERR_CONFLICT, "这一份按规定要留着；请写明原因答复");
    return subject_erase_noted(cx, kind, r->subject_id);
}

static enum err carry_out(struct cx *cx, const struct subject_request *r)
{
    const struct subject_kind *kind = subject_kind_of(r->subject);
    if (!kind)
        return fail(cx, ERR_MISSING, "没有这一种资料");
    if (str_is(r->what, "correct"))
        return correct(cx, kind, r);
    if (str_is(r->what, "delete"))
        return erase(cx, kind, r);
    if (str_is(r->what, "object") && kind->consents)
        return consent_end_all(cx, kind->consents, r->subject_id, S("face"), NULL);
    return OK;
}

enum err subject_corrections_end(struct cx *cx, const char *subject, int64_t id)
{
    subject_request_list all = {0};
    TRY(db_all(cx, &subject_sql_corrections, &subject_request_shape, &all,
               ARGS(A(subject), AS("subject_id", id))));
    for (size_t i = 0; i < all.n; i++) {
        struct subject_request *r = &all.at[i];
        r->state = SUBJECT_WITHDRAWN;
        r->closed_at = cx->now;
        r->value = S("");
        r->answer = S("已经删了，不用再改");
        TRY(db_save(cx, &subject_sql_save, &subject_request_shape, r, NO_ARGS));
        TRY(say(cx, r, "withdraw", r->answer, SUBJECT_BY_STAFF));
    }
    return OK;
}

enum err subject_printed(struct cx *cx, const struct subject_request *r)
{
    TRY(opening_put_copy(cx, r->subject, r->subject_id));
    return say(cx, r, "copy", S(""), SUBJECT_BY_STAFF);
}

enum err subject_step(struct cx *cx, struct subject_request *r, struct str step, struct str text,
                      unsigned by)
{
    const struct step *s = steps_find(&subject_steps, step);
    text = str_trim(text);
    if (!s || !(s->by & by))
        return fail(cx, ERR_MISSING, "没有这一步");
    if (!(s->from & STEP_IN(r->state)) || r->state == SUBJECT_NONE)
        return fail(cx, ERR_CONFLICT, "这一件已经不在这一步了，请刷新看看");
    bool ends = s->to == SUBJECT_DONE || s->to == SUBJECT_REFUSED;
    if (utf8_count(text) > 500)
        return fail_field(cx, "text", "最多 500 字");
    if (ends && !text.n)
        return fail_field(cx, "text",
                          s->to == SUBJECT_REFUSED ? "请写明为什么办不到，他要看到"
                                                   : "请写一句答复，他要看到");
    if (s->to == SUBJECT_CHECKED && !subject_checked_label(text))
        return fail_field(cx, "text", "请选怎么核对的");
    if (s->to == SUBJECT_DONE)
        TRY(carry_out(cx, r));
    r->state = (enum subject_state)s->to;
    if (s->to == SUBJECT_CHECKED)
        r->checked = text;
    else
        r->closed_at = cx->now, r->value = S("");
    if (ends)
        r->answer = text;
    TRY(db_save(cx, &subject_sql_save, &subject_request_shape, r, NO_ARGS));
    r->version++;
    return say(cx, r, s->code, text, by);
}
