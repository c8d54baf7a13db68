/* volunteer_test -- registering, seeing, changing, leaving, jobs, the matcher's rows, lists. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/job/job.h"
#include "app/volunteer/volunteer_own.h"
#include "base/time.h"

struct town {
    struct cx *cx;
    struct place top, west, east;
    struct grid grid_west, grid_east;
    struct volunteer v;
    struct str key;
};

static const struct job_kind jobs[] = {{"volunteer.", volunteer_job}};

static void assert_str(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("got %.*s, want %s", STR(got), want);
}

static struct place add_place(struct cx *cx, int64_t parent_id, const char *tier, const char *code,
                              const char *name)
{
    struct place p = {.parent_id = parent_id,
                      .tier = str_c(tier),
                      .kind = S("home"),
                      .code = str_c(code),
                      .name = str_c(name),
                      .full_name = str_c(name),
                      .gb_code = S("")};
    MUST(cx, place_add(cx, &p));
    return p;
}

static struct grid add_grid(struct cx *cx, int64_t area_id, int64_t number, int64_t place_id)
{
    struct grid g = {.area_id = area_id,
                     .number = number,
                     .kind = S("basic"),
                     .name = arena_printf(cx->mem, "第 %lld 网格", (long long)number)};
    MUST(cx, place_grid_add(cx, &g));
    MUST(cx, place_grid_serves(cx, g.id, place_id));
    return g;
}

static void add_skill(struct cx *cx, struct skill s)
{
    s.active = true;
    MUST(cx, skill_put(cx, &s));
}

static void add_taxonomy(struct cx *cx)
{
    add_skill(cx, (struct skill){.code = S("repair"), .name = S("修修补补")});
    add_skill(cx, (struct skill){.code = S("tap"),
                                 .parent_code = S("repair"),
                                 .name = S("修水管"),
                                 .words = S("漏水 水龙头")});
    add_skill(cx, (struct skill){.code = S("wire"),
                                 .parent_code = S("repair"),
                                 .name = S("修电路"),
                                 .words = S("跳闸 没电"),
                                 .needs_credential = true,
                                 .adults_only = true,
                                 .risk = 2});
    add_skill(cx, (struct skill){.code = S("care"), .name = S("陪伴")});
    add_skill(cx, (struct skill){.code = S("chat"),
                                 .parent_code = S("care"),
                                 .name = S("陪聊天"),
                                 .words = S("说说话")});
}

static void wear(struct town *t, const char *role, const struct grid *g, const struct place *p)
{
    const struct hat hat = {.post_id = 7,
                            .person_id = 9,
                            .name = S("值守甲"),
                            .role = str_c(role),
                            .grid_id = g ? g->id : 0,
                            .place_id = p ? p->id : t->top.id,
                            .place_path = p ? p->path : t->top.path};
    MUST(t->cx, account_wear(t->cx, &hat));
}

static struct volunteer person(const char *name, int64_t place_id)
{
    return (struct volunteer){.name = str_c(name),
                              .contact = S("0551-0000 1234"),
                              .place_id = place_id,
                              .agrees_match = true,
                              .wont = S("不爬高")};
}

static volunteer_code_list codes(struct cx *cx, const char *a, const char *b)
{
    volunteer_code_list list = {0};
    *PUSH(cx->mem, &list) = str_c(a);
    if (b)
        *PUSH(cx->mem, &list) = str_c(b);
    return list;
}

/* Registers as nobody; the context stays so. */
static void enter(struct town *t, struct volunteer v, const char *a, const char *b)
{
    volunteer_code_list list = codes(t->cx, a, b);
    bool again;
    account_nobody(t->cx, 1);
    t->v = v;
    MUST(t->cx, volunteer_add(t->cx, &t->v, &list, &t->key, &again));
    assert_false(again);
}

static struct town make(void)
{
    struct town t = {.cx = test_cx()};
    struct cx *cx = t.cx;
    MUST(cx, place_community_add(cx, &(struct community){.id = 1,
                                                         .code = S("T"),
                                                         .name = S("试社区"),
                                                         .short_name = S("试"),
                                                         .phone = S("0551-0000 0000"),
                                                         .hours = S("[[510,720]]")}));
    t.top = add_place(cx, 0, "community", "T", "试社区");
    t.west = add_place(cx, t.top.id, "building", "W-1", "西楼");
    t.east = add_place(cx, t.top.id, "building", "E-1", "东楼");
    t.grid_west = add_grid(cx, t.top.id, 1, t.west.id);
    t.grid_east = add_grid(cx, t.top.id, 2, t.east.id);
    add_taxonomy(cx);
    account_nobody(cx, 1);
    return t;
}

static struct volunteer stored(struct town *t)
{
    struct volunteer v;
    MUST(t->cx, volunteer_load(t->cx, t->v.id, &v));
    return v;
}

static int run_jobs(struct town *t, int64_t days)
{
    int done = 0;
    test_advance(days * MS_DAY);
    MUST(t->cx, job_run(t->cx, jobs, COUNT(jobs), 100, &done));
    int64_t dead;
    MUST(t->cx, job_dead(t->cx, &dead));
    assert_int_equal(dead, 0);
    return done;
}

