/* web -- the table of the staff's routes, the lists that they share, searching and calling back.
 * One need: web_need.c; board: web_board.c; field: web_work.c; decisions: web_lead.c; counter:
 * web_intake.c. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/board/board.h"
#include "app/desk/pages.h"
#include "app/hours/hours.h"
#include "app/volunteer/volunteer.h"
#include "base/id.h"
#include "base/time.h"
#include "desk.html.h"

enum { PAGE = 20 };

/* ---- one need in a list ---- */

const char *desk_due(const struct need *n)
{
    switch (n->state) {
    case NEED_RECEIVED:
    case NEED_ACCEPTED:
        return "派出";
    case NEED_DISPATCHED:
    case NEED_OBJECTED:
    case NEED_REDO:
        return "联系居民";
    default:
        return "办好";
    }
}

struct str desk_channel(const struct need *n)
{
    const char *label = flow_label(channels, n->channel);
    return *label ? str_c(label) : n->channel;
}

const char *desk_state_class(enum need_state s)
{
    switch (s) {
    case NEED_DONE:
        return "g";
    case NEED_CLARIFY:
    case NEED_OBJECTED:
    case NEED_EXTENDING:
    case NEED_PARKED:
    case NEED_REDO:
        return "a";
    default:
        return need_is_closed(s) ? "" : "t";
    }
}

/* The name of a unit, looked up once for all needs of a list. */
static struct str name_of(struct cx *cx, const desk_item_list *known, int64_t org_id)
{
    struct org org;
    for (size_t i = 0; i < known->n; i++)
        if (known->at[i].n.owner_org == org_id)
            return known->at[i].owner;
    if (!org_id || org_get(cx, org_id, &org) != OK)
        return S("");
    return org.short_name.n ? org.short_name : org.name;
}

enum err desk_items(struct cx *cx, const need_list *needs, const char *base, desk_item_list *out)
{
    for (size_t i = 0; i < needs->n; i++) {
        const struct need *n = &needs->at[i];
        struct desk_item item = {.n = *n,
                                 .subject = desk_subject(cx, n),
                                 .words = n->title.n ? filter_max(cx, n->text, 36) : S(""),
                                 .owner = name_of(cx, out, n->owner_org),
                                 .due = desk_due(n),
                                 .link = desk_path(cx, base, n->id, "")};
        *PUSH(cx->mem, out) = item;
    }
    return OK;
}

enum err desk_all(struct cx *cx, struct need_filter f, size_t most, need_list *out)
{
    size_t room = most;
    while (room) {
        need_list page = {0};
        struct str next = S("");
        f.limit = room < DESK_LIST_MAX ? (int)room : DESK_LIST_MAX;
        TRY(need_search(cx, &f, &page, &next));
        for (size_t i = 0; i < page.n && room; i++, room--)
            *PUSH(cx->mem, out) = page.at[i];
        if (!next.n)
            return OK;
        f.after = next;
    }
    return OK;
}

/* ---- searching ---- */

static bool is_on(const struct req *rq, const char *name)
{
    return req_query(rq, name).n > 0;
}

/* The same search, one page on. */
static struct str next_link(struct cx *cx, const struct req *rq, struct str next)
{
    static const char *const kept[] = {"q", "state", "category", "overdue", "supervised"};
    struct out o;
    out_init(&o, cx->mem);
    out_c(&o, "/d/search?after=");
    out_url(&o, next);
    for (size_t i = 0; i < COUNT(kept); i++)
        if (is_on(rq, kept[i])) {
            out_printf(&o, "&%s=", kept[i]);
            out_url(&o, req_query(rq, kept[i]));
        }
    return out_text(&o);
}

static void state_choices(struct cx *cx, desk_choice_list *out)
{
    *PUSH(cx->mem, out) = (struct desk_choice){S(""), S("全部")};
    *PUSH(cx->mem, out) = (struct desk_choice){S("open"), S("没办完的")};
    *PUSH(cx->mem, out) = (struct desk_choice){S("closed"), S("办完的")};
    for (int s = NEED_RECEIVED; s < NEED_STATES; s++)
        *PUSH(cx->mem, out) =
            (struct desk_choice){str_c(need_state_codes[s]), str_c(need_state_labels[s])};
}

