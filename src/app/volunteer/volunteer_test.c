/* volunteer_test -- registering, seeing, changing, leaving, jobs, the matcher's rows. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/volunteer_test.h"
#include "app/number/number.h"

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
    for (int i = 0; i < NUMBER_TRIES; i++)
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
    opening_list seen = {0};
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
    MUST(cx, openings_of(cx, &volunteer_seen, t.v.id, &seen));
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
    struct str name;
    MUST(t.cx, volunteer_name(t.cx, t.v.id, &name));
    assert_str(name, "王师傅");
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

static bool agrees(struct town *t, const char *purpose)
{
    bool yes;
    MUST(t->cx, consent_holds(t->cx, &volunteer_consents, t->v.id, purpose, &yes));
    return yes;
}

/* A form that was opened before has the old ticks. */
static void what_is_taken_back_does_not_come_back_with_an_old_form(void **state)
{
    static const struct consent_how self = {.channel = {"self", 4}};
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer v = person("老王", t.west.id);
    (void)state;
    v.agrees_board = v.agrees_phone = true;
    enter(&t, v, "tap", NULL);
    assert_int_equal(stored(&t).version, 1); /* a list may take back whom nobody touched */
    struct volunteer old = stored(&t);
    old.contact = S("0551-0000 9999");
    MUST(cx, consent_set(cx, &volunteer_consents, t.v.id, "board", false, &self));
    assert_false(agrees(&t, "board") || agrees(&t, "phone"));
    EXPECT(cx, volunteer_edit(cx, t.key, &old), ERR_CONFLICT);
    struct volunteer_told told = {.v = old, .channel = S("phone"), .agrees = true};
    wear(&t, "clerk", NULL, NULL);
    EXPECT(cx, volunteer_retell(cx, &told), ERR_CONFLICT);
    assert_false(agrees(&t, "board") || agrees(&t, "phone"));
    struct volunteer now = stored(&t);
    assert_false(now.agrees_board || now.shown_contact.n);
    now.agrees_board = true; /* said anew */
    account_nobody(cx, 1);
    MUST(cx, volunteer_edit(cx, t.key, &now));
    assert_true(agrees(&t, "board") && !agrees(&t, "phone"));
    assert_int_equal(stored(&t).version, now.version + 1);
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
    MUST(cx, volunteer_show(cx, t.v.id, t.key, S("name"), true)); /* an event with words */
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
    volunteer_event_list said = {0};
    MUST(cx, volunteer_history(cx, t.v.id, &said));
    for (size_t i = 0; i < said.n; i++)
        assert_int_equal(said.at[i].text.n, 0);
    assert_true(said.n > 2);
    assert_int_equal(run_jobs(&t, 400), 1); /* and asks nobody */
    test_end();
}

static int64_t hold(struct town *t, int64_t id)
{
    struct keep_hold h = {
        .subject = S("volunteer"), .subject_id = id, .number = S("V"), .reason = S("法院在审")};
    keep_hold_list all = {0};
    MUST(t->cx, keep_hold_put(t->cx, &h));
    MUST(t->cx, keep_holds(t->cx, &all));
    return all.at[0].id;
}

/* Leaving is his right, and holds at once; what must stay stays unused, and goes by itself. */
static void who_leaves_under_a_hold_is_forgotten_when_it_ends(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer v;
    volunteer_skill_list skills = {0};
    (void)state;
    enter(&t, person("老王", t.west.id), "tap", NULL);
    int64_t held = hold(&t, t.v.id);
    MUST(cx, volunteer_step(cx, t.v.id, t.key, S("leave"), 0, &v));
    v = stored(&t);
    assert_int_equal(v.state, VOLUNTEER_LEFT);
    assert_true(!v.agrees_match && !v.agrees_board && !v.shown_contact.n && !v.word.n);
    EXPECT(cx, volunteer_by_key(cx, t.v.id, t.key, &v), ERR_MISSING);
    wear(&t, "dispatcher", NULL, NULL);
    EXPECT(cx, volunteer_open(cx, t.v.id, S("ask"), &v), ERR_CONFLICT);
    run_jobs(&t, 1);
    run_jobs(&t, 40);
    v = stored(&t);
    assert_true(v.name.n && v.contact.n && v.place_id); /* a court may want it */
    MUST(cx, keep_hold_end(cx, held));
    run_jobs(&t, 1);
    v = stored(&t);
    assert_true(v.state == VOLUNTEER_LEFT && !v.name.n && !v.contact.n && !v.place_id);
    MUST(cx, volunteer_skills(cx, t.v.id, &skills));
    assert_int_equal(skills.n, 0);
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
        cmocka_unit_test(what_is_taken_back_does_not_come_back_with_an_old_form),
        cmocka_unit_test(leaving_takes_the_person_away),
        cmocka_unit_test(who_leaves_under_a_hold_is_forgotten_when_it_ends),
        cmocka_unit_test(a_pause_ends_by_itself),
        cmocka_unit_test(is_asked_once_and_then_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
