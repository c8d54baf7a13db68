/* embed -- turns the files of assets/ into C arrays, plain and gzipped; not a minifier. */
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage: embed out.c out.h NAME=path ...
 *
 * The URL of an asset holds a hash of its bytes, so that browsers may keep it for ever:
 * app.css is served as /s/app.1a2b3c4d.css. `gz` is NULL where gzip would not make it smaller.
 * CSS loses its comments, blank lines and indentation; JS loses its `//` lines. All else is
 * taken as it is. Arrays are plain C: all assets together stay under MAX_TOTAL.
 */
#include "tools/kit.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { MAX_ASSETS = 64, MAX_TOTAL = 1 << 20, MAX_NAME = 64 };

struct item {
    char name[MAX_NAME];
    const char *type;
    uint32_t hash;
    struct buf data, gz;
};

static const char *type_of(const char *name)
{
    static const char *const types[][2] = {
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".txt", "text/plain; charset=utf-8"},
        {".html", "text/html; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".webp", "image/webp"},
        {".ico", "image/x-icon"},
        {".woff2", "font/woff2"},
    };
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
        if (strcmp(dot, types[i][0]) == 0)
            return types[i][1];
    return NULL;
}

/* The end of a CSS string or an unquoted url(...) that begins at `p`; `p` if there is none. */
static const char *css_opaque(const char *path, const char *p, const char *end)
{
    const char *q = p + 1;
    char close = *p;
    if (end - p > 4 && strncmp(p, "url(", 4) == 0 && !strchr("\"'", p[4])) {
        close = ')';
        q = p + 4;
    } else if (*p != '"' && *p != '\'') {
        return p;
    }
    for (; q < end && *q != close; q++)
        if (*q == '\\' && q + 1 < end)
            q++;
    if (q >= end)
        die(TOP(path), "%s", close == ')' ? "a url( is not closed" : "a string is not closed");
    return q + 1;
}

static struct buf strip_css(const char *path, struct buf in)
{
    struct buf out = {0};
    const char *p = in.at, *end = in.at + in.n;
    bool bol = true; /* nothing put out on this line */
    put(&out, "", 0);
    while (p < end) {
        const char *next = css_opaque(path, p, end);
        if (next != p) {
            put(&out, p, (size_t)(next - p));
            p = next;
            bol = false;
        } else if (end - p > 1 && p[0] == '/' && p[1] == '*') {
            const char *close = strstr(p + 2, "*/");
            if (!close)
                die(TOP(path), "a comment is not closed");
            p = close + 2;
            if (!bol && p < end && *p != '\n')
                put(&out, " ", 1); /* a comment keeps its neighbours apart */
        } else {
            if (!bol || !strchr(" \t\r\n", *p))
                put(&out, p, 1);
            bol = *p == '\n' || (bol && strchr(" \t\r", *p));
            p++;
        }
    }
    return out;
}

/* Only lines that are nothing but a comment go. A file with a template literal, where such a line
 * could be text, stays as it is; so does a line that may close a comment or continue a string. */
static struct buf strip_js(struct buf in)
{
    struct buf out = {0};
    const char *end = in.at + in.n, *nl;
    char before = 0; /* last byte of the line before */
    put(&out, "", 0);
    for (const char *p = in.at; p < end; p = nl + 1) {
        nl = memchr(p, '\n', (size_t)(end - p));
        if (!nl)
            nl = end - 1;
        size_t n = (size_t)(nl + 1 - p), i = 0;
        while (i < n && (p[i] == ' ' || p[i] == '\t'))
            i++;
        bool comment = n - i > 2 && p[i] == '/' && p[i + 1] == '/';
        for (size_t k = i; comment && k + 1 < n; k++)
            comment = !(p[k] == '*' && p[k + 1] == '/');
        if (!comment && memchr(p, '`', n)) {
            free(out.at);
            return in;
        }
        if (!comment || before == '\\')
            put(&out, p, n);
        before = n > 1 ? p[n - 2] : 0;
    }
    free(in.at);
    return out;
}

/* Level 9, no time stamp: the same bytes give the same file. */
static struct buf gzip(const char *path, const struct buf *in)
{
    struct buf out = {0};
    z_stream z = {0};
    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK)
        die(TOP(path), "zlib cannot start");
    out.cap = deflateBound(&z, in->n) + 1;
    out.at = must(malloc(out.cap));
    z.next_in = (Bytef *)in->at;
    z.avail_in = (uInt)in->n;
    z.next_out = (Bytef *)out.at;
    z.avail_out = (uInt)out.cap;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        die(TOP(path), "zlib failed");
    out.n = z.total_out;
    deflateEnd(&z);
    if (out.n >= in->n)
        out.n = 0;
    return out;
}

