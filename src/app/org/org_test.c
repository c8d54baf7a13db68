/* org_test -- who serves, who holds, and what a change of post leaves behind. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/org/org.h"
#include "base/time.h"

struct town {
    struct place top, area, other, estate, building;
    struct grid grid;
    struct person anna, bert;
};

static struct place add_place(struct cx *cx, int64_t parent, const char *tier, const char *code)
{
    struct place p = {.parent_id = parent,
                      .tier = str_c(tier),
                      .kind = S("home"),
                      .code = str_c(code),
                      .name = str_c(code),
                      .full_name = str_c(code)};
    MUST(cx, place_add(cx, &p));
    return p;
}

static struct person add_person(struct cx *cx, const char *name)
{
    struct person p = {.name = str_c(name), .duty_phone = S("0551-0000 0001"), .active = true};
    MUST(cx, account_add(cx, &p, S("")));
    return p;
}

static struct town lay_out(struct cx *cx)
{
    struct town t = {0};
    t.top = add_place(cx, 0, "community", "HH");
    t.area = add_place(cx, t.top.id, "area", "NYH");
    t.other = add_place(cx, t.top.id, "area", "XY");
    t.estate = add_place(cx, t.area.id, "estate", "NYH-YLYJ");
    t.building = add_place(cx, t.estate.id, "building", "NYH-YLYJ-07");
    t.grid = (struct grid){
        .area_id = t.area.id, .number = 23, .name = S("第 23 网格"), .kind = S("basic")};
    MUST(cx, place_grid_add(cx, &t.grid));
    MUST(cx, place_grid_serves(cx, t.grid.id, t.building.id));
    t.anna = add_person(cx, "赵示例");
    t.bert = add_person(cx, "钱示例");
    return t;
}

static struct org add_org(struct cx *cx, const char *kind, const char *code, int64_t place)
{
    struct org o = {.kind = str_c(kind),
                    .code = str_c(code),
                    .name = str_c(code),
                    .short_name = str_c(code),
                    .place_id = place};
    MUST(cx, org_add(cx, &o));
    return o;
}

static int64_t add_post(struct cx *cx, const char *role, struct post p)
{
    p.role = str_c(role);
    p.title = str_c(role);
    MUST(cx, org_post_add(cx, &p));
    return p.id;
}

static void units_come_nearest_first(void **state)
{
    struct cx *cx = test_cx();
    struct town t = lay_out(cx);
    org_list found = {0};
    (void)state;
    add_org(cx, "property", "P0", 0);
    add_org(cx, "property", "P-AREA", t.area.id);
    add_org(cx, "property", "P-ESTATE", t.estate.id);
    add_org(cx, "property", "P-OTHER", t.other.id);
    add_org(cx, "utility", "U", t.top.id);
    MUST(cx, org_serving(cx, S("property"), t.building.id, &found));
    assert_int_equal(found.n, 3);
    assert_true(str_is(found.at[0].code, "P-ESTATE"));
    assert_true(str_is(found.at[1].code, "P-AREA"));
    assert_true(str_is(found.at[2].code, "P0"));
    org_list every = {0};
    MUST(cx, org_serving(cx, S(""), t.building.id, &every));
    assert_int_equal(every.n, 4);
    assert_true(str_is(every.at[2].code, "U"));
    test_end();
}

static void organisation_is_a_tree(void **state)
{
    struct cx *cx = test_cx();
    struct org top = add_org(cx, "committee", "DW", 0), found;
    struct org branch = {.parent_id = top.id,
                         .tier = S("general_branch"),
                         .kind = S("branch"),
                         .code = S("DZZ1"),
                         .name = S("南艳湖居民区党总支"),
                         .short_name = S("")};
    org_list below = {0};
    (void)state;
    MUST(cx, org_add(cx, &branch));
    assert_true(str_is(branch.path, "01.01."));
    MUST(cx, org_children(cx, top.id, &below));
    assert_int_equal(below.n, 1);
    EXPECT(cx, org_get(cx, 77, &found), ERR_MISSING);
    struct org twice = branch;
    EXPECT(cx, org_add(cx, &twice), ERR_CONFLICT);
    test_end();
}

static void a_board_shows_posts_held_and_vacant(void **state)
{
    struct cx *cx = test_cx();
    struct town t = lay_out(cx);
    post_card_list cards = {0}, inside = {0};
    (void)state;
    int64_t leader = add_post(cx, "building_leader", (struct post){.place_id = t.building.id});
    int64_t worker = add_post(cx, "grid_worker", (struct post){.grid_id = t.grid.id});
    int64_t staff = add_post(cx, "area_staff", (struct post){.place_id = t.area.id});
    add_post(cx, "area_staff", (struct post){.place_id = t.other.id});
    MUST(cx, org_appoint(cx, worker, t.anna.id, false, true));
    MUST(cx, org_appoint(cx, staff, t.bert.id, false, false));
    MUST(cx, org_people_of(cx, t.building.id, &cards));
    assert_int_equal(cards.n, 3);
    assert_true(cards.at[0].post_id == worker && str_is(cards.at[0].person_name, "赵示例"));
    assert_true(cards.at[1].post_id == leader && cards.at[1].person_id == 0);
    assert_true(cards.at[2].post_id == staff && cards.at[2].person_name.n == 0); /* no consent */
    cx->who.person_id = t.anna.id;                                               /* a colleague */
    MUST(cx, org_people_of(cx, t.building.id, &inside));
    assert_true(str_is(inside.at[2].person_name, "钱示例"));
    test_end();
}

