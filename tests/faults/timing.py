# timing -- does signing in tell by its time who is there? Wrong passwords of a login that exists and
# of one that does not, in random turn; Welch's t of the answers' times, and the processor's time
# that each kind took.
# SPDX-License-Identifier: Apache-2.0
#
#   python3 tests/faults/timing.py LINGHANG [TRIES]
#
# Short (under 1,000 tries) the work done decides, which a busy machine does not change; t is told.
# With 1,000 and more |t| < 4.5 decides: on a quiet machine, by hand, 100000 take about an hour. First a
# server that does not hash for absent logins must be found out.
import os
import random
import statistics
import sys
import time

import faultkit
import kit

FORM = "abcdefghijklmnopqrstuvwxyz"  # the form's secret: any of 26 letters that the cookie holds too
BATCH = 20


def cpu(server):
    """Ticks that the server has worked."""
    with open("/proc/%d/stat" % server.process.pid) as f:
        part = f.read().rsplit(")", 1)[1].split()
    return int(part[11]) + int(part[12])


class Logins:
    def __init__(self, server):
        self.server, self.client = server, kit.Client(server.port)
        self.client.cookies["linghang-form"] = FORM
        self.there = server.store.demo[0]["accounts"][0][1]
        self.wrong = 0

    def ask(self, login):
        """Milliseconds of one try; each comes from an address of its own, so none has to wait."""
        form = {"csrf": FORM, "login": login, "password": "wrong-%06d" % random.randrange(10**6)}
        began = time.perf_counter()
        a = self.client.form("/login", form)
        took = (time.perf_counter() - began) * 1000
        self.wrong += a.status != 422 or "没对上" not in a.text
        return took

    def absent(self):
        """As long as the one that is there."""
        return "".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in self.there)

    def batch(self, there):
        before = cpu(self.server)
        for _ in range(BATCH):
            self.ask(self.there if there else self.absent())
        return cpu(self.server) - before


def worked(logins, batches):
    """How much more work an absent login is than one that is there: 1 = the same."""
    ticks = {True: 0, False: 0}
    for i in range(2 * batches):
        there = i % 2 == 0
        ticks[there] += logins.batch(there)
    return ticks[False] / max(1, ticks[True])


def welch(a, b):
    spread = statistics.variance(a) / len(a) + statistics.variance(b) / len(b)
    return (statistics.fmean(a) - statistics.fmean(b)) / spread ** 0.5


def timed(logins, tries):
    times = {True: [], False: []}
    for _ in range(tries):
        there = random.random() < 0.5
        times[there].append(logins.ask(logins.there if there else logins.absent()))
    return welch(times[True], times[False]), times


def measured(linghang, tries):
    server = faultkit.kit.Server(kit.Store(linghang, "sqlite"))
    try:
        logins = Logins(server.start())
        for _ in range(5):
            logins.ask(logins.absent())
        ratio = worked(logins, 3)
        t, times = timed(logins, tries)
        return ratio, t, times, logins.wrong
    finally:
        faultkit.end(server)


def main():
    linghang, report = os.path.abspath(sys.argv[1]), kit.Report()
    tries = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    bad = faultkit.planted_copy(linghang, "src/app/account/password.c",
                                "*fits = crypto_pwhash_str_verify(",
                                "*fits = hash.n && crypto_pwhash_str_verify(")
    ratio, t, times, wrong = measured(bad, 60)
    report.check("timing: planted, absent logins are not hashed: found by the work", ratio < 0.5, ratio)
    if tries >= 1000:
        report.check("timing: ... and by the time", abs(t) > 4.5, t)
    kit.note("timing: planted: t = %.1f over 60 tries, work %.2f" % (t, ratio))
    ratio, t, times, wrong = measured(linghang, tries)
    report.check("timing: the same answer to all", wrong == 0, wrong)
    report.check("timing: the same work for all", 0.7 < ratio < 1.4, ratio)
    if tries >= 1000:
        report.check("timing: |t| < 4.5 over %d tries" % tries, abs(t) < 4.5, t)
    kit.note("timing: t = %.2f over %d tries (median %.2f ms there, %.2f ms absent), work %.2f" % (
        t, tries, statistics.median(times[True]), statistics.median(times[False]), ratio))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