/* ---- */

static void statements_are_accepted(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    MUST(cx, db_verify(cx, volunteer_feature.queries, *volunteer_feature.nqueries));
    for (size_t i = 0; i < volunteer_feature.nshapes; i++)
        assert_null(shape_fault(volunteer_feature.shapes[i]));
    test_end();
}

static void a_taxonomy_keeps_its_order_and_its_rules(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    skill_list all = {0};
    (void)state;
    MUST(cx, skill_all(cx, false, &all));
    assert_int_equal(all.n, 5);
    assert_str(all.at[0].code, "repair");
    assert_str(all.at[2].code, "wire");
    assert_true(all.at[2].needs_insurance); /* risk 2 demands it */
    assert_str(all.at[3].code, "care");
    struct skill s = {.name = S("错"), .parent_code = S("tap")};
    EXPECT(cx, skill_put(cx, &s), ERR_INPUT); /* a leaf is no group */
    s = (struct skill){.name = S("错"), .code = S("Tap"), .parent_code = S("care")};
    EXPECT(cx, skill_put(cx, &s), ERR_INPUT);
    s = (struct skill){.name = S("错"), .code = S("tap"), .parent_code = S("care")};
    EXPECT(cx, skill_put(cx, &s), ERR_INPUT); /* taken */
    s = (struct skill){.name = S("错"), .parent_code = S("care"), .risk = 4};
    EXPECT(cx, skill_put(cx, &s), ERR_INPUT);
    s = (struct skill){.name = S("念书"), .parent_code = S("care"), .active = true};
    MUST(cx, skill_put(cx, &s));
    assert_true(s.code.n > 0);
    MUST(cx, skill_get(cx, S("care"), &s));
    s.active = false;
    MUST(cx, skill_put(cx, &s)); /* its leaves go with it */
    all = (skill_list){0};
    MUST(cx, skill_all(cx, false, &all));
    assert_int_equal(all.n, 3);
    skill_fit_list fits = {0};
    MUST(cx, skill_suggest(cx, S("厨房水龙头漏水"), 3, &fits));
    assert_int_equal(fits.n, 1);
    assert_str(fits.at[0].skill.code, "tap");
    assert_str(fits.at[0].why, "提到“漏水”“水龙头”");
    test_end();
}

static void a_grown_up_is_active_at_once_and_holds_a_key(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer v;
    (void)state;
    enter(&t, person("老王", t.west.id), "tap", "chat");
    assert_true(str_starts(t.v.number, S("V-260316-0001-")));
    assert_int_equal(t.v.state, VOLUNTEER_ACTIVE);
    assert_int_equal(t.v.grid_id, t.grid_west.id);
    assert_int_equal(t.key.n, 26);
    MUST(cx, volunteer_by_key(cx, t.v.id, t.key, &v));
    assert_str(v.name, "老王");
    assert_str(v.wont, "不爬高");
    assert_str(v.contact, "0551-0000 1234");
    EXPECT(cx, volunteer_by_key(cx, t.v.id, S("aaaaaaaaaaaaaaaaaaaaaaaaaa"), &v), ERR_MISSING);
    MUST(cx, volunteer_by_word(cx, t.v.number, t.v.word, &v));
    assert_str(v.name, "老王");
    struct str wrong = str_is(t.v.word, "0000") ? S("0001") : S("0000");
    for (int i = 0; i < VOLUNTEER_WORD_TRIES; i++)
        EXPECT(cx, volunteer_by_word(cx, t.v.number, wrong, &v), ERR_MISSING);
    EXPECT(cx, volunteer_by_word(cx, t.v.number, t.v.word, &v), ERR_DENIED);
    volunteer_skill_list skills = {0};
    MUST(cx, volunteer_skills(cx, t.v.id, &skills));
    assert_int_equal(skills.n, 2);
    test_end();
}

static void what_is_missing_is_said_under_its_field(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    volunteer_code_list none = {0}, group = codes(cx, "repair", NULL),
                        good = codes(cx, "tap", NULL);
    struct str key;
    bool again;
    (void)state;
    struct volunteer v = person("", t.west.id);
    EXPECT(cx, volunteer_add(cx, &v, &good, &key, &again), ERR_INPUT);
    v = person("甲", t.west.id);
    EXPECT(cx, volunteer_add(cx, &v, &none, &key, &again), ERR_INPUT);
    EXPECT(cx, volunteer_add(cx, &v, &group, &key, &again), ERR_INPUT);
    v.contact = S("123");
    EXPECT(cx, volunteer_add(cx, &v, &good, &key, &again), ERR_INPUT);
    v = person("甲", t.west.id);
    v.week = S("ff");
    EXPECT(cx, volunteer_add(cx, &v, &good, &key, &again), ERR_INPUT);
    v = person("甲", t.west.id);
    v.week_max = 51;
    EXPECT(cx, volunteer_add(cx, &v, &good, &key, &again), ERR_INPUT);
    v = person("甲", t.west.id);
    v.birth_year = 2027;
    EXPECT(cx, volunteer_add(cx, &v, &good, &key, &again), ERR_INPUT);
    v = person("甲", t.west.id);
    v.kind = S("robot");
    EXPECT(cx, volunteer_add(cx, &v, &good, &key, &again), ERR_INPUT);
    test_end();
}

