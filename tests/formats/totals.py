"""Sums of a report in each format are those of the JSON report of the same recordings.

usage: totals.py REPORT.json FORMAT FILE...
A file is read as its format's reader has it; prints what does not agree, and exits with 1. What
was allocated in all is not compared where the recording is called torn: the JSON report has it by
device, and a site that was torn away is missing from that sum. Nor are peaks that OpenMetrics has
by device.
"""

import collections
import csv
import io
import json
import pickle
import pickletools
import re
import sqlite3
import subprocess
import sys

OWNED = {"vram", "managed", "host"}


def sums():
    return collections.defaultdict(lambda: [0, 0])


def add(into, bucket, measure, count, size):
    into[bucket, measure][0] += size
    into[bucket, measure][1] += count


def of_json(path):
    """What the JSON report has; it has no bytes of what was allocated in all."""
    totals = sums()
    with open(path, encoding="utf-8") as file:
        report = json.load(file)
    for process in report["processes"]:
        for device in process["devices"]:
            for kind in device["kinds"]:
                bucket_of_kind[kind["kind"]] = kind["bucket"]
                add(totals, kind["bucket"], "live", kind["live_count"], kind["live_bytes"])
                add(totals, kind["bucket"], "allocated", kind["allocations"], 0)
        for row in process["peak"]:
            add(totals, row["bucket"], "peak", row["count"], row["bytes"])
        for row in process["findings"]:
            if row["class"] == "leak":
                add(totals, row["bucket"], "leaked", row["count"], row["bytes"])
    return totals


def of_pprof(path):
    """As `go tool pprof` reads it."""
    totals = sums()
    words = {"inuse": "live", "alloc": "allocated", "peak": "peak"}
    raw = subprocess.run(["go", "tool", "pprof", "-symbolize=none", "-raw", path],
                         check=True, capture_output=True, text=True).stdout
    types = raw.split("\nSamples:\n")[1].split("\n")[0].split()
    types = [re.fullmatch(r"(managed_|host_|)(alloc|peak|inuse)_(objects|space)/.*", name)
             for name in types]
    for line in raw.split("\nSamples:\n")[1].split("\nLocations")[0].split("\n")[1:]:
        match = re.fullmatch(r"([ 0-9]+): [ 0-9]+", line)
        if not match:
            continue
        values = [int(number) for number in match[1].split()]
        assert len(values) == len(types), line
        for name, value in zip(types, values):
            is_count = name[3] == "objects"
            add(totals, name[1].rstrip("_") or "vram", words[name[2]],
                value if is_count else 0, 0 if is_count else value)
    return totals, OWNED, {"live", "allocated", "peak"}


def text_of(path):
    """UTF-8 as it should be, and nothing that a terminal obeys."""
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    bad = re.search("[\\x00-\\x09\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]", text)
    assert not bad, f"{path}: {bad[0]!r} at {bad.start()}"
    return text


def of_folded(*paths):
    """Files NAME.BUCKET.MEASURE.folded: as flamegraph.pl reads a line."""
    totals = sums()
    for path in paths:
        _, bucket, measure, _ = path.rsplit(".", 3)
        text = text_of(path)
        assert "\r" not in text and (not text or text.endswith("\n")), path
        for line in text.split("\n")[:-1]:
            match = re.fullmatch(r"(.+) ([1-9][0-9]*)", line)
            assert match and all(match[1].split(";")), line
            add(totals, bucket, measure, 0, int(match[2]))
    return totals, {"vram", "managed"}, {"live", "leaked", "peak", "allocated"}


def of_speedscope(path):
    """What the viewer sums up: weights of profiles, each with as many samples."""
    totals = sums()
    buckets = {"device memory": "vram", "managed memory": "managed", "host memory": "host",
               "imported memory": "imported", "address space": "address", "held objects": "held"}
    report = json.loads(text_of(path))
    frames = len(report["shared"]["frames"])
    names = {profile["name"] for profile in report["profiles"]}
    for profile in report["profiles"]:
        name = re.fullmatch(
            r".*: (\w+ \w+) (leaked|live|allocated|at the peak)(?: on GPU \d+)?", profile["name"])
        bucket, measure = buckets[name[1]], name[2].replace("at the ", "")
        assert len(profile["samples"]) == len(profile["weights"])
        assert all(0 <= frame < frames for sample in profile["samples"] for frame in sample)
        assert sum(profile["weights"]) == profile["endValue"]
        counted = profile["unit"] == "none"
        is_all = measure == "leaked" and profile["name"].replace(" leaked", " live") not in names
        measures = ["live", "leaked"] if is_all else [measure]
        for measure in measures:
            add(totals, bucket, measure, profile["endValue"] if counted else 0,
                0 if counted else profile["endValue"])
    return totals, set(buckets.values()) - {"held"}, {"live", "leaked", "peak", "allocated"}


