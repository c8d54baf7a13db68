/* cert -- certificates of service: asked for, checked by one, issued by another, found again by
 * anybody who holds one. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/hours_own.h"
#include "base/id.h"
#include "base/out.h"
#include "base/time.h"
#include "hours.sql.h"
#include <sodium.h>

enum { HASH_LEAST = 16 }; /* digits that stand in the QR code */

/* ---- rows ---- */

enum err cert_load(struct cx *cx, int64_t id, struct cert *out)
{
    bool found;
    TRY(db_find(cx, &hours_sql_cert, &cert_shape, out, &found, ARGS(A(id))));
    return found ? OK : fail(cx, ERR_MISSING, "没有这份证明");
}

static enum err save(struct cx *cx, struct cert *c)
{
    int64_t changed = 0;
    TRY(db_run(cx, &hours_sql_cert_save,
               ARGS(AS("id", c->id), AS("version", c->version), AS("number", c->number),
                    AS("state", cert_state_codes[c->state]), AS("minutes", c->minutes),
                    AS("times", c->times), AS("lines", c->lines), AS("issuer", c->issuer),
                    AS("phone", c->phone), AS("handler_id", c->handler_id),
                    AS("handler_name", c->handler_name), AS("head_id", c->head_id),
                    AS("head_name", c->head_name), AS("issued_at", c->issued_at),
                    AS("hash", c->hash), AS("next_id", c->next_id), AS("reason", c->reason),
                    AS("shown_until", c->shown_until), AS("objections", c->objections)),
               &changed));
    if (changed != 1)
        return fail(cx, ERR_CONFLICT, "刚刚有了变化，请刷新看看");
    c->version++;
    c->changed_at = cx->now;
    return OK;
}

static const struct consent_purpose to_team[] = {
    {"shown", "公示证明时写称呼", "公示时只写编号"},
};
const struct consent_kind cert_consents = {"cert", "志愿服务证明", to_team, COUNT(to_team), NULL};

static enum err insert(struct cx *cx, struct cert *c, const struct consent_how *how)
{
    c->id = id_new(cx);
    c->version = 1;
    c->created_at = c->changed_at = cx->now;
    TRY(db_put(cx, &hours_sql_cert_insert, &cert_shape, c, NO_ARGS));
    return consent_set(cx, &cert_consents, c->id, "shown", c->agrees_shown, how);
}

/* ---- what stands in it ---- */

static struct str iso_day(struct cx *cx, int64_t day)
{
    struct civil c = time_civil(time_day_start(day));
    return arena_printf(cx->mem, "%04d-%02d-%02d", c.year, c.month, c.day);
}

struct str cert_contents(struct cx *cx, const struct cert *c)
{
    struct out o;
    out_init(&o, cx->mem);
    out_printf(&o, "linghang-cert 1\n%.*s\n%.*s\n%.*s\n", STR(c->number), STR(c->name),
               STR(c->volunteer_number));
    out_printf(&o, "%.*s\n%.*s\n%lld\n%lld\n", STR(iso_day(cx, c->from_day)),
               STR(iso_day(cx, c->to_day)), (long long)c->minutes, (long long)c->times);
    out_printf(&o, "%.*s\n%.*s\n%.*s\n%.*s\n%.*s\n", STR(c->issuer), STR(c->phone),
               STR(c->handler_name), STR(c->head_name), STR(iso_day(cx, time_day(c->issued_at))));
    out_str(&o, c->lines);
    return out_text(&o);
}

static struct str hash_of(struct cx *cx, const struct cert *c)
{
    unsigned char sum[crypto_hash_sha256_BYTES];
    char *hex = arena_alloc(cx->mem, 2 * sizeof sum + 1);
    struct str text = cert_contents(cx, c);
    crypto_hash_sha256(sum, (const unsigned char *)text.p, text.n);
    sodium_bin2hex(hex, 2 * sizeof sum + 1, sum, sizeof sum);
    return str_n(hex, 2 * sizeof sum);
}

void cert_read_lines(struct cx *cx, struct str lines, cert_line_list *out)
{
    struct str line, what, minutes;
    while (str_split(&lines, '\n', &line)) {
        struct cert_line l = {0};
        if (str_split(&line, '\t', &what) && str_split(&line, '\t', &minutes) &&
            str_int(minutes, &l.minutes) && str_int(line, &l.times)) {
            l.what = what;
            *PUSH(cx->mem, out) = l;
        }
    }
}

