#!/usr/bin/env python3
# kill -- kill -9 of the server under load, N times: no need that was acknowledged is lost, none is
# there that nobody asked for, or twice; each has its record and the chain of records holds; what was
# due fired once; the store is whole. Mistakes that are planted first must be found.
#   kill.py LINGHANG sqlite|pgsql [N]          5 by default; 2000 and 200 by hand
# SPDX-License-Identifier: Apache-2.0
import collections
import contextlib
import os
import random
import subprocess
import sys
import threading
import time
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "faults"))
import faultkit  # noqa: E402
from faultkit import kit  # noqa: E402

WRITERS = 6
LIVES = (0.02, 0.4)  # s from the first answer of a server to its end
LOOK_EACH = 25       # kills between two looks at the jobs
PLANTED_KILLS = 25
PLANTED_ROUNDS = 8
FRESH = 40  # jobs that are made due before each start


class Load:
    """People who ask, and ask again with the same key until they read an answer."""

    def __init__(self, server, place):
        self.server, self.place = server, place
        self.stop = threading.Event()
        self.lock = threading.Lock()
        self.acked, self.asked, self.again = {}, set(), 0
        self.odd = []
        self.threads = [threading.Thread(daemon=True, target=self.write, args=(i,)) for i in range(WRITERS)]
        for t in self.threads:
            t.start()

    def write(self, n):
        client, dice, i = kit.Client(self.server.port, timeout=5), random.Random(n), 0
        while not self.stop.is_set():
            i += 1
            key, body = str(uuid.uuid4()), {"place": self.place, "text": "压力下的第 %d-%d 件" % (n, i),
                                            "contact": "0551-0000 %04d" % (i % 10000)}
            if not self.until_answered(client, key, body):
                return
            time.sleep(dice.random() * 0.004)

    def until_answered(self, client, key, body):
        """False when the test ends before there was an answer: then it may be there or not."""
        with self.lock:
            self.asked.add(body["text"])
        while True:
            try:
                a = client.post("/api/v1/needs", body, [("Idempotency-Key", key)])
            except (OSError, EOFError):
                client.close()
                if self.stop.is_set():
                    return False
                with self.lock:
                    self.again += 1
                time.sleep(0.02)
                continue
            if a.status == 201:
                with self.lock:
                    self.acked[a.json()["id"]] = (key, body["text"])
                return True
            if a.status != 503:
                with self.lock:
                    self.odd.append(repr(a))
                return not self.stop.is_set()

    def end(self):
        self.stop.set()
        for t in self.threads:
            t.join()


def make_due(store):
    """Jobs of the sample's open needs that wait are due now: they fire while the server is killed."""
    now = int(time.time() * 1000)
    store.sql("UPDATE job SET run_at = %d WHERE id IN (SELECT id FROM job WHERE done_at = 0 AND"
              " run_at > %d ORDER BY run_at LIMIT %d)" % (now - 1000, now, FRESH))


def done_jobs(store):
    return dict(store.sql("SELECT id, done_at FROM job WHERE done_at > 0 AND failed = ''"))


class Watch:
    """Looks at what may happen once only."""

    def __init__(self, store, report):
        self.store, self.report = store, report
        self.done = {}

    def jobs(self, when):
        now = done_jobs(self.store)
        moved = [i for i, at in self.done.items() if now.get(i, at) != at]
        if moved:
            self.report.bad("kill: a job fired once only", "%s: %d jobs fired again, first %s"
                            % (when, len(moved), moved[0]))
        fresh = len(set(now) - set(self.done))
        self.done = now
        return fresh


# What a job may say in the history of its need, once.
SAYS = {"need.remind": ["remind"], "need.assist": ["remind"], "need.whistle": ["remind"],
        "need.leader_soon": ["remind"],
        "need.due": ["overdue", "escalate"], "need.escalate": ["escalate"],
        "need.callback": ["callback_due"]}


def reminders(store):
    """How often the system spoke of each need: {(need, step): times}."""
    rows = store.sql("SELECT need_id, step, count(*) FROM need_event WHERE by_role = 'system'"
                     " AND step IN ('remind', 'overdue', 'escalate', 'callback_due')"
                     " GROUP BY need_id, step")
    return {(r[0], r[1]): int(r[2]) for r in rows}


def said_too_often(store, before, done_before):
    """Needs of which was spoken more often than jobs fired for them."""
    may = collections.Counter()
    for id, kind, need in store.sql("SELECT id, kind, subject_id FROM job WHERE done_at > 0"):
        if id not in done_before:
            may.update((need, step) for step in SAYS.get(kind, []))
    return [(g, n - before.get(g, 0), may[g]) for g, n in reminders(store).items()
            if n - before.get(g, 0) > may[g]]


def look(store, load, first):
    """What is wrong with the needs: names and rows. `first` are those that were there before."""
    there = dict(store.sql("SELECT id, text FROM need"))
    ours = [text for i, text in there.items() if i not in first]
    return {
        "no acknowledged need is lost":
            [i for i, (key, text) in load.acked.items() if there.get(i) != text],
        "no need is there that nobody asked for": [t for t in ours if t not in load.asked],
        "no need is there twice": [t for t, n in collections.Counter(ours).items() if n > 1],
        "each number is given once": store.sql(
            "SELECT number FROM need GROUP BY community_id, number HAVING count(*) > 1"),
        "each need has its first line": store.sql(
            "SELECT n.id FROM need n WHERE NOT EXISTS (SELECT 1 FROM need_event e WHERE"
            " e.community_id = n.community_id AND e.need_id = n.id)"),
        "each number is sealed": store.sql(
            "SELECT id FROM need WHERE text LIKE '压力下的第 %' AND length(contact) < 35"),
    }


