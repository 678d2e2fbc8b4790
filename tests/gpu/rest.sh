#!/usr/bin/env bash
# What a card holds beside what is tracked, on a real GPU: growth of what nobody owns, who refused an
# allocation, a card between processes, and memory that is released and mapped again. Some 20 s.
# usage: rest.sh PREFIX FOLDER [--simulate] (where vramtrack is installed; where logs go)
# shellcheck source=tests/gpu/lib.sh
. "$(dirname "$0")/lib.sh"
[ -z "$simulate" ] || export VRAMTRACK_SIMULATE=model=h200:memory=64G
export PYTHONDONTWRITEBYTECODE=1

# ask EXPRESSION: of the JSON report, which is `r`
ask() {
	"$vramtrack" report --format=json rec >report.json 2>report.err
	python3 -c 'import json, sys
r = json.load(open("report.json"))
def of(what): return [f for p in r["processes"] for f in p["findings"] if f["class"] == what]
rest = [row for p in r["processes"] for row in p["unattributed"]]
print(eval(sys.argv[1]))' "$1" 2>&1
}

run_case() { # CASE [OPTION...]
	rm -rf rec
	limited 60 "$vramtrack" run ${simulate:+--simulate} -o rec --no-report "${@:2}" -- "$logs/bin/rest" "$1"
	check "$1: exits with 0" "$status" 0
	[ "$status" -eq 0 ] || fail "$1: what it said" <err
	"$vramtrack" report --show findings,processes,account,cards rec >report.txt 2>&1
}

steady() {
	run_case steady
	check 'steady: no growth that nobody owns' "$(ask 'len(of("unattributed_growth"))')" 0
	check 'steady: it was looked for' "$(ask '[row["verdict"] for row in rest]')" "['steady']"
	note "steady: $(ask '[(row["word"], row["samples"], row["first_bytes"], row["last_bytes"], row["others_moved_bytes"]) for row in rest]')"
	"$vramtrack" gate --fail-on unattributed_growth rec >gate.txt 2>&1
	check 'steady: the gate' "$?" 0
}

past() {
	run_case past
	check 'past: growth that nobody owns' "$(ask 'len(of("unattributed_growth"))')" 1
	between 'past: bytes a mark' "$(ask 'int(of("unattributed_growth")[0]["bytes_per_mark"])')" 1900000 2300000
	note "past: $(ask '[(row["word"], row["samples"], row["first_bytes"], row["last_bytes"], row["others_moved_bytes"]) for row in rest]')"
	"$vramtrack" gate --fail-on unattributed_growth rec >gate.txt 2>&1
	check 'past: the gate' "$?" 1
}

refused() {
	local total
	run_case refused
	total=$(head -n 1 out)
	check 'refused: by whom' "$(ask 'of("out_of_memory")[0]["refused_by"]["who"]')" device
	check 'refused: its limit is what the device has' "$(ask 'of("out_of_memory")[0]["refused_by"]["limit_bytes"]')" "$total"
	run_case refused --option limit=150M
	check 'refused: by our own limit' "$(ask 'sorted({f["refused_by"]["who"] for f in of("out_of_memory")})')" "['limit']"
}

tree() {
	local context=536870912
	[ -z "$simulate" ] || context=524000000
	run_case tree
	check 'tree: one card' "$(ask 'len(r["cards"])')" 1
	check 'tree: three processes' "$(ask 'len(r["cards"][0]["processes"])')" 3
	check 'tree: one was killed' "$(ask 'sum(p["killed"] for p in r["cards"][0]["processes"])')" 1
	between 'tree: at the peak of all' "$(ask '[m for m in r["cards"][0]["moments"] if m["moment"] == "peak"][0]["sum_bytes"]')" \
		$((2048 * 1048576 + 2 * context)) $((2048 * 1048576 + 4 * context))
	note "tree: $(ask '[(m["moment"], m["bytes"], m["sum_bytes"], m["device_used_bytes"], m["other_bytes"]) for m in r["cards"][0]["moments"]]')"
	# the simulated device is one of each process
	[ -n "$simulate" ] || between 'tree: the rest of the card' \
		"$(ask '[m for m in r["cards"][0]["moments"] if m["moment"] == "peak"][0]["other_bytes"] or -1')" 0 140000000000
}

suspend() {
	run_case suspend
	check 'suspend: nothing is wrong, nothing leaked, nothing grew' \
		"$(ask 'sorted({f["class"] for p in r["processes"] for f in p["findings"]})')" '[]'
	"$vramtrack" report --between awake,asleep --format=json rec >between.json 2>report.err
	between 'suspend: MiB released from awake to asleep' "$(python3 -c 'import json
b = [b for p in json.load(open("between.json"))["processes"] for b in p["between"]]
print(b[0]["before_bytes"] - b[0]["after_bytes"] >> 20)' 2>&1)" 62 66
}

tap=$logs/build.tap
mkdir -p "$logs/bin"
: >"$tap"
build "$logs/bin/rest" rest.cpp -cudart none -lcuda
for case in steady past refused tree suspend; do job $case $case; done
finish
