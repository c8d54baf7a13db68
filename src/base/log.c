/* log -- see log.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"
#include "base/env.h"
#include "base/out.h"
#include <stdarg.h>
#include <stdio.h>

enum { LINE_MAX_BYTES = 2048 };

void log_line(const char *level, const char *format, ...)
{
    char text[LINE_MAX_BYTES];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    /* An escape makes six bytes of one at most: nothing is ever taken from the arena. */
    char room[6 * LINE_MAX_BYTES + 128];
    struct arena none = {0};
    struct out o = {.mem = &none, .p = room, .cap = sizeof room, .max = sizeof room};
    out_printf(&o,
               "{\"at\":%lld,\"level\":\"%s\",\"text\":", (long long)env_system.now(&env_system),
               level);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    out_json(&o, str_n(text, len));
    out_c(&o, "}\n");
    fwrite(o.p, 1, o.n, stderr); /* one call: lines of several threads do not mix */
}
