#!/usr/bin/env python3
# mirror -- the first disk is gone at any instant: what the second one holds has every need that was
# acknowledged, none that was refused, and is the same store table by table.
#   mirror.py LINGHANG [CYCLES]                4 by default; 200 by hand
# Each cycle: load, kill -9, half a record behind the last one, everything on disk 1 deleted, rebuilt
# from the mirror, and on from there. Then disk 1 is full (root: a tmpfs) and lies (an older copy).
# Planted mistakes (acknowledged before it is written, a change left out, half a record taken for
# one, a commit that failed brought back) must be found.
# SPDX-License-Identifier: Apache-2.0
import glob
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import uuid

import faultkit
import full
from faultkit import kit

WRITERS, NEEDS = 4, 60  # needs of one cycle; the kill comes in the middle of them
STEPS = 3               # of the full disk

PLANTED = {
    "late": ("src/db/journal.c", "static bool write_all(int fd, const void *bytes, size_t n)\n{",
             "static bool write_all(int fd, const void *bytes, size_t n)\n{\n"
             "    static FILE *late;\n    if (!late)\n        late = fdopen(fd, \"a\");\n"
             "    if (late)\n        return fwrite(bytes, 1, n, late) == n;\n"),
    "left out": ("src/db/journal.c", "    unsigned char head[HEAD];\n",
                 "    static int n;\n    unsigned char head[HEAD];\n"
                 "    if (++n % 7 == 0) {\n        j->seq = seq;\n        return OK;\n    }\n"),
    "half": ("src/db/journal.c", "memcmp(hash, bytes + HASHED, HASH) == 0", "true"),
    "not void": ("src/db/sqlite.c", "        mirror_void(cx, lite->mirror, seq);", "        (void)0;"),
}


class Server(kit.Server):
    """`linghang serve --mirror`; disk 1 holds the store, disk 2 the mirror."""

    def __init__(self, store, folder=None):
        super().__init__(store)
        self.disk = folder or tempfile.mkdtemp(prefix="disk1-", dir=store.dir)
        self.mirror = os.path.join(store.dir, "disk2")
        self.use(store.file)

    def use(self, file):
        moved = os.path.join(self.disk, "store.db")
        shutil.copyfile(file, moved)
        self.store.file, self.store.url = moved, "sqlite:" + moved

    def open(self, args, log):
        return super().open([*args, "--mirror", self.mirror, *faultkit.BLIND], log)

    def rebuilt(self, name):
        """Whether it could be, and the file or what was said."""
        file = os.path.join(self.store.dir, name)
        p = subprocess.run([self.store.linghang, "restore", "--mirror", self.mirror, "--db",
                            "sqlite:" + file], capture_output=True, text=True, timeout=120)
        return p.returncode == 0, file if p.returncode == 0 else p.stderr


class Load:
    """People who ask until they are told to stop, or nobody answers; True = acknowledged."""

    def __init__(self, server):
        self.server, self.place = server, server.store.demo[0]["places"][0]
        self.said, self.lock, self.enough = {}, threading.Lock(), threading.Event()

    def write(self, _):
        client = kit.Client(self.server.port)
        while not self.enough.is_set():
            text = "第二块盘：%s" % uuid.uuid4()
            try:
                good = client.post("/api/v1/needs", {"place": self.place, "text": text},
                                   [("Idempotency-Key", str(uuid.uuid4()))]).status == 201
            except (OSError, EOFError):
                return
            with self.lock:
                self.said[text] = good
                if len(self.said) >= NEEDS:
                    self.enough.set()

    def until_killed(self):
        """The kill comes while everybody is asking."""
        asking = [threading.Thread(daemon=True, target=self.write, args=(i,)) for i in range(WRITERS)]
        for t in asking:
            t.start()
        self.enough.wait(60)
        self.enough.clear()
        self.server.kill()
        self.enough.set()
        for t in asking:
            t.join()


def tables(file):
    """What is in it, table by table, and the number of its last transaction."""
    db = sqlite3.connect("file:%s?mode=ro" % file, uri=True)
    names = [r[0] for r in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND"
                                      " name NOT LIKE 'sqlite_%' ORDER BY name")]
    out = {n: sorted(db.execute("SELECT * FROM " + n).fetchall(), key=repr) for n in names}
    last, whole = db.execute("PRAGMA user_version").fetchone()[0], db.execute(
        "PRAGMA integrity_check").fetchone()[0]
    db.close()
    return out, last, whole


def needs_of(content):
    return {v for row in content["need"] for v in row if isinstance(v, str)}


def is_whole(f):
    """Whether the segment ends with a record as long as its head says."""
    end, at = f.seek(0, 2), 0
    while at + 48 <= end:
        f.seek(at + 24)
        at += 48 + int.from_bytes(f.read(8), "little")
    f.seek(0)
    return at == end


