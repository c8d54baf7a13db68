/* file -- see file.h. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/file.h"
#include "solve/file_inner.h"
#include <string.h>

enum { MAX_NODES = 1 << 26, FIRST_ARCS = 1 << 16 };

struct solve_reader *solve_reader_new(struct cx *cx)
{
    struct solve_reader *r = NEW(cx->mem, struct solve_reader);
    pool_open(&r->arcs, sizeof(struct arc));
    pool_open(&r->flow, sizeof(int64_t));
    return r;
}

/* ---- a line ---- */

/* Numbers of a line, separated by blanks; -1 when one is none. */
static int numbers(struct str rest, int64_t *out, int max)
{
    int n = 0;
    struct str word;
    while (str_split(&rest, ' ', &word)) {
        if (!word.n)
            continue;
        if (n == max || !str_int(word, &out[n++]))
            return -1;
    }
    return n;
}

static enum err refuse(struct cx *cx, const struct solve_reader *r, const char *why)
{
    return fail(cx, ERR_INPUT, "第 %u 行：%s", r->line, why);
}

static enum err problem_line(struct cx *cx, struct solve_reader *r, struct str rest)
{
    static const struct {
        const char *name;
        enum format format;
        int n;
    } formats[] = {{"bmatch", BMATCH, 3}, {"asn", ASN, 2}, {"min", MIN, 2}};
    int64_t v[3] = {0};
    struct str name = {0};
    if (r->format)
        return refuse(cx, r, "只能有一行 p");
    while (str_split(&rest, ' ', &name) && !name.n)
        ;
    for (size_t k = 0; k < COUNT(formats); k++) {
        if (!str_is(name, formats[k].name))
            continue;
        if (numbers(rest, v, 3) != formats[k].n)
            return refuse(cx, r, "p 后面的数不对");
        r->format = formats[k].format;
    }
    if (!r->format)
        return refuse(cx, r, "要写 p bmatch、p asn 或 p min");
    int64_t arcs = r->format == BMATCH ? v[2] : v[1];
    if (v[0] < 0 || v[0] > MAX_NODES || (r->format == BMATCH && (v[1] < 0 || v[1] > MAX_NODES)) ||
        arcs < 0 || arcs >= NOBODY)
        return refuse(cx, r, "p 里的个数太大或是负数");
    r->nodes = (uint32_t)v[0];
    r->providers = r->format == BMATCH ? (uint32_t)v[1] : 0;
    r->arcs_told = (size_t)arcs;
    return OK;
}

/* `value` of node `at`, counted from 1; nodes are only kept room for when they are spoken of. */
static enum err tell(struct cx *cx, struct solve_reader *r, size_t at, int64_t value)
{
    if (at >= r->flow.n) {
        pool_reserve(&r->flow, at + 1 - r->flow.n);
        r->flow.n = at + 1;
    }
    int64_t *flow = (int64_t *)r->flow.at + at;
    if (*flow != 0)
        return refuse(cx, r, "这个点写了两次");
    *flow = value;
    return OK;
}

/* bmatch: n i b, v j c. The numbers are kept one higher, so that 0 stands for "not said". */
static enum err size_line(struct cx *cx, struct solve_reader *r, char kind, const int64_t *v, int n)
{
    uint32_t most = kind == 'n' ? r->nodes : r->providers;
    if (n != 2 || v[0] < 1 || v[0] > most)
        return refuse(cx, r, "编号不在范围里，或者多了少了数");
    if (v[1] < 0 || v[1] > SOLVE_MAX_WANTED)
        return refuse(cx, r, "人数或件数要在 0 到 65535 之间");
    return tell(cx, r, (size_t)v[0] - 1 + (kind == 'v' ? r->nodes : 0), v[1] + 1);
}

static enum err node_line(struct cx *cx, struct solve_reader *r, const int64_t *v, int n)
{
    if (n != (r->format == MIN ? 2 : 1) || v[0] < 1 || v[0] > r->nodes)
        return refuse(cx, r, "编号不在范围里，或者多了少了数");
    int64_t flow = r->format == MIN ? v[1] : 1;
    if (flow == 0)
        return OK;
    if (flow < -(int64_t)UINT32_MAX || flow > SOLVE_MAX_WANTED)
        return refuse(cx, r, "流量太大");
    return tell(cx, r, (size_t)v[0] - 1, flow);
}

