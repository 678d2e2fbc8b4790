#!/usr/bin/env bash
# Objects on a real GPU: what is kept from request to request is growth, by its line; what is
# destroyed, and the pools of PyTorch, are not. Memory that another process keeps alive is told.
# usage: objects.sh PREFIX FOLDER [--simulate]
# shellcheck source=tests/gpu/lib.sh
. "$(dirname "$0")/lib.sh"
export budget=110
mkdir -p "$logs/program"
tap=$logs/build.tap
: >"$tap"
# The simulated device needs the shared runtime.
(cd "$logs/program" && build objects objects.cu -lcuda -ldl ${simulate:+-cudart shared})
program=$logs/program/objects

# kinds of objects that grew, with the function that made them, a line each
grown() {
	python3 - <<'PYTHON'
import json
for p in json.load(open("report.json"))["processes"]:
    for f in p["findings"]:
        if f["class"] == "growth":
            makers = [s["function"] for s in f["stack"] if (s["function"] or "").startswith("make_")]
            print(f["kind"], f["objects_per_mark"] and round(f["objects_per_mark"], 2), makers[0].split("(")[0] if makers else "-")
PYTHON
}
# call sites of objects that nobody keeps, most first
left() {
	python3 - <<'PYTHON'
import json
for p in json.load(open("report.json"))["processes"]:
    for r in p["held"]:
        by = (r.get("kept_by") or {}).get("name")
        print(r["class"], r["count"], r["kind"], r["bytes"], "by", by, r["site"] is not None and r["stack"] and r["stack"][min(r["site"], len(r["stack"]) - 1)]["function"])
PYTHON
}

# judged WHAT STATUS COMMAND...: gated by the default policy
judged() {
	local what=$1 wanted=$2
	shift 2
	limited 60 "$vramtrack" gate ${simulate:+--simulate} -o rec --report json=report.json --report text=report.txt -- "$@"
	check "$what: the gate" "$status" "$wanted"
	[ "$status" = "$wanted" ] || { note "$(tail -n 3 err)"; note "$(tail -n 3 report.txt)"; }
	left | head -n 30 | sed 's/^/#   /' >>"$tap"
}

kept() { # CASE KIND MAKER
	judged "$1" 1 "$program" "$1"
	check "$1: grows by one a request, by its line" "$(grown)" "$2 1.0 $3"
}
destroyed() {
	judged graphs_destroyed 0 "$program" graphs_destroyed
	check 'graphs_destroyed: nothing of the program grows' "$(grown)" ''
}
torch() { # CASE STATUS WORDS
	have_module torch || { skip "PyTorch, $1" 'there is no torch'; return; }
	judged "PyTorch, $1" "$2" python3 "$here/objects.py" "$1"
	# its cache takes memory for each graph's pool, too
	check "PyTorch, $1: objects that grow" "$(grown | awk '$1 != "linear" { print $1 }' | sort -u | xargs)" "$3"
	note "PyTorch, $1: code and the device heap: $(heap_code | awk '{ print $1 }' | sort | uniq -c | xargs)"
	check "PyTorch, $1: its pools are its own" "$(left | grep -cE '^held_object [0-9]+ stream')" 0
}
shared() {
	limited 60 "$vramtrack" run ${simulate:+--simulate} -o rec -- "$program" ipc
	note "$(grep -iE 'export|import|opened|producer' err | head -n 8)"
	"$vramtrack" report --format=json rec >report.json
	check 'ipc: freed by its producer, kept alive by the other' "$(python3 -c '
import json
for row in json.load(open("report.json")).get("shared_memory", []):
    print(row["state"], row["bytes"], row["held_by"])' 2>&1)" 'freed_by_exporter 8388608 1'
}

# Handles of libraries: of a program, of PyTorch, and of CuPy, which destroys its own.
handles() {
	local made=$logs/program/handles
	[ -z "$simulate" ] || { skip 'handles of libraries' 'the simulated device has none'; return; }
	nvcc -std=c++17 -O1 -g -o "$made" "$here/handles.cu" -lcublas -lcufft -ldl >"$made.log" 2>&1 ||
		{ skip 'handles of libraries' 'cuBLAS or cuFFT is not there to link to'; return; }
	judged 'handles kept' 1 "$made" keep
	check 'handles kept: each grows by its line' "$(grown | grep library_handle | sort)" "library_handle 1.0 make_blas
library_handle 1.0 make_plan"
	judged 'handles ended' 0 "$made" end
	check 'handles ended: nothing grows, none is left' "$(grown)$(left | grep -c library_handle)" 0
}
handles_of() { # MODULE PROGRAM
	have_module "$1" || { skip "handles of $1" "there is no $1"; return; }
	judged "handles of $1" 0 python3 -c "$2"
	check "handles of $1: some were made" "$(python3 -c '
import json
print(any(k["kind"] == "library_handle" and k["allocations"] for p in json.load(open("report.json"))["processes"]
          for d in p["devices"] for k in d["kinds"]))')" True
}
fabric() { # where there is none, what the driver says of it
	limited 60 "$vramtrack" run ${simulate:+--simulate} -o rec -- "$program" fabric
	note "the driver: $(head -n 1 out)"
	check 'fabric: the program' "$status" 0
	"$vramtrack" report --format=json rec >report.json
	case $(head -n 1 out) in
	shared*) check 'fabric: freed by its producer, kept alive by the other' "$(python3 -c '
import json
for row in json.load(open("report.json")).get("shared_memory", []):
    print(row["state"], row["handle"], row["bytes"], row["held_by"])' 2>&1)" "freed_by_exporter fabric $(awk '{ print $2; exit }' out) 1" ;;
	*) check 'fabric: there is none, and nothing is told' "$(python3 -c '
import json
report = json.load(open("report.json"))
print(report.get("shared_memory", []), [f["class"] for p in report["processes"] for f in p["findings"]])' 2>&1)" '[] []' ;;
	esac
}
# passages about the device heap, with the file's name and the call
heap_code() {
	python3 - <<'PYTHON'
import json
for p in json.load(open("report.json"))["processes"]:
    for c in p["coverage"]["passages"]:
        if c["passage"].startswith("device_heap"):
            print(c["passage"], c["path"].split("/")[-1], c["symbol"])
PYTHON
}
heap() {
	limited 60 "$vramtrack" run ${simulate:+--simulate} -o rec -- "$program" heap
	check 'heap: the program' "$status" 0
	"$vramtrack" report --format=json rec >report.json
	check 'heap: the code that uses malloc is named' "$(heap_code)" 'device_heap objects cuLibraryLoadData'
}
job graphs_kept kept graphs_kept graph_exec make_executable
job graphs_destroyed destroyed
job streams_kept kept streams_kept stream make_stream
job train torch train 0 ''
job replay torch replay 0 ''
job captures torch captures 1 graph_exec
job ipc shared
job handles handles
job of_torch handles_of torch "import torch; a = torch.ones(256, 256, device='cuda'); print((a @ a).sum().item())"
job of_cupy handles_of cupy "import cupy; a = cupy.ones((256, 256), 'f'); print(float((a @ a).sum()))"
job fabric fabric
job heap heap
finish
