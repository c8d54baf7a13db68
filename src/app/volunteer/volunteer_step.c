/* volunteer_step -- every change of a volunteer after registering; guarded by the version, each
 * with an event. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/volunteer_own.h"
#include "app/job/job.h"
#include "base/id.h"
#include "base/time.h"
#include "volunteer.sql.h"

/* ---- what all changes share ---- */

enum err volunteer_load_for(struct cx *cx, int64_t id, struct str key, uint32_t may,
                            struct volunteer *out)
{
    if (key.n) {
        TRY(volunteer_key_check(cx, id, key));
        return volunteer_load(cx, id, out);
    }
    if (!(cx->who.role & may))
        return fail(cx, ERR_DENIED, "您的岗位不能改志愿者登记");
    return volunteer_load_scoped(cx, id, out);
}

static bool is_stale(int64_t read, const struct volunteer *v)
{
    return read && read != v->version;
}

static enum err changed_meanwhile(struct cx *cx)
{
    return fail(cx, ERR_CONFLICT, "别人刚刚先改了一步，请刷新看看再改");
}

enum err volunteer_show_number(struct cx *cx, struct volunteer *v)
{
    struct volunteer plain = *v;
    if (!v->agrees_board || !v->agrees_phone)
        v->shown_contact = S("");
    else if (!vault_is_sealed(v->contact))
        v->shown_contact = v->contact;
    else if (!v->shown_contact.n) { /* he agreed just now */
        static const char *const contact[] = {"contact", NULL};
        TRY(shape_open(cx, &volunteer_shape, &plain, 1, contact));
        v->shown_contact = plain.contact;
    }
    return OK;
}

enum err volunteer_save(struct cx *cx, struct volunteer *v)
{
    TRY(volunteer_show_number(cx, v));
    /* of no number there is no index: who left can be erased without the keys, in a backup too */
    struct args none = ARGS(AS("contact_index", value_blob(S(""))));
    enum err e = db_save(cx, &volunteer_sql_save, &volunteer_shape, v,
                         v->state == VOLUNTEER_LEFT ? none : NO_ARGS);
    if (e == ERR_CONFLICT) {
        fault_clear(cx);
        return changed_meanwhile(cx);
    }
    TRY(e);
    v->version++;
    v->changed_at = cx->now;
    return volunteer_agree(cx, v, S(""));
}

enum err volunteer_say(struct cx *cx, int64_t volunteer_id, const char *step, struct str text,
                       bool is_own)
{
    int64_t id = id_new(cx), by_person = is_own ? 0 : cx->who.person_id;
    struct str by_name = is_own ? S("本人") : by_person ? cx->who.name : S("系统");
    return db_run(cx, &volunteer_sql_event_put,
                  ARGS(A(id), A(volunteer_id), A(step), A(text), A(by_person), A(by_name)), NULL);
}

void volunteer_heard(struct cx *cx, struct volunteer *v)
{
    v->confirmed_at = cx->now;
    v->asked_at = 0;
}

enum err volunteer_watch(struct cx *cx, const struct volunteer *v)
{
    struct str arg = arena_printf(cx->mem, "%lld", (long long)v->confirmed_at);
    struct str key = arena_printf(cx->mem, "volunteer.stale %lld %.*s", (long long)v->id, STR(arg));
    return job_put(cx, "volunteer.stale", key, v->id, arg,
                   v->confirmed_at + VOLUNTEER_ASKED_AFTER * MS_DAY);
}

static enum err load_here(struct cx *cx, int64_t id, struct str key, struct volunteer *v)
{
    TRY(volunteer_load_for(cx, id, key, ROLES_KEEP, v));
    if (v->state == VOLUNTEER_LEFT)
        return fail(cx, ERR_CONFLICT, "已经退出了；想再帮忙，请重新登记");
    return OK;
}

/* Saves and tells; what he did himself is also a word that he is there. */
static enum err settle_with(struct cx *cx, struct volunteer *v, struct str key, const char *step,
                            struct str text)
{
    if (key.n && v->state == VOLUNTEER_ACTIVE)
        volunteer_heard(cx, v);
    TRY(volunteer_save(cx, v));
    return volunteer_say(cx, v->id, step, text, key.n != 0);
}

static enum err settle(struct cx *cx, struct volunteer *v, struct str key, const char *step)
{
    return settle_with(cx, v, key, step, S(""));
}

