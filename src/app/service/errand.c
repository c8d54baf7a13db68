/* errand -- papers taken to a counter for somebody: one step after the other, each with its line in
 * the history. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/errand.h"
#include "app/clock/clock.h"
#include "app/job/job.h"
#include "app/number/number.h"
#include "app/service/service_own.h"
#include "app/subject/subject.h"
#include "base/id.h"
#include "base/time.h"
#include "service.sql.h"

enum { WORK_DAYS_MAX = 400 };

/* ---- reading ---- */

static enum err load(struct cx *cx, int64_t id, struct errand *out)
{
    bool found;
    TRY(db_find(cx, &service_sql_errand, &errand_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这件帮办");
}

static enum err load_scoped(struct cx *cx, int64_t id, struct errand *out)
{
    bool found;
    if (!(cx->who.role & ROLES_ERRAND))
        return fail(cx, ERR_DENIED, "帮办代办由窗口和居民区工作人员来办");
    TRY(db_find(cx, &service_sql_errand_scoped, &errand_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这件帮办，或者不归您这里");
}

enum err errand_get(struct cx *cx, int64_t id, struct errand *out)
{
    TRY(load_scoped(cx, id, out));
    shape_hide(cx, &errand_shape, out, 1);
    return OK;
}

enum err errand_by_key(struct cx *cx, int64_t id, struct str key, struct errand *out)
{
    int64_t n = 0;
    if (key.n)
        TRY(db_number(cx, &service_sql_errand_key, &n,
                      ARGS(A(id), AS("key_hash", value_blob(id_secret_hash(cx, key))))));
    return n ? load(cx, id, out) : fail(cx, ERR_MISSING, "没有这件帮办，请看看链接是不是全的");
}

enum err errand_all(struct cx *cx, bool closed, errand_list *out)
{
    const struct query *q = closed ? &service_sql_errands_closed : &service_sql_errands_open;
    if (!(cx->who.role & ROLES_ERRAND))
        return fail(cx, ERR_DENIED, "帮办代办由窗口和居民区工作人员来办");
    TRY(db_all(cx, q, &errand_shape, out, NO_ARGS));
    shape_hide(cx, &errand_shape, out->at, out->n);
    return OK;
}

enum err errand_papers(struct cx *cx, int64_t id, errand_paper_list *out)
{
    return db_all(cx, &service_sql_errand_papers, &errand_paper_shape, out,
                  ARGS(AS("errand_id", id)));
}

enum err errand_history(struct cx *cx, int64_t id, errand_event_list *out)
{
    return db_all(cx, &service_sql_errand_events, &errand_event_shape, out,
                  ARGS(AS("errand_id", id)));
}

static enum err say(struct cx *cx, const struct errand *e, const char *step, enum errand_state from,
                    struct str text, struct str by_name)
{
    return db_run(cx, &service_sql_errand_event_put,
                  ARGS(AS("id", id_new(cx)), AS("errand_id", e->id), A(step),
                       AS("from_state", errand_state_codes[from]),
                       AS("to_state", errand_state_codes[e->state]), A(text), A(by_name)),
                  NULL);
}

static struct str actor(const struct cx *cx, unsigned by)
{
    return by == ERRAND_BY_SYSTEM ? S("系统") : by == ERRAND_BY_GUEST ? S("本人") : cx->who.name;
}

/* ---- asking ---- */

static enum err due_in(struct cx *cx, int64_t days, int64_t *out)
{
    const struct worktime *cal;
    TRY(clock_calendar(cx, &cal));
    *out = limit_due(cal, cx->now, (struct limit){(int)days, LIMIT_WORK_DAYS});
    return OK;
}

static enum err check_asked(struct cx *cx, struct errand *e, struct service *s)
{
    struct str *texts[] = {&e->name, &e->contact, &e->door};
    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i] = texts[i]->p ? *texts[i] : S("");
    TRY(service_load(cx, e->service_id, s));
    if (!s->has_errand || s->state != SERVICE_ON)
        fail_field(cx, "service_id", "这件事要本人来办，不能代办；来不了，请说一句，我们想办法");
    (void)shape_check(cx, &errand_shape, e);
    need_phone_check(cx, "contact", e->contact);
    return cx->fault.fields.n ? ERR_INPUT : OK;
}

static enum err settle_place(struct cx *cx, struct errand *e)
{
    struct place p;
    struct grid g;
    TRY(place_get(cx, e->place_id, &p));
    TRY(place_grid_of(cx, p.id, &g));
    e->place_path = p.path;
    e->place_text = p.full_name;
    e->grid_id = g.id;
    return OK;
}

/* The same form came before; `e` becomes what is stored when it asks for the same. */
static enum err sent_before(struct cx *cx, int64_t id, struct errand *e)
{
    struct errand old;
    TRY(load(cx, id, &old));
    TRY(shape_open(cx, &errand_shape, &old, 1, NULL));
    bool same = old.service_id == e->service_id && old.place_id == e->place_id &&
                str_eq(old.name, e->name) && str_eq(old.contact, e->contact) &&
                str_eq(old.door, e->door);
    return same ? load(cx, id, e) : fail(cx, ERR_CONFLICT, FORM_USED);
}

enum err errand_ask(struct cx *cx, struct errand *e, struct str *key)
{
    struct service s;
    struct errand known = {0};
    bool found = false;
    unsigned by = cx->who.person_id ? ERRAND_BY_STAFF : ERRAND_BY_GUEST;
    if (by == ERRAND_BY_STAFF && !(cx->who.role & ROLES_ERRAND))
        return fail(cx, ERR_DENIED, "帮办代办由窗口和居民区工作人员登记");
    if (!id_is_uuid(*key))
        *key = id_secret(cx, 16);
    struct arg hash = AS("key_hash", value_blob(id_secret_hash(cx, *key)));
    TRY(db_find(cx, &service_sql_errand_of_key, &errand_shape, &known, &found, ARGS(hash)));
    if (found)
        return sent_before(cx, known.id, e);
    TRY(check_asked(cx, e, &s));
    TRY(settle_place(cx, e));
    TRY(number_next(cx, 'P', &e->number));
    e->id = id_new(cx);
    e->title = s.title;
    e->state = ERRAND_ASKED;
    TRY(due_in(cx, ERRAND_ANSWER_DAYS, &e->promise_at));
    TRY(db_put(cx, &service_sql_errand_insert, &errand_shape, e, ARGS(hash)));
    TRY(say(cx, e, "ask", ERRAND_NONE, S(""), actor(cx, by)));
    return load(cx, e->id, e);
}

/* ---- contact ---- */

static const char *what_label(struct str what)
{
    return str_is(what, "contact") ? "电话和称呼" : str_is(what, "door") ? "门牌" : "";
}

static const char *why(struct str purpose)
{
    return flow_label(opening_purposes, purpose);
}

const struct seen_kind errand_seen = {"errand", "帮办代办", what_label, why};

static enum err log_opening(struct cx *cx, int64_t id, const char *what, struct str purpose)
{
    return opening_put(
        cx, &errand_seen,
        &(struct seen_look){.subject_id = id, .what = str_c(what), .purpose = purpose});
}

enum err errand_open(struct cx *cx, int64_t id, struct str purpose, struct errand *out)
{
    struct errand plain;
    if (!*why(purpose))
        return fail_field(cx, "purpose", "请选为什么要看");
    TRY(load_scoped(cx, id, out));
    if (cx->who.sees[DATA_CONTACT] < SEE_LOGGED)
        return fail(cx, ERR_DENIED, "您的岗位不能看联系方式");
    plain = *out;
    TRY(log_opening(cx, id, "contact", purpose));
    TRY(shape_open(cx, &errand_shape, &plain, 1, NULL));
    shape_hide(cx, &errand_shape, out, 1);
    out->name = plain.name;
    out->contact = plain.contact;
    if (!plain.door.n || cx->who.sees[DATA_DOOR] < SEE_LOGGED)
        return OK;
    out->door = plain.door;
    return log_opening(cx, id, "door", purpose);
}

/* ---- steps ---- */

static enum err save(struct cx *cx, struct errand *e)
{
    TRY(db_save(cx, &service_sql_errand_save, &errand_shape, e, NO_ARGS));
    e->version++;
    e->changed_at = cx->now;
    return OK;
}

static enum err wake(struct cx *cx, const struct errand *e, int64_t days)
{
    int64_t at = cx->now + days * MS_DAY; /* in the key: what a hold put off is put anew */
    struct str key = arena_printf(cx->mem, "service.errand %lld %s %lld", (long long)e->id,
                                  errand_state_codes[e->state], (long long)at);
    return job_put(cx, "service.errand", key, e->id, S(""), at);
}

static enum err may_go(struct cx *cx, const struct errand *e, const struct step *s, unsigned by)
{
    if (!(s->by & by))
        return fail(cx, ERR_DENIED, "这一步不由您来走");
    if (!(s->from & ERRAND_IN(e->state)))
        return fail(cx, ERR_CONFLICT, "这件现在是“%s”，不能“%s”；可能别人刚记过，请刷新再看",
                    errand_state_labels[e->state], s->label);
    return OK;
}

static enum err go(struct cx *cx, struct errand *e, const char *step, unsigned by, struct str text)
{
    const struct step *s = steps_find(&errand_steps, str_c(step));
    enum errand_state from = e->state;
    TRY(may_go(cx, e, s, by));
    e->state = s->to;
    if (errand_is_closed(s->to))
        e->closed_at = cx->now;
    TRY(say(cx, e, step, from, text, actor(cx, by)));
    if (errand_is_closed(s->to))
        return wake(cx, e, ERRAND_KEEP_DAYS);
    return s->to == ERRAND_RETURNED ? wake(cx, e, ERRAND_CLOSE_DAYS) : OK;
}

static void check_authority(struct cx *cx, const struct errand_move *m)
{
    int64_t today = time_day(cx->now);
    if (!*flow_label(errand_agreed, m->agreed_how))
        fail_field(cx, "agreed_how", "请选怎么委托的");
    if (m->until_day < today || m->until_day > today + ERRAND_DAYS_MAX)
        fail_field(cx, "until_day", "请写今天起 %d 天以内的一天", ERRAND_DAYS_MAX);
}

static void set_authority(struct cx *cx, struct errand *e, const struct errand_move *m)
{
    e->agreed_how = m->agreed_how;
    e->agreed_at = cx->now;
    e->until_day = m->until_day;
    e->helper_id = cx->who.person_id;
    e->helper_name = cx->who.name;
}

static enum err authorise(struct cx *cx, struct errand *e, const struct errand_move *m)
{
    service_lines papers = {0};
    service_lines_of(cx, m->papers, &papers);
    check_authority(cx, m);
    if (!papers.n || papers.n > ERRAND_PAPERS_MAX)
        fail_field(cx, "papers", "请写交哪些材料，一样一行，最多 %d 样", ERRAND_PAPERS_MAX);
    if (cx->fault.fields.n)
        return ERR_INPUT;
    for (size_t i = 0; i < papers.n; i++)
        TRY(db_run(cx, &service_sql_errand_paper_put,
                   ARGS(AS("id", id_new(cx)), AS("errand_id", e->id), AS("name", papers.at[i])),
                   NULL));
    set_authority(cx, e, m);
    return OK;
}

/* Another one for the same papers: the first has run out, or soon will. */
static enum err renew(struct cx *cx, struct errand *e, const struct errand_move *m)
{
    check_authority(cx, m);
    if (cx->fault.fields.n)
        return ERR_INPUT;
    set_authority(cx, e, m);
    return OK;
}

static enum err still_holds(struct cx *cx, const struct errand *e)
{
    return time_day(cx->now) <= e->until_day
               ? OK
               : fail(cx, ERR_INPUT, "委托到 %.*s为止，过期了；请本人再签一份，或者把材料退回",
                      STR(filter_date(cx, time_day_start(e->until_day))));
}

static enum err submit(struct cx *cx, struct errand *e, const struct errand_move *m)
{
    struct service s;
    int64_t days = m->work_days;
    TRY(still_holds(cx, e));
    TRY(service_or_none(cx, e->service_id, &s));
    days = days < 0 ? s.work_days : days;
    if (days < 0 || days > WORK_DAYS_MAX)
        return fail_field(cx, "work_days", "请写 0 到 %d", WORK_DAYS_MAX);
    return due_in(cx, days ? days : 1, &e->promise_at);
}

/* What could not be done has a number of its own, and somebody who answers. */
static enum err raise(struct cx *cx, struct errand *e)
{
    TRY(shape_open(cx, &errand_shape, e, 1, NULL));
    struct need n = {.place_id = e->place_id,
                     .channel = S("counter"),
                     .kind = S("help"),
                     .category = S("other"),
                     .name = e->name,
                     .contact = e->contact,
                     .door = e->door};
    struct str key;
    bool again;
    n.text = arena_printf(cx->mem, "代办没办成：%.*s。原因：%.*s", STR(e->title), STR(e->said));
    TRY(need_open(cx, &n, &key, &again));
    e->need_id = n.id;
    return OK;
}

static enum err fetch(struct cx *cx, struct errand *e, const struct errand_move *m)
{
    if (!*flow_label(errand_outcomes, m->outcome))
        return fail_field(cx, "outcome", "请选办成没有");
    if (str_is(m->outcome, "cannot") && !m->said.n)
        return fail_field(cx, "said", "请写为什么没办成");
    e->outcome = m->outcome;
    e->said = m->said;
    TRY(due_in(cx, 2, &e->promise_at)); /* to bring it home */
    return str_is(m->outcome, "cannot") ? raise(cx, e) : OK;
}

static enum err apply(struct cx *cx, struct errand *e, struct str step, const struct errand_move *m)
{
    if (str_is(step, "authorise"))
        return authorise(cx, e, m);
    if (str_is(step, "renew") || str_is(step, "prolong"))
        return renew(cx, e, m);
    if (str_is(step, "receive")) {
        TRY(still_holds(cx, e));
        return db_run(cx, &service_sql_errand_papers_received, ARGS(AS("errand_id", e->id)), NULL);
    }
    if (str_is(step, "submit"))
        return submit(cx, e, m);
    if (str_is(step, "fetch"))
        return fetch(cx, e, m);
    if (str_is(step, "refuse")) {
        if (!m->said.n)
            return fail_field(cx, "said", "请写为什么办不了，他该去找谁");
        e->said = m->said;
    }
    if (str_is(step, "return")) {
        if (!m->is_signed)
            return fail_field(cx, "is_signed", "本人在收条上签了字，再记");
        return db_run(cx, &service_sql_errand_papers_returned, ARGS(AS("errand_id", e->id)), NULL);
    }
    return OK;
}

enum err errand_move(struct cx *cx, int64_t id, struct str step, const struct errand_move *move,
                     struct errand *out)
{
    const struct step *s = steps_find(&errand_steps, step);
    struct errand_move m = *move;
    struct str *texts[] = {&m.agreed_how, &m.papers, &m.said, &m.outcome};
    for (size_t i = 0; i < COUNT(texts); i++)
        *texts[i] = texts[i]->p ? *texts[i] : S("");
    TRY(load_scoped(cx, id, out));
    if (m.version && m.version != out->version)
        return fail(cx, ERR_CONFLICT, "别人刚刚先记了一步，请刷新看看再记");
    if (!s || s->from == ERRAND_IN(ERRAND_NONE))
        return fail(cx, ERR_MISSING, "没有这一步");
    TRY(may_go(cx, out, s, ERRAND_BY_STAFF));
    TRY(apply(cx, out, step, &m));
    TRY(go(cx, out, s->code, ERRAND_BY_STAFF, m.said));
    TRY(save(cx, out));
    shape_hide(cx, &errand_shape, out, 1);
    return OK;
}

enum err errand_own(struct cx *cx, int64_t id, struct str key, struct str step, struct errand *out)
{
    TRY(errand_by_key(cx, id, key, out));
    if (!str_is(step, "withdraw"))
        return fail(cx, ERR_MISSING, "没有这一步");
    bool is_held = out->state >= ERRAND_HOLDING && out->state <= ERRAND_FETCHED;
    TRY(go(cx, out, is_held ? "recall" : "withdraw", ERRAND_BY_GUEST, S("")));
    return save(cx, out);
}

enum err errand_rate(struct cx *cx, int64_t id, struct str key, struct str grade,
                     struct errand *out)
{
    bool known = false;
    TRY(errand_by_key(cx, id, key, out));
    for (int i = 0; i < 5; i++) /* the five grades come first */
        known |= str_is(grade, ratings[i].code);
    if (!known)
        return fail_field(cx, "rating", "请从五档里选一档");
    if (out->state != ERRAND_RETURNED && out->state != ERRAND_CLOSED)
        return fail(cx, ERR_CONFLICT, "材料还给您以后再评");
    if (out->rating.n)
        return fail(cx, ERR_CONFLICT, "这一次已经评过了，谢谢");
    out->rating = grade;
    out->rated_at = cx->now;
    return save(cx, out);
}

/* ---- by itself ---- */

/* What it was, and how it ended, is counted and stays; whose it was, and every word of it, goes.
 * Its link becomes one that nobody was given, since no two may be alike. */
static enum err forget(struct cx *cx, struct errand *e)
{
    struct str nobodys = id_secret_hash(cx, id_secret(cx, 16));
    e->name = e->contact = e->door = e->said = e->agreed_how = S("");
    e->agreed_at = 0;
    TRY(save(cx, e));
    TRY(db_run(cx, &service_sql_errand_forget,
               ARGS(AS("id", e->id), AS("key_hash", value_blob(nobodys))), NULL));
    TRY(db_run(cx, &service_sql_errand_papers_forget, ARGS(AS("errand_id", e->id)), NULL));
    return db_run(cx, &service_sql_errand_events_forget, ARGS(AS("errand_id", e->id)), NULL);
}

enum err errand_forget(struct cx *cx, int64_t id)
{
    struct errand e;
    TRY(load(cx, id, &e));
    return errand_is_closed(e.state) ? forget(cx, &e)
                                     : fail(cx, ERR_CONFLICT, "还在办，材料还给您以后才能删");
}

enum err errand_job(struct cx *cx, int64_t id)
{
    struct errand e;
    bool held;
    TRY(load(cx, id, &e));
    if (e.state == ERRAND_RETURNED) {
        TRY(go(cx, &e, "close", ERRAND_BY_SYSTEM, S("")));
        return save(cx, &e);
    }
    if (!errand_is_closed(e.state) || e.closed_at > cx->now - ERRAND_KEEP_DAYS * MS_DAY)
        return OK;
    TRY(keep_wait(cx, "errand", id, "service.errand", id, S(""), &held));
    return held ? OK : forget(cx, &e);
}
