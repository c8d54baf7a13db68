/* skills -- the taxonomy of help as a new community finds it: twelve groups, what each leaf
 * demands, and how often it is asked for and offered in the sample. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/sample/town.h"

enum { C = TOWN_CREDENTIAL, I = TOWN_INSURANCE, W = TOWN_TWO, A = TOWN_ADULTS, T = TOWN_TRAINING };

static const struct {
    const char *code, *name;
} groups[TOWN_SKILL_GROUPS] = {
    {"repair", "修修补补"}, {"elder", "陪老人"},     {"child", "带孩子"},   {"health", "健康"},
    {"law", "说理调解"},    {"digital", "手机电脑"}, {"culture", "文体"},   {"green", "环境"},
    {"safety", "平安"},     {"teach", "手艺课"},     {"carry", "出力出车"}, {"unit", "场地物资"},
};

/* In the order of how much is asked for: the first is asked for most. */
const struct town_skill town_skills_of[] = {
    {"hospital", "elder", "陪看病", "看病 医院 挂号 取药", A | W, 1},
    {"tap", "repair", "修水管", "漏水 水龙头 下水 马桶", 0, 1},
    {"homework", "child", "辅导作业", "作业 功课 学习 辅导 补课 数学 英语", 0, 0},
    {"chat", "elder", "陪聊天", "说说话 孤单 解闷", 0, 0},
    {"escort", "child", "接送孩子", "放学 接孩子 没人接", A | I | W, 2},
    {"shop", "elder", "代买代取", "买菜 买药 取快递", 0, 0},
    {"wire", "repair", "修电路", "跳闸 没电 插座", A | C | I, 2},
    {"phone", "digital", "教用手机", "手机 微信 扫码 不会用", 0, 0},
    {"mediate", "law", "邻里调解", "吵架 矛盾 噪声", A | T, 1},
    {"haircut", "elder", "上门理发", "理发 剪头", A, 1},
    {"pressure", "health", "量血压", "血压 血糖", A | C, 1},
    {"move", "carry", "搬重物", "搬家具 搬东西", A | I | W, 2},
    {"legal", "law", "法律咨询", "合同 官司 律师", A | C, 0},
    {"clean", "elder", "帮打扫", "打扫 擦窗", 0, 1},
    {"lamp", "repair", "换灯泡", "灯不亮 灯泡", 0, 1},
    {"patrol", "safety", "夜间巡逻", "巡逻 夜里", A | I | W | T, 2},
    {"meal", "elder", "送餐上门", "送饭 送餐 订餐", 0, 0},
    {"bike", "repair", "修自行车", "车胎 链条", 0, 1},
    {"reading", "child", "陪读绘本", "绘本 讲故事", 0, 0},
    {"appliance", "repair", "修小家电", "电饭锅 电扇", A, 1},
    {"plant", "green", "种花修剪", "花草 树枝", 0, 1},
    {"sort", "green", "垃圾分类引导", "垃圾分类", 0, 0},
    {"mind", "health", "心理疏导", "睡不着 心里难受", A | C, 1},
    {"walk", "elder", "陪散步", "散步 下楼", 0, 1},
    {"computer", "digital", "修电脑", "电脑 开不了机", 0, 0},
    {"sweep", "green", "清扫楼道", "楼道脏 小广告", 0, 0},
    {"lock", "repair", "修门修锁", "门锁 合页", A, 1},
    {"car", "carry", "用车接送", "用车 送一趟", A | C | I | T, 3},
    {"firecheck", "safety", "查消防隐患", "消防 飞线 灭火器", A | T, 1},
    {"rights", "law", "讲政策", "补贴 医保 政策", 0, 0},
    {"dance", "culture", "教跳舞", "跳舞 广场舞", 0, 0},
    {"sing", "culture", "教唱歌", "唱歌 合唱", 0, 0},
    {"papers", "law", "帮写材料", "写申请 填表", 0, 0},
    {"furniture", "repair", "修家具", "柜门 桌椅", 0, 1},
    {"painting", "child", "教画画", "画画", 0, 0},
    {"sewing", "repair", "缝补衣裤", "拉链 裤脚", 0, 0},
    {"traffic", "safety", "路口引导", "校门口 路口", A, 1},
    {"chess", "child", "教下棋", "象棋 围棋", 0, 0},
    {"ball", "child", "教打球", "篮球 乒乓球", 0, 1},
    {"nursing", "health", "护理指导", "卧床 翻身", A | C | T, 1},
    {"diet", "health", "饮食指导", "忌口 营养", 0, 0},
    {"network", "digital", "连网络", "路由器 上不了网", 0, 0},
    {"print", "digital", "打印扫描", "打印 复印", 0, 0},
    {"photo", "digital", "拍照修图", "拍照 证件照", 0, 0},
    {"cook", "teach", "教做饭", "做饭 面点", 0, 1},
    {"craft", "teach", "教手工", "手工 剪纸", 0, 0},
    {"knit", "teach", "教编织", "织毛衣", 0, 0},
    {"calligraphy", "culture", "写春联", "春联 书法", 0, 0},
    {"opera", "culture", "唱戏", "庐剧 黄梅戏", 0, 0},
    {"music", "culture", "教乐器", "二胡 葫芦丝", 0, 0},
    {"host", "culture", "主持活动", "主持", 0, 0},
    {"science", "child", "科学小实验", "实验 科普", A, 1},
    {"firstaid", "health", "教急救", "急救 心肺复苏", A | C, 1},
    {"massage", "health", "推拿按摩", "腰疼 推拿", A | C, 1},
    {"sign", "digital", "手语", "听障 手语", 0, 0},
    {"language", "digital", "外语翻译", "外语 翻译 外国", 0, 0},
    {"dogs", "green", "文明养犬劝导", "遛狗 狗绳", A, 1},
    {"rice", "carry", "扛米面上楼", "米面 上楼", A, 1},
    {"room", "unit", "借会议室", "开会 会议室", 0, 0},
    {"hall", "unit", "借活动场地", "场地 排练 活动室", 0, 0},
    {"goods", "unit", "捐物资", "物资 桌椅板凳", 0, 0},
    {"discount", "unit", "便民优惠", "优惠 打折", 0, 0},
    {"jobs", "unit", "给岗位", "找工作 岗位", 0, 0},
    {"training", "unit", "办培训", "培训 学技能", 0, 0},
};
_Static_assert(COUNT(town_skills_of) == TOWN_SKILLS, "one constant for both");

enum err town_skills(struct town *t)
{
    struct cx *cx = t->cx;
    for (size_t i = 0; i < COUNT(groups); i++) {
        struct skill s = {
            .code = str_c(groups[i].code), .name = str_c(groups[i].name), .active = true};
        TRY(skill_put(cx, &s));
    }
    for (size_t i = 0; i < COUNT(town_skills_of); i++) {
        const struct town_skill *k = &town_skills_of[i];
        struct skill s = {.code = str_c(k->code),
                          .parent_code = str_c(k->group),
                          .name = str_c(k->name),
                          .words = str_c(k->words),
                          .needs_credential = k->demands & C,
                          .needs_insurance = k->demands & I,
                          .needs_two = k->demands & W,
                          .adults_only = k->demands & A,
                          .needs_training = k->demands & T,
                          .risk = k->risk,
                          .active = true};
        TRY(skill_put(cx, &s));
    }
    return OK;
}
