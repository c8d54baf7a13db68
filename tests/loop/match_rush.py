#!/usr/bin/env python3
# match_rush -- two dispatchers ask for the same scarce helpers while runs are made and helpers
# answer, and the server is killed with kill -9 in the midst: nobody is promised twice, nobody asked
# beyond his measure, no acknowledged question or yes is lost, none is told twice.
#   match_rush.py LINGHANG sqlite|pgsql [KILLS]        3 by default
# SPDX-License-Identifier: Apache-2.0
import os
import random
import sys
import threading
import time
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402

WEEK = 7 * 86400 * 1000
NEEDS, HELPERS = 40, 12
YES = "('accepted', 'introduced', 'served', 'confirmed')"


class Rush:
    def __init__(self, server, report):
        self.server, self.store, self.report = server, server.store, report
        self.people = kit.People(server)
        self.tokens = {r: self.people.new_token(r) for r in ("dispatcher", "duty_lead", "admin")}
        self.lock, self.stop = threading.Lock(), threading.Event()
        self.asked, self.said, self.odd, self.counts = set(), {}, [], {}
        # The leaf with the fewest offers: everybody wants the same few.
        self.code = self.store.sql(
            "SELECT k.code FROM skill k WHERE k.parent_code <> '' AND k.needs_credential = 0 AND"
            " k.needs_insurance = 0 AND k.needs_training = 0 AND k.needs_two = 0 ORDER BY"
            " (SELECT COUNT(*) FROM volunteer_skill s WHERE s.skill_code = k.code), k.code"
            " LIMIT 1")[0][0]

    def client(self, role):
        return kit.Client(self.server.port, self.tokens[role], timeout=10)

    def prepare(self):
        c, staff = kit.Client(self.server.port), self.client("dispatcher")
        place = self.store.demo[0]["places"][0]
        admin = self.client("admin")
        a = admin.post("/api/v1/adapters", {"kind": "http", "name": "网关", "topics": "match.*",
                                            "url": "http://127.0.0.1:9/in", "secret": "x"})
        if a.status != 201:
            raise RuntimeError(repr(a))
        self.store.sql("UPDATE adapter_turn SET next_at = 4102444800000") # it only fills up
        self.store.sql("UPDATE adapter SET active = 1")
        for i in range(HELPERS):
            c.post("/api/v1/volunteers", {"place": place, "name": "帮手%d" % i, "skills": self.code,
                                          "contact": "0551-0000 %04d" % i, "agrees_match": True,
                                          "reach": "community", "week_max": "1", "ask_max": "6"})
        self.needs = []
        for i in range(NEEDS):
            need = c.post("/api/v1/needs", {"place": place, "text": "大家都要的帮忙，第 %d 件" % i,
                                            "kind": "wish", "agrees_match": True}).json()["id"]
            a = staff.post("/api/v1/needs/%s/help" % need, {"skill_code": self.code})
            if a.status != 200:
                raise RuntimeError(repr(a))
            self.needs.append(need)
        staff.post("/api/v1/match/run", {})

    # ---- the rush ----

    def go(self, role, path, body):
        """Until there is an answer; the same key again means the same act."""
        key = str(uuid.uuid4())
        while True:
            try:
                a = self.client(role).post(path, body, [("Idempotency-Key", key)])
            except (OSError, EOFError):
                if self.stop.is_set():
                    return None
                time.sleep(0.02) # the server is being started again
                continue
            if a.status == 503 and not self.stop.is_set():
                continue
            with self.lock:
                self.counts[a.status] = self.counts.get(a.status, 0) + 1
                if a.status not in (200, 409, 503):
                    self.odd.append("%s %r" % (path, a))
            return a

    def dispatcher(self, n):
        dice = random.Random(n)
        while not self.stop.is_set():
            a = self.go("dispatcher", "/api/v1/needs/%s/asks" % dice.choice(self.needs),
                        {"first": dice.randint(1, 3)})
            if a and a.status == 200:
                with self.lock:
                    self.asked.update(o["id"] for o in a.json()["items"])

    def runs(self, n):
        while not self.stop.is_set():
            self.go("duty_lead", "/api/v1/match/run", {})

    def helper(self, n):
        dice = random.Random(100 + n)
        while not self.stop.is_set():
            with self.lock:
                open_now = sorted(self.asked - set(self.said))
            if not open_now:
                time.sleep(0.01) # nobody was asked yet
                continue
            offer = dice.choice(open_now)
            step = "accept" if dice.random() < 0.7 else "decline"
            a = self.go("dispatcher", "/api/v1/offers/%s/%s" % (offer, step), {})
            if a and a.status == 200:
                with self.lock:
                    self.said[offer] = step

    def rush(self, kills):
        threads = [threading.Thread(daemon=True, target=f, args=(i,)) for i, f in enumerate(
            [self.dispatcher, self.dispatcher, self.runs, self.helper, self.helper, self.helper])]
        for t in threads:
            t.start()
        dice = random.Random(7)
        try:
            for _ in range(kills):
                time.sleep(0.7 + dice.random())
                self.server.kill()
                self.server.start()
            time.sleep(1.5)
        finally:
            self.stop.set()
            for t in threads:
                t.join()

    # ---- what must hold ----

    def none(self, name, text):
        rows = self.store.sql(text)
        self.report.check("match rush: " + name, not rows, "%d, first %s" % (len(rows), rows[:1]))

    def judge(self, kills):
        check = self.report.check
        kit.note("match rush: %d kills, %d asked, %d answered, statuses %s" % (
            kills, len(self.asked), len(self.said), self.counts))
        check("match rush: there was a rush", len(self.asked) >= NEEDS / 2 and
              self.counts.get(409, 0) > 10, "%s" % self.counts)
        there = dict(self.store.sql("SELECT id, state FROM match_offer"))
        lost = [o for o in self.asked if o not in there]
        check("match rush: no acknowledged question is lost", not lost, lost[:1])
        wrong = [(o, s, there[o]) for o, s in self.said.items()
                 if there.get(o) != {"accept": "accepted", "decline": "declined"}[s]]
        check("match rush: no acknowledged answer is lost", not wrong, wrong[:1])
        check("match rush: nothing but 200, 409 and 503", not self.odd, self.odd[:1])
        self.none("no need has more people than it wants",
                  "SELECT o.need_id FROM match_offer o JOIN match_help h ON h.id = o.need_id"
                  " WHERE o.state IN %s GROUP BY o.need_id, h.people HAVING COUNT(*) > h.people" % YES)
        self.none("nobody has promised more than he agreed to",
                  "SELECT o.volunteer_id FROM match_offer o JOIN volunteer v ON v.id = o.volunteer_id"
                  " WHERE o.state IN %s GROUP BY o.volunteer_id, v.week_max,"
                  " (CASE WHEN o.visit_at = 0 THEN o.answered_at ELSE o.visit_at END + 288000000)"
                  " / %d HAVING COUNT(*) > v.week_max" % (YES, WEEK))
        self.none("nobody was asked more often than he agreed to",
                  "SELECT o.volunteer_id FROM match_offer o JOIN volunteer v ON v.id = o.volunteer_id"
                  " GROUP BY o.volunteer_id, v.ask_max HAVING COUNT(*) > v.ask_max")
        self.none("each question was told once",
                  "SELECT o.id FROM match_offer o LEFT JOIN outbox b ON b.subject_id = o.id"
                  " AND b.topic = 'match.asked' GROUP BY o.id HAVING COUNT(b.id) <> 1")
        self.none("each step was taken once",
                  "SELECT offer_id FROM match_event GROUP BY offer_id, step HAVING COUNT(*) > 1")
        self.none("each run is proved", "SELECT id FROM match_run WHERE gap <> 0")
        check("match rush: the store is whole", self.store.integrity() == "ok", "")
        faults = self.server.faults()
        check("match rush: nothing in the log at error level", not faults, faults[:1])


def main():
    linghang, engine = kit.binary(sys.argv)
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    report = kit.Report()
    with kit.server_on_sample(linghang, engine) as server:
        server.start()
        rush = Rush(server, report)
        rush.prepare()
        rush.rush(kills)
        server.stop()
        rush.judge(kills)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
