/* flow -- the table of states and steps as data, and what can be read off it; no rule lives here.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/flow.h"
#include "base/out.h"

const char *const need_state_codes[] = {[NEED_DRAFT] = "draft",
                                        [NEED_RECEIVED] = "received",
                                        [NEED_CLARIFY] = "clarify",
                                        [NEED_ACCEPTED] = "accepted",
                                        [NEED_DISPATCHED] = "dispatched",
                                        [NEED_OBJECTED] = "objected",
                                        [NEED_HANDLING] = "handling",
                                        [NEED_EXTENDING] = "extending",
                                        [NEED_PARKED] = "parked",
                                        [NEED_REPORTED] = "reported",
                                        [NEED_VERIFIED] = "verified",
                                        [NEED_DONE] = "done",
                                        [NEED_CANNOT] = "cannot",
                                        [NEED_REFERRED] = "referred",
                                        [NEED_MERGED] = "merged",
                                        [NEED_WITHDRAWN] = "withdrawn",
                                        [NEED_REFUSED] = "refused",
                                        [NEED_REDO] = "redo",
                                        [NEED_STATES] = NULL};

const char *const need_state_labels[] = {[NEED_DRAFT] = "草稿",
                                         [NEED_RECEIVED] = "已收到",
                                         [NEED_CLARIFY] = "待补充",
                                         [NEED_ACCEPTED] = "已受理",
                                         [NEED_DISPATCHED] = "已派遣",
                                         [NEED_OBJECTED] = "申请退回",
                                         [NEED_HANDLING] = "处置中",
                                         [NEED_EXTENDING] = "申请延期",
                                         [NEED_PARKED] = "挂账",
                                         [NEED_REPORTED] = "已反馈",
                                         [NEED_VERIFIED] = "已核查",
                                         [NEED_DONE] = "已办结",
                                         [NEED_CANNOT] = "已答复（无法办理）",
                                         [NEED_REFERRED] = "已转交",
                                         [NEED_MERGED] = "已并案",
                                         [NEED_WITHDRAWN] = "已撤回",
                                         [NEED_REFUSED] = "不予受理",
                                         [NEED_REDO] = "重办",
                                         [NEED_STATES] = NULL};

#define CLOSED                                                                                     \
    (IN(NEED_DONE) | IN(NEED_CANNOT) | IN(NEED_REFERRED) | IN(NEED_MERGED) | IN(NEED_WITHDRAWN) |  \
     IN(NEED_REFUSED))
#define STILL   (IN(NEED_CLARIFY) | IN(NEED_PARKED) | CLOSED)
#define OPEN    (((1u << NEED_STATES) - 1) & ~CLOSED & ~IN(NEED_DRAFT))
#define ANY     (OPEN | CLOSED)
#define WORKING (IN(NEED_DISPATCHED) | IN(NEED_HANDLING) | IN(NEED_REDO))
/* States that carry an answer a person can be content with or not. */
#define ANSWERED (IN(NEED_DONE) | IN(NEED_CANNOT) | IN(NEED_REFERRED) | IN(NEED_MERGED))

#define ROLES_LEAD    (ROLE_DUTY_LEAD | ROLE_LEADER)
#define ROLES_INTAKE  (ROLE_DISPATCHER | ROLE_DUTY_LEAD)
#define ROLES_COUNTER (ROLES_INTAKE | ROLE_CLERK)
#define ROLES_WORK    (ROLES_OWN | ROLES_CENTRE)
#define ROLES_CHECK   (ROLE_VERIFIER | ROLE_DUTY_LEAD | ROLE_AREA_STAFF)

bool need_is_closed(enum need_state s)
{
    return (CLOSED & IN(s)) != 0;
}

bool need_clocks_run(enum need_state s)
{
    return s != NEED_DRAFT && (STILL & IN(s)) == 0;
}

int need_progress(enum need_state s)
{
    switch (s) {
    case NEED_DRAFT:
    case NEED_RECEIVED:
    case NEED_CLARIFY:
        return 1;
    case NEED_ACCEPTED:
    case NEED_DISPATCHED:
    case NEED_OBJECTED:
        return 2;
    case NEED_HANDLING:
    case NEED_EXTENDING:
    case NEED_PARKED:
    case NEED_REDO:
        return 3;
    case NEED_REPORTED:
    case NEED_VERIFIED:
        return 4;
    default:
        return 5;
    }
}

