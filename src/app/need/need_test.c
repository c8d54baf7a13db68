/* need_test -- the rules of the loop, one by one: what must work and what must be refused. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_test.h"
#include "app/number/number.h"
#include "base/id.h"
#include "base/out.h"
#include "need.sql.h"
#include <pthread.h>
#include <string.h>

/* ---- opening ---- */

static void a_need_gets_number_key_word_and_date(void **state)
{
    (void)state;
    struct town *t = town_make();
    ask(t, "3 楼楼道灯不亮");
    is_in(t, NEED_RECEIVED);
    assert_true(str_starts(t->n.number, S("H-260316-0001-")));
    assert_int_equal(t->key.n, 26);
    assert_int_equal(t->n.word.n, 4);
    assert_true(t->n.grid_id == t->grid.id);
    assert_true(t->n.promise_at == time_of(2026, 3, 17, 17, 30));
    assert_true(t->n.due_at == t->n.promise_at);
    struct need read = {0};
    act_nobody(t);
    MUST(t->cx, need_by_key(t->cx, t->n.id, t->key, &read));
    assert_true(str_is(read.contact, "13955101234"));
    EXPECT(t->cx, need_by_key(t->cx, t->n.id, S("wrong"), &read), ERR_MISSING);
    EXPECT(t->cx, need_get(t->cx, t->n.id, &read), ERR_MISSING);
    ask(t, "又一件");
    assert_true(str_starts(t->n.number, S("H-260316-0002-")));
}

static void sent_twice_is_one_need(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct str key;
    bool again;
    act_nobody(t);
    struct need a = {
        .place_id = t->stairwell.id, .text = S("灯坏了"), .client_key = id_uuid(t->cx)};
    struct need b = a, c = a;
    MUST(t->cx, need_open(t->cx, &a, &key, &again));
    MUST(t->cx, need_open(t->cx, &b, &key, &again));
    assert_true(again);
    assert_true(a.id == b.id);
    assert_int_equal(key.n, 0);
    c.text = S("别的事");
    EXPECT(t->cx, need_open(t->cx, &c, &key, &again), ERR_CONFLICT);
    struct need bad = {.place_id = t->stairwell.id, .text = S("灯坏了"), .kind = S("riddle")};
    EXPECT(t->cx, need_open(t->cx, &bad, &key, &again), ERR_INPUT);
    struct need nowhere = {.text = S("灯坏了")};
    EXPECT(t->cx, need_open(t->cx, &nowhere, &key, &again), ERR_INPUT);
}

static void a_word_is_tried_ten_times(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need read = {0};
    ask(t, "灯坏了");
    struct str wrong = str_is(t->n.word, "0000") ? S("1111") : S("0000");
    MUST(t->cx, need_by_word(t->cx, t->n.number, t->n.word, &read));
    for (int i = 0; i < NUMBER_TRIES; i++)
        EXPECT(t->cx, need_by_word(t->cx, t->n.number, wrong, &read), ERR_MISSING);
    EXPECT(t->cx, need_by_word(t->cx, t->n.number, t->n.word, &read), ERR_DENIED);
    test_advance(MS_HOUR);
    MUST(t->cx, need_by_word(t->cx, t->n.number, t->n.word, &read));
}

/* ---- who and from where ---- */

static void only_the_table_moves_a_need(void **state)
{
    (void)state;
    struct town *t = town_make();
    ask(t, "灯坏了");
    NOT(t, ERR_CONFLICT, "dispatcher", "dispatch", .org_id = t->org[ORG_PROPERTY].id);
    NOT(t, ERR_DENIED, "leader", "accept", .duty_id = t->lamp.id);
    NOT(t, ERR_MISSING, "admin", "accept", .duty_id = t->lamp.id);
    NOT(t, ERR_MISSING, "物一", "note", .text = S("伸手"));
    NOT(t, ERR_MISSING, "dispatcher", "fly", 0);
    NOT(t, ERR_MISSING, "dispatcher", "open", 0);
    NOT(t, ERR_DENIED, NULL, "accept", .duty_id = t->lamp.id);
    NOT(t, ERR_INPUT, "dispatcher", "accept", 0);
    NOT(t, ERR_INPUT, "dispatcher", "accept", .duty_id = 1);
    NOT(t, ERR_INPUT, "dispatcher", "accept", .duty_id = t->lamp.id, .level = S("L9"));
    is_in(t, NEED_RECEIVED);
    assert_int_equal(t->n.version, 1);
    GO(t, "clerk", "accept", .duty_id = t->lamp.id);
    assert_true(str_is(t->n.level, "L2"));
    assert_true(str_is(t->n.title, "楼道灯不亮"));
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_PROPERTY].id);
    NOT(t, ERR_MISSING, "洁一", "contact", .outcome = S("reached"));
    NOT(t, ERR_DENIED, "网一", "contact", .outcome = S("reached"));
    NOT(t, ERR_INPUT, "物一", "contact", .outcome = S("telepathy"));
    GO(t, "物一", "take", 0);
    GO(t, "物一", "contact", .outcome = S("no_answer"));
    is_in(t, NEED_HANDLING);
}

