#!/usr/bin/env python3
# flood -- thousands who send their bytes slowly, and strangers who report far more than can be
# stored: the staff is never refused, memory stays bounded, the slow are cut, and whoever is refused
# reads when to come back.
#   flood.py LINGHANG [SLOW STRANGERS SECONDS RATE [PER_PLACE]]   400 2000 19 0 -1; by hand 5000 1500 30 500 0
# RATE: needs a second by all strangers together; 0 = as fast as they are answered. 500 is ten times what a
# busy day brings. PER_PLACE as the option of the server: 0 as it is shipped, -1 lets the flood reach the writer.
# What the staff waits is told beside what it waits in the quiet before, and after it, when there are
# as many needs in the store; no time is judged.
# Two planted mistakes must be found: no lane for the staff, no deadline for the slow.
# SPDX-License-Identifier: Apache-2.0
import collections
import json
import multiprocessing
import os
import random
import resource
import selectors
import socket
import sys
import time

import faultkit
from faultkit import kit

HEAD_S = 10         # the deadline of a head
SWEPT_S = 3         # later all who were late have gone, also on a busy machine
OF_ONE = 50         # forms of one address, below its limit
MEMORY = 256 << 20  # what the server may hold while it lasts
BATCH = 512         # two that are stored together: the one at work, and what is being sent
QUIET_S = 4
EVERY_S = 0.02      # the staff asks so often
SHOWN = 60          # needs that wait already: the page is as long in the quiet as in the flood
SLICES = 20         # the slow know nothing of each other: they come within RAMP_S, and send their bytes all over the second
RAMP_S = 5
PAUSE_S = 0.1       # whoever was refused waits, else the flood would only be of refusals

SLOW_HEAD = b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: "
SLOW_BODY = (b"POST /help HTTP/1.1\r\nHost: x\r\nCookie: session=none\r\nContent-Type: multipart/form-data; "
             b"boundary=q\r\nContent-Length: 20000\r\n\r\n--q\r\n")


def connect(port):
    """From an address that nobody else has."""
    s = socket.socket()
    s.setblocking(False)
    s.bind(("127.%d.%d.%d" % (random.randint(1, 250), random.randint(0, 255),
                              random.randint(1, 250)), 0))
    try:
        s.connect(("127.0.0.1", port))
    except BlockingIOError:
        pass
    return s


class Slow:
    """One byte a second; half of them a head that never ends, half a body. Who is cut comes again."""

    def __init__(self, port, n):
        self.port, self.n, self.come = port, n, 0
        self.pick, self.cut, self.began = selectors.DefaultSelector(), 0, {}

    def open(self, i):
        s = connect(self.port)
        self.pick.register(s, selectors.EVENT_READ, i)
        self.began[s] = None

    def again(self, s, i):
        self.cut += 1
        self.pick.unregister(s)
        del self.began[s]
        s.close()
        self.open(i)

    def arrive(self, nth):
        while self.come < self.n and self.come * RAMP_S * SLICES <= self.n * nth:
            self.open(self.come)
            self.come += 1

    def drip(self, part):
        for key in list(self.pick.get_map().values()):
            s, i = key.fileobj, key.data
            if i % SLICES != part:
                continue
            try:
                if self.began[s] is None:
                    self.began[s] = time.monotonic()
                    s.send(SLOW_BODY if i % 2 else SLOW_HEAD)
                else:
                    s.send(b"a")
            except BlockingIOError:
                self.began[s] = None
            except OSError:
                self.again(s, i)

    def run(self, seconds):
        began, nth = time.monotonic(), 0
        while nth < seconds * SLICES:
            self.arrive(nth)
            self.drip(nth % SLICES)
            nth += 1
            while True:
                rest = began + nth / SLICES - time.monotonic()
                for key, _ in self.pick.select(max(rest, 0)):
                    try:
                        if key.fileobj.recv(4096):
                            continue
                    except OSError:
                        pass
                    self.again(key.fileobj, key.data)
                if rest <= 0:
                    break
        return {"cut": self.cut}


