/* counter_test -- questions and answers without a process: what is refused, counted, bounded; the
 * bytes of messages. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "seal/seal_test.h"
#include <stdio.h>

static struct world w;
static struct seal_counter counter;

static const struct seal_column contact = {"need", "contact", SEAL_CONTACT, false},
                                name = {"need", "name", SEAL_CONTACT, true},
                                door = {"need", "door", SEAL_DOOR, false},
                                index_of = {"need", "contact", SEAL_INDEX, false};

/* The fake clock moves both clocks; each test begins with a counter of its own. */
static int begin(void **state)
{
    (void)state;
    world_begin(&w, NULL);
    counter =
        (struct seal_counter){.tools = w.t,
                              .ring = seal_ring_new(16),
                              .quota = {.opens = 20, .indexes = 6, .masks = 100, .sessions = 5}};
    w.cx.community = 1;
    return 0;
}

static int end(void **state)
{
    (void)state;
    seal_ring_free(counter.ring);
    world_end(&w);
    return 0;
}

static enum seal_answer say(struct seal_message *m)
{
    return world_ask(&w, &counter, m);
}

static enum seal_answer items(enum seal_op op, uint64_t session, struct seal_item *at, size_t n)
{
    struct seal_message m = {
        .op = op, .community = 1, .session = session, .items = at, .nitems = n};
    if (op == OP_INDEX || op == OP_REINDEX) {
        m.label = S("contact");
        m.area = S("0551");
    }
    return say(&m);
}

static struct seal_key_row new_key(int64_t community, int kid, enum seal_purpose purpose)
{
    struct seal_key_row row = {
        .community_id = community, .kid = kid, .purpose = purpose, .created_at = TEST_NOW};
    struct seal_message m = {.op = OP_MAKE, .rows = &row, .nrows = 1};
    assert_int_equal(say(&m), SEAL_ANSWERED);
    return row;
}

static void load(struct seal_key_row row, enum seal_verdict want)
{
    struct seal_message m = {.op = OP_LOAD, .rows = &row, .nrows = 1};
    assert_int_equal(say(&m), SEAL_ANSWERED);
    assert_int_equal(row.verdict, want);
}

/* A master key, and keys of community 1 for everything. */
static void open_all(void)
{
    counter.ring->kek = test_key(&w, &seal_suite_sm, 0, 0x40);
    counter.ring->unlocked = true;
    for (int p = 0; p < SEAL_PURPOSES; p++)
        load(new_key(1, 10 + p, (enum seal_purpose)p), SEAL_DONE);
}

static struct str sealed(const struct seal_column *c, int64_t row, struct str text)
{
    struct seal_item i = {.column = c, .row = row, .in = text};
    assert_int_equal(items(OP_SEAL, 0, &i, 1), SEAL_ANSWERED);
    assert_int_equal(i.verdict, SEAL_DONE);
    return i.out;
}

static void without_a_master_key_nothing_is_done(void **state)
{
    struct seal_item i = {.column = &contact, .row = 1, .in = S("13800000001")};
    struct seal_key_row row = {.community_id = 1, .kid = 1};
    (void)state;
    for (int op = OP_SEAL; op <= OP_PERSON; op++)
        assert_int_equal(items((enum seal_op)op, 1, &i, 1), SEAL_LOCKED);
    for (int op = OP_LOAD; op <= OP_TURN; op++) {
        struct seal_message m = {.op = (enum seal_op)op, .rows = &row, .nrows = 1};
        assert_int_equal(say(&m), SEAL_LOCKED);
    }
    struct seal_message m = {.op = OP_STATUS};
    assert_int_equal(say(&m), SEAL_ANSWERED);
    assert_false(m.status.unlocked);
}

