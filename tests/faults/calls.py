#!/usr/bin/env python3
# calls -- the n-th allocation, and the n-th I/O call of each kind, fails while the real server works
# on a request: it lives, what it acknowledged is stored, what it refused is not, the next is good.
#   calls.py LINGHANG malloc|io|cold|clerks [STRIDE] [ACT...]    STRIDE 1 = every n; ./check takes some
# cold: the same of the first request after a start, and of the start itself. clerks: the memory of
# the threads that work without a request, each second (src/main/clerk.h).
# SPDX-License-Identifier: Apache-2.0
import errno
import os
import sys
import time

import acts
import faultkit
from faultkit import kit

EXIT_SYNC = 9  # a disk that did not confirm a write: the server ends, see src/db/sqlite.c
N_MAX = 20000
IO_ERRORS = {
    "open": (errno.EIO, errno.EMFILE), "read": (errno.EIO, faultkit.HALF),
    "write": (errno.EIO, errno.ENOSPC, faultkit.HALF), "sync": (errno.EIO,),
    "truncate": (errno.EIO,), "unlink": (errno.EIO,), "stat": (errno.EIO,), "map": (errno.ENOMEM,),
    "lock": (errno.EIO,), "recv": (errno.EIO, errno.ECONNRESET),
    "send": (errno.EIO, errno.EPIPE), "accept": (errno.EIO, errno.ECONNABORTED)}
# The memory of the first request, and the calls that only a start makes.
COLD = {"malloc": (errno.ENOMEM,), **{c: IO_ERRORS[c] for c in (
    "open", "read", "write", "sync", "truncate", "stat", "map", "lock")}}
WAITED = ("lock", "accept")  # fail once only: the server waits and tries again, as it should
PLANTED_STRIDE = 3
TWO_LOOKS = 2.2  # s
NEAR = 4  # the first calls of a kind all fail once, whatever the stride


class Judge(acts.Judge):
    call, ends = None, 0

    def died(self, act, n, code):
        if self.call == "sync" and code == EXIT_SYNC:
            self.ends += 1
        else:
            super().died(act, n, code)


def places(act, stride):
    yield from range(1, NEAR + 1)
    yield from range(NEAR + 1 + len(act) % stride, N_MAX, stride)


def words(call, error, forever):
    return "%s%s %s" % (call, " from here on" if forever else "", errno.errorcode.get(error, "half"))


def walked(judge, act, stride, one):
    """one(n) for each n until nothing has failed; how many have."""
    tried = 0
    for n in places(act, stride):
        if not one(n):
            break
        tried += 1
        if len(judge.faults) > 40:
            raise SystemExit("too many faults")
    return tried


def walk(judge, board, act, call, error, forever, stride, cold):
    """How many n were tried. It is over when a request needs fewer calls than n."""
    judge.call, how = call, words(call, error, forever)

    def one(n):
        fired = judge.faulted(act, "%s, %d" % (how, n),
                              lambda: board.arm(call, n, forever, error), board.disarm, cold)
        if forever and not cold:
            judge.fresh_keys()  # one request alone may have started them as often as it may
        judge.good(act, "after %s, %d" % (how, n))
        if not cold:
            judge.fresh_keys()
        return fired

    return walked(judge, act, stride, one)


def walk_start(server, board, report, call, error, stride):
    """The server starts, or says why not and ends; after that it starts on the same store."""
    how, tried = words(call, error, False), 0
    for n in places("", stride):
        server.stop()
        board.arm(call, n, False, error)
        try:
            server.start()
        except SystemExit:
            code = server.process.returncode
            report.check("faults: a start that cannot", code is not None and code > 0,
                         "%s, %d: it ended with %s: %s" % (how, n, code, server.tail()[-200:]))
        fired = board.disarm()
        if server.process.poll() is not None:
            server.start()
        if not fired:
            break
        tried += 1
    return tried


def give_chores(judge):
    """Something to do for each clerk: a job that is due, a session whose use is to be written down (it ends so
    many minutes earlier, and goes on), somebody who was refused."""
    now, earlier = int(time.time() * 1000), 45 * 60000
    judge.db.execute("UPDATE job SET run_at = ?1 - 1000 WHERE id IN (SELECT id FROM job WHERE done_at = 0 AND"
                     " run_at > ?1 ORDER BY run_at LIMIT 1)", (now,))
    judge.db.execute("UPDATE session SET ends_at = ends_at - ?1 WHERE ends_at > ?2 + 2 * ?1", (earlier, now))
    people = judge.world.people
    people.browser("dispatcher").get("/d/board")
    return people.api("grid_worker").get("/api/v1/outbox").status == 403


def refusals(judge):
    return judge.db.execute("SELECT count(*) FROM audit WHERE action LIKE 'refused %'").fetchone()[0]


