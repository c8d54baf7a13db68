"""bench.py LINGHANG OPEN_LOOP [ROUNDS]: figures as ratios against something real in the same run.

Interleaved rounds, medians; an absolute time on a shared machine proves nothing. PostgreSQL beside SQLite when
PG_HOST is given. See README.md.
SPDX-License-Identifier: Apache-2.0
"""
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "faults"))
import faultkit
from faultkit import kit

SECONDS = 4
TEXT = "四楼楼道的灯坏了三天，晚上看不见路"
POST = """
local n = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"place":"%s","text":"四楼楼道的灯坏了三天，晚上看不见路","contact":"0551-0000 0009"}'
function request()
    n = n + 1
    local a = math.random(0, 16777215)
    wrk.headers["X-Forwarded-For"] = string.format("10.%%d.%%d.%%d", a / 65536, a / 256 %% 256, a %% 256)
    return wrk.format()
end
function done(summary)
    local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.timeout
    io.write(string.format("bad %%d of %%d\\n", bad, summary.requests))
end
"""


# Each address is new, so that no page is one that was kept.
ANEW = """
local n = 0
function request()
    n = n + 1
    return wrk.format(nil, wrk.path .. "?n=" .. n .. "-" .. math.random(0, 16777215))
end
"""


def wrk(url, connections, script=None):
    """Good answers a second, and how many were not."""
    args = ["wrk", "-t2", "-c%d" % connections, "-d%ds" % SECONDS]
    out = subprocess.run(args + (["-s", script] if script else []) + [url], capture_output=True,
                         text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    bad = re.search(r"bad (\d+) of (\d+)", out)
    other = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    wrong = int(bad.group(1)) if bad else int(other.group(1)) if other else 0
    total = int(bad.group(2)) if bad else int(rate * SECONDS)
    return rate * (1 - wrong / max(total, 1)), wrong


def memory_mb(pid):
    """Proportional set size: shared pages count by share."""
    text = pathlib.Path("/proc/%d/smaps_rollup" % pid).read_text()
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M).group(1)) / 1024


def idle_connections(port, n):
    held = []
    for _ in range(n):
        c = kit.Client(port)
        c.get("/healthz")
        held.append(c)
    return held


class Nginx:
    """Serves the given bytes as a static file."""

    def __init__(self, page):
        self.dir = tempfile.mkdtemp()
        self.port = kit.free_port()
        pathlib.Path(self.dir, "page").write_bytes(page)
        conf = pathlib.Path(self.dir, "nginx.conf")
        conf.write_text("""daemon off; worker_processes 2; pid %s/pid; error_log %s/error;
events { worker_connections 1024; }
http { access_log off; default_type text/html; sendfile on; keepalive_requests 1000000;
server { listen 127.0.0.1:%d; root %s; } }""" % (self.dir, self.dir, self.port, self.dir))
        os.chmod(self.dir, 0o755)
        self.process = subprocess.Popen(["nginx", "-c", str(conf)], stderr=subprocess.DEVNULL)
        time.sleep(0.5)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def start_seconds(server):
    began = time.monotonic()
    server.start()
    return time.monotonic() - began


def full_rooms(server, site):
    """Each hour of a week is booked in all rooms of a site, by a telephone of its own; the page of the
    first room on one of these days."""
    guest, n = kit.Client(server.port), 0
    rooms = [s["id"] for s in guest.get("/api/v1/spaces?site=" + site).json()["items"]]
    for day in range(1, 8):
        date = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600 + day * 86400))
        for room in rooms:
            for hour in range(9, 20):
                n += 1
                guest.post("/api/v1/spaces/%s/book" % room, {
                    "from_at": "%sT%02d:00:00+08:00" % (date, hour), "heads": 4, "purpose": "meeting",
                    "to_at": "%sT%02d:00:00+08:00" % (date, hour + 1), "name": "第 %d 位" % n,
                    "contact": "0551-2%07d" % n})
    return "/book/%s?d=%s" % (rooms[0], date)


