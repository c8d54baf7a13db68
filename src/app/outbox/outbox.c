/* outbox -- writes what is to be sent; the senders read it after commit. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/outbox/outbox.h"
#include "base/id.h"
#include "outbox.sql.h"
#include "web/web.h"

static const struct field row_fields[] = {
    FIELD(struct outbox_row, id, "编号"),          FIELD(struct outbox_row, topic, "主题"),
    FIELD(struct outbox_row, subject_id, "对象"),  FIELD(struct outbox_row, channel, "渠道"),
    FIELD(struct outbox_row, target, "地址"),      FIELD(struct outbox_row, body, "内容"),
    FIELD(struct outbox_row, send_at, "发送时间"), FIELD(struct outbox_row, tries, "次数"),
};
static const struct shape row_shape = SHAPE("outbox", struct outbox_row, row_fields);

bool outbox_match(struct str topics, struct str topic)
{
    struct str one;
    while (str_split(&topics, ',', &one)) {
        one = str_trim(one);
        if (str_is(one, "*") || str_eq(one, topic))
            return true;
        if (str_ends(one, S(".*")) && str_starts(topic, str_cut(one, 0, one.n - 1)))
            return true;
    }
    return false;
}

enum err outbox_put(struct cx *cx, const char *topic, int64_t subject_id, struct str body)
{
    outbox_list adapters = {0};
    TRY(db_all(cx, &outbox_sql_adapters, &row_shape, &adapters, NO_ARGS));
    for (size_t i = 0; i < adapters.n; i++) {
        const struct outbox_row *a = &adapters.at[i];
        if (!outbox_match(a->topic, str_c(topic)))
            continue;
        int64_t id = id_new(cx);
        TRY(db_run(cx, &outbox_sql_put,
                   ARGS(A(id), A(topic), A(subject_id), AS("channel", a->channel),
                        AS("target", a->target), A(body)),
                   NULL));
    }
    return OK;
}

enum err outbox_due(struct cx *cx, int limit, outbox_list *out)
{
    int64_t most = limit;
    return db_all(cx, &outbox_sql_due, &row_shape, out, ARGS(A(most)));
}

static const struct shape *const shapes[] = {&row_shape};

const struct feature outbox_feature = {.name = "outbox",
                                       .shapes = shapes,
                                       .nshapes = COUNT(shapes),
                                       .queries = outbox_sql_all,
                                       .nqueries = &outbox_sql_count};
