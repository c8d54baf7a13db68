/* volunteer -- registering and reading; changes are in volunteer_step.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/volunteer.h"
#include "app/volunteer/volunteer_own.h"
#include "base/env.h"
#include "app/number/number.h"
#include "base/id.h"
#include "base/time.h"
#include "base/utf8.h"
#include "volunteer.sql.h"
#include <stdlib.h>
#include <string.h>

enum {
    PLACES_MAX = 12,
    PAGE_DEFAULT = 20,
    PAGE_MAX = 100,
    GROWN_UP = 18,
    FIRST_YEAR = 1900,
    CONTACT_MIN = 5
};

/* ---- checks ---- */

int64_t volunteer_minor_from(int64_t at)
{
    return time_civil(at).year - GROWN_UP;
}

bool volunteer_is_minor(const struct cx *cx, const struct volunteer *v)
{
    return v->birth_year && v->birth_year >= volunteer_minor_from(cx->now);
}

static void check_code(struct cx *cx, const char *field, const struct volunteer_code *list,
                       struct str *code, const char *preset)
{
    if (code->n == 0)
        *code = str_c(preset);
    if (!*volunteer_label(list, *code))
        fail_field(cx, field, "没有这个选项");
}

static void check_times(struct cx *cx, const char *field, int64_t *n, int64_t preset)
{
    if (*n == 0)
        *n = preset;
    if (*n < 1 || *n > VOLUNTEER_TIMES_MAX)
        fail_field(cx, field, "一周 1 到 %d 次", VOLUNTEER_TIMES_MAX);
}

static void check_age(struct cx *cx, struct volunteer *v)
{
    if (v->birth_year && (v->birth_year < FIRST_YEAR || v->birth_year > time_civil(cx->now).year))
        fail_field(cx, "birth_year", "出生年写四位数，比如 1985");
    else if (volunteer_is_minor(cx, v)) {
        if (utf8_count(v->guardian_name) < 1)
            fail_field(cx, "guardian_name", "未满 18 岁要请监护人同意，请写怎么称呼他");
        if (utf8_count(v->guardian_contact) < CONTACT_MIN)
            fail_field(cx, "guardian_contact", "请写监护人的电话，我们会先和他通话");
        if (!v->guardian_agreed_at)
            fail_field(cx, "guardian_agrees", "请监护人看过以后点同意");
    } else { /* nothing is kept that is not needed */
        v->guardian_name = v->guardian_contact = S("");
        v->guardian_agreed_at = 0;
    }
}

/* A caller's struct may hold NULL texts; the store wants empty ones. */
static void no_nulls(struct volunteer *v)
{
    for (size_t i = 0; i < volunteer_shape.nfields; i++) {
        const struct field *f = &volunteer_shape.fields[i];
        if (f->type == FIELD_STR && !field_get_str(f, v).p)
            field_set_str(f, v, S(""));
    }
}

static void check_week(struct cx *cx, struct volunteer *v)
{
    struct week w = {{0}};
    if (v->week.n && !week_read(v->week, &w))
        fail_field(cx, "week", "时间表要写成 84 位十六进制");
    v->week = week_text(cx, &w);
}

enum err volunteer_check(struct cx *cx, struct volunteer *v)
{
    no_nulls(v);
    check_code(cx, "kind", volunteer_kinds, &v->kind, "person");
    check_code(cx, "reach", volunteer_reaches_of, &v->reach, "grid");
    check_code(cx, "channel", volunteer_channels, &v->channel, "web");
    check_times(cx, "week_max", &v->week_max, 1);
    check_times(cx, "ask_max", &v->ask_max, 2);
    check_week(cx, v);
    v->name = str_trim(v->name);
    if (!vault_is_sealed(v->contact))
        v->contact = str_trim(v->contact);
    if (v->contact.n && utf8_count(v->contact) < CONTACT_MIN)
        fail_field(cx, "contact", "电话太短了，请再看一遍");
    check_age(cx, v);
    if (v->client_key.n && !id_is_uuid(v->client_key))
        fail_field(cx, "client_key", "表单号不对，请重新打开页面");
    TRY(shape_check(cx, &volunteer_shape, v));
    return cx->fault.fields.n ? ERR_INPUT : OK;
}