static void a_form_sent_twice_is_one_person(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer v = person("老王", t.west.id), other;
    volunteer_code_list list = codes(cx, "tap", NULL);
    struct str key;
    bool again;
    (void)state;
    v.client_key = S("0191e4a0-0000-7000-8000-000000000001");
    other = v;
    MUST(cx, volunteer_add(cx, &v, &list, &key, &again));
    MUST(cx, volunteer_add(cx, &other, &list, &key, &again));
    assert_true(again && key.n == 0 && other.id == v.id);
    other = person("别人", t.west.id);
    other.client_key = v.client_key;
    EXPECT(cx, volunteer_add(cx, &other, &list, &key, &again), ERR_CONFLICT);
    test_end();
}

static void a_minor_waits_for_the_guardian(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer v = person("小满", t.west.id);
    volunteer_code_list good = codes(cx, "chat", NULL), grown = codes(cx, "wire", NULL);
    struct str key;
    bool again;
    (void)state;
    v.birth_year = 2010;
    EXPECT(cx, volunteer_add(cx, &v, &good, &key, &again), ERR_INPUT);
    v.guardian_name = S("妈妈");
    v.guardian_contact = S("0551-0000 7777");
    EXPECT(cx, volunteer_add(cx, &v, &good, &key, &again), ERR_INPUT); /* no tick */
    v.guardian_agreed_at = cx->now;
    EXPECT(cx, volunteer_add(cx, &v, &grown, &key, &again), ERR_INPUT);
    MUST(cx, volunteer_add(cx, &v, &good, &key, &again));
    assert_int_equal(v.state, VOLUNTEER_APPLIED);
    volunteer_offer_list offers = {0};
    MUST(cx, volunteer_offers(cx, time_day(cx->now), &offers));
    assert_int_equal(offers.n, 0);
    EXPECT(cx, volunteer_step(cx, v.id, key, S("accept"), 0, &t.v), ERR_MISSING); /* not himself */
    wear(&t, "grid_worker", &t.grid_west, NULL);
    EXPECT(cx, volunteer_step(cx, v.id, S(""), S("accept"), 0, &t.v), ERR_DENIED);
    wear(&t, "clerk", NULL, NULL);
    MUST(cx, volunteer_step(cx, v.id, S(""), S("accept"), 0, &t.v));
    assert_int_equal(t.v.state, VOLUNTEER_ACTIVE);
    MUST(cx, volunteer_offers(cx, time_day(cx->now), &offers));
    assert_int_equal(offers.n, 1);
    /* 18 this year may still be 17 */
    v.birth_year = 2008;
    assert_true(volunteer_is_minor(cx, &v));
    v.birth_year = 2007;
    assert_false(volunteer_is_minor(cx, &v));
    test_end();
}

static void everybody_sees_what_his_row_says(void **state)
{
    static const struct {
        const char *role, *name, *contact, *wont;
    } rows[] = {
        {"grid_worker", "老**", "0551****1234", ""},      {"building_leader", "老**", "", ""},
        {"dispatcher", "老王", "0551****1234", "不爬高"}, {"clerk", "老王", "0551****1234", ""},
        {"leader", "老王", "0551****1234", ""},
    };
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer v;
    (void)state;
    enter(&t, person("老王", t.west.id), "tap", NULL);
    for (size_t i = 0; i < COUNT(rows); i++) {
        bool grid = str_is(str_c(rows[i].role), "grid_worker");
        wear(&t, rows[i].role, grid ? &t.grid_west : NULL, grid ? NULL : &t.west);
        MUST(cx, volunteer_get(cx, t.v.id, &v));
        assert_str(v.name, rows[i].name);
        assert_str(v.wont, rows[i].wont);
        assert_true((v.contact.n == 0) == (rows[i].contact[0] == 0));
        assert_true(!v.contact.n || str_find(v.contact, S("*")) > 0);
    }
    wear(&t, "grid_worker", &t.grid_east, NULL);
    EXPECT(cx, volunteer_get(cx, t.v.id, &v), ERR_MISSING);
    wear(&t, "handler", NULL, NULL);
    EXPECT(cx, volunteer_get(cx, t.v.id, &v), ERR_MISSING);
    wear(&t, "admin", NULL, NULL);
    EXPECT(cx, volunteer_get(cx, t.v.id, &v), ERR_MISSING);
    volunteer_list found = {0};
    struct str next;
    EXPECT(cx, volunteer_search(cx, &(struct volunteer_filter){0}, &found, &next), ERR_DENIED);
    test_end();
}

