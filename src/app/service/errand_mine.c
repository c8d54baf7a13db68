/* errand_mine -- what is held of who has an errand done: told, put right, deleted at his wish. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/service/errand.h"
#include "app/service/service_own.h"
#include "service.sql.h"

static enum err by_key(struct cx *cx, int64_t id, struct str key)
{
    struct errand e;
    return errand_by_key(cx, id, key, &e);
}

static const struct subject_fix fixes[] = {{"name", "称呼", &service_sql_fix_name},
                                           {"contact", "电话", &service_sql_fix_contact},
                                           {"door", "门牌", &service_sql_fix_door}};
const struct subject_kind errand_subject = {.code = "errand",
                                            .label = "代办",
                                            .find = &service_sql_mine_find,
                                            .number = &service_sql_mine_number,
                                            .since = &service_sql_mine_since,
                                            .by_key = by_key,
                                            .shape = &errand_shape,
                                            .fixes = fixes,
                                            .nfixes = COUNT(fixes),
                                            .erase = errand_forget};

static const struct subject_table tables[] = {
    {"service_errand", &service_sql_mine, &errand_shape},
    {"service_errand_paper", &service_sql_mine_papers, &errand_paper_shape},
    {"service_errand_event", &service_sql_mine_events, &errand_event_shape, .steps = &errand_steps},
};
const struct subject_part errand_parts[] = {{"errand", tables, COUNT(tables)}};

const struct keep_rule errand_keeps[] = {
    {"errand", "代办的称呼、电话、住处、材料和经过里的话", NULL, NULL}};
