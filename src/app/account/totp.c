/* totp -- the second factor: codes of an authenticator (RFC 6238), ten codes on paper, who needs
 * it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/account/account_own.h"
#include "base/env.h"
#include "base/id.h"
#include "base/out.h"
#include "base/time.h"
#include "base/utf8.h"
#include "account.sql.h"
#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { TOTP_BYTES = 20 /* RFC 4226, 4: 160 bits recommended */ };

static uint32_t totp_at(struct str secret, uint64_t step)
{
    unsigned char count[8], sum[EVP_MAX_MD_SIZE];
    unsigned n = sizeof sum;
    for (int i = 0; i < 8; i++)
        count[i] = (unsigned char)(step >> (56 - 8 * i));
    if (!HMAC(EVP_sha1(), secret.p, (int)secret.n, count, sizeof count, sum, &n))
        return UINT32_MAX;
    unsigned at = sum[n - 1] & 15;
    uint32_t v = (uint32_t)(sum[at] & 127) << 24 | (uint32_t)sum[at + 1] << 16 |
                 (uint32_t)sum[at + 2] << 8 | sum[at + 3];
    return v % 1000000;
}

int64_t account_totp_step(struct str secret, struct str code, int64_t at, int64_t after)
{
    int64_t typed, step = at / (30 * MS_SECOND), fits = 0;
    if (code.n != 6 || !str_int(code, &typed) || typed < 0)
        return 0;
    for (int64_t s = step - 1; s <= step + 1; s++)
        if (totp_at(secret, (uint64_t)s) == (uint32_t)typed && s > after)
            fits = s;
    return fits;
}

static const struct field login_fields[] = {
    FIELD(struct login, id, "编号"),
    FIELD(struct login, password, "密码"),
    FIELD(struct login, totp, "验证器"),
    FIELD(struct login, totp_step, "上次的动态码"),
};
const struct shape login_shape = SHAPE("login", struct login, login_fields);

/* RFC 4648 base32 without padding, as authenticators read it. */
static struct str base32(struct cx *cx, const unsigned char *bytes, size_t n)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    struct out o;
    unsigned kept = 0, bits = 0;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < n; i++)
        for (kept = kept << 8 | bytes[i], bits += 8; bits >= 5; bits -= 5)
            out_raw(&o, &letters[kept >> (bits - 5) & 31], 1);
    return out_text(&o);
}

/* ---- checking ---- */

/* What is kept of a code on paper, with hyphen, blank or neither. */
static struct value paper_hash(struct cx *cx, struct str typed)
{
    struct str rest = utf8_plain(cx->mem, typed), part;
    struct out o;
    out_init(&o, cx->mem);
    while (str_split(&rest, '-', &part))
        out_raw(&o, part.p, part.n);
    out_raw(&o, rest.p, rest.n);
    return value_blob(id_secret_hash(cx, out_text(&o)));
}

enum err second_fits(struct cx *cx, const struct login *l, struct str code, struct checked *out,
                     bool *fits)
{
    struct str plain = utf8_plain(cx->mem, code);
    *out = (struct checked){.person_id = l->id};
    *fits = !l->totp.n;
    if (*fits)
        return OK;
    out->totp_step = account_totp_step(l->totp, plain, cx->now, l->totp_step);
    *fits = out->totp_step > 0;
    if (*fits || plain.n <= 6)
        return OK;
    struct login paper = {0};
    TRY(db_find(cx, &account_sql_code_of, &login_shape, &paper, fits,
                ARGS(AS("person_id", l->id), AS("hash", paper_hash(cx, plain)))));
    out->paper_id = paper.id;
    return OK;
}

/* Not where they are checked: that one only reads, and two could read before either writes. */
enum err account_use_up(struct cx *cx, const struct checked *who)
{
    int64_t step = who->totp_step, changed = 1;
    if (step)
        TRY(db_run(cx, &account_sql_totp_used, ARGS(A(step), AS("id", who->person_id)), &changed));
    else if (who->paper_id)
        TRY(db_run(cx, &account_sql_code_used, ARGS(AS("id", who->paper_id)), &changed));
    return changed ? OK : fail(cx, ERR_INPUT, "这个动态码用过了，请等下一个");
}

/* ---- setting it up ---- */

enum err account_totp_start(struct cx *cx, int64_t id)
{
    unsigned char *raw = arena_alloc(cx->mem, TOTP_BYTES);
    cx->env->random(cx->env, raw, TOTP_BYTES);
    struct value totp = value_blob(str_n((const char *)raw, TOTP_BYTES));
    return db_change(cx, &account_sql_totp_start, ARGS(A(id), A(totp)));
}

static enum err being_set_up(struct cx *cx, int64_t id, struct login *l)
{
    bool found;
    *l = (struct login){0};
    return db_find(cx, &account_sql_totp_new, &login_shape, l, &found, ARGS(A(id)));
}

