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
#include "html2c_page.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 1 << 20, MAX_BLOCKS = 32, MAX_INCLUDES = 8, MAX_FILES = 512, MAX_RUN = 3500 };

struct buf {
    char *at;
    size_t n, cap;
};

struct span {
    const char *at, *end;
    int line;
};

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

static void *must(void *p)
{
    if (!p) {
        fputs("html2c: out of memory\n", stderr);
        exit(1);
    }
    return p;
}

static void put(struct buf *b, const char *s, size_t n)
{
    if (b->n + n + 1 > b->cap) {
        b->cap = (b->n + n + 1) * 2;
        b->at = must(realloc(b->at, b->cap));
    }
    memcpy(b->at + b->n, s, n);
    b->n += n;
    b->at[b->n] = 0;
}

static void puts_all(struct buf *b, const char *const *s) /* up to a NULL */
{
    for (; *s; s++)
        put(b, *s, strlen(*s));
}
#define PUT(b, ...) puts_all((b), (const char *const[]){__VA_ARGS__, NULL})

static void put_number(struct buf *b, size_t n)
{
    char digits[24];
    put(b, digits, (size_t)snprintf(digits, sizeof digits, "%zu", n));
}

/* A C string. Lines are split for people; `?` is escaped so that no trigraph can appear. */
static void put_string(struct buf *b, const char *s, size_t n)
{
    put(b, "\"", 1);
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\n') {
            PUT(b, i + 1 < n ? "\\n\"\n        \"" : "\\n");
        } else if (s[i] == '\t') {
            PUT(b, "\\t");
        } else {
            if (strchr("\"\\?", s[i]))
                put(b, "\\", 1);
            put(b, s + i, 1);
        }
    }
    put(b, "\"", 1);
}

static void put_line(struct job *j, struct buf *b, int line)
{
    PUT(b, "#line ");
    put_number(b, (size_t)line);
    PUT(b, " ");
    put_string(b, j->w.path, strlen(j->w.path));
    PUT(b, "\n");
}

