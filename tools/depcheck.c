/* depcheck -- reads the source tree and refuses what the house rules forbid; not a parser of C. */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: depcheck src src/app/ORDER
 *
 *     base  <- db web net text solve print image seal kits never include each other
 *     kits  <- app/x                       app/x may include app/y/y.h if y stands above x in ORDER
 *     app   <- main
 *
 * Checked as well: where a library's header may be included, banned words, SQL and style= in C
 * strings, lengths of functions and files, header guards, first lines, order of includes.
 * A test (x_test.c, x_test.h) may include any feature and may speak SQL. A comment `breach: why` on
 * a line lets a banned word pass there. Every message is `file:line: what, and what to do`.
 */
#include "tools/kit.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum {
    MAX_FILE = 4 << 20,
    MAX_FILES = 4096,
    MAX_PATH = 512,
    MAX_FEATURES = 128,
    MAX_FUNCTION = 100, /* lines, both braces counted */
    MAX_LINES = 800
};

struct file {
    const char *path;           /* as told to people: src/app/need/need.c */
    const char *rel;            /* below src: app/need/need.c */
    char room[64], feature[64]; /* "app", "need"; feature is empty outside app */
    bool is_test, is_header, is_c;
    char *text; /* all of it */
    char *code; /* same length; comments, strings and their quotes are blanks */
    char *strs; /* same length; only what stands in strings */
    size_t n;
};

struct tree {
    const char *root;
    const char *order_path;
    char *files[MAX_FILES]; /* below root, sorted */
    size_t nfiles;
    char features[MAX_FEATURES][64]; /* top first */
    int order_lines[MAX_FEATURES];
    size_t nfeatures;
    int errors;
};

__attribute__((format(printf, 4, 5))) static void wrong(struct tree *t, const char *path, int line,
                                                        const char *fmt, ...)
{
    va_list ap;
    t->errors++;
    va_start(ap, fmt);
    complain(&(struct where){path, line}, fmt, ap);
    va_end(ap);
}

static char *join(const char *a, const char *b)
{
    struct buf path = {0};
    putf(&path, "%s%s%s", a, *a && *b ? "/" : "", b);
    if (path.n >= MAX_PATH)
        die(TOP(a), "a path is too long");
    return path.at;
}

/* ---- the tree ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void walk(struct tree *t, const char *rel)
{
    char *dir = join(t->root, rel);
    DIR *d = opendir(dir);
    if (!d)
        die(TOP(dir), "%s", strerror(errno));
    for (struct dirent *e; (e = readdir(d));) {
        struct stat st;
        if (e->d_name[0] == '.')
            continue;
        char *sub = join(rel, e->d_name), *path = join(t->root, sub);
        if (lstat(path, &st) != 0)
            die(TOP(path), "%s", strerror(errno));
        if (S_ISDIR(st.st_mode)) {
            walk(t, sub);
            free(sub);
        } else if (t->nfiles == MAX_FILES) {
            die(TOP(path), "too many files");
        } else {
            t->files[t->nfiles++] = sub;
        }
        free(path);
    }
    closedir(d);
    free(dir);
}

static bool in_tree(const struct tree *t, const char *rel)
{
    return bsearch(&rel, t->files, t->nfiles, sizeof *t->files, by_name) != NULL;
}

/* Place in ORDER, or -1. */
static int rank(const struct tree *t, const char *feature)
{
    for (size_t i = 0; i < t->nfeatures; i++)
        if (strcmp(t->features[i], feature) == 0)
            return (int)i;
    return -1;
}

static bool has_folder(const struct tree *t, const char *feature)
{
    char head[80];
    snprintf(head, sizeof head, "app/%s/", feature);
    for (size_t i = 0; i < t->nfiles; i++)
        if (starts_with(t->files[i], head))
            return true;
    return false;
}

