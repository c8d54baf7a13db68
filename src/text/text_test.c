/* text_test -- spreadsheets as people save them, lists of words, which text a question means. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plain.h"
#include "text/alike.h"
#include "text/cover.h"
#include "text/csv.h"
#include "text/rank.h"
#include "text/words.h"

static void same(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("“%.*s”, not “%s”", STR(got), want);
}

static csv_rows rows_of(struct cx *cx, struct str bytes, bool lines)
{
    csv_rows rows = {0};
    assert_int_equal(csv_read(cx, bytes, lines, &rows), OK);
    return rows;
}

static void refused(struct cx *cx, struct str bytes, const char *word)
{
    csv_rows rows = {0};
    assert_int_equal(csv_read(cx, bytes, false, &rows), ERR_INPUT);
    assert_true(str_find(cx->fault.message, str_c(word)) >= 0);
    fault_clear(cx);
}

static void reads_csv_as_spreadsheets_write_it(void **state)
{
    struct cx *cx = *state;
    csv_rows r = rows_of(
        cx, S("\xef\xbb\xbf姓名,电话\r\n\"王,\"\"二\"\"\n行\",123\r\n\r\n,\r\n 李 ,\t4 5\n三"),
        false);
    assert_int_equal(r.n, 4);
    same(r.at[0].cells.at[0], "姓名");
    same(r.at[1].cells.at[0], "王,\"二\" 行");
    same(r.at[2].cells.at[0], "李");
    same(r.at[3].cells.at[0], "三");
    assert_int_equal(r.at[2].number, 5); /* as the spreadsheet counts: empty rows too */
    struct str again = csv_text(cx, &r);
    csv_rows twice = rows_of(cx, again, false);
    assert_true(str_eq(csv_text(cx, &twice), again));
    r = rows_of(cx, S("a;b,b;c\n1;2;3\n"), false);
    assert_true(r.at[0].cells.n == 3 && str_is(r.at[0].cells.at[1], "b,b"));
    r = rows_of(cx, S("\"a;b;c\",d\n1,2\n"), false); /* what stands in quotes parts nothing */
    assert_true(r.at[0].cells.n == 2 && r.at[1].cells.n == 2);
    r = rows_of(cx, S("a\tb\n1\t2\n"), false);
    assert_int_equal(r.at[1].cells.n, 2);
    r = rows_of(cx, S("\xd0\xd5\xc3\xfb,\xb5\xe7\xbb\xb0\n"), false); /* 姓名,电话 in GB18030 */
    same(r.at[0].cells.at[1], "电话");
    refused(cx, S("PK\3\4..."), "另存为 CSV");
    refused(cx, S("a\0b"), "不是表格文字");
    refused(cx, S("\xff\xff\xff"), "不是表格文字");
}

static void cells_keep_their_lines_when_asked(void **state)
{
    struct cx *cx = *state;
    csv_rows r = rows_of(cx, S("事,带什么\n办卡,\"身份证\r\n照片 2 张\"\n换卡,旧卡\n"), true);
    same(r.at[1].cells.at[1], "身份证\n照片 2 张");
    assert_int_equal(r.at[2].number, 3);
    csv_rows twice = rows_of(cx, csv_text(cx, &r), true);
    same(twice.at[1].cells.at[1], "身份证\n照片 2 张");
    assert_int_equal(twice.at[2].number, 3);
    same(csv_header(cx, S("* 办事 名称（必填）")), "办事名称");
}

static void words_are_parted_by_what_people_write(void **state)
{
    static const char *const want[] = {"社保卡", "医保卡", "市民卡", "丢了"};
    struct str rest = S(" 社保卡，医保卡、 市民卡/丢了；"), word, why;
    for (size_t i = 0; i < COUNT(want); i++) {
        assert_true(words_next(&rest, &word));
        same(word, want[i]);
    }
    assert_false(words_next(&rest, &word));
    assert_int_equal(words_fit(*state, S("社保卡 丢了 补"), S("我的社保卡丢了"), &why), 5);
    same(why, "提到“社保卡”“丢了”");
    assert_int_equal(words_fit(*state, S("社保卡"), S("医保"), &why), 0);
}

static const struct {
    const char *title, *words;
} texts[] = {
    {"补办丢了的社会保障卡", "社保卡 市民卡 挂失"},
    {"给老人领高龄津贴", "八十岁 老人钱 敬老"},
    {"给新生儿上户口", "出生登记 报户口"},
    {"办 5G 套餐以外的居住证", "暂住证 外地人"},
};

static size_t first_of(struct cx *cx, const char *question, struct ranked *best)
{
    ranked_list found = {0};
    struct rank *r = rank_new(cx, str_c(question));
    for (size_t i = 0; i < COUNT(texts); i++) {
        rank_text(r);
        rank_part(r, str_c(texts[i].title), 2);
        rank_part(r, str_c(texts[i].words), 1);
    }
    rank_best(r, 2, &found);
    assert_true(found.n <= 2 && (found.n < 2 || found.at[0].score >= found.at[1].score));
    if (!found.n)
        return COUNT(texts);
    *best = found.at[0];
    return found.at[0].text;
}

