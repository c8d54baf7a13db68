/* activity_kept_test -- what was said goes when its time is over, at a wish, or when a hold ends.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/activity_test.h"
#include "app/activity/activity_own.h"
#include "activity.sql.h"

static void names_are_forgotten_and_counts_stay(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = on(&h, 1, 20), b = on(&h, 60, 20);
    struct guest g = join(&h, &a, "赵奶奶", 2), other = join(&h, &b, "钱师傅", 1),
                 away = join(&h, &a, "孙先生", 1);
    struct activity_party p;
    struct activity_counts before, after;
    activity_event_list story = {0};
    MUST(cx, STAFF(&h, &away, "give", .text = S("电话里说孩子病了")));
    go_to(h.t, a.from_at + MS_MINUTE);
    MUST(cx, STAFF(&h, &g, "come"));
    MUST(cx, P(&h, &g, "rate", .rating = S("satisfied"), .text = S("我是赵奶奶")));
    MUST(cx, activity_count(cx, a.id, &before));
    go_to(h.t, a.to_at + ACTIVITY_KEPT_DAYS * MS_DAY - MS_MINUTE);
    MUST(cx, activity_by_key(cx, g.p.id, g.key, &p));
    go_to(h.t, a.to_at + ACTIVITY_KEPT_DAYS * MS_DAY);
    EXPECT(cx, activity_by_key(cx, g.p.id, g.key, &p), ERR_MISSING);
    EXPECT(cx, activity_by_word(cx, g.p.number, S(""), &p), ERR_MISSING);
    MUST(cx, party_load(cx, g.p.id, &p));
    assert_true(!p.name.n && !p.contact.n && !p.word.n && p.forgotten_at == cx->now);
    assert_false(read_seat(&h, &g).rating_note.n);
    MUST(cx, activity_story(cx, away.s.id, &story));
    assert_true(story.n > 1);
    for (size_t i = 0; i < story.n; i++)
        assert_int_equal(story.at[i].text.n, 0);
    MUST(cx, activity_count(cx, a.id, &after));
    assert_memory_equal(&before, &after, sizeof before);
    MUST(cx, party_load(cx, other.p.id, &p));
    MUST(cx, shape_open(cx, &activity_party_shape, &p, 1, NULL));
    assert_true(str_is(p.name, "钱师傅"));
}

/* Staff move only the end of a date that people have signed up for. */
static void a_date_that_ends_later_is_forgotten_later(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = on(&h, 1, 20);
    struct guest g = join(&h, &a, "赵奶奶", 1);
    struct activity_party p;
    act(h.t, "area_staff");
    a.to_at += MS_HOUR;
    MUST(cx, activity_put(cx, &a, true));
    go_to(h.t, a.from_at + MS_MINUTE);
    MUST(cx, STAFF(&h, &g, "come"));
    MUST(cx, P(&h, &g, "rate", .rating = S("satisfied"), .text = S("我是赵奶奶")));
    go_to(h.t, a.to_at + ACTIVITY_KEPT_DAYS * MS_DAY - MS_MINUTE);
    MUST(cx, party_load(cx, g.p.id, &p));
    assert_true(p.contact.n > 0 && read_seat(&h, &g).rating_note.n > 0);
    go_to(h.t, a.to_at + ACTIVITY_KEPT_DAYS * MS_DAY);
    MUST(cx, party_load(cx, g.p.id, &p));
    assert_false(p.name.n || p.contact.n || read_seat(&h, &g).rating_note.n);
}

static int64_t hold(struct cx *cx, const struct activity_party *p)
{
    struct keep_hold h = {.subject = S("activity"),
                          .subject_id = p->id,
                          .number = p->number,
                          .reason = S("法院在审")};
    keep_hold_list all = {0};
    MUST(cx, keep_hold_put(cx, &h));
    MUST(cx, keep_holds(cx, &all));
    return all.at[0].id;
}

