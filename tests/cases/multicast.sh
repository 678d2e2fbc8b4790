#!/usr/bin/env bash
# Multicast objects: what is bound to them lives as long as they hold it.
. "$(dirname "$0")/lib.sh"

export VRAMTRACK_SIMULATE=devices=2

# case | device of the memory that stays | bytes | multicast objects held at the end
while IFS='|' read -r case device bytes held; do
	scene "$case"
	# shellcheck disable=SC2086 # a case and its argument
	tracked multicast $case
	is 'status is 0' $status 0
	holds "$bytes bytes stay on device $device" \
		"bytes(\"leak\") == $bytes and only(\"leak\") and
		 all(leaks[]; .kind == \"vmm\" and .device == $device)"
	holds 'and so many objects' \
		"[.processes[].devices[].kinds[] | select(.kind == \"multicast\") | .live_count] == [$held]"
done <<'TABLE'
still_bound|0|2097152|1
two_devices|1|2097152|1
object_mapped|0|2097152|1
bound_by_address|0|2097152|1
refused|0|2097152|1
TABLE

while read -r case; do
	scene "$case"
	# shellcheck disable=SC2086
	tracked multicast $case
	is 'status is 0' $status 0
	holds 'no memory is live' 'live == 0'
	holds 'no finding' '[found] == []'
done <<'TABLE'
unbound
one_unbind_for_all
object_released
object_mapped unmapped
bound_by_address unbound
TABLE

finish
