#!/usr/bin/env python3
# counter -- a day at the counter: 420 who come, a fifth of them by a booked time, three counters; some do
# not come, some do not wait, some are not there when called. The clock is turned from one event to the
# next (town.py), so the day is the same on any engine and machine.
#   counter.py LINGHANG sqlite|pgsql [VISITS]
# What must hold: everybody has one number, whose turn is first is called first, nobody is called to two
# counters, the list of the day counts what the counters did.
# SPDX-License-Identifier: Apache-2.0
import csv
import datetime
import heapq
import io
import os
import random
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402
from town import BEIJING, DAY, HOUR, MINUTE, Town  # noqa: E402

SITE, LANE = "HH-ZX", "social"
COUNTERS, SLOT, PLACES = 3, 20, 4
SPANS = ((8 * 60 + 30, 12 * 60), (14 * 60, 17 * 60 + 30))  # minutes: open
SHARE_BOOKED, NO_SHOW, GONE, AWAY = 0.2, 0.05, 0.03, 0.03
SERVE = 2.0  # minutes at a counter, on average
ENDS = (("done", 0.70), ("accept", 0.16), ("missing", 0.09), ("refer", 0.03), ("cannot", 0.02))
STATES = {"done": "办好", "accept": "收下", "missing": "补材料", "refer": "指了去处", "cannot": "没办成"}


class Visit:
    def __init__(self, n, kind, at):
        self.n, self.kind, self.at = n, kind, at  # at: comes, ms
        self.slot = self.id = self.key = self.booking = None
        self.turn = self.called = self.end = None
        self.away = self.patience = False