static enum err search_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct desk_search_view v = {.q = str_trim(req_query(rq, "q")),
                                 .state = req_query(rq, "state"),
                                 .category = req_query(rq, "category"),
                                 .overdue = is_on(rq, "overdue"),
                                 .supervised = is_on(rq, "supervised")};
    need_list found = {0};
    struct str number, next = S("");
    struct need_filter f = {.state = v.state,
                            .category = v.category,
                            .text = id_number_read(cx, v.q, &number) ? number : v.q,
                            .overdue = v.overdue,
                            .supervised = v.supervised,
                            .after = req_query(rq, "after"),
                            .limit = PAGE};
    TRY(need_search(cx, &f, &found, &next));
    TRY(desk_items(cx, &found, "/d/need/", &v.items));
    if (next.n)
        v.next = next_link(cx, rq, next);
    v.is_next = f.after.n > 0;
    state_choices(cx, &v.states);
    v.page = shell_page(rq, SHELL_DESK, S("需求库"), "needs");
    reply_header(rp, "Cache-Control", S("no-store"));
    desk_search_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- calling back ---- */

static enum err section(struct cx *cx, const char *state, desk_item_list *out)
{
    need_list needs = {0};
    TRY(desk_all(cx, (struct need_filter){.state = str_c(state)}, DESK_LIST_MAX, &needs));
    return desk_items(cx, &needs, "/d/need/", out);
}

static enum err callback_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct desk_callback_view v = {0};
    struct str after = req_query(rq, "after"), next;
    need_list unrated = {0};
    TRY(section(cx, "reported", &v.reported));
    TRY(section(cx, "verified", &v.verified));
    TRY(need_waiting(cx, NEED_WAITS_CALL, after, DESK_LIST_MAX, &unrated, &next));
    TRY(desk_items(cx, &unrated, "/d/need/", &v.unrated));
    if (next.n)
        v.next = arena_printf(cx->mem, "/d/callback?after=%.*s#s3", STR(next));
    v.is_next = after.n > 0;
    v.is_part = next.n || v.is_next;
    v.page = shell_page(rq, SHELL_DESK, S("回访"), "callback");
    v.page.notice = desk_done(cx, rq);
    v.page.notice_level = "g";
    reply_header(rp, "Cache-Control", S("no-store"));
    desk_callback_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- live ---- */

static enum err events(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)cx;
    (void)rq;
    reply_stream(rp, "need");
    return OK;
}

static enum err lead_home(struct cx *cx, const struct req *rq, struct reply *rp)
{
    (void)rq;
    return reply_goto(cx, rp, "/l/desk");
}

/* ---- the table ---- */

#define ROLES_ORDER (ROLES_TODAY | ROLES_CENTRE | ROLE_LEADER)

