/* web_own -- what helper and resident see, each by his own link. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/pages.h"
#include "match.html.h"
#include "match.sql.h"

/* ---- the helper ---- */

static struct str own_link(struct cx *cx, int64_t volunteer_id, struct str tail, struct str key)
{
    struct out o;
    out_init(&o, cx->mem);
    out_printf(&o, "/v/%lld%.*s?k=", (long long)volunteer_id, STR(tail));
    out_url(&o, key);
    return out_text(&o);
}

static struct str task_tail(struct cx *cx, int64_t offer_id)
{
    return arena_printf(cx->mem, "/task/%lld", (long long)offer_id);
}

enum err match_tasks_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_tasks_view v = {0};
    match_task_list all = {0};
    struct str key = req_query(rq, "k");
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(match_tasks(cx, id, key, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct match_task *t = &all.at[i];
        match_task_rows *to = t->state == OFFER_ASKED      ? &v.waiting
                              : t->state < OFFER_CONFIRMED ? &v.agreed
                                                           : &v.past;
        *PUSH(cx->mem, to) =
            (struct match_task_row){*t, match_visit_words(cx, t->visit_at, t->leave_at),
                                    own_link(cx, id, task_tail(cx, t->id), key)};
    }
    v.own = own_link(cx, id, S(""), key);
    v.page = shell_page(rq, SHELL_PHONE, S("问到您的事"), "home");
    v.page.is_private = true;
    v.page.here = own_link(cx, id, S("/tasks"), key);
    v.page.back = arena_cstr(cx->mem, v.own);
    reply_header(rp, "Cache-Control", S("no-store"));
    match_tasks_html(reply_html(rp), cx, &v);
    return OK;
}

static struct str notice_of(const struct req *rq)
{
    static const struct flow_reason words[] = {{"accept", "好，告诉居民了。他说声好就约定"},
                                               {"decline", "知道了，这次就不麻烦您"},
                                               {"served", "辛苦您了！等居民也说声好"},
                                               {"cannot", "知道了，我们再找人"},
                                               {"agree", "约好了，告诉他了"},
                                               {"other", "好的，再找一位"},
                                               {"confirm", "好，记下了。谢谢您告诉我们"},
                                               {"again", "好，记下了，下回先想到您两位"},
                                               {"stop", "知道了，下回不先问了"},
                                               {"still", "好，接着找"},
                                               {NULL, NULL}};
    return str_c(flow_label(words, req_query(rq, "done")));
}

static void draw_task(struct cx *cx, const struct req *rq, struct reply *rp,
                      struct match_task_view *v)
{
    enum offer_state s = v->t.state;
    v->when = match_visit_words(cx, v->t.visit_at, v->t.leave_at);
    v->may_answer = s == OFFER_ASKED;
    v->may_cancel = s == OFFER_ACCEPTED || s == OFFER_INTRODUCED;
    v->may_serve = s == OFFER_INTRODUCED || s == OFFER_SERVED;
    v->may_wish = s == OFFER_SERVED || s == OFFER_CONFIRMED;
    v->page = shell_page(rq, SHELL_PHONE, v->t.what, "home");
    v->page.is_private = true;
    v->page.here = own_link(cx, v->volunteer_id, task_tail(cx, v->t.id), v->key);
    v->page.back = arena_cstr(cx->mem, own_link(cx, v->volunteer_id, S("/tasks"), v->key));
    v->page.notice = notice_of(rq);
    v->page.notice_level = "g";
    reply_header(rp, "Cache-Control", S("no-store"));
    match_task_html(reply_html(rp), cx, v);
}

static enum err find_task(struct cx *cx, const struct req *rq, struct str key,
                          struct match_task_view *v)
{
    int64_t offer_id;
    v->key = key;
    TRY(req_id(cx, rq, "id", &v->volunteer_id));
    TRY(req_id(cx, rq, "offer", &offer_id));
    return match_task_get(cx, v->volunteer_id, key, offer_id, &v->t);
}

enum err match_task_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_task_view v = {0};
    TRY(find_task(cx, rq, req_query(rq, "k"), &v));
    draw_task(cx, rq, rp, &v);
    return OK;
}

/* Shown once, in the answer to the act that is logged. */
static enum err open_contact(struct cx *cx, const struct req *rq, struct reply *rp,
                             struct match_task_view *v)
{
    struct need n;
    TRY(match_contact(cx, v->t.id, v->key, &n));
    v->is_opened = true;
    v->name = n.name;
    v->contact = n.contact;
    v->door = n.door;
    if (v->t.relay)
        v->tel = shell_community(cx)->phone;
    size_t digits = 0;
    while (digits < n.contact.n && n.contact.p[digits] >= '0' && n.contact.p[digits] <= '9')
        digits++;
    if (digits == n.contact.n && digits >= 7)
        v->tel = n.contact;
    draw_task(cx, rq, rp, v);
    return OK;
}

static struct offer_move move_of(const struct req *rq, struct str key)
{
    struct offer_move m = {.key = key, .again = req_field(rq, "again").n > 0};
    if (!str_int(req_field(rq, "version"), &m.version))
        m.version = 0;
    return m;
}

/* A step of the table, or what he would like next time: "again", "stop". */
static enum err own_step(struct cx *cx, const struct req *rq, int64_t offer_id, uint32_t by,
                         struct str key, struct match_offer *o)
{
    struct str step = req_part(rq, "step");
    const struct offer_move m = move_of(rq, key);
    if (str_is(step, "again") || str_is(step, "stop"))
        return match_wish(cx, offer_id, by, key, str_is(step, "again"), o);
    return offer_move(cx, offer_id, step, by, &m, o);
}

