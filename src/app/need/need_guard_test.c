/* need_guard_test -- complaints: who asked is nowhere in the need, whoever has a part in it does
 * not read it, words go to and fro, two people open who asked. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_test.h"
#include "app/outbox/outbox.h"
#include "base/id.h"
#include "tests/vault.h"
#include <string.h>

#define PHONE "13800000001"

static void complain(struct town *t, const char *kind, bool secret)
{
    bool again;
    act_nobody(t);
    t->n = (struct need){.place_id = t->stairwell.id,
                         .kind = str_c(kind),
                         .is_secret = secret,
                         .agrees_match = true,
                         .text = S("我叫钱十五，住 502，打 138-0000-0001。保洁三天没来"),
                         .name = S("钱十五"),
                         .contact = S(PHONE),
                         .door = S("502"),
                         .note = S("腿不好"),
                         .agrees_note = true};
    MUST(t->cx, need_open(t->cx, &t->n, &t->key, &again));
}

static void nothing_of_him(struct str text)
{
    static const char *const his[] = {"钱十五", "502", "138", "0001", "腿不好", "2 单元"};
    for (size_t i = 0; i < COUNT(his); i++)
        if (str_find(text, str_c(his[i])) >= 0)
            fail_msg("%s stands in: %.*s", his[i], STR(text));
}

/* The row as it is stored. */
static void row_has_nothing(struct town *t)
{
    need_event_list events = {0};
    struct need n;
    MUST(t->cx, need_load(t->cx, t->n.id, &n));
    const struct str all[] = {n.text, n.title, n.name, n.contact, n.door, n.note, n.place_text};
    for (size_t i = 0; i < COUNT(all); i++)
        nothing_of_him(all[i]);
    assert_true(n.is_secret);
    assert_false(n.agrees_match);
    assert_int_equal(n.entered_by, 0);
    assert_int_equal(n.place_id, t->building.id);
    MUST(t->cx, need_events(t->cx, n.id, &events));
    for (size_t i = 0; i < events.n; i++)
        nothing_of_him(events.at[i].text);
    assert_true(str_is(events.at[0].by_role, "resident"));
}

static void who_asked_is_not_in_the_need(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need n;
    complain(t, "complaint", false);
    row_has_nothing(t);
    MUST(t->cx, need_by_key(t->cx, t->n.id, t->key, &n));
    assert_true(str_is(n.contact, PHONE)); /* he reads his own */
    assert_true(str_find(n.text, S("钱十五")) >= 0);
    assert_true(str_find(n.covered_text, S("保洁三天没来")) >= 0);
    complain(t, "help", true);
    row_has_nothing(t);
}

/* Without the keys his page and that of the staff go on; his own words come back with them. */
static void locked_keys_hold_up_no_page(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need n;
    bool yes = true;
    complain(t, "complaint", false);
    test_vault_lock(true);
    MUST(t->cx, need_by_key(t->cx, t->n.id, t->key, &n));
    assert_true(str_is(n.contact, "（锁着）") && str_is(n.number, t->n.number.p));
    act(t, "物一");
    MUST(t->cx, need_photos_may_go(t->cx, &n, S(""), &yes));
    assert_false(yes);
    assert_int_equal(t->cx->fault.err, OK);
    test_vault_lock(false);
    act_nobody(t);
    MUST(t->cx, need_by_key(t->cx, t->n.id, t->key, &n));
    assert_true(str_is(n.contact, PHONE));
}

/* One of the staff complains for himself: as a resident. */
static void who_is_signed_in_is_not_named_either(void **state)
{
    (void)state;
    struct town *t = town_make();
    consent_list said = {0};
    bool again;
    act(t, "物一");
    t->n = (struct need){.place_id = t->stairwell.id,
                         .text = S("门卫对人不客气"),
                         .is_secret = true,
                         .agrees_share = true};
    MUST(t->cx, need_open(t->cx, &t->n, &t->key, &again));
    MUST(t->cx, consents_of(t->cx, &need_consents, t->n.id, &said));
    assert_int_equal(said.n, 1);
    assert_true(str_is(said.at[0].channel, "self") && !said.at[0].by_name.n);
}

