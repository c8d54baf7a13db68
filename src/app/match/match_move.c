/* match_move -- one step of an offer: who may, from where, and what follows from it; what helper
 * and resident read. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/job/job.h"
#include "app/match/match_own.h"
#include "base/id.h"
#include "base/time.h"
#include "base/utf8.h"
#include "match.sql.h"

#define ROLES_SAY (ROLES_ASK | ROLE_CLERK | ROLE_VERIFIER | ROLE_AREA_STAFF)

/* ---- who ---- */

/* Fills the volunteer when he is the one who speaks, or staff speaks for him. */
static enum err who_moves(struct cx *cx, const struct match_offer *o, uint32_t by,
                          const struct offer_move *m, struct volunteer *v)
{
    struct need n;
    if (by == OFFER_BY_HELPER)
        return volunteer_by_key(cx, o->volunteer_id, m->key, v);
    if (by == OFFER_BY_ASKER)
        return m->has_word ? OK : need_by_key(cx, o->need_id, m->key, &n);
    if ((cx->who.role & ROLES_SAY) == 0)
        return fail(cx, ERR_DENIED, "您的岗位不能替人回话");
    TRY(need_get(cx, o->need_id, &n));
    return volunteer_get(cx, o->volunteer_id, v);
}

static enum err in_place(struct cx *cx, const struct match_offer *o, const struct offer_step *s,
                         int64_t version)
{
    if ((s->from & OFFER_IN(o->state)) == 0)
        return fail(cx, ERR_CONFLICT, "这件现在是“%s”，不能“%s”；请刷新再看",
                    offer_state_labels[o->state], s->label);
    if (version && version != o->version)
        return fail(cx, ERR_CONFLICT, "您打开这一页以后有了变化，请刷新看看");
    if (s->to == OFFER_INTRODUCED && offer_is_late(o, cx->now))
        return fail(cx, ERR_CONFLICT, "说好的时候已经过了，约不成了；还要人来，就点“想换一位”再找");
    return OK;
}

/* Until the job has looked, an offer stands whose helper may not come any more. */
static enum err check_may_go(struct cx *cx, const struct match_offer *o, const struct offer_step *s)
{
    bool yes;
    if (s->to != OFFER_ACCEPTED && s->to != OFFER_INTRODUCED)
        return OK;
    TRY(volunteer_may_go(cx, o->volunteer_id, &yes));
    if (yes)
        return OK;
    return fail(cx, ERR_CONFLICT, "%s",
                s->to == OFFER_ACCEPTED ? "要监护人同意才能去；这次不用跑了，谢谢您愿意帮忙"
                                        : "答应的人来不了了，正在再找");
}

/* ---- a yes ---- */

/* 周师傅; a team by its own name. */
static enum err called(struct cx *cx, const struct volunteer *v, struct str *out)
{
    bool is_person = str_is(v->kind, "person");
    struct str name = S("");
    if (v->name.n) /* whoever speaks may read it */
        TRY(volunteer_name(cx, v->id, &name));
    if (!is_person)
        *out = name.n ? name : S("一支志愿队");
    else
        *out =
            name.n ? arena_printf(cx->mem, "%.*s师傅", STR(utf8_head(name, 1))) : S("一位志愿者");
    return OK;
}

static enum err filled(struct cx *cx, const struct match_offer *o, int64_t *n)
{
    return db_number(cx, &match_sql_filled, n,
                     ARGS(AS("need_id", o->need_id), AS("turn", o->turn)));
}

/* The statement changed nothing: say why, kindly. */
static enum err too_late(struct cx *cx, const struct match_offer *o, const struct match_help *h)
{
    struct match_offer now;
    int64_t n;
    TRY(match_offer_load(cx, o->id, &now));
    if (now.state != OFFER_ASKED)
        return fail(cx, ERR_CONFLICT, "这件现在是“%s”，请刷新再看", offer_state_labels[now.state]);
    TRY(filled(cx, o, &n));
    if (n >= h->people)
        return fail(cx, ERR_CONFLICT, "已经有人先答应了，这次不用跑了，谢谢您！");
    return fail(
        cx, ERR_CONFLICT,
        "这个时候您已经答应了别的事，或者这周答应的次数到了您自己定的数；想多帮，先改登记的次数");
}