static void of_fifty_one_wins(void **state)
{
    (void)state;
    struct town *t = town_make();
    ask(t, "灯坏了");
    int won = 0, late = 0;
    for (int i = 0; i < 50; i++) {
        enum err e = move(t, i % 2 ? "dispatcher" : "duty_lead", "accept",
                          M(.duty_id = t->lamp.id, .version = 1));
        won += e == OK;
        late += e == ERR_CONFLICT && t->cx->fault.message.n > 0;
        fault_clear(t->cx);
    }
    assert_int_equal(won, 1);
    assert_int_equal(late, 49);
    /* Two that read the same version: the statement itself lets one through. */
    struct need a = t->n, b = t->n;
    MUST(t->cx, need_save(t->cx, &a));
    EXPECT(t->cx, need_save(t->cx, &b), ERR_CONFLICT);
}

struct racer {
    struct cx *cx;
    const struct town *t;
    enum err result;
};

/* One request of its own thread and connection, run again while the store says busy. */
static void *race(void *arg)
{
    struct racer *r = arg;
    const struct need_move m = {.duty_id = r->t->lamp.id, .version = 1};
    struct need out = {0};
    for (int tries = 0; tries < 50; tries++) {
        fault_clear(r->cx);
        r->result = db_begin(r->cx, true);
        if (r->result != OK)
            continue;
        r->result = need_step(r->cx, r->t->n.id, S("accept"), &m, &out);
        if (r->result == OK)
            r->result = db_commit(r->cx);
        else
            db_rollback(r->cx);
        if (r->result != ERR_BUSY)
            break;
    }
    return NULL;
}