/* FNV-1a, folded. It tells versions apart; it is no protection and need not be one. */
static uint32_t hash(const struct buf *b)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < b->n; i++)
        h = (h ^ (unsigned char)b->at[i]) * 1099511628211u;
    return (uint32_t)(h >> 32 ^ h);
}

static void load(struct item *it, const char *arg)
{
    const char *eq = strchr(arg, '=');
    size_t n = eq ? (size_t)(eq - arg) : 0;
    if (!eq || n == 0 || n >= MAX_NAME)
        die(TOP(arg), "write NAME=path");
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)arg[i]) && !strchr("_.-", arg[i]))
            die(TOP(arg), "a name has letters, digits, '_', '-' and '.'");
    memcpy(it->name, arg, n);
    it->type = type_of(it->name);
    if (!it->type || it->name[0] == '.')
        die(TOP(arg), "this kind of file is not known: add it to type_of() in tools/embed.c");
    it->data = slurp(eq + 1, MAX_TOTAL, NULL);
    if (strncmp(it->type, "text/css", 8) == 0) {
        struct buf out = strip_css(eq + 1, it->data);
        free(it->data.at);
        it->data = out;
    } else if (strncmp(it->type, "text/javascript", 15) == 0) {
        it->data = strip_js(it->data);
    }
    if (!it->data.n)
        die(TOP(eq + 1), "is empty");
    it->hash = hash(&it->data);
    it->gz = gzip(eq + 1, &it->data);
}

static void put_bytes(struct buf *b, const char *kind, size_t k, const struct buf *data)
{
    putf(b, "static const unsigned char %s_%zu[] = {", kind, k);
    for (size_t i = 0; i < data->n; i++)
        putf(b, "%s%d,", i % 24 ? "" : "\n", (unsigned char)data->at[i]);
    putf(b, "};\n");
}

static void write_code(struct buf *b, const char *header, const struct item *items, size_t n)
{
    putf(b, "/* the files of assets/, made by embed; do not edit. */\n#include \"%s\"\n\n",
         base_name(header));
    for (size_t i = 0; i < n; i++) {
        put_bytes(b, "data", i, &items[i].data);
        if (items[i].gz.n)
            put_bytes(b, "gz", i, &items[i].gz);
    }
    putf(b, "\nconst struct asset assets[] = {\n");
    for (size_t i = 0; i < n; i++) {
        const struct item *it = &items[i];
        const char *dot = strrchr(it->name, '.');
        putf(b,
             "    {.name = \"%s\", .url = \"/s/%.*s.%08x%s\", .type = \"%s\",\n"
             "     .data = data_%zu, .n = sizeof data_%zu",
             it->name, (int)(dot - it->name), it->name, (unsigned)it->hash, dot, it->type, i, i);
        if (it->gz.n)
            putf(b, ", .gz = gz_%zu, .gz_n = sizeof gz_%zu},\n", i, i);
        else
            putf(b, ", .gz = NULL, .gz_n = 0},\n");
    }
    putf(b, "};\nconst size_t asset_count = %zu;\n", n);
}

int main(int argc, char **argv)
{
    static struct item items[MAX_ASSETS]; /* static: what they hold is no leak at exit */
    static struct buf code, header;
    size_t n = 0, total = 0;
    if (argc < 4 || argc - 3 > MAX_ASSETS) {
        fprintf(stderr, "usage: embed out.c out.h NAME=path ...   (at most %d)\n", MAX_ASSETS);
        return 1;
    }
    for (int i = 3; i < argc; i++, n++) {
        load(&items[n], argv[i]);
        total += items[n].data.n + items[n].gz.n;
        for (size_t k = 0; k < n; k++)
            if (strcmp(items[k].name, items[n].name) == 0)
                die(TOP(argv[i]), "this name is given twice");
        if (total > MAX_TOTAL)
            die(TOP(argv[i]), "all assets together are more than 1 MiB");
    }
    putf(&header, "/* the files of assets/, made by embed; do not edit. */\n"
                  "#ifndef ASSETS_H\n#define ASSETS_H\n\n#include \"web/asset.h\"\n\n"
                  "#include <stddef.h>\n\n"
                  "extern const struct asset assets[];\n"
                  "extern const size_t asset_count;\n\n#endif\n");
    write_code(&code, argv[2], items, n);
    return spill((const struct made[]){{argv[2], &header}, {argv[1], &code}}, 2);
}
