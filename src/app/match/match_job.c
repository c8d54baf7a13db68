/* match_job -- what happens by itself: runs, offers whose time is over, the next ones, the duty
 * desk, the question whether help is still wanted. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/job/job.h"
#include "app/match/match_own.h"
#include "base/time.h"
#include "match.sql.h"

enum { NIGHT_HOUR = 2 };

/* ---- the chain: next ones, a team, the duty desk ---- */

/* How far a turn is. */
struct so_far {
    int64_t yes, asking;
};

static enum err count_turn(struct cx *cx, const struct match_help *h, struct so_far *out)
{
    TRY(db_number(cx, &match_sql_filled, &out->yes,
                  ARGS(AS("need_id", h->id), AS("turn", h->turn))));
    return db_number(cx, &match_sql_asking, &out->asking,
                     ARGS(AS("need_id", h->id), AS("turn", h->turn)));
}

/* Why the next ones are asked, and what is said when there are none. */
struct climb_words {
    const char *asked, *none;
};
static const struct climb_words
    after_no = {"问过的不凑巧", "问过的几位都不凑巧，值班的同志接着帮您想办法"},
    more_wanted = {"人还不够", "人还不够，眼下没有别人好问，值班的同志接着帮您想办法"},
    next_time = {"下一回快到了", "下一回还没有找到人，值班的同志接着帮您想办法"};

static enum err climb(struct cx *cx, struct match_help *h, const struct need *n,
                      const struct climb_words *words)
{
    const struct match_ask ask = {0};
    match_offer_list asked = {0};
    int64_t was = h->rung;
    h->rung = 1;
    TRY(match_ask_some(cx, h, n, &ask, "person", &asked));
    if (asked.n == 0) {
        h->rung = 2;
        TRY(match_ask_some(cx, h, n, &ask, "group", &asked));
    }
    if (asked.n == 0)
        h->rung = 3;
    if (h->rung != was)
        TRY(match_help_save(cx, h));
    if (h->rung != 3)
        return need_remark(
            cx, h->id,
            arena_printf(cx->mem, "%s，接着问了 %lld 位", words->asked, (long long)asked.n), true);
    if (was == 3)
        return OK;
    return match_tell_desk(cx, h->id, str_c(words->none), true);
}

enum err match_fall(struct cx *cx, int64_t need_id)
{
    struct match_help h;
    struct need n;
    struct so_far now;
    bool found;
    TRY(need_peek(cx, need_id, &n));
    TRY(match_help_load(cx, need_id, &h, &found));
    if (!found)
        return OK;
    if (match_is_over(&n, &h))
        return match_release(cx, need_id, false);
    if (!n.agrees_match || h.is_paused) /* whoever asked wants nobody to be asked now */
        return OK;
    TRY(count_turn(cx, &h, &now));
    if (now.yes >= h.people || now.asking > 0 || match_turn_at(&h) > cx->now)
        return OK; /* the last: it was of the turn before, and the next one has its own time */
    return climb(cx, &h, &n, now.yes ? &more_wanted : &after_no);
}

/* ---- jobs ---- */

static enum err put_night(struct cx *cx)
{
    int64_t at = time_day_start(time_day(cx->now)) + NIGHT_HOUR * MS_HOUR;
    if (at <= cx->now)
        at += MS_DAY;
    return job_put(cx, "match.night",
                   arena_printf(cx->mem, "match.night %lld", (long long)time_day(at)), 0, S(""),
                   at);
}

static const char *known_reason(struct str arg)
{
    for (const struct flow_reason *r = match_reasons; r->code; r++)
        if (str_is(arg, r->code))
            return r->code;
    return "changed";
}

static enum err end_one(struct cx *cx, struct match_offer *o)
{
    bool was_yes = offer_is_yes(o->state), wanted;
    TRY(offer_go(cx, o, "release", OFFER_BY_SYSTEM, false));
    TRY(consent_holds(cx, &need_consents, o->need_id, "match", &wanted));
    if (!wanted)
        return OK;
    if (was_yes)
        TRY(need_remark(cx, o->need_id, S("答应的人来不了了，正在再找"), true));
    return match_later(cx, o->need_id, "declined");
}

