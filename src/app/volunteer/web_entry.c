/* web_entry -- the counter: a paper typed in, the blank paper, the receipt, and lists from a
 * spreadsheet: shown first, then taken, then taken back as long as nobody touched them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/pages.h"
#include "print/qr.h"
#include "volunteer.html.h"

enum { LINES_SHOWN = 200 };

static const char *const entry_channels[] = {"paper", "counter", "phone", "meeting"};

static struct shell_page page_of(const struct req *rq, struct reply *rp, const char *title)
{
    reply_header(rp, "Cache-Control", S("no-store"));
    struct shell_page p = shell_page(rq, SHELL_DESK, str_c(title), "volunteers");
    p.back = "/d/volunteers";
    return p;
}

/* ---- a paper ---- */

static void draw_entry(struct cx *cx, const struct req *rq, struct reply *rp,
                       struct volunteer_entry_view *v)
{
    for (size_t i = 0; i < COUNT(entry_channels); i++)
        *PUSH(cx->mem, &v->channels) = (struct volunteer_code){
            entry_channels[i], volunteer_label(volunteer_channels, str_c(entry_channels[i]))};
    v->channel = req_field(rq, "channel").n ? req_field(rq, "channel") : S("paper");
    v->page = page_of(rq, rp, "登记一位志愿者");
    volunteer_entry_html(reply_html(rp), cx, v);
}

enum err volunteer_entry_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer_entry_view v = {.form = {.is_staff = true}};
    TRY(volunteer_form_fill(cx, rq, &v.form));
    draw_entry(cx, rq, rp, &v);
    return OK;
}

/* Somebody else's word is taken only when the clerk says where it stands. */
static enum err check_entry(struct cx *cx, const struct req *rq)
{
    bool known = false;
    for (size_t i = 0; i < COUNT(entry_channels); i++)
        known |= str_is(req_field(rq, "channel"), entry_channels[i]);
    if (!known)
        return fail_field(cx, "channel", "请选怎么登记的");
    if (!req_field(rq, "word").n)
        return fail_field(cx, "word", "要本人同意才能登记：纸上有签字，或当面、电话里说了");
    return OK;
}

enum err volunteer_entry_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer_entry_view v = {.form = {.is_staff = true}};
    struct str key;
    bool again = false;
    enum err told = check_entry(cx, rq);
    if (told != OK) { /* the form is read all the same, so that it comes back as it was */
        struct fault fault = cx->fault;
        enum err e = volunteer_find_place(cx, rq, &v.form.at);
        if (e == ERR_INPUT || e == ERR_MISSING)
            e = OK;
        if (e == OK)
            e = req_record(cx, rq, &volunteer_shape, &v.form.v) == ERR_INPUT ? OK : e;
        if (e == OK)
            e = volunteer_form_fill(cx, rq, &v.form);
        cx->fault = fault;
        if (e == OK)
            draw_entry(cx, rq, rp, &v);
        return e != OK ? e : told;
    }
    enum err e = volunteer_form_do(cx, rq, &v.form, &key, &again);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        draw_entry(cx, rq, rp, &v);
    TRY(e);
    return reply_goto(cx, rp, "/k/volunteer/%lld/receipt?w=%.*s%s%.*s", (long long)v.form.v.id,
                      STR(v.form.v.word), key.n ? "&k=" : "", STR(key));
}

enum err volunteer_paper_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer_paper_view v = {.community = shell_community(cx), .site = req_site(cx, rq)};
    TRY(volunteer_groups(cx, NULL, NULL, &v.groups));
    v.page = shell_page(rq, SHELL_PRINT, S("志愿者登记表"), "volunteers");
    v.qr = qr_svg(cx, arena_printf(cx->mem, "%.*s/give", STR(v.site)), S("网上登记的二维码"));
    volunteer_paper_html(reply_html(rp), cx, &v);
    return OK;
}

static bool is_word(struct str w)
{
    int64_t n;
    return w.n == 4 && str_int(w, &n);
}

static bool is_key(struct str k)
{
    for (size_t i = 0; i < k.n; i++)
        if (!((k.p[i] >= 'A' && k.p[i] <= 'Z') || (k.p[i] >= '2' && k.p[i] <= '9')))
            return false;
    return k.n > 0 && k.n <= 64;
}

/* Word and key are known only to who has just entered the paper; the link carries them. He may have
 * entered somebody from outside his reach: the key opens that too. */
