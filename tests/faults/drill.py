#!/usr/bin/env python3
# drill -- a store of many MB is backed up, drilled and brought back: every table as it was, byte by
# byte, by a comparison that knows nothing of the server's, and how long each took.
#   drill.py LINGHANG [MB]                     16 by default; 1000 by hand (four times the room)
# Planted: one byte of one row of the store that was brought back, one byte of the backup.
# SPDX-License-Identifier: Apache-2.0
import hashlib
import itertools
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

import faultkit
from faultkit import kit

EVENT, PHOTO, PART = 1000, 150000, 0.6  # bytes of a text, of a photo; the part that is texts


def grow(file, megabytes):
    """Steps of needs, with words, and photos."""
    db = sqlite3.connect(file, isolation_level=None)
    columns = [r[1] for r in db.execute("PRAGMA table_info(need_event)")]
    first = list(db.execute("SELECT * FROM need_event LIMIT 1").fetchone())
    need, ids, words = first[columns.index("need_id")], itertools.count(10 ** 6), "楼道灯不亮，"

    def event():
        row = first[:]
        row[columns.index("id")] = i = next(ids)
        row[columns.index("text")] = ("%d %s" % (i, words * 60))[:EVENT // 3]
        return row
    total = megabytes << 20
    db.execute("BEGIN")
    db.executemany("INSERT INTO need_event VALUES (%s)" % ",".join("?" * len(columns)),
                   (event() for _ in range(int(total * PART) // (EVENT + 100))))
    db.executemany("INSERT INTO need_photo VALUES (%d, ?, ?, ?, 100, 100, 0, 0, ?, ?)" % first[0],
                   ((i, need, os.urandom(16), os.urandom(2000), os.urandom(PHOTO))
                    for i in range(int(total * (1 - PART)) // PHOTO)))
    db.execute("COMMIT")
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()


def tables(file):
    """Of each table a hash of all values of all rows, in the order of its key."""
    db = sqlite3.connect("file:%s?mode=ro" % file, uri=True)
    out = {}
    for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"
                              " AND name NOT LIKE 'sqlite_%'").fetchall():
        h, key = hashlib.sha256(), [r[1] for r in sorted(
            (r for r in db.execute("PRAGMA table_info(%s)" % name) if r[5]), key=lambda r: r[5])]
        for row in db.execute("SELECT * FROM %s ORDER BY %s" % (name, ",".join(key))):
            h.update(repr(row).encode())
        out[name] = h.hexdigest()
    db.close()
    return out


def flip(file, at):
    with open(file, "r+b") as f:
        f.seek(at)
        byte = f.read(1)[0]
        f.seek(at)
        f.write(bytes([byte ^ 1]))


def main():
    if len(sys.argv) < 2:
        raise SystemExit("usage: drill.py LINGHANG [MB]")
    linghang, megabytes = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 16
    report, took = kit.Report(), {}
    store, folder = kit.Store(linghang, "sqlite"), tempfile.mkdtemp(prefix="linghang-drill-")

    def run(name, *args):
        began = time.time()
        p = subprocess.run([linghang, *args], capture_output=True, text=True)
        took[name] = time.time() - began
        return p
    try:
        grow(store.file, megabytes)
        size, key, again = os.path.getsize(store.file), folder + "/key", folder + "/again.db"
        run("key", "backup", "new", "--key", key)
        made = run("backup", "backup", "--db", store.url, "--key", key + ".pub", "--to", folder)
        report.check("drill: a backup is made", made.returncode == 0, made.stderr)
        drill = run("drill", "drill", "--from", folder, "--key", key)
        report.check("drill: it can be brought back", "all as they were" in drill.stdout,
                     drill.stdout + drill.stderr)
        back = run("restore", "restore", "--from", made.stdout.strip(), "--key", key, "--db",
                   "sqlite:" + again)
        report.check("drill: it is brought back", back.returncode == 0, back.stderr)
        was, now = tables(store.file), tables(again)
        told = "migration"  # when each was run is its own
        report.check("drill: each table is the same, byte by byte",
                     len(was) > 50 and {**was, told: 0} == {**now, told: 0},
                     [n for n in was if was[n] != now.get(n)])
        kit.note("drill: store of %d MB, %d tables; seconds: backup %.1f, drill %.1f, restore %.1f"
                 % (size >> 20, len(was), took["backup"], took["drill"], took["restore"]))
        db = sqlite3.connect(again)
        db.execute("DROP TRIGGER IF EXISTS need_event_no_update")
        db.execute("UPDATE need_event SET text = text || 'x' WHERE id = (SELECT MAX(id) FROM need_event)")
        db.commit()
        db.close()
        report.check("drill: the planted row is found", tables(again)["need_event"] != was["need_event"], "no")
        flip(made.stdout.strip(), os.path.getsize(made.stdout.strip()) // 2)
        drill = run("planted", "drill", "--from", folder, "--key", key)
        report.check("drill: the planted byte is found", drill.returncode == 1, drill.stdout)
    finally:
        store.drop()
        shutil.rmtree(folder, ignore_errors=True)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
