/* site_test -- sites in the store: who may change what, hours of a house and its parts, notices
 * told in time, the nearest first, what lacks, the menu; and the sheet for the door. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_test.h"
#include "app/site/pages.h"
#include "base/time.h"

/* The clock of tests stands on Monday 2026-03-16 at 10:00. */
struct places {
    struct town *t;
    struct cx *cx;
    struct place area, other, far; /* areas beside the town's estate; an estate in `other` */
    struct site centre, near, away;
};

static int64_t on(const char *date)
{
    int64_t day;
    assert_true(time_read_date(str_c(date), &day));
    return day;
}

static struct site_day hours(const char *typed)
{
    struct site_day d;
    assert_true(site_day_read(str_c(typed), true, &d));
    return d;
}

static struct site_week week(const char *workdays, const char *weekend)
{
    struct site_week w = {0};
    for (int d = SITE_SUNDAY; d <= SITE_SATURDAY; d++)
        w.days[d] = hours(d == SITE_SUNDAY || d == SITE_SATURDAY ? weekend : workdays);
    w.days[SITE_HOLIDAY] = w.days[SITE_MAKEUP] = hours("");
    return w;
}

static struct site add(struct places *p, const struct place *at, const char *code, int64_t tier)
{
    struct site s = {.place_id = at->id,
                     .tier = tier,
                     .code = str_c(code),
                     .name = str_c(code),
                     .address = S("东门旁")};
    struct site_week w = week("8:30-12:00 14:00-17:30", "9:00-12:00");
    MUST(p->cx, site_put(p->cx, &s));
    MUST(p->cx, site_week_put(p->cx, s.id, 0, &w));
    MUST(p->cx, site_get(p->cx, s.id, &s));
    return s;
}

static struct places make(void)
{
    static const char *const names[] = {"社区中心", "居民区中心", "服务站"};
    struct places p = {.t = town_make()};
    p.cx = p.t->cx;
    for (int i = 0; i < 3; i++)
        MUST(p.cx, place_tier_add(p.cx, "site", i, arena_printf(p.cx->mem, "site%d", i),
                                  str_c(names[i])));
    town_place(p.t, &p.other, &p.t->top, "area", "OTHER", "别处居民区");
    town_place(p.t, &p.far, &p.other, "estate", "FAR", "远处小区");
    act(p.t, "leader");
    p.away = add(&p, &p.far, "FAR-Z", 2);
    p.near = add(&p, &p.t->estate, "yl-z", 2);
    p.centre = add(&p, &p.t->top, "HH-ZX", 0);
    return p;
}

static struct site_view look(struct places *p, const struct site *s)
{
    struct site_view v;
    MUST(p->cx, site_whole(p->cx, s, &v, NULL));
    return v;
}

static void says(struct places *p, const struct site *s, const char *words)
{
    struct site_view v = look(p, s);
    if (!str_is(v.words, words))
        fail_msg("%.*s, not %s", STR(v.words), words);
}

static struct site_part add_part(struct places *p, const struct site *s, enum site_part_kind kind,
                                 const char *name)
{
    struct site_part part = {.site_id = s->id, .kind = kind, .name = str_c(name)};
    MUST(p->cx, site_part_put(p->cx, &part));
    MUST(p->cx, site_part_get(p->cx, part.id, &part));
    return part;
}

static struct site_notice told(const struct site *s, const char *from, const char *to,
                               const char *typed)
{
    return (struct site_notice){.site_id = s->id,
                                .from_day = on(from),
                                .to_day = on(to),
                                .hours = hours(typed),
                                .reason = S("检修"),
                                .late_why = S("")};
}

/* ---- the sites ---- */

