/* sql2c -- turns one file of named SQL statements into a C pair; it does not parse SQL. */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: sql2c need.sql out.sql.h out.sql.c
 *
 *     -- name: waiting       comment; `(all communities)` in it waives the community_id rule
 *     -- engine: pgsql       optional: this text is for one engine only
 *     SELECT * FROM need WHERE community_id = :community_id AND place_id = :place_id;
 *     -- part: within        what several statements say alike; a line `@within` stands for it
 *     AND (:grid_id = 0 OR grid_id = :grid_id)
 *
 * `:place_id` becomes ?N for SQLite and $N for PostgreSQL, N by first appearance of the name.
 * (SQLite numbers `$1` by appearance, as a name, so one spelling cannot serve both.)
 * A name may come twice if the texts are for different engines; a text without an engine line
 * serves whichever engine has no text of its own. All errors of a file are reported at once.
 * `INDEXED BY name` goes to SQLite alone, which has no numbers of its own to choose by.
 */
#include "tools/kit.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SQLITE, PGSQL, ENGINES };
enum {
    MAX_FILE = 1 << 20, /* bytes of input */
    MAX_TEXTS = 1024,   /* statements in one file */
    MAX_PARTS = 32,     /* in one file */
    MAX_PARAMS = 64,    /* names in one statement */
    MAX_NAME = 64,      /* bytes of a name, with its NUL */
    MAX_ERRORS = 20     /* then we stop: the rest is noise */
};

/* One text: a statement, or one engine's half of it. */
struct text {
    char name[MAX_NAME];
    int line;       /* of the name line */
    int first_line; /* of the first SQL, 0 while there is none */
    int engine;     /* ENGINES: for both */
    bool write, with, community, all_communities, semicolon, word_seen;
    struct buf c[ENGINES];             /* the C string literals */
    char params[MAX_PARAMS][MAX_NAME]; /* a second text of a name starts with the first one's */
    bool used[MAX_PARAMS];
    int nparams;
};

/* Lines that stand in several statements. */
struct part {
    char name[MAX_NAME];
    const char *s, *end;
    int line; /* of the part line */
    bool used;
};

static const char *const engine_names[ENGINES] = {[SQLITE] = "sqlite", [PGSQL] = "pgsql"};
static const char engine_marks[ENGINES] = {[SQLITE] = '?', [PGSQL] = '$'};

struct job {
    const char *path;
    char unit[MAX_NAME]; /* "need" */
    struct text *texts;
    int ntexts;
    struct part parts[MAX_PARTS];
    int nparts;
    bool in_part; /* the lines belong to the last of them */
    int line;
    int errors;
};

__attribute__((format(printf, 3, 4))) static void wrong(struct job *j, int line, const char *fmt,
                                                        ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (++j->errors <= MAX_ERRORS)
        complain(&(struct where){j->path, line}, fmt, ap);
    va_end(ap);
}

static bool same_word(const char *s, size_t n, const char *word)
{
    size_t i = 0;
    while (i < n && word[i] && tolower((unsigned char)s[i]) == word[i])
        i++;
    return i == n && !word[i];
}

/* A name people write: letter first, then letters, digits, underscores; all lower case. */
static bool good_name(const char *s, size_t n)
{
    if (n == 0 || n >= MAX_NAME || !(islower((unsigned char)s[0]) || s[0] == '_'))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!(islower((unsigned char)s[i]) || isdigit((unsigned char)s[i]) || s[i] == '_'))
            return false;
    return true;
}

/* What a word tells: the kind of statement, and whether the community is named. */
static void see_word(struct job *j, struct text *t, const char *s, size_t n)
{
    bool change =
        same_word(s, n, "insert") || same_word(s, n, "update") || same_word(s, n, "delete");
    if (same_word(s, n, "community_id"))
        t->community = true;
    if (!t->word_seen) {
        t->word_seen = true;
        t->with = same_word(s, n, "with");
        t->write = change;
        if (!change && !t->with && !same_word(s, n, "select"))
            wrong(j, j->line, "a statement begins with SELECT, WITH, INSERT, UPDATE or DELETE");
    } else if (t->with && change) {
        t->write = true;
    }
}

