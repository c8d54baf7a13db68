#!/usr/bin/env python3
# persons -- who is forgotten is forgotten in old backups too: a complaint, a need, a volunteer are
# backed up, whoever it is has it deleted, and the old backup, brought back with the keys of today,
# has nothing in their place and everything else as it was. A key that two people destroyed opens
# nothing any more either.
#   persons.py LINGHANG [sqlite|pgsql]         pgsql in the cluster at $PG_HOST
# The same with the keys of that day must still show him: else the silence would be no evidence.
# SPDX-License-Identifier: Apache-2.0
import glob
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import faultkit
from faultkit import kit

GONE, STAYS = "钱十五住的楼上，每晚跳舞到两点", "孙十六家门口的灯坏了三个月"
DESTROYED = "已销毁"


class Run:
    def __init__(self, linghang, engine):
        self.linghang, self.engine = linghang, engine
        self.report, self.folder = kit.Report(), tempfile.mkdtemp(prefix="linghang-persons-")
        self.key, self.made, self.said = self.folder + "/key", [], ""

    def command(self, *args):
        return subprocess.run([self.linghang, *args], capture_output=True, text=True)

    def must(self, *args):
        p = self.command(*args)
        if p.returncode:
            raise SystemExit("%s: %s" % (" ".join(args), p.stderr))
        return p.stdout.strip()

    def backup(self, store):
        if self.made:
            time.sleep(1.1)  # files are named by the second
        made = self.must("backup", "--db", store.url, "--key", self.key + ".pub", "--to", self.folder)
        self.made.append(made)
        return made, made.replace(".backup", ".keys")

    def restored(self, store, backup, *more):
        """A store beside: what `store` was on the day of the backup."""
        beside = kit.Store(self.linghang, self.engine)
        if self.engine == "sqlite":
            for tail in ("", "-wal", "-shm"):
                if os.path.exists(beside.file + tail):
                    os.unlink(beside.file + tail)
        else:
            beside._psql("postgres", "drop database %s with (force)" % beside.name)
            beside._psql("postgres", "create database %s" % beside.name)
        p = self.command("restore", "--from", backup, "--key", self.key, "--db", beside.url, *more)
        self.said = p.stdout
        self.report.check("persons: it is brought back", p.returncode == 0, p.stderr)
        return beside


def complain(client, place, words, name):
    a = client.form("/help", {"place": place, "text": words, "name": name, "door": "1702",
                              "contact": "13900000012", "is_secret": "1"})
    m = re.search(r"/n/(\d+)\?k=(\w+)", a.header("Location"))
    if not m:
        raise SystemExit("a complaint: %r" % a)
    return m.groups()


def take_back(server, need, key):
    return kit.Client(server.port).form("/n/%s/withdraw" % need, {"k": key, "reason": "不提了"})


def forget(server, need, key, by="clerk"):
    """As he does it: taken back, then to be deleted; a clerk does that, of a complaint who may know whose it is."""
    client, staff = kit.Client(server.port), kit.People(server).browser(by)
    take_back(server, need, key)
    a = client.form("/mydata/need/%s/ask" % need, {"k": key, "what": "delete"})
    request = re.search(r'name="request" value="(\d+)"', a.text)
    if not request:
        raise SystemExit("to be deleted: %r" % a)
    return staff.form("/d/mydata/%s/do" % request.group(1), {"csrf": staff.csrf, "text": "删了", "sure": "1"})


def own_page(store, need, key):
    server = kit.Server(store).start()
    try:
        return kit.Client(server.port).get("/n/%s?k=%s" % (need, key)).text
    finally:
        server.stop()


