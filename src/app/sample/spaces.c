/* spaces -- rooms, courts and the stage of the sites, two weeks of bookings behind and ahead: teams
 * that come every week, one that asks to, somebody who waits, a time that is drawn, a closure that
 * hits somebody, rooms left tidy and not. Chance names people and nothing else. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/booking/booking.h"
#include "app/sample/town.h"
#include "base/time.h"

enum { BACK = 14, AHEAD = 14, SPACES_MOST = 24, HOURS = 5 };

static const struct room {
    const char *site, *name, *floor; /* site: code, %s = the community's */
    int capacity, auto_heads;
    const char *equipment, *fee, *about, *hours; /* hours: "" = the site's */
} rooms[] = {
    {"%s-ZX", "多功能厅", "三楼东侧", 120, 30, "投影、音响、舞台、轮椅坡道", "",
     "讲座、排练、联欢都行（示例）", ""},
    {"%s-ZX", "党群议事室", "二楼", 16, 16, "白板、电视", "", "开会、商量事（示例）", ""},
    {"%s-ZX", "文化活动室", "三楼西侧", 30, 20, "钢琴、镜子墙、书画桌", "",
     "唱歌、跳舞、书画（示例）", ""},
    {"%s-ZX", "乒乓球室", "四楼", 12, 12, "球台 3 张，拍子自带", "", "（示例）", "6:30-21:30"},
    {"%s-ZX", "亲子教室", "二楼南侧", 24, 12, "小桌椅、投影", "", "带孩子的活动（示例）", ""},
    {"NYH-SJGC-Z", "群众大舞台", "广场北侧", 200, 40, "音响、灯光", "",
     "要用灯光的请提前说（示例）", "8:00-21:30"},
    {"NYH-SJGC-Z", "篮球场", "广场东侧", 30, 30, "", "晚上灯光费 20 元一小时（示例）", "（示例）",
     "6:30-21:30"},
    {"NYH-SJGC-Z", "纪念馆会议室", "纪念馆二楼", 24, 24, "投影", "", "（示例）", ""},
    {"GY-ZX", "活动室", "二楼", 30, 20, "音响、折叠桌", "", "（示例）", ""},
    {"NYH-ZX", "活动室", "二楼", 36, 20, "投影、音响", "", "（示例）", ""},
    {"XY-ZX", "活动室", "二楼", 30, 20, "音响、厨具", "", "能做饭、包粽子（示例）", ""},
    {"KL-ZX", "活动室", "二楼", 24, 20, "镜子墙", "", "（示例）", ""},
    {"FLY-ZX", "活动室", "二楼", 20, 20, "白板", "", "（示例）", ""},
    {"JCY-ZX", "活动室", "二楼", 40, 20, "投影、音响", "", "（示例）", ""},
};

static const struct {
    int room;
    enum booking_window_kind kind;
    int weekday, from, till; /* hours */
} windows[] = {
    {0, BOOKING_TEAM, 3, 18, 20}, {3, BOOKING_LOT, 6, 14, 17}, {6, BOOKING_LOT, 0, 15, 17}};

static const struct {
    int room;
    const char *name;
    enum booking_purpose purpose;
    int weekday, hour, minutes, heads, weeks;
    bool asked; /* by themselves, and nobody has answered yet */
} teams[] = {
    {0, "海恒合唱队（示例）", BOOKING_REHEARSAL, 4, 18, 120, 40, 1, false},
    {2, "书画社（示例）", BOOKING_CLASS, 2, 14, 120, 18, 1, false},
    {8, "耕云太极队（示例）", BOOKING_SPORT, 1, 9, 90, 20, 1, false},
    {1, "业委会筹备组（示例）", BOOKING_MEETING, 5, 19, 60, 9, 2, false},
    {9, "南艳湖越剧角（示例）", BOOKING_REHEARSAL, 6, 9, 120, 22, 1, true},
};

static const struct {
    enum booking_purpose purpose;
    const char *title;
    int heads, minutes;
    bool has_minors;
} uses[] = {
    {BOOKING_MEETING, "楼里商量装充电桩（示例）", 11, 90, false},
    {BOOKING_REHEARSAL, "广场舞排练（示例）", 16, 120, false},
    {BOOKING_PARTY, "孩子生日，邻居一起过（示例）", 12, 120, true},
    {BOOKING_SPORT, "打球（示例）", 8, 120, false},
    {BOOKING_CLASS, "教老人用手机（示例）", 14, 90, false},
    {BOOKING_OTHER, "旧衣服交换（示例）", 10, 120, false},
    {BOOKING_MEETING, "读书会（示例）", 9, 120, false},
};

struct made {
    struct booking_space spaces[SPACES_MOST];
    size_t n;
    int64_t end; /* now */
};

static void clock_to(struct town *t, int64_t at)
{
    t->env.at = at;
    t->cx->now = at;
}