enum err volunteer_receipt_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer_receipt_view v = {.community = shell_community(cx), .site = req_site(cx, rq)};
    struct str word = req_query(rq, "w"), key = req_query(rq, "k");
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(is_key(key) ? volunteer_by_key(cx, id, key, &v.v) : volunteer_get(cx, id, &v.v));
    v.word = is_word(word) ? word : S("");
    struct str link = is_key(key) ? volunteer_link(cx, id, "", key)
                                  : arena_printf(cx->mem, "/find?n=%.*s", STR(v.v.number));
    v.qr =
        qr_svg(cx, arena_printf(cx->mem, "%.*s%.*s", STR(v.site), STR(link)), S("看登记的二维码"));
    v.page = shell_page(rq, SHELL_PRINT, S("志愿者回执"), "volunteers");
    reply_header(rp, "Cache-Control", S("no-store"));
    volunteer_receipt_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- lists ---- */

static enum err draw_import(struct cx *cx, const struct req *rq, struct reply *rp,
                            struct volunteer_import_view *v)
{
    struct fault fault = cx->fault;
    TRY(volunteer_imports(cx, &v->before));
    cx->fault = fault;
    v->more = v->sheet.lines.n > LINES_SHOWN ? (int64_t)v->sheet.lines.n - LINES_SHOWN : 0;
    if (v->more)
        v->sheet.lines.n = LINES_SHOWN;
    v->page = page_of(rq, rp, "导入志愿者名单");
    v->page.notice =
        str_is(req_query(rq, "done"), "in") ? S("名单收下了，登记到哪里看下面") : S("");
    if (str_is(req_query(rq, "done"), "back"))
        v->page.notice = S("撤回了。有人动过的几位还在库里");
    v->page.notice_level = "g";
    volunteer_import_html(reply_html(rp), cx, v);
    return OK;
}

enum err volunteer_import_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct volunteer_import_view v = {0};
    return draw_import(cx, rq, rp, &v);
}

/* Bad rows first: they are what somebody has to do something about. */
static void bad_first(struct cx *cx, volunteer_line_list *lines)
{
    volunteer_line_list sorted = {0};
    for (int bad = 1; bad >= 0; bad--)
        for (size_t i = 0; i < lines->n; i++)
            if ((lines->at[i].why.n != 0) == (bad != 0))
                *PUSH(cx->mem, &sorted) = lines->at[i];
    *lines = sorted;
}

/* What was made of a list, for the thread that writes. */
struct list_read {
    struct str name, page; /* page: the preview, nothing is to be taken yet */
    csv_rows rows;
    struct volunteer_sheet sheet;
};

static enum err read_list(struct cx *cx, const struct req *rq, struct list_read *l)
{
    const struct upload *file = req_upload(rq, "file", 0);
    struct str text = req_field(rq, "rows");
    l->name = file ? file->filename : req_field(rq, "name");
    if (!file && !text.n)
        return fail_field(cx, "file", "请选一个 CSV 文件");
    TRY(csv_read(cx, file ? file->data : text, false, &l->rows));
    TRY(volunteer_read_sheet(cx, &l->rows, &l->sheet));
    if (!file && !req_field(rq, "word").n)
        return fail_field(cx, "word", "名单里的人都同意了，才能登记");
    if (!file && !l->sheet.good)
        return fail(cx, ERR_INPUT, "没有一行能登记，请照每行写的原因改好再传");
    return OK;
}

/* Reading a long list takes seconds: on a thread that only reads, while others go on writing. */
enum err volunteer_import_prepare(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct list_read *l = NEW(cx->mem, struct list_read);
    enum err e = read_list(cx, rq, l);
    bool taking = e == OK && !req_upload(rq, "file", 0);
    if (e != OK && e != ERR_INPUT)
        return e;
    if (!taking) {
        struct volunteer_import_view v = {.name = l->name, .sheet = l->sheet};
        v.rows = csv_text(cx, &l->rows);
        v.is_preview = v.sheet.lines.n > 0;
        bad_first(cx, &v.sheet.lines);
        TRY(draw_import(cx, rq, rp, &v));
        l->page = arena_copy(cx->mem, out_text(reply_html(rp)));
    }
    req_keep(rq, l);
    return e;
}

enum err volunteer_import_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    const struct list_read *l = req_kept(rq);
    int64_t id;
    if (l->page.n) {
        reply_header(rp, "Cache-Control", S("no-store"));
        out_str(reply_html(rp), l->page);
        return OK;
    }
    TRY(volunteer_apply_sheet(cx, &l->rows, &l->sheet, l->name, &id));
    return reply_goto(cx, rp, "/k/volunteers/import?done=in");
}

enum err volunteer_import_back(struct cx *cx, const struct req *rq, struct reply *rp)
{
    int64_t id, taken;
    TRY(req_id(cx, rq, "id", &id));
    TRY(volunteer_import_undo(cx, id, &taken));
    return reply_goto(cx, rp, "/k/volunteers/import?done=back");
}