enum err volunteer_settle(struct cx *cx, struct volunteer *v)
{
    struct place place;
    struct grid grid = {0};
    if (!v->place_id) {
        place_list top = {0};
        TRY(place_children(cx, 0, &top));
        v->place_id = top.n ? top.at[0].id : 0;
    }
    TRY(place_get(cx, v->place_id, &place));
    TRY(place_grid_of(cx, v->place_id, &grid));
    v->place_path = place.path;
    v->place_text = place.full_name;
    v->grid_id = grid.id;
    return OK;
}

static bool has_code(const skill_list *list, struct str code)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_eq(list->at[i].code, code))
            return true;
    return false;
}

enum err volunteer_check_skills(struct cx *cx, const struct volunteer *v, const skill_list *all,
                                const volunteer_code_list *codes, skill_list *out)
{
    bool minor = volunteer_is_minor(cx, v);
    for (size_t i = 0; i < codes->n; i++) {
        size_t k = 0;
        while (k < all->n && !str_eq(all->at[k].code, codes->at[i]))
            k++;
        if (k == all->n || !all->at[k].parent_code.n)
            return fail_field(cx, "skills", "没有“%.*s”这一项，请重新选",
                              STR(utf8_head(codes->at[i], 20)));
        if (minor && all->at[k].adults_only)
            return fail_field(cx, "skills", "“%.*s”要成年人才能做，请先去掉", STR(all->at[k].name));
        if (!has_code(out, codes->at[i]))
            *PUSH(cx->mem, out) = all->at[k];
    }
    if (!out->n)
        return fail_field(cx, "skills", "请至少选一样能帮的事");
    if (out->n > VOLUNTEER_SKILLS_MAX)
        return fail_field(cx, "skills", "先选最拿手的 %d 样就够了", VOLUNTEER_SKILLS_MAX);
    return OK;
}

/* ---- where ---- */

/* Blanks stand or do not stand between the parts of a name. */
static bool same_name(struct str a, struct str b)
{
    size_t i = 0, k = 0;
    for (;;) {
        while (i < a.n && a.p[i] == ' ')
            i++;
        while (k < b.n && b.p[k] == ' ')
            k++;
        if (i == a.n || k == b.n)
            return i == a.n && k == b.n;
        if (a.p[i++] != b.p[k++])
            return false;
    }
}

enum err volunteer_place_named(struct cx *cx, struct str text, struct place *out, bool *found,
                               place_list *choices)
{
    *found = place_by_code(cx, text, out) == OK;
    fault_clear(cx);
    if (*found)
        return OK;
    TRY(place_search(cx, text, S(""), PLACES_MAX, choices));
    for (size_t i = 0; i < choices->n && !*found; i++)
        if (choices->n == 1 || same_name(choices->at[i].full_name, text)) {
            *out = choices->at[i];
            *found = true;
        }
    return OK;
}

/* ---- registering ---- */

static bool same_content(const struct volunteer *a, const struct volunteer *b)
{
    return a->place_id == b->place_id && str_eq(a->name, b->name) &&
           str_eq(a->contact, b->contact) && str_eq(a->kind, b->kind);
}

static enum err sent_before(struct cx *cx, struct volunteer *v, bool *again)
{
    struct volunteer old;
    if (!v->client_key.n)
        return OK;
    TRY(db_find(cx, &volunteer_sql_by_client_key, &volunteer_shape, &old, again,
                ARGS(AS("client_key", v->client_key))));
    if (!*again)
        return OK;
    TRY(shape_open(cx, &volunteer_shape, &old, 1, NULL));
    if (!same_content(&old, v))
        return fail(cx, ERR_CONFLICT, "这张表单已经登记过另一个人，请重新打开页面再登记");
    *v = old;
    return OK;
}

static enum err fill_new(struct cx *cx, struct volunteer *v)
{
    TRY(number_next(cx, 'V', &v->number));
    v->word = number_word(cx);
    v->id = id_new(cx);
    v->state = volunteer_is_minor(cx, v) ? VOLUNTEER_APPLIED : VOLUNTEER_ACTIVE;
    v->paused_until = v->asked_at = 0;
    v->checked = v->checked.n ? v->checked : S("self");
    v->entered_by = cx->who.person_id;
    v->confirmed_at = v->created_at = v->changed_at = cx->now;
    v->version = 1;
    return OK;
}

