#!/usr/bin/env python3
# copy -- a whole store goes into an empty one and is the same there, row by row; what would mix two
# stores, or comes from nowhere, is refused and nothing is changed.
#   copy.py LINGHANG sqlite|pgsql
# SPDX-License-Identifier: Apache-2.0
import os
import sqlite3
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402


def plain(value):
    """JSON loses its blanks on PostgreSQL; nothing else may change."""
    is_json = isinstance(value, str) and value[:1] in ("[", "{")
    return value.replace(" ", "") if is_json else value


def rows(file):
    """{table: its rows in order}, of an SQLite store."""
    db = sqlite3.connect(file)
    tables = [r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'"
                                       " AND name NOT LIKE 'sqlite_%' AND name <> 'migration'")]
    found = {t: [tuple(map(plain, r)) for r in db.execute("SELECT * FROM %s ORDER BY 1, 2" % t)]
             for t in tables}
    db.close()
    return found


def run(store, report, first):
    """Copies the store into a file and compares that with the sample it was made from."""
    file = os.path.join(store.dir, "copy.db")

    def copy(source, target):
        p = subprocess.run([store.linghang, "copy", "--from", source, "--db", target],
                           capture_output=True, text=True, timeout=300)
        return p.returncode, p.stderr

    status, said = copy(store.url, "sqlite:" + file)
    copied = rows(file)
    report.check("copy: it ends well", status == 0, said)
    report.check("copy: there was something", len(copied["need"]) > 1000, len(copied["need"]))
    odd = [t for t in first if first[t] != copied.get(t)]
    report.check("copy: every table is the same", not odd, odd)
    status, said = copy(store.url, "sqlite:" + file)
    report.check("copy: a second time is refused", status == 1 and "换一个空库" in said, said)
    report.check("copy: and changes nothing", rows(file) == copied, "the rows differ")
    status, said = copy("sqlite:" + os.path.join(store.dir, "none.db"), "sqlite:" + file)
    report.check("copy: from nothing is refused", status == 1 and "什么也没有" in said, said)
    p = subprocess.run([store.linghang, "copy", "--db", "sqlite:" + file], capture_output=True,
                       text=True, timeout=60)
    report.check("copy: from where must be said", p.returncode == 1 and "--from" in p.stderr, p.stderr)


def main():
    linghang, engine = kit.binary(sys.argv)
    report = kit.Report()
    with kit.server_on_sample(linghang, "sqlite") as sample:
        first = rows(sample.store.file)
        if engine == "sqlite":
            run(sample.store, report, first)
        else:
            with kit.server_on_sample(linghang, engine) as there:
                run(there.store, report, first)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
