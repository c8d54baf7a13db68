/* class_day -- an afternoon: who is there, who fetched whom, alarms answered; opening a record;
 * talks; sums; what comes by itself, and forgetting. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/class_own.h"
#include "app/outbox/outbox.h"
#include "app/subject/subject.h"
#include "base/id.h"
#include "base/utf8.h"
#include "class.sql.h"
#include <stdlib.h>
#include <string.h>

enum { CLOSE_HOUR = 22 };

/* ---- rows ---- */

enum err class_day_of(struct cx *cx, const struct class_child *c, int64_t day,
                      struct class_day *out)
{
    bool found;
    TRY(db_find(cx, &class_sql_day, &class_day_shape, out, &found,
                ARGS(AS("child_id", c->id), A(day))));
    if (!found)
        *out = (struct class_day){.child_id = c->id, .term_id = c->term_id, .day = day};
    return OK;
}

enum err class_day_keep(struct cx *cx, struct class_day *d)
{
    if (!d->id) {
        d->id = id_new(cx);
        d->version = 1;
        return db_put(cx, &class_sql_day_add, &class_day_shape, d, NO_ARGS);
    }
    enum err e = db_save(cx, &class_sql_day_save, &class_day_shape, d, NO_ARGS);
    if (e == ERR_CONFLICT) {
        fault_clear(cx);
        return fail(cx, ERR_CONFLICT, "别的老师刚刚先记了一笔，请刷新看看再点");
    }
    d->version++;
    return e;
}

enum err class_days(struct cx *cx, int64_t child_id, class_day_list *out)
{
    return db_all(cx, &class_sql_days, &class_day_shape, out, ARGS(A(child_id)));
}

/* ---- who is there ---- */

/* A row of the list of today. */
struct row {
    int64_t id;
    struct str number, name, grade;
    bool has_note;
    int64_t day_id;
    bool is_alarm;
};
static const struct field row_fields[] = {FIELD(struct row, id, "编号"),
                                          FIELD(struct row, number, "编号"),
                                          FIELD(struct row, grade, "年级"),
                                          FIELD(struct row, has_note, "写"),
                                          FIELD(struct row, day_id, "当天"),
                                          FIELD(struct row, is_alarm, "提醒"),
                                          FIELD(struct row, name, "孩子", .seal = VAULT_NAME,
                                                .pad = true, .of = &class_child_shape, .by = "id")};
static const struct shape row_shape = SHAPE("row", struct row, row_fields);

static const struct class_day *day_by_id(const class_day_list *all, int64_t id)
{
    for (size_t i = 0; i < all->n && id; i++)
        if (all->at[i].id == id)
            return &all->at[i];
    return NULL;
}

static int by_name(const void *one, const void *other)
{
    const struct row *a = one, *b = other;
    size_t n = a->name.n < b->name.n ? a->name.n : b->name.n;
    int order = n ? memcmp(a->name.p, b->name.p, n) : 0;
    if (a->is_alarm != b->is_alarm)
        return a->is_alarm ? -1 : 1;
    return order                    ? order
           : a->name.n != b->name.n ? (a->name.n < b->name.n ? -1 : 1)
                                    : (a->id > b->id) - (a->id < b->id);
}

enum err class_today(struct cx *cx, int64_t term_id, class_lines *out)
{
    LIST(struct row) rows = {0};
    class_day_list days = {0};
    int64_t day = time_day(cx->now);
    TRY(class_on_duty(cx, term_id));
    TRY(db_all(cx, &class_sql_today, &row_shape, &rows, ARGS(A(term_id), A(day))));
    TRY(db_all(cx, &class_sql_days_of_term, &class_day_shape, &days, ARGS(A(term_id), A(day))));
    shape_show(cx, &row_shape, rows.at, rows.n, NULL);
    if (rows.n)
        qsort(rows.at, rows.n, sizeof *rows.at, by_name);
    for (size_t i = 0; i < rows.n; i++) {
        const struct row *r = &rows.at[i];
        const struct class_day *d = day_by_id(&days, r->day_id);
        struct class_line *l = PUSH(cx->mem, out);
        *l = (struct class_line){r->id, r->number, r->name, r->grade, r->has_note, {0}};
        l->day = d ? *d : (struct class_day){.child_id = r->id, .term_id = term_id, .day = day};
    }
    return OK;
}