static enum err accept(struct cx *cx, struct match_offer *o, const struct volunteer *v)
{
    struct match_help h = {0};
    struct need n;
    bool found;
    int64_t changed = 0, week_from = match_week_from(o->visit_at ? o->visit_at : cx->now);
    TRY(need_peek(cx, o->need_id, &n));
    TRY(match_help_load(cx, o->need_id, &h, &found));
    if (match_is_over(&n, &h))
        return fail(cx, ERR_CONFLICT, "这件事已经办好了，谢谢您！");
    if (!found || h.turn != o->turn)
        return fail(cx, ERR_CONFLICT, "这件事已经过去了，谢谢您！");
    TRY(called(cx, v, &o->shown_name));
    TRY(db_run(cx, &match_sql_offer_accept,
               ARGS(AS("id", o->id), AS("need_id", o->need_id), AS("turn", o->turn),
                    AS("volunteer_id", o->volunteer_id), AS("people", h.people),
                    AS("week_max", v->week_max), A(week_from),
                    AS("week_to", week_from + 7 * MS_DAY), AS("visit_at", o->visit_at),
                    AS("leave_at", o->leave_at), AS("shown_name", o->shown_name)),
               &changed));
    if (changed != 1)
        return too_late(cx, o, &h);
    o->state = OFFER_ACCEPTED;
    o->version++;
    o->answered_at = cx->now;
    return OK;
}

/* ---- other steps ---- */

static enum err save(struct cx *cx, struct match_offer *o)
{
    int64_t changed = 0;
    TRY(db_run(cx, &match_sql_offer_save,
               ARGS(AS("id", o->id), AS("version", o->version),
                    AS("state", offer_state_codes[o->state]), AS("shown_name", o->shown_name),
                    AS("answered_at", o->answered_at), AS("introduced_at", o->introduced_at),
                    AS("served_at", o->served_at), AS("ended_at", o->ended_at),
                    AS("again_resident", o->again_resident),
                    AS("again_volunteer", o->again_volunteer)),
               &changed));
    if (changed != 1)
        return fail(cx, ERR_CONFLICT, "刚刚有了变化，请刷新看看");
    o->version++;
    return OK;
}

/* When somebody looks whether it goes on: the day after a yes, the day after the visit. */
static int64_t look_again(const struct cx *cx, const struct match_offer *o)
{
    int64_t visit = o->leave_at ? o->leave_at + MS_DAY : 0;
    if (o->state == OFFER_INTRODUCED && visit > cx->now)
        return visit;
    return cx->now + (o->state == OFFER_ACCEPTED ? 1 : MATCH_AFTER_DAYS) * MS_DAY;
}

static enum err tell_resident(struct cx *cx, const struct match_offer *o,
                              const struct offer_step *s)
{
    if (!s->told)
        return OK;
    struct str text = str_c(s->told), name = o->shown_name.n ? o->shown_name : S("帮手");
    ptrdiff_t at = str_find(text, S("%s"));
    if (at >= 0)
        text = arena_printf(cx->mem, "%.*s%.*s%.*s", (int)at, text.p, STR(name),
                            STR(str_cut(text, (size_t)at + 2, text.n)));
    if (o->visit_at && (o->state == OFFER_ACCEPTED || o->state == OFFER_INTRODUCED))
        text = arena_printf(cx->mem, "%.*s（%.*s）", STR(text), STR(filter_when(cx, o->visit_at)));
    return need_remark(cx, o->need_id, text, true);
}

enum err offer_go(struct cx *cx, struct match_offer *o, const char *code, uint32_t by, bool again)
{
    const struct offer_step *s = offer_find_step(str_c(code));
    enum offer_state from = o->state;
    o->state = s->to;
    o->introduced_at = o->state == OFFER_INTRODUCED ? cx->now : o->introduced_at;
    o->served_at = o->state == OFFER_SERVED ? cx->now : o->served_at;
    if (o->state >= OFFER_CONFIRMED)
        o->ended_at = cx->now;
    if (o->state == OFFER_SERVED)
        o->again_volunteer = again;
    if (o->state == OFFER_CONFIRMED)
        o->again_resident = again;
    TRY(save(cx, o));
    return match_say(cx, o, code, from, by);
}

/* ---- what follows ---- */

static enum err after_accept(struct cx *cx, const struct match_offer *o)
{
    struct match_help h;
    bool found;
    int64_t n, asking;
    TRY(match_help_load(cx, o->need_id, &h, &found));
    TRY(filled(cx, o, &n));
    TRY(db_number(cx, &match_sql_asking, &asking,
                  ARGS(AS("need_id", o->need_id), AS("turn", o->turn))));
    if (n >= h.people) {
        TRY(match_release(cx, o->need_id, true));
        TRY(match_later(cx, 0, "changed"));
    } else if (asking == 0) { /* one more is wanted, and nobody is left who could say yes */
        TRY(match_later(cx, o->need_id, "declined"));
    }
    return outbox_put(cx, "match.accepted", o->id, S("有帮手答应了，请看看约不约"));
}

