/* need_paper -- slips that are printed before anybody has said anything: their numbers and words
 * lie ready, and a need that is written down at a door without a net goes onto one. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_own.h"
#include "app/number/number.h"
#include "base/id.h"
#include "base/time.h"
#include "need.sql.h"

static const struct field paper_fields[] = {
    FIELD(struct need_paper, number, "编号", .data = DATA_PUBLIC),
    FIELD(struct need_paper, word, "四位数字"),
    FIELD(struct need_paper, need_id, "哪件", .is_id = true),
};
const struct shape need_paper_shape = SHAPE("need_paper", struct need_paper, paper_fields);

enum err need_paper_make(struct cx *cx, int count, need_paper_list *out)
{
    if (!(cx->who.role & ROLES_NEED))
        return fail(cx, ERR_DENIED, "您的岗位不印纸条");
    if (count < 1 || count > NEED_PAPER_MOST)
        return fail_field(cx, "count", "一次印 1 到 %d 张", NEED_PAPER_MOST);
    for (int i = 0; i < count; i++) {
        struct need_paper p = {.word = number_word(cx)};
        int64_t id = id_new(cx);
        TRY(number_next(cx, 'H', &p.number));
        TRY(db_put(cx, &need_sql_paper_insert, &need_paper_shape, &p, ARGS(A(id))));
        *PUSH(cx->mem, out) = p;
    }
    return OK;
}

enum err need_paper_find(struct cx *cx, struct str typed, struct need_paper *out)
{
    struct str number;
    bool found;
    *out = (struct need_paper){0};
    if (!id_number_read(cx, typed, &number) || number.p[0] != 'H')
        return fail_field(cx, "paper", "纸条编号 %.*s 不对，请对照纸条再看一遍", STR(typed));
    TRY(db_find(cx, &need_sql_paper, &need_paper_shape, out, &found, ARGS(A(number))));
    return found ? OK : fail(cx, ERR_MISSING, "没有印过编号 %.*s 的纸条", STR(number));
}

enum err need_paper_take(struct cx *cx, struct need *n)
{
    struct need_paper p;
    enum err e = need_paper_find(cx, n->paper, &p);
    if (e == ERR_MISSING)
        return fail_field(cx, "paper", "没有印过这个编号的纸条，请对照纸条再看一遍");
    TRY(e);
    if (p.need_id)
        return fail_field(cx, "paper", "这张纸条已经记过一件，请换一张");
    n->number = p.number;
    n->word = p.word;
    return db_change(cx, &need_sql_paper_use, ARGS(AS("need_id", n->id), AS("number", p.number)));
}
