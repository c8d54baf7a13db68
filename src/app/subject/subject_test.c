/* subject_test -- every register line is somebody's to tell and to forget; a request has a date, an
 * answer and its effect; forgetting changes no figure, and a hold keeps. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "app/need/need_test.h"
#include "app/subject/keep.h"
#include "app/subject/subject.h"
#include "base/time.h"
#include "main/gather.h"

#include <string.h>

static void gathered(struct town *t)
{
    gather(t->cx);
}

/* What was gathered goes with the memory of the test. */
static void over(void)
{
    consent_kinds_set(NULL, 0);
    subject_kinds_set(NULL, 0, NULL, 0);
    keep_rules_set(NULL, 0);
    test_end();
}

/* ---- nobody is forgotten ---- */

static void every_registered_table_is_told_by_a_room(void **state)
{
    struct town *t = town_make();
    (void)state;
    gathered(t);
    for (size_t i = 0; i < person_field_count; i++) {
        const struct person_field *f = &person_fields[i];
        if (strcmp(f->table, "*") && strcmp(f->readers, "inner") && !subject_tells(str_c(f->table)))
            fail_msg("%s is registered, and no room tells it to whom it is about", f->table);
    }
    assert_true(!subject_tells(S("duty")));
    over();
}

/* What no statement of a rule takes, and why that is as the notice promises. "*" = all columns. */
static const struct {
    const char *table, *columns, *why;
} stays[] = {
    {"need", "number is_secret", "counted; without key and word the number opens nothing"},
    {"need_paper", "number need_id made_at used_at", "a number that is used up; its word goes"},
    {"shield_identity", "text place_text", "go earlier, with who complains"},
    {"match_event", "*", "steps without a name; who said no goes by match_job with its offer"},
    {"match_offer", "need_id volunteer_id asked_name",
     "hours are proved by it; no goes by match_job"},
    {"volunteer", "*", "on the day, by volunteer_step: leaving_takes_the_person_away"},
    {"volunteer_skill", "*", "the same"},
    {"volunteer_grid", "*", "the same"},
    {"volunteer_away", "*", "the same"},
    {"volunteer_event", "volunteer_id step at",
     "that it happened; the number leads to nobody then"},
    {"volunteer_import_part", "*", "by its job, portion by portion"},
    {"visit", "door_id reason offered_by outcome kept", "counted; the door is deleted"},
    {"visit_event", "visit_id step from_state to_state at", "that it happened"},
    {"booking_party", "*", "by booking_job: names and words; numbers stay"},
    {"booking", "*", "the same"},
    {"booking_series", "*", "the same: its party is nobody then"},
    {"booking_event", "*", "the same"},
    {"activity_party", "*", "by activity_job: names_are_forgotten_and_counts_stay"},
    {"activity_seat", "*", "the same"},
    {"activity_event", "*", "the same"},
    {"class_child", "*", "by class_day: after_the_term_all_is_deleted_but_heads"},
    {"class_pickup", "*", "the same"},
    {"class_day", "*", "the same"},
    {"class_talk", "*", "the same"},
    {"class_duty", "*", "the same"},
    {"service_errand", "*", "by errand_job: what_is_over_is_forgotten"},
    {"service_errand_paper", "*", "the same"},
    {"service_errand_event", "*", "the same"},
    {"outbox", "*", "each night, outbox_clean"},
    {"idem", "*", "each night, idem_clean"},
    {"subject_request", "number subject subject_id what", "that it was asked for and answered"},
    {"subject_request", "value", "emptied with the answer"},
    {"subject_event", "request_id step", "that it happened"},
};

static bool may_stay(const char *table, struct str column)
{
    for (size_t i = 0; i < COUNT(stays); i++)
        if (!strcmp(stays[i].table, table) &&
            (!strcmp(stays[i].columns, "*") || field_has(stays[i].columns, column)))
            return true;
    return false;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_';
}