/* SQLite has one writer by design; PostgreSQL must sort them out itself. */
static void of_eight_at_once_one_wins(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct racer racers[8] = {0};
    pthread_t threads[8];
    int won = 0, late = 0;
    ask(t, "灯坏了");
    if (conn_engine(t->cx->db) != ENGINE_PGSQL)
        return;
    test_commit(t->cx);
    act(t, "dispatcher");
    for (size_t i = 0; i < COUNT(racers); i++) {
        racers[i] = (struct racer){.cx = test_other(), .t = t};
        racers[i].cx->who = t->cx->who;
    }
    for (size_t i = 0; i < COUNT(racers); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
    for (size_t i = 0; i < COUNT(racers); i++) {
        pthread_join(threads[i], NULL);
        won += racers[i].result == OK;
        late += racers[i].result == ERR_CONFLICT && racers[i].cx->fault.message.n > 0;
    }
    assert_int_equal(won, 1);
    assert_int_equal(late, 7);
}

static void the_whole_loop(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need_event e = {0};
    to_handling(t, "灯坏了");
    NOT(t, ERR_INPUT, "物一", "report", .text = S("好了"), .answer_code = S("done"));
    NOT(t, ERR_INPUT, "物一", "report", .text = S("换了新灯泡，楼道亮了。"));
    GO(t, "物一", "report", .text = S("换了新灯泡，楼道亮了。"), .answer_code = S("done"));
    assert_true(t->n.handler_person == town_post("物一")->person_id);
    NOT(t, ERR_DENIED, "物一", "verify", 0);
    GO(t, "verifier", "rework", .reason = S("not_done"), .text = S("四楼还不亮"));
    assert_int_equal(t->n.reworks, 1);
    NOT(t, ERR_CONFLICT, "verifier", "verify", 0);
    GO(t, "物二", "report", .text = S("四楼也换了，都亮了。"), .answer_code = S("done"));
    GO(t, "verifier", "verify", 0);
    NOT(t, ERR_INPUT, "dispatcher", "cannot", .answer_code = S("done"));
    GO(t, "dispatcher", "close", 0);
    is_in(t, NEED_DONE);
    assert_true(str_is(t->n.answer, "四楼也换了，都亮了。"));
    assert_true(str_is(t->n.answer_code, "done"));
    assert_int_equal(t->n.due_at, 0);
    assert_true(t->n.closed_at == t->cx->now);
    NOT(t, ERR_CONFLICT, NULL, "withdraw", 0);
    GO(t, NULL, "rate", .rating = S("very_satisfied"), .reason = S("solved"));
    assert_true(str_is(t->n.rated_by, "resident"));
    NOT(t, ERR_CONFLICT, NULL, "rate", .rating = S("satisfied"));
    GO(t, NULL, "thank", .text = S("谢谢师傅"));
    assert_int_equal(said(t, "contact", &e), 1);
    assert_true(str_is(e.reason, "reached"));
    assert_true(str_is(e.by_role, "handler"));
}

/* ---- intake ---- */

static void refusing_needs_a_ground_and_an_answer(void **state)
{
    (void)state;
    struct town *t = town_make();
    ask(t, "帮我打官司");
    NOT(t, ERR_INPUT, "dispatcher", "refuse", .text = S("这件事要走诉讼，法律援助 12348。"));
    NOT(t, ERR_INPUT, "dispatcher", "refuse", .reason = S("statutory"), .text = S("不行"));
    NOT(t, ERR_DENIED, "clerk", "refuse", .reason = S("statutory"), .text = S("不行"));
    GO(t, "dispatcher", "refuse", .reason = S("statutory"),
       .text = S("这件事要走诉讼，法律援助 12348。"));
    is_in(t, NEED_REFUSED);
    assert_true(str_is(t->n.answer_code, "refused"));
    NOT(t, ERR_CONFLICT, NULL, "rate", .rating = S("dissatisfied"));
    GO(t, "leader", "reconsider", .text = S("可以帮着找调解"));
    is_in(t, NEED_RECEIVED);
    assert_int_equal(t->n.closed_at, 0);
    assert_int_equal(t->n.answer.n, 0);
}

static void answered_on_the_spot(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_accepted(t, "医保怎么办");
    NOT(t, ERR_INPUT, "clerk", "answer_now", .text = S("带身份证到一楼窗口办。"),
        .answer_code = S("cannot-law"));
    GO(t, "clerk", "answer_now", .text = S("带身份证到一楼窗口办。"), .answer_code = S("done"));
    is_in(t, NEED_DONE);
    NOT(t, ERR_DENIED, "clerk", "call_back", .rating = S("satisfied"));
    GO(t, "verifier", "call_back", .rating = S("no_answer"));
    NOT(t, ERR_INPUT, NULL, "rate", .rating = S("declined"));
    NOT(t, ERR_INPUT, NULL, "rate", .rating = S("satisfied"), .reason = S("perhaps"));
    GO(t, "verifier", "call_back", .rating = S("satisfied"), .reason = S("solved"));
    NOT(t, ERR_CONFLICT, "verifier", "call_back", .rating = S("basic"));
}

/* ---- merging ---- */

static void joiners_keep_number_and_get_the_answer(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need_event e = {0};
    to_accepted(t, "电梯停了");
    struct need main_need = t->n;
    ask(t, "电梯不动了");
    struct str number = t->n.number;
    NOT(t, ERR_INPUT, "dispatcher", "merge", .target_id = t->n.id, .reason = S("same_thing"));
    NOT(t, ERR_INPUT, "dispatcher", "merge", .target_id = 5, .reason = S("same_thing"));
    GO(t, "dispatcher", "merge", .target_id = main_need.id, .reason = S("same_thing"));
    is_in(t, NEED_MERGED);
    assert_true(str_eq(t->n.number, number));
    assert_true(str_is(t->n.answer_code, "merged") && t->n.answer.n);
    assert_true(t->n.promise_at >= main_need.promise_at);
    NOT(t, ERR_CONFLICT, NULL, "rate", .rating = S("satisfied"));
    struct need joiner = t->n;
    struct str joiner_key = t->key;
    t->n = main_need;
    GO(t, "dispatcher", "answer_now", .text = S("电梯已经恢复运行，让您久等了。"),
       .answer_code = S("done"));
    t->n = joiner;
    t->key = joiner_key;
    assert_int_equal(said(t, "passed_on", &e), 1);
    GO(t, NULL, "thank", .text = S("好的"));
    assert_true(str_is(t->n.answer, "电梯已经恢复运行，让您久等了。"));
    NOT(t, ERR_CONFLICT, "dispatcher", "split", .text = S("单独办"));
    GO(t, NULL, "rate", .rating = S("dissatisfied"));
    is_in(t, NEED_REDO);
    assert_int_equal(t->n.merged_into, 0);
}

static void a_slip_of_the_main_need_reaches_its_joiners(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need_event e = {0};
    to_handling(t, "电梯停了");
    struct need main_need = t->n;
    ask(t, "电梯不动");
    GO(t, "dispatcher", "merge", .target_id = main_need.id, .reason = S("same_thing"));
    struct need joiner = t->n;
    t->n = main_need;
    GO(t, "leader", "park", .reason = S("money"), .text = S("等维修资金批下来"),
       .until_at = t->cx->now + 20 * MS_DAY);
    main_need = t->n;
    t->n = joiner;
    size_t slips = said(t, "slip", &e);
    assert_true(slips >= 1 && e.promise_at == main_need.promise_at);
    assert_true(strstr(arena_cstr(t->cx->mem, e.text), "等维修资金批下来") != NULL);
    t->n = main_need;
    GO(t, "clerk", "withdraw", .text = S("本人来电说不用了"));
    t->n = joiner;
    assert_int_equal(said(t, "split", &e), 1);
    GO(t, "dispatcher", "note", .text = S("单独办"));
    is_in(t, NEED_RECEIVED);
    assert_int_equal(t->n.closed_at, 0);
    assert_true(t->n.due_at > t->cx->now);
}

/* ---- returns ---- */

static void two_returns_then_designation_is_final(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_dispatched(t, "灯坏了");
    NOT(t, ERR_INPUT, "物一", "object", .reason = S("not_in_row"), .text = S("不归我们"));
    GO(t, "物一", "object", .reason = S("not_in_row"), .text = S("不归我们"),
       .duty_id = t->lamp.id);
    is_in(t, NEED_OBJECTED);
    NOT(t, ERR_DENIED, "dispatcher", "redirect", .org_id = t->org[ORG_CLEANERS].id);
    NOT(t, ERR_INPUT, "duty_lead", "redirect", .org_id = t->org[ORG_PROPERTY].id);
    GO(t, "duty_lead", "redirect", .org_id = t->org[ORG_CLEANERS].id);
    assert_int_equal(t->n.returns, 1);
    assert_false(t->n.final_owner || t->n.supervised);
    GO(t, "洁一", "object", .reason = S("not_in_row"), .text = S("也不归我们"),
       .duty_id = t->lamp.id);
    assert_true(t->n.supervised);
    NOT(t, ERR_CONFLICT, "duty_lead", "take_back", .text = S("收回"));
    GO(t, "duty_lead", "redirect", .org_id = t->org[ORG_PROPERTY].id);
    assert_true(t->n.final_owner);
    NOT(t, ERR_CONFLICT, "物一", "object", .reason = S("not_in_row"), .text = S("还是退"),
        .duty_id = t->lamp.id);
}

static void a_return_is_late_after_one_working_day(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_dispatched(t, "灯坏了");
    live_until(t, time_of(2026, 3, 17, 17, 31));
    NOT(t, ERR_CONFLICT, "物一", "object", .reason = S("wrong_place"), .text = S("不在服务范围"),
        .duty_id = t->lamp.id);
    to_dispatched(t, "灯又坏了");
    GO(t, "物一", "object", .reason = S("wrong_place"), .text = S("不在服务范围"),
       .duty_id = t->lamp.id);
    GO(t, "duty_lead", "overrule", .text = S("目录写明由物业主办"));
    is_in(t, NEED_DISPATCHED);
    assert_true(t->n.final_owner);
    NOT(t, ERR_CONFLICT, "物一", "object", .reason = S("wrong_place"), .text = S("还是退"),
        .duty_id = t->lamp.id);
    to_dispatched(t, "第三盏");
    GO(t, "物一", "object", .reason = S("few_facts"), .text = S("不知道是几楼"),
       .duty_id = t->lamp.id);
    GO(t, "duty_lead", "take_back", .text = S("先问清楚"));
    is_in(t, NEED_ACCEPTED);
    assert_int_equal(t->n.owner_org, 0);
}

/* ---- extension, parking, levels ---- */

static void one_extension_before_it_is_due(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need_event e = {0};
    to_handling(t, "灯坏了");
    int64_t due = t->n.promise_at;
    assert_true(due == time_of(2026, 3, 18, 17, 30)); /* two working days */
    NOT(t, ERR_INPUT, "物一", "extend", .reason = S("materials"), .text = S("等灯具到货"),
        .until_at = time_of(2026, 3, 21, 0, 0)); /* more than two more */
    NOT(t, ERR_INPUT, "物一", "extend", .reason = S("materials"), .text = S("等灯具到货"),
        .until_at = due);
    NOT(t, ERR_INPUT, "物一", "extend", .text = S("等灯具到货"),
        .until_at = time_of(2026, 3, 19, 12, 0));
    GO(t, "物一", "extend", .reason = S("materials"), .text = S("等灯具到货"),
       .until_at = time_of(2026, 3, 19, 12, 0));
    is_in(t, NEED_EXTENDING);
    assert_true(t->n.promise_at == due && t->n.due_at == due); /* the clock runs on */
    NOT(t, ERR_DENIED, "dispatcher", "extend_ok", 0);
    GO(t, "duty_lead", "extend_ok", 0);
    assert_true(t->n.promise_at == time_of(2026, 3, 19, 17, 30));
    assert_int_equal(said(t, "slip", &e), 1);
    assert_true(str_is(e.reason, "materials"));
    assert_true(strstr(arena_cstr(t->cx->mem, e.text), "等灯具到货") != NULL);
    NOT(t, ERR_CONFLICT, "物一", "extend", .reason = S("materials"), .text = S("再等等"),
        .until_at = time_of(2026, 3, 20, 12, 0));
    to_handling(t, "又坏了");
    live_until(t, t->n.due_at);
    NOT(t, ERR_CONFLICT, "物一", "extend", .reason = S("materials"), .text = S("等灯具到货"),
        .until_at = t->cx->now + MS_DAY);
}

static void parking_stops_the_clock_and_wakes_on_the_review_day(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_handling(t, "屋顶要大修");
    int64_t due = t->n.due_at, review = t->cx->now + 30 * MS_DAY;
    GO(t, "物一", "ask_park", .reason = S("money"), .text = S("维修资金没批"));
    is_in(t, NEED_HANDLING);
    NOT(t, ERR_DENIED, "duty_lead", "park", .reason = S("money"), .text = S("资金没批"),
        .until_at = review);
    NOT(t, ERR_INPUT, "leader", "park", .reason = S("money"), .text = S("资金没批"),
        .until_at = t->cx->now + 91 * MS_DAY);
    NOT(t, ERR_INPUT, "leader", "park", .reason = S("money"), .until_at = review);
    GO(t, "leader", "park", .reason = S("money"), .text = S("资金没批"), .until_at = review);
    is_in(t, NEED_PARKED);
    assert_int_equal(t->n.due_at, 0);
    assert_true(t->n.promise_at > review);
    int64_t promised = t->n.promise_at;
    live_until(t, review);
    GO(t, "dispatcher", "note", .text = S("看看"));
    is_in(t, NEED_HANDLING);
    assert_true(t->n.due_at > due && t->n.due_at == promised && t->n.promise_at == promised);
    assert_false(t->n.supervised);
    GO(t, "leader", "park", .reason = S("money"), .text = S("还是没批"),
       .until_at = t->cx->now + 10 * MS_DAY);
    GO(t, "物一", "unpark", .text = S("批下来了"));
    assert_true(t->n.promise_at == promised); /* back the same day: nothing was lost */
    assert_int_equal(said(t, "slip", NULL), 3);
}

static void another_level_is_another_limit_from_the_same_start(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_handling(t, "灯坏了");
    NOT(t, ERR_INPUT, "dispatcher", "regrade", .duty_id = t->lift.id);
    GO(t, "dispatcher", "regrade", .duty_id = t->lift.id, .reason = S("worse"));
    assert_true(str_is(t->n.level, "L0"));
    assert_true(t->n.due_at == TEST_NOW + 24 * MS_HOUR);
    assert_true(t->n.promise_at == t->n.due_at);
    assert_int_equal(said(t, "slip", NULL), 1);
}

static void a_new_calendar_moves_dates_with_a_reason(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need_event e = {0};
    to_handling(t, "灯坏了");
    MUST(t->cx, clock_day_put(t->cx, time_day(time_of(2026, 3, 17, 12, 0)), false, S("停电检修")));
    MUST(t->cx, need_recompute(t->cx, NULL));
    assert_int_equal(said(t, "slip", &e), 1);
    assert_true(e.promise_at == time_of(2026, 3, 19, 17, 30));
    assert_true(str_is(e.reason, "calendar"));
}

/* ---- help ---- */

static void units_help_and_whistles_are_answered(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_handling(t, "楼道堆物还有电线");
    NOT(t, ERR_INPUT, "物一", "ask_help", .org_id = t->org[ORG_PROPERTY].id, .text = S("来清运"));
    GO(t, "物一", "ask_help", .org_id = t->org[ORG_CLEANERS].id, .text = S("来清运"));
    NOT(t, ERR_INPUT, "物一", "ask_help", .org_id = t->org[ORG_CLEANERS].id, .text = S("再来"));
    NOT(t, ERR_DENIED, "洁一", "report", .text = S("我们已经清完了，都干净。"),
        .answer_code = S("done"));
    NOT(t, ERR_DENIED, "洁一", "whistle_ack", .text = S("马上到"));
    GO(t, "洁一", "help_answer", .text = S("清完了"));
    NOT(t, ERR_DENIED, "洁一", "help_answer", .text = S("又清完了"));
    GO(t, "area_staff", "whistle", .org_id = t->org[ORG_CLEANERS].id, .text = S("请到场"));
    GO(t, "洁一", "whistle_ack", .text = S("下午三点到"));
    live_until(t, t->cx->now + 2 * MS_HOUR);
    assert_false(t->n.supervised);
    need_assist_list all = {0};
    MUST(t->cx, need_assists(t->cx, t->n.id, &all));
    assert_int_equal(all.n, 2);
    to_handling(t, "没人应哨");
    GO(t, "leader", "whistle", .org_id = t->org[ORG_CLEANERS].id, .text = S("请到场"));
    live_until(t, time_of(2026, 3, 17, 17, 30));
    GO(t, "dispatcher", "note", .text = S("看看"));
    assert_true(t->n.supervised);
}

static void referring_needs_consent_or_no_data(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_accepted(t, "商家不退货");
    NOT(t, ERR_INPUT, "dispatcher", "refer", .reason = S("no_data"),
        .text = S("已转市场监管部门办理。"));
    NOT(t, ERR_INPUT, "dispatcher", "refer", .reason = S("agreed"), .refer_number = S("A-1"),
        .text = S("已转市场监管部门办理。"));
    GO(t, "dispatcher", "refer", .reason = S("no_data"), .refer_number = S("A-1"),
       .text = S("已转市场监管部门办理。"));
    is_in(t, NEED_REFERRED);
    assert_true(str_is(t->n.answer_code, "passed") && str_is(t->n.refer_number, "A-1"));
}

/* ---- after the answer ---- */

static void not_content_is_redone_once_then_the_leader_decides(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_done(t, "灯坏了");
    NOT(t, ERR_CONFLICT, "leader", "redo", .text = S("再办"));
    GO(t, NULL, "rate", .rating = S("dissatisfied"), .text = S("还是不亮"));
    is_in(t, NEED_REDO);
    assert_int_equal(t->n.redos, 1);
    assert_int_equal(t->n.rating.n + t->n.answer.n + t->n.closed_at, 0);
    assert_true(t->n.due_at > t->cx->now);
    GO(t, "物一", "contact", .outcome = S("reached"));
    GO(t, "物一", "report", .text = S("这次线路也查了，亮了。"), .answer_code = S("done"));
    GO(t, "verifier", "verify", 0);
    GO(t, "dispatcher", "close", 0);
    GO(t, "verifier", "call_back", .rating = S("basic"), .reason = S("not_solved"));
    is_in(t, NEED_DONE);
    assert_int_equal(said(t, "ask_leader", NULL), 1);
    NOT(t, ERR_DENIED, "duty_lead", "redo", .text = S("再办"));
    MUST(t->cx, db_savepoint(t->cx));
    GO(t, "leader", "uphold", .text = S("线路要等改造，维持答复"));
    NOT(t, ERR_CONFLICT, "leader", "redo", .text = S("反悔了"));
    MUST(t->cx, db_release(t->cx, false));
    GO(t, "leader", "redo", .text = S("请电工再查"));
    is_in(t, NEED_REDO);
    assert_int_equal(t->n.redos, 2);
    assert_true(t->n.supervised);
}

static void fifteen_days_and_no_longer(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_done(t, "灯坏了");
    live_until(t, t->cx->now + NEED_REDO_DAYS * MS_DAY + 1);
    GO(t, NULL, "rate", .rating = S("very_dissatisfied"));
    is_in(t, NEED_DONE);
    NOT(t, ERR_CONFLICT, "leader", "redo", .text = S("再办"));
    NOT(t, ERR_CONFLICT, "leader", "uphold", .text = S("维持"));
}

static void withdrawn_has_words_too(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_handling(t, "灯坏了");
    NOT(t, ERR_INPUT, "clerk", "withdraw", 0);
    GO(t, NULL, "withdraw", 0);
    is_in(t, NEED_WITHDRAWN);
    assert_true(str_is(t->n.answer_code, "withdrawn") && t->n.answer.n > 0);
}

/* ---- what happens by itself ---- */

static void overdue_climbs_from_the_building_to_the_community(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need_event e = {0};
    to_handling(t, "灯坏了");
    int64_t due = t->n.due_at;
    live_until(t, due - 1);
    assert_int_equal(said(t, "remind", NULL), 1);
    assert_int_equal(said(t, "overdue", NULL), 0);
    live_until(t, due);
    assert_int_equal(said(t, "overdue", &e), 1);
    assert_true(e.is_public);
    assert_int_equal(said(t, "escalate", &e), 1);
    assert_true(str_is(e.reason, "building_leader"));
    assert_true(e.to_person == town_post("building_leader")->person_id);
    live_until(t, due + 14 * MS_DAY);
    assert_int_equal(said(t, "escalate", &e), 4);
    assert_true(str_is(e.reason, "leader"));
    assert_int_equal(said(t, "overdue", NULL), 1); /* never twice */
    GO(t, "dispatcher", "note", .text = S("看看"));
    assert_true(t->n.supervised);
    GO(t, "leader", "unsupervise", .text = S("已在办"));
    NOT(t, ERR_CONFLICT, "leader", "unsupervise", .text = S("已在办"));
    GO(t, "leader", "supervise", .reason = S("slow"), .text = S("抓紧办"));
}

static void what_was_met_is_not_reminded(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_done(t, "灯坏了");
    live_until(t, t->cx->now + 10 * MS_DAY);
    assert_int_equal(said(t, "remind", NULL), 0);
    assert_int_equal(said(t, "overdue", NULL), 0);
    assert_int_equal(said(t, "callback_due", NULL), 1);
}

static void danger_is_taken_within_thirty_minutes(void **state)
{
    (void)state;
    struct town *t = town_make();
    ask(t, "电梯困人");
    GO(t, "dispatcher", "accept", .duty_id = t->lift.id);
    assert_true(str_is(t->n.level, "L0"));
    assert_true(t->n.due_at == t->cx->now + MS_HOUR);
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_PROPERTY].id,
       .person_id = town_post("物一")->person_id);
    assert_true(t->n.owner_post == town_post("物一")->post_id);
    live_until(t, t->cx->now + 30 * MS_MINUTE);
    GO(t, "dispatcher", "note", .text = S("没人接"));
    assert_true(t->n.supervised);
    ask(t, "又困人");
    GO(t, "dispatcher", "accept", .duty_id = t->lift.id);
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_PROPERTY].id);
    GO(t, "物二", "take", 0);
    live_until(t, t->cx->now + 30 * MS_MINUTE);
    GO(t, "dispatcher", "note", .text = S("有人接"));
    assert_false(t->n.supervised);
}

