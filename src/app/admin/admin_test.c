/* admin_test -- a change of a post or of the calendar with all that follows from it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_test.h"
#include "app/admin/admin.h"

static const struct job_kind all_jobs[] = {{"need.", need_job}, {"post.", admin_job}};

/* A need in the hands of 物一, whose post is `post`. */
static int64_t begin(struct town *t)
{
    to_accepted(t, "灯坏了");
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_PROPERTY].id,
       .person_id = town_post("物一")->person_id);
    act(t, "admin");
    test_advance(MS_MINUTE);
    return town_post("物一")->post_id;
}

static int64_t newest(struct town *t, int64_t post)
{
    holding_list all = {0};
    MUST(t->cx, org_holdings(t->cx, post, &all));
    return all.at[0].id;
}

static int64_t owner(struct town *t)
{
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
    return t->n.owner_person;
}

static void jobs_until(struct town *t, int64_t at)
{
    int done = 1;
    test_advance(at - t->cx->now);
    while (done)
        MUST(t->cx, job_run(t->cx, all_jobs, COUNT(all_jobs), 50, &done));
}

static void an_appointment_takes_the_work_along(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct admin_turn turn;
    holding_list all = {0};
    int64_t post = begin(t);
    const struct appointment a = {
        .post_id = post, .person_id = town_post("洁一")->person_id, .follows_id = newest(t, post)};
    MUST(t->cx, admin_appoint(t->cx, &a, &turn));
    assert_true(turn.to_person == 1 && turn.to_unit == 0 && turn.begins_at == t->cx->now);
    assert_true(owner(t) == town_post("洁一")->person_id);
    MUST(t->cx, org_holdings(t->cx, post, &all));
    assert_true(str_is(all.at[0].by_name, "管一") && str_is(all.at[1].ended_name, "管一"));
}

static void a_planned_one_takes_it_along_on_its_day(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct admin_turn turn;
    int64_t post = begin(t), day = time_day_start(time_day(t->cx->now) + 3);
    const struct appointment a = {.post_id = post,
                                  .person_id = town_post("洁一")->person_id,
                                  .from_at = day,
                                  .follows_id = newest(t, post)};
    MUST(t->cx, admin_appoint(t->cx, &a, &turn));
    assert_true(turn.begins_at == day && turn.to_person == 0);
    assert_true(owner(t) == town_post("物一")->person_id);
    jobs_until(t, day - MS_MINUTE);
    assert_true(owner(t) == town_post("物一")->person_id);
    jobs_until(t, day);
    assert_true(owner(t) == town_post("洁一")->person_id);
}

static void a_plan_called_off_leaves_the_work(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct admin_turn turn;
    int64_t post = begin(t), day = time_day_start(time_day(t->cx->now) + 3);
    const struct appointment a = {.post_id = post,
                                  .person_id = town_post("洁一")->person_id,
                                  .from_at = day,
                                  .follows_id = newest(t, post)};
    MUST(t->cx, admin_appoint(t->cx, &a, &turn));
    MUST(t->cx, admin_end(t->cx, newest(t, post), 0, &turn));
    jobs_until(t, day + MS_DAY);
    assert_true(owner(t) == town_post("物一")->person_id);
    EXPECT(t->cx, admin_job(t->cx, S("post.other"), post, S("")), ERR_INPUT);
}

static void who_leaves_leaves_nothing_behind(void **state)
{
    (void)state;
    struct town *t = town_make();
    admin_turn_list turns = {0};
    holding_list held = {0};
    struct access access;
    int64_t post = begin(t), person = town_post("物一")->person_id;
    MUST(t->cx, org_appoint(t->cx, town_post("网一")->post_id, person, true, false));
    MUST(t->cx, admin_leave(t->cx, person, &turns));
    assert_int_equal(turns.n, 2);
    assert_int_equal(turns.at[0].to_unit + turns.at[1].to_unit, 1); /* 物二 is of the unit */
    assert_true(owner(t) == 0 && t->n.owner_post == 0);
    MUST(t->cx, org_held(t->cx, person, &held));
    for (size_t i = 0; i < held.n; i++)
        assert_true(holding_when(t->cx, &held.at[i]) != HOLDING_NOW);
    MUST(t->cx, account_access(t->cx, person, &access));
    assert_int_equal(access.sessions, 0);
    const struct appointment a = {.post_id = post, .person_id = person};
    struct admin_turn turn;
    EXPECT(t->cx, admin_appoint(t->cx, &a, &turn), ERR_INPUT);
}

static void an_administrator_stays_till_another_comes(void **state)
{
    (void)state;
    struct town *t = town_make();
    admin_turn_list turns = {0};
    struct admin_turn turn;
    begin(t);
    int64_t own = newest(t, town_post("admin")->post_id);
    EXPECT(t->cx, admin_end(t->cx, own, 0, &turn), ERR_DENIED);
    EXPECT(t->cx, admin_leave(t->cx, town_post("admin")->person_id, &turns), ERR_DENIED);
    act(t, "security");
    MUST(t->cx, admin_end(t->cx, own, 0, &turn));
    own = newest(t, town_post("security")->post_id);
    EXPECT(t->cx, admin_end(t->cx, own, 0, &turn), ERR_DENIED);
}

