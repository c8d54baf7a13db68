/* problem -- from how things failed to a status, and to application/problem+json (RFC 9457). */
/* SPDX-License-Identifier: Apache-2.0 */
#include "web/inner.h"
#include <assert.h>

static const int statuses[] = {
    [OK] = 200,           [ERR_INPUT] = 422, [ERR_DENIED] = 403, [ERR_MISSING] = 404,
    [ERR_CONFLICT] = 409, [ERR_BUSY] = 503,  [ERR_STORE] = 500,  [ERR_UNKNOWN] = 504,
};
static_assert(COUNT(statuses) == ERR_COUNT, "each enum err has its status");

int status_of(const struct task *t)
{
    const struct who *who = &t->cx.who;
    if (t->err == OK)
        return t->rp.status;
    if (t->refused)
        return t->refused;
    if (t->err == ERR_DENIED && !who->person_id && !who->role)
        return 401;
    return statuses[t->err];
}

const char *problem_title(int status)
{
    static const struct {
        int status;
        const char *title;
    } titles[] = {
        {400, "请求写得不对"}, {401, "请先登录"},       {403, "没有权限"},
        {404, "找不到"},       {405, "请求方式不对"},   {409, "和别人的操作冲突"},
        {413, "内容太大"},     {422, "内容需要改一改"}, {429, "提交得太快"},
        {500, "系统出错"},     {503, "系统忙"},         {504, "结果还不清楚"},
    };
    for (size_t i = 0; i < COUNT(titles); i++)
        if (titles[i].status == status)
            return titles[i].title;
    return "出错了";
}

static struct str detail_of(const struct task *t, int status)
{
    if (t->cx.fault.message.n && status != 500)
        return t->cx.fault.message;
    if (status == 500)
        return S("没有存下任何改动。请稍后再试；还不行，请把请求编号告诉管理员");
    return str_c(problem_title(status));
}

void problem_write(struct task *t, int status)
{
    struct out *o = reply_bytes(&t->rp, "application/problem+json");
    out_c(o, "{\"type\":\"about:blank\",\"title\":");
    out_json(o, str_c(problem_title(status)));
    out_printf(o, ",\"status\":%d,\"detail\":", status);
    out_json(o, detail_of(t, status));
    out_printf(o, ",\"instance\":\"%s\"", t->id);
    if (t->cx.fault.fields.n) {
        out_c(o, ",\"errors\":[");
        for (size_t i = 0; i < t->cx.fault.fields.n; i++) {
            const struct field_fault *f = &t->cx.fault.fields.at[i];
            out_c(o, i ? ",{\"field\":" : "{\"field\":");
            out_json(o, str_c(f->field));
            out_c(o, ",\"message\":");
            out_json(o, f->message);
            out_c(o, "}");
        }
        out_c(o, "]");
    }
    out_c(o, "}");
    if (status == 401)
        reply_put_header(&t->rp, "WWW-Authenticate", "Bearer");
}
