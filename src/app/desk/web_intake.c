/* web_intake -- the counter: entering what was said by phone, at the window, on paper, or came from
 * another hotline; and the receipt that the resident takes home. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/desk/pages.h"
#include "desk.html.h"
#include "print/qr.h"

/* Channels that end at a counter; the others have pages of their own. */
static const char *const counter_channels[] = {"phone",   "counter", "paper",
                                               "hotline", "wechat",  "meeting"};

static desk_reason_list channel_list(struct cx *cx)
{
    LIST(struct flow_reason) out = {0};
    for (size_t i = 0; i < COUNT(counter_channels); i++)
        *PUSH(cx->mem, &out) = (struct flow_reason){
            counter_channels[i], flow_label(channels, str_c(counter_channels[i]))};
    return (desk_reason_list){.at = out.at, .n = out.n};
}

static void draw(struct cx *cx, const struct req *rq, struct reply *rp, struct desk_intake_view *v)
{
    v->rq = rq;
    v->channels = channel_list(cx);
    v->channel = req_field(rq, "channel").n ? req_field(rq, "channel") : S("phone");
    v->page = shell_page(rq, SHELL_DESK, S("登记一件"), "intake");
    reply_header(rp, "Cache-Control", S("no-store"));
    desk_intake_html(reply_html(rp), cx, v);
}

enum err desk_intake_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct desk_intake_view v = {0};
    draw(cx, rq, rp, &v);
    return OK;
}

static bool is_counter_channel(struct str channel)
{
    for (size_t i = 0; i < COUNT(counter_channels); i++)
        if (str_is(channel, counter_channels[i]))
            return true;
    return false;
}

static enum err read_intake(struct cx *cx, const struct req *rq, struct need *n,
                            struct desk_entry *entry)
{
    enum err place = desk_find_place(cx, rq, false, entry);
    enum err rest = req_record(cx, rq, &need_shape, n);
    n->place_id = entry->place.id;
    n->client_key = req_field(rq, "key");
    if (!is_counter_channel(n->channel))
        rest = fail_field(cx, "channel", "请选从哪里来的");
    return place != OK ? place : rest;
}

enum err desk_intake_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct desk_intake_view v = {0};
    struct need n = {0};
    struct str key;
    need_photo_whys why = {0};
    bool again = false;
    enum err e = read_intake(cx, rq, &n, &v.e);
    if (e == OK)
        e = need_source_check(cx, &n, req_field(rq, "anyway").n > 0);
    if (e == OK)
        e = need_open(cx, &n, &key, &again);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        draw(cx, rq, rp, &v);
    TRY(e);
    if (!again)
        TRY(need_photos_add(cx, rq, n.id, &why));
    return reply_goto(cx, rp, "/k/receipt/%lld?w=%.*s%.*s", (long long)n.id, STR(n.word),
                      STR(need_photo_query(cx, &why)));
}

static bool is_word(struct str w)
{
    int64_t n;
    return w.n == 4 && str_int(w, &n);
}

/* The word is known only to who has just entered the need; the link of this page carries it. */
enum err desk_receipt_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct desk_receipt_view v = {.community = shell_community(cx),
                                  .is_slip = str_is(req_query(rq, "paper"), "slip")};
    struct str word = req_query(rq, "w");
    int64_t id;
    TRY(req_id(cx, rq, "id", &id));
    TRY(need_get(cx, id, &v.n));
    TRY(openings_told(cx, &need_seen, id, &v.seen));
    v.word = is_word(word) ? word : S("");
    v.why = need_photo_said(cx, rq);
    v.site = req_site(cx, rq);
    v.qr = qr_svg(cx,
                  arena_printf(cx->mem, "%.*s/find?n=%.*s%s%.*s", STR(v.site), STR(v.n.number),
                               v.word.n ? "&w=" : "", STR(v.word)),
                  S("看进度的二维码"));
    v.page = shell_page(rq, SHELL_PRINT, S("回执"), "intake");
    reply_header(rp, "Cache-Control", S("no-store"));
    desk_receipt_html(reply_html(rp), cx, &v);
    return OK;
}
