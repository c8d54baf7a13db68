#!/usr/bin/env python3
# compliance -- clause -> feature -> test: compliance/*.md from clauses.tsv, and whether each test that a
# clause names is there and passed.
#   compliance.py write                the pages
#   compliance.py check [RESULTS]      that they are up to date and their tests are there; with the
#                                      results of a whole ./check, that each of them passed
# SPDX-License-Identifier: Apache-2.0
import glob
import os
import re
import sys

FOLDER = "compliance"
SETS = {"mlps3": ("等级保护三级，应用部分", "GB/T 22239-2019 8.1.4、8.1.5 与应用有关的条目，措辞是我们自己的。"),
        "pipl": ("个人信息保护法", "按条列出与程序有关的义务，措辞是我们自己的。"),
        "asvs": ("OWASP ASVS 5.0, level 2", "By sections; words of our own, level 3 is not listed.")}
STATES = {"does": "implements", "partly": "implements in part", "not": "does not implement",
          "outside": "the operator's", "none": "does not apply"}


def clauses():
    with open(os.path.join(FOLDER, "clauses.tsv"), encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            if line.strip() and line[0] != "#":
                cells = line.rstrip("\n").split("\t")
                if len(cells) != 6 or cells[0] not in SETS or cells[3] not in STATES:
                    raise SystemExit("clauses.tsv:%d: %d cells, or an unknown set or state" % (number, len(cells)))
                yield cells[:5] + [[t.strip() for t in cells[5].split("; ") if t.strip()]]


def join_names(tests):
    """A name may hold "; " itself: what has no kind belongs to what stands before it."""
    out = []
    for t in tests:
        if re.match(r"(unit|http|check) ", t):
            out.append(t)
        else:
            out[-1] += "; " + t
    return out


def page(name):
    title, note = SETS[name]
    rows = [c for c in clauses() if c[0] == name]
    text = ["# %s" % title, "", note, "",
            "This says what the program implements and which tests show it, for whoever assesses an installation. It is "
            "not a certificate, and it says nothing about how the program is run. Made by `scripts/compliance.py write`.", "",
            "%d rows: %s." % (len(rows), ", ".join("%d %s" % (sum(r[3] == s for r in rows), w) for s, w in STATES.items())),
            "", "| clause | what is asked | the program | how | tests |", "|---|---|---|---|---|"]
    for _, clause, words, state, how, tests in rows:
        text.append("| %s | %s | %s | %s | %s |" % (clause, words, STATES[state], how.replace("|", "\\|"),
                                                   "<br>".join(join_names(tests))))
    return "\n".join(text) + "\n"


def sources(pattern):
    text = ""
    for path in glob.glob(pattern, recursive=True):
        with open(path, encoding="utf-8", errors="replace") as f:
            text += f.read()
    return text


def missing(tests):
    """Names of tests that no source has."""
    units, outside = sources("src/**/*_test.c"), sources("tests/**/*.py")
    checks = sources("scripts/check.sh")
    for t in tests:
        kind, name = t.split(" ", 1)
        file, _, words = name.partition(": ")
        case = os.path.join("tests/http", file + ".case")
        if kind == "unit":
            there = re.search(r"\b%s\(void \*\*" % re.escape(name), units)
        elif kind == "check":
            there = '"%s"' % re.sub(r" on (sqlite|pgsql)$", " on $1", name) in checks
        elif os.path.exists(case):
            there = "\n== " + words in sources(case)
        else:
            there = '"%s' % (words or name) in outside or words and name in outside
        if not there:
            yield t


def unwritten(how):
    """Documents it names that are not there: what is to be in writing is shown by the writing."""
    for name in re.findall(r"[\w./*-]+\.md\b|[\w/]+/\*\.txt|ADR \d+", how):
        path = "docs/adr/%s-*.md" % name[4:] if name.startswith("ADR") else name
        if not glob.glob(path):
            yield name


def not_passed(tests, results):
    good, bad = set(), set()
    with open(results, encoding="utf-8") as f:
        for line in f:
            how, name = line.rstrip("\n").split("\t", 1)
            (good if how == "ok" else bad).add(name)
    for t in tests:
        name = t[5:] if t.startswith("http ") else t
        if name not in good or name in bad:
            yield t


def main():
    what, results = (sys.argv[1:] + ["", ""])[:2]
    tests, faults = sorted({t for c in clauses() for t in join_names(c[5])}), []
    for _, clause, _, state, _, names in clauses():
        if bool(names) != (state in ("does", "partly")):
            faults.append("%s: %s" % (clause, "a test is missing" if not names else "tests of what is not there"))
    faults += ["not written: " + name for c in clauses() for name in unwritten(c[4])]
    faults += ["no such test: " + t for t in missing(tests)]
    for name in SETS:
        path = os.path.join(FOLDER, name + ".md")
        if what == "write":
            with open(path, "w", encoding="utf-8") as f:
                f.write(page(name))
        elif not os.path.exists(path) or open(path, encoding="utf-8").read() != page(name):
            faults.append(path + " is not what scripts/compliance.py write makes")
    if results:
        faults += ["did not pass: " + t for t in not_passed(tests, results)]
    print("\n".join(faults))
    print("%d tests named, %d faults" % (len(tests), len(faults)))
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