static enum err child_on_duty(struct cx *cx, int64_t child_id, struct class_child *c)
{
    enum err e = class_child_load(cx, child_id, c);
    if (e == ERR_MISSING) /* as if it were another's: nobody learns which numbers are children */
        fault_clear(cx);
    else if (e != OK)
        return e;
    return class_on_duty(cx, e == OK ? c->term_id : 0);
}

static const char *const only_name[] = {"name", NULL};

enum err class_line_of(struct cx *cx, int64_t child_id, struct class_line *out)
{
    struct class_child c;
    TRY(child_on_duty(cx, child_id, &c));
    shape_show(cx, &class_child_shape, &c, 1, only_name);
    *out = (struct class_line){c.id, c.number, c.name, c.grade, c.note_at > 0, {0}};
    return class_day_of(cx, &c, time_day(cx->now), &out->day);
}

/* ---- in and out ---- */

static enum err same_version(struct cx *cx, const struct class_day *d, const struct class_act *a)
{
    if (!a->version || a->version == d->version)
        return OK;
    return fail(cx, ERR_CONFLICT, "别的老师刚刚先记了一笔，请刷新看看再点");
}

/* A wrong word is counted; after too many the telephone is the way. */
static enum err check_word(struct cx *cx, const struct class_child *c,
                           const struct class_pickup *by)
{
    TRY(number_tries_left(cx, c->number));
    if (by->id && by->child_id == c->id)
        return OK;
    TRY(number_wrong(cx, c->number));
    return fail(cx, ERR_MISSING, "暗号没对上。请他再说一遍；还不对，就打监护人的电话");
}

enum err class_arrive(struct cx *cx, int64_t child_id, const struct class_act *a,
                      const struct class_pickup *by)
{
    struct class_child c;
    struct class_term t;
    struct class_day d;
    const struct worktime *calendar;
    int64_t day = time_day(cx->now);
    TRY(child_on_duty(cx, child_id, &c));
    TRY(class_term_load(cx, c.term_id, &t));
    TRY(clock_calendar(cx, &calendar));
    TRY(class_day_of(cx, &c, day, &d));
    TRY(same_version(cx, &d, a));
    if (c.state != CHILD_PLACED)
        return fail(cx, ERR_CONFLICT, "这个孩子现在是“%s”", class_state_labels[c.state]);
    if (!class_is_day(&t, calendar, day))
        return fail(cx, ERR_CONFLICT, "今天没有课");
    if (d.state == DAY_IN || d.state == DAY_OUT)
        return fail(cx, ERR_CONFLICT, "已经记过“%s”了", class_day_labels[d.state]);
    if (str_is(a->how, "word")) {
        TRY(check_word(cx, &c, by));
        d.in_by = by->label;
    } else if (str_is(a->how, "teacher")) {
        d.in_by = S("老师接来");
    } else if (str_is(a->how, "alone")) {
        d.in_by = S("自己来的");
    } else {
        return fail_field(cx, "how", "请选是谁送来的");
    }
    d.state = DAY_IN;
    d.in_at = cx->now;
    return class_day_keep(cx, &d);
}

/* It is noted whom the guardian sent, and who else stood by. */
static enum err check_called(struct cx *cx, const struct class_act *a, struct class_day *d)
{
    enum err e = OK;
    if (utf8_count(str_trim(a->text)) < 4)
        e = fail_field(cx, "text", "请写来的是谁、监护人在电话里怎么说的");
    if (utf8_count(str_trim(a->second)) < 2)
        e = fail_field(cx, "second", "没对上暗号，要有第二个大人在场，请写他怎么称呼");
    TRY(e);
    d->out_by =
        arena_printf(cx->mem, "%.*s（%.*s在场）", STR(str_trim(a->text)), STR(str_trim(a->second)));
    return OK;
}