static void a_job_that_fails_is_tried_again_alone(void **state)
{
    (void)state;
    struct town *t = town_make();
    int done;
    int64_t next, dead;
    ask(t, "灯坏了");
    live_until(t, t->cx->now); /* nothing due yet */
    MUST(t->cx, job_put(t->cx, "need.nonsense", S("k1"), t->n.id, S("x"), t->cx->now));
    MUST(t->cx, job_put(t->cx, "need.nonsense", S("k1"), t->n.id, S("x"), t->cx->now));
    MUST(t->cx, job_run(t->cx, town_jobs, COUNT(town_jobs), 50, &done));
    assert_int_equal(done, 1);
    MUST(t->cx, job_next(t->cx, &next));
    assert_true(next == t->cx->now + MS_MINUTE);
    for (int i = 0; i < 8; i++) {
        test_advance(2 * MS_HOUR);
        MUST(t->cx, job_run(t->cx, town_jobs, COUNT(town_jobs), 50, &done));
    }
    MUST(t->cx, job_dead(t->cx, &dead));
    assert_int_equal(dead, 1);
}

/* ---- shape of the whole ---- */

static void history_is_only_added_to(void **state)
{
    (void)state;
    for (size_t i = 0; i < need_sql_count; i++)
        for (int e = 0; e < ENGINE_KINDS; e++) {
            const char *sql = need_sql_all[i]->text[e];
            const char *changed = sql ? strstr(sql, "UPDATE need_event") : NULL;
            if (changed) /* once, by event_guard: words that would tell who complains */
                assert_true(str_starts(str_c(changed), S("UPDATE need_event SET text = ")) &&
                            !strstr(changed, "state"));
            const char *gone = sql ? strstr(sql, "DELETE FROM ") : NULL;
            if (gone) /* photos are not history: they are taken away at a word */
                assert_true(str_starts(str_c(gone), S("DELETE FROM need_photo ")));
        }
}