/* A helper has left, or rests, with questions or promises open: those who wait are not left alone.
 * Or who asked has taken back that people are asked: then nobody else is looked for. A minor whose
 * guardian has taken back his yes is told as well: he is still here. */
static enum err end_gone(struct cx *cx)
{
    match_offer_list unguarded = {0}, gone = {0};
    TRY(db_all(cx, &match_sql_offers_unguarded, &match_offer_shape, &unguarded,
               ARGS(AS("minor_from", volunteer_minor_from(cx->now)))));
    for (size_t i = 0; i < unguarded.n; i++) {
        TRY(end_one(cx, &unguarded.at[i]));
        TRY(match_thank(cx, &unguarded.at[i]));
    }
    TRY(db_all(cx, &match_sql_offers_gone, &match_offer_shape, &gone, NO_ARGS));
    for (size_t i = 0; i < gone.n; i++)
        TRY(end_one(cx, &gone.at[i]));
    return OK;
}

static enum err forget_no(struct cx *cx)
{
    int64_t before = cx->now - MATCH_ODDS_DAYS * MS_DAY;
    TRY(db_run(cx, &match_sql_forget_steps, ARGS(A(before)), NULL));
    return db_run(cx, &match_sql_forget_no, ARGS(A(before)), NULL);
}

/* Of many that say no at once the first makes a run; the others go on from it, and one more run
 * follows them. Whom it proposes is checked again by whoever asks. */
static enum err ran_just_now(struct cx *cx, bool *yes)
{
    struct match_run last;
    enum err e = match_run_get(cx, 0, &last);
    if (e == ERR_MISSING)
        fault_clear(cx);
    else if (e != OK)
        return e;
    *yes = e == OK && last.at == cx->now;
    return OK;
}

static enum err run_again(struct cx *cx, int64_t need_id, struct str arg)
{
    struct match_run run;
    bool declined = need_id && str_is(arg, "declined"), just_now = false;
    TRY(put_night(cx));
    TRY(end_gone(cx));
    if (str_is(arg, "night")) {
        TRY(forget_no(cx));
        TRY(match_tell_wants(cx));
    }
    if (declined)
        TRY(ran_just_now(cx, &just_now));
    if (just_now)
        TRY(match_later(cx, 0, "declined"));
    else
        TRY(match_solve(cx, known_reason(arg), &run));
    return declined ? match_fall(cx, need_id) : OK;
}

/* A need whose asker agreed: what it asks is guessed from its words, for a person to look at. */
static enum err run_new(struct cx *cx, int64_t need_id)
{
    struct need n;
    struct match_help h;
    skill_fit_list fits = {0};
    bool found;
    TRY(need_peek(cx, need_id, &n));
    TRY(match_help_load(cx, need_id, &h, &found));
    if (found && n.agrees_match && !match_is_over(&n, &h)) { /* he agrees again */
        TRY(match_put_turn(cx, &h, true));
        return match_later(cx, need_id, "changed");
    }
    if (found || need_is_closed(n.state) || !n.agrees_match ||
        !(str_is(n.kind, "help") || str_is(n.kind, "wish")))
        return OK;
    TRY(skill_suggest(cx, n.text, 1, &fits));
    if (fits.n == 0)
        return OK;
    const struct skill *leaf = &fits.at[0].skill;
    TRY(db_run(cx, &match_sql_help_insert,
               ARGS(AS("id", need_id), AS("skill_code", leaf->code),
                    AS("people", leaf->needs_two ? 2 : 1), AS("week", ""), AS("halves", 2),
                    AS("from_day", 0), AS("to_day", 0), AS("every", ""), AS("access", ""),
                    AS("two_first", false), AS("relay", false), AS("again_id", 0),
                    AS("entered_by", 0)),
               NULL));
    TRY(job_put(
        cx, "match.stale",
        arena_printf(cx->mem, "match.stale %lld %lld", (long long)need_id, (long long)cx->now),
        need_id, arena_printf(cx->mem, "%lld", (long long)cx->now),
        cx->now + MATCH_STALE_DAYS * MS_DAY));
    return match_later(cx, need_id, "new");
}