/* ---- what was registered ---- */

/* Lays what was changed over `v`; nothing is saved yet. */
static enum err put_edit(struct cx *cx, bool is_own, const struct volunteer *changed,
                         struct volunteer *v)
{
    struct volunteer c = *changed;
    if (is_stale(c.version, v))
        return changed_meanwhile(cx);
    if (!c.place_id)
        c.place_id = v->place_id;
    c.week = v->week;
    c.channel = v->channel;
    c.client_key = S("");
    if (!c.guardian_agreed_at)
        c.guardian_agreed_at = v->guardian_agreed_at;
    TRY(volunteer_check(cx, &c));
    TRY(volunteer_settle(cx, &c));
    bool was_minor = volunteer_is_minor(cx, v), is_minor = volunteer_is_minor(cx, &c);
    if (!is_own) { /* whose offer it is, is not changed by a link */
        v->kind = c.kind;
        v->org_id = c.org_id;
    }
    v->name = c.name;
    v->contact = c.contact;
    v->birth_year = c.birth_year;
    v->guardian_name = c.guardian_name;
    v->guardian_contact = c.guardian_contact;
    v->guardian_agreed_at = c.guardian_agreed_at;
    v->place_id = c.place_id;
    v->place_path = c.place_path;
    v->place_text = c.place_text;
    v->grid_id = c.grid_id;
    v->reach = c.reach;
    v->week_max = c.week_max;
    v->ask_max = c.ask_max;
    v->dialects = c.dialects;
    v->wont = c.wont;
    v->agrees_match = c.agrees_match;
    v->agrees_board = c.agrees_board;
    v->agrees_phone = c.agrees_phone && c.agrees_board;
    if (is_minor && !was_minor) /* the guardian is talked to first */
        v->state = VOLUNTEER_APPLIED;
    return OK;
}

enum err volunteer_edit(struct cx *cx, struct str key, const struct volunteer *changed)
{
    struct volunteer v;
    TRY(load_here(cx, changed->id, key, &v));
    TRY(put_edit(cx, key.n != 0, changed, &v));
    return settle(cx, &v, key, "edit");
}

enum err volunteer_show(struct cx *cx, int64_t id, struct str key, struct str what, bool agrees)
{
    struct volunteer v;
    bool is_name = str_is(what, "name");
    if (!is_name && !str_is(what, "phone"))
        return fail_field(cx, "what", "请说明是称呼还是电话");
    TRY(load_here(cx, id, key, &v));
    if (!is_name && agrees && !v.agrees_board)
        return fail_field(cx, "what", "先同意写称呼，才能写电话");
    if (is_name)
        v.agrees_board = agrees;
    else
        v.agrees_phone = agrees;
    v.agrees_phone = v.agrees_phone && v.agrees_board;
    return settle_with(
        cx, &v, key, "show",
        arena_printf(cx->mem, "%s：%s", is_name ? "写称呼" : "写电话", agrees ? "同意" : "不同意"));
}

static bool in_list(const skill_list *list, struct str code)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->at[i].code, code))
            return true;
    return false;
}

static enum err put_skills(struct cx *cx, const struct volunteer *v,
                           const volunteer_code_list *codes, const int64_t *levels)
{
    skill_list all = {0}, skills = {0};
    volunteer_skill_list old = {0};
    TRY(skill_all(cx, false, &all));
    TRY(volunteer_check_skills(cx, v, &all, codes, &skills));
    TRY(volunteer_skills(cx, v->id, &old));
    for (size_t i = 0; i < old.n; i++)
        if (!in_list(&skills, old.at[i].skill_code))
            TRY(db_run(cx, &volunteer_sql_skill_take,
                       ARGS(AS("volunteer_id", v->id), AS("skill_code", old.at[i].skill_code)),
                       NULL));
    for (size_t i = 0; i < codes->n; i++) {
        int64_t level = levels ? levels[i] : 1;
        if (level < 1 || level > 3)
            return fail_field(cx, "skills", "程度分 1 到 3");
        TRY(db_run(cx, &volunteer_sql_skill_give,
                   ARGS(AS("id", id_new(cx)), AS("volunteer_id", v->id),
                        AS("skill_code", codes->at[i]), A(level)),
                   NULL));
    }
    return OK;
}