/* 1-based number of a parameter; a new name gets the next one. 0 on error. */
static int param_number(struct job *j, struct text *t, const char *s, size_t n)
{
    if (!good_name(s, n)) {
        wrong(j, j->line,
              "parameter ':%.*s' must be lower case: letters, digits, '_', letter first",
              (int)(n < 40 ? n : 40), s);
        return 0;
    }
    for (int i = 0; i < t->nparams; i++)
        if (strlen(t->params[i]) == n && memcmp(t->params[i], s, n) == 0) {
            t->used[i] = true;
            return i + 1;
        }
    if (t->nparams == MAX_PARAMS) {
        wrong(j, j->line, "more than %d parameters in '%s'", MAX_PARAMS, t->name);
        return 0;
    }
    memcpy(t->params[t->nparams], s, n);
    t->used[t->nparams] = true;
    return ++t->nparams;
}

static void put_both(struct text *t, const char *s, size_t n)
{
    for (int e = 0; e < ENGINES; e++)
        put_c(&t->c[e], s, n, "");
}

/* Copies a quoted string or name. Returns its length, or the rest of the line on error. */
static size_t quoted(struct job *j, struct text *t, const char *s, const char *end, char before)
{
    size_t n = 1, rest = (size_t)(end - s);
    if (word_char(before))
        wrong(j, j->line,
              "a letter in front of a quote (E'..', X'..') is not common to both engines");
    for (;; n++) {
        if (n >= rest) {
            wrong(j, j->line, "a quote is not closed on its line");
            return rest;
        }
        if (s[n] != s[0])
            continue;
        if (n + 1 < rest && s[n + 1] == s[0])
            n++; /* a doubled quote stands for itself */
        else
            break;
    }
    put_both(t, s, n + 1);
    return n + 1;
}

/* `:name` or `::`. Returns how much was read. */
static size_t colon(struct job *j, struct text *t, const char *s, const char *end)
{
    size_t n = 1;
    if (s + 1 < end && s[1] == ':') {
        if (t->engine != PGSQL)
            wrong(j, j->line, "'::' is only known to pgsql: write CAST(x AS type)");
        put_both(t, "::", 2);
        return 2;
    }
    while (s + n < end && word_char(s[n]))
        n++;
    int k = param_number(j, t, s + 1, n - 1);
    for (int e = 0; e < ENGINES; e++) {
        if (engine_marks[e] == '?')
            put(&t->c[e], "\\", 1);
        putf(&t->c[e], "%c%d", engine_marks[e], k);
    }
    if (same_word(s + 1, n - 1, "community_id"))
        t->community = true;
    return n;
}

/* A word, with what belongs to it. Returns how much was read. */
static size_t word(struct job *j, struct text *t, const char *s, const char *end)
{
    static const char hint[] = "INDEXED BY ";
    size_t n = 0, rest = (size_t)(end - s);
    bool is_hint = rest > sizeof hint && memcmp(s, hint, sizeof hint - 1) == 0;
    if (is_hint)
        n = sizeof hint - 1;
    while (n < rest && word_char(s[n]))
        n++;
    if (is_hint) {
        put_c(&t->c[SQLITE], s, n, "");
        return n;
    }
    see_word(j, t, s, n);
    put_both(t, s, n);
    return n;
}

/* One line of SQL, blanks and comment already cut off in front. */
static void sql_line(struct job *j, struct text *t, const char *s, const char *end)
{
    char before = ' ';
    for (int e = 0; e < ENGINES; e++)
        putf(&t->c[e], "%s\"", t->first_line ? "\\n\"\n        " : "        ");
    if (!t->first_line)
        t->first_line = j->line;
    while (s < end) {
        size_t n = 1;
        if (t->semicolon && !isspace((unsigned char)*s)) {
            wrong(j, j->line,
                  *s == ';' ? "more than one ';' in '%s': is a name line missing?"
                            : "text after the ';' of '%s': is a name line missing?",
                  t->name);
            return;
        }
        if (*s == '\'' || *s == '"') {
            n = quoted(j, t, s, end, before);
        } else if (*s == ':') {
            n = colon(j, t, s, end);
        } else if (*s == ';') {
            t->semicolon = true; /* not sent: both engines take one statement at a time */
        } else if (*s == '$' || *s == '?') {
            wrong(j, j->line, "'%c' in SQL: parameters are written :name", *s);
        } else if (*s == '/' && s + 1 < end && s[1] == '*') {
            wrong(j, j->line, "'/*' in SQL: comments are written --");
            n = 2;
        } else if (word_char(*s)) {
            n = word(j, t, s, end);
        } else {
            put_both(t, s, 1);
        }
        before = s[n - 1];
        s += n;
    }
}

