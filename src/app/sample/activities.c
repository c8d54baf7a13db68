/* activities -- what is on at the sites: six programmes, weekly series from eight weeks back to
 * four weeks ahead, who came, what was said; one that is full with people waiting, one that was
 * cancelled, a draft, one that a closure has hit. Chance names people and nothing else. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/activity.h"
#include "app/sample/town.h"
#include "base/time.h"

enum { BACK = 8 * 7, AHEAD = 4 * 7 };

static const struct {
    const char *code, *name, *about;
} programmes[] = {
    {"shuangzheng", "双征双建", "征集需求、征集志愿者：坐下来说想要什么、能帮什么（示例）"},
    {"chucai", "出彩海恒", "广场上的合唱、舞蹈、戏曲，谁都能上台（示例）"},
    {"shuxiang", "馥郁书香", "读书会和亲子阅读，书在阅览室借（示例）"},
    {"jiangren", "匠人微课堂", "跟手艺人学一样，一次一个半小时，学完能带走（示例）"},
    {"xuanjiang", "红色宣讲", "老党员讲亲身经历，年轻人讲新政策（示例）"},
    {"jinianguan", "纪念馆参观", "实践广场的纪念馆，团体可以约讲解（示例）"},
};

static const struct show {
    const char *programme, *site; /* site: code, %s = the community's */
    const char *room, *title, *about, *host, *for_whom, *bring;
    int weekday, hour, minute, minutes; /* weekday: 0 = Sunday */
    int capacity, most, guides, every;  /* every: days */
    int wanted;                         /* parties for each date */
    bool children;
    const char *said;
} shows[] = {
    {"jiangren", "%s-ZX", "三楼文化活动室", "学剪窗花", "从对折开始，剪一张能贴在窗上的（示例）",
     "街口剪纸铺的师傅（示例）", "谁都行", "老花镜", 6, 9, 30, 90, 20, 4, 0, 7, 26, false,
     "讲了对折、留边、转剪刀。花样纸在三楼前台，可以再来拿（示例）"},
    {"jiangren", "NYH-ZX", "二楼活动室", "自己修小家电", "带一样坏了的来，一起拆开看（示例）",
     "修理铺的师傅（示例）", "18 岁以上", "坏了的小家电", 3, 14, 30, 90, 12, 2, 0, 14, 8, false,
     "修好了四个电饭煲。插头接线的图贴在活动室墙上（示例）"},
    {"jiangren", "KL-ZX", "二楼活动室", "义务理发", "排到几号在门口看（示例）", "", "60 岁以上先来",
     "", 2, 9, 0, 120, 0, 1, 0, 14, 0, false, "这次理了二十三位。下次还是周二（示例）"},
    {"shuxiang", "%s-ZX", "三楼图书阅览室", "亲子阅读：一起读一本图画书", "读完一起画一张（示例）",
     "阅览室的老师（示例）", "4 到 8 岁，家长陪同", "", 0, 10, 0, 60, 15, 3, 0, 7, 9, true,
     "读了三只小鸟的故事，画挂在儿童之家（示例）"},
    {"shuxiang", "GY-ZX", "二楼活动室", "老年读报会", "读一周的新闻，说说看法（示例）", "",
     "60 岁以上", "", 4, 15, 0, 60, 0, 1, 0, 7, 0, false, ""},
    {"chucai", "NYH-SJGC-Z", "群众大舞台", "广场合唱排练", "每次练两首，会唱不会唱都能来（示例）",
     "海恒合唱队（示例）", "谁都行", "", 5, 18, 30, 80, 0, 1, 0, 7, 0, false, ""},
    {"chucai", "%s-ZX", "三楼文化活动室", "学太极扇", "八次学完一套，中间加入也行（示例）",
     "晨练队的老师（示例）", "谁都行", "扇子，没有的可以借", 1, 15, 0, 90, 24, 2, 0, 7, 13, false,
     "教到第四式。动作分解贴在活动室（示例）"},
    {"xuanjiang", "%s-ZX", "二楼党群活动厅", "听老党员讲海恒", "从一片田讲到一座城（示例）",
     "老党员宣讲队（示例）", "谁都行", "", 4, 9, 30, 60, 60, 20, 0, 14, 12, false,
     "讲了修第一条路、建第一所学校。老照片在纪念馆二楼（示例）"},
    {"jinianguan", "NYH-SJGC-Z", "纪念馆门口集合", "纪念馆参观",
     "走一圈约一小时，轮椅走东侧坡道（示例）", "", "个人、单位、学校都行", "", 6, 14, 0, 90, 80, 40,
     2, 7, 5, false, ""},
    {"shuangzheng", "FLY-ZX", "二楼党群议事室", "说说您想要什么",
     "一家一句，记下来，两周内给答复（示例）", "居民区工作人员", "谁都行", "", 2, 15, 0, 60, 0, 1,
     0, 28, 0, false, "记了十七条，想要的最多的是晚上的灯和孩子放学后的去处（示例）"},
    {"jiangren", "XY-ZX", "二楼活动室", "包粽子和香囊", "材料都备好了（示例）",
     "巷口的阿姨（示例）", "谁都行", "围裙", 0, 14, 0, 90, 16, 2, 0, 14, 10, false,
     "糯米要泡四小时，线要缠六道（示例）"},
};