static void a_site_is_put_and_read(void **state)
{
    struct places p = make();
    struct site s;
    (void)state;
    assert_true(str_is(p.near.code, "YL-Z"));
    assert_true(str_is(p.near.tier_name, "服务站"));
    assert_true(str_eq(p.near.path, p.t->estate.path));
    assert_true(str_is(p.near.changed_name, "书一"));
    MUST(p.cx, site_by_code(p.cx, S("yl-z"), &s));
    assert_int_equal(s.id, p.near.id);
    EXPECT(p.cx, site_by_code(p.cx, S("NO"), &s), ERR_MISSING);
    says(&p, &p.near, "开着，到 12:00");

    struct site twice = {
        .place_id = p.far.id, .code = S("YL-Z"), .name = S("又一个"), .address = S("西门")};
    EXPECT(p.cx, site_put(p.cx, &twice), ERR_INPUT);
    struct site odd = {
        .place_id = p.far.id, .code = S("有字"), .name = S("又一个"), .address = S("西门")};
    EXPECT(p.cx, site_put(p.cx, &odd), ERR_INPUT);
    odd = (struct site){.place_id = p.far.id,
                        .code = S("A1"),
                        .tier = 7,
                        .name = S("又一个"),
                        .address = S("西门")};
    EXPECT(p.cx, site_put(p.cx, &odd), ERR_INPUT);
}

static void the_first_of_two_wins(void **state)
{
    struct places p = make();
    (void)state;
    struct site one = p.near, other = p.near;
    one.name = S("一号");
    other.name = S("二号");
    MUST(p.cx, site_put(p.cx, &one));
    EXPECT(p.cx, site_put(p.cx, &other), ERR_CONFLICT);
    MUST(p.cx, site_get(p.cx, p.near.id, &other));
    assert_true(str_is(other.name, "一号"));
    assert_int_equal(other.version, p.near.version + 1);
}

static void everybody_keeps_his_own(void **state)
{
    struct places p = make();
    (void)state;
    const struct hat hat = {.role = S("area_staff"),
                            .place_id = p.other.id,
                            .place_path = p.other.path,
                            .name = S("居二")};
    MUST(p.cx, account_wear(p.cx, &hat));
    MUST(p.cx, site_reach(p.cx, &p.away));
    EXPECT(p.cx, site_reach(p.cx, &p.near), ERR_MISSING);
    struct site_week w = week("全天", "全天");
    struct site_notice n = told(&p.near, "2026-04-01", "2026-04-01", "不开");
    struct site_part part = {.site_id = p.near.id, .name = S("食堂")};
    struct site s = p.near;
    MUST(p.cx, site_week_put(p.cx, p.away.id, 0, &w));
    EXPECT(p.cx, site_week_put(p.cx, p.near.id, 0, &w), ERR_MISSING);
    EXPECT(p.cx, site_notice_put(p.cx, &n), ERR_MISSING);
    EXPECT(p.cx, site_part_put(p.cx, &part), ERR_MISSING);
    EXPECT(p.cx, site_put(p.cx, &s), ERR_MISSING);
    EXPECT(p.cx, site_end(p.cx, p.near.id), ERR_MISSING);
    s = p.away; /* nor does one move it where he does not reach */
    s.place_id = p.t->estate.id;
    EXPECT(p.cx, site_put(p.cx, &s), ERR_MISSING);
    act_nobody(p.t);
    EXPECT(p.cx, site_reach(p.cx, &p.away), ERR_MISSING);
}

static void what_is_gone_is_told_nowhere(void **state)
{
    struct places p = make();
    site_view_list all = {0};
    (void)state;
    struct site_notice n = told(&p.near, "2026-03-25", "2026-03-25", "不开");
    MUST(p.cx, site_notice_put(p.cx, &n));
    add_part(&p, &p.near, SITE_CANTEEN, "食堂");
    MUST(p.cx, site_end(p.cx, p.near.id));
    struct site s;
    EXPECT(p.cx, site_get(p.cx, p.near.id, &s), ERR_MISSING);
    MUST(p.cx, site_views(p.cx, S(""), &all));
    assert_int_equal(all.n, 2);
    all.n = 0;
    MUST(p.cx, site_part_views(p.cx, SITE_CANTEEN, S(""), &all));
    assert_int_equal(all.n, 0);
    struct site again = {
        .place_id = p.far.id, .code = S("YL-Z"), .name = S("又来"), .address = S("西门")};
    EXPECT(p.cx, site_put(p.cx, &again), ERR_INPUT);
}

