/* web_class -- the 4:30 class: what everybody reads, asking for a place, the guardian's page. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/keyring/keyring.h"
#include "app/activity/class_pages.h"
#include "activity.html.h"
#include "class.sql.h"

enum { DAYS_SHOWN = 10 };

/* ---- what everybody reads ---- */

struct class_offer class_offer(struct cx *cx, const struct class_term *t)
{
    struct class_offer o = {.t = *t, .when = class_when(cx, t)};
    bool over = time_day(cx->now) > t->to_day;
    o.days = site_days_text(cx, t->from_day, t->to_day);
    o.may_join = t->state == TERM_OPEN && !over;
    o.level = over ? "" : t->taken < t->places ? "g" : "a";
    o.places = over ? S("结束了")
               : t->taken >= t->places
                   ? S("满了，可排候补")
                   : arena_printf(cx->mem, "还有 %lld 个位置", (long long)(t->places - t->taken));
    return o;
}

enum err class_list_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct activity_class_list_view v = {.phone = shell_community(cx)->phone};
    class_term_list all = {0};
    site_view_list sites = {0};
    TRY(class_terms(cx, &all));
    if (all.n)
        TRY(site_views(cx, S(""), &sites));
    for (size_t i = 0; i < all.n; i++) {
        struct class_offer *o = PUSH(cx->mem, &v.offers);
        *o = class_offer(cx, &all.at[i]);
        for (size_t k = 0; k < sites.n; k++)
            if (sites.at[k].site.id == o->t.site_id)
                o->site = sites.at[k].now;
    }
    v.page = shell_page(rq, SHELL_WIDE, S("四点半课堂"), "class");
    v.page.back = "/";
    shell_mode_keep(cx, rq, rp);
    activity_class_list_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- asking for a place ---- */

class_word_fields class_words(struct cx *cx, const struct req *rq)
{
    class_word_fields out = {0};
    for (int i = 1; i <= CLASS_PICKUPS; i++) {
        struct class_word_field *w = PUSH(cx->mem, &out);
        w->label_name = arena_printf(cx->mem, "label%d", i);
        w->word_name = arena_printf(cx->mem, "word%d", i);
        w->label = req_field(rq, w->label_name.p);
        w->word = req_field(rq, w->word_name.p);
    }
    return out;
}

void class_read_words(struct cx *cx, const struct req *rq, class_pickup_list *out)
{
    class_word_fields typed = class_words(cx, rq);
    for (size_t i = 0; i < typed.n; i++)
        *PUSH(cx->mem, out) =
            (struct class_pickup){.label = typed.at[i].label, .word = typed.at[i].word};
}

static enum err find_term(struct cx *cx, const struct req *rq, struct class_term *t)
{
    int64_t id;
    TRY(req_id(cx, rq, "term", &id));
    return class_term_get(cx, id, t);
}

static void draw_join(struct cx *cx, const struct req *rq, struct reply *rp,
                      const struct class_term *t, const struct class_join *j)
{
    struct activity_class_join_view v = {.rq = rq, .j = *j, .c = class_offer(cx, t)};
    v.words = class_words(cx, rq);
    v.is_full = t->taken >= t->places;
    v.is_staff = cx->who.person_id != 0;
    v.page = shell_page(rq, SHELL_PHONE, S("给孩子报名"), "class");
    v.page.back = "/class";
    v.page.here = arena_printf(cx->mem, "/class/join/%lld", (long long)t->id);
    v.page.has_foot = true;
    reply_header(rp, "Cache-Control", S("no-store"));
    activity_class_join_html(reply_html(rp), cx, &v);
}

enum err class_join_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct class_term t;
    const struct class_join j = {0};
    TRY(find_term(cx, rq, &t));
    draw_join(cx, rq, rp, &t, &j);
    return OK;
}

static enum err read_join(struct cx *cx, const struct req *rq, int64_t term_id,
                          struct class_join *j)
{
    enum err e = req_record(cx, rq, &class_join_shape, j);
    j->term_id = term_id;
    j->client_key = req_field(rq, "key");
    j->channel = str_is(req_field(rq, "channel"), "phone") ? S("phone") : S("counter");
    if (e == ERR_INPUT) { /* all that is wrong is told at once */
        need_phone_check(cx, "contact", j->contact);
        need_phone_check(cx, "second_contact", j->second_contact);
    }
    return e;
}

/* Words are hashed, which is slow. */
enum err class_join_prepare(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct class_term t;
    struct class_join j = {0};
    class_pickup_list *words = NEW(cx->mem, class_pickup_list);
    TRY(find_term(cx, rq, &t));
    enum err e = read_join(cx, rq, t.id, &j);
    class_read_words(cx, rq, words);
    if (!j.agrees)
        e = fail_field(cx, "agrees", "请看过约定，同意了在这里点一下");
    enum err checked = class_check_words(cx, words);
    e = checked != OK ? checked : e;
    if (e == ERR_INPUT)
        draw_join(cx, rq, rp, &t, &j);
    TRY(e);
    req_keep(rq, words);
    return class_hash_words(cx, words);
}

