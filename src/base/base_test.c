/* base_test -- the ground everything stands on: memory, text, numbers, time, shapes. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plain.h"
#include "base/html.h"
#include "base/id.h"
#include "base/shape.h"
#include "base/time.h"
#include "base/utf8.h"
#include "tests/clock_words.h"
#include <string.h>

static void assert_str(struct str got, const char *want)
{
    if (!str_is(got, want))
        fail_msg("got \"%.*s\", wanted \"%s\"", STR(got), want);
}

static void text_is_cut_and_compared(void **state)
{
    (void)state;
    struct str rest = S("a,,b"), part;
    assert_true(str_split(&rest, ',', &part));
    assert_str(part, "a");
    assert_true(str_split(&rest, ',', &part));
    assert_str(part, "");
    assert_true(str_split(&rest, ',', &part));
    assert_str(part, "b");
    assert_false(str_split(&rest, ',', &part));
    assert_str(str_trim(S("\u3000 7 栋\t\u3000")), "7 栋");
    assert_int_equal(str_find(S("电梯困人"), S("困")), 6);
    assert_int_equal(str_find(S("电梯"), S("困")), -1);
    assert_true(str_same_secret(S("abc"), S("abc")));
    assert_false(str_same_secret(S("abc"), S("abd")));
    assert_false(str_same_secret(S("abc"), S("ab")));
    assert_false(str_same_secret(S(""), S("")));
}

static void whole_numbers_only(void **state)
{
    int64_t v;
    (void)state;
    assert_true(str_int(S("9223372036854775807"), &v));
    assert_true(v == INT64_MAX);
    assert_true(str_int(S("-9223372036854775808"), &v));
    assert_true(v == INT64_MIN);
    static const char *const wrong[] = {"",   "-", "+1", " 1", "1 ", "1.5", "9223372036854775808",
                                        "0x1"};
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(str_int(str_c(wrong[i]), &v));
}

static void arena_jumps_when_full(void **state)
{
    struct cx *cx = *state;
    jmp_buf full;
    volatile bool jumped = false;
    cx->mem->on_full = &full;
    if (setjmp(full) == 0)
        for (;;)
            arena_alloc(cx->mem, 100000);
    else
        jumped = true;
    cx->mem->on_full = NULL;
    assert_true(jumped);
    arena_reset(cx->mem);
    assert_int_equal(cx->mem->used, 0);
    assert_non_null(arena_alloc(cx->mem, 100000));
}

static void fill_arena(void *mem)
{
    for (;;)
        arena_alloc(mem, 100000);
}

static void do_nothing(void *mem)
{
    arena_alloc(mem, 10);
}

static void arena_without_room_is_caught_or_says_so(void **state)
{
    struct cx *cx = *state;
    jmp_buf outer;
    cx->mem->on_full = &outer;
    assert_false(arena_catch(cx->mem, fill_arena, cx->mem));
    assert_ptr_equal(cx->mem->on_full, &outer); /* who caught before catches again */
    cx->mem->on_full = NULL;
    assert_null(arena_try(cx->mem, 100000));
    assert_int_equal(fail(cx, ERR_STORE, "%0*d", 1000, 1), ERR_STORE); /* a fault never jumps */
    assert_true(cx->fault.message.n > 0);
    arena_reset(cx->mem);
    assert_true(arena_catch(cx->mem, do_nothing, cx->mem));
}

static void arena_counts_no_overflow(void **state)
{
    struct cx *cx = *state;
    jmp_buf full;
    volatile int jumps = 0;
    cx->mem->on_full = &full;
    if (setjmp(full) == 0)
        arena_array(cx->mem, SIZE_MAX / 2, 4);
    else
        jumps++;
    cx->mem->on_full = NULL;
    assert_int_equal(jumps, 1);
}

