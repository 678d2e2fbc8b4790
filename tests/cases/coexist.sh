#!/usr/bin/env bash
# Others in the process: tools that take the look-ups, libraries that wrap the driver or insist on
# its own functions, another vramtrack. The program gets what it gets without us; what it allocates
# is seen, or named as not covered.
. "$(dirname "$0")/lib.sh"

words+='
def passages: [.processes[].coverage.passages[]];
def in_front($name): any(passages[]; .passage == "in_front" and (.path | endswith($name)) and .covered == false);
def covered: all(.processes[]; .coverage.covered);
def both_leaks: bytes("leak") == 2 * MiB and only("leak");
'
ways='driver runtime by_name by_version'

# alone LIBRARY CASE: its output in native.out
alone() {
	preload_more=$1
	native coexist "$2"
	mv out native.out
}

# ---- One that insists on the driver's own functions (cuinterpose) --------------------

for case in $ways; do
	scene "one that refuses functions of others, $case"
	alone "$libraries/libcuinterpose.so" "$case"
	says 'it is there' native.out '^interposer: 8 allocations, 6 frees, 0 refused$'
	tracked coexist "$case"
	is 'status is 0' $status 0
	same_files 'same output as alone, its own too' out native.out
	holds 'what is allocated is seen' both_leaks
	holds 'its dlsym is named' 'in_front("libcuinterpose.so")'
	holds 'the place is the one that called it' \
		'all(leaks[]; .site as $site | .stack[$site].function == "use" or .stack[$site].function == "by_runtime_alloc")'
	scene "one that refuses functions of others, $case, gate"
	limited env LD_PRELOAD="$libraries/libcuinterpose.so" "$VRAMTRACK" gate --simulate -o rec \
		--fail-on=none -- "$HAZARDS/coexist" "$case"
	is 'it is not green' $status 3
	says 'and names it' err 'libcuinterpose.so.*--route=audit'
	scene "one that refuses functions of others, $case, with the audit object"
	alone "$libraries/libcuinterpose.so" "$case"
	run_options=(--route=audit)
	tracked coexist "$case"
	is 'status is 0' $status 0
	same_files 'same output as alone, its own too' out native.out
	holds 'all is seen' 'both_leaks and covered'
done

# ---- One that caps memory and answers dlsym (HAMi-core) --------------------------------

for case in $ways; do
	scene "one that caps memory, $case"
	alone "$libraries/libcapper.so" "$case"
	says 'it caps' native.out '^4 allocations, then 2$'
	tracked coexist "$case"
	is 'status is 0' $status 0
	same_files 'same output as alone' out native.out
	holds 'it is named' 'in_front("libcapper.so") and (covered | not)'
	scene "one that caps memory, $case, with the audit object"
	alone "$libraries/libcapper.so" "$case"
	run_options=(--route=audit)
	tracked coexist "$case"
	is 'status is 0' $status 0
	same_files 'same output as alone' out native.out
	holds 'all is seen' 'both_leaks and covered'
	holds "the account has the driver's own word" \
		'[.processes[].accounts[] | .. | .device_total_bytes? // empty] | length > 0 and min > 4 * MiB'
done

# ---- Behind the shim: by hand only, since run puts the shim last -------------------------

for library in libcuinterpose libcapper; do
	for case in driver by_name; do
		scene "$library behind the shim, $case"
		preload_last=$libraries/$library.so preloaded coexist "$case"
		is 'status is 0' $status 0
		is 'it is said once' "$(grep -c "^vramtrack: .*/$library.so wraps .* behind the shim" err)" 1
		holds 'all is seen' 'both_leaks and covered'
	done
done

# ---- Another vramtrack -------------------------------------------------------------------