static void the_same_form_again_is_no_second_one(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct str key;
    bool again;
    complain(t, "complaint", false);
    struct need n = {.place_id = t->stairwell.id,
                     .kind = S("complaint"),
                     .text = S("他家吵"),
                     .name = S("钱十五"),
                     .client_key = id_uuid(t->cx)};
    struct need twice = n, other = n;
    MUST(t->cx, need_open(t->cx, &n, &key, &again));
    MUST(t->cx, need_open(t->cx, &twice, &key, &again));
    assert_true(again);
    other.name = S("钱十六");
    assert_int_equal(need_open(t->cx, &other, &key, &again), ERR_CONFLICT);
    fault_clear(t->cx);
}

static void what_becomes_a_complaint_is_guarded_from_then_on(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need_move m = {
        .kind = S("complaint"), .duty_id = t->lamp.id, .text = S("502 钱十五说的")};
    struct adapter robot = {.kind = ADAPTER_HTTP,
                            .name = S("值班群"),
                            .url = S("https://example.com/"),
                            .topics = S("*")};
    outbox_list said = {0};
    act(t, "admin");
    MUST(t->cx, adapter_save(t->cx, &robot));
    MUST(t->cx, adapter_switch(t->cx, robot.id, true));
    complain(t, "help", false);
    act(t, "dispatcher");
    MUST(t->cx, need_step(t->cx, t->n.id, S("note"),
                          &(struct need_move){.text = S("钱十五，" PHONE)}, &t->n));
    act(t, "dispatcher");
    MUST(t->cx, need_step(t->cx, t->n.id, S("accept"), &m, &t->n));
    row_has_nothing(t);
    MUST(t->cx, outbox_find(t->cx, OUTBOX_WAITING, 10, &said));
    assert_true(said.n > 0);
    for (size_t i = 0; i < said.n; i++)
        assert_true(str_find(said.at[i].text, t->n.number) >= 0 &&
                    str_find(said.at[i].text, S("单元")) < 0);
}

static enum err step(struct town *t, const char *who, const char *code, struct need_move m)
{
    act(t, who);
    return need_step(t->cx, t->n.id, str_c(code), &m, &t->n);
}

static void send(struct town *t)
{
    complain(t, "complaint", false);
    MUST(t->cx, step(t, "dispatcher", "accept", (struct need_move){.duty_id = t->lamp.id}));
    MUST(t->cx,
         step(t, "dispatcher", "dispatch", (struct need_move){.org_id = t->org[ORG_PROPERTY].id}));
}

static void nobody_reads_it_before_he_has_said_a_word(void **state)
{
    (void)state;
    struct town *t = town_make();
    need_event_list events = {0};
    struct need n;
    send(t);
    act(t, "物一");
    MUST(t->cx, need_get(t->cx, t->n.id, &n));
    assert_true(n.must_declare);
    assert_int_equal(n.text.n, 0);
    assert_int_equal(need_history(t->cx, t->n.id, false, &events), ERR_DENIED);
    assert_int_equal(step(t, "物一", "note", (struct need_move){.text = S("看看")}), ERR_DENIED);
    assert_int_equal(need_declare(t->cx, t->n.id, S("maybe")), ERR_INPUT);
    fault_clear(t->cx);
    MUST(t->cx, need_declare(t->cx, t->n.id, S("none")));
    MUST(t->cx, need_get(t->cx, t->n.id, &n));
    assert_true(str_find(n.text, S("保洁")) >= 0);
    MUST(t->cx, step(t, "物一", "take", (struct need_move){0}));
    assert_int_equal(need_open_contact(t->cx, t->n.id, S("contact"), S("visit"), &n), ERR_DENIED);
    fault_clear(t->cx);
}

