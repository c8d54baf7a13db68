# hostile -- what nobody should send: nasty text into every field that takes text, and bytes that
# are hardly HTTP. The server may refuse; it may not fail, hang, or draw what was typed as markup.
# SPDX-License-Identifier: Apache-2.0
import glob
import html.parser
import json
import os
import random
import re
import socket
import threading
import time
import urllib.parse

import kit

FOLDER = os.path.join(kit.SHARED, "hostile_input")


# ---- nasty text of our own ----


def own_strings():
    """Kinds of trouble, one generator each, so that a kind is added in one line."""
    tags = ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>",
            "'\"><b>x</b>", "<!-- ", "]]>", "</textarea><script>x</script>", "</title><p>",
            "<a href=javascript:alert(1)>x</a>", "&lt;script&gt;", "&#60;b&#62;", "<\u0000script>",
            "\uff1cscript\uff1e", "<scr<script>ipt>", "\" autofocus onfocus=alert(1) x=\""]
    yield from tags
    yield from ("'; DROP TABLE need; --", "' OR '1'='1", "1; SELECT pg_sleep(9)--", "%' OR 1=1--",
                "\\'; --", "$$x$$", ":community_id", "?", "@x", "100%", "a_b%c!d[e]", "\\", "''")
    yield from ("{{7*7}}", "{% do x %}", "${7*7}", "#{7*7}", "%s%s%n%x%p", "%99999999d",
                "$(id)", "`id`", "| cat /etc/passwd", "../../../etc/passwd", "..%2f..%2f",
                "C:\\CON", "file:///etc/passwd", "\r\nSet-Cookie: a=b", "x\r\n\r\n<html>")
    yield from ("\u202eabc\u202c", "\u2066abc\u2069", "\u200b\u200c\u200d\ufeff", "\u00ad" * 20,
                "a" + "\u0301" * 300, "\u0e49" * 50, "\u2028x\u2029", "\u0085x", "\ufffe\uffff",
                "\ufdd0", "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", "\U0001f1e8\U0001f1f3",
                "\U0001f44d\U0001f3fd", "\u2764\ufe0f", "\U000e0041\U000e0042", "\U0010ffff", "\ue000")
    yield from ("\u6f22\u5b57" * 500, "\u4f60" * 1000, "\u4f60" * 1001, "x" * 20000, " " * 500,
                "\n" * 400, "\t\x0b\x0c", "\x1b[31mred\x1b[0m", "\x07\x08", "\x7f", "\u3000\u3000")
    yield from ("NULL", "null", "undefined", "NaN", "true", "-1", "9223372036854775808", "1e309",
                "0x10", "1/0", "\u0661\u0662", "\uff11\uff12", "\u00bd", "\u2160")
    dice = random.Random(20201216)
    pools = ["<>\"'&=/;", "\u202e\u200b\u0301\ufeff", "%_!\\?:$", "\u6d77\u6052\u793e\u533a",
             "\U0001f600\U0001f4a9", "\r\n\t ", "abcXYZ019"]
    for _ in range(40):
        yield "".join(dice.choice(dice.choice(pools)) for _ in range(dice.randint(1, 60)))


def raw_bodies():
    """Form bodies that are not well made."""
    yield b"text=%ff%fe&place=x"
    yield b"text=%c0%af"
    yield b"text=%ed%a0%80"
    yield b"text=%00"
    yield b"text=a%0"
    yield b"text=%zz"
    yield b"\xff\xfe=\x00"
    yield b"&&&&====&"
    yield b"=" * 5000
    yield b"a=1&" * 600
    yield b"text=" + b"%e4%bd%a0" * 3000


def json_bodies():
    for text in ('{"text":"\\ud800"}', '{"text":"\\u0000"}', '{"text":1e400}', '{"text":NaN}',
                 '{"text":"a","text":"b"}', '[' * 3000, '{"a":' * 500, '', 'null', '[]', '"x"',
                 '{"text":{"a":1}}', '{"text":[["x"]]}', '{"place":9223372036854775808}',
                 '{"\\u0000":1}', '{"":1}', '\ufeff{}', '{"text":"x"}{}', "{'text':'x'}",
                 '{"id":"1","text":"x"}', '{"state":"done","text":"x"}', '{"text":"x",}'):
        yield text.encode("utf-8", "surrogatepass")
    yield b'{"text":"\xff"}'
    yield b'{"text":"\xc0\xaf"}'
    yield b"\x00" * 100


