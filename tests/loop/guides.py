#!/usr/bin/env python3
# guides -- a list of guides to services from outside: seen first, taken in portions, found by pieces of
# its titles, taken back; the same in GB18030. Each time the catalogue is as it was before.
#   guides.py LINGHANG sqlite|pgsql [CSV]
# CSV is any list with a header line; without it the real list of ../shared/data, when that folder is
# there, else one that is made up.
# SPDX-License-Identifier: Apache-2.0
import collections
import csv
import io
import os
import random
import re
import sys
import time
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402

LIST = os.path.join(kit.SHARED, "service_catalogue", "guangan_qianfeng_bszn.csv")
TITLES = ("name", "事项名称", "名称")
DEPTS = ("department", "部门")
PIECES = 200  # questions
PATIENCE = 60  # s until all portions are in


def made_up():
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["department", "main_item", "name", "link"])
    for i in range(1200):
        rows.writerow(["第 %d 局" % (i % 34), "未分类", "办理第 %d 种“证件，证明”的%s" % (i, "补领" if i % 2 else "变更"),
                       "http://a.example/%d" % i])
    return out.getvalue().encode()


def read_list(path):
    """Its bytes, and whether it is a real one."""
    if path or os.path.exists(LIST):
        with open(path or LIST, "rb") as f:
            return f.read(), True
    kit.note("no list at ../shared/data: a made-up one is taken, and not asked for pieces of its titles")
    return made_up(), False


class Guides:
    def __init__(self, server, data, report):
        self.server, self.data, self.report = server, data, report
        self.clerk = kit.People(server).browser("clerk")
        self.guest = kit.Client(server.port)
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
        title = next(t for t in TITLES if t in rows[0])
        dept = next((d for d in DEPTS if d in rows[0]), None)
        self.titles = [r[title].strip() for r in rows]
        self.keys = [(r[title].strip(), r[dept].strip() if dept else "") for r in rows]

    def catalogue(self):
        return self.server.store.sql("SELECT id, slug, title, dept, link, state, bring FROM service ORDER BY id")

    def upload(self, name, data):
        """As a browser sends a file."""
        edge = "edge%d" % random.randrange(10 ** 12)
        body = ("--%s\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n%s\r\n"
                "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n"
                "Content-Type: text/csv\r\n\r\n" % (edge, self.clerk.csrf, edge, name)).encode()
        body += data + ("\r\n--%s--\r\n" % edge).encode()
        return self.clerk.ask("POST", "/k/services/import",
                              [("Content-Type", "multipart/form-data; boundary=" + edge)], body)

    def numbers(self, page):
        """What the preview says: new, changed, same, left out."""
        m = re.search(r"新的 <b>(\d+)</b> 项，有变动的 <b>(\d+)</b> 项，一样的 <b>(\d+)</b> 项"
                      r"(?:，先放一边 <b>(\d+)</b> 行)?", page)
        return tuple(int(n or 0) for n in m.groups()) if m else None

    def taken(self, page):
        """Takes what the preview showed, and waits for the last portion."""
        rows = re.search(r'<textarea name="rows"[^>]*>\n(.*?)</textarea>', page, re.S).group(1)
        for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&")):
            rows = rows.replace(entity, char)
        a = self.clerk.form("/k/services/import", {"csrf": self.clerk.csrf, "rows": rows, "name": "清单.csv"})
        until = time.time() + PATIENCE
        while time.time() < until and self.server.store.sql("SELECT count(*) FROM service_import_part") != [("0",)]:
            time.sleep(0.05)
        return a

    def undo(self):
        newest = self.server.store.sql("SELECT max(id) FROM service_import")[0][0]
        return self.clerk.form("/k/services/import/%s/undo" % newest, {"csrf": self.clerk.csrf})

    def expected(self):
        """(new, doubles): a title may come once for each department."""
        twice = sum(n - 1 for n in collections.Counter(self.keys).values())
        return len(self.keys) - twice, twice

    def round(self, name, data):
        check, before = self.report.check, self.catalogue()
        began = time.time()
        page = self.upload(name + ".csv", data)
        shown = time.time() - began
        good, twice = self.expected()
        check(name + ": the preview counts every row", self.numbers(page.text) == (good, 0, 0, twice),
              "%s, not %s" % (self.numbers(page.text), (good, 0, 0, twice)))
        check(name + ": each verdict names its row", twice == 0 or "前面已经有这一项" in page.text, page)
        check(name + ": looking at it stores nothing", self.catalogue() == before, "rows differ")
        began = time.time()
        a = self.taken(page.text)
        check(name + ": taken", a.status == 303, a)
        kit.note("%s: %d rows shown in %.2f s, taken in %.2f s" % (name, len(self.keys), shown, time.time() - began))
        now = self.catalogue()
        check(name + ": as many as were good", len(now) - len(before) == good, len(now) - len(before))
        had = {r[0] for r in before}
        fresh = collections.Counter((r[2], r[3]) for r in now if r[0] not in had)
        check(name + ": title and department as in the list", fresh == collections.Counter(set(self.keys)),
              list((fresh - collections.Counter(set(self.keys))).items())[:3])
        check(name + ": nobody reads them before they say what to bring",
              all(r[5] == "draft" for r in now if r[0] not in had), "some are on")
        again = self.numbers(self.upload(name + ".csv", data).text)
        check(name + ": the same list once more is nothing new", again == (0, 0, good, twice), again)
        return before

    def back(self, name, before):
        a = self.undo()
        self.report.check(name + ": taken back", a.status == 303, a)
        self.report.check(name + ": the catalogue is as it was", self.catalogue() == before, "rows differ")

    def pieces(self):
        """Six characters of a title find it: mean reciprocal rank, and how long a question takes."""
        self.server.store.sql("UPDATE service SET state = 'on', bring = '身份证' WHERE state = 'draft'")
        dice, sum_rank, asked, began = random.Random(7), 0, 0, time.time()
        for title in dice.sample(self.titles, min(PIECES, len(self.titles))):
            at = dice.randrange(max(1, len(title) - 5))
            found = self.guest.get("/api/v1/services?q=" + urllib.parse.quote(title[at:at + 6])).json()["items"]
            rank = next((i for i, f in enumerate(found) if f["title"] == title), None)
            sum_rank += 0 if rank is None else 1 / (rank + 1)
            asked += 1
        mrr, ms = sum_rank / asked, 1000 * (time.time() - began) / asked
        kit.note("six characters of a title: MRR %.3f, %.1f ms a question" % (mrr, ms))
        self.report.check("a piece of a title finds it", mrr > 0.75, "%.3f" % mrr)


def main():
    if len(sys.argv) not in (3, 4) or sys.argv[2] not in ("sqlite", "pgsql"):
        raise SystemExit(__doc__ or "guides.py LINGHANG sqlite|pgsql [CSV]")
    report = kit.Report()
    data, is_real = read_list(sys.argv[3] if len(sys.argv) > 3 else None)
    with kit.server_on_sample(os.path.abspath(sys.argv[1]), sys.argv[2]) as server:
        server.start()
        guides = Guides(server, data, report)
        guides.back("UTF-8", guides.round("UTF-8", data))
        text = data.decode("utf-8-sig")
        before = guides.round("GB18030", text.encode("gb18030"))
        if is_real:
            guides.pieces()
        a = guides.undo()  # they are as the list left them: nobody has touched them by hand
        report.check("taken back", a.status == 303 and len(guides.catalogue()) == len(before), a)
        server.judge(report, "guides")
    return report.finish()


if __name__ == "__main__":
    sys.exit(main())
