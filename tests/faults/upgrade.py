#!/usr/bin/env python3
# upgrade -- the program is changed while people use it: the socket is handed over, as systemd does,
# and no request fails.
#   upgrade.py LINGHANG [TIMES]                3 by default; 50 by hand
# Planted (each server opens its socket itself) it must fail requests.
# SPDX-License-Identifier: Apache-2.0
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid

import acts
import faultkit
from faultkit import kit

CALLERS, CALM, LONGEST = 4, 1.0, 20.0  # s


class Server(kit.Server):
    """Its socket is ours: it goes on listening. Without `hands`, each server has its own."""

    def __init__(self, store, hands):
        super().__init__(store)
        self.listening = None
        if hands:
            self.listening = socket.create_server(("127.0.0.1", 0), backlog=512)
            self.port = self.listening.getsockname()[1]

    def open(self, args, log):
        if not self.listening:
            return super().open(args, log)
        words = ["sh", "-c", "export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$0\" \"$@\" 3<&%d"
                 % self.listening.fileno(), self.store.linghang, *args]
        return subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                pass_fds=(self.listening.fileno(),))

    def change(self):
        """The old one ends, then the new one starts."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        if code:
            self.died = "it ended with %d" % code
        self.start()


class Load:
    def __init__(self, server):
        self.server, self.place = server, server.store.demo[0]["places"][0]
        self.acked, self.failed, self.longest = [], [], 0.0
        self.stop, self.lock = threading.Event(), threading.Lock()
        self.threads = [threading.Thread(daemon=True, target=self.loop, args=(i,)) for i in range(CALLERS)]
        for t in self.threads:
            t.start()

    def loop(self, i):
        while not self.stop.is_set():
            began = time.time()
            text = "换程序的时候：%s" % uuid.uuid4()
            once = acts.Once(self.server.port, timeout=60)
            try:
                a = once.get("/") if i % 2 else once.post(
                    "/api/v1/needs", {"place": self.place, "text": text},
                    [("Idempotency-Key", str(uuid.uuid4()))])
                said = a.status
            except acts.Busy:
                said = 503
            except (OSError, EOFError) as e:
                said = repr(e)
            once.close()
            with self.lock:
                self.longest = max(self.longest, time.time() - began)
                if said == 201:
                    self.acked.append(text)
                elif said != 200:
                    self.failed.append(said)
            time.sleep(0.01)

    def end(self):
        self.stop.set()
        for t in self.threads:
            t.join()


def run(linghang, hands, times, report):
    store = kit.Store(linghang, "sqlite")
    faultkit.make_small(store.file)
    server = Server(store, hands)
    try:
        server.start()
        load = Load(server)
        for _ in range(times):
            time.sleep(CALM)
            server.change()
        time.sleep(CALM)
        load.end()
        server.stop()
        there = {r[0] for r in store.sql("SELECT text FROM need")}
    finally:
        faultkit.end(server)
    lost = [t for t in load.acked if t not in there]
    kit.note("upgrade: %s%d changes, acknowledged %d, lost %d, failed %d; longest request %.1f s"
             % ("" if hands else "planted: ", times, len(load.acked), len(lost), len(load.failed),
                load.longest))
    if not hands:
        return report.check("upgrade: without a socket handed over requests fail", load.failed, "none")
    report.check("upgrade: no request failed", load.acked and not load.failed, load.failed[:3])
    report.check("upgrade: acknowledged lost 0", not lost, lost[:1])
    report.check("upgrade: none over %d s" % LONGEST, load.longest < LONGEST, load.longest)
    report.check("upgrade: both ended in peace", not server.died, server.died)


def main():
    if len(sys.argv) < 2:
        raise SystemExit("usage: upgrade.py LINGHANG [TIMES]")
    linghang, report = os.path.abspath(sys.argv[1]), kit.Report()
    run(linghang, False, 1, report)
    run(linghang, True, int(sys.argv[2]) if len(sys.argv) > 2 else 3, report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
