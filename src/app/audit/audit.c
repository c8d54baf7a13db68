/* audit -- see audit.h: records written, chained, read, verified. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/audit/audit.h"
#include "app/account/account.h"
#include "audit.sql.h"
#include "base/id.h"
#include "seal/seal.h"
#include <string.h>

enum { OBJECT_MAX = 200, PAGE_MAX = 200 };

static const struct field record_fields[] = {
    FIELD(struct audit_record, seq, "序号"),
    FIELD(struct audit_record, id, "编号"),
    FIELD(struct audit_record, at, "时间"),
    FIELD(struct audit_record, person_id, "谁"),
    FIELD(struct audit_record, post_id, "岗位"),
    FIELD(struct audit_record, role, "角色"),
    FIELD(struct audit_record, session_id, "登录"),
    FIELD(struct audit_record, action, "做了什么"),
    FIELD(struct audit_record, object, "对什么"),
    FIELD(struct audit_record, reason, "为什么"),
    FIELD(struct audit_record, outcome, "结果"),
    FIELD(struct audit_record, detail_hash, "附记指纹"),
    FIELD(struct audit_record, h, "指纹"),
    FIELD(struct audit_record, detail, "附记"),
    FIELD(struct audit_record, person_name, "姓名"),
};
const struct shape audit_record_shape = SHAPE("audit", struct audit_record, record_fields);

/* ---- writing ---- */

void audit_why(struct cx *cx, struct str reason)
{
    cx->why = reason;
}

void audit_detail(struct cx *cx, struct str text)
{
    cx->detail = text;
}

void audit_by_resident(struct cx *cx)
{
    cx->by_resident = true;
}

void audit_forget(struct cx *cx)
{
    cx->why = cx->detail = S("");
    cx->by_resident = false;
}

static struct str role_of(const struct cx *cx)
{
    for (size_t i = 0; i < ROLE_BITS; i++)
        if (roles[i].bit == cx->who.role)
            return str_c(roles[i].code);
    return S("");
}

/* The end of the chain. */
static enum err last_of(struct cx *cx, struct audit_walk *w)
{
    struct audit_record last = {0};
    bool found;
    audit_walk_begin(w, cx->community);
    TRY(db_find(cx, &audit_sql_last, &audit_record_shape, &last, &found, NO_ARGS));
    if (found && last.h.n != AUDIT_HASH)
        return fail(cx, ERR_STORE, "审计记录坏了：第 %lld 条", (long long)last.seq);
    if (found) {
        w->seq = last.seq;
        memcpy(w->h, last.h.p, AUDIT_HASH);
    }
    return OK;
}

static enum err link_behind(struct cx *cx, struct audit_walk *w, struct audit_record *r)
{
    r->seq = w->seq + 1;
    r->h = audit_link(cx, cx->community, r, w->h);
    if (!r->h.n)
        return fail(cx, ERR_STORE, "算不出审计记录的指纹");
    TRY(db_put(cx, &audit_sql_add, &audit_record_shape, r, NO_ARGS));
    w->seq = r->seq;
    memcpy(w->h, r->h.p, AUDIT_HASH);
    return OK;
}

enum err audit_put(struct cx *cx, struct str action, struct str object, int64_t outcome)
{
    const struct who *w = cx->by_resident ? &(struct who){0} : &cx->who;
    struct audit_walk end;
    struct audit_record r = {
        .id = id_new(cx),
        .at = cx->now,
        .person_id = w->person_id,
        .post_id = w->post_id,
        .role = w->person_id || w->role ? role_of(cx) : S(""),
        .session_id = w->session_id,
        .action = action,
        .object = object.n > OBJECT_MAX ? str_cut(object, 0, OBJECT_MAX) : object,
        .reason = cx->why.p ? cx->why : S(""),
        .outcome = outcome,
        .detail_hash = cx->detail.n ? seal_sm3(cx, cx->detail) : S(""),
    };
    if (str_starts(action, S("job ")))
        r.role = S("system");
    if (cx->detail.n)
        TRY(db_run(cx, &audit_sql_detail_add, ARGS(AS("id", r.id), AS("text", cx->detail)), NULL));
    audit_forget(cx);
    if (conn_engine(cx->db) != ENGINE_SQLITE)
        return db_put(cx, &audit_sql_inbox_add, &audit_record_shape, &r, NO_ARGS);
    TRY(last_of(cx, &end));
    return link_behind(cx, &end, &r);
}

