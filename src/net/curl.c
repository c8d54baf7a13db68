/* curl -- libcurl behind our seam; no other file knows it. A fresh handle for each message: nothing
 * of one (a connection, a cookie, a sign-in) can reach another. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "net/net.h"
#include "base/time.h"
#include <curl/curl.h>
#include <stdatomic.h>
#include <string.h>

enum { URL_MAX = 500, CONNECT_MS = 5000, RETRY_MAX_MS = 24 * 3600 * 1000 };

struct net {
    atomic_bool stop;
};

enum err net_new(struct cx *cx, struct net **out)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return fail(cx, ERR_STORE, "libcurl 用不了，消息发不出去");
    *out = NEW(cx->mem, struct net);
    atomic_init(&(*out)->stop, false);
    return OK;
}

void net_stop(struct net *net)
{
    atomic_store(&net->stop, true);
}

bool net_is_stopped(const struct net *net)
{
    return atomic_load(&net->stop);
}

/* ---- addresses ---- */

static bool is_loopback(const char *host)
{
    if (strcmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0)
        return true;
    return strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == strlen(host);
}

/* The library decodes %XX in a host: what comes out is looked at, not what was typed. */
static bool is_host(const char *host)
{
    size_t n = strlen(host);
    if (host[0] == '[')
        return n > 2 && 1 + strspn(host + 1, "0123456789abcdefABCDEF:.") == n - 1 &&
               host[n - 1] == ']';
    return n > 0 &&
           strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") == n;
}

/* The parts that are looked at; copied at once, since they belong to the library. */
struct parts {
    char scheme[8], host[256], port[8];
    bool has_user, has_fragment;
};

static bool part(CURLU *u, CURLUPart which, char *to, size_t room)
{
    char *text = NULL;
    if (curl_url_get(u, which, &text, 0) != CURLUE_OK || !text)
        return false;
    size_t n = strlen(text);
    bool fits = n < room;
    if (fits)
        memcpy(to, text, n + 1);
    curl_free(text);
    return fits;
}

static bool read_parts(const char *url, struct parts *p)
{
    CURLU *u = curl_url();
    bool good = u && curl_url_set(u, CURLUPART_URL, url, CURLU_NON_SUPPORT_SCHEME) == CURLUE_OK &&
                part(u, CURLUPART_SCHEME, p->scheme, sizeof p->scheme) &&
                part(u, CURLUPART_HOST, p->host, sizeof p->host);
    if (good) {
        char *text = NULL;
        p->has_user = curl_url_get(u, CURLUPART_USER, &text, 0) == CURLUE_OK;
        curl_free(text);
        text = NULL;
        p->has_fragment = curl_url_get(u, CURLUPART_FRAGMENT, &text, 0) == CURLUE_OK;
        curl_free(text);
        if (!part(u, CURLUPART_PORT, p->port, sizeof p->port))
            p->port[0] = 0;
    }
    curl_url_cleanup(u);
    return good;
}

static const char *scheme_fault(const struct parts *p, enum net_family family)
{
    bool web = strcmp(p->scheme, "https") == 0 || strcmp(p->scheme, "http") == 0;
    bool mail = strcmp(p->scheme, "smtps") == 0 || strcmp(p->scheme, "smtp") == 0;
    if (family == NET_WEB && !web)
        return "网址要以 https:// 开头";
    if (family == NET_MAIL && !mail)
        return "邮件服务器写成 smtps://主机:465 或 smtp://主机:587";
    if (strcmp(p->scheme, "http") == 0 && !is_loopback(p->host))
        return "网址要以 https:// 开头；http:// 只能用于本机（127.0.0.1）";
    return NULL;
}

const char *net_url_fault(struct cx *cx, struct str url, enum net_family family, struct str *shown)
{
    struct parts p = {0};
    *shown = S("");
    if (url.n > URL_MAX)
        return "网址太长了，最多 500 个字符";
    for (size_t i = 0; i < url.n; i++)
        if (url.p[i] <= ' ' || url.p[i] > '~' || url.p[i] == '\\')
            return "网址里只能有英文字母、数字和符号，不能有空格和汉字";
    if (str_find(url, S("://")) < 0 || !read_parts(arena_cstr(cx->mem, url), &p))
        return family == NET_WEB ? "这不是一个完整的网址，要像 https://example.com/send 这样"
                                 : "邮件服务器写成 smtps://主机:465 或 smtp://主机:587";
    const char *fault = scheme_fault(&p, family);
    if (fault)
        return fault;
    if (p.has_user)
        return "网址里不要写用户名和密码，密钥填在“密钥”一栏";
    if (p.has_fragment)
        return "网址里不要有 # 号";
    if (!is_host(p.host))
        return "网址里的主机名只能有英文字母、数字、点和短横，请核对";
    *shown = arena_printf(cx->mem, "%s://%s%s%s", p.scheme, p.host, *p.port ? ":" : "", p.port);
    return NULL;
}

