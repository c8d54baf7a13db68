/* shell_test -- the small pieces of markup: what is typed comes back escaped, faults stand at their
 * fields, menus follow the role. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plain.h"
#include "app/shell/shell.h"
#include "base/time.h"

enum colour { RED, GREEN };
static const char *const colour_codes[] = {"red", "green", NULL};
static const char *const colour_labels[] = {"红", "绿", NULL};
static const char *const many_codes[] = {"a", "b", "c", "d", "e", "f", "g", NULL};

struct thing {
    struct str title, more, phone;
    int64_t amount, from_on, place_id;
    bool is_on;
    enum colour colour;
    enum colour many;
};
static const struct field thing_fields[] = {
    FIELD(struct thing, title, "标题", .ask = true, .required = true, .max = 30,
          .data = DATA_PUBLIC),
    FIELD(struct thing, more, "说明", .ask = true, .lines = true, .data = DATA_PUBLIC,
          .hint = "写 <几句>"),
    FIELD(struct thing, phone, "电话", .ask = true, .data = DATA_CONTACT),
    FIELD(struct thing, amount, "数量", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct thing, from_on, "哪天", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct thing, place_id, "地点", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct thing, is_on, "开着", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct thing, colour, "颜色", .ask = true, .data = DATA_PUBLIC, .codes = colour_codes,
          .labels = colour_labels),
    FIELD(struct thing, many, "哪种", .ask = true, .data = DATA_PUBLIC, .codes = many_codes),
};
static const struct shape thing_shape = SHAPE("thing", struct thing, thing_fields);

static void holds(struct str text, const char *part)
{
    if (str_find(text, str_c(part)) < 0)
        fail_msg("no \"%s\" in \"%.*s\"", part, STR(text));
}

static void lacks(struct str text, const char *part)
{
    if (str_find(text, str_c(part)) >= 0)
        fail_msg("\"%s\" in \"%.*s\"", part, STR(text));
}

static void fields_show_what_is_stored(void **state)
{
    struct cx *cx = *state;
    struct thing t = {.title = S("<b>&\""),
                      .more = S("一\n</textarea>"),
                      .amount = 7,
                      .from_on = TEST_NOW,
                      .is_on = true,
                      .colour = GREEN,
                      .many = GREEN};
    struct str s = shell_field(cx, NULL, &thing_shape, "title", &t).s;
    holds(s, "value=\"&lt;b&gt;&amp;&quot;\"");
    holds(s, "maxlength=\"30\" required");
    lacks(s, "可不填");
    s = shell_field(cx, NULL, &thing_shape, "more", &t).s;
    holds(s, ">\n一\n&lt;/textarea&gt;</textarea>");
    holds(s, "写 &lt;几句&gt;");
    holds(s, "可不填");
    s = shell_field_must(cx, NULL, &thing_shape, "phone", &t, true).s;
    holds(s, " required");
    lacks(s, "可不填");
    holds(shell_field_must(cx, NULL, &thing_shape, "phone", &t, false).s, "可不填");
    holds(shell_field(cx, NULL, &thing_shape, "phone", &t).s, "type=\"tel\"");
    s = shell_field(cx, NULL, &thing_shape, "amount", &t).s;
    holds(s, "inputmode=\"numeric\"");
    lacks(s, "可不填"); /* a number that stands there is not left out */
    holds(shell_field(cx, NULL, &thing_shape, "amount", NULL).s, "可不填");
    holds(shell_field(cx, NULL, &thing_shape, "from_on", &t).s,
          "type=\"date\" value=\"2026-03-16\"");
    holds(shell_field(cx, NULL, &thing_shape, "place_id", &t).s, "value=\"\"");
    holds(shell_field(cx, NULL, &thing_shape, "is_on", &t).s, "value=\"1\" checked");
    s = shell_field(cx, NULL, &thing_shape, "colour", &t).s;
    holds(s, "value=\"green\" checked><label class=\"chip\" for=\"colour-green\">绿</label>");
    holds(s, "id=\"colour\" name=\"colour\" value=\"red\">");
    holds(shell_field(cx, NULL, &thing_shape, "many", &t).s, "<option value=\"b\" selected>b");
}

static void a_new_form_is_empty(void **state)
{
    struct cx *cx = *state;
    holds(shell_field(cx, NULL, &thing_shape, "title", NULL).s, "value=\"\"");
    lacks(shell_field(cx, NULL, &thing_shape, "is_on", NULL).s, "checked");
    lacks(shell_field(cx, NULL, &thing_shape, "colour", NULL).s, "checked");
    holds(shell_field(cx, NULL, &thing_shape, "many", NULL).s, "<option value=\"\">不选");
}

