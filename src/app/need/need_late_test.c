/* need_late_test -- what comes late or by itself: a post that changes hands, a limit that is over,
 * silence, and whoever must not be told of it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_test.h"
#include "app/outbox/outbox.h"
#include <stdio.h>
#include <string.h>

/* ---- complaints that go on by themselves ---- */

/* A complaint that the property has; `who` of it takes care. */
static void complain(struct town *t, const char *who)
{
    ask(t, "收费不开票");
    GO(t, "dispatcher", "accept", .duty_id = t->lamp.id, .level = S("L2"), .kind = S("complaint"));
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_PROPERTY].id,
       .person_id = town_post(who)->person_id);
}

static void declare(struct town *t, const char *who, const char *answer)
{
    act(t, who);
    MUST(t->cx, need_declare(t->cx, t->n.id, str_c(answer)));
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
}

/* The post of `from` ends; `to` has it then, or nobody. */
static struct need_handed hand(struct town *t, const char *from, const char *to)
{
    struct need_handed told;
    int64_t post = town_post(from)->post_id, to_person = to ? town_post(to)->person_id : 0;
    act(t, "admin");
    test_advance(MS_MINUTE);
    MUST(t->cx, org_appoint(t->cx, post, to_person, false, false));
    test_advance(MS_MINUTE);
    MUST(t->cx, need_handover(t->cx, post, &told));
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
    return told;
}

static bool desk_may(struct town *t, const char *step)
{
    flow_step_list steps = {0};
    struct need n;
    act(t, "dispatcher");
    MUST(t->cx, need_get(t->cx, t->n.id, &n));
    MUST(t->cx, need_steps(t->cx, &n, false, &steps));
    for (size_t i = 0; i < steps.n; i++)
        if (strcmp(steps.at[i]->code, step) == 0)
            return true;
    return false;
}

static void is_back_at_the_desk(struct town *t, const struct need_handed *told)
{
    is_in(t, NEED_ACCEPTED);
    assert_int_equal(t->n.owner_org + t->n.owner_post + t->n.owner_person, 0);
    assert_int_equal(told->raised, 1);
    assert_int_equal(told->to_person + told->to_unit, 0);
    assert_true(t->n.supervised);
    assert_true(desk_may(t, "dispatch"));
}

static void a_post_hands_no_complaint_to_whom_it_is_about(void **state)
{
    (void)state;
    struct town *t = town_make();
    complain(t, "物一");
    declare(t, "物二", "subject");
    assert_int_equal(t->n.owner_person, town_post("物一")->person_id);
    struct need_handed told = hand(t, "物一", "物二");
    is_back_at_the_desk(t, &told);
}

static void nor_does_a_post_that_is_vacant(void **state)
{
    (void)state;
    struct town *t = town_make();
    complain(t, "物一");
    declare(t, "物二", "subject");
    struct need_handed told = hand(t, "物一", NULL);
    is_back_at_the_desk(t, &told);
}

static void others_of_the_unit_go_on_with_it(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need_event e = {0};
    complain(t, "物一");
    declare(t, "building_leader", "subject");
    struct need_handed told = hand(t, "物一", "building_leader");
    assert_int_equal(told.to_unit, 1);
    is_in(t, NEED_DISPATCHED);
    assert_int_equal(t->n.owner_org, t->org[ORG_PROPERTY].id);
    assert_int_equal(t->n.owner_person, 0);
    assert_int_equal(said(t, "handover", &e), 1);
    assert_true(e.is_public && str_find(e.text, S("由主办单位接着办")) >= 0);
    GO(t, "dispatcher", "note", .text = S("物二可以办"));
}

static void what_is_no_complaint_goes_to_the_new_one(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_accepted(t, "楼道灯不亮");
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_PROPERTY].id,
       .person_id = town_post("物一")->person_id);
    struct need_handed told = hand(t, "物一", "物二");
    assert_int_equal(told.to_person, 1);
    assert_int_equal(t->n.owner_person, town_post("物二")->person_id);
}