static void holders_are_found_by_reach(void **state)
{
    struct cx *cx = test_cx();
    struct town t = lay_out(cx);
    post_card_list found = {0}, none = {0};
    (void)state;
    struct org property = add_org(cx, "property", "P-ESTATE", t.estate.id);
    int64_t near = add_post(cx, "handler", (struct post){.org_id = property.id});
    int64_t leader = add_post(cx, "leader", (struct post){0});
    MUST(cx, org_appoint(cx, near, t.anna.id, false, true));
    MUST(cx, org_appoint(cx, leader, t.bert.id, false, true));
    MUST(cx, org_appoint(cx, leader, t.anna.id, true, true)); /* stands in beside him */
    MUST(cx, org_holders(cx, "handler", t.building.id, &found));
    MUST(cx, org_holders(cx, "leader", t.building.id, &found));
    assert_int_equal(found.n, 3);
    assert_true(found.at[0].post_id == near);
    assert_true(found.at[1].person_id == t.bert.id && !found.at[1].is_deputy);
    assert_true(found.at[2].person_id == t.anna.id && found.at[2].is_deputy);
    MUST(cx, org_holders(cx, "handler", t.other.id, &none));
    MUST(cx, org_holders(cx, "grid_worker", t.building.id, &none));
    assert_int_equal(none.n, 0);
    EXPECT(cx, org_holders(cx, "king", t.building.id, &none), ERR_INPUT);
    test_end();
}

static void the_next_holder_ends_the_last(void **state)
{
    struct cx *cx = test_cx();
    struct town t = lay_out(cx);
    hat_list before = {0}, after = {0}, next = {0};
    (void)state;
    int64_t worker = add_post(cx, "grid_worker", (struct post){.grid_id = t.grid.id});
    MUST(cx, org_appoint(cx, worker, t.anna.id, false, true));
    MUST(cx, account_hats(cx, t.anna.id, &before));
    assert_true(before.n == 1 && before.at[0].grid_id == t.grid.id);
    test_advance(MS_DAY);
    MUST(cx, org_appoint(cx, worker, t.bert.id, false, true));
    MUST(cx, account_hats(cx, t.anna.id, &after));
    MUST(cx, account_hats(cx, t.bert.id, &next));
    assert_true(after.n == 0 && next.n == 1);
    EXPECT(cx, org_appoint(cx, 4711, t.anna.id, false, true), ERR_MISSING);
    struct post wrong = {.role = S("king"), .title = S("")};
    EXPECT(cx, org_post_add(cx, &wrong), ERR_INPUT);
    test_end();
}