enum err volunteer_add(struct cx *cx, struct volunteer *v, const volunteer_code_list *codes,
                       struct str *key, bool *again)
{
    skill_list all = {0}, skills = {0};
    *again = false;
    *key = S("");
    TRY(skill_all(cx, false, &all));
    enum err fields = volunteer_check(cx, v);
    enum err offers = volunteer_check_skills(cx, v, &all, codes, &skills);
    if (fields != OK || offers != OK)
        return fields != OK ? fields : offers;
    TRY(volunteer_settle(cx, v));
    TRY(sent_before(cx, v, again));
    if (*again)
        return OK;
    TRY(fill_new(cx, v));
    TRY(volunteer_show_number(cx, v));
    *key = id_secret(cx, 16);
    struct value client_key =
        v->client_key.n ? value_str(v->client_key) : (struct value){.type = VALUE_NULL};
    TRY(db_put(cx, &volunteer_sql_insert, &volunteer_shape, v,
               ARGS(A(client_key), AS("key_hash", value_blob(id_secret_hash(cx, *key))))));
    TRY(volunteer_agree(cx, v, v->channel));
    for (size_t i = 0; i < skills.n; i++)
        TRY(db_run(cx, &volunteer_sql_skill_give,
                   ARGS(AS("id", id_new(cx)), AS("volunteer_id", v->id),
                        AS("skill_code", skills.at[i].code), AS("level", 1)),
                   NULL));
    TRY(volunteer_say(cx, v->id, "apply", str_c(volunteer_label(volunteer_channels, v->channel)),
                      cx->who.person_id == 0));
    return v->state == VOLUNTEER_ACTIVE ? volunteer_watch(cx, v) : OK;
}

/* ---- reading one ---- */