static void arena_rewinds_to_a_mark(void **state)
{
    struct cx *cx = *state;
    char *kept = arena_alloc(cx->mem, 10);
    strcpy(kept, "stays"); /* breach: a test's own literal */
    struct arena_mark m = arena_mark(cx->mem);
    for (int i = 0; i < 20; i++)
        arena_alloc(cx->mem, 30000);
    arena_rewind(cx->mem, m);
    assert_string_equal(kept, "stays");
    assert_int_equal(cx->mem->used, m.used);
    char *zeroed = arena_alloc(cx->mem, 30000);
    for (int i = 0; i < 30000; i++)
        assert_int_equal(zeroed[i], 0);
}

static void lists_grow(void **state)
{
    struct cx *cx = *state;
    LIST(int64_t) l = {0};
    for (int64_t i = 0; i < 1000; i++)
        *PUSH(cx->mem, &l) = i;
    assert_int_equal(l.n, 1000);
    for (int64_t i = 0; i < 1000; i++)
        assert_int_equal(l.at[i], i);
}

static void strict_utf8(void **state)
{
    (void)state;
    static const char *const good[] = {"", "a", "é", "汉", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"};
    static const char *const bad[] = {"\x80",
                                      "\xc0\xaf",
                                      "\xc1\xbf",
                                      "\xe0\x80\x80",
                                      "\xe0\x9f\xbf",
                                      "\xed\xa0\x80",
                                      "\xf0\x80\x80\x80",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xe6\xb1",
                                      "\xff",
                                      "汉\xe6"};
    for (size_t i = 0; i < COUNT(good); i++)
        assert_true(utf8_valid(str_c(good[i])));
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_false(utf8_valid(str_c(bad[i])));
    assert_int_equal(utf8_count(S("7 栋 2 单元")), 8);
    assert_str(utf8_head(S("依澜雅居"), 2), "依澜");
}

static void cleaning_keeps_what_was_meant(void **state)
{
    struct cx *cx = *state;
    assert_str(utf8_clean(cx->mem, S("  灯\r\n坏\t了\r "), false), "灯\n坏 了");
    assert_str(utf8_clean(cx->mem, S("灯\r\n坏"), true), "灯 坏");
    assert_str(utf8_clean(cx->mem, S("a\u202eb\u200bc\ufeff\x01"), false), "abc");
    /* a family stays one picture, a joiner between letters goes */
    assert_str(utf8_clean(cx->mem, S("\U0001f468\u200d\U0001f469"), false),
               "\U0001f468\u200d\U0001f469");
    assert_str(utf8_clean(cx->mem, S("a\u200db"), false), "ab");
}

static void what_is_compared_has_one_form(void **state)
{
    struct cx *cx = *state;
    assert_str(utf8_plain(cx->mem, S(" ａｂ－１２　Cd 桂花ÿ")), "AB-12CD桂花ÿ");
    assert_str(utf8_plain(cx->mem, S(" 　")), "");
}

static void escaping(void **state)
{
    struct cx *cx = *state;
    struct out o;
    out_init(&o, cx->mem);
    HTML(&o, S("<b a=\"1\" c='2'>&\x01\xff"));
    assert_str(out_text(&o), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;\ufffd\ufffd");
    out_init(&o, cx->mem);
    out_json(&o, S("\"\\\n\x1f</script>\xc3汉"));
    assert_str(out_text(&o), "\"\\\"\\\\\\n\\u001f\\u003c/script>\ufffd汉\"");
    out_init(&o, cx->mem);
    out_url(&o, S("a/汉~"));
    assert_str(out_text(&o), "a%2F%E6%B1%89~");
    assert_str(url(S("/n/1?k=2")), "/n/1?k=2");
    assert_str(url(S("otpauth://totp/a?secret=B")), "otpauth://totp/a?secret=B");
    static const char *const away[] = {"//x", "javascript:x", "/\\x", "http://x", "/a b", ""};
    for (size_t i = 0; i < COUNT(away); i++)
        assert_str(url(str_c(away[i])), "#");
}

/* Two hundred characters of a visit's note ended the server: it was for short words only. */
static void formatted_whatever_its_length(void **state)
{
    struct cx *cx = *state;
    static const size_t lengths[] = {0, 509, 510, 511, 512, 5000};
    char *text = arena_alloc(cx->mem, 5000);
    memset(text, 'x', 5000);
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct out o;
        out_init(&o, cx->mem);
        out_printf(&o, "<%.*s>", (int)lengths[i], text);
        struct str s = out_text(&o);
        assert_int_equal(s.n, lengths[i] + 2);
        assert_true(s.p[0] == '<' && s.p[s.n - 1] == '>' && memchr(s.p, 0, s.n) == NULL);
    }
}

static void ids_grow_whatever_the_clock_does(void **state)
{
    struct cx *cx = *state;
    struct env_fake *clock = (struct env_fake *)cx->env;
    int64_t before = 0;
    for (int i = 0; i < 10000; i++) {
        clock->at += i % 3 == 0 ? -5 : 1;
        int64_t id = id_new(cx);
        assert_true(id > before);
        before = id;
    }
    assert_true(before > INT64_C(1) << 53); /* so they are text in JSON */
}

/* Two processes of a store may have drawn the same node. */
static void ids_of_a_millisecond_begin_anywhere(void **state)
{
    enum { TIMES = 1000, HALF = 2048 };
    struct cx *cx = *state;
    struct env_fake *clock = (struct env_fake *)cx->env;
    const uint64_t one = UINT64_C(0x9e3779b97f4a7c15), other = one ^ UINT64_C(1) << 60;
    int64_t seen[2][TIMES], same = 0;
    clock->at += 10000; /* other tests may have run ahead */
    for (int k = 0; k < 2; k++) {
        id_process(k ? other : one);
        for (int i = 0; i < TIMES; i++) {
            clock->at += 2;
            int64_t id = id_new(cx);
            seen[k][i] = id & 4095;
            assert_true(seen[k][i] < HALF && (id >> 12 & 1023) == (one & 1023));
            assert_true(id > id_before(clock->at) && id <= id_before(clock->at + 1));
            same += k && seen[0][i] == seen[1][i];
        }
    }
    id_process(0);
    assert_true(same < TIMES / 100);
}

static void a_wait_ends_with_its_time(void **state)
{
    struct cx *cx = *state;
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
    int64_t until = cx->env->now(cx->env) + 5000;
    int64_t real = env_system.monotonic(&env_system) + 2; /* long past by the other clock */
    pthread_mutex_lock(&lock);
    assert_false(cx->env->wait(cx->env, &cond, &lock, until));
    assert_int_equal(cx->env->now(cx->env), until);
    while (env_system.wait(&env_system, &cond, &lock, real)) /* woken for no reason */
        continue;
    assert_true(env_system.monotonic(&env_system) >= real);
    pthread_mutex_unlock(&lock);
}

static void secrets_and_uuids(void **state)
{
    struct cx *cx = *state;
    struct str a = id_secret(cx, 16), b = id_secret(cx, 16);
    assert_int_equal(a.n, 26);
    assert_false(str_eq(a, b));
    assert_true(id_is_uuid(id_uuid(cx)));
    assert_false(id_is_uuid(S("6fa459ea-ee8a-3ca4-894e-db77e160355")));
    assert_false(id_is_uuid(S("6fa459ea-ee8a-3ca4-894e-db77e160355Z")));
}

static void numbers_survive_the_telephone(void **state)
{
    struct cx *cx = *state;
    struct str n = id_number(cx, 'H', TEST_NOW, 42), got;
    assert_true(str_starts(n, S("H-260316-0042-")));
    assert_true(id_number_read(cx, n, &got));
    assert_true(str_eq(n, got));
    struct str plain = arena_printf(cx->mem, "２６０３１６ 0042 %c", n.p[n.n - 1]);
    assert_true(id_number_read(cx, plain, &got));
    assert_true(str_eq(n, got));
    assert_false(id_number_read(cx, S("H-26"), &got));
    assert_false(id_number_read(cx, S("不知道"), &got));
}

/* Counted by the year: read with and without signs, told from a day's number by its letter. */
static void numbers_of_a_year(void **state)
{
    struct cx *cx = *state;
    struct str n = id_number_year(cx, 'C', TEST_NOW, 7), got;
    assert_int_equal(n.n, 15);
    assert_true(str_starts(n, S("C-2026-000007-")));
    assert_true(id_number_read(cx, n, &got));
    assert_true(str_eq(n, got));
    struct str plain = arena_printf(cx->mem, "c2026000007%c", n.p[n.n - 1]);
    assert_true(id_number_read(cx, plain, &got));
    assert_true(str_eq(n, got));
    for (char wrong = '0'; wrong <= '9'; wrong++)
        if (wrong != n.p[n.n - 1])
            assert_false(
                id_number_read(cx, arena_printf(cx->mem, "C-2026-000007-%c", wrong), &got));
    n = id_number_year(cx, 'C', TEST_NOW, 1000000); /* longer, and read back */
    assert_true(id_number_read(cx, n, &got));
    assert_true(str_eq(n, got));
}

/* The day after the 9999th: longer, read back, and no other number's shape. */
static void numbers_of_a_full_day(void **state)
{
    static const int64_t many[] = {9999, 10000, 12345, 99999, 100000, INT64_C(999999999999)};
    struct cx *cx = *state;
    struct str before = S(""), got;
    for (size_t i = 0; i < COUNT(many); i++) {
        struct str n = id_number(cx, 'H', TEST_NOW, many[i]);
        assert_true(id_number_read(cx, n, &got));
        assert_true(str_eq(n, got));
        assert_false(str_eq(n, before));
        before = n;
    }
    assert_true(str_starts(id_number(cx, 'H', TEST_NOW, 10000), S("H-260316-10000-")));
    struct str n = id_number(cx, 'H', TEST_NOW, 1234);
    struct str padded = arena_printf(cx->mem, "H-260316-0%.4s-%c", n.p + 9, n.p[n.n - 1]);
    assert_false(id_number_read(cx, padded, &got));
    assert_false(id_number_read(cx, S("H-260316-1234567890123-1"), &got)); /* more than any day */
}

/* Every wrong digit and every swap of unlike neighbours at every place of number `nth`. */
static void check_wrong(struct cx *cx, int64_t nth)
{
    struct arena_mark m = arena_mark(cx->mem);
    struct str n = id_number(cx, 'H', TEST_NOW, nth), got;
    char *p = (char *)arena_cstr(cx->mem, n);
    for (size_t i = 2; i < n.n; i++) {
        char right = p[i];
        if (right == '-')
            continue;
        for (char wrong = '0'; wrong <= '9'; wrong++) {
            p[i] = wrong;
            if (id_number_read(cx, str_c(p), &got) != (wrong == right))
                fail_msg("%.*s read as %s", STR(n), p);
        }
        p[i] = right;
        size_t k = p[i + 1] == '-' ? i + 2 : i + 1;
        if (k >= n.n || p[k] == right)
            continue;
        p[i] = p[k];
        p[k] = right;
        if (id_number_read(cx, str_c(p), &got))
            fail_msg("%.*s read as %s", STR(n), p);
        p[k] = p[i];
        p[i] = right;
    }
    arena_rewind(cx->mem, m);
}

/* All numbers of a day with four digits, and the first with five. The digits of the day bring the
 * check to one state; NNNN leads from it through all ten with every pair of digits. */
static void wrong_digits_are_noticed(void **state)
{
    for (int64_t nth = 1; nth <= 10100; nth++)
        check_wrong(*state, nth);
}

static void days_and_dates_agree(void **state)
{
    (void)state;
    int64_t before = -1;
    for (int64_t day = time_day(time_of(1970, 1, 1, 0, 0)); day < 47482; day++) { /* to 2099 */
        struct civil c = time_civil(time_day_start(day));
        assert_int_equal(c.hour, 0);
        assert_int_equal(time_day(time_of(c.year, c.month, c.day, 23, 59)), day);
        if (before >= 0)
            assert_int_equal(c.weekday, (before + 1) % 7);
        before = c.weekday;
    }
    struct civil c = time_civil(TEST_NOW);
    assert_int_equal(c.year * 10000 + c.month * 100 + c.day, 20260316);
    assert_int_equal(c.weekday, 1);
    int64_t day;
    assert_true(time_read_date(S("2024-02-29"), &day));
    static const char *const wrong[] = {"2023-02-29", "2024-13-01", "2024-04-31",
                                        "2024-1",     "a-b-c",      "2024-01-01-"};
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_false(time_read_date(str_c(wrong[i]), &day));
}

static void times_are_read_as_they_are_written(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t at; /* -1: refused */
    } cases[] = {
        {"2026-03-16", TEST_NOW - 10 * MS_HOUR},
        {"2026-03-16 10:00", TEST_NOW},
        {"2026-03-16T10:00", TEST_NOW},
        {"2026-03-16T10:00:00+08:00", TEST_NOW},
        {"2026-03-16T02:00:00Z", TEST_NOW},
        {"2026-03-16T02:00:07.250Z", TEST_NOW + 7 * MS_SECOND},
        {"2026-03-15T18:30:00-07:30", TEST_NOW},
        {"2026-03-16T24:00", -1},
        {"2026-03-16T10:60", -1},
        {"2026-03-16T10:00:60", -1},
        {"2026-03-16T10:0", -1},
        {"2026-03-16T", -1},
        {"2026-03-16x10:00", -1},
        {"2026-03-16T10:00+8", -1},
        {"2026-03-16T10:00:00+08:00 ", -1},
        {"2026-02-29T10:00", -1},
        {"", -1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        int64_t at = -1;
        assert_int_equal(time_read(str_c(cases[i].text), &at), cases[i].at >= 0);
        assert_int_equal(at, cases[i].at);
    }
}

static void times_as_people_say_them(void **state)
{
    struct cx *cx = *state;
    assert_str(filter_when(cx, TEST_NOW + 5 * MS_HOUR), "今天 15:00");
    assert_str(filter_when(cx, TEST_NOW - MS_DAY), "昨天 10:00");
    assert_str(filter_when(cx, TEST_NOW + 4 * MS_DAY), "3 月 20 日 周五 10:00");
    assert_str(filter_date(cx, TEST_NOW), "2026 年 3 月 16 日（周一）");
    assert_str(filter_ago(cx, TEST_NOW - 5 * MS_MINUTE), "5 分钟前");
    assert_str(filter_iso(cx, TEST_NOW), "2026-03-16T10:00:00+08:00");
    assert_str(filter_phone(cx, S("13800000001")), "138 0000 0001");
    assert_str(filter_max(cx, S("四楼楼道灯不亮"), 4), "四楼楼道…");
}

static void a_clock_says_what_the_script_says(void **state)
{
    static const struct {
        int64_t left;
        const char *words, *level;
    } edges[] = {
#define EDGE(left_ms, says, lv) {left_ms, says, lv},
        CLOCK_WORDS(EDGE)
#undef EDGE
    };
    struct cx *cx = *state;
    for (size_t i = 0; i < COUNT(edges); i++) {
        assert_str(filter_left(cx, TEST_NOW + edges[i].left), edges[i].words);
        assert_str(filter_level(cx, TEST_NOW + edges[i].left), edges[i].level);
    }
    assert_str(filter_left(cx, 0), ""); /* no clock */
    assert_str(filter_level(cx, 0), "");
}

enum lamp { LAMP_OUT, LAMP_FIXED };
struct sample {
    int64_t id;
    struct str text, contact, secret;
    enum lamp lamp;
    bool urgent;
    int64_t count, seen_at;
};
static const char *const lamp_codes[] = {"out", "fixed", NULL};
static const struct field sample_fields[] = {
    FIELD(struct sample, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct sample, text, "内容", .ask = true, .required = true, .max = 5, .data = DATA_TEXT),
    FIELD(struct sample, contact, "电话", .ask = true, .data = DATA_CONTACT),
    FIELD(struct sample, secret, "暗号"),
    FIELD(struct sample, lamp, "灯", .ask = true, .codes = lamp_codes, .data = DATA_PUBLIC),
    FIELD(struct sample, urgent, "急", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct sample, count, "次数", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct sample, seen_at, "看过", .ask = true, .data = DATA_PUBLIC),
};
static const struct shape sample_shape = SHAPE("sample", struct sample, sample_fields);

static enum err read_field(struct cx *cx, struct sample *s, const char *name, const char *typed)
{
    return field_read(cx, shape_field(&sample_shape, str_c(name)), s, str_c(typed));
}

static void records_are_read_field_by_field(void **state)
{
    struct cx *cx = *state;
    struct sample s = {0};
    assert_null(shape_fault(&sample_shape));
    assert_int_equal(read_field(cx, &s, "text", " 灯坏了 "), OK);
    assert_str(s.text, "灯坏了");
    assert_int_equal(read_field(cx, &s, "lamp", "fixed"), OK);
    assert_int_equal(s.lamp, LAMP_FIXED);
    assert_int_equal(read_field(cx, &s, "urgent", "1"), OK);
    assert_true(s.urgent);
    assert_int_equal(read_field(cx, &s, "seen_at", "2026-03-16"), OK);
    assert_int_equal(s.seen_at, TEST_NOW - 10 * MS_HOUR);
    assert_int_equal(cx->fault.err, OK);

    assert_int_equal(read_field(cx, &s, "text", "一二三四五六"), ERR_INPUT);
    assert_int_equal(read_field(cx, &s, "text", "\xff"), ERR_INPUT);
    assert_int_equal(read_field(cx, &s, "lamp", "gone"), ERR_INPUT);
    assert_int_equal(read_field(cx, &s, "count", "3个"), ERR_INPUT);
    assert_int_equal(cx->fault.fields.n, 4);
    assert_str(cx->fault.fields.at[0].message, "内容最多 5 字，现在 6 字");
    assert_str(s.text, "灯坏了"); /* what was right before stays */
    fault_clear(cx);
    s.text = S("");
    assert_int_equal(shape_check(cx, &sample_shape, &s), ERR_INPUT);
}

static void closed_by_default(void **state)
{
    struct cx *cx = *state;
    struct sample s = {.id = INT64_C(9007199254740993),
                       .text = S("灯"),
                       .contact = S("13800000001"),
                       .secret = S("芝麻")};
    struct out o;
    cx->who.sees[DATA_PUBLIC] = SEE_PLAIN;
    cx->who.sees[DATA_CONTACT] = SEE_MASKED;
    shape_hide(cx, &sample_shape, &s, 1);
    assert_str(s.text, "");
    assert_str(s.contact, "138****0001");
    out_init(&o, cx->mem);
    shape_json(cx, &o, &sample_shape, &s);
    assert_str(out_text(&o), "{\"id\":\"9007199254740993\",\"contact\":\"138****0001\","
                             "\"lamp\":\"out\",\"urgent\":false,\"count\":0,\"seen_at\":null}");
    assert_str(mask_text(cx, S("张桂兰")), "张**");
    assert_str(mask_text(cx, S("0551-0000 0001")), "055****0001");
}

/* Whatever a person typed as a phone, at least four of its digits stay hidden. */
static void masks_hide_something(void **state)
{
    struct cx *cx = *state;
    static const char digits[] = "91827364550918273645";
    for (size_t n = 7; n < sizeof digits; n++) {
        struct str masked = mask_text(cx, str_n(digits, n));
        size_t shown = 0;
        for (size_t i = 0; i < masked.n; i++)
            shown += masked.p[i] != '*';
        assert_true(shown + 4 <= n);
    }
    assert_str(mask_text(cx, S("61234501")), "6****01");
    assert_str(mask_text(cx, S("12\u00e9"
                               "3456789")),
               "1****89"); /* never half a character */
    assert_str(mask_text(cx, S("家门口等，13800000001")), "家**");
    assert_str(mask_text(cx, S("")), "");
}

static void wrong_tables_are_refused(void **state)
{
    (void)state;
    static const struct field twice[] = {FIELD(struct sample, text, "甲"),
                                         FIELD(struct sample, text, "乙")};
    static const struct field no_codes[] = {FIELD(struct sample, lamp, "灯")};
    static const struct field never_set[] = {FIELD(struct sample, text, "甲", .required = true)};
    static const struct field unseen[] = {FIELD(struct sample, text, "甲", .ask = true)};
    static const char *const one_label[] = {"灭了", NULL};
    static const struct field no_label[] = {
        FIELD(struct sample, lamp, "灯", .codes = lamp_codes, .labels = one_label)};
    const struct shape wrong[] = {
        SHAPE("a", struct sample, twice), SHAPE("b", struct sample, no_codes),
        SHAPE("c", struct sample, never_set), SHAPE("d", struct sample, unseen),
        SHAPE("e", struct sample, no_label)};
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_non_null(shape_fault(&wrong[i]));
}

static void note(void *arg)
{
    int *n = arg;
    *n = *n * 10 + 1;
}

static void first_fault_wins_and_closers_run(void **state)
{
    struct cx *cx = *state;
    int n = 0;
    assert_int_equal(fail(cx, ERR_MISSING, "没有第 %d 条", 3), ERR_MISSING);
    assert_int_equal(fail(cx, ERR_STORE, "别的"), ERR_STORE);
    assert_int_equal(cx->fault.err, ERR_MISSING);
    assert_str(cx->fault.message, "没有第 3 条");
    cx_defer(cx, note, &n);
    cx_defer(cx, note, &n);
    cx_end(cx);
    assert_int_equal(n, 11);
    assert_int_equal(cx->fault.err, OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAIN(text_is_cut_and_compared),
        PLAIN(whole_numbers_only),
        PLAIN(arena_jumps_when_full),
        PLAIN(arena_without_room_is_caught_or_says_so),
        PLAIN(arena_counts_no_overflow),
        PLAIN(arena_rewinds_to_a_mark),
        PLAIN(lists_grow),
        PLAIN(strict_utf8),
        PLAIN(cleaning_keeps_what_was_meant),
        PLAIN(what_is_compared_has_one_form),
        PLAIN(escaping),
        PLAIN(formatted_whatever_its_length),
        PLAIN(ids_grow_whatever_the_clock_does),
        PLAIN(ids_of_a_millisecond_begin_anywhere),
        PLAIN(a_wait_ends_with_its_time),
        PLAIN(secrets_and_uuids),
        PLAIN(numbers_survive_the_telephone),
        PLAIN(numbers_of_a_year),
        PLAIN(numbers_of_a_full_day),
        PLAIN(wrong_digits_are_noticed),
        PLAIN(days_and_dates_agree),
        PLAIN(times_are_read_as_they_are_written),
        PLAIN(times_as_people_say_them),
        PLAIN(a_clock_says_what_the_script_says),
        PLAIN(records_are_read_field_by_field),
        PLAIN(closed_by_default),
        PLAIN(masks_hide_something),
        PLAIN(wrong_tables_are_refused),
        PLAIN(first_fault_wins_and_closers_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
