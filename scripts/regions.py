#!/usr/bin/env python3
# regions -- which regions of each parser its corpus reaches, from what clang counted (fuzz.sh coverage).
#   regions.py BUILD PARSERS UNREACHED
# Below 95 % is a failure, but for what stands with a reason in UNREACHED: parser, regions, why.
# SPDX-License-Identifier: Apache-2.0
import json
import os
import subprocess
import sys

ENOUGH = 95.0


def rows(path):
    with open(path, encoding="utf-8") as f:
        return [line.rstrip("\n").split("\t") for line in f if line.strip() and line[0] != "#"]


def functions_of(build, driver, file):
    """{function: [(line, was reached)]} of one file."""
    out = subprocess.run(["llvm-cov", "export", "-instr-profile", "%s/%s.profdata" % (build, driver),
                          "%s/%s" % (build, driver), os.path.abspath(file)], capture_output=True, check=True)
    found = {}
    for f in json.loads(out.stdout)["data"][0]["functions"]:
        if not any(name.endswith(file) for name in f["filenames"]):
            continue
        name = f["name"].rsplit(":", 1)[-1]
        # kind 0 is code; what a macro of another file unfolds to is that file's
        own = [i for i, name_of in enumerate(f["filenames"]) if name_of.endswith(file)]
        found.setdefault(name, []).extend((r[0], r[4] > 0) for r in f["regions"] if r[7] == 0 and r[5] in own)
    return found


def chosen(words, found):
    """The functions that a row names: * = all, -a b = all but these."""
    if words.startswith(("*", "-")):
        return {f: r for f, r in found.items() if f not in words.lstrip("*-").split()}
    return {f: found.get(f, []) for f in words.split()}


def main():
    build, parsers, unreached = sys.argv[1:4]
    allowed = {row[0]: int(row[1]) for row in rows(unreached)} if os.path.exists(unreached) else {}
    bad = 0
    for what, driver, file, words in rows(parsers):
        regions = [(line, f, hit) for f, all_of in chosen(words, functions_of(build, driver, file)).items()
                   for line, hit in all_of]
        missed = sorted({"%d %s" % (line, f) for line, f, hit in regions if not hit}, key=lambda s: int(s.split()[0]))
        count = sum(not hit for _, _, hit in regions)
        share = 100.0 * (len(regions) - count) / max(1, len(regions))
        good = regions and (share >= ENOUGH or count <= allowed.get(what, 0))
        bad += not good
        print("%-5s %5.1f %% of %4d  %s (%s, %s)%s" % (
            "" if good else "LOW", share, len(regions), what, driver, file,
            "".join("\n        not reached: %s:%s" % (file, m) for m in missed) if not good or "-v" in sys.argv else ""))
    print("%d passed, %d failed" % (len(rows(parsers)) - bad, bad))
    return bad != 0


if __name__ == "__main__":
    sys.exit(main())
