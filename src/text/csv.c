/* csv -- see csv.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "text/csv.h"
#include "base/out.h"
#include "base/utf8.h"
#include <errno.h>
#include <iconv.h>
#include <string.h>

/* Spreadsheets of Chinese Windows write GB18030; one character of two bytes becomes three. */
static enum err from_gb(struct cx *cx, struct str in, struct str *out)
{
    iconv_t how = iconv_open("UTF-8", "GB18030");
    if (how == (iconv_t)-1)
        return fail(cx, ERR_INPUT, "这台机器不认 GB18030，请另存为“CSV UTF-8”再传");
    size_t room = in.n * 2 + 16, left = room, rest = in.n;
    char *to = arena_alloc(cx->mem, room);
    char *at = to, *from = (char *)arena_copy(cx->mem, in).p;
    size_t bad = iconv(how, &from, &rest, &at, &left);
    iconv_close(how);
    *out = str_n(to, room - left);
    if (bad == (size_t)-1 || rest || !utf8_valid(*out))
        return fail(cx, ERR_INPUT, "这个文件不是表格文字，请在表格软件里另存为 CSV 再传");
    return OK;
}

static enum err to_text(struct cx *cx, struct str bytes, struct str *text)
{
    if (bytes.n > CSV_BYTES_MAX)
        return fail(cx, ERR_INPUT, "文件太大，请分成几份，每份不超过 2 MB");
    if (bytes.n >= 4 && memcmp(bytes.p, "PK\3\4", 4) == 0)
        return fail(cx, ERR_INPUT, "这是 Excel 工作簿，请在表格软件里另存为 CSV 再传");
    if (str_starts(bytes, S("\xef\xbb\xbf")))
        bytes = str_cut(bytes, 3, bytes.n - 3);
    if (bytes.n && memchr(bytes.p, 0, bytes.n))
        return fail(cx, ERR_INPUT, "这个文件不是表格文字，请在表格软件里另存为 CSV 再传");
    if (!utf8_valid(bytes))
        return from_gb(cx, bytes, text);
    *text = bytes;
    return OK;
}

/* Whichever the first line has most of, outside of its quotes. */
static char separator_of(struct str text)
{
    static const char marks[] = {',', ';', '\t'};
    size_t n[COUNT(marks)] = {0}, best = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '"')
            quoted = !quoted;
        if (!quoted && (c == '\n' || c == '\r'))
            break;
        for (size_t m = 0; m < COUNT(marks); m++)
            n[m] += !quoted && c == marks[m];
    }
    for (size_t m = 1; m < COUNT(marks); m++)
        if (n[m] > n[best])
            best = m;
    return marks[best];
}

struct reader {
    struct cx *cx;
    struct str text;
    size_t at;
    char sep;
    bool lines; /* a cell may hold line breaks */
};

static bool ends_cell(const struct reader *r, char c)
{
    return c == r->sep || c == '\n' || c == '\r';
}

/* A cell that begins with a quote ends at the next lone one; what follows up to the separator
 * still belongs to it, as spreadsheets read it. */
static struct str read_cell(struct reader *r)
{
    struct out o;
    bool quoted = r->at < r->text.n && r->text.p[r->at] == '"';
    size_t from = r->at;
    if (!quoted) {
        while (r->at < r->text.n && !ends_cell(r, r->text.p[r->at]))
            r->at++;
        return utf8_clean(r->cx->mem, str_cut(r->text, from, r->at - from), true);
    }
    out_init(&o, r->cx->mem);
    for (r->at++; r->at < r->text.n; r->at++) {
        char c = r->text.p[r->at];
        if (quoted && c == '"') {
            bool twice = r->at + 1 < r->text.n && r->text.p[r->at + 1] == '"';
            if (!twice) {
                quoted = false;
                continue;
            }
            r->at++;
        } else if (!quoted && ends_cell(r, c)) {
            break;
        }
        out_raw(&o, &c, 1);
    }
    return utf8_clean(r->cx->mem, out_text(&o), !r->lines);
}

