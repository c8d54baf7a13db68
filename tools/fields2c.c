/* fields2c -- the register of what is kept about people as C tables; refuses a schema that holds a
 * column which nobody has thought about. */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: fields2c fields.tsv fields.c migrations/0001-start.sql ...
 *
 * The form of fields.tsv stands at its top. Refused, with file:line: a column of CREATE TABLE or
 * ALTER TABLE ... ADD COLUMN that is in no line; one that is in two lines for its table; a line
 * whose table or column is not in the schema; words that are not there; an unknown keep or basis; a
 * table with a field that is in no part or in two; a column said to be sealed that is no @BLOB. A
 * line for a table wins over one for '*'.
 */
#include "tools/kit.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_FILE = 1 << 20, MAX_PARTS = 9, MAX_NAMES = 4000, MAX_LINES = 1000, MAX_CODES = 64 };

struct column {
    struct where at;
    char table[64], name[64];
    bool holds_bytes; /* @BLOB, as every envelope is */
};

struct line {
    struct where at;
    char *part[MAX_PARTS]; /* NULL behind the last */
};

static struct {
    struct column columns[MAX_NAMES];
    size_t ncolumns;
    struct line keeps[MAX_CODES], bases[MAX_CODES], parts[MAX_CODES];
    struct line fields[MAX_LINES], nones[MAX_LINES];
    size_t nkeeps, nbases, nparts, nfields, nnones;
} all;

/* ---- the schema: just enough of SQL ---- */

struct sql {
    struct where at;
    const char *p;
};

/* Past blanks and comments. */
static void skip(struct sql *s)
{
    for (;; s->p++) {
        if (s->p[0] == '-' && s->p[1] == '-')
            s->p += strcspn(s->p, "\n");
        if (*s->p == '\n')
            s->at.line++;
        if (!*s->p || !isspace((unsigned char)*s->p))
            return;
    }
}

/* The next word, or one sign, or a quoted text; false at the end. */
static bool token(struct sql *s, char *out, size_t room)
{
    skip(s);
    const char *from = s->p;
    if (!*from)
        return false;
    if (*from == '\'' || *from == '"') {
        for (s->p++; *s->p && *s->p != *from; s->p++)
            s->at.line += *s->p == '\n';
        s->p += *s->p != 0;
    } else if (word_char(*from) || *from == '@') {
        while (word_char(*++s->p))
            ;
    } else {
        s->p++;
    }
    size_t n = (size_t)(s->p - from);
    if (n >= room)
        n = room - 1;
    memcpy(out, from, n);
    out[n] = 0;
    return true;
}

static void add_column(const struct sql *s, const char *table, const char *name)
{
    if (all.ncolumns == MAX_NAMES)
        die(&s->at, "more than %d columns", MAX_NAMES);
    struct column *c = &all.columns[all.ncolumns++];
    c->at = s->at;
    snprintf(c->table, sizeof c->table, "%s", table);
    snprintf(c->name, sizeof c->name, "%s", name);
}

/* The word behind a column's name. */
static void add_type(const char *type)
{
    all.columns[all.ncolumns - 1].holds_bytes = !strcmp(type, "@BLOB");
}

static bool is_rule(const char *word)
{
    return !strcmp(word, "PRIMARY") || !strcmp(word, "UNIQUE") || !strcmp(word, "CHECK") ||
           !strcmp(word, "FOREIGN") || !strcmp(word, "CONSTRAINT");
}

/* Behind "CREATE TABLE". */
static void read_table(struct sql *s)
{
    char table[64] = "", word[64];
    int depth = 0;
    bool first = false; /* the next word begins a column */
    bool type = false;  /* ... is its type */
    while (depth == 0 && token(s, word, sizeof word)) {
        if (!strcmp(word, "("))
            depth = 1, first = true;
        else if (strcmp(word, "IF") && strcmp(word, "NOT") && strcmp(word, "EXISTS"))
            snprintf(table, sizeof table, "%s", word);
    }
    while (depth > 0 && token(s, word, sizeof word)) {
        if (type)
            add_type(word);
        type = first && !is_rule(word);
        if (type)
            add_column(s, table, word);
        first = depth == 1 && !strcmp(word, ",");
        depth += !strcmp(word, "(") - !strcmp(word, ")");
    }
}

