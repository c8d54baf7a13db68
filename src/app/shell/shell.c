/* shell -- the frame of every page and its small pieces of markup; fields: shell_field.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/shell/shell.h"
#include "app/shell/frame.h"
#include "base/id.h"
#include "base/utf8.h"
#include "shell.html.h"

/* Written once by main before there are threads, only read afterwards. */
static struct {
    const struct shell_community *communities;
    size_t ncommunities;
    const struct shell_menu *menu;
    size_t nmenu;
} told;

void shell_communities(const struct shell_community *at, size_t n)
{
    told.communities = at;
    told.ncommunities = n;
}

void shell_menu_set(const struct shell_menu *at, size_t n)
{
    told.menu = at;
    told.nmenu = n;
}

const struct shell_community *shell_community(struct cx *cx)
{
    static const struct shell_community nobody = {.name = {"社区", 6}, .short_name = {"社区", 6}};
    for (size_t i = 0; i < told.ncommunities; i++)
        if (told.communities[i].id == cx->community)
            return &told.communities[i];
    return &nobody;
}

/* ---- how a page is shown ---- */

static void show_as(struct cx *cx, struct str mode)
{
    cx->extra_large = str_is(mode, "xl");
    cx->elder = cx->extra_large || str_is(mode, "elder");
}

void shell_mode(struct cx *cx, const struct req *rq)
{
    struct str asked = req_query(rq, "m");
    show_as(cx, asked.n ? asked : req_cookie(rq, "mode"));
}

static struct str mode_of(const struct cx *cx)
{
    if (cx->extra_large)
        return S("xl");
    return cx->elder ? S("elder") : S("std");
}

void shell_mode_keep(struct cx *cx, const struct req *rq, struct reply *rp)
{
    if (req_query(rq, "m").n)
        reply_cookie(rp, "mode", mode_of(cx), INT64_C(365) * 24 * 3600);
}

/* ---- menus ---- */

static const struct shell_menu resident_menu[] = {
    {"home", "/", "首页", "home", 0},
    {"guides", "/s", "办事", "doc", 0, .is_extra = true},
    {"help", "/help", "我要求助", "hand", 0},
    {"find", "/find", "查进度", "search", 0},
};

/* Last of the tabs of field staff; desk pages have it at the name in their header. */
static const struct shell_menu mine = {"hat", "/hat", "我的", "user", 0};

static void add(struct cx *cx, shell_menu_list *menu, const struct shell_menu *m)
{
    *PUSH(cx->mem, menu) = *m;
}

/* The entries of the caller's role; the search box is told apart. */
static const struct shell_menu *menu_of(struct cx *cx, shell_menu_list *menu)
{
    const struct shell_menu *search = NULL;
    for (size_t i = 0; i < told.nmenu; i++) {
        const struct shell_menu *m = &told.menu[i];
        if (!(m->roles & cx->who.role))
            continue;
        if (str_is(str_c(m->tab), "search"))
            search = m;
        else
            add(cx, menu, m);
    }
    return search;
}

/* With the last one, 我的, so many fit a phone in the largest type. */
enum { TABS_MAX = 6 };

void shell_more(struct cx *cx, shell_menu_list *out)
{
    shell_menu_list own = {0};
    menu_of(cx, &own);
    for (size_t i = TABS_MAX - 1; i < own.n; i++)
        add(cx, out, &own.at[i]);
}

/* With 更多, so many stand in one row of the header of a desk page. */
enum { HEADER_MAX = 9 };

static void fit_header(struct cx *cx, const shell_menu_list *own, shell_menu_list *row,
                       shell_menu_list *more)
{
    bool fits = own->n <= HEADER_MAX;
    for (size_t i = 0; i < own->n; i++) {
        bool in_row = fits || (!own->at[i].is_extra && row->n < HEADER_MAX - 1);
        add(cx, in_row ? row : more, &own->at[i]);
    }
}

void shell_links(struct cx *cx, shell_menu_list *out)
{
    for (size_t i = 0; i < told.nmenu; i++)
        if (!told.menu[i].roles)
            add(cx, out, &told.menu[i]);
}

static void menu_of_residents(struct cx *cx, shell_menu_list *menu)
{
    for (size_t i = 0; i < COUNT(resident_menu); i++)
        add(cx, menu, &resident_menu[i]);
}

static bool is_desk(const struct shell_page *p)
{
    return p->layout == SHELL_DESK || p->layout == SHELL_BOARD;
}