/* ---- where one asks from ---- */

static void the_nearest_first(void **state)
{
    struct places p = make();
    site_view_list all = {0};
    (void)state;
    MUST(p.cx, site_views(p.cx, S(""), &all));
    assert_true(str_is(all.at[0].site.code, "HH-ZX"));
    all.n = 0;
    MUST(p.cx, site_views(p.cx, p.t->stairwell.path, &all));
    assert_true(str_is(all.at[0].site.code, "YL-Z"));
    assert_true(all.at[0].near > 1);
    assert_true(str_is(all.at[1].site.code, "HH-ZX")); /* of the far ones the centre */
    all.n = 0;
    MUST(p.cx, site_views(p.cx, p.far.path, &all));
    assert_true(str_is(all.at[0].site.code, "FAR-Z"));
    for (size_t i = 0; i < all.n; i++)
        assert_true(str_is(all.at[i].words, "开着，到 12:00"));
}

static void a_place_has_its_nearest_site(void **state)
{
    struct places p = make();
    struct site s, bare;
    struct str line;
    bool found;
    (void)state;
    MUST(p.cx, site_of_place(p.cx, p.t->stairwell.path, &s, &found));
    assert_true(found && str_is(s.code, "YL-Z"));
    MUST(p.cx, site_brief(p.cx, &s, &line));
    assert_true(
        str_is(line, "yl-z，东门旁，周一至周五 8:30–12:00，14:00–17:30；周六、周日 9:00–12:00"));
    MUST(p.cx, site_of_place(p.cx, p.far.path, &s, &found));
    assert_true(found && str_is(s.code, "FAR-Z"));
    MUST(p.cx, site_of_place(p.cx, p.t->top.path, &s, &found)); /* all of it is as near */
    assert_false(found);
    bare =
        (struct site){.place_id = p.far.id, .code = S("bare"), .name = S("新"), .address = S("东")};
    MUST(p.cx, site_put(p.cx, &bare));
    MUST(p.cx, site_brief(p.cx, &bare, &line));
    assert_int_equal(line.n, 0);
}

static void one_asks_by_code_or_words(void **state)
{
    struct places p = make();
    struct place found;
    place_list choices = {0};
    (void)state;
    MUST(p.cx, site_asker(p.cx, p.t->building.code, &found, &choices));
    assert_int_equal(found.id, p.t->building.id);
    MUST(p.cx, site_asker(p.cx, S("远处"), &found, &choices));
    assert_int_equal(found.id, p.far.id);
    MUST(p.cx, site_asker(p.cx, S("处"), &found, &choices));
    assert_int_equal(found.id, 0);
    assert_int_equal(choices.n, 2);
    choices.n = 0;
    MUST(p.cx, site_asker(p.cx, S("没有这里"), &found, &choices));
    assert_true(!found.id && !choices.n);
    MUST(p.cx, site_asker(p.cx, S(" "), &found, &choices));
    assert_true(!found.id && !choices.n);
}

/* ---- hours and notices ---- */

static void a_part_has_its_hours_or_the_houses(void **state)
{
    struct places p = make();
    site_view_list parts = {0};
    struct site_view whole;
    struct site_week own = week("11:00-13:00", "不开"), got;
    bool has_own;
    (void)state;
    struct site_part canteen = add_part(&p, &p.near, SITE_CANTEEN, "食堂");
    add_part(&p, &p.near, SITE_PARTY, "议事厅");
    MUST(p.cx, site_week_put(p.cx, p.near.id, canteen.id, &own));
    MUST(p.cx, site_whole(p.cx, &p.near, &whole, &parts));
    assert_int_equal(parts.n, 2);
    assert_true(str_is(parts.at[0].words, "还没开，11:00 开"));
    assert_true(str_is(parts.at[1].words, "开着，到 12:00"));
    MUST(p.cx, site_week_of(p.cx, p.near.id, canteen.id, &got, &has_own));
    assert_true(has_own);
    MUST(p.cx, site_week_put(p.cx, p.near.id, canteen.id, NULL));
    MUST(p.cx, site_week_of(p.cx, p.near.id, canteen.id, &got, &has_own));
    assert_false(has_own);
    assert_int_equal(site_week_minutes(&got), site_week_minutes(&whole.plan.week));
    /* not to be given to a part of another house */
    EXPECT(p.cx, site_week_put(p.cx, p.away.id, canteen.id, &own), ERR_MISSING);
    struct site_part moved = canteen;
    moved.site_id = p.away.id;
    EXPECT(p.cx, site_part_put(p.cx, &moved), ERR_MISSING);
    MUST(p.cx, site_part_end(p.cx, canteen.id));
    EXPECT(p.cx, site_part_end(p.cx, canteen.id), ERR_MISSING);
}

