/* hours -- one service: who said what of it, and when it counts. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/hours.h"
#include "app/hours/hours_own.h"
#include "app/job/job.h"
#include "base/id.h"
#include "base/time.h"
#include "hours.sql.h"

/* ---- rows ---- */

enum err hours_load(struct cx *cx, int64_t id, struct hours *out)
{
    bool found;
    TRY(db_find(cx, &hours_sql_load, &hours_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这条时长记录");
}

enum err hours_of_offer(struct cx *cx, int64_t offer_id, struct hours *out, bool *found)
{
    *found = false;
    return offer_id ? db_find(cx, &hours_sql_of_offer, &hours_shape, out, found, ARGS(A(offer_id)))
                    : OK;
}

enum err hours_times(struct cx *cx, const struct hours *h, bool by_staff)
{
    int64_t others = 0, days = by_staff ? HOURS_OLD_YEARS * 366 : HOURS_OLD_DAYS;
    if (h->started_at <= 0 || h->ended_at <= 0)
        return fail_field(cx, "started_at", "请写明从几点到几点，比如 15:00 到 16:30");
    if (h->ended_at <= h->started_at)
        return fail_field(cx, "ended_at", "结束要晚于开始；过了半夜的，请分两天各写一条");
    if (h->ended_at > cx->now)
        return fail_field(cx, "ended_at", "还没到这个时间，做完了再来写");
    if (h->ended_at - h->started_at > HOURS_MOST_MINUTES * MS_MINUTE)
        return fail_field(cx, "ended_at", "一次最多记 12 小时，请分开写");
    if (h->ended_at - h->started_at < MS_MINUTE)
        return fail_field(cx, "ended_at", "不到一分钟，看看是不是写错了");
    if (h->started_at < cx->now - days * MS_DAY)
        return by_staff ? fail_field(cx, "started_at", "超过 %d 年了，看看年份是不是写错了",
                                     HOURS_OLD_YEARS)
                        : fail_field(cx, "started_at", "超过一年的，请带上当时的材料到窗口办");
    TRY(db_number(cx, &hours_sql_overlap, &others,
                  ARGS(AS("volunteer_id", h->volunteer_id), AS("id", h->id),
                       AS("started_at", h->started_at), AS("ended_at", h->ended_at))));
    return others ? fail_field(cx, "started_at", "这段时间已经记过别的服务了，两段不能重叠") : OK;
}

enum err hours_put(struct cx *cx, struct hours *h)
{
    h->id = id_new(cx);
    h->version = 1;
    h->entered_by = cx->who.person_id;
    h->created_at = h->changed_at = cx->now;
    TRY(volunteer_count_on(cx, h->volunteer_id));
    return db_put(cx, &hours_sql_insert, &hours_shape, h, NO_ARGS);
}

enum err hours_save(struct cx *cx, struct hours *h)
{
    int64_t changed = 0;
    TRY(db_run(cx, &hours_sql_save,
               ARGS(AS("id", h->id), AS("version", h->version), AS("started_at", h->started_at),
                    AS("ended_at", h->ended_at), AS("minutes", h->minutes),
                    AS("other_minutes", h->other_minutes), AS("state", hours_state_codes[h->state]),
                    AS("is_flagged", h->is_flagged), AS("confirm_kind", h->confirm_kind),
                    AS("paper_number", h->paper_number), AS("thanks", h->thanks),
                    AS("confirmed_at", h->confirmed_at)),
               &changed));
    if (changed != 1)
        return fail(cx, ERR_CONFLICT, "刚刚有了变化，请刷新看看");
    h->version++;
    h->changed_at = cx->now;
    return OK;
}

enum err hours_tell(struct cx *cx, const struct hours *h, const char *step, uint32_t by,
                    bool has_times, struct str text)
{
    const char *kind = by == OFFER_BY_HELPER  ? "volunteer"
                       : by == OFFER_BY_ASKER ? "resident"
                       : by == OFFER_BY_STAFF ? "staff"
                                              : "system";
    bool staff = by == OFFER_BY_STAFF;
    return db_run(cx, &hours_sql_event_insert,
                  ARGS(AS("id", id_new(cx)), AS("hours_id", h->id), A(step),
                       AS("started_at", has_times ? h->started_at : 0),
                       AS("ended_at", has_times ? h->ended_at : 0),
                       AS("minutes", has_times ? h->minutes : 0), A(text), AS("by_kind", kind),
                       AS("by_person", staff ? cx->who.person_id : 0),
                       AS("by_name", staff ? cx->who.name : S(""))),
                  NULL);
}

int64_t hours_month(int64_t at)
{
    struct civil c = time_civil(at);
    return c.year * 100 + c.month;
}

struct str hours_words(struct cx *cx, int64_t minutes)
{
    int64_t tenths = (minutes + 3) / 6;
    return arena_printf(cx->mem, "%lld.%lld", (long long)(tenths / 10), (long long)(tenths % 10));
}

struct str hours_exact(struct cx *cx, int64_t minutes)
{
    long long hours = minutes / 60, rest = minutes % 60;
    return !hours ? arena_printf(cx->mem, "%lld 分", rest)
           : rest ? arena_printf(cx->mem, "%lld 小时 %lld 分", hours, rest)
                  : arena_printf(cx->mem, "%lld 小时", hours);
}

struct str hours_day_words(struct cx *cx, int64_t day)
{
    struct civil c = time_civil(time_day_start(day));
    return arena_printf(cx->mem, "%d 年 %d 月 %d 日", c.year, c.month, c.day);
}

static enum err put_draw(struct cx *cx)
{
    struct civil c = time_civil(cx->now);
    int year = c.month == 12 ? c.year + 1 : c.year, month = c.month % 12 + 1;
    int64_t of = hours_month(cx->now);
    struct str arg = arena_printf(cx->mem, "%lld", (long long)of);
    return job_put(cx, "hours.draw", arena_printf(cx->mem, "hours.draw %.*s", STR(arg)), of, arg,
                   time_of(year, month, 1, 3, 0));
}

enum err hours_confirm(struct cx *cx, struct hours *h, const char *kind)
{
    h->state = HOURS_CONFIRMED;
    h->is_flagged = false;
    h->confirm_kind = str_c(kind);
    h->confirmed_at = cx->now;
    return put_draw(cx);
}

/* What no clock can show is told by hours_times(). */
static void set_times(struct hours *h, const struct hours_said *said)
{
    bool in_order = said->started_at > 0 && said->ended_at > said->started_at;
    h->started_at = said->started_at;
    h->ended_at = said->ended_at;
    h->minutes = in_order ? (said->ended_at - said->started_at) / MS_MINUTE : 0;
}

/* ---- of an offer ---- */

/* A record without times yet, for a service that has happened. */
static enum err start(struct cx *cx, const struct match_offer *o, struct hours *out)
{
    struct need n;
    struct match_help h = {0};
    struct skill leaf = {0};
    bool found;
    TRY(need_peek(cx, o->need_id, &n));
    TRY(match_help_load(cx, o->need_id, &h, &found));
    if (found)
        TRY(skill_get(cx, h.skill_code, &leaf));
    *out = (struct hours){.origin = S("offer"),
                          .offer_id = o->id,
                          .need_id = o->need_id,
                          .volunteer_id = o->volunteer_id,
                          .skill_code = h.skill_code,
                          .what = leaf.name.n ? leaf.name : S("邻里帮忙"),
                          .confirm_kind = S(""),
                          .paper_number = S(""),
                          .thanks = S("")};
    return hours_put(cx, out);
}

static enum err find_or_start(struct cx *cx, const struct match_offer *o, struct hours *out)
{
    bool found;
    TRY(hours_of_offer(cx, o->id, out, &found));
    return found ? OK : start(cx, o, out);
}

static int64_t apart(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* How long the other side takes it to have been: as said, or as it was arranged, or, when he was
 * asked and left it empty, as the helper says; 0 = nobody has asked him. */
static enum err other_side(struct cx *cx, const struct hours *h, const struct match_offer *o,
                           int64_t *minutes)
{
    int64_t asked = 0;
    *minutes = h->other_minutes;
    if (!*minutes && o->leave_at > o->visit_at)
        *minutes = (o->leave_at - o->visit_at) / MS_MINUTE;
    if (*minutes)
        return OK;
    TRY(db_number(cx, &hours_sql_asked, &asked, ARGS(AS("hours_id", h->id))));
    *minutes = asked ? h->minutes : 0;
    return OK;
}

/* Both have spoken: near enough to each other, or a person looks. */
static enum err settle(struct cx *cx, struct hours *h, int64_t other, const char *kind)
{
    if (other && apart(h->minutes, other) <= HOURS_DIFFER_MINUTES)
        return hours_confirm(cx, h, kind);
    h->is_flagged = true;
    return hours_tell(cx, h, "differs", OFFER_BY_SYSTEM, false, S(""));
}

/* Is the word that of the need? A wrong one is counted, and said by `*right` alone, so that the
 * count is kept. */
static enum err word_is(struct cx *cx, int64_t need_id, struct str word, bool *right)
{
    struct need n, opened;
    *right = false;
    if (!word.n)
        return OK;
    TRY(need_peek(cx, need_id, &n));
    enum err e = need_by_word(cx, n.number, word, &opened);
    if (e != OK && e != ERR_MISSING && e != ERR_DENIED && e != ERR_INPUT)
        return e;
    fault_clear(cx);
    *right = e == OK && opened.id == need_id;
    return OK;
}

static enum err offer_to(struct cx *cx, int64_t offer_id, const char *step, uint32_t by,
                         const struct offer_move *m, struct match_offer *o)
{
    const enum offer_state to = str_is(str_c(step), "served") ? OFFER_SERVED : OFFER_CONFIRMED;
    if (o->state >= to && o->state <= OFFER_CONFIRMED)
        return OK;
    return offer_move(cx, offer_id, str_c(step), by, m, o);
}

/* Whose the offer is: his key, or staff. */
static enum err who_says(struct cx *cx, const struct match_offer *o, uint32_t by, struct str key)
{
    struct volunteer v;
    if (by == OFFER_BY_HELPER)
        return volunteer_by_key(cx, o->volunteer_id, key, &v);
    return cx->who.role & ROLES_HOURS ? OK : fail(cx, ERR_DENIED, "您的岗位不能替人记时长");
}

static enum err may_say(struct cx *cx, const struct match_offer *o, const struct hours *h)
{
    if (o->state != OFFER_INTRODUCED && o->state != OFFER_SERVED && o->state != OFFER_CONFIRMED)
        return fail(cx, ERR_CONFLICT, "这件现在是“%s”，约好并去过了才记时长",
                    offer_state_labels[o->state]);
    if (h->state == HOURS_CONFIRMED || h->state == HOURS_REFUSED)
        return fail(cx, ERR_CONFLICT,
                    "这一次的时长已经定了；觉得不对，请打社区电话，由工作人员更正");
    if (h->is_flagged)
        return fail(cx, ERR_CONFLICT, "两边说的不一样，工作人员正在核对");
    return OK;
}

enum err hours_say(struct cx *cx, int64_t offer_id, uint32_t by, const struct hours_said *said,
                   struct hours *out)
{
    struct match_offer o;
    struct offer_move m = {.again = said->again, .key = said->key};
    bool found, right;
    TRY(match_offer_load(cx, offer_id, &o));
    TRY(who_says(cx, &o, by, said->key));
    *out = (struct hours){.volunteer_id = o.volunteer_id};
    TRY(hours_of_offer(cx, offer_id, out, &found));
    TRY(may_say(cx, &o, out));
    set_times(out, said);
    TRY(hours_times(cx, out, by == OFFER_BY_STAFF));
    const struct hours typed = *out;
    bool was_confirmed = o.state == OFFER_CONFIRMED;
    TRY(offer_to(cx, offer_id, "served", by, &m, &o));
    TRY(find_or_start(cx, &o, out));
    if (said->version && found && said->version != out->version)
        return fail(cx, ERR_CONFLICT, "您打开这一页以后有了变化，请刷新看看");
    out->started_at = typed.started_at;
    out->ended_at = typed.ended_at;
    out->minutes = typed.minutes;
    out->state = HOURS_WAITING;
    out->paper_number = said->paper_number.n ? said->paper_number : out->paper_number;
    TRY(word_is(cx, o.need_id, said->word, &right));
    TRY(hours_tell(cx, out, "said", by, true, said->paper_number));
    m.has_word = right;
    if (right)
        TRY(hours_confirm(cx, out, "code"));
    else if (by == OFFER_BY_STAFF && said->paper_number.n)
        TRY(hours_confirm(cx, out, "paper"));
    else if (was_confirmed) {
        int64_t other;
        TRY(other_side(cx, out, &o, &other));
        TRY(settle(cx, out, other, "link"));
    }
    if (said->again && by == OFFER_BY_HELPER && !o.again_volunteer)
        TRY(match_wish(cx, offer_id, by, said->key, true, &o));
    if (out->state == HOURS_CONFIRMED) {
        m.again = false; /* that was the helper's wish; the resident has said nothing of the kind */
        TRY(offer_to(cx, offer_id, "confirm", right ? OFFER_BY_ASKER : by, &m, &o));
        TRY(hours_tell(cx, out, "confirmed", right ? OFFER_BY_ASKER : by, false, S("")));
    }
    return hours_save(cx, out);
}

/* The other side has agreed to the service, at once or by way of match. */
static enum err agreed(struct cx *cx, struct hours *h, uint32_t by)
{
    if (h->state != HOURS_WAITING || h->is_flagged)
        return OK;
    int64_t other = h->other_minutes ? h->other_minutes : h->minutes;
    TRY(settle(cx, h, other, by == OFFER_BY_STAFF ? "call" : "link"));
    return h->state == HOURS_CONFIRMED ? hours_tell(cx, h, "confirmed", by, false, S("")) : OK;
}

enum err hours_agree(struct cx *cx, int64_t offer_id, const struct hours_said *said,
                     struct hours *out)
{
    struct match_offer o;
    struct need n;
    TRY(match_offer_load(cx, offer_id, &o));
    TRY(need_by_key(cx, o.need_id, said->key, &n));
    if (said->minutes < 0 || said->minutes > HOURS_MOST_MINUTES)
        return fail_field(cx, "minutes", "写 1 到 720 之间的分钟数；记不清就空着");
    const struct offer_move m = {.again = said->again, .key = said->key};
    bool again = o.state == OFFER_CONFIRMED;
    TRY(offer_to(cx, offer_id, "confirm", OFFER_BY_ASKER, &m, &o));
    TRY(find_or_start(cx, &o, out));
    if (again && (out->state != HOURS_WAITING || out->is_flagged))
        return fail(cx, ERR_CONFLICT, "您已经说过了，谢谢！");
    out->other_minutes = said->minutes;
    out->thanks = said->thanks;
    if (said->minutes)
        TRY(hours_tell(cx, out, "other", OFFER_BY_ASKER, false,
                       arena_printf(cx->mem, "居民说是 %lld 分钟", (long long)said->minutes)));
    else if (!out->started_at)
        TRY(hours_tell(cx, out, "other", OFFER_BY_ASKER, false,
                       S("居民没写多少分钟，照志愿者写的算")));
    TRY(agreed(cx, out, OFFER_BY_ASKER));
    return hours_save(cx, out);
}

/* What went through match's own doors. The form of hours was there first, or it is made up for. */
static enum err moved(struct cx *cx, int64_t offer_id, struct str by)
{
    struct match_offer o;
    struct hours h;
    TRY(match_offer_load(cx, offer_id, &o));
    if (o.state != OFFER_SERVED && o.state != OFFER_CONFIRMED)
        return OK;
    TRY(find_or_start(cx, &o, &h));
    if (o.state != OFFER_CONFIRMED || h.state != HOURS_WAITING || h.is_flagged)
        return OK;
    TRY(agreed(cx, &h, str_is(by, "staff") ? OFFER_BY_STAFF : OFFER_BY_ASKER));
    return hours_save(cx, &h);
}

enum err hours_job(struct cx *cx, struct str kind, int64_t subject_id, struct str arg)
{
    if (str_is(kind, "hours.moved"))
        return moved(cx, subject_id, arg);
    if (str_is(kind, "hours.draw"))
        return hours_draw_month(cx, subject_id);
    return fail(cx, ERR_INPUT, "不认识的任务");
}

/* ---- by hand ---- */

enum err hours_add(struct cx *cx, const struct hours_said *said, struct hours *out)
{
    struct volunteer v;
    bool own = said->key.n > 0;
    if (own)
        TRY(volunteer_by_key(cx, said->volunteer_id, said->key, &v));
    else if (!(cx->who.role & ROLES_CHECK))
        return fail(cx, ERR_DENIED, "您的岗位不能录入时长");
    else
        TRY(volunteer_get(cx, said->volunteer_id, &v));
    struct str what = str_trim(said->what), paper = str_trim(said->paper_number);
    *out = (struct hours){.origin = own ? S("own") : S("team"),
                          .volunteer_id = v.id,
                          .skill_code = said->skill_code,
                          .what = what,
                          .state = HOURS_WAITING,
                          .confirm_kind = S(""),
                          .paper_number = paper,
                          .thanks = S("")};
    if (!what.n)
        return fail_field(cx, "what", "请写一句做了什么，比如：小区捡拾垃圾");
    if (!own && !paper.n)
        return fail_field(cx, "paper_number", "请写签到表的存档号");
    if (said->skill_code.n) {
        struct skill leaf;
        if (skill_get(cx, said->skill_code, &leaf) != OK) {
            fault_clear(cx);
            return fail_field(cx, "skill_code", "没有这一样帮助，请重新选");
        }
    }
    set_times(out, said);
    TRY(hours_times(cx, out, !own));
    if (!own)
        TRY(hours_confirm(cx, out, "paper"));
    TRY(hours_put(cx, out));
    return hours_tell(cx, out, own ? "said" : "entered", own ? OFFER_BY_HELPER : OFFER_BY_STAFF,
                      true, paper);
}

/* ---- staff ---- */

static enum err correct(struct cx *cx, struct hours *h, const struct hours_said *said)
{
    if (h->state == HOURS_REFUSED)
        return fail(cx, ERR_CONFLICT, "这条已经定了不计，不能再改");
    if (!str_trim(said->text).n)
        return fail_field(cx, "text", "请写一句为什么改，志愿者看得到");
    set_times(h, said);
    TRY(hours_times(cx, h, true));
    TRY(hours_confirm(cx, h, "staff"));
    return hours_tell(cx, h, "corrected", OFFER_BY_STAFF, true, str_trim(said->text));
}

static enum err refuse(struct cx *cx, struct hours *h, const struct hours_said *said)
{
    if (h->state == HOURS_REFUSED && !h->is_flagged)
        return fail(cx, ERR_CONFLICT, "这条已经定了不计");
    if (!str_trim(said->text).n)
        return fail_field(cx, "text", "请写一句为什么不计，志愿者看得到");
    h->state = HOURS_REFUSED;
    h->is_flagged = false;
    return hours_tell(cx, h, "refused", OFFER_BY_STAFF, false, str_trim(said->text));
}

static enum err confirm(struct cx *cx, struct hours *h, const struct hours_said *said)
{
    struct str paper = str_trim(said->paper_number);
    if (h->state != HOURS_WAITING && !(h->state == HOURS_CONFIRMED && h->is_flagged))
        return fail(cx, ERR_CONFLICT, "这条现在是“%s”，不用再核", hours_state_labels[h->state]);
    h->paper_number = paper.n ? paper : h->paper_number;
    TRY(hours_confirm(cx, h, h->paper_number.n ? "paper" : h->offer_id ? "call" : "staff"));
    return hours_tell(cx, h, "confirmed", OFFER_BY_STAFF, false, h->paper_number);
}

enum err hours_step(struct cx *cx, int64_t id, struct str step, const struct hours_said *said,
                    struct hours *out)
{
    static const struct {
        const char *code;
        enum err (*run)(struct cx *cx, struct hours *h, const struct hours_said *said);
    } steps[] = {{"confirm", confirm}, {"correct", correct}, {"refuse", refuse}};
    if (!(cx->who.role & ROLES_HOURS))
        return fail(cx, ERR_DENIED, "您的岗位不能核时长");
    for (size_t i = 0; i < COUNT(steps); i++)
        if (str_is(step, steps[i].code)) {
            TRY(hours_load(cx, id, out));
            if (said->version && said->version != out->version)
                return fail(cx, ERR_CONFLICT, "您打开这一页以后有了变化，请刷新看看");
            TRY(steps[i].run(cx, out, said));
            return hours_save(cx, out);
        }
    return fail(cx, ERR_MISSING, "没有这一步");
}

/* ---- reading ---- */

static enum err may_read(struct cx *cx)
{
    return cx->who.role & ROLES_LEDGER ? OK : fail(cx, ERR_DENIED, "您的岗位不看时长记录");
}

enum err hours_get(struct cx *cx, int64_t id, struct hours *out)
{
    TRY(may_read(cx));
    TRY(hours_load(cx, id, out));
    shape_hide(cx, &hours_shape, out, 1);
    return OK;
}

enum err hours_find(struct cx *cx, struct str list, hours_list *out)
{
    const struct query *q = str_is(list, "waiting")   ? &hours_sql_waiting
                            : str_is(list, "flagged") ? &hours_sql_flagged
                                                      : &hours_sql_recent;
    int64_t before = cx->now - HOURS_WAIT_DAYS * MS_DAY;
    size_t from = out->n;
    TRY(may_read(cx));
    if (q == &hours_sql_waiting)
        TRY(db_all(cx, q, &hours_shape, out, ARGS(A(before))));
    else
        TRY(db_all(cx, q, &hours_shape, out, NO_ARGS));
    shape_hide(cx, &hours_shape, out->at + from, out->n - from);
    return OK;
}

enum err hours_story(struct cx *cx, int64_t id, hours_event_list *out)
{
    TRY(may_read(cx));
    return db_all(cx, &hours_sql_events, &hours_event_shape, out, ARGS(AS("hours_id", id)));
}

enum err hours_reasons(struct cx *cx, int64_t volunteer_id, struct str key, hours_event_list *out)
{
    struct volunteer v;
    TRY(volunteer_by_key(cx, volunteer_id, key, &v));
    return db_all(cx, &hours_sql_reasons, &hours_event_shape, out, ARGS(A(volunteer_id)));
}

enum err hours_mine(struct cx *cx, int64_t volunteer_id, struct str key, hours_list *out,
                    struct hours_sum *sum)
{
    struct volunteer v;
    TRY(volunteer_by_key(cx, volunteer_id, key, &v));
    TRY(db_all(cx, &hours_sql_mine, &hours_shape, out, ARGS(A(volunteer_id))));
    return db_one(cx, &hours_sql_sum, &hours_sum_shape, sum,
                  ARGS(A(volunteer_id), AS("from_at", 0), AS("to_at", INT64_MAX)));
}

enum err hours_total(struct cx *cx, int64_t from_at, int64_t to_at, struct hours_total *out)
{
    return db_one(cx, &hours_sql_total, &hours_total_shape, out, ARGS(A(from_at), A(to_at)));
}
