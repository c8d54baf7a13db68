/* mirror_test -- two disks tell the same: what is on the second when the first is lost, lies, lags
 * or is another one. Faults of a real disk: tests/faults/mirror.py. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit.h"
#include "db/mirror.h"
#include "base/env.h"
#include "base/time.h"
#include "db/engine.h"
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static struct {
    char dir[64];
    struct env_fake env;
    struct arena mem;
    struct cx cx;
    struct store *store;
} world;

static const char *path(const char *name)
{
    return arena_printf(world.cx.mem, "%s/%s", world.dir, name).p;
}

static const char *url(const char *name)
{
    return arena_printf(world.cx.mem, "sqlite:%s", path(name)).p;
}

static int setup(void **state)
{
    (void)state;
    snprintf(world.dir, sizeof world.dir, "/tmp/mirror-test-XXXXXX");
    assert_non_null(mkdtemp(world.dir));
    env_fake_init(&world.env, TEST_NOW, 7);
    arena_init(&world.mem, 64 << 20);
    cx_init(&world.cx, &world.mem, &world.env.env);
    return 0;
}

static void each_file(const char *dir, void (*act)(const char *file))
{
    DIR *d = opendir(dir);
    for (struct dirent *e; d && (e = readdir(d));)
        if (e->d_name[0] != '.')
            act(arena_printf(world.cx.mem, "%s/%s", dir, e->d_name).p);
    if (d)
        closedir(d);
}

static void remove_all(const char *file)
{
    if (unlink(file) != 0) {
        each_file(file, remove_all);
        rmdir(file);
    }
}

static int teardown(void **state)
{
    (void)state;
    remove_all(world.dir);
    cx_end(&world.cx);
    arena_free(&world.mem);
    return 0;
}

static void shut(void)
{
    if (world.cx.db)
        conn_close(world.cx.db);
    if (world.store)
        store_close(world.store);
    world.cx.db = NULL;
    world.store = NULL;
}

/* `mirror` NULL: without. */
static enum err try_open(const char *name, const char *mirror)
{
    struct cx *cx = &world.cx;
    enum err e = store_open(cx, url(name), &world.store);
    if (e == OK && mirror)
        e = store_mirror(cx, world.store, strcmp(mirror, "off") == 0 ? mirror : path(mirror));
    return e == OK ? store_connect(cx, world.store, true, &cx->db) : e;
}

static void must(enum err e)
{
    if (e != OK)
        fail_msg("%.*s", STR(world.cx.fault.message));
}

static void refused(const char *name, const char *mirror, enum err want, const char *says)
{
    assert_int_equal(try_open(name, mirror), want);
    if (str_find(world.cx.fault.message, str_c(says)) < 0)
        fail_msg("%.*s", STR(world.cx.fault.message));
    fault_clear(&world.cx);
    shut();
}

static void run(const char *text)
{
    struct cx *cx = &world.cx;
    must(db_begin(cx, true));
    must(cx->db->engine->script(cx, cx->db, text));
    size_t limit = cx->mem->limit;
    cx->mem->limit = 0; /* nobody is there to catch a jump out of a commit */
    must(db_commit(cx));
    cx->mem->limit = limit;
}

static int64_t count(void)
{
    static const char text[] = "SELECT COUNT(*) FROM thing";
    static const struct query q = {.name = "count", .file = __FILE__, .text = {text, text}};
    int64_t n = -1;
    must(db_begin(&world.cx, false));
    must(db_number(&world.cx, &q, &n, NO_ARGS));
    db_rollback(&world.cx);
    return n;
}

/* A store with a mirror, three things and a base that knows none of them. */
static void begin(void)
{
    static const struct migration first[] = {
        {"0001-thing",
         "CREATE TABLE thing (community_id @INT, id @INT, PRIMARY KEY (community_id, id)) @OPT;"}};
    must(try_open("a.db", "m"));
    must(db_migrate(&world.cx, first, 1, NULL));
    run("INSERT INTO thing VALUES (1, 1)");
    run("INSERT INTO thing VALUES (1, 2)");
    run("INSERT INTO thing VALUES (1, 3)");
}

