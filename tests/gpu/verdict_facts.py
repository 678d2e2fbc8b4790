"""Does the gate name the planted line? verdict_facts.py REPORT PROGRAM

Prints the sites of the findings that fail, a line each, those of marked lines only where there are
some. The exit status is 0 where the site of one of them is a line of PROGRAM that ends in `# planted`.
"""

import json
import sys


def main():
    report, program = sys.argv[1:]
    with open(program) as source:
        planted = {n for n, text in enumerate(source, 1) if text.endswith("# planted\n")}
    with open(report) as source:
        findings = json.load(source)["gate"]["findings"]
    failing = [finding for finding in findings if finding["fails"]]
    sites, marked = [], []
    for finding in failing:
        at = finding.get("site")
        frame = finding["stack"][at] if at is not None else {}
        text = "{} {} of {} bytes at {}:{}".format(
            finding["class"], finding["kind"], finding["bytes"], frame.get("file"), frame.get("line")
        )
        sites.append(text)
        if (frame.get("file") or "").endswith("verdicts.py") and frame.get("line") in planted:
            marked.append(text)
    print("\n".join(marked or sites or ["nothing fails"]))
    sys.exit(not marked)


main()
