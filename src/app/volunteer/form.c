/* form -- registering as a form, the same for a person at home and a clerk with a paper: what can
 * be ticked, what was ticked, where. And the small words that several pages share. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/pages.h"
#include "base/time.h"

enum { FIRST_HALF = 12, LAST_HALF = 46 }; /* 6:00 to 23:00 stand in the fine table */

volunteer_codes volunteer_choices(const struct volunteer_code *list)
{
    size_t n = 0;
    while (list[n].code)
        n++;
    return (volunteer_codes){.at = list, .n = n, .cap = n};
}

/* ---- what ---- */

struct str skill_demands(struct cx *cx, const struct skill *s)
{
    const struct {
        bool is_on;
        const char *words;
    } all[] = {{s->needs_credential, "要看证件"},
               {s->needs_training, "要先培训"},
               {s->needs_insurance, "要有保险"},
               {s->needs_two, "两个人一起"},
               {s->adults_only, "成年人才行"}};
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < COUNT(all); i++)
        if (all[i].is_on)
            out_printf(&o, "%s%s", o.n ? "、" : "", all[i].words);
    return out_text(&o);
}

/* Was the form sent? Then what is not in it was not ticked. */
static bool is_sent(const struct req *rq)
{
    return rq && str_is(req_method(rq), "POST");
}

static bool is_ticked(const struct req *rq, const char *name, struct str value)
{
    for (size_t i = 0; i < req_field_count(rq, name); i++)
        if (str_eq(req_field_nth(rq, name, i), value))
            return true;
    return false;
}

static struct skill_choice choice_of(const struct req *rq, const volunteer_skill_list *has,
                                     const struct skill *s)
{
    struct skill_choice c = {.skill = *s, .level = 1};
    for (size_t i = 0; has && i < has->n; i++)
        if (str_eq(has->at[i].skill_code, s->code)) {
            c.is_on = true;
            c.is_verified = has->at[i].is_verified;
            c.level = has->at[i].level;
            c.expires_at = has->at[i].expires_at;
        }
    if (is_sent(rq) && req_field_count(rq, "skill"))
        c.is_on = is_ticked(rq, "skill", s->code);
    return c;
}