def erased(run, store):
    server, check = kit.Server(store).start(), run.report.check
    place = store.demo[0]["places"][0]
    try:
        client = kit.Client(server.port)
        gone = complain(client, place, GONE, "钱十五")
        stays = complain(client, place, STAYS, "孙十六")
        old, old_keys = run.backup(store)
        count = "SELECT count(*) FROM subject_key WHERE about = 'shield_identity' AND about_id = %s"
        check("persons: each has a key", [store.sql(count % n[0]) for n in (gone, stays)] ==
              [[("1",)]] * 2, "no")
        a = forget(server, *gone, by="privacy_officer")
        check("persons: deleted at his wish", a.status == 303, a)
        check("persons: and his key with it", [store.sql(count % n[0]) for n in (gone, stays)] ==
              [[("0",)], [("1",)]], "no")
        run.backup(store)
    finally:
        server.stop()
    drill = run.command("drill", "--from", run.folder, "--key", run.key)
    check("persons: the drill knows both files", "all as they were" in drill.stdout,
          drill.stdout + drill.stderr)
    today = run.restored(store, old)
    then = run.restored(store, old, "--keys-from", old_keys)
    counts = [[s.sql("SELECT count(*) FROM %s" % t) for t in ("need", "shield_identity", "shield_answer")]
              for s in (today, then)]
    check("persons: all rows are there", counts[0] == counts[1], counts)
    try:
        page = own_page(today, *gone)
        check("persons: with the keys of today he is not in the old backup",
              GONE not in page and "钱十五" not in page, page[-3000:])
        page = own_page(today, *stays)
        check("persons: who was not forgotten is whole", STAYS in page and DESTROYED not in page,
              page[-3000:])
        page = own_page(then, *gone)
        check("persons: with the keys of that day he is still there (it would be seen)",
              GONE in page and DESTROYED not in page, page[-3000:])
    finally:
        today.drop()
        then.drop()
    return old


NAMES = {"over": ("王十七", "13900000056"), "open": ("李十八", "13900000057"), "stays": ("周十九", "13900000058")}
HELPS = ("吴二十", "13900000059")


def asks(client, place, who):
    name, contact = NAMES[who]
    a = client.form("/help", {"place": place, "text": "想请人陪%s去医院" % name, "name": name, "contact": contact})
    return re.search(r"/n/(\d+)\?k=(\w+)", a.header("Location")).groups()


def held(store, needs, helper):
    """Of each need whether its name, number and words are there; of the volunteer his name."""
    there = {w: store.sql("SELECT CASE WHEN LENGTH(name) > 0 THEN 1 ELSE 0 END + CASE WHEN LENGTH(contact) > 0 THEN 1"
                          " ELSE 0 END + CASE WHEN text LIKE '想请人陪%%' THEN 1 ELSE 0 END FROM need WHERE id = %s"
                          % n[0])[0][0] for w, n in needs.items()}
    there["helps"] = store.sql("SELECT CASE WHEN LENGTH(name) > 0 THEN 3 ELSE 0 END FROM volunteer WHERE id = %s"
                               % helper)[0][0]
    return {w: int(n) for w, n in there.items()}


ALL = {"over": 3, "open": 3, "stays": 3, "helps": 3}
LEFT = {"over": 0, "open": 3, "stays": 3, "helps": 0}  # in the backup it is open: first it has to end
NONE = {"over": 0, "open": 0, "stays": 3, "helps": 0}


def wished(run, store):
    """What somebody had deleted is deleted again, whatever it was sealed with."""
    server, check = kit.Server(store).start(), run.report.check
    place = store.demo[0]["places"][0]
    try:
        client = kit.Client(server.port)
        needs = {who: asks(client, place, who) for who in NAMES}
        v = client.post("/api/v1/volunteers", {"place": place, "name": HELPS[0], "contact": HELPS[1],
                                               "skills": "chat", "agrees_match": True}).json()
        take_back(server, *needs["over"])
        old, old_keys = run.backup(store)
        check("persons: all are there when the backup is taken", held(store, needs, v["id"]) == ALL,
              held(store, needs, v["id"]))
        for who in ("over", "open"):
            a = forget(server, *needs[who])
            check("persons: a need is deleted at his wish", a.status == 303, a)
        a = client.post("/api/v1/volunteers/%s/leave" % v["id"], {"key": v["key"]})
        check("persons: a volunteer leaves", a.status == 200 and held(store, needs, v["id"]) == NONE, a)
        new, new_keys = run.backup(store)
    finally:
        server.stop()
    drill = run.command("drill", "--from", run.folder, "--key", run.key)
    check("persons: the drill tells that they stay deleted", drill.returncode == 0 and
          re.search(r"deleted at somebody's wish: [1-9]\d* gone", drill.stdout), drill.stdout + drill.stderr)
    today = run.restored(store, old)
    check("persons: what was deleted since is deleted again, and told", held(today, needs, v["id"]) == LEFT and
          "又删了一遍" in run.said and "还有 1 件" in run.said, (held(today, needs, v["id"]), run.said))
    once_more = run.restored(store, new)
    check("persons: in the backup from after it nothing is left to do", held(once_more, needs, v["id"]) == NONE and
          "还有" not in run.said, (held(once_more, needs, v["id"]), run.said))
    then = run.restored(store, old, "--keys-from", old_keys)
    try:
        check("persons: with the list of that day they are there (it would be seen)",
              held(then, needs, v["id"]) == ALL, held(then, needs, v["id"]))
        p = run.command("erase-again", "--keys-from", new_keys, "--key", run.key, "--db", then.url)
        check("persons: a store that came back on another way, by the newest list", p.returncode == 0 and
              "又删了一遍" in p.stdout and held(then, needs, v["id"]) == LEFT, (p, held(then, needs, v["id"])))
        page = own_page(today, *needs["over"])
        check("persons: his own page says nothing of it", NAMES["over"][0] not in page and
              NAMES["over"][1] not in page, page[-3000:])
        p = run.command("audit", "verify", "--db", today.url)
        check("persons: the chain holds", p.returncode == 0, p.stdout + p.stderr)
        ends_and_goes(run, today, needs, v["id"])
    finally:
        for s in (today, once_more, then):
            s.drop()