enum err match_task_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_task_view v = {0};
    struct str step = req_part(rq, "step"), key = req_field(rq, "k");
    struct match_offer o;
    TRY(find_task(cx, rq, key, &v));
    if (str_is(step, "open"))
        return open_contact(cx, rq, rp, &v);
    enum err e = own_step(cx, rq, v.t.id, OFFER_BY_HELPER, key, &o);
    if (e == ERR_CONFLICT) {
        struct fault fault = cx->fault;
        cx->fault = (struct fault){0};
        TRY(find_task(cx, rq, key, &v)); /* as it stands now */
        cx->fault = fault;
        draw_task(cx, rq, rp, &v);
    }
    TRY(e);
    return reply_goto(cx, rp, "%.*s&done=%.*s",
                      STR(own_link(cx, v.volunteer_id, task_tail(cx, v.t.id), key)), STR(step));
}

/* ---- the resident ---- */

/* Of each helper the newest offer is where the wish for the next time stands. */
static enum err fill_wishes(struct cx *cx, const struct match_help *h, struct match_mine_view *v)
{
    volunteer_id_list own = {0};
    if (!v->has_help)
        return OK;
    v->every = h->every;
    TRY(match_adopters(cx, v->n.id, &own));
    for (size_t i = 0; i < v->offers.n; i++) {
        struct match_asked *a = &v->offers.at[i];
        bool is_newest = true;
        for (size_t k = 0; k < i; k++)
            is_newest &= v->offers.at[k].o.volunteer_id != a->o.volunteer_id;
        for (size_t k = 0; k < own.n && is_newest; k++)
            a->is_own |= own.at[k] == a->o.volunteer_id;
        a->may_wish = is_newest && !a->o.again_resident &&
                      (a->o.state == OFFER_SERVED || a->o.state == OFFER_CONFIRMED);
    }
    return OK;
}

static enum err find_mine(struct cx *cx, const struct req *rq, struct str key,
                          struct match_mine_view *v)
{
    match_offer_list all = {0};
    struct match_help h = {0};
    int64_t id, filled = 0;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_by_key(cx, id, key, &v->n));
    v->key = key;
    v->phone = shell_community(cx)->phone;
    TRY(match_help_load(cx, id, &h, &v->has_help));
    TRY(db_all(cx, &match_sql_offers_of, &match_offer_shape, &all, ARGS(AS("need_id", id))));
    for (size_t i = 0; i < all.n; i++) {
        const struct match_offer *o = &all.at[i];
        if (v->has_help && o->turn == h.turn && o->state == OFFER_ASKED)
            v->asking++;
        filled += o->turn == h.turn && offer_is_yes(o->state);
        if (offer_is_yes(o->state))
            *PUSH(cx->mem, &v->offers) = (struct match_asked){.o = *o};
    }
    TRY(fill_wishes(cx, &h, v));
    v->is_asking = v->asking > 0;
    v->is_paused = v->has_help && h.is_paused;
    v->is_stale = v->has_help && h.asked_at != 0 && filled < h.people && !match_is_over(&v->n, &h);
    return OK;
}

static struct str mine_link(struct cx *cx, int64_t need_id, const char *tail, struct str key)
{
    struct out o;
    out_init(&o, cx->mem);
    out_printf(&o, "/n/%lld%s?k=", (long long)need_id, tail);
    out_url(&o, key);
    return out_text(&o);
}

static void draw_mine(struct cx *cx, const struct req *rq, struct reply *rp,
                      struct match_mine_view *v)
{
    v->page = shell_page(rq, SHELL_PHONE, S("谁来帮您"), "find");
    v->page.is_private = true;
    v->page.here = mine_link(cx, v->n.id, "/help", v->key);
    v->page.back = arena_cstr(cx->mem, mine_link(cx, v->n.id, "", v->key));
    v->page.notice = notice_of(rq);
    v->page.notice_level = "g";
    reply_header(rp, "Cache-Control", S("no-store"));
    match_mine_html(reply_html(rp), cx, v);
}

enum err match_mine_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_mine_view v = {0};
    TRY(find_mine(cx, rq, req_query(rq, "k"), &v));
    draw_mine(cx, rq, rp, &v);
    return OK;
}

enum err match_mine_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct match_mine_view v = {0};
    struct str step = req_part(rq, "step"), key = req_field(rq, "k");
    struct match_offer o;
    int64_t offer_id;
    TRY(req_id(cx, rq, "offer", &offer_id));
    TRY(find_mine(cx, rq, key, &v));
    TRY(match_offer_load(cx, offer_id, &o));
    if (o.need_id != v.n.id)
        return fail(cx, ERR_MISSING, "没有这一位");
    enum err e = own_step(cx, rq, offer_id, OFFER_BY_ASKER, key, &o);
    if (e == ERR_CONFLICT) {
        struct fault fault = cx->fault;
        cx->fault = (struct fault){0};
        v = (struct match_mine_view){0};
        TRY(find_mine(cx, rq, key, &v)); /* as it stands now */
        cx->fault = fault;
        draw_mine(cx, rq, rp, &v);
    }
    TRY(e);
    return reply_goto(cx, rp, "%.*s&done=%.*s", STR(mine_link(cx, v.n.id, "/help", key)),
                      STR(step));
}

enum err match_still_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str key = req_field(rq, "k");
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(match_still(cx, id, key));
    return reply_goto(cx, rp, "%.*s&done=still", STR(mine_link(cx, id, "/help", key)));
}
