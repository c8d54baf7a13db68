# acts -- twenty kinds of requests, each with what must hold of it: what one that was acknowledged
# leaves in the store, and that one that was not leaves nothing.
# SPDX-License-Identifier: Apache-2.0
import collections
import itertools
import os
import re
import socket
import sqlite3
import subprocess
import uuid

import faultkit
from faultkit import kit

PICTURE = os.path.join(faultkit.HERE, "..", "fuzz", "corpus", "fuzz_image", "a.jpg")
OF_A_DAY = re.compile(r"_day$|^day_")  # tables with a row for each day: midnight may pass
# What a clerk moves each minute that somebody works, whatever he asks then.
USED = ("session", "seen_at"), ("session", "ends_at")
PATIENCE = 20  # s; an answer that takes longer does not come


class Busy(Exception):
    pass


class Once(kit.Client):
    """Asks once, on a new connection, whatever comes of it."""

    def _sent(self, data, method):
        self.close()
        answer = self._once(data, method)
        if answer.status == 503:
            raise Busy
        return answer


class World:
    """The people and rows that the acts need; anew for a server that was started anew."""

    def __init__(self, server):
        self.server, self.store = server, server.store
        self.place = self.store.demo[0]["places"][0]
        self.people = kit.People(server)
        self.duty = self.store.sql("SELECT id FROM duty WHERE active = 1 LIMIT 1")[0][0]
        self.calm = kit.Client(server.port)
        for role in ("dispatcher", "grid_worker", "clerk"):
            self.people.api(role)

    def client(self, role=None, browser=False):
        once = self.once = Once(self.server.port, timeout=PATIENCE)
        if browser:
            known = self.people.browser(role)
            once.cookies, once.csrf = dict(known.cookies), known.csrf
        elif role:
            once.token = self.people.tokens[role]
        return once

    def close(self):
        """Whoever asked last hangs up."""
        self.once.close()

    def need(self):
        a = self.calm.post("/api/v1/needs", {"place": self.place, "text": "楼道灯不亮"}, [key()])
        if a.status != 201:
            raise RuntimeError("a need without faults: %r" % a)
        return a.json()


def key():
    return "Idempotency-Key", str(uuid.uuid4())


def parts(fields, file):
    """A multipart body and its header."""
    with open(file, "rb") as f:
        picture = f.read()
    out = b""
    for name, value in fields:
        out += ('--cut\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
                % (name, value)).encode()
    out += (b'--cut\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n'
            b'Content-Type: image/jpeg\r\n\r\n' + picture + b"\r\n--cut--\r\n")
    return ("Content-Type", "multipart/form-data; boundary=cut"), out


# ---- the acts: name(world) does what comes before, and gives what sends the request itself ----


def ask_api(w):
    c, k = w.client(), key()
    return lambda: c.post("/api/v1/needs", {"place": w.place, "text": "水管漏水"}, [k])


def ask_form(w):
    c = w.client()
    return lambda: c.form("/help", {"place": w.place, "text": "楼下的灯不亮"})


def ask_photo(w):
    c = w.client()
    kind, body = parts([("place", w.place), ("text", "楼道堆着东西")], PICTURE)
    return lambda: c.ask("POST", "/help", [kind], body)


def add(w):
    c, n = w.client(), w.need()
    return lambda: c.form("/n/%s/add" % n["id"], {"k": n["key"], "text": "还在漏"})


def accept(w):
    c, n = w.client("dispatcher"), w.need()
    body = {"version": 1, "duty_id": w.duty, "level": "L2"}
    return lambda: c.post("/api/v1/needs/%s/accept" % n["id"], body)


def accept_board(w):
    c, n = w.client("dispatcher", True), w.need()
    form = {"csrf": c.csrf, "version": "1", "duty_id": w.duty, "level": "L2"}
    return lambda: c.form("/d/need/%s/accept" % n["id"], form)


def volunteer(w):
    c = w.client()
    form = {"place": w.place, "name": "示例王", "contact": "0551-0000 4321", "skill": "tap",
            "when": "work_eve", "week_max": "2", "reach": "area", "agrees_match": "1"}
    return lambda: c.form("/give", form)


def errand(w):
    c = w.client()
    form = {"where": w.place, "name": "示例奶奶", "contact": "0551-0000 0042", "door": "7703"}
    return lambda: c.form("/s/elder-money/errand", form)