static void read_order(struct tree *t)
{
    int line = 1;
    struct buf in = slurp(t->order_path, MAX_FILE, NULL);
    char *rest = in.at;
    for (; *rest; line++) {
        char *p = rest, *end = strchr(rest, '\n');
        rest = end ? end + 1 : rest + strlen(rest);
        size_t k = strcspn(p, " \t\r\n#");
        if (k == 0)
            continue;
        if (k >= sizeof t->features[0] || t->nfeatures == MAX_FEATURES)
            die(TOP(t->order_path), "a name is too long, or there are too many");
        char *to = t->features[t->nfeatures];
        memcpy(to, p, k);
        if (rank(t, to) >= 0) {
            wrong(t, t->order_path, line, "%s stands here twice, remove one line", to);
            memset(to, 0, k);
            continue;
        }
        t->order_lines[t->nfeatures++] = line;
        if (!has_folder(t, to))
            wrong(t, t->order_path, line, "there is no folder app/%s, remove this line", to);
    }
    free(in.at);
}

/* ---- one file ---- */

/* Splits the text into code and strings, byte for byte. */
static void split(struct file *f)
{
    enum { CODE, LINE_COMMENT, COMMENT, STRING, CHAR } in = CODE;
    for (size_t i = 0; i < f->n; i++) {
        char c = f->text[i], next = f->text[i + 1];
        f->code[i] = f->strs[i] = c == '\n' ? '\n' : ' ';
        if (in == CODE && c == '/' && next == '*') {
            in = COMMENT;
            f->code[i + 1] = f->strs[i + 1] = ' ';
            i++;
        } else if (in == CODE && c == '/' && next == '/') {
            in = LINE_COMMENT;
        } else if (in == CODE && (c == '"' || c == '\'')) {
            in = c == '"' ? STRING : CHAR;
        } else if (in == CODE) {
            f->code[i] = c;
        } else if (in == COMMENT && c == '*' && next == '/') {
            in = CODE;
            f->code[i + 1] = f->strs[i + 1] = ' ';
            i++;
        } else if (c == '\n' && in != COMMENT) {
            in = CODE;
        } else if (in == STRING || in == CHAR) {
            if (c == (in == STRING ? '"' : '\'')) {
                in = CODE;
            } else {
                f->strs[i] = in == STRING ? c : ' ';
                if (c == '\\' && next && next != '\n') {
                    f->code[i + 1] = ' ';
                    f->strs[i + 1] = in == STRING ? next : ' ';
                    i++;
                }
            }
        }
    }
}

static size_t line_end(const struct file *f, size_t at)
{
    while (at < f->n && f->text[at] != '\n')
        at++;
    return at;
}

static bool has_breach(const struct file *f, size_t at, size_t end)
{
    const char *p = strstr(f->text + at, "breach: ");
    return p && p < f->text + end;
}

static void check_words(struct tree *t, const struct file *f, size_t at, size_t end, int line)
{
    static const char *const heap[] = {"malloc", "calloc", "realloc", "free", "strdup", "strndup"};
    static const struct {
        const char *word, *instead;
    } banned[] = {{"strcpy", "a struct str"}, {"strcat", "struct out"},
                  {"sprintf", "snprintf"},    {"vsprintf", "vsnprintf"},
                  {"gets", "a length"},       {"localtime", "base/time.h"},
                  {"strtok", "struct str"},   {"atoi", "a parser that tells errors"}};
    for (size_t i = at; i < end; i++) {
        size_t n = 0;
        while (i + n < end && word_char(f->code[i + n]))
            n++;
        char before = i > at ? f->code[i - 1] : ' ';
        bool member = before == '.' || (before == '>' && i > at + 1 && f->code[i - 2] == '-');
        if (n == 0 || member || has_breach(f, at, end)) {
            i += n;
            continue;
        }
        const char *w = f->code + i;
        for (size_t k = 0; k < sizeof heap / sizeof *heap; k++)
            if (strlen(heap[k]) == n && memcmp(heap[k], w, n) == 0 &&
                strcmp(f->rel, "base/arena.c") != 0 && !starts_with(f->rel, "image/"))
                wrong(t, f->path, line, "%s is only for base/arena.c, use cx->mem or cx_defer",
                      heap[k]);
        for (size_t k = 0; k < sizeof banned / sizeof *banned; k++)
            if (strlen(banned[k].word) == n && memcmp(banned[k].word, w, n) == 0)
                wrong(t, f->path, line, "%s is banned, use %s", banned[k].word, banned[k].instead);
        i += n;
    }
}