enum err class_join_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct class_term t;
    struct class_join j = {0};
    struct class_child c;
    const class_pickup_list *words = req_kept(rq);
    struct str key;
    bool again = false;
    TRY(find_term(cx, rq, &t));
    enum err e = read_join(cx, rq, t.id, &j);
    if (e == OK)
        e = class_sign_up(cx, &j, words, &c, &key, &again);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        draw_join(cx, rq, rp, &t, &j);
    TRY(e);
    if (again)
        return reply_goto(cx, rp, "/find?again=1&n=%.*s&w=%.*s", STR(c.number), STR(c.word));
    return reply_goto(cx, rp, "/class/child/%lld?k=%.*s&new=1", (long long)c.id, STR(key));
}

/* ---- the guardian's page ---- */

static struct str clock_words(struct cx *cx, int64_t at)
{
    struct civil c = time_civil(at);
    return arena_printf(cx->mem, "%d:%02d", c.hour, c.minute);
}

struct str class_day_text(struct cx *cx, const struct class_day *d)
{
    struct out o;
    out_init(&o, cx->mem);
    if (d->state == DAY_EXCUSED)
        out_c(&o, "请假了");
    if (d->state == DAY_ABSENT)
        out_c(&o, "没有来，也没有请假");
    if (d->in_at)
        out_printf(&o, "%.*s 到", STR(clock_words(cx, d->in_at)));
    if (d->in_by.n) /* who it was goes when the child leaves the term */
        out_printf(&o, "（%.*s）", STR(d->in_by));
    if (d->out_at)
        out_printf(&o, "；%.*s 接走", STR(clock_words(cx, d->out_at)));
    if (d->out_by.n)
        out_printf(&o, "（%.*s%s）", STR(d->out_by),
                   str_is(d->out_how, "called") ? "，没对暗号，打了电话" : "");
    if (d->called.n)
        out_printf(&o, "%s打过电话：%.*s", o.n ? "；" : "", STR(d->called));
    return out_text(&o);
}

static enum err say(struct cx *cx, struct activity_class_own_view *v)
{
    static const char *const tags[] = {"a", "a", "g", "", ""};
    const struct class_child *c = &v->c;
    int64_t ahead;
    v->head = str_c(class_state_labels[c->state]);
    v->level = tags[c->state];
    if (c->state == CHILD_WAITING) {
        TRY(class_ahead(cx, c, &ahead));
        v->head = arena_printf(cx->mem, "候补第 %lld", (long long)ahead + 1);
        v->text = time_day(cx->now) > v->t.t.to_day
                      ? S("这一期已经过完了，这次没有轮到。")
                      : S("有人退了按先后轮到您，在这里看得到，也会有人告诉您。");
    }
    if (c->state == CHILD_OFFERED)
        v->text = arena_printf(cx->mem, "%.*s 前回个话；不回话，位置就给下一位。",
                               STR(filter_when(cx, c->offer_until)));
    if (c->state == CHILD_LEFT && c->name.n)
        v->text = S(KEEP_WAITS);
    v->may_confirm = c->state == CHILD_OFFERED && cx->now < c->offer_until;
    v->may_excuse = c->state == CHILD_PLACED && time_day(cx->now) <= v->t.t.to_day;
    v->may_quit = c->state != CHILD_LEFT;
    TRY(class_is_here(cx, c, &v->is_here));
    if (c->state == CHILD_LEFT && v->is_here)
        v->text =
            S("已经退了，从明天起不来了。孩子今天还在班里：照常凭暗号接，老师也还看得到您的电话；"
              "接走以后，称呼、电话、暗号、身体情况马上删掉。");
    return OK;
}

static enum err find_days(struct cx *cx, struct activity_class_own_view *v)
{
    class_day_list days = {0};
    TRY(class_days(cx, v->c.id, &days));
    for (size_t i = 0; i < days.n && i < DAYS_SHOWN; i++)
        *PUSH(cx->mem, &v->days) =
            (struct class_told){site_days_text(cx, days.at[i].day, days.at[i].day),
                                class_day_text(cx, &days.at[i]), ""};
    TRY(openings_told(cx, &class_seen, v->c.id, &v->seen));
    return class_pickups(cx, v->c.id, &v->pickups);
}