/* Is `column` set by the text before its WHERE? */
static bool sets(struct str text, struct str column)
{
    int64_t end = str_find(text, S("WHERE"));
    for (size_t i = 1; end > 0 && i + column.n + 2 < (size_t)end; i++)
        if (!is_letter(text.p[i - 1]) && str_eq(str_cut(text, i, column.n), column) &&
            str_eq(str_cut(text, i + column.n, 2), S(" =")))
            return true;
    return false;
}

static bool takes(struct cx *cx, const struct keep_rule *r, const struct person_field *f,
                  struct str column)
{
    if (!r->forget || strcmp(r->keep, f->keep->code) != 0)
        return false;
    struct str text = str_c(r->forget->text[ENGINE_SQLITE]);
    return str_starts(text, arena_printf(cx->mem, "DELETE FROM %s ", f->table)) ||
           (str_starts(text, arena_printf(cx->mem, "UPDATE %s SET ", f->table)) &&
            sets(text, column));
}

/* What the notice promises is done by some rule, column by column, or there is a reason. */
static void what_is_promised_is_forgotten(void **state)
{
    struct town *t = town_make();
    const struct keep_rule *r;
    (void)state;
    gathered(t);
    for (size_t i = 0; i < person_field_count; i++) {
        const struct person_field *f = &person_fields[i];
        struct str columns = str_c(f->columns), column;
        if (!strcmp(f->keep->code, "record")) /* stays: who did what */
            continue;
        while (str_split(&columns, ' ', &column)) {
            bool done = may_stay(f->table, column);
            for (size_t k = 0; (r = keep_rule_nth(k)) != NULL && !done; k++)
                done = takes(t->cx, r, f, column);
            if (!done)
                fail_msg("%s.%.*s is promised to go (%s), and nothing takes it", f->table,
                         STR(column), f->keep->code);
        }
    }
    for (size_t k = 0; (r = keep_rule_nth(k)) != NULL; k++)
        if (!keep_class_of(str_c(r->keep)) || !r->due != !r->forget)
            fail_msg("rule %s is of no class, or half a rule", r->keep);
    over();
}

/* ---- requests ---- */

static bool told(struct cx *cx, int64_t id, const char *column, const char *value)
{
    subject_lines all = {0};
    MUST(cx, subject_tell(cx, subject_kind_of(S("need")), id, &all));
    for (size_t i = 0; i < all.n; i++)
        if (str_is(all.at[i].column, column) &&
            (str_is(all.at[i].value, value) || str_is(all.at[i].said, value)))
            return true;
    return false;
}

static struct subject_request request(struct town *t, const char *what)
{
    struct subject_request r = {.subject = S("need"),
                                .subject_id = t->n.id,
                                .what = str_c(what),
                                .checked = S("key"),
                                .text = S("不想再留")};
    if (!strcmp(what, "correct"))
        r.field = S("name"), r.value = S("王桂兰");
    act_nobody(t);
    MUST(t->cx, subject_ask(t->cx, &r));
    return r;
}

static void what_is_asked_for_happens_with_the_answer(void **state)
{
    struct town *t = town_make();
    struct cx *cx = t->cx;
    struct subject_request r, same;
    bool yes;
    (void)state;
    gathered(t);
    ask(t, "楼道灯不亮");
    MUST(cx, consent_set(cx, &need_consents, t->n.id, "match", true, &(struct consent_how){0}));
    r = request(t, "correct");
    assert_true(told(cx, t->n.id, "subject_request.checked", "有自己的链接"));
    assert_true(told(cx, t->n.id, "subject_request.field", "称呼"));
    assert_true(told(cx, t->n.id, "subject_event.step", "本人提出"));
    same = request(t, "correct");
    assert_true(same.id == r.id); /* it is being dealt with */
    assert_true(r.number.p[0] == 'D' && r.due_at > cx->now + 14 * MS_DAY);
    act(t, "clerk");
    EXPECT(cx, subject_step(cx, &r, S("do"), S(""), SUBJECT_BY_STAFF), ERR_INPUT);
    EXPECT(cx, subject_step(cx, &r, S("withdraw"), S(""), SUBJECT_BY_STAFF), ERR_MISSING);
    MUST(cx, subject_step(cx, &r, S("do"), S("改好了"), SUBJECT_BY_STAFF));
    assert_true(r.state == SUBJECT_DONE && !r.value.n && told(cx, t->n.id, "need.name", "王桂兰"));
    EXPECT(cx, subject_step(cx, &r, S("do"), S("再来"), SUBJECT_BY_STAFF), ERR_CONFLICT);
    /* what is still being done cannot go, and he reads why */
    r = request(t, "delete");
    act(t, "clerk");
    EXPECT(cx, subject_step(cx, &r, S("do"), S("删了"), SUBJECT_BY_STAFF), ERR_CONFLICT);
    MUST(cx, subject_step(cx, &r, S("refuse"), S("还在办，办完再删"), SUBJECT_BY_STAFF));
    GO(t, "clerk", "withdraw", .text = S("本人说灯自己亮了"));
    r = request(t, "delete");
    act(t, "clerk");
    MUST(cx, subject_step(cx, &r, S("do"), S("删了"), SUBJECT_BY_STAFF));
    assert_true(!told(cx, t->n.id, "need.name", "王桂兰"));
    assert_true(!told(cx, t->n.id, "need.text", "楼道灯不亮"));
    MUST(cx, consent_holds(cx, &need_consents, t->n.id, "match", &yes));
    assert_true(!yes);
    over();
}