static int64_t at_hour(int64_t day, int hour)
{
    return time_day_start(day) + hour * MS_HOUR;
}

/* ---- spaces ---- */

static enum err find_site(struct town *t, const char *code, struct site *out)
{
    struct community c;
    TRY(place_community(t->cx, &c));
    if (code[0] != '%')
        return site_by_code(t->cx, str_c(code), out);
    return site_by_code(t->cx, arena_printf(t->cx->mem, "%.*s%s", STR(c.code), code + 2), out);
}

static enum err add_space(struct town *t, const struct room *r, struct booking_space *s)
{
    struct site site;
    struct site_week week = {0};
    TRY(find_site(t, r->site, &site));
    *s = (struct booking_space){.site_id = site.id,
                                .name = str_c(r->name),
                                .floor = str_c(r->floor),
                                .about = str_c(r->about),
                                .equipment = str_c(r->equipment),
                                .fee = str_c(r->fee),
                                .rules = S("用完收拾干净，桌椅归位；坏了东西说一声（示例）"),
                                .capacity = r->capacity,
                                .least_minutes = 30,
                                .most_minutes = 240,
                                .ahead_days = 30,
                                .auto_heads = r->auto_heads,
                                .auto_minutes = 180,
                                .door_code = S("SHILI7")};
    TRY(booking_space_put(t->cx, s));
    if (!*r->hours)
        return OK;
    for (int d = 0; d < SITE_HOLIDAY; d++)
        if (!site_day_read(str_c(r->hours), false, &week.days[d]))
            return fail(t->cx, ERR_INPUT, "the sample's hours cannot be read");
    week.days[SITE_HOLIDAY].as_weekday = week.days[SITE_MAKEUP].as_weekday = true;
    return booking_week_put(t->cx, s->id, &week);
}

static enum err add_windows(struct town *t, const struct made *m)
{
    for (size_t i = 0; i < COUNT(windows); i++) {
        struct booking_window w = {.space_id = m->spaces[windows[i].room].id,
                                   .kind = windows[i].kind,
                                   .weekday = windows[i].weekday,
                                   .from_minute = windows[i].from * 60,
                                   .till_minute = windows[i].till * 60};
        TRY(booking_window_put(t->cx, &w));
    }
    return OK;
}

/* ---- who comes every week ---- */

static int64_t first_day(int64_t day, int weekday)
{
    while (time_civil(time_day_start(day)).weekday != weekday)
        day++;
    return day;
}

static enum err add_teams(struct town *t, const struct made *m)
{
    struct cx *cx = t->cx;
    for (size_t i = 0; i < COUNT(teams); i++) {
        struct booking_party p;
        struct str key;
        booking_list all = {0};
        booking_days taken = {0};
        bool again;
        int64_t day = first_day(time_day(cx->now) + 1, teams[i].weekday);
        struct booking_ask ask = {.space_id = m->spaces[teams[i].room].id,
                                  .from_at = at_hour(day, teams[i].hour),
                                  .kind = BOOKING_GROUP,
                                  .name = town_name(t),
                                  .contact = town_phone(t),
                                  .group_name = str_c(teams[i].name),
                                  .purpose = teams[i].purpose,
                                  .heads = teams[i].heads,
                                  .weeks = teams[i].weeks,
                                  .part = true,
                                  .channel = S("counter")};
        ask.to_at = ask.from_at + teams[i].minutes * MS_MINUTE;
        if (teams[i].asked) {
            account_nobody(cx, cx->community);
            clock_to(t, m->end - 5 * MS_HOUR);
            ask.from_at = at_hour(first_day(time_day(m->end) + 3, teams[i].weekday), teams[i].hour);
            ask.to_at = ask.from_at + teams[i].minutes * MS_MINUTE;
        }
        TRY(booking_book(cx, &ask, &p, &key, &all, &taken, &again));
    }
    return OK;
}

/* ---- who comes once ---- */

/* What is taken, closed or too large for the room is not in the sample. */
static enum err or_not(struct cx *cx, enum err e, bool *done)
{
    *done = e == OK;
    if (e == ERR_CONFLICT || e == ERR_INPUT) {
        fault_clear(cx);
        return OK;
    }
    return e;
}

static enum err book_one(struct town *t, const struct booking_space *s, int64_t from_at, size_t use,
                         bool wait, struct booking *out, bool *done)
{
    struct cx *cx = t->cx;
    struct booking_party p;
    struct str key;
    booking_list all = {0};
    booking_days taken = {0};
    bool again;
    const struct booking_ask ask = {.space_id = s->id,
                                    .from_at = from_at,
                                    .to_at = from_at + uses[use].minutes * MS_MINUTE,
                                    .name = town_name(t),
                                    .contact = town_phone(t),
                                    .purpose = uses[use].purpose,
                                    .title = str_c(uses[use].title),
                                    .heads = uses[use].heads,
                                    .has_minors = uses[use].has_minors,
                                    .adult = uses[use].has_minors ? S("孩子的妈妈") : S(""),
                                    .wait = wait};
    account_nobody(cx, cx->community);
    TRY(or_not(cx, booking_book(cx, &ask, &p, &key, &all, &taken, &again), done));
    if (*done)
        *out = all.at[0];
    return OK;
}

