/* flow_test -- the table of steps is whole: nothing unreachable, nothing without a way out. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/drawing.h"
#include "app/need/flow.h"
#include <stdio.h>
#include <string.h>

static bool leads(const struct flow_step *s, enum need_state from, enum need_state to)
{
    return (s->from & IN(from)) != 0 && s->to == to;
}

/* States that can be reached from `start`, as bits. */
static uint32_t reach(uint32_t start)
{
    uint32_t seen = start;
    for (uint32_t before = 0; before != seen;) {
        before = seen;
        for (size_t i = 0; i < flow_step_count; i++)
            if ((flow_steps[i].from & seen) && flow_steps[i].to != NEED_DRAFT)
                seen |= IN(flow_steps[i].to);
    }
    return seen;
}

static void every_state_is_reached_and_left(void **state)
{
    (void)state;
    assert_int_equal(reach(IN(NEED_DRAFT)), IN(NEED_STATES) - 1);
    uint32_t closed = 0;
    for (int s = 0; s < NEED_STATES; s++)
        closed |= need_is_closed((enum need_state)s) ? IN(s) : 0;
    for (int s = NEED_RECEIVED; s < NEED_STATES; s++)
        if (!need_is_closed((enum need_state)s) && !(reach(IN(s)) & closed))
            fail_msg("%s never ends", need_state_codes[s]);
}

static void the_resident_may_withdraw_whatever_is_open(void **state)
{
    const struct flow_step *withdraw = flow_find(S("withdraw"));
    (void)state;
    assert_non_null(withdraw);
    assert_true(withdraw->resident);
    for (int s = NEED_RECEIVED; s < NEED_STATES; s++)
        if (!need_is_closed((enum need_state)s))
            assert_true(leads(withdraw, (enum need_state)s, NEED_WITHDRAWN));
}

static void nothing_ends_without_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < flow_step_count; i++) {
        enum need_state to = flow_steps[i].to;
        bool ends = to == NEED_CANNOT || to == NEED_REFUSED;
        if (ends && !(flow_steps[i].wants & WANT_ANSWER) &&
            !(flow_steps[i].from & IN(NEED_VERIFIED)))
            fail_msg("%s ends a need without an answer", flow_steps[i].code);
    }
}

static void clocks_stand_where_nobody_can_act(void **state)
{
    (void)state;
    assert_false(need_clocks_run(NEED_CLARIFY));
    assert_false(need_clocks_run(NEED_PARKED));
    for (int s = 0; s < NEED_STATES; s++)
        if (need_is_closed((enum need_state)s))
            assert_false(need_clocks_run((enum need_state)s));
    assert_true(need_clocks_run(NEED_HANDLING));
    assert_true(need_clocks_run(NEED_EXTENDING));
}

static void rows_are_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < flow_step_count; i++) {
        const struct flow_step *s = &flow_steps[i];
        assert_ptr_equal(flow_find(str_c(s->code)), s); /* codes are unique */
        assert_true(s->label && *s->label && s->from);
        assert_true(s->roles || s->resident);
        if ((s->wants & WANT_REASON) && (!s->reasons || !s->reasons[0].code))
            fail_msg("%s wants a reason but lists none", s->code);
    }
    assert_null(flow_find(S("nothing")));
    for (int s = 0; s < NEED_STATES; s++)
        assert_true(need_state_codes[s] && need_state_labels[s] &&
                    need_progress((enum need_state)s) >= 1 &&
                    need_progress((enum need_state)s) <= 5);
    assert_null(need_state_codes[NEED_STATES]);
}

static void the_matrix_is_closed(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROLE_BITS; i++) {
        assert_ptr_equal(role_of_bit(roles[i].bit), &roles[i]);
        assert_ptr_equal(role_of_code(str_c(roles[i].code)), &roles[i]);
        assert_int_equal(roles[i].sees[DATA_INNER], SEE_NONE);
        /* A contact is never simply there: it is opened, with a purpose, and that is logged. */
        assert_int_not_equal(roles[i].sees[DATA_CONTACT], SEE_PLAIN);
    }
    const struct role *admin = role_of_bit(ROLE_ADMIN), *handler = role_of_bit(ROLE_HANDLER);
    static const enum data_kind content[] = {DATA_TEXT, DATA_CONTACT, DATA_DOOR, DATA_NOTE,
                                             DATA_COMPLAINT};
    for (size_t i = 0; i < COUNT(content); i++) {
        assert_int_equal(admin->sees[content[i]], SEE_NONE);
        assert_int_equal(public_sees[content[i]], SEE_NONE);
    }
    assert_int_equal(handler->sees[DATA_COMPLAINT], SEE_NONE);
    assert_int_equal(handler->sees[DATA_NOTE], SEE_NONE);
    assert_null(role_of_code(S("emperor")));
}

static void readme_holds_the_drawing(void **state)
{
    struct arena mem;
    struct out o;
    (void)state;
    arena_init(&mem, 1 << 20);
    out_init(&o, &mem);
    flow_draw(&o);
    readme_holds(__FILE__, out_text(&o));
    arena_free(&mem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_is_reached_and_left),
        cmocka_unit_test(the_resident_may_withdraw_whatever_is_open),
        cmocka_unit_test(nothing_ends_without_words),
        cmocka_unit_test(clocks_stand_where_nobody_can_act),
        cmocka_unit_test(rows_are_complete),
        cmocka_unit_test(the_matrix_is_closed),
        cmocka_unit_test(readme_holds_the_drawing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
