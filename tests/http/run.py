# run -- starts one server on a fresh sample store and runs every test from outside against it.
# SPDX-License-Identifier: Apache-2.0
import glob
import os
import sys
import time

import cases
import hostile
import kit
import matrix


def main():
    linghang, engine = kit.binary(sys.argv)
    names = sys.argv[3:]
    report = kit.Report()
    began = time.time()
    with kit.server_on_sample(linghang, engine, communities=2) as server:
        server.start()
        kit.note("store and start: %.1f s" % (time.time() - began))
        people = [kit.People(server, i) for i in range(len(server.store.demo))]
        parts = {"hostile": lambda: hostile.run(server, people, report),
                 "matrix": lambda: matrix.run(server, people, report)}
        of_cases = [n for n in names if n not in parts]
        if of_cases or not names:
            parts["cases"] = lambda: run_cases(people, report, of_cases)
        for name, part in sorted(parts.items()):
            if names and name != "cases" and name not in names:
                continue
            began = time.time()
            try:
                part()
            except Exception as e:  # one broken part must not hide the others
                report.bad(name, "%s: %s" % (type(e).__name__, e))
            kit.note("%s: %.1f s" % (name, time.time() - began))
            if name == "cases" and (not of_cases or "hours" in of_cases):
                kept_nowhere(server, report)
        kit.hardly_busy(report, "server")
        server.judge(report, "server")
        if report.failed and os.environ.get("KEEP_LOG"):
            print(server.tail())
    return report.finish()


def kept_nowhere(server, report):
    """The identity number that hours.case has printed is not in the log, nor in the store (SQLite)."""
    paths = [server.log]
    if server.store.engine == "sqlite":
        paths += glob.glob(server.store.file + "*")
    found = [p for p in paths if b"11010519491231002" in open(p, "rb").read()]
    report.check("an identity number is kept nowhere", len(paths) > 0 and not found, ", ".join(found))


def run_cases(people, report, names):
    runner = cases.Runner(people, report)
    files = sorted(glob.glob(os.path.join(kit.HERE, "*.case")))
    for path in files:
        if not names or os.path.basename(path)[:-5] in names:
            runner.run(path)
    if not names:
        cases.self_test(report)
        linghang = people[0].server.store.linghang
        cases.coverage(runner, matrix.read_routes(linghang), report)


if __name__ == "__main__":
    sys.exit(main())
