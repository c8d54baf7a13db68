/* board_test -- what stands on a board and by whose consent, exactly which papers become old when
 * something changes, zones, and that paper, text and code say what the record says. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/board/board_own.h"
#include "app/need/need_test.h"
#include "app/subject/subject.h"
#include "main/gather.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WALLS = 3 };
static const struct str site = {"https://linli.example.cn", 24};

struct walls {
    struct town *t;
    struct place other;            /* a building that the grid does not serve */
    struct board at[WALLS];        /* the building, its stairwell, the other building */
    int64_t post, holding, person; /* the building's own leader */
};

static int64_t person(struct town *t, const char *name, const char *number)
{
    struct person p = {
        .name = str_c(name), .duty_phone = str_c(number), .login = S(""), .active = true};
    MUST(t->cx, account_add(t->cx, &p, S("")));
    return p.id;
}

static int64_t holding_of(struct town *t, int64_t post_id)
{
    holding_list all = {0};
    MUST(t->cx, org_holdings(t->cx, post_id, &all));
    return all.at[0].id;
}

static struct walls make(void)
{
    struct walls w = {.t = town_make()};
    struct cx *cx = w.t->cx;
    struct place *const places[] = {&w.t->building, &w.t->stairwell, &w.other};
    struct post post = {.role = S("building_leader"), .title = S("7 栋楼栋长")};
    struct skill group = {.code = S("care"), .name = S("陪伴"), .active = true};
    struct skill leaf = {.code = S("chat"),
                         .parent_code = S("care"),
                         .name = S("陪聊天"),
                         .words = S("说说话"),
                         .active = true};
    MUST(cx, skill_put(cx, &group));
    MUST(cx, skill_put(cx, &leaf));
    town_place(w.t, &w.other, &w.t->estate, "building", "YL-08", "依澜雅居 8 栋");
    post.place_id = w.t->building.id;
    MUST(cx, org_post_add(cx, &post));
    w.post = post.id;
    w.person = person(w.t, "王桂兰", "0551-0000 3131");
    MUST(cx, org_appoint(cx, w.post, w.person, false, false));
    w.holding = holding_of(w.t, w.post);
    act(w.t, "leader");
    for (int i = 0; i < WALLS; i++) {
        w.at[i] = (struct board){.place_id = places[i]->id,
                                 .kind = S("stairwell"),
                                 .duties = S("每周上门看一次"),
                                 .phone = S("")};
        MUST(cx, board_put(cx, &w.at[i]));
        MUST(cx, board_at(cx, places[i]->id, &w.at[i]));
    }
    return w;
}

static struct board_face face(struct walls *w, int i)
{
    struct board_face f;
    MUST(w->t->cx, board_face_of(w->t->cx, &w->at[i], &f));
    return f;
}

static void print(struct walls *w, int i)
{
    struct board_face f = face(w, i);
    struct board_print run;
    MUST(w->t->cx, board_print_add(w->t->cx, &f, S("a3"), &run));
}

static void print_all(struct walls *w)
{
    for (int i = 0; i < WALLS; i++)
        print(w, i);
}

/* One bit for each board whose newest paper is old. */
static unsigned old(struct walls *w)
{
    unsigned bits = 0;
    for (int i = 0; i < WALLS; i++) {
        struct board_face f = face(w, i);
        struct board_print last;
        MUST(w->t->cx, board_last(w->t->cx, w->at[i].id, &last));
        assert_true(last.id != 0);
        bits |= (unsigned)(board_paper(&f, &last) == PAPER_OLD) << i;
    }
    return bits;
}

static const struct board_item *item(const struct board_face *f, enum board_part part, int64_t id)
{
    for (size_t i = 0; i < f->items.n; i++)
        if (f->items.at[i].part == part && f->items.at[i].subject_id == id)
            return &f->items.at[i];
    return NULL;
}

