/* sites -- one community centre, six area centres and nine stations, what is in them and when they
 * are open; closures told ahead, one told late and one taken back; what stations lack; two weeks of
 * menus. No chance in it: the town before it stays as it was. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/site.h"
#include "app/sample/town.h"
#include "base/time.h"

/* ---- hours ---- */

/* As people would type them: workdays, Saturday, Sunday, holidays, weekend days worked. */
struct typed_week {
    const char *workdays, *saturday, *sunday, *holiday, *makeup;
};
static const struct typed_week centre_week = {"8:30-20:30", "9:00-20:30", "9:00-20:30",
                                              "9:00-17:00", "照星期"};
static const struct typed_week station_week = {"8:30-20:00", "9:00-18:00", "9:00-18:00",
                                               "9:00-12:00", "照星期"};
static const struct typed_week office_week = {"8:30-12:00 14:00-17:30", "9:00-12:00", "不开",
                                              "不开", "8:30-12:00 14:00-17:30"};
static const struct typed_week canteen_week = {"7:00-8:30 10:45-13:00 16:45-18:30",
                                               "7:00-8:30 10:45-13:00 16:45-18:30", "10:45-13:00",
                                               "10:45-13:00", "照星期"};
static const struct typed_week shop_week = {"7:30-21:00", "7:30-21:00", "7:30-21:00", "照星期",
                                            "照星期"};
static const struct typed_week sport_week = {"6:30-21:30", "6:30-21:30", "6:30-21:30", "照星期",
                                             "照星期"};
static const struct typed_week health_week = {"8:00-12:00 14:00-17:30", "8:00-12:00 14:00-17:30",
                                              "8:00-12:00", "8:00-12:00", "8:00-12:00 14:00-17:30"};

static enum err put_week(struct town *t, int64_t site_id, int64_t part_id,
                         const struct typed_week *w)
{
    struct site_week week = {0};
    bool ok = true;
    for (int d = 1; d <= 5; d++)
        ok &= site_day_read(str_c(w->workdays), false, &week.days[d]);
    ok &= site_day_read(str_c(w->saturday), false, &week.days[SITE_SATURDAY]);
    ok &= site_day_read(str_c(w->sunday), false, &week.days[SITE_SUNDAY]);
    ok &= site_day_read(str_c(w->holiday), true, &week.days[SITE_HOLIDAY]);
    ok &= site_day_read(str_c(w->makeup), true, &week.days[SITE_MAKEUP]);
    if (!ok)
        return fail(t->cx, ERR_INPUT, "the sample's hours cannot be read");
    return site_week_put(t->cx, site_id, part_id, &week);
}

/* ---- what is in a site ---- */

static const struct part {
    enum site_part_kind kind;
    const char *name, *floor, *note;
    enum site_operator operator;
    const char *operator_name;
    const struct typed_week *week; /* NULL = the site's */
} centre_parts[] = {
    {SITE_SERVICE, "政务服务大厅", "一楼东侧", "取号排队，也可以先约时间（示例）", SITE_PUBLIC, "",
     &office_week},
    {SITE_PARTY, "党群活动厅", "二楼", "开会、学习、接待来访（示例）", SITE_PUBLIC, "", NULL},
    {SITE_HEALTH, "社区卫生服务中心", "一楼西侧", "量血压、开药、打疫苗；收费按公示的价目（示例）",
     SITE_CONTRACTED, "示例医院", &health_week},
    {SITE_CANTEEN, "社区食堂", "负一楼，有电梯",
     "60 岁以上午饭 8 元，其他人 14 元；付现金、刷卡都行（示例）", SITE_CONTRACTED, "示例餐饮",
     &canteen_week},
    {SITE_SHOP, "便民超市", "一楼南门", "明码标价（示例）", SITE_MERCHANT, "示例超市", &shop_week},
    {SITE_CULTURE, "图书阅览室", "三楼", "带身份证明就能借，一次三本（示例）", SITE_PUBLIC, "",
     NULL},
    {SITE_CULTURE, "文化活动室", "三楼", "唱歌、书画、棋牌，不收费（示例）", SITE_PUBLIC, "", NULL},
    {SITE_SPORT, "体育活动室", "四楼", "乒乓球、台球，先到先用（示例）", SITE_PUBLIC, "",
     &sport_week},
    {SITE_CHILD, "儿童之家", "二楼南侧", "十二岁以下要有大人陪（示例）", SITE_PUBLIC, "", NULL},
    {SITE_ELDER, "长者活动室", "一楼，不用上楼", "有躺椅、热水、老花镜（示例）", SITE_PUBLIC, "",
     NULL},
    {SITE_BUSINESS, "邮政快递", "南门外", "取件、寄件（示例）", SITE_MERCHANT, "示例快递",
     &shop_week},
};
static const struct part area_parts[] = {
    {SITE_SERVICE, "便民窗口", "一进门", "能办的当场办，办不了的帮您代办（示例）", SITE_PUBLIC, "",
     &office_week},
    {SITE_PARTY, "党群议事室", "二楼", "协商议事、邻里调解（示例）", SITE_PUBLIC, "", NULL},
    {SITE_CULTURE, "活动室", "二楼", "不收费（示例）", SITE_PUBLIC, "", NULL},
    {SITE_CHILD, "四点半课堂", "一楼", "放学后有人看着写作业（示例）", SITE_PUBLIC, "", NULL},
};
static const struct part area_canteen = {
    SITE_CANTEEN,    "助餐点",   "一楼后院",   "60 岁以上午饭 8 元，饭菜从社区食堂送来（示例）",
    SITE_CONTRACTED, "示例餐饮", &canteen_week};