static void an_opening_has_a_purpose_and_is_told(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer v;
    volunteer_opening_list seen = {0};
    (void)state;
    enter(&t, person("老王", t.west.id), "tap", NULL);
    wear(&t, "building_leader", NULL, &t.west);
    EXPECT(cx, volunteer_open(cx, t.v.id, S("ask"), &v), ERR_DENIED);
    wear(&t, "grid_worker", &t.grid_west, NULL);
    EXPECT(cx, volunteer_open(cx, t.v.id, S("curious"), &v), ERR_INPUT);
    MUST(cx, volunteer_open(cx, t.v.id, S("ask"), &v));
    assert_str(v.name, "老王");
    assert_str(v.contact, "0551-0000 1234");
    assert_str(v.wont, "");
    MUST(cx, volunteer_openings(cx, t.v.id, &seen));
    assert_int_equal(seen.n, 1);
    assert_str(seen.at[0].role, "grid_worker");
    test_end();
}

static void lists_stay_in_reach_and_find_by_skill(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    volunteer_list found = {0};
    struct str next;
    (void)state;
    enter(&t, person("老王", t.west.id), "tap", "chat");
    enter(&t, person("老李", t.east.id), "wire", NULL);
    struct volunteer unit = person("试验公司", 0);
    unit.kind = S("unit");
    enter(&t, unit, "chat", NULL);
    wear(&t, "dispatcher", NULL, NULL);
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){.limit = 2}, &found, &next));
    assert_true(found.n == 2 && next.n);
    found.n = 0;
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){.limit = 2, .after = next}, &found,
                              &next));
    assert_true(found.n == 1 && !next.n);
    found.n = 0;
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){.skill = S("repair")}, &found, &next));
    assert_int_equal(found.n, 2); /* by the group */
    found.n = 0;
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){.skill = S("chat")}, &found, &next));
    assert_int_equal(found.n, 2);
    found.n = 0;
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){.text = S("老李")}, &found, &next));
    assert_int_equal(found.n, 1);
    found.n = 0;
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){.text = S("100%")}, &found, &next));
    assert_int_equal(found.n, 0);
    wear(&t, "grid_worker", &t.grid_west, NULL);
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){0}, &found, &next));
    assert_int_equal(found.n, 1);
    found.n = 0;
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){.text = S("老王")}, &found, &next));
    assert_int_equal(found.n, 0); /* who reads only a masked name cannot guess at it */
    EXPECT(cx, volunteer_search(cx, &(struct volunteer_filter){.after = S("x")}, &found, &next),
           ERR_INPUT);
    test_end();
}

static void offers_hold_only_what_may_be_done(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    volunteer_offer_list offers = {0};
    int64_t today = time_day(cx->now);
    struct week w = {{0}};
    (void)state;
    enter(&t, person("老王", t.west.id), "tap", "wire");
    week_choose(&w, "work_eve");
    MUST(cx, volunteer_set_week(cx, t.v.id, t.key, &w));
    MUST(cx, volunteer_offers(cx, today, &offers));
    assert_int_equal(offers.n, 1); /* no paper seen for the other */
    assert_str(offers.at[0].skill_code, "tap");
    assert_true(offers.at[0].slots == week_slots(&w) && offers.at[0].slots);
    assert_int_equal(offers.at[0].area_id, t.top.id);
    wear(&t, "clerk", NULL, NULL);
    EXPECT(cx, volunteer_verify(cx, t.v.id, S("chat"), 0), ERR_INPUT); /* not his */
    EXPECT(cx, volunteer_verify(cx, t.v.id, S("wire"), cx->now), ERR_INPUT);
    MUST(cx, volunteer_verify(cx, t.v.id, S("wire"), cx->now + 30 * MS_DAY));
    offers.n = 0;
    MUST(cx, volunteer_offers(cx, today, &offers));
    assert_int_equal(offers.n, 1); /* and no insurance */
    MUST(cx, volunteer_insure(cx, t.v.id, cx->now + 60 * MS_DAY));
    offers.n = 0;
    MUST(cx, volunteer_offers(cx, today, &offers));
    assert_int_equal(offers.n, 2);
    assert_true(offers.at[1].is_verified);
    offers.n = 0;
    MUST(cx, volunteer_offers(cx, today + 31, &offers));
    assert_int_equal(offers.n, 1); /* the paper has expired */
    MUST(cx, volunteer_add_away(cx, t.v.id, t.key, today + 1, today + 3));
    EXPECT(cx, volunteer_add_away(cx, t.v.id, t.key, today + 3, today + 1), ERR_INPUT);
    offers.n = 0;
    MUST(cx, volunteer_offers(cx, today + 3, &offers));
    assert_int_equal(offers.n, 0);
    offers.n = 0;
    MUST(cx, volunteer_offers(cx, today + 4, &offers));
    assert_int_equal(offers.n, 2);
    MUST(cx, volunteer_step(cx, t.v.id, t.key, S("pause"), 0, &t.v));
    offers.n = 0;
    MUST(cx, volunteer_offers(cx, today, &offers));
    assert_int_equal(offers.n, 0);
    skill_supply_list supply = {0};
    MUST(cx, volunteer_supply(cx, 0, &supply));
    assert_int_equal(supply.n, 0);
    test_end();
}

