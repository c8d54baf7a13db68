/* site_text -- opening hours as words, and as people type them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/site_hours.h"
#include "base/out.h"
#include "base/time.h"
#include "base/utf8.h"

enum { DAY_MINUTES = 1440 };

const char *const site_day_labels[SITE_DAY_KINDS] = {"周日", "周一", "周二",   "周三",      "周四",
                                                     "周五", "周六", "节假日", "调休上班日"};

/* ---- a day ---- */

static void out_minute(struct out *o, int minute)
{
    const char *next = minute > DAY_MINUTES ? "次日 " : "";
    int m = minute > DAY_MINUTES ? minute - DAY_MINUTES : minute;
    out_printf(o, "%s%d:%02d", next, m / 60, m % 60);
}

static bool is_all_day(const struct site_day *d)
{
    return d->nspans == 1 && d->spans[0].from == 0 && d->spans[0].till == DAY_MINUTES;
}

struct str site_day_text(struct cx *cx, const struct site_day *d)
{
    struct out o;
    if (d->as_weekday)
        return S("照星期");
    if (!d->nspans)
        return S("不开");
    if (is_all_day(d))
        return S("全天");
    out_init(&o, cx->mem);
    for (int i = 0; i < d->nspans; i++) {
        out_c(&o, i ? "，" : "");
        out_minute(&o, d->spans[i].from);
        out_c(&o, "–");
        out_minute(&o, d->spans[i].till);
    }
    return out_text(&o);
}

struct str site_day_stored(struct cx *cx, const struct site_day *d)
{
    struct out o;
    out_init(&o, cx->mem);
    for (int i = 0; i < d->nspans; i++)
        out_printf(&o, "%s%d-%d", i ? "," : "", d->spans[i].from, d->spans[i].till);
    return out_text(&o);
}

/* Appends a span if the day stays a day: see site_hours.h. */
static bool put(struct site_day *d, int64_t from, int64_t till)
{
    if (from < 0 || from >= DAY_MINUTES || till <= from || till > from + DAY_MINUTES)
        return false;
    if (d->nspans == SITE_SPANS_MAX || (d->nspans && from < d->spans[d->nspans - 1].till))
        return false;
    d->spans[d->nspans++] = (struct site_span){(int16_t)from, (int16_t)till};
    return true;
}

bool site_day_load(struct str stored, struct site_day *out)
{
    struct str rest = stored, part, from;
    int64_t a, b;
    *out = (struct site_day){0};
    while (str_split(&rest, ',', &part)) {
        if (!part.n)
            continue;
        if (!str_split(&part, '-', &from) || !str_int(from, &a) || !str_int(part, &b) ||
            !put(out, a, b))
            return false;
    }
    return true;
}

/* ---- what people type ---- */

enum token {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_COLON,
    TOKEN_HOUR,
    TOKEN_HALF,
    TOKEN_TO,
    TOKEN_NEXT,
    TOKEN_BAD
};

struct reader {
    struct str text;
    size_t at;
    enum token token;
    bool spaced; /* a blank stood before it */
    int number;
};

static uint32_t narrow(uint32_t c)
{
    return c >= 0xff01 && c <= 0xff5e ? c - 0xfee0 : c;
}

static bool is_blank(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0x3000 || c == ',' || c == ';' ||
           c == 0x3001;
}

static bool is_dash(uint32_t c)
{
    return c == '-' || c == '~' || c == 0x2013 || c == 0x2014 || c == 0x2212 || c == 0x301c ||
           c == 0x81f3 /* 至 */ || c == 0x5230 /* 到 */;
}

static void read_number(struct reader *r, uint32_t first)
{
    r->token = TOKEN_NUMBER;
    r->number = (int)first - '0';
    for (size_t i = r->at; i < r->text.n; r->at = i) {
        uint32_t c = narrow(utf8_next(r->text, &i));
        if (c < '0' || c > '9')
            return;
        r->number = r->number < 1000 ? 10 * r->number + (int)c - '0' : 10000;
    }
}

