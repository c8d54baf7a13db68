/* volunteer_list_test -- lists from spreadsheets, and what staff write down for somebody. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/volunteer_test.h"
#include "base/out.h"

/* ---- lists ---- */

static csv_rows rows_of(struct cx *cx, struct str bytes)
{
    csv_rows rows = {0};
    MUST(cx, csv_read(cx, bytes, false, &rows));
    return rows;
}

static void a_place_is_named_as_people_write_it(void **state)
{
    static const struct {
        const char *text, *code;
        size_t choices; /* of those that are none of one */
    } cases[] = {{"7栋", "Y-7", 0},     {"7 栋", "Y-7", 0}, {"7 栋 2 单元", "Y-7-2", 0},
                 {"y-7-1", "Y-7-1", 0}, {"单元", "", 2},    {"月亮上", "", 0}};
    struct town t = make();
    struct cx *cx = t.cx;
    (void)state;
    struct place b = add_place(cx, t.top.id, "building", "Y-7", "7 栋");
    add_place(cx, b.id, "stairwell", "Y-7-1", "7 栋 1 单元");
    add_place(cx, b.id, "stairwell", "Y-7-2", "7 栋 2 单元");
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct place p = {0};
        place_list choices = {0};
        bool found;
        MUST(cx, volunteer_place_named(cx, str_c(cases[i].text), &p, &found, &choices));
        assert_int_equal(found, cases[i].code[0] != 0);
        if (found)
            assert_str(p.code, cases[i].code);
        else
            assert_int_equal(choices.n, cases[i].choices);
    }
    test_end();
}

static const char *const table =
    "姓名（必填）,手机号,特长,小区,服务时间,身份证号,出生年份,监护人,家长电话\n"
    "老王,0551-0000 0001,修水管、说说话,W-1,平日晚上 周末,x,,,\n"
    "老李,0551-0000 0002,飞檐走壁,W-1,平日,x,,,\n"
    "老赵,0551-0000 0003,陪聊天,没有的楼,周末,x,,,\n"
    "老钱,0551-0000 0004,陪聊天,东楼,明年,x,,,\n"
    "小满,0551-0000 0005,陪聊天,东楼,周末,x,2012年,,\n"
    "小雪,0551-0000 0006,陪聊天,东楼,周末,x,2012年,爸爸,0551-0000 0007\n"
    "老王,0551-0000 0001,陪聊天,W-1,周末,x,,,\n"
    ",0551-0000 0009,陪聊天,,,,,,\n";

static void a_list_is_shown_taken_and_taken_back(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer_sheet sheet;
    int64_t id, taken;
    (void)state;
    csv_rows rows = rows_of(cx, str_c(table));
    wear(&t, "clerk", NULL, NULL);
    MUST(cx, volunteer_read_sheet(cx, &rows, &sheet));
    assert_int_equal(sheet.good, 2);
    assert_int_equal(sheet.bad, 6);
    assert_true(sheet.unknown.n == 1 && str_is(sheet.unknown.at[0], "身份证号"));
    static const char *const whys[] = {"",       "飞檐走壁", "没有的楼",   "明年",
                                       "监护人", "",         "前面已经有", "必填"};
    for (size_t i = 0; i + 1 < COUNT(whys); i++)
        assert_true(whys[i][0] ? str_find(sheet.lines.at[i].why, str_c(whys[i])) >= 0
                               : sheet.lines.at[i].why.n == 0);
    assert_true(sheet.lines.at[7].why.n > 0);
    MUST(cx, volunteer_apply_sheet(cx, &rows, &sheet, S("名单.csv"), &id));
    volunteer_list found = {0};
    struct str next;
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){0}, &found, &next));
    assert_int_equal(found.n, 2);
    assert_str(found.at[1].name, "老王");
    assert_int_equal(found.at[0].state,
                     VOLUNTEER_APPLIED); /* 小雪 waits for a talk with her guardian */
    /* the same list again: he is there */
    MUST(cx, volunteer_read_sheet(cx, &rows, &sheet));
    assert_int_equal(sheet.good, 0);
    int64_t ignored;
    EXPECT(cx, volunteer_apply_sheet(cx, &rows, &sheet, S("名单.csv"), &ignored), ERR_INPUT);
    MUST(cx, volunteer_step(cx, found.at[1].id, S(""), S("seen"), 0, &t.v)); /* touched: stays */
    MUST(cx, volunteer_import_undo(cx, id, &taken));
    assert_int_equal(taken, 1);
    EXPECT(cx, volunteer_import_undo(cx, id, &taken), ERR_MISSING);
    found.n = 0;
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){0}, &found, &next));
    assert_int_equal(found.n, 1);
    volunteer_import_list imports = {0};
    MUST(cx, volunteer_imports(cx, &imports));
    assert_true(imports.n == 1 && imports.at[0].undone_at && imports.at[0].rows_in == 2);
    run_jobs(&t, 400); /* jobs of those who were taken back do nothing */
    rows = rows_of(cx, S("姓名,电话\n王,1\n"));
    EXPECT(cx, volunteer_read_sheet(cx, &rows, &sheet), ERR_INPUT); /* no column of skills */
    rows = rows_of(cx, S("姓名,电话,技能\n"));
    EXPECT(cx, volunteer_read_sheet(cx, &rows, &sheet), ERR_INPUT);
    test_end();
}

