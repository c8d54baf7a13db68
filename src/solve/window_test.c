/* window_test -- time windows against the slow truth, and files as problems. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/solve_test.h"
#include "solve/file.h"
#include <string.h>

/* ---- time windows ---- */

enum { MANY = 16 };

/* Can the first n of these have a slot each? By trying everything. */
static bool seated(const uint32_t *slots, int n, uint32_t taken)
{
    if (n == 0)
        return true;
    if (!slots[0])
        return seated(slots + 1, n - 1, taken);
    for (uint32_t left = slots[0] & ~taken; left; left &= left - 1)
        if (seated(slots + 1, n - 1, taken | (left & -left)))
            return true;
    return false;
}

struct truth {
    const struct solve_problem *p;
    const uint32_t *slots;
    uint32_t need, taken, held[MANY];
    uint32_t of[MANY][MANY]; /* slots of those who have a provider */
};

static int64_t best_from(const struct truth *t, uint64_t edge)
{
    const struct solve_problem *p = t->p;
    struct truth now = *t;
    while (now.need < p->needs && edge == p->first[now.need + 1]) {
        now.need++;
        now.taken = 0;
    }
    if (now.need == p->needs)
        return 0;
    int64_t best = best_from(&now, edge + 1);
    uint32_t j = p->edges[edge].provider, *held = &now.held[j];
    if (now.taken == p->wanted[now.need] || *held == p->capacity[j])
        return best;
    int64_t gain = p->edges[edge].weight - p->lambda * ((int64_t)p->load[j] + *held);
    now.of[j][(*held)++] = t->slots[edge];
    now.taken++;
    if (!seated(now.of[j], (int)*held, 0))
        return best;
    gain += best_from(&now, edge + 1);
    return gain > best ? gain : best;
}

static void no_clash(const struct solve_problem *p, const uint32_t *slots,
                     const struct solve_result *r)
{
    for (uint32_t j = 0; j < p->providers; j++) {
        uint32_t of[MANY];
        int n = 0;
        for (size_t k = 0; k < r->matched; k++)
            for (uint64_t e = p->first[r->pairs[k].need];
                 r->pairs[k].provider == j && e < p->first[r->pairs[k].need + 1]; e++)
                if (p->edges[e].provider == j)
                    of[n++] = slots[e];
        assert_true(seated(of, n, 0));
    }
}

static void windows_are_kept_and_nearly_best(void **state)
{
    (void)state;
    uint64_t seed = 21;
    int64_t truth = 0, found = 0;
    for (int round = 0; round < 20000; round++) {
        struct arena_mark start = arena_mark(&memory);
        struct made m;
        struct solve_result r;
        made_any(&memory, &m, &seed, 5, 3, 3);
        uint32_t *slots = arena_array(&memory, 100, sizeof *slots);
        for (uint64_t k = 0; k < m.first[m.p.needs]; k++)
            slots[k] = dice(&seed, 5) ? 1 + dice(&seed, 7) : 0;
        assert_int_equal(solve_windows(&context, &m.p, slots, NULL, &r), OK);
        struct solve_proof proof = solve_certify(&memory, &m.p, &r);
        assert_int_equal(proof.faults, 0);
        assert_int_equal(proof.bound, r.bound);
        assert_int_equal(proof.objective, r.objective);
        no_clash(&m.p, slots, &r);
        int64_t best = best_from(&(struct truth){.p = &m.p, .slots = slots}, 0);
        assert_true(r.objective <= best && best <= r.bound);
        truth += best;
        found += r.objective;
        arena_rewind(&memory, start);
    }
    assert_true(found >= truth - truth / 100); /* tiny cases are the hardest: 1 % in all */
}

static void without_slots_windows_change_nothing(void **state)
{
    (void)state;
    uint64_t seed = 22;
    for (int round = 0; round < 200; round++) {
        struct arena_mark start = arena_mark(&memory);
        struct made m;
        struct solve_result r;
        made_any(&memory, &m, &seed, 60, 30, 6);
        uint32_t *slots = arena_array(&memory, m.first[m.p.needs] + 1, sizeof *slots);
        assert_int_equal(solve_windows(&context, &m.p, slots, NULL, &r), OK);
        assert_int_equal(r.gap, 0);
        arena_rewind(&memory, start);
    }
}

/* ---- files ---- */

static enum err read_in_pieces(const char *text, size_t piece, struct solve_file *f)
{
    struct solve_reader *r = solve_reader_new(&context);
    struct str all = str_c(text);
    enum err e = OK;
    for (size_t at = 0; at < all.n && e == OK; at += piece)
        e = solve_reader_feed(&context, r, str_cut(all, at, piece));
    enum err end = solve_reader_end(&context, r, f);
    return e != OK ? e : end;
}

static void objective_is(const char *text, int64_t want)
{
    for (size_t piece = 1; piece < 60; piece += 7) {
        struct solve_file f;
        struct solve_result r;
        int64_t objective = 0;
        if (read_in_pieces(text, piece, &f) != OK ||
            solve_file_run(&context, &f, &(struct solve_options){0}, &r, &objective) != OK)
            fail_msg("refused: %.*s", STR(context.fault.message));
        assert_int_equal(objective, want);
        struct solve_proof proof = solve_certify(&memory, &f.p, &r);
        assert_int_equal(proof.faults, 0);
        assert_true(proof.optimal || f.slots);
    }
}

static void refused_with(const char *text, const char *why)
{
    struct solve_file f;
    struct solve_result r;
    int64_t objective;
    enum err e = read_in_pieces(text, 5, &f);
    if (e == OK)
        e = solve_file_run(&context, &f, &(struct solve_options){0}, &r, &objective);
    assert_int_equal(e, ERR_INPUT);
    if (str_find(context.fault.message, str_c(why)) < 0)
        fail_msg("\"%.*s\" does not say %s", STR(context.fault.message), why);
    fault_clear(&context);
}

