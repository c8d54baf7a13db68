/* err -- how things fail: seven ways, one message for the person, place in the source for the log.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

struct cx;

enum err {
    OK,
    ERR_INPUT,    /* 422: what was sent is wrong; the message says what to do */
    ERR_DENIED,   /* 403 (401 when nobody is signed in) */
    ERR_MISSING,  /* 404: not there, or not to be told */
    ERR_CONFLICT, /* 409: somebody was faster, or the same key with other content */
    ERR_BUSY,     /* 503: run again; the caller's loop does so three times */
    ERR_STORE,    /* 500: refused by the store, nothing changed */
    ERR_UNKNOWN,  /* 504: may or may not have been stored: ask again with the same key */
    ERR_COUNT
};

/* Notes the fault and returns `err`: return fail(cx, ERR_INPUT, "最多 %d 字", 500);
 * The first fault wins, so a caller may add context without hiding the cause. */
#define fail(cx, err, ...) fail_at((cx), (err), __FILE__, __LINE__, __VA_ARGS__)
enum err fail_at(struct cx *cx, enum err err, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Notes a fault of one field of a form; returns ERR_INPUT. Several may be noted. */
enum err fail_field(struct cx *cx, const char *field, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Forgets the fault (a caller that has dealt with it). */
void fault_clear(struct cx *cx);

#define TRY(call)                                                                                  \
    do {                                                                                           \
        enum err try_err_ = (call);                                                                \
        if (try_err_ != OK)                                                                        \
            return try_err_;                                                                       \
    } while (0)

#endif