static struct volunteer helper(struct walls *w, const char *name, int64_t birth_year, bool phone,
                               struct str *key)
{
    struct volunteer v = {.name = str_c(name),
                          .contact = S("0551-0000 4242"),
                          .place_id = w->t->building.id,
                          .birth_year = birth_year,
                          .guardian_name = S("李女士"),
                          .guardian_contact = S("0551-0000 4343"),
                          .guardian_agreed_at = w->t->cx->now,
                          .agrees_board = true,
                          .agrees_phone = phone};
    volunteer_code_list codes = {0};
    bool again;
    *PUSH(w->t->cx->mem, &codes) = S("chat");
    act_nobody(w->t);
    MUST(w->t->cx, volunteer_add(w->t->cx, &v, &codes, key, &again));
    act(w->t, "leader");
    return v;
}

static void statements_and_shapes_are_right(void **state)
{
    struct cx *cx = test_cx();
    (void)state;
    MUST(cx, db_verify(cx, board_feature.queries, *board_feature.nqueries));
    for (size_t i = 0; i < board_feature.nshapes; i++)
        assert_null(shape_fault(board_feature.shapes[i]));
}

static void name_and_number_are_two_consents(void **state)
{
    struct walls w = make();
    struct cx *cx = w.t->cx;
    struct board_face f = face(&w, 1);
    consent_sayings told = {0};
    (void)state;
    const struct board_item *i = item(&f, BOARD_PEOPLE, w.post);
    assert_true(str_is(i->label, "楼栋长") && !i->name.n && !i->phone.n);
    assert_true(str_is(i->shared, "0551-00000000")); /* the community's */
    MUST(cx, org_show(cx, w.holding, S("name"), true, S("face")));
    f = face(&w, 1);
    i = item(&f, BOARD_PEOPLE, w.post);
    assert_true(str_is(i->name, "王桂兰") && !i->phone.n);
    test_advance(MS_MINUTE);
    MUST(cx, org_show(cx, w.holding, S("phone"), true, S("self")));
    test_advance(MS_MINUTE);
    MUST(cx, org_show(cx, w.holding, S("name"), false, S("self")));
    f = face(&w, 1);
    i = item(&f, BOARD_PEOPLE, w.post);
    assert_true(!i->name.n && str_is(i->phone, "0551-0000 3131"));
    act_nobody(w.t); /* the same whoever asks */
    struct board_face public = face(&w, 1);
    assert_true(str_eq(public.hash, f.hash));
    MUST(cx, consent_history(cx, &holding_consents, w.holding, &told));
    assert_int_equal(told.n, 3);
    assert_true(!told.at[0].agrees && str_is(told.at[0].channel, "self"));
    assert_true(told.at[2].agrees && str_is(told.at[2].channel, "face"));
    EXPECT(cx, org_show(cx, w.holding, S("age"), true, S("self")), ERR_INPUT);
    fault_clear(cx);
    EXPECT(cx, org_show(cx, w.holding, S("name"), true, S("rumour")), ERR_INPUT);
}

static void a_number_put_right_is_put_right_on_the_board(void **state)
{
    struct walls w = make();
    struct cx *cx = w.t->cx;
    struct volunteer_neighbour shown;
    struct str key;
    bool found;
    (void)state;
    gather(cx);
    struct subject_request r = {.subject = S("volunteer"),
                                .subject_id = helper(&w, "赵大爷", 1950, true, &key).id,
                                .what = S("correct"),
                                .checked = S("key"),
                                .field = S("contact"),
                                .value = S("0551-0000 4747")};
    act_nobody(w.t);
    MUST(cx, subject_ask(cx, &r));
    act(w.t, "clerk");
    MUST(cx, subject_step(cx, &r, S("do"), S("改好了"), SUBJECT_BY_STAFF));
    MUST(cx, volunteer_neighbour(cx, r.subject_id, &shown, &found));
    assert_true(found && str_is(shown.number, "0551-0000 4747"));
    consent_kinds_set(NULL, 0); /* what was gathered goes with the memory of the test */
    site_ties_set(NULL, 0);
    subject_kinds_set(NULL, 0, NULL, 0);
    keep_rules_set(NULL, 0);
}

