#!/usr/bin/env bash
# What surrounds a program may be hostile: signals, limits, full disks, folders
# that cannot be written, missing libraries. The program never notices.
. "$(dirname "$0")/lib.sh"

scene 'interval timer, every system call may be interrupted'
for way in tracked preloaded; do
	$way signals storm
	is "status is 0, $way" $status 0
done
holds 'exactly 30 leaks in each run' \
	'[.processes[] | [.findings[].bytes] | add] == ([range(30) | (1 + (. * 1000) % 64) * 1024] | add | [., .])'

# A handler that allocates while the program is inside an allocation call.
for case in nested nested_threads; do
	scene "signals $case"
	library_path=$libraries/odd_driver
	seconds=60 preloaded signals $case
	is 'no deadlock' $status 0
	holds 'only what main keeps leaks' 'bytes("leak") == 3 * MiB and count("leak") == 1 and only("leak")'
done

for case in faults_handled in_handler; do
	scene "signals $case"
	native signals $case
	mv out native.out
	tracked signals $case
	is 'status is 0' $status 0
	same_files 'same output' out native.out
	holds '3 MiB leak' 'bytes("leak") == 3 * MiB and only("leak")'
done

# case | bytes that are live at the end; the program itself must always do its work
while IFS='|' read -r case live; do
	for way in tracked preloaded; do
		scene "limits $case, $way"
		native limits "$case" "$PWD/alone"
		is 'the program works alone' $status 3
		$way limits "$case" "$PWD/done"
		is 'same status' $status 3
		[ ! -e alone ] || same_files 'same work done' ./done alone
		[ "$live" = any ] || holds "$live bytes are live" "live == $live"
	done
done <<'TABLE'
plain|3145728
few_descriptors|any
no_descriptors|any
no_file_growth|any
little_memory|any
no_streams|3145728
close_everything|3145728
closed_and_reused|3096576
another_folder|3145728
other_rights|3145728
grows|10240000
TABLE

scene 'no file may grow: what is lost is said'
preloaded limits no_file_growth "$PWD/done"
is 'status is 3' $status 3
holds 'nothing is claimed' 'live == 0 or live == 3 * MiB'