/* Hours stand below: they are told by a job. */
static enum err tell_hours(struct cx *cx, const struct match_offer *o, uint32_t by)
{
    return job_put(
        cx, "hours.moved",
        arena_printf(cx->mem, "hours.moved %lld %lld", (long long)o->id, (long long)o->version),
        o->id,
        by == OFFER_BY_HELPER  ? S("helper")
        : by == OFFER_BY_ASKER ? S("asker")
                               : S("staff"),
        cx->now);
}

/* A word of who asked about any helper says as well that help is wanted. */
static enum err has_spoken(struct cx *cx, int64_t need_id)
{
    struct match_help h;
    bool found;
    TRY(match_help_load(cx, need_id, &h, &found));
    return found ? match_wanted(cx, &h) : OK;
}

static enum err after(struct cx *cx, const struct match_offer *o, const struct offer_step *s,
                      uint32_t by)
{
    struct str code = str_c(s->code);
    TRY(tell_resident(cx, o, s));
    if (o->state == OFFER_ACCEPTED || o->state == OFFER_INTRODUCED || o->state == OFFER_SERVED)
        TRY(match_watch(cx, o, look_again(cx, o)));
    if (o->state == OFFER_ACCEPTED && o->visit_at)
        TRY(match_watch(cx, o, o->visit_at + 1));
    if (o->state == OFFER_SERVED || o->state == OFFER_CONFIRMED)
        TRY(tell_hours(cx, o, by));
    if (s->by & OFFER_BY_ASKER)
        TRY(has_spoken(cx, o->need_id));
    if (str_is(code, "accept"))
        return after_accept(cx, o);
    if (str_is(code, "agree"))
        return outbox_put(cx, "match.introduced", o->id, S("约好了，打开那一页能看到门牌和电话"));
    if (str_is(code, "confirm"))
        return match_next_turn(cx, o);
    if (str_is(code, "other") || str_is(code, "cannot"))
        TRY(db_run(cx, &match_sql_adoption_end,
                   ARGS(AS("need_id", o->need_id), AS("volunteer_id", o->volunteer_id)), NULL));
    if (str_is(code, "other") || str_is(code, "release"))
        TRY(match_thank(cx, o));
    if (str_is(code, "release") && by != OFFER_BY_STAFF)
        return OK;
    if (str_is(code, "served"))
        return OK;
    return match_later(cx, o->need_id, "declined");
}

enum err offer_move(struct cx *cx, int64_t id, struct str step, uint32_t by,
                    const struct offer_move *m, struct match_offer *out)
{
    const struct offer_step *s = offer_find_step(step);
    struct volunteer v = {0};
    if (!s || s->from == OFFER_IN(OFFER_NONE) || (s->by & ~OFFER_BY_SYSTEM) == 0)
        return fail(cx, ERR_MISSING, "没有这一步");
    TRY(match_offer_load(cx, id, out));
    TRY(who_moves(cx, out, by, m, &v));
    if ((s->by & by) == 0)
        return fail(cx, ERR_MISSING, "“%s”要由另一边来说", s->label);
    TRY(in_place(cx, out, s, m->version));
    TRY(check_may_go(cx, out, s));
    if (s->to == OFFER_ACCEPTED) {
        TRY(accept(cx, out, &v));
        TRY(match_say(cx, out, s->code, OFFER_ASKED, by));
    } else {
        TRY(offer_go(cx, out, s->code, by, m->again));
    }
    return after(cx, out, s, by);
}

enum err match_release(struct cx *cx, int64_t need_id, bool asked_only)
{
    match_offer_list open = {0};
    TRY(db_all(cx, &match_sql_offers_open, &match_offer_shape, &open, ARGS(A(need_id))));
    for (size_t i = 0; i < open.n; i++) {
        struct match_offer *o = &open.at[i];
        bool ends = o->state == OFFER_ASKED || (!asked_only && o->state != OFFER_SERVED);
        if (!ends)
            continue;
        TRY(offer_go(cx, o, "release", OFFER_BY_SYSTEM, false));
        TRY(match_thank(cx, o));
    }
    return OK;
}

/* ---- the next time of a need that recurs ---- */

static int64_t days_of(struct str every)
{
    return str_is(every, "week") ? 7 : str_is(every, "fortnight") ? 14 : 28;
}

static enum err is_adopted(struct cx *cx, int64_t need_id, int64_t volunteer_id, bool *yes)
{
    volunteer_id_list all = {0};
    TRY(match_adopters(cx, need_id, &all));
    for (size_t i = 0; i < all.n; i++)
        *yes |= all.at[i] == volunteer_id;
    return OK;
}

