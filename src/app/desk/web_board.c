/* web_board -- the dispatcher's board: lanes with their numbers, the list of a lane, the chosen
 * need beside it; and the fragments that refresh them. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/desk/pages.h"
#include "base/time.h"
#include "desk.html.h"
#include <stdlib.h>

enum { URGENT_MAX = 8 };

struct lane_row {
    const char *code, *label, *empty;
    uint32_t states; /* 0 = what is overdue, in any state */
};

static const struct lane_row lanes[] = {
    {"receive", "待受理", "没有等着受理的事", IN(NEED_RECEIVED) | IN(NEED_CLARIFY)},
    {"send", "待派", "没有等着派的事", IN(NEED_ACCEPTED) | IN(NEED_REDO) | IN(NEED_OBJECTED)},
    {"contact", "待联系", "派出去的都联系过居民了", IN(NEED_DISPATCHED)},
    {"work", "在办", "没有正在办的事", IN(NEED_HANDLING) | IN(NEED_EXTENDING)},
    {"verify", "待核查", "没有等着核实的事", IN(NEED_REPORTED)},
    {"answer", "待回访", "核实过的都答复了", IN(NEED_VERIFIED)},
    {"late", "超时", "没有超时的事，都赶上了", 0},
    {"parked", "挂账", "没有挂账的事", IN(NEED_PARKED)},
};

static const struct lane_row *lane_of(const struct req *rq)
{
    struct str code = req_query(rq, "lane");
    for (size_t i = 0; i < COUNT(lanes); i++)
        if (str_is(code, lanes[i].code))
            return &lanes[i];
    return &lanes[0];
}

/* ---- numbers ---- */

static struct str some(struct cx *cx, int64_t n, const char *what, const char *none)
{
    return n ? arena_printf(cx->mem, "%lld 件%s", (long long)n, what) : str_c(none);
}

static struct str note_of(struct cx *cx, const struct lane_row *l, const struct need_counts *n)
{
    switch (l->states) {
    case IN(NEED_RECEIVED) | IN(NEED_CLARIFY):
        return some(cx, n->state[NEED_CLARIFY], "等居民补充", "30 分钟内派出");
    case IN(NEED_ACCEPTED) | IN(NEED_REDO) | IN(NEED_OBJECTED):
        return some(cx, n->state[NEED_OBJECTED], "申请退回", "定了单位就派");
    case IN(NEED_DISPATCHED):
        return S("等第一次联系");
    case IN(NEED_HANDLING) | IN(NEED_EXTENDING):
        return some(cx, n->state[NEED_EXTENDING], "申请延期", "承办单位在办");
    case IN(NEED_REPORTED):
        return S("换个人核实");
    case IN(NEED_VERIFIED):
        return S("核实过，等答复");
    case IN(NEED_PARKED):
        return S("到复核日再看");
    default:
        return some(cx, n->due_soon, "快到时间", "没有快到的");
    }
}

static enum err find_lanes(struct cx *cx, const struct req *rq, struct desk_lanes_view *v)
{
    struct need_counts counts = {0};
    TRY(need_count(cx, NULL, &counts));
    v->lane = str_c(lane_of(rq)->code);
    for (size_t i = 0; i < COUNT(lanes); i++) {
        const struct lane_row *l = &lanes[i];
        struct desk_lane *out = PUSH(cx->mem, &v->lanes);
        *out = (struct desk_lane){.code = l->code,
                                  .label = l->label,
                                  .note = note_of(cx, l, &counts),
                                  .is_hot = !l->states,
                                  .count = l->states ? 0 : counts.overdue};
        for (int s = 0; s < NEED_STATES; s++)
            if (l->states & IN(s))
                out->count += counts.state[s];
    }
    return OK;
}

/* ---- lists ---- */

