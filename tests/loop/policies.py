#!/usr/bin/env python3
# policies -- the exact matching beside greedy, first come and one by one on the town of the store:
# the rules that tests/perf/policies.c checks itself hold for several drawings; in a scarce town the
# exact one serves more, and one by one does better by yesterday's prices than without.
#   policies.py LINGHANG sqlite|pgsql POLICIES
# SPDX-License-Identifier: Apache-2.0
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402

SEEDS = (1, 2, 3)


def people(out, policy):
    """Found by a policy, in each town."""
    return [int(n) for n in re.findall(r"^%s .* people +(\d+) of" % policy, out, re.M)]


def points(out, policy):
    """Share of the optimum's points, mean of all orders, in each town."""
    return [float(x) for x in re.findall(r"^%s +points +([\d.]+)" % policy, out, re.M)]


def main():
    linghang, engine = kit.binary(sys.argv)
    report = kit.Report()
    store = kit.Store(linghang, engine)
    try:
        for seed in SEEDS:
            p = subprocess.run([os.path.abspath(sys.argv[3]), "--db", store.url, "--seed", str(seed)],
                               capture_output=True, text=True)
            name = "policies, drawing %d: " % seed
            broken = [x for x in p.stdout.splitlines() if x.startswith("BROKEN")]
            report.check(name + "every rule holds", p.returncode == 0, broken[:3] or p.stderr[-500:])
            exact, greedy, first = (people(p.stdout, x) for x in ("exact", "greedy", "first come"))
            report.check(name + "three towns are told", len(exact) == len(greedy) == len(first) == 3,
                         p.stdout[-500:])
            report.check(name + "in the scarce town exact serves a tenth more",
                         exact and exact[-1] >= 1.1 * max(greedy[-1], first[-1]),
                         "%s %s %s" % (exact, greedy, first))
            prices, plain = (points(p.stdout, x) for x in ("online by prices", "online"))
            report.check(name + "in the scarce town yesterday's prices bring three points of a hundred",
                         len(prices) == len(plain) == 3 and prices[-1] >= plain[-1] + 3,
                         "%s %s" % (prices, plain))
    finally:
        store.drop()
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
