# town -- a server whose clock a test turns (tests/loop/town.c), and who receives its messages.
# SPDX-License-Identifier: Apache-2.0
import http.server
import json
import os
import select
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402

SECOND, MINUTE, HOUR, DAY = 1000, 60000, 3600000, 86400000
WEEK = 7 * DAY
BEIJING = 8 * HOUR
PATIENCE = 120  # s: nothing that is due at one moment may take longer


class Town(kit.Server):
    """`now` stands until go_to() or pass_by() moves it on; then all that was due has been done."""

    def __init__(self, store):
        super().__init__(store)
        self.now, self.turns = int(time.time() * 1000), 0
        self.now = self.monday() + 6 * DAY + 12 * HOUR  # a Sunday noon after the sample was made

    def open(self, args, log):
        program = os.path.join(os.path.dirname(self.store.linghang), "town")
        process = subprocess.Popen([program, *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   stderr=log, bufsize=0)
        process.stdin.write(b"%d\n" % self.now)
        return process

    def go_to(self, at):
        """As jobs come due: hour by hour in daytime, once at night. Each time two looks, for what the
        first made due."""
        while self.now < at:
            self._turn(min(at, self._next()))
            if self.now < at:
                self._turn(self.now + SECOND)

    def _next(self):
        hour = (self.now + BEIJING) // HOUR
        of_day = hour % 24
        step = 3 - of_day if of_day < 3 else 8 - of_day if of_day < 8 else 1 if of_day < 20 else \
            27 - of_day
        return (hour + step) * HOUR - BEIJING

    def pass_by(self, ms):
        self._turn(self.now + ms)

    def _turn(self, at):
        self.process.stdin.write(b"%d\n" % at)
        ready = select.select([self.process.stdout], [], [], PATIENCE)[0]
        if not ready or self.process.stdout.readline() != b"%d\n" % at:
            raise SystemExit("what is due does not end; the server %s\n%s" % (
                "is alive" if self.process.poll() is None else "has died", self.tail()))
        self.now, self.turns = at, self.turns + 1

    def monday(self):
        """00:00 in Beijing of the Monday that comes."""
        day = (self.now + BEIJING) // DAY
        return (day + 7 - (day + 3) % 7) * DAY - BEIJING


class Mailbox:
    """Takes every message that leaves the house: [(topic, subject, text, ISO time)], and their ids."""

    def __init__(self):
        box = self
        self.messages, self.ids, self.lock = [], [], threading.Lock()

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                got = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with box.lock:
                    box.messages.append((got["topic"], str(got["subject"]), got["text"],
                                         got["at"]))
                    box.ids.append(got["id"])
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def subscribe(self, admin):
        made = admin.post("/api/v1/adapters", {
            "kind": "http", "name": "town", "topics": "*",
            "url": "http://127.0.0.1:%d/" % self.server.server_address[1]})
        if made.status != 201 or admin.post(
                "/api/v1/adapters/%s/resume" % made.json()["id"], {}).status != 200:
            raise SystemExit("no adapter: %r" % made)
