"""What a JSON report says, beside what a program of tests/gpu said must be found.

family_facts.py findings REPORT OUTPUT   differences, a line each; none: nothing is printed
family_facts.py verify REPORT            "agree", or where the two sources do not
family_facts.py numbers REPORT OUTPUT    bytes: planted, leaked by vramtrack, live by CUPTI
family_facts.py account REPORT MOMENT    "balanced", or what is wrong with the last one
family_facts.py covered REPORT           "true", "false" or "null", a line for each process
OUTPUT has the lines `finding` and `live` that families.h describes.
"""

import collections
import json
import sys

OWNED = ("vram", "managed", "host")


def stated(path, what):
    with open(path) as lines:
        rows = [line.split() for line in lines if line.startswith(what + " ")]
    return [(row[:-3][1:], *map(int, row[-3:])) for row in rows]


def class_of(finding):
    name = finding["class"]
    return f"{name}:{finding['reason']}" if name == "bad_free" else name


def found(processes):
    sums = collections.defaultdict(lambda: [0, 0])
    for process in processes:
        for finding in process["findings"]:
            row = sums[class_of(finding), finding["kind"] or "-"]
            row[0] += finding["count"]
            row[1] += finding["bytes"]
    return sums


def live(processes, kind):
    rows = [
        row
        for process in processes
        for device in process["devices"]
        for row in device["kinds"]
        if row["kind"] == kind
    ]
    return sum(row["live_count"] for row in rows), sum(row["live_bytes"] for row in rows)


def compare(what, wanted, count, bytes_):
    number, least, most = wanted
    if count != number or not least <= bytes_ <= most:
        print(f"{what}: {count} of {bytes_} bytes; wanted {number} of {least} to {most}")


def findings(report, output):
    sums = found(report["processes"])
    for names, *wanted in stated(output, "finding"):
        compare(" ".join(names), wanted, *sums.pop(tuple(names), (0, 0)))
    for names, row in sums.items():
        print(f"{' '.join(names)}: {row[0]} of {row[1]} bytes; wanted none")
    for names, *wanted in stated(output, "live"):
        compare(f"live {names[0]}", wanted, *live(report["processes"], names[0]))
    if not report["processes"] and stated(output, "finding"):
        print("nothing was recorded")


def parts(node):
    """The comparisons of two sources, wherever in the report they are."""
    if isinstance(node, dict) and "differences" in node and "agree" in node:
        yield node
    elif isinstance(node, (dict, list)):
        for child in node.values() if isinstance(node, dict) else node:
            yield from parts(child)


def verify(report):
    all_parts = list(parts(report))
    if not all_parts:
        print("the report has no part `verify`")
        return
    for part in all_parts:
        if part["agree"]:
            continue
        sides = [side and side["source"] for side in part.get("sides", [])]
        print(f"process {part.get('pid')}: {part['differences']} differences between {sides}")
        for name in ("kinds", "apis", "live"):
            for row in part.get(name) or []:
                if not row.get("agree"):
                    print(" ", json.dumps(row))
    if all(part["agree"] for part in all_parts):
        print("agree")


def live_by_cupti(report):
    total = None
    for part in parts(report):
        sides = [side["source"] for side in part.get("sides", []) if side]
        if "cupti" in sides:
            rows = [row for row in part.get("kinds") or [] if row["bucket"] in OWNED]
            side = sides.index("cupti")
            total = (total or 0) + sum(row["live_bytes"][side] or 0 for row in rows)
    return total


def numbers(report, output):
    planted = [row for row in stated(output, "finding") if row[0][0] == "leak"]
    least, most = (sum(row[column] for row in planted) for column in (2, 3))
    leaked = sum(row[1] for names, row in found(report["processes"]).items() if names[0] == "leak")
    cupti = live_by_cupti(report)
    print(least if least == most else f"{least}-{most}", leaked, "-" if cupti is None else cupti)


def account(report, moment):
    rows = [a for p in report["processes"] for a in p["accounts"] if a["moment"] == moment]
    if not rows:
        print(f"no account of the moment {moment}")
        return
    row = rows[-1]
    names = ("tracked_bytes", "pool_unused_bytes", "graph_unused_bytes", "not_attributed_bytes")
    numbers = {name: row[name] for name in ("word", "in_use_bytes", *names)}
    if None in numbers.values():
        print("not told:", numbers)
    elif sum(row[name] for name in names) != row["in_use_bytes"]:
        print("they do not add up:", numbers)
    elif row["not_attributed_bytes"] < 0:
        print("more is tracked than is in use:", numbers)
    else:
        print("balanced")
        print(numbers, file=sys.stderr)


def covered(report):
    for process in report["processes"]:
        print(json.dumps(process["coverage"]["covered"]))


def main():
    command, path, *arguments = sys.argv[1:]
    with open(path) as source:
        report = json.load(source)
    commands = (findings, verify, numbers, account, covered)
    {each.__name__: each for each in commands}[command](report, *arguments)


main()
