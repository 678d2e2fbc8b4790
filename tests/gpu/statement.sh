#!/usr/bin/env bash
# Where every byte went, on a real GPU: for each thing that takes memory beside allocations a
# program, whose line in the statement is the driver's number to 2 MiB and names the stack, and
# whose rest is small; and a PyTorch program whose statement adds up to NVML's number.
# usage: statement.sh PREFIX FOLDER [--simulate] (where vramtrack is installed; where logs go)
# shellcheck source=tests/gpu/lib.sh
. "$(dirname "$0")/lib.sh"
[ -z "$simulate" ] || export VRAMTRACK_SIMULATE=model=h200:memory=64G
export PYTHONDONTWRITEBYTECODE=1

# facts REPORT OWNER...: what the statement of the end says of these owners together
cat >"$logs/facts.py" <<'PYTHON'
import json, sys
process = max(json.load(open(sys.argv[1]))["processes"], key=lambda p: len(p["statements"]))
end = [s for s in process["statements"] if s["moment"] == "end"][-1]
mine = [o for o in end["owners"] if o["owner"] in sys.argv[2:]]
rest = sum(o["bytes"] for o in end["owners"] if o["how"] == "rest")
print("word", end["word"])
print("driver", end["driver_bytes"])
print("sum", sum(o["bytes"] for o in end["owners"]))
print("bytes", sum(o["bytes"] for o in mine))
print("how", ",".join(sorted({o["how"] for o in mine})))
print("rest", rest)
print("untold", end["untold_arrays"])
print("apis", ",".join(sorted({s["api"] or "?" for o in mine for s in o["sites"]})))
names = {f["function"] or "?" for o in mine for s in o["sites"] for f in s["stack"]}
print("stack", " ".join(sorted(n.split("(")[0] for n in names if "case_" in n)))
for o in end["owners"]:
    print(f"# {o['bytes'] / 1048576:10.1f} MiB  {o['owner']} ({o['how']})")
PYTHON
fact() { sed -n "s/^$1 //p" facts; }

# row PROGRAM CASE OWNER...
row() {
	local program=$1 case=$2 seen took
	shift 2
	title="$case"
	limited 120 "$vramtrack" run ${simulate:+--simulate} -o rec --no-report -- "$logs/bin/$program" "$case"
	check "$title: exits with 0" "$status" 0
	took=$(head -n 1 out)
	"$vramtrack" report --format=json rec >report.json 2>report.err
	"$vramtrack" report --show account rec >report.txt 2>&1
	python3 "$logs/facts.py" report.json "$@" >facts 2>&1 || { fail "$title: the report" <facts; return; }
	# shellcheck disable=SC2031 # each job has its own
	sed -n 's/^# /# /p' facts >>"$tap"
	seen=$(fact bytes)
	note "$title: took ${took:-nothing}, told $seen ($(fact how)), rest $(fact rest), by $(fact stack), $(fact apis)"
	[ "$case" != context ] || took=$(fact driver)
	check "$title: adds up" "$(fact sum)" "$(fact driver)"
	between "$title: told to 2 MiB" "$((seen - took))" -2097152 2097152
	between "$title: the rest is small" "$(fact rest)" -4194304 33554432
	check "$title: the driver pads arrays as the rule has it" "$(fact untold)" 0
	[ "${took:-0}" -lt 4194304 ] || case " $(fact stack) " in
	*" case_$case "*) pass "$title: by its function" ;;
	*) fact stack | fail "$title: by its function" ;;
	esac
}

together() {
	limited 240 "$vramtrack" run ${simulate:+--simulate} -o rec --no-report -- "$logs/bin/all" all
	check 'all rows: exits with 0' "$status" 0
	"$vramtrack" report --format=json rec >report.json 2>report.err
	"$vramtrack" report --show account rec >report.txt 2>&1
	python3 "$logs/facts.py" report.json >facts 2>&1 || { fail 'all rows: the report' <facts; return; }
	# shellcheck disable=SC2031 # each job has its own
	sed -n 's/^# /# /p' facts >>"$tap"
	check 'all rows: adds up' "$(fact sum)" "$(fact driver)"
	between 'all rows: the rest is under 32 MiB' "$(fact rest)" -33554432 33554432
}

