/* kit -- see kit.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/kit.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void complain(const struct where *w, const char *fmt, va_list ap)
{
    fprintf(stderr, "%s:%d: ", w->path, w->line);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
}

void die(const struct where *w, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    complain(w, fmt, ap);
    va_end(ap);
    exit(1);
}

void *must(void *p)
{
    if (!p)
        die(TOP("build helper"), "out of memory");
    return p;
}

/* Room for n more bytes and a NUL. */
static char *room(struct buf *b, size_t n)
{
    if (b->n + n + 1 > b->cap) {
        b->cap = (b->n + n + 1) * 2;
        b->at = must(realloc(b->at, b->cap));
    }
    return b->at + b->n;
}

void put(struct buf *b, const char *s, size_t n)
{
    memcpy(room(b, n), s, n);
    b->n += n;
    b->at[b->n] = 0;
}

void putf(struct buf *b, const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    size_t n = (size_t)vsnprintf(NULL, 0, fmt, ap);
    vsnprintf(room(b, n), n + 1, fmt, again);
    va_end(again);
    va_end(ap);
    b->n += n;
}

void put_c(struct buf *b, const char *s, size_t n, const char *indent)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\n')
            putf(b, i + 1 < n ? "\\n\"\n%s\"" : "\\n", indent);
        else if (s[i] == '\t')
            putf(b, "\\t");
        else /* `?` is escaped so that no trigraph can appear */
            putf(b, strchr("\"\\?", s[i]) ? "\\%c" : "%c", s[i]);
    }
}

struct buf slurp(const char *path, size_t max, const struct where *w)
{
    struct buf b = {0};
    char chunk[8192];
    size_t n;
    FILE *f = fopen(path, "rb");
    put(&b, "", 0);
    while (f && b.n <= max && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        put(&b, chunk, n);
    if (!f || ferror(f) || b.n > max) {
        const char *why = b.n > max ? "the file is too large" : strerror(errno);
        if (w)
            die(w, "cannot read %s: %s", path, why);
        die(TOP(path), "%s", why);
    }
    fclose(f);
    return b;
}

static bool write_file(const struct made *m)
{
    struct buf tmp = {0};
    putf(&tmp, "%s.tmp", m->path);
    FILE *f = fopen(tmp.at, "wb");
    bool ok = f && fwrite(m->text->at, 1, m->text->n, f) == m->text->n;
    if (f && fclose(f) != 0)
        ok = false;
    if (ok && rename(tmp.at, m->path) != 0)
        ok = false;
    if (!ok) {
        fprintf(stderr, "%s:1: cannot write: %s\n", m->path, strerror(errno));
        remove(tmp.at);
    }
    free(tmp.at);
    return ok;
}

int spill(const struct made *files, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!write_file(&files[i])) {
            while (i-- > 0)
                remove(files[i].path);
            return 1;
        }
    return 0;
}

bool word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

bool starts_with(const char *s, const char *head)
{
    return strncmp(s, head, strlen(head)) == 0;
}

bool ends_with(const char *s, const char *tail)
{
    size_t n = strlen(s), k = strlen(tail);
    return n >= k && strcmp(s + n - k, tail) == 0;
}

const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void guard_name(struct buf *b, const char *path)
{
    for (; *path; path++)
        putf(b, "%c", isalnum((unsigned char)*path) ? toupper((unsigned char)*path) : '_');
}