static void a_change_is_guarded_and_told(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    (void)state;
    enter(&t, person("老王", t.west.id), "tap", "wire");
    struct volunteer c = stored(&t);
    c.name = S("王师傅");
    c.contact = S("0551-0000 9999");
    MUST(cx, volunteer_edit(cx, t.key, &c));
    assert_str(stored(&t).name, "王师傅");
    EXPECT(cx, volunteer_edit(cx, t.key, &c), ERR_CONFLICT); /* the version that was read */
    c = stored(&t);
    c.birth_year = 2012;
    EXPECT(cx, volunteer_edit(cx, t.key, &c), ERR_INPUT);
    EXPECT(cx, volunteer_edit(cx, S(""), &c), ERR_DENIED);
    wear(&t, "clerk", NULL, NULL);
    MUST(cx, volunteer_verify(cx, t.v.id, S("wire"), 0));
    volunteer_code_list list = codes(cx, "wire", "chat");
    const int64_t levels[] = {3, 2};
    MUST(cx, volunteer_set_skills(cx, t.v.id, t.key, &list, levels));
    volunteer_skill_list skills = {0};
    MUST(cx, volunteer_skills(cx, t.v.id, &skills));
    assert_int_equal(skills.n, 2);
    for (size_t i = 0; i < skills.n; i++)
        assert_int_equal(skills.at[i].is_verified, str_is(skills.at[i].skill_code, "wire"));
    volunteer_id_list grids = {0};
    *PUSH(cx->mem, &grids) = t.grid_east.id;
    *PUSH(cx->mem, &grids) = t.grid_west.id; /* his own: kept once, in the row */
    MUST(cx, volunteer_set_grids(cx, t.v.id, t.key, &grids));
    volunteer_reach_list reaches = {0};
    MUST(cx, volunteer_reaches(cx, &reaches));
    assert_true(reaches.n == 1 && reaches.at[0].grid_id == t.grid_east.id);
    *PUSH(cx->mem, &grids) = 12345;
    EXPECT(cx, volunteer_set_grids(cx, t.v.id, t.key, &grids), ERR_INPUT);
    volunteer_event_list events = {0};
    MUST(cx, volunteer_history(cx, t.v.id, &events));
    assert_str(events.at[0].step, "apply");
    assert_str(events.at[0].by_name, "本人");
    assert_str(events.at[2].step, "verify");
    assert_str(events.at[2].by_name, "值守甲");
    test_end();
}

static void leaving_takes_the_person_away(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer v;
    (void)state;
    enter(&t, person("老王", t.west.id), "tap", NULL);
    MUST(cx, volunteer_add_away(cx, t.v.id, t.key, time_day(cx->now), time_day(cx->now)));
    MUST(cx, volunteer_step(cx, t.v.id, t.key, S("leave"), 0, &v));
    v = stored(&t);
    assert_int_equal(v.state, VOLUNTEER_LEFT);
    assert_true(!v.name.n && !v.contact.n && !v.wont.n && !v.place_id && !v.place_text.n &&
                !v.birth_year && !v.agrees_match && !v.grid_id && !v.word.n);
    assert_true(str_eq(v.number, t.v.number));
    EXPECT(cx, volunteer_by_key(cx, t.v.id, t.key, &v), ERR_MISSING);
    EXPECT(cx, volunteer_by_word(cx, t.v.number, S(""), &v), ERR_MISSING);
    wear(&t, "clerk", NULL, NULL);
    EXPECT(cx, volunteer_insure(cx, t.v.id, 0), ERR_CONFLICT);
    EXPECT(cx, volunteer_step(cx, t.v.id, S(""), S("resume"), 0, &v), ERR_CONFLICT);
    volunteer_skill_list skills = {0};
    MUST(cx, volunteer_skills(cx, t.v.id, &skills));
    assert_int_equal(skills.n, 0);
    assert_int_equal(run_jobs(&t, 400), 1); /* and asks nobody */
    test_end();
}

static void a_pause_ends_by_itself(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer v;
    (void)state;
    enter(&t, person("老王", t.west.id), "tap", NULL);
    EXPECT(cx, volunteer_step(cx, t.v.id, t.key, S("resume"), 0, &v), ERR_CONFLICT);
    EXPECT(cx, volunteer_step(cx, t.v.id, t.key, S("pause"), cx->now - 1, &v), ERR_INPUT);
    MUST(cx, volunteer_step(cx, t.v.id, t.key, S("pause"), cx->now + 10 * MS_DAY, &v));
    run_jobs(&t, 9);
    assert_int_equal(stored(&t).state, VOLUNTEER_PAUSED);
    run_jobs(&t, 1);
    assert_int_equal(stored(&t).state, VOLUNTEER_ACTIVE);
    /* resumed by hand: the job of the former pause changes nothing */
    MUST(cx, volunteer_step(cx, t.v.id, t.key, S("pause"), cx->now + 10 * MS_DAY, &v));
    MUST(cx, volunteer_step(cx, t.v.id, t.key, S("resume"), 0, &v));
    MUST(cx, volunteer_step(cx, t.v.id, t.key, S("pause"), 0, &v));
    run_jobs(&t, 10);
    assert_int_equal(stored(&t).state, VOLUNTEER_PAUSED);
    test_end();
}

static int asked_events(struct town *t)
{
    volunteer_event_list events = {0};
    int n = 0;
    MUST(t->cx, volunteer_history(t->cx, t->v.id, &events));
    for (size_t i = 0; i < events.n; i++)
        n += str_is(events.at[i].step, "asked");
    return n;
}