torch() {
	local driver rest
	have_module torch || { skip 'PyTorch' 'there is no torch'; return; }
	limited 240 "$vramtrack" run -o rec --no-report -- python3 "$here/statement.py"
	check 'PyTorch: exits with 0' "$status" 0
	[ "$status" -eq 0 ] || fail 'PyTorch: what it said' <err
	"$vramtrack" report --format=json rec >report.json 2>report.err
	"$vramtrack" report --show account rec >report.txt 2>&1
	python3 "$logs/facts.py" report.json >facts 2>&1 || { fail 'PyTorch: the report' <facts; return; }
	# shellcheck disable=SC2031 # each job has its own
	sed -n 's/^# /# /p' facts >>"$tap"
	driver=$(fact driver) rest=$(fact rest)
	check 'PyTorch: adds up' "$(fact sum)" "$driver"
	check "PyTorch: NVML's number" "$(fact word)" process
	between 'PyTorch: the rest is within 1 %' "$((rest < 0 ? -rest : rest))" 0 $((driver / 100))
}

# The model goes to the host and back: what is released is told by owner.
sleeping() { # CASE LEAST-MIB MOST-MIB
	local seen
	have_module torch || { skip "PyTorch, $1" 'there is no torch'; return; }
	limited 240 "$vramtrack" run -o rec --no-report -- python3 "$here/statement.py" "$1"
	check "PyTorch, $1: exits with 0" "$status" 0
	"$vramtrack" report --between awake,asleep rec >between.txt 2>&1
	# shellcheck disable=SC2031 # each job has its own
	sed -n 's/^/# /p' between.txt | head -n 40 >>"$tap"
	"$vramtrack" report --between awake,asleep --format=json rec >between.json 2>report.err
	seen=$(python3 -c 'import json
b = [b for p in json.load(open("between.json"))["processes"] for b in p["between"]]
print(b[0]["before_bytes"] - b[0]["after_bytes"] >> 20)' 2>&1)
	between "PyTorch, $1: MiB released from awake to asleep" "$seen" "$2" "$3"
	printf '[gate]\nfail-on = none\nmust-release = awake..asleep >= 900M\n' >policy
	"$vramtrack" gate --policy policy rec >gate.txt 2>&1
	check "PyTorch, $1: the gate" "$?" "$([ "$1" = forgets ] && echo 1 || echo 0)"
}

runtime=(-cudart static)
[ -z "$simulate" ] || runtime=(-cudart shared)
tap=$logs/build.tap
mkdir -p "$logs/bin"
: >"$tap"
build "$logs/bin/base" statement.cu "${runtime[@]}" &
build "$logs/bin/printf" statement.cu -DWITH_PRINTF "${runtime[@]}" &
build "$logs/bin/malloc" statement.cu -DWITH_MALLOC "${runtime[@]}" &
build "$logs/bin/variable" statement.cu -DWITH_VARIABLE "${runtime[@]}" &
build "$logs/bin/all" statement.cu -DWITH_PRINTF -DWITH_MALLOC -DWITH_VARIABLE "${runtime[@]}" &
wait
everything=(modules first_launches local_memory device_heap graph_execs streams)
job context row base context contexts
for case in limit deep streams graph graphs destroyed requests; do
	job "$case" row base "$case" "${everything[@]}"
done
job rounding row base rounding rounding 'the program' "${everything[@]}"
for case in arrays packed; do
	job "$case" row base "$case" array_padding rounding 'the program' "${everything[@]}"
done
# the simulated device has no such formats
[ -n "$simulate" ] || job compressed row base compressed array_padding rounding 'the program' "${everything[@]}"
job printf row printf printf "${everything[@]}"
job heap row malloc heap "${everything[@]}"
job variable row variable variable "${everything[@]}"
# the simulated runtime has a way of its own to variables
[ -n "$simulate" ] || job symbol row variable symbol "${everything[@]}"
job all together
[ -n "$simulate" ] || job torch torch
[ -n "$simulate" ] || job sleeps sleeping sleeps 1000 1100
[ -n "$simulate" ] || job forgets sleeping forgets 500 600
finish