static void a_post_that_changes_makes_old_what_shows_it(void **state)
{
    struct walls w = make();
    struct cx *cx = w.t->cx;
    board_change_list changes = {0};
    struct board_print last;
    (void)state;
    print_all(&w);
    assert_int_equal(old(&w), 0);
    MUST(cx, org_appoint(cx, w.post, person(w.t, "李雪梅", ""), false, true));
    assert_int_equal(old(&w), 1 | 2); /* the building and its stairwell, not the other one */
    struct board_face f = face(&w, 0);
    MUST(cx, board_last(cx, w.at[0].id, &last));
    MUST(cx, board_changes(cx, &f, last.lines, &changes));
    assert_int_equal(changes.n, 1);
    assert_true(str_is(changes.at[0], "楼栋长：改了"));
    assert_true(str_find(f.lines, S("李雪梅")) < 0);
    print(&w, 0);
    assert_int_equal(old(&w), 2);
    print(&w, 1);
    assert_int_equal(old(&w), 0);
    test_advance(40 * MS_DAY); /* another month's figures: told apart, not old */
    assert_int_equal(old(&w), 0);
}

static void the_grids_worker_is_on_every_board_of_the_grid_alone(void **state)
{
    struct walls w = make();
    struct cx *cx = w.t->cx;
    (void)state;
    print_all(&w);
    MUST(cx, org_appoint(cx, town_post("grid_worker")->post_id, 0, false, false));
    assert_int_equal(old(&w), 1 | 2);
    struct board_face f = face(&w, 0);
    assert_true(item(&f, BOARD_PEOPLE, town_post("grid_worker")->post_id)->is_vacant);
}

/* Told once, at the station: every board near it says so, and what hangs is old when that changes.
 */
static void hours_are_the_stations(void **state)
{
    struct walls w = make();
    struct cx *cx = w.t->cx;
    struct site s = {.place_id = w.t->estate.id,
                     .code = S("YL-Z"),
                     .name = S("依澜雅居站"),
                     .address = S("东门旁")};
    struct site_week week = {0};
    (void)state;
    struct board_face f = face(&w, 0);
    assert_null(item(&f, BOARD_ABOUT, 2));
    MUST(cx, place_tier_add(cx, "site", 0, S("site0"), S("服务站")));
    MUST(cx, site_put(cx, &s));
    for (int d = SITE_SUNDAY; d <= SITE_SATURDAY; d++)
        assert_true(site_day_read(S("8:30-20:00"), false, &week.days[d]));
    week.days[SITE_HOLIDAY].as_weekday = week.days[SITE_MAKEUP].as_weekday = true;
    MUST(cx, site_week_put(cx, s.id, 0, &week));
    f = face(&w, 0);
    assert_true(str_is(item(&f, BOARD_ABOUT, 2)->text, "依澜雅居站，东门旁，每天 8:30–20:00"));
    print_all(&w);
    assert_int_equal(old(&w), 0);
    assert_true(site_day_read(S("8:30-21:00"), false, &week.days[SITE_SUNDAY]));
    MUST(cx, site_week_put(cx, s.id, 0, &week));
    assert_int_equal(old(&w), (1 << WALLS) - 1);
}

static void who_takes_back_reads_where_he_still_stands(void **state)
{
    struct walls w = make();
    struct cx *cx = w.t->cx;
    board_list on = {0}, off = {0}, none = {0};
    (void)state;
    MUST(cx, org_show(cx, w.holding, S("name"), true, S("self")));
    print_all(&w);
    MUST(cx, org_show(cx, w.holding, S("name"), false, S("self")));
    assert_int_equal(old(&w), 1 | 2);
    MUST(cx, board_showing(cx, BOARD_PEOPLE, w.post, S("name"), &on));
    assert_int_equal(on.n, 2);
    assert_true(str_is(on.at[0].full_name, "依澜雅居 7 栋"));
    MUST(cx, board_showing(cx, BOARD_PEOPLE, w.post, S("phone"), &none));
    assert_int_equal(none.n, 0);
    print_all(&w);
    MUST(cx, board_showing(cx, BOARD_PEOPLE, w.post, S("name"), &off));
    assert_int_equal(off.n, 0);
    assert_int_equal(old(&w), 0);
}

