#!/usr/bin/env bash
# CUPTI as the source, and both sources at once: where they agree, and where not.
. "$(dirname "$0")/lib.sh"
unset CUDA_INJECTION64_PATH
source_library=${VRAMTRACK_PRELOAD%/*}/libvramtrack_cupti.so

# ---- both at once -------------------------------------------------------------

export VRAMTRACK_SIMULATE=devices=2

# One program of every family: program, case and arguments. They agree, or else
# the comparison in the document says where not.
while read -r name arguments; do
	scene "both sources: $name $arguments"
	run_options=(--verify --format=json --report-file=document.json)
	# shellcheck disable=SC2086 # a case and its arguments
	tracked "$name" $arguments
	is 'status is 0' $status 0
	if seen=$(jq -e '.verify.agree == true and (.verify.processes | length) >= 1 and
		all(.verify.processes[]; (.kinds | length) > 0 and all(.kinds[]; .agree))' document.json)
	then passed 'they agree, in objects too, and saw something'; else
		failed 'they agree, in objects too, and saw something' < <(
			echo "$seen"
			jq -c '.verify.processes[] | (.sides, (.kinds[], .apis[] | select(.agree | not)), .live)' \
				document.json 2>&1 | cut -c1-400)
	fi
done <<'TABLE'
driver_kinds linear
driver_kinds pitched
driver_kinds managed
driver_kinds array
driver_kinds array3d
driver_kinds mipmap
driver_kinds pinned
driver_kinds registered
driver_kinds stream_ordered
driver_kinds pool
driver_kinds contexts
driver_kinds crossed_frees
runtime_kinds volume
runtime_kinds array
runtime_kinds pool
runtime_kinds registered
vmm never_released
vmm released_but_mapped
vmm one_unmap_for_all
vmm retained
multicast two_devices
multicast one_unbind_for_all
imports ipc 2 1
imports ipc_refused
imports pool
imports handle
imports own_handle 1
imports external
imports external_mapping
imports external_array
graphs left
graphs left_and_freed
captures many_threads
captures captured_often
objects module kept
objects library none
objects green_context kept
objects stream kept
objects event none
objects texture_object kept
objects memory_pool kept
objects context none
objects primary
objects registered kept
names linear
names stream_ordered
names captures
findings double_free
findings reset
findings reset_keeps_stream_ordered
findings until_full
bad_frees interior
threads exchange
threads short_lived
fork both
fork many
TABLE

unset VRAMTRACK_SIMULATE

# What goes after exit() began is told, and no difference.
for case in static_destructor library_destructor; do
	scene "both sources: late frees, $case"
	run_options=(--verify)
	late_frees=1
	tracked late_frees $case
	is 'status is 0' $status 0
	says 'they agree' err '^verify: LD_PRELOAD and CUPTI callbacks agree: 1 allocation of '
	says 'the late free is told' err \
		'^  not counted: device memory freed after exit\(\) began: 1 for LD_PRELOAD, 0 for CUPTI callbacks$'
	says 'the report has it as freed' err '^vramtrack: nothing leaked'
done

scene 'both sources: a program that replaces itself'
run_options=(--verify)
tracked exec allocate_and_replace "$HAZARDS/driver_kinds" linear
is 'status is 0' $status 0
is 'each program is compared with itself' \
	"$(grep -cE '^verify: process [0-9]+: .* agree: [12] allocation' err)" 2

# ---- where they do not agree ----------------------------------------------------

scene 'a library that LD_PRELOAD does not reach'
run_options=(--verify)
tracked namespaces new_namespace "$libraries/libbypass.so"
is 'status is 0: a disagreement is no failure of the program' $status 0
says 'they disagree' err '^verify: LD_PRELOAD and CUPTI callbacks disagree in 7 numbers$'
says 'by API' err '^  cuMemAlloc: allocations +0 +1$'
says 'which allocation' err '^  live at 0x[0-9a-f]+ on GPU 0, device memory, by cuMemAlloc_v2, 1\.0 MiB: only CUPTI callbacks has it$'

scene 'the same, for programs'
run_options=(--verify --format=json --report-file=document.json --error-exitcode=9)
tracked namespaces new_namespace "$libraries/libbypass.so"
is 'a disagreement is a finding to --error-exitcode' $status 9
is 'the document says where' "$(jq -c '.schema, .verify.agree, .verify.processes[0].differences,
	(.verify.processes[0].sides | map(.source)),
	(.verify.processes[0].kinds[] | select(.kind == "linear") | .agree, .live_bytes),
	(.verify.processes[0].live[] | .api, .bytes)' document.json | tr '\n' ' ')" \
	'"vramtrack-report/1" false 7 ["preload","cupti"] false [0,1048576] "cuMemAlloc_v2" [null,1048576] '

scene 'agreement is no finding'
run_options=(--verify --error-exitcode=9)
tracked findings clean
is 'status is 0' $status 0

scene 'without --verify there is no comparison'
run_options=(--format=json --report-file=document.json)
tracked findings clean
is 'the document has none' "$(jq -c 'has("verify")' document.json)" false

# ---- CUPTI alone ------------------------------------------------------------------

scene 'CUPTI alone'
run_options=(--source=cupti)
tracked linked runtime
is 'status is 0' $status 0
says 'the report names the source' err '^coverage: CUPTI callbacks'
holds 'the findings are the same as by LD_PRELOAD' \
	'bytes("leak") == 2 * MiB and count("leak") == 2 and only("leak")'
holds 'a stack begins in the program or the runtime' \
	'all(leaks[]; through("runtime_linked") and (.stack[0].module | test("libcuda\\.|libcupti|libvramtrack_") | not))'
holds 'nothing was preloaded' 'all(.processes[]; .coverage.source == "cupti")'

scene 'CUPTI reaches what LD_PRELOAD does not'
run_options=(--source=cupti)
tracked namespaces new_namespace "$libraries/libbypass.so"
holds 'the allocation of another namespace' 'bytes("leak") == MiB and all(leaks[]; through("bypass_allocates"))'

scene 'both sources name the same frames'
run_options=(--verify)
tracked linked driver
read_report
is 'in two recordings' "$(jq -c '[.processes[] | [.findings[].stack | map(.function)]] | length, (unique | length)' \
	report.json | tr '\n' ' ')" '2 1 '

scene 'a library is unloaded while CUPTI records'
run_options=(--source=cupti)
tracked reopen swapped "$libraries/libplugin_a.so" "$libraries/libplugin_b.so"
reopen_status=$status
native reopen swapped "$libraries/libplugin_a.so" "$libraries/libplugin_b.so"
is 'the program ends as alone' $reopen_status $status

for case in returns immediate aborts killed; do
	scene "CUPTI alone, the end of the program: $case"
	run_options=(--source=cupti --no-report)
	tracked endings $case
	seen=$status
	native endings $case
	is 'the status is the program'\''s own' "$seen" "$status"
	holds 'the leak is there' 'bytes("leak") == 3 * MiB and count("leak") == 1'
done

# The variable that the driver reads, without the command.
injected() {
	limited env CUDA_INJECTION64_PATH="$source_library" LD_LIBRARY_PATH="$SIMULATE_DIR" \
		VRAMTRACK_OPTIONS="$1" "$HAZARDS/$2" "${@:3}"
}
scene 'without the command'
PATH=${VRAMTRACK%/*}:$PATH injected output=rec linked runtime
is 'status is 0' $status 0
says 'the report comes at exit' err '^vramtrack: 1 leak, 2\.0 MiB'
holds 'and the recording is there' 'bytes("leak") == 2 * MiB'
scene 'without the command, frees after main'
PATH=${VRAMTRACK%/*}:$PATH injected output=rec late_frees static_destructor
says 'are seen' err '^vramtrack: nothing leaked'
scene 'without the command, refusals are asked for'
injected output=rec:limit=1M linked runtime
is 'the program gets its memory' $status 0
says 'and it is said' err '^vramtrack: CUPTI tells of calls, and cannot refuse or change one: '

# ---- what keeps CUPTI from it --------------------------------------------------------

scene 'another subscriber'
run_options=(--source=cupti)
native subscriber profiled
is 'the program works alone' $status 0
tracked subscriber profiled
is 'and with us' $status 0
says 'it is said' err '^vramtrack: CUPTI serves one tool at a time, and another one .*: this process is not recorded by CUPTI; '
says 'and that nothing was recorded' err '^vramtrack: not seen: subscriber, process [0-9]+: it could not be recorded: CUPTI serves one tool at a time'
is 'in two lines' "$(wc -l <err)" 2
is 'there is no recording' "$(recordings)" 0

scene 'another subscriber, both sources'
run_options=(--verify --error-exitcode=9)
tracked subscriber profiled
is 'recorded by one only is a disagreement' $status 9
says 'it is said' err '^verify: only LD_PRELOAD recorded it: 1 allocation of 1\.0 MiB, 0 freed, 1 live$'

# Where neither the program nor the loader's path has it, as in an image with the toolkit alone.
scene 'the libcupti of CUDA_HOME'
mkdir -p driver home/extras/CUPTI/lib64
for library in "$SIMULATE_DIR"/*.so*; do
	case $library in
	*/libcupti.*) ln -s "$library" home/extras/CUPTI/lib64 ;;
	*) ln -s "$library" driver ;;
	esac
