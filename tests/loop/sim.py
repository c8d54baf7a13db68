#!/usr/bin/env python3
# sim -- weeks of matching in a town by the API: residents ask, dispatchers ask helpers, who say yes,
# no or nothing, come or do not, are liked or not, rest, leave and come back; recurring needs come
# round again; what was done is answered, what finds nobody is referred or told why it cannot be. The
# clock is turned by the hour (town.py). New needs come for WEEKS; then it goes on until each has an
# answer.
#   sim.py LINGHANG sqlite|pgsql [WEEKS]
# What each does follows from the numbers of need and helper alone: any engine gives the same table.
# What must hold is in sim_must.py.
# SPDX-License-Identifier: Apache-2.0
import collections
import os
import random
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402
import sim_must  # noqa: E402
from town import BEIJING, DAY, HOUR, MINUTE, Mailbox, Town  # noqa: E402

EACH_DAY = (3, 3, 2, 2, 2, 0, 0)  # new needs, Monday to Sunday
ROUNDS = (12, 15, 19)  # hours at which people look at what they were asked
PATIENCE = 3  # weeks after which a person decides what becomes of a need nobody could come for
TURNS = 6  # then whoever is helped each week says that it is enough
AFTERWARDS = 16  # weeks at most until the last need has its answer
SIGNED_IN = 8  # weeks; a token lives for ninety days
WORDS = [("chat", "想找人陪着说说话"), ("tap", "水龙头漏水，想请人看看"), ("homework", "孩子作业没人辅导"),
         ("clinic", "要去医院复查，想有人陪着"), ("shop", "腿脚不便，想请人代买东西"), ("hair", "想请人上门理发")]
WAITS = ("asked", "accepted", "introduced", "served")


