#!/usr/bin/env python3
# seat_rush -- fifty people want the last place of a date at the same instant, twenty times, the last
# ones while the server is killed: one has it, forty-nine are told where they stand in the queue; then
# it is given back, and the first of them is offered it. Nobody is there twice, nothing is taken twice.
#   seat_rush.py LINGHANG sqlite|pgsql [ROUNDS]
# SPDX-License-Identifier: Apache-2.0
import os
import sys
import threading
import time
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
sys.path.insert(1, os.path.dirname(os.path.abspath(__file__)))
import kit  # noqa: E402
from rush import PEOPLE, at_once  # noqa: E402

KILLED = 3  # of the rounds
PATIENCE = 60  # seconds that somebody tries again


class Hall:
    def __init__(self, server, report):
        self.server, self.report, self.store = server, report, server.store
        self.clerk = kit.People(server).browser("clerk")

    def form(self, path, **fields):
        a = self.clerk.form(path, {"csrf": self.clerk.csrf, **fields})
        if a.status != 303:
            raise RuntimeError("%s: %r" % (path, a))
        return a

    def dates(self, n):
        """A series of dates with one place each."""
        cid = self.store.sql("SELECT min(id) FROM community")[0][0]
        one = self.store.sql("SELECT programme_id, site_id FROM activity WHERE community_id = %s AND"
                             " capacity > 0 ORDER BY id LIMIT 1" % cid)[0]
        day = time.time() + 8 * 3600 + 10 * 86400
        text = lambda at: time.strftime("%Y-%m-%d", time.gmtime(at))  # noqa: E731
        a = self.form("/w/activities/new", programme_id=one[0], where=one[1], title="只有一个位置",
                      on=text(day), till="11:00", capacity="1", party_most="1", guides="0",
                      confirm_hours="24", anyway="1", **{"from": "10:00"})
        at = a.header("Location").split("?")[0]
        self.form(at + "/repeat", days="1", until_on=text(day + 86400 * (n + 12)))
        self.form(at + "/publish", series="1")
        rows = self.store.sql("SELECT id FROM activity WHERE series_id = %s AND state = 'open'"
                              " ORDER BY from_at LIMIT %d" % (at.split("/")[-1], n))
        if len(rows) < n:
            raise RuntimeError("%d of %d dates" % (len(rows), n))
        return [r[0] for r in rows]

    def join(self, date, name, key):
        """Sent again under the same key until there is an answer, as a careful caller does."""
        end = time.time() + PATIENCE
        while True:
            try:
                a = kit.Client(self.server.port, timeout=10).post(
                    "/api/v1/activities/%s/join" % date, {"name": name}, [("Idempotency-Key", key)])
                if a.status not in (500, 502, 503, 504):
                    return a
            except (OSError, EOFError, ValueError) as e:
                a = e
            if time.time() > end:
                return a
            time.sleep(0.02)

    def round(self, nth, date, kills):
        name = "round %d%s" % (nth + 1, ", killed" if kills else "")
        keys = [str(uuid.uuid4()) for _ in range(PEOPLE)]
        acts = [lambda i=i: self.join(date, "第 %d 位" % i, keys[i]) for i in range(PEOPLE)]
        stopper = threading.Thread(target=self.kill) if kills else None
        if stopper:
            stopper.start()
        answers = at_once(acts)
        if stopper:
            stopper.join()
        got = [a.json() for a in answers if isinstance(a, kit.Answer) and a.status == 201]
        held = [g for g in got if g["state"] == "held"]
        ahead = sorted(g["ahead"] for g in got if g["state"] == "waiting")
        self.report.check(name + ": everybody has an answer, one has the place",
                          len(got) == PEOPLE and len(held) == 1, "%d answers, %d held; %s" % (
                              len(got), len(held), [a for a in answers if getattr(a, "status", 0) != 201][:1]))
        self.report.check(name + ": the others know where they stand",
                          ahead == list(range(PEOPLE - 1)), ahead)
        states = dict(self.store.sql("SELECT state, count(*) FROM activity_seat WHERE activity_id = %s"
                                     " GROUP BY state" % date))
        taken = self.store.sql("SELECT taken FROM activity WHERE id = %s" % date)[0][0]
        self.report.check(name + ": the store says the same",
                          {k: str(v) for k, v in states.items()} == {"held": "1", "waiting": str(PEOPLE - 1)}
                          and str(taken) == "1", (states, taken))
        if held:
            self.give(name, date, held[0], [g for g in got if g["state"] == "waiting" and g["ahead"] == 0])

    def kill(self):
        time.sleep(0.03)
        self.server.kill()
        self.server.start()

    def give(self, name, date, one, first):
        """Pressed by two phones at once: one place is free once."""
        seat = self.store.sql("SELECT id FROM activity_seat WHERE party_id = %s" % one["id"])[0][0]
        acts = [lambda: kit.Client(self.server.port).form("/joined/%s/give" % one["id"], {
            "k": one["key"], "seat": seat}) for _ in range(2)]
        done = sorted(a.status for a in at_once(acts) if isinstance(a, kit.Answer))
        offered = self.store.sql("SELECT party_id FROM activity_seat WHERE activity_id = %s AND"
                                 " state = 'offered'" % date)
        taken = self.store.sql("SELECT taken FROM activity WHERE id = %s" % date)[0][0]
        self.report.check(name + ": given back twice is once, and the first in the queue is asked",
                          done == [303, 409] and str(taken) == "1" and
                          [str(r[0]) for r in offered] == [f["id"] for f in first], (done, offered, taken))


def main():
    linghang, engine = kit.binary(sys.argv)
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    report = kit.Report()
    with kit.server_on_sample(linghang, engine) as server:
        server.start()
        hall, begun = Hall(server, report), time.time()
        for nth, date in enumerate(hall.dates(rounds)):
            hall.round(nth, date, nth >= rounds - KILLED)
        report.check("the store is whole", server.store.integrity() == "ok", server.store.integrity())
        kit.note("seat_rush: %d rounds in %.1f s" % (rounds, time.time() - begun))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
