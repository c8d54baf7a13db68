#!/usr/bin/env python3
# plain -- names and numbers that people typed are nowhere in the clear afterwards: not in the
# database, its journal, the mirror on a second disk, a backup, the log, the swap, the memory of the
# server or of the process with the keys.
#   plain.py LINGHANG [PEOPLE]                 96 by default; 1000 by hand
# Real requests: needs by form and by API, volunteers and their guardians, errands, bookings, activities,
# children of the class, forms that are refused; staff who opens contacts, looks at lists, searches by
# name; one's own page. Planted leaks (two unsealed columns, a line of the log or of the history, memory
# that is not wiped) must be found.
# SPDX-License-Identifier: Apache-2.0
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid

import faultkit
from faultkit import kit

PLANTED_PEOPLE = 64  # four of each kind: what is not wiped is soon written over
TOWNS = 4  # at once
AT_ONCE, A_SECOND = 100, 10  # people: all together open 600 texts, and then 100 a second (SEAL_QUOTA)
PLANTED = [
    ("memory that is not wiped", "core", "src/base/arena.c",
     "if (a->secret && a->blocks)", "if (false && a->blocks)"),
    ("a line of the log", "log", "src/app/need/need.c",
     'need_contact_check(cx, "contact", n->contact);',
     'need_contact_check(cx, "contact", n->contact);'
     'extern int dprintf(int, const char *, ...); dprintf(2, "by %.*s\\n", STR(n->contact));'),
    ("a line of the history", "journal", "src/app/need/need.c",
     ".reason = n->channel,", ".reason = n->contact,"),
    ("a column of bookings", "journal", "src/app/booking/booking.c",
     "b->title = ask->title;", "b->title = ask->name;"),
]


class People:
    """Names of three rare characters, numbers of eleven digits; each is typed once."""

    def __init__(self, many):
        words = random.Random(many)
        rare = [chr(c) for c in range(0x7300, 0x7b00)]
        self.all = [("".join(words.sample(rare, 3)), "1%d%09d" % (words.choice((3, 5, 8)),
                                                                  words.randrange(10 ** 9)))
                    for _ in range(many)]
        # Forms carry names as %E7%8C..., which is as good as in the clear.
        self.needles = [n for name, number in self.all
                        for n in (name, number, urllib.parse.quote(name))]

    def count(self, path):
        """How many of them stand in a file."""
        with tempfile.NamedTemporaryFile("w", suffix=".needles") as f:
            f.write("\n".join(self.needles) + "\n")
            f.flush()
            p = subprocess.run(["grep", "-aoFf", f.name, path], capture_output=True,
                               env=dict(os.environ, LC_ALL="C"))
        return len(set(p.stdout.split()))