def of_engine(linghang, loop, engine, rounds):
    starts, idle, busy, creates, loops, one, pages, anew, statics, bads = [], [], [], [], [], [], [], [], [], 0
    guides, finds, rooms, weeks, events, dates = [], [], [], [], [], []
    for _ in range(rounds):
        store = kit.Store(linghang, engine)  # each round begins with the same town
        server = kit.Server(store)
        place = store.demo[0]["places"][0]
        script = os.path.join(store.dir, "post.lua")
        pathlib.Path(script).write_text(POST % place)
        starts.append(start_seconds(server))
        time.sleep(1)
        idle.append(memory_mb(server.process.pid))
        page = kit.Client(server.port).get("/b/" + place)
        held = idle_connections(server.port, 256)
        busy.append(memory_mb(server.process.pid))
        for c in held:
            c.close()
        nginx = Nginx(page.body)
        statics.append(wrk("http://127.0.0.1:%d/page" % nginx.port, 64)[0])
        pages.append(wrk("http://127.0.0.1:%d/b/%s" % (server.port, place), 64)[0])
        new = os.path.join(store.dir, "anew.lua")
        pathlib.Path(new).write_text(ANEW)
        find = os.path.join(store.dir, "find.lua")
        pathlib.Path(find).write_text(ANEW.replace("?n=", "?q=%E7%A4%BE%E4%BF%9D%E5%8D%A1%E4%B8%A2%E4%BA%86&n="))
        anew.append(wrk("http://127.0.0.1:%d/b/%s" % (server.port, place), 64, new)[0])
        guides.append(wrk("http://127.0.0.1:%d/s/elder-money" % server.port, 64, new)[0])
        finds.append(wrk("http://127.0.0.1:%d/s" % server.port, 64, find)[0])
        room, week = full_rooms(server, "HH-ZX"), "/w/rooms/HH-ZX?w=1"
        clerk = kit.People(server).browser("clerk")
        if clerk.get(week).text.count('"/w/booking/') < 250:
            raise SystemExit("the week is not full")
        signed = os.path.join(store.dir, "signed.lua")
        pathlib.Path(signed).write_text('wrk.headers["Cookie"] = "%s"\n' % "; ".join(
            "%s=%s" % c for c in clerk.cookies.items()))
        rooms.append(wrk("http://127.0.0.1:%d%s" % (server.port, room), 64)[0])
        weeks.append(wrk("http://127.0.0.1:%d%s" % (server.port, week), 64, signed)[0])
        date = re.search(r'href="(/e/\d+)"', kit.Client(server.port).get("/e").text).group(1)
        events.append(wrk("http://127.0.0.1:%d/e" % server.port, 64, new)[0])
        dates.append(wrk("http://127.0.0.1:%d%s" % (server.port, date), 64, new)[0])
        nginx.stop()
        rate, bad = wrk("http://127.0.0.1:%d/api/v1/needs" % server.port, 64, script)
        creates.append(rate)
        bads += bad
        server.stop()
        for batch, into in ((64, loops), (1, one)):
            into.append(float(subprocess.run([loop, store.url, place, str(SECONDS), str(batch)],
                                             capture_output=True, text=True, check=True).stdout))
        store.drop()
    m = statistics.median
    print("== %s, medians of %d interleaved rounds" % (engine, rounds))
    print("durable needs over HTTP, 64 connections: %.0f/s = %.2f of the bare loop with 64 a commit "
          "(%.0f/s), %.2f of it with 1 a commit (%.0f/s); refused or failed: %d"
          % (m(creates), m(a / b for a, b in zip(creates, loops)), m(loops),
             m(a / b for a, b in zip(creates, one)), m(one), bads))
    print("building page, 64 connections: %.0f/s = %.2f of nginx serving the same bytes (%.0f/s); "
          "made anew each time %.0f/s = %.2f"
          % (m(pages), m(a / b for a, b in zip(pages, statics)), m(statics), m(anew),
             m(a / b for a, b in zip(anew, statics))))
    print("a guide made anew: %.2f of that; finding one by its words: %.2f"
          % (m(a / b for a, b in zip(guides, anew)), m(a / b for a, b in zip(finds, anew))))
    print("a room's day: %.2f of that; the clerk's week of five full rooms: %.2f"
          % (m(a / b for a, b in zip(rooms, anew)), m(a / b for a, b in zip(weeks, anew))))
    print("what is on, made anew: %.2f of that; one date: %.2f"
          % (m(a / b for a, b in zip(events, anew)), m(a / b for a, b in zip(dates, anew))))
    print("memory: idle %.1f MB, with 256 connections %.1f MB (PSS)" % (m(idle), m(busy)))
    print("start to first answer: %.0f ms" % (m(starts) * 1000))


# ---- what trust costs ----

