# setup -- `linghang setup` by a script: from nothing to a community with three administrators and a
# master key that came back from two sheets. It is stopped at every question and run again.
# SPDX-License-Identifier: Apache-2.0
#
#   python3 tests/faults/setup.py LINGHANG [--planted]
#
# Answers are found by what is asked, as a person would; the telephone is reckoned here. --planted:
# the driver types a word of a sheet wrong, the same sheet twice, sheets of another master key: none
# of it may pass. Then with a passphrase: the server starts locked, needs without a number go on, and
# it is unlocked while it runs.
import os
import pty
import re
import signal
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import termios
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import faultkit  # noqa: E402
import kit  # noqa: E402


class Console:
    """Reads what is asked, answers by `script` until it has given `most` answers, then hangs up, or sends the
    signal `end`."""

    def __init__(self, linghang, folder, script, most=10000, command=("setup",), end=None):
        self.said, self.given, self.script = "", 0, script
        p = subprocess.Popen([linghang, *command, "--db", "sqlite:%s/s.db" % folder, "--key-file",
                              "%s/key" % folder, "--to", folder], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        part = b""
        while True:
            byte = p.stdout.read(1)
            if not byte:
                break
            part += byte
            if byte not in b": >\x9a" and byte != b" ":
                continue
            text = part.decode("utf-8", "replace")
            if not re.search(r"(：|^> |\n> )$", text) or "\n" == text[-1]:
                continue
            answer = script(self, text)
            if answer is None:
                continue
            self.said += text
            part = b""
            if self.given >= most:
                if end:
                    p.send_signal(end)
                else:
                    p.stdin.close()
                self.said += p.stdout.read().decode("utf-8", "replace")
                break
            self.given += 1
            try:
                p.stdin.write((answer + "\n").encode())
                p.stdin.flush()
            except BrokenPipeError:
                break
        self.said += part.decode("utf-8", "replace")
        self.status = p.wait(60)


def sheet(folder, n):
    """The lines of words, read off the paper."""
    with open("%s/sheet-%d.txt" % (folder, n), encoding="utf-8") as f:
        return [m.group(1) for m in re.finditer(r"^ ?\d+　(.*)$", f.read(), re.M)]


class Script:
    """What a careful person answers."""

    def __init__(self, folder, phone=True, sheets=(1, 3)):
        self.folder, self.phone, self.sheets = folder, phone, sheets
        self.lines, self.which, self.secret, self.names = [], 0, "", 0
        self.passphrases, self.seen = [], {}

    def words(self, n):
        self.seen[n] = sheet(self.folder, n)
        return self.seen[n]

    def __call__(self, console, text):
        last = text.split("\n")[-1]
        found = re.search(r"手工输入 ([A-Z2-7]{32})", text)
        if found:
            self.secret = found.group(1)
        if last == "> ":
            if not self.lines:
                self.lines = self.words(self.sheets[self.which % len(self.sheets)]) + [""]
                self.which += 1
            return self.lines.pop(0)
        for mark, answer in (("社区叫什么", "望江社区"), ("代码", "WJ"), ("服务电话", "0551-0000 0000"),
                             ("登录名（", ""), ("就从盘上删掉", "印好了")):
            if mark in last:
                return answer
        if last.startswith(("开锁口令", "现在的开锁口令", "再输一遍")):
            return self.passphrases.pop(0) if self.passphrases else ""
        if last.startswith("姓名"):
            self.names += 1
            return "示例%s" % "甲乙丙"[self.names - 1]
        if last.startswith("手机上现在"):
            return kit.totp(self.secret) if self.phone else ""
        return None


def seats(folder):
    db = sqlite3.connect("%s/s.db" % folder)
    try:
        return db.execute("SELECT s.role, p.totp IS NOT NULL, (SELECT count(*) FROM recovery_code c"
                          " WHERE c.person_id = p.id) FROM admin_seat s JOIN person p ON"
                          " p.id = s.person_id ORDER BY s.role").fetchall()
    finally:
        db.close()


def mode_of(file):
    return stat.S_IMODE(os.stat(file).st_mode)


def whole(linghang, report):
    folder = tempfile.mkdtemp(prefix="linghang-setup-")
    try:
        c = Console(linghang, folder, Script(folder))
        report.check("setup: from nothing to the end", c.status == 0, c.said[-600:])
        report.check("setup: three administrators, each with a second factor and ten codes",
                     seats(folder) == [(r, 1, 10) for r in ("admin", "auditor", "security")],
                     seats(folder))
        report.check("setup: the key is its owner's alone",
                     stat.S_IMODE(os.stat(folder + "/key").st_mode) & 0o077 == 0, "mode")
        settings = folder + "/linghang.env"  # the address of a store may have a password in it
        report.check("setup: the settings are read by nobody else", mode_of(settings) == 0o600, oct(mode_of(settings)))
        os.chmod(settings, 0o644)
        left = sorted(f for f in os.listdir(folder) if re.match(r"slip|sheet", f))
        report.check("setup: no paper is left on the disk", not left, left)
        again = Console(linghang, folder, Script(folder))
        report.check("setup: again, it asks nothing", again.status == 0 and again.given == 0 and
                     again.said.count("已经有了") == 5, again.said[-600:])
        report.check("setup: nor those that an earlier version wrote", mode_of(settings) == 0o600 and
                     "LINGHANG_DB=sqlite:" in open(settings).read(), oct(mode_of(settings)))
        v = subprocess.run([linghang, "audit", "verify", "--db", "sqlite:%s/s.db" % folder],
                           capture_output=True, text=True)
        report.check("setup: what it did stands in the chain", v.returncode == 0 and
                     re.search(r" [1-9]\d* records", v.stdout), v.stdout + v.stderr)
        return c.given
    finally:
        shutil.rmtree(folder)


def stopped_everywhere(linghang, report, questions):
    """Hung up at the n-th question of each run, and run again, until it is done."""
    for step in (1, 2, 3, 5):
        folder = tempfile.mkdtemp(prefix="linghang-setup-")
        script = Script(folder, phone=step % 2 == 0)
        try:
            runs, status = 0, 3
            while status == 3 and runs < questions + 2:
                # the questions of one step are given up together: one more each time it stays
                script.lines, script.which = [], 0
                c = Console(linghang, folder, script, most=step + runs)
                status, runs = c.status, runs + 1
                script.names = len(seats(folder))
            report.check("setup: stopped after %d answers and more, it ends whole" % step,
                         status == 0 and [s[0] for s in seats(folder)] ==
                         ["admin", "auditor", "security"], "%d runs: %s" % (runs, c.said[-300:]))
            report.check("setup: it was stopped", runs > 1, runs)
        finally:
            shutil.rmtree(folder)


GOOD = "三更灯火五更鸡 7 点开门"


class Locked(kit.Server):
    """On what the wizard made; nobody sits at its terminal. `credentials`: as systemd gives them."""

    def __init__(self, linghang, folder, credentials=None):
        self.folder, self.credentials = folder, credentials
        self.store = type("Store", (), {"linghang": linghang, "url": "sqlite:%s/s.db" % folder,
                                        "dir": folder})
        super().__init__(self.store)

    def open(self, args, log):
        env = dict(os.environ, LINGHANG_KEY_FILE=self.folder + "/key")
        if self.credentials:
            env["CREDENTIALS_DIRECTORY"] = self.credentials
        return subprocess.Popen([self.store.linghang, *args], stdin=subprocess.DEVNULL, stdout=log,
                                stderr=log, env=env)

    def unlock(self, passphrase):
        return subprocess.run([self.store.linghang, "keys", "unlock", "--key-file",
                               self.folder + "/key"], input=passphrase + "\n", capture_output=True,
                              text=True)

    def ask(self, **more):
        return kit.Client(self.port).form("/help", {"place": "WJ", "text": "楼道灯不亮", **more})

    def is_locked(self):
        return "眼下存不了" in kit.Client(self.port).get("/").text

    def becomes(self, locked):
        until = time.time() + 30
        while self.is_locked() != locked and time.time() < until:
            time.sleep(0.1)
        return self.is_locked() == locked

    def kill_keys(self):
        for pid in faultkit.key_processes(self.process):
            os.kill(pid, signal.SIGKILL)

    def remembers(self, text):
        """Does it, or the process with the keys, have it in its memory?"""
        return any(in_memory(pid, text.encode())
                   for pid in [self.process.pid, *faultkit.key_processes(self.process)])


def in_memory(pid, needle):
    with open("/proc/%d/maps" % pid) as f:
        ranges = [line.split()[0].split("-") for line in f if line.split()[1].startswith("rw")]
    with open("/proc/%d/mem" % pid, "rb", 0) as f:
        for first, last in ranges:
            f.seek(int(first, 16))
            try:
                if needle in f.read(int(last, 16) - int(first, 16)):
                    return True
            except OSError:  # guard pages, and what is mapped from a device
                pass
    return False


class Typed(Locked):
    """Somebody types the passphrase at its terminal."""

    def open(self, args, log):
        self.terminal, end = pty.openpty()
        p = subprocess.Popen([self.store.linghang, *args], stdin=end, stdout=log, stderr=log,
                             env=dict(os.environ, LINGHANG_KEY_FILE=self.folder + "/key"))
        os.close(end)
        until = time.time() + 30
        while "开锁口令" not in self.tail() and time.time() < until:
            time.sleep(0.01)
        os.write(self.terminal, (GOOD + "\n").encode())
        return p

    def stop(self):
        super().stop()
        os.close(self.terminal)


def stays_locked(server, report):
    """What goes on without keys, and what does not."""
    number = "13900000077"
    check = report.check
    a = server.ask()
    check("locked: without a name a need is taken", a.status == 303, a)
    a = server.ask(contact=number)
    check("locked: with a number it is not, and says what to do", a.status == 422 and
          "空着提交" in a.text and "0551-0000 0000" in a.text, a.text[-3000:])
    check("locked: what was typed is kept", number in a.text and "楼道灯不亮" in a.text, "lost")
    db = sqlite3.connect(server.folder + "/s.db")
    rows = db.execute("SELECT LENGTH(contact) FROM need").fetchall()
    db.close()
    check("locked: nothing is stored in its place", rows == [(0,)], rows)
    check("locked: every page says so", server.is_locked(), "no")
    a = kit.Client(server.port).get("/login")
    check("locked: pages are shown", a.status == 200, a)


def out_of_reach(server, report):
    """The process with the keys dies as often as it is started, until it is not started any more."""
    until, a = time.time() + 40, None
    while time.time() < until:
        server.kill_keys()
        a = server.ask(contact="13900000079")
        if "这会儿存不了" in a.text:
            break
    report.check("down: a number is refused at its field, and what was typed is kept",
                 a.status == 422 and "能空着的请空着" in a.text and "13900000079" in a.text, a)
    report.check("down: every page says so", server.becomes(True), "no")
    a = server.ask()
    report.check("down: without a name a need is taken", a.status == 303, a)


def jobs_wait(server, report):
    """What asks the keys in vain waits for them, is not counted as tried, and holds up nobody else."""
    db = sqlite3.connect(server.folder + "/s.db", isolation_level=None)
    town, = db.execute("SELECT id FROM community").fetchone()
    ask = "SELECT tries, done_at > 0, run_at > 9 FROM job WHERE id <= 3 ORDER BY id"
    jobs = [(1, "volunteer.import", "0"), (2, "upkeep.reseal", "0 0"), (3, "upkeep.idem", "")]
    db.execute("INSERT INTO volunteer_import VALUES (?, 1, '', 1, 0, '', 1, '', 1, 0)", (town,))
    db.execute("INSERT INTO volunteer_import_part VALUES (?, 1, 1, 1, ?)", (town, b"\1" + bytes(40)))
    db.execute("BEGIN")
    for id, kind, arg in jobs:
        db.execute("INSERT INTO job VALUES (?, ?, ?, ?, 1, ?, ?, 0, 0, '')",
                   (town, id, kind, "waits %d" % id, arg, id))
    db.execute("COMMIT")
    until, waits, rows = time.time() + 20, [(0, 0, 1), (0, 0, 1), (0, 1, 0)], None
    while rows != waits and time.time() < until:
        time.sleep(0.2)
        rows = db.execute(ask).fetchall()
    report.check("locked: a job waits without a try, others go first", rows == waits, rows)
    db.execute("DELETE FROM volunteer_import_part")
    db.close()


def jobs_are_done(server):
    db, until, left = sqlite3.connect(server.folder + "/s.db"), time.time() + 60, 1
    while left and time.time() < until:
        time.sleep(0.2)
        left, = db.execute("SELECT COUNT(*) FROM job WHERE id <= 3 AND (done_at = 0 OR tries > 0)").fetchone()
    db.close()
    return not left


def with_passphrase(linghang, report):
    folder, check = tempfile.mkdtemp(prefix="linghang-setup-"), report.check
    script = Script(folder)
    script.passphrases = ["12345678", "password1234", "望江社区望江社区", GOOD, GOOD + "x", GOOD, GOOD]
    try:
        c = Console(linghang, folder, script)
        check("setup: with a passphrase, to the end", c.status == 0 and not script.passphrases,
              c.said[-600:])
        check("setup: weak ones and two unlike are refused", c.said.count("太容易猜了") == 3 and
              c.said.count("两遍不一样") == 1, c.said)
        again = Console(linghang, folder, Script(folder))
        check("setup: again, it asks nothing, no passphrase either", again.status == 0 and
              again.given == 0, again.said[-600:])
        server = Locked(linghang, folder).start()
        stays_locked(server, report)
        jobs_wait(server, report)
        ended_at_the_question(linghang, folder, report)
        second_server(server, report)
        p = server.unlock(GOOD + "x")
        check("unlock: a wrong one does not", p.returncode == 1 and "口令不对" in p.stderr and
              server.is_locked(), p.stderr)
        p = server.unlock(GOOD)
        check("unlock: without a restart", p.returncode == 0 and server.becomes(False), p.stderr)
        a = server.ask(contact="13900000078")
        check("unlock: then a number is taken", a.status == 303, a)
        check("unlock: what waited is done", jobs_are_done(server), "waits still")
        secret = server.ask(contact="13900000076", kind="complaint")
        check("unlock: and a complaint", secret.status == 303, secret)
        page = kit.Client(server.port).get(a.header("Location")).text
        server.kill_keys()
        check("locked: again when the process with the keys is gone", "13900000078" in page and
              server.becomes(True), page[-2000:])
        link = a.header("Location")
        a = kit.Client(server.port).get(link)
        check("locked: his page goes on, without his number", a.status == 200 and "暂时看不了" in a.text and
              "锁着" not in a.text and "13900000078" not in a.text, a)
        b = kit.Client(server.port).get(secret.header("Location"))
        check("locked: so does that of who complains", b.status == 200 and "暂时看不了" in b.text and
              "13900000076" not in b.text, b)
        a = kit.Client(server.port).get(link.replace("/n/", "/mydata/need/"))
        check("locked: what is held of him is not shown, and he is not sent for the passphrase",
              a.status == 503 and "眼下看不了姓名和电话" in a.text and "您的电话还在" in a.text and
              "开锁" not in a.text, a)
        out_of_reach(server, report)
        check("unlock: nobody else reaches the place", stat.S_IMODE(
            os.stat(folder + "/key.unlock").st_mode) == 0o600, "mode")
        server.stop()
        by_system(linghang, folder, report)
    finally:
        shutil.rmtree(folder)


def by_system(linghang, folder, report):
    os.mkdir(folder + "/given")
    with open(folder + "/given/linghang-passphrase", "w", encoding="utf-8") as f:
        f.write(GOOD + "\n")
    server = Locked(linghang, folder, folder + "/given").start()
    report.check("unlock: what systemd gives opens by itself", server.becomes(False), "locked")
    report.check("unlock: and is forgotten", not server.remembers(GOOD), "it stands in memory")
    server.kill_keys()
    until, a = time.time() + 30, server.ask(contact="13900000079")
    while a.status != 303 and time.time() < until:
        a = server.ask(contact="13900000079")
    report.check("unlock: and again when the process with the keys was gone", a.status == 303, a)
    report.check("unlock: and forgotten again", not server.remembers(GOOD), "it stands in memory")
    server.judge(report, "unlock")
    server = Typed(linghang, folder).start()
    report.check("unlock: what is typed at the terminal opens", not server.is_locked(), "locked")
    report.check("unlock: and is forgotten too", not server.remembers(GOOD), "it stands in memory")
    server.judge(report, "unlock at the terminal")


def ended_at_the_question(linghang, folder, report):
    """The terminal shows again what is typed."""
    terminal, end = pty.openpty()

    def shows():
        return bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
    for which in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        p = subprocess.Popen([linghang, "keys", "unlock", "--key-file", folder + "/key"], stdin=end,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.time() + 30
        while shows() and time.time() < until:
            time.sleep(0.01)
        hidden = not shows()
        p.send_signal(which)
        report.check("unlock: ended by %s at its question, the terminal shows again" % which.name,
                     p.wait(30) == -which and hidden and shows(), (p.returncode, hidden, shows()))
        mode = termios.tcgetattr(terminal)
        mode[3] |= termios.ECHO
        termios.tcsetattr(terminal, termios.TCSANOW, mode)
    os.close(terminal)
    os.close(end)


def second_server(server, report):
    """Started by mistake, it ends, and the first one can still be unlocked."""
    port = server.port
    for name, listen in (("the same port", port), ("another one", kit.free_port())):
        p = subprocess.run(["timeout", "-k", "5", "20", server.store.linghang, "serve", "--db", server.store.url,
                            "--listen", "127.0.0.1:%d" % listen], stdin=subprocess.DEVNULL, capture_output=True,
                           text=True, env=dict(os.environ, LINGHANG_KEY_FILE=server.folder + "/key"))
        report.check("unlock: a second server at %s ends and says why" % name, p.returncode == 1 and
                     "等着开锁" in p.stderr, p.stderr[-600:])


class Recovering(Script):
    """Has two of the sheets that were printed once; of the new ones takes two as they lie there."""

    def __init__(self, folder, old, passphrases=()):
        super().__init__(folder)
        self.old, self.passphrases = list(old), list(passphrases)

    def words(self, n):
        if self.old:
            return self.old.pop(0)
        return super().words(n) if os.path.exists("%s/sheet-%d.txt" % (self.folder, n)) else []


def files(folder):
    return sorted(f for f in os.listdir(folder) if re.match(r"key|sheet", f))


class Quiet:
    """A report that nobody reads: whether anything failed."""

    failed = False

    def check(self, name, good, why):
        self.failed |= not good

    def bad(self, name, why):
        self.failed = True


class Keyed:
    """A store with a need whose number is sealed, and what one asks of it after each change of keys."""

    def __init__(self, linghang, folder, report):
        self.linghang, self.folder, self.report = linghang, folder, report
        self.page = None

    def told(self, name, passphrase=None):
        """The number is read, and another is taken."""
        server = Locked(self.linghang, self.folder)
        try:
            server.start()
            if passphrase:
                p = server.unlock(passphrase)
                self.report.check(name + ": the new passphrase unlocks", p.returncode == 0 and
                                  server.becomes(False), p.stderr)
            a = server.ask(contact="13900000081")
            self.page = self.page or a.header("Location")
            page = kit.Client(server.port).get(self.page).text
            self.report.check(name + ": what was sealed is read, and more is sealed", a.status == 303 and
                              "13900000081" in page, page[-2000:])
        except SystemExit as e:
            self.report.bad(name, "the server does not start: %s" % e)
        finally:
            server.stop()

    def run(self, which, script, most=10000, end=None):
        return Console(self.linghang, self.folder, script, most, ("keys", which), end)

    def lock(self):
        return self.sql("SELECT lock FROM key_lock")[0][0]

    def sql(self, text):
        db = sqlite3.connect(self.folder + "/s.db")
        try:
            rows = db.execute(text).fetchall()
            db.commit()
        finally:
            db.close()
        return rows

    def file(self, name):
        with open("%s/%s" % (self.folder, name), "rb") as f:
            return f.read()


def another_key(linghang, report, planted=None):
    """`keys recover` and `keys sheets`; `planted`: with a mistake, by which the store is not to be read."""
    folder, check = tempfile.mkdtemp(prefix="linghang-setup-"), report.check
    script = Script(folder)
    store = Keyed(linghang, folder, report)
    try:
        Console(linghang, folder, script)
        store.told("keys: as set up")
        first = [script.seen[1], script.seen[3]]
        os.unlink(folder + "/key")
        again = Recovering(folder, first)
        c = Console(planted or linghang, folder, again, command=("keys", "recover"))
        if planted:
            quiet = Quiet()
            Keyed(linghang, folder, quiet).told("")
            check("keys: planted, rows under the old key: found", quiet.failed, "not found")
            return
        check("keys: the file is lost, two sheets bring it back", c.status == 0 and
              files(folder) == ["key"], c.said[-600:])
        store.told("keys: after it")
        before = open(folder + "/key", "rb").read()
        c = store.run("recover", Recovering(folder, first), most=25)
        check("keys: the old sheets are void", c.status == 1 and "合不起来" in c.said and
              "什么也没有改" in c.said and files(folder) == ["key"] and
              open(folder + "/key", "rb").read() == before, c.said[-600:])
        second = [again.seen[1], again.seen[3]]
        for most in (1, 2, 5, 15):
            c = store.run("sheets", Recovering(folder, [], [GOOD, GOOD]), most=most)
            check("keys: stopped after %d answers, nothing has changed" % most, c.status == 1 and
                  files(folder) == ["key"], "%s %s" % (files(folder), c.said[-300:]))
        store.told("keys: after being stopped")
        c = store.run("sheets", Recovering(folder, [], [GOOD, GOOD]))
        check("keys: new sheets and a passphrase", c.status == 0 and
              files(folder) == ["key", "key.before"], c.said[-600:])
        store.told("keys: with them", GOOD)
        c = store.run("sheets", Recovering(folder, [], [GOOD + "x"]))
        check("keys: a wrong passphrase does not", c.status == 1 and "口令不对" in c.said, c.said[-300:])
        c = store.run("recover", Recovering(folder, second), most=25)
        check("keys: sheets of before are void again", c.status == 1 and "合不起来" in c.said, c.said[-300:])
        open(folder + "/key.next", "w").close()
        c = store.run("sheets", Recovering(folder, [], [GOOD]))
        check("keys: half a change is not gone over", c.status == 1 and "没有换完" in c.said, c.said[-300:])
        v = subprocess.run([linghang, "audit", "verify", "--db", "sqlite:%s/s.db" % folder],
                           capture_output=True, text=True)
        db = sqlite3.connect(folder + "/s.db")
        noted = db.execute("SELECT action FROM audit WHERE action IN ('job keys.recover', 'job keys.sheets') ORDER BY id").fetchall()
        db.close()
        check("keys: it stands in the chain", v.returncode == 0 and
              noted == [("job keys.recover",), ("job keys.sheets",)], "%s %s" % (noted, v.stderr))
    finally:
        shutil.rmtree(folder)


class Meanwhile(Recovering):
    """At the second sheet somebody does something at another console."""

    def __init__(self, store, text):
        super().__init__(store.folder, [])
        self.store, self.text = store, text

    def words(self, n):
        if n != self.sheets[0] and self.text:
            self.store.sql(self.text)
            self.text = ""
        return super().words(n)


def cut_off(linghang, report):
    """Another key, ended by a signal or cut off: the next run finds out by itself how far it came, and no key
    that may hold is ever lost."""
    folder, check = tempfile.mkdtemp(prefix="linghang-setup-"), report.check
    store = Keyed(linghang, folder, report)
    try:
        Console(linghang, folder, Script(folder))
        key = store.file("key")
        for end in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            c = store.run("sheets", Recovering(folder, []), most=5, end=end)
            check("keys: ended by %s, all is as it was" % end.name, c.status == 1 and files(folder) == ["key"] and
                  store.file("key") == key, "%s %s %s" % (c.status, files(folder), c.said[-300:]))
        c = store.run("sheets", Recovering(folder, []), most=5, end=signal.SIGKILL)
        check("keys: cut off", len(files(folder)) > 2 and store.file("key") == key, files(folder))
        old = store.lock()
        c = store.run("sheets", Recovering(folder, []))
        check("keys: after it, from the beginning", c.status == 0 and "从头来" in c.said and
              files(folder) == ["key", "key.before"] and store.file("key.before") == key, c.said[-600:])
        store.told("keys: after being cut off")

        # as if it had been cut off between the store and the name
        new = store.file("key")
        os.rename(folder + "/key", folder + "/key.next")
        os.rename(folder + "/key.before", folder + "/key")
        with open(folder + "/key.next.locks", "wb") as f:
            f.write(old + store.lock())
        c = store.run("sheets", Recovering(folder, []))
        check("keys: cut off before the name, that is made good", c.status == 0 and c.given == 0 and
              files(folder) == ["key", "key.before"] and store.file("key") == new and
              store.file("key.before") == key, "%s %s" % (files(folder), c.said[-600:]))
        store.told("keys: and the store opens")

        # as if it had been cut off just before the store
        open(folder + "/key.next", "wb").write(key)
        open(folder + "/key.next.locks", "wb").write(store.lock() + old)
        c = store.run("sheets", Recovering(folder, []), most=0)
        check("keys: cut off before the store, nothing has changed", c.status == 1 and
              files(folder) == ["key", "key.before"] and store.file("key") == new, c.said[-600:])

        # of another store, or of a program that wrote no locks
        open(folder + "/key.next", "wb").write(key)
        c = store.run("sheets", Recovering(folder, []))
        check("keys: who cannot tell loses neither", c.status == 1 and "两个都不要删" in c.said and
              files(folder) == ["key", "key.before", "key.next"], c.said[-600:])
        os.unlink(folder + "/key.next")

        c = store.run("sheets", Meanwhile(store, "UPDATE keyring SET state = 'retiring' WHERE id = 1"))
        check("keys: what another console did meanwhile is not undone", c.status == 1 and "钥匙变了" in c.said and
              store.sql("SELECT state FROM keyring WHERE id = 1") == [("retiring",)] and
              files(folder) == ["key", "key.before"], c.said[-600:])
    finally:
        shutil.rmtree(folder)


NOBODY = 65534


def whose(linghang, report):
    """At the console it is root; the service is somebody else, and the new file is his like the old one."""
    if os.geteuid() != 0:
        return
    folder, check = tempfile.mkdtemp(prefix="linghang-setup-"), report.check
    store, script = Keyed(linghang, folder, report), Script(folder)
    try:
        Console(linghang, folder, script)
        for name in ("s.db", "key"):
            os.chown("%s/%s" % (folder, name), NOBODY, NOBODY)
        c = store.run("sheets", Recovering(folder, []))
        st = os.stat(folder + "/key")
        check("keys: the new file belongs to whom the old one did", c.status == 0 and
              (st.st_uid, st.st_gid, stat.S_IMODE(st.st_mode)) == (NOBODY, NOBODY, 0o600), "%s %s" % (st, c.said[-300:]))
        os.unlink(folder + "/key")
        c = store.run("recover", Recovering(folder, [c.script.seen[1], c.script.seen[3]]))
        st = os.stat(folder + "/key") if os.path.exists(folder + "/key") else None
        check("keys: one that was lost, to whom the store does", c.status == 0 and st and st.st_uid == NOBODY,
              "%s %s" % (st, c.said[-300:]))
    finally:
        shutil.rmtree(folder)


class Careless(Script):
    """Goes wrong three times at the sheets, then gives up."""

    def __init__(self, folder, kind):
        super().__init__(folder, phone=False)
        self.kind, self.tries = kind, 0
        if kind == "twice":
            self.sheets = (2, 2)

    def words(self, n):
        self.tries += 1
        lines = sheet(self.folder, n)
        if self.kind == "word":
            a = lines[0].split(" ")
            lines[0] = " ".join([a[1], a[0]] + a[2:])
        if self.kind == "other":
            words = sheet(self.folder + "/other", n)
            lines = words if self.tries % 2 else lines
        return lines


def planted(linghang, report):
    other = tempfile.mkdtemp(prefix="linghang-setup-")
    Console(linghang, other, Script(other), most=15)  # up to the sheets
    try:
        for kind in ("word", "twice", "other"):
            folder = tempfile.mkdtemp(prefix="linghang-setup-")
            os.symlink(other, folder + "/other")
            try:
                c = Console(linghang, folder, Careless(folder, kind), most=70)
                report.check("setup: planted, %s: refused" % kind, c.status == 3 and
                             "恢复成功" not in c.said and os.path.exists(folder + "/key.unproven") and
                             "linghang.env" not in os.listdir(folder), c.said[-300:])
            finally:
                shutil.rmtree(folder)
    finally:
        shutil.rmtree(other)


def main():
    linghang, report = os.path.abspath(sys.argv[1]), kit.Report()
    questions = whole(linghang, report)
    with_passphrase(linghang, report)
    another_key(linghang, report)
    another_key(linghang, report, faultkit.planted_copy(
        linghang, "src/app/keyring/keyring.c", "        e = put(cx, &keyring_sql_turn, &wrapped->at[i]);\n", ""))
    cut_off(linghang, report)
    whose(linghang, report)
    planted(linghang, report)
    if "--planted" not in sys.argv:
        stopped_everywhere(linghang, report, questions)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