/* The end of the SQL in a line: a `--` outside quotes, or the last thing that is not blank. */
static const char *sql_end(const char *s, const char *end)
{
    char quote = 0;
    const char *p = s;
    for (; p < end; p++) {
        if (quote)
            quote = *p == quote ? 0 : quote;
        else if (*p == '\'' || *p == '"')
            quote = *p;
        else if (*p == '-' && p + 1 < end && p[1] == '-')
            break;
    }
    while (p > s && isspace((unsigned char)p[-1]))
        p--;
    return p;
}

/* The first text of a name, or NULL. */
static struct text *find(struct job *j, const char *name)
{
    for (int i = 0; i < j->ntexts; i++)
        if (strcmp(j->texts[i].name, name) == 0)
            return &j->texts[i];
    return NULL;
}

static size_t word_length(const char *s, const char *end)
{
    size_t n = 0;
    while (s + n < end && !isspace((unsigned char)s[n]))
        n++;
    return n;
}

static void part_line(struct job *j, const char *s, const char *end)
{
    size_t n = word_length(s, end);
    if (j->nparts == MAX_PARTS) {
        wrong(j, j->line, "more than %d parts in one file", MAX_PARTS);
        exit(1);
    }
    struct part *p = &j->parts[j->nparts++];
    *p = (struct part){.line = j->line};
    j->in_part = true;
    if (!good_name(s, n))
        wrong(j, j->line, "a part's name must be lower case: letters, digits, '_'");
    else
        memcpy(p->name, s, n);
}

static void name_line(struct job *j, const char *s, const char *end)
{
    size_t n = word_length(s, end);
    j->in_part = false;
    if (j->ntexts == MAX_TEXTS) {
        wrong(j, j->line, "more than %d statements in one file", MAX_TEXTS);
        exit(1);
    }
    struct text *t = &j->texts[j->ntexts];
    t->line = j->line;
    t->engine = ENGINES;
    if (!good_name(s, n))
        wrong(j, j->line, "a statement's name must be lower case: letters, digits, '_'");
    else if (same_word(s, n, "all") || same_word(s, n, "count"))
        wrong(j, j->line, "the name '%.*s' is taken by the list itself: choose another", (int)n, s);
    memcpy(t->name, s, n < MAX_NAME ? n : MAX_NAME - 1);
    struct text *first = find(j, t->name);
    j->ntexts++;
    if (first) {
        memcpy(t->params, first->params, sizeof t->params);
        t->nparams = first->nparams;
    }
    static const char waiver[] = "(all communities)";
    for (; s + sizeof waiver - 1 <= end; s++)
        if (memcmp(s, waiver, sizeof waiver - 1) == 0)
            t->all_communities = true;
}

static void engine_line(struct job *j, const char *s, const char *end)
{
    struct text *t = j->ntexts ? &j->texts[j->ntexts - 1] : NULL;
    if (!t || t->first_line || j->in_part) {
        wrong(j, j->line, "an engine line stands between a name line and its text");
        return;
    }
    if (t->engine != ENGINES)
        wrong(j, j->line, "a second engine line for '%s'", t->name);
    for (int e = 0; e < ENGINES; e++)
        if (same_word(s, (size_t)(end - s), engine_names[e])) {
            t->engine = e;
            return;
        }
    wrong(j, j->line, "unknown engine '%.*s': sqlite or pgsql", (int)(end - s), s);
}

/* `-- word: rest` directs us; any other comment is dropped. `s` is behind the `--`. */
static void comment_line(struct job *j, const char *s, const char *end)
{
    while (s < end && isspace((unsigned char)*s))
        s++;
    const char *word = s;
    while (s < end && word_char(*s))
        s++;
    if (s == word || s == end || *s != ':')
        return;
    size_t n = (size_t)(s - word);
    const char *rest = s + 1;
    while (rest < end && isspace((unsigned char)*rest))
        rest++;
    if (n == 4 && memcmp(word, "name", 4) == 0)
        name_line(j, rest, end);
    else if (n == 6 && memcmp(word, "engine", 6) == 0)
        engine_line(j, rest, end);
    else if (n == 4 && memcmp(word, "part", 4) == 0)
        part_line(j, rest, end);
    else if (s + 1 == end || isspace((unsigned char)s[1]))
        wrong(j, j->line,
              "unknown directive '%.*s:' (name, engine, part); a comment must not look like one",
              (int)(n < 40 ? n : 40), word);
}

static void read_lines(struct job *j, const char *s, const char *end);

