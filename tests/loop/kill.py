#!/usr/bin/env python3
# kill -- kill -9 of the server under load, N times: no need that was acknowledged is lost, none is
# there twice, the store is whole, and what was due fired once.
#   kill.py LINGHANG sqlite|pgsql [N]          5 by default; 200 by hand
# SPDX-License-Identifier: Apache-2.0
import collections
import os
import random
import sys
import threading
import time
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402

WRITERS = 6
FRESH = 40  # jobs that are made due before each start


class Load:
    """People who ask, and ask again with the same key until they read an answer."""

    def __init__(self, server, place):
        self.server, self.place = server, place
        self.stop = threading.Event()
        self.lock = threading.Lock()
        self.acked, self.asked, self.again = {}, 0, 0
        self.odd = []
        self.threads = [threading.Thread(target=self.write, args=(i,)) for i in range(WRITERS)]
        for t in self.threads:
            t.start()

    def write(self, n):
        client, dice, i = kit.Client(self.server.port, timeout=5), random.Random(n), 0
        while not self.stop.is_set():
            i += 1
            key, body = str(uuid.uuid4()), {"place": self.place, "text": "压力下的第 %d-%d 件" % (n, i)}
            if not self.until_answered(client, key, body):
                return
            time.sleep(dice.random() * 0.004)

    def until_answered(self, client, key, body):
        """False when the test ends before there was an answer: then it may be there or not."""
        with self.lock:
            self.asked += 1
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

    def twice(self, name, text):
        rows = self.store.sql(text)
        self.report.check("kill: " + name, not rows, "%d, first %s" % (len(rows), rows[:1]))


# What a job may say in the history of its need, once.
SAYS = {"need.remind": ["remind"], "need.assist": ["remind"], "need.whistle": ["remind"],
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


def lost(store, load):
    there = dict(store.sql("SELECT id, text FROM need"))
    missing = [i for i, (key, text) in load.acked.items() if there.get(i) != text]
    texts, double = set(), []
    for text in there.values():
        if text.startswith("压力下的"):
            if text in texts:
                double.append(text)
            texts.add(text)
    return missing, double, len(texts)


def run(store, server, report, times):
    dice = random.Random(20201216)
    place = store.demo[0]["places"][0]
    watch, fired = Watch(store, report), 0
    watch.jobs("at the start")
    said, done_first = reminders(store), set(watch.done)
    server.start()
    load = Load(server, place)
    try:
        for n in range(times):
            time.sleep(0.3 + 0.7 * dice.random())
            server.kill()
            fired += watch.jobs("kill %d" % (n + 1))
            make_due(store)
            server.start()
        time.sleep(1.5)
    finally:
        load.end()
    server.stop()
    fired += watch.jobs("the end")
    kit.note("kill: %d kills, %d needs acknowledged, %d tries again, %d jobs fired" % (
        times, len(load.acked), load.again, fired))
    missing, double, there = lost(store, load)
    report.check("kill: there was load", len(load.acked) >= 20 * times and load.again,
                 "%d acknowledged" % len(load.acked))
    report.check("kill: no acknowledged need is lost", not missing, "%d, first %s"
                 % (len(missing), missing[:1]))
    report.check("kill: no need is there twice", not double, double[:1])
    report.check("kill: no answer but 201 and 503", not load.odd, load.odd[:1])
    report.check("kill: jobs fired", fired, "none was due: nothing was proved")
    report.check("kill: the store is whole", store.integrity() == "ok", store.integrity())
    watch.twice("each number is given once",
                "SELECT number FROM need GROUP BY community_id, number HAVING count(*) > 1")
    again = said_too_often(store, said, done_first)
    report.check("kill: each reminder stands once in the history", not again,
                 "%d, first (need, step), said, jobs: %s" % (len(again), again[:1]))
    spoken = sum(reminders(store).values()) - sum(said.values())
    report.check("kill: the jobs that fired left their lines", spoken > 0, spoken)
    watch.twice("each need has its first line", "SELECT n.id FROM need n WHERE NOT EXISTS (SELECT 1"
                " FROM need_event e WHERE e.community_id = n.community_id AND e.need_id = n.id)")
    faults = server.faults()
    report.check("kill: nothing in the log at error level", not faults, faults[:1])


def main():
    linghang, engine = kit.binary(sys.argv)
    times = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    report = kit.Report()
    with kit.server_on_sample(linghang, engine) as server:
        run(server.store, server, report, times)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
