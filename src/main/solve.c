/* solve -- `linghang solve FILE`: the matching engine on a text file, for measuring and comparing.
 * It opens no store. Files are written as src/solve/file.h says, perhaps packed by gzip. */
/* SPDX-License-Identifier: Apache-2.0 */
#include "solve/file.h"
#include "base/env.h"
#include "main/boot.h"
#include "main/commands.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zlib.h>

enum { PIECE = 1 << 18 };

struct wish {
    const char *file;
    int64_t lambda;
    int threads;
    bool slots;
};

static bool number(const char *name, const char *text, int64_t most, int64_t *out)
{
    if (str_int(str_c(text), out) && *out >= 0 && *out <= most)
        return true;
    fprintf(stderr, "--%s：要一个 0 到 %lld 的数，不是“%s”\n", name, (long long)most, text);
    return false;
}

static bool wish_read(struct wish *w, int argc, char **argv)
{
    static const struct option longs[] = {{"lambda", required_argument, NULL, 'l'},
                                          {"threads", required_argument, NULL, 't'},
                                          {"slots", no_argument, NULL, 's'},
                                          {0}};
    int64_t threads = 0;
    *w = (struct wish){0};
    optind = 1;
    for (int c; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
        if (c == 'l' && !number("lambda", optarg, SOLVE_MAX_WEIGHT, &w->lambda))
            return false;
        if (c == 't' && !number("threads", optarg, SOLVE_THREADS, &threads))
            return false;
        if (c == '?')
            return false;
        w->slots = w->slots || c == 's';
    }
    w->threads = (int)threads;
    if (optind + 1 != argc) {
        fputs("要一个文件：linghang solve 文件 [--lambda N] [--threads N] [--slots]\n", stderr);
        return false;
    }
    w->file = argv[optind];
    return true;
}

static enum err read_file(struct cx *cx, const char *path, struct solve_file *out)
{
    gzFile f = gzopen(path, "rb"); /* reads plain text as well */
    if (!f)
        return fail(cx, ERR_MISSING, "打不开 %s", path);
    gzbuffer(f, PIECE);
    struct solve_reader *r = solve_reader_new(cx);
    char *piece = arena_alloc(cx->mem, PIECE);
    enum err e = OK;
    int n;
    while (e == OK && (n = gzread(f, piece, PIECE)) > 0)
        e = solve_reader_feed(cx, r, str_n(piece, (size_t)n));
    if (e == OK && n < 0)
        e = fail(cx, ERR_INPUT, "%s 读到一半坏了", path);
    gzclose(f);
    enum err end = solve_reader_end(cx, r, out);
    return e != OK ? e : end;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Prints what came out; *status 1 when the certificate does not hold. */
static enum err run(struct cx *cx, const struct wish *w, int *status)
{
    struct solve_file f;
    struct solve_result r;
    int64_t objective;
    TRY(read_file(cx, w->file, &f));
    if (f.slots && !w->slots)
        return fail(cx, ERR_INPUT, "这个文件带时段，加上 --slots");
    if (f.cost && w->lambda)
        return fail(cx, ERR_INPUT, "DIMACS 文件里没有均衡系数，去掉 --lambda");
    f.p.lambda = w->lambda;
    double began = seconds();
    TRY(solve_file_run(cx, &f, &(struct solve_options){.threads = w->threads}, &r, &objective));
    double took = seconds() - began;
    struct solve_proof proof = solve_certify(cx->mem, &f.p, &r);
    printf("objective %lld\nmatched %zu\ngap %lld\nseconds %.6f\n", (long long)objective, r.matched,
           (long long)(proof.bound - proof.objective), took);
    /* With time windows the bound is that of the problem without them. */
    bool holds = !proof.faults && proof.bound == r.bound && proof.objective == r.objective &&
                 (f.slots ? r.gap >= 0 : proof.optimal);
    if (!holds)
        fputs("证书不成立：价格和配对对不上\n", stderr);
    *status = !holds;
    return OK;
}

int command_solve(int argc, char **argv)
{
    struct arena mem;
    struct cx cx;
    struct wish w;
    int status = 1;
    if (!wish_read(&w, argc, argv))
        return 2;
    arena_init(&mem, SIZE_MAX / 2);
    cx_init(&cx, &mem, &env_system);
    if (run(&cx, &w, &status) != OK)
        status = boot_fault(&cx);
    cx_end(&cx);
    arena_free(&mem);
    return status;
}
