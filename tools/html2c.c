/* html2c -- turns the templates of one folder into a C pair; knows where in a page it stands. */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: html2c -I src/app -o out.html.h -c out.html.c [-d out.d] list.html form.html ...
 *
 *     {% header "app/need/need.h" %}      {% view struct need_list_view { ... } %}
 *     {{ expr | filter | filter(arg) }}   {% set T name = expr %}   {% do stmt %}
 *     {% if a %} {% elif b %} {% else %} {% end %}   {% for n in list %} {% else %} {% end %}
 *     {% include "shell/head.html" %}     {# comment #}
 *
 * Escaping happens in HTML() and is right for text and for "quoted" values. Everywhere else
 * (scripts, names, bare values, the scheme and host of a URL) a value is refused. html2c_page.h
 * knows where a value stands; all branches of an {% if %} must end in the same place. The first
 * error ends the run; nothing is written then.
 */
#include "tools/html2c_code.h"
#include "tools/html2c_page.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 1 << 20, MAX_BLOCKS = 32, MAX_INCLUDES = 8, MAX_FILES = 512, MAX_RUN = 3500 };

enum block_kind { B_IF, B_ELSE, B_FOR, B_FOR_ELSE };
static const char *const block_names[] = {
    [B_IF] = "if", [B_ELSE] = "else", [B_FOR] = "for", [B_FOR_ELSE] = "else"};

struct block {
    enum block_kind kind;
    int line;
    struct place start, done; /* before the block; where its branches have ended */
    bool has_done, bol;
    char list[72]; /* name of the copy of the list */
};

struct job {
    const char *root; /* -I */
    struct where w;
    struct place at;
    bool viewed;    /* {% view %} has been seen */
    bool bol;       /* nothing is put out yet on this line */
    size_t blanks;  /* held back: dropped if the line ends */
    struct buf run; /* static bytes not yet emitted */
    int run_line;
    struct block blocks[MAX_BLOCKS];
    int nblocks;
    const char *open_files[MAX_INCLUDES + 1];
    int nopen;
    const char *files[MAX_FILES]; /* all files read, for the -d file */
    int nfiles;
    struct buf includes, structs, protos, code;
    char folder[64], page[64];
};

/* A C string. Lines are split for people. */
static void put_string(struct buf *b, const char *s, size_t n)
{
    putf(b, "\"");
    put_c(b, s, n, "        ");
    putf(b, "\"");
}

static void put_line(struct job *j, struct buf *b, int line)
{
    putf(b, "#line %d ", line);
    put_string(b, j->w.path, strlen(j->w.path));
    putf(b, "\n");
}

static void flush_run(struct job *j)
{
    for (; j->blanks; j->blanks--)
        put(&j->run, " ", 1);
    if (!j->run.n)
        return;
    put_line(j, &j->code, j->run_line);
    putf(&j->code, "    out_raw(o,\n        ");
    put_string(&j->code, j->run.at, j->run.n);
    putf(&j->code, ", %zu);\n", j->run.n);
    j->run.n = 0;
}

/* Puts out one static byte, less indentation, blank lines and blanks at line ends. */
static void feed(struct job *j, const char *p, const char *end)
{
    struct place *at = &j->at;
    bool keep = at->pre || at->state == QUOTED || at->state == RAW || at->element == TEXTAREA;
    bool blank = *p == ' ' || *p == '\t';
    if (*p == '\r')
        return;
    if (*p == 0 || (iscntrl((unsigned char)*p) && *p != '\n' && *p != '\t'))
        die(&j->w, "a control character");
    if (!keep && (blank || *p == '\n') && j->bol)
        return; /* whatever stands before has ended with a line end, which was put out */
    if (!j->viewed)
        die(&j->w, "a page begins with {%% view struct name { ... } %%}");
    page_step(&j->w, at, p, end);
    if (!keep && blank) {
        j->blanks++;
        return;
    }
    if (*p == '\n' && !keep)
        j->blanks = 0;
    if (j->run.n > MAX_RUN && (*p & 0x80) == 0)
        flush_run(j); /* compilers promise 4095 bytes; never within a character */
    if (!j->run.n)
        j->run_line = j->w.line;
    for (; j->blanks; j->blanks--)
        put(&j->run, " ", 1);
    put(&j->run, p, 1);
    j->bol = *p == '\n' && !keep;
}

/* ---- template code ---- */

static void put_code(struct job *j, const char *before, struct span s, const char *behind)
{
    put_line(j, &j->code, s.line);
    putf(&j->code, "    %s%.*s%s\n", before, SPAN(s), behind);
}

/* {{ }}; `s` is what stands between. */
static void value(struct job *j, struct span s)
{
    struct buf text = {0};
    s = trim(s);
    if (!j->viewed)
        die(&j->w, "a page begins with {%% view struct name { ... } %%}");
    bool markup = j->at.state == TEXT;
    page_value(&j->w, &j->at, is_url_call(&j->w, s));
    flush_run(j);
    put_filters(&j->w, &text, s);
    s.at = text.at;
    s.end = text.at + text.n;
    /* struct html is not escaped, so it must not come where a quote or a tag would end things. */
    if (!markup)
        put_code(j, "_Static_assert(_Generic((", s,
                 "), struct html: 0, default: 1), \"markup (struct html) outside of text\");");
    put_code(j, "HTML(o, ", s, ");");
    free(text.at);
    j->bol = false;
}

static struct block *open_block(struct job *j, enum block_kind kind)
{
    if (j->nblocks == MAX_BLOCKS)
        die(&j->w, "blocks are nested deeper than %d", MAX_BLOCKS);
    struct block *b = &j->blocks[j->nblocks++];
    *b = (struct block){.kind = kind, .line = j->w.line, .start = j->at, .bol = j->bol};
    return b;
}

static void for_block(struct job *j, struct span s)
{
    struct span name = {s.at, s.at, s.line};
    while (name.end < s.end && !isspace((unsigned char)*name.end))
        name.end++;
    struct span in = trim((struct span){name.end, s.end, s.line});
    if (!is_name(name) || in.end - in.at < 3 || memcmp(in.at, "in", 2) != 0 ||
        !isspace((unsigned char)in.at[2]))
        die(&j->w, "write {%% for name in list %%}");
    struct span list = expression(&j->w, (struct span){in.at + 2, in.end, in.line});
    struct block *b = open_block(j, B_FOR);
    j->bol = false; /* the second time round, the line has begun */
    char n[64];
    snprintf(n, sizeof n, "%.*s", SPAN(name));
    snprintf(b->list, sizeof b->list, "%s_list", n);
    put_code(j, "{ __typeof__(", list, ")");
    putf(&j->code, "    %s =\n", b->list);
    put_code(j, "", list, ";");
    put_line(j, &j->code, list.line);
    putf(&j->code, "    for (size_t %s_i = 0; %s_i < %s.n; %s_i++) {\n", n, n, b->list, n);
    put_line(j, &j->code, list.line);
    putf(&j->code, "    __typeof__(%s.at) %s = %s.at + %s_i;\n", b->list, n, b->list, n);
}

/* The way we came, and `other`, must end in the same place. A loop must end as it began. */
static void meet(struct job *j, const struct block *b, struct place *other)
{
    bool loop = b->kind == B_FOR || b->kind == B_FOR_ELSE;
    if (loop ? memcmp(&j->at, other, sizeof *other) != 0 : !page_meet(&j->at, other))
        die(&j->w,
            "the ways through {%% %s %%} of line %d end in different places: %s here, %s there",
            block_names[b->kind], b->line, state_names[j->at.state], state_names[other->state]);
}

static void end_branch(struct job *j, struct block *b)
{
    if (b->kind == B_FOR || b->kind == B_FOR_ELSE)
        meet(j, b, &b->start);
    else if (b->has_done)
        meet(j, b, &b->done);
    else
        b->done = j->at;
    b->has_done = true;
}

/* elif, else, end: they go on in the innermost block of this file. */
static void go_on(struct job *j, const char *word, struct span s, int floor)
{
    bool end = strcmp(word, "end") == 0, elif = strcmp(word, "elif") == 0;
    if (j->nblocks == floor)
        die(&j->w, "{%% %s %%} without {%% if %%} or {%% for %%} in this file", word);
    struct block *b = &j->blocks[j->nblocks - 1];
    if (!elif && s.at < s.end)
        die(&j->w, "{%% %s %%} takes nothing", word);
    if (!end && (b->kind == B_ELSE || b->kind == B_FOR_ELSE || (elif && b->kind == B_FOR)))
        die(&j->w, "{%% %s %%} cannot follow {%% %s %%}", word, block_names[b->kind]);
    end_branch(j, b);
    if (end) {
        if (b->kind == B_IF) { /* the way that goes through none of the branches */
            j->at = b->start;
            meet(j, b, &b->done);
        }
        j->at = b->kind == B_IF || b->kind == B_ELSE ? b->done : b->start;
        j->bol = j->bol && b->bol;
        putf(&j->code, "%s", b->kind == B_FOR || b->kind == B_FOR_ELSE ? "    } }\n" : "    }\n");
        j->nblocks--;
        return;
    }
    j->at = b->start;
    j->bol = b->bol;
    if (elif) {
        put_code(j, "} else if (", expression(&j->w, s), ") {");
    } else if (b->kind == B_IF) {
        putf(&j->code, "    } else {\n");
        b->kind = B_ELSE;
    } else {
        putf(&j->code, "    }\n    if (%s.n == 0) {\n", b->list);
        b->kind = B_FOR_ELSE;
    }
}

static void view_tag(struct job *j, struct span s)
{
    if (j->viewed || j->nopen > 1)
        die(&j->w, "{%% view %%} stands once, at the beginning of a page");
    struct span name = {s.at, s.at, s.line};
    bool is_struct =
        s.end - s.at > 7 && memcmp(s.at, "struct", 6) == 0 && isspace((unsigned char)s.at[6]);
    if (is_struct)
        name = trim((struct span){s.at + 6, s.end, s.line});
    struct span body = {name.at, s.end, name.line};
    name.end = name.at;
    while (name.end < s.end && word_char(*name.end))
        name.end++;
    body.at = name.end;
    body = trim(body);
    if (!is_struct || !is_name(name) || (body.at < body.end && *body.at != '{'))
        die(&j->w, "write {%% view struct name { ... } %%} or {%% view struct name %%}");
    if (body.at < body.end && seek(&j->w, body.at + 1, body.end, "}") != body.end - 1)
        die(&j->w, "text behind the struct of {%% view %%}");
    char view[64];
    snprintf(view, sizeof view, "%.*s", SPAN(name));
    put_line(j, &j->structs, name.line);
    putf(&j->structs, "struct %s%s%.*s;\n", view, body.at < body.end ? " " : "", SPAN(body));
    putf(&j->protos, "void %s_%s_html(struct out *o, struct cx *cx, const struct %s *v);\n",
         j->folder, j->page, view);
    put_line(j, &j->code, j->w.line);
    putf(
        &j->code,
        "void %s_%s_html(struct out *o, struct cx *cx, const struct %s *v)\n{\n    (void)cx;\n    (void)v;\n",
        j->folder, j->page, view);
    j->viewed = true;
}

/* The path in "quotes" that header and include take. */
static struct span quoted_path(struct job *j, struct span s)
{
    if (s.end - s.at < 3 || *s.at != '"' || skip(&j->w, s.at, s.end) != s.end)
        die(&j->w, "a \"path\" is missing");
    struct span path = {s.at + 1, s.end - 1, s.line};
    for (const char *p = path.at; p < path.end; p++)
        if (!(isalnum((unsigned char)*p) || strchr("_-./", *p)) || *path.at == '/' ||
            (p[0] == '.' && p[1] == '.'))
            die(&j->w, "a path is relative to -I, without '..'");
    return path;
}

static void header_tag(struct job *j, struct span path)
{
    struct buf line = {0};
    putf(&line, "#include \"%.*s\"\n", SPAN(path));
    if (!j->includes.at || !strstr(j->includes.at, line.at))
        put(&j->includes, line.at, line.n);
    free(line.at);
}

static void read_file(struct job *j, const char *path);

static void include_tag(struct job *j, struct span s)
{
    struct buf path = {0};
    putf(&path, "%s/%.*s", j->root, SPAN(s));
    for (int i = 0; i < j->nopen; i++)
        if (strcmp(j->open_files[i], path.at) == 0)
            die(&j->w, "%s includes itself", path.at);
    if (j->nopen > MAX_INCLUDES)
        die(&j->w, "files are included deeper than %d", MAX_INCLUDES);
    int line = j->w.line;
    read_file(j, path.at); /* keeps the path */
    j->w.path = j->open_files[j->nopen - 1];
    j->w.line = line;
}

static void statement(struct job *j, const char *word, struct span s)
{
    s = expression(&j->w, s);
    if (strcmp(word, "set") == 0 && !seek(&j->w, s.at, s.end, "="))
        die(&j->w, "write {%% set type name = expression %%}");
    if (strcmp(word, "do") == 0)
        j->bol = false; /* it may have put out something */
    put_code(j, "", s, ";");
}

/* {% %}; `s` is what stands between. `floor`: blocks below are another file's. */
static void tag(struct job *j, struct span s, int floor)
{
    char word[16] = "";
    size_t n = 0;
    s = trim(s);
    while (s.at + n < s.end && islower((unsigned char)s.at[n]) && n + 1 < sizeof word)
        n++;
    memcpy(word, s.at, n);
    s = trim((struct span){s.at + n, s.end, s.line});
    if (strcmp(word, "header") == 0) {
        header_tag(j, quoted_path(j, s));
        return;
    }
    if (strcmp(word, "view") == 0) {
        view_tag(j, s);
        return;
    }
    if (!j->viewed)
        die(&j->w, "a page begins with {%% view struct name { ... } %%}");
    page_settle(&j->w, &j->at);
    flush_run(j);
    bool markup = strcmp(word, "include") == 0 || strcmp(word, "do") == 0;
    if (markup && j->at.state != TEXT)
        die(&j->w, "{%% %s %%} in %s: it may put out markup", word, state_names[j->at.state]);
    if (strcmp(word, "include") == 0)
        include_tag(j, quoted_path(j, s));
    else if (strcmp(word, "do") == 0 || strcmp(word, "set") == 0)
        statement(j, word, s);
    else if (strcmp(word, "for") == 0)
        for_block(j, s);
    else if (strcmp(word, "if") == 0)
        put_code(j, "if (", expression(&j->w, s), ") {"), open_block(j, B_IF);
    else if (strcmp(word, "elif") == 0 || strcmp(word, "else") == 0 || strcmp(word, "end") == 0)
        go_on(j, word, s, floor);
    else
        die(&j->w, "unknown tag {%% %s %%}", word);
}

/* ---- files ---- */

static void note_file(struct job *j, const char *path)
{
    if (j->nfiles == MAX_FILES)
        die(&j->w, "more than %d files", MAX_FILES);
    j->files[j->nfiles++] = path;
}

static void read_file(struct job *j, const char *path)
{
    struct buf in = slurp(path, MAX_FILE, j->nopen ? &j->w : NULL);
    const char *p = in.at, *end = in.at + in.n;
    int floor = j->nblocks;
    note_file(j, path);
    j->open_files[j->nopen++] = j->w.path = path;
    j->w.line = 1;
    if (memchr(p, 0, in.n))
        die(&j->w, "a NUL byte");
    while (p < end) {
        char two[3] = {p[0], p + 1 < end ? p[1] : 0, 0};
        bool is_value = strcmp(two, "{{") == 0, is_tag = strcmp(two, "{%") == 0;
        const char *close = NULL;
        if (is_value || is_tag) {
            close = seek(&j->w, p + 2, end, is_value ? "}}" : "%}");
        } else if (strcmp(two, "{#") == 0) {
            for (close = p + 2; close < end && !(close[0] == '#' && close[1] == '}');)
                close++;
        } else {
            if (j->at.state != RAW && (two[1] == '}' && strchr("}%#", two[0])))
                die(&j->w, "'%s' without its beginning", two);
            feed(j, p, end);
            j->w.line += *p++ == '\n';
            continue;
        }
        if (!close || close == end)
            die(&j->w, "'%s' is not closed", two);
        struct span s = {p + 2, close, j->w.line};
        if (is_value)
            value(j, s);
        else if (is_tag)
            tag(j, s, floor);
        j->w.line += count_lines(p, close);
        p = close + 2;
    }
    if (j->nblocks > floor) {
        j->w.line = j->blocks[j->nblocks - 1].line;
        die(&j->w, "{%% %s %%} is not closed in this file",
            block_names[j->blocks[j->nblocks - 1].kind]);
    }
    if (j->at.state != TEXT || (j->nopen == 1 && j->at.pre))
        die(&j->w, "the file ends in %s", j->at.pre ? "<pre>" : state_names[j->at.state]);
    if (!j->viewed)
        die(&j->w, "a page begins with {%% view struct name { ... } %%}");
    flush_run(j);
    j->nopen--;
    free(in.at);
}

/* need/list.html: folder need, page list. */
static void page(struct job *j, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = base_name(path), *dir = slash;
    struct span page = {name, name + strcspn(name, "."), 1};
    j->w.path = path;
    j->w.line = 1;
    while (dir && dir > path && dir[-1] != '/')
        dir--;
    struct span folder = {dir, slash, 1};
    if (!is_name(page) || strcmp(page.end, ".html") != 0 || !dir || !is_name(folder))
        die(&j->w, "a page is called folder/name.html");
    snprintf(j->page, sizeof j->page, "%.*s", SPAN(page));
    char was[sizeof j->folder];
    memcpy(was, j->folder, sizeof was);
    snprintf(j->folder, sizeof j->folder, "%.*s", (int)(slash - dir), dir);
    if (*was && strcmp(was, j->folder) != 0)
        die(&j->w, "all pages must be of one folder, not '%s' and '%s'", was, j->folder);
    j->at = (struct place){0};
    j->viewed = false;
    j->bol = true;
    read_file(j, path);
    putf(&j->code, "}\n\n");
}

static int write_all(struct job *j, const char *header, const char *code, const char *deps)
{
    static struct buf h, c, d, guard;
    const char *base = base_name(header);
    guard_name(&guard, j->folder);
    putf(&h, "/* %s -- the pages of %s, made by html2c; do not edit. */\n", base, j->folder);
    putf(&h, "#ifndef %s_HTML_H\n#define %s_HTML_H\n\n", guard.at, guard.at);
    putf(&h, "#include \"base/html.h\"\n%s\nstruct cx;\n", j->includes.at ? j->includes.at : "");
    putf(&h, "%s\n%s\n#endif\n", j->structs.at, j->protos.at);
    putf(&c, "/* the pages of %s, made by html2c; do not edit. */\n", j->folder);
    putf(&c, "#include \"%s\"\n\n%s", base, j->code.at);
    putf(&d, "%s %s:", header, code);
    for (int i = 0; i < j->nfiles; i++)
        putf(&d, " %s", j->files[i]);
    putf(&d, "\n");
    return spill((const struct made[]){{header, &h}, {code, &c}, {deps, &d}}, deps ? 3 : 2);
}

int main(int argc, char **argv)
{
    static struct job j; /* static: what it points to is no leak at exit */
    const char *header = NULL, *code = NULL, *deps = NULL;
    int i = 1;
    for (; i + 1 < argc && argv[i][0] == '-' && argv[i][1] && !argv[i][2]; i += 2) {
        const char **to = argv[i][1] == 'I'   ? &j.root
                          : argv[i][1] == 'o' ? &header
                          : argv[i][1] == 'c' ? &code
                          : argv[i][1] == 'd' ? &deps
                                              : NULL;
        if (!to)
            break;
        *to = argv[i + 1];
    }
    if (!j.root || !header || !code || i == argc || argv[i][0] == '-') {
        fputs("usage: html2c -I dir -o out.html.h -c out.html.c [-d out.d] page.html ...\n",
              stderr);
        return 1;
    }
    for (; i < argc; i++)
        page(&j, argv[i]);
    return write_all(&j, header, code, deps);
}