/* ---- code lists ---- */

#define END                                                                                        \
    {                                                                                              \
        NULL, NULL                                                                                 \
    }

const struct flow_reason answer_codes[] = {{"done", "办好了"},
                                           {"partly", "办好一部分"},
                                           {"scheduled", "已定下办理时间"},
                                           {"passed", "已转交能办的单位"},
                                           {"cannot-law", "法规不允许"},
                                           {"cannot-money", "经费暂时解决不了"},
                                           {"cannot-power", "超出权限"},
                                           {"cannot-safety", "有安全风险，不能办"},
                                           {"no-contact", "联系不上"},
                                           {"merged", "与另一件并案办理"},
                                           {"withdrawn", "本人撤回"},
                                           {"refused", "不予受理"},
                                           END};

const struct flow_reason ratings[] = {{"very_satisfied", "非常满意"},
                                      {"satisfied", "满意"},
                                      {"basic", "基本满意"},
                                      {"dissatisfied", "不满意"},
                                      {"very_dissatisfied", "非常不满意"},
                                      {"not_asked", "未询问"},
                                      {"no_answer", "未接通"},
                                      {"declined", "不愿评价"},
                                      END};

const struct flow_reason channels[] = {{"web", "网页"},
                                       {"qr", "楼道二维码"},
                                       {"phone", "电话"},
                                       {"counter", "窗口"},
                                       {"paper", "纸条"},
                                       {"grid_worker", "网格员代录"},
                                       {"building_leader", "楼栋长代录"},
                                       {"wechat", "微信群转录"},
                                       {"hotline", "12345 转来"},
                                       {"meeting", "会议"},
                                       {"visit", "走访"},
                                       END};

const struct flow_reason kinds[] = {
    {"consult", "咨询"}, {"help", "求助"},   {"complaint", "投诉"}, {"report", "举报"},
    {"advice", "建议"},  {"praise", "表扬"}, {"wish", "需求"},      END};

const struct flow_reason categories[] = {{"housing", "房屋与设施维修"},
                                         {"hygiene", "环境卫生与绿化"},
                                         {"parking", "停车与交通"},
                                         {"noise", "噪声与邻里"},
                                         {"safety", "消防与安全隐患"},
                                         {"utilities", "水电气热"},
                                         {"eldercare", "养老与照护"},
                                         {"children", "儿童与教育"},
                                         {"health", "健康与助残"},
                                         {"jobs", "就业与法律"},
                                         {"culture", "文体与活动"},
                                         {"affairs", "政务办事与政策咨询"},
                                         {"market", "市场与商户"},
                                         {"other", "其他"},
                                         END};

const struct flow_reason levels[] = {{"L0", "紧急危险"}, {"L1", "急修民生"}, {"L2", "一般"},
                                     {"L3", "复杂"},     {"L4", "建议改善"}, END};

const struct flow_reason contact_outcomes[] = {
    {"reached", "联系上了"}, {"no_answer", "没有接通"}, {"left_word", "留了话"}, END};

const struct flow_reason opening_purposes[] = {{"contact_back", "联系本人了解情况"},
                                               {"visit", "约定上门"},
                                               {"verify", "核查回访"},
                                               {"emergency", "紧急情况"},
                                               {"supervise", "督办了解情况"},
                                               END};

/* The six special cases in which a request is not taken up. */
static const struct flow_reason refuse_reasons[] = {
    {"emergency", "（一）属紧急事项，已转 110、119、120 等"},
    {"statutory", "（二）应走诉讼、仲裁、复议、信访等法定渠道"},
    {"same_matter", "（三）同一事项没有新的事实，已告知进展"},
    {"secret", "（四）涉及国家秘密、商业秘密或他人隐私"},
    {"out_of_scope", "（五）不在服务范围，已告知其他渠道"},
    {"unlawful", "（六）违反法律法规或公序良俗"},
    END};
