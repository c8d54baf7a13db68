/* vault -- questions about sealed fields, put to the process that has the keys. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/keyring/keyring_own.h"
#include "app/place/place.h"
#include "base/log.h"

/* What is shown in the place of a text that did not come. */
static const char *const instead[SEAL_ANSWERS] = {
    [SEAL_LOCKED] = "锁着",    [SEAL_SLOWER] = "过一会儿再看", [SEAL_DOWN] = "过一会儿再看",
    [SEAL_REFUSED] = "打不开", [SEAL_WRONG] = "打不开",
};
/* To somebody who cannot do anything about it, the same word whatever is wrong. */
static const char for_guests[] = "暂时看不了";
static const char *const lost[SEAL_VERDICTS] = {
    [SEAL_BROKEN] = "打不开",
    [SEAL_NO_KEY] = "打不开",
    [SEAL_GONE] = "已销毁",
};

/* 0551 of 0551-6366 0000: what people here leave out. */
static enum err area_of(struct cx *cx, struct str *area)
{
    struct community c;
    TRY(place_community(cx, &c));
    struct str rest = c.phone;
    bool parted = str_split(&rest, '-', area) && rest.n;
    if (!parted || area->n < 3 || area->n > 4 || area->p[0] != '0')
        *area = S("");
    return OK;
}

enum err keyring_items(struct cx *cx, enum vault_act act, const struct vault_item *at, size_t n,
                       struct seal_column *columns, struct seal_item *out)
{
    static const enum seal_purpose purposes[] = {[VAULT_CONTACT] = SEAL_CONTACT,
                                                 [VAULT_NAME] = SEAL_NAME,
                                                 [VAULT_DOOR] = SEAL_DOOR,
                                                 [VAULT_TEXT] = SEAL_TEXT,
                                                 [VAULT_FILE] = SEAL_FILE};
    bool index = act == VAULT_INDEX;
    struct str area = S("");
    if (index)
        TRY(area_of(cx, &area));
    for (size_t i = 0; i < n; i++) {
        columns[i] = (struct seal_column){.table = at[i].table,
                                          .column = at[i].column,
                                          .purpose = index ? SEAL_INDEX : purposes[at[i].key],
                                          .pad = !index && at[i].pad};
        out[i] = (struct seal_item){.column = &columns[i],
                                    .row = at[i].row,
                                    .in = index ? seal_normal(cx, at[i].in, area) : at[i].in};
    }
    return OK;
}

void keyring_answers(const struct seal_item *from, size_t n, const char *words,
                     struct vault_item *at)
{
    for (size_t i = 0; i < n; i++) {
        at[i].lost = words || from[i].verdict != SEAL_DONE;
        at[i].out = words ? str_c(words) : at[i].lost ? str_c(lost[from[i].verdict]) : from[i].out;
    }
}

/* A resident, or a helper with his link, has no session: 256 are lent to such, by the record that
 * he holds, or the number that he typed before there is one. So nobody uses up what others may ask,
 * nor all the sessions that the process keeps count of. */
static uint64_t lent(const struct vault_item *at)
{
    uint64_t by = (uint64_t)at->row;
    for (size_t i = 0; at->row == 0 && i < at->in.n; i++)
        by = by * 31 + (unsigned char)at->in.p[i];
    return 1 + (by * UINT64_C(0x9e3779b97f4a7c15) >> 56);
}

static bool is_job(const struct cx *cx)
{
    return !cx->who.session_id && cx->who.scope_hi.n > 0;
}

/* Jobs, which reach everything, share the bound of all. */
static uint64_t session_of(const struct cx *cx, const struct vault_item *at)
{
    return cx->who.session_id ? (uint64_t)cx->who.session_id : is_job(cx) ? 0 : lent(at);
}

/* Of one table and column: that is the label of the index. */
static enum seal_answer ask_indexes(struct cx *cx, struct keys *k, const struct vault_item *at,
                                    struct seal_item *item, size_t n)
{
    enum seal_answer a = SEAL_ANSWERED;
    for (size_t i = 0; i < n && a == SEAL_ANSWERED; i++) {
        const char *label = arena_printf(cx->mem, "%s_%s", at[i].table, at[i].column).p;
        if (at[i].in.n)
            a = keys_index(cx, k, session_of(cx, at), label, 0, &item[i], 1);
    }
    return a;
}

