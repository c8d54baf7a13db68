#!/usr/bin/env python3
# read_only -- `serve --read-only`: every page that anybody may read is there and says so, whoever sends
# something reads what to do and keeps what he typed, and the store does not change by a row. Sent again to
# a server that writes, it is stored.
#   read_only.py LINGHANG sqlite|pgsql
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402

WORDS, REFUSED = "现在只能看", "您写的没有存上"
TYPED = "只读的时候写的一句话"


def held(store):
    """{table: rows}"""
    names = "SELECT name FROM sqlite_schema WHERE type = 'table'" if store.engine == "sqlite" else \
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    return {t: store.sql("SELECT COUNT(*) FROM " + t)[0][0] for (t,) in store.sql(names)}


def pages(linghang):
    """Open to everybody, without a name in the address."""
    out = subprocess.run([linghang, "routes"], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in out.splitlines()]
    return [r[1] for r in rows if r[0] == "GET" and r[2] == "anybody" and "{" not in r[1]]


def looked_at(server, report):
    client, said, silent = kit.Client(server.port), 0, []
    for path in pages(server.store.linghang):
        a = client.get(path)
        report.check("read-only: no page breaks", a.status < 500, (path, a.status))
        if a.status == 200 and "text/html" in a.header("Content-Type"):
            said += WORDS in a.text
            silent += [] if WORDS in a.text else [path]
    report.check("read-only: every page says so", said > 8 and not silent, (said, silent))
    kit.note("read-only: %d pages say so" % said)


def sent(server, report):
    client, place = kit.Client(server.port), server.store.demo[0]["places"][0]
    a = client.form("/help", {"place": place, "text": TYPED})
    report.check("read-only: a form is answered by a sentence", a.status == 503 and REFUSED in a.text, a.status)
    report.check("read-only: what was typed comes back", TYPED in a.text, a.text[-600:])
    a = client.post("/api/v1/needs", {"place": place, "text": TYPED})
    report.check("read-only: a program is told too", a.status == 503 and REFUSED in a.text and
                 "json" in a.header("Content-Type"), (a.status, a.text[:200]))
    _, login, password = server.store.demo[0]["accounts"][0]
    a = client.form("/login", {"csrf": "", "login": login, "password": password})
    report.check("read-only: nobody signs in anew", a.status == 503 and password not in a.text, a.status)


def older(store, report):
    """A store that would have to change is not opened."""
    level = store.sql("SELECT MAX(id) FROM migration")[0][0]
    store.sql("DELETE FROM migration WHERE id = %s" % level)
    p = subprocess.run([store.linghang, "serve", "--read-only", "--db", store.url, "--listen", "127.0.0.1:0"],
                       capture_output=True, text=True, timeout=60)
    report.check("read-only: not on an older store", p.returncode == 1 and "只读打不开" in p.stderr, p.stderr)


def main():
    linghang, engine = kit.binary(sys.argv)
    report = kit.Report()
    with kit.server_on_sample(linghang, engine) as server:
        before, writes = held(server.store), server.options
        server.options = [*writes, "--read-only"]
        server.start()
        looked_at(server, report)
        sent(server, report)
        server.stop()
        after = held(server.store)
        changed = {t: (n, after.get(t)) for t, n in before.items() if after.get(t) != n}
        report.check("read-only: no row has changed", len(before) > 100 and not changed, changed)
        server.options = writes
        server.start()
        a = kit.Client(server.port).form("/help", {"place": server.store.demo[0]["places"][0], "text": TYPED})
        there = server.store.sql("SELECT COUNT(*) FROM need WHERE text = '%s'" % TYPED)
        report.check("read-only: sent again it is stored", a.status == 303 and there == [("1",)], (a.status, there))
        server.stop()
        older(server.store, report)
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
