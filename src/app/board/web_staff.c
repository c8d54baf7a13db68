/* web_staff -- staff's pages: boards of a grid with those to print anew first, one board with its
 * print runs and zones, and the papers themselves. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/board/pages.h"
#include "base/out.h"
#include "base/time.h"
#include "board.html.h"

enum { PRINT_MAX = 600 }; /* posters in one document */

static const struct field paper_fields[] = {
    FIELD(struct board_paper_line, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct board_paper_line, code, "代码", .data = DATA_PUBLIC),
    FIELD(struct board_paper_line, full_name, "地点名称", .data = DATA_PUBLIC),
    FIELD(struct board_paper_line, kind, "哪一种", .data = DATA_PUBLIC),
    FIELD(struct board_paper_line, number, "第几版", .data = DATA_PUBLIC),
    FIELD(struct board_paper_line, printed_at, "印的时间", .data = DATA_PUBLIC),
    FIELD(struct board_paper_line, hung_at, "贴的时间", .data = DATA_PUBLIC),
    FIELD(struct board_paper_line, is_stale, "要重印", .data = DATA_PUBLIC),
    FIELD(struct board_paper_line, changes, "改了什么", .data = DATA_PUBLIC),
};
const struct shape board_paper_shape = SHAPE("board_paper", struct board_paper_line, paper_fields);

/* ---- the list ---- */

struct str board_seen(struct cx *cx, const struct board_face *f)
{
    return arena_printf(cx->mem, "%lld.%.*s", (long long)f->board.id, STR(board_version(f)));
}

enum err board_row(struct cx *cx, const struct board *b, struct board_row *out)
{
    struct board_face f;
    *out = (struct board_row){.b = *b};
    TRY(board_face_of(cx, b, &f));
    TRY(board_last(cx, b->id, &out->last));
    out->seen = board_seen(cx, &f);
    out->paper = board_paper(&f, &out->last);
    out->is_last_month = out->paper == PAPER_FRESH && out->last.month != f.month;
    return out->paper == PAPER_OLD ? board_changes(cx, &f, out->last.lines, &out->changes) : OK;
}

static bool is_due(const struct board_row *r)
{
    return r->paper != PAPER_FRESH;
}

static enum err grid_asked(struct cx *cx, const struct req *rq, int64_t *grid_id)
{
    *grid_id = cx->who.scope_grid;
    if (!*grid_id && req_query(rq, "grid").n)
        TRY(req_id(cx, rq, "grid", grid_id));
    return OK;
}

static enum err read_rows(struct cx *cx, int64_t grid_id, board_rows *due, board_rows *fresh)
{
    board_list all = {0};
    TRY(board_all(cx, grid_id, &all));
    for (size_t i = 0; i < all.n; i++) {
        struct board_row r;
        TRY(board_row(cx, &all.at[i], &r));
        *PUSH(cx->mem, is_due(&r) ? due : fresh) = r;
    }
    return OK;
}

/* Many boards and no grid chosen: choose one first. */
static enum err draw_list(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct board_list_view v = {0};
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(grid_asked(cx, rq, &v.grid_id));
    if (cx->who.scope_grid == 0)
        TRY(place_grids(cx, &v.grids));
    if (v.grid_id)
        TRY(place_grid(cx, v.grid_id, &v.grid));
    TRY(read_rows(cx, v.grid_id, &v.due, &v.fresh));
    cx->fault = fault;
    v.page =
        shell_page(rq, cx->who.role & (ROLES_FIELD | ROLE_AREA_STAFF) ? SHELL_WORK : SHELL_DESK,
                   S("公示栏"), "boards");
    board_list_html(reply_html(rp), cx, &v);
    return OK;
}

enum err board_list_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_list(cx, rq, rp);
}

/* What was printed is what the page offered then: a board that has changed since stays due. */
static bool was_seen(const struct req *rq, struct str seen)
{
    for (size_t i = 0; i < req_field_count(rq, "seen"); i++)
        if (str_eq(req_field_nth(rq, "seen", i), seen))
            return true;
    return false;
}

/* Everything due of this grid was printed at once: each gets its run. */
static enum err register_due(struct cx *cx, const struct req *rq, int64_t *grid, int *n)
{
    board_rows due = {0}, fresh = {0};
    int64_t grid_id = cx->who.scope_grid;
    *n = 0;
    struct str size = req_field(rq, "size");
    if (!grid_id && !str_int(req_field(rq, "grid"), &grid_id))
        return fail(cx, ERR_INPUT, "请先选一个网格");
    *grid = grid_id;
    TRY(read_rows(cx, grid_id, &due, &fresh));
    for (size_t i = 0; i < due.n; i++) {
        struct board_face f;
        struct board_print run;
        if (!was_seen(rq, due.at[i].seen))
            continue;
        TRY(board_face_of(cx, &due.at[i].b, &f));
        TRY(board_print_add(cx, &f, size, &run));
        *n += 1;
    }
    return *n ? OK : fail(cx, ERR_CONFLICT, "您印的那些以后，这里又改过了，请重新打印再登记");
}

