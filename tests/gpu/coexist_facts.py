"""Facts of a report as tests/gpu/coexist.sh compares them: coexist_facts.py REPORT WHAT"""
import json
import sys

processes = json.load(open(sys.argv[1]))["processes"]
what = sys.argv[2]


def leaked():
    rows = [f for p in processes for f in p["findings"] if f["class"] == "leak" and f["kind"] == "linear"]
    return sum(f["bytes"] for f in rows), sum(f["count"] for f in rows)


if what == "leaks":
    print(*leaked())
elif what == "covered":
    print(all(p["coverage"]["covered"] for p in processes) and len(processes) > 0)
elif what == "audited":
    print(all(p["coverage"]["audited"] for p in processes) and len(processes) > 0)
elif what == "passages":
    for p in processes:
        for passage in p["coverage"]["passages"]:
            if not passage["covered"]:
                print(passage["passage"], passage["path"].split("/")[-1])
elif what == "doors":
    for p in processes:
        print(p["pid"], p["coverage"]["doors"])
elif what == "checkpoints":
    for p in processes:
        for row in p.get("checkpoints", []):
            print(row["how"], "away" if row["to_seconds"] is None else "back", row["bytes"],
                  "itself" if row["by"] == p["pid"] else "another" if row["by"] else "nobody", row["times"])
elif what == "end_accounts":
    print(sum(1 for p in processes for a in p["accounts"] if a["moment"] == "end"))
