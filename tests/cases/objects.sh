#!/usr/bin/env bash
# Objects that hold memory without a size, host memory that is registered, and
# the oldest names of the API: counted while they are there, and no finding.
. "$(dirname "$0")/lib.sh"
no_report=(--no-report)

held='def held($kind): [.processes[].devices[].kinds[] | select(.kind == $kind)];
	def live($kind): [held($kind)[] | .live_count] | add // 0;
	def made($kind): [held($kind)[] | .allocations] | add // 0;'

# program | case and kind | other library path
while read -r name case kind driver; do
	for left in kept none; do
		scene "$name $case, $left"
		if [ "$driver" ]; then
			library_path=$libraries/$driver preloaded "$name" "$case" $left
		else
			tracked "$name" "$case" $left
		fi
		is 'status is 0' $status 0
		number=$(cat out)
		holds "$number of kind $kind were made, and those left are held" \
			"$held made(\"$kind\") == $number and $number > 1 and
			 live(\"$kind\") == (if \"$left\" == \"kept\" then 1 else 0 end) and
			 all(held(\"$kind\")[]; .bucket == \"held\" and .live_bytes == 0)"
		holds 'no finding, and no memory' '[found] == [] and live == 0'
	done
done <<'TABLE'
objects  module             module
objects  library            library
objects  green_context      green_context
objects  stream             stream
objects  event              event
objects  texture_object     texture_object
objects  surface_object     surface_object
objects  memory_pool        memory_pool
objects  external_semaphore external_semaphore
objects  context            context
graphics resource           graphics_resource graphics_driver
graphics buffer             graphics_resource graphics_driver
graphics context            context           graphics_driver
graphics event              event             graphics_driver
TABLE

scene 'a resource unregistered twice'
library_path=$libraries/graphics_driver
preloaded graphics twice
is 'status is 0' $status 0
holds 'is a bad free' \
	'count("bad_free") == 1 and only("bad_free") and
	 all(of("bad_free")[]; .reason == "double_free" and .kind == "graphics_resource")'

scene 'an event of another process'
tracked imports event
is 'status is 0' $status 0
holds 'is held until it is destroyed' \
	"$held [found] == [] and made(\"event\") == 3 and live(\"event\") == 0"

# A context ends with its last reference, and takes its memory with it.
for case in attached primary; do
	scene "$case, one reference left"
	tracked objects $case kept
	is 'status is 0' $status 0
	holds 'its memory leaks' "$held bytes(\"leak\") == 3 * MiB and only(\"leak\") and live(\"context\") == 1"
	scene "$case, no reference left"
	tracked objects $case
	is 'status is 0' $status 0
	holds 'its memory is freed by reset' \
		"$held bytes(\"freed_by_reset\") == 3 * MiB and only(\"freed_by_reset\") and live(\"context\") == 0"
done

scene 'registered memory'
tracked objects registered kept
is 'status is 0' $status 0
holds 'is in a bucket of its own, and no leak' \
	'only("registered") and [.processes[].devices[].kinds[] | select(.kind == "registered_host") |
		[.bucket, .live_bytes, .live_count, .allocations]] == [["registered", 3 * MiB, 1, 2]]'
scene 'registered memory, unregistered'
tracked objects registered
holds 'is gone' '[found] == [] and [.processes[].devices[].kinds[] |
	select(.kind == "registered_host") | .live_bytes] == [0]'

# By the names of the 32-bit ABI and of the per-thread default stream: what is
# left is a leak like any other.
for kind in linear pitched pinned_host array stream_ordered; do
	scene "other names, $kind"
	tracked names "$kind"
	is 'status is 0' $status 0
	holds "one leak of kind $kind, $(cat out) bytes or what the driver made of it" \
		"count(\"leak\") == 1 and only(\"leak\") and all(leaks[]; .kind == \"$kind\") and
		 bytes(\"leak\") >= $(cat out) and bytes(\"leak\") <= 2 * $(cat out)"
done

scene 'other names, captures'
tracked names captures
is 'status is 0' $status 0
holds 'six captures are six graphs and no memory' \
	"$held [found] == [] and made(\"stream_ordered\") == 0 and live(\"graph\") == 0 and
	 made(\"graph_exec\") == 6 and live(\"graph_exec\") == 0 and all(.processes[]; .lost == [])"

finish