scene 'another copy, of another version'
version=$("$VRAMTRACK" --version | awk '{ print $NF; exit }')
other=$(printf '%s' "$version" | tr '0-9' '9')
sed "s/\x00$version\x00/\x00$other\x00/g" "$(readlink -f "$VRAMTRACK_PRELOAD")" >libvramtrack_preload.so
preload_last=$PWD/libvramtrack_preload.so preloaded coexist driver
is 'status is 0' $status 0
is 'one recording' "$(recordings)" 1
holds 'each allocation once' 'both_leaks and count("leak") == 2 and covered'
is 'who records and who does not is said once' "$(grep -c \
	"^vramtrack: .*version $version, does the recording, and $PWD/libvramtrack_preload.so, version $other, stands aside" err)" 1

scene 'another copy in front, under run'
sed "s/\x00$version\x00/\x00$other\x00/g" "$(readlink -f "$VRAMTRACK_PRELOAD")" >libvramtrack_preload.so
for route in preload audit; do
	limited env LD_PRELOAD="$PWD/libvramtrack_preload.so" "$VRAMTRACK" gate --simulate -o rec."$route" \
		--route="$route" --fail-on=none -- "$HAZARDS/coexist" runtime
	is "$route: the gate's verdict is that of one" $status 0
	is "$route: one recording" "$(find rec."$route" -name '*.vramtrack' | wc -l)" 1
	says "$route: it is said" err "version $other, does the recording, .*version $version, stands aside"
done

# ---- Nsight Compute takes the look-ups -----------------------------------------------------

# A stand-in for it: the limiter by the tool's name, which it puts in front as the tool does.
make_tool() {
	mkdir -p tool
	cp "$libraries/liblimiter.so" tool/libcuda-injection.so
	printf '#!/bin/sh\nLD_PRELOAD=%s/tool/libcuda-injection.so${LD_PRELOAD:+:$LD_PRELOAD} exec "$@"\n' "$PWD" >tool/ncu
	chmod +x tool/ncu
}
said() { grep -c "^vramtrack: Nsight Compute answers the driver's look-ups itself: --route=audit is taken" err; }

# what the scene says | the command
while IFS='|' read -r title command; do
	scene "Nsight Compute: $title"
	make_tool
	command=${command//PROGRAM/$HAZARDS/coexist runtime}
	limited env PATH="$PWD/tool:$PATH" bash -c "${command//RUN/$VRAMTRACK run --simulate -o rec --no-report --}"
	is 'status is 0' $status 0
	is 'it is said once' "$(said)" 1
	holds 'all is seen' 'both_leaks and covered and all(.processes[]; .coverage.audited)'
done <<'TABLE'
behind run|RUN ncu PROGRAM
behind run, with its path|RUN tool/ncu PROGRAM
behind run, in a shell|RUN sh -c 'exec ncu PROGRAM'
behind run, behind another program|RUN env A=1 ncu PROGRAM
in front of run|ncu RUN PROGRAM
in front of run, by its variable|NV_NSIGHT_INJECTION_PORT_BASE=49152 RUN PROGRAM
TABLE

scene 'Nsight Compute, and the user wants no audit object'
make_tool
limited env PATH="$PWD/tool:$PATH" "$VRAMTRACK" run --simulate -o rec --no-report --route=preload -- ncu "$HAZARDS/coexist" runtime
is 'nothing is said' "$(said)" 0
holds 'it is named' 'in_front("libcuda-injection.so")'

# In a process where nobody could know of it, and where no slot shows it.
scene 'Nsight Compute in the process unseen'
mkdir tool && cp "$libraries/libmalloc_preload.so" tool/libcuda-injection.so
limited "$VRAMTRACK" gate --simulate -o rec --fail-on=none -- env LD_PRELOAD="$VRAMTRACK_PRELOAD:$PWD/tool/libcuda-injection.so" \
	"$HAZARDS/coexist" driver
is 'the gate is not green' $status 3
says 'and names it' err 'libcuda-injection.so.*--route=audit'

scene 'no tool'
tracked coexist runtime
is 'nothing is said' "$(grep -c 'route=audit' err)" 0

finish