static void a_volunteer_stands_there_by_his_word_only(void **state)
{
    struct walls w = make();
    struct cx *cx = w.t->cx;
    struct str key, young_key;
    board_list on = {0};
    (void)state;
    struct volunteer v = helper(&w, "周师傅", 1970, true, &key);
    struct volunteer young = helper(&w, "小周", time_civil(cx->now).year - 15, true, &young_key);
    struct board_face f = face(&w, 1);
    const struct board_item *i = item(&f, BOARD_NEIGHBOURS, v.id);
    assert_non_null(i);
    assert_true(str_is(i->name, "周师傅") && str_is(i->phone, "0551-0000 4242"));
    assert_true(str_is(i->text, "陪聊天"));
    assert_null(item(&f, BOARD_NEIGHBOURS, young.id));
    print_all(&w);
    MUST(cx, volunteer_show(cx, v.id, key, S("phone"), false));
    assert_int_equal(old(&w), 1 | 2);
    MUST(cx, board_showing(cx, BOARD_NEIGHBOURS, v.id, S("phone"), &on));
    assert_int_equal(on.n, 2);
    MUST(cx, volunteer_show(cx, v.id, key, S("name"), false));
    f = face(&w, 1);
    assert_null(item(&f, BOARD_NEIGHBOURS, v.id));
    EXPECT(cx, volunteer_show(cx, v.id, key, S("phone"), true), ERR_INPUT);
    fault_clear(cx);
    assert_int_not_equal(volunteer_show(cx, v.id, S("nonsense"), S("name"), true), OK);
}

static void zones_are_posted_taken_on_and_left(void **state)
{
    struct walls w = make();
    struct cx *cx = w.t->cx;
    struct str key;
    zone_list taken = {0};
    struct zone z = {.place_id = w.t->building.id,
                     .kind = S("zone"),
                     .title = S("楼道整洁"),
                     .duties = S("堵了的报上来"),
                     .pledge = S("每周走一遍")};
    (void)state;
    struct volunteer v = helper(&w, "周师傅", 1970, false, &key);
    print_all(&w);
    MUST(cx, zone_add(cx, &z));
    assert_int_equal(old(&w), 1 | 2);
    struct board_face f = face(&w, 1);
    assert_true(item(&f, BOARD_ZONES, z.id)->is_vacant);
    MUST(cx, zone_claim(cx, z.id, v.id, key, true));
    MUST(cx, zone_claim(cx, z.id, v.id, key, true)); /* pressed twice */
    MUST(cx, zones_taken(cx, v.id, &taken));
    assert_int_equal(taken.n, 1);
    f = face(&w, 1);
    assert_true(str_ends(item(&f, BOARD_ZONES, z.id)->text, S("认领：周师傅")));
    MUST(cx, volunteer_show(cx, v.id, key, S("name"), false));
    f = face(&w, 1);
    assert_true(str_ends(item(&f, BOARD_ZONES, z.id)->text, S("认领：1 位邻居")));
    MUST(cx, zone_claim(cx, z.id, v.id, key, false));
    f = face(&w, 1);
    assert_true(item(&f, BOARD_ZONES, z.id)->is_vacant);
    z.kind = S("rank");
    EXPECT(cx, zone_add(cx, &z), ERR_INPUT);
    fault_clear(cx);
    MUST(cx, zone_end(cx, z.id));
    EXPECT(cx, zone_end(cx, z.id), ERR_MISSING);
}

/* Is there a paper that names whoever took the zone on? */
static bool is_on_paper(struct cx *cx, int64_t zone_id)
{
    board_list all = {0};
    MUST(cx, board_showing(cx, BOARD_ZONES, zone_id, S("name"), &all));
    return all.n > 0;
}

static void a_paper_names_who_agreed_and_who_left_has_no_zone(void **state)
{
    struct walls w = make();
    struct cx *cx = w.t->cx;
    struct str key;
    zone_list zones = {0};
    struct zone z = {
        .place_id = w.t->building.id, .kind = S("zone"), .title = S("楼道整洁"), .duties = S("")};
    (void)state;
    struct volunteer v = helper(&w, "周师傅", 1970, false, &key), left;
    MUST(cx, volunteer_show(cx, v.id, key, S("name"), false));
    MUST(cx, zone_add(cx, &z));
    MUST(cx, zone_claim(cx, z.id, v.id, key, true));
    print_all(&w);
    assert_false(is_on_paper(cx, z.id)); /* 1 位邻居 */
    MUST(cx, volunteer_show(cx, v.id, key, S("name"), true));
    print_all(&w);
    assert_true(is_on_paper(cx, z.id));
    MUST(cx, volunteer_show(cx, v.id, key, S("name"), false));
    assert_true(is_on_paper(cx, z.id)); /* until it is printed anew */
    print_all(&w);
    assert_false(is_on_paper(cx, z.id));
    MUST(cx, volunteer_step(cx, v.id, key, S("leave"), 0, &left));
    struct board_face f = face(&w, 1);
    assert_true(item(&f, BOARD_ZONES, z.id)->is_vacant);
    MUST(cx, zones_of(cx, w.t->building.id, &zones));
    assert_int_equal(zones.at[0].claims, 0);
    MUST(cx, zones_taken(cx, v.id, &zones));
    assert_int_equal(zones.n, 2);
    MUST(cx, board_parts[0].erased(cx, v.id));
    zones.n = 0;
    MUST(cx, zones_taken(cx, v.id, &zones));
    assert_int_equal(zones.n, 0);
}