/* Of rows that are entered after all by others meanwhile, and of such as are taken back: no word of
 * what stood in them, no consent of who is not there. */
static void what_was_not_taken_is_not_kept(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer_sheet sheet;
    volunteer_import_list imports = {0};
    volunteer_list found = {0};
    struct str next;
    struct out o;
    int64_t id, taken;
    bool yes;
    (void)state;
    struct place b = add_place(cx, t.top.id, "building", "Y-7", "7 栋");
    add_place(cx, b.id, "stairwell", "Y-7-1", "7 栋 1 单元");
    out_init(&o, cx->mem);
    out_c(&o, "姓名,电话,技能,楼栋\n");
    for (int i = 0; i < 102; i++)
        out_printf(&o, "甲%d,0551-0000 %04d,陪聊天,%s\n", i, i, i < 101 ? "W-1" : "单元");
    csv_rows rows = rows_of(cx, out_text(&o));
    wear(&t, "clerk", NULL, NULL);
    MUST(cx, volunteer_read_sheet(cx, &rows, &sheet));
    assert_int_equal(sheet.good, 102);
    MUST(cx, volunteer_apply_sheet(cx, &rows, &sheet, S("名单.csv"), &id));
    add_place(cx, b.id, "stairwell", "Y-7-2", "7 栋 2 单元"); /* now there are two */
    run_jobs(&t, 0);
    MUST(cx, volunteer_imports(cx, &imports));
    assert_true(imports.at[0].rows_in == 101 && imports.at[0].rows_bad == 1);
    assert_true(str_starts(imports.at[0].problems, S("第 103 行：")));
    assert_true(str_find(imports.at[0].problems, S("单元")) < 0);
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){.text = S("甲7"), .limit = 1}, &found,
                              &next));
    MUST(cx, consent_holds(cx, &volunteer_consents, found.at[0].id, "match", &yes));
    assert_true(yes);
    MUST(cx, volunteer_import_undo(cx, id, &taken));
    assert_int_equal(taken, 101);
    consent_list said = {0};
    MUST(cx, consents_of(cx, &volunteer_consents, found.at[0].id, &said));
    assert_int_equal(said.n, 0);
    imports.n = 0;
    MUST(cx, volunteer_imports(cx, &imports));
    assert_int_equal(imports.at[0].problems.n, 0);
    test_end();
}

/* The list was a mistake; what a court may want of it stays until the hold ends, and is not used.
 */
