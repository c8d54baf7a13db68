/* play -- see play.h: one act for each state, by whoever may take it. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/sample/play.h"
#include "base/time.h"
#include "base/utf8.h"
#include <string.h>

/* ---- when ---- */

/* So many minutes of work later; at once, by the clock on the wall, when it is urgent. */
static int64_t later(struct play *p, const struct life *l, int from, int till)
{
    int64_t minutes = from + town_pick(p->t, till - from);
    if (l->want != NEED_DRAFT)
        return p->cx->now + (3 + minutes % 20) * MS_MINUTE;
    if (l->urgent)
        return p->cx->now + minutes * MS_MINUTE / 4;
    return worktime_add(p->cal, p->cx->now, minutes * MS_MINUTE);
}

static bool wants(const struct life *l, enum need_state s)
{
    return l->want == s;
}

/* Chance, unless the life is bound for a certain state. */
static bool may_stray(struct play *p, const struct life *l, enum need_state s, int tenths)
{
    return wants(l, s) || (l->want == NEED_DRAFT && town_chance(p->t, tenths));
}

/* ---- one step ---- */

static void remember(struct life *l, const struct need *n)
{
    l->state = n->state;
    l->due_at = n->due_at;
    l->owner_org = n->owner_org;
    l->duty_id = n->duty_id;
    l->urgent = str_is(n->level, "L0") || str_is(n->level, "L1");
}

/* A job was faster (no reply, review): look where the need is now. */
static enum err look_again(struct play *p, struct life *l)
{
    struct need n;
    fault_clear(p->cx);
    TRY(account_wear(p->cx, &p->t->leader));
    TRY(need_get(p->cx, l->id, &n));
    remember(l, &n);
    return OK;
}

static enum err settle(struct play *p, struct life *l, enum err e, const struct need *n)
{
    if (e == ERR_CONFLICT)
        return look_again(p, l);
    TRY(e);
    remember(l, n);
    return OK;
}

static enum err step(struct play *p, struct life *l, const struct hat *hat, const char *code,
                     struct need_move m)
{
    struct need n;
    TRY(account_wear(p->cx, hat));
    if (l->secret) {
        TRY(need_get(p->cx, l->id, &n));
        if (n.must_declare)
            TRY(need_declare(p->cx, l->id, S("none")));
    }
    return settle(p, l, need_step(p->cx, l->id, str_c(code), &m, &n), &n);
}

static enum err resident(struct play *p, struct life *l, const char *code, struct need_move m)
{
    struct need n;
    account_nobody(p->cx, p->cx->community);
    enum err e = need_resident_step(p->cx, l->id, str_c(l->key), str_c(code), &m, &n);
    return settle(p, l, e, &n);
}

static const struct hat *dispatcher(struct play *p)
{
    return &p->t->dispatchers[town_pick(p->t, 2)];
}

static const struct hat *verifier(struct play *p)
{
    return &p->t->verifiers[town_pick(p->t, 2)];
}

static const struct duty *duty_of(const struct play *p, const struct life *l)
{
    for (size_t i = 0; i < p->duties.n; i++)
        if (str_is(p->duties.at[i].code, l->words->duty))
            return &p->duties.at[i];
    return &p->duties.at[0];
}

static const struct town_area *area_of(const struct play *p, const struct life *l)
{
    return &p->t->areas[p->t->grids[l->spot.grid].area];
}

/* ---- asking ---- */

static const struct {
    const char *channel;
    int per_thousand;
    char who; /* r resident, d dispatcher, c clerk, g grid worker */
} ways[] = {{"qr", 430, 'r'},          {"web", 170, 'r'},    {"phone", 150, 'd'},
            {"grid_worker", 100, 'g'}, {"counter", 70, 'c'}, {"hotline", 50, 'd'},
            {"visit", 30, 'g'}};

static const char *way(struct play *p, const struct life *l)
{
    int64_t r = town_pick(p->t, 1000);
    size_t i = 0;
    while (i + 1 < COUNT(ways) && r >= ways[i].per_thousand)
        r -= ways[i++].per_thousand;
    switch (ways[i].who) {
    case 'd':
        account_wear(p->cx, dispatcher(p));
        break;
    case 'c':
        account_wear(p->cx, &p->t->clerk);
        break;
    case 'g':
        account_wear(p->cx, &p->t->grids[l->spot.grid].worker);
        break;
    default:
        account_nobody(p->cx, p->cx->community);
    }
    return ways[i].channel;
}

