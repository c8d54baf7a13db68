/* ticket_shape -- queues, tickets and counts as fields, and the steps of a ticket as one table with
 * its drawing. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/ticket.h"
#include "base/out.h"

const char *const ticket_state_codes[] = {"none",   "booked",   "waiting", "called",  "serving",
                                          "absent", "accepted", "done",    "missing", "referred",
                                          "cannot", "left",     "missed",  NULL};
const char *const ticket_state_labels[] = {
    "还没有", "约好了",     "在等",     "叫到了", "正在办", "叫了没在", "收下了，等结果",
    "办好了", "回去补材料", "指了去处", "没办成", "不等了", "约了没来", NULL};

#define SEEN(T, m, label) FIELD(struct T, m, label, .data = DATA_PUBLIC)
#define SAID(T, m, label, ...)                                                                     \
    FIELD(struct T, m, label, .ask = true, .data = DATA_PUBLIC, __VA_ARGS__)

static const struct field lane_fields[] = {
    SEEN(lane, id, "队"),
    SAID(lane, site_id, "服务点"),
    SAID(lane, code, "办哪类事", .max = 20),
    SAID(lane, letter, "号前面的字母", .required = true, .max = 1,
         .hint = "A 到 Z，一个服务点里不重复"),
    SAID(lane, name, "叫什么", .max = 20, .hint = "比如：社保医保窗口"),
    SAID(lane, counters, "几个窗口"),
    SAID(lane, slot_minutes, "每几分钟可约", .hint = "0 = 不能预约；5 到 120"),
    SAID(lane, slot_places, "一次约几位"),
    SAID(lane, book_days, "可约几天内"),
    SAID(lane, is_open, "在取号"),
    SEEN(lane, version, "版本"),
    SEEN(lane, changed_at, "什么时候改的"),
    SEEN(lane, waiting, "在等几位"),
    SEEN(lane, serving, "在办几位"),
};
const struct shape lane_shape = SHAPE("service_lane", struct lane, lane_fields);

static const struct field ticket_fields[] = {
    SEEN(ticket, id, "号"),
    SEEN(ticket, lane_id, "队"),
    SEEN(ticket, site_id, "服务点"),
    SEEN(ticket, day, "哪天"),
    SEEN(ticket, number, "第几号"),
    FIELD(struct ticket, booking, "预约号", .data = DATA_TEXT),
    SEEN(ticket, service_id, "办什么"),
    SEEN(ticket, origin, "怎么取的"),
    FIELD(struct ticket, state, "状态", .codes = ticket_state_codes, .labels = ticket_state_labels,
          .data = DATA_PUBLIC),
    SEEN(ticket, version, "版本"),
    SEEN(ticket, slot_at, "约在"),
    FIELD(struct ticket, slot_no, "第几个位置"),
    SEEN(ticket, turn_at, "排在"),
    SEEN(ticket, counter, "几号窗口"),
    SEEN(ticket, calls, "叫了几次"),
    FIELD(struct ticket, served_by, "谁办的", .is_id = true),
    FIELD(struct ticket, said, "说了什么", .data = DATA_TEXT),
    FIELD(struct ticket, missing, "还缺什么", .data = DATA_TEXT),
    SEEN(ticket, due_at, "哪天前有结果"),
    FIELD(struct ticket, need_id, "成了哪件诉求", .data = DATA_WORK),
    FIELD(struct ticket, rating, "评价", .data = DATA_TEXT),
    SEEN(ticket, rated_how, "怎么评的"),
    SEEN(ticket, rated_at, "什么时候评的"),
    SEEN(ticket, taken_at, "什么时候来的"),
    SEEN(ticket, called_at, "什么时候叫的"),
    SEEN(ticket, served_at, "什么时候办的"),
    SEEN(ticket, ended_at, "什么时候完的"),
    SEEN(ticket, created_at, "什么时候取的"),
    SEEN(ticket, changed_at, "什么时候改的"),
    SEEN(ticket, letter, "字母"),
    SEEN(ticket, lane_name, "窗口"),
    SEEN(ticket, title, "办什么"),
};
const struct shape ticket_shape = SHAPE("service_ticket", struct ticket, ticket_fields);

#define TOLD(m, label, ...)                                                                        \
    FIELD(struct ticket_move, m, label, .ask = true, .data = DATA_TEXT, __VA_ARGS__)
static const struct field move_fields[] = {
    TOLD(version, "版本"),
    TOLD(counter, "几号窗口"),
    TOLD(service_id, "办什么"),
    TOLD(said, "说给他听的", .max = 500, .lines = true),
    TOLD(missing, "还缺什么", .max = 1000, .lines = true),
    TOLD(work_days, "几个工作日有结果"),
    FIELD(struct ticket_move, name, "称呼", .ask = true, .max = 20, .data = DATA_CONTACT),
    FIELD(struct ticket_move, contact, "电话", .ask = true, .max = 40, .data = DATA_CONTACT),
};
const struct shape ticket_move_shape =
    SHAPE("service_ticket_move", struct ticket_move, move_fields);

static const struct field visitors_fields[] = {
    SEEN(visitors, lane_id, "队"),
    SEEN(visitors, site_id, "服务点"),
    SEEN(visitors, day, "哪天"),
    SEEN(visitors, taken, "来了"),
    SEEN(visitors, booked, "其中约了来的"),
    SEEN(visitors, done, "办好"),
    SEEN(visitors, accepted, "收下"),
    SEEN(visitors, missing, "补材料"),
    SEEN(visitors, referred, "指了去处"),
    SEEN(visitors, cannot, "没办成"),
    SEEN(visitors, gone, "没等"),
    SEEN(visitors, missed, "约了没来"),
    SEEN(visitors, waited, "叫到的"),
    SEEN(visitors, wait_minutes, "一共等了几分钟"),
    SEEN(visitors, rated, "评价的"),
    SEEN(visitors, satisfied, "满意的"),
};
const struct shape visitors_shape = SHAPE("service_day", struct visitors, visitors_fields);

/* ---- the steps ---- */