enum err board_list_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t grid_id = 0;
    int n;
    enum err e = register_due(cx, rq, &grid_id, &n);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_list(cx, rq, rp));
    TRY(e);
    return reply_goto(cx, rp, "/w/boards?grid=%lld", (long long)grid_id);
}

static struct str join(struct cx *cx, const board_change_list *changes)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < changes->n; i++)
        out_printf(&o, "%s%.*s", i ? "；" : "", STR(changes->at[i]));
    return out_text(&o);
}

enum err board_api_list(struct cx *cx, const struct req *rq, struct reply *rp)
{
    board_rows rows = {0};
    board_paper_list out = {0};
    int64_t grid_id;
    TRY(grid_asked(cx, rq, &grid_id));
    TRY(read_rows(cx, grid_id, &rows, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct board_row *r = &rows.at[i];
        *PUSH(cx->mem, &out) = (struct board_paper_line){.id = r->b.id,
                                                         .code = r->b.code,
                                                         .full_name = r->b.full_name,
                                                         .kind = r->b.kind,
                                                         .number = r->last.number,
                                                         .printed_at = r->last.printed_at,
                                                         .hung_at = r->last.hung_at,
                                                         .is_stale = r->paper == PAPER_OLD,
                                                         .changes = join(cx, &r->changes)};
    }
    return reply_list(cx, rp, &board_paper_shape, &out, S(""));
}

/* ---- one board ---- */

static const char *kind_of(const struct place *p)
{
    return str_is(p->kind, "stall")       ? "stall"
           : str_is(p->tier, "estate")    ? "estate"
           : str_is(p->tier, "stairwell") ? "stairwell"
           : str_is(p->tier, "building")  ? "stairwell"
                                          : "station";
}

static enum err face_here(struct cx *cx, const struct req *rq, struct board_face *out)
{
    TRY(board_face(cx, board_code(rq), out));
    return board_reach(cx, &out->place);
}

/* The nearest place above that has a board and is the caller's, for one that has none. */
static enum err find_above(struct cx *cx, int64_t place_id, struct place *out)
{
    place_list line = {0};
    TRY(place_line(cx, place_id, &line));
    for (size_t i = line.n - 1; i-- > 0 && !out->id;) {
        struct board b;
        TRY(board_at(cx, line.at[i].id, &b));
        if (b.id && board_reach(cx, &line.at[i]) == OK)
            *out = line.at[i];
    }
    fault_clear(cx);
    return OK;
}

static enum err draw_wall(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct board_wall_view v = {.rq = rq, .today = str_cut(filter_iso(cx, cx->now), 0, 10)};
    struct board_print last;
    struct fault fault = cx->fault;
    cx->fault = (struct fault){0};
    TRY(face_here(cx, rq, &v.face));
    TRY(board_prints(cx, v.face.board.id, &v.prints));
    TRY(board_last(cx, v.face.board.id, &last));
    TRY(zones_of(cx, v.face.place.id, &v.zones));
    v.paper = board_paper(&v.face, &last);
    if (v.paper == PAPER_OLD)
        TRY(board_changes(cx, &v.face, last.lines, &v.changes));
    if (!v.face.board.id) {
        TRY(find_above(cx, v.face.place.id, &v.above));
        v.face.board =
            (struct board){.kind = str_c(kind_of(&v.face.place)), .duties = S(""), .phone = S("")};
    }
    cx->fault = fault;
    v.page =
        shell_page(rq, cx->who.role & (ROLES_FIELD | ROLE_AREA_STAFF) ? SHELL_WORK : SHELL_DESK,
                   v.face.place.full_name, "boards");
    v.page.back = "/w/boards";
    v.page.here = arena_printf(cx->mem, "/w/board/%.*s", STR(v.face.place.code));
    board_wall_html(reply_html(rp), cx, &v);
    return OK;
}

enum err board_wall_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    return draw_wall(cx, rq, rp);
}

static enum err do_save(struct cx *cx, const struct req *rq, const struct board_face *f)
{
    struct board b = f->board;
    b.place_id = f->place.id;
    TRY(req_record(cx, rq, &board_shape, &b));
    if (!f->board.id) /* the form of a board that is not there carries the kind it would have */
        b.kind = str_c(kind_of(&f->place));
    else
        b.kind = f->board.kind;
    return board_put(cx, &b);
}

static enum err do_hang(struct cx *cx, const struct req *rq, const struct board_face *f)
{
    int64_t number, at = 0;
    struct str day = str_trim(req_field(rq, "hung_at"));
    if (!str_int(req_field(rq, "number"), &number))
        return fail(cx, ERR_INPUT, "页面不完整，请刷新再办");
    if (day.n && !time_read(day, &at))
        return fail_field(cx, "hung_at", "请填日期，例如 2027-03-01");
    return board_hang(cx, f->board.id, number, str_cut(str_trim(req_field(rq, "hung_name")), 0, 60),
                      at);
}