static enum err arc_line(struct cx *cx, struct solve_reader *r, const int64_t *v, int n)
{
    bool flow = r->format == MIN;
    uint32_t heads = r->format == BMATCH ? r->providers : r->nodes;
    if (n != (flow ? 5 : 3))
        return refuse(cx, r, flow ? "要写 a 起点 终点 下限 上限 费用" : "要写起点、终点和分数");
    if (v[0] < 1 || v[0] > r->nodes || v[1] < 1 || v[1] > heads)
        return refuse(cx, r, "编号不在范围里");
    int64_t cost = v[n - 1];
    if (r->format == BMATCH && cost < 1)
        return refuse(cx, r, "分数要大于 0");
    if (cost > SOLVE_MAX_WEIGHT || cost < -SOLVE_MAX_WEIGHT)
        return refuse(cx, r, "分数太大，超过 268435455 就不能保证算准");
    if (flow && (v[2] != 0 || v[3] < 0))
        return refuse(cx, r, "下限要是 0，上限不能是负数");
    if (r->arcs.n == r->arcs_told)
        return refuse(cx, r, "边比 p 里说的多");
    if (r->arcs.n == r->arcs.cap) {
        size_t more = r->arcs.cap ? r->arcs.cap / 2 : FIRST_ARCS;
        size_t left = r->arcs_told - r->arcs.n;
        pool_reserve(&r->arcs, more < left ? more : left);
    }
    ((struct arc *)r->arcs.at)[r->arcs.n++] =
        (struct arc){(uint32_t)v[0], (uint32_t)v[1], (int32_t)cost,
                     (uint32_t)(flow && v[3] < UINT32_MAX ? v[3]
                                : flow                    ? UINT32_MAX
                                                          : 1),
                     r->line};
    return OK;
}

static enum err one_line(struct cx *cx, struct solve_reader *r, struct str s)
{
    int64_t v[5] = {0};
    r->line++;
    if (s.n && s.p[s.n - 1] == '\r')
        s.n--;
    if (str_trim(s).n == 0 || s.p[0] == 'c')
        return OK;
    if (s.n > 1 && s.p[1] != ' ')
        return refuse(cx, r, "行首要是一个字母和一个空格");
    struct str rest = str_cut(s, 1, s.n);
    if (s.p[0] == 'p')
        return problem_line(cx, r, rest);
    if (!r->format)
        return refuse(cx, r, "先写 p 那一行");
    int n = numbers(rest, v, 5);
    if (n < 0)
        return refuse(cx, r, "有不是整数的字，或者数太多");
    if (r->format == BMATCH && (s.p[0] == 'n' || s.p[0] == 'v'))
        return size_line(cx, r, s.p[0], v, n);
    if (r->format != BMATCH && s.p[0] == 'n')
        return node_line(cx, r, v, n);
    if (s.p[0] == (r->format == BMATCH ? 'e' : 'a'))
        return arc_line(cx, r, v, n);
    return refuse(cx, r, r->format == BMATCH ? "行首要是 c、n、v 或 e" : "行首要是 c、n 或 a");
}

enum err solve_reader_feed(struct cx *cx, struct solve_reader *r, struct str bytes)
{
    while (bytes.n && !r->refused) {
        const char *end = memchr(bytes.p, '\n', bytes.n);
        size_t n = end ? (size_t)(end - bytes.p) : bytes.n;
        enum err e = OK;
        if (r->part_n == 0 && !r->comment && end) {
            e = one_line(cx, r, str_n(bytes.p, n));
        } else {
            r->comment = r->comment || (r->part_n ? r->part[0] : bytes.p[0]) == 'c';
            size_t kept = r->comment ? 1 : n;
            if (r->comment) {
                r->part[0] = 'c';
                r->part_n = 1;
            } else if (kept > sizeof r->part - r->part_n) {
                r->line++;
                e = refuse(cx, r, "这一行太长");
            } else {
                memcpy(r->part + r->part_n, bytes.p, kept);
                r->part_n += kept;
            }
            if (end && e == OK) {
                e = one_line(cx, r, str_n(r->part, r->part_n));
                r->part_n = 0;
                r->comment = false;
            }
        }
        if (e != OK) {
            r->refused = true;
            return e;
        }
        bytes = str_cut(bytes, n + (end != NULL), bytes.n);
    }
    return OK;
}

/* ---- bmatch ---- */

static uint32_t *told(struct cx *cx, const struct solve_reader *r, size_t from, uint32_t n)
{
    uint32_t *v = arena_array(cx->mem, (size_t)n + 1, sizeof *v);
    const int64_t *flow = r->flow.at;
    for (size_t k = 0; k < n; k++)
        v[k] = from + k < r->flow.n && flow[from + k] ? (uint32_t)flow[from + k] - 1 : 1;
    return v;
}