done
touch driver/libcupti.so.13 driver/libcupti.so.12 driver/libcupti.so # the loader goes no further
limited env CUDA_HOME="$PWD/home" VRAMTRACK_SIMULATE_FOLDER="$PWD/driver" \
	"$VRAMTRACK" run --simulate -o rec --source=cupti -- "$HAZARDS/findings" leaks
is 'status is 0' $status 0
holds 'CUPTI tells of the leaks' 'bytes("leak") == 3 * MiB and all(.processes[]; .coverage.source == "cupti")'

scene 'a libcupti that is not there'
run_options=(--source=cupti --option cupti=/nonexistent/libcupti.so)
tracked linked runtime
is 'the program goes on' $status 0
says 'it is said' err '^vramtrack: cupti=/nonexistent/libcupti\.so cannot be loaded: this process is not recorded by CUPTI$'

scene 'a gate beside it'
: "${VRAMTRACK_SUPPRESSIONS_FOLDER:=$sources/../../data/suppressions}"
export VRAMTRACK_SUPPRESSIONS_FOLDER F=$HAZARDS/findings
# shellcheck disable=SC2016
limited "$VRAMTRACK" gate --simulate --source=cupti -o rec -- bash -c \
	'"$F" clean; VRAMTRACK_OPTIONS=$VRAMTRACK_OPTIONS:cupti=/nonexistent "$F" leaks'