static bool is_column(const struct shell_page *p)
{
    return !is_desk(p) && p->layout != SHELL_PRINT;
}

static bool has_tabs(const struct shell_page *p)
{
    return is_column(p) && p->layout != SHELL_NARROW && !p->has_foot;
}

bool shell_is_current(const struct shell_page *p, const struct shell_menu *m)
{
    return p->tab && str_eq(str_c(p->tab), str_c(m->tab));
}

bool shell_is_among(const struct shell_page *p, const shell_menu_list *menu)
{
    for (size_t i = 0; i < menu->n; i++)
        if (shell_is_current(p, &menu->at[i]))
            return true;
    return false;
}

void shell_tabs(struct out *o, struct cx *cx, const struct shell_page *p,
                const shell_menu_list *menu)
{
    struct shell_tabs_view v = {p, menu};
    if (menu->n)
        shell_tabs_html(o, cx, &v);
}

static struct str here(const struct shell_page *p)
{
    return p->here.n ? p->here : p->rq ? req_path(p->rq) : S("/");
}

void shell_mode_form(struct out *o, struct cx *cx, const struct shell_page *p)
{
    struct shell_mode_view v = {here(p)};
    shell_mode_html(o, cx, &v);
}

void shell_top(struct out *o, struct cx *cx, const struct shell_page *p)
{
    struct shell_top_view v = {p, shell_community(cx)};
    shell_top_html(o, cx, &v);
}

/* ---- head and foot ---- */

struct shell_page shell_page(const struct req *rq, enum shell_layout layout, struct str title,
                             const char *tab)
{
    return (struct shell_page){.rq = rq, .layout = layout, .title = title, .tab = tab};
}

/* Red (x) warns, green (g) is done, teal (t) tells, amber waits. */
static const char *icon_of(const char *level)
{
    return *level == 'x' ? "warn" : *level == 'g' ? "check" : *level == 't' ? "info" : "bell";
}

void shell_head(struct out *o, struct cx *cx, const struct shell_page *p)
{
    const struct shell_community *c = shell_community(cx);
    const char *level = p->notice_level ? p->notice_level : "";
    struct shell_head_view v = {.page = p,
                                .community = c,
                                .level = level,
                                .notice_icon = icon_of(level),
                                .is_desk = is_desk(p),
                                .is_column = is_column(p),
                                .has_tabs = has_tabs(p)};
    v.title = p->title.n ? arena_printf(cx->mem, "%.*s · %.*s", STR(p->title), STR(c->short_name))
                         : c->short_name;
    if (v.is_desk) {
        shell_menu_list own = {0};
        v.search = menu_of(cx, &own);
        fit_header(cx, &own, &v.menu, &v.more);
    } else if (p->layout != SHELL_WORK)
        menu_of_residents(cx, &v.menu);
    shell_head_html(o, cx, &v);
}

void shell_state(struct out *o, struct cx *cx)
{
    struct str phone = shell_community(cx)->phone;
    ptrdiff_t at = phone.n ? str_find(cx->state, phone) : -1;
    if (at < 0) {
        out_html(o, cx->state);
        return;
    }
    out_html(o, str_cut(cx->state, 0, (size_t)at));
    shell_phone_html(o, cx, &(struct shell_phone_view){phone});
    out_html(o, str_cut(cx->state, (size_t)at + phone.n, cx->state.n));
}

void shell_water(struct out *o, struct cx *cx)
{
    struct shell_water_view v = {.name = cx->who.name, .at = cx->now, .mark = cx->mark};
    shell_water_html(o, cx, &v);
}

void shell_foot(struct out *o, struct cx *cx, const struct shell_page *p)
{
    shell_menu_list own = {0};
    menu_of(cx, &own);
    if (p->layout == SHELL_WORK) {
        own.n = own.n < TABS_MAX ? own.n : TABS_MAX - 1;
        add(cx, &own, &mine);
    }
    struct shell_foot_view v = {.page = p,
                                .community = shell_community(cx),
                                .menu = own,
                                .desk = own.n ? &own.at[0] : NULL,
                                .has_tabs = has_tabs(p),
                                .is_column = is_column(p)};
    v.has_footer = v.is_column && p->layout != SHELL_WORK && !p->has_foot;
    shell_foot_html(o, cx, &v);
}

/* ---- pieces ---- */

static struct html made(const struct out *o)
{
    return (struct html){out_text(o)};
}