enum err cert_now(struct cx *cx, const struct cert *c, struct hours_sum *out)
{
    return db_one(cx, &hours_sql_sum, &hours_sum_shape, out,
                  ARGS(AS("volunteer_id", c->volunteer_id),
                       AS("from_at", time_day_start(c->from_day)),
                       AS("to_at", time_day_start(c->to_day + 1))));
}

/* What counts today, the issuer, and the caller as the handler. */
static enum err fix(struct cx *cx, struct cert *c)
{
    struct community here;
    struct hours_sum sum;
    cert_line_list lines = {0};
    struct out o;
    TRY(cert_now(cx, c, &sum));
    if (sum.minutes == 0)
        return fail(cx, ERR_CONFLICT, "这段时间没有两边确认过的服务时长，开不了");
    TRY(db_all(cx, &hours_sql_lines, &cert_line_shape, &lines,
               ARGS(AS("volunteer_id", c->volunteer_id), AS("from_at", time_day_start(c->from_day)),
                    AS("to_at", time_day_start(c->to_day + 1)))));
    out_init(&o, cx->mem);
    for (size_t i = 0; i < lines.n; i++)
        out_printf(&o, "%.*s\t%lld\t%lld\n", STR(lines.at[i].what), (long long)lines.at[i].minutes,
                   (long long)lines.at[i].times);
    TRY(place_community(cx, &here));
    c->lines = out_text(&o);
    c->minutes = sum.minutes;
    c->times = sum.times;
    c->issuer = here.name;
    c->phone = here.phone;
    c->handler_id = cx->who.person_id;
    c->handler_name = cx->who.name;
    return OK;
}

/* ---- asking ---- */

enum err cert_ask(struct cx *cx, const struct cert_asked *a, struct cert *out)
{
    struct volunteer v;
    struct hours_sum sum;
    int64_t open = 0;
    if (a->key.n)
        TRY(volunteer_by_key(cx, a->volunteer_id, a->key, &v));
    else if (!(cx->who.role & ROLES_CHECK))
        return fail(cx, ERR_DENIED, "您的岗位不能代办证明");
    else
        TRY(volunteer_get(cx, a->volunteer_id, &v));
    if (a->from_day <= 0 || a->to_day < a->from_day)
        return fail_field(cx, "to_day", "结束日期要不早于开始日期");
    if (a->to_day > time_day(cx->now))
        return fail_field(cx, "to_day", "只能开到今天为止");
    *out = (struct cert){.volunteer_id = v.id,
                         .volunteer_number = v.number,
                         .from_day = a->from_day,
                         .to_day = a->to_day,
                         .team_id = v.org_id,
                         .agrees_shown = a->agrees_shown,
                         .asked_by = a->key.n ? 0 : cx->who.person_id};
    TRY(cert_now(cx, out, &sum));
    if (sum.minutes == 0)
        return fail_field(cx, "from_day", "这段时间还没有两边确认过的服务时长");
    TRY(db_number(cx, &hours_sql_cert_open, &open,
                  ARGS(AS("volunteer_id", v.id), AS("follows_id", 0))));
    if (open)
        return fail(cx, ERR_CONFLICT, "您已经有一份在办，办好了再申请下一份");
    TRY(volunteer_name(cx, v.id, &out->name));
    TRY(insert(cx, out, &(struct consent_how){0}));
    return outbox_put(cx, "cert.asked", out->id, S("有人申请志愿服务证明，请核一核"));
}

/* ---- steps ---- */

static enum err check(struct cx *cx, struct cert *c, const struct cert_asked *a)
{
    (void)a;
    TRY(fix(cx, c));
    c->state = CERT_CHECKED;
    return save(cx, c);
}

/* The one that this one corrects. */
static enum err replace(struct cx *cx, const struct cert *c)
{
    struct cert old;
    TRY(cert_load(cx, c->follows_id, &old));
    if (old.state != CERT_ISSUED)
        return fail(cx, ERR_CONFLICT, "原来那份现在是“%s”，不能再更正",
                    cert_state_labels[old.state]);
    old.state = CERT_CORRECTED;
    old.next_id = c->id;
    old.reason = c->reason;
    return save(cx, &old);
}

static enum err issue(struct cx *cx, struct cert *c, const struct cert_asked *a)
{
    int64_t nth = 0;
    (void)a;
    if (c->handler_id == cx->who.person_id)
        return fail(cx, ERR_CONFLICT, "经办人和负责人要是两个人，请另一位来签发");
    TRY(db_number(cx, &hours_sql_cert_next, &nth, ARGS(AS("year", time_civil(cx->now).year))));
    c->number = id_number_year(cx, 'C', cx->now, nth);
    c->head_id = cx->who.person_id;
    c->head_name = cx->who.name;
    c->issued_at = cx->now;
    c->state = CERT_ISSUED;
    c->shown_until = cx->now + CERT_SHOWN_DAYS * MS_DAY;
    c->hash = hash_of(cx, c);
    if (c->follows_id)
        TRY(replace(cx, c));
    return save(cx, c);
}

