/* activity_mine -- what is held of who signs up: told, put right, deleted at his wish. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/activity_own.h"
#include "activity.sql.h"

static enum err by_key(struct cx *cx, int64_t id, struct str key)
{
    struct activity_party p;
    return activity_by_key(cx, id, key, &p);
}

static enum err by_word(struct cx *cx, struct str number, struct str word, int64_t *id)
{
    struct activity_party p = {0};
    TRY(activity_by_word(cx, number, word, &p));
    *id = p.id;
    return OK;
}

/* Places that are still to come are given back first, so that others move up. Under a hold as well:
 * then the link opens nothing any more, and the rest goes when that ends. */
enum err activity_erase(struct cx *cx, int64_t id)
{
    bool held;
    struct activity_party p;
    struct activity_seat after;
    activity_seat_list seats = {0};
    const struct seat_move m = {.code = S("")};
    unsigned from = steps_find(&seat_steps, S("give"))->from;
    TRY(party_load(cx, id, &p));
    if (p.forgotten_at)
        return OK;
    TRY(activity_seats_of(cx, id, &seats));
    for (size_t i = 0; i < seats.n; i++) {
        struct activity a;
        TRY(activity_load(cx, seats.at[i].activity_id, &a));
        if (a.from_at > cx->now && (from & SEAT_IN(seats.at[i].state)))
            TRY(activity_party_step(cx, &p, seats.at[i].id, S("give"), &m, &after));
    }
    TRY(db_run(cx, &activity_sql_close_party, ARGS(A(id), AS("nothing", value_blob(S("")))), NULL));
    TRY(keep_wait(cx, "activity", id, "activity.erase", id, S(""), &held));
    if (held)
        return OK;
    TRY(db_run(cx, &activity_sql_forget_party, ARGS(A(id), AS("nothing", value_blob(S("")))),
               NULL));
    TRY(db_run(cx, &activity_sql_forget_party_story, ARGS(A(id)), NULL));
    return db_run(cx, &activity_sql_forget_party_words, ARGS(A(id)), NULL);
}

static enum err changed(struct cx *cx, int64_t id, struct str purpose, bool agrees)
{
    (void)purpose;
    if (agrees)
        return OK;
    TRY(activity_erase(cx, id));
    return subject_erased_note(cx, "activity", id);
}

static const struct consent_purpose purposes[] = {
    {"guardian", "监护人同意孩子参加", "位子退掉，联系方式删掉"},
};
const struct consent_kind activity_consents = {"activity", "报名参加活动", purposes,
                                               COUNT(purposes), changed};

static const struct subject_fix fixes[] = {{"name", "称呼", &activity_sql_fix_name},
                                           {"contact", "电话", &activity_sql_fix_contact}};
const struct subject_kind activity_subject = {.code = "activity",
                                              .label = "报名参加活动",
                                              .consents = &activity_consents,
                                              .find = &activity_sql_mine_find,
                                              .number = &activity_sql_mine_number,
                                              .since = &activity_sql_mine_since,
                                              .by_key = by_key,
                                              .by_word = by_word,
                                              .shape = &activity_party_shape,
                                              .fixes = fixes,
                                              .nfixes = COUNT(fixes),
                                              .erase = activity_erase};

static const struct subject_table tables[] = {
    {"activity_party", &activity_sql_mine, &activity_party_shape},
    {"activity_seat", &activity_sql_mine_seats, &activity_seat_shape},
    {"activity_event", &activity_sql_mine_events, &activity_event_shape, .steps = &seat_steps},
};
const struct subject_part activity_parts[] = {{"activity", tables, COUNT(tables)}};

const struct keep_rule activity_keeps[] = {{"activity", "报名的称呼、电话", NULL, NULL}};
