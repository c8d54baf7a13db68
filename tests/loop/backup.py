#!/usr/bin/env python3
# backup -- a sealed backup taken while people write: one moment of the store, brought back on either engine
# as it was; what was changed, cut or opened with another key is refused; killed in the middle there is no
# file that looks like one.
#   backup.py LINGHANG sqlite|pgsql
# SPDX-License-Identifier: Apache-2.0
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "faults"))
import faultkit  # noqa: E402
import kit  # noqa: E402

WRITERS, SEEN = 4, 20


def run(store, *args):
    p = subprocess.run([store.linghang, *args], capture_output=True, text=True, timeout=300)
    return p.returncode, p.stdout + p.stderr


class Writers:
    """People who ask all the time; `acked` in the order in which they read their answers."""

    def __init__(self, server):
        self.server, self.stop, self.acked = server, threading.Event(), []
        self.threads = [threading.Thread(daemon=True, target=self.write, args=(n,)) for n in range(WRITERS)]
        for t in self.threads:
            t.start()

    def write(self, n):
        client, i = kit.Client(self.server.port), 0
        while not self.stop.is_set():
            i += 1
            a = client.post("/api/v1/needs", {"place": self.server.store.demo[0]["places"][0],
                                              "text": "备份时的第 %d-%d 件" % (n, i)})
            if a.status == 201:
                self.acked.append(a.json()["id"])

    def until(self, n):
        while len(self.acked) < n:
            time.sleep(0.005)

    def end(self):
        self.stop.set()
        for t in self.threads:
            t.join()


def files(folder, end):
    return sorted(f for f in os.listdir(folder) if f.endswith(end))


def unfinished(folder):
    """All that is no whole half of a backup."""
    return sorted(f for f in os.listdir(folder) if not re.fullmatch(r"linghang-[\d-]+\.(keys|backup)(\.tables)?", f))


def taken(store, server, report, folder, key):
    """A backup while people write; returns its path."""
    writers = Writers(server)
    try:
        writers.until(SEEN)
        before = set(writers.acked[:SEEN])
        status, said = run(store, "backup", "--db", store.url, "--key", key + ".pub", "--to", folder)
        during = len(writers.acked)
        writers.until(during + SEEN)
    finally:
        writers.end()
    report.check("backup: taken while people write", status == 0 and during > SEEN, (status, said, during))
    report.check("backup: two files with their tables and nothing else", len(os.listdir(folder)) == 4,
                 os.listdir(folder))
    return said.strip(), before, set(writers.acked)


def brought_back(store, report, path, key, before, acked):
    """On the other engine too: what was acknowledged before it is there, and only what somebody wrote."""
    places = ["sqlite:" + os.path.join(store.dir, "again.db")]
    if store.engine != "sqlite":
        store._psql("postgres", "create database %s_again" % store.name)
        places.append(store._url(store.name + "_again"))
    for url in places:
        status, said = run(store, "restore", "--from", path, "--key", key, "--db", url)
        report.check("backup: restored", status == 0, said)
        status, said = run(store, "audit", "verify", "--db", url)
        report.check("backup: its audit chain holds", status == 0, said)
        status, said = run(store, "restore", "--from", path, "--key", key, "--db", url)
        report.check("backup: not into a store that is not empty", status == 1 and "不是空的" in said, said)
    db = sqlite3.connect(os.path.join(store.dir, "again.db"))
    there = {r[0] for r in db.execute("SELECT CAST(id AS TEXT) FROM need WHERE text LIKE '备份时的第%'")}
    db.close()
    report.check("backup: what was acknowledged before it is in it", before <= there, before - there)
    report.check("backup: nothing is in it that nobody wrote", len(there - acked) <= WRITERS, there - acked)
    if store.engine != "sqlite":
        store._psql("postgres", "drop database %s_again with (force)" % store.name)