enum err class_collect(struct cx *cx, int64_t child_id, const struct class_act *a,
                       const struct class_pickup *by)
{
    struct class_child c;
    struct class_term t;
    struct class_day d;
    TRY(child_on_duty(cx, child_id, &c));
    TRY(class_term_load(cx, c.term_id, &t));
    TRY(class_day_of(cx, &c, time_day(cx->now), &d));
    TRY(same_version(cx, &d, a));
    if (d.state != DAY_IN)
        return fail(cx, ERR_CONFLICT, "现在是“%s”，没有在班里", class_day_labels[d.state]);
    if (str_is(a->how, "word")) {
        TRY(check_word(cx, &c, by));
        d.out_by = by->label;
    } else if (str_is(a->how, "called")) {
        TRY(check_called(cx, a, &d));
    } else {
        return fail_field(cx, "how", "请选怎么对上的：说暗号，还是打了监护人的电话");
    }
    d.out_how = a->how;
    d.state = DAY_OUT;
    d.out_at = cx->now;
    if (c.state == CHILD_LEFT) { /* left the term while it was here: this was the last day */
        TRY(class_day_keep(cx, &d));
        return class_wipe(cx, c.id);
    }
    bool is_late = cx->now >= class_ends(&t, d.day) + CLASS_LEFT_MINUTES * MS_MINUTE &&
                   !str_is(d.alarm, "left"); /* the job has not come by yet */
    if (is_late) {
        d.alarm = S("left");
        d.alarm_at = cx->now;
    }
    TRY(class_day_keep(cx, &d));
    return is_late ? class_maybe_talk(cx, &d, "late") : OK;
}

enum err class_called(struct cx *cx, int64_t child_id, struct str text)
{
    struct class_child c;
    struct class_day d;
    TRY(child_on_duty(cx, child_id, &c));
    TRY(class_day_of(cx, &c, time_day(cx->now), &d));
    if (c.state == CHILD_LEFT && d.state != DAY_IN)
        return fail(cx, ERR_CONFLICT, "这个孩子已经退了");
    text = str_trim(text);
    if (utf8_count(text) < 2 || utf8_count(text) > 100)
        return fail_field(cx, "text", "请写电话里怎么说的，或者“没接”，最多 100 字");
    d.called = text;
    d.called_at = cx->now;
    d.called_name = cx->who.name;
    return class_day_keep(cx, &d);
}

/* ---- opening a record ---- */

static const char *what_label(struct str what)
{
    return flow_label(class_whats, what);
}

static const char *why(struct str purpose)
{
    return flow_label(class_purposes, purpose);
}

const struct seen_kind class_seen = {"child", "课堂的孩子", what_label, why};

static enum err log_opening(struct cx *cx, const struct class_child *c, const char *what,
                            struct str purpose)
{
    return opening_put(
        cx, &class_seen,
        &(struct seen_look){
            .subject_id = c->id, .under_id = c->term_id, .what = str_c(what), .purpose = purpose});
}

enum err class_open(struct cx *cx, int64_t child_id, struct str what, struct str purpose,
                    struct str card, struct class_record *out)
{
    struct class_term t;
    bool here;
    *out = (struct class_record){.note = S("")};
    TRY(child_on_duty(cx, child_id, &out->c));
    if (!*why(purpose))
        return fail_field(cx, "purpose", "请选为什么要看");
    if (!*what_label(what))
        return fail(cx, ERR_MISSING, "没有这一样");
    TRY(class_is_here(cx, &out->c, &here));
    if (out->c.state == CHILD_LEFT && !here) /* a hold may keep it; nobody uses it */
        return fail(cx, ERR_CONFLICT, "已经退了，资料不再给人看");
    if (str_is(what, "note")) {
        TRY(class_term_load(cx, out->c.term_id, &t));
        struct str note = out->c.note_at > 0 ? out->c.note : S(""); /* he agreed to it */
        if (!class_unseal(cx, &t, card, child_id, note, &out->note))
            return fail_field(cx, "card", "值班卡上的字对不上，请对照着再看一遍");
        TRY(log_opening(cx, &out->c, "note", purpose));
    }
    TRY(shape_open(cx, &class_child_shape, &out->c, 1, NULL));
    out->c.word = S("");
    return log_opening(cx, &out->c, "contact", purpose);
}

/* ---- talks ---- */

enum err class_maybe_talk(struct cx *cx, const struct class_day *d, const char *kind)
{
    int64_t n, id = id_new(cx);
    struct class_child c;
    TRY(class_child_load(cx, d->child_id, &c));
    if (c.state == CHILD_LEFT) /* there is nobody to talk with */
        return OK;
    TRY(db_number(cx, &class_sql_so_often, &n, ARGS(AS("child_id", d->child_id), A(kind))));
    if (n == 0 || n % CLASS_TALK != 0)
        return OK;
    return db_run(cx, &class_sql_talk_add,
                  ARGS(A(id), AS("child_id", d->child_id), AS("term_id", d->term_id), A(kind)),
                  NULL);
}