class Markup(html.parser.HTMLParser):
    """Looks for what a page of ours never holds: handlers in tags, scripts with text, <b>x</b>."""

    def __init__(self):
        super().__init__()
        self.bad, self.script = [], False

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            leads = name in ("href", "src", "action", "formaction", "xlink:href", "data")
            if name.startswith("on") or (leads and "javascript:" in (value or "").lower()):
                self.bad.append("%s %s=%s" % (tag, name, value))
        self.script = tag == "script" and not any(n == "src" for n, _ in attrs)
        if tag in ("iframe", "object", "embed", "base") or (tag == "img" and ("src", "x") in attrs):
            self.bad.append(tag)

    def handle_data(self, data):
        if self.script and "alert" in data:
            self.bad.append("script: " + data[:60])
        self.script = False


# Whatever Markup would tell holds one of these; looking first saves the parser's time.
SUSPECT = re.compile(r"<[^>]*[\s\"'/]on\w+\s*=|<script(?![^>]*\ssrc=)|javascript:"
                     r"|<(iframe|object|embed|base)|<img[^>]*src=[\"']?x", re.I)


def markup_fault(answer):
    if not answer.header("Content-Type").startswith("text/html") or not SUSPECT.search(answer.text):
        return None
    m = Markup()
    m.feed(answer.text)
    return m.bad[0] if m.bad else None


class Texts:
    def __init__(self, server, people, report):
        self.server, self.report = server, report
        self.place = people[0].here["places"][0]
        self.local = threading.local()
        self.sent = 0

    @property
    def client(self):
        """A connection of its own for each thread."""
        if not hasattr(self.local, "client"):
            self.local.client = kit.Client(self.server.port)
        return self.local.client

    def judge(self, what, text, ask):
        self.sent += 1
        try:
            a = ask()
        except (OSError, EOFError) as e:
            return self.fault(what, text, "no answer: %s" % e)
        if a.status >= 500:
            return self.fault(what, text, a)
        wrong = markup_fault(a)
        if wrong:
            return self.fault(what, text, "drawn as markup: " + wrong)
        if any(c in v for n, v in a.headers for c in "\r\n\0") or a.header("X-Evil"):
            return self.fault(what, text, "a header was split")
        return a

    def fault(self, what, text, why):
        self.report.bad("hostile text in " + what, "%r -> %s" % (text[:80], why))
        return None

    def each(self, text, thorough):
        """One text through the doors that take text."""
        c, q = self.client, urllib.parse.quote(text.encode("utf-8", "surrogatepass"))
        form = {"text": text, "place": self.place, "name": text[:30], "contact": text[:40],
                "door": text[:20]}
        encoded = {k: v.encode("utf-8", "surrogatepass") for k, v in form.items()}
        a = self.judge("the help form", text, lambda: c.form("/help", encoded))
        if a and a.status == 303:
            where = a.header("Location")
            page = self.judge("the page of a need", text, lambda: c.get(where))
            if page and page.status != 200:
                self.fault("the page of a need", text, page)
        self.helper(text, encoded)
        if not thorough:
            return
        self.judge("the search", text, lambda: c.get("/?q=" + q))
        self.judge("a path", text, lambda: c.get("/b/" + q))
        self.judge("a query", text, lambda: c.get("/find?n=%s&w=%s" % (q, q)))
        self.judge("find", text, lambda: c.form("/find", {k: encoded["text"] for k in
                                                          ("number", "word")}))
        self.judge("a cookie", text, lambda: c.get("/", [("Cookie", "mode=" + q)]))
        self.judge("where", text, lambda: c.form("/help", {"text": "x", "where": encoded["text"]}))
        if not re.search("[\ud800-\udfff]", text):
            self.judge("the API", text, lambda: c.post("/api/v1/needs", {
                "place": self.place, "text": text, "name": text[:30]}))
            self.judge("the API's place", text, lambda: c.post("/api/v1/needs", {
                "place": text, "text": text}))


    def helper(self, text, encoded):
        """The form of a volunteer, and his page."""
        form = {"name": encoded["name"], "contact": b"0551-" + encoded["contact"], "skill": b"tap",
                "place": encoded["place"], "dialects": encoded["name"], "wont": encoded["text"][:100],
                "agrees_match": b"1"}
        a = self.judge("the form of a volunteer", text, lambda: self.client.form("/give", form))
        if a and a.status == 303:
            where = a.header("Location")
            self.judge("the page of a volunteer", text, lambda: self.client.get(where))