static void texts_are_sealed_opened_masked_and_found(void **state)
{
    (void)state;
    open_all();
    struct seal_item all[3] = {{&contact, 7, .in = S("13800000001")},
                               {&name, 7, .in = S("张三")},
                               {&door, 7, .in = S("502")}};
    assert_int_equal(items(OP_SEAL, 0, all, 3), SEAL_ANSWERED);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(all[i].verdict, SEAL_DONE);
        all[i].in = all[i].out;
    }
    assert_int_equal(items(OP_OPEN, 1, all, 3), SEAL_ANSWERED);
    assert_str(all[0].out, S("13800000001"));
    assert_str(all[1].out, S("张三"));
    assert_str(all[2].out, S("502"));
    assert_int_equal(items(OP_MASK, 1, all, 3), SEAL_ANSWERED);
    assert_str(all[0].out, S("138****0001"));
    assert_str(all[1].out, S("张**"));
    assert_str(all[2].out, S("5**"));
    struct seal_item find = {.column = &index_of, .in = S("13800000001")};
    assert_int_equal(items(OP_INDEX, 1, &find, 1), SEAL_ANSWERED);
    assert_int_equal(find.out.n, SEAL_INDEX_BYTES);
    struct seal_item again = {
        .column = &contact, .row = 7, .in = sealed(&contact, 7, S("+86 138-0000-0001"))};
    assert_int_equal(items(OP_REINDEX, 1, &again, 1), SEAL_REFUSED); /* no way round the quota */
    counter.setup = true;
    assert_int_equal(items(OP_REINDEX, 1, &again, 1), SEAL_ANSWERED);
    assert_str(again.out, find.out);
    struct seal_message m = {.op = OP_STATUS};
    assert_int_equal(say(&m), SEAL_ANSWERED);
    assert_int_equal(m.status.count.sealed, 4);
    assert_int_equal(m.status.count.opened, 3);
    assert_int_equal(m.status.count.masked, 3);
    assert_int_equal(m.status.count.indexed, 2);
    assert_int_equal(m.status.count.unopened, 0);
    assert_int_equal(m.status.keys, SEAL_PURPOSES);
}

static enum seal_verdict opens(const struct seal_column *c, int64_t row, struct str e)
{
    struct seal_item i = {.column = c, .row = row, .in = e};
    assert_int_equal(items(OP_OPEN, 0, &i, 1), SEAL_ANSWERED);
    assert_true(i.verdict == SEAL_DONE || i.out.n == 0);
    return i.verdict;
}

static void what_does_not_open_says_why(void **state)
{
    (void)state;
    open_all();
    struct str e = sealed(&contact, 7, S("13800000001")), other = arena_copy(&w.mem, e);
    assert_int_equal(opens(&contact, 7, e), SEAL_DONE);
    assert_int_equal(opens(&contact, 8, e), SEAL_BROKEN);
    assert_int_equal(opens(&door, 7, e), SEAL_BROKEN);
    assert_int_equal(opens(&name, 7, e), SEAL_BROKEN);
    assert_int_equal(opens(&contact, 7, S("")), SEAL_BROKEN);
    assert_int_equal(opens(&contact, 7, S("13800000001")), SEAL_BROKEN);
    ((char *)(uintptr_t)other.p)[2] = 99;
    assert_int_equal(opens(&contact, 7, other), SEAL_NO_KEY);
    struct seal_message m = {.op = OP_OPEN,
                             .community = 2,
                             .items = &(struct seal_item){.column = &contact, .row = 7, .in = e},
                             .nitems = 1};
    assert_int_equal(say(&m), SEAL_ANSWERED);
    assert_int_equal(m.items[0].verdict, SEAL_NO_KEY);
    m = (struct seal_message){.op = OP_STATUS};
    assert_int_equal(say(&m), SEAL_ANSWERED);
    assert_int_equal(m.status.count.unopened, 7);
}

/* Keys of indexes seal nothing; others index nothing. */
static void each_key_does_its_own_work(void **state)
{
    struct seal_item i = {.column = &index_of, .in = S("x")},
                     c = {.column = &contact, .in = S("x")};
    (void)state;
    open_all();
    assert_int_equal(items(OP_SEAL, 0, &i, 1), SEAL_REFUSED);
    assert_int_equal(items(OP_OPEN, 0, &i, 1), SEAL_REFUSED);
    assert_int_equal(items(OP_INDEX, 0, &c, 1), SEAL_REFUSED);
    struct seal_message m = {
        .op = OP_INDEX, .community = 1, .kid = 10, .label = S("contact"), .items = &i, .nitems = 1};
    assert_int_equal(say(&m), SEAL_ANSWERED);
    assert_int_equal(i.verdict, SEAL_NO_KEY);
    m.kid = 10 + SEAL_INDEX;
    assert_int_equal(say(&m), SEAL_ANSWERED);
    assert_int_equal(i.verdict, SEAL_DONE);
}

