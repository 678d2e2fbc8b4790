#!/usr/bin/env bash
# Every way to the driver is seen, and gives the program what it gave before.
. "$(dirname "$0")/lib.sh"

# program, case, API that is named, function that must be in the stack
while read -r name case api function; do
	for way in tracked preloaded; do
		scene "$name $case, $way"
		$way "$name" "$case"
		is 'status is 0' $status 0
		holds 'two of three buffers leak, by their API and caller' \
			"bytes(\"leak\") == 2 * MiB and count(\"leak\") == 2 and only(\"leak\") and
			 all(leaks[]; .api == \"$api\" and through(\"$function\"))"
	done
done <<'TABLE'
routes by_name                    cuMemAlloc_v2         allocate_by_route
routes default_scope              cuMemAlloc_v2         allocate_by_route
routes self_handle                cuMemAlloc_v2         allocate_by_route
routes resolver_v1                cuMemAlloc_v2         allocate_by_route
routes resolver_v2                cuMemAlloc_v2         allocate_by_route
routes resolver_of_resolver       cuMemAlloc_v2         allocate_by_route
routes resolver_of_resolver_v1    cuMemAlloc_v2         allocate_by_route
routes resolver_legacy_stream     cuMemAllocAsync       allocate_async_by_route
routes resolver_per_thread_stream cuMemAllocAsync_ptsz  allocate_async_by_route
linked driver                     cuMemAlloc_v2         driver_linked
linked runtime                    cuMemAlloc_v2         runtime_linked
linked entry_point_by_version     cuMemAlloc_v2         allocate_by_entry_point
linked entry_point                cuMemAlloc_v2         allocate_by_entry_point
TABLE

scene 'a library with its own copy of the runtime'
cp -L "$SIMULATE_DIR/libcudart.so.13" libown_runtime.so
tracked routes own_runtime "$PWD/libown_runtime.so"
is 'status is 0' $status 0
holds 'its allocations are seen' \
	'bytes("leak") == 2 * MiB and all(leaks[]; through("own_runtime"))'

scene 'both the program and a library have a runtime'
cp -L "$SIMULATE_DIR/libcudart.so.13" libown_runtime.so
preload_last=$SIMULATE_DIR/libcudart.so.13 preloaded routes own_runtime "$PWD/libown_runtime.so"
is 'status is 0' $status 0
holds 'each allocation is counted once' 'bytes("leak") == 2 * MiB and count("leak") == 2'

scene 'a thread without a context'
native linked no_context
mv out native.out
tracked linked no_context
same_files 'the refusal is the same' out native.out
holds 'nothing leaks' 'leaks == []'

# What the simulated device was asked for in vain ends the program, not the test.
while read -r options key; do
	scene "VRAMTRACK_SIMULATE=$options"
	VRAMTRACK_SIMULATE=$options native linked driver
	is 'the program fails at cuInit' $status 99
	says 'it says where' err 'linked\.c:.*cuInit\(0\) gave 1$'
	says 'and why' err "^vramtrack's simulated device: VRAMTRACK_SIMULATE.*$key"
	VRAMTRACK_SIMULATE=$options native linked runtime
	is 'so does one of the runtime' $status 99
done <<'TABLE'
fail_allocaton=2                fail_allocaton
memory=1G:fail_allocation=one   fail_allocation
devices=17                      devices
TABLE

# A driver of another version: found first, in place of the simulated one.
for case in without_resolver_v2 reentrant refused_then_freed; do
	scene "odd driver, $case"
	library_path=$libraries/odd_driver
	native odd_routes $case
	mv out native.out
	is 'works alone' $status 0
	preloaded odd_routes $case
	is 'status is 0' $status 0
	same_files 'same output as alone' out native.out
	case $case in
	without_resolver_v2) holds 'the third buffer leaks' 'bytes("leak") == MiB and count("leak") == 1' ;;
	reentrant) holds 'counted once, as managed memory' \
		'bytes("leak") == 2 * MiB and count("leak") == 2 and all(leaks[]; .kind == "managed")' ;;
	refused_then_freed) holds 'no leak; the refused free is the only finding' \
		'leaks == [] and count("bad_free") == 1' ;;
	esac
done

# Where LD_PRELOAD does not reach: the program must still work as alone.
while read -r case plugin; do
	scene "namespaces $case"
	[ "$case" != cupti ] || unaccounted='the memory of CUPTI is not the program'\''s'
	native namespaces "$case" "$libraries/$plugin"
	mv out native.out
	preloaded namespaces "$case" "$libraries/$plugin"
	is 'status is 0' $status 0
	same_files 'same output as alone' out native.out
	holds 'nothing is claimed that was not seen' '[found] == []'
done <<'TABLE'
deepbind      libbypass.so
new_namespace libbypass.so
cupti         cupti/libcupti.so.13
TABLE

finish