static void faults_stand_at_their_fields(void **state)
{
    struct cx *cx = *state;
    assert_int_equal(shell_faults(cx).s.n, 0);
    assert_int_equal(shell_fault(cx, "title").s.n, 0);
    fail_field(cx, "title", "少了 <%d> 字", 4);
    fail_field(cx, "phone", "少了 4 位");
    assert_true(shell_is_wrong(cx, "title"));
    assert_false(shell_is_wrong(cx, "more"));
    holds(shell_invalid(cx, "title").s, "aria-describedby=\"title-e\"");
    holds(shell_fault(cx, "title").s, "id=\"title-e\"");
    holds(shell_fault(cx, "title").s, "少了 &lt;4&gt; 字");
    holds(shell_faults(cx).s, "有 2 处要改一改：<a class=\"lk\" href=\"#title\">");
    holds(shell_faults(cx).s, "；<a class=\"lk\" href=\"#phone\">少了 4 位</a>");
    holds(shell_field(cx, NULL, &thing_shape, "phone", NULL).s, "aria-invalid=\"true\"");
    fault_clear(cx);
    fail(cx, ERR_CONFLICT, "有人比您<早>一步");
    holds(shell_faults(cx).s, "有人比您&lt;早&gt;一步");
}

static void pieces_are_as_the_style_sheet_wants(void **state)
{
    struct cx *cx = *state;
    holds(shell_progress(cx, 3, false).s, "<i class=\"d\"></i><i></i><i></i></div>");
    lacks(shell_progress(cx, 5, true).s, "class=\"d\"");
    assert_int_equal(shell_clock(cx, 0).s.n, 0);
    holds(shell_clock(cx, TEST_NOW + 26 * MS_MINUTE).s, "data-lv=\"a\">还剩 26 分</time>");
    assert_int_equal(shell_csrf(cx).s.n, 0);
    cx->who.csrf = S("a\"b");
    holds(shell_csrf(cx).s, "name=\"csrf\" value=\"a&quot;b\"");
    holds(shell_key(cx, NULL).s, "<input type=\"hidden\" name=\"key\" value=\"");
    assert_true(str_is(shell_initial(S("赵敏")), "赵"));
    assert_true(str_is(shell_initial(S("")), ""));
}

static void the_frame_follows_layout_and_role(void **state)
{
    static const struct shell_menu menu[] = {{"board", "/d/board", "派单", "list", 2},
                                             {"today", "/w/today", "今天", "walk", 1},
                                             {"search", "/d/needs", "搜单号", "search", 2}};
    struct cx *cx = *state;
    struct out o;
    shell_menu_set(menu, COUNT(menu));
    cx->who.role = 2;
    cx->who.person_id = 9;
    cx->who.name = S("陈<芳");
    cx->who.role_label = S("派遣员");
    out_init(&o, cx->mem);
    struct shell_page p = shell_page(NULL, SHELL_BOARD, S("派<单"), "board");
    p.here = S("/d/board");
    shell_head(&o, cx, &p);
    shell_foot(&o, cx, &p);
    holds(out_text(&o), "<title>派&lt;单 · ");
    holds(out_text(&o), "href=\"/d/board\" aria-current=\"page\">派单</a>");
    lacks(out_text(&o), "/w/today");
    holds(out_text(&o), "action=\"/d/needs\"");
    holds(out_text(&o), "派遣员：陈&lt;芳");
    cx->who.role = 1;
    cx->elder = true;
    out_init(&o, cx->mem);
    p = shell_page(NULL, SHELL_WORK, S("今天"), "today");
    shell_head(&o, cx, &p);
    shell_foot(&o, cx, &p);
    holds(out_text(&o), "data-m=\"elder\"");
    holds(out_text(&o), "</main>\n<nav class=\"tabs\"");
    lacks(out_text(&o), "/d/board");
    shell_menu_set(NULL, 0);
}

/* ---- what features offer ---- */

static void offer(struct cx *cx, struct shell_offers *out, const char *title, const char *path,
                  int64_t hours)
{
    *PUSH(cx->mem, out) = (struct shell_offer){.title = str_c(title),
                                               .href = S("/x"),
                                               .icon = "cal",
                                               .path = str_c(path),
                                               .at = TEST_NOW + hours * MS_HOUR};
}

static enum err busy(struct cx *cx, struct str path, struct shell_offers *out)
{
    (void)path;
    offer(cx, out, "各处", "", 1);
    offer(cx, out, "别的居民区", "01.02.01.", 2);
    offer(cx, out, "本居民区", "01.01.", 30);
    offer(cx, out, "本小区", "01.01.01.", 40);
    offer(cx, out, "本小区后天", "01.01.01.", 50);
    return OK;
}

static enum err quiet(struct cx *cx, struct str path, struct shell_offers *out)
{
    (void)path;
    offer(cx, out, "中心讲座", "01.", 70);
    return OK;
}