def of_csv(path):
    """As Python's strict reader has it: RFC 4180."""
    totals = sums()
    text = text_of(path)
    assert text.count("\n") == text.count("\r") == text.count("\r\n")
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    for row in rows[1:]:
        assert len(row) == len(rows[0]), row
        assert not any(field.startswith(tuple("=+-@")) for field in row), row
        fields = dict(zip(rows[0], row))
        for measure in ("leaked", "live", "peak", "allocated"):
            add(totals, fields["bucket"], measure, int(fields[measure + "_count"]),
                int(fields[measure + "_bytes"]))
    return totals, OWNED | {"imported", "address", "held"}, {"leaked", "live", "peak", "allocated"}


def of_openmetrics(path):
    """Series by the grammar; no two with the same labels; call sites add up to what is live."""
    totals, sites, seen = sums(), sums(), set()
    measures = {"live_bytes": ("live", 0, 1), "live_allocations": ("live", 1, 0),
                "peak_bytes": ("peak", 0, 1), "leaked_bytes": ("leaked", 0, 1),
                "allocations_total": ("allocated", 1, 0), "allocated_bytes_total": ("allocated", 0, 1),
                "site_live_bytes": ("live", 0, 1), "site_peak_bytes": ("peak", 0, 1)}
    text = text_of(path)
    assert text.endswith("\n# EOF\n") and text.count("\n# EOF\n") == 1
    label = r'[a-z]+="(?:[^"\\\n]|\\["\\n])*"'
    for line in text.split("\n"):
        if not line or line.startswith("# "):
            continue
        match = re.fullmatch(r"vramtrack_([a-z_]+)\{(%s(?:,%s)*)\} (\d+)" % (label, label), line)
        assert match and match[1] + match[2] not in seen, line
        seen.add(match[1] + match[2])
        if match[1] in measures:
            measure, is_count, is_bytes = measures[match[1]]
            bucket = re.search(r',memory="(\w+)"', match[2])[1]
            value = int(match[3])
            add(sites if match[1].startswith("site") else totals, bucket, measure,
                value * is_count, value * is_bytes)
    for key, (size, _) in sites.items():
        if "torn" not in path:
            assert size == totals[key][0], f"{key}: {size} by call sites, {totals[key][0]} in all"
    for key in list(totals) + [(bucket, "leaked") for bucket in OWNED]:
        if key[1] in ("peak", "leaked"):
            totals[key][1] = None
    return totals, OWNED | {"imported", "held", "address"}, {"leaked", "live", "peak", "allocated"}


def of_sqlite(path):
    """By SQL, from the call sites."""
    totals = sums()
    database = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    for measure in ("leaked", "live", "peak", "allocated"):
        for bucket, size, count in database.execute(
                f"SELECT bucket, sum({measure}_bytes), sum({measure}_count) FROM sites GROUP BY bucket"):
            add(totals, bucket, measure, count, size)
    for bucket, size, count in database.execute(
            "SELECT bucket, sum(bytes), count(*) FROM allocations JOIN sites ON sites.id = site_id GROUP BY bucket"):
        assert totals[bucket, "live"] == [size, count], bucket
    assert not database.execute(
        "SELECT count(*) FROM sites LEFT JOIN stacks ON stacks.id = stack_id WHERE stacks.id IS NULL AND stack_id IS NOT NULL").fetchone()[0]
    return totals, OWNED | {"imported", "address", "held"}, {"leaked", "live", "peak", "allocated"}


PHASES = {"M": {"args"}, "C": {"args"}, "i": {"s", "cat", "args"}, "b": {"id", "cat", "args"},
          "e": {"id", "cat"}}


def of_perfetto(path):
    """Each event has what its phase asks for; slices have both ends; the last of a counter is live."""
    totals, open_slices, last = sums(), {}, {}
    words = {"device memory": "vram", "managed memory": "managed", "host memory": "host",
             "imported memory": "imported", "address space": "address"}
    report = json.loads(text_of(path))
    assert set(report) == {"displayTimeUnit", "traceEvents"}
    for event in report["traceEvents"]:
        assert set(event) == {"ph", "pid", "tid", "ts", "name"} | PHASES[event["ph"]], event
        assert type(event["pid"]) is int and type(event["tid"]) is int and event["ts"] >= 0
        assert type(event["name"]) is str and type(event["ts"]) is float
        if event["ph"] == "b":
            assert event["id"] not in open_slices
            open_slices[event["id"]] = event
            add(totals, bucket_of_kind[event["args"]["kind"]], "live", 1, event["args"]["bytes"])
        elif event["ph"] == "e":
            begun = open_slices.pop(event["id"])
            assert begun["ts"] <= event["ts"] and begun["pid"] == event["pid"]
            assert begun["name"] == event["name"] and begun["cat"] == event["cat"]
        elif event["ph"] == "C":
            key = event["pid"], event["name"]
            assert type(event["args"]["bytes"]) is int
            assert last.get(key, (0, 0))[0] <= event["ts"], event
            last[key] = event["ts"], event["args"]["bytes"]
        elif event["ph"] == "i":
            assert event["s"] == "p"
    assert not open_slices
    kept = sums()
    for (_, name), (_, size) in last.items():
        match = re.fullmatch(r"(?:GPU \d+: )?(\w+ \w+), kept", name)
        if match:
            add(kept, words[match[1]], "live", 0, size)
    for bucket in words.values():
        assert kept[bucket, "live"][0] == totals[bucket, "live"][0], bucket
    assert "empty" in path or "real" in path or any(event["ph"] == "i" and event["cat"] == "mark" for event in report["traceEvents"])
    return totals, set(words.values()) | {"held"}, {"live"}