class Counter:
    def __init__(self, server, visits, report):
        self.server, self.report, self.dice = server, report, random.Random(420)
        self.sign_in()
        self.guest, self.visits = kit.Client(server.port), []
        self.lane = self.one("SELECT id FROM service_lane WHERE code = '%s' AND site_id ="
                             " (SELECT id FROM site WHERE code = '%s' AND community_id = 1)" % (LANE, SITE))
        self.guide = "social-record"
        self.calls, self.events, self.turns = [], [], 0
        self.idle = set(range(1, COUNTERS + 1))
        self.how_many = visits

    def sign_in(self):
        people = kit.People(self.server)
        self.clerks = [people.browser(role) for role in ("clerk", "duty_lead")]
        self.signed_in = self.server.now

    def one(self, text):
        return self.server.store.sql(text)[0][0]

    def must(self, answer, *good):
        if answer.status not in good:
            raise RuntimeError("%r" % answer)
        return answer

    def go_to(self, at):
        if at > self.server.now:
            self.server.pass_by(at - self.server.now)

    def clerk(self, counter):
        """Whoever sits there: two people share three counters. That they are there is written down a second
        later, in which hours go by here: they sign in again before the hour is over that they may sit idle."""
        if self.server.now - self.signed_in > 50 * MINUTE:
            self.sign_in()
        return self.clerks[counter % len(self.clerks)]

    # ---- before the day ----

    def set_up(self, day):
        self.day = day
        c = self.clerks[0]
        self.must(c.form("/k/counters/" + SITE, {
            "csrf": c.csrf, "lane": self.lane, "letter": "B", "name": "社保医保窗口", "counters": COUNTERS,
            "slot_minutes": SLOT, "slot_places": PLACES, "book_days": 7, "is_open": 1,
            "version": self.one("SELECT version FROM service_lane WHERE id = " + self.lane)}), 303)
        self.slots = [day + m * MINUTE for a, b in SPANS for m in range(a, b - SLOT + 1, SLOT)]

    def book(self, v):
        """The time he would like, else the next one that has a place."""
        for slot in [s for s in self.slots if s >= v.at] or self.slots[-1:]:
            a = self.guest.form("/s/%s/book" % self.guide, {"lane_id": self.lane, "slot_at": slot})
            if a.status == 303:
                v.slot = slot
                break
            self.must(a, 409)
        else:
            return False
        v.id, v.key = re.match(r"/q/(\d+)\?k=([^&]+)", a.header("Location")).groups()
        page = self.guest.get("/q/%s?k=%s" % (v.id, v.key)).text
        v.booking = re.search(r"Q-[0-9-]+", page).group(0)
        v.at = v.slot + int(self.dice.gauss(-4, 5) * MINUTE)
        return True

    def plan(self):
        minutes = [m for a, b in SPANS for m in range(a, b - 15)]
        weights = [3 if m < 10 * 60 + 30 else 1.4 if 15 * 60 <= m < 16 * 60 + 30 else 1 for m in minutes]
        for n in range(self.how_many):
            at = self.day + self.dice.choices(minutes, weights)[0] * MINUTE + self.dice.randrange(MINUTE)
            v = Visit(n, "booked" if self.dice.random() < SHARE_BOOKED else "walk", at)
            if v.kind == "booked" and not self.book(v):
                v.kind = "walk"
            v.away, v.leaves = self.dice.random() < AWAY, self.dice.random() < GONE
            self.visits.append(v)
            if v.kind == "walk" or self.dice.random() >= NO_SHOW:
                self.push(max(v.at, self.day + SPANS[0][0] * MINUTE), "come", v)

    def rush(self):
        """Forty want the last time of the day at once: as many get it as it has places."""
        ends, slot = [], self.slots[-1]

        def one(_):
            ends.append(kit.Client(self.server.port).form("/s/%s/book" % self.guide, {
                "lane_id": self.lane, "slot_at": slot}))
        kit.spread(range(40), one, threads=20)
        got = sorted(a.status for a in ends)
        self.report.check("of forty at once as many get the time as it has places",
                          got == [303] * PLACES + [409] * (40 - PLACES), got)
        for a in ends:
            if a.status == 303:
                id, key = re.match(r"/q/(\d+)\?k=([^&]+)", a.header("Location")).groups()
                self.must(self.guest.form("/q/%s/leave" % id, {"k": key}), 303)

    def push(self, at, what, who):
        self.turns += 1
        heapq.heappush(self.events, (at, self.turns, what, who))

    # ---- the day ----

    def come(self, v):
        if v.kind == "booked":
            a = self.guest.form("/queue/%s/arrive" % SITE, {"booking": v.booking})
            self.must(a, 200)
            late = self.server.now > v.slot + 10 * MINUTE
            v.turn = self.server.now if late else v.slot - 12 * HOUR
        else:
            a = self.guest.form("/queue/" + SITE, {"lane_id": self.lane, "s": self.guide})
            self.must(a, 303)
            v.id, v.key = re.match(r"/q/(\d+)\?k=([^&]+)", a.header("Location")).groups()
            v.turn = self.server.now
        v.came = self.server.now
        if v.leaves:
            self.push(self.server.now + 4 * MINUTE, "leave", v)
        self.wake()

    def leave(self, v):
        if v.called is None:
            self.must(self.guest.form("/q/%s/leave" % v.id, {"k": v.key}), 303)
            v.end = "gone"

    def wake(self):
        for counter in sorted(self.idle):
            self.push(self.server.now + 1000, "next", counter)

    def next(self, counter):
        if counter not in self.idle:
            return
        c = self.clerk(counter)
        a = self.must(c.form("/k/queue/next", {"csrf": c.csrf, "lane": self.lane, "c": counter}), 303)
        if "done=none" in a.header("Location"):
            return
        page = c.get("/k/queue?lane=%s&c=%d" % (self.lane, counter)).text
        id = re.search(r'action="/k/ticket/(\d+)/done"', page).group(1)
        v = next(x for x in self.visits if x.id == id)
        self.idle.discard(counter)
        waiting = [w for w in self.visits if w.turn is not None and w.called is None and w.end is None]
        first = min(waiting, key=lambda w: ((w.slot or 0) > self.server.now, w.turn))
        self.calls.append((self.server.now, counter, v.n, v.turn <= first.turn))
        v.called = self.server.now if v.called is None else v.called
        if v.away:
            v.away = False
            self.push(self.server.now + 40 * 1000, "pass", (v, counter))
        else:
            self.push(self.server.now + int(self.dice.expovariate(1 / SERVE) * MINUTE) + 30 * 1000, "end",
                      (v, counter))

    def step(self, v, counter, step, **more):
        c = self.clerk(counter)
        return self.must(c.form("/k/ticket/%s/%s" % (v.id, step), {
            "csrf": c.csrf, "lane": self.lane, "c": counter, **more}), 303)

    def missed_call(self, v, counter):
        self.step(v, counter, "pass")
        v.called = v.turn = None
        self.idle.add(counter)
        self.push(self.server.now + 5 * MINUTE, "back", v)
        self.wake()

    def back(self, v):
        if v.end:  # gone meanwhile
            return
        self.must(self.guest.form("/q/%s/back" % v.id, {"k": v.key}), 303)
        v.turn = int(self.one("SELECT turn_at FROM service_ticket WHERE id = " + v.id))
        self.wake()

    def end(self, v, counter):
        step = self.dice.choices([e[0] for e in ENDS], [e[1] for e in ENDS])[0]
        self.step(v, counter, step, said="请看纸上写的", missing="居住证", work_days=3)
        v.end = step
        self.idle.add(counter)
        self.wake()

    def live(self):
        self.go_to(self.day + 8 * HOUR)
        self.sign_in()
        acts = {"come": self.come, "leave": self.leave, "next": self.next, "back": self.back,
                "pass": lambda p: self.missed_call(*p), "end": lambda p: self.end(*p)}
        while self.events:
            at, _, what, who = heapq.heappop(self.events)
            self.go_to(at)
            acts[what](who)

    # ---- what must hold ----

    def judge(self):
        check = self.report.check
        served = [v for v in self.visits if v.end in STATES]
        came = [v for v in self.visits if v.turn is not None or v.end]
        check("whoever came was called or left", all(v.end for v in came), [v.n for v in came if not v.end][:5])
        wrong = [c for c in self.calls if not c[3]]
        check("nobody was called before an earlier turn", not wrong, wrong[:5])
        numbers = self.server.store.sql("SELECT count(*), count(DISTINCT number), max(number) FROM service_ticket"
                                        " WHERE lane_id = %s AND number > 0 AND day = %d"
                                        % (self.lane, (self.day + BEIJING) // DAY))[0]
        check("numbers run without gap or double", len(set(numbers)) == 1 and int(numbers[0]) == len(came), numbers)
        needs = self.one("SELECT count(*) FROM service_ticket WHERE need_id <> 0 AND lane_id = " + self.lane)
        check("what could not be done is a need", int(needs) == sum(v.end == "cannot" for v in served), needs)
        self.day_list(came, served)
        self.server.go_to(self.day + DAY + 8 * HOUR)
        self.sign_in()
        self.day_list(came, served, " the morning after")
        left = self.one("SELECT count(*) FROM service_ticket WHERE lane_id = %s AND state IN"
                        " ('booked', 'waiting', 'called', 'serving', 'absent')" % self.lane)
        check("nothing of the day is left open", left == "0", left)
        self.table(came, served)

    def day_list(self, came, served, when=""):
        a = self.clerks[0].get("/k/visitors.csv?site=" + SITE)
        day = (self.day + BEIJING) // DAY
        rows = list(csv.DictReader(io.StringIO(a.body.decode("utf-8-sig"))))
        row = next((r for r in rows if r["哪天"] == self.date(day)), None)
        want = {"来了": len(came), "没等": sum(v.end == "gone" for v in came),
                **{label: sum(v.end == end for v in served) for end, label in STATES.items()}}
        got = {k: int(row[k]) for k in want} if row else None
        self.report.check("the list of the day counts what was done" + when, got == want, "%s, not %s" % (got, want))

    def date(self, day):
        return datetime.date.fromordinal(719163 + day).isoformat()

    def table(self, came, served):
        def line(name, some):
            waits = sorted((v.called - max(v.came, v.slot or 0)) / MINUTE for v in some)
            waits = [max(0, w) for w in waits] or [0]
            pick = lambda share: waits[min(len(waits) - 1, int(len(waits) * share))]  # noqa: E731
            print("%-22s %5d %7.1f %7.1f %7.1f %7.1f" % (name, len(some), sum(waits) / len(waits), pick(0.5),
                                                       pick(0.9), waits[-1]))
        print("== table: minutes of waiting")
        print("%-22s %5s %7s %7s %7s %7s" % ("", "n", "mean", "half", "9 of 10", "most"))
        line("all", served)
        line("came by themselves", [v for v in served if v.kind == "walk"])
        line("booked, on time", [v for v in served if v.kind == "booked" and v.came <= v.slot + 10 * MINUTE])
        line("booked, late", [v for v in served if v.kind == "booked" and v.came > v.slot + 10 * MINUTE])
        for hour in range(8, 18):
            some = [v for v in served if (v.came + BEIJING) // HOUR % 24 == hour]
            if some:
                line("came from %02d to %02d" % (hour, hour + 1), some)
        print("did not wait %d, booked and did not come %d, not there when called %d" % (
            sum(v.end == "gone" for v in came), len(self.visits) - len(came), sum(c[2] == c[2] for c in self.calls) -
            len(served)))
        print("==")


def main():
    linghang, engine = kit.binary(sys.argv)
    report = kit.Report()
    with kit.server_on_sample(linghang, engine, kind=Town) as server:
        server.start()
        counter = Counter(server, int(sys.argv[3]) if len(sys.argv) > 3 else 420, report)
        counter.set_up(server.monday())
        counter.rush()
        counter.plan()
        counter.live()
        counter.judge()
        server.judge(report, "counter")
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