static void what_a_hold_keeps_goes_when_it_ends(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = on(&h, 1, 20);
    struct guest g = join(&h, &a, "赵奶奶", 2), other = join(&h, &a, "钱师傅", 1);
    struct activity_party p;
    int64_t held = hold(cx, &g.p);
    go_to(h.t, a.from_at + MS_MINUTE);
    MUST(cx, STAFF(&h, &g, "come"));
    MUST(cx, P(&h, &g, "rate", .rating = S("satisfied"), .text = S("我是赵奶奶")));
    go_to(h.t, a.to_at + (ACTIVITY_KEPT_DAYS + 40) * MS_DAY);
    MUST(cx, party_load(cx, other.p.id, &p));
    assert_true(!p.name.n && p.forgotten_at);
    MUST(cx, activity_by_key(cx, g.p.id, g.key, &p));
    assert_true(p.name.n && p.contact.n && read_seat(&h, &g).rating_note.n);
    MUST(cx, keep_hold_end(cx, held));
    go_to(h.t, cx->now + MS_DAY);
    MUST(cx, party_load(cx, g.p.id, &p));
    assert_true(!p.name.n && !p.contact.n && p.forgotten_at && !read_seat(&h, &g).rating_note.n);
    go_to(h.t, cx->now + 100 * MS_DAY); /* nothing comes again */
}

/* The place is free at once; the child's name stays, unused, as long as the hold. */
static void consent_taken_back_under_a_hold_holds_at_once(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = draft(&h, 5, 9);
    a.for_children = true;
    MUST(cx, activity_put(cx, &a, false));
    step(&h, &a, "publish", (struct activity_move){0});
    struct activity_join j = {
        .activity_id = a.id, .name = S("小雨"), .contact = S("13955101234"), .guardian = true};
    struct activity_counts n;
    struct activity_party p;
    struct str key;
    activity_seat_list seats = {0};
    bool again;
    act_nobody(h.t);
    MUST(cx, activity_sign_up(cx, &j, &p, &key, &seats, &again));
    int64_t held = hold(cx, &p);
    MUST(cx,
         consent_set(cx, &activity_consents, p.id, "guardian", false, &(struct consent_how){0}));
    MUST(cx, activity_count(cx, a.id, &n));
    assert_int_equal(n.held, 0);
    EXPECT(cx, activity_by_key(cx, p.id, key, &p), ERR_MISSING);
    go_to(h.t, cx->now + 3 * MS_DAY);
    MUST(cx, party_load(cx, seats.at[0].party_id, &p));
    assert_true(p.name.n && p.contact.n && !p.word.n && !p.forgotten_at);
    MUST(cx, keep_hold_end(cx, held));
    go_to(h.t, cx->now + MS_DAY);
    MUST(cx, party_load(cx, p.id, &p));
    assert_true(!p.name.n && !p.contact.n && p.forgotten_at);
}

/* Two have signed up, one waits; whoever takes back his yes is erased and noted. A backup from
 * before may show him again, and is brought back where no keys are. */
static void who_takes_back_his_yes_is_gone_for_good(void **state)
{
    (void)state;
    struct hall h = open_hall();
    struct cx *cx = h.t->cx;
    struct activity a = on(&h, 5, 2);
    struct guest one = join(&h, &a, "赵奶奶", 1), two = join(&h, &a, "钱师傅", 1),
                 three = join(&h, &a, "孙老师", 1);
    struct activity_party p;
    subject_erased_list noted = {0};
    act_nobody(h.t);
    cx->vault = NULL;
    MUST(cx, activity_consents.changed(cx, one.p.id, S("guardian"), false));
    MUST(cx, activity_subject.erase(cx, two.p.id));
    MUST(cx, party_load(cx, two.p.id, &p));
    assert_true(!p.name.n && !p.contact.n && p.forgotten_at == cx->now);
    is_at(&h, &three, SEAT_OFFERED);
    MUST(cx, subject_erased_all(cx, &noted));
    assert_true(noted.n == 1 && noted.at[0].subject_id == one.p.id &&
                str_is(noted.at[0].subject, "activity"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(names_are_forgotten_and_counts_stay, end),
        cmocka_unit_test_teardown(a_date_that_ends_later_is_forgotten_later, end),
        cmocka_unit_test_teardown(what_a_hold_keeps_goes_when_it_ends, end),
        cmocka_unit_test_teardown(consent_taken_back_under_a_hold_holds_at_once, end),
        cmocka_unit_test_teardown(who_takes_back_his_yes_is_gone_for_good, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
