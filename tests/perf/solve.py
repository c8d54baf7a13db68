"""solve.py SOLVE_BENCH LEMON_BENCH [LARGEST]: the matching engine beside LEMON on the same problems.

Interleaved rounds, medians of processor seconds; see README.md.
SPDX-License-Identifier: Apache-2.0
"""
import os
import statistics
import subprocess
import sys
import tempfile

KINDS = ["balanced", "scarce", "single"]
SIZES = [1500, 15000, 150000, 1000000]
ROUNDS = 5
LEMON_ONCE = 150000  # from this size on LEMON takes tens of seconds to minutes: one round


def run(*args):
    """name -> value of one line of output."""
    out = subprocess.run([str(a) for a in args], capture_output=True, text=True, check=True).stdout
    words = out.split()
    return {words[i]: float(words[i + 1]) for i in range(0, len(words) - 1, 2)}


def compare(bench, lemon, file, size):
    ours, loaded, two, theirs = [], [], [], {"ns": [], "cs": []}
    for round_ in range(ROUNDS):
        ours.append(run(bench, "run", file, 1, "sorted"))
        loaded.append(run(bench, "run", file, 1, "shuffled"))
        if size >= LEMON_ONCE:
            two.append(run(bench, "run", file, 2, "sorted"))
        for name in theirs:
            if round_ == 0 or size < LEMON_ONCE:
                theirs[name].append(run(lemon, file, name))
    every = ours + loaded + two
    for r in every:
        assert r["optimal"] == 1 and r["gap"] == 0, r
    found = {r["objective"] for r in every + sum(theirs.values(), [])}
    assert len(found) == 1, found
    return ours, loaded, two, theirs


def median(rows, *names):
    return statistics.median(sum(r[n] for n in names) for r in rows)


def report(kind, size, ours, loaded, two, theirs):
    best = min(theirs, key=lambda name: median(theirs[name], "run"))
    memory = median(ours, "rss")
    run_, whole = median(ours, "run"), median(loaded, "load", "run")
    print("%-8s %7d  solve %9.5f s  LEMON %s %9.4f s (%d)  ratio %5.1f  with loading and sorting %5.1f"
          % (kind, size, run_, best, median(theirs[best], "run"), len(theirs[best]),
             median(theirs[best], "run") / run_,
             median(theirs[best], "load", "run") / whole))
    print("         memory %.0f MB, copied %.0f MB; LEMON %s; certificate %.5f s%s"
          % (memory, median(loaded, "rss"),
             ", ".join("%s %.0f MB = %.1f times" % (n, median(r, "rss"), median(r, "rss") / memory)
                       for n, r in theirs.items()), median(ours, "proof"),
             "; two threads: wall %.4f s, one: %.4f s" % (median(two, "wall"), median(ours, "wall"))
             if two else ""), flush=True)


def events(bench, file, n):
    out = subprocess.run([bench, "events", file, str(n)], capture_output=True, text=True, check=True).stdout
    assert "optimal 1 cold 0" in out, out
    for line in out.splitlines():
        print("         " + line)


def main():
    bench, lemon = (os.path.abspath(p) for p in sys.argv[1:3])
    largest = int(sys.argv[3]) if len(sys.argv) > 3 else 150000
    sizes = [s for s in SIZES if s <= largest]
    with tempfile.TemporaryDirectory() as place:
        files = {}
        print("== solve: processor seconds, medians of %d interleaved rounds; (n) = rounds of LEMON" % ROUNDS)
        for size in sizes:
            for kind in KINDS:
                files[kind, size] = os.path.join(place, "%s-%d" % (kind, size))
                run(bench, "make", kind, size, files[kind, size])
                report(kind, size, *compare(bench, lemon, files[kind, size], size))
        print("== one change, exact again: microseconds")
        for size in sizes:
            for kind in KINDS[:2]:
                print("%s %d" % (kind, size))
                events(bench, files[kind, size], max(100, min(2000, size // 20)))
        print("== the best 20 of as many providers: microseconds a need, compared with looking at all")
        for size in sizes:
            r = run(bench, "nearby", size)
            print("%7d  mean %.2f p50 %.2f p99 %.2f, index of %d entries in %.1f ms; %d checked, %d wrong"
                  % (size, r["mean"], r["p50"], r["p99"], r["entries"], r["build_ms"], r["checked"], r["wrong"]),
                  flush=True)
            assert r["wrong"] == 0


if __name__ == "__main__":
    main()