enum err class_talks(struct cx *cx, int64_t term_id, class_talk_list *out)
{
    TRY(class_on_duty(cx, term_id));
    TRY(db_all(cx, &class_sql_talks, &class_talk_shape, out, ARGS(A(term_id))));
    shape_show(cx, &class_talk_shape, out->at, out->n, NULL);
    return OK;
}

enum err class_talked(struct cx *cx, int64_t id, struct str text)
{
    struct class_talk t = {0};
    bool found;
    TRY(db_find(cx, &class_sql_talk, &class_talk_shape, &t, &found, ARGS(A(id))));
    TRY(class_on_duty(cx, t.term_id));
    text = str_trim(text);
    if (utf8_count(text) < 2 || utf8_count(text) > 200)
        return fail_field(cx, "text", "请写和家长怎么说的，最多 200 字");
    enum err e =
        db_change(cx, &class_sql_talk_done, ARGS(A(id), A(text), AS("done_name", cx->who.name)));
    if (e != ERR_CONFLICT)
        return e;
    fault_clear(cx);
    return fail(cx, ERR_CONFLICT, "别的老师已经谈过了");
}

/* ---- sums ---- */

enum err class_sums(struct cx *cx, int64_t term_id, class_sum_list *out)
{
    struct class_term t;
    TRY(class_term_own(cx, term_id, &t));
    return db_all(cx, &class_sql_sums, &class_sum_shape, out, ARGS(A(term_id)));
}

struct state_count {
    struct str state;
    int64_t heads;
};
static const struct field count_fields[] = {FIELD(struct state_count, state, "状态"),
                                            FIELD(struct state_count, heads, "人数")};
static const struct shape count_shape = SHAPE("count", struct state_count, count_fields);

enum err class_count(struct cx *cx, int64_t term_id, struct class_counts *out)
{
    LIST(struct state_count) all = {0};
    struct class_term t;
    *out = (struct class_counts){0};
    TRY(class_term_own(cx, term_id, &t));
    TRY(db_all(cx, &class_sql_counts, &count_shape, &all, ARGS(A(term_id))));
    int64_t *const into[] = {&out->waiting, &out->offered, &out->placed, &out->lapsed, &out->left};
    for (size_t i = 0; i < all.n; i++)
        for (size_t k = 0; k < COUNT(into); k++)
            if (str_is(all.at[i].state, class_state_codes[k]))
                *into[k] = all.at[i].heads;
    return db_number(cx, &class_sql_talks_open, &out->talks, ARGS(A(term_id)));
}

/* ---- what comes by itself ---- */

static struct str key_of(struct cx *cx, const char *kind, const struct class_term *t,
                         struct str arg)
{
    return arena_printf(cx->mem, "%s %lld %.*s", kind, (long long)t->id, STR(arg));
}

static enum err put_day_job(struct cx *cx, const char *kind, const struct class_term *t,
                            int64_t day, int64_t minute, int64_t at)
{
    struct str arg = arena_printf(cx->mem, "%lld %lld", (long long)day, (long long)minute);
    return at > cx->now ? job_put(cx, kind, key_of(cx, kind, t, arg), t->id, arg, at) : OK;
}

static int64_t close_at(int64_t day)
{
    return time_day_start(day) + CLOSE_HOUR * MS_HOUR;
}

enum err class_plan_jobs(struct cx *cx, const struct class_term *t, int64_t from_day)
{
    const struct worktime *calendar;
    struct str end = arena_printf(cx->mem, "%lld", (long long)t->to_day);
    TRY(clock_calendar(cx, &calendar));
    TRY(job_put(cx, "class.forget", key_of(cx, "class.forget", t, end), t->id, end,
                time_day_start(t->to_day + 1 + CLASS_KEPT_DAYS)));
    int64_t day = class_next_day(t, calendar, from_day);
    while (day && close_at(day) <= cx->now) /* nothing ran that day: it is over */
        day = class_next_day(t, calendar, day + 1);
    if (!day)
        return OK;
    TRY(put_day_job(cx, "class.late", t, day, t->from_minute,
                    class_begins(t, day) + CLASS_LATE_MINUTES * MS_MINUTE));
    TRY(put_day_job(cx, "class.left", t, day, t->to_minute,
                    class_ends(t, day) + CLASS_LEFT_MINUTES * MS_MINUTE));
    return put_day_job(cx, "class.close", t, day, 0, close_at(day));
}

