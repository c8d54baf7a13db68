/*
 * lemon_bench -- the same problems by LEMON (lemon.cs.elte.hu), for the ratios of
 * tests/perf/solve.py.
 *
 *   lemon_bench FILE ns|cs     network simplex or cost scaling: processor seconds of each part
 *
 * Need -> provider with cost -weight, provider -> sink, need -> sink at 0 for those left unmatched.
 */
/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/perf/peak.h"
#include <lemon/cost_scaling.h>
#include <lemon/network_simplex.h>
#include <lemon/static_graph.h>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <vector>

static double seconds()
{
    timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct problem { /* as city_write() writes it */
    uint64_t head[4];
    std::vector<uint64_t> first;
    struct edge {
        uint32_t provider;
        int32_t weight;
    };
    std::vector<edge> edges;
    std::vector<uint32_t> wanted, capacity;

    bool read(const char *path)
    {
        FILE *f = fopen(path, "rb");
        if (!f || fread(head, sizeof head, 1, f) != 1)
            return false;
        first.resize(head[0] + 1);
        edges.resize(head[2]);
        wanted.resize(head[0]);
        capacity.resize(head[1]);
        bool whole =
            fread(first.data(), sizeof first[0], first.size(), f) == first.size() &&
            fread(edges.data(), sizeof edges[0], edges.size(), f) == edges.size() &&
            fread(wanted.data(), sizeof wanted[0], wanted.size(), f) == wanted.size() &&
            fread(capacity.data(), sizeof capacity[0], capacity.size(), f) == capacity.size();
        fclose(f);
        return whole;
    }
};

template <class Solver> static int run(problem &p)
{
    typedef lemon::StaticDigraph graph;
    double a = seconds();
    int needs = (int)p.head[0], providers = (int)p.head[1], sink = needs + providers;
    int64_t units = 0;
    graph g;
    {
        std::vector<std::pair<int, int>> arcs;
        arcs.reserve(p.edges.size() + (size_t)sink);
        for (int i = 0; i < needs; i++) {
            for (uint64_t k = p.first[i]; k < p.first[i + 1]; k++)
                arcs.emplace_back(i, needs + (int)p.edges[k].provider);
            arcs.emplace_back(i, sink);
        }
        for (int j = 0; j < providers; j++)
            arcs.emplace_back(needs + j, sink);
        g.build(sink + 1, arcs.begin(), arcs.end());
    }
    graph::ArcMap<int> upper(g), cost(g);
    graph::NodeMap<int> supply(g);
    int arc = 0;
    for (int i = 0; i < needs; i++) {
        for (uint64_t k = p.first[i]; k < p.first[i + 1]; k++, arc++) {
            upper[g.arc(arc)] = 1;
            cost[g.arc(arc)] = -p.edges[k].weight;
        }
        upper[g.arc(arc)] = (int)p.wanted[i];
        cost[g.arc(arc++)] = 0;
        supply[g.node(i)] = (int)p.wanted[i];
        units += p.wanted[i];
    }
    for (int j = 0; j < providers; j++) {
        upper[g.arc(arc)] = (int)p.capacity[j];
        cost[g.arc(arc++)] = 0;
    }
    supply[g.node(sink)] = (int)-units;
    p = problem(); /* not counted among its memory */
    Solver solver(g);
    solver.upperMap(upper).costMap(cost).supplyMap(supply);
    double b = seconds();
    bool found = solver.run() == Solver::OPTIMAL;
    double c = seconds();
    printf("load %.6f run %.6f objective %lld rss %.0f\n", b - a, c - b,
           -(long long)solver.template totalCost<long long>(), peak_mb());
    return found ? 0 : 1;
}

int main(int argc, char **argv)
{
    problem p;
    if (argc != 3 || !p.read(argv[1])) {
        fputs("lemon_bench FILE ns|cs\n", stderr);
        return 2;
    }
    /* Costs in 64 bits where they are summed up: in 32 a city overflows. */
    if (strcmp(argv[2], "ns") == 0)
        return run<lemon::NetworkSimplex<lemon::StaticDigraph, int, long long>>(p);
    return run<lemon::CostScaling<lemon::StaticDigraph, int, long long>>(p);
}