/* ---- one transfer ---- */

enum net_end net_status_means(int64_t status)
{
    if (status >= 200 && status < 300)
        return NET_DONE;
    bool later = status == 408 || status == 425 || status == 429 || status >= 500;
    return later ? NET_AGAIN : NET_REFUSED;
}

/* The room for an answer is taken before: nothing is allocated inside the library's callbacks. */
struct flight {
    struct net *net;
    struct cx *cx;
    CURL *curl;
    struct curl_slist *list; /* headers, or those who get the mail */
    char *room;
    size_t n;
    bool cut;
    struct str sent; /* a mail's text, and how much of it went */
    size_t sent_n;
};

static size_t on_answer(char *p, size_t one, size_t n, void *arg)
{
    struct flight *f = arg;
    size_t take = n * one, left = NET_ANSWER_MAX - f->n;
    f->cut = take > left;
    take = f->cut ? left : take;
    memcpy(f->room + f->n, p, take);
    f->n += take;
    return f->cut ? 0 : take; /* 0 ends the transfer */
}

static size_t on_send(char *p, size_t one, size_t n, void *arg)
{
    struct flight *f = arg;
    size_t left = f->sent.n - f->sent_n, take = n * one < left ? n * one : left;
    memcpy(p, f->sent.p + f->sent_n, take);
    f->sent_n += take;
    return take;
}

/* Called at least once a second while the library waits. */
static int on_wait(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct flight *f = arg;
    (void)a, (void)b, (void)c, (void)d;
    return net_is_stopped(f->net);
}

/* At cx_end, also when the arena was full and jumped. */
static void land(void *arg)
{
    struct flight *f = arg;
    curl_easy_cleanup(f->curl);
    curl_slist_free_all(f->list);
}

