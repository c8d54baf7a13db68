#!/usr/bin/env python3
# sim -- weeks of matching in a town by the API: residents ask, dispatchers ask helpers, who say yes,
# no or nothing, come or do not, are liked or not, rest and come back; recurring needs come round
# again; what was done is answered, what finds nobody is referred or told why it cannot be. A week
# passes by moving every time in the store back by seven days, so that clocks and jobs see it pass.
#   sim.py LINGHANG sqlite|pgsql [WEEKS]
# What each does follows from the number of need and helper alone: any engine gives the same table.
# What must hold at the end of each week is in `check_week`.
# SPDX-License-Identifier: Apache-2.0
import collections
import os
import random
import re
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402

WEEK = 7 * 86400 * 1000
EACH_WEEK = 12
PATIENCE = 3  # weeks after which a person decides what becomes of a need nobody could come for
TURNS = 6  # then whoever is helped each week says that it is enough
WORDS = [("chat", "想找人陪着说说话"), ("tap", "水龙头漏水，想请人看看"), ("homework", "孩子作业没人辅导"),
         ("clinic", "要去医院复查，想有人陪着"), ("shop", "腿脚不便，想请人代买东西"), ("hair", "想请人上门理发")]
YES = ("accepted", "introduced", "served", "confirmed")