/* What may stand in no string of this line. */
static void check_strings(struct tree *t, const struct file *f, size_t at, size_t end, int line)
{
    static const char *const sql[] = {"SELECT ", "INSERT INTO", "UPDATE ", "DELETE FROM"};
    char *s = f->strs + at, keep = f->strs[end];
    bool page = strcmp(f->room, "app") == 0 || strcmp(f->room, "web") == 0;
    f->strs[end] = 0;
    for (size_t k = 0; k < sizeof sql / sizeof *sql; k++)
        if (*f->feature && !f->is_test && strstr(s, sql[k])) {
            wrong(t, f->path, line, "SQL in a C string, name it in %s.sql", f->feature);
            break;
        }
    if (page && !f->is_test && strstr(s, "style="))
        wrong(t, f->path, line, "style= is blocked by the CSP, use a class of assets/app.css");
    f->strs[end] = keep;
}

/* Libraries are seen from one place only. */
static void check_library(struct tree *t, const struct file *f, const char *inc, int line)
{
    static const struct {
        const char *head, *room, *also; /* also: NULL = nowhere else */
    } rules[] = {{"sqlite3.h", "db/sqlite.c", "db/mirror.c"},
                 {"libpq", "db/pgsql.c", NULL},
                 {"microhttpd", "web/http.c", NULL},
                 {"curl/", "net/curl.c", NULL},
                 {"cairo", "print/", "image/"},
                 {"pango", "print/", NULL},
                 {"xlsxwriter", "print/", NULL},
                 {"qrencode", "print/", NULL},
                 {"turbojpeg", "image/", NULL},
                 {"png.h", "image/", NULL},
                 {"webp/", "image/", NULL},
                 {"seccomp", "base/box.c", NULL},
                 {"openssl/", "seal/", "app/account/"}};
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (starts_with(inc, rules[i].head) && !starts_with(f->rel, rules[i].room) &&
            !(rules[i].also && starts_with(f->rel, rules[i].also)))
            wrong(t, f->path, line, "<%s> is only for %s, use its header", inc, rules[i].room);
}

static bool is_kit(const char *room)
{
    static const char *const kits[] = {"db",    "web",   "net",   "text",
                                       "solve", "print", "image", "seal"};
    for (size_t i = 0; i < sizeof kits / sizeof *kits; i++)
        if (strcmp(room, kits[i]) == 0)
            return true;
    return false;
}

static void check_feature(struct tree *t, const struct file *f, const char *inc, int line)
{
    char other[64], face[160];
    size_t n = strcspn(inc + 4, "/");
    if (n >= sizeof other)
        n = sizeof other - 1;
    memcpy(other, inc + 4, n);
    other[n] = 0;
    snprintf(face, sizeof face, "app/%s/%s.h", other, other);
    if (strcmp(other, f->feature) == 0 || f->is_test)
        return;
    if (strcmp(inc, face) != 0)
        wrong(t, f->path, line, "\"%s\" is inside another feature, use its face \"%s\"", inc, face);
    else if (rank(t, other) < 0)
        wrong(t, f->path, line, "%s is not in ORDER, add it there", other);
    else if (rank(t, other) > rank(t, f->feature))
        wrong(t, f->path, line,
              "%s stands below %s in ORDER, go through app/outbox or move the code", other,
              f->feature);
}

/* An include without a folder: made at build time, for this folder. */
static void check_made(struct tree *t, const struct file *f, const char *inc, int line)
{
    char own[2 * MAX_PATH], stem[2 * MAX_PATH];
    snprintf(own, sizeof own, "%.*s%s", (int)(base_name(f->rel) - f->rel), f->rel, inc);
    snprintf(stem, sizeof stem, "%.*s", (int)(strlen(own) - 2), own);
    if (in_tree(t, own))
        wrong(t, f->path, line, "write \"%s\", paths begin at src/", own);
    else if (ends_with(inc, ".sql.h") && !in_tree(t, stem))
        wrong(t, f->path, line, "\"%s\" is the SQL of another feature, call its functions", inc);
    else if (ends_with(inc, ".html.h") &&
             (strlen(inc) != strlen(f->feature) + 7 || !starts_with(inc, f->feature)))
        wrong(t, f->path, line, "\"%s\" is the HTML of another feature, only shell lends its own",
              inc);
}