static const struct part station_parts[] = {
    {SITE_PARTY, "党群服务台", "", "坐下来说事，喝口热水（示例）", SITE_PUBLIC, "", NULL},
    {SITE_OTHER, "借用角", "", "雨伞、轮椅、打气筒、充电线，登记就能借（示例）", SITE_PUBLIC, "",
     NULL},
};

static enum err add_part(struct town *t, int64_t site_id, const struct part *p, int64_t *id)
{
    struct site_part part = {.site_id = site_id,
                             .kind = p->kind,
                             .name = str_c(p->name),
                             .floor = str_c(p->floor),
                             .note = str_c(p->note),
                             .operator= p->operator,
                             .operator_name = str_c(p->operator_name)};
    TRY(site_part_put(t->cx, &part));
    if (id)
        *id = part.id;
    return p->week ? put_week(t, site_id, part.id, p->week) : OK;
}

static enum err add_parts(struct town *t, int64_t site_id, const struct part *all, size_t n,
                          int64_t *canteen)
{
    for (size_t i = 0; i < n; i++)
        TRY(add_part(t, site_id, &all[i], all[i].kind == SITE_CANTEEN ? canteen : NULL));
    return OK;
}

/* ---- the sites ---- */

enum { STATIONS = 9, CANTEENS = 3, MENU_DAYS = 14 };

static const struct station {
    const char *place, *name, *address; /* place: its code */
} stations[STATIONS] = {
    {"KL-HHSC", "海恒菜市场商圈站", "菜市场北门，水果区旁边（示例）"},
    {"XY-SCY", "双创园站", "双创园 1 号楼一楼（示例）"},
    {"FLY-YHGD", "御湖观邸站", "御湖观邸东门岗亭旁（示例）"},
    {"KL-NHCC", "南湖春城站", "南湖春城 3 栋架空层（示例）"},
    {"NYH-YLYJ", "依澜雅居站", "依澜雅居东门旁（示例）"},
    {"GY-GYHY", "耕云花园站", "耕云花园南门，公交站对面（示例）"},
    {"JCY-JCY2", "近春园站", "近春园二期物业楼一楼（示例）"},
    {"NYH-SJGC", "实践广场站", "实践广场舞台西侧（示例）"},
    {"XY-ZYXC", "朝阳新村站", "朝阳新村自行车棚旁（示例）"},
};

struct made {
    int64_t centre, areas[AREAS], stations[STATIONS];
    int64_t canteens[CANTEENS];
};

static enum err add_site(struct town *t, struct site *s, const struct typed_week *week, int64_t *id)
{
    TRY(site_put(t->cx, s));
    *id = s->id;
    return put_week(t, s->id, 0, week);
}

static enum err add_centre(struct town *t, struct made *m)
{
    struct cx *cx = t->cx;
    struct community c;
    TRY(place_community(cx, &c));
    struct site s = {.place_id = t->place_id,
                     .tier = 0,
                     .code = arena_printf(cx->mem, "%.*s-ZX", STR(c.code)),
                     .name = arena_printf(cx->mem, "%.*s党群服务中心", STR(c.name)),
                     .address = S("示例大道 1 号"),
                     .way = S("公交到示例大道站，南门进；轮椅走西门坡道（示例）"),
                     .phone = S("0551-0000 0000"),
                     .about = S("办事、看病、吃饭、买东西、看书、活动都在一个院子里（示例）"),
                     .area_m2 = 17500,
                     .has_ramp = true,
                     .has_lift = true,
                     .has_toilet = true,
                     .has_low_desk = true,
                     .has_nursery = true};
    TRY(add_site(t, &s, &centre_week, &m->centre));
    return add_parts(t, s.id, centre_parts, COUNT(centre_parts), &m->canteens[0]);
}