static void closed_is_told_in_time(void **state)
{
    struct places p = make();
    (void)state;
    struct site_notice n = told(&p.near, "2026-03-22", "2026-03-23", "不开"); /* six days ahead */
    EXPECT(p.cx, site_notice_put(p.cx, &n), ERR_INPUT);
    n = told(&p.near, "2026-03-23", "2026-03-23", "不开");
    MUST(p.cx, site_notice_put(p.cx, &n));
    n = told(&p.near, "2026-03-17", "2026-03-17", "不开");
    n.late_why = S("昨夜漏水");
    MUST(p.cx, site_notice_put(p.cx, &n));
    n = told(&p.near, "2026-03-16", "2026-03-16", "9:00-15:00"); /* other hours may be told today */
    MUST(p.cx, site_notice_put(p.cx, &n));
    says(&p, &p.near, "开着，到 15:00");
    says(&p, &p.away, "开着，到 12:00");
    test_advance(6 * MS_HOUR);
    says(&p, &p.near, "今天关门了（检修），后天 8:30 开");
    n = told(&p.near, "2026-03-24", "2026-03-23", "不开");
    EXPECT(p.cx, site_notice_put(p.cx, &n), ERR_INPUT);
    n = told(&p.near, "2026-03-10", "2026-03-12", "9:00-10:00");
    EXPECT(p.cx, site_notice_put(p.cx, &n), ERR_INPUT);
    n = told(&p.near, "2026-04-01", "2027-04-01", "不开");
    n.to_day++;
    EXPECT(p.cx, site_notice_put(p.cx, &n), ERR_INPUT);
    n = told(&p.near, "2026-04-01", "2026-04-02", "不开");
    n.reason = S("");
    EXPECT(p.cx, site_notice_put(p.cx, &n), ERR_INPUT);
}

static void taken_back_it_does_not_hold(void **state)
{
    struct places p = make();
    site_notice_list all = {0};
    (void)state;
    struct site_notice n = told(&p.near, "2026-03-16", "2026-03-20", "不开");
    n.late_why = S("停电");
    MUST(p.cx, site_notice_put(p.cx, &n));
    says(&p, &p.near, "今天不开（检修），周六 9:00 开");
    MUST(p.cx, site_notice_end(p.cx, n.id));
    EXPECT(p.cx, site_notice_end(p.cx, n.id), ERR_CONFLICT);
    says(&p, &p.near, "开着，到 12:00");
    MUST(p.cx, site_notices(p.cx, p.near.id, on("2026-03-16"), false, &all));
    assert_int_equal(all.n, 0);
    MUST(p.cx, site_notices(p.cx, p.near.id, on("2026-03-16"), true, &all));
    assert_int_equal(all.n, 1);
    assert_true(all.at[0].ended_at > 0 && str_is(all.at[0].by_name, "书一"));
}

/* A part closes with its house; with hours of its own it keeps them within what is left of the
 * day. */