/* Two requests wait, and the thing is deleted first: the other one is over, and a new one changes
 * nothing, and does not say that it did. */
static void nothing_comes_back_to_what_was_deleted(void **state)
{
    struct town *t = town_make();
    struct cx *cx = t->cx;
    (void)state;
    gathered(t);
    for (int secret = 0; secret < 2; secret++) {
        ask_so(t, "楼道灯不亮", secret);
        act_nobody(t);
        MUST(cx, need_resident_step(cx, t->n.id, t->key, S("withdraw"),
                                    &(struct need_move){.text = S("灯自己亮了")}, &t->n));
        struct subject_request fix = request(t, "correct"), del = request(t, "delete");
        act(t, "clerk");
        MUST(cx, subject_step(cx, &del, S("do"), S("删了"), SUBJECT_BY_STAFF));
        MUST(cx, subject_get(cx, fix.id, &fix));
        assert_true(fix.state == SUBJECT_WITHDRAWN && fix.closed_at && !fix.value.n);
        EXPECT(cx, subject_step(cx, &fix, S("do"), S("改好了"), SUBJECT_BY_STAFF), ERR_CONFLICT);
        fix = request(t, "correct");
        act(t, "clerk");
        EXPECT(cx, subject_step(cx, &fix, S("do"), S("改好了"), SUBJECT_BY_STAFF), ERR_CONFLICT);
        assert_true(!told(cx, t->n.id, "need.name", "王桂兰"));
        MUST(cx, subject_get(cx, fix.id, &fix));
        MUST(cx, subject_step(cx, &fix, S("refuse"), S("已经删了"), SUBJECT_BY_STAFF));
        assert_true(!fix.value.n);
    }
    over();
}

static void a_clerk_says_how_he_made_sure(void **state)
{
    struct town *t = town_make();
    struct cx *cx = t->cx;
    (void)state;
    gathered(t);
    ask(t, "楼道灯不亮");
    act(t, "clerk");
    struct subject_request r = {
        .subject = S("need"), .subject_id = t->n.id, .what = S("copy"), .checked = S("")};
    MUST(cx, subject_ask(cx, &r));
    assert_true(r.state == SUBJECT_RECEIVED);
    EXPECT(cx, subject_step(cx, &r, S("do"), S("给了"), SUBJECT_BY_STAFF), ERR_CONFLICT);
    EXPECT(cx, subject_step(cx, &r, S("check"), S("rumour"), SUBJECT_BY_STAFF), ERR_INPUT);
    MUST(cx, subject_step(cx, &r, S("check"), S("face"), SUBJECT_BY_STAFF));
    MUST(cx, subject_step(cx, &r, S("do"), S("印好给了"), SUBJECT_BY_STAFF));
    EXPECT(cx, subject_by_word(cx, r.number, S("xxxx"), &r), ERR_MISSING);
    struct subject_request bad = {
        .subject = S("need"), .subject_id = t->n.id, .what = S("correct")};
    EXPECT(cx, subject_ask(cx, &bad), ERR_INPUT);
    bad = (struct subject_request){.subject = S("nothing"), .what = S("copy")};
    EXPECT(cx, subject_ask(cx, &bad), ERR_MISSING);
    over();
}