def ends_and_goes(run, store, needs, helper):
    """What is open again in a store that was brought back is deleted once it is over."""
    server = kit.Server(store).start()
    try:
        a = take_back(server, *needs["open"])
        until = time.time() + 60
        while held(store, needs, helper) != NONE and time.time() < until:
            store.sql("UPDATE job SET run_at = 1 WHERE kind = 'subject.again' AND done_at = 0")
            time.sleep(1)
        run.report.check("persons: once it is over, it goes by itself", held(store, needs, helper) == NONE,
                         (a, held(store, needs, helper)))
    finally:
        server.stop()


def over_live(run, store):
    """Nothing was backed up since it was deleted: the store that is replaced knows."""
    server, check = kit.Server(store).start(), run.report.check
    try:
        need = asks(kit.Client(server.port), store.demo[0]["places"][0], "over")
        take_back(server, *need)
        old, _ = run.backup(store)
        forget(server, *need)
        number, approve = two_agree(server, os.path.basename(old), "restore", ("admin", "security"))
        approve()
    finally:
        server.stop()
    p = run.command("restore", "--from", old, "--key", run.key, "--db", store.url, "--approved", number)
    there = store.sql("SELECT LENGTH(name) + LENGTH(contact) FROM need WHERE id = %s" % need[0])
    check("persons: over the store in use, by its own list", p.returncode == 0 and "又删了一遍" in p.stdout and
          there == [("0",)], (p, there))


def two_agree(server, what, kind="keys", roles=("security", "auditor")):
    """The number of what one administrator proposed and another approved."""
    people = kit.People(server)
    one, other = [people.browser(r) for r in roles]
    a = one.form("/a/twice", {"csrf": one.csrf, "kind": kind, "object": str(what), "why": "旧的"})
    page = other.get("/a/twice").text
    m = re.search(r"(S-[\d-]+).*?/a/twice/(\d+)/decide", page, re.S)
    if a.status != 303 or not m:
        raise SystemExit("proposed: %r" % a)
    number, twice = m.groups()
    return number, lambda: other.form("/a/twice/%s/decide" % twice, {"csrf": other.csrf, "yes": "1"})


def keys_of(run, store):
    """By kid: what for, state, how many fields are under it."""
    out = run.must("keys", "list", "--db", store.url)
    return {int(m[0]): m[1:] for m in re.findall(r"key (\d+) (\w+) (\w+) \S+ (\d+) fields", out)}


def sealed_anew(run, store, kid):
    until = time.time() + 120
    while keys_of(run, store)[kid][2] != "0" and time.time() < until:
        time.sleep(0.2)


def asleep(run, store):
    """A server that heard nothing of the turn, since another one did all of it, seals under the new key too."""
    one, other = kit.Server(store).start(), kit.Server(store).start()
    (name, contact), place = NAMES["over"], store.demo[0]["places"][0]
    kid = next(k for k, v in keys_of(run, store).items() if v[:2] == ("contact", "active"))
    try:
        other.process.send_signal(signal.SIGSTOP)
        run.must("keys", "turn", "--db", store.url)
        sealed_anew(run, store, kid)
        other.process.send_signal(signal.SIGCONT)
        was, until = None, time.time() + 30
        while was != keys_of(run, store)[kid][2] and time.time() < until:
            was = keys_of(run, store)[kid][2]
            kit.Client(other.port).form("/help", {"place": place, "text": STAYS, "name": name, "contact": contact})
        check = run.report.check
        check("persons: another server seals under the key that was turned meanwhile", time.time() < until, was)
    finally:
        one.stop()
        other.stop()


