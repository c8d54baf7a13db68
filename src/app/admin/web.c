/* web -- the administrator's routes and the page that leads to them. Posts: web_posts.c; people:
 * web_people.c; calendar: web_calendar.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/admin/pages.h"
#include "app/job/job.h"
#include "app/outbox/outbox.h"
#include "base/time.h"
#include "admin.html.h"

struct str admin_role(struct str code)
{
    const struct role *r = role_of_code(code);
    return str_c(r ? r->label : "");
}

/* ---- what just happened ---- */

static const struct {
    const char *code, *text;
} done_words[] = {{"appoint", "安排好了。"},
                  {"end", "任职结束了。"},
                  {"name", "公示姓名的意思记下了。"},
                  {"save", "改好了。"},
                  {"leave", "离岗办好了，登录着的都退出了，登录名、密码、值班电话都删了。"},
                  {"back", "恢复了。请填登录名，在岗位页重新安排岗位，再给他一次性密码。"}};

static int64_t told(const struct req *rq, const char *name)
{
    int64_t n;
    return str_int(req_query(rq, name), &n) && n > 0 ? n : 0;
}

struct str admin_done(struct cx *cx, const struct req *rq, struct str to)
{
    int64_t person = told(rq, "person"), unit = told(rq, "unit"), raised = told(rq, "raised");
    int64_t at = told(rq, "at");
    struct out o;
    out_init(&o, cx->mem);
    for (size_t i = 0; i < COUNT(done_words); i++)
        if (str_is(req_query(rq, "done"), done_words[i].code))
            out_c(&o, done_words[i].text);
    if (!o.n)
        return S("");
    if (at > cx->now)
        out_printf(&o, "%.*s起算，没办结的到那天自动交接。", STR(filter_date(cx, at)));
    if (person)
        out_printf(&o, "%lld 件未办结已转给%.*s。", (long long)person,
                   STR(to.n ? to : S("接手的人")));
    if (unit)
        out_printf(&o, "岗位没有人，%lld 件未办结留给本单位接着办。", (long long)unit);
    if (raised)
        out_printf(&o, "单位里没有人了，%lld 件未办结已转给上级单位或值班台，并列入督办。",
                   (long long)raised);
    return out_text(&o);
}

enum err admin_goto(struct cx *cx, struct reply *rp, struct str path, const char *done,
                    const struct admin_turn *t)
{
    if (!t)
        return reply_goto(cx, rp, "%.*s?done=%s", STR(path), done);
    return reply_goto(cx, rp, "%.*s?done=%s&person=%lld&unit=%lld&raised=%lld&at=%lld", STR(path),
                      done, (long long)t->to_person, (long long)t->to_unit, (long long)t->raised,
                      (long long)(t->begins_at > cx->now ? t->begins_at : 0));
}

/* ---- the entry ---- */

static enum err home(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct admin_home_view v = {.page = shell_page(rq, SHELL_DESK, S("管理"), "admin")};
    post_card_list vacant = {0};
    int missing;
    TRY(org_posts_found(cx, S(""), true, ADMIN_ROWS_MAX, &vacant));
    TRY(clock_year_missing(cx, &missing));
    TRY(job_dead(cx, &v.dead));
    v.vacant = (int64_t)vacant.n;
    v.has_more = vacant.n == ADMIN_ROWS_MAX;
    v.missing = missing;
    admin_home_html(reply_html(rp), cx, &v);
    return OK;
}

/* Which of the posts, and whose sign-in: admin.h. */
#define FILLS_POSTS (ROLE_ADMIN | ROLE_SECURITY)

static void topics(struct cx *cx, struct outbox_topics *out)
{
    *PUSH(cx->mem, out) = (struct outbox_topic){S("system.disk"), "服务器的磁盘快满了"};
}

static const struct route routes[] = {
    {"GET", "/a", home, ROLE_ADMIN, "管理"},
    {"GET", "/a/posts", admin_posts_page, FILLS_POSTS, "岗位和人"},
    {"GET", "/a/post/{post}", admin_post_page, FILLS_POSTS, "一个岗位"},
    {"POST", "/a/post/{post}/appoint", admin_post_appoint, FILLS_POSTS, "安排任职",
     .in = &appointment_shape},
    {"POST", "/a/holding/{holding}/end", admin_holding_end, FILLS_POSTS, "结束任职"},
    {"POST", "/a/holding/{holding}/name", admin_holding_name, ROLE_ADMIN, "同意公示姓名"},
    {"GET", "/a/people", admin_people_page, FILLS_POSTS, "人员"},
    {"GET", "/a/person/{person}", admin_person_page, FILLS_POSTS, "一个人"},
    {"POST", "/a/person/{person}", admin_person_save, FILLS_POSTS, "改姓名电话登录名",
     .in = &person_shape},
    {"POST", "/a/person/{person}/password", admin_person_password, FILLS_POSTS, "给一次性密码",
     .prepare = admin_password_prepare},
    {"POST", "/a/person/{person}/leave", admin_person_leave, ROLE_ADMIN, "办离岗"},
    {"POST", "/a/person/{person}/back", admin_person_back, ROLE_ADMIN, "恢复在岗"},
    {"GET", "/a/calendar", admin_calendar_page, ROLE_ADMIN, "工作日历"},
    {"POST", "/a/calendar", admin_calendar_do, ROLE_ADMIN, "改工作日历"},
};

const struct feature admin_feature = {.topics = topics,
                                      .name = "admin",
                                      .routes = routes,
                                      .nroutes = COUNT(routes),
                                      .jobs = "post.",
                                      .job = admin_job};
