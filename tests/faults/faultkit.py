# faultkit -- what the harnesses of faults share: a small store, a server with the shim between it
# and the C library, the switchboard that lets its calls fail.
# SPDX-License-Identifier: Apache-2.0
import errno
import json
import mmap
import os
import shutil
import sqlite3
import struct
import subprocess
import sys

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "http"))
import kit  # noqa: E402

# As enum call of board.h.
CALLS = ["none", "malloc", "open", "read", "write", "sync", "truncate", "unlink", "stat", "map",
         "lock", "recv", "send", "accept"]
HALF = -1  # as an error: half of the bytes are done


def built(linghang, name):
    """A program or library beside the server."""
    return os.path.join(os.path.dirname(linghang), name)


def make_small(file):
    """What happened in the sample goes, places and people stay: an integrity check then takes
    milliseconds, and nothing is due."""
    db = sqlite3.connect(file, isolation_level=None)
    db.execute("PRAGMA foreign_keys = OFF")
    past = ("need", "hours", "visit", "offer", "match", "job", "opening", "board_print", "outbox",
            "idem", "volunteer", "service_day", "door", "ticket", "errand")
    for (table,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        if table.startswith(past):
            db.execute("DELETE FROM %s" % table)
    db.execute("PRAGMA journal_mode = DELETE")
    db.execute("VACUUM")
    db.execute("PRAGMA journal_mode = WAL")
    db.close()


def planted_copy(linghang, *change):
    """The same server, made from a copy of a source in which `good` stands as `bad`: change = source, good, bad."""
    return changed_copy(linghang, [change])


def changed_copy(linghang, changes):
    """With a change in each of some sources; each lane of the check has a place of its own for it. The sample is
    made before, by the server that has no mistake."""
    kit.Store(linghang, "sqlite").drop()
    build = os.path.dirname(linghang)
    root = os.path.dirname(HERE.rstrip("/").rsplit("/", 1)[0])
    folder = os.path.join(build, "planted" + os.environ.get("LANE", ""))
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(build, "compile_commands.json")) as f:
        commands = [c for c in json.load(f) if "core.a.p" in c["output"]]
    objects = [compiled_copy(build, folder, commands, n, os.path.join(root, source), source, good, bad)
               for n, (source, good, bad) in enumerate(changes)]
    linking = subprocess.run(["ninja", "-C", build, "-t", "commands", "linghang"], check=True,
                             capture_output=True, text=True).stdout.splitlines()[-1]
    made = os.path.join(folder, "linghang")
    head, tail = linking.split(" -o linghang ", 1)
    subprocess.run("%s -o %s %s %s" % (head, made, " ".join(objects), tail), shell=True, check=True, cwd=build)
    os.makedirs(os.path.join(build, "sample"), exist_ok=True)  # a link that leads nowhere is no folder
    for name in ("libfaults_shim.so", "sample"):
        if not os.path.islink(os.path.join(folder, name)):
            os.symlink(os.path.join(build, name), os.path.join(folder, name))
    return made


def compiled_copy(build, folder, commands, n, path, source, good, bad):
    with open(path) as f:
        text = f.read()
    if text.count(good) != 1:
        raise SystemExit("%s: the place for the planted mistake is not there" % source)
    copy, compiled = os.path.join(folder, "copy%d.c" % n), os.path.join(folder, "copy%d.o" % n)
    with open(copy, "w") as f:
        f.write(text.replace(good, bad))
    one = next(c for c in commands if c["file"].endswith(source))
    compiling = one["command"].replace(one["output"], compiled).replace(one["file"], copy)
    subprocess.run(compiling, shell=True, check=True, cwd=build)
    return compiled


class Board:
    """The page that the harness and the server share; see board.h."""

    def __init__(self, path):
        self.path = path
        with open(path, "wb") as f:
            f.write(b"\0" * 4096)
        with open(path, "r+b") as f:
            self.map = mmap.mmap(f.fileno(), 4096)

    def _put(self, i, value):
        self.map[8 * i:8 * i + 8] = struct.pack("=q", value)

    def _get(self, i):
        return struct.unpack("=q", self.map[8 * i:8 * i + 8])[0]

    def arm(self, call, nth, forever=False, error=errno.EIO):
        self._put(0, 0)
        for i, value in enumerate((nth, int(forever), error, 0)):
            self._put(1 + i, value)
        self.forget()
        self._put(0, CALLS.index(call))

    def forget(self):
        for i in range(len(CALLS)):
            self._put(5 + i, 0)

    def disarm(self):
        """How often a call has failed since it was armed."""
        self._put(0, 0)
        return self.failed()

    def failed(self):
        return self._get(4)

    def counts(self):
        return {name: self._get(5 + i) for i, name in enumerate(CALLS)}


def key_processes(server):
    """The numbers of its processes with the keys."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/stat" % pid) as f:
                parent = f.read().rpartition(")")[2].split()[1]
            if parent != str(server.pid):
                continue
            with open("/proc/%s/cmdline" % pid) as f:
                if "keymgr" in f.read().split("\0"):
                    found.append(int(pid))
        except OSError:
            continue
    return found


# The disk gets as full as it can: nobody stops before.
BLIND = ("--disk-alarm", "0", "--disk-files", "0", "--disk-writes", "0", "--disk-reserve", "0")


class Server(kit.Server):
    """`linghang serve` with the shim. `plant` puts a mistake in, `log` writes down its I/O."""

    plant, io_log, board = None, None, None
    watch = BLIND  # options about room on the disk

    def open(self, args, log):
        env = dict(os.environ, LD_PRELOAD=built(self.store.linghang, "libfaults_shim.so"),
                   FAULTS_STORE=self.store.file)
        for name, value in (("PLANT", self.plant), ("LOG", self.io_log),
                            ("BOARD", self.board and self.board.path)):
            if value:
                env["FAULTS_" + name] = value
        return subprocess.Popen([self.store.linghang, *args, *self.watch], stdin=subprocess.DEVNULL,
                                stdout=log, stderr=log, env=env)


def small_server(linghang, where=None):
    """A server, not started, on a small store; in the end close() it. `where` is a folder for the
    store, else it is one of its own."""
    store = kit.Store(linghang, "sqlite")
    make_small(store.file)
    if where:
        moved = os.path.join(where, "store.db")
        shutil.copyfile(store.file, moved)
        store.file, store.url = moved, "sqlite:" + moved
    return Server(store)


def end(server):
    if server.process and server.process.poll() is None:
        server.kill()
    server.store.drop()
