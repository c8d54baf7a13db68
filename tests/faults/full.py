#!/usr/bin/env python3
# full -- the disk fills up, 64 KiB later at each step: what is acknowledged is stored, what is not
# leaves nothing, pages are still shown, and once there is room the server goes on by itself.
#   full.py LINGHANG [STEPS]                   6 by default; 64 by hand. Needs root: it mounts a tmpfs
# Then the ladder: alarm at 10 % of room left, no files at 5 %, no writes at 2 %, and back.
# A planted mistake (a COMMIT that failed is taken for done) must be found.
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import sys
import tempfile
import time
import uuid

import acts
import faultkit
from faultkit import kit

STEP = 64 << 10
MOST = 3000         # needs at one step, then the disk counts as big enough
MOST_PLANTED = 300
TRIES = 12          # after the first refusal, so that other places of the road meet the full disk
ROOM = 64 << 20     # when there is room again
TEXT = "楼道灯不亮，" * 150


class Disk:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="linghang-full-")
        self.run("mount", "-t", "tmpfs", "-o", "size=%d" % ROOM, "tmpfs", self.folder)

    def run(self, *command):
        subprocess.run(command, check=True)

    def used(self):
        v = os.statvfs(self.folder)
        return (v.f_blocks - v.f_bfree) * v.f_frsize

    def resize(self, size):
        self.run("mount", "-o", "remount,size=%d" % size, self.folder)

    def end(self):
        subprocess.run(("umount", "-l", self.folder))
        os.rmdir(self.folder)


class Asker:
    """Asks, and keeps what was said of each need: True = acknowledged, False = refused."""

    def __init__(self, server):
        self.server, self.place = server, server.store.demo[0]["places"][0]
        self.said, self.odd = {}, []

    def ask(self):
        text = "第 %d 件。%s" % (len(self.said) + 1, TEXT)
        once, status = acts.Once(self.server.port, timeout=acts.PATIENCE), None
        try:
            status = once.post("/api/v1/needs", {"place": self.place, "text": text},
                               [("Idempotency-Key", str(uuid.uuid4()))]).status
        except acts.Busy:
            status = 503
        except (OSError, EOFError) as e:
            self.odd.append(repr(e))
        if status not in (201, 500, 503, 504):
            self.odd.append(status)
        self.said[text] = status == 201
        return status == 201


def fill(disk, asker, step, most, report):
    """True when the disk was full at this step."""
    disk.resize(disk.used() + step * STEP)
    before = len(asker.said)
    while len(asker.said) - before < most and asker.ask():
        pass
    if len(asker.said) - before == most:
        return False
    for _ in range(TRIES):
        asker.ask()
    page = kit.Client(asker.server.port).get("/")
    report.check("full: pages are shown", page.status == 200, "step %d: %r" % (step, page))
    return True


def run(linghang, steps, report, plant):
    disk, name = Disk(), "planted: " if plant else ""
    server = faultkit.small_server(linghang, disk.folder)
    server.plant = plant
    try:
        server.start()
        asker, full = Asker(server), 0
        for step in range(steps):
            full += fill(disk, asker, step, MOST_PLANTED if plant else MOST, report)
            disk.resize(disk.used() + ROOM)
            if not plant:
                report.check("full: with room the next is good", asker.ask(), "step %d" % step)
            if server.process.poll() is not None:
                break
        server.stop()
        there = {r[0] for r in server.store.sql("SELECT text FROM need")}
        whole = server.store.integrity()
    finally:
        faultkit.end(server)
        disk.end()
    lost = [t for t, good in asker.said.items() if good and t not in there]
    extra = [t for t, good in asker.said.items() if not good and t in there]
    kit.note("full: %s%d steps, full at %d; asked %d, acknowledged %d, of these lost %d; refused yet "
             "stored %d" % (name, steps, full, len(asker.said), sum(asker.said.values()), len(lost),
                            len(extra)))
    if plant:
        return report.check("full: the planted mistake %s is found" % plant, lost, "it was not")
    report.check("full: the disk was full at each step", full == steps, full)
    report.check("full: nothing acknowledged is lost", not lost, lost[:1])
    report.check("full: nothing refused is stored", not extra, extra[:1])
    report.check("full: no answer but 201, 500, 503, 504", not asker.odd, asker.odd[:3])
    report.check("full: the store is whole", whole == "ok", whole)
    report.check("full: the server lived to the end", not server.died, server.died)


