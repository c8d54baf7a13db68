/* hours_mine -- what is held of who helped: told; and the words of who was helped: erased at his
 * wish. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hours/hours_own.h"
#include "hours.sql.h"

static const struct subject_table tables[] = {
    {"hours", &hours_sql_held, &hours_shape},
    {"hours_event", &hours_sql_held_events, &hours_event_shape},
    {"hours_call", &hours_sql_held_calls, NULL},
    {"cert", &hours_sql_held_certs, &cert_shape},
    {"cert_objection", &hours_sql_held_objections, &cert_objection_shape},
};

static enum err need_erased(struct cx *cx, int64_t id)
{
    TRY(db_run(cx, &hours_sql_erase_differs, ARGS(A(id)), NULL));
    TRY(db_run(cx, &hours_sql_erase_calls, ARGS(A(id)), NULL));
    return db_run(cx, &hours_sql_erase_thanks, ARGS(A(id)), NULL);
}

/* Certificates stay, as what was given out; that his name may be read in the team ends. */
static enum err volunteer_erased(struct cx *cx, int64_t id)
{
    return cert_unname_all(cx, id);
}

const struct subject_part hours_parts[] = {{"volunteer", tables, COUNT(tables), volunteer_erased},
                                           {"need", .erased = need_erased}};
