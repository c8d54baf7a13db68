/* cx -- see cx.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cx.h"
#include "base/env.h"

void cx_init(struct cx *cx, struct arena *mem, struct env *env)
{
    *cx = (struct cx){.mem = mem, .env = env, .now = env->now(env), .request_id = ""};
}

void cx_defer(struct cx *cx, void (*fn)(void *), void *arg)
{
    struct cx_closer *c = NEW(cx->mem, struct cx_closer);
    *c = (struct cx_closer){fn, arg, cx->closers};
    cx->closers = c;
}

void cx_close_to(struct cx *cx, struct cx_closer *mark)
{
    while (cx->closers != mark) {
        struct cx_closer *c = cx->closers;
        cx->closers = c->next;
        c->fn(c->arg);
    }
}

void cx_end(struct cx *cx)
{
    cx_close_to(cx, NULL);
    fault_clear(cx);
}
