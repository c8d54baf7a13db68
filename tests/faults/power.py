#!/usr/bin/env python3
# power -- the power goes at any instant: no need that was acknowledged is lost, no act is there by
# half, the store is whole. The I/O of the real server is written down under load; from it replay.c
# builds what the disk may hold, image by image.
#   power.py LINGHANG [IMAGES]                 300 by default; 200000 by hand
# Planted mistakes (synchronous OFF, NORMAL, acknowledged before COMMIT, no transaction) must be found.
# SPDX-License-Identifier: Apache-2.0
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import uuid

import faultkit
from faultkit import kit

WRITERS, EVERY = 4, 3  # each third need is accepted at once
NEEDS, NEEDS_LONG, NEEDS_PLANTED = 320, 500, 100
LONG = 10000  # images from which on more is written down
WORKERS = 2


class Load:
    """People who ask and one who accepts, until so many needs were acknowledged."""

    def __init__(self, server, many):
        self.server, self.many = server, many
        self.place = server.store.demo[0]["places"][0]
        people = kit.People(server)
        people.api("dispatcher")
        self.token = people.tokens["dispatcher"]
        self.duty = server.store.sql("SELECT id FROM duty WHERE active = 1 LIMIT 1")[0][0]
        self.lock, self.done, self.steps, self.odd = threading.Lock(), 0, 0, []
        kit.spread(range(WRITERS), self.write, WRITERS)

    def write(self, n):
        client, desk = kit.Client(self.server.port), kit.Client(self.server.port, self.token)
        words = random.Random(n)
        while not self.odd:
            with self.lock:
                if self.done >= self.many:
                    return
                self.done += 1
                i = self.done
            text = "停电时的第 %d 件。" % i + "楼道灯不亮，" * words.randrange(1, 60)
            a = client.post("/api/v1/needs", {"place": self.place, "text": text},
                            [("Idempotency-Key", str(uuid.uuid4()))])
            if a.status != 201:
                self.odd.append(repr(a))
            elif i % EVERY == 0:
                a = desk.post("/api/v1/needs/%s/accept" % a.json()["id"],
                              {"version": 1, "duty_id": self.duty, "level": "L2"})
                self.steps += 1
                if a.status != 200:
                    self.odd.append(repr(a))


def record(linghang, folder, report, plant, many):
    """The log of one server from start to kill, and the store it started on."""
    server = faultkit.small_server(linghang)
    log, base = os.path.join(folder, "log"), os.path.join(folder, "base")
    for old in (log, base):
        if os.path.exists(old):
            os.unlink(old)
    shutil.copyfile(server.store.file, base)
    server.plant, server.io_log = plant, log
    try:
        server.start()
        load = Load(server, many)
        server.kill()
    finally:
        faultkit.end(server)
    name = plant or "as shipped"
    report.check("power: %s: the load was answered" % name, not load.odd, load.odd[:1])
    return log, base


def replay(linghang, folder, log, base, images):
    """The sums of all workers."""
    program, sums, running = faultkit.built(linghang, "faults_replay"), {}, []
    for w in range(WORKERS):
        own = os.path.join(folder, "worker%d" % w)
        os.makedirs(own, exist_ok=True)
        running.append(subprocess.Popen(
            [program, log, base, own, str(images // WORKERS), str(w + 1)],
            stdout=subprocess.PIPE, text=True))
    for p in running:
        out = p.communicate()[0]
        if p.returncode != 0:
            raise SystemExit("%s ended with %d" % (program, p.returncode))
        for word in out.split():
            name, value = word.split("=")
            same = name in ("events", "moved", "told")
            sums[name] = int(value) if same else sums.get(name, 0) + int(value)
    return sums


def run(linghang, images, report):
    with tempfile.TemporaryDirectory(prefix="linghang-power-", dir="/dev/shm") as folder:
        for plant, found in (("off", "lost"), ("normal", "lost"), ("early", "lost"), ("half", "torn")):
            log, base = record(linghang, folder, report, plant, NEEDS_PLANTED)
            s = replay(linghang, folder, log, base, 100)
            kit.note("power: planted %s: %s" % (plant, s))
            report.check("power: the planted mistake %s is found" % plant, s[found], s)
        many = NEEDS_LONG if images >= LONG else NEEDS
        log, base = record(linghang, folder, report, None, many)
        s = replay(linghang, folder, log, base, images)
        kit.note("power: as shipped: %s" % s)
        report.check("power: acknowledgements were asked for", s["acks"] > images * many // 4, s)
        report.check("power: checkpoints were among it", s["moved"], s)
        report.check("power: nothing acknowledged is lost", not s["lost"], s)
        report.check("power: every image is whole", not s["corrupt"], s)
        report.check("power: no image holds half an act", not s["torn"], s)


def main():
    if len(sys.argv) < 2:
        raise SystemExit("usage: power.py LINGHANG [IMAGES]")
    report = kit.Report()
    run(os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 300, report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