static struct subject_request wants(struct town *t, const char *what, const char *value,
                                    const char *text, const char *checked)
{
    struct subject_request r = {.subject = S("need"),
                                .subject_id = t->n.id,
                                .what = str_c(what),
                                .field = S("contact"),
                                .value = str_c(value),
                                .text = str_c(text),
                                .checked = str_c(checked)};
    if (*checked && strcmp(checked, "key") != 0)
        act(t, "clerk");
    else
        act_nobody(t);
    MUST(t->cx, subject_ask(t->cx, &r));
    return r;
}

static size_t steps_of(struct cx *cx, int64_t request, const char *step)
{
    subject_event_list all = {0};
    size_t n = 0;
    MUST(cx, subject_history(cx, request, &all));
    for (size_t i = 0; i < all.n; i++)
        n += str_is(all.at[i].step, step);
    return n;
}

static void what_was_said_last_is_what_is_put_right(void **state)
{
    struct town *t = town_make();
    struct cx *cx = t->cx;
    struct subject_request r, again, phoned;
    (void)state;
    gathered(t);
    ask(t, "楼道灯不亮");
    r = wants(t, "correct", "13955101111", "", "key");
    again = wants(t, "correct", "13955101111", "", "key");
    assert_true(again.id == r.id && steps_of(cx, r.id, "change") == 0); /* pressed twice */
    again = wants(t, "correct", "13955102222", "刚才写错了", "key");
    assert_true(again.id == r.id && steps_of(cx, r.id, "change") == 1);
    assert_true(told(cx, t->n.id, "subject_request.value", "13955102222"));
    assert_true(told(cx, t->n.id, "subject_event.text", "刚才写错了"));
    /* somebody on the telephone, of whom nothing is known yet, does not change what is his */
    phoned = wants(t, "correct", "13955103333", "", "");
    assert_true(phoned.id != r.id && phoned.state == SUBJECT_RECEIVED);
    assert_true(told(cx, t->n.id, "subject_request.value", "13955102222"));
    MUST(cx, subject_get(cx, r.id, &r));
    act(t, "clerk");
    MUST(cx, subject_step(cx, &r, S("do"), S("改好了"), SUBJECT_BY_STAFF));
    assert_true(told(cx, t->n.id, "need.contact", "13955102222"));
    /* his own word makes sure of the one that waits for it */
    again = wants(t, "correct", "13955104444", "", "key");
    assert_true(again.id == phoned.id && again.state == SUBJECT_CHECKED);
    assert_int_equal(steps_of(cx, phoned.id, "check"), 1);
    act(t, "clerk");
    MUST(cx, subject_step(cx, &again, S("do"), S("改好了"), SUBJECT_BY_STAFF));
    assert_true(told(cx, t->n.id, "need.contact", "13955104444"));
    over();
}

static void a_second_question_is_a_request_of_its_own(void **state)
{
    static const char *const asks[] = {"explain", "object"};
    struct town *t = town_make();
    struct cx *cx = t->cx;
    (void)state;
    gathered(t);
    ask(t, "楼道灯不亮");
    for (size_t i = 0; i < COUNT(asks); i++) {
        struct subject_request one = wants(t, asks[i], "", "谁看过我的电话", "key"),
                               two = wants(t, asks[i], "", "为什么留到后年", "key"),
                               same = wants(t, asks[i], "", " 谁看过我的电话 ", "key");
        assert_true(two.id != one.id && same.id == one.id);
        assert_true(told(cx, t->n.id, "subject_request.text", "为什么留到后年"));
    }
    over();
}

/* ---- deleted for good, backups included ---- */

