/* volunteer_mine -- what is held of a volunteer: told, put right, deleted at his wish. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/volunteer/volunteer_own.h"
#include "app/volunteer/week.h"
#include "volunteer.sql.h"
#include <string.h>

static enum err by_key(struct cx *cx, int64_t id, struct str key)
{
    struct volunteer v;
    return volunteer_by_key(cx, id, key, &v);
}

static enum err by_word(struct cx *cx, struct str number, struct str word, int64_t *id)
{
    struct volunteer v = {0};
    TRY(volunteer_by_word(cx, number, word, &v));
    *id = v.id;
    return OK;
}

static const struct subject_fix fixes[] = {{"name", "称呼", &volunteer_sql_fix_name},
                                           {"contact", "电话", &volunteer_sql_fix_contact}};
const struct subject_kind volunteer_subject = {.code = "volunteer",
                                               .label = "志愿服务",
                                               .consents = &volunteer_consents,
                                               .find = &volunteer_sql_mine_find,
                                               .number = &volunteer_sql_mine_number,
                                               .since = &volunteer_sql_mine_since,
                                               .by_key = by_key,
                                               .by_word = by_word,
                                               .shape = &volunteer_shape,
                                               .edit = "/v",
                                               .fixes = fixes,
                                               .nfixes = COUNT(fixes),
                                               .fixed = volunteer_show_again,
                                               .erase = volunteer_erase};

struct str volunteer_said(struct cx *cx, const struct field *f, const void *rec)
{
    struct week w;
    if (strcmp(f->name, "insured_until") == 0 && field_get_int(f, rec))
        return filter_date(cx, field_get_int(f, rec) - 1); /* the last day */
    bool is_week = strcmp(f->name, "week") == 0 && week_read(field_get_str(f, rec), &w);
    return is_week ? week_words(cx, &w) : S("");
}

static const struct subject_table tables[] = {
    {"volunteer", &volunteer_sql_mine, &volunteer_shape, .said = volunteer_said},
    {"volunteer_skill", &volunteer_sql_mine_skills, NULL},
    {"volunteer_grid", &volunteer_sql_mine_grids, NULL},
    {"volunteer_away", &volunteer_sql_mine_aways, NULL},
    {"volunteer_event", &volunteer_sql_mine_events, &volunteer_event_shape},
    {"volunteer_import", &volunteer_sql_mine_list, NULL},
};
const struct keep_rule volunteer_keeps[] = {
    {"volunteer", "退出的人的登记", NULL, NULL},
    {"volunteer", "退出的人登记改过什么", &volunteer_sql_story_old, &volunteer_sql_story_forget}};
const struct subject_part volunteer_parts[] = {{"volunteer", tables, COUNT(tables)}};