/* 次 was read: is it 次日? */
static bool is_next_day(struct reader *r)
{
    return r->at < r->text.n && utf8_next(r->text, &r->at) == 0x65e5;
}

static void next(struct reader *r)
{
    uint32_t c = ' ';
    size_t read = 0;
    for (; is_blank(c); read++) {
        if (r->at >= r->text.n) {
            r->token = TOKEN_END;
            return;
        }
        c = narrow(utf8_next(r->text, &r->at));
    }
    r->spaced = read > 1;
    if (c >= '0' && c <= '9')
        read_number(r, c);
    else if (c == ':')
        r->token = TOKEN_COLON;
    else if (c == 0x70b9 || c == 0x65f6) /* 点 时 */
        r->token = TOKEN_HOUR;
    else if (c == 0x534a) /* 半 */
        r->token = TOKEN_HALF;
    else if (c == 0x6b21) /* 次 */
        r->token = is_next_day(r) ? TOKEN_NEXT : TOKEN_BAD;
    else
        r->token = is_dash(c) ? TOKEN_TO : TOKEN_BAD;
}

/* 8:30, 8点, 8点半, 8点30. `*minute` up to 24:00. */
static bool read_clock(struct reader *r, int *minute)
{
    if (r->token != TOKEN_NUMBER || r->number > 24)
        return false;
    int hour = r->number, rest = 0;
    next(r);
    if (r->token != TOKEN_COLON && r->token != TOKEN_HOUR)
        return false;
    bool colon = r->token == TOKEN_COLON;
    next(r);
    if (r->token == TOKEN_NUMBER && !r->spaced) {
        rest = r->number;
        next(r);
    } else if (r->token == TOKEN_HALF && !colon) {
        rest = 30;
        next(r);
    } else if (colon) {
        return false;
    }
    *minute = 60 * hour + rest;
    return rest < 60 && *minute <= DAY_MINUTES;
}

static bool is_word(struct str s, const char *const *words)
{
    for (; *words; words++)
        if (str_is(s, *words))
            return true;
    return false;
}

bool site_day_read(struct str typed, bool may_follow, struct site_day *out)
{
    static const char *const closed[] = {"不开", "不开放", "休", "休息", "关", "关门", NULL};
    static const char *const always[] = {"全天", "24小时", "24 小时", "全天开放", NULL};
    static const char *const follows[] = {"", "照星期", NULL};
    struct reader r = {.text = str_trim(typed)};
    *out = (struct site_day){0};
    if (may_follow && is_word(r.text, follows)) {
        out->as_weekday = true;
        return true;
    }
    if (is_word(r.text, closed))
        return true;
    if (is_word(r.text, always))
        return put(out, 0, DAY_MINUTES);
    next(&r);
    while (r.token != TOKEN_END) {
        int from, till;
        if (!read_clock(&r, &from) || r.token != TOKEN_TO)
            return false;
        next(&r);
        bool next_day = r.token == TOKEN_NEXT;
        if (next_day)
            next(&r);
        if (!read_clock(&r, &till))
            return false;
        if (!put(out, from, next_day || till <= from ? till + DAY_MINUTES : till))
            return false;
    }
    return out->nspans > 0;
}

/* ---- several days ---- */

static struct str date_text(struct cx *cx, const struct civil *c, bool year, bool month)
{
    struct out o;
    out_init(&o, cx->mem);
    if (year)
        out_printf(&o, "%d 年 ", c->year);
    if (month)
        out_printf(&o, "%d 月 ", c->month);
    out_printf(&o, "%d 日 %s", c->day, site_day_labels[c->weekday]);
    return out_text(&o);
}

struct str site_days_text(struct cx *cx, int64_t from_day, int64_t to_day)
{
    struct civil now = time_civil(cx->now), a = time_civil(time_day_start(from_day)),
                 b = time_civil(time_day_start(to_day));
    bool year = a.year != now.year || b.year != a.year;
    struct str from = date_text(cx, &a, year, true);
    if (to_day <= from_day)
        return from;
    struct str to = date_text(cx, &b, b.year != a.year, b.month != a.month || b.year != a.year);
    return arena_printf(cx->mem, "%.*s至 %.*s", STR(from), STR(to));
}