/* With the day: a message may be read later, and the next day's is another one. */
static enum err tell(struct cx *cx, const char *topic, const struct class_term *t, const char *what,
                     int64_t n)
{
    int64_t day = time_day(cx->now);
    return outbox_put(cx, topic, t->id,
                      arena_printf(cx->mem, "%.*s，四点半课堂“%.*s”（%.*s）：%s，%lld 个孩子",
                                   STR(site_days_text(cx, day, day)), STR(t->name),
                                   STR(t->site_name), what, (long long)n));
}

/* A row for each child that has none yet on this day. */
static enum err fill_day(struct cx *cx, const struct class_term *t, int64_t day, const char *alarm,
                         int64_t *n)
{
    LIST(int64_t) all = {0};
    TRY(db_all(cx, &class_sql_placed, &db_id_shape, &all, ARGS(AS("term_id", t->id), A(day))));
    for (size_t i = 0; i < all.n; i++) {
        struct class_day d = {.child_id = all.at[i],
                              .term_id = t->id,
                              .day = day,
                              .alarm = str_c(alarm),
                              .alarm_at = *alarm ? cx->now : 0};
        TRY(class_day_keep(cx, &d));
    }
    *n = (int64_t)all.n;
    return OK;
}

static enum err late(struct cx *cx, const struct class_term *t, int64_t day)
{
    int64_t n;
    TRY(fill_day(cx, t, day, "late", &n));
    return n ? tell(cx, "class.late", t, "过了二十分钟还没到，请当班老师打电话", n) : OK;
}

static enum err left(struct cx *cx, const struct class_term *t, int64_t day)
{
    class_day_list all = {0};
    int64_t n = 0;
    TRY(db_all(cx, &class_sql_days_of_term, &class_day_shape, &all,
               ARGS(AS("term_id", t->id), A(day))));
    for (size_t i = 0; i < all.n; i++) {
        struct class_day *d = &all.at[i];
        if (d->state != DAY_IN)
            continue;
        d->alarm = S("left");
        d->alarm_at = cx->now;
        TRY(class_day_keep(cx, d));
        TRY(class_maybe_talk(cx, d, "late"));
        n++;
    }
    return n ? tell(cx, "class.left", t, "过了十五分钟没人接，请打电话，第二个大人留下", n) : OK;
}

/* Nobody wrote down that anybody was there, or would not be: there was no class. */
static bool was_held(const class_day_list *all)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].state != DAY_EXPECTED)
            return true;
    return false;
}

static enum err count_day(struct cx *cx, class_day_list *all, struct class_sum *s)
{
    for (size_t i = 0; i < all->n; i++) {
        struct class_day *d = &all->at[i];
        if (d->state == DAY_EXPECTED) {
            d->state = DAY_ABSENT;
            TRY(class_day_keep(cx, d));
            TRY(class_maybe_talk(cx, d, "absence"));
        }
        s->expected++;
        s->came += d->state == DAY_IN || d->state == DAY_OUT;
        s->excused += d->state == DAY_EXCUSED;
        s->absent += d->state == DAY_ABSENT;
        s->late += str_is(d->alarm, "left");
    }
    return OK;
}

/* Who did not come is absent; heads of the day are written down; the next day is planned. */
static enum err close_day(struct cx *cx, const struct class_term *t, int64_t day)
{
    class_day_list all = {0};
    struct class_sum s = {.id = day, .term_id = t->id};
    int64_t n, still = 0;
    TRY(class_plan_jobs(cx, t, day + 1));
    TRY(fill_day(cx, t, day, "", &n));
    TRY(db_all(cx, &class_sql_days_of_term, &class_day_shape, &all,
               ARGS(AS("term_id", t->id), A(day))));
    if (!was_held(&all))
        return OK;
    TRY(count_day(cx, &all, &s));
    TRY(db_put(cx, &class_sql_sum_put, &class_sum_shape, &s, NO_ARGS));
    for (size_t i = 0; i < all.n; i++)
        still += all.at[i].state == DAY_IN;
    return still ? tell(cx, "class.left", t, "到现在还没有记接走，请马上看一下", still) : OK;
}

static enum err lapse(struct cx *cx, int64_t child_id)
{
    struct class_child c;
    enum err e = class_child_load(cx, child_id, &c);
    if (e == ERR_MISSING) { /* deleted with its term */
        fault_clear(cx);
        return OK;
    }
    TRY(e);
    if (c.state != CHILD_OFFERED || c.offer_until > cx->now)
        return OK;
    TRY(class_release(cx, &c));
    TRY(class_child_move(cx, &c, CHILD_LAPSED));
    return class_rise(cx, c.term_id);
}

