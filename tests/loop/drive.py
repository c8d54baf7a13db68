#!/usr/bin/env python3
# drive -- 652 real messages through the whole loop by the API: asked, accepted by the catalogue's
# suggestion, dispatched, handled, verified, closed, rated, with a share of returns, redos, merges,
# withdrawals, refusals, referrals and what cannot be done. Closes with the table of the rates.
#   drive.py LINGHANG sqlite|pgsql [HOW_MANY]
# The policy is seeded by the number of each message alone, so that any engine, at any speed, gives
# the same table.
# SPDX-License-Identifier: Apache-2.0
import os
import random
import sys
import threading
import time
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402

RAW = os.path.join(kit.SHARED, "text", "raw_dev.tsv")
THREADS = 4
OWNERS = ["handler", "clerk"]  # roles that handle, with an account in the sample and a unit each
ANSWER = "已经到现场看过，按目录办妥，谢谢您告诉我们"


def messages(most):
    if not os.path.exists(RAW):
        kit.note("drive: ../shared/data/text/raw_dev.tsv is not there: messages are made up")
        return [made_up(i) for i in range(most or 652)]
    with open(RAW, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f][1:]
    texts = [(r[3] + "。" + r[4])[:1000] for r in rows if len(r) > 4]
    return texts[:most] if most else texts


def made_up(i):
    dice = random.Random(i)
    what = ["楼道灯不亮", "垃圾没人收", "电梯停了", "水管漏水", "楼上太吵", "车堵了消防通道",
            "想请人陪老人看病", "孩子放学没人接", "想问怎么办证", "摊位漏电"]
    when = ["昨天晚上", "今天早上", "连着三天", "下雨以后"]
    return "%s，%s，麻烦来看看（第 %d 件）" % (dice.choice(when), dice.choice(what), i + 1)


class Case:
    """One message and what fate has in store for it."""

    def __init__(self, i, text, place):
        self.i, self.text, self.place = i, text, place
        self.dice = random.Random(1000 + i)
        self.fate = self.dice.choices(
            ["done", "return", "rework", "redo", "merge", "withdraw", "refuse", "cannot", "refer",
             "now", "clarify"], [52, 6, 5, 6, 6, 4, 3, 6, 4, 5, 3])[0]
        self.id = self.key = self.owner = self.duty = None


