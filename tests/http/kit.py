# kit -- what tests from outside share: a fresh store, a server on a free port, a client, a count.
# SPDX-License-Identifier: Apache-2.0
#
# Knows of the product only what an outsider may know: the command line, HTTP, and, to look behind
# the curtain, the tables by SQL. Standard library only.
import base64
import contextlib
import hashlib
import hmac
import itertools
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.path.normpath(os.path.join(HERE, "..", "..", "..", "shared", "data"))


class Report:
    """Counts results, tells the failures, closes with the line that ./check adds up."""

    def __init__(self):
        self.passed = self.failed = 0

    def ok(self, name):
        self.passed += 1
        self.tell("ok", name)

    def bad(self, name, why):
        self.failed += 1
        self.tell("bad", name)
        print("FAIL %s: %s" % (name, " ".join(str(why).split())[:600]), flush=True)

    def tell(self, how, name):
        """For scripts/compliance.py: which tests passed. Lines of case files have no numbers there."""
        if os.environ.get("RESULTS"):
            with open(os.environ["RESULTS"], "a", encoding="utf-8") as f:
                f.write("%s\t%s\n" % (how, re.sub(r"^([a-z_]+):\d+ ", r"\1: ", name).replace("\n", " ")))

    def check(self, name, good, why):
        if good:
            self.ok(name)
        else:
            self.bad(name, why)
        return good

    def finish(self):
        print("%d passed, %d failed" % (self.passed, self.failed), flush=True)
        return 1 if self.failed or not self.passed else 0


def spread(items, act, threads=4):
    """act(item) for each of them, a few at a time; the first exception is raised at the end."""
    todo, lock, faults = iter(items), threading.Lock(), []

    def work():
        while not faults:
            with lock:
                item = next(todo, None)
            if item is None:
                return
            try:
                act(item)
            except Exception as e:
                faults.append(e)
    pool = [threading.Thread(target=work) for _ in range(threads)]
    for t in pool:
        t.start()
    for t in pool:
        t.join()
    if faults:
        raise faults[0]


def note(text):
    print("note %s" % text, flush=True)


# ---- the store ----


DAY = 86400  # s
BEIJING = 8 * 3600  # s ahead of UTC
DAY_LEFT = 360  # s; the cases and the ways through the pages take up to this on a busy machine


def let_the_day_turn():
    """Whoever draws a number before midnight is not called after it: what begins just before waits."""
    left = DAY - (time.time() + BEIJING) % DAY
    if left <= DAY_LEFT:
        note("midnight is %.0f s away: the tests begin after it" % left)
        time.sleep(left + 1)


def sample_key(communities):
    """Names a sample by what it is written from, and by the community's day: making it takes seconds."""
    root = os.path.join(HERE, "..", "..")
    h = hashlib.sha256(str(communities).encode())
    for folder in ("migrations", os.path.join("src", "app", "sample")):
        for name in sorted(os.listdir(os.path.join(root, folder))):
            with open(os.path.join(root, folder, name), "rb") as f:
                h.update(name.encode() + f.read())
    day = time.strftime("%Y%m%d", time.gmtime(time.time() + BEIJING))
    return "%s_%s_%d" % (day, h.hexdigest()[:12], communities)


