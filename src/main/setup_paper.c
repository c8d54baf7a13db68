/* setup_paper -- slips and recovery sheets: text for any printer, PDF for a good one, and the QR
 * code of a terminal. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "main/setup.h"
#include "base/disk.h"
#include "base/out.h"
#include "print/pdf.h"
#include "print/qr.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const papers[] = {"slip-admin", "slip-security", "slip-auditor",
                                     "sheet-1",    "sheet-2",       "sheet-3"};
static const char *const tails[] = {"txt", "pdf"};

static enum err write_paper(struct setup *s, const char *name, const char *tail, struct str bytes)
{
    const char *file = arena_printf(s->cx->mem, "%s/%s.%s", s->dir, name, tail).p;
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(s->cx, ERR_STORE, "写不了 %s：%s", file, strerror(errno));
    bool done = write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n && fsync(fd) == 0;
    return close(fd) == 0 && done ? OK : fail(s->cx, ERR_STORE, "写不完 %s", file);
}

/* A title and text on A5; each line of the text is a line of the paper. */
static enum err paper(struct setup *s, const char *name, struct str title, struct str text)
{
    enum { WIDTH = 148, HEIGHT = 210, LEFT = 14, TOP = 16 };
    struct str bytes, line, rest = text;
    struct pdf *p;
    double y = TOP + 14;
    TRY(write_paper(s, name, "txt",
                    arena_printf(s->cx->mem, "%.*s\n\n%.*s", STR(title), STR(text))));
    TRY(pdf_new(s->cx, WIDTH, HEIGHT, title, s->cx->now, &p));
    struct pdf_box box = {
        .x = LEFT, .y = TOP, .width = WIDTH - 2 * LEFT, .size = 6, .ink = PDF_INK, .bold = true};
    pdf_text(p, &box, title);
    box.bold = false;
    box.size = 4.2;
    while (str_split(&rest, '\n', &line)) {
        box.y = y;
        y += line.n ? pdf_text(p, &box, line) : 3;
    }
    TRY(pdf_end(p, &bytes));
    TRY(write_paper(s, name, "pdf", bytes));
    return disk_keep_folder(s->dir)
               ? OK
               : fail(s->cx, ERR_STORE, "%s 没有写到盘上：%s", s->dir, strerror(errno));
}

enum err setup_slip(struct setup *s, const char *name, const struct setup_slip *slip)
{
    struct out o;
    out_init(&o, s->cx->mem);
    out_printf(
        &o, "姓名：%.*s\n岗位：%.*s\n登录名：%.*s\n一次性密码：%.*s\n地址：http://%.*s/login\n\n",
        STR(slip->name), STR(slip->role), STR(slip->login), STR(slip->password),
        STR(slip->address));
    out_c(&o, "密码只用一次：登录以后先换成自己的，才能办事。\n");
    if (!slip->codes.n)
        out_c(&o, "换好密码，照页面开通手机动态码，抄下十个备用码。\n");
    else
        out_c(&o, "动态码已经开通。手机不在身边，登录时填下面一个备用码，每个用一次：\n\n");
    for (size_t i = 0; i < slip->codes.n; i++)
        out_printf(&o, "%.*s%s", STR(slip->codes.at[i]), i % 2 ? "\n" : "　　");
    out_c(&o, "\n请当面交给本人，封好；谁拿到这张纸，谁就能冒充他。\n");
    return paper(s, name, arena_printf(s->cx->mem, "%.*s · 登录条", STR(slip->community)),
                 out_text(&o));
}

enum err setup_sheet(struct setup *s, int number, struct str community, struct str words)
{
    struct str line, rest = words;
    struct out o;
    out_init(&o, s->cx->mem);
    out_c(&o, "三张中的任何两张能找回这个社区的主密钥，一张不能。\n请分给三个人，分开锁好，不拍照、"
              "不发手机。\n\n");
    for (int i = 0; str_split(&rest, '\n', &line); i++)
        out_printf(&o, "%2d　%.*s\n", i * 4 + 1, STR(line));
    if (rest.n)
        out_printf(&o, "%2d　%.*s\n", SEAL_SHEET_WORDS - 3, STR(rest));
    out_c(&o, "\n交给：＿＿＿＿＿＿＿＿　　日期：＿＿＿＿＿＿＿＿\n");
    return paper(
        s, arena_printf(s->cx->mem, "sheet-%d", number).p,
        arena_printf(s->cx->mem, "%.*s · 恢复单 %d／%d", STR(community), number, SEAL_SHEETS),
        out_text(&o));
}

struct files {
    const char *at[COUNT(papers) * COUNT(tails)];
    size_t n;
};

/* Papers that are there, those whose names begin with `kind`. */
static void find_papers(struct setup *s, const char *kind, struct files *out)
{
    out->n = 0;
    for (size_t i = 0; i < COUNT(papers); i++)
        for (size_t k = 0; k < COUNT(tails); k++) {
            const char *file = arena_printf(s->cx->mem, "%s/%s.%s", s->dir, papers[i], tails[k]).p;
            if (str_starts(str_c(papers[i]), str_c(kind)) && access(file, F_OK) == 0)
                out->at[out->n++] = file;
        }
}

static enum err remove_papers(struct setup *s, const struct files *all)
{
    for (size_t i = 0; i < all->n; i++)
        if (unlink(all->at[i]) != 0)
            return fail(s->cx, ERR_STORE, "删不掉 %s：%s", all->at[i], strerror(errno));
    return OK;
}

enum err setup_sheets_void(struct setup *s, const char *file)
{
    enum { COARSE_S = 2 }; /* on some sticks time goes by two seconds */
    struct files all, later = {.n = 0};
    struct stat made, st;
    find_papers(s, "sheet", &all);
    if (stat(file, &made) != 0)
        return fail(s->cx, ERR_STORE, "打不开 %s：%s", file, strerror(errno));
    for (size_t i = 0; i < all.n; i++)
        if (stat(all.at[i], &st) == 0 && st.st_mtime + COARSE_S >= made.st_mtime)
            later.at[later.n++] = all.at[i];
    return remove_papers(s, &later);
}

enum err setup_papers_done(struct setup *s)
{
    struct files all;
    find_papers(s, "", &all);
    if (!all.n)
        return OK;
    printf("\n%s 里还有登录条和恢复单，请印出来，装进信封。", s->dir);
    if (!str_is(setup_ask(s, "都印好了，输入 印好了，就从盘上删掉：", false), "印好了")) {
        printf("留着。印好以后再运行一次 linghang setup，或者自己删掉。\n");
        return OK;
    }
    TRY(remove_papers(s, &all));
    printf("删掉了。\n");
    return OK;
}

void setup_qr(struct cx *cx, struct str text)
{
    static const char *const blocks[] = {" ", "▄", "▀", "█"}; /* upper half light, lower half */
    struct qr q;
    if (!qr_make(cx, text, &q))
        return;
    for (int y = -QR_QUIET; y < q.side + QR_QUIET; y += 2) {
        for (int x = -QR_QUIET; x < q.side + QR_QUIET; x++) {
            bool across = x >= 0 && x < q.side;
            bool upper = across && y >= 0 && y < q.side && qr_dark(&q, x, y);
            bool lower = across && y + 1 >= 0 && y + 1 < q.side && qr_dark(&q, x, y + 1);
            printf("%s", blocks[(!upper ? 2 : 0) + !lower]);
        }
        printf("\n");
    }
    printf("\n");
}