static size_t photos_of(struct town *t, int64_t id)
{
    need_photo_list all = {0};
    act(t, "dispatcher");
    MUST(t->cx, need_photos(t->cx, id, S(""), &all));
    return all.n;
}

/* What the night does to photos. */
static void night(struct town *t)
{
    const struct keep_rule *rule = &need_keeps[1];
    int64_t before = t->cx->now - keep_class_of(str_c(rule->keep))->days * MS_DAY;
    int64_t most = 100, due, gone;
    MUST(t->cx, db_number(t->cx, rule->due, &due, ARGS(A(before))));
    MUST(t->cx, db_run(t->cx, rule->forget, ARGS(A(before), A(most)), &gone));
    assert_int_equal(due, gone); /* the dry run says what happens */
}

static void photos_are_forgotten_half_a_year_after_the_end(void **state)
{
    (void)state;
    struct town *t = town_make();
    need_photo_list all = {0};
    ask(t, "楼道灯不亮");
    int64_t id = t->n.id;
    act_nobody(t);
    MUST(t->cx, db_run(t->cx, &need_sql_photo_insert,
                       ARGS(AS("by_person", (int64_t)0), AS("id", 1), AS("need_id", id),
                            AS("hash", value_blob(S("h"))), AS("width", 1), AS("height", 1),
                            AS("bytes", value_blob(S("x"))), AS("small", value_blob(S("x")))),
                       NULL));
    MUST(t->cx, need_photos(t->cx, id, t->key, &all));
    assert_int_equal(all.n, 1);
    EXPECT(t->cx, need_photos(t->cx, id, S("wrong"), &all), ERR_MISSING);
    test_advance(400 * MS_DAY);
    night(t);
    assert_int_equal(photos_of(t, id), 1); /* it is still open */
    GO(t, "clerk", "withdraw", .text = S("本人说灯自己亮了"));
    test_advance(180 * MS_DAY);
    night(t);
    assert_int_equal(photos_of(t, id), 1);
    test_advance(MS_DAY);
    night(t);
    assert_int_equal(photos_of(t, id), 0);
}