static void who_has_a_part_gives_it_away(void **state)
{
    (void)state;
    struct town *t = town_make();
    shield_answer_list said = {0};
    struct need n;
    send(t);
    act(t, "物一");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("none")));
    MUST(t->cx, step(t, "物一", "take", (struct need_move){0}));
    MUST(t->cx, need_declare(t->cx, t->n.id, S("other")));
    assert_int_equal(need_get(t->cx, t->n.id, &n), ERR_MISSING);
    fault_clear(t->cx);
    MUST(t->cx, need_load(t->cx, t->n.id, &n));
    assert_int_equal(n.owner_person, town_post("物二")->person_id); /* the other one of his unit */
    act(t, "物二");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("unit")));
    MUST(t->cx, need_load(t->cx, t->n.id, &n));
    assert_int_equal(n.state, NEED_ACCEPTED); /* nobody there may: the desk has it again */
    assert_int_equal(n.owner_org, 0);
    t->n = n;
    assert_int_equal(
        step(t, "dispatcher", "dispatch", (struct need_move){.org_id = t->org[ORG_PROPERTY].id}),
        ERR_INPUT);
    fault_clear(t->cx);
    MUST(t->cx,
         step(t, "dispatcher", "dispatch", (struct need_move){.org_id = t->org[ORG_CLEANERS].id}));
    MUST(t->cx, shield_answers(t->cx, t->n.id, &said));
    assert_int_equal(said.n, 3);
    assert_true(str_is(said.at[0].answer, "unit") && str_is(said.at[0].person_name, "物二"));
}

static int64_t about(struct town *t)
{
    int64_t org;
    MUST(t->cx, shield_about(t->cx, t->n.id, &org));
    return org;
}

static void reads(struct town *t, const char *who, bool yes)
{
    struct need n;
    act(t, who);
    EXPECT(t->cx, need_get(t->cx, t->n.id, &n), yes ? OK : ERR_MISSING);
}

static void what_the_desk_wrote_down_is_not_answered_away(void **state)
{
    (void)state;
    struct town *t = town_make();
    send(t);
    act(t, "dispatcher");
    MUST(t->cx,
         need_guard_set(t->cx, t->n.id, &(struct need_guard){.org_id = t->org[ORG_GRID].id}));
    reads(t, "grid_worker", false);
    act(t, "物一");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("unit")));
    assert_int_equal(about(t), t->org[ORG_GRID].id);
    reads(t, "grid_worker", false);
    reads(t, "物一", false); /* his own word shuts him out */
}

/* A second one says that it is about it as well: its people are shut out, and it does not get it.
 */
static void it_may_be_about_two_units(void **state)
{
    (void)state;
    struct town *t = town_make();
    const struct need_move property = {.org_id = t->org[ORG_PROPERTY].id};
    send(t);
    act(t, "grid_worker");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("unit")));
    act(t, "物一");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("unit")));
    assert_int_equal(about(t), t->org[ORG_GRID].id);
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
    is_in(t, NEED_ACCEPTED);
    reads(t, "building_leader", false);
    reads(t, "物二", false);
    assert_int_equal(step(t, "dispatcher", "dispatch", property), ERR_INPUT);
    fault_clear(t->cx);
    act(t, "dispatcher"); /* both were mistaken */
    MUST(t->cx, need_guard_set(t->cx, t->n.id, &(struct need_guard){.org_id = 0}));
    MUST(t->cx, step(t, "dispatcher", "dispatch", property));
    reads(t, "物二", true);
    reads(t, "物一", false); /* his own word shuts him out */
}

static void a_word_of_one_at_the_desk_shuts_out_him_alone(void **state)
{
    (void)state;
    struct town *t = town_make();
    complain(t, "complaint", false);
    act(t, "dispatcher");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("unit")));
    assert_int_equal(about(t), 0);
    reads(t, "dispatcher", false);
    reads(t, "duty_lead", true);
}

static void the_desk_has_it_back(struct town *t)
{
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
    is_in(t, NEED_ACCEPTED);
    assert_int_equal(t->n.owner_org + t->n.owner_post + t->n.owner_person, 0);
}

static void a_unit_where_nobody_may_does_not_get_it(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need_move cleaners = {.org_id = t->org[ORG_CLEANERS].id};
    complain(t, "complaint", false);
    MUST(t->cx, step(t, "dispatcher", "accept", (struct need_move){.duty_id = t->lamp.id}));
    MUST(t->cx, step(t, "dispatcher", "dispatch", cleaners));
    act(t, "洁一");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("neighbour")));
    the_desk_has_it_back(t);
    assert_int_equal(step(t, "dispatcher", "dispatch", cleaners), ERR_INPUT);
    assert_true(strcmp(t->cx->fault.fields.at[0].field, "org_id") == 0);
    fault_clear(t->cx);
    MUST(t->cx,
         step(t, "dispatcher", "dispatch", (struct need_move){.org_id = t->org[ORG_PROPERTY].id}));
}