static void a_key_is_changed_and_the_old_one_destroyed(void **state)
{
    (void)state;
    open_all();
    struct str e = sealed(&contact, 7, S("13800000001"));
    struct seal_key_row next = new_key(1, 20, SEAL_CONTACT);
    struct seal_key_row old = {.community_id = 1, .kid = 10, .state = SEAL_RETIRING};
    struct seal_message m = {.op = OP_TURN, .rows = &old, .nrows = 1};
    assert_int_equal(say(&m), SEAL_ANSWERED);
    assert_int_equal(old.purpose, SEAL_CONTACT);
    struct seal_key_row both[] = {old, next};
    m = (struct seal_message){.op = OP_LOAD, .rows = both, .nrows = 2};
    assert_int_equal(say(&m), SEAL_ANSWERED);
    assert_int_equal(both[1].verdict, SEAL_DONE);
    assert_int_equal(opens(&contact, 7, e), SEAL_DONE); /* both are readable meanwhile */
    struct seal_item i = {.column = &contact, .row = 7, .in = e};
    assert_int_equal(items(OP_RESEAL, 0, &i, 1), SEAL_ANSWERED);
    assert_int_equal(i.verdict, SEAL_DONE);
    assert_int_equal((unsigned char)i.out.p[2], 20);
    old.state = SEAL_DESTROYED;
    m = (struct seal_message){.op = OP_TURN, .rows = &old, .nrows = 1};
    assert_int_equal(say(&m), SEAL_ANSWERED);
    load(old, SEAL_DONE);
    assert_int_equal(opens(&contact, 7, e), SEAL_GONE);
    assert_int_equal(opens(&contact, 7, i.out), SEAL_DONE);
    old.state = SEAL_ACTIVE;
    m = (struct seal_message){.op = OP_TURN, .rows = &old, .nrows = 1};
    assert_int_equal(say(&m), SEAL_REFUSED);
}

static void who_is_forgotten_is_noise(void **state)
{
    (void)state;
    open_all();
    static const struct seal_column made = {.table = "subject_key", .column = "made"};
    struct seal_item key = {.column = &made, .row = 33}, other = {.column = &made, .row = 34};
    assert_int_equal(items(OP_PERSON, 0, &key, 1), SEAL_ANSWERED);
    assert_int_equal(items(OP_PERSON, 0, &other, 1), SEAL_ANSWERED);
    assert_int_equal(key.out.n, SEAL_OVERHEAD + SEAL_KEY_BYTES);
    struct seal_item i = {&name, 7, 33, key.out, .in = S("张三")};
    assert_int_equal(items(OP_SEAL, 0, &i, 1), SEAL_ANSWERED);
    assert_int_equal(i.verdict, SEAL_DONE);
    i.in = i.out;
    assert_int_equal(items(OP_OPEN, 0, &i, 1), SEAL_ANSWERED);
    assert_str(i.out, S("张三"));
    i.person_id = 34; /* the key of one, passed off as that of another */
    assert_int_equal(items(OP_OPEN, 0, &i, 1), SEAL_ANSWERED);
    assert_int_equal(i.verdict, SEAL_BROKEN);
    i.person = other.out;
    assert_int_equal(items(OP_OPEN, 0, &i, 1), SEAL_ANSWERED);
    assert_int_equal(i.verdict, SEAL_BROKEN);
    i.person = S("");
    assert_int_equal(items(OP_OPEN, 0, &i, 1), SEAL_ANSWERED);
    assert_int_equal(i.verdict, SEAL_NO_KEY);
    /* the key of a person is sealed anew like anything else */
    static const struct seal_column keys = {"subject_key", "key", SEAL_CONTACT, false};
    struct seal_item anew = {.column = &keys, .row = 33, .in = key.out};
    for (int op = OP_SEAL; op <= OP_PERSON; op++) /* but nobody is given it */
        if (op != OP_RESEAL)
            assert_int_equal(items((enum seal_op)op, 0, &anew, 1), SEAL_REFUSED);
    assert_int_equal(items(OP_RESEAL, 0, &anew, 1), SEAL_ANSWERED);
    assert_int_equal(anew.verdict, SEAL_DONE);
    struct seal_item later = {&name, 7, 33, anew.out, .in = i.in};
    assert_int_equal(items(OP_OPEN, 0, &later, 1), SEAL_ANSWERED);
    assert_str(later.out, S("张三"));
}

/* ---- how much ---- */

static enum seal_answer some(enum seal_op op, uint64_t session, size_t n)
{
    static struct seal_item all[SEAL_ITEMS_MAX];
    for (size_t i = 0; i < n; i++)
        all[i] = (struct seal_item){.column = op == OP_INDEX ? &index_of : &contact, .in = S("x")};
    return items(op, session, all, n);
}

