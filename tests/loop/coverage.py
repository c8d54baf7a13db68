#!/usr/bin/env python3
# coverage -- `linghang coverage` on the sample: whole; on a copy with planted faults: each named.
#   coverage.py LINGHANG sqlite|pgsql
# SPDX-License-Identifier: Apache-2.0
import os
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http"))
import kit  # noqa: E402

TOWN = " WHERE community_id = (SELECT MIN(id) FROM community)"


def post(role, column, value):
    return "SELECT id FROM post" + TOWN + " AND role = '%s' AND %s = %s" % (role, column, value)


class Town:
    def __init__(self, store):
        self.store = store

    def one(self, text):
        return self.store.sql(text)[0][0]

    def grid(self, number):
        return self.one("SELECT id FROM grid" + TOWN + " AND number = %d" % number)

    def code(self, place):
        return self.one("SELECT code FROM place" + TOWN + " AND id = %s" % place)

    def buildings(self):
        """Three that a grid serves directly, one of them with a leader's post."""
        return [r[0] for r in self.store.sql(
            "SELECT p.id FROM place p WHERE p.community_id = (SELECT MIN(id) FROM community) AND p.tier = 'building'"
            " AND EXISTS (SELECT 1 FROM grid_place g WHERE g.community_id = p.community_id AND g.place_id = p.id"
            " AND g.to_at = 0) AND EXISTS (SELECT 1 FROM post o WHERE o.community_id = p.community_id"
            " AND o.role = 'building_leader' AND o.place_id = p.id) ORDER BY p.id LIMIT 3")]

    # each plants one fault and returns the line's beginning that must name it

    def gap(self):
        place = self.buildings()[0]
        self.store.sql("UPDATE grid_place SET to_at = 1" + TOWN + " AND place_id = %s" % place)
        return "gap " + self.code(place)

    def overlap(self):
        place = self.buildings()[1]
        self.store.sql("INSERT INTO grid_place (community_id, id, grid_id, place_id, from_at, to_at) SELECT"
                       " community_id, 1, (SELECT MAX(id) FROM grid" + TOWN + " AND id <> g.grid_id), place_id,"
                       " from_at, 0 FROM grid_place g" + TOWN + " AND place_id = %s AND to_at = 0" % place)
        return "overlap " + self.code(place)

    def vacate(self, role, number):
        self.store.sql("UPDATE holding SET to_at = 1" + TOWN + " AND post_id IN (%s)"
                       % post(role, "grid_id", self.grid(number)))

    def no_worker(self):
        self.vacate("grid_worker", 5)
        return "no_worker 5 "

    def no_deputy(self):
        self.vacate("grid_deputy", 6)
        return "no_deputy 6 "

    def no_leader(self):
        place = self.buildings()[2]
        self.store.sql("DELETE FROM post" + TOWN + " AND role = 'building_leader' AND place_id = %s" % place)
        return "no_leader " + self.code(place)

    def outline_overlap(self):
        """The outline of one grid becomes that of the next one in its area."""
        a, b = self.store.sql("SELECT a.number, b.number FROM grid a JOIN grid b ON b.community_id = a.community_id"
                              " AND b.area_id = a.area_id AND b.number > a.number WHERE a.community_id ="
                              " (SELECT MIN(id) FROM community) ORDER BY a.number, b.number LIMIT 1")[0]
        self.store.sql("UPDATE grid_shape SET outline = (SELECT s.outline FROM grid_shape s WHERE s.community_id ="
                       " grid_shape.community_id AND s.grid_id = %s AND s.to_at = 0)" % self.grid(int(a)) + TOWN
                       + " AND grid_id = %s AND to_at = 0" % self.grid(int(b)))
        return "outline_overlap " + b + " "


def coverage(store):
    p = subprocess.run([store.linghang, "coverage", "--db", store.url], capture_output=True, text=True, timeout=60)
    return p.returncode, p.stdout.splitlines()


def main():
    report, store = kit.Report(), kit.Store(os.path.abspath(sys.argv[1]), sys.argv[2])
    try:
        status, lines = coverage(store)
        report.check("whole", status == 0 and "grids 67" in lines and lines[-1] == "faults 0", lines)
        town, planted = Town(store), []
        for plant in (town.gap, town.overlap, town.no_worker, town.no_deputy, town.no_leader, town.outline_overlap):
            planted.append(plant())
            status, lines = coverage(store)
            named = [line for line in lines if line.startswith(planted[-1])]
            report.check(planted[-1], status == 1 and len(named) == 1, lines)
            kit.note((named or ["nothing"])[0])
        report.check("no other fault is named", lines[-1] == "faults %d" % len(planted), lines)
    finally:
        store.drop()
    sys.exit(report.finish())


if __name__ == "__main__":
    main()