static void a_question_finds_its_text(void **state)
{
    struct ranked best;
    assert_int_equal(first_of(*state, "社保卡丢了怎么办？", &best), 0);
    assert_true(best.found >= 3 && best.found <= best.of);
    assert_int_equal(first_of(*state, "妈妈八十岁了有没有老人钱", &best), 1);
    assert_int_equal(first_of(*state, "宝宝 户 口", &best),
                     2);                                  /* single characters count a little */
    assert_int_equal(first_of(*state, "５ｇ", &best), 3); /* full-width, small letters */
    assert_int_equal(first_of(*state, "exotic", &best), COUNT(texts));
    assert_true(rank_is_empty(rank_new(*state, S(" ，。! "))));
    assert_false(rank_is_empty(rank_new(*state, S("卡"))));
}

/* However long a question is, and whatever it is made of. */
static void a_long_question_holds(void **state)
{
    struct cx *cx = *state;
    char *p = arena_alloc(cx->mem, 9000);
    struct ranked best;
    for (size_t i = 0; i < 8999; i++)
        p[i] = (char)(i * 7 + i / 251);
    for (size_t i = 0; i < 8999; i++)
        p[i] = p[i] ? p[i] : 'a';
    (void)first_of(cx, p, &best);
}

static void covers_what_tells_who_wrote_it(void **state)
{
    struct cx *cx = *state;
    const struct str his[] = {S("王奶奶"), S("502"), S("")};
    static const char *const rows[][2] = {
        {"我是王奶奶，7 栋 502，打 13800000001", "我是＊＊＊，7 栋 ＊＊＊，打 ＊＊＊"},
        {"１３８ 0000-0001 晚上", "＊＊＊ 晚上"},
        {"13800000001 502", "＊＊＊ ＊＊＊"},
        {"2026-11-28 13800000001", "2026-11-28 ＊＊＊"},
        {"0551-63800000、63800000、+86 138 0000 0001", "＊＊＊、＊＊＊、+＊＊＊"},
        {"34010119800101001X 的证", "＊＊＊ 的证"},
        {"我叫李四光，住在 3 栋 1201 室，楼上 1301 吵",
         "我叫＊＊＊，住在 ＊＊＊ 栋 ＊＊＊ 室，楼上 1301 吵"},
        {"H-261128-0001-3，15021 次，1502 号", "H-261128-0001-3，15021 次，1502 号"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        same(cover(cx, str_c(rows[i][0]), his, COUNT(his)), rows[i][1]);
        same(cover(cx, str_c(rows[i][1]), his, COUNT(his)), rows[i][1]); /* once is enough */
    }
    assert_true(cover_has_number(S("2026-11-28 13800000001")));
    assert_true(cover_has_number(S("打 63800000")));
    assert_false(cover_has_number(S("H-261128-0001-3，2026-11-28，7 栋 502")));
}

static void the_same_matter_is_alike_however_it_is_told(void **state)
{
    struct cx *cx = *state;
    const struct str others[] = {
        S("楼道灯坏了三天，晚上看不见路"),
        S("电梯停在六楼不动，门也打不开"),
        S("楼道里堆着纸箱，晚上走路绊脚"),
        S("ＷＩＦＩ 连不上，说是欠费"),
        S("灯"),
        S("！？"),
        S("麻烦修一修四楼楼道的灯"),
    };
    double out[COUNT(others)];
    alike(cx, S("四楼的楼道灯不亮，晚上看不见"), others, COUNT(others), out);
    assert_true(out[0] >= ALIKE_SAME && out[6] > 0.2); /* from the same stairwell: the same */
    assert_true(out[1] < 0.1 && out[2] < 0.2);
    assert_true(out[4] > 0 && out[4] < ALIKE_SAME); /* one character says little */
    assert_true(out[3] < 0.1 && out[5] <= 0);
    alike(cx, S("wifi连不上"), others, COUNT(others), out);
    assert_true(out[3] >= ALIKE_SAME);
    alike(cx, S("灯不亮"), (const struct str[]){S("三单元灯不亮")}, 1,
          out); /* all of the shorter one */
    assert_true(out[0] > 0.999 && out[0] < 1.001);
    alike(cx, S(""), others, COUNT(others), out);
    for (size_t i = 0; i < COUNT(others); i++)
        assert_true(out[i] <= 0);
    alike(cx, S("灯"), NULL, 0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAIN(reads_csv_as_spreadsheets_write_it),
        PLAIN(cells_keep_their_lines_when_asked),
        PLAIN(words_are_parted_by_what_people_write),
        PLAIN(a_question_finds_its_text),
        PLAIN(a_long_question_holds),
        PLAIN(covers_what_tells_who_wrote_it),
        PLAIN(the_same_matter_is_alike_however_it_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
