# matrix -- the privacy canary: every route is asked as every role and as nobody, about needs and
# volunteers inside and outside of the role's reach, whose private fields hold markers. A marker where matrix.tsv does
# not allow it, a status that the route's roles do not explain, a GET that changed something, or a
# route that nobody knows how to ask is a failure.
# SPDX-License-Identifier: Apache-2.0
import copy
import json
import os
import re
import subprocess
import time

import kit

LEVELS = ["none", "masked", "logged", "plain"]
KINDS = {"T": "text", "N": "contact", "C": "contact", "D": "door", "H": "note", "W": "work", "P": "card",
         "Q": "wish"}
QUIET = "ZX9713"  # a door whose people asked that nobody comes
WISHES = ("/w/plan", "/api/v1/doors")  # where such a wish itself is read
MARKER = re.compile(r"MK([TNDHWPQ])(\d\d)Z|139550000(\d\d)")
# Routes whose {id} is a volunteer, not a need.
OF_VOLUNTEERS = re.compile(r"^/v/|/volunteers?\b")
# What stands for a {name} in a path. {id} is the id of each need in turn.
VALUES = {"id": None, "need": None, "code": "place", "place": "place", "step": "note",
          "transition": "note", "area": "0", "grid": "0", "number": "1", "kind": "building",
          "org": "1", "person": "1", "post": "1", "holding": "1",
          "offer": "1", "hours": "1", "cert": "1", "call": "1",
          "visit": "1", "hint": "1", "photo": "1", "page": "hours",
          "slug": "elder-money", "service": "1", "ticket": "1", "errand": "1", "list": "1",
          "space": "1", "booking": "1", "party": "1", "lot": "1", "series": "1",
          "activity": "1", "seat": "1", "term": "1", "child": "1", "talk": "1",
          "alert": "1", "export": "1", "twice": "1",
          "version": "1", "subject": "need", "request": "1", "hold": "1"}
# Who says first whether he has a part in a complaint.
DECLARE = ("grid_worker", "grid_deputy", "building_leader", "handler", "clerk", "area_staff")
# Pages that name a need in the query.
BY_QUERY = {"/d/board": "?id={id}", "/d/part/list": "?lane=new&id={id}", "/d/search": "?q={number}",
            "/api/v1/needs": "?q={number}", "/d/volunteers": "?q={number}",
            "/api/v1/volunteers": "?q={number}"}
SLOW = ("/a/coverage", "/api/v1/coverage", "/print/posters", "/w/boards", "/print/services.pdf")  # asked once by each caller
FIRST_LEAK = os.environ.get("FIRST_LEAK")  # one is enough: leak.sh
CENTURY = 100 * 365 * 86400 * 1000  # ms
# Unsafe routes that end the caller's own session: asked as nobody only.
ENDS_SESSION = re.compile(r"logout|/token$|/session")


def read_matrix():
    rows, names = {}, None
    with open(os.path.join(kit.HERE, "matrix.tsv"), encoding="utf-8") as f:
        for line in f:
            if line.startswith("#") or not line.strip():
                continue
            cells = line.rstrip("\n").split("\t")
            if names is None:
                names = cells[1:]
                continue
            rows[cells[0]] = dict(zip(names, cells[1:]))
            wrong = [c for c in cells[2:] if c not in LEVELS]
            if wrong or len(cells) != len(names) + 1:
                raise ValueError("matrix.tsv, row %s: %s" % (cells[0], wrong or "cells"))
    return rows


def read_routes(linghang):
    out = subprocess.run([linghang, "routes"], capture_output=True, text=True, timeout=20)
    if out.returncode != 0:
        raise RuntimeError("linghang routes: " + out.stderr.strip()[:200])
    routes = []
    for line in out.stdout.splitlines():
        method, path, roles, title = line.split(" ", 3)
        routes.append((method, path, roles, title))
    return routes


class Leak(Exception):
    pass


def differ(before, after):
    return ", ".join("%s: %s to %s" % (k, v, after[k]) for k, v in before.items() if v != after[k])


FEEDS = re.compile(r"^[^{]*(\{(code|space)\}[^{]*)?/feed\.\w+$")  # for everybody's calendar: never private
# What each answer says, whatever it is about: names, and what its value holds.
HEADS = {"Content-Security-Policy": ("default-src 'self'", "script-src 'self'", "object-src 'none'",
                                     "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"),
         "X-Content-Type-Options": ("nosniff",), "Referrer-Policy": ("same-origin",),
         "Cross-Origin-Opener-Policy": ("same-origin",),
         "Cross-Origin-Resource-Policy": ("same-origin",), "Permissions-Policy": ("payment=()",)}