def visit(w):
    c = w.client("grid_worker")
    door = "%d" % (1000 + next(w.doors))
    return lambda: c.post("/api/v1/visits/plan", {"place": w.grid_place, "door": door})


def login(w):
    c = w.client()
    calm = kit.Client(w.server.port)
    csrf = kit.csrf_of(calm.get("/login"))
    c.cookies = dict(calm.cookies)
    _, name, word = w.people.account("clerk")
    form = {"csrf": csrf, "login": name, "password": word, "community": ""}
    return lambda: c.form("/login", form)


def token(w):
    c = w.client("dispatcher", True)
    return lambda: c.post("/api/v1/tokens", {"label": "test"}, [("X-CSRF-Token", c.csrf)])


def reading(path, role=None, browser=False):
    def prepare(w):
        c = w.client(role, browser)
        target = path.format(**w.read)
        return lambda: c.get(target, [("Accept-Encoding", "gzip")])
    return prepare


WRITING = {f.__name__: f for f in (ask_api, ask_form, ask_photo, add, accept, accept_board,
                                   volunteer, errand, visit, login, token)}
READING = {
    "home": reading("/"),
    "own need": reading("/n/{id}?k={key}"),
    "board": reading("/d/board", "dispatcher", True),
    "case": reading("/d/need/{id}", "dispatcher", True),
    "list": reading("/api/v1/needs", "dispatcher"),
    "history": reading("/api/v1/needs/{id}/history", "dispatcher"),
    "services": reading("/s"),
    "sites": reading("/site"),
    "helpers": reading("/d/volunteers", "dispatcher", True),
    "style": reading("{style}"),
    "openapi": reading("/openapi.json"),
    "poster": reading("/print/poster/{place}?size=a4", "dispatcher", True),
    "guides": reading("/print/services.pdf"),
}
# What an answer may openly leave out: a photo that could not be looked at; then this is left.
LESSER = {"ask_photo": ("ask_form", lambda a: "&why=" in a.header("Location"))}

ACTS = {**WRITING, **READING}