static void a_session_opens_so_many_a_minute(void **state)
{
    (void)state;
    open_all();
    assert_int_equal(some(OP_OPEN, 1, 10), SEAL_ANSWERED); /* all: a tenth of five times 20 */
    w.env.at += 60000;
    assert_int_equal(some(OP_OPEN, 1, 20), SEAL_ANSWERED);
    assert_int_equal(some(OP_OPEN, 1, 1), SEAL_SLOWER);
    assert_int_equal(some(OP_OPEN, 2, 20), SEAL_ANSWERED); /* another is not held up */
    w.env.at += 2999;
    assert_int_equal(some(OP_OPEN, 1, 1), SEAL_SLOWER);
    w.env.at += 1;
    assert_int_equal(some(OP_OPEN, 1, 1), SEAL_ANSWERED); /* 20 a minute: one in three seconds */
    assert_int_equal(some(OP_OPEN, 1, 1), SEAL_SLOWER);
    w.env.at += 3600 * 1000;
    assert_int_equal(some(OP_OPEN, 1, 21), SEAL_SLOWER); /* not saved up, and not by half */
    assert_int_equal(some(OP_OPEN, 1, 20), SEAL_ANSWERED);
    struct seal_message m = {.op = OP_STATUS};
    assert_int_equal(say(&m), SEAL_ANSWERED);
    assert_int_equal(m.status.count.slowed, 4);
}

static void lists_and_lookups_are_counted_apart(void **state)
{
    (void)state;
    open_all();
    assert_int_equal(some(OP_MASK, 1, 1), SEAL_ANSWERED);
    w.env.at += 60000;
    assert_int_equal(some(OP_OPEN, 1, 20), SEAL_ANSWERED);
    assert_int_equal(some(OP_MASK, 1, 100), SEAL_ANSWERED);
    assert_int_equal(some(OP_MASK, 1, 1), SEAL_SLOWER);
    assert_int_equal(some(OP_INDEX, 1, 6), SEAL_ANSWERED);
    assert_int_equal(some(OP_INDEX, 1, 1), SEAL_SLOWER); /* nobody goes through a phone book */
    assert_int_equal(some(OP_SEAL, 1, 900), SEAL_ANSWERED);
}

/* What lists show in the open is bounded as lists are; a number does not pass for a name. */
static void names_are_counted_as_lists_are(void **state)
{
    (void)state;
    static const struct seal_column as_name = {"need", "contact", SEAL_NAME, false},
                                    list = {"volunteer", "name", SEAL_NAME, true};
    static struct seal_item all[805];
    struct seal_item number = {.column = &contact, .row = 1, .in = S("13800000001")};
    open_all();
    assert_int_equal(items(OP_SEAL, 1, &number, 1), SEAL_ANSWERED);
    number = (struct seal_item){.column = &as_name, .row = 1, .in = number.out};
    assert_int_equal(items(OP_OPEN, 1, &number, 1), SEAL_ANSWERED);
    assert_int_equal(number.verdict, SEAL_BROKEN);
    w.env.at += 60000;
    for (size_t i = 0; i < COUNT(all); i++)
        all[i] = (struct seal_item){.column = i < 5 ? &contact : &list, .in = S("x")};
    assert_int_equal(items(OP_OPEN, 1, all, 797), SEAL_ANSWERED); /* 5 of 20, 99 of 100 */
    assert_int_equal(items(OP_OPEN, 1, all + 5, 8), SEAL_ANSWERED);
    assert_int_equal(items(OP_OPEN, 1, all + 5, 1), SEAL_SLOWER);
    assert_int_equal(some(OP_OPEN, 1, 15), SEAL_ANSWERED);
    assert_int_equal(some(OP_OPEN, 1, 1), SEAL_SLOWER);
}

/* Whoever has taken the server over can call himself any session: all together are bounded. */
static void all_sessions_together_are_bounded(void **state)
{
    (void)state;
    open_all();
    size_t got = 0;
    for (uint64_t session = 1; session <= 100; session++)
        for (int i = 0; i < 20; i++)
            got += some(OP_OPEN, session, 1) == SEAL_ANSWERED;
    assert_int_equal(got, 10);
    w.env.at += 60000;
    for (uint64_t session = 1; session <= 100; session++)
        for (int i = 0; i < 20; i++)
            got += some(OP_OPEN, session, 1) == SEAL_ANSWERED;
    assert_int_equal(got, 110);
    assert_int_equal(some(OP_OPEN, 0, 1), SEAL_SLOWER);
    w.env.at += 60000;
    assert_int_equal(some(OP_OPEN, 0, 100), SEAL_ANSWERED); /* the house's own jobs */
}