static void files_are_read(void **state)
{
    (void)state;
    objective_is("c two needs want the same person\r\np bmatch 2 2 3\ne 1 1 5\ne 2 1 7\ne 2 2 6\n",
                 11);
    objective_is("p bmatch 2 1 2\nv 1 2\nn 2 0\ne 2 1 7\ne 1 1 5", 5);
    objective_is("p bmatch 0 0 0\n", 0);
    /* the cheaper pair 1-3 would leave 2 with nobody */
    objective_is("p asn 4 3\nn 1\nn 2\na 1 3 1\na 1 4 50\na 2 3 2\n", 52);
    objective_is("p asn 4 4\nn 1\nn 2\na 1 3 -5\na 1 4 -5\na 2 3 -3\na 2 4 -9\n", -14);
    objective_is("p min 3 2\nn 1 2\nn 2 -1\nn 3 -1\na 1 2 0 1 4\na 1 3 0 1 5\n", 9);
    /* 1 and 2 may stay out; 3 takes one; 4 is the sink */
    objective_is("p min 4 5\nn 1 1\nn 2 1\nn 4 -2\na 1 3 0 1 -5\na 2 3 0 1 -8\na 3 4 0 1 0\n"
                 "a 1 4 0 1 0\na 2 4 0 1 0\n",
                 -8);
    /* the same with place for two, but one slot (5) for both */
    objective_is("p min 5 6\nn 1 1\nn 2 1\nn 4 -2\na 1 5 0 1 -5\na 2 5 0 1 -8\na 5 3 0 1 0\n"
                 "a 3 4 0 2 0\na 1 4 0 1 0\na 2 4 0 1 0\n",
                 -8);
    /* need 1 wants two, and has provider 2 once, in slot 5 or 6, by choice 7 */
    objective_is("p min 7 9\nn 1 2\nn 4 -2\na 1 7 0 1 0\na 7 5 0 1 -5\na 7 6 0 1 -5\na 5 2 0 1 0\n"
                 "a 6 2 0 1 0\na 1 3 0 1 -4\na 2 4 0 2 0\na 3 4 0 1 0\na 1 4 0 2 0\n"
                 "c the next arc\n",
                 -9);
}

static void bad_files_are_refused_by_line(void **state)
{
    (void)state;
    refused_with("", "没有 p");
    refused_with("e 1 1 1\n", "第 1 行：先写 p");
    refused_with("p bmatch 1 1 1\np bmatch 1 1 1\n", "第 2 行：只能有一行 p");
    refused_with("p bmatch 1 1\n", "第 1 行");
    refused_with("p max 1 1 1\n", "要写 p bmatch");
    refused_with("p bmatch -1 1 1\n", "负数");
    refused_with("p bmatch 1 1 1\ne 1 2 3\n", "第 2 行：编号不在范围里");
    refused_with("p bmatch 1 1 1\n\ne 1 1 0\n", "第 3 行：分数要大于 0");
    refused_with("p bmatch 1 1 1\ne 1 1 268435456\n", "第 2 行：分数太大");
    refused_with("p bmatch 1 1 1\ne 1 1 1.5\n", "第 2 行：有不是整数的字");
    refused_with("p bmatch 1 1 1\ne 1 1 99999999999999999999\n", "第 2 行");
    refused_with("p bmatch 1 1 1\ne 1 1\n", "第 2 行：要写起点");
    refused_with("p bmatch 1 1 1\ne 1 1 1\ne 1 1 2\n", "第 3 行：边比 p 里说的多");
    refused_with("p bmatch 1 1 2\ne 1 1 1\n", "只有 1 条");
    refused_with("p bmatch 1 1 2\ne 1 1 1\ne 1 1 2\n", "写了两次");
    refused_with("p bmatch 1 1 0\nn 1 1\nn 1 2\n", "第 3 行：这个点写了两次");
    refused_with("p bmatch 1 1 0\nn 1 65536\n", "第 2 行：人数");
    refused_with("p bmatch 1 1 0\nx 1 1\n", "第 2 行：行首要是");
    refused_with("p bmatch 1 1 0\nnn 1 1\n", "第 2 行：行首要是一个字母");
    refused_with("p bmatch 1 1 0\nn 1 1"
                 "                                                                              "
                 "                                                                         1\n",
                 "第 2 行：这一行太长");
    refused_with("p asn 3 2\nn 1\nn 2\na 1 3 1\na 2 3 1\n", "没有能让每一个都分到的办法");
    refused_with("p asn 2 1\nn 1\na 2 1 1\n", "第 3 行：边要从左边");
    refused_with("p min 2 1\nn 1 1\nn 2 -1\na 1 2 1 1 5\n", "第 4 行：下限");
    refused_with("p min 2 1\nn 1 2\nn 2 -1\na 1 2 0 1 5\n", "流量加起来");
    refused_with("p min 4 3\nn 1 1\nn 4 -1\na 1 2 0 1 5\na 2 3 0 9 5\na 3 4 0 1 0\n",
                 "第 5 行：这不是");
    refused_with("p min 3 3\nn 1 1\nn 3 -1\na 1 2 0 1 5\na 2 3 0 1 7\na 1 3 0 1 0\n",
                 "第 5 行：到终点的边费用");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(windows_are_kept_and_nearly_best, setup, teardown),
        cmocka_unit_test_setup_teardown(without_slots_windows_change_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(files_are_read, setup, teardown),
        cmocka_unit_test_setup_teardown(bad_files_are_refused_by_line, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
