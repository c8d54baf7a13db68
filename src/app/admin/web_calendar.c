/* web_calendar -- the days that differ from Monday to Friday, and changing them: first looked at,
 * with what it does to open needs, then stored. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/admin/pages.h"
#include "base/time.h"
#include "admin.html.h"

static int year_of(const struct cx *cx, const struct req *rq)
{
    int64_t year;
    int now = time_civil(cx->now).year;
    struct str typed = req_field(rq, "year").n ? req_field(rq, "year") : req_query(rq, "year");
    bool fits =
        str_int(typed, &year) && year >= CLOCK_FIRST_YEAR && year <= now + CLOCK_YEARS_AHEAD;
    return fits ? (int)year : now;
}

static struct admin_day day_of(struct cx *cx, int64_t at, bool is_work, struct str name)
{
    struct civil c = time_civil(at);
    return (struct admin_day){.at = at,
                              .date = arena_printf(cx->mem, "%d-%02d-%02d", c.year, c.month, c.day),
                              .name = name,
                              .what = is_work ? "上班" : "休息",
                              .tag = is_work ? "a" : "g"};
}

static enum err look(struct cx *cx, const struct req *rq, struct admin_calendar_view *v)
{
    calendar_line_list lines = {0};
    int year = year_of(cx, rq), missing;
    TRY(clock_year(cx, year, &lines));
    for (size_t i = 0; i < lines.n; i++) {
        struct admin_day *d = PUSH(cx->mem, &v->days);
        *d = day_of(cx, lines.at[i].at, lines.at[i].is_work, lines.at[i].name);
        d->is_own = lines.at[i].is_own;
    }
    TRY(clock_year_known(cx, year, &v->known));
    TRY(clock_year_missing(cx, &missing));
    v->rq = rq;
    v->year = year;
    v->missing = missing;
    v->first = CLOCK_FIRST_YEAR;
    v->last = time_civil(cx->now).year + CLOCK_YEARS_AHEAD;
    return OK;
}

static enum err draw(struct cx *cx, const struct req *rq, struct reply *rp,
                     struct admin_calendar_view *v)
{
    int64_t n;
    TRY(look(cx, rq, v));
    v->page = shell_page(rq, SHELL_DESK, S("工作日历"), "calendar");
    v->page.here = arena_printf(cx->mem, "/a/calendar?year=%lld", (long long)v->year);
    if (str_int(req_query(rq, "moved"), &n) && n >= 0) {
        v->page.notice =
            n ? arena_printf(cx->mem, "保存好了，%lld 件未办结的期限改了，日期变了的居民都看得到。",
                             (long long)n)
              : S("保存好了，没有哪一件的期限要改。");
        v->page.notice_level = "g";
    }
    admin_calendar_html(reply_html(rp), cx, v);
    return OK;
}

enum err admin_calendar_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct admin_calendar_view v = {0};
    return draw(cx, rq, rp, &v);
}

/* What will be different, and for how many open needs. */
static enum err think(struct cx *cx, const calendar_change_list *all,
                      const calendar_change_list *effective, struct admin_calendar_view *v)
{
    const struct worktime *cal;
    v->is_look = true;
    v->usual = (int64_t)(all->n - effective->n);
    TRY(clock_calendar_if(cx, effective, &cal));
    for (size_t i = 0; i < effective->n; i++) {
        const struct calendar_change *c = &effective->at[i];
        int64_t at = time_day_start(c->day);
        bool is_work = worktime_is_workday(cal, at);
        struct admin_day *d = PUSH(cx->mem, &v->changes);
        *d = day_of(cx, at, is_work, c->act == CLOCK_RESTORE ? S("按原来的") : c->name);
    }
    return need_would_move(cx, cal, &v->moved);
}

enum err admin_calendar_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct admin_calendar_view v = {.text = req_field(rq, "days")};
    calendar_change_list all = {0}, effective = {0};
    int64_t moved;
    enum err e = clock_read_changes(cx, v.text, &all);
    if (e == ERR_INPUT)
        TRY(draw(cx, rq, rp, &v));
    TRY(e);
    TRY(clock_effective(cx, &all, &effective));
    if (!str_is(req_field(rq, "do"), "save") || !effective.n) {
        TRY(think(cx, &all, &effective, &v));
        return draw(cx, rq, rp, &v);
    }
    TRY(admin_calendar(cx, &effective, &moved));
    int year = time_civil(time_day_start(effective.at[0].day)).year;
    return reply_goto(cx, rp, "/a/calendar?year=%d&moved=%lld", year, (long long)moved);
}