static bool is_wish(const struct life *l)
{
    return strcmp(l->words->kind, "wish") == 0;
}

static bool is_complaint(const struct life *l)
{
    return strcmp(l->words->kind, "complaint") == 0 || strcmp(l->words->kind, "report") == 0;
}

enum err play_birth(struct play *p, struct life *l)
{
    struct town *t = p->t;
    struct cx *cx = p->cx;
    struct str key;
    bool again;
    struct need n = {.channel = str_c(way(p, l)),
                     .kind = str_c(l->words->kind),
                     .category = duty_of(p, l)->category,
                     .place_id = l->spot.place_id,
                     .text = str_c(l->words->text),
                     .agrees_match = is_wish(l),
                     .agrees_share = town_chance(t, 500),
                     .is_secret = is_complaint(l) && town_chance(t, 250)};
    if (town_chance(t, 850)) {
        n.name = arena_printf(cx->mem, "%.*s（示例）", STR(utf8_head(town_name(t), 1)));
        n.contact = town_phone(t);
    }
    if (!l->spot.is_stall && town_chance(t, 700))
        n.door = arena_printf(cx->mem, "%d0%d", (int)town_pick(t, 6) + 1, (int)town_pick(t, 2) + 1);
    n.agrees_note = str_starts(str_c(l->words->duty), S("07")) && town_chance(t, 300);
    if (n.agrees_note)
        n.note = S("走路要拄拐，请慢一点（示例）");
    l->secret = n.is_secret || is_complaint(l);
    TRY(need_open(cx, &n, &key, &again));
    for (size_t i = 0; i < key.n && i + 1 < sizeof l->key; i++)
        l->key[i] = key.p[i];
    l->id = n.id;
    remember(l, &n);
    l->urgent = duty_of(p, l)->level.p[1] < '2';
    l->at = later(p, l, 5, 120);
    return OK;
}

/* ---- intake ---- */

static bool is_open_target(const struct play *p, const struct life *l)
{
    if (l->twin < 0)
        return false;
    const struct life *first = &p->lives.at[l->twin];
    return first->id && !need_is_closed(first->state);
}

static enum err act_received(struct play *p, struct life *l)
{
    const struct duty *d = duty_of(p, l);
    if (is_open_target(p, l)) /* or was: a job may have closed it meanwhile */
        TRY(look_again(p, &p->lives.at[l->twin]));
    if (is_open_target(p, l))
        return step(
            p, l, dispatcher(p), "merge",
            (struct need_move){.target_id = p->lives.at[l->twin].id, .reason = S("same_thing")});
    if (may_stray(p, l, NEED_REFUSED, 8))
        return step(
            p, l, dispatcher(p), "refuse",
            (struct need_move){.reason = S("out_of_scope"),
                               .text = S("这件事不在社区的服务范围，已告诉您市里的热线 12345，"
                                         "他们会接着办。")});
    if (may_stray(p, l, NEED_CLARIFY, 30))
        return step(p, l, dispatcher(p), "ask",
                    (struct need_move){.text = S("请问是几楼，什么时候方便上门？")});
    if (may_stray(p, l, NEED_WITHDRAWN, 12))
        return resident(p, l, "withdraw", (struct need_move){.text = S("自己解决了，谢谢")});
    return step(p, l, dispatcher(p), "accept",
                (struct need_move){.duty_id = d->id, .text = str_c(l->words->title)});
}

/* Most answer; the others are closed by the job after seven days. */
static enum err act_clarify(struct play *p, struct life *l)
{
    if (town_chance(p->t, 250))
        return OK;
    return resident(p, l, "clarify", (struct need_move){.text = S("三楼，晚上六点以后都在家。")});
}

/* The utility that the words are about. */
static size_t which_utility(const struct life *l)
{
    static const char *const signs[] = {"水", "电", "气", "暖"};
    for (size_t i = COUNT(signs); i-- > 0;)
        if (strstr(l->words->title, signs[i]))
            return i;
    return 0;
}