/* ---- appointing with dates ---- */

static enum err appoint(struct cx *cx, struct appointment a, int64_t *at)
{
    return org_appoint_from(cx, &a, at);
}

static void a_successor_is_planned_and_called_off(void **state)
{
    struct cx *cx = test_cx();
    struct town t = lay_out(cx);
    int64_t at, day = time_day_start(time_day(TEST_NOW) + 10);
    holding_list all = {0}, again = {0};
    hat_list hats = {0};
    (void)state;
    int64_t post = add_post(cx, "grid_worker", (struct post){.grid_id = t.grid.id});
    struct appointment a = {.post_id = post, .person_id = t.anna.id};
    MUST(cx, appoint(cx, a, &at));
    assert_true(at == TEST_NOW);
    MUST(cx, org_holdings(cx, post, &all));
    struct appointment b = {.post_id = post, .person_id = t.bert.id, .from_at = day + MS_HOUR};
    EXPECT(cx, appoint(cx, b, &at), ERR_CONFLICT); /* did not see whom he follows */
    b.follows_id = all.at[0].id;
    MUST(cx, appoint(cx, b, &at));
    assert_true(at == day); /* a day begins at its midnight */
    MUST(cx, org_holdings(cx, post, &again));
    assert_int_equal(again.n, 2);
    assert_true(holding_when(cx, &again.at[0]) == HOLDING_LATER);
    assert_true(holding_when(cx, &again.at[1]) == HOLDING_NOW && again.at[1].to_at == day);
    a.follows_id = again.at[0].id;
    EXPECT(cx, appoint(cx, a, &at), ERR_CONFLICT); /* Bert's beginning stands in the way */
    MUST(cx, org_end(cx, again.at[0].id, 0, &at));
    EXPECT(cx, org_end(cx, again.at[0].id, 0, &at), ERR_CONFLICT);
    again = (holding_list){0};
    MUST(cx, org_holdings(cx, post, &again));
    assert_true(again.n == 2 && holding_when(cx, &again.at[0]) == HOLDING_OFF);
    assert_true(again.at[1].to_at == 0); /* Anna goes on */
    test_advance(11 * MS_DAY);
    MUST(cx, account_hats(cx, t.anna.id, &hats));
    assert_int_equal(hats.n, 1);
    test_end();
}

static void the_past_stays_as_it_was(void **state)
{
    struct cx *cx = test_cx();
    struct town t = lay_out(cx);
    int64_t at, start = time_day_start(time_day(TEST_NOW));
    holding_list all = {0};
    post_card_list vacant = {0};
    (void)state;
    int64_t post = add_post(cx, "leader", (struct post){0});
    struct appointment a = {.post_id = post, .person_id = t.anna.id, .from_at = start - MS_DAY};
    MUST(cx, appoint(cx, a, &at)); /* nobody had it: it may begin yesterday */
    assert_true(at == start - MS_DAY);
    MUST(cx, org_holdings(cx, post, &all));
    struct appointment b = {.post_id = post,
                            .person_id = t.bert.id,
                            .from_at = start - MS_DAY,
                            .follows_id = all.at[0].id};
    EXPECT(cx, appoint(cx, b, &at), ERR_INPUT);
    EXPECT(cx, org_end(cx, all.at[0].id, start - MS_DAY, &at), ERR_INPUT);
    test_advance(3 * MS_DAY);
    MUST(cx, org_end(cx, all.at[0].id, 0, &at));
    int64_t ended = at;
    test_advance(3 * MS_DAY);
    MUST(cx, org_posts_found(cx, S(""), true, 10, &vacant));
    assert_true(vacant.n == 1 && vacant.at[0].vacant_at == ended);
    b.follows_id = 0;
    b.from_at = start + 2 * MS_DAY;
    EXPECT(cx, appoint(cx, b, &at), ERR_INPUT); /* Anna was there */
    b.from_at = start + 4 * MS_DAY;
    MUST(cx, appoint(cx, b, &at));
    test_end();
}

