/* export_sheet -- what the sheets hold, and the order of their rows. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/export/export_own.h"
#include "app/need/need.h"
#include "app/volunteer/volunteer.h"
#include "base/time.h"
#include "seal/seal.h"
#include <stdlib.h>
#include <string.h>

/* ---- rows ---- */

static void add_row(struct cx *cx, csv_rows *out, const struct shape *s, const char *const *fields,
                    const void *rec)
{
    struct csv_row *row = PUSH(cx->mem, out);
    *row = (struct csv_row){.number = (int)out->n};
    for (; *fields; fields++) {
        const struct field *f = shape_field(s, str_c(*fields));
        struct str cell = !rec                            ? str_c(f->label)
                          : shape_sees(cx, f) == SEE_NONE ? S("")
                                                          : field_text(cx, f, rec);
        *PUSH(cx->mem, &row->cells) = cell;
    }
}

/* Codes as people read them. */
static void read_codes(struct need *n)
{
    n->kind = str_c(flow_label(kinds, n->kind));
    n->category = str_c(flow_label(categories, n->category));
    n->level = str_c(flow_label(levels, n->level));
    n->rating = str_c(flow_label(ratings, n->rating));
}

static enum err need_rows(struct cx *cx, const struct export_ask *ask, csv_rows *out)
{
    static const char *const fields[] = {
        "number", "created_at", "kind",    "category", "level",  "state",  "place_text", "title",
        "text",   "name",       "contact", "door",     "answer", "rating", "closed_at",  NULL};
    struct need_filter f = {.limit = 100};
    int64_t from = ask->from_on ? time_day_start(ask->from_on) : 0;
    int64_t to = ask->to_on ? time_day_start(ask->to_on + 1) : cx->now + 1;
    add_row(cx, out, &need_shape, fields, NULL);
    for (bool more = true; more && out->n <= EXPORT_MOST + 1;) {
        need_list page = {0};
        struct str next;
        TRY(need_search(cx, &f, &page, &next));
        for (size_t i = 0; i < page.n && out->n <= EXPORT_MOST + 1; i++) {
            more = page.at[i].created_at >= from;
            if (!more || page.at[i].created_at >= to)
                continue;
            read_codes(&page.at[i]);
            add_row(cx, out, &need_shape, fields, &page.at[i]);
        }
        f.after = next;
        more = more && next.n;
    }
    return OK;
}

static enum err volunteer_rows(struct cx *cx, csv_rows *out)
{
    static const char *const fields[] = {"number",  "created_at", "state", "name",
                                         "contact", "place_text", NULL};
    struct volunteer_filter f = {.limit = 100};
    add_row(cx, out, &volunteer_shape, fields, NULL);
    for (bool more = true; more && out->n <= EXPORT_MOST + 1;) {
        volunteer_list page = {0};
        struct str next;
        TRY(volunteer_search(cx, &f, &page, &next));
        for (size_t i = 0; i < page.n && out->n <= EXPORT_MOST + 1; i++)
            add_row(cx, out, &volunteer_shape, fields, &page.at[i]);
        f.after = next;
        more = next.n > 0;
    }
    return OK;
}

const struct export_sheet export_sheets[EXPORT_SHEETS] = {{"needs", "诉求台账"},
                                                          {"volunteers", "志愿者名册"}};

const char *export_sheet_label(struct str sheet)
{
    for (size_t i = 0; i < EXPORT_SHEETS; i++)
        if (str_is(sheet, export_sheets[i].code))
            return export_sheets[i].label;
    return "";
}

enum err export_rows(struct cx *cx, const struct export_ask *ask, csv_rows *out)
{
    return str_is(ask->sheet, "needs") ? need_rows(cx, ask, out) : volunteer_rows(cx, out);
}

/* ---- order ---- */

static int compare(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int c = n ? memcmp(a.p, b.p, n) : 0;
    return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int by_number(const void *a, const void *b)
{
    return compare(((const struct csv_row *)a)->cells.at[0],
                   ((const struct csv_row *)b)->cells.at[0]);
}

bool export_is_turned(struct cx *cx, struct str salt, struct str less, struct str greater)
{
    struct str h =
        seal_sm3(cx, arena_printf(cx->mem, "%.*s\n%.*s\n%.*s", STR(salt), STR(less), STR(greater)));
    char c = h.p[0];
    return ((c >= 'a' ? c - 'a' + 10 : c - '0') & 1) != 0;
}

void export_order(struct cx *cx, struct str salt, csv_rows *rows)
{
    struct csv_row *r = rows->at + 1;
    size_t n = rows->n - 1;
    qsort(r, n, sizeof *r, by_number);
    for (size_t i = 0; i + 1 < n; i += 2)
        if (export_is_turned(cx, salt, r[i].cells.at[0], r[i + 1].cells.at[0])) {
            struct csv_row first = r[i];
            r[i] = r[i + 1];
            r[i + 1] = first;
        }
    for (size_t i = 0; i < rows->n; i++)
        rows->at[i].number = (int)i + 1;
}

/* How this export would have turned the neighbours of the file that stand the other way round. */
static int fits(struct cx *cx, const csv_rows *rows, struct str salt, int *pairs)
{
    int fit = 0;
    *pairs = 0;
    for (size_t i = 0; i + 1 < rows->n; i++) {
        struct str a = rows->at[i].cells.at[0], b = rows->at[i + 1].cells.at[0];
        if (compare(a, b) <= 0)
            continue;
        ++*pairs;
        fit += export_is_turned(cx, salt, b, a);
    }
    return fit;
}

/* Rows that begin with a number of ours: H-261128-0001-5. */
static void keep_numbered(csv_rows *rows)
{
    size_t kept = 0;
    for (size_t i = 0; i < rows->n; i++) {
        struct str s = rows->at[i].cells.n ? rows->at[i].cells.at[0] : S("");
        if (s.n > 4 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] == '-')
            rows->at[kept++] = rows->at[i];
    }
    rows->n = kept;
}

enum err export_trace(struct cx *cx, struct str bytes, export_trace_list *out)
{
    export_list all = {0};
    csv_rows rows = {0};
    struct str hash = seal_sm3(cx, bytes);
    TRY(export_all(cx, &all));
    TRY(csv_read(cx, bytes, false, &rows));
    keep_numbered(&rows);
    for (size_t i = 0; i < all.n; i++) {
        struct arena_mark mark = arena_mark(cx->mem);
        bool exact = str_eq(hash, all.at[i].hash);
        int pairs, fit = fits(cx, &rows, all.at[i].salt, &pairs);
        arena_rewind(cx->mem, mark);
        if (exact || (pairs >= EXPORT_PAIRS && fit == pairs))
            *PUSH(cx->mem, out) =
                (struct export_trace){.e = all.at[i], .is_exact = exact, .pairs = pairs};
    }
    return OK;
}