static bool is_noted(struct cx *cx, const char *subject, int64_t id)
{
    subject_erased_list all = {0};
    MUST(cx, subject_erased_all(cx, &all));
    for (size_t i = 0; i < all.n; i++)
        if (str_is(all.at[i].subject, subject) && all.at[i].subject_id == id)
            return true;
    return false;
}

static void what_is_deleted_at_his_wish_is_noted(void **state)
{
    struct town *t = town_make();
    struct cx *cx = t->cx;
    (void)state;
    gathered(t);
    ask(t, "楼道灯不亮");
    GO(t, "clerk", "withdraw", .text = S("本人说灯自己亮了"));
    assert_true(!is_noted(cx, "need", t->n.id));
    struct subject_request r = request(t, "delete");
    act(t, "clerk");
    MUST(cx, subject_step(cx, &r, S("do"), S("删了"), SUBJECT_BY_STAFF));
    assert_true(is_noted(cx, "need", t->n.id));
    over();
}

/* What stands in a store that was brought back from before: one that is over, one that is open
 * again; one came after the backup and is not there. */
static void what_was_noted_is_erased_again(void **state)
{
    static const struct job_kind jobs[] = {{"need.", need_job}, {"subject.", subject_job}};
    struct town *t = town_make();
    struct cx *cx = t->cx;
    struct subject_again again = {0};
    int done;
    (void)state;
    gathered(t);
    ask(t, "楼道灯不亮");
    int64_t over_id = t->n.id;
    GO(t, "clerk", "withdraw", .text = S("本人说灯自己亮了"));
    ask(t, "门口积水");
    struct subject_erased was[] = {
        {S("need"), over_id, 3}, {S("need"), t->n.id, 4}, {S("need"), 99, 5}};
    subject_erased_list list = {.at = was, .n = COUNT(was)};
    act_nobody(t);
    MUST(cx, subject_erased_add(cx, &list));
    MUST(cx, subject_erased_add(cx, &list)); /* whatever is known already stays as it is */
    MUST(cx, subject_erase_again(cx, &again));
    assert_true(again.gone == 1 && again.open == 1 && !again.waits);
    assert_true(!told(cx, over_id, "need.text", "楼道灯不亮"));
    assert_true(told(cx, t->n.id, "need.text", "门口积水"));
    /* a job tries it each day until it is over */
    MUST(cx, job_run(cx, jobs, COUNT(jobs), 50, &done));
    assert_true(told(cx, t->n.id, "need.text", "门口积水"));
    GO(t, "clerk", "withdraw", .text = S("本人早就不要了"));
    test_advance(MS_DAY + 1);
    act_nobody(t);
    MUST(cx, job_run(cx, jobs, COUNT(jobs), 50, &done));
    assert_true(!told(cx, t->n.id, "need.text", "门口积水"));
    again = (struct subject_again){0};
    MUST(cx, subject_erase_again(cx, &again));
    assert_true(again.gone == 2 && !again.open);
    over();
}

/* ---- forgetting ---- */

static bool same_rates(const struct need_rates *a, const struct need_rates *b)
{
    return memcmp(a, b, sizeof *a) == 0; /* numbers alone */
}

static int64_t due_of(struct cx *cx, const char *label)
{
    keep_lines all = {0};
    MUST(cx, keep_look(cx, &all));
    for (size_t i = 0; i < all.n; i++)
        if (!strcmp(all.at[i].rule->label, label))
            return all.at[i].due;
    fail_msg("no rule %s", label);
    return -1;
}

