/*
 * multipart -- multipart/form-data (RFC 7578), read from a body that is in memory. Nothing is
 * copied but the cleaned text of fields; what a browser does not send (folded header lines,
 * transfer encodings, a missing name) is refused rather than guessed at.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include <string.h>

enum { BOUNDARY_MAX = 70, PART_HEAD_MAX = 2048, PARTS_MAX = FIELDS_MAX + UPLOADS_MAX };

struct part {
    struct str disposition, type, data;
};

static enum err broken(struct cx *cx)
{
    return fail(cx, ERR_INPUT, "表单没有完整送到，请再提交一次");
}

static const char *find(struct str where, struct str what)
{
    while (where.n >= what.n) {
        const char *p = memchr(where.p, what.p[0], where.n - what.n + 1);
        if (!p || memcmp(p, what.p, what.n) == 0)
            return p;
        where = str_cut(where, (size_t)(p - where.p) + 1, where.n);
    }
    return NULL;
}

static bool good_boundary(struct str b)
{
    for (size_t i = 0; i < b.n; i++)
        if ((unsigned char)b.p[i] <= 0x20 || (unsigned char)b.p[i] >= 0x7f)
            return false;
    return b.n > 0 && b.n <= BOUNDARY_MAX;
}

/* The header lines of one part. */
static enum err read_head(struct cx *cx, struct str head, struct part *part)
{
    while (head.n) {
        const char *end = find(head, S("\r\n"));
        struct str line = str_cut(head, 0, end ? (size_t)(end - head.p) : head.n);
        head = str_cut(head, line.n + (end ? 2 : 0), head.n);
        struct str name, value = line;
        if (!line.n || line.p[0] == ' ' || line.p[0] == '\t' || memchr(line.p, 0, line.n))
            return broken(cx);
        if (!memchr(line.p, ':', line.n))
            return broken(cx);
        str_split(&value, ':', &name);
        value = str_trim(value);
        if (str_same_letters(name, S("Content-Disposition")) && !part->disposition.n)
            part->disposition = value;
        else if (str_same_letters(name, S("Content-Type")) && !part->type.n)
            part->type = value;
        else if (str_same_letters(name, S("Content-Transfer-Encoding")) &&
                 !str_same_letters(value, S("binary")) && !str_same_letters(value, S("8bit")))
            return broken(cx);
    }
    return OK;
}

/* Only the last component of what may be a path of the sender's machine. */
static struct str base_name(struct str s)
{
    for (size_t i = s.n; i > 0; i--)
        if (s.p[i - 1] == '/' || s.p[i - 1] == '\\')
            return str_cut(s, i, s.n);
    return s;
}

static enum err take_part(struct cx *cx, const struct part *part, pair_list *fields,
                          upload_list *uploads)
{
    struct str type = part->disposition, word;
    if (!str_split(&type, ';', &word) || !str_same_letters(str_trim(word), S("form-data")))
        return broken(cx);
    struct str name = header_param(cx->mem, part->disposition, "name");
    struct str file = header_param(cx->mem, part->disposition, "filename");
    bool is_file = str_find(part->disposition, S("filename=")) >= 0;
    if (!is_file)
        return form_add(cx, fields, name, part->data);
    if (!file.n && !part->data.n)
        return OK; /* the person chose no file */
    pair_list checked = {0};
    TRY(form_add(cx, &checked, name, base_name(file)));
    if (uploads->n >= UPLOADS_MAX)
        return fail(cx, ERR_INPUT, "一次最多传 %d 个文件", (int)UPLOADS_MAX);
    struct upload *u = PUSH(cx->mem, uploads);
    u->field = checked.at[0].name;
    u->filename = checked.at[0].value;
    u->type = part->type;
    u->data = part->data;
    return OK;
}

enum err multipart_read(struct cx *cx, struct str type, struct str body, pair_list *fields,
                        upload_list *uploads)
{
    struct str boundary = header_param(cx->mem, type, "boundary");
    if (!good_boundary(boundary))
        return broken(cx);
    /* The first delimiter may stand at the very start, without its line break. */
    struct str delimiter = arena_printf(cx->mem, "\r\n--%.*s", STR(boundary));
    struct str first = str_cut(delimiter, 2, delimiter.n);
    const char *start = str_starts(body, first) ? body.p : find(body, delimiter);
    if (!start)
        return broken(cx);
    size_t at = (size_t)(start - body.p) + (str_starts(body, first) ? first.n : delimiter.n);
    for (int i = 0; i < PARTS_MAX; i++) {
        struct str rest = str_cut(body, at, body.n);
        struct part part = {0};
        if (str_starts(rest, S("--")))
            return OK;
        if (!str_starts(rest, S("\r\n")))
            return broken(cx);
        rest = str_cut(rest, 2, rest.n);
        const char *head_end = find(str_cut(rest, 0, PART_HEAD_MAX), S("\r\n\r\n"));
        if (!head_end)
            return broken(cx);
        TRY(read_head(cx, str_n(rest.p, (size_t)(head_end - rest.p)), &part));
        /* An empty part: its delimiter begins with the blank line's own line break. */
        const char *data = head_end + 4, *seen = head_end + 2;
        const char *end = find(str_n(seen, (size_t)(body.p + body.n - seen)), delimiter);
        if (!end)
            return broken(cx);
        part.data = str_n(data, end < data ? 0 : (size_t)(end - data));
        TRY(take_part(cx, &part, fields, uploads));
        at = (size_t)(end - body.p) + delimiter.n;
    }
    return fail(cx, ERR_INPUT, "一次提交的栏目太多（最多 %d 项）", (int)FIELDS_MAX);
}