static enum err broken(struct cx *cx, struct str path, struct shell_offers *out)
{
    (void)path;
    (void)out;
    return fail(cx, ERR_STORE, "坏了");
}

static enum err of_site(struct cx *cx, int64_t site_id, struct shell_offers *out)
{
    *PUSH(cx->mem, out) =
        (struct shell_offer){.title = arena_printf(cx->mem, "%lld", (long long)site_id)};
    return OK;
}

static void are(const struct shell_offers *got, const char *const *want, size_t n)
{
    assert_int_equal(got->n, n);
    for (size_t i = 0; i < n; i++)
        if (!str_is(got->at[i].title, want[i]))
            fail_msg("%zu: %.*s, not %s", i, STR(got->at[i].title), want[i]);
}

static void the_nearest_things_come_first(void **state)
{
    static const char *const here[] = {"本小区", "本小区后天", "中心讲座"};
    static const char *const anywhere[] = {"各处", "别的居民区", "中心讲座"};
    static const char *const one[] = {"本小区", "本小区后天", "本居民区"};
    struct cx *cx = *state;
    struct out o;
    struct shell_offers all = {0};
    shell_offering_fn fns[] = {busy, quiet}, bad[] = {broken};
    shell_offering_set(&(struct shell_offering){.news = fns, .nnews = 2, .near = fns, .nnear = 2});
    assert_int_equal(OK, shell_news(cx, S("01.01.01.07."), &all));
    are(&all, here, COUNT(here));
    all.n = 0;
    assert_int_equal(OK, shell_news(cx, S(""), &all));
    are(&all, anywhere, COUNT(anywhere));
    all.n = 0;
    assert_int_equal(OK, shell_near(cx, S("01.01.01.07."), &all));
    assert_int_equal(all.n, SHELL_NEAR_MAX);
    out_init(&o, cx->mem);
    shell_offers_show(&o, cx, &all);
    holds(out_text(&o), "href=\"/x\"");
    holds(out_text(&o), "别的居民区");
    /* one feature alone fills the three lines */
    all.n = 0;
    shell_offering_set(&(struct shell_offering){.news = fns, .nnews = 1});
    assert_int_equal(OK, shell_news(cx, S("01.01.01.07."), &all));
    are(&all, one, COUNT(one));
    shell_offering_set(&(struct shell_offering){.news = bad, .nnews = 1});
    assert_int_equal(shell_news(cx, S(""), &all), ERR_STORE);
    all.n = 0;
    shell_here_fn sites[] = {of_site};
    shell_offering_set(&(struct shell_offering){.here = sites, .nhere = 1});
    assert_int_equal(OK, shell_here(cx, 7, &all));
    are(&all, (const char *const[]){"7"}, 1);
    shell_offering_set(&(struct shell_offering){0});
    all.n = 0;
    fault_clear(cx);
    assert_int_equal(OK, shell_news(cx, S(""), &all));
    assert_int_equal(all.n, 0);
}

/* Five tabs and 我的; what is behind them stands on the page of one's posts. */
static void tabs_leave_room_for_fingers(void **state)
{
    static const struct shell_menu menu[] = {
        {"a", "/w/a", "一", "list", 1}, {"b", "/w/b", "二", "list", 1},
        {"c", "/w/c", "三", "list", 1}, {"d", "/w/d", "四", "list", 1},
        {"e", "/w/e", "五", "list", 1}, {"f", "/w/f", "六", "list", 1},
        {"g", "/w/g", "七", "list", 1}};
    struct cx *cx = *state;
    shell_menu_list more = {0};
    struct out o;
    struct shell_page p = shell_page(NULL, SHELL_WORK, S("今天"), "a");
    cx->who.role = 1;
    shell_menu_set(menu, COUNT(menu));
    out_init(&o, cx->mem);
    shell_foot(&o, cx, &p);
    holds(out_text(&o), "/w/e");
    holds(out_text(&o), "/hat");
    lacks(out_text(&o), "/w/f");
    shell_more(cx, &more);
    assert_int_equal(more.n, 2);
    assert_string_equal(more.at[0].path, "/w/f");
    shell_menu_set(menu, 5);
    more.n = 0;
    shell_more(cx, &more);
    assert_int_equal(more.n, 0);
    out_init(&o, cx->mem);
    shell_foot(&o, cx, &p);
    holds(out_text(&o), "/w/e");
    shell_menu_set(NULL, 0);
}

