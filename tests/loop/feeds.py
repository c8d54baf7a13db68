#!/usr/bin/env python3
# feeds -- calendars that other programs subscribe to, read by two parsers that know nothing of each
# other (icalendar, vobject; Debian 12), and compared day by day with what the store says; and what is on
# after twenty years of weekly dates.
#   feeds.py LINGHANG sqlite|pgsql
# SPDX-License-Identifier: Apache-2.0
import collections
import datetime
import os
import pathlib
import re
import sqlite3
import sys
import time

sys.dont_write_bytecode = True
# Instead of this folder: its copy.py would hide Python's own.
sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http")
import icalendar  # noqa: E402
import kit  # noqa: E402
import vobject  # noqa: E402
import xml.etree.ElementTree  # noqa: E402

BEIJING = datetime.timezone(datetime.timedelta(hours=8))
EPOCH = datetime.date(1970, 1, 1)
WEEK = datetime.timedelta(days=7)
Event = collections.namedtuple("Event", "uid title status free starts length")


# ---- two parsers ----

def plain(t):
    """An instant in Beijing, or a whole day."""
    return t.astimezone(BEIJING).replace(tzinfo=None) if isinstance(t, datetime.datetime) else t


def by_icalendar(text):
    """Recurrences are stepped here: weeks are all that we write."""
    events = []
    for e in icalendar.Calendar.from_ical(text).walk("VEVENT"):
        start, end = plain(e.decoded("dtstart")), plain(e.decoded("dtend"))
        starts = [start]
        if "rrule" in e:
            rule = e["rrule"]
            if rule["freq"] != ["WEEKLY"] or rule.get("interval", [1]) != [1] or "until" not in rule:
                raise ValueError("a rule without an end, or of another kind: %r" % (rule,))
            until = plain(rule["until"][0])
            while starts[-1] + WEEK <= until:
                starts.append(starts[-1] + WEEK)
        out = e.get("exdate", [])
        gone = {plain(d.dt) for x in (out if isinstance(out, list) else [out]) for d in x.dts}
        events.append(Event(str(e["uid"]), str(e["summary"]), str(e["status"]),
                            e.get("transp") == "TRANSPARENT",
                            tuple(s for s in starts if s not in gone), end - start))
    return events


def by_vobject(text):
    """Recurrences by dateutil's rules."""
    events = []
    for e in vobject.readOne(text).vevent_list:
        start, end = plain(e.dtstart.value), plain(e.dtend.value)
        rules = e.getrruleset()
        starts = tuple(plain(t) for t in rules) if rules else (start,)
        events.append(Event(e.uid.value, e.summary.value, e.status.value,
                            hasattr(e, "transp") and e.transp.value == "TRANSPARENT",
                            starts, end - start))
    return events


# ---- what the store says ----

def read_calendar():
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src", "app", "clock",
                        "calendar.tsv")
    days = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            cells = line.split("\t")
            if line[0].isdigit():
                days[datetime.date.fromisoformat(cells[0])] = cells[1] == "work"
    return days


class Hours:
    """Which spans a day of a site has, said as plainly as can be."""

    def __init__(self, store, calendar, site_id):
        self.calendar = calendar
        sql = store.sql
        self.week = {int(d): s for d, s in sql(
            "SELECT day, spans FROM site_hours WHERE site_id = %s AND part_id = 0" % site_id)}
        self.notices = [(int(a), int(b), s) for a, b, s in sql(
            "SELECT from_day, to_day, spans FROM site_notice WHERE site_id = %s AND part_id = 0"
            " AND ended_at = 0 ORDER BY announced_at, id" % site_id)]

    def works(self, day):
        return self.calendar.get(day, day.weekday() < 5)

    def kind(self, day):
        if self.works(day):
            return 8 if day.weekday() >= 5 else day.isoweekday() % 7
        run = [day]
        for step in (1, -1):
            d = day
            while not self.works(d):
                run.append(d)
                d += datetime.timedelta(days=step)
        return 7 if any(d.weekday() < 5 for d in run) else day.isoweekday() % 7

    def spans(self, day):
        kind = self.kind(day)
        text = self.week.get(kind, "") if kind < 7 else self.week.get(
            kind, self.week.get(day.isoweekday() % 7, ""))
        number = (day - EPOCH).days
        for first, last, spans in self.notices:
            if first <= number <= last:
                text = spans
        return {tuple(int(m) for m in span.split("-")) for span in text.split(",") if span}