/* Both would like the same again: from now on it is his, until one of them says otherwise. */
static enum err adopt(struct cx *cx, const struct match_offer *o)
{
    bool already = false;
    TRY(is_adopted(cx, o->need_id, o->volunteer_id, &already));
    if (already)
        return OK;
    TRY(db_run(
        cx, &match_sql_adoption_put,
        ARGS(AS("id", id_new(cx)), AS("need_id", o->need_id), AS("volunteer_id", o->volunteer_id)),
        NULL));
    return need_remark(cx, o->need_id,
                       arena_printf(cx->mem, "两边都说好，下回先问%.*s", STR(o->shown_name)), true);
}

/* As the helper reads it, nothing is written about whoever does not like to. */
static enum err end_wish(struct cx *cx, const struct match_offer *o, uint32_t by)
{
    bool was = false;
    TRY(is_adopted(cx, o->need_id, o->volunteer_id, &was));
    TRY(db_run(cx, &match_sql_wish_end,
               ARGS(AS("need_id", o->need_id), AS("volunteer_id", o->volunteer_id),
                    AS("resident", by == OFFER_BY_ASKER)),
               NULL));
    TRY(db_run(cx, &match_sql_adoption_end,
               ARGS(AS("need_id", o->need_id), AS("volunteer_id", o->volunteer_id)), NULL));
    return was ? need_remark(cx, o->need_id, S("下回不先问上一位了，照样给您找人"), true) : OK;
}

enum err match_wish(struct cx *cx, int64_t offer_id, uint32_t by, struct str key, bool again,
                    struct match_offer *out)
{
    const struct offer_move m = {.key = key};
    struct volunteer v;
    struct match_help h;
    bool found;
    TRY(match_offer_load(cx, offer_id, out));
    TRY(who_moves(cx, out, by, &m, &v));
    if (!again) {
        TRY(end_wish(cx, out, by));
        return match_offer_load(cx, offer_id, out);
    }
    if (out->state != OFFER_SERVED && out->state != OFFER_CONFIRMED)
        return fail(cx, ERR_CONFLICT, "这次办好了，再说下回");
    if (by == OFFER_BY_ASKER)
        out->again_resident = true;
    else
        out->again_volunteer = true;
    TRY(save(cx, out));
    if (out->state == OFFER_SERVED) /* whoever looks again looks at this version */
        TRY(match_watch(cx, out, out->served_at + MATCH_AFTER_DAYS * MS_DAY));
    TRY(match_help_load(cx, out->need_id, &h, &found));
    return found && h.every.n && out->again_resident && out->again_volunteer ? adopt(cx, out) : OK;
}

enum err match_adopters(struct cx *cx, int64_t need_id, volunteer_id_list *out)
{
    match_pair_list all = {0};
    TRY(db_all(cx, &match_sql_adopters, &match_pair_shape, &all, ARGS(A(need_id))));
    for (size_t i = 0; i < all.n; i++)
        *PUSH(cx->mem, out) = all.at[i].volunteer_id;
    return OK;
}

/* Whoever asked need not press a button for help to come again: what a helper has said stands when
 * nobody has said anything else for some days. */
static bool is_settled(const struct cx *cx, const struct match_offer *o)
{
    return o->state == OFFER_SERVED && cx->now >= o->served_at + MATCH_AFTER_DAYS * MS_DAY;
}

enum err match_next_turn(struct cx *cx, const struct match_offer *o)
{
    struct match_help h;
    match_offer_list open = {0};
    bool found;
    int64_t n;
    TRY(match_help_load(cx, o->need_id, &h, &found));
    if (!found || h.every.n == 0)
        return OK;
    if (o->again_resident && o->again_volunteer)
        TRY(adopt(cx, o));
    if (h.turn != o->turn)
        return OK;
    TRY(filled(cx, o, &n));
    TRY(db_all(cx, &match_sql_offers_open, &match_offer_shape, &open,
               ARGS(AS("need_id", o->need_id))));
    for (size_t i = 0; i < open.n; i++)
        if (open.at[i].turn == h.turn && !is_settled(cx, &open.at[i]))
            return OK;
    if (n < h.people)
        return OK;
    h.turn++;
    h.rung = 0;
    int64_t was_at = o->visit_at ? o->visit_at : o->served_at ? o->served_at : cx->now;
    h.from_day = time_day(was_at) + days_of(h.every);
    if (h.to_day && h.from_day > h.to_day)
        return OK;
    /* somebody was there: from now on it is the next one that is missing */
    TRY(match_wanted(cx, &h));
    return match_put_turn(cx, &h, false);
}

