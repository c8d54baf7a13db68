#!/usr/bin/env python3
# forward -- the store of every release comes up to this program: copied before, every row still there and
# read by the server as it was; what was released is not changed any more.
#   forward.py LINGHANG sqlite|pgsql
# Planted: a fingerprint that differs, a row that is missing.
# SPDX-License-Identifier: Apache-2.0
import glob
import os
import re
import shutil
import sqlite3
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "http"))
import kit  # noqa: E402

LAST = len(os.listdir(os.path.join(HERE, "..", "..", "migrations")))


class Old(kit.Store):
    """A store as a release left it, or, without rows, after the first `last` migrations."""

    def __init__(self, linghang, engine, last, version=None):
        self.last, self.version = last, version
        super().__init__(linghang, engine)

    def _fill(self, _):
        if self.engine == "sqlite":
            self.file = os.path.join(self.dir, "store.db")
            self.url = "sqlite:" + self.file
        else:
            self.name = "t_old_%d_%d" % (os.getpid(), self.last)
            self.url = self._url(self.name)
            self._psql("postgres", "create database " + self.name)
        load = os.path.join(os.path.dirname(self.linghang), "load")
        rows = [os.path.join(HERE, self.version + ".sql")] if self.version else []
        subprocess.run([load, self.url, str(self.last), *rows], check=True)

    def _demo(self):
        return []

    def run(self, *args):
        env = dict(os.environ)
        if self.version:
            env["LINGHANG_KEY_FILE"] = os.path.join(self.dir, "key")
        p = subprocess.run([self.linghang, *args, "--db", self.url], capture_output=True, text=True,
                           timeout=120, env=env)
        return p.returncode, p.stdout + p.stderr

    def level(self):
        return int(self.sql("SELECT MAX(id) FROM migration")[0][0])


def counts(version):
    """{table: rows} of the file."""
    with open(os.path.join(HERE, version + ".sql"), encoding="utf-8") as f:
        return {t: len(re.findall(r"^\(", rows, re.M))
                for t, rows in re.findall(r"^INSERT INTO (\w+) .*?\n(.*?);\n(?=INSERT|UPDATE)", f.read(), re.M | re.S)}


def missing(store, told):
    return [t for t, n in told.items() if int(store.sql("SELECT COUNT(*) FROM " + t)[0][0]) < n]


def read(store, report):
    """By the server: a need as it was asked, with the contact opened, and its whole story."""
    os.environ["LINGHANG_KEY_FILE"] = os.path.join(store.dir, "key")
    store.demo = kit.Store._demo(store)
    server = kit.Server(store)
    server.options = [*server.options, "--clock-right"]  # its newest record is years old
    try:
        server.start()
        who = kit.People(server).browser("dispatcher")
        needs = store.sql("SELECT id, number, text FROM need ORDER BY id")
        report.check("released: there are needs", len(needs) > 2, needs)
        odd = [n for i, n, text in needs if n not in (page := who.get("/d/need/" + i).text) or text[:12] not in page]
        report.check("released: each is read as it was", not odd, odd)
        a = who.form("/d/need/%s/open" % needs[0][0], {"csrf": who.csrf, "what": "both", "purpose": "visit"})
        report.check("released: what is sealed opens", a.status == 200 and "0551-0000" in a.text, a.status)
    finally:
        server.stop()
    report.check("released: the server ended in peace", not server.died, server.died)