/* The unit of the catalogue row that is nearest; the area when there is none. */
static enum err find_unit(struct play *p, const struct life *l, int64_t *org_id)
{
    org_list orgs = {0};
    const struct duty *d = duty_of(p, l);
    const struct town_building *b =
        l->spot.building >= 0 ? &p->t->buildings.at[l->spot.building] : NULL;
    *org_id = area_of(p, l)->centre;
    if (str_is(d->lead_kind, "group")) {
        if (b && b->leader.person_id)
            *org_id = b->leader.org_id;
        return OK;
    }
    TRY(org_serving(p->cx, d->lead_kind, l->spot.place_id, &orgs));
    size_t i = str_is(d->lead_kind, "utility") ? which_utility(l) : 0;
    if (i < orgs.n)
        *org_id = orgs.at[i].id;
    return OK;
}

/* Who acts for the owner; a building leader for his group. NULL = nobody. */
static const struct hat *owner(const struct play *p, const struct life *l)
{
    const struct town *t = p->t;
    for (size_t i = 0; i < t->units.n; i++)
        if (t->units.at[i].org_id == l->owner_org)
            return &t->units.at[i].hat;
    if (l->spot.building >= 0 && t->buildings.at[l->spot.building].leader.person_id &&
        t->buildings.at[l->spot.building].leader.org_id == l->owner_org)
        return &t->buildings.at[l->spot.building].leader;
    return NULL;
}

static enum err dispatch(struct play *p, struct life *l)
{
    int64_t org;
    TRY(find_unit(p, l, &org));
    return step(p, l, dispatcher(p), "dispatch", (struct need_move){.org_id = org});
}

static enum err act_accepted(struct play *p, struct life *l)
{
    bool asks = strcmp(l->words->kind, "consult") == 0 || strcmp(l->words->kind, "praise") == 0;
    if (may_stray(p, l, NEED_REFERRED, 8))
        return step(p, l, dispatcher(p), "refer",
                    (struct need_move){.reason = S("no_data"),
                                       .refer_number = arena_printf(p->cx->mem, "示例-%06d",
                                                                    (int)town_pick(p->t, 1000000)),
                                       .text = S("这件事由市里的单位办，已经转过去，"
                                                 "凭下面的编号可以查。")});
    if (asks && l->want == NEED_DRAFT && town_chance(p->t, 400))
        return step(p, l, dispatcher(p), "answer_now",
                    (struct need_move){.answer_code = S("done"), .text = str_c(l->words->answer)});
    return dispatch(p, l);
}

/* ---- handling ---- */

/* Opens the contact first, as a person would, where the matrix lets him. */
static enum err contact(struct play *p, struct life *l, const struct hat *hat)
{
    struct need n;
    bool reached = !town_chance(p->t, 120);
    TRY(account_wear(p->cx, hat));
    if (!l->secret && p->cx->who.sees[DATA_CONTACT] >= SEE_LOGGED)
        TRY(need_open_contact(p->cx, l->id, S("contact"), S("contact_back"), &n));
    if (town_chance(p->t, 600))
        TRY(step(p, l, hat, "take", (struct need_move){0}));
    TRY(step(
        p, l, hat, "contact",
        (struct need_move){.outcome = reached ? S("reached") : S("left_word"),
                           .text = reached ? S("电话里说好了上门时间") : S("没接通，留了话")}));
    l->told = l->reworked = false;
    return OK;
}

static enum err act_dispatched(struct play *p, struct life *l)
{
    const struct hat *hat = owner(p, l);
    if (!hat)
        return OK;
    if (may_stray(p, l, NEED_OBJECTED, 25) && l->owner_org != area_of(p, l)->centre)
        return step(p, l, hat, "object",
                    (struct need_move){.reason = S("not_in_row"),
                                       .duty_id = l->duty_id,
                                       .text = S("这一处不归我们管，请核一下")});
    if (l->want == NEED_DRAFT && town_chance(p->t, 10))
        return resident(p, l, "withdraw", (struct need_move){.text = S("已经好了，不用来了")});
    return contact(p, l, hat);
}

static enum err act_objected(struct play *p, struct life *l)
{
    int64_t centre = area_of(p, l)->centre;
    if (l->owner_org != centre && town_chance(p->t, 500))
        return step(p, l, &p->t->duty_lead, "redirect", (struct need_move){.org_id = centre});
    return step(p, l, &p->t->duty_lead, "overrule",
                (struct need_move){.text = S("按目录由你单位主办，请先联系居民")});
}

