/* ics -- written by hand: a fold and an escape; recurrences are for the reader to expand. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "print/ics.h"
#include "base/time.h"
#include "base/utf8.h"
#include <stdio.h>

enum { LINE_MAX_BYTES = 75 }; /* RFC 5545, 3.1; the blank of a continuation counts */

/* ---- lines ---- */

/* One content line being written: `used` bytes of the present physical line. */
struct line {
    struct out *o;
    size_t used;
};

static void put(struct line *l, const char *p, size_t n)
{
    if (l->used + n > LINE_MAX_BYTES) {
        out_c(l->o, "\r\n ");
        l->used = 1;
    }
    out_raw(l->o, p, n);
    l->used += n;
}

/* Character by character, so that none is cut. An invalid byte becomes U+FFFD. */
static void put_raw(struct line *l, struct str s)
{
    for (size_t i = 0; i < s.n;) {
        size_t from = i;
        uint32_t c = utf8_next(s, &i);
        if (c == 0xFFFD)
            put(l, "\xEF\xBF\xBD", 3);
        else if (c >= ' ' && c != 0x7F)
            put(l, s.p + from, i - from);
    }
}

static void put_text(struct line *l, struct str s)
{
    for (size_t i = 0; i < s.n;) {
        size_t from = i;
        uint32_t c = utf8_next(s, &i);
        char pair[2] = {'\\', (char)(c == '\n' ? 'n' : c)};
        if (c == '\n' || c == '\\' || c == ';' || c == ',')
            put(l, pair, 2);
        else
            put_raw(l, str_n(s.p + from, i - from));
    }
}

static struct line line_begin(struct out *o, const char *name)
{
    struct line l = {.o = o};
    put_raw(&l, str_c(name));
    return l;
}

static void line_end(struct line *l)
{
    out_c(l->o, "\r\n");
}

static void text_line(struct out *o, const char *name, struct str s)
{
    struct line l = line_begin(o, name);
    put_raw(&l, S(":"));
    put_text(&l, s);
    line_end(&l);
}

static void raw_line(struct out *o, const char *name, struct str s)
{
    struct line l = line_begin(o, name);
    put_raw(&l, S(":"));
    put_raw(&l, s);
    line_end(&l);
}

/* ---- times ---- */

enum { STAMP_MAX = 40 };

static const char *utc(char to[STAMP_MAX], int64_t at)
{
    struct civil c = time_civil(at - MS_BEIJING);
    snprintf(to, STAMP_MAX, "%04d%02d%02dT%02d%02d%02dZ", c.year, c.month, c.day, c.hour, c.minute,
             c.second);
    return to;
}

static const char *local(char to[STAMP_MAX], int64_t at, bool all_day)
{
    struct civil c = time_civil(at);
    if (all_day)
        snprintf(to, STAMP_MAX, "%04d%02d%02d", c.year, c.month, c.day);
    else
        snprintf(to, STAMP_MAX, "%04d%02d%02dT%02d%02d%02d", c.year, c.month, c.day, c.hour,
                 c.minute, c.second);
    return to;
}

static void time_line(struct out *o, const char *name, int64_t at, bool all_day)
{
    char stamp[STAMP_MAX];
    out_printf(o, "%s%s:%s\r\n", name, all_day ? ";VALUE=DATE" : ";TZID=Asia/Shanghai",
               local(stamp, at, all_day));
}

/* UNTIL is in UTC where DTSTART has a zone, a date where DTSTART is one (RFC 5545, 3.3.10). */
static void rule_line(struct out *o, const struct ics_event *e)
{
    static const char *const days[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
    static const char *const every[] = {"", "DAILY", "WEEKLY", "MONTHLY"};
    char stamp[STAMP_MAX], rule[160];
    int n = snprintf(rule, sizeof rule, "FREQ=%s;INTERVAL=%d;UNTIL=%s", every[e->every],
                     e->step > 0 ? e->step : 1,
                     e->all_day ? local(stamp, e->until_at, true) : utc(stamp, e->until_at));
    if (e->every == ICS_WEEK && e->weekdays & 0x7F) {
        const char *lead = ";BYDAY=";
        for (int d = 0; d < 7; d++) {
            if (!(e->weekdays >> d & 1))
                continue;
            n += snprintf(rule + n, sizeof rule - (size_t)n, "%s%s", lead, days[d]);
            lead = ",";
        }
    }
    raw_line(o, "RRULE", str_n(rule, (size_t)n));
}

/* ---- the calendar ---- */

/* China has kept UTC+8 without summer time since 1991, so one STANDARD part is the whole zone. */
void ics_begin(struct out *o, struct str name)
{
    out_c(o, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Linghang//ZH\r\nCALSCALE:GREGORIAN\r\n"
             "METHOD:PUBLISH\r\n");
    text_line(o, "X-WR-CALNAME", name);
    out_c(o,
          "X-WR-TIMEZONE:Asia/Shanghai\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n"
          "BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai\r\nBEGIN:STANDARD\r\nDTSTART:19910915T000000\r\n"
          "TZOFFSETFROM:+0800\r\nTZOFFSETTO:+0800\r\nTZNAME:CST\r\nEND:STANDARD\r\n"
          "END:VTIMEZONE\r\n");
}

void ics_event(struct out *o, const struct ics_event *e)
{
    char stamp[STAMP_MAX];
    out_c(o, "BEGIN:VEVENT\r\n");
    text_line(o, "UID", e->uid);
    raw_line(o, "DTSTAMP", str_c(utc(stamp, e->changed_at)));
    raw_line(o, "LAST-MODIFIED", str_c(stamp));
    out_printf(o, "SEQUENCE:%lld\r\n", (long long)e->version);
    time_line(o, "DTSTART", e->from_at, e->all_day);
    time_line(o, "DTEND", e->to_at, e->all_day);
    if (e->every != ICS_ONCE && e->until_at) {
        rule_line(o, e);
        for (size_t i = 0; i < e->nexcept; i++)
            time_line(o, "EXDATE", e->except[i], e->all_day);
    }
    text_line(o, "SUMMARY", e->title);
    if (e->text.n)
        text_line(o, "DESCRIPTION", e->text);
    if (e->where.n)
        text_line(o, "LOCATION", e->where);
    if (e->url.n)
        raw_line(o, "URL", e->url);
    out_c(o, e->is_free ? "TRANSP:TRANSPARENT\r\n" : "");
    out_c(o, e->cancelled ? "STATUS:CANCELLED\r\n" : "STATUS:CONFIRMED\r\n");
    out_c(o, "END:VEVENT\r\n");
}

void ics_end(struct out *o)
{
    out_c(o, "END:VCALENDAR\r\n");
}
