/* time -- see time.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t time_day(int64_t at)
{
    return floor_div(at + MS_BEIJING, MS_DAY);
}

int64_t time_day_start(int64_t day)
{
    return day * MS_DAY - MS_BEIJING;
}

/* Days since 1970-01-01 of a date, and back: years begin in March, so the leap day is the last
 * (Richards' arithmetic; 719468 days from 0000-03-01 to 1970-01-01). */
static int64_t day_of(int year, int month, int day)
{
    int64_t y = month <= 2 ? (int64_t)year - 1 : year;
    int64_t era = floor_div(y, 400), in_era = y - era * 400;
    int64_t in_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + in_era * 365 + in_era / 4 - in_era / 100 + in_year - 719468;
}

static void date_of(int64_t day, struct civil *c)
{
    int64_t z = day + 719468, era = floor_div(z, 146097), d = z - era * 146097;
    int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365;
    int64_t in_year = d - (365 * y + y / 4 - y / 100), m = (5 * in_year + 2) / 153;
    c->day = (int)(in_year - (153 * m + 2) / 5 + 1);
    c->month = (int)(m < 10 ? m + 3 : m - 9);
    c->year = (int)(y + era * 400 + (c->month <= 2));
    c->weekday = (int)(day + 4 - floor_div(day + 4, 7) * 7); /* 1970-01-01 was a Thursday */
}

struct civil time_civil(int64_t at)
{
    struct civil c;
    int64_t day = time_day(at), ms = at - time_day_start(day);
    date_of(day, &c);
    c.hour = (int)(ms / MS_HOUR);
    c.minute = (int)(ms / MS_MINUTE % 60);
    c.second = (int)(ms / MS_SECOND % 60);
    return c;
}

int64_t time_of(int year, int month, int day, int hour, int minute)
{
    return time_day_start(day_of(year, month, day)) + hour * MS_HOUR + minute * MS_MINUTE;
}

bool time_read_date(struct str s, int64_t *day)
{
    struct str rest = s, part;
    int64_t v[3];
    for (int i = 0; i < 3; i++)
        if (!str_split(&rest, '-', &part) || !str_int(part, &v[i]) || v[i] < 1 || v[i] > 9999)
            return false;
    if (rest.p || v[1] > 12 || v[2] > 31)
        return false;
    struct civil c;
    int64_t d = day_of((int)v[0], (int)v[1], (int)v[2]);
    date_of(d, &c);
    if (c.day != v[2]) /* 31 June */
        return false;
    *day = d;
    return true;
}

/* Two digits from `from` on; -1 when they are none. */
static int two_digits(struct str s, size_t from)
{
    if (from + 2 > s.n || s.p[from] < '0' || s.p[from] > '9' || s.p[from + 1] < '0' ||
        s.p[from + 1] > '9')
        return -1;
    return (s.p[from] - '0') * 10 + (s.p[from + 1] - '0');
}

/* HH:MM at the start of `s`, in ms; -1 when it is none. */
static int64_t read_hours(struct str s)
{
    int hour = two_digits(s, 0), minute = two_digits(s, 3);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || s.p[2] != ':')
        return -1;
    return hour * MS_HOUR + minute * MS_MINUTE;
}

/* :SS and .fraction, which is dropped: nothing here is asked to the part of a second. */
static bool read_seconds(struct str *s, int64_t *ms)
{
    if (!s->n || s->p[0] != ':')
        return true;
    int second = two_digits(*s, 1);
    *ms += second * MS_SECOND;
    *s = str_cut(*s, 3, s->n);
    if (s->n && s->p[0] == '.')
        do
            *s = str_cut(*s, 1, s->n);
        while (s->n && s->p[0] >= '0' && s->p[0] <= '9');
    return second >= 0 && second <= 59;
}

bool time_read(struct str s, int64_t *at)
{
    enum { DATE = sizeof "2026-03-14" - 1, HOURS = sizeof "15:40" - 1 };
    int64_t day;
    if (!time_read_date(str_cut(s, 0, DATE), &day))
        return false;
    struct str rest = str_cut(s, DATE, s.n);
    int64_t ms = 0, offset = MS_BEIJING;
    if (rest.n) {
        if (rest.p[0] != 'T' && rest.p[0] != ' ')
            return false;
        rest = str_cut(rest, 1, rest.n);
        ms = read_hours(rest);
        rest = str_cut(rest, HOURS, rest.n);
        if (ms < 0 || !read_seconds(&rest, &ms))
            return false;
        if (str_is(rest, "Z")) {
            offset = 0;
        } else if (rest.n == HOURS + 1 && (rest.p[0] == '+' || rest.p[0] == '-')) {
            offset = read_hours(str_cut(rest, 1, HOURS));
            if (offset < 0)
                return false;
            offset = rest.p[0] == '-' ? -offset : offset;
        } else if (rest.n) {
            return false;
        }
    }
    *at = day * MS_DAY + ms - offset;
    return true;
}