/* It was the unit's, and nobody there had taken it. */
static void the_last_of_a_unit_who_may_not_gives_it_back(void **state)
{
    (void)state;
    struct town *t = town_make();
    send(t);
    assert_int_equal(t->n.owner_person, 0);
    act(t, "物一");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("neighbour")));
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
    is_in(t, NEED_DISPATCHED); /* 物二 may */
    act(t, "物二");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("other")));
    the_desk_has_it_back(t);
}

/* He says so after he has reported, when the centre has it. */
static void what_is_sent_back_goes_not_to_who_has_a_part(void **state)
{
    (void)state;
    struct town *t = town_make();
    complain(t, "complaint", false);
    GO(t, "dispatcher", "accept", .duty_id = t->lamp.id);
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_CLEANERS].id);
    act(t, "洁一");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("none")));
    GO(t, "洁一", "contact", .outcome = S("reached"));
    GO(t, "洁一", "report", .text = S("补扫过了，楼道干净了。"), .answer_code = S("done"));
    act(t, "洁一");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("other")));
    GO(t, "verifier", "rework", .reason = S("not_done"), .text = S("三楼没有扫"));
    the_desk_has_it_back(t);
}

static void what_joined_is_not_done_again_by_whom_it_is_about(void **state)
{
    (void)state;
    struct town *t = town_make();
    to_handling(t, "楼道堆物");
    struct need main_need = t->n;
    complain(t, "complaint", false);
    act(t, "dispatcher");
    MUST(t->cx,
         need_guard_set(t->cx, t->n.id, &(struct need_guard){.org_id = t->org[ORG_PROPERTY].id}));
    GO(t, "dispatcher", "merge", .target_id = main_need.id, .reason = S("same_thing"));
    struct need joiner = t->n;
    t->n = main_need;
    GO(t, "物一", "report", .text = S("堆的东西都清走了，楼道通了。"), .answer_code = S("done"));
    GO(t, "verifier", "verify", 0);
    GO(t, "dispatcher", "close", 0);
    t->n = joiner;
    GO(t, NULL, "rate", .rating = S("basic"), .reason = S("not_solved"));
    is_in(t, NEED_REDO);
    assert_int_equal(t->n.owner_org + t->n.owner_post + t->n.owner_person, 0);
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_CLEANERS].id);
}

static void what_goes_up_goes_not_to_whom_it_is_about(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct org below = t->org[ORG_CLEANERS];
    struct post post = {.role = S("handler"), .title = S("清运员"), .place_id = t->top.id};
    struct need_handed told;
    below.parent_id = t->org[ORG_PROPERTY].id;
    below.code = below.name = below.short_name = S("QY");
    MUST(t->cx, org_add(t->cx, &below));
    post.org_id = below.id;
    MUST(t->cx, org_post_add(t->cx, &post));
    MUST(t->cx, org_appoint(t->cx, post.id, town_post("洁一")->person_id, false, false));
    to_accepted(t, "灯坏了");
    GO(t, "dispatcher", "dispatch", .org_id = below.id);
    int64_t plain = t->n.id;
    complain(t, "complaint", false);
    act(t, "dispatcher");
    MUST(t->cx,
         need_guard_set(t->cx, t->n.id, &(struct need_guard){.org_id = t->org[ORG_PROPERTY].id}));
    MUST(t->cx, step(t, "dispatcher", "accept", (struct need_move){.duty_id = t->lamp.id}));
    MUST(t->cx, step(t, "dispatcher", "dispatch", (struct need_move){.org_id = below.id}));
    test_advance(MS_MINUTE);
    MUST(t->cx, org_appoint(t->cx, post.id, 0, false, false));
    MUST(t->cx, need_handover(t->cx, post.id, &told));
    assert_int_equal(told.raised, 2);
    the_desk_has_it_back(t);
    assert_true(t->n.supervised);
    MUST(t->cx, need_load(t->cx, plain, &t->n));
    assert_int_equal(t->n.owner_org, t->org[ORG_PROPERTY].id);
}

