"""What reports say of the blocks of PyTorch's cache, in lines for torch_blocks.sh.

block_facts.py moment REPORT SAID: "" if the sums are those that PyTorch said, else what differs
block_facts.py lost|blocks|states|sites REPORT: see there
"""

import json
import sys

what = sys.argv[1]
with open(sys.argv[2]) as report:
    processes = json.load(report)["processes"]
caches = [c for p in processes for c in p["caches"]]

if what == "moment":
    with open(sys.argv[3]) as said:
        wanted = json.load(said)
    for cache in caches[:1]:
        seen = {
            "state": (cache["state"], "seen"),
            "blocks": (cache["used_bytes"], wanted["allocated"]),
            "segments": (cache["segment_bytes"], wanted["reserved"]),
            "blocks in segments": (sum(s["used_bytes"] for s in cache["segments"]), wanted["allocated"]),
            "told": (cache["told_used_bytes"], wanted["allocated"]),
        }
        print(f"{len(caches)} cache:", " ".join(
            f"{k}={v}" if v == w else f"{k}={v}, PyTorch: {w}!" for k, (v, w) in seen.items()))
        pinned = [s for s in cache["segments"] if s["pinned_by"]]
        print(f"{cache['segment_count']} segments, {len(pinned)} with blocks, {cache['blocks']} blocks")
elif what == "lost":
    print([loss["what"] for p in processes for loss in p["lost"]])
elif what == "blocks":  # ever handed out
    kinds = [k for p in processes for d in p["devices"] for k in d["kinds"]]
    print(sum(k["allocations"] for k in kinds if k["kind"] == "block"))
elif what == "states":
    print([c["state"] for c in caches])
else:  # sites: what grows and what was held, by the line of its site
    for finding in (f for p in processes for f in p["findings"]):
        if finding["class"] in ("growth", "held_until_end") and finding["site"] is not None:
            site = finding["stack"][finding["site"]]
            print(finding["class"], finding["kind"], site["function"], site["line"], finding["bytes"])