enum err volunteer_set_skills(struct cx *cx, int64_t id, struct str key,
                              const volunteer_code_list *codes, const int64_t *levels)
{
    struct volunteer v;
    TRY(load_here(cx, id, key, &v));
    TRY(put_skills(cx, &v, codes, levels));
    return settle(cx, &v, key, "skills");
}

enum err volunteer_set_week(struct cx *cx, int64_t id, struct str key, const struct week *w)
{
    struct volunteer v;
    TRY(load_here(cx, id, key, &v));
    v.week = week_text(cx, w);
    return settle(cx, &v, key, "times");
}

enum err volunteer_add_away(struct cx *cx, int64_t id, struct str key, int64_t from_day,
                            int64_t to_day)
{
    struct volunteer v;
    volunteer_away_list old = {0};
    TRY(load_here(cx, id, key, &v));
    if (to_day < from_day)
        return fail_field(cx, "to", "结束的日子在开始的前面，请换一下");
    if (to_day < time_day(cx->now) || to_day - from_day > VOLUNTEER_PAUSE_DAYS_MAX)
        return fail_field(cx, "to", "请写今天以后、两年以内的日子");
    TRY(volunteer_aways(cx, id, &old));
    if (old.n >= VOLUNTEER_AWAYS_MAX)
        return fail_field(cx, "from", "记不下这么多段了，先删掉一段");
    TRY(db_run(cx, &volunteer_sql_away_put,
               ARGS(AS("id", id_new(cx)), AS("volunteer_id", id), A(from_day), A(to_day)), NULL));
    return settle(cx, &v, key, "times");
}

enum err volunteer_drop_away(struct cx *cx, int64_t volunteer_id, struct str key, int64_t id)
{
    struct volunteer v;
    int64_t gone = 0;
    TRY(load_here(cx, volunteer_id, key, &v));
    TRY(db_run(cx, &volunteer_sql_away_drop, ARGS(A(id), A(volunteer_id)), &gone));
    return gone ? settle(cx, &v, key, "times") : OK; /* pressed twice */
}

static enum err put_grids(struct cx *cx, const struct volunteer *v, const volunteer_id_list *grids)
{
    grid_list all = {0};
    TRY(place_grids(cx, &all));
    TRY(db_run(cx, &volunteer_sql_grids_clear, ARGS(AS("id", v->id)), NULL));
    for (size_t i = 0; i < grids->n; i++) {
        size_t k = 0;
        while (k < all.n && all.at[k].id != grids->at[i])
            k++;
        if (k == all.n)
            return fail_field(cx, "grids", "没有这个网格，请重新选");
        if (grids->at[i] != v->grid_id)
            TRY(db_run(
                cx, &volunteer_sql_grid_give,
                ARGS(AS("id", id_new(cx)), AS("volunteer_id", v->id), AS("grid_id", grids->at[i])),
                NULL));
    }
    return OK;
}

enum err volunteer_set_grids(struct cx *cx, int64_t id, struct str key,
                             const volunteer_id_list *grids)
{
    struct volunteer v;
    TRY(load_here(cx, id, key, &v));
    TRY(put_grids(cx, &v, grids));
    return settle(cx, &v, key, "grids");
}

/* ---- told to staff ---- */

const char *const volunteer_told_by[] = {"counter", "phone",       "paper",
                                         "meeting", "grid_worker", NULL};

static enum err check_told(struct cx *cx, const struct volunteer_told *t)
{
    bool known = false;
    for (size_t i = 0; volunteer_told_by[i]; i++)
        known |= str_is(t->channel, volunteer_told_by[i]);
    if (!known)
        fail_field(cx, "channel", "请选他是怎么说的");
    if (!t->agrees)
        fail_field(cx, "word", "要本人同意才能替他改：纸上有签字，或当面、电话里说了");
    return cx->fault.fields.n ? ERR_INPUT : OK;
}

enum err volunteer_retell(struct cx *cx, const struct volunteer_told *t)
{
    struct volunteer v;
    TRY(load_here(cx, t->v.id, S(""), &v));
    TRY(check_told(cx, t));
    TRY(put_edit(cx, false, &t->v, &v));
    TRY(put_skills(cx, &v, t->skills, t->levels));
    TRY(put_grids(cx, &v, t->grids));
    v.week = week_text(cx, &t->week);
    if (v.state == VOLUNTEER_ACTIVE) /* it is his word, whoever wrote it down */
        volunteer_heard(cx, &v);
    TRY(volunteer_save(cx, &v));
    return volunteer_say(
        cx, v.id, "edit",
        arena_printf(cx->mem, "%s，本人同意", volunteer_label(volunteer_channels, t->channel)),
        false);
}

