/* calendar2c -- turns the table of holidays and make-up days into a C table; it knows no holiday
 * rule. */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: calendar2c calendar.tsv calendar_table.h
 *
 * Input, UTF-8: lines starting with '#', one heading line "date<TAB>kind<TAB>name", then
 *     2024-02-04<TAB>work<TAB>春节        kind is off (a weekday at rest) or work (a weekend
 * worked) Refused, with file:line: a date that does not exist, dates not in rising order, an
 * unknown kind, a year without any row, and a row that only repeats Monday-Friday (that is always a
 * typing error).
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LINE = 256 };

struct input {
    const char *name;
    FILE *file;
    int line, first_year, last_year, last_date;
};

static _Noreturn void die(const struct input *in, const char *what)
{
    fprintf(stderr, "%s:%d: %s\n", in->name, in->line, what);
    exit(1);
}

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

static void row(struct input *in, const char *text, FILE *out)
{
    int year, month, day, end = 0;
    char kind[8];
    if (sscanf(text, "%4d-%2d-%2d\t%7[a-z]\t%n", &year, &month, &day, kind, &end) != 4 ||
        end == 0 || text[10] != '\t')
        die(in, "want date<TAB>kind<TAB>name");
    if (year < 1970 || year > 9000 || month < 1 || month > 12 || day < 1 ||
        day > month_days(year, month))
        die(in, "no such date");
    bool work = strcmp(kind, "work") == 0;
    if (!work && strcmp(kind, "off") != 0)
        die(in, "kind is neither off nor work");
    int date = (year * 100 + month) * 100 + day;
    if (date <= in->last_date)
        die(in, "dates must rise");
    if (in->last_year != 0 && year > in->last_year + 1)
        die(in, "a year is missing before this one");
    if (work != is_weekend(year, month, day))
        die(in, "this day is no exception: off is for weekdays, work for weekends");
    fprintf(out, "    {%d, %d, %d, %d},\n", year, month, day, work);
    in->first_year = in->first_year ? in->first_year : year;
    in->last_year = year, in->last_date = date;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return fputs("usage: calendar2c calendar.tsv calendar_table.h\n", stderr), 2;
    struct input in = {.name = argv[1], .file = fopen(argv[1], "r")};
    FILE *out = in.file ? fopen(argv[2], "w") : NULL;
    if (out == NULL)
        return perror(in.file ? argv[2] : argv[1]), 1;
    fputs("/* Made by calendar2c from calendar.tsv; change that file instead. */\n"
          "static const struct {\n    int16_t year;\n    int8_t month, day, work;\n"
          "} calendar_table[] = {\n",
          out);
    char line[MAX_LINE];
    bool heading = false;
    while (fgets(line, sizeof line, in.file) != NULL) {
        in.line++;
        if (strchr(line, '\n') == NULL)
            die(&in, "line too long, or no newline at its end");
        if (heading && line[0] != '#')
            row(&in, line, out);
        heading = heading || line[0] != '#';
    }
    if (ferror(in.file) || in.last_year == 0)
        die(&in, "cannot be read, or holds no row");
    fprintf(out, "};\nenum { CALENDAR_FIRST_YEAR = %d, CALENDAR_LAST_YEAR = %d };\n", in.first_year,
            in.last_year);
    return fclose(out) == 0 ? 0 : (perror(argv[2]), 1);
}