enum err volunteer_groups(struct cx *cx, const struct req *rq, const volunteer_skill_list *has,
                          skill_group_list *out)
{
    skill_list all = {0};
    TRY(skill_all(cx, false, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct skill *s = &all.at[i];
        if (!s->parent_code.n) {
            *PUSH(cx->mem, out) = (struct skill_group){.group = *s};
        } else if (out->n) {
            struct skill_group *g = &out->at[out->n - 1];
            struct skill_choice c = choice_of(rq, has, s);
            g->any |= c.is_on;
            *PUSH(cx->mem, &g->of) = c;
        }
    }
    return OK;
}

skill_choice_list volunteer_mine(struct cx *cx, const volunteer_skill_list *has,
                                 const skill_group_list *groups)
{
    skill_choice_list out = {0};
    for (size_t i = 0; i < groups->n; i++)
        for (size_t k = 0; k < groups->at[i].of.n; k++)
            for (size_t s = 0; s < has->n; s++)
                if (str_eq(has->at[s].skill_code, groups->at[i].of.at[k].skill.code))
                    *PUSH(cx->mem, &out) = groups->at[i].of.at[k];
    return out;
}

void volunteer_ticked(struct cx *cx, const struct req *rq, volunteer_code_list *codes,
                      int64_t **levels)
{
    size_t n = req_field_count(rq, "skill");
    if (levels)
        *levels = arena_array(cx->mem, n + 1, sizeof **levels);
    for (size_t i = 0; i < n; i++) {
        struct str code = req_field_nth(rq, "skill", i);
        *PUSH(cx->mem, codes) = code;
        if (levels) {
            const char *field = arena_cstr(cx->mem, arena_printf(cx->mem, "level-%.*s", STR(code)));
            if (!str_int(req_field(rq, field), &(*levels)[i]))
                (*levels)[i] = 1;
        }
    }
}

/* ---- when ---- */

week_ticks volunteer_week_ticks(struct cx *cx, const struct req *rq, const struct week *w)
{
    week_ticks out = {0};
    for (size_t i = 0; i < WEEK_CHOICES; i++) {
        const struct week_choice *c = &week_choices[i];
        *PUSH(cx->mem, &out) = (struct week_tick){
            c, is_sent(rq) ? is_ticked(rq, "when", str_c(c->code)) : week_has_choice(w, c->code)};
    }
    return out;
}

struct week volunteer_week_of(const struct req *rq)
{
    struct week w = {{0}};
    for (size_t i = 0; i < WEEK_CHOICES; i++)
        if (is_ticked(rq, "when", str_c(week_choices[i].code)))
            week_choose(&w, week_choices[i].code);
    return w;
}

static void put_day(struct cx *cx, const struct week *w, int day, day_tick_list *out)
{
    static const char *const names[] = {"周一", "周二", "周三", "周四", "周五", "周六", "周日"};
    struct week one = {{0}};
    struct day_ticks *d = PUSH(cx->mem, out);
    *d = (struct day_ticks){.day = day, .name = names[day]};
    for (int h = 0; h < DAY_HALVES; h++)
        week_set(&one, 0, h, h + 1, week_is_free(w, day, h));
    struct str words = week_words(cx, &one);
    d->words = week_count(&one) ? str_cut(words, sizeof "周一 " - 1, words.n) : S("没空");
    for (int h = FIRST_HALF; h < LAST_HALF; h++)
        *PUSH(cx->mem, &d->halves) = (struct half_tick){
            h, arena_printf(cx->mem, "%d:%02d", h / 2, h % 2 * 30), week_is_free(w, day, h)};
}

day_tick_list volunteer_days(struct cx *cx, const struct week *w)
{
    day_tick_list out = {0};
    for (int day = 0; day < WEEK_DAYS; day++)
        put_day(cx, w, day, &out);
    return out;
}

/* "DAY-HALF" of the fine table. */
static bool read_half(struct str s, int64_t *day, int64_t *half)
{
    struct str first;
    return str_split(&s, '-', &first) && str_int(first, day) && s.p && str_int(s, half) &&
           *day >= 0 && *day < WEEK_DAYS && *half >= FIRST_HALF && *half < LAST_HALF;
}

enum err volunteer_fine_week(struct cx *cx, const struct req *rq, const struct week *old,
                             struct week *out)
{
    *out = *old;
    for (int day = 0; day < WEEK_DAYS; day++)
        week_set(out, day, FIRST_HALF, LAST_HALF, false);
    for (size_t i = 0; i < req_field_count(rq, "h"); i++) {
        int64_t day, half;
        if (!read_half(req_field_nth(rq, "h", i), &day, &half))
            return fail_field(cx, "h", "时间看不懂，请重新打开页面再点");
        week_set(out, (int)day, (int)half, (int)half + 1, true);
    }
    return OK;
}

/* ---- where ---- */

void volunteer_ticked_grids(struct cx *cx, const struct req *rq, volunteer_id_list *out)
{
    for (size_t i = 0; i < req_field_count(rq, "grid"); i++) {
        int64_t id;
        *PUSH(cx->mem, out) = str_int(req_field_nth(rq, "grid", i), &id) ? id : 0;
    }
}

enum err volunteer_areas(struct cx *cx, const struct req *rq, const struct volunteer *v,
                         area_tick_list *out)
{
    grid_list all = {0};
    volunteer_id_list mine = {0};
    TRY(place_grids(cx, &all));
    if (is_sent(rq))
        volunteer_ticked_grids(cx, rq, &mine);
    else
        TRY(volunteer_grids(cx, v->id, &mine));
    for (size_t i = 0; i < all.n; i++) {
        struct grid_tick t = {.grid = all.at[i]};
        size_t a = 0;
        if (all.at[i].id == v->grid_id)
            continue;
        for (size_t k = 0; k < mine.n; k++)
            t.is_on |= mine.at[k] == all.at[i].id;
        while (a < out->n && out->at[a].area.id != all.at[i].area_id)
            a++;
        if (a == out->n)
            TRY(place_get(cx, all.at[i].area_id, &PUSH(cx->mem, out)->area));
        out->at[a].any |= t.is_on;
        *PUSH(cx->mem, &out->at[a].grids) = t;
    }
    return OK;
}

enum err volunteer_find_place(struct cx *cx, const struct req *rq, struct volunteer_where *out)
{
    struct str code = req_field(rq, "place");
    out->where = req_field(rq, "where");
    if (code.n) {
        TRY(place_by_code(cx, code, &out->place));
        out->has_place = true;
        return OK;
    }
    if (!out->where.n)
        return fail_field(cx, "where", "请写住在哪里，小区和楼号就行");
    TRY(volunteer_place_named(cx, out->where, &out->place, &out->has_place, &out->choices));
    if (out->has_place)
        return OK;
    size_t n = out->choices.n;
    TRY(place_none_of_these(cx, &out->choices));
    if (out->choices.n > n)
        out->choices.at[n].full_name = S("都不是，就写本社区");
    return n ? fail_field(cx, "place", "有 %zu 处叫这个名字，请点一处", n)
             : fail_field(cx, "where", "没找到这个地方，换个写法试试，或者点“都不是”");
}

void volunteer_tick(struct volunteer *v, const struct volunteer *now)
{
    v->agrees_match = now->agrees_match;
    v->agrees_board = now->agrees_board;
    v->agrees_phone = now->agrees_phone;
}

/* ---- the form ---- */

enum err volunteer_form_fill(struct cx *cx, const struct req *rq, struct volunteer_form *f)
{
    struct week none = {{0}};
    f->rq = rq;
    f->groups = (skill_group_list){0};
    TRY(volunteer_groups(cx, rq, NULL, &f->groups));
    f->times = volunteer_week_ticks(cx, rq, &none);
    return OK;
}

static void read_rest(struct cx *cx, const struct req *rq, struct volunteer *v)
{
    struct week w = volunteer_week_of(rq);
    v->week = week_text(cx, &w);
    v->client_key = req_field(rq, "key");
    if (req_field(rq, "guardian_agrees").n)
        v->guardian_agreed_at = cx->now;
}

enum err volunteer_form_do(struct cx *cx, const struct req *rq, struct volunteer_form *f,
                           struct str *key, bool *again)
{
    volunteer_code_list codes = {0};
    enum err where = volunteer_find_place(cx, rq, &f->at);
    enum err rest = req_record(cx, rq, &volunteer_shape, &f->v);
    f->v.place_id = f->at.place.id;
    if (!f->is_staff) /* who came by himself came by the web, whatever the form says */
        f->v.channel = S("web");
    read_rest(cx, rq, &f->v);
    volunteer_ticked(cx, rq, &codes, NULL);
    if (!codes.n)
        rest = fail_field(cx, "skills", "请至少选一样能帮的事");
    enum err e = where != OK ? where : rest;
    if (e == OK)
        e = volunteer_add(cx, &f->v, &codes, key, again);
    if (e == ERR_INPUT || e == ERR_CONFLICT) {
        struct fault fault = cx->fault; /* reading the choices must not lose what is told */
        TRY(volunteer_form_fill(cx, rq, f));
        cx->fault = fault;
    }
    return e;
}

/* ---- words ---- */

struct str volunteer_skill_words(struct cx *cx, const volunteer_skill_list *l)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < l->n; i++)
        out_printf(&o, "%s%.*s%s", i ? "、" : "", STR(l->at[i].name),
                   l->at[i].is_verified ? "（已核验）" : "");
    return out_text(&o);
}