static void a_deputy_stands_in_beside(void **state)
{
    struct cx *cx = test_cx();
    struct town t = lay_out(cx);
    int64_t at;
    holding_list all = {0}, held = {0};
    struct post_card acting;
    (void)state;
    struct post post = {.id = add_post(cx, "leader", (struct post){0})};
    struct appointment a = {.post_id = post.id, .person_id = t.anna.id};
    MUST(cx, appoint(cx, a, &at));
    a.is_deputy = true;
    EXPECT(cx, appoint(cx, a, &at), ERR_INPUT); /* her own deputy */
    a.person_id = t.bert.id;
    MUST(cx, appoint(cx, a, &at));
    MUST(cx, org_acting(cx, &post, &acting));
    assert_true(acting.person_id == t.anna.id);
    MUST(cx, org_held(cx, t.anna.id, &held));
    MUST(cx, org_end(cx, held.at[0].id, 0, &at)); /* in the instant it began: called off */
    MUST(cx, org_acting(cx, &post, &acting));
    assert_true(acting.person_id == t.bert.id && acting.is_deputy);
    a = (struct appointment){.post_id = post.id, .person_id = 4711};
    EXPECT(cx, appoint(cx, a, &at), ERR_INPUT);
    MUST(cx, account_set_active(cx, t.anna.id, false));
    a.person_id = t.anna.id;
    EXPECT(cx, appoint(cx, a, &at), ERR_INPUT); /* she left */
    MUST(cx, org_holdings(cx, post.id, &all));
    assert_int_equal(all.n, 2);
    MUST(cx, org_show(cx, all.at[0].id, S("name"), true, S("phone")));
    test_end();
}

static void the_outline_counts_posts_and_vacancies(void **state)
{
    struct cx *cx = test_cx();
    struct town t = lay_out(cx);
    org_line_list lines = {0};
    struct org staffed;
    (void)state;
    struct org top = add_org(cx, "committee", "DW", 0);
    struct org below = {.parent_id = top.id,
                        .tier = S("branch"),
                        .kind = S("branch"),
                        .code = S("DZB"),
                        .name = S("第一支部")};
    MUST(cx, place_tier_add(cx, "org", 1, S("branch"), S("网格党支部")));
    MUST(cx, org_add(cx, &below));
    int64_t held = add_post(cx, "handler", (struct post){.org_id = top.id});
    add_post(cx, "handler", (struct post){.org_id = below.id});
    MUST(cx, org_appoint(cx, held, t.anna.id, false, true));
    MUST(cx, org_outline(cx, &lines));
    assert_int_equal(lines.n, 2);
    assert_true(lines.at[0].posts == 1 && lines.at[0].vacant == 0);
    assert_true(lines.at[1].posts == 1 && lines.at[1].vacant == 1);
    assert_true(str_is(lines.at[1].tier_name, "网格党支部"));
    MUST(cx, org_staffed(cx, below.id, ROLE_HANDLER, &staffed));
    assert_true(staffed.id == top.id);
    MUST(cx, org_staffed(cx, below.id, ROLE_CLERK, &staffed));
    assert_true(staffed.id == 0);
    test_end();
}

static void statements_are_accepted(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    MUST(cx, db_verify(cx, org_feature.queries, *org_feature.nqueries));
    for (size_t i = 0; i < org_feature.nshapes; i++)
        assert_null(shape_fault(org_feature.shapes[i]));
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_are_accepted),
        cmocka_unit_test(units_come_nearest_first),
        cmocka_unit_test(organisation_is_a_tree),
        cmocka_unit_test(a_board_shows_posts_held_and_vacant),
        cmocka_unit_test(holders_are_found_by_reach),
        cmocka_unit_test(the_next_holder_ends_the_last),
        cmocka_unit_test(a_successor_is_planned_and_called_off),
        cmocka_unit_test(the_past_stays_as_it_was),
        cmocka_unit_test(a_deputy_stands_in_beside),
        cmocka_unit_test(the_outline_counts_posts_and_vacancies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