static enum err add_areas(struct town *t, struct made *m)
{
    struct cx *cx = t->cx;
    int canteens = 1;
    for (int a = 0; a < AREAS; a++) {
        const struct town_area *area = &t->areas[a];
        struct site s = {.place_id = area->place_id,
                         .tier = 1,
                         .code = arena_printf(cx->mem, "%s-ZX", area->code),
                         .name = arena_printf(cx->mem, "%s居民区党群服务中心", area->name),
                         .address = arena_printf(cx->mem, "%s路 %d 号（示例）", area->name, 12 + a),
                         .phone = arena_printf(cx->mem, "0551-0000 00%02d", 11 + a),
                         .about = S(""),
                         .area_m2 = 600 + 150 * a,
                         .has_ramp = true,
                         .has_toilet = a % 2 == 0,
                         .has_low_desk = true,
                         .has_lift = a % 3 == 0};
        TRY(add_site(t, &s, &centre_week, &m->areas[a]));
        TRY(add_parts(t, s.id, area_parts, COUNT(area_parts), NULL));
        if (a % 3 == 1)
            TRY(add_part(t, s.id, &area_canteen, &m->canteens[canteens++]));
    }
    return OK;
}

static enum err add_stations(struct town *t, struct made *m)
{
    struct cx *cx = t->cx;
    for (int i = 0; i < STATIONS; i++) {
        struct place p;
        TRY(place_by_code(cx, str_c(stations[i].place), &p));
        struct site s = {.place_id = p.id,
                         .tier = 2,
                         .code = arena_printf(cx->mem, "%s-Z", stations[i].place),
                         .name = str_c(stations[i].name),
                         .address = str_c(stations[i].address),
                         .has_ramp = i % 4 != 3,
                         .area_m2 = 40 + 15 * i};
        TRY(add_site(t, &s, &station_week, &m->stations[i]));
        TRY(add_parts(t, s.id, station_parts, COUNT(station_parts), NULL));
    }
    return OK;
}

/* ---- what is announced ---- */

static enum err tell(struct town *t, int64_t site_id, int64_t part_id, int64_t announced_ago,
                     int64_t begins_in, int64_t days, const char *hours, const char *reason,
                     const char *late_why, int64_t *id)
{
    struct cx *cx = t->cx;
    int64_t end = cx->now;
    struct site_notice n = {.site_id = site_id,
                            .part_id = part_id,
                            .from_day = time_day(end) + begins_in,
                            .to_day = time_day(end) + begins_in + days - 1,
                            .reason = str_c(reason),
                            .late_why = str_c(late_why)};
    if (*hours && !site_day_read(str_c(hours), false, &n.hours))
        return fail(cx, ERR_INPUT, "the sample's hours cannot be read");
    t->env.at = cx->now = end - announced_ago * MS_DAY;
    enum err e = site_notice_put(cx, &n);
    t->env.at = cx->now = end;
    if (id)
        *id = n.id;
    return e;
}

static enum err tell_all(struct town *t, const struct made *m)
{
    int64_t back;
    TRY(tell(t, m->stations[5], 0, 9, 3, 2, "", "电路改造（示例）", "", NULL));
    TRY(tell(t, m->areas[4], 0, 1, 1, 1, "", "水管爆裂抢修（示例）", "昨晚突然漏水（示例）", NULL));
    TRY(tell(t, m->centre, 0, 8, 5, 1, "13:00-20:30", "上午消防演练（示例）", "", NULL));
    TRY(tell(t, m->centre, m->canteens[0], 10, 4, 1, "10:45-13:00",
             "晚饭停一顿，清洗油烟机（示例）", "", NULL));
    TRY(tell(t, m->stations[3], 0, 12, 6, 1, "", "原定粉刷（示例）", "", &back));
    return site_notice_end(t->cx, back);
}

/* ---- what a station should have ---- */