enum err class_draw_own(struct cx *cx, const struct req *rq, struct reply *rp,
                        const struct class_child *c, const struct activity_pass *pass)
{
    static const char *const his_name[] = {"name", NULL};
    struct activity_class_own_view v = {.rq = rq, .c = *c, .pass = *pass, .text = S("")};
    struct class_term t;
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(class_term_load(cx, c->term_id, &t));
    v.t = class_offer(cx, &t);
    shape_show(cx, &class_child_shape, &v.c, 1, his_name);
    TRY(say(cx, &v));
    TRY(find_days(cx, &v));
    cx->fault = fault;
    v.words = class_words(cx, rq);
    v.has_note = c->note_at > 0;
    v.note_lost = c->note_at < 0;
    v.same_text = str_eq(c->agreed_hash, t.agreement_hash);
    v.leave = req_field(rq, "leave_on");
    int64_t gone = t.to_day + 1 + CLASS_KEPT_DAYS;
    v.gone = site_days_text(cx, gone, gone);
    v.is_new = req_query(rq, "new").n > 0;
    v.page = shell_page(rq, SHELL_PHONE, S("四点半课堂"), "class");
    v.page.back = "/class";
    v.page.is_private = true;
    v.page.here = pass->key.n ? arena_printf(cx->mem, "/class/child/%lld?k=%.*s", (long long)c->id,
                                             STR(pass->key))
                              : S("/find");
    if (str_is(req_query(rq, "done"), "1")) {
        v.page.notice = S("好，记下了");
        v.page.notice_level = "g";
    }
    reply_header(rp, "Cache-Control", S("no-store"));
    activity_class_own_html(reply_html(rp), cx, &v);
    return OK;
}

static enum err child_of(struct cx *cx, const struct req *rq, const struct activity_pass *pass,
                         struct class_child *c)
{
    int64_t id;
    TRY(req_id(cx, rq, "child", &id));
    if (pass->key.n || !pass->number.n)
        return class_by_key(cx, id, pass->key, c);
    TRY(class_by_word(cx, pass->number, pass->word, c));
    return c->id == id ? OK : fail(cx, ERR_MISSING, "没有这个报名");
}

enum err class_own_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct class_child c;
    const struct activity_pass pass = {.key = number_key(req_query(rq, "k"))};
    TRY(child_of(cx, rq, &pass, &c));
    return class_draw_own(cx, rq, rp, &c, &pass);
}

static struct activity_pass read_pass(const struct req *rq)
{
    return (struct activity_pass){number_key(req_field(rq, "k")), req_field(rq, "number"),
                                  req_field(rq, "word")};
}

/* Other words for those who fetch are hashed, which is slow: for his guardian alone. A wrong number
 * or word is counted by the handler, where one writes. */
enum err class_own_prepare(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct class_child c;
    const struct activity_pass pass = read_pass(rq);
    class_pickup_list *words = NEW(cx->mem, class_pickup_list);
    bool known = true;
    int64_t id;
    if (!str_is(req_part(rq, "step"), "pick"))
        return OK;
    req_keep(rq, words);
    TRY(req_id(cx, rq, "child", &id));
    if (pass.key.n || !pass.number.n)
        TRY(class_by_key(cx, id, pass.key, &c));
    else
        TRY(class_word_fits(cx, id, pass.number, pass.word, &known));
    if (!known)
        return OK;
    class_read_words(cx, rq, words);
    enum err e = class_check_words(cx, words);
    if (e == OK)
        return class_hash_words(cx, words);
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(class_child_load(cx, id, &c));
    cx->fault = fault;
    TRY(class_draw_own(cx, rq, rp, &c, &pass));
    return e;
}

static enum err own_step(struct cx *cx, const struct req *rq, struct class_child *c)
{
    struct str step = req_part(rq, "step");
    int64_t day;
    if (str_is(step, "confirm"))
        return class_confirm(cx, c);
    if (str_is(step, "quit"))
        return class_quit(cx, c);
    if (str_is(step, "pick"))
        return class_repick(cx, c, req_kept(rq));
    if (str_is(step, "note"))
        return class_renote(cx, c, req_field(rq, "note"), req_field(rq, "agrees_note").n > 0);
    if (!str_is(step, "leave"))
        return fail(cx, ERR_MISSING, "没有这一步");
    TRY(req_day(cx, rq, "leave_on", &day));
    return day ? class_excuse(cx, c, day) : fail_field(cx, "leave_on", "请选哪天");
}

enum err class_own_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct class_child c;
    const struct activity_pass pass = read_pass(rq);
    enum err e = child_of(cx, rq, &pass, &c);
    if (e == ERR_MISSING && !pass.key.n && pass.number.n) { /* counted */
        reply_status(rp, 404);
        shell_error(cx, rq, 404, rp);
        return OK;
    }
    TRY(e);
    e = own_step(cx, rq, &c);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(class_draw_own(cx, rq, rp, &c, &pass));
    TRY(e);
    if (pass.key.n)
        return reply_goto(cx, rp, "/class/child/%lld?k=%.*s&done=1", (long long)c.id,
                          STR(pass.key));
    TRY(class_child_load(cx, c.id, &c));
    return class_draw_own(cx, rq, rp, &c, &pass);
}

