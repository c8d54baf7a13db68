/* calendar2c -- turns the table of holidays and make-up days into a C table; it knows no holiday
 * rule. */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: calendar2c calendar.tsv calendar_table.h
 *
 * Input, UTF-8: lines starting with '#', one heading line "date<TAB>kind<TAB>name", then
 *     2024-02-04<TAB>work<TAB>春节        kind is off (a weekday at rest) or work (a weekend
 * worked) Refused, with file:line: a date that does not exist, dates not in rising order, an
 * unknown kind, no name, a year without any row, and a row that only repeats Monday-Friday (that is
 * always a typing error).
 */
#include "tools/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 1 << 20 };

struct input {
    struct where at;
    int first_year, last_year, last_date;
};

static int month_days(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Saturday or Sunday; Zeller's congruence, where 0 is Saturday. */
static bool is_weekend(int year, int month, int day)
{
    int m = month < 3 ? month + 12 : month;
    int y = month < 3 ? year - 1 : year;
    return (day + 13 * (m + 1) / 5 + y + y / 4 - y / 100 + y / 400) % 7 <= 1;
}

static void row(struct input *in, const char *text, struct buf *out)
{
    int year, month, day, end = 0;
    char kind[8];
    if (sscanf(text, "%4d-%2d-%2d\t%7[a-z]\t%n", &year, &month, &day, kind, &end) != 4 ||
        end == 0 || text[10] != '\t')
        die(&in->at, "want date<TAB>kind<TAB>name");
    if (year < 1970 || year > 9000 || month < 1 || month > 12 || day < 1 ||
        day > month_days(year, month))
        die(&in->at, "no such date");
    bool work = strcmp(kind, "work") == 0;
    if (!work && strcmp(kind, "off") != 0)
        die(&in->at, "kind is neither off nor work");
    int date = (year * 100 + month) * 100 + day;
    if (date <= in->last_date)
        die(&in->at, "dates must rise");
    if (in->last_year != 0 && year > in->last_year + 1)
        die(&in->at, "a year is missing before this one");
    if (work != is_weekend(year, month, day))
        die(&in->at, "this day is no exception: off is for weekdays, work for weekends");
    size_t name = strcspn(text + end, "\t\r\n");
    if (name == 0 || strcspn(text + end, "\"\\") < name)
        die(&in->at, "want a name, without quotes");
    putf(out, "    {%d, %d, %d, %d, \"%.*s\"},\n", year, month, day, work, (int)name, text + end);
    in->first_year = in->first_year ? in->first_year : year;
    in->last_year = year, in->last_date = date;
}

int main(int argc, char **argv)
{
    static struct buf out; /* static: what it holds is no leak at exit */
    if (argc != 3)
        return fputs("usage: calendar2c calendar.tsv calendar_table.h\n", stderr), 2;
    struct input in = {.at = {.path = argv[1]}};
    struct buf text = slurp(argv[1], MAX_FILE, NULL);
    putf(&out, "/* Made by calendar2c from calendar.tsv; change that file instead. */\n"
               "static const struct {\n    int16_t year;\n    int8_t month, day, work;\n"
               "    const char *name;\n"
               "} calendar_table[] = {\n");
    bool heading = false;
    for (char *line = text.at, *end; *line; line = end + 1) {
        in.at.line++;
        end = strchr(line, '\n');
        if (!end)
            die(&in.at, "no newline at the end of the line");
        *end = 0;
        if (heading && line[0] != '#')
            row(&in, line, &out);
        heading = heading || line[0] != '#';
    }
    free(text.at);
    if (in.last_year == 0)
        die(&in.at, "holds no row");
    putf(&out, "};\nenum { CALENDAR_FIRST_YEAR = %d, CALENDAR_LAST_YEAR = %d };\n", in.first_year,
         in.last_year);
    return spill(&(struct made){argv[2], &out}, 1);
}