static void a_run_is_hung_once(void **state)
{
    struct walls w = make();
    struct cx *cx = w.t->cx;
    struct board_print found, none;
    board_print_list runs = {0};
    (void)state;
    print(&w, 0);
    MUST(cx, board_hang(cx, w.at[0].id, 1, S("网一"), 0));
    EXPECT(cx, board_hang(cx, w.at[0].id, 1, S("网一"), 0), ERR_CONFLICT);
    fault_clear(cx);
    EXPECT(cx, board_hang(cx, w.at[0].id, 1, S(""), cx->now + 3 * MS_DAY), ERR_INPUT);
    fault_clear(cx);
    print(&w, 0);
    MUST(cx, board_prints(cx, w.at[0].id, &runs));
    assert_true(runs.n == 2 && runs.at[0].number == 2 && !runs.at[0].hung_at);
    assert_true(str_is(runs.at[1].hung_name, "网一"));
    MUST(cx, board_print_of(cx, w.at[0].id, str_cut(runs.at[1].hash, 0, 8), &found));
    assert_int_equal(found.number, 2); /* the same twice: the newer */
    MUST(cx, board_print_of(cx, w.at[0].id, S("%%%%%%%%"), &none));
    assert_int_equal(none.id, 0);
}

static void who_does_not_reach_a_place_changes_nothing_there(void **state)
{
    struct walls w = make();
    struct cx *cx = w.t->cx;
    board_list mine = {0};
    struct board_print run;
    (void)state;
    act(w.t, "grid_worker");
    MUST(cx, board_all(cx, 0, &mine));
    assert_int_equal(mine.n, 2);
    struct board_face f = face(&w, 2);
    EXPECT(cx, board_print_add(cx, &f, S("a3"), &run), ERR_MISSING);
    fault_clear(cx);
    EXPECT(cx, board_put(cx, &w.at[2]), ERR_MISSING);
    fault_clear(cx);
    f = face(&w, 0);
    EXPECT(cx, board_print_add(cx, &f, S("a0"), &run), ERR_INPUT);
    fault_clear(cx);
    w.at[0].version = 7;
    EXPECT(cx, board_put(cx, &w.at[0]), ERR_CONFLICT);
}

/* ---- the paper ---- */

static char *ask_pdf(struct cx *cx, struct str pdf, const char *command)
{
    char path[] = "/tmp/linghang-board-XXXXXX", line[400];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "wb");
    assert_int_equal(fwrite(pdf.p, 1, pdf.n, f), pdf.n);
    assert_int_equal(fclose(f), 0);
    snprintf(line, sizeof line, command, path, path, path);
    FILE *answer = popen(line, "r");
    assert_non_null(answer);
    char *text = arena_alloc(cx->mem, 60000);
    text[fread(text, 1, 59999, answer)] = 0;
    assert_int_equal(pclose(answer), 0);
    remove(path);
    remove(arena_cstr(cx->mem, arena_printf(cx->mem, "%s.png", path)));
    return text;
}

/* Lines of a paper break where they like: blanks do not count. */
static char *squeeze(struct cx *cx, struct str s)
{
    char *p = arena_alloc(cx->mem, s.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] > ' ')
            p[n++] = s.p[i];
    p[n] = 0;
    return p;
}