static void sessions_make_room_only_when_they_are_idle(void **state)
{
    (void)state;
    open_all();
    counter.quota.sessions = 1000000;
    for (uint64_t s = 1; s <= SESSIONS_MAX; s++)
        assert_int_equal(some(OP_OPEN, s, 1), SEAL_ANSWERED);
    assert_int_equal(some(OP_OPEN, SESSIONS_MAX + 1, 1), SEAL_SLOWER);
    w.env.at += 60000;
    assert_int_equal(some(OP_OPEN, SESSIONS_MAX + 1, 1), SEAL_ANSWERED);
}

/* ---- the console ---- */

static void a_server_founds_and_recovers_nothing(void **state)
{
    struct seal_message m = {.op = OP_FOUND, .suite = SEAL_SM};
    (void)state;
    counter.ring->has_file = true;
    assert_int_equal(say(&m), SEAL_REFUSED);
    struct seal_lock l = {.suite = SEAL_SM, .memory_kib = 8, .passes = 1};
    m = (struct seal_message){.op = OP_RECOVER, .lock = seal_lock_bytes(&w.cx, &l)};
    assert_int_equal(say(&m), SEAL_REFUSED);
    counter.setup = true;
    m = (struct seal_message){.op = OP_FOUND, .suite = SEAL_SM, .passphrase = S("short")};
    assert_int_equal(say(&m), SEAL_REFUSED);
    m = (struct seal_message){.op = OP_FOUND, .suite = 77};
    assert_int_equal(say(&m), SEAL_REFUSED);
    counter.ring->has_file = false;
    m = (struct seal_message){.op = OP_FOUND, .suite = SEAL_SM};
    assert_int_equal(say(&m), SEAL_REFUSED);
}

/* Without a passphrase, since those take a second: keymgr_test has them. */
static void at_the_console_keys_are_founded_and_brought_back(void **state)
{
    (void)state;
    open_all();
    struct str e = sealed(&contact, 7, S("13800000001"));
    counter.ring->has_file = counter.setup = true;
    struct seal_message m = {.op = OP_FOUND, .suite = SEAL_AES};
    seal_key_row_list rows = {0};
    struct out ask, answer;
    out_init(&ask, &w.mem);
    out_init(&answer, &w.mem);
    talk_ask(&ask, &m);
    counter_answer(&w.cx, &counter, out_text(&ask), &answer);
    assert_int_equal(talk_answered(&w.cx, out_text(&answer), &m, &rows), SEAL_ANSWERED);
    assert_int_equal(rows.n, SEAL_PURPOSES);
    for (size_t n = 0; n < answer.n; n++)
        assert_int_equal(talk_answered(&w.cx, str_cut(out_text(&answer), 0, n), &m, NULL),
                         SEAL_DOWN);
    struct seal_message unlock = {.op = OP_UNLOCK, .lock = m.lock},
                        load = {.op = OP_LOAD, .rows = rows.at, .nrows = rows.n};
    assert_int_equal(say(&unlock), SEAL_ANSWERED);
    assert_int_equal(counter.ring->n, 0); /* whoever unlocks begins with nothing */
    assert_int_equal(opens(&contact, 7, e), SEAL_NO_KEY);
    assert_int_equal(say(&load), SEAL_ANSWERED);
    assert_int_equal(opens(&contact, 7, e), SEAL_DONE);
    counter.ring->file[0] ^= 1;
    assert_int_equal(say(&unlock), SEAL_WRONG);
    assert_true(counter.ring->unlocked); /* a wrong try changes nothing */
    counter.ring->has_file = false;
    assert_int_equal(say(&unlock), SEAL_WRONG);
    struct seal_message back = {
        .op = OP_RECOVER, .lock = m.lock, .sheets = {m.sheets[2], m.sheets[0]}};
    seal_ring_clear(counter.ring);
    assert_int_equal(say(&back), SEAL_ANSWERED);
    assert_int_equal(say(&load), SEAL_ANSWERED);
    assert_int_equal(opens(&contact, 7, e), SEAL_DONE);
    back.sheets[0] = back.sheets[1];
    assert_int_equal(say(&back), SEAL_WRONG);
    back.lock = S("none");
    assert_int_equal(say(&back), SEAL_REFUSED);
    assert_int_equal(new_key(1, 40, SEAL_CONTACT).suite,
                     SEAL_AES); /* of the master key there is now */
}

