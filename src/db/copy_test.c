/* copy_test -- whole stores: what is copied is the same, a part is that part and no more, and
 * whoever upgrades is asked before. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store_test.h"

static const char *const named[] = {"ball", NULL};
static const struct db_part balls = {named, false}, rest = {named, true};

/* Another store, and who reads it. Rows of `said` as well, so that a part differs from the whole;
 * one row that no socket takes at once. */
static void open_filled(struct cx *from, struct store **other)
{
    enum { LARGE = 8 << 20 };
    struct cx here = cx;
    struct ball large = {.id = 4, .colour = RED};
    open_other(from, other);
    cx = *from;
    MUST(db_migrate(&cx, first, COUNT(first), NULL));
    MUST(db_begin(&cx, true));
    for (int64_t id = 1; id <= 3; id++)
        MUST(put(id));
    large.text = str_n(memset(arena_alloc(&mem, LARGE), 'x', LARGE), LARGE);
    MUST(db_put(&cx, &put_one, &ball_shape, &large, ARGS(AS("bytes", value_blob(S(""))))));
    MUST(cx.db->engine->script(&cx, cx.db,
                               "INSERT INTO said (community_id, id) VALUES (1, 7);"
                               "UPDATE ball SET bytes = NULL, text = '' WHERE id = 2"));
    MUST(db_commit(&cx));
    MUST(db_begin(&cx, false));
    *from = cx;
    cx = here;
}

static const struct db_table *table_of(const db_table_list *all, const char *name)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_is(all->at[i].name, name))
            return &all->at[i];
    return NULL;
}

/* Within the transaction of `of`. */
static db_table_list digest(struct cx *of, const struct db_part *part)
{
    db_table_list all = {0};
    if (db_digest(of, part, &all) != OK)
        fail_msg("%.*s", STR(of->fault.message));
    return all;
}

static bool same(const db_table_list *a, const db_table_list *b, const char *name)
{
    const struct db_table *s = table_of(a, name), *t = table_of(b, name);
    assert_true(s && t);
    return s->rows == t->rows && str_eq(s->digest, t->digest);
}

static void a_copy_holds_the_same(void **state)
{
    struct cx from;
    struct store *other;
    (void)state;
    open_filled(&from, &other);
    MUST(db_begin(&cx, true));
    MUST(db_copy(&from, &cx, NULL));
    MUST(db_commit(&cx));
    MUST(db_begin(&cx, false));
    db_table_list was = digest(&from, NULL), is = digest(&cx, NULL);
    assert_int_equal(was.n, 2);
    assert_int_equal(is.n, was.n);
    assert_true(same(&was, &is, "ball") && same(&was, &is, "said"));
    assert_int_equal(table_of(&is, "ball")->rows, 4);
    MUST(db_commit(&cx)); /* of who only read: nothing to store */
    static const char *const changes[] = {
        "UPDATE ball SET text = 'another' WHERE id = 1", "UPDATE ball SET text = ''",
        "UPDATE ball SET bytes = NULL", "UPDATE ball SET id = 9 WHERE id = 3",
        "DELETE FROM ball WHERE id = 1"};
    for (size_t i = 0; i < COUNT(changes); i++) {
        MUST(db_begin(&cx, true));
        MUST(cx.db->engine->script(&cx, cx.db, changes[i]));
        is = digest(&cx, NULL);
        assert_true(!same(&was, &is, "ball") && same(&was, &is, "said"));
        db_rollback(&cx);
    }
    close_other(&from, other);
}

static void a_part_is_that_part(void **state)
{
    struct cx from;
    struct store *other;
    (void)state;
    open_filled(&from, &other);
    db_table_list all = digest(&from, &balls), others = digest(&from, &rest);
    assert_true(all.n == 1 && table_of(&all, "ball") && others.n == 1 && table_of(&others, "said"));
    MUST(db_begin(&cx, true));
    MUST(db_copy(&from, &cx, &rest));
    MUST(db_commit(&cx));
    assert_int_equal(count(1), 0);
    MUST(db_begin(&cx, true));
    EXPECT(db_copy(&from, &cx, &rest), ERR_CONFLICT); /* it is there already */
    db_rollback(&cx);
    MUST(db_begin(&cx, true));
    MUST(db_copy(&from, &cx, &balls));
    MUST(db_commit(&cx));
    assert_int_equal(count(1), 1);
    close_other(&from, other);
}

static int64_t asked; /* how far the store was when somebody was asked; 0 = nobody was */

static enum err says(struct cx *of, int64_t last, const void *arg)
{
    asked = last;
    return *(const bool *)arg ? OK : fail(of, ERR_STORE, "not today");
}

static void who_lives_by_a_store_is_asked_before_it_changes(void **state)
{
    const struct migration up[] = {
        first[0], first[1], {"0003-last", "CREATE TABLE last (id @INT)"}};
    bool may = false;
    const struct db_before before = {says, &may};
    struct cx empty;
    struct store *other;
    int applied = 0;
    (void)state;
    EXPECT(db_upgrade(&cx, up, COUNT(up), before, &applied), ERR_STORE);
    assert_true(asked == 2 && applied == 0);
    may = true;
    MUST(db_upgrade(&cx, up, COUNT(up), before, &applied));
    assert_true(asked == 2 && applied == 1);
    asked = 0;
    MUST(db_upgrade(&cx, up, COUNT(up), before, &applied)); /* nothing is left to do */
    open_other(&empty, &other);
    MUST(db_upgrade(&empty, up, COUNT(up), before, &applied)); /* nobody lives by it */
    close_other(&empty, other);
    assert_int_equal(asked, 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, store_begin, store_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_copy_holds_the_same),
        CASE(a_part_is_that_part),
        CASE(who_lives_by_a_store_is_asked_before_it_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