def refused(store, report, folder, path, key):
    drill = ["drill", "--from", folder, "--key"]
    status, said = run(store, *drill, key)
    report.check("backup: the drill", status == 0 and "all as they were" in said, said)
    kit.note("backup: " + said.strip().split("/")[-1])
    run(store, "backup", "new", "--key", key + "2")
    report.check("backup: another key does not open it", run(store, *drill, key + "2")[0] == 1, "")
    report.check("backup: the public half does not open it", run(store, *drill, key + ".pub")[0] == 1, "")
    whole, tables = open(path, "rb").read(), open(path + ".tables").read()
    for name, bad in (("a changed byte", whole[:99999] + bytes([whole[99999] ^ 1]) + whole[100000:]),
                      ("a cut", whole[:-1]), ("a longer one", whole + b"x"), ("an empty one", b"")):
        open(path, "wb").write(bad)
        status, said = run(store, *drill, key)
        report.check("backup: %s is refused" % name, status == 1, said)
    open(path, "wb").write(whole)
    line = next(t for t in tables.split("\n") if t.startswith("need "))
    head, digest = line.rsplit(" ", 1)
    open(path + ".tables", "w").write(tables.replace(line, head + " " + digest[::-1]))
    status, said = run(store, *drill, key)
    report.check("backup: a table that is not as it was is named", status == 1 and "表 need " in said, said)
    open(path + ".tables", "w").write(tables)
    report.check("backup: put right it holds", run(store, *drill, key)[0] == 0, "")
    left = [f for f in os.listdir(folder) if not f.startswith("linghang-")]
    report.check("backup: nothing unsealed is left", not left, left)


def unreadable(store, report, path):
    said = [r[0] for r in store.sql("SELECT DISTINCT text FROM need WHERE length(text) > 4 LIMIT 200")]
    bytes_ = open(path, "rb").read()
    found = [t for t in said if t.encode() in bytes_]
    report.check("backup: nothing that was said can be read in it", len(said) > 50 and not found, found[:3])


