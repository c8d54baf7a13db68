/* place_test -- codes, lines, grids, and the proof of coverage with planted faults. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/account/account.h"
#include "app/org/org.h"
#include "app/place/outline.h"
#include "app/place/place.h"

/* One area, one estate, two buildings, one of them with a stairwell, two grids side by side. */
struct town {
    struct place top, area, estate, first, second, stairwell;
    struct grid west, east;
};

static struct place add(struct cx *cx, const struct place *parent, const char *tier,
                        const char *code, const char *name)
{
    struct place p = {.parent_id = parent ? parent->id : 0,
                      .tier = str_c(tier),
                      .kind = S("home"),
                      .code = str_c(code),
                      .name = str_c(name),
                      .full_name = str_c(name),
                      .doors = str_is(str_c(tier), "stairwell") ? 48 : 0};
    MUST(cx, place_add(cx, &p));
    return p;
}

static struct grid add_grid(struct cx *cx, const struct town *t, int64_t number,
                            const char *outline)
{
    struct grid g = {.area_id = t->area.id,
                     .number = number,
                     .kind = S("basic"),
                     .name = arena_printf(cx->mem, "第 %lld 网格", (long long)number),
                     .outline = str_c(outline)};
    MUST(cx, place_grid_add(cx, &g));
    return g;
}

static void appoint(struct cx *cx, const char *role, int64_t grid_id, int64_t place_id, bool held)
{
    struct person p = {.name = S("示例"), .active = true};
    struct post post = {
        .role = str_c(role), .title = str_c(role), .grid_id = grid_id, .place_id = place_id};
    MUST(cx, org_post_add(cx, &post));
    if (!held)
        return;
    MUST(cx, account_add(cx, &p, S("")));
    MUST(cx, org_appoint(cx, post.id, p.id, false, true));
}

#define WEST                                                                                       \
    "{\"type\":\"Polygon\",\"coordinates\":[[[117.2,31.7],[117.21,31.7],[117.21,31.71],[117.2,31.71],[117.2,31.7]]]}"
#define EAST                                                                                       \
    "{\"type\":\"Polygon\",\"coordinates\":[[[117.21,31.7],[117.22,31.7],[117.22,31.71],[117.21,31.71],[117.21,31.7]]]}"

static struct town lay_out(struct cx *cx)
{
    struct town t = {0};
    struct community c = {.id = 1,
                          .code = S("HH"),
                          .name = S("海恒社区"),
                          .short_name = S("海恒"),
                          .phone = S("0551-0000 0000"),
                          .hours = S("[[510,720],[840,1050]]"),
                          .is_sample = true};
    MUST(cx, place_community_add(cx, &c));
    t.top = add(cx, NULL, "community", "HH", "海恒社区");
    t.area = add(cx, &t.top, "area", "NYH", "南艳湖居民区");
    t.estate = add(cx, &t.area, "estate", "NYH-YLYJ", "依澜雅居");
    t.first = add(cx, &t.estate, "building", "NYH-YLYJ-07", "依澜雅居 7 栋");
    t.second = add(cx, &t.estate, "building", "NYH-YLYJ-08", "依澜雅居 8 栋");
    t.stairwell = add(cx, &t.first, "stairwell", "NYH-YLYJ-07-2", "依澜雅居 7 栋 2 单元");
    t.west = add_grid(cx, &t, 23, WEST);
    t.east = add_grid(cx, &t, 24, EAST);
    MUST(cx, place_grid_serves(cx, t.west.id, t.first.id));
    MUST(cx, place_grid_serves(cx, t.east.id, t.second.id));
    appoint(cx, "grid_worker", t.west.id, 0, true);
    appoint(cx, "grid_deputy", t.west.id, 0, true);
    appoint(cx, "grid_worker", t.east.id, 0, true);
    appoint(cx, "grid_deputy", t.east.id, 0, true);
    appoint(cx, "building_leader", 0, t.first.id, true);
    appoint(cx, "building_leader", 0, t.second.id, false);
    return t;
}

static void reads_codes_as_people_type_them(void **state)
{
    struct cx *cx = test_cx();
    struct place p;
    (void)state;
    lay_out(cx);
    MUST(cx, place_by_code(cx, S(" nyh-ylyj-07-2 "), &p));
    assert_true(str_is(p.full_name, "依澜雅居 7 栋 2 单元"));
    MUST(cx, place_by_code(cx, S("ＮＹＨ－ＹＬＹＪ－０７－２"), &p));
    assert_int_equal(p.doors, 48);
    MUST(cx, place_by_code(cx, S("NYH—YLYJ—07—2"), &p));
    EXPECT(cx, place_by_code(cx, S("NYH-YLYJ-09-2"), &p), ERR_MISSING);
    EXPECT(cx, place_by_code(cx, S(""), &p), ERR_MISSING);
    test_end();
}

