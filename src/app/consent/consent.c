/* consent -- see consent.h: the ledger. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/consent/consent.h"
#include "app/account/account.h"
#include "base/id.h"
#include "consent.sql.h"

#define TOLD(m, label, ...) FIELD(struct consent, m, label, .data = DATA_TEXT, __VA_ARGS__)
static const struct field consent_fields[] = {
    TOLD(id, "编号"),
    TOLD(subject, "哪一种"),
    TOLD(subject_id, "哪一件"),
    TOLD(purpose, "同意什么"),
    TOLD(text_hash, "看过的文本的指纹"),
    TOLD(channel, "怎么说的"),
    TOLD(is_guardian, "监护人同意"),
    FIELD(struct consent, by_name, "谁记的", .data = DATA_STAFF),
    TOLD(at, "什么时候"),
    TOLD(ended_at, "什么时候收回"),
    TOLD(ended_channel, "怎么收回的"),
    FIELD(struct consent, ended_name, "谁记的收回", .data = DATA_STAFF),
};
const struct shape consent_shape = SHAPE("consent", struct consent, consent_fields);

/* ---- kinds ---- */

static struct {
    const struct consent_kind *const *at;
    size_t n;
} kinds; /* breach: of the whole process, set once before threads */

void consent_kinds_set(const struct consent_kind *const *at, size_t n)
{
    kinds.at = at;
    kinds.n = n;
}

const struct consent_kind *consent_kind_of(struct str subject)
{
    for (size_t i = 0; i < kinds.n; i++)
        if (str_is(subject, kinds.at[i]->subject))
            return kinds.at[i];
    return NULL;
}

const struct consent_kind *consent_kind_nth(size_t i)
{
    return i < kinds.n ? kinds.at[i] : NULL;
}

const struct consent_purpose *consent_purpose_of(const struct consent_kind *kind, struct str code)
{
    for (size_t i = 0; i < kind->n; i++)
        if (str_is(code, kind->purposes[i].code))
            return &kind->purposes[i];
    return NULL;
}

/* ---- how it was said ---- */

static const struct {
    const char *code, *label;
} channels[] = {{"self", "本人在网上办的"},
                {"face", "当面说的"},
                {"phone", "电话里说的"},
                {"paper", "纸上签的"},
                {"system", "用完了，自动停的"}};

const char *consent_channel_label(struct str channel)
{
    for (size_t i = 0; i < COUNT(channels); i++)
        if (str_is(channel, channels[i].code))
            return channels[i].label;
    return NULL;
}

struct str consent_channel(const struct cx *cx, struct str channel)
{
    if (str_is(channel, "phone") || str_is(channel, "paper"))
        return channel;
    return cx->who.person_id ? S("face") : S("self");
}

/* ---- the ledger ---- */

/* The text that somebody read who says yes now. */
static enum err text_now(struct cx *cx, struct str *hash)
{
    struct notice n = {0};
    bool found;
    TRY(db_find(cx, &consent_sql_notice_hash, &notice_shape, &n, &found, NO_ARGS));
    if (!found) {
        TRY(notice_keep(cx));
        TRY(db_find(cx, &consent_sql_notice_hash, &notice_shape, &n, &found, NO_ARGS));
    }
    *hash = n.hash;
    return OK;
}

static enum err holding(struct cx *cx, const struct consent_kind *kind, int64_t subject_id,
                        const char *purpose, int64_t *id)
{
    struct consent c = {0};
    bool found;
    TRY(db_find(cx, &consent_sql_holding, &consent_shape, &c, &found,
                ARGS(AS("subject", kind->subject), A(subject_id), A(purpose))));
    *id = found ? c.id : 0;
    return OK;
}

static enum err give(struct cx *cx, const struct consent_kind *kind, int64_t subject_id,
                     const char *purpose, struct str channel, const struct consent_how *how)
{
    struct str text_hash = how->text_hash;
    if (!text_hash.n)
        TRY(text_now(cx, &text_hash));
    return db_run(cx, &consent_sql_add,
                  ARGS(AS("id", id_new(cx)), AS("subject", kind->subject), A(subject_id),
                       A(purpose), A(text_hash), A(channel), AS("is_guardian", how->is_guardian),
                       AS("by_name", str_is(channel, "self") ? S("") : cx->who.name)),
                  NULL);
}

static enum err end(struct cx *cx, int64_t id, struct str channel)
{
    return db_run(
        cx, &consent_sql_end,
        ARGS(A(id), A(channel), AS("by_name", str_is(channel, "self") ? S("") : cx->who.name)),
        NULL);
}

enum err consent_set(struct cx *cx, const struct consent_kind *kind, int64_t subject_id,
                     const char *purpose, bool agrees, const struct consent_how *how)
{
    int64_t id;
    struct str channel = how->channel.n ? how->channel : consent_channel(cx, S(""));
    if (!consent_purpose_of(kind, str_c(purpose)))
        return fail_field(cx, "what", "没有这一项同意");
    if (!consent_channel_label(channel))
        return fail_field(cx, "channel", "请选一下本人是怎么说的");
    TRY(holding(cx, kind, subject_id, purpose, &id));
    if ((id != 0) == agrees)
        return OK;
    TRY(agrees ? give(cx, kind, subject_id, purpose, channel, how) : end(cx, id, channel));
    return kind->changed ? kind->changed(cx, subject_id, str_c(purpose), agrees) : OK;
}

enum err consent_holds(struct cx *cx, const struct consent_kind *kind, int64_t subject_id,
                       const char *purpose, bool *yes)
{
    int64_t id;
    TRY(holding(cx, kind, subject_id, purpose, &id));
    *yes = id != 0;
    return OK;
}

enum err consents_of(struct cx *cx, const struct consent_kind *kind, int64_t subject_id,
                     consent_list *out)
{
    return db_all(cx, &consent_sql_of_subject, &consent_shape, out,
                  ARGS(AS("subject", kind->subject), A(subject_id)));
}

static void say(struct cx *cx, consent_sayings *out, struct consent_saying s)
{
    size_t at = out->n;
    PUSH(cx->mem, out);
    for (; at > 0 && out->at[at - 1].at < s.at; at--)
        out->at[at] = out->at[at - 1];
    out->at[at] = s;
}

enum err consent_history(struct cx *cx, const struct consent_kind *kind, int64_t subject_id,
                         consent_sayings *out)
{
    consent_list all = {0};
    TRY(consents_of(cx, kind, subject_id, &all));
    for (size_t i = 0; i < all.n; i++) {
        const struct consent *c = &all.at[i];
        if (c->ended_at)
            say(cx, out,
                (struct consent_saying){c->purpose, false, c->ended_channel, c->ended_name,
                                        c->ended_at});
        say(cx, out, (struct consent_saying){c->purpose, true, c->channel, c->by_name, c->at});
    }
    return OK;
}

enum err consent_end_all(struct cx *cx, const struct consent_kind *kind, int64_t subject_id,
                         struct str channel, int64_t *ended)
{
    int64_t n = 0;
    for (size_t i = 0; i < kind->n; i++) {
        const char *purpose = kind->purposes[i].code;
        bool yes;
        TRY(consent_holds(cx, kind, subject_id, purpose, &yes));
        if (yes)
            TRY(consent_set(cx, kind, subject_id, purpose, false,
                            &(struct consent_how){.channel = channel}));
        n += yes;
    }
    if (ended)
        *ended = n;
    return OK;
}

enum err consent_drop(struct cx *cx, const struct consent_kind *kind, int64_t subject_id)
{
    return db_run(cx, &consent_sql_drop, ARGS(AS("subject", kind->subject), A(subject_id)), NULL);
}
