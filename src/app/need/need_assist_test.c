/* need_assist_test -- who gets a need, who helps with it, what both sides of a whistle say, and a
 * request to park that is refused. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_test.h"

static bool offers(struct town *t, const char *who, const char *step)
{
    flow_step_list steps = {0};
    struct need n = {0};
    act(t, who);
    MUST(t->cx, need_get(t->cx, t->n.id, &n));
    MUST(t->cx, need_steps(t->cx, &n, false, &steps));
    for (size_t i = 0; i < steps.n; i++)
        if (str_is(str_c(step), steps.at[i]->code))
            return true;
    return false;
}

/* ---- parking refused ---- */

static void a_refused_parking_leaves_the_clock_as_it_was(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need_event last = {0};
    to_handling(t, "屋顶要大修");
    int64_t due = t->n.due_at, promise = t->n.promise_at;
    assert_false(offers(t, "leader", "park_no"));
    NOT(t, ERR_CONFLICT, "leader", "park_no", .text = S("没有人申请"));
    assert_true(offers(t, "物一", "ask_park"));
    GO(t, "物一", "ask_park", .reason = S("money"), .text = S("维修资金没批"));
    assert_false(offers(t, "物一", "ask_park")); /* one is enough */
    test_advance(MS_HOUR);
    GO(t, "dispatcher", "note", .text = S("问过业委会")); /* no decision */
    assert_true(offers(t, "leader", "park_no"));
    NOT(t, ERR_DENIED, "duty_lead", "park_no", .text = S("先修急的"));
    NOT(t, ERR_DENIED, "物一", "park_no", .text = S("先修急的"));
    NOT(t, ERR_INPUT, "leader", "park_no", .text = S(""));
    GO(t, "leader", "park_no", .text = S("资金已落实，先修漏水那一处"));
    is_in(t, NEED_HANDLING);
    assert_true(t->n.due_at == due && t->n.promise_at == promise && t->n.review_at == 0);
    assert_int_equal(said(t, "slip", NULL), 0);
    assert_int_equal(said(t, "park_no", &last), 1);
    assert_false(last.is_public); /* the resident was never told of a pause */
    assert_true(last.to_person == town_post("物一")->person_id);
    assert_false(offers(t, "leader", "park_no"));
    NOT(t, ERR_CONFLICT, "leader", "park_no", .text = S("再说一遍"));
    GO(t, "物一", "ask_park", .reason = S("season"),
       .text = S("雨季不能动屋面")); /* may ask again */
    GO(t, "物一", "report", .text = S("漏水的那一处补好了，不漏了。"), .answer_code = S("partly"));
    GO(t, "verifier", "rework", .reason = S("not_done"), .text = S("还在滴水"));
    assert_false(offers(t, "leader", "park_no")); /* moved on since: the request is void */
}

/* ---- who gets it ---- */

static void one_post_of_a_unit_gets_it_by_itself(void **state)
{
    (void)state;
    struct town *t = town_make();
    const struct town_post *cleaner = town_post("洁一");
    to_accepted(t, "楼道堆了纸箱");
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_CLEANERS].id);
    assert_true(t->n.owner_person == cleaner->person_id && t->n.owner_post == cleaner->post_id);
    to_dispatched(t, "灯坏了"); /* two posts of the property firm: it divides the work */
    assert_true(t->n.owner_person == 0 && t->n.owner_post == 0);
    to_accepted(t, "灯又坏了");
    NOT(t, ERR_INPUT, "dispatcher", "dispatch", .org_id = t->org[ORG_PROPERTY].id,
        .person_id = cleaner->person_id);
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_PROPERTY].id,
       .person_id = town_post("物二")->person_id);
    assert_true(t->n.owner_person == town_post("物二")->person_id);
    to_accepted(t, "想问网格的事"); /* grid worker before building leader */
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_GRID].id);
    assert_true(t->n.owner_person == town_post("grid_worker")->person_id);
    to_accepted(t, "请值班的来办"); /* a post of the unit that handles nothing */
    NOT(t, ERR_INPUT, "dispatcher", "dispatch", .org_id = t->org[ORG_CENTRE].id,
        .person_id = town_post("duty_lead")->person_id);
}

/* Of many building leaders of one group, the one of this building. */
static void the_post_of_the_place_gets_it(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct place other = {0};
    struct post here = {.role = S("building_leader"), .title = S("7 栋楼栋长")}, there = here;
    struct org group = {.tier = S(""),
                        .kind = S("group"),
                        .code = S("LZ"),
                        .name = S("LZ"),
                        .short_name = S("LZ"),
                        .place_id = t->estate.id,
                        .phone = S("")};
    MUST(t->cx, org_add(t->cx, &group));
    town_place(t, &other, &t->estate, "building", "YL-08", "依澜雅居 8 栋");
    here.org_id = there.org_id = group.id;
    here.place_id = t->building.id;
    there.place_id = other.id;
    MUST(t->cx, org_post_add(t->cx, &there));
    MUST(t->cx, org_post_add(t->cx, &here));
    MUST(t->cx, org_appoint(t->cx, there.id, town_post("物一")->person_id, false, true));
    MUST(t->cx, org_appoint(t->cx, here.id, town_post("物二")->person_id, false, true));
    to_accepted(t, "楼道堆物");
    GO(t, "dispatcher", "dispatch", .org_id = group.id);
    assert_true(t->n.owner_post == here.id);
    assert_true(t->n.owner_person == town_post("物二")->person_id);
}

