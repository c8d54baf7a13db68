# sim_must -- what must hold in the simulated town, week by week and in the end, and its table.
# SPDX-License-Identifier: Apache-2.0
import collections
import csv
import datetime
import hashlib
import io
import os
import re
import sqlite3
import subprocess

from town import DAY, HOUR, WEEK

YES = "('accepted', 'introduced', 'served', 'confirmed')"
# Told once for each offer, whatever happens.
ONCE = ("match.asked", "match.accepted", "match.introduced", "match.thanks")
# Compared between engines: all but secrets, chance (which hours are called about) and stopwatches.
COMPARED = ("need", "need_event", "need_clock", "match_help", "match_offer", "match_event",
            "match_run", "match_proposal", "match_miss", "match_adoption", "match_price",
            "volunteer", "volunteer_event", "hours", "hours_event", "job")
NOT_COMPARED = ("key_hash", "word", "took_us", "id_hash")


def none(sim, name, text):
    rows = sim.store.sql(text)
    sim.report.check("week %d: %s" % (sim.week, name), not rows,
                     "%d, first %s" % (len(rows), rows[:1]))


def week(sim):
    """Whoever has left has no measure any more: what he agreed to is forgotten with him."""
    now = sim.server.now
    none(sim, "nobody was asked more often in seven days than he agreed to",
         "SELECT o.volunteer_id FROM match_offer o JOIN match_offer p ON p.community_id ="
         " o.community_id AND p.volunteer_id = o.volunteer_id AND p.asked_at > o.asked_at - %d"
         " AND p.asked_at <= o.asked_at JOIN volunteer v ON v.community_id = o.community_id AND"
         " v.id = o.volunteer_id WHERE o.asked_at > %d AND v.state <> 'left' GROUP BY o.id,"
         " o.volunteer_id, v.ask_max HAVING COUNT(*) > v.ask_max" % (WEEK, now - 2 * WEEK))
    none(sim, "nobody has promised more for a week than he agreed to",
         "SELECT o.volunteer_id FROM match_offer o JOIN volunteer v ON v.community_id ="
         " o.community_id AND v.id = o.volunteer_id WHERE o.state IN %s AND v.state <> 'left'"
         " GROUP BY o.volunteer_id, v.week_max, (CASE WHEN o.visit_at = 0 THEN o.answered_at"
         " ELSE o.visit_at END + %d) / %d HAVING COUNT(*) > v.week_max" % (YES, 80 * HOUR, WEEK))
    none(sim, "nobody is asked for, or has promised, one hour twice",
         "SELECT o.id FROM match_offer o JOIN match_offer p ON p.community_id = o.community_id AND"
         " p.volunteer_id = o.volunteer_id AND p.id > o.id AND p.visit_at < o.leave_at AND"
         " p.leave_at > o.visit_at WHERE o.visit_at > 0 AND p.visit_at > 0 AND o.state IN"
         " ('asked', 'accepted', 'introduced') AND p.state IN ('asked', 'accepted', 'introduced')")
    none(sim, "no need has more people than it wants",
         "SELECT o.need_id FROM match_offer o JOIN match_help h ON h.id = o.need_id"
         " WHERE o.state IN %s GROUP BY o.need_id, o.turn, h.people"
         " HAVING COUNT(*) > h.people" % YES)
    none(sim, "each need has somebody, a proposal, a reason, a next time, or the duty desk",
         "SELECT h.id FROM match_help h JOIN need n ON n.id = h.id WHERE n.closed_at = 0"
         " AND n.state NOT IN ('clarify', 'parked', 'objected', 'reported', 'verified')"
         " AND n.level <> 'L0' AND h.is_paused = 0 AND h.rung < 3"
         " AND NOT EXISTS (SELECT 1 FROM match_offer o WHERE o.need_id = h.id"
         " AND o.turn = h.turn AND o.state NOT IN ('declined', 'expired', 'released'))"
         " AND NOT EXISTS (SELECT 1 FROM match_proposal p WHERE p.community_id = h.community_id"
         " AND p.need_id = h.id AND p.until_at = 0) AND NOT EXISTS (SELECT 1 FROM match_miss m"
         " WHERE m.community_id = h.community_id AND m.need_id = h.id AND m.until_at = 0)"
         " AND NOT EXISTS (SELECT 1 FROM job j WHERE j.subject_id = h.id"
         " AND j.kind = 'match.turn' AND j.done_at = 0)")
    none(sim, "what is closed has an answer in words",
         "SELECT id FROM need WHERE closed_at > 0 AND answer = ''"
         " AND state NOT IN ('withdrawn', 'merged')")
    none(sim, "no question is open beyond its time",
         "SELECT id FROM match_offer WHERE state = 'asked' AND due_at < %d" % (now - 2 * HOUR))
    none(sim, "nothing that was promised is left without a word",
         "SELECT id FROM match_offer WHERE (state = 'accepted' AND answered_at < %d) OR (state IN"
         " ('introduced', 'served') AND (CASE WHEN leave_at = 0 THEN introduced_at ELSE leave_at"
         " END) < %d)" % (now - 2 * DAY, now - 4 * DAY))
    none(sim, "no offer outlives its need", "SELECT o.id FROM match_offer o JOIN need n ON n.id ="
         " o.need_id WHERE o.state IN ('asked', 'accepted', 'introduced') AND n.closed_at > 0"
         " AND n.closed_at < %d" % (now - HOUR))
    none(sim, "each run is proved, and hours cost it a fiftieth at most",
         "SELECT id FROM match_run WHERE gap < 0 OR gap * 50 > objective")
    # whoever was not needed may be asked again
    none(sim, "each step of a question was taken once for each time it was asked",
         "SELECT e.offer_id FROM match_event e GROUP BY e.offer_id, e.step HAVING COUNT(*) >"
         " (SELECT SUM(CASE WHEN e.step = 'ask' AND r.step = 'release' OR e.step <> 'ask' AND"
         " r.step = 'ask' THEN 1 ELSE 0 END) + CASE WHEN e.step = 'ask' THEN 1 ELSE 0 END"
         " FROM match_event r WHERE r.offer_id = e.offer_id)")
    none(sim, "no job failed", "SELECT kind, failed FROM job WHERE failed <> ''")
    none(sim, "no job waits that is due", "SELECT kind FROM job WHERE done_at = 0 AND run_at < %d"
         % (now - HOUR))
    none(sim, "no message failed or waits long", "SELECT topic FROM outbox WHERE state <> 'sent'"
         " AND (state <> 'waiting' OR send_at < %d)" % (now - HOUR))