static struct need_move report_of(struct play *p, struct life *l)
{
    static const struct {
        const char *code, *tail;
        int tenths;
    } ends[] = {{"done", "", 880},
                {"partly", "剩下的一处等配件，下周补上。", 40},
                {"scheduled", "日期已经定下，到时再告诉您。", 20},
                {"cannot-money", "", 25},
                {"cannot-power", "", 15},
                {"passed", "", 20}};
    int64_t r = town_pick(p->t, 1000);
    size_t i = 0;
    while (i + 1 < COUNT(ends) && r >= ends[i].tenths)
        r -= ends[i++].tenths;
    if (wants(l, NEED_CANNOT))
        i = 3;
    else if (l->want != NEED_DRAFT)
        i = 0;
    struct str text = arena_printf(p->cx->mem, "%s%s", l->words->answer, ends[i].tail);
    if (i == 3)
        text = S("今年的经费已经用完，列进了明年的计划；需要的话，可以在议事会上提出来。");
    if (i == 4)
        text = S("这件事要由市里的部门决定，我们没有这个权限；已把意见报上去，电话写在下面。");
    if (i == 5)
        text = S("这一处由市政单位管，现场看过后已经转过去，凭编号可以查。");
    return (struct need_move){.answer_code = str_c(ends[i].code), .text = text};
}

static enum err act_handling(struct play *p, struct life *l)
{
    const struct hat *hat = owner(p, l);
    int64_t now = p->cx->now;
    if (!hat)
        return OK;
    if (!l->extended && l->due_at > now && may_stray(p, l, NEED_EXTENDING, 30)) {
        l->extended = true;
        return step(p, l, hat, "extend",
                    (struct need_move){.reason = S("contractor"),
                                       .text = S("施工队这几天排满了，请多给几天"),
                                       .until_at = l->due_at + (l->urgent ? 6 * MS_HOUR : MS_DAY)});
    }
    if (may_stray(p, l, NEED_PARKED, 12)) {
        TRY(step(p, l, hat, "ask_park",
                 (struct need_move){.reason = S("consent"), .text = S("要多数业主同意才能动工")}));
        return step(p, l, &p->t->leader, "park",
                    (struct need_move){.reason = S("consent"),
                                       .text = S("要多数业主同意，正在征求意见，到复核日再看。"),
                                       .until_at = now + (20 + town_pick(p->t, 60)) * MS_DAY});
    }
    if (!l->told && town_chance(p->t, 250)) {
        l->told = true;
        return step(p, l, hat, "tell",
                    (struct need_move){.text = S("师傅看过了，材料已经订好，到了就来。")});
    }
    return step(p, l, hat, "report", report_of(p, l));
}

static enum err act_extending(struct play *p, struct life *l)
{
    if (town_chance(p->t, 800))
        return step(p, l, &p->t->duty_lead, "extend_ok", (struct need_move){0});
    return step(p, l, &p->t->duty_lead, "extend_no",
                (struct need_move){.text = S("可以先办一部分，请按原来的日期")});
}

/* ---- to the answer, and after it ---- */

static enum err act_reported(struct play *p, struct life *l)
{
    if (!l->reworked && l->want == NEED_DRAFT && town_chance(p->t, 40)) {
        l->reworked = true;
        return step(p, l, verifier(p), "rework",
                    (struct need_move){.reason = S("not_done"), .text = S("现场看还差一处没有好")});
    }
    return step(p, l, verifier(p), "verify", (struct need_move){.text = S("打过电话，去看过")});
}

static enum err act_verified(struct play *p, struct life *l)
{
    struct need n;
    const struct hat *hat = verifier(p);
    TRY(account_wear(p->cx, hat));
    TRY(need_get(p->cx, l->id, &n));
    if (str_starts(n.answer_code, S("cannot")))
        return step(p, l, hat, "cannot", (struct need_move){0});
    if (str_is(n.answer_code, "passed"))
        return step(
            p, l, hat, "refer",
            (struct need_move){.reason = S("no_data"),
                               .refer_number = arena_printf(p->cx->mem, "示例-%06d",
                                                            (int)town_pick(p->t, 1000000))});
    return step(p, l, hat, "close", (struct need_move){0});
}

