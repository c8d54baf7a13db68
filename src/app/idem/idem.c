/* idem -- see idem.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/idem/idem.h"
#include "base/id.h"
#include "idem.sql.h"
#include <sodium.h>

static const struct field idem_fields[] = {
    FIELD(struct idem, id, "编号"),      FIELD(struct idem, idem_key, "请求号"),
    FIELD(struct idem, person_id, "谁"), FIELD(struct idem, hash, "内容指纹"),
    FIELD(struct idem, status, "状态"),  FIELD(struct idem, body, "回应"),
    FIELD(struct idem, at, "时间"),
};
static const struct shape idem_shape = SHAPE("idem", struct idem, idem_fields);
static const struct shape *const idem_shapes[] = {&idem_shape};

struct str idem_hash(struct cx *cx, struct str method, struct str path, struct str body)
{
    unsigned char sum[32];
    char *hex = arena_alloc(cx->mem, 2 * sizeof sum + 1);
    const struct str parts[] = {method, path, body};
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof sum);
    for (size_t i = 0; i < COUNT(parts); i++) {
        uint64_t n = parts[i].n; /* lengths too, so that parts cannot run into each other */
        crypto_generichash_update(&state, (const unsigned char *)&n, sizeof n);
        crypto_generichash_update(&state, (const unsigned char *)parts[i].p, parts[i].n);
    }
    crypto_generichash_final(&state, sum, sizeof sum);
    sodium_bin2hex(hex, 2 * sizeof sum + 1, sum, sizeof sum);
    return str_n(hex, 2 * sizeof sum);
}

enum err idem_find(struct cx *cx, struct str key, struct str hash, struct idem *out, bool *found)
{
    if (key.n > 100)
        return fail(cx, ERR_INPUT, "Idempotency-Key 最多 100 个字符");
    TRY(db_find(cx, &idem_sql_find, &idem_shape, out, found, ARGS(A(key))));
    if (*found && !str_eq(out->hash, hash))
        return fail(cx, ERR_INPUT, "这个 Idempotency-Key 已经用在另一个请求上，请换一个");
    return OK;
}

enum err idem_keep(struct cx *cx, struct str key, struct str hash, int status, struct str body)
{
    int64_t id = id_new(cx);
    enum err e = db_run(cx, &idem_sql_put,
                        ARGS(A(id), A(key), A(hash), AS("status", (int64_t)status), A(body)), NULL);
    if (e != ERR_CONFLICT)
        return e;
    fault_clear(cx);
    return fail(cx, ERR_BUSY, "同一个请求正在办，请稍候再问一次");
}

const struct feature idem_feature = {.name = "idem",
                                     .shapes = idem_shapes,
                                     .nshapes = COUNT(idem_shapes),
                                     .queries = idem_sql_all,
                                     .nqueries = &idem_sql_count};