static enum seal_answer ask(struct cx *cx, struct keys *k, enum vault_act act,
                            const struct vault_item *at, struct seal_item *item, size_t n)
{
    uint64_t session = session_of(cx, at);
    switch (act) {
    case VAULT_SEAL:
    case VAULT_AHEAD:
        return keys_seal(cx, k, item, n);
    case VAULT_OPEN:
        return keys_open(cx, k, session, item, n);
    case VAULT_MASK:
        return keys_mask(cx, k, session, item, n);
    case VAULT_RESEAL:
        return keys_reseal(cx, k, item, n);
    default:
        return ask_indexes(cx, k, at, item, n);
    }
}

/* Of a key of its own that is gone, nothing is asked any more. */
static void forgotten(const struct vault_item *at, struct seal_item *item, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (at[i].own && !item[i].person.n)
            item[i].verdict = SEAL_GONE;
}

static bool is_any(const struct seal_item *item, size_t n, bool only_no_key)
{
    for (size_t i = 0; i < n; i++)
        if (only_no_key ? item[i].verdict == SEAL_NO_KEY : item[i].verdict != SEAL_DONE)
            return true;
    return false;
}

/* Nothing is stored as it is: whoever filled in a form reads at the field what to do, and keeps
 * what he typed. A job waits: those that it works for would else lose it after its last try, while
 * somebody looks for the passphrase. */
static enum err shut(struct cx *cx, enum seal_answer a, enum vault_act act,
                     const struct vault_item *at)
{
    struct community c;
    if (act != VAULT_SEAL || is_job(cx)) {
        bool guest = !cx->who.person_id && !is_job(cx);
        fail(cx, ERR_BUSY, "%s",
             guest ? "您的电话还在，暂时看不了；编号、进度照常。" : seal_words(a));
        cx->fault.title = "眼下看不了姓名和电话";
        cx->fault.lasts = true;
        return ERR_BUSY;
    }
    TRY(place_community(cx, &c));
    return fail_field(cx, at->column,
                      "姓名、电话、门牌%s存不了：能空着的请空着提交；不能空着的，请打电话 %.*s",
                      a == SEAL_LOCKED ? "现在锁着，" : "这会儿", STR(c.phone));
}

/* What stands where a text should, and for whom. */
static const char *in_place(const struct cx *cx, enum seal_answer a)
{
    bool later = a == SEAL_LOCKED || a == SEAL_SLOWER || a == SEAL_DOWN;
    return a == SEAL_ANSWERED ? NULL : later && !cx->who.person_id ? for_guests : instead[a];
}

bool keyring_is_instead(struct str s)
{
    bool is = str_is(s, for_guests);
    for (size_t i = 0; i < COUNT(instead); i++)
        is |= instead[i] && str_is(s, instead[i]);
    for (size_t i = 0; i < COUNT(lost); i++)
        is |= lost[i] && str_is(s, lost[i]);
    return is;
}

enum err keyring_ask(struct vault *v, struct cx *cx, enum vault_act act, struct vault_item *at,
                     size_t n)
{
    struct keyring *r = (struct keyring *)(void *)v;
    struct seal_column *columns = arena_array(cx->mem, n, sizeof *columns);
    struct seal_item *item = arena_array(cx->mem, n, sizeof *item);
    TRY(keyring_items(cx, act, at, n, columns, item));
    enum seal_answer a = SEAL_ANSWERED;
    if (act == VAULT_AHEAD) {
        a = ask(cx, r->keys, act, at, item, n);
        keyring_answers(item, n, a == SEAL_ANSWERED ? NULL : "", at);
        return OK;
    }
    for (int tries = 0; tries == 0 || (tries == 1 && a == SEAL_ANSWERED && is_any(item, n, true));
         tries++) {
        if (tries)
            TRY(keyring_reload(cx, r));
        TRY(keyring_own_keys(cx, r->keys, act, at, n, item, &a));
        if (a == SEAL_ANSWERED)
            a = ask(cx, r->keys, act, at, item, n);
        forgotten(at, item, n);
    }
    keyring_answers(item, n, in_place(cx, a), at);
    bool writes = act == VAULT_SEAL || act == VAULT_INDEX; /* what does not open is only shown so */
    if (a == SEAL_ANSWERED)
        return writes && is_any(item, n, false)
                   ? fail(cx, ERR_STORE, "这个社区缺一把钥匙，姓名、电话和门牌没法封存")
                   : OK;
    if (a != SEAL_LOCKED)
        log_warn("keys: question %d got answer %d", (int)act, (int)a);
    if (a == SEAL_LOCKED || a == SEAL_DOWN)
        return shut(cx, a, act, at);
    return fail(cx, ERR_BUSY, "%s", seal_words(a));
}