def is_written(judge, before):
    """What could not be written down is, as soon as there is memory."""
    began = time.monotonic()
    while refusals(judge) == before and time.monotonic() - began < acts.PATIENCE:
        time.sleep(0.01)
    return refusals(judge) == before + 1


def look(board, forever):
    """Until it has failed, or each clerk has looked since when it goes on failing; how often it failed. The clerks
    look each second: after two nothing is to come."""
    began = time.monotonic()
    while time.monotonic() - began < TWO_LOOKS and not (board.failed() and not forever):
        time.sleep(0.01)
    return board.disarm()


def walk_clerks(judge, board, error, forever, stride):
    """Like walk(), of what the clerks of a server that has just started do within two looks."""
    judge.call, how = "malloc", words("malloc", error, forever)

    def one(n):
        judge.anew()
        before = refusals(judge)
        if not give_chores(judge):
            judge.bad("clerks", n, "nobody was refused, so there is nothing to write down")
        board.arm("malloc", n, forever, error)
        fired = look(board, forever)
        if judge.lives("clerks", "%s, %d" % (how, n)) and not is_written(judge, before):
            judge.bad("clerks", "%s, %d" % (how, n), "who was refused is not written down, nor will be")
        judge.is_done(acts.ACTS["ask_api"](judge.world), "ask_api", "after %s, %d" % (how, n))
        return fired

    return walked(judge, "clerks", stride, one)


def run(linghang, kind, stride, names, report, plant=None):
    server = faultkit.small_server(linghang)
    server.board = faultkit.Board(os.path.join(server.store.dir, "board"))
    server.plant = plant
    memory = {"malloc": (errno.ENOMEM,)}
    calls = {"malloc": memory, "io": IO_ERRORS, "cold": COLD, "clerks": memory}[kind]
    tried = dict.fromkeys(calls, 0)
    try:
        server.start()
        judge = Judge(server, report, "faults: " + kind)
        if kind == "clerks":
            judge.learn("ask_api")
            for forever in (True, False):
                tried["malloc"] += walk_clerks(judge, server.board, errno.ENOMEM, forever, stride)
                report.ok("clerks")
        for act in names if kind != "clerks" else ():
            judge.learn(act)
            for call, errors in calls.items():
                for error in errors:
                    for forever in (False, True)[:1 if call in WAITED else 2]:
                        tried[call] += walk(judge, server.board, act, call, error, forever, stride,
                                            kind == "cold")
            report.ok(act)
            print("note %s: so far %s" % (act, tried), flush=True)  # it takes an hour
        judge.end()
        for call in calls if kind == "cold" else ():
            for error in calls[call] if call != "malloc" else ():
                tried[call] += walk_start(server, server.board, report, call, error, stride)
        server.stop()
        report.check("faults: %s: the server stops as it should" % kind, not server.died, server.died)
        whole = server.store.integrity()
        report.check("faults: %s: the store is whole" % kind, whole == "ok", whole)
        kit.note("%d acts, calls that failed: %s; ended by a sync: %d; answers: %s" % (
            len(judge.expected), tried, judge.ends, dict(judge.seen)))
    finally:
        faultkit.end(server)
    return judge


class Found(Exception):
    pass


class Silent(kit.Report):
    """What is found of a planted mistake is no failure."""

    def bad(self, name, why):
        self.failed += 1
        raise Found


def is_found(linghang, kind, act, plant=None):
    silent = Silent()
    try:
        run(linghang, kind, PLANTED_STRIDE, [act], silent, plant)
    except Found:
        pass
    return silent.failed


def planted(linghang, kind, report):
    """Mistakes that a harness must find before its silence counts."""
    if kind == "io":
        report.check("faults: io: a COMMIT whose error is ignored is found",
                     is_found(linghang, kind, "ask_api", "deaf"), "it was not")
    elif kind == "malloc":
        copy = faultkit.planted_copy(linghang, "src/base/arena.c", """    if (!b)
        return false;
""", "")
        report.check("faults: malloc: a check for NULL that is missing is found",
                     is_found(copy, kind, "ask_api"), "it was not")
    elif kind == "clerks":
        copy = faultkit.planted_copy(linghang, "src/main/noted.c", "arena_catch(t->mem, copy, t)",
                                     "(copy(t), true)")
        report.check("faults: clerks: a lock that stays shut when memory fails is found",
                     is_found(copy, kind, "ask_api"), "it was not")


def main():
    if len(sys.argv) < 3 or sys.argv[2] not in ("malloc", "io", "cold", "clerks"):
        raise SystemExit("usage: calls.py LINGHANG malloc|io|cold|clerks [STRIDE] [ACT...]")
    stride = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    report = kit.Report()
    planted(os.path.abspath(sys.argv[1]), sys.argv[2], report)
    run(os.path.abspath(sys.argv[1]), sys.argv[2], stride, sys.argv[4:] or list(acts.ACTS), report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