static void what_a_hold_keeps_goes_when_it_ends(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer_sheet sheet;
    volunteer_import_list imports = {0};
    volunteer_list found = {0};
    struct str next;
    int64_t id, taken;
    bool yes;
    (void)state;
    csv_rows rows = rows_of(cx, S("姓名,电话,技能,楼栋\n甲一,0551-0000 0001,陪聊天,W-1\n"
                                  "甲二,0551-0000 0002,陪聊天,W-1\n"));
    wear(&t, "clerk", NULL, NULL);
    MUST(cx, volunteer_read_sheet(cx, &rows, &sheet));
    MUST(cx, volunteer_apply_sheet(cx, &rows, &sheet, S("名单.csv"), &id));
    struct volunteer_filter first = {.text = S("甲一")};
    MUST(cx, volunteer_search(cx, &first, &found, &next));
    struct keep_hold h = {.subject = S("volunteer"),
                          .subject_id = found.at[0].id,
                          .number = S("V"),
                          .reason = S("法院在审")};
    MUST(cx, keep_hold_put(cx, &h));
    MUST(cx, volunteer_imports(cx, &imports));
    assert_int_equal(imports.at[0].untouched, 1);
    MUST(cx, volunteer_import_undo(cx, id, &taken));
    assert_int_equal(taken, 1);
    found.n = 0;
    MUST(cx, volunteer_search(cx, &(struct volunteer_filter){0}, &found, &next));
    assert_int_equal(found.n, 0);
    MUST(cx, consent_holds(cx, &volunteer_consents, h.subject_id, "match", &yes));
    assert_false(yes);
    t.v.id = h.subject_id;
    struct volunteer v = stored(&t);
    assert_true(v.state == VOLUNTEER_LEFT && v.name.n && v.contact.n);
    volunteer_event_list said = {0};
    MUST(cx, volunteer_history(cx, t.v.id, &said));
    assert_false(str_is(said.at[0].by_name, "本人") || str_is(said.at[said.n - 1].by_name, "本人"));
    keep_hold_list holds = {0};
    MUST(cx, keep_holds(cx, &holds));
    MUST(cx, keep_hold_end(cx, holds.at[0].id));
    run_jobs(&t, 1);
    v = stored(&t);
    assert_true(v.state == VOLUNTEER_LEFT && !v.name.n && !v.contact.n);
    test_end();
}

/* 100 people are entered at once, the others by the queue; taking back stops it. */
static void a_long_list_is_taken_in_portions(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    struct volunteer_sheet sheet;
    volunteer_import_list imports = {0};
    struct out o;
    int64_t id, taken;
    int portions = 0;
    (void)state;
    out_init(&o, cx->mem);
    out_c(&o, "姓名,电话,技能,楼栋\n");
    for (int i = 0; i < 250; i++)
        out_printf(&o, "甲%d,0551-0000 %04d,陪聊天,W-1\n", i, i);
    csv_rows rows = rows_of(cx, out_text(&o));
    wear(&t, "clerk", NULL, NULL);
    MUST(cx, volunteer_read_sheet(cx, &rows, &sheet));
    assert_int_equal(sheet.good, 250);
    MUST(cx, volunteer_apply_sheet(cx, &rows, &sheet, S("长名单.csv"), &id));
    MUST(cx, volunteer_imports(cx, &imports));
    assert_true(imports.at[0].rows_in == 100 && imports.at[0].waiting == 150);
    /* somebody came by himself meanwhile */
    struct volunteer v = person("甲120", t.west.id);
    v.contact = S("0551-0000 0120");
    enter(&t, v, "chat", NULL);
    wear(&t, "clerk", NULL, NULL);
    while (run_jobs(&t, 0))
        portions++;
    assert_int_equal(portions, 2);
    imports.n = 0;
    MUST(cx, volunteer_imports(cx, &imports));
    assert_true(imports.at[0].rows_in == 249 && imports.at[0].waiting == 0);
    assert_true(imports.at[0].rows_bad == 1);
    assert_true(str_starts(imports.at[0].problems, S("第 122 行：库里已经有")));
    volunteer_list found = {0};
    struct str next;
    struct volunteer_filter last = {.text = S("甲249")};
    MUST(cx, volunteer_search(cx, &last, &found, &next));
    assert_true(found.n == 1 && found.at[0].entered_by == cx->who.person_id);
    MUST(cx, volunteer_import_undo(cx, id, &taken));
    assert_int_equal(taken, 249);
    MUST(cx, volunteer_read_sheet(cx, &rows, &sheet));
    MUST(cx, volunteer_apply_sheet(cx, &rows, &sheet, S("长名单.csv"), &id));
    MUST(cx, volunteer_import_undo(cx, id, &taken));
    assert_int_equal(taken, 100);
    run_jobs(&t, 0);
    assert_int_equal(run_jobs(&t, 0), 0); /* nobody is entered after that */
    test_end();
}

