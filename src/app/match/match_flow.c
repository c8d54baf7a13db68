/* match_flow -- the steps of an offer as one table, and its drawing; no rule lives here. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/match_own.h"
#include "base/out.h"

#define ASKED      OFFER_IN(OFFER_ASKED)
#define ACCEPTED   OFFER_IN(OFFER_ACCEPTED)
#define INTRODUCED OFFER_IN(OFFER_INTRODUCED)
#define SERVED     OFFER_IN(OFFER_SERVED)

const struct offer_step offer_steps[] = {
    {"ask", "问一问", OFFER_IN(OFFER_NONE), OFFER_ASKED, OFFER_BY_STAFF | OFFER_BY_SYSTEM, NULL},
    {"accept", "我去", ASKED, OFFER_ACCEPTED, OFFER_BY_HELPER | OFFER_BY_STAFF,
     "%s愿意来帮您。您说声好，就约下来"},
    {"decline", "这次不方便", ASKED, OFFER_DECLINED, OFFER_BY_HELPER | OFFER_BY_STAFF, NULL},
    {"expire", "没有回话", ASKED, OFFER_EXPIRED, OFFER_BY_SYSTEM, NULL},
    {"agree", "好，就这么约", ACCEPTED, OFFER_INTRODUCED, OFFER_BY_ASKER | OFFER_BY_STAFF,
     "和%s约好了"},
    {"other", "想换一位", ACCEPTED | INTRODUCED, OFFER_RELEASED, OFFER_BY_ASKER | OFFER_BY_STAFF,
     "好的，再找一位"},
    {"cannot", "来不了了", ACCEPTED | INTRODUCED, OFFER_RELEASED, OFFER_BY_HELPER | OFFER_BY_STAFF,
     "%s临时来不了，正在再找"},
    {"served", "办好了", INTRODUCED, OFFER_SERVED, OFFER_BY_HELPER | OFFER_BY_STAFF,
     "%s说办好了，您看看好不好"},
    {"confirm", "办好了，谢谢", INTRODUCED | SERVED, OFFER_CONFIRMED,
     OFFER_BY_ASKER | OFFER_BY_STAFF, "您说办好了"},
    {"release", "不用了", ASKED | ACCEPTED | INTRODUCED, OFFER_RELEASED,
     OFFER_BY_STAFF | OFFER_BY_SYSTEM, NULL},
};
const size_t offer_step_count = COUNT(offer_steps);

const struct offer_step *offer_find_step(struct str code)
{
    for (size_t i = 0; i < offer_step_count; i++)
        if (str_is(code, offer_steps[i].code))
            return &offer_steps[i];
    return NULL;
}

bool offer_is_yes(enum offer_state s)
{
    return s == OFFER_ACCEPTED || s == OFFER_INTRODUCED || s == OFFER_SERVED ||
           s == OFFER_CONFIRMED;
}

bool offer_is_late(const struct match_offer *o, int64_t now)
{
    return o->state == OFFER_ACCEPTED && o->visit_at && o->visit_at < now;
}

static void draw_who(struct out *o, uint32_t by)
{
    static const struct {
        uint32_t bit;
        const char *label;
    } who[] = {{OFFER_BY_HELPER, "帮手本人"},
               {OFFER_BY_ASKER, "居民本人"},
               {OFFER_BY_STAFF, "工作人员代说"},
               {OFFER_BY_SYSTEM, "系统"}};
    const char *sep = "";
    for (size_t i = 0; i < COUNT(who); i++)
        if (by & who[i].bit) {
            out_printf(o, "%s%s", sep, who[i].label);
            sep = "、";
        }
}

void offer_draw(struct out *o)
{
    out_c(o, "```mermaid\nstateDiagram-v2\n");
    for (int s = OFFER_ASKED; s < OFFER_STATES; s++)
        out_printf(o, "    %s: %s\n", offer_state_codes[s], offer_state_labels[s]);
    for (size_t i = 0; i < offer_step_count; i++)
        for (int s = 0; s < OFFER_STATES; s++)
            if (offer_steps[i].from & OFFER_IN(s))
                out_printf(o, "    %s --> %s: %s\n", s ? offer_state_codes[s] : "[*]",
                           offer_state_codes[offer_steps[i].to], offer_steps[i].label);
    out_c(o, "```\n\n| 步骤 | 名称 | 谁 |\n| --- | --- | --- |\n");
    for (size_t i = 0; i < offer_step_count; i++) {
        out_printf(o, "| `%s` | %s | ", offer_steps[i].code, offer_steps[i].label);
        draw_who(o, offer_steps[i].by);
        out_c(o, " |\n");
    }
}
