#!/usr/bin/env python3
"""What a program pays while `vramtrack watch` is scraped beside it.

usage: watched.py VRAMTRACK PAIRED [SCRAPES [ROUNDS]]

PAIRED is bench/paired.cpp: g++ -std=c++17 -O2 -pthread -isystem CUDA/include -o paired paired.cpp
Runs it tracked on the simulated device, in turn while nobody looks and while one scraper asks for
/metrics without a pause; prints the ratio of the medians of its pool pair, the spread of each, and
how many scrapes were made. A round is a run of each; there are as many as the scrapes take.
"""
import http.client
import re
import statistics
import subprocess
import sys
import tempfile
import threading

BLOCKS = 1200  # of some thousand pairs


def run_pairs(vramtrack, program, folder):
    """ns a pair of one tracked run."""
    command = [vramtrack, "run", "--simulate", "--no-report", "-o", folder, "--", program,
               "alone", "pool", "16", "1", "1", "256"]
    out = subprocess.run(command, check=True, input=f"{BLOCKS}\n", capture_output=True, text=True).stdout
    return statistics.median(float(line) for line in out.splitlines() if line != "ready")


class Scraper(threading.Thread):
    """Asks for /metrics until told to stop; counts whole answers."""

    def __init__(self, port):
        super().__init__()
        self.port, self.good, self.stop = port, 0, threading.Event()

    def run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while not self.stop.is_set():
            connection.request("GET", "/metrics")
            answer = connection.getresponse()
            self.good += answer.status == 200 and answer.read().endswith(b"# EOF\n")


def watched_pairs(vramtrack, program, folder):
    """ns a pair of a run that is watched, and the scrapes made meanwhile."""
    server = subprocess.Popen([vramtrack, "watch", "--listen=127.0.0.1:0", folder], stderr=subprocess.PIPE, text=True)
    for line in server.stderr:
        found = re.search(r"http://127\.0\.0\.1:(\d+)/report\.txt", line)
        if found:
            break
    scraper = Scraper(int(found.group(1)))
    scraper.start()
    pair_ns = run_pairs(vramtrack, program, folder)
    scraper.stop.set()
    scraper.join()
    server.terminate()
    server.wait()
    return pair_ns, scraper.good


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    vramtrack, program = arguments[:2]
    wanted = int(arguments[2]) if len(arguments) > 2 else 10_000
    rounds = int(arguments[3]) if len(arguments) > 3 else 5
    alone, watched, scrapes = [], [], 0
    while scrapes < wanted or len(alone) < rounds:
        with tempfile.TemporaryDirectory() as folder:
            alone.append(run_pairs(vramtrack, program, folder))
        with tempfile.TemporaryDirectory() as folder:
            pair_ns, made = watched_pairs(vramtrack, program, folder)
            watched.append(pair_ns)
            scrapes += made
    ratios = [b / a for a, b in zip(alone, watched)]
    print(f"{len(alone)} rounds of {BLOCKS} blocks of pairs, {scrapes} scrapes")
    print(f"alone   {statistics.median(alone):8.1f} ns a pair ({min(alone):.1f} to {max(alone):.1f})")
    print(f"watched {statistics.median(watched):8.1f} ns a pair ({min(watched):.1f} to {max(watched):.1f})")
    print(f"ratio   {statistics.median(watched) / statistics.median(alone):8.3f} (in turn {min(ratios):.3f} to {max(ratios):.3f})")


main(sys.argv[1:])
