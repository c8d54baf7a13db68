/* clock_read -- a list of holidays as people write it. Its input is any bytes. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/clock/clock.h"
#include "base/time.h"
#include "base/utf8.h"

enum { RANGE_MAX = 31, NAME_MAX = 30 };

static const struct {
    const char *word;
    enum clock_act act;
} words[] = {{"放假", CLOCK_REST},    {"休息", CLOCK_REST},    {"休", CLOCK_REST},
             {"补班", CLOCK_WORK},    {"上班", CLOCK_WORK},    {"班", CLOCK_WORK},
             {"还原", CLOCK_RESTORE}, {"删除", CLOCK_RESTORE}, {"取消", CLOCK_RESTORE}};

/* Between the two dates of a range, and between the parts of a line. */
static const char *const tills[] = {"至", "到", "~", "～", "—", "–"};
static const char *const blanks[] = {" ", "\t", "　", ",", "，", "、"};

struct line {
    struct cx *cx;
    struct str rest;
    int number; /* from 1 */
};

static bool take(struct str *s, const char *head)
{
    struct str h = str_c(head);
    if (!str_starts(*s, h))
        return false;
    *s = str_cut(*s, h.n, s->n);
    return true;
}

static void skip_blanks(struct str *s)
{
    for (size_t i = 0; i < COUNT(blanks); i++)
        if (take(s, blanks[i]))
            i = SIZE_MAX; /* from the first again */
}

/* Up to `most` digits; -1 when there is none. */
static int take_number(struct str *s, int most)
{
    int v = -1;
    for (int i = 0; i < most && s->n && s->p[0] >= '0' && s->p[0] <= '9'; i++) {
        v = 10 * (v < 0 ? 0 : v) + s->p[0] - '0';
        *s = str_cut(*s, 1, s->n);
    }
    return v;
}

static bool take_any(struct str *s, const char *a, const char *b, const char *c)
{
    return take(s, a) || take(s, b) || take(s, c);
}

/* 2027-02-06, 2027/2/6, 2027.2.6, 2027年2月6日 */
static bool take_date(struct line *l, int64_t *day)
{
    struct str s = l->rest;
    int y = take_number(&s, 4);
    if (!take_any(&s, "-", "/", ".") && !take(&s, "年"))
        return false;
    int m = take_number(&s, 2);
    if (!take_any(&s, "-", "/", ".") && !take(&s, "月"))
        return false;
    int d = take_number(&s, 2);
    take(&s, "日");
    if (!time_read_date(arena_printf(l->cx->mem, "%d-%d-%d", y, m, d), day))
        return false;
    l->rest = s;
    return true;
}

static enum err wrong(const struct line *l, const char *what)
{
    return fail_field(l->cx, "days", "第 %d 行：%s", l->number, what);
}

static enum err take_days(struct line *l, int64_t *first, int64_t *last)
{
    if (!take_date(l, first))
        return wrong(l, "日期没看懂，或者没有这一天；例如 2027-02-06");
    *last = *first;
    skip_blanks(&l->rest);
    bool range = false;
    for (size_t i = 0; i < COUNT(tills) && !range; i++)
        range = take(&l->rest, tills[i]);
    skip_blanks(&l->rest);
    if (range && !take_date(l, last))
        return wrong(l, "“至”后面的日期没看懂，请写完整，例如 2027-02-12");
    if (*last < *first || *last - *first >= RANGE_MAX)
        return wrong(l, "从哪天到哪天写反了，或者超过一个月");
    int year = time_civil(time_day_start(*first)).year;
    int until = time_civil(time_day_start(*last)).year;
    if (year < CLOCK_FIRST_YEAR || until > time_civil(l->cx->now).year + CLOCK_YEARS_AHEAD)
        return wrong(l, "年份太早或太远了");
    skip_blanks(&l->rest);
    return OK;
}

static enum err take_act(struct line *l, enum clock_act *act)
{
    for (size_t i = 0; i < COUNT(words); i++)
        if (take(&l->rest, words[i].word)) {
            *act = words[i].act;
            skip_blanks(&l->rest);
            return OK;
        }
    return wrong(l, "日期后面要写“休”“班”或“还原”");
}

static enum err put_day(struct line *l, struct calendar_change c, calendar_change_list *out)
{
    for (size_t i = 0; i < out->n; i++)
        if (out->at[i].day == c.day)
            return wrong(l, "这一天前面已经写过");
    if (out->n == CLOCK_CHANGES_MAX)
        return wrong(l, "太多了，请分几次来");
    *PUSH(l->cx->mem, out) = c;
    return OK;
}

static enum err read_line(struct line *l, calendar_change_list *out)
{
    struct calendar_change c = {0};
    int64_t first, last;
    skip_blanks(&l->rest);
    if (!l->rest.n || l->rest.p[0] == '#')
        return OK;
    TRY(take_days(l, &first, &last));
    TRY(take_act(l, &c.act));
    struct str name = utf8_clean(l->cx->mem, l->rest, true);
    if (utf8_count(name) > NAME_MAX)
        return wrong(l, "名称太长，最多 30 个字");
    c.name = name.n ? name : c.act == CLOCK_WORK ? S("调休上班") : S("放假");
    for (c.day = first; c.day <= last; c.day++)
        TRY(put_day(l, c, out));
    return OK;
}

enum err clock_read_changes(struct cx *cx, struct str text, calendar_change_list *out)
{
    struct line l = {.cx = cx};
    if (!utf8_valid(text))
        return fail_field(cx, "days", "里面有读不出的字，请重新输入");
    while (str_split(&text, '\n', &l.rest)) {
        l.number++;
        l.rest = str_trim(l.rest);
        TRY(read_line(&l, out));
    }
    return out->n ? OK : fail_field(cx, "days", "请写上日子，一行一天");
}
