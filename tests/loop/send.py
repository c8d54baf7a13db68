#!/usr/bin/env python3
# send -- messages that leave the house, to receivers of our own that take, refuse, stall and break
# off: each arrives, or the administrator reads why it did not; no secret is in the log.
#   send.py LINGHANG sqlite|pgsql
# SPDX-License-Identifier: Apache-2.0
import base64
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402

SECRETS = ("hush-bearer", "SEChush", "hush-mail", "hush-key")
OK = (200, {}, b'{"errcode":0,"errmsg":"ok"}')


def until(look, seconds=20):
    """What look() gives once it is true, or the last thing it gave."""
    end = time.time() + seconds
    while True:
        found = look()
        if found or time.time() > end:
            return found
        time.sleep(0.05)


# ---- receivers ----


class Web:
    """An HTTP server. Each path answers what it was told to, in order; the last answer stays."""

    def __init__(self, tls=None):
        web = self
        self.plan, self.got, self.lock = {}, [], threading.Lock()
        self.free = threading.Event()  # lets go who stalls

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                parts = urllib.parse.urlsplit(self.path)
                with web.lock:
                    web.got.append((parts.path, urllib.parse.parse_qs(parts.query), self.headers,
                                    body))
                    plan = web.plan.get(parts.path, [OK])
                    answer = plan.pop(0) if len(plan) > 1 else plan[0]
                if answer == "stall":
                    web.free.wait(60)
                    self.close_connection = True
                    return
                status, headers, text = answer
                self.send_response(status)
                for n, v in headers.items():
                    self.send_header(n, v)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                try:
                    self.wfile.write(text)
                except OSError:
                    pass  # the other side has read enough

            do_GET = do_POST

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *a: None
        self.port = self.server.server_address[1]
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def at(self, path, *answers):
        with self.lock:
            self.plan[path] = list(answers)
        return "http://127.0.0.1:%d%s" % (self.port, path)

    def posts(self, path):
        with self.lock:
            return [g for g in self.got if g[0] == path]


class Mail:
    """A mail server of the plainest kind: AUTH PLAIN, one reply for RCPT that a test may set."""

    def __init__(self):
        self.rcpt, self.mails, self.logins = b"250 fine", [], []
        self.sock = socket.socket()
        self.sock.bind(("127.0.0.1", 0))
        self.sock.listen(8)
        self.port = self.sock.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            c, _ = self.sock.accept()
            threading.Thread(target=self.talk, args=(c,), daemon=True).start()

    def talk(self, c):
        f = c.makefile("rwb")

        def say(line):
            f.write(line + b"\r\n")
            f.flush()
        sender, to = b"", []
        say(b"220 test")
        for line in f:
            word = line.strip().upper()
            if word.startswith(b"EHLO"):
                say(b"250-test\r\n250 AUTH PLAIN")
            elif word.startswith(b"AUTH PLAIN"):
                given = line.split()[2:] or [b""]
                if not given[0]:
                    say(b"334 ")
                    given = [f.readline().strip()]
                self.logins.append(base64.b64decode(given[0]).split(b"\0")[1:])
                good = self.logins[-1] == [b"post@example.com", b"hush-mail"]
                say(b"235 fine" if good else b"535 no")
            elif word.startswith(b"MAIL FROM"):
                sender = line.split(b"<")[1].split(b">")[0]
                say(b"250 fine")
            elif word.startswith(b"RCPT TO"):
                to.append(line.split(b"<")[1].split(b">")[0])
                say(self.rcpt)
            elif word.startswith(b"DATA"):
                say(b"354 go on")
                lines = []
                for text in f:
                    if text == b".\r\n":
                        break
                    lines.append(text[1:] if text.startswith(b".") else text)
                self.mails.append((sender, to, b"".join(lines)))
                say(b"250 taken")
            elif word.startswith(b"QUIT"):
                say(b"221 bye")
                break
            else:
                say(b"250 fine")
        c.close()


# ---- the server's side ----