/* How many things the second disk knows; the store is shut. */
static int64_t brought_back(void)
{
    int64_t seq, n;
    unlink(path("back.db"));
    must(db_mirror_restore(&world.cx, path("m"), url("back.db"), &seq));
    must(try_open("back.db", "off"));
    n = count();
    shut();
    return n;
}

/* Both disks, with `more` or NULL; then the second has `want` things. */
static void goes_on(const char *more, int64_t want)
{
    must(try_open("a.db", "m"));
    if (more)
        run(more);
    shut();
    assert_int_equal(brought_back(), want);
}

static void copy(const char *from, const char *to)
{
    char piece[4096];
    FILE *in = fopen(path(from), "re"), *out = fopen(path(to), "we");
    assert_true(in && out);
    for (size_t n; (n = fread(piece, 1, sizeof piece, in)) > 0;)
        assert_int_equal(fwrite(piece, 1, n, out), n);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

static const char *segment;
static void find_segment(const char *file)
{
    if (strstr(file, "journal-") && (!segment || strcmp(file, segment) > 0))
        segment = file;
}

static void find_kept(const char *file)
{
    if (strstr(file, "a.db.before-4-"))
        segment = file;
}

static const char *last_segment(void)
{
    segment = NULL;
    each_file(path("m"), find_segment);
    assert_non_null(segment);
    return segment;
}

static void the_second_disk_has_all(void **state)
{
    int64_t seq;
    struct cx *cx = &world.cx;
    (void)state;
    begin();
    assert_int_equal(db_mirror_restore(cx, path("m"), url("b.db"), &seq),
                     ERR_CONFLICT); /* in use */
    shut();
    assert_int_equal(brought_back(), 3);
    assert_int_equal(db_mirror_restore(cx, path("m"), url("back.db"), &seq), ERR_CONFLICT);
    assert_int_equal(db_mirror_restore(cx, path("none"), url("b.db"), &seq), ERR_MISSING);
    assert_int_equal(db_mirror_restore(cx, path("m"), "postgres://x", &seq), ERR_INPUT);
    fault_clear(cx);
}

static void a_new_schema_gets_a_new_base(void **state)
{
    (void)state;
    begin();
    run("CREATE TABLE other (id INTEGER PRIMARY KEY) STRICT");
    shut();
    assert_int_equal(brought_back(), 3); /* up to the change, whose base is not there yet */
    goes_on("INSERT INTO thing VALUES (1, 4)", 4);
}

static void add_bytes(const void *bytes, size_t n)
{
    FILE *out = fopen(last_segment(), "ae");
    assert_true(out && fwrite(bytes, 1, n, out) == n && fclose(out) == 0);
}

/* Written down, and then the power went. */
static void half_a_record_is_cut_off(void **state)
{
    (void)state;
    begin();
    shut();
    add_bytes("LHJ1, and no more", 17);
    assert_int_equal(brought_back(), 3);
    goes_on("INSERT INTO thing VALUES (1, 4)", 4);
}

/* older.db is the first disk as it was before the fourth row, which both disks have by now. */
static void begin_with_an_older_copy(void)
{
    begin();
    shut();
    copy("a.db", "older.db");
    must(try_open("a.db", "m"));
    run("INSERT INTO thing VALUES (1, 4)");
}

/* Nobody had been told of the last one: the second disk has it, so it holds. */
static void what_was_on_its_way_arrives(void **state)
{
    (void)state;
    begin_with_an_older_copy();
    shut();
    copy("older.db", "a.db");
    goes_on("INSERT INTO thing VALUES (1, 5)", 5);
}

static void a_first_disk_that_lost_more_is_refused(void **state)
{
    (void)state;
    begin_with_an_older_copy();
    run("INSERT INTO thing VALUES (1, 5)");
    shut();
    copy("older.db", "a.db");
    refused("a.db", "m", ERR_CONFLICT, "第一块盘丢了写过的内容");
    assert_int_equal(brought_back(), 5);
}

/* One bit of a file; again, and it is as it was. */
static void damage(const char *file, int64_t at)
{
    char byte = 0;
    FILE *f = fopen(file, "r+e");
    assert_true(f && fseek(f, (long)at, SEEK_SET) == 0 && fread(&byte, 1, 1, f) == 1);
    byte ^= 1;
    assert_true(fseek(f, (long)at, SEEK_SET) == 0 && fwrite(&byte, 1, 1, f) == 1 && fclose(f) == 0);
}

/* Three things, both disks shut; where the record of thing n lies. */
static struct journal_entry begin_and_find(size_t n)
{
    struct journal_look look;
    begin();
    shut();
    must(journal_read(&world.cx, path("m"), &look));
    assert_int_equal(look.entries.n, 3);
    return look.entries.at[n - 1];
}

/* What is good is in back.db, and it is said that there was more. */
static void comes_back_in_part(int64_t want, const char *says)
{
    int64_t seq;
    struct cx *cx = &world.cx;
    unlink(path("back.db"));
    assert_int_equal(db_mirror_restore(cx, path("m"), url("back.db"), &seq), ERR_CONFLICT);
    if (str_find(cx->fault.message, str_c(says)) < 0)
        fail_msg("%.*s", STR(cx->fault.message));
    fault_clear(cx);
    refused("back.db", "m", ERR_CONFLICT, "空的镜像目录");
    must(try_open("back.db", "new"));
    assert_int_equal(count(), want);
    shut();
    remove_all(path("new"));
}

/* A record in the middle cannot be read any more; the store is whole, and so is its new mirror. */
static void a_second_disk_that_lost_something_begins_anew(void **state)
{
    (void)state;
    begin();
    shut();
    damage(last_segment(), 60); /* before the base */
    comes_back_in_part(0, "之后少了记录");
    goes_on(NULL, 3);
    goes_on("INSERT INTO thing VALUES (1, 4)", 4);
}

/* Of one row what it says, its mark or its length: the next record tells that it was not the last.
 * Nothing is cut off behind it: it may be read by and by. */
static void a_damaged_record_is_no_end(void **state)
{
    (void)state;
    struct journal_entry e = begin_and_find(2);
    const int64_t places[] = {e.at, e.at - 48, e.at - 48 + 24 + 6};
    for (size_t i = 0; i < COUNT(places); i++) {
        damage(e.file, places[i]);
        comes_back_in_part(1, "之后少了记录");
        damage(e.file, places[i]);
        assert_int_equal(brought_back(), 3);
    }
    damage(e.file, e.at);
    goes_on(NULL, 3);
}

/* Whatever is behind it, even if it is no head, says that it was not the last. */
static void only_the_last_can_be_half(void **state)
{
    (void)state;
    struct journal_entry e = begin_and_find(3);
    damage(e.file, e.at);
    assert_int_equal(brought_back(), 2);
    damage(e.file, e.at);
    add_bytes("LHJ", 3);
    damage(e.file, e.at);
    comes_back_in_part(2, "之后少了记录");
    goes_on(NULL, 3);
}

/* What was on its way looks like heads, but of none of ours. */
static void half_a_record_with_heads_in_it_is_cut_off(void **state)
{
    char text[49] = "LHJ1LHJ1and what a need may say, so to speak....";
    (void)state;
    begin();
    shut();
    add_bytes(text, 48);
    memset(text, 0, sizeof text);
    memcpy(text + 8, "LHJ1", 4);
    text[8 + 16] = 100;
    add_bytes(text, 48);
    goes_on(NULL, 3);
}

/* The last one that lies behind it never was. */
static void what_was_taken_back_behind_a_damage_is_not_missed(void **state)
{
    struct journal j = {0};
    struct journal_look look;
    struct cx *cx = &world.cx;
    (void)state;
    struct journal_entry e = begin_and_find(2);
    must(journal_read(cx, path("m"), &look));
    must(journal_open(cx, &j, path("m")));
    j.id = look.id;
    j.fd = open(e.file, O_WRONLY | O_APPEND | O_CLOEXEC); /* of the same segment */
    must(journal_append(cx, &j, JOURNAL_CHANGE, look.highest + 1, S("failed")));
    must(journal_append(cx, &j, JOURNAL_VOID, look.highest + 1, S("")));
    journal_close(&j);
    damage(e.file, e.at);
    comes_back_in_part(1, "之后少了记录");
    goes_on(NULL, 3);
}

static void a_first_record_that_is_damaged_is_missed(void **state)
{
    struct journal_look look;
    (void)state;
    begin();
    run("CREATE TABLE other (id INTEGER PRIMARY KEY) STRICT");
    shut();
    must(try_open("a.db", "m"));
    run("INSERT INTO thing VALUES (1, 4)");
    run("INSERT INTO thing VALUES (1, 5)");
    shut();
    must(journal_read(&world.cx, path("m"), &look));
    assert_int_equal(look.entries.at[0].at, 48);
    damage(look.entries.at[0].file, 0);
    comes_back_in_part(3, "之后少了记录");
    goes_on(NULL, 5);
}

/* It does not end there: nobody knows what else is in it. */
static void a_journal_that_cannot_be_read_is_not_at_its_end(void **state)
{
    (void)state;
    begin();
    shut();
    assert_int_equal(mkdir(path("m/journal-00000000000000000009.log"), 0700), 0);
    refused("a.db", "m", ERR_STORE, "读不了");
}

/* In a segment of its own, `after` the last one. */
static void add_record(enum journal_kind kind, int64_t after)
{
    struct journal j = {0};
    struct journal_look look;
    must(journal_read(&world.cx, path("m"), &look));
    must(journal_open(&world.cx, &j, path("m")));
    j.id = look.id;
    must(journal_append(&world.cx, &j, kind, look.highest + after, S("")));
    journal_close(&j);
}

/* A whole segment is gone: what lies behind it is told of, and a first disk that has all goes on.
 */
static void a_hole_is_named(void **state)
{
    struct journal_look look;
    (void)state;
    begin();
    for (int i = 4; i <= 5; i++) {
        shut();
        must(try_open("a.db", "m"));
        run(arena_printf(world.cx.mem, "INSERT INTO thing VALUES (1, %d)", i).p);
    }
    shut();
    must(journal_read(&world.cx, path("m"), &look));
    assert_int_equal(look.entries.n, 5);
    add_record(JOURNAL_CHANGE, 1);
    add_record(JOURNAL_VOID, 0);
    unlink(look.entries.at[3].file);
    comes_back_in_part(3, "之后少了记录");
    goes_on(NULL, 5);
}

/* Once, again, and twice before anybody looked. Who goes on with the older program is told that
 * things are stored, so they are on both disks. */
static void a_schema_change_may_be_cut_off_again(void **state)
{
    (void)state;
    begin();
    shut();
    add_record(JOURNAL_SCHEMA, 1);
    goes_on("INSERT INTO thing VALUES (1, 4)", 4);
    add_record(JOURNAL_SCHEMA, 1);
    goes_on(NULL, 4);
    add_record(JOURNAL_SCHEMA, 1);
    add_record(JOURNAL_SCHEMA, 1);
    goes_on(NULL, 4);
}

/* The first disk is gone before the base is there: it begins again, with the same mirror. */
static void a_schema_change_goes_on_with_what_was_restored(void **state)
{
    int64_t seq;
    (void)state;
    begin();
    run("CREATE TABLE other (id INTEGER PRIMARY KEY) STRICT");
    run("CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT");
    run("INSERT INTO other VALUES (1)"); /* as the statistics at the end of an upgrade */
    shut();
    must(db_mirror_restore(&world.cx, path("m"), url("back.db"), &seq));
    must(try_open("back.db", "m"));
    run("INSERT INTO thing VALUES (1, 4)");
    shut();
    assert_int_equal(brought_back(), 4);
}

/* Earlier programs went on behind a change of the schema that had not come to be: that may have
 * been acknowledged, and is not passed over. */
static void what_follows_a_schema_change_is_told_of(void **state)
{
    (void)state;
    begin();
    shut();
    add_record(JOURNAL_SCHEMA, 1);
    add_record(JOURNAL_CHANGE, 1);
    comes_back_in_part(3, "没有做完的升级");
    add_record(JOURNAL_SCHEMA, 1);
    comes_back_in_part(3, "没有做完的升级");
    refused("a.db", "m", ERR_CONFLICT, "restore --mirror");
}

/* Its commit failed. */
static void what_was_taken_back_does_not_come_back(void **state)
{
    struct journal j;
    struct journal_look look;
    struct str content;
    struct cx *cx = &world.cx;
    (void)state;
    begin();
    shut();
    must(journal_read(cx, path("m"), &look));
    int64_t next = look.highest + 1;
    must(journal_open(cx, &j, path("m")));
    j.id = look.id;
    must(journal_append(cx, &j, JOURNAL_CHANGE, next, S("failed")));
    must(journal_append(cx, &j, JOURNAL_VOID, next, S("")));
    must(journal_append(cx, &j, JOURNAL_CHANGE, next + 1, S("good")));
    journal_close(&j);
    must(journal_read(cx, path("m"), &look));
    assert_int_equal(look.highest, next + 1);
    must(journal_content(cx, &look.entries.at[look.entries.n - 1], &content));
    assert_true(str_is(content, "good"));
}

/* The change itself has filled its segment, the first disk is full: what takes it back stays beside
 * it, or a base that knows neither would keep the one without the other. */
static void what_fills_a_segment_is_taken_back_in_it(void **state)
{
    struct journal j;
    struct journal_look look;
    struct cx *cx = &world.cx;
    static char big[(64 << 20) + 1];
    (void)state;
    must(journal_open(cx, &j, path("m")));
    j.id = 1;
    must(journal_append(cx, &j, JOURNAL_CHANGE, 1, S("in the base")));
    must(journal_append(cx, &j, JOURNAL_CHANGE, 2, str_n(big, sizeof big)));
    must(journal_append(cx, &j, JOURNAL_VOID, 2, S("")));
    must(journal_append(cx, &j, JOURNAL_CHANGE, 3, S("good")));
    journal_close(&j);
    FILE *base = fopen(path("m/base-00000000000000000001.db"), "we");
    assert_true(base && fclose(base) == 0);
    journal_drop(cx, path("m"), 1);
    must(journal_read(cx, path("m"), &look));
    assert_int_equal(look.entries.n, 1);
    assert_int_equal(look.entries.at[0].seq, 3);
}

/* The second disk has it, is told that it is void, and goes on. */
static void a_commit_that_is_refused_is_void(void **state)
{
    struct cx *cx = &world.cx;
    (void)state;
    begin();
    run("CREATE TABLE part (id INTEGER PRIMARY KEY, of INTEGER NOT NULL"
        " REFERENCES part (id) DEFERRABLE INITIALLY DEFERRED) STRICT");
    shut();
    must(try_open("a.db", "m")); /* a new base */
    must(db_begin(cx, true));
    must(cx->db->engine->script(cx, cx->db,
                                "INSERT INTO thing VALUES (1, 9); INSERT INTO part VALUES (1, 7)"));
    assert_int_equal(db_commit(cx), ERR_INPUT);
    fault_clear(cx);
    run("INSERT INTO thing VALUES (1, 4)");
    assert_int_equal(count(), 4);
    shut();
    assert_int_equal(brought_back(), 4);
}

static bool disk_is_full;

/* Stands for the second disk. */
int statvfs(const char *where, struct statvfs *out)
{
    (void)where;
    *out = (struct statvfs){.f_frsize = 4096, .f_blocks = 1 << 20};
    out->f_bavail = disk_is_full ? 1 : 1 << 20;
    return 0;
}

static int64_t base_seq(void)
{
    struct journal_look look;
    journal_sizes(&world.cx, path("m"), &look);
    return look.base_seq;
}

static bool is_there(const char *name)
{
    return access(path(name), F_OK) == 0;
}

/* The schema has changed, so a base is due. */
static void begin_with_a_base_due(void)
{
    begin();
    run("CREATE TABLE other (id INTEGER PRIMARY KEY) STRICT");
}

static void tidy_fails(const char *says)
{
    assert_int_equal(store_mirror_tidy(&world.cx, world.store), ERR_STORE);
    assert_true(str_find(world.cx.fault.message, str_c(says)) >= 0);
    assert_false(is_there("m/base.part"));
    fault_clear(&world.cx);
}

/* Not tried again at once, and while it rests everything is stored as before. */
static void rests_and_goes_on(void)
{
    int64_t base = base_seq();
    must(store_mirror_tidy(&world.cx, world.store));
    assert_int_equal(base_seq(), base);
    run("INSERT INTO thing VALUES (1, 4)");
    world.env.at += 10 * MS_MINUTE;
    must(store_mirror_tidy(&world.cx, world.store));
    assert_true(base_seq() > base);
    shut();
    assert_int_equal(brought_back(), 4);
}

static void a_base_that_does_not_fit_is_not_begun(void **state)
{
    (void)state;
    begin_with_a_base_due();
    disk_is_full = true;
    tidy_fails("镜像盘只剩 0 MB");
    disk_is_full = false;
    rests_and_goes_on();
}

/* As when somebody else takes the room meanwhile. */
static void half_a_base_is_taken_away(void **state)
{
    struct rlimit was, small = {.rlim_cur = 4096};
    (void)state;
    begin_with_a_base_due();
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    small.rlim_max = was.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    tidy_fails("VACUUM");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    rests_and_goes_on();
}

/* What a segment holds is confirmed by its name as well: one that could not be made sure of is
 * opened anew. */
static void a_segment_whose_name_is_not_kept_is_none(void **state)
{
    struct rlimit was, one_more;
    struct journal j;
    struct cx *cx = &world.cx;
    (void)state;
    must(journal_open(cx, &j, path("m")));
    j.id = 1;
    int next = dup(j.lock_fd);
    close(next);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
    one_more = (struct rlimit){.rlim_cur = (rlim_t)next + 1, .rlim_max = was.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &one_more), 0);
    assert_int_equal(journal_append(cx, &j, JOURNAL_CHANGE, 1, S("a")), ERR_STORE);
    fault_clear(cx);
    assert_int_equal(j.fd, -1);
    assert_int_equal(journal_append(cx, &j, JOURNAL_CHANGE, 1, S("a")), ERR_STORE);
    fault_clear(cx);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &was), 0);
    must(journal_append(cx, &j, JOURNAL_CHANGE, 1, S("a")));
    journal_close(&j);
}

