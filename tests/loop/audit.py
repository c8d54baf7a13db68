#!/usr/bin/env python3
# audit -- the audit chain from outside: every act has its record, also when the server is killed under
# load; what somebody with the keys of the store changes, takes out or cuts off is found, and the notary
# does not sign it.
#   audit.py LINGHANG sqlite|pgsql [KILLS]          2 by default
# SPDX-License-Identifier: Apache-2.0
import os
import re
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402

WRITERS, ACTS = 6, 25


def run(store, *args):
    """Exit status and what was said."""
    p = subprocess.run([store.linghang, *args], capture_output=True, text=True, timeout=300)
    return p.returncode, p.stdout + p.stderr


def verify(store, *more):
    return run(store, "audit", "verify", "--db", store.url, *more)


def write(server, n, acked):
    client, i = kit.Client(server.port, timeout=5), 0
    while i < ACTS:
        try:
            a = client.post("/api/v1/needs", {"place": server.store.demo[0]["places"][0],
                                              "text": "链上的第 %d-%d 件" % (n, i)})
        except (OSError, EOFError):
            client.close()
            time.sleep(0.02)
            continue
        if a.status == 201:
            acked.append(a.json()["id"])
            i += 1


def load(server, kills):
    acked = []
    threads = [threading.Thread(daemon=True, target=write, args=(server, n, acked)) for n in range(WRITERS)]
    for t in threads:
        t.start()
    for _ in range(kills):
        seen = len(acked)
        while len(acked) < seen + ACTS:
            time.sleep(0.01)
        server.kill()
        server.start()
    for t in threads:
        t.join()
    return acked


def number(store, text):
    return int(store.sql(text)[0][0])


def all_is_recorded(store, server, report, kills):
    server.start()
    acked = load(server, kills)
    begun, waits = time.time(), 1
    while waits and time.time() < begun + 60:
        time.sleep(0.05)
        waits = number(store, "SELECT count(*) FROM audit_inbox")
    server.stop()
    needs = number(store, "SELECT count(*) FROM need WHERE text LIKE '链上的第%'")
    records = number(store, "SELECT count(*) FROM audit WHERE action = 'POST /api/v1/needs'")
    kit.note("audit: %d needs acknowledged, %d there, %d records, %d kills"
             % (len(acked), needs, records, kills))
    report.check("audit: as many records as acts", records == needs >= len(acked) > 0,
                 "%d records, %d needs, %d acknowledged" % (records, needs, len(acked)))
    status, said = verify(store)
    report.check("audit: the chain holds", status == 0 and " ok" in said, said)
    # a server that is killed before it chains leaves the rest to the next one; a job may write one more while it ends
    report.check("audit: nothing waits", not waits, waits)
    left = number(store, "SELECT count(*) FROM audit_inbox WHERE action NOT LIKE 'job %'")
    report.check("audit: no act of a person waits for the next server", not left, left)


def soon(look):
    until = time.time() + 60
    while not look() and time.time() < until:
        time.sleep(0.05)
    return look()


def what_is_noted(store, server, report):
    """A refusal is a record, once a minute for a person and a page; a session goes on with what somebody does, not with
    what a page fetches."""
    server.start()
    client = kit.People(server).browser("verifier")
    session = "FROM session WHERE id = (SELECT max(id) FROM session)"

    def records(path):
        some = "(SELECT count(*) FROM %s WHERE action = 'refused GET " + path + "' AND outcome = 403)"
        return number(store, "SELECT %s + %s" % (some % "audit", some % "audit_inbox"))  # at one moment

    def refused(path):
        a = client.get(path)
        return a.status == 403 and soon(lambda: records(path) > 0)
    good = refused("/a/people")
    for _ in range(5):
        client.get("/a/people")
    store.sql("UPDATE session SET ends_at = ends_at - 1200000 WHERE id = (SELECT max(id) FROM session)")
    before = number(store, "SELECT ends_at " + session)
    client.get("/hat", [("Sec-Fetch-Mode", "cors")])
    a = client.get("/a/audit", [("Sec-Fetch-Mode", "cors")])  # is written behind all that was noted before it
    good &= a.status == 403 and soon(lambda: records("/a/audit") > 0)
    report.check("audit: who was refused is in it, once a minute", good and records("/a/people") == 1,
                 (records("/a/people"), records("/a/audit")))
    report.check("audit: what a page fetches is no use of a session", number(store, "SELECT ends_at " + session) == before,
                 "it goes on")
    client.get("/hat")
    report.check("audit: what somebody does is", soon(lambda: number(store, "SELECT ends_at " + session) > before),
                 "it does not go on")
    server.stop()