struct html shell_icon(struct cx *cx, const char *name)
{
    return (struct html){
        arena_printf(cx->mem, "<svg class=\"i\" aria-hidden=\"true\"><use href=\"%s#%s\"/></svg>",
                     asset_url("icons.svg"), name)};
}

struct html shell_csrf(struct cx *cx)
{
    struct out o;
    if (!cx->who.csrf.n)
        return (struct html){S("")};
    out_init(&o, cx->mem);
    out_c(&o, "<input type=\"hidden\" name=\"csrf\" value=\"");
    out_html(&o, cx->who.csrf);
    out_c(&o, "\">");
    return made(&o);
}

struct html shell_key(struct cx *cx, const struct req *rq)
{
    struct out o;
    struct str sent = rq ? req_field(rq, "key") : S("");
    out_init(&o, cx->mem);
    out_c(&o, "<input type=\"hidden\" name=\"key\" value=\"");
    out_html(&o, id_is_uuid(sent) ? sent : id_uuid(cx));
    out_c(&o, "\">");
    return made(&o);
}

struct html shell_clock(struct cx *cx, int64_t due_at)
{
    struct out o;
    if (!due_at)
        return (struct html){S("")};
    out_init(&o, cx->mem);
    out_printf(&o, "<time data-due=\"%lld\" data-lv=\"", (long long)due_at);
    out_html(&o, filter_level(cx, due_at));
    out_c(&o, "\">");
    out_html(&o, filter_left(cx, due_at));
    out_c(&o, "</time>");
    return made(&o);
}

struct html shell_progress(struct cx *cx, int step, bool done)
{
    struct out o;
    out_init(&o, cx->mem);
    out_printf(&o, "<div class=\"ps\" role=\"img\" aria-label=\"共 5 步，已到第 %d 步\">", step);
    for (int i = 1; i <= 5; i++)
        out_c(&o, i > step ? "<i></i>" : done ? "<i class=\"ok\"></i>" : "<i class=\"d\"></i>");
    out_c(&o, "</div>");
    return made(&o);
}

struct str shell_initial(struct str name)
{
    return utf8_head(name, 1);
}

/* ---- error pages ---- */

struct fault_words {
    int status;
    const char *icon, *title, *text;
    bool is_again;
};

static const struct fault_words fault_words[] = {
    {400, "warn", "这次送来的内容读不懂", "请退回上一页再来一次，或者打电话。", false},
    {401, "lock", "这页要登录才能看", "登录后会回到这里。", false},
    {403, "lock", "这页不是给您现在的身份看的", "换一个岗位，或者问问管理员。", false},
    {404, "search", "没找到您要的这一页",
     "可能是网址少抄了一段，或者这个码停用了。也可以打电话问。", false},
    {405, "warn", "这个地址不能这样打开", "请从首页重新进来。", false},
    {409, "swap", "有人比您早一步", "请看看最新的情况，再决定怎么办。", true},
    {413, "warn", "内容太大了", "照片请少选几张，文字请短一点。", false},
    {415, "warn", "这种文件不收", "请换成照片或文字。", false},
    {422, "warn", "填的内容有不对的地方", "请退回上一页改一改，您填的都还在。", false},
    {429, "clock", "来得太快了", "请歇一分钟再试。着急可以直接打电话。", true},
    {500, "warn", "这一步没办成，是我们的问题", "什么都没有改动。请再试一次，或者打电话。", true},
    {503, "clock", "这会儿没办成", "什么都没有改动，过一会儿再试。", true},
    {504, "clock", "不知道存上了没有", "请再试一次：同一件事不会存两遍。", true},
};

static const struct fault_words *words_of(int status)
{
    const struct fault_words *any = NULL;
    for (size_t i = 0; i < COUNT(fault_words); i++) {
        if (fault_words[i].status == status)
            return &fault_words[i];
        if (fault_words[i].status == 500)
            any = &fault_words[i];
    }
    return any;
}

/* The store's own words help nobody outside; a rule's words say what to do. */
static struct str said(const struct cx *cx, const struct fault_words *w)
{
    bool is_rule = cx->fault.err == ERR_INPUT || cx->fault.err == ERR_DENIED ||
                   cx->fault.err == ERR_MISSING || cx->fault.err == ERR_CONFLICT ||
                   cx->fault.err == ERR_BUSY;
    return is_rule && cx->fault.message.n ? cx->fault.message : str_c(w->text);
}

