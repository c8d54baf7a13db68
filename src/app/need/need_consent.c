/* need_consent -- what an asker agrees to beside the asking itself: that neighbours help, that his
 * number may be handed on, that a word about his health is kept. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_own.h"
#include "app/job/job.h"

/* Matching stands below: it is told by a job. */
static enum err changed(struct cx *cx, int64_t need_id, struct str purpose, bool agrees)
{
    const char *kind = agrees ? "match.new" : "match.moved";
    if (str_is(purpose, "note"))
        return agrees ? OK : need_note_drop(cx, need_id);
    if (!str_is(purpose, "match"))
        return OK;
    return job_put(
        cx, kind,
        arena_printf(cx->mem, "%s %lld %lld", kind, (long long)need_id, (long long)cx->now),
        need_id, S(""), cx->now);
}

static const struct consent_purpose purposes[] = {
    {"match", "请邻居、志愿者也来帮", "不再找人，答应来的会告诉他们不用来了"},
    {"share", "办不了时，把电话转给能办的单位", "只转事情，不转电话"},
    {"note", "记下身体情况，只有您自己看得到", "写的身体情况删掉"},
};
const struct consent_kind need_consents = {"need", "您提的事", purposes, COUNT(purposes), changed};

/* What was written before this was asked for has no line in the ledger. */
enum err need_note_gone(struct cx *cx, int64_t id, bool *yes)
{
    consent_list said = {0}; /* the newest first */
    TRY(consents_of(cx, &need_consents, id, &said));
    size_t i = 0;
    while (i < said.n && !str_is(said.at[i].purpose, "note"))
        i++;
    *yes = i < said.n && said.at[i].ended_at;
    return OK;
}

enum err need_agree(struct cx *cx, const struct need *n)
{
    const struct consent_how how = {
        .channel = need_asks_himself(n) ? S("self") : consent_channel(cx, n->channel)};
    TRY(consent_set(cx, &need_consents, n->id, "match", n->agrees_match, &how));
    TRY(consent_set(cx, &need_consents, n->id, "note", n->agrees_note, &how));
    return consent_set(cx, &need_consents, n->id, "share", n->agrees_share, &how);
}
