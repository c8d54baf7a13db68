/* need_mine -- what is held of who asked: told, put right, deleted at his wish, forgotten in time.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_own.h"
#include "app/audit/audit.h"
#include "app/shield/shield.h"
#include "need.sql.h"

static enum err by_key(struct cx *cx, int64_t id, struct str key)
{
    struct need n;
    return need_by_key(cx, id, key, &n);
}

static enum err by_word(struct cx *cx, struct str number, struct str word, int64_t *id)
{
    struct need n = {0};
    TRY(need_by_word(cx, number, word, &n));
    audit_by_resident(cx);
    *id = n.id;
    return OK;
}

static enum err erase(struct cx *cx, int64_t id)
{
    struct need n;
    TRY(need_load(cx, id, &n));
    if (!need_is_closed(n.state))
        return fail(cx, ERR_CONFLICT, "这件事还在办，办完或者撤回以后才能删");
    TRY(db_run(cx, &need_sql_erase, ARGS(A(id), AS("nothing", value_blob(S("")))), NULL));
    TRY(shield_forget(cx, id));
    TRY(db_run(cx, &need_sql_erase_photos, ARGS(A(id)), NULL));
    TRY(db_run(cx, &need_sql_erase_assists, ARGS(A(id)), NULL));
    return db_run(cx, &need_sql_erase_events, ARGS(A(id)), NULL);
}

enum err need_note_drop(struct cx *cx, int64_t id)
{
    struct need n;
    struct shield_identity who;
    bool found, held;
    TRY(keep_wait(cx, "need", id, "need.note", id, S("0"), &held));
    if (held)
        return OK;
    TRY(need_load(cx, id, &n));
    if (n.is_secret) {
        TRY(shield_find(cx, id, &who, &found));
        return found ? need_guard_fix(cx, &n, S("note"), S("")) : OK;
    }
    n.note = S("");
    return db_put(cx, &need_sql_fix_note, &need_shape, &n, NO_ARGS);
}

/* Of a guarded one it stands behind the wall, and stays there. Health is noted for whoever said yes
 * to that alone, when he asked. */
static enum err fix_apart(struct cx *cx, int64_t id, struct str field, struct str value, bool *done)
{
    struct need n;
    bool agrees, gone;
    TRY(need_load(cx, id, &n));
    TRY(consent_holds(cx, &need_consents, id, "note", &agrees));
    TRY(need_note_gone(cx, id, &gone));
    if (str_is(field, "note") && value.n && !agrees &&
        (gone || !n.note.n)) /* one of before may be put right */
        return fail(cx, ERR_CONFLICT,
                    "本人没有单独同意记身体情况，改不了；要照顾到什么，请本人写在“补充”里");
    *done = n.is_secret;
    return n.is_secret ? need_guard_fix(cx, &n, field, value) : OK;
}

static enum err keepers(struct cx *cx, int64_t id, bool *only)
{
    struct need n;
    TRY(need_load(cx, id, &n));
    *only = n.is_secret;
    return n.is_secret ? shield_keeper(cx) : OK;
}

static const struct subject_fix fixes[] = {{"name", "称呼", &need_sql_fix_name},
                                           {"contact", "电话", &need_sql_fix_contact},
                                           {"door", "门牌", &need_sql_fix_door},
                                           {"note", "身体情况", &need_sql_fix_note}};
const struct subject_kind need_subject = {.code = "need",
                                          .label = "您提的事",
                                          .staff_label = "居民提的事",
                                          .consents = &need_consents,
                                          .find = &need_sql_mine_find,
                                          .number = &need_sql_mine_number,
                                          .since = &need_sql_mine_since,
                                          .by_key = by_key,
                                          .by_word = by_word,
                                          .shape = &need_shape,
                                          .fixes = fixes,
                                          .nfixes = COUNT(fixes),
                                          .fix_apart = fix_apart,
                                          .keepers = keepers,
                                          .erase = erase};

static const struct subject_table tables[] = {
    {"need", &need_sql_mine, &need_shape},
    {"need_event", &need_sql_mine_events, &need_event_shape},
    {"need_assist", &need_sql_mine_assists, NULL},
    {"need_paper", &need_sql_mine_papers, &need_paper_shape},
    {"need_photo", &need_sql_mine_photos, &need_photo_shape},
};
const struct subject_part need_parts[] = {{"need", tables, COUNT(tables)}};

const struct keep_rule need_keeps[] = {
    {"need_who", "提事人的称呼、电话、门牌", &need_sql_who_old, &need_sql_who_forget},
    {"need_who", "照片", &need_sql_photos_old, &need_sql_photos_forget},
    {"need_text", "说的事和答复的话", &need_sql_text_old, &need_sql_text_forget},
    {"need_text", "办理经过里的话", &need_sql_events_old, &need_sql_events_forget},
    {"need_text", "协办单位之间的话", &need_sql_assists_old, &need_sql_assists_forget},
    {"need_text", "纸条上的四位数字", &need_sql_papers_old, &need_sql_papers_forget},
};