def messages(sim):
    last, twice = {}, []
    for topic, subject, text, at in sim.mail.messages:
        day = datetime.date.fromisoformat(at[:10])
        before = last.get((topic, subject, text))
        if before and (day - before).days < 7:
            twice.append((topic, subject, text, at))
        last[topic, subject, text] = day
    sim.report.check("no message came twice", len(set(sim.mail.ids)) == len(sim.mail.ids), "")
    sim.report.check("nobody was told the same twice in a week", not twice, "%d, first %s" % (
        len(twice), twice[:1]))
    told = collections.Counter(m[:2] for m in sim.mail.messages if m[0] in ONCE)
    asked = dict(sim.store.sql("SELECT offer_id, COUNT(*) FROM match_event WHERE step = 'ask'"
                               " GROUP BY offer_id"))
    twice = [m for m, n in told.items() if n > int(asked.get(m[1], 1))]
    sim.report.check("each offer is asked, accepted, agreed and thanked for once", not twice,
                     "%d, first %s" % (len(twice), twice[:1]))


def end(sim):
    open_needs = sim.ours("SELECT id FROM need WHERE closed_at = 0")
    sim.report.check("each need of the year has its answer", not open_needs, len(open_needs))
    none(sim, "each offer has its end",
         "SELECT id FROM match_offer WHERE ended_at = 0 AND state NOT IN ('served')")
    messages(sim)
    sim.sign_in()
    page = sim.people.browser("dispatcher")
    for need, (number, _) in sim.needs.items():
        a = page.get("/d/match/" + need)
        ok = a.status == 200 and "%" not in re.sub(r"<[^>]*>", "", a.text)
        sim.report.check("the page of reasons of need %d opens" % number, ok, a.status)
        a = sim.staff.get("/api/v1/needs/%s/proposals" % need)
        sim.report.check("the proposals for need %d are told" % number, a.status == 200, a.status)
    for path in ("/d/match/run", "/d/match/gaps", "/d/board", "/d/volunteers", "/d/hours"):
        a = page.get(path)
        sim.report.check(path + " opens", a.status == 200, a.status)
    table(sim)


