/* sample_test -- the sample is the town of the article, whole, lawful, and the same each time. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/harness.h"
#include "app/sample/sample.h"
#include "app/need/need.h"
#include "app/org/org.h"
#include "app/site/site.h"
#include "app/volunteer/volunteer.h"
#include "base/time.h"
#include "main/migrations.h"
#include "main/upkeep.h"
#include <time.h>

static int told;

static void progress(const char *text, int percent)
{
    assert_true(text[0] && percent >= told && percent <= 100);
    told = percent;
}

static struct cx *town(void)
{
    struct cx *cx = test_cx();
    struct timespec a, b;
    told = 0;
    db_rollback(cx);
    clock_gettime(CLOCK_MONOTONIC, &a);
    MUST(cx, sample_load(cx, migrations, migration_count, 1, 2026, upkeep_reseal_now, progress));
    clock_gettime(CLOCK_MONOTONIC, &b);
    print_message("sample: %.1f s\n",
                  (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) / 1e9);
    assert_int_equal(told, 100);
    assert_int_equal(cx->now, TEST_NOW);
    assert_true(cx->community == 1 && cx->who.person_id == 0);
    return cx;
}

static void as_leader(struct cx *cx)
{
    struct hat hat = {.role = S("leader"), .title = S("社区负责人"), .person_id = 1};
    MUST(cx, account_wear(cx, &hat));
}

/* ---- the town ---- */

static void check_coverage(struct cx *cx)
{
    struct coverage c;
    MUST(cx, place_coverage(cx, &c));
    for (size_t i = 0; i < c.faults.n && i < 10; i++)
        print_message("%.*s\n", STR(c.faults.at[i].text));
    assert_int_equal(c.faults.n, 0);
    assert_int_equal(c.grids, 67);
    assert_int_equal(c.areas, 6);
    assert_true(c.doors > 23000 && c.doors < 25000);
    assert_true(c.vacancies > 10 && c.vacancies < c.buildings / 5);
    print_message("%lld buildings, %lld stairwells, %lld doors, %lld vacancies\n",
                  (long long)c.buildings, (long long)c.stairwells, (long long)c.doors,
                  (long long)c.vacancies);
}

static size_t count_tier(struct cx *cx, int64_t parent, const char *tier, const char *kind)
{
    org_list below = {0};
    size_t n = 0;
    MUST(cx, org_children(cx, parent, &below));
    for (size_t i = 0; i < below.n; i++) {
        n += str_is(below.at[i].tier, tier) && (!kind || str_is(below.at[i].kind, kind));
        if (below.at[i].tier.n)
            n += count_tier(cx, below.at[i].id, tier, kind);
    }
    return n;
}

static void check_organisation(struct cx *cx)
{
    assert_int_equal(count_tier(cx, 0, "committee", NULL), 1);
    assert_int_equal(count_tier(cx, 0, "general_branch", NULL), 6);
    assert_int_equal(count_tier(cx, 0, "grid_branch", NULL), 16 + 2 + 1);
    assert_int_equal(count_tier(cx, 0, "building_group", NULL), 46);
    assert_int_equal(count_tier(cx, 0, "", "unit"), 43);
    assert_int_equal(count_tier(cx, 0, "", "centre"), 6);
    assert_int_equal(count_tier(cx, 0, "", "station"), 4);
}

static void check_accounts(struct cx *cx)
{
    sample_account_list accounts = {0};
    place_list places = {0};
    struct checked found;
    MUST(cx, sample_accounts(cx, &accounts, &places));
    assert_int_equal(accounts.n, ROLE_BITS);
    assert_true(places.n >= 3 && str_is(places.at[0].full_name, "依澜雅居 7 栋 2 单元"));
    for (size_t i = 0; i < accounts.n; i++) {
        const struct sample_account *a = &accounts.at[i];
        hat_list hats = {0};
        struct sign_in typed = {.login = a->login, .password = a->password, .peer = S("::1")};
        MUST(cx, account_check(cx, &typed, &found));
        MUST(cx, account_hats(cx, found.person_id, &hats));
        assert_true(hats.n > 0 && str_eq(hats.at[0].role, a->role));
        MUST(cx, account_wear(cx, &hats.at[0]));
    }
    struct grid g;
    MUST(cx, place_grid_of(cx, places.at[0].id, &g));
    assert_int_equal(g.number, 23);
    account_nobody(cx, 1);
}