def tear(server):
    """Half a record behind the last one, as a disk may leave it: the head, and nothing but zeros. The kill itself
    may have left one; behind that nothing comes, since it is cut off before more is written."""
    segments = sorted(glob.glob(os.path.join(server.mirror, "journal-*.log")))
    with open(segments[-1], "r+b") as f:
        if not is_whole(f):
            return
        head = f.read(48)
        f.seek(0, 2)
        last = 10 ** 9 if len(head) < 48 else int.from_bytes(head[16:24], "little")
        seq = tables(server.store.file)[1] + 1 if last < 10 ** 9 else 1
        f.write(head[:16] + seq.to_bytes(8, "little") + (200).to_bytes(8, "little") + head[32:48] +
                b"\0" * 200)


def cycle(server, report, i, found):
    load = Load(server)
    load.until_killed()
    before, last, _ = tables(server.store.file)
    tear(server)
    good, file = server.rebuilt("rebuilt-%d.db" % i)
    if not good:
        found.append("not rebuilt: " + file)
        return False, 0
    after, end, whole = tables(file)
    there = needs_of(after)
    lost = [t for t, yes in load.said.items() if yes and t not in there]
    if lost:
        found.append("lost %d acknowledged" % len(lost))
    if end < last or end > last + 1 or whole != "ok":
        found.append("it ends at %d, the store at %d; %s" % (end, last, whole))
    if end == last and before != after:
        found.append("another store: %s" % [n for n in before if before[n] != after.get(n)])
    shutil.rmtree(server.disk)
    os.mkdir(server.disk)
    server.use(file)
    return not found, sum(load.said.values())


def killed(linghang, cycles, report, name):
    """kill -9, time and again. With a planted mistake it ends when something is found."""
    server, found, acked, done = Server(small(linghang)), [], 0, 0
    try:
        for i in range(cycles):
            server.start()
            good, n = cycle(server, report, i, found)
            acked, done = acked + n, done + 1
            if not good:
                break
        if not found:
            server.start()
            server.stop()
            good, file = server.rebuilt("last.db")
            same = good and tables(file)[0] == tables(server.store.file)[0]
            found += [] if same else ["after a stop in peace: another store"]
            found += lies(server, report, name) if not name else []
    finally:
        faultkit.end(server)
    kit.note("mirror: %s%d cycles, %d acknowledged; %s"
             % ("planted %s: " % name if name else "", done, acked, "; ".join(found) or "nothing lost"))
    if name:
        return report.check("mirror: the planted mistake %s is found" % name, found, "it was not")
    report.check("mirror: all acknowledged, the same tables", not found, found)


def small(linghang):
    store = kit.Store(linghang, "sqlite")
    faultkit.make_small(store.file)
    return store


def lies(server, report, name):
    """Disk 1 said that it had written and had not: the server does not start on what it holds."""
    old = os.path.join(server.store.dir, "old.db")
    shutil.copyfile(server.store.file, old)
    server.start()
    full.Asker(server).ask()
    full.Asker(server).ask()
    server.stop()
    shutil.copyfile(old, server.store.file)
    try:
        server.start()
    except SystemExit as e:
        return [] if "restore --mirror" in str(e) else ["a lying disk: " + str(e)[-300:]]
    server.kill()
    return ["a server started on a disk that lies"]


def filled(linghang, report, name):
    """What a full disk 1 refused is not brought back."""
    disk = full.Disk()
    server = Server(small(linghang), disk.folder)
    try:
        server.start()
        asker, at = full.Asker(server), 0
        for step in range(STEPS):
            at += full.fill(disk, asker, step, full.MOST, report)
            disk.resize(disk.used() + full.ROOM)
            asker.ask()
        server.stop()
        good, file = server.rebuilt("full.db")
        there = needs_of(tables(file)[0]) if good else set()
        same = good and tables(file)[0] == tables(server.store.file)[0]
    finally:
        faultkit.end(server)
        disk.end()
    lost = [t for t, yes in asker.said.items() if yes and t not in there]
    extra = [t for t, yes in asker.said.items() if not yes and t in there]
    kit.note("mirror: %sfull %d times, %d asked, lost %d, refused yet brought back %d, the same store: %s"
             % ("planted %s: " % name if name else "", at, len(asker.said), len(lost), len(extra), same))
    if name:
        return report.check("mirror: the planted mistake %s is found" % name,
                            extra or not same, "it was not")
    report.check("mirror: a full disk 1", at == STEPS and same and not lost and not extra,
                 (at, same, len(lost), len(extra), file))


def main():
    if len(sys.argv) < 2:
        raise SystemExit("usage: mirror.py LINGHANG [CYCLES]")
    linghang, report = os.path.abspath(sys.argv[1]), kit.Report()
    cycles = int(sys.argv[2]) if len(sys.argv) > 2 else 4
    for name, (source, good, bad) in PLANTED.items():
        planted = faultkit.planted_copy(linghang, source, good, bad)
        (filled(planted, report, name) if name == "not void" else killed(planted, 5, report, name))
    killed(linghang, cycles, report, None)
    filled(linghang, report, None)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