static void clock_to(struct town *t, int64_t at)
{
    t->env.at = at;
    t->cx->now = at;
}

/* The code of a site; %s stands for the community's. */
static enum err find_site(struct town *t, const char *code, struct site *out)
{
    struct community c;
    TRY(place_community(t->cx, &c));
    if (code[0] != '%')
        return site_by_code(t->cx, str_c(code), out);
    return site_by_code(t->cx, arena_printf(t->cx->mem, "%.*s%s", STR(c.code), code + 2), out);
}

static enum err add_programmes(struct town *t)
{
    for (size_t i = 0; i < COUNT(programmes); i++) {
        struct activity_programme p = {.code = str_c(programmes[i].code),
                                       .name = str_c(programmes[i].name),
                                       .about = str_c(programmes[i].about),
                                       .ordinal = (int64_t)i + 1};
        TRY(activity_programme_put(t->cx, &p));
    }
    return OK;
}

/* The first date of a weekday at or after `day`. */
static int64_t first_day(int64_t day, int weekday)
{
    while (time_civil(time_day_start(day)).weekday != weekday)
        day++;
    return day;
}

static enum err fill(struct town *t, const struct show *s, int64_t day, struct activity *a)
{
    struct activity_programme p;
    struct site site;
    TRY(activity_programme_by_code(t->cx, str_c(s->programme), &p));
    TRY(find_site(t, s->site, &site));
    int64_t from = time_day_start(day) + s->hour * MS_HOUR + s->minute * MS_MINUTE;
    *a = (struct activity){.programme_id = p.id,
                           .site_id = site.id,
                           .room = str_c(s->room),
                           .title = str_c(s->title),
                           .about = str_c(s->about),
                           .host = str_c(s->host),
                           .for_whom = str_c(s->for_whom),
                           .bring = str_c(s->bring),
                           .for_children = s->children,
                           .from_at = from,
                           .to_at = from + s->minutes * MS_MINUTE,
                           .capacity = s->capacity,
                           .party_most = s->most,
                           .guides = s->guides,
                           .confirm_hours = 24};
    return OK;
}

static enum err sign_up(struct town *t, const struct activity *a, const struct show *s, int nth)
{
    struct activity_party p;
    struct str key;
    activity_seat_list seats = {0};
    bool again, group = s->guides && nth % 2 == 0;
    struct activity_join j = {.activity_id = a->id,
                              .name = town_name(t),
                              .contact =
                                  arena_printf(t->cx->mem, "%.*s（示例）", STR(town_phone(t))),
                              .heads = group ? 15 + nth : 1 + nth % (s->most < 3 ? s->most : 3),
                              .wants_guide = group,
                              .group_name = group ? S("示例小学") : S(""),
                              .guardian = s->children};
    enum err e = activity_sign_up(t->cx, &j, &p, &key, &seats, &again);
    if (e == ERR_INPUT) { /* no guide is left */
        fault_clear(t->cx);
        return OK;
    }
    return e;
}

/* One that is over: most came, it was counted, and told to who could not. */
static enum err hold(struct town *t, const struct activity *a, const struct show *s)
{
    struct cx *cx = t->cx;
    activity_seat_list seats = {0};
    struct activity after;
    struct activity_move counted = {.walk_ins = 2 + (int64_t)(a->from_at / MS_DAY) % 5};
    struct activity_move said = {.text = str_c(s->said)};
    struct activity_seat out;
    clock_to(t, a->from_at + 10 * MS_MINUTE);
    TRY(account_wear(cx, &t->leader));
    TRY(activity_seats(cx, a->id, &seats));
    for (size_t i = 0; i < seats.n; i++)
        if (seats.at[i].state == SEAT_HELD && i % 7 != 6)
            TRY(activity_staff_step(cx, seats.at[i].id, S("come"), &(struct seat_move){0}, &out));
    clock_to(t, a->to_at + MS_HOUR);
    TRY(activity_step(cx, a->id, S("count"), &counted, &after));
    return *s->said ? activity_step(cx, a->id, S("say"), &said, &after) : OK;
}

static enum err play(struct town *t, const struct show *s, const activity_list *dates, int64_t end)
{
    struct cx *cx = t->cx;
    for (size_t i = 0; i < dates->n; i++) {
        const struct activity *a = &dates->at[i];
        bool over = a->to_at + MS_HOUR < end;
        if (s->wanted && a->from_at - 6 * MS_DAY < end) {
            clock_to(t, a->from_at - 6 * MS_DAY);
            account_nobody(cx, cx->community);
            for (int k = 0; k < s->wanted && a->capacity; k++)
                TRY(sign_up(t, a, s, k));
        }
        if (over)
            TRY(hold(t, a, s));
    }
    return OK;
}