enum err audit_chain(struct cx *cx, int64_t most, int64_t *done)
{
    audit_record_list all = {0};
    struct audit_walk end;
    *done = 0;
    TRY(db_all(cx, &audit_sql_inbox, &audit_record_shape, &all, ARGS(A(most))));
    if (!all.n)
        return OK;
    TRY(last_of(cx, &end));
    for (size_t i = 0; i < all.n; i++) {
        TRY(link_behind(cx, &end, &all.at[i]));
        TRY(db_change(cx, &audit_sql_inbox_drop, ARGS(AS("id", all.at[i].id))));
    }
    *done = (int64_t)all.n;
    return OK;
}

enum err audit_erase(struct cx *cx, int64_t id)
{
    return db_run(cx, &audit_sql_detail_erase, ARGS(A(id)), NULL);
}

/* ---- reading ---- */

enum err audit_seq_before(struct cx *cx, int64_t at, int64_t *seq)
{
    struct audit_walk end;
    TRY(last_of(cx, &end));
    int64_t lo = 0, hi = end.seq; /* lo is before `at`, what follows hi is not */
    while (lo < hi) {
        int64_t mid = lo + (hi - lo + 1) / 2, then;
        TRY(db_number(cx, &audit_sql_at_of, &then, ARGS(AS("seq", mid))));
        if (then < at)
            lo = mid;
        else
            hi = mid - 1;
    }
    *seq = lo;
    return OK;
}

enum err audit_newest(struct cx *cx, int64_t *at)
{
    return db_number(cx, &audit_sql_newest, at, NO_ARGS);
}

#define KINDS(at, ends)                                                                            \
    AS("kind", (at)[0]), AS("kind_2", (at)[1]), AS("kind_3", (at)[2]), AS("kind_4", (at)[3]),      \
        A(ends)

enum err audit_page(struct cx *cx, const struct audit_filter *f, audit_record_list *out)
{
    int64_t before = f->before, most = f->most > 0 && f->most < PAGE_MAX ? f->most : PAGE_MAX;
    int64_t after = f->after;
    bool logins = !f->no_logins;
    struct str kinds[AUDIT_KINDS], object = f->object.p ? f->object : S(""),
                                   ends = f->ends.p ? f->ends : S("");
    for (size_t i = 0; i < AUDIT_KINDS; i++)
        kinds[i] = f->kinds[i].p ? f->kinds[i] : S("");
    struct str object_end = arena_printf(cx->mem, "%.*s\x7f", STR(f->object));
    if (!before)
        TRY(db_all(cx, &audit_sql_waiting, &audit_record_shape, out,
                   ARGS(A(most), AS("person_id", f->person_id), A(object_end), KINDS(kinds, ends),
                        A(logins), A(object),
                        AS("people", f->people && !f->person_id && !f->object.n))));
    if (f->person_id)
        return db_all(cx, &audit_sql_page_of_person, &audit_record_shape, out,
                      ARGS(A(before), A(after), KINDS(kinds, ends), A(logins), A(most),
                           AS("person_id", f->person_id), A(object), A(object_end)));
    if (f->object.n) {
        return db_all(cx, &audit_sql_page_of_object, &audit_record_shape, out,
                      ARGS(A(before), A(after), KINDS(kinds, ends), A(logins), A(most), A(object),
                           A(object_end)));
    }
    return db_all(cx, f->people ? &audit_sql_page_of_people : &audit_sql_page, &audit_record_shape,
                  out, ARGS(A(before), A(after), KINDS(kinds, ends), A(logins), A(most)));
}

/* ---- verifying ---- */

static enum err walk_row(struct cx *cx, void *rec, void *arg)
{
    struct audit_walk *w = arg;
    return audit_walk_step(cx, w, rec) ? OK : fail(cx, ERR_CONFLICT, "%s", w->why);
}

enum err audit_verify(struct cx *cx, struct audit_walk *w)
{
    int64_t old = 0, after = w->seq;
    w->why = NULL;
    enum err e = db_each(cx, &audit_sql_links, &audit_record_shape, walk_row, w, ARGS(A(after)));
    if (w->why) {
        fault_clear(cx);
        return OK;
    }
    TRY(e);
    if (!audit_walk_end(w))
        return OK;
    TRY(db_number(cx, &audit_sql_inbox_old, &old, ARGS(AS("before", cx->now - AUDIT_INBOX_MS))));
    if (old)
        w->why = "有记录很久没有接到链上";
    return OK;
}
