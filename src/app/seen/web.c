/* web -- the page of whoever answers for privacy: who opened how much, and what is more than usual.
 * He reads that somebody looked, at what kind and why; never at whose. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/consent/consent.h"
#include "app/outbox/outbox.h"
#include "app/seen/pages.h"
#include "base/time.h"
#include "seen.html.h"
#include "seen.sql.h"

/* ---- words ---- */

static struct str day_word(struct cx *cx, int64_t day)
{
    static const char *const near[] = {"今天", "昨天", "前天"};
    int64_t ago = time_day(cx->now) - day;
    if (ago >= 0 && ago < (int64_t)COUNT(near))
        return str_c(near[ago]);
    return filter_date(cx, time_day_start(day));
}

/* Of the other days on which he opened anything. */
static struct str usual_text(struct cx *cx, const struct seen_usual *u, int64_t times)
{
    int64_t days = u ? u->days - 1 : 0;
    if (days < 1)
        return arena_printf(cx->mem, "%d 天里只有这一天", SEEN_USUAL_DAYS);
    return arena_printf(cx->mem, "平常一天 %lld 次",
                        (long long)((u->times - times + days / 2) / days));
}

static struct str sum_text(struct cx *cx, struct str when, int64_t day, int64_t times,
                           int64_t things, const struct seen_usual *u)
{
    bool recent = u && time_day(cx->now) - day < SEEN_USUAL_DAYS;
    return arena_printf(cx->mem, "%.*s打开了 %lld 次，在 %lld 件事上%s%.*s", STR(when),
                        (long long)times, (long long)things, recent ? "；" : "",
                        STR(recent ? usual_text(cx, u, times) : S("")));
}

static struct str over_text(struct cx *cx, int64_t times, int64_t aside,
                            const struct seen_rule *rule)
{
    struct str many = times > rule->most ? arena_printf(cx->mem, "超过了一天 %lld 次的提醒线",
                                                        (long long)rule->most)
                                         : S("");
    if (aside <= rule->aside)
        return many;
    return arena_printf(cx->mem, "%.*s%s%lld 次是已经办结、也不归他办的诉求", STR(many),
                        many.n ? "；" : "", (long long)aside);
}

static struct str word_or_code(const char *word, struct str code)
{
    return *word ? str_c(word) : code;
}

/* ---- what there is ---- */

static const struct seen_usual *usual_of(const seen_usual_list *all, int64_t person_id)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].person_id == person_id)
            return &all->at[i];
    return NULL;
}

static void add_role(struct cx *cx, struct seen_row *row, struct str code)
{
    const struct role *r = role_of_code(code);
    struct str label = r ? str_c(r->label) : code;
    if (label.n && str_find(row->roles, label) < 0)
        row->roles =
            row->roles.n ? arena_printf(cx->mem, "%.*s、%.*s", STR(row->roles), STR(label)) : label;
}

static void add_part(struct cx *cx, struct seen_row *row, const struct seen_part *p)
{
    const struct seen_kind *k = seen_kind_of(p->subject);
    add_role(cx, row, p->role);
    *PUSH(cx->mem, &row->parts) = (struct seen_part_line){
        word_or_code(k ? k->label : "", p->subject),
        word_or_code(k ? seen_what(k, p->what) : "", p->what),
        word_or_code(k ? seen_why(k, p->purpose) : "", p->purpose), p->times};
}

static enum err fill_days(struct cx *cx, const seen_usual_list *usual, struct seen_page_view *v)
{
    seen_day_list days = {0};
    seen_part_list parts = {0};
    struct seen_day_card *card = NULL;
    int64_t day = 0;
    TRY(seen_days(cx, &days));
    TRY(seen_parts(cx, &parts));
    for (size_t i = 0; i < days.n; i++) {
        const struct seen_day *d = &days.at[i];
        if (!card || d->day != day) {
            card = PUSH(cx->mem, &v->days);
            *card = (struct seen_day_card){.title = day_word(cx, d->day),
                                           .is_today = d->day == time_day(cx->now)};
            day = d->day;
        }
        struct seen_row *row = PUSH(cx->mem, &card->rows);
        *row =
            (struct seen_row){.d = *d,
                              .roles = S(""),
                              .text = sum_text(cx, card->is_today ? S("今天") : S(""), d->day,
                                               d->times, d->things, usual_of(usual, d->person_id)),
                              .over = over_text(cx, d->times, d->aside, &v->rule)};
        card->over += row->over.n > 0;
        for (size_t k = 0; k < parts.n; k++)
            if (parts.at[k].day == d->day && parts.at[k].person_id == d->person_id)
                add_part(cx, row, &parts.at[k]);
    }
    return OK;
}