# The same server without what makes it trusted: walls by its option, records and sealing by a copy that
# writes none and stores what it is given (as long as an envelope is at least, or the schema refuses it).
OFF = [("src/app/audit/audit.c", """    struct audit_walk end;
    struct audit_record r = {
        .id = id_new(cx),""", """    if (cx)
        return OK;
    struct audit_walk end;
    struct audit_record r = {
        .id = id_new(cx),"""),
       ("src/base/vault.c", "    if (n && !cx->vault)\n", """    if (act == VAULT_SEAL || act == VAULT_INDEX) {
        for (size_t i = 0; i < n; i++)
            at[i].out = act == VAULT_INDEX ? at[i].in : arena_printf(cx->mem, "%-40.*s", STR(at[i].in));
        return OK;
    }
    if (n && !cx->vault)
""")]


class Bare(kit.Server):
    def open(self, args, log):
        return super().open([*args, "--walls", "off"], log)


def cpu_seconds(server):
    """Of the server and of those that work for it, such as the process with the keys."""
    ticks = 0
    for pid in [server] + subprocess.run(["pgrep", "-P", str(server)], capture_output=True,
                                         text=True).stdout.split():
        with open("/proc/%s/stat" % pid) as f:
            words = f.read().rsplit(")", 1)[1].split()
        ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def ask_twenty(server, place):
    for n in range(20):
        client = kit.Client(server.port)
        answer = client.post("/api/v1/needs", {"place": place, "text": TEXT, "contact": "0551-0000 %04d" % n})
        if answer.status != 201:
            raise SystemExit("a need: %r" % answer)
        client.close()


def cpu_of_lists(server):
    """A list of twenty masked numbers, by sessions that stay within what one may ask for in a minute, s."""
    people = kit.People(server)
    staff = [kit.Client(server.port, people.new_token("dispatcher")) for _ in range(8)]
    newest = staff[0].get("/api/v1/needs?limit=20").json()["items"]
    if len(newest) < 20 or any(n["text"] != TEXT for n in newest):
        raise SystemExit("the list does not show what was just asked: %s" % newest[:1])
    began = cpu_seconds(server.process.pid)
    for client in staff:
        for _ in range(50):
            client.get("/api/v1/needs?limit=20")
        client.close()
    return (cpu_seconds(server.process.pid) - began) / (50 * len(staff))


def cost_of(linghang, kind, engine):
    """Needs a second, and the processor's time of a need, of a page made anew and of a list, s. The lists and
    pages of both show the same twenty needs; those of the rush come after them."""
    with kit.server_on_sample(linghang, engine, kind=kind) as server:
        store, url = server.store, "http://127.0.0.1:%d" % server.port
        place = store.demo[0]["places"][0]
        scripts = {}
        for name, text in (("post", POST % place), ("anew", ANEW)):
            scripts[name] = os.path.join(store.dir, name + ".lua")
            pathlib.Path(scripts[name]).write_text(text)
        server.start()
        pid = server.process.pid
        ask_twenty(server, place)
        lists = cpu_of_lists(server)
        began = cpu_seconds(pid)
        pages, _ = wrk(url + "/b/" + place, 64, scripts["anew"])
        after_pages = cpu_seconds(pid)
        needs, _ = wrk(url + "/api/v1/needs", 64, scripts["post"])
        after_needs = cpu_seconds(pid)
        server.stop()
    return needs, (after_needs - after_pages) / (needs * SECONDS), (after_pages - began) / (pages * SECONDS), lists


def trust(linghang, engine, rounds):
    bare = faultkit.changed_copy(linghang, OFF)
    pairs = [(cost_of(linghang, kit.Server, engine), cost_of(bare, Bare, engine)) for _ in range(rounds)]

    def ratio(i):
        return statistics.median(off[i] / on[i] if i else on[i] / off[i] for on, off in pairs)
    print("with sealing, records and walls on, as a ratio to off, %s: needs a second %.2f; by processor time,"
          " needs %.2f, pages %.2f, lists of twenty masked numbers %.2f" % (engine, *map(ratio, range(4))))


def main():
    linghang, loop = (os.path.abspath(p) for p in sys.argv[1:3])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    for engine in ["sqlite"] + (["pgsql"] if os.environ.get("PG_HOST") else []):
        of_engine(linghang, loop, engine, rounds)
        trust(linghang, engine, rounds)


if __name__ == "__main__":
    main()