static void check_market(struct cx *cx)
{
    struct place market;
    place_list stalls = {0};
    MUST(cx, place_by_code(cx, S("KL-HHSC"), &market));
    MUST(cx, place_children(cx, market.id, &stalls));
    assert_int_equal(stalls.n, 189);
}

/* Every row of the catalogue has somebody who leads it, wherever the need is. */
static void check_catalogue(struct cx *cx)
{
    duty_list duties = {0};
    struct place home, stall;
    MUST(cx, duty_all(cx, &duties));
    assert_int_equal(duties.n, 28);
    MUST(cx, place_by_code(cx, S("NYH-YLYJ-07-2"), &home));
    MUST(cx, place_by_code(cx, S("KL-HHSC-001"), &stall));
    for (size_t i = 0; i < duties.n; i++) {
        org_list orgs = {0};
        bool market = str_is(duties.at[i].lead_kind, "market");
        MUST(cx, org_serving(cx, duties.at[i].lead_kind, market ? stall.id : home.id, &orgs));
        assert_true(orgs.n > 0);
        assert_true(duties.at[i].words.n > 0);
    }
    duty_fit_list fits = {0};
    MUST(cx, duty_suggest(cx, S("电梯坏了，有人困在里面"), 3, &fits));
    assert_true(fits.n > 0 && str_is(fits.at[0].duty.code, "0104"));
}

/* ---- the needs ---- */

/* The last event of a need leads to the state it is in, and each event starts where one ended. */
static void check_history(struct cx *cx, const struct need *n)
{
    need_event_list events = {0};
    struct str state = S("draft");
    int64_t at = 0;
    MUST(cx, need_history(cx, n->id, false, &events));
    assert_true(events.n > 0);
    for (size_t i = 0; i < events.n; i++) {
        const struct need_event *e = &events.at[i];
        bool told_only = str_eq(e->from_state, e->to_state);
        if (!told_only && !str_eq(e->from_state, state))
            fail_msg("need %lld: %.*s from %.*s in %.*s", (long long)n->id, STR(e->step),
                     STR(e->from_state), STR(state));
        const struct flow_step *s = flow_find(e->step);
        if (!told_only)
            assert_non_null(s);
        assert_true(e->at >= at && e->at <= TEST_NOW);
        state = e->to_state;
        at = e->at;
    }
    assert_true(str_is(state, need_state_codes[n->state]));
    assert_true(at >= n->created_at);
}

static void check_needs(struct cx *cx)
{
    int64_t by_state[NEED_STATES] = {0}, seen = 0;
    struct need_filter f = {.limit = 100};
    struct str next = S("");
    as_leader(cx);
    do {
        need_list some = {0};
        f.after = next;
        MUST(cx, need_search(cx, &f, &some, &next));
        for (size_t i = 0; i < some.n; i++) {
            const struct need *n = &some.at[i];
            by_state[n->state]++;
            seen++;
            assert_true(n->created_at > TEST_NOW - 731 * MS_DAY && n->created_at < TEST_NOW);
            assert_true(!need_is_closed(n->state) || n->answer.n >= 10);
            assert_true(need_is_closed(n->state) == (n->closed_at != 0));
            assert_true(n->grid_id != 0);
            check_history(cx, n);
        }
    } while (next.n);
    for (int s = NEED_RECEIVED; s < NEED_STATES; s++) {
        print_message("%s %lld\n", need_state_codes[s], (long long)by_state[s]);
        assert_true(by_state[s] > 0);
    }
    assert_true(seen >= 1500);
    struct need_rates r;
    MUST(cx, need_rates(cx, TEST_NOW - 90 * MS_DAY, TEST_NOW, &r));
    print_message("closed %lld on time %lld rated %lld satisfied %lld\n", (long long)r.closed,
                  (long long)r.on_time, (long long)r.rated, (long long)r.satisfied);
    assert_true(r.closed > 100 && r.on_time * 100 > r.closed * 75 && r.on_time < r.closed);
    assert_true(r.satisfied * 100 > r.rated * 80 && r.satisfied < r.rated);
}

/* ---- the volunteers ---- */