/* A key that is wrapped as it should be, and is none: only a broken process could have written it.
 */
static void a_wrapped_key_has_its_length(void **state)
{
    static const char many[40] = "of forty bytes";
    (void)state;
    open_all();
    for (size_t n = 31; n <= 33; n++) {
        struct seal_key_row row = {.community_id = 3, .kid = 5, .suite = SEAL_SM, .created_at = 9};
        struct seal_where place = where(3, "keyring", "contact,1,active,9", 5);
        row.wrapped = seal_put(&w.cx, w.t, &counter.ring->kek, place, str_n(many, n), false);
        load(row, n == SEAL_KEY_BYTES ? SEAL_DONE : SEAL_BROKEN);
    }
    struct seal_item i = {&name, 7, 33, .in = S("x")};
    i.person = seal_put(&w.cx, w.t, seal_ring_active(counter.ring, 1, SEAL_CONTACT),
                        where(1, "subject_key", "key", 33), str_n(many, 31), false);
    assert_int_equal(items(OP_SEAL, 0, &i, 1), SEAL_ANSWERED);
    assert_int_equal(i.verdict, SEAL_BROKEN);
}

/* ---- tools that fail: every answer is still an answer, and empty ---- */

static bool bad_prepare(struct sealer *t, struct seal_key *k)
{
    (void)t;
    return k->kid != 9;
}

static bool bad_seal(struct sealer *t, const struct seal_key *k, struct str head, struct str bound,
                     const unsigned char *iv, struct str plain, unsigned char *text,
                     unsigned char *tag)
{
    (void)t, (void)k, (void)head, (void)bound, (void)iv, (void)plain, (void)text, (void)tag;
    return false;
}

static bool bad_open(struct sealer *t, const struct seal_key *k, struct str head, struct str bound,
                     const unsigned char *iv, struct str text, const unsigned char *tag,
                     unsigned char *plain)
{
    (void)t, (void)k, (void)head, (void)bound, (void)iv, (void)text, (void)tag, (void)plain;
    return false;
}

static bool bad_index(struct sealer *t, const struct seal_key *k, struct str label, struct str text,
                      unsigned char *out)
{
    (void)t, (void)k, (void)label, (void)text, (void)out;
    return false;
}

static void a_card_that_fails_is_said(void **state)
{
    static const struct seal_suite bad = {SEAL_MODULE, "bad",    SEAL_SM3, NULL,
                                          bad_prepare, bad_seal, bad_open, bad_index};
    (void)state;
    open_all();
    counter.setup = true; /* where all questions may be asked */
    for (size_t i = 0; i < counter.ring->n; i++)
        counter.ring->at[i].suite = &bad;
    struct seal_item i = {.column = &contact, .row = 7, .in = S("x")},
                     find = {.column = &index_of, .in = S("x")};
    for (int op = OP_SEAL; op <= OP_PERSON; op++) {
        struct seal_item *one = op == OP_INDEX ? &find : &i;
        assert_int_equal(items((enum seal_op)op, 1, one, 1), SEAL_ANSWERED);
        assert_int_equal(one->verdict, SEAL_BROKEN);
        assert_int_equal(one->out.n, 0);
    }
    counter.ring->kek.suite = &bad;
    struct seal_key_row row = {.community_id = 1, .kid = 50};
    for (row.kid = 50; row.kid == 50 || row.kid == 9; row.kid -= 41) {
        struct seal_message m = {.op = OP_MAKE, .rows = &row, .nrows = 1};
        assert_int_equal(say(&m), SEAL_REFUSED);
    }
    struct seal_key_row two[2] = {{.community_id = 1, .kid = 60}, {.community_id = 1, .kid = 61}};
    struct seal_message m = {.op = OP_MAKE, .rows = two, .nrows = 2};
    assert_int_equal(say(&m), SEAL_REFUSED); /* one at a time */
}

/* ---- bytes ---- */

static bool answers(struct str frame)
{
    struct out o;
    out_init(&o, &w.mem);
    counter_answer(&w.cx, &counter, frame, &o);
    assert_true(o.n >= 2 && o.p[0] == TALK_VERSION);
    return o.p[1] != SEAL_REFUSED;
}

/* Of each kind of question: cut anywhere, or with a byte more, it is refused; with any byte changed
 * it is answered or refused. */
