/* guide_test -- guides: written, found by everyday words, where and when; lists taken and taken
 * back. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/service_test.h"

static void a_guide_is_written_shown_and_ended(void **state)
{
    struct house h = house_make();
    struct service s = {.title = S("给老人领高龄津贴")}, out;
    service_lines lines = {0};
    (void)state;
    MUST(h.cx, service_put(h.cx, &s));
    assert_true(str_starts(s.slug, S("g")) && s.state == SERVICE_DRAFT);
    act_nobody(h.t);
    EXPECT(h.cx, service_by_slug(h.cx, s.slug, &out), ERR_MISSING);
    EXPECT(h.cx, service_put(h.cx, &s), ERR_DENIED);
    EXPECT(h.cx, service_step(h.cx, s.id, S("on"), 0, &out), ERR_DENIED);
    act(h.t, "clerk");
    EXPECT(h.cx, service_step(h.cx, s.id, S("on"), 0, &out), ERR_INPUT); /* nothing to bring yet */
    s.bring = S("1. 身份证原件\n（2）一寸照片 2 张\n③ 银行卡\n3.5 寸光盘\n\n");
    MUST(h.cx, service_put(h.cx, &s));
    same(s.bring, "身份证原件\n一寸照片 2 张\n银行卡\n3.5 寸光盘");
    same(s.checked_name, "窗一");
    service_lines_of(h.cx, s.bring, &lines);
    assert_int_equal(lines.n, 4);
    EXPECT(h.cx, service_step(h.cx, s.id, S("on"), s.version - 1, &out), ERR_CONFLICT);
    MUST(h.cx, service_step(h.cx, s.id, S("on"), s.version, &s));
    act_nobody(h.t);
    MUST(h.cx, service_by_slug(h.cx, s.slug, &out));
    same(service_takes(h.cx, &out), "当场办好");
    act(h.t, "clerk");
    MUST(h.cx, service_step(h.cx, s.id, S("off"), 0, &s));
    act_nobody(h.t);
    MUST(h.cx, service_by_slug(h.cx, s.slug, &out)); /* its address says so */
    service_list all = {0};
    MUST(h.cx, service_all(h.cx, S(""), &all));
    assert_int_equal(all.n, 0);
}

static void what_is_wrong_is_said_under_its_field(void **state)
{
    const struct {
        const char *field;
        struct service s;
    } bad[] = {
        {"title", {.title = {"", 0}}},
        {"slug", {.title = S("甲"), .slug = S("Elder card")}},
        {"slug", {.title = S("甲"), .slug = S("all")}},
        {"slug", {.title = S("甲"), .slug = S("elder-card")}},
        {"event", {.title = S("甲"), .event = S("nothing")}},
        {"lane", {.title = S("甲"), .lane = S("nothing")}},
        {"work_days", {.title = S("甲"), .work_days = -1}},
        {"link", {.title = S("甲"), .link = S("javascript:alert(1)")}},
        {"link", {.title = S("甲"), .link = S("https://a.example/\"><script>")}},
        {"form_name", {.title = S("甲"), .fields = S("姓名")}},
        {"fields",
         {.title = S("甲"),
          .form_name = S("表"),
          .fields = S("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\nm\nn\no\np\nq\nr\ns\nt\nu")}},
    };
    struct house h = house_make();
    (void)state;
    add_guide(&h, "elder-card", "办老年优待证", "");
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct service s = bad[i].s;
        assert_int_equal(service_put(h.cx, &s), ERR_INPUT);
        assert_string_equal(h.cx->fault.fields.at[0].field, bad[i].field);
        fault_clear(h.cx);
    }
}