static const struct flow_reason return_reasons[] = {
    {"not_in_row", "不在目录所列职责内"}, {"wrong_place", "地点不在服务范围"},
    {"wrong_level", "等级定错"},          {"few_facts", "情况不清，无法办理"},
    {"already_handled", "已经办过"},      END};
static const struct flow_reason extend_reasons[] = {{"materials", "等材料"},
                                                    {"contractor", "等施工队"},
                                                    {"weather", "天气"},
                                                    {"consent", "等第三方同意"},
                                                    {"season", "季节原因"},
                                                    {"meeting", "等会议决定"},
                                                    END};
static const struct flow_reason park_reasons[] = {
    {"money", "经费未落实"},   {"policy", "政策未明确"}, {"consent", "多数人未同意"},
    {"project", "等工程排期"}, {"season", "季节原因"},   END};
static const struct flow_reason regrade_reasons[] = {{"wrong_row", "目录选错了"},
                                                     {"worse", "情况变重"},
                                                     {"milder", "情况变轻"},
                                                     {"complex", "比预想复杂"},
                                                     END};
static const struct flow_reason refer_reasons[] = {
    {"no_data", "只转事情，不含个人信息"}, {"agreed", "本人同意转交联系方式"}, END};
static const struct flow_reason supervise_reasons[] = {
    {"slow", "办得慢"},      {"bad_effect", "影响不好"}, {"unsolved", "该解决没解决"},
    {"refused", "推诿不办"}, {"leader", "负责人交办"},   END};
static const struct flow_reason rework_reasons[] = {{"not_done", "没有办好"},
                                                    {"not_true", "与现场不符"},
                                                    {"answer", "答复不清楚"},
                                                    {"not_told", "没有告诉居民"},
                                                    END};
static const struct flow_reason solved_reasons[] = {
    {"solved", "解决了"}, {"partly", "解决了一部分"}, {"not_solved", "没有解决"}, END};
static const struct flow_reason merge_reasons[] = {{"same_thing", "同一处同一件事"},
                                                   {"same_cause", "同一个原因"},
                                                   {"same_person", "同一人重复提"},
                                                   END};

/* Of a whistle: the first of each list is the good one, the others want words. */
static const struct flow_reason help_reasons[] = {{"helped", "到场了，帮上了忙"},
                                                  {"partly", "到场了，只办了一部分"},
                                                  {"late", "到得晚了"},
                                                  {"absent", "没有到场"},
                                                  END};
static const struct flow_reason call_reasons[] = {{"proper", "该吹，也找对了单位"},
                                                  {"unclear", "该吹，但事情没说清楚"},
                                                  {"wrong_unit", "找错了单位"},
                                                  {"needless", "不用吹哨也能办"},
                                                  END};

/* ---- the steps ---- */