static void the_paper_says_what_the_record_says(struct walls *w, int i, const char *size)
{
    struct cx *cx = w->t->cx;
    struct board_face f = face(w, i);
    const struct board_face *faces[] = {&f};
    struct str pdf;
    MUST(cx, board_pdf(cx, faces, 1, str_c(size), site, &pdf));
    const char *text = squeeze(cx, str_c(ask_pdf(cx, pdf, "pdftotext -raw %s -")));
    for (size_t k = 0; k < f.items.n; k++) {
        const struct board_item *it = &f.items.at[k];
        const struct str said[] = {it->name, it->phone, it->phone.n ? S("") : it->shared, it->text};
        for (size_t n = 0; n < COUNT(said); n++)
            if (!strstr(text, squeeze(cx, said[n])))
                fail_msg("%.*s is not on the paper:\n%s", STR(said[n]), text);
    }
    assert_non_null(strstr(ask_pdf(cx, pdf, "pdfinfo %s"), "Pages:           1\n"));
    const char *code = ask_pdf(cx, pdf,
                               "pdftoppm -r 80 -gray -png -singlefile %s %s && "
                               "zbarimg -q --nodbus --raw %s.png");
    const char *want =
        arena_cstr(cx->mem, arena_printf(cx->mem, "%.*s\n", STR(board_url(cx, &f, site))));
    assert_string_equal(code, want);
    assert_true(board_url(cx, &f, site).n <= 60);
}

static void papers_for_nobody_for_many_and_for_long_names(void **state)
{
    struct walls w = make();
    struct str key;
    (void)state;
    for (const char *const *size = (const char *const[]){"a3", "a4", NULL}; *size; size++)
        for (int i = 0; i < WALLS; i++)
            the_paper_says_what_the_record_says(&w, i, *size);
    for (int i = 0; i < 12; i++)
        helper(&w, i % 2 ? "阿卜杜热合曼·买买提江师傅" : "周师傅", 1970, i % 3 > 0, &key);
    struct zone z = {.place_id = w.t->building.id,
                     .kind = S("pledge"),
                     .title = S("放心摊位"),
                     .duties = S("明码标价，足斤足两，秤放在看得见的地方"),
                     .pledge = S("不新鲜当场换")};
    MUST(w.t->cx, zone_add(w.t->cx, &z));
    the_paper_says_what_the_record_says(&w, 0, "a3");
    the_paper_says_what_the_record_says(&w, 1, "a4");
}

static void small_papers(void **state)
{
    struct walls w = make();
    struct cx *cx = w.t->cx;
    struct board_face f = face(&w, 0);
    struct str pdf;
    (void)state;
    for (const char *const *kind = (const char *const[]){"cards", "slips", "plate", NULL}; *kind;
         kind++) {
        MUST(cx, board_plate_pdf(cx, &f, str_c(*kind), site, &pdf));
        assert_non_null(strstr(ask_pdf(cx, pdf, "pdfinfo %s"), "Pages:           1\n"));
        assert_non_null(strstr(ask_pdf(cx, pdf, "pdftotext %s -"), "有事扫一扫"));
    }
    EXPECT(cx, board_plate_pdf(cx, &f, S("medal"), site, &pdf), ERR_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(statements_and_shapes_are_right, end),
        cmocka_unit_test_teardown(name_and_number_are_two_consents, end),
        cmocka_unit_test_teardown(a_number_put_right_is_put_right_on_the_board, end),
        cmocka_unit_test_teardown(a_post_that_changes_makes_old_what_shows_it, end),
        cmocka_unit_test_teardown(the_grids_worker_is_on_every_board_of_the_grid_alone, end),
        cmocka_unit_test_teardown(hours_are_the_stations, end),
        cmocka_unit_test_teardown(who_takes_back_reads_where_he_still_stands, end),
        cmocka_unit_test_teardown(a_volunteer_stands_there_by_his_word_only, end),
        cmocka_unit_test_teardown(zones_are_posted_taken_on_and_left, end),
        cmocka_unit_test_teardown(a_paper_names_who_agreed_and_who_left_has_no_zone, end),
        cmocka_unit_test_teardown(a_run_is_hung_once, end),
        cmocka_unit_test_teardown(who_does_not_reach_a_place_changes_nothing_there, end),
        cmocka_unit_test_teardown(papers_for_nobody_for_many_and_for_long_names, end),
        cmocka_unit_test_teardown(small_papers, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