/* What came of one whose time is over. */
static enum err finish(struct town *t, const struct booking *b, int turn)
{
    struct cx *cx = t->cx;
    struct booking out;
    const struct booking_move tidy = {.text = turn % 3 ? S("收拾干净了（示例）")
                                                       : S("椅子没归位，帮着摆好了（示例）")};
    TRY(account_wear(cx, &t->duty_lead));
    if (b->state == BOOKING_REVIEW)
        TRY(booking_staff_step(cx, b->id, S("approve"), &tidy, &out));
    clock_to(t, b->from_at + 20 * MS_MINUTE);
    if (turn % 9 == 4) {
        TRY(booking_staff_step(cx, b->id, S("absent"), &tidy, &out));
    } else {
        TRY(booking_staff_step(cx, b->id, S("come"), &tidy, &out));
        clock_to(t, b->to_at - 5 * MS_MINUTE);
        TRY(booking_staff_step(cx, b->id, S("leave"), &tidy, &out));
        if (turn % 2)
            TRY(booking_staff_step(cx, b->id, S("check"), &tidy, &out));
    }
    return OK;
}

static enum err add_singles(struct town *t, const struct made *m)
{
    static const int hours[HOURS] = {9, 14, 16, 10, 19};
    int64_t today = time_day(m->end);
    for (int64_t day = today - BACK; day < today + AHEAD; day++)
        for (size_t s = 0; s < m->n; s++) {
            struct booking b;
            bool done;
            int turn = (int)(day - today + BACK) * 5 + (int)s * 3;
            int64_t from_at = at_hour(day, hours[turn % HOURS]);
            if (turn % 7 > 1 + (s < 4))
                continue;
            int64_t asked = from_at - 4 * MS_DAY;
            clock_to(t, asked < m->end ? asked : m->end - MS_HOUR * (1 + turn % 20));
            TRY(book_one(t, &m->spaces[s], from_at, (size_t)turn % COUNT(uses), false, &b, &done));
            if (done && b.to_at < m->end)
                TRY(finish(t, &b, turn));
        }
    return OK;
}

/* ---- what makes a day: a closure, a queue, lots ---- */

static enum err add_troubles(struct town *t, const struct made *m)
{
    struct cx *cx = t->cx;
    struct booking b;
    bool done;
    int64_t lost, day = time_day(m->end) + 4;
    clock_to(t, m->end - 2 * MS_HOUR);
    for (int i = 0; i < 3; i++) /* the same hour three times: one has it, two wait */
        TRY(book_one(t, &m->spaces[2], at_hour(day + 1, 16), 6, true, &b, &done));
    TRY(book_one(t, &m->spaces[4], at_hour(day, 14), 2, false, &b, &done));
    TRY(account_wear(cx, &t->duty_lead));
    struct booking_block k = {.space_id = m->spaces[4].id,
                              .from_at = at_hour(day, 8),
                              .to_at = at_hour(day, 20),
                              .reason = S("换灯管（示例）")};
    clock_to(t, m->end);
    return booking_block_put(cx, &k, false, &lost);
}

static enum err enter_lots(struct town *t)
{
    struct cx *cx = t->cx;
    booking_lot_list lots = {0};
    TRY(booking_lots(cx, 0, &lots));
    account_nobody(cx, cx->community);
    for (size_t i = 0; i < lots.n; i++)
        for (int k = 0; k < 3 + (int)i % 3; k++) {
            struct booking_party p;
            struct booking b;
            struct str key;
            bool again, done;
            const struct booking_ask ask = {.name = town_name(t),
                                            .contact = town_phone(t),
                                            .purpose = BOOKING_SPORT,
                                            .heads = 4 + k};
            TRY(or_not(cx, booking_lot_enter(cx, lots.at[i].id, &ask, &p, &key, &b, &again),
                       &done));
        }
    return OK;
}

enum err town_spaces(struct town *t, int64_t end)
{
    struct cx *cx = t->cx;
    struct made m = {.n = COUNT(rooms), .end = end};
    clock_to(t, end - (BACK + 7) * MS_DAY);
    TRY(account_wear(cx, &t->duty_lead));
    for (size_t i = 0; i < COUNT(rooms); i++)
        TRY(add_space(t, &rooms[i], &m.spaces[i]));
    TRY(add_teams(t, &m));
    TRY(add_singles(t, &m));
    TRY(account_wear(cx, &t->duty_lead));
    clock_to(t, end);
    TRY(add_windows(t, &m));
    TRY(enter_lots(t));
    TRY(add_troubles(t, &m));
    clock_to(t, end);
    account_nobody(cx, cx->community);
    return OK;
}
