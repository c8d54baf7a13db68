/* errand_test -- papers taken to a counter for somebody: every step wants what it wants, each paper
 * comes back, nothing is known of him afterwards. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/service_test.h"
#include "app/subject/keep.h"
#include "base/id.h"
#include "tests/drawing.h"

struct way {
    struct house h;
    struct cx *cx;
    struct service guide;
    struct errand e;
    struct str key;
};

static struct way way_make(void)
{
    struct way w = {.h = house_make()};
    w.cx = w.h.cx;
    w.guide = add_guide(&w.h, "elder-card", "办老年优待证", "");
    return w;
}

static void ask_errand(struct way *w)
{
    act_nobody(w->h.t);
    w->key = S("");
    w->e = (struct errand){.service_id = w->guide.id,
                           .place_id = w->h.t->stairwell.id,
                           .name = S("王奶奶"),
                           .contact = S("13955101234"),
                           .door = S("502")};
    MUST(w->cx, errand_ask(w->cx, &w->e, &w->key));
}

static enum err step_of(struct way *w, const char *who, const char *step, struct errand_move m)
{
    act(w->h.t, who);
    return errand_move(w->cx, w->e.id, str_c(step), &m, &w->e);
}
#define STEP(w, step, ...)                                                                         \
    MUST((w)->cx, step_of((w), "clerk", (step), (struct errand_move){__VA_ARGS__}))
#define NO(w, want, who, step, ...)                                                                \
    EXPECT((w)->cx, step_of((w), (who), (step), (struct errand_move){__VA_ARGS__}), (want))

static void to_holding(struct way *w)
{
    ask_errand(w);
    STEP(w, "authorise", .agreed_how = S("paper"), .until_day = time_day(w->cx->now) + 14,
         .papers = S("身份证原件\n照片 2 张"));
    STEP(w, "receive", 0);
}

static void an_errand_goes_all_the_way(void **state)
{
    struct way w = way_make();
    errand_paper_list papers = {0};
    errand_event_list events = {0};
    struct errand seen;
    (void)state;
    ask_errand(&w);
    assert_true(str_starts(w.e.number, S("P-260316-")));
    assert_int_equal(w.e.promise_at, time_of(2026, 3, 17, 17, 30)); /* the next working day */
    MUST(w.cx, errand_by_key(w.cx, w.e.id, w.key, &seen));
    EXPECT(w.cx, errand_by_key(w.cx, w.e.id, S("wrong"), &seen), ERR_MISSING);
    EXPECT(w.cx, errand_get(w.cx, w.e.id, &seen), ERR_DENIED);
    NO(&w, ERR_DENIED, "handler", "authorise", 0);
    NO(&w, ERR_INPUT, "clerk", "authorise", 0);
    NO(&w, ERR_INPUT, "clerk", "authorise", .agreed_how = S("paper"), .papers = S("身份证"),
       .until_day = time_day(w.cx->now) + ERRAND_DAYS_MAX + 1);
    NO(&w, ERR_CONFLICT, "clerk", "receive", 0);
    NO(&w, ERR_MISSING, "clerk", "ask", 0);
    NO(&w, ERR_MISSING, "clerk", "fly", 0);
    to_holding(&w);
    assert_true(w.e.helper_id == w.cx->who.person_id);
    MUST(w.cx, errand_papers(w.cx, w.e.id, &papers));
    assert_int_equal(papers.n, 2);
    assert_true(papers.at[0].received_at && !papers.at[0].returned_at);
    int64_t version = w.e.version;
    STEP(&w, "submit", .work_days = -1, .said = S("交到区里了"), .version = version);
    assert_int_equal(w.e.promise_at,
                     time_of(2026, 3, 23, 17, 30)); /* five days, as the guide says */
    NO(&w, ERR_CONFLICT, "clerk", "fetch", .outcome = S("done"), .version = version);
    NO(&w, ERR_INPUT, "clerk", "fetch", .outcome = S("maybe"));
    STEP(&w, "fetch", .outcome = S("done"), .said = S("证好了"));
    NO(&w, ERR_INPUT, "clerk", "return", 0); /* nobody signed */
    STEP(&w, "return", .is_signed = true);
    papers = (errand_paper_list){0};
    MUST(w.cx, errand_papers(w.cx, w.e.id, &papers));
    assert_true(papers.at[0].returned_at && papers.at[1].returned_at);
    EXPECT(w.cx, errand_rate(w.cx, w.e.id, w.key, S("great"), &seen), ERR_INPUT);
    MUST(w.cx, errand_rate(w.cx, w.e.id, w.key, S("satisfied"), &seen));
    EXPECT(w.cx, errand_rate(w.cx, w.e.id, w.key, S("basic"), &seen), ERR_CONFLICT);
    MUST(w.cx, errand_history(w.cx, w.e.id, &events));
    assert_int_equal(events.n, 6);
    same(events.at[0].by_name, "本人");
    same(events.at[5].by_name, "窗一");
}