static size_t whistles_of(struct town *t, const char *who)
{
    need_assist_list all = {0};
    act(t, who);
    MUST(t->cx, need_whistles(t->cx, 0, 10, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct need n;
        MUST(t->cx, need_get(t->cx, all.at[i].need_id, &n)); /* each can be shown */
    }
    return all.n;
}

static void who_has_a_part_reads_of_no_whistle(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need_move call = {.org_id = t->org[ORG_CLEANERS].id, .text = S("请到场")};
    send(t);
    MUST(t->cx, step(t, "duty_lead", "whistle", call));
    to_handling(t, "楼道堆物");
    GO(t, "duty_lead", "whistle", .org_id = call.org_id, .text = S("请到场"));
    assert_int_equal(whistles_of(t, "leader"), 2);
    complain(t, "complaint", false);
    MUST(t->cx, step(t, "dispatcher", "accept", (struct need_move){.duty_id = t->lamp.id}));
    MUST(t->cx,
         step(t, "dispatcher", "dispatch", (struct need_move){.org_id = t->org[ORG_PROPERTY].id}));
    MUST(t->cx, step(t, "duty_lead", "whistle", call));
    act(t, "leader");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("subject")));
    assert_int_equal(whistles_of(t, "leader"), 2);
    assert_int_equal(whistles_of(t, "duty_lead"), 3);
}

static void words_go_to_and_fro_without_a_number(void **state)
{
    (void)state;
    struct town *t = town_make();
    need_event_list events = {0};
    struct need n;
    send(t);
    act(t, "物一");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("none")));
    MUST(t->cx, step(t, "物一", "take", (struct need_move){0}));
    assert_int_equal(step(t, "物一", "relay", (struct need_move){.text = S("打我 0551-63800000")}),
                     ERR_INPUT);
    fault_clear(t->cx);
    MUST(t->cx, step(t, "物一", "relay", (struct need_move){.text = S("是早上还是晚上没来？")}));
    act_nobody(t);
    struct need_move m = {.text = S("早上，我 " PHONE)};
    assert_int_equal(need_resident_step(t->cx, t->n.id, t->key, S("relay_back"), &m, &n),
                     ERR_INPUT);
    fault_clear(t->cx);
    m.text = S("早上，502 门口也没扫");
    MUST(t->cx, need_resident_step(t->cx, t->n.id, t->key, S("relay_back"), &m, &n));
    act(t, "物一");
    MUST(t->cx, need_history(t->cx, t->n.id, false, &events));
    nothing_of_him(events.at[events.n - 1].text);
    assert_true(str_find(events.at[events.n - 1].text, S("门口也没扫")) >= 0);
}

/* What the staff write of a word with him is read by those who handle it. */
static void what_is_written_of_him_is_covered(void **state)
{
    (void)state;
    struct town *t = town_make();
    const struct need_move of_him = {.text = S("和钱十五通了话，" PHONE "，他住 502"),
                                     .outcome = S("reached")};
    need_event_list events = {0};
    send(t);
    act(t, "物一");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("none")));
    MUST(t->cx, step(t, "物一", "take", (struct need_move){0}));
    MUST(t->cx, step(t, "物一", "contact", of_him));
    MUST(t->cx, step(t, "物一", "contact_again", of_him));
    act(t, "clerk");
    MUST(t->cx, need_declare(t->cx, t->n.id, S("none")));
    MUST(t->cx, step(t, "clerk", "withdraw", of_him));
    MUST(t->cx, need_events(t->cx, t->n.id, &events));
    for (size_t i = 0; i < events.n; i++)
        nothing_of_him(events.at[i].text);
    nothing_of_him(t->n.answer);
}

static void what_is_put_right_stays_behind_the_wall(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct shield_identity who;
    bool done, found;
    complain(t, "complaint", false);
    MUST(t->cx, need_subject.fix_apart(t->cx, t->n.id, S("name"), S("保洁"), &done));
    assert_true(done);
    MUST(t->cx, shield_find(t->cx, t->n.id, &who, &found));
    assert_true(found && str_is(who.name, "保洁") && str_is(who.contact, PHONE));
    row_has_nothing(t);
    MUST(t->cx, need_load(t->cx, t->n.id, &t->n));
    assert_true(str_find(t->n.text, S("保洁")) < 0); /* the name that is right is covered as well */
}