static enum err say_why(struct cx *cx, struct cert *c, const struct cert_asked *a)
{
    c->reason = str_trim(a->reason);
    return c->reason.n ? OK : fail_field(cx, "reason", "请写一句原因");
}

static enum err refuse(struct cx *cx, struct cert *c, const struct cert_asked *a)
{
    TRY(say_why(cx, c, a));
    c->state = CERT_REFUSED;
    return save(cx, c);
}

/* One answer to all that was said against it; it goes on, or is corrected or revoked. */
static enum err answer(struct cx *cx, struct cert *c, const struct cert_asked *a)
{
    struct str said = str_trim(a->reason);
    if (!c->objections)
        return fail(cx, ERR_CONFLICT, "没有等回复的意见");
    if (!said.n)
        return fail_field(cx, "reason", "请写一句回复，提意见的人看得到");
    TRY(db_run(cx, &hours_sql_objections_answer,
               ARGS(AS("cert_id", c->id), AS("answer", said), AS("by_name", cx->who.name)), NULL));
    c->objections = 0;
    return save(cx, c);
}

static enum err revoke(struct cx *cx, struct cert *c, const struct cert_asked *a)
{
    TRY(say_why(cx, c, a));
    c->state = CERT_REVOKED;
    return save(cx, c);
}

/* A corrected one carries on what was agreed to for the first, as it was said. */
static enum err agreed_how(struct cx *cx, int64_t id, struct consent_how *how)
{
    consent_list all = {0};
    TRY(consents_of(cx, &cert_consents, id, &all));
    for (size_t i = 0; i < all.n; i++)
        if (!all.at[i].ended_at)
            *how = (struct consent_how){.channel = all.at[i].channel,
                                        .text_hash = all.at[i].text_hash};
    return OK;
}

static enum err correct(struct cx *cx, struct cert *c, const struct cert_asked *a)
{
    int64_t open = 0;
    struct consent_how how = {0};
    struct cert next = {.state = CERT_CHECKED,
                        .volunteer_id = c->volunteer_id,
                        .volunteer_number = c->volunteer_number,
                        .name = c->name,
                        .from_day = c->from_day,
                        .to_day = c->to_day,
                        .follows_id = c->id,
                        .team_id = c->team_id,
                        .agrees_shown = c->agrees_shown,
                        .asked_by = cx->who.person_id};
    TRY(say_why(cx, &next, a));
    TRY(db_number(cx, &hours_sql_cert_open, &open,
                  ARGS(AS("volunteer_id", c->volunteer_id), AS("follows_id", c->id))));
    if (open)
        return fail(cx, ERR_CONFLICT, "更正的那份已经在等签发了");
    TRY(fix(cx, &next));
    TRY(agreed_how(cx, c->id, &how));
    TRY(insert(cx, &next, &how));
    *c = next;
    return OK;
}

enum err cert_step(struct cx *cx, int64_t id, struct str step, const struct cert_asked *a,
                   struct cert *out)
{
    static const struct {
        const char *code, *label;
        uint32_t from, roles; /* 1 << state */
        enum err (*run)(struct cx *cx, struct cert *c, const struct cert_asked *a);
    } steps[] = {
        {"check", "核对", 1u << CERT_REQUESTED, ROLES_CHECK, check},
        {"issue", "签发", 1u << CERT_CHECKED, ROLE_LEADER, issue},
        {"refuse", "不开", 1u << CERT_REQUESTED | 1u << CERT_CHECKED, ROLES_CERT, refuse},
        {"correct", "更正", 1u << CERT_ISSUED, ROLES_CHECK, correct},
        {"answer", "回复意见", 1u << CERT_ISSUED, ROLES_CERT, answer},
        {"revoke", "作废", 1u << CERT_ISSUED, ROLE_LEADER, revoke},
    };
    for (size_t i = 0; i < COUNT(steps); i++) {
        if (!str_is(step, steps[i].code))
            continue;
        if (!(cx->who.role & steps[i].roles))
            return fail(cx, ERR_DENIED, "“%s”不是您这个岗位办的", steps[i].label);
        TRY(cert_load(cx, id, out));
        TRY(shape_open(cx, &cert_shape, out, 1,
                       NULL)); /* for the hash, and for one that corrects it */
        if (!(steps[i].from & 1u << out->state))
            return fail(cx, ERR_CONFLICT, "这份现在是“%s”，不能“%s”；请刷新再看",
                        cert_state_labels[out->state], steps[i].label);
        if (a->version && a->version != out->version)
            return fail(cx, ERR_CONFLICT, "您打开这一页以后有了变化，请刷新看看");
        return steps[i].run(cx, out, a);
    }
    return fail(cx, ERR_MISSING, "没有这一步");
}

