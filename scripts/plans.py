#!/usr/bin/env python3
# plans -- how SQLite means to answer each statement of the features, on an empty store with the
# numbers of src/db/sqlite.c: none fills a filter from a whole table (a megabyte set to zero, and
# every row of it read, each time: SQLite does so where it thinks that many rows are looked up).
#   plans.py LINGHANG
# SPDX-License-Identifier: Apache-2.0
import glob
import os
import re
import sqlite3
import subprocess
import sys
import tempfile


def statements():
    """(file, name, text) of each that SQLite is asked, with its parts (tools/sql2c.c) in it."""
    for path in sorted(glob.glob("src/app/**/*.sql", recursive=True)):
        with open(path, encoding="utf-8") as f:
            pieces = re.split(r"^-- (name|part): (\w+).*$", f.read(), flags=re.M)
        parts = {}
        for kind, name, text in zip(pieces[1::3], pieces[2::3], pieces[3::3]):
            text = re.sub(r"^ *@(\w+)$", lambda m: parts[m.group(1)], text, flags=re.M)
            if kind == "part":
                parts[name] = text
            elif "-- engine: pgsql" not in text:
                yield path, name, text.strip().rstrip(";")


def main():
    asked, bad = 0, []
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "plans.db")
        subprocess.run([sys.argv[1], "migrate", "--db", "sqlite:" + file], check=True,
                       stdout=subprocess.DEVNULL)
        db = sqlite3.connect(file)
        for path, name, text in statements():
            names = dict.fromkeys(re.findall(r":(\w+)", text), 0)
            plan = [row[3] for row in db.execute("EXPLAIN QUERY PLAN " + text, names)]
            asked += 1
            bad += ["%s: %s: %s" % (path, name, step) for step in plan if "BLOOM FILTER" in step]
        db.close()
    print("\n".join(bad + ["%d statements" % asked]))
    return bool(bad) or asked == 0


if __name__ == "__main__":
    sys.exit(main())