static void is_asked_once_and_then_left_alone(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer v;
    (void)state;
    enter(&t, person("老王", t.west.id), "tap", NULL);
    run_jobs(&t, 179);
    assert_int_equal(stored(&t).asked_at, 0);
    run_jobs(&t, 1);
    assert_true(stored(&t).asked_at != 0);
    wear(&t, "grid_worker", &t.grid_west, NULL); /* stands in the list of the grid worker */
    volunteer_list found = {0};
    struct str next;
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){.state = S("asked")}, &found, &next));
    assert_int_equal(found.n, 1);
    MUST(cx, volunteer_step(cx, t.v.id, S(""), S("confirm"), 0, &v)); /* who asks him */
    account_nobody(cx, 1);
    run_jobs(&t, 30);
    assert_int_equal(stored(&t).state, VOLUNTEER_ACTIVE);
    run_jobs(&t, 149);
    assert_int_equal(stored(&t).asked_at, 0);
    run_jobs(&t, 1); /* 180 days after the answer */
    assert_true(stored(&t).asked_at != 0);
    run_jobs(&t, 30);
    assert_int_equal(stored(&t).state, VOLUNTEER_PAUSED);
    run_jobs(&t, 1000);
    assert_int_equal(asked_events(&t), 2);
    MUST(cx, volunteer_step(cx, t.v.id, t.key, S("resume"), 0, &v));
    MUST(cx, volunteer_step(cx, t.v.id, t.key, S("pause"), 0, &v));
    run_jobs(&t, 200); /* who rests is not asked */
    assert_int_equal(asked_events(&t), 2);
    test_end();
}

/* ---- lists ---- */

static volunteer_rows rows_of(struct cx *cx, struct str bytes)
{
    volunteer_rows rows = {0};
    MUST(cx, volunteer_csv(cx, bytes, &rows));
    return rows;
}

static void reads_csv_as_spreadsheets_write_it(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    volunteer_rows none = {0};
    (void)state;
    volunteer_rows r = rows_of(
        cx, S("\xef\xbb\xbf姓名,电话\r\n\"王,\"\"二\"\"\n行\",123\r\n\r\n,\r\n 李 ,\t4 5\n三"));
    assert_int_equal(r.n, 4);
    assert_str(r.at[0].cells.at[0], "姓名");
    assert_str(r.at[1].cells.at[0], "王,\"二\" 行");
    assert_str(r.at[2].cells.at[0], "李");
    assert_str(r.at[3].cells.at[0], "三");
    assert_int_equal(r.at[2].number, 5); /* as the spreadsheet counts: empty rows too */
    struct str again = volunteer_csv_text(cx, &r);
    volunteer_rows same = rows_of(cx, again);
    assert_true(str_eq(volunteer_csv_text(cx, &same), again));
    r = rows_of(cx, S("a;b,b;c\n1;2;3\n"));
    assert_true(r.at[0].cells.n == 3 && str_is(r.at[0].cells.at[1], "b,b"));
    r = rows_of(cx, S("\"a;b;c\",d\n1,2\n")); /* what stands in quotes parts nothing */
    assert_true(r.at[0].cells.n == 2 && r.at[1].cells.n == 2);
    r = rows_of(cx, S("a\tb\n1\t2\n"));
    assert_int_equal(r.at[1].cells.n, 2);
    r = rows_of(cx, S("\xd0\xd5\xc3\xfb,\xb5\xe7\xbb\xb0\n")); /* 姓名,电话 in GB18030 */
    assert_str(r.at[0].cells.at[1], "电话");
    EXPECT(cx, volunteer_csv(cx, S("PK\3\4..."), &none), ERR_INPUT);
    EXPECT(cx, volunteer_csv(cx, S("a\0b"), &none), ERR_INPUT);
    EXPECT(cx, volunteer_csv(cx, S("\xff\xff\xff"), &none), ERR_INPUT);
    test_end();
}

static void a_place_is_named_as_people_write_it(void **state)
{
    static const struct {
        const char *text, *code;
        size_t choices; /* of those that are none of one */
    } cases[] = {{"7栋", "Y-7", 0},     {"7 栋", "Y-7", 0}, {"7 栋 2 单元", "Y-7-2", 0},
                 {"y-7-1", "Y-7-1", 0}, {"单元", "", 2},    {"月亮上", "", 0}};
    struct town t = make();
    struct cx *cx = t.cx;
    (void)state;
    struct place b = add_place(cx, t.top.id, "building", "Y-7", "7 栋");
    add_place(cx, b.id, "stairwell", "Y-7-1", "7 栋 1 单元");
    add_place(cx, b.id, "stairwell", "Y-7-2", "7 栋 2 单元");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct place p = {0};
        place_list choices = {0};
        bool found;
        MUST(cx, volunteer_place_named(cx, str_c(cases[i].text), &p, &found, &choices));
        assert_int_equal(found, cases[i].code[0] != 0);
        if (found)
            assert_str(p.code, cases[i].code);
        else
            assert_int_equal(choices.n, cases[i].choices);
    }
    test_end();
}

