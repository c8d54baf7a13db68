#!/usr/bin/env python3
# branches -- the branches that were never taken, from what clang counted (coverage.sh).
#   branches.py BUILD REASONS -v|"" OBJECT...
# REASONS: file, function, how many, why. What is taken by now but stands there still is a failure too, unless it is
# "2?": taken in some runs, where memory happened to fail there.
# SPDX-License-Identifier: Apache-2.0
import collections
import glob
import json
import os
import subprocess
import sys

WHAT = {
    "guard": ["src/web/%s.c" % n for n in ("bucket", "csrf", "form", "guard", "json_in", "lane", "multipart",
                                           "router")],
    "envelope": sorted(n for n in glob.glob("src/seal/*.c") if not n.endswith("_test.c")),
    "access": ["src/web/road.c", "src/app/account/account.c", "src/app/account/role.c",
               "src/app/account/password.c", "src/app/account/totp.c"],
    "store": ["src/db/%s.c" % n for n in ("copy", "db", "digest", "migrate", "pgsql", "sqlite", "store")],
}


def reasons(path):
    found, at_most = collections.Counter(), set()
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            for line in f:
                if line.strip() and line[0] != "#":
                    file, function, n, why = line.rstrip("\n").split("\t")
                    found[file, function] += int(n.rstrip("?"))
                    if n.endswith("?"):
                        at_most.add((file, function))
    return found, at_most


def counted(build, objects, files):
    """{file: {(line, column, true side?): (times, function)}}; functions that several programs hold are added up."""
    command = ["llvm-cov", "export", "-instr-profile", build + "/all.profdata", build + "/linghang"]
    for o in objects:
        command += ["-object", o]
    out = subprocess.run(command + [os.path.abspath(f) for f in files], capture_output=True, check=True)
    found = {f: {} for f in files}
    for function in json.loads(out.stdout)["data"][0]["functions"]:
        for b in function["branches"]:
            file = next((f for f in files if function["filenames"][b[6]].endswith(f)), None)
            if not file:
                continue
            for side in (0, 1):
                at = (b[0], b[1], side == 0)
                times = found[file].get(at, (0, ""))[0]
                found[file][at] = (times + b[4 + side], function["name"].rsplit(":", 1)[-1])
    return found


def main():
    build, path, verbose, objects = sys.argv[1], sys.argv[2], sys.argv[3] == "-v", sys.argv[4:]
    (known, at_most), passed, failed = reasons(path), 0, 0
    every = counted(build, objects, sum(WHAT.values(), []))  # once: it takes a minute
    for what, files in WHAT.items():
        all_of = {f: every[f] for f in files}
        sides = sum(len(b) for b in all_of.values())
        missed = [(file, at, name) for file in files for at, (n, name) in all_of[file].items() if not n]
        print("%s: %d of %d sides of branches taken, %.1f %%; %d not" % (
            what, sides - len(missed), sides, 100.0 * (sides - len(missed)) / max(1, sides), len(missed)))
        each = collections.Counter((file, name) for file, _, name in missed)
        for key in sorted(set(each) | {k for k in known if k[0] in files}):
            good = each[key] <= known[key] if key in at_most else each[key] == known[key]
            passed, failed = passed + good, failed + (not good)
            if verbose or not good:
                lines = ["%d:%d %s" % (at[0], at[1], "true" if at[2] else "false")
                         for file, at, name in sorted(missed) if (file, name) == key]
                print("%s %s %s: %d not taken, %d known: %s" % (
                    "    " if good else "FAIL", key[0], key[1], each[key], known[key], ", ".join(lines)))
    print("%d passed, %d failed" % (passed + 1, failed))
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
