#!/usr/bin/env bash
# Growth on a real GPU: a PyTorch training loop that keeps a tensor of 1 MiB a step,
# with the cache off, is found by the marks of its steps; without the leak it is not.
# usage: growth.sh PREFIX FOLDER (where vramtrack is installed; where logs go)
# shellcheck source=tests/gpu/lib.sh
. "$(dirname "$0")/lib.sh"
export PYTORCH_NO_CUDA_MEMORY_CACHING=1

# marked WHAT COUNT [OPTION]: the loop WHAT, recorded; COUNT sites grow at 1 MiB a mark
marked() {
	local what=$1 grown=$2
	title="PyTorch, $what"
	have_module torch || { skip "$title" 'there is no torch'; return; }
	native 150 python3 "$here/growth.py" "$what"
	limited 300 "$vramtrack" run -o rec --format=json --report-file=report.json \
		${3:+--option "$3"} -- python3 "$here/growth.py" "$what"
	check "$title: exits as alone" "$status" 0
	same "$title: prints the same" native.out out
	python3 - "$what" >facts 2>&1 <<'PYTHON'
import json, sys
[process] = [p for p in json.load(open("report.json"))["processes"] if p["marks"]]
grown = [f for f in process["findings"] if f["class"] == "growth"]
mark = next(m for m in process["marks"] if m["followed"])
print("told", process["growth"]["told"], process["growth"]["reason"])
print("marks", mark["name"], mark["marker"], mark["count"])
for f in grown:
    torch = any("torch" in (s["module"] or "") for s in f["stack"])
    print("grown", round(f["bytes_per_mark"]), round(f["r_squared"], 4), f["api"], torch)
PYTHON
	# shellcheck disable=SC2031 # each job has its own
	sed 's/^/# /' facts >>"$tap"
	check "$title: growth could be told" "$(grep -c '^told True' facts)" 1
	check "$title: call sites that grow" "$(grep -c '^grown' facts)" "$grown"
	if [ "$grown" -gt 0 ] && [ "$what" != timed ]; then
		check "$title: 1 MiB a step, inside PyTorch" \
			"$(grep -cE '^grown 1048576 (1\.0|0\.99[0-9]*) .* True$' facts)" 1
	fi
}

leak() { marked leak 1; }
clean() { marked clean 0; }
nvtx() { marked nvtx 1 growth=nvtx:step; }
timed() { marked timed 1 growth=every:0.02; }

for name in leak clean nvtx timed; do
	job "growth_$name" $name
done
finish