/* Events "escalate" that went to this person. */
static size_t went_to(struct town *t, const char *who)
{
    need_event_list all = {0};
    size_t n = 0;
    MUST(t->cx, need_events(t->cx, t->n.id, &all));
    for (size_t i = 0; i < all.n; i++)
        n += str_is(all.at[i].step, "escalate") && all.at[i].to_person == town_post(who)->person_id;
    return n;
}

static void nobody_is_asked_to_see_to_a_complaint_about_himself(void **state)
{
    (void)state;
    struct town *t = town_make();
    complain(t, "物一");
    declare(t, "building_leader", "subject");
    live_until(t, t->cx->now + 20 * MS_DAY);
    assert_int_equal(went_to(t, "building_leader"), 0);
    assert_true(went_to(t, "grid_worker") > 0);
    assert_true(went_to(t, "leader") > 0);
    to_dispatched(t, "楼道灯不亮");
    live_until(t, t->cx->now + 20 * MS_DAY);
    assert_true(went_to(t, "building_leader") > 0);
}

static void nor_is_anybody_of_the_unit_that_it_is_about(void **state)
{
    (void)state;
    struct town *t = town_make();
    complain(t, "物一");
    act(t, "dispatcher");
    MUST(t->cx,
         need_guard_set(t->cx, t->n.id, &(struct need_guard){.org_id = t->org[ORG_GRID].id}));
    live_until(t, t->cx->now + 20 * MS_DAY);
    assert_int_equal(went_to(t, "building_leader") + went_to(t, "grid_worker"), 0);
    assert_true(went_to(t, "area_staff") > 0);
}

/* ---- silence ---- */

static void whose_main_one_is_silent_is_done_for_himself(void **state)
{
    (void)state;
    struct town *t = town_make();
    ask(t, "三楼的灯不亮");
    struct need joined = t->n;
    ask(t, "楼道灯坏了");
    struct need main_need = t->n;
    t->n = joined;
    GO(t, "dispatcher", "merge", .target_id = main_need.id, .reason = S("same_thing"));
    t->n = main_need;
    GO(t, "dispatcher", "ask", .text = S("请问是几号楼几单元的灯？"));
    live_until(t, t->cx->now + 8 * MS_DAY);
    MUST(t->cx, need_load(t->cx, main_need.id, &t->n));
    is_in(t, NEED_CANNOT);
    MUST(t->cx, need_load(t->cx, joined.id, &t->n));
    is_in(t, NEED_RECEIVED);
    assert_int_equal(t->n.answer.n + (size_t)t->n.closed_at, 0);
}

/* What joined one that is still done has no answer to be asked about. */
static void who_joined_is_called_when_the_main_one_is_answered(void **state)
{
    (void)state;
    struct town *t = town_make();
    need_list page = {0};
    struct str next;
    ask(t, "三楼的灯不亮");
    struct need joined = t->n;
    to_handling(t, "路灯，灯不亮");
    struct need main_need = t->n;
    t->n = joined;
    GO(t, "dispatcher", "merge", .target_id = main_need.id, .reason = S("same_thing"));
    act(t, "verifier");
    MUST(t->cx, need_waiting(t->cx, NEED_WAITS_CALL, S(""), 10, &page, &next));
    assert_int_equal(page.n, 0);
    t->n = main_need;
    GO(t, "物一", "report", .text = S("换了新灯泡，楼道亮了。"), .answer_code = S("done"));
    GO(t, "verifier", "verify", 0);
    GO(t, "dispatcher", "close", 0);
    act(t, "verifier");
    MUST(t->cx, need_waiting(t->cx, NEED_WAITS_CALL, S(""), 10, &page, &next));
    assert_int_equal(page.n, 2);
}

static void put_to_the_leader(struct town *t)
{
    to_done(t, "路灯，灯不亮");
    GO(t, NULL, "rate", .rating = S("dissatisfied"), .reason = S("not_solved"));
    GO(t, "物一", "contact", .outcome = S("reached"));
    GO(t, "物一", "report", .text = S("又换了一次灯泡，亮了。"), .answer_code = S("done"));
    GO(t, "verifier", "verify", 0);
    GO(t, "dispatcher", "close", 0);
    test_advance(MS_HOUR);
    GO(t, NULL, "rate", .rating = S("dissatisfied"), .reason = S("not_solved"));
}