# ---- the table ----


def dump(store, name):
    """Rows as lists of text, in the order of their ids; columns by name. Envelopes are never alike
    twice: their length is."""
    if store.engine == "sqlite":
        kinds = {r[1]: r[2] for r in store.sql("PRAGMA table_info(%s)" % name)}
    else:
        kinds = dict(store.sql("SELECT column_name, data_type FROM information_schema.columns"
                               " WHERE table_name = '%s'" % name))
    columns = sorted(c for c in kinds if c not in NOT_COMPARED)
    shown = ["LENGTH(%s)" % c if kinds[c].lower() in ("blob", "bytea") else c for c in columns]
    text = "SELECT %s FROM %s ORDER BY %s" % (", ".join(shown), name,
                                             "id" if "id" in columns else ", ".join(columns))
    if store.engine == "sqlite":
        db = sqlite3.connect(store.file, timeout=30)
        rows = [["" if v is None else str(v) for v in r] for r in db.execute(text)]
        db.close()
        return rows
    p = subprocess.run(["psql", "-X", "-q", "-t", "--csv", "-h", os.environ["PG_HOST"], "-U",
                        "postgres", "-c", text, store.name], capture_output=True, text=True)
    return list(csv.reader(io.StringIO(p.stdout)))


def digests(store):
    """[(table, rows, digest)]. Ids hold the number of the process: only their order counts."""
    tables = [(name, "\n".join("\t".join(r) for r in dump(store, name))) for name in COMPARED]
    ids = sorted({int(i) for _, text in tables for i in re.findall(r"\b\d{16,19}\b", text)})
    rank = {str(i): "#%d" % n for n, i in enumerate(ids)}
    for name, text in tables:
        text = re.sub(r"\b\d{16,19}\b", lambda m: rank[m.group()], text)
        if os.environ.get("SIM_DUMP"):  # to see with diff where two years part
            with open(os.path.join(os.environ["SIM_DUMP"], store.engine + "." + name), "w") as f:
                f.write(text)
        yield name, len(text.splitlines()), hashlib.sha256(text.encode()).hexdigest()[:12]


def table(sim):
    rows = sim.store.sql("SELECT o.state, o.need_id FROM match_offer o")
    states = collections.Counter("offers " + s for s, n in rows if n in sim.needs)
    ends = collections.Counter("needs " + s for s, n in sim.store.sql("SELECT state, id FROM need")
                               if n in sim.needs)
    topics = collections.Counter("told " + m[0] for m in sim.mail.messages)
    late = len(sim.ours("SELECT need_id FROM need_event WHERE step = 'overdue'"))
    helpers = sim.store.sql("SELECT COUNT(DISTINCT volunteer_id) FROM match_offer WHERE state IN "
                            + YES)[0][0]
    print("== table")
    print("weeks %d and %d, needs %d" % (sim.weeks, sim.week - sim.weeks, len(sim.needs)))
    for counter in (ends, states, sim.tally, topics):
        for name, n in sorted(counter.items()):
            print("%-28s %d" % (name, n))
    print("%-28s %s" % ("helpers who came", helpers))
    print("%-28s %s" % ("limits that were missed", late))
    for name, n, digest in digests(sim.store):
        print("%-28s %6d rows %s" % (name, n, digest))
    print("==")