static void limits_are_read_as_written(void **state)
{
    (void)state;
    struct worktime_span s[WORKTIME_SPANS_MAX];
    assert_int_equal(clock_hours_read(S("[[510, 720], [840, 1050]]"), s), 2);
    assert_true(s[0].from == 510 && s[1].till == 1050);
    assert_int_equal(clock_hours_read(S("[[510]]"), s), 0);
    assert_int_equal(clock_hours_read(S("[510,720]"), s), 0);
    assert_int_equal(clock_hours_read(S("[[1,2],[3,4],[5,6],[7,8],[9,10]]"), s), 0);
    assert_int_equal(clock_hours_read(S("x"), s), 0);
    assert_int_equal(clock_hours_read(S(""), s), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_need_gets_number_key_word_and_date, end),
        cmocka_unit_test_teardown(sent_twice_is_one_need, end),
        cmocka_unit_test_teardown(a_word_is_tried_ten_times, end),
        cmocka_unit_test_teardown(only_the_table_moves_a_need, end),
        cmocka_unit_test_teardown(of_fifty_one_wins, end),
        cmocka_unit_test_teardown(of_eight_at_once_one_wins, end),
        cmocka_unit_test_teardown(the_whole_loop, end),
        cmocka_unit_test_teardown(refusing_needs_a_ground_and_an_answer, end),
        cmocka_unit_test_teardown(answered_on_the_spot, end),
        cmocka_unit_test_teardown(joiners_keep_number_and_get_the_answer, end),
        cmocka_unit_test_teardown(a_slip_of_the_main_need_reaches_its_joiners, end),
        cmocka_unit_test_teardown(two_returns_then_designation_is_final, end),
        cmocka_unit_test_teardown(a_return_is_late_after_one_working_day, end),
        cmocka_unit_test_teardown(one_extension_before_it_is_due, end),
        cmocka_unit_test_teardown(parking_stops_the_clock_and_wakes_on_the_review_day, end),
        cmocka_unit_test_teardown(another_level_is_another_limit_from_the_same_start, end),
        cmocka_unit_test_teardown(a_new_calendar_moves_dates_with_a_reason, end),
        cmocka_unit_test_teardown(units_help_and_whistles_are_answered, end),
        cmocka_unit_test_teardown(referring_needs_consent_or_no_data, end),
        cmocka_unit_test_teardown(not_content_is_redone_once_then_the_leader_decides, end),
        cmocka_unit_test_teardown(fifteen_days_and_no_longer, end),
        cmocka_unit_test_teardown(withdrawn_has_words_too, end),
        cmocka_unit_test_teardown(overdue_climbs_from_the_building_to_the_community, end),
        cmocka_unit_test_teardown(what_was_met_is_not_reminded, end),
        cmocka_unit_test_teardown(danger_is_taken_within_thirty_minutes, end),
        cmocka_unit_test_teardown(a_job_that_fails_is_tried_again_alone, end),
        cmocka_unit_test(history_is_only_added_to),
        cmocka_unit_test_teardown(photos_are_forgotten_half_a_year_after_the_end, end),
        cmocka_unit_test(limits_are_read_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