const struct flow_step flow_steps[] = {
    /* From the first word to the unit. */
    {"open", "提出", "您提出了这件事", IN(NEED_DRAFT), NEED_RECEIVED, ROLES_NEED, true, 0, NULL,
     NULL, "说一句话，说清在哪里就行"},
    {"accept", "受理", "已受理，正在找能办的人", IN(NEED_RECEIVED), NEED_ACCEPTED, ROLES_COUNTER,
     false, WANT_DUTY, NULL, "a", "选派单目录和等级；可写一句邻居能看的标题，不写姓名、电话、门牌"},
    {"ask", "请补充", "请您补充情况", IN(NEED_RECEIVED), NEED_CLARIFY, ROLES_COUNTER, false,
     WANT_TEXT, NULL, "q", "写清要问居民什么；等待期间时限暂停，7 天没有回音按联系不上答复"},
    {"clarify", "补充情况", "您补充了情况", IN(NEED_CLARIFY), NEED_RECEIVED,
     ROLES_COUNTER | ROLES_FIELD, true, WANT_TEXT, NULL, NULL, "把问到的写下来，时限接着走"},
    {"no_reply", "没有回音，答复办结", "一直没有联系上您，先答复到这里；您随时可以再提",
     IN(NEED_CLARIFY), NEED_CANNOT, ROLES_INTAKE, false, WANT_ANSWER, NULL, NULL,
     "请补充后满 7 天才能用；到期系统也会自动答复"},
    {"refuse", "不予受理", "这件事不能受理", IN(NEED_RECEIVED), NEED_REFUSED, ROLES_INTAKE, false,
     WANT_REASON | WANT_ANSWER, refuse_reasons, "x", "必须引用六种情形之一，并告诉居民可以找谁"},
    {"reconsider", "重新受理", "经复核，这件事重新受理", IN(NEED_REFUSED), NEED_RECEIVED,
     ROLES_LEAD, false, WANT_TEXT, NULL, NULL, "写明为什么重新受理"},
    {"merge", "并案", "与另一件同样的事并在一起办，您的编号继续有效",
     IN(NEED_RECEIVED) | IN(NEED_CLARIFY) | IN(NEED_ACCEPTED) | IN(NEED_DISPATCHED), NEED_MERGED,
     ROLES_INTAKE, false, WANT_TARGET | WANT_REASON, merge_reasons, "m",
     "选主件；主件的答复会同时告诉这一位"},
    {"split", "拆案", "单独办理这件事", IN(NEED_MERGED), NEED_RECEIVED, ROLES_INTAKE, false,
     WANT_TEXT, NULL, NULL, "主件还没有答复时，可以拆出来单独办"},
    {"dispatch", "派遣", "已派给承办单位", IN(NEED_ACCEPTED) | IN(NEED_REDO), NEED_DISPATCHED,
     ROLES_INTAKE, false, WANT_ORG, NULL, "d", "选主办单位，可以指定到人"},
    {"regrade", "改类改级", "重新定了类别和等级", IN(NEED_ACCEPTED) | WORKING, NEED_DRAFT,
     ROLES_INTAKE, false, WANT_DUTY | WANT_REASON, regrade_reasons, "g",
     "时限按新等级从受理时重算；承诺日期有变会告诉居民"},
    {"answer_now", "当场答复", "当场答复了您", IN(NEED_ACCEPTED), NEED_DONE, ROLES_COUNTER, false,
     WANT_ANSWER, NULL, "n", "能当场说清、办好的，直接答复"},

    /* Returns. */
    {"object", "申请退回", NULL, IN(NEED_DISPATCHED), NEED_OBJECTED, ROLES_OWN, false,
     WANT_REASON | WANT_TEXT | WANT_ROW | WANT_OWNER, return_reasons, NULL,
     "派来后 1 个工作日内可退一次，要引用派单目录"},
    {"redirect", "同意退回，改派", "换了承办单位", IN(NEED_OBJECTED), NEED_DISPATCHED,
     ROLE_DUTY_LEAD, false, WANT_ORG, NULL, NULL, "改派别的单位；第二次退回后的改派为最终指定"},
    {"overrule", "不同意退回", "仍由原单位办理", IN(NEED_OBJECTED), NEED_DISPATCHED, ROLE_DUTY_LEAD,
     false, WANT_TEXT, NULL, NULL, "说明理由；原单位为最终指定，不能再退"},
    {"take_back", "同意退回，收回", "正在重新找能办的人", IN(NEED_OBJECTED), NEED_ACCEPTED,
     ROLE_DUTY_LEAD, false, WANT_TEXT, NULL, NULL,
     "收回来重新定类定级；第二次退回后不能收回，只能指定"},

    {"recuse", "回避，交回", "经办的人按规定回避，换人来办",
     WORKING | IN(NEED_OBJECTED) | IN(NEED_EXTENDING) | IN(NEED_PARKED), NEED_ACCEPTED, ROLES_OWN,
     false, WANT_OWNER, NULL, NULL, "和这件事有关系的人不办这件事"},

    /* Handling. */
    {"take", "我来办", "有人接手了", WORKING, NEED_DRAFT, ROLES_OWN, false, WANT_OWNER, NULL, NULL,
     "本单位由我办这件"},
    {"contact", "首次联系", "承办人联系了您", IN(NEED_DISPATCHED) | IN(NEED_REDO), NEED_HANDLING,
     ROLES_WORK, false, WANT_OUTCOME | WANT_OWNER, NULL, NULL,
     "真的联系过才填；没接通、留了话也如实填"},
    {"contact_again", "再联系一次", "承办人又联系了您",
     IN(NEED_HANDLING) | IN(NEED_EXTENDING) | IN(NEED_PARKED), NEED_DRAFT, ROLES_WORK, false,
     WANT_OUTCOME | WANT_OWNER, NULL, NULL, "记下结果"},
    {"tell", "告诉居民进展", "办理进展", OPEN, NEED_DRAFT, ROLES_WORK, false,
     WANT_TEXT | WANT_OWNER, NULL, "t", "这句话居民看得到"},
    {"relay", "转话", "办事的人托我们问您一句", OPEN, NEED_DRAFT, ROLES_WORK, false,
     WANT_TEXT | WANT_OWNER, NULL, NULL,
     "您的话送到他的进度页，回话也送回这里；他看不到您的号码，您也看不到他是谁"},
    {"relay_back", "回话", "您回了话", OPEN, NEED_DRAFT, 0, true, WANT_TEXT, NULL, NULL,
     "办事的人看到这句话，看不到您是谁"},
    {"note", "内部记一笔", NULL, OPEN, NEED_DRAFT, ROLES_NEED, false, WANT_TEXT, NULL, NULL,
     "只有工作人员看得到"},
    {"extend", "申请延期", "承办单位申请延期", IN(NEED_HANDLING), NEED_EXTENDING, ROLES_OWN, false,
     WANT_REASON | WANT_TEXT | WANT_DATE | WANT_OWNER, extend_reasons, NULL,
     "到期前申请，只有一次，最多再加一个原时限；理由写给居民看"},
    {"extend_ok", "同意延期", "同意延期", IN(NEED_EXTENDING), NEED_HANDLING, ROLE_DUTY_LEAD, false,
     0, NULL, NULL, "新的承诺日期和理由会告诉居民"},
    {"extend_no", "不同意延期", "没有同意延期，按原来的日期办", IN(NEED_EXTENDING), NEED_HANDLING,
     ROLE_DUTY_LEAD, false, WANT_TEXT, NULL, NULL, "说明理由"},
    {"ask_park", "申请挂账", NULL, IN(NEED_HANDLING), NEED_DRAFT, ROLES_OWN, false,
     WANT_REASON | WANT_TEXT | WANT_OWNER, park_reasons, NULL, "条件暂不具备时，请负责人批准挂账"},
    {"park", "批准挂账", "条件暂不具备，先挂账，到复核日再看", IN(NEED_HANDLING), NEED_PARKED,
     ROLE_LEADER, false, WANT_REASON | WANT_TEXT | WANT_DATE, park_reasons, NULL,
     "理由写给居民看，复核日最多 90 天后"},
    {"park_no", "不批准挂账", NULL, IN(NEED_HANDLING), NEED_DRAFT, ROLE_LEADER, false, WANT_TEXT,
     NULL, NULL, "写给承办单位：为什么要接着办；时限没有停过，照常走"},
    {"unpark", "恢复办理", "恢复办理", IN(NEED_PARKED), NEED_HANDLING,
     ROLES_INTAKE | ROLE_LEADER | ROLES_OWN, false, WANT_TEXT | WANT_OWNER, NULL, NULL,
     "条件具备了，时限接着走；到复核日会自动恢复"},
    {"ask_help", "请协办", NULL, IN(NEED_DISPATCHED) | IN(NEED_HANDLING), NEED_DRAFT, ROLES_WORK,
     false, WANT_ORG | WANT_TEXT | WANT_OWNER, NULL, NULL,
     "协办单位在到期前答复主办单位，由主办单位答复居民"},
    {"whistle", "吹哨", NULL, IN(NEED_ACCEPTED) | IN(NEED_DISPATCHED) | IN(NEED_HANDLING),
     NEED_DRAFT, ROLES_INTAKE | ROLE_AREA_STAFF | ROLE_LEADER, false, WANT_ORG | WANT_TEXT, NULL,
     NULL, "请单位到场；1 个工作日内应哨"},
    {"whistle_ack", "应哨", NULL, OPEN, NEED_DRAFT, ROLE_HANDLER | ROLE_AREA_STAFF | ROLE_CLERK,
     false, WANT_TEXT, NULL, NULL, "什么时候、谁到场"},
    {"whistle_rate", "评价应哨", NULL, ANY, NEED_DRAFT,
     ROLES_INTAKE | ROLE_AREA_STAFF | ROLE_LEADER, false, WANT_ORG | WANT_REASON, help_reasons,
     NULL, "应哨以后，或过了应哨期限，如实说这个单位帮得怎么样；一次吹哨只评一次，不排名次"},
    {"whistle_back", "评价吹哨", NULL, ANY, NEED_DRAFT, ROLE_HANDLER | ROLE_AREA_STAFF | ROLE_CLERK,
     false, WANT_REASON, call_reasons, NULL, "这次吹哨该不该吹、说清楚了没有；一次吹哨只评一次"},
    {"help_answer", "协办答复", NULL, OPEN, NEED_DRAFT,
     ROLE_HANDLER | ROLE_AREA_STAFF | ROLE_CLERK | ROLES_FIELD, false, WANT_TEXT, NULL, NULL,
     "本单位办了什么，告诉主办单位"},

    /* To the answer. */
    {"report", "反馈", "承办单位说办好了，正在核实", IN(NEED_HANDLING), NEED_REPORTED, ROLES_OWN,
     false, WANT_ANSWER | WANT_OWNER, NULL, NULL, "答复写给居民看，至少 10 个字；核查由别人做"},
    {"rework", "返工", "核实后请承办单位接着办", IN(NEED_REPORTED), NEED_HANDLING, ROLES_CHECK,
     false, WANT_REASON | WANT_TEXT | WANT_OTHER_PERSON, rework_reasons, NULL, "写明差在哪里"},
    {"verify", "核查通过", "核实过了", IN(NEED_REPORTED), NEED_VERIFIED, ROLES_CHECK, false,
     WANT_OTHER_PERSON, NULL, "v", "自己办的不能自己核查"},
    {"close", "办结", "办好了", IN(NEED_VERIFIED), NEED_DONE, ROLES_CENTRE, false,
     WANT_ANSWER | WANT_OTHER_PERSON, NULL, "c", "不改就用承办单位的答复"},
    {"cannot", "答复：无法办理", "暂时办不了，理由和能找谁都写在答复里", IN(NEED_VERIFIED),
     NEED_CANNOT, ROLES_CENTRE, false, WANT_ANSWER | WANT_OTHER_PERSON, NULL, NULL,
     "写明为什么办不了、谁能办"},
    {"refer", "转交", "已转交能办的单位", IN(NEED_ACCEPTED) | IN(NEED_VERIFIED), NEED_REFERRED,
     ROLES_CENTRE, false, WANT_ANSWER | WANT_NUMBER | WANT_REASON | WANT_OTHER_PERSON,
     refer_reasons, NULL, "填对方系统的编号；没有本人同意，只能转事情"},

    /* After it. */
    {"rate", "评价", "您作了评价", ANSWERED, NEED_DRAFT, 0, true, WANT_RATING, solved_reasons, NULL,
     "15 天内不满意或没解决，我们重办一次"},
    {"call_back", "回访评价", "回访了您", ANSWERED, NEED_DRAFT,
     ROLE_VERIFIER | ROLES_INTAKE | ROLE_CLERK, false, WANT_RATING | WANT_OTHER_PERSON,
     solved_reasons, NULL, "如实填居民的话；承办人不能填"},
    {"redo", "重办", "重新办理", ANSWERED, NEED_REDO, ROLE_LEADER, false, WANT_TEXT, NULL, NULL,
     "第一次不满意自动重办；再次由负责人决定"},
    {"uphold", "维持答复", "经复核，维持答复", ANSWERED, NEED_DRAFT, ROLE_LEADER, false, WANT_TEXT,
     NULL, NULL, "写给居民看：为什么维持"},
    {"thank", "说声谢谢", "您说了谢谢", CLOSED, NEED_DRAFT, 0, true, WANT_TEXT, NULL, NULL,
     "会转给办事的人"},

    /* At any time. */
    {"add", "补充一句", "您补充了一句", OPEN, NEED_DRAFT, ROLES_COUNTER | ROLES_FIELD, true,
     WANT_TEXT, NULL, NULL, "想到什么再说一句"},
    {"withdraw", "撤回", "您撤回了这件事", OPEN, NEED_WITHDRAWN, ROLES_COUNTER | ROLES_FIELD, true,
     0, NULL, NULL, "不用办了就撤回，可以说一句原因；代为撤回要写是谁、怎么说的"},
    {"supervise", "督办", "负责人在督办这件事", OPEN, NEED_DRAFT, ROLE_LEADER, false,
     WANT_REASON | WANT_TEXT, supervise_reasons, NULL, "写给承办单位"},
    {"unsupervise", "解除督办", NULL, OPEN, NEED_DRAFT, ROLE_LEADER, false, WANT_TEXT, NULL, NULL,
     "写明为什么解除"},
};
const size_t flow_step_count = COUNT(flow_steps);