enum err account_totp_shown(struct cx *cx, int64_t id, struct str *secret, struct str *link)
{
    struct login l;
    struct person p;
    struct out o;
    *secret = *link = S("");
    TRY(being_set_up(cx, id, &l));
    if (!l.totp.n)
        return OK;
    TRY(db_one(cx, &account_sql_person, &person_shape, &p, ARGS(A(id))));
    *secret = base32(cx, (const unsigned char *)l.totp.p, l.totp.n);
    out_init(&o, cx->mem);
    out_c(&o, "otpauth://totp/");
    out_url(&o, p.login);
    out_printf(&o, "?secret=%.*s&issuer=", STR(*secret));
    out_url(&o, S("领航"));
    *link = out_text(&o);
    return OK;
}

/* "4FQK8-ZTNW2": 50 bits, so that a fast hash is enough. */
static enum err paper_code(struct cx *cx, int64_t person_id, struct str *out)
{
    struct str s = str_cut(id_secret(cx, 8), 0, 10);
    int64_t id = id_new(cx);
    *out = arena_printf(cx->mem, "%.5s-%.5s", s.p, s.p + 5);
    return db_run(cx, &account_sql_code_add,
                  ARGS(A(id), A(person_id), AS("hash", paper_hash(cx, s))), NULL);
}

enum err account_totp_on(struct cx *cx, int64_t id, struct str code, paper_code_list *out)
{
    struct login l;
    TRY(being_set_up(cx, id, &l));
    if (!l.totp.n)
        return fail(cx, ERR_CONFLICT, "请先扫一个新的二维码");
    int64_t step = account_totp_step(l.totp, utf8_plain(cx->mem, code), cx->now, 0);
    if (!step)
        return fail_field(cx, "code", "没对上。请看手机上现在的六位数；一直不对，请校准手机的时间");
    struct value totp = value_blob(l.totp);
    TRY(db_change(cx, &account_sql_set_totp, ARGS(A(id), A(totp), A(step))));
    TRY(db_run(cx, &account_sql_codes_forget, ARGS(AS("person_id", id)), NULL));
    for (int i = 0; i < PAPER_CODES; i++)
        TRY(paper_code(cx, id, PUSH(cx->mem, out)));
    /* what was opened with the password alone, maybe by somebody else, is none with a second factor
     */
    return account_sessions_end(cx, id, cx->who.person_id == id ? cx->who.session_id : 0);
}

enum err account_totp_off(struct cx *cx, int64_t id)
{
    struct value totp = {.type = VALUE_NULL};
    int64_t step = 0;
    TRY(db_change(cx, &account_sql_set_totp, ARGS(A(id), A(totp), A(step))));
    TRY(db_run(cx, &account_sql_codes_forget, ARGS(AS("person_id", id)), NULL));
    return account_sessions_end(cx, id, 0);
}

/* ---- who needs it ---- */

static const struct field rule_fields[] = {
    FIELD(struct sign_in_rule, second_factor, "管理员和能导出的人要用动态码", .data = DATA_ADMIN),
    FIELD(struct sign_in_rule, by_name, "谁定的", .data = DATA_ADMIN),
    FIELD(struct sign_in_rule, at, "什么时候", .data = DATA_ADMIN),
};
static const struct shape rule_shape = SHAPE("sign_in_rule", struct sign_in_rule, rule_fields);

enum err account_rule(struct cx *cx, struct sign_in_rule *out)
{
    bool found;
    TRY(db_find(cx, &account_sql_rule, &rule_shape, out, &found, NO_ARGS));
    if (!found)
        *out = (struct sign_in_rule){.second_factor = true, .by_name = S("")};
    return OK;
}

struct without {
    int64_t id;
    struct str role;
};
typedef LIST(struct without) without_list;
static const struct field without_fields[] = {FIELD(struct without, id, "谁"),
                                              FIELD(struct without, role, "岗位")};
static const struct shape without_shape = SHAPE("without", struct without, without_fields);

enum err account_rule_hits(struct cx *cx, int64_t *people)
{
    without_list all = {0};
    int64_t last = 0;
    *people = 0;
    TRY(db_all(cx, &account_sql_without_code, &without_shape, &all, NO_ARGS));
    for (size_t i = 0; i < all.n; i++) {
        const struct role *r = role_of_code(all.at[i].role);
        if (!r || !(r->bit & ROLES_SECOND_FACTOR) || all.at[i].id == last)
            continue;
        last = all.at[i].id;
        ++*people;
    }
    return OK;
}

enum err account_rule_put(struct cx *cx, bool second_factor)
{
    int64_t id = id_new(cx);
    return db_run(cx, &account_sql_rule_put,
                  ARGS(A(id), A(second_factor), AS("by_name", cx->who.name)), NULL);
}

enum err account_lacks_second(struct cx *cx, struct str role, bool has_totp, bool *lacks)
{
    const struct role *r = role_of_code(role);
    struct sign_in_rule rule;
    *lacks = false;
    if (has_totp || !r || !(r->bit & ROLES_SECOND_FACTOR))
        return OK;
    TRY(account_rule(cx, &rule));
    *lacks = rule.second_factor;
    return OK;
}