static void nobody_is_two_of_the_three(void **state)
{
    (void)state;
    struct town *t = town_make();
    admin_turn_list turns = {0};
    struct admin_turn turn;
    begin(t);
    struct person both = {.name = S("新同事"), .active = true};
    MUST(t->cx, account_add(t->cx, &both, S("")));
    struct appointment a = {.post_id = town_post("auditor")->post_id, .person_id = both.id};
    EXPECT(t->cx, admin_appoint(t->cx, &a, &turn), ERR_DENIED); /* those who watch him */
    EXPECT(t->cx, admin_leave(t->cx, town_post("security")->person_id, &turns), ERR_DENIED);
    act(t, "security");
    a.person_id = town_post("admin")->person_id;
    assert_int_equal(admin_appoint(t->cx, &a, &turn), ERR_INPUT);
    assert_true(str_find(t->cx->fault.fields.at[0].message, S("系统管理员")) > 0);
    fault_clear(t->cx);
    a.post_id = town_post("clerk")->post_id;
    EXPECT(t->cx, admin_appoint(t->cx, &a, &turn), ERR_DENIED); /* all others are not his */
    a = (struct appointment){
        .post_id = town_post("admin")->post_id, .person_id = both.id, .is_deputy = true};
    MUST(t->cx, admin_appoint(t->cx, &a, &turn));
    a.post_id = town_post("auditor")->post_id;
    EXPECT(t->cx, admin_appoint(t->cx, &a, &turn), ERR_INPUT);
    MUST(t->cx, admin_end(t->cx, newest(t, town_post("admin")->post_id), 0, &turn));
    MUST(t->cx, admin_appoint(t->cx, &a, &turn)); /* no longer: he may be another */
}

/* Whoever gives posts does not take one that sees residents' data, nor gets a seat beside it. */
static void an_administrator_has_no_other_post(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct admin_turn turn;
    begin(t);
    struct appointment a = {.post_id = town_post("dispatcher")->post_id,
                            .person_id = town_post("admin")->person_id,
                            .is_deputy = true};
    EXPECT(t->cx, admin_appoint(t->cx, &a, &turn), ERR_INPUT);
    a.from_at = t->cx->now + 3 * MS_DAY; /* nor later */
    EXPECT(t->cx, admin_appoint(t->cx, &a, &turn), ERR_INPUT);
    act(t, "security");
    a = (struct appointment){.post_id = town_post("auditor")->post_id,
                             .person_id = town_post("dispatcher")->person_id,
                             .is_deputy = true};
    EXPECT(t->cx, admin_appoint(t->cx, &a, &turn), ERR_INPUT);
    a.person_id = town_post("privacy_officer")->person_id;
    EXPECT(t->cx, admin_appoint(t->cx, &a, &turn), ERR_INPUT);
    a = (struct appointment){.post_id = town_post("privacy_officer")->post_id,
                             .person_id = town_post("security")->person_id,
                             .is_deputy = true};
    EXPECT(t->cx, admin_appoint(t->cx, &a, &turn), ERR_INPUT);
}

static void a_new_calendar_is_looked_at_and_then_moves(void **state)
{
    (void)state;
    struct town *t = town_make();
    calendar_change_list all = {0};
    const struct worktime *thought;
    struct need before;
    int64_t would, moved;
    begin(t);
    before = t->n;
    MUST(t->cx, clock_read_changes(t->cx, S("2026-03-17 休 停电检修"), &all));
    MUST(t->cx, clock_calendar_if(t->cx, &all, &thought));
    MUST(t->cx, need_would_move(t->cx, thought, &would));
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
    assert_true(would == 1 && t->n.version == before.version);
    MUST(t->cx, admin_calendar(t->cx, &all, &moved));
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
    assert_int_equal(moved, would);
    assert_true(t->n.promise_at > before.promise_at);
    assert_int_equal(said(t, "slip", NULL), 1);
    MUST(t->cx, admin_calendar(t->cx, &all, &moved));
    assert_int_equal(moved, 0);
}

static void shapes_are_sound(void **state)
{
    (void)state;
    town_make();
    for (size_t i = 0; i < admin_api_feature.nshapes; i++)
        assert_null(shape_fault(admin_api_feature.shapes[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(an_appointment_takes_the_work_along, end),
        cmocka_unit_test_teardown(a_planned_one_takes_it_along_on_its_day, end),
        cmocka_unit_test_teardown(a_plan_called_off_leaves_the_work, end),
        cmocka_unit_test_teardown(who_leaves_leaves_nothing_behind, end),
        cmocka_unit_test_teardown(an_administrator_stays_till_another_comes, end),
        cmocka_unit_test_teardown(nobody_is_two_of_the_three, end),
        cmocka_unit_test_teardown(an_administrator_has_no_other_post, end),
        cmocka_unit_test_teardown(a_new_calendar_is_looked_at_and_then_moves, end),
        cmocka_unit_test_teardown(shapes_are_sound, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
