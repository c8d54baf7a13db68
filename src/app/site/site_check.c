/* site_check -- what a station should have, and where each stands with it. Nothing is added up and
 * no station is set beside another. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/site/site_own.h"
#include "base/id.h"
#include "base/time.h"
#include "site.sql.h"

static const char *const state_codes[] = {"unseen", "ready", "lacking", NULL};
static const char *const state_labels[] = {"还没看过", "有了", "还缺", NULL};

static const struct field item_fields[] = {
    FIELD(struct site_item, id, "编号", .data = DATA_PUBLIC),
    FIELD(struct site_item, ordinal, "排在第几", .ask = true, .data = DATA_PUBLIC),
    FIELD(struct site_item, title, "要有什么", .ask = true, .required = true, .max = 40,
          .data = DATA_PUBLIC, .hint = "比如：有场所"),
    FIELD(struct site_item, hint, "怎样算有", .ask = true, .max = 200, .data = DATA_PUBLIC,
          .hint = "写得别人一看就懂；不要求拍照"),
    FIELD(struct site_item, active, "还在用", .ask = true, .data = DATA_PUBLIC),
};
const struct shape site_item_shape = SHAPE("site_item", struct site_item, item_fields);

static const struct field check_fields[] = {
    FIELD(struct site_check, site_id, "服务点", .data = DATA_PUBLIC),
    FIELD(struct site_check, item_id, "哪一项", .data = DATA_PUBLIC),
    FIELD(struct site_check, state, "有没有", .ask = true, .codes = state_codes,
          .labels = state_labels, .data = DATA_WORK),
    FIELD(struct site_check, note, "说明", .ask = true, .max = 200, .lines = true,
          .data = DATA_WORK, .hint = "有什么、还缺什么"),
    FIELD(struct site_check, owner, "谁来办", .ask = true, .max = 40, .data = DATA_WORK,
          .hint = "写岗位，比如：站长"),
    FIELD(struct site_check, due_day, "哪天前", .data = DATA_WORK),
    FIELD(struct site_check, changed_at, "看过的时间", .data = DATA_WORK),
    FIELD(struct site_check, changed_name, "谁看的", .data = DATA_STAFF),
    FIELD(struct site_check, title, "要有什么", .data = DATA_PUBLIC),
    FIELD(struct site_check, hint, "怎样算有", .data = DATA_PUBLIC),
    FIELD(struct site_check, site_code, "服务点代码", .data = DATA_PUBLIC),
    FIELD(struct site_check, site_name, "服务点名称", .data = DATA_PUBLIC),
};
const struct shape site_check_shape = SHAPE("site_check", struct site_check, check_fields);

enum err site_items(struct cx *cx, bool also_off, site_item_list *out)
{
    return db_all(cx, &site_sql_items, &site_item_shape, out, ARGS(A(also_off)));
}

enum err site_item_put(struct cx *cx, struct site_item *i)
{
    TRY(shape_check(cx, &site_item_shape, i));
    if (i->ordinal < 1 || i->ordinal > 100)
        return fail_field(cx, "ordinal", "请填 1 到 100 的数");
    if (i->id)
        return db_save(cx, &site_sql_item_save, &site_item_shape, i, NO_ARGS);
    i->id = id_new(cx);
    return db_put(cx, &site_sql_item_add, &site_item_shape, i, NO_ARGS);
}

enum err site_checks(struct cx *cx, int64_t site_id, site_check_list *out)
{
    size_t from = out->n;
    TRY(db_all(cx, &site_sql_checks, &site_check_shape, out, ARGS(A(site_id))));
    for (size_t i = from; i < out->n; i++)
        out->at[i].site_id = site_id;
    return OK;
}

static bool is_item(const site_item_list *all, int64_t id)
{
    for (size_t i = 0; i < all->n; i++)
        if (all->at[i].id == id)
            return true;
    return false;
}

enum err site_check_put(struct cx *cx, const struct site_check *c)
{
    struct site s;
    site_item_list items = {0};
    TRY(site_get(cx, c->site_id, &s));
    TRY(site_reach(cx, &s));
    TRY(site_items(cx, false, &items));
    if (!is_item(&items, c->item_id))
        return fail(cx, ERR_MISSING, "清单里没有这一项了，请刷新看看");
    if (c->state == SITE_UNSEEN)
        return fail_field(cx, "state", "请选有了，还是还缺");
    if (c->state == SITE_LACKING && !c->note.n)
        return fail_field(cx, "note", "请写一下还缺什么");
    if (c->due_day && c->due_day < time_day(cx->now) && c->state == SITE_LACKING)
        return fail_field(cx, "due_day", "这一天已经过去了，请填今天或以后");
    int64_t id = id_new(cx);
    return db_put(cx, &site_sql_check_put, &site_check_shape, c,
                  ARGS(A(id), AS("changed_name", cx->who.name)));
}

enum err site_lacking(struct cx *cx, site_check_list *out)
{
    return db_all(cx, &site_sql_lacking, &site_check_shape, out, NO_ARGS);
}