def head_faults(a, private):
    """What is wrong with the headers of an answer; `private`: it is for one person alone."""
    for name, parts in HEADS.items():
        value = a.header(name)
        for part in parts:
            if part not in value:
                yield "%s without %s" % (name, part)
    if "unsafe-" in a.header("Content-Security-Policy"):
        yield "an unsafe policy"
    if private and "no-store" not in a.header("Cache-Control"):
        yield "a private answer may be kept: %r" % a.header("Cache-Control")
    if a.body and a.status != 303 and not a.header("Content-Type"):
        yield "no Content-Type"
    for n, v in a.headers:
        if n.lower() == "set-cookie" and not {"httponly", "samesite=lax", "path=/"} <= {
                p.strip().lower() for p in v.split(";")}:
            yield "a cookie that scripts or other sites can use: " + n
        if n.lower() in ("server", "x-powered-by", "access-control-allow-origin"):
            yield n


class Need:
    """A need made by this test. `mark` stands in every private field."""

    def __init__(self, mark, community, receipt):
        self.mark, self.community, self.secret = mark, community, False
        self.id, self.key, self.number = receipt["id"], receipt["key"], receipt["number"]
        self.grid = self.path = self.org = ""
        self.helper = None  # who comes: after two yes he reads what it is about


class Seen:
    """One request and what came of it, judged later: so that a stricter matrix can be tried."""

    def __init__(self, role, community, method, path, need, status, marks, opening=None):
        self.role, self.community, self.method, self.path = role, community, method, path
        self.need, self.status, self.marks, self.opening = need, status, marks, opening


