/* outbox -- messages: written by features, looked after by the administrator. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/outbox/outbox.h"
#include "app/outbox/outbox_own.h"
#include "base/id.h"
#include "outbox.sql.h"

const char *const outbox_state_codes[] = {[OUTBOX_WAITING] = "waiting",
                                          [OUTBOX_SENT] = "sent",
                                          [OUTBOX_FAILED] = "failed",
                                          [OUTBOX_DROPPED] = "dropped",
                                          NULL};
const char *const outbox_state_labels[] = {[OUTBOX_WAITING] = "等着发",
                                           [OUTBOX_SENT] = "发出了",
                                           [OUTBOX_FAILED] = "没发成",
                                           [OUTBOX_DROPPED] = "不再发",
                                           NULL};

static const struct field outbox_fields[] = {
    FIELD(struct outbox_row, id, "编号", .data = DATA_ADMIN),
    FIELD(struct outbox_row, topic, "什么事", .data = DATA_ADMIN),
    FIELD(struct outbox_row, subject_id, "关于哪一件", .data = DATA_ADMIN),
    FIELD(struct outbox_row, adapter_id, "接口编号", .data = DATA_ADMIN),
    FIELD(struct outbox_row, adapter, "接口", .data = DATA_ADMIN),
    FIELD(struct outbox_row, text, "内容", .data = DATA_ADMIN),
    FIELD(struct outbox_row, state, "到哪一步", .codes = outbox_state_codes,
          .labels = outbox_state_labels, .data = DATA_ADMIN),
    FIELD(struct outbox_row, tries, "试了几次", .data = DATA_ADMIN),
    FIELD(struct outbox_row, send_at, "什么时候发", .data = DATA_ADMIN),
    FIELD(struct outbox_row, failed, "为什么没发成", .data = DATA_ADMIN),
    FIELD(struct outbox_row, created_at, "写下的时间", .data = DATA_ADMIN),
    FIELD(struct outbox_row, ended_at, "了结的时间", .data = DATA_ADMIN),
};
const struct shape outbox_shape = SHAPE("outbox", struct outbox_row, outbox_fields);

static const struct field count_fields[] = {
    FIELD(struct outbox_counts, waiting, "等着发"),
    FIELD(struct outbox_counts, failed, "没发成"),
};
static const struct shape count_shape = SHAPE("outbox_counts", struct outbox_counts, count_fields);

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

/* Written once before there are threads, as shell's menu is. */
static struct {
    const outbox_topic_list *topics;
} told;

void outbox_topics_set(const outbox_topic_list *all)
{
    told.topics = all;
}

void outbox_topics(struct cx *cx, outbox_topic_list *out)
{
    *PUSH(cx->mem, out) = (struct outbox_topic){S("*"), "所有消息"};
    for (size_t i = 0; told.topics && i < told.topics->n; i++)
        *PUSH(cx->mem, out) = told.topics->at[i];
}

enum err outbox_write(struct cx *cx, int64_t adapter_id, const char *topic, int64_t subject_id,
                      struct str body)
{
    int64_t id = id_new(cx);
    return db_run(cx, &outbox_sql_put, ARGS(A(id), A(adapter_id), A(topic), A(subject_id), A(body)),
                  NULL);
}

enum err outbox_put(struct cx *cx, const char *topic, int64_t subject_id, struct str body)
{
    adapter_list active = {0};
    TRY(db_all(cx, &outbox_sql_active, &adapter_shape, &active, NO_ARGS));
    for (size_t i = 0; i < active.n; i++)
        if (outbox_match(active.at[i].topics, str_c(topic)))
            TRY(outbox_write(cx, active.at[i].id, topic, subject_id, body));
    return OK;
}

enum err outbox_reword(struct cx *cx, int64_t subject_id, struct str text)
{
    return db_run(cx, &outbox_sql_reword, ARGS(A(subject_id), A(text)), NULL);
}

enum err outbox_counts(struct cx *cx, struct outbox_counts *out)
{
    return db_one(cx, &outbox_sql_counts, &count_shape, out, NO_ARGS);
}

enum err outbox_find(struct cx *cx, enum outbox_state state, int limit, outbox_list *out)
{
    int64_t most = limit;
    if (state == OUTBOX_WAITING)
        return db_all(cx, &outbox_sql_waiting, &outbox_shape, out, ARGS(A(most)));
    return db_all(cx, &outbox_sql_ended, &outbox_shape, out,
                  ARGS(A(most), AS("state", outbox_state_codes[state])));
}

/* ERR_MISSING, or ERR_CONFLICT when it was sent. */
static enum err find_open(struct cx *cx, int64_t id, struct outbox_row *row)
{
    bool found;
    TRY(db_find(cx, &outbox_sql_one, &outbox_shape, row, &found, ARGS(A(id))));
    if (!found)
        return fail(cx, ERR_MISSING, "没有这条消息");
    if (row->state == OUTBOX_SENT)
        return fail(cx, ERR_CONFLICT, "这条已经发出去了");
    return OK;
}

enum err outbox_retry(struct cx *cx, int64_t id)
{
    struct outbox_row row = {0};
    TRY(find_open(cx, id, &row));
    TRY(db_change(cx, &outbox_sql_retry, ARGS(A(id))));
    return db_run(cx, &outbox_sql_turn_now, ARGS(AS("id", row.adapter_id)), NULL);
}

enum err outbox_drop(struct cx *cx, int64_t id)
{
    struct outbox_row row = {0};
    TRY(find_open(cx, id, &row));
    if (row.state == OUTBOX_DROPPED)
        return OK;
    return db_change(cx, &outbox_sql_drop, ARGS(A(id)));
}
