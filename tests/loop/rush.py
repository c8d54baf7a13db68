#!/usr/bin/env python3
# rush -- fifty people act on one need at the same instant: exactly one is done, the others read a
# sentence that says why not. Also fifty times the same form, and the same key.
#   rush.py LINGHANG sqlite|pgsql
# SPDX-License-Identifier: Apache-2.0
import os
import re
import sys
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
sys.path.insert(1, os.path.dirname(os.path.abspath(__file__)))
import kit  # noqa: E402
from crowd import PEOPLE, at_once  # noqa: E402


class Rush:
    def __init__(self, server, report):
        self.server, self.report = server, report
        self.people = kit.People(server)
        self.place = self.people.here["places"][0]
        roles = ["dispatcher", "duty_lead"]
        self.callers = []
        for i in range(PEOPLE):  # a session each
            c = kit.Client(server.port, self.people.new_token(roles[i % len(roles)]))
            c.get("/healthz")  # the connection is open before the start
            self.callers.append(c)
        self.duty = server.store.sql("SELECT id FROM duty WHERE community_id = (SELECT id FROM"
                                     " community ORDER BY id LIMIT 1) ORDER BY code LIMIT 1")[0][0]

    def need(self):
        a = kit.Client(self.server.port).post("/api/v1/needs", {"place": self.place,
                                                                "text": "大家都抢着办的一件事"})
        if a.status != 201:
            raise RuntimeError("POST /api/v1/needs: %r" % a)
        return a.json()["id"]

    def one_wins(self, name, id, step, body):
        acts = [lambda c=c: c.post("/api/v1/needs/%s/%s" % (id, step), body) for c in self.callers]
        answers = at_once(acts)
        broken = [a for a in answers if not isinstance(a, kit.Answer)]
        done = [a for a in answers if isinstance(a, kit.Answer) and 200 <= a.status < 300]
        late = [a for a in answers if isinstance(a, kit.Answer) and a.status == 409]
        clear = [a for a in late if re.search("[\u4e00-\u9fff]{4}", (a.json() or {}).get("detail", ""))]
        self.report.check(name + ": one of %d is done" % PEOPLE, len(done) == 1,
                          "%d done, %d late, %s" % (len(done), len(late), broken[:1]))
        self.report.check(name + ": the others get 409 and a sentence", len(clear) == PEOPLE - 1,
                          "%d clear of %d late; others: %s" % (
                              len(clear), len(late),
                              [a for a in answers if a not in done and a not in late][:1]))
        events = self.server.store.sql("SELECT count(*) FROM need_event WHERE need_id = %s AND"
                                       " step = '%s'" % (id, step))[0][0]
        self.report.check(name + ": one line in the history", events == "1", events)

    def same_form(self):
        key = str(uuid.uuid4())
        acts = [lambda: kit.Client(self.server.port).form("/help", {
            "key": key, "place": self.place, "text": "按了五十次的一张表单"}) for _ in range(PEOPLE)]
        answers = at_once(acts)
        good = [a for a in answers if isinstance(a, kit.Answer) and a.status == 303]
        rows = self.server.store.sql("SELECT count(*) FROM need WHERE client_key = '%s'" % key)[0][0]
        self.report.check("the same form %d times is one need" % PEOPLE,
                          rows == "1" and len(good) == PEOPLE,
                          "%s needs, %d good answers, others %s" % (
                              rows, len(good), [a for a in answers if a not in good][:1]))

    def same_key(self):
        key = str(uuid.uuid4())
        acts = [lambda c=c: c.post("/api/v1/needs", {"place": self.place, "text": "同一个请求"},
                                   [("Idempotency-Key", key)]) for c in self.callers[::2]]
        answers = at_once(acts)
        ids = {a.json()["id"] for a in answers if isinstance(a, kit.Answer) and a.status == 201}
        self.report.check("the same key at once is one need", len(ids) == 1 and all(
            isinstance(a, kit.Answer) and a.status in (201, 503) for a in answers),
            "%d needs, %s" % (len(ids), [a for a in answers if getattr(a, "status", 0) != 201][:1]))

    def run(self):
        id = self.need()
        self.one_wins("accept with the version seen", id, "accept",
                      {"duty_id": self.duty, "level": "L2", "version": "1"})
        id = self.need()
        self.one_wins("accept without a version", id, "accept",
                      {"duty_id": self.duty, "level": "L2"})
        self.same_form()
        self.same_key()


def main():
    linghang, engine = kit.binary(sys.argv)
    report = kit.Report()
    with kit.server_on_sample(linghang, engine) as server:
        server.start()
        Rush(server, report).run()
        server.judge(report, "rush")
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