static void a_store_without_a_second_disk_has_nothing_to_tidy(void **state)
{
    (void)state;
    must(try_open("a.db", NULL));
    must(store_mirror_tidy(&world.cx, world.store));
    shut();
    must(try_open("a.db", "off"));
    must(store_mirror_tidy(&world.cx, world.store));
    shut();
    must(try_open("a.db", "new"));
    must(store_mirror_tidy(&world.cx, world.store));
    shut();
}

/* Named without a folder it lies where the program was started. */
static void what_was_is_kept_beside_it(void **state)
{
    char here[4096];
    (void)state;
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(world.dir), 0);
    must(store_open(&world.cx, "sqlite:a.db", &world.store));
    assert_string_equal(store_file(world.store), "a.db");
    must(store_connect(&world.cx, world.store, true, &world.cx.db));
    must(db_keep_old(&world.cx, 3));
    shut();
    assert_int_equal(chdir(here), 0);
    segment = NULL;
    each_file(world.dir, find_kept);
    assert_non_null(segment);
}

/* The disk is full in the middle. */
static void half_of_what_was_has_no_name(void **state)
{
    struct rlimit before, small;
    (void)state;
    must(try_open("a.db", NULL));
    run("CREATE TABLE big (b BLOB); INSERT INTO big VALUES (zeroblob(1000000))");
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){100000, before.rlim_max};
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    enum err e = db_keep_old(&world.cx, 3);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_int_equal(e, ERR_STORE);
    fault_clear(&world.cx);
    shut();
    segment = NULL;
    each_file(world.dir, find_kept);
    assert_null(segment);
    assert_int_not_equal(access(path("a.db.before.part"), F_OK), 0);
}