static enum err read_row(struct reader *r, csv_cells *row, bool *any)
{
    *any = false;
    for (;;) {
        struct str cell = read_cell(r);
        if (row->n == CSV_CELLS_MAX)
            return fail(r->cx, ERR_INPUT, "一行最多 %d 列，请删掉用不着的列", CSV_CELLS_MAX);
        *PUSH(r->cx->mem, row) = cell;
        *any |= cell.n > 0;
        if (r->at == r->text.n || r->text.p[r->at] != r->sep)
            break;
        r->at++;
    }
    if (r->at < r->text.n && r->text.p[r->at] == '\r')
        r->at++;
    if (r->at < r->text.n && r->text.p[r->at] == '\n')
        r->at++;
    return OK;
}

enum err csv_read(struct cx *cx, struct str bytes, bool lines, csv_rows *out)
{
    struct reader r = {.cx = cx, .lines = lines};
    int number = 0;
    TRY(to_text(cx, bytes, &r.text));
    r.sep = separator_of(r.text);
    while (r.at < r.text.n) {
        struct csv_row row = {.number = ++number};
        bool any;
        TRY(read_row(&r, &row.cells, &any));
        if (!any)
            continue;
        if (out->n > CSV_ROWS_MAX)
            return fail(cx, ERR_INPUT, "一次最多 %d 行，请分成几份", CSV_ROWS_MAX);
        *PUSH(cx->mem, out) = row;
    }
    return OK;
}

static void put_cell(struct out *o, struct str s, const char *before)
{
    out_c(o, before);
    for (size_t c = 0; c < s.n; c++)
        out_raw(o, s.p[c] == '"' ? "\"\"" : s.p + c, s.p[c] == '"' ? 2 : 1);
    out_c(o, "\"");
}

struct str csv_text(struct cx *cx, const csv_rows *rows)
{
    struct out o;
    out_init(&o, cx->mem);
    int line = 1;
    for (size_t i = 0; i < rows->n; i++, line++) {
        for (; line < rows->at[i].number; line++)
            out_c(&o, "\n");
        for (size_t k = 0; k < rows->at[i].cells.n; k++)
            put_cell(&o, rows->at[i].cells.at[k], k ? ",\"" : "\"");
        out_c(&o, "\n");
    }
    return out_text(&o);
}

static bool is_formula(struct str s)
{
    static const char *const first[] = {"=",  "+",  "-",  "@",  "\t", "\r",
                                        "\n", "＝", "＋", "－", "＠"};
    for (size_t i = 0; i < COUNT(first); i++)
        if (str_starts(s, str_c(first[i])))
            return true;
    return false;
}

struct str csv_file(struct cx *cx, const csv_rows *rows)
{
    struct out o;
    out_init(&o, cx->mem);
    out_c(&o, "\xef\xbb\xbf"); /* so that spreadsheets read Chinese */
    for (size_t i = 0; i < rows->n; i++) {
        for (size_t k = 0; k < rows->at[i].cells.n; k++) {
            struct str s = rows->at[i].cells.at[k];
            put_cell(&o, s, is_formula(s) ? (k ? ",\"'" : "\"'") : k ? ",\"" : "\"");
        }
        out_c(&o, "\r\n");
    }
    return out_text(&o);
}

struct str csv_header(struct cx *cx, struct str s)
{
    static const char *const opens[] = {"（", "("};
    char *p;
    size_t n = 0;
    for (size_t i = 0; i < COUNT(opens); i++) {
        ptrdiff_t at = str_find(s, str_c(opens[i]));
        if (at > 0)
            s = str_cut(s, 0, (size_t)at);
    }
    p = arena_alloc(cx->mem, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != ' ' && s.p[i] != '*' && s.p[i] != ':')
            p[n++] = s.p[i];
    return str_n(p, n);
}