static enum err run_moved(struct cx *cx, int64_t need_id)
{
    struct match_help h;
    struct need n;
    bool found, held = false;
    TRY(match_help_load(cx, need_id, &h, &found));
    if (!found)
        return OK;
    TRY(need_peek(cx, need_id, &n));
    if (match_is_over(&n, &h) || !n.agrees_match)
        TRY(match_release(cx, need_id, false));
    if (!n.agrees_match)
        TRY(keep_wait(cx, "need", need_id, "match.moved", need_id, S(""), &held));
    if (!n.agrees_match && !held) /* it was told for those who come */
        TRY(db_run(cx, &match_sql_erase_access, ARGS(AS("id", need_id)), NULL));
    return match_later(cx, 0, "changed");
}

/* The hour of a promise that nobody agreed to is past. Who asked has not answered: a person speaks
 * with him before anybody is asked again. */
static enum err lapse(struct cx *cx, struct match_offer *o)
{
    TRY(offer_go(cx, o, "release", OFFER_BY_SYSTEM, false));
    TRY(match_thank(cx, o));
    TRY(match_tell_desk(cx, o->need_id, S("说好的时候过了，没等到您的话；值班的同志打电话问问您"),
                        true));
    return match_later(cx, 0, "changed");
}

static enum err run_due(struct cx *cx, int64_t id, struct str arg)
{
    struct match_offer o;
    int64_t version;
    if (!str_int(arg, &version))
        return fail(cx, ERR_INPUT, "任务参数不对");
    TRY(match_offer_load(cx, id, &o));
    if (o.version != version)
        return OK;
    switch (o.state) {
    case OFFER_ASKED:
        TRY(offer_go(cx, &o, "expire", OFFER_BY_SYSTEM, false));
        return match_later(cx, o.need_id, "declined");
    case OFFER_ACCEPTED:
        if (offer_is_late(&o, cx->now))
            return lapse(cx, &o);
        return match_tell_desk(cx, o.need_id, S("帮手答应了一天，居民还没回话，请打电话问问"),
                               false);
    case OFFER_INTRODUCED:
        return match_tell_desk(cx, o.need_id, S("约的时候过了，还没人说办得怎样，请问一问"), false);
    case OFFER_SERVED:
        TRY(match_tell_desk(cx, o.need_id, S("帮手说办好了，居民还没说，请回访"), false));
        return match_next_turn(cx, &o);
    default:
        return OK;
    }
}

/* Who made this need his own is asked alone, at a time that suits both on the new day. */
static enum err adopted(struct cx *cx, const struct match_help *h, const struct need *n,
                        int64_t volunteer_id, bool *came)
{
    match_offer_list asked = {0};
    const struct match_ask ask = {.volunteer_id = volunteer_id};
    TRY(match_ask_some(cx, h, n, &ask, "", &asked));
    *came = asked.n > 0;
    return OK;
}

/* The next time: first those who made it their own; they are asked like anybody, and may say no.
 * When it wants more than these, others with them. */
static enum err run_turn(struct cx *cx, int64_t need_id, struct str arg)
{
    struct match_help h;
    struct need n;
    volunteer_id_list own = {0};
    struct so_far now;
    bool found, came = false;
    int64_t turn;
    struct match_run run;
    TRY(match_help_load(cx, need_id, &h, &found));
    if (!found || !str_int(arg, &turn) || h.turn != turn)
        return OK;
    TRY(need_peek(cx, need_id, &n));
    if (match_is_over(&n, &h) || !n.agrees_match || h.is_paused)
        return OK; /* put anew when he agrees again, or says that it is still wanted */
    TRY(match_solve(cx, "changed", &run));
    TRY(match_adopters(cx, need_id, &own));
    for (size_t i = 0; i < own.n; i++)
        TRY(adopted(cx, &h, &n, own.at[i], &came));
    TRY(count_turn(cx, &h, &now));
    return now.yes + now.asking >= h.people ? OK : climb(cx, &h, &n, &next_time);
}

