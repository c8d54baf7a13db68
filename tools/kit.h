/*
 * kit -- what the build helpers share: bytes that grow, files read and written whole, and messages
 * as file:line. Every failure here ends the program with status 1.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TOOLS_KIT_H
#define TOOLS_KIT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Text that grows. {0} is empty; after the first put there is a NUL behind it. */
struct buf {
    char *at;
    size_t n, cap;
};

/* A place in a file, for messages. */
struct where {
    const char *path;
    int line;
};
#define TOP(path) (&(struct where){(path), 1}) /* of a file as a whole */

/* `path:line: message` to stderr. */
void complain(const struct where *w, const char *fmt, va_list ap);
/* The same, and the program ends. */
__attribute__((noreturn, format(printf, 2, 3))) void die(const struct where *w, const char *fmt,
                                                         ...);

void *must(void *p); /* p; ends the program when it is NULL */

void put(struct buf *b, const char *s, size_t n);
__attribute__((format(printf, 2, 3))) void putf(struct buf *b, const char *fmt, ...);
/* What stands between the quotes of a C string; a line of the text is a line of the C file, those
 * behind the first begin with `indent`. */
void put_c(struct buf *b, const char *s, size_t n, const char *indent);

/* A file of at most `max` bytes; `w` is told when it cannot be read (NULL: the file itself). */
struct buf slurp(const char *path, size_t max, const struct where *w);

/* A file to be made. */
struct made {
    const char *path;
    const struct buf *text;
};
/* Writes all of them or none: a file appears when it is complete. Gives the exit status. */
int spill(const struct made *files, size_t n);

bool word_char(char c); /* letter, digit, '_' */
bool starts_with(const char *s, const char *head);
bool ends_with(const char *s, const char *tail);
const char *base_name(const char *path); /* behind the last '/' */
/* need/page.h -> NEED_PAGE_H: capitals and digits, '_' for all else. */
void guard_name(struct buf *b, const char *path);

#endif
