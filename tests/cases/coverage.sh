#!/usr/bin/env bash
# What LD_PRELOAD does not reach is named, nothing else is; with --route=audit it
# is reached.
. "$(dirname "$0")/lib.sh"

words+='
def passages: [.processes[].coverage.passages[]];
def unreached($passage; $file): any(passages[]; .passage == $passage and (.path | endswith($file)));
def nothing_unreached: all(passages[]; .covered);
def doors: .processes[0].coverage.doors;
'
bypass="$libraries/libbypass.so bypass_allocates"
by_name="$libraries/libseeker.so seeker_allocates_by_name"
by_resolver="$libraries/libseeker.so seeker_allocates_by_resolver"
linked_symbol=cuMemAlloc_v2

# case | plugin and function | what is named | of which file | symbol
while IFS='|' read -r case plugin passage file symbol; do
	for way in tracked preloaded; do
		scene "$case, $file, $way"
		# shellcheck disable=SC2086 # a file and a function
		native coverage "$case" $plugin
		is 'it works alone' $status 0
		mv out native.out
		# shellcheck disable=SC2086
		$way coverage "$case" $plugin
		is 'status is 0' $status 0
		same_files 'same output as alone' out native.out
		holds 'it is named, and the run is not covered' \
			"unreached(\"$passage\"; \"$file\") and ([.processes[].coverage.covered] | any(. == false))"
		[ "$symbol" = - ] || holds "with $symbol" \
			"any(passages[]; (.path | endswith(\"$file\")) and .symbol == \"$symbol\")"
		says 'loudly' err "NOT COVERED: .*$file"
	done
	scene "$case, $file, with the audit object"
	run_options=(--route=audit)
	# shellcheck disable=SC2086
	tracked coverage "$case" $plugin
	is 'status is 0' $status 0
	same_files 'same output as alone' out ../$((scenes - 1))/native.out
	holds 'its leak is found' 'any(leaks[]; .bytes == MiB and .count == 1 and .api == "cuMemAlloc_v2")'
	holds 'nothing is past the wrappers' \
		'nothing_unreached and all(.processes[]; .coverage.covered and .coverage.audited)'
	holds 'bindings were redirected' '[.processes[].coverage.doors.audit] | add > 0'
done <<TABLE
deepbind|$bypass|object_unreached|libbypass.so|$linked_symbol
deepbind_lazy|$bypass|object_unreached|libbypass.so|$linked_symbol
deepbind_among_others|$bypass|object_unreached|libbypass.so|$linked_symbol
deepbind_closed|$bypass|object_unreached|libbypass.so|$linked_symbol
deepbind_in_child|$bypass|object_unreached|libbypass.so|$linked_symbol
deepbind|$by_name|object_unreached|libseeker.so|dlsym
deepbind|$by_resolver|object_unreached|libseeker.so|dlsym
deepbind_lazy|$by_name|object_unreached|libseeker.so|dlsym
new_namespace|$bypass|driver_unreached|libcuda.so.1|-
new_namespace|$by_name|driver_unreached|libcuda.so.1|-
new_namespace|$by_resolver|driver_unreached|libcuda.so.1|-
new_namespace_among_others|$bypass|driver_unreached|libcuda.so.1|-
TABLE

scene 'what a killed process was known to do'
# shellcheck disable=SC2086
tracked coverage deepbind_killed $bypass
is 'it was killed' $status 137
holds 'the library is named' 'unreached("object_unreached"; "libbypass.so")'
holds 'the counts are there' 'doors.dlsym > 0 and doors.calling_threads == 1'

scene 'a program with a dlsym of its own'
tracked own_lookup
is 'status is 0' $status 0
holds 'the driver is named' 'unreached("driver_unreached"; "libcuda.so.1")'
says 'loudly' err 'NOT COVERED: .*libcuda.so.1'
scene 'a program with a dlsym of its own, with the audit object'
run_options=(--route=audit)
tracked own_lookup
is 'status is 0' $status 0
holds 'its leak is found' 'bytes("leak") == MiB and nothing_unreached'

for route in preload audit; do
	scene "a second driver under another path, $route"
	mkdir other && cp -L "$SIMULATE_DIR/libcuda.so.1" other/libcuda.so.1
	run_options=(--route="$route")
	native coverage second_driver "$PWD/other/libcuda.so.1"
	mv out native.out
	tracked coverage second_driver "$PWD/other/libcuda.so.1"
	is 'status is 0' $status 0
	same_files 'same output as alone' out native.out
	holds 'the leaks of both are found' \
		'bytes("leak") == 3 * MiB and count("leak") == 2 and any(leaks[]; through("second_driver"))'
	holds 'and the double free' 'count("bad_free") == 1 and all(of("bad_free")[]; .reason == "double_free")'
	holds 'two drivers, both reached' '[passages[] | .passage] == ["driver", "driver"]'
done

scene 'a third driver, with the audit object'
run_options=(--route=audit)
# shellcheck disable=SC2086
tracked coverage two_namespaces $bypass
is 'status is 0' $status 0
holds 'the first is seen, the other is named' \
	'bytes("leak") == MiB and ([passages[] | .passage] | sort) == ["driver", "driver_unreached"]'