static enum err add_show(struct town *t, const struct show *s, int64_t end)
{
    struct cx *cx = t->cx;
    struct activity a;
    activity_list dates = {0};
    activity_days made = {0}, skipped = {0};
    int64_t day = first_day(time_day(end) - BACK, s->weekday);
    clock_to(t, end - (BACK + 2) * MS_DAY);
    TRY(account_wear(cx, &t->leader));
    TRY(fill(t, s, day, &a));
    TRY(activity_put(cx, &a, true));
    TRY(activity_repeat(cx, a.id, s->every, time_day(end) + AHEAD, &made, &skipped));
    TRY(activity_step(cx, a.id, S("publish"), &(struct activity_move){.series = true}, &a));
    TRY(activity_find(cx, &(struct activity_filter){.series_id = a.id}, &dates));
    return play(t, s, &dates, end);
}

/* A draft, one cancelled with a notice, one at a time that the centre has closed since. */
static enum err add_odd_ones(struct town *t, int64_t end)
{
    struct cx *cx = t->cx;
    struct activity a;
    struct activity_move off = {.reason = S("讲课的师傅病了（示例）"),
                                .instead = S("下周同一时间补上（示例）")};
    clock_to(t, end - 3 * MS_DAY);
    TRY(account_wear(cx, &t->leader));
    TRY(fill(t, &shows[7], time_day(end) + 9, &a));
    a.title = S("听年轻人讲新政策");
    a.about = S("医保、养老、租房各讲一条，当场问（示例）");
    a.host = S("青年宣讲队（示例）");
    TRY(activity_put(cx, &a, true));
    TRY(fill(t, &shows[1], time_day(end) + 2, &a));
    a.title = S("学织毛线帽");
    a.about = S("从起针织到收针，织不完带回家接着织（示例）");
    a.host = S("毛线店的师傅（示例）");
    a.bring = S("棒针，没有的可以借");
    TRY(activity_put(cx, &a, true));
    TRY(activity_step(cx, a.id, S("publish"), &(struct activity_move){0}, &a));
    account_nobody(cx, cx->community);
    for (int k = 0; k < 4; k++)
        TRY(sign_up(t, &a, &shows[1], k));
    TRY(account_wear(cx, &t->leader));
    TRY(activity_step(cx, a.id, S("cancel"), &off, &a));
    TRY(fill(t, &shows[0], time_day(end) + 5, &a)); /* sites.c: closed in the morning */
    a.title = S("剪团花（加开一场）");
    a.about = S("一张红纸折五折，剪出一圈花（示例）");
    TRY(activity_put(cx, &a, true));
    return activity_step(cx, a.id, S("publish"), &(struct activity_move){0}, &a);
}

/* One that goes on while somebody looks around, and one with few places that are gone. */
static enum err add_today(struct town *t, int64_t end)
{
    struct cx *cx = t->cx;
    struct activity a;
    clock_to(t, end - 2 * MS_DAY);
    TRY(account_wear(cx, &t->leader));
    TRY(fill(t, &shows[6], time_day(end), &a));
    a.title = S("学太极扇（加开一场）");
    a.from_at = end / (10 * MS_MINUTE) * 10 * MS_MINUTE - 20 * MS_MINUTE;
    a.to_at = a.from_at + 90 * MS_MINUTE;
    TRY(activity_put(cx, &a, true));
    TRY(activity_step(cx, a.id, S("publish"), &(struct activity_move){0}, &a));
    account_nobody(cx, cx->community);
    for (int k = 0; k < 6; k++)
        TRY(sign_up(t, &a, &shows[6], k));
    TRY(account_wear(cx, &t->leader));
    TRY(fill(t, &shows[0], time_day(end) + 3, &a));
    a.title = S("学做绒花");
    a.about = S("铜丝夹绒线，卷一朵能别在衣服上的（示例）");
    a.host = S("做绒花的阿姨（示例）");
    a.capacity = 6;
    TRY(activity_put(cx, &a, true));
    TRY(activity_step(cx, a.id, S("publish"), &(struct activity_move){0}, &a));
    account_nobody(cx, cx->community);
    for (int k = 0; k < 6; k++)
        TRY(sign_up(t, &a, &shows[0], k));
    return OK;
}

enum err town_activities(struct town *t, int64_t end)
{
    clock_to(t, end - (BACK + 3) * MS_DAY);
    TRY(account_wear(t->cx, &t->leader));
    TRY(add_programmes(t));
    for (size_t i = 0; i < COUNT(shows); i++) {
        struct arena_mark mark = arena_mark(t->cx->mem);
        TRY(add_show(t, &shows[i], end));
        arena_rewind(t->cx->mem, mark);
    }
    TRY(add_odd_ones(t, end));
    TRY(add_today(t, end));
    clock_to(t, end);
    account_nobody(t->cx, t->cx->community);
    return OK;
}