/* ---- what the helper reads ---- */

/* The way in is for the visit, and for the days after it when something was left there; not for as
 * long as nobody presses a button. `*why` is NULL, or what to say instead. */
static enum err why_shut(struct cx *cx, const struct match_offer *o, const struct need *n,
                         const struct match_help *h, const char **why)
{
    bool may_go;
    TRY(volunteer_may_go(cx, o->volunteer_id, &may_go));
    *why = NULL;
    if (o->state != OFFER_INTRODUCED && o->state != OFFER_SERVED)
        *why = "两边都说好了，才看得到门牌和电话";
    else if (!may_go)
        *why = "监护人收回了同意，这次不用去了，门牌和电话不再显示；还有话要说，请社区转告";
    else if (match_is_over(n, h))
        *why = "这件事已经结束了，门牌和电话不再显示；还有话要说，请社区转告";
    else if (o->state == OFFER_SERVED && cx->now >= o->served_at + MATCH_OPEN_DAYS * MS_DAY)
        *why = "办好有些日子了，门牌和电话不再显示；还有话要说，请社区转告";
    return OK;
}

/* What was said to find the door by is read by whom the resident agreed to, as long as he agrees
 * that people are asked at all. */
static enum err task_of(struct cx *cx, const struct match_offer *o, struct match_task *t)
{
    struct match_help h;
    struct need n;
    struct skill leaf;
    bool found, own = false;
    const char *shut;
    TRY(need_peek(cx, o->need_id, &n));
    struct str where = n.place_text;
    TRY(match_help_load(cx, o->need_id, &h, &found));
    TRY(why_shut(cx, o, &n, &h, &shut));
    bool both = n.agrees_match && !shut;
    if (!both)
        TRY(need_where(cx, &n, &where));
    TRY(skill_get(cx, h.skill_code, &leaf));
    if (h.every.n)
        TRY(is_adopted(cx, o->need_id, o->volunteer_id, &own));
    *t = (struct match_task){.id = o->id,
                             .state = o->state,
                             .version = o->version,
                             .what = n.title.n ? n.title : leaf.name,
                             .where = where,
                             .words = both ? n.text : S(""),
                             .access = both ? h.access : S(""),
                             .visit_at = o->visit_at,
                             .leave_at = o->leave_at,
                             .due_at = o->state == OFFER_ASKED ? o->due_at : 0,
                             .people = h.people,
                             .relay = o->relay,
                             .every = h.every,
                             .is_own = own,
                             .is_open = both,
                             .again = o->again_volunteer};
    return OK;
}

enum err match_tasks(struct cx *cx, int64_t volunteer_id, struct str key, match_task_list *out)
{
    struct volunteer v;
    match_offer_list offers = {0};
    TRY(volunteer_by_key(cx, volunteer_id, key, &v));
    TRY(db_all(cx, &match_sql_tasks, &match_offer_shape, &offers, ARGS(A(volunteer_id))));
    for (size_t i = 0; i < offers.n; i++)
        TRY(task_of(cx, &offers.at[i], PUSH(cx->mem, out)));
    return OK;
}

enum err match_task_get(struct cx *cx, int64_t volunteer_id, struct str key, int64_t offer_id,
                        struct match_task *out)
{
    struct volunteer v;
    struct match_offer o;
    TRY(volunteer_by_key(cx, volunteer_id, key, &v));
    TRY(match_offer_load(cx, offer_id, &o));
    if (o.volunteer_id != volunteer_id)
        return fail(cx, ERR_MISSING, "没有这一问");
    return task_of(cx, &o, out);
}

enum err match_contact(struct cx *cx, int64_t offer_id, struct str key, struct need *out)
{
    struct match_offer o;
    struct volunteer v;
    struct community c;
    struct match_help h = {0};
    struct need n;
    bool found;
    const char *shut;
    TRY(match_offer_load(cx, offer_id, &o));
    TRY(volunteer_by_key(cx, o.volunteer_id, key, &v));
    TRY(need_peek(cx, o.need_id, &n));
    TRY(match_help_load(cx, o.need_id, &h, &found));
    TRY(why_shut(cx, &o, &n, &h, &shut));
    if (shut)
        return fail(cx, ERR_CONFLICT, "%s", shut);
    TRY(need_open_for(cx, o.need_id, o.shown_name, !o.relay, out));
    if (!o.relay)
        return OK;
    TRY(place_community(cx, &c));
    out->contact =
        arena_printf(cx->mem, "%.*s（社区转接，报编号 %.*s）", STR(c.phone), STR(out->number));
    return OK;
}
