/* site_test -- sites, their parts, hours and notices in the store. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_test.h"
#include "app/site/site_own.h"
#include "base/time.h"

static struct site add(struct town *t, const struct place *p, const char *code, int64_t tier)
{
    struct site s = {.place_id = p->id,
                     .tier = tier,
                     .code = str_c(code),
                     .name = str_c(code),
                     .address = S("东门旁")};
    MUST(t->cx, site_put(t->cx, &s));
    MUST(t->cx, site_get(t->cx, s.id, &s));
    return s;
}

static struct town *make(void)
{
    struct town *t = town_make();
    static const char *const names[] = {"社区中心", "居民区中心", "服务站"};
    for (int i = 0; i < 3; i++)
        MUST(t->cx, place_tier_add(t->cx, "site", i, arena_printf(t->cx->mem, "site%d", i),
                                   str_c(names[i])));
    act(t, "leader");
    return t;
}

static void a_site_is_put_and_read(void **state)
{
    struct town *t = make();
    (void)state;
    struct site s = add(t, &t->estate, "yl-zhan", 2);
    assert_true(str_is(s.code, "YL-ZHAN"));
    assert_true(str_is(s.tier_name, "服务站"));
    assert_true(str_eq(s.path, t->estate.path));
    EXPECT(t->cx,
           site_put(t->cx, &(struct site){.place_id = t->estate.id,
                                          .code = S("YL-ZHAN"),
                                          .name = S("又一个"),
                                          .address = S("西门")}),
           ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_site_is_put_and_read, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