def chain(store, load, first):
    """What is wrong with the records: as many as acts, and `linghang audit verify`."""
    needs = int(store.sql("SELECT count(*) FROM need")[0][0]) - len(first)
    records = sum(int(store.sql("SELECT count(*) FROM %s WHERE action = 'POST /api/v1/needs'"
                                % t)[0][0]) for t in ("audit", "audit_inbox"))
    p = subprocess.run([store.linghang, "audit", "verify", "--db", store.url], capture_output=True,
                       text=True, timeout=1800)
    return {"each need has its record": [] if records == needs else ["%d, %d needs" % (records, needs)],
            "the chain of records holds": [] if p.returncode == 0 else [p.stdout + p.stderr]}


def kills(server, load, watch, times):
    """How many jobs fired; what a cycle took, s."""
    dice, fired, took = random.Random(20201216), 0, []
    for n in range(times):
        begun = time.time()
        time.sleep(dice.uniform(*LIVES) if n else 0.5)
        server.kill()
        if n % LOOK_EACH == 0:
            fired += watch.jobs("kill %d" % (n + 1))
        make_due(server.store)
        server.start()
        took.append(time.time() - begun)
    time.sleep(1.5)
    return fired, sorted(took)[len(took) // 2]


def run(server, report, times):
    store = server.store
    first = {r[0] for r in store.sql("SELECT id FROM need")}
    watch, fired, cycle = Watch(store, report), 0, 0
    watch.jobs("at the start")
    said, done_first = reminders(store), set(watch.done)
    server.start()
    load = Load(server, store.demo[0]["places"][0])
    try:
        fired, cycle = kills(server, load, watch, times)
    finally:
        load.end()
    server.stop()
    fired += watch.jobs("the end")
    again = said_too_often(store, said, done_first)
    wrong = {**look(store, load, first), **chain(store, load, first), "a job fires once": again}
    kit.note("kill: %d kills, a cycle %.2f s, %d needs acknowledged, %d tries again, %d jobs fired; %s"
             % (times, cycle, len(load.acked), load.again, fired,
                ", ".join("%s: %d" % (name, len(rows)) for name, rows in wrong.items())))
    for name, rows in wrong.items():
        report.check("kill: " + name, not rows, "%d, first %s" % (len(rows), rows[:1]))
    report.check("kill: there was load", len(load.acked) >= 3 * times and load.again,
                 "%d acknowledged" % len(load.acked))
    report.check("kill: no answer but 201 and 503", not load.odd, load.odd[:1])
    report.check("kill: jobs fired", fired, "none was due: nothing was proved")
    report.check("kill: the store is whole", store.integrity() == "ok", store.integrity())
    spoken = sum(reminders(store).values()) - sum(said.values())
    report.check("kill: the jobs that fired left their lines", spoken > 0, spoken)
    faults = server.faults()
    report.check("kill: nothing in the log at error level", not faults, faults[:1])
    return {name for name, rows in wrong.items() if rows}


# ---- planted ----

# What is done wrong, where, and what must be found of it.
COMMIT_TOLD = ("acknowledged, then not committed", "src/db/db.c",
               """    enum err e = c->engine->commit(cx, c);
""", """    enum err e = cx->now % 16 ? c->engine->commit(cx, c) : (c->engine->rollback(cx, c), OK);
""", "no acknowledged need is lost")
NOT_RECORDED = ("an act without its record", "src/app/audit/audit.c", """    if (str_starts(action, S("job ")))
""", """    if (cx->now % 8 == 0)
        return OK;
    if (str_starts(action, S("job ")))
""", "each need has its record")
JOB_APART = ("a job outside the transaction that claims it", "src/app/job/job.c",
             """    TRY(db_savepoint(cx));
    enum err e = db_change(cx, &job_sql_claim, ARGS(AS("id", j->id)));
    if (e == OK)
        e = run_within(cx, kinds, j);
""", """    enum err e = run_within(cx, kinds, j);
    if (e != OK)
        return e;
    TRY(db_commit(cx));
    TRY(db_begin(cx, true));
    TRY(db_savepoint(cx));
    e = db_change(cx, &job_sql_claim, ARGS(AS("id", j->id)));
""", "a job fires once")


class Silent(kit.Report):
    """What is found of a planted mistake is no failure."""

    def bad(self, name, why):
        self.failed += 1


def until_found(want, served):
    """A kill must fall into the moment between two commits: it is tried more often than once, each
    time on a store of its own, since a job that was half done may keep all others waiting."""
    found = set()
    for _ in range(PLANTED_ROUNDS):
        with served() as server:
            found |= run(server, Silent(), PLANTED_KILLS)
        if want in found:
            break
    return found


@contextlib.contextmanager
def early(linghang):
    """A server that answers before it has committed."""
    with kit.server_on_sample(linghang, "sqlite", kind=faultkit.Server) as server:
        server.plant = "early"
        yield server


def planted(linghang, engine, report):
    for name, source, good, bad, want in (COMMIT_TOLD, NOT_RECORDED, JOB_APART):
        copy = faultkit.planted_copy(linghang, source, good, bad)
        found = until_found(want, lambda made=copy: kit.server_on_sample(made, engine))
        report.check("kill: %s is found" % name, want in found, found)
    if engine == "sqlite":
        want = "no acknowledged need is lost"
        found = until_found(want, lambda: early(linghang))
        report.check("kill: acknowledged before its COMMIT is found", want in found, found)


def main():
    linghang, engine = kit.binary(sys.argv)
    times = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    report = kit.Report()
    planted(linghang, engine, report)
    with kit.server_on_sample(linghang, engine) as server:
        run(server, report, times)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