static void everyday_words_find_it(void **state)
{
    static const struct {
        const char *question, *slug;
    } asked[] = {{"老人卡怎么办", "elder-card"},
                 {"我妈八十了，有没有老人钱", "elder-money"},
                 {"坐公交不要钱的那个证", "elder-card"},
                 {"申请高龄津贴", "elder-money"},
                 {"社保卡丢了", "social-card-lost"}};
    bool sure;
    struct house h = house_make();
    (void)state;
    add_guide(&h, "elder-card", "办老年优待证", "老人卡 公交 老年证 敬老卡");
    add_guide(&h, "elder-money", "给老人领高龄津贴", "老人钱 八十 80 岁补贴");
    add_guide(&h, "social-card-lost", "补办丢了的社会保障卡", "社保卡 市民卡 挂失");
    struct service draft = {.title = S("还没写好的老人卡")};
    MUST(h.cx, service_put(h.cx, &draft));
    act_nobody(h.t);
    for (size_t i = 0; i < COUNT(asked); i++) {
        service_list found = {0};
        MUST(h.cx, service_search(h.cx, str_c(asked[i].question), 5, &sure, &found));
        assert_true(found.n > 0 && sure);
        same(found.at[0].slug, asked[i].slug);
        for (size_t k = 0; k < found.n; k++)
            assert_true(found.at[k].state == SERVICE_ON);
    }
    service_list none = {0};
    MUST(h.cx, service_search(h.cx, S("xyz ，。"), 5, &sure, &none));
    assert_int_equal(none.n, 0);
    static const char *const others[] = {"路灯坏了", "没有这种事 xyz", "我要投诉物业",
                                         "停车位被占了", "人行道上有坑，老人走不过去"};
    for (size_t i = 0; i < COUNT(others); i++) {
        none.n = 0;
        MUST(h.cx, service_search(h.cx, str_c(others[i]), 5, &sure, &none));
        assert_false(sure);
    }
    assert_true(none.n > 0); /* of the last, whose old people have a card: perhaps */
    service_counts counts = {0};
    int64_t sum = 0;
    MUST(h.cx, service_count(h.cx, &counts));
    for (size_t i = 0; i < counts.n; i++)
        sum += counts.at[i];
    assert_int_equal(sum, 3);
}

static void where_it_is_done_today(void **state)
{
    struct house h = house_make();
    struct service s = add_guide(&h, "elder-card", "办老年优待证", "");
    const int64_t sites[] = {h.centre.id, h.station.id}, days[] = {127, 1 << 3}; /* Wednesdays */
    service_where_list where = {0};
    (void)state;
    MUST(h.cx, service_where(h.cx, s.id, &where));
    assert_int_equal(where.n, 0);
    MUST(h.cx, service_where_put(h.cx, s.id, sites, days, 2));
    MUST(h.cx, service_where(h.cx, s.id, &where)); /* Monday, ten o'clock */
    assert_int_equal(where.n, 2);
    same(where.at[0].words, "开着，到 12:00");
    assert_true(where.at[0].now.is_open);
    holds(where.at[1].words, "今天不办");
    holds(where.at[1].words, "周三");
    assert_false(where.at[1].is_today);
    test_advance(2 * MS_DAY + 3 * MS_HOUR); /* Wednesday, one o'clock: the centre has its break */
    where = (service_where_list){0};
    MUST(h.cx, service_where(h.cx, s.id, &where));
    same(where.at[0].site.code, "YHZ");
    assert_true(where.at[0].now.is_open && where.at[1].is_today);
    const int64_t wrong[] = {0};
    EXPECT(h.cx, service_where_put(h.cx, s.id, sites, wrong, 1), ERR_INPUT);
    act_nobody(h.t);
    EXPECT(h.cx, service_where_put(h.cx, s.id, sites, days, 2), ERR_DENIED);
}

static void staff_find_what_is_to_be_looked_at(void **state)
{
    struct house h = house_make();
    service_list found = {0};
    struct str next;
    (void)state;
    for (int i = 0; i < 5; i++) {
        char slug[] = "guide-0";
        slug[6] = (char)('0' + i);
        add_guide(&h, arena_cstr(h.cx->mem, str_c(slug)), "办一件事", "");
        test_advance(MS_MINUTE);
    }
    struct service_filter f = {.limit = 2};
    for (int page = 0; page < 3; page++) {
        MUST(h.cx, service_find(h.cx, &f, &found, &next));
        f.after = next;
        assert_int_equal(next.n > 0, page < 2);
    }
    assert_int_equal(found.n, 5);
    same(found.at[0].slug, "guide-4");
    same(found.at[4].slug, "guide-0");
    found = (service_list){0};
    f = (struct service_filter){.state = S("stale")};
    MUST(h.cx, service_find(h.cx, &f, &found, &next));
    assert_int_equal(found.n, 0);
    test_advance((SERVICE_STALE_DAYS + 1) * MS_DAY);
    MUST(h.cx, service_find(h.cx, &f, &found, &next));
    assert_int_equal(found.n, 5);
    struct service s;
    MUST(h.cx, service_step(h.cx, found.at[0].id, S("checked"), 0, &s));
    found = (service_list){0};
    MUST(h.cx, service_find(h.cx, &f, &found, &next));
    assert_int_equal(found.n, 4);
}