static void two_people_open_it_and_he_reads_who(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct shield_identity who;
    seen_line_list told = {0};
    struct cx *cx = t->cx;
    send(t);
    act(t, "leader");
    assert_int_equal(need_open_identity(cx, t->n.id, S("check"), &who), ERR_DENIED);
    fault_clear(cx);
    act(t, "privacy_officer");
    assert_int_equal(need_open_identity(cx, t->n.id, S("visit"), &who), ERR_INPUT);
    fault_clear(cx);
    MUST(cx, need_open_identity(cx, t->n.id, S("check"), &who));
    assert_true(str_is(who.contact, PHONE) && str_is(who.door, "502"));
    MUST(cx, openings_told(cx, &need_seen, t->n.id, &told));
    assert_int_equal(told.n, 1);
    assert_true(str_is(told.at[0].why, "核对是不是本人"));
    MUST(cx, org_appoint(cx, town_post("privacy_officer")->post_id, town_post("物一")->person_id,
                         true, false));
    MUST(cx, need_open_identity(cx, t->n.id, S("check"), &who));
    struct post third = {
        .role = S("privacy_officer"), .title = S("第三个"), .org_id = t->org[0].id};
    MUST(cx, org_post_add(cx, &third));
    MUST(cx, org_appoint(cx, third.id, town_post("物二")->person_id, false, false));
    assert_int_equal(need_open_identity(cx, t->n.id, S("check"), &who), ERR_DENIED);
    fault_clear(cx);
}

static void it_can_be_told_less_exactly_and_never_more(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need n;
    send(t);
    act(t, "dispatcher");
    MUST(t->cx, need_guard_set(t->cx, t->n.id, &(struct need_guard){.place_id = t->estate.id}));
    MUST(t->cx, need_load(t->cx, t->n.id, &n));
    assert_int_equal(n.place_id, t->estate.id);
    assert_int_equal(
        need_guard_set(t->cx, t->n.id, &(struct need_guard){.place_id = t->building.id}),
        ERR_INPUT);
    fault_clear(t->cx);
}

/* ---- sums ---- */

static struct need_month month_of(struct town *t, const struct place *place)
{
    struct need_month m;
    act_nobody(t);
    MUST(t->cx, need_month(t->cx, place, TEST_NOW - MS_DAY, TEST_NOW + 30 * MS_DAY, &m));
    return m;
}

/* Whoever is complained about knows each title of his building: a sum with one more would tell him
 * that somebody there complained. */
static void sums_of_a_building_tell_of_no_complaint(void **state)
{
    (void)state;
    struct town *t = town_make();
    struct need_counts counts;
    struct need_rates rates;
    ask(t, "楼道灯不亮");
    complain(t, "complaint", false);
    complain(t, "help", true);
    GO(t, NULL, "withdraw", 0);
    assert_int_equal(month_of(t, &t->building).opened, 1);
    assert_int_equal(month_of(t, &t->estate).opened, 1);
    assert_int_equal(month_of(t, &t->top).opened, 3);
    assert_int_equal(month_of(t, &t->building).answered, 0);
    assert_int_equal(month_of(t, &t->top).answered, 0); /* what is withdrawn has no answer */
    MUST(t->cx, need_count(t->cx, &t->building, &counts));
    assert_int_equal(counts.state[NEED_RECEIVED], 1);
    MUST(t->cx, need_count(t->cx, &t->top, &counts));
    assert_int_equal(counts.state[NEED_RECEIVED], 2);
    act(t, "grid_worker");
    MUST(t->cx, need_rates(t->cx, TEST_NOW - MS_DAY, t->cx->now + MS_DAY, &rates));
    assert_int_equal(rates.received, 1);
    assert_int_equal(rates.closed, 0);
    act(t, "leader");
    MUST(t->cx, need_rates(t->cx, TEST_NOW - MS_DAY, t->cx->now + MS_DAY, &rates));
    assert_int_equal(rates.received, 3);
    assert_int_equal(rates.closed, 1);
}