/* ---- steps ---- */

static enum err do_pause(struct cx *cx, struct volunteer *v, int64_t until_at)
{
    if (until_at &&
        (until_at <= cx->now || until_at > cx->now + (int64_t)VOLUNTEER_PAUSE_DAYS_MAX * MS_DAY))
        return fail_field(cx, "until", "请写今天以后、两年以内的日子；不写就是歇到您说可以");
    v->state = VOLUNTEER_PAUSED;
    v->paused_until = until_at;
    v->asked_at = 0;
    if (!until_at)
        return OK;
    struct str arg = arena_printf(cx->mem, "%lld", (long long)until_at);
    struct str key = arena_printf(cx->mem, "volunteer.back %lld %.*s", (long long)v->id, STR(arg));
    return job_put(cx, "volunteer.back", key, v->id, arg, until_at);
}

static enum err do_resume(struct cx *cx, struct volunteer *v, int64_t until_at)
{
    (void)until_at;
    v->state = VOLUNTEER_ACTIVE;
    v->paused_until = 0;
    volunteer_heard(cx, v);
    return volunteer_watch(cx, v);
}

static enum err do_confirm(struct cx *cx, struct volunteer *v, int64_t until_at)
{
    (void)until_at;
    volunteer_heard(cx, v);
    return OK;
}

static enum err do_seen(struct cx *cx, struct volunteer *v, int64_t until_at)
{
    (void)cx;
    (void)until_at;
    v->checked = S("seen");
    return OK;
}

/* He is asked and shown no more, and neither link nor word opens anything. */
static enum err close_entry(struct cx *cx, struct volunteer *v)
{
    v->state = VOLUNTEER_LEFT;
    v->agrees_match = v->agrees_board = v->agrees_phone = false;
    v->guardian_agreed_at = v->paused_until = v->asked_at = 0;
    v->word = S("");
    return db_run(
        cx, &volunteer_sql_forget,
        ARGS(AS("id", v->id), AS("key_hash", value_blob(id_secret_hash(cx, id_secret(cx, 16))))),
        NULL);
}

/* Everything that leads back to the person goes; the number stays for the hours that were given.
 * Under a hold he leaves as well, and the rest goes when that ends (run_leave). */
static enum err do_leave(struct cx *cx, struct volunteer *v, int64_t until_at)
{
    static const struct query *const cleared[] = {
        &volunteer_sql_skills_clear, &volunteer_sql_grids_clear, &volunteer_sql_aways_clear,
        &volunteer_sql_story_clear};
    struct week none = {{0}};
    bool held;
    (void)until_at;
    TRY(close_entry(cx, v));
    TRY(subject_erased_note(cx, volunteer_subject.code, v->id));
    TRY(keep_wait(cx, "volunteer", v->id, "volunteer.leave", v->id, S("0"), &held));
    if (held)
        return OK;
    for (size_t i = 0; i < COUNT(cleared); i++)
        TRY(db_run(cx, cleared[i], ARGS(AS("id", v->id)), NULL));
    *v = (struct volunteer){.id = v->id,
                            .version = v->version,
                            .number = v->number,
                            .kind = v->kind,
                            .channel = v->channel,
                            .name = S(""),
                            .contact = S(""),
                            .contact_index = S(""),
                            .shown_contact = S(""),
                            .guardian_name = S(""),
                            .guardian_contact = S(""),
                            .place_path = S(""),
                            .place_text = S(""),
                            .reach = S("grid"),
                            .week = week_text(cx, &none),
                            .week_max = 1,
                            .ask_max = 1,
                            .dialects = S(""),
                            .wont = S(""),
                            .state = VOLUNTEER_LEFT,
                            .checked = S("self"),
                            .word = S(""),
                            .created_at = v->created_at};
    return OK;
}

#define IN(state) (1u << (state))