/* That there was one stays, and what was done when; no word of it, and no way in. */
static void is_forgotten(struct way *w)
{
    struct errand e;
    errand_paper_list papers = {0};
    errand_event_list events = {0};
    EXPECT(w->cx, errand_by_key(w->cx, w->e.id, w->key, &e), ERR_MISSING);
    act(w->h.t, "clerk");
    MUST(w->cx, errand_get(w->cx, w->e.id, &e));
    assert_true(!e.contact.n && !e.name.n && !e.door.n && !e.place_text.n && !e.said.n);
    assert_true(!e.agreed_how.n && !e.agreed_at);
    same(e.title, "办老年优待证");
    same(e.outcome, "done");
    MUST(w->cx, errand_papers(w->cx, w->e.id, &papers));
    assert_int_equal(papers.n, 2);
    assert_true(papers.at[0].returned_at && !papers.at[0].name.n && !papers.at[1].name.n);
    MUST(w->cx, errand_history(w->cx, w->e.id, &events));
    assert_int_equal(events.n, 7);
    for (size_t i = 0; i < events.n; i++)
        assert_int_equal(events.at[i].text.n, 0);
}

static void what_is_over_is_forgotten(void **state)
{
    struct way w = way_make();
    struct errand e;
    (void)state;
    to_holding(&w);
    STEP(&w, "submit", .work_days = 3, .said = S("交到残联了"));
    STEP(&w, "fetch", .outcome = S("done"), .said = S("残疾证好了"));
    STEP(&w, "return", .is_signed = true);
    test_advance(ERRAND_CLOSE_DAYS * MS_DAY);
    run_service_jobs(&w.h);
    MUST(w.cx, errand_by_key(w.cx, w.e.id, w.key, &e));
    assert_true(e.state == ERRAND_CLOSED);
    MUST(w.cx, shape_open(w.cx, &errand_shape, &e, 1, NULL));
    same(e.contact, "13955101234");
    same(e.said, "残疾证好了");
    assert_true(e.place_text.n > 0);
    test_advance(ERRAND_KEEP_DAYS * MS_DAY);
    run_service_jobs(&w.h);
    is_forgotten(&w);
}

static void what_a_hold_keeps_goes_when_it_ends(void **state)
{
    struct way w = way_make();
    struct errand e;
    keep_hold_list holds = {0};
    (void)state;
    to_holding(&w);
    STEP(&w, "submit", .work_days = 3, .said = S("交到残联了"));
    STEP(&w, "fetch", .outcome = S("done"), .said = S("残疾证好了"));
    STEP(&w, "return", .is_signed = true);
    STEP(&w, "close", 0);
    const struct keep_hold hold = {.subject = S("errand"),
                                   .subject_id = w.e.id,
                                   .number = w.e.number,
                                   .reason = S("法院在审")};
    MUST(w.cx, keep_hold_put(w.cx, &hold));
    for (int i = 0; i < 3; i++) {
        test_advance(ERRAND_KEEP_DAYS * MS_DAY);
        run_service_jobs(&w.h);
        MUST(w.cx, errand_by_key(w.cx, w.e.id, w.key, &e));
        assert_true(e.contact.n > 0);
    }
    MUST(w.cx, keep_holds(w.cx, &holds));
    MUST(w.cx, keep_hold_end(w.cx, holds.at[0].id));
    test_advance(MS_DAY);
    run_service_jobs(&w.h);
    is_forgotten(&w);
}

