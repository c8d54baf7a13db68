# cases -- reads and runs tests/http/*.case: readable exchanges with a server. The format stands in
# README.md; a mistake in a file is told with its line and counts as a failure.
# SPDX-License-Identifier: Apache-2.0
import json
import os
import re
import time
import urllib.parse
import uuid
from xml.etree import ElementTree

import kit

REQUEST = re.compile(r"^> ([A-Z]+) (\S+)(?: (form|raw|multipart))?(?: as ([a-z_0-9]+)(?:@(\d+))?( in browser)?)?"
                     r"(?: x(\d+)| (soon))?$")
STATUS = re.compile(r"^< (\d{3}|\dxx)$")
LONG_NUMBER = re.compile(r"\d{13,}")
CAPTURE = re.compile(r"^\{\{([a-z_0-9]+)\}\} = (.+)$")


BOUNDARY = "----a-part-of-a-form"
SOON_S = 20
PICTURES = os.path.join(kit.HERE, "..", "fuzz", "corpus", "fuzz_image")


class Bad(Exception):
    pass


class Exchange:
    def __init__(self, line, name):
        self.line, self.name = line, name
        self.request, self.status = None, None
        self.headers, self.body = [], []
        self.expect_headers, self.expect, self.captures = [], [], []


def parse(path):
    """The exchanges of a file. `== name` begins a group; its name is part of each failure."""
    exchanges, group, part, now = [], "", None, None
    setting = []
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    for number, line in enumerate(lines, 1):
        if line.startswith("#") and part in (None, "expect"):
            continue
        if line.startswith("== "):
            group, part = line[3:].strip(), None
        elif line.startswith("> "):
            m = REQUEST.match(line)
            if not m:
                raise Bad("line %d: not a request: %s" % (number, line))
            now = Exchange(number, group)
            now.request, now.setting = m.groups(), setting
            setting = []
            exchanges.append(now)
            part = "headers"
        elif line.startswith("< ") and part in ("headers", "body"):
            m = STATUS.match(line)
            if not m:
                raise Bad("line %d: not a status: %s" % (number, line))
            now.status = m.group(1)
            part = "expect headers"
        elif part is None:
            if CAPTURE.match(line):
                setting.append(CAPTURE.match(line).groups())
            elif line.strip():
                raise Bad("line %d: stands outside of an exchange: %s" % (number, line))
        elif part == "headers":
            if line:
                now.headers.append(line)
            else:
                part = "body"
        elif part == "body":
            now.body.append(line)
        elif CAPTURE.match(line):
            now.captures.append(CAPTURE.match(line).groups())
        elif part == "expect headers":
            if line:
                now.expect_headers.append(line)
            else:
                part = "expect"
        elif line.strip():
            now.expect.append(line)
    for e in exchanges:
        if not e.status:
            raise Bad("line %d: no answer is expected" % e.line)
        while e.body and not e.body[-1].strip():
            e.body.pop()
    return exchanges


def unescape(text):
    r"""\xNN \r \n \t \\ to bytes; all else as UTF-8."""
    def one(m):
        s = m.group(0)
        if s[1] == "x":
            return bytes([int(s[2:], 16)])
        return {"r": b"\r", "n": b"\n", "t": b"\t", "\\": b"\\"}[s[1]]
    out, at = b"", 0
    for m in re.finditer(r"\\(?:x[0-9a-fA-F]{2}|[rnt\\])", text):
        out += text[at:m.start()].encode() + one(m)
        at = m.end()
    return out + text[at:].encode()


def holds(text, wanted):
    """Digits of a door or a number are not looked for inside ids and times, which are longer."""
    return wanted in (LONG_NUMBER.sub("", text) if len(wanted) < 12 else text)