/* Staff go back to their work, not to the residents' page. */
static void send_back(struct cx *cx, struct shell_error_view *v)
{
    shell_menu_list own = {0};
    menu_of(cx, &own);
    v->go_path = own.n ? own.at[0].path : "/hat";
    v->go_label = own.n ? "回工作页面" : "我的岗位";
    if (own.n) { /* with his own tabs, as where he came from */
        bool afoot = str_starts(str_c(own.at[0].path), S("/w/")) ||
                     str_starts(str_c(own.at[0].path), S("/u/"));
        v->page.layout = afoot ? SHELL_WORK : SHELL_DESK;
    }
}

/* A password, a one-time code and the word a child is fetched by are not written into a page. */
static bool is_secret(const struct req *rq, struct str name)
{
    static const char *const pages[] = {"/login", "/password", "/totp", "/k/class/"};
    for (size_t i = 0; i < COUNT(pages); i++)
        if (str_starts(req_path(rq), str_c(pages[i])))
            return true;
    return str_find(name, S("password")) >= 0 || str_find(name, S("secret")) >= 0;
}

/* Long enough to be what somebody wrote, and nothing that the page put in for him. */
static bool is_shown(struct str name)
{
    static const char *const hidden[] = {"csrf", "key", "k", "word", "version"};
    for (size_t i = 0; i < COUNT(hidden); i++)
        if (str_is(name, hidden[i]))
            return false;
    return true;
}

static void keep_typed(struct cx *cx, const struct req *rq, struct shell_error_view *v)
{
    struct shell_kept k;
    for (size_t i = 0; req_each_field(rq, i, &k.name, &k.value); i++) {
        if (is_secret(rq, k.name)) {
            v->kept.n = 0;
            v->longest = S("");
            return;
        }
        if (!str_is(k.name, "csrf")) /* the page has the one of now, if there is one */
            *PUSH(cx->mem, &v->kept) = k;
        if (k.value.n > v->longest.n && is_shown(k.name))
            v->longest = k.value;
    }
    v->path = req_path(rq);
    v->is_kept = v->kept.n || v->is_stale;
}

/* Where to go after signing in: the page itself, or of a form the page that it stood on. */
static struct str next_of(struct cx *cx, const struct req *rq)
{
    struct str from = req_header(rq, "Referer"), site = req_site(cx, rq);
    if (str_is(req_method(rq), "GET"))
        return req_path(rq);
    if (site.n && str_starts(from, site) && from.n > site.n && from.p[site.n] == '/')
        return str_cut(from, site.n, from.n);
    return req_path(rq);
}

static struct str login_path(struct cx *cx, const struct req *rq)
{
    struct out to;
    out_init(&to, cx->mem);
    out_c(&to, "/login?next=");
    out_url(&to, next_of(cx, rq));
    return out_text(&to);
}

void shell_error(struct cx *cx, const struct req *rq, int status, struct reply *rp)
{
    const struct fault_words *w = words_of(status);
    const char *title = cx->fault.title ? cx->fault.title : w->title;
    bool is_get = str_is(req_method(rq), "GET");
    if (status == 401 && is_get) {
        reply_goto(cx, rp, "%.*s", STR(login_path(cx, rq)));
        return;
    }
    /* Signed in, but no post to act in: the page of posts says what to do. */
    if (status == 403 && is_get && cx->who.person_id && !cx->who.role) {
        reply_goto(cx, rp, "/hat");
        return;
    }
    struct shell_error_view v = {
        .page = shell_page(rq, SHELL_PHONE, str_c(title), NULL),
        .community = shell_community(cx),
        .icon = w->icon,
        .title = str_c(title),
        .text = said(cx, w),
        .number = str_c(status >= 500 ? cx->request_id : NULL),
        .is_again = w->is_again && is_get,
        .is_login = status == 401,
        .login = login_path(cx, rq),
        .is_hat = status == 403 && cx->who.person_id && !req_is_stale(rq),
        .is_stale = req_is_stale(rq),
        .go_path = "/",
        .go_label = "回首页",
    };
    if (cx->who.person_id) {
        send_back(cx, &v);
    } else if (status == 404 && req_query(rq, "k").n) { /* a link that was cut off, or is old */
        v.go_path = "/find";
        v.go_label = "凭编号查";
    }
    if (!is_get && (status == 503 || status == 401 || v.is_stale))
        keep_typed(cx, rq, &v);
    if (v.is_stale && v.is_kept)
        v.text = S("什么都没有改动");
    v.page.here = is_get ? req_path(rq) : S("/");
    reply_status(rp, status);
    shell_error_html(reply_html(rp), cx, &v);
}