bucket_of_kind = {}


def of_memory_viz(path):
    """What the viewer looks at, as it looks at it: torch/utils/viz/MemoryViz.js."""
    totals = sums()
    with open(path, "rb") as file:
        data = file.read()
    for code, _, _ in pickletools.genops(data):
        assert code.name in VIEWER_CODES, code.name
    snapshot = pickle.loads(data)
    assert isinstance(snapshot["segments"], list) and isinstance(snapshot["device_traces"], list)
    frames = 0
    for segment in snapshot["segments"]:
        assert segment["device"] < len(snapshot["device_traces"]) and segment["stream"] == 0
        assert segment["segment_type"] in ("large", "small") and segment["segment_pool_id"] == (0, 0)
        assert sum(block["size"] for block in segment["blocks"]) == segment["total_size"]
        for block in segment["blocks"]:
            assert block["state"] == "active_allocated" and block["address"] == segment["address"]
            assert block["requested_size"] == block["size"] and check_frames(block["frames"])
            frames += len(block["frames"])
            add(totals, "vram", "live", 1, block["requested_size"])
    traced = 0
    for trace in snapshot["device_traces"]:
        assert [event["time_us"] for event in trace] == sorted(event["time_us"] for event in trace)
        for event in trace:
            assert event["action"] in ACTIONS and check_frames(event["frames"])
            assert type(event["addr"]) is int and event["stream"] == 0
            traced += event["size"] * ACTIONS[event["action"]]
    assert traced == totals["vram", "live"][0]
    assert not snapshot["segments"] or frames
    for device in snapshot["vramtrack"]["devices"]:
        assert device["ordinal"] in (0, 1) and device["uuid"].startswith("GPU-")
    return totals, {"vram"}, {"live"}


ACTIONS = {"segment_alloc": 0, "alloc": 1, "free_requested": 0, "free_completed": -1, "segment_free": 0}
VIEWER_CODES = {"PROTO", "STOP", "MARK", "EMPTY_DICT", "SETITEMS", "EMPTY_LIST", "APPENDS", "BININT1", "BININT2",
                "LONG1", "SHORT_BINUNICODE", "BINUNICODE", "MEMOIZE", "BINGET", "LONG_BINGET", "TUPLE2",
                "NEWTRUE", "NEWFALSE", "NONE"}


def check_frames(frames):
    return all(set(frame) == {"filename", "line", "name"} and type(frame["filename"]) is str
               and type(frame["line"]) is int and type(frame["name"]) is str for frame in frames)


READERS = {"pprof": of_pprof, "folded": of_folded, "speedscope": of_speedscope, "csv": of_csv,
           "openmetrics": of_openmetrics, "sqlite": of_sqlite,
           "perfetto": of_perfetto, "memory-viz": of_memory_viz}
BYTES_ONLY = {"folded", "speedscope"}  # one number for each stack


def main():
    wanted, is_torn = of_json(sys.argv[1]), "torn" in sys.argv[1]
    found, buckets, measures = READERS[sys.argv[2]](*sys.argv[3:])
    status = 0
    for bucket, measure in sorted(set(wanted) | set(found)):
        if bucket not in buckets or measure not in measures or (measure == "peak" and bucket not in OWNED):
            continue
        want, have = list(wanted[bucket, measure]), list(found[bucket, measure])
        if is_torn and (measure == "allocated" or (measure == "peak" and sys.argv[2] == "openmetrics")):
            continue
        if measure == "allocated":
            if have[1] and not have[0] and bucket != "held":
                print(f"{bucket} allocated: no bytes")
                status = 1
            want[0] = have[0]
        if sys.argv[2] in BYTES_ONLY or have[1] is None:
            want[1] = have[1]
        print(f"{bucket} {measure}: {have[0]} bytes, {have[1]}")
        if want != have:
            print(f"    but JSON has {want[0]} bytes, {want[1]}")
            status = 1
    if not any(size for size, _ in found.values()) and any(size for size, _ in wanted.values()):
        print("nothing was read")
        status = 1
    sys.exit(status)


if __name__ == "__main__":
    main()