static size_t for_the_leader(struct town *t)
{
    need_list page = {0};
    struct str next;
    act(t, "leader");
    MUST(t->cx, need_waiting(t->cx, NEED_WAITS_LEADER, S(""), 10, &page, &next));
    return page.n;
}

static void a_leader_who_does_not_decide_is_reminded_and_the_asker_told(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need_event e = {0};
    put_to_the_leader(t);
    int64_t asked = t->cx->now;
    size_t before = said(t, "remind", NULL);
    live_until(t, asked + 13 * MS_DAY);
    assert_int_equal(said(t, "remind", &e), before + 1);
    assert_int_equal(e.to_person, town_post("leader")->person_id);
    live_until(t, asked + 15 * MS_DAY - 1);
    assert_int_equal(for_the_leader(t), 1);
    assert_int_equal(said(t, "undecided", NULL), 0);
    live_until(t, asked + 15 * MS_DAY);
    assert_int_equal(for_the_leader(t), 0);
    assert_int_equal(said(t, "undecided", &e), 1);
    assert_true(e.is_public && str_find(e.text, t->n.number) >= 0);
    assert_true(str_find(e.text, S("请重新说一件")) >= 0);
    NOT(t, ERR_CONFLICT, "leader", "uphold", .text = S("再看过了，维持。"));
    live_until(t, asked + 60 * MS_DAY);
    assert_int_equal(said(t, "undecided", NULL), 1);
}

static void what_the_leader_decided_is_over(void **state)
{
    (void)state;
    struct town *t = town_make();
    put_to_the_leader(t);
    int64_t asked = t->cx->now;
    size_t before = said(t, "remind", NULL);
    test_advance(14 * MS_DAY + 20 * MS_HOUR); /* the jobs are late: he may still */
    GO(t, "leader", "uphold", .text = S("再看过了，维持。"));
    live_until(t, asked + 60 * MS_DAY);
    assert_int_equal(said(t, "undecided", NULL), 0);
    assert_int_equal(said(t, "remind", NULL), before);
    NOT(t, ERR_CONFLICT, "leader", "redo", .text = S("请电工再查"));
}

/* ---- limits that come round again ---- */

static void a_limit_that_comes_back_over_is_overdue(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_handling(t, "路灯，灯不亮");
    int64_t due = t->n.due_at;
    GO(t, "dispatcher", "regrade", .duty_id = t->idea.id, .level = S("L4"), .reason = S("complex"));
    live_until(t, due + MS_HOUR);
    assert_int_equal(said(t, "overdue", NULL), 0);
    GO(t, "dispatcher", "regrade", .duty_id = t->lamp.id, .level = S("L2"),
       .reason = S("wrong_row"));
    assert_int_equal(t->n.due_at, due);
    live_until(t, due + 10 * MS_DAY);
    assert_int_equal(said(t, "overdue", NULL), 1);
    assert_true(said(t, "escalate", NULL) > 1);
    assert_true(t->n.supervised || (need_load(t->cx, t->n.id, &t->n) == OK && t->n.supervised));
    /* one that is over and stays where it is was told */
    GO(t, "dispatcher", "regrade", .duty_id = t->lamp.id, .level = S("L2"),
       .reason = S("wrong_row"));
    live_until(t, t->cx->now + 10 * MS_DAY);
    assert_int_equal(said(t, "overdue", NULL), 1);
}

static void who_was_refused_more_time_may_ask_again(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_handling(t, "路灯，灯不亮");
    const int64_t until = t->n.due_at + MS_DAY;
    for (int i = 0; i < 2; i++) {
        GO(t, "物一", "extend", .reason = S("materials"), .text = S("等灯泡"), .until_at = until);
        GO(t, "duty_lead", "extend_no", .text = S("换个日子再申请"));
    }
    GO(t, "物一", "extend", .reason = S("materials"), .text = S("等灯泡"), .until_at = until);
    GO(t, "duty_lead", "extend_ok", 0);
    NOT(t, ERR_CONFLICT, "物一", "extend", .reason = S("materials"), .text = S("等灯泡"),
        .until_at = until + MS_DAY);
}