/* Nobody wrote down that a child which had left was fetched; or a hold kept it, or a note that was
 * taken back, and has ended. */
static enum err wipe(struct cx *cx, int64_t child_id)
{
    struct class_child c;
    bool agrees;
    enum err e = class_child_load(cx, child_id, &c);
    if (e == ERR_MISSING) { /* deleted with its term */
        fault_clear(cx);
        return OK;
    }
    TRY(e);
    if (c.state == CHILD_LEFT)
        return class_wipe(cx, child_id);
    TRY(consent_holds(cx, &class_consents, child_id, "health", &agrees));
    return agrees ? OK : class_drop_note(cx, child_id);
}

static enum err on_day(struct cx *cx, struct str kind, const struct class_term *t, struct str arg)
{
    struct str part;
    int64_t day = 0, minute = 0;
    const struct worktime *calendar;
    if (!str_split(&arg, ' ', &part) || !str_int(part, &day) || !str_int(arg, &minute))
        return fail(cx, ERR_MISSING, "没有这种任务");
    TRY(clock_calendar(cx, &calendar));
    bool is_day = class_is_day(t, calendar, day); /* not since a holiday was entered */
    bool is_today = day == time_day(cx->now);     /* an alarm of another day helps nobody */
    if (str_is(kind, "class.late"))
        return is_day && is_today && minute == t->from_minute ? late(cx, t, day) : OK;
    if (str_is(kind, "class.left"))
        return is_day && is_today && minute == t->to_minute ? left(cx, t, day) : OK;
    if (!str_is(kind, "class.close"))
        return fail(cx, ERR_MISSING, "没有这种任务");
    return is_day ? close_day(cx, t, day) : class_plan_jobs(cx, t, day + 1);
}

enum err class_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg)
{
    struct class_term t;
    struct class_forgotten gone;
    int64_t day;
    if (str_is(kind, "class.lapse"))
        return lapse(cx, subject_id);
    if (str_is(kind, "class.wipe"))
        return wipe(cx, subject_id);
    TRY(class_term_load(cx, subject_id, &t));
    if (t.state != TERM_OPEN)
        return OK;
    if (!str_is(kind, "class.forget"))
        return on_day(cx, kind, &t, arg);
    /* another end was set since, which has a job of its own */
    if (!str_int(arg, &day) || day != t.to_day)
        return OK;
    return class_forget(cx, t.id, false, &gone);
}

/* ---- forgetting ---- */

static const struct field gone_fields[] = {
    FIELD(struct class_forgotten, children, "孩子"),
    FIELD(struct class_forgotten, pickups, "接送人"), FIELD(struct class_forgotten, days, "天"),
    FIELD(struct class_forgotten, talks, "谈话"), FIELD(struct class_forgotten, duties, "当班")};
static const struct shape gone_shape =
    SHAPE("class_forgotten", struct class_forgotten, gone_fields);

enum err class_forget(struct cx *cx, int64_t term_id, bool dry, struct class_forgotten *out)
{
    /* children last: the others are found by them */
    static const struct query *const steps[] = {&class_sql_forget_pickups, &class_sql_forget_days,
                                                &class_sql_forget_talks,
                                                &class_sql_forget_children};
    struct class_term t;
    int64_t one;
    bool held = false;
    TRY(db_one(cx, &class_sql_forgotten, &gone_shape, out, ARGS(A(term_id))));
    TRY(openings_count(cx, &class_seen, term_id, &out->openings));
    if (dry)
        return OK;
    TRY(openings_forget(cx, &class_seen, term_id));
    for (size_t i = 0; i < COUNT(steps); i++)
        TRY(db_run(cx, steps[i], ARGS(A(term_id)), NULL));
    /* a child that a hold keeps stays alone, and with it the lock of its note */
    TRY(db_number(cx, &class_sql_forget_held, &one, ARGS(A(term_id))));
    TRY(class_term_load(cx, term_id, &t));
    if (one)
        TRY(keep_wait(cx, "child", one, "class.forget", term_id,
                      arena_printf(cx->mem, "%lld", (long long)t.to_day), &held));
    if (held)
        return OK;
    TRY(db_run(cx, &class_sql_forget_duties, ARGS(A(term_id)), NULL));
    return db_change(cx, &class_sql_forget_term,
                     ARGS(A(term_id), AS("nothing", value_blob(S("")))));
}
