#!/usr/bin/env python3
# book_rush -- fifty people want the last time of a room at the same instant, twenty times, the last
# ones while the server is killed: one has it, forty-nine read a sentence that says so and what else
# is free. Half of them ask by the form in a browser without script, half as JSON. Then all who came
# too late take one of the other times that they were shown: each of those has one again.
#   book_rush.py LINGHANG sqlite|pgsql [ROUNDS]
# SPDX-License-Identifier: Apache-2.0
import collections
import datetime
import os
import re
import sys
import time
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
sys.path.insert(1, os.path.dirname(os.path.abspath(__file__)))
import kit  # noqa: E402
from crowd import PEOPLE, Crowd  # noqa: E402

KILLED = 8  # of twenty rounds
HOUR, DAY, BEIJING, QUARTER = 3600, 86400, 8 * 3600, 900
TAKEN = "这个时间已经有人订了"
HOLDS = "('review', 'booked', 'offered', 'using')"


class Person:
    """Who books by the form or as JSON, under one key however often."""

    def __init__(self, nth, who, space, at, minutes=60):
        self.space, self.at, self.minutes = space, at, minutes
        self.key, self.by_form = str(uuid.uuid4()), nth % 2 == 0
        self.typed = {"name": "第 %d 位" % (who % 10000), "contact": "0551-1%07d" % who, "heads": 2}

    def moment(self, at):
        return time.strftime("%Y-%m-%dT%H:%M", time.gmtime(at + BEIJING))

    def ask(self, client):
        if self.by_form:
            return client.form("/book/%s/new" % self.space, {
                **self.typed, "key": self.key, "at": self.moment(self.at), "minutes": self.minutes,
                "purpose": "meeting", "kind": "person"})
        return client.post("/api/v1/spaces/%s/book" % self.space, {
            **self.typed, "purpose": "meeting", "from_at": self.moment(self.at) + ":00+08:00",
            "to_at": self.moment(self.at + self.minutes * 60) + ":00+08:00"},
            [("Idempotency-Key", self.key)])

    def has_it(self, a):
        """Then `party` is the id or, when it was his form's second answer, the number under which the store has him."""
        has = a.status == (303 if self.by_form else 201)
        if has:
            at = re.search(r"/booked/(\d+)|\bn=([\w-]+)", a.header("Location")) if self.by_form else None
            self.party = at[1] or at[2] if at else a.json()["id"]
        return has

    def others(self, a):
        """What he may press instead; only a page has buttons."""
        return [tuple(int(n) for n in p.split(",")) for p in
                re.findall(r'name="pick" value="(\d+,\d+)"', a.text)]

    def is_clear(self, a):
        """Too late, told so, with other times; on the page as buttons, and what was typed stands."""
        if a.status != 409 or TAKEN not in a.text:
            return False
        if not self.by_form:
            return TAKEN + "。还空着的：" in a.text
        return len(self.others(a)) == 3 and self.typed["name"] in a.text and 'name="wait"' in a.text