static void check_ours(struct tree *t, const struct file *f, const char *inc, int line)
{
    char room[64];
    snprintf(room, sizeof room, "%.*s", (int)strcspn(inc, "/"), inc);
    if (!strchr(inc, '/')) {
        check_made(t, f, inc, line);
        return;
    }
    if (strstr(inc, "..")) {
        wrong(t, f->path, line, "\"%s\" climbs, paths begin at src/", inc);
        return;
    }
    if (strcmp(room, "base") == 0 || strcmp(f->room, "main") == 0 || strcmp(room, f->room) == 0) {
        if (*f->feature && strcmp(room, "app") == 0)
            check_feature(t, f, inc, line);
        return;
    }
    if (f->is_test)
        return;
    if (strcmp(f->room, "base") == 0)
        wrong(t, f->path, line, "base includes nothing of ours, move the code up");
    else if (is_kit(f->room) && is_kit(room))
        wrong(t, f->path, line, "kits do not include each other, hand it over from main");
    else if (is_kit(f->room))
        wrong(t, f->path, line, "a kit knows no %s, hand it over as a parameter or hook", room);
    else if (*f->feature && !is_kit(room))
        wrong(t, f->path, line, "a feature does not include %s, only main knows every feature",
              room);
}

struct includes {
    int count;
    bool system_seen, order_told;
};

static void check_include(struct tree *t, const struct file *f, size_t at, size_t end, int line,
                          struct includes *seen)
{
    char inc[MAX_PATH / 2];
    const char *p = f->text + at + 1, *stop = f->text + end;
    while (p < stop && isspace((unsigned char)*p))
        p++;
    if (stop - p < 7 || strncmp(p, "include", 7) != 0)
        return;
    for (p += 7; p < stop && isspace((unsigned char)*p);)
        p++;
    if (p >= stop || (*p != '"' && *p != '<'))
        return;
    bool ours = *p == '"';
    size_t n = strcspn(++p, ours ? "\"\n" : ">\n");
    snprintf(inc, sizeof inc, "%.*s", (int)n, p);
    check_library(t, f, inc, line);
    if (ours)
        check_ours(t, f, inc, line);
    char own[MAX_PATH];
    snprintf(own, sizeof own, "%.*sh", (int)strlen(f->rel) - 1, f->rel);
    if (f->is_c && seen->count == 0 && in_tree(t, own) && strcmp(own, inc) != 0)
        wrong(t, f->path, line, "the first include must be \"%s\", so that it stands alone", own);
    if (ours && seen->system_seen && !seen->order_told) {
        wrong(t, f->path, line, "our headers come above system headers, move it up");
        seen->order_told = true; /* once a file is enough */
    }
    seen->system_seen = seen->system_seen || !ours;
    seen->count++;
}

/* `#ifndef NEED_H` or `APP_NEED_NEED_H`, or anything in between, then the same #define. */
static void check_guard(struct tree *t, const struct file *f)
{
    char guard[MAX_PATH], again[MAX_PATH];
    struct buf full = {0};
    guard_name(&full, f->rel);
    const char *base = full.at + (base_name(f->rel) - f->rel);
    const char *p = strchr(f->code, '#');
    if (!p || sscanf(p, "#ifndef %500s #define %500s", guard, again) != 2 ||
        strcmp(guard, again) != 0 || !ends_with(full.at, guard) || !ends_with(guard, base))
        wrong(t, f->path, 1, "the guard must be the first thing and be called %s", base);
    free(full.at);
}

static void check_first_lines(struct tree *t, const struct file *f)
{
    const char *spdx = strstr(f->text, "SPDX-License-Identifier: Apache-2.0");
    if (!starts_with(f->text, "/*"))
        wrong(t, f->path, 1, "the first line says what the file is for: /* name -- ... */");
    if (!spdx || spdx > f->text + strcspn(f->text, "#"))
        wrong(t, f->path, 1, "add /* SPDX-License-Identifier: Apache-2.0 */ above the first '#'");
}