static void a_question_is_whole_or_refused(void **state)
{
    struct seal_key_row row = {.community_id = 1, .kid = 77, .created_at = 5, .wrapped = S("w")};
    struct seal_item one = {&contact, 7, 3, S("p"), .in = S("text")};
    (void)state;
    open_all();
    for (int op = OP_STATUS; op < OP_END; op++) {
        struct seal_message m = {.op = (enum seal_op)op,
                                 .community = 1,
                                 .label = S("contact"),
                                 .passphrase = S("passphrase"),
                                 .lock = S("lock"),
                                 .sheets = {S("a"), S("b")},
                                 .rows = &row,
                                 .nrows = 1,
                                 .items = &one,
                                 .nitems = 1};
        struct out o;
        struct seal_message back;
        out_init(&o, &w.mem);
        talk_ask(&o, &m);
        struct str good = arena_copy(&w.mem, out_text(&o));
        assert_true(talk_asked(&w.cx, good, &back));
        for (size_t n = 0; n < good.n; n++)
            assert_false(answers(str_cut(good, 0, n)));
        out_raw(&o, "", 1);
        assert_false(answers(out_text(&o)));
        for (size_t i = 0; i < good.n; i++)
            for (int bit = 0; bit < 8; bit++) {
                struct arena_mark mark = arena_mark(&w.mem);
                struct str bad = arena_copy(&w.mem, good);
                ((char *)(uintptr_t)bad.p)[i] ^= (char)(1 << bit);
                answers(bad);
                arena_rewind(&w.mem, mark);
            }
    }
}

static void an_answer_is_whole_or_none(void **state)
{
    struct seal_item one = {.column = &contact, .row = 7, .in = S("text")};
    struct seal_message m = {.op = OP_SEAL, .community = 1, .items = &one, .nitems = 1};
    struct out ask, answer;
    (void)state;
    open_all();
    out_init(&ask, &w.mem);
    out_init(&answer, &w.mem);
    talk_ask(&ask, &m);
    counter_answer(&w.cx, &counter, out_text(&ask), &answer);
    struct str good = out_text(&answer);
    assert_int_equal(talk_answered(&w.cx, good, &m, NULL), SEAL_ANSWERED);
    for (size_t n = 0; n < good.n; n++)
        assert_int_equal(talk_answered(&w.cx, str_cut(good, 0, n), &m, NULL), SEAL_DOWN);
    m.nitems = 0;
    assert_int_equal(talk_answered(&w.cx, good, &m, NULL), SEAL_DOWN);
    struct seal_item more[] = {one, one};
    m.items = more;
    m.nitems = COUNT(more);
    assert_int_equal(talk_answered(&w.cx, str_cut(good, 0, 3), &m, NULL), SEAL_DOWN);

    struct seal_key_row rows[] = {{.community_id = 1}, {.community_id = 1}};
    m = (struct seal_message){.op = OP_LOAD, .rows = rows, .nrows = 1};
    out_init(&answer, &w.mem);
    talk_answer(&answer, SEAL_ANSWERED, &m);
    good = out_text(&answer);
    assert_int_equal(talk_answered(&w.cx, good, &m, NULL), SEAL_ANSWERED);
    m.nrows = COUNT(rows); /* the answer to another question */
    assert_int_equal(talk_answered(&w.cx, good, &m, NULL), SEAL_DOWN);

    out_init(&answer, &w.mem);
    talk_answer(&answer, SEAL_REFUSED, &m);
    assert_int_equal(talk_answered(&w.cx, out_text(&answer), &m, NULL), SEAL_REFUSED);
    out_raw(&answer, "", 1);
    assert_int_equal(talk_answered(&w.cx, out_text(&answer), &m, NULL), SEAL_DOWN);
}

static void names_are_letters(void **state)
{
    static const struct seal_column bad[] = {
        {"ne|ed", "contact", SEAL_CONTACT, false},
        {"need", "con tact", SEAL_CONTACT, false},
        {"", "contact", SEAL_CONTACT, false},
        {"need", "", SEAL_CONTACT, false},
        {"Need", "contact", SEAL_CONTACT, false},
        {"ne{d", "contact", SEAL_CONTACT, false},
        {"a_name_of_more_than_forty_letters_that_goes_on", "x", SEAL_CONTACT, false}};
    (void)state;
    open_all();
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct seal_item one = {.column = &bad[i], .in = S("x")};
        assert_int_equal(items(OP_SEAL, 0, &one, 1), SEAL_REFUSED);
    }
}

/* A clock that goes back fills nothing; keys of another purpose index nothing; columns are told
 * apart by all that they are. */