scene 'a full disk'
if unshare -Urm sh -c "mount -t tmpfs -o size=64k none '$PWD/rec'" 2>/dev/null; then
	in_small_tmpfs() {
		limited unshare -Urm sh -c \
			'mount -t tmpfs -o size=64k none rec && mkdir kept && "$@"; s=$?
			 cp rec/*.vramtrack kept/ 2>/dev/null; exit $s' sh "$@"
		rmdir rec && mv kept rec
	}
	in_small_tmpfs env LD_PRELOAD="$(preloads "$VRAMTRACK_PRELOAD")" LD_LIBRARY_PATH="$SIMULATE_DIR" \
		VRAMTRACK_OPTIONS=output=rec "$HAZARDS/limits" grows "$PWD/done"
	is 'the program does its work' "$status $(cat ./done)" '3 done'
	says 'one line says why' err 'vramtrack: .*([Nn]o space|full)'
	holds 'what is missing is counted as lost, or nothing was recorded' \
		'[.processes[]] == [] or all(.processes[]; .lost | length > 0)'
	holds 'no more is live than was allocated' 'live <= 10240000'
	scene 'a full disk, under the command'
	in_small_tmpfs "$VRAMTRACK" run --simulate -o rec -- "$HAZARDS/limits" grows "$PWD/done"
	is 'the program does its work' "$status $(cat ./done)" '3 done'
	says 'a line says why' err 'vramtrack: .*([Nn]o space|full)|lost'
	sed -n 's/.*they go to \(\/tmp\/vramtrack\.[A-Za-z0-9]*\) instead.*/\1/p' err |
		while read -r folder; do rm -rf "$folder"; done
else
	passed 'the kernel gives no private mount here # SKIP no user namespaces'
fi

# Folders that take no recording.
touch "$work/file"
while read -r folder; do
	scene "output folder $folder, LD_PRELOAD"
	VRAMTRACK_OPTIONS=output=$folder preloaded findings leaks_and_fails
	is 'same status' $status 7
	is 'one line says so' "$(grep -c "^vramtrack: .*$folder" err)" 1
	scene "output folder $folder, command"
	limited "$VRAMTRACK" run --simulate -o "$folder" -- "$HAZARDS/findings" leaks_and_fails
	is 'same status' $status 7
	says 'it says what was done instead' err "^vramtrack: .*$folder"
	sed -n 's/.*they go to \(\/tmp\/vramtrack\.[A-Za-z0-9]*\) instead.*/\1/p' err |
		while read -r stand_in; do rm -rf "$stand_in"; done
done <<TABLE
/proc/self
/proc/nowhere/deep
$work/file
$work/file/inside
TABLE

scene 'an output folder that has to be made'
VRAMTRACK_OPTIONS=output=rec/a/b preloaded findings leaks
is 'status is 0' $status 0
is 'the recording is in it' "$(find rec/a/b -name '*.vramtrack' | wc -l)" 1

scene 'an output folder that is a symbolic link'
ln -s rec link
VRAMTRACK_OPTIONS=output=link preloaded findings leaks
is 'the recording is where it points' "$(recordings)" 1

scene 'a recording is private'
preloaded findings leaks
is 'mode 0600' "$(stat -c %a rec/*.vramtrack)" 600

# The same program by the same process id, twice: the first file is not touched.
scene 'a file by the name of the recording is there already'
tracked exec allocate_and_replace "$HAZARDS/exec" failing_exec
is 'status is 0' $status 0
is 'two recordings' "$(recordings)" 2
holds 'of one process id, with what each allocated' \
	'([.processes[].pid] | unique | length) == 1 and
	 ([.processes[] | [.findings[].bytes] | add] | sort) == [MiB, 2 * MiB]'

scene 'the shim twice'
cp "$VRAMTRACK_PRELOAD" libvramtrack_copy.so
preload_last=$PWD/libvramtrack_copy.so preloaded findings leaks
is 'status is 0' $status 0
is 'one recording' "$(recordings)" 1
holds 'each allocation once' 'bytes("leak") == 3 * MiB and count("leak") == 1'
is 'one line says so' "$(grep -Ec '^vramtrack: .*(twice|already|second|two)' err)" 1

scene 'the same path twice'
preload_last=$VRAMTRACK_PRELOAD preloaded findings leaks
holds 'each allocation once' 'bytes("leak") == 3 * MiB and count("leak") == 1'

# case | the loss | how often, at least | what holds besides: memory with a mapping that is not
# followed counts as mapped
while IFS='|' read -r case what least filter; do
	scene "no memory for the recorder: $case"
	unaccounted='its allocations are lost by another counter'
	native without_memory "$case"
	if [ $status -ne 0 ]; then
		skip "$case" 'system calls cannot be filtered here'
		continue
	fi
	tracked without_memory "$case"
	is 'the program goes on as alone' $status 0
	holds "what is not followed is counted" \
		"[.processes[].lost[] | select(.what == \"$what\") | .count] | add >= $least"
	holds 'and the rest is there' "$filter"
done <<'TABLE'
handles|allocations|2|bytes("leak") == 64
mappings|mappings|1|bytes("leak") == 64 + 2 * MiB
graphs|graph_allocations|1|bytes("leak") == 64
TABLE

scene 'no libunwind'
mkdir none && : >none/libunwind.so.8
library_path=$PWD/none:$SIMULATE_DIR preloaded findings leaks
is 'status is 0' $status 0
holds 'leaks are found, with the caller' 'bytes("leak") == 3 * MiB and (leaked_by("first_allocation") | length) == 1'
says 'one line says so' err '^vramtrack: .*libunwind'

scene 'every stack compared with a full walk'
run_options=(--option verify_stacks=1)
for case in exchange short_lived; do tracked threads $case; done
silent_about 'no stack differs' err 'differ'
tracked reopen alternate "$libraries/libplugin_a.so" "$libraries/libplugin_b.so"
silent_about 'nor after dlclose' err 'differ'
tracked exceptions
silent_about 'nor after exceptions' err 'differ'
tracked signals in_handler
silent_about 'nor in a signal handler' err 'differ'

scene 'static runtime on the simulated device'
if [ -x "$HAZARDS/static_runtime" ]; then
	tracked static_runtime runtime
	is 'one line says that it cannot be simulated' "$(grep -c '^vramtrack: .*static cudart' err)" 1
else
	passed 'the toolkit has no libcudart_static.a # SKIP not in this toolkit'
fi

scene 'calls cannot be counted'
VRAMTRACK_SIMULATE=calls=$PWD/nowhere native findings leaks
is 'the simulated device does not start' $((status != 0)) 1
says 'and says why' err 'calls=.*/nowhere is no file with a free row of 128 bytes'

finish