static void check_c(struct tree *t, struct file *f)
{
    struct includes seen = {0};
    int line = 1, function = 0;
    f->code = must(calloc(1, f->n + 2));
    f->strs = must(calloc(1, f->n + 2));
    split(f);
    check_first_lines(t, f);
    if (f->is_header)
        check_guard(t, f);
    for (size_t at = 0; at < f->n; line++) {
        size_t end = line_end(f, at);
        if (f->code[at] == '#')
            check_include(t, f, at, end, line, &seen);
        else
            check_strings(t, f, at, end, line);
        check_words(t, f, at, end, line);
        if (f->code[at] == '{')
            function = line;
        if (f->code[at] == '}' && function) {
            if (line - function + 1 > MAX_FUNCTION)
                wrong(t, f->path, function, "a function of %d lines, split it (at most %d)",
                      line - function + 1, MAX_FUNCTION);
            function = 0;
        }
        at = end + 1;
    }
    if (line - 1 > MAX_LINES)
        wrong(t, f->path, MAX_LINES + 1, "a file of %d lines, split it by noun (at most %d)",
              line - 1, MAX_LINES);
    free(f->code);
    free(f->strs);
}

static void check_html(struct tree *t, const struct file *f)
{
    int line = 1;
    for (const char *p = f->text; *p; p++) {
        line += *p == '\n';
        if (isspace((unsigned char)*p) && starts_with(p + 1, "style="))
            wrong(t, f->path, line, "style= is blocked by the CSP, use a class of assets/app.css");
    }
}

static void check_file(struct tree *t, const char *rel)
{
    char *path = join(t->root, rel);
    struct file f = {.path = path, .rel = rel};
    snprintf(f.room, sizeof f.room, "%.*s", (int)strcspn(rel, "/"), rel);
    if (starts_with(rel, "app/") && strchr(rel + 4, '/'))
        snprintf(f.feature, sizeof f.feature, "%.*s", (int)strcspn(rel + 4, "/"), rel + 4);
    f.is_test = ends_with(rel, "_test.c") || ends_with(rel, "_test.h");
    f.is_header = ends_with(rel, ".h");
    f.is_c = ends_with(rel, ".c");
    if (f.is_c || f.is_header || ends_with(rel, ".html")) {
        struct buf in = slurp(path, MAX_FILE, NULL);
        f.text = in.at;
        f.n = in.n;
        if (memchr(f.text, 0, f.n))
            wrong(t, path, 1, "a NUL byte, this is not text");
        else if (f.is_c || f.is_header)
            check_c(t, &f);
        else
            check_html(t, &f);
        free(in.at);
    }
    free(path);
}

/* Every feature has its place in ORDER. */
static void check_features(struct tree *t)
{
    char was[64] = "";
    for (size_t i = 0; i < t->nfiles; i++) {
        const char *slash = starts_with(t->files[i], "app/") ? strchr(t->files[i] + 4, '/') : NULL;
        char feature[64];
        if (!slash)
            continue;
        snprintf(feature, sizeof feature, "%.*s", (int)(slash - t->files[i] - 4), t->files[i] + 4);
        if (strcmp(feature, was) != 0 && rank(t, feature) < 0)
            wrong(t, t->order_path, 1, "app/%s is missing, add a line where it belongs", feature);
        memcpy(was, feature, sizeof was);
    }
}

int main(int argc, char **argv)
{
    static struct tree t; /* static: what it holds is no leak at exit */
    if (argc != 3) {
        fputs("usage: depcheck src src/app/ORDER\n", stderr);
        return 1;
    }
    t.root = argv[1];
    t.order_path = argv[2];
    walk(&t, "");
    qsort(t.files, t.nfiles, sizeof *t.files, by_name);
    read_order(&t);
    check_features(&t);
    for (size_t i = 0; i < t.nfiles; i++)
        check_file(&t, t.files[i]);
    return t.errors ? 1 : 0;
}
