/*
 * open_loop -- the bare engine under the same load as the server: opens needs in one thread, no
 * HTTP, no parsing, `batch` of them in a transaction. What the server reaches is told as a share
 * of this. usage: open_loop URL PLACE_CODE SECONDS BATCH; prints needs a second.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need.h"
#include "base/env.h"
#include "base/id.h"
#include <stdio.h>
#include <stdlib.h>

enum { MEMORY = 64 << 20 };

static int ended(struct cx *cx)
{
    fprintf(stderr, "%.*s\n", STR(cx->fault.message));
    return 1;
}

static enum err open_batch(struct cx *cx, int64_t place_id, int batch)
{
    TRY(db_begin(cx, true));
    for (int i = 0; i < batch; i++) {
        struct need n = {.place_id = place_id,
                         .channel = S("web"),
                         .text = S("四楼楼道的灯坏了三天，晚上看不见路"),
                         .contact = S("0551-0000 0009"),
                         .client_key = id_uuid(cx)};
        struct str key;
        bool again;
        cx->now = cx->env->now(cx->env);
        TRY(need_open(cx, &n, &key, &again));
    }
    return db_commit(cx);
}

int main(int argc, char **argv)
{
    struct arena boot, mem;
    struct cx cx;
    struct store *store;
    struct place place;
    if (argc != 5)
        return fputs("usage: open_loop URL PLACE_CODE SECONDS BATCH\n", stderr), 2;
    arena_init(&boot, MEMORY);
    arena_init(&mem, MEMORY);
    cx_init(&cx, &boot, &env_system);
    id_process(1023);
    if (store_open(&cx, argv[1], &store) != OK || store_connect(&cx, store, true, &cx.db) != OK)
        return ended(&cx);
    account_nobody(&cx, 1);
    if (db_begin(&cx, false) != OK || place_by_code(&cx, str_c(argv[2]), &place) != OK)
        return ended(&cx);
    db_rollback(&cx);
    int64_t began = cx.env->monotonic(cx.env), end = began + atoi(argv[3]) * 1000LL, done = 0, now;
    cx.mem = &mem;
    do {
        if (open_batch(&cx, place.id, atoi(argv[4])) != OK)
            return ended(&cx);
        done += atoi(argv[4]);
        arena_reset(&mem);
        now = cx.env->monotonic(cx.env);
    } while (now < end);
    printf("%.1f\n", (double)done * 1000 / (double)(now - began));
    conn_close(cx.db);
    store_close(store);
    return 0;
}
