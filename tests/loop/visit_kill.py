#!/usr/bin/env python3
# visit_kill -- phones that were without a net hand in their visits while the server is killed: twenty
# outboxes, each visit under a key of its own, answers that are lost on the way and so sent again,
# `kill -9` at N random points. What was acknowledged is stored, once; what was not is sent until it is.
#   visit_kill.py LINGHANG sqlite|pgsql [N]
# SPDX-License-Identifier: Apache-2.0
import os
import random
import sys
import threading
import time
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402

PICTURE = os.path.join(kit.HERE, "..", "fuzz", "corpus", "fuzz_image", "turned.jpg")
PHONES = 20
LEAST = 20  # visits of a phone
LOST = 0.15  # of the answers


class Phone:
    """One worker's outbox: in order, each until it is acknowledged. Visits come until all kills are done."""

    def __init__(self, nth, town):
        self.nth, self.town, self.dice, self.queue = nth, town, random.Random(nth), []
        self.acknowledged, self.repeats, self.refused = {}, 0, []

    def visit(self, i):
        door = self.town.doors[i % len(self.town.doors)]
        outcome = self.dice.choice(["well", "well", "needs", "away"])
        body = {"door_id": door, "outcome": outcome, "device_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        if outcome == "needs":
            body["needs"] = "想请人来看看（第 %d 次）" % i
            body["photo"] = i % 2 == 0
        return str(uuid.UUID(int=self.dice.getrandbits(128), version=4)), body

    def visits(self, killed):
        while not killed.is_set() or len(self.queue) < LEAST:
            self.queue.append(self.visit(self.nth + PHONES * len(self.queue)))
            yield self.queue[-1]

    def send(self, key, body):
        """As assets/visit.js does: with a photo it is a form, whose boundary is the key."""
        client = kit.Client(self.town.server.port, self.town.token, timeout=10)
        body, headers = dict(body), [("Idempotency-Key", key)]
        if not body.pop("photo", False):
            return client.post("/api/v1/visits", body, headers)
        line = b"--" + key.encode() + b'\r\nContent-Disposition: form-data; name="'
        parts = [line + n.encode() + b'"\r\n\r\n' + str(v).encode() + b"\r\n" for n, v in body.items()]
        parts.append(line + b'photo"; filename="photo.jpg"\r\n\r\n' + self.town.picture + b"\r\n")
        headers.append(("Content-Type", "multipart/form-data; boundary=" + key))
        return client.ask("POST", "/api/v1/visits", headers, b"".join(parts) + b"--" + key.encode() + b"--\r\n")

    def flush(self, killed, stop):
        for key, body in self.visits(killed):
            while key not in self.acknowledged and not stop.is_set():
                try:
                    a = self.send(key, body)
                except (OSError, EOFError, ValueError):
                    self.repeats += 1
                    time.sleep(0.02 + self.dice.random() * 0.05)  # back-off of the phone
                    continue
                if a.status in (429, 500, 502, 503, 504):
                    self.repeats += 1
                    continue
                if a.status not in (200, 201):
                    self.refused.append("%r" % a)
                    return
                if self.dice.random() < LOST:  # the answer did not arrive
                    self.repeats += 1
                    continue
                self.acknowledged[key] = a.json()["visit"]["id"]


class Town:
    def __init__(self, server):
        self.server, self.store = server, server.store
        people = kit.People(server)
        with open(PICTURE, "rb") as f:
            self.picture = f.read()
        worker = people.api("grid_worker")
        self.token = people.tokens["grid_worker"]
        place = server.store.demo[0]["places"][0]
        for n in range(120):
            a = worker.post("/api/v1/visits/plan", {"place": place, "door": "%d%02d" % (20 + n // 10, n % 10)})
            if a.status != 201:
                raise SystemExit("%r" % a)
        self.doors = [r[0] for r in self.store.sql(
            "SELECT door_id FROM visit WHERE state = 'planned' AND place_path LIKE (SELECT path FROM"
            " place WHERE code = '%s') || '%%' ORDER BY id DESC LIMIT 120" % place)]


def main():
    linghang, engine = kit.binary(sys.argv)
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    report, dice = kit.Report(), random.Random(kills)
    with kit.server_on_sample(linghang, engine) as server:
        server.start()
        town = Town(server)
        before = int(town.store.sql("SELECT COUNT(*) FROM visit_event WHERE save_key <> ''")[0][0])
        needs = int(town.store.sql("SELECT COUNT(*) FROM visit_need")[0][0])
        phones, killed, stop = [Phone(i, town) for i in range(PHONES)], threading.Event(), threading.Event()
        threads = [threading.Thread(daemon=True, target=p.flush, args=(killed, stop)) for p in phones]
        for t in threads:
            t.start()
        for _ in range(kills):
            time.sleep(0.02 + dice.random() * 0.15)
            server.kill()
            server.start()
        killed.set()
        for t in threads:
            t.join(120)
        late = sum(t.is_alive() for t in threads)
        stop.set()
        handed = sum(len(p.queue) for p in phones)
        said = {k: v for p in phones for k, v in p.acknowledged.items()}
        report.check("every phone has handed in everything", late == 0 and len(said) == handed,
                     "%d of %d, refused %s" % (len(said), handed,
                                               [r for p in phones for r in p.refused][:2]))
        rows = town.store.sql("SELECT save_key, visit_id FROM visit_event WHERE save_key <> ''")
        stored = {k: v for k, v in rows}
        report.check("what was acknowledged is stored", all(stored.get(k) == v for k, v in said.items()),
                     [k for k, v in said.items() if stored.get(k) != v][:3])
        report.check("each key once", len(rows) == len(stored) == before + len(said),
                     "%d rows, %d keys, %d before" % (len(rows), len(stored), before))
        wanted = sum(b["outcome"] == "needs" for p in phones for _, b in p.queue)
        opened = int(town.store.sql("SELECT COUNT(*) FROM visit_need")[0][0]) - needs
        report.check("each need raised is opened once", opened == wanted, "%d of %d" % (opened, wanted))
        wanted = sum(b.get("photo", False) for p in phones for _, b in p.queue)
        photos = int(town.store.sql("SELECT COUNT(*) FROM need_photo")[0][0])
        report.check("each photo is there once", photos == wanted > 0, "%d of %d" % (photos, wanted))
        report.check("the store is whole", town.store.integrity() == "ok", town.store.integrity())
        kit.note("visit_kill: %d visits, %d sent again, %d kills" % (
            len(said), sum(p.repeats for p in phones), kills))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