static const char *const table =
    "姓名（必填）,手机号,特长,小区,服务时间,身份证号,出生年份,监护人,家长电话\n"
    "老王,0551-0000 0001,修水管、说说话,W-1,平日晚上 周末,x,,,\n"
    "老李,0551-0000 0002,飞檐走壁,W-1,平日,x,,,\n"
    "老赵,0551-0000 0003,陪聊天,没有的楼,周末,x,,,\n"
    "老钱,0551-0000 0004,陪聊天,东楼,明年,x,,,\n"
    "小满,0551-0000 0005,陪聊天,东楼,周末,x,2012年,,\n"
    "小雪,0551-0000 0006,陪聊天,东楼,周末,x,2012年,爸爸,0551-0000 0007\n"
    "老王,0551-0000 0001,陪聊天,W-1,周末,x,,,\n"
    ",0551-0000 0009,陪聊天,,,,,,\n";

static void a_list_is_shown_taken_and_taken_back(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer_sheet sheet;
    int64_t id, taken;
    (void)state;
    volunteer_rows rows = rows_of(cx, str_c(table));
    wear(&t, "clerk", NULL, NULL);
    MUST(cx, volunteer_read_sheet(cx, &rows, &sheet));
    assert_int_equal(sheet.good, 2);
    assert_int_equal(sheet.bad, 6);
    assert_true(sheet.unknown.n == 1 && str_is(sheet.unknown.at[0], "身份证号"));
    static const char *const whys[] = {"",       "飞檐走壁", "没有的楼",   "明年",
                                       "监护人", "",         "前面已经有", "必填"};
    for (size_t i = 0; i + 1 < COUNT(whys); i++)
        assert_true(whys[i][0] ? str_find(sheet.lines.at[i].why, str_c(whys[i])) >= 0
                               : sheet.lines.at[i].why.n == 0);
    assert_true(sheet.lines.at[7].why.n > 0);
    MUST(cx, volunteer_apply_sheet(cx, &rows, &sheet, S("名单.csv"), &id));
    volunteer_list found = {0};
    struct str next;
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){0}, &found, &next));
    assert_int_equal(found.n, 2);
    assert_str(found.at[1].name, "老王");
    assert_int_equal(found.at[0].state,
                     VOLUNTEER_APPLIED); /* 小雪 waits for a talk with her guardian */
    /* the same list again: he is there */
    MUST(cx, volunteer_read_sheet(cx, &rows, &sheet));
    assert_int_equal(sheet.good, 0);
    int64_t ignored;
    EXPECT(cx, volunteer_apply_sheet(cx, &rows, &sheet, S("名单.csv"), &ignored), ERR_INPUT);
    MUST(cx, volunteer_step(cx, found.at[1].id, S(""), S("seen"), 0, &t.v)); /* touched: stays */
    MUST(cx, volunteer_import_undo(cx, id, &taken));
    assert_int_equal(taken, 1);
    EXPECT(cx, volunteer_import_undo(cx, id, &taken), ERR_MISSING);
    found.n = 0;
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){0}, &found, &next));
    assert_int_equal(found.n, 1);
    volunteer_import_list imports = {0};
    MUST(cx, volunteer_imports(cx, &imports));
    assert_true(imports.n == 1 && imports.at[0].undone_at && imports.at[0].rows_in == 2);
    run_jobs(&t, 400); /* jobs of those who were taken back do nothing */
    rows = rows_of(cx, S("姓名,电话\n王,1\n"));
    EXPECT(cx, volunteer_read_sheet(cx, &rows, &sheet), ERR_INPUT); /* no column of skills */
    rows = rows_of(cx, S("姓名,电话,技能\n"));
    EXPECT(cx, volunteer_read_sheet(cx, &rows, &sheet), ERR_INPUT);
    test_end();
}

/* 100 people are entered at once, the others by the queue; taking back stops it. */
static void a_long_list_is_taken_in_portions(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer_sheet sheet;
    volunteer_import_list imports = {0};
    struct out o;
    int64_t id, taken;
    int portions = 0;
    (void)state;
    out_init(&o, cx->mem);
    out_c(&o, "姓名,电话,技能,楼栋\n");
    for (int i = 0; i < 250; i++)
        out_printf(&o, "甲%d,0551-0000 %04d,陪聊天,W-1\n", i, i);
    volunteer_rows rows = rows_of(cx, out_text(&o));
    wear(&t, "clerk", NULL, NULL);
    MUST(cx, volunteer_read_sheet(cx, &rows, &sheet));
    assert_int_equal(sheet.good, 250);
    MUST(cx, volunteer_apply_sheet(cx, &rows, &sheet, S("长名单.csv"), &id));
    MUST(cx, volunteer_imports(cx, &imports));
    assert_true(imports.at[0].rows_in == 100 && imports.at[0].waiting == 150);
    /* somebody came by himself meanwhile */
    struct volunteer v = person("甲120", t.west.id);
    v.contact = S("0551-0000 0120");
    enter(&t, v, "chat", NULL);
    wear(&t, "clerk", NULL, NULL);
    while (run_jobs(&t, 0))
        portions++;
    assert_int_equal(portions, 2);
    imports.n = 0;
    MUST(cx, volunteer_imports(cx, &imports));
    assert_true(imports.at[0].rows_in == 249 && imports.at[0].waiting == 0);
    assert_true(imports.at[0].rows_bad == 1);
    assert_true(str_starts(imports.at[0].problems, S("第 122 行：库里已经有")));
    volunteer_list found = {0};
    struct str next;
    struct volunteer_filter last = {.text = S("甲249")};
    MUST(cx, volunteer_search(cx, &last, &found, &next));
    assert_true(found.n == 1 && found.at[0].entered_by == cx->who.person_id);
    MUST(cx, volunteer_import_undo(cx, id, &taken));
    assert_int_equal(taken, 249);
    MUST(cx, volunteer_read_sheet(cx, &rows, &sheet));
    MUST(cx, volunteer_apply_sheet(cx, &rows, &sheet, S("长名单.csv"), &id));
    MUST(cx, volunteer_import_undo(cx, id, &taken));
    assert_int_equal(taken, 100);
    run_jobs(&t, 0);
    assert_int_equal(run_jobs(&t, 0), 0); /* nobody is entered after that */
    test_end();
}