class Drive:
    def __init__(self, server, texts):
        self.server, self.store = server, server.store
        self.people = kit.People(server)
        places = self.people.here["places"]
        self.cases = [Case(i, t, places[i % len(places)]) for i, t in enumerate(texts)]
        for role in ("dispatcher", "duty_lead", "verifier", "leader", *OWNERS):
            self.people.api(role)
        self.suggested = 0
        self.local = threading.local()
        self.lock = threading.Lock()
        self.faults = []
        self.find_rows()

    def find_rows(self):
        """The catalogue by codes, equal on any engine, and the unit of each owner."""
        first = "(SELECT id FROM community ORDER BY id LIMIT 1)"
        self.duties = self.store.sql("SELECT id, level FROM duty WHERE community_id = %s"
                                     " AND active = 1 ORDER BY code" % first)
        self.org_of = {}
        for role in OWNERS:
            self.org_of[role] = self.store.sql(
                "SELECT o.org_id FROM person p JOIN holding h ON h.community_id = p.community_id"
                " AND h.person_id = p.id AND h.to_at = 0 JOIN post o ON o.community_id ="
                " p.community_id AND o.id = h.post_id WHERE p.community_id = %s AND o.role = '%s'"
                " AND p.login = '%s'" % (first, role, self.people.account(role)[1]))[0][0]

    # ---- callers ----

    def api(self, role):
        """A connection of its own for each thread and role."""
        if not hasattr(self.local, "clients"):
            self.local.clients = {}
        if role not in self.local.clients:
            token = self.people.tokens.get(role)
            self.local.clients[role] = kit.Client(self.server.port, token)
        return self.local.clients[role]

    def step(self, case, role, step, **body):
        a = self.api(role).post("/api/v1/needs/%s/%s" % (case.id, step), body)
        if a.status != 200:
            raise RuntimeError("%s of message %d: %r" % (step, case.i, a))
        return a.json()

    def form(self, case, step, **body):
        a = self.api("resident").form("/n/%s/%s" % (case.id, step), {"k": case.key, **body})
        if a.status != 303:
            raise RuntimeError("%s of message %d: %d" % (step, case.i, a.status))

    # ---- the road ----

    def open(self, case):
        a = self.api("resident").post("/api/v1/needs", {
            "place": case.place, "text": case.text, "contact": "1395500%04d" % case.i},
            [("Idempotency-Key", "drive-%d" % case.i)])
        if a.status != 201:
            raise RuntimeError("message %d: %r" % (case.i, a))
        case.id, case.key = a.json()["id"], a.json()["key"]

    def suggest(self, case):
        """What the catalogue suggests, or, when nothing fits, a row that depends on the number."""
        words = urllib.parse.quote(case.text[:150])
        a = self.api("dispatcher").get("/api/v1/duties?q=" + words)
        if a.status != 200:
            raise RuntimeError("GET /api/v1/duties: %r" % a)
        items = a.json()["items"]
        with self.lock:
            self.suggested += bool(items)
        if items:
            return items[0]["id"], items[0]["level"] or "L2"
        duty = self.duties[case.i % len(self.duties)]
        return duty[0], duty[1] or "L2"

    def other(self, owner):
        return OWNERS[(OWNERS.index(owner) + 1) % len(OWNERS)]

    def intake(self, case):
        if case.fate == "withdraw":
            return self.form(case, "withdraw", text="不用办了")
        if case.fate == "refuse":
            return self.step(case, "dispatcher", "refuse", reason="statutory",
                             text="这件事要走法定渠道，请拨打 12348 问清楚")
        if case.fate == "merge" and case.i >= 40:
            return None  # waits for the main one: see merge()
        if case.fate == "clarify":
            self.step(case, "dispatcher", "ask", text="请问具体在哪一栋？")
            self.form(case, "clarify", text="就在牌子旁边")
        duty, level = self.suggest(case)
        case.duty = duty
        self.step(case, "dispatcher", "accept", duty_id=duty, level=level)
        if case.fate == "now":
            return self.step(case, "dispatcher", "answer_now", text=ANSWER, answer_code="done")
        if case.fate == "refer":
            return self.step(case, "dispatcher", "refer", text="已转给交警部门，他们会联系您",
                             refer_number="W-%d" % case.i, reason="no_data")
        case.owner = OWNERS[case.i % len(OWNERS)]
        return self.step(case, "dispatcher", "dispatch", org_id=self.org_of[case.owner])

    def merge(self, case):
        """Into the nearest earlier message that goes the plain way and is still open."""
        if case.fate != "merge" or case.i < 40:
            return
        main = next(c for c in reversed(self.cases[:case.i]) if c.fate == "done" and c.owner)
        self.step(case, "dispatcher", "merge", target_id=main.id, reason="same_thing")

    def handle(self, case):
        if not case.owner:
            return
        if case.fate == "return":
            self.step(case, case.owner, "object", reason="not_in_row", text="不归我们管",
                      duty_id=case.duty)
            case.owner = self.other(case.owner)
            self.step(case, "duty_lead", "redirect", org_id=self.org_of[case.owner])
        self.step(case, case.owner, "contact", outcome="reached", text="电话联系上了")
        self.report(case)

    def report(self, case):
        code = "cannot-money" if case.fate == "cannot" else \
            case.dice.choice(["done", "done", "done", "partly"])
        self.step(case, case.owner, "report", text=ANSWER, answer_code=code)

    def close(self, case):
        if not case.owner:
            return
        if case.fate == "rework":
            self.step(case, "verifier", "rework", reason="not_done", text="还差一盏灯")
            self.report(case)
        self.step(case, "verifier", "verify")
        self.step(case, "duty_lead", "cannot" if case.fate == "cannot" else "close")

    def rate(self, case):
        if not case.owner and case.fate != "now":
            return
        if case.fate == "redo":
            self.form(case, "unsolved", rating="dissatisfied", text="还是老样子")
            self.step(case, "dispatcher", "dispatch", org_id=self.org_of[case.owner])
            self.step(case, case.owner, "contact", outcome="reached", text="又联系了一次")
            self.report(case)
            self.step(case, "verifier", "verify")
            self.step(case, "duty_lead", "close")
            if case.dice.random() < 0.4:  # still not content: the leader decides, it is not redone
                self.form(case, "rate", rating="dissatisfied", reason="partly", text="一般")
                self.step(case, "leader", "uphold", text="已经按规定办到能办的程度")
        elif case.dice.random() < 0.6:
            grade = case.dice.choices(["very_satisfied", "satisfied", "basic"], [5, 4, 2])[0]
            self.form(case, "rate", rating=grade, reason="solved")

    # ---- all of them ----

    def each(self, name, act):
        """Every message once through `act`, THREADS at a time."""
        began = time.time()

        def one(case):
            try:
                act(case)
            except (RuntimeError, OSError, EOFError, KeyError, StopIteration) as e:
                with self.lock:
                    self.faults.append("%s: %s: %s" % (name, type(e).__name__, e))
        kit.spread(self.cases, one, THREADS)
        kit.note("drive %s: %.1f s" % (name, time.time() - began))

    def rates(self):
        """Of today and yesterday: the drive may begin before midnight."""
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86400))
        a = self.api("leader").get("/api/v1/rates?from=" + day)
        if a.status != 200:
            raise RuntimeError("GET /api/v1/rates: %r" % a)
        return a.json()

    def run(self):
        """The rates of the messages alone, without what the sample had before."""
        before = self.rates()
        for name, act in (("open", self.open), ("intake", self.intake), ("merge", self.merge),
                          ("handle", self.handle), ("close", self.close), ("rate", self.rate)):
            self.each(name, act)
            if self.faults:
                return None
        kit.note("drive: the catalogue had a suggestion for %d messages" % self.suggested)
        return {k: v - before[k] for k, v in self.rates().items()}


def table(rates):
    def part(name, a, b):
        share = "%.1f%%" % (100 * rates[a] / rates[b]) if rates[b] else "-"
        print("%-10s %5d / %5d  %s" % (name, rates[a], rates[b], share))
    for name in ("received", "dispatched", "closed", "on_time", "returned", "redone", "merged",
                 "withdrawn", "refused", "referred", "cannot"):
        print("%-10s %5d" % (name, rates[name]))
    part("answered", "contacted_on_time", "dispatched")
    part("solved", "solved", "solvable")
    part("content", "satisfied", "rated")


def main():
    linghang, engine = kit.binary(sys.argv)
    texts = messages(int(sys.argv[3]) if len(sys.argv) > 3 else 0)
    report = kit.Report()
    with kit.server_on_sample(linghang, engine) as server:
        server.start()
        drive = Drive(server, texts)
        rates = drive.run()
        for one in drive.faults[:10]:
            report.bad("drive", one)
        if report.check("drive: %d messages through the loop" % len(texts), rates,
                        "%d steps failed" % len(drive.faults)):
            print("== table")
            table(rates)
            print("==")
            report.check("drive: every message was received", rates["received"] == len(texts),
                         rates["received"])
        kit.hardly_busy(report, "drive")
        server.judge(report, "drive")
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