static void staff_write_down_what_he_told_them(void **state)
{
    struct town t = make();
    struct cx *cx = t.cx;
    (void)state;
    enter(&t, person("老王", t.west.id), "tap", "wire");
    wear(&t, "clerk", NULL, NULL);
    MUST(cx, volunteer_verify(cx, t.v.id, S("wire"), 0));
    test_advance(MS_DAY);
    volunteer_code_list list = codes(cx, "wire", "chat");
    volunteer_id_list grids = {0};
    *PUSH(cx->mem, &grids) = t.grid_east.id;
    const int64_t levels[] = {3, 1};
    struct volunteer_told told = {.v = stored(&t),
                                  .skills = &list,
                                  .levels = levels,
                                  .grids = &grids,
                                  .channel = S("counter")};
    week_choose(&told.week, "end_day");
    told.v.contact = S("0551-0000 7777");
    EXPECT(cx, volunteer_retell(cx, &told), ERR_INPUT); /* his consent is not noted */
    fault_clear(cx);
    told.agrees = true;
    told.channel = S("web"); /* nobody tells staff by the web */
    EXPECT(cx, volunteer_retell(cx, &told), ERR_INPUT);
    fault_clear(cx);
    told.channel = S("counter");
    MUST(cx, volunteer_retell(cx, &told));
    EXPECT(cx, volunteer_retell(cx, &told), ERR_CONFLICT); /* the version that was read */
    struct volunteer v = stored(&t);
    struct week w;
    MUST(cx, shape_open(cx, &volunteer_shape, &v, 1, NULL));
    assert_str(v.contact, "0551-0000 7777");
    assert_true(week_read(v.week, &w) && week_has_choice(&w, "end_day"));
    assert_int_equal(v.confirmed_at, cx->now); /* his word, whoever wrote it down */
    volunteer_skill_list skills = {0};
    MUST(cx, volunteer_skills(cx, t.v.id, &skills));
    assert_int_equal(skills.n, 2);
    for (size_t i = 0; i < skills.n; i++)
        assert_int_equal(skills.at[i].is_verified, str_is(skills.at[i].skill_code, "wire"));
    volunteer_id_list now = {0};
    MUST(cx, volunteer_grids(cx, t.v.id, &now));
    assert_true(now.n == 1 && now.at[0] == t.grid_east.id);
    volunteer_event_list events = {0};
    MUST(cx, volunteer_history(cx, t.v.id, &events));
    const struct volunteer_event *last = &events.at[events.n - 1];
    assert_str(last->step, "edit");
    assert_str(last->text, "窗口，本人同意");
    assert_str(last->by_name, "值守甲");
    told.v.version = 0;
    wear(&t, "leader", NULL, NULL);
    EXPECT(cx, volunteer_retell(cx, &told), ERR_DENIED);
    test_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_is_named_as_people_write_it),
        cmocka_unit_test(a_list_is_shown_taken_and_taken_back),
        cmocka_unit_test(what_was_not_taken_is_not_kept),
        cmocka_unit_test(what_a_hold_keeps_goes_when_it_ends),
        cmocka_unit_test(a_long_list_is_taken_in_portions),
        cmocka_unit_test(staff_write_down_what_he_told_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