static void flush_run(struct job *j)
{
    for (; j->blanks; j->blanks--)
        put(&j->run, " ", 1);
    if (!j->run.n)
        return;
    put_line(j, &j->code, j->run_line);
    PUT(&j->code, "    out_raw(o,\n        ");
    put_string(&j->code, j->run.at, j->run.n);
    PUT(&j->code, ", ");
    put_number(&j->code, j->run.n);
    PUT(&j->code, ");\n");
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

static int count_lines(const char *p, const char *end)
{
    int n = 0;
    for (; p < end; p++)
        n += *p == '\n';
    return n;
}

static struct span trim(struct span s)
{
    while (s.at < s.end && isspace((unsigned char)*s.at))
        s.line += *s.at++ == '\n';
    while (s.end > s.at && isspace((unsigned char)s.end[-1]))
        s.end--;
    return s;
}

/* The byte behind a C string or a comment at `p`; `p` if there is none. */
static const char *skip(const struct job *j, const char *p, const char *end)
{
    const char *q = p + 1;
    if (*p == '"' || *p == '\'') {
        for (; q < end && *q != *p && *q != '\n'; q++)
            if (*q == '\\' && q + 1 < end)
                q++;
        if (q >= end || *q != *p)
            die(&j->w, "a %c is not closed", *p);
        return q + 1;
    }
    if (*p == '/' && q < end && *q == '/')
        die(&j->w, "'//' in template code: write /* */");
    if (*p == '/' && q < end && *q == '*') {
        for (q++; q + 1 < end; q++)
            if (q[0] == '*' && q[1] == '/')
                return q + 2;
        die(&j->w, "a comment is not closed");
    }
    return p;
}

/* The first `what` in C code, outside strings, comments and brackets. NULL if there is none. */
static const char *seek(const struct job *j, const char *p, const char *end, const char *what)
{
    char stack[MAX_BLOCKS];
    size_t depth = 0, n = strlen(what);
    while (p < end) {
        const char *next = skip(j, p, end);
        if (next != p) {
            p = next;
            continue;
        }
        if (!depth && *what == '|' && end - p > 1 && p[0] == '|' && p[1] == '|') {
            p += 2; /* or, not a filter */
            continue;
        }
        if (!depth && (size_t)(end - p) >= n && memcmp(p, what, n) == 0)
            return p;
        if (strchr("([{", *p)) {
            if (depth == sizeof stack)
                die(&j->w, "brackets are nested too deep");
            stack[depth++] = *p == '(' ? ')' : *p == '[' ? ']' : '}';
        } else if (strchr(")]}", *p)) {
            if (!depth || stack[--depth] != *p)
                die(&j->w, "'%c' without its opening bracket", *p);
        }
        p++;
    }
    if (depth)
        die(&j->w, "'%c' is missing", stack[depth - 1]);
    return NULL;
}

/* An expression: something, and only one thing. */
static struct span expression(struct job *j, struct span s)
{
    s = trim(s);
    if (s.at == s.end)
        die(&j->w, "an expression is missing");
    if (seek(j, s.at, s.end, ";"))
        die(&j->w, "';' in an expression");
    return s;
}

static void put_code(struct job *j, const char *before, struct span s, const char *behind)
{
    put_line(j, &j->code, s.line);
    PUT(&j->code, "    ", before);
    put(&j->code, s.at, (size_t)(s.end - s.at));
    PUT(&j->code, behind, "\n");
}

static bool is_name(struct span s)
{
    if (s.at == s.end || isdigit((unsigned char)*s.at) || s.end - s.at > 40)
        return false;
    for (const char *p = s.at; p < s.end; p++)
        if (!isalnum((unsigned char)*p) && *p != '_')
            return false;
    return true;
}

/* Is all of `s` one call of url() or asset_url()? They give a whole URL that is safe. */
static bool is_url_call(const struct job *j, struct span s)
{
    static const char *const calls[] = {"url(", "asset_url(", NULL};
    for (int i = 0; calls[i]; i++) {
        size_t n = strlen(calls[i]);
        if ((size_t)(s.end - s.at) > n && memcmp(s.at, calls[i], n) == 0)
            return seek(j, s.at + n, s.end, ")") == s.end - 1;
    }
    return false;
}

static void put_filters(struct job *j, struct buf *b, struct span s)
{
    const char *bar = NULL, *p = s.at;
    for (; (p = seek(j, p, s.end, "|")); p++)
        bar = p; /* the last filter is the outermost call */
    if (!bar) {
        s = expression(j, s);
        if (seek(j, s.at, s.end, ","))
            die(&j->w, "',' in an expression");
        put(b, s.at, (size_t)(s.end - s.at));
        return;
    }
    struct span call = trim((struct span){bar + 1, s.end, 0}), name = call, args = {0};
    const char *open = memchr(call.at, '(', (size_t)(call.end - call.at));
    if (open) {
        name = trim((struct span){call.at, open, 0});
        if (seek(j, open + 1, call.end, ")") != call.end - 1)
            die(&j->w, "text behind the arguments of a filter");
        args = trim((struct span){open + 1, call.end - 1, 0});
    }
    if (!is_name(name))
        die(&j->w, "a filter is written | name or | name(arguments)");
    PUT(b, "filter_");
    put(b, name.at, (size_t)(name.end - name.at));
    PUT(b, "(cx, ");
    put_filters(j, b, (struct span){s.at, bar, s.line});
    if (args.at < args.end) {
        PUT(b, ", ");
        put(b, args.at, (size_t)(args.end - args.at));
    }
    PUT(b, ")");
}

/* {{ }}; `s` is what stands between. */
static void value(struct job *j, struct span s)
{
    struct buf text = {0};
    s = trim(s);
    if (!j->viewed)
        die(&j->w, "a page begins with {%% view struct name { ... } %%}");
    bool markup = j->at.state == TEXT;
    page_value(&j->w, &j->at, is_url_call(j, s));
    flush_run(j);
    put_filters(j, &text, s);
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
    struct span list = expression(j, (struct span){in.at + 2, in.end, in.line});
    struct block *b = open_block(j, B_FOR);
    j->bol = false; /* the second time round, the line has begun */
    char n[64];
    snprintf(n, sizeof n, "%.*s", (int)(name.end - name.at), name.at);
    snprintf(b->list, sizeof b->list, "%s_list", n);
    put_code(j, "{ __typeof__(", list, ")");
    PUT(&j->code, "    ", b->list, " =\n");
    put_code(j, "", list, ";");
    put_line(j, &j->code, list.line);
    PUT(&j->code, "    for (size_t ", n, "_i = 0; ", n, "_i < ", b->list, ".n; ", n, "_i++) {\n");
    put_line(j, &j->code, list.line);
    PUT(&j->code, "    __typeof__(", b->list, ".at) ", n, " = ", b->list, ".at + ", n, "_i;\n");
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
        PUT(&j->code, b->kind == B_FOR || b->kind == B_FOR_ELSE ? "    } }\n" : "    }\n");
        j->nblocks--;
        return;
    }
    j->at = b->start;
    j->bol = b->bol;
    if (elif) {
        put_code(j, "} else if (", expression(j, s), ") {");
    } else if (b->kind == B_IF) {
        PUT(&j->code, "    } else {\n");
        b->kind = B_ELSE;
    } else {
        PUT(&j->code, "    }\n    if (", b->list, ".n == 0) {\n");
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
    while (name.end < s.end && (isalnum((unsigned char)*name.end) || *name.end == '_'))
        name.end++;
    body.at = name.end;
    body = trim(body);
    if (!is_struct || !is_name(name) || (body.at < body.end && *body.at != '{'))
        die(&j->w, "write {%% view struct name { ... } %%} or {%% view struct name %%}");
    if (body.at < body.end && seek(j, body.at + 1, body.end, "}") != body.end - 1)
        die(&j->w, "text behind the struct of {%% view %%}");
    char view[64];
    snprintf(view, sizeof view, "%.*s", (int)(name.end - name.at), name.at);
    put_line(j, &j->structs, name.line);
    PUT(&j->structs, "struct ", view);
    if (body.at < body.end) {
        PUT(&j->structs, " ");
        put(&j->structs, body.at, (size_t)(body.end - body.at));
    }
    PUT(&j->structs, ";\n");
    PUT(&j->protos, "void ", j->folder, "_", j->page,
        "_html(struct out *o, struct cx *cx, const struct ", view, " *v);\n");
    put_line(j, &j->code, j->w.line);
    PUT(&j->code, "void ", j->folder, "_", j->page,
        "_html(struct out *o, struct cx *cx, const struct ", view, " *v)\n{\n",
        "    (void)cx;\n    (void)v;\n");
    j->viewed = true;
}

/* The path in "quotes" that header and include take. */
static struct span quoted_path(struct job *j, struct span s)
{
    if (s.end - s.at < 3 || *s.at != '"' || skip(j, s.at, s.end) != s.end)
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
    PUT(&line, "#include \"");
    put(&line, path.at, (size_t)(path.end - path.at));
    PUT(&line, "\"\n");
    if (!j->includes.at || !strstr(j->includes.at, line.at))
        put(&j->includes, line.at, line.n);
    free(line.at);
}

static void read_file(struct job *j, const char *path);

static void include_tag(struct job *j, struct span s)
{
    struct buf path = {0};
    PUT(&path, j->root, "/");
    put(&path, s.at, (size_t)(s.end - s.at));
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
    s = expression(j, s);
    if (strcmp(word, "set") == 0 && !seek(j, s.at, s.end, "="))
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
        put_code(j, "if (", expression(j, s), ") {"), open_block(j, B_IF);
    else if (strcmp(word, "elif") == 0 || strcmp(word, "else") == 0 || strcmp(word, "end") == 0)
        go_on(j, word, s, floor);
    else
        die(&j->w, "unknown tag {%% %s %%}", word);
}

/* ---- files ---- */

static struct buf slurp(const struct job *j, const char *path)
{
    struct buf b = {0};
    char chunk[8192];
    size_t n;
    FILE *f = fopen(path, "rb");
    put(&b, "", 0);
    while (f && b.n <= MAX_FILE && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        put(&b, chunk, n);
    if (!f || ferror(f) || b.n > MAX_FILE) {
        const char *why = b.n > MAX_FILE ? "more than 1 MiB" : strerror(errno);
        if (j->nopen)
            die(&j->w, "cannot read %s: %s", path, why);
        fprintf(stderr, "%s:1: %s\n", path, why);
        exit(1);
    }
    fclose(f);
    return b;
}

static void note_file(struct job *j, const char *path)
{
    if (j->nfiles == MAX_FILES)
        die(&j->w, "more than %d files", MAX_FILES);
    j->files[j->nfiles++] = path;
}

static void read_file(struct job *j, const char *path)
{
    struct buf in = slurp(j, path);
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
            close = seek(j, p + 2, end, is_value ? "}}" : "%}");
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
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *dir = slash;
    struct span page = {name, name + strcspn(name, "."), 1};
    j->w.path = path;
    j->w.line = 1;
    while (dir && dir > path && dir[-1] != '/')
        dir--;
    struct span folder = {dir, slash, 1};
    if (!is_name(page) || strcmp(page.end, ".html") != 0 || !dir || !is_name(folder))
        die(&j->w, "a page is called folder/name.html");
    snprintf(j->page, sizeof j->page, "%.*s", (int)(page.end - page.at), page.at);
    char was[sizeof j->folder];
    memcpy(was, j->folder, sizeof was);
    snprintf(j->folder, sizeof j->folder, "%.*s", (int)(slash - dir), dir);
    if (*was && strcmp(was, j->folder) != 0)
        die(&j->w, "all pages must be of one folder, not '%s' and '%s'", was, j->folder);
    j->at = (struct place){0};
    j->viewed = false;
    j->bol = true;
    read_file(j, path);
    PUT(&j->code, "}\n\n");
}

/* Writes all or nothing: the file appears when it is complete. */
static bool spill(const char *path, const struct buf *b)
{
    struct buf tmp = {0};
    PUT(&tmp, path, ".tmp");
    FILE *f = fopen(tmp.at, "wb");
    bool ok = f && fwrite(b->at, 1, b->n, f) == b->n;
    if (f && fclose(f) != 0)
        ok = false;
    if (ok && rename(tmp.at, path) != 0)
        ok = false;
    if (!ok) {
        fprintf(stderr, "%s:1: cannot write: %s\n", path, strerror(errno));
        remove(tmp.at);
    }
    free(tmp.at);
    return ok;
}

static int write_all(struct job *j, const char *header, const char *code, const char *deps)
{
    static struct buf h, c, d;
    const char *base = strrchr(header, '/') ? strrchr(header, '/') + 1 : header;
    char guard[sizeof j->folder];
    for (size_t i = 0; i < sizeof guard; i++)
        guard[i] = (char)toupper((unsigned char)j->folder[i]);
    PUT(&h, "/* ", base, " -- the pages of ", j->folder, ", made by html2c; do not edit. */\n");
    PUT(&h, "#ifndef ", guard, "_HTML_H\n#define ", guard, "_HTML_H\n\n");
    PUT(&h, "#include \"base/html.h\"\n", j->includes.at ? j->includes.at : "", "\nstruct cx;\n");
    PUT(&h, j->structs.at, "\n", j->protos.at, "\n#endif\n");
    PUT(&c, "/* the pages of ", j->folder, ", made by html2c; do not edit. */\n");
    PUT(&c, "#include \"", base, "\"\n\n", j->code.at);
    PUT(&d, header, " ", code, ":");
    for (int i = 0; i < j->nfiles; i++)
        PUT(&d, " ", j->files[i]);
    PUT(&d, "\n");
    if (spill(header, &h)) {
        if (spill(code, &c)) {
            if (!deps || spill(deps, &d))
                return 0;
            remove(code);
        }
        remove(header);
    }
    return 1;
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