def shared_strings():
    path = os.path.join(FOLDER, "blns", "blns.json")
    if not os.path.exists(path):
        kit.note("hostile: ../shared/data/hostile_input is not there: its strings are skipped")
        return [], []
    with open(path, encoding="utf-8") as f:
        strings = json.load(f)
    for name in glob.glob(os.path.join(FOLDER, "xss", "*")):
        with open(name, encoding="utf-8", errors="replace") as f:
            lines = [line for line in f.read().split("\n") if line.strip()]
        strings += random.Random(1).sample(lines, min(len(lines), 150))
    bodies = []
    for name in sorted(glob.glob(os.path.join(FOLDER, "json", "*.json"))):
        with open(name, "rb") as f:
            bodies.append(f.read())
    return strings, bodies


def texts(server, people, report):
    t = Texts(server, people, report)
    strings, bodies = shared_strings()
    before = report.failed
    slow = bool(os.environ.get("SLOW"))
    some = [(text, True) for text in own_strings()]
    some += [(text, slow or i % 4 == 0) for i, text in enumerate(strings[::1 if slow else 8])]
    kit.spread(some, lambda e: t.each(*e))
    kind = [("Content-Type", "application/x-www-form-urlencoded")]
    for body in raw_bodies():
        t.judge("a form", repr(body), lambda b=body: t.client.ask("POST", "/help", kind, b))
    for body in [*json_bodies(), *bodies]:
        t.judge("JSON", repr(body), lambda b=body: t.client.ask(
            "POST", "/api/v1/needs", [("Content-Type", "application/json")], b))
    report.check("hostile text", report.failed == before and t.sent > 1000,
                 "%d requests" % t.sent)
    kit.note("hostile: %d requests with nasty text" % t.sent)


# ---- bytes that are hardly HTTP ----


# Behind a trusted proxy, so that the limit of one address does not meet these requests.
HOST = b"X-Forwarded-For: 10.200.0.1\r\nHost: 127.0.0.1\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
GET = b"GET /healthz HTTP/1.1\r\n"