def points(folder):
    return [f for f in os.listdir(folder) if f.endswith("points")]


def half_a_line(store, report, folder, pub, sign):
    """The power went while the notary wrote: that is told, is no forgery, and the next line takes its place."""
    file = next(os.path.join(folder, f) for f in os.listdir(folder) if f.endswith("points"))
    text = open(file).read()
    open(file, "w").write(text[:-30])
    status, said = verify(store, *pub)
    report.check("audit: half a line is told, and not as a forgery, and counts for nothing", status == 1 and
                 "no checkpoint of it" in said and "cut off while it was written" in said and "行不对" not in said, said)
    status, said = run(store, *sign)
    report.check("audit: it was the only one, so it is the first time again", status == 1 and "--first" in said, said)
    status, said = run(store, *sign, "--first")
    now = open(file).read()
    report.check("audit: the notary signs in its place", status == 0 and now.count("\n") == 1 and
                 now.split()[:2] == text.split()[:2] and "cut off while" not in verify(store, *pub)[1], said)


def signed(store, report, folder):
    key = os.path.join(folder, "key")
    where = ["--checkpoints", folder, "--key"]
    status, said = run(store, "notary", "new", "--key", key)
    report.check("audit: a key for the notary", status == 0 and os.stat(key).st_mode & 0o077 == 0, said)
    status, said = run(store, "notary", "new", "--key", key)
    report.check("audit: no key is written over", status == 1, said)
    sign = ["notary", "sign", "--db", store.url, *where]
    for n in range(5):
        apart = os.path.join(folder, "two%d" % n)
        os.mkdir(apart)
        both = [subprocess.Popen([store.linghang, "notary", "sign", "--db", store.url, "--checkpoints", apart,
                                  "--key", key, "--first"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                for _ in range(2)]
        ended = [p.wait() for p in both]
        with open(os.path.join(apart, "1.checkpoints"), encoding="ascii") as f:
            lines = f.read().count("\n")
        if ended != [0, 0] or lines != 1:
            break
    report.check("audit: two notaries at once sign once", ended == [0, 0] and lines == 1, "%s, %d lines" % (ended, lines))
    status, said = run(store, *sign, key)
    report.check("audit: without a checkpoint the notary asks whether it is the first time", status == 1 and
                 "--first" in said and not points(folder), said)
    status, said = run(store, *sign, key, "--first")
    report.check("audit: the notary signs", status == 0 and "for the first time" in said, said)
    status, said = run(store, *sign, key)
    report.check("audit: and from then on without being asked", status == 0 and "--first" not in said, said)
    lines = [open(os.path.join(folder, f)).read() for f in os.listdir(folder) if f.endswith("points")]
    report.check("audit: one checkpoint for one end", [t.count("\n") for t in lines] == [1], lines)
    half_a_line(store, report, folder, [*where, key + ".pub"], [*sign, key])
    status, said = run(store, *sign, key + ".pub")
    report.check("audit: the public half signs nothing", status == 1, said)
    status, said = verify(store, *where, key + ".pub")
    report.check("audit: checkpoints and chain agree", status == 0 and "1 checkpoints, ok" in said, said)
    return key, where, sign


def found(store, report, name, where, sql, seq):
    """After `sql` the chain is wrong at `seq`; the notary refuses."""
    store.sql(sql)
    status, said = verify(store, *where)
    at = re.search(r"record (\d+):", said)
    report.check("audit: %s is found" % name, status == 1 and at and int(at.group(1)) == seq, said)


def not_looked_at(store, report, pub, sign, folder):
    """The end of the chain is cut off: nothing says ok that has seen no checkpoint, and no notary signs what is left."""
    for name, half in (("the folder", pub[:2]), ("the key", pub[2:])):
        status, said = verify(store, *half)
        report.check("audit: %s alone is half a question" % name, status == 2 and "一起写" in said and not re.search(r"\bok\b", said),
                     said)
    typo = os.path.join(folder, "typo")
    status, said = verify(store, "--checkpoints", typo, *pub[2:])
    report.check("audit: a folder that is not there is told", status == 1 and typo in said and not re.search(r"\bok\b", said), said)
    other = os.path.join(folder, "empty")
    os.mkdir(other)
    status, said = verify(store, "--checkpoints", other, *pub[2:])
    report.check("audit: nor is one without checkpoints ok", status == 1 and "no checkpoint of it" in said, said)
    elsewhere = [other if a == folder else a for a in sign]
    status, said = run(store, *elsewhere)
    report.check("audit: the notary signs no shortened chain in an empty folder", status == 1 and "--first" in said and
                 not points(other), said)
    open(os.path.join(folder, "77.checkpoints"), "w").close()
    status, said = verify(store, *pub)
    report.check("audit: a community that was taken out whole is missed", status == 1 and "community 77: " in said, said)
    os.unlink(os.path.join(folder, "77.checkpoints"))


def tampered(store, report, key, where, sign, folder):
    pub = [*where, key + ".pub"]
    drops = (["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"]
             if store.engine == "sqlite" else ["DROP TRIGGER audit_no_change ON audit"])
    refused = 0
    for sql in ("UPDATE audit SET reason = '没看过'", "DELETE FROM audit WHERE seq = 3"):
        try:
            store.sql(sql)
        except Exception:
            refused += 1
    report.check("audit: the store refuses to change a record", refused == 2, refused)
    for sql in drops:
        store.sql(sql)
    found(store, report, "a changed record", pub, "UPDATE audit SET person_id = person_id + 1 WHERE seq = 7", 7)
    status, said = run(store, *sign, key)
    report.check("audit: the notary does not sign it", status == 1, said)
    store.sql("UPDATE audit SET person_id = person_id - 1 WHERE seq = 7")
    report.check("audit: put back it holds", verify(store, *pub)[0] == 0, verify(store, *pub))
    found(store, report, "a record that was moved in time", pub, "UPDATE audit SET at = at + 1 WHERE seq = 9", 9)
    store.sql("UPDATE audit SET at = at - 1 WHERE seq = 9")
    last = number(store, "SELECT max(seq) FROM audit")
    found(store, report, "a chain that was cut off", pub, "DELETE FROM audit WHERE seq > %d" % (last - 4), last - 3)
    report.check("audit: without checkpoints a cut is not seen", verify(store)[0] == 0, verify(store))
    not_looked_at(store, report, pub, [*sign, key], folder)
    file = next(os.path.join(folder, f) for f in os.listdir(folder) if f.endswith("points"))
    text = open(file).read()
    open(file, "w").write(re.sub(r"^\d+", str(last - 4), text))
    status, said = verify(store, *pub)
    report.check("audit: a checkpoint that was written anew is found", status == 1 and "第 1 行" in said, said)
    open(file, "w").write(text)
    found(store, report, "a record taken out", pub, "DELETE FROM audit WHERE seq = 4", 4)


NOBODY = 65534


def somebody_else(store, server, report):
    """The notary may read the store and write nothing of it. On SQLite that works while the service has it open."""
    if store.engine != "sqlite" or os.geteuid() != 0:
        return
    folder = os.path.join(store.dir, "other")
    os.mkdir(folder)
    os.chown(folder, NOBODY, NOBODY)
    os.chmod(store.dir, 0o755)

    def as_nobody(*args):
        p = subprocess.run([store.linghang, *args], capture_output=True, text=True, timeout=300,
                           user=NOBODY, group=NOBODY, extra_groups=[])
        return p.returncode, p.stdout + p.stderr
    key = os.path.join(folder, "key")
    status, said = as_nobody("notary", "new", "--key", key)
    report.check("audit: another user's key for the notary", status == 0, said)
    sign = ["notary", "sign", "--db", store.url, "--checkpoints", folder, "--key", key, "--first"]
    server.start()
    os.chmod(store.file, 0o644)
    for name in (store.file + "-wal", store.file + "-shm"):
        os.chmod(name, 0o644)
    status, said = as_nobody(*sign)
    report.check("audit: another user who may only read signs", status == 0 and
                 "for the first time" in said, said)
    server.stop()
    status, said = as_nobody(*sign)
    report.check("audit: and is told why not when the service stands still", status == 1 and "等服务开了" in said,
                 said)
    status, said = as_nobody("migrate", "--db", store.url)
    report.check("audit: and writes nothing", status == 1 and "写不进去" in said, said)


def main():
    linghang, engine = kit.binary(sys.argv)
    kills = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    report = kit.Report()
    with kit.server_on_sample(linghang, engine) as server:
        store = server.store
        folder = os.path.join(store.dir, "notary")
        os.mkdir(folder)
        all_is_recorded(store, server, report, kills)
        what_is_noted(store, server, report)
        somebody_else(store, server, report)
        key, where, sign = signed(store, report, folder)
        tampered(store, report, key, where, sign, folder)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