class Sending:
    def __init__(self, store, server, report):
        self.store, self.server, self.report = store, server, report
        self.people = kit.People(server)
        self.admin = self.people.api("admin")
        self.place = server.store.demo[0]["places"][0]
        self.web, self.mail = Web(), Mail()

    def again(self):
        """After the server was started anew, on the same port or not."""
        self.admin = kit.Client(self.server.port, self.admin.token)

    def add(self, kind, url, active=True, **more):
        a = self.admin.post("/api/v1/adapters", {"kind": kind, "name": kind, "url": url,
                                                 "topics": "need.opened", **more})
        if a.status != 201:
            raise RuntimeError("adapter %s: %r" % (kind, a))
        if active:
            self.step(a.json()["id"], "resume")
        return a.json()["id"]

    def step(self, adapter, step):
        a = self.admin.post("/api/v1/adapters/%s/%s" % (adapter, step), {})
        if a.status != 200:
            raise RuntimeError("%s: %r" % (step, a))

    def trial(self, adapter):
        """A message of its own, as the administrator sends it; its id."""
        self.step(adapter, "try")
        return self.store.sql("SELECT max(id) FROM outbox WHERE adapter_id = %s" % adapter)[0][0]

    def row(self, message):
        return self.store.sql("SELECT state, tries, failed, send_at FROM outbox WHERE id = %s"
                              % message)[0]

    def ends(self, message, *states):
        """Waits till the message is in one of these states; "tried" is waiting after a try."""
        def look():
            state, tries, failed, _ = self.row(message)
            name = "tried" if state == "waiting" and failed else state
            return name in states
        until(look)
        return self.row(message)

    def hurry(self):
        """What waits for later is due now."""
        self.store.sql("UPDATE outbox SET send_at = 0 WHERE state = 'waiting'")
        self.store.sql("UPDATE adapter_turn SET next_at = 0, taken_until = 0")

    def good(self, name, holds, why=""):
        self.report.check("send: " + name, holds, why)

    # ---- what must hold ----

    def robots(self):
        url = self.web.at("/wecom", OK) + "?key=hush-key"
        wecom = self.add("wecom", url)
        ding = self.add("dingtalk", self.web.at("/ding", OK) + "?access_token=hush-key",
                        secret="SEChush")
        a = kit.Client(self.server.port).post("/api/v1/needs", {
            "place": self.place, "text": "楼道灯不亮", "contact": "13955101234", "name": "李奶奶",
            "door": "1203"})
        number = a.json()["number"]
        arrived = until(lambda: self.web.posts("/wecom") and self.web.posts("/ding"))
        self.good("a need reaches both robots", arrived, self.store.sql("SELECT * FROM outbox"))
        _, query, head, body = self.web.posts("/wecom")[0]
        text = json.loads(body)["text"]["content"]
        self.good("WeCom's body", json.loads(body)["msgtype"] == "text" and number in text
                  and text.startswith("【") and head["Content-Type"] == "application/json", text)
        self.good("the key of the address goes along", query.get("key") == ["hush-key"], query)
        _, query, head, body = self.web.posts("/ding")[0]
        at = query["timestamp"][0]
        want = hmac.new(b"SEChush", (at + "\nSEChush").encode(), hashlib.sha256).digest()
        self.good("DingTalk's signature", query["sign"] == [base64.b64encode(want).decode()]
                  and abs(int(at) / 1000 - time.time()) < 60, query)
        for _, _, _, body in self.web.got:
            private = [w for w in ("13955101234", "李奶奶", "1203", "楼道灯")
                       if w in json.loads(body)["text"]["content"]]
            self.good("nothing of the resident leaves", not private, private)
        self.web.at("/wecom", (200, {}, b'{"errcode":93000,"errmsg":"hush-key is wrong"}'))
        self.hurry()
        state, tries, why, _ = self.ends(self.trial(wecom), "failed")
        self.good("errcode in a 200 is a refusal", state == "failed" and "93000" in why
                  and "hush" not in why, why)
        self.web.at("/ding", (200, {}, b'{"errcode":130101}'))
        self.hurry()
        message = self.trial(ding)
        state, tries, why, send_at = self.ends(message, "tried")
        self.good("too fast: ten minutes", state == "waiting" and
                  int(send_at) > (time.time() + 500) * 1000, (state, why, send_at))
        self.step(wecom, "pause")
        self.step(ding, "pause")

    def gateway(self):
        gateway = self.add("http", self.web.at("/sms", (500, {}, b""), OK), secret="hush-bearer")
        message = self.trial(gateway)
        state, tries, why, _ = self.ends(message, "tried")
        self.good("500 waits", (state, tries) == ("waiting", "1") and "500" in why, (state, why))
        self.hurry()
        state, tries, why, _ = self.ends(message, "sent")
        self.good("then it is sent", (state, tries, why) == ("sent", "2", ""), (state, tries, why))
        posts = self.web.posts("/sms")
        self.good("both tries carry the same id", len(posts) == 2 and all(
            p[2]["Idempotency-Key"] == message and json.loads(p[3])["id"] == message
            for p in posts), [dict(p[2]) for p in posts])
        self.good("the bearer token", posts[0][2]["Authorization"] == "Bearer hush-bearer", "")
        self.web.at("/sms", (429, {"Retry-After": "1800"}, b""))
        message = self.trial(gateway)
        state, _, why, send_at = self.ends(message, "tried")
        self.good("Retry-After is kept to", state == "waiting" and
                  int(send_at) > (time.time() + 1700) * 1000, (state, send_at))
        self.web.at("/sms", (200, {}, b"x" * (1 << 20)))
        self.hurry()
        state, _, why, _ = self.ends(message, "sent")
        self.good("a long answer is cut off, not waited for", state == "sent", (state, why))
        self.web.at("/sms", (404, {}, b"no"))
        state, tries, why, _ = self.ends(self.trial(gateway), "failed")
        self.good("404 is final", (state, tries) == ("failed", "1") and "404" in why, (state, why))
        self.web.at("/sms", (302, {"Location": self.web.at("/elsewhere", OK)}, b""))
        state, _, why, _ = self.ends(self.trial(gateway), "failed")
        self.good("a redirect is refused", state == "failed" and "网址" in why
                  and not self.web.posts("/elsewhere"), (state, why))
        return gateway

    def post_office(self):
        box = self.add("smtp", "smtp://127.0.0.1:%d" % self.mail.port, secret="hush-mail",
                       sender="post@example.com", receiver="a@example.com,b@example.com")
        message = self.trial(box)
        state, _, why, _ = self.ends(message, "sent", "failed")
        self.good("a mail is taken", state == "sent", (state, why))
        sender, to, text = self.mail.mails[0]
        self.good("its envelope", (sender, to) == (b"post@example.com",
                                                   [b"a@example.com", b"b@example.com"]), to)
        mail = email.message_from_bytes(text, policy=email.policy.default)
        self.good("it reads as Chinese", "试发" in mail.get_content() and "试发" in mail["Subject"]
                  and message in mail["Message-ID"], (mail["Subject"], mail.get_content()))
        self.mail.rcpt = b"550 unknown"
        state, tries, why, _ = self.ends(self.trial(box), "failed")
        self.good("550 is final", (state, tries) == ("failed", "1") and "550" in why, (state, why))
        self.mail.rcpt = b"451 later"
        message = self.trial(box)
        state, _, why, _ = self.ends(message, "tried")
        self.good("451 waits", state == "waiting" and "451" in why, (state, why))
        self.admin.post("/api/v1/adapters/%s" % box, {
            "kind": "smtp", "name": "smtp", "topics": "need.opened", "secret": "hush-wrong",
            "sender": "post@example.com", "receiver": "a@example.com,b@example.com"})
        state, _, why, _ = self.ends(self.trial(box), "failed")
        self.good("a wrong password is told", state == "failed" and "授权码" in why, (state, why))

    def certificate(self):
        pem = os.path.join(self.store.dir, "self-signed.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=localhost", "-keyout", pem, "-out", pem + ".crt"],
                       check=True, capture_output=True)
        with open(pem, "a") as f, open(pem + ".crt") as crt:
            f.write(crt.read())
        web = Web(tls=pem)
        adapter = self.add("http", "https://localhost:%d/in" % web.port, secret="hush-bearer")
        state, _, why, _ = self.ends(self.trial(adapter), "tried", "sent")
        self.good("an unknown certificate gets nothing", state == "waiting" and "证书" in why
                  and not web.got, (state, why))

    def stall(self, gateway):
        """The receiver takes the message and says nothing while the server is asked to end."""
        self.web.at("/sms", "stall")
        before = len(self.web.posts("/sms"))
        message = self.trial(gateway)
        until(lambda: len(self.web.posts("/sms")) > before)
        other = self.add("http", self.web.at("/other", OK))
        state, _, why, _ = self.ends(self.trial(other), "sent")
        self.good("it holds up no other", state == "sent" and self.row(message)[2] == "",
                  (state, why, self.row(message)))
        began = time.time()
        self.server.stop()
        self.good("it ends within 5 s all the same", not self.server.died
                  and time.time() - began < 5, self.server.died or time.time() - began)
        state, tries, why, _ = self.row(message)
        self.good("and the message waits", (state, tries) == ("waiting", "0"), (state, tries, why))
        self.web.at("/sms", OK)
        self.server.start()
        self.again()
        state, _, why, _ = self.ends(message, "sent")
        self.good("and goes out after the start", state == "sent", (state, why))

    def killed(self, gateway):
        """kill -9 between sending and writing it down: it goes out once more, with the same id."""
        self.web.at("/sms", "stall")
        before = len(self.web.posts("/sms"))
        message = self.trial(gateway)
        until(lambda: len(self.web.posts("/sms")) > before)
        self.server.kill()
        self.web.at("/sms", OK)
        self.server.start()
        self.again()
        self.good("the lease keeps it", self.row(message)[0] == "waiting", self.row(message))
        self.store.sql("UPDATE adapter_turn SET taken_until = 0")
        state, tries, why, _ = self.ends(message, "sent")
        ids = [p[2]["Idempotency-Key"] for p in self.web.posts("/sms")[before:]]
        self.good("twice, with one id", (state, tries) == ("sent", "2")
                  and ids == [message, message], (state, tries, ids))

    def two_processes(self):
        """Two servers over one store: each message once."""
        other, wanted, got = kit.Server(self.store), [], []
        many = [self.add("http", self.web.at("/many%d" % i, OK)) for i in range(4)]
        other.start()
        try:
            for _ in range(15):
                wanted += [self.trial(adapter) for adapter in many]
            until(lambda: not self.store.sql(
                "SELECT 1 FROM outbox WHERE state = 'waiting' AND adapter_id IN (%s)"
                % ",".join(many)))
            for i in range(4):
                got += [p[2]["Idempotency-Key"] for p in self.web.posts("/many%d" % i)]
            self.good("two servers send each of 60 once", sorted(got) == sorted(wanted),
                      (len(got), len(set(got))))
        finally:
            other.stop()

    def page(self):
        a = self.people.browser("admin").get("/a/outbox")
        self.good("the page tells why", a.status == 200 and "对方不收（HTTP 404）" in a.text
                  and "再发一次" in a.text, a)
        told = [s for s in SECRETS if s in a.text or s in "\n".join(self.server.lines())]
        self.good("no secret on the page or in the log", not told, told)


def main():
    linghang, engine = kit.binary(sys.argv)
    report = kit.Report()
    # Nobody listens there: whoever asks a proxy of the environment reaches nobody.
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        os.environ[name] = "http://127.0.0.1:9"
    store = kit.Store(linghang, engine)
    server = kit.Server(store)
    try:
        server.start()
        s = Sending(store, server, report)
        s.robots()
        gateway = s.gateway()
        s.post_office()
        s.certificate()
        s.page()
        s.stall(gateway)
        s.killed(gateway)
        if engine == "pgsql":
            s.two_processes()
        s.web.free.set()
        server.judge(report, "send")
    except Exception as e:
        report.bad("send", "%s: %s" % (type(e).__name__, e))
    finally:
        if server.process and server.process.poll() is None:
            server.process.kill()
            server.process.wait()
        if report.failed and os.environ.get("KEEP_LOG"):
            print(server.tail())
        store.drop()
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