static void a_part_closes_with_its_house(void **state)
{
    struct places p = make();
    struct site_plan plan;
    struct site_week own = week("11:00-13:00", "不开");
    (void)state;
    struct site_part canteen = add_part(&p, &p.near, SITE_CANTEEN, "食堂");
    struct site_part hall = add_part(&p, &p.near, SITE_PARTY, "议事厅");
    MUST(p.cx, site_week_put(p.cx, p.near.id, canteen.id, &own));
    struct site_notice n = told(&p.near, "2026-03-25", "2026-03-25", "9:00-12:00");
    MUST(p.cx, site_notice_put(p.cx, &n));
    MUST(p.cx, site_plan(p.cx, p.near.id, canteen.id, 0, &plan));
    struct site_day d = site_day_of(&plan, on("2026-03-25"));
    assert_true(str_is(site_day_text(p.cx, &d), "11:00–12:00"));
    MUST(p.cx, site_plan(p.cx, p.near.id, hall.id, 0, &plan));
    d = site_day_of(&plan, on("2026-03-25"));
    assert_true(str_is(site_day_text(p.cx, &d), "9:00–12:00"));
    n = told(&p.near, "2026-03-26", "2026-03-26", "不开");
    n.part_id = hall.id;
    MUST(p.cx, site_notice_put(p.cx, &n));
    MUST(p.cx, site_plan(p.cx, p.near.id, hall.id, 0, &plan));
    assert_int_equal(site_day_of(&plan, on("2026-03-26")).nspans, 0);
    MUST(p.cx, site_plan(p.cx, p.near.id, 0, 0, &plan));
    assert_int_equal(site_day_of(&plan, on("2026-03-26")).nspans, 2);
    n.site_id = p.away.id;
    EXPECT(p.cx, site_notice_put(p.cx, &n), ERR_MISSING);
}

/* The community's own days count here as they do everywhere. */
static void a_day_that_the_community_gave_itself(void **state)
{
    struct places p = make();
    struct site_week w = week("8:30-17:30", "不开");
    (void)state;
    w.days[SITE_HOLIDAY] = hours("10:00-11:00");
    MUST(p.cx, site_week_put(p.cx, p.near.id, 0, &w));
    says(&p, &p.near, "开着，到 17:30");
    MUST(p.cx, clock_day_put(p.cx, on("2026-03-16"), false, S("本地节")));
    says(&p, &p.near, "开着，到 11:00");
}

/* ---- what it should have ---- */

static void what_lacks_has_a_word_and_an_owner(void **state)
{
    struct places p = make();
    struct site_item item = {.ordinal = 1, .title = S("有场所"), .active = true};
    struct site_item off = {.ordinal = 2, .title = S("旧的一项"), .active = false};
    site_check_list checks = {0}, lacking = {0};
    (void)state;
    MUST(p.cx, site_item_put(p.cx, &item));
    MUST(p.cx, site_item_put(p.cx, &off));
    MUST(p.cx, site_checks(p.cx, p.near.id, &checks));
    assert_int_equal(checks.n, 1);
    assert_int_equal(checks.at[0].state, SITE_UNSEEN);
    struct site_check c = {.site_id = p.near.id, .item_id = item.id, .state = SITE_LACKING};
    EXPECT(p.cx, site_check_put(p.cx, &c), ERR_INPUT);
    c.note = S("缺坡道");
    c.owner = S("站长");
    c.due_day = on("2026-03-15");
    EXPECT(p.cx, site_check_put(p.cx, &c), ERR_INPUT);
    c.due_day = on("2026-04-15");
    MUST(p.cx, site_check_put(p.cx, &c));
    c.item_id = off.id;
    EXPECT(p.cx, site_check_put(p.cx, &c), ERR_MISSING);
    MUST(p.cx, site_lacking(p.cx, &lacking));
    assert_int_equal(lacking.n, 1);
    assert_true(str_is(lacking.at[0].note, "缺坡道") && str_is(lacking.at[0].site_code, "YL-Z"));
    c.item_id = item.id;
    c.state = SITE_READY;
    MUST(p.cx, site_check_put(p.cx, &c));
    lacking.n = checks.n = 0;
    MUST(p.cx, site_lacking(p.cx, &lacking));
    assert_int_equal(lacking.n, 0);
    MUST(p.cx, site_checks(p.cx, p.near.id, &checks));
    assert_int_equal(checks.at[0].state, SITE_READY);
    assert_true(str_is(checks.at[0].changed_name, "书一"));
}

/* ---- the menu ---- */