static void two_are_forgotten_at_their_wish(void **state)
{
    struct way w = way_make();
    (void)state;
    for (int i = 0; i < 2; i++) { /* the second: no link is like another */
        to_holding(&w);
        EXPECT(w.cx, errand_forget(w.cx, w.e.id), ERR_CONFLICT);
        STEP(&w, "submit", .work_days = 3, .said = S("交到残联了"));
        STEP(&w, "fetch", .outcome = S("done"), .said = S("残疾证好了"));
        STEP(&w, "return", .is_signed = true);
        STEP(&w, "close", 0);
        MUST(w.cx, errand_forget(w.cx, w.e.id));
        is_forgotten(&w);
    }
}

/* What is over is kept for a while as it was: he does not read that it was put right. */
static void what_is_over_is_not_put_right(void **state)
{
    static const struct subject_kind *const errands[] = {&errand_subject};
    struct way w = way_make();
    (void)state;
    subject_kinds_set(errands, 1, NULL, 0);
    for (int over = 0; over < 2; over++) {
        ask_errand(&w);
        struct subject_request r = {.subject = S("errand"),
                                    .subject_id = w.e.id,
                                    .what = S("correct"),
                                    .field = S("contact"),
                                    .value = S("13955105678"),
                                    .checked = S("key")};
        MUST(w.cx, subject_ask(w.cx, &r));
        if (over)
            MUST(w.cx, errand_own(w.cx, w.e.id, w.key, S("withdraw"), &w.e));
        act(w.h.t, "clerk");
        EXPECT(w.cx, subject_step(w.cx, &r, S("do"), S("改好了"), SUBJECT_BY_STAFF),
               over ? ERR_CONFLICT : OK);
    }
    subject_kinds_set(NULL, 0, NULL, 0);
}

static void he_takes_his_authority_back(void **state)
{
    struct way w = way_make();
    struct errand e;
    (void)state;
    ask_errand(&w);
    MUST(w.cx, errand_own(w.cx, w.e.id, w.key, S("withdraw"), &e));
    assert_true(e.state == ERRAND_WITHDRAWN && e.closed_at);
    EXPECT(w.cx, errand_own(w.cx, w.e.id, w.key, S("withdraw"), &e), ERR_CONFLICT);
    to_holding(&w);
    act_nobody(w.h.t);
    EXPECT(w.cx, errand_own(w.cx, w.e.id, S("x"), S("withdraw"), &e), ERR_MISSING);
    EXPECT(w.cx, errand_own(w.cx, w.e.id, w.key, S("submit"), &e), ERR_MISSING);
    MUST(w.cx, errand_own(w.cx, w.e.id, w.key, S("withdraw"), &e));
    assert_true(e.state == ERRAND_RECALLED && !e.closed_at); /* the papers have to come home */
    NO(&w, ERR_CONFLICT, "clerk", "submit", .work_days = 3);
    STEP(&w, "return", .is_signed = true);
    assert_true(w.e.state == ERRAND_RETURNED);
}

static void an_authority_holds_until_its_day(void **state)
{
    struct way w = way_make();
    (void)state;
    to_holding(&w);
    test_advance(15 * MS_DAY);
    NO(&w, ERR_INPUT, "clerk", "submit", .work_days = 3);
    STEP(&w, "recall", 0);
    STEP(&w, "return", .is_signed = true);
}

/* He signs once more: the same papers, wherever they are. */
static void an_authority_that_ran_out_is_signed_anew(void **state)
{
    struct way w = way_make();
    errand_paper_list papers = {0};
    (void)state;
    ask_errand(&w);
    STEP(&w, "authorise", .agreed_how = S("paper"), .until_day = time_day(w.cx->now) + 14,
         .papers = S("身份证原件\n照片 2 张"));
    test_advance(15 * MS_DAY);
    NO(&w, ERR_INPUT, "clerk", "receive", 0);
    NO(&w, ERR_INPUT, "clerk", "renew", .agreed_how = S("paper"));
    STEP(&w, "renew", .agreed_how = S("face"), .until_day = time_day(w.cx->now) + 3);
    assert_true(w.e.state == ERRAND_AUTHORISED);
    STEP(&w, "receive", 0);
    test_advance(4 * MS_DAY);
    NO(&w, ERR_INPUT, "clerk", "submit", .work_days = 3);
    STEP(&w, "prolong", .agreed_how = S("paper"), .until_day = time_day(w.cx->now) + 3);
    assert_true(w.e.state == ERRAND_HOLDING); /* the papers did not move */
    STEP(&w, "submit", .work_days = 3);
    MUST(w.cx, errand_papers(w.cx, w.e.id, &papers));
    assert_true(papers.n == 2 && papers.at[0].received_at);
    NO(&w, ERR_CONFLICT, "clerk", "prolong", .agreed_how = S("paper"),
       .until_day = time_day(w.cx->now) + 3);
}

