/* board_print -- print runs, what of them is old, and which papers show somebody. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/board/board_own.h"
#include "base/id.h"
#include "base/time.h"
#include "board.sql.h"

static const struct field print_fields[] = {
    FIELD(struct board_print, id, "编号", .data = DATA_WORK),
    FIELD(struct board_print, board_id, "公示栏", .data = DATA_WORK),
    FIELD(struct board_print, number, "第几版", .data = DATA_WORK),
    FIELD(struct board_print, size, "纸张", .ask = true, .data = DATA_WORK),
    FIELD(struct board_print, hash, "校验码", .data = DATA_WORK),
    FIELD(struct board_print, lines, "内容"),
    FIELD(struct board_print, month, "数字是哪个月的", .data = DATA_WORK),
    FIELD(struct board_print, printed_name, "谁印的", .data = DATA_WORK),
    FIELD(struct board_print, hung_name, "谁贴的", .data = DATA_WORK),
    FIELD(struct board_print, printed_at, "印的时间", .data = DATA_WORK),
    FIELD(struct board_print, hung_at, "贴的时间", .data = DATA_WORK),
};
const struct shape board_print_shape = SHAPE("board_print", struct board_print, print_fields);

enum err board_prints(struct cx *cx, int64_t board_id, board_print_list *out)
{
    return db_all(cx, &board_sql_prints, &board_print_shape, out, ARGS(A(board_id)));
}

enum err board_last(struct cx *cx, int64_t board_id, struct board_print *out)
{
    bool found;
    *out = (struct board_print){0};
    return db_find(cx, &board_sql_last, &board_print_shape, out, &found, ARGS(A(board_id)));
}

/* The version comes from outside: only hex digits go into the pattern. */
enum err board_print_of(struct cx *cx, int64_t board_id, struct str version,
                        struct board_print *out)
{
    bool found;
    *out = (struct board_print){0};
    if (version.n < 8 || version.n > 64)
        return OK;
    for (size_t i = 0; i < version.n; i++)
        if (!((version.p[i] >= '0' && version.p[i] <= '9') ||
              (version.p[i] >= 'a' && version.p[i] <= 'f')))
            return OK;
    return db_find(cx, &board_sql_print_of, &board_print_shape, out, &found,
                   ARGS(A(board_id), A(version)));
}

enum err board_print_add(struct cx *cx, const struct board_face *f, struct str size,
                         struct board_print *out)
{
    struct board_print last;
    if (!str_is(size, "a3") && !str_is(size, "a4"))
        return fail_field(cx, "size", "请选 A3 或 A4");
    if (!f->board.id)
        return fail(cx, ERR_CONFLICT, "这里还没有设公示栏，请先设一个再印");
    TRY(board_reach(cx, &f->place));
    TRY(board_last(cx, f->board.id, &last));
    *out = (struct board_print){.id = id_new(cx),
                                .board_id = f->board.id,
                                .number = last.number + 1,
                                .size = size,
                                .hash = f->hash,
                                .lines = f->lines,
                                .month = f->month,
                                .printed_name = cx->who.name,
                                .printed_at = cx->now};
    return db_put(cx, &board_sql_print_add, &board_print_shape, out, NO_ARGS);
}

enum err board_hang(struct cx *cx, int64_t board_id, int64_t number, struct str name, int64_t at)
{
    if (!name.n)
        name = cx->who.name;
    if (!at)
        at = cx->now;
    if (at > cx->now + MS_DAY)
        return fail_field(cx, "hung_at", "贴的日子不能在今天以后");
    if (db_change(cx, &board_sql_hang, ARGS(A(board_id), A(number), A(name), A(at))) == OK)
        return OK;
    fault_clear(cx);
    return fail(cx, ERR_CONFLICT, "这一版已经登记过贴上了，或者没有这一版，请刷新看看");
}

enum paper board_paper(const struct board_face *f, const struct board_print *last)
{
    if (!last->id)
        return PAPER_NONE;
    return str_eq(last->hash, f->hash) ? PAPER_FRESH : PAPER_OLD;
}

/* ---- what changed ---- */

/* A line of seal(): key (part and subject), flags and hash, label. */
struct line {
    struct str key, rest, label;
};
typedef LIST(struct line) line_list;

static void read_lines(struct cx *cx, struct str text, line_list *out)
{
    struct str row;
    while (str_split(&text, '\n', &row)) {
        struct str part, subject, flags, hash;
        if (!str_split(&row, ' ', &part) || !str_split(&row, ' ', &subject) ||
            !str_split(&row, ' ', &flags) || !str_split(&row, ' ', &hash))
            continue;
        *PUSH(cx->mem, out) =
            (struct line){arena_printf(cx->mem, "%.*s %.*s", STR(part), STR(subject)), hash, row};
    }
}

/* A post may stand there twice, with its deputy: a line is the same by key and hash. */
static bool has(const line_list *all, const struct line *l, bool whole)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_eq(all->at[i].key, l->key) && (!whole || str_eq(all->at[i].rest, l->rest)))
            return true;
    return false;
}

static void tell(struct cx *cx, board_change_list *out, struct str label, const char *what)
{
    struct str text = arena_printf(cx->mem, "%.*s：%s", STR(label), what);
    for (size_t i = 0; i < out->n; i++)
        if (str_eq(out->at[i], text))
            return;
    *PUSH(cx->mem, out) = text;
}

enum err board_changes(struct cx *cx, const struct board_face *f, struct str printed_lines,
                       board_change_list *out)
{
    line_list was = {0}, is = {0};
    read_lines(cx, printed_lines, &was);
    read_lines(cx, f->lines, &is);
    for (size_t i = 0; i < is.n; i++)
        if (!has(&was, &is.at[i], true))
            tell(cx, out, is.at[i].label, has(&was, &is.at[i], false) ? "改了" : "新加的");
    for (size_t i = 0; i < was.n; i++)
        if (!has(&is, &was.at[i], false))
            tell(cx, out, was.at[i].label, "不再写了");
    return OK;
}

struct str board_change_of(struct str change)
{
    ptrdiff_t at = str_find(change, S("："));
    return at < 0 ? change : str_cut(change, 0, (size_t)at);
}

/* ---- which papers show somebody ---- */

enum err board_showing(struct cx *cx, enum board_part part, int64_t subject_id, struct str what,
                       board_list *out)
{
    struct str item = arena_printf(cx->mem, "%%|%s %lld %s %%", board_part_codes[part],
                                   (long long)subject_id, str_is(what, "phone") ? "n_p1" : "n1p_");
    return db_all(cx, &board_sql_showing, &board_shape, out, ARGS(A(item)));
}