is 'is not green' $status 3
says 'and names the process' err 'not covered: findings, process [0-9]+: it could not be recorded: libcupti was not found'

scene 'a file that is no libcupti'
run_options=(--source=cupti --option "cupti=$libraries/libstripped.so")
tracked linked runtime
is 'the program goes on' $status 0
says 'it is said' err '^vramtrack: .*/libstripped\.so is not a libcupti that serves callbacks: '

scene 'an older libcupti'
run_options=(--source=cupti --option "cupti=$libraries/old_cupti/libcupti.so")
tracked linked runtime
is 'the program goes on' $status 0
says 'it says what is missing' err '^vramtrack: this libcupti is older than vramtrack and does not tell of [0-9]+ functions \(cu[A-Za-z0-9_]+, \.\.\.\)'
holds 'what it knows is recorded' 'bytes("leak") == 2 * MiB and count("leak") == 2'

scene 'an environment that was cleared'
run_options=(--source=cupti)
tracked subscriber cleared_environment
is 'status is 0' $status 0
says 'the reason is among those told' err 'its environment was without CUDA_INJECTION64_PATH when it initialised CUDA$'
run_options=(--verify)
tracked subscriber cleared_environment
says 'LD_PRELOAD has it' err '^verify: only LD_PRELOAD recorded it: 1 allocation'

scene 'a static program, both sources'
run_options=(--verify)
if [ -x /sbin/ldconfig ] && ! readelf -l /sbin/ldconfig 2>/dev/null | grep -q INTERP; then
	tracked /sbin/ldconfig --version
	is 'it runs' $status 0
	says 'CUPTI may still see it' err '^vramtrack: /sbin/ldconfig is statically linked, so the shim cannot be loaded into it; nothing will be recorded by it '
	says 'and that it did not' err '^vramtrack: nothing was recorded of /sbin/ldconfig$'
else skip 'a static program' 'there is no static /sbin/ldconfig'; fi

scene 'a tool of the user'\''s in CUDA_INJECTION64_PATH'
export CUDA_INJECTION64_PATH=/opt/profiler/libinject.so
for how in --source=cupti --verify; do
	run_options=("$how")
	tracked linked runtime
	is "$how: refused" $status 2
	is 'in one line' "$(cat err)" "vramtrack: CUDA_INJECTION64_PATH names another tool, '/opt/profiler/libinject.so', and the driver loads only one: unset it, or record with --source=preload; the program was not run"
done
run_options=()
tracked linked runtime
is 'LD_PRELOAD leaves it alone' $status 0
export CUDA_INJECTION64_PATH=$source_library
run_options=(--source=cupti)
tracked linked runtime
is 'our own is no other tool' $status 0
unset CUDA_INJECTION64_PATH

for key in fail=nth:1 limit=1G quarantine=64M; do
	scene "$key and CUPTI"
	run_options=(--source=cupti --option "$key")
	tracked linked runtime
	is 'refused' "$status $(cat err)" "2 vramtrack run: --source=cupti and --option ${key%%=*} exclude each other: CUPTI tells of calls, and cannot refuse or change one; see vramtrack run --help"
	run_options=(--verify)
	export VRAMTRACK_OPTIONS=$key
	tracked linked runtime
	unset VRAMTRACK_OPTIONS
	is 'refused in the variable too' "$status $(cat err)" "2 vramtrack run: --verify and VRAMTRACK_OPTIONS ${key%%=*} exclude each other: CUPTI tells of calls, and cannot refuse or change one; see vramtrack run --help"
done

scene 'a key that is switched off again'
run_options=(--source=cupti --option limit=1G --option limit=0)
tracked linked runtime
is 'is no conflict' $status 0

scene 'a source that is not installed'
mkdir alone && cp "$VRAMTRACK_PRELOAD" alone/ || exit 99
VRAMTRACK_PRELOAD=$PWD/alone/libvramtrack_preload.so tracked true
run_options=(--source=cupti)
VRAMTRACK_PRELOAD=$PWD/alone/libvramtrack_preload.so tracked linked runtime
is 'the program is not run' $status 5
says 'it is said' err "^vramtrack: cannot find the CUPTI source, '.*/alone/libvramtrack_cupti\.so': No such file or directory; install vramtrack again$"

scene 'a jump out of a call, and later calls from a deeper frame'
run_options=(--source=cupti)
tracked cupti_jump
is 'status is 0' $status 0
holds 'the call is counted as left, and the later ones are recorded' \
	'bytes("leak") == 10 * MiB and [.processes[].lost[] | {what, count}] == [{what: "jumps", count: 1}]'

finish