def look_at(report, server, store, calendar, code, site_id):
    name = "feed of %s" % code
    a = kit.Client(server.port).get("/site/%s/feed.ics" % code)
    if not report.check(name + " is there", a.status == 200, a.status):
        return 0
    one, other = by_icalendar(a.text), by_vobject(a.text)
    report.check(name + ": both parsers read the same", sorted(one) == sorted(other),
                 set(one) ^ set(other))
    report.check(name + ": each event has an id of its own", len({e.uid for e in one}) == len(one), one)
    report.check(name + ": nobody's time is taken up", all(e.free for e in one), a.text[:300])
    told = collections.defaultdict(set)
    for e in one:
        for s in e.starts if e.title.endswith(" 开放") else ():
            first = s.hour * 60 + s.minute
            told[s.date()].add((first, first + int(e.length.total_seconds()) // 60))
    hours, year = Hours(store, calendar, site_id), datetime.date.today().year
    day, odd = datetime.date(year, 1, 1), []
    while day.year < year + 2:
        if told[day] != hours.spans(day):
            odd.append((day.isoformat(), told[day], hours.spans(day)))
        day += datetime.timedelta(days=1)
    report.check(name + ": every day of two years is right", not odd, odd[:5])
    whole = [e for e in one if not e.title.endswith(" 开放")]
    rows = store.sql("SELECT ended_at FROM site_notice WHERE site_id = %s" % site_id)
    report.check(name + ": every notice stands there", len(whole) == len(rows), whole)
    report.check(name + ": those taken back are cancelled",
                 sum(e.status == "CANCELLED" for e in whole) == sum(str(r[0]) != "0" for r in rows),
                 whole)
    return len(whole)


QUARTER, AHEAD = 900, 118  # seconds; days that a space's calendar reaches at least


def quarters(events):
    """Quarters of an hour since 1970 that the events take up."""
    out = []
    for e in events:
        for s in e.starts:
            first = int(s.replace(tzinfo=BEIJING).timestamp()) // QUARTER
            out += range(first, first + int(e.length.total_seconds()) // QUARTER)
    return out


def of_space(report, server, store, id):
    """A space's calendar is its rows of quarters, and says of nobody who he is."""
    text = kit.Client(server.port).get("/book/%s/feed.ics" % id).text
    one, other = by_icalendar(text), by_vobject(text)
    name = "space %s" % id
    report.check(name + ": both parsers read the same", sorted(one) == sorted(other), set(one) ^ set(other))
    now = int(time.time()) // QUARTER + 1  # the one that runs may end while this is read
    until = now + AHEAD * 96
    told = [q for q in quarters(one) if now <= q < until]
    held = {int(r[0]) for r in store.sql("SELECT slot FROM booking_slot WHERE space_id = %s AND slot >= %d AND"
                                         " slot < %d" % (id, now, until))}
    report.check(name + ": it is busy when the store says so, once", sorted(told) == sorted(held),
                 sorted(set(told) ^ held)[:5])
    names = [r[0] for r in store.sql("SELECT DISTINCT group_name FROM booking_party WHERE"
                                     " group_name <> ''")]
    report.check(name + ": it names nobody", not [n for n in names if n in text], text[:300])
    return len(held)


def of_party(report, server, store, space):
    """A team books every week, gives one date back, and its own calendar says so."""
    guest, day = kit.Client(server.port), datetime.date.today() + datetime.timedelta(days=9)
    a = guest.post("/api/v1/spaces/%s/book" % space, {
        "from_at": "%sT12:00:00+08:00" % day, "to_at": "%sT13:30:00+08:00" % day, "kind": "team",
        "group_name": "折纸社", "name": "甲", "contact": "0551-0000 7001", "heads": 6, "purpose": "class",
        "title": "折纸, 第一课; 带剪刀", "weeks": 1, "part": True})
    if not report.check("a team books every week", a.status == 201 and a.json()["dates"] > 2, a):
        return
    party = a.json()
    rows = store.sql("SELECT id, from_at, to_at FROM booking WHERE party_id = %s ORDER BY from_at" % party["id"])
    gone = guest.form("/booked/%s/give" % party["id"], {"k": party["key"], "booking": rows[1][0]})
    text = guest.get("/booked/%s/feed.ics?k=%s" % (party["id"], party["key"])).text
    one, other = by_icalendar(text), by_vobject(text)
    report.check("one's own: both parsers read the same", sorted(one) == sorted(other), set(one) ^ set(other))
    want = sorted((int(f) // 1000 // QUARTER, (int(t) - int(f)) // 1000 // QUARTER, id == rows[1][0])
                  for id, f, t in rows)
    told = sorted((quarters([e])[0], len(quarters([e])), e.status == "CANCELLED") for e in one)
    report.check("one's own: each date at its time, the one given back is cancelled",
                 gone.status == 303 and told == want, (gone, told, want))
    report.check("one's own: commas and semicolons arrive", {e.title for e in one} == {"折纸, 第一课; 带剪刀"}, one)


def spaces_of(report, server, store):
    ids = [r[0] for r in store.sql("SELECT id FROM booking_space WHERE active_to = 0 AND community_id ="
                                   " (SELECT min(id) FROM community) ORDER BY id")]
    held = sum(of_space(report, server, store, id) for id in ids)
    of_party(report, server, store, ids[2])
    report.check("spaces are booked", len(ids) > 9 and held > 200, (len(ids), held))
def dates_of(report, server, store):
    """Activities: all of them, a programme's, a site's; and for feed readers."""
    month = int((time.time() - 29 * 86400) * 1000)
    base = ("SELECT a.id, a.from_at, a.to_at, a.state, p.code, s.code FROM activity a JOIN"
            " activity_programme p ON p.community_id = a.community_id AND p.id = a.programme_id JOIN site s"
            " ON s.community_id = a.community_id AND s.id = a.site_id WHERE a.community_id = (SELECT"
            " min(id) FROM community) AND a.state <> 'draft' AND a.from_at > %d" % month)
    rows = {r[0]: r for r in store.sql(base)}
    programmes, sites = {r[4] for r in rows.values()}, {r[5] for r in rows.values()}
    for path, want in ([("/e/feed.ics", set(rows))] +
                       [("/e/programme/%s/feed.ics" % c, {i for i in rows if rows[i][4] == c})
                        for c in programmes] +
                       [("/e/site/%s/feed.ics" % c, {i for i in rows if rows[i][5] == c}) for c in sites]):
        text = kit.Client(server.port).get(path).text
        one, other = by_icalendar(text), by_vobject(text)
        report.check(path + ": both parsers read the same", sorted(one) == sorted(other),
                     set(one) ^ set(other))
        told = {str(e.uid).split("@")[0].split("-")[1]: e for e in one}
        report.check(path + ": every date stands there", want <= set(told), want - set(told))
        odd = [i for i in want & set(told) if told[i].starts != (
            datetime.datetime.fromtimestamp(int(rows[i][1]) / 1000, BEIJING).replace(tzinfo=None),)
            or (told[i].status == "CANCELLED") != (rows[i][3] == "cancelled")]
        report.check(path + ": at its time, cancelled if it is", not odd, odd[:3])
    atom = xml.etree.ElementTree.fromstring(kit.Client(server.port).get("/e/feed.xml").text)
    ns = "{http://www.w3.org/2005/Atom}"
    entries = atom.findall(ns + "entry")
    report.check("Atom: feed and entries have what RFC 4287 asks for",
                 all(atom.find(ns + n) is not None for n in ("title", "id", "updated", "author")) and
                 entries and all(e.findtext(ns + n) for e in entries for n in ("title", "id", "updated")), atom)
    feed = kit.Client(server.port).get("/e/feed.json").json()
    report.check("JSON Feed: the same entries", [i["id"] for i in feed["items"]] ==
                 [e.findtext(ns + "id") for e in entries], feed)


# ---- years of history ----

SQL = pathlib.Path(__file__).resolve().parents[2] / "src/app/activity/activity.sql"


def steps(store, name, **given):
    """Instructions of SQLite's machine that a statement of the room takes."""
    text = re.search(r"-- name: %s(?: [^\n]*)?\n(.*?);" % name, SQL.read_text(), re.S).group(1)
    given = {**dict(community_id=None, programme_id=0, site_id=0, series_id=0, from_at=0, to_at=2 ** 62, over_at=0,
                    drafts=0, scope_lo="", scope_hi="", after_at=0, after_id=0, most=20), **given}
    n = 0

    def one_more():
        nonlocal n
        n += 1

    db = sqlite3.connect(store.file, timeout=30)
    try:
        given["community_id"] = db.execute("SELECT min(id) FROM community").fetchone()[0]
        db.set_progress_handler(one_more, 1)
        rows = db.execute(text, {k: given[k] for k in re.findall(r":(\w+)", text)}).fetchall()
    finally:
        db.close()
    return n, len(rows)


def weeks_before(store, weeks):
    """What was said, each week of `weeks` before again."""
    names = [r[0] for r in store.sql(
        "SELECT name FROM pragma_table_info('activity') ORDER BY cid" if store.engine == "sqlite" else
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'activity' AND table_schema ="
        " 'public' ORDER BY ordinal_position")]
    put = {"id": "(SELECT max(id) FROM activity) + row_number() OVER (ORDER BY a.id, w.n)", "series_id": "0", "from_at": "a.from_at - (CAST(w.n AS BIGINT) + 20) * 604800000",
           "to_at": "a.to_at - (CAST(w.n AS BIGINT) + 20) * 604800000"}
    store.sql("WITH RECURSIVE w(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM w WHERE n < %d) INSERT INTO activity"
              " (%s) SELECT %s FROM activity a, w WHERE a.said_at > 0 AND a.id IN (SELECT min(id) FROM activity"
              " WHERE said_at > 0 GROUP BY community_id, title)%s" % (
                  weeks, ", ".join(names), ", ".join(put.get(n, "a." + n) for n in names),
                  "" if store.engine == "sqlite" else " RETURNING id"))


def twenty_years(report, server, store):
    now, silent = int(time.time() * 1000), store.sql(
        "SELECT min(id) FROM activity_programme WHERE code = 'jinianguan'")[0][0]
    last = {"after_at": 2 ** 62}
    ask = {"what is on": ("find", dict(from_at=now - 86400000, after_at=now - 86400001, over_at=now)),
           "a calendar": ("find", dict(from_at=now - 29 * 86400000, after_at=now - 29 * 86400000 - 1, most=400)),
           "staff's last": ("find_back", dict(from_at=now - 730 * 86400000, to_at=now, after_at=now, most=40)),
           "what was said": ("find_said", last),
           "what was said in a programme that says nothing": ("find_said_of", dict(last, programme_id=silent))}
    pages = ["/e", "/e?past=1", "/e/feed.ics", "/e/programme/jinianguan/feed.ics", "/e/feed.json"]

    def look():
        return {p: len(kit.Client(server.port).get(p + ("&" if "?" in p else "?") + "n=%d" % time.time_ns()).body)
                for p in pages}

    def count():
        return {k: steps(store, name, **given)[0] for k, (name, given) in ask.items()} if store.engine == "sqlite" else {}

    before, sizes = count(), look()
    rows = int(store.sql("SELECT count(*) FROM activity")[0][0])
    weeks_before(store, 20 * 52)
    more = int(store.sql("SELECT count(*) FROM activity")[0][0]) - rows
    after = count()
    report.check("twenty years of weeks were put before", more > 5000, more)
    for k in before:
        report.check(k + ": its work does not grow with years", after[k] <= before[k] * 1.2 + 50, (before[k], after[k]))
    for p, n in look().items():
        report.check(p + ": no longer for twenty years", n <= sizes[p] * 1.2, (sizes[p], n))
    kit.note("%d dates more%s" % (more, "".join("; %s: %d, then %d machine steps" % (k, before[k], after[k])
                                                for k in before)))


def main():
    linghang, engine = kit.binary(sys.argv)
    report = kit.Report()
    with kit.server_on_sample(linghang, engine) as server:
        server.start()
        store, calendar = server.store, read_calendar()
        begun = time.time()
        sites = store.sql("SELECT code, id FROM site WHERE active_to = 0 ORDER BY tier, code")
        notices = sum(look_at(report, server, store, calendar, code, id) for code, id in sites)
        spaces_of(report, server, store)
        dates_of(report, server, store)
        twenty_years(report, server, store)
        report.check("there was something", len(sites) > 9 and notices > 3, (len(sites), notices))
        kit.note("%d feeds in %.1f s" % (len(sites), time.time() - begun))
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