/* One row of entries; what is needed less often, and then what comes last, is behind 更多. */
static void a_header_has_one_row(void **state)
{
    struct shell_menu menu[11];
    struct cx *cx = *state;
    struct out o;
    for (size_t i = 0; i < COUNT(menu); i++)
        menu[i] = (struct shell_menu){arena_cstr(cx->mem, arena_printf(cx->mem, "t%zu", i)),
                                      arena_cstr(cx->mem, arena_printf(cx->mem, "/d/%zu", i)),
                                      "页",
                                      "list",
                                      1,
                                      .is_extra = i == 2};
    cx->who.role = 1;
    struct shell_page p = shell_page(NULL, SHELL_DESK, S("窗口"), "t2");
    shell_menu_set(menu, 9);
    out_init(&o, cx->mem);
    shell_head(&o, cx, &p);
    lacks(out_text(&o), "更多");
    shell_menu_set(menu, COUNT(menu));
    out_init(&o, cx->mem);
    shell_head(&o, cx, &p);
    struct str page = out_text(&o);
    int64_t more = str_find(page, S("<summary aria-current=\"true\">更多"));
    assert_true(more > 0);
    assert_true(str_find(page, S("href=\"/d/8\"")) < more);
    assert_true(str_find(page, S("href=\"/d/2\"")) > more);
    assert_true(str_find(page, S("href=\"/d/9\"")) > more);
    p.tab = "t0";
    out_init(&o, cx->mem);
    shell_head(&o, cx, &p);
    holds(out_text(&o), "<summary>更多");
    shell_menu_set(NULL, 0);
}

static enum err shown_h(struct cx *cx, const struct req *rq, struct reply *rp, struct str number,
                        struct str word)
{
    (void)rq;
    (void)rp;
    bool right = str_is(number, "H-261128-0001-5") && str_is(word, "1111");
    return right ? OK : fail(cx, ERR_MISSING, "不对");
}

static enum err shown_q(struct cx *cx, const struct req *rq, struct reply *rp, struct str number,
                        struct str word)
{
    (void)rq;
    (void)rp;
    (void)number;
    (void)word;
    return fail_field(cx, "number", "到服务点报到时用");
}

static enum err shown_b(struct cx *cx, const struct req *rq, struct reply *rp, struct str number,
                        struct str word)
{
    (void)rq;
    (void)rp;
    if (str_is(word, "9999"))
        return fail(cx, ERR_DENIED, "错了太多次");
    return str_is(number, "B-261128-0001-5") && str_is(word, "2222")
               ? OK
               : fail(cx, ERR_MISSING, "不对");
}

/* The letter says whose it is; who leaves it out may mean any. */
static void a_number_is_shown_by_its_own(void **state)
{
    struct cx *cx = *state;
    struct shell_number all[] = {{'H', shown_h}, {'Q', shown_q}, {'B', shown_b}};
    const struct str h = S("H-261128-0001-5"), b = S("B-261128-0001-5"), q = S("Q-261128-0001-5");
    shell_offering_set(&(struct shell_offering){.numbers = all, .nnumbers = COUNT(all)});
    assert_int_equal(shell_show_number(cx, NULL, NULL, h, S("1111"), false), OK);
    assert_int_equal(shell_show_number(cx, NULL, NULL, b, S("2222"), false), OK);
    assert_int_equal(shell_show_number(cx, NULL, NULL, h, S("2222"), false), ERR_MISSING);
    assert_int_equal(shell_show_number(cx, NULL, NULL, h, S("2222"), true), OK); /* it was B- */
    assert_int_equal(cx->fault.fields.n, 0);
    assert_int_equal(shell_show_number(cx, NULL, NULL, h, S("3333"), true), ERR_MISSING);
    assert_int_equal(shell_show_number(cx, NULL, NULL, h, S("9999"), true), ERR_DENIED);
    assert_int_equal(shell_show_number(cx, NULL, NULL, S("X-1"), S("1111"), false), ERR_MISSING);
    assert_int_equal(shell_show_number(cx, NULL, NULL, q, S("1111"), false), ERR_INPUT);
    fault_clear(cx);
    shell_offering_set(&(struct shell_offering){0});
}

static void links_of_residents(void **state)
{
    static const struct shell_menu menu[] = {{"board", "/d/board", "派单", "list", 2},
                                             {"site", "/site", "服务点", "pin", 0}};
    struct cx *cx = *state;
    shell_menu_list links = {0};
    shell_menu_set(menu, COUNT(menu));
    shell_links(cx, &links);
    assert_int_equal(links.n, 1);
    assert_string_equal(links.at[0].path, "/site");
    shell_menu_set(NULL, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAIN(fields_show_what_is_stored),
        PLAIN(a_new_form_is_empty),
        PLAIN(faults_stand_at_their_fields),
        PLAIN(pieces_are_as_the_style_sheet_wants),
        PLAIN(the_frame_follows_layout_and_role),
        PLAIN(the_nearest_things_come_first),
        PLAIN(tabs_leave_room_for_fingers),
        PLAIN(links_of_residents),
        PLAIN(a_header_has_one_row),
        PLAIN(a_number_is_shown_by_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