static enum err do_zone(struct cx *cx, const struct req *rq, const struct board_face *f)
{
    struct zone z = {
        .place_id = f->place.id, .title = S(""), .duties = S(""), .pledge = S(""), .kind = S("")};
    TRY(req_record(cx, rq, &zone_shape, &z));
    return zone_add(cx, &z);
}

/* A zone of this place or above: taken on by a volunteer whose number is typed, left, or ended. */
static enum err do_claim(struct cx *cx, const struct req *rq, struct str step)
{
    struct volunteer who;
    int64_t id;
    if (!str_int(req_field(rq, "zone"), &id))
        return fail(cx, ERR_INPUT, "页面不完整，请刷新再办");
    if (str_is(step, "end"))
        return zone_end(cx, id);
    enum err e = volunteer_by_number(cx, req_field(rq, "number"), &who);
    if (e == ERR_MISSING) {
        fault_clear(cx);
        return fail_field(cx, "number", "没有这个编号的志愿者，请再看一遍");
    }
    TRY(e);
    return zone_claim(cx, id, who.id, S(""), str_is(step, "claim"));
}

static enum err wall_step(struct cx *cx, const struct req *rq, struct str *code)
{
    struct board_face f;
    struct board_print run;
    struct str step = req_part(rq, "step");
    TRY(face_here(cx, rq, &f));
    *code = f.place.code;
    if (str_is(step, "save"))
        return do_save(cx, rq, &f);
    if (str_is(step, "print") && !was_seen(rq, board_seen(cx, &f)))
        return fail(cx, ERR_CONFLICT, "您印的那张以后，这里又改过了，请重新打印再登记");
    if (str_is(step, "print"))
        return board_print_add(cx, &f, req_field(rq, "size"), &run);
    if (str_is(step, "hang"))
        return do_hang(cx, rq, &f);
    if (str_is(step, "zone"))
        return do_zone(cx, rq, &f);
    if (str_is(step, "claim") || str_is(step, "leave") || str_is(step, "end"))
        return do_claim(cx, rq, step);
    return fail(cx, ERR_MISSING, "没有这一步");
}

enum err board_wall_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct str code;
    enum err e = wall_step(cx, rq, &code);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        TRY(draw_wall(cx, rq, rp));
    TRY(e);
    return reply_goto(cx, rp, "/w/board/%.*s", STR(code));
}

/* ---- papers ---- */

static enum err show_pdf(struct reply *rp, struct str bytes, const char *name, struct cx *cx)
{
    reply_header(rp, "Cache-Control", S("no-store"));
    reply_header(rp, "Content-Disposition",
                 arena_printf(cx->mem, "inline; filename=\"%s.pdf\"", name));
    out_str(reply_bytes(rp, "application/pdf"), bytes);
    return OK;
}

static struct str size_of(const struct req *rq)
{
    return str_is(req_query(rq, "size"), "a4") ? S("a4") : S("a3");
}

enum err board_poster(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct board_face f;
    const struct board_face *faces[] = {&f};
    struct str bytes;
    TRY(face_here(cx, rq, &f));
    TRY(board_pdf(cx, faces, 1, size_of(rq), req_site(cx, rq), &bytes));
    return show_pdf(rp, bytes, "poster", cx);
}

enum err board_plate(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct board_face f;
    struct str bytes;
    TRY(face_here(cx, rq, &f));
    TRY(board_plate_pdf(cx, &f, req_query(rq, "kind"), req_site(cx, rq), &bytes));
    return show_pdf(rp, bytes, "plate", cx);
}

/* Of a grid, of all below a place (p=CODE), or of everything within reach. Laid out on a thread
 * that only reads, and asked for again when it broke off: nothing is kept. */
enum err board_posters(struct cx *cx, const struct req *rq, struct reply *rp)
{
    board_list all = {0};
    struct place below = {0};
    LIST(const struct board_face *) faces = {0};
    bool only_due = req_query(rq, "due").n > 0;
    int64_t grid_id;
    struct str bytes;
    TRY(grid_asked(cx, rq, &grid_id));
    if (req_query(rq, "p").n)
        TRY(place_by_code(cx, req_query(rq, "p"), &below));
    TRY(board_all(cx, grid_id, &all));
    for (size_t i = 0; i < all.n && faces.n < PRINT_MAX; i++) {
        if (below.id && !str_starts(all.at[i].path, below.path))
            continue;
        struct board_face *f = NEW(cx->mem, struct board_face);
        struct board_print last;
        TRY(board_face_of(cx, &all.at[i], f));
        TRY(board_last(cx, all.at[i].id, &last));
        if (!only_due || board_paper(f, &last) != PAPER_FRESH)
            *PUSH(cx->mem, &faces) = f;
    }
    if (!faces.n)
        return fail(cx, ERR_MISSING, "这里还没有公示栏，先在“公示栏”里设");
    TRY(board_pdf(cx, faces.at, faces.n, size_of(rq), req_site(cx, rq), &bytes));
    return show_pdf(rp, bytes, "posters", cx);
}