static void figures_stay_when_words_go(void **state)
{
    struct town *t = town_make();
    struct cx *cx = t->cx;
    const char *who = "提事人的称呼、电话、门牌";
    struct need_rates before, after;
    keep_sums sums = {0};
    int64_t from = cx->now - MS_DAY, to = cx->now + 30 * MS_DAY;
    (void)state;
    gathered(t);
    to_done(t, "楼道灯不亮");
    struct need kept = t->n;
    act(t, "leader");
    MUST(cx, need_rates(cx, from, to, &before));
    test_advance(181 * MS_DAY);
    struct keep_hold h = {.subject = S("need"),
                          .subject_id = kept.id,
                          .number = kept.number,
                          .reason = S("法院在审")};
    assert_int_equal(due_of(cx, who), 1);
    MUST(cx, keep_hold_put(cx, &h));
    assert_int_equal(due_of(cx, who), 0); /* held */
    MUST(cx, keep_night(cx));
    assert_true(told(cx, kept.id, "need.text", "楼道灯不亮"));
    keep_hold_list holds = {0};
    MUST(cx, keep_holds(cx, &holds));
    MUST(cx, keep_hold_end(cx, holds.at[0].id));
    EXPECT(cx, keep_hold_end(cx, holds.at[0].id), ERR_CONFLICT);
    MUST(cx, keep_night(cx));
    assert_int_equal(due_of(cx, who), 0);
    assert_true(!told(cx, kept.id, "need.contact", "13955101234"));
    assert_true(told(cx, kept.id, "need.text", "楼道灯不亮")); /* its time is longer */
    test_advance(1000 * MS_DAY);
    MUST(cx, keep_night(cx));
    assert_true(!told(cx, kept.id, "need.text", "楼道灯不亮"));
    MUST(cx, need_rates(cx, from, to, &after));
    assert_true(same_rates(&before, &after));
    MUST(cx, keep_report(cx, &sums));
    assert_true(sums.n >= 1 && sums.at[0].n >= 1);
    over();
}

/* What is deleted at his wish early has no text and no word by then: the rest goes all the same. */
static void nothing_of_a_need_outlasts_its_time(void **state)
{
    struct town *t = town_make();
    struct cx *cx = t->cx;
    const char *place = "依澜雅居 7 栋 2 单元";
    struct need from_outside = {.place_id = t->building.id,
                                .text = S("热线转来的事"),
                                .channel = S("hotline"),
                                .source_number = S("HF2026-0316001")},
                opened;
    struct str key;
    bool again;
    (void)state;
    gathered(t);
    to_done(t, "楼道灯不亮");
    struct need erased = t->n;
    struct subject_request r = request(t, "delete");
    act(t, "clerk");
    MUST(cx, subject_step(cx, &r, S("do"), S("删了"), SUBJECT_BY_STAFF));
    MUST(cx, need_open(cx, &from_outside, &key, &again));
    t->n = from_outside;
    GO(t, "dispatcher", "withdraw", .text = S("热线说撤了"));
    test_advance(1094 * MS_DAY);
    MUST(cx, keep_night(cx));
    assert_true(told(cx, erased.id, "need.place_text", place));
    assert_true(told(cx, from_outside.id, "need.source_number", "HF2026-0316001"));
    MUST(cx, need_by_key(cx, from_outside.id, key, &opened));
    test_advance(2 * MS_DAY);
    assert_int_equal(due_of(cx, "说的事和答复的话"), 2);
    MUST(cx, keep_night(cx));
    assert_int_equal(due_of(cx, "说的事和答复的话"), 0);
    assert_true(told(cx, erased.id, "need.answer", "（到了日子，已经删去）"));
    assert_true(!told(cx, erased.id, "need.place_text", place));
    assert_true(!told(cx, from_outside.id, "need.source_number", "HF2026-0316001"));
    EXPECT(cx, need_by_key(cx, from_outside.id, key, &opened), ERR_MISSING);
    over();
}

static struct person held_of(struct cx *cx, int64_t id, struct access *access)
{
    struct person p;
    MUST(cx, account_person(cx, id, &p));
    MUST(cx, account_access(cx, id, access));
    return p;
}

