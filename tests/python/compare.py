"""Compares a report (JSON) with what frames.py wrote: every stack of Python frames, with the sum
of its allocations, and the place of Python frames before an eval loop.

python compare.py REPORT WANTED [MINOR]   prints what differs, status 1 if something does
"""
import json
import sys

FUNCTION = 255  # bytes that are kept


def cut(name):
    return name.encode("utf-8", "surrogateescape")[:FUNCTION].decode("utf-8", "ignore")


def readable(text):
    """Bytes that are no text are shown in one way or another: not compared."""
    return "".join(c for c in text if c not in "\ufffd?" and not "\udc80" <= c <= "\udcff")


def key(frames):
    return json.dumps([[readable(cut(f)), readable(p), n] for f, p, n in frames])


def sums(rows):
    out = {}
    for frames, size, count, case in rows:
        row = out.setdefault(key(frames), [0, 0, case])
        row[0] += size
        row[1] += count
    return out


# From 3.14 on the eval loop may be many functions that jump to one another, and they may be stripped.
IN_PIECES = len(sys.argv) > 3 and int(sys.argv[3]) >= 14


def misplaced(stack):
    """Groups of Python frames that no eval loop follows."""
    bad = 0
    for i, frame in enumerate(stack):
        if frame["language"] != "python" or i + 1 == len(stack):
            continue
        if stack[i + 1]["language"] == "python":
            continue
        at = stack[i + 1]
        names = [f["function"] or "" for f in stack[i + 1:]
                 if f["module"] == at["module"] and f["offset"] == at["offset"]]
        bad += not (any("_PyEval_EvalFrameDefault" in n or n.startswith("_TAIL_CALL_") for n in names)
                    or IN_PIECES and not any(names))
    return bad


report = json.load(open(sys.argv[1], encoding="utf-8", errors="surrogateescape"))
wanted = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
found = [f for p in report["processes"] for f in p["findings"] if f["class"] == "leak"]
seen = sums(([[f["function"] or "", f["file"] or "", f["line"]] for f in row["stack"]
              if f["language"] == "python"], row["bytes"], row["count"], "") for row in found)
want = sums((row["stack"], row["bytes"], 1, row["case"]) for row in wanted)
bad = 0
for stack, (size, count, case) in want.items():
    got = seen.pop(stack, None)
    if not got or got[:2] != [size, count]:
        bad += 1
        if bad < 6:
            print("wanted in %s: %d times, %d bytes, seen %s:" % (case, count, size, got))
            print("   ", stack[:1000])
for stack, (size, count, _) in list(seen.items())[:5]:
    print("not wanted: %d times, %d bytes: %s" % (count, size, stack[:600]))
wrong = sum(misplaced(row["stack"]) for row in found)
print("%d allocations, %d stacks, %d differ, %d were not wanted, %d misplaced" %
      (len(wanted), len(want), bad, len(seen), wrong))
sys.exit(bool(bad or seen or wrong or not wanted))