class Store:
    """A sample store of its own: an SQLite file, or a database in the cluster at $PG_HOST. The
    sample is made once a day and copied: from a file beside the program, or a template database
    that stays in the cluster."""

    def __init__(self, linghang, engine, communities=1):
        self.linghang, self.engine, self.communities = linghang, engine, communities
        self.dir = tempfile.mkdtemp(prefix="linghang-http-")
        # one key file for all samples: whoever copies a store need not copy a key as well
        kept = os.path.join(os.path.dirname(os.path.abspath(linghang)), "sample")
        os.makedirs(kept, exist_ok=True)
        os.environ.setdefault("LINGHANG_KEY_FILE", os.path.join(kept, "linghang.key"))
        try:
            self._fill(sample_key(communities))
        except BaseException:
            shutil.rmtree(self.dir, ignore_errors=True)
            raise
        self.demo = self._demo()

    def _fill(self, key):
        if self.engine == "sqlite":
            self.file = os.path.join(self.dir, "store.db")
            self.url = "sqlite:" + self.file
            shutil.copyfile(self._sample_file(key), self.file)
        else:
            self.name = "t_http_%d_%d" % (os.getpid(), int(time.time() * 1000) % 100000)
            self.url = self._url(self.name)
            self._copy_database(key)

    def _url(self, database):
        return "postgres://postgres@/%s?host=%s" % (database, os.environ["PG_HOST"])

    def _run(self, *args):
        p = subprocess.run([self.linghang, *args], capture_output=True, text=True, timeout=600)
        if p.returncode != 0:
            raise SystemExit("%s %s: %s" % (self.linghang, args[0], p.stderr[-2000:]))
        return p.stdout

    def _sample_file(self, key):
        """The path of the sample as an SQLite file, made when it is not there yet."""
        folder = os.path.join(os.path.dirname(os.path.abspath(self.linghang)), "sample")
        kept = os.path.join(folder, key + ".db")
        if os.path.exists(kept) and self._fits(kept):
            return kept
        os.makedirs(folder, exist_ok=True)
        for old in os.listdir(folder):
            if not old.startswith(key[:8]) and old.endswith(".db"):
                os.unlink(os.path.join(folder, old))
        began, fresh = time.time(), os.path.join(self.dir, "sample.db")
        self._run("demo", "--db", "sqlite:" + fresh, "--communities", str(self.communities))
        db = sqlite3.connect(fresh)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        new = "%s.new-%d" % (kept, os.getpid())  # another lane may make it, too
        shutil.copyfile(fresh, new)
        os.replace(new, kept)
        note("the sample was made in %.1f s" % (time.time() - began))
        return kept

    def _fits(self, kept):
        """A program that is older than its sources may have written the sample."""
        trial = os.path.join(self.dir, "trial.db")
        shutil.copyfile(kept, trial)
        p = subprocess.run([self.linghang, "migrate", "--db", "sqlite:" + trial],
                           capture_output=True, timeout=60)
        os.unlink(trial)
        return p.returncode == 0

    def _copy_database(self, key):
        """The same rows on the other engine, so that both begin alike; kept as a template."""
        kept = "sample_" + key
        found = "SELECT 1 FROM pg_database WHERE datname = '%s'" % kept
        if self._psql("postgres", found) and subprocess.run(
                [self.linghang, "migrate", "--db", self._url(kept)], capture_output=True).returncode:
            self._psql("postgres", "drop database %s with (force)" % kept)
        if not self._psql("postgres", found):
            self._psql("postgres", "drop database if exists %s_new with (force)" % kept)
            self._psql("postgres", "create database %s_new" % kept)
            self._run("copy", "--from", "sqlite:" + self._sample_file(key),
                      "--db", self._url(kept + "_new"))
            self._psql("postgres", "alter database %s_new rename to %s" % (kept, kept))
        self._psql("postgres", "create database %s template %s" % (self.name, kept))

    def _demo(self):
        """[{"places": [code], "accounts": [(role, login, password)]}], one for each community."""
        out = self._run("demo", "--db", self.url, "--communities", str(self.communities))
        found = []
        for line in out.splitlines():
            word = line.split()
            if word[:1] == ["place"]:
                if not found or found[-1]["accounts"]:
                    found.append({"places": [], "accounts": []})
                found[-1]["places"].append(word[1])
            elif word[:1] == ["account"]:
                if not found:
                    found.append({"places": [], "accounts": []})
                found[-1]["accounts"].append(tuple(word[1:4]))
        if not found:
            raise SystemExit("linghang demo printed neither place nor account: %r" % out[:300])
        codes = [r[0] for r in self.sql("SELECT code FROM community ORDER BY id")]
        for i, one in enumerate(found):
            one["code"] = codes[i] if i < len(codes) else ""
        return found

    def _psql(self, database, text):
        p = subprocess.run(["psql", "-X", "-q", "-At", "-F", "\x1f", "-h", os.environ["PG_HOST"],
                            "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-c", text, database],
                           capture_output=True, text=True, timeout=120)
        if p.returncode != 0:
            raise RuntimeError(p.stderr)
        return [tuple(line.split("\x1f")) for line in p.stdout.split("\n") if line]

    def sql(self, text):
        """Rows as tuples of text, on both engines."""
        if self.engine != "sqlite":
            return self._psql(self.name, text)
        db = sqlite3.connect(self.file, timeout=30)
        try:
            rows = db.execute(text).fetchall()
            db.commit()
        finally:
            db.close()
        return [tuple("" if v is None else str(v) for v in r) for r in rows]

    def integrity(self):
        """"ok", or what the engine says is wrong."""
        if self.engine == "sqlite":
            return "; ".join(r[0] for r in self.sql("PRAGMA integrity_check"))
        self.sql("SELECT count(*) FROM need")
        return "ok"

    def drop(self):
        if self.engine != "sqlite":
            self._psql("postgres", "drop database if exists %s with (force)" % self.name)
        shutil.rmtree(self.dir, ignore_errors=True)