/* ---- within the team ---- */

bool cert_holds(const struct cx *cx, const struct cert *c)
{
    return c->state == CERT_ISSUED && cx->now >= c->shown_until && !c->objections;
}

const char *cert_word(const struct cx *cx, const struct cert *c)
{
    if (c->state != CERT_ISSUED)
        return cert_state_labels[c->state];
    return cert_holds(cx, c) ? "有效" : "公示中";
}

enum err cert_shown(struct cx *cx, int64_t volunteer_id, struct str key, cert_list *out)
{
    struct volunteer v;
    TRY(volunteer_by_key(cx, volunteer_id, key, &v));
    TRY(db_all(cx, &hours_sql_certs_shown, &cert_shape, out, ARGS(AS("team_id", v.org_id))));
    for (size_t i = 0; i < out->n; i++)
        if (!out->at[i].agrees_shown && out->at[i].volunteer_id != v.id)
            out->at[i].name = S("");
    shape_show(cx, &cert_shape, out->at, out->n, NULL);
    return OK;
}

enum err cert_unname_all(struct cx *cx, int64_t volunteer_id)
{
    cert_list named = {0};
    TRY(db_all(cx, &hours_sql_certs_named, &cert_shape, &named, ARGS(A(volunteer_id))));
    for (size_t i = 0; i < named.n; i++)
        TRY(consent_set(cx, &cert_consents, named.at[i].id, "shown", false,
                        &(struct consent_how){0}));
    return OK;
}

enum err cert_unname(struct cx *cx, int64_t volunteer_id, struct str key)
{
    struct volunteer v;
    TRY(volunteer_by_key(cx, volunteer_id, key, &v));
    return cert_unname_all(cx, v.id);
}

enum err cert_objections_mine(struct cx *cx, int64_t volunteer_id, struct str key,
                              cert_objection_list *out)
{
    struct volunteer v;
    TRY(volunteer_by_key(cx, volunteer_id, key, &v));
    return db_all(cx, &hours_sql_objections_of, &cert_objection_shape, out, ARGS(A(volunteer_id)));
}

enum err cert_objections(struct cx *cx, int64_t cert_id, cert_objection_list *out)
{
    if (!(cx->who.role & ROLES_CERT))
        return fail(cx, ERR_DENIED, "您的岗位不看证明");
    return db_all(cx, &hours_sql_objections, &cert_objection_shape, out, ARGS(A(cert_id)));
}

enum err cert_object(struct cx *cx, int64_t cert_id, int64_t volunteer_id, struct str key,
                     struct str text)
{
    cert_list shown = {0};
    cert_objection_list mine = {0};
    size_t i = 0;
    TRY(cert_shown(cx, volunteer_id, key, &shown));
    while (i < shown.n && shown.at[i].id != cert_id)
        i++;
    if (i == shown.n)
        return fail(cx, ERR_MISSING, "这份证明不在公示了");
    text = str_trim(text);
    if (!text.n)
        return fail_field(cx, "text", "请写一句哪里不对");
    if (shown.at[i].volunteer_id == volunteer_id)
        return fail_field(cx, "text", "这是您自己的；要改，请打社区电话，另开一份");
    TRY(cert_objections_mine(cx, volunteer_id, key, &mine));
    for (size_t k = 0; k < mine.n; k++)
        if (mine.at[k].cert_id == cert_id && !mine.at[k].answered_at)
            return fail(cx, ERR_CONFLICT, "您提过了，等工作人员回复");
    struct cert c;
    TRY(cert_load(cx, cert_id, &c));
    TRY(db_run(cx, &hours_sql_objection_put,
               ARGS(AS("id", id_new(cx)), A(cert_id), A(volunteer_id), A(text)), NULL));
    c.objections++;
    TRY(save(cx, &c));
    return outbox_put(cx, "cert.objected", cert_id, S("公示中的服务证明有人提了意见，请看一看"));
}

/* ---- reading ---- */