class Town:
    """What people do, one way of it each; `odd` collects what was answered oddly."""

    def __init__(self, server):
        self.server, self.odd = server, []
        self.place = server.store.demo[0]["places"][0]
        self.staff, self.desk, self.opened = kit.People(server), None, 0
        self.clerk = self.staff.browser("clerk")
        sql, guest = server.store.sql, kit.Client(server.port)
        cid = sql("SELECT min(id) FROM community")[0][0]
        self.space = sql("SELECT id FROM booking_space WHERE community_id = %s AND active_to = 0"
                         " AND auto_heads > 1 ORDER BY id LIMIT 1" % cid)[0][0]
        self.activity = sql("SELECT id FROM activity WHERE community_id = %s AND state = 'open' AND"
                            " for_children = 0 AND capacity > 0 AND close_at > %d ORDER BY from_at DESC LIMIT 1"
                            % (cid, time.time() * 1000 + 3600e3))[0][0]
        self.term = sql("SELECT id FROM class_term WHERE community_id = %s AND state = 'open'"
                        " ORDER BY to_day DESC LIMIT 1" % cid)[0][0]
        day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600 + 5 * 86400))
        free = guest.get("/api/v1/spaces/%s/day?d=%s" % (self.space, day)).json()["items"]
        self.at = next(f["from_at"] for f in free if f["is_free"] and not f["is_kept"])[:16]
        guest.close()

    def want(self, answer, *statuses):
        if answer.status not in statuses:
            self.odd.append(repr(answer))
        return answer

    def reads(self, client, answer, *texts):
        """His own page, where a form or the API has sent him."""
        where = answer.header("Location")
        if where:
            page = self.want(client.get(where.replace("&new=1", "")), 200)
            self.odd += ["not on his page: %s" % t for t in texts if t not in page.text]
        return where

    def holds(self, answer, *texts):
        self.odd += ["not told: %r" % answer for t in texts if t not in answer.text]

    def who_opens(self):
        """A session opens 200 a minute."""
        if self.opened % 100 == 0:
            if self.desk:
                self.desk.close()
            self.desk = kit.Client(self.server.port, self.staff.new_token("dispatcher"))
        self.opened += 1
        return self.desk

    def need(self, client, name, number, key):
        a = client.post("/api/v1/needs", {"place": self.place, "text": "楼道灯不亮", "name": name,
                                          "contact": number, "note": name + "腿脚不便", "agrees_note": True}, key)
        own, desk = self.want(a, 201).json() or {}, self.who_opens()
        self.want(client.get("/n/%s?k=%s" % (own.get("id"), own.get("key"))), 200)
        self.holds(self.want(desk.post("/api/v1/needs/%s/open_contact" % own.get("id"),
                                       {"what": "contact", "purpose": "contact_back"}), 200), number)
        self.want(desk.get("/api/v1/needs?limit=20"), 200)

    def need_by_form(self, client, name, number, key):
        self.reads(client, self.want(client.form("/help", {
            "place": self.place, "text": "水管漏了，请来看看", "name": name, "contact": number,
            "door": "502"}), 303))

    def refused(self, client, name, number, key):
        self.want(client.form("/help", {"place": self.place, "text": "", "name": name,
                                        "contact": number}), 422)
        self.want(client.post("/api/v1/needs", {"place": "nowhere", "text": "灯不亮", "name": name,
                                                "contact": number}, key), 404, 422)

    def guardian(self, client, name, number, key):
        a = client.post("/api/v1/volunteers", {
            "place": self.place, "name": "帮手", "skills": "chat", "contact": number,
            "birth_year": 2012, "guardian_name": name, "guardian_contact": number,
            "guardian_agrees": True, "agrees_match": True}, key)
        own = self.want(a, 201).json() or {}
        self.want(client.get("/v/%s?k=%s" % (own.get("id"), own.get("key"))), 200)

    def volunteer(self, client, name, number, key):
        a = client.form("/give", {"place": self.place, "name": name, "contact": number, "skill": "tap",
                                  "when": "work_eve", "week_max": "2", "reach": "area",
                                  "agrees_match": "1"})
        self.reads(client, self.want(a, 303), name)
        found = self.who_opens().get("/api/v1/volunteers?q=" + urllib.parse.quote(name))
        self.holds(self.want(found, 200), name)

    def errand(self, client, name, number, key):
        a = client.form("/s/elder-money/errand", {"where": self.place, "name": name, "door": "7703",
                                                  "contact": number})
        where = self.reads(client, self.want(a, 303)) or "/0"
        opened = self.clerk.form("/k/errand/%s/open" % re.search(r"\d+", where)[0], {
            "csrf": self.clerk.csrf, "what": "contact", "purpose": "contact_back"})
        self.holds(self.want(opened, 200), number)

    def booking(self, client, name, number, key):
        a = client.form("/book/%s/new" % self.space, {
            "at": self.at, "minutes": "60", "name": name, "contact": number, "heads": "2",
            "purpose": "meeting", "kind": "person", "has_minors": "1", "adult": name, "wait": "1"})
        self.reads(client, self.want(a, 303), name)

    def activity_(self, client, name, number, key):
        a = client.form("/e/%s/join" % self.activity, {"name": name, "contact": number, "heads": "1"})
        self.reads(client, self.want(a, 303), name)
        self.want(self.clerk.get("/w/activity/%s" % self.activity), 200)

    def child(self, client, name, number, key):
        a = client.form("/class/join/%s" % self.term, {
            "name": name, "grade": "二年级", "guardian": name, "contact": number, "label1": "外婆",
            "word1": "小白兔", "second": name, "second_contact": number, "note": name + "花生过敏",
            "agrees": "1", "agrees_note": "1"})
        self.reads(client, self.want(a, 303), name)

    def live(self, people, nth):
        """Every fourth of them."""
        kinds = [self.need, self.need, self.need_by_form, self.refused, self.guardian, self.volunteer,
                 self.errand, self.booking, self.activity_, self.child, self.need, self.volunteer,
                 self.errand, self.booking, self.activity_, self.child]
        began = time.monotonic()
        for i, (name, number) in list(enumerate(people.all))[nth::TOWNS]:
            while time.monotonic() - began < (i - AT_ONCE) / A_SECOND:
                time.sleep(0.05)
            client = kit.Client(self.server.port)
            kinds[i % len(kinds)](client, name, number, [("Idempotency-Key", str(uuid.uuid4()))])
            client.close()
        self.want(self.clerk.get("/w/rooms"), 200)
        self.clerk.close()
        self.desk.close()