static const struct volunteer_act {
    const char *code;
    unsigned from; /* states */
    uint32_t may;  /* staff who may; himself where is_own */
    bool is_own;
    enum err (*run)(struct cx *cx, struct volunteer *v, int64_t until_at);
    const char *refused;
} steps[] = {
    {"pause", IN(VOLUNTEER_ACTIVE), ROLES_KEEP, true, do_pause, "现在没有在帮，不用再歇"},
    {"resume", IN(VOLUNTEER_PAUSED), ROLES_KEEP, true, do_resume, "没有在歇，不用恢复"},
    {"confirm", IN(VOLUNTEER_ACTIVE), ROLES_KEEP, true, do_confirm, "歇着的先点“接着帮”"},
    {"leave", IN(VOLUNTEER_APPLIED) | IN(VOLUNTEER_ACTIVE) | IN(VOLUNTEER_PAUSED), ROLES_KEEP, true,
     do_leave, "已经退出了"},
    {"accept", IN(VOLUNTEER_APPLIED), ROLES_VERIFY, false, do_resume, "已经核实过了"},
    {"seen", IN(VOLUNTEER_APPLIED) | IN(VOLUNTEER_ACTIVE) | IN(VOLUNTEER_PAUSED), ROLES_VERIFY,
     false, do_seen, "已经退出了"},
};

static enum err erase(struct cx *cx, int64_t id, bool is_own)
{
    struct volunteer v;
    TRY(volunteer_load(cx, id, &v));
    bool left = v.state == VOLUNTEER_LEFT;
    if (left && !v.place_id)
        return OK; /* and nothing is left of him */
    TRY(do_leave(cx, &v, 0));
    if (left && v.place_id)
        return OK; /* held still */
    TRY(volunteer_save(cx, &v));
    return left ? OK : volunteer_say(cx, id, "leave", S(""), is_own);
}

enum err volunteer_erase(struct cx *cx, int64_t id)
{
    return erase(cx, id, true);
}

enum err volunteer_take_back(struct cx *cx, int64_t id)
{
    return erase(cx, id, false);
}

enum err volunteer_count_on(struct cx *cx, int64_t id)
{
    return db_run(cx, &volunteer_sql_count_on, ARGS(A(id)), NULL);
}

enum err volunteer_step(struct cx *cx, int64_t id, struct str key, struct str step,
                        int64_t until_at, struct volunteer *out)
{
    const struct volunteer_act *s = NULL;
    for (size_t i = 0; i < COUNT(steps); i++)
        if (str_is(step, steps[i].code) && (!key.n || steps[i].is_own))
            s = &steps[i];
    if (!s)
        return fail(cx, ERR_MISSING, "没有这一步");
    TRY(volunteer_load_for(cx, id, key, s->may, out));
    if (!(s->from & IN(out->state)))
        return fail(cx, ERR_CONFLICT, "%s", s->refused);
    TRY(s->run(cx, out, until_at));
    TRY(volunteer_save(cx, out));
    TRY(volunteer_say(cx, id, s->code, S(""), key.n != 0));
    if (key.n)
        volunteer_hide_own(cx, out);
    else
        volunteer_hide(cx, out, 1);
    return OK;
}

/* ---- papers ---- */

enum err volunteer_verify(struct cx *cx, int64_t id, struct str skill_code, int64_t expires_at)
{
    struct volunteer v;
    struct skill skill;
    int64_t changed = 0;
    TRY(volunteer_load_for(cx, id, S(""), ROLES_VERIFY, &v));
    if (expires_at && expires_at <= cx->now)
        return fail_field(cx, "expires", "有效期已经过了，请看清证件再填");
    TRY(skill_get(cx, skill_code, &skill));
    TRY(db_run(cx, &volunteer_sql_verify, ARGS(A(id), A(skill_code), A(expires_at)), &changed));
    if (!changed)
        return fail_field(cx, "skill", "他没有登记这一项，请先加上");
    TRY(volunteer_save(cx, &v));
    return volunteer_say(cx, id, "verify", skill.name, false);
}

enum err volunteer_insure(struct cx *cx, int64_t id, int64_t until_at)
{
    struct volunteer v;
    TRY(volunteer_load_for(cx, id, S(""), ROLES_VERIFY, &v));
    if (v.state == VOLUNTEER_LEFT)
        return fail(cx, ERR_CONFLICT, "已经退出了");
    if (until_at && until_at <= cx->now)
        return fail_field(cx, "insured", "保险已经到期了，请看清保单再填");
    v.insured_until = until_at;
    TRY(volunteer_save(cx, &v));
    return volunteer_say(cx, id, "insure", S(""), false);
}
