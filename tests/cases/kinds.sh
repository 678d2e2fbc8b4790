#!/usr/bin/env bash
# Every kind of memory: what is live at the end, by kind, and what is not.
. "$(dirname "$0")/lib.sh"
no_report=(--no-report)

# program | case | kind in JSON | count | bytes: a number or `printed` by the program
while IFS='|' read -r name case kind number bytes; do
	scene "$name $case"
	tracked "$name" "$case"
	is 'status is 0' $status 0
	[ "$bytes" != printed ] || bytes=$(cat out)
	holds "$number of kind $kind, $bytes bytes, and nothing else" \
		"bytes(\"leak\") == $bytes and count(\"leak\") == $number and only(\"leak\") and
		 all(leaks[]; .kind == \"$kind\")"
	holds 'the kind has the same live bytes' \
		"[.processes[].devices[].kinds[] | select(.kind == \"$kind\") | .live_bytes] | add == $bytes"
done <<'TABLE'
driver_kinds|linear|linear|1|3145728
driver_kinds|pitched|pitched|1|printed
driver_kinds|managed|managed|1|3145728
driver_kinds|stream_ordered|stream_ordered|1|3145728
driver_kinds|pool|stream_ordered|1|3145728
driver_kinds|pinned|pinned_host|2|3145728
runtime_kinds|linear|linear|1|3145728
runtime_kinds|pitched|pitched|1|printed
runtime_kinds|volume|pitched|1|printed
runtime_kinds|managed|managed|1|3145728
runtime_kinds|stream_ordered|stream_ordered|1|3145728
runtime_kinds|pool|stream_ordered|1|3145728
runtime_kinds|pinned|pinned_host|2|3145728
vmm|never_released|vmm|1|2097152
vmm|released_but_mapped|vmm|1|2097152
vmm|retained|vmm|1|2097152
TABLE

# Arrays: the driver may round up, so at least the elements.
while read -r name case kind elements; do
	scene "$name $case"
	tracked "$name" "$case"
	is 'status is 0' $status 0
	holds "one $kind of at least $elements bytes" \
		"count(\"leak\") == 1 and all(leaks[]; .kind == \"$kind\") and
		 bytes(\"leak\") >= $elements and bytes(\"leak\") <= 2 * $elements"
done <<'TABLE'
driver_kinds  array   array           1048576
driver_kinds  array3d array           1048576
driver_kinds  mipmap  mipmapped_array 1376256
runtime_kinds array   array           262144
runtime_kinds mipmap  mipmapped_array 344064
TABLE

# Nothing is live at the end. Address space that stays reserved, and the program's
# own memory, are none of CUDA's.
while read -r name case; do
	scene "$name $case"
	tracked "$name" "$case"
	is 'status is 0' $status 0
	holds 'no memory is live' \
		'([.processes[].devices[].kinds[] | select(.kind | IN("address_reservation", "registered_host") | not) | .live_bytes] | add // 0) == 0'
	holds 'no finding' '[found | select(.kind != "address_reservation" and .class != "registered")] == []'
done <<'TABLE'
driver_kinds  crossed_frees
driver_kinds  registered
runtime_kinds registered
runtime_kinds nothing
vmm           release_while_mapped
vmm           one_unmap_for_all
vmm           retained_and_released
TABLE

scene 'a green context does not take its memory with it'
tracked driver_kinds green
holds 'it leaks' 'bytes("leak") == 3 * MiB and only("leak")'
scene 'its device'\''s primary context does'
tracked driver_kinds green_reset
holds 'it was freed by the reset' 'bytes("freed_by_reset") == 5 * MiB and only("freed_by_reset")'

scene 'a context takes its memory with it'
tracked driver_kinds contexts
is 'status is 0' $status 0
holds 'linear memory is freed by reset' \
	'bytes("freed_by_reset") == 3 * MiB and all(of("freed_by_reset")[]; .kind == "linear")'
holds 'stream-ordered memory leaks' \
	'bytes("leak") == MiB and all(leaks[]; .kind == "stream_ordered")'

scene 'several devices'
export VRAMTRACK_SIMULATE=devices=2
tracked driver_kinds linear
unset VRAMTRACK_SIMULATE
holds 'the finding names its device' 'all(found; .device == 0)'
holds 'a device has a name and a UUID' \
	'all(.processes[].devices[] | select(.ordinal >= 0); (.name | length > 0) and (.uuid | test("[0-9a-f]{8}-")))'
holds 'it says that the device was simulated' 'all(.processes[]; .simulated == true)'

# The pool's handle is the same, its device is not.
scene 'a pool whose handle comes again for another device'
export VRAMTRACK_SIMULATE=devices=2
tracked driver_kinds pool_again
unset VRAMTRACK_SIMULATE
is 'status is 0' $status 0
holds '3 MiB live on device 1, nothing on device 0' \
	'[.processes[].devices[] | select(.ordinal >= 0) | [.ordinal, .live_bytes]] | sort == [[0, 0], [1, 3 * MiB]]'

finish