static void what_cannot_be_done_becomes_a_need(void **state)
{
    struct way w = way_make();
    struct need n;
    struct str word;
    (void)state;
    ask_errand(&w);
    NO(&w, ERR_INPUT, "clerk", "refuse", 0);
    STEP(&w, "refuse", .said = S("要本人到场拍照，社区派车接"));
    assert_true(w.e.closed_at);
    to_holding(&w);
    STEP(&w, "submit", .work_days = 3);
    NO(&w, ERR_INPUT, "clerk", "fetch", .outcome = S("cannot"));
    STEP(&w, "fetch", .outcome = S("cannot"), .said = S("档案里没有"));
    MUST(w.cx, need_peek(w.cx, w.e.need_id, &n));
    holds(n.text, "档案里没有");
    assert_false(n.word.n);
    MUST(w.cx, need_word(w.cx, n.id, &word));
    act_nobody(w.h.t); /* whose it is follows it */
    MUST(w.cx, need_by_word(w.cx, n.number, word, &n));
    assert_int_equal(n.id, w.e.need_id);
}

static void contact_is_opened_with_a_purpose(void **state)
{
    struct way w = way_make();
    struct errand e;
    opening_list seen = {0};
    errand_list all = {0};
    (void)state;
    ask_errand(&w);
    act(w.h.t, "clerk");
    MUST(w.cx, errand_get(w.cx, w.e.id, &e));
    same(e.contact, "139****1234");
    same(e.name, "王**");
    assert_int_equal(e.door.n, 0); /* a clerk sees no door */
    MUST(w.cx, errand_all(w.cx, false, &all));
    same(all.at[0].contact, "139****1234");
    EXPECT(w.cx, errand_open(w.cx, w.e.id, S("curious"), &e), ERR_INPUT);
    MUST(w.cx, errand_open(w.cx, w.e.id, S("visit"), &e));
    same(e.contact, "13955101234");
    assert_int_equal(e.door.n, 0);
    act(w.h.t, "area_staff");
    MUST(w.cx, errand_open(w.cx, w.e.id, S("visit"), &e));
    same(e.door, "502");
    MUST(w.cx, openings_of(w.cx, &errand_seen, w.e.id, &seen)); /* he reads it */
    assert_int_equal(seen.n, 3);
    same(seen.at[0].what, "door");
    same(seen.at[2].what, "contact");
    same(seen.at[2].role, "clerk");
    same(seen.at[2].person_name, "窗一");
    act(w.h.t, "handler");
    EXPECT(w.cx, errand_open(w.cx, w.e.id, S("visit"), &e), ERR_DENIED);
    all = (errand_list){0};
    EXPECT(w.cx, errand_all(w.cx, false, &all), ERR_DENIED);
}

static void asking_is_checked_and_once(void **state)
{
    struct way w = way_make();
    struct errand again = {0}, e;
    (void)state;
    act_nobody(w.h.t);
    w.key = id_uuid(w.cx);
    struct str same_key = w.key;
    w.e = (struct errand){
        .service_id = w.guide.id, .place_id = w.h.t->stairwell.id, .contact = S("13955101234")};
    e = w.e;
    MUST(w.cx, errand_ask(w.cx, &w.e, &w.key));
    again = e;
    MUST(w.cx, errand_ask(w.cx, &again, &same_key));
    assert_int_equal(again.id, w.e.id);
    struct errand other[] = {e, e, e, e}; /* what was put right is not lost in silence */
    other[0].contact = S("13955104321");
    other[1].name = S("王奶奶");
    other[2].door = S("502");
    other[3].place_id = w.h.t->building.id;
    for (size_t i = 0; i < COUNT(other); i++)
        EXPECT(w.cx, errand_ask(w.cx, &other[i], &same_key), ERR_CONFLICT);
    struct str fresh = S("");
    static const char *const nobody[] = {"", "138", "王奶奶", "0551-12"}; /* who is called then? */
    for (size_t i = 0; i < COUNT(nobody); i++) {
        e.contact = str_c(nobody[i]);
        assert_int_equal(errand_ask(w.cx, &e, &fresh), ERR_INPUT);
        assert_string_equal(w.cx->fault.fields.at[0].field, "contact");
        fault_clear(w.cx);
    }
    e.contact = S("0551-6000000");
    MUST(w.cx, errand_ask(w.cx, &e, &fresh));
    fresh = S("");
    e.contact = S("13955101234");
    act(w.h.t, "clerk");
    w.guide.has_errand = false;
    MUST(w.cx, service_put(w.cx, &w.guide));
    EXPECT(w.cx, errand_ask(w.cx, &e, &fresh), ERR_INPUT);
    act(w.h.t, "handler");
    EXPECT(w.cx, errand_ask(w.cx, &e, &fresh), ERR_DENIED);
}