/* ---- words that leave the house, words that are looked for ---- */

static void what_leaves_the_house_names_no_stairwell(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct adapter robot = {.kind = ADAPTER_HTTP,
                            .name = S("值班群"),
                            .url = S("https://example.com/"),
                            .topics = S("*")};
    outbox_list all = {0};
    act(t, "admin");
    MUST(t->cx, adapter_save(t->cx, &robot));
    MUST(t->cx, adapter_switch(t->cx, robot.id, true));
    to_done(t, "楼道灯不亮");
    assert_true(str_find(t->n.place_text, S("2 单元")) >= 0);
    act(t, "admin");
    MUST(t->cx, outbox_find(t->cx, OUTBOX_WAITING, 50, &all));
    assert_true(all.n > 3);
    size_t named = 0;
    for (size_t i = 0; i < all.n; i++) {
        assert_true(str_find(all.at[i].text, S("单元")) < 0);
        named += str_find(all.at[i].text, S("依澜雅居 7 栋")) >= 0;
    }
    assert_true(named > 3);
}

static size_t finds(struct town *t, const char *text)
{
    struct need_filter f = {.text = str_c(text)};
    need_list page = {0};
    struct str next;
    act(t, "dispatcher");
    MUST(t->cx, need_search(t->cx, &f, &page, &next));
    return page.n;
}

/* On both engines alike. */
static void small_letters_find_what_was_written_in_capitals(void **state)
{
    (void)state;
    struct town *t = town_make();
    place_list places = {0};
    ask(t, "WiFi 连不上");
    GO(t, "dispatcher", "accept", .duty_id = t->lamp.id, .text = S("A座 WiFi 连不上"));
    char number[40];
    snprintf(number, sizeof number, "h%.*s", STR(str_cut(t->n.number, 1, 30)));
    assert_int_equal(finds(t, number), 1);
    assert_int_equal(finds(t, "wifi"), 1);
    assert_int_equal(finds(t, "a座 WIFI"), 1);
    assert_int_equal(finds(t, "b座"), 0);
    MUST(t->cx, place_search(t->cx, S("yl-07"), S(""), 10, &places));
    assert_int_equal(places.n, 2);
    struct person anna = {.name = S("Anna"), .duty_phone = S(""), .login = S("")};
    struct post post = {.role = S("clerk"), .title = S("B区窗口"), .org_id = t->org[0].id};
    person_list people = {0};
    post_card_list posts = {0};
    act(t, "admin");
    MUST(t->cx, account_add(t->cx, &anna, S("")));
    MUST(t->cx, account_people(t->cx, S("ANNA"), true, 10, &people));
    assert_int_equal(people.n, 1);
    MUST(t->cx, org_post_add(t->cx, &post));
    MUST(t->cx, org_posts_found(t->cx, S("b区"), false, 10, &posts));
    assert_int_equal(posts.n, 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_teardown(f, end)
    const struct CMUnitTest tests[] = {
        T(a_post_hands_no_complaint_to_whom_it_is_about),
        T(nor_does_a_post_that_is_vacant),
        T(others_of_the_unit_go_on_with_it),
        T(what_is_no_complaint_goes_to_the_new_one),
        T(nobody_is_asked_to_see_to_a_complaint_about_himself),
        T(nor_is_anybody_of_the_unit_that_it_is_about),
        T(whose_main_one_is_silent_is_done_for_himself),
        T(who_joined_is_called_when_the_main_one_is_answered),
        T(a_leader_who_does_not_decide_is_reminded_and_the_asker_told),
        T(what_the_leader_decided_is_over),
        T(a_limit_that_comes_back_over_is_overdue),
        T(who_was_refused_more_time_may_ask_again),
        T(what_leaves_the_house_names_no_stairwell),
        T(small_letters_find_what_was_written_in_capitals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
