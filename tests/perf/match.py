"""match.py LINGHANG [ROUNDS]: what matching costs inside the work of a dispatcher, the database included.

Two servers over two stores with the same 200 open needs: in one each asks for help and has its proposals, in the other
matching knows nothing of them. Asked in turn, one connection; medians of rounds of medians. See README.md.
SPDX-License-Identifier: Apache-2.0
"""
import os
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "http"))
import kit

OPEN, LOOKS, STEPS = 200, 40, 15


def must(answer, *good):
    if answer.status not in (good or (200, 201)):
        raise SystemExit("%r" % answer)
    return answer


class Town:
    def __init__(self, linghang, engine, matches):
        self.store = kit.Store(linghang, engine)
        self.server = kit.Server(self.store)
        self.server.start()
        people = kit.People(self.server)
        self.staff, self.page = people.api("dispatcher"), people.browser("dispatcher")
        self.matches, self.needs = matches, []
        first = "(SELECT id FROM community ORDER BY id LIMIT 1)"
        self.duty = self.store.sql("SELECT id FROM duty WHERE community_id = %s AND code = '0702'"
                                   % first)[0][0]
        self.team = self.store.sql("SELECT id FROM org WHERE community_id = %s AND kind ="
                                   " 'volunteers' ORDER BY id LIMIT 1" % first)[0][0]
        self.places = [r[0] for r in self.store.sql(
            "SELECT code FROM place WHERE community_id = %s AND tier = 'building' ORDER BY code"
            % first)]
        self.skills = [r[0] for r in self.store.sql(
            "SELECT skill_code FROM volunteer_skill GROUP BY skill_code"
            " ORDER BY COUNT(*) DESC, skill_code LIMIT 12")]
        self.open_needs()

    def open_needs(self):
        nobody = kit.Client(self.server.port)
        for i in range(OPEN):
            got = must(nobody.post("/api/v1/needs", {
                "place": self.places[i * 7 % len(self.places)], "text": "想请人帮个忙（第 %d 件）" % i,
                "kind": "wish", "agrees_match": self.matches, "contact": "0551-0000 0003"})).json()
            if self.matches:
                must(self.staff.post("/api/v1/needs/%s/help" % got["id"],
                                     {"skill_code": self.skills[i % len(self.skills)], "halves": 2, "people": 1}))
            self.needs.append(got["id"])
        self.settle()

    def settle(self):
        """Until no job is due: what follows from a step is not part of it."""
        while self.store.sql("SELECT COUNT(*) FROM job WHERE done_at = 0 AND tries = 0 AND run_at <="
                             " %d" % (time.time() * 1000 + 1500))[0][0] != "0":
            time.sleep(0.05)

    def timed(self, act):
        began = time.perf_counter()
        must(act())
        return (time.perf_counter() - began) * 1000

    def dispatch(self, need):
        must(self.staff.post("/api/v1/needs/%s/accept" % need, {"duty_id": self.duty, "level": "L2"}))
        return self.timed(lambda: self.staff.post("/api/v1/needs/%s/dispatch" % need,
                                                  {"org_id": self.team}))

    def ask(self, need):
        """Accepts, dispatches to the team and asks as few as needed, in one request."""
        return self.timed(lambda: self.staff.post("/api/v1/needs/%s/asks" % need, {}))

    def by_hand(self, need):
        """The same without asking anybody: two requests."""
        return self.timed(lambda: self.staff.post("/api/v1/needs/%s/accept" % need, {
            "duty_id": self.duty, "level": "L2"})) + self.timed(
                lambda: self.staff.post("/api/v1/needs/%s/dispatch" % need, {"org_id": self.team}))

    def stop(self):
        self.server.stop()
        self.store.drop()


def in_turn(one, other, n):
    """Medians of n calls of each, taken in turn."""
    a, b = [], []
    for _ in range(n):
        a.append(one())
        b.append(other())
    return statistics.median(a), statistics.median(b)


def of_engine(linghang, engine, rounds):
    matched, plain = (Town(linghang, engine, m) for m in (True, False))
    rows = {"board of %d open needs" % OPEN: [], "page of a need": [], "dispatch": [],
            "ask, beside accept and dispatch": []}
    runs, proposals = [], []
    at = 0
    for _ in range(rounds):
        def look(town, path):
            return lambda: town.timed(lambda: town.page.get(path % town.needs[-1]))
        for name, path in (("board of %d open needs" % OPEN, "/d/board?id=%s"),
                           ("page of a need", "/d/need/%s")):
            rows[name].append(in_turn(look(matched, path), look(plain, path), LOOKS))
        proposals.append(statistics.median(matched.timed(lambda: matched.staff.get(
            "/api/v1/needs/%s/proposals" % matched.needs[-1])) for _ in range(LOOKS)))
        runs.append(matched.timed(lambda: matched.staff.post("/api/v1/match/run", {})))
        for name, one, other in (("dispatch", Town.dispatch, Town.dispatch),
                                 ("ask, beside accept and dispatch", Town.ask, Town.by_hand)):
            some = iter(range(at, at + STEPS)), iter(range(at, at + STEPS))
            rows[name].append(in_turn(lambda: one(matched, matched.needs[next(some[0])]),
                                      lambda: other(plain, plain.needs[next(some[1])]), STEPS))
            at += STEPS
            matched.settle()
            plain.settle()
    m = statistics.median
    print("== matching inside a request, %s, medians of %d rounds in turn" % (engine, rounds))
    for name, pairs in rows.items():
        print("%-32s %6.2f ms with, %6.2f ms without = %.2f times"
              % (name, m(a for a, _ in pairs), m(b for _, b in pairs), m(a / b for a, b in pairs)))
    dispatch = m(b for _, b in rows["dispatch"])
    print("%-32s %6.2f ms = %.2f of a dispatch" % ("reading the proposals of one", m(proposals),
                                                   m(proposals) / dispatch))
    print("%-32s %6.2f ms = %.3f of a dispatch for each need" % ("a run of all that wait", m(runs),
                                                                 m(runs) / OPEN / dispatch))
    matched.stop()
    plain.stop()


def main():
    linghang = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    for engine in ["sqlite"] + (["pgsql"] if os.environ.get("PG_HOST") else []):
        of_engine(linghang, engine, rounds)


if __name__ == "__main__":
    main()