static void another_store_or_none_is_refused(void **state)
{
    (void)state;
    begin();
    shut();
    refused("a.db", NULL, ERR_INPUT, "这个库有镜像");
    refused("b.db", "m", ERR_INPUT, "另一个库的镜像");
    must(try_open("a.db", "off"));
    shut();
    must(try_open("a.db", NULL));
    shut();
    refused("a.db", "m", ERR_INPUT, "另一个库的镜像"); /* it may have gone on without */
    must(try_open("a.db", "new"));
    shut();
}

/* A backup takes the place of the store: the mirror goes on with what is there now. */
static void a_store_that_was_restored_takes_the_mirror_over(void **state)
{
    (void)state;
    begin();
    shut();
    must(try_open("fresh.db", NULL));
    run("CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT; INSERT INTO thing VALUES (7)");
    shut();
    must(db_mirror_pass_on(&world.cx, path("a.db"), path("fresh.db")));
    assert_int_equal(rename(path("fresh.db"), path("a.db")), 0);
    refused("a.db", NULL, ERR_INPUT, "这个库有镜像");
    goes_on("INSERT INTO thing VALUES (8)", 2);
    must(try_open("b.db", NULL)); /* one without a mirror passes nothing on */
    run("CREATE TABLE thing (id INTEGER PRIMARY KEY) STRICT");
    shut();
    must(try_open("c.db", NULL));
    shut();
    must(db_mirror_pass_on(&world.cx, path("b.db"), path("c.db")));
    must(try_open("c.db", NULL));
    shut();
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_second_disk_has_all),
        CASE(a_new_schema_gets_a_new_base),
        CASE(half_a_record_is_cut_off),
        CASE(what_was_on_its_way_arrives),
        CASE(a_first_disk_that_lost_more_is_refused),
        CASE(a_second_disk_that_lost_something_begins_anew),
        CASE(a_damaged_record_is_no_end),
        CASE(only_the_last_can_be_half),
        CASE(half_a_record_with_heads_in_it_is_cut_off),
        CASE(what_was_taken_back_behind_a_damage_is_not_missed),
        CASE(a_first_record_that_is_damaged_is_missed),
        CASE(a_journal_that_cannot_be_read_is_not_at_its_end),
        CASE(a_hole_is_named),
        CASE(a_schema_change_may_be_cut_off_again),
        CASE(a_schema_change_goes_on_with_what_was_restored),
        CASE(what_follows_a_schema_change_is_told_of),
        CASE(what_was_taken_back_does_not_come_back),
        CASE(what_fills_a_segment_is_taken_back_in_it),
        CASE(a_commit_that_is_refused_is_void),
        CASE(a_base_that_does_not_fit_is_not_begun),
        CASE(half_a_base_is_taken_away),
        CASE(a_segment_whose_name_is_not_kept_is_none),
        CASE(a_store_without_a_second_disk_has_nothing_to_tidy),
        CASE(what_was_is_kept_beside_it),
        CASE(half_of_what_was_has_no_name),
        CASE(another_store_or_none_is_refused),
        CASE(a_store_that_was_restored_takes_the_mirror_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
