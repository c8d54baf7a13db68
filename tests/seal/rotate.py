#!/usr/bin/env python3
# rotate -- keys are changed while people go on asking and the server is killed again and again:
# every value opens afterwards, says what it said, and is of a new key.
#   rotate.py LINGHANG [VALUES [SECONDS]]      20000 values, killed every 2 s; 1000000 and 5 by hand
# Planted mistakes (sealed anew for another row, under the old key, a portion jumped over, a field
# taken for its neighbour) must be found.
# SPDX-License-Identifier: Apache-2.0
import os
import re
import subprocess
import sys
import threading
import time
import uuid

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "faults"))
sys.path.insert(0, os.path.join(HERE, "..", "http"))
import faultkit  # noqa: E402
import kit  # noqa: E402

WRITERS, PLANTED_VALUES, MOST_S = 2, 4000, 3600
RESEAL = "src/app/keyring/reseal.c"
PLANTED = [
    ("sealed anew for another row", RESEAL,
     "i->lost ? i->in : i->out);",
     "i->lost ? i->in : items.at[(k + fields.n) % items.n].out);"),
    ("a field taken for its neighbour", RESEAL,
     "field_set_str(fields.at[k % fields.n],", "field_set_str(fields.at[(k + 1) % fields.n],"),
    ("under the old key", "src/main/upkeep.c",
     "TRY(keyring_reload(cx, keyring_of(cx)));", ""),
    ("a portion jumped over", RESEAL,
     "*after = field_get_int(id, rec);", "*after = field_get_int(id, rec) + (k == 499) * (1ll << 40);"),
]


class Load:
    """People who ask, and look at once whether their own number is what they typed."""

    def __init__(self, server):
        self.server, self.stop, self.asked, self.odd = server, False, 0, []
        self.place = server.store.demo[0]["places"][0]
        self.threads = [threading.Thread(daemon=True, target=self.ask, args=(n,)) for n in range(WRITERS)]
        for t in self.threads:
            t.start()

    def ask(self, n):
        i = 0
        while not self.stop:
            i += 1
            number = "137%d%07d" % (n, i)
            client = kit.Client(self.server.port, timeout=20)
            try:
                a = client.post("/api/v1/needs", {"place": self.place, "text": "换钥匙的时候说的事",
                                                  "name": "某人", "contact": number},
                                [("Idempotency-Key", str(uuid.uuid4()))])
                if a.status == 201:
                    self.asked += 1
                    own = client.get("/api/v1/needs/%s?k=%s" % (a.json()["id"], a.json()["key"]))
                    if own.status == 200 and own.json()["contact"] != number:
                        self.odd.append(own.json()["contact"])
            except (OSError, ValueError):
                pass  # it was killed just now
            time.sleep(0.05)  # people, not a flood

    def end(self):
        self.stop = True
        for t in self.threads:
            t.join()


def fill(linghang, *args):
    p = subprocess.run([faultkit.built(linghang, "fill"), *args], capture_output=True, text=True)
    if p.returncode:
        raise SystemExit("fill %s: %s" % (args[0], p.stderr))
    return p.stdout


def left(store):
    return int(store.sql("SELECT COUNT(*) FROM job WHERE kind = 'upkeep.reseal' AND done_at = 0")[0][0])


def one(linghang, tool, values, every, most=MOST_S):
    """A rotation; what is wrong afterwards ("" = nothing), and what there was to see."""
    store = kit.Store(linghang, "sqlite")
    server, key, kills = kit.Server(store), os.environ["LINGHANG_KEY_FILE"], 0
    try:
        fill(tool, "put", store.url, key, str(values))
        server.start()
        load = Load(server)
        began = time.time()
        subprocess.run([linghang, "keys", "turn", "--db", store.url], check=True,
                       stdout=subprocess.DEVNULL)
        while left(store) and time.time() - began < most:
            time.sleep(every)
            server.kill()
            kills += 1
            server.start()
        seconds, unfinished = time.time() - began, left(store)
        load.end()
        server.stop()
        said = fill(tool, "check", store.url, key)
        new = [r[0] for r in store.sql("SELECT id FROM keyring WHERE state = 'active'")]
        m = re.match(r"values (\d+) lost (\d+) wrong (\d+) kids(.*)", said)
        old = [k for k in m.group(4).split() if k.split(":")[0] not in new]
        faults = [("%s lost" % m.group(2), m.group(2) != "0"),
                  ("%s wrong" % m.group(3), m.group(3) != "0"),
                  ("of an old key: %s" % " ".join(old), old),
                  ("not finished", unfinished),
                  ("own number read as %s" % load.odd[:1], load.odd)]
        wrong = [words for words, is_so in faults if is_so]
        return "; ".join(wrong), "%s values, %d asked meanwhile, %d kills, %.0f s" % (
            m.group(1), load.asked, kills, seconds), kills
    finally:
        if server.process and server.process.poll() is None:
            server.kill()
        store.drop()


def main():
    linghang = os.path.abspath(sys.argv[1])
    values = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    every = float(sys.argv[3]) if len(sys.argv) > 3 else 2
    report = kit.Report()
    for name, source, good, bad in PLANTED:
        planted = faultkit.planted_copy(linghang, source, good, bad)
        wrong, _, _ = one(planted, linghang, PLANTED_VALUES, 2, 30)
        report.check("planted: " + name, wrong, "nothing was found")
        kit.note("%s: %s" % (name, wrong))
    wrong, seen, kills = one(linghang, linghang, values, every)
    report.check("0 unreadable", not wrong, wrong)
    report.check("it was killed meanwhile", kills > 0, "no kill fell into the rotation")
    kit.note(seen)
    report.finish()


main()