/* In every state every step by everybody: what the table allows is done, all else changes nothing.
 */
static void the_table_is_what_happens(void **state)
{
    struct way w = way_make();
    int done = 0;
    (void)state;
    for (int from = ERRAND_ASKED; from <= ERRAND_RETURNED; from++)
        for (size_t i = 1; i < errand_steps.n; i++) {
            const struct step *s = &errand_steps.at[i];
            struct errand e;
            ask_errand(&w);
            if (from >= ERRAND_AUTHORISED)
                STEP(&w, "authorise", .agreed_how = S("face"), .papers = S("身份证"),
                     .until_day = time_day(w.cx->now) + 3);
            if (from >= ERRAND_HOLDING)
                STEP(&w, "receive", 0);
            if (from >= ERRAND_SUBMITTED && from != ERRAND_RECALLED)
                STEP(&w, "submit", .work_days = 1);
            if (from == ERRAND_RECALLED)
                STEP(&w, "recall", 0);
            if (from == ERRAND_FETCHED || from == ERRAND_RETURNED)
                STEP(&w, "fetch", .outcome = S("done"));
            if (from == ERRAND_RETURNED)
                STEP(&w, "return", .is_signed = true);
            assert_int_equal(w.e.state, from);
            bool legal = (s->from & ERRAND_IN(from)) && (s->by & ERRAND_BY_STAFF);
            enum err got = step_of(&w, "clerk", s->code,
                                   (struct errand_move){.agreed_how = S("paper"),
                                                        .papers = S("身份证"),
                                                        .until_day = time_day(w.cx->now) + 3,
                                                        .said = S("原因"),
                                                        .outcome = S("done"),
                                                        .work_days = 2,
                                                        .is_signed = true});
            assert_int_equal(got, legal ? OK : ERR_CONFLICT);
            fault_clear(w.cx);
            MUST(w.cx, errand_by_key(w.cx, w.e.id, w.key, &e));
            assert_int_equal(e.state, legal ? s->to : (enum errand_state)from);
            done += legal;
        }
    assert_int_equal(done, 15);
}

static void the_drawing_is_in_the_readme(void **state)
{
    struct cx *cx = test_cx();
    struct out o;
    (void)state;
    out_init(&o, cx->mem);
    steps_draw(&o, &errand_steps);
    readme_holds(__FILE__, out_text(&o));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(an_errand_goes_all_the_way, end),
        cmocka_unit_test_teardown(what_is_over_is_forgotten, end),
        cmocka_unit_test_teardown(what_a_hold_keeps_goes_when_it_ends, end),
        cmocka_unit_test_teardown(two_are_forgotten_at_their_wish, end),
        cmocka_unit_test_teardown(what_is_over_is_not_put_right, end),
        cmocka_unit_test_teardown(he_takes_his_authority_back, end),
        cmocka_unit_test_teardown(an_authority_holds_until_its_day, end),
        cmocka_unit_test_teardown(an_authority_that_ran_out_is_signed_anew, end),
        cmocka_unit_test_teardown(what_cannot_be_done_becomes_a_need, end),
        cmocka_unit_test_teardown(contact_is_opened_with_a_purpose, end),
        cmocka_unit_test_teardown(asking_is_checked_and_once, end),
        cmocka_unit_test_teardown(the_table_is_what_happens, end),
        cmocka_unit_test_teardown(the_drawing_is_in_the_readme, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