static int64_t count_kind(struct cx *cx, const char *kind, const char *state)
{
    struct volunteer_filter f = {.kind = str_c(kind), .state = str_c(state), .limit = 100};
    int64_t n = 0;
    do {
        volunteer_list some = {0};
        struct str next;
        MUST(cx, volunteer_search(cx, &f, &some, &next));
        for (size_t i = 0; i < some.n; i++) {
            const struct volunteer *v = &some.at[i];
            assert_true(str_find(v->name, S("（示例）")) > 0 && (v->grid_id || v->org_id));
            assert_true(v->created_at <= TEST_NOW && v->confirmed_at <= TEST_NOW);
        }
        n += (int64_t)some.n;
        f.after = next;
    } while (f.after.n);
    return n;
}

/* Everything that is asked for can be offered, but not by as many: so that matching has to choose.
 */
static void check_volunteers(struct cx *cx)
{
    skill_list skills = {0};
    skill_supply_list supply = {0};
    volunteer_offer_list offers = {0};
    int64_t most = 0, least = INT64_MAX, leaves = 0;
    as_leader(cx);
    MUST(cx, skill_all(cx, true, &skills));
    for (size_t i = 0; i < skills.n; i++)
        leaves += skills.at[i].parent_code.n != 0;
    assert_int_equal(leaves, 64);
    assert_int_equal(skills.n - (size_t)leaves, 12);
    assert_in_range(count_kind(cx, "person", "") + count_kind(cx, "team", ""), 1400, 1450);
    assert_int_equal(count_kind(cx, "team", ""), 36);
    assert_int_equal(count_kind(cx, "unit", ""), 43);
    assert_true(count_kind(cx, "", "applied") > 0 && count_kind(cx, "", "paused") > 0);
    assert_int_equal(count_kind(cx, "", "asked"), 30);
    MUST(cx, volunteer_supply(cx, 0, &supply));
    assert_int_equal((int64_t)supply.n, leaves);
    for (size_t i = 0; i < supply.n; i++) {
        most = supply.at[i].offers > most ? supply.at[i].offers : most;
        least = supply.at[i].offers < least ? supply.at[i].offers : least;
    }
    MUST(cx, volunteer_offers(cx, time_day(TEST_NOW), &offers));
    print_message("%zu offers today, %lld of the commonest leaf, %lld of the rarest\n", offers.n,
                  (long long)most, (long long)least);
    assert_true(most > 10 * least && least > 0);
    assert_in_range(offers.n, 1500, 3500);
    for (size_t i = 0; i < offers.n; i++)
        assert_true(offers.at[i].slots && offers.at[i].x > 0 && offers.at[i].y > 0);
}

/* ---- sites ---- */

/* One, six and nine, each with hours; somewhere something is cooked today. */
static void check_sites(struct cx *cx)
{
    static const int64_t wanted[] = {1, 6, 9};
    int64_t of_tier[3] = {0};
    site_view_list all = {0}, canteens = {0};
    site_menu_list meals = {0};
    site_notice_list notices = {0};
    MUST(cx, site_views(cx, S(""), &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct site_view *v = &all.at[i];
        assert_in_range(v->site.tier, 0, 2);
        of_tier[v->site.tier]++;
        assert_true(v->now.is_known && v->site.tier_name.n && v->site.path.n);
        assert_true(site_week_minutes(&v->plan.week) >= 56 * 60);
    }
    assert_memory_equal(of_tier, wanted, sizeof wanted);
    MUST(cx, site_part_views(cx, SITE_CANTEEN, S(""), &canteens));
    assert_int_equal(canteens.n, 3);
    for (size_t i = 0; i < canteens.n; i++)
        MUST(cx,
             site_menu(cx, canteens.at[i].part.id, time_day(TEST_NOW), time_day(TEST_NOW), &meals));
    assert_true(meals.n >= canteens.n);
    MUST(cx, site_notices(cx, 0, time_day(TEST_NOW), true, &notices));
    assert_int_equal(notices.n, 5);
}

static void the_sample_is_whole(void **state)
{
    struct cx *cx = town();
    (void)state;
    check_coverage(cx);
    check_organisation(cx);
    check_accounts(cx);
    check_market(cx);
    check_catalogue(cx);
    check_needs(cx);
    check_volunteers(cx);
    check_sites(cx);
    MUST(cx, db_commit(cx));
    EXPECT(cx, sample_load(cx, migrations, migration_count, 1, 2026, upkeep_reseal_now, NULL),
           ERR_CONFLICT);
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_is_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