static void walks_the_tree(void **state)
{
    struct cx *cx = test_cx();
    struct town t = lay_out(cx);
    place_list line = {0}, below = {0}, found = {0}, none = {0}, sly = {0};
    (void)state;
    MUST(cx, place_line(cx, t.stairwell.id, &line));
    assert_int_equal(line.n, 5);
    assert_true(line.at[0].id == t.top.id && line.at[4].id == t.stairwell.id);
    assert_true(str_is(t.stairwell.path, "01.01.01.01.01."));
    assert_true(str_is(t.second.path, "01.01.01.02."));
    MUST(cx, place_children(cx, t.estate.id, &below));
    assert_int_equal(below.n, 2);
    MUST(cx, place_search(cx, S("依澜雅居7栋"), S(""), 10, &found));
    assert_int_equal(found.n, 2);
    MUST(cx, place_search(cx, S("%"), S(""), 10, &none));
    assert_int_equal(none.n, 0);
    MUST(cx, place_search(cx, S("ylyj-08"), S("building"), 10, &sly));
    assert_int_equal(sly.n, 1);
    EXPECT(cx, place_line(cx, 12345, &line), ERR_MISSING);
    test_end();
}

static void of_many_the_building_is_chosen_first(void **state)
{
    struct place at[PLACE_CHOICES + 4];
    place_list few = {at, PLACE_CHOICES, COUNT(at)}, many = {at, COUNT(at), COUNT(at)};
    (void)state;
    for (size_t i = 0; i < COUNT(at); i++)
        at[i] = (struct place){.id = (int64_t)i, .tier = i % 4 ? S("stairwell") : S("building")};
    assert_false(place_to_choose(&few));
    assert_int_equal(few.n, PLACE_CHOICES);
    assert_true(place_to_choose(&many));
    assert_int_equal(many.n, 4); /* the last one too, which was behind the twelfth */
    assert_int_equal(many.at[3].id, 12);
    for (size_t i = 0; i < COUNT(at); i++)
        at[i].tier = S("stairwell");
    many.n = COUNT(at);
    assert_false(place_to_choose(&many));
    assert_int_equal(many.n, PLACE_CHOICES);
}

static void a_stairwell_has_the_grid_of_its_building(void **state)
{
    struct cx *cx = test_cx();
    struct town t = lay_out(cx);
    struct grid g;
    (void)state;
    MUST(cx, place_grid_of(cx, t.stairwell.id, &g));
    assert_int_equal(g.number, 23);
    MUST(cx, place_grid_of(cx, t.area.id, &g));
    assert_true(g.id == 0);
    MUST(cx, place_grid(cx, t.west.id, &g));
    assert_true(str_find(g.outline, S("Polygon")) > 0);
    test_end();
}

static struct coverage cover(struct cx *cx)
{
    struct coverage c;
    MUST(cx, place_coverage(cx, &c));
    return c;
}

static bool told(const struct coverage *c, const char *kind, const char *subject)
{
    for (size_t i = 0; i < c->faults.n; i++)
        if (str_is(c->faults.at[i].kind, kind) && str_is(c->faults.at[i].subject, subject))
            return true;
    return false;
}

static void a_whole_town_has_no_fault(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    lay_out(cx);
    struct coverage c = cover(cx);
    for (size_t i = 0; i < c.faults.n; i++)
        print_message("%.*s\n", STR(c.faults.at[i].text));
    assert_int_equal(c.faults.n, 0);
    assert_int_equal(c.vacancies, 1);
    assert_true(c.grids == 2 && c.areas == 1 && c.buildings == 2 && c.stairwells == 1);
    assert_int_equal(c.doors, 48);
    test_end();
}

static void finds_gap_and_overlap(void **state)
{
    struct cx *cx = test_cx();
    struct town t = lay_out(cx);
    (void)state;
    struct place street = add(cx, &t.area, "street", "NYH-LU1", "习友路");
    struct place park = {.parent_id = t.area.id,
                         .tier = S("estate"),
                         .kind = S("park"),
                         .code = S("NYH-SCY"),
                         .name = S("双创园"),
                         .full_name = S("双创园")};
    MUST(cx, place_add(cx, &park));
    assert_true(street.id != 0);
    struct coverage c = cover(cx);
    assert_int_equal(c.faults.n, 1); /* a street that nobody calls public needs no grid */
    assert_true(told(&c, "gap", "NYH-SCY"));
    MUST(cx, place_grid_serves(cx, t.west.id, park.id));
    MUST(cx, place_grid_serves(cx, t.west.id, t.estate.id)); /* its second building is east's */
    c = cover(cx);
    assert_int_equal(c.faults.n, 1);
    assert_true(told(&c, "overlap", "NYH-YLYJ-08"));
    test_end();
}

static void finds_missing_posts(void **state)
{
    struct cx *cx = test_cx();
    struct town t = lay_out(cx);
    (void)state;
    struct place third = add(cx, &t.estate, "building", "NYH-YLYJ-09", "依澜雅居 9 栋");
    struct grid g = add_grid(cx, &t, 25, "");
    MUST(cx, place_grid_serves(cx, g.id, third.id));
    appoint(cx, "grid_worker", g.id, 0, false); /* made, not held */
    struct coverage c = cover(cx);
    assert_true(told(&c, "no_worker", "25") && told(&c, "no_deputy", "25"));
    assert_true(told(&c, "no_leader", "NYH-YLYJ-09"));
    assert_int_equal(c.faults.n, 3);
    test_end();
}

