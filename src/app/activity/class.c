/* class -- terms of the 4:30 class, the rota, asking for a place, what a guardian says later. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/class.h"
#include "app/activity/class_own.h"
#include "app/outbox/outbox.h"
#include "base/id.h"
#include "base/out.h"
#include "base/utf8.h"
#include "class.sql.h"
#include "seal/seal.h"

enum { DAY_MINUTES = 24 * 60, LONGEST_TERM = 200, WORD_LEAST = 2, WORD_MOST = 20, WORD_BYTES = 4 };

static enum err or_faster(struct cx *cx, enum err e)
{
    if (e != ERR_CONFLICT)
        return e;
    fault_clear(cx);
    return fail(cx, ERR_CONFLICT, "别人刚刚先改了一步，请刷新看看再改");
}

/* ---- terms ---- */

enum err class_term_load(struct cx *cx, int64_t id, struct class_term *out)
{
    bool found;
    TRY(db_find(cx, &class_sql_term, &class_term_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这个班");
}

enum err class_terms(struct cx *cx, class_term_list *out)
{
    int64_t day = time_day(cx->now);
    return db_all(cx, &class_sql_terms, &class_term_shape, out, ARGS(A(day)));
}

enum err class_term_get(struct cx *cx, int64_t id, struct class_term *out)
{
    TRY(class_term_load(cx, id, out));
    return out->state == TERM_OPEN ? OK : fail(cx, ERR_MISSING, "没有这个班");
}

enum err class_terms_own(struct cx *cx, class_term_list *out)
{
    return db_all(cx, &class_sql_terms_own, &class_term_shape, out, NO_ARGS);
}

static bool is_in_reach(const struct cx *cx, const struct class_term *t)
{
    return (cx->who.role & ROLES_TERM) && cx->who.scope_hi.n > 0 &&
           str_starts(t->place_path, cx->who.scope_lo);
}

enum err class_term_own(struct cx *cx, int64_t id, struct class_term *out)
{
    TRY(class_term_load(cx, id, out));
    return is_in_reach(cx, out) ? OK : fail(cx, ERR_MISSING, "没有这个班，或者不归您这里");
}

bool class_is_day(const struct class_term *t, const struct worktime *calendar, int64_t day)
{
    int64_t at = time_day_start(day);
    return day >= t->from_day && day <= t->to_day && (t->weekdays >> time_civil(at).weekday & 1) &&
           site_day_kind(calendar, day) != SITE_HOLIDAY;
}

int64_t class_next_day(const struct class_term *t, const struct worktime *calendar, int64_t day)
{
    if (day < t->from_day)
        day = t->from_day;
    for (; day <= t->to_day; day++)
        if (class_is_day(t, calendar, day))
            return day;
    return 0;
}

int64_t class_begins(const struct class_term *t, int64_t day)
{
    return time_day_start(day) + t->from_minute * MS_MINUTE;
}

int64_t class_ends(const struct class_term *t, int64_t day)
{
    return time_day_start(day) + t->to_minute * MS_MINUTE;
}

struct str class_when(struct cx *cx, const struct class_term *t)
{
    static const char *const names[] = {"周日", "周一", "周二", "周三", "周四", "周五", "周六"};
    enum { MONDAY_TO_FRIDAY = 0x3e, EVERY_DAY = 0x7f };
    struct out o;
    const char *sep = "";
    out_init(&o, cx->mem);
    bool listed = t->weekdays != MONDAY_TO_FRIDAY && t->weekdays != EVERY_DAY;
    if (!listed)
        out_c(&o, t->weekdays == EVERY_DAY ? "每天" : "周一至周五");
    for (int i = 1; i <= 7 && listed; i++) { /* a week begins on Monday */
        int d = i % 7;
        if (t->weekdays >> d & 1) {
            out_printf(&o, "%s%s", sep, names[d]);
            sep = "、";
        }
    }
    out_printf(&o, " %lld:%02lld–%lld:%02lld", (long long)t->from_minute / 60,
               (long long)t->from_minute % 60, (long long)t->to_minute / 60,
               (long long)t->to_minute % 60);
    return out_text(&o);
}

static enum err check_term(struct cx *cx, struct class_term *t, const struct class_term *old)
{
    enum err e = shape_check(cx, &class_term_shape, t);
    if (t->to_day < t->from_day || t->to_day - t->from_day > LONGEST_TERM)
        e = fail_field(cx, "to_day", "最后一天要在第一天后面，一期最多 %d 天", LONGEST_TERM);
    if (t->to_day < time_day(cx->now))
        e = fail_field(cx, "to_day", "这一期已经过完了，请填以后的日期");
    if (!(t->weekdays & 0x7f))
        e = fail_field(cx, "weekdays", "请选周几");
    if (t->from_minute < 0 || t->to_minute > DAY_MINUTES || t->to_minute <= t->from_minute)
        e = fail_field(cx, "to_minute", "结束要在开始后面，请看一下两个时间");
    if (t->places < 1 || t->places > CLASS_PLACES_MOST)
        e = fail_field(cx, "places", "请填 1 到 %d 的数", CLASS_PLACES_MOST);
    else if (t->places < old->taken)
        e = fail_field(cx, "places", "已经有 %lld 个孩子有位置了，不能比这个少",
                       (long long)old->taken);
    return e;
}

static enum err place_term(struct cx *cx, struct class_term *t)
{
    struct site s;
    TRY(site_get(cx, t->site_id, &s));
    TRY(site_reach(cx, &s));
    t->place_path = s.path;
    t->changed_name = cx->who.name;
    return OK;
}

static enum err add_term(struct cx *cx, struct class_term *t, struct str *card)
{
    struct str public, private;
    int64_t same;
    TRY(db_number(cx, &class_sql_terms_same, &same,
                  ARGS(AS("site_id", t->site_id), AS("name", t->name), AS("room", t->room),
                       AS("from_day", t->from_day), AS("to_day", t->to_day),
                       AS("weekdays", t->weekdays), AS("from_minute", t->from_minute),
                       AS("to_minute", t->to_minute))));
    if (same)
        return fail(cx, ERR_CONFLICT,
                    "这里已经有一模一样的一期了，没有再开；要另开一班，请写不同的名字或房间");
    class_lock_make(cx, card, &public, &private);
    t->id = id_new(cx);
    return db_put(cx, &class_sql_term_add, &class_term_shape, t,
                  ARGS(AS("hash", seal_sm3(cx, t->agreement)), AS("public", value_blob(public)),
                       AS("private", value_blob(private))));
}

static enum err change_term(struct cx *cx, struct class_term *t)
{
    struct class_term old;
    int64_t signed_by;
    TRY(class_term_own(cx, t->id, &old));
    if (t->version && t->version != old.version)
        return fail(cx, ERR_CONFLICT, "别人刚刚先改了一步，请刷新看看再改");
    if (old.state == TERM_FORGOTTEN)
        return fail(cx, ERR_CONFLICT, "这一期已经结束并删掉了，请另开一期");
    TRY(check_term(cx, t, &old));
    TRY(db_number(cx, &class_sql_signed, &signed_by, ARGS(AS("id", t->id))));
    if (signed_by && !str_eq(t->agreement, old.agreement))
        return fail_field(cx, "agreement",
                          "有 %lld 位监护人同意过现在这一份，不能再改；要改请另开一期",
                          (long long)signed_by);
    t->state = old.state;
    t->version = old.version;
    TRY(or_faster(cx, db_save(cx, &class_sql_term_save, &class_term_shape, t,
                              ARGS(AS("hash", seal_sm3(cx, t->agreement))))));
    TRY(class_term_load(cx, t->id, t));
    if (t->state != TERM_OPEN)
        return OK;
    TRY(class_plan_jobs(cx, t, time_day(cx->now)));
    return class_rise(cx, t->id);
}

enum err class_term_put(struct cx *cx, struct class_term *t, struct str *card)
{
    const struct class_term none = {0};
    *card = S("");
    if (!(cx->who.role & ROLES_TERM))
        return fail(cx, ERR_DENIED, "您的岗位不开班");
    TRY(place_term(cx, t));
    if (t->id)
        return change_term(cx, t);
    TRY(check_term(cx, t, &none));
    TRY(add_term(cx, t, card));
    return class_term_load(cx, t->id, t);
}

enum err class_term_publish(struct cx *cx, int64_t id, struct class_term *out)
{
    TRY(class_term_own(cx, id, out));
    if (out->state != TERM_DRAFT)
        return fail(cx, ERR_CONFLICT, "这一期已经公布过了");
    out->state = TERM_OPEN;
    out->changed_name = cx->who.name;
    TRY(or_faster(cx, db_save(cx, &class_sql_term_save, &class_term_shape, out,
                              ARGS(AS("hash", out->agreement_hash)))));
    out->version++;
    return class_plan_jobs(cx, out, time_day(cx->now));
}

enum err class_card(struct cx *cx, int64_t id, int64_t version, struct str *card)
{
    struct class_term t;
    struct str public, private;
    TRY(class_term_own(cx, id, &t));
    if (t.state == TERM_FORGOTTEN)
        return fail(cx, ERR_CONFLICT, "这一期已经结束了，不用再换卡");
    if (version != t.version)
        return fail(cx, ERR_CONFLICT,
                    "卡已经换过，或者这一期刚刚改过：这一次没有换，"
                    "印好的那张还能用。还要换，请看过再点");
    class_lock_make(cx, card, &public, &private);
    TRY(db_run(cx, &class_sql_notes_drop, ARGS(A(id), AS("nothing", value_blob(S("")))), NULL));
    return or_faster(
        cx, db_change(cx, &class_sql_lock_save,
                      ARGS(A(id), A(version), AS("public", value_blob(public)),
                           AS("private", value_blob(private)), AS("changed_name", cx->who.name))));
}

/* ---- the rota ---- */

enum err class_rota(struct cx *cx, int64_t term_id, int64_t from_day, class_duty_list *out)
{
    struct class_term t;
    TRY(class_term_load(cx, term_id, &t));
    if (!is_in_reach(cx, &t))
        TRY(class_on_duty(cx, term_id));
    return db_all(cx, &class_sql_rota, &class_duty_shape, out, ARGS(A(term_id), A(from_day)));
}

enum err class_teachers(struct cx *cx, const struct class_term *t, post_card_list *out)
{
    struct site s;
    TRY(site_was(cx, t->site_id, &s));
    TRY(org_holders(cx, "class_teacher", s.place_id, out));
    return org_holders(cx, "area_staff", s.place_id, out);
}

enum err class_duty_put(struct cx *cx, int64_t term_id, int64_t person_id, int64_t from_day,
                        int64_t to_day, bool there)
{
    struct class_term t;
    post_card_list all = {0};
    const struct worktime *calendar;
    const struct post_card *card = NULL;
    TRY(class_term_own(cx, term_id, &t));
    if (!there)
        return db_run(cx, &class_sql_duty_end,
                      ARGS(A(term_id), A(person_id), A(from_day), A(to_day)), NULL);
    TRY(class_teachers(cx, &t, &all));
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].person_id == person_id)
            card = &all.at[i];
    if (!card || !person_id)
        return fail_field(cx, "person_id", "请选这里的老师或工作人员");
    if (person_id == cx->who.person_id)
        return fail_field(cx, "person_id", "不能排自己当班，请别人来排");
    if (from_day < t.from_day || to_day > t.to_day || to_day < from_day)
        return fail_field(cx, "duty_on", "请填这一期里的日期，结束不早于开始");
    TRY(clock_calendar(cx, &calendar));
    for (int64_t day = class_next_day(&t, calendar, from_day); day && day <= to_day;
         day = class_next_day(&t, calendar, day + 1)) {
        int64_t id = id_new(cx);
        TRY(db_run(cx, &class_sql_duty_add,
                   ARGS(A(id), A(term_id), A(day), A(person_id),
                        AS("person_name", card->person_name), AS("by_name", cx->who.name)),
                   NULL));
    }
    return OK;
}