/* ---- lists ---- */

static const char table[] =
    "部门,事项名称,所需材料,办理时限,咨询电话,是否收费,别的\n"
    "民政,给老人领高龄津贴,\"1.身份证原件\n2.银行卡\",5 个工作日,0551-0000 0001,不收,x\n"
    "人社,补办社会保障卡,,,,,\n"
    "人社,,身份证,,,,\n"
    "民政,给老人领高龄津贴,身份证,,,,\n"
    "民政,办老年优待证,身份证原件,,,,\n";

static void read_table(struct house *h, const char *text, csv_rows *rows,
                       struct service_sheet *sheet)
{
    *rows = (csv_rows){0};
    MUST(h->cx, csv_read(h->cx, str_c(text), true, rows));
    MUST(h->cx, service_read_sheet(h->cx, rows, sheet));
}

static void a_list_is_shown_taken_and_taken_back(void **state)
{
    struct house h = house_make();
    csv_rows rows;
    struct service_sheet sheet;
    service_import_list imports = {0};
    struct service s, card = add_guide(&h, "elder-card", "办老年优待证", "老人卡");
    int64_t id, back;
    (void)state;
    read_table(&h, table, &rows, &sheet);
    assert_int_equal(sheet.n[SHEET_NEW], 2);
    assert_int_equal(sheet.n[SHEET_BAD], 2);
    assert_int_equal(sheet.n[SHEET_CHANGED], 1);
    assert_int_equal(sheet.unknown.n, 1);
    assert_int_equal(sheet.lines.at[1].number, 3);
    holds(sheet.lines.at[1].why, "没写要带什么");
    holds(sheet.lines.at[2].why, "办什么事还没填");
    holds(sheet.lines.at[3].why, "前面已经有");
    same(sheet.lines.at[4].why, "要带什么"); /* empty cells of other columns change nothing */
    MUST(h.cx, service_apply_sheet(h.cx, &rows, &sheet, S("清单.csv"), true, &id));
    MUST(h.cx, service_load(h.cx, card.id, &s));
    same(s.bring, "身份证原件");
    same(s.words, "老人卡");
    service_list all = {0};
    MUST(h.cx, service_all(h.cx, S(""), &all));
    assert_int_equal(all.n, 2); /* the one without papers to bring is a draft */
    read_table(&h, table, &rows, &sheet);
    assert_int_equal(sheet.n[SHEET_SAME], 3);
    EXPECT(h.cx, service_apply_sheet(h.cx, &rows, &sheet, S("清单.csv"), true, &id), ERR_INPUT);
    /* what somebody has touched since stays */
    struct service_filter f = {.text = S("社会保障卡")};
    struct str next;
    service_list found = {0};
    MUST(h.cx, service_find(h.cx, &f, &found, &next));
    MUST(h.cx, service_step(h.cx, found.at[0].id, S("checked"), 0, &s));
    MUST(h.cx, service_imports(h.cx, &imports));
    assert_int_equal(imports.at[0].rows_new, 2);
    assert_int_equal(imports.at[0].rows_changed, 1);
    assert_int_equal(imports.at[0].untouched, 2);
    MUST(h.cx, service_import_undo(h.cx, imports.at[0].id, &back));
    assert_int_equal(back, 2);
    MUST(h.cx, service_load(h.cx, card.id, &s));
    same(s.bring, "身份证原件\n一寸照片 2 张\n申请表");
    assert_true(s.state == SERVICE_ON && s.has_errand && s.work_days == 5);
    assert_int_equal(s.checked_at, card.checked_at);
    EXPECT(h.cx, service_import_undo(h.cx, imports.at[0].id, &back), ERR_MISSING);
    act_nobody(h.t);
    EXPECT(h.cx, service_import_undo(h.cx, imports.at[0].id, &back), ERR_DENIED);
    EXPECT(h.cx, service_apply_sheet(h.cx, &rows, &sheet, S("x"), true, &id), ERR_DENIED);
}