static bool same(const struct site_day *a, const struct site_day *b)
{
    if (a->as_weekday != b->as_weekday || a->nspans != b->nspans)
        return false;
    for (int i = 0; i < a->nspans; i++)
        if (a->spans[i].from != b->spans[i].from || a->spans[i].till != b->spans[i].till)
            return false;
    return true;
}

void site_week_lines(struct cx *cx, const struct site_week *w, site_line_list *out)
{
    static const int order[] = {1, 2, 3, 4, 5, 6, 0};
    enum { WEEK = 7 };
    for (int i = 0, end; i < WEEK; i = end) {
        const struct site_day *d = &w->days[order[i]];
        for (end = i + 1; end < WEEK && same(d, &w->days[order[end]]);)
            end++;
        const char *first = site_day_labels[order[i]], *last = site_day_labels[order[end - 1]];
        struct site_line *l = PUSH(cx->mem, out);
        l->hours = site_day_text(cx, d);
        l->days = end - i == WEEK ? S("每天")
                  : end - i == 1
                      ? str_c(first)
                      : arena_printf(cx->mem, "%s%s%s", first, end - i == 2 ? "、" : "至", last);
    }
    for (int d = SITE_HOLIDAY; d < SITE_DAY_KINDS; d++) {
        if (w->days[d].as_weekday)
            continue;
        struct site_line *l = PUSH(cx->mem, out);
        *l = (struct site_line){str_c(site_day_labels[d]), site_day_text(cx, &w->days[d])};
    }
}

/* ---- now ---- */

static struct str clock_text(struct cx *cx, int64_t at)
{
    struct civil c = time_civil(at);
    return arena_printf(cx->mem, "%d:%02d", c.hour, c.minute);
}

/* 17:30; 明天 8:30; 周一 8:30; 12 月 3 日 周四 8:30. */
static struct str when_text(struct cx *cx, int64_t at)
{
    int64_t day = time_day(at), today = time_day(cx->now);
    struct str clock = clock_text(cx, at);
    if (day == today)
        return clock;
    if (day <= today + 2)
        return arena_printf(cx->mem, "%s %.*s", day == today + 1 ? "明天" : "后天", STR(clock));
    if (day < today + 7)
        return arena_printf(cx->mem, "%s %.*s", site_day_labels[time_civil(at).weekday],
                            STR(clock));
    return arena_printf(cx->mem, "%.*s %.*s", STR(site_days_text(cx, day, day)), STR(clock));
}

/* An end at midnight is 24:00 of today to people. */
static struct str until_text(struct cx *cx, int64_t at)
{
    int64_t tomorrow = time_day_start(time_day(cx->now) + 1);
    return at == tomorrow ? S("24:00") : when_text(cx, at);
}

struct str site_words(struct cx *cx, const struct site_now *now)
{
    if (!now->is_known)
        return S("开放时间还没登记");
    if (now->is_open)
        return now->until_at
                   ? arena_printf(cx->mem, "开着，到 %.*s", STR(until_text(cx, now->until_at)))
                   : S("全天开着");
    struct str why = now->why && now->why->reason.n
                         ? arena_printf(cx->mem, "（%.*s）", STR(now->why->reason))
                         : S("");
    if (!now->next_at)
        return arena_printf(cx->mem, "停开%.*s，什么时候再开另行告知", STR(why));
    struct str when = when_text(cx, now->next_at);
    bool today = time_day(now->next_at) == time_day(cx->now);
    const char *state = today && now->opened_today ? "现在休息"
                        : today                    ? "还没开"
                        : now->opened_today        ? "今天关门了"
                                                   : "今天不开";
    return arena_printf(cx->mem, "%s%.*s，%.*s 开", state, STR(why), STR(when));
}