@contextlib.contextmanager
def server_on_sample(linghang, engine, communities=1, kind=None):
    """A server, not started yet, on a sample store of its own; in the end both are gone."""
    let_the_day_turn()
    store = Store(linghang, engine, communities)
    server = (kind or Server)(store)
    try:
        yield server
    finally:
        if server.process and server.process.poll() is None:
            server.kill()
        store.drop()


# ---- the server ----


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """`linghang serve` on a loopback port. It believes X-Forwarded-For of this machine, so that
    each request of a test can come from an address of its own and none meets another's limit; and
    all of them may be about the same stairwell."""

    options = ["--trusted-proxy", "127.0.0.1", "--per-place", "-1"]

    def __init__(self, store):
        self.store, self.port = store, free_port()
        self.log = os.path.join(store.dir, "log")
        self.process, self.died = None, ""

    def start(self):
        with open(self.log, "ab") as log:
            self.process = self.open(["serve", "--db", self.store.url, "--listen",
                                      "127.0.0.1:%d" % self.port, *self.options], log)
        until = time.time() + 60
        while time.time() < until:
            if self.process.poll() is not None:
                raise SystemExit("the server ended with %d:\n%s" % (self.process.returncode,
                                                                    self.tail()))
            if self.alive():
                return self
            time.sleep(0.02)
        raise SystemExit("the server does not answer /healthz:\n" + self.tail())

    def open(self, args, log):
        return subprocess.Popen([self.store.linghang, *args], stdin=subprocess.DEVNULL,
                                stdout=log, stderr=log)

    def alive(self):
        try:
            return Client(self.port, timeout=5).get("/healthz").status == 200
        except OSError:
            return False

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """Asks it to end and waits; an end before that, or a bad one, is noted in self.died."""
        if self.process.poll() is not None:
            self.died = "it had ended before with %d" % self.process.returncode
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            self.died = "it did not end within 20 s of SIGTERM"
            return
        if self.process.returncode != 0:
            self.died = "it ended with %d" % self.process.returncode

    def lines(self):
        with open(self.log, encoding="utf-8", errors="replace") as f:
            return f.read().splitlines()

    def tail(self):
        return "\n".join(self.lines()[-20:])

    def faults(self):
        """Lines of the log that nobody wants: errors, answers 500, what a sanitizer says."""
        bad = re.compile(r'"level":"error"|status=500|runtime error:|ERROR: \w+Sanitizer')
        return [line for line in self.lines() if bad.search(line)]

    def judge(self, report, name):
        self.stop()
        report.check(name + ": the server lived to the end", not self.died, self.died)
        faults = self.faults()
        report.check(name + ": nothing in the log at error level", not faults,
                     "%d lines, first: %s" % (len(faults), faults[0] if faults else ""))