class Sim:
    def __init__(self, server, weeks, report):
        self.server, self.store, self.weeks, self.report = server, server.store, weeks, report
        people = kit.People(server)
        self.staff, self.lead = people.api("dispatcher"), people.api("duty_lead")
        self.page = people.browser("dispatcher")
        self.nobody = kit.Client(server.port)
        self.verifier = people.api("verifier")
        self.needs, self.number, self.tally = {}, 0, collections.Counter()
        self.asked_in, self.week = {}, 0
        self.community = self.store.sql("SELECT id FROM community ORDER BY id LIMIT 1")[0][0]
        known = [r[0] for r in self.store.sql(
            "SELECT skill_code FROM volunteer_skill GROUP BY skill_code"
            " ORDER BY COUNT(*) DESC, skill_code LIMIT 12")]
        here = [w for w in WORDS if w[0] in known]
        self.words = here + [(code, "想请人帮个忙") for code in known[:6]]
        self.places = [r[0] for r in self.store.sql(
            "SELECT code FROM place WHERE community_id = %s AND tier = 'building' AND kind = 'home'"
            " ORDER BY code" % self.community)]
        self.columns = self.times()
        self.duty = self.store.sql("SELECT id FROM duty WHERE community_id = %s AND code = '0702'"
                                   % self.community)[0][0]
        self.teams = self.sign_in_teams(people)
        self.helpers = self.store.sql("SELECT id, number FROM volunteer WHERE community_id = %s"
                                      " AND state = 'active' ORDER BY number" % self.community)

    def sign_in_teams(self, people):
        """{id of a volunteers' team: its handler}, who speaks for it in the loop."""
        password = people.account("handler")[2]
        out = {}
        for org, login in self.store.sql(
                "SELECT o.id, p.login FROM org o JOIN post t ON t.community_id = o.community_id"
                " AND t.org_id = o.id AND t.role = 'handler' JOIN holding h ON h.community_id ="
                " o.community_id AND h.post_id = t.id AND h.to_at = 0 AND h.is_deputy = 0 JOIN"
                " person p ON p.community_id = o.community_id AND p.id = h.person_id WHERE"
                " o.community_id = %s AND o.kind = 'volunteers' ORDER BY o.id" % self.community):
            people.here["accounts"].append([login, login, password])
            out[org] = people.api(login)
        return out

    def times(self):
        """{table: columns} that hold a time; days are moved too."""
        if self.store.engine == "sqlite":
            tables = [r[0] for r in self.store.sql(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
            found = [(t, r[1]) for t in tables
                     for r in self.store.sql("PRAGMA table_info(%s)" % t)]
        else:
            found = self.store.sql("SELECT table_name, column_name FROM information_schema.columns"
                                   " WHERE table_schema = 'public'")
        out = collections.defaultdict(list)
        for table, column in found:
            if table.startswith(("match_", "need", "volunteer", "job", "opening")) and (
                    column == "at" or column.endswith(("_at", "_until")) or
                    column in ("from_day", "to_day")):
                out[table].append(column)
        return out

    def must(self, answer, *good):
        if answer.status not in (good or (200, 201)):
            raise RuntimeError("%s" % (answer,))
        return answer.json()

    def settle(self):
        """Until no job is due: each has begun at once, so this ends as soon as they are done."""
        end = time.time() + 120
        while time.time() < end:
            due = self.store.sql("SELECT COUNT(*) FROM job WHERE done_at = 0 AND tries = 0 AND"
                                 " (run_at <= %d OR kind = 'match.run')" % (time.time() * 1000))
            if due[0][0] == "0":
                return
            time.sleep(0.01)
        raise RuntimeError("jobs do not end")

    def pass_week(self):
        """Seven days in one statement for each table: nothing sees half of it."""
        for table, columns in sorted(self.columns.items()):
            self.store.sql("UPDATE %s SET %s" % (table, ", ".join(
                "%s = CASE WHEN %s = 0 THEN 0 ELSE %s - %d END" % (
                    c, c, c, 7 if c.endswith("_day") else WEEK) for c in columns)))

    # ---- people ----

    def dice(self, *what):
        return random.Random("/".join(str(w) for w in what))

    def ask_for_help(self):
        for _ in range(EACH_WEEK):
            self.number += 1
            dice = self.dice("need", self.number)
            code, words = dice.choice(self.words)
            got = self.must(self.nobody.post("/api/v1/needs", {
                "place": dice.choice(self.places), "text": "%s（第 %d 件）" % (words, self.number),
                "kind": "wish", "agrees_match": True, "contact": "0551-0000 0003", "door": "101"}))
            body = {"skill_code": code, "halves": 2, "people": 2 if dice.random() < 0.1 else 1,
                    "every": "week" if dice.random() < 0.15 else ""}
            if dice.random() < 0.5:  # Monday to Sunday, nine to eleven and two to six
                body["week"] = "00003c0ff000" * 7
            self.must(self.staff.post("/api/v1/needs/%s/help" % got["id"], body))
            self.must(self.staff.post("/api/v1/needs/%s/accept" % got["id"],
                                      {"duty_id": self.duty, "level": "L2"}))
            self.needs[got["id"]] = (self.number, got["key"])
            self.asked_in[got["id"]] = self.week
        self.settle()

    def dispatch(self):
        """Whoever waits and nobody was asked for: the dispatcher asks as few as needed."""
        for need in self.ours("SELECT h.id FROM match_help h JOIN need n ON n.id = h.id"
                              " WHERE n.closed_at = 0 AND h.is_paused = 0 AND NOT EXISTS"
                              " (SELECT 1 FROM match_offer o WHERE o.need_id = h.id"
                              " AND o.turn = h.turn) ORDER BY h.id"):
            answer = self.staff.post("/api/v1/needs/%s/asks" % need, {})
            self.tally["asked" if answer.status == 200 else "nobody to ask"] += 1
            if answer.status not in (200, 409):
                raise RuntimeError(str(answer))
            self.settle()

    def ours(self, text):
        return [r[0] for r in self.store.sql(text) if r[0] in self.needs]

    def offers(self, state):
        rows = self.store.sql("SELECT o.id, o.need_id, v.number, o.turn FROM match_offer o"
                              " JOIN volunteer v ON v.id = o.volunteer_id"
                              " WHERE o.state = '%s' ORDER BY o.id" % state)
        return [r for r in rows if r[1] in self.needs]

    def step(self, offer, step, **body):
        answer = self.staff.post("/api/v1/offers/%s/%s" % (offer, step), body)
        if answer.status not in (200, 409):  # somebody was faster, or his own measure is full
            raise RuntimeError(str(answer))
        self.tally[step if answer.status == 200 else step + " refused"] += 1

    def answer(self):
        """Until nobody is asked any more but those who say nothing."""
        for _ in range(8):
            moved = 0
            for offer, need, helper, turn in self.offers("asked"):
                mood = self.dice("answer", self.needs[need][0], helper, turn).random()
                if mood < 0.85:
                    self.step(offer, "accept" if mood < 0.6 else "decline")
                    self.settle()  # who is asked next must not depend on how fast an engine is
                    moved += 1
            if not moved:
                return

    def meet(self):
        for offer, need, helper, turn in self.offers("accepted"):
            number, key = self.needs[need]
            other = self.dice("meet", number, helper, turn).random() < 0.05
            answer = self.nobody.post("/api/v1/offers/%s/%s" % (offer, "other" if other else "agree"),
                                      {"key": key})
            self.must(answer)
            self.tally["other" if other else "agree"] += 1
            self.settle()

    def visit(self):
        """A week later: some could not, some did not come; the others did, and both say how it was."""
        came = []
        for offer, need, helper, turn in self.offers("introduced"):
            dice = self.dice("visit", self.needs[need][0], helper, turn)
            luck = dice.random()
            if luck < 0.05:
                self.step(offer, "cannot")
            elif luck < 0.08:
                self.must(self.nobody.post("/api/v1/offers/%s/other" % offer,
                                           {"key": self.needs[need][1]}))
                self.tally["did not come"] += 1
            else:
                came.append((offer, need, dice))
                continue
            self.settle()  # somebody else is asked now: see answer()
        for offer, need, dice in came:
            self.step(offer, "served", again=dice.random() < 0.7)
            self.must(self.nobody.post("/api/v1/offers/%s/confirm" % offer, {
                "key": self.needs[need][1], "again": dice.random() < 0.8}))
            self.tally["confirm"] += 1
        self.settle()

    # ---- what becomes of a need ----

    def need_step(self, who, need, step, **body):
        self.must(who.post("/api/v1/needs/%s/%s" % (need, step), body))

    def clear_desk(self):
        """What the sample left open is none of ours: those who asked say it is no longer wanted."""
        for (need,) in self.store.sql("SELECT id FROM need WHERE closed_at = 0 AND community_id = %s"
                                      " ORDER BY id" % self.community):
            self.need_step(self.lead, need, "withdraw", text="来电话说不用办了")
        self.settle()

    def handle(self, need, answer_code, text):
        """By the team that stands for it, up to the word of who checks."""
        owner, state = self.store.sql("SELECT owner_org, state FROM need WHERE id = %s" % need)[0]
        if state == "accepted":
            owner = min(self.teams)
            self.need_step(self.staff, need, "dispatch", org_id=owner)
        team = self.teams[owner]
        self.need_step(team, need, "contact", outcome="reached", text="电话里说过了")
        self.need_step(team, need, "report", answer_code=answer_code, text=text)
        self.need_step(self.verifier, need, "verify")

    def close_served(self):
        """Those for whom everybody came whom they wanted; and some of them say how it was."""
        for need in self.ours(
                "SELECT h.id FROM match_help h JOIN need n ON n.id = h.id WHERE n.closed_at = 0"
                " AND (h.every = '' OR h.turn >= %d) AND h.people <= (SELECT COUNT(*) FROM"
                " match_offer o WHERE o.need_id = h.id AND o.state = 'confirmed') ORDER BY h.id"
                % TURNS):
            self.handle(need, "done", "邻居已经来帮过，您也说好了")
            self.need_step(self.lead, need, "close")
            self.tally["answered"] += 1
            dice = self.dice("rate", self.needs[need][0])
            if dice.random() < 0.5:
                self.need_step(self.nobody, need, "rate", key=self.needs[need][1], reason="solved",
                               rating=dice.choice(["very_satisfied", "satisfied", "basic"]))
                self.tally["rated"] += 1
        self.settle()

    def close_unserved(self):
        """Nobody for weeks: half go to those who do it for a living, half are told why not."""
        for need in self.ours(
                "SELECT h.id FROM match_help h JOIN need n ON n.id = h.id WHERE n.closed_at = 0"
                " AND NOT EXISTS (SELECT 1 FROM match_offer o WHERE o.need_id = h.id AND o.turn ="
                " h.turn AND o.state IN ('asked', 'accepted', 'introduced', 'served', 'confirmed'))"
                " ORDER BY h.id"):
            if self.week - self.asked_in[need] < PATIENCE:
                continue
            if self.needs[need][0] % 2:
                self.handle(need, "partly", "问过附近会这样手艺的，都排不开；另请人来")
                self.need_step(self.lead, need, "refer", text="已请社区食堂和家政门店联系您",
                               reason="no_data", refer_number="S-%d" % self.needs[need][0])
                self.tally["referred"] += 1
            else:
                self.handle(need, "cannot-power", "问过附近会这样手艺的，都排不开，已说明")
                self.need_step(self.lead, need, "cannot")
                self.tally["told why not"] += 1
        self.settle()

    def rest(self):
        """A few rest for two weeks, whatever they have promised; they come back by themselves."""
        for helper, number in self.helpers:
            if self.dice("rest", number, self.week).random() >= 0.01:
                continue
            answer = self.staff.post("/api/v1/volunteers/%s/pause" % helper, {
                "until_at": time.strftime("%Y-%m-%d", time.gmtime(time.time() + 14 * 86400))})
            if answer.status not in (200, 409):  # 409: rests already
                raise RuntimeError(str(answer))
            self.tally["rests"] += answer.status == 200
        self.settle()

    # ---- what must hold ----

    def none(self, name, text):
        rows = self.store.sql(text)
        self.report.check(name, not rows, "%d, first %s" % (len(rows), rows[:1]))

    def check_week(self, week):
        at = "week %d: " % week
        yes = "('accepted', 'introduced', 'served', 'confirmed')"
        self.none(at + "nobody was asked more often in a week than he agreed to",
                  "SELECT o.volunteer_id FROM match_offer o JOIN match_offer p ON p.volunteer_id ="
                  " o.volunteer_id AND p.asked_at > o.asked_at - %d AND p.asked_at <= o.asked_at"
                  " JOIN volunteer v ON v.id = o.volunteer_id"
                  " GROUP BY o.id, o.volunteer_id, v.ask_max HAVING COUNT(*) > v.ask_max" % WEEK)
        self.none(at + "nobody has promised more for a week than he agreed to",
                  "SELECT o.volunteer_id FROM match_offer o JOIN volunteer v ON v.id = o.volunteer_id"
                  " WHERE o.state IN %s GROUP BY o.volunteer_id, v.week_max,"
                  " (CASE WHEN o.visit_at = 0 THEN o.answered_at ELSE o.visit_at END + 288000000)"
                  " / %d HAVING COUNT(*) > v.week_max" % (yes, WEEK))
        self.none(at + "nobody has promised one hour twice",
                  "SELECT o.id FROM match_offer o JOIN match_offer p ON p.volunteer_id ="
                  " o.volunteer_id AND p.id > o.id AND p.visit_at < o.leave_at AND p.leave_at >"
                  " o.visit_at WHERE o.visit_at > 0 AND p.visit_at > 0 AND o.state IN"
                  " ('accepted', 'introduced') AND p.state IN ('accepted', 'introduced')")
        self.none(at + "no need has more people than it wants",
                  "SELECT o.need_id FROM match_offer o JOIN match_help h ON h.id = o.need_id"
                  " WHERE o.state IN %s GROUP BY o.need_id, o.turn, h.people"
                  " HAVING COUNT(*) > h.people" % yes)
        self.none(at + "each need has somebody, a proposal, a reason, or the duty desk",
                  "SELECT h.id FROM match_help h JOIN need n ON n.id = h.id WHERE n.closed_at = 0"
                  " AND n.state NOT IN ('clarify', 'parked', 'objected', 'reported', 'verified')"
                  " AND n.level <> 'L0' AND h.is_paused = 0 AND h.rung < 3"
                  " AND NOT EXISTS (SELECT 1 FROM match_offer o WHERE o.need_id = h.id"
                  " AND o.turn = h.turn AND o.state NOT IN ('declined', 'expired', 'released'))"
                  " AND NOT EXISTS (SELECT 1 FROM match_proposal p WHERE p.need_id = h.id"
                  " AND p.until_at = 0) AND NOT EXISTS (SELECT 1 FROM match_miss m"
                  " WHERE m.need_id = h.id AND m.until_at = 0)"
                  " AND NOT EXISTS (SELECT 1 FROM job j WHERE j.subject_id = h.id"
                  " AND j.kind = 'match.turn' AND j.done_at = 0)")
        self.none(at + "what is closed has an answer in words",
                  "SELECT id FROM need WHERE closed_at > 0 AND answer = ''"
                  " AND state NOT IN ('withdrawn', 'merged')")
        self.none(at + "each run is proved, and hours cost it a fiftieth at most",
                  "SELECT id FROM match_run WHERE gap < 0 OR gap * 50 > objective")
        self.none(at + "nobody is asked for one hour twice",
                  "SELECT o.id FROM match_offer o JOIN match_offer p ON p.volunteer_id ="
                  " o.volunteer_id AND p.id > o.id AND p.visit_at < o.leave_at AND p.leave_at >"
                  " o.visit_at WHERE o.visit_at > 0 AND p.visit_at > 0 AND o.state = 'asked'"
                  " AND p.state IN ('asked', 'accepted', 'introduced')")
        self.none(at + "each step of a question was taken once",
                  "SELECT offer_id FROM match_event GROUP BY offer_id, step HAVING COUNT(*) > 1")
        self.none(at + "no job gave up", "SELECT kind, failed FROM job WHERE failed <> ''"
                  " AND kind LIKE 'match%'")

    def check_pages(self):
        for need in self.needs:
            a = self.page.get("/d/match/" + need)
            ok = a.status == 200 and "%" not in re.sub(r"<[^>]*>", "", a.text)
            self.report.check("the page of reasons of need %d opens" % self.needs[need][0], ok,
                              "%d" % a.status)
        for path in ("/d/match/run", "/d/match/gaps"):
            self.report.check(path + " opens", self.page.get(path).status == 200, "")

    def table(self):
        rows = self.store.sql("SELECT o.state, o.need_id FROM match_offer o")
        states = collections.Counter(s for s, n in rows if n in self.needs)
        figures = self.store.sql(
            "SELECT COUNT(DISTINCT o.volunteer_id) FROM match_offer o WHERE o.state IN"
            " ('accepted', 'introduced', 'served', 'confirmed')")
        print("== table")
        print("weeks %d, needs %d" % (self.weeks, len(self.needs)))
        for name, n in sorted(states.items()):
            print("%-12s %d" % (name, n))
        for name, n in sorted(self.tally.items()):
            print("%-16s %d" % (name, n))
        print("helpers who came or will %s" % figures[0][0])
        print("==")

    def run(self):
        self.clear_desk()
        for week in range(1, self.weeks + 1):
            self.week = week
            self.ask_for_help()
            self.dispatch()
            self.answer()
            self.meet()
            self.rest()
            self.pass_week()
            self.settle()
            self.visit()
            self.close_served()
            self.close_unserved()
            self.check_week(week)
        self.check_pages()
        self.table()


def main():
    linghang, engine = kit.binary(sys.argv)
    weeks = int(sys.argv[3]) if len(sys.argv) > 3 else 6
    report = kit.Report()
    with kit.server_on_sample(linghang, engine) as server:
        server.start()
        Sim(server, weeks, report).run()
        report.check("the server is alive", server.process.poll() is None, "")
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