enum err class_on_duty(struct cx *cx, int64_t term_id)
{
    int64_t n = 0, day = time_day(cx->now);
    if (cx->who.person_id)
        TRY(db_number(cx, &class_sql_on_duty, &n, ARGS(A(term_id), A(day))));
    return n ? OK : fail(cx, ERR_DENIED, "今天不是您当班。孩子的情况只给当天当班的老师看");
}

enum err class_my_terms(struct cx *cx, class_term_list *out)
{
    int64_t day = time_day(cx->now);
    return db_all(cx, &class_sql_my_terms, &class_term_shape, out, ARGS(A(day)));
}

/* ---- children ---- */

enum err class_child_load(struct cx *cx, int64_t id, struct class_child *out)
{
    bool found;
    TRY(db_find(cx, &class_sql_child, &class_child_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这个报名");
}

enum err class_child_move(struct cx *cx, struct class_child *c, enum class_state to)
{
    int64_t version = c->version;
    TRY(or_faster(
        cx, db_change(cx, &class_sql_child_move,
                      ARGS(AS("id", c->id), AS("state", class_state_codes[to]), AS("rank", c->rank),
                           AS("offer_until", c->offer_until), A(version)))));
    c->state = to;
    c->version++;
    return OK;
}

enum err class_release(struct cx *cx, const struct class_child *c)
{
    if (c->state != CHILD_PLACED && c->state != CHILD_OFFERED)
        return OK;
    return db_change(cx, &class_sql_give, ARGS(AS("id", c->term_id)));
}

static enum err rise_one(struct cx *cx, const struct class_term *t, int64_t child_id)
{
    struct class_child c;
    TRY(class_child_load(cx, child_id, &c));
    c.offer_until = cx->now + CLASS_CONFIRM_HOURS * MS_HOUR;
    TRY(class_child_move(cx, &c, CHILD_OFFERED));
    TRY(job_put(
        cx, "class.lapse",
        arena_printf(cx->mem, "class.lapse %lld %lld", (long long)c.id, (long long)c.offer_until),
        c.id, S(""), c.offer_until));
    return outbox_put(cx, "class.moved", t->id,
                      arena_printf(cx->mem, "四点半课堂“%.*s”：候补轮到 %.*s，请在 %.*s 前回话",
                                   STR(t->name), STR(c.number),
                                   STR(filter_when(cx, c.offer_until))));
}

enum err class_rise(struct cx *cx, int64_t term_id)
{
    struct class_term t;
    TRY(class_term_load(cx, term_id, &t));
    while (t.state == TERM_OPEN && time_day(cx->now) <= t.to_day) {
        int64_t next, changed;
        enum err e = db_number(cx, &class_sql_next_up, &next, ARGS(AS("id", term_id)));
        if (e == ERR_MISSING) {
            fault_clear(cx);
            return OK;
        }
        TRY(e);
        TRY(db_run(cx, &class_sql_take, ARGS(AS("id", term_id)), &changed));
        if (!changed)
            return OK;
        TRY(rise_one(cx, &t, next));
    }
    return OK;
}

/* ---- words of those who fetch ---- */

static bool is_empty(const struct class_pickup *p)
{
    return !p->label.n && !p->word.n;
}

static enum err check_word(struct cx *cx, const struct class_pickup *p, size_t i)
{
    struct str word = activity_plain(cx, p->word);
    const char *label = arena_printf(cx->mem, "label%zu", i + 1).p;
    const char *field = arena_printf(cx->mem, "word%zu", i + 1).p;
    enum err e = OK;
    if (!p->label.n || utf8_count(p->label) > 10)
        e = fail_field(cx, label, "请写孩子怎么叫他，比如外婆，最多 10 字");
    if (utf8_count(word) < WORD_LEAST || word.n < WORD_BYTES || utf8_count(word) > WORD_MOST)
        e = fail_field(cx, field, "暗号要两个汉字以上，或四个数字、字母以上，最多 %d 字",
                       WORD_MOST);
    else if (str_find(word, activity_plain(cx, p->label)) >= 0)
        e = fail_field(cx, field, "暗号里不要有称呼，别人一猜就中");
    return e;
}

enum err class_check_words(struct cx *cx, class_pickup_list *all)
{
    enum err e = OK;
    size_t n = 0;
    for (size_t i = 0; i < all->n; i++) {
        struct class_pickup p = all->at[i];
        p.label = str_trim(p.label);
        p.word = str_trim(p.word);
        if (is_empty(&p))
            continue;
        enum err one = check_word(cx, &p, i);
        e = one != OK ? one : e;
        all->at[n++] = p;
    }
    all->n = n;
    if (!n)
        e = fail_field(cx, "label1", "至少写一个能来接的人和他的暗号");
    return e;
}

enum err class_hash_words(struct cx *cx, class_pickup_list *all)
{
    for (size_t i = 0; i < all->n; i++)
        TRY(account_hash_password(cx, activity_plain(cx, all->at[i].word), &all->at[i].word_hash));
    return OK;
}

static enum err put_pickups(struct cx *cx, int64_t child_id, const class_pickup_list *all)
{
    TRY(db_run(cx, &class_sql_pickups_drop, ARGS(A(child_id)), NULL));
    for (size_t i = 0; i < all->n && i < CLASS_PICKUPS; i++) {
        int64_t id = id_new(cx);
        TRY(db_run(cx, &class_sql_pickup_add,
                   ARGS(A(id), A(child_id), AS("label", all->at[i].label),
                        AS("word_hash", all->at[i].word_hash)),
                   NULL));
    }
    return OK;
}

enum err class_pickups(struct cx *cx, int64_t child_id, class_pickup_list *out)
{
    size_t from = out->n;
    TRY(db_all(cx, &class_sql_pickups, &class_pickup_shape, out, ARGS(A(child_id))));
    for (size_t i = from; i < out->n; i++)
        out->at[i].word_hash = S("");
    return OK;
}

enum err class_whose_word(struct cx *cx, int64_t child_id, struct str word,
                          struct class_pickup *out)
{
    class_pickup_list all = {0};
    struct str typed = activity_plain(cx, str_trim(word));
    *out = (struct class_pickup){0};
    TRY(db_all(cx, &class_sql_pickups, &class_pickup_shape, &all, ARGS(A(child_id))));
    for (size_t i = 0; i < all.n && !out->id; i++) {
        bool same;
        TRY(account_same_password(cx, all.at[i].word_hash, typed, &same));
        if (same)
            *out = all.at[i];
    }
    return OK;
}

/* ---- asking for a place ---- */

static enum err check_join(struct cx *cx, const struct class_join *j,
                           const class_pickup_list *pickups)
{
    enum err e = shape_check(cx, &class_join_shape, j);
    need_phone_check(cx, "contact", j->contact);
    need_phone_check(cx, "second_contact", j->second_contact);
    if (!j->agrees)
        e = fail_field(cx, "agrees", "请看过约定，同意了在这里点一下");
    if (j->note.n && !j->agrees_note)
        e = fail_field(cx, "agrees_note",
                       "写了健康情况，请在这里单独点同意；不想让老师看就把它删掉");
    if (!pickups->n)
        e = fail_field(cx, "label1", "至少写一个能来接的人和他的暗号");
    if (j->client_key.n && !id_is_uuid(j->client_key))
        e = fail_field(cx, "client_key", "表单号不对，请重新打开页面");
    return cx->fault.fields.n ? ERR_INPUT : e;
}

static enum err sent_before(struct cx *cx, const struct class_join *j, struct class_child *out,
                            bool *again)
{
    struct class_child old;
    *again = false;
    if (!j->client_key.n)
        return OK;
    TRY(db_find(cx, &class_sql_child_by_client, &class_child_shape, &old, again,
                ARGS(AS("client_key", j->client_key))));
    if (!*again)
        return OK;
    TRY(shape_open(cx, &class_child_shape, &old, 1, NULL));
    if (old.term_id != j->term_id || !str_eq(old.name, j->name) || !str_eq(old.contact, j->contact))
        return fail(cx, ERR_CONFLICT, "这张表单已经报过一个孩子了，要另报请重新打开页面");
    *out = old;
    return OK;
}

enum err class_drop_note(struct cx *cx, int64_t child_id)
{
    bool held;
    TRY(keep_wait(cx, "child", child_id, "class.wipe", child_id, S(""), &held));
    if (held)
        return db_run(cx, &class_sql_note_hide, ARGS(AS("id", child_id)), NULL);
    return db_run(cx, &class_sql_note_drop,
                  ARGS(AS("id", child_id), AS("nothing", value_blob(S("")))), NULL);
}

enum err class_wipe(struct cx *cx, int64_t child_id)
{
    static const struct query *const steps[] = {&class_sql_pickups_drop, &class_sql_days_wipe,
                                                &class_sql_talks_drop, &class_sql_talks_wipe};
    bool held;
    TRY(keep_wait(cx, "child", child_id, "class.wipe", child_id, S(""), &held));
    if (held)
        return OK;
    for (size_t i = 0; i < COUNT(steps); i++)
        TRY(db_run(cx, steps[i], ARGS(A(child_id)), NULL));
    return db_run(cx, &class_sql_child_wipe,
                  ARGS(AS("id", child_id), AS("nothing", value_blob(S("")))), NULL);
}

static enum err consent_changed(struct cx *cx, int64_t child_id, struct str purpose, bool agrees)
{
    struct class_child c;
    if (agrees)
        return OK;
    TRY(class_child_load(cx, child_id, &c));
    if (str_is(purpose, "health"))
        return class_drop_note(cx, child_id);
    return c.state == CHILD_LEFT ? OK : class_quit(cx, &c);
}

static const struct consent_purpose purposes[] = {
    {"class", "接送约定，记孩子的小名和接送电话",
     "退出这一期，写的都删掉；孩子正在班里，就等接走了再删"},
    {"health", "当班老师在孩子需要时看身体情况", "写的身体情况删掉"},
};
const struct consent_kind class_consents = {"child", "孩子的四点半课堂", purposes, COUNT(purposes),
                                            consent_changed};

/* What was read is the term's agreement, not the notice. */
static enum err agree(struct cx *cx, const struct class_child *c, bool health)
{
    const struct consent_how how = {.channel = consent_channel(cx, c->channel),
                                    .is_guardian = true,
                                    .text_hash = c->agreed_hash};
    TRY(consent_set(cx, &class_consents, c->id, "class", true, &how));
    return consent_set(cx, &class_consents, c->id, "health", health, &how);
}

static enum err add_child(struct cx *cx, const struct class_term *t, const struct class_join *j,
                          struct class_child *c, struct str *key)
{
    int64_t taken;
    *c = (struct class_child){.id = id_new(cx),
                              .term_id = t->id,
                              .word = number_word(cx),
                              .version = 1,
                              .name = j->name,
                              .grade = j->grade,
                              .guardian = j->guardian,
                              .contact = j->contact,
                              .second = j->second,
                              .second_contact = j->second_contact,
                              .note_at = j->note.n ? cx->now : 0,
                              .agreed_at = cx->now,
                              .agreed_hash = t->agreement_hash,
                              .channel = cx->who.person_id && j->channel.n ? j->channel : S("web"),
                              .entered_by = cx->who.person_id,
                              .created_at = cx->now};
    c->rank = c->id;
    TRY(number_next(cx, 'K', &c->number));
    TRY(db_run(cx, &class_sql_take, ARGS(AS("id", t->id)), &taken));
    c->state = taken ? CHILD_PLACED : CHILD_WAITING;
    *key = id_secret(cx, 16);
    struct value client_key =
        j->client_key.n ? value_str(j->client_key) : (struct value){.type = VALUE_NULL};
    TRY(db_put(cx, &class_sql_child_add, &class_child_shape, c,
               ARGS(A(client_key), AS("key_hash", value_blob(id_secret_hash(cx, *key))),
                    AS("sealed", value_blob(class_seal(cx, t->lock_public, c->id, j->note))))));
    return agree(cx, c, j->note.n > 0);
}

enum err class_sign_up(struct cx *cx, const struct class_join *typed,
                       const class_pickup_list *pickups, struct class_child *out, struct str *key,
                       bool *again)
{
    struct class_term t;
    struct class_join j = *typed;
    *key = S("");
    TRY(class_term_get(cx, j.term_id, &t));
    j.name = str_trim(j.name);
    j.contact = str_trim(j.contact);
    j.note = str_trim(j.note);
    TRY(check_join(cx, &j, pickups));
    TRY(sent_before(cx, &j, out, again));
    if (*again)
        return OK;
    if (time_day(cx->now) > t.to_day)
        return fail(cx, ERR_CONFLICT, "这一期已经过完了");
    TRY(add_child(cx, &t, &j, out, key));
    return put_pickups(cx, out->id, pickups);
}

enum err class_by_key(struct cx *cx, int64_t child_id, struct str key, struct class_child *out)
{
    int64_t n = 0;
    if (key.n && key.n <= 64)
        TRY(db_number(
            cx, &class_sql_key_of, &n,
            ARGS(AS("id", child_id), AS("key_hash", value_blob(id_secret_hash(cx, key))))));
    if (n != 1)
        return fail(cx, ERR_MISSING, "链接不对，或者已经删掉了；可以用编号和四位数字查");
    return class_child_load(cx, child_id, out);
}

enum err class_by_word(struct cx *cx, struct str typed, struct str word, struct class_child *out)
{
    struct str number;
    bool found;
    TRY(number_read(cx, typed, &number));
    TRY(number_tries_left(cx, number));
    TRY(db_find(cx, &class_sql_child_by_number, &class_child_shape, out, &found, ARGS(A(number))));
    if (found && out->word.n && str_same_secret(out->word, str_trim(word)))
        return OK;
    *out = (struct class_child){0};
    TRY(number_wrong(cx, number));
    return fail(cx, ERR_MISSING, "编号和四位数字对不上");
}

enum err class_word_fits(struct cx *cx, int64_t child_id, struct str typed, struct str word,
                         bool *yes)
{
    struct class_child c;
    struct str number;
    TRY(class_child_load(cx, child_id, &c));
    enum err e = number_tries_left(cx, c.number);
    if (e == ERR_DENIED) { /* said by who counts */
        fault_clear(cx);
        *yes = false;
        return OK;
    }
    TRY(e);
    *yes = id_number_read(cx, typed, &number) && str_eq(number, c.number) && c.word.n &&
           str_same_secret(c.word, str_trim(word));
    return OK;
}

enum err class_ahead(struct cx *cx, const struct class_child *c, int64_t *out)
{
    return db_number(cx, &class_sql_ahead, out,
                     ARGS(AS("term_id", c->term_id), AS("rank", c->rank)));
}

/* ---- by the guardian ---- */

enum err class_confirm(struct cx *cx, struct class_child *c)
{
    if (c->state != CHILD_OFFERED)
        return fail(cx, ERR_CONFLICT, "现在是“%s”，不用回话", class_state_labels[c->state]);
    if (cx->now >= c->offer_until)
        return fail(cx, ERR_CONFLICT, "回话的时间过了，位置让给下一位了；可以重新报名排候补");
    return class_child_move(cx, c, CHILD_PLACED);
}

enum err class_excuse(struct cx *cx, struct class_child *c, int64_t day)
{
    struct class_term t;
    struct class_day d;
    const struct worktime *calendar;
    if (c->state != CHILD_PLACED)
        return fail(cx, ERR_CONFLICT, "现在是“%s”，不用请假", class_state_labels[c->state]);
    TRY(class_term_load(cx, c->term_id, &t));
    TRY(clock_calendar(cx, &calendar));
    if (!class_is_day(&t, calendar, day))
        return fail_field(cx, "leave_on", "那天没有课，请看一下日期");
    if (cx->now >= class_begins(&t, day))
        return fail_field(cx, "leave_on", "已经开始上课了，请打电话告诉老师");
    TRY(class_day_of(cx, c, day, &d));
    if (d.state == DAY_EXCUSED)
        return OK;
    if (d.state != DAY_EXPECTED)
        return fail(cx, ERR_CONFLICT, "那天已经是“%s”了", class_day_labels[d.state]);
    d.state = DAY_EXCUSED;
    return class_day_keep(cx, &d);
}

enum err class_repick(struct cx *cx, struct class_child *c, const class_pickup_list *pickups)
{
    if (c->state == CHILD_LEFT)
        return fail(cx, ERR_CONFLICT, "已经退了");
    if (!pickups->n)
        return fail_field(cx, "label1", "至少写一个能来接的人和他的暗号");
    return put_pickups(cx, c->id, pickups);
}

enum err class_renote(struct cx *cx, struct class_child *c, struct str text, bool agrees)
{
    struct class_term t;
    int64_t note_at;
    text = str_trim(text);
    if (c->state == CHILD_LEFT)
        return fail(cx, ERR_CONFLICT, "已经退了");
    if (utf8_count(text) > 300)
        return fail_field(cx, "note", "最多 300 字");
    if (text.n && !agrees)
        return fail_field(cx, "agrees_note", "请在这里单独点同意，老师才能看");
    TRY(class_term_load(cx, c->term_id, &t));
    note_at = text.n ? cx->now : 0;
    TRY(or_faster(
        cx, db_change(cx, &class_sql_note_save,
                      ARGS(AS("id", c->id), AS("version", c->version), A(note_at),
                           AS("sealed", value_blob(class_seal(cx, t.lock_public, c->id, text)))))));
    return agree(cx, c, text.n > 0);
}

enum err class_is_here(struct cx *cx, const struct class_child *c, bool *here)
{
    struct class_day d;
    TRY(class_day_of(cx, c, time_day(cx->now), &d));
    *here = d.state == DAY_IN;
    return OK;
}

/* A child that is in the room stays on the list of who is on duty, with its telephones and words,
 * until somebody has fetched it; when nobody wrote that down, until noon of the next day. */
static enum err wipe_later(struct cx *cx, const struct class_child *c)
{
    int64_t at = time_day_start(time_day(cx->now) + 1) + 12 * MS_HOUR;
    return job_put(cx, "class.wipe", arena_printf(cx->mem, "class.wipe %lld", (long long)c->id),
                   c->id, S(""), at);
}

enum err class_quit(struct cx *cx, struct class_child *c)
{
    bool here;
    if (c->state == CHILD_LEFT)
        return fail(cx, ERR_CONFLICT, "已经退了");
    TRY(class_is_here(cx, c, &here));
    TRY(class_release(cx, c));
    TRY(class_child_move(cx, c, CHILD_LEFT));
    TRY(here ? wipe_later(cx, c) : class_wipe(cx, c->id));
    TRY(consent_end_all(cx, &class_consents, c->id, S(""), NULL));
    TRY(subject_erased_note(cx, class_subject.code, c->id));
    return class_rise(cx, c->term_id);
}
