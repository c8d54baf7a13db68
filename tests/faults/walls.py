#!/usr/bin/env python3
# walls -- what somebody gets who has taken over a thread of the real server that works: probes of
# tests/probe.h are tried in it. And whoever the server starts is behind walls of its own.
#   walls.py LINGHANG
# Without walls every probe must get what it asks for, or its refusal proves nothing.
# SPDX-License-Identifier: Apache-2.0
import glob
import os
import re
import socket
import sys
import threading

import faultkit
from faultkit import kit

REFUSED = ("open", "create", "execve", "connect")  # by Landlock, of version 4 on the last
KILLED = ("code", "ptrace")  # by seccomp
SIGSYS = 31


class Server(faultkit.Server):
    walls = "on"

    def open(self, args, log):
        os.environ["FAULTS_PROBE"] = "1"
        try:
            return super().open([*args, "--walls", self.walls], log)
        finally:
            del os.environ["FAULTS_PROBE"]


def tried(server, name):
    """"got", "refused", or what became of the server."""
    with socket.create_connection(("127.0.0.1", server.port), 20) as s:
        s.sendall(b"GET /probe/%s HTTP/1.1\r\nHost: a\r\n\r\n" % name.encode())
        try:
            told = s.recv(100).decode()
        except OSError:
            told = ""
    if told:
        return told
    code = server.process.wait(20)
    server.start()
    return "killed" if code == -SIGSYS else "got" if code == 0 else "ended with %d" % code


def words_of(path):
    try:
        with open(path) as f:
            return dict(line.split(":\t", 1) for line in f.read().splitlines() if ":\t" in line)
    except OSError:
        return {}


def helpers(pid):
    return [s for s in map(words_of, glob.glob("/proc/[0-9]*/status")) if s.get("PPid") == str(pid)]


def helper_walls(server, report):
    """The process that draws a poster, while it draws."""
    client, most = kit.People(server).browser("dispatcher"), 0
    asking = threading.Thread(target=client.get, args=("/print/posters?size=a4",))
    asking.start()
    while asking.is_alive() and most < 2:
        most = max([most, *(int(s.get("Seccomp_filters", 0)) for s in helpers(server.process.pid))])
    asking.join()
    report.check("walls: who draws a document has walls inside the server's", most == 2, most)


def main():
    if len(sys.argv) < 2:
        raise SystemExit("usage: walls.py LINGHANG")
    report = kit.Report()
    server = Server(kit.Store(os.path.abspath(sys.argv[1]), "sqlite"))
    try:
        server.walls = "off"
        server.start()
        for name in (*REFUSED, "code"):  # whoever is traced by this program could not be ended by it
            end = tried(server, name)
            report.check("walls: off: %s is had" % name, end == "got", end)
        server.kill()
        server.walls = "on"
        server.start()
        version = int(re.search(r"Landlock (\d+)", "\n".join(server.lines())).group(1))
        for name in REFUSED:
            if version >= (4 if name == "connect" else 1):
                end = tried(server, name)
                report.check("walls: %s is refused" % name, end == "refused", end)
        for name in KILLED:
            end = tried(server, name)
            report.check("walls: %s ends the server" % name, end == "killed", end)
        threads = [words_of(p) for p in glob.glob("/proc/%d/task/*/status" % server.process.pid)]
        open_ones = [t for t in threads if (t["Seccomp"], t["NoNewPrivs"]) != ("2", "1")]
        report.check("walls: around every thread", len(threads) > 3 and not open_ones,
                     "%d of %d without" % (len(open_ones), len(threads)))
        helper_walls(server, report)
        server.stop()
        faults = server.faults()
        report.check("walls: what the server does by itself meets none", not faults, faults[:1])
        kit.note("walls: Landlock %d, %d threads" % (version, len(threads)))
    finally:
        faultkit.end(server)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