static void staff_write_down_what_he_told_them(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    (void)state;
    enter(&t, person("老王", t.west.id), "tap", "wire");
    wear(&t, "clerk", NULL, NULL);
    MUST(cx, volunteer_verify(cx, t.v.id, S("wire"), 0));
    test_advance(MS_DAY);
    volunteer_code_list list = codes(cx, "wire", "chat");
    volunteer_id_list grids = {0};
    *PUSH(cx->mem, &grids) = t.grid_east.id;
    const int64_t levels[] = {3, 1};
    struct volunteer_told told = {.v = stored(&t),
                                  .skills = &list,
                                  .levels = levels,
                                  .grids = &grids,
                                  .channel = S("counter")};
    week_choose(&told.week, "end_day");
    told.v.contact = S("0551-0000 7777");
    EXPECT(cx, volunteer_retell(cx, &told), ERR_INPUT); /* his consent is not noted */
    fault_clear(cx);
    told.agrees = true;
    told.channel = S("web"); /* nobody tells staff by the web */
    EXPECT(cx, volunteer_retell(cx, &told), ERR_INPUT);
    fault_clear(cx);
    told.channel = S("counter");
    MUST(cx, volunteer_retell(cx, &told));
    EXPECT(cx, volunteer_retell(cx, &told), ERR_CONFLICT); /* the version that was read */
    struct volunteer v = stored(&t);
    struct week w;
    assert_str(v.contact, "0551-0000 7777");
    assert_true(week_read(v.week, &w) && week_has_choice(&w, "end_day"));
    assert_int_equal(v.confirmed_at, cx->now); /* his word, whoever wrote it down */
    volunteer_skill_list skills = {0};
    MUST(cx, volunteer_skills(cx, t.v.id, &skills));
    assert_int_equal(skills.n, 2);
    for (size_t i = 0; i < skills.n; i++)
        assert_int_equal(skills.at[i].is_verified, str_is(skills.at[i].skill_code, "wire"));
    volunteer_id_list now = {0};
    MUST(cx, volunteer_grids(cx, t.v.id, &now));
    assert_true(now.n == 1 && now.at[0] == t.grid_east.id);
    volunteer_event_list events = {0};
    MUST(cx, volunteer_history(cx, t.v.id, &events));
    const struct volunteer_event *last = &events.at[events.n - 1];
    assert_str(last->step, "edit");
    assert_str(last->text, "窗口，本人同意");
    assert_str(last->by_name, "值守甲");
    told.v.version = 0;
    wear(&t, "leader", NULL, NULL);
    EXPECT(cx, volunteer_retell(cx, &told), ERR_DENIED);
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_are_accepted),
        cmocka_unit_test(a_taxonomy_keeps_its_order_and_its_rules),
        cmocka_unit_test(a_grown_up_is_active_at_once_and_holds_a_key),
        cmocka_unit_test(what_is_missing_is_said_under_its_field),
        cmocka_unit_test(a_form_sent_twice_is_one_person),
        cmocka_unit_test(a_minor_waits_for_the_guardian),
        cmocka_unit_test(everybody_sees_what_his_row_says),
        cmocka_unit_test(an_opening_has_a_purpose_and_is_told),
        cmocka_unit_test(lists_stay_in_reach_and_find_by_skill),
        cmocka_unit_test(offers_hold_only_what_may_be_done),
        cmocka_unit_test(a_change_is_guarded_and_told),
        cmocka_unit_test(leaving_takes_the_person_away),
        cmocka_unit_test(a_pause_ends_by_itself),
        cmocka_unit_test(is_asked_once_and_then_left_alone),
        cmocka_unit_test(reads_csv_as_spreadsheets_write_it),
        cmocka_unit_test(a_place_is_named_as_people_write_it),
        cmocka_unit_test(a_list_is_shown_taken_and_taken_back),
        cmocka_unit_test(a_long_list_is_taken_in_portions),
        cmocka_unit_test(staff_write_down_what_he_told_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