/* Counting sort by need, then each list by weight. */
static enum err bmatch_read(struct cx *cx, struct solve_reader *r, struct solve_file *out)
{
    const struct arc *arcs = r->arcs.at;
    uint64_t *first = arena_array(cx->mem, (size_t)r->nodes + 2, sizeof *first);
    struct solve_edge *edges = arena_array(cx->mem, r->arcs.n + 1, sizeof *edges);
    for (size_t k = 0; k < r->arcs.n; k++)
        first[arcs[k].from +
              1]++; /* one further on: while filling, first[from] is the next place */
    for (uint32_t i = 0; i < r->nodes; i++)
        first[i + 2] += first[i + 1];
    for (size_t k = 0; k < r->arcs.n; k++)
        edges[first[arcs[k].from]++] = (struct solve_edge){arcs[k].to - 1, arcs[k].cost};
    for (uint32_t i = 0; i < r->nodes; i++)
        sort_edges(edges + first[i], first[i + 1] - first[i]);
    out->edges = edges;
    out->p = (struct solve_problem){r->nodes,
                                    r->providers,
                                    first,
                                    edges,
                                    told(cx, r, 0, r->nodes),
                                    told(cx, r, r->nodes, r->providers),
                                    NULL,
                                    0};
    return OK;
}

enum err solve_reader_end(struct cx *cx, struct solve_reader *r, struct solve_file *out)
{
    enum err e = OK;
    *out = (struct solve_file){0};
    if (!r->refused && r->part_n)
        e = one_line(cx, r, str_n(r->part, r->part_n)); /* no newline at the end */
    if (e == OK && !r->refused && !r->format)
        e = fail(cx, ERR_INPUT, "没有 p 那一行，这不是撮合问题的文件");
    if (e == OK && !r->refused && r->arcs.n != r->arcs_told)
        e = fail(cx, ERR_INPUT, "p 里说有 %zu 条边，只有 %zu 条", r->arcs_told, r->arcs.n);
    if (e == OK && !r->refused)
        e = r->format == BMATCH ? bmatch_read(cx, r, out) : network_read(cx, r, out);
    pool_close(&r->arcs);
    pool_close(&r->flow);
    return e;
}

/* ---- solving ---- */

static int64_t wanted_units(const struct solve_problem *p)
{
    int64_t units = 0;
    for (uint32_t i = 0; i < p->needs; i++)
        units += p->wanted[i];
    return units;
}

/* Adds `more` to every weight. */
static void lift(struct solve_file *f, int64_t more)
{
    for (uint64_t k = 0; k < f->p.first[f->p.needs]; k++)
        f->edges[k].weight += (int32_t)more;
    f->base += more;
}

/* With weights this high nobody stays out who could be let in: if all are in, the rest is a
 * constant, and it is the cheapest way. If not, higher yet: above units * (dearest - cheapest)
 * there is no complete matching at all. */
static enum err complete(struct cx *cx, struct solve_file *f, const struct solve_options *o,
                         struct solve_result *out)
{
    int64_t units = wanted_units(&f->p), span = (int64_t)f->dearest - f->cheapest + 1;
    for (;;) {
        TRY(solve(cx, &f->p, o, out));
        if ((int64_t)out->matched == units)
            return OK;
        int64_t high = f->base - f->dearest; /* the least weight there is */
        if (high > units * span)
            return fail(cx, ERR_INPUT, "没有能让每一个都分到的办法，最多分到 %zu 个", out->matched);
        int64_t more = high + 3 * span;
        if (f->base - f->cheapest + more > SOLVE_MAX_WEIGHT)
            more = SOLVE_MAX_WEIGHT - (f->base - f->cheapest);
        if (more <= 0)
            return fail(cx, ERR_INPUT,
                        "费用相差太大，不能保证算准；或者没有能让每一个都分到的办法");
        lift(f, more);
    }
}

enum err solve_file_run(struct cx *cx, struct solve_file *f, const struct solve_options *o,
                        struct solve_result *out, int64_t *objective)
{
    struct solve_options in_place = *o;
    in_place.sorted = true;
    if (f->slots)
        TRY(solve_windows(cx, &f->p, f->slots, &in_place, out));
    else if (f->complete)
        TRY(complete(cx, f, &in_place, out));
    else
        TRY(solve(cx, &f->p, &in_place, out));
    *objective = f->cost ? f->base * (int64_t)out->matched - out->objective : out->objective;
    return OK;
}