/* A guide that somebody has an errand or a ticket for stays, and is no longer done here. */
static void a_guide_in_use_outlives_its_list(void **state)
{
    const char *two = "name;department;要带什么\n办电动车牌;公安;身份证\n办狗证;公安;身份证\n";
    struct house h = house_make();
    csv_rows rows;
    struct service_sheet sheet;
    service_list all = {0};
    struct service s;
    struct str key = S("");
    int64_t id, back;
    (void)state;
    read_table(&h, two, &rows, &sheet);
    MUST(h.cx, service_apply_sheet(h.cx, &rows, &sheet, S("清单.csv"), true, &id));
    MUST(h.cx, service_all(h.cx, S(""), &all));
    assert_int_equal(all.n, 2);
    struct lane lane = {.site_id = h.centre.id,
                        .code = S("general"),
                        .letter = S("a"),
                        .counters = 1,
                        .is_open = true};
    struct ticket t;
    MUST(h.cx, lane_put(h.cx, &lane));
    MUST(h.cx, ticket_take(h.cx, lane.id, all.at[0].id, S("screen"), &t, &key));
    act(h.t, "clerk");
    MUST(h.cx, service_import_undo(h.cx, id, &back));
    assert_int_equal(back, 2);
    MUST(h.cx, service_load(h.cx, all.at[0].id, &s));
    assert_int_equal(s.state, SERVICE_OFF);
    EXPECT(h.cx, service_load(h.cx, all.at[1].id, &s), ERR_MISSING);
    MUST(h.cx, service_or_none(h.cx, all.at[1].id, &s)); /* for what was left over before */
    assert_false(s.id || s.slug.n || s.bring.n);
}

static void a_long_list_is_taken_in_portions(void **state)
{
    enum { MANY = 2 * SHEET_PORTION + 7 };
    struct house h = house_make();
    csv_rows rows;
    struct service_sheet sheet;
    service_import_list imports = {0};
    struct out o;
    int64_t id, back;
    (void)state;
    out_init(&o, h.cx->mem);
    out_c(&o, "name;department\n");
    for (int i = 0; i < MANY; i++)
        out_printf(&o, "办第 %d 件事;某局\n", i);
    read_table(&h, arena_cstr(h.cx->mem, out_text(&o)), &rows, &sheet);
    assert_int_equal(sheet.n[SHEET_NEW], MANY);
    MUST(h.cx, service_apply_sheet(h.cx, &rows, &sheet, S("长清单.csv"), true, &id));
    MUST(h.cx, service_imports(h.cx, &imports));
    assert_int_equal(imports.at[0].rows_new, SHEET_PORTION);
    assert_int_equal(imports.at[0].waiting, MANY - SHEET_PORTION);
    assert_int_equal(run_service_jobs(&h), 2);
    imports = (service_import_list){0};
    MUST(h.cx, service_imports(h.cx, &imports));
    assert_int_equal(imports.at[0].rows_new, MANY);
    assert_int_equal(imports.at[0].waiting, 0);
    MUST(h.cx, service_import_undo(h.cx, id, &back));
    assert_int_equal(back, MANY);
    read_table(&h, arena_cstr(h.cx->mem, out_text(&o)), &rows, &sheet);
    assert_int_equal(sheet.n[SHEET_NEW], MANY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_guide_is_written_shown_and_ended, end),
        cmocka_unit_test_teardown(what_is_wrong_is_said_under_its_field, end),
        cmocka_unit_test_teardown(everyday_words_find_it, end),
        cmocka_unit_test_teardown(where_it_is_done_today, end),
        cmocka_unit_test_teardown(staff_find_what_is_to_be_looked_at, end),
        cmocka_unit_test_teardown(a_list_is_shown_taken_and_taken_back, end),
        cmocka_unit_test_teardown(a_guide_in_use_outlives_its_list, end),
        cmocka_unit_test_teardown(a_long_list_is_taken_in_portions, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
