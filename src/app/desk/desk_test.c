/* desk_test -- which needs a page of the staff asks for; what the pages show is in tests/http. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/desk/pages.h"
#include "app/need/need_test.h"

static bool has(struct town *t, const char *state, size_t most, int64_t id)
{
    need_list all = {0};
    bool found = false;
    MUST(t->cx, desk_work(t->cx, state, most, &all));
    for (size_t i = 0; i < all.n; i++)
        for (size_t k = 0; k < i; k++)
            assert_true(all.at[i].id != all.at[k].id);
    for (size_t i = 0; i < all.n; i++)
        found |= all.at[i].id == id;
    return found;
}

/* The clerk at a counter reaches the whole community, and has one matter with a far limit. */
static void ones_own_is_there_however_much_others_have(void **state)
{
    (void)state;
    struct town *t = town_make();
    ask(t, "想办居住证");
    GO(t, "dispatcher", "accept", .duty_id = t->idea.id, .level = S("L4"));
    GO(t, "dispatcher", "dispatch", .org_id = t->org[ORG_CENTRE].id,
       .person_id = town_post("clerk")->person_id);
    GO(t, "clerk", "contact", .outcome = S("reached"));
    int64_t mine = t->n.id;
    for (int i = 0; i < 3; i++)
        to_dispatched(t, "楼道灯不亮");
    act(t, "clerk");
    assert_true(has(t, "open", 2, mine));
    assert_true(has(t, "open", 10, t->n.id)); /* those of others as well */
    t->n.id = mine;
    GO(t, "clerk", "report", .text = S("办好了，证已经寄出。"), .answer_code = S("done"));
    GO(t, "verifier", "verify", 0);
    GO(t, "dispatcher", "close", 0);
    for (int i = 0; i < 3; i++)
        to_done(t, "楼道灯不亮");
    act(t, "clerk");
    assert_true(has(t, "closed", 2, mine));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(ones_own_is_there_however_much_others_have, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