static int by_due(const void *a, const void *b)
{
    const struct need *x = a, *y = b;
    int64_t dx = x->due_at ? x->due_at : INT64_MAX, dy = y->due_at ? y->due_at : INT64_MAX;
    if (dx != dy)
        return dx < dy ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static enum err find_needs(struct cx *cx, const struct lane_row *l, need_list *out)
{
    if (!l->states)
        return desk_all(cx, (struct need_filter){.state = S("open"), .overdue = true},
                        DESK_LIST_MAX, out);
    for (int s = 0; s < NEED_STATES; s++)
        if (l->states & IN(s))
            TRY(desk_all(cx, (struct need_filter){.state = str_c(need_state_codes[s])},
                         DESK_LIST_MAX, out));
    if (out->n)
        qsort(out->at, out->n, sizeof *out->at, by_due);
    return OK;
}

static void link_items(struct cx *cx, const char *lane, int64_t current, desk_item_list *items)
{
    for (size_t i = 0; i < items->n; i++) {
        struct desk_item *q = &items->at[i];
        q->link = arena_printf(cx->mem, "/d/board?lane=%s&id=%lld", lane, (long long)q->n.id);
        q->is_current = q->n.id == current;
    }
}

static enum err find_urgent(struct cx *cx, const struct req *rq, struct desk_list_view *v)
{
    need_list all = {0};
    TRY(desk_all(cx, (struct need_filter){.state = S("open")}, URGENT_MAX, &all));
    while (all.n && !all.at[all.n - 1].due_at) /* clocks that stand come last */
        all.n--;
    TRY(desk_items(cx, &all, "/d/need/", &v->urgent));
    v->lane = str_c(lane_of(rq)->code);
    link_items(cx, lane_of(rq)->code, 0, &v->urgent);
    return OK;
}

/* The list of the lane; `*id` becomes the first of it when nothing was chosen. */
static enum err find_list(struct cx *cx, const struct req *rq, int64_t *id,
                          struct desk_list_view *v)
{
    const struct lane_row *l = lane_of(rq);
    need_list needs = {0};
    TRY(find_needs(cx, l, &needs));
    TRY(desk_items(cx, &needs, "/d/need/", &v->items));
    if (!*id && needs.n)
        *id = needs.at[0].id;
    v->lane = str_c(l->code);
    v->label = l->label;
    v->empty = l->empty;
    v->has_more = needs.n >= DESK_LIST_MAX;
    v->id = *id ? filter_id(cx, *id) : S("");
    link_items(cx, l->code, *id, &v->items);
    return OK;
}

static int64_t chosen(const struct req *rq)
{
    int64_t id = 0;
    return str_int(req_query(rq, "id"), &id) ? id : 0;
}

/* ---- pages ---- */

static enum err find_detail(struct cx *cx, const struct req *rq, int64_t id,
                            struct desk_detail_view *v)
{
    struct desk_case *c = NEW(cx->mem, struct desk_case);
    v->notice = desk_done(cx, rq);
    v->sent = desk_sent(rq);
    if (!id)
        return OK;
    TRY(need_get(cx, id, &c->n));
    c->rq = rq;
    c->base = "/d/need/";
    c->back = arena_printf(cx->mem, "/d/board?lane=%s", lane_of(rq)->code);
    c->has_keys = true;
    v->c = c;
    return desk_case(cx, NULL, c);
}

enum err desk_board_page(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct desk_board_view v = {0};
    int64_t id = chosen(rq);
    reply_header(rp, "Cache-Control", S("no-store"));
    reply_header(rp, "Vary", S("X-Part"));
    if (id && str_is(req_header(rq, "X-Part"), "detail")) {
        TRY(find_detail(cx, rq, id, &v.detail));
        desk_detail_html(reply_html(rp), cx, &v.detail);
        return OK;
    }
    TRY(find_lanes(cx, rq, &v.lanes));
    TRY(find_list(cx, rq, &id, &v.list));
    TRY(find_urgent(cx, rq, &v.list));
    TRY(find_detail(cx, rq, id, &v.detail));
    v.page = shell_page(rq, SHELL_BOARD, S("派单台"), "board");
    v.page.here = arena_printf(cx->mem, "/d/board?lane=%s", lane_of(rq)->code);
    desk_board_html(reply_html(rp), cx, &v);
    return OK;
}

enum err desk_part_lanes(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct desk_lanes_view v = {0};
    TRY(find_lanes(cx, rq, &v));
    reply_header(rp, "Cache-Control", S("no-store"));
    desk_lanes_html(reply_html(rp), cx, &v);
    return OK;
}

enum err desk_part_list(struct cx *cx, const struct req *rq, struct reply *rp)
{
    struct desk_list_view v = {0};
    int64_t id = chosen(rq);
    reply_header(rp, "Cache-Control", S("no-store"));
    if (str_is(req_query(rq, "part"), "urgent")) {
        TRY(find_urgent(cx, rq, &v));
        desk_urgent_html(reply_html(rp), cx, &v);
        return OK;
    }
    TRY(find_list(cx, rq, &id, &v));
    desk_list_html(reply_html(rp), cx, &v);
    return OK;
}
