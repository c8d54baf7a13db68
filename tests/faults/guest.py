#!/usr/bin/env python3
# guest -- a machine of its own loses its power under load, over and over: what the world outside was
# told is on its disk. Boots Debian's kernel in QEMU with the real server on ext4, and kills QEMU.
#   guest.py LINGHANG [CUTS] [FOLDER]      100 cuts by default; not a part of ./check
# Before that it must lose with each planted mistake. With a FOLDER, what was broken off goes on there.
# Needs root, qemu-system-x86, busybox-static, e2fsprogs, cpio.
# SPDX-License-Identifier: Apache-2.0
import glob
import gzip
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import uuid

import faultkit
from faultkit import kit

PLANTS, PLANTED_CUTS = ("off", "normal", "early"), 30
DISK, MEMORY_MB, BOOT_S = 192 << 20, 384, 600
WRITERS, LOAD_S, HEARD_S = 4, (0.5, 4), 10
MODULES = ["virtio_ring", "virtio", "virtio_pci_legacy_dev", "virtio_pci_modern_dev", "virtio_pci",
           "virtio_blk", "failover", "net_failover", "virtio_net"]


def run(*command, **how):
    return subprocess.run(command, check=True, **how)


class Guest:
    """The files of the machine, and the machine while it runs. `folder` is empty or was left by one
    like it, whose progress it takes up."""

    def __init__(self, linghang, plant, folder):
        self.linghang, self.plant, self.process = linghang, plant, None
        self.folder, self.port = folder, kit.free_port()
        self.disk = os.path.join(self.folder, "data.img")
        self.n, self.told, self.lost, self.broken = 0, set(), set(), 0
        if os.path.exists(self.path("progress")):
            with open(self.path("progress")) as f:
                self.n, told, lost, self.broken, self.place = json.load(f)
            self.told, self.lost = set(told), set(lost)
            return
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.kernel()
        self.first_files()
        self.system()
        self.data()
        self.keep()

    def keep(self):
        with open(self.path("progress.new"), "w") as f:
            json.dump([self.n, sorted(self.told), sorted(self.lost), self.broken, self.place], f)
        os.replace(self.path("progress.new"), self.path("progress"))

    def one_cut(self, dice):
        self.boot()
        load = Load(self)
        time.sleep(dice.uniform(*LOAD_S))
        if self.n % 2:  # at any time, or as soon as somebody was told
            load.heard.clear()
            load.heard.wait(HEARD_S)
        self.cut()
        self.told |= set(load.end())
        there, whole = self.look()
        self.lost |= self.told - there
        self.broken += not whole
        self.n += 1
        self.keep()

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def kernel(self):
        """Of Debian, unpacked and not installed."""
        found = subprocess.run(("apt-cache", "depends", "linux-image-cloud-amd64"), check=True,
                               capture_output=True, text=True).stdout
        name = next(w for w in found.split() if w.startswith("linux-image-") and w[12].isdigit())
        run("apt-get", "download", "-q", name, cwd=self.folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        run("dpkg", "-x", glob.glob(self.path("linux-image-*.deb"))[0], self.path("kernel"))

    def first_files(self):
        root = self.path("first")
        for name in ("bin", "modules"):
            os.makedirs(os.path.join(root, name))
        shutil.copy(shutil.which("busybox"), os.path.join(root, "bin", "busybox"))
        shutil.copy(os.path.join(faultkit.HERE, "guest_init"), os.path.join(root, "init"))
        os.chmod(os.path.join(root, "init"), 0o755)
        for module in MODULES:
            file = glob.glob(self.path("kernel", "lib", "modules", "*", "kernel", "**",
                                       module + ".ko"), recursive=True)[0]
            shutil.copy(file, os.path.join(root, "modules"))
        names = subprocess.run("find .", shell=True, cwd=root, capture_output=True).stdout
        packed = run("cpio", "-o", "-H", "newc", "--quiet", cwd=root, input=names,
                     capture_output=True).stdout
        with gzip.open(self.path("first.gz"), "wb") as f:
            f.write(packed)

    def system(self):
        """The server and the libraries it names."""
        root, shim = self.path("system"), faultkit.built(self.linghang, "libfaults_shim.so")
        for name in ("data", "dev", "proc", "tmp"):
            os.makedirs(os.path.join(root, name))
        for program in (self.linghang, shim):
            shutil.copy(program, root)
            for word in subprocess.run(("ldd", program), check=True, capture_output=True,
                                       text=True).stdout.split():
                if word.startswith("/"):
                    to = root + word
                    os.makedirs(os.path.dirname(to), exist_ok=True)
                    if not os.path.exists(to):
                        shutil.copy(os.path.realpath(word), to)
        self.make_disk(self.path("system.img"), root, DISK)

    def data(self):
        server = faultkit.small_server(self.linghang)
        root = self.path("data")
        os.makedirs(root)
        shutil.copy(server.store.file, os.path.join(root, "store.db"))
        shutil.copy(os.environ["LINGHANG_KEY_FILE"], os.path.join(root, "store.db.key"))
        self.place = server.store.demo[0]["places"][0]
        faultkit.end(server)
        self.make_disk(self.disk, root, DISK)

    def make_disk(self, image, root, size):
        with open(image, "wb") as f:
            f.truncate(size)
        run("mkfs.ext4", "-q", "-F", "-d", root, image)

    def boot(self):
        """Whether the timer ticks is not checked: on a host that is busy it ticks too late for that."""
        console = open(self.path("console"), "wb")
        self.process = subprocess.Popen(
            ["nice", "-n", "10", "qemu-system-x86_64", "-accel", "tcg", "-smp", "1",
             "-m", str(MEMORY_MB), "-display", "none", "-no-reboot",
             "-kernel", glob.glob(self.path("kernel", "boot", "vmlinuz-*"))[0],
             "-initrd", self.path("first.gz"),
             "-drive", "file=%s,if=virtio,format=raw,readonly=on" % self.path("system.img"),
             "-drive", "file=%s,if=virtio,format=raw,cache=writeback" % self.disk,
             "-netdev", "user,id=n,restrict=on,hostfwd=tcp:127.0.0.1:%d-10.0.2.15:8080" % self.port,
             "-device", "virtio-net-pci,netdev=n,romfile=", "-serial", "stdio",
             "-append", "console=ttyS0 panic=-1 quiet no_timer_check %s" % (
                 "plant=" + self.plant if self.plant else "")],
            stdin=subprocess.DEVNULL, stdout=console, stderr=console)
        until = time.time() + BOOT_S
        while time.time() < until and self.process.poll() is None:
            try:
                if kit.Client(self.port, timeout=10).get("/healthz").status == 200:
                    return
            except (OSError, EOFError):
                time.sleep(0.1)
        with open(self.path("console"), errors="replace") as f:
            raise SystemExit("the guest does not answer:\n" + f.read()[-2000:])

    def cut(self):
        self.process.kill()
        self.process.wait()

    def look(self):
        """What the disk holds: {id}, and whether the store is whole."""
        mnt = self.path("mnt")
        os.makedirs(mnt, exist_ok=True)
        run("mount", "-o", "loop", self.disk, mnt)
        try:
            db = sqlite3.connect(os.path.join(mnt, "store.db"))
            try:
                whole = db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
                return {str(r[0]) for r in db.execute("SELECT id FROM need")}, whole
            except sqlite3.DatabaseError as e:
                kit.note("guest: %r" % e)
                return set(), False
            finally:
                db.close()
        finally:
            run("umount", mnt)

    def end(self):
        if self.process and self.process.poll() is None:
            self.cut()


class Load:
    """People outside who ask until the machine is gone."""

    def __init__(self, guest):
        self.guest, self.stop, self.told = guest, threading.Event(), []
        self.heard = threading.Event()
        self.threads = [threading.Thread(daemon=True, target=self.write) for _ in range(WRITERS)]
        for t in self.threads:
            t.start()

    def write(self):
        client = kit.Client(self.guest.port, timeout=5)
        while not self.stop.is_set():
            try:
                a = client.post("/api/v1/needs", {"place": self.guest.place, "text": "楼道灯不亮"},
                                [("Idempotency-Key", str(uuid.uuid4()))])
            except (OSError, EOFError):
                return
            if a.status == 201:
                self.heard.set()
                self.told.append(a.json()["id"])

    def end(self):
        self.stop.set()
        for t in self.threads:
            t.join()
        return self.told


def cut_often(linghang, folder, plant, cuts, report):
    """A planted mistake is over once it lost."""
    guest = Guest(linghang, plant, os.path.join(folder, plant or "as shipped"))
    try:
        while guest.n < cuts and not (plant and (guest.lost or guest.broken)):
            guest.one_cut(random.Random(guest.n))
            if guest.n % 10 == 0:
                kit.note("guest: %d cuts, %d told, %d lost" % (guest.n, len(guest.told), len(guest.lost)))
    finally:
        guest.end()
    kit.note("guest: %s: %d cuts, %d told, %d lost, %d stores not whole" % (
        plant or "as shipped", guest.n, len(guest.told), len(guest.lost), guest.broken))
    if plant:
        return report.check("guest: planted %s: it loses" % plant, guest.lost or guest.broken, guest.n)
    report.check("guest: it was told something", len(guest.told) >= cuts, len(guest.told))
    report.check("guest: nothing acknowledged is lost", not guest.lost, sorted(guest.lost)[:1])
    report.check("guest: the store is whole each time", not guest.broken, guest.broken)


def main():
    if len(sys.argv) < 2:
        raise SystemExit("usage: guest.py LINGHANG [CUTS] [FOLDER]")
    linghang, cuts = os.path.abspath(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 100
    report, kept = kit.Report(), len(sys.argv) > 3
    folder = sys.argv[3] if kept else tempfile.mkdtemp(prefix="linghang-guest-")
    try:
        for plant in PLANTS:
            cut_often(linghang, folder, plant, PLANTED_CUTS, report)
        cut_often(linghang, folder, None, cuts, report)
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
