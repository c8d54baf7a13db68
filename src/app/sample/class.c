/* class -- the 4:30 class in the sample: a term after school and one at weekends, a rota, children
 * with people who fetch them, three weeks of afternoons, some waiting; the class of spring, long
 * deleted but for its heads. One hash serves all words: it takes some 20 ms. The word is 小白兔. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/activity.h"
#include "app/job/job.h"
#include "app/sample/town.h"
#include "base/time.h"

enum { BACK = 21, AHEAD = 60, MOST = 24 };

static const char agreement[] =
    "放学后直接到班里来，老师点到名，孩子就归老师照看。\n"
    "来接的人说对暗号，老师才让孩子走；换了人、忘了暗号，先打监护人的电话。\n"
    "请假在上课前说一声。过了二十分钟没到，老师会打电话。\n"
    "晚了十五分钟没人接，老师会打电话，两个大人一起等。晚接三次、没请假没来三次，坐下来谈一谈有什么难处。\n"
    "孩子不舒服、受伤，先照顾孩子，马上打电话。（示例）";

static const struct plan {
    const char *name, *room;
    int weekdays, from, to, places, children;
} plans[] = {
    {"放学后的班", "一楼四点半课堂", 0x3e, 16 * 60, 18 * 60 + 30, 16, 18},
    {"周末看护班", "一楼四点半课堂", 0x41, 14 * 60, 17 * 60 + 30, 12, 9},
};
static const char *const children[MOST] = {
    "小雨", "豆豆", "乐乐", "朵朵", "石头", "圆圆", "安安", "果果", "小鱼", "阳阳", "米粒", "团子",
    "晨晨", "笑笑", "小树", "糖糖", "淘淘", "月牙", "牛牛", "蛋蛋", "小满", "可可", "浩浩", "丫丫"};
static const char *const fetchers[] = {"外婆", "爷爷", "妈妈", "爸爸", "奶奶", "姑姑"};

static void clock_to(struct town *t, int64_t at)
{
    t->env.at = at;
    t->cx->now = at;
}

static enum err add_term(struct town *t, const struct plan *p, int64_t site, int64_t from,
                         int64_t to, struct class_term *out)
{
    struct str card;
    *out =
        (struct class_term){.site_id = site,
                            .name = str_c(p->name),
                            .room = str_c(p->room),
                            .about = S("写作业、看书、下棋，不教新课、不收费。水杯自己带（示例）"),
                            .from_day = from,
                            .to_day = to,
                            .weekdays = p->weekdays,
                            .from_minute = p->from,
                            .to_minute = p->to,
                            .places = p->places,
                            .agreement = str_c(agreement)};
    TRY(class_term_put(t->cx, out, &card));
    return class_term_publish(t->cx, out->id, out);
}

static enum err put_rota(struct town *t, const struct class_term *term)
{
    post_card_list all = {0};
    TRY(class_teachers(t->cx, term, &all));
    for (size_t i = 0; i < all.n && i < 2; i++)
        if (all.at[i].person_id)
            TRY(class_duty_put(t->cx, term->id, all.at[i].person_id, term->from_day, term->to_day,
                               true));
    return OK;
}

static enum err add_child(struct town *t, const struct class_term *term, int i,
                          struct str word_hash, int64_t *id)
{
    struct cx *cx = t->cx;
    class_pickup_list pickups = {0};
    struct class_child c;
    struct str key;
    bool again;
    struct class_join j = {.term_id = term->id,
                           .name = str_c(children[i % MOST]),
                           .grade = arena_printf(cx->mem, "%d年级", 1 + i % 4),
                           .guardian = town_name(t),
                           .contact = arena_printf(cx->mem, "%.*s（示例）", STR(town_phone(t))),
                           .note = i % 5 == 2 ? S("花生过敏（示例）") : S(""),
                           .agrees = true,
                           .agrees_note = i % 5 == 2};
    for (int k = 0; k < 1 + i % 2; k++)
        *PUSH(cx->mem, &pickups) =
            (struct class_pickup){.label = str_c(fetchers[(size_t)(i + 3 * k) % COUNT(fetchers)]),
                                  .word_hash = word_hash};
    account_nobody(cx, cx->community);
    TRY(class_sign_up(cx, &j, &pickups, &c, &key, &again));
    *id = c.state == CHILD_PLACED ? c.id : 0;
    return OK;
}

/* Who is on duty acts; the jobs of the day come by as they would. */
static enum err act(struct town *t, const struct post_card *who)
{
    const struct hat hat = {.post_id = who->post_id,
                            .person_id = who->person_id,
                            .name = who->person_name,
                            .role = S("class_teacher")};
    return account_wear(t->cx, &hat);
}