def probes():
    """name, bytes, expected: a set of statuses; None in it = the connection may just be closed."""
    refused = {400, None}
    part = (b"POST /help HTTP/1.1\r\n" + HOST + b"Content-Type: multipart/form-data; boundary=q\r\n")
    half = b"--q\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhalf"
    yield "half a multipart", part + b"Content-Length: %d\r\n\r\n" % len(half) + half, {400, 422}
    yield "multipart without boundary", (b"POST /help HTTP/1.1\r\n" + HOST +
          b"Content-Type: multipart/form-data\r\nContent-Length: 3\r\n\r\nabc"), {400, 422}
    both = b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n"
    yield "CL and TE", b"POST /help HTTP/1.1\r\n" + HOST + FORM + both, refused
    two = b"Content-Length: 4\r\nContent-Length: 5\r\n\r\na=12x"
    yield "two lengths", b"POST /help HTTP/1.1\r\n" + HOST + FORM + two, refused
    yield "two equal lengths", (b"POST /help HTTP/1.1\r\n" + HOST + FORM +
                                b"Content-Length: 4\r\nContent-Length: 4\r\n\r\na=12"), refused
    yield "a list of lengths", (b"POST /help HTTP/1.1\r\n" + HOST + FORM +
                                b"Content-Length: 4, 4\r\n\r\na=12"), refused
    for length in (b"-1", b"+4", b"0x4", b"4 4", b"99999999999999999999", b"", b"4abc"):
        yield "length %r" % length.decode(), (b"POST /help HTTP/1.1\r\n" + HOST + FORM +
              b"Content-Length: " + length + b"\r\n\r\na=12"), {400, 413, 422, 303, None}
    yield "length of 10 GB", (b"POST /help HTTP/1.1\r\n" + HOST + FORM +
                              b"Content-Length: 10000000000\r\n\r\n"), {413}
    yield "unknown TE", (b"POST /help HTTP/1.1\r\n" + HOST + FORM +
                         b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"), refused
    yield "bad chunk size", (b"POST /help HTTP/1.1\r\n" + HOST + FORM +
                             b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nabc\r\n0\r\n\r\n"), refused
    yield "huge chunk size", (b"POST /help HTTP/1.1\r\n" + HOST + FORM +
          b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\na"), {400, 413, None}
    yield "no Host", GET + b"\r\n", refused
    yield "two Hosts", GET + HOST + HOST + b"\r\n", refused
    for line in (b"Cookie: a=b", b"Authorization: Bearer a", b"Origin: http://127.0.0.1"):
        yield "two lines of %s" % line.decode(), GET + HOST + 2 * (line + b"\r\n") + b"\r\n", refused
    yield "Host with a path", GET + b"Host: a/b\r\n\r\n", refused
    yield "100 KB of header", GET + HOST + b"X-A: " + b"a" * 100000 + b"\r\n\r\n", {400, 413, 431, None}
    yield "2000 headers", GET + HOST + b"X-A: b\r\n" * 2000 + b"\r\n", {400, 413, 431, None}
    yield "100 KB of path", b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", \
        {400, 404, 413, 414, 431, None}
    yield "space before the colon", GET + b"Host : 127.0.0.1\r\n\r\n", refused
    yield "space before the length's colon", (b"POST /help HTTP/1.1\r\n" + HOST + FORM +
          b"Content-Length : 4\r\n\r\na=12"), refused
    yield "folded header", GET + HOST + b"X-A: b\r\n c\r\n\r\n", refused
    # with nothing behind it, the one header looks as it should
    yield "bare LF", b"GET /healthz HTTP/1.1\nHost: 127.0.0.1\n\n", {200, 400, None}
    yield "bare LF behind each header", b"GET /healthz HTTP/1.1\nX-A: b\nHost: 127.0.0.1\n\n", refused
    yield "bare LF behind one header", GET + HOST + b"X-A: b\nX-B: c\r\n\r\n", refused
    yield "bare CR", b"GET /healthz HTTP/1.1\rHost: 127.0.0.1\r\r", refused
    yield "NUL in the path", b"GET /he\0althz HTTP/1.1\r\n" + HOST + b"\r\n", {400, 404, None}
    yield "NUL in a header", GET + HOST + b"X-A: a\0b\r\n\r\n", refused
    yield "NUL in the Host", GET + b"Host: a\0b\r\n\r\n", refused
    yield "NUL in the length", (b"POST /help HTTP/1.1\r\n" + HOST + FORM +
                                b"Content-Length: 4\0 0\r\n\r\na=12"), refused
    yield "control character in a header", GET + HOST + b"X-A: a\x01b\r\n\r\n", refused
    yield "header without colon", GET + HOST + b"nonsense\r\n\r\n", refused
    yield "no version", b"GET /healthz\r\n\r\n", {400, 505, None, 200}
    yield "HTTP/9.9", b"GET /healthz HTTP/9.9\r\n" + HOST + b"\r\n", {400, 505, None, 200}
    yield "a method of 5000 letters", b"A" * 5000 + b" / HTTP/1.1\r\n" + HOST + b"\r\n", \
        {400, 404, 405, 413, 414, 431, 501, None}
    yield "whole address as target", b"GET http://x/healthz HTTP/1.1\r\n" + HOST + b"\r\n", \
        {200, 400, 404, None}
    yield "asterisk as target", b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n", {400, 404, 405, 501, None}
    yield "CONNECT", b"CONNECT a:1 HTTP/1.1\r\n" + HOST + b"\r\n", {400, 404, 405, 501, None}
    yield "TRACE", b"TRACE / HTTP/1.1\r\n" + HOST + b"\r\n", {400, 404, 405, 501, None}
    yield "TLS to a plain port", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 60, refused
    yield "HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 404, 405, 501, 505, None}
    yield "bad percent in the path", b"GET /b/%zz HTTP/1.1\r\n" + HOST + b"\r\n", {400, 404}
    yield "bad UTF-8 in the query", b"GET /?q=%ff HTTP/1.1\r\n" + HOST + b"\r\n", {400}
    yield "dots in the path", b"GET /s/../../../etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n", {400, 404}
    yield "gzip as body", (b"POST /help HTTP/1.1\r\n" + HOST + FORM + b"Content-Encoding: gzip\r\n"
                           b"Content-Length: 4\r\n\r\n\x1f\x8b\x08\0"), {400, 413, 415, 422}
    yield "two requests in one packet", GET + HOST + b"\r\n" + GET + HOST + b"\r\n", {200}
    yield "blank lines first", b"\r\n\r\n" + GET + HOST + b"\r\n", {200, 400, None}
    yield "a folded Host", GET + b"Host: a\r\n b\r\n\r\n", refused
    yield "no colon and no end", GET + HOST + b"X", {None}
    yield "65 headers", GET + HOST + b"X-A: b\r\n" * 65 + b"\r\n", {400}
    yield "Host with a user", GET + b"Host: a@b\r\n\r\n", refused
    yield "Host with a comma", GET + b"Host: a, b\r\n\r\n", refused
    yield "an empty Host", GET + b"Host:\r\n\r\n", refused
    yield "lower case method", b"get /healthz HTTP/1.1\r\n" + HOST + b"\r\n", {400, 404, 405, 501, None}
    yield "two spaces in the first line", b"GET  /healthz HTTP/1.1\r\n" + HOST + b"\r\n", {200, 400, 404, None}
    yield "a tab in the first line", b"GET\t/healthz\tHTTP/1.1\r\n" + HOST + b"\r\n", \
        {400, 404, 405, 501, None}


INNER = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"


def smuggled():
    """name, bytes that hide INNER behind framing that two parties may read differently. One answer
    at most may come: who sees INNER as a request of its own answers twice."""
    post = b"POST /help HTTP/1.1\r\n" + HOST + FORM
    short, none = b"Content-Length: 4\r\n", b"0\r\n\r\n"
    for name, how in (
            ("CL.TE", b"Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n" % (len(none) + len(INNER)) + none),
            ("TE.CL", short + b"Transfer-Encoding: chunked\r\n\r\n" + none),
            ("TE twice", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n" + none),
            ("a list of codings", b"Transfer-Encoding: identity, chunked\r\n\r\n" + none),
            ("chunked, chunked", b"Transfer-Encoding: chunked, chunked\r\n\r\n" + none),
            ("a coding with a parameter", b"Transfer-Encoding: chunked;q=1\r\n\r\n" + none),
            ("a tab before the coding", b"Content-Length: 4\r\nTransfer-Encoding:\tchunked\r\n\r\n" + none),
            ("a coding in quotes", b"Transfer-Encoding: \"chunked\"\r\n\r\n" + none),
            ("a coding with 0x0b", b"Transfer-Encoding: \x0bchunked\r\n\r\n" + none),
            ("a NUL in the coding", b"Content-Length: 4\r\nTransfer-Encoding: x\0chunked\r\n\r\n" + none),
            ("a folded coding", b"Content-Length: 4\r\nTransfer-Encoding:\r\n chunked\r\n\r\n" + none),
            ("a folded length", b"Content-Length:\r\n 4\r\n\r\na=1&"),
            ("a length behind a fold", b"X-A: b\r\n Content-Length: 4\r\n\r\na=1&"),
            ("a space before the colon of the coding", short + b"Transfer-Encoding : chunked\r\n\r\n" + none),
            ("bare CR before the coding", b"X-A: b\rTransfer-Encoding: chunked\r\n" + short + b"\r\na=1&"),
            ("two lengths, the second short", b"Content-Length: %d\r\nContent-Length: 4\r\n\r\na=1&" % (4 + len(INNER))),
            ("a length with a sign", b"Content-Length: +4\r\n\r\na=1&"),
            ("a length in hex", b"Content-Length: 0x4\r\n\r\na=1&"),
            ("a length that is too long", b"Content-Length: 18446744073709551620\r\n\r\na=1&"),
            ("a NUL in the length", b"Content-Length: 4\0000\r\n\r\na=1&"),
            ("a chunk size with a sign", b"Transfer-Encoding: chunked\r\n\r\n+4\r\na=1&\r\n" + none),
            ("a chunk size with 0x", b"Transfer-Encoding: chunked\r\n\r\n0x4\r\na=1&\r\n" + none),
            ("a chunk size that wraps", b"Transfer-Encoding: chunked\r\n\r\n10000000000000004\r\na=1&\r\n" + none),
            ("a chunk without its end", b"Transfer-Encoding: chunked\r\n\r\n4\r\na=1&" + none),
            ("chunked of HTTP/1.0", None)):
        if how is None:
            yield name, (b"POST /help HTTP/1.0\r\n" + HOST + FORM +
                         b"Transfer-Encoding: chunked\r\n\r\n" + none + INNER)
        else:
            yield name, post + how + INNER
    yield "the whole of it is a body", post + b"Content-Length: %d\r\n\r\n" % len(INNER) + INNER


def all_answers(port, data):
    """The statuses of all answers until the connection ends, or nothing comes for a while."""
    got, rest = [], b""
    with socket.create_connection(("127.0.0.1", port), 5) as s:
        s.settimeout(0.4)
        try:
            s.sendall(data)
            while True:
                a, rest = kit.read_answer(s, rest)
                got.append(a.status)
        except (OSError, EOFError, ValueError, IndexError):
            return got


def probe(port, data, wait):
    """The status of the answer, None when the connection was closed, "silent" when nothing came."""
    with socket.create_connection(("127.0.0.1", port), 5) as s:
        s.settimeout(wait)
        try:
            s.sendall(data)
            return kit.read_answer(s)[0].status
        except (TimeoutError, socket.timeout):
            return "silent"
        except (OSError, EOFError, ValueError, IndexError):
            return None


def one_probe(server, report, name, data, expected):
    got = probe(server.port, data, 1.0)
    if got == "silent" and None in expected:
        got = None  # it waits for more; the guard will end that: see endless()
    report.check("hostile bytes: " + name, got in expected,
                 "answered %s, expected one of %s" % (got, sorted(map(str, expected))))
    if server.alive():
        return True
    report.bad("hostile bytes: " + name, "the server does not answer /healthz after it")
    return False


def endless(server, report):
    """Heads and bodies that never end, many at a time: others are served meanwhile."""
    body = (b"POST /help HTTP/1.1\r\nX-Forwarded-For: 10.200.0.2\r\nHost: 127.0.0.1\r\n" + FORM +
            b"Content-Length: 5000\r\n\r\ntext=")
    head = b"GET /healthz HTTP/1.1\r\nX-A: "
    open_ones = []
    for i in range(60):
        s = socket.create_connection(("127.0.0.1", server.port), 5)
        s.sendall(head if i % 2 else body)
        open_ones.append(s)
    began = time.time()
    lived = all(server.alive() for _ in range(20))
    report.check("hostile bytes: 60 requests that never end", lived and time.time() - began < 3,
                 "others waited %.1f s" % (time.time() - began))
    for s in open_ones:
        s.close()  # half of a request, then gone
    report.check("hostile bytes: they go away in the middle", server.alive(), "no answer")


def drip(server, report, result):
    """One byte at a time: the deadline of a head (10 s) is for the whole of it."""
    began = time.time()
    with socket.create_connection(("127.0.0.1", server.port), 5) as s:
        s.settimeout(0.1)
        try:
            while time.time() - began < 20:
                s.sendall(b"X")
                try:
                    if not s.recv(10):
                        break
                except (TimeoutError, socket.timeout):
                    pass
                time.sleep(0.4)
        except OSError:
            pass
    result.append(time.time() - began)


def run(server, people, report):
    slow, result = None, []
    if os.environ.get("SLOW"):
        slow = threading.Thread(target=drip, args=(server, report, result))
        slow.start()
    texts(server, people, report)
    asked = 0
    for name, data, expected in probes():
        asked += 1
        if not one_probe(server, report, name, data, expected):
            return
    for name, data in smuggled():
        asked += 1
        got = all_answers(server.port, data)
        report.check("smuggling: " + name, len(got) <= 1 and 404 not in got and server.alive(), got)
    twice = all_answers(server.port, 2 * (GET + HOST + b"\r\n"))
    report.check("smuggling: two answers would have been seen", twice == [200, 200], twice)
    kit.note("hostile: %d probes" % asked)
    endless(server, report)
    if slow:
        slow.join()
        report.check("hostile bytes: a head in drips is cut", result[0] < 15, "%.1f s" % result[0])