static enum err fill_alerts(struct cx *cx, bool closed, const seen_usual_list *usual,
                            const struct seen_rule *rule, seen_alert_rows *out)
{
    seen_alert_list all = {0};
    TRY(seen_alerts(cx, closed, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct seen_alert *a = &all.at[i];
        *PUSH(cx->mem, out) =
            (struct seen_alert_row){*a,
                                    sum_text(cx, day_word(cx, a->day), a->day, a->times, a->things,
                                             usual_of(usual, a->person_id)),
                                    over_text(cx, a->times, a->aside, rule)};
    }
    return OK;
}

/* ---- the page ---- */

/* A photo of a screen: whose it was. */
static enum err find_mark(struct cx *cx, struct str mark, seen_line_list *out)
{
    opening_list all = {0};
    TRY(seen_mark_find(cx, mark, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct opening *p = &all.at[i];
        const struct seen_kind *k = seen_kind_of(p->subject);
        const struct role *r = role_of_code(p->role);
        *PUSH(cx->mem, out) = (struct seen_line){
            arena_printf(cx->mem, "%s%.*s", r ? r->label : "", STR(p->person_name)),
            word_or_code(k ? seen_what(k, p->what) : "", p->what),
            word_or_code(k ? seen_why(k, p->purpose) : "", p->purpose), p->at};
    }
    return OK;
}

/* `wrong`: the alert whose sentence was refused; `rule`: as somebody typed it, or NULL. */
static enum err draw(struct cx *cx, const struct req *rq, struct reply *rp, int64_t wrong,
                     const struct seen_rule *rule)
{
    struct seen_page_view v = {.rq = rq, .wrong = wrong, .is_rule = rule != NULL};
    struct fault fault = cx->fault;
    seen_usual_list usual = {0};
    fault_clear(cx);
    TRY(seen_rule_get(cx, &v.rule));
    TRY(seen_usual(cx, &usual));
    TRY(fill_alerts(cx, false, &usual, &v.rule, &v.open));
    TRY(fill_alerts(cx, true, &usual, &v.rule, &v.closed));
    TRY(fill_days(cx, &usual, &v));
    cx->fault = fault;
    v.mark = str_trim(req_query(rq, "mark"));
    enum err marked = v.mark.n ? find_mark(cx, v.mark, &v.marked) : OK;
    if (marked != ERR_INPUT)
        TRY(marked);
    v.form = rule ? *rule : v.rule;
    v.page = shell_page(rq, SHELL_DESK, S("谁看过"), "seen");
    v.page.here = S("/a/seen");
    if (req_query(rq, "done").n) {
        v.page.notice = S("记下了");
        v.page.notice_level = "g";
    }
    reply_header(rp, "Cache-Control", S("no-store"));
    seen_page_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw(cx, rq, rp, 0, NULL);
}

static enum err close_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct seen_close c = {.said = S("")};
    int64_t id;
    TRY(req_id(cx, rq, "alert", &id));
    enum err e = req_record(cx, rq, &seen_close_shape, &c);
    if (e == OK)
        e = seen_alert_close(cx, id, &c);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw(cx, rq, rp, id, NULL));
    TRY(e);
    return reply_goto(cx, rp, "/a/seen?done=1");
}

static enum err rule_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct seen_rule r;
    TRY(seen_rule_get(cx, &r));
    enum err e = req_record(cx, rq, &seen_rule_shape, &r);
    if (e == OK)
        e = seen_rule_put(cx, &r);
    if (e == ERR_INPUT)
        TRY(draw(cx, rq, rp, 0, &r));
    TRY(e);
    return reply_goto(cx, rp, "/a/seen?done=1");
}

static const struct route routes[] = {
    {"GET", "/a/seen", page, ROLE_PRIVACY_OFFICER, "谁看过（个人信息保护）"},
    {"POST", "/a/seen/rule", rule_do, ROLE_PRIVACY_OFFICER, "一天打开超过几次就提醒",
     .in = &seen_rule_shape},
    {"POST", "/a/seen/alert/{alert}", close_do, ROLE_PRIVACY_OFFICER, "看过了，说一句",
     .in = &seen_close_shape},
};

static const struct shell_menu menu[] = {
    {"seen", "/a/seen", "谁看过", "eye", ROLE_PRIVACY_OFFICER}};

static const struct shape *const shapes[] = {&opening_shape, &seen_rule_shape, &seen_alert_shape,
                                             &seen_close_shape};

static void topics(struct cx *cx, struct outbox_topics *out)
{
    *PUSH(cx->mem, out) =
        (struct outbox_topic){S("privacy.unusual"), "一天打开联系方式的次数超过提醒线"};
}

static const struct keep_rule rules[] = {
    {"opening", "谁看过", &seen_sql_old, &seen_sql_forget},
    {"opening", "谁一天打开得多、问下来怎样", &seen_sql_alerts_old, &seen_sql_alerts_forget}};

const struct feature seen_feature = {.name = "seen",
                                     .routes = routes,
                                     .nroutes = COUNT(routes),
                                     .shapes = shapes,
                                     .nshapes = COUNT(shapes),
                                     .queries = seen_sql_all,
                                     .nqueries = &seen_sql_count,
                                     .menu = menu,
                                     .nmenu = COUNT(menu),
                                     .topics = topics,
                                     .keeps = rules,
                                     .nkeeps = COUNT(rules)};
