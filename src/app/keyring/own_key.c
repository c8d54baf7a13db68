/* own_key -- a key for one record alone: made when its first own field is sealed, gone with it (the
 * store sees to that: "@OWN_KEY" of migrations). */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/keyring/keyring_own.h"
#include "base/id.h"
#include "keyring.sql.h"

struct own_key {
    int64_t id;
    struct str about;
    int64_t about_id;
    struct str key;
};
static const struct field own_fields[] = {
    FIELD(struct own_key, id, "编号"),
    FIELD(struct own_key, about, "哪张表"),
    FIELD(struct own_key, about_id, "哪一条"),
    FIELD(struct own_key, key, "钥匙", .seal = VAULT_CONTACT),
};
const struct shape keyring_own_shape = SHAPE("subject_key", struct own_key, own_fields);

const struct sealed_table keyring_own_table = {&keyring_own_shape, &keyring_sql_own_sealed_some,
                                               &keyring_sql_own_sealed_put};

static enum err make(struct cx *cx, struct keys *keys, struct own_key *k, enum seal_answer *a)
{
    static const struct seal_column column = {.table = "subject_key", .column = "made"};
    struct seal_item item = {.column = &column, .row = id_new(cx)};
    *a = keys_person(cx, keys, &item, 1);
    if (*a != SEAL_ANSWERED || item.verdict != SEAL_DONE)
        return OK;
    k->id = item.row;
    k->key = item.out;
    return db_put(cx, &keyring_sql_own_put, &keyring_own_shape, k, NO_ARGS);
}

/* Items of one record stand side by side: its key is looked up once. */
enum err keyring_own_keys(struct cx *cx, struct keys *keys, enum vault_act act,
                          const struct vault_item *at, size_t n, struct seal_item *out,
                          enum seal_answer *a)
{
    struct own_key k = {0};
    *a = SEAL_ANSWERED;
    for (size_t i = 0; i < n && *a == SEAL_ANSWERED; i++) {
        bool found = true;
        if (!at[i].own)
            continue;
        if (k.about_id != at[i].row || !str_is(k.about, at[i].table)) {
            k = (struct own_key){0};
            TRY(db_find(cx, &keyring_sql_own, &keyring_own_shape, &k, &found,
                        ARGS(AS("about", at[i].table), AS("about_id", at[i].row))));
            k.about = str_c(at[i].table);
            k.about_id = at[i].row;
        }
        if (!found && act == VAULT_SEAL)
            TRY(make(cx, keys, &k, a));
        out[i].person_id = k.id;
        out[i].person = k.key;
    }
    return OK;
}