/* Behind "ALTER TABLE". */
static void read_change(struct sql *s)
{
    char table[64], word[64];
    token(s, table, sizeof table);
    if (!token(s, word, sizeof word) || strcmp(word, "ADD") || !token(s, word, sizeof word))
        return;
    if (!strcmp(word, "COLUMN"))
        token(s, word, sizeof word);
    add_column(s, table, word);
    if (token(s, word, sizeof word))
        add_type(word);
}

static void read_schema(const char *path)
{
    struct buf text = slurp(path, MAX_FILE, NULL);
    struct sql s = {{path, 1}, text.at};
    char word[64], before[64] = "";
    while (token(&s, word, sizeof word)) {
        if (!strcmp(word, "TABLE") && !strcmp(before, "CREATE"))
            read_table(&s);
        else if (!strcmp(word, "TABLE") && !strcmp(before, "ALTER"))
            read_change(&s);
        snprintf(before, sizeof before, "%s", word);
    }
    free(text.at);
}

/* ---- the register ---- */

/* Is `name` one of the words of `list`? */
static bool has(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (const char *p = list; (p = strstr(p, name)); p += n)
        if ((p == list || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
            return true;
    return false;
}

static size_t code_at(const struct line *from, const struct line *codes, size_t n, int part)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(codes[i].part[1], from->part[part]))
            return i;
    die(&from->at, "no line says what '%s' is", from->part[part]);
}

static void take(struct line *to, size_t *n, size_t most, const struct line *l, int parts)
{
    if (*n == most)
        die(&l->at, "more than %zu such lines", most);
    for (int i = 0; i < parts; i++)
        if (!l->part[i] || !*l->part[i])
            die(&l->at, "want %d parts with one tab between them", parts);
    if (parts < MAX_PARTS && l->part[parts])
        die(&l->at, "more than %d parts", parts);
    to[(*n)++] = *l;
}

static void read_line(struct line *l, char *text)
{
    size_t n = 0;
    for (char *p = text; p && n < MAX_PARTS; n++) {
        l->part[n] = p;
        p = strchr(p, '\t');
        if (p)
            *p++ = 0;
        if (p && n + 1 == MAX_PARTS)
            die(&l->at, "more than %d parts", MAX_PARTS);
    }
    if (!strcmp(text, "keep"))
        take(all.keeps, &all.nkeeps, MAX_CODES, l, 4);
    else if (!strcmp(text, "basis"))
        take(all.bases, &all.nbases, MAX_CODES, l, 4);
    else if (!strcmp(text, "part"))
        take(all.parts, &all.nparts, MAX_CODES, l, 4);
    else if (!strcmp(text, "none"))
        take(all.nones, &all.nnones, MAX_LINES, l, 3);
    else if (!strcmp(text, "field"))
        take(all.fields, &all.nfields, MAX_LINES, l, 9);
    else
        die(&l->at, "begins with neither keep, basis, part, none nor field");
}

static void read_register(const char *path, char *text)
{
    struct line l = {.at = {.path = path}};
    for (char *line = text, *end; *line; line = end + 1) {
        l.at.line++;
        end = strchr(line, '\n');
        if (!end)
            die(&l.at, "no newline at the end of the line");
        *end = 0;
        memset(l.part, 0, sizeof l.part);
        if (*line && *line != '#')
            read_line(&l, line);
    }
}

/* ---- both together ---- */

static int lines_of(const struct line *lines, size_t n, const char *table, const char *name)
{
    int found = 0;
    for (size_t i = 0; i < n; i++)
        found += !strcmp(lines[i].part[1], table) && has(lines[i].part[2], name);
    return found;
}

static void check_column(const struct column *c)
{
    int own = lines_of(all.nones, all.nnones, c->table, c->name) +
              lines_of(all.fields, all.nfields, c->table, c->name);
    int any = lines_of(all.nones, all.nnones, "*", c->name) +
              lines_of(all.fields, all.nfields, "*", c->name);
    if (own + any == 0)
        die(&c->at,
            "%s.%s is not registered: say in fields.tsv what it says of a person, or that it is of "
            "none",
            c->table, c->name);
    if (own > 1 || (own == 0 && any > 1))
        die(&c->at, "%s.%s is registered twice", c->table, c->name);
}

