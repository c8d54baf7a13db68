/* match_mine -- what is held of who asked and who helps: told, put right, deleted at his wish. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/match/match_own.h"
#include "app/volunteer/volunteer.h"
#include "match.sql.h"

static const struct subject_table tables[] = {
    {"match_help", &match_sql_mine_help, &match_help_shape, .said = volunteer_said},
    {"match_proposal", &match_sql_mine_proposals, NULL},
    {"match_offer", &match_sql_mine_offers, &match_offer_shape},
    {"match_event", &match_sql_mine_events, &match_event_shape},
    {"match_bar", &match_sql_mine_bars, NULL},
    {"match_adoption", &match_sql_mine_adoptions, NULL},
};
static const struct subject_table helped[] = {
    {"match_offer", &match_sql_helped_offers, &match_offer_shape},
    {"match_adoption", &match_sql_helped_adoptions, NULL},
};
static enum err need_erased(struct cx *cx, int64_t id)
{
    TRY(db_run(cx, &match_sql_erase_access, ARGS(A(id)), NULL));
    TRY(db_run(cx, &match_sql_erase_names, ARGS(A(id)), NULL));
    TRY(db_run(cx, &match_sql_erase_bars, ARGS(A(id)), NULL));
    return db_run(cx, &match_sql_erase_adoptions, ARGS(A(id)), NULL);
}

const struct subject_part match_held[] = {{"need", tables, COUNT(tables), need_erased},
                                          {"volunteer", helped, COUNT(helped)}};

const struct keep_rule match_keeps[] = {
    {"need_who", "来帮的人的称呼", &match_sql_who_old, &match_sql_who_forget},
    {"need_who", "上门要知道的", &match_sql_door_old, &match_sql_door_forget},
    {"need_who", "哪位不合适来", &match_sql_bars_old, &match_sql_bars_forget},
    {"need_who", "建议过谁来帮", &match_sql_proposals_old, &match_sql_proposals_forget},
    {"need_who", "谁长期在帮", &match_sql_adoptions_old, &match_sql_adoptions_forget}};
