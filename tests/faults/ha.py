#!/usr/bin/env python3
# ha -- two PostgreSQL servers, the second one synchronous: the first is killed (kill -9, all of it)
# or stops (SIGSTOP, and goes on 40 s later), the second is promoted, time and again, under load:
# every acknowledged need is there, no request hangs over ten seconds, pages are read meanwhile.
#   ha.py LINGHANG [TIMES] [FROZEN]            1 of each and 8 s by default; 20 and 40 by hand
# Planted (synchronous_standby_names = '') it must lose. What a cluster manager does (promote, keep
# the old one away, make it a standby again) the harness does; see docs/operate.md for a real one.
# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid

import acts
import faultkit
from faultkit import kit

BIN, PORT = "/usr/lib/postgresql/15/bin/", int(os.environ.get("HA_PORT", "9290"))
WRITERS, LONGEST, CALM = 4, 10.0, 2.0  # s; CALM: of load before a fault
PATIENCE = 60  # s until writes are taken again


def as_postgres(*command, check=True):
    user = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    return subprocess.run(command, check=check, cwd="/", stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **user)


class Node:
    """One server of the pair; its socket lies in `folder`."""

    def __init__(self, folder, i, strict):
        self.folder, self.port, self.strict = os.path.join(folder, "n%d" % i), PORT + i, strict
        self.data, self.name = os.path.join(self.folder, "db"), "n%d" % i
        os.mkdir(self.folder, 0o700)
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")

    def start(self):
        words = ("-k %s -p %d -c listen_addresses= -c max_connections=60 -c shared_buffers=32MB "
                 "-c wal_keep_size=256MB -c cluster_name=%s -c synchronous_standby_names=%s"
                 % (self.folder, self.port, self.name, "'*'" if self.strict else "''"))
        as_postgres(BIN + "pg_ctl", "-D", self.data, "-w", "-l", self.folder + "/log", "-o", words,
                    "start")

    def make(self):
        as_postgres(BIN + "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                    "--locale=C")
        self.start()

    def follow(self, other):
        shutil.rmtree(self.data, ignore_errors=True)
        as_postgres(BIN + "pg_basebackup", "-D", self.data, "-R", "-X", "stream", "-c", "fast", "-U",
                    "postgres", "-h", other.folder, "-p", str(other.port))
        self.start()

    def sql(self, text, database="postgres"):
        p = as_postgres(BIN + "psql", "-qAtX", "-h", self.folder, "-p", str(self.port), "-U",
                        "postgres", "-c", text, database)
        return p.stdout.split("\n")[:-1]

    def processes(self):
        """The postmaster and all of its children."""
        with open(self.data + "/postmaster.pid") as f:
            first = int(f.readline())
        out = [first]
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % pid) as f:
                    if int(f.read().rsplit(")", 1)[1].split()[1]) == first:
                        out.append(int(pid))
            except OSError:
                pass
        return out

    def signal(self, what, only=None):
        for pid in self.processes():
            try:
                with open("/proc/%d/cmdline" % pid) as f:
                    if not only or only in f.read():
                        os.kill(pid, what)
            except (ProcessLookupError, FileNotFoundError):
                pass

    def promote(self):
        as_postgres(BIN + "pg_ctl", "-D", self.data, "-w", "promote")

    def end(self):
        if os.path.exists(self.data + "/postmaster.pid"):
            self.signal(signal.SIGCONT)
            as_postgres(BIN + "pg_ctl", "-D", self.data, "-w", "-m", "immediate", "stop", check=False)


class Pair:
    """As kit.Store: what kit.Server wants to know of its store."""

    engine = "pgsql"

    def __init__(self, linghang, strict):
        self.linghang, self.dir = linghang, tempfile.mkdtemp(prefix="linghang-ha-")
        os.chmod(self.dir, 0o755)
        self.first, self.second = Node(self.dir, 0, False), Node(self.dir, 1, strict)
        self.strict = strict
        self.first.make()
        self.first.sql("CREATE DATABASE linghang")
        small = kit.Store(linghang, "sqlite")
        faultkit.make_small(small.file)
        self.demo, nodes = small.demo, (self.first, self.second)
        self.url = "postgres://postgres@/linghang?host=%s&port=%s" % (
            ",".join(n.folder for n in nodes), ",".join(str(n.port) for n in nodes))
        copied = subprocess.run([linghang, "copy", "--from", "sqlite:" + small.file, "--db", self.url],
                                capture_output=True, text=True)
        small.drop()
        if copied.returncode:
            raise SystemExit("copy: " + copied.stderr)
        self.second.follow(self.first)
        self.first.strict = strict
        self.first.sql("ALTER SYSTEM SET synchronous_standby_names = %s" % ("'*'" if strict else "''"))
        self.first.end()
        self.first.start()
        self.wait_for_pair()

    def wait_for_pair(self):
        until = time.time() + PATIENCE
        while self.first.sql("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") != ["1"]:
            if time.time() > until:
                raise SystemExit("the standby does not follow")
            time.sleep(0.1)

    def turn(self):
        """The second one leads; the first is made anew from it."""
        self.first, self.second = self.second, self.first
        self.second.follow(self.first)
        self.wait_for_pair()

    def needs(self):
        return set(self.first.sql("SELECT text FROM need", "linghang"))

    def drop(self):
        for node in (self.first, self.second):
            node.end()
        shutil.rmtree(self.dir, ignore_errors=True)


