#!/usr/bin/env python3
"""What a program pays while `vramtrack watch` is scraped beside it.

usage: watched.py PREFIX [--scrapes 10000] [--rate 100] [--pace 100000] [--rounds 5]

Builds bench/paced_pairs.cpp for the simulated device of an installed vramtrack, and runs it at a
steady pace. A round is one process alone (native) and one tracked, beside which `watch` runs:
for two seconds /metrics is asked for, RATE times in each, for two seconds nobody asks, and so on.
So watched and unwatched are seconds of the same process. Compared are the ns of a pair in tenths
of a second; the interval is of 95 %, by drawing windows again (bootstrap).
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
WINDOW = 2.0  # seconds in which somebody asks, or nobody
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


class Scraper(threading.Thread):
    """In every other window asks for /metrics at a rate; counts whole answers, keeps the windows."""

    def __init__(self, port, rate):
        super().__init__(daemon=True)
        self.port, self.rate = port, rate
        self.good, self.windows, self.stop = 0, [], threading.Event()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        is_watched = False
        while not self.stop.is_set():
            begun = due = time.monotonic()
            while (now := time.monotonic()) < begun + WINDOW and not self.stop.is_set():
                if is_watched:
                    connection.request("GET", "/metrics")
                    answer = connection.getresponse()
                    self.good += answer.status == 200 and answer.read().endswith(b"# EOF\n")
                due += 1 / self.rate
                time.sleep(max(0, min(due, begun + WINDOW) - time.monotonic()) if is_watched else 0.05)
            self.windows.append((begun + EDGE, now - EDGE, is_watched))
            is_watched = not is_watched


def tracked(vramtrack, command, rate):
    """ns of the slots of each window, unwatched and watched; pairs a second; scrapes."""
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen([vramtrack, "watch", "--listen=127.0.0.1:0", folder], stderr=subprocess.PIPE, text=True)
        for line in server.stderr:
            if found := re.search(r"http://127\.0\.0\.1:(\d+)/report\.txt", line):
                break
        scraper = Scraper(int(found.group(1)), rate)
        scraper.start()
        run = [vramtrack, "run", "--simulate", "--no-report", "-o", folder, "--"]
        rows = slots(subprocess.run(run + command, check=True, capture_output=True, text=True).stdout)
        scraper.stop.set()
        scraper.join()
        server.terminate()
        server.wait()
    windows = {False: [], True: []}
    for begun, ended, is_watched in scraper.windows:
        within = [ns for at, _, ns in rows if begun <= at and at + 0.1 <= ended]
        if within:
            windows[is_watched].append(within)
    return windows, rows, scraper.good


def middle(windows):
    return statistics.median(ns for window in windows for ns in window)


def interval(measure, *samples):
    """2.5 and 97.5 % of a measure of samples drawn again."""
    values = sorted(measure(*(random.choices(sample, k=len(sample)) for sample in samples)) for _ in range(DRAWS))
    return values[DRAWS * 25 // 1000], values[DRAWS * 975 // 1000]


def line(what, windows):
    values = [ns for window in windows for ns in window]
    print(f"{what:24} {statistics.median(values):8.1f} ns a pair (mean {statistics.fmean(values):.1f}, "
          f"{min(values):.1f} to {max(values):.1f}; {len(values)} tenths of a second)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("prefix", type=pathlib.Path)
    parser.add_argument("--scrapes", type=int, default=10000)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--pace", type=int, default=100000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    seconds = int(2 * (options.scrapes / options.rate / options.rounds + WINDOW)) + 2
    native, unwatched, watched, scrapes, rates = [], [], [], 0, []
    with tempfile.TemporaryDirectory() as folder:
        command, simulator = build(options.prefix.resolve(), pathlib.Path(folder))
        command += [str(seconds), str(options.pace)]
        alone = {"LD_LIBRARY_PATH": str(simulator), "PATH": "/usr/bin:/bin"}
        for _ in range(options.rounds):
            out = subprocess.run([command[0], "4", command[2]], check=True, capture_output=True, text=True, env=alone).stdout
            native.append([ns for _, _, ns in slots(out)])
            windows, rows, good = tracked(options.prefix.resolve() / "bin/vramtrack", command, options.rate)
            unwatched += windows[False]
            watched += windows[True]
            scrapes += good
            rates.append(sum(row[1] for row in rows[:-1]) / (rows[-1][0] - rows[0][0]))
    print(f"{options.rounds} rounds of {seconds} s, {statistics.median(rates):.0f} pairs a second, {scrapes} scrapes")
    line("native", native)
    line("tracked, unwatched", unwatched)
    line("tracked, watched", watched)
    ratio = lambda a, b: middle(b) / middle(a)
    low, high = interval(ratio, unwatched, watched)
    print(f"watched / unwatched      {ratio(unwatched, watched):8.3f} (95 %: {low:.3f} to {high:.3f})")
    print(f"of the whole time        {1 + (middle(watched) - middle(unwatched)) * options.pace / 1e9:8.5f}")


sys.exit(main())
