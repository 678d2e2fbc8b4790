#!/usr/bin/env bash
# Wrong frees: what was wrong with each, and of which allocation it was.
. "$(dirname "$0")/lib.sh"

# case | what must be found
while IFS='|' read -r case filter; do
	scene "$case"
	native bad_frees "$case"
	is 'the program runs alone' $status 0
	mv out native.out
	tracked bad_frees "$case"
	same_files 'CUDA gives the same results' out native.out
	holds 'exactly this' "def bad: of(\"bad_free\")[0]; $filter"
done <<'TABLE'
host_pointer|count("bad_free") == 1 and bad.reason == "host_pointer" and bytes("leak") == MiB
pinned_by_free|count("bad_free") == 1 and bad.reason == "wrong_family" and bad.kind == "pinned_host" and bad.bytes == MiB and leaks == []
device_by_free_host|count("bad_free") == 1 and bad.reason == "wrong_family" and bad.kind == "linear" and any(bad.allocation_stack[]; .function == "allocate") and leaks == []
mipmap_by_array|count("bad_free") == 1 and bad.reason == "refused" and bad.kind == "mipmapped_array" and leaks == []
interior|count("bad_free") == 1 and bad.reason == "interior" and bad.bytes == MiB and any(bad.allocation_stack[]; .function == "allocate") and leaks == []
interior_of_pinned|count("bad_free") == 1 and bad.reason == "interior" and bad.kind == "pinned_host" and leaks == []
double_free_by_stream|count("bad_free") == 1 and bad.reason == "double_free" and bad.kind == "stream_ordered" and leaks == []
double_destroy_of_array|count("bad_free") == 1 and bad.reason == "double_free" and bad.kind == "array" and leaks == []
after_its_context|count("bad_free") == 1 and bad.reason == "after_reset" and bytes("freed_by_reset") == 2 * MiB
taken_by_the_driver|[found] == []
TABLE

scene 'freed on another device'
export VRAMTRACK_SIMULATE=devices=2
native bad_frees on_another_device
mv out native.out
tracked bad_frees on_another_device
same_files 'CUDA gives the same results' out native.out
holds 'what the driver took is no finding' \
	'[found] == []'
unset VRAMTRACK_SIMULATE

finish