class Load:
    """Writers and one reader, on new connections, until they are told to stop."""

    def __init__(self, server):
        self.server, self.place = server, server.store.demo[0]["places"][0]
        self.acked, self.longest, self.counts, self.lock = [], (0.0, ""), {}, threading.Lock()
        self.read_good = self.read_bad = self.banner = 0
        self.last_ack, self.stop = time.time(), threading.Event()
        self.threads = [threading.Thread(daemon=True, target=self.loop, args=(self.write,))
                        for _ in range(WRITERS)]
        self.threads.append(threading.Thread(daemon=True, target=self.loop, args=(self.read,)))
        for t in self.threads:
            t.start()

    def loop(self, act):
        while not self.stop.is_set():
            began = time.time()
            try:
                what = act()
            except acts.Busy:
                what = 503
            except (OSError, EOFError) as e:
                what = type(e).__name__
            took = time.time() - began
            with self.lock:
                self.longest = max(self.longest, (took, "%s %s" % (act.__name__, what)))
                self.counts[what] = self.counts.get(what, 0) + 1
            time.sleep(0.02)

    def write(self):
        text = "换一台也要在：%s" % uuid.uuid4()
        once = acts.Once(self.server.port, timeout=acts.PATIENCE)
        status = once.post("/api/v1/needs", {"place": self.place, "text": text},
                           [("Idempotency-Key", str(uuid.uuid4()))]).status
        once.close()
        if status == 201:
            with self.lock:
                self.acked.append(text)
                self.last_ack = time.time()
        return status

    def read(self):
        once = acts.Once(self.server.port, timeout=acts.PATIENCE)
        good = False
        try:
            page = once.get("/rates?n=%s" % uuid.uuid4().hex[:6])
            good = page.status == 200
            self.banner += "现在只能看" in page.text
        finally:
            once.close()
            self.read_good, self.read_bad = self.read_good + good, self.read_bad + (not good)
        return "page %d" % page.status

    def until_acked(self, since):
        until = time.time() + PATIENCE
        while self.last_ack < since and time.time() < until:
            time.sleep(0.05)
        return self.last_ack - since

    def end(self):
        self.stop.set()
        for t in self.threads:
            t.join()


def fault(pair, load, kind, frozen):
    """How long no write was taken, in seconds."""
    time.sleep(CALM)
    old = pair.first
    pair.second.signal(signal.SIGSTOP, "walreceiver")  # the line between the two is slow just now
    time.sleep(0.5)
    began = time.time()
    old.signal(signal.SIGKILL if kind == "kill" else signal.SIGSTOP)
    time.sleep(1)
    pair.second.signal(signal.SIGCONT, "walreceiver")
    pair.second.promote()
    if kind == "stop":
        time.sleep(max(0, frozen - (time.time() - began)))
        old.signal(signal.SIGCONT)  # it believes that it leads: strict, it can acknowledge nothing
        time.sleep(1)
    old.end()
    pair.turn()
    return load.until_acked(time.time()) + time.time() - began


def run(linghang, strict, times, frozen, report):
    pair = Pair(linghang, strict)
    server = kit.Server(pair)
    gaps = []
    try:
        server.start()
        load = Load(server)
        for _ in range(times):
            for kind in ("kill", "stop") if strict else ("kill",):
                gaps.append(fault(pair, load, kind, frozen))
        time.sleep(CALM)
        load.end()
        server.stop()
        there = pair.needs()
    finally:
        if server.process and server.process.poll() is None:
            server.kill()
        pair.drop()
    lost = [t for t in load.acked if t not in there]
    kit.note("ha: %s%d faults, acknowledged %d, lost %d; longest request %.1f s (%s); answers %s; pages good "
             "%d, bad %d, with the words %d; whole turns %s s"
             % ("" if strict else "planted: ", len(gaps), len(load.acked), len(lost), *load.longest,
                load.counts, load.read_good, load.read_bad, load.banner,
                " ".join("%.0f" % g for g in gaps)))
    if not strict:
        return report.check("ha: without synchronous standby it loses", lost, "it did not")
    report.check("ha: acknowledged lost 0", load.acked and not lost, lost[:2])
    report.check("ha: no request over %d s" % LONGEST, load.longest[0] <= LONGEST, load.longest)
    report.check("ha: pages are read from the replica, with words", load.banner, load.counts)
    report.check("ha: the server lived", not server.died, server.died)


def main():
    if len(sys.argv) < 2:
        raise SystemExit("usage: ha.py LINGHANG [TIMES] [FROZEN]")
    linghang, report = os.path.abspath(sys.argv[1]), kit.Report()
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    frozen = float(sys.argv[3]) if len(sys.argv) > 3 else 8
    run(linghang, False, 1, frozen, report)
    run(linghang, True, times, frozen, report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