# ---- the client ----


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        for n, v in self.headers:
            if n.lower() == name.lower():
                return v
        return ""

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def __repr__(self):
        return "%d %s" % (self.status, self.text[:300])


BUSY = {"asked": 0, "busy": 0}


def hardly_busy(report, name):
    """A few callers at a time are no crowd: one answer in a hundred may be "busy, run again"."""
    report.check(name + ": hardly any answer is 503", BUSY["busy"] <= 3 + BUSY["asked"] // 100,
                 "%(busy)d of %(asked)d" % BUSY)


_addresses = itertools.count(1)


def new_address():
    n = next(_addresses)
    return "10.%d.%d.%d" % (n >> 16 & 255, n >> 8 & 255, n & 255)


class Client:
    """One caller on one kept connection. `token` is sent as bearer, `cookies` as a browser does."""

    def __init__(self, port, token=None, timeout=60):  # a machine may be busy with other things
        self.port, self.token, self.timeout = port, token, timeout
        self.cookies, self.csrf, self.sock, self.rest = {}, "", None, b""

    def close(self):
        if self.sock:
            self.sock.close()
        self.sock, self.rest = None, b""

    def get(self, target, headers=()):
        return self.ask("GET", target, headers)

    def post(self, target, value, headers=()):
        """A dict as JSON."""
        body = json.dumps(value, ensure_ascii=False).encode()
        return self.ask("POST", target, [("Content-Type", "application/json"), *headers], body)

    def form(self, target, value, headers=()):
        body = urllib.parse.urlencode(value).encode()
        kind = ("Content-Type", "application/x-www-form-urlencoded")
        return self.ask("POST", target, [kind, *headers], body)

    def ask(self, method, target, headers=(), body=b""):
        given = {n.lower() for n, v in headers}
        lines = ["%s %s HTTP/1.1" % (method, quote_target(target))]
        add = [("Host", "127.0.0.1:%d" % self.port), ("X-Forwarded-For", new_address())]
        if self.token:
            add.append(("Authorization", "Bearer " + self.token))
        if self.cookies:
            add.append(("Cookie", "; ".join("%s=%s" % c for c in self.cookies.items())))
        if body or method in ("POST", "PUT"):
            add.append(("Content-Length", str(len(body))))
        lines += ["%s: %s" % (n, v) for n, v in add if n.lower() not in given]
        lines += ["%s: %s" % (n, v) for n, v in headers]
        data = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
        for patience in range(40, -1, -1):
            answer = self._sent(data, method)
            if answer.status != 503 or not patience:
                break
            BUSY["busy"] += 1  # "run again": so does any caller, but see hardly_busy()
            time.sleep(0.02)
        BUSY["asked"] += 1
        for n, v in answer.headers:
            if n.lower() == "set-cookie":
                name, value = v.split(";")[0].split("=", 1)
                self.cookies[name.strip()] = value.strip()
                if "max-age=0" in v.lower():
                    del self.cookies[name.strip()]
        return answer

    def _sent(self, data, method):
        fresh = self.sock is None
        try:
            return self._once(data, method)
        except (ConnectionError, EOFError):
            self.close()
            if fresh:
                raise ConnectionError("no answer")
            return self._once(data, method)  # an idle connection may have been closed meanwhile

    def _once(self, data, method):
        if not self.sock:
            self.sock = socket.create_connection(("127.0.0.1", self.port), self.timeout)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.sendall(data)
        answer, self.rest = read_answer(self.sock, self.rest, method)
        if answer.header("Connection").lower() == "close" or answer.body is None:
            self.close()
            answer.body = answer.body or b""
        return answer


def quote_target(target):
    return urllib.parse.quote(target, safe="/?&=%:;,+@!$'()*~#[]\\\"<>^`{|}")