/* ---- reading the table ---- */

const struct flow_step *flow_find(struct str code)
{
    for (size_t i = 0; i < flow_step_count; i++)
        if (str_is(code, flow_steps[i].code))
            return &flow_steps[i];
    return NULL;
}

const char *flow_label(const struct flow_reason *list, struct str code)
{
    for (; list && list->code; list++)
        if (str_is(code, list->code))
            return list->label;
    return "";
}

bool flow_answer_fits(enum need_state s, struct str code)
{
    switch (s) {
    case NEED_DONE:
        return str_is(code, "done") || str_is(code, "partly") || str_is(code, "scheduled");
    case NEED_CANNOT:
        return str_starts(code, S("cannot-")) || str_is(code, "no-contact");
    default:
        return flow_answer_only(s) && str_is(code, flow_answer_only(s));
    }
}

const char *flow_answer_only(enum need_state s)
{
    switch (s) {
    case NEED_REFERRED:
        return "passed";
    case NEED_MERGED:
        return "merged";
    case NEED_WITHDRAWN:
        return "withdrawn";
    case NEED_REFUSED:
        return "refused";
    default:
        return NULL;
    }
}

static void draw_from(struct out *o, uint32_t from)
{
    if (from == OPEN)
        out_c(o, "未办结的");
    else if (from == ANY)
        out_c(o, "任何一步");
    else if (from == CLOSED)
        out_c(o, "已办结的");
    else
        for (int s = 0, more = 0; s < NEED_STATES; s++)
            if (from & IN(s)) {
                out_printf(o, "%s%s", more ? "、" : "", need_state_labels[s]);
                more = 1;
            }
}

