"""optima.py LINGHANG FOLDER: solves every problem of a folder whose optimum others have proved.

FOLDER/OPT.txt has lines `NAME LAMBDA OPTIMUM` for NAME.bm.gz, and in comments `NAME: ... cost N` for NAME.gz.
Time windows may stay 0.3 % away; everything else must be met exactly, with gap 0.
SPDX-License-Identifier: Apache-2.0
"""
import pathlib
import re
import subprocess
import sys


def solve(linghang, file, *options):
    done = subprocess.run([linghang, "solve", str(file), *options], capture_output=True, text=True)
    values = dict(line.split() for line in done.stdout.splitlines())
    return done.returncode, values or {"objective": "0", "gap": "-1", "seconds": "0"}


def main():
    linghang, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    good = wrong = 0
    for line in (folder / "OPT.txt").read_text().splitlines():
        windows = re.match(r"# (\S+): .*?(-?\d+)", line)
        words = line.split()
        if windows:
            name, optimum = windows.group(1), int(windows.group(2))
            status, v = solve(linghang, folder / (name + ".gz"), "--slots")
            away = abs(int(v["objective"]) - optimum) / abs(optimum)
            fine = status == 0 and away <= 0.003
            tail = "%.4f %% away, certified within %.4f %%" % (100 * away, 100 * int(v["gap"]) / abs(optimum))
        elif not line.startswith("#") and len(words) == 3:
            name, optimum = words[0] + " lambda " + words[1], int(words[2])
            status, v = solve(linghang, folder / (words[0] + ".bm.gz"), "--lambda", words[1])
            fine = status == 0 and int(v["objective"]) == optimum and v["gap"] == "0"
            tail = "gap " + v["gap"]
        else:
            continue
        good += fine
        wrong += not fine
        print("%s %s: %s of %d, %s, %s s" % ("ok  " if fine else "FAIL", name, v["objective"], optimum, tail,
                                           v["seconds"]))
    print("%d passed, %d failed" % (good, wrong))
    return 1 if wrong or not good else 0


if __name__ == "__main__":
    sys.exit(main())