class Matrix:
    def __init__(self, server, people, report):
        self.server, self.people, self.report = server, people, report
        self.store = server.store
        self.rows = read_matrix()
        self.routes = read_routes(self.store.linghang)
        self.needs, self.volunteers, self.posts, self.seen = [], [], {}, []
        self.made = {}  # ids that stand for a {name}
        self.clients = {}
        self.asked, self.heads, self.with_heads = set(), set(), None
        self.quiet_seen, self.quiet_told = set(), set()  # where QUIET stands, before the wish and after

    # ---- the needs ----

    def one(self, text):
        rows = self.store.sql(text)
        return rows[0] if rows else None

    def post_of(self, role, community):
        """(post, org, place path, grid, place id) that the newest token of this role acts in."""
        login = self.people[community].account(role)[1]
        cid = self.store.sql("SELECT id FROM community ORDER BY id")[community][0]
        row = self.one(
            "SELECT o.id, o.org_id, o.place_id, o.grid_id FROM session s"
            " JOIN person p ON p.community_id = s.community_id AND p.id = s.person_id"
            " JOIN post o ON o.community_id = s.community_id AND o.id = s.post_id"
            " WHERE s.community_id = %s AND p.login = '%s' ORDER BY s.id DESC LIMIT 1" % (cid, login))
        if not row:
            raise RuntimeError("no session of %s is in the store" % login)
        place = self.one("SELECT path FROM place WHERE community_id = %s AND id = %s"
                         % (cid, row[2] or 0))
        return {"org": row[1], "place": place[0] if place else "", "grid": row[3]}

    def client(self, role, community):
        at = (role, community)
        if at not in self.clients:
            who = self.people[community]
            self.clients[at] = who.api(role) if role != "public" else kit.Client(self.server.port)
            if role != "public":
                self.posts[at] = self.post_of(role, community)
        return self.clients[at]

    def building_in(self, community, where):
        cid = self.store.sql("SELECT id FROM community ORDER BY id")[community][0]
        row = self.one("SELECT p.code FROM place p LEFT JOIN grid_place g ON"
                       " g.community_id = p.community_id AND g.place_id = p.id AND g.to_at = 0"
                       " WHERE p.community_id = %s AND p.tier = 'building' AND p.kind = 'home'"
                       " AND %s ORDER BY p.code LIMIT 1" % (cid, where))
        if not row:
            raise RuntimeError("the sample has no building where " + where)
        return row[0]

    def site_of(self, community):
        cid = self.store.sql("SELECT id FROM community ORDER BY id")[community][0]
        return self.one("SELECT code FROM site WHERE community_id = %s ORDER BY tier, id LIMIT 1"
                        % cid)[0]

    def path_of(self, community, code):
        cid = self.store.sql("SELECT id FROM community ORDER BY id")[community][0]
        return self.one("SELECT path FROM place WHERE community_id = %s AND code = '%s'"
                        % (cid, code))[0]

    def things(self, path):
        """What the {id} of a path names."""
        return self.volunteers if OF_VOLUNTEERS.search(path) else self.needs

    def make(self, community, code, **more):
        n = len(self.needs) + len(self.volunteers)
        mark = "%02d" % n
        query = self.people[community].query
        guarded = "is_secret" in more or more.get("kind") == "complaint" or more.pop("late", False)
        text = "MKT%sZ 记号" % mark
        if guarded:  # his own words give him away
            text += "，我是MKN%sZ，电话139-5500-00%s、139550000%s，门牌MKD%sZ" % (mark, mark, mark, mark)
        body = {"place": code, "text": text, "name": "MKN%sZ" % mark,
                "contact": "139550000" + mark, "door": "MKD%sZ" % mark, "note": "MKH%sZ" % mark,
                "agrees_note": True, **more}
        a = kit.Client(self.server.port).post("/api/v1/needs" + query, body)
        if a.status != 201:
            raise RuntimeError("POST /api/v1/needs: %r" % a)
        need = Need(mark, community, a.json())
        need.secret = guarded
        self.needs.append(need)
        return need

    def make_volunteer(self, community, code, **more):
        mark = "%02d" % (len(self.needs) + len(self.volunteers))
        body = {"place": code, "name": "MKP%sZ" % mark, "contact": "139550000" + mark,
                "skills": "homework", "wont": "MKQ%sZ 不做" % mark, "agrees_match": True, **more}
        if "birth_year" in more:
            body.update(guardian_name="MKN%sZ" % mark, guardian_contact="139550000" + mark,
                        guardian_agrees=True)
        query = self.people[community].query
        a = kit.Client(self.server.port).post("/api/v1/volunteers" + query, body)
        if a.status != 201:
            raise RuntimeError("POST /api/v1/volunteers: %r" % a)
        v = Need(mark, community, a.json())
        v.grid, v.path = self.one("SELECT grid_id, place_path FROM volunteer WHERE id = " + v.id)
        self.volunteers.append(v)
        return v

    def match(self, need, helper):
        """Both said yes: their pages and the staff's show all that they ever show."""
        staff, own = self.client("dispatcher", 0), kit.Client(self.server.port)
        query = self.people[0].query
        for c, path, body in (
                (staff, "/api/v1/needs/%s/help" % need.id, {"skill_code": "homework"}),
                (staff, "/api/v1/match/run", {}),
                (staff, "/api/v1/needs/%s/asks" % need.id, {"volunteer_id": helper.id})):
            a = c.post(path, body)
            if a.status != 200:
                raise RuntimeError("%s: %r" % (path, a))
        need.helper, offer = helper, a.json()["items"][0]["id"]
        for step, key in (("accept", helper.key), ("agree", need.key)):
            a = own.post("/api/v1/offers/%s/%s%s" % (offer, step, query), {"key": key})
            if a.status != 200:
                raise RuntimeError("%s: %r" % (step, a))

    def step(self, need, role, step, body):
        a = self.client(role, need.community).post("/api/v1/needs/%s/%s" % (need.id, step), body)
        if a.status not in (200, 201):
            raise RuntimeError("%s by %s: %r %s" % (step, role, a, need.mark))

    def make_hours(self):
        """A record of the first volunteer, his certificate, which waits, and a visit."""
        v, clerk = self.volunteers[0], self.client("clerk", 0)
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 86400))
        a = clerk.post("/api/v1/hours", {
            "volunteer_id": v.id, "what": "清理楼道", "paper_number": "1",
            "started_at": day + "T09:00:00+08:00", "ended_at": day + "T10:00:00+08:00"})
        today = int(time.time() + 8 * 3600) // 86400
        b = clerk.post("/api/v1/certs",
                       {"volunteer_id": v.id, "from_day": today - 9, "to_day": today})
        if a.status != 201 or b.status != 201:
            raise RuntimeError("hours and a certificate: %r %r" % (a, b))
        c = self.client("grid_worker", 0).post("/api/v1/visits/plan", {
            "place": self.people[0].here["places"][0], "door": "2903"})
        if c.status != 201:
            raise RuntimeError("a visit: %r" % c)
        self.made = {"hours": a.json()["id"], "cert": b.json()["id"], "visit": c.json()["id"]}
        cid = self.store.sql("SELECT id FROM community ORDER BY id")[0][0]
        self.made["activity"], self.made["party"], self.made["seat"] = self.one(
            "SELECT activity_id, party_id, id FROM activity_seat WHERE community_id = %s AND"
            " state = 'held' ORDER BY id DESC LIMIT 1" % cid)
        self.made["child"], self.made["term"] = self.one(
            "SELECT id, term_id FROM class_child WHERE community_id = %s AND state = 'placed'"
            " ORDER BY id DESC LIMIT 1" % cid)

    def make_photo(self, need):
        with open(os.path.join(kit.HERE, "..", "fuzz", "corpus", "fuzz_image", "a.jpg"), "rb") as f:
            picture = f.read()
        parts = [("k", "", need.key.encode()), ("photo", '; filename="a.jpg"', picture)]
        body = b"".join(b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (
            name.encode(), more.encode(), data) for name, more, data in parts) + b"--x--\r\n"
        a = kit.Client(self.server.port).ask(
            "POST", "/n/%s/photo%s" % (need.id, self.people[0].query),
            [("Content-Type", "multipart/form-data; boundary=x")], body)
        row = self.one("SELECT id FROM need_photo WHERE need_id = " + need.id)
        if a.status != 303 or not row:
            raise RuntimeError("a photo: %r" % a)
        self.made["photo"] = row[0]
        self.photo_of = need

    def make_quiet(self):
        """A door of the worker's list of today, whose people then ask that nobody comes."""
        worker, place = self.client("grid_worker", 0), self.people[0].here["places"][0]
        a = worker.post("/api/v1/visits/plan", {"place": place, "door": QUIET})
        self.quiet_seen = {path for path in ("/w/today", "/api/v1/pack")
                           if QUIET in worker.get(path).text}
        b = kit.Client(self.server.port).post("/api/v1/doors" + self.people[0].query, {
            "place": place, "door": QUIET, "want": "quiet"})
        if a.status != 201 or b.status != 201:
            raise RuntimeError("a door that is quiet: %r %r" % (a, b))

    def make_errand(self, need):
        """Who asks for an errand where a need is: staff see of him what they see of the need's asker.
        And a number at a counter, which has nobody's name."""
        a = kit.Client(self.server.port).form("/s/elder-money/errand", {
            "where": self.building_in(0, "g.grid_id = %s" % need.grid), "name": "MKN%sZ" % need.mark,
            "contact": "139550000" + need.mark, "door": "MKD%sZ" % need.mark})
        lane = self.one("SELECT id FROM service_lane ORDER BY community_id, site_id LIMIT 1")[0]
        c = self.people[0].browser("clerk")
        b = c.form("/k/queue/take", {"csrf": c.csrf, "lane": lane})
        guide = self.one("SELECT id FROM service WHERE slug = 'elder-money' ORDER BY community_id LIMIT 1")
        if a.status != 303 or b.status != 303:
            raise RuntimeError("an errand and a number: %r %r" % (a, b))
        self.made.update(errand=a.header("Location").split("/")[2].split("?")[0],
                         ticket=b.header("Location").split("/")[2], service=guide[0])

    def make_booking(self, need):
        """Who books a room near a need: staff of the site see of him what they see of the need's asker."""
        space = self.one(
            "SELECT b.id FROM booking_space b JOIN site s ON s.community_id = b.community_id AND s.id = b.site_id"
            " JOIN place p ON p.community_id = s.community_id AND p.id = s.place_id"
            " WHERE s.tier = 1 AND p.path = substr('%s', 1, length(p.path))" % need.path)[0]
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 20 * 86400))
        a = kit.Client(self.server.port).post("/api/v1/spaces/%s/book" % space, {
            "from_at": day + "T12:30:00+08:00", "to_at": day + "T13:00:00+08:00", "heads": 3,
            "kind": "team", "group_name": "MKT%sZ 队" % need.mark, "title": "MKT%sZ 记号" % need.mark,
            "name": "MKN%sZ" % need.mark, "contact": "139550000" + need.mark, "has_minors": True,
            "adult": "MKN%sZ" % need.mark})
        row = self.one("SELECT id FROM booking WHERE party_id = " + a.json()["id"]) if a.status == 201 else None
        if not row:
            raise RuntimeError("a booking: %r" % a)
        series = self.one("SELECT id FROM booking_series ORDER BY community_id, id LIMIT 1")
        lot = self.one("SELECT id FROM booking_lot WHERE state = 'open' ORDER BY community_id, id LIMIT 1")
        self.made.update(space=space, booking=row[0], party=a.json()["id"], series=series[0], lot=lot[0])

    def make_export(self):
        """A list that the duty lead takes along, with every need in it. What ran before may have
        brought more needs today than one takes alone: then with the privacy officer's yes."""
        lead, officer = self.people[0].browser("duty_lead"), self.people[0].browser("privacy_officer")
        today = time.strftime("%Y-%m-%d", time.gmtime(time.time() + kit.BEIJING))
        a = lead.form("/d/export", {"csrf": lead.csrf, "sheet": "needs", "from_on": today, "purpose": "check",
                                    "why": "核对"})
        if a.status == 200:
            twice = self.one("SELECT max(id) FROM twice")[0]
            officer.form("/a/twice/%s/decide" % twice, {"csrf": officer.csrf, "yes": "1"})
            a = lead.form("/d/export", {"csrf": lead.csrf, "again": twice})
        if a.status != 303:
            raise RuntimeError("an export: %r" % a)
        self.made["export"] = self.one("SELECT max(id) FROM export")[0]

    def prepare(self):
        for c, who in enumerate(self.people):
            for role in who.roles():
                self.client(role, c)
            self.client("public", c)
        grid = self.posts["grid_worker", 0]["grid"]
        mine = self.building_in(0, "g.grid_id = %s" % grid)
        other = self.building_in(0, "g.grid_id <> %s" % grid)
        places = [other]
        for role in ("building_leader", "area_staff"):
            path = self.posts.get((role, 0), {}).get("place")
            if path and not any(self.path_of(0, code).startswith(path) for code in places):
                places.append(self.building_in(
                    0, "(p.path >= '%s' AND p.path < '%s/')" % (path, path[:-1])))
        for code in dict.fromkeys(places):
            self.make(0, code)
            self.make_volunteer(0, code)
        self.helper = self.make_volunteer(0, mine)
        self.make_volunteer(0, mine, birth_year=time.localtime().tm_year - 12)
        self.make_volunteer(1, self.people[1].here["places"][0])
        handled = self.make(0, mine)
        secret = self.make(0, mine, is_secret=True)
        complaint = self.make(0, mine, kind="complaint")
        late = self.make(0, mine, late=True)
        self.make(1, self.people[1].here["places"][0])
        self.match(self.make(0, mine, kind="wish", agrees_match=True), self.helper)
        self.make_hours()
        self.make_quiet()
        self.make_photo(handled)
        duty = self.one("SELECT id FROM duty WHERE may_publish = 1 ORDER BY community_id, code")
        for need in (handled, secret, complaint, late):
            more = {"kind": "complaint"} if need is late else {}
            self.step(need, "dispatcher", "accept", {"duty_id": duty[0], "level": "L2", **more})
            self.step(need, "dispatcher", "dispatch", {"org_id": self.posts["handler", 0]["org"]})
        for need in self.needs:
            self.step(need, "dispatcher", "note", {"text": "MKW%sZ 内部" % need.mark})
            row = self.one("SELECT grid_id, place_path, owner_org FROM need WHERE id = " + need.id)
            need.grid, need.path, need.org = row
        self.undeclared = complaint  # those who could handle it have not said that they have no part in it
        for need in (secret, late):
            for role in DECLARE:
                if self.inside(role, 0, need):
                    self.step(need, role, "declare", {"answer": "none"})
        self.make_errand(self.needs[0])
        self.make_booking(handled)
        self.make_export()

    # ---- asking ----

    def inside(self, role, community, need):
        reach = self.rows[role]["reach"]
        if need.community != community or reach in ("none", "own"):
            return False
        if reach == "community":
            return True
        post = self.posts[role, community]
        return {"grid": post["grid"] == need.grid and post["grid"] != "0",
                "place": bool(post["place"]) and need.path.startswith(post["place"]),
                "org": post["org"] == need.org}[reach]

    def targets(self, path, community):
        """(target, need or None) for a path: one for each need if it names one."""
        names = re.findall(r"\{([^}]+)\}", path)
        for n in names:
            if n not in VALUES:
                raise KeyError("no value known for {%s}" % n)
        about = [n for n in names if VALUES[n] is None]
        for need in self.things(path) if about else [None]:
            target = path
            for n in names:
                value = self.made.get(n, VALUES[n])
                if value is None:
                    value = need.id
                elif value == "place":
                    value = (self.site_of(community) if "/site/" in path or "/rooms/" in path
                             else self.people[community].here["places"][0])
                target = target.replace("{%s}" % n, value)
            yield target, need

    def marks(self, answer):
        found = set()
        for m in MARKER.finditer(answer.text + json.dumps(answer.headers)):
            found.add((m.group(1) or "C", m.group(2) or m.group(3)))
        return found

    def ask(self, role, community, method, path, target, need, body=None, query="", opening=None):
        c = self.client(role, community)
        self.asked.add((method, path, role, community, need.id if need else "", query))
        q = query if role != "public" or query else self.people[community].query
        if method == "GET":
            a = c.get(target + q)
        else:
            data = json.dumps(body or {}).encode()
            a = c.ask(method, target + q, [("Content-Type", "application/json")], data)
        self.judge_heads(method, path, a, method != "GET" or role != "public" or a.status >= 400)
        if method == "GET" and QUIET in a.text:
            self.quiet_told.add((path, role))
        if a.status >= 500:
            self.report.bad("matrix", "%s %s as %s: %r" % (method, target, role, a))
        seen = Seen(role, community, method, path, need, a.status, self.marks(a), opening)
        self.seen.append(seen)
        if FIRST_LEAK:
            for leak in self.leaks(self.rows, [seen]):
                raise Leak(leak)
        return a

    def judge_heads(self, method, path, a, private):
        private = private and not (FEEDS.match(path) and a.status == 200)
        self.heads |= {"%s %s, %d: %s" % (method, path, a.status, why) for why in head_faults(a, private)}
        if method == "GET" and a.status == 200 and private:
            self.with_heads = a

    def sound_heads(self):
        """No answer lacked a header; and an answer that lacks one is told."""
        good, silent = self.with_heads, []
        for name in [*HEADS, "Cache-Control", "Content-Type"]:
            less = kit.Answer(200, [h for h in good.headers if h[0] != name], b"x")
            if not list(head_faults(less, True)):
                silent.append(name)
        for one in (("Set-Cookie", "a=b; Path=/"), ("Server", "x")):
            if not list(head_faults(kit.Answer(200, good.headers + [one], b""), True)):
                silent.append(one[0])
        self.report.check("matrix: answers that lack a header are told", not silent, silent)
        self.report.check("matrix: every answer of every route has its headers", not self.heads,
                          "%d, %s" % (len(self.heads), sorted(self.heads)[:5]))

    def over_tls(self):
        """A proxy that says https: cookies are Secure and keep to this host, and HSTS is said."""
        told = []
        for proto in ("https", "http"):
            c, _, kept = kit.Client(self.server.port), *self.people[0].account("dispatcher")[:2]
            says = [("X-Forwarded-Proto", proto)]
            page = c.get("/login", says)
            a = c.form("/login", {"csrf": kit.csrf_of(page), "login": kept,
                                  "password": self.people[0].account("dispatcher")[2],
                                  "community": self.people[0].here["code"]}, says)
            names = [v for n, v in a.headers if n == "Set-Cookie" and "linghang=" in v]
            told.append((a.status, len(names), all("; Secure" in v for v in names),
                         all(v.startswith("__Host-") for v in names),
                         "max-age=31536000" in a.header("Strict-Transport-Security")))
        self.report.check("headers: Secure over TLS, and only then",
                          told == [(303, 1, True, True, True), (303, 1, False, False, False)], told)

    def fingerprint(self):
        """What a GET may not change: how many rows of each table, how often some were changed."""
        parts = {"rows of " + t: "(SELECT count(*) FROM %s)" % t for t in (
            "need", "need_event", "need_assist", "shield_identity", "shield_about", "export", "shield_answer", "opening", "twice", "seen_rule", "seen_alert", "session", "person", "post", "holding",
            "place", "duty", "idem", "community", "grid", "org", "skill", "volunteer",
            "volunteer_skill", "volunteer_event", "volunteer_import",
            "calendar_day", "match_offer", "match_event", "match_weights", "match_bar", "hours",
            "hours_event", "hours_call", "cert", "door", "door_hint", "visit", "visit_event",
            "visit_need", "need_paper", "need_photo", "site", "site_part", "site_hours",
            "site_notice", "site_item", "site_check", "site_menu", "service",
            "service_site", "service_import", "service_lane", "service_ticket", "service_screen",
            "service_day", "service_errand", "service_errand_event",
            "booking_space", "booking_slot",
            "booking_party", "booking", "booking_event", "word_try", "booking_lot", "activity",
            "activity_programme", "activity_party", "activity_seat", "activity_event",
            "class_term", "class_duty", "class_child",
            "class_pickup", "class_day", "class_talk",
            "notice", "consent", "subject_request", "subject_event", "keep_hold", "keep_done")}
        parts.update({"versions of " + t: "(SELECT sum(version) FROM %s)" % t for t in (
            "need", "volunteer", "site", "booking", "activity", "activity_seat")})
        return dict(zip(parts, self.one("SELECT " + ", ".join(parts.values()))))

    def gets(self, role, community):
        other = "?c=" + self.people[1 - community].here["code"] if len(self.people) > 1 else ""
        for method, path, roles, title in self.routes:
            if method != "GET":
                continue
            for target, need in self.targets(path, community):
                self.ask(role, community, method, path, target, need)
                if need is None and other and path not in SLOW:
                    self.ask(role, community, method, path, target, None, query=other)
            for need in self.things(path) if path in BY_QUERY else []:
                query = BY_QUERY[path].replace("{id}", need.id).replace("{number}", need.number)
                self.ask(role, community, method, path, path, need, query=query)

    def jobs_wait(self, wait):
        """Reminders and the like come when they are due, also in the middle of GETs."""
        self.store.sql("UPDATE job SET run_at = run_at + %d WHERE done_at = 0 AND run_at %s %d" % (
            (CENTURY, "<", CENTURY) if wait else (-CENTURY, ">=", CENTURY)))

    def gets_change_nothing(self, everybody):
        """All GETs of all callers; when something changed, again by each of them alone."""
        self.jobs_wait(True)
        before = self.fingerprint()
        kit.spread(everybody, lambda e: self.gets(*e))
        after = self.fingerprint()
        if before != after:
            self.report.bad("matrix", "the GETs of all callers changed " + differ(before, after))
            for role, community in everybody:
                before = self.fingerprint()
                self.gets(role, community)
                after = self.fingerprint()
                if before != after:
                    self.report.bad("matrix", "the GETs of %s changed %s" % (
                        role, differ(before, after)))
        self.jobs_wait(False)

    def posts_of(self, role, community):
        for method, path, roles, title in self.routes:
            if method == "GET" or (role != "public" and ENDS_SESSION.search(path)):
                continue
            for target, need in self.targets(path, community):
                self.ask(role, community, method, path, target, need)
                if path == "/api/v1/needs/{id}/{step}" or path.endswith("/needs/{id}/{transition}"):
                    self.ask(role, community, method, path, target, need, {"text": "看一看"})

    def openings(self, role, community):
        for method, path, roles, title in self.routes:
            if method != "POST" or not re.search(r"\{id\}/open(_contact)?$", path):
                continue
            volunteer = OF_VOLUNTEERS.search(path)
            for need in self.things(path):
                target = path.replace("{id}", need.id)
                if volunteer:
                    self.ask(role, community, "POST", path, target, need, {"purpose": "ask"},
                             opening=("contact", "card"))
                    continue
                if path.startswith("/a/guarded"):
                    self.ask(role, community, "POST", path, target, need, {"purpose": "check"},
                             opening=("contact", "door"))
                    continue
                for what in ("contact", "door", "note") if path.startswith("/api/") else ("contact",):
                    self.ask(role, community, "POST", path, target, need,
                             {"what": what, "purpose": "visit"}, opening=(what,))

    def resident(self):
        """With the secret of the link, and with a wrong one."""
        c = kit.Client(self.server.port)
        for method, path, roles, title in self.routes:
            if method != "GET" or roles != "key" or "{id}" not in path:
                continue
            for target, need in self.targets(path, 0):
                query = self.people[need.community].query.replace("?", "&")
                for key, role in ((need.key, "resident"), ("x" + need.key[1:], "public")):
                    a = c.get(target + "?k=" + key + query)
                    self.judge_heads("GET", path, a, True)
                    self.seen.append(Seen(role, need.community, "GET", path, need, a.status,
                                          self.marks(a)))
                    self.asked.add(("GET", path, role, need.community, need.id, "k"))

    # ---- judging ----

    def allowed(self, rows, s, kind, need):
        """The level at which `s.role` may see this marker."""
        row = rows[s.role]
        if s.role == "resident":
            mine = s.need is need or (kind == "T" and s.need and need.helper is s.need)
        else:
            mine = self.inside(s.role, s.community, need)
        if not mine:
            return "none"
        level = row[KINDS[kind]]
        if need.secret and KINDS[kind] in ("contact", "door"):
            return row["complaint"]
        if need is self.undeclared and s.role in DECLARE:
            return "none"
        return level

    def leaks(self, rows, seen=None):
        """What was seen and may not be, as sentences."""
        by_mark = {n.mark: n for n in self.needs + self.volunteers}
        found = set()
        for s in self.seen if seen is None else seen:
            for kind, mark in s.marks:
                need = by_mark.get(mark)
                if not need:
                    continue
                level = self.allowed(rows, s, kind, need)
                opened = s.opening and s.need is need and KINDS[kind] in s.opening
                if level == "plain" or (level == "logged" and opened):
                    continue
                found.add("%s sees %s (%s) of need %s in %s %s" % (
                    s.role, KINDS[kind], level, mark, s.method, s.path))
        return sorted(found)

    def statuses(self):
        roles_of = {(m, p): r for m, p, r, t in self.routes}
        for s in self.seen:
            wrong = self.status_fault(s, roles_of[s.method, s.path])
            if wrong:
                yield "%s %s as %s: %d, %s" % (s.method, s.path, s.role, s.status, wrong)

    def status_fault(self, s, roles):
        """What is wrong with a status, or None. Pages send strangers to the sign-in with a 303."""
        open_to_all = roles in ("anybody", "key")
        refused = {401, 403, 303} if s.role == "public" else {403}
        if not open_to_all and s.role not in roles.split(","):
            return None if s.status in refused else "its roles are " + roles
        if not s.need or s.role == "resident" or roles == "anybody":
            return None
        if s.need is self.undeclared and s.role in DECLARE and s.status == 403:
            return None
        if not self.inside(s.role, s.community, s.need) and s.path not in BY_QUERY:
            closed = {401, 403, 404, 422} if s.method != "GET" else {401, 403, 404}
            return None if s.status in closed else "though the need is outside of its reach"
        if s.path in BY_QUERY:
            return None  # a list: what it holds is judged by its markers
        if s.method == "GET" and s.path.count("{") == 1 and not open_to_all and s.status != 200:
            return "though the need is inside of its reach"
        return None

    def evidence(self):
        """Cells whose marker was really seen: a test that sees nothing proves nothing."""
        by_mark = {n.mark: n for n in self.needs + self.volunteers}
        cells = set()
        for s in self.seen:
            for kind, mark in s.marks:
                need = by_mark.get(mark)
                if need and self.allowed(self.rows, s, kind, need) in ("logged", "plain"):
                    cells.add((s.role, "complaint" if need.secret and KINDS[kind] in ("contact", "door")
                               else KINDS[kind]))
        return cells

    def judge(self):
        r = self.report
        leaks = self.leaks(self.rows)
        for one in leaks[:20]:
            r.bad("matrix leak", one)
        r.check("matrix: no marker where it is forbidden", not leaks, "%d leaks" % len(leaks))
        wrong = sorted(set(self.statuses()))
        for one in wrong[:20]:
            r.bad("matrix status", one)
        r.check("matrix: each status follows from the roles of its route", not wrong,
                "%d wrong" % len(wrong))
        cells = self.evidence()
        here = set(self.people[0].roles()) | {"resident"}
        for role, row in self.rows.items():
            for kind, level in row.items():
                if kind != "reach" and role in here and level in ("logged", "plain"):
                    r.check("matrix: %s sees %s inside of its reach" % (role, kind),
                            (role, kind) in cells, "no marker was seen where %s is due" % level)
        self.plant(cells)
        self.quiet()
        self.photos()
        self.sound_heads()
        self.over_tls()

    def photos(self):
        """Whoever reads the text of a need sees its photo, and nobody else does."""
        wrong, saw = set(), set()
        for s in self.seen:
            if s.path != "/photo/{id}/{photo}" or s.status != 200:
                continue
            saw.add(s.role)
            if s.need is not self.photo_of or self.allowed(self.rows, s, "T", s.need) != "plain":
                wrong.add((s.role, s.need.mark))
        self.report.check("matrix: photos are seen by those who read the text", not wrong, wrong)
        self.report.check("matrix: and by them they are seen", {"resident", "dispatcher"} <= saw, saw)

    def quiet(self):
        r, told = self.report, {path for path, role in self.quiet_told}
        r.check("matrix: a planned door stands in today's list and in the phone's",
                len(self.quiet_seen) == 2, "only in %s" % sorted(self.quiet_seen))
        r.check("matrix: who asked that nobody comes is read among the wishes",
                told >= set(WISHES), "only in %s" % sorted(told))
        r.check("matrix: and in no plan, list, print or table, by nobody", told <= set(WISHES),
                sorted(self.quiet_told))

    def plant(self, cells):
        """The test can fail: each seen cell made stricter must be told as a leak."""
        silent = []
        for role, kind in sorted(cells):
            rows = copy.deepcopy(self.rows)
            rows[role][kind] = "none"
            if not self.leaks(rows):
                silent.append("%s/%s" % (role, kind))
        self.report.check("matrix: %d cells made stricter are all told" % len(cells),
                          cells and not silent, "silent: %s" % silent)

    def openapi(self):
        a = kit.Client(self.server.port).get("/openapi.json")
        paths = (a.json() or {}).get("paths", {})
        told = {(m.upper(), p) for p, v in paths.items() for m in v if m != "parameters"}
        real = {(m, p) for m, p, r, t in self.routes if p.startswith("/api/")}
        self.report.check("matrix: /openapi.json names the routes that there are", told == real,
                          "only in one of them: %s" % sorted(told ^ real))

    def run(self):
        self.openapi()
        self.prepare()
        everybody = [("public", 0), ("public", 1)] + [(r, 0) for r in self.people[0].roles()] + \
            [(r, 1) for r in ("dispatcher", "leader", "admin") if r in self.people[1].roles()]
        unknown = [r for r, c in everybody if r not in self.rows]
        self.report.check("matrix: each role has a row", not unknown, "none for %s" % unknown)
        everybody = [e for e in everybody if e[0] in self.rows]
        try:
            self.gets_change_nothing(everybody)
            self.resident()
            kit.spread([e for e in everybody if e[0] != "public"], lambda e: self.openings(*e))
            kit.spread(everybody, lambda e: self.posts_of(*e))
        except Leak as leak:
            self.report.bad("matrix leak", leak)
            return
        self.judge()
        kit.note("matrix: %d routes x %d callers x %d needs and volunteers inside, outside, in another community:"
                 " %d questions, %d requests" % (
                     len(self.routes), len({e[0] for e in everybody}) + 1,
                     len(self.needs) + len(self.volunteers),
                     len(self.asked), len(self.seen)))


def run(server, people, report):
    Matrix(server, people, report).run()
