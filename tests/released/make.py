#!/usr/bin/env python3
# make -- keeps the schema of a release and a few rows of each table, as the product made them: VERSION.sql
# (with the fingerprints of its migrations, so that a released file cannot be changed unseen) and
# VERSION.key, the key file of those rows. The last release may be made again until it is out.
#   make.py LINGHANG VERSION
#   make.py check              whether the files of migrations/ are as each release had them
# SPDX-License-Identifier: Apache-2.0
import os
import re
import shutil
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "http"))
import kit  # noqa: E402

FEW, AN_ID = 3, 1 << 50  # ids are larger than times


class Rows:
    """All rows of a store; `kept` are those that go into the file."""

    def __init__(self, db):
        self.tables, self.columns, self.kept, self.by_id = {}, {}, {}, {}
        for (t,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"
                               " AND name NOT LIKE 'sqlite_%' ORDER BY rowid").fetchall():
            about = db.execute("PRAGMA table_info(%s)" % t).fetchall()
            keys = [c[1] for c in sorted(about, key=lambda c: c[5]) if c[5]]
            self.columns[t] = [c[1] for c in about]
            self.tables[t] = db.execute("SELECT * FROM %s ORDER BY %s" % (t, ", ".join(keys))).fetchall()
            self.kept[t] = set()
            if "id" in self.columns[t]:
                at = self.columns[t].index("id")
                for i, row in enumerate(self.tables[t]):
                    self.by_id.setdefault(row[at], []).append((t, i))

    def keep(self, t, i):
        """A row, and those that it points to."""
        if i in self.kept[t]:
            return
        self.kept[t].add(i)
        for value in self.tables[t][i]:
            if isinstance(value, int) and value > AN_ID:
                for there in self.by_id.get(value, ()):
                    self.keep(*there)

    def keep_where(self, t, column, values):
        at = self.columns[t].index(column)
        for i, row in enumerate(self.tables[t]):
            if row[at] in values:
                self.keep(t, i)

    def ids(self, t):
        at = self.columns[t].index("id")
        return {self.tables[t][i][at] for i in self.kept[t]}


def choose(db, logins, places):
    rows = Rows(db)
    for t, all_rows in rows.tables.items():
        whole = t in ("migration", "keyring", "tier")
        for i in range(len(all_rows) if whole else min(FEW, len(all_rows))):
            rows.keep(t, i)
    rows.keep_where("person", "login", logins)
    rows.keep_where("place", "code", places)
    rows.keep_where("holding", "person_id", rows.ids("person"))
    for t in rows.tables:
        if "need_id" in rows.columns[t]:
            rows.keep_where(t, "need_id", rows.ids("need"))
    return rows


def literal(value):
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return "@X'%s'" % value.hex()
    if isinstance(value, str):
        if "@X'" in value:
            raise SystemExit("a text looks like bytes: " + value)
        return "'%s'" % value.replace("'", "''")
    return str(value)


def write(rows, path, version):
    with open(path, "w", encoding="utf-8") as out:
        out.write("-- %d migrations: what release %s left, a few rows of each table (示例). Made by make.py.\n"
                  % (len(rows.tables["migration"]), version))
        for t, kept in rows.kept.items():
            if t == "migration" or not kept:
                continue
            out.write("INSERT INTO %s (%s) VALUES\n" % (t, ", ".join(rows.columns[t])))
            out.write(",\n".join("(%s)" % ", ".join(map(literal, rows.tables[t][i])) for i in sorted(kept)))
            out.write(";\n")
        at = [rows.columns["migration"].index(c) for c in ("id", "checksum")]
        for row in rows.tables["migration"]:  # as they were when they were released
            out.write("UPDATE migration SET checksum = %s WHERE community_id = 0 AND id = %s;\n"
                      % (literal(row[at[1]]), row[at[0]]))


def fingerprint(path):
    """As src/db/migrate.c makes it."""
    h = 0xcbf29ce484222325
    with open(path, "rb") as f:
        for byte in f.read():
            h = ((h ^ byte) * 0x100000001b3) & (1 << 64) - 1
    return "%016x" % h


def check():
    folder, odd = os.path.join(HERE, "..", "..", "migrations"), []
    files = sorted(os.listdir(folder))
    for release in sorted(f for f in os.listdir(HERE) if f.endswith(".sql")):
        with open(os.path.join(HERE, release), encoding="utf-8") as f:
            told = re.findall(r"^UPDATE migration SET checksum = '(\w+)' .* id = (\d+);$", f.read(), re.M)
        if not told:
            odd.append("%s names no migration" % release)
        odd += ["%s was changed after release %s: take it back and add a new one" % (files[int(i) - 1], release[:-4])
                for sum_, i in told if fingerprint(os.path.join(folder, files[int(i) - 1])) != sum_]
    print("\n".join(odd))
    return 1 if odd else 0


def main():
    if sys.argv[1:] == ["check"]:
        sys.exit(check())
    if len(sys.argv) != 3:
        raise SystemExit("usage: make.py LINGHANG VERSION | make.py check")
    version = sys.argv[2]
    newer = [f for f in os.listdir(HERE) if f.endswith(".sql") and key(f[:-4]) > key(version)]
    if newer:
        raise SystemExit("%s is out: it stays as it is (there is %s)" % (version, newer[0]))
    store = kit.Store(os.path.abspath(sys.argv[1]), "sqlite")
    try:
        here = store.demo[0]
        import sqlite3
        db = sqlite3.connect(store.file)
        write(choose(db, {a[1] for a in here["accounts"]}, here["places"]), os.path.join(HERE, version + ".sql"), version)
        db.close()
        shutil.copyfile(os.environ["LINGHANG_KEY_FILE"], os.path.join(HERE, version + ".key"))
    finally:
        store.drop()


def key(version):
    return [int(n) for n in version.split(".")]


if __name__ == "__main__":
    main()