static void four_ratings_are_no_rate(void **state)
{
    (void)state;
    struct town *t = town_make();
    for (int i = 0; i < 5; i++) {
        struct need_month m = month_of(t, &t->building);
        assert_int_equal(m.rated + m.satisfied, 0);
        to_done(t, "灯坏了");
        GO(t, NULL, "rate", .rating = S("basic"));
    }
    assert_int_equal(month_of(t, &t->building).rated, 5);
    assert_int_equal(month_of(t, &t->building).satisfied, 5);
}

static int64_t dispatched(struct town *t, const char *who)
{
    struct need_counts counts;
    need_list listed = {0};
    struct need_filter f = {.state = S("dispatched")};
    struct str next;
    act(t, who);
    MUST(t->cx, need_count(t->cx, NULL, &counts));
    MUST(t->cx, need_search(t->cx, &f, &listed, &next));
    assert_int_equal(counts.state[NEED_DISPATCHED], listed.n);
    return counts.state[NEED_DISPATCHED];
}

static void what_is_kept_from_one_is_not_counted_for_him(void **state)
{
    (void)state;
    struct town *t = town_make();
    send(t);
    assert_int_equal(dispatched(t, "物一"), 1);
    MUST(t->cx, need_declare(t->cx, t->n.id, S("subject")));
    assert_int_equal(dispatched(t, "物一"), 0);
    assert_int_equal(dispatched(t, "物二"), 1);
    assert_int_equal(dispatched(t, "grid_worker"), 1);
    act(t, "dispatcher");
    MUST(t->cx,
         need_guard_set(t->cx, t->n.id, &(struct need_guard){.org_id = t->org[ORG_GRID].id}));
    assert_int_equal(dispatched(t, "grid_worker"), 0); /* it is about his unit */
    assert_int_equal(dispatched(t, "dispatcher"), 1);
}

/* ---- lists ---- */

static size_t found(struct town *t, const char *who, struct need_filter f, need_list *page,
                    struct str *next)
{
    *page = (need_list){0};
    act(t, who);
    MUST(t->cx, need_search(t->cx, &f, page, next));
    return page->n;
}

static void complain_about_the_grid(struct town *t)
{
    complain(t, "complaint", false);
    act(t, "dispatcher");
    MUST(t->cx,
         need_guard_set(t->cx, t->n.id, &(struct need_guard){.org_id = t->org[ORG_GRID].id}));
}

/* An empty page with one behind it, or a page that ends early, tells of a row between. */
static void a_page_is_cut_when_what_is_kept_from_him_is_out(void **state)
{
    (void)state;
    struct town *t = town_make();
    static const char *const orders[] = {"open", ""}; /* most urgent first; newest first */
    need_list page;
    struct str next;
    complain_about_the_grid(t);
    complain_about_the_grid(t);
    for (size_t i = 0; i < COUNT(orders); i++) {
        struct need_filter f = {.state = str_c(orders[i]), .limit = 1};
        assert_int_equal(found(t, "grid_worker", f, &page, &next), 0);
        assert_int_equal(next.n, 0);
        assert_int_equal(found(t, "dispatcher", f, &page, &next), 1);
    }
    ask(t, "楼道灯不亮");
    for (int i = 0; i < 3; i++)
        complain_about_the_grid(t);
    ask(t, "电梯停了");
    complain_about_the_grid(t);
    for (size_t i = 0; i < COUNT(orders); i++) {
        struct need_filter f = {.state = str_c(orders[i]), .limit = 1};
        assert_int_equal(found(t, "grid_worker", f, &page, &next), 1);
        int64_t first = page.at[0].id;
        assert_true(next.n > 0);
        f.after = next;
        assert_int_equal(found(t, "grid_worker", f, &page, &next), 1);
        assert_true(page.at[0].id != first && !page.at[0].is_secret);
        assert_int_equal(next.n, 0);
        f.limit = 6;
        f.after = S("");
        assert_int_equal(found(t, "dispatcher", f, &page, &next), 6);
        assert_true(next.n > 0);
    }
}