static enum err run(struct town *t, const char *kind, const struct class_term *term, int64_t day,
                    int64_t minute, int64_t at)
{
    struct cx *cx = t->cx;
    clock_to(t, at);
    account_nobody(cx, cx->community);
    return class_job(cx, str_c(kind), term->id,
                     arena_printf(cx->mem, "%lld %lld", (long long)day, (long long)minute));
}

static enum err one_day(struct town *t, const struct class_term *term, const int64_t *ids, int n,
                        int64_t day)
{
    struct cx *cx = t->cx;
    post_card_list who = {0};
    const struct class_act in = {.how = S("teacher")}, out = {.how = S("word")};
    TRY(class_teachers(cx, term, &who));
    for (int i = 0; i < n; i++) {
        if (!ids[i] || (i + day) % 11 == 0) /* not today */
            continue;
        clock_to(t, class_begins(term, day) + (i % 9) * MS_MINUTE);
        TRY(act(t, &who.at[0]));
        TRY(class_arrive(cx, ids[i], &in, &(struct class_pickup){0}));
    }
    TRY(run(t, "class.late", term, day, term->from_minute,
            class_begins(term, day) + CLASS_LATE_MINUTES * MS_MINUTE));
    bool waited = false;
    for (int i = 0; i < n; i++) {
        bool late = (i + 2 * day) % 37 == 0;
        class_pickup_list pickups = {0};
        if (!ids[i] || (i + day) % 11 == 0)
            continue;
        if (late && !waited)
            TRY(run(t, "class.left", term, day, term->to_minute,
                    class_ends(term, day) + CLASS_LEFT_MINUTES * MS_MINUTE));
        waited |= late;
        clock_to(t, waited ? class_ends(term, day) + (16 + i % 9) * MS_MINUTE
                           : class_ends(term, day) - (30 - i) * MS_MINUTE);
        TRY(act(t, &who.at[0]));
        TRY(class_pickups(cx, ids[i], &pickups));
        TRY(class_collect(cx, ids[i], &out, &pickups.at[0]));
    }
    return run(t, "class.close", term, day, 0, time_day_start(day) + 22 * MS_HOUR);
}

static enum err play(struct town *t, const struct class_term *term, const int64_t *ids, int n,
                     int64_t end)
{
    const struct worktime *calendar;
    TRY(clock_calendar(t->cx, &calendar));
    for (int64_t day = class_next_day(term, calendar, term->from_day); day && day < time_day(end);
         day = class_next_day(term, calendar, day + 1)) {
        struct arena_mark mark = arena_mark(t->cx->mem);
        TRY(one_day(t, term, ids, n, day));
        arena_rewind(t->cx->mem, mark);
    }
    return OK;
}

static enum err live(struct town *t, const struct plan *p, int64_t site, int64_t from, int64_t to,
                     struct str word_hash, int64_t end, struct class_term *term)
{
    int64_t ids[MOST] = {0};
    clock_to(t, time_day_start(from) - 3 * MS_DAY + 10 * MS_HOUR);
    TRY(account_wear(t->cx, &t->leader));
    TRY(add_term(t, p, site, from, to, term));
    TRY(put_rota(t, term));
    for (int i = 0; i < p->children; i++)
        TRY(add_child(t, term, i, word_hash, &ids[i]));
    return play(t, term, ids, p->children, end);
}

enum err town_class(struct town *t, int64_t end)
{
    struct cx *cx = t->cx;
    struct site site;
    struct str word_hash;
    struct class_term term;
    struct class_forgotten gone;
    int64_t today = time_day(end);
    TRY(account_hash_password(cx, S("小白兔"), &word_hash));
    TRY(site_by_code(cx, arena_printf(cx->mem, "%s-ZX", t->areas[0].code), &site));
    struct plan spring = plans[0];
    spring.name = "上一期放学后的班";
    spring.children = 8;
    TRY(live(t, &spring, site.id, today - 90, today - 70, word_hash, end, &term));
    clock_to(t, time_day_start(term.to_day + CLASS_KEPT_DAYS + 1));
    TRY(class_forget(cx, term.id, false, &gone));
    for (size_t i = 0; i < COUNT(plans); i++)
        TRY(live(t, &plans[i], site.id, today - BACK, today + AHEAD, word_hash, end, &term));
    clock_to(t, end);
    account_nobody(cx, cx->community);
    return OK;
}