static struct need_move rating_of(struct play *p, const struct life *l)
{
    static const char *const grades[] = {"very_satisfied", "satisfied", "basic", "dissatisfied",
                                         "very_dissatisfied"};
    int64_t r = town_pick(p->t, 1000);
    size_t i = r < 420 ? 0 : r < 770 ? 1 : r < 925 ? 2 : r < 980 ? 3 : 4;
    if (l->redone && r < 350) /* who came back once is harder to please */
        i = 3;
    if (wants(l, NEED_REDO))
        i = 3;
    else if (l->want != NEED_DRAFT && i > 2)
        i = 0;
    return (struct need_move){.rating = str_c(grades[i]),
                              .reason = i > 2 ? S("not_solved") : S("solved"),
                              .text = i > 2 ? S("看着没有弄好") : S("")};
}

static enum err act_closed(struct play *p, struct life *l)
{
    if (l->rated)
        return OK;
    l->rated = true;
    if (l->key[0] && (wants(l, NEED_REDO) || town_chance(p->t, 550))) {
        TRY(resident(p, l, "rate", rating_of(p, l)));
        if (need_is_closed(l->state) && town_chance(p->t, 120))
            return resident(p, l, "thank", (struct need_move){.text = S("谢谢你们，辛苦了")});
        return OK;
    }
    if (town_chance(p->t, 700))
        return step(p, l, verifier(p), "call_back", rating_of(p, l));
    return step(p, l, verifier(p), "call_back", (struct need_move){.rating = S("no_answer")});
}

static enum err act_redo(struct play *p, struct life *l)
{
    const struct hat *hat = owner(p, l);
    l->rated = false;
    l->redone = true;
    return hat ? contact(p, l, hat) : dispatch(p, l);
}

/* ---- which act, and when the next ---- */

static enum err act(struct play *p, struct life *l)
{
    switch (l->state) {
    case NEED_RECEIVED:
        return act_received(p, l);
    case NEED_CLARIFY:
        return act_clarify(p, l);
    case NEED_ACCEPTED:
        return act_accepted(p, l);
    case NEED_DISPATCHED:
        return act_dispatched(p, l);
    case NEED_OBJECTED:
        return act_objected(p, l);
    case NEED_HANDLING:
        return act_handling(p, l);
    case NEED_EXTENDING:
        return act_extending(p, l);
    case NEED_PARKED:
        return look_again(p, l); /* the review wakes it */
    case NEED_REPORTED:
        return act_reported(p, l);
    case NEED_VERIFIED:
        return act_verified(p, l);
    case NEED_REDO:
        return act_redo(p, l);
    case NEED_DONE:
    case NEED_CANNOT:
    case NEED_REFERRED:
        return act_closed(p, l);
    default:
        return OK;
    }
}

/* The work itself takes part of the time that was promised, sometimes more than all of it. */
static int64_t when_done(struct play *p, const struct life *l)
{
    int64_t left = l->due_at - p->cx->now;
    int64_t part = town_chance(p->t, 60) ? 1050 + town_pick(p->t, 500) : 80 + town_pick(p->t, 520);
    if (l->want != NEED_DRAFT || left <= 0)
        return later(p, l, 60, 600);
    return p->cx->now + left / 1000 * part;
}

static int64_t next_at(struct play *p, const struct life *l)
{
    switch (l->state) {
    case NEED_RECEIVED:
    case NEED_ACCEPTED:
    case NEED_OBJECTED:
    case NEED_EXTENDING:
        return later(p, l, 5, 150);
    case NEED_DISPATCHED:
    case NEED_REDO:
        return later(p, l, 10, 300);
    case NEED_HANDLING:
        return when_done(p, l);
    case NEED_REPORTED:
    case NEED_VERIFIED:
        return later(p, l, 10, 180);
    case NEED_CLARIFY:
        return p->cx->now + MS_HOUR + town_pick(p->t, 3 * MS_DAY);
    case NEED_PARKED:
        return p->cx->now + 10 * MS_DAY;
    case NEED_DONE:
    case NEED_CANNOT:
    case NEED_REFERRED:
        return l->rated ? 0 : p->cx->now + 2 * MS_HOUR + town_pick(p->t, 3 * MS_DAY);
    default:
        return 0;
    }
}

enum err play_act(struct play *p, struct life *l)
{
    enum need_state before = l->state;
    if (l->want != NEED_DRAFT && l->want == l->state)
        return OK;
    TRY(act(p, l));
    bool rests = l->want != NEED_DRAFT && l->want == l->state;
    bool waits = l->state == before && (before == NEED_CLARIFY || before == NEED_DISPATCHED);
    l->at = rests || waits ? 0 : next_at(p, l);
    return OK;
}