class Strangers:
    """Each posts a need, reads the answer, posts the next."""

    def __init__(self, port, n, places, rate, answered):
        self.answered = answered  # so many so far; the staff looks at it
        self.pause = n / rate if rate else 0
        self.port, self.places, self.pick = port, places, selectors.DefaultSelector()
        self.answers, self.bad, self.waits = collections.Counter(), collections.Counter(), []
        for _ in range(n):
            self.open()

    def open(self):
        s = connect(self.port)
        self.rest(s, {"sent": 0, "got": b""}, random.random() * self.pause)

    def rest(self, s, mine, seconds):
        self.waits.append((time.monotonic() + seconds, s, mine))

    def close(self, s):
        self.pick.unregister(s)
        s.close()
        self.open()

    def send(self, s, mine):
        body = json.dumps({"place": random.choice(self.places), "text": "楼道灯不亮，晚上看不见"},
                          ensure_ascii=False).encode()
        s.send(b"POST /api/v1/needs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
               b"Content-Length: %d\r\n\r\n" % len(body) + body)
        mine["sent"], mine["got"] = mine["sent"] + 1, b""
        self.pick.modify(s, selectors.EVENT_READ, mine)

    def read(self, s, mine):
        data = s.recv(65536)
        mine["got"] += data
        head, _, body = mine["got"].partition(b"\r\n\r\n")
        low = head.lower()
        at = low.find(b"content-length: ")
        if data and (not _ or at < 0 or len(body) < int(low[at + 16:].split(b"\r\n")[0])):
            return
        if not data:
            self.bad["ended"] += 1
            return self.close(s)
        status = int(head.split()[1])
        self.answers[status] += 1
        self.answered.value += 1
        if status in (429, 503) and b"retry-after:" not in low:
            self.bad["%d without Retry-After" % status] += 1
        if mine["sent"] >= OF_ONE or b"connection: close" in low:
            return self.close(s)
        self.pick.unregister(s)
        self.rest(s, mine, max(self.pause, PAUSE_S if status != 201 else 0))

    def wake(self):
        now, self.waits, due = time.monotonic(), [], self.waits
        for at, s, mine in due:
            if at > now:
                self.waits.append((at, s, mine))
            else:
                self.pick.register(s, selectors.EVENT_WRITE, mine)

    def run(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for key, what in self.pick.select(0.05):
                try:
                    (self.send if what & selectors.EVENT_WRITE else self.read)(key.fileobj, key.data)
                except BlockingIOError:
                    pass
                except OSError as e:
                    self.bad[type(e).__name__] += 1
                    self.close(key.fileobj)
            self.wake()
        return {"answers": dict(self.answers), "bad": dict(self.bad)}


def crowd(kind, args, seconds, pipe):
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    os.nice(15)  # they stand for machines elsewhere
    pipe.send(kind(*args).run(seconds))


class Once(kit.Client):
    """Asks once and takes what comes; on a new connection each time when it is told so."""

    fresh = False

    def _sent(self, data, method):
        if self.fresh:
            self.close()
        return self._once(data, method)


class Staff:
    """A dispatcher: the board, the list, and a note on a need (a write), in turn."""

    def __init__(self, server):
        people = kit.People(server)
        browser, self.calm = people.browser("dispatcher"), people.api("dispatcher")
        self.api, self.page = Once(server.port, self.calm.token), Once(server.port)
        self.page.cookies, self.page.csrf = dict(browser.cookies), browser.csrf
        self.page.fresh = True
        for _ in range(SHOWN):
            a = self.calm.post("/api/v1/needs", {"place": server.store.demo[0]["places"][0], "text": "楼道灯不亮"})
        self.need = a.json()["id"]
        self.refused, self.server, self.most = collections.Counter(), server, 0
        self.answered, self.passed = multiprocessing.Value("q", lock=False), []

    def ask(self):
        yield self.page.get("/d/board")
        yield self.api.get("/api/v1/needs?limit=20")
        before = self.answered.value
        yield self.api.post("/api/v1/needs/%s/note" % self.need, {"text": "看过了"})
        self.passed.append(self.answered.value - before)

    def watch(self):
        with open("/proc/%d/status" % self.server.process.pid) as f:
            kib = next(int(line.split()[1]) for line in f if line.startswith("VmRSS"))
        self.most = max(self.most, kib << 10)

    def work(self, seconds):
        """What each request waited, in ms, sorted; of the three kinds together and of each."""
        waited, end = [[], [], [], []], time.monotonic() + seconds
        while time.monotonic() < end:
            self.watch()
            began = time.monotonic()
            asked, kind = self.ask(), 0
            while True:
                try:
                    a = next(asked)
                    if a.status != 200:
                        self.refused[a.status] += 1
                except StopIteration:
                    break
                except (OSError, EOFError) as e:
                    self.refused[type(e).__name__] += 1
                    asked = iter(())
                    break
                kind += 1
                for all_of in (waited[0], waited[kind]):
                    all_of.append((time.monotonic() - began) * 1000)
                began = time.monotonic()
            time.sleep(EVERY_S)
        return [sorted(w) for w in waited]


def p99(sorted_ms):
    return sorted_ms[min(len(sorted_ms) - 1, len(sorted_ms) * 99 // 100)]


def settle(server):
    """The jobs that the needs left are done: nothing in the server is at work."""
    for _ in range(600):
        if server.store.sql("SELECT count(*) FROM job WHERE done_at = 0 AND run_at <= %d"
                            % (time.time() * 1000))[0][0] == "0":
            return
        time.sleep(0.1)


def run(linghang, slow, strangers, seconds, rate=0, per_place=-1):
    """(staff, ms in the flood, in the quiet before and after it, told by the crowds)"""
    told = {}
    with kit.server_on_sample(linghang, "sqlite") as server:
        server.options = ["--per-place", str(per_place)]
        server.start()
        staff = Staff(server)
        staff.work(1)  # who has just signed in is not known yet
        staff.refused.clear()
        before = staff.work(QUIET_S)
        staff.passed.clear()
        places, crowds = server.store.demo[0]["places"], []
        for kind, args in ((Slow, (server.port, slow)), (Strangers, (server.port, strangers, places, rate, staff.answered))):
            if not args[1]:
                continue
            mine, its = multiprocessing.Pipe(False)
            crowds.append((mine, multiprocessing.Process(target=crowd, args=(kind, args, seconds, its))))
            crowds[-1][1].start()
        loud = staff.work(seconds)
        told["strangers answered while a note waits"] = sorted(staff.passed)[len(staff.passed) // 2]
        for pipe, process in crowds:
            told.update(pipe.recv())
            process.join()
        settle(server)
        after = staff.work(QUIET_S)
        server.stop()
        told["died"] = server.died
    return staff, loud, (before, after), told


def stood_behind(told):
    """More than what a batch holds were answered before somebody of the staff."""
    return told["strangers answered while a note waits"] > BATCH


def planted(linghang, report):
    bad = faultkit.planted_copy(linghang, "src/web/lane.c", "(cell(t, who, i)) == who)\n            return",
                                "(cell(t, who, i)) == who)\n            return 0 &&")
    told = run(bad, 0, 2500, 7)[3]
    report.check("flood: the planted mistake, no lane for the staff, is found", stood_behind(told), told)
    bad = faultkit.planted_copy(linghang, "src/web/guard.c", "if (!in_vain && (!deadline || deadline > now))",
                                "if (!in_vain && (!deadline || deadline > now - (1 << 30)))")
    told = run(bad, 100, 0, RAMP_S + HEAD_S + SWEPT_S)[3]
    report.check("flood: the planted mistake, no deadline for the slow, is found", told["cut"] == 0, told)


def words(linghang, report):
    """Whoever comes when a place has had its fill reads what else to do, and keeps what he typed."""
    with kit.server_on_sample(linghang, "sqlite") as server:
        server.options = ["--trusted-proxy", "127.0.0.1", "--per-place", "5"]
        server.start()
        place, statuses = server.store.demo[0]["places"][0], []
        while len(statuses) < 500 and 429 not in statuses:
            a = kit.Client(server.port).form("/help", {"place": place, "text": "四楼漏水%d" % len(statuses)})
            statuses.append(a.status)
        report.check("flood: a place that had its fill says so, and what else to do",
                     statuses[-1] == 429 and statuses[:-1] == [303] * (len(statuses) - 1) and len(statuses) > 5
                     and "四楼漏水%d" % (len(statuses) - 1) in a.text and "楼栋长" in a.text and "tel:" in a.text
                     and a.header("Retry-After"), (statuses[-3:], a))
        staff = kit.People(server).api("dispatcher").post("/api/v1/needs", {"place": place, "text": "电话里说的"})
        report.check("flood: the staff goes on writing down what is told by phone", staff.status == 201, staff)
        server.stop()


def main():
    if len(sys.argv) < 2:
        raise SystemExit("usage: flood.py LINGHANG [SLOW STRANGERS SECONDS RATE [PER_PLACE]]")
    linghang, report = os.path.abspath(sys.argv[1]), kit.Report()
    by_hand = [int(v) for v in sys.argv[2:7]]
    how = by_hand or [400, 2000, RAMP_S + HEAD_S + SWEPT_S + 1, 0, -1]
    slow, strangers, seconds = how[:3]
    if len(sys.argv) == 2:
        words(linghang, report)
        planted(linghang, report)
    staff, loud, (before, after), told = run(linghang, *(how + [0])[:5])
    kit.note("flood: %d slow, %d strangers, %d s: staff asked %d, refused %s; at most %d MB; %s" % (
        slow, strangers, seconds, len(loud[0]), dict(staff.refused), staff.most >> 20, told))
    for name, *ms in zip(("all", "the board", "the list", "a note"), before, loud, after):
        kit.note("flood: %s: p50 and p99 before %.1f %.1f ms, in the flood %.1f %.1f ms, after it %.1f %.1f ms" % (
            (name, *(f for w in ms for f in (w[len(w) // 2], p99(w))))))
    report.check("flood: nobody of the staff is refused", not staff.refused and len(loud[0]) > 30, staff.refused)
    report.check("flood: memory is bounded", staff.most < MEMORY, staff.most)
    report.check("flood: the staff stands before the strangers", not stood_behind(told), told)
    if slow:
        report.check("flood: the slow are cut", told["cut"] >= slow // 2, told)
    if strangers:
        report.check("flood: needs of strangers are stored, as many as can be", told["answers"].get(201, 0) > 50, told)
        report.check("flood: strangers are answered 201, 429 or 503, with Retry-After",
                     not set(told["answers"]) - {201, 429, 503} and
                     not [w for w in told["bad"] if "Retry" in w], told)
    report.check("flood: the server lived to the end", not told["died"], told["died"])
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