static void words_that_he_may_not_read_yet_are_not_found(void **state)
{
    (void)state;
    struct town *t = town_make();
    need_list page;
    struct str next;
    send(t); /* its title is 楼道灯不亮 */
    const struct need_filter word = {.text = S("灯不亮")}, place = {.text = S("雅居 7")},
                             number = {.text = t->n.number};
    assert_int_equal(found(t, "dispatcher", word, &page, &next), 1);
    assert_int_equal(found(t, "物一", word, &page, &next), 0);
    assert_int_equal(next.n, 0);
    assert_int_equal(found(t, "物一", place, &page, &next), 1);
    assert_int_equal(found(t, "物一", number, &page, &next), 1);
    assert_true(page.at[0].must_declare);
    MUST(t->cx, need_declare(t->cx, t->n.id, S("none")));
    assert_int_equal(found(t, "物一", word, &page, &next), 1);
}

static size_t alike(struct town *t, const char *who, const struct need *n, int limit)
{
    need_list same = {0};
    act(t, who);
    MUST(t->cx, need_likely_same(t->cx, n, limit, &same));
    return same.n;
}

/* Nor by asking what is like a matter that he made up. */
static void words_that_he_may_not_read_make_nothing_alike(void **state)
{
    (void)state;
    struct town *t = town_make();
    complain(t, "complaint", false);
    struct need n = t->n;
    n.id = 0;
    n.category = S("parking");
    n.place_id = t->estate.id;
    n.text = S("保洁三天没来");
    assert_int_equal(alike(t, "dispatcher", &n, 5), 1);
    assert_int_equal(alike(t, "grid_worker", &n, 5), 0);
    ask(t, "保洁三天没来");
    assert_int_equal(alike(t, "grid_worker", &n, 1), 1); /* not crowded out */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(who_asked_is_not_in_the_need, end),
        cmocka_unit_test_teardown(locked_keys_hold_up_no_page, end),
        cmocka_unit_test_teardown(who_is_signed_in_is_not_named_either, end),
        cmocka_unit_test_teardown(the_same_form_again_is_no_second_one, end),
        cmocka_unit_test_teardown(what_becomes_a_complaint_is_guarded_from_then_on, end),
        cmocka_unit_test_teardown(nobody_reads_it_before_he_has_said_a_word, end),
        cmocka_unit_test_teardown(who_has_a_part_gives_it_away, end),
        cmocka_unit_test_teardown(what_the_desk_wrote_down_is_not_answered_away, end),
        cmocka_unit_test_teardown(it_may_be_about_two_units, end),
        cmocka_unit_test_teardown(a_word_of_one_at_the_desk_shuts_out_him_alone, end),
        cmocka_unit_test_teardown(a_unit_where_nobody_may_does_not_get_it, end),
        cmocka_unit_test_teardown(the_last_of_a_unit_who_may_not_gives_it_back, end),
        cmocka_unit_test_teardown(what_is_sent_back_goes_not_to_who_has_a_part, end),
        cmocka_unit_test_teardown(what_joined_is_not_done_again_by_whom_it_is_about, end),
        cmocka_unit_test_teardown(what_goes_up_goes_not_to_whom_it_is_about, end),
        cmocka_unit_test_teardown(who_has_a_part_reads_of_no_whistle, end),
        cmocka_unit_test_teardown(words_go_to_and_fro_without_a_number, end),
        cmocka_unit_test_teardown(what_is_written_of_him_is_covered, end),
        cmocka_unit_test_teardown(what_is_put_right_stays_behind_the_wall, end),
        cmocka_unit_test_teardown(two_people_open_it_and_he_reads_who, end),
        cmocka_unit_test_teardown(it_can_be_told_less_exactly_and_never_more, end),
        cmocka_unit_test_teardown(sums_of_a_building_tell_of_no_complaint, end),
        cmocka_unit_test_teardown(four_ratings_are_no_rate, end),
        cmocka_unit_test_teardown(what_is_kept_from_one_is_not_counted_for_him, end),
        cmocka_unit_test_teardown(a_page_is_cut_when_what_is_kept_from_him_is_out, end),
        cmocka_unit_test_teardown(words_that_he_may_not_read_yet_are_not_found, end),
        cmocka_unit_test_teardown(words_that_he_may_not_read_make_nothing_alike, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