static const struct {
    const char *title, *hint, *lacking, *owner;
} items[] = {
    {"有场所", "有固定的屋子，门口够轮椅进", "门口台阶要加坡道（示例）", "站长"},
    {"有队伍", "有人值守，排班贴在墙上", "周末缺一个人（示例）", "居民区书记"},
    {"有制度", "服务内容、开放时间、投诉电话写明白", "开放时间还没上墙（示例）", "站长"},
    {"有标识", "路口看得见指路牌，门口有名字", "路口的指路牌掉了（示例）", "站长"},
    {"有项目", "一个月至少有一件给居民办的事在做", "这个月还没定（示例）", "党支部书记"},
    {"有经费", "一年的小额开支有着落", "茶水和打印纸的钱没着落（示例）", "居民区书记"},
    {"落实", "说过的都有人办、有答复", "上月借走的轮椅没还（示例）", "站长"},
};

static enum err add_checks(struct town *t, const struct made *m)
{
    struct cx *cx = t->cx;
    site_item_list all = {0};
    for (size_t i = 0; i < COUNT(items); i++) {
        struct site_item item = {.ordinal = (int64_t)i + 1,
                                 .title = str_c(items[i].title),
                                 .hint = str_c(items[i].hint),
                                 .active = true};
        TRY(site_item_put(cx, &item));
    }
    TRY(site_items(cx, false, &all));
    for (int s = 0; s < STATIONS; s++)
        for (size_t i = 0; i < all.n; i++) {
            int turn = (5 * s + 3 * (int)i) % 11;
            if (turn == 0)
                continue; /* nobody has looked yet */
            bool lacks = turn < 3;
            struct site_check c = {.site_id = m->stations[s],
                                   .item_id = all.at[i].id,
                                   .state = lacks ? SITE_LACKING : SITE_READY,
                                   .note = lacks ? str_c(items[i].lacking) : S(""),
                                   .owner = lacks ? str_c(items[i].owner) : S(""),
                                   .due_day = lacks ? time_day(cx->now) + 6 + turn * 8 : 0};
            TRY(site_check_put(cx, &c));
        }
    return OK;
}

/* ---- menus ---- */

static const char *const breakfasts[] = {"豆浆、油条、茶叶蛋", "小米粥、包子、咸菜",
                                         "豆腐脑、烧饼、鸡蛋", "稀饭、花卷、拌黄瓜",
                                         "馄饨、蒸红薯"};
static const char *const lunches[] = {"红烧肉、炒青菜、番茄蛋汤",   "清蒸鲈鱼、豆干芹菜、冬瓜汤",
                                      "土豆烧鸡、香菇青菜、紫菜汤", "肉末蒸蛋、炒豇豆、丝瓜汤",
                                      "萝卜烧牛肉、凉拌木耳、米酒", "虾仁豆腐、蒜蓉菠菜、骨头汤",
                                      "梅干菜扣肉、炒藕片、绿豆汤"};
static const char *const dinners[] = {"鸡蛋面、拌干丝", "白菜粉丝、馒头、小米粥",
                                      "青椒肉丝、米饭、蛋花汤", "饺子、凉拌萝卜"};

static enum err add_menus(struct town *t, const struct made *m)
{
    struct cx *cx = t->cx;
    int64_t monday = time_day(cx->now) - (time_civil(cx->now).weekday + 6) % 7;
    for (int c = 0; c < CANTEENS && m->canteens[c]; c++)
        for (int d = 0; d < MENU_DAYS; d++) {
            const char *const dishes[SITE_MEALS] = {
                c == 0 && d % 7 != 6 ? breakfasts[(size_t)d % COUNT(breakfasts)] : "",
                lunches[(size_t)(d + c) % COUNT(lunches)],
                c == 0 && d % 7 != 6 ? dinners[(size_t)d % COUNT(dinners)] : ""};
            for (int meal = 0; meal < SITE_MEALS; meal++) {
                struct site_menu row = {.part_id = m->canteens[c],
                                        .day = monday + d,
                                        .meal = (enum site_meal)meal,
                                        .dishes = str_c(dishes[meal])};
                TRY(site_menu_put(cx, &row));
            }
        }
    return OK;
}

enum err town_sites(struct town *t, int64_t end)
{
    static const char *const tiers[] = {"社区中心", "居民区中心", "服务站"};
    struct cx *cx = t->cx;
    struct made m = {0};
    t->env.at = cx->now = end;
    for (size_t i = 0; i < COUNT(tiers); i++)
        TRY(place_tier_add(cx, "site", (int64_t)i, arena_printf(cx->mem, "site%zu", i),
                           str_c(tiers[i])));
    TRY(account_wear(cx, &t->leader));
    TRY(add_centre(t, &m));
    TRY(add_areas(t, &m));
    TRY(add_stations(t, &m));
    TRY(tell_all(t, &m));
    TRY(add_checks(t, &m));
    TRY(add_menus(t, &m));
    account_nobody(cx, cx->community);
    return OK;
}