/* ---- the table ---- */

static const struct route routes[] = {
    {"GET", "/class", class_list_page, .title = "四点半课堂", .kind = ROUTE_INLINE, .shared = true},
    {"GET", "/class/join/{term}", class_join_page, .title = "给孩子报名", .kind = ROUTE_INLINE},
    {"POST", "/class/join/{term}", class_join_do, .title = "给孩子报名", .in = &class_join_shape,
     .prepare = class_join_prepare},
    {"GET", "/class/child/{child}", class_own_page, .title = "孩子到了没有", .kind = ROUTE_INLINE,
     .open_key = true},
    {"POST", "/class/child/{child}/{step}", class_own_do,
     .title = "监护人：回话、请假、换接送的人、身体情况、退出", .open_key = true,
     .prepare = class_own_prepare},
    {"GET", "/k/class", class_today_page, ROLES_CLASS, "今天的四点半课堂"},
    {"GET", "/k/class/{child}", class_child_page, ROLES_CLASS, "今天的一个孩子"},
    {"POST", "/k/class/{child}/{step}", class_child_do, ROLES_CLASS,
     "到了、接走、打了电话、打开电话和身体情况", .in = &class_act_shape,
     .prepare = class_child_prepare},
    {"POST", "/k/class/talk/{talk}", class_talk_do, ROLES_CLASS, "和家长谈过了"},
    {"GET", "/w/class", class_terms_page, ROLES_TERM, "四点半课堂（工作页面）"},
    {"GET", "/w/class/new", class_edit_page, ROLES_TERM, "开一期四点半课堂"},
    {"POST", "/w/class/new", class_edit_do, ROLES_TERM, "开一期四点半课堂",
     .in = &class_term_shape},
    {"GET", "/w/class/{term}", class_term_page, ROLES_TERM, "一期四点半课堂"},
    {"GET", "/w/class/{term}/edit", class_edit_page, ROLES_TERM, "改一期四点半课堂"},
    {"POST", "/w/class/{term}/edit", class_edit_do, ROLES_TERM, "改一期四点半课堂",
     .in = &class_term_shape},
    {"POST", "/w/class/{term}/{step}", class_term_do, ROLES_TERM, "公布、排班、换值班卡"},
};

static const struct shape *const shapes[] = {
    &class_term_shape,   &class_duty_shape, &class_child_shape,
    &class_pickup_shape, &class_join_shape, &class_day_shape,
    &class_act_shape,    &class_talk_shape, &class_sum_shape};

static enum err show_number(struct cx *cx, const struct req *rq, struct reply *rp,
                            struct str number, struct str word)
{
    struct class_child c;
    const struct activity_pass pass = {S(""), number, word};
    TRY(class_by_word(cx, number, word, &c));
    return class_draw_own(cx, rq, rp, &c, &pass);
}

static const struct shell_menu menu[] = {
    {"class", "/class", "四点半课堂", "child", 0},
    {"classday", "/k/class", "今天的班", "child", ROLE_CLASS_TEACHER},
    {"classes", "/w/class", "四点半课堂", "child", ROLES_TERM},
};

static void topics(struct cx *cx, struct outbox_topics *out)
{
    static const struct outbox_topic all[] = {{S("class.moved"), "四点半课堂候补轮到了"},
                                              {S("class.late"), "四点半课堂有孩子没到"},
                                              {S("class.left"), "四点半课堂有孩子没人接"}};
    for (size_t i = 0; i < COUNT(all); i++)
        *PUSH(cx->mem, out) = all[i];
}

static const struct sealed_table sealed[] = {
    {&class_child_shape, &class_sql_sealed_some, &class_sql_sealed_put}};

const struct feature class_feature = {.name = "class",
                                      .seen = &class_seen,
                                      .consents = &class_consents,
                                      .subject = &class_subject,
                                      .subject_parts = class_parts,
                                      .nsubject_parts = COUNT(class_parts),
                                      .keeps = class_keeps,
                                      .nkeeps = COUNT(class_keeps),
                                      .routes = routes,
                                      .nroutes = COUNT(routes),
                                      .shapes = shapes,
                                      .nshapes = COUNT(shapes),
                                      .queries = class_sql_all,
                                      .nqueries = &class_sql_count,
                                      .sealed = sealed,
                                      .nsealed = COUNT(sealed),
                                      .menu = menu,
                                      .nmenu = COUNT(menu),
                                      .jobs = "class.",
                                      .job = class_job,
                                      .topics = topics,
                                      .letters = "K",
                                      .show = show_number};