static const struct route routes[] = {
    {"GET", "/d/board", desk_board_page, ROLES_BOARD, "派单台"},
    {"GET", "/d/part/lanes", desk_part_lanes, ROLES_BOARD, "派单台各栏的件数"},
    {"GET", "/d/part/list", desk_part_list, ROLES_BOARD, "派单台一栏的清单"},
    {"GET", "/events", events, ROLES_STAFF, "有变动时的提醒", .kind = ROUTE_STREAM},
    {"GET", "/d/search", search_page, ROLES_SEARCH, "需求库"},
    {"GET", "/d/callback", callback_page, ROLES_CALL, "回访清单"},
    {"GET", "/d/need/{id}", desk_need_page, ROLES_NEED, "一件诉求"},
    {"POST", "/d/need/{id}/quick", desk_need_quick, ROLE_DISPATCHER | ROLE_DUTY_LEAD, "受理并派出",
     .in = &need_move_shape},
    {"POST", "/d/need/{id}/open", desk_need_open, ROLES_NEED, "查看联系方式（留痕）",
     .essential = true},
    {"POST", "/d/need/{id}/declare", desk_need_declare, ROLES_NEED, "这件和我有没有关系"},
    {"POST", "/d/need/{id}/guard", desk_need_guard, ROLE_DISPATCHER | ROLE_DUTY_LEAD,
     "反映的是哪个单位，地点说到多细"},
    {"POST", "/d/need/{id}/photo", desk_need_photo, ROLES_NEED, "加一张照片，或删掉",
     .prepare = need_photos_prepare, .body_max = NEED_PHOTO_BODY},
    {"POST", "/d/need/{id}/{step}", desk_need_step, ROLES_NEED, "办一步", .in = &need_move_shape},
    {"GET", "/w/today", desk_today_page, ROLES_TODAY, "今天"},
    {"GET", "/u/today", desk_today_page, ROLE_HANDLER, "本单位今天的事"},
    {"GET", "/w/order/{id}", desk_need_page, ROLES_ORDER, "手上的一件事"},
    {"POST", "/w/order/{id}/open", desk_need_open, ROLES_ORDER, "查看联系方式（留痕）",
     .essential = true},
    {"POST", "/w/order/{id}/declare", desk_need_declare, ROLES_ORDER, "这件和我有没有关系"},
    {"POST", "/w/order/{id}/photo", desk_need_photo, ROLES_ORDER, "加一张照片，或删掉",
     .prepare = need_photos_prepare, .body_max = NEED_PHOTO_BODY},
    {"POST", "/w/order/{id}/{step}", desk_need_step, ROLES_ORDER, "办一步", .in = &need_move_shape},
    {"GET", "/w/note", desk_note_page, ROLES_FIELD | ROLE_AREA_STAFF, "代居民说一件"},
    {"POST", "/w/note", desk_note_do, ROLES_FIELD | ROLE_AREA_STAFF, "代居民说一件",
     .in = &need_shape, .seals = &need_shape, .prepare = need_photos_prepare,
     .body_max = NEED_PHOTO_BODY},
    {"GET", "/l/board", lead_home, ROLES_DECIDE, "负责人的首页，转到等您定的事"},
    {"GET", "/l/desk", desk_lead_page, ROLES_DECIDE, "等您定的事"},
    {"GET", "/k/intake", desk_intake_page, ROLES_INTAKE, "窗口登记"},
    {"POST", "/k/intake", desk_intake_do, ROLES_INTAKE, "窗口登记", .in = &need_shape,
     .seals = &need_shape, .prepare = need_photos_prepare, .body_max = NEED_PHOTO_BODY},
    {"GET", "/k/receipt/{id}", desk_receipt_page, ROLES_INTAKE, "打印回执"},
};

static const struct shell_menu menu[] = {
    {"today", "/w/today", "今天", "list", ROLES_FIELD | ROLE_AREA_STAFF | ROLE_CLERK},
    {"today", "/u/today", "今天", "list", ROLE_HANDLER},
    {"note", "/w/note", "代录", "edit", ROLES_FIELD | ROLE_AREA_STAFF},
    {"board", "/d/board", "派单", "grid", ROLES_BOARD},
    {"decide", "/l/desk", "等我定", "flag", ROLES_DECIDE},
    {"intake", "/k/intake", "登记", "plus", ROLES_INTAKE},
    {"callback", "/d/callback", "回访", "phone", ROLES_CALL},
    {"needs", "/d/search", "需求库", "doc", ROLES_SEARCH},
    {"volunteers", "/d/volunteers", "志愿者", "heart", ROLES_LIBRARY},
    {"match", "/d/match/run", "找帮手", "users", ROLE_DISPATCHER | ROLE_DUTY_LEAD | ROLE_LEADER},
    {"boards", "/w/boards", "公示栏", "clip", ROLES_WALL, .is_extra = true},
    {"hours", "/d/hours", "时长", "clock", ROLES_LEDGER, .is_extra = true},
    {"admin", "/a", "管理", "cog", ROLE_ADMIN},
    {"skills", "/a/skills", "能帮的事", "hand", ROLE_ADMIN},
    {"posts", "/a/posts", "岗位", "tower", ROLE_ADMIN | ROLE_SECURITY},
    {"people", "/a/people", "人员", "users", ROLE_ADMIN | ROLE_SECURITY},
    {"calendar", "/a/calendar", "日历", "cal", ROLE_ADMIN, .is_extra = true},
    {"outbox", "/a/outbox", "外发消息", "send", ROLE_ADMIN, .is_extra = true},
    {"search", "/d/search", "搜单号、地点、标题", "search", ROLES_SEARCH},
};

const struct feature desk_feature = {
    .name = "desk", .routes = routes, .nroutes = COUNT(routes), .menu = menu, .nmenu = COUNT(menu)};