static void draw_who(struct out *o, const struct flow_step *s)
{
    int more = 0;
    if (s->resident) {
        out_c(o, "本人");
        more = 1;
    }
    for (size_t i = 0; i < ROLE_BITS; i++)
        if (s->roles & roles[i].bit) {
            out_printf(o, "%s%s", more ? "、" : "", roles[i].label);
            more = 1;
        }
}

void flow_draw(struct out *o)
{
    out_c(o, "```mermaid\nstateDiagram-v2\n");
    for (int s = NEED_RECEIVED; s < NEED_STATES; s++)
        out_printf(o, "    %s: %s\n", need_state_codes[s], need_state_labels[s]);
    for (size_t i = 0; i < flow_step_count; i++) {
        const struct flow_step *f = &flow_steps[i];
        if (f->to == NEED_DRAFT || f->from == OPEN || f->from == ANY)
            continue;
        for (int s = 0; s < NEED_STATES; s++)
            if (f->from & IN(s))
                out_printf(o, "    %s --> %s: %s\n", s == NEED_DRAFT ? "[*]" : need_state_codes[s],
                           need_state_codes[f->to], f->label);
    }
    out_c(o, "```\n\n| 步骤 | 名称 | 从 | 到 | 谁 |\n| --- | --- | --- | --- | --- |\n");
    for (size_t i = 0; i < flow_step_count; i++) {
        const struct flow_step *f = &flow_steps[i];
        out_printf(o, "| `%s` | %s | ", f->code, f->label);
        draw_from(o, f->from);
        out_printf(o, " | %s | ", f->to == NEED_DRAFT ? "不变" : need_state_labels[f->to]);
        draw_who(o, f);
        out_c(o, " |\n");
    }
}
