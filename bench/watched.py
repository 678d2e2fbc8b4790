#!/usr/bin/env python3
"""What a program pays while `vramtrack watch` is scraped beside it.

usage: watched.py PREFIX [--scrapes 10000] [--rate 200] [--pace 100000] [--rounds 5]

Builds bench/paced_pairs.cpp for the simulated device of an installed vramtrack, and runs it at a
steady pace. A round is one process alone (native) and one tracked, beside which two `watch` run,
one of which watches it and one an empty folder. In turn, two seconds each: nobody asks; /metrics
is asked for RATE times a second where nothing is watched, which takes the machine's time but has
nothing to do with the program; the same where the program is watched. So all are seconds of the
same process. Compared are the ns of a pair in tenths of a second; the interval is of 95 %, by
drawing windows again (bootstrap).
"""
import argparse
import http.client
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
WINDOW = 2.0  # seconds in which the same is asked for
KINDS = ("unwatched", "another watched", "watched")
EDGE = 0.2    # at the ends of a window, which count for neither
DRAWS = 2000


def build(prefix, folder):
    simulator = prefix / "lib/vramtrack/simulate"
    cuda = HERE.parent / "toolkit/include"
    program = folder / "paced_pairs"
    subprocess.run(["c++", "-std=c++17", "-O2", "-g", "-isystem", cuda, "-o", program, HERE / "paced_pairs.cpp",
                    f"-L{simulator}", "-l:libcudart.so.13", f"-Wl,-rpath,{simulator}"], check=True)
    return [str(program)], simulator


def slots(out):
    """(begun, pairs, ns a pair) of each tenth of a second; the first second warms up."""
    rows = [(float(a), int(b), float(c)) for a, b, c in re.findall(r"^slot (\S+) (\d+) (\S+)$", out, re.M)]
    return [row for row in rows if row[0] > rows[0][0] + 1]


class Watch:
    """A `vramtrack watch` of a folder, and a connection to it."""

    def __init__(self, vramtrack, folder):
        self.server = subprocess.Popen([vramtrack, "watch", "--listen=127.0.0.1:0", folder], stderr=subprocess.PIPE, text=True)
        for said in self.server.stderr:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/report\.txt", said):
                break
        self.connection = http.client.HTTPConnection("127.0.0.1", int(found.group(1)), timeout=60)

    def scrape(self):
        """Whether the answer was whole."""
        self.connection.request("GET", "/metrics")
        answer = self.connection.getresponse()
        return answer.status == 200 and answer.read().endswith(b"# EOF\n")

    def end(self):
        self.server.terminate()
        self.server.wait()


class Scraper(threading.Thread):
    """Asks one watch after the other at a rate; counts whole answers, keeps the windows."""

    def __init__(self, watches, rate):
        super().__init__(daemon=True)
        self.watches, self.rate = watches, rate
        self.good, self.windows, self.stop = dict.fromkeys(KINDS, 0), [], threading.Event()

    def run(self):
        while not self.stop.is_set():
            kind = KINDS[len(self.windows) % len(KINDS)]
            begun = due = time.monotonic()
            while (now := time.monotonic()) < begun + WINDOW and not self.stop.is_set():
                if kind in self.watches:
                    self.good[kind] += self.watches[kind].scrape()
                due += 1 / self.rate if kind in self.watches else 0.05
                time.sleep(max(0, min(due, begun + WINDOW) - time.monotonic()))
            self.windows.append((begun + EDGE, now - EDGE, kind))


def tracked(vramtrack, command, rate):
    """ns of the slots of each window, by its kind; the slots; scrapes of the program."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as empty:
        watches = {"another watched": Watch(vramtrack, empty), "watched": Watch(vramtrack, folder)}
        scraper = Scraper(watches, rate)
        scraper.start()
        run = [vramtrack, "run", "--simulate", "--no-report", "-o", folder, "--"]
        rows = slots(subprocess.run(run + command, check=True, capture_output=True, text=True).stdout)
        scraper.stop.set()
        scraper.join()
        for watch in watches.values():
            watch.end()
    windows = {kind: [] for kind in KINDS}
    for begun, ended, kind in scraper.windows:
        within = [ns for at, _, ns in rows if begun <= at and at + 0.1 <= ended]
        if within:
            windows[kind].append(within)
    return windows, rows, scraper.good["watched"]


def middle(windows):
    return statistics.median(ns for window in windows for ns in window)


def ratio(before, after):
    return middle(after) / middle(before)


def interval(measure, *samples):
    """2.5 and 97.5 % of a measure of samples drawn again."""
    values = sorted(measure(*(random.choices(sample, k=len(sample)) for sample in samples)) for _ in range(DRAWS))
    return values[DRAWS * 25 // 1000], values[DRAWS * 975 // 1000]


def line(what, windows):
    values = [ns for window in windows for ns in window]
    print(f"{what:32} {statistics.median(values):8.1f} ns a pair (mean {statistics.fmean(values):.1f}, "
          f"{min(values):.1f} to {max(values):.1f}; {len(values)} tenths of a second)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prefix", type=pathlib.Path)
    parser.add_argument("--scrapes", type=int, default=10000)
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--pace", type=int, default=100000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    seconds = int(len(KINDS) * (options.scrapes / options.rate / options.rounds + WINDOW)) + 2
    native, all_windows, scrapes, rates = [], {kind: [] for kind in KINDS}, 0, []
    with tempfile.TemporaryDirectory() as folder:
        command, simulator = build(options.prefix.resolve(), pathlib.Path(folder))
        command += [str(seconds), str(options.pace)]
        alone = {"LD_LIBRARY_PATH": str(simulator), "PATH": "/usr/bin:/bin"}
        for _ in range(options.rounds):
            out = subprocess.run([command[0], "4", command[2]], check=True, capture_output=True, text=True, env=alone).stdout
            native.append([ns for _, _, ns in slots(out)])
            windows, rows, good = tracked(options.prefix.resolve() / "bin/vramtrack", command, options.rate)
            for kind in KINDS:
                all_windows[kind] += windows[kind]
            scrapes += good
            rates.append(sum(row[1] for row in rows[:-1]) / (rows[-1][0] - rows[0][0]))
    print(f"{options.rounds} rounds of {seconds} s, {statistics.median(rates):.0f} pairs a second, {scrapes} scrapes")
    line("native", native)
    for kind in KINDS:
        line(f"tracked, {kind}", all_windows[kind])
    watched = all_windows["watched"]
    for kind in KINDS[:-1]:
        other = all_windows[kind]
        low, high = interval(ratio, other, watched)
        print(f"watched / {kind:22} {ratio(other, watched):8.3f} (95 %: {low:.3f} to {high:.3f}); "
              f"of all its time {1 + (middle(watched) - middle(other)) * options.pace / 1e9:.4f}")


sys.exit(main())