class Judge:
    """Sends an act and looks at what became of it."""

    def __init__(self, server, report, title):
        self.server, self.report, self.title = server, report, title
        self.expected, self.faults, self.doors = {}, [], itertools.count()
        self.seen = collections.Counter()
        self.begin()

    def begin(self):
        """Also after the server was started anew."""
        w = self.world = World(self.server)
        self.keys = faultkit.key_processes(self.server.process)
        w.read, w.doors = dict(w.need(), place=w.place), self.doors
        home = w.calm.get("/").text
        w.read["style"] = home[home.index("/s/"):].split('"')[0].split(">")[0].split(" ")[0]
        w.grid_place = w.store.sql(
            "SELECT a.code FROM person p JOIN holding h ON h.community_id = p.community_id AND"
            " h.person_id = p.id AND h.to_at = 0 JOIN post o ON o.community_id = p.community_id AND"
            " o.id = h.post_id JOIN grid_place g ON g.community_id = p.community_id AND g.grid_id ="
            " o.grid_id AND g.to_at = 0 JOIN place a ON a.community_id = p.community_id AND a.id ="
            " g.place_id WHERE p.login = '%s' ORDER BY a.code LIMIT 1"
            % w.people.account("grid_worker")[1])[0][0]
        self.db, self.past = (sqlite3.connect(self.server.store.file, timeout=30,
                                              isolation_level=None) for _ in range(2))
        tables = [r[0] for r in self.db.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
        self.tables = tables
        self.summing = "SELECT " + ", ".join(
            "(SELECT %s FROM %s)" % (" || ' ' || ".join(
                "total(CASE typeof({0}) WHEN 'integer' THEN {0} ELSE length({0}) END)".format(c[1])
                for c in self.db.execute("PRAGMA table_info(%s)" % t) if (t, c[1]) not in USED), t)
            for t in tables)
        self.counting = "SELECT " + ", ".join("(SELECT count(*) FROM %s)" % t for t in tables)

    def end(self):
        self.db.close()
        self.past.close()

    def remember(self):
        """The store as it is now, for changed()."""
        self.past.execute("BEGIN")
        self.past.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchone()
        self.version = self.db.execute("PRAGMA data_version").fetchone()

    def changed(self):
        """Tables that are not as they were remembered: a sum of each column of each tells."""
        if self.db.execute("PRAGMA data_version").fetchone() == self.version:
            return []  # nobody has committed anything
        return [t for t, a, b in zip(self.tables, self.db.execute(self.summing).fetchone(),
                                     self.past.execute(self.summing).fetchone()) if a != b]

    def rows(self):
        return self.db.execute(self.counting).fetchone()

    def added(self, before):
        return {t: a - b for t, a, b in zip(self.tables, self.rows(), before)
                if a != b and not OF_A_DAY.search(t)}

    def bad(self, act, n, why):
        self.faults.append("%s, %s: %s" % (act, n, why))
        self.report.bad("%s: %s" % (self.title, act), "%s: %s" % (n, why))

    def learn(self, act):
        """What it leaves; the first of its kind may leave a row to count by as well."""
        if act in LESSER:
            self.learn(LESSER[act][0])
        self.good(act, "the first")
        self.expected.pop(act, None)
        self.good(act, "the second")
        self.good(act, "the third")

    def good(self, act, when):
        """Without a fault it is done, and leaves what it always leaves."""
        send = ACTS[act](self.world)
        before = self.rows()
        if not self.is_done(send, act, when):
            return
        left = self.added(before)
        if self.expected.setdefault(act, left) != left:
            self.bad(act, when, "%r, expected %r" % (left, self.expected[act]))

    def is_done(self, send, act, when):
        """Without a fault; whatever else happens beside it."""
        try:
            a = send()
        except (Busy, OSError, EOFError) as e:
            self.bad(act, when, "the next request is not answered: %r" % e)
            return False
        done = a.status in (200, 201, 303)
        if not done:
            self.bad(act, when, "the next request: %r" % a)
        return done

    def faulted(self, act, n, arm, disarm, cold=False):
        """How often a call failed; arm() just before the request, disarm() once it is over. Cold:
        the server was started a moment before, and opens and prepares all it needs."""
        send = ACTS[act](self.world)
        before = self.rows()
        self.remember()
        status, hangs, want = None, False, self.expected[act]
        if cold:
            self.server.kill()
            self.server.start()
        arm()
        try:
            a = send()
            status = a.status
            if act in LESSER and LESSER[act][1](a):
                want = self.expected[LESSER[act][0]]
        except Busy:
            status = 503
        except socket.timeout:
            hangs = True
        except (OSError, EOFError, ValueError, IndexError):
            pass  # cut off: it may be done or not
        fired = disarm()
        self.world.close()
        if hangs:
            self.bad(act, n, "no answer within %d s" % PATIENCE)
        if not self.lives(act, n):
            return fired
        left = self.added(before)
        done = status in (200, 201, 303)
        self.seen[status or "cut off"] += 1
        if done and left != want:
            self.bad(act, n, "answered %s, yet it left %r, not %r" % (status, left, want))
        elif not done and left and left not in (want, self.lesser(act)):
            self.bad(act, n, "half of it is stored: answered %s, left %r of %r" % (status, left, want))
        elif not done and status not in (None, 504) and (left or self.changed()):
            self.bad(act, n, "answered %s, yet this changed: %r" % (status, self.changed()))
        self.past.execute("COMMIT")
        return fired

    def lesser(self, act):
        """What it leaves when it could openly leave something out."""
        return self.expected[LESSER[act][0]] if act in LESSER else None

    def lives(self, act, n):
        """Anew, and False, when it has ended."""
        p = self.server.process
        try:
            p.wait(0 if self.server.alive() else PATIENCE)
        except subprocess.TimeoutExpired:
            return True
        self.died(act, n, p.returncode)
        self.end()
        self.server.start()
        self.begin()
        return False

    def fresh_keys(self):
        """A fault on the way to the process with the keys has it started again, which the server does
        six times a minute and no more. Here it happens more often: the server is started anew."""
        if faultkit.key_processes(self.server.process) != self.keys:
            self.anew()

    def anew(self):
        self.server.kill()
        self.server.start()
        self.keys = faultkit.key_processes(self.server.process)

    def died(self, act, n, code):
        self.bad(act, n, "the server ended with %d: %s" % (code, self.server.tail()[-300:]))