def killed(store, report, folder, key):
    """Killed at different moments: a file that has the name of a backup is a whole one."""
    whole = 0
    for n in range(6):
        p = subprocess.Popen([store.linghang, "backup", "--db", store.url, "--key", key + ".pub", "--to", folder],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seen = set(os.listdir(folder))
        until = time.time() + 60
        # the n-th time it is killed once the folder has changed n times, or it has ended
        for _ in range(n):
            while p.poll() is None and set(os.listdir(folder)) == seen and time.time() < until:
                time.sleep(0.002)
            seen = set(os.listdir(folder))
        if p.poll() is None:
            p.send_signal(signal.SIGKILL)
        p.wait()
        whole += p.returncode == 0
    status, said = run(store, "drill", "--from", folder, "--key", key)
    report.check("backup: killed, the newest whole one opens", status == 0, said)
    left = unfinished(folder)
    report.check("backup: what a killed run left is gone with the next", not left, left)
    report.check("backup: some were killed", whole < 6, whole)


def same_number(store, report, path, key):
    """A run was killed, and the next one has its number: what the dead one left is not gone on with."""
    folder = os.path.join(store.dir, "same-number")
    os.mkdir(folder)
    words = ("keys", "backup", "sealing", "openkeys", "open", "drillkeys", "drill")
    there = os.path.dirname(path)
    for name, at, command in (
            ("backup", folder, ["backup", "--db", store.url, "--key", key + ".pub", "--to", folder]),
            ("drill", folder, ["drill", "--from", folder, "--key", key]),
            ("restore", there, ["restore", "--from", path, "--key", key, "--db",
                                "sqlite:" + os.path.join(store.dir, "same.db")])):
        def left_of_a_dead_one(at=at):
            for word in words:
                with open(os.path.join(at, ".%s-%d.db" % (word, os.getpid())), "w", encoding="ascii") as f:
                    f.write("half of something" * 1000)
        p = subprocess.run([store.linghang, *command], capture_output=True, text=True, timeout=300,
                           preexec_fn=left_of_a_dead_one)
        report.check("backup: %s with the number of one that was killed" % name, p.returncode == 0 and
                     not unfinished(at), (p.stdout + p.stderr, unfinished(at)))


def not_closed(store, report, key):
    """Planted: the copy is not closed, so a part of it is in its journal only."""
    folder = os.path.join(store.dir, "not-closed")
    os.mkdir(folder)
    bad = faultkit.planted_copy(store.linghang, "src/main/backup.c", "        conn_close(s->cx.db);\n", "")
    p = subprocess.run([bad, "backup", "--db", store.url, "--key", key + ".pub", "--to", folder],
                       capture_output=True, text=True, timeout=300)
    left = [f for f in os.listdir(folder) if f.startswith(".") or f.endswith((".keys", ".backup"))]
    report.check("backup: what is not all in its file is not sealed", p.returncode == 1 and
                 "没有写完" in p.stderr and not left, (p.stderr, left))


def cut_short(store, report, key):
    """Planted: killed while it seals; a disk that refuses the last sync. Half a backup is as large as the store,
    and its keys open whoever is forgotten later."""
    folder = os.path.join(store.dir, "cut-short")
    os.mkdir(folder)
    backup = ["backup", "--db", store.url, "--key", key + ".pub", "--to", folder]

    def planted(good, bad):
        p = subprocess.run([faultkit.planted_copy(store.linghang, "src/main/backup.c", good, bad), *backup],
                           capture_output=True, text=True, timeout=300)
        return p.returncode, p.stdout + p.stderr
    status, said = planted("fwrite(bytes.p, 1, bytes.n, arg) == bytes.n;",
                           "fwrite(bytes.p, 1, bytes.n, arg) == bytes.n && fflush(arg) == 0 && raise(SIGKILL) == 0;")
    report.check("backup: killed while it sealed", status == -signal.SIGKILL and unfinished(folder), (status, said))
    alive = ".sealing-%d.db" % os.getpid()
    fresh, old = "linghang-20200101-000000.backup.part", "linghang-20200101-000000.keys.part"  # of versions before
    for name in (alive, fresh, old):
        open(os.path.join(folder, name), "w").close()
    os.utime(os.path.join(folder, old), (time.time() - 2 * 86400,) * 2)
    status, said = run(store, *backup)
    left = unfinished(folder)
    report.check("backup: what it had sealed is gone with the next", status == 0 and not
                 [f for f in left if f not in (alive, fresh, old)], (said, left))
    report.check("backup: and what an earlier version left; what somebody may be at stays", left == [alive, fresh],
                 left)
    for name in (alive, fresh):
        os.unlink(os.path.join(folder, name))
    status, said = planted("fsync(fileno(file)) == 0", '!str_ends(str_c(name), S(".backup"))')
    left = unfinished(folder)
    report.check("backup: a disk that takes all but the last sync keeps nothing", status == 1 and "写不完" in said and
                 not left, (status, said, left))


def restore_killed(store, report, path, key):
    """What was opened beside the backup is gone with the next one, and nothing that is somebody else's."""
    folder, url = os.path.dirname(path), "sqlite:" + os.path.join(store.dir, "killed.db")
    mine = os.path.join(folder, ".notes-4194303.db-of-mine")
    open(mine, "w").close()
    before, killed_ = set(os.listdir(folder)), False
    p = subprocess.Popen([store.linghang, "restore", "--from", path, "--key", key, "--db", url],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while p.poll() is None and not killed_:
        if any(os.path.getsize(os.path.join(folder, f)) > 0 for f in set(os.listdir(folder)) - before
               if f.find("open") >= 0 and f.find("keys") < 0):
            p.send_signal(signal.SIGKILL)
            killed_ = True
    p.wait()
    report.check("backup: a restore was killed with the store open beside it", killed_ and
                 set(os.listdir(folder)) > before, set(os.listdir(folder)) - before)
    os.unlink(url.removeprefix("sqlite:"))
    status, said = run(store, "restore", "--from", path, "--key", key, "--db", url)
    left = set(os.listdir(folder)) - before
    report.check("backup: what it left unsealed is gone with the next", status == 0 and not left, (said, left))
    report.check("backup: somebody else's file is left alone", os.path.exists(mine), "gone")
    if os.path.exists(mine):
        os.unlink(mine)


def waited(store, report, folder, path, key):
    """A record that waited to be chained when the backup was taken has not waited ever since; one that had
    waited long already has."""
    now = int(time.time() * 1000)
    store.sql("INSERT INTO audit_inbox (community_id, id, at, person_id, post_id, role, session_id, action, object,"
              " reason, outcome, detail_hash) SELECT community_id, 1, %d, 0, 0, 'system', 0, 'job test', '', '', 200,"
              " '' FROM audit LIMIT 1" % (now - 600000))
    other = os.path.join(store.dir, "waited")
    os.mkdir(other)
    status, said = run(store, "backup", "--db", store.url, "--key", key + ".pub", "--to", other)
    store.sql("DELETE FROM audit_inbox WHERE id = 1")
    stem = os.path.basename(said.strip()).removesuffix(".backup")
    status, said = run(store, "drill", "--from", other, "--key", key)
    report.check("backup: a record that had waited for long is told", status == 1 and "很久没有接到链上" in said, said)
    then = time.strftime("linghang-%Y%m%d-%H%M%S", time.gmtime(now / 1000 - 590 + 8 * 3600))
    for f in os.listdir(other):
        os.rename(os.path.join(other, f), os.path.join(other, f.replace(stem, then)))
    status, said = run(store, "drill", "--from", other, "--key", key)
    report.check("backup: one that waited ten seconds then is not", status == 0, said)


def moved(folder, names, stem, to, how=os.rename):
    for name in names:
        how(os.path.join(folder, name), os.path.join(os.path.dirname(to), os.path.basename(to) + name[len(stem):]))


def clock_ahead(store, report, path, key):
    """One dated ten years ahead is not the newest: a backup is made and complains, the drill opens that one, and
    its keys are not taken for the newest; nor are keys that are older than the backup."""
    folder, other = os.path.dirname(path), os.path.join(store.dir, "ahead")
    url = "sqlite:" + os.path.join(store.dir, "ahead.db")
    os.mkdir(other)
    stem = os.path.basename(path).removesuffix(".backup")
    ahead = "linghang-%d%s" % (int(stem[9:13]) + 10, stem[13:])
    moved(folder, [f for f in os.listdir(folder) if f.startswith(stem)], stem, os.path.join(other, ahead),
          shutil.copyfile)
    drill = ["drill", "--from", other, "--key", key]
    status, said = run(store, *drill)
    report.check("backup: the drill takes none that is dated ahead", status == 1 and "钟对吗" in said and
                 "as they were" not in said, said)
    status, said = run(store, "backup", "--db", store.url, "--key", key + ".pub", "--to", other)
    made = [f for f in files(other, ".backup") if not f.startswith(ahead)]
    report.check("backup: beside one dated ahead it is made, and complains", status == 1 and len(made) == 1 and
                 made[0] in said and ahead in said and "钟对吗" in said, (status, said, made))
    stem = made[0].removesuffix(".backup")
    status, said = run(store, *drill)
    report.check("backup: the drill opens the newest that is not dated ahead, and tells", status == 1 and
                 stem + ".backup: " in said and "as they were" in said and ahead in said, (status, said))
    restore = ["restore", "--from", os.path.join(other, made[0]), "--key", key, "--db", url]
    status, said = run(store, *restore)
    report.check("backup: keys dated ahead are not taken by themselves", status == 1 and ahead in said and
                 "--keys-from" in said, (status, said))
    aside = os.path.join(store.dir, stem)
    moved(other, [stem + ".keys", stem + ".keys.tables"], stem, aside)
    status, said = run(store, *drill)
    report.check("backup: nor by the drill, if there are no others", status == 1 and ahead + ".keys" in said and
                 "as they were" not in said, said)
    moved(store.dir, [stem + ".keys", stem + ".keys.tables"], stem, os.path.join(other, stem))
    for name in os.listdir(other):
        if name.startswith(ahead):
            os.unlink(os.path.join(other, name))
    status, said = run(store, *drill)
    report.check("backup: without it the drill is content", status == 0 and "钟" not in said, said)
    old = os.path.join(other, "linghang-20200101-000000")
    moved(other, [stem + ".keys", stem + ".keys.tables"], stem, old)
    status, said = run(store, *drill)
    report.check("backup: the drill finds that keys are older than the backup", status == 1 and "还旧" in said, said)
    status, said = run(store, *restore)
    report.check("backup: keys older than the backup are not taken by themselves", status == 1 and "还旧" in said and
                 "--keys-from" in said, (status, said))
    status, said = run(store, *restore, "--keys-from", old + ".keys")
    report.check("backup: nothing had been written; by name they are taken", status == 0, said)


def needs_in(url):
    db = sqlite3.connect(url.removeprefix("sqlite:"))
    needs = db.execute("SELECT id FROM need ORDER BY id").fetchall()
    db.close()
    return needs


NOBODY = 65534


def owner(file):
    st = os.stat(file)
    return st.st_uid, st.st_gid, st.st_mode


def cut_off(store, report, restore):
    """Killed in the middle of the exchange; a journal that stayed behind; each with a mistake put in."""
    before = needs_in(store.url)

    def planted(good, bad):
        p = subprocess.run([faultkit.planted_copy(store.linghang, "src/main/over.c", good, bad), *restore],
                           capture_output=True, text=True, timeout=300)
        return p.returncode, p.stdout + p.stderr
    status, said = planted("        conn_close(cx.db);\n    if (store)", "        (void)0;\n    if (store)")
    report.check("backup: what is not all in its file takes nobody's place", status == 1 and
                 "没有写完" in said and needs_in(store.url) == before, said)
    status, said = planted("rename(fresh, file) != 0", "(_exit(9), true)")
    report.check("backup: killed in the exchange, the store is where it was", status == 9 and
                 os.path.exists(store.file) and needs_in(store.url) == before, (status, said))


def over_live(store, server, report, path, key):
    """Over a store in use only with what two people approved, only once, and not under a server; its mirror
    begins anew."""
    mirror = ["--mirror", os.path.join(store.dir, "disk2")]
    name, restore = os.path.basename(path), ["restore", "--from", path, "--key", key, "--db", store.url]
    server.start()
    people = kit.People(server)
    admin, security = people.browser("admin"), people.browser("security")

    def propose(kind, what):
        a = admin.form("/a/twice", {"csrf": admin.csrf, "kind": kind, "object": what, "why": "演练"})
        page = security.get("/a/twice").text
        return a.status, re.findall(r"S-\d{6}-\d{4,}-\d", page)[0], re.search(r"/a/twice/(\d+)/decide", page)

    def over(number):
        return run(store, *restore, "--approved", number)
    status, number, decide = propose("restore", name)
    status, said = over(number)
    report.check("backup: over the live store, one alone", status == 1 and "还没有第二个人同意" in said, said)
    a = admin.form(decide.group(0), {"csrf": admin.csrf, "yes": "1"})
    report.check("backup: the proposer is not the second", a.status == 403, a)
    a = security.form(decide.group(0), {"csrf": security.csrf, "yes": "1"})
    report.check("backup: the second one", a.status == 303, a)
    other = os.path.join(store.dir, "linghang-19700101-000000.backup")
    status, said = run(store, "restore", "--from", other, "--key", key, "--db", store.url, "--approved", number)
    report.check("backup: not another file", status == 1 and "不是这件事" in said, said)
    status, said = over(number)
    report.check("backup: not under a server", status == 1 and "先停服务" in said, said)
    again = [f for f in os.listdir(store.dir) if ".again" in f]
    report.check("backup: then what was opened is gone", not again, again)
    open(store.file + ".again", "w").close()  # of a run that was killed
    open(store.file + ".again-wal", "w").close()
    status, second_number, decide = propose("restore", name)
    security.form(decide.group(0), {"csrf": security.csrf, "yes": "1"})
    server.stop()
    os.chmod(store.file, 0o640)
    if os.geteuid() == 0:
        os.chown(store.file, NOBODY, NOBODY)
    was = owner(store.file)
    cut_off(store, report, [*restore, "--approved", second_number])
    needs = store.sql("SELECT count(*) FROM need")
    report.check("backup: a mirror", run(store, "migrate", "--db", store.url, *mirror)[0] == 0, "")
    restore += mirror
    status, said = over(number[:-1] + str((int(number[-1]) + 1) % 10))
    report.check("backup: not with a wrong number", status == 1, said)
    status, said = over(number)
    report.check("backup: over the live store, two people", status == 0, said)
    report.check("backup: it belongs to whom the store did", owner(store.file) == was, (owner(store.file), was))
    aside = re.search(r"原来的库留在 (\S+)", said).group(1)
    report.check("backup: it is the backup now", store.sql("SELECT count(*) FROM need") < needs, needs)
    second = "sqlite:" + os.path.join(store.dir, "second.db")
    status, said = run(store, "restore", *mirror, "--db", second)
    report.check("backup: and on the second disk", status == 0 and needs_in(second) == needs_in(store.url), said)
    for url, of in ((store.url, mirror), (second, ["--mirror", "off"]), ("sqlite:" + aside, ["--mirror", "off"])):
        status, said = run(store, "audit", "verify", "--db", url, *of)
        report.check("backup: both chains hold", status == 0, said)
    acts = store.sql("SELECT count(*) FROM audit WHERE action = 'job restore.over'")
    report.check("backup: and tell of it", acts == [("1",)], acts)
    status, said = over(number)
    report.check("backup: not a second time", status == 1, said)


def main():
    linghang, engine = kit.binary(sys.argv)
    report = kit.Report()
    with kit.server_on_sample(linghang, engine) as server:
        store = server.store
        folder, key = os.path.join(store.dir, "backups"), os.path.join(store.dir, "key")
        os.mkdir(folder)
        status, said = run(store, "backup", "new", "--key", key)
        report.check("backup: keys", status == 0 and os.stat(key).st_mode & 0o077 == 0, said)
        server.start()
        path, before, acked = taken(store, server, report, folder, key)
        server.stop()
        brought_back(store, report, path, key, before, acked)
        unreadable(store, report, path)
        refused(store, report, folder, path, key)
        killed(store, report, folder, key)
        restore_killed(store, report, path, key)
        same_number(store, report, path, key)
        waited(store, report, folder, path, key)
        clock_ahead(store, report, path, key)
        if engine == "sqlite":
            not_closed(store, report, key)
            cut_short(store, report, key)
            over_live(store, server, report, path, key)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
