/* web_work -- the day of who works in the field or for a handling unit, and what he enters for a
 * resident. No scores, no order of persons. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/desk/pages.h"
#include "base/time.h"
#include "desk.html.h"

enum { OPEN_MAX = 200, OTHERS_MAX = 30 };

/* ---- today ---- */

static bool is_mine(const struct cx *cx, const struct need *n, int64_t org_id)
{
    return (n->owner_person && n->owner_person == cx->who.person_id) ||
           (n->owner_post && n->owner_post == cx->who.post_id) ||
           (n->owner_org && n->owner_org == org_id);
}

static bool is_in_hand(const struct need *n)
{
    return n->state == NEED_DISPATCHED || n->state == NEED_REDO || n->state == NEED_HANDLING;
}

/* Which section a need of mine stands in. */
static desk_item_list *section_of(struct desk_today_view *v, const struct need *n, int64_t tomorrow)
{
    if (!is_in_hand(n))
        return &v->wait;
    if (n->due_at && n->due_at < tomorrow)
        return &v->first;
    return n->state == NEED_HANDLING ? &v->hand : &v->contact;
}

static void put(struct cx *cx, desk_item_list *list, const struct desk_item *item, size_t most)
{
    if (list->n < most)
        *PUSH(cx->mem, list) = *item;
}

static void add_new(struct cx *cx, need_list *to, const need_list *more)
{
    for (size_t i = 0; i < more->n; i++) {
        bool known = false;
        for (size_t k = 0; k < to->n && !known; k++)
            known = to->at[k].id == more->at[i].id;
        if (!known)
            *PUSH(cx->mem, to) = more->at[i];
    }
}

enum err desk_work(struct cx *cx, const char *state, size_t most, need_list *out)
{
    int64_t org_id;
    TRY(need_my_org(cx, &org_id));
    const struct need_filter of[] = {
        {.owner_person = cx->who.person_id}, {.owner_org = org_id}, {.limit = 0}};
    for (size_t i = 0; i < COUNT(of); i++) {
        need_list some = {0};
        struct need_filter f = of[i];
        bool everybody = i + 1 == COUNT(of);
        f.state = str_c(state);
        if (!everybody && !f.owner_person && !f.owner_org)
            continue;
        TRY(desk_all(cx, f, most, &some));
        add_new(cx, out, &some);
    }
    return OK;
}

static bool comes_before(const struct need *a, const struct need *b)
{
    if (a->due_at == b->due_at)
        return a->id < b->id;
    return a->due_at && (!b->due_at || a->due_at < b->due_at);
}

/* The most urgent first; a clock that stands comes last. */
static void sort_by_due(need_list *all)
{
    for (size_t i = 1; i < all->n; i++) {
        struct need n = all->at[i];
        size_t k = i;
        for (; k && comes_before(&n, &all->at[k - 1]); k--)
            all->at[k] = all->at[k - 1];
        all->at[k] = n;
    }
}

static enum err find_today(struct cx *cx, struct desk_today_view *v)
{
    need_list open = {0}, closed = {0};
    desk_item_list items = {0};
    int64_t org_id, today = time_day_start(time_day(cx->now));
    TRY(need_my_org(cx, &org_id));
    TRY(desk_work(cx, "open", OPEN_MAX, &open));
    sort_by_due(&open);
    TRY(desk_work(cx, "closed", DESK_LIST_MAX, &closed));
    for (size_t i = 0; i < closed.n; i++)
        if (closed.at[i].closed_at >= today && is_mine(cx, &closed.at[i], org_id))
            *PUSH(cx->mem, &open) = closed.at[i];
    TRY(desk_items(cx, &open, "/w/order/", &items));
    for (size_t i = 0; i < items.n; i++) {
        struct desk_item *q = &items.at[i];
        q->is_mine = is_mine(cx, &q->n, org_id);
        if (need_is_closed(q->n.state))
            put(cx, &v->done, q, DESK_LIST_MAX);
        else if (q->is_mine)
            put(cx, section_of(v, &q->n, today + MS_DAY), q, DESK_LIST_MAX);
        else
            put(cx, &v->others, q, OTHERS_MAX);
    }
    return OK;
}

enum err desk_today_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct desk_today_view v = {.is_unit = cx->who.role == ROLE_HANDLER,
                                .may_note = (cx->who.role & (ROLES_FIELD | ROLE_AREA_STAFF)) != 0};
    TRY(find_today(cx, &v));
    TRY(visit_panel(cx, &v.visits));
    v.whose = v.is_unit                        ? S("请我们协办的")
              : cx->who.role & ROLE_AREA_STAFF ? S("居民区里别人在办的")
              : cx->who.role & ROLE_CLERK      ? S("社区里别人在办的")
                                               : S("我这里别人在办的");
    v.hello = v.first.n
                  ? arena_printf(cx->mem, "%.*s，今天先办 %zu 件", STR(cx->who.name), v.first.n)
                  : arena_printf(cx->mem, "%.*s，今天没有赶着办的", STR(cx->who.name));
    v.page = shell_page(rq, SHELL_WORK, S("今天"), "today");
    reply_header(rp, "Cache-Control", S("no-store"));
    desk_today_html(reply_html(rp), cx, &v);
    return OK;
}