static void a_deputy_gets_it_while_the_post_is_vacant(void **state)
{
    (void)state;
    struct town *t = town_make();
    const struct town_post *cleaner = town_post("洁一"), *other = town_post("物二");
    MUST(t->cx, org_appoint(t->cx, cleaner->post_id, other->person_id, true, false));
    to_accepted(t, "楼道堆了纸箱");
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_CLEANERS].id);
    assert_true(t->n.owner_person == cleaner->person_id);
    MUST(t->cx, org_appoint(t->cx, cleaner->post_id, 0, false, false));
    to_accepted(t, "又堆了纸箱");
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_CLEANERS].id);
    assert_true(t->n.owner_person == other->person_id && t->n.owner_post == cleaner->post_id);
}

static void danger_is_taken_by_whom_it_was_given_to(void **state)
{
    (void)state;
    struct town *t = town_make();
    ask(t, "电梯困人");
    GO(t, "dispatcher", "accept", .duty_id = t->lift.id);
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_CLEANERS].id);
    assert_true(offers(t, "洁一", "take"));
    GO(t, "洁一", "take", 0);
    assert_false(offers(t, "洁一", "take"));
    live_until(t, t->cx->now + 31 * MS_MINUTE);
    GO(t, "dispatcher", "note", .text = S("看看"));
    assert_false(t->n.supervised);
}

static void the_kind_is_set_by_who_accepts(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need seen = {0};
    ask(t, "物业的人说话难听");
    assert_true(str_is(t->n.kind, "help"));
    NOT(t, ERR_INPUT, "dispatcher", "accept", .duty_id = t->lamp.id, .kind = S("riddle"));
    GO(t, "dispatcher", "accept", .duty_id = t->lamp.id, .kind = S("complaint"));
    assert_true(str_is(t->n.kind, "complaint"));
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_PROPERTY].id);
    act(t, "物一");
    MUST(t->cx, need_get(t->cx, t->n.id, &seen));
    assert_int_equal(seen.contact.n + seen.name.n, 0);
}

/* ---- both sides of a whistle ---- */

static void both_sides_of_a_whistle_speak_once(void **state)
{
    (void)state;
    struct town *t = town_make();
    int64_t cleaners = t->org[ORG_CLEANERS].id;
    need_assist_list all = {0};
    to_handling(t, "楼道堆物还有电线");
    NOT(t, ERR_INPUT, "area_staff", "whistle_rate", .org_id = cleaners, .reason = S("helped"));
    GO(t, "area_staff", "whistle", .org_id = cleaners, .text = S("请到场清运"));
    assert_false(offers(t, "area_staff", "whistle_rate"));
    NOT(t, ERR_CONFLICT, "area_staff", "whistle_rate", .org_id = cleaners, .reason = S("helped"));
    NOT(t, ERR_DENIED, "洁一", "whistle_back", .reason = S("proper")); /* first it answers */
    GO(t, "洁一", "whistle_ack", .text = S("下午三点到"));
    assert_true(offers(t, "area_staff", "whistle_rate") && offers(t, "洁一", "whistle_back"));
    assert_false(offers(t, "物一", "whistle_back"));
    NOT(t, ERR_DENIED, "物一", "whistle_back", .reason = S("proper"));
    NOT(t, ERR_DENIED, "洁一", "whistle_rate", .org_id = cleaners, .reason = S("helped"));
    NOT(t, ERR_INPUT, "area_staff", "whistle_rate", .org_id = cleaners, .reason = S("best"));
    NOT(t, ERR_INPUT, "area_staff", "whistle_rate", .org_id = cleaners, .reason = S("late"));
    GO(t, "area_staff", "whistle_rate", .org_id = cleaners, .reason = S("late"),
       .text = S("等了两小时"));
    NOT(t, ERR_CONFLICT, "duty_lead", "whistle_rate", .org_id = cleaners, .reason = S("helped"));
    GO(t, "物一", "report", .text = S("堆物清走了，电线包好了。"), .answer_code = S("done"));
    GO(t, "verifier", "verify", 0);
    GO(t, "dispatcher", "close", 0);
    GO(t, "洁一", "whistle_back", .reason = S("proper")); /* after the end too */
    NOT(t, ERR_DENIED, "洁一", "whistle_back", .reason = S("needless"), .text = S("改主意"));
    is_in(t, NEED_DONE);
    act(t, "duty_lead");
    MUST(t->cx, need_whistles(t->cx, 0, 10, &all));
    assert_int_equal(all.n, 1);
    assert_true(all.at[0].need_id == t->n.id && all.at[0].org_id == cleaners);
    assert_true(str_is(all.at[0].help_rating, "late") && str_is(all.at[0].help_note, "等了两小时"));
    assert_true(str_is(all.at[0].call_rating, "proper"));
    need_event_list told = {0}; /* nothing of it reaches the resident */
    MUST(t->cx, need_history(t->cx, t->n.id, true, &told));
    for (size_t i = 0; i < told.n; i++)
        assert_false(str_starts(told.at[i].step, S("whistle")));
}