def destroyed(run, store):
    server, check = kit.Server(store).start(), run.report.check

    def destroy(kid, number):
        return run.command("keys", "destroy", "--db", store.url, "--kid", str(kid), "--approved",
                           number)

    def keys():
        return keys_of(run, store)
    try:
        client, place = kit.Client(server.port), store.demo[0]["places"][0]
        asks = client.form("/help", {"place": place, "text": STAYS, "name": "孙十六",
                                     "contact": "13900000034"})
        need = re.search(r"/n/(\d+)\?k=(\w+)", asks.header("Location")).groups()
        old, old_keys = run.backup(store)
        kid = next(k for k, v in keys().items() if v[0] == "contact")
        number, approve = two_agree(server, kid)
        p = destroy(kid, number)
        check("persons: one alone destroys no key", p.returncode == 1 and "第二个人" in p.stderr,
              p.stderr)
        approve()
        p = destroy(kid, number)
        check("persons: a key in use is not destroyed", p.returncode == 1 and "在用" in p.stderr,
              p.stderr)
        refused = kit.People(server).api("grid_worker").get("/api/v1/outbox").status
        server.stop()
        check("persons: who was refused at the very end stands in the chain, or waits for it", refused == 403 and
              store.sql("SELECT count(*) FROM (SELECT action FROM audit UNION ALL SELECT action FROM audit_inbox) a"
                        " WHERE action = 'refused GET /api/v1/outbox'") == [("1",)], refused)
        run.must("keys", "turn", "--db", store.url)
        p = destroy(kid, number)
        check("persons: a key that seals something still is not destroyed", p.returncode == 1 and
              "重新封存" in p.stderr, p.stderr)
        server.start()
        sealed_anew(run, store, kid)
        p = destroy(kid + 1, number)
        check("persons: what was agreed is for one key", p.returncode == 1 and number in p.stderr,
              p.stderr)
        p = destroy(kid, number)
        check("persons: what seals nothing is destroyed", p.returncode == 0 and
              keys()[kid][1] == "destroyed", p.stderr)
        p = destroy(kid, number)
        check("persons: once", p.returncode == 1 and "用过" in p.stderr, p.stderr)
        check("persons: it stands in the chain, or waits for it", store.sql(
            "SELECT count(*) FROM (SELECT action FROM audit UNION ALL SELECT action FROM audit_inbox) a"
            " WHERE action = 'job keys.destroy'") == [("1",)], "no")
        again = client.get("/n/%s?k=%s" % need).text
        check("persons: what was sealed anew opens", "13900000034" in again, again[-3000:])
        run.backup(store)
    finally:
        server.stop()
    today, then = run.restored(store, old), run.restored(store, old, "--keys-from", old_keys)
    try:
        page = own_page(today, *need)
        check("persons: in an old backup what it sealed is noise", DESTROYED in page and
              "13900000034" not in page and STAYS in page, page[-3000:])
        page = own_page(then, *need)
        check("persons: with the keys of that day it is there (it would be seen)",
              "13900000034" in page, page[-3000:])
    finally:
        today.drop()
        then.drop()


def kept_for_a_month(run, store):
    """Older files of keys go with the next backup, backups stay."""
    for path in glob.glob(run.folder + "/linghang-*"):
        name = os.path.basename(path)
        shutil.copyfile(path, os.path.join(run.folder, "linghang-20200101" + name[17:]))
    run.backup(store)
    left = sorted(n for n in os.listdir(run.folder) if n.startswith("linghang-2020"))
    run.report.check("persons: old keys are deleted, old backups are not", left and
                     all(".backup" in n for n in left), left)
    bare = run.folder + "/bare"
    os.mkdir(bare)
    for path in glob.glob(run.folder + "/linghang-2020*"):
        shutil.move(path, bare)
    p = run.command("restore", "--from", glob.glob(bare + "/*.backup")[0], "--key", run.key, "--db",
                    "sqlite:" + run.folder + "/none.db")
    run.report.check("persons: without keys nothing is brought back, and it is said", p.returncode == 1
                     and "--keys-from" in p.stderr, p.stderr)


def main():
    if len(sys.argv) < 2:
        raise SystemExit("usage: persons.py LINGHANG [sqlite|pgsql]")
    run = Run(os.path.abspath(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "sqlite")
    store = kit.Store(run.linghang, run.engine)
    try:
        run.must("backup", "new", "--key", run.key)
        erased(run, store)
        wished(run, store)
        if run.engine == "sqlite":
            over_live(run, store)
        destroyed(run, store)
        kept_for_a_month(run, store)
        if run.engine == "pgsql":
            asleep(run, store)
    finally:
        store.drop()
        shutil.rmtree(run.folder, ignore_errors=True)
    return run.report.finish()


if __name__ == "__main__":
    sys.exit(main())