/* What the register says is sealed must be able to hold an envelope. */
static void check_names(const struct line *l)
{
    bool sealed = !strcmp(l->part[0], "field") && strcmp(l->part[8], "-");
    for (char *p = l->part[2]; *p;) {
        size_t n = strcspn(p, " "), found = 0;
        for (size_t i = 0; i < all.ncolumns; i++) {
            const struct column *c = &all.columns[i];
            bool is_it = (!strcmp(l->part[1], "*") || !strcmp(l->part[1], c->table)) &&
                         strlen(c->name) == n && !strncmp(p, c->name, n);
            found += is_it;
            if (is_it && sealed && !c->holds_bytes)
                die(&l->at, "%s.%s is no @BLOB, so it is not sealed", c->table, c->name);
        }
        if (!found)
            die(&l->at, "the schema has no %s.%.*s", l->part[1], (int)n, p);
        p += n + (p[n] == ' ');
    }
}

/* The part that a line's table is in; of '*' none. */
static const char *part_of(const struct line *l)
{
    const char *code = NULL;
    for (size_t i = 0; i < all.nparts; i++) {
        if (!has(all.parts[i].part[3], l->part[1]))
            continue;
        if (code)
            die(&l->at, "%s is in two parts", l->part[1]);
        code = all.parts[i].part[1];
    }
    if (!code && strcmp(l->part[1], "*"))
        die(&l->at, "%s is in no part", l->part[1]);
    return code ? code : "";
}

static void check(void)
{
    for (size_t i = 0; i < all.ncolumns; i++)
        check_column(&all.columns[i]);
    for (size_t i = 0; i < all.nnones; i++)
        check_names(&all.nones[i]);
    for (size_t i = 0; i < all.nfields; i++)
        check_names(&all.fields[i]);
}

/* "a", "b": `parts` texts from `first` on. */
static void put_texts(struct buf *out, const struct line *l, int first, int parts)
{
    for (int i = first; i < first + parts; i++) {
        putf(out, "%s\"", i > first ? ", " : "");
        put_c(out, l->part[i], strlen(l->part[i]), "");
        putf(out, "\"");
    }
}

static void make(struct buf *out)
{
    putf(out, "/* Made by tools/fields2c. */\n#include \"app/consent/field.h\"\n\n"
              "const struct keep_class keep_classes[] = {\n");
    for (size_t i = 0; i < all.nkeeps; i++) {
        putf(out, "    {");
        put_texts(out, &all.keeps[i], 1, 2);
        putf(out, ", %d},\n", atoi(all.keeps[i].part[3]));
    }
    putf(out, "};\nconst size_t keep_class_count = %zu;\n\nconst struct basis bases[] = {\n",
         all.nkeeps);
    for (size_t i = 0; i < all.nbases; i++) {
        putf(out, "    {");
        put_texts(out, &all.bases[i], 1, 2);
        putf(out, ", %d},\n", atoi(all.bases[i].part[3]));
    }
    putf(out, "};\n\nconst struct field_part field_parts[] = {\n");
    for (size_t i = 0; i < all.nparts; i++) {
        putf(out, "    {");
        put_texts(out, &all.parts[i], 1, 3);
        putf(out, "},\n");
    }
    putf(out, "};\nconst size_t field_part_count = %zu;\n", all.nparts);
    putf(out, "\nconst struct person_field person_fields[] = {\n");
    for (size_t i = 0; i < all.nfields; i++) {
        const struct line *l = &all.fields[i];
        putf(out, "    {");
        put_texts(out, l, 1, 4);
        putf(out, ", \"%s\"", part_of(l));
        putf(out, ", &bases[%zu], &keep_classes[%zu], ", code_at(l, all.bases, all.nbases, 5),
             code_at(l, all.keeps, all.nkeeps, 6));
        put_texts(out, l, 7, 2);
        putf(out, "},\n");
    }
    putf(out, "};\nconst size_t person_field_count = %zu;\n", all.nfields);
}

int main(int argc, char **argv)
{
    static struct buf out, text; /* static: what they hold is no leak at exit */
    if (argc < 4)
        return fputs("usage: fields2c fields.tsv fields.c 0001-start.sql ...\n", stderr), 2;
    text = slurp(argv[1], MAX_FILE, NULL);
    read_register(argv[1], text.at);
    for (int i = 3; i < argc; i++)
        read_schema(argv[i]);
    check();
    make(&out);
    return spill(&(struct made){argv[2], &out}, 1);
}