static void a_holding_that_ended_counts_no_more(void **state)
{
    struct cx *cx = test_cx();
    struct town t = lay_out(cx);
    post_card_list cards = {0};
    (void)state;
    MUST(cx, org_holders(cx, "grid_worker", t.stairwell.id, &cards));
    assert_int_equal(cards.n, 1);
    MUST(cx, org_appoint(cx, cards.at[0].post_id, 0, false, false));
    struct coverage c = cover(cx);
    assert_true(told(&c, "no_worker", "23") && c.faults.n == 1);
    test_end();
}

static bool overlap(struct cx *cx, const char *a, const char *b)
{
    struct outline x, y;
    assert_true(outline_read(cx, str_c(a), &x));
    assert_true(outline_read(cx, str_c(b), &y));
    assert_true(outline_overlap(&x, &y) == outline_overlap(&y, &x));
    return outline_overlap(&x, &y);
}

#define BOX(x1, y1, x2, y2)                                                                        \
    "{\"coordinates\": [[[" #x1 ", " #y1 "], [" #x2 "," #y1 "], [" #x2 "," #y2 "], [" #x1 "," #y2  \
    "], [" #x1 "," #y1 "]]], \"type\": \"Polygon\"}"

static void outlines_that_touch_do_not_overlap(void **state)
{
    struct cx *cx = test_cx();
    struct outline o;
    (void)state;
    assert_false(overlap(cx, WEST, EAST));
    assert_true(overlap(cx, WEST, WEST));
    assert_false(overlap(cx, BOX(0, 0, 2, 2), BOX(2, 2, 3, 3)));
    assert_true(overlap(cx, BOX(0, 0, 2, 2), BOX(1, 1, 3, 3)));
    assert_true(overlap(cx, BOX(0, 0, 9, 9), BOX(1, 1, 3, 3)));
    assert_true(overlap(cx, BOX(0, 0, 2, 1), BOX(1, 0, 3, 1))); /* no edges cross */
    assert_true(overlap(cx, BOX(0, 1, 3, 2), BOX(1, 0, 2, 3))); /* no corner inside */
    assert_false(outline_read(cx, S("{}"), &o));
    assert_false(outline_read(cx, S("{\"coordinates\":[[[1,2],[3,4]]]}"), &o));
    assert_false(outline_read(cx, S("{\"coordinates\":[[[1,\"x\"]]]}"), &o));
    assert_false(outline_read(cx, S("{\"coordinates\":[[[1e999,2]]]}"), &o));
    struct town t = lay_out(cx);
    struct grid g = add_grid(cx, &t, 26, WEST);
    appoint(cx, "grid_worker", g.id, 0, true);
    appoint(cx, "grid_deputy", g.id, 0, true);
    struct coverage c = cover(cx);
    assert_true(told(&c, "outline_overlap", "26") && c.faults.n == 1);
    test_end();
}

static void grids_lie_on_a_flat_map_in_metres(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    struct town t = lay_out(cx); /* two boxes of a hundredth of a degree, side by side */
    grid_point_list at = {0};
    MUST(cx, place_grid_points(cx, &at));
    assert_int_equal(at.n, 2);
    assert_int_equal(at.at[0].grid_id, t.west.id);
    assert_int_equal(at.at[0].area_id, t.area.id);
    assert_int_equal(at.at[0].y, 557); /* half of 1,113 m */
    assert_int_equal(at.at[1].y, 557);
    assert_in_range(at.at[0].x, 472, 475); /* a degree is shorter here: cos 31.7 */
    assert_in_range(at.at[1].x - at.at[0].x, 945, 949);
    MUST(cx, place_grid_add(cx, &(struct grid){.area_id = t.area.id,
                                               .number = 99,
                                               .kind = S("basic"),
                                               .name = S("没画的")}));
    at = (grid_point_list){0};
    MUST(cx, place_grid_points(cx, &at));
    assert_int_equal(at.n, 3);
    assert_in_range(at.at[2].x, 945, 949);
    test_end();
}

static void statements_are_accepted(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    MUST(cx, db_verify(cx, place_feature.queries, *place_feature.nqueries));
    for (size_t i = 0; i < place_feature.nshapes; i++)
        assert_null(shape_fault(place_feature.shapes[i]));
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_are_accepted),
        cmocka_unit_test(reads_codes_as_people_type_them),
        cmocka_unit_test(walks_the_tree),
        cmocka_unit_test(of_many_the_building_is_chosen_first),
        cmocka_unit_test(a_stairwell_has_the_grid_of_its_building),
        cmocka_unit_test(a_whole_town_has_no_fault),
        cmocka_unit_test(finds_gap_and_overlap),
        cmocka_unit_test(finds_missing_posts),
        cmocka_unit_test(a_holding_that_ended_counts_no_more),
        cmocka_unit_test(outlines_that_touch_do_not_overlap),
        cmocka_unit_test(grids_lie_on_a_flat_map_in_metres),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