static void what_units_said_is_erased_with_the_need(void **state)
{
    (void)state;
    struct town *t = town_make();
    int64_t cleaners = t->org[ORG_CLEANERS].id;
    need_assist_list all = {0};
    to_handling(t, "楼道堆物还有电线");
    GO(t, "area_staff", "whistle", .org_id = cleaners, .text = S("请到 502 王奶奶家门口清运"));
    GO(t, "洁一", "whistle_ack", .text = S("王奶奶说下午三点在家"));
    GO(t, "area_staff", "whistle_rate", .org_id = cleaners, .reason = S("late"),
       .text = S("王奶奶等了两小时"));
    GO(t, "洁一", "whistle_back", .reason = S("needless"), .text = S("王奶奶自己搬走了"));
    GO(t, "物一", "report", .text = S("堆物清走了，电线包好了。"), .answer_code = S("done"));
    GO(t, "verifier", "verify", 0);
    GO(t, "dispatcher", "close", 0);
    MUST(t->cx, need_subject.erase(t->cx, t->n.id));
    act(t, "duty_lead");
    MUST(t->cx, need_whistles(t->cx, 0, 10, &all));
    assert_int_equal(all.n, 1);
    const struct need_assist *a = &all.at[0];
    assert_int_equal(a->asked.n + a->answer.n + a->help_note.n + a->call_note.n, 0);
    assert_true(str_is(a->help_rating, "late")); /* figures stay */
}

static void who_never_came_is_rated_after_the_term(void **state)
{
    (void)state;
    struct town *t = town_make();
    int64_t cleaners = t->org[ORG_CLEANERS].id;
    need_assist_list helps = {0};
    to_handling(t, "没人应哨");
    GO(t, "leader", "whistle", .org_id = cleaners, .text = S("请到场"));
    live_until(t, time_of(2026, 3, 17, 17, 31));
    assert_true(offers(t, "dispatcher", "whistle_rate"));
    GO(t, "dispatcher", "whistle_rate", .org_id = cleaners, .reason = S("absent"),
       .text = S("一天没有人来"));
    act(t, "building_leader"); /* reads no notes among staff */
    MUST(t->cx, need_helps(t->cx, t->n.id, &helps));
    assert_int_equal(helps.n, 0);
    act(t, "物二");
    MUST(t->cx, need_helps(t->cx, t->n.id, &helps));
    assert_int_equal(helps.n, 1);
    to_dispatched(t, "与保洁无关的事");
    act(t, "洁一");
    EXPECT(t->cx, need_helps(t->cx, t->n.id, &helps), ERR_MISSING);
}

static void nobody_judges_his_own_unit(void **state)
{
    (void)state;
    struct town *t = town_make();
    int64_t centre = t->org[ORG_CENTRE].id;
    to_handling(t, "要中心来人");
    GO(t, "dispatcher", "whistle", .org_id = centre, .text = S("请到场"));
    GO(t, "clerk", "whistle_ack", .text = S("马上到"));
    assert_false(offers(t, "dispatcher", "whistle_rate"));
    NOT(t, ERR_DENIED, "dispatcher", "whistle_rate", .org_id = centre, .reason = S("helped"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_refused_parking_leaves_the_clock_as_it_was, end),
        cmocka_unit_test_teardown(one_post_of_a_unit_gets_it_by_itself, end),
        cmocka_unit_test_teardown(the_post_of_the_place_gets_it, end),
        cmocka_unit_test_teardown(a_deputy_gets_it_while_the_post_is_vacant, end),
        cmocka_unit_test_teardown(danger_is_taken_by_whom_it_was_given_to, end),
        cmocka_unit_test_teardown(the_kind_is_set_by_who_accepts, end),
        cmocka_unit_test_teardown(both_sides_of_a_whistle_speak_once, end),
        cmocka_unit_test_teardown(what_units_said_is_erased_with_the_need, end),
        cmocka_unit_test_teardown(who_never_came_is_rated_after_the_term, end),
        cmocka_unit_test_teardown(nobody_judges_his_own_unit, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