enum err cert_get(struct cx *cx, int64_t id, struct str key, struct cert *out)
{
    struct volunteer v;
    if (!key.n && !(cx->who.role & ROLES_CERT))
        return fail(cx, ERR_DENIED, "您的岗位不看证明");
    TRY(cert_load(cx, id, out));
    if (key.n)
        TRY(volunteer_by_key(cx, out->volunteer_id, key, &v));
    TRY(shape_open(cx, &cert_shape, out, 1, NULL)); /* a certificate is whole or it is none */
    if (key.n)
        return OK;
    shape_hide(cx, &cert_shape, out, 1);
    return OK;
}

enum err cert_find(struct cx *cx, enum cert_state state, cert_list *out)
{
    if (!(cx->who.role & ROLES_CERT))
        return fail(cx, ERR_DENIED, "您的岗位不看证明");
    size_t from = out->n;
    TRY(db_all(cx, &hours_sql_certs, &cert_shape, out, ARGS(AS("state", cert_state_codes[state]))));
    shape_hide(cx, &cert_shape, out->at + from, out->n - from);
    return OK;
}

enum err cert_objected(struct cx *cx, cert_list *out)
{
    if (!(cx->who.role & ROLES_CERT))
        return fail(cx, ERR_DENIED, "您的岗位不看证明");
    size_t from = out->n;
    TRY(db_all(cx, &hours_sql_certs_objected, &cert_shape, out, NO_ARGS));
    shape_hide(cx, &cert_shape, out->at + from, out->n - from);
    return OK;
}

enum err cert_mine(struct cx *cx, int64_t volunteer_id, struct str key, cert_list *out)
{
    struct volunteer v;
    TRY(volunteer_by_key(cx, volunteer_id, key, &v));
    TRY(db_all(cx, &hours_sql_certs_of, &cert_shape, out, ARGS(A(volunteer_id))));
    shape_show(cx, &cert_shape, out->at, out->n, NULL);
    return OK;
}

struct str cert_clean_hash(struct cx *cx, struct str typed)
{
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < typed.n && o.n <= 2 * crypto_hash_sha256_BYTES; i++) {
        char c = typed.p[i];
        if (c >= 'A' && c <= 'F')
            c = (char)(c + 'a' - 'A');
        if (c != ' ' && c != '-')
            out_raw(&o, &c, 1);
    }
    return out_text(&o);
}

enum err cert_verify(struct cx *cx, struct str typed, struct str hash, struct cert_checked *out)
{
    struct cert c, next;
    struct str number, given = cert_clean_hash(cx, hash);
    bool found;
    if (!id_number_read(cx, typed, &number))
        return fail_field(cx, "number", "编号不对，请照证书左下角再看一遍，比如 C-2026-000001-7");
    TRY(db_find(cx, &hours_sql_cert_by_number, &cert_shape, &c, &found, ARGS(A(number))));
    if (!found)
        return fail(cx, ERR_MISSING, "没有这个编号的证书。证书上有出具单位的电话，可以打去问");
    TRY(shape_open(cx, &cert_shape, &c, 1, NULL));
    if (!str_eq(hash_of(cx, &c), c.hash))
        return fail(cx, ERR_MISSING, "这份证书的底册对不上，请打出具单位的电话核实");
    *out = (struct cert_checked){.number = c.number,
                                 .state = cert_holds(cx, &c)          ? S("valid")
                                          : c.state == CERT_ISSUED    ? S("shown")
                                          : c.state == CERT_CORRECTED ? S("corrected")
                                                                      : S("revoked"),
                                 .from_month = hours_month(time_day_start(c.from_day)),
                                 .to_month = hours_month(time_day_start(c.to_day)),
                                 .minutes = c.minutes,
                                 .issuer = c.issuer,
                                 .issued_on = c.issued_at,
                                 .shown_until = c.shown_until,
                                 .has_hash = given.n > 0,
                                 .is_same = given.n >= HASH_LEAST && str_starts(c.hash, given)};
    if (c.next_id) {
        TRY(cert_load(cx, c.next_id, &next));
        out->next_number = next.number;
    }
    return OK;
}

/* ---- what is typed from papers ---- */

bool cert_is_identity(struct str s)
{
    int64_t rest = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool last_x = i == 17 && s.p[i] == 'X';
        if (!last_x && (s.p[i] < '0' || s.p[i] > '9'))
            return false;
        rest = (rest * 2 + (last_x ? 10 : s.p[i] - '0')) % 11;
    }
    return s.n == 18 && rest == 1;
}

bool cert_clean_papers(struct cx *cx, struct str typed, struct str *out)
{
    char *p = arena_alloc(cx->mem, typed.n + 1);
    size_t n = 0;
    bool plain = true;
    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i];
        if (c == ' ' || c == '-')
            continue;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 32);
        plain &= (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
        p[n++] = c;
    }
    *out = str_n(p, n);
    return plain;
}