class Sim:
    def __init__(self, server, weeks, report):
        self.server, self.store, self.weeks, self.report = server, server.store, weeks, report
        self.mail = Mailbox()
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
        self.duty = self.store.sql("SELECT id FROM duty WHERE community_id = %s AND code = '0702'"
                                   % self.community)[0][0]
        self.people = kit.People(server)
        password = self.people.account("handler")[2]
        self.team_logins = {}
        for org, login in self.store.sql(
                "SELECT o.id, p.login FROM org o JOIN post t ON t.community_id = o.community_id"
                " AND t.org_id = o.id AND t.role = 'handler' JOIN holding h ON h.community_id ="
                " o.community_id AND h.post_id = t.id AND h.to_at = 0 AND h.is_deputy = 0 JOIN"
                " person p ON p.community_id = o.community_id AND p.id = h.person_id WHERE"
                " o.community_id = %s AND o.kind = 'volunteers' ORDER BY o.id" % self.community):
            self.people.here["accounts"].append([login, login, password])
            self.team_logins[org] = login

    def sign_in(self):
        """`teams`: {id of a volunteers' team: its handler}, who speaks for it in the loop."""
        self.people.tokens.clear()
        self.people.browsers.clear()
        self.staff, self.lead = self.people.api("dispatcher"), self.people.api("duty_lead")
        self.verifier, self.clerk = self.people.api("verifier"), self.people.api("clerk")
        self.nobody = kit.Client(self.server.port)
        self.teams = {org: self.people.api(login) for org, login in self.team_logins.items()}

    def must(self, answer, *good):
        if answer.status not in (good or (200, 201)):
            raise RuntimeError("%s" % (answer,))
        return answer.json()

    def act(self, who, path, body):
        """A minute after whatever was before, and what that made due is done."""
        self.server.pass_by(MINUTE)
        return who.post("/api/v1" + path, body)

    def dice(self, *what):
        return random.Random("/".join(str(w) for w in what))

    def ours(self, text):
        return [r[0] for r in self.store.sql(text) if r[0] in self.needs]

    # ---- asking ----

    def ask_for_help(self, how_many):
        for _ in range(how_many):
            self.number += 1
            dice = self.dice("need", self.number)
            code, words = dice.choice(self.words)
            got = self.must(self.act(self.nobody, "/needs", {
                "place": dice.choice(self.places), "text": "%s（第 %d 件）" % (words, self.number),
                "kind": "wish", "agrees_match": True, "contact": "0551-0000 0003", "door": "101"}))
            body = {"skill_code": code, "halves": 2, "people": 2 if dice.random() < 0.1 else 1,
                    "every": "week" if dice.random() < 0.15 else ""}
            if dice.random() < 0.5:  # Monday to Sunday, nine to eleven and two to six
                body["week"] = "00003c0ff000" * 7
            self.must(self.act(self.staff, "/needs/%s/help" % got["id"], body))
            self.need_step(self.staff, got["id"], "accept", duty_id=self.duty,
                           level="L3" if dice.random() < 0.8 else "L2")
            self.needs[got["id"]] = (self.number, got["key"])
            self.asked_in[got["id"]] = self.week

    def dispatch(self):
        """Whoever waits and nobody was asked for: the dispatcher asks as few as needed."""
        for need in self.ours("SELECT h.id FROM match_help h JOIN need n ON n.id = h.id"
                              " WHERE n.closed_at = 0 AND h.is_paused = 0 AND NOT EXISTS"
                              " (SELECT 1 FROM match_offer o WHERE o.need_id = h.id"
                              " AND o.turn = h.turn) AND NOT EXISTS (SELECT 1 FROM job j WHERE"
                              " j.subject_id = h.id AND j.kind = 'match.turn' AND j.done_at = 0)"
                              " ORDER BY h.id"):
            answer = self.act(self.staff, "/needs/%s/asks" % need, {})
            self.must(answer, 200, 409)
            self.tally["asked" if answer.status == 200 else "nobody to ask"] += 1

    # ---- helpers and those who are helped ----

    def offer_step(self, who, offer, step, **body):
        answer = self.act(who, "/offers/%s/%s" % (offer, step), body)
        self.must(answer, 200, 409)  # somebody was faster, or his own measure is full
        self.tally[step if answer.status == 200 else step + " refused"] += 1

    def look(self):
        """Each looks at what waits for his word: some at once, some the next day, some never."""
        for offer, need, helper, turn, state, asked_at, introduced_at, leave_at in self.store.sql(
                "SELECT o.id, o.need_id, v.number, o.turn, o.state, o.asked_at, o.introduced_at,"
                " o.leave_at FROM match_offer o JOIN volunteer v ON v.id = o.volunteer_id"
                " WHERE o.state IN ('asked', 'accepted', 'introduced') ORDER BY o.id"):
            if need not in self.needs:
                continue
            number, key = self.needs[need]
            dice = self.dice(state, number, helper, turn)
            luck = dice.random()
            if state == "asked":
                if luck < 0.85 and self.server.now - int(asked_at) > dice.randrange(30) * HOUR:
                    self.offer_step(self.staff, offer, "accept" if luck < 0.6 else "decline")
            elif state == "accepted":
                self.offer_step(self.nobody, offer, "other" if luck < 0.05 else "agree", key=key)
            elif self.server.now > (int(leave_at) or int(introduced_at) + 2 * DAY):
                self.visit(offer, key, luck, dice)

    def visit(self, offer, key, luck, dice):
        """Some could not, some did not come; the others did, and both say how it was."""
        if luck < 0.05:
            self.offer_step(self.staff, offer, "cannot")
        elif luck < 0.08:
            self.offer_step(self.nobody, offer, "other", key=key)
            self.tally["did not come"] += 1
        else:
            self.offer_step(self.staff, offer, "served", again=dice.random() < 0.7)
            self.offer_step(self.nobody, offer, "confirm", key=key, again=dice.random() < 0.8)

    def helpers_week(self):
        """A few rest for two weeks, whatever they have promised, and come back by themselves; one
        in a thousand leaves; who is asked whether he still helps says yes, or nothing."""
        for helper, number, asked_at in self.store.sql(
                "SELECT id, number, asked_at FROM volunteer WHERE community_id = %s"
                " AND state = 'active' ORDER BY number" % self.community):
            luck = self.dice("week", number, self.week).random()
            step, body = "", {}
            if luck < 0.01:
                step, body = "pause", {"until_at": time.strftime(
                    "%Y-%m-%d", time.gmtime((self.server.now + BEIJING + 14 * DAY) / 1000))}
            elif luck > 0.999:
                step = "leave"
            elif asked_at != "0" and self.dice("still", number, asked_at).random() < 0.85:
                step = "confirm"
            if step:
                self.must(self.act(self.clerk, "/volunteers/%s/%s" % (helper, step), body))
                self.tally["helper: " + step] += 1

    # ---- what becomes of a need ----

    def need_step(self, who, need, step, **body):
        self.must(self.act(who, "/needs/%s/%s" % (need, step), body))

    def clear_desk(self):
        """What the sample left open is none of ours: those who asked say it is no longer wanted."""
        for (need,) in self.store.sql("SELECT id FROM need WHERE closed_at = 0 AND community_id = %s"
                                      " ORDER BY id" % self.community):
            a = self.act(self.lead, "/needs/%s/withdraw" % need, {"text": "来电话说不用办了"})
            if a.status == 409 and self.store.sql("SELECT closed_at FROM need WHERE id = %s" % need)[0][0] != "0":
                continue  # it was answered in the minutes that went by
            self.must(a)

    def contact(self):
        """The team that stands for a need speaks with who asked, the day after at the latest."""
        for need, owner in self.store.sql("SELECT id, owner_org FROM need WHERE closed_at = 0 AND"
                                          " state IN ('dispatched', 'redo') ORDER BY id"):
            if need in self.needs:
                self.need_step(self.teams[owner], need, "contact", outcome="reached",
                               text="电话里说过了")

    def handle(self, need, answer_code, text):
        """By the team that stands for it, up to the word of who checks."""
        owner, state = self.store.sql("SELECT owner_org, state FROM need WHERE id = %s" % need)[0]
        if state == "accepted":
            owner = min(self.teams)
            self.need_step(self.staff, need, "dispatch", org_id=owner)
        team = self.teams[owner]
        if state != "handling":
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

    def close_unserved(self):
        """Nobody more for weeks: half go to those who do it for a living, half are told why not."""
        for need in self.ours(
                "SELECT h.id FROM match_help h JOIN need n ON n.id = h.id WHERE n.closed_at = 0"
                " AND NOT EXISTS (SELECT 1 FROM match_offer o WHERE o.need_id = h.id AND o.turn ="
                " h.turn AND o.state IN ('asked', 'accepted', 'introduced', 'served'))"
                " AND NOT EXISTS (SELECT 1 FROM job j WHERE j.subject_id = h.id AND j.kind ="
                " 'match.turn' AND j.done_at = 0) ORDER BY h.id"):
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

    # ---- a life ----

    def live_day(self, day, new):
        self.server.go_to(day + 9 * HOUR)
        if new:
            self.contact()
            self.ask_for_help(new if self.week <= self.weeks else 0)
            self.dispatch()
            self.close_served()
            self.close_unserved()
        for hour in ROUNDS:
            self.server.go_to(day + hour * HOUR)
            self.look()

    def live_week(self):
        self.week += 1
        if self.week % SIGNED_IN == 0:
            self.sign_in()
        monday = self.server.monday()
        self.server.go_to(monday + 8 * HOUR)
        self.helpers_week()
        for day, new in enumerate(EACH_DAY):
            self.live_day(monday + day * DAY, new)
        self.server.go_to(monday + 6 * DAY + 22 * HOUR)
        sim_must.week(self)

    def run(self):
        self.server.go_to(self.server.now + 2 * HOUR)  # what came due since the sample was made
        self.sign_in()
        self.clear_desk()
        self.mail.subscribe(self.people.api("admin"))
        while self.week < self.weeks or (
                self.ours("SELECT id FROM need WHERE closed_at = 0")
                and self.week < self.weeks + AFTERWARDS):
            self.live_week()
        sim_must.end(self)


def main():
    linghang, engine = kit.binary(sys.argv)
    weeks = int(sys.argv[3]) if len(sys.argv) > 3 else 6
    report = kit.Report()
    began = time.time()
    with kit.server_on_sample(linghang, engine, kind=Town) as server:
        server.start()
        Sim(server, weeks, report).run()
        kit.note("%.0f s for %d turns of the clock" % (time.time() - began, server.turns))
        server.judge(report, "sim")
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
