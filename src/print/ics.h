/*
 * ics -- a calendar that other programs subscribe to: iCalendar (RFC 5545), times in Asia/Shanghai,
 * recurrences always with an end. Lines end with CRLF and are folded at 75 bytes between
 * characters; what is put in is escaped and cannot begin a line of its own.
 *
 *     struct out *o = reply_bytes(rp, ICS_TYPE);
 *     ics_begin(o, S("海恒社区中心"));
 *     ics_event(o, &(struct ics_event){...});
 *     ics_end(o);
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PRINT_ICS_H
#define PRINT_ICS_H

#include "base/out.h"

#define ICS_TYPE "text/calendar; charset=utf-8"

enum ics_every { ICS_ONCE, ICS_DAY, ICS_WEEK, ICS_MONTH };

/* Times are ms since 1970. With `all_day`, from_at and to_at are the midnights (Beijing) of the
 * first day and of the day after the last. */
struct ics_event {
    struct str uid; /* the same for as long as the event is known: number@site */
    int64_t from_at, to_at;
    bool all_day, cancelled;
    bool is_free; /* tells of something without taking up the reader's time: opening hours */
    struct str title, text, where, url; /* text, where, url may be "" */
    int64_t changed_at;                 /* DTSTAMP and LAST-MODIFIED */
    int64_t version;                    /* SEQUENCE: grows when time or place changes */
    /* Repeats every `step` (0 = 1) days, weeks or months until `until_at`, the start of the last
     * one; on `weekdays` (bit 0 = Sunday; 0 = that of from_at; weeks only). A repeating event
     * without until_at is written once. */
    enum ics_every every;
    int step;
    unsigned weekdays;
    int64_t until_at;
    const int64_t *except; /* starts that fall out */
    size_t nexcept;
};

void ics_begin(struct out *o, struct str name);
void ics_event(struct out *o, const struct ics_event *e); /* O(bytes of its text) */
void ics_end(struct out *o);

#endif