static void what_is_asked_oddly_is_answered_soundly(void **state)
{
    static const struct seal_column columns[] = {{"need", "contact", SEAL_CONTACT, false},
                                                 {"need", "contact", SEAL_DOOR, false},
                                                 {"need", "contact", SEAL_DOOR, true},
                                                 {"person", "own_name", SEAL_CONTACT, false}};
    struct seal_item at[COUNT(columns)] = {0}, index = {.column = &index_of, .in = S("1")};
    struct seal_message m = {.op = OP_INDEX, .community = 1, .label = S("contact"), .nitems = 1};
    (void)state;
    assert_true(quota_take(&counter, 1000000, OP_OPEN, 1, 10)); /* all begin with a tenth */
    assert_false(quota_take(&counter, 500000, OP_OPEN, 1, 1));
    assert_true(quota_take(&counter, 560000, OP_OPEN, 1, 1));
    open_all();
    m.items = &index;
    m.kid = 10 + SEAL_CONTACT;
    assert_int_equal(say(&m), SEAL_ANSWERED);
    assert_int_equal(index.verdict, SEAL_NO_KEY);
    m.kid = 99; /* none */
    assert_int_equal(say(&m), SEAL_ANSWERED);
    assert_int_equal(index.verdict, SEAL_NO_KEY);
    m.kid = 10 + SEAL_INDEX;
    seal_ring_kid(counter.ring, 1, 10 + SEAL_INDEX)->state = SEAL_DESTROYED;
    assert_int_equal(say(&m), SEAL_ANSWERED);
    assert_int_equal(index.verdict, SEAL_GONE);
    for (size_t i = 0; i < COUNT(columns); i++)
        at[i] = (struct seal_item){.column = &columns[i], .row = 1, .in = S("text")};
    assert_int_equal(items(OP_SEAL, 0, at, COUNT(columns)), SEAL_ANSWERED);
    for (size_t i = 0; i < COUNT(columns); i++)
        assert_int_equal(at[i].out.n, SEAL_OVERHEAD + (columns[i].pad ? SEAL_PAD : 4));
    for (size_t i = 0; i < COUNT(columns); i++)
        at[i].in = at[i].out;
    assert_int_equal(items(OP_OPEN, 0, at, COUNT(columns)), SEAL_ANSWERED);
    for (size_t i = 0; i < COUNT(columns); i++)
        assert_str(at[i].out, S("text"));
    unsigned char out[HASH_BYTES], empty[HASH_BYTES], own[SEAL_INDEX_BYTES];
    char longest[600];
    memset(longest, 'a', sizeof longest);
    struct seal_key k = test_key(&w, &seal_suite_aes, 1, 1);
    struct seal_where far = {1, S("need"), str_n(longest, sizeof longest), 1};
    assert_int_equal(seal_put(&w.cx, w.t, &k, far, S("text"), false).n, 0);
    assert_false(seal_index_of(w.t, &k, 1, &w.cx, str_n(longest, 60), S("1"), own));
    assert_true(seal_hash_of(SEAL_SM3, (struct str){0}, out));
    assert_true(seal_hash_of(SEAL_SM3, S(""), empty));
    assert_memory_equal(out, empty, sizeof out);
    struct seal_message f = {.op = OP_FOUND, .suite = SEAL_SM, .passphrase = S("correct horse")};
    counter.setup = true;
    assert_int_equal(say(&f), SEAL_REFUSED); /* there is no key file */
    counter.ring->has_file = true;
    assert_int_equal(say(&f), SEAL_ANSWERED);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_master_key_nothing_is_done),
        TEST(texts_are_sealed_opened_masked_and_found),
        TEST(what_does_not_open_says_why),
        TEST(each_key_does_its_own_work),
        TEST(a_key_is_changed_and_the_old_one_destroyed),
        TEST(who_is_forgotten_is_noise),
        TEST(a_session_opens_so_many_a_minute),
        TEST(lists_and_lookups_are_counted_apart),
        TEST(names_are_counted_as_lists_are),
        TEST(all_sessions_together_are_bounded),
        TEST(sessions_make_room_only_when_they_are_idle),
        TEST(a_server_founds_and_recovers_nothing),
        TEST(at_the_console_keys_are_founded_and_brought_back),
        TEST(a_wrapped_key_has_its_length),
        TEST(a_card_that_fails_is_said),
        TEST(a_question_is_whole_or_refused),
        TEST(an_answer_is_whole_or_none),
        TEST(names_are_letters),
        TEST(what_is_asked_oddly_is_answered_soundly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