/* `@name`, alone on a line; the part stands further up, so that none holds itself. */
static void use_part(struct job *j, const char *s, const char *end)
{
    int line = j->line, nparts = j->nparts;
    for (int i = 0; i < nparts; i++) {
        struct part *p = &j->parts[i];
        if (strlen(p->name) != (size_t)(end - s) || memcmp(p->name, s, (size_t)(end - s)) != 0)
            continue;
        p->used = true;
        j->line = p->line;
        j->nparts = i;
        read_lines(j, p->s, p->end);
        j->nparts = nparts;
        j->line = line;
        return;
    }
    wrong(j, line, "no part '%.*s' further up", (int)(end - s < MAX_NAME ? end - s : MAX_NAME), s);
}

/* Blanks are cut off on both sides, and the comment behind SQL. */
static void one_line(struct job *j, const char *s, const char *end)
{
    if (end - s >= 2 && s[0] == '-' && s[1] == '-') {
        comment_line(j, s + 2, end);
        return;
    }
    end = sql_end(s, end);
    struct part *p = j->in_part ? &j->parts[j->nparts - 1] : NULL;
    if (end == s)
        return;
    if (p) {
        p->s = p->s ? p->s : s;
        p->end = end;
    } else if (!j->ntexts) {
        wrong(j, j->line, "SQL in front of the first '-- name:' line");
    } else if (*s == '@') {
        use_part(j, s + 1, end);
    } else {
        sql_line(j, &j->texts[j->ntexts - 1], s, end);
    }
}

static void read_lines(struct job *j, const char *s, const char *end)
{
    while (s < end) {
        const char *nl = memchr(s, '\n', (size_t)(end - s));
        const char *stop = nl ? nl : end;
        j->line++;
        for (const char *p = s; p < stop; p++)
            if (*p == 0 || (iscntrl((unsigned char)*p) && *p != '\t' && *p != '\r')) {
                wrong(j, j->line, "a control character");
                break;
            }
        while (s < stop && isspace((unsigned char)*s))
            s++;
        const char *last = stop;
        while (last > s && isspace((unsigned char)last[-1]))
            last--;
        one_line(j, s, last);
        s = nl ? nl + 1 : end;
    }
}

static void check_text(struct job *j, struct text *t)
{
    if (!t->first_line)
        wrong(j, t->line, "'%s' is empty", t->name);
    else if (!t->word_seen)
        wrong(j, t->first_line, "'%s' has no statement", t->name);
    else if (!t->community && !t->all_communities)
        wrong(j, t->line,
              "'%s' does not mention community_id; if it is meant for every community,"
              " write (all communities) behind its name",
              t->name);
}

/* Texts of one name: same parameters, same kind, different engines. */
static void check_pair(struct job *j, const struct text *a, const struct text *b)
{
    for (int i = 0; i < b->nparams; i++)
        if (!b->used[i] || i >= a->nparams)
            wrong(j, b->line, "'%s' %s :%s, unlike the text at line %d", b->name,
                  b->used[i] ? "takes" : "lacks", b->params[i], a->line);
    if (a->write != b->write)
        wrong(j, b->line, "'%s' reads on one engine and writes on the other", b->name);
}

/* The text of `name` that engine `e` (or ENGINES) has marked as its own. */
static struct text *marked(struct job *j, const char *name, int e)
{
    for (int i = 0; i < j->ntexts; i++)
        if (j->texts[i].engine == e && strcmp(j->texts[i].name, name) == 0)
            return &j->texts[i];
    return NULL;
}

static void check_all(struct job *j)
{
    for (int i = 0; i < j->nparts; i++)
        if (!j->parts[i].used)
            wrong(j, j->parts[i].line, "no statement says '@%s'", j->parts[i].name);
    if (!j->ntexts)
        wrong(j, 1, "no '-- name:' line");
    for (int i = 0; i < j->ntexts; i++) {
        struct text *t = &j->texts[i], *first = find(j, t->name);
        struct text *twin = marked(j, t->name, t->engine);
        check_text(j, t);
        if (twin != t)
            wrong(j, t->line, "'%s' is already at line %d", t->name, twin->line);
        else if (first != t)
            check_pair(j, first, t);
        if (first != t)
            continue;
        int own = 0;
        bool shared = marked(j, t->name, ENGINES) != NULL;
        for (int e = 0; e < ENGINES; e++) {
            bool has = marked(j, t->name, e) != NULL;
            own += has;
            if (!has && !shared)
                wrong(j, t->line, "'%s' has no text for %s", t->name, engine_names[e]);
        }
        if (own == ENGINES && shared)
            wrong(j, t->line, "'%s' has a text for each engine, so the unmarked one is never used",
                  t->name);
    }
}