static void what_is_cooked(void **state)
{
    struct places p = make();
    site_menu_list meals = {0};
    int64_t today = time_day(p.cx->now);
    (void)state;
    struct site_part canteen = add_part(&p, &p.near, SITE_CANTEEN, "食堂");
    struct site_part hall = add_part(&p, &p.near, SITE_PARTY, "议事厅");
    struct site_menu m = {
        .part_id = canteen.id, .day = today, .meal = SITE_DINNER, .dishes = S("面条")};
    MUST(p.cx, site_menu_put(p.cx, &m));
    m.meal = SITE_LUNCH;
    m.dishes = S("红烧肉");
    MUST(p.cx, site_menu_put(p.cx, &m));
    m.dishes = S("红烧鱼");
    MUST(p.cx, site_menu_put(p.cx, &m));
    MUST(p.cx, site_menu(p.cx, canteen.id, today, today, &meals));
    assert_int_equal(meals.n, 2);
    assert_true(meals.at[0].meal == SITE_LUNCH && str_is(meals.at[0].dishes, "红烧鱼"));
    m.dishes = S("");
    MUST(p.cx, site_menu_put(p.cx, &m));
    meals.n = 0;
    MUST(p.cx, site_menu(p.cx, canteen.id, today, today, &meals));
    assert_int_equal(meals.n, 1);
    m.part_id = hall.id;
    EXPECT(p.cx, site_menu_put(p.cx, &m), ERR_INPUT);
    m.part_id = canteen.id;
    m.day = today + 90;
    EXPECT(p.cx, site_menu_put(p.cx, &m), ERR_INPUT);
}

/* ---- the sheet for the door ---- */

/* Another number as soon as it says something else, and only then. */
static void the_sheet_has_a_number(void **state)
{
    struct places p = make();
    struct site_view v;
    site_view_list parts = {0};
    struct str was, is;
    (void)state;
    MUST(p.cx, site_whole(p.cx, &p.near, &v, &parts));
    was = site_paper_version(p.cx, &v, &parts);
    assert_int_equal(was.n, 8);
    struct site_notice n = told(&p.near, "2026-03-25", "2026-03-25", "不开");
    MUST(p.cx, site_notice_put(p.cx, &n));
    MUST(p.cx, site_whole(p.cx, &p.near, &v, &parts));
    is = site_paper_version(p.cx, &v, &parts);
    assert_true(str_eq(is, was));
    struct site_week w = week("8:30-12:00 14:00-18:00", "9:00-12:00");
    MUST(p.cx, site_week_put(p.cx, p.near.id, 0, &w));
    MUST(p.cx, site_whole(p.cx, &p.near, &v, &parts));
    is = site_paper_version(p.cx, &v, &parts);
    assert_false(str_eq(is, was));
    add_part(&p, &p.near, SITE_CANTEEN, "食堂");
    MUST(p.cx, site_whole(p.cx, &p.near, &v, &parts));
    assert_false(str_eq(site_paper_version(p.cx, &v, &parts), is));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_site_is_put_and_read, end),
        cmocka_unit_test_teardown(the_first_of_two_wins, end),
        cmocka_unit_test_teardown(everybody_keeps_his_own, end),
        cmocka_unit_test_teardown(what_is_gone_is_told_nowhere, end),
        cmocka_unit_test_teardown(the_nearest_first, end),
        cmocka_unit_test_teardown(a_place_has_its_nearest_site, end),
        cmocka_unit_test_teardown(one_asks_by_code_or_words, end),
        cmocka_unit_test_teardown(a_part_has_its_hours_or_the_houses, end),
        cmocka_unit_test_teardown(closed_is_told_in_time, end),
        cmocka_unit_test_teardown(taken_back_it_does_not_hold, end),
        cmocka_unit_test_teardown(a_part_closes_with_its_house, end),
        cmocka_unit_test_teardown(a_day_that_the_community_gave_itself, end),
        cmocka_unit_test_teardown(what_lacks_has_a_word_and_an_owner, end),
        cmocka_unit_test_teardown(what_is_cooked, end),
        cmocka_unit_test_teardown(the_sheet_has_a_number, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
