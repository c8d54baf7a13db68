/* ics_test -- lines that fold between characters and unfold to what was put in, times, rules. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/plain.h"
#include "base/time.h"
#include "base/utf8.h"
#include "print/ics.h"
#include <stdlib.h>
#include <string.h>

static struct ics_event lecture(void)
{
    return (struct ics_event){
        .uid = S("73100001@haiheng"),
        .from_at = time_of(2026, 12, 1, 19, 0),
        .to_at = time_of(2026, 12, 1, 20, 30),
        .title = S("匠人微课堂"),
        .changed_at = time_of(2026, 11, 28, 9, 0),
    };
}

static const char *feed(struct cx *cx, const struct ics_event *e)
{
    struct out o;
    out_init(&o, cx->mem);
    ics_begin(&o, S("海恒"));
    ics_event(&o, e);
    ics_end(&o);
    return arena_cstr(cx->mem, out_text(&o));
}

/* Every line is whole UTF-8, has at most 75 bytes, and ends with CRLF. */
static void lines_hold(const char *z)
{
    while (*z) {
        const char *end = strstr(z, "\r\n");
        assert_non_null(end);
        assert_true(end - z <= 75);
        assert_true(utf8_valid(str_n(z, (size_t)(end - z))));
        assert_null(memchr(z, '\n', (size_t)(end - z)));
        z = end + 2;
    }
}

/* The value of the line that begins with `name`, unfolded and with escapes undone. */
static struct str read_back(struct cx *cx, const char *z, const char *name)
{
    const char *at = strstr(z, name);
    struct out o;
    out_init(&o, cx->mem);
    assert_non_null(at);
    for (at += strlen(name); strncmp(at, "\r\n", 2) || at[2] == ' '; at++) {
        if (strncmp(at, "\r\n ", 3) == 0) {
            at += 2;
            continue;
        }
        if (*at == '\\') {
            at++;
            out_raw(&o, *at == 'n' ? "\n" : at, 1);
            continue;
        }
        out_raw(&o, at, 1);
    }
    return out_text(&o);
}

static void text_comes_back_as_it_was(void **state)
{
    static const char *const parts[] = {"四点半课堂", "a",  "\\", ";", ",",
                                        "\n",         "，", "😀",  " ", "DTSTART:"};
    struct cx *cx = *state;
    srand(1);
    for (int round = 0; round < 40; round++) {
        struct ics_event e = lecture();
        struct out said;
        out_init(&said, cx->mem);
        out_c(&said, "x");
        for (int n = rand() % 60; n > 0; n--)
            out_c(&said, parts[rand() % 10]);
        e.title = out_text(&said);
        e.text = str_c(arena_cstr(cx->mem, e.title));
        const char *z = feed(cx, &e);
        lines_hold(z);
        assert_true(str_eq(read_back(cx, z, "\r\nSUMMARY:"), e.title));
        assert_true(str_eq(read_back(cx, z, "\r\nDESCRIPTION:"), e.text));
    }
}

static void nobody_writes_a_line_of_his_own(void **state)
{
    struct ics_event e = lecture();
    e.title = S("x\r\nEND:VEVENT\r\nBEGIN:VALARM");
    e.url = S("https://a/\r\nX-BAD:1");
    const char *z = feed(*state, &e);
    assert_null(strstr(z, "\r\nBEGIN:VALARM"));
    assert_null(strstr(z, "\r\nX-BAD"));
    e.title = str_n("\xff\xfe\x00g", 4);
    z = feed(*state, &e);
    lines_hold(z);
    assert_non_null(strstr(z, "SUMMARY:\xEF\xBF\xBD\xEF\xBF\xBDg\r\n"));
}

static void times_and_rules(void **state)
{
    struct ics_event e = lecture();
    const int64_t holiday[] = {time_of(2026, 12, 8, 19, 0)};
    const char *z = feed(*state, &e);
    assert_non_null(strstr(z, "\r\nDTSTAMP:20261128T010000Z\r\n"));
    assert_non_null(strstr(z, "\r\nDTSTART;TZID=Asia/Shanghai:20261201T190000\r\n"));
    assert_non_null(strstr(z, "\r\nDTEND;TZID=Asia/Shanghai:20261201T203000\r\n"));
    assert_null(strstr(z, "RRULE"));

    e.every = ICS_WEEK;
    assert_null(strstr(feed(*state, &e), "RRULE")); /* without an end: once */
    e.until_at = time_of(2046, 11, 27, 19, 0);
    e.weekdays = 1 << 2 | 1 << 4;
    e.except = holiday;
    e.nexcept = 1;
    z = feed(*state, &e);
    assert_non_null(
        strstr(z, "\r\nRRULE:FREQ=WEEKLY;INTERVAL=1;UNTIL=20461127T110000Z;BYDAY=TU,TH\r\n"));
    assert_non_null(strstr(z, "\r\nEXDATE;TZID=Asia/Shanghai:20261208T190000\r\n"));
    lines_hold(z);

    e = lecture();
    e.all_day = true;
    e.from_at = time_of(2026, 12, 1, 0, 0);
    e.to_at = time_of(2026, 12, 2, 0, 0);
    e.every = ICS_MONTH;
    e.until_at = time_of(2027, 3, 1, 0, 0);
    e.cancelled = true;
    z = feed(*state, &e);
    assert_non_null(strstr(z, "\r\nDTSTART;VALUE=DATE:20261201\r\nDTEND;VALUE=DATE:20261202\r\n"));
    assert_non_null(strstr(z, "UNTIL=20270301\r\n"));
    assert_non_null(strstr(z, "\r\nSTATUS:CANCELLED\r\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PLAIN(text_comes_back_as_it_was),
        PLAIN(nobody_writes_a_line_of_his_own),
        PLAIN(times_and_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