def fits(want, got, where="json"):
    """None, or what of the expected JSON is not there. Objects and arrays may hold more."""
    if isinstance(want, str) and want.startswith("~"):
        if isinstance(got, str) and re.search(want[1:], got):
            return None
        return "%s is %r, does not match %s" % (where, got, want[1:])
    if want == "*":
        return None
    if isinstance(want, dict):
        if not isinstance(got, dict):
            return "%s is no object" % where
        for k, v in want.items():
            if v == "!absent":
                if k in got:
                    return "%s.%s is there" % (where, k)
            elif k not in got:
                return "%s.%s is missing" % (where, k)
            else:
                wrong = fits(v, got[k], where + "." + k)
                if wrong:
                    return wrong
        return None
    if isinstance(want, list):
        if not isinstance(got, list):
            return "%s is no array" % where
        for w in want:
            if all(fits(w, g) for g in got):
                return "%s has no element like %s" % (where, json.dumps(w, ensure_ascii=False))
        return None
    return None if want == got and type(want) is type(got) else \
        "%s is %r, not %r" % (where, got, want)


class Runner:
    def __init__(self, people, report):
        self.people, self.report = people, report
        self.ids = {}
        self.tried = set()  # (method, path without query, status)

    def run(self, path):
        name = os.path.basename(path)[:-5]
        try:
            exchanges = parse(path)
        except Bad as e:
            self.report.bad(name, e)
            return
        here = self.people[0].here
        self.vars = {"place": here["places"][0], "community": here["code"]}
        for i, code in enumerate(here["places"]):
            self.vars["place%d" % (i + 1)] = code
        self.vars.update(self.known())
        if len(self.people) > 1:
            self.vars["other_community"] = self.people[1].here["code"]
            self.vars["other_place"] = self.people[1].here["places"][0]
        broken = None
        for e in exchanges:
            title = "%s:%d %s" % (name, e.line, e.name)
            if broken is not None and broken == e.name:
                continue  # the rest of a group stands on what failed; one failure is enough
            try:
                wrong = self.exchange(e)
            except (Bad, OSError, EOFError, KeyError, RuntimeError) as fault:
                wrong = "%s: %s" % (type(fault).__name__, fault)
            if self.report.check(title.strip(), not wrong, wrong):
                continue
            broken = e.name

    def known(self):
        """Ids of the sample that cases need: {{duty}}, {{org}} of the handler, {{other_org}}; codes of
        a place of the grid, and of one without a board below {{its_board}}."""
        if self.ids:
            return self.ids
        sql = self.people[0].server.store.sql
        first = "(SELECT id FROM community ORDER BY id LIMIT 1)"
        login = self.people[0].account("handler")[1]
        org = sql("SELECT o.org_id FROM person p JOIN holding h ON h.community_id = p.community_id"
                  " AND h.person_id = p.id AND h.to_at = 0 JOIN post o ON o.community_id ="
                  " p.community_id AND o.id = h.post_id WHERE p.community_id = %s AND p.login = '%s'"
                  " AND o.role = 'handler' ORDER BY o.id" % (first, login))[0][0]
        other = sql("SELECT id FROM org WHERE community_id = %s AND id <> %s AND tier = ''"
                    " ORDER BY code LIMIT 1" % (first, org))[0][0]
        duty = sql("SELECT id FROM duty WHERE community_id = %s AND active = 1 AND may_publish = 1"
                   " ORDER BY code LIMIT 1" % first)[0][0]
        login = self.people[0].account("grid_worker")[1]
        mine, path = sql("SELECT a.code, a.path FROM person p JOIN holding h ON h.community_id = p.community_id AND"
                   " h.person_id = p.id AND h.to_at = 0 JOIN post o ON o.community_id ="
                   " p.community_id AND o.id = h.post_id JOIN grid_place g ON g.community_id ="
                   " p.community_id AND g.grid_id = o.grid_id AND g.to_at = 0 JOIN place a ON"
                   " a.community_id = p.community_id AND a.id = g.place_id WHERE p.community_id = %s"
                   " AND p.login = '%s' ORDER BY a.code LIMIT 1" % (first, login))[0]
        below = sql("SELECT s.code, a.code FROM board b JOIN place a ON a.community_id ="
                    " b.community_id AND a.id = b.place_id JOIN place s ON s.community_id ="
                    " a.community_id AND s.parent_id = a.id LEFT JOIN board o ON o.community_id ="
                    " s.community_id AND o.place_id = s.id WHERE b.community_id = %s AND o.id IS NULL"
                    " AND a.path >= '%s' AND a.path < '%s~' ORDER BY s.code LIMIT 1" %
                    (first, path, path))[0]
        self.ids = {"duty": duty, "org": org, "other_org": other, "grid_place": mine,
                    "below_board": below[0], "its_board": below[1]}
        return self.ids

    # ---- one exchange ----

    def fill(self, text):
        def one(m):
            word = m.group(1)
            if word == "uuid":
                return str(uuid.uuid4())
            if word in ("today", "yesterday"):
                day = time.gmtime(time.time() + 8 * 3600 - (86400 if word == "yesterday" else 0))
                return time.strftime("%Y-%m-%d", day)
            if word.startswith("totp "):
                return kit.totp(self.vars[word[5:]])
            ahead = re.fullmatch(r"in (\d+) days", word)
            if ahead:
                return time.strftime("%Y-%m-%d", time.gmtime(
                    time.time() + 8 * 3600 + 86400 * int(ahead.group(1))))
            if word.startswith("repeat "):
                _, what, n = word.split(" ")
                return what * int(n)
            if word not in self.vars:
                raise Bad("{{%s}} has no value" % word)
            return self.vars[word]
        return re.sub(r"\{\{([^{}]+)\}\}", one, text)

    def caller(self, target, role, community, browser):
        who = self.people[int(community or 1) - 1]
        if role is None:
            return kit.Client(who.server.port)
        if target.startswith("/api/") and not browser:
            return who.api(role)
        c = who.browser(role)
        self.vars["csrf"] = c.csrf
        return c

    def exchange(self, e):
        method, target, kind, role, community, browser, times, soon = e.request
        until = time.monotonic() + (SOON_S if soon else 0)
        for name, value in e.setting:
            self.vars[name] = self.fill(value)
        client = self.caller(target, role, community, browser)
        for _ in range(int(times or 1)):
            headers, body = self.outgoing(e, kind)
            a = client.ask(method, self.fill(target), headers, body)
        while time.monotonic() < until and self.judge(e, a):
            a = client.ask(method, self.fill(target), headers, body)
        if role is None:
            client.close()
        self.tried.add((method, self.fill(target).split("?")[0], a.status))
        wrong = self.judge(e, a)
        if not wrong:
            for name, source in e.captures:
                self.vars[name] = self.take(source, a)
        return wrong

    def outgoing(self, e, kind):
        headers = []
        for line in e.headers:
            n, _, v = self.fill(line).partition(":")
            headers.append((n.strip(), v.strip()))
        if kind == "form":
            pairs = []
            for line in e.body:
                n, _, v = line.partition("=")
                pairs.append("%s=%s" % (urllib.parse.quote(self.fill(n.strip())),
                                        urllib.parse.quote(unescape(self.fill(v.strip())))))
            if not any(n.lower() == "content-type" for n, _ in headers):
                headers.append(("Content-Type", "application/x-www-form-urlencoded"))
            return headers, "&".join(pairs).encode()
        if kind == "multipart":
            return headers + [("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)], \
                self.parts(e.body)
        if kind == "raw":
            return headers, unescape(self.fill("\n".join(e.body)))
        body = self.fill("\n".join(e.body)).encode()
        if body and not any(n.lower() == "content-type" for n, _ in headers):
            headers.append(("Content-Type", "application/json"))
        return headers, body

    def parts(self, lines):
        """name=value, or name=@file of the fuzzer's pictures."""
        out = b""
        for line in lines:
            n, _, v = line.partition("=")
            v, name, data = self.fill(v.strip()), "", None
            if v.startswith("@"):
                name = '; filename="%s"' % v[1:]
                with open(os.path.join(PICTURES, v[1:]), "rb") as f:
                    data = f.read()
            out += b'--%s\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (
                BOUNDARY.encode(), self.fill(n.strip()).encode(), name.encode(),
                unescape(v) if data is None else data)
        return out + b"--%s--\r\n" % BOUNDARY.encode()

    def judge(self, e, a):
        if not re.match("^" + e.status.replace("x", r"\d") + "$", str(a.status)):
            return "status %d, not %s; %s" % (a.status, e.status, a.text[:300])
        for line in e.expect_headers:
            n, _, v = line.partition(":")
            got, v = a.header(n.strip()), self.fill(v.strip())
            if v.startswith("~"):
                if not re.search(v[1:].strip(), got):
                    return "header %s is %r, does not match %s" % (n, got, v[1:])
            elif v == "!absent":
                if got:
                    return "header %s is there: %s" % (n, got)
            elif v not in got:
                return "header %s is %r, not %r" % (n, got, v)
        return self.judge_body(e, a)

    def judge_body(self, e, a):
        lines = [self.fill(line) for line in e.expect]
        if "+xml" in a.header("Content-Type"):
            try:
                ElementTree.fromstring(a.text.encode())
            except ElementTree.ParseError as fault:
                return "not XML: %s" % fault
        if lines and lines[0].lstrip()[:1] in ("{", "["):
            try:
                want = json.loads("\n".join(lines))
            except ValueError as fault:
                raise Bad("the expected JSON: %s" % fault)
            if a.json() is None:
                return "not JSON: %s" % a.text[:200]
            return fits(want, a.json())
        for line in lines:
            if line.startswith("!"):
                if holds(a.text, line[1:].strip()):
                    return "the answer holds %r" % line[1:].strip()
            elif line.startswith("~"):
                if not re.search(line[1:].strip(), a.text):
                    return "the answer does not match %s" % line[1:].strip()
            elif line.strip() not in a.text:
                return "the answer has no %r: %s" % (line.strip(), a.text[:200])
        return None

    def take(self, source, a):
        kind, _, rest = self.fill(source).partition(".")
        if kind == "json":
            value = a.json()
            for word in rest.split("."):
                value = value[int(word)] if isinstance(value, list) else value[word]
            return str(value) if not isinstance(value, str) else value
        if kind == "header":
            name, _, pattern = rest.partition(" ")
            if not pattern:
                return a.header(name)
            source, text = pattern, a.header(name)
        else:
            text = a.text
        if source.startswith("/"):  # /regex with one (group)/
            m = re.search(source.strip("/"), text)
            if not m:
                raise Bad("nothing matches %s" % source)
            return m.group(1).replace("&amp;", "&")
        raise Bad("a value is json.path, header.Name or /regex/, not %s" % source)


def self_test(report):
    """The runner must tell what is wrong: expectations that an answer does not meet."""
    answer = kit.Answer(201, [("Location", "/n/7")], '{"id": "7", "list": [{"a": 1}]}'.encode())
    wrong = [("200", [], []), ("4xx", [], []), ("201", ["Location: /b"], []),
             ("201", ["Location: ~ ^7"], []), ("201", ["Location: !absent"], []),
             ("201", [], ['{"id": 7}']), ("201", [], ['{"id": "~^8"}']), ("201", [], ['{"x": "*"}']),
             ("201", [], ['{"id": "!absent"}']), ("201", [], ['{"list": [{"a": 2}]}']),
             ("201", [], ["nothing like it"]), ("201", [], ["! list"]), ("201", [], ["~ ^x"])]
    right = [("2xx", ["Location: /n/"], ['{"list": [{"a": 1}], "x": "!absent"}']),
             ("201", ["Location: ~ ^/n/7$"], ["list", "! nothing", "~ id.*7"])]
    runner = Runner([], report)
    runner.vars = {}
    for known, told in ((wrong, True), (right, False)):
        for status, headers, body in known:
            e = Exchange(0, "")
            e.status, e.expect_headers, e.expect = status, headers, body
            report.check("cases: the runner itself", bool(runner.judge(e, answer)) == told,
                         "%s %s %s" % (status, headers, body))


def coverage(runner, routes, report):
    """Each route stands in a case, each unsafe one in a refused case too."""
    missing, never_refused = [], []
    for method, path, roles, title in routes:
        pattern = re.compile("^" + re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)) + "$")
        literal = {p for m, p, r, t in routes if m == method and p != path and "{" not in p}
        found = [status for m, p, status in runner.tried
                 if m == method and pattern.match(p) and p not in literal]
        if not found:
            missing.append("%s %s" % (method, path))
        if method != "GET" and found and not any(400 <= s < 500 for s in found):
            never_refused.append("%s %s" % (method, path))
    report.check("cases: each route has a case", not missing, ", ".join(missing))
    report.check("cases: each unsafe route has a refused case", not never_refused,
                 ", ".join(never_refused))