/* ---- still wanted? ---- */

static enum err run_stale(struct cx *cx, int64_t need_id, struct str arg)
{
    struct match_help h;
    struct need n;
    bool found;
    int64_t at, yes = 0;
    TRY(match_help_load(cx, need_id, &h, &found));
    if (!found || !str_int(arg, &at) || h.asked_at || h.is_paused || h.confirmed_at != at)
        return OK; /* or somebody has said so meanwhile: another job looks a month after that */
    TRY(need_peek(cx, need_id, &n));
    TRY(db_number(cx, &match_sql_filled, &yes, ARGS(A(need_id), AS("turn", h.turn))));
    if (match_is_over(&n, &h))
        return OK;
    if (yes >= h.people) /* nobody is missing: asked about when somebody is, and no sooner */
        return match_wanted(cx, &h);
    h.asked_at = cx->now;
    TRY(match_help_save(cx, &h));
    TRY(need_remark(cx, need_id, S("找了一阵还没找到人，想问您：还需要吗？"), true));
    TRY(outbox_put(cx, "match.stale", need_id,
                   arena_printf(cx->mem, "%.*s 找帮手一个月了，请按来的渠道（%s）问一次还要不要",
                                STR(n.number), flow_label(channels, n.channel))));
    return job_put(
        cx, "match.silent",
        arena_printf(cx->mem, "match.silent %lld %lld", (long long)need_id, (long long)cx->now),
        need_id, S(""), cx->now + MATCH_SILENT_DAYS * MS_DAY);
}

static enum err run_silent(struct cx *cx, int64_t need_id)
{
    struct match_help h;
    struct need n;
    bool found;
    int64_t yes = 0;
    TRY(match_help_load(cx, need_id, &h, &found));
    if (!found || h.asked_at == 0 || h.is_paused)
        return OK;
    TRY(need_peek(cx, need_id, &n));
    TRY(db_number(cx, &match_sql_filled, &yes, ARGS(A(need_id), AS("turn", h.turn))));
    if (match_is_over(&n, &h))
        return OK;
    if (yes >= h.people) /* somebody said yes meanwhile */
        return match_wanted(cx, &h);
    h.is_paused = true;
    TRY(match_help_save(cx, &h));
    TRY(match_tell_desk(cx, need_id, S("没有等到回音，先不找人了；还需要就说一声，马上接着找"),
                        true));
    return match_later(cx, 0, "changed");
}

enum err match_job(struct cx *cx, struct str kind, int64_t id, struct str arg)
{
    if (str_is(kind, "match.new"))
        return run_new(cx, id);
    if (str_is(kind, "match.moved"))
        return run_moved(cx, id);
    if (str_is(kind, "match.gone"))
        return end_gone(cx);
    if (str_is(kind, "match.run"))
        return run_again(cx, id, arg);
    if (str_is(kind, "match.night"))
        return run_again(cx, 0, S("night"));
    if (str_is(kind, "match.due"))
        return run_due(cx, id, arg);
    if (str_is(kind, "match.turn"))
        return run_turn(cx, id, arg);
    if (str_is(kind, "match.stale"))
        return run_stale(cx, id, arg);
    if (str_is(kind, "match.silent"))
        return run_silent(cx, id);
    return fail(cx, ERR_INPUT, "没有这种任务");
}

void match_topics(struct cx *cx, outbox_topic_list *out)
{
    static const struct outbox_topic own[] = {
        {{"match.*", 7}, "找帮手的全部消息"},   {{"match.asked", 11}, "问帮手去不去"},
        {{"match.accepted", 14}, "帮手答应了"}, {{"match.introduced", 16}, "约好了"},
        {{"match.thanks", 12}, "不用跑了"},     {{"match.desk", 10}, "请值班的同志过问"},
        {{"match.stale", 11}, "问还要不要帮忙"}};
    for (size_t i = 0; i < COUNT(own); i++)
        *PUSH(cx->mem, out) = own[i];
}