/* Whose last post is over: what he signed in with goes, his name stays with what he did. */
static void who_left_his_last_post_leaves_nothing_to_sign_in_with(void **state)
{
    struct town *t = town_make();
    struct cx *cx = t->cx;
    int64_t id = town_post("dispatcher")->person_id;
    holding_list held = {0};
    struct person p;
    struct access access;
    struct str hash;
    int64_t at;
    (void)state;
    gathered(t);
    act(t, "admin");
    p = held_of(cx, id, &access);
    p.login = S("paiqian"), p.duty_phone = S("0551-0000 0003");
    MUST(cx, account_change(cx, &p));
    MUST(cx, account_hash_password(cx, S("一句只有我知道的话"), &hash));
    MUST(cx, account_set_password(cx, id, hash, false));
    MUST(cx, keep_night(cx));
    assert_true(held_of(cx, id, &access).login.n && access.has_password);
    MUST(cx, org_held(cx, id, &held));
    for (size_t i = 0; i < held.n; i++)
        MUST(cx, org_end(cx, held.at[i].id, 0, &at));
    test_advance(29 * MS_DAY);
    MUST(cx, keep_night(cx));
    assert_true(held_of(cx, id, &access).login.n && access.has_password); /* another may come */
    test_advance(2 * MS_DAY);
    assert_int_equal(due_of(cx, "离岗的人的登录名、口令、值班电话"), 1);
    MUST(cx, keep_night(cx));
    p = held_of(cx, id, &access);
    assert_true(p.name.n && !p.login.n && !p.duty_phone.n && !access.has_password);
    assert_int_equal(due_of(cx, "离岗的人的登录名、口令、值班电话"), 0);
    over();
}

static size_t texts_of(struct cx *cx, int64_t request, size_t *steps)
{
    subject_event_list all = {0};
    size_t n = 0;
    MUST(cx, subject_history(cx, request, &all));
    for (size_t i = 0; i < all.n; i++)
        n += all.at[i].text.n > 0;
    *steps = all.n;
    return n;
}

static void a_request_that_was_answered_is_forgotten_with_its_steps(void **state)
{
    struct town *t = town_make();
    struct cx *cx = t->cx;
    struct subject_request r, open;
    size_t steps, after;
    (void)state;
    gathered(t);
    ask(t, "楼道灯不亮");
    r = request(t, "correct");
    open = request(t, "explain");
    act(t, "clerk");
    MUST(cx, subject_step(cx, &r, S("do"), S("王家的称呼改好了"), SUBJECT_BY_STAFF));
    assert_true(texts_of(cx, r.id, &steps) > 0);
    test_advance(1094 * MS_DAY);
    MUST(cx, keep_night(cx));
    MUST(cx, subject_get(cx, r.id, &r));
    assert_true(str_is(r.answer, "王家的称呼改好了") && r.checked.n && r.field.n);
    test_advance(2 * MS_DAY);
    MUST(cx, keep_night(cx));
    MUST(cx, subject_get(cx, r.id, &r));
    assert_true(r.state == SUBJECT_DONE && str_is(r.what, "correct") && r.closed_at); /* counted */
    assert_true(str_is(r.answer, "（到了日子，已经删去）"));
    assert_true(!r.text.n && !r.word.n && !r.field.n && !r.checked.n);
    assert_true(!told(cx, t->n.id, "subject_request.checked", "还没有核对"));
    assert_int_equal(texts_of(cx, r.id, &after), 0);
    assert_int_equal(after, steps);
    assert_int_equal(due_of(cx, "资料请求里的话") + due_of(cx, "资料请求的经过里的话"), 0);
    MUST(cx, subject_get(cx, open.id, &open));
    assert_true(open.text.n && open.word.n && open.checked.n); /* is not over */
    over();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_registered_table_is_told_by_a_room),
        cmocka_unit_test(what_is_promised_is_forgotten),
        cmocka_unit_test(what_is_asked_for_happens_with_the_answer),
        cmocka_unit_test(what_was_said_last_is_what_is_put_right),
        cmocka_unit_test(a_second_question_is_a_request_of_its_own),
        cmocka_unit_test(nothing_comes_back_to_what_was_deleted),
        cmocka_unit_test(a_clerk_says_how_he_made_sure),
        cmocka_unit_test(what_is_deleted_at_his_wish_is_noted),
        cmocka_unit_test(what_was_noted_is_erased_again),
        cmocka_unit_test(figures_stay_when_words_go),
        cmocka_unit_test(nothing_of_a_need_outlasts_its_time),
        cmocka_unit_test(who_left_his_last_post_leaves_nothing_to_sign_in_with),
        cmocka_unit_test(a_request_that_was_answered_is_forgotten_with_its_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