def release(linghang, engine, version, report):
    with open(os.path.join(HERE, version + ".sql"), encoding="utf-8") as f:
        last = int(re.match(r"-- (\d+) migrations", f.readline()).group(1))
    store, told, kept_key = Old(linghang, engine, last, version), counts(version), os.environ["LINGHANG_KEY_FILE"]
    try:
        shutil.copyfile(os.path.join(HERE, version + ".key"), os.path.join(store.dir, "key"))
        os.chmod(os.path.join(store.dir, "key"), 0o600)
        report.check("released: %s has rows" % version, sum(told.values()) > 500 and not missing(store, told), told)
        status, said = store.run("migrate", "--no-copy")
        report.check("released: %s comes up to date" % version,
                     status == 0 and "applied %d" % (LAST - last) in said, said)
        report.check("released: nothing is missing", not missing(store, told), missing(store, told))
        status, said = store.run("audit", "verify")
        report.check("released: its audit chain holds", status == 0, said)
        read(store, report)
        store.sql("DELETE FROM need WHERE id = (SELECT MIN(id) FROM need)")
        report.check("released: planted, a row that is missing is seen", missing(store, told) == ["need"], "")
        store.sql("UPDATE migration SET checksum = '0' WHERE id = 1")
        status, said = store.run("migrate")
        report.check("released: planted, a released file that was changed is refused",
                     status == 1 and "已发布的迁移不能改" in said, said)
    finally:
        os.environ["LINGHANG_KEY_FILE"] = kept_key
        store.drop()


def copied(linghang, engine, report):
    """Before anything changes there is a copy, as it was."""
    store = Old(linghang, engine, LAST - 1)
    try:
        key, folder = os.path.join(store.dir, "backup-key"), os.path.join(store.dir, "backups")
        os.mkdir(folder)
        subprocess.run([linghang, "backup", "new", "--key", key], check=True)
        if engine == "sqlite":
            status, said = store.run("backup", "--key", key + ".pub", "--to", folder)
            report.check("before: a backup of an older store", status == 0, said)
            status, said = store.run("migrate")
            there = glob.glob(store.file + ".before-*")
            old = [sqlite3.connect(f).execute("SELECT MAX(id) FROM migration").fetchone()[0] for f in there]
            report.check("before: a copy as it was", status == 0 and old == [LAST - 1], (said, old))
            store.run("migrate")
            report.check("before: and only once", len(glob.glob(store.file + ".before-*")) == 1, there)
        else:
            status, said = store.run("migrate")
            report.check("before: without a copy it is refused", status == 1 and "先要有一份备份" in said, said)
            status, said = store.run("migrate", "--key", key + ".none", "--to", folder)
            report.check("before: no copy can be made", status == 1, said)
            report.check("before: nothing has changed", store.level() == LAST - 1, store.level())
            status, said = store.run("migrate", "--key", key + ".pub", "--to", folder)
            report.check("before: a backup, and then it changes", status == 0 and "applied 1" in said, said)
        older(store, report, linghang, folder, key)
    finally:
        store.drop()
    store = Old(linghang, engine, LAST - 1)
    try:
        status, said = store.run("migrate", "--no-copy")
        report.check("before: none if none is wanted", status == 0 and "applied 1" in said and
                     not glob.glob(os.path.join(store.dir, "*before*")), said)
    finally:
        store.drop()


def older(store, report, linghang, folder, key):
    """A backup of the older schema opens with this program, and comes back as a store of today."""
    made, again = glob.glob(folder + "/*.backup"), os.path.join(store.dir, "again.db")
    p = subprocess.run([linghang, "drill", "--from", folder, "--key", key], capture_output=True, text=True)
    report.check("before: the drill opens it", p.returncode == 0 and len(made) == 1, p.stdout + p.stderr)
    p = subprocess.run([linghang, "restore", "--from", made[0], "--key", key, "--db", "sqlite:" + again],
                       capture_output=True, text=True)
    report.check("before: it is restored", p.returncode == 0, p.stderr)
    there = sqlite3.connect(again).execute("SELECT MAX(id) FROM migration").fetchone()[0]
    report.check("before: as a store of today", there == LAST, there)
    left = [f for f in os.listdir(folder) if not f.startswith("linghang-")]
    report.check("before: nothing unsealed is left", not left and len(os.listdir(folder)) == 4, os.listdir(folder))


def main():
    linghang, engine = kit.binary(sys.argv)
    report = kit.Report()
    versions = sorted(f[:-4] for f in os.listdir(HERE) if f.endswith(".sql"))
    report.check("released: there is one", versions, versions)
    for version in versions:
        release(linghang, engine, version, report)
    copied(linghang, engine, report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