#define NONE    TICKET_IN(TICKET_NONE)
#define BOOKED  TICKET_IN(TICKET_BOOKED)
#define WAITING TICKET_IN(TICKET_WAITING)
#define CALLED  TICKET_IN(TICKET_CALLED)
#define SERVING TICKET_IN(TICKET_SERVING)
#define ABSENT  TICKET_IN(TICKET_ABSENT)
#define TAKEN   TICKET_IN(TICKET_ACCEPTED)
/* Stands at the counter. */
#define THERE (CALLED | SERVING)
#define GUEST TICKET_BY_GUEST
#define STAFF TICKET_BY_STAFF

static const struct step steps[] = {
    {"book", "约一个时间", NONE, TICKET_BOOKED, GUEST | STAFF},
    {"take", "取号", NONE, TICKET_WAITING, GUEST | STAFF},
    {"arrive", "约的人到了", BOOKED, TICKET_WAITING, GUEST | STAFF},
    {"call", "叫号", WAITING, TICKET_CALLED, STAFF},
    {"recall", "再叫一次", CALLED, TICKET_CALLED, STAFF},
    {"pass", "叫了没在，先过", CALLED, TICKET_ABSENT, STAFF},
    {"back", "回来接着排", ABSENT, TICKET_WAITING, GUEST | STAFF},
    {"serve", "开始办", CALLED, TICKET_SERVING, STAFF},
    {"done", "办好了", THERE, TICKET_DONE, STAFF},
    {"accept", "收下，给回执", THERE, TICKET_ACCEPTED, STAFF},
    {"missing", "缺材料，一次说全", THERE, TICKET_MISSING, STAFF},
    {"refer", "不在这里办，指去处", THERE, TICKET_REFERRED, STAFF},
    {"cannot", "办不成，转成诉求", THERE, TICKET_CANNOT, STAFF},
    {"result", "有结果了", TAKEN, TICKET_DONE, STAFF},
    {"result_no", "没办成，转成诉求", TAKEN, TICKET_CANNOT, STAFF},
    {"leave", "不等了", BOOKED | WAITING | CALLED | ABSENT, TICKET_LEFT,
     GUEST | STAFF | TICKET_BY_SYSTEM},
    {"miss", "约了没来", BOOKED, TICKET_MISSED, TICKET_BY_SYSTEM},
    {"close", "窗口关了，没记结果", SERVING, TICKET_DONE, TICKET_BY_SYSTEM},
};

static const struct step_who who[] = {
    {TICKET_BY_GUEST, "来办事的人"}, {TICKET_BY_STAFF, "窗口"}, {TICKET_BY_SYSTEM, "系统"}};
const struct steps ticket_steps = {.at = steps,
                                   .n = COUNT(steps),
                                   .codes = ticket_state_codes,
                                   .labels = ticket_state_labels,
                                   .nstates = TICKET_STATES,
                                   .who = who,
                                   .nwho = COUNT(who)};

bool ticket_is_closed(enum ticket_state s)
{
    return s >= TICKET_DONE;
}