def until(what, seconds=10):
    """The server looks every second."""
    end = time.time() + seconds
    while not what():
        if time.time() > end:
            return False
        time.sleep(0.1)
    return True


def ladder(linghang, report):
    """Alarm, no files, no writes with the reserve given up, and back again, each at its percent."""
    disk = Disk()
    server = faultkit.small_server(linghang, disk.folder)
    server.watch = ("--disk-reserve", "1")
    ballast, reserve = os.path.join(disk.folder, "ballast"), server.store.file + ".reserve"

    def room(percent):
        """That much is left besides the reserve, which is laid in or not."""
        at = os.path.getsize(ballast) if os.path.exists(ballast) else 0
        v = os.statvfs(disk.folder)
        free = v.f_bavail * v.f_frsize - (0 if os.path.exists(reserve) else 1 << 20)
        with open(ballast, "ab") as f:
            f.truncate(at)
            want = at + free - int(v.f_blocks * v.f_frsize * percent / 100)
            os.posix_fallocate(f.fileno(), 0, want) if want > at else f.truncate(max(want, 0))

    try:
        server.start()
        world = acts.World(server)
        admin, officer = world.people.browser("admin"), world.people.browser("dispatcher")

        def says(client, path, words):
            return words in client.get(path).text

        def asks():
            return world.calm.post("/api/v1/needs", {"place": world.place, "text": "楼道灯不亮"},
                                   [acts.key()]).status

        def sends(files):
            form = [("place", world.place), ("text", TEXT)]
            once = kit.Client(server.port, timeout=acts.PATIENCE)
            if not files:
                return once.form("/help", dict(form))
            kind, body = acts.parts(form, acts.PICTURE)
            return once.ask("POST", "/help", [kind], body)
        report.check("ladder: nothing is said while there is room",
                     not says(admin, "/a", "磁盘"), "it was")
        report.check("ladder: the reserve is laid in", os.path.getsize(reserve) == 1 << 20, "no")
        room(8)
        report.check("ladder: alarm at 8 %", until(lambda: says(admin, "/a", "磁盘只剩")), "no words")
        report.check("ladder: others read nothing of it", not says(officer, "/d/board", "磁盘"), "they do")
        report.check("ladder: needs are taken at 8 %", asks() == 201, "no")
        room(4)
        report.check("ladder: no files at 4 %", until(lambda: says(admin, "/a", "不收")), "no words")
        answer = sends(True)
        report.check("ladder: a photo is refused in words",
                     answer.status == 503 and "去掉照片" in answer.text and TEXT in answer.text, answer)
        report.check("ladder: needs are taken at 4 %", asks() == 201, "no")
        room(1)
        report.check("ladder: no writes at 1 %", until(lambda: asks() == 503), "they are taken")
        report.check("ladder: the reserve is given up", until(lambda: not os.path.exists(reserve)), "no")
        answer = sends(False)
        report.check("ladder: what was typed is on the page",
                     answer.status == 503 and TEXT in answer.text and "再提交一次" in answer.text, answer)
        page = kit.Client(server.port).get("/")
        report.check("ladder: every page says so", page.status == 200 and "只能看" in page.text, page)
        report.check("ladder: one can sign in",
                     kit.People(server).browser("leader").get("/l/desk").status == 200, "no")
        room(30)
        report.check("ladder: with room it goes on", until(lambda: asks() == 201), "no")
        report.check("ladder: and has a reserve again", until(lambda: os.path.exists(reserve)), "no")
        report.check("ladder: the words are gone",
                     until(lambda: "只能看" not in kit.Client(server.port).get("/").text), "no")
        server.stop()
        report.check("ladder: the server lived", not server.died, server.died)
    finally:
        faultkit.end(server)
        disk.end()


def main():
    if len(sys.argv) < 2:
        raise SystemExit("usage: full.py LINGHANG [STEPS]")
    report = kit.Report()
    run(os.path.abspath(sys.argv[1]), 1, report, "deaf")
    run(os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 6, report, None)
    ladder(os.path.abspath(sys.argv[1]), report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