class House:
    def __init__(self, server, report):
        self.server, self.report, self.store = server, report, server.store
        self.crowd, self.people = Crowd(server), 0
        self.cid = self.store.sql("SELECT min(id) FROM community")[0][0]
        self.space = self.store.sql(
            "SELECT b.id FROM booking_space b JOIN site s ON s.community_id = b.community_id AND s.id ="
            " b.site_id WHERE b.community_id = %s AND s.tier = 1 AND b.auto_heads > 1 AND b.active_to = 0"
            " ORDER BY b.capacity LIMIT 1" % self.cid)[0][0]

    def person(self, nth, space, at):
        self.people += 1
        return Person(nth, self.people, space, at)

    def free_times(self, n):
        """n hours of the space that nobody has; what lies between is for those who come too late."""
        out, day = [], (int(time.time()) + BEIJING) // DAY + 3
        guest = kit.Client(self.server.port)
        while len(out) < n:
            date = time.strftime("%Y-%m-%d", time.gmtime(day * DAY))
            for s in guest.get("/api/v1/spaces/%s/day?d=%s" % (self.space, date)).json()["items"]:
                first, last = (int(datetime.datetime.fromisoformat(s[k]).timestamp())
                               for k in ("from_at", "to_at"))
                while s["is_free"] and not s["is_kept"] and first + HOUR <= last and len(out) < n:
                    out.append(first)
                    first += 2 * HOUR
            day += 1
        return out

    def round(self, nth, at, kill_after):
        name = "round %d%s" % (nth + 1, "" if kill_after is None else ", killed after %d" % kill_after)
        people = [self.person(i, self.space, at) for i in range(PEOPLE)]
        answers = self.crowd.rush([p.ask for p in people], kill_after)
        both = [(p, a) for p, a in zip(people, answers) if isinstance(a, kit.Answer)]
        got = [p for p, a in both if p.has_it(a)]
        clear = [(p, a) for p, a in both if p.is_clear(a)]
        odd = [a for a in answers if not isinstance(a, kit.Answer)] + [
            a for p, a in both if not p.has_it(a) and not p.is_clear(a)]
        self.report.check(name + ": one has it, the others read what else is free",
                          len(got) == 1 and len(clear) == PEOPLE - 1,
                          "%d have it, %d were told, others: %s" % (len(got), len(clear), odd[:2]))
        rows = self.store.sql(
            "SELECT p.id, p.number FROM booking b JOIN booking_party p ON p.community_id = b.community_id AND"
            " p.id = b.party_id WHERE b.space_id = %s AND b.state IN %s AND b.from_at < %d AND b.to_at > %d"
            % (self.space, HOLDS, (at + HOUR) * 1000, at * 1000))
        self.report.check(name + ": the store has it for the one who was told so",
                          len(rows) == len(got) and all(p.party in (str(r[0]), r[1]) for r, p in zip(rows, got)), rows)
        return clear

    def second_choice(self, name, clear):
        """All press the first other time that their page shows: it is free once."""
        wanted = collections.defaultdict(list)
        for p, a in clear:
            if p.by_form:
                wanted[p.others(a)[0]].append(p)
        people = []
        for (space, at), some in wanted.items():
            people += [self.person(1, space, at // 1000) for _ in some]
        answers = self.crowd.rush([p.ask for p in people])
        got = collections.Counter((p.space, p.at * 1000) for p, a in zip(people, answers)
                                  if isinstance(a, kit.Answer) and a.status == 201)
        late = [a for a in answers if isinstance(a, kit.Answer) and a.status == 409]
        self.report.check(name + ": what they were shown instead is free, once",
                          people and dict(got) == {k: 1 for k in wanted} and
                          len(late) == len(people) - len(wanted),
                          (dict(got), {k: len(v) for k, v in wanted.items()}, answers[:2]))

    def judge(self, rounds):
        """Rows of quarters and bookings say the same, to the quarter."""
        held = collections.Counter()
        for space, holder, n in self.store.sql("SELECT space_id, holder_id, count(*) FROM booking_slot"
                                               " GROUP BY space_id, holder_id"):
            held[(space, holder)] = int(n)
        odd = []
        for id, space, from_at, to_at in self.store.sql(
                "SELECT id, space_id, from_at, to_at FROM booking WHERE state IN %s AND from_at > %d" % (
                    HOLDS, time.time() * 1000)):
            if held.pop((space, id), 0) != (int(to_at) - int(from_at)) // 1000 // QUARTER:
                odd.append((id, space, from_at, to_at))
        self.report.check("rush: each booking holds its quarters", not odd, odd[:3])
        known = {r[0] for r in self.store.sql("SELECT id FROM booking UNION SELECT id FROM booking_block"
                                              " UNION SELECT id FROM booking_lot")}
        lost = [h for h in held if h[1] not in known]
        self.report.check("rush: nobody holds a time who is not there", not lost, lost[:3])
        pairs = self.store.sql(
            "SELECT a.id, b.id FROM booking a JOIN booking b ON b.community_id = a.community_id AND"
            " b.space_id = a.space_id AND b.id > a.id AND b.from_at < a.to_at AND b.to_at > a.from_at"
            " AND b.state IN %s WHERE a.state IN %s" % (HOLDS, HOLDS))
        self.report.check("rush: no two bookings have the same room at the same time", not pairs, pairs[:3])
        parties = self.store.sql("SELECT contact_key, count(*) FROM booking_party WHERE channel = 'web' AND"
                                 " forgotten_at = 0 AND name LIKE '第 %' GROUP BY contact_key HAVING count(*) > 1")
        self.report.check("rush: nobody is there twice", not parties, parties[:3])
        self.report.check("rush: somebody had to ask again when the server was gone",
                          self.crowd.repeats > 0 or rounds < KILLED, self.crowd.repeats)
        self.report.check("rush: the store is whole", self.store.integrity() == "ok", self.store.integrity())


def main():
    linghang, engine = kit.binary(sys.argv)
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    report = kit.Report()
    with kit.server_on_sample(linghang, engine) as server:
        server.start()
        house, begun = House(server, report), time.time()
        for nth, at in enumerate(house.free_times(rounds)):
            left = rounds - nth
            clear = house.round(nth, at, None if left > KILLED else left * PEOPLE // (KILLED + 1))
            if nth == 0:
                house.second_choice("round 1", clear)
        house.judge(rounds)
        kit.note("book_rush: %d rounds in %.1f s, asked again %d times" % (
            rounds, time.time() - begun, house.crowd.repeats))
        server.judge(report, "book_rush")
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