enum err volunteer_load(struct cx *cx, int64_t id, struct volunteer *out)
{
    bool found;
    TRY(db_find(cx, &volunteer_sql_load, &volunteer_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这位志愿者");
}

enum err volunteer_load_scoped(struct cx *cx, int64_t id, struct volunteer *out)
{
    bool found = false;
    if (cx->who.role & ROLES_LIBRARY)
        TRY(db_find(cx, &volunteer_sql_get, &volunteer_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这位志愿者，或者不在您的范围内");
}

static const char *const its_name[] = {"name", NULL};

/* Of a team it is no secret. */
void volunteer_hide(struct cx *cx, struct volunteer *v, size_t n)
{
    bool masked = cx->who.sees[DATA_CARD] == SEE_MASKED || cx->who.sees[DATA_CARD] == SEE_LOGGED;
    volunteer_list teams = {0};
    for (size_t i = 0; i < n; i++)
        if (masked && !str_is(v[i].kind, "person"))
            *PUSH(cx->mem, &teams) = v[i];
    shape_show(cx, &volunteer_shape, teams.at, teams.n, its_name);
    shape_hide(cx, &volunteer_shape, v, n);
    for (size_t i = 0, nth = 0; i < n && nth < teams.n; i++)
        if (teams.at[nth].id == v[i].id)
            v[i].name = teams.at[nth++].name;
}

void volunteer_hide_own(struct cx *cx, struct volunteer *v)
{
    struct who caller = cx->who;
    for (size_t i = 0; i < DATA_KINDS; i++)
        cx->who.sees[i] = resident_sees[i];
    volunteer_hide(cx, v, 1);
    cx->who = caller;
}

enum err volunteer_get(struct cx *cx, int64_t id, struct volunteer *out)
{
    TRY(volunteer_load_scoped(cx, id, out));
    volunteer_hide(cx, out, 1);
    return OK;
}

enum err volunteer_name(struct cx *cx, int64_t id, struct str *out)
{
    struct volunteer v;
    TRY(volunteer_load(cx, id, &v));
    TRY(shape_open(cx, &volunteer_shape, &v, 1, its_name));
    *out = v.name;
    return OK;
}

enum err volunteer_key_check(struct cx *cx, int64_t id, struct str key)
{
    int64_t n = 0;
    if (key.n && key.n <= 64)
        TRY(db_number(cx, &volunteer_sql_key_of, &n,
                      ARGS(A(id), AS("key_hash", value_blob(id_secret_hash(cx, key))))));
    return n == 1 ? OK : fail(cx, ERR_MISSING, "链接不对，或者已经失效；可以用编号和 4 位口令查");
}

enum err volunteer_by_key(struct cx *cx, int64_t id, struct str key, struct volunteer *out)
{
    TRY(volunteer_key_check(cx, id, key));
    TRY(volunteer_load(cx, id, out));
    volunteer_hide_own(cx, out);
    return OK;
}

enum err volunteer_by_word(struct cx *cx, struct str typed, struct str word, struct volunteer *out)
{
    struct str number;
    bool found;
    TRY(number_read(cx, typed, &number));
    TRY(number_tries_left(cx, number));
    TRY(db_find(cx, &volunteer_sql_by_number, &volunteer_shape, out, &found, ARGS(A(number))));
    if (!found || !out->word.n || !str_same_secret(out->word, str_trim(word))) {
        *out = (struct volunteer){0};
        TRY(number_wrong(cx, number));
        return fail(cx, ERR_MISSING, "编号或口令不对");
    }
    volunteer_hide_own(cx, out);
    return OK;
}

enum err volunteer_skills(struct cx *cx, int64_t id, volunteer_skill_list *out)
{
    return db_all(cx, &volunteer_sql_skills_of, &volunteer_skill_shape, out, ARGS(A(id)));
}

static const struct field away_fields[] = {
    FIELD(struct volunteer_away, id, "编号"),
    FIELD(struct volunteer_away, volunteer_id, "志愿者"),
    FIELD(struct volunteer_away, from_day, "从"),
    FIELD(struct volunteer_away, to_day, "到"),
};
static const struct shape away_shape = SHAPE("volunteer_away", struct volunteer_away, away_fields);

enum err volunteer_aways(struct cx *cx, int64_t id, volunteer_away_list *out)
{
    int64_t day = time_day(cx->now);
    return db_all(cx, &volunteer_sql_aways_of, &away_shape, out, ARGS(A(id), A(day)));
}

enum err volunteer_aways_all(struct cx *cx, int64_t day, volunteer_away_list *out)
{
    return db_all(cx, &volunteer_sql_aways_all, &away_shape, out, ARGS(A(day)));
}

enum err volunteer_grids(struct cx *cx, int64_t id, volunteer_id_list *out)
{
    return db_all(cx, &volunteer_sql_grids_of, &db_id_shape, out, ARGS(A(id)));
}

enum err volunteer_history(struct cx *cx, int64_t id, volunteer_event_list *out)
{
    return db_all(cx, &volunteer_sql_events, &volunteer_event_shape, out, ARGS(A(id)));
}

static const char *what(struct str code)
{
    return str_is(code, "contact") ? "电话和称呼" : "";
}

static const char *why(struct str purpose)
{
    return volunteer_label(volunteer_purposes, purpose);
}

const struct seen_kind volunteer_seen = {"volunteer", "志愿者", what, why};

enum err volunteer_open(struct cx *cx, int64_t id, struct str purpose, struct volunteer *out)
{
    if (!*why(purpose))
        return fail_field(cx, "purpose", "请选为什么要看");
    TRY(volunteer_load_scoped(cx, id, out));
    if (out->state == VOLUNTEER_LEFT) /* a hold may keep his number; nobody uses it */
        return fail(cx, ERR_CONFLICT, "已经退出了，他的联系方式不再用");
    if (cx->who.sees[DATA_CONTACT] < SEE_LOGGED)
        return fail(cx, ERR_DENIED, "您的岗位不能看联系方式；要联系他，请网格员或服务中心转接");
    struct volunteer plain = *out;
    TRY(opening_put(
        cx, &volunteer_seen,
        &(struct seen_look){.subject_id = id, .what = S("contact"), .purpose = purpose}));
    TRY(shape_open(cx, &volunteer_shape, &plain, 1, NULL));
    volunteer_hide(cx, out, 1);
    out->name = plain.name;
    out->contact = plain.contact;
    out->guardian_name = plain.guardian_name;
    out->guardian_contact = plain.guardian_contact;
    return OK;
}

/* ---- lists ---- */

static struct str some(struct str s)
{
    return s.p ? s : S("");
}

/* With small Latin letters, as numbers are typed. */
static struct str small(struct cx *cx, struct str s)
{
    char *p = arena_alloc(cx->mem, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        p[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] - 'A' + 'a' : s.p[i]);
    return str_n(p, s.n);
}

static bool holds(struct cx *cx, struct str s, struct str words)
{
    return str_find(small(cx, s), words) >= 0;
}

/* Names are opened to be compared; persons' only for who may read names. */
static enum err keep_those_with(struct cx *cx, struct str words, volunteer_list *rows)
{
    bool names = cx->who.sees[DATA_CARD] == SEE_PLAIN;
    volunteer_list opened = {0};
    size_t n = 0, nth = 0;
    for (size_t i = 0; i < rows->n; i++)
        if (names || !str_is(rows->at[i].kind, "person"))
            *PUSH(cx->mem, &opened) = rows->at[i];
    TRY(shape_open(cx, &volunteer_shape, opened.at, opened.n, its_name));
    for (size_t i = 0; i < rows->n; i++) {
        struct volunteer v = rows->at[i];
        bool is_opened = nth < opened.n && opened.at[nth].id == v.id;
        struct str name = is_opened ? opened.at[nth++].name : S("");
        if (holds(cx, v.number, words) || holds(cx, v.place_text, words) || holds(cx, name, words))
            rows->at[n++] = v;
    }
    rows->n = n;
    return OK;
}

/* Some rows at a time, until there are enough. */
static enum err search(struct cx *cx, const struct volunteer_filter *f, struct str words,
                       int64_t after, size_t enough, volunteer_list *out)
{
    enum { AT_A_TIME = 500 };
    int64_t most = words.n ? AT_A_TIME : (int64_t)enough;
    volunteer_list rows = {.n = (size_t)most};
    while (out->n < enough && rows.n == (size_t)most) {
        rows.n = 0;
        TRY(db_all(cx, &volunteer_sql_search, &volunteer_shape, &rows,
                   ARGS(A(after), A(most), AS("skill", some(f->skill)), AS("state", some(f->state)),
                        AS("kind", some(f->kind)), AS("grid_id", f->grid_id))));
        size_t n = rows.n;
        after = n ? rows.at[n - 1].id : 0;
        if (words.n)
            TRY(keep_those_with(cx, words, &rows));
        for (size_t i = 0; i < rows.n && out->n < enough; i++)
            *PUSH(cx->mem, out) = rows.at[i];
        rows.n = n;
    }
    return OK;
}

enum err volunteer_search(struct cx *cx, const struct volunteer_filter *f, volunteer_list *out,
                          struct str *next)
{
    struct str words = small(cx, utf8_head(str_trim(some(f->text)), 40));
    int64_t after = 0, most = f->limit < 1          ? PAGE_DEFAULT
                              : f->limit > PAGE_MAX ? PAGE_MAX
                                                    : f->limit;
    *next = S("");
    if (!(cx->who.role & ROLES_LIBRARY))
        return fail(cx, ERR_DENIED, "您的岗位不看志愿者库");
    if (f->after.n && (!str_int(f->after, &after) || after < 1))
        return fail(cx, ERR_INPUT, "翻页的记号不对，请从第一页看");
    most++;
    TRY(search(cx, f, words, after, (size_t)most, out));
    if (out->n == (size_t)most) {
        out->n--;
        *next = arena_printf(cx->mem, "%lld", (long long)out->at[out->n - 1].id);
    }
    volunteer_hide(cx, out->at, out->n);
    return OK;
}

static const struct field want_fields[] = {
    FIELD(struct volunteer_want, grid_id, "网格"),
    FIELD(struct volunteer_want, skill_code, "缺什么"),
};
static const struct shape want_shape = SHAPE("volunteer_want", struct volunteer_want, want_fields);

enum err volunteer_wants_put(struct cx *cx, const volunteer_want_list *wants)
{
    TRY(db_run(cx, &volunteer_sql_wants_clear, NO_ARGS, NULL));
    for (size_t i = 0; i < wants->n; i++)
        TRY(db_run(cx, &volunteer_sql_want_put,
                   ARGS(AS("id", id_new(cx)), AS("grid_id", wants->at[i].grid_id),
                        AS("skill_code", wants->at[i].skill_code)),
                   NULL));
    return OK;
}

enum err volunteer_wants(struct cx *cx, int64_t grid_id, int64_t most, volunteer_want_list *out)
{
    return db_all(cx, &volunteer_sql_wants, &want_shape, out, ARGS(A(grid_id), A(most)));
}

enum err volunteer_supply(struct cx *cx, int64_t grid_id, skill_supply_list *out)
{
    return db_all(cx, &volunteer_sql_supply, &skill_supply_shape, out, ARGS(A(grid_id)));
}

/* ---- for the matcher ---- */

static const struct field offer_fields[] = {
    FIELD(struct volunteer_offer, volunteer_id, "志愿者"),
    FIELD(struct volunteer_offer, skill_code, "会做的事"),
    FIELD(struct volunteer_offer, kind, "谁"),
    FIELD(struct volunteer_offer, level, "程度"),
    FIELD(struct volunteer_offer, is_verified, "核验过"),
    FIELD(struct volunteer_offer, org_id, "单位"),
    FIELD(struct volunteer_offer, place_id, "地点"),
    FIELD(struct volunteer_offer, grid_id, "网格"),
    FIELD(struct volunteer_offer, reach, "多远"),
    FIELD(struct volunteer_offer, week_max, "一周几次"),
    FIELD(struct volunteer_offer, ask_max, "一周问几次"),
    FIELD(struct volunteer_offer, week, "时间"),
    FIELD(struct volunteer_offer, insured_until, "保险到"),
    FIELD(struct volunteer_offer, expires_at, "证件到"),
};
static const struct shape offer_shape =
    SHAPE("volunteer_offer", struct volunteer_offer, offer_fields);

/* A unit of the whole community has no grid: it stands in the middle of all. */
static void find_point(const grid_point_list *points, struct volunteer_offer *o)
{
    int64_t x = 0, y = 0;
    for (size_t i = 0; i < points->n; i++) {
        const struct grid_point *p = &points->at[i];
        if (p->grid_id == o->grid_id) {
            o->area_id = p->area_id;
            o->x = p->x;
            o->y = p->y;
            return;
        }
        x += p->x;
        y += p->y;
    }
    o->x = points->n ? x / (int64_t)points->n : 0;
    o->y = points->n ? y / (int64_t)points->n : 0;
}

enum err volunteer_offers_of(struct cx *cx, int64_t day, const volunteer_code_list *codes,
                             volunteer_offer_list *out)
{
    grid_point_list points = {0};
    int64_t day_at = time_day_start(day);
    int64_t minor_from = volunteer_minor_from(day_at);
    size_t from = out->n;
    TRY(place_grid_points(cx, &points));
    for (size_t i = 0; i < codes->n; i++)
        TRY(db_all(cx, &volunteer_sql_offers, &offer_shape, out,
                   ARGS(A(day), A(day_at), A(minor_from), AS("skill", codes->at[i]))));
    for (size_t i = from; i < out->n; i++) {
        struct volunteer_offer *o = &out->at[i];
        struct week w;
        week_read(o->week, &w);
        o->slots = week_slots(&w);
        find_point(&points, o);
    }
    return OK;
}

static int by_code(const void *a, const void *b)
{
    const struct str *x = a, *y = b;
    size_t n = x->n < y->n ? x->n : y->n;
    int order = n ? memcmp(x->p, y->p, n) : 0;
    return order ? order : x->n < y->n ? -1 : x->n > y->n;
}

enum err volunteer_offers(struct cx *cx, int64_t day, volunteer_offer_list *out)
{
    skill_list all = {0};
    volunteer_code_list codes = {0};
    TRY(skill_all(cx, true, &all));
    for (size_t i = 0; i < all.n; i++)
        *PUSH(cx->mem, &codes) = all.at[i].code;
    if (codes.n)
        qsort(codes.at, codes.n, sizeof *codes.at, by_code);
    return volunteer_offers_of(cx, day, &codes, out);
}

static const struct field reach_fields[] = {
    FIELD(struct volunteer_reach, volunteer_id, "志愿者"),
    FIELD(struct volunteer_reach, grid_id, "网格"),
};
static const struct shape reach_shape =
    SHAPE("volunteer_reach", struct volunteer_reach, reach_fields);

enum err volunteer_reaches(struct cx *cx, volunteer_reach_list *out)
{
    return db_all(cx, &volunteer_sql_reaches, &reach_shape, out, NO_ARGS);
}

enum err volunteer_by_number(struct cx *cx, struct str typed, struct volunteer *out)
{
    struct str number, next;
    volunteer_list found = {0};
    struct volunteer_filter f = {.limit = 5};
    typed = str_trim(typed);
    if (typed.n && typed.p[0] >= '0' && typed.p[0] <= '9')
        typed = arena_printf(cx->mem, "V%.*s", STR(typed));
    if (!id_number_read(cx, typed, &number))
        return fail(cx, ERR_MISSING, "编号里有一位不对");
    f.text = number;
    TRY(volunteer_search(cx, &f, &found, &next));
    for (size_t i = 0; i < found.n; i++)
        if (str_eq(found.at[i].number, number))
            return volunteer_get(cx, found.at[i].id, out);
    return fail(cx, ERR_MISSING, "没有这个编号的志愿者");
}

/* ---- on the board ---- */

static const struct field neighbour_fields[] = {
    FIELD(struct volunteer_neighbour, id, "编号"),
    FIELD(struct volunteer_neighbour, name, "称呼", .seal = VAULT_NAME, .pad = true,
          .of = &volunteer_shape, .by = "id"),
    FIELD(struct volunteer_neighbour, number, "电话"),
    FIELD(struct volunteer_neighbour, can, "会什么"),
    FIELD(struct volunteer_neighbour, birth_year, "出生年份"),
    FIELD(struct volunteer_neighbour, agrees_phone, "同意公示电话"),
};
static const struct shape neighbour_shape =
    SHAPE("volunteer_neighbour", struct volunteer_neighbour, neighbour_fields);

enum { CAN_MAX = 3 }; /* things a board says of one */

static enum err neighbours(struct cx *cx, int64_t id, struct str path, size_t limit,
                           volunteer_neighbour_list *out)
{
    volunteer_neighbour_list rows = {0};
    struct str path_hi = arena_printf(cx->mem, "%.*s~", STR(path));
    int can = 0;
    TRY(db_all(cx, &volunteer_sql_neighbours, &neighbour_shape, &rows,
               ARGS(A(id), AS("path_lo", path), A(path_hi))));
    for (size_t i = 0; i < rows.n; i++) {
        struct volunteer_neighbour *r = &rows.at[i];
        struct volunteer_neighbour *last = out->n ? &out->at[out->n - 1] : NULL;
        struct volunteer as = {.birth_year = r->birth_year};
        if (last && last->id == r->id) {
            if (++can < CAN_MAX)
                last->can = arena_printf(cx->mem, "%.*s、%.*s", STR(last->can), STR(r->can));
            continue;
        }
        if (volunteer_is_minor(cx, &as))
            continue;
        if (out->n == limit)
            break;
        can = 0;
        if (!r->agrees_phone)
            r->number = S("");
        *PUSH(cx->mem, out) = *r;
    }
    shape_show(cx, &neighbour_shape, out->at, out->n, NULL);
    return OK;
}

enum err volunteer_neighbours(struct cx *cx, struct str path, int limit,
                              volunteer_neighbour_list *out)
{
    return neighbours(cx, 0, path, (size_t)limit, out);
}

enum err volunteer_neighbour(struct cx *cx, int64_t id, struct volunteer_neighbour *out,
                             bool *found)
{
    volunteer_neighbour_list list = {0};
    TRY(neighbours(cx, id, S(""), 1, &list));
    *found = list.n > 0;
    if (*found)
        *out = list.at[0];
    return OK;
}
