/* board_mine -- what is held of who took a zone on: told, put right, deleted at his wish. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/board/board_own.h"
#include "board.sql.h"

static const struct subject_table tables[] = {
    {"zone_claim", &board_sql_mine_claims, NULL},
};

/* Who is gone has nothing on: it is offered to others. */
static enum err erased(struct cx *cx, int64_t id)
{
    return db_run(cx, &board_sql_claims_end_of, ARGS(AS("volunteer_id", id)), NULL);
}

const struct subject_part board_parts[] = {{"volunteer", tables, COUNT(tables), erased}};