def read_answer(sock, rest=b"", method="GET"):
    """One answer and what came behind it. The body of an event stream is None: it never ends."""
    def more():
        data = sock.recv(65536)
        if not data:
            raise EOFError
        return data
    while b"\r\n\r\n" not in rest:
        rest += more()
    head, rest = rest.split(b"\r\n\r\n", 1)
    first, *lines = head.decode("latin-1").split("\r\n")
    status = int(first.split()[1])
    headers = [tuple(p.strip() for p in line.split(":", 1)) for line in lines if ":" in line]
    answer = Answer(status, headers, b"")
    if status == 100:
        return read_answer(sock, rest, method)
    if answer.header("Content-Type").startswith("text/event-stream"):
        answer.body = None
        return answer, b""
    if method == "HEAD" or status in (204, 304):
        return answer, rest
    if answer.header("Transfer-Encoding").lower() == "chunked":
        body = b""
        while True:
            while b"\r\n" not in rest:
                rest += more()
            size, rest = rest.split(b"\r\n", 1)
            n = int(size.split(b";")[0], 16)
            while len(rest) < n + 2:
                rest += more()
            body, rest = body + rest[:n], rest[n + 2:]
            if n == 0:
                break
        answer.body = body
        return answer, rest
    n = int(answer.header("Content-Length") or 0)
    while len(rest) < n:
        rest += more()
    answer.body = rest[:n]
    return answer, rest[n:]


# ---- people ----


class People:
    """Signs in the accounts of `linghang demo`, once each: by token for the API, or as a browser."""

    def __init__(self, server, community=0):
        self.server, self.here = server, server.store.demo[community]
        self.query = "?c=" + urllib.parse.quote(self.here["code"]) if community else ""
        self.tokens, self.browsers = {}, {}

    def roles(self):
        return [a[0] for a in self.here["accounts"]]

    def account(self, role):
        for a in self.here["accounts"]:
            if a[0] == role:
                return a
        raise KeyError("linghang demo has no account for role " + role)

    def new_token(self, role):
        """Tokens are made at a browser by who is signed in; as many as wanted."""
        c = self.browser(role)
        a = c.post("/api/v1/tokens", {"label": "test"}, [("X-CSRF-Token", c.csrf)])
        if a.status != 201:
            raise RuntimeError("POST /api/v1/tokens as %s: %r" % (role, a))
        return a.json()["token"]

    def api(self, role):
        """A caller with a bearer token."""
        if role not in self.tokens:
            self.tokens[role] = self.new_token(role)
        return Client(self.server.port, self.tokens[role])

    def browser(self, role):
        """A caller with a session cookie; .csrf is what its forms must carry."""
        if role in self.browsers:
            return self.browsers[role]
        _, login, password = self.account(role)
        c = Client(self.server.port)
        page = c.get("/login" + self.query)
        a = c.form("/login" + self.query, {"csrf": csrf_of(page), "login": login,
                                           "password": password, "community": self.here["code"]})
        if a.status != 303:
            raise RuntimeError("sign-in as %s: %r" % (role, a))
        c.csrf = csrf_of(c.get("/hat"))
        self.browsers[role] = c
        return c


def totp(secret, at=None):
    """The six digits that a telephone shows (RFC 6238); `secret` in base32."""
    step = int((time.time() if at is None else at) // 30)
    mac = hmac.digest(base64.b32decode(secret.replace(" ", "")), step.to_bytes(8, "big"), "sha1")
    at = mac[19] & 15
    return "%06d" % ((int.from_bytes(mac[at:at + 4], "big") & 0x7FFFFFFF) % 1000000)


def csrf_of(page):
    m = re.search(r'name="?csrf"?[^>]*value="([^"]*)"', page.text)
    return m.group(1) if m else ""


def binary(argv):
    """LINGHANG ENGINE from the command line."""
    if len(argv) < 3 or argv[2] not in ("sqlite", "pgsql"):
        raise SystemExit("usage: %s LINGHANG sqlite|pgsql" % os.path.basename(argv[0]))
    if not os.access(argv[1], os.X_OK):
        raise SystemExit("no program at " + argv[1])
    if argv[2] == "pgsql" and not os.environ.get("PG_HOST"):
        raise SystemExit("no PostgreSQL given (PG_HOST)")
    sys.stdout.reconfigure(encoding="utf-8")
    return os.path.abspath(argv[1]), argv[2]