static struct flight *begin(struct cx *cx, struct net *net, struct str url, const char *protocols)
{
    struct flight *f = NEW(cx->mem, struct flight);
    f->net = net;
    f->cx = cx;
    f->room = arena_alloc(cx->mem, NET_ANSWER_MAX);
    cx_defer(cx, land, f);
    f->curl = curl_easy_init();
    if (!f->curl)
        return NULL;
    curl_easy_setopt(f->curl, CURLOPT_URL, arena_cstr(f->cx->mem, url));
    curl_easy_setopt(f->curl, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(f->curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(f->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(f->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(f->curl, CURLOPT_QUICK_EXIT, 1L); /* a slow name server holds up no stop */
    curl_easy_setopt(f->curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    curl_easy_setopt(f->curl, CURLOPT_TIMEOUT_MS, (long)NET_WAIT_MS);
    curl_easy_setopt(f->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(f->curl, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(f->curl, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(f->curl, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(f->curl, CURLOPT_WRITEDATA, f);
    curl_easy_setopt(f->curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(f->curl, CURLOPT_XFERINFOFUNCTION, on_wait);
    curl_easy_setopt(f->curl, CURLOPT_XFERINFODATA, f);
    return f;
}

/* What kept a message from arriving before there was a status. */
static struct str trouble(CURLcode code)
{
    switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
        return S("找不到对方的服务器，请核对网址");
    case CURLE_COULDNT_CONNECT:
        return S("连不上对方的服务器");
    case CURLE_OPERATION_TIMEDOUT:
        return S("对方 15 秒没有回应");
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
        return S("对方的证书不可信，没有发");
    case CURLE_SSL_CONNECT_ERROR:
        return S("和对方建不起加密连接");
    case CURLE_USE_SSL_FAILED:
        return S("对方的邮件服务器不支持加密，没有发");
    case CURLE_LOGIN_DENIED:
        return S("对方不认账号或密码，请核对发件邮箱和授权码");
    default:
        return S("和对方的连接中途断了");
    }
}

/* Trying again does not mend what is set up wrong. */
static bool is_hopeless(CURLcode code)
{
    return code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL ||
           code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED;
}

static void judge_post(struct flight *f, struct net_answer *a)
{
    curl_off_t wait = 0;
    a->end = net_status_means(a->status);
    if (curl_easy_getinfo(f->curl, CURLINFO_RETRY_AFTER, &wait) == CURLE_OK && wait > 0)
        a->wait_ms = wait > RETRY_MAX_MS / 1000 ? RETRY_MAX_MS : (int64_t)wait * MS_SECOND;
    if (a->status >= 300 && a->status < 400)
        a->why = S("对方要转到别的网址，没有跟过去；请填最后的那个网址");
    else if (a->end == NET_REFUSED)
        a->why = arena_printf(f->cx->mem, "对方不收（HTTP %lld）", (long long)a->status);
    else if (a->end == NET_AGAIN)
        a->why = arena_printf(f->cx->mem, "对方这会儿收不了（HTTP %lld）", (long long)a->status);
}

static void fly(struct flight *f, bool mail, struct net_answer *a)
{
    long status = 0;
    CURLcode code = curl_easy_perform(f->curl);
    curl_easy_getinfo(f->curl, CURLINFO_RESPONSE_CODE, &status);
    a->status = status;
    a->body = str_n(f->room, f->n);
    a->body_cut_short = f->cut;
    if (f->cut)
        code = CURLE_OK; /* the status came, and the rest is not wanted */
    if (code == CURLE_ABORTED_BY_CALLBACK) {
        a->end = NET_STOPPED;
        a->why = S("停机时还没发完");
    } else if (code == CURLE_OK && !mail) {
        judge_post(f, a);
    } else if (code == CURLE_OK) {
        a->end = NET_DONE;
    } else if (mail && status >= 400 && code != CURLE_LOGIN_DENIED) {
        a->end = status >= 500 ? NET_REFUSED : NET_AGAIN;
        a->why = arena_printf(f->cx->mem, "对方的邮件服务器%s（%ld）",
                              status >= 500 ? "不收" : "这会儿收不了", status);
    } else {
        a->end = is_hopeless(code) ? NET_REFUSED : NET_AGAIN;
        a->why = trouble(code);
    }
}

static void no_memory(struct net_answer *a)
{
    *a = (struct net_answer){.end = NET_AGAIN, .why = S("这台机器内存不够")};
}

static void add(struct flight *f, struct str line)
{
    f->list = curl_slist_append(f->list, arena_cstr(f->cx->mem, line));
}

void net_post(struct cx *cx, struct net *net, const struct net_post *p, struct net_answer *a)
{
    struct flight *f = begin(cx, net, p->url, "http,https");
    *a = (struct net_answer){0};
    if (!f) {
        no_memory(a);
        return;
    }
    add(f, S("Expect:"));
    add(f, arena_printf(cx->mem, "Content-Type: %.*s", STR(p->type)));
    if (p->idempotency_key.n)
        add(f, arena_printf(cx->mem, "Idempotency-Key: %.*s", STR(p->idempotency_key)));
    if (p->bearer.n)
        add(f, arena_printf(cx->mem, "Authorization: Bearer %.*s", STR(p->bearer)));
    curl_easy_setopt(f->curl, CURLOPT_HTTPHEADER, f->list);
    curl_easy_setopt(f->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(f->curl, CURLOPT_USERAGENT, "linghang");
    curl_easy_setopt(f->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)p->body.n);
    curl_easy_setopt(f->curl, CURLOPT_POSTFIELDS, p->body.n ? p->body.p : "");
    fly(f, false, a);
}

void net_mail(struct cx *cx, struct net *net, const struct net_mail *m, struct net_answer *a)
{
    struct parts parts = {0};
    struct str rest = m->to, one;
    bool here = read_parts(arena_cstr(cx->mem, m->url), &parts) && is_loopback(parts.host);
    struct flight *f = begin(cx, net, m->url, "smtp,smtps");
    *a = (struct net_answer){0};
    if (!f) {
        no_memory(a);
        return;
    }
    f->sent = net_mail_text(cx, m);
    while (str_split(&rest, ',', &one))
        add(f, str_trim(one));
    if (m->password.n) {
        curl_easy_setopt(f->curl, CURLOPT_USERNAME, arena_cstr(cx->mem, m->user));
        curl_easy_setopt(f->curl, CURLOPT_PASSWORD, arena_cstr(cx->mem, m->password));
    }
    curl_easy_setopt(f->curl, CURLOPT_USE_SSL, (long)(here ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    curl_easy_setopt(f->curl, CURLOPT_MAIL_FROM, arena_cstr(cx->mem, m->from));
    curl_easy_setopt(f->curl, CURLOPT_MAIL_RCPT, f->list);
    curl_easy_setopt(f->curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(f->curl, CURLOPT_READFUNCTION, on_send);
    curl_easy_setopt(f->curl, CURLOPT_READDATA, f);
    fly(f, true, a);
}
