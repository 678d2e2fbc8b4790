#!/usr/bin/env bash
# A driver that is newer than the shim, and a library in front of the shim: what
# gets past the wrappers so is named, and the gate is not green.
. "$(dirname "$0")/lib.sh"

words+='
def passages: [.processes[].coverage.passages[]];
def newer: [passages[] | select(.passage == "newer_abi")];
'

newer() { # CASE [ARGUMENT...]
	library_path=$libraries/newer_driver
	native newer "$@"
	wanted=$status
	preloaded newer "$@"
	is 'same status as alone' $status $wanted
}

# gated OPTION... -- CASE [ARGUMENT...]: exit code of the gate
gated() {
	local options=()
	while [ "$1" != -- ]; do options+=("$1") && shift; done
	shift
	limited env LD_LIBRARY_PATH="$libraries/newer_driver" "$VRAMTRACK" gate -o rec \
		--report=json=gate.json "${options[@]}" -- "$HAZARDS/newer" "$@"
}

# case | base and version as text has them | the same in JSON
while IFS='|' read -r case words_of symbol version; do
	scene "an ABI that is not known, $case"
	newer "$case" "$libraries/libnewer_plugin.so"
	holds 'base and version are named, once' \
		"newer | length == 1 and .[0].symbol == \"$symbol\" and .[0].version == $version and
		(.[0].path | endswith(\"libcuda.so.1\")) and .[0].covered == false"
	holds 'and the run is not covered' 'all(.processes[]; .coverage.covered == false)'
	"$VRAMTRACK" report rec >text 2>&1
	says 'loudly' text "NOT COVERED: .*libcuda.so.1: .*$words_of: what it allocated is missing"
	scene "an ABI that is not known, $case, gate"
	gated -- "$case" "$libraries/libnewer_plugin.so"
	is 'it is not green' $status 3
	says 'and says why' err "NOT COVERED|not covered"
	says 'in JSON too' gate.json "$words_of"
	says 'in the verdict' err "$words_of"
done <<'TABLE'
by_version|cuMemAlloc of CUDA 13.6|cuMemAlloc|13060
by_name|cuMemAlloc_v9|cuMemAlloc_v9|null
by_next|cuMemAlloc_v9|cuMemAlloc_v9|null
by_link|cuMemAlloc_v9|cuMemAlloc_v9|null
TABLE

scene 'a process that was killed'
gated --allow-unwatched-end -- killed
is 'its own end is passed on' $status 137
says 'and the call is told all the same' err 'cuMemAlloc of CUDA 13.6'

scene 'a child that calls what its parent looked up'
newer in_child
holds 'each says so' '(newer | length) == 2'

scene 'what is only looked up'
newer only_looks
holds 'is nothing' 'newer == [] and all(.processes[]; .coverage.covered)'
gated -- only_looks
is 'and the gate is green' $status 0

scene 'with the audit object'
limited env LD_LIBRARY_PATH="$libraries/newer_driver" "$VRAMTRACK" run --route=audit -o rec -- \
	"$HAZARDS/newer" by_link "$libraries/libnewer_plugin.so"
is 'status is 0' $status 0
holds 'it is named' 'newer | length == 1 and .[0].symbol == "cuMemAlloc_v9"'

# ABIs of CUDA 13.1 and 13.4 whose signature is known.
scene 'cuMulticastBindMem of CUDA 13.1'
newer bound_memory
holds 'the bound memory stays, the unbound one goes' \
	'newer == [] and bytes("leak") == 2 * MiB and count("leak") == 1 and all(leaks[]; through("memory_made"))'
scene 'cuMulticastBindAddr of CUDA 13.1'
newer bound_address
holds 'the bound memory stays' 'newer == [] and bytes("leak") == 2 * MiB'
scene 'cuGraphAddNode of CUDA 13.4'
newer node
holds 'its refusal is told' \
	'newer == [] and any(of("out_of_memory")[]; .api == "cuGraphAddNode_v3" and .bytes == 3 * MiB)'

while read -r case; do
	scene "$case"
	newer "$case"
	holds 'what is allocated on the stream is a node, not memory' \
		'newer == [] and leaks == [] and all(.processes[]; .coverage.covered)'
done <<'TABLE'
captured_to_cig
recaptured
TABLE

# ---- A limiter in front ------------------------------------------------------------

for case in driver runtime; do
	scene "a limiter in front, linked $case"
	preload_more=$libraries/liblimiter.so
	native linked $case
	mv out native.out
	tracked linked $case
	is 'status is 0' $status 0
	same_files 'same output as alone' out native.out
	says 'it is there' out '^limiter: '
	holds 'it is named' 'any(passages[]; .passage == "in_front" and (.path | endswith("liblimiter.so")) and .covered == false)'
	says 'and what to do' err 'NOT COVERED: .*liblimiter.so: .*--route=audit'
	limited env LD_PRELOAD="$libraries/liblimiter.so" "$VRAMTRACK" gate --simulate -o gated -- \
		"$HAZARDS/linked" $case
	is 'the gate is not green' $status 3
	says 'and names it' err 'liblimiter.so.*--route=audit'
	scene "a limiter in front, linked $case, with the audit object"
	preload_more=$libraries/liblimiter.so
	run_options=(--route=audit)
	tracked linked $case
	is 'status is 0' $status 0
	holds 'nothing is past the wrappers' 'all(passages[]; .covered) and bytes("leak") > 0'
done

# One that answers no dlsym, and catches what is linked.
scene 'a limiter in front that goes by dlvsym alone'
preload_more=$libraries/liblimiter_by_version.so
tracked linked driver
is 'status is 0' $status 0
says 'it is there' out '^limiter: '
holds 'it is named' 'any(passages[]; .passage == "in_front" and (.path | endswith("liblimiter_by_version.so")) and .covered == false)'

# One that only looks on is no trouble.
for case in driver runtime; do
	scene "no alarm: a looker-on in front, linked $case"
	preload_more=$libraries/liblooker_on.so
	tracked linked $case
	is 'status is 0' $status 0
	says 'it is there' out '^limiter: '
	holds 'everything is covered' \
		'all(passages[]; .covered) and all(.processes[]; .coverage.covered) and bytes("leak") == 2 * MiB'
done

scene 'a function that only a newer libcupti tells of'
limited "$VRAMTRACK" gate --simulate --source=cupti -o rec \
	--option "cupti=$libraries/newer_cupti/libcupti.so" -- "$HAZARDS/linked" driver
is 'the gate is not green' $status 3
holds 'it is named' 'newer | length == 1 and .[0].symbol == "cuMemAlloc_v9"'

finish