class Mirrored(kit.Server):
    """With a second disk."""

    def open(self, args, log):
        return super().open([*args, "--mirror", self.disk2()], log)

    def disk2(self):
        return os.path.join(self.store.dir, "disk2")


def core_of(pid, folder, name):
    path = os.path.join(folder, name)
    subprocess.run(["gcore", "-o", path, str(pid)], capture_output=True)
    made = "%s.%d" % (path, pid)
    return made if os.path.exists(made) else None


def all_left(server):
    """What a connection has read stands in memory until the server has seen that it was closed."""
    client, until = kit.Client(server.port), time.time() + 60
    while client.get("/metrics").text.find("connections 1\n") < 0:
        if time.time() > until:
            raise SystemExit("somebody is still connected")
    client.close()


def search(server, people, backup):
    """{where: how many}; None = it could not be looked at."""
    store, found = server.store, {}
    all_left(server)
    child = subprocess.run(["pgrep", "-P", str(server.process.pid)], capture_output=True, text=True)
    for name, pid in [("core", server.process.pid)] + \
                     [("core of keymgr", int(p)) for p in child.stdout.split()]:
        core = core_of(pid, store.dir, name.replace(" ", "-"))
        found[name] = people.count(core) if core else None
        if core:
            os.unlink(core)
    for name, path in (("store", store.file), ("journal", store.file + "-wal"),
                       ("log", server.log), ("backup", backup)):
        found[name] = people.count(path) if os.path.exists(path) else None
    mirror = [os.path.join(server.disk2(), f) for f in os.listdir(server.disk2())]
    found["mirror"] = sum(people.count(f) for f in mirror) if mirror else None
    with open("/proc/swaps") as f:  # that memory with keys is never there, walls.py proves
        for line in f.readlines()[1:]:
            found["swap " + line.split()[0]] = people.count(line.split()[0])
    return found


def make_backup(linghang, store):
    folder, key = os.path.join(store.dir, "backup"), os.path.join(store.dir, "backup.pem")
    os.makedirs(folder, exist_ok=True)
    subprocess.run([linghang, "backup", "new", "--key", key], check=True, capture_output=True)
    subprocess.run([linghang, "backup", "--db", store.url, "--key", key + ".pub", "--to", folder],
                   check=True, capture_output=True)
    return os.path.join(folder, sorted(os.listdir(folder))[-1])


def one(linghang, many, report, name):
    people = People(many)
    with kit.server_on_sample(linghang, "sqlite", kind=Mirrored) as server:
        before = people.count(server.store.file)
        server.start()
        towns = [Town(server) for _ in range(TOWNS)]
        kit.spread(range(TOWNS), lambda nth: towns[nth].live(people, nth), TOWNS)
        odd = [o for t in towns for o in t.odd]
        found = search(server, people, make_backup(linghang, server.store))
        report.check(name + ": people were answered", not odd and not before, odd[:2])
        return found, server.store, people


def column_planted(linghang, report):
    """An unsealed column, by hand: the search itself must see it."""
    people = People(PLANTED_PEOPLE)
    store = kit.Store(linghang, "sqlite")
    try:
        for name, number in people.all:
            store.sql("UPDATE need SET answer = '%s%s' WHERE id = (SELECT id FROM need "
                      "ORDER BY id LIMIT 1 OFFSET %d)" % (name, number, abs(hash(name)) % 500))
        count = people.count(store.file)
        report.check("planted: an unsealed column", count > PLANTED_PEOPLE, "%d found" % count)
    finally:
        store.drop()


def main():
    linghang = os.path.abspath(sys.argv[1])
    many = int(sys.argv[2]) if len(sys.argv) > 2 else 96
    report = kit.Report()
    column_planted(linghang, report)
    for name, where, source, good, bad in PLANTED:
        planted = faultkit.planted_copy(linghang, source, good, bad)
        found, _, _ = one(planted, PLANTED_PEOPLE, report, "planted")
        # sooner or later it is moved there; both processes have the same arena
        also = {"journal": "store", "core": "core of keymgr"}.get(where, where)
        seen = found[where] or found[also]
        report.check("planted: " + name, seen, "nothing was found in the %s" % where)
        kit.note("%s: %s" % (name, found))
    found, _, people = one(linghang, many, report, "as it is")
    for where, n in found.items():
        report.check("nothing in the clear: " + where, n == 0, "%s of %d" % (n, len(people.needles)))
    kit.note("%d people, %d texts searched for in: %s%s" % (
        many, len(people.needles), ", ".join(found),
        "" if any(w.startswith("swap") for w in found) else "; this machine has no swap"))
    report.finish()


main()