scene 'namespaces that come and go, with the audit object'
run_options=(--route=audit)
# shellcheck disable=SC2086
native coverage namespaces_in_turn $bypass
is 'works alone' $status 0
# shellcheck disable=SC2086
tracked coverage namespaces_in_turn $bypass
is 'status is 0' $status 0

# Programs that use the driver without allocating.
while read -r command; do
	for route in preload audit; do
		scene "$command, $route"
		run_options=(--route="$route")
		# shellcheck disable=SC2086
		tracked $command
		is 'status is 0' $status 0
		is 'it leaves no recording' "$(recordings)" 0
		silent_about 'and nothing is alarming' err 'NOT COVERED'
	done
done <<TABLE
asks
coverage only_asks
coverage only_loads
TABLE

# False alarms: none in programs that do nothing odd. A library that could pass
# the shim by and never calls is not named either.
apart() { # COMMAND: what its calls have of their own, of lib.sh's accounting
	case $1 in
	*' cupti '*) unaccounted='the memory of CUPTI is not the program'\''s' ;;
	late_frees*) late_frees=1 ;;
	esac
}

while read -r command; do
	for way in tracked preloaded; do
		scene "no alarm: $command, $way"
		apart "$command"
		# shellcheck disable=SC2086
		$way $command
		holds 'everything is covered' 'nothing_unreached and all(.processes[]; .coverage.covered != false)'
		silent_about 'and nothing is alarming' err 'NOT COVERED'
	done
	scene "no alarm: $command, with the audit object"
	run_options=(--route=audit)
	apart "$command"
	# shellcheck disable=SC2086
	native $command
	wanted=$status
	# shellcheck disable=SC2086
	tracked $command
	is 'same status as alone' $status "$wanted"
	holds 'everything is covered' 'nothing_unreached and all(.processes[]; .coverage.covered != false)'
done <<TABLE
coverage deepbind_unused $bypass
routes by_name
routes default_scope
routes self_handle
routes resolver_v1
routes resolver_of_resolver
routes resolver_per_thread_stream
linked driver
linked runtime
linked entry_point
namespaces cupti $libraries/cupti/libcupti.so.13
own_dlsym
recursion own_malloc
findings leaks
findings double_free
runtime_kinds pitched
vmm never_released
threads exchange
exceptions
reopen alternate $libraries/libplugin_a.so $libraries/libplugin_b.so
late_frees library_destructor
fork both
scopes threads
stripped
runpath
without_driver
TABLE

scene 'no alarm: another library wraps the driver too'
preload_last=$libraries/libdriver_preload.so preloaded linked driver
holds 'everything is covered' 'nothing_unreached'
scene 'no alarm: it comes first'
preload_first=$libraries/libdriver_preload.so preloaded linked driver
holds 'everything is covered' 'nothing_unreached'

scene 'the doors are counted'
tracked routes by_name
holds 'two look-ups, two wrappers, one thread' \
	'doors == {dlsym: 3, proc_address: 0, wrappers: 3, audit: 0, callbacks: 0, calling_threads: 1}'
tracked linked runtime
holds 'the resolver was asked' '[.processes[].coverage.doors | select(.proc_address > 50 and .wrappers > 20)] != []'

scene 'the audit object without the shim'
limited env LD_AUDIT="$(dirname "$VRAMTRACK_PRELOAD")/libvramtrack_audit.so" \
	LD_LIBRARY_PATH="$SIMULATE_DIR" "$HAZARDS/linked" driver
is 'status is 0' $status 0
is 'nothing is said' "$(cat err)" ''
is 'nothing is recorded' "$(find . -name '*.vramtrack' | wc -l)" 0

scene 'the audit object by hand'
limited env LD_AUDIT="$(dirname "$VRAMTRACK_PRELOAD")/libvramtrack_audit.so" \
	LD_PRELOAD="$(preloads "$VRAMTRACK_PRELOAD")" LD_LIBRARY_PATH="$SIMULATE_DIR" VRAMTRACK_OPTIONS=output=rec \
	"$HAZARDS/coverage" deepbind "$libraries/libbypass.so" bypass_allocates
is 'status is 0' $status 0
holds 'the leak is found' 'bytes("leak") == MiB'

scene "the user's own audit object stays"
LD_AUDIT=$libraries/libaudit.so tracked coverage only_asks
alone=$(grep -c '^own audit object$' err) # the command has it too
is 'it works' "$((alone > 0))" 1
run_options=(--route=audit)
LD_AUDIT=$libraries/libaudit.so tracked coverage deepbind "$libraries/libbypass.so" bypass_allocates
is 'it works beside ours' "$(grep -c '^own audit object$' err)" "$alone"
holds 'the leak is found' 'bytes("leak") == MiB'

scene 'the audit object serves the wrappers only'
tracked_by_cupti() { limited "$VRAMTRACK" run --simulate --route=audit --source=cupti -- "$HAZARDS/asks"; }
tracked_by_cupti
says 'one line says so' err '^vramtrack run: --route=audit'

finish
