/* err -- see err.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/cx.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MESSAGE_MAX = 1024 };

static struct str say(struct cx *cx, const char *format, va_list args)
{
    char text[MESSAGE_MAX];
    int n = vsnprintf(text, sizeof text, format, args);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    char *p = arena_try(cx->mem, len + 1); /* no memory may be the very fault */
    return p ? str_n(memcpy(p, text, len), len) : S("系统忙，请稍后再试");
}

enum err fail_at(struct cx *cx, enum err err, const char *file, int line, const char *format, ...)
{
    assert(err != OK && err < ERR_COUNT);
    if (cx->fault.err == OK) {
        va_list args;
        va_start(args, format);
        cx->fault.message = say(cx, format, args);
        va_end(args);
        cx->fault.err = err;
        cx->fault.file = file;
        cx->fault.line = line;
    }
    return err;
}

enum err fail_field(struct cx *cx, const char *field, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct field_fault *f = PUSH(cx->mem, &cx->fault.fields);
    f->field = field;
    f->message = say(cx, format, args);
    va_end(args);
    return fail(cx, ERR_INPUT, "有几处要改一下，填过的都还在");
}

void fault_clear(struct cx *cx)
{
    cx->fault = (struct fault){0};
}