struct str volunteer_day_text(struct cx *cx, int64_t day)
{
    struct civil c = time_civil(time_day_start(day));
    return arena_printf(cx->mem, "%04d-%02d-%02d", c.year, c.month, c.day);
}

const char *volunteer_state_class(enum volunteer_state s)
{
    return s == VOLUNTEER_ACTIVE ? "g" : s == VOLUNTEER_LEFT ? "" : "a";
}

enum err volunteer_story(struct cx *cx, int64_t id, volunteer_acts *out)
{
    volunteer_event_list events = {0};
    TRY(volunteer_history(cx, id, &events));
    for (size_t i = events.n; i-- > 0;) {
        const struct volunteer_event *e = &events.at[i];
        const char *label = volunteer_label(volunteer_steps, e->step);
        *PUSH(cx->mem, out) =
            (struct volunteer_act){*label ? str_c(label) : e->step, e->by_name, e->text, e->at};
    }
    return OK;
}

struct str volunteer_link(struct cx *cx, int64_t id, const char *tail, struct str key)
{
    struct out o;
    out_init(&o, cx->mem);
    out_printf(&o, "/v/%lld%s?k=", (long long)id, tail);
    out_url(&o, key);
    return out_text(&o);
}

enum err volunteer_read_day(struct cx *cx, const struct req *rq, const char *field, int64_t *at)
{
    int64_t day;
    enum err e = req_day(cx, rq, field, &day);
    *at = day ? time_day_start(day) : 0;
    return e;
}
