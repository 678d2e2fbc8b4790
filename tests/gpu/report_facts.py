"""Prints "COUNT BYTES" of the findings of a JSON report that match every KEY=PATTERN.

report_facts.py REPORT [KEY=PATTERN]...: KEY is class, kind or api (whole match), or
function, module (found in some frame of the stack). PATTERN is a regular expression.
"""

import json
import re
import sys


def matches(finding, key, pattern):
    if key in ("function", "module"):
        return any(re.search(pattern, frame.get(key) or "") for frame in finding["stack"])
    return re.fullmatch(pattern, str(finding.get(key))) is not None


def main():
    report, *conditions = sys.argv[1:]
    pairs = [condition.split("=", 1) for condition in conditions]
    with open(report) as source:
        processes = json.load(source)["processes"]
    found = [
        finding
        for process in processes
        for finding in process["findings"]
        if all(matches(finding, key, pattern) for key, pattern in pairs)
    ]
    print(sum(f["count"] for f in found), sum(f["bytes"] for f in found))


main()
