#!/usr/bin/env bash
# Faults of a real GPU: the recording has the call that met one and what had been freed before;
# memory that is freed under an executable graph is told; and the files of GPU core dumps are left
# in FOLDER/core, with what they are made of.
# usage: faults.sh PREFIX FOLDER [--simulate]
# shellcheck source=tests/gpu/lib.sh
. "$(dirname "$0")/lib.sh"
export budget=110
mkdir -p "$logs/program" "$logs/core"
tap=$logs/build.tap
: >"$tap"
# The simulated device needs the shared runtime, and a fault that is asked for.
(cd "$logs/program" && build faults faults.cu ${simulate:+-cudart shared})
program=$logs/program/faults

report() { "$vramtrack" report --format=json rec >report.json 2>>err; }
facts() { # PYTHON EXPRESSION over f, the findings, and r, the report
	python3 - "$1" <<'PYTHON' 2>&1
import json, sys
r = json.load(open("report.json"))
f = [row for p in r["processes"] for row in p["findings"]]
def functions(stack): return [(s["function"] or "").split("(")[0] for s in stack or []]
def of(what): return [row for row in f if row["class"] == what]
print(eval(sys.argv[1]))
PYTHON
}
tracked() { # WHAT COMMAND...
	local options=()
	while [ "$1" != -- ]; do options+=("$1"); shift; done
	shift
	limited 60 "$vramtrack" run ${simulate:+--simulate} "${options[@]}" -o rec -- "$@"
	report
	note "$(grep -E '^(vramtrack: |FAULT|STALE|  freed last)' err | head -n 6 | tr '\n' '|')"
}

# CASE ERROR NAME
faults() {
	local of=$1
	[ -z "$simulate" ] || export VRAMTRACK_SIMULATE=fault_at=$4:fault_with=$2
	tracked -- "$program" "$of"
	check "$of: the error is the program's, too" "$(grep error out)" "error $2"
	check "$of: one fault" "$(facts '[(x["result"], x["fault"], x["device"]) for x in of("fault")]')" "[($2, '$3', 0)]"
	check "$of: by the call that met it" "$(facts '"wait_for_work" in functions(of("fault")[0]["stack"]), of("fault")[0]["api"].split("_")[0]')" \
		"(True, 'cuCtxSynchronize')"
	note "frees before: $(facts '[(x["bytes"], x["address"], x["least_ns_before"], x["most_ns_before"]) for x in of("fault")[0]["freed_before"]][:6]')"
	limited 20 "$vramtrack" gate rec
	check "$of: the gate" "$status" 1
}
of_freed() {
	faults freed 700 illegal_address 3
	check 'freed: what was freed last is first, with its stacks' "$(facts '[(x["bytes"] >> 20, "drop_cache" in functions(x["free_stack"]), "make_cache" in functions(x["allocation_stack"])) for x in of("fault")[0]["freed_before"][:2]]')" \
		'[(64, True, True), (32, True, True)]'
}
quarantined() {
	[ -z "$simulate" ] || export VRAMTRACK_SIMULATE=fault_at=3
	tracked --option quarantine=1G -- "$program" freed
	[ -n "$simulate" ] || check 'quarantine: the error is the program'"'"'s, too' "$(grep error out)" 'error 700'
	check 'quarantine: freed addresses are told to be out of use' "$(facts 'all(x["fenced"] for x in of("fault")[0]["freed_before"])')" True
}
near() {
	limited 60 "$vramtrack" run --option quarantine=1G -o rec -- "$program" past near
	report
	check 'past the end by a byte, in a quarantine' "$(grep error out) $(facts 'len(of("fault"))')" 'error 700 1'
}
# Once by cuda-gdb's reader and once by ours, as far as they go.
core_dump() {
	local file=$logs/core/asserts.nvcudmp ours=$logs/core/asserts.ours
	CUDA_ENABLE_COREDUMP_ON_EXCEPTION=1 CUDA_COREDUMP_FILE=$file \
		CUDA_COREDUMP_GENERATION_FLAGS='skip_nonrelocated_elf_images,skip_global_memory,skip_shared_memory,skip_local_memory,skip_constbank_memory' \
		tracked -- "$program" asserts
	note "with a core dump: status $status, $(wc -c <"$file" 2>/dev/null) bytes"
	check 'a core dump was written' "$([ -s "$file" ] && echo yes)" yes
	note "its sections: $(readelf -SW "$file" | grep -oE '\.cudbg\.[a-z]+' | sort | uniq -c | xargs)"
	timeout 60 cuda-gdb -batch -ex "target cudacore $file" -ex 'info cuda lanes' >"$logs/core/asserts.gdb" 2>&1
	note "cuda-gdb: $(grep -aE 'Exception|triggered' "$logs/core/asserts.gdb" | head -n 6 | tr '\n' '|')"
	"$vramtrack" report --coredump "$file" rec >"$ours" 2>&1
	check 'it is read' "$(grep -o '^  core dump: [^(]*([0-9]*)' "$ours")" '  core dump: Warp Assert (12)'
}
sanitized() {
	limited 60 compute-sanitizer "$program" past
	note "compute-sanitizer: $(grep -aE 'Invalid|Address|bytes after|nearest' out | head -n 4 | tr '\n' '|')"
}
stale() { # again|'' STATUS CLASS
	# the simulated device does not know the parameters of compiled kernels
	local node=kernel
	[ -z "$simulate" ] || node=fill
	tracked -- "$program" graph "$node" ${1:+"$1"}
	check "graph${1:+, launched $1}: one finding" \
		"$(facts '[(x["class"], x["bytes"] >> 20, x["launched"], "drop_cache" in functions(x["stack"]), "make_executable" in functions(x["graph_stack"]), "make_cache" in functions(x["allocation_stack"])) for x in f if x["class"].startswith("stale_graph")]')" \
		"[('$3', 64, ${4}, True, True, True)]"
	limited 20 "$vramtrack" gate --fail-on stale_graph rec
	check "graph${1:+, launched $1}: the gate" "$status" "$2"
}
job past faults past 700 illegal_address 2
job freed of_freed
job asserts faults asserts 710 assert 1
job quarantine quarantined
job graph stale '' 0 stale_graph_idle False
job graph_again stale again 1 stale_graph True
if [ -z "$simulate" ]; then
	job near near
	job core_asserts core_dump
	job sanitizer sanitized
fi
finish