/* ---- places ---- */

static enum err search_places(struct cx *cx, bool own_only, struct desk_entry *e)
{
    place_list found = {0};
    TRY(place_search(cx, e->where, S(""), PLACE_FOUND, &found));
    for (size_t i = 0; i < found.n; i++) {
        bool yes = true;
        if (own_only)
            TRY(need_reaches(cx, &found.at[i], &yes));
        if (yes)
            *PUSH(cx->mem, &e->choices) = found.at[i];
    }
    return OK;
}

static enum err take_place(struct cx *cx, bool own_only, struct str code, const char *field,
                           struct desk_entry *e)
{
    bool yes = true;
    TRY(place_by_code(cx, code, &e->place));
    if (own_only)
        TRY(need_reaches(cx, &e->place, &yes));
    if (!yes)
        return fail_field(cx, field, "%.*s 不在您服务的范围里；请居民打社区电话，或者扫那里的码",
                          STR(e->place.full_name));
    e->has_place = true;
    return OK;
}

enum err desk_find_place(struct cx *cx, const struct req *rq, bool own_only, struct desk_entry *e)
{
    struct str code = req_field(rq, "place");
    struct place place;
    e->where = str_trim(req_field(rq, "where"));
    if (code.n)
        return take_place(cx, own_only, code, "where", e);
    if (!e->where.n)
        return fail_field(cx, "where", "请写一下在哪里，小区和楼号就行");
    bool is_code = place_by_code(cx, e->where, &place) == OK;
    fault_clear(cx); /* words are looked for next */
    if (is_code)
        return take_place(cx, own_only, e->where, "where", e);
    TRY(search_places(cx, own_only, e));
    if (e->choices.n == 1)
        return take_place(cx, own_only, e->choices.at[0].code, "where", e);
    bool is_many = place_to_choose(&e->choices);
    size_t found = e->choices.n;
    if (!own_only)
        TRY(place_none_of_these(cx, &e->choices));
    if (is_many)
        return fail_field(cx, "place", "对得上的有 %zu 栋，先点是哪一栋", found);
    if (found)
        return fail_field(cx, "place", "对得上的有 %zu 处，请点一处；都不是，请把楼号写全", found);
    return fail_field(cx, "where", "%s",
                      own_only ? "您服务的范围里没找到这个地方，换个写法试试"
                               : "没找到这个地方，换个写法试试，或者点“都不是”");
}

/* ---- entering for a resident ---- */

static void draw_note(struct cx *cx, const struct req *rq, struct reply *rp,
                      struct desk_note_view *v)
{
    v->rq = rq;
    v->page = shell_page(rq, SHELL_WORK, S("替居民说一件"), "note");
    v->page.has_foot = !v->number.n;
    if (v->page.has_foot)
        v->page.back = "/w/today";
    reply_header(rp, "Cache-Control", S("no-store"));
    desk_note_html(reply_html(rp), cx, v);
}

enum err desk_note_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct desk_note_view v = {.number = req_query(rq, "n"), .word = req_query(rq, "w")};
    v.why = need_photo_said(cx, rq);
    draw_note(cx, rq, rp, &v);
    return OK;
}

enum err desk_note_do(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct desk_note_view v = {0};
    struct need n = {0};
    struct str key;
    need_photo_whys why = {0};
    bool again = false;
    enum err e = desk_find_place(cx, rq, true, &v.e);
    enum err rest = req_record(cx, rq, &need_shape, &n);
    n.place_id = v.e.place.id; /* never as sent: it must be within reach */
    n.channel = cx->who.role == ROLE_BUILDING_LEADER ? S("building_leader")
                : cx->who.role == ROLE_AREA_STAFF    ? S("visit")
                                                     : S("grid_worker");
    n.client_key = req_field(rq, "key");
    if (e == OK)
        e = rest;
    if (e == OK)
        e = need_open(cx, &n, &key, &again);
    if (e == ERR_INPUT || e == ERR_CONFLICT)
        draw_note(cx, rq, rp, &v);
    TRY(e);
    if (!again)
        TRY(need_photos_add(cx, rq, n.id, &why));
    return reply_goto(cx, rp, "/w/note?n=%.*s&w=%.*s%.*s", STR(n.number), STR(n.word),
                      STR(need_photo_query(cx, &why)));
}