/* The path as seen from the root of the tree, so that builds elsewhere give the same bytes. */
static const char *from_root(const char *path)
{
    const char *p = path;
    for (const char *s = path; (s = strstr(s, "/src/")); s++)
        p = s + 1;
    while (strncmp(p, "../", 3) == 0)
        p += 3;
    return p;
}

static void write_header(struct job *j, struct buf *b)
{
    struct buf guard = {0};
    guard_name(&guard, j->unit);
    putf(b, "/* %s.sql.h -- made by sql2c from %s; do not edit. */\n", j->unit, from_root(j->path));
    putf(b, "#ifndef %s_SQL_H\n#define %s_SQL_H\n\n", guard.at, guard.at);
    putf(b, "#include \"db/query.h\"\n\n#include <stddef.h>\n\n");
    for (int i = 0; i < j->ntexts; i++)
        if (find(j, j->texts[i].name) == &j->texts[i])
            putf(b, "extern const struct query %s_sql_%s; /* line %d */\n", j->unit,
                 j->texts[i].name, j->texts[i].line);
    putf(b, "\nextern const struct query *const %s_sql_all[];\n", j->unit);
    putf(b, "extern const size_t %s_sql_count;\n\n#endif\n", j->unit);
    free(guard.at);
}

static void write_query(struct job *j, struct text *t, struct buf *b)
{
    if (t->nparams) {
        putf(b, "static const char *const %s_params[] = {", t->name);
        for (int i = 0; i < t->nparams; i++)
            putf(b, "%s\"%s\"", i ? ", " : "", t->params[i]);
        putf(b, "};\n");
    }
    putf(b, "const struct query %s_sql_%s = {\n", j->unit, t->name);
    putf(b, "    .name = \"%s.%s\",\n    .file = \"", j->unit, t->name);
    put_c(b, from_root(j->path), strlen(from_root(j->path)), "");
    putf(b, "\",\n    .line = %d,\n", t->line);
    for (int e = 0; e < ENGINES; e++) {
        struct text *own = marked(j, t->name, e);
        if (!own)
            own = marked(j, t->name, ENGINES);
        putf(b, "    .text[%s] =\n", e == SQLITE ? "ENGINE_SQLITE" : "ENGINE_PGSQL");
        put(b, own->c[e].at, own->c[e].n);
        putf(b, "\",\n");
    }
    if (t->nparams)
        putf(b, "    .params = %s_params,\n    .nparams = %d,\n", t->name, t->nparams);
    putf(b, "    .write = %s,\n};\n\n", t->write ? "true" : "false");
}

static void write_code(struct job *j, const char *header, struct buf *b)
{
    int count = 0;
    putf(b, "/* %s.sql.c -- made by sql2c from %s; do not edit. */\n", j->unit, from_root(j->path));
    putf(b, "#include \"%s\"\n\n#include \"db/query.h\"\n\n", base_name(header));
    for (int i = 0; i < j->ntexts; i++)
        if (find(j, j->texts[i].name) == &j->texts[i])
            write_query(j, &j->texts[i], b);
    putf(b, "const struct query *const %s_sql_all[] = {\n", j->unit);
    for (int i = 0; i < j->ntexts; i++)
        if (find(j, j->texts[i].name) == &j->texts[i]) {
            putf(b, "    &%s_sql_%s,\n", j->unit, j->texts[i].name);
            count++;
        }
    putf(b, "};\nconst size_t %s_sql_count = %d;\n", j->unit, count);
}

static void name_unit(struct job *j)
{
    const char *name = base_name(j->path);
    size_t n = strcspn(name, ".");
    if (!good_name(name, n) || strcmp(name + n, ".sql") != 0) {
        wrong(j, 1, "the file must be called name.sql, lower case");
        return;
    }
    memcpy(j->unit, name, n);
}

int main(int argc, char **argv)
{
    static struct buf header, code, in; /* static: what they hold is no leak at exit */
    static struct job j;
    if (argc != 4) {
        fputs("usage: sql2c need.sql out.sql.h out.sql.c\n", stderr);
        return 1;
    }
    j.path = argv[1];
    j.texts = must(calloc(MAX_TEXTS, sizeof(struct text)));
    in = slurp(argv[1], MAX_FILE, NULL);
    name_unit(&j);
    read_lines(&j, in.at, in.at + in.n);
    check_all(&j);
    if (j.errors)
        return 1;
    write_header(&j, &header);
    write_code(&j, argv[2], &code);
    return spill((const struct made[]){{argv[2], &header}, {argv[3], &code}}, 2);
}
