/* class_mine -- what is held of a child of the class: told, put right, deleted at his wish. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/activity/class_own.h"
#include "class.sql.h"

static enum err by_key(struct cx *cx, int64_t id, struct str key)
{
    struct class_child c;
    return class_by_key(cx, id, key, &c);
}

static enum err by_word(struct cx *cx, struct str number, struct str word, int64_t *id)
{
    struct class_child c = {0};
    TRY(class_by_word(cx, number, word, &c));
    *id = c.id;
    return OK;
}

static enum err erase(struct cx *cx, int64_t id)
{
    struct class_child c;
    TRY(class_child_load(cx, id, &c));
    return c.state == CHILD_LEFT ? class_wipe(cx, id) : class_quit(cx, &c);
}

static const struct subject_fix fixes[] = {{"name", "孩子的小名", &class_sql_fix_name},
                                           {"guardian", "监护人", &class_sql_fix_guardian},
                                           {"contact", "电话", &class_sql_fix_contact}};
const struct subject_kind class_subject = {.code = "child",
                                           .label = "孩子的四点半课堂",
                                           .consents = &class_consents,
                                           .find = &class_sql_mine_find,
                                           .number = &class_sql_mine_number,
                                           .since = &class_sql_mine_since,
                                           .by_key = by_key,
                                           .by_word = by_word,
                                           .shape = &class_child_shape,
                                           .fixes = fixes,
                                           .nfixes = COUNT(fixes),
                                           .erase = erase};

static const struct subject_table tables[] = {
    {"class_child", &class_sql_mine, &class_child_shape},
    {"class_pickup", &class_sql_mine_pickups, NULL},
    {"class_day", &class_sql_mine_days, &class_day_shape},
    {"class_talk", &class_sql_mine_talks, &class_talk_shape},
};
static const struct subject_table duties[] = {
    {"class_duty", &class_sql_duties_of, &class_duty_shape},
};
const struct subject_part class_parts[] = {{"child", tables, COUNT(tables)},
                                           {"person", duties, COUNT(duties)}};

const struct keep_rule class_keeps[] = {{"class", "孩子的资料", NULL, NULL}};
